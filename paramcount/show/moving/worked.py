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
_SAID = (
    "1. Each word, times what is trained, gives a query, a key and a value.",
    "2. Each query meets every key: multiplied place by place, and added.",
    "3. Divided by √2, and by softmax, each row becomes shares that add up to 1.",
    "4. The shares mix the values. For cat: 0.20 × 2 + 0.40 × 0 + 0.40 × 2 = 1.20.",
    "5. What is mixed, times what is trained, gives the new words.",
)
_STEPS = {"queries": 1, "keys": 1, "values": 1, "products": 2, "shares": 3, "sum": 4, "new words": 5}


@dataclass(frozen=True)
class _Plan:
    """Where each table begins, and each trained square; arrows from point to point with their step."""

    tables: dict[str, tuple[float, float]]
    trained: dict[str, tuple[float, float]]
    arrows: list[tuple[int, list[tuple[float, float]]]]
    notes: dict[tuple[float, float], tuple[int, str]]
    high: float


_WIDE = _Plan(
    {"words": (50, 150), "queries": (300, 40), "keys": (300, 160), "values": (300, 280),
     "products": (480, 100), "shares": (626, 100), "sum": (480, 300), "new words": (672, 300)},
    {"Q": (196, 54), "K": (196, 174), "V": (196, 294), "O": (582, 314)},
    [(1, [(134, 180), (160, 180), (160, 82), (190, 82)]), (1, [(134, 192), (190, 202)]),
     (1, [(134, 206), (160, 206), (160, 322), (190, 322)]),
     (1, [(280, 82), (296, 82)]), (1, [(280, 202), (296, 202)]), (1, [(280, 322), (296, 322)]),
     (2, [(384, 82), (430, 82), (430, 134), (474, 134)]), (2, [(384, 202), (430, 202), (430, 150), (474, 150)]),
     (3, [(604, 142), (620, 142)]),
     (4, [(384, 342), (474, 342)]), (4, [(686, 216), (686, 260), (520, 260), (520, 280)]),
     (5, [(564, 342), (578, 342)]), (5, [(664, 342), (668, 342)])],
    {(610, 92): (3, ""), (384, 380): (4, "0.20 × 2 + 0.40 × 0 + 0.40 × 2 = 1.20")},
    446,
)  # fmt: skip
_NARROW = _Plan(
    {"words": (40, 30), "queries": (234, 150), "keys": (234, 264), "values": (234, 378),
     "products": (40, 512), "shares": (204, 512), "sum": (40, 646), "new words": (234, 646)},
    {"Q": (100, 164), "K": (100, 278), "V": (100, 392), "O": (140, 660)},
    [(1, [(70, 118), (70, 192), (96, 192)]), (1, [(60, 118), (60, 306), (96, 306)]),
     (1, [(50, 118), (50, 420), (96, 420)]),
     (1, [(186, 192), (230, 192)]), (1, [(186, 306), (230, 306)]), (1, [(186, 420), (230, 420)]),
     (3, [(164, 554), (200, 554)]), (5, [(122, 688), (136, 688)]), (5, [(222, 688), (230, 688)])],
    {(40, 750): (4, "0.20 × 2 + 0.40 × 0 + 0.40 × 2 = 1.20")},
    800,
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
    for (x, y), (step, words) in plan.notes.items():
        if words:
            shapes.append(since(step, text(x, y + 22, words, "t0", "start")))
    wide = plan is _WIDE
    x, y = (14, plan.high - 26) if wide else (6, plan.high - 14)
    shapes.append(
        text(
            x,
            y,
            "4 × (2 × 2) = 16 trained; all else is worked out: 0 parameters",
            "t1" if wide else "t0",
            "start",
        )
    )
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
    every = name == "keys" or name == "values"
    for r, row in enumerate(table):
        followed = every or r == _FOLLOWED
        style = "pc-hollow" if followed else "pc-faintb"
        for c, number in enumerate(row):
            shapes.append(rect(x + _CELL * c, y + _ROW * r, _CELL, _ROW, style))
            said = f"{number:g}" if float(number).is_integer() else f"{number:.2f}"
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
