"""Neighbours that are alike: which parts of a model are one part (or several in turn) over and over.

Their numbers may have gaps (a ReLU between two linear layers has a number and no tensor), and several may
take turns (convolution, norm, convolution, norm). Where a model is one long list, what its names begin with
tells which parts belong together.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

_LONGEST = 8  # parts that take turns


@dataclass
class Run:
    """Neighbours that are alike: each of `units` has the names of one turn."""

    units: tuple[tuple[str, ...], ...]

    @functools.cached_property
    def label(self) -> str:
        """What they are called together.

        >>> Run((("0",), ("1",), ("2",))).label, Run((("0",), ("2",), ("4",))).label
        ('0 to 2', '0, 2, 4')
        """
        names = [name for unit in self.units for name in unit]
        if len(names) == 1:
            return names[0]
        numbers = [numbered(unit[0])[1] for unit in self.units]
        steps = {after - before for before, after in pairwise(numbers)}
        if len(self.units[0]) > 1 or steps == {1}:
            return f"{names[0]} to {names[-1]}"
        if len(steps) == 1 and len(names) > 3:
            return f"{names[0]}, {names[1]} to {names[-1]}"
        return ", ".join(names)


def runs(structures: Mapping[str, Hashable]) -> list[Run]:
    """The names of neighbours of the same structure together, in order. structures: of each, by its name.

    >>> [run.label for run in runs({"0": "conv", "1": "norm", "3": "conv", "4": "norm", "6": "dense"})]
    ['0 to 4', '6']
    """
    names = list(structures)
    if len(names) < 2:
        return [Run(((name,),)) for name in names]
    keys = [(numbered(name)[0], structures[name]) for name in names]
    numbers = [numbered(name)[1] for name in names]
    found: list[Run] = []
    start = 0
    while start < len(names):
        period, times = 1, 1
        for length in range(1, min(_LONGEST, len(keys) - start - 1) + 1):
            if keys[start + length] != keys[start]:
                continue
            many = _turns(keys, numbers, start, length)
            if many > 1 and many * length > times * period and not _is_pair(names[start], length, many):
                period, times = length, many
        for name in names[start : start + _left_over(keys, start, period, times)]:
            found.append(Run(((name,),)))  # a block ends where it ends: what is left over comes first
            start += 1
        units = [tuple(names[start + k * period : start + (k + 1) * period]) for k in range(times)]
        found.append(Run(tuple(units)))
        start += period * times
    return found


def _turns(keys: Sequence, numbers: Sequence[int], start: int, length: int) -> int:
    """How often the parts from `start` on come in turns of a length."""
    many, end = 1, start + length
    step = numbers[end] - numbers[start] if end < len(numbers) else 0
    while end + length <= len(keys):
        for k in range(start, start + length):
            further = numbers[end + k - start] - numbers[end + k - start - length]
            if keys[end + k - start] != keys[k] or further < 1 or (length > 1 and further != step):
                return many
        many, end = many + 1, end + length
    return many


def _left_over(keys: Sequence, start: int, length: int, many: int) -> int:
    """How many parts after the last turn begin one more, which is not finished."""
    end, left = start + length * many, 0
    while many > 1 and left < length and end + left < len(keys) and keys[end + left] == keys[start + left]:
        left += 1
    return left % length


def _is_pair(name: str, length: int, many: int) -> bool:
    """norm_1 and norm_2 are a pair and no stack; 0 and 1 are."""
    return length == 1 and many == 2 and bool(numbered(name)[0])


@functools.lru_cache(10_000)
def numbered(name: str) -> tuple[str, int]:
    """The name without its number, and the number: PyTorch counts 0, 1, 2 and Keras dense, dense_1.

    >>> numbered("7"), numbered("dense_1"), numbered("dense"), numbered("b11"), numbered("block2c")
    (('', 7), ('dense', 1), ('dense', 0), ('b', 11), ('block2', 3))
    """
    if match := re.fullmatch(r"(.*?)[._-]?(0|[1-9][0-9]{0,8})", name, re.DOTALL):
        return match[1], int(match[2])
    if match := re.fullmatch(r"(.*[0-9])([a-z])", name, re.DOTALL):
        return match[1], ord(match[2]) - ord("a") + 1
    return name, 0


# -- one long list ------------------------------------------------------------------------------


def groups(names: Sequence[str]) -> dict[str, list[str]]:
    """Names of a long list by what those that stand together begin with; or cut into pieces.

    >>> list(groups(["block1_conv", "block1_norm", "block2_conv", "block2_norm", "top"]))
    ['block1', 'block2', 'top']
    """
    together = [(words, list(each)) for words, each in groupby(names, _begins)]
    often = Counter(words for words, _ in together)
    found: dict[str, list[str]] = {}
    for words, each in together:
        if len(each) > 1 and often[words] == 1:
            found[words] = each
        else:
            found |= {name: [name] for name in each}
    return found if 1 < len(found) <= len(names) * 2 // 3 else _pieces(names)


def _begins(name: str) -> str:
    """What a name begins with: block3 of block3_conv1."""
    return re.split(r"[._/]", name, maxsplit=1)[0]


def _pieces(names: Sequence[str]) -> dict[str, list[str]]:
    """A long list cut into as many pieces as each has parts, about."""
    size = max(2, round(len(names) ** 0.5))
    pieces = [list(names[k : k + size]) for k in range(0, len(names), size)]
    return {f"{each[0]} to {each[-1]}" if len(each) > 1 else each[0]: each for each in pieces}
