"""`check` looks at an answer that is written as code."""

from __future__ import annotations

import re
from dataclasses import replace

from ..core import Layer, Tensor
from ..dims import Dim
from ..show.said import OPEN
from .bank import find
from .judge import Verdict, judge, of_slip
from .record import answered
from .slips.base import listed


def check(mine, right: Layer | int | str) -> Verdict:
    """Compare an answer with the right one, and name the slip if it is a known one.

    mine: a number, arithmetic as text, a layer, or ``...`` for an exercise that is still open.
    right: a layer; a number, which remembers the layers that it was worked out from, as
    ``a.count - b.count`` does; or the name of a question of the chapters, such as "two-neurons".
    """
    if right is ... or mine is ...:
        return Verdict("empty", OPEN.headline, OPEN.lines)
    if not isinstance(right, str):
        return _by_parts(judge(mine, right), mine, right)
    question = find(right)
    said = question.judged(mine)
    return answered(question, mine, _by_parts(said, mine, question.asked))


def _by_parts(said: Verdict, mine, right: Layer | int) -> Verdict:
    """What there is to say of a layer with as many parts as the right one: which of them differ.

    A slip that is known of the whole stays, if it is with such a part.
    """
    if said.kind != "wrong" or not (isinstance(mine, Layer) and isinstance(right, Layer)):
        return said
    alike = {*mine.parts} == {*right.parts}
    if len(mine.parts) != len(right.parts):
        return said
    order = right.parts if alike else mine.parts  # other names: in the order in which they stand
    pairs = {name: (mine.parts[name], part) for name, part in zip(order, right.parts.values(), strict=True)}
    differ = [name for name, (one, part) in pairs.items() if int(one.count) != int(part.count)]
    if not differ:
        return said
    if len(differ) == 1:
        if said.slip and _names(said.lines[0], differ[0]):
            return said
        if of_it := [each for each in said.choices if not each.part and _names(each.why, differ[0])]:
            return of_slip(said.headline, of_it[0], said.distance)
    slips: dict[str, list[str]] = {}  # what is said of a part, and of which
    for name in differ:
        slips.setdefault(_of_part(*pairs[name]), []).append(name)
    if said.slip and len(slips) == 1 and len(differ) > 1:
        return said
    lines = tuple(f"{listed(names)}: {words}" for words, names in slips.items())
    return replace(said, lines=lines, more=(), missing=frozenset(), slip="", choices=())


def _names(sentence: str, part: str) -> bool:
    return re.search(rf"\b{re.escape(part)}\b", sentence) is not None


def _of_part(mine: Layer | Tensor, right: Layer | Tensor) -> str:
    """What there is to say of a part: the slip in it, or else what it has and what it is to be."""
    if isinstance(mine, Layer) and isinstance(right, Layer):
        if not _what_it_is(right) and (reads := _reads_other(mine, right)):
            return f"yours reads {reads:,} numbers. What gives them, and how many are they?"
        inside = judge(mine, right)
        if inside.slip:
            return inside.lines[0]
    return f"yours has {mine.count:,} parameters. {_what_it_is(right)}".strip()


def _reads_other(mine: Layer, right: Layer) -> int:
    """How many numbers it reads, if it is the right layer but for that; otherwise 0."""
    if mine.name != right.name:
        return 0
    ours, theirs = mine.arguments(), right.arguments()
    differ = [name for name in ours if ours[name] != theirs.get(name)]
    if differ == ["i"]:
        return int(ours["i"])
    layers = [each.get("recurrent") for each in (ours, theirs)]
    both = [each for each in layers if isinstance(each, Layer)]
    return _reads_other(*both) if len(both) == 2 else 0


def _what_it_is(part: Layer | Tensor) -> str:
    """In the letters of the exercise: a shape, what a layer reads and gives, or how often it is there."""
    if isinstance(part, Tensor):
        return f"Its shape is {' × '.join(size.symbols for size in part.shape)}."
    if part.times.symbols != "1":
        return f"How often it is there: {part.times.symbols}."
    reads, gives = part.sizes.get("i"), part.sizes.get("o")
    if isinstance(reads, Dim) and isinstance(gives, Dim):
        return f"It reads {reads.symbols} and gives {gives.symbols}."
    return ""
