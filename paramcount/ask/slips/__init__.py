"""Known mistakes: each is a function that counts a layer the wrong way, as people do.

A mistake takes a layer and yields a `Wrong` for every wrong count that it leads to. To add one,
write the function in the file of its family and say which layers it is for. Those here are for
any layer, a reader's own too.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, replace
from importlib import import_module

from ...core import Layer, Leaf, Tensor, called
from ...dims import Dim
from ...glossary import framework, title

Path = tuple[str, ...]
_known: list[tuple[frozenset[str], Callable[[Layer], Iterable[Wrong]]]] = []


@dataclass(frozen=True)
class Wrong:
    """A wrong count, what was done to get it, and the tensors that it leaves out, if it does."""

    count: int
    why: str
    missing: frozenset[Path] = frozenset()


def mistake(*names: str):
    """Mark a function as a known mistake, for the layers of the textbook that are named or for any layer."""

    def known(function):
        _known.append((frozenset(names), function))
        return function

    return known


def wrongs(layer: Layer) -> Iterator[Wrong]:
    """Every known wrong count of a layer; one that happens to be right at these sizes is left out."""
    seen = set()
    for names, function in _known:
        for wrong in function(layer) if not names or _is(layer, names) else ():
            # Two mistakes that leave out the same tensors are one: the first of them says it.
            if wrong.count != layer.count and wrong.missing not in seen:
                seen |= {wrong.missing} - {frozenset()}
                yield wrong


def left_out(layer: Layer, which: Callable[[Leaf], bool], why: str) -> Iterator[Wrong]:
    """The count without some of the tensors, if there are such and others.

    why: a whole sentence, or one that goes on with how many are left out.
    """
    leaves = [leaf for leaf in layer.tensors() if which(leaf)]
    gone = sum(leaf.times * leaf.tensor.count for leaf in leaves)
    if 0 < gone < layer.count:
        why = why if why.endswith(".") else f"{why}: {gone:,} more."
        yield Wrong(layer.count - gone, why, frozenset(leaf.path for leaf in leaves))


def recounted(layer: Layer, names: Container[str], count: Callable[[Layer], int]) -> int:
    """The count of a layer if those in it that are named are counted in another way, each by itself."""
    if layer.name in names:
        return layer.times * count(replace(layer, times=Dim(1)))
    return layer.times * sum(
        recounted(part, names, count) if isinstance(part, Layer) else part.count
        for part in layer.parts.values()
    )


def _is(layer: Layer, names: Container[str]) -> bool:
    return bool(layer.family) and layer.name in names


# -- for any layer ------------------------------------------------------------------------------


@mistake()
def no_biases(layer: Layer):
    norms = any(leaf.tensor.kind == "norm" for leaf in layer.tensors())
    said = "leaves out the biases. They" if norms else "is the weights alone. The biases"
    yield from left_out(layer, lambda leaf: leaf.tensor.kind == "bias", f"That {said} are trained too")


@mistake()
def no_norms(layer: Layer):
    why = "That leaves out the norms. They are trained too"
    yield from left_out(layer, lambda leaf: leaf.tensor.kind == "norm", why)


@mistake()
def weights_alone(layer: Layer):
    why = "That is the weights alone. The biases and the norms are trained too"
    if len({leaf.tensor.kind for leaf in layer.tensors()}) == 3:
        yield from left_out(layer, lambda leaf: leaf.tensor.kind != "weight", why)


@mistake()
def no_weights(layer: Layer):
    why = "That is the biases alone. The weights are trained too"
    if not any(leaf.tensor.kind == "norm" for leaf in layer.tensors()):
        yield from left_out(layer, lambda leaf: leaf.tensor.kind == "weight", why)


@mistake("dense", "ffnn", "rnn", "gru", "lstm", "bidirectional", "conv", "attention")
def biases_counted(layer: Layer):
    if not layer.arguments()["bias"]:
        with_biases = layer.resized(bias=True).count
        more = with_biases - layer.count
        yield Wrong(with_biases, f"That counts biases, {more:,} of them. This layer is built without any.")


@mistake()
def times_forgotten(layer: Layer):
    repeated = {path: part for path, part in _layers(layer) if part.times > 1}
    ways = [{path} for path in repeated]
    for once in [*ways, set(repeated)] if len(ways) > 1 else ways:
        named = " and ".join(f"one {title(repeated[path])}" for path in repeated if path in once)
        there = f"{repeated[min(once)].times:,}" if len(once) == 1 else "more of each"
        why = f"That counts {named}. There are {there}, alike in size, each with weights of its own."
        yield Wrong(_unrepeated(layer, once), why)


@mistake()
def table_counted_again(layer: Layer):
    tables = [part for path, part in _layers(layer) if path and part.name == "embedding" and not _own(part)]
    if tables:
        table = max(tables, key=lambda part: part.count)
        for again, often in enumerate(("twice", "three times"), 1):
            yield Wrong(
                layer.count + layer.times * again * table.count,
                f"That counts a table of {table.count.numbers} {often}. It is one table: where inputs and "
                "outputs share it, it is counted once.",
            )


@mistake()
def part_left_out(layer: Layer):
    if _own(layer):
        for name, part in layer.parts.items():
            count = layer.times * part.count
            worked_out = "" if count.how == "leaf" else f"{count.numbers} = "
            why = f"That leaves out {name}: {worked_out}{count:,}."
            yield from left_out(layer, lambda leaf, name=name: leaf.path[0] == name, why)


@mistake()
def in_a_part(layer: Layer):
    """What is known of the textbook's layers inside a layer of the reader's own."""
    for names, part in layer.alike() if _own(layer) else []:
        for wrong in _of_its_family(part) if isinstance(part, Layer) else ():
            off = layer.times * len(names) * (wrong.count - part.count)
            missing = frozenset((name, *path) for name in names for path in wrong.missing)
            yield Wrong(layer.count + off, f"{', '.join(names)}: {wrong.why}", missing)


@mistake()
def by_hand(layer: Layer):
    """The textbook's count where a framework's is asked for."""
    function = layer.function
    if function and function.translates and not layer.changes:
        yield Wrong(
            layer.times * called(function.translates, layer.sizes).count,
            f"That is the count by hand, not what {framework(layer.keeper)} keeps. {function.note}",
        )


def _own(layer: Layer) -> bool:
    """Whether it is a layer that the reader has written."""
    return not layer.family and not layer.keeper


def _of_its_family(layer: Layer) -> Iterator[Wrong]:
    for names, function in _known:
        if _is(layer, names):
            yield from function(layer)
    yield from in_a_part(layer)


def _layers(layer: Layer, path: Path = ()) -> Iterator[tuple[Path, Layer]]:
    """The layer and every one inside it, each with its path."""
    yield path, layer
    for name, part in layer.parts.items():
        if isinstance(part, Layer):
            yield from _layers(part, (*path, name))


def _unrepeated(layer: Layer, once: Container[Path], path: Path = ()) -> int:
    """The count if the layers at the paths of `once` are taken once, however often they stand there."""
    times = 1 if path in once else layer.times
    return times * sum(
        part.count if isinstance(part, Tensor) else _unrepeated(part, once, (*path, name))
        for name, part in layer.parts.items()
    )


# The mistakes of a family are known when its file has been read.
for family in ("feed_forward", "recurrent", "convolution", "attention", "tables", "transformer"):
    import_module(f".{family}", __name__)
