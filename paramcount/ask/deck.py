"""Which question comes next in practice: mixed over chapters, and what was missed again and again.

The gaps are fixed: a question that was missed comes back after three others, one that was right at the first
try after six, in other sizes. Two in a row at the first try, and it is mastered. A network that is large in
the sizes of its chapter comes in these first, for an estimate, but never two such in a row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from . import bank, kept
from .question import Question

AFTER_A_MISS, AFTER_A_HIT = 3, 6  # questions in between
LARGE = 10_000_000  # parameters
_DRAWS = 6  # of sizes, to find some that are new


class Deck:
    """Questions in the order in which they are practised.

    chapters: the names of the notebooks that they are from. answered: how many were; first: how many of
    them at the first try; slips: how often each was made, by its id.
    """

    def __init__(self, chapters: Sequence[str]):
        self.answered = self.first = 0
        self.slips: Counter[str] = Counter()
        self._chapter = {each.id: chapter for chapter in chapters for each in bank.questions(chapter)}
        mixed = _mixed([bank.questions(chapter) for chapter in chapters])
        self._due = {id: 0 for id in mixed if not kept.mastered(id)}
        self._unread = {id for id in mixed if not kept.history(id)}
        self._asked: set[str] = set()
        self._last, self._was_large = "", False

    def next(self) -> Question | None:
        """The question to ask now; None if there is none left."""
        while self._due:
            id = min(self._due, key=self._wait)
            if question := self._sized(bank.find(id)):
                self._last, self._was_large = self._chapter[id], question.count >= LARGE
                return question
            del self._due[id]
        return None

    def _wait(self, id: str) -> tuple[bool, bool, bool, bool, int]:
        """What puts a question behind others: not due yet, not read yet, of the chapter asked last, never
        missed."""
        early = max(0, self._due[id] - self.answered)
        return (early > 0, id in self._unread, self._chapter[id] == self._last, not _missed(id), early)

    def _sized(self, question: Question) -> Question | None:
        """A question in the sizes to ask it in, which its reader has not had, unless it is to be estimated.

        None if there are no such sizes left.
        """
        had = {each.key for each in kept.history(question.id)}
        estimated = question.count >= LARGE and question.id not in self._asked and not self._was_large
        if not had or estimated:
            return question
        if not question.others:
            return None if kept.of(question).solved else question
        drawn = (question.another(number) for number in range(len(had), len(had) + _DRAWS))
        return next((each for each in drawn if each.key not in had), None)

    def note(self, question: Question, estimated: bool | None = None) -> None:
        """Take note of a question that is done with: what is kept says how it went, or a first estimate."""
        how = kept.of(question)
        first = how.first if estimated is None else estimated
        self.answered += 1
        self.first += first
        if estimated is None:
            self.slips.update(set(how.slips))
        self._asked.add(question.id)
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
