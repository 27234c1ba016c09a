"""What a panel may be set to: the sizes that fit together, those that are offered, and what is refused."""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..core import Layer, LayerFunction, called
from ..dims import Dim, positive, shown
from ..glossary import letter
from ..models import Published
from ..typed import Unreadable, read

Key = tuple[str, int | None]  # the name of a size, and its place where there are several of that name

# What a slider offers at most when the reader sets no range. Any size can be typed.
_TOPS = {"f": 11, "m": 96, "n": 96, "heads": 128, "groups": 128, "x": 16_384, "ff": 65_536, "v": 262_144}
_TOP = 4_096
_ANY = (Exception, SystemExit)  # a reader's layer may refuse a size in any way
_ENDS = (16, 64, 512)  # where a slider ends at first, and then for more; after those, at its top
_OPENING = {"x": 512, "ff": 2_048, "v": 37_000, "heads": 1, "groups": 1, "m": 6, "n": 6}
# The sizes that must be shared out evenly, and what is shared out.
_SHARED_OUT = {"heads": ("x",), "groups": ("i", "o"), "kv_heads": ("heads",)}


class Sizes:
    """The sizes of a layer while a reader moves them. layer: as it stands now; gave_way: which sizes the
    last move changed besides, in words.

    ranges: the values that are offered for a size, by its name, where the reader has said so.
    """

    def __init__(self, layer: Layer, ranges: Mapping[str, list[int]]):
        self.layer, self.gave_way = layer, ""
        # What the reader chose of a size that gives way to others, such as heads when x is moved.
        self._wishes = {name: value for name, value in layer.arguments().items() if _must_divide(layer, name)}
        self._ranges: dict[str, list[int]] = {}
        self._ranges, self._given = self._sensible() | dict(ranges), {*ranges}

    def values(self) -> dict[Key, object]:
        """Everything that can be moved: a tuple of sizes is one for each."""
        values: dict[Key, object] = {}
        for name, value in self.layer.arguments().items():
            if isinstance(value, tuple):
                values |= {(name, place): each for place, each in enumerate(value)}
            else:
                values[name, None] = value
        return values

    def name(self, key: Key) -> str:
        """What a size is called: h₂ for the second h."""
        return getattr(self.values()[key], "name", None) or key[0]

    def may_be_left_out(self, key: Key) -> bool:
        """Whether a layer can be made without a size."""
        parameters = self.layer.function.signature.parameters if self.layer.function else {}
        default = parameters[key[0]].default if key[0] in parameters else inspect.Parameter.empty
        return default is None or self.values()[key] is None

    def example(self, key: Key) -> int:
        """A size to begin with, where one that was left out comes in."""
        function = self.layer.function
        size = {**function.example, **function.begins}.get(key[0]) if function else None
        return size if isinstance(size, int) and size else opening(key[0])

    def offered(self, key: Key) -> list[int]:
        """The values that a slider offers, smallest first."""
        arguments = self.layer.arguments() if key[0] in self._wishes else {}
        return offered(key[0], arguments, self._ranges)

    def ends(self, key: Key) -> list[int]:
        """Where the slider of a size may end, smallest first: it begins with what is in reach of a hand."""
        last = self.offered(key)[-1]
        return [last] if letter(key[0]) in self._given else [*(end for end in _ENDS if end < last), last]

    def move(self, key: Key, value: int | bool | str | None) -> str:
        """Give a size another value; what was typed may be arithmetic, or 30k.

        Returns "", or why that cannot be; then nothing has changed.
        """
        name, place = key
        before = self.values()[key]
        if isinstance(value, str):
            try:
                value = read(value)
            except Unreadable as error:
                return f"{name}: {error}"
        size = value
        try:
            if isinstance(before, Dim) and before.name and value is not None:
                value = Dim(positive(value, before.name), before.name)
            size = self._among(name, place, value)
            fitting = self._fitting(name, size)
            self.layer, self.gave_way = self.layer.resized(**fitting), self._said(fitting, name)
        except _ANY as error:
            return _refusal(name, value, error)
        if name in self._wishes:
            self._wishes[name] = size
        return ""

    def _sensible(self) -> dict[str, list[int]]:
        """What may be offered of sizes that the layer does not take from end to end."""
        ranges = {}
        for (name, place), value in self.values().items():
            if value is None or isinstance(value, bool) or name in self._wishes:
                continue
            options = offered(name, {}, {})
            if self._refused(name, place, options[0]) or self._refused(name, place, options[-1]):
                ranges[name] = [each for each in options if not self._refused(name, place, each)]
        return ranges

    def _refused(self, name: str, place: int | None, value: int) -> bool:
        try:
            self.layer.resized(**self._fitting(name, self._among(name, place, value)))
        except _ANY:
            return True
        return False

    def _among(self, name: str, place: int | None, value):
        """The value as the layer takes it: a size among several is put among the others."""
        if place is None:
            return value
        others = self.layer.arguments()[name]
        return (*others[:place], value, *others[place + 1 :])

    def _fitting(self, name: str, value) -> dict[str, object]:
        """The change, and the sizes that must follow it: heads that divide the new x, and so on.

        A size that had to give way comes back to what the reader chose as soon as that fits again.
        """
        arguments = self.layer.arguments() | {name: value}
        changes = {name: value}
        for other, wish in self._wishes.items():
            whole = _whole(other, arguments)
            if whole and other != name:
                fits = [size for size in (wish, *offered(other, arguments, {})) if whole % size == 0]
                changes[other] = Dim(max(size for size in fits if size <= wish), other)
                arguments = arguments | changes  # as kv_heads must divide what heads has become
        return changes

    def _said(self, fitting: Mapping[str, object], moved: str) -> str:
        """Which sizes give way to others for now, and why."""
        now, said = self.layer.arguments() | fitting, []
        for name, size in fitting.items():
            wish = self._wishes.get(name, size)
            if name != moved and size != wish:
                uneven = [f"{whole} = {now[whole]}" for whole in _SHARED_OUT[name] if now[whole] % wish]  # type: ignore[operator]
                said.append(
                    f"{name} is {size} now: {wish} does not divide {' or '.join(uneven)}. "
                    "It comes back as soon as that fits."
                )
        return " ".join(said)


def _refusal(name: str, value, error: BaseException) -> str:
    said = str(error).encode(errors="replace").decode()  # half a character could not be sent
    if isinstance(error, (ArithmeticError, TypeError, ValueError)) and said:
        return said
    why = f"{type(error).__name__}: {shown(said)}" if said else type(error).__name__
    return f"{name}={shown(value)}: the layer refuses this size ({why}). What stood there is still shown."


def _must_divide(layer: Layer, name: str) -> bool:
    """Whether a layer refuses heads that do not divide its x, or groups its i and o. A reader's may not."""
    arguments = layer.arguments()
    whole = _whole(name, arguments) if arguments.get(name) else 0
    try:
        return bool(whole) and not layer.resized(**{name: whole + 1})
    except _ANY:
        return True


# -- what is offered ----------------------------------------------------------------------------


def offered(name: str, sizes: Mapping[str, object], ranges: Mapping[str, list[int]]) -> list[int]:
    """The values that a slider offers, smallest first.

    name: the size; sizes: all sizes as they stand; ranges: those that the reader has set.
    """
    top = _TOPS.get(letter(name), _TOP)
    whole = _whole(name, sizes)
    if not whole:
        return ranges.get(letter(name)) or ladder(top)
    return [value for value in ranges.get(name) or range(1, top + 1) if whole % value == 0] or [1]


def _whole(name: str, sizes: Mapping[str, object]) -> int:
    """What a size must divide, as heads must divide x; 0 for a size that is free."""
    shares = (sizes.get(whole) for whole in _SHARED_OUT.get(name, ()))
    return math.gcd(*(size if isinstance(size, int) else 0 for size in shares))


def step(name: str, sizes: Mapping[str, object]) -> int:
    """What a size must be a multiple of, as x of heads; 1 for a size that is free."""
    owners = (other for other, wholes in _SHARED_OUT.items() if name in wholes)
    shares = (sizes.get(owner) for owner in owners)
    return math.lcm(*(int(size) for size in shares if isinstance(size, int) and size))


@functools.cache
def _ladder(top: int) -> tuple[int, ...]:
    values, step = list(range(1, 17)), 4
    while values[-1] < top:
        values += [values[-1] + step * k for k in range(1, 5)]
        step *= 2
    return tuple(value for value in values if value <= top)


def ladder(top: int) -> list[int]:
    """Every size up to 16, then four to each doubling: a step is always felt, at any size.

    >>> ladder(64)[14:]
    [15, 16, 20, 24, 28, 32, 40, 48, 56, 64]
    """
    return list(_ladder(top))


def range_of(layer: Layer, name: str, values: Iterable[int]) -> list[int]:
    """The range that a reader sets for a size, checked. Raises TypeError where there is no such size."""
    known = [each for each, value in layer.arguments().items() if not isinstance(value, bool)]
    if name not in known:
        raise TypeError(f"{layer.name} has no size {name}: it has {', '.join(known)}")
    if not isinstance(values, Iterable):
        raise TypeError(f"{name}={shown(values)}: a range is needed, such as {name}=range(1, 65)")
    sizes = sorted({int(positive(value, name)) for value in values})
    if not sizes:
        raise ValueError(f"{name}: a range must hold at least one size")
    return sizes


# -- a layer to begin with ----------------------------------------------------------------------


def opened(layer) -> Layer:
    """The layer, that of one of `models.PUBLISHED`, a layer function called with its example, or a model or
    a file as `explain` reads it."""
    layer = layer.layer if isinstance(layer, Published) else layer
    if isinstance(layer, Layer):
        return layer
    if not isinstance(layer, LayerFunction):
        from ..explain import explain, is_read

        word = isinstance(layer, str) and layer.isidentifier() and not Path(layer).exists()
        if is_read(layer) and not word:
            return explain(layer)
        raise TypeError(
            f"{shown(layer)} is not a layer: give one, such as lstm(3, 2), or its function, lstm; or a model "
            "of PyTorch or Keras, or the path of a file"
        )
    sizes = dict(layer.example)
    for name, parameter in layer.signature.parameters.items():
        if parameter.kind is parameter.VAR_POSITIONAL:
            sizes.setdefault(name, ())
        elif parameter.default is parameter.empty:
            sizes.setdefault(name, opening(name))
        else:
            sizes.setdefault(name, parameter.default)
    return called(layer, sizes)


def opening(name: str) -> int:
    """A size to begin with, where nobody has said one."""
    return _OPENING.get(name, 4)
