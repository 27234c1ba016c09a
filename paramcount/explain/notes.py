"""What is to be said of the tensors of a model, besides their count."""

from __future__ import annotations

import math
from collections.abc import Iterable

from .parts import KeptTensor, shown


def of(tensors: Iterable[KeptTensor]) -> list[str]:
    """The sentences on quantised and on empty tensors, or that there is none."""
    tensors = list(tensors)
    if not tensors:
        return ["No tensor is in it: activations, dropout and reshaping keep none."]
    tensors = [tensor for tensor in tensors if not tensor.same_as]
    return [*_quantised(tensors), *_empty(tensors)]


def _quantised(tensors: list[KeptTensor]) -> list[str]:
    """A sentence for each way in which parameters are packed: in how many numbers they are, and why."""
    ways: dict[str, list[int]] = {}
    for tensor in tensors:
        if tensor.packing:
            way = ways.setdefault(tensor.packing.how, [0, 0, 0])
            for k, number in enumerate((1, math.prod(tensor.shape), tensor.packing.stored)):
                way[k] += number
    sentences = []
    for how, (many, size, stored) in ways.items():
        weights = "weight is" if many == 1 else "weights are"
        if size == stored:
            sentences.append(
                f"{many:,} {weights} quantised, {how}: {size:,} parameters, and as many numbers."
            )
        else:
            sentences.append(
                f"{many:,} {weights} quantised, {how}: {size:,} parameters in {stored:,} stored numbers. "
                "What adds up stored numbers finds the second."
            )
    return sentences


def _empty(tensors: list[KeptTensor]) -> list[str]:
    empty = [
        tensor for tensor in tensors if (tensor.trained or tensor.frozen) and not math.prod(tensor.shape)
    ]
    if not empty:
        return []
    first = shown(".".join(empty[0].path))
    are = (
        f"{first} is an empty tensor"
        if len(empty) == 1
        else f"{len(empty):,} tensors are empty, first {first}"
    )
    return [
        f"{are}: a tensor of size 0 adds nothing. In sharded training (FSDP, ZeRO) each process holds its "
        "own part, and the others are empty here: explain the model before it is sharded, or what was saved."
    ]


def untold(names: list[str], where: str = "") -> list[str]:
    """That of some tensors it cannot be told how many parameters they hold. where: what might say it."""
    if not names:
        return []
    some = ", ".join(shown(name) for name in names[:3]) + (" and others" if len(names) > 3 else "")
    return [
        f"How many parameters are in {some} cannot be told from names, types and shapes: they are listed and "
        f"not counted.{where}"
    ]


def again(names: list[str]) -> list[str]:
    """That some large parts of a model are used more than once."""
    if not names:
        return []
    some = ", ".join(shown(name) for name in names[:3]) + (" and others" if len(names) > 3 else "")
    return [
        f"{some}: used again, with tensors that are counted where they are first used; not listed once more."
    ]
