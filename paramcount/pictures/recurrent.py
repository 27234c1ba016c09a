"""Recurrent layers: a block of weights for each gate, all over the same h + i numbers."""

from __future__ import annotations

from dataclasses import dataclass

from ..core import Layer
from ..dims import Dim
from ..display import parameters
from ..glossary import title
from . import wiring
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
    rect,
    room,
    symbol,
    text,
)

_GAP = 4  # between the columns for h and those for i
_NAMES = {"state": "one dense layer", "candidate": "candidate"}


@dataclass(frozen=True)
class _Plan:
    """Gates in an order in which no wires cross, and where they stand.

    wide: the most that a block of weights may take; bottom: the line on which the blocks stand.
    """

    wires: object
    gates: tuple[str, ...]
    places: tuple[int, ...]
    wide: int
    bottom: int


_PLANS = {
    "rnn": _Plan(wiring.rnn, ("state",), (380,), 240, 270),
    "gru": _Plan(wiring.gru, ("update", "reset", "candidate"), (165, 380, 595), 166, 326),
    "lstm": _Plan(wiring.lstm, ("forget", "input", "candidate", "output"), (145, 306, 467, 628), 126, 326),
}


@dataclass(frozen=True)
class _Block:
    """The weights of a gate as they are drawn: h columns and i columns, then a column of biases.

    side: of a cell; None where there are too many and rectangles stand for them.
    """

    side: float | None
    h: float
    i: float
    high: float
    wide: float
    most: float  # the room for the text above


def draw(layer: Layer, mark: dict) -> Picture:
    """The gates side by side, with their wiring above; for two directions, two rows of them."""
    if layer.name == "bidirectional":
        return _both_ways(layer, mark)
    plan = _PLANS[layer.name]
    block = _block(layer, plan.wide, 100)
    foot = plan.bottom - block.high - 51
    vector = (plan.places[-1] - block.wide / 2 - 3, plan.bottom + 16)
    drawn = [plan.wires(plan.places, foot, vector), _height(layer, plan.places[0], block, plan.bottom)]
    for name, x in zip(plan.gates, plan.places, strict=True):
        drawn.append(_gate(x, plan.bottom, block, layer, (name,), mark, spelt=name == plan.gates[0]))
    return Picture(
        body="".join(drawn) + _reads(layer, plan),
        height=plan.bottom + 118,
        title=title(layer.name),
        alt=_in_words(layer, layer),
        reading=_reading("One block of weights" + " a gate" * (len(plan.gates) > 1), block),
    )


def _both_ways(layer: Layer, mark: dict) -> Picture:
    """One row of blocks for each direction."""
    one = layer.parts["forward"]
    plan, h = _PLANS[one.name], Dim(one.sizes["h"], "h")
    block = _block(one, plan.wide, 70)
    drawn = []
    for way, bottom, (start, end) in (("forward", 126, (12, 68)), ("backward", 292, (68, 12))):
        drawn.append(text(40, bottom - 44, way))
        drawn.append(line([(start, bottom - 28), (end, bottom - 28)], "pc-flow", arrow=True))
        for name, x in zip(plan.gates, plan.places, strict=True):
            first = (way, name) == ("forward", plan.gates[0])
            path, part = (way, name), layer.parts[way]
            drawn.append(_gate(x + 20, bottom, block, part, path, mark, first, way == "forward"))
    both = Markup(f"what comes next reads the outputs of both: {equals(2 * h)} numbers")
    return Picture(
        body="".join(drawn) + text(380, 376, both),
        height=392,
        title=f"{title(layer.name)} {title(one.name)}",
        alt=_in_words(layer, one),
        reading=_reading("Two layers with weights of their own", block),
    )


def _reading(start: str, block: _Block) -> str:
    thin = block.side is None and (min(block.h, block.i) == 4 or block.high == 8)
    return f"{start}, a column for each number read." + " Thin sides are drawn wider." * thin


def _in_words(layer: Layer, one: Layer) -> str:
    gate = next(iter(one.parts.values()))
    each = f"{len(one.parts)} gates, each with" if len(one.parts) > 1 else "One dense layer with"
    nouns = {"W": "weights", "b": "biases"}
    counts = " and ".join(f"{part.count:,} {nouns[name]}" for name, part in gate.parts.items())
    ways = "Two directions. " if layer is not one else ""
    return f"{ways}{each} {counts}. {layer.count.numbers} = {parameters(layer.count)}."


def _block(layer: Layer, wide: float, tall: float) -> _Block:
    h, i = layer.sizes["h"], layer.sizes["i"]
    bias, most = (20 if layer.sizes["bias"] else 0), 205 if wide > 150 else 153
    side = None
    if h + i <= 16 and h <= 12:
        side = min(36.0, wide / 5, wide / (h + i + 0.3), tall / h)
        sizes = h * side, i * side, h * side
    else:
        scale = min((wide - 8) / (h + i), tall / h)  # one for both sides, so the shape is true
        sizes = max(4.0, h * scale), max(4.0, i * scale), max(8.0, h * scale)
    return _Block(side, *sizes, sizes[0] + _GAP + sizes[1] + bias, most)


# -- a gate -------------------------------------------------------------------------------------


def _gate(x, bottom, block: _Block, layer: Layer, path, mark, spelt: bool, named: bool = True) -> str:
    """Its name and counts, its weights and biases, and the vector under them. spelt: with the sizes."""
    gate = layer.parts[path[-1]]
    name = _NAMES.get(path[-1], f"{path[-1]} gate")
    left, top = x - block.wide / 2, bottom - block.high
    above, weights, biases = _counts(x, top - 14, gate, block.most)
    W = gate.parts["W"]
    made = [text(x, top - 35, name) if named else "", above]
    made.append(
        group(
            mark[(*path, "W")],
            hit(left - 2, top - 2, block.h + _GAP + block.i + 4, block.high + 4),
            _weights(left, top, block.h, block, layer.sizes["h"], layer.sizes["h"]),
            _weights(left + block.h + _GAP, top, block.i, block, layer.sizes["i"], layer.sizes["h"]),
            weights,
            label=f"{name}: {W.count.numbers} = {W.count:,} weights",
        )
    )
    if b := gate.parts.get("b"):
        style, place = mark[(*path, "b")], left + block.wide - 6
        label = f"{name}: {b.count:,} bias{'es' * (b.count > 1)}"
        glyph = text(place, bottom + 21, letter("b"), style="t1 ci")
        made.append(group(style, _biases(place, top, block, b, style[2]), glyph, biases, label=label))
    return "".join(made) + _vector(left, bottom, block, layer, spelt)


def _weights(x, y, wide, block: _Block, columns, rows) -> str:
    if block.side is None:
        return rect(x, y, wide, block.high, "pc-tint")
    return cells(x, y, columns, rows, block.side, _between(block))


def _between(block: _Block) -> float:
    return min(2.0, block.side / 5)


def _biases(x, top, block: _Block, b, colour) -> str:
    if block.side is None:
        return hatched(x - 6, top, 12, block.high, colour)
    return dots(x, top + block.side / 2, b.count, block.side, min(7.0, 0.36 * block.side))


def _counts(x, y, gate: Layer, most) -> tuple[str, str, str]:
    """`10 + 2`: the plus, the weights, the biases, each a text; or the sum alone, if that is too wide."""
    W, b = (f"{gate.parts[name].count:,}" if name in gate.parts else "" for name in "Wb")
    if not b:
        return "", text(x, y, W, style=f"{largest(most, W, 't1', 't0')} ci"), ""
    if room(f"{W} + {b}") > most:
        whole = f"{gate.count:,}"
        return text(x, y, whole, style=largest(most, whole, "t1", "t0")), "", ""
    plus = x + 4.3 * (len(W) - len(b))
    return (
        text(plus, y, "+"),
        text(plus - 9, y, W, style="t1 ci", anchor="end"),
        text(plus + 9, y, b, style="t1 ci", anchor="start"),
    )


def _vector(left, bottom, block: _Block, layer: Layer, spelt: bool) -> str:
    """The hollow numbers under a block, h and then i of them, bracketed."""
    h, i = Dim(layer.sizes["h"], "h"), Dim(layer.sizes["i"], "i")
    apart = (block.h + block.i) / 2 + _GAP - (room(equals(h), "t0") + room(equals(i), "t0")) / 2
    made, y = [], bottom + 8
    for start, wide, size in ((left, block.h, h), (left + block.h + _GAP, block.i, i)):
        if block.side is None:
            made.append(rect(start, y, wide, 16, "pc-hollow"))
        else:
            cell = block.side - _between(block)
            made += [rect(start + k * block.side, y, cell, 16, "pc-hollow") for k in range(size)]
        made.append(_bracket(start, start + wide, y + 22))
        label = equals(size) if spelt and apart > 4 else letter(size.name)
        made.append(text(start + wide / 2, y + 44, label, style="t0"))
    return "".join(made)


def _bracket(left, right, y) -> str:
    return line([(left, y), (left, y + 6), (right, y + 6), (right, y)], "pc-faintl")


def _height(layer: Layer, x, block: _Block, bottom) -> str:
    """The bracket to the left of the first block: it has h rows."""
    left, top, h = x - block.wide / 2 - 8, bottom - block.high, Dim(layer.sizes["h"], "h")
    corners = [(left, top), (left - 6, top), (left - 6, bottom - 1), (left, bottom - 1)]
    words = fit(left - 14, equals(h), letter("h"))
    return line(corners, "pc-faintl") + text(left - 12, bottom - block.high / 2 + 5, words, anchor="end")


def _reads(layer: Layer, plan: _Plan) -> str:
    """At the bottom, joined to every gate: that all of them read the same numbers."""
    y, (first, *_, last) = plan.bottom + 68, (plan.places[0], plan.places[-1])
    numbers = layer.parts[plan.gates[0]].parts["W"].shape[0]
    who = {1: "it reads", 3: "all three gates read", 4: "all four gates read the same"}[len(plan.gates)]
    how_many = Markup(f"{who} {symbol(numbers)} = {numbers.numbers} = {numbers:,} numbers,")
    which = Markup(f"the last output {letter('h')} and the new input {letter('x')}")
    if layer.name == "gru":
        which += f"; for the candidate, reset scales {letter('h')} first"
    ticks = "".join(line([(x, y - 6), (x, y)], "pc-faintl") for x in plan.places)
    return (
        (ticks + line([(first, y), (last, y)], "pc-faintl") if first < last else "")
        + text(380, y + 23, how_many, style=largest(740, how_many, "t1", "t0"))
        + text(380, y + 43, Markup(which), style="t0")
    )
