"""Slips with attention, alone or inside the layers of a Transformer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ...core import Layer
from ...dims import Dim, total
from ...layers import attention, dense
from .base import STEPS, Slip, Wrong, counts, leaves_out, not_sizes, recounted, slip

STACKS = ("encoder_layer", "decoder_layer", "encoder", "decoder", "transformer")
_ALL = ("attention", *STACKS)
_INPUTS = ("query", "key", "value")


# -- heads --------------------------------------------------------------------------------------


def _heads(id: str, why: str, *ways: Callable[[Layer, int], int]) -> Slip:
    """A slip with the heads: each of the ways counts an attention, given how many heads it has."""

    def find(layer: Layer) -> Iterator[Wrong]:
        heads, x = layer.sizes["heads"], layer.sizes["x"]
        for way in ways if heads > 1 else ():
            count = recounted(layer, ("attention",), lambda one, way=way: way(one, heads))
            more = f"There are {x:,} columns; with {heads:,} heads each has {x:,} ÷ {heads:,} of them."
            yield Wrong(count, why, more=more)

    return Slip(id, _ALL, find)


def _one(attention: Layer) -> Dim:
    """The count of one of its dense layers."""
    return attention.parts["query"].count


def _wide(one: Layer, heads: int) -> Dim:
    x, bias = one.sizes["x"], one.sizes["bias"]
    return total([3 * dense(x, heads * x, bias).count, dense(heads * x, x, bias).count])


def _narrow(one: Layer, heads: int) -> Dim:
    """A dense layer that gives the columns of one head."""
    x = one.sizes["x"]
    return dense(x, int(x) // int(heads), one.sizes["bias"]).count


# -- scaled dot-product attention ---------------------------------------------------------------


def _with_biased_product(layer: Layer) -> Dim:
    """The count if the scaled dot product in an attention had biases, where all else has."""
    return recounted(
        layer,
        ("attention",),
        lambda one: one.count + one.sizes["x"] if one.sizes["bias"] else one.count,
    )


@slip("scaled_dot_product")
def dense_layers_around_it(layer: Layer):
    for bias in (True, False):
        one = _one(attention(layer.sizes["x"], bias=bias))
        for often in (4, 3, 1):
            yield Wrong(
                layer.times * often * one,
                "That counts the dense layers for queries, keys, values and output. They belong to the "
                "multi-head attention around it: the scaled dot product multiplies what it is given.",
                more="Nothing in it is adjusted by training.",
            )


# -- words --------------------------------------------------------------------------------------


@slip(*_ALL)
def times_words(layer: Layer):
    for words in not_sizes(STEPS, layer):
        yield Wrong(
            words * layer.count,
            "That grows with the number of words. Each word goes through the same dense layers: a longer "
            "sentence takes more time and memory, not more parameters.",
            more=f"It is multiplied by {words:,}.",
        )


@slip(*STACKS)
def all_times_heads(layer: Layer):
    heads = layer.sizes["heads"]
    if heads > 1:
        yield Wrong(
            heads * layer.count,
            "That multiplies all of it by the heads. Heads share out the columns of an attention: with more "
            "of them nothing is there more often.",
            more=f"The {heads:,} heads of an attention have the columns of one matrix between them.",
        )


SLIPS = [
    counts("mask_halves", ("attention",), lambda layer: layer.count // 2,
        "That is half of the attention: two of its four dense layers, or as many weights as if a mask took "
        "half of them away. All four are there, and a mask is a rule.",
        "Queries, keys, values and output have one each."),
    _heads("times_heads",
        "That multiplies the attention by its heads. Heads share out the columns: together they have as many "
        "as one head alone would.",
        lambda one, heads: heads * one.count),
    all_times_heads,
    _heads("inputs_times_heads",
        "That multiplies queries, keys and values by the heads. Heads share out the columns: together they "
        "have as many as one head alone would.",
        lambda one, heads: total([heads * 3 * _one(one), _one(one)])),
    _heads("matrix_per_head",
        "That has one dense layer for each head. It is queries, keys, values and output that have one each, "
        "and the heads share out the columns of those.",
        lambda one, heads: heads * _one(one)),
    _heads("wide_heads",
        "That gives each head as many columns as the model has, as Keras does with a key_dim of that size. "
        "Here the heads share out those columns.", _wide),
    _heads("one_head",
        "That is one head of the attention. The others have columns of their own, trained like these.",
        lambda one, heads: 4 * _narrow(one, heads),
        lambda one, heads: total([3 * _narrow(one, heads), _one(one)])),
    leaves_out("output_left_out", _ALL, "*attention/output/*",
        "That is the count without the attention's output. What the heads have found is put together by a "
        "dense layer too.", "Queries, keys, values, output: the last is missing."),
    leaves_out("one_matrix", _ALL, "*attention/key/*|*attention/value/*|*attention/output/*",
        "That has one dense layer in an attention. A word asks, is asked and answers, each by a dense layer "
        "of its own, and one more puts the results together.",
        "They are queries, keys, values and output."),
    # Without biases this leaves out what `output_left_out` does, which stands before it and speaks.
    leaves_out("weights_of_the_inputs", ("attention",), "*/output/*|*/b",
        "Those are the weights for queries, keys and values. The output has its own, and whatever adds up "
        "its inputs has biases.", "Biases and the output are missing."),
    leaves_out("biases_of_the_output", ("attention",), "*/query/b|*/key/b|*/value/b",
        "That has biases for the output only. Queries, keys and values are dense layers like it.",
        "Missing are a bias for each of {x:,} columns, of queries, of keys and of values."),
    leaves_out("no_biases_of_the_output", ("attention",), "*/output/b",
        "That has no biases in the output. It is a dense layer like those of queries, keys and values.",
        "A bias is missing for each of {x:,} columns."),
    counts("biased_dot_product", ("attention", "encoder_layer", "encoder"), _with_biased_product,
        "That has a bias too many for each column, as if the scaled dot product had some. It multiplies what "
        "it is given, and trains nothing.",
        "Biases stand in the four dense layers around it."),
    dense_layers_around_it,
    counts("scores_counted", ("scaled_dot_product",), lambda layer: layer.times * layer.sizes["x"] ** 2,
        "That is a square of sizes, as if the scores were kept. They are worked out anew for each sentence, "
        "from queries and keys.", "Nothing in it is adjusted by training."),
    counts("vectors_counted", ("scaled_dot_product",), lambda layer: layer.times * 3 * layer.sizes["x"],
        "Those are the numbers of a query, a key and a value. They come in anew with each word, so none of "
        "them is trained here.", "Each has {x:,}, and the dense layers before made them."),
    counts("scale_trained", ("scaled_dot_product",), lambda layer: layer.times,
        "That counts the scale. It is fixed by the size, so there is nothing to learn in it.",
        "The scale is 1 ÷ √{x:,}."),
    times_words,
]  # fmt: skip
