"""The panel of a layer as HTML: head, picture, working and ledger, linked by colour and by hover."""

from __future__ import annotations

import base64
import functools
import inspect
from html import escape
from importlib import resources

from . import glossary
from .core import Layer, Tensor, translation
from .display import (
    Group,
    Row,
    Term,
    figures,
    flat,
    heading,
    marks,
    math,
    page,
    parameters,
    rows,
    terms,
    where,
    working,
)
from .pictures import draw, render
from .pictures.svg import Picture, stylesheet

_LINKS = 64  # tensors that light up wherever they are shown; in larger trees the rest do not
FOLDS = 32  # groups of the ledger that can be folded
_LONGEST = 200  # characters of a term
_SLIDE = 125  # ems, two lines of a slide: what is longer has its table there
_UNBROKEN = 26  # ems, about half a line, in which a bracket is kept together
OPEN = 12  # a ledger of at most so many tensors starts unfolded


@functools.cache
def _base() -> str:
    own = resources.files("paramcount").joinpath("panel.css").read_text("utf-8")
    return stylesheet("picture.css") + own


def styles(layer: Layer) -> str:
    """The style sheet, with the rules that link and fold as many tensors and groups as the layer has.

    No more than that: browsers look at each of these rules whenever a panel is redrawn.
    """
    tensors = min(_LINKS, len(list(layer.tensors())))
    groups = min(FOLDS, sum(row.group for row in rows(layer)))
    links = "".join(
        f".pc:has(.k-{n}:hover,.k-{n}:focus-visible) .k-{n}{{opacity:1}}" for n in range(tensors)
    )
    folds = "".join(
        f".pc:has(.pc-f{n}:not(:checked)) .pc-t{n} .pc-ten{{display:none}}"
        f".pc:has(.pc-f{n}:checked) .pc-t{n} .pc-tw{{transform:rotate(90deg)}}"
        f".pc:has(.pc-f{n}:focus-visible) .pc-t{n} label{{outline:2px solid #0072b2;outline-offset:3px}}"
        for n in range(groups)
    )
    return f"<style>{_base()}{links}{folds}</style>"


def head(layer: Layer, reading: str = "") -> str:
    """Title, one sentence on how to read the picture, and the total."""
    noun = parameters(layer.count).split()[1]
    return (
        f'<div class="pc-head" style="--n:{len(f"{layer.count:,}")}"><div>'
        f'<div class="pc-title" role="heading" aria-level="3">{escape(heading(layer))}</div>'
        f'<div class="pc-subtitle">{escape(reading)}</div></div>'
        f'<div class="pc-total"><b>{layer.count:,}</b>'
        f"<span>{noun}</span></div></div>"
    )


def body(layer: Layer, picture: Picture, uid: str) -> str:
    """Picture, working and ledger. uid: a prefix for ids that no other panel has."""
    return f'<div class="pc-pic">{render(picture, uid)}</div>{work(layer)}{_where(layer)}{ledger(layer, uid)}'


def note(framework, by_hand: Layer, stored: Layer) -> str:
    """What a framework keeps besides, in parameters and in one sentence from its own module."""
    name = glossary.framework(framework.__name__)
    more = stored.count - by_hand.count
    difference = f"{abs(more):,} {'more' if more > 0 else 'fewer'} than" if more else "the same as"
    translate = translation(framework, by_hand)
    trains, why = f"Built from {name}'s own layers it trains", f"{name} has no ready-made layer of this kind."
    if translate:
        trains = f"{name} trains"
        why = inspect.getdoc(translate).partition("\n\n")[0].replace("\n", " ")
        if by_hand.arguments().get("bias") is False and not more:
            why = ""  # most of these sentences are about biases, and there are none
    return (
        f'<p class="pc-note"><b>{trains} {parameters(stored.count)}</b>, {difference} '
        f"the {by_hand.count:,} counted by hand. {escape(why)}</p>"
    )


# -- the working --------------------------------------------------------------------------------


def work(layer: Layer) -> str:
    """Captions, symbols, numbers and values in four rows that keep in step, term by term."""
    tree = terms(layer)
    spoken = " = ".join(working(layer))
    pieces = _pieces(tree, marks(layer), top=True)
    alone = len(flat(tree)) == 1 and "pc-op" not in "".join(pieces)
    pieces.insert(0, _operator("", "=", "="))
    result = "" if alone else f'<span class="pc-res">= <b>{layer.count:,}</b></span>'
    wide = _width(tree) + 0.9 * len(f"{layer.count:,}") + 3
    long = " pc-many" if wide > _SLIDE else ""
    return (
        f'<p class="pc-sr">{escape(spoken)}</p>'
        f'<div class="pc-work{long}" style="--em:{wide:.0f}" aria-hidden="true">'
        + "".join(f'<span class="pc-nb">{piece}</span>' for piece in pieces[:-1])
        + f'<span class="pc-nb">{pieces[-1]}{result}</span></div>'
    )


def _pieces(group: Group, mark, top: bool = False) -> list[str]:
    """One piece a term, its operator before it and its bracket about it, so that lines break well."""
    made: list[str] = []
    once = group.times.symbols == "1"  # a named m that happens to be 1 is written
    lone = top and len(group.terms) == 1 and once
    for term in group.terms:
        inner = _pieces(term, mark, top=lone) if isinstance(term, Group) else [_term(term, mark)]
        if made:
            inner[0] = _operator("+", "+", "+") + inner[0]
        # A line breaks between short brackets that stand side by side, not within them.
        short = isinstance(term, Group) and len(group.terms) > 1 and _width(term) < _UNBROKEN
        made += ["".join(inner)] if short else inner
    bracket = len(group.terms) > 1 and not (top and once)
    times = f"{math(group.times)} × ", f"{group.times.numbers} × ", f"{group.times:,} × "
    before = ["" if once else t for t in times]
    if made and (bracket or before[0]):
        made[0] = _operator(*(b + "(" * bracket for b in before)) + made[0]
        made[-1] += _operator(")", ")", ")") if bracket else ""
    return made or [_operator("0", "0", "0")]


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


def _term(term: Term, mark) -> str:
    keys = [key for path, (_, _, key) in mark.items() if any(path[: len(p)] == p for p in term.paths)]
    # A product needs no brackets; a sum that stands for a whole layer does.
    layer_sum = not isinstance(term.part, Tensor) and term.dim.how == "+"
    spelt = [math(term.dim), escape(term.dim.numbers)]
    if layer_sum and not all(arg.how == "+" for arg in term.dim.args):
        spelt = [f"({line})" for line in spelt]
    if len(term.dim.numbers) > _LONGEST:
        spelt = ["…", "…"]  # the table below has it tensor by tensor
    long = " pc-long" if len(term.dim.numbers) > 48 else ""
    return (
        f'<span class="pc-term{long} c-{term.colour} g-{term.glyph} k {" ".join(keys)}">'
        f'<span class="pc-cap"><span class="pc-g"></span>{escape(term.caption)}</span>'
        f"<span>{spelt[0]}</span><span>{spelt[1]}</span><span>{term.dim:,}</span></span>"
    )


def _where(layer: Layer) -> str:
    letters = where(layer, math)
    return f'<p class="pc-where">where {letters}</p>' if letters else ""


# -- the ledger ---------------------------------------------------------------------------------


def ledger(layer: Layer, uid: str = "") -> str:
    """Tensor, shape, parameters and share, with bars of which a full cell is 100 %.

    uid: the prefix of the check boxes that fold it; without one, nothing folds.
    """
    mark, lines, number = marks(layer), [], -1
    for row in rows(layer):
        number += row.group
        if not row.inside:
            lines.append((number if row.group else None, []))
        lines[-1][1].append(_row(row, layer, mark, uid, number))
    if not lines:
        return ""
    bodies = "".join(
        f'<tbody class="{f"pc-t{n}" if n is not None else ""}">{"".join(found)}</tbody>' for n, found in lines
    )
    return (
        '<div class="pc-scroll"><table class="pc-ledger"><thead><tr><th>tensor</th><th>shape</th>'
        '<th class="r">parameters</th>'
        f'<th class="r">share</th><th class="pc-barcell"></th></tr></thead>{bodies}'
        f'<tfoot><tr><th>total</th><td></td><td class="r">{layer.count:,}</td><td></td><td></td></tr></tfoot>'
        "</table></div>"
    )


def _row(row: Row, layer: Layer, mark, uid: str, number: int) -> str:
    keys = " ".join(mark[leaf.path][2] for leaf in row.leaves)
    count, share = figures(row, layer.count)
    if row.group:
        name = escape(row.name)
        if uid and number < FOLDS:
            name = f'<label for="{uid}-f{number}"><span class="pc-tw"></span>{name}</label>'
    else:
        colour, glyph, _ = mark[row.leaves[0].path]
        name = f'<span class="pc-g c-{colour} g-{glyph}"></span>{escape(row.name)}'
    bars = "".join(_bar(leaf, layer.count, *mark[leaf.path][:2]) for leaf in row.leaves)
    return (
        f'<tr class="{"pc-grp" if row.group else "pc-ten"} k {keys}" tabindex="0"><th>{name}</th>'
        f'<td class="m">{escape(row.shape)}</td>'
        f'<td class="r">{count}</td><td class="r m">{escape(share)}</td>'
        f'<td class="pc-barcell"><span class="pc-stack">{bars}</span></td></tr>'
    )


def _bar(leaf, whole: int, colour: str, glyph: str) -> str:
    percent = 100 * int(leaf.times * leaf.tensor.count) / max(1, int(whole))
    if not percent:
        return ""
    hatched = " pc-hatched" if glyph != "w" and percent > 1.2 else ""
    return f'<span class="pc-bar c-{colour}{hatched}" style="width:{percent:.2f}%"></span>'


def folds(layer: Layer, uid: str) -> str:
    """The check boxes that fold the ledger, apart from it, so that a redraw leaves them alone."""
    groups = [row for row in rows(layer) if row.group][:FOLDS]
    opened = " checked" if sum(len(row.leaves) for row in groups) <= OPEN else ""
    return "".join(
        f'<input type="checkbox" class="pc-sr pc-f{n}" id="{uid}-f{n}"{opened} '
        f'aria-label="show the tensors of {escape(row.name)}">'
        for n, row in enumerate(groups)
    )


# -- where widgets do not run -------------------------------------------------------------------


def static(layer: Layer) -> str:
    """The same panel without widgets or style sheet: the picture as an image, then plain tables."""
    return image(draw(layer)) + page(layer)


def image(picture: Picture) -> str:
    """A picture as an <img>: where HTML is cleaned of SVG, an image stays."""
    data = base64.b64encode(render(picture, "static", standalone=True).encode()).decode()
    source = f"data:image/svg+xml;base64,{data}"
    return f'<p><img alt="{escape(picture.alt)}" width="760" src="{source}"></p>'
