"""Recurrent layers: a block of weights for each gate, all over the same h + i numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..core import Layer
from ..dims import Dim
from ..display import parameters
from ..glossary import title
from . import wiring
from .gate import Block, gate, measured
from .svg import Markup, Picture, equals, fit, largest, letter, line, symbol, text


@dataclass(frozen=True)
class _Plan:
    """Gates in an order in which no wires cross, their places from the left, and their wiring.

    wide: the most that a block of weights may take; bottom: the line on which the blocks stand.
    """

    wires: Callable
    gates: tuple[str, ...]
    places: tuple[int, ...]
    wide: int
    bottom: int


_PLANS = {
    "rnn": _Plan(wiring.rnn, ("state",), (380,), 240, 270),
    "gru": _Plan(wiring.gru, ("update", "reset", "candidate"), (165, 380, 595), 166, 326),
    "lstm": _Plan(wiring.lstm, ("forget", "input", "candidate", "output"), (145, 306, 467, 628), 126, 326),
}


def draw(layer: Layer, mark: dict) -> Picture:
    """The gates side by side, with their wiring above; for two directions, two rows of them."""
    if layer.name == "bidirectional":
        return _both_ways(layer, mark)
    plan = _PLANS[layer.name]
    block = measured(layer, plan.wide, 100)
    foot = plan.bottom - block.high - 51  # where wires start, over the names
    vector = (plan.places[-1] - block.wide / 2 - 3, plan.bottom + 16)
    drawn = [plan.wires(plan.places, foot, vector), _height(layer, plan.places[0], block, plan.bottom)]
    for name, x in zip(plan.gates, plan.places, strict=True):
        drawn.append(gate(x, plan.bottom, block, layer, (name,), mark, spelt=name == plan.gates[0]))
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
    block = measured(one, plan.wide, 70)
    drawn = []
    for way, bottom, (start, end) in (("forward", 126, (12, 68)), ("backward", 292, (68, 12))):
        drawn.append(text(40, bottom - 44, way))
        drawn.append(line([(start, bottom - 28), (end, bottom - 28)], "pc-flow", arrow=True))
        for name, x in zip(plan.gates, plan.places, strict=True):
            first = (way, name) == ("forward", plan.gates[0])
            path, part = (way, name), layer.parts[way]
            drawn.append(gate(x + 20, bottom, block, part, path, mark, first, way == "forward"))
    each = Markup(f"every block reads {_numbers(one)},")
    both = Markup(f"what comes next reads the outputs of both: {equals(2 * h)} numbers")
    drawn.append(
        text(380, 376, each, style=largest(740, each, "t1", "t0")) + text(380, 396, both, style="t0")
    )
    return Picture(
        body="".join(drawn),
        height=412,
        title=f"{title(layer.name)} {title(one.name)}",
        alt=_in_words(layer, one),
        reading=_reading("Two layers with weights of their own", block),
    )


def _reading(start: str, block: Block) -> str:
    thin = block.side is None and (min(block.h, block.i) == 4 or block.high == 8)
    return f"{start}, a column for each number read." + " Thin sides are drawn wider." * thin


def _in_words(layer: Layer, one: Layer) -> str:
    dense = next(iter(one.parts.values()))
    each = f"{len(one.parts)} gates, each with" if len(one.parts) > 1 else "One dense layer with"
    nouns = {"W": "weights", "b": "biases"}
    counts = " and ".join(f"{part.count:,} {nouns[name]}" for name, part in dense.parts.items())
    ways = "Two directions. " if layer is not one else ""
    return f"{ways}{each} {counts}. {layer.count.numbers} = {parameters(layer.count)}."


def _height(layer: Layer, x, block: Block, bottom) -> str:
    """The bracket to the left of the first block: it has h rows."""
    left, top, h = x - block.wide / 2 - 8, bottom - block.high, Dim(layer.sizes["h"], "h")
    corners = [(left, top), (left - 6, top), (left - 6, bottom - 1), (left, bottom - 1)]
    words = fit(left - 14, equals(h), letter("h"))
    return line(corners, "pc-faintl") + text(left - 12, bottom - block.high / 2 + 5, words, anchor="end")


def _reads(layer: Layer, plan: _Plan) -> str:
    """At the bottom, joined to every gate: that all of them read the same numbers."""
    y, (first, *_, last) = plan.bottom + 68, (plan.places[0], plan.places[-1])
    who = {1: "it reads", 3: "all three gates read", 4: "all four gates read the same"}[len(plan.gates)]
    how_many = Markup(f"{who} {_numbers(layer)},")
    which = Markup(f"the last output {letter('h')} and the new input {letter('x')}")
    if layer.name == "gru":
        which += f"; for the candidate, reset scales {letter('h')} first"
    ticks = "".join(line([(x, y - 6), (x, y)], "pc-faintl") for x in plan.places)
    return (
        (ticks + line([(first, y), (last, y)], "pc-faintl") if first < last else "")
        + text(380, y + 23, how_many, style=largest(740, how_many, "t1", "t0"))
        + text(380, y + 43, Markup(which), style="t0")
    )


def _numbers(layer: Layer) -> str:
    read = next(iter(layer.parts.values())).parts["W"].shape[0]
    return f"{symbol(read)} = {read.numbers} = {read:,} numbers"
