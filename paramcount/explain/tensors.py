"""The tensors of a PyTorch module: those that it keeps itself, and those that PyTorch does not see.

A quantised weight is listed with the shape of the parameters that it stands for. Some libraries keep that
beside the numbers, some in names and types (`packed.py`), and PyTorch's own quantised layers behind a method.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from typing import Any

from ..core import Packing, Path
from . import packed
from .headers import Entry
from .walk import Kept

_QUANTISED = "torch.ao.nn.quantized"  # where PyTorch's own quantised layers come from
_PLAIN = ("Parameter", "Tensor")  # the classes of tensors that are not quantised, and have a shape
_SHARDED = "DTensor"  # that of one whose parts are in several processes, and whose shape is the whole one's
_METHODS = {"Mxfp4": "mxfp4", "BitLinear": "bitnet"}  # what transformers' classes are packed as
# Names of a weight that its module has packed, or of its scales.
_PACKED = ("qweight", "weight_packed", "weight_scale", "weight_scale_inv")


def own(path: Path, module) -> Iterator[Kept]:
    """The parameters and the buffers that are the module's own: they are not the same, even as one tensor."""
    _refuse_flattened(path, module)
    if type(module).__module__.startswith(_QUANTISED):
        yield from _behind_methods(module)
    if _is_packed(module):
        yield from _by_names(path, module)
        return
    for name, tensor in module._parameters.items():
        if tensor is not None:
            _refuse_shapeless(path, module, name, tensor)
            shape, packing = _held(tensor)
            trained = tensor.requires_grad
            untold = not trained and packing is None and _is_whole(tensor)
            frozen = not trained and not untold
            yield Kept(name, tensor, shape, (id(tensor), False), trained, frozen, packing, untold)
    for name, tensor in module._buffers.items():
        if tensor is not None:
            _refuse_shapeless(path, module, name, tensor)
            yield Kept(name, tensor, tensor.shape, (id(tensor), True), False)


def plain(module) -> list[tuple[str, Any]] | None:
    """The tensors that are the module's own, if each is nothing but a shape full of numbers."""
    if type(module).__module__.startswith(_QUANTISED) or _is_packed(module):
        return None
    held = [pair for pair in (*module._parameters.items(), *module._buffers.items()) if pair[1] is not None]
    for name, tensor in held:
        whole = not tensor.is_floating_point() and name not in module._buffers
        if type(tensor).__name__ not in _PLAIN or tensor.is_nested or whole or 0 in tensor.shape:
            return None
    return held


def _refuse_shapeless(path, module, name, tensor):
    if type(tensor).__name__ in _PLAIN and not tensor.is_nested:
        return
    from torch.nn.parameter import is_lazy

    where = f"{'.'.join((*path, name))} of a {type(module).__name__}"
    if is_lazy(tensor):
        raise ValueError(
            f"{where} has no shape yet: a lazy module learns "
            "its input size from the first input. Run the model once, such as model(x), then explain it"
        )
    if tensor.is_nested:
        raise ValueError(
            f"{where} is a nested tensor: its rows are of several lengths, so it has no shape to count by. "
            "Keep one parameter for each row, such as in an nn.ParameterList, then explain the model"
        )


# -- in several processes -----------------------------------------------------------------------


def _refuse_flattened(path, module):
    handle = getattr(module, "_handle", None) if type(module).__name__ == "FullyShardedDataParallel" else None
    if handle and handle.uses_sharded_strategy:
        raise ValueError(
            f"{'.'.join(path) or 'the model'} is wrapped in FullyShardedDataParallel, which keeps in each "
            "process a piece of one long row: how many parameters there are cannot be told from it. Explain "
            "the model before it is wrapped, or what was saved; after fully_shard it can be explained"
        )


def is_elsewhere(parameter) -> bool:
    """Whether DeepSpeed's ZeRO-3 keeps a parameter in several processes, and here nothing in its place."""
    return not parameter.numel() and hasattr(parameter, "ds_shape")


def elsewhere(parameters: list) -> list[str]:
    """A sentence on the parameters that are empty here, and counted nonetheless."""
    many = sum(map(is_elsewhere, parameters))
    if not many:
        return []
    are = "1 parameter is" if many == 1 else f"{many:,} parameters are"
    return [
        f"{are} empty in this process, for DeepSpeed's ZeRO-3 keeps a part of each in every process: they "
        "are counted by the shape that it notes, ds_shape. What adds up numel() finds 0 for them."
    ]


# -- quantised ----------------------------------------------------------------------------------


def _held(tensor) -> tuple[tuple[int, ...], Packing | None]:
    """The shape of the parameters that a tensor holds, and how they are packed."""
    if is_elsewhere(tensor):
        return tuple(tensor.ds_shape), None
    if type(tensor).__name__ in (*_PLAIN, _SHARDED):
        return tensor.shape, None
    state = getattr(tensor, "quant_state", None)  # bitsandbytes
    if state is not None:
        bits = round(8 * tensor.element_size() * tensor.numel() / math.prod(state.shape))
        return tuple(state.shape), Packing(tensor.numel(), f"{bits}-bit, {state.quant_type} (bitsandbytes)")
    if hasattr(tensor, "SCB") and tensor.element_size() == 1:
        return tensor.shape, Packing(tensor.numel(), "8-bit whole numbers (bitsandbytes)")
    inner = _inner_numbers(tensor)
    if inner is None:
        return tensor.shape, None
    return tensor.shape, Packing(inner.numel(), _how(tensor, inner))


def numbers_of(model) -> Iterator[tuple[str, int, int, bool]]:
    """The type, numbers and bytes of each tensor of a module once, and whether it trains. Nothing of one
    whose tensors are in several processes."""
    parameters = list(model.parameters())
    if any(is_elsewhere(each) or type(each).__name__ == _SHARDED for each in parameters):
        return
    for tensor in {id(each): each for each in (*parameters, *model.buffers())}.values():
        for each in _innermost(tensor):
            kind = str(each.dtype).removeprefix("torch.")
            yield kind, each.numel(), each.numel() * each.element_size(), tensor.requires_grad


def _innermost(tensor) -> Iterator[Any]:
    """The plain tensors that a tensor is made of: the narrow numbers of one that is quantised, its scales."""
    names = tensor.__tensor_flatten__()[0] if hasattr(tensor, "__tensor_flatten__") else []
    for name in names:
        yield from _innermost(getattr(tensor, name))
    if not names:
        yield tensor
    state = getattr(tensor, "quant_state", None)  # bitsandbytes: one scale for a block, or those once more
    beside = [getattr(state, "absmax", None), getattr(getattr(state, "state2", None), "absmax", None)]
    yield from (each for each in (*beside, getattr(tensor, "SCB", None)) if each is not None)


def _is_whole(tensor) -> bool:
    """Whether a parameter is of whole numbers: others are packed in it, in a way that is not known here."""
    return not (tensor.is_floating_point() or tensor.is_complex())


def _inner_numbers(tensor) -> Any:
    """The narrow numbers inside a tensor of torchao or quanto: those that are neither scales nor zeros."""
    waiting, found = [tensor], []
    while waiting:
        one = waiting.pop()
        names = one.__tensor_flatten__()[0] if hasattr(one, "__tensor_flatten__") else []
        for name in names:
            inner = getattr(one, name)
            if hasattr(inner, "element_size") and not any(w in name for w in ("scale", "zero", "shift")):
                waiting.append(inner)
        if not names and one is not tensor and one.element_size() <= 4:
            found.append(one)
    narrow = [one for one in found if one.element_size() == 1 or not one.is_floating_point()]
    return narrow[0] if len(narrow) == 1 else None


def _how(tensor, inner) -> str:
    library = type(tensor).__module__.partition(".")[0].replace("optimum", "quanto")
    each = math.prod(tensor.shape) / max(inner.numel(), 1)
    meant = str(getattr(tensor, "target_dtype", "")).removeprefix("torch.int")
    if meant in ("1", "2", "3", "4", "5", "6", "7"):
        return f"{meant}-bit, each in a byte of its own ({library})"
    if each > 1:
        bits = 8 * inner.element_size() / each
        return f"{bits:.3g}-bit, {each:.3g} in a number of {8 * inner.element_size()} bits ({library})"
    return f"8-bit {'floats' if inner.is_floating_point() else 'whole numbers'} ({library})"


def _is_packed(module) -> bool:
    own = (*module._parameters.keys(), *module._buffers.keys())  # a scripted module has no other way
    return _are_packed(own) or type(module).__name__.startswith("Mxfp4")


@functools.cache
def _are_packed(names: tuple[str, ...]) -> bool:
    return any(name in _PACKED or name.endswith("_blocks") for name in names)


def _by_names(path, module) -> Iterator[Kept]:
    """What GPTQ, AWQ, compressed-tensors and MXFP4 keep: names and types tell, the module says the bits."""
    parameters = {name: each for name, each in module._parameters.items() if each is not None}
    tensors = parameters | {name: each for name, each in module._buffers.items() if each is not None}
    entries = {}
    for name, tensor in tensors.items():
        _refuse_shapeless(path, module, name, tensor)
        entries[name] = Entry(name, _kind(tensor), tuple(tensor.shape))
    found = packed.unpacked(entries, _settings(module))
    for name, tensor in tensors.items():
        identity = (id(tensor), name not in parameters)
        shape, packing = found.weights.get(name, (tensor.shape, None))
        untold = name in found.untold
        serves = name in found.beside or (name not in parameters and name != "bias")
        trained = name in parameters and tensor.requires_grad
        frozen = (packing is not None or not serves) and not trained and not untold
        yield Kept(name, tensor, shape, identity, trained, frozen, packing, untold)


def _kind(tensor) -> str:
    """The type of a tensor's numbers, as the files call it: I32 for torch.int32."""
    bits, name = 8 * tensor.element_size(), str(tensor.dtype).removeprefix("torch.")
    if tensor.is_floating_point():
        known = {"bfloat16": "BF16", "float8_e4m3fn": "F8_E4M3", "float8_e5m2": "F8_E5M2"}
        return known.get(name, f"F{bits}")
    return f"{'U' if name.startswith('u') else 'I'}{bits}"


def _settings(module) -> dict:
    scheme = getattr(getattr(module, "quantization_scheme", None), "weights", None)
    bits = getattr(module, "bits", None) or getattr(module, "w_bit", None)
    return {
        "quant_method": next((how for name, how in _METHODS.items() if name in type(module).__name__), ""),
        "bits": bits,
        "config_groups": {"own": {"weights": {"num_bits": getattr(scheme, "num_bits", None)}}},
    }


def _behind_methods(module) -> Iterator[Kept]:
    """What PyTorch's own quantised layers hold, whose weights are neither parameters nor buffers."""
    for name, tensor in _told(module):
        bits = 4 if "4" in str(tensor.dtype) else 8 * tensor.element_size()
        what = "floats" if tensor.is_floating_point() and not tensor.is_quantized else "whole numbers"
        packing = Packing(tensor.numel(), f"{bits}-bit {what} (torch.ao)") if tensor.is_quantized else None
        yield Kept(name, module, tuple(tensor.shape), (id(module), name), False, True, packing)


def _told(module) -> Iterator[tuple[str, Any]]:
    for several in ("get_weight", "get_bias"):  # a recurrent layer has a dict of each
        if callable(getattr(module, several, None)):
            yield from getattr(module, several)().items()
    for one in ("weight", "bias"):
        if callable(getattr(module, one, None)):
            tensor = getattr(module, one)()
            if tensor is not None:
                yield one, tensor


# -- what PyTorch does not see ------------------------------------------------------------------


def unseen(model) -> list[str]:
    """Sentences on what stands in a plain attribute, list or dict, of which PyTorch knows nothing."""
    suspects = list(_in_plain_places(model))
    if not suspects:
        return []
    seen = {id(parameter) for parameter in model.parameters()}
    names = {id(module): name for name, module in model.named_modules()}
    sentences = []
    for module, attribute, values in suspects:
        many = sum(each.numel() for each in values.values() if id(each) not in seen)
        if many:
            where = f"{names[id(module)]}.{attribute}".lstrip(".")
            sentences.append(_said_of(where, vars(module)[attribute], module, many))
    return sentences[:3] + ([f"{len(sentences) - 3} more are like that."] if len(sentences) > 3 else [])


def _in_plain_places(model) -> Iterator[tuple[Any, str, dict[int, Any]]]:
    """The modules with a plain tensor to be trained, or a list of such or of modules, and those tensors."""
    waiting, met = [model], {id(model)}
    while waiting:
        module = waiting.pop()
        built_in = type(module).__module__.startswith("torch.")  # these have a reason for their lists
        for attribute, value in () if built_in else vars(module).items():
            values: dict[int, Any] = {}
            if type(value) in (list, tuple, dict) and value and not attribute.startswith("_"):
                values = _parameters(value.values() if isinstance(value, dict) else value)
            elif type(value).__name__ == "Tensor":
                values = _parameters([value])
            if values:
                yield module, attribute, values
        for inner in module._modules.values():
            if inner is not None and id(inner) not in met:
                met.add(id(inner))
                waiting.append(inner)


def _parameters(values) -> dict[int, Any]:
    """The parameters among some values, and in the modules among them, each once; and tensors to be trained.

    What is worked out of others has a gradient too, and is none of these: it is no leaf.
    """
    from torch import Tensor
    from torch.nn import Module, Parameter

    found = {}
    for value in values:
        if isinstance(value, Module):
            found |= {id(each): each for each in value.parameters()}
        elif isinstance(value, Parameter) or (isinstance(value, Tensor) and _is_to_train(value)):
            found[id(value)] = value
    return found


def _is_to_train(tensor) -> bool:
    return tensor.requires_grad and tensor.is_leaf


def _said_of(where: str, value, module, lost: int) -> str:
    """The sentence on what PyTorch does not see at an attribute of a module."""
    of = f"of a {type(module).__name__}"
    if not isinstance(value, (list, tuple, dict)):
        return (
            f"{where} {of} is a plain tensor of {lost:,} numbers that asks for a gradient, and PyTorch does "
            "not see it: it neither counts nor trains it. As nn.Parameter(...) it would be seen."
        )
    from torch.nn import Module

    inside = value.values() if isinstance(value, dict) else value
    what = "Module" if any(isinstance(each, Module) for each in inside) else "Parameter"
    better = f"nn.{what}{'Dict' if isinstance(value, dict) else 'List'}"
    return (
        f"{where} is a plain {type(value).__name__} {of} with {lost:,} parameters that "
        f"PyTorch does not see: it neither counts nor trains them. In an {better} they would be."
    )
