"""Reading what somebody typed: a number or arithmetic, and nothing that is run."""

import builtins
import re
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from paramcount import Dim
from paramcount.typed import Term, Typed, Unreadable, parse, read, too_large


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
        ("2 * 7 // 4", 3),  # as in Python
        ("7 * 6 / 2", 21),
        ("2**2000 // 2**1999", 2),
        ("9" * 200, int("9" * 200)),
        ("007", 7),
        ("8.0", 8),
        ("8.", 8),
        ("1.5 * 4", 6),
        (".5 * 8", 4),
        ("1/2*4", 2),
        ("1/3 + 2/3", 1),
        ("-8", -8),
        ("--8", 8),
        ("5--3", 8),
        ("10^4", 10_000),
        ("10**4", 10_000),
        ("2 + 3^2", 11),  # ^ binds as a power does on paper
        ("-2^2", -4),
        ("2^3^2", 512),  # 2 ** 9
        ("2 * -3^2", -18),
        ("3²", 9),
        ("(2 + 3)²", 25),
        ("2¹⁰ x 3", 3_072),
        ("1’000", 1_000),
        ("1.000.000", 1_000_000),
        ("1.000.000 + 1", 1_000_001),
        ("5＊3", 15),
        ("（5）", 5),
        ("５ × ３", 15),
        ("٣ + 1", 4),
        ("5∗3", 15),
        ("5✕3", 15),
        ("5✖\ufe0f3", 15),
        ("5\u20623", 15),  # MathML's times, plus and comma, which are not drawn
        ("5\u20643", 8),
        ("10\u2063451", 10_451),
        ("5‐3", 2),
        ("5‑3", 2),
        ("5－3", 2),
        ("4\u200b8", 48),
        ("\ufeff48\u2060", 48),
        ("\u202a48\u202c", 48),
        ("= 48", 48),
        ("48 parameters", 48),
        ("48 params.", 48),
        ("48 trainable parameters", 48),
        ("40 weights + 8 biases", 48),
        ("(40 + 8) parameters", 48),
        ("none", 0),
        ("None", 0),
        ("zero", 0),
        ("Nothing.", 0),
        ("no parameters", 0),
        ("zero parameters", 0),
        ("3 + (2x5)", 13),
        ("3x(5)x2", 30),
    ],
)
def test_it_is_read(typed, number):
    assert read(typed) == number
    assert not parse(typed).rounded


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("117M", 117_000_000),
        ("117 M", 117_000_000),
        ("117 million", 117_000_000),
        ("117 Millions", 117_000_000),
        ("1.5B", 1_500_000_000),
        ("1.235B", 1_235_000_000),
        ("1.5 billion parameters", 1_500_000_000),
        ("1.5bn", 1_500_000_000),
        ("2 trillion", 2_000_000_000_000),
        ("1T", 1_000_000_000_000),
        ("30k", 30_000),
        ("30K", 30_000),
        ("30 thousand", 30_000),
        ("12,200k", 12_200_000),
        ("124e6", 124_000_000),
        ("1e3", 1_000),
        ("1E3", 1_000),
        ("1.25e+2", 125),
        ("2 * 30k + 5", 60_005),
        ("about 48", 48),
        ("About 48 parameters", 48),
        ("approx. 48", 48),
        ("ca.48", 48),
        ("= roughly 48", 48),
        ("~48", 48),
        ("～48", 48),
        ("≈ 48", 48),
    ],
)
def test_a_rounded_figure_is_read_and_marked(typed, number):
    assert parse(typed).value == number
    assert parse(typed).rounded


@pytest.mark.parametrize(
    ("typed", "tree"),
    [
        ("48", Term(48, "leaf", (), (0, 2))),
        (" -48", Term(-48, "leaf", (), (1, 4))),
        ("none", Term(0, "leaf", (), (0, 4))),
        ("= 117 million", Term(117_000_000, "leaf", (), (2, 13))),
        (
            "3x5 + 5",
            Term(
                20,
                "+",
                (
                    Term(15, "×", (Term(3, "leaf", (), (0, 1)), Term(5, "leaf", (), (2, 3))), (0, 3)),
                    Term(5, "leaf", (), (6, 7)),
                ),
                (0, 7),
            ),
        ),
        (
            "2\u200b * (3+4)²",
            Term(
                98,
                "×",
                (
                    Term(2, "leaf", (), (0, 1)),
                    Term(
                        49,
                        "power",
                        (
                            Term(7, "+", (Term(3, "leaf", (), (6, 7)), Term(4, "leaf", (), (8, 9))), (5, 10)),
                            Term(2, "leaf", (), (10, 11)),
                        ),
                        (5, 11),
                    ),
                ),
                (0, 11),
            ),
        ),
        (
            "-(9 − 1)",
            Term(
                -8,
                "−",
                (Term(8, "−", (Term(9, "leaf", (), (2, 3)), Term(1, "leaf", (), (6, 7))), (1, 8)),),
                (0, 8),
            ),
        ),
        (
            "1/2*4",
            Term(
                2,
                "×",
                (
                    Term(
                        Fraction(1, 2),
                        "÷",
                        (Term(1, "leaf", (), (0, 1)), Term(2, "leaf", (), (2, 3))),
                        (0, 3),
                    ),
                    Term(4, "leaf", (), (4, 5)),
                ),
                (0, 5),
            ),
        ),
    ],
)
def test_the_arithmetic_is_kept(typed, tree):
    assert parse(typed) == Typed(tree.value, tree, rounded="million" in typed)


def _shape(number):
    """How a Dim or a Term is made: the sign and what it joins, down to the numbers."""
    return (
        int(number.value if isinstance(number, Term) else number)
        if number.how == "leaf"
        else (
            number.how,
            *map(_shape, number.args),
        )
    )


@pytest.mark.parametrize(
    ("typed", "shape"),
    [
        ("2 + 3 + 4", ("+", 2, 3, 4)),
        ("(2 + 3) + 4", ("+", 2, 3, 4)),
        ("2 + (3 + 4)", ("+", 2, ("+", 3, 4))),
        ("(2 + 3) + (4 + 5)", ("+", ("+", 2, 3), ("+", 4, 5))),
        ("(3*5 + 5) + (5*2 + 2)", ("+", ("+", ("×", 3, 5), 5), ("+", ("×", 5, 2), 2))),
        ("3*5 + 5 + 5*2 + 2", ("+", ("×", 3, 5), 5, ("×", 5, 2), 2)),
        ("2 * (3 * 4) * 5", ("×", 2, 3, 4, 5)),
        ("9 - 2 - 3", ("−", ("−", 9, 2), 3)),
        ("8 / 2 * 3", ("×", ("÷", 8, 2), 3)),
        ("2 ^ 3 ** 2", ("power", 2, ("power", 3, 2))),
        ("-2 ** 2", ("−", ("power", 2, 2))),
        ("[(5)]", 5),
    ],
)
def test_brackets_are_read_for_what_they_mean(typed, shape):
    assert _shape(parse(typed).tree) == shape


@pytest.mark.parametrize(
    ("typed", "reason", "place"),
    [
        ("3 * 5 +", "Something is missing at the end.", (6, 7)),
        ("3 ** ", "Something is missing at the end.", (2, 4)),
        ("* 3", "Something is missing before this.", (0, 1)),
        ("3 */ 5", "Something is missing before this.", (3, 4)),
        ("3 * ()", "Something is missing before this.", (5, 6)),
        ("²", "Something is missing before this.", (0, 1)),
        ("(3 * 5", "This bracket is never closed.", (0, 1)),
        ("3 * 5)", "This bracket was never opened.", (5, 6)),
        ("  3 * 5)", "This bracket was never opened.", (7, 8)),
        ("2(3 + 4)", "Write × before a bracket.", (1, 2)),
        ("(2)(3)", "Write × before a bracket.", (3, 4)),
        ("(2)3", "A sign is missing before this.", (3, 4)),
        ("3²5", "A sign is missing before this.", (2, 3)),
        ("3² ³", "A sign is missing before this.", (3, 4)),
        ("48 parameters 5", "A sign is missing before this.", (14, 15)),
        ("3 * 5 = 15", "without the = sign", (6, 7)),
        ("3 == 3", "without the = sign", (2, 3)),
        ("total = 3", "without the = sign", (6, 7)),
        # What is not whole
        ("8.5", "A count is a whole number.", (0, 3)),
        ("-8.5", "A count is a whole number.", (0, 4)),
        ("1.5*3", "A count is a whole number.", (0, 5)),
        ("1 + 7 / 2", "A count is a whole number.", (0, 9)),
        ("1.2345k", "A count is a whole number.", (0, 7)),
        ("1 + 7 ÷ 0", "Nothing can be divided by 0.", (4, 9)),
        ("7 // (3 - 3)", "Nothing can be divided by 0.", (0, 12)),
        ("2 ** -1", "That power is not one that a count would need.", (0, 7)),
        ("4 ** (1/2)", "That power is not one that a count would need.", (0, 10)),
        ("1e-3", "That power is not one that a count would need.", (0, 4)),
        # Two meanings, or none
        ("10.451", "This point may set off thousands or begin a fraction.", (0, 6)),
        ("2 * 8.000", "This point may set off thousands or begin a fraction.", (4, 9)),
        ("2,5", "If you mean 2.5, write a point.", (0, 3)),
        ("1,5B", "If you mean 1.5, write a point.", (0, 4)),
        ("0,125", "If you mean 0.125, write a point.", (0, 5)),
        ("1.234,5", "Set off thousands three digits at a time", (0, 7)),
        ("1,2,3", "Set off thousands three digits at a time", (0, 5)),
        ("3, 5", "or write a sign between two numbers.", (0, 4)),
        ("(3, 5)", "or write a sign between two numbers.", (1, 5)),
        ("3 5", "or write a sign between two numbers.", (0, 3)),
        ("1000 200", "Set off thousands three digits at a time", (0, 8)),
        ("1 + 1234,567", "Set off thousands three digits at a time", (4, 12)),
        ("1,000 000", "Set off thousands three digits at a time", (0, 9)),
        ("1,000,00", "Set off thousands three digits at a time", (0, 8)),
        ("1_0", "Set off thousands three digits at a time", (0, 3)),
        ("0x10", "the digits 0 to 9 alone, and × as *", (0, 4)),
        ("2 * 0b11", "the digits 0 to 9 alone", (4, 8)),
        ("0o17", "the digits 0 to 9 alone", (0, 4)),
        # Letters and words
        ("h * i", "Put in numbers for the letters.", (0, 1)),
        ("3 * i + 5", "Put in numbers for the letters.", (4, 5)),
        ("(3\n+ i)", "Put in numbers for the letters.", (5, 6)),
        ("2x + 3", "Put in numbers for the letters.", (1, 2)),
        ("4 x - 1", "Put in numbers for the letters.", (2, 3)),
        ("4 x", "Put in numbers for the letters.", (2, 3)),
        ("x * 5", "Put in numbers for the letters.", (0, 1)),
        ("x5", "Put in numbers for the letters.", (0, 1)),
        ("2xh", "Put in numbers for the letters.", (1, 3)),
        ("2x x3", "Put in numbers for the letters.", (1, 2)),
        ("4x²", "Put in numbers for the letters.", (1, 3)),
        ("h₁ + 2", "Put in numbers for the letters.", (0, 2)),
        ("12x² x 3", "Put in numbers for the letters.", (2, 4)),
        ("117m", "Millions are written M", (3, 4)),
        ("three", "Write it in numbers, without words.", (0, 5)),
        ("3 + Größe", "Write it in numbers, without words.", (4, 9)),
        ("parameters: 48", "Write it in numbers, without words.", (0, 10)),
        ("True", "Write it in numbers, without words.", (0, 4)),
        ("no idea", "Put in numbers for the letters.", (0, 2)),
        ("no biases", "Put in numbers for the letters.", (0, 2)),
        ("5 bıllion", "Write it in numbers, without words.", (2, 9)),
        ("48 bytes", "Write the number alone, without a unit.", (3, 8)),
        ("1 KB", "Write the number alone, without a unit.", (2, 4)),
        ("1.5GB", "Write the number alone, without a unit.", (3, 5)),
        # Other signs
        ("32 # 5", "This sign cannot be read.", (3, 4)),
        ("'32'", "This sign cannot be read.", (0, 1)),
        ("...", "This sign cannot be read.", (0, 1)),
        ("7 % 2", "This sign cannot be read.", (2, 3)),
        ("3~2", "This sign cannot be read.", (1, 2)),
        ("3½", "This sign cannot be read.", (1, 2)),
        ("3₁", "This sign cannot be read.", (1, 2)),
        ("5\x00", "This sign cannot be read.", (1, 2)),
        ("\ud800", "This sign cannot be read.", (0, 1)),
        ("4\u200b8 ? 1", "This sign cannot be read.", (4, 5)),  # counted as typed
        ("", "There is no number in this.", None),
        (" \u200b ", "There is no number in this.", None),
        ("about", "There is no number in this.", None),
        ("9" * 201, "longer than 200 characters", None),
        ("(" * 100 + "1" + ")" * 99, "never closed", (0, 1)),
    ],
)
def test_it_is_refused_where_it_broke(typed, reason, place):
    with pytest.raises(Unreadable) as error:
        read(typed)
    assert reason in str(error.value)
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
        "10**5000",
        "10^5000",
        "9⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹",
        "9^9^9^9^9^9^9",
        "1e5000",
        "1e" + "9" * 190,
        "9" * 100 + "e" + "9" * 90,
        "1.5e" + "9" * 90 + " trillion",
        "-9**9**9 x 0",
        "(1/9**999)**99",
        "1" + "/9**999" * 20,
        "(" * 40 + "9" + "^99)" * 39 + ")",
    ],
)
def test_what_is_too_large_is_refused_before_it_is_worked_out(typed):
    with pytest.raises(Unreadable, match="larger than any count"):
        read(typed)


def test_the_largest_number_that_is_read():
    assert read("10^1000") == 10**1000 and not too_large(10**1000)  # 3,322 bits
    assert read("2^4095") == 2**4095 and not too_large(2**4095)  # 4,096 bits
    assert too_large(2**4096)
    with pytest.raises(Unreadable, match="larger than any count"):
        read("2^4095 * 2")


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
        "(-" * 66 + "1" + ")" * 66,
        "-(" * 100,
        "1^" * 99 + "1",
        "-1^" * 66 + "1",
        "1-" * 99 + "1",
        "1/" * 99 + "1",
        "1 " * 100,
        "1,000" * 40,
        "1" + " " * 199,
        "1" + "\u200b" * 199,
        "." * 200,
        "1." * 100,
        "0x" * 100,
        "x" * 200,
        "1x" * 100,
        "1e" * 100,
        "~" * 200,
        "=" * 200,
        "about " * 33,
    ],
)
def test_what_is_deep_is_read_or_refused(typed):
    try:
        assert repr(parse(typed))
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


signs = [*"0123456789", *"+-*/×÷−()[]{}xX,_.^%=<>~'’\"\\@:;#!²³½＊（５₁ \n\t\u00a0\u200b\ufeff"]
words = ["12", "1,000", "**", "//", "0x", "1e", "if", "lambda", "h", "ä", "M", "k", "million", "bıllion"]
words += ["none", "no params", "weights", "bytes", "about ", "ca."]
pieces = st.sampled_from([*signs, *words])


@given(st.text() | st.lists(pieces, max_size=40).map("".join))
@example("1is 1")
@example("'\\d'")
@example("0x1for x in 2")
def test_any_text_is_a_number_or_unreadable(typed):
    try:
        answer = parse(typed)
    except Unreadable as error:
        start, end = error.place or (0, 1)
        assert 0 <= start < end <= max(1, len(typed)), typed
    else:
        assert type(answer.value) is int


# Arithmetic written in many styles: how it is typed, and the same as Python reads it.
_STYLES = {
    "+": ["+", " + ", "＋"],
    "-": ["-", " - ", " − ", "–", "‐", "－"],
    "*": ["*", " * ", " × ", "·", "∗", "＊", " ⋅ ", "✕"],
    "(": ["()", "[]", "{}", "（）"],
}


@st.composite
def _integers(draw):
    number = draw(st.integers(0, 9_999_999))
    mark = draw(st.sampled_from(["", ",", "_", "'", "’", " ", "\u00a0", "\u202f", "."]))
    typed = str(number) if mark == "." and number < 1_000_000 else f"{number:,}".replace(",", mark)
    if draw(st.booleans()):
        typed = typed.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    return typed, str(number)


@st.composite
def _joined(draw, smaller):
    (left, python_left), (right, python_right) = draw(smaller), draw(smaller)
    sign = draw(st.sampled_from("+-*"))
    styles = _STYLES[sign]
    if sign == "*" and right[0] not in "-−–‐－":
        styles = [*styles, " x ", " X "]
    return left + draw(st.sampled_from(styles)) + right, f"{python_left} {sign} {python_right}"


@st.composite
def _bracketed(draw, smaller):
    typed, python = draw(smaller)
    opening, closing = draw(st.sampled_from(_STYLES["("]))
    return f"{opening}{typed}{closing}", f"({python})"


@st.composite
def _negative(draw, smaller):
    typed, python = draw(smaller)
    return draw(st.sampled_from("-−–")) + typed, f"-{python}"


@st.composite
def _squared(draw, smaller):
    typed, python = draw(_bracketed(smaller))
    return typed + draw(st.sampled_from(["**2", "^2", " ^ 2", "²"])), f"{python}**2"


written = st.recursive(
    _integers(), lambda s: _joined(s) | _bracketed(s) | _negative(s) | _squared(s), max_leaves=10
).filter(lambda both: len(both[0]) <= 200)


@given(written)
def test_arithmetic_comes_to_what_python_says_in_any_style(both):
    typed, python = both
    assert read(typed) == eval(python)


@given(written)
def test_each_part_stands_where_it_says(both):
    typed, _ = both
    parts = [parse(typed).tree]
    while parts:
        part = parts.pop()
        text = typed[slice(*part.place)]
        assert text == "²" or read(text) == part.value
        parts += part.args


def _in_python(smaller):
    joined = st.tuples(smaller, st.sampled_from(["+", "-", "*"]), smaller).map("".join)
    return joined | smaller.map("({})".format)


@given(st.recursive(st.integers(2, 99).map(str), _in_python, max_leaves=12))
def test_arithmetic_is_joined_as_dims_are(python):
    dim = eval(re.sub(r"\d+", r"Dim(\g<0>)", python), {"Dim": Dim})
    assert _shape(parse(python).tree) == _shape(dim)


@given(st.integers(0, 10**18), st.sampled_from(",_'’\u00a0\u202f "))
def test_thousands_may_be_set_off(number, mark):
    assert read(f"{number:,}".replace(",", mark)) == number


@given(
    st.integers(1, 999), st.integers(0, 99), st.sampled_from([("k", 3), (" million", 6), ("B", 9), ("e9", 9)])
)
def test_a_rounded_figure_is_exact_in_its_digits(whole, hundredths, scale):
    unit, tens = scale
    typed = parse(f"{whole}.{hundredths:02}{unit}")
    assert (typed.value, typed.rounded) == ((100 * whole + hundredths) * 10 ** (tens - 2), True)


@pytest.mark.parametrize(
    ("answer", "size"),
    [
        ("66.1 GB", 66_100_000_000),
        ("61.5GiB", 123 * 2**29),
        ("114.688 kB", 114_688),  # the point begins a fraction
        ("1/3 KiB", 341),  # 341.3 to the nearest byte
        ("(1 + 2) MB", 3_000_000),
        ("48 bytes", 48),
    ],
)
def test_bytes_may_be_typed_with_a_unit_where_they_are_asked(answer, size):
    assert parse(answer, in_bytes=True).value == size
    with pytest.raises(Unreadable, match="without a unit"):
        parse(answer)


def test_what_a_division_leaves_over_is_dropped_where_that_is_asked():
    assert parse("7 / 2", down=True).value == 3
