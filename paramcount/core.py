"""A layer is a tree: named tensors, and layers inside layers, with a repeat count."""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import TypeVar

from .dims import Dim, positive, shown, total

Path = tuple[str, ...]
T = TypeVar("T", "Tensor", "Layer")
KINDS = ("weight", "bias", "norm")  # of tensors
SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"
UP = ".."  # in the path of a shared tensor: one layer up
_DEEPEST = 350  # layers inside layers; more cannot be read, and Python cannot follow them
_REMEMBERED = 200  # layers that a function may have made already

# True while a layer function runs. A plain number written inside one is a constant of that
# layer, so it stays a number; outside, it is the reader's choice of a size and gets its name.
_inside = ContextVar("inside a layer function", default=False)


# -- the tree -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Packing:
    """How a file or a framework keeps a tensor whose numbers are quantised.

    stored: how many numbers are kept for it; how: in words, such as "4-bit, 2 in a byte".
    """

    stored: int
    how: str


@dataclass(frozen=True)
class Origin:
    """What is known of a model that was read, besides its tensors.

    sizes: those of its config, by the letters of `paramcount.models`; writes: whether it keeps keys and
    values of each token, None where that is not known; windows: how many layers keep those of the last few
    tokens alone, and of how many tokens, (0, 0) where it is not known which do, None where none does; dtype:
    the format of the weights as the config spells it, "" where it does not say, "?" where they are quantised
    and only the files say how; types: of the numbers that it keeps, the name of each, how many numbers, how
    many bytes, and whether they train; file: whether it is a list of tensors, without classes.
    """

    sizes: Mapping[str, object] = field(default_factory=dict)
    writes: bool | None = None
    windows: tuple[int, int] | None = None
    dtype: str = ""
    types: tuple[tuple[str, int, int, bool], ...] = ()
    file: bool = False


@dataclass(frozen=True, eq=False)
class Tensor:
    """An array of numbers that a layer keeps.

    shape: sizes, in the order in which the count is written; () is a single number.
    kind: "weight", "bias" or "norm"; by default a bias has one size and a weight more.
    trained: False for what is kept but not learned, such as running statistics.
    frozen: True for a parameter that could be trained, and is held as it is; it is not trained either.
    packing: how a file or a framework keeps it, where that is in fewer numbers than it has.
    same_as: the name of a tensor of the same layer function that this one shares, such as "words E":
    it is counted there, not here. In a layer it is the path from there, ".." for one level up.
    """

    shape: tuple[Dim, ...]
    kind: str = ""
    trained: bool = True
    same_as: str | Path = ""
    frozen: bool = False
    packing: Packing | None = None

    def __post_init__(self) -> None:
        if self.frozen:
            object.__setattr__(self, "trained", False)
        sizes = self.shape if isinstance(self.shape, (tuple, list)) else (self.shape,)
        sizes = tuple(Dim(positive(size, "size in a shape")) for size in sizes)
        kind = self.kind or ("weight" if len(sizes) > 1 else "bias")
        if kind not in KINDS:
            raise ValueError(f"kind={shown(kind)}: a tensor is one of {', '.join(KINDS)}")
        if not isinstance(self.same_as, (str, tuple)):
            raise TypeError(
                f"same_as={shown(self.same_as)}: give the name of a tensor, such as 'words E'. A tensor that "
                "is at hand is shared by writing it twice"
            )
        object.__setattr__(self, "shape", sizes)
        object.__setattr__(self, "kind", kind)

    @functools.cached_property
    def size(self) -> Dim:
        """How many numbers it holds."""
        return math.prod(self.shape, start=Dim(1))

    @functools.cached_property
    def count(self) -> Dim:
        """How many parameters it adds: all its numbers, or none if they are not trained or shared."""
        return self.size if self.trained and not self.same_as else Dim(0)


@dataclass(frozen=True, eq=False)
class Layer:
    """What a layer function returns: its name, the sizes it was given, and its parts.

    times: how often it is there, each time with weights of its own. function: what makes it anew in
    other sizes. keeper: the framework whose tensors these are; "" if they are the textbook's. changes:
    what was done to it since its function made it, in order. found: the class that it has in the model in
    which it was found. opened: how many levels of it are shown; 0 for as many as can be read at a glance.
    notes: sentences to be shown with it. origin: what else is known of a model that was read.
    """

    name: str
    sizes: Mapping[str, object]
    parts: Mapping[str, Tensor | Layer]
    times: Dim = Dim(1)
    function: LayerFunction | None = None
    keeper: str = ""
    changes: tuple[Callable[[Layer], Layer], ...] = ()
    found: str = ""
    opened: int = 0
    notes: tuple[str, ...] = ()
    origin: Origin | None = None
    count: Dim = field(init=False)  # how many parameters it trains; .symbols and .numbers are the working
    depth: int = field(init=False)

    def __post_init__(self) -> None:
        for name, part in self.parts.items():
            if not isinstance(part, (Tensor, Layer)):
                raise TypeError(f"{self.name}: {name} must be a Tensor or a Layer, not {shown(part)}")
        depth = 1 + max([part.depth for part in self.parts.values() if isinstance(part, Layer)], default=0)
        if depth > _DEEPEST:
            raise ValueError(
                f"{self.name}: more than {_DEEPEST} layers, each inside the other: nobody could read that. "
                "Layers that stand one after the other are parts of one layer, or n * layer if they are alike"
            )
        vars(self).update(depth=depth, parts=_sharing(self))
        count = self.times * total(len(names) * part.count for names, part in self.alike())
        vars(self).update(count=count.of(self))

    @property
    def family(self) -> str:
        """The family of the textbook that it belongs to; "" for a framework's layer or a reader's."""
        return self.function.family if self.function and not self.changes else ""

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

    def tensors(self, path: Path = (), times: Dim | None = None) -> Iterator[Leaf]:
        """Every tensor with its path and how often it stands in the layer."""
        times = self.times if times is None else times * self.times
        for name, part in self.parts.items():
            if isinstance(part, Layer):
                yield from part.tensors((*path, name), times)
            else:
                yield Leaf((*path, name), part, times)

    def at(self, path: Path) -> Layer:
        """The layer inside it at a path."""
        layer = self
        for name in path:
            layer = layer.parts[name]  # type: ignore[assignment]
        return layer

    def resized(self, **sizes) -> Layer:
        """The same layer with other sizes, its own or those of a layer that it was given.

        >>> from paramcount import bidirectional, lstm
        >>> lstm(3, 2).resized(h=4).count, bidirectional(lstm(3, 2)).resized(h=4).count
        (128, 256)
        """
        known = self.arguments() if self.function else {}
        if unknown := sizes.keys() - known.keys():
            raise TypeError(f"{self.name} has no {min(unknown)}: it has {', '.join(known) or 'no sizes'}")
        return self._resized(sizes, {})

    def _resized(self, sizes: Mapping[str, object], done: dict[Layer, Layer]) -> Layer:
        """done: what has become of layers so far; one that is given twice stays one."""
        if self.function is None:
            return self
        if self not in done:
            arguments = {}
            for name, value in self.sizes.items():
                inner = value._resized(sizes, done) if isinstance(value, Layer) else value
                arguments[name] = sizes.get(name, inner)
            layer: Layer = replace(called(self.function, arguments), times=self.times, found=self.found)
            for change in self.changes:
                layer = layer.changed(change)
            done[self] = layer
        return done[self]

    def changed(self, change: Callable[[Layer], Layer]) -> Layer:
        """The layer after a change, which is made again whenever the layer is given other sizes."""
        return replace(change(self), changes=(*self.changes, change))

    def arguments(self) -> dict[str, object]:
        """The sizes and switches it was made with, those of a layer that it was given among them."""
        arguments: dict[str, object] = {}
        for name, value in self.sizes.items():
            arguments |= value.arguments() if isinstance(value, Layer) else {name: value}
        return arguments

    def anew(self) -> Layer:
        """A layer of the same sizes, with tensors of its own."""
        twin = _twin(self)
        own = twin.__dict__
        own["parts"] = {n: p.anew() if isinstance(p, Layer) else _twin(p) for n, p in self.parts.items()}
        own["_objects"] = None
        return twin

    def __rmul__(self, times: int) -> Layer:
        return replace(self.anew(), times=Dim(positive(times, "times")) * self.times)

    __mul__ = __rmul__

    def to_markdown(self, depth: int = 0) -> str:
        """The table of its parts in Markdown. depth: levels of it; 0 for as many as one reads at a glance."""
        return self._table("github", depth)

    def to_latex(self, depth: int = 0) -> str:
        """The table of its parts in LaTeX, with the rules of booktabs: see `to_markdown`."""
        return self._table("latex_booktabs", depth)

    def to_csv(self, depth: int = 0) -> str:
        """The table of its parts as comma-separated values, the counts as plain numbers."""
        return self._table("csv", depth)

    def _table(self, form: str, depth: int) -> str:
        from .show.export import table

        return table(self, form, depth)

    def __repr__(self) -> str:
        from .show.text import text

        return text(self)

    def _repr_html_(self) -> str:
        from .show.text import page

        return page(self)


@dataclass(eq=False)
class Leaf:
    """A tensor of a tree: where it is, what it is, and how often it is repeated."""

    path: Path
    tensor: Tensor
    times: Dim

    @functools.cached_property
    def count(self) -> int:
        """How many parameters it adds, wherever it is repeated."""
        return int(self.times) * int(self.tensor.count)

    @property
    def size(self) -> int:
        """How many numbers it has, wherever it is repeated."""
        return int(self.times) * int(self.tensor.size)

    @property
    def stored(self) -> int:
        """As how many numbers it is stored, wherever it is repeated."""
        packing = self.tensor.packing
        return int(self.times) * packing.stored if packing else self.size

    @property
    def same_as(self) -> Path:
        """Where the tensor is counted that this one shares, ".." above the tree; () if it shares none."""
        place = self.path[:-1]
        for name in self.tensor.same_as:
            place = place[:-1] if name == UP and place and place[-1] != UP else (*place, name)
        return place if self.tensor.same_as else ()


def _twin(original: T) -> T:
    """Another object that says the same; the copy module does that too, in several times as long."""
    twin = object.__new__(type(original))
    twin.__dict__.update(original.__dict__)
    return twin


# -- tensors that are shared --------------------------------------------------------------------


def _sharing(layer: Layer) -> Mapping[str, Tensor | Layer]:
    """The parts, in which a tensor that stands twice, or is named as shared, is counted once.

    Raises ValueError for a name that no tensor has, and for a tensor of another shape.
    """
    shared: dict[Path, Path] = {}
    for name, part in layer.parts.items():
        if isinstance(part, Tensor) and isinstance(part.same_as, str) and part.same_as:
            shared[name,] = _named_tensor(layer, name, part)
    if len(_objects(layer)) < sum(len(_objects(part)) for part in layer.parts.values()):
        first: dict[Tensor, Path] = {}
        for leaf in layer.tensors():
            if not leaf.tensor.same_as and first.setdefault(leaf.tensor, leaf.path) != leaf.path:
                shared[leaf.path] = first[leaf.tensor]
    if not shared:
        return layer.parts
    # What was the same as one of these is now the same as the one that is counted.
    before = {leaf.path: leaf.same_as for leaf in layer.tensors() if isinstance(leaf.tensor.same_as, tuple)}
    chains = {path: target for path, target in before.items() if target in shared} | shared
    for path, target in chains.items():
        while target in shared or target in before:
            target = shared.get(target) or before[target]
        chains[path] = target
    return with_shared(layer.parts, chains)


def _objects(part: Tensor | Layer) -> frozenset[Tensor]:
    """The tensors in a part, each once: two of the same sizes are two."""
    if isinstance(part, Tensor):
        return frozenset([part])
    known = vars(part)
    if known.get("_objects") is None:
        known["_objects"] = frozenset().union(*map(_objects, part.parts.values()))
    return known["_objects"]  # type: ignore[no-any-return]


def _named_tensor(layer: Layer, name: str, tensor: Tensor) -> Path:
    """The path of the tensor that `tensor` says it is the same as."""
    others = {leaf.path: leaf.tensor for leaf in layer.tensors() if leaf.path != (name,)}
    paths = [path for path in others if tensor.same_as in (" ".join(path), ".".join(path))]
    if not paths:
        names = shown(", ".join(" ".join(path) for path in others)) if others else "no other"
        raise ValueError(
            f"{layer.name}: {name} is to be the same as {shown(tensor.same_as)}, but there is no such tensor "
            f"in what this function returns: there is {names}"
        )
    if isinstance(others[paths[0]].same_as, str) and others[paths[0]].same_as:
        raise ValueError(f"{layer.name}: {name} is to be the same as {paths[0][0]}, which is shared itself")
    shapes = tensor.shape, others[paths[0]].shape
    if shapes[0] != shapes[1]:
        mine, theirs = (" × ".join(f"{size:,}" for size in shape) for shape in shapes)
        raise ValueError(
            f"{layer.name}: {name} cannot be the same as {' '.join(paths[0])}: its shape is {mine}, and "
            f"that one's is {theirs}. One tensor has one shape"
        )
    return paths[0]


def with_shared(parts: Mapping, shared: Mapping[Path, Path], above: Path = ()) -> dict[str, Tensor | Layer]:
    """The parts, in which each tensor at a path of `shared` is counted at the path given with it.

    above: the path of the layer that the parts are of; both paths of a pair start from the same layer.
    """
    result: dict[str, Tensor | Layer] = {}
    for name, part in parts.items():
        here = (*above, name)
        if here in shared:
            level = 0  # how far down both paths go the same way
            while level < len(above) and above[: level + 1] == shared[here][: level + 1]:
                level += 1
            part = replace(part, same_as=(*[UP] * (len(above) - level), *shared[here][level:]))
        elif isinstance(part, Layer) and any(path[: len(here)] == here for path in shared):
            part = replace(part, parts=with_shared(part.parts, shared, here))
        result[name] = part
    return result


# -- layer functions ----------------------------------------------------------------------------


@dataclass(eq=False, repr=False)
class LayerFunction:
    """A function that makes layers, and what is to be said of them: what `@layer` returns.

    function: the one that was written; example: sizes to open a panel with; begins: where a size that may be
    left out begins when it comes in; preset: sizes that need not be given, where a base has been given sizes.
    title: what the layer is called; means: what its sizes are
    called, by letter; kind: what it counts as, such as "attention", which gives its colour and its share.
    family: for a layer of the textbook, the name of the file with its picture. pure: whether it makes the
    same layer for the same sizes whenever it is called, so that it may remember some.

    Of a translation: translates, the textbook's function; note, what the framework does in another way, and
    why; keeper, the framework's module; classes, what the framework calls such a layer, and reads, which
    finds the sizes in one of those.
    """

    function: Callable
    example: Mapping[str, object] = field(default_factory=dict)
    preset: Mapping[str, object] = field(default_factory=dict)
    base: LayerFunction | None = None
    title: str = ""
    means: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""
    family: str = ""
    translates: LayerFunction | None = None
    note: str = ""
    keeper: str = ""
    classes: tuple[str, ...] = ()
    reads: Callable | None = None
    pure: bool = False
    begins: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not callable(self.function):
            raise TypeError(f"@layer stands above a function, not {shown(self.function)}")
        functools.update_wrapper(self, self.function, updated=())
        self._known: dict[tuple | None, Layer] = {}
        self.name: str = self.function.__name__
        if self.translates:
            for fact in ("example", "title", "means", "kind"):
                setattr(self, fact, getattr(self.translates, fact))
        try:
            self.signature = inspect.signature(self.function, eval_str=True)
        except Exception:  # annotations that are words, and no Python
            self.signature = inspect.signature(self.function)
        self.__doc__ = self.function.__doc__ or f"{self.name}{self.signature}"

    def __call__(self, *args, **kwargs) -> Layer:
        parameters = self.signature.parameters
        given = _bound(self, args, kwargs)
        sizes = {name: _checked(parameters[name], value) for name, value in given.items()}
        key = _key(*sizes.values()) if self.pure else None
        if known := self._known.get(key):
            twin = known.anew()
            twin.__dict__["sizes"] = sizes
            return twin
        layer = self._layer(sizes)
        if key and isinstance(layer, Layer):
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            self._known[key] = layer.anew()
        return layer

    def _layer(self, sizes: Mapping[str, object]) -> Layer:
        token = _inside.set(True)
        try:
            parts = called(self.function, sizes, self.signature)
        finally:
            _inside.reset(token)
        if isinstance(parts, Mapping) and any(part is ... for part in parts.values()):
            return ...  # type: ignore[return-value]  # an exercise that is open is neither right nor wrong
        return Layer(self.name, sizes, _parts(self.name, parts), function=self, keeper=self.keeper)

    def __repr__(self) -> str:
        return f"<layer function {self.name}{self.signature}>"

    def __reduce__(self):
        if self.base:
            return in_sizes, (self.base, self.example, self.begins, self.title)
        return self.function.__qualname__  # pickled by name, as functions are


def in_sizes(base: LayerFunction, sizes: Mapping, begins: Mapping, title: str = "") -> LayerFunction:
    """A layer function with a default for every size."""
    return replace(base, example=sizes, preset=sizes, base=base, begins=begins, title=title)


def layer(function: Callable | None = None, **said):
    """Make a layer function of a function that says which tensors the layer has.

    The function returns a dict: a name, and either a shape, a `Tensor` or another layer (times
    a number, if it is repeated). Every size is named after its parameter, so the signature is
    the notation. A parameter with True or False for a default is a switch; one with None for a
    default may be left out. After ``*h`` any number of sizes is taken, and one last for ``o``. A
    layer that stands in the dict twice is one layer, used twice.

    said: what `LayerFunction` has besides, such as example={"x": 64} for the sizes that a panel opens
    with, title="Adapter", or means={"r": "rank"} for the names of its sizes.

    >>> @layer
    ... def adapter(x, r):
    ...     return {"down": (x, r), "up": (r, x)}
    >>> adapter(768, 8).count.symbols
    'x × r + r × x'
    """
    return functools.partial(layer, **said) if function is None else LayerFunction(function, **said)


def _key(*sizes) -> tuple | None:
    """What tells sizes from others, by value and by how they are written; None if a layer is among them."""
    key: list = []
    for size in sizes:
        if isinstance(size, Layer):
            return None
        if isinstance(size, tuple):
            key.append(_key(*size))
        else:
            key.append((size.symbols, size.numbers) if isinstance(size, Dim) else size)
    return tuple(key)


def _bound(function: LayerFunction, args: tuple, kwargs: dict) -> Mapping[str, object]:
    """The arguments by name; `f(i, *h, o)` takes the last size given as its o."""
    parameters = function.signature.parameters
    if any(p.kind is p.VAR_POSITIONAL for p in parameters.values()):
        for name, parameter in reversed([*parameters.items()]):
            last = parameter.kind is parameter.KEYWORD_ONLY and parameter.default is parameter.empty
            if last and name not in kwargs and args:
                args, kwargs[name] = args[:-1], args[-1]
    try:
        if function.preset:
            given = function.signature.bind_partial(*args, **kwargs).arguments
            kwargs |= {name: size for name, size in function.preset.items() if name not in given}
        bound = function.signature.bind(*args, **kwargs)
    except TypeError as error:
        raise TypeError(f"{function.name}{function.signature}: {error}") from None
    bound.apply_defaults()
    return bound.arguments


def _checked(parameter: inspect.Parameter, value):
    """The argument as the layer function gets it: sizes as Dims, switches and layers as they are."""
    name = parameter.name
    if value is None and parameter.default is None:
        return value
    if _takes(parameter, Layer):
        if not isinstance(value, Layer):
            raise TypeError(f"{name}={shown(value)}: {name} must be a layer, such as lstm(3, 2)")
        return value
    if isinstance(parameter.default, bool):
        if not isinstance(value, bool):
            raise TypeError(f"{name}={shown(value)}: {name} is a switch, True or False")
        return value
    # A tuple is taken for *h, and for a size that says so, such as f: int | tuple.
    many = parameter.kind is parameter.VAR_POSITIONAL or _takes(parameter, tuple)
    if many and isinstance(value, (tuple, list)):
        if len(value) == 1:
            return (_named(value[0], name),)
        return tuple(_named(each, name + subscript(k)) for k, each in enumerate(value, 1))
    return _named(value, name)


def _takes(parameter: inspect.Parameter, kind: type) -> bool:
    """Whether a parameter says that it takes something of a kind, alone or among others."""
    annotation = parameter.annotation
    return kind in (annotation, *getattr(annotation, "__args__", ()))


def _named(value, name: str) -> Dim:
    value = positive(value, name)
    return Dim(value, None if _inside.get() or isinstance(value, Dim) else name)


@functools.lru_cache(1_000)
def subscript(number: int) -> str:
    """A number as it is written below the line."""
    return str(number).translate(str.maketrans("0123456789", SUBSCRIPTS))


def called(function: Callable, sizes: Mapping[str, object], signature: inspect.Signature | None = None):
    """The function called with sizes by name, those of a ``*h`` among them."""
    signature = signature or getattr(function, "signature", None) or inspect.signature(function)
    args: list = []
    kwargs = {}
    for name, parameter in signature.parameters.items():
        value = sizes[name]
        if parameter.kind is parameter.VAR_POSITIONAL:
            args += value if isinstance(value, tuple) else (value,)
        elif parameter.kind is parameter.KEYWORD_ONLY:
            kwargs[name] = value
        else:
            args.append(value)
    return function(*args, **kwargs)


def _parts(function: str, parts) -> dict[str, Tensor | Layer]:
    if not isinstance(parts, Mapping):
        raise TypeError(
            f"{function} must return a dict of names and shapes, such as "
            f'{{"W": (i, o), "b": (o,)}}, not {_kind_of(parts)}'
        )
    named: dict[str, Tensor | Layer] = {}
    for key, part in parts.items():
        name = str(key)
        if name in named:
            raise ValueError(f"{function}: two parts are called {shown(name)}: each needs a name of its own")
        named[name] = _part(function, name, part)
    return named


def _part(function: str, name, part) -> Tensor | Layer:
    if isinstance(part, Tensor) and isinstance(part.same_as, tuple) and UP not in part.same_as:
        return replace(part, same_as=" ".join(part.same_as))  # a path as a reader writes it
    if isinstance(part, (Tensor, Layer)):
        return part
    must = f"{function}: {shown(name)} must be a shape, such as (i, o), or a layer"
    if isinstance(part, Mapping):
        raise TypeError(
            f"{must}, not a dict: make a layer function of that too, with @layer, and call it here"
        )
    if isinstance(part, LayerFunction):
        raise TypeError(f"{must}: {part.name} is a layer function, so call it with sizes")
    if isinstance(part, (tuple, list)) and any(isinstance(each, Layer) for each in part):
        raise TypeError(f"{must}, not several layers: give each of them a name of its own in the dict")
    if not isinstance(part, (tuple, list)) and getattr(part, "ndim", 0) > 0:
        raise TypeError(f"{must}, not {_kind_of(part)}: write its sizes, such as (i, o)")
    try:
        return Tensor(part)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{must}: {error}") from None


def _kind_of(value) -> str:
    if isinstance(value, Layer):
        return f'a layer: write {{"{value.name}": ...}} around it'
    return "None" if value is None else f"{type(value).__name__} {shown(value)}"
