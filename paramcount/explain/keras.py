"""A Keras model: what lies inside each layer, which weights it keeps, and layers in two directions."""

from __future__ import annotations

import functools
import math
import re
from dataclasses import dataclass, replace

from .. import keras, layers
from ..core import Layer, Origin, Packing
from ..stored import stored_by
from .origin import kept_as
from .walk import Kept, explained, layers_of, sizes_of

# Classes that build nothing of their own: what is inside them is asked itself.
_WEIGHTLESS = {"Sequential", "Functional", "Merge", "Wrapper", "DataLayer", "TextVectorization"}


def read(model) -> Layer:
    """The tree of a Keras 3 model or layer. Raises ValueError where a layer is not built yet."""
    trained = model.trainable_weights
    own = functools.partial(_own, {id(weight) for weight in trained})
    layer = explained(model, lambda: sum(math.prod(weight.shape) for weight in trained), _inner, own, _known)
    return replace(layer, origin=Origin(types=kept_as(map(_kept, model.weights))))


def _kept(weight) -> tuple[str, int, int, bool]:
    """The type of a weight's numbers, how many there are, in how many bytes, and whether they train."""
    bits = re.search(r"\d+", kind := str(weight.dtype))
    numbers = math.prod(weight.shape)
    return kind, numbers, numbers * (int(bits[0]) // 8 if bits else 1), bool(weight.trainable)


def _inner(layer):
    return [(inner.name, inner) for inner in layer._flatten_layers(include_self=False, recursive=False)]


def _own(trained, path, layer):
    """The weights that are the layer's own and not of a layer inside it."""
    _refuse_unbuilt(layer)
    could = {id(weight) for weight in layer._trainable_variables}  # if the layer were not frozen
    inside = {id(weight) for _, inner in _inner(layer) for weight in inner.weights}
    for weight in layer.weights:
        if id(weight) not in inside:
            shape, packing = _held(layer, weight)
            is_trained = id(weight) in trained
            frozen = not is_trained and (packing is not None or id(weight) in could)
            yield Kept(weight.name, weight, shape, id(weight), is_trained, frozen, packing)


def _held(layer, weight):
    """The shape of the parameters that a weight stands for, and how it is packed, if it is."""
    mode, stored = str(getattr(layer, "quantization_mode", None) or ""), math.prod(weight.shape)
    if weight.name not in ("kernel", "embeddings") or weight.dtype not in ("int8", "uint8"):
        return weight.shape, None
    if mode.startswith("int4"):  # what the layer hands out is unpacked again
        return tuple(getattr(layer, weight.name).shape), Packing(stored, "4-bit, 2 in a byte (Keras)")
    return weight.shape, Packing(stored, "8-bit whole numbers (Keras)")


def _refuse_unbuilt(layer):
    """Refuse a layer that will still make weights; one that never has any need not be built."""
    makes = not getattr(layer.build, "_is_default", False)
    if makes and not layer.built and not any(cls.__name__ in _WEIGHTLESS for cls in type(layer).__mro__):
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
