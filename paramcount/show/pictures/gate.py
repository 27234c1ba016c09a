"""One gate of a recurrent layer: its weights as a block, its biases, and the vector that it reads."""

from __future__ import annotations

from dataclasses import dataclass

from ...core import Layer, Path
from .pen import Pen, size
from .shapes import Matrix, matrix, numbers, vector
from .svg import bracket, hit, text
from .words import equals, largest, letter, room

_GAP, _BIASES = 4, 20  # between the columns for h and those for i; the room for the biases
_LEAST = (4.0, 8.0)  # how wide and high a side is drawn, however thin it is
_NAMES = {"state": "one dense layer", "candidate": "candidate"}


@dataclass(frozen=True)
class Block:
    """The weights of a gate as they are drawn: h columns and i columns, then a column of biases.

    most: the room for the text above.
    """

    h: Matrix
    i: Matrix
    biases: bool
    most: float

    @property
    def high(self) -> float:
        return self.h.high

    @property
    def wide(self) -> float:
        return self.h.wide + _GAP + self.i.wide + _BIASES * self.biases


def called(name: str) -> str:
    """What a gate is called: the candidate is none, nor is the one dense layer of an RNN."""
    return _NAMES.get(name, f"{name} gate")


def measured(layer: Layer, wide: float, tall: float) -> Block:
    """How large a gate of the layer is drawn, with wide × tall units for its weights."""
    h, i = layer.sizes["h"], layer.sizes["i"]
    few = h + i <= 16 and h <= 12
    across = min(36.0, wide / 5, wide / (h + i + 0.3)) if few else (wide - 8) / (h + i)
    unit = min(across, tall / h)
    most = 205 if wide > 150 else 153
    both = (matrix(columns, h, unit, few, _LEAST) for columns in (h, i))
    return Block(*both, layer.sizes["bias"], most)


def gate(x, bottom, block: Block, layer: Layer, path: Path, pen: Pen, sizes: bool, named: bool = True) -> str:
    """Its name and counts, its weights and biases, and the vector under them. sizes: said with the vector."""
    dense, name = layer.parts[path[-1]], called(path[-1])
    left, top = x - block.wide / 2, bottom - block.high
    plus, weights, biases = _counts(x, top - 14, dense, block.most)
    shapes = [text(x, top - 35, name) if named else "", plus]
    shapes.append(
        pen.weights(
            (*path, "W"),
            name,
            hit(left - 2, top - 2, block.h.wide + _GAP + block.i.wide + 4, block.high + 4),
            block.h.at(left, top),
            block.i.at(left + block.h.wide + _GAP, top),
            weights,
        )
    )
    if block.biases:
        place, middle, side = left + block.wide - 6, top + block.high / 2, block.h.side
        pill, colour = (12, block.high), pen.marks[*path, "b"].colour
        column = vector(place, middle, block.h.rows, side, min(7.0, 0.36 * side), pill, colour, block.h.few)
        glyph = text(place, bottom + 21, letter("b"), "t1 ci")
        shapes.append(pen.biases((*path, "b"), name, column, glyph, biases))
    return "".join([*shapes, *_vector(left, bottom, block, layer, sizes)])


def _counts(x, y, dense: Layer, most) -> tuple[str, str, str]:
    """`10 + 2`: the plus, the weights, the biases, each a text; or the sum alone, if that is too wide."""
    W, b = (f"{dense.parts[name].count:,}" if name in dense.parts else "" for name in "Wb")
    if not b:
        return "", text(x, y, W, f"{largest(most, W, 't1', 't0')} ci"), ""
    if room(f"{W} + {b}") > most:
        whole = f"{dense.count:,}"
        return text(x, y, whole, largest(most, whole, "t1", "t0")), "", ""
    plus = x + 4.3 * (len(W) - len(b))
    return text(plus, y, "+"), text(plus - 9, y, W, "t1 ci", "end"), text(plus + 9, y, b, "t1 ci", "start")


def _vector(left, bottom, block: Block, layer: Layer, sizes: bool) -> list[str]:
    """The hollow numbers under a block, h and then i of them, bracketed."""
    h, i = size(layer, "h"), size(layer, "i")
    words = (room(equals(h), "t0") + room(equals(i), "t0")) / 2
    apart = (block.h.wide + block.i.wide) / 2 + _GAP - words
    shapes, y = [], bottom + 8
    for weights, dim in ((block.h, h), (block.i, i)):
        count, gap = (dim, weights.gap) if weights.few else (1, 0)
        label = equals(dim) if sizes and apart > 4 else letter(dim.name)
        shapes += [
            numbers(left, y, weights.wide, 16, count, gap),
            bracket(left, left + weights.wide, y + 22),
            text(left + weights.wide / 2, y + 44, label, "t0"),
        ]
        left += weights.wide + _GAP
    return shapes
