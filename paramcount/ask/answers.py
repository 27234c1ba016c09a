"""Reading an answer that somebody typed: a number or arithmetic, never run as code."""

from __future__ import annotations

import ast
import operator
import re
import warnings

_LONGEST = 200  # characters
_LARGEST = 4_096  # bits: a thousand digits, far beyond any network
_AS_TYPED = str.maketrans("×·∙⋅÷−–—[]{}", "****/---()()")
_OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}
_FINE = "Numbers, + − * / ** and brackets are fine."


class Unreadable(ValueError):
    """An answer that cannot be read. place: the characters where it broke, (start, end), if known."""

    def __init__(self, reason: str, place: tuple[int, int] | None = None):
        super().__init__(reason)
        self.place = place


def read(answer: str) -> int:
    """The whole number that an answer stands for.

    Thousands may be set off (10,451 or 10_451 or 10 451), and × and ÷ be typed as such.
    Raises Unreadable, which says where it broke and why.

    >>> read("10,451"), read("4 × ((2 + 3) × 2 + 2)"), read("3x5 + 5")
    (10451, 48, 20)
    """
    if len(answer) > _LONGEST:
        raise Unreadable(f"That is longer than {_LONGEST} characters.")
    # Each character is replaced by one other, so that a place in the one is a place in the other.
    code = re.sub(r"\s", " ", answer.translate(_AS_TYPED))
    code = re.sub(r"(?<=\d)[, '](?=\d{3}(?!\d))", "_", code)
    code = re.sub(r"(?<=[\d) ])[xX](?=[\d( ])", "*", code)
    spaces = len(code) - len(code.lstrip())
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(code.strip(), mode="eval").body
    except SyntaxError as error:
        raise _broken(code, error, spaces) from None
    except (ValueError, MemoryError, RecursionError):
        raise Unreadable("That has a character in it that cannot be read.") from None
    return _value(tree, code)


def too_large(number: int) -> bool:
    """Whether a number is larger than any count could be, and too long to be shown."""
    return number.bit_length() > _LARGEST


def _broken(code: str, error: SyntaxError, spaces: int) -> Unreadable:
    if "never closed" in error.msg:
        reason = "This bracket is never closed."
    elif "unmatched" in error.msg:
        reason = "This bracket was never opened."
    elif "leading zeros" in error.msg:
        reason = "A number does not begin with 0."
    elif "=" in code:
        reason = "Write one side alone, without the = sign."
    elif re.search(r"[-+*/(]\s*$", code):
        reason = "Something is missing at the end."
    elif re.search(r"[^\W\d_]{2}", code):
        reason = "Write the number alone, without words."
    else:
        reason = "This cannot be read."
    last = max(len(code.rstrip()) - 1, 0)
    # Where arithmetic stops too early, Python has no place to point at: it is the end.
    start = min(error.offset - 1 + spaces, last) if error.offset else last
    return Unreadable(f"{reason} {_FINE}", (start, start + 1))


def _value(node: ast.expr, code: str) -> int:
    def refuse(reason: str) -> Unreadable:
        return Unreadable(reason, _place(node, code))

    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    if isinstance(node, ast.Constant) and isinstance(node.value, float):
        raise refuse(
            "A count is a whole number: write out all its digits, with commas, spaces or nothing between."
        )
    if isinstance(node, ast.UnaryOp) and type(node.op) in _OPERATIONS:
        return _OPERATIONS[type(node.op)](_value(node.operand, code))
    if isinstance(node, ast.Call):
        raise refuse("Write × before a bracket.")
    if isinstance(node, ast.Name):
        raise refuse("Put in numbers for the letters.")
    if not isinstance(node, ast.BinOp):
        raise refuse(f"This is neither a number nor arithmetic. {_FINE}")
    left, right = _value(node.left, code), _value(node.right, code)
    if isinstance(node.op, (ast.Div, ast.FloorDiv)):
        if not right or left % right:
            raise refuse(f"{left:,} ÷ {right:,} is not a whole number.")
        return left // right
    if isinstance(node.op, ast.Pow):
        if not 0 <= right <= _LARGEST or left.bit_length() * right > _LARGEST:
            raise refuse("That power is not one that a count would need.")
        return left**right
    if isinstance(node.op, ast.BitXor):  # in Python it would bind looser than +
        raise refuse("Write a power as **, such as 2**3.")
    if type(node.op) not in _OPERATIONS:
        raise refuse(f"There is a sign in this that cannot be read. {_FINE}")
    result = _OPERATIONS[type(node.op)](left, right)
    if too_large(result):
        raise refuse("That is larger than any count could be.")
    return result


def _place(node: ast.expr, code: str) -> tuple[int, int]:
    """Where a part of the arithmetic stands: Python counts bytes, a reader counts characters."""
    text = code.strip().encode()
    spaces = len(code) - len(code.lstrip())
    start, end = (len(text[:at].decode()) + spaces for at in (node.col_offset, node.end_col_offset))
    return start, end
