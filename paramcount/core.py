"""A layer is a tree: named tensors, and layers inside layers, with a repeat count."""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace

from .dims import Dim, positive, total

# True while a layer function runs. A plain number written inside one is a constant of that
# layer, so it stays a number; outside, it is the reader's choice of a size and gets its name.
_inside = ContextVar("inside a layer function", default=False)


@dataclass(frozen=True, eq=False)
class Tensor:
    """An array of numbers that a layer keeps.

    shape: sizes, in the order in which the count is written; () is a single number.
    kind: "weight", "bias" or "norm"; by default a bias has one size and a weight more.
    trained: False for what is kept but not learned, such as running statistics.
    same_as: the name of a tensor elsewhere that this one shares: it is counted there, not here.
    """

    shape: tuple[Dim, ...]
    kind: str = ""
    trained: bool = True
    same_as: str = ""

    def __post_init__(self):
        sizes = self.shape if isinstance(self.shape, (tuple, list)) else (self.shape,)
        sizes = tuple(Dim(positive(size, "size in a shape")) for size in sizes)
        object.__setattr__(self, "shape", sizes)
        object.__setattr__(self, "kind", self.kind or ("weight" if len(sizes) > 1 else "bias"))

    @property
    def size(self) -> Dim:
        """How many numbers it holds."""
        return math.prod(self.shape, start=Dim(1))

    @property
    def count(self) -> Dim:
        """How many parameters it adds: all its numbers, or none if they are not trained or shared."""
        return self.size if self.trained and not self.same_as else Dim(0)


@dataclass(frozen=True, eq=False)
class Layer:
    """What a layer function returns: its name, the sizes it was given, and its parts."""

    name: str
    sizes: Mapping[str, object]
    parts: Mapping[str, Tensor | Layer]
    times: Dim = Dim(1)
    function: Callable | None = None

    @functools.cached_property
    def count(self) -> Dim:
        """How many parameters it trains, as a Dim: `.symbols` and `.numbers` show the working."""
        return self.times * total(len(names) * part.count for names, part in self.alike())

    @property
    def textbook(self) -> bool:
        """Whether it is one of `paramcount.layers`, and not a reader's or a framework's of that name."""
        return self.function.__module__ == f"{__package__}.layers"

    def alike(self) -> list[tuple[list[str], Tensor | Layer]]:
        """The parts in order, layers that are written the same way taken together.

        >>> from paramcount import lstm
        >>> [(names, gate.count.symbols) for names, gate in lstm(3, 2).alike()]
        [(['forget', 'input', 'candidate', 'output'], '(h + i) × h + h')]
        """
        groups: dict[object, tuple[list[str], Tensor | Layer]] = {}
        for name, part in self.parts.items():
            key: object = name  # tensors stand alone: the source writes x + x for a norm
            if isinstance(part, Layer):
                key = (part.name, part.count.symbols, part.count.numbers)
            groups.setdefault(key, ([], part))[0].append(name)
        return list(groups.values())

    def tensors(self, path: tuple[str, ...] = (), times: Dim | None = None) -> Iterator[Leaf]:
        """Every tensor with its path and how often it stands in the layer."""
        times = Dim(1 if times is None else times) * self.times
        for name, part in self.parts.items():
            if isinstance(part, Layer):
                yield from part.tensors((*path, name), times)
            else:
                yield Leaf((*path, name), part, times)

    def resized(self, **sizes) -> Layer:
        """The same layer with other sizes, its own or those of a layer that it was given.

        >>> from paramcount import bidirectional, lstm
        >>> lstm(3, 2).resized(h=4).count, bidirectional(lstm(3, 2)).resized(h=4).count
        (128, 256)
        """
        known = ", ".join(self.arguments())
        if unknown := sizes.keys() - self.arguments().keys():
            raise TypeError(f"{self.name} has no {min(unknown)}: it has {known or 'no sizes'}")
        arguments = {}
        for name, value in self.sizes.items():
            if isinstance(value, Layer):
                value = value.resized(**{k: v for k, v in sizes.items() if k in value.arguments()})
            arguments[name] = sizes.get(name, value)
        return replace(called(self.function, arguments), times=self.times)

    def arguments(self) -> dict[str, object]:
        """The sizes and switches it was made with, those of a layer that it was given among them."""
        arguments = {}
        for name, value in self.sizes.items():
            arguments |= value.arguments() if isinstance(value, Layer) else {name: value}
        return arguments

    def __rmul__(self, times) -> Layer:
        return replace(self, times=Dim(positive(times, "times")) * self.times)

    __mul__ = __rmul__

    def __repr__(self) -> str:
        from .display import text

        return text(self)

    def _repr_html_(self) -> str:
        from .display import page

        return page(self)


@dataclass(frozen=True, eq=False)
class Leaf:
    """A tensor of a tree: where it is, what it is, and how often it is repeated."""

    path: tuple[str, ...]
    tensor: Tensor
    times: Dim


def layer(function: Callable | None = None, *, example: Mapping[str, object] | None = None):
    """Make a layer function of a function that says which tensors the layer has.

    The function returns a dict: a name, and either a shape, a `Tensor` or another layer (times
    a number, if it is repeated). Every size is named after its parameter, so the signature is
    the notation. A parameter with True or False for a default is a switch; one with None for a
    default may be left out. After ``*h`` any number of sizes is taken, and one last for ``o``.

    example: sizes to open a panel with, when none are given.

    >>> @layer
    ... def adapter(x, r):
    ...     return {"down": (x, r), "up": (r, x)}
    >>> adapter(768, 8).count.symbols
    'x × r + r × x'
    """
    if function is None:
        return functools.partial(layer, example=example)
    signature = inspect.signature(function)

    @functools.wraps(function)
    def make(*args, **kwargs) -> Layer:
        sizes = {
            name: _checked(signature.parameters[name], value)
            for name, value in _bound(signature, args, kwargs).items()
        }
        token = _inside.set(True)
        try:
            parts = called(function, sizes)
        finally:
            _inside.reset(token)
        if isinstance(parts, Mapping) and ... in parts.values():
            return ...  # an exercise that is still open is neither right nor wrong
        return Layer(function.__name__, sizes, _parts(function, parts), function=make)

    make.example = dict(example or {})
    return make


def _bound(signature, args, kwargs) -> Mapping[str, object]:
    """The arguments by name; `f(i, *h, o)` takes the last size given as its o."""
    kinds = {name: parameter.kind for name, parameter in signature.parameters.items()}
    if inspect.Parameter.VAR_POSITIONAL in kinds.values():
        for name, parameter in reversed(signature.parameters.items()):
            required = kinds[name] is parameter.KEYWORD_ONLY and parameter.default is parameter.empty
            if required and name not in kwargs and args:
                *args, kwargs[name] = args
    bound = signature.bind(*args, **kwargs)
    bound.apply_defaults()
    return bound.arguments


def _checked(parameter: inspect.Parameter, value):
    """The argument as the layer function gets it: sizes as Dims, switches and layers as they are."""
    name = parameter.name
    if parameter.annotation is Layer:
        if not isinstance(value, Layer):
            raise TypeError(f"{name}={value!r}: {name} must be a layer, such as lstm(3, 2)")
        return value
    if isinstance(parameter.default, bool):
        if not isinstance(value, bool):
            raise TypeError(f"{name}={value!r}: {name} is a switch, True or False")
        return value
    if value is None and parameter.default is None:
        return value
    # A tuple is taken for *h, and for a size that says so, such as f: int | tuple.
    many = parameter.kind is parameter.VAR_POSITIONAL or tuple in getattr(
        parameter.annotation, "__args__", ()
    )
    if many and isinstance(value, (tuple, list)):
        if len(value) == 1:
            return (_named(value[0], name),)
        return tuple(_named(each, name + _subscript(k)) for k, each in enumerate(value, 1))
    return _named(value, name)


def _named(value, name: str) -> Dim:
    value = positive(value, name)
    return Dim(value, None if _inside.get() or isinstance(value, Dim) else name)


def _subscript(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def called(function: Callable, sizes: Mapping[str, object]):
    """The function called with sizes by name, those of a ``*h`` among them."""
    args, kwargs = [], {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.VAR_POSITIONAL:
            args += sizes[name] if isinstance(sizes[name], tuple) else (sizes[name],)
        elif parameter.kind is parameter.KEYWORD_ONLY:
            kwargs[name] = sizes[name]
        else:
            args.append(sizes[name])
    return function(*args, **kwargs)


def _parts(function, parts) -> dict[str, Tensor | Layer]:
    if not isinstance(parts, Mapping):
        raise TypeError(
            f"{function.__name__} must return a dict of names and shapes, such as "
            f'{{"W": (i, o), "b": (o,)}}, not {parts!r}'
        )
    return {str(name): _part(function, name, part) for name, part in parts.items()}


def _part(function, name, part) -> Tensor | Layer:
    if isinstance(part, (Tensor, Layer)):
        return part
    try:
        return Tensor(part)
    except (TypeError, ValueError) as error:
        raise type(error)(
            f"{function.__name__}: {name!r} must be a shape, such as (i, o), or a layer: {error}"
        ) from None


def stored_by(framework, layer: Layer) -> Layer:
    """The same tree with the tensors that a framework keeps.

    framework: a module with functions named like the layers, such as `paramcount.pytorch`.
    A layer that it has no function for keeps the textbook's tensors; what is inside it is
    translated all the same.

    >>> from paramcount import lstm, pytorch
    >>> stored_by(pytorch, lstm(3, 2)).count
    56
    """
    if translate := translation(framework, layer):
        return replace(called(translate, layer.sizes), times=layer.times)
    parts = {
        name: stored_by(framework, part) if isinstance(part, Layer) else part
        for name, part in layer.parts.items()
    }

    @functools.wraps(layer.function)
    def again(*args, **kwargs) -> Layer:
        return stored_by(framework, layer.function(*args, **kwargs))

    again.__module__ = framework.__name__
    return replace(layer, parts=parts, function=again)


def translation(framework, layer: Layer) -> Callable | None:
    """The framework's function for a layer of the textbook, if it has one."""
    found = getattr(framework, layer.name, None)
    # What the module merely imports is no translation, and a reader's layer is none of ours.
    own = getattr(found, "__module__", "") == framework.__name__
    return found if own and layer.textbook else None
