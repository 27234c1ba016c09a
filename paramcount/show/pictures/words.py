"""Words in a picture: escaped, with letters in italics, and as long as there is room for them."""

from __future__ import annotations

import functools
import re
from html import escape, unescape

from ...dims import Dim
from ...glossary import letter as base
from ...glossary import number as digits

_EM = {"t0": 14, "t1": 15.5, "t2": 18, "t3": 22}  # sizes of type in a narrow panel, where they are largest
# How wide letters are, in ems of DejaVu Sans, the widest font that readers are likely to have.
_NARROW = dict.fromkeys(" '.,·:;/|!ijlIJ", 0.34) | dict.fromkeys("f-()tr", 0.42)
_BROAD = dict.fromkeys("w−×÷+=<>→", 0.84) | dict.fromkeys("mMW%…", 1.0)
_LETTER, _CAPITAL, _BOLD = 0.64, 0.8, 1.12  # the others; and how much wider bold type is
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Markup(str):
    """Text that is SVG already and needs no escaping."""


def plain(words) -> Markup:
    """Words as SVG shows them: escaped, and without the characters that no SVG may have."""
    if isinstance(words, Markup):
        return words
    return Markup(escape(_NOT_XML.sub("\ufffd", str(words))))


def plural(number: int, noun: str, ending: str = "s") -> str:
    """`1 head`, `8 heads`; `2 biases` where the ending is said."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}{ending}"


def symbol(dim: Dim) -> Markup:
    """A size as it is written, names in italics and their numbers below the line."""

    def written(leaf: Dim) -> str:
        return letter(base(leaf.name), digits(leaf.name)) if leaf.name else f"{leaf:,}"

    return Markup(dim.write(written))


def equals(dim: Dim) -> Markup:
    """`h = 5`, or `5` alone where the size has no name."""
    name, number = symbol(dim), f"{dim:,}"
    return Markup(number if name == number else f"{name} = {number}")


def letter(name: str, below: str = "") -> Markup:
    """A letter in italics, with what is written below the line after it."""
    words = f'<tspan class="pc-v">{plain(name)}</tspan>'
    if below:  # Firefox has no baseline-shift, so the line is moved down and up again
        words += f'<tspan class="pc-sub" dy=".3em">{plain(below)}</tspan><tspan dy="-.22em">&#8203;</tspan>'
    return Markup(words)


# -- room for words -----------------------------------------------------------------------------


@functools.lru_cache(maxsize=4096)
def room(words, style="t1") -> float:
    """How wide words may become, in the widest font that readers are likely to have."""
    letters = unescape(re.sub("<[^>]*>|&#8203;", "", words))
    return sum(map(_em, letters)) * _EM[style] * (_BOLD if style in ("t2", "t3") else 1)


def _em(letter: str) -> float:
    known = _NARROW.get(letter) or _BROAD.get(letter)
    return known or (_LETTER if letter.islower() or letter.isdigit() else _CAPITAL)


def fit(most, *choices, style="t1"):
    """The first of the choices that fits into `most` units, else the last."""
    return next((words for words in choices if room(words, style) <= most), choices[-1])


def largest(most, words, *styles) -> str:
    """The first of the styles in which the words fit into `most` units, else the last."""
    return next((style for style in styles if room(words, style) <= most), styles[-1])


def cut(words, most, style="t1"):
    """The words, or as many of their letters as fit into `most` units."""
    if isinstance(words, Markup) or room(words, style) <= most:
        return words
    while len(words) > 1 and room(f"{words}…", style) > most:
        words = words[:-1]
    return f"{words.rstrip()}…"
