"""Reading an answer that somebody typed: a number or arithmetic, never run as code."""

from __future__ import annotations

import ast
import operator
import re

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
    code = answer.translate(_AS_TYPED)
    code = re.sub(r"(?<=\d)[, '\u00a0\u202f](?=\d{3}(?!\d))", "_", code)
    code = re.sub(r"(?<=[\d)\s])[xX](?=[\d(\s])", "*", code)
    spaces = len(code) - len(code.lstrip())
    try:
        tree = ast.parse(code.strip(), mode="eval").body
    except SyntaxError as error:
        raise _broken(answer, error, spaces) from None
    except (ValueError, MemoryError, RecursionError):
        raise Unreadable("That has a character in it that cannot be read.") from None
    return _value(tree, spaces)


def _broken(answer: str, error: SyntaxError, spaces: int) -> Unreadable:
    if "never closed" in error.msg:
        reason = "This bracket is never closed."
    elif "unmatched" in error.msg:
        reason = "This bracket was never opened."
    elif "leading zeros" in error.msg:
        reason = "A number does not begin with 0."
    elif "=" in answer:
        reason = "Write one side alone, without the = sign."
    else:
        reason = "This cannot be read."
    start = min(max((error.offset or 1) - 1 + spaces, 0), max(len(answer.rstrip()) - 1, 0))
    return Unreadable(f"{reason} {_FINE}", (start, start + 1))


def _value(node: ast.AST, spaces: int) -> int:
    def refuse(reason: str) -> Unreadable:
        return Unreadable(reason, (node.col_offset + spaces, node.end_col_offset + spaces))

    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    if isinstance(node, ast.Constant) and isinstance(node.value, float):
        raise refuse("A count is a whole number: write all its digits, without a decimal point.")
    if isinstance(node, ast.UnaryOp) and type(node.op) in _OPERATIONS:
        return _OPERATIONS[type(node.op)](_value(node.operand, spaces))
    if not isinstance(node, ast.BinOp):
        raise refuse(f"This is neither a number nor arithmetic. {_FINE}")
    left, right = _value(node.left, spaces), _value(node.right, spaces)
    if isinstance(node.op, (ast.Div, ast.FloorDiv)):
        if not right or left % right:
            raise refuse(f"{left:,} ÷ {right:,} is not a whole number.")
        return left // right
    if isinstance(node.op, ast.Pow):
        if not 0 <= right <= _LARGEST or left.bit_length() * right > _LARGEST:
            raise refuse("That power is not one that a count would need.")
        return left**right
    if type(node.op) not in _OPERATIONS:  # ^ among them: in Python it would bind looser than +
        raise refuse(f"There is a sign in this that cannot be read. {_FINE}")
    return _OPERATIONS[type(node.op)](left, right)
