"""`memory`: the room that a network takes, row by row, with controls to move."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import cached_property
from html import escape

from ..core import Layer, LayerFunction
from ..dims import positive, shown
from .bytes import BESIDES, CACHES, FORMATS, HEADS, Room, table
from .sizes import opened


def memory(
    network: Layer | LayerFunction | int,
    weights: str = "bfloat16",
    training: bool = False,
    tokens: int = 4_096,
    texts: int = 1,
    cache: str = "bfloat16",
    kept: int | None = None,
) -> Memory:
    """The room that a network takes, in named rows with their arithmetic, and controls to move.

    network: a layer, its function, or a count; what is frozen in it has no gradients. weights: "float32",
    "bfloat16", "int8" or "4 bit", the last with a scale of 2 bytes for each 32 parameters; tables and norms
    are taken for quantised too, though some programs leave them as they were. training: with Adam; what
    trains is never in less than bfloat16. tokens, texts: how long the texts are whose keys and values are
    kept, and how many there are at once. cache: the format of these, but for "4 bit". kept: how many numbers
    are kept of a token, such as 2 * 32 * 8 * 128; None to work it out from the sizes of a network of
    `paramcount.models`. Layers that look back no further than a window keep less than that.

    Returns a table and, where ipywidgets is installed, a panel. Raises ValueError for a format that is not
    known and for a size below 1, TypeError for what is neither a network nor a count.
    """
    for name, kind, known in (("weights", weights, tuple(FORMATS)), ("cache", cache, CACHES)):
        if kind not in known:
            raise ValueError(f"{name}={shown(kind)}: it is one of {', '.join(known)}")
    is_layer = isinstance(network, (Layer, LayerFunction))
    network = opened(network) if is_layer else positive(network, "network")
    tokens, texts = positive(tokens, "tokens"), positive(texts, "texts")
    kept = kept if kept is None else positive(kept, "kept")
    return Memory(network, weights, bool(training), tokens, texts, cache, kept)


@dataclass(frozen=True, eq=False)
class Memory(Room):
    """What `memory` returns."""

    def __repr__(self) -> str:
        cells = [HEADS, *(row.cells for row in self.rows)]
        wide = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = [
            "  ".join(
                f"{cell:<{w}}" if n < 3 else f"{cell:>{w}}"
                for n, (cell, w) in enumerate(zip(row, wide, strict=True))
            )
            for row in cells
        ]
        return "\n".join([self.heading, "", *(line.rstrip() for line in lines), "", BESIDES])

    @cached_property
    def _widget(self):
        from .memory_panel import MemoryPanel

        return MemoryPanel(self)

    def _repr_mimebundle_(self, **kwargs):
        widget = {}
        if importlib.util.find_spec("ipywidgets"):
            widget = self._widget._repr_mimebundle_(**kwargs)
        page = f"<p><b>{escape(self.heading)}</b></p>{table(self)}<p>{BESIDES}</p>"
        return widget | {"text/plain": repr(self), "text/html": page}
