"""Slips with convolutions."""

from __future__ import annotations

import math
from itertools import combinations

from ...core import Layer
from .base import Wrong, bias_per_input, bias_per_weight, counts, single_bias, slip, weights, with_biases

IMAGES = (28, 32, 224)  # the sides of the images that most courses begin with


def _filter(layer: Layer) -> tuple[int, tuple[int, ...]]:
    """How many channels a filter reads, and its sides."""
    channels, *sides, _ = map(int, layer.parts["K"].shape)
    return channels, tuple(sides)


def _product(*sizes: int) -> str:
    written = " × ".join(f"{size:,}" for size in sizes)
    return f"{written} = {math.prod(sizes):,}" if len(sizes) > 1 else written


# -- channels -----------------------------------------------------------------------------------


@slip("conv")
def one_channel(layer: Layer):
    channels, sides = _filter(layer)
    yield Wrong(
        layer.resized(i=layer.sizes["groups"]).count,
        f"That gives each filter one channel. It has weights for each of the {channels:,} that it "
        f"reads: {_product(channels, *sides)}.",
    )


@slip("conv")
def channels_of_the_image(layer: Layer):
    channels, _ = _filter(layer)
    if channels > 3 and layer.sizes["groups"] == 1:
        yield Wrong(
            layer.resized(i=3).count,
            f"That reads 3 channels, those of a colour image. This layer reads {channels:,}: "
            "a filter is as deep as what it reads.",
        )


@slip("conv")
def channels_added(layer: Layer):
    channels, sides = _filter(layer)
    yield Wrong(
        layer.resized(i=1, f=(channels + math.prod(sides),), groups=1).count,
        "That adds the channels to the places that a filter covers. It has a weight for each place in "
        f"each channel: {_product(channels, *sides)}.",
    )


# -- the filters --------------------------------------------------------------------------------


@slip("conv")
def side_left_out(layer: Layer):
    _, sides = _filter(layer)
    for others in set(combinations(sides, len(sides) - 1)) - {()}:
        yield Wrong(
            layer.resized(f=others).count,
            f"That leaves out a side of the filter. In each channel it covers {_product(*sides)}.",
        )


@slip("conv")
def sides_added(layer: Layer):
    _, sides = _filter(layer)
    yield Wrong(
        layer.resized(f=(sum(sides),)).count,
        f"That adds the sides of the filter. In each channel it covers {_product(*sides)}.",
    )


@slip("conv")
def one_filter(layer: Layer):
    filters = int(layer.sizes["o"])
    if filters > 1:
        for biases in (0, 1, filters) if layer.sizes["bias"] else (0,):
            yield Wrong(
                layer.times * (weights(layer) // filters + biases),
                f"That has the weights of one filter. There are {filters:,}, each with weights of its own.",
            )


@slip("conv")
def places_of_an_image(layer: Layer):
    _, sides = _filter(layer)
    for image in IMAGES if len(sides) == 2 else ():
        # With padding a filter takes as many places as the image has, without it fewer.
        fewer = tuple(max(image - side + 1, 1) for side in sides)
        for high, wide in {(image, image), fewer}:
            yield Wrong(
                layer.count * high * wide,
                f"That is multiplied by {high} × {wide}, the places of an image. A filter keeps its "
                "parameters as it moves over them, so they are counted once.",
            )


# -- biases -------------------------------------------------------------------------------------


@slip("conv")
def bias_per_channel(layer: Layer):
    channels, _ = _filter(layer)
    if channels > 1:
        of_each_filter = with_biases(lambda conv: channels * conv.sizes["o"])
        why = "A filter adds up all that it sees, then adds one bias."
        yield Wrong(bias_per_input(layer), f"That has a bias for each input channel. {why}")
        yield Wrong(of_each_filter(layer), f"That has a bias for each channel of each filter. {why}")


# -- groups -------------------------------------------------------------------------------------


@slip("conv")
def groups_ignored(layer: Layer):
    groups, i = layer.sizes["groups"], layer.sizes["i"]
    yield Wrong(
        layer.resized(groups=1).count,
        f"That has each filter reading all {i:,} channels. With {groups:,} groups it reads "
        f"{i:,} ÷ {groups:,} = {i // groups:,}.",
    )


def _share_of_a_group(conv: Layer) -> int:
    return conv.sizes["o"] // conv.sizes["groups"]


SLIPS = [
    one_channel, channels_of_the_image, channels_added,
    side_left_out, sides_added,
    one_filter,
    places_of_an_image,
    counts("bias_per_weight_of_a_filter", ("conv",), bias_per_weight,
        "That has a bias for each weight. There is one for each filter, however many weights it has."),
    bias_per_channel,
    counts("one_bias", ("conv",), single_bias,
        "That has a single bias for all. Each of the {o:,} filters has its own."),
    groups_ignored,
    counts("groups_in_biases", ("conv",), with_biases(_share_of_a_group),
        "That divides the biases by {groups:,} too. Groups share out the channels, and leave each of the "
        "{o:,} filters its bias."),
    counts("one_group", ("conv",), lambda layer: layer.count // layer.sizes["groups"],
        "That is one group. There are {groups:,}, each with filters of its own."),
]  # fmt: skip
