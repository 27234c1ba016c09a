"""Slips that are made with any layer, a reader's own too."""

from __future__ import annotations

from collections.abc import Iterator

from ...core import Layer, Tensor, called
from ...glossary import framework, title
from .base import Wrong, leaves, leaves_by_part, leaves_out, slip, without


def own(layer: Layer) -> bool:
    """Whether it is a layer that the reader has written."""
    return not layer.family and not layer.keeper


# -- kinds of tensors ---------------------------------------------------------------------------


def _biases_gone(layer: Layer) -> str:
    if _has_norms(layer):
        return "That leaves out the biases. They are trained too"
    return "That is the weights alone. The biases are trained too"


@slip()
def no_weights(layer: Layer):
    if not _has_norms(layer):
        gone = [leaf for leaf in leaves(layer) if leaf.tensor.kind == "weight"]
        yield from without(layer, gone, "That is the biases alone. The weights are trained too")


def _has_norms(layer: Layer) -> bool:
    return any(leaf.tensor.kind == "norm" for leaf in leaves(layer))


@slip("dense", "ffnn", "rnn", "gru", "lstm", "bidirectional", "conv", "attention")
def biases_counted(layer: Layer):
    if not layer.arguments()["bias"]:
        with_biases = layer.resized(bias=True).count
        more = with_biases - layer.count
        yield Wrong(with_biases, f"That counts biases, {more:,} of them. This layer is built without any.")


# -- layers that are repeated -------------------------------------------------------------------


@slip()
def times_forgotten(layer: Layer):
    alike = "alike in size, each with weights of its own."
    repeated = [(part, places) for part, places in _layers(layer) if part.times > 1]
    for part, places in repeated:
        less = places * (part.count - part.count // part.times)
        why = f"That counts one {title(part)}. There are {part.times:,}, {alike}"
        yield Wrong(layer.count - less, why)
    if len(repeated) > 1:
        names = " and ".join(f"one {title(part)}" for part, _ in repeated)
        yield Wrong(_each_once(layer), f"That counts {names}. There are more of each, {alike}")


def _each_once(part: Layer | Tensor) -> int:
    """The count if nothing is repeated."""
    return part.count if isinstance(part, Tensor) else sum(map(_each_once, part.parts.values()))


@slip()
def table_counted_again(layer: Layer):
    _, *inside = _layers(layer)
    tables = [part for part, _ in inside if part.name == "embedding" and not own(part)]
    if tables:
        table = max(tables, key=lambda part: part.count)
        for again, often in (1, "twice"), (2, "three times"):
            yield Wrong(
                layer.count + layer.times * again * table.count,
                f"That counts a table of {table.count.numbers} {often}. It is one table: where inputs and "
                "outputs share it, it is counted once.",
            )


def _layers(layer: Layer, places: int = 1) -> Iterator[tuple[Layer, int]]:
    """The layer and every one inside it, each with the number of places where it stands."""
    yield layer, places
    for part in layer.parts.values():
        if isinstance(part, Layer):
            yield from _layers(part, places * int(layer.times))


# -- a reader's layer, and a framework's --------------------------------------------------------


@slip()
def part_left_out(layer: Layer):
    for name, inside in leaves_by_part(layer).items() if own(layer) else ():
        count = layer.times * layer.parts[name].count
        working = "" if count.how == "leaf" else f"{count.numbers} = "
        yield from without(layer, inside, f"That leaves out {name}: {working}{count:,}.")


@slip()
def by_hand(layer: Layer):
    """The textbook's count where a framework's is asked for."""
    function = layer.function
    if function and function.translates and not layer.changes:
        yield Wrong(
            layer.times * called(function.translates, layer.sizes).count,
            f"That is the count by hand, not what {framework(layer.keeper)} keeps. {function.note}",
        )


SLIPS = [
    leaves_out("no_biases", (), "kind=bias", _biases_gone),
    leaves_out("no_norms", (), "kind=norm", "That leaves out the norms. They are trained too"),
    leaves_out("weights_alone", (), "kind=bias|kind=norm",
        "That is the weights alone. The biases and the norms are trained too"),
    no_weights,
    biases_counted,
    times_forgotten,
    table_counted_again,
    part_left_out,
    by_hand,
]  # fmt: skip
