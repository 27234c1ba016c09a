"""What is kept of a reader: which questions were answered, and how. It never leaves the machine.

It stands in `my-answers.json` beside the notebook, or in the file that the environment variable
PARAMCOUNT_ANSWERS names; if that is empty, nothing outlasts the kernel. `book.py` reads and writes it.
"""

from __future__ import annotations

import base64
import datetime
import json
import os
import re
import weakref
import zlib
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import cache
from pathlib import Path

from . import bank
from .book import SCHEMA, Book, Kept, Page, entry, plain
from .question import Question

FILE = "my-answers.json"


_book_at = cache(Book)


def _book() -> Book:
    named = os.environ.get("PARAMCOUNT_ANSWERS", FILE)
    return _book_at(Path(named).absolute() if named else None)


def _write(page: Page, answers: dict[str, Kept], away: dict[str, Kept]) -> None:
    _book().write(replace(page, answers=answers, away=away))
    for listener in list(_listeners):
        if callback := listener():
            callback()
        else:
            _listeners.remove(listener)


# -- one question ---------------------------------------------------------------------------------


def of(question: Question) -> Kept:
    """What is kept of a question in these very sizes; one that is fresh if nothing is."""
    fresh = Kept(question.id, dict(question.sizes))
    return _book().read().answers.get(question.key, fresh)


def keep(question: Question, kept: Kept) -> None:
    """Keep it in place of what was kept of this question in these sizes. The day is noted."""
    page, today = _book().read(anew=True), datetime.date.today().isoformat()
    kept = entry(plain(replace(kept, question=question.id, sizes=dict(question.sizes), when=today)))
    _write(page, {**page.answers, question.key: kept}, {} if kept.tries or kept.shown else page.away)


def state(question: Question) -> str:
    """ "solved", "shown", "tried" or "open", in whatever sizes it was asked."""
    return states().get(question.id, "open")


def states() -> dict[str, str]:
    """The state of each question of which something is kept, by its id."""
    found: dict[str, str] = {}
    for kept in everything():
        found[kept.question] = min(_state(kept), found.get(kept.question, "open"), key=_STATES.index)
    return found


_STATES = ("solved", "shown", "tried", "open")  # the further one counts, if there are several sizes


def _state(kept: Kept) -> str:
    """A question that was solved after it was shown counts as shown: its answer stood there."""
    if kept.shown:
        return "shown"
    return "solved" if kept.solved else "tried" if kept.tries else "open"


def history(id: str) -> list[Kept]:
    """What is kept of a question in all its sizes, in the order in which they were first asked."""
    return [kept for kept in everything() if kept.question == id]


def mastered(id: str) -> bool:
    """Whether the last two that were answered, in different sizes, were right at the first try."""
    answered = [kept for kept in history(id) if kept.tries or kept.shown]
    return len(answered) > 1 and all(kept.first for kept in answered[-2:])


# -- all of them ----------------------------------------------------------------------------------


def everything() -> list[Kept]:
    """What is kept of all questions, in the order in which they were first asked."""
    return list(_book().read().answers.values())


def trouble() -> str:
    """What is the matter with the file, as one sentence or two; "" if nothing is."""
    return _book().trouble


def go_on_with(chapter: str) -> int:
    """The number of the question to go on with: the first open one, or the first of the others that are not
    solved; 0 if all are."""
    known = states()
    now = [known.get(each.id, "open") for each in bank.questions(chapter)]
    left = [state for state in now if state != "solved"]
    return now.index("open" if "open" in left else left[0]) + 1 if left else 0


def start_again(chapter: str | None = None) -> None:
    """Put away what was answered, in one chapter or in all. Until the next answer, it can be brought back."""
    page = _book().read(anew=True)
    gone = _of_chapter(page.answers, chapter)
    if gone:
        rest = {key: kept for key, kept in page.answers.items() if key not in gone}
        _write(page, rest, {**page.away, **gone})


def bring_back(chapter: str | None = None) -> None:
    """Bring back what was put away, of one chapter or of all."""
    page = _book().read(anew=True)
    back = _of_chapter(page.away, chapter)
    rest = {key: kept for key, kept in page.away.items() if key not in back}
    _write(page, {**back, **page.answers}, rest)


def answered(chapter: str | None = None) -> int:
    """How many answers are kept, of one chapter or of all."""
    return len(_of_chapter(_book().read().answers, chapter))


def put_away(chapter: str | None = None) -> int:
    """How many answers there are that could be brought back."""
    return len(_of_chapter(_book().read().away, chapter))


def _of_chapter(entries: dict[str, Kept], chapter: str | None) -> dict[str, Kept]:
    ids: Collection[str] = [each.id for each in bank.questions(chapter)] if chapter else ()
    return {key: kept for key, kept in entries.items() if not chapter or kept.question in ids}


_listeners: list[weakref.ref] = []


def on_change(callback: Callable[[], object]) -> None:
    """Call back whenever something that is kept changes. callback: is held weakly, so keep it yourself."""
    held = weakref.WeakMethod if hasattr(callback, "__self__") else weakref.ref
    _listeners.append(held(callback))


# -- to take along --------------------------------------------------------------------------------

_LARGEST = 4_000_000  # bytes of answers: far more than there are questions


class Damaged(ValueError):
    """A code that cannot be taken in, and why."""


def code() -> str:
    """All answers as one line of text, to be taken in elsewhere."""
    rows = [list(plain(kept).values()) for kept in everything()]
    packed = zlib.compress(json.dumps(rows, separators=(",", ":")).encode(), 9)
    return f"pc{SCHEMA}-{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"


def take(code: str) -> int:
    """Take in the answers of a code. Of two answers to one question, that which is right or later stays.

    Returns how many there were. Raises Damaged, which says what is the matter.
    """
    theirs = {kept.key: kept for kept in unpacked(code)}
    page = _book().read(anew=True)
    further = {key: further_of(kept, page.answers.get(key, kept)) for key, kept in theirs.items()}
    _write(page, page.answers | further, {})
    return len(theirs)


def unpacked(code: str) -> list[Kept]:
    """The answers that a code holds. Raises Damaged, which says what is the matter."""
    found = re.fullmatch(r"pc(\d{1,9})-([\w-]*)", re.sub(r"[\s\"'`]", "", code), re.ASCII)
    if not found:
        raise Damaged(f"This is not a code of answers: one begins with pc{SCHEMA}-.")
    if int(found[1]) > SCHEMA:
        raise Damaged("This code is from a newer version of paramcount.")
    unzip = zlib.decompressobj()
    try:
        text = unzip.decompress(base64.urlsafe_b64decode(found[2] + "=" * (-len(found[2]) % 4)), _LARGEST)
        if not unzip.eof or unzip.unused_data:
            raise ValueError("not whole")
        names = plain(Kept("")).keys()
        return [entry(dict(zip(names, row, strict=True))) for row in json.loads(text)]
    except (ValueError, TypeError, RecursionError, zlib.error):  # its check sum is not right, for one
        raise Damaged(
            "This code is damaged: something in it was changed or is missing. Copy it anew, from its first "
            "character to its last."
        ) from None


def further_of(one: Kept, other: Kept) -> Kept:
    """Of two answers to one question, that which is right or later."""
    return max(one, other, key=lambda kept: (kept.solved, kept.when, kept.tries, kept.hints))
