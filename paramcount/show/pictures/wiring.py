"""How the gates of a recurrent layer are wired: operations, all of them dashed, with 0 parameters.

x: where the gates stand; foot: where the lines from them start; vector: where what is read again arrives.
"""

from __future__ import annotations

from .svg import flow, line, lines, operation, text
from .words import Markup, letter

_STATE, _GATE = 28, 150  # heights: the state that is handed on; σ and tanh over the gates
_TOP = _GATE - 13  # of σ and tanh
_AFTER, _BEFORE = 13, 15  # the room that an operation takes, in front of it with the head of the arrow


def rnn(x, foot, vector) -> str:
    """tanh(block), which the next step reads again."""
    (x,) = x
    return "".join([
        _gate(x, "tanh", foot, 80), flow((x, 67), (x, _STATE), (716, _STATE)), _now(_STATE, "h"),
        flow((x, _STATE), (100, _STATE), (100, vector[1]), vector),
        lines(112, 56, "the next step", "reads it again"),
    ])  # fmt: skip


def gru(x, foot, vector) -> str:
    """update × h + (1 − update) × candidate. The candidate reads reset × h."""
    z, r, c = x
    mix, reset, gap = 76, 110, (r + c) / 2
    return "".join([
        _gate(z, "σ", foot), _gate(r, "σ", foot), _gate(c, "tanh", foot),
        _last(38, z, _STATE, "h"),
        _up(z, _TOP, _STATE), operation(z, _STATE, "×"),
        _right(z + _AFTER, c, _STATE), operation(c, _STATE, "+"),
        _right(z, c, mix), operation((z + r) / 2, mix, "1 −"), operation(c, mix, "×"),
        _up(c, _TOP, mix), _up(c, mix - _AFTER, _STATE),
        _out(c, _STATE, "h"),
        _last(r - 66, r, reset, "h"), operation(r, reset, "×"),
        _up(r, _TOP, reset),
        flow((r + _AFTER, reset), (gap, reset), (gap, vector[1]), vector),
    ])  # fmt: skip


def lstm(x, foot, vector) -> str:
    """forget × c + input × candidate is the new c; output × tanh(c) is the new h."""
    f, i, g, o = x
    mix, mid = 94, (i + g) / 2
    return "".join([
        _gate(f, "σ", foot), _gate(i, "σ", foot), _gate(g, "tanh", foot), _gate(o, "σ", foot),
        _last(38, f, _STATE, "c"),
        _up(f, _TOP, _STATE), operation(f, _STATE, "×"),
        _right(f + _AFTER, mid, _STATE), operation(mid, _STATE, "+"),
        flow((i, _TOP), (i, mix), (mid - _BEFORE, mix)), flow((g, _TOP), (g, mix), (mid + _BEFORE, mix)),
        operation(mid, mix, "×"), _up(mid, mix - _AFTER, _STATE),
        _out(mid, _STATE, "c"),
        flow((o, _STATE), (o, mix - _BEFORE)), operation(o, 60, "tanh", 50), operation(o, mix, "×"),
        _up(o, _TOP, mix),
        _out(o, mix, "h"),
    ])  # fmt: skip


def _gate(x, sign, foot, y=_GATE) -> str:
    return line((x, foot), (x, y + 13), style="pc-flow") + operation(x, y, sign, 50)


def _up(x, start, operation) -> str:
    """An arrow up to an operation, from a height to a height."""
    return flow((x, start), (x, operation + _BEFORE))


def _right(start, operation, y) -> str:
    """An arrow to an operation from its left."""
    return flow((start, y), (operation - _BEFORE, y))


def _last(x, operation, y, name) -> str:
    """What the last step has handed on goes into an operation."""
    words = letter(name, Markup(f"{letter('t')}−1"))
    return text(x, y + 5, words, anchor="end") + _right(x + 4, operation, y)


def _out(operation, y, name) -> str:
    """What comes out of an operation is handed on."""
    return flow((operation + _AFTER, y), (716, y)) + _now(y, name)


def _now(y, name) -> str:
    return text(722, y + 5, letter(name, letter("t")), anchor="start")
