"""What is asked for where it is more than one layer of the textbook: its parts, and how they make one number.

That is a reader's own layer, of which the parts are the layers inside; and a number worked out from counts,
such as ``a.count - b.count``, which remembers its layers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ...core import Layer
from ...dims import Dim, total
from ...glossary import title
from . import memory, stack
from .any_layer import own
from .base import Wrong, listed, lower, the

_MANY = 30  # parts
_FEW = 12  # of layers that are alike: how many there are can be counted wrong


@dataclass(frozen=True)
class Part:
    """A layer in what is asked.

    label: what it is called there, such as "the first LSTM layer"; short: that in a word or two; names: more
    than one if it has twins.
    """

    label: str
    short: str
    layer: Layer
    names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Whole:
    """The parts, and how their counts are put together.

    together: makes the number of one count a part.
    """

    asked: Layer | Dim
    parts: tuple[Part, ...]
    together: Callable[[Sequence[int]], Dim]

    @property
    def sums_up(self) -> bool:
        """Whether nothing is done with the counts but to add them."""
        right = self.asked.count if isinstance(self.asked, Layer) else self.asked
        return int(right) == sum(map(int, self._counts))

    def with_one(self, place: int, wrong: Wrong) -> Iterator[Wrong]:
        """What a slip in one part leads to: made once, and in all parts of that kind."""
        part = self.parts[place]
        often = len(part.names)
        for made in dict.fromkeys((often, 1)):
            label = part.label if made == often else f"one of {part.label}"
            missing = frozenset((name, *path) for name in part.names[:made] for path in wrong.missing)
            count = made * wrong.count + (often - made) * part.layer.count
            why = f"In {label}: {wrong.why}"
            yield replace(wrong, count=self._count({place: count}), why=why, missing=missing, part=label)

    def with_each(self, made: Sequence[tuple[int, Wrong]]) -> Wrong:
        """What a slip leads to that is made in several parts at once."""
        counts, missing = {}, set()
        for place, wrong in made:
            names = self.parts[place].names
            counts[place] = len(names) * wrong.count
            missing |= {(name, *path) for name in names for path in wrong.missing}
        _, first = made[0]
        labels = self._labels([self.parts[place] for place, _ in made])
        why = f"In {labels}: {first.why}"
        count = self._count(counts)
        return replace(first, count=count, why=why, missing=frozenset(missing), part=labels)

    def _labels(self, parts: Sequence[Part]) -> str:
        """What several parts are called: all LSTM layers, if these are all that there are of a kind."""
        kinds = {_kind(part) for part in parts}
        if len(kinds) == 1 and sum(_kind(part) in kinds for part in self.parts) == len(parts):
            return f"all {kinds.pop()}s"
        return listed(part.label for part in parts)

    def _count(self, wrong: dict[int, int]) -> Dim:
        """The whole with other counts of some parts."""
        if len(self.parts) > _MANY and isinstance(self.asked, Layer):
            # Nobody writes out so many terms: the number alone, which does not take as long.
            over = sum(int(count) - self._counts[place] for place, count in wrong.items())
            return Dim(int(self.asked.count) + int(self.asked.times) * over)
        return self.together([wrong.get(place, count) for place, count in enumerate(self._counts)])

    @cached_property
    def _counts(self) -> list[int]:
        """The right count of each part, with its twins."""
        return [len(part.names) * part.layer.count for part in self.parts]

    def made_of(self, change: Callable[[Layer], Layer]) -> Layer | Dim:
        """The same put together of other layers. change: makes one of each."""
        if isinstance(self.asked, Layer):
            names = [name for part in self.parts for name in part.names]
            new = {name: change(self.asked.parts[name]) for name in names}  # type: ignore[arg-type]
            return replace(self.asked, parts=self.asked.parts | new)
        return self.together([len(part.names) * change(part.layer).count for part in self.parts])

    def put_together_wrong(self) -> Iterator[Wrong]:
        """What comes of right counts that are put together in another way."""
        if isinstance(self.asked, Layer):
            return
        counts = [part.layer.count for part in self.parts]
        right = self.asked
        if len(counts) == 1:
            of_it = "something that is worked out from it"
            if right.sides and right.sides[0] == "×":
                of_it = "a multiple of it, such as bytes, or layers that are alike"
            why = (
                f"That is the count of {self.parts[0].label} itself. The question asks for {of_it}: read it "
                "once more."
            )
            yield Wrong(counts[0], why, slip="count_alone")
            yield from self._other_times(right, counts[0])
            if right.sides and right.sides[0] == "×":
                yield from memory.in_bytes(right.sides[1], self.parts[0].layer)
        yield from memory.packed(right, counts)
        taken = len(counts) == 2 and right == counts[0] - counts[1]
        for part, count in zip(self.parts, counts, strict=True) if len(counts) > 1 else ():
            alone = (
                f"That is {part.label} alone. The question asks for {'both' if len(counts) == 2 else 'all'}."
            )
            if taken:
                alone = f"That is {part.label}, which is to be taken away. The question asks what is left."
            if taken and part is self.parts[0]:
                alone = f"That is {part.label}, all of it. Nothing has been taken away yet."
            yield Wrong(count, alone, slip="one_part_alone")
        if taken:
            yield Wrong(
                counts[0] + counts[1],
                "That adds the two. The question asks for the difference.",
                slip="added_up",
            )

    def _other_times(self, right: Dim, count: Dim) -> Iterator[Wrong]:
        """What comes of a small multiple that is one more, or one less."""
        times = int(right) // int(count) if count and right % count == 0 else 0
        for other in (times - 1, times + 1) if 1 < times <= _FEW else ():
            if other > 1:
                label = self.parts[0].label
                why = f"That has {label} another number of times. Count once more how many there are."
                yield Wrong(other * count, why, slip="another_number_of_them")

    def read_wrong(self) -> Iterator[Wrong]:
        """What comes of layers on top of each other, in a sum, that read another size."""
        if isinstance(self.asked, Layer) or not self.sums_up:
            return
        parts = [(part.label, part.layer) for part in self.parts]
        places = {part.label: place for place, part in enumerate(self.parts)}
        for id, find in (
            ("reads_like_the_first", stack.reading_like_the_first),
            ("reads_one_direction", stack.reading_one_direction),
        ):
            for misread in find(parts):
                wrong = {places[label]: layer.count for label, layer in misread.instead.items()}
                yield Wrong(self._count(wrong), misread.why, slip=id, more=misread.more)


def whole(asked: Layer | Dim) -> Whole | None:
    """The parts of what is asked; None for one layer that has a name in the textbook."""
    if isinstance(asked, Dim) and asked.layer:
        return _of_number(asked)
    if isinstance(asked, Dim):
        return _of_number(asked) if asked.sides else None
    return _of_layer(asked) if own(asked) else None


def _of_layer(layer: Layer) -> Whole | None:
    groups = [(tuple(names), part) for names, part in layer.alike() if isinstance(part, Layer)]
    groups = [(names, part) for names, part in groups if not _counted_elsewhere(part)]
    if not groups:
        return None
    parts = tuple(Part(_listed([*map(the, names)]), _listed(names), part, names) for names, part in groups)
    here = total(len(part.names) * part.layer.count for part in parts)
    others = layer.count - layer.times * here if layer.times * here != layer.count else 0
    return Whole(layer, parts, lambda counts: layer.times * total(counts) + others)


def _of_number(asked: Dim) -> Whole:
    """The layers that a number was worked out from, in order."""
    layers = list(_layers(asked))
    parts = tuple(
        Part(f"the {name}", short, layer, (f"the {name}",))
        for (name, short), layer in zip(_names(layers), layers, strict=True)
    )
    return Whole(asked, parts, lambda counts: _again(asked, iter(counts)))


def _layers(asked: Dim) -> Iterator[Layer]:
    if isinstance(asked.layer, Layer):
        yield asked.layer
    elif asked.sides:
        for side in asked.sides[1:]:
            yield from _layers(side)


_DO = {
    "+": lambda left, right: left + right,
    "−": lambda left, right: left - right,
    "×": lambda left, right: left * right,
    "÷": lambda left, right: left // right,
}


def _again(asked: Dim, counts: Iterator[int]) -> Dim:
    """The same arithmetic with other counts."""
    if asked.layer:
        return Dim(next(counts))
    if not asked.sides:
        return asked
    how, left, right = asked.sides
    return _DO[how](_again(left, counts), _again(right, counts))


def _names(layers: Sequence[Layer]) -> Iterator[tuple[str, str]]:
    """What to call layers that have no names: by what they are, numbered where there are several of one."""
    names = [lower(" ".join([title(layer), *_inner(layer)])) for layer in layers]
    for place, name in enumerate(names):
        nth = _nth(names[:place].count(name))
        yield (name, name) if names.count(name) == 1 else (f"{nth} {name}", nth)


def _kind(part: Part) -> str:
    """What a part is, without which of several."""
    return part.label.removeprefix(f"the {part.short} ") if part.short in _NTH else part.label


def _inner(layer: Layer) -> list[str]:
    """What a layer was given that is a layer itself: a bidirectional LSTM layer."""
    return [title(size) for size in layer.sizes.values() if isinstance(size, Layer)]


_NTH = ("first", "second", "third", "fourth")


def _nth(place: int) -> str:
    return _NTH[place] if place < len(_NTH) else f"{place + 1}th"


def _counted_elsewhere(part: Layer) -> bool:
    """Whether a layer of the textbook shares tensors, of which another part is then told."""
    return bool(part.family) and any(leaf.tensor.same_as for leaf in part.tensors())


def _listed(names: Sequence[str]) -> str:
    return listed(names) if len(names) <= 4 else f"{names[0]}, {names[1]} … {names[-1]}"
