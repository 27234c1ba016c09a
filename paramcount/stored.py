"""What a framework keeps: a layer of the textbook rewritten with the tensors of PyTorch or Keras."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import ModuleType

from .core import UP, Layer, LayerFunction, Leaf, Path, called, layer, with_shared
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
    by_hand: set[Path] = set()
    while True:
        kept = _kept(framework, layer, by_hand)
        pairs, lost = _shares(framework, layer, kept, by_hand)
        if not lost:
            return replace(kept, parts=with_shared(kept.parts, pairs)) if pairs else kept
        by_hand |= lost  # what the framework has no name for is not lost: those layers stay as they are


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
    if not isinstance(function, LayerFunction) or layer.changes:
        return None
    # A module of the reader's own need not say what it translates; what it merely imports is no translation.
    own = function.translates is None and function.__module__ == framework.__name__ and layer.family
    textbook = layer.function and (layer.function.base or layer.function)
    return function if own or (textbook and function.translates is textbook) else None


def _kept(framework: ModuleType, layer: Layer, by_hand: set[Path], path: Path = ()) -> Layer:
    """The tree translated, part by part, but for the layers at some paths. `_shares` has what is shared."""
    if layer.keeper or path in by_hand:
        return layer
    name = framework.__name__
    if translate := translation(framework, layer):
        stored: Layer = called(translate, layer.sizes)
        return replace(stored, times=layer.times, keeper=name)
    parts = {
        key: _kept(framework, part, by_hand, (*path, key)) if isinstance(part, Layer) else part
        for key, part in layer.parts.items()
    }
    return replace(layer, parts=parts, keeper=name, changes=(*layer.changes, StoredBy(name)))


def _shares(
    framework: ModuleType, layer: Layer, kept: Layer, by_hand: set[Path]
) -> tuple[dict[Path, Path], set[Path]]:
    """Which of the translated tensors are one, by their paths; and the layers in which that has no name."""
    shares = {leaf.path: leaf.same_as for leaf in layer.tensors() if leaf.tensor.same_as}
    pairs: dict[Path, Path] = {}
    lost: set[Path] = set()
    for path, target in shares.items():
        here, mine = _owner(framework, layer, path, by_hand)
        one = _kept_as(layer.at(here), kept.at(here), mine)
        if target[0] == UP:  # it is counted outside this layer, by the name that it has there
            pairs |= {(*here, *one.path): target} if one else {}
            lost |= set() if one else {here}
            continue
        there, theirs = _owner(framework, layer, target, by_hand)
        other = _kept_as(layer.at(there), kept.at(there), theirs)
        leaves = [leaf.path for leaf in kept.at(here).tensors()]
        whole = mine == theirs and all((*here, *leaf.path) in shares for leaf in layer.at(here).tensors())
        if whole and leaves == [leaf.path for leaf in kept.at(there).tensors()]:
            pairs |= {(*here, *each): (*there, *each) for each in leaves}
        elif one and other and one.tensor.shape == other.tensor.shape:
            pairs[(*here, *one.path)] = (*there, *other.path)
        else:
            lost |= {here, there}
    return pairs, lost


def _owner(framework: ModuleType, layer: Layer, path: Path, by_hand: set[Path]) -> tuple[Path, Path]:
    """The path of the layer that is translated as a whole, or else keeps the tensor, and the rest."""
    for level, name in enumerate(path[:-1]):
        if path[:level] in by_hand or translation(framework, layer):
            return path[:level], path[level:]
        layer = layer.parts[name]  # type: ignore[assignment]
    return path[:-1], path[-1:]


def _kept_as(by_hand: Layer, stored: Layer, path: Path) -> Leaf | None:
    """What a framework keeps a tensor of a layer as: under its name, or at its place among as many."""
    before, after = list(by_hand.tensors()), list(stored.tensors())
    for leaf in after:
        if leaf.path == path:
            return leaf
    more = any(leaf.tensor.trained for leaf in after[len(before) :])
    alike = [int(a.tensor.size) == int(b.tensor.size) for a, b in zip(before, after, strict=False)]
    if more or len(before) > len(after) or not all(alike):
        return None
    return after[[leaf.path for leaf in before].index(path)]
