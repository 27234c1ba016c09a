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
from .svg import SLIM, Picture, circle, flow, group, hit, lines, more_dots, rect, text
from .words import Markup, equals, fit, largest, plural, room

_HUES = "wfen"  # one after the other; biases keep their own
_SMALL, _BIAS = 4.0, 20  # between planes of a filter; beside a filter, the room for its bias


@dataclass(frozen=True)
class _Place:
    """The middle and the width in which channels, filters and maps stand.

    y, high: the middle of the rows and their height; words: the room for the count of a filter; named:
    whether groups are.
    """

    channels: tuple[float, float]
    filters: tuple[float, float]
    maps: tuple[float, float]
    y: float
    high: float
    words: float
    named: bool = True


_PANEL = _Place((166, 100), (404, 308), (682, 132), 194, 256, 308)
_SLIM = _Place((60, 64), (188, 150), (313, 62), 250, 352, 260, named=False)


@dataclass(frozen=True)
class _Rows:
    """How every group is drawn: the middles of what stands in a row, which are the same for all.

    place: where; groups: the middle of each row; plane: what a filter has for one channel; step: from the
    middle of a filter to that of its bias; side: of a hollow channel, and of a map.
    """

    place: _Place
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
    layer, rows = pen.layer, _laid_out(pen.layer, _PANEL)
    i, o, g = (size(layer, name) for name in ("i", "o", "groups"))
    what, extent = INPUTS[rows.sides]
    one, channels, filters = one_filter(layer), i // g, o // g
    shapes = [
        *_headings(i, o, g),
        *_rows(pen, rows),
        lines(8, 352, f"{what}: any {extent}", "0 parameters"),
        text(_PANEL.filters[0], 378, f"× {plural(o, 'filter')}"),
    ]
    each = f"{plural(channels, 'channel')} and {plural(filters, 'filter')}"
    return pen.picture(
        shapes,
        height=392,
        alt=f"{g:,} groups, each of {each}. A filter sees its own: {one.numbers} = {one:,} weights.",
        reading="A row for each group: its filters see its own channels alone.",
        hues="each group has a hue of its own",
        slim=_slim(pen, i, o, g),
    )


def _rows(pen: Pen, rows: _Rows) -> list[str]:
    """Every group that is drawn, with dots for the others, and under them the weights of one filter."""
    channels = pen.layer.sizes["i"] // pen.layer.sizes["groups"]
    drawn = [(number, y) for number, y in rows.groups if number is not None]
    return [
        *(more_dots(rows.place.channels[0], y) for number, y in rows.groups if number is None),
        *(shape for number, y in drawn for shape in _hollow(rows, number, y, channels)),
        _weights(pen, rows, drawn),
        _biases(pen, rows, drawn) if "b" in pen.layer.parts else "",
    ]


def _slim(pen: Pen, i: Dim, o: Dim, g: Dim) -> tuple[str, float]:
    """For a narrow panel: closer together, and what is said in lines above and below."""
    what, extent = INPUTS[_sides(pen.layer)]
    seen = f"each filter sees {i // g:,} of {plural(i, 'channel')}"
    above = [Markup(f"{equals(i)} channels, {equals(g)}, {equals(o)} filters"), seen]
    short = [Markup(f"{equals(i)}, {equals(g)}"), f"each filter sees {i // g:,}"]
    below = [f"× {plural(o, 'filter')}{', each + 1 bias' if 'b' in pen.layer.parts else ''}"]
    below.append(f"{what}: any {extent}, 0 parameters")
    shapes = [
        *(
            text(2, 18 + 20 * k, fit(SLIM, *two, style="t0"), "t0", "start")
            for k, two in enumerate(zip(above, short, strict=True))
        ),
        *_rows(pen, _laid_out(pen.layer, _SLIM)),
        lines(2, 496, *(fit(SLIM, words, words.partition(",")[0], style="t0") for words in below), step=20),
    ]
    return "".join(shapes), 552


def _sides(layer: Layer) -> int:
    """Of a filter: 1 to 3."""
    return len(layer.parts["K"].shape) - 2


def _laid_out(layer: Layer, place: _Place) -> _Rows:
    """The middles of everything, as large as there is room for."""
    sides = [int(size) for size in layer.parts["K"].shape[1:-1]]
    i, o, g = (int(layer.sizes[name]) for name in ("i", "o", "groups"))
    rows, channels, filters = slots(g), slots(i // g), slots(o // g)
    tall = min(place.high / 4, each_of(place.high, rows, 0))
    side = min(30.0, tall - 18, each_of(place.channels[1], channels, 6))
    small = min(22.0, tall - 18, each_of(place.maps[1], filters, 8))
    whole = min(96.0, each_of(place.filters[1], filters, 10))
    plane = _plane(sides, each_of(whole - _BIAS, channels, _SMALL), tall - 14)
    within = spread_out(channels, plane.wide, -_BIAS / 2, _SMALL)
    return _Rows(
        place,
        spread_out(rows, tall, place.y, 0),
        spread_out(channels, side, place.channels[0], 6),
        spread_out(filters, whole, place.filters[0], 10),
        spread_out(filters, small, place.maps[0], 8),
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
        text(8, y + 5, fit(92, f"group {number + 1:,}", f"{number + 1:,}"), anchor="start")
        if rows.place.named
        else "",
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
        flow((_ends(rows.place.channels), y), (first + rows.within[0][1] - rows.plane.wide / 2 - 8, y)),
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


def _ends(place: tuple[float, float]) -> float:
    middle, wide = place
    return middle + wide / 2 + 4


def _dots(places: Slots, y) -> list[str]:
    return [more_dots(x, y, step=5, across=True) for number, x in places if number is None]


# -- filled: weights and biases -----------------------------------------------------------------


def _weights(pen: Pen, rows: _Rows, drawn: list[tuple[int, float]]) -> str:
    """The planes of each filter, in the hue of its group; under them all the weights of one filter."""
    one, (middle, wide) = one_filter(pen.layer), rows.place.filters
    most = rows.place.words
    words = fit(most, f"{one.numbers} = {one:,}", f"{one:,}", style="t0")
    return pen.weights(
        ("K",),
        "filters",
        hit(middle - wide / 2, drawn[0][1] - 24, wide, drawn[-1][1] - drawn[0][1] + 48),
        *(group(_hue(number), *_filters(rows, y)) for number, y in drawn),
        text(
            middle,
            rows.place.y + rows.place.high / 2 + 30,
            words,
            f"{largest(most, words, 't2', 't1', 't0')} ci",
        ),
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
    one = text(590, 352, "+ 1", "t2 ci") if rows.place.named else ""
    return pen.tensor(("b",), label, *dots, one)


# -- words --------------------------------------------------------------------------------------


def _headings(i: Dim, o: Dim, g: Dim) -> list[str]:
    each, seen = f"{o // g:,} for each group", f"each sees {i // g:,} of {plural(i, 'channel')}"
    filters = Markup(f"{equals(o)} filters, {each}")
    return [
        text(_PANEL.channels[0], 22, fit(150, Markup(f"{equals(i)} channels"), equals(i))),
        text(_PANEL.filters[0], 22, fit(320, filters, equals(o))),
        text(_PANEL.filters[0], 42, fit(320, seen, f"each sees {i // g:,}", style="t0"), "t0"),
        text(_PANEL.maps[0], 22, fit(140, f"{o:,} maps", f"{o:,}")),
    ]
