"""Any layer that has no picture of its own: each tensor a labelled block, in the colour of its term."""

from __future__ import annotations

import math

from ...core import Leaf, Path
from ...glossary import title
from ..account import Account, parameters
from ..ledger import Row
from .svg import WIDTH, Picture, cells, dots, group, hatched, largest, rect, text, together

_SLOT, _HIGH = 152, 164  # the room of one block with its labels
_MOST_CELLS = 12  # on a side; larger tensors are rectangles
_MOST_BLOCKS = 15


def draw(account: Account, missing: frozenset[Path] = frozenset()) -> Picture:
    """Blocks from left to right, in the order of the ledger, a new line where they do not fit.

    missing: paths of tensors to outline only, as left out of an answer.
    """
    layer, groups = account.layer, account.groups
    tensors = [row for row in account.rows if not row.group]
    shown = groups if groups and len(tensors) > _MOST_BLOCKS else tensors
    kept, more = shown[:_MOST_BLOCKS], len(shown) - _MOST_BLOCKS
    across = min(len(kept), WIDTH // _SLOT) or 1
    left = (WIDTH - across * _SLOT) / 2
    owners = {leaf.path: row.name for row in groups for leaf in row.leaves}
    drawn = []
    for k, row in enumerate(kept):
        x, y = left + (k % across + 0.5) * _SLOT, 12 + k // across * _HIGH
        owner = "" if row.group else owners.get(row.leaves[0].path, "")
        drawn.append(_block(x, y, row, owner, account, missing))
    height = 20 + math.ceil(len(kept) / across) * _HIGH
    if not kept:
        drawn.append(rect(250, 30, 260, 70, "pc-zero", 8) + text(380, 70, "0 parameters", style="t2"))
        height = 130
    if more > 0:
        drawn.append(text(WIDTH / 2, height, f"and {more:,} more, all in the table below", style="t0"))
        height += 16
    return Picture(
        body="".join(drawn),
        height=height,
        title=title(layer),
        alt=f"{len(tensors)} tensors. {layer.count.numbers} = {parameters(layer.count)}.",
        reading=f"Each block is one {'part' if kept and kept[0].group else 'tensor'}, not drawn to scale.",
    )


def _block(x, y, row: Row, owner: str, account: Account, missing) -> str:
    marks = [account.marks[leaf.path] for leaf in row.leaves]
    style = together(marks)
    if row.group:
        shape = rect(x - 45, y + 29, 90, 74, "pc-tint", 6)
    else:
        leaf = row.leaves[0]
        shape = _tensor(x, y + 66, leaf, marks[0].colour, leaf.path in missing)
    name = f"{owner} {row.name}".strip()
    figure = _cut(row.figure) if row.figure != "0" else _fit(row.share, 19)
    size = largest(_SLOT - 4, figure, "t2", "t1", "t0")
    return group(
        style,
        rect(x - _SLOT / 2 + 4, y, _SLOT - 8, _HIGH - 10, "pc-hit"),
        shape,
        text(x, y + 4, _fit(owner, 19), style="t0") if owner else "",
        text(x, y + 20, _fit(row.name, 16), style="t1 ci"),
        text(x, y + 123, figure, style=f"{size} ci"),
        text(x, y + 140, _fit(row.shape, 19), style="t0"),
        label=f"{name}: {row.shape}" if row.shape else name,
    )


def _tensor(x: float, y: float, leaf: Leaf, colour: str, missing: bool) -> str:
    """A drawing of one tensor about a middle point, at most 100 wide and 74 high."""
    shape = [int(size) for size in leaf.tensor.shape]
    high, wide = (math.prod(shape[:-1]), shape[-1]) if len(shape) > 1 else (1, math.prod(shape))
    flat = leaf.tensor.kind != "weight" or len(shape) < 2
    if not leaf.tensor.count:
        return rect(x - 50, y - 7, 100, 14, "pc-missing", 7)
    if max(high, wide) > _MOST_CELLS:
        if flat and missing:
            return rect(x - 50, y - 7, 100, 14, "pc-missing", 7)
        if flat:
            return hatched(x - 50, y - 7, 100, 14, colour)
        scale = 1 / math.log2(1 + max(high, wide))
        w, h = max(10, 100 * math.log2(1 + wide) * scale), max(10, 74 * math.log2(1 + high) * scale)
        return rect(x - w / 2, y - h / 2, w, h, "pc-missing" if missing else "pc-tint", 2)
    side = min(22.0, 100 / wide, 74 / high)
    style = "pc-missing" if missing else "pc-cell"
    if flat:
        return dots(x - side * (wide - 1) / 2, y, wide, side, 0.36 * side, across=True, style=style)
    return cells(x - side * wide / 2, y - side * high / 2, wide, high, side, style=style)


def _cut(count: str) -> str:
    """A count, or its first digits where no type is small enough: the ledger has all of them."""
    return count if len(count) <= 17 else count[:17].rpartition(",")[0] + ",…"


def _fit(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"
