"""Attention: four square blocks of weights, and an operation in the middle that trains nothing."""

from __future__ import annotations

from textwrap import wrap

from ...dims import Dim
from .heads import MOST, THIN, cuts, sliced
from .pen import Pen, size
from .shapes import FEW, matrix, vector
from .svg import SLIM, Picture, flow, group, hit, inside, line, lines, operation, rect, stroke, text
from .tiles import Box, tile
from .words import Markup, equals, fit, largest, letter, plural, room, symbol

_SQUARE, _OPENED = 90, 8  # heads that are opened beside where slices are too thin to be told apart
_LEFT, _RIGHT, _BOX = 127, 565, 312  # the left of the blocks, and that of the operation
_COUNTED, _HOLLOW = (236, 150), (162, 104)  # heights: the middle, and from a block to the next
_PLACES = {"query": (_LEFT, -1), "key": (_LEFT, 0), "value": (_LEFT, 1), "output": (_RIGHT, 0)}


def draw(pen: Pen) -> Picture:
    """Queries, keys and values on the left, the operation, and the output; or the operation alone."""
    if pen.layer.name == "scaled_dot_product":
        return _operation_alone(pen)
    x, heads = size(pen.layer, "x"), pen.layer.sizes["heads"]
    middle, pitch = pen.either(_COUNTED, _HOLLOW)
    block = _block if pen.filled else _hollow
    blocks = [block(pen, name, left, middle + slot * pitch) for name, (left, slot) in _PLACES.items()]
    return pen.picture(
        [
            *_flows(heads, middle, pitch),
            *_vectors(x, heads, middle),
            *_box(pen, heads, middle),
            *blocks,
            *(
                _opened(pen, heads, middle - pitch)
                if pen.filled and _SQUARE / heads < THIN and x > FEW
                else []
            ),
            _caption(x, heads, _BOX, middle + 122) if pen.filled else "",
        ],
        height=pen.either(458, 326),
        alt=_in_words(pen),
        reading="Four square blocks of weights. Heads only share them out.",
        slim=_slim(pen, x, heads) if pen.filled else None,
    )


def _slim(pen: Pen, x: Dim, heads) -> tuple[str, float]:
    """For a narrow panel, from above: three blocks beside each other, the operation, the output."""
    across, middle, last, sheets = SLIM / 2, 278, 466, 4 * (min(heads, 5) - 1)
    shapes = [
        text(2, 14, fit(SLIM, Markup(f"each word: {equals(x)}"), equals(x), style="t0"), "t0", "start"),
        *(_block(pen, name, 2 + 116 * k, 111, 112) for k, name in enumerate(("query", "key", "value"))),
        *_box(pen, heads, middle, across - 79, named=False),
        flow((across, middle + 70), (across, last - 92)),
        text(across + 12, middle + 88, _how_many(heads, 158), anchor="start"),
        _block(pen, "output", across - _SQUARE / 2, last, 170),
        flow((across, last + 66), (across, last + 92)),
        _caption(x, heads, 2, last + 118, SLIM - 4),
    ]
    for k in (-1, 0, 1):
        start, end = 47 + 116 * (k + 1), across + 44 * k
        path = f"M{start} 176C{start} 190 {end} 176 {end} {middle - 70 - sheets}"
        shapes.append(stroke(path, arrow=True))
    return "".join(shapes), last + 256


def _in_words(pen: Pen) -> str:
    layer = pen.layer
    x, heads, one = layer.sizes["x"], plural(layer.sizes["heads"], "head"), layer.parts["query"].count
    if pen.filled:
        four = f"Four dense layers, {', '.join(layer.parts)}, each {one.numbers} = {one:,}."
        return f"{four} {heads}: 0 parameters more."
    word = f"Each word, x = {x:,} numbers, goes into query, key and value"
    return f"{word}; from there into scaled dot-product attention with {heads}; from there into output."


# -- a dense layer ------------------------------------------------------------------------------


def _hollow(pen: Pen, name: str, left, middle) -> str:
    """A box, and under it its counts once they are right."""
    dense, high = pen.layer.parts[name], 76
    shape = tile(pen, Box(left, middle - high / 2, _SQUARE, high), name, pen.account.below((name,)))
    if not pen.right:
        return shape
    words = " + ".join(f"{part.count:,}" for part in dense.parts.values())
    words = fit(146, words, f"{dense.count:,}", style="t0")
    return shape + inside(left + _SQUARE / 2, middle + high / 2 + 16, words, "t0 halo")


def _block(pen: Pen, name: str, left, middle, wide=126) -> str:
    """A square, with its name and shape above and its biases below. wide: the room for its words."""
    dense, heads, top = pen.layer.parts[name], pen.layer.sizes["heads"], middle - _SQUARE / 2
    W, x = dense.parts["W"].count, dense.sizes["i"]
    weights = pen.weights(
        (name, "W"),
        name,
        text(left, top - 25, Markup(f"{name} {letter('W')}"), "t1 ci", "start"),
        text(left, top - 8, fit(wide, W.numbers, symbol(W), style="t0"), "t0 ci", "start"),
        hit(left, top, _SQUARE, _SQUARE),
        sliced(left, top, matrix(x, x, _SQUARE / x, x <= FEW), heads, across=name != "output"),
    )
    if "b" not in dense.parts:
        return weights
    side, y, colour = _SQUARE / x, top + _SQUARE + 11, pen.marks[name, "b"].colour
    middle, radius = left + _SQUARE / 2, min(5.0, 0.36 * side)
    dots = vector(middle, y, x, side, radius, (_SQUARE, 10), colour, x <= FEW)
    glyph = text(left + _SQUARE + 8, y + 5, letter("b"), "t1 ci", "start")
    return weights + pen.biases((name, "b"), name, dots, glyph)


def _opened(pen: Pen, heads, middle) -> list[str]:
    """The first few slices of the query beside it, wide enough to be told apart."""
    left, top, right, up = _BOX + 20, middle - _SQUARE / 2, _LEFT + _SQUARE, 12
    edges = [line((right + 2, y), (left - 3, y - up), style="pc-lens") for y in (top, top + _SQUARE)]
    top -= up
    return [
        *edges,
        group(
            f"c-{pen.marks['query', 'W'].colour}",
            rect(left, top, _SQUARE, _SQUARE, "pc-tint"),
            rect(left, top, _SQUARE / _OPENED, _SQUARE, "pc-solid"),
            cuts(left, top, _SQUARE, _SQUARE, _OPENED, "pc-slice"),
        ),
        text(left, top - 8, f"heads 1 to {_OPENED} of the query, wider", "t0", "start"),
    ]


# -- what flows, and the operation --------------------------------------------------------------


def _flows(heads, middle, pitch) -> list[str]:
    """Arrows from the input to the three blocks, on to the operation, and out through the fourth."""
    start, right, shapes = 66, _LEFT + _SQUARE + 6, []
    for slot in (-1, 0, 1):
        y, end = middle + slot * pitch, middle + slot * 44
        shapes += [
            stroke(f"M{start} {middle}C{start + 36} {middle} {start + 18} {y} {_LEFT - 5} {y}", arrow=True),
            stroke(f"M{right} {y}C{right + 50} {y} {right + 34} {end} {_BOX - 4} {end}", arrow=True),
        ]
    sheets = 4 * min(heads, 5)
    for left, right in ((_BOX + 158 + sheets, 500), (_RIGHT - 36, _RIGHT - 5), (_RIGHT + _SQUARE + 6, 708)):
        shapes.append(flow((left, middle), (right, middle)))
    return shapes


def _vectors(x: Dim, heads, middle) -> list[str]:
    """The numbers of one word on their way: at the input, joined from the heads, and at the output."""
    top, bottom, high, slices = middle - 60, middle + 60, 120, min(heads, 8)
    steps = [f"M503 {top + k * high / slices:.1f}h24" for k in range(1, slices)]
    return [
        *(rect(left, top, 24, high, "pc-hollow") for left in (38, 503, 712)),
        stroke("".join(steps), "pc-hollow"),
        inside(50, top - 12, "input", "t0"),
        inside(515, top - 12, "joined", "t0"),
        inside(724, top - 12, "output", "t0"),
        inside(50, bottom + 22, equals(x), "t1 halo"),
        inside(724, bottom + 22, equals(x), "t1 halo"),
        text(50, bottom + 40, "per word", "t0 halo"),
    ]


def _box(pen: Pen, heads, height, x=_BOX, named=True) -> list[str]:
    """The operation, one dashed sheet a head; in a sketch it does not say what it trains."""
    sheets, middle = min(heads, 5), x + 79
    y, closer = height - 66, pen.either(0, 12)
    formula = Markup(f"softmax({letter('QK')}ᵀ ÷ √{letter('d')}) {letter('V')}")
    return [
        *(rect(x + 4 * k, y - 4 * k, 158, 132, "pc-zero", 4) for k in range(sheets - 1, -1, -1)),
        text(middle + 10, y - 28, _how_many(heads, 214)) if named else "",
        text(middle, y + 30 + closer, "scaled dot-product"),
        text(middle, y + 49 + closer, "attention"),
        text(middle, y + 82, "0 parameters", "t2") if pen.filled else "",
        text(middle, y + 112 - closer, formula, "t0"),
    ]


def _how_many(heads, most) -> str:
    return fit(most, f"{heads:,} heads, side by side", f"{heads:,} heads") if heads > 1 else "1 head"


def _caption(x: Dim, heads, left, y, most=446) -> str:
    words = ["One head: each square is used whole.", "More heads would cut it, and move no weights."]
    if heads > 1:
        solid = "; the first is solid" if heads <= MOST else ", too thin to be drawn"
        first = "" if x <= FEW else solid
        wide = Markup(f"each {letter('d')} = {x:,} ÷ {heads:,} = {x // heads:,} wide")
        words = [
            f"Each square is cut into {heads:,} slices,",
            fit(most, Markup(f"{wide}{first}."), Markup(f"{wide}."), style="t0"),
            "Cutting moves no weights in or out:",
            "any number of heads gives the same count.",
        ]
    style = largest(most, max(words, key=room), "t1", "t0")
    longest = int(most / room("n", style))
    words = [part for line in words for part in (wrap(line, longest) if room(line, style) > most else [line])]
    return lines(left, y, *words, step=22, style=style)


# -- the operation alone ------------------------------------------------------------------------

_STEPS = {
    190: Markup(f"{letter('Q')} × {letter('K')}ᵀ"),
    330: Markup(f"÷ √{letter('d')}"),
    460: "softmax",
    592: Markup(f"× {letter('V')}"),
}
_GIVEN = {
    "Q": [(80, 40), (110, 40), (110, 76), (138, 76)],
    "K": [(80, 120), (110, 120), (110, 84), (138, 84)],
    "V": [(80, 170), (592, 170), (592, 97)],
}


def _operation_alone(pen: Pen) -> Picture:
    """Queries, keys and values in, one operation after the other, no parameters anywhere."""
    shapes = []
    for x, after in zip(_STEPS, [*_STEPS, 758][1:], strict=True):
        shapes += [flow((x, 80), (after - 52, 80)), operation(x, 80, _STEPS[x], 96)]
    for name, points in _GIVEN.items():
        _, y = points[0]
        shapes += [rect(40, y - 15, 36, 30, "pc-hollow"), text(58, y + 5, letter(name)), flow(*points)]
    shapes += [rect(710, 65, 36, 30, "pc-hollow"), inside(728, 118, "output", "t0")]
    x, steps = size(pen.layer, "x"), "Queries times keys, divided, softmax, times values"
    if not pen.filled:
        shapes.append(text(330, 216, Markup(f"each word: {equals(x)}")))
        shapes.append(text(592, 216, "0 parameters", "t2") if pen.right else "")
        return pen.picture(shapes, 230, f"{steps}. Each word: x = {x:,}.")
    whatever = Markup(f"whatever the size, here {equals(x)}")
    slim = _operation_slim(whatever)
    shapes += [text(380, 222, "0 parameters", "t2"), text(380, 246, whatever, "t0")]
    reading = "It multiplies what it is given. Nothing here is learned."
    return pen.picture(shapes, 260, f"{steps}:", reading, total="0 parameters.", slim=slim)


def _operation_slim(whatever: str) -> tuple[str, float]:
    """The same for a narrow panel, from above."""
    x, shapes = SLIM / 2, []
    for k, words in enumerate(_STEPS.values()):
        y = 40 + 62 * k
        shapes += [operation(x, y, words, 96), flow((x, y + 14), (x, y + 45))]
    for name, y, end in (("Q", 22, 34), ("K", 60, 46), ("V", 226, 226)):
        shapes += [rect(30, y - 15, 36, 30, "pc-hollow"), text(48, y + 5, letter(name))]
        shapes.append(flow((70, y), (94, y), (94, end), (x - 52, end)))
    shapes += [rect(x - 18, 275, 36, 30, "pc-hollow"), text(x + 28, 295, "output", "t0", "start")]
    shapes += [text(x, 336, "0 parameters", "t2"), text(x, 360, whatever, "t0")]
    return "".join(shapes), 374
