"""How many trainable parameters does a layer have, and why? Counts that show their working."""

from .core import Layer, Tensor, layer, stored_by
from .dims import Dim
from .explore import explore
from .growth import fit, growth
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
from .quiz import check, predict

__all__ = [
    "Dim",
    "Layer",
    "Tensor",
    "attention",
    "batch_norm",
    "bidirectional",
    "check",
    "conv",
    "decoder",
    "decoder_layer",
    "dense",
    "embedding",
    "encoder",
    "encoder_layer",
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
