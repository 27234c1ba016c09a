"""What stands on the pages of a PDF as it is printed: how large the type is, and how far down it goes."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import pypdf

A4, LETTER = (595.28, 841.89), (612, 792)  # in points
_POINTS = 72 / 25.4  # in a millimetre
# What draws: a rectangle, a step of a path, an image; and where its point stands among its operands.
_DRAWS = {b"re": slice(0, 2), b"m": slice(-2, None), b"l": slice(-2, None), b"c": slice(-2, None)}


@dataclass(frozen=True)
class Page:
    """A page. text: as it is read. sizes: of the type in points, with what is set in each. lowest: where the
    last mark above the footer is, in points from the lower edge. wide, high: the page, in points.
    """

    text: str
    sizes: dict[float, str]
    lowest: float
    wide: float
    high: float

    def empty(self, above: float, below: float) -> float:
        """The share of it that is empty at its end. above, below: its margins in millimetres."""
        bottom = below * _POINTS
        return (self.lowest - bottom) / (self.high - above * _POINTS - bottom)

    @property
    def fits(self) -> bool:
        """Whether it can be printed on A4 and on Letter without being made smaller."""
        return self.wide <= min(A4[0], LETTER[0]) and self.high <= min(A4[1], LETTER[1])


@functools.cache
def pages(pdf: Path, below: float) -> list[Page]:
    """The pages of a PDF. below: the margin in millimetres in which the footer stands."""
    return [_page(each, below * _POINTS - 1) for each in pypdf.PdfReader(pdf).pages]


def _page(page: pypdf.PageObject, footer: float) -> Page:
    sizes: dict[float, str] = {}
    heights = [float(page.mediabox.height)]

    def said(text: str, cm, tm, _, size: float) -> None:
        if text.strip():
            a, b = tm[0] * cm[0] + tm[1] * cm[2], tm[0] * cm[1] + tm[1] * cm[3]
            effective = round(size * (a * a + b * b) ** 0.5, 1)
            sizes[effective] = sizes.get(effective, "") + text.strip()
            heights.append(tm[4] * cm[1] + tm[5] * cm[3] + cm[5])

    def done(operator: bytes, operands, cm, _) -> None:
        if operator == b"Do":
            heights.append(cm[5])
        elif operator in _DRAWS:
            x, y = map(float, operands[_DRAWS[operator]])
            heights.append(x * cm[1] + y * cm[3] + cm[5])

    text = page.extract_text(visitor_operand_before=done, visitor_text=said)
    lowest = min(height for height in heights if height > footer)
    return Page(text, sizes, lowest, float(page.mediabox.width), float(page.mediabox.height))
