"""`predict` asks before it tells; `check` looks at an answer that was written as code."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from . import mistakes
from .answers import Unreadable, read, too_large
from .core import Layer
from .display import heading, rows, working
from .glossary import meaning


@dataclass(frozen=True)
class Verdict:
    """What there is to say of an answer. kind: "right", "wrong", "unreadable" or "empty"."""

    kind: str
    headline: str
    lines: tuple[str, ...] = ()
    answer: str = ""
    place: tuple[int, int] | None = None
    missing: frozenset[tuple[str, ...]] = frozenset()

    def __repr__(self) -> str:
        shown = [self.headline, *self.lines]
        if self.place:
            start, end = self.place
            shown[1:1] = ["  " + self.answer, "  " + " " * start + "^" * max(1, end - start)]
        return "\n".join(shown)

    def _repr_html_(self) -> str:
        icon = {"right": "✓", "wrong": "!", "unreadable": "?", "empty": "…"}[self.kind]
        lines = [f"<b>{icon} {escape(self.headline)}</b>", *self.html_lines()]
        return "".join(f"<p>{line}</p>" for line in lines)

    def html_lines(self) -> list[str]:
        """What it says below its headline, the place where an answer broke underlined."""
        lines = [escape(line) for line in self.lines]
        if self.place:
            a, b = self.place
            before, here, after = (escape(t) for t in (self.answer[:a], self.answer[a:b], self.answer[b:]))
            lines.insert(0, f"<code>{before}<u>{here or '&nbsp;'}</u>{after}</code>")
        return lines


def predict(layer: Layer, question: str | None = None):
    """Ask for the count of a layer before showing it. Returns a widget; needs ipywidgets.

    layer: what to ask about. question: the question in words, if the usual one does not fit.
    """
    from .widgets import Quiz

    return Quiz(layer, question)


def ask(
    layer: Layer,
    spell: Callable[[str, int], str] = lambda name, size: f"{name} = {size:,}",
    safe: Callable[[str], str] = str,
) -> str:
    """The usual question; each size is spelt by `spell`, and all other words pass through `safe`."""
    sizes = []
    for name, size in layer.arguments().items():
        for each in size if isinstance(size, tuple) else (size,):
            if each is True or each is None or (name in ("heads", "groups") and each == 1):
                continue
            label = getattr(each, "name", None) or name
            words = safe(f"no {name}" if each is False else meaning(label, layer.name))
            sizes.append(words if each is False else f"{words} {spell(label, each)}".strip())
    described = f": {', '.join(sizes)}" if sizes else ""
    return f"{safe(heading(layer))}{described}. How many parameters does it train?"


def hints(layer: Layer) -> list[str]:
    """What to think of, from the least given away to the most."""
    groups = [row.name for row in rows(layer) if row.group]
    kinds = {leaf.tensor.kind for leaf in layer.tensors() if leaf.tensor.count}
    given = ["What in it is learned, and what is only computed from what comes in?"]
    if len(groups) > 1:
        given = [f"Take it apart first: {', '.join(groups)}. Count one, then the next, then add."]
    if {"weight", "bias"} <= kinds:
        given.append("For each part, count the weights first, and then what is added to each output.")
    if any(leaf.times > 1 for leaf in layer.tensors()):
        given.append("Some of it is there several times over. Count it once, and multiply.")
    if layer.count:
        given.append(f"In symbols: {layer.count.symbols}")
        given.append(f"With the numbers put in: {layer.count.numbers}")
    return given


def check(mine, right: Layer | int) -> Verdict:
    """Compare an answer with a layer's count, and name the mistake if it is a known one.

    mine: a number, arithmetic as text, a layer, or ``...`` for an exercise that is still open.
    right: a layer, or a number, of which no mistakes are known.
    """
    if mine is ... or (isinstance(mine, str) and not mine.strip()):
        return Verdict(
            "empty", "Not answered yet.", ("Put your answer in place of the dots and run the cell again.",)
        )
    try:
        value = _number(mine)
        if too_large(value):
            raise Unreadable("That is larger than any count could be.")
    except Unreadable as error:
        typed = mine if isinstance(mine, str) else ""
        return Verdict("unreadable", "I cannot read that yet.", (str(error),), typed, error.place)
    if value == _count(right):
        return Verdict("right", f"{value:,} is right.", _shown_working(right))
    return _wrong(value, right)


def _number(answer) -> int:
    if isinstance(answer, str):
        return read(answer)
    if isinstance(answer, Layer):
        return int(answer.count)
    if isinstance(answer, float) and answer.is_integer():
        return int(answer)
    if isinstance(answer, tuple):
        raise Unreadable("In Python a comma begins another number: write 101770 or 101_770, not 101,770.")
    try:
        if not isinstance(answer, bool):
            return operator.index(answer)
    except TypeError:
        pass
    raise Unreadable(f"A count is a whole number, not {type(answer).__name__} {answer!r}.")


def _count(right: Layer | int) -> int:
    return right.count if isinstance(right, Layer) else right


def _shown_working(right: Layer | int) -> tuple[str, ...]:
    if isinstance(right, Layer):
        return (" = ".join(working(right)[1:]),) if len(working(right)) > 2 else ()
    return (f"{right.numbers} = {right:,}",) if getattr(right, "how", "leaf") != "leaf" else ()


def _multiple(value: int, right: Layer | int) -> list[str]:
    count = int(_count(right))
    if not count or value <= count or value % count:
        return []
    times = f"{value // count:,}"
    return [
        f"That is exactly {times} times the count. If there are {times} steps, examples or places, "
        "they all go through the same parameters."
    ]


def _wrong(value: int, right: Layer | int) -> Verdict:
    off = abs(_count(right) - value)
    distance = f"You are {off:,} {'short' if value < _count(right) else 'over'}."
    if not isinstance(right, Layer) and value == -right:
        return Verdict(
            "wrong", f"{value:,}: not yet.", ("The size is right. Take the difference the other way round.",)
        )
    known = [w for w in mistakes.wrongs(right) if w.count == value] if isinstance(right, Layer) else []
    reasons = list(dict.fromkeys(wrong.why for wrong in known)) or _multiple(value, right)
    if len(reasons) > 1:
        said = [f"{len(reasons)} different ways lead to this number, so see which one was yours."]
        said += [f"{n}. {why}" for n, why in enumerate(reasons, 1)]
    else:
        said = reasons or ["That is not one of the slips I know. Count one part at a time, then add."]
    missing = known[0].missing if known and len(reasons) == 1 else frozenset()
    return Verdict("wrong", f"{value:,}: not yet.", (*said, distance), missing=missing)
