"""Slips with the layers of a Transformer and with its stacks."""

from __future__ import annotations

from collections.abc import Callable

from ...core import Layer
from ...layers import decoder_layer, layer_norm
from .attention import STACKS
from .base import Wrong, counts, leaves_by_part, leaves_out, recounted, slip, without

_DECODERS = ("decoder_layer", "decoder", "transformer")
_ENCODERS = ("encoder_layer", "encoder", "transformer")


# -- norms --------------------------------------------------------------------------------------


def _norms_there_are(layer: Layer) -> str:
    there = {
        "encoder": "There are two, one after the attention and one after the FFNN",
        "decoder": "There are three, one after each attention and one after the FFNN",
        "transformer": "There are two in an encoder layer, three in a decoder layer",
    }
    return f"That has one norm in each layer. {there[layer.name.removesuffix('_layer')]}"


def _with_norms(number: int) -> Callable[[Layer], int]:
    """What counts a layer with so many norms at its end."""
    return lambda layer: layer.count + layer.times * number * layer_norm(layer.sizes["x"]).count


# -- layers in place of others ------------------------------------------------------------------


def _of_decoders(layer: Layer) -> int:
    return recounted(layer, ("encoder_layer",), lambda one: decoder_layer(**one.sizes).count)


def _first_twice(layer: Layer) -> int:
    return recounted(layer, ("ffnn",), lambda ffnn: 2 * ffnn.parts["hidden"].count)


def _swapped(layer: Layer) -> int:
    return layer.resized(m=layer.sizes["n"], n=layer.sizes["m"]).count


# -- FFNN ---------------------------------------------------------------------------------------


@slip(*STACKS)
def other_ffnn(layer: Layer):
    x, ff = layer.sizes["x"], layer.sizes["ff"]
    if ff:
        yield Wrong(
            layer.resized(ff=None).count,
            f"That has an FFNN of one layer, {x:,} to {x:,}. Here it has two: {x:,} to {ff:,} and back.",
        )
    else:
        for inner in (x, 4 * x):
            yield Wrong(
                layer.resized(ff=inner).count,
                f"That has an FFNN of two layers, {x:,} to {inner:,} and back. With no inner size given it "
                f"has one, {x:,} to {x:,}.",
            )


# -- stacks -------------------------------------------------------------------------------------


@slip("transformer")
def one_stack(layer: Layer):
    for stack in ("encoder", "decoder"):
        why = f"That leaves out the {stack}. A Transformer has both stacks"
        yield from without(layer, leaves_by_part(layer)[stack], why)


@slip("transformer")
def biases_of_the_words(layer: Layer):
    v = layer.sizes["v"]
    if v:
        yield Wrong(
            layer.count + layer.times * v,
            f"That has a bias for each word of the output, {v:,} in all. The output is the embedding's "
            "table, used the other way round, and it has none.",
        )


SLIPS = [
    leaves_out("gains_alone", STACKS, "*/shift",
        "That has a gain in each norm, and no shift. Both are trained"),
    leaves_out("one_norm", STACKS, "*/norm 2/*|*/norm 3/*", _norms_there_are),
    leaves_out("two_norms", _DECODERS, "*/norm 3/*",
        "That has two norms in a decoder layer. There are three, one after each attention and the FFNN"),
    counts("last_norm", ("encoder", "decoder"), _with_norms(1),
        "That has a norm after the last layer. Some networks have one; here, as in the paper, there is "
        "none."),
    counts("last_norms", ("transformer",), _with_norms(2),
        "That ends each stack in a norm, as PyTorch's nn.Transformer does. Counted by hand, as in the "
        "paper, there is none."),
    leaves_out("no_attention", STACKS, "*attention/*",
        "That leaves out the attention. It has four dense layers, for queries, keys, values and output"),
    leaves_out("no_biases_in_attention", STACKS, "*attention/*/b",
        "That leaves out the biases of the attention. All four of its dense layers have them"),
    leaves_out("one_attention_in_a_decoder_layer", _DECODERS, "*/cross-attention/*",
        "That has one attention in a decoder layer. A second one reads what the encoder gives"),
    leaves_out("encoder_for_decoder", _DECODERS, "*/cross-attention/*|*/norm 3/*",
        "That is an encoder's count. A decoder layer has a second attention, and a norm after it"),
    counts("decoder_for_encoder", _ENCODERS, _of_decoders,
        "That is a decoder's count. An encoder layer has one attention and two norms."),
    leaves_out("keys_and_values_of_the_encoder", _DECODERS,
        "*/cross-attention/key/*|*/cross-attention/value/*",
        "That has no weights for keys and values in the second attention. They are made of what the "
        "encoder gives, but by dense layers of the decoder"),
    leaves_out("no_ffnn", STACKS, "*/feed-forward/*",
        "That leaves out the FFNN. Each layer has one after its attention"),
    leaves_out("no_biases_in_ffnn", STACKS, "*/feed-forward/b|*/feed-forward/*/b",
        "That leaves out the biases of the FFNN. Its outputs have them, as in any dense layer"),
    leaves_out("no_way_back", STACKS, "*/feed-forward/output/*",
        "That has the FFNN's first layer, {x:,} to {ff:,}. A second one leads back, {ff:,} to {x:,}"),
    counts("first_layer_twice", STACKS, _first_twice,
        "That counts the FFNN's first layer twice. The second leads back to {x:,}, with as many biases."),
    other_ffnn,
    one_stack,
    counts("stacks_swapped", ("transformer",), _swapped,
        "That swaps the stacks. The encoder has m = {m:,}, the decoder n = {n:,}."),
    leaves_out("no_embedding", ("transformer",), "*/embedding/*",
        "That leaves out the embedding. It has a row for each word, and it is trained with the rest"),
    biases_of_the_words,
]  # fmt: skip
