"""Boxes of a sketch: hollow with a name in it while it is asked; then the tensors in it, filled or dashed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...core import Leaf
from .pen import Pen
from .shapes import FEW, Matrix, diamonds, dots, matrix, vector
from .svg import hatched, rect, text
from .words import cut, largest

_GAP, _PILL = 4, 10  # between blocks of weights; how wide a pill of biases is
_SMALLEST, _LARGEST = 4.0, 18.0  # sides of a cell
_THINNEST = 4.0  # of a rectangle on one scale with others
_MOST_COLUMNS, _MOST_GLYPHS = 24, 8


@dataclass(frozen=True)
class Box:
    """A rectangle from its top left corner."""

    left: float
    top: float
    wide: float
    high: float

    @property
    def x(self) -> float:
        """Its middle from left to right."""
        return self.left + self.wide / 2

    @property
    def y(self) -> float:
        """Its middle from top to bottom."""
        return self.top + self.high / 2

    @property
    def right(self) -> float:
        return self.left + self.wide

    @property
    def bottom(self) -> float:
        return self.top + self.high

    def within(self, top: float, side: float = 8, bottom: float = 6) -> Box:
        """What is left of it, so far from its edges."""
        return Box(self.left + side, self.top + top, self.wide - 2 * side, self.high - top - bottom)

    def shape(self, style: str, radius=0) -> str:
        return rect(self.left, self.top, self.wide, self.high, style, radius)


def tile(
    pen: Pen,
    box: Box,
    name: str,
    leaves: Sequence[Leaf],
    more: Sequence[str] = (),
    parts: Sequence[int] = (),
    unit: float = 0,
) -> str:
    """A box with its name and the tensors in it.

    more: further lines, such as its sizes; parts: how many columns of the weights belong together; unit: the
    side of a weight, where boxes are on one scale.
    """
    lines = [(name, largest(box.wide - 8, name, "t1", "t0"))] + [(line, "t0") for line in more]
    step = 18 if pen.answered else 21
    first = box.top + 17 if pen.answered else box.y + 5 - step / 2 * (len(lines) - 1)
    words = [
        text(box.x, first + step * k, cut(line, box.wide - 8, style), style)
        for k, (line, style) in enumerate(lines)
    ]
    inner = box.within(24 + 17 * (len(lines) - 1))
    frame = box.shape(pen.frame, 6)
    return "".join([frame, *words, contents(pen, inner, leaves, parts, unit)])


def one_scale(box: Box, each: Sequence[Sequence[Leaf]]) -> float:
    """The side of a weight with which dense layers fit into boxes of their own and can be compared.

    0 where one of them is something else, or would be too thin to be seen.
    """
    if len(each) < 2 or not all(leaves and _dense(leaves) for leaves in each):
        return 0
    shapes = [(int(rows), int(columns)) for leaves in each for rows, columns in [leaves[0].tensor.shape]]
    room = box.within(41)  # below a name and another line
    unit = min(
        (room.wide - _PILL - 2 - _GAP) / max(a for a, _ in shapes), room.high / max(b for _, b in shapes)
    )
    return unit if unit * min(map(min, shapes)) >= _THINNEST else 0


def contents(pen: Pen, box: Box, leaves: Sequence[Leaf], parts: Sequence[int] = (), unit: float = 0) -> str:
    """The tensors, in a sketch that is answered: one by one, or by kind where they are too many."""
    leaves = [leaf for leaf in leaves if leaf.tensor.count] if pen.answered else []
    if not leaves:
        return ""
    if _dense(leaves):
        return _weights_and_biases(pen, box, leaves, parts, unit)
    if len(leaves) == 1:
        return _alone(pen, box, leaves[0])
    if len(leaves) <= _MOST_GLYPHS:
        return strip(pen, box, leaves)
    return _by_kind(pen, box, leaves)


# -- a dense layer ------------------------------------------------------------------------------


def _dense(leaves: Sequence[Leaf]) -> bool:
    """Whether they are the weights of a dense layer, alone or with its biases."""
    W, *rest = (leaf.tensor for leaf in leaves)
    if len(W.shape) != 2 or W.kind != "weight":
        return False
    return [(b.kind, b.shape) for b in rest] in ([], [("bias", W.shape[1:])])


def _weights_and_biases(pen: Pen, box: Box, leaves: Sequence[Leaf], parts: Sequence[int], unit: float) -> str:
    """A column of weights for each number read, side by side; then the biases, one for each row."""
    W, *b = leaves
    inputs, outputs = W.tensor.shape
    room = (_PILL + 2 + _GAP) * len(b)
    blocks = _fitted(parts or [inputs], outputs, box.wide - room, box.high)
    if unit and not blocks[0].few:
        blocks = [matrix(int(inputs), int(outputs), unit, few=False)]
    wide = sum(block.wide for block in blocks) + _GAP * (len(blocks) - 1)
    left, top = box.x - (wide + room) / 2, box.y - blocks[0].high / 2
    counted, left_out, x = "", "", left
    for block in blocks:
        counted += block.at(x, top)
        left_out += rect(x, top, block.wide - block.edge, block.high - block.edge, "pc-missing")
        x += block.wide + _GAP
    shapes = [pen.answer(W.path, counted, left_out)]
    if b:
        shapes.append(_biases(pen, b[0], x + _PILL / 2 + 1, top, blocks[0]))
    return "".join(shapes)


def _fitted(parts: Sequence[int], rows: int, wide, high) -> list[Matrix]:
    """Blocks of weights: cells if they can be counted, else rectangles as high as the room."""
    wide -= _GAP * (len(parts) - 1)
    unit = min(_LARGEST, wide / sum(parts), high / rows)
    if unit >= _SMALLEST and sum(parts) <= _MOST_COLUMNS and rows <= FEW:
        return [matrix(columns, rows, unit, few=True) for columns in parts]
    least = 6 * (len(parts) > 1)
    spare = min(wide, max(high, high * sum(parts) / rows)) - least * len(parts)
    widths = [least + spare * columns / sum(parts) for columns in parts]
    return [Matrix(n, rows, width, high, few=False) for n, width in zip(parts, widths, strict=True)]


def _biases(pen: Pen, leaf: Leaf, x, top, block: Matrix) -> str:
    """A column of them beside the weights: a dot for each row, or a pill."""
    pill, radius = (_PILL, block.high), min(5.0, 0.36 * block.high / block.rows)
    middle, pitch = top + (block.high - block.edge) / 2, block.high / block.rows
    column = vector(x, middle, block.rows, pitch, radius, pill, pen.marks[leaf.path].colour, block.few)
    if block.few and radius > 3:
        start = middle - (block.rows - 1) / 2 * pitch
        return pen.answer(leaf.path, column, dots(x, start, block.rows, pitch, radius, style="pc-missing"))
    wide = 2 * radius if block.few else _PILL
    around = rect(x - wide / 2, top, wide, block.high - block.edge, "pc-missing", wide / 2)
    return pen.answer(leaf.path, column, around)


# -- other tensors ------------------------------------------------------------------------------


def _alone(pen: Pen, box: Box, leaf: Leaf) -> str:
    """One tensor in the middle of its box: a block, or a row of dots or diamonds."""
    *rows, columns = map(int, leaf.tensor.shape or (1,))
    if leaf.tensor.kind == "weight" and len(rows) > 1 and (planes := _planes(pen, box, leaf)):
        return planes
    if leaf.tensor.kind == "weight" and rows:
        (block,) = _fitted([columns], math.prod(rows), box.wide, box.high)
        left, top = box.x - block.wide / 2, box.y - block.high / 2
        around = rect(left, top, block.wide - block.edge, block.high - block.edge, "pc-missing")
        return pen.answer(leaf.path, block.at(left, top), around)
    pitch = min(_LARGEST, box.wide / columns)
    few, high = columns <= FEW, min(14.0, box.high)
    wide = pitch * columns if few else box.wide
    row = diamonds if leaf.tensor.kind == "norm" else None
    colour = pen.marks[leaf.path].colour
    shape = vector(box.x, box.y, columns, pitch, 0.4 * pitch, (wide, high), colour, few, row)
    around = Box(box.x - wide / 2, box.y - high / 2, wide, high).shape("pc-missing", high / 2)
    return pen.answer(leaf.path, shape, around)


def _planes(pen: Pen, box: Box, leaf: Leaf) -> str:
    """Filters, a row for each, as planes side by side, if they can be counted; else nothing."""
    channels, *sides, filters = map(int, leaf.tensor.shape)
    slices, rows, columns = [1] * (3 - len(sides)) + sides
    across, apart = channels * slices, 5
    side = min(
        _LARGEST,
        (box.wide - apart * (across - 1)) / (across * columns),
        (box.high - apart * (filters - 1)) / (filters * rows),
    )
    if side < _SMALLEST or max(across, filters) > FEW:
        return ""
    plane = matrix(columns, rows, side, few=True)
    left = box.x - (across * (plane.wide + apart) - apart) / 2
    top = box.y - (filters * (plane.high + apart) - apart) / 2
    places = [
        (left + a * (plane.wide + apart), top + b * (plane.high + apart))
        for b in range(filters)
        for a in range(across)
    ]
    around = (rect(x, y, plane.wide - plane.edge, plane.high - plane.edge, "pc-missing") for x, y in places)
    return pen.answer(leaf.path, "".join(plane.at(x, y) for x, y in places), "".join(around))


def strip(pen: Pen, box: Box, leaves: Sequence[Leaf]) -> str:
    """A glyph for each tensor, side by side: blocks of weights, pills of what there is one of an output."""
    units = [3 if leaf.tensor.kind == "weight" else 1 for leaf in leaves]
    unit = min(_PILL + 2, box.high / 2, (box.wide - 3 * (len(leaves) - 1)) / sum(units))
    left = box.x - (unit * sum(units) + 3 * (len(leaves) - 1)) / 2
    shapes, lettered = [], units.count(3) > 1 and 3 * unit > 16 and box.high >= 15
    for leaf, wide in zip(leaves, units, strict=True):
        letter = _initial(leaf) if lettered and wide == 3 else ""
        shapes.append(_glyph(pen, replace(box, left=left, wide=wide * unit), [leaf], letter))
        left += wide * unit + 3
    return "".join(shapes)


def _initial(leaf: Leaf) -> str:
    """The letter for a dense layer among others: Q for the weights of the query."""
    *_, owner, name = ("", *leaf.path)
    return owner[:1].upper() if len(name) == 1 else ""


def _by_kind(pen: Pen, box: Box, leaves: Sequence[Leaf]) -> str:
    """A glyph for all tensors of a kind and a colour; what was counted of them stands before what was not."""
    kinds: dict[tuple[str, str], list[Leaf]] = {}
    for leaf in leaves:
        kinds.setdefault((leaf.tensor.kind, pen.marks[leaf.path].colour), []).append(leaf)
    wide = min(60.0, (box.wide + 5) / len(kinds) - 5)
    left, shapes = box.x - (wide + 5) * len(kinds) / 2 + 2.5, []
    for alike in kinds.values():
        missing = [leaf for leaf in alike if pen.left_out(leaf)]
        share = wide * len(missing) / len(alike)
        share = min(max(share, 10.0 * bool(missing)), wide - 10 * (len(missing) < len(alike)))
        counted = [leaf for leaf in alike if not pen.left_out(leaf)]
        shapes.append(_glyph(pen, replace(box, left=left, wide=wide - share - 2 * bool(share)), counted))
        shapes.append(_glyph(pen, replace(box, left=left + wide - share, wide=share), missing))
        left += wide + 5
    return "".join(shapes)


def _glyph(pen: Pen, box: Box, leaves: list[Leaf], letter: str = "") -> str:
    """A block for weights, a hatched pill for anything else; dashed if left out. letter: in the block."""
    if not leaves:
        return ""
    weight = leaves[0].tensor.kind == "weight"
    radius = 2 if weight else min(box.wide, box.high, 12) / 2
    if pen.left_out(leaves[0]):
        shape = box.shape("pc-missing", radius)
    elif weight:
        shape = box.shape("pc-tint", radius)
    else:
        colour = pen.marks[leaves[0].path].colour
        shape = hatched(box.left, box.top, box.wide, box.high, colour, radius)
    return pen.answers(leaves, shape, text(box.x, box.y + 5, letter, "t0 ci") if letter else "")
