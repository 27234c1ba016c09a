"""The few marks that every picture is drawn with, each a piece of SVG, and the element of the whole."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources

from ..account import Mark
from .words import plain, room

WIDTH = 760  # units; the panel scales it
SLIM = 346  # units, in a narrow panel
_FINE = 3  # units: what is thinner has no pattern
_ITEM = 'role="treeitem"'
_TREE = 'role="tree" aria-orientation="horizontal"'  # its keys: down goes in, up out, sideways to neighbours
_SHEETS = {"sketch.css": "pc-out", "steps.css": "pc-step|pc-since"}  # by what needs them
_ID = "\0"  # stands for the prefix of ids until a picture is rendered; `plain` text never has it


@dataclass(frozen=True)
class Picture:
    """A drawing of a layer.

    body: SVG elements, in a box 760 wide and `height` high; alt: what is to be seen, in words and
    numbers; reading: one sentence on how to read it; slim: the body and the height of the same drawn for
    a narrow panel, 346 wide, where that differs; hues: what its colours say besides, if anything.
    """

    body: str
    height: float
    title: str
    alt: str
    reading: str = ""
    slim: tuple[str, float] | None = None
    hues: str = ""


# -- marks --------------------------------------------------------------------------------------


def text(x, y, words, style="t1", anchor="middle") -> str:
    """A line of text. style: t0 (muted) to t3 (large), ci (in the colour of its group), halo."""
    place = f'x="{_n(x)}" y="{_n(y)}"'
    return f'<text {place} class="{style}" text-anchor="{anchor}">{plain(words)}</text>'


def inside(x, y, words, style="t1") -> str:
    """A line of text about a middle, moved where it would leave the picture."""
    half = room(words, style.split()[0]) / 2 + 2
    return text(min(max(x, half), WIDTH - half), y, words, style)


def lines(x, y, *each, step=18, style="t0", anchor="start") -> str:
    """Lines of text below each other."""
    return "".join(text(x, y + step * k, words, style, anchor) for k, words in enumerate(each))


def rect(x, y, width, height, style, radius=0, extra="") -> str:
    """A rectangle from its top left corner."""
    corner = f' rx="{_n(radius)}"' if radius else ""
    place = f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
    return f'<rect {place}{corner} class="{style}"{extra}/>'


def circle(x, y, radius, style) -> str:
    return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" class="{style}"/>'


def more_dots(x, y, radius=1.6, step=6, across=False) -> str:
    """Three dots about a middle point, for what is left out."""
    places = [(x + d, y) if across else (x, y + d) for d in (-step, 0, step)]
    return "".join(circle(*place, radius, "pc-dot") for place in places)


def line(*points, style="pc-faintl", arrow=False) -> str:
    """Straight strokes through points, each a pair; with an arrow head at the end if wanted."""
    path = "L".join(f"{_n(x)} {_n(y)}" for x, y in points)
    return stroke(f"M{path}", style, arrow)


def flow(*points) -> str:
    """An arrow along which numbers go."""
    return line(*points, style="pc-flow", arrow=True)


def stroke(path: str, style="pc-flow", arrow=False, width=None) -> str:
    """A path that is stroked and not filled; nothing for an empty path."""
    head = f' marker-end="url(#{_ID}arrow)"' if arrow else ""
    thick = f' style="stroke-width:{_n(width)}"' if width else ""
    return f'<path d="{path}" class="{style}"{head}{thick}/>' if path else ""


def bracket(start, end, y, style="pc-faintl") -> str:
    """A bracket below what goes from start to end."""
    return line((start, y), (start, y + 6), (end, y + 6), (end, y), style=style)


def side_bracket(x, top, bottom) -> str:
    """A bracket to the left of what goes from top to bottom."""
    return line((x, top), (x - 6, top), (x - 6, bottom), (x, bottom))


def operation(x, y, words, width=None) -> str:
    """A dashed shape about a middle point, with what is worked out there: 0 parameters."""
    width = width or max(26, room(words) + 14)
    return rect(x - width / 2, y - 13, width, 26, "pc-zero", 13) + text(x, y + 5, words)


def hatched(x, y, width, height, colour, radius=None) -> str:
    """A hatched pill: biases too many to draw one by one."""
    radius = min(width, height) / 2 if radius is None else radius
    fill = f' style="fill:url(#{_ID}hatch-{colour})"'
    return rect(x, y, width, height, "pc-edge", radius, fill)


def patterned(x, y, width, height, letter) -> str:
    """A rectangle in the tint of its group, with the pattern of a kind of layer; norms are filled."""
    ground = rect(x, y, width, height, "pc-ground")
    if letter == "n":
        return rect(x, y, width, height, "pc-cell")
    if letter not in "b" and letter not in _PATTERNS:
        return ground
    name = "hatch" if letter == "b" else "kind"
    return ground + rect(x, y, width, height, "", extra=f' fill="url(#{_ID}{name}-{letter})"')


def bands(counts: Mapping[str, int], x, y, width, height) -> str:
    """A rectangle in bands side by side, one for each letter of a colour, as wide as its share.

    What could not be seen goes to the widest; bands that are too thin for a pattern are filled.
    """
    most, whole = max(counts, key=lambda letter: counts[letter]), sum(counts.values())
    widths = {letter: width * count / whole for letter, count in counts.items()}
    seen = {letter: each for letter, each in widths.items() if each >= 1 or letter == most}
    seen[most] += width - sum(seen.values())
    shapes = []
    for letter, each in seen.items():
        thin = min(each, height) < _FINE
        shape = rect(x, y, each, height, "pc-cell") if thin else patterned(x, y, each, height, letter)
        shapes.append(group(f"c-{letter}", shape))
        x += each
    return "".join(shapes)


def hit(x, y, width, height) -> str:
    """An unseen rectangle that makes thin marks easy to point at."""
    return rect(x, y, width, height, "pc-hit")


def group(style: str, *shapes: str, label: str = "") -> str:
    """Marks that belong together; `label` is read out and shown when the pointer rests on them."""
    title = f"<title>{plain(label)}</title>" if label else ""
    return f'<g class="{style}">{title}{"".join(shapes)}</g>'


def moved(shapes: str, right, down) -> str:
    """Shapes to the right of where they are drawn, and further down."""
    return f'<g transform="translate({_n(right)} {_n(down)})">{shapes}</g>'


def together(marks: Sequence[Mark]) -> str:
    """The classes of one shape that stands for several tensors: it lights up with each of them."""
    return f"c-{marks[0].colour} k {' '.join(dict.fromkeys(mark.link for mark in marks))}"


def number(value) -> str:
    """A coordinate, with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value}"


_n = number


# -- the whole ----------------------------------------------------------------------------------


def render(picture: Picture, uid: str, standalone: bool = False) -> str:
    """The SVG element, or both where there is one for a narrow panel too.

    uid: a prefix for ids, one a panel; standalone: with its style, as a file.
    """
    if standalone or picture.slim is None:
        return _element(picture, uid, WIDTH, standalone)
    body, height = picture.slim
    slim = replace(picture, body=body, height=height)
    return _element(picture, uid, WIDTH, more=" pc-broad") + _element(slim, f"{uid}-s", SLIM, more=" pc-slim")


def _element(picture: Picture, uid: str, wide: float, standalone=False, more="") -> str:
    ids = f'aria-labelledby="{_ID}title {_ID}alt"'
    title = f'<title id="{_ID}title">{plain(picture.title)}</title>'
    alt = f'<desc id="{_ID}alt">{plain(picture.alt)}</desc>'
    box = f'viewBox="0 0 {wide} {_n(picture.height)}"'
    style = paper = ""
    if standalone:
        box += f' xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{_n(picture.height)}"'
        found = ((name, re.search(mark, picture.body)) for name, mark in _SHEETS.items())
        own = "".join(stylesheet(name) for name, needed in found if needed)
        style = f"<style>{stylesheet('picture.css')}{own}</style>"
        paper = rect(0, 0, wide, picture.height, "pc-paper")
    defs = f"<defs>{_definitions(picture.body)}</defs>"
    inner = f"{title}{alt}{style}{defs}{paper}{picture.body}"
    role = _TREE if _ITEM in picture.body else 'role="img"'
    return f'<svg class="pc-svg{more}" {box} {role} {ids}>{inner}</svg>'.replace(_ID, f"{uid}-")


def stylesheet(name: str) -> str:
    """A style sheet of the package, its comments taken out."""
    css = resources.files(__package__).joinpath(name).read_text("utf-8")
    return re.sub(r"/\*.*?\*/\s*", "", css, flags=re.DOTALL)


def _definitions(body: str) -> str:
    """The hatches and the arrow head that are used."""
    colours = sorted(set(re.findall(f"{_ID}hatch-(\\w)", body)))
    letters = sorted(set(re.findall(f"{_ID}kind-(\\w)", body)))
    arrow = _ARROW if f"{_ID}arrow" in body else ""
    return "".join([*map(_hatch, colours), *map(_kind, letters), arrow])


# The patterns of the kinds of layers, on a tile of 7 × 7. Dense layers are plain, norms solid.
_PATTERNS = {
    "a": "M-1 1L1 -1M0 7L7 0M6 8L8 6",
    "v": "M6 -1L8 1M0 0L7 7M-1 6L1 8",
    "r": "M0 3.5H7",
    "e": "M2.8 3h1.2M2.8 4h1.2",
}


def _kind(letter: str) -> str:
    return (
        f'<pattern id="{_ID}kind-{letter}" class="c-{letter}" width="7" height="7" '
        f'patternUnits="userSpaceOnUse"><path d="{_PATTERNS[letter]}" class="pc-lines"/></pattern>'
    )


_ARROW = (
    f'<marker id="{_ID}arrow" viewBox="0 0 8 8" refX="6.5" refY="4" markerWidth="8" markerHeight="8" '
    'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 .6L7 4L0 7.4z" class="pc-ah"/></marker>'
)


def _hatch(colour: str) -> str:
    # The colour is resolved where the pattern stands, not where it is used: so it has the class.
    return (
        f'<pattern id="{_ID}hatch-{colour}" class="c-{colour}" width="5" height="5" '
        'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="5" height="5" class="pc-hatch-ground"/><rect width="2.4" height="5" class="pc-hatch"/>'
        "</pattern>"
    )
