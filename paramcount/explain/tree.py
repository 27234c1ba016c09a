"""From the tensors that a model keeps to a tree of layers: recognised, folded and named."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from ..core import Layer, Tensor
from ..dims import Dim
from ..show.account import named_sizes

Path = tuple[str, ...]
# Makes the layer that a part of a model is, given what makes a Dim of a letter and a value.
Call = Callable[[Callable[[str, int], Dim]], Layer]

DEEPEST = 24  # levels of a tree; a longer path keeps its end in one piece
_MOST = 100_000  # parts of a tree, far more than any network has
_LONGEST = 64  # characters of a name that are shown
_SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"


@dataclass(frozen=True)
class Found:
    """A tensor that a model keeps. same_as: the path of the tensor that it shares, if it does."""

    path: Path
    shape: tuple[int, ...]
    trained: bool
    same_as: Path = ()


@dataclass(slots=True)
class _Node:
    """A part of a model: its own tensors by name, and the parts inside it."""

    kind: str
    call: Call | None
    tensors: dict[str, Found] = field(default_factory=dict)
    children: dict[str, _Node] = field(default_factory=dict)
    entries: list[tuple[str, _Node, int]] = field(default_factory=list)  # children, once they are folded
    key: int = 0  # equal for parts of the same structure


def tree(tensors: Iterable[Found], kinds: Mapping[Path, tuple[str, Call | None]], separator: str) -> Layer:
    """The tree of layers, every known one with its formula and equal neighbours folded.

    kinds: the class of the part at each path, and what makes the layer of the textbook that it is.
    separator: what stands between the names of a path. Raises ValueError for far too many parts.
    """
    root = _grown(tensors, kinds, separator)
    _recognise(root)
    _fold(root, (), {})
    draft = _built(root, _Sizes(), separator)  # it shows which sizes are in the count: those get names
    return _built(root, _Sizes(named_sizes(draft.count)), separator)


def _grown(tensors, kinds, separator) -> _Node:
    root, parts = _Node(*kinds[()]), 0
    for found in tensors:
        path = found.path
        if len(path) > DEEPEST:
            path = (*path[: DEEPEST - 1], separator.join(path[DEEPEST - 1 :]))
        node = root
        for level, name in enumerate(path[:-1], 1):
            if name not in node.children:
                node.children[name] = _Node(*kinds.get(path[:level], ("part", None)))
                parts += 1
            node = node.children[name]
        node.tensors[path[-1]] = found
        if parts > _MOST:
            raise ValueError(f"more than {_MOST:,} parts: no network has so many")
    return root


# -- what is known ------------------------------------------------------------------------------


def _recognise(node: _Node) -> None:
    """Keep a call only where the tensors that it makes are those of the model, by name and by shape."""
    if node.call and not _agrees(node):
        node.call = None
    for child in node.children.values():
        _recognise(child)


def _agrees(node: _Node) -> bool:
    try:
        layer = _plain(node)
    except (AttributeError, LookupError, TypeError, ValueError):
        return False  # a variant, or a size that the textbook refuses
    made = {leaf.path: tuple(map(int, leaf.tensor.shape)) for leaf in layer.tensors()}
    return made == {path: found.shape for path, found in _flat(node)}


def _flat(node: _Node, path: Path = ()):
    for name, found in node.tensors.items():
        yield (*path, name), found
    for name, child in node.children.items():
        yield from _flat(child, (*path, name))


# -- what is alike ------------------------------------------------------------------------------


def _fold(node: _Node, path: Path, keys: dict) -> None:
    """Gather neighbours that are numbered one after the other and have the same structure."""
    runs: list[list[str]] = []
    if all(_numbered(name)[0] == "" for name in node.children):  # a file has 10 before 2
        node.children = dict(sorted(node.children.items(), key=lambda item: _numbered(item[0])[1]))
    for name, child in node.children.items():
        _fold(child, (*path, name), keys)
        before = runs[-1][-1] if runs else None
        if before is not None and _follows(before, name) and node.children[before].key == child.key:
            runs[-1].append(name)
        else:
            runs.append([name])
    # norm_1 and norm_2 are a pair and not a stack; 0 and 1 are.
    runs = [part for run in runs for part in ([[n] for n in run] if _pair(run) else [run])]
    node.entries = [_hoisted(_label(run), node.children[run[0]], len(run)) for run in runs]
    sizes = tuple(map(str, _plain(node).arguments().items())) if node.call else ()
    own = [(name, t.shape, t.trained, _relative(path, t.same_as)) for name, t in node.tensors.items()]
    inner = [(label, child.key, times) for label, child, times in node.entries]
    node.key = keys.setdefault((node.kind, sizes, *own, *inner), len(keys))


def _pair(run: list[str]) -> bool:
    return len(run) == 2 and _numbered(run[0])[0] != ""


def _plain(node: _Node) -> Layer:
    return node.call(lambda letter, value: Dim(value))


def _label(run: list[str]) -> str:
    return run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}"


def _hoisted(label: str, node: _Node, times: int) -> tuple[str, _Node, int]:
    """A container of nothing but equal layers stands for them: h is 12 × a block."""
    if times == 1 and not node.call and not node.tensors and len(node.entries) == 1:
        inside, only, many = node.entries[0]
        if many > 1 and inside == f"0 to {many - 1}":
            return label, only, many
    return label, node, times


def _follows(before: str, name: str) -> bool:
    (stem, number), (other, following) = _numbered(before), _numbered(name)
    return stem == other and following == number + 1


def _numbered(name: str) -> tuple[str, int]:
    """The name without its number, and the number: PyTorch counts 0, 1, 2 and Keras dense, dense_1."""
    match = re.fullmatch("(?:(.*)_)?(0|[1-9][0-9]{0,8})", name, re.DOTALL)
    return (match[1] or "", int(match[2])) if match else (name, 0)


def _relative(path: Path, target: Path) -> tuple[int, Path]:
    """Where the target is, seen from a part: blocks that each share a tensor of their own are alike."""
    common = 0
    while common < min(len(path), len(target)) and path[common] == target[common]:
        common += 1
    return (len(path) - common, target[common:]) if target else (0, ())


# -- the layers ---------------------------------------------------------------------------------


class _Sizes:
    """A name for every size: its letter, numbered where the count has several values for the letter.

    counted: the named sizes in the count; without them every letter is numbered.
    """

    def __init__(self, counted: Iterable[Dim] | None = None):
        self._values: dict[str, list[int]] = {}
        self._several = None
        for dim in counted or ():
            self(dim.name.rstrip(_SUBSCRIPTS), int(dim))
        if counted is not None:
            self._several = {letter for letter, values in self._values.items() if len(values) > 1}

    def __call__(self, letter: str, value: int) -> Dim:
        values = self._values.setdefault(letter, [])
        if value not in values:
            values.append(value)
        if self._several is not None and letter not in self._several:
            return Dim(value, letter)
        number = str(values.index(value) + 1).translate(str.maketrans("0123456789", _SUBSCRIPTS))
        return Dim(value, letter + number)


@dataclass(frozen=True, eq=False)
class _Stored(Tensor):
    """A tensor as it was found: it may be empty, which none of the textbook is."""

    def __post_init__(self):
        object.__setattr__(self, "shape", tuple(map(Dim, self.shape)))


def _built(node: _Node, sizes: _Sizes, separator: str, folder: str = "") -> Layer:
    if node.call:
        return _marked(node.call(sizes), dict(_flat(node)), separator)
    parts, tensors = {}, list(node.tensors.items())
    if node.kind == "part":  # a file is sorted by name, bias before weight; by hand it is the other way
        tensors.sort(key=lambda item: -len(item[1].shape))
    for name, found in tensors:
        owner = folder if node.kind == "part" else node.kind
        parts[unique(shown(name), parts)] = _Stored(
            found.shape, _kind(name, owner, len(found.shape)), found.trained, _spelt(found, separator)
        )
    for label, child, times in node.entries:
        made = _built(child, sizes, separator, label)
        parts[unique(shown(label), parts)] = replace(made, times=Dim(times)) if times > 1 else made
    return _unknown(node.kind, parts)


def _unknown(name: str, parts: dict[str, Tensor | Layer]) -> Layer:
    """A layer of which only the parts are known, so that it has no sizes to change."""

    def again() -> Layer:
        return layer

    layer = Layer(name, {}, parts, function=again)
    return layer


def _marked(layer: Layer, found: Mapping[Path, Found], separator: str) -> Layer:
    """A known layer, in which what is frozen or shared is marked so."""
    usual = {leaf.path: leaf.tensor.trained for leaf in layer.tensors()}
    marks = {
        path: {"trained": t.trained, "same_as": _spelt(t, separator)}
        for path, t in found.items()
        if t.same_as or t.trained != usual[path]
    }

    def mark(part: Layer, path: Path = ()) -> Layer:
        inner = {name: (each, (*path, name)) for name, each in part.parts.items()}
        parts = {
            name: mark(each, here) if isinstance(each, Layer) else replace(each, **marks.get(here, {}))
            for name, (each, here) in inner.items()
        }
        return replace(part, parts=parts)

    return lasting(layer, mark) if marks else layer


def lasting(layer: Layer, change: Callable[[Layer], Layer]) -> Layer:
    """The layer with a change, which stays when the layer is given other sizes."""

    @functools.wraps(layer.function)
    def again(*args, **kwargs) -> Layer:
        return lasting(layer.function(*args, **kwargs), change)

    return replace(change(layer), function=again)


def _kind(name: str, owner: str, axes: int) -> str:
    if axes < 2 and re.search("norm|^ln", owner, re.IGNORECASE):
        return "norm"
    return "bias" if "bias" in name.lower() else "weight"


def _spelt(found: Found, separator: str) -> str:
    return separator.join(map(shown, found.same_as))


def shown(name: str) -> str:
    """A name as it can be shown: not too long, and with an escape for what cannot be printed.

    >>> shown("weight"), shown("\\x1b[31m"), shown("a" * 100 + ".bias")[-8:]
    ('weight', '\\\\x1b[31m', 'aaa.bias')
    """
    short = name if len(name) <= _LONGEST else f"{name[: _LONGEST // 2 - 1]}…{name[-_LONGEST // 2 :]}"
    if short.isprintable():
        return short
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in short)


def unique(name: str, taken: Mapping[str, object]) -> str:
    """The name, with a number where it is taken."""
    found, number = name, len(taken)
    while found in taken:
        number += 1
        found = f"{name} ({number})"
    return found
