"""What a slip is, and the ways in which most of them are found.

A slip is a function that takes a layer and yields a `Wrong` for each wrong count that it leads to, under
`@slip` with the layers that it is made with; or a row: `leaves_out` for tensors that are forgotten,
`miscounts_biases` for biases that are counted in another way.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import lru_cache

from ...core import Layer, Leaf, Path
from ...dims import Dim


@dataclass(frozen=True)
class Wrong:
    """A wrong count, what was done to get it, the tensors that it leaves out, and the id of the slip."""

    count: int
    why: str
    missing: frozenset[Path] = frozenset()
    slip: str = ""


@dataclass(frozen=True)
class Slip:
    """A wrong way to count.

    id: never changes; layers: of the textbook, those that it is made with, none for any layer at all;
    find: what yields its wrong counts of a layer.
    """

    id: str
    layers: tuple[str, ...]
    find: Callable[[Layer], Iterable[Wrong]]

    def wrongs(self, layer: Layer) -> Iterator[Wrong]:
        """The wrong counts that it leads to, if it is made with such a layer."""
        if not self.layers or (layer.family and layer.name in self.layers):
            for wrong in self.find(layer):
                yield replace(wrong, slip=self.id)


def slip(*layers: str):
    """Make a slip of a function, whose name is the id."""
    return lambda function: Slip(function.__name__, layers, function)


# -- tensors that are left out ------------------------------------------------------------------


def leaves_out(id: str, layers: tuple[str, ...], pattern: str, why: str | Callable[[Layer], str]) -> Slip:
    """A slip that leaves out tensors.

    pattern: which, by their paths from the layer's name on or by their kind, such as "*/norm 3/*" or
    "kind=bias"; "|" stands between several.
    """

    def find(layer: Layer) -> Iterator[Wrong]:
        gone = [leaf for leaf in leaves(layer) if fits(pattern, layer, leaf)]
        if gone:
            yield from without(layer, gone, why if isinstance(why, str) else why(layer))

    return Slip(id, layers, find)


def fits(pattern: str, layer: Layer, leaf: Leaf) -> bool:
    path = "/".join((layer.name, *leaf.path))
    kind = f"kind={leaf.tensor.kind}"
    return any(each == kind or fnmatchcase(path, each) for each in pattern.split("|"))


def without(layer: Layer, gone: Iterable[Leaf], why: str) -> Iterator[Wrong]:
    """The count without some of the tensors, if they count and are not all.

    why: a whole sentence, or one that goes on with how many are left out.
    """
    gone = list(gone)
    less = sum(leaf.count for leaf in gone)
    if 0 < less < layer.count:
        if not why.endswith("."):
            why = f"{why}: {less:,} more."
        yield Wrong(int(layer.count) - less, why, frozenset(leaf.path for leaf in gone))


@lru_cache(maxsize=1)
def leaves(layer: Layer) -> tuple[Leaf, ...]:
    """The tensors of a layer, read once for all slips."""
    return tuple(layer.tensors())


def leaves_by_part(layer: Layer) -> dict[str, list[Leaf]]:
    """The tensors in each part of a layer."""
    parts: dict[str, list[Leaf]] = {name: [] for name in layer.parts}
    for leaf in leaves(layer):
        parts[leaf.path[0]].append(leaf)
    return parts


# -- layers that are counted in another way -----------------------------------------------------


def recounted(layer: Layer, names: Container[str], count: Callable[[Layer], int]) -> int:
    """The count of a layer if those in it that are named are counted in another way, each by itself."""
    if layer.name in names:
        one = layer if layer.times == 1 else replace(layer, times=Dim(1))
        return layer.times * count(one)
    return layer.times * sum(
        recounted(part, names, count) if isinstance(part, Layer) else part.count
        for part in layer.parts.values()
    )


def miscounts_biases(
    id: str, layers: tuple[str, ...], biases: Callable[[Layer], int], why: str | Callable[[Layer], str]
) -> Slip:
    """A slip that gives dense layers or convolutions another number of biases, if they have any.

    why: with sizes of the layer in braces, such as "{o:,}", or a function of the layer.
    """

    def find(layer: Layer) -> Iterator[Wrong]:
        said = why.format_map(layer.arguments()) if isinstance(why, str) else why(layer)
        yield Wrong(with_biases(layer, biases), said)

    return Slip(id, layers, find)


def with_biases(layer: Layer, biases: Callable[[Layer], int]) -> int:
    """The count if each dense layer or convolution in a layer that has biases has so many."""
    return recounted(
        layer,
        ("dense", "conv"),
        lambda one: weights(one) + biases(one) if one.sizes["bias"] else one.count,
    )


def weights(one: Layer) -> int:
    """How many weights a dense layer or a convolution has: a bias for each of them is a slip."""
    return one.parts["K" if one.name == "conv" else "W"].count


def inputs(one: Layer) -> int:
    """How many inputs it has: a bias for each of them is a slip."""
    return one.sizes["i"]


def single(one: Layer) -> int:
    """One bias for all, which is a slip too."""
    return 1
