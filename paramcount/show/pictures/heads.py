"""Weights that are cut into heads: slices of columns, or of rows."""

from __future__ import annotations

from .shapes import FEW, Matrix
from .svg import rect, stroke

MOST = 256  # slices that are cut; more could not be seen
THIN = 3  # units: closer cuts are drawn thinner


def sliced(x, y, block: Matrix, heads: int, across=True, solid=1) -> str:
    """Weights from their top left corner, cut into one slice a head; the first few are solid.

    across: slices of columns, side by side; else of rows.
    """
    if max(block.columns, block.rows) <= FEW:
        gap = min(4.0, 0.4 * block.side)
        return block.at(x, y) + cuts(x - 1, y - 1, block.wide, block.high, heads, "pc-cut", across, gap)
    each = (block.wide if across else block.high) / heads
    shape = block.at(x, y)
    if solid < heads:
        wide, high = (each * solid, block.high) if across else (block.wide, each * solid)
        shape += rect(x, y, wide, high, "pc-solid")
    if heads > MOST:
        return shape
    thin = 0.35 * each if each < THIN else None
    return shape + cuts(x, y, block.wide, block.high, heads, "pc-slice", across, thin)


def cuts(x, y, wide, high, heads: int, style: str, across=True, width=None) -> str:
    """The lines between the slices of a rectangle."""
    if across:
        steps = [f"M{x + k * wide / heads:.2f} {y:.4g}v{high:.4g}" for k in range(1, heads)]
    else:
        steps = [f"M{x:.5g} {y + k * high / heads:.2f}h{wide:.4g}" for k in range(1, heads)]
    return stroke("".join(steps), style, width=width)
