"""The header of a .safetensors file: names, types and shapes. The weights behind it are never read.

Source: the format's own page, https://huggingface.co/docs/safetensors. A header of 20 MB is the longest that
is read. Measured, it takes no more than 170 MB of memory, whatever is in it: one emoji is enough for that, as
Python then keeps 4 bytes for each character; without one, a long name takes 56 MB. Signs are counted before
anything is parsed, since 20 MB of "[]," alone would become 490 MB of lists.
"""

from __future__ import annotations

import json
import math
import os
from pathlib import Path

from ..core import Layer
from .parts import DEEPEST, KeptTensor, shown
from .tree import tree

# Bits of one number, by what the format calls its type.
_FLOATS = {"F64": 64, "F32": 32, "F16": 16, "BF16": 16, "C64": 64, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6}
_FLOATS |= dict.fromkeys(["F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ"], 8)
_OTHERS = {"I64": 64, "U64": 64, "I32": 32, "U32": 32, "I16": 16, "U16": 16, "I8": 8, "U8": 8, "BOOL": 8}
_BITS = _FLOATS | _OTHERS

_LONGEST = 20_000_000  # bytes of a header, room for _MOST entries; the format itself would allow 100 MB
_MOST = 100_000  # entries of a header
_SIGNS = {
    b"{": 2,
    b"[": 3,
    b":": 6,
    b",": 10,
}  # of each, how many an entry may have, with a share of the metadata
_AXES = 64  # as many as PyTorch and NumPy can have


def read(path) -> Layer:
    """The tree of a .safetensors file, by the dots in its names.

    A file does not say what is trained, what is tied or of what class a part is: floating tensors are
    counted and others are taken for buffers. A tensor that a model ties is usually in its file once.
    Raises ValueError for another file, and for a header that is damaged or not to be trusted.
    """
    path = Path(os.fsdecode(path))
    name = shown(path.name)
    if path.suffix.lower() != ".safetensors":
        raise ValueError(
            f"{name} is not a .safetensors file, and only those are read: a pickle (.pt, .pth, .bin, .ckpt) "
            "can run any program when it is opened. Load it yourself if you trust it, and explain the model"
        )
    try:
        header, weights = _header(path)
        return tree(_tensors(_parsed(header), weights), {(): (f"{name}: all floating tensors", None)})
    except RecursionError:
        reason = "its header is nested too deep"
    except UnicodeEncodeError:
        reason = "there can be no file of this name"
    except ValueError as error:
        reason = str(error)
    raise ValueError(f"{name} cannot be explained: {reason}")


def _header(path: Path) -> tuple[bytes, int]:
    """The header, and how many bytes of weights are behind it."""
    if path.exists() and not path.is_file():
        raise ValueError("it is not a file")  # to read from a pipe might never end
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        start = file.read(8)
        length = int.from_bytes(start, "little")
        if len(start) < 8:
            raise ValueError(f"it has {size} bytes, and the length of its header alone takes 8")
        if length > _LONGEST:
            raise ValueError(f"its header says that it is {length:,} bytes long, more than {_LONGEST:,}")
        if length > size - 8:
            raise ValueError(f"its header is to be {length:,} bytes long, but only {size - 8:,} follow")
        return file.read(length), size - 8 - length


def _parsed(header):
    """The JSON of a header, refused before it is read where it would become far too many objects."""
    if header[:1] != b"{":
        raise ValueError("its header does not start with {")
    if any(header.count(sign) > many * _MOST for sign, many in _SIGNS.items()):
        raise ValueError(f"it has more than {_MOST:,} entries")
    try:
        return json.loads(header.decode("utf-8"), object_pairs_hook=_once)
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start:,} of its header is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"its header is not JSON: {error}") from None


def _tensors(entries: dict, weights: int) -> list[KeptTensor]:
    """Every tensor with its type and shape, each checked. weights: how many bytes they fill."""
    metadata = entries.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(text, str) for text in metadata.values()):
        raise ValueError("its __metadata__ must be texts by name")
    if len(entries) > _MOST:
        raise ValueError(f"it has more than {_MOST:,} entries")
    tensors, spans = [], []
    for name, entry in entries.items():
        kind, shape, span = _entry(shown(name), entry)
        path = tuple(name.split(".", DEEPEST - 1))
        tensors.append(KeptTensor(path, shape, kind in _FLOATS))
        spans.append((*span, name))
    _check_spans(sorted(spans), weights)
    return tensors


def _once(pairs):
    """An object of the JSON, in which no name stands twice."""
    members = {}
    for name, value in pairs:
        if name in members:
            raise ValueError(f"{shown(name)} is in its header twice")
        members[name] = value
    return members


def _entry(name, entry):
    """Type, shape and place of a tensor, each checked."""
    if not isinstance(entry, dict):
        raise ValueError(f"the entry of {name} must be an object: its dtype, shape and data_offsets")
    kind, shape, span = (entry.get(key) for key in ("dtype", "shape", "data_offsets"))
    if not isinstance(kind, str) or kind not in _BITS:
        raise ValueError(f"{name} has a type that is not known here")
    if not _whole(shape) or len(shape) > _AXES:
        raise ValueError(f"the shape of {name} must be at most {_AXES} whole numbers, 0 or more")
    if not _whole(span) or len(span) != 2:
        raise ValueError(f"the data_offsets of {name} must be two whole numbers, 0 or more")
    if 8 * (span[1] - span[0]) != math.prod(shape) * _BITS[kind]:
        raise ValueError(f"{name} has a shape that does not fill its data_offsets")
    return kind, tuple(shape), tuple(span)


def _whole(numbers) -> bool:
    """Whether it is a list of whole numbers that fit into 63 bits; True and 1.0 are none."""
    return isinstance(numbers, list) and all(type(n) is int and 0 <= n < 1 << 63 for n in numbers)


def _check_spans(spans: list[tuple[int, int, str]], weights: int) -> None:
    """The tensors lie one behind the other and fill the file, by the format."""
    end = 0
    for start, stop, name in spans:
        if start != end:
            how = "overlaps the tensor before it" if start < end else "leaves a gap before it"
            raise ValueError(f"{shown(name)} {how}")
        end = stop
    if end != weights:
        raise ValueError(f"its tensors take {end:,} bytes, but {weights:,} bytes follow the header")
