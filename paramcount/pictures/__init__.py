"""One drawing a family. They read sizes, never counts of their own: those come from the tree."""

from __future__ import annotations

from importlib import import_module

from ..core import Layer
from ..display import marks
from .svg import Picture, render

__all__ = ["as_blocks", "draw", "render", "sketch"]

# Which file draws which layer. A layer that is not listed is drawn as labelled blocks.
_FAMILIES = {
    "dense": "feed_forward",
    "ffnn": "feed_forward",
    "rnn": "recurrent",
    "gru": "recurrent",
    "lstm": "recurrent",
    "bidirectional": "recurrent",
    "conv": "convolution",
    "attention": "attention",
    "scaled_dot_product": "attention",
    "embedding": "tables",
    "layer_norm": "tables",
    "rms_norm": "tables",
    "batch_norm": "tables",
    "encoder_layer": "transformer",
    "decoder_layer": "transformer",
    "encoder": "transformer",
    "decoder": "transformer",
    "transformer": "transformer",
}


def draw(layer: Layer) -> Picture:
    """The picture of a layer: its family's, or the general one of labelled blocks."""
    family = _FAMILIES.get(layer.name) if layer.textbook else None
    if family is None:
        return as_blocks(layer)
    return import_module(f".{family}", __name__).draw(layer, _classes(layer))


def sketch(layer: Layer) -> Picture | None:
    """The picture that goes with a question, in which nothing is counted yet, if the family has one."""
    family = _FAMILIES.get(layer.name) if layer.textbook else None
    draws = family and getattr(import_module(f".{family}", __name__), "sketch", None)
    return draws(layer) if draws else None


def as_blocks(layer: Layer, missing: frozenset[tuple[str, ...]] = frozenset()) -> Picture:
    """Every tensor as a labelled block; those of the paths in `missing` are outlined, not filled."""
    return import_module(".blocks", __name__).draw(layer, _classes(layer), missing)


def _classes(layer: Layer) -> dict[tuple[str, ...], str]:
    """The classes of each tensor's marks: its colour, and its link to working and ledger."""
    return {path: f"c-{colour} k {key}" for path, (colour, _, key) in marks(layer).items()}
