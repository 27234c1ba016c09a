"""Grouped-query attention: its matrices on one scale, so that keys and values are as narrow as they are."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from ...dims import Dim
from .heads import MOST, sliced
from .pen import Pen, size
from .shapes import FEW, Matrix, matrix
from .svg import SLIM, Picture, hatched, hit, lines, rect, side_bracket, text
from .tiles import Box, tile
from .words import Markup, equals, fit, largest, letter, plural, room

_MATRICES = ("query", "key", "value", "output")
_WIDE, _GAP, _ANSWERED = 752, 12, 68  # of a sketch, between its boxes, and the most of a matrix in them
_LEFT, _TOP, _LARGEST = 111, 66, 144  # where they begin, and the most of a side
_LEAST, _APART, _WORDS = (3.0, 3.0), 22, 124  # the least that can be seen, from one to the next, for words
_PILLS, _COUNTS, _CAPTION = 12, 214, 338  # from a matrix to its biases, and to its counts; a height


def draw(pen: Pen) -> Picture:
    """Query, key, value and output side by side, cut into heads; a sketch has a box for each."""
    if not pen.filled:
        return _hollow(pen)
    x, heads, shared = (size(pen.layer, name) for name in ("x", "heads", "kv_heads"))
    shapes, left = [], _LEFT
    for name in _MATRICES:
        wide, drawn = _matrix(pen, name, left, _TOP)
        shapes += drawn
        left += max(wide, _WORDS) + _APART
    tall = int(x) * _unit(pen)
    label = fit(_LEFT - 24, equals(x), letter("x"))
    shapes += [
        side_bracket(_LEFT - 6, _TOP, _TOP + tall),
        text(_LEFT - 18, _TOP + tall / 2 + 5, label, anchor="end"),
        _caption(heads, shared, 12, _CAPTION, 740),
    ]
    each = "; ".join(f"{name} {pen.layer.parts[name].parts['W'].count.numbers}" for name in _MATRICES)
    return pen.picture(
        shapes,
        height=392,
        alt=f"{_said(heads, shared)} On one scale: {each}.",
        reading="All four on one scale: keys and values are narrower, as their heads are fewer.",
        slim=_slim(pen, heads, shared),
    )


def _slim(pen: Pen, heads: Dim, shared: Dim) -> tuple[str, float]:
    """For a narrow panel: two beside each other, twice."""
    shapes = []
    for k, name in enumerate(_MATRICES):
        _, drawn = _matrix(pen, name, 2 + 176 * (k % 2), _TOP + 284 * (k // 2))
        shapes += drawn
    x = size(pen.layer, "x")
    shapes.append(text(2, 18, fit(SLIM, Markup(f"each word: {equals(x)}"), style="t0"), "t0", "start"))
    return "".join([*shapes, _caption(heads, shared, 2, 622, SLIM - 4)]), 752


def _hollow(pen: Pen) -> Picture:
    """A box for each part, all of one size while it is asked; then what is in them, on one scale."""
    layer, wide = pen.layer, (_WIDE + _GAP) / len(pen.layer.parts) - _GAP
    leaves = {name: pen.account.below((name,)) for name in layer.parts}
    boxes = {name: Box(4 + k * (wide + _GAP), 40, wide, 110) for k, name in enumerate(leaves)}
    unit = min(_ANSWERED, wide - 16) / max(map(int, layer.parts["query"].parts["W"].shape))
    given = [size(layer, name) for name in ("x", "heads", "kv_heads", "d") if layer.sizes[name]]
    counts = {name: fit(wide + 8, f"{part.count:,}", "", style="t0") for name, part in layer.parts.items()}
    words = Markup(" · ".join(map(equals, given)))
    return pen.picture(
        [
            text(380, 20, words, largest(740, words, "t1", "t0")),
            *(tile(pen, box, name, [] if name in _MATRICES else leaves[name]) for name, box in boxes.items()),
            *(_answered(pen, name, boxes[name], unit) for name in _MATRICES if pen.answered),
            *(text(box.x, box.bottom + 18, counts[name], "t0") for name, box in boxes.items() if pen.right),
        ],
        height=176,
        alt=f"{', '.join(layer.parts)}; {', '.join(f'{each.name} = {each:,}' for each in given)}.",
    )


def _answered(pen: Pen, name: str, box: Box, unit: float) -> str:
    """The weights in their box, the same way round as in the panel, and under them the biases."""
    tensors = pen.layer.parts[name].parts
    block = _weights(pen, name, unit)
    left, top = box.x - block.wide / 2, box.top + 24
    edge = block.edge
    around = rect(left, top, block.wide - edge, block.high - edge, "pc-missing")
    shapes = pen.answer((name, "W"), block.at(left, top), around)
    if "b" in tensors:
        place = left, top + block.high + 3, block.wide, 8
        pill = hatched(*place, pen.marks[name, "b"].colour)
        shapes += pen.answer((name, "b"), pill, rect(*place, "pc-missing", 4))
    return shapes


def _weights(pen: Pen, name: str, unit: float) -> Matrix:
    """The weights of a part: a row for each number that it reads, a column for each that it gives."""
    rows, columns = map(int, pen.layer.parts[name].parts["W"].shape)
    few = max(map(int, pen.layer.parts["query"].parts["W"].shape)) <= FEW
    return matrix(columns, rows, unit, few, _LEAST)


def _unit(pen: Pen) -> float:
    """The side of one weight, the same in all four."""
    W = pen.layer.parts["query"].parts["W"]
    return _LARGEST / max(map(int, W.shape))


def _matrix(pen: Pen, name: str, left: float, top: float) -> tuple[float, list[str]]:
    """How wide it is, and its weights with what stands below them."""
    dense, layer, unit = pen.layer.parts[name], pen.layer, _unit(pen)
    W, block = dense.parts["W"].count, _weights(pen, name, unit)
    heads, shared = layer.sizes["heads"], layer.sizes["kv_heads"]
    of_keys = name in ("key", "value")
    shape = sliced(
        left,
        top,
        block,
        shared if of_keys else heads,
        across=name != "output",
        solid=1 if of_keys else heads // shared,
    )
    wide = max(block.wide, _WORDS)
    count, shape_said = f"{W:,}", f"{block.rows:,} × {block.columns:,}"
    style = largest(wide, count, "t2", "t1", "t0")
    weights = pen.weights(
        (name, "W"),
        name,
        text(left, top - 14, Markup(f"{name} {letter('W')}"), "t1 ci", "start"),
        hit(left, top, block.wide, block.high),
        shape,
        text(left, top + _COUNTS, fit(wide, count, "", style=style), f"{style} ci", "start"),
        text(
            left,
            top + _COUNTS + 20,
            fit(wide, shape_said, "", style="t0"),
            "t0 ci",
            "start",
        ),
    )
    return block.wide, [weights, *_pills(pen, name, left, top, block)]


def _pills(pen: Pen, name: str, left, top, block: Matrix) -> Iterator[str]:
    """Below the weights the biases, and a norm, which is as wide as one head."""
    layer, y = pen.layer, top + block.high + _PILLS
    if "b" in layer.parts[name].parts:
        pill = hatched(left, y - 5, block.wide, 10, pen.marks[name, "b"].colour)
        glyph = text(left + block.wide + 6, y + 4, letter("b"), "t1 ci", "start")
        yield pen.biases((name, "b"), name, pill, glyph)
    norm = f"{name} norm"
    if norm in layer.parts:
        count = pen.count((norm, "gain"))
        wide = max(8, int(count) * _unit(pen))
        pill = hatched(left, y + 12, wide, 10, pen.marks[norm, "gain"].colour)
        words = text(left + wide + 6, y + 21, "norm", "t0 ci", "start")
        yield pen.tensor((norm, "gain"), f"{norm}: {plural(count, 'gain')}", pill, words)


def _said(heads, shared) -> str:
    each = heads // shared
    keys = f"{plural(shared, 'key head')} and {plural(shared, 'value head')}"
    return f"{plural(heads, 'query head')}, {keys}: each key head serves {plural(each, 'query head')}."


def _caption(heads, shared, left, y, most) -> str:
    each = heads // shared
    first = f"query heads 1 to {each:,} share" if each > 1 else "query head 1 has"
    words = [_said(heads, shared)]
    if shared > 1 and heads <= MOST:
        words.append(f"Solid: {first} key head 1 and value head 1.")
    style = largest(most, words[0], "t1", "t0")
    words = [part for line in words for part in wrap(line, int(most / room("n", style)))]
    return lines(left, y, *words, step=22, style=style)
