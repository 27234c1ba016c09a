"""The room that a network takes, in bytes: weights, gradients, optimiser, keys and values, a row each.

The rows are never added up. What they come to together depends on the program, which keeps more besides.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from html import escape

from ..core import Layer
from ..dims import Dim
from .account import Account

# How a number may be kept, and in how many bytes. Of 4 bits, 32 share a scale of 2 bytes.
FORMATS = {"float32": Fraction(4), "bfloat16": Fraction(2), "int8": Fraction(1), "4 bit": Fraction(1, 2)}
TRAINED = ("float32", "bfloat16")  # in other formats nothing can be trained
CACHES = ("float32", "bfloat16", "int8")
_BLOCK, _SCALE = 32, 2
GB, GIB = 1_000**3, 1_024**3
HEADS = ("", "each", "arithmetic", "bytes", "GB of 1,000³", "GiB of 1,024³")
BESIDES = (
    "Activations come besides, and whatever the program keeps. How much that is depends on the program, so "
    "there is no sum here."
)


@dataclass(frozen=True)
class Row:
    """What one thing takes. each: bytes a parameter or token, in words; arithmetic: how its size comes about;
    size: in bytes."""

    name: str
    each: str
    arithmetic: str
    size: int

    @property
    def cells(self) -> tuple[str, ...]:
        """The row of the table, as it is read."""
        sizes = f"{self.size:,}", three(self.size, GB), three(self.size, GIB)
        return self.name, self.each, self.arithmetic, *sizes


def three(size: int, unit: int) -> str:
    """A size in a unit, to three figures: 16.1."""
    value = size / unit
    if not size:
        return "0"
    if value < 0.001:
        return "< 0.001"
    return f"{value:,.{0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3}f}"


@dataclass(frozen=True, eq=False)
class Room:
    """What `memory` was given. rows: what is kept, and its size."""

    network: Layer | int
    weights: str
    training: bool
    tokens: int
    texts: int
    cache: str
    kept: int | None

    @cached_property
    def counts(self) -> tuple[int, int]:
        """How many parameters train when it is trained, and how many are frozen."""
        if not isinstance(self.network, Layer):
            return int(self.network), 0
        account = Account(self.network)
        return int(account.count), account.frozen

    @cached_property
    def heading(self) -> str:
        """Of what it is the memory."""
        count, frozen = self.counts
        name = f"{Account(self.network).heading}, " if isinstance(self.network, Layer) else ""
        return f"{name}{count + frozen:,} parameters, {'trained with Adam' if self.training else 'in use'}"

    @cached_property
    def rows(self) -> list[Row]:
        """Weights, gradients, optimiser, keys and values."""
        return [*self._weights(), *self._of_training(), self._cache()]

    @property
    def _trained(self) -> str:
        """The format of the weights that train."""
        return self.weights if self.weights in TRAINED else "bfloat16"

    def _weights(self) -> list[Row]:
        count, frozen = self.counts
        if not self.training:
            return _stored("weights", count + frozen, self.weights)
        held = _stored("weights, frozen", frozen, self.weights) if frozen else []
        return held + _stored("weights that train" if frozen else "weights", count, self._trained)

    def _of_training(self) -> list[Row]:
        if not self.training:
            return [Row(name, "none in use", "", 0) for name in ("gradients", "optimiser")]
        count, _ = self.counts
        numbers, said = 2, "a mean and a square, float32"
        if self._trained != "float32":
            numbers, said = 3, "a mean, a square and a copy of the weight, float32"
        size = numbers * 4 * count
        arithmetic = f"{count:,} × {numbers} × 4"
        optimiser = Row("optimiser", f"{numbers} × 4 bytes a parameter: {said}", arithmetic, size)
        return [*_stored("gradients", count, self._trained), optimiser]

    def _cache(self) -> Row:
        kept, name = self.kept or numbers_kept(self.network), "keys and values"
        if self.training:
            return Row(name, "none in training, which reads whole texts", "", 0)
        if not kept:
            return Row(name, "none that grows with the text", "", 0)
        each = int(FORMATS[self.cache])
        texts = f"{self.texts:,} × " if self.texts > 1 else ""
        arithmetic = f"{texts}{self.tokens:,} × {Dim(kept).numbers} × {each}"
        size = self.texts * self.tokens * int(kept) * each
        return Row(name, f"{kept * each:,} bytes a token, {self.cache}", arithmetic, size)


def table(shown: Room) -> str:
    """The rows as a table of HTML: what is multiplied stands below what it is."""
    right, left = ' class="r" style="text-align:right"', ' style="text-align:left"'
    heads = f"<th{left}>kept</th><th{left}>each, and all of it in bytes</th>"
    heads += "".join(f'<th scope="col"{right}>{unit}</th>' for unit in HEADS[-2:])
    rows = []
    for row in shown.rows:
        name, each, arithmetic, size, gb, gib = map(escape, row.cells)
        all_of_it = f"<br>{arithmetic} = <b>{size}</b>" if arithmetic else ""
        rows.append(
            f'<tr><th scope="row"{left}><b>{name}</b></th>'
            f'<td style="text-align:left;white-space:normal">{each}{all_of_it}</td>'
            f"<td{right}>{gb}</td><td{right}>{gib}</td></tr>"
        )
    return f'<table class="pc-ledger"><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _stored(name: str, count: int, kind: str) -> list[Row]:
    """So many parameters in a format, and their scales, if it has some."""
    if kind != "4 bit":
        each = int(FORMATS[kind])
        said = f"{each} byte{'s' * (each > 1)} a parameter, {kind}"
        return [Row(name, said, f"{count:,} × {each}", count * each)]
    scales = f"{count:,} ÷ {_BLOCK} × {_SCALE}"
    return [
        Row(name, "½ byte a parameter, 4 bit", f"{count:,} ÷ 2", -(-count // 2)),
        Row("their scales", f"{_SCALE} bytes for each {_BLOCK}", scales, -(-count // _BLOCK) * _SCALE),
    ]


def numbers_kept(network: Layer | int) -> Dim | None:
    """How many numbers a network keeps of each token, from its sizes; None where it is not known to keep any.

    Two, a key and a value, for each layer, head of keys, and column of a head; with latent attention, a few
    for each layer that all heads share.
    """
    sizes = network.arguments() if isinstance(network, Layer) else {}
    for inner in sizes.values():
        if isinstance(inner, Layer):  # what LoRA stands beside
            return numbers_kept(inner)
    layers, heads = sizes.get("n"), sizes.get("heads")
    if not isinstance(layers, Dim) or not isinstance(heads, Dim) or sizes.get("m"):
        return None
    if isinstance(latent := sizes.get("kv_rank"), Dim):
        return layers * (latent + sizes["turned"])
    d = sizes.get("d") or sizes["x"] // heads  # type: ignore[operator]
    return 2 * layers * (sizes.get("kv_heads") or heads) * d  # type: ignore[operator]
