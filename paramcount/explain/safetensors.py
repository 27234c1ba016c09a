"""The header of a .safetensors file: names, types and shapes. The weights behind it are never read.

Source: the format's own page, https://huggingface.co/docs/safetensors, and its limit of 100 MB.
An object is read member by member, so that a hostile header takes little more memory than its own length.
"""

import json
import math
import os
import re
from collections.abc import Callable
from json.decoder import scanstring
from pathlib import Path

from ..core import Layer
from .tree import DEEPEST, Found, shown, tree

# Bits of one number, by what the format calls its type.
_FLOATS = {"F64": 64, "F32": 32, "F16": 16, "BF16": 16, "C64": 64, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6}
_FLOATS |= dict.fromkeys(["F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ"], 8)
_OTHERS = {"I64": 64, "U64": 64, "I32": 32, "U32": 32, "I16": 16, "U16": 16, "I8": 8, "U8": 8, "BOOL": 8}

_LONGEST = 100_000_000  # bytes of a header, by the format
_MOST = 100_000  # entries; the largest networks have some 90,000, in many files
_ENTRY = 4_096  # characters of one tensor's entry
_AXES = 64  # as many as PyTorch and NumPy can have
_NEXT = re.compile(r"[ \t\n\r]*(.?)", re.DOTALL)


def read(path) -> Layer:
    """The tree of a .safetensors file, by the dots in its names.

    A file does not say what is trained, what is tied or of what class a part is: floating tensors are
    counted and others are taken for buffers. A tensor that a model ties is usually in its file once.
    Raises ValueError for another file, and for a header that is damaged or not to be trusted.
    """
    path = Path(path)
    name = shown(path.name)
    if path.suffix.lower() != ".safetensors":
        raise ValueError(
            f"{name} is not a .safetensors file, and only those are read: a pickle (.pt, .pth, .bin, .ckpt) "
            "can run any program when it is opened. Load it yourself if you trust it, and explain the model"
        )
    try:
        found = [
            Found(tuple(each.split(".", DEEPEST - 1)), tuple(shape), kind in _FLOATS)
            for each, (kind, shape) in _entries(*_header(path)).items()
        ]
        return tree(found, {(): (f"{name}: all floating tensors", None)}, ".")
    except (ValueError, RecursionError) as error:
        reason = "its header is nested too deep" if isinstance(error, RecursionError) else error
        raise ValueError(f"{name} cannot be explained: {reason}") from None


def _header(path: Path) -> tuple[str, int]:
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
        raw = file.read(length)
    try:
        return raw.decode("utf-8"), size - 8 - length
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start:,} of its header is not UTF-8") from None


def _entries(text: str, weights: int) -> dict[str, tuple[str, list[int]]]:
    """Type and shape of every tensor by its name."""
    entries, spans, names = {}, [], set()

    def value(name: str, at: int) -> int:
        if name in names:
            raise ValueError(f"{shown(name)} is in its header twice")
        names.add(name)
        if name == "__metadata__":
            return _members(text, at, lambda _, at: scanstring(text, _expect(text, at, '"')[1])[1])
        _, start = _expect(text, at, "{")
        end = text.find("}", start, start + _ENTRY) + 1
        if not end:
            raise ValueError(f"the entry of {shown(name)} does not end")
        kind, shape, span = _entry(shown(name), text[start - 1 : end])
        entries[name] = kind, shape
        spans.append((*span, name))
        return end

    if text[:1] != "{":
        raise ValueError("its header does not start with {")
    end = _members(text, 0, value)
    if _NEXT.match(text, end)[1]:
        raise ValueError(f"something follows its header, at character {end:,}")
    _check_spans(sorted(spans), weights)
    return entries


def _members(text: str, at: int, value: Callable[[str, int], int]) -> int:
    """Read an object: `value` takes a name and where its value starts, and gives where it ends."""
    _, at = _expect(text, at, "{")
    token, at = _expect(text, at, '"}')
    members = 0
    while token != "}":
        members += 1
        if members > _MOST:
            raise ValueError(f"it has more than {_MOST:,} entries")
        name, at = scanstring(text, at)
        at = value(name, _expect(text, at, ":")[1])
        token, at = _expect(text, at, ",}")
        if token == ",":
            _, at = _expect(text, at, '"')
    return at


def _expect(text: str, at: int, tokens: str) -> tuple[str, int]:
    """The next character that is not blank, which must be one of `tokens`, and the place behind it."""
    match = _NEXT.match(text, at)
    if not match[1] or match[1] not in tokens:
        wanted = " or ".join(tokens)
        raise ValueError(f"at character {match.end():,} of its header there should be {wanted}")
    return match[1], match.end()


def _entry(name: str, text: str) -> tuple[str, list[int], list[int]]:
    """Type, shape and place of a tensor, each checked."""
    entry = json.loads(text, object_pairs_hook=_once)
    kind, shape, span = (entry.get(key) for key in ("dtype", "shape", "data_offsets"))
    if not isinstance(kind, str) or kind not in _FLOATS | _OTHERS:
        raise ValueError(f"{name} has a type that is not known here")
    if not _whole(shape) or len(shape) > _AXES:
        raise ValueError(f"the shape of {name} must be at most {_AXES} whole numbers, 0 or more")
    if not _whole(span) or len(span) != 2:
        raise ValueError(f"the data_offsets of {name} must be two whole numbers, 0 or more")
    bits = math.prod(shape) * (_FLOATS | _OTHERS)[kind]
    if 8 * (span[1] - span[0]) != bits:
        raise ValueError(f"{name} has a shape that does not fill its data_offsets")
    return kind, shape, span


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("an entry of its header says a thing twice")
    return dict(pairs)


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
