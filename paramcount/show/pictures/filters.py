"""The filters of a convolution: where their blocks stand, and the blocks themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...core import Layer
from .svg import cells, circle, rect

X, Y = 433, 188  # the middle of them all
_WIDE, _TALL, _APART = 262, 252, 18
_SMALLEST = 3.5  # of a cell that can still be counted; in place of smaller ones there is a rectangle


@dataclass(frozen=True)
class Filters:
    """A row of blocks for each filter, a column for each channel.

    filters, channels: pairs of a number from 0, None where some are left out, and a middle;
    slices, rows, columns: of a block; side: of a cell, None for rectangles; wide, high: of a block;
    seen: how many channels and how many filters there are in a group.
    """

    filters: list[tuple[int | None, float]]
    channels: list[tuple[int | None, float]]
    slices: int
    rows: int
    columns: int
    side: float | None
    wide: float
    high: float
    share: tuple[int, int]

    @property
    def left(self) -> float:
        return self.channels[0][1] - self.wide / 2

    @property
    def right(self) -> float:
        return self.channels[-1][1] + self.wide / 2

    @property
    def top(self) -> float:
        return self.filters[0][1] - self.high / 2

    @property
    def bottom(self) -> float:
        return self.filters[-1][1] + self.high / 2

    def blocks(self, seen: bool) -> list[tuple[float, float]]:
        """The middles of the blocks of which a filter has weights, or else of those it does not see."""
        return [
            (x, y)
            for f, y in self.filters
            for c, x in self.channels
            if None not in (f, c) and (c // self.share[0] == f // self.share[1]) == seen
        ]


def laid_out(layer: Layer, sides: list[int]) -> Filters:
    """The filters of a layer, as large as there is room for; sides: of one block, 1 to 3."""
    slices, rows, columns = [1] * (3 - len(sides)) + sides
    down, across = _slots(layer.sizes["o"]), _slots(layer.sizes["i"])
    tall, wide = _room(_TALL, down), _room(_WIDE, across)
    in_a_row = slices * columns + 0.6 * (slices - 1)  # slices stand side by side, a little apart
    side = min(36.0, tall / rows, wide / in_a_row)
    if side >= _SMALLEST and max(rows, columns) <= 12:
        width, height = side * in_a_row, side * rows
    else:
        side, scale = None, min(wide / columns, tall / rows)
        width, height = max(8.0, columns * scale), max(8.0, rows * scale)
    filters, channels = _spread(down, max(20, height), Y), _spread(across, max(34, width), X)
    share = layer.sizes["i"] // layer.sizes["groups"], layer.sizes["o"] // layer.sizes["groups"]
    return Filters(filters, channels, slices, rows, columns, side, width, height, share)


def _slots(count: int) -> list[int | None]:
    """Which filters or channels are drawn: up to four, or three and the last."""
    return list(range(count)) if count <= 4 else [0, 1, 2, None, count - 1]


def _slot(k: int | None) -> float:
    return 0.6 if k is None else 1.0


def _room(whole: float, slots: list) -> float:
    """The most that one block may take."""
    return (whole - _APART * (len(slots) - 1)) / sum(map(_slot, slots))


def _spread(slots: list, size: float, middle: float) -> list[tuple[int | None, float]]:
    extent = size * sum(map(_slot, slots)) + _APART * (len(slots) - 1)
    made, start = [], middle - extent / 2
    for k in slots:
        made.append((k, start + size * _slot(k) / 2))
        start += size * _slot(k) + _APART
    return made


def block(x, y, filters: Filters) -> str:
    """The weights that one filter has for one channel."""
    left, top, side = x - filters.wide / 2, y - filters.high / 2, filters.side
    if side is None:
        return rect(left, top, filters.wide, filters.high, "pc-tint")
    step = side * (filters.columns + 0.6)
    return "".join(
        cells(left + k * step, top, filters.columns, filters.rows, side, min(2.0, side / 5))
        for k in range(filters.slices)
    )


def stacks(layer: Layer, filters: Filters) -> tuple[Filters, str]:
    """Filters for a sketch, and each as hollow sheets: one for each channel that it sees, up to four."""
    down = _slots(layer.sizes["o"])
    room = min(72, _room(_TALL, down))
    filters = replace(filters, filters=_spread(down, room, Y))
    behind, step, longest = min(4, filters.share[0]) - 1, room / 8, max(filters.rows, filters.columns)
    wide, high = (max(0.25, side / longest) for side in (filters.columns, filters.rows))
    scale = min(80 / wide, 0.72 * room / high)
    wide, high = wide * scale, high * scale
    made = []
    for f, y in filters.filters:
        left, top = X - (wide + behind * step) / 2, y - (high - behind * step) / 2
        sheets = (
            rect(left + k * step, top - k * step, wide, high, "pc-hollow", 2) for k in range(behind, -1, -1)
        )
        made += (circle(X, y + d, 1.6, "pc-dot") for d in (-6, 0, 6)) if f is None else sheets
    return filters, "".join(made)


def not_seen(filters: Filters) -> str:
    """Empty blocks for the channels of other groups, and dots where blocks are left out."""
    wide, high = filters.wide, filters.high
    faint = [
        rect(x - wide / 2, y - high / 2, wide, high, "pc-faintl", 2) for x, y in filters.blocks(seen=False)
    ]
    for f, y in filters.filters:
        for c, x in filters.channels:
            if (f is None) != (c is None):
                faint += [circle(x + d * (c is None), y + d * (f is None), 1.6, "pc-dot") for d in (-6, 0, 6)]
    return "".join(faint)
