"""Reading an answer that somebody typed: a number or arithmetic, never run as code.

Three steps: the signs that people type become plain ones, then numbers, signs and brackets are told
apart, then the arithmetic is worked out. All of them keep the places in the text as it was typed.
"""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

_LONGEST = 200  # characters
_LARGEST = 4_096  # bits: a thousand digits, far beyond any network

_PLAIN = {
    typed: plain
    for plain, many in {
        "*": "×·∙⋅•∗✕✖\u2062",  # MathML has a times, a comma and a plus that cannot be seen
        "/": "÷∕⁄",
        "-": "−‐‑‒–—―➖",
        "+": "➕\u2064",
        "(": "[{",
        ")": "]}",
        "'": "’‘ʼ′",
        ",": "\u2063",
        "": "\ufe0f",  # follows a sign that is drawn as an emoji
    }.items()
    for typed in many
}
_LEAD = re.compile(
    r" *=? *(?P<about>[≈~]|(?:about|around|approximately|approx\.?|roughly|circa|ca\.?)(?![^\W\d_]))?", re.I
)
_TOKEN = re.compile(
    r"""
      (?P<coded>0[xXbBoO][\dA-Fa-f]+)
    | (?P<number>
        (?P<digits>\.?\d(?:[\d.,_'\ ]*[\d.,])?)
        (?:[eE](?P<exponent>[+-]?\d+))?
        (?:\ *(?P<scale>[kKMBT]|(?ai:thousand|(?:m|b|tr)illions?|bn))(?![^\W\d_]))?
      )
    | (?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹]+)
    | (?P<sign>\*\*|//|[-+*/^])
    | (?P<bracket>[()])
    | (?P<times>[xX](?=\ *\.?[\d(]))
    | (?P<nothing>(?i:none|zero|nothing|no(?=\ +(?:trainable\ +)?param))(?![^\W\d_])\.?)
    | (?P<word>[^\W\d_]+(?:\.(?!\d))?)
    | (?P<space>\ +)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
# What a rounded figure is written with: so many zeros.
_SCALES = dict(k=3, thousand=3, m=6, million=6, b=9, bn=9, billion=9, t=12, trillion=12)
# What may be written behind a number and changes nothing.
_PARAMETERS = {"trainable", "parameter", "parameters", "param", "params"}
_PARAMETERS |= {"weight", "weights", "bias", "biases"}
_IN_BYTES = {"byte", "bytes"}
_BYTES = {f"{letter}b": 1_000**power for power, letter in enumerate("kmgt", 1)}
_BYTES |= {f"{letter}ib": 1_024**power for power, letter in enumerate("kmgt", 1)}

_HOW = {"+": "+", "-": "−", "*": "×", "/": "÷", "//": "÷", "**": "power", "^": "power"}
_OPERATIONS: dict[str, Callable[..., int | Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}
_TIGHTNESS = {"+": 1, "−": 1, "×": 2, "÷": 2, "power": 3}

_FINE = "Numbers, + − * / ** and brackets are fine."
_APART = "Set off thousands three digits at a time, as in 1,234,567, or write a sign between two numbers."
_LETTERS = "Put in numbers for the letters."
_TOO_LARGE = "That is larger than any count could be."


class Unreadable(ValueError):
    """An answer that cannot be read. place: the characters where it broke, (start, end), if known."""

    def __init__(self, reason: str, place: tuple[int, int] | None = None):
        super().__init__(reason)
        self.place = place


@dataclass(frozen=True)
class Term:
    """A number that was typed, or the arithmetic that makes one.

    value: whole wherever it can be, a Fraction otherwise (the 1/2 in 1/2 × 8).
    how: "leaf", "+", "−", "×", "÷" or "power". args: what it is made of, joined as a Dim joins them:
    a product in a product is one product, a sum in a sum is a group. A minus before a bracket has one.
    place: where it stands in the text as typed, (start, end), its brackets included.
    """

    value: int | Fraction
    how: str
    args: tuple[Term, ...]
    place: tuple[int, int]


@dataclass(frozen=True)
class Typed:
    """An answer that was read.

    value: in bytes, where those are asked. rounded: whether a figure in it is a rounded one, as in 117M or
    about 50. unit: how many bytes its unit has, 1 if it has none.
    """

    value: int
    tree: Term
    rounded: bool
    unit: int = 1


def read(answer: str) -> int:
    """The whole number that an answer stands for.

    Thousands may be set off (10,451 or 10_451 or 10 451), × and ÷ be typed as such, and ^ is a power.
    Raises Unreadable, which says where it broke and why.

    >>> read("10,451"), read("4 × ((2 + 3) × 2 + 2)"), read("3x5 + 5"), read("117M")
    (10451, 48, 20, 117000000)
    """
    return parse(answer).value


def parse(answer: str, in_bytes: bool = False, down: bool = False) -> Typed:
    """What an answer stands for, and the arithmetic in it. Raises Unreadable.

    in_bytes: whether units such as GB and MiB may stand in it; to the nearest byte. down: whether what a
    division leaves over is dropped.

    >>> [(term.value, term.how, term.place) for term in parse("2 * (3 + 4)").tree.args]
    [(2, 'leaf', (0, 1)), (7, '+', (4, 11))]
    """
    if len(answer) > _LONGEST:
        raise Unreadable(f"That is longer than {_LONGEST} characters.")
    text, places = _in_plain_signs(answer)
    lead = _LEAD.match(text)
    assert lead  # it may match nothing, but it matches
    equals = text.find("=", lead.end())
    if equals >= 0:
        place = (places[equals], places[equals] + 1)
        raise Unreadable("Write one side alone, without the = sign.", place)
    tokens = _tokens(text, lead.end(), places, in_bytes)
    unit = max((int(token.value) for token in tokens if token.kind == "unit"), default=1)
    if not tokens:
        raise Unreadable(f"There is no number in this. {_FINE}")
    tree = _Arithmetic(tokens).worked_out()
    if unit > 1 and tree.how in ("+", "−"):
        for term in tree.args:
            if 0 <= term.value * 1_000 < unit:
                raise Unreadable("A unit holds for the number before it. Write one behind each.", term.place)
    value = round(tree.value) if unit > 1 else floor(tree.value) if down else tree.value
    if not isinstance(value, int):
        if tree.how == "÷":  # what lies around it may be what is asked for
            raise Unreadable(
                "A count is a whole number, and this division leaves something over.",
                tree.place,
            )
        if in_bytes:
            raise Unreadable("Bytes are whole. Write the unit behind it, such as GB or KiB.", tree.place)
        raise Unreadable("A count is a whole number.", tree.place)
    rounded = bool(lead["about"]) or any(token.rounded for token in tokens)
    return Typed(value, tree, rounded, unit)


def too_large(number: int) -> bool:
    """Whether a number is larger than any count could be, and too long to be shown."""
    return number.bit_length() > _LARGEST


def _in_plain_signs(answer: str) -> tuple[str, list[int]]:
    """The text in plain signs, and where each of its characters stands in the answer."""
    plain = [(_plain(typed), place) for place, typed in enumerate(answer)]
    return "".join(sign for sign, _ in plain), [place for sign, place in plain if sign]


def _plain(typed: str) -> str:
    """The one sign that is meant by a character; nothing for a mark that cannot be seen."""
    digit = unicodedata.decimal(typed, None)
    if digit is not None:
        return str(digit)
    if unicodedata.decomposition(typed).startswith("<wide>"):
        typed = unicodedata.normalize("NFKC", typed)
    if typed in _PLAIN:
        return _PLAIN[typed]
    if typed.isspace():
        return " "
    return "" if unicodedata.category(typed) == "Cf" else typed


@dataclass(frozen=True)
class _Token:
    """kind: "number", "raised" (a number written small and high), "unit", "sign", "(" or ")"."""

    kind: str
    text: str
    place: tuple[int, int]
    value: Fraction = Fraction(0)
    rounded: bool = False


def _tokens(text: str, start: int, places: list[int], in_bytes: bool) -> list[_Token]:
    tokens: list[_Token] = []
    for match in _TOKEN.finditer(text, start):
        kind, written = match.lastgroup, match.group()
        place = (places[match.start()], places[match.end() - 1] + 1)
        word = written.rstrip(".").casefold()
        ended = bool(tokens) and tokens[-1].kind in ("number", "raised", ")")
        if kind == "number":
            scale = match["scale"]
            if in_bytes and scale == "B" and len(re.sub(r"\D", "", match["digits"])) > 4:
                scale = None  # 114,688 B are bytes, and 66.1B are billions of them
            rounded = bool(match["exponent"] or scale)
            tokens.append(_Token(kind, written, place, _number(match, scale, place), rounded))
        elif kind == "nothing":
            tokens.append(_Token("number", written, place))
        elif kind == "times" and ended:
            tokens.append(_Token("sign", "*", place))
        elif kind == "raised":
            tokens.append(_Token(kind, written, place, Fraction(written.translate(_RAISED))))
        elif kind == "sign":
            tokens.append(_Token(kind, written, place))
        elif kind == "bracket":
            tokens.append(_Token(written, written, place))
        elif in_bytes and ended and word in _BYTES:
            tokens.append(_Token("sign", "*", place))  # 66.1 GB is 66.1 times so many bytes
            tokens.append(_Token("unit", written, place, Fraction(_BYTES[word]), True))
        elif kind != "space" and not (
            ended and word in (_PARAMETERS | _IN_BYTES if in_bytes else _PARAMETERS)
        ):
            raise Unreadable(_why_not(kind, word, ended), place)
    return tokens


def _why_not(kind: str | None, word: str, ended: bool) -> str:
    """What to say of a word or sign that cannot be read."""
    if kind == "coded":
        return "Write numbers with the digits 0 to 9 alone, and × as *."
    if word in _BYTES or word in _IN_BYTES or word in ("bit", "bits"):
        return "Write the number alone, without a unit. Parameters are asked, unless the question says bytes."
    if not any(map(str.isalpha, word)):
        return f"This sign cannot be read. {_FINE}"
    if ended and word in ("m", "b", "t"):
        return f"{_LETTERS} Millions are written M, billions B and trillions T."
    return _LETTERS if len(word) < 3 else "Write it in numbers, without words."


def _number(match: re.Match[str], scale: str | None, place: tuple[int, int]) -> Fraction:
    """What a number as typed stands for, with its thousands set off, and its e6 or million."""
    digits, exponent = match["digits"], match["exponent"]
    in_unit = scale or re.match(r" *[kmgt]i?b\b", match.string[match.end() :], re.I)
    if not exponent and not in_unit and re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", digits):
        raise Unreadable(
            "This point may set off thousands or begin a fraction. Write the number without it.", place
        )
    if re.fullmatch(r"[1-9]\d{0,2}(\.\d{3}){2,}", digits):
        digits = digits.replace(".", "")
    elif re.fullmatch(r"[1-9]\d{0,2}([,_' ])\d{3}(\1\d{3})*(\.\d*)?", digits):
        digits = re.sub(r"[,_' ]", "", digits)
    elif re.fullmatch(r"\d+,\d{1,2}|0+,\d+", digits):
        meant = digits.replace(",", ".")
        raise Unreadable(
            f"A comma sets off thousands, as in 1,234. If you mean {meant}, write a point.", place
        )
    elif not re.fullmatch(r"\.?\d+|\d+\.\d*", digits):
        raise Unreadable(_APART, place)
    tens = int(exponent or 0) + (_SCALES[scale.casefold().rstrip("s")] if scale else 0)
    return Fraction(digits) * _power(10, tens, place)


class _Arithmetic:
    """The tokens of an answer, read from left to right, each sign as tightly as it binds."""

    def __init__(self, tokens: list[_Token]):
        self._tokens = tokens
        self._at = 0

    def worked_out(self) -> Term:
        term = self._run(0)
        if closed := self._next(")"):
            raise Unreadable("This bracket was never opened.", closed.place)
        return term

    def _run(self, outside: int) -> Term:
        """Terms with signs between them, as far as the signs bind more tightly than the one outside."""
        left = self._operand()
        while (sign := self._next("sign")) and _TIGHTNESS[_HOW[sign.text]] > outside:
            self._take()
            how = _HOW[sign.text]
            # Of powers the last one goes first: 2 ** 3 ** 2 is 2 ** 9.
            right = self._run(_TIGHTNESS[how] - 1 if how == "power" else _TIGHTNESS[how])
            left = _joined(sign.text, left, right)
        return left

    def _operand(self) -> Term:
        """A number or a bracket, with what is raised behind it and a minus before it."""
        token = self._take()
        if token.text in ("+", "-"):
            term = self._run(_TIGHTNESS["×"])  # −2 ** 2 is −4
            return term if token.text == "+" else _minus(term, token.place[0])
        if token.kind in ("number", "unit"):
            term = _term(token.value, "leaf", (), token.place)
        elif token.kind == "(":
            term = self._run(0)
            if not self._next(")"):
                raise Unreadable("This bracket is never closed.", token.place)
            term = replace(term, place=(token.place[0], self._take().place[1]))
        else:
            raise Unreadable("Something is missing before this.", token.place)
        if raised := self._next("raised"):
            term = _joined("^", term, _term(self._take().value, "leaf", (), raised.place))
        if bracket := self._next("("):
            raise Unreadable("Write × before a bracket.", bracket.place)
        if beside := self._next("number", "raised"):
            raise Unreadable("A sign is missing before this.", beside.place)
        return term

    def _next(self, *kinds: str) -> _Token | None:
        """The token that comes next, if it is one of these kinds."""
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        return token if token and token.kind in kinds else None

    def _take(self) -> _Token:
        if self._at == len(self._tokens):
            raise Unreadable(f"Something is missing at the end. {_FINE}", self._tokens[-1].place)
        self._at += 1
        return self._tokens[self._at - 1]


def _term(value: int | Fraction, how: str, args: tuple[Term, ...], place: tuple[int, int]) -> Term:
    if too_large(value.numerator) or too_large(value.denominator):
        raise Unreadable(_TOO_LARGE, place)
    return Term(value.numerator if value.denominator == 1 else value, how, args, place)


def _minus(term: Term, start: int) -> Term:
    how, args = ("leaf", ()) if term.how == "leaf" else ("−", (term,))
    return Term(-term.value, how, args, (start, term.place[1]))


def _joined(sign: str, left: Term, right: Term) -> Term:
    how, place = _HOW[sign], (left.place[0], right.place[1])
    return _term(_result(sign, left.value, right.value, place), how, _args(how, left, right), place)


def _result(sign: str, left: int | Fraction, right: int | Fraction, place: tuple[int, int]) -> int | Fraction:
    if sign in _OPERATIONS:
        return _OPERATIONS[sign](left, right)
    if _HOW[sign] == "power":
        return _power(left, right, place)
    if right == 0:
        raise Unreadable("Nothing can be divided by 0.", place)
    return Fraction(left // right if sign == "//" else Fraction(left) / right)


def _power(base: int | Fraction, exponent: int | Fraction, place: tuple[int, int]) -> int | Fraction:
    if exponent < 0 or exponent.denominator != 1:
        raise Unreadable("That power is not one that a count would need.", place)
    doublings = max(base.numerator.bit_length(), base.denominator.bit_length()) - 1
    if doublings * exponent > _LARGEST:  # the power would be larger still
        raise Unreadable(_TOO_LARGE, place)
    return base ** int(exponent)


def _args(how: str, left: Term, right: Term) -> tuple[Term, ...]:
    if how == "×":
        return tuple(arg for side in (left, right) for arg in (side.args if side.how == "×" else [side]))
    # As in a Dim: a sum grows by one, but a sum added to a sum keeps both as groups.
    if how == "+" and left.how == "+" and (right.how != "+" or left.args[-1].how == "+"):
        return (*left.args, right)
    return (left, right)
