"""`difference`: where two counts part, part by part, or why a number is not the count.

How two trees are lined up stands in `lineup.py`, what a number may count in `reasons.py`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape

from ..core import Layer, LayerFunction, Path
from ..show.account import Account
from ..stored import stored_by
from . import explain
from .lineup import Row, everything, places, rows
from .reasons import Reason, framework_of, reasons

_SHOWN = 20  # rows
_NAME = 40  # characters of a name
WIDTH = 100  # characters of a line
_NEAR = 100  # how many times nearer than the count a way must be to be worth telling


@dataclass(frozen=True)
class Difference:
    """Where two counts part. rows: of two trees, the largest first; reasons: of a number, what gives it.

    names, counts: of the two; all: the frozen parameters too, where any are; tried: what was tried for a
    number; places: beside what something trains in each, where the counts agree and the places do not.
    """

    names: tuple[str, str]
    counts: tuple[int, int]
    all: tuple[int, int] | None = None
    rows: tuple[Row, ...] = ()
    reasons: tuple[Reason, ...] = ()
    tried: tuple[Reason, ...] = ()
    places: tuple[str, str] | None = None

    @property
    def total(self) -> int:
        """How many more the second has."""
        return self.counts[1] - self.counts[0]

    @cached_property
    def heading(self) -> str:
        """Both counts and how far they are apart."""
        (a, b), (n, m) = self.names, self.counts
        number = " number" if self.places else ""
        return f"{a}: {n:,}; {b}: {m:,}, {_apart(self.total)}{number}"

    @cached_property
    def said(self) -> list[str]:
        """The sentences below the heading."""
        if self.places:
            one, other = self.places
            where = f"{one} in the first, {other} in the second"
            return [f"But what trains stands in other places: beside {where}.", *self._with_the_frozen]
        if not (self.tried or self.reasons):
            same = self.counts[0] - sum(row.a for row in self.rows)
            alike = [f"The other {same:,} are alike in both."] if same else []
            return [*(alike if self.rows else ["No part differs."]), *self._with_the_frozen]
        if self.reasons:
            return [each.sentence for each in self.reasons]
        room = min(abs(self.total), abs(self.counts[1]))  # what is nearest is often near by chance
        read_off = [each for each in self.tried if not each.told]
        nearest = min(read_off, key=lambda each: abs(each.count - self.counts[1]))
        off = abs(nearest.count - self.counts[1])
        said = [f"None of {len(self.tried)} known ways to count gives {self.counts[1]:,}."]
        if _NEAR * off <= room:
            said.append(f"The nearest is {nearest.words}, {nearest.count:,}: {off:,} off.")
        return said

    @property
    def _with_the_frozen(self) -> list[str]:
        """What is to be said of all parameters, where that is not what is said of those that train."""
        a, b = self.all or self.counts
        if b - a == self.total:
            return []
        return [f"That is what trains. With what is frozen: {a:,} and {b:,}, {_apart(b - a)}."]

    @cached_property
    def cells(self) -> list[tuple[str, str, str, str, str]]:
        """The table: part, both counts, what that adds, and what is different."""
        shown = self.rows if len(self.rows) <= _SHOWN else self.rows[: _SHOWN - 1]
        rows = list(shown)
        if rest := self.rows[len(shown) :]:
            rows.append(Row(f"{len(rest)} more", "", sum(row.a for row in rest), sum(row.b for row in rest)))
        return [(_cut(r.name), f"{r.a:,}", f"{r.b:,}", _signed(r.more), r.words) for r in rows]

    def __repr__(self) -> str:
        lines = [self.heading, ""]
        if self.rows:
            a, b = ("first", "second") if self.names[0] == self.names[1] else map(_short, self.names)
            table = [("part", a, b, "difference", ""), *self.cells]
            table.append(("total", *(f"{count:,}" for count in self.counts), _signed(self.total), ""))
            wide = [max(map(len, column)) for column in zip(*table, strict=True)]
            for name, *numbers, words in table:
                cells = [
                    f"{name:<{wide[0]}}",
                    *(f"{n:>{w}}" for n, w in zip(numbers, wide[1:], strict=False)),
                ]
                room = WIDTH - sum(wide[:4]) - 8
                first, *more = textwrap.wrap(words, max(room, 24)) or [""]
                lines.append("  ".join([*cells, first]).rstrip())
                lines += [" " * (WIDTH - room) + each for each in more]
            lines.append("")
        return "\n".join([*lines, *self.said])

    def _repr_html_(self) -> str:
        right = ' style="text-align:right"'
        body = "".join(
            f'<tr><th style="text-align:left;font-weight:normal">{escape(name)}</th>'
            + "".join(f"<td{right}>{cell}</td>" for cell in numbers)
            + f'<td style="text-align:left">{escape(words)}</td></tr>'
            for name, *numbers, words in self.cells
        )
        heads = "".join(f"<th{right}>{escape(name)}</th>" for name in (*self.names, "difference"))
        table = (
            f"<table><thead><tr><th>part</th>{heads}<th>why</th></tr></thead><tbody>{body}</tbody></table>"
        )
        said = "".join(f"<p>{escape(sentence)}</p>" for sentence in self.said)
        return f"<p><b>{escape(self.heading)}</b></p>{table if self.rows else ''}{said}"


def difference(a, b) -> Difference:
    """Where two counts part: the parts that differ, and what each adds to the difference, the largest first.

    a, b: each what `explain` takes, a layer by hand, a published network of `paramcount.models`, or a plain
    number such as 25_557_032 (one of the two). What is called the same in both is the same part. For a
    number it is tried what people are known to count, such as no biases, statistics too, tables left out,
    bytes, and the slips of the chapters, and said which of these gives it, if any does, the simplest first.

    Raises TypeError for two numbers, and what `explain` raises for what is no model.
    """
    numbers = [_is_number(each) for each in (a, b)]
    if all(numbers):
        raise TypeError("difference needs a model, a layer or a file, to say why its count is not a number")
    if any(numbers):
        tree, number = (_tree(b), int(a)) if numbers[0] else (_tree(a), int(b))
        exact, tried = reasons(tree, number)
        names = _called(tree), "the number"
        return Difference(names, (int(tree.count), number), reasons=tuple(exact[:4]), tried=tuple(tried))
    first, second = _tree(a), _tree(b)
    names = _called(first), _called(second)
    counts = int(first.count), int(second.count)
    of_all = everything(first), everything(second)
    found = tuple(_rows(first, second))
    elsewhere = places(first, second) if not found and counts[0] == counts[1] else None
    return Difference(names, counts, of_all, rows=found, places=elsewhere)


def _is_number(thing) -> bool:
    return isinstance(thing, int) and not isinstance(thing, bool)


def _tree(thing) -> Layer:
    if isinstance(thing, LayerFunction) and thing.example:
        return thing(**thing.example)  # type: ignore[no-any-return]
    return explain(thing)


def _called(layer: Layer) -> str:
    return layer.name if layer.found else Account(layer).heading


def _short(name: str) -> str:
    return name if len(name) <= 16 else f"{name[:15]}…"


def _cut(name: str) -> str:
    return name if len(name) <= _NAME else f"{name[: _NAME // 2]}…{name[1 - _NAME // 2 :]}"


def _apart(more: int) -> str:
    return f"{abs(more):,} {'more' if more > 0 else 'fewer'}" if more else "the same"


def _signed(number: int) -> str:
    return f"+{number:,}" if number > 0 else f"−{-number:,}" if number else "0"


# -- two trees ----------------------------------------------------------------------------------


def _rows(first: Layer, second: Layer) -> list[Row]:
    """The rows of two trees. A layer by hand is first what the framework of the other tree keeps for it."""
    kept, other, notes = first, second, []
    if framework := framework_of(second) if not framework_of(first) else None:
        kept = stored_by(framework, first)
        notes = list(_translated(first, kept))
    elif framework := framework_of(first) if not framework_of(second) else None:
        other = stored_by(framework, second)
        notes = [Row(row.name, row.words, row.b, row.a) for row in _translated(second, other)]
    return sorted(notes + rows(kept, other), key=lambda row: (-abs(row.more), -row.a))


def _translated(layer: Layer, kept: Layer, path: Path = (), times: int = 1) -> Iterator[Row]:
    """A row for each layer by hand of which the framework keeps another number, with the reason."""
    if layer.count == kept.count:
        return
    many = times * int(layer.times)
    inner = [name for name, part in layer.parts.items() if isinstance(part, Layer)]
    if kept.function and kept.function.note:
        once = int(layer.count) // int(layer.times), int(kept.count) // int(kept.times)
        yield Row(" ".join(path) or layer.name, kept.function.note, many * once[0], many * once[1])
    elif inner and set(inner) <= kept.parts.keys():
        for name in inner:
            yield from _translated(layer.parts[name], kept.parts[name], (*path, name), many)  # type: ignore[arg-type]
