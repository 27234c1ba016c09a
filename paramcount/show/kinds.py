"""How many of a network's parameters are in which kind of layer."""

from __future__ import annotations

from ..core import Layer
from .working import kind

KINDS = ("attention", "dense", "convolution", "norm", "embedding")


def by_kind(layer: Layer) -> dict[str, int]:
    """How many of a layer's parameters are in each kind of layer.

    >>> from paramcount import encoder_layer
    >>> by_kind(encoder_layer(512, ff=2048))  # doctest: +NORMALIZE_WHITESPACE
    {'attention': 1050624, 'dense': 2099712, 'convolution': 0, 'norm': 2048, 'embedding': 0}
    """
    counts = dict.fromkeys(KINDS, 0)
    _add(layer, 1, "dense", counts)
    return counts


def _add(layer: Layer, times: int, above: str, counts: dict[str, int]) -> None:
    # What is inside attention belongs to attention, dense layers and all; the rest is what it is.
    mine = kind(layer) if above != "attention" and kind(layer) in KINDS else above
    for part in layer.parts.values():
        if isinstance(part, Layer):
            _add(part, times * layer.times, mine, counts)
        else:
            counts["norm" if part.kind == "norm" else mine] += times * layer.times * part.count
