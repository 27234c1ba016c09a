"""How a count grows as one size varies, and the largest size that a budget allows."""

from __future__ import annotations

import importlib.util
import io
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .core import Layer
from .dims import Dim, positive
from .display import call, share
from .explore import ladder, opened
from .glossary import meaning

# A size that must be a multiple of another, where that other is there.
_MULTIPLES = {"x": "heads", "i": "groups", "o": "groups"}
_COLOURS = ("#0072b2", "#009e73", "#d55e00", "#b8629a", "#c98700")  # those of the panels
KINDS = ("attention", "dense", "convolution", "norm", "embedding")
_KIND_OF = {"attention": "attention", "conv": "convolution", "embedding": "embedding", "dense": "dense"}
_UNDRAWN = "This is the plot in words: drawing it needs matplotlib, which is not installed here."
_STYLES = ("-", "--", ":", "-.", (0, (6, 2, 1, 2, 1, 2)))


def fit(layer: Layer | Callable[..., Layer], size: str, budget: int, **sizes) -> Dim:
    """The largest value of one size with which a layer stays within a budget of parameters.

    layer: a layer or a layer function; size: the name of the size to find; budget: parameters;
    sizes: the others, by name. Raises ValueError where not even the smallest fits, or where the
    count does not depend on that size.

    >>> from paramcount import lstm
    >>> fit(lstm, "h", budget=1_000_000, i=300)
    371
    """
    layer, step = _varied(layer, size, sizes)
    positive(budget, "budget")

    def count(multiple: int) -> int:
        return layer.resized(**{size: multiple * step}).count

    if count(1) > budget:
        small = layer.resized(**{size: step})
        raise ValueError(f"no {size} fits {budget:,}: {call(small)} already trains {small.count:,}")
    low, high = 1, 2
    while count(high) <= budget:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if count(middle) <= budget else (low, middle)
    return Dim(low * step, size)


def growth(layer: Layer | Callable[..., Layer], size: str, to: int | None = None, **sizes) -> Growth:
    """A plot of the count as one size varies, with a line for every kind of term. Needs matplotlib.

    layer: a layer or a layer function; size: the name of the size to vary, from 1 (or the
    smallest that is allowed) up to `to`; sizes: the others, by name.
    """
    layer, step = _varied(layer, size, sizes)
    now = _single(layer.arguments()[size])
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
        words = meaning(self.size, self.layer.name)
        axes.set_xlabel(f"{words} {self.size}, both axes in powers of ten".strip())
        axes.set_ylabel("parameters")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        axes.grid(color="0.9")
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False)
        return figure

    def _point(self, axes) -> None:
        now, count = _single(self.layer.arguments()[self.size]), int(self.layer.count)
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
        now = _single(self.layer.arguments()[self.size])
        before, after = self.layer.count, self._at(2 * now).count
        term, most = max(expanded(before).items(), key=lambda line: line[1])
        return (
            f"{call(self.layer)}: at {self.size} = {now:,} it trains {before:,} parameters, "
            f"{share(most, before)} of them in {term}.\n"
            f"With {self.size} = {2 * now:,} it trains {after:,}: {after / before:.2f} times as many."
        )

    def _repr_mimebundle_(self, **kwargs):
        return _bundle(self)


def _bundle(plot) -> dict[str, object]:
    if importlib.util.find_spec("matplotlib") is None:
        return {"text/plain": f"{plot!r}\n{_UNDRAWN}"}
    png = io.BytesIO()
    plot.figure().savefig(png, format="png")
    return {"image/png": png.getvalue(), "text/plain": repr(plot)}


def compare(networks: Mapping[str, object]) -> Comparison:
    """Networks side by side: how many parameters, and in which kinds of layers. Needs matplotlib.

    networks: layers by name, or such as `paramcount.models.PUBLISHED` holds.
    """
    return Comparison({name: getattr(each, "layer", each) for name, each in networks.items()})


@dataclass(frozen=True, eq=False)
class Comparison:
    """What `compare` returns. networks: layers by name, in the order in which they are shown."""

    networks: dict[str, Layer]

    def figure(self):
        """The plot, as a matplotlib figure: totals on the left, shares on the right."""
        from matplotlib.figure import Figure

        names, layers = list(self.networks), list(self.networks.values())
        figure = Figure(figsize=(9.2, 1.6 + 0.27 * len(names)), dpi=110, layout="constrained")
        totals, shares = figure.subplots(1, 2, sharey=True, width_ratios=(3, 4))
        totals.barh(names, [int(layer.count) for layer in layers], color="0.35")
        totals.set_xscale("log")
        totals.set_xlabel("parameters, each step ten times the last")
        left = [0.0] * len(names)
        for kind, colour in zip(KINDS, _COLOURS, strict=True):
            widths = [100 * by_kind(layer)[kind] / int(layer.count) for layer in layers]
            shares.barh(names, widths, left=left, color=colour, label=kind, edgecolor="white")
            left = [a + b for a, b in zip(left, widths, strict=True)]
        shares.set_xlabel("share in per cent")
        shares.set_xlim(0, 100)
        totals.invert_yaxis()
        for axes in (totals, shares):
            axes.spines[["top", "right"]].set_visible(False)
        figure.legend(loc="outside upper right", ncols=len(KINDS), frameon=False)
        return figure

    def __repr__(self) -> str:
        wide = max(map(len, self.networks))
        lines = [f"{'':{wide}}  {'parameters':>15}" + "".join(f"  {kind:>12}" for kind in KINDS)]
        for name, layer in self.networks.items():
            shares = (share(count, layer.count) for count in by_kind(layer).values())
            lines.append(f"{name:{wide}}  {layer.count:>15,}" + "".join(f"  {part:>12}" for part in shares))
        return "\n".join(lines)

    def _repr_mimebundle_(self, **kwargs):
        return _bundle(self)


def by_kind(layer: Layer) -> dict[str, int]:
    """How many of a layer's parameters are in each kind of layer.

    >>> from paramcount import encoder_layer
    >>> by_kind(encoder_layer(512, ff=2048))  # doctest: +NORMALIZE_WHITESPACE
    {'attention': 1050624, 'dense': 2099712, 'convolution': 0, 'norm': 2048, 'embedding': 0}
    """
    counts = dict.fromkeys(KINDS, 0)
    _add_kinds(layer, 1, "dense", counts)
    return counts


def _add_kinds(layer: Layer, times: int, kind: str, counts: dict[str, int]) -> None:
    # What is inside attention belongs to attention, dense layers and all; the rest is what it is.
    if kind != "attention":
        words = layer.name.split("_")
        kind = next((found for word, found in _KIND_OF.items() if word in words), kind)
    for part in layer.parts.values():
        if isinstance(part, Layer):
            _add_kinds(part, times * layer.times, kind, counts)
        else:
            counts["norm" if part.kind == "norm" else kind] += times * layer.times * part.count


def expanded(dim: Dim) -> dict[str, int]:
    """A count multiplied out: what each product of names comes to.

    >>> i, h = Dim(3, "i"), Dim(2, "h")
    >>> expanded(4 * ((h + i) * h + h))
    {'4 × h × h': 16, '4 × h × i': 24, '4 × h': 8}
    """
    counts: dict[tuple[str, ...], int] = {}
    times: dict[tuple[str, ...], int] = {}
    products = _products(dim)
    written = list(dict.fromkeys(factor.symbols for factors in products for factor in factors))
    for factors in products:
        letters = tuple(sorted((f.symbols for f in factors if not _number(f)), key=written.index))
        counts[letters] = counts.get(letters, 0) + math.prod(map(int, factors))
        times[letters] = times.get(letters, 0) + math.prod(int(f) for f in factors if _number(f))
    return {_spelt(letters, times[letters]): count for letters, count in counts.items()}


def _products(dim: Dim) -> list[list[Dim]]:
    """The count as a sum of products, each a list of factors."""
    if dim.how == "+":
        return [product for arg in dim.args for product in _products(arg)]
    if dim.how == "−":
        first, second = dim.args
        return _products(first) + [[Dim(-1), *factors] for factors in _products(second)]
    if dim.how != "×":
        return [[dim]]
    made: list[list[Dim]] = [[]]
    for arg in dim.args:
        made = [[*before, *after] for before in made for after in _products(arg)]
    return made


def _number(dim: Dim) -> bool:
    return dim.how == "leaf" and dim.name is None


def _spelt(letters: tuple[str, ...], times: int) -> str:
    return " × ".join(([f"{times:,}"] if times != 1 or not letters else []) + list(letters))


def _varied(layer, size: str, sizes) -> tuple[Layer, int]:
    """The layer with the other sizes put in, and the step in which the one size may go."""
    if not isinstance(layer, Layer):
        layer = opened(layer)
    layer = layer.resized(**sizes)
    known = layer.arguments()
    single = [name for name, value in known.items() if _single(value)]
    if size not in single:
        raise TypeError(f"{layer.name} has no single size {size}: it has {', '.join(single)}")
    step = int(known.get(_MULTIPLES.get(size, ""), 1) or 1)
    once, twice = (layer.resized(**{size: times * step}).count for times in (1, 2))
    if once == twice:
        raise ValueError(f"the count of {call(layer)} does not depend on {size}")
    return layer, step


def _single(value) -> int | None:
    """A size as an int, also where it is the only one of a tuple; None for anything else."""
    if isinstance(value, tuple) and len(value) == 1:
        value = value[0]
    return None if value is None or isinstance(value, (bool, tuple)) else int(value)
