"""The ledger: a row for each tensor of a layer, and one for each group of them, with its share."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from ..core import UP, Layer, Leaf, Path
from ..dims import Dim

_FEW_GROUPS = 4
_MOST_ROWS = 24  # tensors in a ledger that nobody can unfold


@dataclass(slots=True)  # not frozen: a network has hundreds, and they are made at every move
class Row:
    """A line of the ledger: a tensor, in a group or by itself, or a group with its subtotal.

    figure, share: its last two columns, the parameters and what part of the whole they are, or why
    a tensor adds none. found: the class that a group has in somebody's model.
    """

    name: str
    shape: str
    count: int
    leaves: tuple[Leaf, ...]
    figure: str
    share: str
    group: bool = False
    inside: bool = False
    found: str = ""


def rows(layer: Layer, leaves: Iterable[Leaf], deeper: int = 0) -> list[Row]:
    """The ledger's lines in order: each group before its tensors. deeper: levels that a group is below."""
    table: list[Row] = []
    start = _fork(layer)
    level = start + 1 + deeper
    for path, group in itertools.groupby(leaves, lambda leaf: leaf.path[:level]):
        inside = tuple(group)
        owner, skip = layer, start
        grouped = len(path) < len(inside[0].path)
        if grouped:
            table.append(_group_row(layer, path, start, inside))
            owner, skip = layer.at(path), 0
        for leaf in inside:
            name = " ".join(short(owner, leaf.path[len(path) if grouped else 0 :], skip))
            table.append(_tensor_row(layer, leaf, name, grouped))
    return table


def folded(layer: Layer, leaves: tuple[Leaf, ...], table: list[Row]) -> list[Row]:
    """The ledger; or, where there are too many tensors to read them all, without those in groups."""
    groups = [row for row in table if row.group]
    if not groups or len(table) - len(groups) <= _MOST_ROWS:
        return table
    if len(groups) < _FEW_GROUPS:  # too few to say where the parameters are: one level further down
        table = rows(layer, leaves, deeper=1)
    return [row for row in table if not row.inside]


def _fork(layer: Layer) -> int:
    """How many levels down the tree first has more than one part: above that no group helps."""
    level = 0
    while len(layer.parts) == 1:
        (only,) = layer.parts.values()
        if not isinstance(only, Layer):
            break
        layer, level = only, level + 1
    return level


def _group_row(layer: Layer, path: Path, start: int, leaves: tuple[Leaf, ...]) -> Row:
    part, times = layer, layer.times
    for name in path:
        part = part.parts[name]  # type: ignore[assignment]
        times = times * part.times
    count = sum(leaf.count for leaf in leaves)
    shape = f"{times:,} × {count // times:,}" if times > 1 else ""
    frozen = sum(leaf.size for leaf in leaves if leaf.tensor.frozen and not leaf.tensor.same_as)
    figures = f"{count:,}", share(count, layer.count)
    if frozen:
        figures = (f"{count:,}", f"{figures[1]} + {frozen:,} frozen") if count else (f"{frozen:,}", "frozen")
    if not count and all(leaf.tensor.same_as for leaf in leaves):
        figures = "0", "shared"
    return Row(" ".join(path[start:]), shape, count, leaves, *figures, group=True, found=_found(part))


def _found(part) -> str:
    """The class of a group that was found in a model, and not in a file, which knows of no classes."""
    return part.found if isinstance(part, Layer) and part.found != "part" else ""


def _tensor_row(layer: Layer, leaf: Leaf, name: str, inside: bool) -> Row:
    sizes = leaf.tensor.shape
    shape = " × ".join(map(_side, sizes)) if len(sizes) > 1 else leaf.tensor.size.numbers
    if leaf.times > 1:
        shape = f"{leaf.times:,} × {shape}"
    return Row(name, shape, leaf.count, (leaf,), *_figures(layer, leaf), inside=inside)


def _figures(layer: Layer, leaf: Leaf) -> tuple[str, str]:
    if leaf.tensor.same_as:
        return "0", f"same as {' '.join(short(layer, leaf.same_as))}"
    stored = f", stored as {leaf.stored:,}" if leaf.stored != leaf.size else ""
    if leaf.tensor.frozen:
        return f"{leaf.size:,}", f"frozen{stored}"
    if not leaf.tensor.trained:
        return "0", "not trained"
    return f"{leaf.count:,}", f"{share(leaf.count, layer.count)}{stored}"


def short(layer: Layer, path: Path, skip: int = 0) -> Path:
    """The path from `skip` on, without the levels that have only one part."""
    if path[0] == UP:  # a tensor outside of the layer that is shown, which one in it shares
        return tuple(name for name in path if name != UP)
    kept = []
    for level, name in enumerate(path, 1):
        if level > skip and (len(layer.parts) > 1 or level == len(path)):
            kept.append(name)
        layer = layer.parts[name]  # type: ignore[assignment]
    return tuple(kept)


def _side(size: Dim) -> str:
    return size.numbers if size.how in ("leaf", "power") else f"({size.numbers})"


def percent(count: int, whole: int) -> str:
    """How much trains of what could, in per cent: three digits, as these shares are often small.

    >>> percent(4_194_304, 6_742_609_920), percent(1, 10**9), percent(99_999, 100_000), percent(1, 8)
    ('0.0622 %', '< 0.0001 %', '> 99.9 %', '12.5 %')
    """
    part = 100 * Fraction(int(count), int(whole))
    if 0 < part < Fraction(1, 10_000):
        return "< 0.0001 %"
    return "> 99.9 %" if 99.9 < part < 100 else f"{float(part):.3g} %"


def share(count: int, whole: int) -> str:
    """A share in per cent; never "0.0" for something, never "100" for less than all.

    >>> share(15, 32), share(1, 5000), share(4999, 5000), share(5, 5)
    ('46.9 %', '< 0.1 %', '> 99.9 %', '100 %')
    """
    if not count or count == whole:
        return "100 %" if count else "0 %"
    # In whole numbers, as counts may be larger than a float can hold. Halves are rounded up.
    count, whole = int(count), int(whole)
    tenths = (2000 * count + whole) // (2 * whole)
    if tenths < 1:
        return "< 0.1 %"
    return "> 99.9 %" if tenths > 999 else f"{tenths // 10}.{tenths % 10} %"
