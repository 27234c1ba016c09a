"""Networks side by side, a bar each: on one scale, or each to 100 %. What is too short is magnified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..kinds import KINDS
from ..ledger import percent, share
from .svg import SLIM, WIDTH, Picture, bands, group, rect, text
from .words import cut, room

_SHORT = 10  # units: a bar that is shorter is shown magnified too
_HIGH, _LENS, _SEEN = 18, 10, 120  # how high a bar is, and one that is magnified; how long that is
_ONE = "One scale: twice as long is twice as many. What is too short to see is magnified in a dashed frame."
_EACH = "Each bar is 100 % of its network: compare their parts, not their lengths."
_IN_BRACKETS = " A bar is of what trains: in brackets, how much of its network that is."


@dataclass(frozen=True)
class _Rows:
    """Where a row has its words and its bar. count: where that ends; down: from the words to the bar."""

    pitch: float
    count: float
    left: float
    right: float
    down: float


_WIDE = _Rows(30, 304, 316, WIDTH - 2, -13)
_NARROW = _Rows(50, SLIM, 0, SLIM - 2, 8)


def draw(
    networks: Mapping[str, Mapping[str, int]], each: bool = False, frozen: Mapping[str, int] | None = None
) -> Picture:
    """The bars. networks: for each by name, how many parameters that train are in which kind; each: to 100 %;
    frozen: by name, how many there are besides, which are no part of a bar."""
    most = max((sum(counts.values()) for counts in networks.values()), default=1)
    rows = [
        (name, counts, _counted(sum(counts.values()), (frozen or {}).get(name, 0)), most, each)
        for name, counts in networks.items()
    ]
    said = (f"{name}: {count}, {_shares(counts)}" for name, counts, count, *_ in rows)
    reading = (_EACH if each else _ONE) + _IN_BRACKETS * bool(frozen)
    high, slim = (10 + where.pitch * len(rows) for where in (_WIDE, _NARROW))
    return Picture(
        _drawn(rows, _WIDE),
        high,
        "Networks side by side",
        f"{'; '.join(said)}.",
        reading,
        (_drawn(rows, _NARROW), slim),
    )


def _counted(trained: int, frozen: int) -> str:
    """What trains, and how large a part that is."""
    return f"{trained:,} ({percent(trained, trained + frozen)})" if frozen else f"{trained:,}"


def _shares(counts: Mapping[str, int]) -> str:
    whole = sum(counts.values())
    return ", ".join(f"{KINDS[kind].words} {share(count, whole)}" for kind, count in counts.items())


def _drawn(rows: Sequence[tuple], where: _Rows) -> str:
    return "".join(_row(*row, 24 + k * where.pitch, where) for k, row in enumerate(rows))


def _row(
    name: str, counts: Mapping[str, int], count: str, most: int, each: bool, y: float, where: _Rows
) -> str:
    """A network: its name, its count and its bar. most: the count that fills the row; each: whether its own
    does; y: of its words."""
    whole = sum(counts.values())
    wide = (where.right - where.left) * (1 if each else whole / most)
    shapes = text(0, y, cut(name, where.count - room(count) - 8), "t1", "start")
    shapes += text(where.count, y, count, "t1", "end")
    if whole:
        letters, top, bar = (
            {KINDS[kind].letter: n for kind, n in counts.items()},
            y + where.down,
            max(1.0, wide),
        )
        shapes += bands(letters, where.left, top, bar, _HIGH)
        shapes += rect(where.left, top, bar, _HIGH, "pc-frame")
        shapes += _magnified(letters, where.left + wide, wide, top) if wide < _SHORT else ""
    return group("c-m pc-network", shapes, label=f"{name}: {count}, {_shares(counts)}")


def _magnified(letters: Mapping[str, int], end: float, wide: float, top: float) -> str:
    """The bar once more, to see its parts. All of these are as long: their lengths say nothing."""
    times = float(f"{_SEEN / wide:.2g}")
    y, words = top + (_HIGH - _LENS) / 2, f"{times:,.0f} ×"
    shape = bands(letters, end + 14, y, _SEEN, _LENS) + rect(
        end + 12, y - 2, _SEEN + 4, _LENS + 4, "pc-lens", 2
    )
    return shape + text(end + _SEEN + 26, top + 14, words, "t0", "start")
