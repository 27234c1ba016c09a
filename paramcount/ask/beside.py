"""The reader's own working beside the right one, term by term."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from ..core import Layer
from ..dims import Dim
from ..show.account import Account
from ..show.text import math
from ..typed import Term, Typed, Unreadable, parse

_MOST_TERMS = 8  # more than these, and the two stand below each other as they are
_LONGEST = 60  # characters of a term
_SLIDE = 12  # characters in all


@dataclass(frozen=True)
class _Part:
    """A term of the right working: how it is written, its value, and its colour and caption if it has one."""

    dim: Dim
    caption: str = ""
    colour: str = ""


@dataclass(frozen=True)
class _Pair:
    """What stands below each other. yours: what was typed, "" for nothing; right: the terms it is for."""

    yours: str
    right: tuple[_Part, ...]
    same: bool = True


def beside(answer: str, asked: Layer | Dim, formula: bool = False) -> str:
    """A table with what was typed above what is counted, a gap where a term is missing.

    formula: whether the second line is in symbols and not in numbers.
    """
    parts = _parts(asked)
    count = Dim(asked.count if isinstance(asked, Layer) else asked)
    try:
        typed = parse(answer, in_bytes=True) if answer.strip() else None
    except Unreadable:
        typed = None
    pairs = _pairs(typed, answer, parts) if typed else [_Pair("", (part,), same=False) for part in parts]
    above, below, captions = [], [], []
    for number, pair in enumerate(pairs):
        sign = f'<td class="pc-sign">{"+" if number else ""}</td>'
        colour = pair.right[0].colour if pair.right else ""
        above.append(f'{sign}<td class="{colour}">{_yours(pair, bool(typed))}</td>')
        written = " + ".join(math(part.dim) if formula else escape(part.dim.numbers) for part in pair.right)
        below.append(f'{sign}<td class="{colour} ok">{written or "–"}</td>')
        names = ", ".join(dict.fromkeys(part.caption for part in pair.right if part.caption))
        captions.append(f'<td></td><td class="{colour} ok">{escape(names)}</td>')
    first = _row("yours", above, f"= <b>{typed.value:,}</b>") if typed else ""
    second = _row("as a formula" if formula else "counted", below, f"= <b>{count:,}</b>")
    third = (
        _row('<span class="pc-sr">part</span>', captions, "") if any(part.caption for part in parts) else ""
    )
    # On a slide there is room for a short one.
    many = " pc-many" if sum(len(part.dim.numbers) for part in parts) > _SLIDE or len(pairs) > 4 else ""
    return f'<div class="pc-wide{many}"><table class="pc-beside">{first}{second}{third}</table></div>'


def _row(name: str, cells: list[str], total: str) -> str:
    return f'<tr><th scope="row">{name}</th>{"".join(cells)}<td class="pc-sign">{total}</td></tr>'


def _yours(pair: _Pair, typed: bool) -> str:
    if pair.yours:
        words = escape(pair.yours)
        return words if pair.same else f'<span class="pc-framed">{words}</span>'
    return '<span class="pc-gap" role="img" aria-label="missing"></span>' if typed else ""


def _parts(asked: Layer | Dim) -> list[_Part]:
    """The terms of the right working, if they are few; else all of it as one."""
    if isinstance(asked, Layer):
        account = Account(asked)
        plain = account.working.once and all(not hasattr(term, "times") for term in account.working.terms)
        if plain and len(account.terms) <= _MOST_TERMS:
            return [
                _Part(term.dim, term.caption, f"c-{account.colour(*term.paths)}") for term in account.terms
            ]
        asked = asked.count
    terms = _addends(asked)
    return [_Part(term) for term in terms] if len(terms) <= _MOST_TERMS else [_Part(asked)]


def _addends(dim: Dim) -> list[Dim]:
    return [each for arg in dim.args for each in _addends(arg)] if dim.how == "+" else [dim]


def _pairs(typed: Typed, answer: str, parts: list[_Part]) -> list[_Pair]:
    """What was typed for each term, by value; what is left stands with what is left, in order."""
    mine = _typed_addends(typed.tree)
    if (
        not typed.tree.args
        or len(mine) > _MOST_TERMS
        or any(len(_text(each, answer)) > _LONGEST for each in mine)
    ):
        return [_Pair(answer.strip(), tuple(parts), same=False)]
    found: dict[int, _Pair] = {}
    free = list(range(len(parts)))
    left = []
    for each in mine:
        if run := _run(each.value, parts, free):
            found[run[0]] = _Pair(_text(each, answer), tuple(parts[place] for place in run))
            free = [place for place in free if place not in run]
        else:
            left.append(each)
    for place in free:
        words = _text(left.pop(0), answer) if left else ""
        found[place] = _Pair(words, (parts[place],), same=False)
    return [found[place] for place in sorted(found)] + [
        _Pair(_text(each, answer), (), same=False) for each in left
    ]


def _run(value: int, parts: list[_Part], free: list[int]) -> list[int]:
    """The terms, side by side, that come to a value; the fewest there are."""
    for long in range(1, len(free) + 1):
        for start in range(len(free) - long + 1):
            run = free[start : start + long]
            if run[-1] - run[0] == long - 1 and sum(int(parts[place].dim) for place in run) == value:
                return run
    return []


def _typed_addends(tree: Term) -> list[Term]:
    return [each for arg in tree.args for each in _typed_addends(arg)] if tree.how == "+" else [tree]


def _text(term: Term, answer: str) -> str:
    start, end = term.place
    return answer[start:end].strip().replace("**", "^").replace("*", " × ")
