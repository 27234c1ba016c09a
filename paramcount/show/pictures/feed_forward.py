"""Dense layers and feed-forward networks: a line is a weight, a dot is a bias."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from ...core import Layer, Path
from ...dims import Dim
from ...glossary import title
from .pen import Pen
from .sums import Count, sums
from .svg import SLIM, WIDTH, Picture, circle, hit, lines, more_dots, stroke, text
from .tiles import Box, contents
from .words import equals, fit, plural, room

_MOST_NODES = 10
_READING = "One line is one weight. One dot is one bias."
_PARTLY = f"{_READING} Only some neurons are drawn."


@dataclass(frozen=True)
class _Place:
    """Where a network is drawn.

    left, right: the first column and the last; middle, tall: of the columns, from neuron to neuron; names:
    the line of the names, over the sizes; base: the line of the sum below, if there is room for one; radius:
    of a neuron, at most; most: columns that are all drawn; wide: the picture.
    """

    left: float
    right: float
    middle: float
    tall: float
    names: float
    base: float = 0
    radius: float = 17.0
    most: int = 7
    wide: float = WIDTH

    def across(self, slot: int, slots: int) -> float:
        return self.left + slot * (self.right - self.left) / (slots - 1)


_PANEL, _SKETCH = _Place(96, 664, 192, 240, 18, 354), _Place(96, 664, 174, 196, 18, 312)
_SLIM = _Place(40, 290, 192, 240, 18, 354, 15, 5, SLIM)


@dataclass(frozen=True)
class _Column:
    """Neurons that stand above each other.

    places: the heights of those drawn; gap: the height of the three dots, where some are left out;
    path, dense: the layer whose outputs they are; before: the column that it reads, if that is drawn;
    told: whether it is said how many they are.
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
    told: bool = True

    @property
    def words(self) -> str:
        return equals(self.size) if self.told else "?"

    @property
    def number(self) -> str:
        return f"{self.size:,}" if self.told else "?"


def draw(pen: Pen) -> Picture:
    """Columns of neurons, joined; sizes above, the sum to be read below."""
    place, height = pen.either((_PANEL, 380), (_SKETCH, 340))
    layers, sizes, names = _read(pen.layer)
    columns = _columns(layers, sizes, names, place)
    narrow = _columns(layers, sizes, names, _SLIM) if pen.filled else []
    neurons = ", ".join(f"{name} {size:,}" for name, size in zip(names, sizes, strict=True))
    partly = len(columns) < len(sizes) or any(column.gap for column in columns)
    return pen.picture(
        _network(pen, columns, len(sizes) - len(columns), place),
        height=height,
        alt=f"Neurons: {neurons}.",
        reading=_PARTLY if partly else _READING,
        called=f"{title(pen.layer)} {'-'.join(f'{size:,}' for size in sizes)}",
        slim=("".join(_network(pen, narrow, len(sizes) - len(narrow), _SLIM)), height) if narrow else None,
    )


def row(pen: Pen, box: Box) -> str:
    """A network as one of several in a sketch; what is to be worked out is not told before it is right."""
    place = _Place(box.left + 74, box.right - 74, box.top + 88, 62, box.top + 12, radius=9.0)
    layers, sizes, names = _read(pen.layer)
    columns = _columns(layers, sizes, names, place, pen)
    return "".join(_network(pen, columns, len(sizes) - len(columns), place))


def row_high(layer: Layer) -> float:
    """How high it is drawn as one of several."""
    return 128


def _read(layer: Layer) -> tuple[list[tuple[Path, Layer]], list[Dim], list[str]]:
    """The dense layers with their paths; from column to column how many neurons, and what they are called."""
    layers = _layers(layer)
    (_, first), *_ = layers
    sizes = [first.sizes["i"], *(dense.sizes["o"] for _, dense in layers)]
    return layers, sizes, ["input", *(path[0] if path else "output" for path, _ in layers)]


def _network(pen: Pen, columns: list[_Column], left_out: int, place: _Place) -> list[str]:
    """The columns with what joins them. left_out: how many columns are not drawn."""
    below = sums(_counts(columns), place.base, place.wide) if pen.filled or (pen.right and place.base) else {}
    shapes = [_wires(pen, column, below, place) for column in columns if column.before]
    shapes += [_neurons(pen, column, below) for column in columns]
    shapes += [_labels(columns, place), _left_out(left_out, place) if left_out else ""]
    if left_out and not pen.filled:
        drawn = {(*column.path, "b") for column in columns}
        drawn |= {(*column.path, "W") for column in columns if column.before}
        leaves = [leaf for leaf in pen.account.leaves if leaf.path not in drawn]
        x = place.across(place.most - 2, place.most)
        shapes.append(contents(pen, Box(x - 36, place.middle + 4, 72, 22), leaves))
    return shapes


def _layers(layer: Layer) -> list[tuple[Path, Layer]]:
    """The dense layers with their paths."""
    if layer.name == "dense":
        return [((), layer)]
    return [((name,), dense) for name, dense in layer.parts.items()]


# -- where things stand -------------------------------------------------------------------------


def _columns(layers, sizes: list[Dim], names, place: _Place, pen: Pen | None = None) -> list[_Column]:
    """The columns that are drawn: of many, the first few and the last.

    pen: of a sketch of several layers, in which some sizes are to be worked out.
    """
    columns: list[_Column] = []
    many, most = len(sizes) > place.most, place.most
    shown = [*range(most - 2), len(sizes) - 1] if many else range(len(sizes))
    for k in shown:
        path, dense = layers[k - 1] if k else ((), None)
        before = columns[-1] if k and k == len(columns) else None
        slot = most - 1 if k > len(columns) else k  # the last, behind those that are left out
        x = place.across(slot, most if many else len(sizes))
        worked_out = pen is not None and pen.worked_out(sizes[k])
        spread = _spread(sizes[k], place, worked_out)
        told = not worked_out or pen.right
        columns.append(_Column(x, sizes[k], names[k], *spread, path, dense, before, told))
    return columns


def _spread(size: Dim, place: _Place, worked_out: bool) -> tuple[list[float], float | None, float]:
    """The heights of the neurons, that of the dots for those left out, and the radius of one.

    worked_out: whether the size is, so that the drawing may not tell it.
    """
    slots, left_out = (3, 1) if worked_out else (7, 4) if size > _MOST_NODES else (int(size), None)
    pitch = min(50.0, place.tall / max(1, slots - 1))
    top = place.middle - pitch * (slots - 1) / 2
    places = [top + k * pitch for k in range(slots)]
    gap = None if left_out is None else places.pop(left_out)
    return places, gap, min(place.radius, 0.34 * pitch)


# -- weights ------------------------------------------------------------------------------------


def _wires(pen: Pen, right: _Column, below: dict, place: _Place) -> str:
    """A line for each weight between a column and the one before it."""
    left = right.before
    steps = _steps(left, right)
    strokes, path = len(left.places) * len(right.places), (*right.path, "W")
    grey = stroke(steps, "pc-faintl" if strokes <= 40 else "pc-faintl pc-some")
    if not pen.filled and not pen.answered:
        return grey
    start, wide = left.x + left.radius, right.x - right.radius - left.x - left.radius
    width = 1.7 if strokes <= 30 else 1.2 if strokes <= 60 else 0.9
    style = "pc-wire pc-some" if left.gap or right.gap else "pc-wire"
    area = hit(start + 4, place.middle - place.tall / 2, wide - 8, place.tall)
    wires = stroke(steps, style, width=width)
    if pen.filled:
        return pen.weights(
            path, f"{left.name} to {right.name}", area, wires, below.get((right.name, "W"), "")
        )
    dashed = stroke(steps, "pc-missing pc-line", width=min(width, 1.3))
    return pen.answer(path, area + wires + below.get((right.name, "W"), ""), area + dashed) or grey


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
    if not pen.filled and not pen.answered:
        return rings
    count, path = below.get((column.name, "b"), ""), (*column.path, "b")
    if column.dense is None or "b" not in column.dense.parts:
        return rings + count
    radius = min(max(4.0, min(7.0, 0.42 * column.radius)), 1.3 * column.radius)
    tops = [y - column.radius for y in column.places]
    dots = "".join(circle(column.x, y, radius, "pc-ring") for y in tops)
    if pen.filled:
        return rings + pen.biases(path, column.name, dots, count)
    dashed = "".join(circle(column.x, y, radius - 0.4, "pc-missing") for y in tops)
    return rings + pen.answer(path, dots + count, dashed)


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


def _left_out(layers: int, place: _Place) -> str:
    x, y = place.across(place.most - 2, place.most), place.middle
    most = 2 * (place.across(1, place.most) - place.left - place.radius - 4)
    words = fit(most, plural(layers, "more layer"), f"{layers:,} more", style="t0")
    return text(x, y - 32, "· · ·", "t3") + text(x, y - 8, words, "t0")


def _labels(columns: list[_Column], place: _Place) -> str:
    """Names, sizes and how many neurons are left out, written the same way in every column."""
    y, pitch = place.names, min(right.x - left.x for left, right in pairwise(columns))
    called = [column.name for column in columns]
    if any(room(name, "t0") > pitch - 4 for name in called):
        called = [name.removeprefix("hidden ") for name in called]
    names = [text(column.x, y, name, "t0") for column, name in zip(columns, called, strict=True)]
    more = _more(columns, pitch - 34, place.wide, low=not place.base)
    return "".join([*names, *_sizes(columns, y + 24, pitch - 8), *more])


def _sizes(columns: list[_Column], y: float, most: float) -> list[str]:
    """The sizes over the columns, without letters where there is little room, in two rows where less."""
    words, bare = [column.words for column in columns], [column.number for column in columns]
    most = min(most, 2 * columns[0].x - 2)
    choices = [(words, "t2", 0), (words, "t1", 0), (bare, "t1", 0), (bare, "t0", 0)]
    fitting = (choice for choice in choices if all(room(size, choice[1]) <= most for size in choice[0]))
    sizes, style, apart = next(fitting, (bare, "t0", 14))
    rows = [y - apart / 2 + apart * (k % 2) for k in range(len(columns))]
    return [text(column.x, row, size, style) for column, size, row in zip(columns, sizes, rows, strict=True)]


def _more(columns: list[_Column], most: float, wide: float, low=False) -> list[str]:
    """How many neurons are left out, beside the dots: on one line if all of them fit.

    wide: the picture; low: whether it is a row, in which two lines have no room.
    """
    cut = [
        (f"{column.size - len(column.places):,}", column.x + 12, column.gap)
        for column in columns
        if column.gap and column.told and column.size > len(column.places)
    ]
    if not cut:
        return []
    edge = min(wide - x - 2 for _, x, _ in cut)
    most = min(most, edge)
    if all(room(f"{number} more", "t0") <= most for number, _, _ in cut):
        return [text(x, y + 5, f"{number} more", "t0 halo", "start") for number, x, y in cut]
    narrow = any(room(number, "t0") > min(most + 8, edge) for number, _, _ in cut)
    if low or narrow or room("more", "t0") > edge:
        return []  # the sizes above say it
    return [lines(x, y - 3, number, "more", step=16, style="t0 halo") for number, x, y in cut]
