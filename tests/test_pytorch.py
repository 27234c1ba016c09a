"""paramcount.pytorch against what PyTorch printed, and against PyTorch itself where it is installed."""

import inspect
import itertools
import re
import subprocess
import sys
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import paramcount as pc
from laws import EXAMPLES, FUNCTIONS, listed, printed_by, sentence, shapes, value
from paramcount import layers, pytorch, stored_by

PRINTED = printed_by("pytorch")

# Cases that the textbook's calls cannot say, by the reason. Every other case must come out equal.
NOT_SAID = {
    "an LSTM with a projection (proj_size) is not the textbook's": "torch-061 torch-063 torch-065",
    "batch_norm always has its statistics": "torch-134 torch-137 torch-140",
    "layer_norm has one axis, a gain and a shift": "torch-147 torch-149 torch-151 torch-153 torch-155",
    "rms_norm has one axis": "torch-159",
    "attention reads keys and values of its own width": "torch-185 torch-187 torch-189 torch-191",
    "attention has no bias_k and bias_v": "torch-193",
    "an encoder layer has biases": "torch-199 torch-215 torch-217",
    "a decoder layer has biases": "torch-206 torch-223 torch-225",
    "a Transformer has biases": "torch-231 torch-233",
}
SAID = PRINTED.keys() - " ".join(NOT_SAID.values()).split()


def textbook(layer, kwargs):
    """The textbook's call for a PyTorch module. TypeError or ValueError where there is none."""
    return CALLS[layer](**{k: v for k, v in kwargs.items() if (k, v) != ("bias", True)})


def _conv(axes):
    def call(in_channels, out_channels, kernel_size, groups=1, bias=True, stride=1, padding=0, dilation=1):
        if isinstance(kernel_size, int):
            kernel_size = kernel_size if axes == 2 else (kernel_size,) * axes
        return pc.conv(in_channels, kernel_size, out_channels, groups=groups, bias=bias)

    return call


def _recurrent(cell):
    """Stacked layers are one layer after the other; the next one reads what both directions give."""

    def call(input_size, hidden_size, num_layers=1, bidirectional=False, bias=True):
        @pc.layer
        def stacked():
            parts, reads = {}, input_size
            for k in range(num_layers):
                one = cell(reads, hidden_size, bias=bias)
                kept = stored_by(pytorch, pc.bidirectional(one) if bidirectional else one).parts
                parts |= {name.replace("_l0", f"_l{k}"): tensor for name, tensor in kept.items()}
                reads = 2 * hidden_size if bidirectional else hidden_size
            return parts

        return stacked()

    return call


def _sequential(layers):
    """ffnn where Linear and ReLU take turns; else whatever stands in it, by its number."""
    if all(each["layer"] == ("ReLU" if k % 2 else "Linear") for k, each in enumerate(layers)):
        linears = [each["kwargs"] for each in layers[::2]]
        return pc.ffnn(linears[0]["in_features"], *(linear["out_features"] for linear in linears))

    @pc.layer
    def sequential():
        kept = enumerate(layers)
        return {k: textbook(**each) for k, each in kept if each["layer"] not in ("ReLU", "Dropout")}

    return sequential()


def _stack(call):
    def build(num_layers, norm=None, encoder_layer=None, decoder_layer=None):
        sizes = dict((encoder_layer or decoder_layer)["kwargs"])
        if not sizes.pop("bias", True):
            raise TypeError("no biases")
        stack = call(sizes["d_model"], num_layers, sizes["dim_feedforward"], sizes["nhead"])
        return normed(stack, textbook(**norm)) if norm else stack

    return build


def _transformer(d_model=512, nhead=8, num_encoder_layers=6, num_decoder_layers=6, dim_feedforward=2048):
    return pc.transformer(d_model, num_encoder_layers, num_decoder_layers, dim_feedforward, nhead)


@pc.layer
def normed(stack: pc.Layer, norm: pc.Layer):
    return {**stack.parts, "norm": norm}


CALLS = {
    "Linear": lambda in_features, out_features, bias=True: pc.dense(in_features, out_features, bias=bias),
    "Sequential": _sequential,
    "RNN": _recurrent(pc.rnn),
    "GRU": _recurrent(pc.gru),
    "LSTM": _recurrent(pc.lstm),
    "Conv1d": _conv(1),
    "Conv2d": _conv(2),
    "Conv3d": _conv(3),
    "BatchNorm1d": lambda num_features: pc.batch_norm(num_features),
    "BatchNorm2d": lambda num_features: pc.batch_norm(num_features),
    "BatchNorm3d": lambda num_features: pc.batch_norm(num_features),
    "LayerNorm": lambda normalized_shape: pc.layer_norm(*normalized_shape),
    "RMSNorm": lambda normalized_shape: pc.rms_norm(*normalized_shape),
    "Embedding": lambda num_embeddings, embedding_dim, padding_idx=None: pc.embedding(
        num_embeddings, embedding_dim
    ),
    "MultiheadAttention": lambda embed_dim, num_heads, bias=True, add_zero_attn=False: pc.attention(
        embed_dim, num_heads, bias=bias
    ),
    "TransformerEncoderLayer": lambda d_model, nhead, dim_feedforward=2048, norm_first=False: (
        pc.encoder_layer(d_model, dim_feedforward, nhead)
    ),
    "TransformerDecoderLayer": lambda d_model, nhead, dim_feedforward=2048, norm_first=False: (
        pc.decoder_layer(d_model, dim_feedforward, nhead)
    ),
    "TransformerEncoder": _stack(pc.encoder),
    "TransformerDecoder": _stack(pc.decoder),
    "Transformer": _transformer,
}


def test_how_many_are_said():
    assert (len(PRINTED), len(SAID)) == (99, 74)


@pytest.mark.parametrize("name", sorted(SAID))
def test_tensors_are_those_that_pytorch_printed(name):
    case = PRINTED[name]
    kept = stored_by(pytorch, textbook(case["layer"], case["kwargs"]))
    tensors = listed(kept, ".")
    assert shapes((n, t) for n, t in tensors if t.trained) == case["tensors"]
    assert shapes((n, t) for n, t in tensors if not t.trained) == case.get("not_trained", [])
    assert kept.count == case["trainable"]


@pytest.mark.parametrize("reason", NOT_SAID)
def test_what_is_not_said_is_refused(reason):
    for name in NOT_SAID[reason].split():
        with pytest.raises((TypeError, ValueError)):
            textbook(PRINTED[name]["layer"], PRINTED[name]["kwargs"])


# The textbook's count and PyTorch's, by hand, and the tensors that make the difference.
MORE = {
    "rnn": (pc.rnn(8, 5), (8 + 5) * 5 + 5, 75, ["bias_hh_l0"]),
    "gru": (pc.gru(8, 5), 210, 210 + 3 * 5, ["bias_hh_l0"]),
    "lstm": (pc.lstm(3, 2), 48, 56, ["bias_hh_l0"]),
    "bidirectional": (pc.bidirectional(pc.gru(8, 5)), 420, 450, ["bias_hh_l0", "bias_hh_l0_reverse"]),
    "transformer": (
        pc.transformer(512, 6, 6, 2048),
        44_138_496,
        44_140_544,
        ["encoder.norm", "decoder.norm"],
    ),
}


@pytest.mark.parametrize("name", MORE)
def test_the_difference_is_the_tensor_that_the_sentence_names(name):
    layer, by_hand, by_pytorch, names = MORE[name]
    kept = stored_by(pytorch, layer)
    assert (layer.count, kept.count) == (by_hand, by_pytorch)
    assert all(each in sentence(pytorch, name) for each in names)
    of_those = [t.count for n, t in listed(kept, ".") if any(n == x or n.startswith(f"{x}.") for x in names)]
    assert sum(of_those) == by_pytorch - by_hand


# Of these PyTorch's sentence says how many are more, in the letters of the layer; two have none more in all.
SAYS_HOW_MANY = {"rnn": "h", "gru": "3 × h", "lstm": "4 × h", "transformer": "2 × (x + x)"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_as_many_are_more_as_the_sentence_says(name):
    said = re.findall(r", ([^,]*) more[:.,]", sentence(pytorch, name))
    assert said == [SAYS_HOW_MANY[name]] if name in SAYS_HOW_MANY else not said
    if said:
        layer = EXAMPLES[name]
        more = stored_by(pytorch, layer).count - layer.count
        assert value(said[0], **{letter: int(size) for letter, size in layer.arguments().items()}) == more


@pytest.mark.parametrize("cell", [pc.rnn, pc.gru, pc.lstm])
def test_the_difference_is_in_the_biases_alone(cell):
    layer = cell(8, 5, bias=False)
    assert stored_by(pytorch, layer).count == layer.count


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_layer_has_a_translation_of_the_same_signature(name):
    assert inspect.signature(getattr(pytorch, name)) == inspect.signature(FUNCTIONS[name])
    assert sentence(pytorch, name) != sentence(layers, name)


@pytest.mark.parametrize("name", sorted(FUNCTIONS.keys() - MORE))
def test_the_others_count_the_same(name):
    layer = EXAMPLES[name]
    assert stored_by(pytorch, layer).count == layer.count


def test_the_sources_single_feed_forward_stays_the_textbooks():
    """nn.TransformerEncoderLayer has two, so what is inside is PyTorch's and the frame is the textbook's."""
    for layer in pc.encoder(512, 6), pc.decoder(512, 6), pc.transformer(512, 6, 6, v=37_000):
        assert stored_by(pytorch, layer).count == layer.count
    kept = stored_by(pytorch, pc.encoder(4, 2))
    assert [name for name, _ in listed(kept, ".")][:8] == [
        "layers.0.self-attention.in_proj_weight",
        "layers.0.self-attention.in_proj_bias",
        "layers.0.self-attention.out_proj.weight",
        "layers.0.self-attention.out_proj.bias",
        "layers.0.norm 1.weight",
        "layers.0.norm 1.bias",
        "layers.0.feed-forward.weight",
        "layers.0.feed-forward.bias",
    ]


def test_a_kept_layer_stays_one():
    """Repeated, resized or asked for twice."""
    kept = stored_by(pytorch, pc.lstm(3, 2))
    assert stored_by(pytorch, 3 * pc.lstm(3, 2)).count == 3 * 56
    assert kept.resized(h=4).count == 4 * (4 * 3 + 4 * 4 + 4 + 4)
    assert stored_by(pytorch, kept).count == 56
    assert (3 * stored_by(pytorch, pc.bidirectional(pc.lstm(3, 2)))).count == 3 * 2 * 56
    assert pytorch.bidirectional(pytorch.gru(8, 5)).count == pytorch.bidirectional(pc.gru(8, 5)).count == 450


def test_a_layer_of_the_readers_own_is_translated_inside():
    @pc.layer
    def block(x, r):
        return {"mix": pc.lstm(x, r), "scale": (x,)}

    kept = stored_by(pytorch, block(3, 2))
    assert [name.removeprefix("mix.") for name, _ in listed(kept, ".")] == (
        ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "scale"]
    )
    assert kept.count == 56 + 3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pytorch.attention(10, heads=3), "heads=3 must divide x=10"),
        (lambda: pytorch.conv(3, 2, 8, groups=2), "groups=2 must divide i=3 and o=8"),
        (lambda: pytorch.conv(3, (1, 1, 1, 1), 8), "1 to 3 sides"),
        (lambda: pytorch.bidirectional(pc.dense(3, 2)), "recurrent layer"),
        (lambda: pytorch.lstm(3, 0), "h=0"),
    ],
)
def test_what_the_textbook_refuses_is_refused(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()


def test_no_framework_is_imported():
    code = "import sys, paramcount.pytorch, paramcount.keras; print({'torch', 'keras'} & set(sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "set()"


# PyTorch itself, where it is installed. A pair is the textbook's call and the module of the same sizes.
small, few = st.integers(1, 40), st.integers(1, 3)
SIZES = dict.fromkeys(["i", "h", "o", "x", "v", "ff"], small)
SIZES |= dict.fromkeys(["m", "n", "heads", "groups", "a", "b", "f"], few) | {"bias": st.booleans()}
SIZES |= {"hs": st.lists(small, max_size=4), "sides": st.lists(few, min_size=1, max_size=3).map(tuple)}


def _ffnn(nn, i, hs, o, bias):
    sizes = [i, *hs, o]
    linears = [nn.Linear(a, b, bias=bias) for a, b in itertools.pairwise(sizes)]
    parts = [part for linear in linears for part in (linear, nn.ReLU())]
    return pc.ffnn(*sizes, bias=bias), nn.Sequential(*parts[:-1])


def _conv_pair(nn, a, sides, b, groups, bias):
    module = (nn.Conv1d, nn.Conv2d, nn.Conv3d)[len(sides) - 1]
    i, o = a * groups, b * groups
    return pc.conv(i, sides, o, groups=groups, bias=bias), module(i, o, sides, groups=groups, bias=bias)


def _with_words(nn, x, m, n, ff, v):
    module = nn.Transformer(x, 1, m, n, ff)
    parts = {"embedding": nn.Embedding(v, x), "encoder": module.encoder, "decoder": module.decoder}
    return pc.transformer(x, m, n, ff, v=v), nn.ModuleDict(parts)


PAIRS = {
    "dense": lambda nn, i, o, bias: (pc.dense(i, o, bias=bias), nn.Linear(i, o, bias=bias)),
    "ffnn": _ffnn,
    "rnn": lambda nn, i, h, bias: (pc.rnn(i, h, bias=bias), nn.RNN(i, h, bias=bias)),
    "gru": lambda nn, i, h, bias: (pc.gru(i, h, bias=bias), nn.GRU(i, h, bias=bias)),
    "lstm": lambda nn, i, h, bias: (pc.lstm(i, h, bias=bias), nn.LSTM(i, h, bias=bias)),
    "bidirectional rnn": lambda nn, i, h: (pc.bidirectional(pc.rnn(i, h)), nn.RNN(i, h, bidirectional=True)),
    "bidirectional gru": lambda nn, i, h: (pc.bidirectional(pc.gru(i, h)), nn.GRU(i, h, bidirectional=True)),
    "bidirectional lstm": lambda nn, i, h: (
        pc.bidirectional(pc.lstm(i, h)),
        nn.LSTM(i, h, bidirectional=True),
    ),
    "conv": _conv_pair,
    "square conv": lambda nn, i, f, o: (pc.conv(i, f, o), nn.Conv2d(i, o, f)),
    "attention": lambda nn, a, heads, bias: (
        pc.attention(a * heads, heads, bias=bias),
        nn.MultiheadAttention(a * heads, heads, bias=bias),
    ),
    "layer_norm": lambda nn, x: (pc.layer_norm(x), nn.LayerNorm(x)),
    "rms_norm": lambda nn, x: (pc.rms_norm(x), nn.RMSNorm(x)),
    "batch_norm": lambda nn, o: (pc.batch_norm(o), nn.BatchNorm2d(o)),
    "embedding": lambda nn, v, x: (pc.embedding(v, x), nn.Embedding(v, x)),
    "encoder_layer": lambda nn, a, heads, ff: (
        pc.encoder_layer(a * heads, ff, heads),
        nn.TransformerEncoderLayer(a * heads, heads, ff),
    ),
    "decoder_layer": lambda nn, a, heads, ff: (
        pc.decoder_layer(a * heads, ff, heads),
        nn.TransformerDecoderLayer(a * heads, heads, ff),
    ),
    "encoder": lambda nn, x, m, ff: (
        pc.encoder(x, m, ff),
        nn.TransformerEncoder(nn.TransformerEncoderLayer(x, 1, ff), m),
    ),
    "decoder": lambda nn, x, n, ff: (
        pc.decoder(x, n, ff),
        nn.TransformerDecoder(nn.TransformerDecoderLayer(x, 1, ff), n),
    ),
    "transformer": lambda nn, x, m, n, ff: (pc.transformer(x, m, n, ff), nn.Transformer(x, 1, m, n, ff)),
    "transformer with an embedding": _with_words,
}


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="PyTorch is not installed; what it printed is compared above")


@pytest.mark.parametrize("name", PAIRS)
@settings(max_examples=8)
@given(data=st.data())
def test_tensors_are_those_of_the_installed_pytorch(name, data, torch):
    pair = PAIRS[name]
    wanted = list(inspect.signature(pair).parameters)[1:]
    sizes = {size: data.draw(SIZES[size], label=size) for size in wanted}
    with torch.device("meta"), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # enable_nested_tensor: about speed
        layer, module = pair(torch.nn, **sizes)
    kept = stored_by(pytorch, layer)
    assert shapes(listed(kept, ".")) == [[n, list(tensor.shape)] for n, tensor in module.state_dict().items()]
    assert kept.count == sum(p.numel() for p in module.parameters() if p.requires_grad)
