"""What PyTorch keeps: each layer of the textbook as the tensors of its `state_dict()`.

A tensor's full name is its path joined by ".", with a number for each of the layers that are
repeated: layers.0.norm1.weight. The first line of each function says what PyTorch does in another
way, and why; readers see it beside the count. Source: the modules of torch.nn, version 2.13, which
is not imported here.
"""

import sys
from dataclasses import replace

from . import layers
from .core import Layer, Tensor, layer, stored_by


@layer
def dense(i, o, bias=True):
    """nn.Linear keeps its weight as (o, i), one row for each output, where the chapters write (i, o)."""
    return _renamed(layers.dense(i, o, bias), "weight", "bias") | {"weight": (o, i)}


@layer
def ffnn(i, *h, o, bias=True):
    """nn.Sequential numbers its parts, and the ReLUs between the layers take the odd numbers."""
    linears = layers.ffnn(i, *h, o=o, bias=bias).parts.values()
    return {2 * k: dense(**linear.sizes) for k, linear in enumerate(linears)}


@layer
def rnn(i, h, bias=True):
    """There is a second bias, bias_hh_l0, h more: cuDNN keeps one for the input, one for the state.

    The two are added, so one would do.
    """
    return _recurrent(1, i, h, bias)


@layer
def gru(i, h, bias=True):
    """Each gate has a second bias, bias_hh_l0, 3 × h more: cuDNN keeps one for the input, one for the state.

    In the candidate it does work of its own, for the reset gate scales it; in the two gates the
    biases are added, so one would do.
    """
    return _recurrent(3, i, h, bias)


@layer
def lstm(i, h, bias=True):
    """Each gate has a second bias, bias_hh_l0, 4 × h more: cuDNN keeps one for the input, one for the state.

    The two are added, so one would do.
    """
    return _recurrent(4, i, h, bias)


@layer
def bidirectional(recurrent: Layer):
    """Each direction has cuDNN's second bias for each gate, bias_hh_l0 and bias_hh_l0_reverse."""
    forward = _translated(layers.bidirectional(recurrent))["forward"].parts
    return forward | {f"{name}_reverse": tensor for name, tensor in forward.items()}


@layer
def conv(i, f: int | tuple, o, groups=1, bias=True):
    """nn.Conv2d keeps one filter after the other, (o, i ÷ groups, f, f), where the chapters write o last."""
    parts = _renamed(layers.conv(i, f, o, groups, bias), "weight", "bias")
    channels, *sides, filters = parts["weight"].shape
    return parts | {"weight": (filters, channels, *sides)}


@layer
def scaled_dot_product(x):
    """F.scaled_dot_product_attention is a function and not a module: it keeps nothing."""
    return {}


@layer
def attention(x, heads=1, bias=True):
    """Queries, keys and values lie in one tensor, in_proj_weight, (3 × x, x): one product makes all three."""
    output = layers.attention(x, heads, bias).parts["output"]
    stacked = dense(x, 3 * x, bias).parts
    return {f"in_proj_{name}": part for name, part in stacked.items()} | {"out_proj": dense(**output.sizes)}


@layer
def layer_norm(x):
    """nn.LayerNorm calls the gain its weight and the shift its bias."""
    return _renamed(layers.layer_norm(x), "weight", "bias")


@layer
def rms_norm(x):
    """nn.RMSNorm calls the gain its weight."""
    return _renamed(layers.rms_norm(x), "weight")


@layer
def batch_norm(o):
    """num_batches_tracked, one number, counts the batches seen; like the statistics, it is not trained."""
    parts = _renamed(layers.batch_norm(o), "weight", "bias", "running_mean", "running_var")
    return parts | {"num_batches_tracked": Tensor((), "norm", trained=False)}


@layer
def embedding(v, x):
    """nn.Embedding calls the table its weight."""
    return _renamed(layers.embedding(v, x), "weight")


@layer
def encoder_layer(x, ff=None, heads=1):
    """The FFNN is linear1 and linear2, always two; where no ff is given, the textbook's single one stays."""
    if ff is None:
        return _translated(layers.encoder_layer(x, ff, heads))
    return {"self_attn": attention(x, heads)} | _after_attention(x, ff, norms=2)


@layer
def decoder_layer(x, ff=None, heads=1):
    """The attention over the encoder is multihead_attn; the FFNN is linear1 and linear2, if ff is given."""
    if ff is None:
        return _translated(layers.decoder_layer(x, ff, heads))
    attentions = {"self_attn": attention(x, heads), "multihead_attn": attention(x, heads)}
    return attentions | _after_attention(x, ff, norms=3)


@layer
def encoder(x, m, ff=None, heads=1):
    """nn.TransformerEncoder ends without a norm of its own, unless it is given one."""
    return {"layers": m * encoder_layer(x, ff, heads)}


@layer
def decoder(x, n, ff=None, heads=1):
    """nn.TransformerDecoder ends without a norm of its own, unless it is given one."""
    return {"layers": n * decoder_layer(x, ff, heads)}


@layer
def transformer(x, m, n, ff=None, heads=1, v=None):
    """Each stack ends in a norm, encoder.norm and decoder.norm, 2 × (x + x) more: pre-norm layers need it.

    nn.Transformer has it for any layers. It has no embedding: with a v, the one here is the
    nn.Embedding that a model keeps beside it. With no ff there is no nn.Transformer: the stacks
    are then built of the textbook's layers, and end without a norm.
    """
    stacks = {"encoder": encoder(x, m, ff, heads), "decoder": decoder(x, n, ff, heads)}
    if ff is not None:
        norm = {"norm": layer_norm(x)}
        stacks = {name: replace(stack, parts={**stack.parts, **norm}) for name, stack in stacks.items()}
    return ({"embedding": embedding(v, x)} if v else {}) | stacks


def _renamed(textbook, *names):
    """The textbook's tensors, in its order, by the framework's names; there may be no bias to name."""
    return dict(zip(names, textbook.parts.values(), strict=False))


def _translated(textbook):
    """The textbook's parts as PyTorch keeps each of them, by the textbook's names."""
    return {name: stored_by(sys.modules[__name__], part) for name, part in textbook.parts.items()}


def _recurrent(n, i, h, bias):
    """The n gates on top of each other, once for what they read from the input, once from the state."""
    weights = {"weight_ih_l0": (n * h, i), "weight_hh_l0": (n * h, h)}
    biases = {"bias_ih_l0": (n * h,), "bias_hh_l0": (n * h,)}
    return weights | biases if bias else weights


def _after_attention(x, ff, norms):
    linears = {"linear1": dense(x, ff), "linear2": dense(ff, x)}
    return linears | {f"norm{k}": layer_norm(x) for k in range(1, norms + 1)}
