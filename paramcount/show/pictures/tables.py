"""Embeddings, a table of weights, and norms, a gain and a shift for each of the numbers."""

from __future__ import annotations

from itertools import pairwise

from ...core import Layer, Tensor
from ...dims import Dim
from ...glossary import title
from ..account import Account, parameters
from .svg import (
    Markup,
    Picture,
    cells,
    equals,
    fit,
    group,
    hatched,
    hit,
    inside,
    largest,
    line,
    operation,
    rect,
    text,
)

_MOST = 12  # rows, columns or numbers drawn one by one
_MIDDLE = 116  # the line along which things flow


def draw(account: Account) -> Picture:
    """The table, or what a norm does from left to right."""
    layer, mark = account.layer, account.marks
    return (_table if layer.name == "embedding" else _norm)(layer, mark)


def sketch(layer: Layer) -> Picture:
    """The hollow table, or the way through a norm."""
    return (_sketch_table if layer.name == "embedding" else _sketch_norm)(layer)


# -- embedding ----------------------------------------------------------------------------------


def _table(layer: Layer, mark) -> Picture:
    v, x, E = Dim(layer.sizes["v"], "v"), Dim(layer.sizes["x"], "x"), layer.parts["E"]
    left, top, wide, high, side = _extent(v, x)
    grid = rect(left, top, wide, high, "pc-tint") + rect(left, top, wide, 5, "pc-solid")
    if side:
        grid = cells(left, top, x, v, side, min(2.0, side / 5))
    words = fit(300, f"{E.count.numbers} = {E.count:,}", f"{E.count:,}")
    table = group(
        mark[("E",)].style,
        hit(left, top, wide, high),
        grid,
        text(370, top + high + 46, words, style=f"{largest(300, words, 't2', 't1')} ci"),
        label=f"table: {E.count.numbers} = {E.count:,} weights",
    )
    working = f"{layer.count.numbers} = {parameters(layer.count)}"
    return Picture(
        body=table + _about_table(v, x) + text(628, _MIDDLE + 34, "0 parameters", style="t0"),
        height=276,
        title=title(layer),
        alt=f"{_rows_of(v, x)} {working}.",
        reading="Each word has a row of its own. Looking it up trains nothing more."
        + " Thin sides are drawn wider." * (side is None and 14 in (high, wide)),
    )


def _sketch_table(layer: Layer) -> Picture:
    v, x = Dim(layer.sizes["v"], "v"), Dim(layer.sizes["x"], "x")
    left, top, wide, high, side = _extent(v, x)
    row = [(left, top + (side or 5)), (left + wide, top + (side or 5))]
    made = rect(left, top, wide, high, "pc-hollow") + line(row, "pc-faintl")
    return Picture(made + _about_table(v, x), 258, title(layer), _rows_of(v, x))


def _rows_of(v: Dim, x: Dim) -> str:
    return f"A table of {v:,} rows with {x:,} number{'s' * (x > 1)} each."


def _about_table(v: Dim, x: Dim) -> str:
    """How many rows and columns it has, and the way from one row to the word that looks it up."""
    left, top, wide, high, side = _extent(v, x)
    right, bottom = left + wide, top + high
    row = top + (side or 5) / 2
    rows = [(left - 8, top), (left - 14, top), (left - 14, bottom), (left - 8, bottom)]
    columns = [(left, bottom + 4), (left, bottom + 10), (right, bottom + 10), (right, bottom + 4)]
    gives = Markup(f"{equals(x)} number{'s' * (x > 1)}")
    return "".join([
        line(rows, "pc-faintl"),
        text(left - 22, _MIDDLE, equals(v), anchor="end"),
        text(left - 22, _MIDDLE + 18, "rows, one a word", style="t0", anchor="end"),
        line(columns, "pc-faintl"),
        text(370, bottom + 26, equals(x), style="t0"),
        line([(right + 4, row), (530, row), (530, _MIDDLE), (568, _MIDDLE)], "pc-flow", arrow=True),
        operation(628, _MIDDLE, "look up", 110),
        text(inside(628, gives), _MIDDLE - 26, gives),
    ])  # fmt: skip


def _extent(rows: int, columns: int) -> tuple[float, float, float, float, float | None]:
    """Left, top, width and height of a table, and the side of a cell if they are drawn."""
    side = min(26.0, 240 / columns, 200 / rows)
    wide, high = columns * side, rows * side
    if max(rows, columns) > _MOST:
        side, wide, high = None, max(14.0, wide), max(14.0, high)
    return 370 - wide / 2, _MIDDLE - high / 2, wide, high, side


# -- norms --------------------------------------------------------------------------------------


def _norm(layer: Layer, mark) -> Picture:
    """Numbers come in, are normalised, multiplied by the gain and moved by the shift."""
    trained = [name for name, tensor in layer.parts.items() if tensor.trained]
    kept = [name for name, tensor in layer.parts.items() if not tensor.trained]
    places = [410 + 130 * k for k in range(len(trained))]
    drawn = [_flow(layer, places)]
    for x, name, sign in zip(places, trained, "×+", strict=False):
        drawn.append(_vector(x, name, sign, layer.parts[name], mark[(name,)]))
    drawn += [_statistic(k, name, layer.parts[name], mark[(name,)]) for k, name in enumerate(kept)]
    learned = f"A {' and a '.join(trained)} for each {'channel' if 'o' in layer.sizes else 'number'}"
    return Picture(
        body="".join(drawn),
        height=300 if kept else 236,
        title=title(layer),
        alt=f"{learned}. {layer.count.numbers} = {parameters(layer.count)}.",
        reading=f"{learned}: to normalise trains nothing, what comes after it does.",
    )


def _sketch_norm(layer: Layer) -> Picture:
    trained = [name for name, tensor in layer.parts.items() if tensor.trained]
    kept = [name for name in layer.parts if name not in trained]
    places = [410 + 130 * k for k in range(len(trained))]
    drawn = [_flow(layer, places, counted=False)]
    for x, name, sign in zip(places, trained, "×+", strict=False):
        drawn.append(rect(x - 9, _MIDDLE - 65, 18, 130, "pc-hollow"))
        drawn.append(text(x, _MIDDLE - 80, f"{sign} {name}"))
    for k, name in enumerate(kept):
        arrow, y = 200 + 70 * k, _MIDDLE + 124
        drawn.append(line([(arrow, y - 18), (arrow, _MIDDLE + 38)], "pc-flow", arrow=True))
        drawn.append(operation(151 + 168 * k, y, name, 158))  # dashed, as all that is not learned
    ((name, size),) = layer.sizes.items()
    alt = f"{name} = {size:,} numbers come in and are normalised; then {' and '.join(trained)}."
    return Picture("".join(drawn), 270 if kept else 226, title(layer), alt)


def _flow(layer: Layer, places: list[int], counted: bool = True) -> str:
    """From the numbers that come in, through an operation and what is at the places, to those that go out."""
    (name, size), *_ = layer.sizes.items()
    size = Dim(size, name)
    stops = [70, *places, 690]
    arrows = [line([(a + 22, _MIDDLE), (b - 22, _MIDDLE)], "pc-flow", arrow=True) for a, b in pairwise(stops)]
    ends = [
        rect(x - 9, _MIDDLE - 65, 18, 130, "pc-hollow") + text(x, _MIDDLE - 80, word, style="t0")
        for x, word in ((70, "input"), (690, "output"))
    ]
    return "".join(arrows + ends) + "".join([
        text(inside(70, equals(size)), _MIDDLE + 90, equals(size)),
        rect(160, _MIDDLE - 34, 150, 68, "pc-zero", 8),
        text(235, _MIDDLE - 4 if counted else _MIDDLE + 5, "normalise"),
        text(235, _MIDDLE + 18, "0 parameters", style="t2") if counted else "",
    ])  # fmt: skip


def _vector(x, name: str, sign: str, tensor: Tensor, style: str) -> str:
    """A column of diamonds, one a number, or a hatched column where they are too many."""
    count, top = tensor.count, _MIDDLE - 65
    if count <= _MOST:
        pitch = min(26.0, 130 / count)
        start = _MIDDLE - (count - 1) / 2 * pitch
        marks = "".join(_diamond(x, start + k * pitch, min(8.0, 0.46 * pitch)) for k in range(count))
    else:
        marks = hatched(x - 8, top, 16, 130, style.colour)
    return group(
        style.style,
        hit(x - 16, top, 32, 130),
        marks,
        text(x, top - 15, f"{sign} {name}", style="t1 ci"),
        text(x, top + 155, f"{count:,}", style=f"{largest(118, f'{count:,}', 't2', 't1')} ci"),
        label=f"{name}: {count:,} parameter{'s' * (count > 1)}",
    )


def _diamond(x, y, r) -> str:
    path = f"M{x - r:.1f} {y:.1f}l{r:.1f} {-r:.1f}l{r:.1f} {r:.1f}l{-r:.1f} {r:.1f}z"
    return f'<path d="{path}" class="pc-cell"/>'


def _statistic(k: int, name: str, tensor: Tensor, style: str) -> str:
    """What is measured while training, and kept: hollow, for it is not counted."""
    left, y, arrow = 200 - 40 * k, _MIDDLE + 122 + 44 * k, 255 - 75 * k
    kept = f"{name}: {tensor.size:,} kept, not trained"
    return line([(arrow, y - 16), (arrow, _MIDDLE + 38)], "pc-flow", arrow=True) + group(
        style.style,
        rect(left, y - 14, 110, 20, "pc-hollowk", 10),
        text(330, y + 1, kept, style="t0 ci", anchor="start"),
        label=kept,
    )
