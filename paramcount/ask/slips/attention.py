"""Slips with attention, alone or inside the layers of a Transformer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ...core import Layer
from ...layers import attention, dense
from .base import Slip, Wrong, counts, leaves_out, recounted, slip

STACKS = ("encoder_layer", "decoder_layer", "encoder", "decoder", "transformer")
_ALL = ("attention", *STACKS)


# -- heads --------------------------------------------------------------------------------------


def _heads(id: str, why: str, *ways: Callable[[Layer, int], int]) -> Slip:
    """A slip with the heads: each of the ways counts an attention, given how many heads it has."""

    def find(layer: Layer) -> Iterator[Wrong]:
        heads, x = int(layer.sizes["heads"]), int(layer.sizes["x"])
        wrong = why.format(heads=heads, x=x)
        right = f"The {heads} heads share {x:,} columns, {x // heads:,} each: together they have {x:,}."
        for way in ways:
            count = recounted(layer, ("attention",), lambda one, way=way: way(one, heads))
            yield Wrong(count, f"{wrong} {right}")

    return Slip(id, _ALL, find)


def _wide(one: Layer, heads: int) -> int:
    x, bias = one.sizes["x"], one.sizes["bias"]
    return 3 * dense(x, heads * x, bias).count + dense(heads * x, x, bias).count


def _inputs(one: Layer) -> int:
    """The count of the dense layers for queries, keys and values."""
    return sum(one.parts[name].count for name in ("query", "key", "value"))


def _output(one: Layer) -> int:
    return one.parts["output"].count


# -- scaled dot-product attention ---------------------------------------------------------------


def _with_biased_product(layer: Layer) -> int:
    """The count if the scaled dot product in an attention had biases, where all else has."""
    return recounted(layer, ("attention",), lambda one: one.count + one.sizes["x"] * one.sizes["bias"])


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


SLIPS = [
    _heads("times_heads", "That multiplies the attention by its {heads} heads.",
        lambda one, heads: one.count * heads),
    _heads("inputs_times_heads", "That multiplies queries, keys and values by the {heads} heads.",
        lambda one, heads: _inputs(one) * heads + _output(one)),
    _heads("wide_heads",
        "That gives each of the {heads} heads {x:,} columns, as Keras does where key_dim is {x:,}.", _wide),
    _heads("one_head", "That has one head in the attention, of {heads}.",
        lambda one, heads: one.count // heads,
        lambda one, heads: _inputs(one) // heads + _output(one)),
    leaves_out("output_left_out", _ALL, "*attention/output/*",
        "That leaves out the attention's output. A fourth dense layer puts the heads' results together"),
    leaves_out("one_matrix", _ALL, "*attention/key/*|*attention/value/*|*attention/output/*",
        "That has one dense layer in an attention. There are four, for queries, keys, values and output"),
    # Without biases this leaves out what `output_left_out` does, which stands before it and speaks.
    leaves_out("weights_of_the_inputs", ("attention",), "*/output/*|*/b",
        "That is the weights for queries, keys and values. The output has its own, and all four have biases"),
    leaves_out("biases_of_the_output", ("attention",), "*/query/b|*/key/b|*/value/b",
        "That has biases for the output only. Queries, keys and values have them too"),
    counts("biased_dot_product", _ALL, _with_biased_product,
        "That gives the scaled dot product biases. It multiplies what it is given, and trains nothing."),
    dense_layers_around_it,
    counts("scale_trained", ("scaled_dot_product",), lambda layer: layer.times,
        "That counts the scale. It is 1 ÷ √{x:,}, a number that is fixed by the size."),
]  # fmt: skip
