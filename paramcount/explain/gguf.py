"""The header of a GGUF file, as llama.cpp reads: names, types and shapes. The weights are never read.

The library `gguf` says what the types are called, and how many bytes a block of their numbers takes. Its own
reader makes Python objects of every word of a vocabulary, which takes seconds for an honest file and all
memory for a hostile one: here they are passed over, and only the tensors are listed. Source: the format's
own page, https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

from .headers import MOST, Entry, Listed, opened
from .parts import shown

# Bytes of a value, by the number of its type; 8 is a text and 9 an array.
_WIDTHS = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_TEXT, _ARRAY, _U32 = 8, 9, 4
_TEXTS = 5_000_000  # texts in a header: the largest vocabularies have 300,000 words, and as many merges
_VALUES = 10_000
_LONGEST_NAME = 65_535
_AXES = 4
_KEPT = ("general.architecture", "general.name")  # what is shown of what a file says of itself


def listed(path: Path) -> Listed:
    """What a file lists, each shape with its outputs first. Raises ValueError for what cannot be trusted."""
    with opened(path) as (file, size):
        reader = _Reader(file, size)
        if file.read(4) != b"GGUF":
            raise ValueError("it does not start with GGUF")
        version = reader.number("<I")
        if version not in (2, 3):
            raise ValueError(f"it is of version {version:,}, and only 2 and 3 are read, little-endian")
        tensors, values = reader.number("<Q"), reader.number("<Q")
        if tensors > MOST or values > _VALUES:
            raise ValueError(f"it has more than {MOST:,} tensors or {_VALUES:,} values")
        said = dict(reader.value() for _ in range(values))
        infos = [reader.tensor() for _ in range(tensors)]
        alignment = said.get("general.alignment", 32)
        if not isinstance(alignment, int) or alignment % 8 or not 0 < alignment <= 1 << 20:
            raise ValueError("its alignment must be a multiple of 8")
        start = -(-file.tell() // alignment) * alignment
        entries = list(_entries(infos, start, size, alignment))
    metadata = {key: value for key, value in said.items() if key in _KEPT and isinstance(value, str)}
    return Listed(entries, max(0, size - start), metadata, _types(entries))


class _Reader:
    """Reads a file value by value, and never past its end."""

    def __init__(self, file: BinaryIO, size: int):
        self.file, self.size, self.texts = file, size, 0

    def number(self, form: str) -> int:
        width = struct.calcsize(form)
        read = self.file.read(width)
        if len(read) < width:
            raise ValueError("it ends in the middle of its header")
        return struct.unpack(form, read)[0]

    def skip(self, many: int) -> None:
        if many > self.size - self.file.tell():
            raise ValueError("it ends in the middle of its header")
        self.file.seek(many, 1)

    def text(self, longest: int) -> str:
        length = self.number("<Q")
        if length > longest:
            self.skip(length)
            return ""
        start = self.file.tell()
        read = self.file.read(length)
        if len(read) < length:
            raise ValueError("it ends in the middle of its header")
        try:
            return read.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ValueError(f"byte {start + error.start:,} of its header is not UTF-8") from None

    def value(self) -> tuple[str, object]:
        """The name of a value; and the value, if it is a short text or a whole number."""
        name, kind = self.text(_LONGEST_NAME), self.number("<I")
        if kind == _TEXT:
            return name, self.text(_LONGEST_NAME) if name in _KEPT else self.skip(self.number("<Q"))
        if kind == _U32:
            return name, self.number("<I")
        self.pass_over(kind)
        return name, None

    def pass_over(self, kind: int, deep: int = 0) -> None:
        if kind in _WIDTHS:
            self.skip(_WIDTHS[kind])
        elif kind == _ARRAY and deep < 4:
            inner, many = self.number("<I"), self.number("<Q")
            if inner in _WIDTHS:
                self.skip(many * _WIDTHS[inner])
                return
            self.texts += many
            if self.texts > _TEXTS:
                raise ValueError(f"it has more than {_TEXTS:,} texts in its arrays")
            for _ in range(many):
                if inner == _TEXT:
                    self.skip(self.number("<Q"))
                else:
                    self.pass_over(inner, deep + 1)
        else:
            raise ValueError("it has a value of a type that is not known here")

    def tensor(self) -> tuple[str, tuple[int, ...], int, int]:
        """Name, shape, type and place of a tensor. The format writes the axis that varies fastest first."""
        name, axes = self.text(_LONGEST_NAME), self.number("<I")
        if axes > _AXES:
            raise ValueError(f"{shown(name)} has {axes:,} axes, more than {_AXES}")
        shape = tuple(self.number("<Q") for _ in range(axes))
        if any(side >= 1 << 63 for side in shape):
            raise ValueError(f"the shape of {shown(name)} must be whole numbers that fit into 63 bits")
        return name, shape[::-1], self.number("<I"), self.number("<Q")


def _entries(infos: list, start: int, size: int, alignment: int) -> Iterator[Entry]:
    """The tensors, each checked: known, once, whole blocks, one behind the other, inside the file."""
    types, sizes = _known()
    names: set[str] = set()
    end = 0
    for name, shape, kind, offset in sorted(infos, key=lambda info: info[3]):
        if name in names:
            raise ValueError(f"{shown(name)} is in its header twice")
        names.add(name)
        if kind not in types:
            raise ValueError(f"{shown(name)} has a type that is not known here")
        block, width = sizes[types[kind]]
        if shape and shape[-1] % block:
            raise ValueError(f"{shown(name)} is no whole number of blocks of {block}")
        if offset % alignment or offset < end:
            raise ValueError(f"{shown(name)} overlaps the tensor before it, or is not aligned")
        end = offset + math.prod(shape) // block * width
        if start + end > size:
            raise ValueError(f"{shown(name)} reaches beyond the end of the file")
    for name, shape, kind, _ in infos:
        yield Entry(name, types[kind].name, shape)


def _known() -> tuple[dict, dict]:
    """The types of numbers by their number, and of each how many stand in a block of how many bytes."""
    try:
        from gguf import GGML_QUANT_SIZES, GGMLQuantizationType
    except ImportError:
        raise ValueError("that needs the library gguf: pip install gguf") from None
    return {int(kind): kind for kind in GGMLQuantizationType}, GGML_QUANT_SIZES


def bits(kind: str) -> Fraction:
    """In how many bits a number of a type is."""
    types, sizes = _known()
    block, width = sizes[next(each for each in types.values() if each.name == kind)]
    return Fraction(8 * width, block)


def _types(entries: list[Entry]) -> list[str]:
    """In how many bits the parameters are, by their type."""
    types, sizes = _known()
    by_name = {kind.name: kind for kind in types.values()}
    held: dict[str, int] = {}
    for entry in entries:
        held[entry.kind] = held.get(entry.kind, 0) + math.prod(entry.shape)
    bits = {name: 8 * sizes[by_name[name]][1] / sizes[by_name[name]][0] for name in held}
    if not any(held.values()):
        return []
    said = [
        f"{held[name]:,} in {name}, of {bits[name]:.4g} bits"
        for name in sorted(held, key=held.__getitem__)[::-1]
    ]
    mean = sum(held[name] * bits[name] for name in held) / sum(held.values())
    return [
        f"A GGUF file says how many numbers it stands for, however few bits each has: {', '.join(said)}; "
        f"{mean:.3g} bits on average."
    ]
