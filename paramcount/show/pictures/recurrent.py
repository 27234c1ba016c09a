"""Recurrent layers: a block of weights for each gate, all over the same h + i numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ...core import Layer
from ...glossary import title
from . import wiring
from .gate import Block, called, gate, measured
from .pen import Pen, size
from .shapes import numbers
from .svg import SLIM, WIDTH, Picture, flow, inside, line, lines, rect, side_bracket, stroke, text
from .tiles import Box, tile
from .words import Markup, equals, fit, largest, letter, symbol


@dataclass(frozen=True)
class _Plan:
    """Gates in an order in which no wires cross, their places from the left, and their wiring.

    wide: the most that a block of weights may take; bottom: the line on which the blocks stand; note:
    where there is room to say what is dashed; readers: who reads the numbers, in words.
    """

    wires: Callable
    gates: dict[str, int]
    wide: int
    bottom: int
    note: tuple[int, int]
    readers: str

    @property
    def places(self) -> list[int]:
        return list(self.gates.values())


_RNN = {"state": 380}
_GRU = {"update": 165, "reset": 380, "candidate": 595}
_LSTM = {"forget": 145, "input": 306, "candidate": 467, "output": 628}
_PLANS = {
    "rnn": _Plan(wiring.rnn, _RNN, 240, 270, (418, 76), "it reads"),
    "gru": _Plan(wiring.gru, _GRU, 166, 326, (623, 68), "all three read"),
    "lstm": _Plan(wiring.lstm, _LSTM, 126, 326, (163, 66), "all four read the same"),
}


def draw(pen: Pen) -> Picture:
    """The gates side by side, with their wiring above; for two directions, two rows of them."""
    if pen.layer.name == "bidirectional":
        return _both_ways(pen) if pen.filled else _both_ways_hollow(pen)
    return _one_way(pen) if pen.filled else _one_way_hollow(pen)


# -- counted ------------------------------------------------------------------------------------


def _one_way(pen: Pen) -> Picture:
    layer = pen.layer
    plan = _PLANS[layer.name]
    block, (first, *_), last = measured(layer, plan.wide, 100), plan.gates, plan.places[-1]
    foot = plan.bottom - block.high - 51  # where wires start, over the names
    vector = last - block.wide / 2 - 3, plan.bottom + 16
    several = len(plan.gates) > 1
    shapes = [
        plan.wires(plan.places, foot, vector),
        _height(layer, plan.places[0], block, plan.bottom),
        lines(*plan.note, "dashed boxes:" if several else "dashed box:", "0 parameters"),
    ]
    for name, x in plan.gates.items():
        shapes.append(gate(x, plan.bottom, block, layer, (name,), pen, sizes=name == first))
    return pen.picture(
        [*shapes, *_reads(layer, plan)],
        height=plan.bottom + 118,
        alt=_in_words(layer),
        reading=_reading("One block of weights a gate" if several else "One block of weights", block),
        slim=_slim(pen, {"": layer}, 84),
    )


def _both_ways(pen: Pen) -> Picture:
    """One row of blocks for each direction."""
    one = pen.layer.parts["forward"]
    plan, first = _PLANS[one.name], True
    block = measured(one, plan.wide, 70)
    shapes = []
    for way, bottom, start, end in (("forward", 126, 12, 68), ("backward", 292, 68, 12)):
        shapes += [text(40, bottom - 44, way), flow((start, bottom - 28), (end, bottom - 28))]
        named = way == "forward"
        for name, x in plan.gates.items():
            shapes.append(gate(x + 20, bottom, block, one, (way, name), pen, sizes=first, named=named))
            first = False
    each = Markup(f"every block reads {_numbers(one)},")
    both = Markup(f"what comes next reads the outputs of both: {equals(2 * size(one, 'h'))} numbers")
    shapes += [text(380, 376, each, largest(740, each, "t1", "t0")), text(380, 396, both, "t0")]
    return pen.picture(
        shapes,
        height=412,
        alt=f"Two directions. {_in_words(one)}",
        reading=_reading("Two layers with weights of their own", block),
        called=f"{title(pen.layer)} {title(one)}",
        slim=_slim(pen, pen.layer.parts, 52),
    )


def _slim(pen: Pen, ways: Mapping[str, Layer], tall: float) -> tuple[str, float]:
    """For a narrow panel: two gates beside each other, and below them all what they read.

    ways: the layers of each direction, or the one layer; tall: the most that a block of weights may take.
    """
    shapes, y, first = [], 0.0, True
    for way, one in ways.items():
        gates, alone = _PLANS[one.name].gates, len(_PLANS[one.name].gates) == 1
        block = measured(one, 200 if alone else 112, tall)
        if way:
            start, end = ((12, 60), (60, 12))[way == "backward"]
            shapes += [text(72, y + 21, way, anchor="start"), flow((start, y + 16), (end, y + 16))]
            y += 28
        for k, name in enumerate(gates):
            x, bottom = (
                (SLIM / 2 + 10 if alone else 102 + 166 * (k % 2)),
                y + 52 + tall + k // 2 * (tall + 112),
            )
            if first:
                shapes.append(_height(one, x, block, bottom))
            path = (way, name) if way else (name,)
            shapes.append(gate(x, bottom, block, one, path, pen, sizes=first))
            first = False
        y += (len(gates) + 1) // 2 * (tall + 112)
    read, both = fit(SLIM, _numbers(one), _numbers(one, short=True), style="t0"), equals(2 * size(one, "h"))
    said = [_PLANS[one.name].readers, read]
    if len(ways) > 1:
        said = [
            "every block reads",
            f"{read},",
            "what comes next reads the outputs of both:",
            f"{both} numbers",
        ]
    shapes += [text(SLIM / 2, y + 16 + 20 * k, Markup(words), "t0") for k, words in enumerate(said)]
    return "".join(shapes), y + 24 + 20 * (len(said) - 1)


def _reading(start: str, block: Block) -> str:
    thin = " Thin sides are drawn wider." if block.h.thin or block.i.thin else ""
    return f"{start}, a column for each number read.{thin}"


def _in_words(one: Layer) -> str:
    dense = next(iter(one.parts.values()))
    each = f"{len(one.parts)} gates, each with" if len(one.parts) > 1 else "One dense layer with"
    nouns = {"W": "weights", "b": "biases"}
    counts = " and ".join(f"{part.count:,} {nouns[name]}" for name, part in dense.parts.items())
    return f"{each} {counts}."


def _height(layer: Layer, x, block: Block, bottom) -> str:
    """The bracket to the left of the first block: it has h rows."""
    left, middle, h = x - block.wide / 2 - 8, bottom - block.high / 2, size(layer, "h")
    words = text(left - 12, middle + 5, fit(left - 14, equals(h), letter("h")), anchor="end")
    return side_bracket(left, bottom - block.high, bottom - 1) + words


def _reads(layer: Layer, plan: _Plan) -> list[str]:
    """At the bottom, joined to every gate: that all of them read the same numbers."""
    y, (first, *more) = plan.bottom + 68, plan.places
    rail = [line((x, y - 6), (x, y)) for x in plan.places] + [line((first, y), (plan.places[-1], y))]
    how_many = Markup(f"{plan.readers} {_numbers(layer)},")
    which = f"the last output {letter('h')} and the new input {letter('x')}"
    if layer.name == "gru":
        which += f"; for the candidate, reset scales {letter('h')} first"
    return [
        *(rail if more else []),
        text(380, y + 23, how_many, largest(740, how_many, "t1", "t0")),
        text(380, y + 43, Markup(which), "t0"),
    ]


def _numbers(layer: Layer, short: bool = False) -> Markup:
    read = next(iter(layer.parts.values())).parts["W"].shape[0]
    return Markup(f"{symbol(read)} = {'' if short else f'{read.numbers} = '}{read:,} numbers")


# -- sketches: a box for each gate --------------------------------------------------------------

_MOST_CELLS = 8  # numbers that are drawn one by one
_TALL = 62  # of a gate


def _one_way_hollow(pen: Pen) -> Picture:
    """The cell as most books draw it: hollow gates over the joined numbers that all of them read."""
    layer = pen.layer
    plan, h, i = _PLANS[layer.name], size(layer, "h"), size(layer, "i")
    low, y = plan.bottom - 86, plan.bottom - 32  # of the gates; of what they read
    top, rail, first, last = low - _TALL, low + 20, plan.places[0], plan.places[-1]
    wide = 114 if len(plan.gates) > 1 else 160
    again = (375 - _long(h), y) if layer.name == "rnn" else (last - 60, top + 22)
    shapes = [
        plan.wires(plan.places, top, again),
        *(_gate(pen, name, Box(x - wide / 2, top, wide, _TALL)) for name, x in plan.gates.items()),
        line((380, y - 10), (380, rail), style="pc-flow"),
        line((first, rail), (last, rail), style="pc-flow"),
        *(flow((x, rail), (x, low + 3)) for x in plan.places),
        *(_parts(pen, name, x + 10, low + 15) for name, x in plan.gates.items()),
        _vector(378 - _long(h), y, h),
        _vector(382, y, i),
        text(366, y + 28, Markup(f"last output, {equals(h)}"), anchor="end"),
        text(394, y + 28, Markup(f"new input, {equals(i)}"), anchor="start"),
    ]
    return pen.picture(shapes, plan.bottom + 6, _hollow_in_words(layer))


def _both_ways_hollow(pen: Pen) -> Picture:
    """A frame of hollow gates for each direction, over the same input."""
    one = pen.layer.parts["forward"]
    plan, h, i = _PLANS[one.name], equals(size(one, "h")), equals(size(one, "i"))
    wide = 116 if len(plan.gates) > 1 else 160
    start = 398 - (122 * (len(plan.gates) - 1) + wide) / 2
    shapes = [
        text(46, 66, "input", "t0"),
        rect(34, 82, 24, 120, "pc-hollow"),
        inside(46, 226, i),
        text(714, 66, "outputs", "t0"),
    ]
    for way, y, head, end, out in (("forward", 74, 264, 314, 114), ("backward", 222, 314, 264, 182)):
        direction = pen.part(way)
        shapes += [
            stroke(f"M60 148C104 148 96 {y} 140 {y}", arrow=True),
            rect(144, y - 68, 508, 136, "pc-faintb", 12),
            text(162, y - 46, way, anchor="start"),
            flow((head, y - 51), (end, y - 51)),
            _subtotal(pen, one, 634, y - 46),
            *(
                _gate(direction, name, Box(start + 122 * k, y - 34, wide, _TALL + 6))
                for k, name in enumerate(plan.gates)
            ),
            text(398, y + 56, Markup(f"reads the input and its last output, {h}"), "t0"),
            stroke(f"M654 {y}C682 {y} 670 {out} 698 {out}", arrow=True),
            rect(702, out - 30, 24, 60, "pc-hollow"),
        ]
    both = f"{title(pen.layer)} {title(one)}"
    return pen.picture(shapes, 298, f"Forward and backward. {_hollow_in_words(one)}", called=both)


def row(pen: Pen, box: Box) -> str:
    """A layer as one of several in a sketch: its gates, and for two directions a row for each."""
    if pen.layer.name != "bidirectional":
        return "".join(_row_of_gates(pen, box))
    high, shapes = (box.high - 6) / 2, []
    for way, top, head, end in (("forward", box.top, 4, 34), ("backward", box.bottom - high, 34, 4)):
        shapes.append(flow((box.left + head, top + high / 2), (box.left + end, top + high / 2)))
        shapes += _row_of_gates(pen.part(way), Box(box.left + 48, top, box.wide - 48, high))
    return "".join(shapes)


def row_high(layer: Layer) -> float:
    """How high it is drawn as one of several."""
    return 122 if layer.name == "bidirectional" else _TALL


def _row_of_gates(pen: Pen, box: Box) -> list[str]:
    gates = _PLANS[pen.layer.name].gates
    pitch = (box.wide + 8) / max(2, len(gates))
    return [
        _gate(pen, name, Box(box.left + k * pitch, box.top, pitch - 8, box.high))
        for k, name in enumerate(gates)
    ]


def _gate(pen: Pen, name: str, box: Box) -> str:
    """One gate; its columns for h stand apart from those for i."""
    sizes = pen.layer.sizes["h"], pen.layer.sizes["i"]
    return tile(pen, box, called(name), pen.account.below((name,)), parts=sizes)


def _parts(pen: Pen, name: str, x, y) -> str:
    """`10 + 2`: the weights and the biases of a gate, once they are counted right."""
    if not pen.right:
        return ""
    dense = pen.layer.parts[name]
    both = " + ".join(f"{part.count:,}" for part in dense.parts.values())
    words = fit(min(140, WIDTH - x), both, f"{dense.count:,}", "", style="t0")
    return text(x, y, words, "t0", "start") if words else ""


def _subtotal(pen: Pen, one: Layer, x, y) -> str:
    return text(x, y, f"{one.count:,}", "t2", "end") if pen.right else ""


def _long(count: int) -> float:
    """How long a row of numbers is drawn: a cell for each, or one shape for many."""
    return 22 * count if count <= _MOST_CELLS else 160


def _vector(x, y, count: int) -> str:
    return numbers(x, y - 10, _long(count), 20, count if count <= _MOST_CELLS else 1)


def _hollow_in_words(layer: Layer) -> str:
    gates, h, i = ", ".join(map(called, layer.parts)), layer.sizes["h"], layer.sizes["i"]
    return f"At each step the last output, h = {h:,}, and the new input, i = {i:,}, go into: {gates}."
