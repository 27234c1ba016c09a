"""`practice`: questions of several chapters, mixed."""

from __future__ import annotations

from ..dims import shown
from .bank import CHAPTERS


def practice(*chapters: str, questions: int = 10):
    """Ask questions of several chapters, mixed. Returns a widget; needs ipywidgets.

    chapters: names of notebooks, such as "01-feed-forward"; without any, those in which something was
    answered. questions: how many make a session.
    """
    for chapter in chapters:
        if chapter not in CHAPTERS:
            raise ValueError(f"There is no chapter {shown(chapter)}: there are {', '.join(CHAPTERS)}")
    if isinstance(questions, bool) or not isinstance(questions, int) or questions < 1:
        raise ValueError(
            f"questions={shown(questions)}: how many make a session is a whole number, 1 or more"
        )
    from .deck import chapters_so_far
    from .session import Session

    return Session(list(chapters) or chapters_so_far(), questions)
