"""Convolutions: a row of blocks for each filter, a block for each channel that it sees."""

from __future__ import annotations

from ..core import Layer, Tensor
from ..dims import Dim
from ..display import parameters
from ..glossary import title
from .filters import Filters, X, Y, block, laid_out, not_seen
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


def draw(layer: Layer, mark: dict) -> Picture:
    """The input to the left, the filters in the middle, what they give to the right, the sum below."""
    sides = layer.parts["K"].shape[1:-1]
    filters = laid_out(layer, [int(size) for size in sides])
    what, extent = _INPUTS[len(sides)]
    drawn = [
        _input(layer, filters, len(sides), mark),
        _headings(layer, filters, len(sides)),
        not_seen(filters),
        _weights(layer, filters, mark),
        _outputs(layer, filters, mark),
    ]
    return Picture(
        body="".join(drawn),
        height=392,
        title=title(layer.name),
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
        mark[("K",)],
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
    for f, y in filters.filters:
        word = "…" if f is None else fit(96, f"filter {f + 1:,}", f"{f + 1:,}")
        made.append(text(filters.left - 12, y + 5, word, anchor="end"))
    return "".join(made)


def _outputs(layer: Layer, filters: Filters, mark) -> str:
    """One bias a filter, the map that it gives, and at the bottom how the filters add up."""
    y, b, o = filters.bottom + 38, layer.parts.get("b"), layer.sizes["o"]
    drawn = [(f, place) for f, place in filters.filters if f is not None]
    size = min(26, filters.filters[-1][1] - filters.filters[-2][1] - 8) if len(drawn) > 1 else 26
    made = []
    for f, place in drawn:
        word = fit(84, f"map {f + 1:,}", f"{f + 1:,}", style="t0")
        made.append(line([(_BIAS + 12, place), (_MAP - 4, place)], "pc-flow", arrow=True))
        made.append(rect(_MAP, place - size / 2, size, size, "pc-hollow"))
        made.append(text(_MAP + size + 8, place + 5, word, style="t0", anchor="start"))
    if b:
        dots = [circle(_BIAS, place, min(9, size / 3), "pc-cell") for _, place in drawn]
        label = f"{b.count:,} bias{'es' * (b.count > 1)}, one for each filter"
        made.append(text(_BIAS, filters.top - 12, "bias", style="t0"))
        made.append(group(mark[("b",)], *dots, text(_BIAS, y, "+ 1", style="t2 ci"), label=label))
    times = f"× {o:,} filter{'s' * (o > 1)}"
    style = largest(128, times, "t2", "t1")
    made.append(text(634, y, "per filter", anchor="start"))
    made.append(text(min(634, 756 - room(times, style)), y + 25, times, style=style, anchor="start"))
    return "".join(made)


# -- the input ----------------------------------------------------------------------------------


def _input(layer: Layer, filters: Filters, sides: int, mark) -> str:
    """Sheets for the channels, with the place that a filter covers outlined; nothing here is counted."""
    what, extent = _INPUTS[sides]
    channels, groups = Dim(layer.sizes["i"], "i"), layer.sizes["groups"]
    wide, high = {1: (116, 20), 2: (116, 116), 3: (96, 96)}[sides]
    # Channels lie behind each other; a volume is drawn as one solid, of any number of channels.
    behind, offset = (7, 4) if sides == 3 else (min(4, channels) - 1, 12)
    x, y = 20, Y - high / 2 + offset * behind / 2
    sheets = (rect(x + offset * k, y - offset * k, wide, high, "pc-faintb") for k in range(behind, -1, -1))
    noun = f" channel{'s' * (channels > 1)}"
    words = fit(186, Markup(equals(channels) + noun), equals(channels))
    below = [f"{what}: any {extent}", "0 parameters"]
    if groups > 1:
        below += [f"{groups:,} groups: a filter", "sees its own channels"]
    return "".join([
        *sheets,
        _window(x, y, wide, high, filters, mark[("K",)][:3]),
        text(x, y - offset * behind - 12, words, anchor="start"),
        *(text(x, y + high + 22 + 18 * k, each, style="t0", anchor="start") for k, each in enumerate(below)),
        line([(182, Y), (208, Y)], "pc-flow", arrow=True),
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
    return grid + group(colour, rect(x + start, y + down[0], across, down[1], "pc-window"))
