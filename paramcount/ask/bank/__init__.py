"""The questions of the chapters, a file a chapter.

A question is a function under `@question`: its parameters are the sizes, with those that the chapter asks
for as defaults, and what it returns is the layer, or the number worked out from counts of layers, that
answers it. Its name is its id, which never changes: what a reader has answered is kept under it.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module

from ..question import Question, small
from ..slips.base import Own

# Each chapter's notebook, and the file here that has its questions.
CHAPTERS = {
    "00-start-here": "start",
    "01-feed-forward": "feed_forward",
    "02-recurrent": "recurrent",
    "03-convolution": "convolution",
    "04-attention": "attention",
    "05-encoder": "encoder",
    "06-decoder": "decoder",
    "07-whole-models": "networks",
    "08-your-own-model": "your_own",
    "09-what-trains": "tuning",
}


def question(
    text: str,
    *hints: str,
    picture: bool = True,
    three: bool = False,
    slips: Sequence[Own] = (),
    **others: Sequence[int] | None,
) -> Callable[[Callable], Question]:
    """Make a question of the function that works out its answer.

    text: the words, with a size in braces wherever it stands; hints: from the least given away to the most;
    picture: False where one would tell the size that is the point; three: whether three figures are enough;
    slips: those that are made with this question alone; others: for a size, the values it has when it is
    asked anew, None for one that stays. A size that is not named here takes small values.
    """

    def made(right: Callable) -> Question:
        sizes = {name: parameter.default for name, parameter in inspect.signature(right).parameters.items()}
        varied = {name: others.get(name, small(name)) for name in sizes}
        return Question(
            id=right.__name__.replace("_", "-"),
            text=text,
            right=right,
            sizes=sizes,
            others={name: values for name, values in varied.items() if values},
            hints=hints,
            picture=picture,
            three=three,
            own=tuple(slips),
            chapter=right.__module__.rpartition(".")[2],
        )

    return made


@cache
def questions(chapter: str) -> tuple[Question, ...]:
    """The questions of a chapter, in order. chapter: the name of its notebook, such as "01-feed-forward"."""
    return tuple(import_module(f".{CHAPTERS[chapter]}", __name__).QUESTIONS)


@cache
def _by_id() -> dict[str, Question]:
    return {each.id: each for chapter in CHAPTERS for each in questions(chapter)}


def find(id: str) -> Question:
    """The question of an id. Raises ValueError that names the nearest ones."""
    known = _by_id()
    if id not in known:
        near = difflib.get_close_matches(id, known, n=3, cutoff=0.4)
        hint = f": did you mean {' or '.join(map(repr, near))}?" if near else ""
        raise ValueError(f"There is no question {id!r}{hint}")
    return known[id]


def place(id: str) -> str:
    """Where a question stands among those of its chapter, such as "Question 3 of 9"."""
    for chapter in CHAPTERS:
        ids = [each.id for each in questions(chapter)]
        if id in ids:
            return f"Question {ids.index(id) + 1} of {len(ids)}"
    return ""
