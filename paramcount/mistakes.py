"""Known mistakes: each is a function that counts a layer the wrong way, as people do.

A mistake takes a layer and yields a `Wrong` for every wrong count that it leads to. To add one,
write the function and say which layers it is for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from .core import Layer, Leaf

Path = tuple[str, ...]
_known: list[tuple[frozenset[str], Callable[[Layer], Iterable[Wrong]]]] = []


@dataclass(frozen=True)
class Wrong:
    """A wrong count, what was done to get it, and the tensors that it leaves out, if it does."""

    count: int
    why: str
    missing: frozenset[Path] = frozenset()


def mistake(*layers: str):
    """Mark a function as a known mistake, for the layers named or for all."""

    def known(function):
        _known.append((frozenset(layers), function))
        return function

    return known


def wrongs(layer: Layer) -> Iterator[Wrong]:
    """Every known wrong count of a layer; one that happens to be right at these sizes is left out."""
    for layers, function in _known:
        if layer.textbook and (not layers or layer.name in layers):
            yield from (wrong for wrong in function(layer) if wrong.count != layer.count)


# -- for any layer ------------------------------------------------------------------------------


@mistake()
def no_biases(layer: Layer):
    yield from _without(layer, "bias", "the weights alone", "The biases are trained too")


@mistake()
def no_weights(layer: Layer):
    yield from _without(layer, "weight", "the biases alone", "The weights are trained too")


def _without(layer: Layer, kind: str, what: str, rest: str):
    leaves = list(layer.tensors())
    left_out = [leaf for leaf in leaves if leaf.tensor.kind == kind]
    if left_out and len(left_out) < len(leaves):
        gone = _sum(left_out)
        yield Wrong(layer.count - gone, f"That is {what}. {rest}: {gone:,} more.", _paths(left_out))


# -- dense layers, one or several ---------------------------------------------------------------


@mistake("dense", "ffnn")
def bias_per_input(layer: Layer):
    dense = _dense(layer)
    if _biased(layer):
        yield Wrong(
            sum(part.parts["W"].count + part.sizes["i"] for _, part in dense),
            "That has one bias for each input of a layer. A bias belongs to each output: "
            "it is added once, after the inputs have been weighted and summed.",
        )


@mistake("dense", "ffnn")
def one_bias_per_layer(layer: Layer):
    dense = _dense(layer)
    if _biased(layer):
        yield Wrong(
            sum(part.parts["W"].count + 1 for _, part in dense),
            "That has a single bias for a whole layer. Each output has a bias of its own.",
        )


@mistake("dense", "ffnn")
def bias_per_weight(layer: Layer):
    if _biased(layer):
        yield Wrong(
            sum(2 * part.parts["W"].count for _, part in _dense(layer)),
            "That has a bias for each weight. There is one for each output, however many weights lead to it.",
        )


@mistake("dense", "ffnn")
def biased_inputs(layer: Layer):
    first = _dense(layer)[0][1].sizes["i"]
    if _biased(layer):
        yield Wrong(
            layer.count + first,
            f"That gives biases to the {first:,} inputs as well. Inputs are numbers that come in: "
            "nothing is computed there, so nothing is trained there.",
        )


@mistake("ffnn")
def layer_left_out(layer: Layer):
    for name, part in _several(layer):
        yield Wrong(
            layer.count - part.count,
            f"That leaves out the {name} layer: {part.count.numbers} = {part.count:,}.",
            _paths(leaf for leaf in layer.tensors() if leaf.path[0] == name),
        )


@mistake("ffnn")
def biases_of_one_layer(layer: Layer):
    for name, part in _several(layer):
        if "b" in part.parts:
            count = part.parts["b"].count
            yield Wrong(
                layer.count - count,
                f"That leaves out the biases of the {name} layer: {count:,} of them.",
                frozenset({(name, "b")}),
            )


@mistake("dense", "ffnn")
def added(layer: Layer):
    for biases in (True, False):
        if _biased(layer) or not biases:
            yield Wrong(
                sum(p.sizes["i"] + p.sizes["o"] * (1 + biases) for _, p in _dense(layer)),
                "That adds the two sizes of a layer to get its weights. Each input is joined to each output, "
                "so they are multiplied.",
            )


@mistake("ffnn")
def neurons(layer: Layer):
    sizes = _sizes(layer)
    yield Wrong(
        sum(sizes),
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
        yield Wrong(math.prod(sizes), why)
        yield Wrong(math.prod(sizes) + sum(sizes[1:]), why)


@mistake("ffnn")
def skipping(layer: Layer):
    sizes = _sizes(layer)
    if len(sizes) == 3:
        yield Wrong(
            layer.count + sizes[0] * sizes[-1],
            "That joins the inputs to the outputs as well. Each layer reads only the layer before it.",
        )


def _dense(layer: Layer) -> list[tuple[str, Layer]]:
    return [("", layer)] if layer.name == "dense" else list(layer.parts.items())


def _several(layer: Layer) -> list[tuple[str, Layer]]:
    return list(layer.parts.items()) if len(layer.parts) > 1 else []


def _sizes(layer: Layer) -> list[int]:
    dense = [part for _, part in _dense(layer)]
    return [int(dense[0].sizes["i"]), *(int(part.sizes["o"]) for part in dense)]


def _biased(layer: Layer) -> bool:
    return layer.sizes["bias"]


def _sum(leaves: Iterable[Leaf]) -> int:
    return sum(leaf.times * leaf.tensor.count for leaf in leaves)


def _paths(leaves: Iterable[Leaf]) -> frozenset[Path]:
    return frozenset(leaf.path for leaf in leaves)
