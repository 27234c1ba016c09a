"""Planes behind each other: the channels of an image, as many as there are or with dots between."""

from __future__ import annotations

import math

from .svg import circle, line, rect, text
from .words import letter, room

INPUTS = {1: ("sequence", "length"), 2: ("image", "size"), 3: ("volume", "size")}  # by sides
MOST = 8  # planes that are all drawn
_DEEPEST = 78.0  # how far the last one may stand behind the first


def depth(count: int) -> float:
    """How far the last of so many planes stands behind the first: each doubling is one step deeper."""
    return min(_DEEPEST, 8 + 7 * math.log2(count)) if count > 1 else 0


def places(count: int) -> list[float]:
    """How far behind the first each plane stands that is drawn: all, or three and the last."""
    deep, step = depth(count), 8
    if count > MOST:
        return [0, step, 2 * step, deep]
    return [deep * k / max(1, count - 1) for k in range(count)]


def planes(x, y, wide, high, count: int, style="pc-faintb") -> list[str]:
    """So many planes, the first from its top left corner, the others up and to the right behind it."""
    each = places(count)
    shapes = [rect(x + back, y - back, wide, high, style) for back in reversed(each)]
    if count > MOST:
        *_, third, last = each
        steps = (third + (last - third) * k / 4 for k in (1, 2, 3))
        shapes += [circle(x + back, y - back, 1.8, "pc-dot") for back in steps]
    return shapes


def how_many(x, y, count: int) -> list[str]:
    """The bracket along the lower right corners of planes, from that of the first, with their number."""
    deep = depth(count)
    if not deep:
        return []
    number = f"{count:,}" if room(f"{count:,}") <= 58 else letter("i")
    points = (x + 3, y), (x + 7, y + 4), (x + 7 + deep, y + 4 - deep), (x + 3 + deep, y - deep)
    return [line(*points), text(x + 12 + deep / 2, y + 14 - deep / 2, number, anchor="start")]


def one_map(left, middle, side, sides: int, style="pc-hollow") -> str:
    """What a filter gives has as many sides as it has: a strip, an image, a solid."""
    if sides == 1:
        return "".join(
            rect(left + k * side / 3, middle - side / 6, side / 3, side / 3, style) for k in range(3)
        )
    top, back = middle - side / 2, 5 if sides == 3 else 0
    front = rect(left, top + back, side - back, side - back, style)
    return (rect(left + back, top, side - back, side - back, style) if back else "") + front
