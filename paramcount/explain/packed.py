"""Quantised weights: which of the numbers that are stored stand for how many parameters, and which for none.

A quantised weight is kept in few bits, several of them in one number, with scales beside it. The names, types
and shapes tell which library packed it, and how many parameters it holds; where they do not, that is said.
Sources: the layouts that bitsandbytes, GPTQModel, AutoAWQ, compressed-tensors, NVIDIA's Model Optimizer,
torchao, quanto, transformers (MXFP4, FP8) and MLX write.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ..core import Packing
from .headers import Entry

# Bits of a number that others are packed into, by its type.
_WORDS = {"I64": 64, "I32": 32, "U32": 32, "F32": 32, "F16": 16, "BF16": 16, "I16": 16, "U8": 8, "I8": 8}
_NARROW = {"I8": "8-bit whole numbers", "F8_E4M3": "8-bit floats", "F8_E5M2": "8-bit floats"}
# What stands beside a weight that is scaled, and is no parameter.
_BESIDE = ("_scale", "_scale_inv", "_zero_point", "_shape", "_g_idx", "_global_scale", "_format", "_scales")
_SCALES = ("k_scale", "v_scale", "q_scale", "input_scale", "pre_quant_scale")  # of what flows
_NVFP4 = 16  # numbers that have one scale


class Weight(NamedTuple):
    """A tensor that holds quantised parameters: their shape, and how it is packed."""

    shape: tuple[int, ...]
    packing: Packing


@dataclass
class Unpacked:
    """What the tensors of one part are, by name: those that hold weights, and those that only serve them.

    untold: those of which it cannot be told.
    """

    weights: dict[str, Weight] = field(default_factory=dict)
    beside: set[str] = field(default_factory=set)
    untold: set[str] = field(default_factory=set)

    def hold(self, entry: Entry, shape: Iterable[int], how: str, *beside: str) -> None:
        """Note that a tensor holds a weight of a shape, and what stands beside it."""
        self.weights[entry.name] = Weight(tuple(shape), Packing(math.prod(entry.shape), how))
        self.beside.update(beside)


def unpacked(own: Mapping[str, Entry], settings: Mapping | None = None) -> Unpacked:
    """What the tensors of one part are. own: by their own names; settings: the quantization_config."""
    found = Unpacked()
    for scheme in _SCHEMES:
        scheme(own, settings or {}, found)
    known = found.weights.keys() | found.beside
    quantised = bool(settings and settings.get("quant_method"))
    for name, entry in own.items():
        whole = entry.kind in _WORDS and "F" not in entry.kind and len(entry.shape) > 1
        if name not in known and whole and (quantised or name.startswith("weight")):
            found.untold.add(name)
        if (quantised or found.weights) and name in _SCALES:
            found.beside.add(name)
    if found.untold:  # what scales it is no parameter, however it is packed
        found.beside.update(name for name in own if "scale" in name)
    return found


# -- the schemes --------------------------------------------------------------------------------


def _four_bit(own, settings, found):
    """bitsandbytes: one long row; the shape is among the weights, which are not read."""
    for name, entry in own.items():
        if f"{name}.absmax" in own and entry.kind in _WORDS:
            each = _WORDS[entry.kind] // 4
            beside = [other for other in own if other.startswith(f"{name}.")]
            found.hold(entry, (each * math.prod(entry.shape),), _each(4, entry.kind, "bitsandbytes"), *beside)


def _eight_bit(own, settings, found):
    if "weight" in own and "SCB" in own:
        weight = own["weight"]
        found.hold(weight, weight.shape, "8-bit whole numbers (bitsandbytes)", "SCB", "weight_format")


def _in_words(own, settings, found):
    """GPTQ packs along the inputs, AWQ mostly along the outputs, as wide as which the scales are in both."""
    if not {"qweight", "scales"} <= own.keys():
        return
    weight, scales = own["qweight"], own["scales"]
    beside = ("scales", "qzeros", "g_idx", "perm", "workspace")
    if len(weight.shape) != 2 or not scales.shape or weight.kind not in _WORDS:
        found.untold.add("qweight")
        return
    (rows, columns), outputs, word = weight.shape, scales.shape[-1], _WORDS[weight.kind]
    bits = settings.get("bits") or settings.get("w_bit")
    if scales.shape[0] == rows and "g_idx" not in own:
        bits = bits or 4  # AWQ as GEMV has it, which knows no other: packed along the inputs
        outputs, inputs, library = rows, _whole(word * columns, bits), "AWQ"
    elif columns == outputs:
        inputs = own["g_idx"].shape[0] if "g_idx" in own else 0
        zeros = own["qzeros"].shape[-1] if "qzeros" in own else 0
        if not inputs and not (bits and _is_width(bits)):
            bits = _whole(word * zeros, outputs)
        inputs = inputs or (_whole(word * rows, bits) if bits else 0)
        bits = inputs and _whole(word * rows, inputs)
        library = "GPTQ"
    else:
        inputs, bits, library = rows, _whole(word * columns, outputs), "AWQ"
    if inputs and bits and _is_width(bits):
        found.hold(weight, (outputs, inputs), _each(bits, weight.kind, library), *beside)
    else:
        found.untold.add("qweight")
        found.beside.update(beside)


def _compressed(own, settings, found):
    """compressed-tensors, which vLLM reads: how many bits, only its settings say; four where it is NVFP4."""
    if "weight_packed" not in own:
        return
    weight = own["weight_packed"]
    beside = [
        name for name in own if name.startswith(("weight_", "input_", "output_")) and name != weight.name
    ]
    found.beside.update(beside)
    bits = {
        group["weights"].get("num_bits")
        for group in _objects(settings.get("config_groups"))
        if isinstance(group.get("weights"), dict)
    }
    if weight.kind == "U8":
        bits = {4}
    if len(bits) != 1 or not _is_width(*bits) or len(weight.shape) < 2:
        found.untold.add(weight.name)
        return
    (width,) = bits
    each = _WORDS[weight.kind] // width
    shape = (*weight.shape[:-1], each * weight.shape[-1])
    found.hold(weight, shape, _each(width, weight.kind, "compressed-tensors"))


def _nvfp4(own, settings, found):
    """NVFP4 as Model Optimizer writes it: two numbers in a byte, a scale for 16, and a scale for all."""
    for name, entry in own.items():
        for stem in (f"{name}_", f"{name}_weight_"):  # of a stack of experts the second
            scale, of_all = own.get(f"{stem}scale"), f"{stem}scale_2"
            if entry.kind != "U8" or not entry.shape or scale is None or of_all not in own:
                continue
            found.beside.update((scale.name, of_all, f"{name}_input_scale"))
            shape = (*entry.shape[:-1], 2 * entry.shape[-1])
            if scale.kind == "F8_E4M3" and math.prod(scale.shape) * _NVFP4 == math.prod(shape):
                found.hold(entry, shape, _each(4, "U8", "NVFP4"))
            else:
                found.untold.add(name)


def _blocks(own, settings, found):
    """MXFP4: blocks of 32 numbers in 16 bytes, and a scale for each block."""
    for name, entry in own.items():
        scales = f"{name.removesuffix('_blocks')}_scales"
        if name.endswith("_blocks") and scales in own and entry.kind == "U8" and len(entry.shape) > 2:
            *outer, groups, size = entry.shape
            found.hold(entry, (*outer, groups * size * 2), _each(4, "U8", "MXFP4"), scales)
        elif settings.get("quant_method") == "mxfp4" and _runs_packed(name, entry):
            found.hold(entry, (*entry.shape[:-1], 2 * entry.shape[-1]), _each(4, "U8", "MXFP4"), scales)


def _runs_packed(name: str, entry: Entry) -> bool:
    """Whether it is a stack of experts as transformers has it in a model that runs: two numbers in a byte."""
    return entry.kind == "U8" and len(entry.shape) == 3 and not name.endswith(("_blocks", "_scales"))


def _torchao(own, settings, found):
    """torchao: the file's own metadata names the class of each tensor."""
    for name, entry in own.items():
        stem, data = name.removesuffix("_qdata"), name.endswith("_qdata")
        if not data or f"{stem}_scale" not in own:
            continue
        beside = [other for other in own if other.startswith(f"{stem}_") and other != name]
        kind = settings.get("_types", {}).get(stem.removeprefix("_").removesuffix("_"), "")
        if entry.kind in _NARROW and kind != "Int4Tensor":
            found.hold(entry, entry.shape, f"{_NARROW[entry.kind]} (torchao)", *beside)
        elif entry.kind in ("I8", "U8") and entry.shape:
            shape = (*entry.shape[:-1], 2 * entry.shape[-1])
            found.hold(entry, shape, _each(4, entry.kind, "torchao"), *beside)
        else:
            found.untold.add(name)


def _quanto(own, settings, found):
    """quanto: 8-bit numbers as they are; fewer bits are packed in bytes, along the outputs."""
    beside = [name for name in own if name.endswith(("_scale", "_shift")) and "._" in name]
    beside += [name for name in ("input_scale", "output_scale") if name in own]
    for name in ("weight._data", "weight._data._data"):
        if name not in own or "weight._scale" not in own:
            continue
        entry = own[name]
        if entry.kind in _NARROW:
            found.hold(entry, entry.shape, f"{_NARROW[entry.kind]} (quanto)", *beside)
        else:
            found.untold.add(name)
            found.beside.update(beside)


def _mlx(own, settings, found):
    """MLX: packed along the inputs; only the settings say in how many bits."""
    if not {"weight", "scales", "biases"} <= own.keys() or own["weight"].kind != "U32":
        return
    weight, bits = own["weight"], settings.get("bits")
    found.beside.update(("scales", "biases"))
    if not _is_width(bits) or not weight.shape:
        found.untold.add("weight")
        return
    shape = (*weight.shape[:-1], _whole(32 * weight.shape[-1], bits))
    found.hold(weight, shape, _each(bits, "U32", "MLX"))


def _scaled(own, settings, found):
    """A weight in 8 bits with a scale: FP8 and int8 of several libraries, and BitNet's four in a byte."""
    for name, entry in own.items():
        beside = [name + end for end in _BESIDE if name + end in own]
        scaled = any("scale" in other for other in beside)
        if name in found.weights or not scaled or not entry.shape:
            continue
        if entry.kind in _NARROW:
            found.hold(entry, entry.shape, _NARROW[entry.kind], *beside, "input_scale", "output_scale")
        elif entry.kind == "U8" and settings.get("quant_method") == "bitnet":
            shape = (4 * entry.shape[0], *entry.shape[1:])
            found.hold(entry, shape, "2-bit, 4 in a byte (BitNet)", *beside)


_SCHEMES: list[Callable] = [
    _four_bit,
    _eight_bit,
    _in_words,
    _compressed,
    _nvfp4,
    _blocks,
    _torchao,
    _quanto,
    _mlx,
    _scaled,
]


def _each(bits: int, kind: str, library: str) -> str:
    word = _WORDS[kind]
    many = f"{word // bits}" if word % bits == 0 else f"{word / bits:.1f}"
    return f"{bits}-bit, {many} in {'a byte' if word == 8 else f'a number of {word} bits'} ({library})"


def _is_width(bits) -> bool:
    return type(bits) is int and 0 < bits <= 8


def _whole(numerator: int, denominator: int) -> int:
    """The quotient, if there is no rest; else 0."""
    return 0 if not denominator or numerator % denominator else numerator // denominator


def _objects(value) -> Iterator[dict]:
    if isinstance(value, dict):
        yield from (each for each in value.values() if isinstance(each, dict))


# -- the tensors of a file ----------------------------------------------------------------------


def by_part(entries: Iterable[Entry]) -> dict[str, dict[str, Entry]]:
    """The tensors of each part, by their own names: what belongs to a weight stays with its part.

    A part is called by how its names begin, the dot included.
    """
    parts: dict[str, dict[str, Entry]] = defaultdict(dict)
    for entry in entries:
        _, dot, rest = entry.name.rpartition(".weight.")
        own = f"weight.{rest}" if dot else entry.name.rpartition(".")[2]
        parts[entry.name[: len(entry.name) - len(own)]][own] = entry._replace(name=own)
    return parts


def settings_of(config: Mapping) -> dict:
    """How a model says in its config that it is quantised."""
    settings = (
        config.get("quantization_config") or config.get("compression_config") or config.get("quantization")
    )
    return dict(settings) if isinstance(settings, dict) else {}


def types_of(metadata: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The class of each tensor in a file of torchao, by the part that it is in and its own name."""
    types: dict[str, dict[str, str]] = defaultdict(dict)
    for name, said in metadata.items():
        try:
            kind = json.loads(said).get("_type") if said.startswith('{"_type"') else None
        except (AttributeError, ValueError, RecursionError):
            continue
        if isinstance(kind, str):
            own = name.rpartition(".")[2]
            types[name[: len(name) - len(own)]][own] = kind
    return types
