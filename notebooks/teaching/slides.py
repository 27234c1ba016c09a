"""A chapter as a lecture in the browser: `make slides CHAPTER=01-feed-forward`.

Voila runs the chapter and shows its cells as slides, with the template in `lecture/`. All of it comes from
this machine.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from importlib import resources
from pathlib import Path

TEACHING = Path(__file__).parent
TEMPLATE = Path(sys.prefix) / "share" / "jupyter" / "voila" / "templates" / "lecture"
SETTINGS = {
    "--template": "lecture",
    "--strip_sources": False,  # the code is there for the key that shows it
    # Run before anybody looks, so that a page opens at once.
    "--preheat_kernel": True,
    "--pool_size": 1,
    # A page that is closed leaves its kernel behind: it goes when nobody has been there for ten minutes.
    "--MappingKernelManager.cull_idle_timeout": 600,
    "--MappingKernelManager.cull_interval": 60,
}


def lectures() -> dict[str, str]:
    """The chapters that can be shown, each with its title."""
    titles = {}
    for path in sorted(TEACHING.parent.glob("*.ipynb")):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        if any(cell["metadata"].get("slideshow") for cell in cells):
            titles[path.stem] = "".join(cells[0]["source"]).partition("\n")[0].lstrip("# ")
    return titles


def install() -> None:
    """Put the template where Voila looks, and the files of reveal.js beside it."""
    static = TEMPLATE / "static"
    shutil.copytree(TEACHING / "lecture", TEMPLATE, dirs_exist_ok=True)
    reveal = resources.files("sphinx_revealjs") / "_static" / "revealjs"
    for folder in ("dist", "plugin/notes"):
        shutil.copytree(str(reveal / folder), static / folder, dirs_exist_ok=True)
    shutil.copy(TEACHING / "lecture/lecture.css", static / "dist/theme")
    shutil.copy(TEACHING / "lecture/lecture.js", static)


def main(chapter: str = "", *arguments: str) -> None:
    """Show a chapter, named by its file or by its number; more arguments are Voila's."""
    found = [name for name in lectures() if chapter and name in (chapter, f"{chapter:0>2}{name[2:]}")]
    if not found:
        print(*(f"make slides CHAPTER={name:20} {title}" for name, title in lectures().items()), sep="\n")
        sys.exit(f"\nThere is no chapter {chapter}." if chapter else 0)
    install()
    given = {argument.partition("=")[0] for argument in arguments}
    settings = [f"{name}={value}" for name, value in SETTINGS.items() if name not in given]
    notebook = str(TEACHING.parent / f"{found[0]}.ipynb")
    os.environ["PARAMCOUNT_ANSWERS"] = ""  # each lecture begins with nothing answered
    os.execv(sys.executable, [sys.executable, "-m", "voila", *settings, *arguments, notebook])


if __name__ == "__main__":
    main(*sys.argv[1:])
