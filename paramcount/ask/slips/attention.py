"""Known mistakes with attention, alone or inside the layers of a Transformer."""

from __future__ import annotations

from collections.abc import Callable

from ...core import Layer, Leaf
from ...layers import attention, dense
from . import Wrong, left_out, mistake, recounted

STACKS = ("encoder_layer", "decoder_layer", "encoder", "decoder", "transformer")


# -- heads --------------------------------------------------------------------------------------


@mistake("attention", *STACKS)
def times_heads(layer: Layer):
    yield from _heads(
        layer,
        lambda one, heads: one.count * heads,
        "That multiplies the attention by its {heads} heads.",
    )


@mistake("attention", *STACKS)
def inputs_times_heads(layer: Layer):
    yield from _heads(
        layer,
        lambda one, heads: _inputs(one) * heads + one.parts["output"].count,
        "That multiplies queries, keys and values by the {heads} heads.",
    )


@mistake("attention", *STACKS)
def wide_heads(layer: Layer):
    def wide(one: Layer, heads: int) -> int:
        x, bias = one.sizes["x"], one.sizes["bias"]
        return 3 * dense(x, heads * x, bias).count + dense(heads * x, x, bias).count

    yield from _heads(
        layer,
        wide,
        "That gives each of the {heads} heads {x:,} columns, as Keras does where key_dim is {x:,}.",
    )


@mistake("attention", *STACKS)
def one_head(layer: Layer):
    said = "That has one head in the attention, of {heads}."
    yield from _heads(layer, lambda one, heads: one.count // heads, said)
    yield from _heads(layer, lambda one, heads: _inputs(one) // heads + one.parts["output"].count, said)


def _heads(layer: Layer, count: Callable[[Layer, int], int], said: str):
    heads, x = int(layer.sizes["heads"]), int(layer.sizes["x"])
    right = f"The {heads} heads share {x:,} columns, {x // heads:,} each: together they have {x:,}."
    wrong = recounted(layer, {"attention"}, lambda one: count(one, heads))
    yield Wrong(wrong, f"{said.format(heads=heads, x=x)} {right}")


def _inputs(one: Layer) -> int:
    """The count of the dense layers for queries, keys and values."""
    return sum(one.parts[name].count for name in ("query", "key", "value"))


# -- what is in it ------------------------------------------------------------------------------


@mistake("attention", *STACKS)
def output_left_out(layer: Layer):
    why = "That leaves out the attention's output. A fourth dense layer puts the heads' results together"
    yield from left_out(layer, lambda leaf: role(layer, leaf) == "output", why)


@mistake("attention", *STACKS)
def one_matrix(layer: Layer):
    why = "That has one dense layer in an attention. There are four, for queries, keys, values and output"
    yield from left_out(layer, lambda leaf: role(layer, leaf) not in ("", "query"), why)


@mistake("attention")
def weights_of_the_inputs(layer: Layer):
    why = "That is the weights for queries, keys and values. The output has its own, and all four have biases"
    if layer.sizes["bias"]:
        yield from left_out(layer, lambda leaf: leaf.path[0] == "output" or leaf.path[-1] == "b", why)


@mistake("attention")
def biases_of_the_output(layer: Layer):
    why = "That has biases for the output only. Queries, keys and values have them too"
    yield from left_out(layer, lambda leaf: leaf.path[0] != "output" and leaf.path[-1] == "b", why)


@mistake("attention", *STACKS)
def biased_dot_product(layer: Layer):
    if layer.sizes.get("bias", True):
        yield Wrong(
            recounted(layer, {"attention"}, lambda one: one.count + one.sizes["x"]),
            "That gives the scaled dot product biases. It multiplies what it is given, and trains nothing.",
        )


def role(layer: Layer, leaf: Leaf) -> str:
    """Which dense layer of an attention a tensor belongs to; "" for a tensor of anything else."""
    owner, name, _ = (layer.name, *leaf.path)[-3:]
    return name if owner.endswith("attention") else ""


# -- scaled dot-product attention ---------------------------------------------------------------


@mistake("scaled_dot_product")
def dense_layers_around_it(layer: Layer):
    for bias in (True, False):
        around = attention(layer.sizes["x"], bias=bias)
        for count in (around.count, _inputs(around), around.parts["query"].count):
            yield Wrong(
                layer.times * count,
                "That counts the dense layers for queries, keys, values and output. They belong to the "
                "multi-head attention around it: the scaled dot product multiplies what it is given.",
            )


@mistake("scaled_dot_product")
def scale_trained(layer: Layer):
    x = layer.sizes["x"]
    yield Wrong(layer.times, f"That counts the scale. It is 1 ÷ √{x:,}, a number that is fixed by the size.")
