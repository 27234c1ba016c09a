"""What Keras keeps: each layer of the textbook as its `weights`.

A weight's path is its path here joined by "/". The sentence above each function says what Keras
does in another way, and why; readers see it beside the count. Keras has no Transformer layers of its own:
an encoder or a decoder is built of the layers here. Source: keras.layers, version 3.15, which is not
imported here.
"""

import functools
import sys

from . import layers
from .core import Layer, Tensor, layer
from .stored import kept_by, stored_by

kept = functools.partial(kept_by, __name__)

# What Keras has ready-made of layers and networks that are not translated here, by what those are called.
_NONE = "Keras has no ready-made layer of this kind."
_NETWORK = "keras.applications has this network: {}."
_BIASED = "keras.applications has {}, in which each convolution has a bias besides."
READY = {
    "Transformer encoder layer": _NONE,
    "Transformer decoder layer": _NONE,
    "Transformer encoder": _NONE,
    "Transformer decoder": _NONE,
    "Transformer": _NONE,
    "Grouped-query attention": "Keras has GroupQueryAttention: no norms, a bias in all its parts or none.",
    "VGG-16": _NETWORK.format("VGG16"),
    "VGG-19": _NETWORK.format("VGG19"),
    "ResNet-50": _BIASED.format("ResNet50"),
    "ResNet-101": _BIASED.format("ResNet101"),
    "ResNet-152": _BIASED.format("ResNet152"),
    "MobileNetV2": _NETWORK.format("MobileNetV2"),
    "EfficientNet-B0": _NETWORK.format("EfficientNetB0"),
    "ConvNeXt-T": _NETWORK.format("ConvNeXtTiny"),
}


@kept(
    layers.dense,
    "Dense calls W its kernel and b its bias.",
    "Dense",
    reads=lambda k: {"i": k.kernel.shape[0], "o": k.units, "bias": k.use_bias},
)
def dense(i, o, bias=True):
    return _renamed(layers.dense(i, o, bias), "kernel", "bias")


@kept(
    layers.ffnn,
    "Keras names the layers of a Sequential in their order: dense, dense_1, and so on.",
)
def ffnn(i, *h, o, bias=True):
    denses = layers.ffnn(i, *h, o=o, bias=bias).parts.values()
    return {f"dense_{k}" if k else "dense": dense(**each.sizes) for k, each in enumerate(denses)}


@kept(
    layers.rnn,
    "SimpleRNN has one kernel for the input, one for the state, and a single bias, as by hand.",
    "SimpleRNN",
    reads=lambda k: {"i": k.cell.kernel.shape[0], "h": k.units, "bias": k.use_bias},
)
def rnn(i, h, bias=True):
    return {"simple_rnn_cell": _cell(1, i, h, bias)}


@kept(
    layers.gru,
    "bias has two rows, (2, 3 × h), 3 × h more: cuDNN keeps one for the input, one for the state.",
    "GRU",
    reads=lambda k: {"i": k.cell.kernel.shape[0], "h": k.units, "bias": k.use_bias},
)
def gru(i, h, bias=True):
    """That is reset_after=True, the default: the reset gate then scales what comes from the state, its
    bias included. With reset_after=False there is one bias for each gate, as by hand.
    """
    return {"gru_cell": _cell(3, i, h, bias, biases=2)}


@kept(
    layers.lstm,
    "The four gates lie side by side in each kernel, and each gate has one bias, as by hand.",
    "LSTM",
    reads=lambda k: {"i": k.cell.kernel.shape[0], "h": k.units, "bias": k.use_bias},
)
def lstm(i, h, bias=True):
    return {"lstm_cell": _cell(4, i, h, bias)}


@kept(
    layers.bidirectional,
    "Bidirectional keeps a forward and a backward layer; a GRU has its second bias in both.",
)
def bidirectional(recurrent: Layer):
    directions = layers.bidirectional(recurrent).parts.items()
    name = {"rnn": "simple_rnn"}.get(recurrent.name, recurrent.name)
    return {f"{way}_{name}": stored_by(sys.modules[__name__], each) for way, each in directions}


@kept(
    layers.conv,
    "Conv2D keeps the sides of a filter first, (f, f, i ÷ groups, o).",
    "Conv1D",
    "Conv2D",
    "Conv3D",
    reads=lambda k: {
        "i": k.kernel.shape[-2] * k.groups,
        "f": k.kernel_size,
        "o": k.filters,
        "groups": k.groups,
        "bias": k.use_bias,
    },
)
def conv(i, f: int | tuple, o, groups=1, bias=True):
    parts = _renamed(layers.conv(i, f, o, groups, bias), "kernel", "bias")
    channels, *sides, filters = parts["kernel"].shape
    return parts | {"kernel": (*sides, channels, filters)}


@kept(
    layers.scaled_dot_product,
    "ops.dot_product_attention is a function and not a layer: it keeps nothing.",
)
def scaled_dot_product(x):
    return {}


@kept(
    layers.attention,
    "Each kernel is cut into heads, (x, heads, x ÷ heads), where key_dim is x ÷ heads.",
    "MultiHeadAttention",
    reads=lambda k: {"x": k.query_dense.kernel.shape[0], "heads": k.num_heads, "bias": k._use_bias},
)
def attention(x, heads=1, bias=True):
    """key_dim is the size of one head, and free to choose: another one changes the count."""
    layers.attention(x, heads)  # refuses heads that do not divide x
    sliced = (heads, x // heads)
    inputs = {name: _einsum_dense((x,), sliced, bias) for name in ("query", "key", "value")}
    return inputs | {"attention_output": _einsum_dense(sliced, (x,), bias)}


@kept(
    layers.layer_norm,
    "LayerNormalization calls the gain gamma and the shift beta.",
    "LayerNormalization",
    reads=lambda k: {"x": k.weights[0].shape[0]},
)
def layer_norm(x):
    return _renamed(layers.layer_norm(x), "gamma", "beta")


@kept(
    layers.rms_norm,
    "RMSNormalization calls the gain scale.",
    "RMSNormalization",
    reads=lambda k: {"x": k.weights[0].shape[0]},
)
def rms_norm(x):
    return _renamed(layers.rms_norm(x), "scale")


@kept(
    layers.batch_norm,
    "count_params() also has moving_mean and moving_variance in it, 2 × o more, which are not trained.",
    "BatchNormalization",
    reads=lambda k: {"o": k.weights[0].shape[0]},
)
def batch_norm(o):
    return _renamed(layers.batch_norm(o), "gamma", "beta", "moving_mean", "moving_variance")


@kept(
    layers.embedding,
    "Embedding calls the table embeddings.",
    "Embedding",
    reads=lambda k: {"v": k.input_dim, "x": k.output_dim},
)
def embedding(v, x):
    return _renamed(layers.embedding(v, x), "embeddings")


def _renamed(textbook, *names):
    """The textbook's tensors, in its order, by the framework's names; there may be no bias to name."""
    return dict(zip(names, textbook.parts.values(), strict=False))


@layer(keeper=__name__)
def _cell(n, i, h, bias=True, biases=1):
    """The n gates side by side, with the columns of one kernel for the input and one for the state."""
    kernels = {"kernel": (i, n * h), "recurrent_kernel": (h, n * h)}
    shape = (biases, n * h) if biases > 1 else (n * h,)
    return kernels | ({"bias": Tensor(shape, "bias")} if bias else {})


@layer(keeper=__name__)
def _einsum_dense(inputs: tuple, outputs: tuple, bias=True):
    """A dense layer whose inputs or outputs lie in more than one axis."""
    return {"kernel": (*inputs, *outputs)} | ({"bias": Tensor(outputs, "bias")} if bias else {})
