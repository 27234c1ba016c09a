"""A PyTorch module: what lies inside each, and recurrent layers that are stacked."""

from __future__ import annotations

import functools
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from typing import Any

from .. import layers, pytorch
from ..core import Layer, LayerFunction, Path, layer
from ..stored import stored_by
from . import active
from .origin import config_of, kept_as, of_module
from .parts import Size
from .tensors import elsewhere, is_elsewhere, numbers_of, own, plain, unseen
from .walk import explained, layers_of, sizes_of


def read(model) -> Layer:
    """The tree of a `torch.nn.Module`. Raises ValueError where a tensor has no shape yet."""
    parameters = list(model.parameters())
    layer = explained(model, lambda: _trained(parameters), _inner, own, _known, _alike(model))
    said = replace(of_module(model), types=kept_as(numbers_of(model)))
    notes = (*layer.notes, *elsewhere(parameters), *unseen(model), *active.note(layer, config_of(model)))
    return replace(layer, notes=notes, origin=said)


def _trained(parameters: list) -> int:
    sizes = [
        each.numel() or (is_elsewhere(each) and each.ds_numel) for each in parameters if each.requires_grad
    ]
    return sum(sizes)


def _inner(module):
    return [(name, inner) for name, inner in module._modules.items() if inner is not None]


def _alike(model) -> dict[int, int]:
    """A number for each module by its id, which is the same for modules of one class and of one size.

    So of thousands of experts one is walked. What shares a tensor with others has none: its place matters.
    """
    found = _Alike()
    found.number(model)
    if found.twice:
        found = _Alike(frozenset(found.twice))
        found.number(model)
    return {key: number for key, number in found.numbers.items() if number}


@dataclass
class _Alike:
    """The modules of a model, numbered. numbers: 0 for one without tensors, None for one like no other.

    shared, twice: the modules and the tensors that are used twice, those that are known to be and those
    that are found.
    """

    shared: frozenset[int] = frozenset()
    twice: set[int] = field(default_factory=set)
    numbers: dict[int, int | None] = field(default_factory=dict)
    kinds: dict[Hashable, int] = field(default_factory=dict)
    tensors: set[int] = field(default_factory=set)

    def number(self, module) -> int | None:
        inside = []
        for name, inner in _inner(module):
            key = id(inner)
            if key not in self.numbers:
                self.numbers[key] = None  # while it is not known, also for one inside itself
                self.numbers[key] = self.number(inner)
            elif self.numbers[key] != 0:
                self.twice.add(key)
            if self.numbers[key] != 0:
                inside.append((name, self.numbers[key]))
        held = plain(module)
        if held == inside == []:
            return 0
        used = {id(tensor) for _, tensor in held or ()}
        self.twice |= used & self.tensors
        self.tensors |= used
        own = held is not None and len(held) == len(used) and self.shared.isdisjoint((id(module), *used))
        alike = own and all(number is not None for _, number in inside)
        return self._kind(module, held, inside) if alike else None

    def _kind(self, module, held: list, inside: list) -> int | None:
        sizes = [(name, tensor.shape, tensor.requires_grad) for name, tensor in held]
        try:
            maker = _known(module)
            kind = (type(module), maker and maker.key(), *sizes, *inside)
            return self.kinds.setdefault(kind, len(self.kinds) + 1)
        except (AttributeError, LookupError, TypeError, ValueError):  # a variant that is not known here
            return None


@dataclass(frozen=True)
class Recurrent:
    """What makes a recurrent layer, in one direction or two, and several on top of each other."""

    cell: LayerFunction
    module: Any

    def __call__(self, size: Size) -> Layer:
        by_hand = self.cell.translates(**sizes_of(self.cell, self.module, size))
        if self.module.bidirectional:
            by_hand = layers.bidirectional(by_hand)
        many = self.module.num_layers
        return stacked(by_hand, many) if many > 1 else stored_by(pytorch, by_hand)

    def key(self) -> Hashable:
        """What is the same for modules that are the same layer."""
        sizes = self.cell.reads(self.module)
        return self.cell.name, self.module.bidirectional, self.module.num_layers, *sizes.items()

    def paths(self, layer: Layer) -> dict[Path, Path]:
        """Where in the layer each tensor of the module is: weight_ih_l2 is a weight_ih_l0 further up."""
        if layer.name != "stacked":
            return {leaf.path: leaf.path for leaf in layer.tensors()}
        first, *above = layer.parts
        places = [first, *above * (self.module.num_layers - 1)]
        return {
            (name.replace("_l0", f"_l{k}"),): (place, name)
            for k, place in enumerate(places)
            for name in layer.parts[place].parts
        }


@layer(keeper=pytorch.__name__)
def stacked(recurrent: Layer, layers):
    """Recurrent layers on top of each other: each reads what all directions of the one below give.

    recurrent: the first of them, rnn, gru, lstm or bidirectional; layers: how many there are. PyTorch
    numbers the tensors of each by its level: weight_ih_l1.
    """
    levels = {"l0": stored_by(pytorch, recurrent)}
    if layers > 1:
        directions = 2 if recurrent.name == "bidirectional" else 1
        above = recurrent.resized(i=directions * recurrent.arguments()["h"])
        levels["l1" if layers == 2 else f"l1 to l{layers - 1}"] = (layers - 1) * stored_by(pytorch, above)
    return levels


_CELLS = {name: cell for cell in (pytorch.rnn, pytorch.gru, pytorch.lstm) for name in cell.classes}
_recurrent_layers = {name: functools.partial(Recurrent, cell) for name, cell in _CELLS.items()}
_known = layers_of(pytorch, ("torch.nn.modules.", "torch.ao.nn.quantized."), _recurrent_layers)
