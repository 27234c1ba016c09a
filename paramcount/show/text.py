"""What a layer shows as the last line of a cell: as plain text, and as HTML that needs no style sheet."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable
from html import escape

from ..core import Layer
from ..dims import Dim
from ..glossary import letter, number
from . import export, outline
from .account import Account, Letters
from .ledger import Row

GLYPHS = {"w": "■", "b": "●", "n": "◆"}


def where(letters: Iterable[Letters], written: Callable[[Dim], str] = lambda dim: dim.symbols) -> str:
    """What some letters stand for, each letter written by `written`."""
    said = []
    for each in letters:
        names = [written(dim) for dim in each.dims]
        listed = ", ".join(names) if len(names) < 4 else f"{names[0]} to {names[-1]}"
        said.append(f"{listed} = {each.words}")
    return ", ".join(said)


def kept(account: Account) -> str:
    """As how many numbers it is stored, and how many are kept besides; "" if there is nothing to say."""
    stored = f"; stored as {account.stored:,} numbers" if account.stored else ""
    return stored + (f"; {account.kept:,} more kept, not trained" if account.kept else "")


# -- for a terminal -----------------------------------------------------------------------------


def text(layer: Layer) -> str:
    """Working and ledger for a terminal."""
    account = Account(layer)
    lines = [f"{account.call}: {account.parameters}{kept(account)}"]
    lines += [line for note in layer.notes for line in textwrap.wrap(note, outline.WIDTH)] + [""]
    if outline.is_found(layer):
        return "\n".join([*lines, *outline.opened(account, len(lines))])
    lines += [("= " if n else "  ") + line for n, line in enumerate(account.lines)]
    if letters := where(account.letters):
        lines += ["", f"  where {letters}"]
    if account.folded:
        lines += ["", *_table(account.folded, account.total)]
    return "\n".join(lines)


def _table(table: list[Row], total: str) -> list[str]:
    cells = [("tensor", "shape", "parameters", "share")]
    for row in table:
        cells.append(("  " * row.inside + row.name, row.shape, row.figure, row.share))
    cells.append(("total", "", total, ""))
    a, b, c, d = (max(map(len, column)) for column in zip(*cells, strict=True))
    return [f"{n:<{a}}   {s:<{b}}   {p:>{c}}   {q:>{d}}".rstrip() for n, s, p, q in cells]


# -- for a cell's result, GitHub and print ------------------------------------------------------


def page(layer: Layer) -> str:
    """Working and ledger as plain HTML tables."""
    return page_of(Account(layer))


def page_of(account: Account) -> str:
    """The page of a layer that has been read already."""
    worked = outline.steps(account) if outline.is_found(account.layer) else account.lines
    lines = [escape(line) for line in worked]
    if worked[0] == account.count.symbols:
        lines[0] = math(account.count)
    letters = where(account.letters, math)
    heading = f"{escape(account.heading)}: {account.parameters}{kept(account)}"
    notes = "".join(f"<p>{escape(note)}</p>" for note in account.layer.notes)
    said = f"<p><b>{heading}</b></p>{notes}<p>{'<br>= '.join(lines)}</p>"
    return said + (f"<p>where {letters}</p>" if letters else "") + _html_table(account)


def _html_table(account: Account) -> str:
    if outline.is_found(account.layer):
        return export.html(account)
    if not account.folded:
        return ""
    right = ' style="text-align:right"'
    body = "".join(_html_row(account, row, right) for row in account.folded)
    return (
        '<table><thead><tr><th style="text-align:left">tensor</th><th style="text-align:left">shape</th>'
        f"<th{right}>parameters</th><th{right}>share</th></tr></thead><tbody>{body}</tbody>"
        f'<tfoot><tr><th style="text-align:left">total</th><td></td><td{right}><b>{account.total}</b></td>'
        "<td></td></tr></tfoot></table>"
    )


def _html_row(account: Account, row: Row, right: str) -> str:
    name, shape, count, share = (escape(cell) for cell in (row.name, row.shape, row.figure, row.share))
    if row.group:
        name, shape, count, share = (f"<b>{cell}</b>" for cell in (name, shape, count, share))
    else:
        name = f"{GLYPHS[account.marks[row.leaves[0].path].glyph]} {name}"
    return (
        f'<tr><th style="text-align:left;font-weight:normal">{name}</th>'
        f'<td style="text-align:left">{shape}</td><td{right}>{count}</td><td{right}>{share}</td></tr>'
    )


def math(dim: Dim) -> str:
    """A count in symbols, its names in italics."""
    return dim.write(lambda leaf: _name(leaf.name) if leaf.name else f"{leaf:,}")


def _name(name: str) -> str:
    below = number(name)
    return f'<i class="pc-v">{escape(letter(name))}</i>' + (f"<sub>{below}</sub>" if below else "")
