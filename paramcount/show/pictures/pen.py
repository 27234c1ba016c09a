"""What a picture is drawn with: filled for what is counted, or hollow for a sketch before it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ...core import Layer, Path
from ...dims import Dim
from ...glossary import title
from ..account import Account, Mark, parameters
from .svg import Picture, group
from .words import plural


@dataclass(frozen=True)
class Pen:
    """A layer's account, and whether its parameters are filled."""

    account: Account
    filled: bool = True

    @property
    def layer(self) -> Layer:
        return self.account.layer

    @cached_property
    def marks(self) -> dict[Path, Mark]:
        return self.account.marks

    def either(self, filled, hollow):
        """The first in a picture that is counted, the second in a sketch."""
        return filled if self.filled else hollow

    def tensor(self, path: Path, label: str, *shapes: str) -> str:
        """Shapes of a tensor, in its colour, which light up with its other places."""
        return group(self.marks[path].style, *shapes, label=label)

    def weights(self, path: Path, of: str, *shapes: str) -> str:
        """Shapes of a tensor of weights. of: what they are the weights of."""
        count = self.count(path)
        return self.tensor(path, f"{of}: {count.numbers} = {count:,} weights", *shapes)

    def biases(self, path: Path, of: str, *shapes: str) -> str:
        """Shapes of a tensor of biases."""
        return self.tensor(path, f"{of}: {plural(self.count(path), 'bias', 'es')}", *shapes)

    def count(self, path: Path) -> Dim:
        """How many parameters the tensor at a path has, in one of the layers in which it stands."""
        (leaf,) = self.account.below(path)
        return leaf.tensor.count

    def picture(self, shapes: Iterable[str], height, alt: str, reading="", called="", total="") -> Picture:
        """The shapes with their words: a title, and at the end of `alt` the count.

        called: the title, if not the layer's; total: the last sentence, if not the count with its working.
        """
        name = called or title(self.layer)
        if not self.filled:
            return Picture("".join(shapes), height, name, alt)
        closing = total or counted(self.layer)
        return Picture("".join(shapes), height, name, f"{alt} {closing}", reading)


def counted(layer: Layer) -> str:
    """The last sentence on a layer: the numbers put in, and what they come to."""
    return f"{layer.count.numbers} = {parameters(layer.count)}."


def size(layer: Layer, name: str) -> Dim:
    """A size of a layer, called by its letter whatever it was given as."""
    return Dim(layer.sizes[name], name)
