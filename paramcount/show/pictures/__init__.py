"""One drawing a family. A file has `draw`, which is handed a pen: filled, or hollow for a sketch.

What comes in is an `Account`: sizes are read off its layer, counts and marks off the account. What goes
out is a `Picture`, SVG with its words; `render` makes the element of it. To draw another family, add its
file: the layers of `layers.py` say which family they are of.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from types import ModuleType

from ...core import Layer, Path
from ..account import Account
from . import blocks
from .pen import Pen
from .svg import Picture, render

__all__ = ["as_blocks", "draw", "render", "sketch"]


def draw(account: Account) -> Picture:
    """The picture of a layer: its family's, or the general one of labelled blocks."""
    family = _family(account.layer)
    return family.draw(Pen(account)) if family else blocks.draw(Pen(account))


def sketch(layer: Layer) -> Picture | None:
    """The picture that goes with a question, in which nothing is counted yet, if the family has one."""
    family = _family(layer)
    return family.draw(Pen(Account(layer), filled=False)) if family else None


def as_blocks(account: Account, missing: Iterable[Path] = ()) -> Picture:
    """Every tensor as a labelled block; those of the paths in `missing` are outlined, not filled."""
    return blocks.draw(Pen(account), frozenset(missing))


def _family(layer: Layer) -> ModuleType | None:
    return import_module(f".{layer.family}", __name__) if layer.family else None
