"""Slips with the room that things take: of a count that is multiplied by bytes, and of keys and values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...core import Layer
from ...dims import Dim
from .base import Wrong, several, slip

_OTHERS = {2: "a bfloat16", 4: "a float32", 8: "a float64"}  # bytes that a number of another kind takes
_UNITS = {10**6: "megabytes", 2**20: "megabytes", 10**9: "gigabytes", 2**30: "gigabytes"}
_ALL_ALIKE = {
    "nothing_packed": "That counts each parameter as a number of its own. Some of them are packed: "
    "several in one number.",
    "norms_packed": "That packs everything. What is not quantised is kept as it was, a number each.",
}


def in_bytes(factor: Dim, layer: Layer) -> Iterator[Wrong]:
    """What comes of other bytes, or of fewer numbers for each parameter.

    factor: what the count is multiplied by: a size that is named "bytes", one named "numbers" if more than
    the parameters are kept, one named "tokens" if that much is kept of each. Nothing where there are none.
    """
    sizes = {each.name: each for each in (factor, *factor.args)}
    if "bytes" not in sizes:
        return
    each, numbers = sizes["bytes"], sizes.get("numbers", Dim(1))
    count = sizes.get("tokens", Dim(1)) * layer.count
    if "tokens" in sizes:
        yield Wrong(
            each * layer.count,
            "That is for one token. Keys and values are kept of each of them.",
            slip="one_token",
        )
    for other, kind in _OTHERS.items():
        if other == each:
            continue
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
    if numbers > 1:
        yield Wrong(
            numbers * count,
            "Those are the numbers that are kept, one byte for each. A number takes more than one byte.",
            more="Numbers for each parameter, times bytes for each number.",
            slip="numbers_for_bytes",
        )
    for kept in range(1, numbers):
        yield Wrong(
            kept * each * count,
            f"That has {several(kept, 'number')} for each parameter. Training keeps more: the weight, its "
            "gradient, and all that the optimiser remembers of it, which may be several numbers.",
            more="Adam remembers two: a mean of the gradient, and one of its square.",
            slip="too_few_numbers",
        )
    if numbers > 1:
        yield Wrong(
            (numbers + 1) * each * count,
            "That keeps a number more for each parameter, as a copy of the weights. The question names what "
            "is kept.",
            more="A weight, its gradient, and the two that Adam remembers.",
            slip="copy_kept",
        )
    if layer.function and layer.arguments().get("bias"):
        weights = layer.resized(bias=False).count
        yield Wrong(
            numbers * each * weights + (count - weights),
            "That multiplies the weights alone. Biases are kept in the same way.",
            slip="weights_multiplied",
        )
    for unit, name in _UNITS.items():
        if numbers * each * count >= unit:
            yield Wrong(
                round(numbers * each * count / unit),
                f"That is in {name}. The question asks for bytes, every one of them.",
                more=f"That {name[:-1]} has {unit:,} bytes.",
                slip="in_megabytes",
            )


def packed(asked: Dim, counts: Sequence[Dim]) -> Iterator[Wrong]:
    """What comes of packing nothing, or all, where some of the counts are packed, that is divided."""
    if asked.how != "+" or not (packs := [each for each in asked.args if each.how == "÷"]):
        return
    (size,) = {int(each.args[1]) for each in packs}
    for id, count in (("nothing_packed", sum(counts)), ("norms_packed", sum(counts) // size)):
        yield Wrong(count, _ALL_ALIKE[id], slip=id)


# -- keys and values, kept of one token: a layer that is called "cache" ----------------------------


def _is_cache(layer: Layer) -> bool:
    return layer.name == "cache" and {"n", "heads", "shared", "d"} <= {*layer.sizes}


@slip()
def values_forgotten(layer: Layer):
    if _is_cache(layer):
        yield Wrong(
            layer.count // 2,
            "That keeps the keys, or the values, and not both. A word has one of each.",
            more="The formula begins with 2 ×.",
        )


@slip()
def cache_twice_as_large(layer: Layer):
    if _is_cache(layer):
        yield Wrong(
            layer.count * 2,
            "That is twice as much. Each head has one key and one value of a word, which are two already.",
            more=f"There are {layer.sizes['shared']:,} heads of keys, and as many of values.",
        )


@slip()
def cache_of_every_head(layer: Layer):
    if _is_cache(layer) and layer.sizes["shared"] < layer.sizes["heads"]:
        every, shared = (layer.sizes[name] for name in ("heads", "shared"))
        for count, besides in (
            (layer.count, ""),
            (layer.count // 2, " And it is for keys alone, or values."),
        ):
            yield Wrong(
                count * every // shared,
                "That keeps as many columns as all heads of queries have. Here several share one head of "
                f"keys and one of values, which are kept once.{besides}",
                more=f"{every:,} heads of queries, {shared:,} of keys, {shared:,} of values.",
            )


@slip()
def cache_of_one_layer(layer: Layer):
    if _is_cache(layer):
        yield Wrong(
            layer.count // layer.sizes["n"],
            "That is what one layer keeps. Each has keys and values of its own.",
            more=f"There are {layer.sizes['n']:,} layers.",
        )


SLIPS = [values_forgotten, cache_twice_as_large, cache_of_every_head, cache_of_one_layer]
