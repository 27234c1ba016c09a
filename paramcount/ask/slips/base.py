"""What a slip is, and how to write one.

A slip is a row of the table that ends the file of its family: `leaves_out` for tensors that are forgotten,
`counts` for a count that is wrong in another way. Where that is too little, it is a function under `@slip`,
which yields a `Wrong` for each wrong count that it leads to.
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


# What is said: with sizes of the layer in braces, such as "{o:,}", or what a function of it gives.
Words = str | Callable[[Layer], str]


def words(why: Words, layer: Layer) -> str:
    """What is said of a layer."""
    return why.format_map(layer.arguments()) if isinstance(why, str) else why(layer)


# -- tensors that are left out ------------------------------------------------------------------


def leaves_out(id: str, layers: tuple[str, ...], pattern: str, why: Words) -> Slip:
    """A slip that leaves out tensors.

    pattern: which, by their paths from the layer's name on or by their kind, such as "*/norm 3/*" or
    "kind=bias"; "|" stands between several.
    """

    def find(layer: Layer) -> Iterator[Wrong]:
        gone = [leaf for leaf in leaves(layer) if fits(pattern, layer, leaf)]
        if gone:
            yield from without(layer, gone, words(why, layer))

    return Slip(id, layers, find)


def fits(pattern: str, layer: Layer, leaf: Leaf) -> bool:
    """Whether a tensor of a layer is one of those that a pattern stands for."""
    path = "/".join((layer.name, *leaf.path))
    kind = f"kind={leaf.tensor.kind}"
    return any(each == kind or fnmatchcase(path, each) for each in pattern.split("|"))


def without(layer: Layer, gone: list[Leaf], why: str) -> Iterator[Wrong]:
    """The count without some of the tensors, if they count and are not all.

    why: a whole sentence, or one that goes on with how many are left out.
    """
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


def counts(id: str, layers: tuple[str, ...], count: Callable[[Layer], int], why: Words) -> Slip:
    """A slip that leads to one wrong count."""
    return Slip(id, layers, lambda layer: [Wrong(count(layer), words(why, layer))])


def recounted(layer: Layer, names: Container[str], count: Callable[[Layer], int]) -> int:
    """The count of a layer if those in it that are named are counted in another way, each by itself."""
    if layer.name in names:
        one = layer if layer.times == 1 else replace(layer, times=Dim(1))
        return layer.times * count(one)
    return layer.times * sum(
        recounted(part, names, count) if isinstance(part, Layer) else part.count
        for part in layer.parts.values()
    )


# -- biases: of a dense layer or a convolution, `one` -------------------------------------------


def with_biases(biases: Callable[[Layer], int]) -> Callable[[Layer], int]:
    """What counts a layer in which each dense layer or convolution that has biases has so many."""

    def recount(one: Layer) -> int:
        return weights(one) + biases(one) if one.sizes["bias"] else one.count

    return lambda layer: recounted(layer, ("dense", "conv"), recount)


def weights(one: Layer) -> int:
    return one.parts["K" if one.name == "conv" else "W"].count


bias_per_input = with_biases(lambda one: one.sizes["i"])
bias_per_weight = with_biases(weights)
single_bias = with_biases(lambda one: 1)
