"""`fit`: the largest size that a budget of parameters allows."""

from __future__ import annotations

from collections.abc import Callable

from ..core import Layer
from ..dims import Dim, positive
from .account import call
from .sizes import opened, step


def fit(layer: Layer | Callable[..., Layer], size: str, budget: int, **sizes) -> Dim:
    """The largest value of one size with which a layer stays within a budget of parameters.

    layer: a layer or a layer function; size: the name of the size to find; budget: parameters;
    sizes: the others, by name. Raises ValueError where not even the smallest fits, or where the
    count does not depend on that size.

    >>> from paramcount import lstm
    >>> fit(lstm, "h", budget=1_000_000, i=300)
    371
    """
    layer, least = varied(layer, size, sizes)
    positive(budget, "budget")

    def count(multiple: int) -> int:
        return layer.resized(**{size: multiple * least}).count

    if count(1) > budget:
        small = layer.resized(**{size: least})
        raise ValueError(f"no {size} fits {budget:,}: {call(small)} already trains {small.count:,}")
    low, high = 1, 2
    while count(high) <= budget:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if count(middle) <= budget:
            low = middle
        else:
            high = middle
    return Dim(low * least, size)


def varied(layer: Layer | Callable[..., Layer], size: str, sizes: dict) -> tuple[Layer, int]:
    """The layer with the other sizes put in, and the step in which the one size may go."""
    layer = opened(layer).resized(**sizes)
    arguments = layer.arguments()
    singles = [name for name, value in arguments.items() if single(value)]
    if size not in singles:
        raise TypeError(f"{layer.name} has no single size {size}: it has {', '.join(singles)}")
    least = step(size, arguments)
    if layer.resized(**{size: least}).count == layer.resized(**{size: 2 * least}).count:
        raise ValueError(f"the count of {call(layer)} does not depend on {size}")
    return layer, least


def single(value) -> int | None:
    """A size as an int, also where it is the only one of a tuple; None for anything else."""
    if isinstance(value, tuple) and len(value) == 1:
        (value,) = value
    return None if value is None or isinstance(value, (bool, tuple, Layer)) else int(value)
