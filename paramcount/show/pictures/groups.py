"""A convolution in groups: a row for each group, in a hue of its own, with its channels, filters and maps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...core import Layer
from ...dims import Dim
from .filters import LEAST, SMALLEST, Slots, each_of, one_filter, slots, spread_out
from .pen import Pen, size
from .planes import INPUTS, one_map
from .shapes import FEW, Matrix, matrix
from .svg import Picture, circle, flow, group, hit, lines, more_dots, rect, text
from .words import Markup, equals, fit, largest, plural, room

_HUES = "wfen"  # one after the other; biases keep their own
_Y, _HIGH = 194, 256  # the middle of the rows, and their height
_CHANNELS, _FILTERS, _MAPS = (
    (166, 100),
    (404, 308),
    (682, 132),
)  # the middle and the width in which they stand
_SMALL, _BIAS = 4.0, 20  # between planes of a filter; beside a filter, the room for its bias


@dataclass(frozen=True)
class _Rows:
    """How every group is drawn: the middles of what stands in a row, which are the same for all.

    groups: the middle of each row; plane: what a filter has for one channel; step: from the middle of a
    filter to that of its bias; side: of a hollow channel, and of a map.
    """

    groups: Slots
    channels: Slots
    filters: Slots
    maps: Slots
    within: Slots
    plane: Matrix
    step: float
    side: float
    small: float
    sides: int


def draw(pen: Pen) -> Picture:
    """The rows below each other, and under them the count of a filter."""
    layer, rows = pen.layer, _laid_out(pen.layer)
    i, o, g = (size(layer, name) for name in ("i", "o", "groups"))
    what, extent = INPUTS[rows.sides]
    one, channels, filters = one_filter(layer), i // g, o // g
    drawn = [(number, y) for number, y in rows.groups if number is not None]
    shapes = [
        *_headings(i, o, g),
        *(more_dots(_CHANNELS[0], y) for number, y in rows.groups if number is None),
        *(shape for number, y in drawn for shape in _hollow(rows, number, y, channels)),
        _weights(pen, rows, drawn),
        _biases(pen, rows, drawn) if "b" in layer.parts else "",
        lines(8, 352, f"{what}: any {extent}", "0 parameters"),
        _times(o),
    ]
    each = f"{plural(channels, 'channel')} and {plural(filters, 'filter')}"
    return pen.picture(
        shapes,
        height=392,
        alt=f"{g:,} groups, each of {each}. A filter sees its own: {one.numbers} = {one:,} weights.",
        reading="A row for each group: its filters see its own channels alone.",
        hues="each group has a hue of its own",
    )


def _laid_out(layer: Layer) -> _Rows:
    """The middles of everything, as large as there is room for."""
    sides = [int(size) for size in layer.parts["K"].shape[1:-1]]
    i, o, g = (int(layer.sizes[name]) for name in ("i", "o", "groups"))
    rows, channels, filters = slots(g), slots(i // g), slots(o // g)
    tall = min(64, each_of(_HIGH, rows, 0))
    side = min(30.0, tall - 18, each_of(_CHANNELS[1], channels, 6))
    small = min(22.0, tall - 18, each_of(_MAPS[1], filters, 8))
    whole = min(96.0, each_of(_FILTERS[1], filters, 10))
    plane = _plane(sides, each_of(whole - _BIAS, channels, _SMALL), tall - 14)
    within = spread_out(channels, plane.wide, -_BIAS / 2, _SMALL)
    return _Rows(
        spread_out(rows, tall, _Y, 0),
        spread_out(channels, side, _CHANNELS[0], 6),
        spread_out(filters, whole, _FILTERS[0], 10),
        spread_out(filters, small, _MAPS[0], 8),
        within,
        plane,
        within[-1][1] + plane.wide / 2 + _BIAS / 2,
        side,
        small,
        len(sides),
    )


def _plane(sides: list[int], wide: float, tall: float) -> Matrix:
    """What a filter has for one channel; of three sides the slices stand side by side."""
    slices, rows, columns = [1] * (3 - len(sides)) + sides
    columns *= slices
    unit = min(12.0, wide / columns, tall / rows)
    return matrix(columns, rows, unit, unit >= SMALLEST and max(rows, columns) <= FEW, LEAST)


def _hue(number: int) -> str:
    return f"c-{_HUES[number % len(_HUES)]}"


# -- hollow: channels and maps ------------------------------------------------------------------


def _hollow(rows: _Rows, number: int, y, channels: int) -> list[str]:
    """The name of a group, its channels, arrows to its filters and from there, and its maps."""
    first, last = rows.filters[0][1], rows.filters[-1][1] + rows.step
    return [
        text(8, y + 5, fit(92, f"group {number + 1:,}", f"{number + 1:,}"), anchor="start"),
        group(
            _hue(number),
            *_channels(rows, y, number * channels),
            *(
                one_map(x - rows.small / 2, y, rows.small, rows.sides, "pc-hollowk")
                for x in _drawn(rows.maps)
            ),
        ),
        *_dots(rows.channels, y),
        *_dots(rows.filters, y),
        *_dots(rows.maps, y),
        flow((_CHANNELS[0] + 54, y), (first + rows.within[0][1] - rows.plane.wide / 2 - 8, y)),
        flow((last + 10, y), (rows.maps[0][1] - rows.small / 2 - 6, y)),
    ]


def _channels(rows: _Rows, y, before: int) -> Iterator[str]:
    """Planes with the number of each channel, so that none is taken for a group."""
    side, high = rows.side, rows.side / 3 if rows.sides == 1 else rows.side
    for channel, x in rows.channels:
        if channel is None:
            continue
        number = f"{before + channel + 1:,}"
        yield rect(x - side / 2, y - high / 2, side, high, "pc-hollowk")
        if room(number, "t0") <= side and high > 14:
            yield text(x, y + 5, number, "t0 ci")


def _drawn(places: Slots) -> list[float]:
    return [x for number, x in places if number is not None]


def _dots(places: Slots, y) -> list[str]:
    return [more_dots(x, y, step=5, across=True) for number, x in places if number is None]


# -- filled: weights and biases -----------------------------------------------------------------


def _weights(pen: Pen, rows: _Rows, drawn: list[tuple[int, float]]) -> str:
    """The planes of each filter, in the hue of its group; under them all the weights of one filter."""
    one, (left, wide) = one_filter(pen.layer), (_FILTERS[0] - _FILTERS[1] / 2, _FILTERS[1])
    words = fit(wide, f"{one.numbers} = {one:,}", f"{one:,}", style="t0")
    return pen.weights(
        ("K",),
        "filters",
        hit(left, drawn[0][1] - 24, wide, drawn[-1][1] - drawn[0][1] + 48),
        *(group(_hue(number), *_filters(rows, y)) for number, y in drawn),
        text(_FILTERS[0], 352, words, f"{largest(wide, words, 't2', 't1', 't0')} ci"),
    )


def _filters(rows: _Rows, y) -> Iterator[str]:
    plane = rows.plane
    for x in _drawn(rows.filters):
        for middle in _drawn(rows.within):
            yield plane.at(x + middle - (plane.wide - plane.edge) / 2, y - (plane.high - plane.edge) / 2)
        yield from _dots([(number, x + middle) for number, middle in rows.within], y)


def _biases(pen: Pen, rows: _Rows, drawn: list[tuple[int, float]]) -> str:
    label = f"{plural(pen.layer.parts['b'].count, 'bias', 'es')}, one for each filter"
    dots = [circle(x + rows.step, y, 5, "pc-cell") for _, y in drawn for x in _drawn(rows.filters)]
    return pen.tensor(("b",), label, *dots, text(590, 352, "+ 1", "t2 ci"))


# -- words --------------------------------------------------------------------------------------


def _headings(i: Dim, o: Dim, g: Dim) -> list[str]:
    each, seen = f"{o // g:,} for each group", f"each sees {i // g:,} of {plural(i, 'channel')}"
    filters = Markup(f"{equals(o)} filters, {each}")
    return [
        text(_CHANNELS[0], 22, fit(150, Markup(f"{equals(i)} channels"), equals(i))),
        text(_FILTERS[0], 22, fit(320, filters, equals(o))),
        text(_FILTERS[0], 42, fit(320, seen, f"each sees {i // g:,}", style="t0"), "t0"),
        text(_MAPS[0], 22, fit(140, f"{o:,} maps", f"{o:,}")),
    ]


def _times(o: Dim) -> str:
    words = f"× {plural(o, 'filter')}"
    return text(_FILTERS[0], 378, words, "t1")
