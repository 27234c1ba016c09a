"""What a moving picture is made of: marks of one step, marks from a step on, and marks of the still form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..pictures.svg import Picture


@dataclass(frozen=True)
class Moving:
    """picture: with all its steps in it; said: what is to be seen at each step, in words; name: of a step,
    such as "place"; pause: milliseconds from one to the next.
    """

    picture: Picture
    said: Sequence[str]
    name: str
    pause: int


def at(step: int, *shapes: str, until: int = 0) -> str:
    """Marks that are there at one step alone, counted from 1, or up to another."""
    return f'<g class="pc-step" data-at="{step}" data-until="{until or step}">{"".join(shapes)}</g>'


def since(step: int, *shapes: str) -> str:
    """Marks that are there from a step on, and faint before; in the still form too."""
    return f'<g class="pc-since" data-at="{step}">{"".join(shapes)}</g>'


def still(*shapes: str) -> str:
    """Marks of the still form alone."""
    return f'<g class="pc-still">{"".join(shapes)}</g>'
