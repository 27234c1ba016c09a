"""Slips with the layers of a Transformer and with its stacks."""

from __future__ import annotations

from collections.abc import Callable

from ...core import Layer
from ...dims import Dim, total
from ...layers import attention, decoder_layer, embedding, layer_norm
from .attention import STACKS
from .base import Wrong, counts, leaves_by_part, leaves_out, recounted, slip, without

_DECODERS = ("decoder_layer", "decoder", "transformer")
_ENCODERS = ("encoder_layer", "encoder", "transformer")
_TABLES = (512, 1_024, 5_000)  # positions that a table may have, where it is learned


# -- norms --------------------------------------------------------------------------------------


def _where_norms_are(layer: Layer) -> str:
    after = {
        "encoder": "One stands after the attention, one after the FFNN.",
        "decoder": "One stands after each attention, one after the FFNN.",
        "transformer": "One stands after each attention and after each FFNN, in both stacks.",
    }
    return after[layer.name.removesuffix("_layer")]


def _with_norms(number: int) -> Callable[[Layer], Dim]:
    """What counts a layer with so many norms at its end."""
    return lambda layer: layer.count + layer.times * number * layer_norm(layer.sizes["x"]).count


def _with_three_norms(layer: Layer) -> Dim:
    """The count if an encoder layer had a norm more, as a decoder layer has."""

    def count(one: Layer) -> Dim:
        attention, ffnn = one.parts["self-attention"], one.parts["feed-forward"]
        return total([attention.count, *(layer_norm(one.sizes["x"]).count for _ in range(3)), ffnn.count])

    return recounted(layer, ("encoder_layer",), count)


def _with_four_norms(layer: Layer) -> Dim:
    """The count if a decoder layer had a norm more."""

    def count(one: Layer) -> Dim:
        attention, ffnn = one.parts["self-attention"], one.parts["feed-forward"]
        return total([2 * attention.count, 4 * layer_norm(one.sizes["x"]).count, ffnn.count])

    return recounted(layer, ("decoder_layer",), count)


@slip("encoder", "decoder")
def norms_of_one_layer(layer: Layer):
    """The norms once, and all else in each layer."""
    (one,) = {part for part in layer.parts.values() if isinstance(part, Layer)}
    norms = total(part.count for part in one.parts.values() if part.name == "layer_norm")
    others = total(part.count for part in one.parts.values() if part.name != "layer_norm")
    if one.times > 1:
        yield Wrong(
            layer.times * total([one.times * others, norms]),
            "That has the norms of one layer. Each layer has norms of its own, as it has all else.",
            more=f"There are {one.times:,} layers.",
        )


# -- layers in place of others ------------------------------------------------------------------


def _of_decoders(layer: Layer) -> Dim:
    return recounted(layer, ("encoder_layer",), lambda one: decoder_layer(**one.sizes).count)


def _with_one_attention_more(layer: Layer) -> Dim:
    """The count if each layer had an attention more."""
    more = attention(layer.sizes["x"]).count
    names = ("encoder_layer", "decoder_layer")
    return recounted(layer, names, lambda one: total([one.count, more]))


def _first_twice(layer: Layer) -> Dim:
    return recounted(layer, ("ffnn",), lambda ffnn: 2 * ffnn.parts["hidden"].count)


def _swapped(layer: Layer) -> Dim:
    return layer.resized(m=layer.sizes["n"], n=layer.sizes["m"]).count


# -- FFNN ---------------------------------------------------------------------------------------


@slip(*STACKS)
def other_ffnn(layer: Layer):
    x, ff = layer.sizes["x"], layer.sizes["ff"]
    if ff:
        yield Wrong(
            layer.resized(ff=None).count,
            "That has an FFNN of one layer. Here it has two: one leads to the inner size, and one back.",
            more=f"From {x:,} to {ff:,}, and from {ff:,} to {x:,}.",
        )
    else:
        for inner in (x, 4 * x):
            yield Wrong(
                layer.resized(ff=inner).count,
                "That has an FFNN of two layers, to an inner size and back. With no inner size given it has "
                "one.",
                more=f"From {x:,} to {x:,}.",
            )


@slip("encoder_layer", "encoder")
def rule_for_four_times(layer: Layer):
    """12 x² and 13 x a layer, which is what an FFNN of 4 x inside comes to."""
    x, ff = layer.sizes["x"], layer.sizes["ff"]
    m = layer.sizes.get("m", 1)
    if ff == 4 * x and m > 1:
        yield Wrong(
            layer.times * (m * 12 * x * x + 13 * x),
            "That takes 12 × x × x for every layer, and 13 × x once. A layer has both of them.",
            more=f"There are {m:,} layers.",
        )
    for rule in (12 * x * x + 13 * x, 12 * x * x) if ff != 4 * x else ():
        yield Wrong(
            layer.times * m * rule,
            "That is the rule for an FFNN that is four times as wide inside as the model. This one is not.",
            more=f"Inside it has {ff:,}." if ff else "It has one layer, and no inner size.",
        )


@slip("transformer")
def words_counted(layer: Layer):
    if not layer.sizes["v"]:
        yield Wrong(
            layer.resized(v=37_000).count,
            "That has a table of words, as the paper's network has. The question asks for the two stacks "
            "alone.",
            more="The table would have 37,000 rows.",
        )


# -- stacks -------------------------------------------------------------------------------------


@slip("transformer")
def one_stack(layer: Layer):
    for stack in ("encoder", "decoder"):
        yield from without(
            layer,
            leaves_by_part(layer)[stack],
            f"That is the count without the {stack}. A Transformer has both stacks: one reads, one writes.",
            f"The {stack} is missing, all its layers.",
        )


@slip("transformer")
def biases_of_the_words(layer: Layer):
    v = layer.sizes["v"]
    if v:
        yield Wrong(
            layer.count + layer.times * v,
            "That has a bias for each word of the output. The output is the embedding's table, used the "
            "other way round, and a table has none.",
            more=f"There are {v:,} words, and no bias for any.",
        )


@slip("transformer")
def positions_counted(layer: Layer):
    x = layer.sizes["x"]
    for positions in _TABLES if layer.sizes["v"] else ():
        yield Wrong(
            layer.count + layer.times * embedding(positions, x).count,
            "That has a table of positions. In the paper, and here, positions are worked out from sines and "
            "cosines, and nothing is trained for them.",
            more=f"The table would have {positions:,} rows of {x:,}.",
        )


SLIPS = [
    leaves_out("gains_alone", STACKS, "*/shift",
        "That has a gain in each norm, and no shift. A norm scales and moves, and both are trained.",
        "In each norm a shift is missing for each of {x:,}."),
    leaves_out("one_norm", STACKS, "*/norm 2/*|*/norm 3/*",
        "That has one norm in each layer. A norm follows every step of a layer, not the last one alone.",
        _where_norms_are),
    leaves_out("two_norms", _DECODERS, "*/norm 3/*",
        "That has two norms in a decoder layer, as an encoder layer has. A norm follows every step, and a "
        "decoder layer has one step more.", "One stands after each attention, one after the FFNN."),
    counts("three_norms", ("encoder_layer", "encoder"), _with_three_norms,
        "That has three norms in a layer, as a decoder layer has. A norm follows every step, and an encoder "
        "layer has one step less.", "One stands after the attention, one after the FFNN."),
    counts("four_norms", ("decoder_layer", "decoder"), _with_four_norms,
        "That has four norms in a decoder layer. A norm follows every step, and there are three.",
        "One stands after each attention, one after the FFNN."),
    norms_of_one_layer,
    counts("last_norm", ("encoder", "decoder"), _with_norms(1),
        "That has a norm after the last layer. Some networks have one; here, as in the paper, there is "
        "none.", "Norms stand inside the layers only."),
    counts("last_norms", ("transformer",), _with_norms(2),
        "That ends each stack in a norm, as PyTorch's nn.Transformer does. Counted by hand, as in the "
        "paper, there is none.", "Norms stand inside the layers only."),
    leaves_out("attention_alone", STACKS, "*/norm ?/*|*/feed-forward/*|*/embedding/*",
        "That is the attention alone. In each layer an FFNN follows it, and norms.",
        "The FFNN and the norms of each layer are missing."),
    leaves_out("ffnn_alone", STACKS, "*/norm ?/*|*attention/*|*/embedding/*",
        "That is the FFNN alone. In each layer attention stands before it, and norms are in between.",
        "The attention and the norms of each layer are missing."),
    leaves_out("no_attention", STACKS, "*attention/*",
        "That is the count without the attention. Its dense layers are trained, and many.",
        "Queries, keys, values and output are missing, {x:,} to {x:,} each."),
    leaves_out("no_biases_in_attention", STACKS, "*attention/*/b",
        "That is the count without the biases of the attention. Its dense layers have them, as any other.",
        "Queries, keys, values and output have {x:,} each."),
    leaves_out("one_attention_in_a_decoder_layer", _DECODERS, "*/cross-attention/*",
        "That has one attention in a decoder layer. A decoder looks back at what it has written, and across "
        "at what the encoder gives.", "The cross-attention is missing, and it has all that the other has."),
    counts("one_attention_more", ("encoder_layer", "encoder", "decoder_layer", "decoder"),
        _with_one_attention_more,
        "That has one attention more in a layer. An encoder layer has one; a decoder layer has two, the "
        "second to look across.", "All heads of an attention are counted with it."),
    leaves_out("encoder_for_decoder", _DECODERS, "*/cross-attention/*|*/norm 3/*",
        "That is an encoder's count. A decoder layer also looks across at what the encoder gives, and a norm "
        "follows that too.", "Missing are the cross-attention and a norm."),
    counts("decoder_for_encoder", _ENCODERS, _of_decoders,
        "That is a decoder's count. An encoder has nothing to look across to: it attends to its own words "
        "alone.", "There is no cross-attention in an encoder layer, and no norm after it."),
    leaves_out("keys_and_values_of_the_encoder", _DECODERS,
        "*/cross-attention/key/*|*/cross-attention/value/*",
        "That has no weights for keys and values in the second attention. They are made of what the "
        "encoder gives, but by dense layers of the decoder.", "Those are {x:,} to {x:,}, like the others."),
    leaves_out("no_ffnn", STACKS, "*/feed-forward/*",
        "That is the count without the FFNN. In each layer the words go through one after they have looked "
        "around.", "The FFNN of each layer is missing."),
    leaves_out("no_biases_in_ffnn", STACKS, "*/feed-forward/b|*/feed-forward/*/b",
        "That is the count without the biases of the FFNN. Its outputs have them, as in any dense layer.",
        "A bias belongs to each number that a layer of the FFNN gives."),
    leaves_out("no_way_back", STACKS, "*/feed-forward/output/*",
        "That has the first layer of the FFNN. It leads to the inner size; a second one leads back.",
        "The layer from {ff:,} to {x:,} is missing."),
    counts("first_layer_twice", STACKS, _first_twice,
        "That counts the FFNN's first layer twice. The way back has the same number of weights, but it gives "
        "other numbers, and each number that is given has a bias.", "The second layer gives {x:,}."),
    other_ffnn, rule_for_four_times, words_counted,
    one_stack,
    counts("stacks_swapped", ("transformer",), _swapped,
        "That swaps the two stacks. A decoder layer has one attention more than an encoder layer, so it "
        "matters which is which.", "The encoder has m = {m:,}, the decoder n = {n:,}."),
    leaves_out("no_embedding", ("transformer",), "*/embedding/*",
        "That is the count without the embedding. It has a row for each word, trained like the rest.",
        "A table of {v:,} rows of {x:,} is missing."),
    biases_of_the_words,
    positions_counted,
]  # fmt: skip
