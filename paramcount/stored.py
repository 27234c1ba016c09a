"""What a framework keeps: a layer of the textbook rewritten with the tensors of PyTorch or Keras."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import ModuleType

from .core import UP, Layer, LayerFunction, Path, called, layer, with_shared
from .dims import shown


def stored_by(framework: ModuleType, layer: Layer) -> Layer:
    """The same tree with the tensors that a framework keeps.

    framework: a module with functions named like the layers, such as `paramcount.pytorch`.
    A layer that it has no function for keeps the textbook's tensors; what is inside it is
    translated all the same. A tensor that is shared is shared there too.

    >>> from paramcount import lstm, pytorch
    >>> stored_by(pytorch, lstm(3, 2)).count
    56
    """
    if not isinstance(framework, ModuleType):
        raise TypeError(f"stored_by needs a module, such as paramcount.pytorch, not {shown(framework)}")
    kept = _kept(framework, layer)
    pairs = _kept_shares(framework, layer, kept)
    return replace(kept, parts=with_shared(kept.parts, pairs)) if pairs else kept


@dataclass(frozen=True)
class StoredBy:
    """The change to the tensors that a framework keeps, by the name of its module."""

    framework: str

    def __call__(self, layer: Layer) -> Layer:
        return stored_by(importlib.import_module(self.framework), layer)


def kept_by(keeper: str, translates: LayerFunction, note: str, *classes: str, reads: Callable | None = None):
    """Make a layer function that translates one of the textbook: see `LayerFunction`."""
    return layer(translates=translates, note=note, classes=classes, reads=reads, keeper=keeper, pure=True)


def translation(framework: ModuleType, layer: Layer) -> LayerFunction | None:
    """The framework's function for a layer of the textbook, if it has one."""
    function = getattr(framework, layer.name, None)
    translates = getattr(function, "translates", None)
    return function if translates and translates is layer.function and not layer.changes else None


def _kept(framework: ModuleType, layer: Layer) -> Layer:
    """The tree translated, part by part; of tensors that are shared, `_kept_shares` has the names."""
    if layer.keeper:
        return layer
    if translate := translation(framework, layer):
        stored: Layer = called(translate, layer.sizes)
        return replace(stored, times=layer.times)
    parts = {n: _kept(framework, p) if isinstance(p, Layer) else p for n, p in layer.parts.items()}
    name = framework.__name__
    return replace(layer, parts=parts, keeper=name, changes=(*layer.changes, StoredBy(name)))


def _kept_shares(framework: ModuleType, layer: Layer, kept: Layer) -> dict[Path, Path]:
    """Which of the translated tensors are one, by their paths."""
    shares = {leaf.path: leaf.same_as for leaf in layer.tensors() if leaf.tensor.same_as}
    pairs: dict[Path, Path] = {}
    for path, target in shares.items():
        if target[0] == UP:  # it is counted outside this layer, by the name that it has there
            here, mine = _owner(framework, layer, path)
            pairs[(*here, *_like(layer.at(here), kept.at(here), mine))] = target
            continue
        (here, mine), (there, theirs) = _owner(framework, layer, path), _owner(framework, layer, target)
        by_hand, stored = layer.at(here), kept.at(here)
        if mine == theirs and all((*here, *leaf.path) in shares for leaf in by_hand.tensors()):
            pairs |= {(*here, *leaf.path): (*there, *leaf.path) for leaf in stored.tensors()}
        else:
            pairs[(*here, *_like(by_hand, stored, mine))] = (
                *there,
                *_like(layer.at(there), kept.at(there), theirs),
            )
    return pairs


def _owner(framework: ModuleType, layer: Layer, path: Path) -> tuple[Path, Path]:
    """The path of the layer that is translated as a whole, or else keeps the tensor, and the rest."""
    for level, name in enumerate(path[:-1]):
        if translation(framework, layer):
            return path[:level], path[level:]
        layer = layer.parts[name]  # type: ignore[assignment]
    return path[:-1], path[-1:]


def _like(by_hand: Layer, stored: Layer, path: Path) -> Path:
    """Where a framework keeps a tensor of a layer: under its name, or as the only one of its size."""
    sizes = {leaf.path: leaf.tensor.size for leaf in by_hand.tensors()}
    paths = [leaf.path for leaf in stored.tensors()]
    if path in paths:
        return path
    alike = [leaf.path for leaf in stored.tensors() if leaf.tensor.size == sizes[path]]
    if len(alike) != 1:
        raise ValueError(
            f"{by_hand.name}: {' '.join(path)} is shared, and {stored.keeper} has no single tensor for it"
        )
    return alike[0]
