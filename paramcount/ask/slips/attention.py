"""Slips with attention, alone or inside the layers of a Transformer."""

from __future__ import annotations

from collections.abc import Callable

from ...core import Layer
from ...layers import attention, dense
from .base import Wrong, leaves_out, recounted, slip

STACKS = ("encoder_layer", "decoder_layer", "encoder", "decoder", "transformer")
_ALL = ("attention", *STACKS)


# -- heads --------------------------------------------------------------------------------------


@slip(*_ALL)
def times_heads(layer: Layer):
    heads = int(layer.sizes["heads"])
    why = f"That multiplies the attention by its {heads} heads."
    yield _heads(layer, lambda one: one.count * heads, why)


@slip(*_ALL)
def inputs_times_heads(layer: Layer):
    heads = int(layer.sizes["heads"])
    why = f"That multiplies queries, keys and values by the {heads} heads."
    yield _heads(layer, lambda one: _inputs(one) * heads + one.parts["output"].count, why)


@slip(*_ALL)
def wide_heads(layer: Layer):
    heads, x = int(layer.sizes["heads"]), int(layer.sizes["x"])

    def wide(one: Layer) -> int:
        bias = one.sizes["bias"]
        return 3 * dense(x, heads * x, bias).count + dense(heads * x, x, bias).count

    why = f"That gives each of the {heads} heads {x:,} columns, as Keras does where key_dim is {x:,}."
    yield _heads(layer, wide, why)


@slip(*_ALL)
def one_head(layer: Layer):
    heads = int(layer.sizes["heads"])
    why = f"That has one head in the attention, of {heads}."
    yield _heads(layer, lambda one: one.count // heads, why)
    yield _heads(layer, lambda one: _inputs(one) // heads + one.parts["output"].count, why)


def _heads(layer: Layer, count: Callable[[Layer], int], why: str) -> Wrong:
    """The count if attention is counted in another way, and what its heads are."""
    heads, x = int(layer.sizes["heads"]), int(layer.sizes["x"])
    right = f"The {heads} heads share {x:,} columns, {x // heads:,} each: together they have {x:,}."
    return Wrong(recounted(layer, ("attention",), count), f"{why} {right}")


def _inputs(one: Layer) -> int:
    """The count of the dense layers for queries, keys and values."""
    return sum(one.parts[name].count for name in ("query", "key", "value"))


# -- scaled dot-product attention ---------------------------------------------------------------


@slip(*_ALL)
def biased_dot_product(layer: Layer):
    if layer.sizes.get("bias", True):
        yield Wrong(
            recounted(layer, ("attention",), lambda one: one.count + one.sizes["x"]),
            "That gives the scaled dot product biases. It multiplies what it is given, and trains nothing.",
        )


@slip("scaled_dot_product")
def dense_layers_around_it(layer: Layer):
    for bias in (True, False):
        around = attention(layer.sizes["x"], bias=bias)
        for count in (around.count, _inputs(around), around.parts["query"].count):
            yield Wrong(
                layer.times * count,
                "That counts the dense layers for queries, keys, values and output. They belong to the "
                "multi-head attention around it: the scaled dot product multiplies what it is given.",
            )


@slip("scaled_dot_product")
def scale_trained(layer: Layer):
    x = layer.sizes["x"]
    yield Wrong(layer.times, f"That counts the scale. It is 1 ÷ √{x:,}, a number that is fixed by the size.")


SLIPS = [
    times_heads,
    inputs_times_heads,
    wide_heads,
    one_head,
    leaves_out(
        "output_left_out",
        _ALL,
        "*attention/output/*",
        "That leaves out the attention's output. A fourth dense layer puts the heads' results together",
    ),
    leaves_out(
        "one_matrix",
        _ALL,
        "*attention/key/*|*attention/value/*|*attention/output/*",
        "That has one dense layer in an attention. There are four, for queries, keys, values and output",
    ),
    leaves_out(  # without biases this is `output_left_out`, which is said first
        "weights_of_the_inputs",
        ("attention",),
        "*/output/*|*/b",
        "That is the weights for queries, keys and values. The output has its own, and all four have biases",
    ),
    leaves_out(
        "biases_of_the_output",
        ("attention",),
        "*/query/b|*/key/b|*/value/b",
        "That has biases for the output only. Queries, keys and values have them too",
    ),
    biased_dot_product,
    dense_layers_around_it,
    scale_trained,
]
