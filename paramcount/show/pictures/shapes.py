"""Numbers as they are drawn: one by one while they can be counted, as one shape where they are many."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .svg import hatched, number, rect

FEW = 12  # on a side: the most that are drawn one by one


# -- weights ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Matrix:
    """Weights: a cell for each, or one tinted rectangle for all. few: whether they are cells."""

    columns: int
    rows: int
    wide: float
    high: float
    few: bool
    thin: bool = False  # whether a side is drawn wider than it is

    @property
    def side(self) -> float:
        """Of a cell, with the gap to the next."""
        return self.wide / self.columns

    @property
    def gap(self) -> float:
        return min(2.0, self.side / 5)

    @property
    def edge(self) -> float:
        """What its sides are longer than what is seen: the gap after the last cell."""
        return self.gap if self.few else 0

    def at(self, x, y) -> str:
        """The weights, from their top left corner."""
        if self.few:
            return cells(x, y, self.columns, self.rows, self.side, self.gap)
        return rect(x, y, self.wide, self.high, "pc-tint")


def matrix(columns: int, rows: int, unit: float, few: bool, least=(0.0, 0.0)) -> Matrix:
    """Weights in their true shape. unit: the side of one; least: width and height of a rectangle."""
    wide, high = columns * unit, rows * unit
    if few:
        return Matrix(columns, rows, wide, high, few=True)
    widened = max(least[0], wide), max(least[1], high)
    return Matrix(columns, rows, *widened, few=False, thin=widened != (wide, high))


def cells(x, y, columns, rows, side, gap=2.0) -> str:
    """A grid of filled squares, each a weight, as one path."""
    a = number(side - gap)
    steps = [
        f"M{number(x + column * side)} {number(y + row * side)}h{a}v{a}h-{a}z"
        for row in range(rows)
        for column in range(columns)
    ]
    return f'<path d="{"".join(steps)}" class="pc-cell"/>'


# -- biases and gains ---------------------------------------------------------------------------


def vector(x, y, count, pitch, radius, pill, colour: str, few: bool, mark: Callable | None = None) -> str:
    """Biases or gains about a middle point: a dot (or another mark) for each, or one hatched pill for all.

    pitch: from one to the next; pill: how wide and high the pill is, and so which way they stand.
    """
    wide, high = pill
    if not few:
        return hatched(x - wide / 2, y - high / 2, wide, high, colour)
    before, across = (count - 1) / 2 * pitch, wide > high
    start = (x - before, y) if across else (x, y - before)
    return (mark or dots)(*start, count, pitch, radius, across)


def dots(x, y, count, pitch, radius, across=False, style="pc-cell") -> str:
    """A column (or row) of circles, each a bias, as one path."""
    r, d = number(radius), number(2 * radius)
    steps = []
    for k in range(count):
        left, middle = (x + k * pitch, y) if across else (x, y + k * pitch)
        steps.append(f"M{number(left - radius)} {number(middle)}a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0 -{d} 0z")
    return f'<path d="{"".join(steps)}" class="{style}"/>'


def diamonds(x, y, count, pitch, radius, across=False, style="pc-cell") -> str:
    """A column (or row) of diamonds, each a gain or a shift."""
    r = f"{radius:.1f}"
    places = [(x + k * pitch, y) if across else (x, y + k * pitch) for k in range(count)]
    return "".join(
        f'<path d="M{left - radius:.1f} {middle:.1f}l{r} -{r}l{r} {r}l-{r} {r}z" class="{style}"/>'
        for left, middle in places
    )


# -- numbers that flow --------------------------------------------------------------------------


def numbers(x, y, wide, high, count: int, gap=0.0) -> str:
    """A row of hollow numbers; a count of 1 stands for many."""
    pitch = wide / count
    return "".join(rect(x + k * pitch, y, pitch - gap, high, "pc-hollow") for k in range(count))


def column(x, middle, high, wide=18) -> str:
    """Hollow numbers above each other as one shape, about a middle point."""
    return rect(x - wide / 2, middle - high / 2, wide, high, "pc-hollow")
