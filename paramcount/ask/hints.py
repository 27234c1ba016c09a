"""What to think of before answering, from the least given away to the most."""

from __future__ import annotations

from ..core import Layer
from ..show.account import Account
from .question import Question
from .slips.parts import whole


def hints(question: Question) -> list[str]:
    """The question's own hints, or those that what it asks for suggests."""
    if question.hints:
        return list(question.hints)
    asked = question.asked
    if not isinstance(asked, Layer):
        inside = whole(asked)
        labels = [part.label for part in inside.parts] if inside else []
        first = (
            f"Count each by itself: {', then '.join(labels)}." if labels else "Take it one step at a time."
        )
        return [first, "Then put the counts together as the question says."]
    return _of_layer(Account(asked))


def _of_layer(account: Account) -> list[str]:
    groups = [row.name for row in account.groups]
    kinds = {leaf.tensor.kind for leaf in account.leaves if leaf.tensor.count}
    given = ["What in it is learned, and what is only computed from what comes in?"]
    if 1 < len(groups) <= 8:
        given = [f"Take it apart first: {', '.join(groups)}. Count one, then the next, then add."]
    if {"weight", "bias"} <= kinds:
        given.append("For each part, count the weights first, and then what is added to each output.")
    if any(leaf.times > 1 for leaf in account.leaves):
        given.append("Some of it is there several times over. Count it once, and multiply.")
    if account.count and len(account.count.symbols) < 120:
        given.append(f"In symbols: {account.count.symbols}")
    return given
