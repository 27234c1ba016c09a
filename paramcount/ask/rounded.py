"""Figures that are rounded, and numbers in a unit: whether one is near enough, and what to say of it."""

from __future__ import annotations

from fractions import Fraction
from math import log, prod

from ..typed import Term, Typed

_UNITS = {10**3: "thousands", 10**6: "millions", 10**9: "billions"}
_MANY = {base**power for base in (1_000, 1_024) for power in (1, 2, 3, 4)}  # bytes in a unit


def to_three(value: int, count: int, typed: Typed | None) -> bool:
    """Whether a number of three figures, or four, is as near as these are; of more, the last is the test."""
    written = _before_its_unit(typed.tree) if typed else value
    figures = str(abs(int(written * 1_000))).rstrip("0")
    off = abs(value - count)
    added_up = typed is not None and typed.rounded and typed.tree.how in ("+", "−")  # of rounded figures
    if len(figures) > 4 and not added_up:
        return off * int(figures) <= abs(value)
    return bool(figures) and 200 * off <= abs(count)


def _before_its_unit(tree: Term) -> int | Fraction:
    """What was typed, without the size of a unit that it is multiplied with: 61.5 of 61.5 × 1,024³."""
    factors = tree.args if tree.how == "×" else (tree,)
    return prod(Fraction(factor.value) for factor in factors if factor.value not in _MANY)


def rounds(count: int, value: int) -> bool:
    """Whether a number is the count, rounded to three figures or fewer."""
    zeros = len(str(value)) - len(str(value).rstrip("0"))
    return value >= 10_000 and len(str(value)) - zeros <= 3 and value == round(int(count), -zeros)


def last_figure(value: int) -> int:
    """What one more is in the last figure of a rounded number: 10,000 in 220,000."""
    return 10 ** (len(str(value)) - len(str(value).rstrip("0")))


def is_rounded(typed: Typed | None, value: int) -> bool:
    """Whether it is a rounded figure, as 117M or 220,000 are. Arithmetic is none."""
    if typed and typed.tree.args and typed.unit == 1:
        return False
    return bool(typed and typed.rounded) or (value >= 10_000 and len(str(value).rstrip("0")) <= 3)


def unit_forgotten(value: int, count: int) -> str:
    """Of which a number would be the count, rounded: thousands, millions or billions; "" for none."""
    for size, name in _UNITS.items():
        if count >= 10 * size and value in (count // size, -(-count // size)):
            return name
    return ""


def _swapped(typed: Typed) -> int:
    """The number in the unit of the other kind: 66.1 GiB of 66.1 GB."""
    power = round(log(typed.unit, 1_000))
    other = 1_024 if typed.unit == 1_000**power else 1_000
    return round(Fraction(typed.tree.value) / typed.unit * other**power)


def to_three_in_the_other_unit(count: int, typed: Typed | None) -> bool:
    """Whether a number would be the count in the unit of the other kind."""
    return typed is not None and typed.unit > 1 and to_three(_swapped(typed), count, typed)


def other_unit(typed: Typed, count: int) -> str:
    """What is said of a number that is right in another unit, GiB for GB or MB for GB; "" if it is not."""
    if not to_three_in_the_other_unit(count, typed):
        figures = Fraction(typed.value, typed.unit)
        far = any(to_three(round(figures * unit), count, typed) for unit in _MANY)
        return "The figures are right, and the unit is another one." * far
    power = round(log(typed.unit, 1_000))
    bases = {f"{'kMGT'[power - 1]}B": 1_000, f"{'KMGT'[power - 1]}iB": 1_024}
    (typed_in, base), (right_in, other) = sorted(
        bases.items(), key=lambda each: each[1] ** power != typed.unit
    )
    sizes = [" × ".join([f"{size:,}"] * power) for size in (other, base)]
    return f"That number is right in {right_in}, of {sizes[0]} bytes each. A {typed_in} has {sizes[1]}."
