"""Any layer that has no picture of its own: each tensor a labelled block, in the colour of its term."""

from __future__ import annotations

import math

from ...core import Leaf
from ..ledger import Row
from .pen import Pen
from .shapes import FEW, cells, dots
from .svg import WIDTH, Picture, group, hatched, rect, text, together
from .words import largest

_SLOT, _HIGH = 152, 164  # the room of one block with its labels
_MOST_BLOCKS = 15


def draw(pen: Pen) -> Picture:
    """Blocks from left to right, in the order of the ledger, a new line where they do not fit."""
    account = pen.account
    tensors = [row for row in account.rows if not row.group]
    rows = account.groups if account.groups and len(tensors) > _MOST_BLOCKS else tensors
    blocks, more = rows[:_MOST_BLOCKS], len(rows) - _MOST_BLOCKS
    across = min(len(blocks), WIDTH // _SLOT) or 1
    left = (WIDTH - across * _SLOT) / 2
    owners = {leaf.path: row.name for row in account.groups for leaf in row.leaves}
    shapes = []
    for k, row in enumerate(blocks):
        x, y = left + (k % across + 0.5) * _SLOT, 12 + k // across * _HIGH
        owner = "" if row.group else owners.get(row.leaves[0].path, "")
        shapes.append(_block(x, y, row, owner, pen))
    height = 20 + math.ceil(len(blocks) / across) * _HIGH
    if not blocks:
        shapes = [rect(250, 30, 260, 70, "pc-zero", 8), text(380, 70, "0 parameters", "t2")]
        height = 130
    if more > 0:
        shapes.append(text(WIDTH / 2, height, f"and {more:,} more, all in the table below", "t0"))
        height += 16
    noun = "part" if rows is account.groups else "tensor"
    reading = f"Each block is one {noun}, not drawn to scale."
    return pen.picture(shapes, height, f"{len(tensors)} tensors.", reading)


def _block(x, y, row: Row, owner: str, pen: Pen) -> str:
    marks = [pen.marks[leaf.path] for leaf in row.leaves]
    if row.group:
        shape = rect(x - 45, y + 29, 90, 74, "pc-tint", 6)
    else:
        (leaf,) = row.leaves
        shape = _tensor(x, y + 66, leaf, marks[0].colour)
    name = f"{owner} {row.name}".strip()
    figure = _cut(row.figure) if row.figure != "0" else _short(row.share, 19)
    return group(
        together(marks),
        rect(x - _SLOT / 2 + 4, y, _SLOT - 8, _HIGH - 10, "pc-hit"),
        shape,
        text(x, y + 4, _short(owner, 19), "t0") if owner else "",
        text(x, y + 20, _short(row.name, 16), "t1 ci"),
        text(x, y + 123, figure, f"{largest(_SLOT - 4, figure, 't2', 't1', 't0')} ci"),
        text(x, y + 140, _short(row.shape, 19), "t0"),
        label=f"{name}: {row.shape}" if row.shape else name,
    )


def _tensor(x: float, y: float, leaf: Leaf, colour: str) -> str:
    """A drawing of one tensor about a middle, at most 100 wide and 74 high; dashed if it is not counted."""
    *rows, wide = map(int, leaf.tensor.shape or (1,))
    high, flat = math.prod(rows), leaf.tensor.kind != "weight" or not rows
    few, pill = max(high, wide) <= FEW, (x - 50, y - 7, 100, 14)
    if not leaf.tensor.count:
        return rect(*pill, "pc-missing", 7)
    if flat and not few:
        return hatched(*pill, colour)
    if not few:
        return _rectangle(x, y, wide, high)
    side = min(22.0, 100 / wide, 74 / high)
    if flat:
        return dots(x - side * (wide - 1) / 2, y, wide, side, 0.36 * side, across=True)
    return cells(x - side * wide / 2, y - side * high / 2, wide, high, side)


def _rectangle(x, y, wide: int, high: int) -> str:
    """Weights too many to draw one by one: sides grow as slowly as the digits of their sizes."""
    scale = 1 / math.log2(1 + max(wide, high))
    w, h = max(10, 100 * math.log2(1 + wide) * scale), max(10, 74 * math.log2(1 + high) * scale)
    return rect(x - w / 2, y - h / 2, w, h, "pc-tint", 2)


def _cut(count: str) -> str:
    """A count, or its first digits where no type is small enough: the ledger has all of them."""
    return count if len(count) <= 17 else count[:17].rpartition(",")[0] + ",…"


def _short(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"
