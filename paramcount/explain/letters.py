"""A letter for every size of a model: sizes that must be equal are one letter.

What flows between the layers of a model has a few widths. Each is one letter, whatever the layers call it: x
where a table of words, a norm or attention has it, ff inside a feed-forward network, else i, h or o, as it
only goes in, goes in and out, or only comes out. Tables, positions, sides of filters and the like have
letters of their own: that they are as large as a width is chance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..core import subscript
from ..dims import Dim
from ..glossary import letter as unnumbered
from ..show.account import named_sizes
from .axes import Axes, axes_in_file, axes_of, letters_of, named_letters
from .parts import FOLDER, KeptTensor, Part, Size

_WIDTHS = ("x", "h", "ff", "i", "o")
_INNER = "ff?"  # of an expert: x or ff
_SMALL = 16  # a smaller size that no layer names is as likely to be the same as a width by chance
# Queries, keys and values often lie in one tensor; two of them, or a gate and what it gates, by such names.
# In a qkv are three: if it is twice as large as a width, keys are few, and that is chance.
_TWICE = r"(?<!q)kv|gate|glu|in_proj|w13|fc1|wi\b"
_POSITIONS = r"pos(ition|itional)?s?(_|\b)|pos_?emb|wpe|relative|position"
_TYPES = r"type|segment|task"


@dataclass(frozen=True)
class _Found:
    """A size that a layer names: its letter, its value, whether it is counted, how often it is there."""

    letter: str
    value: int
    counted: bool
    words: str  # what the layer is called
    times: int = 1


@dataclass
class Letters:
    """What the sizes of a model are called."""

    roles: dict[int, set[str]] = field(default_factory=dict)  # of each width: what layers call it
    tables: set[int] = field(default_factory=set)  # words
    pairs: set[tuple[int, int]] = field(default_factory=set)  # widths in and out of dense layers
    numbers: dict[str, dict[int, int]] = field(default_factory=dict)  # of each letter: its values, numbered
    mine: dict[int, dict[str, int]] = field(default_factory=dict)  # of each part: its own letters
    alone: bool = False  # one layer of the textbook: its letters are its own

    @classmethod
    def of(cls, root: Part) -> Letters:
        """The letters of a model that is folded."""
        letters = cls(alone=root.known is not None)
        everything = list(_sizes(root, letters))
        found = [each for each in everything if each.counted]
        for each in everything:
            if each.letter == "x":  # the model size is what it is, also where it is frozen
                letters.roles.setdefault(each.value, set()).add("x")
        for each in found:
            if each.letter in _WIDTHS:
                letters.roles.setdefault(each.value, set()).add(each.letter)
            elif each.letter == "v":
                letters.tables.add(each.value)
        letters._settle_inner([each for each in found if each.letter == _INNER])
        for each in found:
            letters._number(each)
        return letters

    def _settle_inner(self, sizes: list[_Found]) -> None:
        """What is in experts is as wide as the model, or as the inside of a feed-forward network."""
        for each in sizes:
            if "x" not in self.roles.get(each.times * each.value, ()):
                self.roles.setdefault(each.value, set()).add("ff")

    def _number(self, found: _Found) -> None:
        value = found.value
        if found.letter == _INNER and "x" in self.roles.get(found.times * value, ()):
            value *= found.times
        elif found.letter == "o" and self._packed(value, found.words):
            return
        letter = self._letter(found.letter, value)
        values = self.numbers.setdefault(letter, {})
        values.setdefault(value, len(values) + 1)

    def _letter(self, letter: str, value: int) -> str:
        """The letter of a size in the whole model."""
        if letter == _INNER:
            letter = "ff"
        if letter not in _WIDTHS or self.alone or value == 1:  # one channel has nothing to do with one output
            return letter
        roles = self.roles.get(value, {letter})
        if "x" in roles:
            return "x"
        if roles & {"h", "ff"}:
            return "h" if "h" in roles else "ff"
        if {"i", "o"} <= roles:
            return "ff" if self._is_inner(value) else "h"
        if value in self.tables and "o" in roles:
            return "v"
        return "i" if "i" in roles else "o"

    def _is_inner(self, value: int) -> bool:
        """Whether a width is that of a feed-forward network: from x to it, and from it to x."""
        return any((x, value) in self.pairs and (value, x) in self.pairs for x in self._model_sizes())

    def _model_sizes(self) -> list[int]:
        return [value for value, roles in self.roles.items() if "x" in roles]

    def _named(self, letter: str, value: int) -> Dim:
        letter = self._letter(letter, value)
        values = self.numbers.get(letter, {})
        if len(values) < 2:
            return Dim(value, letter)
        return Dim(value, letter + subscript(values.setdefault(value, len(values) + 1)))

    def size(self, part: Part) -> Size:
        """What names the sizes of a layer of the textbook that a part is."""

        def named(letter: str, value: int) -> Dim:
            letter = _in_place(letter, part)
            if not letter:
                return Dim(value)
            if letter == "o" and not self.alone and (packed := self._packed(value, _words(part))):
                return packed
            return self._named(letter, value)

        return named

    def shape(self, part: Part, name: str, tensor: KeptTensor) -> tuple[Dim, ...]:
        """The sizes of a tensor of a part that the textbook does not have."""
        said = _axes(part, name, tensor)
        sizes = []
        mine, words = self._letters_in(part), f"{_words(part)}.{name}"
        for axis, value in enumerate(tensor.shape):
            each = said[axis] if axis < len(said) else ""
            times, letter = _split(each)
            inner = value // times
            if letter == _INNER and "x" in self.roles.get(value, ()):
                letter = ""
            if letter == "o" and (packed := self._packed(value, _words(part))):
                sizes.append(packed)
            elif letter and value and value % times == 0:
                same = [each for each in (letter, *mine) if mine.get(each, inner) == inner]
                sizes.append(
                    Dim(times) * self._named(same[0], inner) if same else self._by_value(value, words)
                )
            else:
                sizes.append(Dim(value) if each == str(value) else self._by_value(value, words))
        return tuple(sizes)

    def _letters_in(self, part: Part) -> dict[str, int]:
        """The letters that a part has for the axes of its tensors: each has one value, that of the first."""
        if id(part) not in self.mine:
            mine: dict[str, int] = {}
            for (name,), tensor in part.tensors.items():
                for each, value in zip(_axes(part, name, tensor), tensor.shape, strict=False):
                    times, letter = _split(each)
                    if letter and value and value % times == 0:
                        mine.setdefault(letter, value // times)
            self.mine[id(part)] = mine
        return self.mine[id(part)]

    def _by_value(self, value: int, words: str) -> Dim:
        """A size that no layer names, by the width that it must be."""
        if value < _SMALL:
            return Dim(value)
        if value in self.roles:
            return self._named("o", value)
        if value in self.tables:
            return self._named("v", value)
        return self._packed(value, words) or Dim(value)

    def _packed(self, value: int, words: str) -> Dim | None:
        """Three times a width, or twice where a name says so, if nothing else has this size."""
        if self.roles.get(value, {"o"}) != {"o"} or value in self.tables:
            return None
        for times in (2, 3) if re.search(_TWICE, words) else (3,):
            width = value // times
            roles = self.roles.get(width, set())
            if value % times == 0 and width >= _SMALL and ("x" in roles or self._letter("o", width) == "ff"):
                return Dim(times) * self._named("o", width)
        return None


# -- the sizes that are found -------------------------------------------------------------------


def _sizes(part: Part, letters: Letters) -> Iterator[_Found]:
    """The sizes that the layers of a model name, in the order in which the count is written."""
    if part.known:
        counted = any(tensor.trained and not tensor.same_as for tensor in part.tensors.values())
        sizes = {unnumbered(dim.name or ""): int(dim) for dim in named_sizes(part.known.count)}
        if {"i", "o"} <= sizes.keys():
            letters.pairs.add((sizes["i"], sizes["o"]))
        for dim in named_sizes(part.known.count):
            letter = _in_place(unnumbered(dim.name or ""), part)
            if letter:
                yield _Found(letter, int(dim), counted, _words(part))
        return
    mine = letters._letters_in(part)
    for (name,), tensor in part.tensors.items():
        counted = tensor.trained and not tensor.same_as
        inputs, outputs = [], []
        for each, value in zip(_axes(part, name, tensor), tensor.shape, strict=False):
            times, letter = _split(each)
            if letter and value and value % times == 0 and mine[letter] == value // times:
                yield _Found(letter, value // times, counted, _words(part), times)
                inputs += [value] if letter == "i" else []
                outputs += [value] if letter == "o" else []
        letters.pairs |= {(i, o) for i in inputs for o in outputs}
    for inside, _ in part.shown.values():
        yield from _sizes(inside, letters)


def _axes(part: Part, name: str, tensor: KeptTensor) -> list[str]:
    """The letters of the axes of a tensor, by the class of its part, or by its name in many models."""
    many = len(tensor.shape)
    if part.kind == FOLDER:
        weight, bias = (part.tensors.get((each,)) for each in ("weight", "bias"))
        axes: Axes = axes_in_file(("", *tensor.path)[-2], weight and weight.shape, bias and bias.shape)
        return named_letters(tensor.path, many) or letters_of(axes, name, many)
    axes = axes_of((part.kind, *part.bases))
    return letters_of(axes, name, many) or named_letters(tensor.path, many)


def _split(said: str) -> tuple[int, str]:
    """What is multiplied by what in "4h"; a number by itself is no letter."""
    match = re.fullmatch(r"(\d*)([a-z]+\??)", said)
    return (int(match[1] or 1), match[2]) if match else (1, "")


def _in_place(letter: str, part: Part) -> str:
    """The letter of a size where it stands: the rows of a table of positions are no words."""
    words = _words(part)
    if part.known is None or part.known.name != "embedding":
        rank = ("lora_a" in words and letter == "o") or ("lora_b" in words and letter == "i")
        return "r" if rank else letter
    if re.search(_POSITIONS, words):
        return {"v": "p"}.get(letter, "heads" if "relative" in words else letter)
    return "" if letter == "v" and re.search(_TYPES, words) else letter


def _words(part: Part) -> str:
    """What a part is called in the model, with the two parts around it."""
    for tensor in part.tensors.values():
        return ".".join(tensor.path[-4:-1]).lower()
    return ""
