"""A PyTorch module: which tensors it keeps, and which layers of the textbook are in it."""

import functools
from collections.abc import Iterator

from .. import layers, pytorch
from ..core import Layer, layer, stored_by
from .tree import Call, Found, Path, shown, tree


def read(model) -> Layer:
    """The tree of a `torch.nn.Module`. Raises ValueError where a tensor has no shape yet."""
    found, kinds = [], {}
    first = {}  # the path at which a tensor is met first, and the tensor: while it lives, its id is its own
    for path, module in _modules(model):
        kinds[path] = (shown(type(module).__name__), _call(module))
        for name, tensor, trained in _tensors(module):
            here = (*path, name)
            _refuse_lazy(module, tensor, here)
            # A buffer and a parameter are not the same, even where they are one tensor.
            same_as, _ = first.setdefault((id(tensor), name in module._buffers), (here, tensor))
            found.append(Found(here, tuple(tensor.shape), trained, same_as if same_as != here else ()))
    made = tree(found, kinds, ".")
    own = sum(p.numel() for p in model.parameters() if p.requires_grad)
    if made.count != own:
        raise ValueError(
            f"{type(model).__name__} says that it trains {own:,} parameters, but its modules keep "
            f"{made.count:,}: its parameters() are not those of its modules, so neither is explained here"
        )
    return made


def _modules(model) -> Iterator[tuple[Path, object]]:
    """Every module with its path, in the order of `named_parameters()`; one used twice comes twice."""
    waiting = [((), model, ())]
    while waiting:
        path, module, above = waiting.pop()
        yield path, module
        above = (*above, module)
        inner = [(name, child) for name, child in module._modules.items() if child is not None]
        # A module that is inside itself has been met already.
        waiting += [
            ((*path, name), child, above)
            for name, child in reversed(inner)
            if not any(child is each for each in above)
        ]


def _tensors(module) -> Iterator[tuple[str, object, bool]]:
    for name, parameter in module._parameters.items():
        if parameter is not None:
            yield name, parameter, parameter.requires_grad
    for name, buffer in module._buffers.items():
        if buffer is not None:
            yield name, buffer, False


def _refuse_lazy(module, tensor, path: Path) -> None:
    from torch.nn.parameter import is_lazy

    if is_lazy(tensor):
        raise ValueError(
            f"{'.'.join(path)} of a {type(module).__name__} has no shape yet: a lazy module learns its input "
            "size from the first input. Run the model once, such as model(x), then explain it"
        )


# -- the layers of the textbook -----------------------------------------------------------------


def _call(module) -> Call | None:
    for cls in type(module).__mro__:
        if cls.__module__.startswith("torch.nn.modules.") and cls.__name__ in _CALLS:
            return functools.partial(_CALLS[cls.__name__], module)
    return None


def _linear(module, size):
    i, o = size("i", module.in_features), size("o", module.out_features)
    return pytorch.dense(i, o, module.bias is not None)


def _conv(module, size):
    i, o = size("i", module.in_channels), size("o", module.out_channels)
    sides = tuple(size("f", side) for side in module.kernel_size)
    f = sides[0] if len(sides) == 2 and sides[0] == sides[1] else sides
    groups = size("groups", module.groups) if module.groups > 1 else 1
    return pytorch.conv(i, f, o, groups, module.bias is not None)


def _recurrent(cell, module, size):
    one = cell(size("i", module.input_size), size("h", module.hidden_size), module.bias)
    one = layers.bidirectional(one) if module.bidirectional else one
    return stacked(one, module.num_layers) if module.num_layers > 1 else stored_by(pytorch, one)


@layer
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


def _attention(module, size):
    x, heads = size("x", module.embed_dim), size("heads", module.num_heads)
    return pytorch.attention(x, heads, module.in_proj_bias is not None)


def _transformer_layer(translated, module, size):
    x, ff = size("x", module.linear1.in_features), size("ff", module.linear1.out_features)
    return translated(x, ff, size("heads", module.self_attn.num_heads))


def _norm(translated, module, size):
    return translated(*(size("x", each) for each in module.normalized_shape))


def _batch_norm(module, size):
    return pytorch.batch_norm(size("o", module.num_features))


def _embedding(module, size):
    return pytorch.embedding(size("v", module.num_embeddings), size("x", module.embedding_dim))


_CALLS = {
    "Linear": _linear,
    **dict.fromkeys(["Conv1d", "Conv2d", "Conv3d"], _conv),
    "RNN": functools.partial(_recurrent, layers.rnn),
    "GRU": functools.partial(_recurrent, layers.gru),
    "LSTM": functools.partial(_recurrent, layers.lstm),
    "MultiheadAttention": _attention,
    "TransformerEncoderLayer": functools.partial(_transformer_layer, pytorch.encoder_layer),
    "TransformerDecoderLayer": functools.partial(_transformer_layer, pytorch.decoder_layer),
    "LayerNorm": functools.partial(_norm, pytorch.layer_norm),
    "RMSNorm": functools.partial(_norm, pytorch.rms_norm),
    **dict.fromkeys(["BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "SyncBatchNorm"], _batch_norm),
    "Embedding": _embedding,
}
