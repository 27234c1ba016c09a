"""The header of a .safetensors file: names, types and shapes. The weights behind it are never read.

Source: the format's own page, https://huggingface.co/docs/safetensors. A header of 20 MB is the longest that
is read. Measured, it takes no more than 170 MB of memory, whatever is in it: one emoji is enough for that, as
Python then keeps 4 bytes for each character; without one, a long name takes 56 MB. Signs are counted before
anything is parsed, since 20 MB of "[]," alone would become 490 MB of lists.
"""

from __future__ import annotations

import math
from pathlib import Path

from .headers import LONGEST, MOST, Entry, Listed, opened, parsed, whole
from .parts import shown

# Bits of one number, by what the format calls its type.
_FLOATS = {"F64": 64, "F32": 32, "F16": 16, "BF16": 16, "C64": 64, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6}
_FLOATS |= dict.fromkeys(["F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ"], 8)
WHOLE = {"I64": 64, "U64": 64, "I32": 32, "U32": 32, "I16": 16, "U16": 16, "I8": 8, "U8": 8, "BOOL": 8}
BITS = _FLOATS | WHOLE

_AXES = 64  # as many as PyTorch and NumPy can have


def listed(path: Path) -> Listed:
    """What the header of a file lists. Raises ValueError where it is damaged or not to be trusted."""
    header, weights = _header(path)
    found = parsed(header)
    metadata = found.pop("__metadata__", None)
    metadata = {} if metadata is None else metadata  # MLX writes null
    if not isinstance(metadata, dict) or not all(isinstance(text, str) for text in metadata.values()):
        raise ValueError("its __metadata__ must be texts by name")
    if len(found) > MOST:
        raise ValueError(f"it has more than {MOST:,} entries")
    entries, spans = [], []
    for name, entry in found.items():
        kind, shape, span = _entry(shown(name), entry)
        entries.append(Entry(name, kind, shape))
        spans.append((*span, name))
    _check_spans(sorted(spans), weights)
    return Listed(entries, weights, metadata)


def _header(path: Path) -> tuple[bytes, int]:
    """The header, and how many bytes of weights are behind it."""
    with opened(path) as (file, size):
        start = file.read(8)
        length = int.from_bytes(start, "little")
        if len(start) < 8:
            raise ValueError(f"it has {size} bytes, and the length of its header alone takes 8")
        if length > LONGEST:
            raise ValueError(f"its header says that it is {length:,} bytes long, more than {LONGEST:,}")
        if length > size - 8:
            raise ValueError(
                f"its header is to be {length:,} bytes long, but only {size - 8:,} follow: it is cut off"
            )
        return file.read(length), size - 8 - length


def _entry(name, entry):
    """Type, shape and place of a tensor, each checked."""
    if not isinstance(entry, dict):
        raise ValueError(f"the entry of {name} must be an object: its dtype, shape and data_offsets")
    kind, shape, span = (entry.get(key) for key in ("dtype", "shape", "data_offsets"))
    if not isinstance(kind, str) or kind not in BITS:
        raise ValueError(f"{name} has a type that is not known here")
    if not whole(shape) or len(shape) > _AXES:
        raise ValueError(f"the shape of {name} must be at most {_AXES} whole numbers, 0 or more")
    if not whole(span) or len(span) != 2:
        raise ValueError(f"the data_offsets of {name} must be two whole numbers, 0 or more")
    if 8 * (span[1] - span[0]) != math.prod(shape) * BITS[kind]:
        raise ValueError(f"{name} has a shape that does not fill its data_offsets")
    return kind, tuple(shape), tuple(span)


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
