"""Slips: ways to count a layer wrong, as people do, and what to say of each.

A slip stands in the file of its family, in the list at the end of it. Where two leave out the same
tensors, the first in the list below speaks. How to write one: see `base`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from ...core import Layer, Path
from . import any_layer, attention, convolution, feed_forward, recurrent, tables, transformer
from .base import Slip, Wrong

SLIPS: list[Slip] = [
    *any_layer.SLIPS,
    *feed_forward.SLIPS,
    *recurrent.SLIPS,
    *convolution.SLIPS,
    *attention.SLIPS,
    *tables.SLIPS,
    *transformer.SLIPS,
]


def wrongs(layer: Layer) -> Iterator[Wrong]:
    """Every known wrong count of a layer; one that happens to be right at these sizes is left out."""
    gone: set[frozenset[Path]] = set()  # what the slips so far leave out
    for wrong in chain(_made_with(layer, SLIPS), _in_parts(layer)):
        if wrong.count == layer.count or wrong.missing in gone:
            continue
        if wrong.missing:
            gone.add(wrong.missing)
        yield wrong


def _made_with(layer: Layer, slips: list[Slip]) -> Iterator[Wrong]:
    for slip in slips:
        yield from slip.wrongs(layer)


def _in_parts(layer: Layer) -> Iterator[Wrong]:
    """What is known of the textbook's layers inside a layer of the reader's own."""
    textbook = [slip for slip in SLIPS if slip.layers]
    for names, part in layer.alike() if any_layer.own(layer) else ():
        if not isinstance(part, Layer) or _counted_elsewhere(part):
            continue
        for wrong in chain(_made_with(part, textbook), _in_parts(part)):
            over = layer.times * len(names) * (wrong.count - part.count)
            missing = frozenset((name, *path) for name in names for path in wrong.missing)
            yield Wrong(layer.count + over, f"{', '.join(names)}: {wrong.why}", missing, wrong.slip)


def _counted_elsewhere(part: Layer) -> bool:
    """Whether a layer of the textbook shares tensors, of which another part is then told."""
    return bool(part.family) and any(leaf.tensor.same_as for leaf in part.tensors())
