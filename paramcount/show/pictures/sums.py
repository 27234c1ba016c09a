"""The counts below a network, to be read as a sum from left to right."""

from __future__ import annotations

from dataclasses import dataclass

from .svg import WIDTH, text
from .words import room

_APART = 12  # the least room between two numbers
_LONGEST = 18  # characters of `3 × 5 = 15` before the product goes below its count

# How all of them are written, the best first: type, lines, and what is said besides the counts.
_LAYOUTS = (
    ("t2", 1, "working"),
    ("t2", 1, "products and nouns"),
    ("t2", 1, "products"),
    ("t2", 1, ""),
    ("t1", 1, ""),
    ("t2", 2, ""),
    ("t1", 2, ""),
    ("t1", 3, ""),
)


@dataclass(frozen=True)
class Count:
    """A number of the sum. x: its middle; product: how weights are worked out; noun: what it counts."""

    x: float
    count: int
    noun: str
    product: str = ""

    def written(self, said: str) -> tuple[str, str]:
        """The number, and what is below it."""
        number = f"{self.count:,}"
        if said == "working":
            return (f"{self.product} = {number}" if self.product else number), self.noun
        if said == "products and nouns":
            return number, self.product or self.noun
        return number, self.product if said else ""


def sums(counts: dict[object, Count], base: float, wide: float = WIDTH) -> dict[object, str]:
    """Each count as text on a base line, all in one style, in which none touches its neighbour.

    wide: the picture. Where it is too narrow for that, there is none: the working below says them.
    """
    ordered = sorted(counts.items(), key=lambda item: item[1].x)
    fitting = (layout for layout in _LAYOUTS if _fits([count for _, count in ordered], *layout, wide))
    style, lines, said = next(fitting, ("", 0, ""))
    words = {}
    if not lines:
        return words
    for k, (key, count) in enumerate(ordered):
        number, note = count.written(said)
        ink = " ci" if count.count else ""
        row = k % lines
        y = base + (15 * row - 8 if lines == 3 else 20 * row)
        words[key] = text(count.x, y, number, style + ink)
        if note:
            words[key] += text(count.x, y + 20, note, f"t0{ink}")
    return words


def _fits(counts: list[Count], style: str, lines: int, said: str, whole: float) -> bool:
    """Whether there is room between each count and the next on its line, and at the end of the picture."""
    last = counts[-1]
    if last.x + room(last.written(said)[0], style) / 2 > whole:
        return False
    for left, right in zip(counts, counts[lines:], strict=False):
        for a, b, size in zip(left.written(said), right.written(said), (style, "t0"), strict=True):
            wide = (room(a, size) + room(b, size)) / 2 + _APART
            if a and b and wide > right.x - left.x:
                return False
    return said != "working" or all(len(count.written(said)[0]) <= _LONGEST for count in counts)
