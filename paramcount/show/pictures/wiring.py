"""How the gates of a recurrent layer are wired: operations, all of them dashed, with 0 parameters."""

from __future__ import annotations

from .svg import flow, line, lines, operation, text
from .words import Markup, letter

_STATE, _GATE = 28, 150  # heights: the state that is handed on; σ and tanh over the gates


def rnn(x, foot, vector) -> str:
    """tanh(block), which the next step reads again. foot: where the stems start; vector: see `gru`."""
    (x,) = x
    return "".join([
        _gate(x, "tanh", foot, 80), flow((x, 67), (x, _STATE), (716, _STATE)), _now(_STATE, "h"),
        flow((x, _STATE), (100, _STATE), (100, vector[1]), vector),
        lines(112, 56, "the next step", "reads it again"),
    ])  # fmt: skip


def gru(x, foot, vector) -> str:
    """update × h + (1 − update) × candidate. vector: where the candidate reads reset × h."""
    z, r, c = x
    mix, reset, top, gap = 76, 110, _GATE - 13, (r + c) / 2
    return "".join([
        _gate(z, "σ", foot), _gate(r, "σ", foot), _gate(c, "tanh", foot),
        _before(38, _STATE, "h"), flow((42, _STATE), (z - 15, _STATE)),
        flow((z, top), (z, _STATE + 15)), operation(z, _STATE, "×"),
        flow((z + 13, _STATE), (c - 15, _STATE)), operation(c, _STATE, "+"),
        flow((z, mix), (c - 15, mix)), operation((z + r) / 2, mix, "1 −"), operation(c, mix, "×"),
        flow((c, top), (c, mix + 15)), flow((c, mix - 13), (c, _STATE + 15)),
        flow((c + 13, _STATE), (716, _STATE)), _now(_STATE, "h"),
        _before(r - 66, reset, "h"), flow((r - 62, reset), (r - 15, reset)), operation(r, reset, "×"),
        flow((r, top), (r, reset + 15)),
        flow((r + 13, reset), (gap, reset), (gap, vector[1]), vector),
    ])  # fmt: skip


def lstm(x, foot, vector) -> str:
    """forget × c + input × candidate is the new c; output × tanh(c) is the new h."""
    f, i, g, o = x
    mix, top, mid = 94, _GATE - 13, (i + g) / 2
    return "".join([
        _gate(f, "σ", foot), _gate(i, "σ", foot), _gate(g, "tanh", foot), _gate(o, "σ", foot),
        _before(38, _STATE, "c"), flow((42, _STATE), (f - 15, _STATE)),
        flow((f, top), (f, _STATE + 15)), operation(f, _STATE, "×"),
        flow((f + 13, _STATE), (mid - 15, _STATE)), operation(mid, _STATE, "+"),
        flow((i, top), (i, mix), (mid - 15, mix)), flow((g, top), (g, mix), (mid + 15, mix)),
        operation(mid, mix, "×"), flow((mid, mix - 13), (mid, _STATE + 15)),
        flow((mid + 13, _STATE), (716, _STATE)), _now(_STATE, "c"),
        flow((o, _STATE), (o, mix - 15)), operation(o, 60, "tanh", 50), operation(o, mix, "×"),
        flow((o, top), (o, mix + 15)), flow((o + 13, mix), (716, mix)), _now(mix, "h"),
    ])  # fmt: skip


def _gate(x, sign, foot, y=_GATE) -> str:
    return line((x, foot), (x, y + 13), style="pc-flow") + operation(x, y, sign, 50)


def _before(x, y, name) -> str:
    return text(x, y + 5, letter(name, Markup(f"{letter('t')}−1")), anchor="end")


def _now(y, name) -> str:
    return text(722, y + 5, letter(name, letter("t")), anchor="start")
