"""The parts of a model: which of them are layers of the textbook, which are alike, what each is called.

What comes in is a list of tensors with their paths. What goes out is the outermost `Part`, folded: neighbours
of the same structure stand in it once, as "0 to 11", and every tensor knows its place in the tree.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..core import Layer, Packing, Path, subscript
from ..dims import Dim

# How a tensor is kept: whether it is trained, whether it is frozen, and how it is packed.
How = tuple[bool, bool, Packing | None]
# Gives a size its name: the letter that the textbook has for it, and its value.
Size = Callable[[str, int], Dim]
# Makes the layer of the textbook that a part of a model is, each of its sizes named by the function given.
Maker = Callable[[Size], Layer]
# The class of the part at each path, and the maker of the layer that it may be.
Kinds = Mapping[Path, tuple[str, Maker | None]]

DEEPEST = 24  # levels of a tree; a longer path keeps its end in one piece
FOLDER = "part"  # what a part of a file is called, whose class nobody knows
_MOST = 1_000_000  # parts of a model: the largest that are published have a tenth of it
_LONGEST = 64  # characters of a name that are shown


@dataclass(eq=False, slots=True)
class KeptTensor:
    """A tensor that a model keeps. same_as: the one that it shares, if any; place: its path in the tree.

    trained, frozen, packing: see `Tensor`.
    """

    path: Path
    shape: tuple[int, ...]
    trained: bool
    frozen: bool = False
    packing: Packing | None = None
    same_as: KeptTensor | None = None
    place: Path = ()

    @property
    def how(self) -> How:
        """How it is kept."""
        return self.trained, self.frozen, self.packing


@dataclass(eq=False, slots=True)
class Part:
    """A part of a model: its class, its own tensors by the end of their paths, and the parts inside it.

    Once it is folded, the names are those of the tree. known: the layer of the textbook that it is, which
    has all tensors below for its own; shown: what stands inside it in the tree, each with how often; labels:
    under which of those names each part inside is found; structure: a number that equal parts share.
    """

    kind: str
    maker: Maker | None
    tensors: dict[Path, KeptTensor] = field(default_factory=dict)
    inside: dict[str, Part] = field(default_factory=dict)
    known: Layer | None = None
    shown: dict[str, tuple[Part, int]] = field(default_factory=dict)
    labels: dict[str, Path] = field(default_factory=dict)
    structure: int = 0
    place: Path = ()


def folded(tensors: Iterable[KeptTensor], kinds: Kinds) -> Part:
    """The outermost part of a model, all of it folded. Raises ValueError for far too many parts."""
    root = _grown(tensors, kinds)
    _fold(root, _Met())
    _place(root, ())
    return root


def _grown(tensors: Iterable[KeptTensor], kinds: Kinds) -> Part:
    root = Part(*kinds[()])
    parts = 1
    for tensor in tensors:
        part = root
        *folders, name = tensor.path
        for level, folder in enumerate(folders, 1):
            if folder not in part.inside:
                kind = kinds.get(tensor.path[:level], (FOLDER, None))
                part.inside[folder] = Part(*kind)
                parts += 1
            part = part.inside[folder]
        part.tensors[name,] = tensor
        if parts > _MOST:
            raise ValueError(f"more than {_MOST:,} parts: no network has so many")
    return root


# -- what is known ------------------------------------------------------------------------------


@dataclass(slots=True)
class _Textbook:
    """A layer of the textbook, made once for all parts of a model that are the same."""

    layer: Layer
    shapes: dict[Path, tuple[int, ...]]
    sizes: str


@dataclass(slots=True)
class _Met:
    """What has been met in a model: the number of each structure, and layers of the textbook by key."""

    structures: dict[object, int] = field(default_factory=dict)
    layers: dict[object, _Textbook | None] = field(default_factory=dict)


def _known(part: Part, met: _Met) -> _Textbook | None:
    """The layer of the textbook that a part is: its tensors must be the same, by name and by shape."""
    if part.maker is None:
        return None
    try:
        key = part.maker.key() if hasattr(part.maker, "key") else part.maker
        if key not in met.layers:
            met.layers[key] = None  # for a variant, or a size that the textbook refuses
            layer = part.maker(_by_value)
            shapes = {leaf.path: tuple(map(int, leaf.tensor.shape)) for leaf in layer.tensors()}
            met.layers[key] = _Textbook(layer, shapes, str(layer.arguments()))
    except (AttributeError, LookupError, TypeError, ValueError):
        return None
    known = met.layers[key]
    by_model = {path: tensor.shape for path, tensor in _below(part)}
    return known if known and known.shapes == by_model else None


def _by_value(letter: str, value: int) -> Dim:
    """A size until it is known which others have its letter: i₇₈₄ is the i of 784."""
    return Dim(value, letter + subscript(value))


def _below(part: Part, path: Path = ()) -> Iterator[tuple[Path, KeptTensor]]:
    for name, tensor in part.tensors.items():
        yield (*path, *name), tensor
    for folder, inside in part.inside.items():
        yield from _below(inside, (*path, folder))


# -- what is alike ------------------------------------------------------------------------------


def _fold(part: Part, met: _Met) -> None:
    """Settle how a part is shown: as a known layer, or with its equal neighbours taken together."""
    known = _known(part, met)
    sizes = ""
    if known:
        part.known = known.layer
        part.tensors = dict(_below(part))
        part.inside = {}
        sizes = known.sizes
    else:
        for inside in part.inside.values():
            _fold(inside, met)
        _sort(part)
        _name(part)
    structure: list[object] = [part.kind, sizes]
    for name, tensor in part.tensors.items():
        structure.append((name, tensor.shape, *tensor.how, _shared(tensor)))
    for label, (first, times) in part.shown.items():
        structure.append((label, first.structure, times))
    part.structure = met.structures.setdefault(tuple(structure), len(met.structures))


def _shared(tensor: KeptTensor) -> tuple[int, Path]:
    """How far up and then where down a tensor finds the one that it shares.

    So blocks that each share a tensor of their own are alike.
    """
    if tensor.same_as is None:
        return 0, ()
    above = tensor.path[:-1]
    target = tensor.same_as.path
    common = 0
    for mine, other in zip(above, target, strict=False):
        if mine != other:
            break
        common += 1
    return len(above) - common, target[common:]


def _sort(part: Part) -> None:
    """Put in order what a file has sorted by name: bias before weight, and 10 before 2."""
    if part.kind == FOLDER:  # by hand the weight comes first
        names = sorted(part.tensors, key=lambda name: -len(part.tensors[name].shape))
        part.tensors = {name: part.tensors[name] for name in names}
    if not any(_numbered(name)[0] for name in part.inside):
        folders = sorted(part.inside, key=lambda folder: _numbered(folder)[1])
        part.inside = {folder: part.inside[folder] for folder in folders}


def _name(part: Part) -> None:
    """Name what an unknown part has in it as it is shown, no two of them alike."""
    taken: set[str] = set()
    tensors: dict[Path, KeptTensor] = {}
    for (name,), tensor in part.tensors.items():
        tensors[unique(shown(name), taken),] = tensor
    part.tensors = tensors
    for run in _runs(part.inside):
        first, last = run[0], run[-1]
        words = first if first == last else f"{first} to {last}"
        label = unique(shown(words), taken)
        part.labels |= dict.fromkeys(run, (label,))
        part.shown[label] = _hoisted(part.inside[first], len(run))


def _runs(inside: Mapping[str, Part]) -> list[list[str]]:
    """The names of neighbours that are numbered one after the other and have the same structure, together."""
    runs: list[list[str]] = []
    before = None
    for name, part in inside.items():
        if before and before.structure == part.structure and _follows(runs[-1][-1], name):
            runs[-1].append(name)
        else:
            runs.append([name])
        before = part
    groups = []
    for run in runs:
        if len(run) == 2 and _numbered(run[0])[0]:  # norm_1 and norm_2 are a pair and no stack; 0 and 1 are
            groups += [[name] for name in run]
        else:
            groups.append(run)
    return groups


def _hoisted(part: Part, times: int) -> tuple[Part, int]:
    """A container of nothing but equal layers stands for them: h is 12 × a block."""
    if times == 1 and not part.tensors and len(part.shown) == 1:
        ((label, (only, many)),) = part.shown.items()
        if many > 1 and label == f"0 to {many - 1}":
            part.labels = dict.fromkeys(part.labels, ())
            return only, many
    return part, times


def _place(part: Part, place: Path) -> None:
    """Tell a part, and all below it, where in the tree it is."""
    part.place = place
    for name, tensor in part.tensors.items():
        tensor.place = (*place, *name)
    for folder, inside in part.inside.items():
        _place(inside, (*place, *part.labels[folder]))


# -- names --------------------------------------------------------------------------------------


def _follows(before: str, name: str) -> bool:
    stem, number = _numbered(before)
    return _numbered(name) == (stem, number + 1)


@functools.lru_cache(10_000)
def _numbered(name: str) -> tuple[str, int]:
    """The name without its number, and the number: PyTorch counts 0, 1, 2 and Keras dense, dense_1."""
    match = re.fullmatch("(?:(.*)_)?(0|[1-9][0-9]{0,8})", name, re.DOTALL)
    return (match[1] or "", int(match[2])) if match else (name, 0)


def shown(name: str) -> str:
    """A name as it can be shown: not too long, and with an escape for what cannot be printed.

    >>> shown("weight"), shown("\\x1b[31m"), shown("a" * 100 + ".bias")[-8:]
    ('weight', '\\\\x1b[31m', 'aaa.bias')
    """
    if len(name) > _LONGEST:
        name = f"{name[: _LONGEST // 2 - 1]}…{name[-_LONGEST // 2 :]}"
    if name.isprintable():
        return name
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)


def unique(name: str, taken: set[str]) -> str:
    """The name, with a number where it is taken; from now on it is."""
    free = name
    number = len(taken)
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    taken.add(free)
    return free
