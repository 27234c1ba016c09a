"""A Keras model: which weights it keeps, and which layers of the textbook are in it."""

import functools
import math
from collections.abc import Iterator
from dataclasses import replace

from .. import keras, layers
from ..core import Layer, stored_by
from .tree import Call, Found, Path, lasting, shown, tree, unique


def read(model) -> Layer:
    """The tree of a Keras 3 model or layer. Raises ValueError where a layer is not built yet."""
    trained = {id(weight) for weight in model.trainable_weights}
    found, kinds, first = [], {}, {}
    for path, layer in _layers(model):
        _refuse_unbuilt(layer)
        kinds[path] = (shown(type(layer).__name__), _call(layer))
        names = {}
        for weight in _own(layer):
            here = (*path, unique(weight.name, names))
            names[here[-1]] = weight
            same_as = first.setdefault(id(weight), here)
            shape = tuple(map(int, weight.shape))
            found.append(Found(here, shape, id(weight) in trained, same_as if same_as != here else ()))
    made = tree(found, kinds, "/")
    own = sum(math.prod(weight.shape) for weight in model.trainable_weights)
    if made.count != own:
        raise ValueError(
            f"{type(model).__name__} says that it trains {own:,} parameters, but its layers keep "
            f"{made.count:,}: its trainable_weights are not those of its layers, so neither is explained here"
        )
    return made


def _inner(layer) -> list:
    return layer._flatten_layers(include_self=False, recursive=False)


def _own(layer) -> list:
    """The weights that are the layer's own and not of a layer inside it."""
    inside = {id(weight) for each in _inner(layer) for weight in each.weights}
    return [weight for weight in layer.weights if id(weight) not in inside]


def _layers(model) -> Iterator[tuple[Path, object]]:
    """Every layer with its path, in the order of `weights`; one that two layers share comes twice."""
    waiting = [((), model, ())]
    while waiting:
        path, layer, above = waiting.pop()
        yield path, layer
        above, named = (*above, layer), {}
        for inner in _inner(layer):
            if not any(inner is each for each in above):  # one inside itself has been met already
                named[unique(inner.name, named)] = inner
        waiting += [((*path, name), inner, above) for name, inner in reversed(named.items())]


def _refuse_unbuilt(layer) -> None:
    if not layer.built:
        raise ValueError(
            f"{layer.name} (a {type(layer).__name__}) is not built yet: Keras makes weights when it first "
            "sees an input. Call the model once on data, or give it an Input, then explain it"
        )


# -- the layers of the textbook -----------------------------------------------------------------


def _call(layer) -> Call | None:
    for cls in type(layer).__mro__:
        if cls.__module__.startswith("keras.src.layers.") and cls.__name__ in _CALLS:
            return functools.partial(_CALLS[cls.__name__], layer)
    return None


def _dense(layer, size):
    i, o = layer.kernel.shape
    return keras.dense(size("i", i), size("o", o), layer.use_bias)


def _conv(layer, size):
    *sides, _, filters = layer.kernel.shape
    inputs = layer.kernel.shape[-2] * layer.groups
    f = tuple(size("f", side) for side in sides)
    f = f[0] if len(f) == 2 and f[0] == f[1] else f
    groups = size("groups", layer.groups) if layer.groups > 1 else 1
    return keras.conv(size("i", inputs), f, size("o", filters), groups, layer.use_bias)


def _recurrent(cell, layer, size):
    return stored_by(keras, _by_hand(cell, layer, size))


def _by_hand(cell, layer, size):
    return cell(size("i", layer.cell.kernel.shape[0]), size("h", layer.units), layer.use_bias)


def _bidirectional(layer, size):
    ways = layer.forward_layer, layer.backward_layer
    cell = _CELLS[type(ways[0]).__name__]
    names = [way.name for way in ways]  # Keras numbers them: forward_lstm_4

    def named(made):
        return replace(made, parts=dict(zip(names, made.parts.values(), strict=True)))

    return lasting(stored_by(keras, layers.bidirectional(_by_hand(cell, ways[0], size))), named)


def _attention(layer, size):
    x, heads = layer.query_dense.kernel.shape[0], layer.num_heads
    return keras.attention(size("x", x), size("heads", heads), layer._use_bias)


def _norm(translated, letter, layer, size):
    return translated(size(letter, layer.weights[0].shape[0]))


def _embedding(layer, size):
    return keras.embedding(size("v", layer.input_dim), size("x", layer.output_dim))


_CELLS = {"SimpleRNN": layers.rnn, "GRU": layers.gru, "LSTM": layers.lstm}
_CALLS = {
    "Dense": _dense,
    **dict.fromkeys(["Conv1D", "Conv2D", "Conv3D"], _conv),
    **{name: functools.partial(_recurrent, cell) for name, cell in _CELLS.items()},
    "Bidirectional": _bidirectional,
    "MultiHeadAttention": _attention,
    "LayerNormalization": functools.partial(_norm, keras.layer_norm, "x"),
    "RMSNormalization": functools.partial(_norm, keras.rms_norm, "x"),
    "BatchNormalization": functools.partial(_norm, keras.batch_norm, "o"),
    "Embedding": _embedding,
}
