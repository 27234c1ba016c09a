"""Pictures that move: what is trained stands still and is filled, what is worked out is hollow.

What comes in is a layer. What goes out is a `Moving`: one drawing that holds every step and a still form,
which is what print and a page without a kernel show. `slides.py` has a filter over an image, `unrolled.py` a
recurrent layer over its steps, `heads.py` a square that is cut into heads, `worked.py` attention with small
numbers. `moves` picks one by the layer; `../watched.py` puts it on the screen, where `moving.js` only says
which step is seen.
"""

from __future__ import annotations

from ...core import Layer
from . import heads, slides, unrolled, worked
from .step import Moving

__all__ = ["Moving", "moves"]

_DRAWN = {"conv": slides, "rnn": unrolled, "gru": unrolled, "lstm": unrolled, "attention": heads}


def moves(layer: Layer) -> Moving:
    """The picture that moves of a layer.

    Raises TypeError where there is none, and ValueError for sizes that it cannot be drawn with.
    """
    drawn = _DRAWN.get(layer.name) if layer.family else None
    if drawn is None:
        raise TypeError(f"{layer.name} has no picture that moves: {', '.join(_DRAWN)} have one")
    if worked.can_be(layer):
        return worked.draw(layer)
    return drawn.draw(layer)
