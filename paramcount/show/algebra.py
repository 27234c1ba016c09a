"""The algebra of a count: multiplied out, term by term."""

from __future__ import annotations

import math

from ..dims import Dim


def expanded(dim: Dim) -> dict[str, int]:
    """A count multiplied out: what each product of names comes to.

    >>> i, h = Dim(3, "i"), Dim(2, "h")
    >>> expanded(4 * ((h + i) * h + h))
    {'4 × h × h': 16, '4 × h × i': 24, '4 × h': 8}
    """
    products = _products(dim)
    order = list(dict.fromkeys(factor.symbols for factors in products for factor in factors))
    counts: dict[tuple[str, ...], int] = {}
    times: dict[tuple[str, ...], int] = {}
    for factors in products:
        names = [factor.symbols for factor in factors if not _is_number(factor)]
        letters = tuple(sorted(names, key=order.index))
        counts[letters] = counts.get(letters, 0) + math.prod(map(int, factors))
        times[letters] = times.get(letters, 0) + math.prod(int(f) for f in factors if _is_number(f))
    return {_product(letters, times[letters]): count for letters, count in counts.items()}


def _products(dim: Dim) -> list[list[Dim]]:
    """The count as a sum of products, each a list of factors."""
    if dim.how == "+":
        return [product for arg in dim.args for product in _products(arg)]
    if dim.how == "−":
        first, second = dim.args
        return _products(first) + [[Dim(-1), *factors] for factors in _products(second)]
    if dim.how != "×":
        return [[dim]]
    products: list[list[Dim]] = [[]]
    for arg in dim.args:
        products = [[*before, *after] for before in products for after in _products(arg)]
    return products


def _is_number(dim: Dim) -> bool:
    return dim.how == "leaf" and dim.name is None


def _product(letters: tuple[str, ...], times: int) -> str:
    number = [f"{times:,}"] if times != 1 or not letters else []
    return " × ".join([*number, *letters])
