"""What the readers of files share: what a file lists, JSON that is read safely, and how a file is refused."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

from .parts import shown

LONGEST = 20_000_000  # bytes of a header, room for MOST entries
MOST = 100_000  # entries of a header
_SIGNS = {  # of each, how many an entry may have, with a share of the metadata
    b"{": 2,
    b"[": 3,
    b":": 6,
    b",": 10,
}
_POINTER = b"version https://git-lfs.github.com/spec/"


class Entry(NamedTuple):
    """A tensor that a file lists. kind: the type of its numbers, by the name that the format has for it."""

    name: str
    kind: str
    shape: tuple[int, ...]


@dataclass
class Listed:
    """What files list: their tensors, and sentences to be shown with them.

    bytes: how many they fill; metadata: what a file says of itself.
    """

    entries: list[Entry]
    bytes: int = 0
    metadata: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@contextlib.contextmanager
def refused(name: str) -> Iterator[None]:
    """Say of which file it is that it cannot be explained."""
    try:
        yield
    except RecursionError:
        raise ValueError(f"{name} cannot be explained: its header is nested too deep") from None
    except UnicodeEncodeError:
        raise ValueError(f"{name} cannot be explained: there can be no file of this name") from None
    except ValueError as error:
        raise ValueError(f"{name} cannot be explained: {error}") from None


@contextlib.contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """A file and its size. Raises ValueError where it is none, or only points to one."""
    if path.exists() and not path.is_file():
        raise ValueError("it is not a file")  # to read from a pipe might never end
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        if file.read(len(_POINTER)) == _POINTER:
            raise ValueError(_missing(file.read(1_000)))
        file.seek(0)
        yield file, size


def is_pointer(path: Path) -> bool:
    """Whether a file is no more than what git-lfs leaves in its place."""
    with open(path, "rb") as file:
        return file.read(len(_POINTER)) == _POINTER


def _missing(pointer: bytes) -> str:
    size = next((line.split()[1] for line in pointer.splitlines() if line.startswith(b"size ")), b"")
    stands = f" of {int(size):,} bytes" if size.isdigit() and len(size) < 19 else ""
    return (
        f"it is a git-lfs pointer, a few lines that stand for a file{stands} which is not here. "
        "`git lfs pull` fetches it; huggingface_hub's get_safetensors_metadata reads its header alone"
    )


def json_of(path: Path) -> dict:
    """The object in a JSON file, read safely."""
    with opened(path) as (file, size):
        if size > LONGEST:
            raise ValueError(f"it has {size:,} bytes, more than {LONGEST:,}")
        return parsed(file.read(LONGEST).strip(), "it")


def parsed(text: bytes, what: str = "its header") -> dict:
    """An object in JSON, refused before it is read where it would become far too many objects."""
    if text[:1] != b"{":
        raise ValueError(f"{what} does not start with {{")
    if any(text.count(sign) > many * MOST for sign, many in _SIGNS.items()):
        raise ValueError(f"{what} has more than {MOST:,} entries")
    try:
        return json.loads(text.decode("utf-8"), object_pairs_hook=_once)
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start:,} of {what} is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{what} is not JSON: {error}") from None


def _once(pairs):
    """An object of the JSON, in which no name stands twice."""
    members = {}
    for name, value in pairs:
        if name in members:
            raise ValueError(f"{shown(name)} is in it twice")
        members[name] = value
    return members


def whole(numbers) -> bool:
    """Whether it is a list of whole numbers that fit into 63 bits; True and 1.0 are none."""
    return isinstance(numbers, list) and all(type(n) is int and 0 <= n < 1 << 63 for n in numbers)
