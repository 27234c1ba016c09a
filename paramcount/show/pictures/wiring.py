"""How the gates of a recurrent layer are wired: operations, all of them dashed, with 0 parameters."""

from __future__ import annotations

from .svg import Markup, letter, line, operation, text

_STATE, _GATE = 28, 150  # heights: the state that is handed on; σ and tanh over the gates


def rnn(x, foot, vector) -> str:
    """tanh(block), which the next step reads again. foot: where the stems start; vector: see `gru`."""
    x = x[0]
    return "".join([
        _gate(x, "tanh", foot, 80), _flow((x, 67), (x, _STATE), (716, _STATE)), _now(_STATE, "h"),
        _flow((x, _STATE), (100, _STATE), (100, vector[1]), vector),
        note(112, 56, "the next step", "reads it again"),
    ])  # fmt: skip


def gru(x, foot, vector) -> str:
    """update × h + (1 − update) × candidate. vector: where the candidate reads reset × h."""
    z, r, c = x
    mix, reset, top, gap = 76, 110, _GATE - 13, (r + c) / 2
    return "".join([
        *(_gate(place, sign, foot) for place, sign in zip(x, ("σ", "σ", "tanh"), strict=True)),
        _before(38, _STATE, "h"), _flow((42, _STATE), (z - 15, _STATE)),
        _flow((z, top), (z, _STATE + 15)), operation(z, _STATE, "×"),
        _flow((z + 13, _STATE), (c - 15, _STATE)), operation(c, _STATE, "+"),
        _flow((z, mix), (c - 15, mix)), operation((z + r) / 2, mix, "1 −"), operation(c, mix, "×"),
        _flow((c, top), (c, mix + 15)), _flow((c, mix - 13), (c, _STATE + 15)),
        _flow((c + 13, _STATE), (716, _STATE)), _now(_STATE, "h"),
        _before(r - 66, reset, "h"), _flow((r - 62, reset), (r - 15, reset)), operation(r, reset, "×"),
        _flow((r, top), (r, reset + 15)),
        _flow((r + 13, reset), (gap, reset), (gap, vector[1]), vector),
    ])  # fmt: skip


def lstm(x, foot, vector) -> str:
    """forget × c + input × candidate is the new c; output × tanh(c) is the new h."""
    f, i, g, o = x
    mix, top, mid = 94, _GATE - 13, (i + g) / 2
    return "".join([
        *(_gate(place, sign, foot) for place, sign in zip(x, ("σ", "σ", "tanh", "σ"), strict=True)),
        _before(38, _STATE, "c"), _flow((42, _STATE), (f - 15, _STATE)),
        _flow((f, top), (f, _STATE + 15)), operation(f, _STATE, "×"),
        _flow((f + 13, _STATE), (mid - 15, _STATE)), operation(mid, _STATE, "+"),
        _flow((i, top), (i, mix), (mid - 15, mix)), _flow((g, top), (g, mix), (mid + 15, mix)),
        operation(mid, mix, "×"), _flow((mid, mix - 13), (mid, _STATE + 15)),
        _flow((mid + 13, _STATE), (716, _STATE)), _now(_STATE, "c"),
        _flow((o, _STATE), (o, mix - 15)), operation(o, 60, "tanh", 50), operation(o, mix, "×"),
        _flow((o, top), (o, mix + 15)), _flow((o + 13, mix), (716, mix)), _now(mix, "h"),
    ])  # fmt: skip


def _gate(x, sign, foot, y=_GATE) -> str:
    return line([(x, foot), (x, y + 13)], "pc-flow") + operation(x, y, sign, 50)


def _flow(*points) -> str:
    return line(points, "pc-flow", arrow=True)


def _before(x, y, name) -> str:
    return text(x, y + 5, letter(name, Markup(f"{letter('t')}−1")), anchor="end")


def _now(y, name) -> str:
    return text(722, y + 5, letter(name, letter("t")), anchor="start")


def note(x, y, *lines) -> str:
    """Small lines below each other, from their left."""
    return "".join(text(x, y + 18 * k, words, style="t0", anchor="start") for k, words in enumerate(lines))
