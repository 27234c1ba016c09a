"""Transformers: an encoder or a decoder with bars beside it, or both with the table of words below."""

from __future__ import annotations

from ...core import Layer
from ...dims import Dim
from ...glossary import title
from ..account import Account, parameters
from .stack import BARS, Stack, boxes, hollow, most_in, one_of, skeleton, spelt
from .svg import Markup, Picture, box, equals, fit, group, largest, line, operation, rect, room, text

_READING = "One layer. Bars are to scale, one segment a tensor."
_GAP = 380  # the line between the two stacks
_LEFT = {"encoder": 36, "decoder": 454}


def draw(account: Account) -> Picture:
    """One layer of the stack, or both stacks of a Transformer."""
    layer, mark = account.layer, account.marks
    return (_both if layer.name == "transformer" else _single)(layer, mark)


def _in_words(layer: Layer) -> str:
    one, times = one_of(layer)
    parts = "; ".join(f"{name}: {part.count:,}" for name, part in one.parts.items())
    working = f"{layer.count.numbers} = {parameters(layer.count)}"
    return f"{times:,} × {one.count:,}. In one layer, {parts}. {working}."


def _each_word(x, y, layer: Layer, most: float, anchor: str) -> str:
    size = Dim(layer.sizes["x"], "x")
    each = f"each word: {equals(size)}"
    words = fit(most, Markup(f"{each} numbers"), Markup(each), equals(size), style="t0")
    return text(x, y, words, style="t0", anchor=anchor)


# -- an encoder or a decoder --------------------------------------------------------------------


def _single(layer: Layer, mark) -> Picture:
    one, times = one_of(layer)
    bottom = 54 + 64 * len(one.parts)
    stack = Stack(("layers",) if "layers" in layer.parts else (), one, times, 128, 196, 56, bottom)
    most = most_in(one)
    scale = min(236, 336 - room(f"{most:,}", "t2")) / int(most)  # the rest is for the count
    drawn = [
        skeleton(stack, [(stack.flow, stack.top - 36)]),
        _repeated(stack) if stack.path or times > 1 else "",
        _from_encoder(stack) if "cross-attention" in one.parts else "",
        line([(BARS, stack.top), (BARS, bottom)], "pc-faintl"),
        boxes(stack, scale, mark, beside=True),
        _each_word(stack.flow - 12, bottom + 28, layer, 204, "end"),
        text(BARS, bottom + 28, f"one layer: {one.count:,}", style="t2", anchor="start"),
    ]
    return Picture("".join(drawn), bottom + 46, title(layer), _in_words(layer), _READING)


def _repeated(stack: Stack) -> str:
    words, y = f"{stack.times:,} ×", stack.top + 22
    x, style = stack.left - 28, largest(98, words, "t3", "t2", "t0")
    return text(x, y, words, style=style, anchor="end") + text(
        x, y + 20, "this layer", style="t0", anchor="end"
    )


def _from_encoder(stack: Stack) -> str:
    """The arrow into cross-attention, the second sublayer."""
    top, high = stack.box(2)
    into, x = top + high / 2, stack.left - 120
    arrow = line([(x, into), (stack.left - 4, into)], "pc-flow", arrow=True)
    lines = ((into - 30, "from the"), (into - 12, "encoder"))
    return arrow + "".join(text(x, y, words, style="t0", anchor="start") for y, words in lines)


# -- both stacks --------------------------------------------------------------------------------


def _both(layer: Layer, mark) -> Picture:
    """Encoder and decoder side by side; the arrow between them goes into the cross-attention."""
    stacks = {
        name: Stack((name, "layers"), *one_of(layer.parts[name]), x, 228, 66, 532)
        for name, x in _LEFT.items()
    }
    scale = 204 / int(most_in(*(stack.one for stack in stacks.values())))
    drawn = [_skeletons(*stacks.values(), turn=66, out=36)]
    for name, stack in stacks.items():
        drawn += [
            _heading(stack, layer.parts[name]),
            boxes(stack, scale, mark, beside=False),
            operation(stack.flow, 550, "+ positions", 118),
        ]
    drawn.append(_table(layer, stacks, mark))
    alt = " ".join(f"{name}: {_in_words(layer.parts[name])}" for name in stacks)
    return Picture("".join(drawn), 632, title(layer), f"{alt} {layer.count:,} in all.", _READING)


def _skeletons(encoder: Stack, decoder: Stack, turn: float, out: float) -> str:
    """Both stacks and the arrow between them, which turns above the encoder; out: where the output goes."""
    (top, high), above = decoder.box(2), encoder.top - turn
    into = top + high / 2
    across = [(encoder.flow, above), (_GAP, above), (_GAP, into), (decoder.left - 4, into)]
    # The decoder comes first, so that the arrow that ends in it is not hidden.
    return skeleton(decoder, [(decoder.flow, out)]) + skeleton(encoder, across)


def _heading(stack: Stack, whole: Layer) -> str:
    """To the left of the arrow that leaves a stack its name; to the right its counts."""
    left, right, y, times, one = stack.left - 18, stack.flow + 14, stack.top - 46, stack.times, stack.one
    each = fit(172, f"{one.count:,} each", f"{one.count:,}", style="t0")
    in_all = fit(172, f"{whole.count:,} in all", "", style="t0")
    layers = fit(122, f"{times:,} layer{'s' * (times > 1)}", f"{times:,} ×")
    return "".join(
        [
            text(left, y, stack.path[0], style="t2", anchor="start"),
            text(left, y + 21, layers, anchor="start"),
            text(right, y, each, style="t0", anchor="start"),
            text(right, y + 21, in_all, style="t0", anchor="start") if in_all else "",
        ]
    )


def _table(layer: Layer, stacks: dict[str, Stack], mark) -> str:
    """What the stacks read and write: rows of one table, which stands for the output too."""
    out = stacks["decoder"].flow
    if "embedding" not in layer.parts:
        read = "".join(_each_word(stack.flow, 588, layer, 340, "middle") for stack in stacks.values())
        return read + text(out, 24, "output", style="t0")
    name, table = next(iter(layer.parts["embedding"].parts.items()))
    words = f"embedding: {table.count.numbers} = {table.count:,}"
    more = "one row for each word; both stacks read it, and the output reads it again"
    return operation(out, 18, "the same table: 0 more") + group(
        mark[("embedding", name)].style,
        rect(18, 568, 724, 50, "pc-tint", 6),
        text(380, 589, words, style="t1 ci"),
        text(380, 608, more, style="t0"),
        label=words,
    )


# -- before anything is counted -----------------------------------------------------------------

_LOW = {"high": 30, "norm": 22, "join": 10, "gap": 24}  # heights that leave room for the question
_LOWER = {"high": 25, "norm": 21, "join": 9, "gap": 22, "tail": 18}


def sketch(layer: Layer) -> Picture:
    """One layer of the stack, or both stacks, as most books draw them: hollow boxes."""
    return (_sketch_both if layer.name == "transformer" else _sketch_single)(layer)


def _sketch_single(layer: Layer) -> Picture:
    one, times = one_of(layer)
    bottom = 44 + 43 * len(one.parts)
    stack = Stack((), one, times, 210, 340, bottom=bottom, **_LOW)
    drawn = [
        skeleton(stack, [(stack.flow, 6)]),
        _repeated(stack) if "layers" in layer.parts or times > 1 else "",
        _from_encoder(stack) if "cross-attention" in one.parts else "",
        hollow(stack, sized=True),
        _each_word(stack.flow - 12, bottom + 28, layer, 204, "end"),
    ]
    return Picture("".join(drawn), bottom + 38, title(layer), _drawn(layer))


def _sketch_both(layer: Layer) -> Picture:
    """The stacks side by side, joined; the sizes above the lower one."""
    stacks = {
        name: Stack((name, "layers"), *one_of(layer.parts[name]), x, 228, bottom=291, **_LOWER)
        for name, x in _LEFT.items()
    }
    drawn = [_skeletons(*stacks.values(), turn=50, out=6)]
    for stack in stacks.values():
        layers = f"{stack.times:,} layer{'s' * (stack.times > 1)}"
        drawn += [
            hollow(stack, sized=False),
            text(stack.left - 18, stack.top - 26, stack.path[0], style="t2", anchor="start"),
            text(stack.flow + 14, stack.top - 26, layers, anchor="start"),
        ]
    x, heads = Dim(layer.sizes["x"], "x"), layer.sizes["heads"]
    sizes = [Markup(f"each word: {equals(x)}"), f"{heads:,} head{'s' * (heads > 1)}"]
    if layer.sizes["ff"]:
        sizes.append(equals(Dim(layer.sizes["ff"], "ff")))
    drawn += [text(18, 18 + 20 * k, words, style="t0", anchor="start") for k, words in enumerate(sizes)]
    if layer.sizes["v"]:
        v = equals(Dim(layer.sizes["v"], "v"))
        drawn.append(box(380, 321, 724, 24, Markup(f"embedding: {v} words, for both stacks and the output")))
    alt = " ".join(f"{name}: {_drawn(layer.parts[name])}" for name in stacks)
    return Picture("".join(drawn), 336, title(layer), alt)


def _drawn(layer: Layer) -> str:
    one, times = one_of(layer)
    sizes = ", ".join(f"{name} = {one.sizes[name]:,}" for name in ("x", "ff", "heads") if one.sizes[name])
    return f"{times:,} × {', '.join(spelt(one, name) for name in one.parts)}; {sizes}."
