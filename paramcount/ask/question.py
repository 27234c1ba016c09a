"""A question: its words, the count that answers it, its hints, and the same in other sizes."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape

from ..core import Layer
from ..dims import Dim
from ..glossary import letter, meaning
from ..show.account import Account
from ..show.text import math
from . import slips
from .arithmetic import leaves
from .judge import Verdict, judge
from .slips.base import Own, Wrong

# What sizes another question may have: small enough for a pencil. For a name that is not here: 2 to 9.
_SMALL: dict[str, Sequence[int]] = {
    "f": (2, 3, 4, 5),
    "m": (2, 3, 4, 5),
    "n": (2, 3, 4, 5),
    "x": (6, 8, 10, 12, 16, 20),
    "ff": (14, 18, 22, 24, 32, 40),
    "v": (30, 50, 70, 100, 200),
    "heads": (2, 3, 4, 5),
    "groups": (2, 3, 4),
}
_ANY = range(2, 10)
_DRAWS = 10  # of sizes, of which those that tell most slips apart are taken


@dataclass(frozen=True, eq=False)
class Question:
    """A question that a count answers.

    id: never changes. text: the words, with a size in braces wherever it stands, or what makes them. right:
    what makes the layer, or the number worked out from counts of layers, from the sizes. sizes: as they are
    asked. others: for each size that may be varied, the values it may have. hints: from the least given
    away to the most. chapter: the file of the bank that it is from. picture: whether there is one before an
    answer; there is none where it would tell the size that is the point. three: whether three figures of
    the answer are enough, as of bytes. own: slips that are made with this question alone.
    """

    id: str
    text: str | Callable[[Layer | Dim, bool], str]
    right: Callable[..., Layer | int]
    sizes: Mapping[str, object] = field(default_factory=dict)
    others: Mapping[str, Sequence[int]] = field(default_factory=dict)
    hints: tuple[str, ...] = ()
    chapter: str = ""
    picture: bool = True
    three: bool = False
    own: tuple[Own, ...] = ()

    @cached_property
    def asked(self) -> Layer | Dim:
        """What is asked for: a layer, or a number that remembers its layers."""
        made = self.right(**self.sizes)
        return made if isinstance(made, Layer) else Dim(made)

    @property
    def count(self) -> Dim:
        """The right answer."""
        return self.asked.count if isinstance(self.asked, Layer) else self.asked

    @property
    def key(self) -> str:
        """What tells it from every other: its id and the values of its sizes."""
        values = ", ".join(f"{name}={_plain(value)}" for name, value in self.sizes.items())
        return f"{self.id}: {values}" if values else self.id

    def words(self, html: bool = False) -> str:
        """The question in words; as HTML its sizes stand out."""
        if not isinstance(self.text, str):
            return self.text(self.asked, html)
        pieces = re.split(r"\{(\w+)\}", self.text)
        values = [f"{self.sizes[name]:,}" for name in pieces[1::2]]
        pieces[1::2] = [f"<b>{value}</b>" for value in values] if html else values
        pieces[0::2] = map(escape, pieces[0::2]) if html else pieces[0::2]
        return "".join(pieces)

    @cached_property
    def numbers(self) -> set[int]:
        """The numbers in its words."""
        return {int(each.replace(",", "")) for each in re.findall(r"(?<!\w)(?:\d[\d,]*\d|\d)", self.words())}

    @property
    def in_bytes(self) -> bool:
        """Whether bytes are asked, and no parameters."""
        return "How many bytes" in self.words()

    @cached_property
    def figures(self) -> set[int]:
        """Those of them that are no size of what is asked for, such as the length of a sentence."""
        heads = {int(value) for name, value in self.sizes.items() if name == "heads" and value}
        return self.numbers - {int(leaf) for leaf in leaves(self.count)} - heads

    @cached_property
    def own_wrongs(self) -> list[Wrong]:
        """What the slips lead to that are made with this question alone, where they make a difference."""
        made = [each.wrong(self.sizes) for each in self.own]
        return [wrong for wrong in made if int(wrong.count) != int(self.count)]

    def wrongs(self) -> Iterator[Wrong]:
        """Every known wrong answer, the question's own first."""
        yield from self.own_wrongs
        yield from slips.wrongs(self.asked)
        yield from slips.paired(self.asked)

    def judged(self, answer) -> Verdict:
        """What there is to say of an answer to it."""
        return judge(answer, self.asked, self.figures, self.three, self.own_wrongs, self.in_bytes)

    def another(self, number: int | str) -> Question:
        """The same question in other sizes, such that its known wrong counts can be told apart.

        number: which one, or a name for it; the same gives the same sizes. Returns the question itself where
        nothing in it can be varied.
        """
        chance = random.Random(f"{self.id} {number}")
        best, fewest = self, float("inf")
        for _ in range(_DRAWS if self.others else 0):
            drawn = self._drawn(chance)
            if drawn and (found := clashes(drawn)) < fewest:
                best, fewest = drawn, found
            if not fewest:
                break
        return best

    def _drawn(self, chance: random.Random) -> Question | None:
        """The question in sizes that are drawn; None if they do not go together."""
        sizes = dict(self.sizes)
        for name, values in self.others.items():
            before = sizes[name]
            several = isinstance(before, tuple)
            new = tuple(chance.choice(values) for _ in before) if several else chance.choice(values)
            sizes[name] = new
        question = replace(self, sizes=sizes)
        try:
            return question if question.count > 0 and sizes != self.sizes else None
        except (TypeError, ValueError):  # such as heads that do not divide x
            return None


def clashes(question: Question) -> int:
    """How many known slips lead to a count that another one leads to; to the right one is far worse."""
    known = [*(each.wrong(question.sizes) for each in question.own), *slips.unsifted(question.asked)]
    counts = [int(wrong.count) for wrong in known]
    right = counts.count(int(question.count))
    return len(counts) - len({*counts}) + right * len(counts)


def of_layer(layer: Layer, text: str = "") -> Question:
    """The question for the count of a layer. text: its words, if the usual ones do not fit."""
    sizes = {name: value for name, value in layer.arguments().items() if value is not None}
    if text:
        return Question(layer.name, lambda _, html: escape(text) if html else text, lambda **_: layer, sizes)
    others = {name: small(name) for name, value in sizes.items() if _varies(name, value)}
    return Question(layer.name, _usual, layer.resized if sizes else lambda: layer, sizes, others)


def small(name: str) -> Sequence[int]:
    """Sizes for a pencil."""
    return _SMALL.get(letter(name), _ANY)


def _varies(name: str, value: object) -> bool:
    if isinstance(value, bool) or (name in ("heads", "groups") and value == 1):
        return False
    return isinstance(value, int) or (isinstance(value, tuple) and bool(value))


def _plain(value: object) -> object:
    """A size without its name."""
    if isinstance(value, tuple):
        return tuple(map(int, value))
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _usual(layer: Layer, html: bool) -> str:
    """The usual question for a layer."""
    safe = escape if html else str
    sizes = []
    for name, value in layer.arguments().items():
        for each in value if isinstance(value, tuple) else (value,):
            if each is False:
                sizes.append(safe(f"no {name}"))
            elif each is not True and each is not None and not (name in ("heads", "groups") and each == 1):
                label = getattr(each, "name", None) or name
                size = f"<b>{math(Dim(1, label))} = {each:,}</b>" if html else f"{label} = {each:,}"
                sizes.append(f"{safe(meaning(label, layer))} {size}".strip())
    described = f": {', '.join(sizes)}" if sizes else ""
    return f"{safe(Account(layer).heading)}{described}. How many parameters does it train?"
