"""Plots with axes: how a count grows as one size varies."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Callable
from dataclasses import dataclass

from ..core import Layer
from ..dims import Dim, positive
from ..glossary import meaning
from .account import call
from .algebra import expanded
from .fit import single, varied
from .ledger import share
from .sizes import ladder

_COLOURS = ("#0072b2", "#009e73", "#d55e00", "#b8629a", "#c98700")  # those of the panels
_UNDRAWN = "This is the plot in words: drawing it needs matplotlib, which is not installed here."
_STYLES = ("-", "--", ":", "-.", (0, (6, 2, 1, 2, 1, 2)))


def growth(layer: Layer | Callable[..., Layer], size: str, to: int | None = None, **sizes) -> Growth:
    """A plot of the count as one size varies, with a line for every kind of term. Needs matplotlib.

    layer: a layer or a layer function; size: the name of the size to vary, from 1 (or the
    smallest that is allowed) up to `to`; sizes: the others, by name.
    """
    layer, step = varied(layer, size, sizes)
    now = single(layer.arguments()[size])
    to = int(positive(to, "to")) if to else max(1_024, 8 * now)
    return Growth(layer, size, [value * step for value in ladder(max(2, to // step))])


@dataclass(frozen=True, eq=False)
class Growth:
    """What `growth` returns. layer: with the size as it stands; values: those that are plotted."""

    layer: Layer
    size: str
    values: list[int]

    def terms(self) -> dict[str, list[int]]:
        """The count at each value, term by term: products of the same names are one term."""
        lines: dict[str, list[int]] = {}
        for place, value in enumerate(self.values):
            for term, count in expanded(self._at(value).count).items():
                lines.setdefault(term, [0] * len(self.values))[place] = count
        return lines

    def _at(self, value: int) -> Layer:
        return self.layer.resized(**{self.size: Dim(value, self.size)})

    def figure(self):
        """The plot, as a matplotlib figure."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=(8.4, 4.6), dpi=110, layout="constrained")
        axes = figure.add_subplot()
        totals = [int(self._at(value).count) for value in self.values]
        axes.loglog(self.values, totals, color="black", linewidth=3, label="total")
        lines = sorted(self.terms().items(), key=lambda line: -line[1][-1])[: len(_COLOURS)]
        for (term, counts), colour, style in zip(lines, _COLOURS, _STYLES, strict=False):
            axes.loglog(self.values, counts, color=colour, linestyle=style, linewidth=2, label=term)
        self._point(axes)
        words = meaning(self.size, self.layer)
        axes.set_xlabel(f"{words} {self.size}, both axes in powers of ten".strip())
        axes.set_ylabel("parameters")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        axes.grid(color="0.9")
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False)
        return figure

    def _point(self, axes) -> None:
        now, count = single(self.layer.arguments()[self.size]), int(self.layer.count)
        axes.plot([now], [count], "o", color="white", markeredgecolor="black", markersize=9, zorder=5)
        axes.annotate(
            f"{self.size} = {now:,}\n{count:,}",
            (now, count),
            textcoords="offset points",
            xytext=(-12, 8),
            ha="right",
            fontweight="bold",
        )

    def __repr__(self) -> str:
        now = single(self.layer.arguments()[self.size])
        before, after = self.layer.count, self._at(2 * now).count
        term, most = max(expanded(before).items(), key=lambda line: line[1])
        return (
            f"{call(self.layer)}: at {self.size} = {now:,} it trains {before:,} parameters, "
            f"{share(most, before)} of them in {term}.\n"
            f"With {self.size} = {2 * now:,} it trains {after:,}: {after / before:.2f} times as many."
        )

    def _repr_mimebundle_(self, **kwargs):
        if importlib.util.find_spec("matplotlib") is None:
            return {"text/plain": f"{self!r}\n{_UNDRAWN}"}
        png = io.BytesIO()
        self.figure().savefig(png, format="png")
        return {"image/png": png.getvalue(), "text/plain": repr(self)}
