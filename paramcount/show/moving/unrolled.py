"""A recurrent layer over 3, 7 and 70 steps: one and the same block, wherever it is used."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from ...core import Layer
from ...glossary import title
from ..pictures.shapes import dots, matrix
from ..pictures.svg import SLIM, Picture, flow, group, line, moved, rect, text
from ..pictures.words import letter
from .step import Moving, at, still

_LENGTHS = (3, 7, 70)
_HIGH, _MOST, _NARROWEST = 44, 62, 20  # of a block; what is narrower has no room for its weights


@dataclass(frozen=True)
class _Plan:
    """Where the outlines begin and end, the pitch of the rows, and where the words of a row are."""

    left: float
    right: float
    pitch: float
    first: float
    beside: bool
    wide: float = 760


_WIDE = _Plan(70, 640, 96, 50, True)
_NARROW = _Plan(6, 340, 128, 64, False, SLIM)


def draw(layer: Layer) -> Moving:
    bodies = ["".join(_row(plan, layer, k) for k in range(3)) + _headings(plan) for plan in (_WIDE, _NARROW)]
    count, name = f"{layer.count:,}", title(layer).removesuffix(" layer")
    picture = Picture(
        bodies[0],
        _high(_WIDE),
        f"The {name} over 3, 7 and 70 steps",
        f"The same block of {count} parameters at every step, of 3, of 7 and of 70.",
        "Filled is the block; the outlines are where it is used.",
        (bodies[1], _high(_NARROW)),
    )
    said = [f"Step {step}: the same {count} parameters." for step in range(1, _LENGTHS[-1] + 1)]
    return Moving(picture, said, "step", 220)


def _high(plan: _Plan) -> float:
    return plan.first + 2 * plan.pitch + 62


def _headings(plan: _Plan) -> str:
    if not plan.beside:
        return ""
    return text(4, 16, "steps", "t0", "start") + text(752, 16, "parameters", "t0", "end")


def _row(plan: _Plan, layer: Layer, k: int) -> str:
    """The outlines of one length, and the block: at the step that it is, or at the first when it is still."""
    length, top = _LENGTHS[k], plan.first + k * plan.pitch - 10
    pitch = (plan.right - plan.left) / length
    wide = min(_MOST, pitch - 8) if pitch > 12 else 0.66 * pitch
    step = (plan.right - plan.left - wide) / (length - 1)
    lefts = [plan.left + step * n for n in range(length)]
    style = "pc-zero" if wide >= _NARROWEST else "pc-faintb"
    arrows = [flow((a + wide + 1, top + 22), (b - 2, top + 22)) for a, b in itertools.pairwise(lefts)]
    block = _block(layer, wide, top)
    now = [
        at(n, moved(block, left, 0), until=_LENGTHS[-1] if n == length else n)
        for n, left in enumerate(lefts, 1)
    ]
    middle = plan.left + wide / 2
    bracket = line(
        (middle, top - 3), (middle, top - 9), (lefts[-1] + wide / 2, top - 9), (lefts[-1] + wide / 2, top - 3)
    )
    return "".join([
        *(rect(left, top, wide, _HIGH, style, 4 if wide >= _NARROWEST else 0) for left in lefts),
        *(arrows if length <= 7 else []),
        *now,
        still(moved(block, lefts[0], 0), bracket),
        text(lefts[0], top + 62, letter("x", "1"), "t0", "start"),
        text(lefts[-1] + wide, top + 62, letter("x", f"{length}"), "t0", "end"),
        *_counts(plan, layer, length, top),
    ])  # fmt: skip


def _counts(plan: _Plan, layer: Layer, length: int, top: float) -> list[str]:
    """How many steps, and the count, which is the same."""
    if plan.beside:
        steps = text(4, top + 29, length, "t3", "start")
        return [steps, text(752, top + 29, f"{layer.count:,}", "t3", "end")]
    words = f"{length} steps: {layer.count:,} parameters"
    return [text(6, top - 18, words, "t2", "start")]


def _block(layer: Layer, wide: float, top: float) -> str:
    """The block at the left edge: its weights and biases, or where it is narrow, one stripe for each."""
    parts = list(layer.parts.values())
    h, i, n = int(layer.sizes["h"]), int(layer.sizes["i"]), len(parts)
    biases = "b" in parts[0].parts
    if wide < _NARROWEST:
        stripe = rect(0, top, wide, _HIGH * (0.84 if biases else 1), "pc-cell")
        below = group("c-b", rect(0, top + 0.86 * _HIGH, wide, 0.14 * _HIGH, "pc-cell")) if biases else ""
        return group("c-w", stripe) + below
    box = rect(0, top, wide, _HIGH, "pc-hollow", 6)
    across = 1 if n == 1 else 2
    room, tall = (wide - 8) / across, (_HIGH - 8) / -(-n // across)
    unit = min(6.5, (room - 10) / (h + i), (tall - 4) / h)
    few = unit >= 2.4 and h <= 12
    shapes = [box]
    for k in range(n):
        row, column = divmod(k, across)
        x, y = 4 + column * room, top + 4 + row * tall
        weights = matrix(h + i, h, unit, few, (room - 10, tall - 4) if not few else (0, 0))
        start, upper = x + (room - 8 - weights.wide) / 2, y + (tall - weights.high) / 2
        shapes.append(group("c-w", weights.at(start, upper)))
        if biases:
            pitch, place = weights.high / h, start + weights.wide + 4
            radius = min(2.6, 0.4 * pitch) if few else 1.8
            each = (h, pitch) if few else (1, 0)
            middle = upper + (pitch / 2 if few else weights.high / 2)
            shapes.append(group("c-b", dots(place, middle, *each, radius)))
    return "".join(shapes)
