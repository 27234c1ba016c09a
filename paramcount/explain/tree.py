"""The tree of layers that a model's parts become: known ones with formulas, and a letter for every size."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from ..core import Layer, Path, Tensor, with_shared
from ..dims import Dim
from .letters import Letters
from .parts import FOLDER, How, KeptTensor, Kinds, Part, folded


def tree(
    tensors: Iterable[KeptTensor], kinds: Kinds, twins: Mapping[Path, Path] = MappingProxyType({})
) -> Layer:
    """The tree of layers, every known one with its formula and equal neighbours folded.

    kinds: the class of the part at each path, and what makes the layer of the textbook that it may be;
    twins: see `folded`. Raises ValueError for far too many parts.
    """
    root = folded(tensors, kinds, twins)
    return _layer(root, Letters.of(root))


def _layer(part: Part, letters: Letters) -> Layer:
    """The layer that a part is, its sizes named."""
    if part.known and part.maker:
        layer = _as_kept(part.maker(letters.size(part)), part)
        vars(layer)["found"] = part.kind  # it is nobody else's yet, and to make it anew takes as long again
        return layer
    parts: dict[str, Tensor | Layer] = {}
    owner = part.place[-1] if part.place and part.kind == FOLDER else part.kind
    owner = "norm" if ("running_mean",) in part.tensors else owner  # whatever a file calls it
    for (name,), tensor in part.tensors.items():
        kind = _kind_of_tensor(name, owner, len(tensor.shape))
        parts[name] = replace(_Stored(letters.shape(part, name, tensor), kind), **_how(tensor.how))
    for label, (first, times) in part.shown.items():
        layer = _layer(first, letters)
        parts[label] = replace(layer, times=Dim(times)) if times > 1 else layer
    return Layer(part.kind, {}, with_shared(parts, _shared(part), part.place), found=part.kind)


def _kind_of_tensor(name: str, owner: str, axes: int) -> str:
    if axes < 2 and re.search("norm|^ln", owner, re.IGNORECASE):
        return "norm"
    return "bias" if "bias" in name.lower() else "weight"


@dataclass(frozen=True, eq=False)
class _Stored(Tensor):
    """A tensor as it was found: it may be empty, which none of the textbook is."""

    def __post_init__(self) -> None:
        """There is nothing to check."""


# -- what is frozen and what is shared ----------------------------------------------------------


def _as_kept(layer: Layer, part: Part) -> Layer:
    """The layer of the textbook that a part is, in which what is frozen or shared is marked so."""
    usual = {leaf.path: leaf.tensor.trained for leaf in layer.tensors(part.place)}
    how = {}
    for tensor in part.tensors.values():
        if tensor.how != (usual[tensor.place], False, None):
            how[tensor.place] = tensor.how
    shared = _shared(part)
    return layer.changed(AsKept(part.place, how, shared)) if how or shared else layer


def _how(how: How) -> dict[str, Any]:
    return dict(zip(("trained", "frozen", "packing"), how, strict=True))


def _shared(part: Part) -> dict[Path, Path]:
    """The places of the tensors that a part shares with others, each with where it is counted."""
    return {tensor.place: tensor.same_as.place for tensor in part.tensors.values() if tensor.same_as}


@dataclass(frozen=True)
class AsKept:
    """The change to a layer of the textbook as a model keeps it at a place: what is frozen, what is shared.

    how: of tensors, by their places, how they are kept; shared: see `with_shared`.
    """

    place: Path
    how: Mapping[Path, How]
    shared: Mapping[Path, Path]

    def __call__(self, layer: Layer) -> Layer:
        parts = _kept_as(layer, self.how, self.place)
        return replace(layer, parts=with_shared(parts, self.shared, self.place))


def _kept_as(layer: Layer, how: Mapping[Path, How], above: Path) -> dict[str, Tensor | Layer]:
    """The parts of a layer, in which each tensor at a place of `how` is kept like that."""
    parts: dict[str, Tensor | Layer] = {}
    for name, part in layer.parts.items():
        place = (*above, name)
        if isinstance(part, Layer):
            parts[name] = replace(part, parts=_kept_as(part, how, place))
        else:
            parts[name] = replace(part, **_how(how[place])) if place in how else part
    return parts
