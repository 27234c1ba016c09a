"""Plots with axes: how a count grows as one size varies."""

from __future__ import annotations

import importlib.util
import io
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from html import escape

from ..core import Layer
from ..dims import Dim, positive
from ..glossary import meaning
from .account import call
from .algebra import expanded
from .fit import single, varied
from .ledger import share
from .sizes import ladder

_UNDRAWN = "This is the plot in words: drawing it needs matplotlib, which is not installed here."
_STYLES = ("-", "--", ":", "-.", (0, (6, 2, 1, 2, 1, 2)))
_NEARLY = 0.9  # the share from which on a line runs along the total
_HEIGHT, _APART = 250, 15  # points: about how high the plot is, and how far labels stand apart


@dataclass(frozen=True)
class Theme:
    """The ink of axes and words, and the colours of the lines, which are those of the panels."""

    ink: str
    lines: tuple[str, ...]


_LIGHT = Theme("#1f1f1f", ("#00619a", "#00714f", "#ad4a00", "#963f78", "#855a00"))
_DARK = Theme("#e6e6e6", ("#4aa8e0", "#2fbf95", "#f0843f", "#d58bb9", "#e3a51c"))
# For a picture that is stored, and shown on white and on dark pages alike.
_EITHER = Theme("#767676", ("#0072b2", "#008a63", "#d55e00", "#b8629a", "#b87a00"))
_PLAIN = ".pc-plot *{stroke-linejoin:round;stroke-linecap:butt}"
_DARKNESS = ('[data-jp-theme-light="false"] .pc-plot', ".vscode-dark .pc-plot", "html[theme=dark] .pc-plot")


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
        return self._terms

    def _at(self, value: int) -> Layer:
        return self.layer.resized(**{self.size: Dim(value, self.size)})

    @cached_property
    def _counts(self) -> list[Dim]:
        return [self._at(value).count for value in self.values]

    @cached_property
    def _terms(self) -> dict[str, list[int]]:
        lines: dict[str, list[int]] = {}
        for place, counted in enumerate(self._counts):
            for term, count in expanded(counted).items():
                lines.setdefault(term, [0] * len(self.values))[place] = count
        return lines

    def figure(self, theme: Theme = _LIGHT):
        """The plot, as a matplotlib figure without a ground of its own: the page is seen behind it."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=(8.4, 4.8), dpi=110, layout="constrained", facecolor="none")
        axes = figure.add_subplot(facecolor="none")
        totals = [int(count) for count in self._counts]
        # A wide band, so that a line which runs along it is seen inside it.
        axes.loglog(self.values, totals, color=theme.ink, alpha=0.3, linewidth=10, label="total")
        lines = sorted(self.terms().items(), key=lambda line: -line[1][-1])[: len(theme.lines)]
        for (term, counts), colour, style in zip(lines, theme.lines, _STYLES, strict=False):
            axes.loglog(self.values, counts, color=colour, linestyle=style, linewidth=2.2, label=term)
        self._label(axes, theme)
        self._point(axes, theme)
        words = meaning(self.size, self.layer)
        axes.set_xlabel(f"{words} {self.size}, both axes in powers of ten".strip(), color=theme.ink)
        axes.set_ylabel("parameters", color=theme.ink)
        look = self.look().replace(" × ", "\xa0×\xa0")  # no line ends within a product
        axes.set_title(look, loc="left", fontsize=11, color=theme.ink, wrap=True)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        axes.tick_params(which="both", colors=theme.ink)
        axes.grid(color=theme.ink, alpha=0.2)
        axes.spines[["top", "right"]].set_visible(False)
        axes.spines[["bottom", "left"]].set_color(theme.ink)
        return figure

    def _label(self, axes, theme: Theme) -> None:
        """The name of each line at its end, moved apart where two lines end close to each other."""
        low, high = map(math.log, axes.get_ylim())
        drawn = [line for line in axes.get_lines() if line.get_ydata()[-1] > 0]
        ends = {line: _HEIGHT * (math.log(line.get_ydata()[-1]) - low) / (high - low) for line in drawn}
        for line, place in zip(ends, apart([*ends.values()], _APART), strict=True):
            axes.annotate(
                line.get_label(),
                (line.get_xdata()[-1], line.get_ydata()[-1]),
                textcoords="offset points",
                xytext=(9, place - ends[line]),
                va="center",
                color=theme.ink if line.get_label() == "total" else line.get_color(),
                fontsize=11,
                fontweight="bold",
                annotation_clip=False,
            )

    def _point(self, axes, theme: Theme) -> None:
        now, count = single(self.layer.arguments()[self.size]), int(self.layer.count)
        axes.plot([now], [count], "o", color="none", markeredgecolor=theme.ink, markersize=12, zorder=5)
        axes.annotate(
            f"{self.size} = {now:,}\n{count:,}",
            (now, count),
            textcoords="offset points",
            xytext=(-14, 8),
            ha="right",
            color=theme.ink,
            fontweight="bold",
        )

    def look(self) -> str:
        """What to look for in the plot, in one sentence."""
        terms = self.terms()
        largest = [max(terms, key=lambda term: terms[term][place]) for place in range(len(self.values))]
        before, after = largest[0], largest[-1]
        if before != after:
            meet = len(largest) - next(n for n, term in enumerate(reversed(largest)) if term != after)
            at = f"{self.size} = {self.values[meet]:,}"
            return (
                f"Look where lines cross: from {at} on the largest part is {after}, at first it is {before}."
            )
        now = expanded(self.layer.count)
        if now.get(after, 0) >= _NEARLY * int(self.layer.count):
            return f"Look inside the wide band, which is the total: {after} runs along it."
        return f"Look at the line below the wide band, the total: {after} is its largest part all along."

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
        widget = {}
        if importlib.util.find_spec("ipywidgets"):
            widget = self._widget._repr_mimebundle_(**kwargs)
        return widget | {"image/png": self._png(), "text/plain": repr(self)}

    @cached_property
    def _widget(self):
        """The plot in the colours of the page around it, with words for those who do not see it."""
        from ipywidgets import HTML

        return HTML(f"<style>{_themes()}</style>{self._svg()}", tooltip="")

    def _svg(self) -> str:
        """The plot as an element of the page, whose colours change with the theme."""
        drawn = io.StringIO()
        self.figure(_LIGHT).savefig(drawn, format="svg")
        svg = drawn.getvalue().partition("<svg")[2]
        svg = re.sub("<style.*?</style>", "", svg, flags=re.DOTALL)  # its rules would hold for the whole page
        for name, colour in _named(_LIGHT):
            svg = svg.replace(colour, f"var({name})")
        alt = escape(f"{self!r}\n{self.look()}")
        return f'<svg class="pc-plot" role="img" aria-label="{alt}"{svg}'

    def _png(self) -> bytes:
        png = io.BytesIO()
        self.figure(_EITHER).savefig(png, format="png")
        return png.getvalue()


def _named(theme: Theme) -> list[tuple[str, str]]:
    """The colours of a theme by the names that they have in a style sheet."""
    return [(f"--pc-plot-{place}", colour) for place, colour in enumerate([theme.ink, *theme.lines])]


def _themes() -> str:
    light, dark = (";".join(map(":".join, _named(theme))) for theme in (_LIGHT, _DARK))
    return f"{_PLAIN}.pc-plot{{max-width:100%;height:auto;{light}}}{','.join(_DARKNESS)}{{{dark}}}"


def apart(places: list[float], least: float) -> list[float]:
    """Places moved down as little as it takes for all to be so far apart, highest first.

    >>> apart([100, 98, 40], 15)
    [100, 85, 40]
    """
    moved, below = list(places), math.inf
    for n in sorted(range(len(places)), key=lambda n: -places[n]):
        moved[n] = min(places[n], below)
        below = moved[n] - least
    return moved
