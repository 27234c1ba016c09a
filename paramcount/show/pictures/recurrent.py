"""Recurrent layers: a block of weights for each gate, all over the same h + i numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...core import Layer
from ...dims import Dim
from ...glossary import title
from ..account import Account, parameters
from . import wiring
from .gate import Block, called, gate, measured
from .svg import Markup, Picture, box, equals, fit, inside, largest, letter, line, rect, stroke, symbol, text


@dataclass(frozen=True)
class _Plan:
    """Gates in an order in which no wires cross, their places from the left, and their wiring.

    wide: the most that a block of weights may take; bottom: the line on which the blocks stand; note:
    where there is room to say what is dashed.
    """

    wires: Callable
    gates: tuple[str, ...]
    places: tuple[int, ...]
    wide: int
    bottom: int
    note: tuple[int, int]


_PLANS = {
    "rnn": _Plan(wiring.rnn, ("state",), (380,), 240, 270, (418, 76)),
    "gru": _Plan(wiring.gru, ("update", "reset", "candidate"), (165, 380, 595), 166, 326, (623, 68)),
    "lstm": _Plan(
        wiring.lstm, ("forget", "input", "candidate", "output"), (145, 306, 467, 628), 126, 326, (163, 66)
    ),
}


def draw(account: Account) -> Picture:
    """The gates side by side, with their wiring above; for two directions, two rows of them."""
    layer, mark = account.layer, account.marks
    if layer.name == "bidirectional":
        return _both_ways(layer, mark)
    plan = _PLANS[layer.name]
    block = measured(layer, plan.wide, 100)
    foot = plan.bottom - block.high - 51  # where wires start, over the names
    vector = (plan.places[-1] - block.wide / 2 - 3, plan.bottom + 16)
    dashed = f"dashed box{'es' * (len(plan.gates) > 1)}:"
    drawn = [plan.wires(plan.places, foot, vector), _height(layer, plan.places[0], block, plan.bottom)]
    drawn.append(wiring.note(*plan.note, dashed, "0 parameters"))
    for name, x in zip(plan.gates, plan.places, strict=True):
        drawn.append(gate(x, plan.bottom, block, layer, (name,), mark, spelt=name == plan.gates[0]))
    return Picture(
        body="".join(drawn) + _reads(layer, plan),
        height=plan.bottom + 118,
        title=title(layer),
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
        title=f"{title(layer)} {title(one)}",
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


# -- before anything is counted -----------------------------------------------------------------

_MOST_CELLS = 8  # numbers that are drawn one by one


def sketch(layer: Layer) -> Picture:
    """The cell as most books draw it: hollow gates over the joined numbers that all of them read."""
    if layer.name == "bidirectional":
        return _sketch_both_ways(layer)
    plan = _PLANS[layer.name]
    top, low, y = plan.bottom - 130, plan.bottom - 86, plan.bottom - 32  # of the gates; of what they read
    rail, (first, *_), last = low + 20, plan.places, plan.places[-1]
    h, i = (Dim(layer.sizes[name], name) for name in "hi")
    again = (375 - _long(h), y) if layer.name == "rnn" else (last - 60, top + 22)
    drawn = [plan.wires(plan.places, top, again), _gates(plan, plan.places, top + 22)]
    drawn += [line([(380, y - 10), (380, rail)], "pc-flow"), line([(first, rail), (last, rail)], "pc-flow")]
    drawn += [line([(x, rail), (x, low + 3)], "pc-flow", arrow=True) for x in plan.places]
    drawn += [_vector(378 - _long(h), y, h), _vector(382, y, i)]
    drawn.append(text(366, y + 28, Markup(f"last output, {equals(h)}"), anchor="end"))
    drawn.append(text(394, y + 28, Markup(f"new input, {equals(i)}"), anchor="start"))
    return Picture("".join(drawn), plan.bottom + 6, title(layer), _drawn(layer))


def _sketch_both_ways(layer: Layer) -> Picture:
    """A frame of hollow gates for each direction, over the same input."""
    one = layer.parts["forward"]
    plan, h, i = _PLANS[one.name], *(Dim(one.sizes[name], name) for name in "hi")
    middle = (len(plan.gates) - 1) / 2
    places = [398 + 122 * (k - middle) for k in range(len(plan.gates))]
    drawn = [
        text(46, 66, "input", style="t0"),
        rect(34, 82, 24, 120, "pc-hollow"),
        text(inside(46, equals(i)), 226, equals(i)),
        text(714, 66, "outputs", style="t0"),
    ]
    for way, y, (start, end), out in (("forward", 72, (248, 298), 112), ("backward", 212, (298, 248), 172)):
        drawn += [
            stroke(f"M60 142C104 142 96 {y} 140 {y}", "pc-flow", arrow=True),
            rect(144, y - 62, 508, 124, "pc-faintb", 12),
            text(162, y - 34, way, anchor="start"),
            line([(start, y - 39), (end, y - 39)], "pc-flow", arrow=True),
            _gates(plan, places, y + 2),
            text(398, y + 48, Markup(f"reads the input and its last output, {equals(h)}"), style="t0"),
            stroke(f"M654 {y}C682 {y} 670 {out} 698 {out}", "pc-flow", arrow=True),
            rect(702, out - 30, 24, 60, "pc-hollow"),
        ]
    both = f"{title(layer)} {title(one)}"
    return Picture("".join(drawn), 288, both, f"Forward and backward. {_drawn(one)}")


def _gates(plan: _Plan, places, y) -> str:
    wide = 114 if len(places) > 1 else 152
    return "".join(box(x, y, wide, 44, called(name)) for name, x in zip(plan.gates, places, strict=True))


def _long(size: int) -> float:
    """How long a row of numbers is drawn: a cell for each, or one shape for many."""
    return 22 * size if size <= _MOST_CELLS else 160


def _vector(x, y, size: int) -> str:
    cells = size if size <= _MOST_CELLS else 1
    side = _long(size) / cells
    return "".join(rect(x + k * side, y - 10, side, 20, "pc-hollow") for k in range(cells))


def _drawn(layer: Layer) -> str:
    gates, h, i = ", ".join(map(called, layer.parts)), layer.sizes["h"], layer.sizes["i"]
    return f"At each step the last output, h = {h:,}, and the new input, i = {i:,}, go into: {gates}."
