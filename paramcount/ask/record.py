"""An answer to a question of the chapters: judged, and kept."""

from __future__ import annotations

from dataclasses import replace

from . import kept
from .judge import Verdict
from .question import Question


def answered(question: Question, mine, said: Verdict | None = None) -> Verdict:
    """What there is to say of an answer to a question; it is kept if it could be read.

    said: what there is to say, where that is known already.
    """
    said = said or question.judged(mine)
    before = kept.of(question)
    if said.kind in ("right", "wrong") and not before.solved:
        right = said.kind == "right"
        kept.keep(
            question,
            replace(
                before,
                answer=mine if isinstance(mine, str) else str(int(getattr(mine, "count", mine))),
                tries=before.tries + 1,
                solved=right,
                first=right and not before.tries and not before.shown,
                slips=(*before.slips, said.slip) if said.slip else before.slips,
            ),
        )
    return said
