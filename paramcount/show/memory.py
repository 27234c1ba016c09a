"""`memory`: the room that a network takes, row by row, with controls to move."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import cached_property
from html import escape

from ..core import Layer, LayerFunction
from ..dims import positive, shown
from .bytes import BESIDES, CACHES, DENSE, FORMATS, HEADS, RECIPES, Room, as_read, meant, table
from .sizes import opened


def memory(
    network: Layer | LayerFunction | int,
    weights: str | None = None,
    training: bool | str = False,
    tokens: int = 4_096,
    texts: int = 1,
    cache: str = "bfloat16",
    kept: int | None = None,
) -> Memory:
    """The room that a network takes, in named rows with their arithmetic, and controls to move.

    network: a layer, its function, or a count; what is frozen in it has no gradients. weights: "float32",
    "bfloat16", "float16", "int8", "fp8"; "4 bit", all of it, with a scale of 2 bytes for each 32 parameters,
    as Q4_0 of GGUF files has; or "4 bit, dense layers", as bitsandbytes: 4 bytes for each 64, and tables,
    norms, biases and the output in bfloat16. None for bfloat16, or as it was read. What trains is never in
    less than 2 bytes. training: True or "mixed precision", with Adam as in ZeRO (arXiv:1910.02054), which
    keeps a float32 copy of weights in 2 bytes; "all as the weights", with Adam as PyTorch has it, whose means
    are in the format of the weights. tokens, texts: how long the texts are whose keys and values are kept,
    and how many there are at once. cache: the format of these, but for 4 bit. kept: how many numbers are kept
    of a token, such as 2 * 32 * 8 * 128; None to work it out from the sizes of a network of
    `paramcount.models`. Layers that look back no further than a window keep less than that.

    Returns a table and, where ipywidgets is installed, a panel. Raises ValueError for a format that is not
    known and for a size below 1, TypeError for what is neither a network nor a count.
    """
    counted = hasattr(network, "__index__") or isinstance(network, (float, str))
    network = positive(network, "network") if counted else opened(network)
    weights, cache = meant(as_read(network) if weights is None else weights), meant(cache)
    for name, kind, known in (("weights", weights, tuple(FORMATS)), ("cache", cache, CACHES)):
        if kind not in known:
            raise ValueError(f"{name}={shown(kind)}: it is one of {'; '.join(known)}")
    if weights == DENSE and counted:
        raise ValueError(f"weights={shown(weights)}: a count does not say what is in dense layers")
    recipe = RECIPES[0] if training is True else training or ""
    if recipe not in ("", *RECIPES):
        raise ValueError(f"training={shown(training)}: it is True, False or one of {'; '.join(RECIPES)}")
    tokens, texts = positive(tokens, "tokens"), positive(texts, "texts")
    kept = kept if kept is None else positive(kept, "kept")
    return Memory(network, weights, recipe, tokens, texts, cache, kept)


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
