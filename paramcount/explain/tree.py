"""From the tensors that a model keeps to its tree of layers: known ones, equal ones, and their names.

Every reader ends here. Neighbours of the same structure become one: "0 to 11" holds 12 × the first of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..core import Layer, Path, Tensor, subscript, with_shared
from ..dims import Dim
from ..glossary import letter
from ..show.account import named_sizes

# Gives a size its name: the letter that the textbook has for it, and its value.
Size = Callable[[str, int], Dim]
# Makes the layer of the textbook that a part of a model is, each of its sizes named by the function given.
Maker = Callable[[Size], Layer]

DEEPEST = 24  # levels of a tree; a longer path keeps its end in one piece
FOLDER = "part"  # what a part of a file is called, whose class nobody knows
_MOST = 100_000  # parts of a tree, far more than any network has
_LONGEST = 64  # characters of a name that are shown


@dataclass(frozen=True)
class KeptTensor:
    """A tensor that a model keeps. same_as: the path of the tensor that it shares, if it does."""

    path: Path
    shape: tuple[int, ...]
    trained: bool
    same_as: Path = ()


@dataclass(slots=True)
class _Part:
    """A part of a model: its class, its own tensors by the end of their paths, and the parts inside it.

    Once it is folded, the names are those of the tree. known: the layer of the textbook that it is, which
    has all tensors below for its own; shown: what stands inside it in the tree, each with how often; labels:
    under which of those names each part inside is found; structure: a number that equal parts share.
    """

    kind: str
    maker: Maker | None
    tensors: dict[Path, KeptTensor] = field(default_factory=dict)
    inside: dict[str, _Part] = field(default_factory=dict)
    known: Layer | None = None
    shown: dict[str, tuple[_Part, int]] = field(default_factory=dict)
    labels: dict[str, Path] = field(default_factory=dict)
    structure: int = 0


def tree(tensors: Iterable[KeptTensor], kinds: Mapping[Path, tuple[str, Maker | None]]) -> Layer:
    """The tree of layers, every known one with its formula and equal neighbours folded.

    kinds: the class of the part at each path, and what makes the layer of the textbook that it may be.
    Raises ValueError for far too many parts.
    """
    root = _grown(tensors, kinds)
    _fold(root, {})
    places = dict(_places(root))
    return _layer(root, (), places, _names(_counted(root, (), places)))


def _grown(tensors: Iterable[KeptTensor], kinds: Mapping[Path, tuple[str, Maker | None]]) -> _Part:
    root, parts = _Part(*kinds[()]), 0
    for tensor in tensors:
        part = root
        for level, name in enumerate(tensor.path[:-1], 1):
            if name not in part.inside:
                part.inside[name] = _Part(*kinds.get(tensor.path[:level], (FOLDER, None)))
                parts += 1
            part = part.inside[name]
        part.tensors[tensor.path[-1:]] = tensor
        if parts > _MOST:
            raise ValueError(f"more than {_MOST:,} parts: no network has so many")
    return root


# -- what is known ------------------------------------------------------------------------------


def _known(part: _Part) -> Layer | None:
    """The layer of the textbook that a part is: its tensors must be the same, by name and by shape."""
    if part.maker is None:
        return None
    try:
        layer = part.maker(_by_value)
    except (AttributeError, LookupError, TypeError, ValueError):
        return None  # a variant, or a size that the textbook refuses
    by_textbook = {leaf.path: tuple(map(int, leaf.tensor.shape)) for leaf in layer.tensors()}
    by_model = {path: tensor.shape for path, tensor in _below(part)}
    return layer if by_textbook == by_model else None


def _by_value(letter: str, value: int) -> Dim:
    """A size until it is known which others have its letter: i₇₈₄ is the i of 784."""
    return Dim(value, letter + subscript(value))


def _below(part: _Part, path: Path = ()) -> Iterator[tuple[Path, KeptTensor]]:
    for name, tensor in part.tensors.items():
        yield (*path, *name), tensor
    for folder, inside in part.inside.items():
        yield from _below(inside, (*path, folder))


# -- what is alike ------------------------------------------------------------------------------


def _fold(part: _Part, structures: dict[object, int]) -> None:
    """Settle how a part is shown: as a known layer, or with its equal neighbours taken together."""
    part.known = _known(part)
    sizes = ""
    if part.known:
        part.tensors, part.inside = dict(_below(part)), {}
        sizes = str(part.known.arguments())
    for inside in part.inside.values():
        _fold(inside, structures)
    if not part.known:
        _name_parts(part)
    structure: list[object] = [part.kind, sizes]
    for name, tensor in part.tensors.items():
        structure.append((name, tensor.shape, tensor.trained, _relative(tensor)))
    for label, (first, times) in part.shown.items():
        structure.append((label, first.structure, times))
    part.structure = structures.setdefault(tuple(structure), len(structures))


def _name_parts(part: _Part) -> None:
    """Name the tensors and the parts of an unknown layer as they are shown, no two of them alike."""
    tensors = [(name, tensor) for (name,), tensor in part.tensors.items()]
    if part.kind == FOLDER:  # a file is sorted by name, bias before weight; by hand it is the other way
        tensors.sort(key=lambda item: -len(item[1].shape))
    if all(_numbered(name)[0] == "" for name in part.inside):  # and it has 10 before 2
        part.inside = dict(sorted(part.inside.items(), key=lambda item: _numbered(item[0])[1]))
    taken: set[str] = set()
    part.tensors = {(unique(shown(name), taken),): tensor for name, tensor in tensors}
    for run in _runs(part.inside):
        label = unique(shown(run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}"), taken)
        part.labels |= dict.fromkeys(run, (label,))
        part.shown[label] = _hoisted(part.inside[run[0]], len(run))


def _runs(inside: Mapping[str, _Part]) -> list[list[str]]:
    """The names in groups of neighbours that are numbered one after the other and have the same structure."""
    runs: list[list[str]] = []
    for name, part in inside.items():
        if runs and _follows(runs[-1][-1], name) and inside[runs[-1][-1]].structure == part.structure:
            runs[-1].append(name)
        else:
            runs.append([name])
    groups: list[list[str]] = []
    for run in runs:
        pair = len(run) == 2 and _numbered(run[0])[0] != ""  # norm_1 and norm_2 are no stack; 0 and 1 are
        groups += [[name] for name in run] if pair else [run]
    return groups


def _hoisted(part: _Part, times: int) -> tuple[_Part, int]:
    """A container of nothing but equal layers stands for them: h is 12 × a block."""
    if times == 1 and not part.tensors and len(part.shown) == 1:
        ((label, (only, many)),) = part.shown.items()
        if many > 1 and label == f"0 to {many - 1}":
            part.labels = dict.fromkeys(part.labels, ())
            return only, many
    return part, times


def _follows(before: str, name: str) -> bool:
    (stem, number), (other, following) = _numbered(before), _numbered(name)
    return stem == other and following == number + 1


def _numbered(name: str) -> tuple[str, int]:
    """The name without its number, and the number: PyTorch counts 0, 1, 2 and Keras dense, dense_1."""
    match = re.fullmatch("(?:(.*)_)?(0|[1-9][0-9]{0,8})", name, re.DOTALL)
    return (match[1] or "", int(match[2])) if match else (name, 0)


def _relative(tensor: KeptTensor) -> tuple[int, Path]:
    """How many levels up from a tensor, and down where, the one is that it shares.

    So blocks that each share a tensor of their own are alike.
    """
    path, target, common = tensor.path[:-1], tensor.same_as, 0
    while common < min(len(path), len(target)) and path[common] == target[common]:
        common += 1
    return (len(path) - common, target[common:]) if target else (0, ())


def _places(part: _Part, place: Path = ()) -> Iterator[tuple[Path, Path]]:
    """The path of every tensor in the model, and its path in the tree as it is shown."""
    for name, tensor in part.tensors.items():
        yield tensor.path, (*place, *name)
    for folder, inside in part.inside.items():
        yield from _places(inside, (*place, *part.labels[folder]))


# -- the layers ---------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Stored(Tensor):
    """A tensor as it was found: it may be empty, which none of the textbook is."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "shape", tuple(map(Dim, self.shape)))


@dataclass(frozen=True)
class AsKept:
    """The change to a layer of the textbook as a model keeps it at a path: what is frozen, what is shared.

    trained: of tensors, by their paths in the tree, whether they are; shared: see `with_shared`.
    """

    here: Path
    trained: Mapping[Path, bool]
    shared: Mapping[Path, Path]

    def __call__(self, layer: Layer) -> Layer:
        parts = self._with_trained(layer.parts, self.here)
        return replace(layer, parts=with_shared(parts, self.shared, self.here))

    def _with_trained(self, parts: Mapping[str, Tensor | Layer], above: Path) -> dict[str, Tensor | Layer]:
        result: dict[str, Tensor | Layer] = {}
        for name, part in parts.items():
            path = (*above, name)
            if isinstance(part, Layer):
                result[name] = replace(part, parts=self._with_trained(part.parts, path))
            else:
                result[name] = replace(part, trained=self.trained.get(path, part.trained))
        return result


def _as_kept(layer: Layer, part: _Part, here: Path, places: Mapping[Path, Path]) -> Layer:
    """The layer of the textbook that a part is, in which what is frozen or shared is marked so."""
    usual = {leaf.path: leaf.tensor.trained for leaf in layer.tensors()}
    trained = {
        (*here, *name): tensor.trained
        for name, tensor in part.tensors.items()
        if tensor.trained != usual[name]
    }
    shared = _shared(part, here, places)
    return layer.changed(AsKept(here, trained, shared)) if trained or shared else layer


def _shared(part: _Part, here: Path, places: Mapping[Path, Path]) -> dict[Path, Path]:
    """Where in the tree the tensors of a part are that share others, each with where that one is."""
    return {(*here, *name): places[tensor.same_as] for name, tensor in part.tensors.items() if tensor.same_as}


def _layer(part: _Part, here: Path, places: Mapping[Path, Path], size: Size) -> Layer:
    """The layer that a part is, at its path in the tree. places: see `_places`."""
    if part.known and part.maker:
        return _as_kept(part.maker(size), part, here, places)
    parts: dict[str, Tensor | Layer] = {}
    owner = here[-1] if here and part.kind == FOLDER else part.kind
    for (name,), tensor in part.tensors.items():
        kind = _kind_of_tensor(name, owner, len(tensor.shape))
        parts[name] = _Stored(tensor.shape, kind, tensor.trained)
    for label, (first, times) in part.shown.items():
        layer = _layer(first, (*here, label), places, size)
        parts[label] = replace(layer, times=Dim(times)) if times > 1 else layer
    return Layer(part.kind, {}, with_shared(parts, _shared(part, here, places), here))


def _kind_of_tensor(name: str, owner: str, axes: int) -> str:
    if axes < 2 and re.search("norm|^ln", owner, re.IGNORECASE):
        return "norm"
    return "bias" if "bias" in name.lower() else "weight"


# -- names --------------------------------------------------------------------------------------


def _counted(part: _Part, here: Path, places: Mapping[Path, Path]) -> Iterator[Dim]:
    """The sizes that are in the count, in the order in which it is written."""
    if part.known:
        yield from named_sizes(_as_kept(part.known, part, here, places).count)
    for label, (first, _) in part.shown.items():
        yield from _counted(first, (*here, label), places)


def _names(counted: Iterable[Dim]) -> Size:
    """What names a size: its letter, numbered where the count has several values for the letter."""
    numbers: dict[str, dict[int, int]] = {}
    for dim in counted:
        _number(numbers.setdefault(letter(dim.name or ""), {}), int(dim))

    def size(letter: str, value: int) -> Dim:
        values = numbers.get(letter, {})
        several = len(values) > 1
        return Dim(value, letter + subscript(_number(values, value)) if several else letter)

    return size


def _number(numbers: dict[int, int], value: int) -> int:
    return numbers.setdefault(value, len(numbers) + 1)


def shown(name: str) -> str:
    """A name as it can be shown: not too long, and with an escape for what cannot be printed.

    >>> shown("weight"), shown("\\x1b[31m"), shown("a" * 100 + ".bias")[-8:]
    ('weight', '\\\\x1b[31m', 'aaa.bias')
    """
    short = name if len(name) <= _LONGEST else f"{name[: _LONGEST // 2 - 1]}…{name[-_LONGEST // 2 :]}"
    if short.isprintable():
        return short
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in short)


def unique(name: str, taken: set[str]) -> str:
    """The name, with a number where it is taken; from now on it is."""
    free, number = name, len(taken)
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    taken.add(free)
    return free
