"""paramcount.keras against weights that Keras printed, and against Keras itself where it is installed."""

import inspect
import math
import os
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import paramcount as pc
from laws import EXAMPLES, FUNCTIONS, listed, printed_by, sentence, shapes
from paramcount import keras as translation
from paramcount import layer, layers, models, stored_by
from paramcount.glossary import title
from paramcount.show.panel import note

os.environ.setdefault("KERAS_BACKEND", "torch")  # before keras is imported, by the fixture below

PRINTED = printed_by("keras")

# Cases that the textbook's calls cannot say, by the reason. Every other case must come out equal.
NOT_SAID = {
    "a GRU with reset_after=False is the textbook's": "keras-016 keras-026 keras-042",
    "batch_norm has both a gain and a shift": "keras-078",
    "layer_norm has both a gain and a shift": "keras-082",
    "attention has key_dim = x ÷ heads": "keras-099 keras-101 keras-103 keras-105",
    "attention gives as many columns as it reads": "keras-107",
}
SAID = PRINTED.keys() - " ".join(NOT_SAID.values()).split()


def textbook(layer, kwargs, input_shape):
    """The textbook's call for a Keras layer. TypeError or ValueError where there is none."""
    return CALLS[layer](input_shape, **kwargs)


def _sequential(shape, layers):
    return pc.ffnn(shape[-1], *(each["kwargs"]["units"] for each in layers))


def _recurrent(cell, **ignored):
    def call(shape, units, use_bias=True, **kwargs):
        if unknown := kwargs.items() - ignored.items():
            raise TypeError(f"not said: {unknown}")
        return cell(shape[-1], units, bias=use_bias)

    return call


def _bidirectional(shape, layer, merge_mode):
    return pc.bidirectional(textbook(**layer, input_shape=shape))


def _conv(shape, filters, kernel_size, groups=1, use_bias=True):
    sides = (kernel_size,) if isinstance(kernel_size, int) else kernel_size
    return pc.conv(shape[-1], sides, filters, groups=groups, bias=use_bias)


def _attention(shape, num_heads, key_dim, use_bias=True):
    (x,) = set(shape.values())
    if num_heads * key_dim != x:
        raise ValueError("key_dim is free in Keras")
    return pc.attention(x, num_heads, bias=use_bias)


CALLS = {
    "Dense": lambda shape, units, use_bias=True: pc.dense(shape[-1], units, bias=use_bias),
    "Sequential": _sequential,
    "SimpleRNN": _recurrent(pc.rnn),
    "LSTM": _recurrent(pc.lstm, unit_forget_bias=False),
    "GRU": _recurrent(pc.gru, reset_after=True, dropout=0.1, recurrent_dropout=0.1),
    "Bidirectional": _bidirectional,
    "Conv1D": _conv,
    "Conv2D": _conv,
    "Conv3D": _conv,
    "BatchNormalization": lambda shape: pc.batch_norm(shape[-1]),
    "LayerNormalization": lambda shape: pc.layer_norm(shape[-1]),
    "RMSNormalization": lambda shape: pc.rms_norm(shape[-1]),
    "Embedding": lambda shape, input_dim, output_dim: pc.embedding(input_dim, output_dim),
    "MultiHeadAttention": _attention,
}


def renumbered(weights):
    """Keras numbers layers through a session: dense_7, dense_8. Here the first is dense, the next dense_1."""
    numbers = {}

    def rename(match):
        known = numbers.setdefault(match["kind"], [])
        known += [match[0]] if match[0] not in known else []
        k = known.index(match[0])
        return f"{match['kind']}_{k}/" if k else f"{match['kind']}/"

    paths = (re.sub(r"^sequential(_\d+)?/", "", path) for path, _ in weights)
    renamed = [re.sub(r"(?P<kind>[a-z_]+?)(_\d+)?/", rename, path) for path in paths]
    return [[path, list(shape)] for path, (_, shape) in zip(renamed, weights, strict=True)]


def test_how_many_are_said():
    assert (len(PRINTED), len(SAID)) == (45, 35)


@pytest.mark.parametrize("name", sorted(SAID))
def test_weights_are_those_that_keras_printed(name):
    case = PRINTED[name]
    kept = stored_by(translation, textbook(case["layer"], case["kwargs"], case["input_shape"]))
    weights = listed(kept, "/")
    assert shapes((n, w) for n, w in weights if w.trained) == renumbered(case["tensors"])
    assert shapes((n, w) for n, w in weights if not w.trained) == case.get("not_trained", [])
    assert kept.count == case["trainable"]


@pytest.mark.parametrize("reason", NOT_SAID)
def test_what_is_not_said_is_refused(reason):
    for name in NOT_SAID[reason].split():
        case = PRINTED[name]
        with pytest.raises((TypeError, ValueError)):
            textbook(case["layer"], case["kwargs"], case["input_shape"])


def test_a_gru_has_a_second_bias_for_each_gate():
    layer = pc.gru(8, 5)
    kept = stored_by(translation, layer)
    assert (layer.count, kept.count) == (210, 225)  # by hand: 3 × (13 × 5 + 5), and 3 × 5 more
    assert kept.parts["gru_cell"].parts["bias"].shape == (2, 15)
    assert "(2, 3 × h), 3 × h more" in sentence(translation, "gru")


def test_a_bidirectional_gru_has_it_twice():
    layer = pc.bidirectional(pc.gru(8, 5))
    assert (layer.count, stored_by(translation, layer).count) == (420, 450)
    assert "second bias" in sentence(translation, "bidirectional")


def test_batch_norms_statistics_are_kept_and_not_trained():
    """By hand: 2 × 64 of each. Keras' count_params() says 256."""
    kept = stored_by(translation, pc.batch_norm(64))
    assert kept.count == 128
    assert sum(weight.size for _, weight in listed(kept, "/")) == 256
    assert all(name in sentence(translation, "batch_norm") for name in ("moving_mean", "moving_variance"))


NONE_IN_KERAS = {"encoder_layer", "decoder_layer", "encoder", "decoder", "transformer"}


@pytest.mark.parametrize("name", sorted(FUNCTIONS.keys() - NONE_IN_KERAS))
def test_the_translation_has_the_same_signature(name):
    assert inspect.signature(getattr(translation, name)) == inspect.signature(FUNCTIONS[name])
    assert sentence(translation, name) != sentence(layers, name)


@pytest.mark.parametrize("name", sorted(FUNCTIONS.keys() - {"gru"}))
def test_the_others_count_the_same(name):
    assert stored_by(translation, EXAMPLES[name]).count == EXAMPLES[name].count


@pytest.mark.parametrize("name", sorted(NONE_IN_KERAS))
def test_keras_has_no_transformer_layers(name):
    """The frame stays the textbook's, and what is inside is Keras'."""
    assert not hasattr(translation, name)
    names = [path.rpartition("/")[2] for path, _ in listed(stored_by(translation, EXAMPLES[name]), "/")]
    assert set(names) <= {"kernel", "bias", "gamma", "beta", "embeddings"}


def test_a_kept_layer_stays_one():
    """Repeated, resized or asked for twice."""
    kept = stored_by(translation, pc.gru(8, 5))
    assert stored_by(translation, 3 * pc.gru(8, 5)).count == 3 * 225
    assert kept.resized(h=2).count == 3 * (8 * 2 + 2 * 2) + 2 * 3 * 2
    assert stored_by(translation, kept).count == 225


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: translation.attention(10, heads=3), "heads=3 must divide x=10"),
        (lambda: translation.conv(3, 2, 8, groups=2), "groups=2 must divide i=3 and o=8"),
        (lambda: translation.bidirectional(pc.dense(3, 2)), "recurrent layer"),
        (lambda: translation.gru(3, 0), "h=0"),
    ],
)
def test_what_the_textbook_refuses_is_refused(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()


# Keras itself, where it is installed. A pair is the textbook's call, the layer and its input's shape.
small, few = st.integers(1, 24), st.integers(1, 3)
SIZES = dict.fromkeys(["i", "h", "o", "x", "v"], small)
SIZES |= dict.fromkeys(["heads", "groups", "a", "b", "f"], few) | {"bias": st.booleans()}
SIZES |= {"hs": st.lists(small, max_size=3), "sides": st.lists(few, min_size=1, max_size=3).map(tuple)}


def _conv_pair(k, a, sides, b, groups, bias):
    module = (k.Conv1D, k.Conv2D, k.Conv3D)[len(sides) - 1]
    i, o = a * groups, b * groups
    ours = pc.conv(i, sides, o, groups=groups, bias=bias)
    return ours, module(o, sides, groups=groups, use_bias=bias), (None, *(8 for _ in sides), i)


def _ffnn(k, i, hs, o):
    return pc.ffnn(i, *hs, o), [k.Dense(units) for units in (*hs, o)], (None, i)


def _attention_pair(k, a, heads, bias):
    x = a * heads
    return pc.attention(x, heads, bias=bias), k.MultiHeadAttention(heads, a, use_bias=bias), (None, 7, x)


PAIRS = {
    "dense": lambda k, i, o, bias: (pc.dense(i, o, bias=bias), k.Dense(o, use_bias=bias), (None, i)),
    "ffnn": _ffnn,
    "rnn": lambda k, i, h, bias: (pc.rnn(i, h, bias=bias), k.SimpleRNN(h, use_bias=bias), (None, 7, i)),
    "gru": lambda k, i, h, bias: (pc.gru(i, h, bias=bias), k.GRU(h, use_bias=bias), (None, 7, i)),
    "lstm": lambda k, i, h, bias: (pc.lstm(i, h, bias=bias), k.LSTM(h, use_bias=bias), (None, 7, i)),
    "bidirectional rnn": lambda k, i, h: (
        pc.bidirectional(pc.rnn(i, h)),
        k.Bidirectional(k.SimpleRNN(h)),
        (None, 7, i),
    ),
    "bidirectional gru": lambda k, i, h: (
        pc.bidirectional(pc.gru(i, h)),
        k.Bidirectional(k.GRU(h)),
        (None, 7, i),
    ),
    "bidirectional lstm": lambda k, i, h: (
        pc.bidirectional(pc.lstm(i, h)),
        k.Bidirectional(k.LSTM(h)),
        (None, 7, i),
    ),
    "conv": _conv_pair,
    "square conv": lambda k, i, f, o: (pc.conv(i, f, o), k.Conv2D(o, f), (None, 8, 8, i)),
    "attention": _attention_pair,
    "layer_norm": lambda k, x: (pc.layer_norm(x), k.LayerNormalization(), (None, 7, x)),
    "rms_norm": lambda k, x: (pc.rms_norm(x), k.RMSNormalization(), (None, 7, x)),
    "batch_norm": lambda k, o: (pc.batch_norm(o), k.BatchNormalization(), (None, 8, 8, o)),
    "embedding": lambda k, v, x: (pc.embedding(v, x), k.Embedding(v, x), (None, 7)),
}


@pytest.fixture(scope="module")
def keras():
    return pytest.importorskip("keras", reason="Keras is not installed; what it printed is compared above")


@pytest.mark.parametrize("name", PAIRS)
@settings(max_examples=6)
@given(data=st.data())
def test_weights_are_those_of_the_installed_keras(name, data, keras):
    pair = PAIRS[name]
    wanted = list(inspect.signature(pair).parameters)[1:]
    sizes = {size: data.draw(SIZES[size], label=size) for size in wanted}
    keras.backend.clear_session(free_memory=False)  # so that a layer's own name has no number
    ours, module, shape = pair(keras.layers, **sizes)
    module = keras.Sequential(module, name="sequential") if isinstance(module, list) else module
    module.build(*[shape] * 2 if name == "attention" else [shape])
    kept = stored_by(translation, ours)
    paths = [[weight.path.partition("/")[2], list(weight.shape)] for weight in module.weights]
    assert shapes(listed(kept, "/")) == paths
    assert kept.count == sum(math.prod(weight.shape) for weight in module.trainable_weights)
    assert sum(weight.size for _, weight in listed(kept, "/")) == module.count_params()


# -- what the panel says that Keras has ---------------------------------------------------------------

READY = translation.READY


def says(layer) -> str:
    return note(translation, layer, stored_by(translation, layer))


def test_what_is_said_of_a_layer_without_translation():
    assert "Keras has no ready-made layer of this kind." in says(pc.encoder(512, 6))
    # By hand: 4,096 × (4,096 + 1,024 + 1,024 + 4,096)
    grouped = says(models.grouped_attention(4_096, 32, 8))
    assert "41,943,040" in grouped and "Keras has GroupQueryAttention" in grouped
    assert "has this network: VGG16" in says(models.vgg_16())
    assert "applications" not in says(models.vgg_16(classes=10)), "what Keras has is another size"


def test_nothing_is_said_of_a_layer_that_nobody_knows():
    """Of readers' own: chapter 4's is Keras' MultiHeadAttention, and another its GroupQueryAttention."""

    @layer(title="Transformer encoder")
    def keras_attention(x, heads, key_dim):
        return {"query": pc.dense(x, heads * key_dim), "output": pc.dense(heads * key_dim, x)}

    assert says(keras_attention(64, 2, 64)).endswith("counted by hand. </p>")
    assert "ready-made" not in says(models.llama_3_8b()) + says(models.swiglu(4, 8))


def test_keras_has_none_where_that_is_said(keras):
    """And a layer that comes with a later version makes the sentence untrue."""
    none = {name for name, said in READY.items() if "no ready-made" in said}
    assert none == {title(FUNCTIONS[name]) for name in NONE_IN_KERAS}
    assert not [name for name in dir(keras.layers) if re.search("Encoder|Decoder|Transformer", name)]


@pytest.mark.parametrize("bias", [True, False])
def test_keras_has_grouped_attention(keras, bias):
    module = keras.layers.GroupQueryAttention(4, 6, 2, use_bias=bias)
    module.build([None, 7, 24], [None, 7, 24])
    names = [path for path, _ in listed(models.grouped_attention(24, 6, 2), "/")]
    assert len(module.weights) == (2 if bias else 1) * len(names)  # a bias in all four parts, or none
    shared = models.grouped_attention(24, 6, 2).count  # 24 × (24 + 8 + 8 + 24)
    biases = 24 + 8 + 8 + 24 if bias else 0
    assert shared == 1_536 and module.count_params() == shared + biases


NETWORKS = {network: said for network, said in READY.items() if "keras.applications" in said}


@pytest.mark.parametrize("network", NETWORKS)
def test_keras_has_the_networks_that_are_named(keras, network):
    pytest.importorskip("torch")
    name = re.search(r"\b[A-Z]\w+", NETWORKS[network].removeprefix("keras.applications has"))[0]
    with keras.device("meta"):
        model = getattr(keras.applications, name)(weights=None)
    count = sum(math.prod(weight.shape) for weight in model.trainable_weights)
    convolutions = [each for each in model.layers if isinstance(each, keras.layers.Conv2D) and each.use_bias]
    biases = sum(each.filters for each in convolutions) if "has a bias" in NETWORKS[network] else 0
    assert count == models.PUBLISHED[network].parameters + biases
