"""`explore`: a layer with a slider for every size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ..core import Layer
from .said import OPEN
from .sizes import opened, range_of


def explore(layer: Layer | Callable[..., Layer] | Mapping[str, object], **ranges: Iterable[int]):
    """A panel in which every size of a layer can be moved: picture, working and ledger follow.

    layer: a layer, such as ``lstm(3, 2)``; or a layer function, such as ``lstm``, which opens with
    sizes of its own; or several of them by name, such as ``paramcount.models.PUBLISHED``, to pick
    from. ranges: for any size, the values that its slider offers, such as ``h=range(1, 101)``;
    other values can still be typed. Returns a widget; needs ipywidgets.
    """
    if layer is ...:
        return OPEN
    if isinstance(layer, Mapping):
        from .widgets import Picker

        return Picker({name: opened(getattr(each, "layer", each)) for name, each in layer.items()})
    layer = opened(layer)
    checked = {name: range_of(layer, name, values) for name, values in ranges.items()}
    from .widgets import Explorer

    return Explorer(layer, checked)
