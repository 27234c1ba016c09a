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


def _heads(id: str, why: str, *ways: Callable[[Layer, int], int], layers: tuple[str, ...] = _ALL) -> Slip:
    """A slip with the heads: each of the ways counts an attention, given how many heads it has."""

    def find(layer: Layer) -> Iterator[Wrong]:
        heads, x = layer.sizes["heads"], layer.sizes["x"]
        for way in ways if heads > 1 else ():
            count = recounted(layer, ("attention",), lambda one, way=way: way(one, heads))
            more = f"There are {x:,} columns; with {heads:,} heads each has {x:,} ÷ {heads:,} of them."
            yield Wrong(count, why, more=more)

    return Slip(id, layers, find)


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


def _narrow_weights(one: Layer, heads: int) -> Dim:
    x = one.sizes["x"]
    return x * (int(x) // int(heads))


def _thin(one: Layer, heads: int) -> Dim:
    """Four dense layers for each head, each from the columns of a head to as many."""
    columns = int(one.sizes["x"]) // int(heads)
    return heads * (4 * dense(columns, columns, one.sizes["bias"]).count)


def _with_biases(one: Layer, biases: int) -> Dim:
    """The count with so many biases, if it has any."""
    x = one.sizes["x"]
    return total([4 * (x * x), biases]) if one.sizes["bias"] else one.count


# -- scaled dot-product attention ---------------------------------------------------------------


def _with_biased_product(layer: Layer) -> Dim:
    """The count if the scaled dot product in an attention had biases, where all else has."""
    return recounted(
        layer,
        ("attention",),
        lambda one: one.count + one.sizes["x"] if one.sizes["bias"] else one.count,
    )


_AROUND = {
    4: "the dense layers for queries, keys, values and output. They belong",
    3: "the dense layers for queries, keys and values. They belong",
    2: "a dense layer for queries and one for keys. They belong",
    1: "one dense layer, as for queries. It belongs",
}


@slip("scaled_dot_product")
def dense_layers_around_it(layer: Layer):
    for bias in (True, False):
        one = _one(attention(layer.sizes["x"], bias=bias))
        for often, counted in _AROUND.items():
            yield Wrong(
                layer.times * often * one,
                f"That counts {counted} to the multi-head attention around it: the scaled dot product "
                "multiplies what it is given.",
                more="Nothing in it is adjusted by training.",
            )


@slip("scaled_dot_product")
def vectors_counted(layer: Layer):
    x = layer.sizes["x"]
    more = f"Each has {x:,}, and the dense layers before made them."
    yield Wrong(
        layer.times * 3 * x,
        "Those are the numbers of a query, a key and a value. They come in anew with each word, so none of "
        "them is trained here.",
        more=more,
    )
    yield Wrong(
        layer.times * x,
        "Those are as many as a query has numbers. Queries, keys and values come in anew with each word, and "
        "meet nothing here that is trained.",
        more=more,
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
    counts("half_an_attention", ("attention",), lambda layer: layer.times * 2 * _one(layer),
        "That is half of the attention, two of its four dense layers. All four are trained.",
        "Queries, keys, values and output have one each."),
    counts("five_layers", ("attention",), lambda layer: layer.times * 5 * _one(layer),
        "That has five dense layers. There are four: between them numbers are multiplied with each other, "
        "and nothing is trained.",
        "Queries, keys, values and output have a dense layer each."),
    counts("one_bias_a_layer", ("attention",),
        lambda layer: recounted(layer, ("attention",), lambda one: _with_biases(one, 4)),
        "That has a single bias for each dense layer. A bias belongs to each number that the layer gives.",
        "Queries, keys, values and output have a bias for each of {x:,} columns."),
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
        lambda one, heads: total([3 * _narrow(one, heads), _one(one)]),
        lambda one, heads: one.count // heads),
    _heads("thin_heads",
        "That has each head reading its own share of the columns only. A head reads all columns of a word, "
        "and what it makes of them is a share.", _thin, layers=("attention",)),
    _heads("weights_of_one_head",
        "Those are the weights of one head. The others have columns of their own, and whatever adds up its "
        "inputs has biases.",
        lambda one, heads: 4 * _narrow_weights(one, heads) if one.sizes["bias"] else one.count,
        layers=("attention",)),
    _heads("bias_per_head",
        "That has a bias for each head. A bias belongs to each number that a dense layer gives, in whatever "
        "head it is.", lambda one, heads: _with_biases(one, heads),
        lambda one, heads: _with_biases(one, 4 * heads), layers=("attention",)),
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
    leaves_out("weights_of_one_of_four", ("attention",), "*/key/*|*/value/*|*/output/*|*/b",
        "Those are the weights of one dense layer. There are four, and whatever adds up its inputs has "
        "biases.",
        "They are queries, keys, values and output."),
    leaves_out("biases_of_the_output", ("attention",), "*/query/b|*/key/b|*/value/b",
        "That has biases for one dense layer only. There are four, and each adds its own.",
        "Queries, keys, values and output have a bias for each of {x:,} columns."),
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
    vectors_counted,
    counts("scale_trained", ("scaled_dot_product",), lambda layer: layer.times,
        "That counts the scale. It is fixed by the size, so there is nothing to learn in it.",
        "The scale is 1 ÷ √{x:,}."),
    times_words,
]  # fmt: skip
