"""The layers of a Transformer as boxes, from bottom to top as data flows, with bars to scale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ...core import Layer, Leaf, Path
from ...dims import Dim
from ..account import parameters
from .pen import Pen, size
from .svg import circle, flow, group, hatched, patterned, rect, text, together
from .tiles import Box, contents
from .words import Markup, equals, fit, letter, plural, room

BARS = 404  # where the bars beside a stack start
STRIP = 8  # the pattern of a kind, along the left edge of a box
_THINNEST = 1.2  # of a segment, which could not be seen to scale


@dataclass(frozen=True)
class Heights:
    """Of a sublayer's box and a norm's; the room below and above a norm; how far below the data starts."""

    sublayer: float
    norm: float = 28
    join: float = 11
    gap: float = 26
    tail: float = 32

    @property
    def pitch(self) -> float:
        return self.sublayer + self.join + self.norm + self.gap


@dataclass(frozen=True)
class Part:
    """A sublayer or a norm, and where its box stands. name: its key in the tree; called: in the picture."""

    name: str
    layer: Layer
    called: str
    top: float
    high: float
    norm: bool

    @property
    def middle(self) -> float:
        return self.top + self.high / 2


@dataclass(frozen=True)
class Stack:
    """One layer of a stack and where it stands.

    path: where the layer is in the tree; times: how often; left, wide: of the boxes; bottom: of the
    sheet that they are on.
    """

    path: Path
    one: Layer
    times: Dim
    left: float
    wide: float
    bottom: float
    heights: Heights

    @property
    def flow(self) -> float:
        """The line along which data goes up."""
        return self.left + self.wide / 2

    @property
    def right(self) -> float:
        return self.left + self.wide

    @property
    def top(self) -> float:
        return self.bottom - len(self.one.parts) / 2 * self.heights.pitch - 8

    def parts(self) -> Iterator[Part]:
        """From below: sublayers and norms in turn."""
        sizes = self.heights
        for k, (name, layer) in enumerate(self.one.parts.items()):
            top = self.bottom - sizes.gap / 2 - 7 - k // 2 * sizes.pitch - sizes.sublayer
            norm, high = k % 2 == 1, sizes.sublayer
            if norm:
                top, high = top - sizes.join - sizes.norm, sizes.norm
            yield Part(name, layer, called(self.one, name), top, high, norm)


def one_of(layer: Layer) -> tuple[Layer, Dim]:
    """One layer of an encoder or decoder, and how often it is there; a single layer is its own stack."""
    inner = layer.parts.get("layers", layer)
    times = layer.times if inner is layer else layer.times * inner.times
    return replace(inner, times=Dim(1)), times


def most_in(*layers: Layer) -> int:
    """The largest count of a part: its bar is the longest."""
    return max(int(part.count) for one in layers for part in one.parts.values())


def called(one: Layer, name: str) -> str:
    """What a part is called in the picture."""
    if name.startswith("norm"):
        return "add & norm"
    return f"masked {name}" if name == "self-attention" and "cross-attention" in one.parts else name


# -- the sheets, and what flows -----------------------------------------------------------------


def skeleton(stack: Stack, *out) -> str:
    """The sheets, and what flows through the front one. out: where to, once it leaves the last box."""
    x, start, gap = stack.flow, stack.bottom + stack.heights.tail, stack.heights.gap
    wide, high = stack.wide + 72, stack.bottom - stack.top
    shapes = [
        rect(stack.left - 18 + 6 * k, stack.top - 6 * k, wide, high, "pc-faintb", 12)
        for k in range(min(stack.times, 4) - 1, -1, -1)
    ]
    parts = list(stack.parts())
    for sublayer, norm in zip(parts[::2], parts[1::2], strict=True):
        foot = sublayer.top + sublayer.high
        branch, past = foot + gap / 2 + 3, stack.right + 27
        shapes += [
            flow((x, start), (x, foot + 3)),
            circle(x, branch, 2.6, "pc-dot"),
            flow((x, branch), (past, branch), (past, norm.middle), (stack.right + 4, norm.middle)),
            flow((x, sublayer.top), (x, norm.top + norm.high + 3)),
        ]
        start = norm.top
    return "".join([*shapes, flow((x, start), *out)])


# -- boxes of a sketch --------------------------------------------------------------------------

_NAME, _TENSORS = 222, 116  # from the left of a wide box to its tensors, and how much room they have


def hollow(stack: Stack, pen: Pen, wide: bool) -> str:
    """Every part as a box with its name, and once it is answered with its tensors.

    wide: the box has room for all on one line, and for its heads or sizes; else the tensors stand below.
    """
    shapes = []
    for part in stack.parts():
        box = Box(stack.left, part.top, stack.wide, part.high)
        leaves, line = pen.account.below((*stack.path, part.name)), part.middle + 5
        shapes.append(box.shape(pen.frame, 6))
        if wide:
            most = box.wide - _NAME - _TENSORS - 20
            more = "" if part.norm else _numbers(stack.one, part.name, most)
            more = f"{part.layer.count:,}" if pen.right else more
            shapes.append(text(box.left + 14, line, part.called, anchor="start"))
            shapes.append(text(box.right - 14, line, more, "t0", "end") if more else "")
            inner = Box(box.left + _NAME, box.top + 4, _TENSORS, box.high - 8)
        elif part.norm:
            shapes.append(text(box.left + 14, line, part.called, anchor="start"))
            inner = Box(box.right - 76, box.top + 4, 70, box.high - 8)
        else:
            shapes.append(text(box.x, box.top + (16 if pen.answered else box.high / 2 + 5), part.called))
            inner = box.within(22, 8, 4)
        shapes.append(contents(pen, inner, leaves))
    return "".join(shapes)


def _sizes(one: Layer, name: str) -> str:
    """What else there is to say about a sublayer: its heads, or its sizes."""
    if "attention" in name:
        return plural(one.sizes["heads"], "head")
    x = letter("x")
    return Markup(f"{x} → {letter('ff')} → {x}" if one.sizes["ff"] else f"{x} → {x}")


def _numbers(one: Layer, name: str, most: float) -> str:
    """The same with numbers: `512 → 2,048 → 512`, or only its middle where they are too long."""
    x, ff = one.sizes["x"], one.sizes["ff"]
    if "attention" in name:
        return _sizes(one, name)
    if not ff:
        return f"{x:,} → {x:,}"
    middle = Markup(f"{letter('x')} → {equals(size(one, 'ff'))} → {letter('x')}")
    return fit(most, f"{x:,} → {ff:,} → {x:,}", middle, equals(size(one, "ff")), style="t0")


# -- boxes with their bars ----------------------------------------------------------------------


def boxes(stack: Stack, scale: float, pen: Pen, beside: bool) -> str:
    """Every part as a box with its count and its bar, both in the box or to the right of the sheets."""
    draw = _beside if beside else _within
    return "".join(draw(stack, part, scale, pen) for part in stack.parts())


def _beside(stack: Stack, part: Part, scale: float, pen: Pen) -> str:
    y, x, thick = part.middle, stack.flow, 12 if part.norm else 34
    leaves = pen.account.below((*stack.path, part.name))
    bar, end = _bar(pen, leaves, (BARS, y - thick / 2, thick), scale, len(stack.path) + 1, lettered=True)
    words = text(x, y + (5 if part.norm else -3), part.called)
    if not part.norm:
        words += text(x, y + 17, _sizes(stack.one, part.name), "t0")
    words += text(end + 10, y + 6, f"{part.layer.count:,}", "t2 ci", "start")
    return _box(stack, part, leaves, words, pen) + bar


def _within(stack: Stack, part: Part, scale: float, pen: Pen) -> str:
    left, right, top = stack.left + 16, stack.right - 12, part.top
    leaves, count = pen.account.below((*stack.path, part.name)), f"{part.layer.count:,}"
    strip = (left, top + part.high - 6, 3) if part.norm else (left, top + part.high - 18, 12)
    bar, _ = _bar(pen, leaves, strip, scale, len(stack.path) + 1)
    more = _sizes(stack.one, part.name)
    if part.norm:
        words = text(left, top + 18, part.called, anchor="start")
        words += text(right, top + 18, count, "t1 ci", "end")
    else:
        words = text(left, top + 20, part.called, anchor="start")
        words += text(left, top + 38, count, "t1 ci", "start")
        if room(count) + room(more, "t0") < stack.wide - 30:
            words += text(right, top + 38, more, "t0", "end")
    return _box(stack, part, leaves, words, pen) + bar


def _box(stack: Stack, part: Part, leaves: list[Leaf], words: str, pen: Pen) -> str:
    marks = [pen.marks[leaf.path] for leaf in leaves]
    shape = rect(stack.left, part.top, stack.wide, part.high, "pc-norm" if part.norm else "pc-tint", 6)
    edge = patterned(stack.left + 3, part.top + 4, STRIP, part.high - 8, marks[0].colour)
    return group(together(marks), shape, edge, words, label=f"{part.called}: {parameters(part.layer.count)}")


def _bar(pen: Pen, leaves: list[Leaf], strip, scale, depth: int, lettered=False) -> tuple[str, float]:
    """A segment for each tensor, as long as it is large, and where the bar ends. depth: of the part."""
    (x, y, high), segments = strip, []
    wide = {leaf.path: max(_THINNEST, scale * int(leaf.tensor.count)) for leaf in leaves}
    named = [leaf.path for leaf in leaves if leaf.tensor.kind == "weight" and wide[leaf.path] > 24]
    letters = _letters({path: (path[depth:], wide[path] - 4) for path in named}) if lettered else {}
    for leaf in leaves:
        count, names, across = leaf.tensor.count, leaf.path[depth:], wide[leaf.path]
        shape = _segment(x, y, across, high, leaf.tensor.kind, pen.marks[leaf.path].colour, lettered)
        if letters.get(leaf.path):
            shape += text(x + across / 2, y + high / 2 + 5, letters[leaf.path], "t0 ci")
        segments.append(pen.tensor(leaf.path, f"{' '.join(names)}: {count.numbers} = {count:,}", shape))
        x += across
    return "".join(segments), x


def _segment(x, y, wide, high, kind: str, colour: str, outlined: bool) -> str:
    if kind == "weight" and outlined:
        return rect(x, y, wide, high, "pc-tint")
    if kind == "bias" and wide > 5:
        return hatched(x, y, wide, high, colour, 0)
    return rect(x, y, max(_THINNEST, wide - 1), high, "pc-solid")


def _letters(segments: Mapping[Path, tuple[Path, float]]) -> dict[Path, Markup]:
    """`query W` if there is room in every segment, else `W` with a Q below the line in each.

    segments: what each tensor is called, and the room for it.
    """
    whole, short = {}, {}
    for path, (names, _) in segments.items():
        *owner, name = names
        whole[path] = Markup(f"{' '.join(owner)} {letter(name)}".strip())
        short[path] = letter(name, owner[-1][0].upper() if owner else "") if len(name) == 1 else Markup("")
    fits = all(room(whole[path], "t0") <= most for path, (_, most) in segments.items())
    return whole if fits else short
