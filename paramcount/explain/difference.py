"""`difference`: where two counts part, part by part, or why a number is not the count.

Two trees are lined up from the largest parts to the smallest: what has the same count in both is the same, a
layer as a whole before its tensors. What is left over on either side is where they part.
"""

from __future__ import annotations

import itertools
import re
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape
from types import ModuleType

from .. import keras, pytorch
from ..core import KINDS, Layer, LayerFunction, Leaf, Path, Tensor
from ..dims import Dim
from ..glossary import framework as spelt
from ..show.account import Account
from ..stored import stored_by
from . import explain

_MANY = 6  # rows that say the same of several parts are one
_SHOWN = 20  # rows
_NAME = 40  # characters of a name
WIDTH = 100  # characters of a line
_FRAMEWORKS = {framework.__name__: framework for framework in (pytorch, keras)}
_BYTES = {"float64": 8, "float32": 4, "float16 or bfloat16": 2}


@dataclass(frozen=True)
class Row:
    """A part in which two trees differ.

    a, b: what it comes to in each, as far as they differ; many: how often it is there.
    """

    name: str
    words: str
    a: int
    b: int
    many: int = 1

    @property
    def more(self) -> int:
        """What it adds to the difference."""
        return self.b - self.a


@dataclass(frozen=True)
class Reason:
    """What a number may count: in words, and what that comes to."""

    words: str
    count: int


@dataclass(frozen=True)
class Difference:
    """Where two counts part. rows: of two trees, the largest first; reasons: of a number, what gives it.

    names, counts: of the two; tried: what was tried for a number.
    """

    names: tuple[str, str]
    counts: tuple[int, int]
    rows: tuple[Row, ...] = ()
    reasons: tuple[Reason, ...] = ()
    tried: tuple[Reason, ...] = ()

    @property
    def total(self) -> int:
        """How many more the second has."""
        return self.counts[1] - self.counts[0]

    @cached_property
    def heading(self) -> str:
        """Both counts and how far they are apart."""
        (a, b), (n, m) = self.names, self.counts
        more = "more" if self.total > 0 else "fewer"
        apart = f"{abs(self.total):,} {more}" if self.total else "the same"
        return f"{a}: {n:,}; {b}: {m:,}, {apart}"

    @cached_property
    def said(self) -> list[str]:
        """The sentences below the heading."""
        if not self.tried:
            same = self.counts[0] - sum(row.a for row in self.rows)
            alike = [f"The other {same:,} are alike in both."] if same else []
            return alike if self.rows else ["No part differs."]
        if self.reasons:
            return [f"{each.count:,} is {each.words}." for each in self.reasons]
        plain = Reason("the count itself", self.counts[0])
        nearest = min([plain, *self.tried], key=lambda each: abs(each.count - self.counts[1]))
        off = abs(nearest.count - self.counts[1])
        return [
            f"None of {len(self.tried)} known ways to count gives {self.counts[1]:,}.",
            f"The nearest is {nearest.words}, {nearest.count:,}: {off:,} off.",
        ]

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
    number such as 25_557_032 (one of the two). For a number it is tried what people are known to count, such
    as no biases, statistics too, tables left out, bytes, and said which of these gives it, if any does.

    Raises TypeError for two numbers, and what `explain` raises for what is no model.
    """
    numbers = [_is_number(each) for each in (a, b)]
    if all(numbers):
        raise TypeError("difference needs a model, a layer or a file, to say why its count is not a number")
    if any(numbers):
        tree, number = (_tree(b), int(a)) if numbers[0] else (_tree(a), int(b))
        return _from_number(tree, number)
    first, second = _tree(a), _tree(b)
    names = _called(first), _called(second)
    counts = int(first.count), int(second.count)
    return Difference(names, counts, rows=tuple(_rows(first, second)))


def _is_number(thing) -> bool:
    return isinstance(thing, int) and not isinstance(thing, bool)


def _tree(thing) -> Layer:
    thing = getattr(thing, "layer", thing)  # an entry of PUBLISHED
    if isinstance(thing, LayerFunction) and thing.example:
        return thing(**thing.example)  # type: ignore[no-any-return]
    return explain(thing)


def _called(layer: Layer) -> str:
    return layer.name if layer.found else Account(layer).heading


def _short(name: str) -> str:
    return name if len(name) <= 16 else f"{name[:15]}…"


def _cut(name: str) -> str:
    return name if len(name) <= _NAME else f"{name[: _NAME // 2]}…{name[1 - _NAME // 2 :]}"


def _signed(number: int) -> str:
    return f"+{number:,}" if number > 0 else f"−{-number:,}" if number else "0"


# -- two trees ----------------------------------------------------------------------------------


@dataclass(eq=False)
class _Node:
    """A part of a tree that is counted. times: how often it is there; leaves: the numbers of its tensors."""

    path: Path
    part: Layer | Tensor
    times: int
    leaves: list[int]

    @property
    def each(self) -> int:
        """Its count, once."""
        often = self.part.times if isinstance(self.part, Layer) else 1
        return int(self.part.count) // int(often)


class _Side:
    """One of two trees, and how much of each tensor has no counterpart yet."""

    def __init__(self, layer: Layer):
        self.nodes: list[_Node] = []
        self.leaves: list[Leaf] = []
        self._add((), layer, 1)
        self.left = [int(leaf.times) for leaf in self.leaves]

    def _add(self, path: Path, part: Layer | Tensor, times: int) -> list[int]:
        if not part.count:
            return []
        node = _Node(path, part, times, [])
        self.nodes.append(node)
        if isinstance(part, Tensor):
            node.leaves.append(len(self.leaves))
            self.leaves.append(Leaf(path, part, Dim(times)))
            return node.leaves
        node.times *= int(part.times)
        for name, inner in part.parts.items():
            node.leaves += self._add((*path, name), inner, node.times)
        return node.leaves

    def free(self, node: _Node) -> int:
        """How many of a node have no counterpart yet, with all that is in them."""
        return min(self.left[n] // (int(self.leaves[n].times) // node.times) for n in node.leaves)

    def sorts(self, node: _Node) -> tuple[int, ...]:
        """Its count, once, and how much of that is weights, biases and norms."""
        sums = dict.fromkeys(KINDS, 0)
        for n in node.leaves:
            leaf = self.leaves[n]
            sums[leaf.tensor.kind] += leaf.count // node.times
        return node.each, *sums.values()

    def take(self, node: _Node, many: int) -> None:
        """So many of a node have a counterpart."""
        for n in node.leaves:
            self.left[n] -= many * (int(self.leaves[n].times) // node.times)


def _rows(first: Layer, second: Layer) -> list[Row]:
    """The rows of two trees. A layer by hand is first what the framework of the other tree keeps for it."""
    kept, other, notes = first, second, []
    if framework := _framework(second) if not _framework(first) else None:
        kept = stored_by(framework, first)
        notes = list(_translated(first, kept))
    elif framework := _framework(first) if not _framework(second) else None:
        other = stored_by(framework, second)
        notes = [Row(row.name, row.words, row.b, row.a) for row in _translated(second, other)]
    a, b = _Side(kept), _Side(other)
    _match(a, b)
    rows = (
        _paired(list(_left_over(a, a.nodes[0])), list(_left_over(b, b.nodes[0])))
        if a.nodes and b.nodes
        else []
    )
    return sorted(notes + _together(rows), key=lambda row: (-abs(row.more), -row.a))


def _framework(layer: Layer) -> ModuleType | None:
    """Whose tensors are in a tree: PyTorch's, Keras', or the textbook's alone."""
    for each in (layer, *(part for _, part, _ in _walked(layer))):
        if each.keeper:
            return _FRAMEWORKS.get(each.keeper)
    return None


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


def _match(a: _Side, b: _Side) -> None:
    """Take away from both sides what is the same in both, the largest parts first.

    As many weights, biases and norms each, if possible at the same place or under the same name; in the end
    whatever has the same count.
    """
    for exactly, ways in ((True, _WAYS), (False, (_anywhere,))):
        for mine, theirs in _alike(a, b, exactly):
            for way in ways:
                for one, other in itertools.product(mine, theirs):
                    if way(one, other) and (many := min(a.free(one), b.free(other))):
                        a.take(one, many)
                        b.take(other, many)


def _alike(a: _Side, b: _Side, exactly: bool) -> list[tuple[list[_Node], list[_Node]]]:
    """The parts of both sides that have the same count, the largest first."""
    found: dict[tuple[int, ...], tuple[list[_Node], list[_Node]]] = defaultdict(lambda: ([], []))
    for number, side in enumerate((a, b)):
        for node in side.nodes:
            if not node.path:
                continue  # that two sums are equal says nothing of what is in them
            sorts = side.sorts(node)
            found[sorts if exactly else (sorts[0],)][number].append(node)
    return [found[sorts] for sorts in sorted(found, reverse=True)]


def _same_place(one: _Node, other: _Node) -> bool:
    return one.path == other.path


def _same_name(one: _Node, other: _Node) -> bool:
    return one.path[-1:] == other.path[-1:]


def _as_often(one: _Node, other: _Node) -> bool:
    return one.times == other.times


def _anywhere(one: _Node, other: _Node) -> bool:
    return True


_WAYS = (_same_place, _same_name, _as_often, _anywhere)


@dataclass(frozen=True)
class _Left:
    """A part without a counterpart. many: how many of it."""

    node: _Node
    many: int

    @property
    def count(self) -> int:
        return self.many * self.node.each


def _left_over(side: _Side, node: _Node) -> Iterator[_Left]:
    """The largest parts of which all that is in them is left over, equally often."""
    often = {side.left[n] / (int(side.leaves[n].times) // node.times) for n in node.leaves}
    if often == {0}:
        return
    if len(often) == 1 and (many := often.pop()).is_integer() and node.path:
        yield _Left(node, int(many))
    elif isinstance(node.part, Tensor):
        yield _Left(node, side.left[node.leaves[0]])
    else:
        below = len(node.path) + 1
        for inner in side.nodes:
            if len(inner.path) == below and inner.path[:-1] == node.path:
                yield from _left_over(side, inner)


def _paired(mine: list[_Left], theirs: list[_Left]) -> list[Row]:
    """A row for each part that is left over; what stands at the same place in both trees is one."""
    rows = []
    places = {each.node.path: each for each in theirs}
    for one in mine:
        other = places.pop(one.node.path, None)
        rows.append(_row(one, other))
    return rows + [_row(None, other) for other in places.values()]


def _row(one: _Left | None, other: _Left | None) -> Row:
    sides = [each for each in (one, other) if each]
    name = " ".join(sides[0].node.path)
    if one and other:
        words = f"{_size(one)[2:]} and {_size(other)[2:]}" if _size(one) and _size(other) else ""
    else:
        words = f"only in the {'first' if one else 'second'}{_size(sides[0])}"
    return Row(name, words, one.count if one else 0, other.count if other else 0, sides[0].many)


def _size(left: _Left) -> str:
    """How large a part is and how often it is there, after a colon; "" for one that has only its count."""
    part, words = left.node.part, f"{left.node.each:,}"
    if isinstance(part, Tensor) and len(part.shape) > 1:
        words = " × ".join(f"{int(size):,}" for size in part.shape)
    elif left.many == 1:
        return ""
    return f": {left.many:,} × {words}" if left.many > 1 else f": {words}"


def _together(rows: list[Row]) -> list[Row]:
    """The rows, those in one that say the same of many parts, such as 53 biases that the other has not."""
    groups: dict[tuple, list[Row]] = defaultdict(list)
    for row in rows:
        last = re.sub(r"\d+", "", row.name.rpartition(" ")[2])
        groups[last, bool(row.a), bool(row.b)].append(row)
    result = []
    for (last, in_first, in_second), alike in groups.items():
        if len(alike) < _MANY or (in_first and in_second):
            result += alike
            continue
        words = f"only in the {'first' if in_first else 'second'}: {sum(row.many for row in alike)} of them"
        many = sum(row.many for row in alike)
        result.append(Row(last, words, sum(row.a for row in alike), sum(row.b for row in alike), many))
    return result


# -- a number -----------------------------------------------------------------------------------


def _from_number(layer: Layer, number: int) -> Difference:
    tried = list(_known(layer))
    exact = [each for each in tried if each.count == number]
    if not exact:
        exact = [Reason(words, number) for words in _rounded(int(layer.count), number)]
    names = (_called(layer), "the number")
    if number == int(layer.count):
        exact = [Reason("the count itself", number)]
    return Difference(names, (int(layer.count), number), reasons=tuple(exact[:4]), tried=tuple(tried))


def _known(layer: Layer) -> Iterator[Reason]:
    """What people are known to count instead: one thing that differs, then two, then bytes."""
    count = int(layer.count)
    changes = {words: more for words, more in _changes(layer).items() if more}
    singles = [Reason(f"the count {words}", count + more) for words, more in changes.items()]
    yield from singles
    for (one, more), (two, further) in itertools.combinations(changes.items(), 2):
        if count != count + more + further > 0:
            yield Reason(f"the count {one} and {two}", count + more + further)
    for path, part in _layers(layer):
        if 0 < part < count:
            yield Reason(f"{' '.join(path)} alone", part)
            yield Reason(f"the count without {' '.join(path)}", count - part)
            yield Reason(f"the count with {' '.join(path)} twice", count + part)
    if not _framework(layer):
        for name, framework in _FRAMEWORKS.items():
            kept = int(stored_by(framework, layer).count)
            yield Reason(f"the count of what {spelt(name)} keeps", kept)
    for name, size in _BYTES.items():
        yield Reason(f"its size in bytes, in {name}", size * count)


def _changes(layer: Layer) -> dict[str, int]:
    """What each known difference adds to the count, in words."""
    account = Account(layer)
    kinds: dict[str, int] = Counter()  # of tensors
    biases: dict[str, int] = Counter()  # by the kind of layer that they are in
    for leaf in account.leaves:
        kinds[leaf.tensor.kind] += leaf.count
        if leaf.tensor.kind == "bias" and (owner := layer.at(leaf.path[:-1])).function:
            biases[owner.function.kind] += leaf.count
    shared = sum(leaf.size for leaf in account.leaves if leaf.tensor.same_as)
    kept = [leaf for leaf in account.leaves if not leaf.tensor.trained and not leaf.tensor.frozen]
    of_norms = sum(leaf.size for leaf in kept if not leaf.tensor.same_as and leaf.tensor.shape)
    tables = [count for _, count, kind in _kinds(layer) if kind == "embedding"]
    return {
        "without the biases": -kinds["bias"],
        "without the biases of the convolutions": -biases["convolution"],
        "without the biases of the dense layers": -biases["dense"],
        "without the norms": -kinds["norm"],
        "with what is kept besides, such as statistics": account.kept,
        "with the means and variances of the norms": of_norms if of_norms != account.kept else 0,
        "with the frozen parameters": account.frozen,
        "with what is shared counted wherever it is used": shared,
        "without the largest table": -max(tables, default=0),
        "without all tables": -sum(tables) if len(tables) > 1 else 0,
        "with an output layer that is not tied": 0 if shared else max(tables, default=0),
    }


def _kinds(layer: Layer) -> Iterator[tuple[Path, int, str]]:
    """The layers that say what kind they are, with their counts."""
    for path, part, times in _walked(layer):
        if part.function and part.function.kind:
            yield path, times * int(part.count), part.function.kind


def _layers(layer: Layer) -> Iterator[tuple[Path, int]]:
    """The count of every layer in a tree, the larger parts first; of several that are equal the first."""
    known = Counter()
    for path, part, times in _walked(layer):
        count = times * int(part.count)
        known[count] += 1
        if known[count] == 1:
            yield path, count


def _walked(layer: Layer, path: Path = (), times: int = 1) -> Iterator[tuple[Path, Layer, int]]:
    for name, part in layer.parts.items():
        if isinstance(part, Layer):
            yield (*path, name), part, times * int(layer.times)
            yield from _walked(part, (*path, name), times * int(layer.times))


def _rounded(count: int, number: int) -> list[str]:
    """Whether a number is the count in fewer digits, such as 110 million."""
    zeros = len(str(number)) - len(str(number).rstrip("0"))
    if zeros and abs(count - number) * 2 <= 10**zeros:
        return [f"the count, {count:,}, rounded"]
    return []
