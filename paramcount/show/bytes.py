"""The room that a network takes, in bytes: weights, gradients, optimiser, keys and values, a row each.

The last row adds up what is above it, and says "at least": what comes besides depends on the program.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from html import escape

from ..core import Layer
from ..dims import Dim
from .account import Account
from .holds import (
    ALONE,
    DENSE,
    DOUBLE,
    EXPERTS,
    GROUPS,
    PARTLY,
    base_of,
    has_words,
    layers_below,
    numbers_kept,
    numbers_of_layer,
    packed_in,
    sizes_of,
    types_of,
    windows_of,
    writes_words,
)

# How a number may be kept, and in how many bytes.
FORMATS = {"float32": Fraction(4), "bfloat16": Fraction(2), "float16": Fraction(2), "int8": Fraction(1)}
FORMATS |= {"fp8": Fraction(1), "8 bit, Q8_0": Fraction(1), "4 bit": Fraction(1, 2)}
READ = "as it was read"  # of what came with types of its own
FORMATS |= dict.fromkeys(PARTLY, Fraction(1, 2))
TRAINED = ("float32", "bfloat16", "float16")  # in other formats nothing can be trained
CACHES = ("float32", "bfloat16", "float16", "int8", "fp8")
# How many numbers share a scale, and its bytes. GPTQ and AWQ have a zero of 4 bits beside one of 2 bytes.
_SCALES = {"8 bit, Q8_0": (32, Fraction(2)), "4 bit": (32, Fraction(2)), GROUPS: (128, Fraction(5, 2))}
_SCALES |= {DENSE: (64, Fraction(4)), EXPERTS: (64, Fraction(4)), ALONE: (32, Fraction(1))}
_SCALES[DOUBLE] = (64, 1 + Fraction(4, 256))  # a byte, and a float32 for each 256 of these
# Numbers of bitsandbytes' Adam that share a scale, for the mean and for the square. It keeps what has fewer
# than 4,096 numbers as float32, which is not counted here.
_BLOCK = 256

# How training is done, and what the heading says of it; {} is the format of the weights.
_TRAINED = {
    "mixed precision": "with Adam, mixed precision",
    "all as the weights": "with Adam, all in {}",
    "Adam in 8 bits": "with Adam, its means in 8 bits, all else in {}",
    "SGD with momentum": "with SGD and momentum, all in {}",
    "SGD": "with SGD, all in {}",
}
RECIPES = (*_TRAINED,)
MIXED = RECIPES[0]
_SPELT = {
    "float32": "fp32 f32 float",
    "bfloat16": "bf16",
    "float16": "fp16 f16 half",
    "int8": "8bit 8-bit 8_bit",
    "8 bit, Q8_0": "q8_0",
    GROUPS: "gptq awq",
}
_SPELT |= {"fp8": "float8 float8_e4m3fn", "4 bit": "int4 q4_0", DENSE: "nf4 fp4 4bit 4-bit", ALONE: "mxfp4"}
_MEANT = {spelling: name for name, spellings in _SPELT.items() for spelling in spellings.split()}
_MEANT |= dict.fromkeys(("nf4 double", "nf4, double", "double"), DOUBLE)
GB, GIB = 1_000**3, 1_024**3
HEADS = ("", "each", "arithmetic", "bytes", "GB of 1,000³", "GiB of 1,024³")
BESIDES = "ctivations come besides, and whatever the program keeps, so this is the least that it takes."


@dataclass(frozen=True)
class Row:
    """What one thing takes. each: bytes a parameter or token, in words; arithmetic: how its size comes about;
    size: in bytes, None where it is not known; most: whether it is that at most, and not added up."""

    name: str
    each: str
    arithmetic: str
    size: int | None
    most: bool = False

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
    """What `memory` was given. training: the recipe, "" in use; notes: what else is to be said; rows: what is
    kept, and its size."""

    network: Layer | int
    weights: str
    training: str
    tokens: int
    texts: int
    cache: str
    kept: int | None
    notes: tuple[str, ...] = ()

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
        alike = self.training == MIXED and self._trained == "float32"
        recipe = _TRAINED["all as the weights" if alike else self.training or MIXED].format(self._trained)
        used = f"trained {recipe}" if self.training else "in use"
        used = used.replace(", all in ", ", what trains in ") if frozen and count else used
        return f"{name}{count + frozen:,} parameters, {used}"

    @cached_property
    def rows(self) -> list[Row]:
        """Weights, gradients, optimiser; keys and values, or in training activations."""
        rows = [*self._weights(), *self._of_training()]
        return rows + (self._activations() if self.training else self._cache())

    @cached_property
    def together(self) -> Row:
        """All rows whose size is known. Gradients come as activations go, so the fewer are left out."""
        size, sizes = sum(row.size or 0 for row in self.rows), {row.name: row.size for row in self.rows}
        if None in sizes.values():
            return Row("together", "at least, without what has a ?", "the rows above", size)
        if most := [row for row in self.rows if row.most]:
            names = " and ".join(row.name for row in most)
            left = size - sum(row.size or 0 for row in most)
            return Row("together", f"at least, without {names}", f"the rows above, without {names}", left)
        if not self.training:
            return Row("together", "at least", "the rows above", size)
        way = (sizes["activations"] or 0) + (sizes.get("logits") or 0)
        names = "activations and logits" if "logits" in sizes else "activations"
        fewer, less = min((sizes["gradients"] or 0, "gradients"), (way, names))
        said = "at least; activations go while gradients come"
        return Row("together", said, f"the rows above, without {less}", size - fewer)

    @property
    def said(self) -> str:
        """What is said below the table."""
        more = "More a" if self.training and self.through else "A"
        return " ".join([*self.notes, more + BESIDES])

    # -- weights --------------------------------------------------------------------------------

    @property
    def _trained(self) -> str:
        """The format of the weights that train."""
        if self.weights in TRAINED:
            return self.weights
        read = {meant(_CALLED.get(name, name)) for name, *_, trains in types_of(self.network) if trains}
        alone = read.pop() if self.weights == READ and len(read) == 1 else ""
        return alone if alone in TRAINED else "bfloat16"

    @property
    def _passed(self) -> str:
        """The format of what passes from layer to layer: that of most weights, which may be frozen."""
        count, frozen = self.counts
        numbers: dict[str, int] = {}
        for name, many, *_ in types_of(self.network):
            numbers[name] = numbers.get(name, 0) + many
        if self.weights != READ or not numbers or count > frozen:
            return self._trained
        return meant(_CALLED.get(most := max(numbers, key=lambda name: numbers[name]), most))

    def _weights(self) -> list[Row]:
        count, frozen = self.counts
        alike = self.weights in TRAINED or (self.weights == READ and base_of(self.network) is self.network)
        if not self.training and (not frozen or not count or alike):
            return self._held("weights", count + frozen)
        held = self._held("weights, frozen", frozen) if frozen else []
        return [*held, _plain("weights that train" if frozen else "weights", count, self._trained)]

    def _held(self, name: str, count: int) -> list[Row]:
        """So many parameters in the format of the weights, with their scales, if it has some."""
        if self.weights == READ:
            return [self._read(name)]
        if self.weights not in _SCALES:
            return [_plain(name, count, self.weights)]
        (block, scale), packed = _SCALES[self.weights], count
        if self.weights in PARTLY:
            packed = sum(leaf.size for leaf in packed_in(self.network, self.weights, all(self.counts)))
        half = FORMATS[self.weights] < 1
        each = "½ byte a parameter, 4 bit" if half else "1 byte a parameter, 8 bit"
        rows = [Row(name, each, f"{packed:,} ÷ 2" if half else f"{packed:,} × 1", -(-packed // (1 + half)))]
        beside = "scales, zeros" if self.weights == GROUPS else "their scales"
        size = f"{float(scale):.7g} byte{'s' * (scale > 1)}"
        blocks = -(-packed // block)
        arithmetic = f"{packed:,} ÷ {block} × {float(scale):.7g}"
        rows.append(Row(beside, f"{size} for each {block}", arithmetic, -int(-blocks * scale // 1)))
        rest = count - packed
        return rows + ([_plain("not quantised", rest, "bfloat16")] if rest else [])

    def _read(self, name: str) -> Row:
        """What was read, as its files or its tensors hold it: a product for each type of number."""
        types, base = types_of(self.network), base_of(self.network)
        if self.training and all(self.counts) and base is self.network:  # what trains has a row of its own
            types = tuple(each for each in types if not each[3])
        products: dict[str, list[int]] = {}
        for name_of, numbers, size, _ in types:
            both = products.setdefault(name_of, [0, 0])
            both[0], both[1] = both[0] + numbers, both[1] + size
        arithmetic = " + ".join(_product(kind, *both) for kind, both in products.items())
        where = "in the files" if base and base.origin and base.origin.file else "as it was read"
        kinds = ", ".join(_CALLED.get(kind, kind) for kind in products)
        kinds += ", scales and all" if base and any(leaf.tensor.packing for leaf in base.tensors()) else ""
        return Row(f"{name}, {where}", kinds, arithmetic, sum(size for _, size in products.values()))

    # -- training -------------------------------------------------------------------------------

    def _of_training(self) -> list[Row]:
        if not self.training:
            return [Row(name, "none in use", "", 0) for name in ("gradients", "optimiser")]
        return [_plain("gradients", self.counts[0], self._trained), *self._optimiser()]

    def _optimiser(self) -> Iterator[Row]:
        """What the optimiser keeps of each parameter that trains."""
        count, each = self.counts[0], int(FORMATS[self._trained])
        numbers, said = 2, f"a mean and a square, {self._trained}"
        if self.training == MIXED and self._trained != "float32":
            numbers, each, said = 3, 4, "a mean, a square and a copy of the weight, float32"
        elif self.training == "Adam in 8 bits":
            each, said = 1, "a mean and a square, 8 bit"
        elif self.training == "SGD with momentum":
            numbers, said = 1, f"a mean, {self._trained}"
        elif self.training == "SGD":
            yield Row("optimiser", "none, without momentum", "", 0)
            return
        times, s = (f"{numbers} × ", "s") if numbers > 1 else ("", "s" * (each > 1))
        arithmetic = f"{count:,} × {times}{each}"
        yield Row(
            "optimiser", f"{times}{each} byte{s} a parameter: {said}", arithmetic, numbers * each * count
        )
        if self.training == "Adam in 8 bits":
            size = -(-count // _BLOCK) * 2 * 4
            yield Row("its scales", f"2 × 4 bytes for each {_BLOCK}", f"{count:,} ÷ {_BLOCK} × 2 × 4", size)

    @cached_property
    def through(self) -> tuple[Dim, Dim, Dim | None] | None:
        """Layers and columns of the numbers that pass through a network, and the words of its output; None
        where it is not known."""
        sizes = sizes_of(self.network)
        layers = [sizes[letter] for letter in ("n", "m") if isinstance(sizes.get(letter), Dim)]
        x, v = sizes.get("x"), sizes.get("v")
        if len(layers) != 1 or not isinstance(x, Dim) or not isinstance(v, Dim):
            return None
        return layers[0], x, v if writes_words(self.network) else None  # type: ignore[return-value]

    def _activations(self) -> list[Row]:
        """The least that is kept of a text for the way back: with checkpoints, what each layer reads."""
        if not self.counts[0]:
            return [Row("activations", "none, for nothing trains", "", 0)]
        if self.through is None:
            words = "tokens × columns" if has_words(self.network) else "height × width × channels, or columns"
            return [
                Row("activations", f"not known here: for each layer, texts or pictures × {words}", "", None)
            ]
        layers, x, v = self.through
        each = 4 if self._passed == "float32" else 2
        read = f"{self.texts:,} × {self.tokens:,}" if self.texts > 1 else f"{self.tokens:,}"
        many = self.texts * self.tokens
        said = f"{each} bytes for each layer, token and column, with checkpointing"
        if below := layers_below(self.network, int(layers)):
            said += f"; none of the {below:,} below all that trains"
            layers = Dim(layers - below)
        arithmetic = f"{layers:,} × {read} × {x:,} × {each}"
        rows = [Row("activations", said, arithmetic, int(layers * x) * many * each)]
        if v:
            said = "4 bytes for each token and word, float32, and as much for their gradients"
            rows.append(Row("logits", said, f"2 × {read} × {v:,} × 4", 2 * many * int(v) * 4))
        return rows

    # -- keys and values ------------------------------------------------------------------------

    @cached_property
    def of_token(self) -> int | None:
        """How many numbers are kept of a token, None where it is not known."""
        return self.kept or numbers_kept(self.network)

    def _cache(self) -> list[Row]:
        name, kept = "keys and values", self.of_token
        if not kept and not has_words(self.network):
            return []
        if kept is None:
            return [Row(name, "not known here: give kept=, how many numbers are kept of a token", "", None)]
        if not kept:
            return [Row(name, "none that grows with the text", "", 0)]
        each, many = int(FORMATS[self.cache]), self.texts * self.tokens
        texts = f"{self.texts:,} × " if self.texts > 1 else ""
        windows = None if self.kept else windows_of(self.network)
        if windows and windows != (0, 0):
            return [self._narrow(name, texts, each, *windows)]
        arithmetic = f"{texts}{self.tokens:,} × {Dim(kept).numbers} × {each}"
        said = f"{kept * each:,} bytes a token, {self.cache}"
        if windows:
            said = f"at most: {said}, if all layers look back at all of it"
        return [Row(name, said, arithmetic, many * int(kept) * each, windows is not None)]

    def _narrow(self, name: str, texts: str, each: int, narrow: int, window: int) -> Row:
        """Keys and values where some layers keep those of the last few tokens alone."""
        layers, seen = int(sizes_of(self.network)["n"]), min(self.tokens, window)  # type: ignore[call-overload]
        numbers, wide = numbers_of_layer(self.network), layers - narrow
        of = "all" if not wide else f"{narrow:,} of {layers:,}"
        said = f"{numbers * each:,} bytes a token and layer, {self.cache}; {of} keep the last {window:,}"
        parts = [f"{wide:,} × {self.tokens:,}"] * bool(wide) + [f"{narrow:,} × {seen:,}"]
        arithmetic = f"{texts}({' + '.join(parts)}) × {numbers.numbers} × {each}"
        size = self.texts * (wide * self.tokens + narrow * seen) * int(numbers) * each
        return Row(name, said, arithmetic, size)


def table(shown: Room) -> str:
    """The rows as a table of HTML: what is multiplied stands below what it is."""
    right, left = ' class="r" style="text-align:right"', ' style="text-align:left"'
    heads = f"<th{left}>kept</th><th{left}>each, and all of it in bytes</th>"
    heads += "".join(f'<th scope="col"{right}>{unit}</th>' for unit in HEADS[-2:])
    rows = []
    for row in [*shown.rows, shown.together]:
        name, each, arithmetic, size, gb, gib = map(escape, row.cells)
        all_of_it = f"<br>{arithmetic} = <b>{size}</b>" if arithmetic else ""
        rows.append(
            f'<tr><th scope="row"{left}><b>{name}</b></th>'
            f'<td style="text-align:left;white-space:normal">{each}{all_of_it}</td>'
            f"<td{right}>{gb}</td><td{right}>{gib}</td></tr>"
        )
    head, body = f"<thead><tr>{heads}</tr></thead>", f"<tbody>{''.join(rows)}</tbody>"
    return f'<table class="pc-ledger pc-rows">{head}{body}</table>'


def _plain(name: str, count: int, kind: str) -> Row:
    """So many parameters in a format without scales."""
    each = int(FORMATS[kind])
    return Row(
        name, f"{each} byte{'s' * (each > 1)} a parameter, {kind}", f"{count:,} × {each}", count * each
    )


# What files and frameworks call the types of numbers, where that is not how they are called here.
_CALLED = {"F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16", "F8_E4M3": "fp8"}
_CALLED |= {"F8_E5M2": "fp8", "float8_e4m3fn": "fp8", "I8": "int8", "U8": "bytes", "uint8": "bytes"}
_CALLED |= {"I32": "int32", "I64": "int64", "I16": "int16", "BOOL": "bool"}


def _product(kind: str, numbers: int, size: int) -> str:
    """The bytes of so many numbers of a type, as a product."""
    each = Fraction(size, numbers)
    return f"{numbers:,} × {each}" if each.denominator == 1 else f"{numbers:,} × {float(8 * each):g} ÷ 8"


# -- how formats are spelled ----------------------------------------------------------------------


def meant(name: object) -> str:
    """A format as it is called here: "4bit" is "4 bit", torch.float16 is "float16"."""
    spelt = str(name).lower().removeprefix("torch.")
    known = {each.lower(): each for each in FORMATS}
    return _MEANT.get(spelt, known.get(spelt, spelt))


def as_read(network: Layer | int) -> str:
    """The format that a network comes in: the one type of its numbers or that of its config, or else as its
    files hold it; bfloat16 of what does not say."""
    types, base = types_of(network), base_of(network)
    if types:
        alone = meant(types[0][0]) if len({kind for kind, *_ in types}) == 1 else READ
        return alone if alone in TRAINED else READ
    said = meant(base.origin.dtype) if base and base.origin else ""
    return said if said in FORMATS else "bfloat16"
