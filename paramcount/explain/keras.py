"""A Keras model: what lies inside each layer, which weights it keeps, and layers in two directions."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

from .. import keras, layers
from ..core import Layer
from ..stored import stored_by
from .walk import Kept, explained, layers_of, sizes_of


def read(model) -> Layer:
    """The tree of a Keras 3 model or layer. Raises ValueError where a layer is not built yet."""
    trained = model.trainable_weights
    own = functools.partial(_own, {id(weight) for weight in trained})
    return explained(model, trained, _inner, own, _known)


def _inner(layer):
    return [(inner.name, inner) for inner in layer._flatten_layers(include_self=False, recursive=False)]


def _own(trained, path, layer):
    """The weights that are the layer's own and not of a layer inside it."""
    _refuse_unbuilt(layer)
    could = {id(weight) for weight in layer._trainable_variables}  # if the layer were not frozen
    inside = {id(weight) for _, inner in _inner(layer) for weight in inner.weights}
    for weight in layer.weights:
        if id(weight) not in inside:
            is_trained = id(weight) in trained
            frozen = not is_trained and id(weight) in could
            yield Kept(weight.name, weight, weight.shape, id(weight), is_trained, frozen)


def _refuse_unbuilt(layer):
    if not layer.built:
        raise ValueError(
            f"{layer.name} (a {type(layer).__name__}) is not built yet: Keras makes weights when it first "
            "sees an input. Call the model once on data, or give it an Input, then explain it"
        )


def _bidirectional(layer, size):
    """A layer of each direction, under the names that Keras numbers them with: forward_lstm_4."""
    forward, backward = layer.forward_layer, layer.backward_layer
    cell = _CELLS[type(forward).__name__]
    by_hand = cell.translates(**sizes_of(cell, forward, size))
    both = stored_by(keras, layers.bidirectional(by_hand))
    return both.changed(Renamed((forward.name, backward.name)))


@dataclass(frozen=True)
class Renamed:
    """The change to a layer whose parts have other names, in their order."""

    names: tuple[str, ...]

    def __call__(self, layer: Layer) -> Layer:
        return replace(layer, parts=dict(zip(self.names, layer.parts.values(), strict=True)))


_CELLS = {name: cell for cell in (keras.rnn, keras.gru, keras.lstm) for name in cell.classes}
_known = layers_of(
    keras, "keras.src.layers.", {"Bidirectional": functools.partial(functools.partial, _bidirectional)}
)
