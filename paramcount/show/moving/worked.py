"""Attention worked once: three words of two numbers, one head, no biases."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ...core import Layer
from ..pictures.svg import Picture, flow, group, rect, text
from ..pictures.words import letter
from .step import Moving, since

Table = Sequence[Sequence[float]]

WORDS = ("the", "cat", "sat")
_FOLLOWED = 1  # the row that is followed, "cat": none of its numbers changes when two decimals are shown
GIVEN: Table = ((1, 0), (0, 1), (1, 1))
TRAINED: dict[str, Table] = {
    "Q": ((1, 1), (0, 1)),
    "K": ((1, 0), (1, 1)),
    "V": ((2, 0), (0, 1)),
    "O": ((1, 1), (0, 1)),
}


def can_be(layer: Layer) -> bool:
    """Whether it is attention of one head over two numbers, without biases."""
    sizes = layer.sizes
    return layer.name == "attention" and (sizes["x"], sizes["heads"], sizes["bias"]) == (2, 1, False)


# -- the numbers --------------------------------------------------------------------------------


def times(a: Table, b: Table) -> list[list[float]]:
    """The product of two matrices."""
    return [
        [sum(x * y for x, y in zip(row, column, strict=True)) for column in zip(*b, strict=True)] for row in a
    ]


def softmax(row: Sequence[float]) -> list[float]:
    """Shares that add up to 1."""
    powers = [math.exp(x) for x in row]
    return [power / sum(powers) for power in powers]


def worked() -> dict[str, Table]:
    """Every table of the picture, by its name."""
    q, k, v = (times(GIVEN, TRAINED[name]) for name in "QKV")
    products = times(q, [*zip(*k, strict=True)])
    shares = [softmax([product / math.sqrt(2) for product in row]) for row in products]
    mixed = times(shares, v)
    return {
        "words": GIVEN,
        "queries": q,
        "keys": k,
        "values": v,
        "products": products,
        "shares": shares,
        "sum": mixed,
        "new words": times(mixed, TRAINED["O"]),
    }


# -- the drawing --------------------------------------------------------------------------------

_CELL, _ROW = 40, 28  # of a number
_TRAINED, _WORKED = "4 × (2 × 2) = 16 trained", "all else is worked out: 0 parameters"
_SUM = "0.20 × 2 + 0.40 × 0 + 0.40 × 2 = 1.20"
_SAID = (
    "1. Each word, times what is trained, gives a query, a key and a value.",
    "2. Each query meets every key: multiplied place by place, and added.",
    "3. Divided by √2, and by softmax, each row becomes shares that add up to 1.",
    f"4. The shares mix the values. For cat: {_SUM}.",
    "5. What is mixed, times what is trained, gives the new words.",
)
_STEPS = {"queries": 1, "keys": 1, "values": 1, "products": 2, "shares": 3, "sum": 4, "new words": 5}


@dataclass(frozen=True)
class _Plan:
    """Where each table begins, and each trained square; arrows and notes with the step they belong to."""

    tables: dict[str, tuple[float, float]]
    trained: dict[str, tuple[float, float]]
    arrows: list[tuple[int, list[tuple[float, float]]]]
    notes: list[tuple[int, float, float, str, str]]
    high: float


_WIDE = _Plan(
    {"words": (44, 150), "queries": (290, 40), "keys": (290, 160), "values": (290, 280),
     "products": (444, 100), "shares": (636, 100), "sum": (444, 300), "new words": (676, 300)},
    {"Q": (180, 54), "K": (180, 174), "V": (180, 294), "O": (566, 314)},
    [(1, [(128, 180), (146, 180), (146, 82), (162, 82)]),
     (1, [(128, 192), (146, 192), (146, 202), (162, 202)]),
     (1, [(128, 206), (138, 206), (138, 322), (162, 322)]),
     (1, [(264, 82), (286, 82)]), (1, [(264, 202), (286, 202)]), (1, [(264, 322), (286, 322)]),
     (2, [(374, 82), (404, 82), (404, 134), (438, 134)]),
     (2, [(374, 202), (404, 202), (404, 150), (438, 150)]),
     (3, [(568, 142), (630, 142)]),
     (4, [(374, 342), (438, 342)]), (4, [(696, 208), (696, 244), (484, 244), (484, 276)]),
     (5, [(528, 342), (546, 342)]), (5, [(650, 342), (670, 342)])],
    [(3, 598, 134, "÷ √2", "middle"), (3, 598, 160, "softmax", "middle"), (4, 444, 404, _SUM, "start"),
     (0, 8, 404, _TRAINED, "start"), (0, 8, 424, _WORKED, "start")],
    436,
)  # fmt: skip
_NARROW = _Plan(
    {"words": (40, 30), "queries": (244, 150), "keys": (244, 264), "values": (244, 378),
     "products": (8, 512), "shares": (214, 512), "sum": (4, 666), "new words": (260, 666)},
    {"Q": (110, 164), "K": (110, 278), "V": (110, 392), "O": (122, 680)},
    [(1, [(74, 118), (74, 192), (92, 192)]), (1, [(64, 118), (64, 306), (92, 306)]),
     (1, [(54, 118), (54, 420), (92, 420)]),
     (1, [(196, 192), (240, 192)]), (1, [(196, 306), (240, 306)]), (1, [(196, 420), (240, 420)]),
     (3, [(132, 554), (208, 554)]), (5, [(86, 708), (104, 708)]), (5, [(206, 708), (254, 708)])],
    [(3, 170, 546, "÷ √2", "middle"), (3, 170, 572, "softmax", "middle"), (4, 4, 774, _SUM, "start"),
     (0, 4, 804, _TRAINED, "start"), (0, 4, 824, _WORKED, "start")],
    836,
)  # fmt: skip


def draw(layer: Layer) -> Moving:
    tables = worked()
    bodies = [_body(plan, tables) for plan in (_WIDE, _NARROW)]
    picture = Picture(
        bodies[0],
        _WIDE.high,
        "Attention, worked once",
        "Three words of two numbers, one head, no biases; followed is cat. " + " ".join(_SAID)
        + " Four squares of 2 × 2 = 4 weights are trained: 16 parameters. All else is worked out.",
        "Filled is trained, hollow is worked out. Follow cat. Two decimals are shown.",
        (bodies[1], _NARROW.high),
    )  # fmt: skip
    return Moving(picture, _SAID, "step", 3200)


def _body(plan: _Plan, tables: dict[str, Table]) -> str:
    shapes = [since(step, flow(*points)) for step, points in plan.arrows]
    for name, (x, y) in plan.trained.items():
        shapes.append(_square(x, y, name))
    for name, (x, y) in plan.tables.items():
        drawn = _table(x, y, name, tables[name])
        shapes.append(since(_STEPS[name], drawn) if name in _STEPS else drawn)
    for step, x, y, words, anchor in plan.notes:
        note = text(x, y, words, "t0", anchor)
        shapes.append(since(step, note) if step else note)
    return "".join(shapes)


def _square(x, y, name: str) -> str:
    """A trained matrix: filled, with its numbers."""
    cells = []
    for r, row in enumerate(TRAINED[name]):
        for c, number in enumerate(row):
            left, top = x + 22 + 28 * c, y + 28 * r
            cells.append(rect(left, top, 26, 26, "pc-cell", 2))
            cells.append(text(left + 13, top + 18, f"{number:g}", "pc-on"))
    glyph = text(x + 16, y + 33, letter("W", name), "t1 ci", "end")
    return group("c-w", glyph, *cells)


def _table(x, y, name: str, table: Table) -> str:
    """Numbers that are worked out, a row for each word; the row that is followed stands out."""
    shapes = [text(x, y - 8, name, "t0", "start")]
    every = name in ("keys", "values")
    whole = all(float(number).is_integer() for row in table for number in row)
    for r, row in enumerate(table):
        followed = every or r == _FOLLOWED
        style = "pc-hollow" if followed else "pc-faintb"
        for c, number in enumerate(row):
            shapes.append(rect(x + _CELL * c, y + _ROW * r, _CELL, _ROW, style))
            said = f"{number:g}" if whole else f"{number:.2f}"
            kind = "t1" if followed else "t0"
            shapes.append(text(x + _CELL * (c + 0.5), y + _ROW * r + 19, said, kind))
    if name in ("words", "products", "shares"):
        beside = name == "words"
        for r, word in enumerate(WORDS):
            place = (
                (x - 8, y + _ROW * r + 19, word, "t0", "end")
                if beside
                else (x + _CELL * (r + 0.5), y + 3 * _ROW + 16, word, "t0")
            )
            shapes.append(text(*place))
    return "".join(shapes)
