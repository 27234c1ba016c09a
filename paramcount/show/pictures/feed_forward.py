"""Dense layers and feed-forward networks: a line is a weight, a dot is a bias."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from ...core import Layer
from ...dims import Dim
from ...glossary import title
from ..account import Account, parameters
from .sums import Count, sums
from .svg import WIDTH, Picture, circle, equals, group, hit, room, stroke, text

_LEFT, _RIGHT, _MIDDLE, _TALL = 96, 664, 192, 240
_MOST_NODES, _MOST_COLUMNS = 10, 7


@dataclass(frozen=True)
class _Column:
    """Neurons that stand above each other. places: the heights of those drawn."""

    x: float
    size: Dim
    name: str
    places: list[float]
    gap: float | None  # the height of the three dots, where neurons are left out
    radius: float


def draw(account: Account) -> Picture:
    """Columns of neurons, joined; sizes above, the sum to be read below."""
    layer, mark = account.layer, account.marks
    dense, names, sizes, slots, columns = _laid_out(layer)
    counts, drawn = sums(_counts(dense, columns)), []
    for k, (path, part) in enumerate(dense):
        if k in columns and k + 1 in columns:
            drawn.append(_wires(part, path, columns[k], columns[k + 1], mark, counts["W", k]))
    for k, column in columns.items():
        path, part = dense[k - 1] if k else ((), None)
        drawn.append(_neurons(column, part, path, mark, counts["b", k]))
    drawn.append(_labels(list(columns.values())))
    left_out = len(sizes) - len(columns)
    if left_out:
        drawn.append(_left_out(slots, left_out))
    partly = left_out or any(column.gap for column in columns.values())
    return Picture(
        body="".join(drawn),
        height=380,
        title=f"{title(layer)} {'-'.join(f'{size:,}' for size in sizes)}",
        alt=_in_words(layer, dense, names, sizes),
        reading="One line is one weight. One dot is one bias."
        + (" Only some neurons are drawn." if partly else ""),
    )


def sketch(layer: Layer) -> Picture:
    """The network as most books draw it: neurons and lines, nothing counted and no biases."""
    _, names, sizes, slots, columns = _laid_out(layer)
    drawn = []
    for k, left in columns.items():
        if k + 1 in columns:
            right = columns[k + 1]
            drawn.append(stroke(_steps(left, right), "pc-faintl"))
    drawn += [*map(_rings, columns.values()), _labels(list(columns.values()))]
    if len(sizes) > len(columns):
        drawn.append(_left_out(slots, len(sizes) - len(columns)))
    joined = "-".join(f"{size:,}" for size in sizes)
    neurons = ", ".join(f"{name} {size:,}" for name, size in zip(names, sizes, strict=True))
    return Picture("".join(drawn), 330, f"{title(layer)} {joined}", f"Neurons: {neurons}.")


def _laid_out(layer: Layer):
    """The dense layers with their paths, the columns' names and sizes, and where each stands."""
    dense = [((), layer)] if layer.name == "dense" else [((n,), p) for n, p in layer.parts.items()]
    sizes = [dense[0][1].sizes["i"], *(part.sizes["o"] for _, part in dense)]
    names = ["input", *(path[0] if path else "output" for path, _ in dense)]
    slots = _slots(len(sizes))
    columns = {
        k: _column(_across(slot, slots), sizes[k], names[k]) for slot, k in enumerate(slots) if k is not None
    }
    return dense, names, sizes, slots, columns


def _across(slot: int, slots: list) -> float:
    return _LEFT + slot * (_RIGHT - _LEFT) / (len(slots) - 1)


def _left_out(slots, layers: int) -> str:
    x = _across(slots.index(None), slots)
    words = f"{layers} more layer{'s' * (layers > 1)}"
    return text(x, _MIDDLE - 32, "· · ·", style="t3") + text(x, _MIDDLE - 8, words, style="t0")


def _slots(columns: int) -> list[int | None]:
    """Which column stands where; None where some are left out: of many, all but five and the last."""
    return list(range(columns)) if columns <= _MOST_COLUMNS else [*range(5), None, columns - 1]


def _column(x: float, size: Dim, name: str) -> _Column:
    drawn = size if size <= _MOST_NODES else 7
    pitch = min(50.0, _TALL / max(1, drawn - 1))
    top = _MIDDLE - pitch * (drawn - 1) / 2
    places = [top + k * pitch for k in range(drawn)]
    gap = places.pop(4) if size > _MOST_NODES else None
    return _Column(x, size, name, places, gap, min(17.0, 0.34 * pitch))


def _counts(dense, columns: dict[int, _Column]) -> dict[tuple[str, int], Count]:
    """Under each column its biases, and between two their weights."""
    made = {}
    for k, column in columns.items():
        b = dense[k - 1][1].parts.get("b") if k else None
        noun = "no biases" if b is None else "biases" if b.count > 1 else "bias"
        made["b", k] = Count(column.x, b.count if b else 0, noun)
        if k + 1 in columns:
            middle = (column.x + columns[k + 1].x) / 2
            W = dense[k][1].parts["W"]
            made["W", k] = Count(middle, W.count, "weights", _product(dense[k][1]))
    return made


def _product(part: Layer) -> str:
    return f"{part.sizes['i']:,} × {part.sizes['o']:,}"


def _wires(part, path, left: _Column, right: _Column, mark, below: str) -> str:
    drawn = len(left.places) * len(right.places)
    start, end = left.x + left.radius, right.x - right.radius
    width = 1.7 if drawn <= 30 else 1.2 if drawn <= 60 else 0.9
    faded = " pc-some" if left.gap or right.gap else ""
    return group(
        mark[(*path, "W")].style,
        hit(start + 4, _MIDDLE - _TALL / 2, end - start - 8, _TALL),
        stroke(_steps(left, right), "pc-wire" + faded, width=width),
        below,
        label=f"{left.name} to {right.name}: {_product(part)} = {part.parts['W'].count:,} weights",
    )


def _steps(left: _Column, right: _Column) -> str:
    start, end = left.x + left.radius, right.x - right.radius
    return "".join(f"M{start:.1f} {a:.1f}L{end:.1f} {b:.1f}" for a in left.places for b in right.places)


def _rings(column: _Column) -> str:
    rings = "".join(circle(column.x, y, column.radius, "pc-hollow") for y in column.places)
    if column.gap is None:
        return rings
    return rings + "".join(circle(column.x, column.gap + d, 2, "pc-dot") for d in (-8, 0, 8))


def _labels(columns: list[_Column]) -> str:
    """Names, sizes and how many neurons are left out, written the same way in every column."""
    pitch = min(right.x - left.x for left, right in pairwise(columns))
    sizes, style = _sizes(columns, pitch - 8)
    made = [text(column.x, 18, column.name, style="t0") for column in columns]
    made += [text(column.x, 42, size, style=style) for column, size in zip(columns, sizes, strict=True)]
    cut = [column for column in columns if column.gap]
    most = min([pitch - 34, *(WIDTH - column.x - 14 for column in cut)])
    one_line = all(room(f"{column.size - 6:,} more", "t0") <= most for column in cut)
    for column in cut:
        number, x, y = f"{column.size - 6:,}", column.x + 12, column.gap
        lines = [(y + 5, f"{number} more")] if one_line else [(y - 3, number), (y + 13, "more")]
        made += [text(x, line, words, style="t0 halo", anchor="start") for line, words in lines]
    return "".join(made)


def _sizes(columns: list[_Column], most: float) -> tuple[list[str], str]:
    """The sizes over the columns and their type, without letters where there is little room."""
    spelt, bare = [equals(column.size) for column in columns], [f"{column.size:,}" for column in columns]
    choices = [(spelt, "t2"), (spelt, "t1"), (bare, "t1"), (bare, "t0")]
    fitting = (choice for choice in choices if all(room(size, choice[1]) <= most for size in choice[0]))
    return next(fitting, choices[-1])


def _neurons(column: _Column, part, path, mark, below: str) -> str:
    rings = _rings(column)
    if part is None or "b" not in part.parts:
        return rings + below
    radius = max(4.0, min(7.0, 0.42 * column.radius))
    biases = "".join(circle(column.x, y - column.radius, radius, "pc-ring") for y in column.places)
    count = part.parts["b"].count
    return rings + group(mark[(*path, "b")].style, biases, below, label=f"{column.name}: {count:,} biases")


def _in_words(layer: Layer, dense, names, sizes) -> str:
    neurons = ", ".join(f"{name} {size:,}" for name, size in zip(names, sizes, strict=True))
    return f"Neurons: {neurons}. {layer.count.numbers} = {parameters(layer.count)}."
