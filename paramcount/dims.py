"""The int that remembers how it was written: `Dim`."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable

# How tightly each way of writing a number binds, loosest first.
_TIGHTNESS = {"+": 1, "−": 1, "×": 2, "÷": 2, "power": 3, "leaf": 4}
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Dim(int):
    """A whole number that knows its name, or the arithmetic that made it.

    Everywhere else it is the plain int that it equals: ``range``, ``%``, ``json`` and
    ``f"{count:,}"`` all take it. Two Dims of one value are equal, whatever their names:
    compare ``.symbols`` to ask whether they are written alike.

    >>> h, i = Dim(2, "h"), Dim(3, "i")
    >>> count = 4 * ((h + i) * h + h)
    >>> count, count.symbols, count.numbers
    (48, '4 × ((h + i) × h + h)', '4 × ((2 + 3) × 2 + 2)')
    """

    name: str | None
    how: str
    args: tuple[Dim, ...]

    def __new__(cls, value, name: str | None = None) -> Dim:
        if name is None and isinstance(value, Dim):
            return value
        return _made(operator.index(value), "leaf", (), name)

    @property
    def symbols(self) -> str:
        """How it was written, with the names."""
        return self.write(lambda dim: dim.name or f"{int(dim):,}")

    @property
    def numbers(self) -> str:
        """How it was written, with the numbers put in."""
        return self.write(lambda dim: f"{int(dim):,}")

    def write(self, leaf: Callable[[Dim], str]) -> str:
        """How it was written, each name or number spelt by `leaf`."""
        if self.how == "leaf":
            return leaf(self)
        if self.how == "power":
            base, exponent = self.args
            return base._inside("power", leaf) + f"{int(exponent)}".translate(_SUPERSCRIPT)
        return f"⌊{self._joined(leaf)}⌋" if self._floored else self._joined(leaf)

    def _joined(self, leaf) -> str:
        first, *rest = self.args
        # a − b + c reads from left to right, so only what stands first may go without brackets.
        start = first._inside(self.how, leaf, leads=self.how == "−" or first.how == "−")
        return f" {self.how} ".join([start, *(dim._inside(self.how, leaf) for dim in rest)])

    def _inside(self, outer: str, leaf, leads: bool = False) -> str:
        mine, theirs = _TIGHTNESS[self.how], _TIGHTNESS[outer]
        bare = mine > theirs or (leads and mine == theirs) or self._floored
        return self.write(leaf) if bare else f"({self.write(leaf)})"

    def __add__(self, other):
        if (other := _dim(other)) is None:
            return NotImplemented
        if other._is_plain(0):
            return self
        if self._is_plain(0):
            return other
        # Python cannot see brackets: (a + b) + c and a + b + c are one thing to it. Both are
        # written a + b + c; but a sum added to a sum keeps both as groups, and so do sums after.
        grows = self.how == "+" and (other.how != "+" or self.args[-1].how == "+")
        return _made(int(self) + int(other), "+", (*self.args, other) if grows else (self, other))

    def __sub__(self, other):
        if (other := _dim(other)) is None:
            return NotImplemented
        return self if other._is_plain(0) else _made(int(self) - int(other), "−", (self, other))

    def __mul__(self, other):
        if (other := _dim(other)) is None:
            return NotImplemented
        if other._is_plain(1) or self._is_plain(0):
            return self
        if self._is_plain(1) or other._is_plain(0):
            return other
        args = (arg for side in (self, other) for arg in (side.args if side.how == "×" else [side]))
        return _made(int(self) * int(other), "×", tuple(args))

    def __floordiv__(self, other):
        if (other := _dim(other)) is None:
            return NotImplemented
        return self if other._is_plain(1) else _made(int(self) // int(other), "÷", (self, other))

    def __pow__(self, other, modulo=None):
        if modulo is not None or _dim(other) is None or other < 1:
            return pow(int(self), other, modulo)
        if other == 1:
            return self
        return _made(int(self) ** int(other), "power", (self, Dim(other)))

    def __radd__(self, other):
        return NotImplemented if (other := _dim(other)) is None else other + self

    def __rsub__(self, other):
        return NotImplemented if (other := _dim(other)) is None else other - self

    def __rmul__(self, other):
        return NotImplemented if (other := _dim(other)) is None else other * self

    def __rfloordiv__(self, other):
        return NotImplemented if (other := _dim(other)) is None else other // self

    @property
    def _floored(self) -> bool:
        return self.how == "÷" and int(self.args[0]) % int(self.args[1]) != 0

    def _is_plain(self, value: int) -> bool:
        # sum() starts from a plain 0 and prod() from a plain 1, which nobody wrote. A named 1 stays.
        return self == value and self.how == "leaf" and self.name is None


def total(terms: Iterable[int]) -> Dim:
    """The sum of `terms`, each sum among them kept in brackets as a group of its own.

    >>> i, h, o = Dim(3, "i"), Dim(5, "h"), Dim(2, "o")
    >>> total([i * h + h, h * o + o]).symbols
    '(i × h + h) + (h × o + o)'
    """
    args: list[Dim] = []
    for term in map(Dim, terms):
        # A term that is nothing but groups needs no brackets around them.
        groups_only = term.how == "+" and all(arg.how == "+" for arg in term.args)
        args += term.args if groups_only else [term]
    args = [arg for arg in args if not arg._is_plain(0)]
    if len(args) < 2:
        return args[0] if args else Dim(0)
    return _made(sum(map(int, args)), "+", tuple(args))


def _dim(value) -> Dim | None:
    return Dim(value) if isinstance(value, int) else None


def _made(value: int, how: str, args: tuple[Dim, ...], name: str | None = None) -> Dim:
    dim = int.__new__(Dim, value)
    dim.how, dim.args, dim.name = how, args, name
    return dim


def positive(value, name: str) -> int:
    """`value` as a size: a whole number, 1 or more. The error names the size and the value."""
    must = f"a size is a whole number, 1 or more, so {name} cannot be"
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        shown = getattr(value, "name", None) or repr(value)  # a layer would print its whole ledger
        raise TypeError(f"{name}={shown}: {must} {_a(type(value).__name__)}")
    if operator.index(value) < 1:
        worked_out = isinstance(value, Dim) and value.how != "leaf"
        shown = f"{value.symbols} = {value}" if worked_out else f"{value}"
        raise ValueError(f"{name}={shown}: {must} {operator.index(value):,}")
    return value if isinstance(value, int) else operator.index(value)


def _a(noun: str) -> str:
    return "None" if noun == "NoneType" else f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
