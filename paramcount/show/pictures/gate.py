"""One gate of a recurrent layer: its weights as a block, its biases, and the vector that it reads."""

from __future__ import annotations

from dataclasses import dataclass

from ...core import Layer
from ...dims import Dim
from .svg import cells, dots, equals, group, hatched, hit, largest, letter, line, rect, room, text

_GAP = 4  # between the columns for h and those for i
_NAMES = {"state": "one dense layer", "candidate": "candidate"}


@dataclass(frozen=True)
class Block:
    """The weights of a gate as they are drawn: h columns and i columns, then a column of biases.

    side: of a cell; None where there are too many and rectangles stand for them.
    """

    side: float | None
    h: float
    i: float
    high: float
    wide: float
    most: float  # the room for the text above


def called(name: str) -> str:
    """What a gate is called: the candidate is none, nor is the one dense layer of an RNN."""
    return _NAMES.get(name, f"{name} gate")


def measured(layer: Layer, wide: float, tall: float) -> Block:
    """How large a gate of the layer is drawn, with wide × tall units for its weights."""
    h, i = layer.sizes["h"], layer.sizes["i"]
    bias, most = (20 if layer.sizes["bias"] else 0), 205 if wide > 150 else 153
    side = None
    if h + i <= 16 and h <= 12:
        side = min(36.0, wide / 5, wide / (h + i + 0.3), tall / h)
        sizes = h * side, i * side, h * side
    else:
        scale = min((wide - 8) / (h + i), tall / h)  # one for both sides, so the shape is true
        sizes = max(4.0, h * scale), max(4.0, i * scale), max(8.0, h * scale)
    return Block(side, *sizes, sizes[0] + _GAP + sizes[1] + bias, most)


def gate(x, bottom, block: Block, layer: Layer, path, mark, spelt: bool, named: bool = True) -> str:
    """Its name and counts, its weights and biases, and the vector under them. spelt: with the sizes."""
    dense = layer.parts[path[-1]]
    name = called(path[-1])
    left, top = x - block.wide / 2, bottom - block.high
    above, weights, biases = _counts(x, top - 14, dense, block.most)
    W = dense.parts["W"]
    made = [text(x, top - 35, name) if named else "", above]
    made.append(
        group(
            mark[(*path, "W")].style,
            hit(left - 2, top - 2, block.h + _GAP + block.i + 4, block.high + 4),
            _weights(left, top, block.h, block, layer.sizes["h"], layer.sizes["h"]),
            _weights(left + block.h + _GAP, top, block.i, block, layer.sizes["i"], layer.sizes["h"]),
            weights,
            label=f"{name}: {W.count.numbers} = {W.count:,} weights",
        )
    )
    if b := dense.parts.get("b"):
        style, place = mark[(*path, "b")], left + block.wide - 6
        label = f"{name}: {b.count:,} bias{'es' * (b.count > 1)}"
        glyph = text(place, bottom + 21, letter("b"), style="t1 ci")
        made.append(
            group(style.style, _biases(place, top, block, b, style.colour), glyph, biases, label=label)
        )
    return "".join(made) + _vector(left, bottom, block, layer, spelt)


def _weights(x, y, wide, block: Block, columns, rows) -> str:
    if block.side is None:
        return rect(x, y, wide, block.high, "pc-tint")
    return cells(x, y, columns, rows, block.side, _between(block))


def _between(block: Block) -> float:
    return min(2.0, block.side / 5)


def _biases(x, top, block: Block, b, colour) -> str:
    if block.side is None:
        return hatched(x - 6, top, 12, block.high, colour)
    return dots(x, top + block.side / 2, b.count, block.side, min(7.0, 0.36 * block.side))


def _counts(x, y, dense: Layer, most) -> tuple[str, str, str]:
    """`10 + 2`: the plus, the weights, the biases, each a text; or the sum alone, if that is too wide."""
    W, b = (f"{dense.parts[name].count:,}" if name in dense.parts else "" for name in "Wb")
    if not b:
        return "", text(x, y, W, style=f"{largest(most, W, 't1', 't0')} ci"), ""
    if room(f"{W} + {b}") > most:
        whole = f"{dense.count:,}"
        return text(x, y, whole, style=largest(most, whole, "t1", "t0")), "", ""
    plus = x + 4.3 * (len(W) - len(b))
    return (
        text(plus, y, "+"),
        text(plus - 9, y, W, style="t1 ci", anchor="end"),
        text(plus + 9, y, b, style="t1 ci", anchor="start"),
    )


def _vector(left, bottom, block: Block, layer: Layer, spelt: bool) -> str:
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
