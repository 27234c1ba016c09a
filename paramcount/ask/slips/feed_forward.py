"""Slips with dense layers, one or several."""

from __future__ import annotations

import math
from itertools import pairwise

from ...core import Layer
from ...dims import Dim, total
from ...layers import dense
from .base import (
    EXAMPLES,
    IMAGES,
    STEPS,
    Wrong,
    begun,
    bias_per_input,
    bias_per_weight,
    counts,
    leaves,
    leaves_by_part,
    listed,
    not_sizes,
    product,
    recounted,
    several,
    single_bias,
    slip,
    the,
    without,
)

_BOTH = ("dense", "ffnn")
_MANY = 100  # layers: nobody takes the weights of one of so many for all
_SIDES = (4, 5, 6, 7, 8)  # of the maps that are laid out in a row at the end of the convolutions


@slip(*_BOTH)
def biased_inputs(layer: Layer):
    first = _sizes(layer)[0]
    if layer.sizes["bias"]:
        yield Wrong(
            layer.count + layer.times * first,
            "That gives biases to the inputs as well. Inputs are numbers that come in: nothing is computed "
            "there, so nothing is trained there.",
            more=f"What comes in, {several(first, 'number')}, is given from outside.",
        )


def _where_biases_belong(layer: Layer) -> str:
    inputs, *outputs = _sizes(layer)
    computed = listed(f"{size:,}" for size in outputs)
    return f"What comes in: {inputs:,}. What is computed, each with a bias: {computed}."


def _called(name: str) -> str:
    """A layer of an FFNN within a sentence: the second hidden layer."""
    return "the output layer" if name == "output" else the(name)


# -- one layer of several -----------------------------------------------------------------------


@slip("ffnn")
def layer_left_out(layer: Layer):
    for name, inside in leaves_by_part(layer).items():
        yield from without(
            layer,
            inside,
            f"That is the count without {_called(name)}. Every layer has parameters of its own.",
            f"{begun(_called(name))} has {layer.parts[name].count.numbers}.",
        )


@slip("ffnn")
def weights_of_one_layer(layer: Layer):
    for name in layer.parts if 1 < len(layer.parts) <= _MANY else ():
        yield from without(
            layer,
            [leaf for leaf in leaves(layer) if leaf.path != (name, "W")],
            f"Those are the weights of {_called(name)} alone. All the rest is trained as well.",
            f"What else there is: {listed(_called(other) for other in layer.parts if other != name)}.",
        )


@slip("ffnn")
def weights_left_out(layer: Layer):
    _, *others = leaves_by_part(layer).items()
    for name, inside in others if len(others) < _MANY else ():
        yield from without(
            layer,
            [leaf for leaf in inside if leaf.path[-1] == "W"],
            f"That is the count without the weights of {_called(name)}. In each layer, a weight joins each "
            "number that it reads to each that it gives.",
            f"It reads {several(layer.parts[name].sizes['i'], 'number')}, and gives "
            f"{several(layer.parts[name].sizes['o'], 'number')}.",
        )


@slip("ffnn")
def biases_of_one_layer(layer: Layer):
    for name, inside in leaves_by_part(layer).items():
        yield from without(
            layer,
            [leaf for leaf in inside if leaf.path[-1] == "b"],
            f"That is the count without the biases of {_called(name)}. Each number that a "
            "layer gives has a bias of its own.",
            f"It gives {several(layer.parts[name].sizes['o'], 'number')}, and has as many biases.",
        )


@slip("ffnn")
def biases_of_the_hidden_layers(layer: Layer):
    *hidden, _ = layer.parts
    if len(hidden) > 1:
        yield from without(
            layer,
            [leaf for leaf in leaves(layer) if leaf.path[0] in hidden and leaf.path[-1] == "b"],
            "That has biases in the output layer alone. Each number that a layer gives has a bias of its "
            "own.",
            f"Those of {listed(map(_called, hidden))} are missing.",
        )


@slip("ffnn")
def biases_of_the_layer_before(layer: Layer):
    """In one layer of more than two a bias for each number that it reads; of two people make it in both."""
    parts = list(layer.parts.items())
    for place, (name, one) in enumerate(parts if layer.sizes["bias"] and 2 < len(parts) <= _MANY else ()):
        if place:
            counts = [each.count for _, each in parts]
            counts[place] = bias_per_input(one)
            yield Wrong(
                layer.times * total(counts),
                f"That has as many biases in {_called(name)} as it reads numbers. A bias belongs to each "
                "number that a layer gives.",
                more=_where_biases_belong(layer),
            )


@slip("ffnn")
def one_bias_in_all(layer: Layer):
    if layer.sizes["bias"] and len(layer.parts) > 1:
        joined = [leaf.count for leaf in leaves(layer) if leaf.path[-1] == "W"]
        yield Wrong(
            total(joined) + layer.times,
            "That has a single bias for the whole network. Every neuron that adds up its inputs adds a bias "
            "of its own.",
            more=_where_biases_belong(layer),
        )


# -- sizes put together in another way ----------------------------------------------------------


@slip(*_BOTH)
def added(layer: Layer):
    if max(_sizes(layer)[1:]) == 1:
        return  # of one output the sum of both sizes is right
    for biased in (False, True) if layer.sizes["bias"] else (False,):
        # One weight for each input and one bias for each output come to the same as both sizes, added.
        shared = layer.sizes["bias"] and not biased
        yield Wrong(
            recounted(layer, ("dense",), lambda one, biased=biased: _sum(one, biased)),
            "That adds the two sizes of a layer: one number for each input, one for each output. Each output "
            "has weights of its own, one for each input, so the sizes are multiplied."
            if shared
            else "That adds the two sizes of a layer to get its weights. Each input is joined to each "
            "output, so they are multiplied.",
            more=f"Weights: {listed(product(*pair) for pair in _pairs(layer))}.",
        )


def _sum(one: Layer, biased: bool) -> Dim:
    i, o = one.sizes["i"], one.sizes["o"]
    return total([i, o, o] if biased else [i, o])


@slip(*_BOTH)
def neurons(layer: Layer):
    sizes = _sizes(layer)
    for counted in (sizes, sizes[1:]) if layer.name == "ffnn" else (sizes[1:],):
        yield Wrong(
            layer.times * total(counted),
            "That counts the neurons. A neuron is no parameter: what is trained is what leads into it.",
            more="From each neuron a connection leads to every neuron of the next layer."
            if layer.name == "ffnn"
            else f"Into each leads a weight from {several(sizes[0], 'number')}.",
        )


@slip("ffnn")
def all_multiplied(layer: Layer):
    sizes = _sizes(layer)
    if len(sizes) > 2:
        joined = math.prod(sizes, start=Dim(1))
        for biases in ([], sizes[1:]):
            yield Wrong(
                layer.times * total([joined, *biases]),
                "That multiplies all the sizes together. Each layer is joined only to the next: multiply "
                "within a layer, then add the layers.",
                more=f"Weights: {listed(product(*pair) for pair in _pairs(layer))}.",
            )


@slip("ffnn")
def hidden_left_out(layer: Layer):
    first, *hidden, last = _sizes(layer)
    if hidden:
        yield Wrong(
            layer.times * dense(first, last, layer.sizes["bias"]).count,
            "That joins the inputs to the outputs, as if nothing stood between them. Each layer is joined to "
            "the next.",
            more=f"Joined are {listed(f'{i:,} to {o:,}' for i, o in _pairs(layer))}.",
        )


@slip("ffnn")
def reads_the_input(layer: Layer):
    first, *others = layer.parts.values()
    if others and len(others) < _MANY:
        i = layer.sizes["i"]
        again = [dense(i, one.sizes["o"], layer.sizes["bias"]).count for one in others]
        yield Wrong(
            layer.times * total([first.count, *again]),
            "That has every layer reading what comes into the network. A layer reads the one before it, and "
            "nothing else.",
            more=f"Joined are {listed(f'{i:,} to {o:,}' for i, o in _pairs(layer))}.",
        )


@slip("ffnn")
def reads_past_a_layer(layer: Layer):
    """In a network of more than two layers, where `reads_the_input` is another thing."""
    parts = list(layer.parts.items())
    for place, (name, one) in enumerate(parts if 2 < len(parts) <= _MANY else ()):
        if place:
            counts = [each.count for _, each in parts]
            before = parts[place - 1][1].sizes["i"]
            counts[place] = dense(before, one.sizes["o"], one.sizes["bias"]).count
            yield Wrong(
                layer.times * total(counts),
                f"That has {_called(name)} reading past the one before it. A layer reads the one before it, "
                "and nothing else.",
                more=f"Joined are {listed(f'{i:,} to {o:,}' for i, o in _pairs(layer))}.",
            )


@slip("ffnn")
def skipping(layer: Layer):
    sizes = _sizes(layer)
    if len(sizes) == 3:
        yield Wrong(
            layer.count + layer.times * sizes[0] * sizes[-1],
            "That joins the inputs to the outputs as well. Each layer reads only the layer before it.",
            more=f"From {sizes[0]:,} to {sizes[-1]:,} nothing leads directly.",
        )


def _sizes(layer: Layer) -> list[Dim]:
    """The inputs, and the outputs of each layer."""
    layers = [layer] if layer.name == "dense" else list(layer.parts.values())
    return [layers[0].sizes["i"], *(one.sizes["o"] for one in layers)]


def _pairs(layer: Layer) -> list[tuple[Dim, Dim]]:
    """The sizes of each layer."""
    return list(pairwise(_sizes(layer)))


@slip("dense")
def one_neuron(layer: Layer):
    i, o = layer.sizes["i"], layer.sizes["o"]
    if o > 1:
        yield Wrong(
            layer.times * total([i, 1] if layer.sizes["bias"] else [i]),
            "That is one neuron. Each of the others has weights and a bias of its own."
            if layer.sizes["bias"]
            else "That is one neuron. Each of the others has weights of its own.",
            more=f"There are {o:,} of them.",
        )


@slip("ffnn")
def first_layer_again(layer: Layer):
    hidden, *others = layer.parts.values()
    if len(others) == 1 and layer.sizes["i"] == layer.sizes["o"]:
        yield Wrong(
            layer.times * 2 * hidden.count,
            "That counts the second layer like the first. The way back has as many weights, but it gives "
            "other numbers, and each number that is given has a bias.",
            more=f"The second layer gives {layer.sizes['o']:,}.",
        )


# -- what is read at once: of a dense layer with biases, those without stand in larger networks -----


def _reading(layer: Layer, *sizes: int) -> Dim:
    """The count if so many numbers are read, written as a product."""
    return layer.times * dense(math.prod(map(Dim, sizes)), layer.sizes["o"], layer.sizes["bias"]).count


@slip("dense")
def picture_in_one_row(layer: Layer):
    for side in not_sizes(IMAGES, layer) if layer.sizes["bias"] else ():
        yield Wrong(
            _reading(layer, side, side, layer.sizes["i"]),
            "That reads a whole picture, flattened into one row. What is not flattened goes through a dense "
            "layer place by place, and meets the same weights at each.",
            more=f"One place has {layer.sizes['i']:,}, and there may be {side} × {side} places or any other "
            "number of them.",
        )


@slip("dense")
def sequence_in_one_row(layer: Layer):
    for steps in not_sizes(STEPS, layer) if layer.sizes["bias"] else ():
        yield Wrong(
            _reading(layer, steps, layer.sizes["i"]),
            "That reads a whole sequence as one row. A dense layer that stands after a sequence is used step "
            "by step, with the same weights at each.",
            more=f"One step has {layer.sizes['i']:,}, and there may be {steps:,} steps or any other number.",
        )


@slip("dense")
def times_places(layer: Layer):
    for side in not_sizes(IMAGES, layer) if layer.sizes["bias"] else ():
        yield Wrong(
            Dim(side) * side * layer.count,
            "That has a layer for each place of a picture. There is one, and it is used at every place, with "
            "the same weights.",
            more=f"It is multiplied by {side} × {side}.",
        )


@slip("dense")
def maps_as_numbers(layer: Layer):
    i = layer.sizes["i"]
    for side in _SIDES:
        maps = i // side**2
        if i == maps * side**2 and _rounded(maps):
            yield Wrong(
                _reading(layer, int(maps)),
                "That reads one number for each map. Maps that are laid out in a row give as many numbers as "
                "they have places, all together.",
                more=f"{maps:,} maps of {side} × {side} make a row of {product(maps, side, side)}.",
            )
            if layer.sizes["bias"]:
                yield Wrong(
                    _reading(layer, int(maps), side),
                    "That reads one side of each map. Maps that are laid out in a row give a number for each "
                    "of their places, line by line.",
                    more=f"{maps:,} maps of {side} × {side} make a row of {product(maps, side, side)}.",
                )


def _rounded(maps: int) -> bool:
    """Whether convolutions have so many maps: a power of two from 16 on, or half as many more."""
    power = 2 ** (int(maps).bit_length() - 1)
    return maps >= 16 and maps in (power, power + power // 2)


# -- what does not matter -----------------------------------------------------------------------


@slip(*_BOTH)
def times_examples(layer: Layer):
    for examples in not_sizes(EXAMPLES, layer):
        yield Wrong(
            examples * layer.count,
            "That grows with the number of examples. One after the other or side by side, they all go "
            "through the same weights.",
            more=f"It is multiplied by {examples:,}.",
        )


@slip("ffnn")
def dropout_halves(layer: Layer):
    if layer.count % 2 == 0 and layer.times % 2:  # half of two layers is one of them
        yield Wrong(
            int(layer.count) // 2,
            "That has fewer because of dropout. It takes no parameter away: while training, it sets some of "
            "what flows through to 0, by chance.",
            more="What a training step does not use is trained at the next.",
        )


SLIPS = [
    counts("bias_per_input", _BOTH, bias_per_input,
        "That has as many biases as a layer has inputs. A bias belongs to each output: it is added once, "
        "after the inputs have been weighted and summed.", _where_biases_belong),
    counts("one_bias_per_layer", _BOTH, single_bias,
        "That has a single bias for a whole layer. Each output has a bias of its own.",
        _where_biases_belong),
    counts("bias_per_weight", (*_BOTH, "rnn", "gru", "lstm", "bidirectional", "attention"), bias_per_weight,
        "That has a bias for each weight. There is one for each output, however many weights lead to it.",
        "A bias is added once, after the inputs have been weighted and summed."),
    biased_inputs,
    layer_left_out, one_neuron, first_layer_again,
    weights_of_one_layer, weights_left_out, biases_of_one_layer, biases_of_the_hidden_layers,
    biases_of_the_layer_before, one_bias_in_all,
    added, neurons,
    all_multiplied,
    hidden_left_out, reads_the_input, reads_past_a_layer,
    skipping,
    picture_in_one_row, sequence_in_one_row, times_places, maps_as_numbers,
    times_examples,
    dropout_halves,
]  # fmt: skip
