"""Arithmetic as a tree of sums and products with numbers at its ends: what was typed, and what a count is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from math import prod

from ..dims import Dim
from ..typed import Term

MOST_TERMS = 8  # of more, nothing is compared term by term
LARGE = 10_000  # parameters: so many are not met by chance
_MOST = 500  # products: more are not compared
_POWERS = 6

Node = Dim | Term
# How often each product stands in a sum; a product is its factors in order of size, without ones.
Sum = Counter[tuple[int, ...]]


def products(node: Node) -> Sum | None:
    """The sum of products that something is; None if there are too many to compare.

    >>> h, i = Dim(2), Dim(3)
    >>> sorted(products((h + i) * h + h).items())
    [((2,), 1), ((2, 2), 1), ((2, 3), 1)]
    """
    if node.how == "power" and value_of(node.args[1]) <= _POWERS:
        return _product([node.args[0]] * value_of(node.args[1]))
    if node.how == "×":
        return _product(node.args)
    if node.how not in ("+", "−"):
        return Counter([_factors([value_of(node)])])
    result: Sum = Counter()
    for place, arg in enumerate(node.args):
        inside = products(arg)
        if inside is None:
            return None
        sign = -1 if is_taken_away(node, place) else 1
        for each, often in inside.items():
            result[each] += sign * often
    return Counter({each: often for each, often in result.items() if often})


def _product(args: Sequence[Node]) -> Sum | None:
    result: Sum = Counter({(): 1})
    for arg in args:
        inside = products(arg)
        if inside is None or len(inside) * len(result) > _MOST:
            return None
        new: Sum = Counter()
        for left, often in result.items():
            for right, times in inside.items():
                new[_factors((*left, *right))] += often * times
        result = new
    return result


def _factors(numbers: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted(number for number in numbers if number != 1))


def values(node: Node) -> Counter[int] | None:
    """The products of a sum by their values: three times a product is one that is three times as large."""
    sum_ = products(node)
    return None if sum_ is None else Counter([often * prod(each) for each, often in sum_.items()])


def is_taken_away(node: Node, place: int) -> bool:
    """Whether what stands at a place of a sum or difference has a minus before it."""
    return node.how == "−" and (place > 0 or len(node.args) == 1)


def terms(node: Node, sign: int = 1, again: int = MOST_TERMS) -> list[tuple[int, Node]]:
    """What is added up, each with its sign; nothing for a product or a number.

    again: up to how many times a sum may be in it to stand here so often, as twice what an attention has.
    """
    if node.how == "×" and len(node.args) == 2:
        often, each = node.args
        times = value_of(often)  # which may be a half
        return [(sign, each)] * times if each.how == "+" and times in range(again + 1) else []
    if node.how not in ("+", "−"):
        return []
    signs = [-sign if is_taken_away(node, place) else sign for place in range(len(node.args))]
    return [
        term
        for its_sign, arg in zip(signs, node.args, strict=True)
        for term in terms(arg, its_sign, again) or [(its_sign, arg)]
    ]


def covered(mine: Sequence[tuple[int, Node]], its: Sequence[tuple[int, Node]], wholly: bool = False) -> bool:
    """Whether each of the terms is one of the others, or some of them added up.

    wholly: none of the others is left; if not, some are.
    """
    if not mine:
        return bool(its) != wholly
    (sign, first), *others = mine
    same = [term for term in its if term[0] == sign]
    for size in range(1, len(same) + 1):
        for some in combinations(same, size):
            if sum(value_of(term) for _, term in some) == value_of(first):
                rest = list(its)
                for each in some:
                    rest.remove(each)
                if covered(others, rest, wholly):
                    return True
    return False


def leaves(node: Node) -> list:
    """The numbers at the ends of the arithmetic."""
    return [part for part in parts(node) if not part.args]


def parts(node: Node) -> Iterator:
    yield node
    for arg in node.args:
        yield from parts(arg)


def value_of(node: Node) -> int:
    return int(node) if isinstance(node, Dim) else node.value
