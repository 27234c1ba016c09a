"""The outline of a tree: a line for each part, with its class, its shape or formula, its count and its share.

A ledger lists every tensor. An outline opens a tree level by level, as far as one can read at a glance: a
network, its stages, one block, the layers in it. What is repeated stands in it once, with how often.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from ..core import Layer, Leaf, Path, Tensor
from ..dims import Dim, total
from ..glossary import meaning, title
from .account import Account, named_sizes
from .ledger import share, short

WIDTH = 100  # characters of a line on a terminal
_FOLDER = "part"  # what a part of a file is called, whose class nobody knows
_GLANCE = 25  # lines that can be read at a glance
_MOST_LETTERS = 7  # more than this and the numbers themselves are easier to read
NAME, KIND, _FORMULA = 34, 26, 18  # characters: the most for a name and a class, the least for a formula
_FORMULAS = "shape or formula"
_TRIES = 6  # parts that may be opened besides
_ROWS = 2  # lines of a formula, if another one can be chosen
_PAGE = 45  # lines of a table; in a longer one the longest sums lose their middle


@dataclass(eq=False)
class Line:
    """A part of a tree as the outline has it. times: how often what is around it stands in the tree."""

    path: Path
    name: str
    part: Layer | Tensor
    times: int
    level: int
    whole: Layer
    opened: bool = False

    @cached_property
    def often(self) -> int:
        """How often it stands in the tree."""
        return self.times * (int(self.part.times) if isinstance(self.part, Layer) else 1)

    @cached_property
    def count(self) -> int:
        """How many parameters it adds, wherever it is repeated."""
        return self.times * int(self.part.count)

    @cached_property
    def leaves(self) -> list[Leaf]:
        """Its tensors, by their paths in the whole, as often as they are in it."""
        if isinstance(self.part, Layer):
            return list(self.part.tensors(self.path))
        return [Leaf(self.path, self.part, Dim(1))]

    @property
    def is_only_buffers(self) -> bool:
        """Whether nothing in it is a parameter: masks and tables that are worked out."""
        kept = [leaf.tensor for leaf in self.leaves]
        return isinstance(self.part, Layer) and not any(t.trained or t.frozen or t.same_as for t in kept)

    @cached_property
    def kind(self) -> str:
        """What its class is called, and how often it is there."""
        if isinstance(self.part, Tensor):
            return ""
        words = _class(self.part)
        return f"{int(self.part.times):,} × {words or 'part'}" if self.part.times > 1 else words

    @cached_property
    def only(self) -> Tensor | None:
        """The one tensor that it has; None where there are several."""
        own = [leaf.tensor for leaf in self.leaves if leaf.tensor.trained or leaf.tensor.frozen]
        own = own or [leaf.tensor for leaf in self.leaves]
        alone = len(own) == 1 and all(part.times == 1 for part in _chain(self.part))
        return own[0] if alone else None

    @cached_property
    def shape(self) -> str:
        """The shape of the one tensor that it has; "" where there are several."""
        if self.only is None:
            return ""
        return " × ".join(f"{int(size):,}" for size in self.only.shape) or "1"

    @cached_property
    def frozen(self) -> int:
        """How many parameters of it are held as they are."""
        return self.times * sum(
            leaf.size for leaf in self.leaves if leaf.tensor.frozen and not leaf.tensor.same_as
        )

    @cached_property
    def share(self) -> str:
        """What part of the whole it is, or why it adds nothing."""
        if self.count:
            return share(self.count, int(self.whole.count))
        return "frozen" if self.frozen else "shared" if self.same_as else "not trained"

    @cached_property
    def same_as(self) -> str:
        """What it is the same as, where all of it is counted elsewhere."""
        if not self.leaves or not all(leaf.tensor.same_as for leaf in self.leaves):
            return ""
        *above, last = short(self.whole, self.leaves[0].same_as)
        return " ".join(above) or last

    def formulas(self, letters: bool) -> Iterator[str]:
        """Its count as a formula, the one that says most first; then part by part."""
        if self.same_as:
            yield f"same as {self.same_as}"
            return
        if isinstance(self.part, Tensor) or self.only is not None:
            size = _times(self.often, self.shape)
            stored = [leaf.stored for leaf in self.leaves if leaf.stored != leaf.size]
            yield f"{size}, stored as {self.times * sum(stored):,}" if stored else size
            return
        once = total(len(names) * part.count for names, part in self.part.alike())
        if not once:
            if (
                self.frozen
                and not self.opened
                and all(isinstance(each, Tensor) for each in self.part.parts.values())
            ):
                frozen = [leaf.tensor.size for leaf in self.leaves if leaf.tensor.frozen]
                yield (Dim(self.often) * total(frozen)).numbers
            return
        if self.opened and self.part.times > 1:
            yield _times(self.often, f"{once:,}")
        worked = Dim(self.often) * once
        if letters:
            yield worked.symbols
        yield worked.numbers
        yield _times(self.often, _subtotals(self.part), brackets=True)


def _chain(part: Layer | Tensor) -> Iterator[Layer]:
    """The layers inside a part, each the only one in the one before."""
    inner = [part] if isinstance(part, Layer) else []
    while inner:
        inner = [each for each in inner[0].parts.values() if isinstance(each, Layer)]
        yield from inner


def _class(layer: Layer) -> str:
    """The class of a part: its own; or what is in it, where it is no part of the model but several."""
    if layer.found:
        return "" if layer.found == _FOLDER else layer.found
    if layer.function:
        return (layer.function.classes or (title(layer),))[0]
    inner = [_class(part) for part in layer.parts.values() if isinstance(part, Layer)]
    if len(inner) > 1 and len(set(inner)) == 1:
        many = sum(int(part.times) for part in layer.parts.values() if isinstance(part, Layer))
        return f"({many:,} × {inner[0]})"
    return f"({', '.join(inner)})" if layer.times > 1 and 1 < len(inner) < 4 and all(inner) else ""


def _times(many: int, words: str, brackets: bool = False) -> str:
    if many == 1:
        return words
    return f"{many:,} × ({words})" if brackets and " + " in words else f"{many:,} × {words}"


def _subtotals(layer: Layer) -> str:
    """The sum of what its parts come to, equal ones taken together."""
    often: dict[int, int] = {}
    for part in layer.parts.values():
        times = int(part.times) if isinstance(part, Layer) else 1
        if each := int(part.count) // times:
            often[each] = often.get(each, 0) + times
    return " + ".join(_times(times, f"{each:,}") for each, times in often.items())


# -- which parts are shown ----------------------------------------------------------------------


@dataclass(frozen=True)
class View:
    """How far a tree is opened.

    depth: how many levels; tensors: whether a layer with nothing but tensors in it is opened too; also: the
    paths of parts further down that are opened besides.
    """

    depth: int
    tensors: bool = True
    also: frozenset[Path] = frozenset()

    def opens(self, line: Line) -> bool:
        """Whether what is in a part is shown below it."""
        if isinstance(line.part, Tensor):
            return False
        inner = list(line.part.parts.values())
        has_layers = any(isinstance(each, Layer) for each in inner)
        deeper = line.level < self.depth or line.path in self.also
        return deeper and (has_layers or (self.tensors and len(inner) > 1))


def outline(layer: Layer, view: View) -> list[Line]:
    """The parts of a tree in order, each before what is in it, as far as it is opened."""
    found: list[Line] = []

    def add(inside: Layer, above: Path, times: int, level: int) -> None:
        for line in _lines(layer, inside, above, times, level):
            found.append(line)
            if view.opens(line):
                line.opened = True
                add(line.part, line.path, line.often, level + 1)  # type: ignore[arg-type]

    add(layer, (), int(layer.times), 1)
    return found


def _lines(whole: Layer, layer: Layer, above: Path, times: int, level: int) -> Iterator[Line]:
    """A line for each part of a layer; what is the only one in the one before stands in its line."""
    for name, part in layer.parts.items():
        path, words = (*above, name), name
        while isinstance(part, Layer) and len(part.parts) == 1 and part.times == 1:
            ((name, inner),) = part.parts.items()
            if isinstance(inner, Tensor):
                break
            often = inner.times > 1 and name[0].isdecimal()  # then the class says how many there are
            path, words, part = (*path, name), words if often else f"{words} {name}", inner
        line = Line(path, words, part, times, level, whole)
        if line.is_only_buffers and len(layer.parts) > 1:
            continue
        yield line


# -- for a terminal -----------------------------------------------------------------------------


def is_found(layer: Layer) -> bool:
    """Whether it is somebody's model, and no layer of the textbook."""
    return bool(layer.found) and layer.function is None


def few_letters(account: Account) -> bool:
    """Whether so many letters can be held in mind."""
    return len(named_sizes(account.count)) <= _MOST_LETTERS


def _said(dim: Dim, layer: Layer) -> str:
    """What a letter stands for."""
    words = meaning(dim.name or "", layer)
    return f"{dim.symbols} = {int(dim):,}" + (f" ({words})" if words else "")


def opened(account: Account, above: int) -> list[str]:
    """Working, letters and table of somebody's model, below so many lines."""
    few = few_letters(account)
    lines = _working(account)
    if few and (dims := named_sizes(account.count)):
        said = [_said(dim, account.layer) for dim in dims]
        lines += ["", *(f"  {line}" for line in textwrap.wrap(f"where {', '.join(said)}", WIDTH - 2))]
    if not account.layer.parts:
        return lines
    view = readable(account.layer, above + len(lines) + 1, few)
    return [*lines, "", *table(account.layer, view, few)]


def steps(account: Account) -> list[str]:
    """The formula and the numbers put in, if they are short enough, else the subtotals; then the count."""
    count = account.count
    formulas = [count.symbols, count.numbers] if few_letters(account) else [count.numbers]
    short = [words for words in formulas if len(folded(words, WIDTH - 2, most=9)) <= _ROWS]
    short = short or [_times(int(account.layer.times), _subtotals(account.layer), brackets=True)]
    return list(dict.fromkeys([*short, f"{count:,}"]))


def _working(account: Account) -> list[str]:
    """The steps from the formula to the count, in lines of a terminal."""
    lines = []
    for step in steps(account):
        sign = "= " if lines else "  "
        lines += [
            (sign if n == 0 else "  ") + line
            for n, line in enumerate(folded(step, WIDTH - 2, most=2 * _ROWS))
        ]
    return lines


def readable(layer: Layer, above: int = 0, letters: bool = True) -> View:
    """How far a tree is opened: as far as asked, or as can be read at a glance below so many lines.

    Level by level while there is room, then the largest parts that there is still room for.
    """
    if layer.opened:
        return View(layer.opened, layer.opened >= layer.depth)

    def fits(view: View) -> bool:
        return above + len(table(layer, view, letters)) <= _GLANCE

    view = View(1, tensors=False)
    while view.depth < layer.depth and fits(deeper := replace(view, depth=view.depth + 1)):
        view = deeper
    if view.depth == layer.depth:
        whole = replace(view, tensors=True)
        return whole if fits(whole) else view
    closed = [line for line in outline(layer, view) if line.level == view.depth and line.count]
    for line in sorted(closed, key=lambda line: -line.count)[:_TRIES]:
        if fits(wider := replace(view, also=view.also | {line.path})):
            view = wider
    return view


def table(layer: Layer, view: View, letters: bool) -> list[str]:
    """The outline in columns, no line of it wider than a terminal."""
    rows, rest = _readable_rows(layer, outline(layer, view))
    columns = _columns(rows)
    ends = [{"part": "total", "parameters": f"{int(layer.count):,}"}]
    if rest:
        count = sum(line.count for line in rest)
        parts = f"{len(rest):,} more, smaller"
        ends = [{"part": parts, "parameters": f"{count:,}", "share": share(count, int(layer.count))}, *ends]
    wide = {
        head: max(map(len, [head, *cells, *(end.get(head, "") for end in ends)]))
        for head, cells in columns.items()
    }
    room = max(WIDTH - sum(wide.values()) + len(_FORMULAS) - 2 * (len(wide) - 1), _FORMULA)
    formulas = [_fitting(line, letters, room) for line in rows]
    if sum(map(len, formulas)) > _PAGE:
        formulas = [_fitting(line, letters, room, most=_ROWS) for line in rows]
    wide[_FORMULAS] = max(len(words) for lines in [[_FORMULAS], *formulas] for words in lines)
    lines = [_written({head: head for head in wide}, wide)]
    for n, (first, *more) in enumerate(formulas):
        cells = {head: cells[n] for head, cells in columns.items() if cells}
        lines.append(_written(cells | {_FORMULAS: first}, wide))
        lines += [_written({_FORMULAS: words}, wide) for words in more]
    return lines + [_written(end, wide) for end in ends]


def _readable_rows(layer: Layer, rows: list[Line]) -> tuple[list[Line], list[Line]]:
    """The lines to show, and those of the smallest parts where nobody asked for so many."""
    if layer.opened or len(rows) <= _PAGE or any(line.level > 1 for line in rows):
        return rows, []
    largest = set(sorted(range(len(rows)), key=lambda n: -rows[n].count)[: _PAGE - 1])
    shown = [line for n, line in enumerate(rows) if n in largest]
    return shown, [line for n, line in enumerate(rows) if n not in largest]


def _columns(rows: list[Line]) -> dict[str, list[str]]:
    """The cells of each column that has any, but for the formulas: those get what room is left."""
    columns = {
        "part": ["  " * (line.level - 1) + cut(line.name, NAME - 2 * line.level) for line in rows],
        "class": [cut(line.kind, KIND) for line in rows],
        _FORMULAS: [],
        "parameters": [f"{line.count:,}" for line in rows],
        "frozen": [f"{line.frozen:,}" if line.frozen else "" for line in rows],
        "share": [line.share for line in rows],
    }
    return {head: cells for head, cells in columns.items() if any(cells) or head in ("part", _FORMULAS)}


def _written(cells: dict[str, str], wide: dict[str, int]) -> str:
    """One line of the table: words to the left, numbers to the right."""
    words = []
    for head, width in wide.items():
        right = head in ("parameters", "frozen", "share")
        words.append(f"{cells.get(head, ''):{'>' if right else '<'}{width}}")
    return "  ".join(words).rstrip()


def _fitting(line: Line, letters: bool, room: int, most: int = _PAGE) -> list[str]:
    """The formula that says most of those that fit; else the last of them, in so many lines at most."""
    words = ""
    for words in line.formulas(letters):
        lines = folded(words, room, most=_ROWS + 1)
        if len(lines) <= (1 if line.opened else _ROWS):
            return lines
    if line.opened:
        return [""]  # what is in it follows, line by line
    return folded(words, room, most=most)


def folded(words: str, room: int, most: int = _ROWS) -> list[str]:
    """A sum in lines of so many characters; where those are too many, without its middle."""
    lines = textwrap.wrap(words.replace(" × ", "\u00a0×\u00a0"), room, break_long_words=False) or [""]
    if len(lines) > most:
        last = words.rpartition(" + ")[2]
        lines = [*lines[:most]]
        while " " in lines[-1] and len(lines[-1]) + len(f"… + {last}") + 1 > room:
            lines[-1] = lines[-1].rpartition(" ")[0]
        lines[-1] = f"{lines[-1].removesuffix(' +')} + … + {last}"
    return [line.replace("\u00a0", " ") for line in lines]


def cut(words: str, most: int) -> str:
    """Words of at most so many characters, without their middle if they are longer."""
    most = max(most, 8)
    return words if len(words) <= most else f"{words[: most // 2]}…{words[-(most - 1 - most // 2) :]}"
