"""A copy of the chapters for students, without solutions and without your notes: for a hub, or anywhere else.

    python notebooks/teaching/students.py ../counting-for-students

It holds the notebooks and what they read. A second run replaces what the first one wrote, and leaves the
rest of the folder alone, so that it can be a repository of its own.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
from pathlib import Path

NOTEBOOKS = Path(__file__).parent.parent
AWAY = ("teaching", "solutions", ".ipynb_checkpoints", "my-answers*.json")
# The sentence of a chapter that leads to its solutions.
SENTENCE = re.compile(r" ?Worked answers( to the exercises)?\s+are in [^.]*?solutions[^.]*(\.ipynb\))?`?\.")


def main() -> None:
    parser = argparse.ArgumentParser(description="Copy the chapters without solutions and notes.")
    parser.add_argument("folder", type=Path, help="where to; it need not be there yet")
    folder = parser.parse_args().folder
    copy(folder)
    print(f"{folder.resolve()} holds the chapters, without solutions and notes.")


def copy(folder: Path, solutions: bool = False) -> None:
    """Copy the notebooks and what they read. solutions: whether those, and the notes, come too."""
    away = tuple(name for name in AWAY if not (solutions and name == "solutions"))
    shutil.copytree(NOTEBOOKS, folder, ignore=shutil.ignore_patterns(*away), dirs_exist_ok=True)
    for chapter in () if solutions else folder.glob("*.ipynb"):
        chapter.write_text(for_students(chapter.read_text("utf-8")), "utf-8")


def for_students(notebook: str) -> str:
    """A stored notebook without what is for the instructor: notes, votes, and the way to the solutions."""
    stored = json.loads(notebook)
    for cell in stored["cells"]:
        cell["metadata"].pop("slideshow", None)
        cell["source"] = SENTENCE.sub("", "".join(cell["source"])).splitlines(keepends=True)
    return json.dumps(stored, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main()
