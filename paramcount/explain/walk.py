"""A live model, walked from the outside in: one walk for PyTorch's modules and Keras' layers.

A framework's reader says only what lies inside a part, and which tensors the part keeps itself. Which
classes are known, and how their sizes are read, stands beside the translations, in `paramcount.pytorch`
and `paramcount.keras`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType, ModuleType
from typing import Any, get_args

from ..core import Layer, LayerFunction, Packing, Path
from . import notes
from .parts import DEEPEST, KeptTensor, Maker, Size, shown, unique
from .tree import tree

# The parts inside a part, by name.
Inner = Callable[[Any], Sequence[tuple[str, Any]]]
# The tensors that a part keeps itself.
Own = Callable[[Path, Any], Iterable["Kept"]]
# What makes the layer of the textbook that a part is; None where it is none.
Known = Callable[[Any], Maker | None]

_SCRIPTS = ("RecursiveScriptModule", "TopLevelTracedModule", "TracedModule")  # which know what they were
_LISTED_AGAIN = 1_000  # parts inside a part; a larger one that is used again is listed once


@dataclass(slots=True)
class Kept:
    """A tensor that a part keeps itself. identity: what tells it from others; the rest: see `Tensor`.

    untold: whether nobody can tell how many parameters it holds.
    """

    name: str
    tensor: Any
    shape: tuple[int, ...]
    identity: Hashable
    trained: bool
    frozen: bool = False
    packing: Packing | None = None
    untold: bool = False


def explained(
    model,
    trains: Callable[[], int],
    inner: Inner,
    own: Own,
    known: Known,
    alike: Mapping[int, int] = MappingProxyType({}),
) -> Layer:
    """The tree of a model's layers. trains: gives how many parameters the model itself says that it trains.

    alike: a number for parts, by their id, that equal ones share: of those in a list one is walked.
    Raises ValueError where the tree counts another number.
    """
    kept = []
    kinds = {}
    twins: dict[Path, Path] = {}
    first: dict[Hashable, tuple[KeptTensor, Any]] = {}  # and the tensor: while it lives, its id is its own
    repeated: list[str] = []
    untold: list[str] = []
    for path, part in _parts(model, inner, repeated, alike, twins):
        kind, bases = _names(type(part))
        kind = shown(part.original_name) if kind in _SCRIPTS else kind
        kinds[path] = (kind, known(part), bases)
        names: set[str] = set()
        for each in own(path, part):
            here = _below(path, unique(each.name, names))
            one = KeptTensor(here, tuple(map(int, each.shape)), each.trained, each.frozen, each.packing)
            before, _ = first.setdefault(each.identity, (one, each.tensor))
            one.same_as = before if before is not one else None
            kept.append(one)
            untold += [".".join(here)] if each.untold else []
    layer = tree(kept, kinds, twins)
    trained = trains()
    if layer.count != trained:
        raise ValueError(
            f"{type(model).__name__} says that it trains {trained:,} parameters, but its parts keep "
            f"{layer.count:,}: some of what it trains is not its parts', so neither is explained here"
        )
    return replace(layer, notes=tuple(notes.of(kept) + notes.untold(untold) + notes.again(repeated)))


@functools.cache
def _names(cls: type) -> tuple[str, tuple[str, ...]]:
    """What a class is called, and what its bases are."""
    return shown(cls.__name__), tuple(base.__name__ for base in cls.__mro__[1:])


def _parts(
    model, inner: Inner, repeated: list[str], alike: Mapping[int, int], twins: dict[Path, Path]
) -> Iterator[tuple[Path, Any]]:
    """Every part with its path, in the model's order; one used twice comes twice, one inside itself once.

    repeated: gets the names of those that are used again, and are too large to be listed once more;
    twins: the paths of those that are alike to an earlier one in their list, and that one's path.
    """
    met: set[int] = set()
    sizes: dict[int, int] = {}
    waiting: list[tuple[Path, Any, frozenset[int]]] = [((), model, frozenset())]
    while waiting:
        path, part, above = waiting.pop()
        if id(part) in met and _uses(part, inner, sizes) > _LISTED_AGAIN:
            repeated.append(".".join(path))
            continue
        met.add(id(part))
        yield path, part
        parts = inner(part)
        if not parts:
            continue
        above |= {id(part)}
        names: set[str] = set()
        inside = []
        is_list = all(name.isdecimal() for name, _ in parts)
        first: dict[int, Path] = {}
        for name, each in parts:
            if id(each) in above:
                continue
            here = _below(path, unique(name, names))
            if is_list and id(each) in alike and first.setdefault(alike[id(each)], here) != here:
                twins[here] = first[alike[id(each)]]
            else:
                inside.append((here, each, above))
        waiting += reversed(inside)


def _uses(part, inner: Inner, sizes: dict[int, int]) -> int:
    """How many parts stand in a part, each as often as it is used. sizes: those that are known."""
    if id(part) not in sizes:
        sizes[id(part)] = 0  # inside itself it is not there again
        sizes[id(part)] = 1 + sum(_uses(each, inner, sizes) for _, each in inner(part))
    return sizes[id(part)]


def _below(path: Path, name: str) -> Path:
    """The path of what stands inside; where that is too deep, its end is one name."""
    if len(path) < DEEPEST:
        return (*path, name)
    *above, last = path
    return (*above, f"{last}.{name}")


# -- the layers of the textbook -----------------------------------------------------------------


def layers_of(framework: ModuleType, origin: str | tuple[str, ...], special: Mapping[str, Callable]) -> Known:
    """What makes the layer of the textbook that a part of a model is, by its class or a base of it.

    framework: the translations; origin: how the names of the framework's own Python modules begin;
    special: what gives the maker of a layer that has more to it than its sizes, by class.
    """
    by_class: dict[str, Callable] = dict(special)
    for function in vars(framework).values():
        if isinstance(function, LayerFunction):
            for name in function.classes:
                by_class.setdefault(name, functools.partial(Read, function))

    @functools.cache
    def maker_of(cls: type) -> Callable | None:
        for base in cls.__mro__:
            if base.__module__.startswith(origin) and base.__name__ in by_class:
                return by_class[base.__name__]
        return None

    def known(part) -> Maker | None:
        maker = maker_of(type(part))
        return maker and maker(part)

    return known


@dataclass(frozen=True)
class Read:
    """What makes the layer of the textbook that a part is, from the sizes that are read off it."""

    function: LayerFunction
    part: Any

    def __call__(self, size: Size) -> Layer:
        return self.function(**sizes_of(self.function, self.part, size))

    def key(self) -> Hashable:
        """What is the same for parts that are the same layer: a model may have thousands of them."""
        assert self.function.reads
        return self.function.name, *self.function.reads(self.part).items()


def sizes_of(function: LayerFunction, part, size: Size) -> dict[str, object]:
    """The sizes and switches that a translation reads off a part of a model, each size named."""
    assert function.reads, f"{function.__name__} has classes, so it must say how to read them"
    sizes = {}
    for name, value in function.reads(part).items():
        takes_sides = tuple in get_args(function.signature.parameters[name].annotation)
        sizes[name] = _named(name, value, size, takes_sides)
    return sizes


def _named(name: str, value, size: Size, takes_sides: bool):
    """A size with its name. takes_sides: it may be the sides of a filter, where one number is a square."""
    if value is None or isinstance(value, bool):
        return value
    if not isinstance(value, (tuple, list)):
        return size(name, value)
    sides = tuple(size(name, side) for side in value)
    if takes_sides:
        return sides[0] if len(sides) == 2 and sides[0] == sides[1] else sides
    return sides[0] if len(sides) == 1 else sides  # several are refused by the layer function
