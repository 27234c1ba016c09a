"""`explore`: a layer with a slider for every size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ..core import Layer
from .outline import View, is_found, outline
from .said import OPEN
from .sizes import opened, range_of

_MOST = 200  # parts to pick from


def explore(layer: Layer | Callable[..., Layer] | Mapping[str, object], **ranges: Iterable[int]):
    """A panel in which every size of a layer can be moved: picture, working and ledger follow.

    layer: a layer, such as ``lstm(3, 2)``; or a layer function, such as ``lstm``, which opens with
    sizes of its own; or several of them by name, such as ``paramcount.models.PUBLISHED``, to pick
    from, in groups if they have a group; or a model that `explain` has read, with a list of its
    parts, to open each. ranges: for any size, the values that its slider offers, such as
    ``h=range(1, 101)``; others can still be typed.
    Returns a widget; needs ipywidgets.
    """
    if layer is ...:
        return OPEN
    if isinstance(layer, Mapping):
        from .widgets import Picker

        group = {name: getattr(each, "group", "") for name, each in layer.items()}
        return Picker({n: opened(getattr(each, "layer", each)) for n, each in layer.items()}, group=group)
    layer = opened(layer)
    if is_found(layer):
        from .widgets import Picker

        return Picker(_inside(layer), "open")
    checked = {name: range_of(layer, name, values) for name, values in ranges.items()}
    from .widgets import Explorer

    return Explorer(layer, checked)


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
