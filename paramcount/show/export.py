"""The outline of a tree as a table elsewhere: in a notebook, a paper or a spreadsheet."""

from __future__ import annotations

import csv
import io
from html import escape

from ..core import SUBSCRIPTS, Layer
from .account import Account
from .outline import KIND, NAME, Line, View, cut, few_letters, outline, readable

_LEFT, _RIGHT = "text-align:left", "text-align:right"
_SIDES = (_LEFT, _LEFT, _LEFT, _LEFT, _RIGHT, _RIGHT)
_SIGNS = str.maketrans({"×": r"$\times$", "÷": r"$\div$", "−": "$-$", "·": r"$\cdot$", "…": r"\dots{}"})
_SIGNS |= {ord(sign): f"$_{digit}$" for digit, sign in enumerate(SUBSCRIPTS)}
_LONGEST = 100  # characters of a formula that is not given part by part
_HEADS = ("part", "class", "shape", "formula", "parameters", "share")


def table(layer: Layer, form: str, depth: int = 0) -> str:
    """The outline in a format that `tabulate` writes, or as "csv".

    depth: levels that are shown; 0 for as many as the layer itself shows. Raises ImportError where
    tabulate is not installed; comma-separated values need nothing.
    """
    account = Account(layer)
    lines = outline(layer, View(depth, depth >= layer.depth) if depth else readable(layer))
    letters = few_letters(account)
    if form == "csv":
        file = io.StringIO()
        rows = [_cells(line, letters, plain=True) for line in lines]
        csv.writer(file, lineterminator="\n").writerows(
            [_HEADS, *rows, ("total", "", "", "", int(layer.count), "")]
        )
        return file.getvalue()
    from tabulate import tabulate

    rows = [_cells(line, letters) for line in lines] + [("total", "", "", "", f"{int(layer.count):,}", "")]
    aligned = ("left", "left", "left", "left", "right", "right")
    written = tabulate(rows, _HEADS, tablefmt=form, colalign=aligned, disable_numparse=True)
    return written.translate(_SIGNS) if form.startswith("latex") else written


def _cells(line: Line, letters: bool, plain: bool = False) -> tuple:
    """One line of the outline. plain: for a program to read, with the whole path and the bare number."""
    name = " ".join(line.path) if plain else "· " * (line.level - 1) + line.name
    formulas = list(line.formulas(letters)) or [""]
    short = [formula for formula in formulas if len(formula) <= _LONGEST]
    count = line.count if plain else f"{line.count or line.frozen:,}"
    return name, line.kind, line.shape, [*short, formulas[-1]][0], count, line.share


def html(account: Account) -> str:
    """The same as plain HTML, which needs no style sheet."""
    letters = few_letters(account)
    rows = []
    for line in outline(account.layer, readable(account.layer)):
        _, kind, *cells = _cells(line, letters)
        cells = [escape(cell) for cell in (cut(kind, KIND), *cells)]
        name = escape(cut(line.name, NAME))
        name = f"<b>{name}</b>" if line.opened else name
        inset = f"padding-left:{0.5 + 1.2 * (line.level - 1):.1f}em"
        rows.append(f'<th style="{_LEFT};font-weight:normal;{inset}">{name}</th>{_row(cells)}')
    heads = "".join(f'<th style="{side}">{head}</th>' for head, side in zip(_HEADS, _SIDES, strict=True))
    total = f'<th style="{_LEFT}">total</th>{_row(["", "", "", f"<b>{account.total}</b>", ""])}'
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return (
        f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody><tfoot><tr>{total}</tr></tfoot></table>"
    )


def _row(cells: list[str]) -> str:
    return "".join(f'<td style="{side}">{cell}</td>' for cell, side in zip(cells, _SIDES[1:], strict=True))
