"""One drawing a family. They read sizes, never counts of their own: those come from the tree."""

from __future__ import annotations

from importlib import import_module

from ..core import Layer
from ..display import marks
from .svg import Picture, render

__all__ = ["draw", "render"]

# Which file draws which layer. A layer that is not listed is drawn as labelled blocks.
_FAMILIES = {
    "dense": "feed_forward",
    "ffnn": "feed_forward",
}


def draw(layer: Layer) -> Picture:
    """The picture of a layer: its family's, or the general one of labelled blocks."""
    colour = {path: f"c-{kind} k {key}" for path, (kind, _, key) in marks(layer).items()}
    family = _FAMILIES.get(layer.name, "blocks") if layer.textbook else "blocks"
    return import_module(f".{family}", __name__).draw(layer, colour)
