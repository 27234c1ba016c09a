"""The parts of a model: which of them are layers of the textbook, which are alike, what each is called.

What comes in is a list of tensors with their paths. What goes out is the outermost `Part`, folded: neighbours
of the same structure stand in it once, as "0 to 11", and every tensor knows its place in the tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..core import Layer, Packing, Path, subscript
from ..dims import Dim
from .runs import Run, groups, numbered, runs

# How a tensor is kept: whether it is trained, whether it is frozen, and how it is packed.
How = tuple[bool, bool, Packing | None]
# Gives a size its name: the letter that the textbook has for it, and its value.
Size = Callable[[str, int], Dim]
# Makes the layer of the textbook that a part of a model is, each of its sizes named by the function given.
Maker = Callable[[Size], Layer]
# The class of the part at each path, the maker of the layer that it may be, and the bases of the class.
Kinds = Mapping[Path, tuple[str, Maker | None] | tuple[str, Maker | None, tuple[str, ...]]]

DEEPEST = 24  # levels of a tree; a longer path keeps its end in one piece
FOLDER = "part"  # what a part of a file is called, whose class nobody knows
_MOST = 300_000  # parts of a model: the largest that are published have two thirds of it
_FEW, _FEW_IN_GROUP = 40, 8  # neighbours that are no long list
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
    """A part of a model: its class and the bases of that, its own tensors by the end of their paths, and the
    parts inside it.

    Once it is folded, the names are those of the tree. known: the layer of the textbook that it is, which
    has all tensors below for its own; shown: what stands inside it in the tree, each with how often; labels:
    under which of those names each part inside is found; paths: the same of its tensors;
    structure: a number that equal parts share.
    """

    kind: str
    maker: Maker | None
    bases: tuple[str, ...] = ()
    tensors: dict[Path, KeptTensor] = field(default_factory=dict)
    inside: dict[str, Part] = field(default_factory=dict)
    known: Layer | None = None
    shown: dict[str, tuple[Part, int]] = field(default_factory=dict)
    labels: dict[str, Path] = field(default_factory=dict)
    paths: Mapping[Path, Path] = field(default_factory=dict)
    structure: int = 0
    place: Path = ()


def folded(tensors: Iterable[KeptTensor], kinds: Kinds, twins: Mapping[Path, Path]) -> Part:
    """The outermost part of a model, all of it folded. Raises ValueError for far too many parts.

    twins: parts in a list that are equal to another one in it, whose tensors alone are listed.
    """
    root = _grown(tensors, kinds)
    for twin, first in twins.items():
        _add_twin(root, twin, first)
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


def _add_twin(root: Part, twin: Path, first: Path) -> None:
    """Put a part in its list once more, under another number."""
    above: Part | None = root
    for folder in twin[:-1]:
        above = above and above.inside.get(folder)
    if above and first[-1] in above.inside:  # else it holds no tensor
        above.inside[twin[-1]] = above.inside[first[-1]]


# -- what is known ------------------------------------------------------------------------------


@dataclass(slots=True)
class _Textbook:
    """A layer of the textbook, made once for all parts of a model that are the same.

    shapes: of the tensors that the model keeps for it; paths: where in the layer each of those is.
    """

    layer: Layer
    shapes: dict[Path, tuple[int, ...]]
    paths: dict[Path, Path]
    sizes: str


@dataclass(slots=True)
class _Met:
    """What has been met in a model: the number of each structure, and what was worked out by key."""

    structures: dict[object, int] = field(default_factory=dict)
    layers: dict[object, _Textbook | None] = field(default_factory=dict)
    runs: dict[tuple[tuple[str, int], ...], list[Run]] = field(default_factory=dict)


def _known(part: Part, met: _Met) -> _Textbook | None:
    """The layer of the textbook that a part is: its tensors must be the same, by name and by shape."""
    if part.maker is None:
        return None
    try:
        key = part.maker.key() if hasattr(part.maker, "key") else part.maker
        if key not in met.layers:
            met.layers[key] = None  # for a variant, or a size that the textbook refuses
            layer = part.maker(_by_value)
            met.layers[key] = _textbook(layer, part.maker)
    except (AttributeError, LookupError, TypeError, ValueError):
        return None
    known = met.layers[key]
    if known is None:
        return None
    tensors = _all_tensors(part)
    same = known.shapes == {path: tensor.shape for path, tensor in tensors.items()}
    return known if same and _is_folded_alike(known, tensors) else None


def _textbook(layer: Layer, maker: Maker) -> _Textbook:
    shapes = {leaf.path: tuple(map(int, leaf.tensor.shape)) for leaf in layer.tensors()}
    paths = maker.paths(layer) if hasattr(maker, "paths") else {path: path for path in shapes}
    return _Textbook(
        layer, {name: shapes[path] for name, path in paths.items()}, paths, str(layer.arguments())
    )


def _is_folded_alike(known: _Textbook, tensors: Mapping[Path, KeptTensor]) -> bool:
    """Whether tensors that are one in the layer of the textbook are kept in one way, and none is shared."""
    if len(set(known.paths.values())) == len(tensors):
        return True
    ways: dict[Path, How] = {}
    for name, tensor in tensors.items():
        if tensor.same_as or ways.setdefault(known.paths[name], tensor.how) != tensor.how:
            return False
    return True


def _by_value(letter: str, value: int) -> Dim:
    """A size until it is known which others have its letter: i₇₈₄ is the i of 784."""
    return Dim(value, letter + subscript(value))


def _all_tensors(part: Part) -> dict[Path, KeptTensor]:
    """Its own tensors, and those of all parts inside it, by the end of their paths."""
    return dict(_below(part)) if part.inside else part.tensors


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
        part.known, part.paths = known.layer, known.paths
        part.tensors = _all_tensors(part)
        part.inside = {}
        sizes = known.sizes
    else:
        for inside in part.inside.values():
            if not inside.structure:
                _fold(inside, met)
        _sort(part)
        structures = tuple([(name, inside.structure) for name, inside in part.inside.items()])
        found = met.runs.get(structures)
        if found is None:
            found = met.runs[structures] = runs(dict(structures))
        if len(found) > (_FEW if part.kind else _FEW_IN_GROUP):
            found = _grouped(part, met)
        _name(part, found, met)
    _number(part, sizes, met)


def _number(part: Part, sizes: str, met: _Met) -> None:
    """Give a part the number of its structure. sizes: those of a layer of the textbook."""
    structure: list[object] = [part.kind, sizes]
    for name, tensor in part.tensors.items():
        shared = _shared(tensor) if tensor.same_as else None
        structure.append((name, tensor.shape, *tensor.how, shared))
    for label, (first, times) in part.shown.items():
        structure.append((label, first.structure, times))
    part.structure = met.structures.setdefault(tuple(structure), len(met.structures) + 1)


def _shared(tensor: KeptTensor) -> tuple[int, Path]:
    """How far up and then where down a tensor finds the one that it shares.

    So blocks that each share a tensor of their own are alike.
    """
    assert tensor.same_as
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
    if not any(numbered(name)[0] for name in part.inside):
        folders = sorted(part.inside, key=lambda folder: numbered(folder)[1])
        part.inside = {folder: part.inside[folder] for folder in folders}


def _grouped(part: Part, met: _Met) -> list[Run]:
    """Put the parts of a long list into groups by their names, and say which of those are alike."""
    inside = {}
    for words, names in groups(list(part.inside)).items():
        if len(names) == 1:
            inside[names[0]] = part.inside[names[0]]
            continue
        ends = [name.removeprefix(words).lstrip("._/") or name for name in names]
        short = ends if len(set(ends)) == len(names) else names
        inside[words] = Part(
            "", None, (), {}, {end: part.inside[name] for end, name in zip(short, names, strict=True)}
        )
        _fold(inside[words], met)
    part.inside = inside
    return runs({name: each.structure for name, each in inside.items()})


def _name(part: Part, found: list[Run], met: _Met) -> None:
    """Name what an unknown part has in it as it is shown. found: which of its parts are alike."""
    taken: set[str] = set()
    tensors: dict[Path, KeptTensor] = {}
    for (name,), tensor in part.tensors.items():
        tensors[unique(shown(name), taken),] = tensor
    part.tensors = tensors
    for run in found:
        label = unique(shown(run.label), taken)
        first, *others = run.units[0]
        if not others:
            part.labels |= dict.fromkeys((name for (name,) in run.units), (label,))
            part.shown[label] = _hoisted(part.inside[first], len(run.units))
            continue
        turn = Part("", None, (), {}, {name: part.inside[name] for name in run.units[0]})
        _name(turn, [Run(((name,),)) for name in run.units[0]], met)
        _number(turn, "", met)
        part.shown[label] = turn, len(run.units)
        for unit in run.units:
            for name, same in zip(unit, run.units[0], strict=True):
                part.labels[name] = (label, *turn.labels[same])


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
        tensor.place = (*place, *part.paths.get(name, name))
    folders = {id(inside): folder for folder, inside in reversed(part.inside.items())}  # twins once
    for folder in folders.values():
        _place(part.inside[folder], (*place, *part.labels[folder]))


# -- names --------------------------------------------------------------------------------------


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
