"""`predict` asks before it tells."""

from __future__ import annotations

from collections.abc import Callable

from ..core import Layer
from ..show.said import OPEN
from ..show.sizes import opened


def predict(layer: Layer | Callable[..., Layer], question: str | None = None):
    """Ask for the count of a layer before showing it. Returns a widget; needs ipywidgets.

    layer: what to ask about, a layer or a layer function. question: the question in words, if the usual
    one does not fit.
    """
    if layer is ...:
        return OPEN
    if question is not None and not isinstance(question, str):
        raise TypeError(f"question={question!r}: the question is a text; the answer is typed below it")
    from .widgets import Quiz

    return Quiz(opened(layer), question)
