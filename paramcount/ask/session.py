"""A session of practice on the screen: one question after the other, and at the end which slips were made."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import ipywidgets

from ..show.widgets import close
from .deck import Deck
from .slips import SLIPS
from .widgets import Quiz

_LARGE = 10_000_000  # parameters: from here on an estimate is asked for first


class Session(ipywidgets.VBox):
    """What `practice` returns. quiz: the question of the moment, None before the first and after the last."""

    def __init__(self, chapters: Sequence[str], length: int):
        self._deck, self._length, self.quiz = Deck(chapters), length, None
        self._head = ipywidgets.HTML(tooltip="")
        super().__init__([self._head])
        self.add_class("pc")
        self._next()

    def _next(self) -> None:
        """The next question, or the end."""
        if self.quiz:
            self._deck.note(self.quiz.question, self.quiz.first)
        question = self._deck.next() if self._deck.answered < self._length else None
        before, self.quiz = self.quiz, None
        if question:
            place = f"{self._deck.answered + 1} of {self._length}"
            self.quiz = Quiz(question, place, then=self._next, about=question.count >= _LARGE)
        self._head.value = "" if question else self._summary()
        self.children = [self._head, *([self.quiz] if self.quiz else [])]
        if before:
            close(before)

    def _summary(self) -> str:
        """How it went, and the slips that were made, the most frequent first."""
        deck = self._deck
        if not deck.answered:
            return "<p>All questions of these chapters are mastered. Go on with the next chapter.</p>"
        lines = [f"<p><b>{deck.first} of {deck.answered} at the first try.</b></p>"]
        if deck.slips:
            made = "".join(
                f"<li>{escape(_TITLES.get(slip, slip))}{f' ({often} times)' if often > 1 else ''}</li>"
                for slip, often in deck.slips.most_common()
            )
            lines.append(f"<p>Your slips:</p><ul>{made}</ul><p>The questions with them will come back.</p>")
        lines.append("<p>Run this cell again for another session.</p>")
        return "".join(lines)

    def _repr_mimebundle_(self, **kwargs):
        run = "Practice: questions of the chapters, mixed. Run this cell to begin."
        return super()._repr_mimebundle_(**kwargs) | {"text/plain": run, "text/html": f"<p>{run}</p>"}


_TITLES = {slip.id: slip.id.replace("_", " ") for slip in SLIPS}
