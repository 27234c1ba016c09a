"""What a slip is, and how to write one.

A slip is a row of the table that ends the file of its family: `leaves_out` for tensors that are forgotten,
`counts` for a count that is wrong in another way. Where that is too little, it is a function under `@slip`,
which yields a `Wrong` for each wrong count that it leads to. A slip that is made with one question alone,
such as the first of two layers where the second is asked, is an `Own` and stands with the question in `bank`.

What is said of it is said in two steps. After the first wrong answer: what that number is, in words, and
what holds instead. It teaches, and leaves the number to the reader: not the right count, not how many are
missing. After the second: where it is, with the sizes, and with arithmetic if need be.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import lru_cache

from ...core import Layer, Leaf, Path, Tensor
from ...dims import Dim, total

_WRITTEN = 60  # tensors: of more, nobody writes out the sum


@dataclass(frozen=True)
class Wrong:
    """A wrong count, and what was done to get it.

    count: written as one who makes the slip would write it, where that is natural; why: the slip in words,
    without the number that mends it; more: where it is, for those who ask again; missing: the tensors that
    it leaves out; slip: its id; part: the part that it is made in, if it is not the whole.
    """

    count: int
    why: str
    missing: frozenset[Path] = frozenset()
    slip: str = ""
    more: str = ""
    part: str = ""


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


@dataclass(frozen=True)
class Own:
    """A slip that is made with one question of the bank alone.

    id: never changes; count: what it leads to, of the question's sizes; why and more: as of a `Wrong`, with
    sizes of the question in braces.
    """

    id: str
    count: Callable[..., int]
    why: str
    more: str

    def wrong(self, sizes: Mapping[str, object]) -> Wrong:
        """What it leads to in these sizes."""
        why, more = self.why.format_map(sizes), self.more.format_map(sizes)
        return Wrong(Dim(self.count(**sizes)), why, slip=self.id, more=more)


# What is said: with sizes of the layer in braces, such as "{o:,}", or what a function of it gives.
Words = str | Callable[[Layer], str]


def words(said: Words, layer: Layer) -> str:
    """What is said of a layer."""
    return said.format_map(layer.arguments()) if isinstance(said, str) else said(layer)


def product(*sizes: int) -> str:
    """Sizes as a product is written: "3 × 3"."""
    return " × ".join(f"{size:,}" for size in sizes)


def several(number: int, thing: str) -> str:
    """A number of things: "1 filter", "2 filters"."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def lower(words: str) -> str:
    """A title within a sentence: LSTM stays, Convolution does not."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


_NOUNS = (
    "attention class_token experts gate key layers network norm output patches pooler positions prompt query "
    "router saved_head segments shared_experts value words"
)
_KNOWN = {name.replace("_", " "): f"the {name.replace('_', ' ')}" for name in _NOUNS.split()}
_KNOWN |= {"feed-forward": "the FFNN"}
_NTH = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_OF_AN_FFNN = {"hidden": "hidden"} | {f"hidden {n}": f"{nth} hidden" for n, nth in enumerate(_NTH, 1)}


def the(name: str) -> str:
    """A part within a sentence: the norm, conv 1, and in quotes what a reader has called it."""
    if name in _OF_AN_FFNN:
        return f"the {_OF_AN_FFNN[name]} layer"
    plain = name.startswith("the ") or (" " in name and name[-1].isdigit()) or len(name) == 1
    return name if plain else _KNOWN.get(name, f"“{name}”")


def begun(words: str) -> str:
    """Words at the beginning of a sentence."""
    return words[:1].upper() + words[1:]


def listed(names: Iterable[str]) -> str:
    """Names as they stand in a sentence: "a", "a and b", "a, b and c"; of many the first and the last."""
    names = list(dict.fromkeys(names))
    if len(names) > 6:
        return f"{names[0]}, {names[1]} and so on to {names[-1]}"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


# -- numbers that questions are full of, and that no count has in it ------------------------------

IMAGES = (28, 32, 224)  # sides
STEPS = (7, 10, 20, 50, 100, 512, 1_000, 20_000, 70_000)  # words of a text
EXAMPLES = (32, 64, 128, 50_000, 60_000)  # in a batch, and in the sets that courses begin with


def not_sizes(numbers: Iterable[int], layer: Layer) -> list[int]:
    """The numbers that are no size of the layer: those could stand in an answer for another reason."""
    return [number for number in numbers if number not in layer.arguments().values()]


# -- tensors that are left out ------------------------------------------------------------------


def leaves_out(id: str, layers: tuple[str, ...], pattern: str, why: Words, more: Words = "") -> Slip:
    """A slip that leaves out tensors.

    pattern: which, by their paths from the layer's name on or by their kind, such as "*/norm 3/*" or
    "kind=bias"; "|" stands between several.
    """

    def find(layer: Layer) -> Iterator[Wrong]:
        gone = [leaf for leaf in leaves(layer) if fits(pattern, layer, leaf)]
        if gone:
            yield from without(layer, gone, words(why, layer), words(more, layer))

    return Slip(id, layers, find)


def fits(pattern: str, layer: Layer, leaf: Leaf) -> bool:
    """Whether a tensor of a layer is one of those that a pattern stands for."""
    path = "/".join((layer.name, *leaf.path))
    kind = f"kind={leaf.tensor.kind}"
    return any(each == kind or fnmatchcase(path, each) for each in pattern.split("|"))


def without(layer: Layer, gone: Iterable[Leaf], why: str, more: str = "") -> Iterator[Wrong]:
    """The count without some of the tensors, if they count and are not all."""
    gone = [leaf for leaf in gone if leaf.count]
    less = sum(leaf.count for leaf in gone)
    if 0 < less < layer.count:
        missing = frozenset(leaf.path for leaf in gone)
        count = _left(layer, missing) if is_short(layer) else int(layer.count) - less
        yield Wrong(count, why, missing, more=more)


def _left(layer: Layer, missing: Container[Path], path: Path = ()) -> Dim:
    """What is left of the count, written as the count is."""

    def count(name: str, part: Layer | Tensor) -> Dim:
        here = (*path, name)
        if isinstance(part, Layer):
            return _left(part, missing, here)
        return Dim(0) if here in missing else part.count

    return layer.times * added_up(layer, count)


def is_short(layer: Layer) -> bool:
    """Whether its count could be written out by hand, so that it matters how a wrong one is written."""
    return len(leaves(layer)) <= _WRITTEN


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


def counts(
    id: str, layers: tuple[str, ...], count: Callable[[Layer], int], why: Words, more: Words = ""
) -> Slip:
    """A slip that leads to one wrong count."""
    return Slip(id, layers, lambda layer: [Wrong(count(layer), words(why, layer), more=words(more, layer))])


def recounted(layer: Layer, names: Container[str], count: Callable[[Layer], int]) -> Dim:
    """The count of a layer if those in it that are named are counted in another way, each by itself."""
    return recounted_where(layer, lambda each: each.name in names, count)


def recounted_where(layer: Layer, chosen: Callable[[Layer], bool], count: Callable[[Layer], int]) -> Dim:
    """The count of a layer if some of those in it are counted in another way, each by itself."""
    if chosen(layer):
        one = layer if layer.times == 1 else replace(layer, times=Dim(1))
        return layer.times * Dim(count(one))

    def again(_, part: Layer | Tensor) -> Dim:
        return recounted_where(part, chosen, count) if isinstance(part, Layer) else part.count

    return layer.times * added_up(layer, again)


def added_up(layer: Layer, count: Callable[[str, Layer | Tensor], Dim]) -> Dim:
    """What the parts of a layer have, each counted by a function; those that come out alike stand once."""
    groups: dict[object, list[Dim]] = {}
    for name, part in layer.parts.items():
        of_part = count(name, part)
        alike = (part.name, of_part.symbols, of_part.numbers) if isinstance(part, Layer) else name
        groups.setdefault(alike, []).append(of_part)
    return total(len(alike) * alike[0] for alike in groups.values())


# -- biases: of a dense layer or a convolution, `one` -------------------------------------------


def with_biases(biases: Callable[[Layer], int]) -> Callable[[Layer], Dim]:
    """What counts a layer in which each dense layer or convolution that has biases has so many."""

    def recount(one: Layer) -> int:
        return weights(one) + biases(one) if one.sizes["bias"] else one.count

    return lambda layer: recounted(layer, ("dense", "conv"), recount)


def weights(one: Layer) -> Dim:
    """How many weights a dense layer or a convolution has."""
    return one.parts["K" if one.name == "conv" else "W"].count


bias_per_input = with_biases(lambda one: one.sizes["i"])
bias_per_weight = with_biases(weights)
single_bias = with_biases(lambda one: 1)
