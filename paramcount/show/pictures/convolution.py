"""Convolutions: a row of blocks for each filter, a block for each channel that it sees."""

from __future__ import annotations

from ...core import Layer, Tensor
from ...dims import Dim
from . import groups
from .filters import NARROW, PANEL, SKETCH, Filters, Room, blocks, laid_out, not_seen, one_filter
from .pen import Pen, size
from .planes import INPUTS, MOST, depth, how_many, one_map, planes
from .svg import (
    SLIM,
    Picture,
    bracket,
    circle,
    flow,
    hit,
    lines,
    more_dots,
    moved,
    number,
    rect,
    stroke,
    text,
)
from .tiles import Box
from .words import Markup, equals, fit, largest, plural, room, symbol

X, Y = PANEL.x, PANEL.y  # the middle of the filters
_SHEETS = {1: (132, 14), 2: (80, 80), 3: (92, 92)}  # width and height of a channel of the input
_LEFT, _APART = 20, 22  # where channels begin; from a channel of a sequence to the next
_COLOURS = {1: ["grey"], 3: ["red", "green", "blue"]}  # channels of an image


def draw(pen: Pen) -> Picture:
    """The input to the left, the filters in the middle, what they give to the right, the sum below."""
    if pen.filled and pen.layer.sizes["groups"] > 1:
        return groups.draw(pen)
    filters = laid_out(pen.layer, pen.either(PANEL, SKETCH))
    return _counted(pen, filters) if pen.filled else _hollow(pen, filters)


def _counted(pen: Pen, filters: Filters) -> Picture:
    layer = pen.layer
    i, o, K, one = layer.sizes["i"], layer.sizes["o"], layer.parts["K"], one_filter(layer)
    what, extent = INPUTS[len(filters.sides)]
    shapes = [
        *_input(layer, filters, f"c-{pen.marks['K',].colour}"),
        flow((182, Y), (208, Y)),
        *_headings(layer, filters),
        *not_seen(filters),
        _weights(pen, filters),
        *_outputs(pen, filters),
    ]
    return pen.picture(
        shapes,
        height=392,
        alt=f"{o:,} filters, for {K.shape[0]:,} of {i:,} channels each: {one.numbers} = {one:,} weights.",
        reading=f"The filters slide over the {what}: its {extent} does not matter.",
        slim=_slim(pen),
    )


def _slim(pen: Pen) -> tuple[str, float]:
    """For a narrow panel, from above: the input, the filters with their maps, the sum."""
    layer, filters = pen.layer, laid_out(pen.layer, NARROW)
    (left, _), (top, _), o = filters.across, filters.down, layer.sizes["o"]
    names = [(x, "…" if c is None else f"{c + 1:,}") for c, x in filters.channels]
    bias = " + 1 bias" if "b" in layer.parts else ""
    per_filter = f"{plural(o, 'filter')}, each {one_filter(layer):,}{bias}"
    shapes = [
        moved("".join(_input(layer, filters, f"c-{pen.marks['K',].colour}")), 0, -78),
        flow((SLIM / 2, 232), (SLIM / 2, 250)),
        text(2, 246, "filters", "t0", "start"),
        *(text(x, top - 10, name, "t0") for x, name in names if room(name, "t0") < 34),
        *(
            text(left - 8, y + 5, fit(left - 10, f"{f + 1:,}", ""), "t0", "end")
            for f, y in filters.filters
            if f is not None
        ),
        *not_seen(filters),
        _weights(pen, filters, 236),
        *_maps(filters, NARROW.x + NARROW.bias + 12, ""),
        _biases(pen, filters) if bias else "",
        text(2, NARROW.y + 160, fit(SLIM, per_filter, plural(o, "filter"), style="t0"), "t0", "start"),
    ]
    return "".join(shapes), NARROW.y + 176


def _hollow(pen: Pen, filters: Filters) -> Picture:
    """The input, a box for each filter, and what they give; once it is answered the blocks in the boxes."""
    layer, sheet = pen.layer, _sheet(pen.layer)
    o, i = size(layer, "o"), layer.sizes["i"]
    shapes = [
        *_input(layer, filters),
        flow((182, Y), (216, Y)),
        *_boxes(pen, filters),
        text(X, 24, Markup(f"{equals(o)} filter{'s' * (o > 1)}")),
        text(X, 44, f"filter size {sheet.numbers}", "t0"),
        _sum(pen) if pen.right else "",
    ]
    what, _ = INPUTS[len(filters.sides)]
    slides = f"o = {o:,} filters of {sheet.numbers} slide over it"
    return pen.picture(shapes, height=340, alt=f"The {what} has i = {i:,} channels; {slides}.")


def row(pen: Pen, box: Box) -> str:
    """A layer as one of several in a sketch: its filters, and what they give."""
    room = Room(box.x - 60, box.y, 184, box.high - 8, 32, apart=8)
    return "".join(_boxes(pen, laid_out(pen.layer, room)))


def row_high(layer: Layer) -> float:
    """How high it is drawn as one of several."""
    return 124


def _boxes(pen: Pen, filters: Filters) -> list[str]:
    """A box for each filter, and in it its blocks; on the way to its map its bias."""
    x, radius, edge = filters.room.x, min(8, _side(filters) / 3), min(6, filters.room.apart / 2 - 1)
    drawn = [y for f, y in filters.filters if f is not None]
    boxes = [Box(x - 104, y - filters.tall / 2 - edge, 208, filters.tall + 2 * edge) for y in drawn]
    shapes = [
        *(box.shape(pen.frame, 6) for box in boxes),
        *(more_dots(x, y) for f, y in filters.filters if f is None),
        *_names(filters, x - 114),
        *_maps(filters, x + 108),
    ]
    if pen.answered:
        dots = "".join(circle(x + 132, y, radius, "pc-ring") for y in drawn)
        dashed = "".join(circle(x + 132, y, radius - 0.4, "pc-missing") for y in drawn)
        shapes += not_seen(filters)
        shapes.append(pen.answer(("K",), "".join(blocks(filters)), "".join(filters.around())))
        shapes.append(pen.answer(("b",), dots, dashed) if "b" in pen.layer.parts else "")
    return shapes


def _sum(pen: Pen) -> str:
    """How many weights and biases a filter has, and for how many filters, below them all."""
    one, o, b = one_filter(pen.layer), pen.layer.sizes["o"], "b" in pen.layer.parts
    each = f"{one.numbers} = {one:,} weights{' + 1 bias' * b}, for each of {plural(o, 'filter')}"
    return text(X, 332, fit(640, each, f"{plural(o, 'filter')}, each {one:,}{' + 1' * b}"))


def _sheet(layer: Layer) -> Dim:
    """How many weights a filter has for one channel."""
    return Tensor(layer.parts["K"].shape[1:-1]).size


# -- the filters --------------------------------------------------------------------------------


def _weights(pen: Pen, filters: Filters, most=270) -> str:
    """The blocks, and under them the weights of one filter. most: the room for them."""
    one = one_filter(pen.layer)
    (left, right), (top, bottom) = filters.across, filters.down
    words = fit(most, f"{one.numbers} = {one:,}", f"{one:,}", style="t0")
    style = largest(most, words, "t2", "t1", "t0")
    return pen.weights(
        ("K",),
        "filters",
        hit(left, top, right - left, bottom + 16 - top),
        *blocks(filters),
        bracket(left, right, bottom + 8, "pc-brk"),
        text(filters.room.x, bottom + 38, words, f"{style} ci"),
    )


def _headings(layer: Layer, filters: Filters) -> list[str]:
    """The names of channels and filters, and what a block is."""
    (left, _), (y, _), channels = filters.across, filters.down, filters.channels
    words = _COLOURS.get(len(channels)) if len(filters.sides) == 2 else None
    numbers = ["…" if c is None else f"{c + 1:,}" for c, _ in channels]
    shapes = [text(X, y - 34, Markup(f"one {symbol(_sheet(layer))} block per channel"))]
    shapes += [text(x, y - 12, word, "t0") for (_, x), word in zip(channels, words or numbers, strict=True)]
    if not words:
        shapes.append(text(left - 12, y - 12, "channel", "t0", "end"))
    return shapes + _names(filters, left - 12)


def _names(filters: Filters, right: float) -> list[str]:
    names = []
    for f, y in filters.filters:
        word = "…" if f is None else fit(96, f"filter {f + 1:,}", f"{f + 1:,}")
        names.append(text(right, y + 5, word, anchor="end"))
    return names


def _outputs(pen: Pen, filters: Filters) -> list[str]:
    """One bias a filter, the map that it gives, and at the bottom how the filters add up."""
    (top, bottom), o = filters.down, pen.layer.sizes["o"]
    x, y = X + PANEL.bias, bottom + 38
    shapes = _maps(filters, x + 12)
    if "b" in pen.layer.parts:
        shapes += [text(x, top - 12, "bias", "t0"), _biases(pen, filters, text(x, y, "+ 1", "t2 ci"))]
    times = f"× {plural(o, 'filter')}"
    style = largest(128, times, "t2", "t1")
    left = min(634, 756 - room(times, style))
    per_filter = text(634, y, "per filter", anchor="start")
    return [*shapes, per_filter, text(left, y + 25, times, style, "start")]


def _biases(pen: Pen, filters: Filters, words="") -> str:
    """A dot for each filter that is drawn."""
    label = f"{plural(pen.layer.parts['b'].count, 'bias', 'es')}, one for each filter"
    x, radius = filters.room.x + filters.room.bias, _side(filters) / 3
    dots = [circle(x, y, radius, "pc-cell") for f, y in filters.filters if f is not None]
    return pen.tensor(("b",), label, *dots, words)


def _maps(filters: Filters, start: float, noun="map ") -> list[str]:
    """What each filter gives, at the end of an arrow that begins at start."""
    side, left, shapes = _side(filters), filters.room.x + filters.room.maps, []
    most = 84 if noun else SLIM - left - side - 8
    for f, y in filters.filters:
        if f is None:
            continue
        word = fit(most, f"{noun}{f + 1:,}", f"{f + 1:,}" if noun else "", style="t0")
        shapes += [
            flow((start, y), (left - 4, y)),
            one_map(left, y, side, len(filters.sides)),
            text(left + side + 8, y + 5, word, "t0", "start"),
        ]
    return shapes


def _side(filters: Filters) -> float:
    """Of a map, so that it leaves its neighbours alone."""
    places = [y for _, y in filters.filters]
    return min(26, places[-1] - places[-2] - 8) if len(places) > 1 else 26


# -- the input ----------------------------------------------------------------------------------


def _input(layer: Layer, filters: Filters, colour: str = "") -> list[str]:
    """The channels, with the place that a filter covers outlined; nothing here is counted.

    colour: of that outline. A sketch has none, and does not say yet what does not count.
    """
    sides = len(filters.sides)
    what, extent = INPUTS[sides]
    channels, groups = size(layer, "i"), layer.sizes["groups"]
    noun = " channels" if channels > 1 else " channel"
    words = fit(186, Markup(equals(channels) + noun), equals(channels))
    below = [f"{what}: any {extent}", "0 parameters"] if colour else [what]
    if groups > 1 and not colour:
        below.append(f"{groups:,} groups")
    drawn = {1: _strips, 2: _images, 3: _solid}[sides]
    top, bottom, shapes = drawn(channels, filters.sides, colour)
    return [*shapes, text(_LEFT, top - 12, words, anchor="start"), lines(_LEFT, bottom + 22, *below)]


_Drawn = tuple[float, float, list[str]]  # the top, the bottom, and what stands between them


def _images(channels: Dim, sides: list[int], colour: str) -> _Drawn:
    """Channels of an image stand behind each other, as deep as they are many."""
    wide, high = _SHEETS[2]
    deep = depth(channels)
    y = Y - (high - deep) / 2
    window = _window(_LEFT, y, wide, high, sides, colour)
    shapes = [*planes(_LEFT, y, wide, high, channels), window, *how_many(_LEFT + wide, y + high, channels)]
    return y - deep, y + high, shapes


def _solid(channels: Dim, sides: list[int], colour: str) -> _Drawn:
    """A volume is drawn as one solid, of any number of channels."""
    wide, high = _SHEETS[3]
    y = Y - high / 2 + 14
    sheets = [rect(_LEFT + 4 * k, y - 4 * k, wide, high, "pc-faintb") for k in range(7, -1, -1)]
    return y - 28, y + high, [*sheets, _window(_LEFT, y, wide, high, sides, colour)]


def _strips(channels: Dim, sides: list[int], colour: str) -> _Drawn:
    """Channels of a sequence lie below each other, and the filter covers all of them."""
    wide, high = _SHEETS[1]
    rows: list[int | None] = [*range(channels)] if channels <= MOST else [0, 1, 2, None, channels - 1]
    y = Y - (_APART * (len(rows) - 1) + high) / 2
    shapes = []
    for k, row in enumerate(rows):
        top = y + _APART * k
        if row is None:
            shapes.append(more_dots(_LEFT + wide / 2, top + high / 2))
        else:
            shapes += [rect(_LEFT, top, wide, high, "pc-faintb"), _grid(_LEFT, top, wide, high, 12, True)]
    bottom = y + _APART * (len(rows) - 1) + high
    (long,), place = sides, wide / 12
    start, across = (place, place * long) if long < 12 else (0, 0.75 * wide)
    shapes.append(rect(_LEFT + start, y - 3, across, bottom - y + 6, f"pc-window {colour}".rstrip(), 3))
    return y, bottom, shapes


def _grid(x, y, wide, high, squares: int, flat=False) -> str:
    """The places of an image, or of a sequence, that is flat."""
    between = [k * wide / squares for k in range(1, squares)]
    steps = [f"M{x + place:.1f} {number(y)}v{high}" for place in between]
    steps += [] if flat else [f"M{x} {y + place:.1f}h{wide}" for place in between]
    return stroke("".join(steps), "pc-faintl")


def _window(x, y, wide, high, sides: list[int], colour: str) -> str:
    """The grid of an image and what a filter covers of it; without the grid where a filter is too large."""
    *_, rows, columns = sides
    longest = max(rows, columns)
    squares = 6 if longest <= 5 else 12
    start, unit, grid = 0, 0.75 * wide / longest, ""
    if longest < squares:
        start = unit = wide / squares
        grid = _grid(x, y, wide, high, squares)
    across, down = max(4, columns * unit), max(4, rows * unit)
    return grid + rect(x + start, y + start, across, down, f"pc-window {colour}".rstrip())
