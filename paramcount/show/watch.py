"""`watch`: a picture of a layer that moves, step by step, while the count stands still."""

from __future__ import annotations

from collections.abc import Callable

from ..core import Layer
from .moving import moves
from .said import OPEN
from .sizes import opened


def watch(layer: Layer | Callable[..., Layer]):
    """A picture that moves: what is trained stands still, what is worked out comes step by step.

    layer: a convolution, whose filter slides over an image; rnn, gru or lstm, over 3, 7 and 70 steps;
    attention, whose heads are cut out of one square; or ``attention(2, bias=False)``, which is worked with
    small numbers. Returns a widget; needs ipywidgets. Raises TypeError where there is no such picture.
    """
    if layer is ...:
        return OPEN
    layer = opened(layer)
    moving = moves(layer)
    from .watched import Watched

    return Watched(layer, moving)
