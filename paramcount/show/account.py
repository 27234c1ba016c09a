"""The account of a layer: all that is shown of it, worked out once and handed to whatever shows it."""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ..core import Layer, Leaf, Path
from ..dims import Dim
from ..glossary import framework, meaning, part_counted, title
from . import ledger, working
from .kinds import KINDS, LETTERS, kinds, mostly
from .ledger import Row
from .working import GLYPHS, Group, Term

LINKS = 64  # tensors, or parts in larger trees, that light up wherever they are shown


@dataclass(slots=True)  # as the rows of the ledger
class Mark:
    """How a tensor is marked wherever it is shown: by a colour, a glyph, and a number that links them.

    Where there are too many tensors to tell them apart, those of one part have one number.
    """

    colour: str
    glyph: str
    number: int

    @property
    def link(self) -> str:
        """The class that lights up with the tensor's other places."""
        return f"k-{self.number}"

    @property
    def style(self) -> str:
        """The classes of a mark that stands for the tensor."""
        return f"c-{self.colour} k {self.link}"


@dataclass(frozen=True)
class Letters:
    """Sizes of the working that are called the same in words, such as h₁ and h₂, the hidden sizes."""

    words: str
    dims: tuple[Dim, ...]


class Account:
    """A layer, read once: its heading, the terms of the working, the ledger, the marks, the letters."""

    def __init__(self, layer: Layer):
        self.layer, self.count = layer, layer.count

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """Every tensor, in order."""
        return tuple(self.layer.tensors())

    @cached_property
    def _below(self) -> dict[Path, list[Leaf]]:
        below: dict[Path, list[Leaf]] = defaultdict(list)
        for leaf in self.leaves:
            for level in range(len(leaf.path) + 1):
                below[leaf.path[:level]].append(leaf)
        return below

    def below(self, path: Path) -> list[Leaf]:
        """The tensors of the part at a path."""
        return self._below.get(path, [])

    @cached_property
    def heading(self) -> str:
        """What the layer is called, which part of it is counted, and by whom it is stored if not by hand."""
        inner = [title(size) for size in self.layer.sizes.values() if isinstance(size, Layer)]
        name = " ".join([title(self.layer), *inner])  # a bidirectional LSTM layer
        keeper, counted = framework(self.layer.keeper), part_counted(self.layer)
        name = f"{name}, as {keeper} keeps it" if keeper else name
        return f"{name}: {counted}" if counted else name

    @cached_property
    def parameters(self) -> str:
        """The count with its noun; where some parameters are frozen, how many there are in all."""
        if not self.frozen:
            return parameters(self.count)
        return f"{self.total} parameters train, {ledger.percent(self.count, self.count + self.frozen)}"

    @cached_property
    def total(self) -> str:
        """The count, and of how many parameters, where some are frozen."""
        return f"{self.count:,} of {self.count + self.frozen:,}" if self.frozen else f"{self.count:,}"

    @cached_property
    def _own(self) -> list[Leaf]:
        """The tensors that are counted here and nowhere else."""
        return [leaf for leaf in self.leaves if not leaf.tensor.same_as]

    @cached_property
    def frozen(self) -> int:
        """How many parameters are held as they are."""
        return sum(leaf.size for leaf in self._own if leaf.tensor.frozen)

    @cached_property
    def kept(self) -> int:
        """How many numbers are kept besides, which are no parameters: statistics, masks, scales."""
        return sum(leaf.size for leaf in self._own if not leaf.tensor.trained and not leaf.tensor.frozen)

    @cached_property
    def stored(self) -> int:
        """As how many numbers the parameters are stored; 0 where none of them is packed."""
        own = [leaf for leaf in self._own if leaf.tensor.trained or leaf.tensor.frozen]
        stored = sum(leaf.stored for leaf in own)
        return stored if stored != sum(leaf.size for leaf in own) else 0

    @cached_property
    def working(self) -> Group:
        """The working as terms in brackets."""
        return working.terms(self.layer)

    @cached_property
    def terms(self) -> list[Term]:
        """The terms of the working, without their brackets."""
        return self.working.flat()

    @cached_property
    def lines(self) -> list[str]:
        """The working in lines: symbols, numbers, values, subtotals, total."""
        return working.lines(self.count, self.working)

    @cached_property
    def rows(self) -> list[Row]:
        """The ledger, each group before its tensors."""
        return ledger.rows(self.layer, self.leaves)

    @cached_property
    def groups(self) -> list[Row]:
        """The rows of the ledger that are groups."""
        return [row for row in self.rows if row.group]

    @cached_property
    def folded(self) -> list[Row]:
        """The ledger for a place where nobody can unfold it."""
        return ledger.folded(self.layer, self.leaves, self.rows)

    @cached_property
    def kinds(self) -> dict[Path, str]:
        """The kind of layer that each tensor is in."""
        return kinds(self.layer)

    @cached_property
    def network(self) -> bool:
        """Whether colour tells kinds of layers: there are several, or blocks of layers of one, as in a U-Net.

        In one layer, and where all is dense, it tells weights, biases and norms.
        """
        found = {self.kinds[leaf.path] for leaf in self.leaves if leaf.tensor.count}
        blocks = self.layer.depth > 2 and not self.layer.family and found != {"dense"}
        return len(found) > 1 or (blocks and bool(found))

    @cached_property
    def marks(self) -> dict[Path, Mark]:
        """The mark of every tensor, by its path."""
        numbers = self._numbers
        marks = {}
        for leaf, number in zip(self.leaves, numbers, strict=True):
            glyph = GLYPHS[leaf.tensor.kind]
            colour = KINDS[self.kinds[leaf.path]].letter if self.network else glyph
            marks[leaf.path] = Mark(colour, glyph, number)
        return marks

    @cached_property
    def _numbers(self) -> list[int]:
        """A number for each tensor; where they are many, for each part as far down as those are few."""
        parts: dict[Path, int] = {}
        for level in range(self.layer.depth, 0, -1):
            parts = {}
            for leaf in self.leaves:
                parts.setdefault(leaf.path[:level], len(parts))
            if len(parts) <= LINKS:
                break
        return [min(parts[leaf.path[:level]], LINKS - 1) for leaf in self.leaves]

    def letters_of(self, leaves: Iterable[Leaf]) -> dict[str, int]:
        """How many parameters some tensors have in each colour, by its letter, in order."""
        counts: dict[str, int] = {}
        for leaf in leaves:
            letter = self.marks[leaf.path].colour
            counts[letter] = counts.get(letter, 0) + leaf.count
        # The kinds stand in one order wherever they stand side by side.
        return {letter: counts[letter] for letter in LETTERS if letter in counts} if self.network else counts

    def colour(self, *paths: Path) -> str:
        """The letter of the colour of what stands for the parts at some paths."""
        return self.colour_of(leaf for path in paths for leaf in self.below(path))

    def colour_of(self, leaves: Iterable[Leaf]) -> str:
        """The letter of the colour of what stands for some tensors."""
        counts = self.letters_of(leaves)
        return mostly(counts) if self.network else max(counts, key=lambda letter: counts[letter])

    def links(self, *paths: Path) -> str:
        """The classes with which something lights up that stands for the parts at some paths."""
        found = (self.marks[leaf.path].link for path in paths for leaf in self.below(path))
        return " ".join(dict.fromkeys(found))

    @cached_property
    def letters(self) -> list[Letters]:
        """What the letters stand for that the working in lines has; none where its parts stand by name."""
        written = self.layer.found or self.lines[0] == self.count.symbols
        return self.letters_in(self.count) if written else []

    def letters_in(self, *counts: Dim) -> list[Letters]:
        """What the letters of some counts stand for, in the order in which they are written."""
        words: dict[str, list[Dim]] = {}
        for dim in named_sizes(*counts):
            words.setdefault(meaning(dim.name or "", self.layer), []).append(dim)
        return [Letters(said, tuple(dims)) for said, dims in words.items() if said]

    @cached_property
    def call(self) -> str:
        """The layer as it is written in Python."""
        return call(self.layer)


def parameters(count: int) -> str:
    """A count with its noun."""
    return f"{count:,} parameter{'' if count == 1 else 's'}"


def named_sizes(*counts: Dim) -> list[Dim]:
    """The named sizes in some counts, each once, in the order in which they are written."""
    names: dict[str, Dim] = {}
    waiting = [*reversed(counts)]
    while waiting:
        dim = waiting.pop()
        if dim.how == "leaf" and dim.name:
            names.setdefault(dim.name, dim)
        waiting += reversed(dim.args)
    return list(names.values())


def call(layer: Layer) -> str:
    """The layer as it is written in Python.

    >>> from paramcount import ffnn, encoder
    >>> call(ffnn(3, 5, 2)), call(encoder(512, 6))
    ('ffnn(3, 5, 2)', 'encoder(x=512, m=6)')
    """
    parameters = layer.function.signature.parameters if layer.function else {}
    many = any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters.values())
    arguments = []
    for name, value in layer.sizes.items():
        default = parameters[name].default if name in parameters else inspect.Parameter.empty
        if value == default or value == ():
            continue
        label = "" if many and default is inspect.Parameter.empty else f"{name}="
        arguments.append(_argument(label, value, many))
    written = layer.name if layer.function is None else f"{layer.name}({', '.join(arguments)})"
    if layer.keeper:
        written = f"stored_by({layer.keeper.rpartition('.')[2]}, {written})"
    return f"{layer.times:,} × {written}" if layer.times > 1 else written


def _argument(label: str, value, many: bool) -> str:
    if isinstance(value, Layer):
        return call(value)
    if isinstance(value, tuple):
        sizes = ", ".join(str(int(size)) for size in value)
        return sizes if many else f"{label}({sizes}{',' * (len(value) == 1)})"
    return f"{label}{value!r}"
