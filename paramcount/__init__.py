"""How many trainable parameters does a layer have, and why? Counts that show their working."""

import importlib

from .core import Layer, Tensor, layer
from .dims import Dim
from .explain import explain
from .layers import *  # noqa: F403
from .layers import __all__ as _textbook
from .show.explore import explore
from .stored import stored_by

# What is not needed for counting is loaded when it is first used.
_LATER = {
    "check": "ask.check",
    "predict": "ask.predict",
    "compare": "show.compare",
    "difference": "explain.difference",
    "fit": "show.fit",
    "frozen": "tuning",
    "growth": "show.plots",
    "lora": "tuning",
    "memory": "show.memory",
    "practice": "ask.practice",
    "progress": "ask.progress",
    "watch": "show.watch",
}

__all__ = ["Dim", "Layer", "Tensor", "explain", "explore", "layer", "stored_by", *_textbook, *_LATER]


def __getattr__(name: str):
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = getattr(importlib.import_module(f".{_LATER[name]}", __name__), name)
    return globals()[name]
