"""Dense layers and feed-forward networks: a line is a weight, a dot is a bias."""

from __future__ import annotations

from dataclasses import dataclass

from ..core import Layer
from ..dims import Dim
from ..display import parameters
from ..glossary import title
from .svg import Picture, circle, equals, group, hit, stroke, text

_LEFT, _RIGHT, _MIDDLE, _TALL = 96, 664, 192, 240
_SUM = 354  # the line of the sum below
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


def draw(layer: Layer, mark: dict) -> Picture:
    """Columns of neurons, joined; sizes above, the sum to be read below."""
    dense, names, sizes, slots, columns = _laid_out(layer)
    drawn = []
    for k, (path, part) in enumerate(dense):
        if k in columns and k + 1 in columns:
            drawn.append(_wires(part, path, columns[k], columns[k + 1], mark, len(slots)))
    for k, column in columns.items():
        path, part = dense[k - 1] if k else ((), None)
        drawn.append(_neurons(column, part, path, mark, len(slots)))
    left_out = len(sizes) - len(columns)
    if left_out:
        drawn.append(_left_out(slots, left_out))
    partly = left_out or any(column.gap for column in columns.values())
    return Picture(
        body="".join(drawn),
        height=380,
        title=f"{title(layer.name)} {'-'.join(f'{size:,}' for size in sizes)}",
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
    drawn += [_rings(column) + _heading(column) for column in columns.values()]
    if len(sizes) > len(columns):
        drawn.append(_left_out(slots, len(sizes) - len(columns)))
    joined = "-".join(f"{size:,}" for size in sizes)
    neurons = ", ".join(f"{name} {size:,}" for name, size in zip(names, sizes, strict=True))
    return Picture("".join(drawn), 330, f"{title(layer.name)} {joined}", f"Neurons: {neurons}.")


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
    return text(x, _MIDDLE, "· · ·", style="t3") + text(x, _MIDDLE + 24, words, style="t0")


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


def _wires(part, path, left: _Column, right: _Column, mark, slots) -> str:
    count = part.parts["W"].count
    drawn = len(left.places) * len(right.places)
    start, end = left.x + left.radius, right.x - right.radius
    width = 1.7 if drawn <= 30 else 1.2 if drawn <= 60 else 0.9
    faded = " pc-some" if left.gap or right.gap else ""
    middle = (left.x + right.x) / 2
    product = f"{part.sizes['i']:,} × {part.sizes['o']:,}"
    return group(
        mark[(*path, "W")],
        hit(start + 4, _MIDDLE - _TALL / 2, end - start - 8, _TALL),
        stroke(_steps(left, right), "pc-wire" + faded, width=width),
        *_sum(middle, product, count, slots),
        label=f"{left.name} to {right.name}: {product} = {count:,} weights",
    )


def _steps(left: _Column, right: _Column) -> str:
    start, end = left.x + left.radius, right.x - right.radius
    return "".join(f"M{start:.1f} {a:.1f}L{end:.1f} {b:.1f}" for a in left.places for b in right.places)


def _sum(x: float, product: str, count: int, slots: int) -> list[str]:
    """`3 × 5 = 15` over the word; where that would be too wide, the count over the product."""
    room = 568 / (slots - 1)
    whole = f"{product} = {count:,}"
    if len(whole) <= 18 and len(whole) * 10.5 < room - 60:
        return [text(x, _SUM, whole, style="t2 ci"), text(x, _SUM + 20, "weights", style="t0 ci")]
    made = [text(x, _SUM, f"{count:,}", style=_size(count, room))]
    return made + ([text(x, _SUM + 20, product, style="t0 ci")] if len(product) * 8 < room - 40 else [])


def _size(count: int, room: float) -> str:
    """The largest type in which a count leaves its neighbours alone."""
    return f"{'t2' if len(f'{count:,}') * 10.5 < 0.6 * room else 't1'} ci"


def _rings(column: _Column) -> str:
    rings = "".join(circle(column.x, y, column.radius, "pc-hollow") for y in column.places)
    if column.gap is None:
        return rings
    rings += "".join(circle(column.x, column.gap + d, 2, "pc-dot") for d in (-8, 0, 8))
    more = f"{column.size - 6:,} more"
    return rings + text(column.x + 12, column.gap + 5, more, style="t0 halo", anchor="start")


def _heading(column: _Column) -> str:
    return text(column.x, 18, column.name, style="t0") + text(column.x, 42, equals(column.size), style="t2")


def _neurons(column: _Column, part, path, mark, slots) -> str:
    bare = _rings(column) + _heading(column)
    if part is None or "b" not in part.parts:
        return bare + _below(column.x, 0, "no biases", slots)
    radius = max(4.0, min(7.0, 0.42 * column.radius))
    biases = "".join(circle(column.x, y - column.radius, radius, "pc-ring") for y in column.places)
    count = part.parts["b"].count
    below = _below(column.x, count, "biases" if count > 1 else "bias", slots)
    return bare + group(mark[(*path, "b")], biases, below, label=f"{column.name}: {count:,} biases")


def _below(x: float, count: int, noun: str, slots: int) -> str:
    room = 568 / (slots - 1)
    above = text(x, _SUM, f"{count:,}", style=_size(count, room) if count else "t2")
    return above + (text(x, _SUM + 20, noun, style="t0 ci" if count else "t0") if slots <= 4 else "")


def _in_words(layer: Layer, dense, names, sizes) -> str:
    neurons = ", ".join(f"{name} {size:,}" for name, size in zip(names, sizes, strict=True))
    return f"Neurons: {neurons}. {layer.count.numbers} = {parameters(layer.count)}."
