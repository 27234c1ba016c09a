"""How a number was put together: what was typed beside what a count is made of.

Both are trees of sums and products with numbers at their ends. Two of them are put together alike if they
are the same sum of products once all brackets are multiplied out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from math import gcd, prod

from ..dims import Dim
from ..typed import Term, Typed
from .slips.base import Wrong

_MOST = 500  # products: more are not compared
_POWERS = 6
_MOST_TERMS = 8
_SURE = 1_000  # parameters: below, a term may be the count by chance
_LARGE = 10_000  # parameters: so many are not met by chance

Node = Dim | Term
# How often each product stands in a sum; a product is its factors in order of size, without ones.
Sum = Counter[tuple[int, ...]]


def decide(typed: Typed, wrongs: Sequence[Wrong]) -> list[Wrong]:
    """Of slips that lead to one number, those that the typed arithmetic shows; none, if it shows none."""
    written = [(wrong, wrong.count) for wrong in wrongs if isinstance(wrong.count, Dim)]
    if any(part.how == "÷" for part in _parts(typed.tree)):  # one who divides has a slip with a division
        divided = [(w, count) for w, count in written if any(part.how == "÷" for part in _parts(count))]
        written = divided or written
    for alike in (
        (_same_with_less, _same_products, _same_values, _merged, _factored) if typed.tree.args else ()
    ):
        if found := [wrong for wrong, count in written if alike(typed.tree, count)]:
            return found
    return []


def _same_products(mine: Node, count: Node) -> bool:
    """Whether both are one sum of products once all brackets are multiplied out."""
    written = products(mine)
    return written is not None and products(count) == written


def _same_with_less(mine: Node, count: Node) -> bool:
    """Whether mine is the count with some of it worked out already."""
    if mine.how not in ("+", "×"):
        return False
    trees = _tree(mine), _tree(count)
    return all(map(_is_short, trees)) and _made_alike(*trees)


def _same_values(mine: Node, count: Node) -> bool:
    """Whether the products of both have the same values."""
    written = _values(mine)
    return written is not None and _values(count) == written


def ruled_out(typed: Typed, wrong: Wrong, right: Dim) -> bool:
    """Whether the typed arithmetic shows that it was not this slip: it is put together in another way."""
    if not isinstance(wrong.count, Dim) or not wrong.count.args:
        return False
    if typed.tree.how == "÷":
        divisors = {int(leaf) for leaf in leaves(wrong.count)}
        return wrong.count.how != "÷" and typed.tree.args[1].value not in divisors
    if typed.tree.how not in ("+", "×") or _is_rule(typed.tree, wrong):
        return False
    if _has_a_sum(typed.tree, wrong):
        its = _terms(wrong.count)
        return not _covered(_terms(typed.tree), its, wholly=True) and wrong_term(typed, right) is not None
    return _is_short(_tree(typed.tree)) and _is_short(_tree(wrong.count)) and not decide(typed, [wrong])


def _is_rule(mine: Node, wrong: Wrong) -> bool:
    """Whether it is one product of sizes for all that a slip counts, as 12 × 512 × 512 is for a layer."""
    factors = products(mine) if mine.how == "×" and wrong.missing and mine.value >= _LARGE else None
    sizes = {int(leaf) for leaf in leaves(wrong.count)}
    return bool(factors) and len(factors) == 1 and sum(each in sizes for each in next(iter(factors))) > 1


def _has_a_sum(mine: Node, wrong: Wrong) -> bool:
    """Whether a large number stands in it that is no size: somebody has added up a part before."""
    sizes = {int(leaf) for leaf in leaves(wrong.count)}
    return any(leaf.value >= _LARGE and leaf.value not in sizes for leaf in leaves(mine))


def _values(node: Node) -> Counter[int] | None:
    """The products of a sum by their values: three times a product is one that is three times as large."""
    sum_ = products(node)
    return None if sum_ is None else Counter([often * prod(each) for each, often in sum_.items()])


def _merged(mine: Node, count: Node) -> bool:
    """Whether products of the one are sums of products of the other: 4 × 1,024 is 3 × 1,024 and 1,024."""
    few, many = _values(mine), _values(count)
    if few is None or many is None or not 1 < few.total() <= many.total() <= _MOST_TERMS:
        return False
    return _shared_out(*([_Tree("", value) for value in values.elements()] for values in (few, many)), "+")


def _factored(mine: Node, count: Node) -> bool:
    """Whether mine has a factor of all terms of the count before the rest: 16 × 26 for 16 × 25 and 16."""
    return mine.how == "×" and _is_short(_tree(count)) and _has_factors(_tree(mine), _tree(count))


def _has_factors(mine: _Tree, count: _Tree) -> bool:
    if mine.how != "×" or count.how != "+" or mine.value != count.value:
        return mine.value == count.value and (not mine.how or _made_alike(mine, count))
    return any(
        _has_factors(_joined("×", rest), _joined("+", divided))
        for (factor,), rest in _ones(mine.args)
        if (divided := _divided(count.args, factor.value))
    )


# -- the same with some of it worked out already --------------------------------------------------


@dataclass(frozen=True)
class _Tree:
    """Arithmetic with sums in sums and products in products taken apart. how: "+", "×" or "" for a number."""

    how: str
    value: int
    args: tuple[_Tree, ...] = ()


def _tree(node: Node) -> _Tree:
    if node.how not in ("+", "×"):
        return _Tree("", _value(node))
    args = [_tree(arg) for arg in node.args]
    flat = [each for arg in args for each in (arg.args if arg.how == node.how else (arg,))]
    return _Tree(node.how, _value(node), tuple(flat))


def _joined(how: str, args: Sequence[_Tree]) -> _Tree:
    if len(args) == 1:
        return args[0]
    return _Tree(how, (sum if how == "+" else prod)(arg.value for arg in args), tuple(args))


def _made_alike(mine: _Tree, count: _Tree) -> bool:
    """Whether mine is the count with some of it worked out already, as 20 + 10 is of (15 + 5) + 10."""
    if mine.value != count.value or not mine.how:
        return mine.value == count.value
    if mine.how == count.how:
        return _shared_out(mine.args, count.args, mine.how)
    # A product may be a sum of equal terms: 4 × 12 is 12 + 12 + 12 + 12; or of terms with a factor in common.
    if mine.how == "×" and count.how == "+":
        if mine.value >= _LARGE and (terms := _spread(mine)) and _shared_out(terms, count.args, "+"):
            return True
        return any(
            _made_alike(_joined("×", rest or [_Tree("", 1)]), one)
            for args in (mine.args, _split(mine.args, count))
            for some, rest in _some(args)
            if (one := _one_of(prod(arg.value for arg in some), count))
        )
    return False


def _spread(mine: _Tree) -> list[_Tree]:
    """A product with one sum in it as the sum of products: (3 + 2) × 8 as 3 × 8 and 2 × 8."""
    sums = [arg for arg in mine.args if arg.how == "+"]
    if len(sums) != 1:
        return []
    others = [arg for arg in mine.args if arg is not sums[0]]
    return [_joined("×", [term, *others]) for term in sums[0].args]


def _split(args: Sequence[_Tree], count: _Tree) -> list[_Tree]:
    """The factors, a number that stands for equal terms and more taken apart: 12 for two times 6 layers."""
    often = gcd(*Counter(term.value for term in count.args).values())
    for place, arg in enumerate(args):
        if often > 1 and not arg.args and arg.value > often and arg.value % often == 0:
            return [*args[:place], _Tree("", often), _Tree("", arg.value // often), *args[place + 1 :]]
    return list(args)


def _one_of(number: int, whole: _Tree) -> _Tree | None:
    """One of so many equal parts of a sum, if its terms can be shared out like that."""
    values = Counter(term.value for term in whole.args)
    if any(often % number for often in values.values()):
        return None
    terms = {term.value: term for term in whole.args}  # of those that come to the same, any one
    return _joined("+", [terms[value] for value, often in values.items() for _ in range(often // number)])


def _shared_out(mine: Sequence[_Tree], count: Sequence[_Tree], how: str) -> bool:
    """Whether each of mine is made of some of the count's terms, or factors, and all are used."""
    if not mine:
        return not count
    first, *others = mine
    return any(
        _made_alike(first, _joined(how, some)) and _shared_out(others, rest, how)
        for some, rest in _some(count)
    )


def _some(args: Sequence[_Tree]) -> Iterator[tuple[list[_Tree], list[_Tree]]]:
    """Every choice of some, with the rest."""
    for size in range(1, len(args) + 1):
        for places in combinations(range(len(args)), size):
            yield [args[p] for p in places], [arg for p, arg in enumerate(args) if p not in places]


def _ones(args: Sequence[_Tree]) -> Iterator[tuple[list[_Tree], list[_Tree]]]:
    """Each of several, with the rest."""
    return ((some, rest) for some, rest in _some(args) if len(some) == 1 and rest)


def _divided(terms: Sequence[_Tree], factor: int) -> list[_Tree]:
    """The terms without a factor that stands in each of them: 16 × 25 and 16 without 16; else nothing."""
    divided = []
    for term in terms:
        factors = list(term.args) if term.how == "×" else [term]
        here = [each for each in factors if each.value == factor and not each.args]
        if factor == 1 or not here:
            return []
        factors.remove(here[0])
        divided.append(_joined("×", factors or [_Tree("", 1)]))
    return divided


def _is_short(tree: _Tree) -> bool:
    """Whether it can be compared term by term."""
    return len(tree.args) <= _MOST_TERMS and all(map(_is_short, tree.args))


# -- multiplied out -------------------------------------------------------------------------------


def products(node: Node) -> Sum | None:
    """The sum of products that something is; None if there are too many to compare.

    >>> h, i = Dim(2), Dim(3)
    >>> sorted(products((h + i) * h + h).items())
    [((2,), 1), ((2, 2), 1), ((2, 3), 1)]
    """
    if node.how == "power" and _value(node.args[1]) <= _POWERS:
        return _product([node.args[0]] * _value(node.args[1]))
    if node.how == "×":
        return _product(node.args)
    if node.how not in ("+", "−"):
        return Counter([_factors([_value(node)])])
    result: Sum = Counter()
    for place, arg in enumerate(node.args):
        inside = products(arg)
        if inside is None:
            return None
        sign = -1 if _is_taken_away(node, place) else 1
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


def _is_taken_away(node: Node, place: int) -> bool:
    """Whether what stands at a place of a sum or difference has a minus before it."""
    return node.how == "−" and (place > 0 or len(node.args) == 1)


# -- right in form, but for one number ----------------------------------------------------------


def wrong_factor(typed: Typed, right: Dim) -> tuple[int, int] | None:
    """Where the one number stands that keeps typed arithmetic from being the count.

    None if there is none, or if it may be one or another. A number that is wrong in several places counts as
    one if it is wrong in all of them.
    """
    wanted = _values(right)
    if (
        wanted is None
        or not typed.tree.args
        or any(part.how in ("÷", "power") for part in _parts(typed.tree))
    ):
        return None
    sizes, single = _sizes(right) - {1}, {int(leaf) for leaf in leaves(right)} - {1}
    ends = leaves(typed.tree)
    alike = {leaf.value: [other for other in ends if other.value == leaf.value] for leaf in ends}
    found = {
        leaf.value: leaf.place
        for leaf in reversed(ends)
        for wrong, instead in (([leaf], sizes), (alike[leaf.value], single))
        for size in instead - {leaf.value}
        if _values(_with(typed.tree, wrong, size)) == wanted
    }
    return found.popitem()[1] if len(found) == 1 else None


def _sizes(right: Dim) -> set[int]:
    """The numbers that a count is written with, and the sums that stand in brackets."""
    whole = [part for part in _parts(right) if part.how in ("leaf", "+", "÷") and part is not right]
    return {int(part) for part in whole}


def without_brackets(typed: Typed, right: Dim) -> bool:
    """Whether it would be the count with brackets around a sum, as 6 + 1 * 2 would be (6 + 1) * 2."""
    if typed.tree.how not in ("+", "−"):
        return False
    args, sign = typed.tree.args, -1 if typed.tree.how == "−" else 1
    for left, after in pairwise(range(len(args))):
        rest = sum(_value(arg) for place, arg in enumerate(args) if place not in (left, after))
        for alone, product in ((args[left], args[after]), (args[after], args[left])):
            if product.how != "×" or alone.args:
                continue
            near = product.args[0] if product is args[after] else product.args[-1]
            for factor in product.args if sign < 0 else (near,):
                others = _value(product) // max(1, _value(factor))
                first, second = (factor, alone) if product is args[left] else (alone, factor)
                if (_value(first) + sign * _value(second)) * others + rest == right:
                    return True
    return False


def same_numbers(typed: Typed, wrong: Wrong) -> bool:
    """Whether what was typed is written with the numbers that a slip is written with."""
    if not isinstance(wrong.count, Dim):
        return False
    mine, its = (sorted(map(_value, leaves(node))) for node in (typed.tree, wrong.count))
    return mine in (its, [number for number in its if number != 1])  # nobody writes × 1


def times_one(typed: Typed) -> bool:
    """Whether something is multiplied by 1."""
    products_ = (part for part in _parts(typed.tree) if part.how == "×")
    return any(_value(arg) == 1 for product in products_ for arg in product.args)


def without_brackets_after_minus(typed: Typed, right: Dim) -> bool:
    """Whether it would be the count with brackets around all that stands after its one minus."""
    terms = list(_signed(typed.tree))
    minus = [place for place, (sign, _) in enumerate(terms) if sign < 0]
    if len(minus) != 1 or minus[0] == len(terms) - 1:
        return False
    before, after = terms[: minus[0]], terms[minus[0] :]
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
    before, after = map(_value, typed.tree.args)
    return right in (before, before + after)


def wrong_term(typed: Typed, right: Dim) -> Term | None:
    """The one term of a sum, or of a difference, that is not as it should be; None if it may be another.

    All others are terms of the right count, or several of them added up.
    """
    mine, its = _terms(typed.tree, again=1), _terms(right)
    if not mine or not its or max(len(mine), len(its) // 2) > _MOST_TERMS:
        return None
    found = [
        term
        for place, (_, term) in enumerate(mine)
        if term.value != right and _covered([*mine[:place], *mine[place + 1 :]], its)
    ]
    return found[0] if len(found) == 1 else None


def _terms(node: Node, sign: int = 1, again: int = _MOST_TERMS) -> list[tuple[int, Node]]:
    """What is added up, each with its sign; nothing for a product or a number.

    again: up to how many times a sum may be in it to stand here so often, as twice what an attention has.
    """
    if node.how == "×" and len(node.args) == 2 and node.args[1].how == "+" and _value(node.args[0]) <= again:
        return [(sign, node.args[1])] * _value(node.args[0])
    if node.how not in ("+", "−"):
        return []
    signs = [-sign if _is_taken_away(node, place) else sign for place in range(len(node.args))]
    return [
        term
        for its_sign, arg in zip(signs, node.args, strict=True)
        for term in _terms(arg, its_sign, again) or [(its_sign, arg)]
    ]


def _covered(mine: Sequence[tuple[int, Node]], its: Sequence[tuple[int, Node]], wholly: bool = False) -> bool:
    """Whether each of the terms is one of the others, or some of them added up.

    wholly: none of the others is left; if not, some are.
    """
    if not mine:
        return bool(its) != wholly
    (sign, first), *others = mine
    same = [term for term in its if term[0] == sign]
    for size in range(1, len(same) + 1):
        for some in combinations(same, size):
            if sum(_value(term) for _, term in some) == _value(first):
                rest = list(its)
                for each in some:
                    rest.remove(each)
                if _covered(others, rest, wholly):
                    return True
    return False


def too_much(typed: Typed, right: Dim) -> bool:
    """Whether one term of a sum is the count already, so that the others do not belong to it."""
    return right >= _SURE and typed.tree.how == "+" and any(_value(arg) == right for arg in typed.tree.args)


def left_out(typed: Typed, right: Dim) -> bool:
    """Whether all that was typed belongs to the count, and something is missing."""
    wanted, written = products(right), products(typed.tree)
    added = bool(written) and all(often > 0 for often in written.values())
    return bool(typed.tree.args and wanted and added) and written != wanted and written <= wanted


def _with(tree: Term, wrong: Sequence[Term], size: int) -> Term:
    """The arithmetic with another number in some places."""
    if any(tree is each for each in wrong):
        return replace(tree, value=size)
    if not tree.args:
        return tree
    return replace(tree, args=tuple(_with(arg, wrong, size) for arg in tree.args))


def leaves(node: Node) -> list:
    """The numbers at the ends of the arithmetic."""
    return [part for part in _parts(node) if not part.args]


def _parts(node: Node) -> Iterator:
    yield node
    for arg in node.args:
        yield from _parts(arg)


def _value(node: Node) -> int:
    return int(node) if isinstance(node, Dim) else node.value
