"""A filter that slides over an image, place after place, while its count stands still."""

from __future__ import annotations

from dataclasses import dataclass

from ...core import Layer
from ..pictures.filters import one_filter
from ..pictures.planes import depth, places, planes
from ..pictures.shapes import cells
from ..pictures.svg import SLIM, Picture, circle, flow, group, moved, rect, stroke, text
from ..pictures.words import fit, plural
from .step import Moving, at, since, still

_BESIDE = 3  # places besides the first, in each direction
_MOST = 8  # the longest side of a filter


@dataclass(frozen=True)
class _Plan:
    """Where the image, the filter and the map begin; the sides of their cells; wide: of the whole."""

    image: tuple[float, float]
    filter: tuple[float, float]
    map: tuple[float, float]
    sum: tuple[float, float]
    high: float
    arrows: bool
    wide: float = 760


_WIDE = _Plan((8, 24), (316, 56), (594, 56), (290, 194), 224, True)
_NARROW = _Plan((4, 24), (40, 244), (216, 60), (4, 366), 392, False, SLIM)


def draw(layer: Layer) -> Moving:
    """Raises ValueError for a filter of three sides, or one that is too large to be followed."""
    sides = [int(size) for size in layer.parts["K"].shape[1:-1]]
    if len(sides) == 3 or max(sides) > _MOST:
        raise ValueError(f"a filter can be watched that has 1 or 2 sides of at most {_MOST}, not {sides}")
    rows, columns = [1] * (2 - len(sides)) + sides
    down, across = (_BESIDE + 1 if len(sides) == 2 else 1), _BESIDE + 1
    several = layer.sizes["o"] > 1
    total = down * across
    one = one_filter(layer)
    bias = "b" in layer.parts
    each = f"{one.numbers}{' + 1' * bias} = {one + bias:,}"
    size = f"{rows + down - 1} × {columns + across - 1}" if len(sides) == 2 else f"{columns + across - 1}"
    what = "image" if len(sides) == 2 else "sequence"
    lower = depth(int(layer.parts["K"].shape[0]))  # so deep, so much room above
    bodies = [
        moved(_body(plan, layer, (rows, columns), (down, across), each, f"{what}, {size}"), 0, lower)
        for plan in (_WIDE, _NARROW)
    ]
    alt = f"One filter of {each} parameters is used at {total} places. The {what} is {size}."
    if several:
        alt += f" So is each of {layer.sizes['o']:,} filters."
    picture = Picture(
        bodies[0],
        _WIDE.high + lower,
        f"One filter, {total} places",
        alt,
        "The window moves, the count does not.",
        (bodies[1], _NARROW.high + lower),
    )
    said = [f"Place {k} of {total}: the same {one + bias:,} parameters." for k in range(1, total + 1)]
    return Moving(picture, said, "place", 700)


def _body(plan: _Plan, layer: Layer, window, counts, each: str, size: str) -> str:
    """All of it, in one of the two plans."""
    (rows, columns), (down, across) = window, counts
    channels, unit = int(layer.parts["K"].shape[0]), 150 / (columns + across - 1)
    if not plan.arrows:
        unit *= 0.8
    high, wide = unit * (rows + down - 1), unit * (columns + across - 1)
    x, y = plan.image
    grid = [f"M{x + k * unit:.1f} {y}v{high:.1f}" for k in range(1, columns + across - 1)]
    grid += [f"M{x} {y + k * unit:.1f}h{wide:.1f}" for k in range(1, rows + down - 1)]
    shapes = [
        *planes(x, y, wide, high, channels),
        stroke("".join(grid), "pc-faintl"),
        text(x, y + high + 20, size, "t0", "start"),
        text(x, y + high + 38, plural(channels, "channel"), "t0", "start"),
        _filter(plan, channels, (rows, columns), "b" in layer.parts),
        *_words(plan, layer, each),
    ]
    square = 26.0
    left, top = plan.map
    shapes.append(
        text(left, top - 12, f"its map, {down} × {across}" if down > 1 else "its map", "t0", "start")
    )
    if plan.arrows:
        middle = top + 2 * square
        shapes += [flow((236, middle), (296, middle)), flow((500, middle), (576, middle))]
    for k in range(down * across):
        row, column = divmod(k, across)
        place = left + column * square, top + row * square, square, square
        over = x + column * unit, y + row * unit, columns * unit, rows * unit
        shapes += [
            since(k + 1, rect(*place, "pc-hollow")),
            at(k + 1, rect(*place, "pc-now"), group("c-w", rect(*over, "pc-window"))),
        ]
    return "".join([*shapes, still(*_still(plan, (x, y, unit), (rows, columns), (down, across), square))])


def _still(plan: _Plan, image, window, counts, square: float) -> list[str]:
    """The first, the second and the last place, numbered here and in the map."""
    (x, y, unit), (rows, columns), (down, across) = image, window, counts
    left, top = plan.map
    shapes = []
    for k in (0, 1, down * across - 1):
        row, column = divmod(k, across)
        style = "pc-window" if k == 0 else "pc-missing"
        over = x + column * unit, y + row * unit
        shapes.append(group("c-w", rect(*over, columns * unit, rows * unit, style)))
        end = over[0] + columns * unit - 4, over[1] + rows * unit - 6
        corner = (over[0] + 5, over[1] + 15) if k == 0 else end
        shapes.append(group("c-w", text(*corner, k + 1, "t0 ci", "start" if k == 0 else "end")))
        shapes.append(text(left + (column + 0.5) * square, top + (row + 0.5) * square + 5, k + 1, "t0"))
    return shapes


def _filter(plan: _Plan, channels: int, window, bias: bool) -> str:
    """The planes of one filter behind each other, and its bias."""
    rows, columns = window
    side = min(20.0, 84 / max(window))
    x, y = plan.filter
    shapes, backs = [], [0.8 * back for back in places(channels)]
    for back in reversed(backs):
        ground = rect(x + back - 2, y - back - 2, columns * side + 2, rows * side + 2, "pc-blank")
        shapes.append(ground + cells(x + back, y - back, columns, rows, side))
    dot = circle(x + backs[-1] + columns * side + 16, y + rows * side - 8, 7, "pc-cell")
    return group("c-w", *shapes) + (group("c-b", dot) if bias else "")


def _words(plan: _Plan, layer: Layer, each: str) -> list[str]:
    x, y = plan.sum
    filters = plural(layer.sizes["o"], "filter")
    more = f"each of {filters} does the same: {layer.count:,}" if layer.sizes["o"] > 1 else "stands still"
    return [
        text(x, y, fit(plan.wide - x - 4, each, style="t2"), "t2", "start"),
        text(x, y + 20, more, "t0", "start"),
    ]
