"""Convolutions: a row of blocks for each filter, a block for each channel that it sees."""

from __future__ import annotations

from ...core import Layer, Tensor
from ...dims import Dim
from ...glossary import title
from ..account import Account, parameters
from .filters import Filters, X, Y, block, laid_out, not_seen, stacks
from .svg import (
    Markup,
    Picture,
    circle,
    equals,
    fit,
    group,
    hit,
    largest,
    line,
    rect,
    room,
    stroke,
    symbol,
    text,
)

_BIAS, _MAP = 606, 644  # where the biases and the maps stand
_INPUTS = {1: ("sequence", "length"), 2: ("image", "size"), 3: ("volume", "size")}


def draw(account: Account) -> Picture:
    """The input to the left, the filters in the middle, what they give to the right, the sum below."""
    layer, mark = account.layer, account.marks
    sides = layer.parts["K"].shape[1:-1]
    filters = laid_out(layer, [int(size) for size in sides])
    what, extent = _INPUTS[len(sides)]
    drawn = [
        _input(layer, filters, f"c-{mark[('K',)].colour}"),
        line([(182, Y), (208, Y)], "pc-flow", arrow=True),
        _headings(layer, filters, len(sides)),
        not_seen(filters),
        _weights(layer, filters, mark),
        _outputs(layer, filters, mark),
    ]
    return Picture(
        body="".join(drawn),
        height=392,
        title=title(layer),
        alt=_in_words(layer),
        reading=f"The filters slide over the {what}: its {extent} does not matter.",
    )


def _in_words(layer: Layer) -> str:
    o, i, K = layer.sizes["o"], layer.sizes["i"], layer.parts["K"]
    one = Tensor(K.shape[:-1]).size
    return (
        f"{o:,} filters, for {K.shape[0]:,} of {i:,} channels each: {one.numbers} = {one:,} weights. "
        f"{layer.count.numbers} = {parameters(layer.count)}."
    )


# -- the filters --------------------------------------------------------------------------------


def _weights(layer: Layer, filters: Filters, mark) -> str:
    """The blocks, and under them the weights of one filter."""
    K, left, right, top, y = layer.parts["K"], filters.left, filters.right, filters.top, filters.bottom + 8
    one = Tensor(K.shape[:-1]).size
    words = fit(270, f"{one.numbers} = {one:,}", f"{one:,}", style="t0")
    return group(
        mark[("K",)].style,
        hit(left, top, right - left, y + 8 - top),
        *(block(x, y, filters) for x, y in filters.blocks(seen=True)),
        line([(left, y), (left, y + 6), (right, y + 6), (right, y)], "pc-brk"),
        text(X, y + 30, words, style=f"{largest(270, words, 't2', 't1', 't0')} ci"),
        label=f"filters: {K.count.numbers} = {K.count:,} weights",
    )


def _headings(layer: Layer, filters: Filters, sides: int) -> str:
    """The names of channels and filters, and what a block is."""
    y = filters.top
    size = symbol(Tensor(layer.parts["K"].shape[1:-1]).size)
    colours = {1: ["grey"], 3: ["red", "green", "blue"]} if sides == 2 else {}
    spelt = colours.get(len(filters.channels))
    words = [spelt[c] if spelt else "…" if c is None else f"{c + 1:,}" for c, _ in filters.channels]
    made = [text(X, y - 34, Markup(f"one {size} block per channel"))]
    made += [text(x, y - 12, word, style="t0") for (_, x), word in zip(filters.channels, words, strict=True)]
    if not spelt:
        made.append(text(filters.left - 12, y - 12, "channel", style="t0", anchor="end"))
    return "".join(made) + _names(filters, filters.left - 12)


def _names(filters: Filters, right: float) -> str:
    words = (
        (y, "…" if f is None else fit(96, f"filter {f + 1:,}", f"{f + 1:,}")) for f, y in filters.filters
    )
    return "".join(text(right, y + 5, word, anchor="end") for y, word in words)


def _outputs(layer: Layer, filters: Filters, mark) -> str:
    """One bias a filter, the map that it gives, and at the bottom how the filters add up."""
    y, b, o = filters.bottom + 38, layer.parts.get("b"), layer.sizes["o"]
    made = [_maps(filters, _BIAS + 12)]
    if b:
        dots = [circle(_BIAS, y, _side(filters) / 3, "pc-cell") for f, y in filters.filters if f is not None]
        label = f"{b.count:,} bias{'es' * (b.count > 1)}, one for each filter"
        made.append(text(_BIAS, filters.top - 12, "bias", style="t0"))
        made.append(group(mark[("b",)].style, *dots, text(_BIAS, y, "+ 1", style="t2 ci"), label=label))
    times = f"× {o:,} filter{'s' * (o > 1)}"
    style = largest(128, times, "t2", "t1")
    made.append(text(634, y, "per filter", anchor="start"))
    made.append(text(min(634, 756 - room(times, style)), y + 25, times, style=style, anchor="start"))
    return "".join(made)


def _maps(filters: Filters, start: float) -> str:
    """What each filter gives, at the end of an arrow that begins at start."""
    size, made = _side(filters), []
    for f, y in filters.filters:
        if f is not None:
            word = fit(84, f"map {f + 1:,}", f"{f + 1:,}", style="t0")
            made.append(line([(start, y), (_MAP - 4, y)], "pc-flow", arrow=True))
            made.append(rect(_MAP, y - size / 2, size, size, "pc-hollow"))
            made.append(text(_MAP + size + 8, y + 5, word, style="t0", anchor="start"))
    return "".join(made)


def _side(filters: Filters) -> float:
    """Of a map, so that it leaves its neighbours alone."""
    places = [y for _, y in filters.filters]
    return min(26, places[-1] - places[-2] - 8) if len(places) > 1 else 26


# -- before anything is counted -----------------------------------------------------------------


def sketch(layer: Layer) -> Picture:
    """The input, the filters as stacks of hollow blocks, and what they give."""
    shape, o = layer.parts["K"].shape[1:-1], Dim(layer.sizes["o"], "o")
    filters, drawn = stacks(layer, laid_out(layer, [int(size) for size in shape]))
    sheet = Tensor(shape).size
    spelt = f"{symbol(sheet)} = {sheet.numbers}"
    each = "one block per channel" + " it sees" * (layer.sizes["groups"] > 1)
    body = [
        drawn,
        _input(layer, filters),
        line([(182, Y), (276, Y)], "pc-flow", arrow=True),
        _names(filters, X - 66),
        _maps(filters, X + 66),
        text(X, 24, Markup(f"{equals(o)} filter{'s' * (o > 1)}")),
        text(X, 46, fit(500, Markup(f"{each}: {spelt}"), Markup(f"{each}: {symbol(sheet)}")), style="t0"),
    ]
    what, channels = _INPUTS[len(shape)][0], layer.sizes["i"]
    return Picture(
        body="".join(body),
        height=336,
        title=title(layer),
        alt=f"The {what} has i = {channels:,} channels; o = {o:,} filters of {sheet.numbers} slide over it.",
    )


# -- the input ----------------------------------------------------------------------------------


def _input(layer: Layer, filters: Filters, colour: str = "") -> str:
    """Sheets for the channels, with the place that a filter covers outlined; nothing here is counted.

    colour: of that outline. A sketch has none, and does not say yet what does not count.
    """
    sides = len(layer.parts["K"].shape) - 2
    what, extent = _INPUTS[sides]
    channels, groups = Dim(layer.sizes["i"], "i"), layer.sizes["groups"]
    wide, high = {1: (116, 20), 2: (116, 116), 3: (96, 96)}[sides]
    # Channels lie behind each other; a volume is drawn as one solid, of any number of channels.
    behind, offset = (7, 4) if sides == 3 else (min(4, channels) - 1, 12)
    x, y = 20, Y - high / 2 + offset * behind / 2
    sheets = (rect(x + offset * k, y - offset * k, wide, high, "pc-faintb") for k in range(behind, -1, -1))
    noun = f" channel{'s' * (channels > 1)}"
    words = fit(186, Markup(equals(channels) + noun), equals(channels))
    below = [f"{what}: any {extent}", "0 parameters"] if colour else [what]
    if groups > 1:
        below += [f"{groups:,} groups: a filter", "sees its own channels"]
    return "".join([
        *sheets,
        _window(x, y, wide, high, filters, colour),
        text(x, y - offset * behind - 12, words, anchor="start"),
        *(text(x, y + high + 22 + 18 * k, each, style="t0", anchor="start") for k, each in enumerate(below)),
    ])  # fmt: skip


def _window(x, y, wide, high, filters: Filters, colour) -> str:
    """The grid of the input and what a filter covers of it; without the grid where a filter is too large."""
    longest = max(filters.rows, filters.columns)
    squares = 6 if longest <= 5 else 12
    unit, start, grid = 0.75 * wide / longest, 0, ""
    if longest < squares:
        unit, start = wide / squares, wide / squares
        steps = [f"M{x + k * unit:.1f} {y}v{high}" for k in range(1, squares)]
        steps += [f"M{x} {y + k * unit:.1f}h{wide}" for k in range(1, squares) if high == wide]
        grid = stroke("".join(steps), "pc-faintl")
    across, down = max(4, filters.columns * unit), max(4, filters.rows * unit)
    down = (start, down) if high == wide else (0, high)
    return grid + rect(x + start, y + down[0], across, down[1], f"pc-window {colour}".rstrip())
