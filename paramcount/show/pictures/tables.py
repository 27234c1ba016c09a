"""Embeddings, a table of weights, and norms, a gain and a shift for each of the numbers."""

from __future__ import annotations

from itertools import pairwise

from ...dims import Dim
from .pen import Pen, size
from .shapes import FEW, Matrix, column, diamonds, matrix, vector
from .svg import SLIM, Picture, bracket, flow, hit, inside, line, operation, rect, side_bracket, text
from .tiles import Box
from .words import Markup, equals, fit, largest, plural

_MIDDLE = 116  # the line along which things flow
_TABLE = 370  # the middle of the table
_LEAST = (14.0, 14.0)  # how wide and high it is drawn, however thin it is


def draw(pen: Pen) -> Picture:
    """The table, or what a norm does from left to right."""
    return (_table if pen.layer.name == "embedding" else _norm)(pen)


# -- embedding ----------------------------------------------------------------------------------


def _table(pen: Pen) -> Picture:
    v, x = size(pen.layer, "v"), size(pen.layer, "x")
    unit = min(26.0, 240 / x, 200 / v)
    table = matrix(x, v, unit, max(v, x) <= FEW, _LEAST)
    row = table.side if table.few else 5  # the height of the row that is looked up
    left, top = _TABLE - table.wide / 2, _MIDDLE - table.high / 2
    if pen.filled:
        shape, none = _weights(pen, table, left, top), text(628, _MIDDLE + 34, "0 parameters", "t0")
    else:
        shape, none = _hollow_table(pen, table, Box(left, top, table.wide, table.high), row), ""
    thin = " Thin sides are drawn wider." if table.thin else ""
    return pen.picture(
        [shape, *_about_table(v, x, table, top + row / 2), none],
        height=pen.either(276, 272),
        alt=f"A table of {v:,} rows with {plural(x, 'number')} each.",
        reading=f"Each word has a row of its own. Looking it up trains nothing more.{thin}",
        slim=_slim_table(pen, v, x) if pen.filled else None,
    )


def _slim_table(pen: Pen, v: Dim, x: Dim) -> tuple[str, float]:
    """For a narrow panel, from above: the rows in words, the table, what is done with a row."""
    unit = min(26.0, 240 / x, 150 / v)
    table, middle, across = matrix(x, v, unit, max(v, x) <= FEW, _LEAST), 122, SLIM / 2 - 10
    left, top, bottom = across - table.wide / 2, middle - table.high / 2, middle + table.high / 2
    row, right = top + (table.side if table.few else 5) / 2, SLIM - 6
    shapes = [
        text(2, 20, fit(SLIM, Markup(f"{equals(v)} rows, one a word"), equals(v)), anchor="start"),
        pen.weights(
            ("E",),
            "table",
            hit(left, top, table.wide, table.high),
            *_filled_table(pen, table, left, top, across),
        ),
        side_bracket(left - 8, top, bottom),
        bracket(left, left + table.wide, bottom + 4),
        text(across, bottom + 26, equals(x), "t0"),
        flow((left + table.wide + 4, row), (right, row), (right, 286), (across + 59, 286)),
        operation(across, 286, "look up", 110),
        text(across, 326, fit(SLIM, Markup(f"{equals(x)} numbers, 0 parameters"), "0 parameters"), "t0"),
    ]
    return "".join(shapes), 340


def _weights(pen: Pen, table: Matrix, left, top) -> str:
    """The table filled."""
    area = hit(left, top, table.wide, table.high)
    return pen.weights(("E",), "table", area, *_filled_table(pen, table, left, top))


def _filled_table(pen: Pen, table: Matrix, left, top, middle=_TABLE) -> list[str]:
    """Its first row, which is looked up, is dark where rows are not drawn; below it the count."""
    E = pen.count(("E",))
    words = fit(300, f"{E.numbers} = {E:,}", f"{E:,}")
    return [
        table.at(left, top),
        "" if table.few else rect(left, top, table.wide, 5, "pc-solid"),
        text(middle, top + table.high + 46, words, f"{largest(300, words, 't2', 't1')} ci"),
    ]


def _hollow_table(pen: Pen, table: Matrix, box: Box, row: float) -> str:
    """The table of a sketch: an outline, and once it is answered what is in it."""
    outline = box.shape(pen.frame)
    first = line((box.left, box.top + row), (box.right, box.top + row))
    weights, dark, count = _filled_table(pen, table, box.left, box.top)
    filled = weights + dark + (count if pen.right else "")
    return outline + first + pen.answer(("E",), filled, box.shape("pc-missing"))


def _about_table(v: Dim, x: Dim, table: Matrix, row) -> list[str]:
    """How many rows and columns it has, and the way from one row to the word that looks it up."""
    left, right = _TABLE - table.wide / 2, _TABLE + table.wide / 2
    top, bottom = _MIDDLE - table.high / 2, _MIDDLE + table.high / 2
    numbers = " numbers" if x > 1 else " number"
    return [
        side_bracket(left - 8, top, bottom),
        text(left - 22, _MIDDLE, equals(v), anchor="end"),
        text(left - 22, _MIDDLE + 18, "rows, one a word", "t0", "end"),
        bracket(left, right, bottom + 4),
        text(_TABLE, bottom + 26, equals(x), "t0"),
        flow((right + 4, row), (530, row), (530, _MIDDLE), (568, _MIDDLE)),
        operation(628, _MIDDLE, "look up", 110),
        inside(628, _MIDDLE - 26, Markup(equals(x) + numbers)),
    ]


# -- norms --------------------------------------------------------------------------------------


def _norm(pen: Pen) -> Picture:
    """Numbers come in, are normalised, multiplied by the gain and moved by the shift."""
    ((name, count),) = pen.layer.sizes.items()
    tensors = pen.layer.parts.items()
    trained = [name for name, tensor in tensors if tensor.trained]
    kept = [name for name, tensor in tensors if not tensor.trained]
    places = {each: 410 + 130 * k for k, each in enumerate(trained)}
    one, statistic = (_gain, _statistic) if pen.filled else (_hollow_gain, _hollow_statistic)
    shapes = _flow(pen, Dim(count, name), places.values())
    for (each, x), sign in zip(places.items(), "×+", strict=False):
        shapes.append(one(pen, x, each, sign))
    for k, each in enumerate(kept):
        shapes += statistic(pen, k, each)
    learned = f"A {' and a '.join(trained)} for each {'channel' if name == 'o' else 'number'}"
    come_in = f"{name} = {count:,} numbers come in and are normalised; then {' and '.join(trained)}."
    with_kept, without = pen.either((300, 236), (270, 226))
    return pen.picture(
        shapes,
        height=with_kept if kept else without,
        alt=pen.either(f"{learned}.", come_in),
        reading=f"{learned}: to normalise trains nothing, what comes after it does.",
        slim=_slim_norm(pen, Dim(count, name), trained, kept) if pen.filled else None,
    )


def _slim_norm(pen: Pen, size: Dim, trained: list[str], kept: list[str]) -> tuple[str, float]:
    """For a narrow panel: closer to each other, and what is kept in words below."""
    places = {name: 198 + 58 * k for k, name in enumerate(trained)}
    stops = [22, *places.values(), 322]
    shapes = [
        *(flow((a + 16, _MIDDLE), (b - 16, _MIDDLE)) for a, b in pairwise(stops)),
        *(column(x, _MIDDLE, 130) for x in (22, 322)),
        text(2, _MIDDLE - 80, "input", "t0", "start"),
        text(SLIM - 2, _MIDDLE - 80, "output", "t0", "end"),
        text(2, _MIDDLE + 90, equals(size), anchor="start"),
        text(SLIM - 2, _MIDDLE + 90, equals(size), anchor="end"),
        rect(46, _MIDDLE - 34, 108, 68, "pc-zero", 8),
        text(100, _MIDDLE - 4, "normalise"),
        text(100, _MIDDLE + 18, "0 parameters", "t0"),
    ]
    for k, (name, sign) in enumerate(zip(trained, "×+", strict=False)):
        x, y = places[name], _MIDDLE + 116 + 24 * k
        each, _, _ = _each(pen, x, name)
        said = plural(pen.count((name,)), "parameter")
        words = text(x, 20 + 18 * (1 - k), f"{sign} {name}", "t0 ci") + text(
            2, y, f"{name}: {said}", "t1 ci", "start"
        )
        shapes.append(pen.tensor((name,), f"{name}: {said}", hit(x - 16, _MIDDLE - 65, 32, 130), each, words))
    y = _MIDDLE + 116 + 24 * len(trained)
    for k, name in enumerate(kept):
        words = f"{name}: {pen.layer.parts[name].size:,} kept, not trained"
        words = fit(SLIM - 4, words, f"{name}: kept, not trained", style="t0")
        shapes.append(pen.tensor((name,), words, text(2, y + 20 * k, words, "t0 ci", "start")))
    return "".join(shapes), y + 20 * len(kept)


def _flow(pen: Pen, size: Dim, places) -> list[str]:
    """From the numbers that come in, through an operation and what is at the places, to those that go out."""
    return [
        *(flow((a + 22, _MIDDLE), (b - 22, _MIDDLE)) for a, b in pairwise([70, *places, 690])),
        column(70, _MIDDLE, 130) + text(70, _MIDDLE - 80, "input", "t0"),
        column(690, _MIDDLE, 130) + text(690, _MIDDLE - 80, "output", "t0"),
        *(inside(x, _MIDDLE + 90, equals(size)) for x in (70, 690)),
        rect(160, _MIDDLE - 34, 150, 68, "pc-zero", 8),
        text(235, _MIDDLE + pen.either(-4, 5), "normalise"),
        text(235, _MIDDLE + 18, "0 parameters", "t2") if pen.filled else "",
    ]


def _gain(pen: Pen, x, name: str, sign: str) -> str:
    top = _MIDDLE - 65
    label = f"{name}: {plural(pen.count((name,)), 'parameter')}"
    words = text(x, top - 15, f"{sign} {name}", "t1 ci")
    each, _, number = _each(pen, x, name)
    return pen.tensor((name,), label, hit(x - 16, top, 32, 130), each, words, number)


def _each(pen: Pen, x, name: str) -> tuple[str, str, str]:
    """A column of diamonds, one a number, or a hatched column where they are too many; dashed; how many."""
    count, colour = pen.count((name,)), pen.marks[name,].colour
    pitch, number = min(26.0, 130 / count), f"{count:,}"
    radius, pill = min(8.0, 0.46 * pitch), (16, 130)
    few = count <= FEW
    each = vector(x, _MIDDLE, count, pitch, radius, pill, colour, few, diamonds)
    dashed = rect(x - 8, _MIDDLE - 65, *pill, "pc-missing", 8)
    if few:
        dashed = diamonds(x, _MIDDLE - (count - 1) / 2 * pitch, count, pitch, radius, style="pc-missing")
    return each, dashed, text(x, _MIDDLE + 90, number, f"{largest(118, number, 't2', 't1')} ci")


def _hollow_gain(pen: Pen, x, name: str, sign: str) -> str:
    """The same in a sketch: a hollow column, and in it what was counted, or its dashed outline."""
    each, dashed, number = _each(pen, x, name)
    frame = Box(x - 11, _MIDDLE - 68, 22, 136).shape(pen.frame)
    answer = pen.answer((name,), each + (number if pen.right else ""), dashed)
    return frame + text(x, _MIDDLE - 80, f"{sign} {name}") + answer


def _statistic(pen: Pen, k: int, name: str) -> list[str]:
    """What is measured while training, and kept: hollow, for it is not counted."""
    left, y, arrow = 200 - 40 * k, _MIDDLE + 122 + 44 * k, 255 - 75 * k
    kept = f"{name}: {pen.layer.parts[name].size:,} kept, not trained"
    pill = rect(left, y - 14, 110, 20, "pc-hollowk", 10)
    words = text(330, y + 1, kept, "t0 ci", "start")
    return [flow((arrow, y - 16), (arrow, _MIDDLE + 38)), pen.tensor((name,), kept, pill, words)]


def _hollow_statistic(pen: Pen, k: int, name: str) -> list[str]:
    """The same, dashed as all that is not learned."""
    arrow, y = 200 + 70 * k, _MIDDLE + 124
    return [flow((arrow, y - 18), (arrow, _MIDDLE + 38)), operation(151 + 168 * k, y, name, 158)]
