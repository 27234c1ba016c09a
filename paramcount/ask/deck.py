"""Which question comes next in practice: mixed over chapters, and what was missed again and again.

The gaps are fixed: a question that was missed comes back after three others, one that was right at the first
try after six, in other sizes. Two in a row at the first try, and it is mastered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from . import bank, kept
from .question import Question

AFTER_A_MISS, AFTER_A_HIT = 3, 6  # questions in between


class Deck:
    """Questions in the order in which they are practised.

    chapters: the names of the notebooks that they are from. answered: how many were; first: how many of
    them at the first try; slips: how often each was made, by its id.
    """

    def __init__(self, chapters: Sequence[str]):
        self.answered = self.first = 0
        self.slips: Counter[str] = Counter()
        self._chapter = {each.id: chapter for chapter in chapters for each in bank.questions(chapter)}
        self._due = {id: 0 for id in _mixed([bank.questions(chapter) for chapter in chapters])}
        self._asked: Counter[str] = Counter()
        self._last = ""
        for id in [id for id in self._due if kept.mastered(id)]:
            del self._due[id]

    def next(self) -> Question | None:
        """The question to ask now, in sizes that its reader has not had; None if all are mastered."""
        if not self._due:
            return None
        id = min(self._due, key=self._wait)
        self._last = self._chapter[id]
        question = bank.find(id)
        before = kept.history(id)
        return question.another(len(before) + self._asked[id]) if before or self._asked[id] else question

    def _wait(self, id: str) -> tuple[bool, bool, bool, int]:
        """What puts a question behind others: not due yet, of the chapter asked last, never missed."""
        early = max(0, self._due[id] - self.answered)
        return (early > 0, self._chapter[id] == self._last, not _missed(id), early)

    def note(self, question: Question, estimated: bool | None = None) -> None:
        """Take note of a question that is done with: what is kept says how it went, or a first estimate."""
        how = kept.of(question)
        first = how.first if estimated is None else estimated
        self.answered += 1
        self.first += first
        self.slips.update(set(how.slips))
        self._asked[question.id] += 1
        if kept.mastered(question.id):
            self._due.pop(question.id, None)
        else:
            self._due[question.id] = self.answered + (AFTER_A_HIT if first else AFTER_A_MISS)


def _missed(id: str) -> bool:
    """Whether the last answer to a question was not right at the first try."""
    before = kept.history(id)
    return bool(before) and not before[-1].first


def _mixed(chapters: Sequence[Sequence[Question]]) -> list[str]:
    """Their ids, one of each chapter in turn."""
    longest = max(map(len, chapters), default=0)
    return [each[place].id for place in range(longest) for each in chapters if place < len(each)]


def chapters_so_far() -> list[str]:
    """The chapters of which something was answered; the first two if nothing was."""
    answered = {each.question for each in kept.everything()}
    read = [chapter for chapter in bank.CHAPTERS if answered & {each.id for each in bank.questions(chapter)}]
    return read or list(bank.CHAPTERS)[:2]
