"""Dim: an int in every way, whose written line comes to its value."""

import copy
import functools
import json
import math
import operator
import pickle

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from laws import value
from paramcount.dims import Dim, positive, total

NAMES = {"h": 2, "i": 3, "o": 5, "x": 12, "one": 1, "many": 1_234}
OPERATORS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "//": operator.floordiv, "**": pow}

# An expression is a name, a number, or an operator with two expressions; never one of two numbers.
names = st.sampled_from(sorted(NAMES))
numbers = st.integers(0, 2_000)


def _grown(smaller):
    dims = smaller | names
    sign = st.sampled_from(["+", "-", "*", "//"])
    return (
        st.tuples(sign, dims, dims | numbers)
        | st.tuples(sign, numbers, dims)
        | st.tuples(st.just("**"), dims, st.integers(2, 3))
    )


expressions = st.recursive(names, _grown, max_leaves=12)


def worked(expression, leaf):
    """An expression worked out, each name as `leaf` has it; no example where it divides by 0."""
    if isinstance(expression, str):
        return leaf(expression)
    if isinstance(expression, int):
        return expression
    sign, *sides = expression
    first, second = (worked(side, leaf) for side in sides)
    assume(sign != "//" or second)
    assume(sign != "**" or abs(first) < 10**9)
    return OPERATORS[sign](first, second)


def dim(expression) -> Dim:
    return worked(expression, lambda name: Dim(NAMES[name], name))


@given(expressions)
def test_it_has_the_value_of_the_same_arithmetic_on_plain_ints(expression):
    assert dim(expression) == worked(expression, NAMES.get)


@given(expressions)
def test_both_lines_come_to_its_value(expression):
    count = dim(expression)
    assert value(count.numbers) == count
    assert value(count.symbols, **NAMES) == count


@given(expressions)
def test_other_names_change_nothing_but_the_names(expression):
    count = dim(expression)
    renamed = worked(expression, lambda name: Dim(NAMES[name], name.upper()))
    assert renamed == count
    assert (renamed.numbers, renamed.symbols.lower()) == (count.numbers, count.symbols)


@given(expressions)
def test_without_names_both_lines_are_one(expression):
    count = worked(expression, lambda name: Dim(NAMES[name]))
    assert count.symbols == count.numbers
    assert value(count.numbers) == count


@given(st.lists(expressions, max_size=5))
def test_total_is_the_sum_and_keeps_each_sum_in_its_brackets(terms):
    dims = [dim(term) for term in terms]
    whole = total(dims)
    assert whole == sum(int(each) for each in dims) == value(whole.numbers)
    counted = [each for each in dims if each.how != "leaf" or each.name or each]
    for term in counted if len(counted) > 1 else []:
        groups = term.args if all(arg.how == "+" for arg in term.args) else [term]
        if term.how == "+":
            assert all(f"({group.symbols})" in whole.symbols for group in groups)


@given(st.lists(expressions, min_size=1, max_size=5))
def test_sum_and_prod_start_from_numbers_that_nobody_wrote(terms):
    dims = [dim(term) for term in terms]
    assert sum(dims).symbols == functools.reduce(operator.add, dims).symbols
    assert math.prod(dims).symbols == functools.reduce(operator.mul, dims).symbols


@given(expressions)
def test_it_is_an_int_everywhere_else(expression):
    count = dim(expression)
    plain = int(count)
    assert isinstance(count, int) and type(plain) is int
    assert (hash(count), str(count), repr(count), f"{count:,}", f"{count}") == (
        *(hash(plain), str(plain), repr(plain), f"{plain:,}", f"{plain}"),
    )
    assert json.dumps({"count": count}) == json.dumps({"count": plain})
    assert {plain: "found"}[count] == "found"
    assert (count % 7, count / 7, divmod(count, 7), -count, abs(count)) == (
        *(plain % 7, plain / 7, divmod(plain, 7), -plain, abs(plain)),
    )
    assert (count > 5, count == plain, bool(count)) == (plain > 5, True, bool(plain))
    assert count + 0.5 == plain + 0.5 and 0.5 * count == 0.5 * plain and count**0.5 == plain**0.5


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda dim: pickle.loads(pickle.dumps(dim))])
@given(expression=expressions)
def test_a_copy_keeps_value_and_lines(copied, expression):
    count = dim(expression)
    again = copied(count)
    assert (again, again.symbols, again.numbers) == (count, count.symbols, count.numbers)


h, i, o, one = Dim(2, "h"), Dim(3, "i"), Dim(5, "o"), Dim(1, "one")


@pytest.mark.parametrize(
    ("count", "symbols", "numbers"),
    [
        (4 * ((h + i) * h + h), "4 × ((h + i) × h + h)", "4 × ((2 + 3) × 2 + 2)"),
        (2 * (4 * h), "2 × 4 × h", "2 × 4 × 2"),
        (2 * Dim(4), "2 × 4", "2 × 4"),
        (h * (i * o), "h × i × o", "2 × 3 × 5"),
        (h + i + o, "h + i + o", "2 + 3 + 5"),
        (h + (i + o), "h + (i + o)", "2 + (3 + 5)"),
        ((h + i) + (i + o), "(h + i) + (i + o)", "(2 + 3) + (3 + 5)"),
        ((h + i) + (i + o) + (h + o), "(h + i) + (i + o) + (h + o)", "(2 + 3) + (3 + 5) + (2 + 5)"),
        (i - (h - one), "i − (h − one)", "3 − (2 − 1)"),
        (i - h - one, "i − h − one", "3 − 2 − 1"),
        (i - h + o, "i − h + o", "3 − 2 + 5"),
        (i - (h + o), "i − (h + o)", "3 − (2 + 5)"),
        (Dim(12, "x") // i * h, "(x ÷ i) × h", "(12 ÷ 3) × 2"),
        (Dim(12, "x") // (i * h), "x ÷ (i × h)", "12 ÷ (3 × 2)"),
        (o // h, "⌊o ÷ h⌋", "⌊5 ÷ 2⌋"),
        ((h + i) ** 2, "(h + i)²", "(2 + 3)²"),
        (h**10, "h¹⁰", "2¹⁰"),
        (one * h, "one × h", "1 × 2"),
        (h * one, "h × one", "2 × 1"),
        (h // one, "h ÷ one", "2 ÷ 1"),
        (1 * h, "h", "2"),
        (h * 1, "h", "2"),
        (h // 1, "h", "2"),
        (0 + h, "h", "2"),
        (h - 0, "h", "2"),
        (Dim(0, "none") + h, "none + h", "0 + 2"),
        (10 - h, "10 − h", "10 − 2"),
        (12 // h, "12 ÷ h", "12 ÷ 2"),
        (h + True, "h + 1", "2 + 1"),
        (Dim(1_000_000, "v") * 2_000, "v × 2,000", "1,000,000 × 2,000"),
        (sum([h, i, o]), "h + i + o", "2 + 3 + 5"),
        (math.prod([h, i, o]), "h × i × o", "2 × 3 × 5"),
        (math.prod([one, one]), "one × one", "1 × 1"),
        (total([i * h + h, h * o + o]), "(i × h + h) + (h × o + o)", "(3 × 2 + 2) + (2 × 5 + 5)"),
        (total([h * i, h + i]), "h × i + (h + i)", "2 × 3 + (2 + 3)"),
        (total([h + i]), "h + i", "2 + 3"),
        (total([0, h, Dim(0)]), "h", "2"),
        (total([]), "0", "0"),
    ],
)
def test_it_is_written_as_a_teacher_would(count, symbols, numbers):
    assert (count.symbols, count.numbers) == (symbols, numbers)


def test_equal_dims_of_other_names_are_equal_and_written_apart():
    x, y = Dim(512, "x"), Dim(512, "y")
    assert x == y and len({x, y}) == 1
    assert x.symbols != y.symbols


def test_a_named_dim_is_the_same_dim_and_may_be_named_anew():
    assert Dim(h) is h
    assert (Dim(h + i, "w").symbols, Dim(h + i, "w").numbers) == ("w", "5")


@pytest.mark.parametrize("arithmetic", [operator.add, operator.sub, operator.mul, operator.floordiv])
@pytest.mark.parametrize("other", ["3", None, [3]])
def test_what_is_no_number_is_refused(arithmetic, other):
    if arithmetic is operator.mul and other is not None:
        assert type(arithmetic(h, other)) is type(other)  # two times "3" is "33", as with any int
        return
    with pytest.raises(TypeError):
        arithmetic(h, other)
    with pytest.raises(TypeError):
        arithmetic(other, h)


def test_division_by_zero_is_refused():
    with pytest.raises(ZeroDivisionError):
        h // 0


@pytest.mark.parametrize("value", [1, 2, 10**30, Dim(7, "h")])
def test_a_size_may_be_any_positive_int(value):
    assert positive(value, "h") is value


def test_the_error_for_a_size_that_was_worked_out_shows_how():
    with pytest.raises(
        ValueError, match="h=i − o = -2: a size is a whole number, 1 or more, so h cannot be -2"
    ):
        positive(i - o, "h")


# -- what broke once ----------------------------------------------------------------------------


def test_a_negative_number_stands_in_brackets_where_it_must():
    h, three = Dim(2, "h"), Dim(-3)
    assert (three**2).symbols == "(-3)²" and three**2 == 9
    assert (h * three).symbols == "h × (-3)" and (h - three).symbols == "h − (-3)"
    assert (three + h).symbols == "-3 + h" and (h + three).symbols == "h + (-3)"


def test_an_exponent_keeps_its_name():
    h, i = Dim(2, "h"), Dim(3, "i")
    assert ((h**i).symbols, (h**i).numbers, h**i) == ("h^i", "2³", 8)
    assert (h ** (i + 1)).symbols == "h^(i + 1)"
    assert ((2**i).symbols, 2**i) == ("2^i", 8)
    assert (h**2).symbols == "h²" and (h**-1) == 0.5


def test_whole_numbers_of_numpy_are_numbers_like_others():
    numpy = pytest.importorskip("numpy")
    h, five = Dim(2**40, "h"), numpy.int64(2**40)
    assert (h * five).symbols == "h × 1,099,511,627,776" and h * five == 2**80  # not wrapped around
    assert (h + five).symbols == "h + 1,099,511,627,776" and (h // five).symbols == "h ÷ 1,099,511,627,776"
    assert (numpy.arange(3) * Dim(2, "h")).tolist() == [0, 2, 4]
