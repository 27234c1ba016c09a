"""The filters of a convolution: where their blocks stand, and the blocks themselves."""

from __future__ import annotations

from dataclasses import dataclass

from ...core import Layer, Tensor
from ...dims import Dim
from .shapes import FEW, Matrix, matrix
from .svg import more_dots, rect

SMALLEST = 3.5  # of a cell that can still be counted; in place of smaller ones there is a rectangle
LEAST = (8.0, 8.0)  # how wide and high a block is drawn, however thin it is

Slots = list[tuple[int | None, float]]  # a number from 0, None where some are left out, and a middle


@dataclass(frozen=True)
class Room:
    """Where they may stand, about a middle.

    wide, tall: for all channels and for all filters; most: the height of one filter; least: the width of one
    channel, which may be named; apart: from a block to the next; bias, maps: how far from the middle they
    stand; snug: whether filters are as close to each other as their blocks let them be.
    """

    x: float
    y: float
    wide: float
    tall: float
    most: float
    least: float = 0
    apart: float = 18
    bias: float = 173
    maps: float = 211
    snug: bool = False


PANEL = Room(433, 188, 262, 252, 252, least=34, snug=True)
NARROW = Room(122, 376, 164, 176, 176, least=24, apart=10, bias=118, maps=160, snug=True)
SKETCH = Room(433, 188, 184, 232, 60)


@dataclass(frozen=True)
class Filters:
    """A row of blocks for each filter, a column for each channel.

    tall: the room for a row; sides: of a block, 1 to 3; slices: how many `slice` stand in a block, side by
    side; share: how many channels and how many filters there are in a group.
    """

    room: Room
    filters: Slots
    channels: Slots
    tall: float
    sides: list[int]
    slices: int
    slice: Matrix
    share: tuple[int, int]

    @property
    def step(self) -> float:
        """From a slice to the next."""
        return self.slice.side * (self.slice.columns + 0.6)

    @property
    def wide(self) -> float:
        return self.slice.wide + self.step * (self.slices - 1)

    @property
    def high(self) -> float:
        return self.slice.high

    @property
    def across(self) -> tuple[float, float]:
        """The left of the first block and the right of the last."""
        return self.channels[0][1] - self.wide / 2, self.channels[-1][1] + self.wide / 2

    @property
    def down(self) -> tuple[float, float]:
        """The top of the first block and the bottom of the last."""
        return self.filters[0][1] - self.high / 2, self.filters[-1][1] + self.high / 2

    def around(self) -> list[str]:
        """A dashed outline for each block of which a filter has weights."""
        edge = self.slice.edge
        return [
            rect(left, top, self.wide - edge, self.high - edge, "pc-missing")
            for left, top in self.blocks(seen=True)
        ]

    def blocks(self, seen: bool) -> list[tuple[float, float]]:
        """The corners of the blocks of which a filter has weights, or else of those it does not see."""
        channels, filters = self.share
        return [
            (x - self.wide / 2, y - self.high / 2)
            for f, y in self.filters
            for c, x in self.channels
            if None not in (f, c) and (c // channels == f // filters) == seen
        ]


def one_filter(layer: Layer) -> Dim:
    """How many weights a filter has."""
    return Tensor(layer.parts["K"].shape[:-1]).size


def laid_out(layer: Layer, room: Room) -> Filters:
    """The filters of a layer, as large as there is room for."""
    sides = [int(size) for size in layer.parts["K"].shape[1:-1]]
    slices, rows, columns = [1] * (3 - len(sides)) + sides
    down, across = slots(layer.sizes["o"]), slots(layer.sizes["i"])
    tall = min(room.most, each_of(room.tall, down, room.apart))
    wide = each_of(room.wide, across, room.apart)
    in_a_row = slices * columns + 0.6 * (slices - 1)  # slices stand side by side, a little apart
    unit = min(36.0, tall / rows, wide / in_a_row)
    few = unit >= SMALLEST and max(rows, columns) <= FEW
    if not few:
        unit, in_a_row, slices = min(wide / columns, tall / rows), columns, 1
    weights = matrix(columns, rows, unit, few, LEAST)
    tall = max(20, weights.high) if room.snug else tall
    channels = spread_out(across, max(room.least, weights.wide, unit * in_a_row), room.x, room.apart)
    groups = layer.sizes["groups"]
    share = layer.sizes["i"] // groups, layer.sizes["o"] // groups
    filters = spread_out(down, tall, room.y, room.apart)
    return Filters(room, filters, channels, tall, sides, slices, weights, share)


def slots(count: int) -> list[int | None]:
    """Which filters or channels are drawn: up to four, or three and the last."""
    return list(range(count)) if count <= 4 else [0, 1, 2, None, count - 1]


def _share(k: int | None) -> float:
    """Of the room for a block, what is needed: less for the dots between blocks."""
    return 0.6 if k is None else 1.0


def each_of(whole: float, slots: list, apart: float) -> float:
    """The most that one block may take."""
    return (whole - apart * (len(slots) - 1)) / sum(map(_share, slots))


def spread_out(slots: list, size: float, middle: float, apart: float) -> Slots:
    """The middles of blocks of a size, side by side about a middle."""
    extent = size * sum(map(_share, slots)) + apart * (len(slots) - 1)
    spread, start = [], middle - extent / 2
    for k in slots:
        spread.append((k, start + size * _share(k) / 2))
        start += size * _share(k) + apart
    return spread


def blocks(filters: Filters) -> list[str]:
    """The weights that each filter has for each channel that it sees."""
    return [
        filters.slice.at(left + k * filters.step, top)
        for left, top in filters.blocks(seen=True)
        for k in range(filters.slices)
    ]


def not_seen(filters: Filters) -> list[str]:
    """Empty blocks for the channels of other groups, and dots where blocks are left out."""
    faint = [
        rect(left, top, filters.wide, filters.high, "pc-faintl", 2)
        for left, top in filters.blocks(seen=False)
    ]
    for f, y in filters.filters:
        for c, x in filters.channels:
            if (f is None) != (c is None):
                faint.append(more_dots(x, y, across=c is None))
    return faint
