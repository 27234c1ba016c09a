"""`explore`: a layer with a slider for every size."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from ..core import Layer
from ..dims import shown
from .outline import View, is_found, outline
from .said import OPEN
from .sizes import opened, range_of

_MOST = 200  # parts to pick from


def explore(layer, begin: str = "", **ranges: Iterable[int]):
    """A panel in which every size of a layer can be moved: picture, working and ledger follow.

    layer: a layer, such as ``lstm(3, 2)``; or a layer function, such as ``lstm``, which opens with
    sizes of its own; or several of them by name, such as ``paramcount.models.PUBLISHED``, to pick
    from, in groups if they have a group; or a model, or what else `explain` reads, with a list of
    its parts, to open each. begin: of several, the name of the one that is open first, such as "Llama-3-8B".
    ranges: for any size, the values that its slider offers, such as
    ``h=range(1, 101)``; others can still be typed.
    Returns a widget; needs ipywidgets. Raises ValueError for a name that is not there.
    """
    if layer is ...:
        return OPEN
    if isinstance(layer, Mapping):
        from .widgets import Picker

        group = {name: getattr(each, "group", "") for name, each in layer.items()}
        several = {name: opened(each) for name, each in layer.items()}
        return Picker(several, group=group, begin=_known(begin, several))
    layer = opened(layer)
    if is_found(layer):
        from .widgets import Picker

        parts = _inside(layer)
        return Picker(parts, "open", begin=_known(begin, parts))
    if begin:
        raise ValueError(f"begin={shown(begin)}: there is one layer here, and nothing to pick from")
    checked = {name: range_of(layer, name, values) for name, values in ranges.items()}
    from .widgets import Explorer

    return Explorer(layer, checked)


def _known(name: str, layers: Mapping[str, Layer]) -> str:
    if name and name not in layers:
        near = difflib.get_close_matches(str(name), layers, n=3) or list(layers)[:3]
        raise ValueError(f"begin={shown(name)} is not in the list, which has {', '.join(near)}")
    return name


def _inside(layer: Layer) -> dict[str, Layer]:
    """A model and the layers in it, by what they are called, as far down as there are not too many."""
    depth = 1
    while depth < layer.depth and len(outline(layer, View(depth + 1, tensors=False))) <= _MOST:
        depth += 1
    parts = {layer.name: layer}
    for line in outline(layer, View(depth, tensors=False)):
        if isinstance(line.part, Layer):
            parts[" › ".join(line.path)] = line.part
    return parts
