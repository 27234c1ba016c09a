"""What a picture is drawn with: filled where it is counted, or hollow in a sketch, where nothing is counted yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ...core import Layer, Path
from ...dims import Dim
from ...glossary import title
from ..account import Account, Mark, parameters
from .svg import Picture, group


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
        """Shapes of a tensor, which light up with its other places; they are in its colour."""
        return group(self.marks[path].style, *shapes, label=label)

    def picture(self, shapes: Iterable[str], height, alt: str, reading="", called="", total="") -> Picture:
        """The shapes with their words: a title, and at the end of `alt` the count.

        called: the title, by default that of the layer; total: the last sentence, by default the count with its working.
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
