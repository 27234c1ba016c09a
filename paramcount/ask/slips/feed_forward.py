"""Known mistakes with dense layers, one or several."""

from __future__ import annotations

import math

from ...core import Layer
from . import Wrong, left_out, mistake, recounted


@mistake("dense", "ffnn")
def bias_per_input(layer: Layer):
    if _biased(layer):
        yield Wrong(
            recounted(layer, {"dense"}, lambda dense: dense.parts["W"].count + dense.sizes["i"]),
            "That has one bias for each input of a layer. A bias belongs to each output: "
            "it is added once, after the inputs have been weighted and summed.",
        )


@mistake("dense", "ffnn")
def one_bias_per_layer(layer: Layer):
    if _biased(layer):
        yield Wrong(
            recounted(layer, {"dense"}, lambda dense: dense.parts["W"].count + 1),
            "That has a single bias for a whole layer. Each output has a bias of its own.",
        )


@mistake("dense", "ffnn", "rnn", "gru", "lstm", "bidirectional", "attention")
def bias_per_weight(layer: Layer):
    if _biased(layer):
        yield Wrong(
            recounted(layer, {"dense"}, lambda dense: 2 * dense.parts["W"].count),
            "That has a bias for each weight. There is one for each output, however many weights lead to it.",
        )


@mistake("dense", "ffnn")
def biased_inputs(layer: Layer):
    first = _sizes(layer)[0]
    if _biased(layer):
        yield Wrong(
            layer.count + layer.times * first,
            f"That gives biases to the {first:,} input{'s' * (first > 1)} as well. Inputs are numbers that "
            "come in: nothing is computed there, so nothing is trained there.",
        )


@mistake("ffnn")
def layer_left_out(layer: Layer):
    for name, part in layer.parts.items():
        why = f"That leaves out the {name} layer: {part.count.numbers} = {part.count:,}."
        yield from left_out(layer, lambda leaf, name=name: leaf.path[0] == name, why)


@mistake("ffnn")
def weights_of_one_layer(layer: Layer):
    for name in layer.parts if len(layer.parts) > 1 else ():
        why = f"That is the weights of the {name} layer alone. Its biases and the other layers are trained"
        yield from left_out(layer, lambda leaf, name=name: leaf.path != (name, "W"), why)


@mistake("ffnn")
def biases_of_one_layer(layer: Layer):
    for name, part in layer.parts.items():
        why = f"That leaves out the biases of the {name} layer: {part.sizes['o']:,} of them."
        yield from left_out(layer, lambda leaf, name=name: leaf.path == (name, "b"), why)


@mistake("dense", "ffnn")
def added(layer: Layer):
    for biases in {_biased(layer), False}:
        yield Wrong(
            recounted(layer, {"dense"}, lambda p, b=biases: p.sizes["i"] + p.sizes["o"] * (1 + b)),
            "That adds the two sizes of a layer to get its weights. Each input is joined to each output, "
            "so they are multiplied.",
        )


@mistake("ffnn")
def neurons(layer: Layer):
    yield Wrong(
        layer.times * sum(_sizes(layer)),
        "That counts the neurons. What is trained is the connections between them, and the biases.",
    )


@mistake("ffnn")
def all_multiplied(layer: Layer):
    sizes = _sizes(layer)
    if len(sizes) > 2:
        why = (
            "That multiplies all the sizes together. Each layer is joined only to the next: "
            "multiply within a layer, then add the layers."
        )
        yield Wrong(layer.times * math.prod(sizes), why)
        yield Wrong(layer.times * (math.prod(sizes) + sum(sizes[1:])), why)


@mistake("ffnn")
def skipping(layer: Layer):
    sizes = _sizes(layer)
    if len(sizes) == 3:
        yield Wrong(
            layer.count + layer.times * sizes[0] * sizes[-1],
            "That joins the inputs to the outputs as well. Each layer reads only the layer before it.",
        )


def _sizes(layer: Layer) -> list[int]:
    dense = [layer] if layer.name == "dense" else list(layer.parts.values())
    return [int(dense[0].sizes["i"]), *(int(part.sizes["o"]) for part in dense)]


def _biased(layer: Layer) -> bool:
    return layer.arguments()["bias"]
