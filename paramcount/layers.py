"""The textbook: which tensors each layer has. Everything else is worked out from these lines.

Sizes are named as in the chapters; a shape is written in the order in which it is counted. The line
above a function says what is shown besides: its title, kind and family, and the sizes that it opens with.
"""

import functools

from .core import Layer, Tensor, layer
from .glossary import NOTATION

__all__ = [
    "attention",
    "batch_norm",
    "bidirectional",
    "conv",
    "decoder",
    "decoder_layer",
    "dense",
    "embedding",
    "encoder",
    "encoder_layer",
    "ffnn",
    "gru",
    "layer_norm",
    "lstm",
    "rms_norm",
    "rnn",
    "scaled_dot_product",
    "transformer",
]

textbook = functools.partial(layer, means=NOTATION, pure=True)


def _biases(o, bias):
    return {"b": (o,)} if bias else {}


@textbook(title="Dense layer", kind="dense", family="feed_forward", example={"i": 3, "o": 5})
def dense(i, o, bias=True):
    """A dense layer: each of o outputs has a weight for each of i inputs, and one bias.

    i: input size; o: output size; bias: False leaves the biases out.
    """
    return {"W": (i, o)} | _biases(o, bias)


@textbook(
    title="Feed-forward network", kind="dense", family="feed_forward", example={"i": 3, "h": (5,), "o": 2}
)
def ffnn(i, *h, o, bias=True):
    """A feed-forward network (FFNN): dense layers one after the other.

    i: input size; h: the size of each hidden layer, none or any number; o: output size.
    """
    inputs, hidden = (i, *h), [f"hidden {k}" for k in range(1, len(h) + 1)]
    names = [*(hidden if len(h) > 1 else ["hidden"] * len(h)), "output"]
    return {n: dense(a, b, bias) for n, a, b in zip(names, inputs, (*h, o), strict=True)}


@textbook(title="RNN layer", kind="recurrent", family="recurrent", example={"i": 3, "h": 2})
def rnn(i, h, bias=True):
    """A recurrent layer (RNN): one FFNN that reads the last output and the new input, h + i numbers.

    i: input size; h: hidden size. The number of timesteps does not matter: each uses the same FFNN.
    """
    return {"state": dense(h + i, h, bias)}


@textbook(title="GRU layer", kind="recurrent", family="recurrent", example={"i": 3, "h": 2})
def gru(i, h, bias=True):
    """A gated recurrent unit (GRU): three FFNNs, each over the same h + i numbers.

    i: input size; h: hidden size. Source: Cho et al. 2014, arXiv:1406.1078.
    """
    return {gate: dense(h + i, h, bias) for gate in ("update", "reset", "candidate")}


@textbook(title="LSTM layer", kind="recurrent", family="recurrent", example={"i": 3, "h": 2})
def lstm(i, h, bias=True):
    """A long short-term memory layer (LSTM): four FFNNs, each over the same h + i numbers.

    i: input size; h: hidden size. Source: Gers et al. 2000, the cell with a forget gate.
    """
    return {gate: dense(h + i, h, bias) for gate in ("forget", "input", "candidate", "output")}


@textbook(family="recurrent", example={"recurrent": lstm(3, 2)})
def bidirectional(recurrent: Layer):
    """Two copies of a recurrent layer: one reads forwards, one reads backwards.

    recurrent: rnn, gru or lstm. What comes next reads the outputs of both: 2 × h numbers.
    """
    if recurrent.name not in ("rnn", "gru", "lstm"):
        raise TypeError(
            f"bidirectional needs a recurrent layer, such as lstm(3, 2), not {recurrent.name}: "
            "only a layer that reads a sequence can read it backwards"
        )
    if recurrent.times != 1:
        raise ValueError(
            f"bidirectional needs one layer, not {recurrent.times} × {recurrent.name}: "
            "a second one would read the outputs of both directions, 2 × h numbers"
        )
    return {"forward": recurrent.anew(), "backward": recurrent.anew()}


@textbook(
    title="Convolution layer",
    kind="convolution",
    family="convolution",
    means=NOTATION | {"i": "input channels", "o": "filters"},
    example={"i": 3, "f": 2, "o": 3},
)
def conv(i, f: int | tuple, o, groups=1, bias=True):
    """A convolution: o filters, each with a weight for every place it covers in every channel it sees.

    i: input channels; f: filter size, an int for f × f or a tuple of 1 to 3; o: filters;
    groups: how many sets the channels are dealt into. Raises ValueError where groups does not
    divide i and o.
    """
    sides = f if isinstance(f, tuple) else (f, f)
    if not 1 <= len(sides) <= 3:
        raise ValueError(f"f={tuple(map(int, sides))}: a filter has 1 to 3 sides, not {len(sides)}")
    if i % groups or o % groups:
        raise ValueError(
            f"groups={groups} must divide i={i} and o={o}: each group sees its own share of the channels"
        )
    return {"K": (i // groups if groups > 1 else i, *sides, o)} | _biases(o, bias)


@textbook(title="Scaled dot-product attention", family="attention", example={"x": 512})
def scaled_dot_product(x):
    """Scaled dot-product attention: it multiplies what it is given, and trains nothing.

    x: model size. Source: Vaswani et al. 2017, section 3.2.1.
    """
    return {}


@textbook(title="Multi-head attention", kind="attention", family="attention", example={"x": 512, "heads": 8})
def attention(x, heads=1, bias=True):
    """Multi-head attention (MHDPA): four dense layers, x to x, for queries, keys, values and output.

    x: model size; heads: how many slices the x columns are cut into, which moves no weight.
    Raises ValueError where heads does not divide x. Source: Vaswani et al. 2017, section 3.2.
    """
    if x % heads:
        raise ValueError(f"heads={heads} must divide x={x}: each head works on its own x ÷ heads columns")
    return {name: dense(x, x, bias) for name in ("query", "key", "value", "output")}


@textbook(kind="norm", family="tables", example={"x": 512})
def layer_norm(x):
    """Layer normalisation: a gain and a shift for each of x numbers.

    x: model size. Source: Ba et al. 2016, arXiv:1607.06450.
    """
    return {"gain": Tensor((x,), "norm"), "shift": Tensor((x,), "norm")}


@textbook(title="RMS norm", kind="norm", family="tables", example={"x": 512})
def rms_norm(x):
    """Root mean square normalisation: a gain for each of x numbers, and no shift.

    x: model size. Source: Zhang and Sennrich 2019, arXiv:1910.07467.
    """
    return {"gain": Tensor((x,), "norm")}


@textbook(kind="norm", family="tables", means={"o": "channels"}, example={"o": 64})
def batch_norm(o):
    """Batch normalisation: a gain and a shift for each of o channels, trained; two statistics, not.

    o: channels. Source: Ioffe and Szegedy 2015, arXiv:1502.03167.
    """
    return {
        "gain": Tensor((o,), "norm"),
        "shift": Tensor((o,), "norm"),
        "running mean": Tensor((o,), "norm", trained=False),
        "running variance": Tensor((o,), "norm", trained=False),
    }


@textbook(kind="embedding", family="tables", example={"v": 1000, "x": 64})
def embedding(v, x):
    """An embedding: a table with x numbers for each of v words.

    v: vocabulary size (or positions, for a table of those); x: model size.
    """
    return {"E": (v, x)}


@textbook(title="Transformer encoder layer", family="transformer", example={"x": 512, "ff": 2048, "heads": 8})
def encoder_layer(x, ff=None, heads=1):
    """One layer of a Transformer encoder: self-attention and an FFNN, each followed by a norm.

    x: model size; ff: inner size of the FFNN; None for the source's one layer, x to x.
    Source: Vaswani et al. 2017, section 3.1.
    """
    return {
        "self-attention": attention(x, heads),
        "norm 1": layer_norm(x),
        "feed-forward": _feed_forward(x, ff),
        "norm 2": layer_norm(x),
    }


@textbook(
    title="Transformer decoder layer",
    kind="decoder",
    family="transformer",
    example={"x": 512, "ff": 2048, "heads": 8},
)
def decoder_layer(x, ff=None, heads=1):
    """One layer of a Transformer decoder: an encoder layer with a second attention, over the encoder.

    x: model size; ff: inner size of the FFNN; None for the source's one layer, x to x.
    Source: Vaswani et al. 2017, section 3.1.
    """
    return {
        "self-attention": attention(x, heads),
        "norm 1": layer_norm(x),
        "cross-attention": attention(x, heads),
        "norm 2": layer_norm(x),
        "feed-forward": _feed_forward(x, ff),
        "norm 3": layer_norm(x),
    }


@textbook(
    title="Transformer encoder", family="transformer", example={"x": 512, "m": 6, "ff": 2048, "heads": 8}
)
def encoder(x, m, ff=None, heads=1):
    """A Transformer encoder: m encoder layers, the same in size, each with weights of its own."""
    return {"layers": m * encoder_layer(x, ff, heads)}


@textbook(
    title="Transformer decoder",
    kind="decoder",
    family="transformer",
    example={"x": 512, "n": 6, "ff": 2048, "heads": 8},
)
def decoder(x, n, ff=None, heads=1):
    """A Transformer decoder: n decoder layers, the same in size, each with weights of its own."""
    return {"layers": n * decoder_layer(x, ff, heads)}


@textbook(family="transformer", example={"x": 512, "m": 6, "n": 6, "ff": 2048, "heads": 8})
def transformer(x, m, n, ff=None, heads=1, v=None):
    """A Transformer: the two stacks, and one embedding shared by both and the output when v is given.

    x: model size; m, n: encoder and decoder layers; ff: inner size of the FFNN, None for the
    source's one layer; v: vocabulary size. Positions are sinusoids: 0 parameters.
    """
    words = {"embedding": embedding(v, x)} if v else {}
    return words | {"encoder": encoder(x, m, ff, heads), "decoder": decoder(x, n, ff, heads)}


def _feed_forward(x, ff):
    return dense(x, x) if ff is None else ffnn(x, ff, x)
