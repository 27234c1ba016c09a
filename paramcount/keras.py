"""What Keras keeps: each layer of the textbook as its `weights`.

A weight's path is its path here joined by "/". The first line of each function says what Keras does
in another way, and why; readers see it beside the count. Keras has no Transformer layers of its own:
an encoder or a decoder is built of the layers here. Source: keras.layers, version 3.15, which is not
imported here.
"""

import sys

from . import layers
from .core import Layer, Tensor, layer, stored_by


@layer
def dense(i, o, bias=True):
    """Dense calls W its kernel and b its bias."""
    return _renamed(layers.dense(i, o, bias), "kernel", "bias")


@layer
def ffnn(i, *h, o, bias=True):
    """Keras names the layers of a Sequential in their order: dense, dense_1, and so on."""
    denses = layers.ffnn(i, *h, o=o, bias=bias).parts.values()
    return {f"dense_{k}" if k else "dense": dense(**each.sizes) for k, each in enumerate(denses)}


@layer
def rnn(i, h, bias=True):
    """SimpleRNN has one kernel for the input, one for the state, and a single bias, as by hand."""
    return {"simple_rnn_cell": _cell(1, i, h, bias)}


@layer
def gru(i, h, bias=True):
    """bias has two rows, (2, 3 × h), 3 × h more: cuDNN keeps one for the input, one for the state.

    That is reset_after=True, the default: the reset gate then scales what comes from the state, its
    bias included. With reset_after=False there is one bias for each gate, as by hand.
    """
    return {"gru_cell": _cell(3, i, h, bias, biases=2)}


@layer
def lstm(i, h, bias=True):
    """The four gates lie side by side in each kernel, and each gate has one bias, as by hand."""
    return {"lstm_cell": _cell(4, i, h, bias)}


@layer
def bidirectional(recurrent: Layer):
    """Bidirectional keeps a forward and a backward layer; a GRU has its second bias in both."""
    directions = layers.bidirectional(recurrent).parts.items()
    name = {"rnn": "simple_rnn"}.get(recurrent.name, recurrent.name)
    return {f"{way}_{name}": stored_by(sys.modules[__name__], each) for way, each in directions}


@layer
def conv(i, f: int | tuple, o, groups=1, bias=True):
    """Conv2D keeps the sides of a filter first, (f, f, i ÷ groups, o)."""
    parts = _renamed(layers.conv(i, f, o, groups, bias), "kernel", "bias")
    channels, *sides, filters = parts["kernel"].shape
    return parts | {"kernel": (*sides, channels, filters)}


@layer
def scaled_dot_product(x):
    """ops.dot_product_attention is a function and not a layer: it keeps nothing."""
    return {}


@layer
def attention(x, heads=1, bias=True):
    """Each kernel is cut into heads, (x, heads, x ÷ heads), where key_dim is x ÷ heads.

    key_dim is the size of one head, and free to choose: another one changes the count.
    """
    layers.attention(x, heads)  # refuses heads that do not divide x
    sliced = (heads, x // heads)
    inputs = {name: _einsum_dense((x,), sliced, bias) for name in ("query", "key", "value")}
    return inputs | {"attention_output": _einsum_dense(sliced, (x,), bias)}


@layer
def layer_norm(x):
    """LayerNormalization calls the gain gamma and the shift beta."""
    return _renamed(layers.layer_norm(x), "gamma", "beta")


@layer
def rms_norm(x):
    """RMSNormalization calls the gain scale."""
    return _renamed(layers.rms_norm(x), "scale")


@layer
def batch_norm(o):
    """count_params() also has moving_mean and moving_variance in it, 2 × o more, which are not trained."""
    return _renamed(layers.batch_norm(o), "gamma", "beta", "moving_mean", "moving_variance")


@layer
def embedding(v, x):
    """Embedding calls the table embeddings."""
    return _renamed(layers.embedding(v, x), "embeddings")


def _renamed(textbook, *names):
    """The textbook's tensors, in its order, by the framework's names; there may be no bias to name."""
    return dict(zip(names, textbook.parts.values(), strict=False))


@layer
def _cell(n, i, h, bias=True, biases=1):
    """The n gates side by side, with the columns of one kernel for the input and one for the state."""
    kernels = {"kernel": (i, n * h), "recurrent_kernel": (h, n * h)}
    shape = (biases, n * h) if biases > 1 else (n * h,)
    return kernels | ({"bias": Tensor(shape, "bias")} if bias else {})


@layer
def _einsum_dense(inputs: int | tuple, outputs: int | tuple, bias=True):
    """A dense layer whose inputs or outputs lie in more than one axis."""
    return {"kernel": (*inputs, *outputs)} | ({"bias": Tensor(outputs, "bias")} if bias else {})
