"""Slips with convolutions."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import combinations

from ...core import Layer
from ...dims import Dim, total
from .base import (
    IMAGES,
    Wrong,
    bias_per_input,
    bias_per_weight,
    counts,
    product,
    several,
    single_bias,
    slip,
    weights,
    with_biases,
)


def _filter(layer: Layer) -> tuple[Dim, tuple[Dim, ...]]:
    """How many channels a filter reads, and its sides."""
    channels, *sides, _ = layer.parts["K"].shape
    return channels, tuple(sides)


def _with_filters(layer: Layer, channels: int, sides: Iterable[int], o: int | None = None) -> Dim:
    """The count with filters of other sizes, or with so many of them."""
    o = o or layer.sizes["o"]
    weights_of_all = math.prod((*sides, o), start=Dim(channels))
    return layer.times * total([weights_of_all, o] if layer.sizes["bias"] else [weights_of_all])


def _covered(layer: Layer) -> str:
    """What a filter covers, and in how many channels."""
    channels, sides = _filter(layer)
    return f"{product(*sides)} in each channel, and it reads {several(channels, 'channel')}"


# -- channels -----------------------------------------------------------------------------------


@slip("conv")
def channels_of_the_image(layer: Layer):
    channels, sides = _filter(layer)
    if channels > 3 and layer.sizes["groups"] == 1:
        yield Wrong(
            _with_filters(layer, 3, sides),
            "That reads the channels of a colour image. A filter is as deep as what its layer reads, which "
            "need not be an image.",
            more=f"This layer reads {channels:,} channels, not 3.",
        )


@slip("conv")
def channels_and_filters_added(layer: Layer):
    """Of windows of one place, where it looks like the count of a dense layer whose sizes are added."""
    o, (channels, sides) = layer.sizes["o"], _filter(layer)
    if max(sides) == 1 < channels:
        yield Wrong(
            layer.times * total([channels, o]),
            "That adds the channels and the filters. Each filter has a weight for every channel, so they are "
            "multiplied.",
            more=f"There are {o:,} filters, and each reads {several(channels, 'channel')}.",
        )


@slip("conv")
def channels_added(layer: Layer):
    channels, sides = _filter(layer)
    yield Wrong(
        _with_filters(layer, total([channels, math.prod(sides, start=Dim(1))]), ()),
        "That adds the channels to the places that a filter covers. It has a weight for each place in each "
        "channel, so they are multiplied.",
        more=f"A filter covers {_covered(layer)}.",
    )


@slip("conv")
def grey_as_colour(layer: Layer):
    channels, sides = _filter(layer)
    if channels == 1 and layer.sizes["groups"] == 1 and len(sides) == 2:
        yield Wrong(
            _with_filters(layer, 3, sides),
            "That reads three channels, as of a colour image. What this layer reads is grey.",
            more="A grey image has a single channel.",
        )


# -- the filters --------------------------------------------------------------------------------


@slip("conv")
def side_left_out(layer: Layer):
    channels, sides = _filter(layer)
    for others in dict.fromkeys(combinations(sides, len(sides) - 1)):
        if others:
            yield Wrong(
                _with_filters(layer, channels, others),
                "That leaves out a side of the filter. In each channel it has a weight for every place "
                "within its sides.",
                more=f"In each channel a filter covers {product(*sides)}.",
            )


@slip("conv")
def sides_added(layer: Layer):
    channels, sides = _filter(layer)
    if len(sides) > 1:
        yield Wrong(
            _with_filters(layer, channels, [total(sides)]),
            "That adds the sides of the filter. In each channel it has a weight for every place within its "
            "sides, so they are multiplied.",
            more=f"In each channel a filter covers {product(*sides)}.",
        )


@slip("conv")
def side_squared(layer: Layer):
    channels, sides = _filter(layer)
    if len({*sides}) > 1:
        yield Wrong(
            _with_filters(layer, channels, [max(sides)] * len(sides)),
            "That takes the filter for a square. The sides of this one differ.",
            more=f"In each channel it covers {product(*sides)}.",
        )
    if len(sides) == 1:
        yield Wrong(
            _with_filters(layer, channels, sides * 2),
            "That takes the filter for a square. This one has one side: it moves along a line, such as time.",
            more=f"In each channel it covers {sides[0]:,} in a row, and not {product(*sides * 2)}.",
        )


@slip("conv")
def one_filter(layer: Layer):
    o, (channels, sides) = layer.sizes["o"], _filter(layer)
    for biases in ([], [1], [o]) if layer.sizes["bias"] else ([],):
        if o > 1:
            yield Wrong(
                layer.times * total([math.prod(sides, start=channels), *biases]),
                "That is one filter. Each filter looks for something else, with weights of its own.",
                more=f"There are {o:,} filters.",
            )


@slip("conv")
def times_channels(layer: Layer):
    """One filter, with its bias, as often as there are channels and not filters."""
    o, (channels, sides) = layer.sizes["o"], _filter(layer)
    if channels not in (1, o) and layer.sizes["groups"] == 1:
        one = math.prod(sides, start=channels)
        yield Wrong(
            layer.times * channels * (total([one, 1]) if layer.sizes["bias"] else one),
            "That has as many filters as there are channels. The channels are what a filter reads; how many "
            "filters there are is another size.",
            more=f"{several(o, 'filter')} and {several(channels, 'channel')}.",
        )


@slip("conv")
def image_for_filter(layer: Layer):
    channels, sides = _filter(layer)
    for image in IMAGES if len(sides) == 2 and max(sides) > 1 else ():
        yield Wrong(
            _with_filters(layer, channels, (Dim(image), Dim(image))),
            "That has filters as large as the image. A filter is a small window that moves over it.",
            more=f"In each channel it covers {product(*sides)}.",
        )


@slip("conv")
def places_of_an_image(layer: Layer):
    _, sides = _filter(layer)
    for image in IMAGES if len(sides) == 2 else ():
        # With padding a filter takes as many places as the image has, without it fewer.
        fewer = tuple(max(image - int(side) + 1, 1) for side in sides)
        for high, wide in {(image, image), fewer}:
            for count in _at_each_place(layer, Dim(high) * wide):
                yield Wrong(
                    count,
                    "That is multiplied by the places of an image. A filter keeps its parameters as it moves "
                    "over them, so they are counted once.",
                    more=f"It is multiplied by {product(high, wide)}.",
                )


def _at_each_place(layer: Layer, places: Dim) -> list[Dim]:
    """The count if a filter had parameters of its own, or weights of its own, at each place."""
    weights_of_all = weights(layer) * places
    biases = [layer.times * total([weights_of_all, layer.sizes["o"]])] if layer.sizes["bias"] else []
    return [layer.count * places, *biases]


# -- biases -------------------------------------------------------------------------------------

_ADDS_ONE = "A filter adds up all that it sees, in every channel, and then adds one bias."


@slip("conv")
def bias_per_channel(layer: Layer):
    channels, _ = _filter(layer)
    if channels > 1:
        of_each_filter = with_biases(lambda conv: channels * conv.sizes["o"])
        o = layer.sizes["o"]
        there = f"are {o:,} filters" if o > 1 else "is one filter"
        more = f"A bias belongs to a filter, not to what it reads. Here there {there}."
        yield Wrong(bias_per_input(layer), f"That has a bias for each input channel. {_ADDS_ONE}", more=more)
        if o > 1:
            why = f"That has a bias for each channel of each filter. {_ADDS_ONE}"
            yield Wrong(of_each_filter(layer), why, more=more)


@slip("conv")
def bias_per_place(layer: Layer):
    _, sides = _filter(layer)
    for image in IMAGES if len(sides) == 2 and layer.sizes["bias"] else ():
        yield Wrong(
            with_biases(lambda conv, image=image: conv.sizes["o"] * image * image)(layer),
            "That has a bias for each place of an image. A filter takes its bias along as it moves, and adds "
            "the same one everywhere.",
            more=f"The biases are multiplied by {product(image, image)}.",
        )


# -- groups -------------------------------------------------------------------------------------

_DEALT_OUT = "The {i:,} channels are dealt out to {groups:,} groups, and a filter reads those of one."


def _share_of_a_group(conv: Layer) -> int:
    """How many filters are in a group; where each has one alone, it is no slip to take it for one filter."""
    share = conv.sizes["o"] // conv.sizes["groups"]
    return share if share > 1 else conv.sizes["o"]


def _one_group(layer: Layer) -> Dim:
    channels, sides = _filter(layer)
    return _with_filters(layer, channels, sides, _share_of_a_group(layer))


def _one_channel(layer: Layer) -> Dim:
    return _with_filters(layer, 1, _filter(layer)[1])


def _every_channel(layer: Layer) -> Dim:
    return _with_filters(layer, layer.sizes["i"], _filter(layer)[1])


def _groups_read(layer: Layer) -> Dim:
    groups = layer.sizes["groups"]
    return _with_filters(layer, groups, _filter(layer)[1]) if 1 < groups < layer.sizes["i"] else layer.count


SLIPS = [
    counts("one_channel", ("conv",), _one_channel,
        "That gives each filter one channel. A filter is as deep as what it reads: it has weights for every "
        "channel.", lambda layer: f"A filter covers {_covered(layer)}."),
    channels_of_the_image, grey_as_colour, channels_added, channels_and_filters_added,
    side_left_out, sides_added, side_squared,
    one_filter, times_channels, image_for_filter,
    places_of_an_image,
    counts("bias_per_weight_of_a_filter", ("conv",), bias_per_weight,
        "That has a bias for each weight. There is one for each filter, however many weights it has.",
        "A bias is added once, after everything that the filter sees has been weighted and summed."),
    bias_per_channel, bias_per_place,
    counts("one_bias", ("conv",), single_bias,
        "That has a single bias for all filters. Each filter has its own.", "There are {o:,} filters."),
    counts("groups_ignored", ("conv",), _every_channel,
        "That has each filter reading every channel. With groups, a filter reads only the channels of its "
        "own group.", _DEALT_OUT),
    counts("groups_in_biases", ("conv",), with_biases(_share_of_a_group),
        "That shares out the biases among the groups. Groups share out the channels, and leave each filter "
        "its bias.", "There are {o:,} filters, in whatever group."),
    counts("groups_as_channels", ("conv",), _groups_read,
        "That has a filter reading as many channels as there are groups. The groups share out the channels "
        "between them.", _DEALT_OUT),
    counts("one_group", ("conv",), _one_group, "That is one group. Each group has filters of its own.",
        "There are {groups:,} groups."),
]  # fmt: skip
