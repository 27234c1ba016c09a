"""Known mistakes with convolutions."""

from __future__ import annotations

import math

from ...core import Layer
from . import Wrong, mistake

IMAGES = (28, 32, 224)  # the sides of the images that most courses begin with


# -- the filters --------------------------------------------------------------------------------


@mistake("conv")
def one_channel(layer: Layer):
    channels, sides = _filter(layer)
    yield Wrong(
        layer.resized(i=layer.sizes["groups"]).count,
        f"That gives each filter one channel. It has weights for each of the {channels:,} that it "
        f"reads: {_product(channels, *sides)}.",
    )


@mistake("conv")
def channels_of_the_image(layer: Layer):
    channels, _ = _filter(layer)
    if channels > 3 and layer.sizes["groups"] == 1:
        yield Wrong(
            layer.resized(i=3).count,
            f"That reads 3 channels, those of a colour image. This layer reads {channels:,}: "
            "a filter is as deep as what it reads.",
        )


@mistake("conv")
def channels_added(layer: Layer):
    channels, sides = _filter(layer)
    yield Wrong(
        layer.resized(i=1, f=(channels + math.prod(sides),), groups=1).count,
        "That adds the channels to the places that a filter covers. It has a weight for each place in "
        f"each channel: {_product(channels, *sides)}.",
    )


@mistake("conv")
def side_left_out(layer: Layer):
    _, sides = _filter(layer)
    for others in {(*sides[:k], *sides[k + 1 :]) for k in range(len(sides))} - {()}:
        yield Wrong(
            layer.resized(f=others).count,
            f"That leaves out a side of the filter. In each channel it covers {_product(*sides)}.",
        )


@mistake("conv")
def sides_added(layer: Layer):
    _, sides = _filter(layer)
    yield Wrong(
        layer.resized(f=(sum(sides),)).count,
        f"That adds the sides of the filter. In each channel it covers {_product(*sides)}.",
    )


@mistake("conv")
def one_filter(layer: Layer):
    weights, filters = layer.parts["K"].count, layer.sizes["o"]
    for biases in {0, 1 * _biased(layer), filters * _biased(layer)} if filters > 1 else ():
        yield Wrong(
            layer.times * (weights // filters + biases),
            f"That has the weights of one filter. There are {filters:,}, each with weights of its own.",
        )


@mistake("conv")
def places_of_an_image(layer: Layer):
    _, sides = _filter(layer)
    if len(sides) == 2:
        for image in IMAGES:
            # With padding a filter takes as many places as the image has, without it fewer.
            for high, wide in {(image, image), tuple(max(image - side + 1, 1) for side in sides)}:
                yield Wrong(
                    layer.count * high * wide,
                    f"That is multiplied by {high} × {wide}, the places of an image. A filter keeps its "
                    "parameters as it moves over them, so they are counted once.",
                )


def _filter(layer: Layer) -> tuple[int, tuple[int, ...]]:
    """How many channels a filter reads, and its sides."""
    channels, *sides, _ = map(int, layer.parts["K"].shape)
    return channels, tuple(sides)


def _product(*sizes: int) -> str:
    written = " × ".join(f"{size:,}" for size in sizes)
    return f"{written} = {math.prod(sizes):,}" if len(sizes) > 1 else written


# -- biases -------------------------------------------------------------------------------------


@mistake("conv")
def bias_per_weight_of_a_filter(layer: Layer):
    if _biased(layer):
        yield Wrong(
            layer.times * 2 * layer.parts["K"].count,
            "That has a bias for each weight. There is one for each filter, however many weights it has.",
        )


@mistake("conv")
def bias_per_channel(layer: Layer):
    channels, _ = _filter(layer)
    weights, i, o = layer.parts["K"].count, layer.sizes["i"], layer.sizes["o"]
    if _biased(layer) and channels > 1:
        for biases, where in ((i, "input channel"), (channels * o, "channel of each filter")):
            yield Wrong(
                layer.times * (weights + biases),
                f"That has a bias for each {where}. A filter adds up all that it sees, then adds one bias.",
            )


@mistake("conv")
def one_bias(layer: Layer):
    if _biased(layer):
        yield Wrong(
            layer.times * (layer.parts["K"].count + 1),
            f"That has a single bias for all. Each of the {layer.sizes['o']:,} filters has its own.",
        )


def _biased(layer: Layer) -> bool:
    return layer.sizes["bias"]


# -- groups -------------------------------------------------------------------------------------


@mistake("conv")
def groups_ignored(layer: Layer):
    groups, i = layer.sizes["groups"], layer.sizes["i"]
    yield Wrong(
        layer.resized(groups=1).count,
        f"That has each filter reading all {i:,} channels. With {groups:,} groups it reads "
        f"{i:,} ÷ {groups:,} = {i // groups:,}.",
    )


@mistake("conv")
def groups_in_biases(layer: Layer):
    groups, o = layer.sizes["groups"], layer.sizes["o"]
    if _biased(layer):
        yield Wrong(
            layer.times * (layer.parts["K"].count + o // groups),
            f"That divides the biases by {groups:,} too. Groups share out the channels, and leave each "
            f"of the {o:,} filters its bias.",
        )


@mistake("conv")
def one_group(layer: Layer):
    groups = layer.sizes["groups"]
    yield Wrong(
        layer.count // groups,
        f"That is one group. There are {groups:,}, each with filters of its own.",
    )
