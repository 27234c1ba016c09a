"""Transformers: data flows from bottom to top, and a bar to scale says what each part counts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..core import Layer
from ..dims import Dim
from ..display import parameters
from ..glossary import title
from .svg import (
    Markup,
    Picture,
    circle,
    equals,
    fit,
    group,
    hatched,
    inside,
    largest,
    letter,
    line,
    operation,
    rect,
    room,
    text,
    together,
)

_BARS = 404  # where the bars beside a stack start
_READING = "Bars are to scale: attention and feed-forward hold nearly everything."


@dataclass(frozen=True)
class _Frame:
    """Where a stack stands: left and width of its boxes, the height of a sublayer's, its own bottom."""

    left: float
    wide: float
    high: float
    bottom: float
    parts: int

    @property
    def flow(self) -> float:
        return self.left + self.wide / 2

    @property
    def top(self) -> float:
        return self.bottom - self.parts / 2 * (self.high + 72) - 8

    def box(self, k: int) -> tuple[float, float]:
        """Top and height of the k-th part from below: sublayers and norms in turn."""
        foot = self.bottom - 22 - k // 2 * (self.high + 72)
        return (foot - self.high - 42, 28) if k % 2 else (foot - self.high, self.high)


def draw(layer: Layer, mark: dict) -> Picture:
    """One layer as boxes with bars beside them; of a Transformer, both stacks."""
    if layer.name == "transformer":
        return _both(layer, mark)
    path, one, times = _one(layer, ())
    frame = _Frame(128, 196, 56, 54 + len(one.parts) * 64, len(one.parts))
    x, bottom = Dim(layer.sizes["x"], "x"), frame.bottom
    word = fit(204, Markup(f"each word: {equals(x)} numbers"), equals(x), style="t0")
    drawn = [_skeleton(frame, times), _many(times, frame) if path or times > 1 else ""]
    drawn.append(line([(_BARS, frame.top), (_BARS, bottom)], "pc-faintl"))
    scale = _scale(one, 236, 338)
    for k, (name, part) in enumerate(one.parts.items()):
        drawn.append(_beside(frame.box(k), frame, (*path, name), part, one, scale, mark))
    if "cross-attention" in one.parts:
        top, high = frame.box(2)
        y = top + high / 2
        drawn.append(line([(8, y), (frame.left - 4, y)], "pc-flow", arrow=True))
        drawn += [text(8, y - d, word, style="t0", anchor="start") for d, word in ((26, "from the"), (10, "encoder"))]
    drawn.append(text(frame.flow - 12, bottom + 26, word, style="t0", anchor="end"))
    drawn.append(text(_BARS, bottom + 28, f"one layer: {one.count:,}", style="t2", anchor="start"))
    return Picture("".join(drawn), bottom + 46, title(layer.name), _in_words(layer, one, times), _READING)
