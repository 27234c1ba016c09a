"""Slips that are made with any layer, a reader's own too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ...core import Layer, Leaf, Tensor, called
from ...dims import Dim, total
from ...glossary import framework, title
from .base import (
    Wrong,
    added_up,
    begun,
    is_short,
    leaves,
    leaves_by_part,
    leaves_out,
    listed,
    lower,
    slip,
    the,
    without,
)


def own(layer: Layer) -> bool:
    """Whether it is a layer that the reader has written."""
    return not layer.family and not layer.keeper


def layers_in(layer: Layer, places: int = 1) -> Iterator[tuple[Layer, int]]:
    """The layer and every one inside it, each with the number of places where it stands."""
    yield layer, places
    for part in layer.parts.values():
        if isinstance(part, Layer):
            yield from layers_in(part, places * int(layer.times))


# -- kinds of tensors ---------------------------------------------------------------------------

_ADDS = "Here a bias is added wherever inputs are weighted and added up, and trained too."


def _biases_gone(layer: Layer) -> str:
    if _has_norms(layer):
        return f"That is the count without the biases. {_ADDS}"
    return f"Those are the weights alone, without the biases. {_ADDS}"


def _which_biases(layer: Layer) -> str:
    names = {each.name for each, _ in layers_in(layer)}
    if layer.keeper:
        tensors = listed(leaf.path[-1] for leaf in leaves(layer) if leaf.tensor.kind == "bias")
        return f"The biases are missing: {tensors}."
    biases = (leaf for leaf in leaves(layer) if leaf.tensor.kind == "bias" and leaf.count)
    with_biases = [the(leaf.path[-2]) for leaf in biases if len(leaf.path) > 1]
    without_any = any(each.name == "dense" and not each.sizes["bias"] for each, _ in layers_in(layer))
    if without_any and with_biases:
        return f"The biases are missing: one for each output of {listed(with_biases)}."
    dense = "FFNN" if names & {*_UNITS} else "dense layer"
    each = {"dense": f"output of each {dense}", "conv": "filter of each convolution"}
    where = [place for name, place in each.items() if name in names] or ["output"]
    if layer.name in each and not own(layer):
        where = [each[layer.name].partition(" of each ")[0]]
    return f"The biases are missing: one for each {' and for each '.join(where)}."


def _which_norms(layer: Layer) -> str:
    names = (leaf.path[-1] for leaf in leaves(layer) if leaf.tensor.kind == "norm" and leaf.count)
    return f"The norms are missing. Each has {listed(f'a {name}' for name in names)}."


def _which_small_ones(layer: Layer) -> str:
    return f"{_which_biases(layer)} {_which_norms(layer)}"


@slip()
def no_weights(layer: Layer):
    if not _has_norms(layer):
        gone = [leaf for leaf in leaves(layer) if leaf.tensor.kind == "weight"]
        yield from without(
            layer,
            gone,
            "Those are the biases alone. Each number that a layer gives has weights too, one for each number "
            "that it reads.",
            "The weights are missing: one for each pair of an input and an output that are joined.",
        )


def _has_norms(layer: Layer) -> bool:
    return any(leaf.tensor.kind == "norm" for leaf in leaves(layer))


@slip("dense", "ffnn", "rnn", "gru", "lstm", "bidirectional", "conv", "attention")
def biases_counted(layer: Layer):
    if not layer.arguments()["bias"]:
        yield Wrong(
            layer.resized(bias=True).count,
            "That counts biases. This layer is built without any.",
            more="It has its weights, and nothing else.",
        )


_UNITS, _LAYERS = ("rnn", "gru", "lstm"), ("encoder_layer", "decoder_layer")


# -- layers that are repeated -------------------------------------------------------------------


@slip()
def times_forgotten(layer: Layer):
    alike = "They are alike in size, and each has weights of its own."
    repeated = list(_repeated(layer))
    for part, places, one in repeated:
        less = places * (part.count - part.count // part.times)
        yield Wrong(
            _once(layer, [part]) if is_short(layer) else int(layer.count) - int(less),
            f"That counts one {one}, where several stand. {alike}",
            more=f"There are {part.times:,} of them.",
        )
    if len(repeated) > 1:
        ones = listed(f"one {one}" for *_, one in repeated)
        yield Wrong(
            _once(layer, [part for part, *_ in repeated]),
            f"That counts {ones}, where several stand. {alike}",
            more=f"There are {listed(f'{part.times:,} {one}s' for part, _, one in repeated)}.",
        )


def _repeated(layer: Layer, name: str = "", places: int = 1) -> Iterator[tuple[Layer, int, str]]:
    """Every layer that is there several times, with the number of places where it stands, and what to call
    one of it."""
    if layer.times > 1:
        yield layer, places, _one_of(layer, name)
    for inner, part in layer.parts.items():
        if isinstance(part, Layer):
            yield from _repeated(part, inner, places * int(layer.times))


def _one_of(part: Layer, name: str) -> str:
    """What to call one of several: an expert of experts; an encoder layer, which has a name of its own."""
    called = lower(title(part)).removeprefix("transformer ")
    return name.removesuffix("s") if name.endswith("s") and part.name not in _LAYERS else called


def _once(layer: Layer, ones: list[Layer]) -> Dim:
    """The count if some of the layers are there once, and are not repeated."""

    def count(_, part: Layer | Tensor) -> Dim:
        return _once(part, ones) if isinstance(part, Layer) else part.count

    inside = added_up(layer, count)
    return inside if layer in ones else layer.times * inside


# -- what is shared, and what is not trained ----------------------------------------------------


@slip()
def table_counted_again(layer: Layer):
    _, *inside = layers_in(layer)
    tables = [part for part, _ in inside if part.name == "embedding" and not own(part)]
    if not tables:
        return
    table = max(tables, key=lambda part: part.count)
    shared = any(_size(leaf) == table.count for leaf in leaves(layer) if leaf.tensor.same_as)
    for again, often in (1, "twice"), (2, "three times"):
        if again == 1 and shared:
            continue  # `shared_counted_again` says which tensor it is
        yield Wrong(
            layer.count + layer.times * again * table.count,
            "That counts a table again, though all that the question names are in already. What is shared is "
            "trained once, and counted once.",
            more=f"The table of {table.count.numbers} is in it {often}.",
        )


@slip()
def shared_counted_again(layer: Layer):
    shared = [leaf for leaf in leaves(layer) if leaf.tensor.same_as and leaf.tensor.trained]
    if shared:
        pairs = listed(map(_shared, shared))
        yield Wrong(
            layer.count + total(map(_size, shared)),
            "That counts again what is shared. However often a tensor is used, it is one: trained once, and "
            "counted once.",
            more=f"{begun(pairs)}.",
        )


def _shared(leaf: Leaf) -> str:
    """What is one with what."""
    here, there = leaf.path[0], leaf.same_as[0]
    if here != there:
        return f"{the(here)} and {the(there)} use the same numbers"
    return f"{' '.join(leaf.path)} is the same as {' '.join(leaf.same_as)}"


def _size(leaf: Leaf) -> Dim:
    """How many numbers a tensor holds, wherever it is repeated, counted or not."""
    return leaf.times * leaf.tensor.size


def _is_statistic(leaf: Leaf) -> bool:
    """Whether it is a running statistic, or the number of batches that went into it."""
    return bool(re.search("mean|var|batches", leaf.path[-1]))


@slip()
def statistics_kept(layer: Layer):
    kept = [leaf for leaf in leaves(layer) if not leaf.tensor.trained and _is_statistic(leaf)]
    means = [leaf for leaf in kept if "batches" not in leaf.path[-1]]
    for counted in [means, kept] if len(kept) > len(means) else [means] if means else []:
        yield Wrong(
            layer.count + total(map(_size, counted)),
            "That counts the running statistics. A mean and a variance are kept, but measured, not trained.",
            more=f"Not trained: {listed(leaf.path[-1] for leaf in counted)}.",
        )


@slip()
def frozen_counted(layer: Layer):
    still = [leaf for leaf in leaves(layer) if not (leaf.tensor.trained or leaf.tensor.same_as)]
    frozen = [leaf for leaf in still if not _is_statistic(leaf) and leaf.path[-1] != "mask"]
    if frozen:
        yield Wrong(
            layer.count + total(map(_size, frozen)),
            "That counts what is there, but frozen. Training leaves it as it is, so it is no trainable "
            "parameter.",
            more=f"Not trained: {listed(' '.join(leaf.path) for leaf in frozen)}.",
        )


# -- a reader's layer, and a framework's --------------------------------------------------------


@slip()
def part_left_out(layer: Layer):
    alike: dict[int, list[str]] = {}  # of those a number does not tell which it was
    for name, part in layer.parts.items() if own(layer) else ():
        alike.setdefault(int(part.count), []).append(name)
    inside = leaves_by_part(layer)
    for name, *others in alike.values():
        count = layer.times * layer.parts[name].count
        alone = name == "norm" and "layers" in layer.parts
        called = "the norm outside the layers" if alone else the(name)
        each = listed([called, *map(the, others)])
        which = f"without {f'one of {each}' if others else called}"
        if len(others) == 1:
            which = f"with one of {each}, not both"
        for wrong in without(
            layer,
            inside[name],
            f"That is the count {which}. Every part that is trained adds its own.",
            f"{'Each has' if others else _has(called)} {count.numbers}.",
        ):
            yield replace(wrong, missing=frozenset()) if others else wrong


def _has(called: str) -> str:
    """The beginning of a sentence on what a part has."""
    return f"{begun(called)} {'have' if called.endswith('s') and ' outside ' not in called else 'has'}"


@slip()
def by_hand(layer: Layer):
    """The textbook's count where a framework's is asked for."""
    function = layer.function
    if function and function.translates and not layer.changes:
        yield Wrong(
            layer.times * called(function.translates, layer.sizes).count,
            f"That is the count by hand, not what {framework(layer.keeper)} keeps. A framework may keep more "
            "than the formula has.",
            more=function.note,
        )


SLIPS = [
    leaves_out("no_biases", (), "kind=bias", _biases_gone, _which_biases),
    leaves_out("no_norms", (), "kind=norm",
        "That is the count without the norms. They join nothing, but they learn how much to scale what "
        "passes.", _which_norms),
    leaves_out("weights_alone", (), "kind=bias|kind=norm",
        "Those are the weights alone. Biases and norms are few beside them, and trained like them.",
        _which_small_ones),
    no_weights,
    biases_counted,
    times_forgotten,
    table_counted_again, shared_counted_again,
    statistics_kept, frozen_counted,
    part_left_out,
    by_hand,
]  # fmt: skip
