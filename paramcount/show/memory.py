"""`memory`: the room that a network takes, row by row, with controls to move."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import cached_property
from html import escape

from ..core import Layer
from ..dims import positive, shown
from .bytes import CACHES, FORMATS, HEADS, MIXED, READ, RECIPES, Room, as_read, meant, table
from .holds import ALONE, PARTLY, base_of, has_experts, packed_in, types_of
from .sizes import opened

# What bitsandbytes and the Trainer of transformers call it.
_RECIPES = dict.fromkeys(("adam8bit", "adamw8bit", "adamw_8bit", "adamw_bnb_8bit"), "Adam in 8 bits")
_MIXTURES = ("_k", "_k_s", "_k_m", "_k_l", "_xs", "_xxs")  # how the names of several formats at once end


def memory(
    network,
    weights: str | None = None,
    training: bool | str = False,
    tokens: int = 4_096,
    texts: int = 1,
    cache: str = "bfloat16",
    kept: int | None = None,
) -> Memory:
    """The room that a network takes, in named rows with their arithmetic, and controls to move.

    network: a layer, its function, an entry of `models.PUBLISHED`, what `explain` reads, or a count; what
    is frozen in it has no gradients, and of a mixture all experts stay in memory. weights: None as it was
    read, or for bfloat16; "float32", "bfloat16", "float16", "int8", "fp8"; "8 bit, Q8_0" and "4 bit", all
    of it, with a scale of 2 bytes for each 32, as Q8_0 and Q4_0 of GGUF files have; or in dense layers
    alone, and tables, norms, biases and the output in bfloat16: "4 bit, dense layers", as bitsandbytes, 4
    bytes for each 64, which of a mixture leaves the experts as they are; "4 bit, dense layers, scales in
    8 bits", as its double quantisation; "4 bit, dense layers and experts"; "4 bit, groups of 128", as
    GPTQ and AWQ, 2½ bytes for each 128; "4 bit, experts alone", as MXFP4, 1 byte for each 32. What trains
    is never in less than 2 bytes. training: True or "mixed precision", with Adam as in ZeRO
    (arXiv:1910.02054), which keeps a float32 copy of weights in 2 bytes; "all as the weights", with Adam
    as PyTorch has it, whose means are in the format of the weights; "Adam in 8 bits" of bitsandbytes;
    "SGD with momentum", "SGD". tokens, texts: how long the texts are, and how many there are at once.
    cache: the format of keys and values, but for 4 bit. kept: how many numbers are kept of a token, such
    as 2 * 32 * 8 * 128; None to work it out from the sizes of a network of `paramcount.models` or of a
    config that was read. Layers that look back no further than a window keep less than that: where it is
    not known which do, the row says what it is at most, and is not added up.

    Returns a table and, where ipywidgets is installed, a panel. Raises ValueError for a format that is not
    known and for a size below 1, TypeError for what is neither a network nor a count.
    """
    counted = hasattr(network, "__index__") or isinstance(network, float)
    network = positive(network, "network") if counted else opened(network)
    network, notes = _whole(network)
    base = base_of(network)
    if weights is None and base and base.origin and base.origin.dtype == "?" and not base.origin.types:
        notes += (_UNTOLD,)
    weights, cache = meant(as_read(network) if weights is None else weights), meant(cache)
    known = (*FORMATS, *([READ] if types_of(network) else []))
    for name, kind, formats in (("weights", weights, known), ("cache", cache, CACHES)):
        if kind not in formats:
            raise ValueError(f"{name}={shown(kind)}: {_other(kind)}it is one of {'; '.join(formats)}")
    if weights in PARTLY and counted:
        raise ValueError(f"weights={shown(weights)}: a count does not say what is in dense layers")
    if weights in PARTLY and base and base.origin and base.origin.file and not packed_in(network, weights):
        raise ValueError(f"weights={shown(weights)}: these files do not say what is in dense layers")
    if weights == ALONE and not has_experts(network):
        raise ValueError(f"weights={shown(weights)}: there are no experts in it")
    recipe = MIXED if training is True else training or ""
    recipe = _RECIPES.get(str(recipe).lower(), recipe)
    if recipe not in ("", *RECIPES):
        raise ValueError(f"training={shown(training)}: it is True, False or one of {'; '.join(RECIPES)}")
    tokens, texts = positive(tokens, "tokens"), positive(texts, "texts")
    kept = kept if kept is None else positive(kept, "kept")
    return Memory(network, weights, recipe, tokens, texts, cache, kept, notes)


_UNTOLD = "Its config says that its files are quantised, not in how many bytes: read those, or give weights=."


def _other(kind: str) -> str:
    """What to do about a format of GGUF files that is several at once."""
    if not kind.endswith(_MIXTURES):
        return ""
    return (
        "such a format mixes several, and which tensor is in which is in the file: explain it. (Llama-3.1-8B "
        "has 4.89 bits a weight in Q4_K_M, says llama.cpp.) Else "
    )


def _whole(network: Layer | int) -> tuple[Layer | int, tuple[str, ...]]:
    """A network with all its experts, of which a token uses a few; and that they are all kept."""
    if not isinstance(network, Layer):
        return network, ()
    sizes = network.arguments()
    if active := sizes.get("active"):
        said = (
            f"A token uses {active} of {sizes['experts']} experts, and all {sizes['experts']} stay in memory."
        )
        return network.resized(active=None), (said,)
    if _counts_active(network):
        raise ValueError(
            f"{network.name} counts no more experts than a token uses, but all stay in memory: "
            "make it without active="
        )
    return network, ()


def _counts_active(layer: Layer) -> bool:
    inner = (part for part in layer.parts.values() if isinstance(part, Layer))
    return bool(layer.sizes.get("active")) or any(map(_counts_active, inner))


@dataclass(frozen=True, eq=False)
class Memory(Room):
    """What `memory` returns."""

    def __repr__(self) -> str:
        cells = [HEADS, *(row.cells for row in [*self.rows, self.together])]
        wide = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = [
            "  ".join(
                f"{cell:<{w}}" if n < 3 else f"{cell:>{w}}"
                for n, (cell, w) in enumerate(zip(row, wide, strict=True))
            )
            for row in cells
        ]
        return "\n".join([self.heading, "", *(line.rstrip() for line in lines), "", self.said])

    @cached_property
    def _widget(self):
        from .memory_panel import MemoryPanel

        return MemoryPanel(self)

    def _repr_mimebundle_(self, **kwargs):
        widget = {}
        if importlib.util.find_spec("ipywidgets"):
            widget = self._widget._repr_mimebundle_(**kwargs)
        page = f"<p><b>{escape(self.heading)}</b></p>{table(self)}<p>{escape(self.said)}</p>"
        return widget | {"text/plain": repr(self), "text/html": page}
