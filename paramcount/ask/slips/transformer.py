"""Slips with the layers of a Transformer and with its stacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ...core import Layer
from ...dims import Dim, total
from ...layers import attention, decoder_layer, embedding, encoder, encoder_layer, layer_norm
from .attention import STACKS
from .base import Wrong, counts, fits, leaves, leaves_by_part, leaves_out, recounted, slip, without

_DECODERS = ("decoder_layer", "decoder", "transformer")
_ENCODERS = ("encoder_layer", "encoder", "transformer")
_TABLES = (512, 1_024, 5_000)  # positions that a table may have, where it is learned
_PAPER = {"x": 512, "ff": 2_048}


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


def _of_encoders(layer: Layer) -> Dim:
    return recounted(layer, ("decoder_layer",), lambda one: encoder_layer(**one.sizes).count)


def _encoder_for_decoder(layer: Layer) -> str:
    that = "counts the decoder as an encoder" if layer.name == "transformer" else "is an encoder's count"
    return (
        f"That {that}. A decoder layer also looks across at what the encoder gives, and a norm follows that "
        "too."
    )


def _decoder_for_encoder(layer: Layer) -> str:
    that = "counts the encoder as a decoder" if layer.name == "transformer" else "is a decoder's count"
    return f"That {that}. An encoder has nothing to look across to: it attends to its own words alone."


def _with_one_attention_more(layer: Layer) -> Dim:
    """The count if each layer had an attention more."""
    more = attention(layer.sizes["x"]).count
    names = ("encoder_layer", "decoder_layer")
    return recounted(layer, names, lambda one: total([one.count, more]))


def _one_attention_more(layer: Layer) -> str:
    if layer.name.startswith("decoder"):
        return "That has three attentions in a layer. A decoder layer has two: one looks back, one across."
    return (
        "That has two attentions in a layer. A second one would look across at what an encoder gives; where "
        "there is one text alone, one attention is all."
    )


def _where_attentions_are(layer: Layer) -> str:
    of = "Self-attention and cross-attention" if layer.name.startswith("decoder") else "Self-attention alone"
    return f"{of}; then an FFNN."


def _swapped(layer: Layer) -> Dim:
    return layer.resized(m=layer.sizes["n"], n=layer.sizes["m"]).count


@slip(*_DECODERS)
def two_ffnns(layer: Layer):
    def with_two(one: Layer) -> Dim:
        return total([one.count, one.parts["feed-forward"].count])

    yield Wrong(
        recounted(layer, ("decoder_layer",), with_two),
        "That has an FFNN after each attention. A decoder layer has one FFNN, after it has looked back and "
        "across.",
        more="Its steps are self-attention, cross-attention and FFNN.",
    )
    yield Wrong(
        recounted(layer, ("decoder_layer",), lambda one: 2 * encoder_layer(**one.sizes).count),
        "That takes a decoder layer for two encoder layers. It has the attentions of two, but one FFNN.",
        more="Its steps are self-attention, cross-attention and FFNN, and a norm follows each.",
    )


@slip(*_DECODERS)
def one_dense_layer_less(layer: Layer):
    """Of a cross-attention one of the four, whichever it was."""
    gone = [leaf for leaf in leaves(layer) if fits("*/cross-attention/output/*", layer, leaf)]
    for wrong in without(
        layer,
        gone,
        "That has three dense layers in one of the two attentions. Each of the two has queries, keys, values "
        "and an output, and a dense layer for each of them.",
        f"A dense layer from {layer.sizes['x']:,} to {layer.sizes['x']:,} is missing.",
    ):
        yield replace(wrong, missing=frozenset())


@slip("decoder", "transformer")
def one_cross_attention_for_all(layer: Layer):
    """One for the whole decoder, with its norm, or with a norm in each layer all the same."""
    attends, norm = attention(layer.sizes["x"]).count, layer_norm(layer.sizes["x"]).count
    alone = recounted(layer, ("decoder_layer",), lambda one: total([encoder_layer(**one.sizes).count, norm]))
    for each, once in ((_of_encoders(layer), total([attends, norm])), (alone, attends)):
        if layer.sizes["n"] == 1:
            break
        yield Wrong(
            total([each, layer.times * once]),
            "That has one cross-attention for the whole decoder. Each of its layers looks across by itself, "
            "with weights of its own.",
            more=f"There are {layer.sizes['n']:,} decoder layers.",
        )


# -- other sizes --------------------------------------------------------------------------------


@slip(*STACKS)
def sizes_of_the_paper(layer: Layer):
    x, ff = layer.sizes["x"], layer.sizes["ff"]
    if ff and ff != _PAPER["ff"]:
        yield Wrong(
            layer.resized(ff=_PAPER["ff"]).count,
            "That has the inner size of the paper, which PyTorch takes too where none is given. Here it is "
            "another.",
            more=f"Here ff is {ff:,}.",
        )
    if x != _PAPER["x"]:
        yield Wrong(
            layer.resized(heads=1, **(_PAPER if ff else {"x": _PAPER["x"]})).count,
            "That is counted with the sizes of the paper. The question has sizes of its own.",
            more=f"Here x is {x:,}.",
        )


@slip(*STACKS)
def from_half_the_size(layer: Layer):
    """The large Transformer from the paper's base, of half its sizes."""
    x, ff = layer.sizes["x"], layer.sizes["ff"]
    if (x, ff) != (2 * _PAPER["x"], 2 * _PAPER["ff"]):
        return
    base = layer.resized(heads=1, **_PAPER).count
    why = "A weight joins a number to a number, so there are four times as many where both are doubled."
    yield Wrong(
        2 * base,
        f"That is twice what there is at half the size. {why}",
        more="Biases, gains and shifts are doubled, weights are not.",
    )
    yield Wrong(
        4 * base,
        "That is four times what there is at half the size. So it is with weights; biases, gains and shifts "
        "stand once for each column, and are doubled.",
        more=f"Count a layer at x = {x:,}.",
    )


@slip("encoder", "decoder")
def stack_twice(layer: Layer):
    if layer.name == "encoder":
        why = "That has every layer twice. Attention and FFNN are the two halves of a layer: both are in it."
    else:
        why = "That has every layer twice. Both attentions are in the count of a layer already."
    yield Wrong(2 * layer.count, why, more=f"There are {layer.sizes['m' if 'm' in layer.sizes else 'n']:,}.")


@slip("decoder")
def encoder_as_well(layer: Layer):
    sizes = {name: size for name, size in layer.sizes.items() if name != "n"}
    yield Wrong(
        total([layer.count, layer.times * encoder(m=layer.sizes["n"], **sizes).count]),
        "That has an encoder as well. The question asks for the decoder, which reads what an encoder gives.",
        more="Only the decoder's layers are counted.",
    )


@slip("encoder", "decoder", "transformer")
def layers_of_another(layer: Layer):
    here = {name: layer.sizes[name] for name in ("m", "n") if name in layer.sizes}
    for often, words, whose in (6, "six", "the paper"), (12, "twelve", "BERT-base or the smallest GPT-2"):
        if not {often, often // 2} & {*here.values()}:
            yield Wrong(
                layer.resized(**dict.fromkeys(here, often)).count,
                f"That has {words} layers in a stack, as in {whose}. Here there is another number of them.",
                more=f"In a stack there are {' and '.join(f'{n:,}' for n in dict.fromkeys(here.values()))}.",
            )


# -- FFNN ---------------------------------------------------------------------------------------


def _first_twice(layer: Layer) -> Dim:
    return recounted(layer, ("ffnn",), lambda ffnn: 2 * ffnn.parts["hidden"].count)


def _with_outer_biases(layer: Layer) -> Dim:
    """The count if both layers of an FFNN had as many biases as the second."""

    def count(ffnn: Layer) -> Dim:
        hidden, output = ffnn.parts["hidden"].sizes, ffnn.parts["output"].sizes
        weights = [one["i"] * one["o"] for one in (hidden, output)]
        return total([total([each, output["o"]]) for each in weights])

    return recounted(layer, ("ffnn",), count)


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
        yield Wrong(
            layer.times * m * total([12 * x * x, Dim(13)]),
            "That adds 13 for a whole layer. Biases and norms have that many for each column.",
            more=f"There are {x:,} columns.",
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


@slip("encoder_layer", "encoder", "decoder_layer", "decoder")
def one_vector_less(layer: Layer):
    """Of a layer the biases of one dense layer, or a gain or a shift: all have x."""
    gone = [leaf for leaf in leaves(layer) if fits("*/feed-forward/output/b", layer, leaf)]
    for wrong in without(
        layer,
        gone,
        "That leaves out the biases of one dense layer, or half of a norm. Each dense layer has biases, and "
        "each norm a gain and a shift.",
        "Those of the FFNN's second layer are often left out.",
    ):
        yield replace(wrong, missing=frozenset())


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
        "at what the encoder gives, each by an attention of its own.",
        "The cross-attention is missing, and it has all that the other has."),
    counts("one_attention_more", ("encoder_layer", "encoder", "decoder_layer", "decoder"),
        _with_one_attention_more, _one_attention_more, _where_attentions_are),
    leaves_out("encoder_for_decoder", _DECODERS, "*/cross-attention/*|*/norm 3/*", _encoder_for_decoder,
        "Missing are the cross-attention and a norm."),
    counts("decoder_for_encoder", _ENCODERS, _of_decoders, _decoder_for_encoder,
        "There is no cross-attention in an encoder layer, and no norm after it."),
    leaves_out("keys_and_values_of_the_encoder", _DECODERS,
        "*/cross-attention/key/*|*/cross-attention/value/*",
        "That has two dense layers in the second attention. Queries come from the decoder's words, keys and "
        "values from what the encoder gives, but all of them, and the output, by dense layers of its own.",
        "It has four, {x:,} to {x:,} each, like the first attention."),
    two_ffnns, one_dense_layer_less, one_cross_attention_for_all,
    sizes_of_the_paper, from_half_the_size, stack_twice, encoder_as_well,
    layers_of_another,
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
        "That has as many biases on the way back as on the way up. The weights are equally many both ways; "
        "biases are as many as the numbers that come out.",
        "The second layer gives {x:,}."),
    counts("outer_biases_twice", ("encoder",), _with_outer_biases,
        "That has as many biases on the way up as on the way back. The weights are equally many both ways; "
        "biases are as many as the numbers that come out.",
        lambda layer: f"The first layer gives {layer.sizes['ff'] or layer.sizes['x']:,}."),
    one_vector_less, other_ffnn, rule_for_four_times, words_counted,
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
