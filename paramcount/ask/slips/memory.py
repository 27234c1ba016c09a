"""Slips with the room that parameters take: of a count that is multiplied by bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...core import Layer
from ...dims import Dim
from .base import Wrong, several

_ALL_ALIKE = {
    "nothing_packed": "That counts each parameter as a number of its own. Some of them are packed: "
    "several in one number.",
    "norms_packed": "That packs everything. What is not quantised is kept as it was, a number each.",
}
_OTHERS = {2: "a bfloat16", 8: "a float64"}  # bytes that a number of another kind takes
_MEGABYTES = (10**6, 2**20)


def in_bytes(factor: Dim, layer: Layer) -> Iterator[Wrong]:
    """What comes of other bytes, or of fewer numbers for each parameter.

    factor: what the count is multiplied by: a size that is named "bytes", and one named "numbers" if more
    than the parameters are kept. Nothing where there is none.
    """
    sizes = {each.name: each for each in (factor, *factor.args)}
    if "bytes" not in sizes:
        return
    each, numbers, count = sizes["bytes"], sizes.get("numbers", Dim(1)), layer.count
    for other, kind in _OTHERS.items():
        yield Wrong(
            numbers * other * count,
            f"That takes {several(other, 'byte')} for a number, as {kind} does. Look once more in which kind "
            "of number it is kept.",
            slip="bytes_of_another_kind",
        )
    yield Wrong(
        numbers * 8 * each * count,
        "That is in bits. The question asks for bytes, and a byte has 8 bits.",
        slip="bits_for_bytes",
    )
    for kept in range(1, numbers):
        yield Wrong(
            kept * each * count,
            f"That has {several(kept, 'number')} for each parameter. Training keeps more: the weight, its "
            "gradient, and whatever the optimizer remembers of it.",
            more="Adam remembers two: a mean of the gradient, and one of its square.",
            slip="too_few_numbers",
        )
    if layer.function and layer.arguments().get("bias"):
        weights = layer.resized(bias=False).count
        yield Wrong(
            numbers * each * weights + (count - weights),
            "That multiplies the weights alone. Biases are kept in the same way.",
            slip="weights_multiplied",
        )
    for unit in _MEGABYTES:
        if numbers * each * count >= unit:
            yield Wrong(
                round(numbers * each * count / unit),
                "That is in megabytes. The question asks for bytes, every one of them.",
                more=f"That megabyte has {unit:,} bytes.",
                slip="in_megabytes",
            )


def packed(asked: Dim, counts: Sequence[Dim]) -> Iterator[Wrong]:
    """What comes of packing nothing, or all, where some of the counts are packed, that is divided."""
    if asked.how != "+" or not (packs := [each for each in asked.args if each.how == "÷"]):
        return
    (size,) = {int(each.args[1]) for each in packs}
    for id, count in (("nothing_packed", sum(counts)), ("norms_packed", sum(counts) // size)):
        yield Wrong(count, _ALL_ALIKE[id], slip=id)
