"""The table of a model that lies on a disk: `python -m paramcount FILE_OR_FOLDER`."""

import argparse
import sys
from collections.abc import Sequence

from .explain import explain

_FORMATS = {"markdown": "Markdown", "latex": "LaTeX, with booktabs", "csv": "comma-separated values"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what `explain` finds in a file or a folder. Returns 0, or 2 where it cannot be explained."""
    asked = _parser().parse_args(arguments)
    try:
        layer = explain(asked.path[0] if len(asked.path) == 1 else asked.path, asked.depth)
        print(getattr(layer, f"to_{asked.format}")(asked.depth) if asked.format else layer)
    except (ValueError, OSError, ImportError) as error:
        print(f"paramcount: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m paramcount",
        description="How many parameters does a model have, and where are they? Of files of weights only "
        "the headers are read.",
    )
    parser.add_argument(
        "path",
        nargs="+",
        metavar="FILE_OR_FOLDER",
        help="a file of weights or a config, a folder with them, or several shards of one model",
    )
    parser.add_argument("--depth", type=_levels, default=0, help="how many levels are shown")
    formats = parser.add_mutually_exclusive_group()
    for name, words in _FORMATS.items():
        help_words = f"print the table as {words}"
        formats.add_argument(f"--{name}", dest="format", action="store_const", const=name, help=help_words)
    return parser


def _levels(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of levels, such as 2")
    return int(text)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # × and ₁, also in a pipe on Windows
    sys.exit(main())
