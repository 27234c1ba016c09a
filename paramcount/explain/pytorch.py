"""A PyTorch module: what lies inside each, which tensors it keeps, and recurrent layers that are stacked."""

from __future__ import annotations

import functools

from .. import layers, pytorch
from ..core import Layer, layer
from ..stored import stored_by
from .walk import Kept, explained, layers_of, sizes_of


def read(model) -> Layer:
    """The tree of a `torch.nn.Module`. Raises ValueError where a tensor has no shape yet."""
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return explained(model, trained, _inner, _own, _known)


def _inner(module):
    return [(name, inner) for name, inner in module._modules.items() if inner is not None]


def _own(path, module):
    """The parameters and the buffers that are the module's own: they are not the same, even as one tensor."""
    for name, tensor in module._parameters.items():
        if tensor is not None:
            _refuse_lazy(path, module, name, tensor)
            trained = tensor.requires_grad
            yield Kept(name, tensor, tensor.shape, (id(tensor), False), trained, not trained)
    for name, tensor in module._buffers.items():
        if tensor is not None:
            _refuse_lazy(path, module, name, tensor)
            yield Kept(name, tensor, tensor.shape, (id(tensor), True), False)


def _refuse_lazy(path, module, name, tensor):
    from torch.nn.parameter import is_lazy

    if is_lazy(tensor):
        raise ValueError(
            f"{'.'.join((*path, name))} of a {type(module).__name__} has no shape yet: a lazy module learns "
            "its input size from the first input. Run the model once, such as model(x), then explain it"
        )


def _recurrent(cell, module, size):
    """A recurrent layer in one direction or two, and several on top of each other."""
    by_hand = cell.translates(**sizes_of(cell, module, size))
    if module.bidirectional:
        by_hand = layers.bidirectional(by_hand)
    return stacked(by_hand, module.num_layers) if module.num_layers > 1 else stored_by(pytorch, by_hand)


@layer(keeper=pytorch.__name__)
def stacked(recurrent: Layer, layers):
    """Recurrent layers on top of each other: each reads what all directions of the one below give.

    recurrent: the first of them, rnn, gru, lstm or bidirectional; layers: how many there are.
    """
    parts = {}
    directions = 2 if recurrent.name == "bidirectional" else 1
    for k in range(layers):
        kept = stored_by(pytorch, recurrent).parts
        parts |= {name.replace("_l0", f"_l{k}"): tensor for name, tensor in kept.items()}
        recurrent = recurrent.resized(i=directions * recurrent.arguments()["h"])
    return parts


_CELLS = {name: cell for cell in (pytorch.rnn, pytorch.gru, pytorch.lstm) for name in cell.classes}
_recurrent_layers = {name: functools.partial(_recurrent, cell) for name, cell in _CELLS.items()}
_known = layers_of(pytorch, "torch.nn.modules.", _recurrent_layers)
