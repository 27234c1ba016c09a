"""`predict` asks before it tells."""

from __future__ import annotations

from collections.abc import Callable

from ..core import Layer
from ..show.said import OPEN
from ..show.sizes import opened
from .bank import find, place
from .question import of_layer


def predict(layer: Layer | Callable[..., Layer] | str, question: str | None = None):
    """Ask for the count of a layer before showing it. Returns a widget; needs ipywidgets.

    layer: what to ask about: a layer, a layer function, or the name of a question of the chapters, such as
    "two-neurons". question: the question in words, for a layer that the usual words do not fit.
    """
    if layer is ...:
        return OPEN
    if question is not None and not isinstance(question, str):
        raise TypeError(f"question={question!r}: the question is a text; the answer is typed below it")
    if isinstance(layer, str) and question is not None:
        raise TypeError(f"{layer!r} is a question that has its own words")
    from .widgets import Quiz

    if isinstance(layer, str):
        return Quiz(find(layer), place(layer))
    return Quiz(of_layer(opened(layer), question or ""))
