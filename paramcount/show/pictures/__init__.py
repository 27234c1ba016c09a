"""One drawing a family. A file has `draw`, which is handed a pen: filled, or hollow for a sketch.

What comes in is an `Account`: sizes are read off its layer, counts and marks off the account. What goes
out is a `Picture`, SVG with its words; `render` makes the element of it. To draw another family, add its
file: the layers of `layers.py` say which family they are of. A file may have `row` and `row_high` besides:
how its layers are drawn where they are one of several in a sketch.

`whole.py` is the panel's picture of what has no family, such as a whole network, to scale, with the names at
its side by `labels.py`; `parts.py` is its sketch. In a sketch that is answered
`tiles.py` draws the tensors into their boxes, and `told.py` says in words which were counted.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from types import ModuleType

from ...core import Layer, Path
from ..account import Account
from . import parts, whole
from .pen import Pen
from .svg import Picture, render

__all__ = ["draw", "has_parts", "render", "sketch", "sketches"]


def draw(account: Account) -> Picture:
    """The picture of a layer: its family's, or that of a whole network to scale."""
    return (_own(account.layer) or whole).draw(Pen(account))


def has_parts(layer: Layer) -> bool:
    """Whether the picture of a layer has parts that the arrow keys go through: whole networks do."""
    return _own(layer) is None


def _own(layer: Layer) -> ModuleType | None:
    """The file of its family. A Transformer with its words is a whole network, which has none."""
    return None if "embedding" in layer.parts else parts.family(layer)


def sketch(
    layer: Layer, missing: frozenset[Path] | None = None, said: Collection[int] | None = None
) -> Picture:
    """The picture that goes with a question about a layer.

    missing: None while it is asked, and all is hollow; then the paths of the tensors that an answer left out,
    which are dashed, where the others are filled. If it left out none, it is right, and counts may be said.
    said: the numbers in the words of the question. A size of a part that is not among them, or if they are
    not given one that is worked out from others, is not told before the answer is right.
    """
    pen = Pen(Account(layer), False, missing, right=missing == frozenset(), said=said)
    return (parts.family(layer) or parts).draw(pen)


def sketches(
    layers: Sequence[tuple[str, Layer]],
    missing: Sequence[frozenset[Path]] | None = None,
    said: Collection[int] | None = None,
) -> Picture:
    """The picture that goes with a question about several layers, each with what it is called.

    missing: as in `sketch`, for each of them; said: as there.
    """
    if len(layers) == 1:
        ((_, layer),) = layers
        return sketch(layer, missing and missing[0], said)
    return parts.together(layers, missing, said)
