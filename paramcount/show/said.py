"""Something that is said to the reader: a headline with a sign, and lines below it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

_ICONS = {"right": "✓", "wrong": "!", "unreadable": "?", "empty": "…", "choice": "?", "shown": "="}


@dataclass(frozen=True)
class Said:
    """A headline and the lines below it. kind: "right", "wrong", "unreadable", "empty", and on the
    screen "choice" or "shown"."""

    kind: str
    headline: str
    lines: tuple[str, ...] = ()

    @property
    def icon(self) -> str:
        """The sign before the headline."""
        return _ICONS[self.kind]

    def __repr__(self) -> str:
        return "\n".join([self.headline, *self.lines])

    def html_lines(self) -> list[str]:
        """The lines as HTML."""
        return [escape(line) for line in self.lines]

    def _repr_html_(self) -> str:
        lines = [f"<b>{self.icon} {escape(self.headline)}</b>", *self.html_lines()]
        return "".join(f"<p>{line}</p>" for line in lines)


OPEN = Said("empty", "Not answered yet.", ("Put your answer in place of the dots and run the cell again.",))
