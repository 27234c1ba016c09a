"""What typed arithmetic lacks to be the count: a bracket, one number, one term."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ..dims import Dim
from ..typed import Term, Typed
from .arithmetic import MOST_TERMS, covered, leaves, parts, products, terms, value_of, values

_SURE = 1_000  # parameters: below, a term may be the count by chance


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
        if values(_with(typed.tree, wrong, size)) == wanted
    }
    return found.popitem()[1] if len(found) == 1 else None


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
    if typed.tree.how not in ("+", "−"):
        return False
    args, sign = typed.tree.args, -1 if typed.tree.how == "−" else 1
    for left, after in pairwise(range(len(args))):
        rest = sum(value_of(arg) for place, arg in enumerate(args) if place not in (left, after))
        for alone, product in ((args[left], args[after]), (args[after], args[left])):
            if product.how != "×" or alone.args:
                continue
            near = product.args[0] if product is args[after] else product.args[-1]
            for factor in product.args if sign < 0 else (near,):
                others = value_of(product) // max(1, value_of(factor))
                first, second = (factor, alone) if product is args[left] else (alone, factor)
                if (value_of(first) + sign * value_of(second)) * others + rest == right:
                    return True
    return False


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


def too_much(typed: Typed, right: Dim) -> bool:
    """Whether one term of a sum is the count already, so that the others do not belong to it."""
    return right >= _SURE and typed.tree.how == "+" and any(value_of(arg) == right for arg in typed.tree.args)


def left_out(typed: Typed, right: Dim) -> bool:
    """Whether all that was typed belongs to the count, and something is missing."""
    wanted, written = products(right), products(typed.tree)
    added = bool(written) and all(often > 0 for often in written.values())
    return bool(typed.tree.args and wanted and added) and written != wanted and written <= wanted
