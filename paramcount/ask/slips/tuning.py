"""Slips with what trains: LoRA beside some matrices, what is frozen, and masks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from ...core import Layer, Leaf, Path, Tensor
from ...dims import Dim, total
from ...layers import dense
from ...tuning import with_lora
from .any_layer import layers_in, own
from .base import Slip, Wrong, added_up, leaves, recounted_where, slip, without

Sides = Callable[[Dim, Dim, Dim], int]  # of the inputs, the rank and the outputs of a pair


def _is_pair(layer: Layer) -> bool:
    """Whether it is a frozen layer with the two thin matrices of LoRA beside it."""
    return layer.function is with_lora


def _sides(pair: Layer) -> tuple[Dim, Dim, Dim]:
    i, r = pair.parts["A"].shape
    return i, r, pair.parts["B"].shape[1]


def _has_pairs(layer: Layer) -> bool:
    return any(_is_pair(each) for each, _ in layers_in(layer))


def _pairs(layer: Layer) -> dict[str, Layer]:
    """Those that are parts of the layer itself, by name."""
    return {name: part for name, part in layer.parts.items() if isinstance(part, Layer) and _is_pair(part)}


# -- the two thin matrices ------------------------------------------------------------------------


def _each_pair(id: str, count: Sides, why: str, more: str) -> Slip:
    """A slip with each pair: it has another count, of its inputs, rank and outputs."""

    def find(layer: Layer) -> Iterator[Wrong]:
        if _has_pairs(layer):
            counted = recounted_where(layer, _is_pair, lambda pair: count(*_sides(pair)))
            yield Wrong(int(counted), why, more=more)  # a number: people write it in many ways

    return Slip(id, (), find)


@slip()
def one_pair_alone(layer: Layer):
    if _pairs(layer) or not any(len(_pairs(each)) > 1 for each, _ in layers_in(layer)):
        return  # what is told of matrices that are named, or of one layer of many
    pairs = {int(replace(each, times=Dim(1)).count) for each, _ in layers_in(layer) if _is_pair(each)}
    for count in pairs - {int(layer.count)} if not _is_pair(layer) else ():
        yield Wrong(
            count,
            "That is one pair of thin matrices. Each matrix that is named has one, in each layer.",
            more="How many matrices in a layer, and how many layers?",
        )


@slip()
def one_thin_matrix(layer: Layer):
    if _has_pairs(layer):
        for thin in "AB":
            yield from without(
                layer,
                [leaf for leaf in leaves(layer) if leaf.path[-1] == thin],
                "That has one thin matrix where LoRA has two: one goes down to the rank, one comes up again.",
                "A is inputs × rank, B is rank × outputs.",
            )


# -- beside which matrices ------------------------------------------------------------------------


@slip()
def lora_beside_one(layer: Layer):
    """Beside the first of the matrices that are named, or the last, in each layer."""
    named: dict[Path, dict[Path, list[Leaf]]] = {}
    for leaf in leaves(layer) if _has_pairs(layer) else ():
        if leaf.path[-1] in ("A", "B"):
            named.setdefault(leaf.path[:-2], {}).setdefault(leaf.path[:-1], []).append(leaf)
    for others in (slice(1, None), slice(0, -1)):
        yield from without(
            layer,
            [leaf for pairs in named.values() for pair in list(pairs.values())[others] for leaf in pair],
            "That has LoRA beside one matrix of each layer. More than one is named.",
            "Each matrix that is named has a thin pair of its own.",
        )


def _with_pairs(parent: Layer, beside: Iterable[str]) -> Dim:
    """The count with a pair beside more of the dense layers in it."""
    _, r, _ = _sides(next(iter(_pairs(parent).values())))
    more = {name: with_lora(parent.parts[name], r) for name in beside}
    return added_up(replace(parent, parts={**parent.parts, **more}), lambda _, part: _worked_out(part))


def _worked_out(part: Layer | Tensor, rank: int = 0) -> Dim:
    """The count of a pair with its sides worked out, so that pairs of one size are alike."""
    if not (isinstance(part, Layer) and _is_pair(part)):
        return part.count
    i, r, o = map(int, _sides(part))
    return (rank or r) * (Dim(i) + o)


def _as_written(layer: Layer, count: Dim) -> int:
    """The count, as arithmetic where all pairs are of one size; others are written in many ways."""
    sizes = {tuple(map(int, _sides(each))) for each, _ in layers_in(layer) if _is_pair(each)}
    return count if len(sizes) == 1 else int(count)


def _untuned(parent: Layer) -> list[str]:
    """The dense layers that stand where a pair stands beside another."""
    parts = parent.parts.items() if _pairs(parent) else ()
    return [name for name, part in parts if isinstance(part, Layer) and part.function is dense]


@slip()
def lora_beside_all(layer: Layer):
    """Beside every dense layer that stands where one of those stands that are named."""

    def chosen(each: Layer) -> bool:
        return bool(_untuned(each)) and not any(map(_is_fused, each.parts.values()))

    if any(chosen(each) for each, _ in layers_in(layer)):
        yield Wrong(
            _as_written(
                layer, recounted_where(layer, chosen, lambda parent: _with_pairs(parent, _untuned(parent)))
            ),
            "That has LoRA beside every matrix of the attention. The question names fewer.",
            more="Beside a matrix that is not named stands nothing: it is frozen, and that is all.",
        )


@slip()
def keys_tuned_as_well(layer: Layer):
    """Beside queries, keys and values, where queries and values are named."""

    def chosen(each: Layer) -> bool:
        return {*_pairs(each)} == {"query", "value"} and "key" in _untuned(each)

    if any(chosen(each) for each, _ in layers_in(layer)):
        yield Wrong(
            _as_written(layer, recounted_where(layer, chosen, lambda parent: _with_pairs(parent, ["key"]))),
            "That has LoRA beside queries, keys and values. The question names two of them.",
            more="Beside a matrix that is not named stands nothing: it is frozen, and that is all.",
        )


@slip()
def rank_of_habit(layer: Layer):
    """A rank that papers and libraries begin with."""
    ranks = {int(_sides(each)[1]) for each, _ in layers_in(layer) if _is_pair(each)}
    for rank in (8, 16) if ranks else ():
        if rank not in ranks:
            yield Wrong(
                _as_written(
                    layer, recounted_where(layer, _is_pair, lambda pair, rank=rank: _worked_out(pair, rank))
                ),
                f"That has rank {rank}, which is often chosen. The question names another rank.",
                more="The rank is what stands between the two thin matrices.",
            )


def _is_fused(layer: Layer | Tensor) -> bool:
    """Whether it is a pair beside one matrix for queries, keys and values."""
    return isinstance(layer, Layer) and _is_pair(layer) and _sides(layer)[2] == 3 * _sides(layer)[0]


@slip()
def fused_in_three(layer: Layer):
    if any(_is_fused(each) for each, _ in layers_in(layer)):
        for pairs, why in (
            (3, "That has a thin pair for queries, one for keys and one for values, as if they were apart."),
            (1, "That has a matrix as wide as it is high. This one gives queries, keys and values at once."),
        ):
            yield Wrong(
                int(recounted_where(layer, _is_fused, lambda pair, n=pairs: n * _square(pair))),
                f"{why} LoRA stands beside a matrix as it is stored.",
                more="The one matrix gives three times as many numbers as it reads.",
            )


def _square(pair: Layer) -> Dim:
    i, r, _ = _sides(pair)
    return r * (i + i)


# -- one layer in two places ----------------------------------------------------------------------


@slip()
def one_of_two_read(layer: Layer):
    """What stands on a layer that is used twice reads what it gives once."""
    names, parts = list(layer.parts), list(layer.parts.values())
    if not own(layer) or len(parts) != 3:
        return
    shared, last = {leaf.path[0] for leaf in leaves(layer) if leaf.tensor.same_as}, parts[2]
    if shared == {names[1]} and isinstance(last, Layer) and last.function is dense:
        i, o, bias = (last.sizes[name] for name in ("i", "o", "bias"))
        if i % 2 == 0:
            once = layer.parts[names[0]].count
            yield Wrong(
                layer.times * total([once, dense(i // 2, o, bias).count]),
                "That reads as many numbers as one of the two gives. What is on top reads both, end to end.",
                more="It is counted once, and used twice: twice as many numbers come out.",
            )


# -- a parameter that stands in no layer -----------------------------------------------------------


@slip()
def token_without_a_row(layer: Layer):
    """A table of positions that has no row for a token that is no layer; or no token and no row."""
    tables = {
        each.sizes["x"]
        for each in layer.parts.values()
        if isinstance(each, Layer) and each.name == "embedding"
    }
    tokens = [each for each in layer.parts.values() if isinstance(each, Tensor) and len(each.shape) == 1]
    for token in tokens if own(layer) else ():
        if token.trained and token.size in tables:
            yield Wrong(
                layer.count - layer.times * token.size,
                "That has a row of the table for each patch, and none for the token. The token stands among "
                "them, and has a place too.",
                more="The token is one word more, and has its place like the others.",
            )
            yield Wrong(
                layer.count - 2 * layer.times * token.size,
                "That has no token, and no row for it. It stands in no layer, and is learned like the rest.",
                more="The token is one word more: its own numbers, and a row of the table.",
            )


# -- what is frozen, and what is at 0 ---------------------------------------------------------------


@slip()
def frozen_alone(layer: Layer):
    frozen = sum(leaf.size for leaf in leaves(layer) if leaf.tensor.frozen and not leaf.tensor.same_as)
    if frozen:
        yield Wrong(
            frozen,
            "That is what is frozen. The question asks for what trains, which is all else.",
            more="What is frozen is used, and left as it is.",
        )


@slip()
def zeros_left_out(layer: Layer):
    """Weights at 0 are not counted, or no biases either of those that go with them."""
    percent = layer.sizes.get("percent")
    if percent and "mask" in layer.parts:
        weights = layer.parts["W"].count
        left = [layer.count - all_of_it * percent // 100 for all_of_it in (weights, layer.count)]
        for count in (*left, weights - weights * percent // 100):
            yield Wrong(
                int(count),  # it is written in many ways
                "That leaves out what is 0. A weight at 0 still has its place in the matrix, and PyTorch "
                "counts places.",
                more="Its shape is what it was. It has fewer places only when rows or columns are cut out.",
            )


@slip()
def mask_counted(layer: Layer):
    masks = [leaf for leaf in leaves(layer) if leaf.path[-1] == "mask" and not leaf.tensor.trained]
    if masks:
        yield Wrong(
            layer.count + sum(leaf.size for leaf in masks),
            "That counts the mask. It is kept beside the weights, and training does not change it.",
            more="PyTorch keeps a mask among the buffers, where the running statistics of a norm are too.",
        )


SLIPS = [
    one_thin_matrix, one_pair_alone,
    _each_pair("rank_times_both", lambda i, r, o: i * r * o,
        "That multiplies the rank with inputs and outputs at once. The two thin matrices stand one after the "
        "other, so their counts are added.", "One is inputs × rank, the other rank × outputs."),
    _each_pair("matrix_trained", lambda i, r, o: i * o,
        "That is the matrix that LoRA stands beside. It is frozen; the two thin ones train.",
        "Thin: the rank is all that stands between them."),
    _each_pair("biased_pair", lambda i, r, o: r * (i + o) + r + o,
        "That gives the thin matrices biases, as an adapter of two dense layers has. LoRA has none.",
        "Two matrices, and nothing to add."),
    lora_beside_one, keys_tuned_as_well, lora_beside_all, rank_of_habit, fused_in_three,
    one_of_two_read, token_without_a_row,
    frozen_alone, zeros_left_out, mask_counted,
]  # fmt: skip
