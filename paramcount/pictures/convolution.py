"""Convolutions: a row of blocks for each filter, a block for each channel that it sees."""

from __future__ import annotations

from dataclasses import dataclass

from ..core import Layer, Tensor
from ..dims import Dim
from ..display import parameters
from ..glossary import title
from .svg import (
    Markup,
    Picture,
    cells,
    circle,
    equals,
    fit,
    group,
    hit,
    largest,
    line,
    rect,
    room,
    stroke,
    symbol,
    text,
)

_X, _Y = 433, 188  # the middle of the filters
_WIDE, _TALL, _APART = 262, 252, 18
_BIAS, _MAP = 606, 644
_SMALLEST = 3.5  # of a cell that can still be counted; in place of smaller ones there is a rectangle
_INPUTS = {1: ("sequence", "length"), 2: ("image", "size"), 3: ("volume", "size")}


@dataclass(frozen=True)
class _Filters:
    """Where the blocks stand: pairs of a filter, or channel, and a middle; None where some are left out.

    slices, rows, columns: of a block; side: of a cell, None for rectangles; wide, high: of a block.
    """

    filters: list[tuple[int | None, float]]
    channels: list[tuple[int | None, float]]
    slices: int
    rows: int
    columns: int
    side: float | None
    wide: float
    high: float

    @property
    def left(self) -> float:
        return self.channels[0][1] - self.wide / 2

    @property
    def bottom(self) -> float:
        return self.filters[-1][1] + self.high / 2


def draw(layer: Layer, mark: dict) -> Picture:
    """The input to the left, the filters in the middle, what they give to the right, the sum below."""
    sides = layer.parts["K"].shape[1:-1]
    filters = _laid_out(layer, [int(size) for size in sides])
    what, extent = _INPUTS[len(sides)]
    return Picture(
        body="".join(
            [
                _input(layer, filters, len(sides), mark),
                _headings(layer, filters, len(sides)),
                _unseen(layer, filters),
                _weights(layer, filters, mark),
                _outputs(layer, filters, mark),
            ]
        ),
        height=392,
        title=title(layer.name),
        alt=_in_words(layer),
        reading=f"The filters slide over the whole {what}, so its {extent} does not matter to the count.",
    )


def _in_words(layer: Layer) -> str:
    filters, channels = layer.sizes["o"], layer.sizes["i"]
    seen = f"{layer.parts['K'].shape[0]:,} of the {channels:,} channels"
    one = Tensor(layer.parts["K"].shape[:-1]).size
    return (
        f"{filters:,} filters. Each sees {seen} and has {one.numbers} = {one:,} weights. "
        f"{layer.count.numbers} = {parameters(layer.count)}."
    )


# -- where everything stands --------------------------------------------------------------------


def _laid_out(layer: Layer, sides: list[int]) -> _Filters:
    slices, rows, columns = [1] * (3 - len(sides)) + sides
    down, across = _slots(layer.sizes["o"]), _slots(layer.sizes["i"])
    tall, wide = _share(_TALL, down), _share(_WIDE, across)
    side = min(36.0, tall / rows, wide / _cells_wide(slices, columns))
    if side >= _SMALLEST and max(rows, columns) <= 12:
        width, height = side * _cells_wide(slices, columns), side * rows
    else:
        side, scale = None, min(wide / columns, tall / rows)
        width, height = max(8.0, columns * scale), max(8.0, rows * scale)
    return _Filters(
        _spread(down, max(20, height), _Y), _spread(across, max(34, width), _X), slices, rows, columns, side,
        width, height,
    )  # fmt: skip


def _slots(count: int) -> list[int | None]:
    """Which filters or channels are drawn: up to four, or three and the last."""
    return list(range(count)) if count <= 4 else [0, 1, 2, None, count - 1]


def _slot(k: int | None) -> float:
    return 0.6 if k is None else 1.0


def _share(whole: float, slots: list) -> float:
    """The room of one block."""
    return (whole - _APART * (len(slots) - 1)) / sum(map(_slot, slots))


def _cells_wide(slices: int, columns: int) -> float:
    return slices * columns + 0.6 * (slices - 1)


def _spread(slots: list, size: float, middle: float) -> list[tuple[int | None, float]]:
    extent = size * sum(map(_slot, slots)) + _APART * (len(slots) - 1)
    made, start = [], middle - extent / 2
    for k in slots:
        made.append((k, start + size * _slot(k) / 2))
        start += size * _slot(k) + _APART
    return made


# -- the filters --------------------------------------------------------------------------------


def _blocks(layer: Layer, filters: _Filters, seen: bool):
    """The middles of the blocks of which a filter has weights, or of those of which it has none."""
    share = layer.sizes["i"] // layer.sizes["groups"], layer.sizes["o"] // layer.sizes["groups"]
    for f, y in filters.filters:
        for c, x in filters.channels:
            if f is not None and c is not None and (c // share[0] == f // share[1]) == seen:
                yield x, y


def _weights(layer: Layer, filters: _Filters, mark) -> str:
    K, right = layer.parts["K"], filters.channels[-1][1] + filters.wide / 2
    top, y = filters.filters[0][1] - filters.high / 2, filters.bottom + 8
    one = Tensor(K.shape[:-1]).size
    words = fit(270, f"{one.numbers} = {one:,}", f"{one:,}", style="t0")
    return group(
        mark[("K",)],
        hit(filters.left, top, right - filters.left, y + 8 - top),
        *(_block(x, y, filters) for x, y in _blocks(layer, filters, seen=True)),
        line([(filters.left, y), (filters.left, y + 6), (right, y + 6), (right, y)], "pc-brk"),
        text(_X, y + 30, words, style=f"{largest(270, words, 't2', 't1', 't0')} ci"),
        label=f"filters: {K.count.numbers} = {K.count:,} weights",
    )


def _block(x, y, filters: _Filters) -> str:
    """The weights of one filter for one channel; the slices of a solid one stand side by side."""
    left, top, side = x - filters.wide / 2, y - filters.high / 2, filters.side
    if side is None:
        return rect(left, top, filters.wide, filters.high, "pc-tint")
    step = side * (filters.columns + 0.6)
    return "".join(
        cells(left + k * step, top, filters.columns, filters.rows, side, min(2.0, side / 5))
        for k in range(filters.slices)
    )


def _unseen(layer: Layer, filters: _Filters) -> str:
    """Faint blocks for the channels of other groups, and dots where blocks are left out."""
    faint = [
        rect(x - filters.wide / 2, y - filters.high / 2, filters.wide, filters.high, "pc-faintl", 2)
        for x, y in _blocks(layer, filters, seen=False)
    ]
    for f, y in filters.filters:
        for c, x in filters.channels:
            if (f is None) != (c is None):
                faint += [circle(x + d * (c is None), y + d * (f is None), 1.6, "pc-dot") for d in (-6, 0, 6)]
    return "".join(faint)


def _headings(layer: Layer, filters: _Filters, sides: int) -> str:
    """The names of channels and filters, and what a block is."""
    y = filters.filters[0][1] - filters.high / 2
    size = symbol(Tensor(layer.parts["K"].shape[1:-1], "weight").size)
    colours = {1: ["grey"], 3: ["red", "green", "blue"]} if sides == 2 else {}
    spelt = colours.get(len(filters.channels))
    words = [spelt[c] if spelt else "…" if c is None else f"{c + 1:,}" for c, _ in filters.channels]
    made = [text(_X, y - 34, Markup(f"one {size} block per channel"))]
    made += [text(x, y - 12, word, style="t0") for (_, x), word in zip(filters.channels, words, strict=True)]
    if not spelt:
        made.append(text(filters.left - 12, y - 12, "channel", style="t0", anchor="end"))
    for f, y in filters.filters:
        word = "…" if f is None else fit(96, f"filter {f + 1:,}", f"{f + 1:,}")
        made.append(text(filters.left - 12, y + 5, word, anchor="end"))
    return "".join(made)


def _outputs(layer: Layer, filters: _Filters, mark) -> str:
    """One bias a filter, the map that it gives, and at the bottom how the filters add up."""
    y, b, o = filters.bottom + 38, layer.parts.get("b"), layer.sizes["o"]
    drawn = [(f, place) for f, place in filters.filters if f is not None]
    size = min(26, filters.filters[-1][1] - filters.filters[-2][1] - 8) if len(drawn) > 1 else 26
    made = []
    for f, place in drawn:
        word = fit(84, f"map {f + 1:,}", f"{f + 1:,}", style="t0")
        made.append(line([(_BIAS + 12, place), (_MAP - 4, place)], "pc-flow", arrow=True))
        made.append(rect(_MAP, place - size / 2, size, size, "pc-hollow"))
        made.append(text(_MAP + size + 8, place + 5, word, style="t0", anchor="start"))
    if b:
        dots = [circle(_BIAS, place, min(9, size / 3), "pc-cell") for _, place in drawn]
        label = f"{b.count:,} bias{'es' * (b.count > 1)}, one for each filter"
        top = filters.filters[0][1] - filters.high / 2 - 12
        made.append(text(_BIAS, top, "bias", style="t0"))
        made.append(group(mark[("b",)], *dots, text(_BIAS, y, "+ 1", style="t2 ci"), label=label))
    times = f"× {o:,} filter{'s' * (o > 1)}"
    style = largest(128, times, "t2", "t1")
    made.append(text(632, y, "per filter", anchor="start"))
    made.append(text(min(632, 756 - room(times, style)), y + 25, times, style=style, anchor="start"))
    return "".join(made)


# -- the input ----------------------------------------------------------------------------------


def _input(layer: Layer, filters: _Filters, sides: int, mark) -> str:
    """Sheets for the channels, with the place that a filter covers outlined; nothing here is counted."""
    what, extent = _INPUTS[sides]
    channels, groups = Dim(layer.sizes["i"], "i"), layer.sizes["groups"]
    wide, high = {1: (116, 20), 2: (116, 116), 3: (96, 96)}[sides]
    # Channels lie behind each other; a volume is drawn as one solid, of any number of channels.
    behind, offset = (7, 4) if sides == 3 else (min(4, channels) - 1, 12)
    x, y = 20, _Y - high / 2 + offset * behind / 2
    sheets = (rect(x + offset * k, y - offset * k, wide, high, "pc-faintb") for k in range(behind, -1, -1))
    noun = f" channel{'s' * (channels > 1)}"
    words = fit(186, Markup(equals(channels) + noun), equals(channels))
    below = [f"{what}: any {extent}", "0 parameters"]
    if groups > 1:
        below += [f"{groups:,} groups: a filter", "sees its own channels"]
    return "".join([
        *sheets,
        _window(x, y, wide, high, filters, mark[("K",)][:3]),
        text(x, y - offset * behind - 12, words, anchor="start"),
        *(text(x, y + high + 22 + 18 * k, each, style="t0", anchor="start") for k, each in enumerate(below)),
        line([(182, _Y), (208, _Y)], "pc-flow", arrow=True),
    ])  # fmt: skip


def _window(x, y, wide, high, filters: _Filters, colour) -> str:
    """The grid of the input and what a filter covers of it; without the grid where a filter is too large."""
    longest = max(filters.rows, filters.columns)
    squares = 6 if longest <= 5 else 12
    unit, start, grid = 0.75 * wide / longest, 0, ""
    if longest < squares:
        unit, start = wide / squares, wide / squares
        steps = [f"M{x + k * unit:.1f} {y}v{high}" for k in range(1, squares)]
        steps += [f"M{x} {y + k * unit:.1f}h{wide}" for k in range(1, squares) if high == wide]
        grid = stroke("".join(steps), "pc-faintl")
    across, down = max(4, filters.columns * unit), max(4, filters.rows * unit)
    down = (start, down) if high == wide else (0, high)
    return grid + group(colour, rect(x + start, y + down[0], across, down[1], "pc-window"))
