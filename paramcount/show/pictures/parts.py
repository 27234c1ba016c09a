"""Sketches of what has no family: a row for each of two or three parts, or a block for each of more."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from importlib import import_module
from types import ModuleType

from ...core import Layer, Path, Tensor
from ...glossary import title
from ..account import Account, Mark
from .pen import Pen
from .svg import WIDTH, Picture, text
from .tiles import Box, one_scale, tile
from .words import Markup, cut, largest, letter, plain, room

_MOST_ROWS, _MOST_BLOCKS, _MOST_IN_ROW = 3, 8, 5
_LABELS, _START, _APART = 146, 164, 14  # the room for labels, where rows start, and from one to the next
_ROW = 66  # the height of a row of blocks
_LARGER = 0.72  # of a line is filled, since type is larger on a slide
_HIGH, _GAP = 96, 12  # of a block, and to the next


def family(layer: Layer) -> ModuleType | None:
    """The file that draws layers of its kind, for a layer of the textbook."""
    return import_module(f".{layer.family}", __package__) if layer.family else None


def draw(pen: Pen) -> Picture:
    """The sketch of a layer that has no family, by its parts."""
    called, inner = title(pen.layer), _unwrapped(pen)
    known = family(inner.layer)
    if known:
        return replace(known.draw(inner), title=called)
    return several(inner, called)


def together(
    layers: Sequence[tuple[str, Layer]],
    missing: Sequence[frozenset[Path]] | None,
    said: Collection[int] | None,
) -> Picture:
    """The sketch of layers that only a question has put together, each in colours of its own."""
    names = [name for name, _ in layers]
    names = [name if names.count(name) == 1 else f"{name} {k}" for k, name in enumerate(names, 1)]
    whole = Layer("several", {}, {name: layer.anew() for name, (_, layer) in zip(names, layers, strict=True)})
    known: dict[Path, Mark] = {}
    for name, part in whole.parts.items():
        first = len(known)
        for path, mark in Account(part).marks.items():
            known[name, *path] = replace(mark, number=first + mark.number)
    left_out = None
    if missing is not None:
        each = zip(names, missing, strict=True)
        left_out = frozenset((name, *path) for name, paths in each for path in paths)
    pen = Pen(Account(whole), False, left_out, left_out == frozenset(), known, said)
    return several(pen, ", ".join(names))


def several(pen: Pen, called: str) -> Picture:
    """The parts as rows, or where they are many or tensors as blocks."""
    parts = pen.layer.parts.values()
    few = 1 < len(parts) <= _MOST_ROWS and all(isinstance(part, Layer) for part in parts)
    shapes, height = _rows(pen) if few else _blocks(pen)
    alt = "; ".join(f"{name}: {_in_words(pen, part)}" for name, part in pen.layer.parts.items())
    return pen.picture(shapes, height, f"{alt}." if alt else "", called=called)


def _unwrapped(pen: Pen, known=False) -> Pen:
    """The pen for the one layer that it consists of, as often as it is there. known: also into families."""
    while len(pen.layer.parts) == 1 and (known or not pen.layer.family):
        ((name, part),) = pen.layer.parts.items()
        if not isinstance(part, Layer):
            break
        times, pen = pen.layer.times, pen.part(name)
        pen = replace(pen, account=Account(replace(pen.layer, times=times * pen.layer.times)))
    return pen


# -- rows ---------------------------------------------------------------------------------------


def _rows(pen: Pen) -> tuple[list[str], float]:
    """The parts below each other, with name and sizes to the left, each drawn as its family does."""
    top, shapes = 4, []
    for name in pen.layer.parts:
        part = _unwrapped(pen.part(name))
        known = family(part.layer)
        drawn = hasattr(known, "row")
        high = known.row_high(part.layer) if drawn else _ROW
        box = Box(_START, top, WIDTH - _START - 4, high)
        shapes += [_label(part, name, box), (known.row if drawn else _row_of_blocks)(part, box)]
        top += high + _APART
    return shapes, top - _APART + 4


def _label(pen: Pen, name: str, box: Box) -> str:
    """The name of a part and its sizes; its count in place of the sizes once it is right."""
    style = largest(_LABELS, name, "t2", "t1")
    words = [(line, style) for line in _wrapped(name.split(), " ", _LABELS, style, 2)]
    if pen.layer.times.symbols != "1":
        words.append((f"{pen.layer.times:,} ×", "t1"))
    if pen.right:
        words.append((f"{pen.layer.count:,}", largest(_LABELS, f"{pen.layer.count:,}", "t2", "t1", "t0")))
    else:
        most = 3 if box.high > 100 else 2
        sizes = _wrapped(_sizes(pen, pen.layer), ", ", _LABELS, "t0", most)
        words += [(_lettered(line), "t0") for line in sizes]
    first = box.y + 5 - 10 * (len(words) - 1)
    return "".join(text(6, first + 20 * k, line, each, "start") for k, (line, each) in enumerate(words))


def _row_of_blocks(pen: Pen, box: Box) -> str:
    """The parts of a part side by side."""
    inner = _unwrapped(pen, known=True)
    chosen = list(_chosen(inner.layer, _MOST_IN_ROW))
    if len(inner.layer.parts) < 2:  # the letter of a table would say little
        return tile(pen, box, title(pen.layer), inner.account.leaves)
    pitch = (box.wide + 8) / max(2, len(chosen))
    boxes = [replace(box, left=box.left + k * pitch, wide=pitch - 8) for k in range(len(chosen))]
    unit = _unit(inner, boxes[0], chosen)
    drawn = zip(boxes, chosen, strict=True)
    return "".join(_block(inner, each, *part, sized=False, unit=unit) for each, part in drawn)


def _unit(pen: Pen, box: Box, chosen: list[tuple[str, list[str]]]) -> float:
    """The scale of blocks that can be compared, 0 where they cannot."""
    if any(len(names) != 1 for _, names in chosen):
        return 0
    return one_scale(box, [pen.account.below((name,)) for _, (name,) in chosen])


# -- blocks -------------------------------------------------------------------------------------


def _blocks(pen: Pen) -> tuple[list[str], float]:
    """A block for each part; of many the largest, and one for all that are left.

    Four stand in a row, or fewer where there is much to say of a part: on a slide type is larger.
    """
    chosen = list(_chosen(pen.layer, _MOST_BLOCKS)) or [(title(pen.layer), [])]
    much = any(len(_sizes(pen, pen.layer.parts[name])) > 2 for _, names in chosen for name in names[:1])
    most = 4 if not much or len(chosen) > 6 else 3 if len(chosen) > 4 else 2
    across, wide = min(most, len(chosen)), (WIDTH - 12 + _GAP) / most - _GAP
    left = (WIDTH - across * (wide + _GAP) + _GAP) / 2
    shapes, unit = [], _unit(pen, Box(0, 0, wide, _HIGH), chosen)
    for k, each in enumerate(chosen):
        box = Box(left + k % across * (wide + _GAP), 4 + k // across * (_HIGH + _GAP), wide, _HIGH)
        shapes.append(_block(pen, box, *each, unit=unit))
    return shapes, box.bottom + 4


def _chosen(layer: Layer, most: int) -> Iterator[tuple[str, list[str]]]:
    """What each block is called, and the parts that it stands for."""
    names = list(layer.parts)
    large = sorted(names, key=lambda name: -layer.parts[name].count)[: most - 1]
    for name in names if len(names) <= most else filter(large.__contains__, names):
        part = layer.parts[name]
        times = f"{part.times:,} × " if isinstance(part, Layer) and part.times > 1 else ""
        yield f"{times}{name}", [name]
    if len(names) > most:
        yield f"{len(names) - len(large):,} more", [name for name in names if name not in large]


def _block(pen: Pen, box: Box, called: str, names: list[str], sized=True, unit=0.0) -> str:
    """A block with its name, and below it its sizes, or its count once it is right."""
    parts = [pen.layer.parts[name] for name in names]
    leaves = [leaf for name in names for leaf in pen.account.below((name,))]
    more: list[str] = []
    if sized and pen.right:
        more = [f"{sum(part.count for part in parts):,}"]
    elif sized and len(parts) == 1:
        lines = 1 if pen.answered else 3  # there is room for all of them as long as nothing is drawn below
        most = box.wide - 12 if lines == 1 else _LARGER * (box.wide - 12)
        more = [_lettered(line) for line in _wrapped(_sizes(pen, parts[0]), ", ", most, "t0", lines)]
    return tile(pen, box, called, leaves, more, unit=unit)


# -- words --------------------------------------------------------------------------------------


def _in_words(pen: Pen, part: Layer | Tensor) -> str:
    name = title(part) if isinstance(part, Layer) else "tensor"
    return " ".join([name, *filter(None, [", ".join(_sizes(pen, part))])])


def _sizes(pen: Pen, part: Layer | Tensor) -> list[str]:
    """The sizes of a part: with their letters, or the bare shape of a tensor."""
    if isinstance(part, Tensor):
        return [pen.figure(size) for size in part.shape]
    sizes = []
    for name, value in part.arguments().items():
        if isinstance(value, bool):
            sizes += [] if value else [f"no {name}"]
        elif isinstance(value, tuple):
            between = " × " if name == "f" else "-"
            sizes.append(f"{name} = {between.join(map(pen.figure, value))}")
        elif value is not None and not (name in ("heads", "groups") and value == 1):
            sizes.append(f"{name} = {pen.figure(value)}")
    return sizes


def _lettered(line: str) -> Markup:
    """The same with its letters in italics."""
    pieces = [piece.partition(" = ") for piece in line.split(", ")]
    return Markup(", ".join(f"{letter(a)}{sign}{plain(b)}" if sign else plain(a) for a, sign, b in pieces))


def _wrapped(words: Sequence[str], between: str, most: float, style: str, lines: int) -> list[str]:
    """The words on so many lines; an end that does not fit is cut."""
    written: list[str] = []
    for word in words:
        longer = f"{written[-1]}{between}{word}" if written else word
        if written and room(longer, style) <= most:
            written[-1] = longer
        elif len(written) < lines:
            written.append(word)
        else:
            written[-1] += f"{between}…"
            break
    return [cut(line, most, style) for line in written]
