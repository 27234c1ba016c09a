"""Heads cut out of one square: the more there are, the narrower is each, and the count stands still."""

from __future__ import annotations

from ...core import Layer
from ..pictures.heads import sliced
from ..pictures.shapes import matrix
from ..pictures.svg import SLIM, Picture, group, rect, text
from ..pictures.words import Markup, largest, letter, plural
from .step import Moving, at, since, still

_SIDE, _SMALL, _GAP = 200, 40, 6  # of the square, of a small one, and between slices that are cut apart
_MOST = 5  # of the numbers of heads, which double


def draw(layer: Layer) -> Moving:
    """The query's square. Raises ValueError where x cannot be halved."""
    x = int(layer.sizes["x"])
    counts = [2**k for k in range(_MOST) if x % 2**k == 0]
    if len(counts) < 2:
        raise ValueError(f"x={x} cannot be cut in two: take an even one, such as 64")
    each = [f"{heads:,} × ({x:,} × {x // heads:,}) = {x * x:,}" for heads in counts]
    bodies = [_body(x, counts, each, slim) for slim in (False, True)]
    picture = Picture(
        bodies[0],
        286,
        "Heads are cut out of one square",
        f"The query's {x:,} × {x:,} weights, cut for {', '.join(map(str, counts))} heads: {'; '.join(each)}.",
        "One of the four squares. Cutting it moves no weights in or out.",
        (bodies[1], 286 + 56 * len(counts)),
    )
    said = [f"{plural(heads, 'head')}: {words} weights." for heads, words in zip(counts, each, strict=True)]
    return Moving(picture, said, "cut", 1600)


def _body(x: int, counts: list[int], each: list[str], slim: bool) -> str:
    """The square to the left, or above: whole, or cut apart; a line for each number of heads beside it."""
    left, top = (30.0 if slim else 60.0), 50
    shapes = [text(left, 32, Markup(f"query {letter('W')}, {x:,} × {x:,}"), "t1", "start")]
    for step, heads in enumerate(counts, 1):
        shapes.append(at(step, _apart(left, top, heads)))
    shapes.append(still(_apart(left, top, counts[min(3, len(counts) - 1)])))
    start, first, pitch = (6, 300, 56) if slim else (420, 50, min(56, 216 / len(counts)))
    room = (SLIM if slim else 760) - start - _SMALL - 16
    for k, (heads, words) in enumerate(zip(counts, each, strict=True)):
        y = first + k * pitch
        small = min(_SMALL, pitch - 6)
        block = matrix(64, 64, small / 64, few=False)
        style = largest(room, words, "t1", "t0")
        shapes.append(since(
            k + 1,
            group("c-w", sliced(start, y, block, heads)),
            text(start + _SMALL + 14, y + small / 2 - 3, plural(heads, "head"), "t2", "start"),
            text(start + _SMALL + 14, y + small / 2 + 16, words, style, "start"),
        ))  # fmt: skip
    return "".join(shapes)


def _apart(left: float, top: float, heads: int) -> str:
    """The slices of the square, a little apart; the first is solid."""
    wide = _SIDE / heads
    gap = _GAP if heads > 1 else 0
    slices = [
        rect(left + k * (wide + gap), top, wide, _SIDE, "pc-solid" if k == 0 < heads - 1 else "pc-tint")
        for k in range(heads)
    ]
    return group("c-w", *slices)
