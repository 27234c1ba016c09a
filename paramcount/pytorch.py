"""What PyTorch keeps: each layer of the textbook as the tensors of its `state_dict()`.

A tensor's full name is its path joined by ".", with a number for each of the layers that are
repeated: layers.0.norm1.weight. Above each function: the layer that it translates, what PyTorch does
in another way, and why, which readers see beside the count, and the classes of modules that keep it, with
how to read their sizes. Source: the modules of torch.nn, version 2.13, which is not imported here.
"""

import functools
import sys
from dataclasses import replace

from . import layers
from .core import Layer, Tensor
from .stored import kept_by, stored_by

kept = functools.partial(kept_by, __name__)


@kept(
    layers.dense,
    "nn.Linear keeps its weight as (o, i), one row for each output, where the chapters write (i, o).",
    "Linear",
    reads=lambda m: {"i": m.in_features, "o": m.out_features, "bias": m.bias is not None},
)
def dense(i, o, bias=True):
    return _renamed(layers.dense(i, o, bias), "weight", "bias") | {"weight": (o, i)}


@kept(
    layers.ffnn,
    "nn.Sequential numbers its parts, and the ReLUs between the layers take the odd numbers.",
)
def ffnn(i, *h, o, bias=True):
    linears = layers.ffnn(i, *h, o=o, bias=bias).parts.values()
    return {2 * k: dense(**linear.sizes) for k, linear in enumerate(linears)}


@kept(
    layers.rnn,
    "There is a second bias, bias_hh_l0, h more: cuDNN keeps one for the input, one for the state.",
    "RNN",
    reads=lambda m: {"i": m.input_size, "h": m.hidden_size, "bias": m.bias},
)
def rnn(i, h, bias=True):
    """The two biases are added, so one would do."""
    return _recurrent(1, i, h, bias)


@kept(
    layers.gru,
    "Each gate has a second bias, bias_hh_l0, 3 × h more: cuDNN keeps one for the input, one for the state.",
    "GRU",
    reads=lambda m: {"i": m.input_size, "h": m.hidden_size, "bias": m.bias},
)
def gru(i, h, bias=True):
    """In the candidate the second bias does work of its own, for the reset gate scales it; in the two
    gates the biases are added, so one would do.
    """
    return _recurrent(3, i, h, bias)


@kept(
    layers.lstm,
    "Each gate has a second bias, bias_hh_l0, 4 × h more: cuDNN keeps one for the input, one for the state.",
    "LSTM",
    reads=lambda m: {"i": m.input_size, "h": m.hidden_size, "bias": m.bias},
)
def lstm(i, h, bias=True):
    """The two biases are added, so one would do."""
    return _recurrent(4, i, h, bias)


@kept(
    layers.bidirectional,
    "Each direction has cuDNN's second bias for each gate, bias_hh_l0 and bias_hh_l0_reverse.",
)
def bidirectional(recurrent: Layer):
    forward, backward = _translated(layers.bidirectional(recurrent)).values()
    return forward.parts | {f"{name}_reverse": tensor for name, tensor in backward.parts.items()}


@kept(
    layers.conv,
    "nn.Conv2d keeps one filter after the other, (o, i ÷ groups, f, f), where the chapters write o last.",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    reads=lambda m: {
        "i": m.in_channels,
        "f": m.kernel_size,
        "o": m.out_channels,
        "groups": m.groups,
        "bias": m.bias is not None,
    },
)
def conv(i, f: int | tuple, o, groups=1, bias=True):
    parts = _renamed(layers.conv(i, f, o, groups, bias), "weight", "bias")
    channels, *sides, filters = parts["weight"].shape
    return parts | {"weight": (filters, channels, *sides)}


@kept(
    layers.scaled_dot_product,
    "F.scaled_dot_product_attention is a function and not a module: it keeps nothing.",
)
def scaled_dot_product(x):
    return {}


@kept(
    layers.attention,
    "Queries, keys and values lie in one tensor, in_proj_weight, (3 × x, x): one product makes all three.",
    "MultiheadAttention",
    reads=lambda m: {"x": m.embed_dim, "heads": m.num_heads, "bias": m.in_proj_bias is not None},
)
def attention(x, heads=1, bias=True):
    output = layers.attention(x, heads, bias).parts["output"]
    stacked = dense(x, 3 * x, bias).parts
    return {f"in_proj_{name}": part for name, part in stacked.items()} | {"out_proj": dense(**output.sizes)}


@kept(
    layers.layer_norm,
    "nn.LayerNorm calls the gain its weight and the shift its bias.",
    "LayerNorm",
    reads=lambda m: {"x": m.normalized_shape},
)
def layer_norm(x):
    return _renamed(layers.layer_norm(x), "weight", "bias")


@kept(
    layers.rms_norm,
    "nn.RMSNorm calls the gain its weight.",
    "RMSNorm",
    reads=lambda m: {"x": m.normalized_shape},
)
def rms_norm(x):
    return _renamed(layers.rms_norm(x), "weight")


@kept(
    layers.batch_norm,
    "num_batches_tracked, one number, counts the batches seen; like the statistics, it is not trained.",
    "BatchNorm1d",
    "BatchNorm2d",
    "BatchNorm3d",
    "SyncBatchNorm",
    reads=lambda m: {"o": m.num_features},
)
def batch_norm(o):
    parts = _renamed(layers.batch_norm(o), "weight", "bias", "running_mean", "running_var")
    return parts | {"num_batches_tracked": Tensor((), "norm", trained=False)}


@kept(
    layers.embedding,
    "nn.Embedding calls the table its weight.",
    "Embedding",
    reads=lambda m: {"v": m.num_embeddings, "x": m.embedding_dim},
)
def embedding(v, x):
    return _renamed(layers.embedding(v, x), "weight")


@kept(
    layers.encoder_layer,
    "The FFNN is linear1 and linear2, always two; where no ff is given, the textbook's single one stays.",
    "TransformerEncoderLayer",
    reads=lambda m: {
        "x": m.linear1.in_features,
        "ff": m.linear1.out_features,
        "heads": m.self_attn.num_heads,
    },
)
def encoder_layer(x, ff=None, heads=1):
    if ff is None:
        return _translated(layers.encoder_layer(x, ff, heads))
    return {"self_attn": attention(x, heads)} | _after_attention(x, ff, norms=2)


@kept(
    layers.decoder_layer,
    "The attention over the encoder is multihead_attn; the FFNN is linear1 and linear2, if ff is given.",
    "TransformerDecoderLayer",
    reads=lambda m: {
        "x": m.linear1.in_features,
        "ff": m.linear1.out_features,
        "heads": m.self_attn.num_heads,
    },
)
def decoder_layer(x, ff=None, heads=1):
    if ff is None:
        return _translated(layers.decoder_layer(x, ff, heads))
    attentions = {"self_attn": attention(x, heads), "multihead_attn": attention(x, heads)}
    return attentions | _after_attention(x, ff, norms=3)


@kept(
    layers.encoder,
    "nn.TransformerEncoder ends without a norm of its own, unless it is given one.",
)
def encoder(x, m, ff=None, heads=1):
    return {"layers": m * encoder_layer(x, ff, heads)}


@kept(
    layers.decoder,
    "nn.TransformerDecoder ends without a norm of its own, unless it is given one.",
)
def decoder(x, n, ff=None, heads=1):
    return {"layers": n * decoder_layer(x, ff, heads)}


@kept(
    layers.transformer,
    "Each stack ends in a norm, encoder.norm and decoder.norm, 2 × (x + x) more: pre-norm layers need it.",
)
def transformer(x, m, n, ff=None, heads=1, v=None):
    """nn.Transformer has the norms for any layers. It has no embedding: with a v, the one here is the
    nn.Embedding that a model keeps beside it. With no ff there is no nn.Transformer: the stacks
    are then built of the textbook's layers, and end without a norm.
    """
    stacks = {"encoder": encoder(x, m, ff, heads), "decoder": decoder(x, n, ff, heads)}
    if ff is not None:
        for name, stack in stacks.items():
            stacks[name] = replace(stack, parts={**stack.parts, "norm": layer_norm(x)})
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
