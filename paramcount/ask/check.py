"""`check` looks at an answer, and names the slip that it comes from if it is a known one."""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from html import escape

from ..core import Layer, Path
from ..dims import Dim, shown
from ..show.account import Account
from ..show.said import OPEN, Said
from . import slips
from .answers import Unreadable, read, too_large

_UNKNOWN = "That is not one of the slips I know. Count one part at a time, then add."


@dataclass(frozen=True, repr=False)
class Verdict(Said):
    """What there is to say of an answer.

    answer, place: what was typed and where it broke; missing: the tensors that a known slip left out.
    """

    answer: str = ""
    place: tuple[int, int] | None = None
    missing: frozenset[Path] = field(default_factory=frozenset)

    def __repr__(self) -> str:
        shown = [self.headline, *self.lines]
        if self.place:
            start, end = self.place
            shown[1:1] = ["  " + self.answer, "  " + " " * start + "^" * max(1, end - start)]
        return "\n".join(shown)

    def html_lines(self) -> list[str]:
        """What it says below its headline, the place where an answer broke underlined."""
        lines = super().html_lines()
        if self.place:
            a, b = self.place
            before, here, after = (escape(t) for t in (self.answer[:a], self.answer[a:b], self.answer[b:]))
            lines.insert(0, f"<code>{before}<u>{here or '&nbsp;'}</u>{after}</code>")
        return lines


def check(mine, right: Layer | int) -> Verdict:
    """Compare an answer with a layer's count, and name the slip if it is a known one.

    mine: a number, arithmetic as text, a layer, or ``...`` for an exercise that is still open.
    right: a layer, or a number, of which no slips are known.
    """
    if mine is ... or right is ... or (isinstance(mine, str) and not mine.strip()):
        return Verdict("empty", OPEN.headline, OPEN.lines)
    account = Account(right) if isinstance(right, Layer) else None
    count = account.count if account else right
    if isinstance(count, bool) or not isinstance(count, int):
        raise TypeError(f"check needs a layer or a whole number to compare with, not {shown(count)}")
    try:
        value = _number(mine)
        if too_large(value):
            raise Unreadable("That is larger than any count could be.")
    except Unreadable as error:
        typed = mine if isinstance(mine, str) else ""
        return Verdict("unreadable", "I cannot read that yet.", (str(error),), typed, error.place)
    if value == count:
        return Verdict("right", f"{value:,} is right.", _working(account, count))
    return _wrong(value, count, account)


def _number(answer) -> int:
    if isinstance(answer, str):
        return read(answer)
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


def _working(account: Account | None, count: int) -> tuple[str, ...]:
    """The way to a right answer, if there is more to it than the answer."""
    if account:
        return (" = ".join(account.lines[1:]),) if len(account.lines) > 2 else ()
    if isinstance(count, Dim) and count.how != "leaf":
        return (f"{count.numbers} = {count:,}",)
    return ()


def _wrong(value: int, count: int, account: Account | None) -> Verdict:
    headline = f"{value:,}: not yet."
    if account is None and value == -count:
        return Verdict("wrong", headline, ("The size is right. Take the difference the other way round.",))
    known = [wrong for wrong in slips.wrongs(account.layer) if wrong.count == value] if account else []
    reasons = list(dict.fromkeys(wrong.why for wrong in known)) or _multiple(value, count)
    if len(reasons) > 1:
        said = [f"{len(reasons)} different ways lead to this number, so see which one was yours."]
        said += [f"{n}. {why}" for n, why in enumerate(reasons, 1)]
    else:
        said = reasons or [_UNKNOWN]
    distance = f"You are {abs(count - value):,} {'short' if value < count else 'over'}."
    missing = known[0].missing if known and len(reasons) == 1 else frozenset()
    return Verdict("wrong", headline, (*said, distance), missing=missing)


def _multiple(value: int, count: int) -> list[str]:
    if not count or value <= count or value % count:
        return []
    times = f"{value // count:,}"
    return [
        f"That is exactly {times} times the count. If there are {times} steps, examples or places, "
        "they all go through the same parameters."
    ]
