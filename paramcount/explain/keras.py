"""A Keras model: what lies inside each layer, which weights it keeps, and layers in two directions."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .. import keras, layers
from ..core import Layer, LayerFunction, Path, stored_by
from .tree import Size
from .walk import explained, layers_of, sizes_of


def read(model) -> Layer:
    """The tree of a Keras 3 model or layer. Raises ValueError where a layer is not built yet."""
    trained = model.trainable_weights
    own = functools.partial(_own, {id(weight) for weight in trained})
    return explained(model, trained, _inner, own, _known)


def _inner(layer) -> Iterator[tuple[str, object]]:
    return ((inner.name, inner) for inner in layer._flatten_layers(include_self=False, recursive=False))


def _own(trained: set[int], path: Path, layer) -> Iterator[tuple[str, object, object, bool]]:
    """The weights that are the layer's own and not of a layer inside it."""
    _refuse_unbuilt(layer)
    inside = {id(weight) for _, inner in _inner(layer) for weight in inner.weights}
    for weight in layer.weights:
        if id(weight) not in inside:
            yield weight.name, weight, id(weight), id(weight) in trained


def _refuse_unbuilt(layer) -> None:
    if not layer.built:
        raise ValueError(
            f"{layer.name} (a {type(layer).__name__}) is not built yet: Keras makes weights when it first "
            "sees an input. Call the model once on data, or give it an Input, then explain it"
        )


def _bidirectional(layer, size: Size) -> Layer:
    """A layer of each direction, under the names that Keras numbers them with: forward_lstm_4."""
    ways = layer.forward_layer, layer.backward_layer
    function = _CELLS[type(ways[0]).__name__]
    by_hand = function.translates(**sizes_of(function, ways[0], size))
    both = stored_by(keras, layers.bidirectional(by_hand))
    return both.changed(Renamed(tuple(way.name for way in ways)))


@dataclass(frozen=True)
class Renamed:
    """The change to a layer whose parts have other names, in their order."""

    names: tuple[str, ...]

    def __call__(self, layer: Layer) -> Layer:
        return replace(layer, parts=dict(zip(self.names, layer.parts.values(), strict=True)))


_CELLS: dict[str, LayerFunction] = {
    name: function for function in (keras.rnn, keras.gru, keras.lstm) for name in function.classes
}
_known = layers_of(keras, "keras.src.layers.", {"Bidirectional": _bidirectional})
