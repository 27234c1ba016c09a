"""Recurrent layers: one block of weights a gate, over the same vector: the last output and the new input."""

from __future__ import annotations

from dataclasses import dataclass

from ..core import Layer
from ..dims import Dim
from ..display import parameters
from ..glossary import title
from .svg import (
    Markup,
    Picture,
    cells,
    dots,
    equals,
    fit,
    group,
    hatched,
    hit,
    largest,
    letter,
    line,
    operation,
    rect,
    room,
    symbol,
    text,
)

_LINE, _MIX, _GATE = 28, 94, 150  # heights: the state that is handed on, the products, σ and tanh
_VECTOR = 16  # how high the numbers under a block are
_GAP = 4  # between the columns for h and those for i

# For each layer: its gates, in an order in which no wires cross, where they stand, the width of a
# block, and the line on which the blocks stand.
_PLANS = {
    "rnn": (["state"], [380], 240, 270),
    "gru": (["update", "reset", "candidate"], [165, 380, 595], 166, 326),
    "lstm": (["forget", "input", "candidate", "output"], [145, 306, 467, 628], 126, 326),
}
_NAMES = {"state": "one dense layer", "candidate": "candidate"}


@dataclass(frozen=True)
class _Block:
    """How large the weights of a gate are drawn. side: of a cell, None where they are rectangles."""

    side: float | None
    h: float
    i: float
    high: float
    bias: float

    @property
    def wide(self) -> float:
        return self.h + _GAP + self.i + self.bias


def draw(layer: Layer, mark: dict) -> Picture:
    """The gates side by side, with their wiring above; two rows of them for two directions."""
    if layer.name == "bidirectional":
        return _both_ways(layer, mark)
    names, places, wide, bottom = _PLANS[layer.name]
    block = _block(layer, wide, 100)
    wires = {"rnn": _rnn_wires, "gru": _gru_wires, "lstm": _lstm_wires}[layer.name]
    drawn = [wires(places, block, bottom), _rows_label(layer, places[0], block, bottom)]
    for name, x in zip(names, places, strict=True):
        spelt = name == names[0]
        drawn.append(_gate(x, bottom, block, layer, (name,), mark, spelt))
    return Picture(
        body="".join(drawn) + _reads(layer, places, bottom),
        height=bottom + 122,
        title=title(layer.name),
        alt=_in_words(layer, layer),
        reading=f"One block of weights{' a gate' * (len(names) > 1)}, a column for each number that it reads."
        + _widened(block),
    )


def _block(layer: Layer, wide: float, tall: float) -> _Block:
    h, i = layer.sizes["h"], layer.sizes["i"]
    bias = 20 if layer.sizes["bias"] else 0
    if h + i <= 16 and h <= 12:
        side = min(wide / 5, 36, wide / (h + i + 0.3), tall / h)
        return _Block(side, h * side, i * side, h * side, bias)
    scale = min((wide - 8) / (h + i), tall / h)  # one for both sides, so the shape is true
    return _Block(None, max(4.0, h * scale), max(4.0, i * scale), max(8.0, h * scale), bias)


def _widened(block: _Block) -> str:
    thin = block.side is None and (min(block.h, block.i) == 4 or block.high == 8)
    return " Thin sides are drawn wider than they are." if thin else ""


# -- a gate -------------------------------------------------------------------------------------


def _gate(x, bottom, block: _Block, layer: Layer, path, mark, spelt: bool, named: bool = True) -> str:
    """Its name and counts, the block of weights, the biases, and the vector that it reads."""
    gate = layer.parts[path[-1]]
    W, b = gate.parts["W"], gate.parts.get("b")
    name = _NAMES.get(path[-1], f"{path[-1]} gate")
    left, top = x - block.wide / 2, bottom - block.high
    middle = left + block.h + _GAP
    counts = _counts(x, top - 14, gate, block)
    made = [text(x, top - 35, name)] if named else []
    made.append(counts[2])
    made.append(
        group(
            mark[(*path, "W")],
            hit(left - 2, top - 2, block.wide - block.bias + 4, block.high + 4),
            _weights(left, top, block.h, block, layer.sizes["h"]),
            _weights(middle, top, block.i, block, layer.sizes["i"]),
            counts[0],
            label=f"{name}: {W.count.numbers} = {W.count:,} weights",
        )
    )
    if b:
        place = left + block.wide - 6
        made.append(
            group(
                mark[(*path, "b")],
                _biases(place, top, block, b),
                text(place, bottom + 21, letter("b"), style="t1 ci"),
                counts[1],
                label=f"{name}: {b.count:,} bias{'es' * (b.count > 1)}",
            )
        )
    return "".join(made) + _vector(left, bottom, block, layer, spelt)


def _weights(x, y, wide, block: _Block, columns) -> str:
    if block.side is None:
        return rect(x, y, wide, block.high, "pc-tint")
    rows = round(block.high / block.side)
    return cells(x, y, columns, rows, block.side, _between(block))


def _between(block: _Block) -> float:
    return min(2.0, block.side / 5)


def _biases(x, top, block: _Block, b) -> str:
    if block.side is None:
        return hatched(x - 6, top, 12, block.high, "b")
    return dots(x, top + block.side / 2, b.count, block.side, min(7.0, 0.36 * block.side))


def _counts(x, y, gate: Layer, block: _Block) -> tuple[str, str, str]:
    """`10 + 2` in three texts, for the weights, the biases and the plus; or the sum, if that is too wide."""
    W, b = (f"{gate.parts[name].count:,}" if name in gate.parts else "" for name in "Wb")
    most = 205 if block.wide > 150 else 153
    if room(f"{W} + {b}") > most:
        whole = f"{gate.count:,}"
        return "", "", text(x, y, whole, style=largest(most, whole, "t1", "t0"))
    if not b:
        return text(x, y, W, style="t1 ci"), "", ""
    plus = x + 4.3 * (len(W) - len(b))
    return (
        text(plus - 9, y, W, style="t1 ci", anchor="end"),
        text(plus + 9, y, b, style="t1 ci", anchor="start"),
        text(plus, y, "+"),
    )


def _vector(left, bottom, block: _Block, layer: Layer, spelt: bool) -> str:
    """The hollow numbers under a block, h and then i of them, bracketed."""
    y = bottom + 8
    h, i = Dim(layer.sizes["h"], "h"), Dim(layer.sizes["i"], "i")
    starts, sizes, made = (left, left + block.h + _GAP), (block.h, block.i), []
    middles = [start + wide / 2 for start, wide in zip(starts, sizes, strict=True)]
    apart = middles[1] - middles[0] - (room(equals(h), "t0") + room(equals(i), "t0")) / 2
    for start, wide, x, size in zip(starts, sizes, middles, (h, i), strict=True):
        if block.side is None:
            made.append(rect(start, y, wide, _VECTOR, "pc-hollow"))
        else:
            cell = block.side - _between(block)
            made += [rect(start + k * block.side, y, cell, _VECTOR, "pc-hollow") for k in range(size)]
        made.append(_bracket(start, start + wide, y + _VECTOR + 6))
        label = equals(size) if spelt and apart > 4 else letter(size.name)
        made.append(text(x, y + _VECTOR + 28, label, style="t0"))
    return "".join(made)


def _bracket(left, right, y) -> str:
    return line([(left, y), (left, y + 6), (right, y + 6), (right, y)], "pc-faintl")


def _rows_label(layer: Layer, x, block: _Block, bottom) -> str:
    """The bracket to the left of the first block: it has h rows."""
    left, top = x - block.wide / 2 - 8, bottom - block.high
    h = Dim(layer.sizes["h"], "h")
    words = fit(left - 12, equals(h), letter("h"))
    corners = [(left, top), (left - 6, top), (left - 6, bottom - 2), (left, bottom - 2)]
    return line(corners, "pc-faintl") + text(left - 12, bottom - block.high / 2 + 5, words, anchor="end")


def _reads(layer: Layer, places, bottom) -> str:
    """What is at the bottom: that all gates read the same numbers."""
    y = bottom + 68
    numbers = next(iter(layer.parts.values())).parts["W"].shape[0]
    who = {1: "it reads", 3: "all three gates read", 4: "all four gates read the same"}[len(places)]
    whole = Markup(f"{who} {symbol(numbers)} = {numbers.numbers} = {numbers:,} numbers,")
    what = Markup(f"the last output {letter('h')} and the new input {letter('x')}")
    if layer.name == "gru":
        what = Markup(f"{what}; for the candidate, reset scales {letter('h')} first")
    ticks = [line([(x, y - 6), (x, y)], "pc-faintl") for x in places]
    return (
        "".join(ticks)
        + line([(places[0], y), (places[-1], y)], "pc-faintl")
        + text(380, y + 23, whole, style=largest(740, whole, "t1", "t0"))
        + text(380, y + 43, what, style="t0")
    )


def _in_words(layer: Layer, one: Layer) -> str:
    gate = next(iter(one.parts.values()))
    each = f"{len(one.parts)} gates, each with" if len(one.parts) > 1 else "One dense layer with"
    counts = [f"{part.count:,} {'weights' if name == 'W' else 'biases'}" for name, part in gate.parts.items()]
    ways = "Two directions. " if layer is not one else ""
    return f"{ways}{each} {' and '.join(counts)}. {layer.count.numbers} = {parameters(layer.count)}."


# -- the wiring: operations without parameters --------------------------------------------------


def _state(x, y, name: str, before: bool = False) -> str:
    return text(x, y + 5, letter(name, "t−1" if before else "t"), anchor="end" if before else "start")


def _flow(*points) -> str:
    return line(points, "pc-flow", arrow=True)


def _gates(places, signs, block: _Block, bottom, y=_GATE) -> str:
    """σ or tanh over every gate, and the stem up to it."""
    foot = bottom - block.high - 51
    return "".join(
        line([(x, foot), (x, y + 13)], "pc-flow") + operation(x, y, sign, 50)
        for x, sign in zip(places, signs, strict=True)
    )


def _lstm_wires(places, block: _Block, bottom) -> str:
    f, i, g, o = places
    mid, up = (i + g) / 2, _GATE - 13
    return "".join([
        _gates(places, ("σ", "σ", "tanh", "σ"), block, bottom),
        _state(34, _LINE, "c", before=True), _flow((38, _LINE), (f - 15, _LINE)),
        _flow((f, up), (f, _LINE + 15)), operation(f, _LINE, "×"),
        _flow((f + 13, _LINE), (mid - 15, _LINE)), operation(mid, _LINE, "+"),
        _flow((i, up), (i, _MIX), (mid - 15, _MIX)), _flow((g, up), (g, _MIX), (mid + 15, _MIX)),
        operation(mid, _MIX, "×"), _flow((mid, _MIX - 13), (mid, _LINE + 15)),
        _flow((mid + 13, _LINE), (716, _LINE)), _state(722, _LINE, "c"),
        _flow((o, _LINE), (o, _MIX - 15)), operation(o, 60, "tanh", 50), operation(o, _MIX, "×"),
        _flow((o, up), (o, _MIX + 15)), _flow((o + 13, _MIX), (716, _MIX)), _state(722, _MIX, "h"),
        _dashed(f + 18),
    ])  # fmt: skip


def _gru_wires(places, block: _Block, bottom) -> str:
    z, r, c = places
    up, low, branch, gap = _GATE - 13, 110, 76, (r + c) / 2
    vector = (c - block.wide / 2 - 3, bottom + 8 + _VECTOR / 2)
    return "".join([
        _gates(places, ("σ", "σ", "tanh"), block, bottom),
        _state(34, _LINE, "h", before=True), _flow((38, _LINE), (z - 15, _LINE)),
        _flow((z, up), (z, _LINE + 15)), operation(z, _LINE, "×"),
        _flow((z + 13, _LINE), (c - 15, _LINE)), operation(c, _LINE, "+"),
        _flow((z, branch), (c - 15, branch)), operation((z + r) / 2, branch, "1 −"),
        operation(c, branch, "×"), _flow((c, up), (c, branch + 15)), _flow((c, branch - 13), (c, _LINE + 15)),
        _flow((c + 13, _LINE), (716, _LINE)), _state(722, _LINE, "h"),
        _state(r - 66, low, "h", before=True), _flow((r - 62, low), (r - 15, low)), operation(r, low, "×"),
        _flow((r, up), (r, low + 15)),
        _flow((r + 13, low), (gap, low), (gap, vector[1]), vector),
        _dashed(c + 26),
    ])  # fmt: skip


def _rnn_wires(places, block: _Block, bottom) -> str:
    x, vector = places[0], (places[0] - block.wide / 2 - 3, bottom + 8 + _VECTOR / 2)
    return "".join([
        _gates(places, ("tanh",), block, bottom, y=80),
        _flow((x, 67), (x, _LINE), (716, _LINE)), _state(722, _LINE, "h"),
        _flow((x, _LINE), (100, _LINE), (100, vector[1]), vector),
        text(112, 56, "the next step", style="t0", anchor="start"),
        text(112, 74, "reads it again", style="t0", anchor="start"),
        _dashed(x + 38),
    ])  # fmt: skip


def _dashed(x) -> str:
    y = 66
    return "".join(text(x, y + 18 * k, words, style="t0", anchor="start") for k, words in enumerate(("dashed boxes:", "0 parameters")))


# -- two directions -----------------------------------------------------------------------------


def _both_ways(layer: Layer, mark: dict) -> Picture:
    """One row of blocks for each direction, so that every tensor of both is there."""
    one = layer.parts["forward"]
    names, places, _, _ = _PLANS[one.name]
    wide, h = 126, Dim(one.sizes["h"], "h")
    block = _block(one, wide, 70)
    drawn = []
    for way, bottom, arrow in (("forward", 132, (16, 64)), ("backward", 290, (64, 16))):
        part, y = layer.parts[way], bottom - 36
        drawn.append(text(40, y, way, style="t1") + _flow((arrow[0], y + 14), (arrow[1], y + 14)))
        for name, x in zip(names, places, strict=True):
            drawn.append(_gate(x + 20, bottom, block, part, (way, name), mark, False, way == "forward"))
    return Picture(
        body="".join(drawn),
        height=400,
        title=title(layer.name),
        alt=_in_words(layer, one),
        reading="Two layers with weights of their own, one for each direction." + _widened(block),
    )
