"""How a number was put together: whether what was typed shows a slip, or shows that it was not that one.

What was typed and the count that a slip leads to are put together alike if they are the same sum of products
once all brackets are multiplied out, or if the one is the other with some of it worked out already.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import gcd, prod

from ..dims import Dim
from ..typed import Typed
from .arithmetic import LARGE, MOST_TERMS, Node, covered, leaves, parts, products, terms, value_of, values
from .near import wrong_term
from .slips.base import Wrong


def decide(typed: Typed, wrongs: Sequence[Wrong]) -> list[Wrong]:
    """Of slips that lead to one number, those that the typed arithmetic shows; none, if it shows none."""
    written = [(wrong, wrong.count) for wrong in wrongs if isinstance(wrong.count, Dim)]
    if any(part.how == "÷" for part in parts(typed.tree)):  # one who divides has a slip with a division
        divided = [(w, count) for w, count in written if any(part.how == "÷" for part in parts(count))]
        written = divided or written
    for alike in (
        (_same_with_less, _same_products, _same_values, _merged, _factored) if typed.tree.args else ()
    ):
        if found := [wrong for wrong, count in written if alike(typed.tree, count)]:
            return found
    return []


def ruled_out(typed: Typed, wrong: Wrong, right: Dim) -> bool:
    """Whether the typed arithmetic shows that it was not this slip: it is put together in another way."""
    if not isinstance(wrong.count, Dim) or not wrong.count.args or typed.unit > 1:
        return False
    if typed.tree.how == "÷":
        divisors = {int(leaf) for leaf in leaves(wrong.count)}
        return wrong.count.how != "÷" and typed.tree.args[1].value not in divisors
    if typed.tree.how not in ("+", "×") or _is_rule(typed.tree, wrong):
        return False
    if _has_a_sum(typed.tree, wrong):
        its = terms(wrong.count)
        return not covered(terms(typed.tree), its, wholly=True) and wrong_term(typed, right) is not None
    return _is_short(_tree(typed.tree)) and _is_short(_tree(wrong.count)) and not decide(typed, [wrong])


def _is_rule(mine: Node, wrong: Wrong) -> bool:
    """Whether it is one product of sizes for all that a slip counts, as 12 × 512 × 512 is for a layer."""
    factors = products(mine) if mine.how == "×" and wrong.missing and mine.value >= LARGE else None
    sizes = {int(leaf) for leaf in leaves(wrong.count)}
    return bool(factors) and len(factors) == 1 and sum(each in sizes for each in next(iter(factors))) > 1


def _has_a_sum(mine: Node, wrong: Wrong) -> bool:
    """Whether a large number stands in it that is no size: somebody has added up a part before."""
    sizes = {int(leaf) for leaf in leaves(wrong.count)}
    return any(leaf.value >= LARGE and leaf.value not in sizes for leaf in leaves(mine))


def same_numbers(typed: Typed, wrong: Wrong) -> bool:
    """Whether what was typed is written with the numbers that a slip is written with."""
    if not isinstance(wrong.count, Dim):
        return False
    mine, its = (sorted(map(value_of, leaves(node))) for node in (typed.tree, wrong.count))
    return mine in (its, [number for number in its if number != 1])  # nobody writes × 1


def times_one(typed: Typed) -> bool:
    """Whether something is multiplied by 1."""
    products_ = (part for part in parts(typed.tree) if part.how == "×")
    return any(value_of(arg) == 1 for product in products_ for arg in product.args)


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
    written = values(mine)
    return written is not None and values(count) == written


def _merged(mine: Node, count: Node) -> bool:
    """Whether products of the one are sums of products of the other: 4 × 1,024 is 3 × 1,024 and 1,024."""
    few, many = values(mine), values(count)
    if few is None or many is None or not 1 < few.total() <= many.total() <= MOST_TERMS:
        return False
    return _shared_out(*([_Tree("", value) for value in values.elements()] for values in (few, many)), "+")


def _factored(mine: Node, count: Node) -> bool:
    """Whether factors stand before what has them in common, worked out: 16 × 26 for 16 × 25 and 16."""
    if mine.how not in ("+", "×"):
        return False
    trees = _tree(mine), _tree(count)
    return all(map(_is_short, trees)) and _made_alike(*trees, factored=True)


# -- the same with some of it worked out already --------------------------------------------------


@dataclass(frozen=True)
class _Tree:
    """Arithmetic with sums in sums and products in products taken apart. how: "+", "×" or "" for a number."""

    how: str
    value: int
    args: tuple[_Tree, ...] = ()


def _tree(node: Node) -> _Tree:
    if node.how not in ("+", "×"):
        return _Tree("", value_of(node))
    args = [_tree(arg) for arg in node.args]
    flat = [each for arg in args for each in (arg.args if arg.how == node.how else (arg,))]
    return _Tree(node.how, value_of(node), tuple(flat))


def _joined(how: str, args: Sequence[_Tree]) -> _Tree:
    if len(args) == 1:
        return args[0]
    return _Tree(how, (sum if how == "+" else prod)(arg.value for arg in args), tuple(args))


def _made_alike(mine: _Tree, count: _Tree, factored: bool = False) -> bool:
    """Whether mine is the count with some of it worked out already, as 20 + 10 is of (15 + 5) + 10.

    factored: a factor may stand before what has it in common, as in 16 × 26 for 16 × 25 and 16.
    """
    if mine.value != count.value or not mine.how:
        return mine.value == count.value
    if mine.how == count.how:
        return _shared_out(mine.args, count.args, mine.how, factored)
    # A product may be a sum of equal terms: 4 × 12 is 12 + 12 + 12 + 12; or of terms with a factor in common.
    if mine.how == "×" and count.how == "+":
        if mine.value >= LARGE and (terms := _spread(mine)) and _shared_out(terms, count.args, "+", factored):
            return True
        if factored and any(
            _made_alike(_joined("×", rest), _joined("+", divided), factored)
            for (factor,), rest in _ones(mine.args)
            if (divided := _divided(count.args, factor.value))
        ):
            return True
        return any(
            _made_alike(_joined("×", rest or [_Tree("", 1)]), one, factored)
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


def _shared_out(mine: Sequence[_Tree], count: Sequence[_Tree], how: str, factored: bool = False) -> bool:
    """Whether each of mine is made of some of the count's terms, or factors, and all are used."""
    if not mine:
        return not count
    first, *others = mine
    return any(
        _made_alike(first, _joined(how, some), factored) and _shared_out(others, rest, how, factored)
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
    return len(tree.args) <= MOST_TERMS and all(map(_is_short, tree.args))
