"""Dense layers and feed-forward networks: a line is a weight, a dot is a bias."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from ...core import Layer, Path
from ...dims import Dim
from ...glossary import title
from .pen import Pen
from .sums import Count, sums
from .svg import WIDTH, Picture, circle, hit, lines, more_dots, stroke, text
from .words import equals, plural, room

_LEFT, _RIGHT, _MIDDLE, _TALL = 96, 664, 192, 240
_MOST_NODES, _MOST_COLUMNS = 10, 7
_READING = "One line is one weight. One dot is one bias."
_PARTLY = f"{_READING} Only some neurons are drawn."


@dataclass(frozen=True)
class _Column:
    """Neurons that stand above each other.

    places: the heights of those drawn; gap: the height of the three dots, where some are left out;
    path, dense: the layer whose outputs they are; before: the column that it reads, if that is drawn.
    """

    x: float
    size: Dim
    name: str
    places: list[float]
    gap: float | None
    radius: float
    path: Path = ()
    dense: Layer | None = None
    before: _Column | None = None


def draw(pen: Pen) -> Picture:
    """Columns of neurons, joined; sizes above, the sum to be read below."""
    layers = _layers(pen.layer)
    (_, first), *_ = layers
    sizes = [first.sizes["i"], *(dense.sizes["o"] for _, dense in layers)]
    names = ["input", *(path[0] if path else "output" for path, _ in layers)]
    columns = _columns(layers, sizes, names)
    left_out = len(sizes) - len(columns)
    below = sums(_counts(columns)) if pen.filled else {}
    shapes = [_wires(pen, column, below) for column in columns if column.before]
    shapes += [_neurons(pen, column, below) for column in columns]
    shapes += [_labels(columns), _left_out(left_out) if left_out else ""]
    neurons = ", ".join(f"{name} {size:,}" for name, size in zip(names, sizes, strict=True))
    return pen.picture(
        shapes,
        height=pen.either(380, 330),
        alt=f"Neurons: {neurons}.",
        reading=_PARTLY if left_out or any(column.gap for column in columns) else _READING,
        called=f"{title(pen.layer)} {'-'.join(f'{size:,}' for size in sizes)}",
    )


def _layers(layer: Layer) -> list[tuple[Path, Layer]]:
    """The dense layers with their paths."""
    if layer.name == "dense":
        return [((), layer)]
    return [((name,), dense) for name, dense in layer.parts.items()]


# -- where things stand -------------------------------------------------------------------------


def _columns(layers, sizes: list[Dim], names: list[str]) -> list[_Column]:
    """The columns that are drawn: of many, the first five and the last."""
    columns: list[_Column] = []
    many = len(sizes) > _MOST_COLUMNS
    shown = [*range(5), len(sizes) - 1] if many else range(len(sizes))
    for k in shown:
        path, dense = layers[k - 1] if k else ((), None)
        before = columns[-1] if k and k == len(columns) else None
        slot = 6 if k > len(columns) else k  # the last, behind those that are left out
        x = _across(slot, 7 if many else len(sizes))
        columns.append(_Column(x, sizes[k], names[k], *_spread(sizes[k]), path, dense, before))
    return columns


def _across(slot: int, slots: int) -> float:
    return _LEFT + slot * (_RIGHT - _LEFT) / (slots - 1)


def _spread(size: Dim) -> tuple[list[float], float | None, float]:
    """The heights of the neurons, that of the dots for those left out, and the radius of one."""
    few = size <= _MOST_NODES
    slots = size if few else 7
    pitch = min(50.0, _TALL / max(1, slots - 1))
    top = _MIDDLE - pitch * (slots - 1) / 2
    places = [top + k * pitch for k in range(slots)]
    gap = None if few else places.pop(4)
    return places, gap, min(17.0, 0.34 * pitch)


# -- weights ------------------------------------------------------------------------------------


def _wires(pen: Pen, right: _Column, below: dict) -> str:
    """A line for each weight between a column and the one before it."""
    left = right.before
    steps = _steps(left, right)
    if not pen.filled:
        return stroke(steps, "pc-faintl")
    start, wide = left.x + left.radius, right.x - right.radius - left.x - left.radius
    strokes = len(left.places) * len(right.places)
    width = 1.7 if strokes <= 30 else 1.2 if strokes <= 60 else 0.9
    style = "pc-wire pc-some" if left.gap or right.gap else "pc-wire"
    return pen.weights(
        (*right.path, "W"),
        f"{left.name} to {right.name}",
        hit(start + 4, _MIDDLE - _TALL / 2, wide - 8, _TALL),
        stroke(steps, style, width=width),
        below[right.name, "W"],
    )


def _steps(left: _Column, right: _Column) -> str:
    start, end = left.x + left.radius, right.x - right.radius
    return "".join(f"M{start:.1f} {a:.1f}L{end:.1f} {b:.1f}" for a in left.places for b in right.places)


def _product(dense: Layer) -> str:
    return f"{dense.sizes['i']:,} × {dense.sizes['o']:,}"


# -- neurons and their biases -------------------------------------------------------------------


def _neurons(pen: Pen, column: _Column, below: dict) -> str:
    """A ring for each neuron; on it a dot for its bias, under it how many there are."""
    rings = "".join(circle(column.x, y, column.radius, "pc-hollow") for y in column.places)
    if column.gap:
        rings += more_dots(column.x, column.gap, 2, 8)
    if not pen.filled:
        return rings
    count = below[column.name, "b"]
    if column.dense is None or "b" not in column.dense.parts:
        return rings + count
    radius = max(4.0, min(7.0, 0.42 * column.radius))
    dots = [circle(column.x, y - column.radius, radius, "pc-ring") for y in column.places]
    return rings + pen.biases((*column.path, "b"), column.name, *dots, count)


# -- words --------------------------------------------------------------------------------------


def _counts(columns: list[_Column]) -> dict[tuple[str, str], Count]:
    """Under each column its biases, and between two their weights."""
    counts = {}
    for column in columns:
        b = column.dense and column.dense.parts.get("b")
        noun = "no biases" if not b else "biases" if b.count > 1 else "bias"
        counts[column.name, "b"] = Count(column.x, b.count if b else 0, noun)
        if column.before:
            middle, W = (column.before.x + column.x) / 2, column.dense.parts["W"]
            counts[column.name, "W"] = Count(middle, W.count, "weights", _product(column.dense))
    return counts


def _left_out(layers: int) -> str:
    x = _across(5, 7)
    return text(x, _MIDDLE - 32, "· · ·", "t3") + text(x, _MIDDLE - 8, plural(layers, "more layer"), "t0")


def _labels(columns: list[_Column]) -> str:
    """Names, sizes and how many neurons are left out, written the same way in every column."""
    pitch = min(right.x - left.x for left, right in pairwise(columns))
    names = [text(column.x, 18, column.name, "t0") for column in columns]
    return "".join([*names, *_sizes(columns, pitch - 8), *_more(columns, pitch - 34)])


def _sizes(columns: list[_Column], most: float) -> list[str]:
    """The sizes over the columns, without letters where there is little room."""
    words, bare = [equals(column.size) for column in columns], [f"{column.size:,}" for column in columns]
    choices = [(words, "t2"), (words, "t1"), (bare, "t1"), (bare, "t0")]
    fitting = (choice for choice in choices if all(room(size, choice[1]) <= most for size in choice[0]))
    sizes, style = next(fitting, choices[-1])
    return [text(column.x, 42, size, style) for column, size in zip(columns, sizes, strict=True)]


def _more(columns: list[_Column], most: float) -> list[str]:
    """How many neurons are left out, beside the dots: on one line if all of them fit."""
    cut = [(f"{column.size - 6:,}", column.x + 12, column.gap) for column in columns if column.gap]
    most = min([most, *(WIDTH - x - 2 for _, x, _ in cut)])
    if all(room(f"{number} more", "t0") <= most for number, _, _ in cut):
        return [text(x, y + 5, f"{number} more", "t0 halo", "start") for number, x, y in cut]
    return [lines(x, y - 3, number, "more", step=16, style="t0 halo") for number, x, y in cut]
