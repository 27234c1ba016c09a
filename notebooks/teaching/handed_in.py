"""Answers that students handed in: a folder of files, read student by student.

A student hands in the file `my-answers.json`, or the code that the button "Copy my answers as a code" gives,
in a text of any kind. Whatever cannot be read is said in a sentence, and the rest counts.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from paramcount.ask import kept
from paramcount.ask.book import Book, Kept

TEXTS = (".txt", ".text", ".md", ".html", ".htm", ".csv", ".eml", "")
LARGEST = 4_000_000  # bytes of a file
WRONG_TURNS = 4  # that two students hardly take alike in all their answers
CODE = re.compile(r"(?<!\w)pc\d{1,9}-[\w-]+")
# How Moodle names what it packs: "Ada Lovelace_1234_assignsubmission_file".
OF_MOODLE = re.compile(r"(.+?)_\d+_assignsubmission_")


@dataclass
class Student:
    """What one student handed in. files: where; answers: by the keys of their questions."""

    name: str
    files: list[str] = field(default_factory=list)
    answers: dict[str, Kept] = field(default_factory=dict)


@dataclass
class Class:
    """The students, and a sentence for each file that needs one."""

    students: list[Student] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(folder: Path) -> Class:
    """All that was handed in."""
    found, named = Class(), {}
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        if path.is_file() and not any(part.startswith((".", "__")) for part in place.parts):
            for name, answers in _in_file(path, place.as_posix(), found.notes):
                student = named.setdefault(name.casefold(), Student(name))
                if student.files:
                    twice = f"{place.as_posix()} is of the same student as {student.files[-1]}"
                    found.notes.append(
                        f"{twice}: of two answers to a question, the one that is right or later counts."
                    )
                student.files.append(place.as_posix())
                for key, answer in answers.items():
                    student.answers[key] = kept.further_of(answer, student.answers.get(key, answer))
    found.students = list(named.values())
    found.notes += _alike(found.students)
    return found


def _in_file(path: Path, place: str, notes: list[str]) -> Iterator[tuple[str, dict[str, Kept]]]:
    """Whose answers a file holds, and the answers."""
    if path.suffix.lower() not in (".json", *TEXTS):
        notes.append(f"{place} is no file of answers, and no text with a code.")
        return
    if path.stat().st_size > LARGEST:
        notes.append(f"{place} is far too large for answers.")
        return
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        notes.append(f"{place} cannot be read: {error.strerror}.")
        return
    if not text.strip():
        notes.append(f"{place} is empty.")
    elif path.suffix.lower() == ".json" or text.lstrip().startswith("{"):
        page = Book(path).read()
        if page.trouble:
            said = page.trouble.partition(", and is left")[0].rstrip(".")
            notes.append(f"{place}{said.removeprefix(path.name)}.")
        elif not page.answers:
            notes.append(f"{place} holds no answers.")
        if page.answers:
            yield _name(place), page.answers
    elif codes := list(CODE.finditer(text)):
        yield from _of_codes(text, codes, place, notes)
    else:
        notes.append(f"{place} has no code in it: one begins with pc{kept.SCHEMA}-.")


def _of_codes(
    text: str, codes: list[re.Match], place: str, notes: list[str]
) -> Iterator[tuple[str, dict[str, Kept]]]:
    """The answers in each code of a text. Where there are several, a name stands before each on its line."""
    ends = [each.start() for each in codes[1:]] + [len(text)]
    for code, end in zip(codes, ends, strict=True):
        row = text.count("\n", 0, code.start()) + 1
        before = re.split(r"[,;\t:]", text[: code.start()].rpartition("\n")[2].rstrip(" ,;\t:\"'"))[-1]
        name = before.strip(" \"'") or f"{_name(place)}, line {row}"
        try:
            answers = _unpacked(text[code.start() : end])
        except kept.Damaged as error:
            where = f"{place}, line {row}" if len(codes) > 1 else place
            notes.append(f"{where}: {str(error).partition(' Copy it anew')[0]}")
            continue
        if answers:
            yield (name if len(codes) > 1 else _name(place)), {each.key: each for each in answers}
        else:
            notes.append(f"{place} holds no answers.")


def _unpacked(text: str) -> list[Kept]:
    """The answers in a code at the beginning of a text, which a mail may have broken into lines."""
    lines = html.unescape(re.sub(r"<[^>]*>", " ", text)).splitlines()
    pieces = [line.split()[0].strip("\"',;") for line in lines if line.split()]
    for number in range(1, len(pieces)):
        try:
            return kept.unpacked("".join(pieces[:number]))
        except kept.Damaged:
            pass
    return kept.unpacked("".join(pieces))


def _name(place: str) -> str:
    """Whose file it is, by its name or its folder's."""
    *folders, name = place.split("/")
    for part in (*folders, name):
        if found := OF_MOODLE.match(part):
            return found[1]
    stem = name.rpartition(".")[0] or name
    mine = re.fullmatch(r"my-answers[ _-]*(.*)", stem)
    if not mine:
        return re.sub(r"\s*\(\d+\)$", "", stem)  # what a browser adds to the second of a name
    if re.search(r"[^\W\d_]", mine[1]):
        return mine[1]
    return folders[-1] if folders else stem


def _alike(students: list[Student]) -> Iterator[str]:
    """A sentence for each two files that may be of one student: all the same, with several wrong turns."""
    seen: dict[tuple, str] = {}
    for student in students:
        entries = student.answers.values()
        same = tuple((each.key, each.answer, each.tries, each.slips, each.when) for each in entries)
        if same in seen and sum(each.tries > 1 for each in entries) >= WRONG_TURNS:
            also = (
                f"{student.files[0]} holds the very same {len(same)} answers as {seen[same]}, wrong ones too"
            )
            yield f"{also}. Both are counted: if they are of one student, take one away."
        seen.setdefault(same, student.files[0])
