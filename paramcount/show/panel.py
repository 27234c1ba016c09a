"""The panel of a layer as HTML: head, picture, working and ledger, linked by colour and by hover."""

from __future__ import annotations

import base64
import functools
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from importlib import resources
from types import ModuleType

from ..core import Layer
from ..dims import Dim
from ..glossary import DRAWN, framework, meaning, title
from ..stored import translation
from .account import Account, Mark, parameters
from .kinds import KINDS
from .ledger import Row
from .outline import KIND, cut
from .pictures import draw, render
from .pictures.svg import Picture, stylesheet
from .text import math, page_of, where
from .working import Group, Term

FOLDS = 32  # groups of the ledger that can be folded
_LONGEST = 200  # characters of a term
_SLIDE = 125  # ems, two lines of a slide: what is longer has its table there
_UNBROKEN = 26  # ems, about half a line, in which a bracket is kept together
# So many ems of a working may stand in rows, if the panel has room for them in type of 14 pixels.
_ROWS = (21, 26, 32, 38, 44, 50, 56, 62)
OPEN = 12  # a ledger of at most so many tensors starts unfolded


@functools.cache
def base() -> str:
    """The style sheet of every panel."""
    own, a_list = (
        resources.files(__package__).joinpath(name).read_text("utf-8") for name in ("panel.css", "list.css")
    )
    lists = [f"@container (max-width:{14 * ems - 1}px){{{_listed(a_list, f'pc-ems{ems}')}}}" for ems in _ROWS]
    lists.append(_listed(a_list, "pc-list"))
    drawn = "".join(map(stylesheet, ("picture.css", "sketch.css", "steps.css")))
    return drawn + own + "".join(lists)


def _listed(rules: str, which: str) -> str:
    """The rules that make a list of the workings of one class; on slides there is room for rows."""
    return rules.replace(".pc-work", f".pc-work.{which}:not(.reveal *)")


def styles(account: Account) -> str:
    """The style sheet, with the rules that link and fold as many marks and groups as the layer has.

    No more than that: browsers look at each of these rules whenever a panel is redrawn.
    """
    links = max([1 + mark.number for mark in account.marks.values()], default=0)
    return _styles(links, min(FOLDS, len(account.groups)))


@functools.cache
def _styles(numbers: int, groups: int) -> str:
    links = "".join(f".pc:has(.k-{n}:hover,.k-{n}:focus-visible) .k-{n}{{opacity:1}}" for n in range(numbers))
    folds = "".join(
        f".pc:has(.pc-f{n}:not(:checked)) .pc-t{n} .pc-ten{{display:none}}"
        f".pc:has(.pc-f{n}:checked) .pc-t{n} .pc-tw{{transform:rotate(90deg)}}"
        f".pc:has(.pc-f{n}:focus-visible) .pc-t{n} label{{outline:2px solid #0072b2;outline-offset:3px}}"
        for n in range(groups)
    )
    return f"<style>{base()}{links}{folds}</style>"


def head(account: Account, reading: str = "", before: Account | None = None, title: str = "") -> str:
    """Title, one sentence on how to read the picture, and the total; what a move has changed beside it.

    before: the layer as it stood before the move, None if nothing was moved; title: if not the heading.
    """
    count, noun = account.parameters.split(maxsplit=1)
    moved = change(account.count, before.count) if before else ""
    moved = f"<i>{moved}</i>" if moved else ""
    return (
        f'<div class="pc-head" style="--n:{len(count)}"><div>'
        f'<div class="pc-title" role="heading" aria-level="3">{escape(title or account.heading)}</div>'
        f'<div class="pc-subtitle">{escape(reading)}</div></div>'
        f'<div class="pc-total"><b>{count}</b>{moved}<span>{noun}</span></div></div>'
    )


def change(now: int, before: int) -> str:
    """How much more or less, with its sign; "" if it is the same."""
    more = int(now) - int(before)
    return f"{'+' if more > 0 else '−'}{abs(more):,}" if more else ""


def body(account: Account, picture: Picture, uid: str, before: Account | None = None) -> str:
    """Picture, working and ledger. uid: a prefix for ids that no other panel has; before: as in `head`."""
    changes = _changes(account, before) if before else {}
    drawing = _resting(account, changes, uid) + render(picture, uid) + code(account, picture.hues)
    tables = work(account, changes) + _where(account, picture) + ledger(account, uid)
    pic = f'<div class="pc-pic {uid}-pic">{drawing}</div>'
    return f'<div class="pc-body">{pic}<div class="pc-side">{tables}</div></div>'


def _changes(account: Account, before: Account) -> dict[int, str]:
    """By how much each term of the working has changed, by its place; none if the terms are others now."""
    pairs = list(zip(account.terms, before.terms, strict=False))
    if len(account.terms) != len(before.terms) or any(now.paths != old.paths for now, old in pairs):
        return {}
    return {place: more for place, (now, old) in enumerate(pairs) if (more := change(now.dim, old.dim))}


def _resting(account: Account, changes: dict[int, str], uid: str) -> str:
    """The rule by which the marks that did not change step back for a moment after a move."""
    moved = {*" ".join(account.links(*account.terms[place].paths) for place in changes).split()}
    if not moved or moved >= {mark.link for mark in account.marks.values()}:
        return ""
    others = "".join(f":not(.{link})" for link in sorted(moved))
    return f"<style>.{uid}-pic .k{others}{{animation:pc-rest .9s}}</style>"


_GLYPHS = {"w": ("weights", "square"), "b": ("biases", "round"), "n": ("norms", "diamond")}


def code(account: Account, hues: str = "") -> str:
    """Which of the two codes the colours follow: the kinds of layers, or weights, biases and norms.

    hues: what the colours of the picture say besides.
    """
    found = {mark.colour for mark in account.marks.values()}
    if account.network:
        return swatches(_kinds(account))
    each = [
        f'<span class="c-{letter}"><i class="pc-g g-{letter}"></i>{words}</span>'
        for letter, (words, _) in _GLYPHS.items()
        if letter in found
    ]
    more = f"in the picture, {hues}" if hues else ""
    return f'<p class="pc-code">Colour in one layer: {"".join(each)}{more}</p>' if each else ""


def swatches(kinds: Iterable[str]) -> str:
    """The colours and patterns of some kinds of layers."""
    shown = [KINDS[kind] for kind in kinds]
    each = [f'<span class="c-{kind.letter}">{_segment(kind.letter, "")}{kind.words}</span>' for kind in shown]
    return f'<p class="pc-code">Colour by kind of layer: {"".join(each)}</p>'


def legend(kinds: Iterable[str]) -> str:
    """The same in words, where there is no style sheet."""
    return _told("Colour by kind of layer", ((KINDS[kind].words, KINDS[kind].pattern) for kind in kinds))


def _told(code: str, each: Iterable[tuple[str, str]]) -> str:
    return f"{code}: {', '.join(f'{words} ({pattern})' for words, pattern in each)}."


def _kinds(account: Account) -> list[str]:
    """The kinds of layers that it has, in the order of all kinds."""
    found = {account.kinds[leaf.path] for leaf in account.leaves if leaf.count}
    return [kind for kind in KINDS if kind in found]


def note(module: ModuleType, by_hand: Layer, stored: Layer) -> str:
    """What a framework keeps besides, in parameters and in one sentence from its own module."""
    name = framework(module.__name__)
    more = stored.count - by_hand.count
    difference = f"{abs(more):,} {'more' if more > 0 else 'fewer'} than" if more else "the same as"
    translate = translation(module, by_hand)
    trains, why = f"Built from {name}'s own layers it trains", _ready(module, by_hand)
    if translate:
        trains, why = f"{name} trains", translate.note
        if by_hand.arguments().get("bias") is False and not more:
            why = ""  # most of these sentences are about biases, and there are none
    return (
        f'<p class="pc-note"><b>{trains} {parameters(stored.count)}</b>, {difference} '
        f"the {by_hand.count:,} counted by hand. {escape(why)}</p>"
    )


def _ready(module: ModuleType, layer: Layer) -> str:
    """What a framework has of a layer of ours that is not translated; of a reader's own nobody knows."""
    ours = layer.function and layer.function.__module__.partition(".")[0] == __package__.partition(".")[0]
    return getattr(module, "READY", {}).get(title(layer), "") if ours else ""


# -- the working --------------------------------------------------------------------------------


@dataclass
class _Line:
    """A term with the operators before and after it: a line, where the working is a list."""

    before: str
    term: str
    after: str = ""

    def __str__(self) -> str:
        return (
            f'<span class="pc-row"><span class="pc-ops">{self.before}</span>{self.term}'
            f'<span class="pc-ops">{self.after}</span></span>'
        )


def work(account: Account, changes: Mapping[int, str] | None = None) -> str:
    """Captions, symbols, numbers and values in rows that keep in step, term by term.

    changes: by how much a term has changed, by its place. Where the rows would break, each term is a line
    of a list instead.
    """
    places = {id(term): (changes or {}).get(place, "") for place, term in enumerate(account.terms)}
    pieces = _pieces(account, account.working, places) or [[_Line(_operator("0", "0", "0"), "")]]
    alone = len(account.terms) == 1 and not pieces[0][0].before and not pieces[-1][-1].after
    pieces[0][0].before = _operator("=", "=", "=") + pieces[0][0].before
    result = "" if alone else f'<span class="pc-res">= <b>{account.count:,}</b></span>'
    wide = _width(account.working) + 0.9 * len(f"{account.count:,}") + 3
    fits = next((f"ems{ems}" for ems in _ROWS if wide <= ems), "list")
    long = " pc-many" if wide > _SLIDE else ""
    *first, last = [f'<span class="pc-nb">{"".join(map(str, piece))}</span>' for piece in pieces]
    return (
        f'<p class="pc-sr">{escape(" = ".join(account.lines))}</p>'
        f'<div class="pc-work pc-{fits}{long}" style="--em:{wide:.0f}" aria-hidden="true">'
        f'{"".join(first)}<span class="pc-nb">{last}{result}</span></div>'
    )


def _pieces(account: Account, group: Group, changes: Mapping[int, str]) -> list[list[_Line]]:
    """The terms with their operators and brackets, in pieces that no line is broken within."""
    pieces: list[list[_Line]] = []
    for term in group.terms:
        if isinstance(term, Group):
            inner = _pieces(account, term, changes)
        else:
            inner = [[_Line("", _term(account, term, changes[id(term)]))]]
        if pieces:
            inner[0][0].before = _operator("+", "+", "+") + inner[0][0].before
        # A line breaks between short brackets that stand side by side, not within them.
        short = isinstance(term, Group) and len(group.terms) > 1 and _width(term) < _UNBROKEN
        pieces += [[line for piece in inner for line in piece]] if short else inner
    bracket = "(" if group.brackets else ""
    before = [bracket] * 3
    if not group.once:
        times = math(group.times), group.times.numbers, f"{group.times:,}"
        before = [f"{each} × {bracket}" for each in times]
    if pieces and before[0]:
        pieces[0][0].before = _operator(*before) + pieces[0][0].before
        pieces[-1][-1].after += _operator(")", ")", ")") if bracket else ""
    return pieces


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


def _term(account: Account, term: Term, moved: str) -> str:
    symbols = numbers = "…"  # where it is too long to be read: the table below has it tensor by tensor
    if len(term.dim.numbers) <= _LONGEST:
        symbols, numbers = math(term.dim), escape(term.dim.numbers)
        if term.brackets:
            symbols, numbers = f"({symbols})", f"({numbers})"
    links = account.links(*term.paths)
    return (
        f'<span class="pc-term c-{account.colour(*term.paths)} g-{term.glyph} k {links}">'
        f'<span class="pc-cap"><span class="pc-g"></span>{escape(term.caption)}</span>'
        f"<span>{symbols}</span><span>{numbers}</span><span>{term.dim:,}</span>"
        f'<span class="pc-moved">{moved}</span></span>'
    )


def _where(account: Account, picture: Picture) -> str:
    """What each letter stands for that is on the page: in the working, and in the picture besides."""
    sizes = account.letters_in(*_written(account.working))
    known = {dim.name for each in sizes for dim in each.dims}
    wide, narrow = (_lettered(account, body, known) for body in (picture.body, (picture.slim or [""])[0]))
    start = f"where {where(sizes, math)}" if sizes else ""
    if not picture.slim or wide == narrow:
        line = "; ".join(filter(None, (start, wide)))
        return f'<p class="pc-where">{line}</p>' if line else ""
    each = {"pc-broad": wide, "pc-narrow": narrow}
    ends = [
        f'<span class="{style}">{"; " * bool(start)}{more}</span>' for style, more in each.items() if more
    ]
    return f'<p class="pc-where">{start}{"".join(ends)}</p>'


def _lettered(account: Account, body: str, known: Collection[str | None]) -> str:
    """What the letters of a drawing stand for, those that are known left out."""
    drawn = "".join(re.findall(r'class="pc-v">([A-Z]+|[a-z])<', body))  # QK is a product
    others = {letter: said for letter, said in DRAWN.items() if letter in drawn and letter not in known}
    own = {letter: meaning(letter, account.layer) for letter in others if letter in account.layer.sizes}
    said = [f'<i class="pc-v">{letter}</i> = {words}' for letter, words in (others | own).items()]
    return f"in the picture, {', '.join(said)}" if said else ""


def _written(group: Group) -> list[Dim]:
    """The counts of a working that are written out, and what they are multiplied by."""
    counts = [group.times]
    for term in group.terms:
        if isinstance(term, Group):
            counts += _written(term)
        elif len(term.dim.numbers) <= _LONGEST:
            counts.append(term.dim)
    return counts


# -- the ledger ---------------------------------------------------------------------------------


def ledger(account: Account, uid: str = "") -> str:
    """Tensor, shape, parameters and share, with bars of which a full cell is 100 %.

    uid: the prefix of the check boxes that fold it; without one, nothing folds.
    """
    bodies: list[tuple[str, list[str]]] = []
    number = -1
    for row in account.rows:
        number += row.group
        if not row.inside:
            bodies.append((f"pc-t{number}" if row.group else "", []))
        bodies[-1][1].append(_row(account, row, uid, number))
    if not bodies:
        return ""
    table = "".join(f'<tbody class="{style}">{"".join(rows)}</tbody>' for style, rows in bodies)
    return (
        f'{_fold(account, uid)}<div class="pc-scroll"><table class="pc-ledger"><thead><tr>'
        '<th scope="col">tensor</th><th scope="col">shape</th><th scope="col" class="r">parameters</th>'
        '<th scope="col" class="r">share</th><th scope="col" class="pc-barcell">'
        f'<span class="pc-sr">bar</span></th></tr></thead>{table}'
        f'<tfoot><tr><th scope="row">total</th><td></td><td class="r">{account.count:,}</td><td></td>'
        "<td></td></tr></tfoot></table></div>"
    )


def _fold(account: Account, uid: str) -> str:
    """The line under which the ledger is folded: the total, and how to open it."""
    if not uid:
        return ""
    tensors = f"{len(account.leaves):,} tensor{'s' if len(account.leaves) != 1 else ''}"
    return (
        f'<label class="pc-fold" for="{uid}-open"><span class="pc-tw"></span><b>Total</b>'
        f"<b>{account.count:,}</b> <span>{tensors}: <u>the table</u></span></label>"
    )


def _row(account: Account, row: Row, uid: str, number: int) -> str:
    name = escape(row.name)
    if not row.group:
        mark = account.marks[row.leaves[0].path]
        name = f'<span class="pc-g c-{mark.colour} g-{mark.glyph}"></span>{name}'
    elif uid and number < FOLDS:
        name = f'<label for="{uid}-f{number}"><span class="pc-tw"></span>{name}</label>'
    if row.found:
        name += f' <span class="pc-kind">{escape(cut(row.found, KIND))}</span>'
    links = " ".join(dict.fromkeys([account.marks[leaf.path].link for leaf in row.leaves]))
    style = "pc-grp" if row.group else "pc-ten"
    return (
        f'<tr class="{style} k {links}" tabindex="0"><th scope="row">{name}</th>'
        f'<td class="m">{row.shape}</td>'
        f'<td class="r">{row.figure}</td><td class="r m">{escape(row.share)}</td>'
        f'<td class="pc-barcell"><span class="pc-stack">{_bars(account, row)}</span></td></tr>'
    )


def _bars(account: Account, row: Row) -> str:
    """A segment for each kind of layer; in one layer, for each tensor."""
    whole = max(1, int(account.count))
    if account.network:
        counts = account.letters_of(row.leaves)
        return "".join(_segment(letter, _percent(count, whole)) for letter, count in counts.items() if count)
    marks = [(account.marks[leaf.path], leaf.count) for leaf in row.leaves if leaf.count]
    return "".join(_bar(mark, count, whole) for mark, count in marks)


def _segment(letter: str, wide: str) -> str:
    """A bar in the colour and the pattern of a kind of layer."""
    return f'<i class="pc-bar pc-kind c-{letter}"{wide}></i>'


def _bar(mark: Mark, count: int, whole: int) -> str:
    hatched = " pc-hatched" if mark.glyph != "w" and 100 * count / whole > 1.2 else ""
    return f'<i class="pc-bar c-{mark.colour}{hatched}"{_percent(count, whole)}></i>'


def _percent(count: int, whole: int) -> str:
    return f' style="width:{100 * count / whole:.2f}%"'


def folds(account: Account, uid: str) -> str:
    """The check boxes that fold the ledger, apart from it, so that a redraw leaves them alone."""
    groups = account.groups[:FOLDS]
    opened = " checked" if sum(len(row.leaves) for row in groups) <= OPEN else ""
    table = f'<input type="checkbox" class="pc-sr pc-open" id="{uid}-open" aria-label="show the table">'
    return table + "".join(
        f'<input type="checkbox" class="pc-sr pc-f{n}" id="{uid}-f{n}"{opened} '
        f'aria-label="show the tensors of {escape(row.name)}">'
        for n, row in enumerate(groups)
    )


# -- where widgets do not run -------------------------------------------------------------------


def static(layer: Layer) -> str:
    """The same panel without widgets or style sheet: the picture as an image, then plain tables."""
    account = Account(layer)
    said = legend(_kinds(account)) if account.network else ""
    if not said and account.leaves:
        found = {mark.colour for mark in account.marks.values()}
        said = _told("Colour in one layer", (each for letter, each in _GLYPHS.items() if letter in found))
    picture = draw(account)
    said = f"{said} In the picture, {picture.hues}." if picture.hues else said
    return image(picture) + (f"<p>{said}</p>" if said else "") + page_of(account)


def image(picture: Picture) -> str:
    """A picture as an <img>: where HTML is cleaned of SVG, an image stays."""
    data = base64.b64encode(render(picture, "static", standalone=True).encode()).decode()
    source = f"data:image/svg+xml;base64,{data}"
    return f'<p><img alt="{escape(picture.alt)}" width="760" src="{source}"></p>'
