"""`explore`: a layer with a slider for every size. Here is what the sliders offer; `widgets` shows it."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Mapping

from .core import Layer, called
from .dims import positive

# What a slider offers at most when the reader sets no range. Any size can be typed.
_TOPS = {"f": 11, "m": 96, "n": 96, "heads": 128, "groups": 128, "x": 16_384, "ff": 65_536, "v": 262_144}
_TOP = 4_096
_OPENING = {"x": 512, "ff": 2_048, "v": 37_000, "heads": 1, "groups": 1, "m": 6, "n": 6}
# The sizes that must be shared out evenly, and what is shared out.
SHARES = {"heads": ("x",), "groups": ("i", "o")}


def explore(layer: Layer | Callable[..., Layer] | Mapping[str, object], **ranges: Iterable[int]):
    """A panel in which every size of a layer can be moved: picture, working and ledger follow.

    layer: a layer, such as ``lstm(3, 2)``; or a layer function, such as ``lstm``, which opens with
    sizes of its own; or several of them by name, such as ``paramcount.models.PUBLISHED``, to pick
    from. ranges: for any size, the values that its slider offers, such as ``h=range(1, 101)``;
    other values can still be typed. Returns a widget; needs ipywidgets.
    """
    if isinstance(layer, Mapping):
        from .widgets import Picker

        return Picker({name: opened(getattr(each, "layer", each)) for name, each in layer.items()})
    if layer is ...:
        from .quiz import check

        return check(..., 0)  # says that the exercise is still open
    layer = opened(layer)
    checked = {name: _checked(layer, name, values) for name, values in ranges.items()}
    from .widgets import Explorer

    return Explorer(layer, checked)


def opened(layer: Layer | Callable[..., Layer]) -> Layer:
    """The layer, or a layer function called with its example."""
    if isinstance(layer, Layer):
        return layer
    if not hasattr(layer, "example"):
        raise TypeError(f"{layer!r} is not a layer: give one, such as lstm(3, 2), or its function, lstm")
    sizes = dict(layer.example)
    for name, parameter in inspect.signature(layer).parameters.items():
        if parameter.kind is parameter.VAR_POSITIONAL:
            sizes.setdefault(name, ())
        elif parameter.default is parameter.empty:
            sizes.setdefault(name, opening(name))
        else:
            sizes.setdefault(name, parameter.default)
    return called(layer, sizes)


def opening(name: str) -> int:
    """A size to begin with, where nobody has said one."""
    return _OPENING.get(name, 4)


def letter(name: str) -> str:
    """The size without its number: h for h₂."""
    return name.rstrip("₀₁₂₃₄₅₆₇₈₉")


def _checked(layer: Layer, name: str, values: Iterable[int]) -> list[int]:
    known = {k: v for k, v in layer.arguments().items() if not isinstance(v, bool)}
    if name not in known:
        raise TypeError(f"{layer.name} has no size {name}: it has {', '.join(known)}")
    values = sorted({int(positive(value, name)) for value in values})
    if not values:
        raise ValueError(f"{name}: a range must hold at least one size")
    return values


def offered(name: str, sizes: Mapping[str, object], given: Mapping[str, list[int]]) -> list[int]:
    """The values that a slider offers, smallest first.

    name: the size; sizes: all sizes as they stand; given: the ranges that the reader has set.
    """
    top = _TOPS.get(letter(name), _TOP)
    whole = shared(name, sizes)
    if not whole:
        return given.get(letter(name)) or ladder(top)
    return [value for value in given.get(name) or range(1, top + 1) if whole % value == 0] or [1]


def shared(name: str, sizes: Mapping[str, object]) -> int:
    """What a size must divide, as heads must divide x; 0 for a size that is free."""
    return math.gcd(*(sizes.get(whole) or 0 for whole in SHARES.get(name, ())))


def ladder(top: int) -> list[int]:
    """Every size up to 16, then four to each doubling: a step is always felt, at any size.

    >>> ladder(64)[14:]
    [15, 16, 20, 24, 28, 32, 40, 48, 56, 64]
    """
    values, step = list(range(1, 17)), 4
    while values[-1] < top:
        values += [values[-1] + step * k for k in range(1, 5)]
        step *= 2
    return [value for value in values if value <= top]
