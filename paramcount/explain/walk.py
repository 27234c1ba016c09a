"""A live model, walked from the outside in: the same walk for the modules of PyTorch and the layers of Keras.

A framework's reader says only what lies inside a part, and which tensors the part keeps itself. Which layers are
known, and how their sizes are read, stands beside the translations: in `paramcount.pytorch` and `paramcount.keras`.
"""

from __future__ import annotations

import functools
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import ModuleType

from ..core import Layer, LayerFunction, Path
from .tree import DEEPEST, KeptTensor, Maker, Size, shown, tree, unique

# The parts inside a part, by name.
Inner = Callable[[typing.Any], Iterable[tuple[str, typing.Any]]]
# Of each tensor that a part keeps itself: its name, the tensor, what tells it from others, whether it is trained.
Own = Callable[[Path, typing.Any], Iterable[tuple[str, typing.Any, object, bool]]]


def explained(model, count: int, inner: Inner, own: Own, maker: Callable[[object], Maker | None]) -> Layer:
    """The tree of a model's layers. count: what the model itself says that it trains.

    inner, own: how to look into a part; maker: what makes the layer of the textbook that a part is.
    Raises ValueError where the tree has another count.
    """
    tensors, kinds, first = [], {}, {}
    for path, part in _parts(model, inner):
        kinds[path] = (shown(type(part).__name__), maker(part))
        names: set[str] = set()
        for name, tensor, identity, trained in own(path, part):
            here = _below(path, unique(name, names))
            # The tensor is kept beside its path: while it lives, its id is its own.
            same_as, _ = first.setdefault(identity, (here, tensor))
            shape = tuple(map(int, tensor.shape))
            tensors.append(KeptTensor(here, shape, trained, same_as if same_as != here else ()))
    layer = tree(tensors, kinds)
    if layer.count != count:
        raise ValueError(
            f"{type(model).__name__} says that it trains {count:,} parameters, but its parts keep "
            f"{layer.count:,}: what it calls its own is not what they keep, so neither is explained here"
        )
    return layer


def _parts(model, inner: Inner) -> Iterator[tuple[Path, typing.Any]]:
    """Every part with its path, in the model's order; one used twice comes twice, one inside itself once."""
    waiting: list[tuple[Path, typing.Any, frozenset[int]]] = [((), model, frozenset())]
    while waiting:
        path, part, above = waiting.pop()
        yield path, part
        names: set[str] = set()
        above = above | {id(part)}
        below = [
            (_below(path, unique(name, names)), each, above)
            for name, each in inner(part)
            if id(each) not in above
        ]
        waiting += reversed(below)


def _below(path: Path, name: str) -> Path:
    """The path of what stands inside; where that is too deep, its end is one name."""
    return (*path, name) if len(path) < DEEPEST else (*path[:-1], f"{path[-1]}.{name}")


# -- the layers of the textbook -----------------------------------------------------------------


def makers(framework: ModuleType, origin: str, special: Mapping[str, Callable]) -> Callable:
    """What gives the maker of the layer of the textbook that a part of a model is; None where it is none.

    framework: the module of translations; origin: how the names of the framework's own modules begin;
    special: makers of layers whose sizes are not all that there is to them, by class.
    """
    functions = [each for each in vars(framework).values() if isinstance(each, LayerFunction)]
    known = {name: functools.partial(made_by, each) for each in functions for name in each.classes}
    known |= special

    def maker(part: object) -> Maker | None:
        for cls in type(part).__mro__:
            if cls.__module__.startswith(origin) and cls.__name__ in known:
                return functools.partial(known[cls.__name__], part)
        return None

    return maker


def made_by(function: LayerFunction, part: object, size: Size) -> Layer:
    """The layer that a function makes of the sizes of a part of a model, each named by `size`."""
    return function(**sizes_of(function, part, size))


def sizes_of(function: LayerFunction, part: object, size: Size) -> dict[str, object]:
    """The sizes and switches that a translation reads in a part of a model, each size named."""
    assert function.reads
    parameters = function.signature.parameters
    return {
        letter: _named(letter, value, size, tuple in typing.get_args(parameters[letter].annotation))
        for letter, value in function.reads(part).items()
    }


def _named(letter: str, value, size: Size, several: bool):
    """A size or the sides of a filter with their names. several: whether the letter may stand for a tuple."""
    if value is None or isinstance(value, bool):
        return value
    if not isinstance(value, (tuple, list)):
        return size(letter, value)
    sides = tuple(size(letter, side) for side in value)
    square = len(sides) == 2 and sides[0] == sides[1]
    one = len(sides) == 1 and not several
    return sides[0] if square and several or one else sides
