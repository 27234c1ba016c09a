"""Known mistakes with the layers of a Transformer and with its stacks."""

from __future__ import annotations

from ...core import Layer
from ...layers import decoder_layer, layer_norm
from . import Wrong, left_out, mistake, recounted
from .attention import STACKS, role

_ENCODERS = ("encoder_layer", "encoder")
_DECODERS = ("decoder_layer", "decoder")


# -- norms --------------------------------------------------------------------------------------


@mistake(*STACKS)
def gains_alone(layer: Layer):
    why = "That has a gain in each norm, and no shift. Both are trained"
    yield from left_out(layer, lambda leaf: leaf.path[-1] == "shift", why)


@mistake(*STACKS)
def one_norm(layer: Layer):
    there = {"transformer": "There are two in an encoder layer, three in a decoder layer"}
    there |= dict.fromkeys(_ENCODERS, "There are two, one after the attention and one after the FFNN")
    there |= dict.fromkeys(_DECODERS, "There are three, one after each attention and one after the FFNN")
    why = f"That has one norm in each layer. {there[layer.name]}"
    yield from left_out(layer, lambda leaf: leaf.path[-2] in ("norm 2", "norm 3"), why)


@mistake(*_DECODERS, "transformer")
def two_norms(layer: Layer):
    why = "That has two norms in a decoder layer. There are three, one after each attention and the FFNN"
    yield from left_out(layer, lambda leaf: leaf.path[-2] == "norm 3", why)


@mistake("encoder", "decoder")
def last_norm(layer: Layer):
    yield Wrong(
        layer.count + layer.times * layer_norm(layer.sizes["x"]).count,
        "That has a norm after the last layer. Some networks have one; here, as in the paper, there is none.",
    )


@mistake("transformer")
def last_norms(layer: Layer):
    yield Wrong(
        layer.count + layer.times * 2 * layer_norm(layer.sizes["x"]).count,
        "That ends each stack in a norm, as PyTorch's nn.Transformer does. Counted by hand, as in the "
        "paper, there is none.",
    )


# -- attentions ---------------------------------------------------------------------------------


@mistake(*STACKS)
def no_attention(layer: Layer):
    why = "That leaves out the attention. It has four dense layers, for queries, keys, values and output"
    yield from left_out(layer, lambda leaf: bool(role(layer, leaf)), why)


@mistake(*STACKS)
def no_biases_in_attention(layer: Layer):
    why = "That leaves out the biases of the attention. All four of its dense layers have them"
    yield from left_out(layer, lambda leaf: bool(role(layer, leaf)) and leaf.path[-1] == "b", why)


@mistake(*_DECODERS, "transformer")
def one_attention_in_a_decoder_layer(layer: Layer):
    why = "That has one attention in a decoder layer. A second one reads what the encoder gives"
    yield from left_out(layer, lambda leaf: "cross-attention" in leaf.path, why)


@mistake(*_DECODERS, "transformer")
def encoder_for_decoder(layer: Layer):
    why = "That is an encoder's count. A decoder layer has a second attention, and a norm after it"
    yield from left_out(layer, lambda leaf: "cross-attention" in leaf.path or "norm 3" in leaf.path, why)


@mistake(*_ENCODERS, "transformer")
def decoder_for_encoder(layer: Layer):
    yield Wrong(
        recounted(layer, {"encoder_layer"}, lambda one: decoder_layer(**one.sizes).count),
        "That is a decoder's count. An encoder layer has one attention and two norms.",
    )


@mistake(*_DECODERS, "transformer")
def keys_and_values_of_the_encoder(layer: Layer):
    why = (
        "That has no weights for keys and values in the second attention. They are made of what the "
        "encoder gives, but by dense layers of the decoder"
    )
    yield from left_out(
        layer, lambda leaf: "cross-attention" in leaf.path and role(layer, leaf) in ("key", "value"), why
    )


# -- FFNN ---------------------------------------------------------------------------------------


@mistake(*STACKS)
def no_ffnn(layer: Layer):
    why = "That leaves out the FFNN. Each layer has one after its attention"
    yield from left_out(layer, lambda leaf: "feed-forward" in leaf.path, why)


@mistake(*STACKS)
def no_biases_in_ffnn(layer: Layer):
    why = "That leaves out the biases of the FFNN. Its outputs have them, as in any dense layer"
    yield from left_out(layer, lambda leaf: "feed-forward" in leaf.path and leaf.path[-1] == "b", why)


@mistake(*STACKS)
def no_way_back(layer: Layer):
    x, ff = layer.sizes["x"], layer.sizes["ff"]
    if ff:
        why = f"That has the FFNN's first layer, {x:,} to {ff:,}. A second one leads back, {ff:,} to {x:,}"
        yield from left_out(layer, lambda leaf: leaf.path[-3:-1] == ("feed-forward", "output"), why)


@mistake(*STACKS)
def first_layer_twice(layer: Layer):
    x = layer.sizes["x"]
    yield Wrong(
        recounted(layer, {"ffnn"}, lambda ffnn: 2 * ffnn.parts["hidden"].count),
        f"That counts the FFNN's first layer twice. The second leads back to {x:,}, with as many biases.",
    )


@mistake(*STACKS)
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


@mistake("transformer")
def one_stack(layer: Layer):
    for stack in ("encoder", "decoder"):
        why = f"That leaves out the {stack}. A Transformer has both stacks"
        yield from left_out(layer, lambda leaf, stack=stack: leaf.path[0] == stack, why)


@mistake("transformer")
def stacks_swapped(layer: Layer):
    m, n = layer.sizes["m"], layer.sizes["n"]
    yield Wrong(
        layer.resized(m=n, n=m).count,
        f"That swaps the stacks. The encoder has m = {m:,}, the decoder n = {n:,}.",
    )


@mistake("transformer")
def no_embedding(layer: Layer):
    why = "That leaves out the embedding. It has a row for each word, and it is trained with the rest"
    yield from left_out(layer, lambda leaf: leaf.path[0] == "embedding", why)


@mistake("transformer")
def biases_of_the_words(layer: Layer):
    v = layer.sizes["v"]
    if v:
        yield Wrong(
            layer.count + layer.times * v,
            f"That has a bias for each word of the output, {v:,} in all. The output is the embedding's "
            "table, used the other way round, and it has none.",
        )
