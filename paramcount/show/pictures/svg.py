"""The few marks that every picture is drawn with. Each returns a piece of SVG."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape, unescape
from importlib import resources

from ...dims import Dim
from ..account import Mark

WIDTH = 760  # units; the panel scales it
_EM = {"t0": 14, "t1": 15.5, "t2": 18, "t3": 22}  # sizes of type in a narrow panel, where they are largest


class Markup(str):
    """Text that is SVG already and needs no escaping."""


@dataclass(frozen=True)
class Picture:
    """A drawing of a layer.

    body: SVG elements, in a box 760 wide and `height` high; alt: what is to be seen, in words and
    numbers; reading: one sentence on how to read it.
    """

    body: str
    height: float
    title: str
    alt: str
    reading: str = ""


def symbol(dim: Dim) -> Markup:
    """A size as it is written, names in italics and their numbers below the line."""
    return Markup(dim.write(lambda leaf: _italic(leaf.name) if leaf.name else f"{leaf:,}"))


def equals(dim: Dim) -> Markup:
    """`h = 5`, or `5` alone where the size has no name."""
    spelt = symbol(dim)
    return Markup(f"{spelt} = {dim:,}" if spelt != f"{dim:,}" else spelt)


def _italic(name: str) -> str:
    name, digits = name.rstrip("₀₁₂₃₄₅₆₇₈₉"), name.translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789"))
    return letter(name, digits[len(name) :])


def letter(name: str, below: str = "") -> Markup:
    """A letter in italics, with what is written below the line after it; `Markup` is not escaped."""
    spelt = f'<tspan class="pc-v">{escape(name)}</tspan>'
    if below:  # Firefox has no baseline-shift, so the line is moved down and up again
        below = below if isinstance(below, Markup) else escape(below)
        spelt += f'<tspan class="pc-sub" dy=".3em">{below}</tspan><tspan dy="-.22em">&#8203;</tspan>'
    return Markup(spelt)


def room(words, style="t1") -> float:
    """How wide words may become: 0.62 em a character, in the widest font readers are likely to have."""
    return 0.62 * _EM[style] * len(unescape(re.sub("<[^>]*>|&#8203;", "", words)))


def fit(most, *choices, style="t1"):
    """The first of the choices that fits into `most` units, else the last."""
    return next((words for words in choices if room(words, style) <= most), choices[-1])


def largest(most, words, *styles) -> str:
    """The first of the styles in which the words fit into `most` units, else the last."""
    return next((style for style in styles if room(words, style) <= most), styles[-1])


def inside(x, words, style="t1") -> float:
    """The middle of a text that is to stand at x, moved where it would leave the picture."""
    half = room(words, style) / 2 + 2
    return min(max(x, half), WIDTH - half)


def text(x, y, *parts, style="t1", anchor="middle") -> str:
    """A line of text; plain strings are escaped, `Markup` is not. style: t0 (muted) to t3 (large)."""
    spelt = "".join(part if isinstance(part, Markup) else escape(str(part)) for part in parts)
    return f'<text x="{_n(x)}" y="{_n(y)}" class="{style}" text-anchor="{anchor}">{spelt}</text>'


def rect(x, y, width, height, style, radius=0, extra="") -> str:
    """A rectangle from its top left corner."""
    corner = f' rx="{_n(radius)}"' if radius else ""
    return (
        f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"{corner} '
        f'class="{style}"{extra}/>'
    )


def circle(x, y, radius, style) -> str:
    return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" class="{style}"/>'


def line(points, style, arrow=False, width=None) -> str:
    """Straight strokes through points, each a pair; with an arrow head at the end if wanted."""
    path = "L".join(f"{_n(x)} {_n(y)}" for x, y in points)
    return stroke("M" + path, style, arrow, width)


def stroke(path: str, style, arrow=False, width=None) -> str:
    """A path that is stroked and not filled."""
    head = ' marker-end="url(#ID-arrow)"' if arrow else ""
    thick = f' style="stroke-width:{_n(width)}"' if width else ""
    return f'<path d="{path}" class="{style}"{head}{thick}/>'


def cells(x, y, columns, rows, side, gap=2.0, style="pc-cell") -> str:
    """A grid of filled squares, each a weight, as one path."""
    a = _n(side - gap)
    steps = (
        f"M{_n(x + c * side)} {_n(y + r * side)}h{a}v{a}h-{a}z" for r in range(rows) for c in range(columns)
    )
    return f'<path d="{"".join(steps)}" class="{style}"/>'


def dots(x, y, count, pitch, radius, across=False, style="pc-cell") -> str:
    """A row or column of filled circles, each a bias, as one path."""
    r, d = _n(radius), _n(2 * radius)
    places = ((x + k * pitch, y) if across else (x, y + k * pitch) for k in range(count))
    steps = (f"M{_n(cx - radius)} {_n(cy)}a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0 -{d} 0z" for cx, cy in places)
    return f'<path d="{"".join(steps)}" class="{style}"/>'


def operation(x, y, words, width=None) -> str:
    """A dashed shape about a middle point, with what is worked out there: 0 parameters."""
    width = width or max(26, room(words) + 14)
    return rect(x - width / 2, y - 13, width, 26, "pc-zero", 13) + text(x, y + 5, words)


def box(x, y, width, height, words) -> str:
    """A hollow shape about a middle point, with its name: for sketches, in which nothing is counted."""
    return rect(x - width / 2, y - height / 2, width, height, "pc-hollow", 6) + text(x, y + 5, words)


def hatched(x, y, width, height, colour, radius=None) -> str:
    """A hatched pill: biases too many to draw one by one."""
    radius = min(width, height) / 2 if radius is None else radius
    fill = f' style="fill:url(#ID-hatch-{colour})"'
    return rect(x, y, width, height, "pc-edge", radius, fill)


def group(style: str, *marks: str, label: str = "") -> str:
    """Marks that belong together; `label` is read out and shown when the pointer rests on them."""
    named = f"<title>{escape(label)}</title>" if label else ""
    return f'<g class="{style}">{named}{"".join(marks)}</g>'


def together(marks: Sequence[Mark]) -> str:
    """The classes of one shape that stands for several tensors: it lights up with each of them."""
    return f"c-{marks[0].colour} k {' '.join(mark.link for mark in marks)}"


def hit(x, y, width, height) -> str:
    """An unseen rectangle that makes thin marks easy to point at."""
    return rect(x, y, width, height, "pc-hit")


def render(picture: Picture, uid: str, standalone: bool = False) -> str:
    """The SVG element. uid: a prefix for ids, one a panel; standalone: with its style, as a file."""
    used = sorted(set(re.findall(r"ID-hatch-(\w)", picture.body)))
    defs = "".join(_hatch(colour) for colour in used) + (_ARROW if "ID-arrow" in picture.body else "")
    style = paper = size = ""
    if standalone:
        style = f"<style>{stylesheet('picture.css')}</style>"
        paper = rect(0, 0, WIDTH, picture.height, "pc-paper")
        size = f' xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{_n(picture.height)}"'
    return (
        f'<svg class="pc-svg" viewBox="0 0 {WIDTH} {_n(picture.height)}"{size} role="img" '
        f'aria-labelledby="{uid}-title {uid}-alt"><title id="{uid}-title">{escape(picture.title)}</title>'
        f'<desc id="{uid}-alt">{escape(picture.alt)}</desc>{style}'
        f"<defs>{defs}</defs>{paper}{picture.body}</svg>".replace("ID-", f"{uid}-")
    )


def stylesheet(name: str) -> str:
    """A style sheet of the package, its comments taken out."""
    css = resources.files(__package__).joinpath(name).read_text("utf-8")
    return re.sub(r"/\*.*?\*/\s*", "", css, flags=re.DOTALL)


_ARROW = (
    '<marker id="ID-arrow" viewBox="0 0 8 8" refX="6.5" refY="4" markerWidth="8" markerHeight="8" '
    'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 .6L7 4L0 7.4z" class="pc-ah"/></marker>'
)


def _hatch(colour: str) -> str:
    # The colour is resolved where the pattern stands, not where it is used: so it has the class.
    return (
        f'<pattern id="ID-hatch-{colour}" class="c-{colour}" width="5" height="5" '
        'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="5" height="5" class="pc-hatch-ground"/><rect width="2.4" height="5" class="pc-hatch"/>'
        "</pattern>"
    )


def _n(number) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".") if isinstance(number, float) else f"{number}"
