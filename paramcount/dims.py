"""The int that remembers how it was written: `Dim`."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable

# How tightly each way of writing a number binds, loosest first.
_TIGHTNESS = {"+": 1, "−": 1, "×": 2, "÷": 2, "power": 3, "leaf": 4}
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LARGEST = 10**60  # of a size: far beyond any network, and its counts can still be printed
_SHOWN = 60  # characters of a wrong size that an error repeats

Leaf = Callable[["Dim"], str]


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
    layer: object | None = None  # the one whose count it is
    sides: tuple[str, Dim, Dim] | None = None  # the sign and what stood beside it, if one was about a layer

    def __new__(cls, value: int, name: str | None = None) -> Dim:
        if name is None and isinstance(value, Dim):
            return value
        return _written(operator.index(value), "leaf", (), name)

    def of(self, layer: object) -> Dim:
        """The same number as the count of a layer, which it remembers through arithmetic.

        >>> from paramcount import dense
        >>> (2 * dense(3, 2).count).sides[2].layer.name
        'dense'
        """
        dim = _written(int(self), self.how, self.args, self.name)
        dim.layer = layer
        return dim

    @functools.cached_property
    def symbols(self) -> str:
        """How it was written, with the names."""
        if self.how == "leaf":
            return self.name or _digits(self)
        return self._joined(lambda arg: arg.symbols)

    @functools.cached_property
    def numbers(self) -> str:
        """How it was written, with the numbers put in."""
        return _digits(self) if self.how == "leaf" else self._joined(lambda arg: arg.numbers)

    def write(self, leaf: Leaf) -> str:
        """How it was written, each name or number written by `leaf`."""
        return leaf(self) if self.how == "leaf" else self._joined(lambda arg: arg.write(leaf))

    def _joined(self, written: Leaf) -> str:
        """The arguments with the sign between them, each written by `written`."""
        if self.how == "power":
            return self._power(written)
        first, *rest = self.args
        # a − b + c reads from left to right, so only what stands first may go without brackets.
        leads = self.how == "−" or first.how == "−" or (self.how == "+" and first._negative)
        words = [first._inside(self.how, written, leads)]
        words += [arg._inside(self.how, written) for arg in rest]
        line = f" {self.how} ".join(words)
        return f"⌊{line}⌋" if self._floored else line

    def _power(self, written: Leaf) -> str:
        base, exponent = self.args
        above = exponent._inside("power", written)
        above = above.translate(_SUPERSCRIPT) if above.isdigit() else f"^{above}"
        return base._inside("power", written) + above

    def _inside(self, outer: str, written: Leaf, leads: bool = False) -> str:
        """What it is as part of something larger: in brackets, unless it binds more tightly."""
        mine = _TIGHTNESS["−"] if self._negative else _TIGHTNESS[self.how]
        theirs = _TIGHTNESS[outer]
        bare = mine > theirs or (leads and mine == theirs) or self._floored
        return written(self) if bare else f"({written(self)})"

    def __add__(self, other: int) -> Dim:
        if (term := _dim(other)) is None:
            return NotImplemented
        if term._is_plain(0):
            return self
        if self._is_plain(0):
            return term
        # Python cannot see brackets: (a + b) + c and a + b + c are one thing to it. Both are
        # written a + b + c; but a sum added to a sum keeps both as groups, and so do sums after.
        grows = self.how == "+" and (term.how != "+" or self.args[-1].how == "+")
        args = (*self.args, term) if grows else (self, term)
        return _result(int(self) + int(term), "+", args, self, term)

    def __sub__(self, other: int) -> Dim:
        if (term := _dim(other)) is None:
            return NotImplemented
        if term._is_plain(0):
            return self
        return _result(int(self) - int(term), "−", (self, term), self, term)

    def __mul__(self, other: int) -> Dim:
        if (term := _dim(other)) is None:
            return NotImplemented
        if term._is_plain(1) or self._is_plain(0):
            return self
        if self._is_plain(1) or term._is_plain(0):
            return term
        args = (arg for side in (self, term) for arg in (side.args if side.how == "×" else [side]))
        return _result(int(self) * int(term), "×", tuple(args), self, term)

    def __floordiv__(self, other: int) -> Dim:
        if (term := _dim(other)) is None:
            return NotImplemented
        if term._is_plain(1):
            return self
        return _result(int(self) // int(term), "÷", (self, term), self, term)

    def __pow__(self, other: int, modulo: int | None = None):
        exponent = _dim(other)
        if modulo is not None or exponent is None or exponent < 1:
            return pow(int(self), other, modulo)
        if exponent._is_plain(1):
            return self
        return _written(int(self) ** int(exponent), "power", (self, exponent))

    def __radd__(self, other: int) -> Dim:
        return NotImplemented if (term := _dim(other)) is None else term + self

    def __rsub__(self, other: int) -> Dim:
        return NotImplemented if (term := _dim(other)) is None else term - self

    def __rmul__(self, other: int) -> Dim:
        return NotImplemented if (term := _dim(other)) is None else term * self

    def __rfloordiv__(self, other: int) -> Dim:
        return NotImplemented if (term := _dim(other)) is None else term // self

    def __rpow__(self, other: int, modulo: int | None = None):
        return NotImplemented if (term := _dim(other)) is None else pow(term, self, modulo)

    @property
    def _floored(self) -> bool:
        return self.how == "÷" and int(self.args[0]) % int(self.args[1]) != 0

    @property
    def _negative(self) -> bool:
        return self.how == "leaf" and self.name is None and self < 0

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
    return _written(sum(map(int, args)), "+", tuple(args))


def _dim(value) -> Dim | None:
    """A whole number of any kind as a Dim; None for anything else, an array among them."""
    if isinstance(value, int):
        return Dim(value)
    if hasattr(value, "__index__") and getattr(value, "ndim", 0) == 0:
        return Dim(operator.index(value))
    return None


def _written(value: int, how: str, args: tuple[Dim, ...], name: str | None = None) -> Dim:
    dim = int.__new__(Dim, value)
    dim.how, dim.args, dim.name = how, args, name
    return dim


def _result(value: int, how: str, args: tuple[Dim, ...], left: Dim, right: Dim) -> Dim:
    """What comes of two Dims. `args` may run on from those of the left one, so both sides are kept too."""
    dim = _written(value, how, args)
    if any(side.layer or side.sides for side in (left, right)):
        dim.sides = how, left, right
    return dim


def _digits(dim: int) -> str:
    return f"{int(dim):,}"


def positive(value, name: str) -> int:
    """`value` as a size: a whole number, 1 or more. The error names the size and the value."""
    must = f"a size is a whole number, 1 or more, so {name} cannot be"
    try:
        whole = operator.index(value)
    except TypeError:
        whole = None
    if whole is None or isinstance(value, bool):
        raise TypeError(f"{name}={shown(value)}: {must} {_a(type(value).__name__)}")
    if abs(whole) > _LARGEST:
        raise ValueError(f"{name} is larger than 10 to the power of 60: no network has such a size")
    if whole < 1:
        is_sum = isinstance(value, Dim) and value.how != "leaf"
        written = f"{value.symbols} = {whole}" if is_sum else f"{whole}"
        raise ValueError(f"{name}={written}: {must} {whole:,}")
    return value if isinstance(value, int) else whole


def shown(value) -> str:
    """A value as an error repeats it: on one line, and not too long; a layer by its name."""
    if isinstance(value, int) and not isinstance(value, bool):
        return _digits(value) if abs(value) <= _LARGEST else "a number that is too long to show"
    if isinstance(value, tuple):
        words = f"({', '.join(map(shown, value[:_SHOWN]))})"
    else:
        words = getattr(value, "name", None) or getattr(value, "__name__", None) or repr(value)
    line = " ".join(str(words)[: 4 * _SHOWN].split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


def _a(noun: str) -> str:
    return "None" if noun == "NoneType" else f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
