"""Slips with dense layers, one or several."""

from __future__ import annotations

import math

from ...core import Layer
from .base import (
    Wrong,
    bias_per_input,
    bias_per_weight,
    counts,
    leaves,
    leaves_by_part,
    recounted,
    single_bias,
    slip,
    without,
)

_BOTH = ("dense", "ffnn")
_MANY = 100  # layers: nobody takes the weights of one of so many for all


@slip(*_BOTH)
def biased_inputs(layer: Layer):
    first = _sizes(layer)[0]
    if _biased(layer):
        yield Wrong(
            layer.count + layer.times * first,
            f"That gives biases to the {first:,} input{'s' * (first > 1)} as well. Inputs are numbers that "
            "come in: nothing is computed there, so nothing is trained there.",
        )


# -- one layer of several -----------------------------------------------------------------------


@slip("ffnn")
def layer_left_out(layer: Layer):
    for name, inside in leaves_by_part(layer).items():
        count = layer.parts[name].count
        why = f"That leaves out the {name} layer: {count.numbers} = {count:,}."
        yield from without(layer, inside, why)


@slip("ffnn")
def weights_of_one_layer(layer: Layer):
    rest = "Its biases and the other layers are trained"
    for name in layer.parts if 1 < len(layer.parts) <= _MANY else ():
        others = [leaf for leaf in leaves(layer) if leaf.path != (name, "W")]
        yield from without(layer, others, f"That is the weights of the {name} layer alone. {rest}")


@slip("ffnn")
def biases_of_one_layer(layer: Layer):
    for name, inside in leaves_by_part(layer).items():
        biases = [leaf for leaf in inside if leaf.path[-1] == "b"]
        outputs = layer.parts[name].sizes["o"]
        why = f"That leaves out the biases of the {name} layer: {outputs:,} of them."
        yield from without(layer, biases, why)


# -- sizes put together in another way ----------------------------------------------------------


@slip(*_BOTH)
def added(layer: Layer):
    for biases in (0, 1) if _biased(layer) else (0,):
        yield Wrong(
            recounted(layer, ("dense",), lambda one, b=biases: one.sizes["i"] + one.sizes["o"] * (1 + b)),
            "That adds the two sizes of a layer to get its weights. Each input is joined to each output, "
            "so they are multiplied.",
        )


@slip("ffnn")
def all_multiplied(layer: Layer):
    sizes = _sizes(layer)
    if len(sizes) > 2:
        for biases in (0, sum(sizes[1:])):
            yield Wrong(
                layer.times * (math.prod(sizes) + biases),
                "That multiplies all the sizes together. Each layer is joined only to the next: "
                "multiply within a layer, then add the layers.",
            )


@slip("ffnn")
def skipping(layer: Layer):
    sizes = _sizes(layer)
    if len(sizes) == 3:
        yield Wrong(
            layer.count + layer.times * sizes[0] * sizes[-1],
            "That joins the inputs to the outputs as well. Each layer reads only the layer before it.",
        )


def _sizes(layer: Layer) -> list[int]:
    """The inputs, and the outputs of each layer."""
    layers = [layer] if layer.name == "dense" else list(layer.parts.values())
    return [int(layers[0].sizes["i"]), *(int(one.sizes["o"]) for one in layers)]


def _biased(layer: Layer) -> bool:
    return layer.sizes["bias"]


SLIPS = [
    counts("bias_per_input", _BOTH, bias_per_input,
        "That has one bias for each input of a layer. A bias belongs to each output: it is added once, "
        "after the inputs have been weighted and summed."),
    counts("one_bias_per_layer", _BOTH, single_bias,
        "That has a single bias for a whole layer. Each output has a bias of its own."),
    counts("bias_per_weight", (*_BOTH, "rnn", "gru", "lstm", "bidirectional", "attention"), bias_per_weight,
        "That has a bias for each weight. There is one for each output, however many weights lead to it."),
    biased_inputs,
    layer_left_out, weights_of_one_layer, biases_of_one_layer,
    added,
    counts("neurons", ("ffnn",), lambda layer: layer.times * sum(_sizes(layer)),
        "That counts the neurons. What is trained is the connections between them, and the biases."),
    all_multiplied,
    skipping,
]  # fmt: skip
