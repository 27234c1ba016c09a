"""`check` looks at an answer that is written as code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..core import Layer, Tensor
from ..dims import Dim
from ..glossary import meaning
from ..show.said import OPEN
from . import kept
from .bank import find
from .judge import Verdict, judge, of_slip
from .record import answered
from .slips.base import listed, the

# What is said of a size of a dense layer or of a convolution that is too large, or too small.
_TOO = {
    "i": ("it reads too much", "it reads too little"),
    "f": ("its filters are too large", "its filters are too small"),
    "o": ("it gives too much", "it gives too little"),
    "groups": ("it has too many groups", "it has too few groups"),
    "bias": ("it has biases that do not belong there", "its biases are missing"),
}
_IN_ORDER = {
    "conv": "channels in, the side of a filter, channels out: conv(i, f, o)",
    "dense": "what it reads, then what it gives: dense(i, o)",
}
_PLACES = ("first", "second", "third", "fourth", "fifth")


def check(mine, right: Layer | int | str) -> Verdict:
    """Compare an answer with the right one, and name the slip if it is a known one.

    mine: a number, arithmetic as text, a layer, or ``...`` for an exercise that is still open.
    right: a layer; a number, which remembers the layers that it was worked out from, as
    ``a.count - b.count`` does; or the name of a question of the chapters, such as "two-neurons". A second
    wrong answer to such a question is told more.
    """
    if right is ... or mine is ...:
        return Verdict("empty", OPEN.headline, OPEN.lines)
    if not isinstance(right, str):
        return _by_parts(judge(mine, right), mine, right)
    question = find(right)
    again = kept.of(question).tries > 0
    # Of a layer the parts tell more than the slips that are made with this question's number.
    judged = (replace(question, own=()) if isinstance(mine, Layer) else question).judged(mine)
    said = answered(question, mine, _by_parts(judged, mine, question.asked))
    if again and said.kind == "wrong":
        return replace(said, lines=(*said.lines, *said.more))
    return said


def _by_parts(said: Verdict, mine, right: Layer | int) -> Verdict:
    """What there is to say of a layer with as many parts as the right one: which of them differ.

    A slip that is known of the whole stays, if it is with such a part.
    """
    if not (isinstance(mine, Layer) and isinstance(right, Layer)):
        return said
    if said.kind == "right":
        return replace(said, lines=(*said.lines, *_turned_round(mine, right)))
    if said.kind != "wrong":
        return said
    if mine.family and mine.name == right.name:
        line, more = _of_part(mine, right)
        order = _in_wrong_order(mine, right)
        line = order or f"{line[:1].upper()}{line[1:]}"
        return said if said.slip and not order else _anew(said, [line], [more])
    if mine.family and right.family and (differ := _reads_or_gives_other(mine, right)):
        line = _of_sizes(mine, right, differ)
        more = f"Yours has {mine.count:,} parameters. {_what_it_is(right)}"
        one = said.slip and len(differ) == 1  # with both it is the sizes, whatever slip has that number too
        return said if one else _anew(said, [f"{line[:1].upper()}{line[1:]}"], [more])
    alike = {*mine.parts} == {*right.parts}
    if len(mine.parts) != len(right.parts):
        return said
    order = right.parts if alike else mine.parts  # other names: in the order in which they stand
    pairs = {name: (mine.parts[name], part) for name, part in zip(order, right.parts.values(), strict=True)}
    differ = [name for name, (one, part) in pairs.items() if int(one.count) != int(part.count)]
    if not differ:
        return said
    if len(differ) == 1:
        others = {*mine.parts, *right.parts} - {*differ}
        in_order = not _in_wrong_order(*pairs[differ[0]])
        if said.slip and in_order and _names(said.lines[0], differ[0], others):
            return said
        if of_it := [each for each in said.choices if not each.part and _names(each.why, differ[0], others)]:
            return of_slip(said.headline, of_it[0], said.distance)
    slips: dict[str, list[str]] = {}  # what is said of a part, and of which
    later = []
    for name in differ:
        words, more = _of_part(*pairs[name])
        slips.setdefault(words, []).append(name)
        later += [f"{name}: {more}"] if more else []
    if said.slip and len(slips) == 1 and len(differ) > 1 and not _in_wrong_order(*pairs[differ[0]]):
        return said
    return _anew(said, [f"{listed(names)}: {words}" for words, names in slips.items()], later)


def _turned_round(mine: Layer, right: Layer) -> Iterator[str]:
    """Of a right count, in which parts sizes are exchanged: that makes no difference to the number alone."""
    for name in mine.parts if {*mine.parts} == {*right.parts} else ():
        if order := _in_wrong_order(mine.parts[name], right.parts[name]):
            yield f"In {the(name)} two sizes are exchanged, which the number does not show: {order}"


def _anew(said: Verdict, lines: Iterable[str], more: Iterable[str]) -> Verdict:
    """The verdict with other words, and no slip of the whole. more: what is said of a second wrong try."""
    more = tuple(filter(None, more))
    return replace(said, lines=tuple(lines), more=more, missing=frozenset(), slip="", choices=())


def _names(sentence: str, part: str, others: Iterable[str]) -> bool:
    """Whether a sentence names a part, and not another one whose name has that name in it."""
    for other in others:
        if part in other:
            sentence = re.sub(rf"\b{re.escape(other)}\b", "", sentence)
    return re.search(rf"\b{re.escape(part)}\b", sentence) is not None


def _of_part(mine: Layer | Tensor, right: Layer | Tensor) -> tuple[str, str]:
    """What there is to say of a part: the slip in it, or else what differs and in which direction.

    And what is said of a second wrong try: what it has, and what it is to be.
    """
    later = f"yours has {mine.count:,} parameters. {_what_it_is(right)}".strip()
    if isinstance(mine, Tensor) or isinstance(right, Tensor):
        both = isinstance(mine, Tensor) and isinstance(right, Tensor)
        return (_of_shape(mine, right) if both else _too_many(mine, right)), later  # type: ignore[arg-type]
    if order := _in_wrong_order(mine, right):
        return order, later
    if int(mine.times) != int(right.times) and mine.count * right.times == right.count * mine.times:
        return f"it is there too {'often' if mine.times > right.times else 'few times'}.", later
    if not _what_it_is(right) and (reads := _reads_other(mine, right)):
        return f"yours reads {reads:,} numbers. What gives them, and how many are they?", ""
    differ = _differ(mine, right)
    if not {"i", "f", "o"} & {*differ}:
        inside = judge(mine, right)
        if inside.slip:
            return inside.lines[0], " ".join(inside.more)
    return (_of_sizes(mine, right, differ) if differ else _too_many(mine, right)), later


def _differ(mine: Layer, right: Layer) -> list[str]:
    """The sizes and switches in which a dense layer or a convolution is not the right one."""
    if mine.name != right.name or mine.name not in _IN_ORDER or not (mine.family and right.family):
        return []
    ours, theirs = mine.arguments(), right.arguments()
    weights = [next(iter(each.parts.values())).count for each in (mine, right)]
    if (
        int(weights[0]) == int(weights[1]) and ours["bias"] != theirs["bias"]
    ):  # one channel in, or as many groups as channels
        return ["bias"]
    return [name for name in ours if _sides(ours[name]) != _sides(theirs[name])]


def _reads_or_gives_other(mine: Layer, right: Layer) -> list[str]:
    """Whether a layer of another kind reads, or gives, other than the right one: a dense layer for 1 × 1."""
    ours, theirs = mine.arguments(), right.arguments()
    both = [name for name in ("i", "o") if isinstance(ours.get(name), int) and name in theirs]
    return [name for name in both if int(ours[name]) != int(theirs[name])]


def _sides(size) -> tuple[int, ...]:
    """The sides of a filter: 3 is 3 × 3. Of another size, the same number twice."""
    return tuple(map(int, size)) if isinstance(size, tuple) else (int(size), int(size))


def _of_sizes(mine: Layer, right: Layer, differ: list[str]) -> str:
    """Which sizes of a layer are not right, and whether they are too large or too small."""
    ours, theirs = mine.arguments(), right.arguments()
    too = [_TOO[name][_sides(ours[name]) < _sides(theirs[name])] for name in differ]
    return f"{listed(too)}."


def _of_shape(mine: Tensor, right: Tensor) -> str:
    """Which size of a shape is not right."""
    if len(mine.shape) != len(right.shape):
        return "its shape has another number of sizes. How many does it take to find one number in it?"
    sizes = zip(mine.shape, right.shape, strict=True)
    wrong = [_PLACES[k] for k, (ours, theirs) in enumerate(sizes) if int(ours) != int(theirs)]
    if len(right.shape) == 1:
        return f"it has too {'many' if mine.count > right.count else 'few'} numbers."
    return f"the {listed(wrong)} size of its shape {'is' if len(wrong) == 1 else 'are'} not right yet."


def _too_many(mine: Layer | Tensor, right: Layer | Tensor) -> str:
    return f"it has too {'many' if mine.count > right.count else 'few'} parameters."


def _in_wrong_order(mine: Layer | Tensor, right: Layer | Tensor) -> str:
    """That the sizes of a layer are right but stand in another order than it takes; "" where they do not."""
    if not (isinstance(mine, Layer) and isinstance(right, Layer)) or mine.name != right.name:
        return ""
    ours, theirs = (_plain(each) for each in (mine, right))
    if ours.keys() != theirs.keys() or ours == theirs or sorted(ours.values()) != sorted(theirs.values()):
        return ""
    order = _IN_ORDER.get(mine.name) or listed(meaning(name, right) or name for name in ours)
    of_torch = (ours.get("f"), ours.get("o")) == (theirs.get("o"), theirs.get("f"))
    last = " PyTorch's Conv2d has the side last." if mine.name == "conv" and of_torch else ""
    return f"{mine.name} takes {order}, in this order.{last}"


def _plain(layer: Layer) -> dict[str, int]:
    """The sizes of a layer of the textbook; none if one of them is no single number."""
    sizes = layer.sizes if layer.family else {}
    plain = {name: int(size) for name, size in sizes.items() if isinstance(size, Dim)}
    return plain if all(isinstance(size, (Dim, bool)) for size in sizes.values()) else {}


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
