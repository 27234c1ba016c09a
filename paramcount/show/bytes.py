"""The room that a network takes, in bytes: weights, gradients, optimiser, keys and values, a row each.

The rows are never added up. What they come to together depends on the program, which keeps more besides.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from html import escape

from .. import models, tuning
from ..core import Layer, Leaf
from ..dims import Dim
from .account import Account
from .working import kind

# How a number may be kept, and in how many bytes.
FORMATS = {"float32": Fraction(4), "bfloat16": Fraction(2), "float16": Fraction(2), "int8": Fraction(1)}
FORMATS |= {"fp8": Fraction(1), "4 bit": Fraction(1, 2), "4 bit, dense layers": Fraction(1, 2)}
TRAINED = ("float32", "bfloat16", "float16")  # in other formats nothing can be trained
CACHES = ("float32", "bfloat16", "float16", "int8", "fp8")
# How many numbers share a scale, and its bytes: Q4_0 of GGUF files packs all there is, and bitsandbytes
# the dense layers but the output.
DENSE = "4 bit, dense layers"
_SCALES = {"4 bit": (32, 2), DENSE: (64, 4)}
RECIPES = ("mixed precision", "all as the weights")  # of what Adam keeps
_SPELT = {
    "float32": "fp32 f32 float",
    "bfloat16": "bf16",
    "float16": "fp16 f16 half",
    "int8": "8bit 8-bit 8_bit",
}
_SPELT |= {"fp8": "float8 float8_e4m3fn", "4 bit": "int4 q4_0", DENSE: "nf4 fp4 4bit 4-bit"}
_MEANT = {spelling: name for name, spellings in _SPELT.items() for spelling in spellings.split()}
GB, GIB = 1_000**3, 1_024**3
HEADS = ("", "each", "arithmetic", "bytes", "GB of 1,000³", "GiB of 1,024³")
BESIDES = (
    "Activations come besides, and whatever the program keeps. How much that is depends on the program, so "
    "there is no sum here."
)


@dataclass(frozen=True)
class Row:
    """What one thing takes. each: bytes a parameter or token, in words; arithmetic: how its size comes about;
    size: in bytes, None where it is not known."""

    name: str
    each: str
    arithmetic: str
    size: int | None

    @property
    def cells(self) -> tuple[str, ...]:
        """The row of the table, as it is read."""
        if self.size is None:
            return self.name, self.each, self.arithmetic, "?", "?", "?"
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
    """What `memory` was given. training: the recipe of Adam, "" in use; rows: what is kept, and its size."""

    network: Layer | int
    weights: str
    training: str
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
        alike = self.training == RECIPES[1] or self._trained == "float32"
        recipe = f"all in {self._trained}" if alike else self.training
        used = f"trained with Adam, {recipe}" if self.training else "in use"
        return f"{name}{count + frozen:,} parameters, {used}"

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
        if not self.training and (not frozen or not count or self.weights in TRAINED):
            return self._held("weights", count + frozen)
        held = self._held("weights, frozen", frozen) if frozen else []
        return [*held, _plain("weights that train" if frozen else "weights", count, self._trained)]

    def _held(self, name: str, count: int) -> list[Row]:
        """So many parameters in the format of the weights, with their scales, if it has some."""
        if self.weights not in _SCALES:
            return [_plain(name, count, self.weights)]
        block, scale = _SCALES[self.weights]
        packed = self._dense if self.weights == DENSE else count
        rows = [
            Row(name, "½ byte a parameter, 4 bit", f"{packed:,} ÷ 2", -(-packed // 2)),
            Row(
                "their scales",
                f"{scale} bytes for each {block}",
                f"{packed:,} ÷ {block} × {scale}",
                -(-packed // block) * scale,
            ),
        ]
        rest = count - packed
        return rows + ([_plain("not quantised", rest, "bfloat16")] if rest else [])

    @cached_property
    def _dense(self) -> int:
        """How many parameters are in matrices of dense layers, those that train beside a frozen one and the
        output apart; of what was read quantised, how many are."""
        layer = self.network
        assert isinstance(layer, Layer)
        leaves = [leaf for leaf in layer.tensors() if not leaf.same_as]
        if packed := [leaf for leaf in leaves if leaf.tensor.packing]:
            return sum(leaf.size for leaf in packed)
        adapted, tables = all(self.counts), _tables(layer, leaves)
        matrices = (leaf for leaf in leaves if not (adapted and leaf.tensor.trained))
        inner = (leaf for leaf in matrices if len(leaf.path) > 2 or leaf.size not in tables)
        return sum(leaf.size for leaf in inner if _is_dense(layer, leaf))

    def _of_training(self) -> list[Row]:
        if not self.training:
            return [Row(name, "none in use", "", 0) for name in ("gradients", "optimiser")]
        count, _ = self.counts
        each = int(FORMATS[self._trained])
        numbers, said = 2, f"a mean and a square, {self._trained}"
        if self.training == RECIPES[0] and self._trained != "float32":
            numbers, each, said = 3, 4, "a mean, a square and a copy of the weight, float32"
        arithmetic = f"{count:,} × {numbers} × {each}"
        optimiser = Row(
            "optimiser", f"{numbers} × {each} bytes a parameter: {said}", arithmetic, numbers * each * count
        )
        return [_plain("gradients", count, self._trained), optimiser]

    def _cache(self) -> Row:
        name = "keys and values"
        kept = self.kept or numbers_kept(self.network)
        if self.training:
            return Row(name, "none in training, which reads whole texts", "", 0)
        if kept is None:
            return Row(name, "not known here: give kept=, how many numbers are kept of a token", "", None)
        if not kept:
            return Row(name, "none that grows with the text", "", 0)
        each = int(FORMATS[self.cache])
        texts = f"{self.texts:,} × " if self.texts > 1 else ""
        arithmetic = f"{texts}{self.tokens:,} × {Dim(kept).numbers} × {each}"
        size = self.texts * self.tokens * int(kept) * each
        window = (
            "" if self.kept or not _has_windows(self.network) else ", if all layers look back at all of it"
        )
        return Row(name, f"{kept * each:,} bytes a token, {self.cache}{window}", arithmetic, size)


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


def _plain(name: str, count: int, kind: str) -> Row:
    """So many parameters in a format without scales."""
    each = int(FORMATS[kind])
    return Row(
        name, f"{each} byte{'s' * (each > 1)} a parameter, {kind}", f"{count:,} × {each}", count * each
    )


def _tables(layer: Layer, leaves: list[Leaf]) -> set[int]:
    """The sizes of the tables. A dense part as large as one of them is the output over its words."""
    return {leaf.size for leaf in leaves if kind(layer.at(leaf.path[:-1])) == "embedding"}


def _is_dense(layer: Layer, leaf: Leaf) -> bool:
    """Whether a tensor is the matrix of a dense layer."""
    return kind(layer.at(leaf.path[:-1])) == "dense" and leaf.tensor.kind == "weight"


def meant(name: object) -> str:
    """A format as it is called here: "4bit" is "4 bit", torch.float16 is "float16"."""
    spelt = str(name).lower().removeprefix("torch.")
    return _MEANT.get(spelt, spelt)


def as_read(network: Layer | int) -> str:
    """The format that a network comes in: with 4 bits if it was read so, or else bfloat16."""
    leaves = network.tensors() if isinstance(network, Layer) else ()
    ways = [leaf.tensor.packing.how for leaf in leaves if leaf.tensor.packing]
    return DENSE if any(how.startswith("4-bit") for how in ways) else "bfloat16"


def numbers_kept(network: Layer | int) -> int | None:
    """How many numbers a network of `paramcount.models` keeps of each token, from its sizes: none of most
    that do not write. None where it is not known, as of what was read and of a decoder beside an encoder.

    Two, a key and a value, for each layer, head of keys, and column of a head; with latent attention, a few
    for each layer that all heads share.
    """
    sizes = network.arguments() if isinstance(network, Layer) else {}
    home = _home(network)
    if home == tuning.__name__:  # what LoRA stands beside
        return numbers_kept(network.sizes["base"])  # type: ignore[union-attr, arg-type]
    if home.rpartition(".")[0] != models.__name__:
        return None
    layers, heads = sizes.get("n"), sizes.get("heads")
    if not heads or (sizes.get("m") and not layers):
        return 0
    if not isinstance(layers, Dim) or not isinstance(heads, Dim) or sizes.get("m") or "cross" in sizes:
        return None
    if isinstance(latent := sizes.get("kv_rank"), Dim):
        return layers * (latent + sizes["turned"])
    d = sizes.get("d") or sizes["x"] // heads  # type: ignore[operator]
    return 2 * layers * (sizes.get("kv_heads") or heads) * d  # type: ignore[operator, no-any-return]


def _home(network: Layer | int) -> str:
    """The module of the function that made a network; "" if none did."""
    function = network.function if isinstance(network, Layer) else None
    return (function.base or function).__module__ if function else ""


def _has_windows(network: Layer | int) -> bool:
    """Whether some layers look back no further than a window, as those of Gemma do."""
    return isinstance(network, Layer) and network.function is not None and network.name == models.gemma.name
