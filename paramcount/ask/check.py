"""`check` looks at an answer that is written as code."""

from __future__ import annotations

from ..core import Layer
from ..show.said import OPEN
from .bank import find
from .judge import Verdict, judge
from .record import answered


def check(mine, right: Layer | int | str) -> Verdict:
    """Compare an answer with the right one, and name the slip if it is a known one.

    mine: a number, arithmetic as text, a layer, or ``...`` for an exercise that is still open.
    right: a layer; a number, which remembers the layers that it was worked out from, as
    ``a.count - b.count`` does; or the name of a question of the chapters, such as "two-neurons".
    """
    if right is ... or mine is ...:
        return Verdict("empty", OPEN.headline, OPEN.lines)
    return answered(find(right), mine) if isinstance(right, str) else judge(mine, right)
