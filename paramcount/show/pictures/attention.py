"""Attention: four square blocks of weights, and an operation in the middle that trains nothing."""

from __future__ import annotations

from ...core import Layer
from ...dims import Dim
from ...glossary import title
from ..account import Account, parameters
from .svg import (
    Markup,
    Picture,
    box,
    cells,
    dots,
    equals,
    fit,
    group,
    hatched,
    hit,
    inside,
    largest,
    letter,
    line,
    operation,
    rect,
    room,
    stroke,
    symbol,
    text,
)

_SQUARE, _MOST_CELLS, _MOST_SLICES = 90, 12, 24
_LEFT, _RIGHT, _MIDDLE, _PITCH = 127, 565, 240, 154
_SKETCHED = 158, 98  # the same two heights where nothing is counted
_BOX = 312  # the left of the operation
_PLACES = {"query": (_LEFT, -1), "key": (_LEFT, 0), "value": (_LEFT, 1), "output": (_RIGHT, 0)}


def draw(account: Account) -> Picture:
    """Queries, keys and values on the left, the operation, and the output; or the operation alone."""
    layer, mark = account.layer, account.marks
    if layer.name == "scaled_dot_product":
        return _operation_alone(layer)
    x, heads = Dim(layer.sizes["x"], "x"), layer.sizes["heads"]
    squares = (
        _dense(name, part, left, _MIDDLE + slot * _PITCH, heads, mark)
        for (name, part), (left, slot) in zip(layer.parts.items(), _PLACES.values(), strict=True)
    )
    return Picture(
        body=_flows(heads, _MIDDLE, _PITCH)
        + _vectors(x, heads, _MIDDLE)
        + _box(heads, _MIDDLE, "0 parameters")
        + "".join(squares)
        + _caption(x, heads),
        height=472,
        title=title(layer),
        alt=_in_words(layer),
        reading="Four square blocks of weights. Heads only share them out.",
    )


def sketch(layer: Layer) -> Picture:
    """Four hollow boxes about the operation, or the operation alone."""
    if layer.name == "scaled_dot_product":
        return _operation_alone(layer, counted=False)
    x, heads, (middle, pitch) = Dim(layer.sizes["x"], "x"), layer.sizes["heads"], _SKETCHED
    boxes = (
        box(left + _SQUARE / 2, middle + slot * pitch, _SQUARE, 62, name)
        for name, (left, slot) in _PLACES.items()
    )
    return Picture(
        body=_flows(heads, middle, pitch) + _vectors(x, heads, middle) + _box(heads, middle) + "".join(boxes),
        height=316,
        title=title(layer),
        alt=f"Each word, x = {x:,} numbers, goes into query, key and value; from there into "
        f"scaled dot-product attention with {heads:,} head{'s' * (heads > 1)}; from there into output.",
    )


def _in_words(layer: Layer) -> str:
    one = layer.parts["query"].count
    heads = layer.sizes["heads"]
    return (
        f"Four dense layers, {', '.join(layer.parts)}, each {one.numbers} = {one:,}. "
        f"{heads:,} head{'s' * (heads > 1)}: 0 parameters more. "
        f"{layer.count.numbers} = {parameters(layer.count)}."
    )


# -- a dense layer ------------------------------------------------------------------------------


def _dense(name: str, part: Layer, left, middle, heads, mark) -> str:
    """A square, with its name and shape above and its biases below."""
    W, b, top = part.parts["W"], part.parts.get("b"), middle - _SQUARE / 2
    shape = fit(126, W.count.numbers, symbol(W.count), style="t0")
    made = group(
        mark[(name, "W")].style,
        text(left, top - 25, f"{name} ", letter("W"), style="t1 ci", anchor="start"),
        text(left, top - 8, shape, style="t0 ci", anchor="start"),
        hit(left, top, _SQUARE, _SQUARE),
        _square(left, top, W.shape[0], heads, across=name != "output"),
        label=f"{name}: {W.count.numbers} = {W.count:,} weights",
    )
    if b:
        label = f"{name}: {b.count:,} bias{'es' * (b.count > 1)}"
        glyph = text(left + _SQUARE + 8, top + _SQUARE + 16, letter("b"), style="t1 ci", anchor="start")
        style = mark[(name, "b")]
        made += group(
            style.style, _biases(left, top + _SQUARE + 11, b.count, style.colour), glyph, label=label
        )
    return made


def _square(x, y, size, heads, across: bool) -> str:
    """size × size weights, cut into slices of columns (or of rows): one slice a head, the first one dark."""
    if size <= _MOST_CELLS:
        side = _SQUARE / size
        grid = cells(x, y, size, size, side, min(2.0, side / 5))
        return grid + _cuts(x - 1, y - 1, heads, "pc-cut", across, min(4.0, 0.4 * side))
    made = rect(x, y, _SQUARE, _SQUARE, "pc-tint")
    if heads == 1:
        return made
    first = max(1.5, _SQUARE / heads)
    made += rect(x, y, first if across else _SQUARE, _SQUARE if across else first, "pc-solid")
    return made + (_cuts(x, y, heads, "pc-slice", across) if heads <= _MOST_SLICES else "")


def _cuts(x, y, heads, style, across: bool, width=None) -> str:
    places = [k * _SQUARE / heads for k in range(1, heads)]
    steps = (f"M{x + d:.1f} {y}v{_SQUARE}" if across else f"M{x} {y + d:.1f}h{_SQUARE}" for d in places)
    return stroke("".join(steps), style, width=width) if places else ""


def _biases(x, y, count, colour) -> str:
    if count > _MOST_CELLS:
        return hatched(x, y - 5, _SQUARE, 10, colour)
    side = _SQUARE / count
    return dots(x + side / 2, y, count, side, min(5.0, 0.36 * side), across=True)


# -- what flows, and the operation --------------------------------------------------------------


def _flows(heads, middle, pitch) -> str:
    """Arrows from the input to the three blocks, on to the operation, and out through the fourth."""
    start, right, made = 66, _LEFT + _SQUARE + 6, []
    for slot in (-1, 0, 1):
        y, end = middle + slot * pitch, middle + slot * 44
        made.append(f"M{start} {middle}C{start + 36} {middle} {start + 18} {y} {_LEFT - 5} {y}")
        made.append(f"M{right} {y}C{right + 50} {y} {right + 34} {end} {_BOX - 4} {end}")
    straight = ((_BOX + 158 + 4 * min(heads, 5), 500), (_RIGHT - 36, _RIGHT - 5), (_RIGHT + _SQUARE + 6, 708))
    return "".join(stroke(path, "pc-flow", arrow=True) for path in made) + "".join(
        line([(a, middle), (b, middle)], "pc-flow", arrow=True) for a, b in straight
    )


def _vectors(x: Dim, heads, middle) -> str:
    """The numbers of one word on their way: at the input, joined from the heads, and at the output."""
    top, bottom, high = middle - 60, middle + 60, 120
    made = [rect(left, top, 24, high, "pc-hollow") for left in (38, 503, 712)]
    slices = min(heads, 8)
    steps = [f"M503 {top + k * high / slices:.1f}h24" for k in range(1, slices)]
    made.append(stroke("".join(steps), "pc-hollow") if steps else "")
    for place, word in ((50, "input"), (515, "joined"), (724, "output")):
        made.append(text(inside(place, word, "t0"), top - 12, word, style="t0"))
    for place in (50, 724):
        made.append(text(inside(place, equals(x)), bottom + 22, equals(x), style="t1 halo"))
    return "".join(made) + text(50, bottom + 40, "per word", style="t0 halo")


def _box(heads, height, counted="") -> str:
    """The operation, one dashed sheet a head; counted: what it trains, left out of a sketch."""
    sheets, middle = min(heads, 5), _BOX + 79
    x, y, closer = _BOX, height - 66, 0 if counted else 12
    made = [rect(x + 4 * k, y - 4 * k, 158, 132, "pc-zero", 4) for k in range(sheets - 1, -1, -1)]
    words = fit(214, f"{heads:,} heads, side by side", f"{heads:,} heads") if heads > 1 else "1 head"
    formula = Markup(f"softmax({letter('QK')}ᵀ ÷ √{letter('d')}) {letter('V')}")
    return "".join(made) + "".join([
        text(middle + 10, y - 28, words),
        text(middle, y + 30 + closer, "scaled dot-product"), text(middle, y + 49 + closer, "attention"),
        text(middle, y + 82, counted, style="t2") if counted else "",
        text(middle, y + 112 - closer, formula, style="t0"),
    ])  # fmt: skip


def _caption(x: Dim, heads) -> str:
    lines = ["One head: each square is used whole.", "More heads would cut it, and move no weights."]
    if heads > 1:
        few = heads <= _MOST_SLICES
        dark = "" if x <= _MOST_CELLS else "; the first is solid" if few else "; the first is drawn"
        wide = f"each {letter('d')} = {x:,} ÷ {heads:,} = {x // heads:,} wide"
        lines = [
            f"Each square is cut into {heads:,} slices,",
            fit(446, Markup(f"{wide}{dark}."), Markup(f"{wide}."), style="t0"),
            "Cutting moves no weights in or out:",
            "any number of heads gives the same count.",
        ]
    style = largest(446, max(lines, key=room), "t1", "t0")
    return "".join(
        text(_BOX, _MIDDLE + 122 + 22 * k, words, style=style, anchor="start")
        for k, words in enumerate(lines)
    )


def _operation_alone(layer: Layer, counted: bool = True) -> Picture:
    """Queries, keys and values in, one operation after the other, no parameters anywhere."""
    made = []
    steps = ((190, Markup(f"{letter('Q')} × {letter('K')}ᵀ")), (330, Markup(f"÷ √{letter('d')}")))
    steps += ((460, "softmax"), (592, Markup(f"× {letter('V')}")))
    for (x, words), (after, _) in zip(steps, (*steps[1:], (758, "")), strict=True):
        made.append(line([(x, 80), (after - 52, 80)], "pc-flow", arrow=True))
        made.append(operation(x, 80, words, 96))
    for name, y, points in (
        ("Q", 40, [(80, 40), (110, 40), (110, 76), (138, 76)]),
        ("K", 120, [(80, 120), (110, 120), (110, 84), (138, 84)]),
        ("V", 170, [(80, 170), (592, 170), (592, 97)]),
    ):
        made.append(rect(40, y - 15, 36, 30, "pc-hollow") + text(58, y + 5, letter(name)))
        made.append(line(points, "pc-flow", arrow=True))
    size = Dim(layer.sizes["x"], "x")
    made.append(rect(710, 65, 36, 30, "pc-hollow"))
    made.append(text(inside(728, "output", "t0"), 118, "output", style="t0"))
    steps = "Queries times keys, divided, softmax, times values"
    if not counted:
        each = Markup(f"each word: {equals(size)}")
        made.append(text(330, 216, each))
        return Picture("".join(made), 230, title(layer), f"{steps}. Each word: x = {size:,}.")
    each = Markup(f"whatever the size, here {equals(size)}")
    made.append(text(380, 222, "0 parameters", style="t2") + text(380, 246, each, style="t0"))
    return Picture(
        body="".join(made),
        height=260,
        title=title(layer),
        alt=f"{steps}: 0 parameters.",
        reading="It multiplies what it is given. Nothing here is learned.",
    )
