"""The layers of a Transformer as boxes, from bottom to top as data flows, with bars to scale."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...core import Layer
from ...dims import Dim
from ..account import parameters
from .svg import Markup, box, circle, equals, fit, group, hatched, letter, line, rect, room, text, together

BARS = 404  # where the bars beside a stack start


@dataclass(frozen=True)
class Stack:
    """One layer of a stack and where it stands.

    path: where the layer is in the tree; times: how often; left, wide: of the boxes; high: of a
    sublayer's; bottom: of the sheet that they are on; norm: the height of a norm's box; join, gap: the
    room below and above it; tail: how far below the sheet the data starts.
    """

    path: tuple[str, ...]
    one: Layer
    times: Dim
    left: float
    wide: float
    high: float
    bottom: float
    norm: float = 28
    join: float = 14
    gap: float = 30
    tail: float = 36

    @property
    def flow(self) -> float:
        """The line along which data goes up."""
        return self.left + self.wide / 2

    @property
    def top(self) -> float:
        return self.bottom - len(self.one.parts) / 2 * self._pitch - 8

    @property
    def _pitch(self) -> float:
        return self.high + self.join + self.norm + self.gap

    def box(self, k: int) -> tuple[float, float]:
        """Top and height of the k-th part from below: sublayers and norms in turn."""
        top = self.bottom - self.gap / 2 - 7 - k // 2 * self._pitch - self.high
        return (top - self.join - self.norm, self.norm) if k % 2 else (top, self.high)


def one_of(layer: Layer) -> tuple[Layer, Dim]:
    """One layer of an encoder or decoder, and how often it is there; a single layer is its own stack."""
    inner = layer.parts.get("layers", layer)
    times = layer.times if inner is layer else layer.times * inner.times
    return replace(inner, times=Dim(1)), times


def most_in(*layers: Layer) -> Dim:
    """The largest count of a part: its bar is the longest."""
    return max(part.count for one in layers for part in one.parts.values())


def skeleton(stack: Stack, out: list) -> str:
    """The sheets, and what flows through the front one. out: where to, once it leaves the last box."""
    x, right, made = stack.flow, stack.left + stack.wide, []
    for k in range(min(stack.times, 4) - 1, -1, -1):
        place = stack.left - 18 + 6 * k, stack.top - 6 * k, stack.wide + 72, stack.bottom - stack.top
        made.append(rect(*place, "pc-faintb", 12))
    start = stack.bottom + stack.tail
    for k in range(0, len(stack.one.parts), 2):
        (top, high), (norm, thin) = stack.box(k), stack.box(k + 1)
        foot, branch, end = top + high, top + high + stack.gap / 2, norm + thin / 2
        past = [(x, branch), (right + 27, branch), (right + 27, end), (right + 4, end)]
        made += [
            line([(x, start), (x, foot + 3)], "pc-flow", arrow=True),
            circle(x, branch, 2.6, "pc-dot"),
            line(past, "pc-flow", arrow=True),
            line([(x, top), (x, norm + thin + 3)], "pc-flow", arrow=True),
        ]
        start = norm
    return "".join(made) + line([(x, start), *out], "pc-flow", arrow=True)


def hollow(stack: Stack, sized: bool) -> str:
    """Every part as a hollow box with its name, for sketches; sized: with its heads or sizes beside it."""
    made = []
    left, right = stack.left + 14, stack.left + stack.wide - 14
    for k, name in enumerate(stack.one.parts):
        (top, high), words = stack.box(k), spelt(stack.one, name)
        y = top + high / 2
        if k % 2 or not sized:
            made.append(box(stack.flow, y, stack.wide, high, words))
        else:
            more = _numbers(stack.one, name, right - left - room(words) - 8)
            made.append(rect(stack.left, top, stack.wide, high, "pc-hollow", 6))
            made.append(text(left, y + 5, words, anchor="start"))
            made.append(text(right, y + 5, more, style="t0", anchor="end"))
    return "".join(made)


def _numbers(one: Layer, name: str, most: float) -> str:
    """The same as `_sizes` with numbers: `512 → 2,048 → 512`, or only its middle where they are too long."""
    x, ff = one.sizes["x"], one.sizes["ff"]
    if "attention" in name:
        return _sizes(one, name)
    if not ff:
        return f"{x:,} → {x:,}"
    middle = Markup(f"{letter('x')} → {equals(Dim(ff, 'ff'))} → {letter('x')}")
    return fit(most, f"{x:,} → {ff:,} → {x:,}", middle, style="t0")


# -- a box and its bar --------------------------------------------------------------------------


def boxes(stack: Stack, scale: float, mark: dict, beside: bool) -> str:
    """Every part as a box with its count and its bar, both in the box or to the right of the sheets."""
    draw = _beside if beside else _within
    parts = stack.one.parts.items()
    return "".join(draw(stack, k, name, part, scale, mark) for k, (name, part) in enumerate(parts))


def _beside(stack: Stack, k: int, name: str, part: Layer, scale: float, mark) -> str:
    (top, high), norm = stack.box(k), k % 2
    y, thick = top + high / 2, 12 if norm else 34
    leaves = list(part.tensors((*stack.path, name)))
    bar, end = _bar(leaves, len(stack.path) + 1, (BARS, y - thick / 2, thick), scale, mark, lettered=True)
    more = "" if norm else text(stack.flow, y + 17, _sizes(stack.one, name), style="t0")
    count = text(end + 10, y + 6, f"{part.count:,}", style="t2 ci", anchor="start")
    words = text(stack.flow, y + (5 if norm else -3), spelt(stack.one, name)) + more + count
    return _box(stack, k, part, leaves, words, mark) + bar


def _within(stack: Stack, k: int, name: str, part: Layer, scale: float, mark) -> str:
    (top, high), norm = stack.box(k), k % 2
    left, right = stack.left + 12, stack.left + stack.wide - 12
    leaves, count = list(part.tensors((*stack.path, name))), f"{part.count:,}"
    strip = (left, top + high - 6, 3) if norm else (left, top + high - 20, 13)
    bar, _ = _bar(leaves, len(stack.path) + 1, strip, scale, mark)
    words = text(left, top + (18 if norm else 20), spelt(stack.one, name), anchor="start")
    if norm:
        words += text(right, top + 18, count, style="t1 ci", anchor="end")
    else:
        words += text(left, top + 39, count, style="t1 ci", anchor="start")
        more = _sizes(stack.one, name)
        if room(count) + room(more, "t0") < stack.wide - 30:
            words += text(right, top + 39, more, style="t0", anchor="end")
    return _box(stack, k, part, leaves, words, mark) + bar


def _box(stack: Stack, k: int, part: Layer, leaves, words: str, mark) -> str:
    top, high = stack.box(k)
    shape = rect(stack.left, top, stack.wide, high, "pc-norm" if k % 2 else "pc-tint", 6)
    label = f"{spelt(stack.one, leaves[0].path[len(stack.path)])}: {parameters(part.count)}"
    return group(together([mark[leaf.path] for leaf in leaves]), shape, words, label=label)


def spelt(one: Layer, name: str) -> str:
    """What a part is called in the picture."""
    if name.startswith("norm"):
        return "add & norm"
    return f"masked {name}" if name == "self-attention" and "cross-attention" in one.parts else name


def _sizes(one: Layer, name: str) -> str:
    """What else there is to say about a sublayer: its heads, or its sizes."""
    if "attention" in name:
        heads = one.sizes["heads"]
        return f"{heads:,} head{'s' * (heads > 1)}"
    middle = f"{letter('ff')} → " if one.sizes["ff"] else ""
    return Markup(f"{letter('x')} → {middle}{letter('x')}")


def _bar(leaves, depth: int, strip, scale: float, mark, lettered: bool = False) -> tuple[str, float]:
    """A segment for each tensor, as long as it is large, and where the bar ends."""
    (x, y, high), made = strip, []
    for leaf in leaves:
        tensor, names = leaf.tensor, leaf.path[depth:]
        wide = max(1.2, scale * int(tensor.count))
        marks = _segment(x, y, wide, high, tensor, mark[leaf.path].colour, lettered)
        if lettered and tensor.kind == "weight" and wide > 24:
            marks += text(x + wide / 2, y + high / 2 + 5, _letters(names, wide - 4), style="t0 ci")
        label = f"{' '.join(names)}: {tensor.count.numbers} = {tensor.count:,}"
        made.append(group(mark[leaf.path].style, marks, label=label))
        x += wide
    return "".join(made), x


def _segment(x, y, wide, high, tensor, colour, outlined: bool) -> str:
    if tensor.kind == "weight" and outlined:
        return rect(x, y, wide, high, "pc-tint")
    if tensor.kind == "bias" and wide > 5:
        return hatched(x, y, wide, high, colour, 0)
    return rect(x, y, max(1.2, wide - 1), high, "pc-solid")


def _letters(names: tuple[str, ...], most: float) -> str:
    """`query W` if there is room, `W` with a Q below the line if not."""
    *owner, name = names
    short = letter(name, owner[-1][0].upper() if owner else "") if len(name) == 1 else ""
    return fit(most, Markup(f"{' '.join(owner)} {letter(name)}".strip()), short, style="t0")
