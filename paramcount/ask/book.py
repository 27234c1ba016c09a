"""The file in which a reader's answers are kept: read whole, written whole, and never in the way."""

from __future__ import annotations

import contextlib
import errno
import itertools
import json
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from .question import Question

SCHEMA = 1
# Seconds for which what was read is good enough. In a browser's own Python to read takes a fiftieth of one.
_PAUSE = 1.0 if sys.platform == "emscripten" else 0.0
_ABOUT = "Your answers to the questions of the notebooks. They stay on this machine."
_ONLY_HERE = "Your answers are kept only while this kernel runs: copy them as a code to take them along."


@dataclass(frozen=True)
class Kept:
    """What is kept of one question in one choice of sizes.

    question: its id. sizes: their values by name. answer: what was typed last. tries: how many answers could
    be read. solved: whether one was right; first: whether it was the first one. shown: whether *Show me* was
    pressed before. hints: how many were read. slips: the ids of those that were made, in order. when: the day
    of the last change, such as 2026-11-27.
    """

    question: str
    sizes: dict[str, object] = field(default_factory=dict)
    answer: str = ""
    tries: int = 0
    solved: bool = False
    first: bool = False
    shown: bool = False
    hints: int = 0
    slips: tuple[str, ...] = ()
    when: str = ""

    @property
    def key(self) -> str:
        """The key of the question that it belongs to."""
        return Question(self.question, "", int, self.sizes).key


_KINDS = {
    "question": str,
    "sizes": dict,
    "answer": str,
    "tries": int,
    "solved": bool,
    "first": bool,
    "shown": bool,
    "hints": int,
    "slips": list,
    "when": str,
}


def plain(kept: Kept) -> dict[str, object]:
    """An entry as JSON gives it back."""
    return json.loads(json.dumps(vars(kept)))


def entry(record: object) -> Kept:
    """An entry of what JSON gave back. Raises ValueError if it is none."""
    if not isinstance(record, dict) or {name: type(value) for name, value in record.items()} != _KINDS:
        raise ValueError("not an entry")
    sizes = {name: tuple(v) if isinstance(v, list) else v for name, v in record["sizes"].items()}
    return Kept(**record | {"sizes": sizes, "slips": tuple(map(str, record["slips"]))})


@dataclass(frozen=True)
class Page:
    """What the file holds: answers by their keys, the oldest first, and those that were put away.

    trouble: a sentence, if something is the matter; damaged: whether some of the file could not be read;
    closed: whether the file is not ours to write.
    """

    answers: dict[str, Kept] = field(default_factory=dict)
    away: dict[str, Kept] = field(default_factory=dict)
    trouble: str = ""
    damaged: bool = False
    closed: bool = False


class Book:
    """The file of answers. What cannot be written is held in memory instead, and all of it without a path."""

    def __init__(self, path: Path | None):
        self._path, self._trouble = path or Path(), ""
        self._memory = None if path else Page(closed=True)
        self._seen: tuple[bytes, Page] = (b"", Page())
        self._last, self._when = Page(), -_PAUSE

    @property
    def trouble(self) -> str:
        """What is the matter with the file, as a sentence; "" if nothing is."""
        return self.read().trouble or self._trouble

    def read(self, anew: bool = False) -> Page:
        """What is kept. The file is read each time, since another notebook may have written it.

        anew: whether it must be, because something will be written.
        """
        if self._memory:
            return self._memory
        if anew or time.monotonic() - self._when >= _PAUSE:
            self._last, self._when = self._read(), time.monotonic()
        return self._last

    def _read(self) -> Page:
        try:
            text = self._path.read_bytes()
        except FileNotFoundError:
            return Page()
        except OSError as error:
            return Page(
                trouble=f"{self._path.name} cannot be read: {error.strerror}. {_ONLY_HERE}", closed=True
            )
        if text != self._seen[0]:
            self._seen = text, _page(text, self._path.name)
        return self._seen[1]

    def write(self, page: Page) -> None:
        """Keep this page in place of the one before."""
        self._memory = page
        if page.closed:
            return
        try:
            if page.damaged:
                self._trouble = f"{page.trouble} It was put aside as {self._copy()}."
            page = replace(page, trouble="", damaged=False)
            text = _written(page)
            _replace(self._path, text)
            self._memory, self._seen = None, (text, page)
            self._last, self._when = page, time.monotonic()
        except OSError as error:
            trouble = f"{self._path.name} cannot be written: {error.strerror}. {_ONLY_HERE}"
            self._memory = replace(page, trouble=trouble)

    def _copy(self) -> str:
        """Copy the file beside itself, under a name that nothing has yet."""
        numbers = itertools.chain([""], itertools.count(2))
        names = (self._path.with_stem(f"{self._path.stem}-damaged{number}") for number in numbers)
        free = next(name for name in names if not name.exists())
        return Path(shutil.copyfile(self._path, free)).name


def _page(text: bytes, name: str) -> Page:
    """What the text of a file says, or what is the matter with it."""
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        return Page(trouble=f"{name} is damaged and cannot be read.", damaged=True)
    if not isinstance(held, dict) or type(held.get("schema")) is not int:
        trouble = f"{name} holds something other than answers, and is left as it is. {_ONLY_HERE}"
        return Page(trouble=trouble, closed=True)
    if held["schema"] > SCHEMA:
        trouble = f"{name} is from a newer version of paramcount, and is left as it is. {_ONLY_HERE}"
        return Page(trouble=trouble, closed=True)
    (answers, fine), (away, _) = _entries(held.get("answers")), _entries(held.get("put away", []))
    trouble = "" if fine else f"{name} is damaged: some answers in it cannot be read."
    return Page(answers, away, trouble, damaged=not fine)


def _entries(records: object) -> tuple[dict[str, Kept], bool]:
    """The entries that can be read, by their keys, and whether all of them can."""
    if not isinstance(records, list):
        return {}, False
    found = {}
    for record in records:
        with contextlib.suppress(ValueError):
            kept = entry(record)
            found[kept.key] = kept
    return found, len(found) == len(records)


def _written(page: Page) -> bytes:
    """The text of the file: a line for each answer."""
    parts = [
        ("about", json.dumps(_ABOUT)),
        ("schema", str(SCHEMA)),
        ("answers", _lines(page.answers.values())),
    ]
    if page.away:
        parts.append(("put away", _lines(page.away.values())))
    text = "{\n" + ",\n".join(f' "{name}": {value}' for name, value in parts) + "\n}\n"
    return text.encode("utf-8", "backslashreplace")  # half a character, in the way that JSON writes it


def _lines(entries: Iterable[Kept]) -> str:
    lines = (json.dumps(vars(each), ensure_ascii=False) for each in entries)
    return "[" + ",".join(f"\n  {line}" for line in lines) + "\n ]"


def _replace(path: Path, text: bytes) -> None:
    """Write a file whole or not at all: a new one takes the place of the old one."""
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISREG(path.stat().st_mode):  # a device, say, whose place nothing may take
            raise OSError(errno.EINVAL, "it is no file")
    file, name = tempfile.mkstemp(prefix=f"{path.stem}-", suffix=".tmp", dir=path.parent)
    try:
        with open(file, "wb") as new:
            new.write(text)
        os.replace(name, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.remove(name)
        raise
