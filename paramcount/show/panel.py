"""The panel of a layer as HTML: head, picture, working and ledger, linked by colour and by hover."""

from __future__ import annotations

import base64
import functools
from html import escape
from importlib import resources
from types import ModuleType

from ..core import Layer, Leaf, Path
from ..glossary import framework
from ..stored import translation
from .account import Account, Mark, parameters
from .ledger import Row
from .outline import KIND, cut
from .pictures import draw, render
from .pictures.svg import Picture, stylesheet
from .text import math, page_of, where
from .working import Group, Term

_LINKS = 64  # tensors that light up wherever they are shown; in larger trees the rest do not
FOLDS = 32  # groups of the ledger that can be folded
_LONGEST = 200  # characters of a term
_SLIDE = 125  # ems, two lines of a slide: what is longer has its table there
_UNBROKEN = 26  # ems, about half a line, in which a bracket is kept together
OPEN = 12  # a ledger of at most so many tensors starts unfolded


@functools.cache
def _base() -> str:
    own = resources.files(__package__).joinpath("panel.css").read_text("utf-8")
    return stylesheet("picture.css") + stylesheet("sketch.css") + own


def styles(account: Account) -> str:
    """The style sheet, with the rules that link and fold as many tensors and groups as the layer has.

    No more than that: browsers look at each of these rules whenever a panel is redrawn.
    """
    return _styles(min(_LINKS, len(account.leaves)), min(FOLDS, len(account.groups)))


@functools.cache
def _styles(tensors: int, groups: int) -> str:
    links = "".join(f".pc:has(.k-{n}:hover,.k-{n}:focus-visible) .k-{n}{{opacity:1}}" for n in range(tensors))
    folds = "".join(
        f".pc:has(.pc-f{n}:not(:checked)) .pc-t{n} .pc-ten{{display:none}}"
        f".pc:has(.pc-f{n}:checked) .pc-t{n} .pc-tw{{transform:rotate(90deg)}}"
        f".pc:has(.pc-f{n}:focus-visible) .pc-t{n} label{{outline:2px solid #0072b2;outline-offset:3px}}"
        for n in range(groups)
    )
    return f"<style>{_base()}{links}{folds}</style>"


def head(account: Account, reading: str = "") -> str:
    """Title, one sentence on how to read the picture, and the total."""
    count, noun = account.parameters.split(maxsplit=1)
    return (
        f'<div class="pc-head" style="--n:{len(count)}"><div>'
        f'<div class="pc-title" role="heading" aria-level="3">{escape(account.heading)}</div>'
        f'<div class="pc-subtitle">{escape(reading)}</div></div>'
        f'<div class="pc-total"><b>{count}</b><span>{noun}</span></div></div>'
    )


def body(account: Account, picture: Picture, uid: str) -> str:
    """Picture, working and ledger. uid: a prefix for ids that no other panel has."""
    drawing = f'<div class="pc-pic">{render(picture, uid)}</div>'
    return drawing + work(account) + _where(account) + ledger(account, uid)


def note(module: ModuleType, by_hand: Layer, stored: Layer) -> str:
    """What a framework keeps besides, in parameters and in one sentence from its own module."""
    name = framework(module.__name__)
    more = stored.count - by_hand.count
    difference = f"{abs(more):,} {'more' if more > 0 else 'fewer'} than" if more else "the same as"
    translate = translation(module, by_hand)
    trains, why = f"Built from {name}'s own layers it trains", f"{name} has no ready-made layer of this kind."
    if translate:
        trains, why = f"{name} trains", translate.note
        if by_hand.arguments().get("bias") is False and not more:
            why = ""  # most of these sentences are about biases, and there are none
    return (
        f'<p class="pc-note"><b>{trains} {parameters(stored.count)}</b>, {difference} '
        f"the {by_hand.count:,} counted by hand. {escape(why)}</p>"
    )


# -- the working --------------------------------------------------------------------------------


def work(account: Account) -> str:
    """Captions, symbols, numbers and values in four rows that keep in step, term by term."""
    pieces = _pieces(account, account.working)
    alone = len(account.terms) == 1 and "pc-op" not in "".join(pieces)
    pieces[0] = _operator("", "=", "=") + pieces[0]
    result = "" if alone else f'<span class="pc-res">= <b>{account.count:,}</b></span>'
    wide = _width(account.working) + 0.9 * len(f"{account.count:,}") + 3
    long = " pc-many" if wide > _SLIDE else ""
    unbroken = [f'<span class="pc-nb">{piece}</span>' for piece in [*pieces[:-1], pieces[-1] + result]]
    return (
        f'<p class="pc-sr">{escape(" = ".join(account.lines))}</p>'
        f'<div class="pc-work{long}" style="--em:{wide:.0f}" aria-hidden="true">{"".join(unbroken)}</div>'
    )


def _pieces(account: Account, group: Group) -> list[str]:
    """One piece a term, its operator before it and its bracket about it, so that lines break well."""
    pieces: list[str] = []
    for term in group.terms:
        inner = _pieces(account, term) if isinstance(term, Group) else [_term(account, term)]
        if pieces:
            inner[0] = _operator("+", "+", "+") + inner[0]
        # A line breaks between short brackets that stand side by side, not within them.
        short = isinstance(term, Group) and len(group.terms) > 1 and _width(term) < _UNBROKEN
        pieces += ["".join(inner)] if short else inner
    bracket = "(" if group.brackets else ""
    before = [bracket] * 3
    if not group.once:
        times = math(group.times), group.times.numbers, f"{group.times:,}"
        before = [f"{each} × {bracket}" for each in times]
    if pieces and before[0]:
        pieces[0] = _operator(*before) + pieces[0]
        pieces[-1] += _operator(")", ")", ")") if bracket else ""
    return pieces or [_operator("0", "0", "0")]


def _width(group: Group) -> float:
    """About how wide a group is in ems, in the widest font that readers are likely to have."""
    wide = 1.8 * len(group.terms) + 0.7 * len(group.times.numbers)
    for term in group.terms:
        if isinstance(term, Group):
            wide += _width(term)
        else:
            wide += max(0.62 * len(term.dim.numbers), 0.45 * len(term.caption) + 1.2)
    return wide


def _operator(symbols: str, numbers: str, value: str) -> str:
    return (
        f'<span class="pc-op"><span></span><span>{symbols}</span>'
        f"<span>{numbers}</span><span>{value}</span></span>"
    )


def _term(account: Account, term: Term) -> str:
    symbols = numbers = "…"  # where it is too long to be read: the table below has it tensor by tensor
    if len(term.dim.numbers) <= _LONGEST:
        symbols, numbers = math(term.dim), escape(term.dim.numbers)
        if term.brackets:
            symbols, numbers = f"({symbols})", f"({numbers})"
    long = " pc-long" if len(term.dim.numbers) > 48 else ""
    links = account.links(*term.paths)
    return (
        f'<span class="pc-term{long} c-{term.colour} g-{term.glyph} k {links}">'
        f'<span class="pc-cap"><span class="pc-g"></span>{escape(term.caption)}</span>'
        f"<span>{symbols}</span><span>{numbers}</span><span>{term.dim:,}</span></span>"
    )


def _where(account: Account) -> str:
    letters = where(account, math)
    return f'<p class="pc-where">where {letters}</p>' if letters else ""


# -- the ledger ---------------------------------------------------------------------------------


def ledger(account: Account, uid: str = "") -> str:
    """Tensor, shape, parameters and share, with bars of which a full cell is 100 %.

    uid: the prefix of the check boxes that fold it; without one, nothing folds.
    """
    bars = {leaf.path: _bar(leaf, int(account.count), account.marks[leaf.path]) for leaf in account.leaves}
    bodies: list[tuple[str, list[str]]] = []
    number = -1
    for row in account.rows:
        number += row.group
        if not row.inside:
            bodies.append((f"pc-t{number}" if row.group else "", []))
        bodies[-1][1].append(_row(account, row, bars, uid, number))
    if not bodies:
        return ""
    table = "".join(f'<tbody class="{style}">{"".join(rows)}</tbody>' for style, rows in bodies)
    return (
        '<div class="pc-scroll"><table class="pc-ledger"><thead><tr><th>tensor</th><th>shape</th>'
        '<th class="r">parameters</th>'
        f'<th class="r">share</th><th class="pc-barcell"></th></tr></thead>{table}'
        f'<tfoot><tr><th>total</th><td></td><td class="r">{account.count:,}</td><td></td><td></td></tr>'
        "</tfoot></table></div>"
    )


def _row(account: Account, row: Row, bars: dict[Path, str], uid: str, number: int) -> str:
    name = escape(row.name)
    if not row.group:
        mark = account.marks[row.leaves[0].path]
        name = f'<span class="pc-g c-{mark.colour} g-{mark.glyph}"></span>{name}'
    elif uid and number < FOLDS:
        name = f'<label for="{uid}-f{number}"><span class="pc-tw"></span>{name}</label>'
    if row.found:
        name += f' <span class="pc-kind">{escape(cut(row.found, KIND))}</span>'
    links = " ".join([account.marks[leaf.path].link for leaf in row.leaves])
    stack = "".join([bars[leaf.path] for leaf in row.leaves])
    return (
        f'<tr class="{"pc-grp" if row.group else "pc-ten"} k {links}" tabindex="0"><th>{name}</th>'
        f'<td class="m">{row.shape}</td>'
        f'<td class="r">{row.figure}</td><td class="r m">{escape(row.share)}</td>'
        f'<td class="pc-barcell"><span class="pc-stack">{stack}</span></td></tr>'
    )


def _bar(leaf: Leaf, whole: int, mark: Mark) -> str:
    if not leaf.count:
        return ""
    percent = 100 * leaf.count / whole
    hatched = " pc-hatched" if mark.glyph != "w" and percent > 1.2 else ""
    return f'<span class="pc-bar c-{mark.colour}{hatched}" style="width:{percent:.2f}%"></span>'


def folds(account: Account, uid: str) -> str:
    """The check boxes that fold the ledger, apart from it, so that a redraw leaves them alone."""
    groups = account.groups[:FOLDS]
    opened = " checked" if sum(len(row.leaves) for row in groups) <= OPEN else ""
    return "".join(
        f'<input type="checkbox" class="pc-sr pc-f{n}" id="{uid}-f{n}"{opened} '
        f'aria-label="show the tensors of {escape(row.name)}">'
        for n, row in enumerate(groups)
    )


# -- where widgets do not run -------------------------------------------------------------------


def static(layer: Layer) -> str:
    """The same panel without widgets or style sheet: the picture as an image, then plain tables."""
    account = Account(layer)
    return image(draw(account)) + page_of(account)


def image(picture: Picture) -> str:
    """A picture as an <img>: where HTML is cleaned of SVG, an image stays."""
    data = base64.b64encode(render(picture, "static", standalone=True).encode()).decode()
    source = f"data:image/svg+xml;base64,{data}"
    return f'<p><img alt="{escape(picture.alt)}" width="760" src="{source}"></p>'
