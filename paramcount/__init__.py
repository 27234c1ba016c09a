"""How many trainable parameters does a layer have, and why? Counts that show their working."""

import importlib

from .core import Layer, Tensor, layer, stored_by
from .dims import Dim
from .explain import explain
from .explore import explore
from .layers import (
    attention,
    batch_norm,
    bidirectional,
    conv,
    decoder,
    decoder_layer,
    dense,
    embedding,
    encoder,
    encoder_layer,
    ffnn,
    gru,
    layer_norm,
    lstm,
    rms_norm,
    rnn,
    scaled_dot_product,
    transformer,
)

__all__ = [
    "Dim",
    "Layer",
    "Tensor",
    "attention",
    "batch_norm",
    "bidirectional",
    "check",
    "compare",
    "conv",
    "decoder",
    "decoder_layer",
    "dense",
    "embedding",
    "encoder",
    "encoder_layer",
    "explain",
    "explore",
    "ffnn",
    "fit",
    "growth",
    "gru",
    "layer",
    "layer_norm",
    "lstm",
    "predict",
    "rms_norm",
    "rnn",
    "scaled_dot_product",
    "stored_by",
    "transformer",
]

# What is not needed for counting is loaded when it is first used.
_LATER = {
    "check": "quiz",
    "predict": "quiz",
    "compare": "plots",
    "fit": "plots",
    "growth": "plots",
}


def __getattr__(name: str):
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = getattr(importlib.import_module(f".{_LATER[name]}", __name__), name)
    return globals()[name]
