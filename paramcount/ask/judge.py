"""Looking at an answer, and naming the slip that it comes from if it is a known one."""

from __future__ import annotations

import operator
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from html import escape

from ..core import Layer, Path
from ..dims import Dim, shown
from ..show.account import Account
from ..show.said import Said
from ..typed import Typed, Unreadable, parse, too_large
from . import forms, near, slips
from .known import MOST_CHOICES, RARE, is_chance, is_near, is_rounding_of, leading_to, multiple, told_once
from .rounded import is_rounded, last_figure, other_unit, rounds, to_three, unit_forgotten
from .slips import Wrong
from .slips.parts import whole

_UNKNOWN = "That is not one of the slips I know."
_NEXT = {"+": "Count one part at a time, then add.", "−": "Count both, then take the difference."}
_STEP = "Work it out one step at a time."
_TYPE = "Type the arithmetic instead, such as 3*5 + 2: then it can be said which part is off."
_TOO_MUCH = "Not all that you wrote belongs to the count that is asked for."
_BRACKETS = "A product is worked out before a sum. Put brackets around what is to be added first."
_BRACKETS_OF_MINUS = "A minus is worked out after products. Put brackets around the difference."
_ONE_SIDE = "Only one side of the difference is multiplied. The other side has its factors too."
_MINUS = "A minus holds for the number behind it alone. Put brackets around all that is to be taken away."
_TAKEN_AWAY = "Nothing is to be taken away here. What belongs to a count is added, and the rest is left out."
_ONE_TERM = "All but one term is right as it stands. Count that one once more. Is anything missing beside it?"
_FACTOR = "The form is right. One number in it is not the one that belongs there."
_THREE = "That is about right. Three figures are enough; of more, all have to be right."
_TURNED = "The size is right. Take the difference the other way round."
PERHAPS = "Perhaps it was this:"
_LONG = 100  # characters of a working


@dataclass(frozen=True, repr=False)
class Verdict(Said):
    """What there is to say of an answer. The lines are for a first try: they hold no number that mends it.

    answer, place: arithmetic as it was typed, and which characters of it are meant. more: what is said of a
    second wrong try; missing: the tensors that a known slip left out; distance: how far off it is, for those
    who ask. slip: its id. choices: the slips that lead to this number, where it may be one of several.
    """

    answer: str = ""
    place: tuple[int, int] | None = None
    more: tuple[str, ...] = ()
    missing: frozenset[Path] = frozenset()
    distance: str = ""
    slip: str = ""
    choices: tuple[Wrong, ...] = ()

    def __repr__(self) -> str:
        lines = [self.headline, *self.lines]
        if self.place:
            start, end = self.place
            lines[1:1] = ["  " + self.answer, "  " + " " * start + "^" * max(1, end - start)]
        return "\n".join(lines)

    def html_lines(self) -> list[str]:
        """What it says below its headline, the place in an answer that is meant underlined."""
        lines = super().html_lines()
        if self.place:
            a, b = self.place
            before, here, after = (escape(t) for t in (self.answer[:a], self.answer[a:b], self.answer[b:]))
            lines.insert(0, f"<code>{before}<u>{here or '&nbsp;'}</u>{after}</code>")
        return lines


def judge(
    mine,
    right: Layer | int,
    figures: Collection[int] | None = None,
    three: bool = False,
    own: Sequence[Wrong] = (),
    in_bytes: bool = False,
) -> Verdict:
    """What there is to say of an answer.

    mine: a number, arithmetic as text, or a layer. figures: the numbers in the question that are no sizes, of
    which an answer may be a multiple; None if there is no question. three: whether three figures are enough.
    own: wrong answers that slips lead to which are made with the question alone. in_bytes: whether bytes are
    asked, so that 66.1 GB may be typed.
    Raises TypeError if `right` is neither a layer nor a whole number.
    """
    if isinstance(mine, str) and not mine.strip():
        return Verdict("empty", "Your turn first.", ("Type a number or arithmetic, then press Check.",))
    count = right.count if isinstance(right, Layer) else right
    if isinstance(count, bool) or not isinstance(count, int):
        raise TypeError(f"check needs a layer or a whole number to compare with, not {shown(count)}")
    try:
        down = getattr(count, "how", "") == "÷"  # how many there are at most
        typed = parse(mine, in_bytes, down) if isinstance(mine, str) else None
        value = typed.value if typed else _number(mine)
        if too_large(value):
            raise Unreadable("That is larger than any count could be.")
    except Unreadable as error:
        text = mine if isinstance(mine, str) else ""
        return Verdict("unreadable", "I cannot read that yet.", (str(error),), text, error.place)
    if value == count:
        text = mine if typed and typed.tree.args else ""
        return Verdict("right", f"{shown(value)} is right.", _working(right), text)
    if three and to_three(value, count, typed):
        return Verdict("right", f"{shown(value)} is right, to three figures.", _working(right))
    return _wrong(value, typed, mine, right if isinstance(right, Layer) else Dim(right), figures, three, own)


def _number(answer) -> int:
    if isinstance(answer, Layer):
        return int(answer.count)
    if isinstance(answer, float) and answer.is_integer():
        return int(answer)
    if isinstance(answer, tuple):
        raise Unreadable("In Python a comma begins another number: write 101770 or 101_770, not 101,770.")
    try:
        if not isinstance(answer, bool):
            return operator.index(answer)
    except TypeError:
        pass
    raise Unreadable(f"A count is a whole number, not {type(answer).__name__} {shown(answer)}.")


def _working(asked: Layer | int) -> tuple[str, ...]:
    """The way to a right answer, if there is more to it than the answer."""
    if isinstance(asked, Layer):
        lines = Account(asked).lines
        return (" = ".join(lines[1:]),) if len(lines) > 2 else ()
    if isinstance(asked, Dim) and asked.how != "leaf":
        return (f"{_written(asked)} = {asked:,}",)
    return ()


def _written(asked: Dim) -> str:
    """How a count comes about, with the counts of layers worked out where it would be long."""
    if len(asked.numbers) <= _LONG:
        return asked.numbers
    if not asked.sides:
        return f"{asked:,}"
    how, *sides = asked.sides
    texts = [f"({_written(side)})" if side.sides and how in "×÷" else _written(side) for side in sides]
    down = how == "÷" and sides[0] % sides[1]  # what is left over is dropped
    return f"⌊{' ÷ '.join(texts)}⌋" if down else f" {how} ".join(texts)


def estimate(mine: str, count: int) -> Verdict:
    """What there is to say of an estimate: right is what is within a tenth of the count."""
    said = judge(mine, int(count))
    if said.kind not in ("right", "wrong"):
        return said
    value = parse(mine).value
    if 10 * abs(value - count) <= count:
        return Verdict("right", f"{value:,} is near enough.", ("Now exactly, if you like.",))
    size = "less" if value < count else "more"
    how = f"{size} than there are, by more than a tenth."
    if value > 0 and not count / 5 < value < count * 5:
        how = f"many times {size} than there are. Which part holds most of them?"
    return Verdict("wrong", said.headline, (f"That is {how}",))


# -- wrong answers ------------------------------------------------------------------------------


def _wrong(
    value: int,
    typed: Typed | None,
    mine,
    asked: Layer | Dim,
    figures: Collection[int] | None,
    three: bool = False,
    own: Sequence[Wrong] = (),
) -> Verdict:
    count = Dim(asked.count if isinstance(asked, Layer) else asked)
    headline = f"{shown(value)}: not yet."
    distance = f"You are {shown(abs(count - value))} {'short' if value < count else 'over'}."
    text = mine if isinstance(mine, str) else ""
    if three and rounds(count, value):
        return Verdict("wrong", headline, (_THREE,), distance=distance)
    if value == -count and count.how == "−":
        return Verdict("wrong", headline, (_TURNED,), distance=distance, slip="turned_round")
    every = [*own, *slips.wrongs(asked)] if typed and typed.rounded and not typed.tree.args else []
    own = [wrong for wrong in own if is_near(value, wrong, typed, three)]
    if typed and not own and (inside := _of_one_part(typed, mine, asked)):
        return replace(inside, headline=headline, distance=distance)
    known, sure = leading_to(value, typed, asked, figures, three, own) if value or own else ([], False)
    if rounds(count, value) and all(wrong.part for wrong in known):
        known = []  # what a slip in a part leads to by chance
    if typed and not own and (written := _as_written(typed, count, known, sure)):
        said, place = written
        return Verdict("wrong", headline, (said,), text if place else "", place, distance=distance)
    if not known and not rounds(count, value):
        known = told_once([wrong for wrong in every if is_rounding_of(wrong, value)])[:MOST_CHOICES]
        if len(known) == 1:
            known = [replace(known[0], why=f"{PERHAPS} {known[0].why}")]
    place = near.wrong_factor(typed, count) if typed and not sure and not own else None
    if known and not place:
        return _named(headline, known, sure, distance)
    term = near.wrong_term(typed, count) if typed and not place else None
    said = _FACTOR if place else _ONE_TERM if term else _without_a_slip(value, typed, count, figures, three)
    place = place or (term.place if term else None)
    return Verdict("wrong", headline, (said,), text if place else "", place, distance=distance)


def _of_one_part(typed: Typed, mine: str, asked: Layer | Dim) -> Verdict | None:
    """What is said of a sum of which all terms but one are right: what is to be said of that one."""
    inside = whole(asked)
    terms = typed.tree.args if typed.tree.how == "+" else ()
    if not inside or not inside.sums_up or len(terms) != len(inside.parts) or len(terms) < 2:
        return None
    free, left = list(terms), []
    for part in inside.parts:
        same = [term for term in free if term.value == part.layer.count * len(part.names)]
        if same:
            free.remove(same[0])
        else:
            left.append(part)
    if len(left) != 1 or len(left[0].names) > 1 or _is_about_what_is_read(typed, asked):
        return None
    (part,), (term,) = left, free
    known, _ = leading_to(typed.value, typed, asked, (), False)
    if any(not wrong.part and wrong.slip not in RARE for wrong in known):
        return None  # it is a slip with all of it, such as a shared table that is counted again
    verdict = _wrong(int(term.value), Typed(int(term.value), term, False), mine, part.layer, ())
    if verdict.choices:
        within = [replace(each, why=f"In {part.label}: {each.why}") for each in verdict.choices]
        return _named(verdict.headline, within, True, verdict.distance)
    if not verdict.slip and not verdict.place:
        if known:
            return None
        return replace(verdict, lines=(f"All is right but for {part.label}. Count that once more.",))
    missing = frozenset((part.names[0], *path) for path in verdict.missing)
    line = f"In {part.label}: {verdict.lines[0].removeprefix(PERHAPS).lstrip()}"
    perhaps = PERHAPS if verdict.lines[0].startswith(PERHAPS) else ""
    return replace(verdict, lines=(in_short(f"{perhaps} {line}".lstrip()),), missing=missing)


def _as_written(
    typed: Typed, count: Dim, known: list[Wrong], sure: bool
) -> tuple[str, tuple[int, int] | None] | None:
    """What the form of an answer says by itself, whatever number it comes to, and where; None if nothing.

    known, sure: the slips that lead to the number, and whether what was typed shows them.
    """
    minus = typed.tree.how == "−"
    shown_by_it = sure and not forms.times_one(typed)  # nobody writes × 1 but by rote
    same = any(forms.same_numbers(typed, each) for each in known)
    if (minus or not (same or shown_by_it)) and near.without_brackets(typed, count):
        return _BRACKETS_OF_MINUS if minus else _BRACKETS, None
    if near.without_brackets_after_minus(typed, count):
        return _MINUS, None
    told = any(wrong.slip not in RARE and not wrong.part for wrong in known)
    if told:
        return None
    if near.one_side_multiplied(typed, count):
        return _ONE_SIDE, None
    if near.taken_away(typed, count):
        return _TAKEN_AWAY, None
    if too_much := near.too_much(typed, count):
        return _TOO_MUCH, too_much[0].place if len(too_much) == 1 else None
    return None


def _is_about_what_is_read(typed: Typed, asked: Layer | Dim) -> bool:
    """Whether it may be a slip with what a layer reads, which is to be told of two layers and not of one."""
    return any(
        wrong.slip in ("reads_like_the_first", "reads_one_direction") and wrong.count == typed.value
        for wrong in slips.wrongs(asked)
    )


def _named(headline: str, known: list[Wrong], sure: bool, distance: str) -> Verdict:
    """What is said where slips are known that lead to the number."""
    if len(known) == 1:
        (wrong,) = known
        if not sure and is_chance(wrong):
            wrong = replace(wrong, why=f"{PERHAPS} {wrong.why}")
        return of_slip(headline, wrong, distance)
    lines = [f"{_counted(len(known))} lead to this number. Which was yours?"]
    lines += [f"{n}. {in_short(wrong.why)}" for n, wrong in enumerate(known, 1)]
    return Verdict("wrong", headline, tuple(lines), distance=distance, choices=tuple(known))


def of_slip(headline: str, wrong: Wrong, distance: str) -> Verdict:
    """What is said of a slip."""
    more = (wrong.more,) if wrong.more else ()
    return Verdict(
        "wrong",
        headline,
        (in_short(wrong.why),),
        more=more,
        missing=wrong.missing,
        distance=distance,
        slip=wrong.slip,
    )


def in_short(why: str) -> str:
    """Where a slip was made in one breath: "In the layers, the attention, the query: that …"."""
    perhaps, why = (PERHAPS + " ") * why.startswith(PERHAPS), why.removeprefix(PERHAPS).lstrip()
    why = re.sub(r": In (?=[^.:]*: )", ", ", why)
    why = re.sub(r"(In [^.:]*: )([A-Z])(?=[a-z ])", lambda found: found[1] + found[2].lower(), why)
    return perhaps + (why[:1].lower() + why[1:] if perhaps else why)


def _without_a_slip(
    value: int, typed: Typed | None, count: Dim, figures: Collection[int] | None, three: bool
) -> str:
    """What can be said for certain where no slip is known."""
    if count > 0 > value:
        return "A count is never below 0. Look for a minus sign that should not be there."
    if value == 0 and count.how == "−":
        return "0 would mean that there is no difference. What has the one that the other has not?"
    if value == 0:
        return "0 would mean that nothing is trained. Which numbers are learned, and which only pass through?"
    if typed and typed.unit > 1 and (said := other_unit(typed, count)):
        return said
    if three and abs(value - count) <= count / 10:
        return _THREE
    if unit := unit_forgotten(value, count):
        return f"Is that in {unit}? Write all of the number: what is asked for is the exact count."
    if is_rounded(typed, value) and abs(value - count) <= max(count // 100, last_figure(value)):
        return "That is about right. What is asked for is the exact count."
    if times := multiple(value, count, figures or ()):
        return times
    if typed and near.left_out(typed, count):
        return "All that you wrote belongs to the count. Something else is trained besides."
    bare = typed and not typed.tree.args
    return f"{_UNKNOWN} {_TYPE if bare else _NEXT.get(count.how, _STEP)}"


def _counted(number: int) -> str:
    return {2: "Two different slips", 3: "Three different slips"}[number]
