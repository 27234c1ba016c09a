"""`compare`: networks side by side, how many parameters they have, and in which kinds of layers."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ..core import Layer
from .account import Account
from .kinds import KINDS, by_kind
from .ledger import share
from .panel import image, legend
from .pictures import bars
from .pictures.svg import Picture
from .sizes import opened


def compare(networks: Mapping[str, object], each: bool = False) -> Comparison:
    """Networks side by side: how many parameters, and in which kinds of layers.

    networks: by name, layers, such as `paramcount.models.PUBLISHED` holds, or what `explain` reads; each:
    whether each bar begins as 100 %. The bars are of what trains; what is frozen is said beside it. Returns
    bars on one scale, with a switch that draws each to 100 %; where widgets do not run, both, one below the
    other.
    """
    if not isinstance(networks, Mapping):
        raise TypeError('compare needs networks by name, such as {"mine": dense(3, 4)}')
    layers = {name: opened(one) for name, one in networks.items()}
    return Comparison(layers, bool(each))


@dataclass(frozen=True, eq=False)
class Comparison:
    """What `compare` returns. networks: layers by name, in the order in which they are shown; each: whether
    it opens with each to 100 %."""

    networks: dict[str, Layer]
    each: bool = False

    @cached_property
    def counts(self) -> dict[str, dict[str, int]]:
        """How many parameters of each network are in each kind of layer that it has."""
        return {name: by_kind(layer) for name, layer in self.networks.items()}

    @property
    def kinds(self) -> list[str]:
        """The kinds of layers that any of them has."""
        return [kind for kind in KINDS if any(kind in counts for counts in self.counts.values())]

    def picture(self, each: bool = False) -> Picture:
        """Bars on one scale. each: to 100 % instead."""
        return bars.draw(self.counts, each, self.frozen)

    @cached_property
    def frozen(self) -> dict[str, int]:
        """How many parameters are frozen, of each network in which some are."""
        frozen = ((name, Account(layer).frozen) for name, layer in self.networks.items())
        return {name: count for name, count in frozen if count}

    def __repr__(self) -> str:
        rows = [["", "parameters", *(["frozen"] if self.frozen else []), *self.kinds]]
        for name, layer in self.networks.items():
            frozen = [f"{self.frozen.get(name, 0):,}"] if self.frozen else []
            shares = [share(self.counts[name].get(kind, 0), layer.count) for kind in self.kinds]
            rows.append([name, f"{layer.count:,}", *frozen, *shares])
        wide = max(map(len, self.networks), default=0)
        widths = [15] * (len(rows[0]) - 1 - len(self.kinds)) + [12] * len(self.kinds)
        lines = (
            [f"{name:{wide}}", *(f"{cell:>{w}}" for cell, w in zip(cells, widths, strict=True))]
            for name, *cells in rows
        )
        return "\n".join("  ".join(line) for line in lines)

    @cached_property
    def _widget(self):
        from .widgets import Compared

        return Compared(self)

    def _repr_mimebundle_(self, **kwargs):
        widget = {}
        if importlib.util.find_spec("ipywidgets"):
            widget = self._widget._repr_mimebundle_(**kwargs)
        return widget | {"text/plain": repr(self), "text/html": self._page()}

    def _page(self) -> str:
        """Both pictures with how to read them, where nothing can be switched."""
        drawn = [self.picture(self.each), self.picture(not self.each)]
        shown = "".join(f"<p>{picture.reading}</p>{image(picture)}" for picture in drawn)
        return shown + f"<p>{legend(self.kinds)}</p>"
