"""What typed arithmetic lacks to be the count: a bracket, one number, one term."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from math import floor

from ..dims import Dim
from ..typed import Term, Typed
from .arithmetic import LARGE, MOST_TERMS, covered, leaves, parts, products, terms, value_of, values

SURE = 1_000  # parameters: below, a term may be the count by chance


def wrong_factor(typed: Typed, right: Dim) -> tuple[int, int] | None:
    """Where the one number stands that keeps typed arithmetic from being the count.

    None if there is none, or if it may be one or another. A number that is wrong in several places counts as
    one if it is wrong in all of them.
    """
    wanted = values(right)
    if wanted is None or not typed.tree.args or any(part.how in ("÷", "power") for part in parts(typed.tree)):
        return None
    sizes, single = _sizes(right) - {1}, {int(leaf) for leaf in leaves(right)} - {1}
    ends = leaves(typed.tree)
    alike = {leaf.value: [other for other in ends if other.value == leaf.value] for leaf in ends}
    found = {
        leaf.value: leaf.place
        for leaf in reversed(ends)
        for wrong, instead in (([leaf], sizes), (alike[leaf.value], single))
        for size in instead - {leaf.value}
        if _comes_to(_with(typed.tree, wrong, size), wanted)
    }
    return found.popitem()[1] if len(found) == 1 else None


def _comes_to(tree: Term, wanted: Counter[int]) -> bool:
    """Whether arithmetic has the products of a count; a single large product, whether it is all of them."""
    mine = values(tree)
    alone = mine is not None and len(mine) == 1 and mine.total() == 1 and min(mine) >= LARGE
    return mine == wanted or (alone and sum(mine) == sum(wanted.elements()))


def _sizes(right: Dim) -> set[int]:
    """The numbers that a count is written with, and the sums that stand in brackets."""
    whole = [part for part in parts(right) if part.how in ("leaf", "+", "÷") and part is not right]
    return {int(part) for part in whole}


def _with(tree: Term, wrong: Sequence[Term], size: int) -> Term:
    """The arithmetic with another number in some places."""
    if any(tree is each for each in wrong):
        return replace(tree, value=size)
    if not tree.args:
        return tree
    return replace(tree, args=tuple(_with(arg, wrong, size) for arg in tree.args))


def wrong_term(typed: Typed, right: Dim) -> Term | None:
    """The one term of a sum, or of a difference, that is not as it should be; None if it may be another.

    All others are terms of the right count, or several of them added up.
    """
    mine, its = terms(typed.tree, again=1), terms(right)
    if not mine or not its or max(len(mine), len(its) // 2) > MOST_TERMS:
        return None
    found = [
        term
        for place, (_, term) in enumerate(mine)
        if term.value != right and covered([*mine[:place], *mine[place + 1 :]], its)
    ]
    return found[0] if len(found) == 1 else None


def without_brackets(typed: Typed, right: Dim) -> bool:
    """Whether it would be the count with brackets around a sum, as 6 + 1 * 2 would be (6 + 1) * 2."""
    return any(floor(value) == right for value in _bracketed(typed.tree, lambda product, near: [near]))


def one_side_multiplied(typed: Typed, right: Dim) -> bool:
    """Whether a factor holds for one side of a difference alone: 20 * 3 - 8 for (20 - 8) * 3."""
    every = _bracketed(typed.tree, lambda product, near: product.args if product.how == "×" else ())
    return typed.tree.how == "−" and any(value == right for value in every)


def _bracketed(tree: Term, which: Callable[[Term, Term], Sequence[Term]]) -> Iterator[Fraction]:
    """What a sum or a difference comes to if a number and a factor of the product beside it are put together
    first. which: the factors to try, of a product and the one that stands next to the number."""
    if tree.how not in ("+", "−"):
        return
    sign = -1 if tree.how == "−" else 1
    for place, (left, right) in enumerate(pairwise(tree.args)):
        rest = sum(value_of(arg) for k, arg in enumerate(tree.args) if k not in (place, place + 1))
        for alone, product, near in ((left, right, 0), (right, left, -1)):
            if product.how not in ("×", "÷") or alone.args:
                continue
            for factor in which(product, product.args[near]):
                both = value_of(alone) + sign * value_of(factor)
                both *= sign if alone is right else 1
                if factor.args or not factor.value or not both:
                    continue  # its bracket is there
                whole = Fraction(value_of(product))
                if product.how == "÷" and factor is product.args[-1]:
                    yield whole * factor.value / both + rest
                else:
                    yield whole / factor.value * both + rest


def without_brackets_after_minus(typed: Typed, right: Dim) -> bool:
    """Whether it would be the count with brackets around all that stands after its one minus."""
    signed = list(_signed(typed.tree))
    minus = [place for place, (sign, _) in enumerate(signed) if sign < 0]
    if len(minus) != 1 or minus[0] == len(signed) - 1:
        return False
    before, after = signed[: minus[0]], signed[minus[0] :]
    return sum(value for _, value in before) - sum(value for _, value in after) == right


def _signed(tree: Term) -> Iterator[tuple[int, int]]:
    """The terms of a sum that is written without brackets, each with its sign."""
    if tree.how not in ("+", "−") or len(tree.args) == 1:
        yield 1, tree.value
        return
    first, *others = tree.args
    yield from _signed(first)
    for other in others:
        yield (-1 if tree.how == "−" else 1), other.value


def taken_away(typed: Typed, right: Dim) -> bool:
    """Whether it is a difference of which the sum, or the number before the minus, would be the count."""
    if typed.tree.how != "−" or len(typed.tree.args) != 2 or right.how == "−":
        return False
    before, after = map(value_of, typed.tree.args)
    return right in (before, before + after)


def too_much(typed: Typed, right: Dim) -> list[Term]:
    """The terms of a sum that do not belong to the count: without them it would be right."""
    if right < SURE or typed.tree.how != "+":
        return []
    its = [term for _, term in terms(typed.tree)] or list(typed.tree.args)
    for args in (typed.tree.args, its):
        if any(value_of(arg) == right for arg in args):
            return [arg for arg in args if value_of(arg) != right]
        if over := [arg for arg in args if typed.value - value_of(arg) == right]:
            return over[:1]
    return []


def left_out(typed: Typed, right: Dim) -> bool:
    """Whether all that was typed belongs to the count, and something is missing."""
    wanted, written = products(right), products(typed.tree)
    added = bool(written) and all(often > 0 for often in written.values())
    return bool(typed.tree.args and wanted and added) and written != wanted and written <= wanted
