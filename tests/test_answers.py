"""Reading what somebody typed: a number or arithmetic, and nothing that is run."""

import builtins
import warnings

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from paramcount.ask.answers import Unreadable, read


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("32", 32),
        ("  32 ", 32),
        ("0", 0),
        ("-5", -5),
        ("+5", 5),
        ("10451", 10_451),
        ("10,451", 10_451),
        ("10_451", 10_451),
        ("10 451", 10_451),
        ("10'451", 10_451),
        ("10\u00a0451", 10_451),
        ("10\u202f451", 10_451),
        ("138,357,544", 138_357_544),
        ("3 * 5 + 5", 20),
        ("3*5+5+5*2+2", 32),
        ("(3 × 5 + 5) + (5 × 2 + 2)", 32),
        ("[3 × 5 + 5] + {5 · 2 + 2}", 32),
        ("3x5 + 5", 20),
        ("3 X 5", 15),
        ("(3)x(5)", 15),
        ("12 x 5", 60),
        ("4*((2+3)*2+2)", 48),
        ("784*10 + 10", 7_850),
        ("7,850 − 10", 7_840),
        ("7850 – 10", 7_840),
        ("2 + 3 * 4 ** 2", 50),
        ("-2**2", -4),
        ("512 ÷ 8", 64),
        ("512 / 8", 64),
        ("512 // 8", 64),
        ("7 * 6 / 2", 21),
        ("2**2000 // 2**1999", 2),
        ("9" * 200, int("9" * 200)),
    ],
)
def test_it_is_read(typed, number):
    assert read(typed) == number


@pytest.mark.parametrize(
    ("typed", "reason", "place"),
    [
        ("3 * 5 +", "Something is missing at the end.", (6, 7)),
        ("3 ** ", "Something is missing at the end.", (3, 4)),
        ("3 5", "This cannot be read.", (2, 3)),
        ("(3 * 5", "This bracket is never closed.", (0, 1)),
        ("3 * 5)", "This bracket was never opened.", (5, 6)),
        ("  3 * 5)", "This bracket was never opened.", (7, 8)),
        ("007", "A number does not begin with 0.", None),
        ("3 * 5 = 15", "without the = sign", None),
        ("3 == 3", "neither a number nor arithmetic", (0, 6)),
        ("7.5", "A count is a whole number", (0, 3)),
        ("1e3", "A count is a whole number", (0, 3)),
        ("10.451", "write out all its digits", (0, 6)),
        ("2 * 7.5", "A count is a whole number", (4, 7)),
        ("h * i", "Put in numbers for the letters.", (0, 1)),
        ("3 * i + 5", "Put in numbers for the letters.", (4, 5)),
        ("2(3 + 4)", "Write × before a bracket.", (0, 8)),
        ("'32'", "neither a number nor arithmetic", (0, 4)),
        ("True", "neither a number nor arithmetic", (0, 4)),
        ("...", "neither a number nor arithmetic", (0, 3)),
        ("3, 5", "neither a number nor arithmetic", (0, 4)),
        ("7 / 2", "7 ÷ 2 is not a whole number.", (0, 5)),
        ("1 + 7 ÷ 0", "7 ÷ 0 is not a whole number.", (4, 9)),
        ("7 // 2", "7 ÷ 2 is not a whole number.", (0, 6)),
        ("2 ** -1", "That power is not one that a count would need.", (0, 7)),
        ("3 ^ 2", "Write a power as **", (0, 5)),
        ("7 % 2", "There is a sign in this that cannot be read.", (0, 5)),
        ("~3", "neither a number nor arithmetic", (0, 2)),
        ("three", "Put in numbers for the letters.", (0, 5)),
        ("größe + 1", "Put in numbers for the letters.", (0, 5)),
        ("3 + Größe", "Put in numbers for the letters.", (4, 9)),
        ("(3\n+ i)", "Put in numbers for the letters.", (5, 6)),
        ("٣ + 1", "cannot be read", (0, 1)),  # Arabic, full-width and raised digits
        ("1 + ３", "cannot be read", (4, 5)),
        ("3²", "cannot be read", None),
        ("5\x00", "cannot be read", None),
        ("\ud800", "cannot be read", None),
        ("9" * 201, "longer than 200 characters", None),
        ("(" * 100 + "1" + ")" * 99, "never closed", None),
    ],
)
def test_it_is_refused_where_it_broke(typed, reason, place):
    with pytest.raises(Unreadable) as error:
        read(typed)
    assert reason in str(error.value)
    if place:
        assert error.value.place == place


# Each would keep a computer busy for long, or fill its memory, if it were worked out.
@pytest.mark.parametrize(
    "typed",
    [
        "9**9**9",
        "9**9**9**9",
        "(9**9)**9**9",
        "9**(9**9)",
        "-9**9**9",
        "2**(2**100)",
        "2**99999999999",
        "99999999999**99999999999",
        "((((9**99)**99)**99)**99)**99",
        "1 - 9**9**9",
        "7**9**9 / 7**9**9",
        "0 * 9**9**9",
        "1**(9**9**9)",
        "*".join(["9**999"] * 20),
        "+".join(["*".join(["9**999"] * 9)] * 3),
        "*".join(["9**999"] * 5) + " / 7",
    ],
)
def test_what_is_too_large_is_refused_before_it_is_worked_out(typed):
    with pytest.raises(Unreadable):
        read(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "(" * 99 + "1" + ")" * 99,
        "(" * 199 + "1",
        "[" * 200,
        "-" * 199 + "1",
        "-" * 200,
        "1" + "+1" * 99,
        "1" + "**1" * 66,
        "()" * 100,
        "f(" * 100,
        "not " * 50,
        "lambda:" * 28,
    ],
)
def test_what_is_deep_is_read_or_refused(typed):
    try:
        assert isinstance(read(typed), int)
    except Unreadable as error:
        assert str(error)


@pytest.mark.parametrize(
    "typed",
    [
        "__import__('os').system('touch run')",
        "open('run', 'w')",
        'exec(\'open("run", "w")\')',
        "(lambda: open('run', 'w'))()",
        "[open('run', 'w') for _ in '1']",
        "1 if open('run', 'w') else 2",
        "1 + (run := open('run', 'w'))",
        "f\"{open('run', 'w')}\"",
        "3 * open('run', 'w')",
        "().__class__.__base__.__subclasses__()",
        "print(32)",
        "exit()",
        "import os",
        "32; import os",
        "32\nimport os",
        "!touch run",
        "%run run",
    ],
)
def test_nothing_is_run(typed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("eval", "exec", "open", "print", "__import__"):
        monkeypatch.setattr(builtins, name, forbidden)
    try:
        with pytest.raises(Unreadable):
            read(typed)
    finally:
        monkeypatch.undo()
    assert not list(tmp_path.iterdir())


def forbidden(*args, **kwargs):
    raise AssertionError(f"called with {args}")


signs = [*"0123456789", *"+-*/×÷−()[]{}xX,_.^%=<>~'\"\\@:;#! \n\t\u00a0"]
words = [
    "12",
    "1,000",
    "**",
    "//",
    "0x",
    "1e",
    "if",
    "else",
    "and",
    "is",
    "in",
    "for",
    "lambda",
    "not",
    "h",
    "ä",
]
pieces = st.sampled_from([*signs, *words])


@given(st.text() | st.lists(pieces, max_size=40).map("".join))
@example("1is 1")
@example("'\\d'")
@example("0x1for x in 2")
def test_any_text_is_a_number_or_unreadable(typed):
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            number = read(typed)
        except Unreadable as error:
            start, end = error.place or (0, 0)
            assert 0 <= start <= end <= max(1, len(typed)), typed
        else:
            assert type(number) is int
    assert not said, "Python's own remarks about code are not for readers"


def _written(smaller):
    signs = st.sampled_from(["+", "-", "*", " + ", " * "])
    return (
        st.tuples(smaller, signs, smaller).map("".join)
        | smaller.map("({})".format)
        | smaller.map("-{}".format)
    )


@given(st.recursive(st.integers(0, 9_999).map(str), _written, max_leaves=12).filter(lambda s: len(s) <= 200))
def test_arithmetic_comes_to_what_python_says(written):
    assert read(written) == eval(written)


@given(st.integers(0, 10**18), st.sampled_from(",_'\u00a0\u202f "))
def test_thousands_may_be_set_off(number, mark):
    assert read(f"{number:,}".replace(",", mark)) == number
