"""A session of practice on the screen: one question after the other, and at the end which slips were made."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

import ipywidgets

from ..dims import Dim
from ..show.widgets import close
from .deck import LARGE, Deck
from .question import Question
from .slips.base import begun
from .widgets import Quiz, short, style_sheets


class Session(ipywidgets.VBox):
    """What `practice` returns. quiz: the question of the moment, None after the last."""

    def __init__(self, chapters: Sequence[str], length: int):
        self._chapters, self._length, self.quiz = chapters, length, None
        self._said = ipywidgets.HTML(tooltip="")
        self.again = ipywidgets.Button(description="Another session")
        self.again.on_click(lambda _: self._begin())
        self._end = ipywidgets.VBox([self._said, ipywidgets.Box([self.again])])
        self._end.add_class("pc")
        self._end.children[1].add_class("pc-next")
        super().__init__([self._end])
        self._begin()
        if self.quiz:
            self.quiz.form.takes_focus = False  # it was not asked for by a button

    def _begin(self) -> None:
        self._deck, self._told = Deck(self._chapters), {}
        self._ask()

    def _next(self) -> None:
        """What follows when a question is done with."""
        done = self.quiz
        self._deck.note(done.question, done.first)
        for slip in self._deck.slips.keys() - self._told.keys():
            self._told[slip] = in_words(slip, done.question)
        self._ask()
        close(done)

    def _ask(self) -> None:
        """The next question, or the end."""
        deck = self._deck
        question = deck.next() if deck.answered < self._length else None
        self.quiz = None
        if question:
            place = f"Question {deck.answered + 1} of {self._length}"
            self.quiz = Quiz(question, place, then=self._next, about=question.count >= LARGE)
            self.quiz.form.takes_focus = True
        else:
            self._said.value = style_sheets(Dim(0)) + self._summary()
        # The end is always there, so that it can be scrolled to.
        self._end.layout.display = "none" if question else ""
        self.again.layout.display = "" if deck.answered else "none"
        self.children = [*([self.quiz] if self.quiz else []), self._end]
        if not question and deck.answered:
            self.again.focus()

    def _summary(self) -> str:
        """How it went, and the slips that were made, the most frequent first."""
        deck = self._deck
        if not deck.answered:
            return "<p>All questions of these chapters are mastered. Go on with the next chapter.</p>"
        lines = [f'<p class="pc-ask"><b>{deck.first} of {deck.answered}</b> right at the first try</p>']
        if deck.slips:
            made = "".join(
                f"<li>{escape(self._told[slip])}{f' <b>{often} times.</b>' if often > 1 else ''}</li>"
                for slip, often in deck.slips.most_common()
            )
            lines.append(f'<p>Your slips, as you were told of them:</p><ul class="pc-slips">{made}</ul>')
        if deck.first < deck.answered:
            lines.append("<p>What you missed comes first the next time.</p>")
        return "".join(lines)

    def _repr_mimebundle_(self, **kwargs):
        run = "Practice: questions of the chapters, mixed. Run this cell to begin."
        return super()._repr_mimebundle_(**kwargs) | {"text/plain": run, "text/html": f"<p>{run}</p>"}


def in_words(slip: str, question: Question) -> str:
    """A slip that was made with a question, in the words in which it is told of, without where it was."""
    why = next((short(wrong) for wrong in question.wrongs() if wrong.slip == slip), slip.replace("_", " "))
    return begun(re.sub(r"^(In [^:]*: )+", "", why)) + "."
