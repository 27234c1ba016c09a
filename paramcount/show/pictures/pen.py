"""What a picture is drawn with: filled for what is counted, or a sketch, hollow until it is answered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from ...core import Layer, Leaf, Path
from ...dims import Dim
from ...glossary import title
from ..account import Account, Mark
from .svg import Picture, group, moved, text, together
from .told import counted, noun, outcome
from .words import plural

_LINKS = 64  # tensors with which one shape lights up, at most


@dataclass(frozen=True)
class Pen:
    """A layer's account, and how it is drawn.

    filled: as in a panel, else as a sketch; missing: the tensors that an answer to a sketch left out, None
    before there is one; right: whether the answer is; known: the marks, of a part drawn with the whole; said:
    the numbers in the words of the question, None if they are not known.
    """

    account: Account
    filled: bool = True
    missing: frozenset[Path] | None = None
    right: bool = False
    known: Mapping[Path, Mark] | None = None
    said: Collection[int] | None = None

    @property
    def layer(self) -> Layer:
        return self.account.layer

    @property
    def answered(self) -> bool:
        """Whether it is a sketch in which an answer is shown."""
        return self.missing is not None

    @cached_property
    def marks(self) -> Mapping[Path, Mark]:
        return self.account.marks if self.known is None else self.known

    @property
    def frame(self) -> str:
        """The style of a box in a sketch, which steps back behind what is drawn into it."""
        return "pc-faintb" if self.answered else "pc-hollow"

    def either(self, filled, hollow):
        """The first in a picture that is counted, the second in a sketch."""
        return filled if self.filled else hollow

    def part(self, name: str) -> Pen:
        """The pen for a layer inside."""
        known = {path[1:]: mark for path, mark in self.marks.items() if path[0] == name}
        missing = self.missing
        if missing is not None:
            missing = frozenset(path[1:] for path in missing if path[0] == name)
        return replace(self, account=Account(self.layer.parts[name]), missing=missing, known=known)

    def worked_out(self, size: Dim) -> bool:
        """Whether a size of a part is not given: then a sketch tells it only once the answer is right."""
        return size.how != "leaf" if self.said is None else size not in self.said

    def figure(self, size: Dim) -> str:
        """The number of a size of a part, if a sketch may tell it."""
        return "?" if self.worked_out(size) and not self.right else f"{size:,}"

    # -- tensors ------------------------------------------------------------------------------------

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

    def links(self, leaves: Iterable[Leaf]) -> str:
        """The classes with which a shape lights up that stands for some tensors."""
        return " ".join(dict.fromkeys(self.marks[leaf.path].link for leaf in leaves))

    def count(self, path: Path) -> Dim:
        """How many parameters the tensor at a path has, in one of the layers in which it stands."""
        (leaf,) = self.account.below(path)
        return leaf.tensor.count

    # -- tensors in a sketch ------------------------------------------------------------------------

    def left_out(self, leaf: Leaf) -> bool:
        return self.answered and leaf.path in self.missing

    def answer(self, path: Path, counted: str, left_out: str) -> str:
        """The tensor at a path: nothing in a sketch that is asked; in an answered one filled, or dashed."""
        (leaf,) = self.account.below(path)
        return self.answers([leaf], left_out if self.left_out(leaf) else counted)

    def answers(self, leaves: list[Leaf], *shapes: str) -> str:
        """Shapes that stand for tensors which were all counted, or all left out.

        What trains nothing there, such as a table that is counted elsewhere, is neither.
        """
        leaves = [leaf for leaf in leaves if leaf.tensor.count]
        if not (self.answered and leaves):
            return ""
        missing = self.left_out(leaves[0])
        style = together([self.marks[leaf.path] for leaf in leaves[:_LINKS]]) + " pc-out" * missing
        return group(style, *shapes, label=f"{self._called(leaves)}: {'left out' if missing else 'counted'}")

    def _called(self, leaves: list[Leaf]) -> str:
        first, *more = leaves
        if more:
            return f"{len(leaves):,} × {noun(first)}"
        return " ".join([*first.path[:-1], noun(first)])

    # -- the whole ----------------------------------------------------------------------------------

    def picture(
        self,
        shapes: Iterable[str],
        height,
        alt: str,
        reading="",
        called="",
        total="",
        repeats=False,
        slim: tuple[str, float] | None = None,
        hues: str = "",
    ) -> Picture:
        """The shapes with their words: a title, and at the end of `alt` the count, or how it was answered.

        called: the title, if not the layer's; total: the last sentence, if not the count with its working;
        repeats: whether the shapes say how often the layer is there; slim, hues: as in `Picture`.
        """
        name, body = called or title(self.layer), "".join(shapes)
        if self.filled:
            return Picture(body, height, name, f"{alt} {total or counted(self.layer)}", reading, slim, hues)
        said = outcome(self.account, self.missing, self.right) if self.answered else ""
        if self.layer.times.symbols != "1" and not repeats:  # a named m that is 1 is said too
            times, down = f"{self.layer.times:,} × this layer", 26
            body, height = text(8, 16, times, "t2", "start") + moved(body, 0, down), height + down
            alt = f"{times}. {alt}"
        return Picture(body, height, name, f"{alt} {said}".strip())


def size(layer: Layer, name: str) -> Dim:
    """A size of a layer, called by its letter whatever it was given as."""
    return Dim(layer.sizes[name], name)
