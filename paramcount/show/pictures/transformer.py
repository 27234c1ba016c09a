"""Transformers: an encoder or a decoder with bars beside it, or both side by side."""

from __future__ import annotations

from collections.abc import Mapping

from ...core import Layer, Path
from .pen import Pen, size
from .stack import BARS, Heights, Stack, boxes, called, hollow, most_in, one_of, skeleton
from .svg import SLIM, Picture, flow, line, lines, operation, text
from .tiles import Box, contents
from .told import counted
from .words import Markup, equals, fit, largest, plural, room

_READING = "One layer. Bars are to scale, one segment a tensor."
_GAP = 380  # the line between the two stacks
_LEFT = {"encoder": 36, "decoder": 454}


def draw(pen: Pen) -> Picture:
    """One layer of the stack, or both stacks of a Transformer."""
    return (_both if pen.layer.name == "transformer" else _single)(pen)


def _in_words(layer: Layer, filled: bool) -> str:
    one, times = one_of(layer)
    if filled:
        parts = "; ".join(f"{name}: {part.count:,}" for name, part in one.parts.items())
        return f"{times:,} × {one.count:,}. In one layer, {parts}."
    parts = ", ".join(called(one, name) for name in one.parts)
    sizes = ", ".join(f"{name} = {one.sizes[name]:,}" for name in ("x", "ff", "heads") if one.sizes[name])
    return f"{times:,} × {parts}; {sizes}."


def _each_word(x, y, layer: Layer, most: float, anchor: str) -> str:
    numbers = equals(size(layer, "x"))
    each = Markup(f"each word: {numbers}")
    full = Markup(f"{each} number{'s' if layer.sizes['x'] > 1 else ''}")
    return text(x, y, fit(most, full, each, numbers, style="t0"), "t0", anchor)


# -- an encoder or a decoder --------------------------------------------------------------------


def _single(pen: Pen) -> Picture:
    layer = pen.layer
    one, times = one_of(layer)
    left, wide = pen.either((128, 196), (150, 510))
    heights = pen.either(
        Heights(50, 26), Heights(30, 22, 10, 24, 36)
    )  # a sketch leaves room for the question
    bottom = pen.either(48, 44) + heights.pitch / 2 * len(one.parts)
    path = ("layers",) if "layers" in layer.parts else ()
    stack = Stack(path, one, times, left, wide, bottom, heights)
    shapes = [
        skeleton(stack, (stack.flow, pen.either(stack.top - 36, 6))),
        _repeated(stack) if path or times > 1 else "",
        _from_encoder(stack) if "cross-attention" in one.parts else "",
        _bars(stack, pen) if pen.filled else hollow(stack, pen, wide=True),
        _each_word(stack.flow - 12, bottom + 28, layer, 204, "end"),
    ]
    if pen.filled or pen.right:
        start = pen.either(BARS, stack.flow + 12)
        shapes.append(text(start, bottom + 28, f"one layer: {one.count:,}", "t2", "start"))
    height, words = bottom + pen.either(46, 38), _in_words(layer, pen.filled)
    slim = _slim(pen, {path: layer}) if pen.filled else None
    return pen.picture(shapes, height, words, _READING, repeats=True, slim=slim)


def _slim(pen: Pen, stacks: Mapping[Path, Layer]) -> tuple[str, float]:
    """For a narrow panel: a stack below the other, the counts and the bars in the boxes.

    stacks: by the path of one of its layers.
    """
    heights, left, wide, shapes, y = Heights(64), 44, 228, [], 0.0
    scale = 204 / most_in(*(one_of(layer)[0] for layer in stacks.values()))
    for path, layer in stacks.items():
        one, times = one_of(layer)
        bottom = y + 70 + len(one.parts) / 2 * heights.pitch
        stack, words = Stack(path, one, times, left, wide, bottom, heights), f"{times:,} × this layer"
        named = f"{path[0]}, {words}" if len(stacks) > 1 else words if path or times > 1 else ""
        shapes += [
            skeleton(stack, (stack.flow, stack.top - 32)),
            boxes(stack, scale, pen, beside=False),
            text(2, y + 18, named, largest(SLIM, named, "t2", "t0"), "start") if named else "",
            _each_word(stack.flow + 12, bottom + 28, layer, SLIM - stack.flow - 14, "start"),
            text(2, bottom + 56, f"one layer: {one.count:,}", "t2", "start"),
        ]
        y = bottom + 70
        if "cross-attention" in one.parts:
            shapes.append(flow((2, _into(stack)), (left - 4, _into(stack))))
            shapes.append(lines(2, y + 6, "from the left, into cross-attention:", "what the encoder gives"))
            y += 34
    return "".join(shapes), y


def _bars(stack: Stack, pen: Pen) -> str:
    """The boxes, and to the right of a line their bars."""
    most = most_in(stack.one)
    scale = min(236, 336 - room(f"{most:,}", "t2")) / most  # the rest is for the count
    axis = line((BARS, stack.top), (BARS, stack.bottom))
    return axis + boxes(stack, scale, pen, beside=True)


def _repeated(stack: Stack) -> str:
    x, y, words = stack.left - 28, stack.top + 22, f"{stack.times:,} ×"
    number = text(x, y, words, largest(98, words, "t3", "t2", "t0"), "end")
    return number + text(x, y + 20, "this layer", "t0", "end")


def _from_encoder(stack: Stack) -> str:
    """The arrow into cross-attention."""
    y, x = _into(stack), stack.left - 120
    return flow((x, y), (stack.left - 4, y)) + lines(x, y - 30, "from the", "encoder")


def _into(stack: Stack) -> float:
    """The height of cross-attention, the second sublayer."""
    return [part.middle for part in stack.parts()][2]


# -- both stacks --------------------------------------------------------------------------------


def _both(pen: Pen) -> Picture:
    """Encoder and decoder side by side; the arrow between them goes into the cross-attention."""
    heights, bottom = pen.either((Heights(64), 495), (Heights(42, 21, 6, 18, 16), 315))
    stacks = [
        Stack((name, "layers"), *one_of(pen.layer.parts[name]), left, 228, bottom, heights)
        for name, left in _LEFT.items()
    ]
    shapes = [_joined(*stacks, turn=pen.either(66, 50), out=pen.either(26, 6))]
    shapes += (_stacks_counted if pen.filled else _stacks_hollow)(pen, stacks)
    alts = []
    for name in _LEFT:
        layer = pen.layer.parts[name]
        words = _in_words(layer, pen.filled)
        alts.append(f"{name}: {words} {counted(layer)}" if pen.filled else f"{name}: {words}")
    total = f"{pen.layer.count:,} in all."
    slim = _slim(pen, {(name, "layers"): pen.layer.parts[name] for name in _LEFT}) if pen.filled else None
    return pen.picture(shapes, pen.either(bottom + 60, 360), " ".join(alts), _READING, total=total, slim=slim)


def _joined(encoder: Stack, decoder: Stack, turn: float, out: float) -> str:
    """Both stacks and the arrow between them, which turns above the encoder; out: where the output goes."""
    above, into = encoder.top - turn, _into(decoder)
    across = [(encoder.flow, above), (_GAP, above), (_GAP, into), (decoder.left - 4, into)]
    # The decoder comes first, so that the arrow that ends in it is not hidden.
    return skeleton(decoder, (decoder.flow, out)) + skeleton(encoder, *across)


def _stacks_counted(pen: Pen, stacks: list[Stack]) -> list[str]:
    scale = 204 / most_in(*(stack.one for stack in stacks))
    shapes = []
    for stack in stacks:
        shapes += [
            *_heading(stack, pen.layer.parts[stack.path[0]]),
            boxes(stack, scale, pen, beside=False),
            operation(stack.flow, stack.bottom + 19, "+ positions", 118),
            _each_word(stack.flow, stack.bottom + 50, pen.layer, 340, "middle"),
        ]
    return [*shapes, text(stacks[1].flow, 17, "output", "t0")]


def _heading(stack: Stack, whole: Layer) -> list[str]:
    """To the left of the arrow that leaves a stack its name; to the right its counts."""
    left, right, y, each = stack.left - 18, stack.flow + 14, stack.top - 46, f"{stack.one.count:,}"
    in_all = fit(172, f"{whole.count:,} in all", "", style="t0")
    layers = fit(122, plural(stack.times, "layer"), f"{stack.times:,} ×")
    return [
        text(left, y, stack.path[0], "t2", "start"),
        text(left, y + 21, layers, anchor="start"),
        text(right, y, fit(172, f"{each} each", each, style="t0"), "t0", "start"),
        text(right, y + 21, in_all, "t0", "start") if in_all else "",
    ]


def _stacks_hollow(pen: Pen, stacks: list[Stack]) -> list[str]:
    """Hollow boxes; the sizes above the lower stack."""
    layer, shapes = pen.layer, []
    for stack in stacks:
        y = stack.top - 26
        shapes += [
            hollow(stack, pen, wide=False),
            text(stack.left - 18, y, stack.path[0], "t2", "start"),
            text(stack.flow + 14, y, _layers(pen, stack), anchor="start"),
        ]
    sizes = [Markup(f"each word: {equals(size(layer, 'x'))}"), plural(layer.sizes["heads"], "head")]
    if layer.sizes["ff"]:
        sizes.append(equals(size(layer, "ff")))
    shapes.append(lines(18, 18, *sizes, step=20))
    if layer.sizes["v"]:
        frame, words = Box(18, 331, 724, 27), f"embedding: {equals(size(layer, 'v'))} words"
        shared = ", one table for both stacks and the output" * pen.answered
        shapes += [
            frame.shape(pen.frame, 6),
            text(32, 350, Markup(words + shared), anchor="start"),
            contents(pen, Box(640, 335, 90, 19), pen.account.below(("embedding",))),
        ]
    return shapes


def _layers(pen: Pen, stack: Stack) -> str:
    """How many there are, and once they are counted right what each has."""
    short = f"{stack.times:,} ×"
    layers = fit(150, plural(stack.times, "layer"), short)
    return fit(150, f"{short} {stack.one.count:,}", layers) if pen.right else layers
