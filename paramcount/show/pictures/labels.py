"""Names at the side of what is too thin to hold them: neighbours together, moved apart, none over another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from .words import cut, fit

STEP = 17  # from line to line
_NEAR = 15  # parts whose middles are closer have one label
_GAP = 5  # between labels
_EACH = 3  # parts that are named one by one in a label


@dataclass
class Label:
    """The lines for parts that stand beside each other. blocks: the parts; y: of the first line's middle.

    written: each line with the part that it names, None where it stands for several.
    """

    blocks: list[Any]
    written: list[tuple[Any, str]] = field(default_factory=list)
    y: float = 0

    @property
    def high(self) -> float:
        return STEP * len(self.written)

    @property
    def wanted(self) -> float:
        """Where the first line would best stand."""
        first, last = self.blocks[0], self.blocks[-1]
        return (first.top + last.top + last.high) / 2 - (self.high - STEP) / 2

    @property
    def middle(self) -> float:
        return self.y + (self.high - STEP) / 2

    def lines_of(self, block) -> Iterator[tuple[int, str]]:
        """The lines that name a part, by their number."""
        return ((n, words) for n, (each, words) in enumerate(self.written) if each is block)

    def others(self) -> Iterator[tuple[int, str]]:
        """The lines that name several parts."""
        return self.lines_of(None)


def placed(blocks: list, low: float, high: float, most: float, said: Callable) -> list[Label]:
    """Labels for parts in order, between two heights.

    most: how wide; said: gives the count of a part, and its share.
    """
    labels = [Label(each) for each in _near(blocks)]
    for short in (False, True):
        for label in labels:
            label.written = _lines(label.blocks, most, said, short)
        if _room(labels) <= high - low:
            break
    while _room(labels) > high - low and len(labels) > 1:
        _join(labels)
        for label in labels:
            label.written = _lines(label.blocks, most, said, short=True)
    _apart(labels, low + STEP / 2, high - STEP / 2)
    return labels


def _near(blocks: list) -> Iterator[list]:
    run: list = []
    for block in blocks:
        if run and block.middle - run[-1].middle >= _NEAR:
            yield run
            run = []
        run.append(block)
    yield run


def _room(labels: list[Label]) -> float:
    return sum(label.high + _GAP for label in labels) - _GAP


def _join(labels: list[Label]) -> None:
    """Let the two labels that are closest to each other be one."""
    gaps = [b.blocks[0].top - a.blocks[-1].top for a, b in pairwise(labels)]
    place = gaps.index(min(gaps))
    labels[place : place + 2] = [Label(labels[place].blocks + labels[place + 1].blocks)]


def _lines(blocks: list, most: float, said: Callable, short: bool) -> list[tuple[Any, str]]:
    if len(blocks) == 1 and not short:
        (block,) = blocks
        count, of_all = said(block)
        return [(block, cut(block.part.name, most, "t0")), (block, fit(most, f"{count} · {of_all}", count))]
    large = sorted(blocks, key=lambda block: -block.part.count)
    shown = blocks if len(blocks) <= _EACH else [b for b in blocks if b in large[: _EACH - 1]]
    lines: list[tuple[Any, str]] = []
    for block in shown:
        each = (f"{block.part.name} {number}" for number in said(block))
        lines.append((block, fit(most, *each, cut(block.part.name, most, "t0"), style="t0")))
    if len(shown) < len(blocks):
        rest = sum(block.part.count for block in blocks if block not in shown)
        many = f"{len(blocks) - len(shown):,} more"
        lines.append((None, fit(most, f"{many} {rest:,}", many, style="t0")))
    return lines


def _apart(labels: list[Label], low: float, high: float) -> None:
    """Move labels down, and from the end up again, until none touches another."""
    at = low
    for label in labels:
        label.y = max(label.wanted, at)
        at = label.y + label.high + _GAP
    at = high
    for label in reversed(labels):
        label.y = min(label.y, at - label.high + STEP)
        at = label.y - STEP - _GAP
