"""Slips with what a layer reads, where it stands on top of another: in a reader's own layer, or in a sum."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ...core import Layer, Tensor
from ...dims import Dim
from .any_layer import own
from .base import Wrong, added_up, begun, is_short, listed, several, slip, the
from .recurrent import UNITS

_READS = {  # what a layer of the textbook calls what it reads
    **dict.fromkeys(("dense", "ffnn", *UNITS, "bidirectional", "conv"), "i"),
    "embedding": "v",
}
_GIVES = {
    "dense": "o",
    "ffnn": "o",
    **dict.fromkeys((*UNITS, "bidirectional"), "h"),
    "conv": "o",
    "embedding": "x",
}

_NORMS = ("batch_norm", "layer_norm", "rms_norm")
Part = tuple[str, Layer]


@dataclass(frozen=True)
class Misread:
    """Layers that read another size than the layer below gives. instead: what they became, by name."""

    instead: Mapping[str, Layer]
    why: str
    more: str


def reads(layer: Layer) -> Dim:
    """How many numbers a layer reads: of a word or a place, if there are several."""
    return layer.arguments()[_READS[layer.name]]


def gives(layer: Layer) -> Dim:
    """How many numbers a layer gives to the next."""
    size = layer.arguments()[_GIVES[layer.name]]
    return 2 * size if layer.name == "bidirectional" else size


def reading_like_the_first(parts: Sequence[Part]) -> Iterator[Misread]:
    """The layers on top read what the one below reads, each by itself, or all what the first of them reads.

    parts: layers with their names, in the order in which they are passed through.
    """
    pairs = _on_top(parts)
    for below, above in pairs:
        if not _told_elsewhere(below, above):
            yield _misread([above], below)
    alike = [above for below, above in pairs if above[1].name == pairs[0][0][1].name == below[1].name]
    if len(alike) > 1 and not _told_elsewhere(pairs[0][0], pairs[0][1]):
        yield _misread(alike, pairs[0][0])


def reading_one_direction(parts: Sequence[Part]) -> Iterator[Misread]:
    """A layer on top of a bidirectional one reads one direction."""
    for (below, bidirectional), (above, layer) in _on_top(parts):
        if bidirectional.name == "bidirectional":
            h = bidirectional.arguments()["h"]
            yield Misread(
                {above: layer.resized(i=h)},
                f"That has {the(above)} reading one direction. What stands on top of {the(below)} reads the "
                "numbers of both directions.",
                f"Each direction gives {h:,}.",
            )


def _misread(above: Sequence[Part], below: Part) -> Misread:
    name, layer = below
    both = ", in both directions" if layer.name == "bidirectional" else ""
    return Misread(
        {each: on_top.resized(i=reads(layer)) for each, on_top in above},
        f"That gives {listed(the(each) for each, _ in above)} the numbers that come into {the(name)}. What "
        f"stands on top reads what comes out{both}.",
        f"{begun(the(name))} reads {several(reads(layer), 'number')} and gives {gives(layer):,}.",
    )


def _on_top(parts: Sequence[Part]) -> list[tuple[Part, Part]]:
    """The pairs of which one reads what the other gives; a norm between them passes on what it is given."""
    passed = [(name, part) for name, part in parts if not (part.family and part.name in _NORMS)]
    return [
        (below, above)
        for below, above in pairwise(passed)
        if _is_known(below) and _is_known(above) and above[1].name != "embedding"
        if int(reads(above[1])) == int(gives(below[1]))
    ]


def _is_known(part: Part) -> bool:
    return bool(part[1].family) and part[1].name in _READS


def _told_elsewhere(below: Part, above: Part) -> bool:
    """Whether it would be nothing new: of convolutions on images of one or three channels, that is known."""
    size = int(reads(below[1]))
    return size == int(reads(above[1])) or (above[1].name == "conv" and size in (1, 3))


# -- in a reader's own layer ----------------------------------------------------------------------


def _own_parts(layer: Layer) -> list[Part]:
    if not own(layer):
        return []
    parts = [(name, part) for name, part in layer.parts.items() if isinstance(part, Layer)]
    return [(name, part) for name, part in parts if part.count]  # what is counted elsewhere is told of there


def _with(layer: Layer, instead: Mapping[str, Layer]) -> int:
    """The count with other layers in place of some parts."""
    if not is_short(layer):
        more = sum(int(new.count) - int(layer.parts[name].count) for name, new in instead.items())
        return int(layer.count) + int(layer.times) * more

    def count(name: str, part: Layer | Tensor) -> Dim:
        return instead[name].count if name in instead else part.count

    return layer.times * added_up(layer, count)


@slip()
def reads_like_the_first(layer: Layer):
    for misread in reading_like_the_first(_own_parts(layer)):
        yield Wrong(_with(layer, misread.instead), misread.why, more=misread.more)


@slip()
def reads_one_direction(layer: Layer):
    for misread in reading_one_direction(_own_parts(layer)):
        yield Wrong(_with(layer, misread.instead), misread.why, more=misread.more)


SLIPS = [reads_like_the_first, reads_one_direction]
