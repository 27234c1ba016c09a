"""A whole network to scale, from the input down: a part is as high as it has parameters.

Beside a part stands what is in it, at the same scale. What is too thin for its name is named at the side.
Where all tensors are small, their parameters are drawn one by one: each is as large as any other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ...core import Layer, Leaf, Path, Tensor
from ...glossary import title
from ..account import parameters
from ..ledger import percent, share, short
from .labels import STEP, Label, placed
from .pen import Pen
from .shapes import FEW
from .svg import SLIM, WIDTH, Picture, bands, group, hit, line, number, rect, stroke, text
from .words import cut, fit, plain, room

HIGH, TOP = 340, 14  # units: the height of the whole, and where it starts
_FOOT, _LEDGE = 12, 34  # below it; and for each line on what adds nothing
_NAMED, _LINES, _OPENED = 17, 36, 40  # the least height for a name, for two lines, for what is inside
_LINE = 18  # units from line to line
_FINE = 3  # units: what is thinner is filled, and repeats that are closer are not cut
_MARKS = 400  # parameters that are drawn one by one, at most
_MOST = 30  # parts beside each other; of more, those that are small are one
_ALL = 0.99  # the share from which on a part that is there once is opened with what it is in
_READING = "To scale, from the input down: twice as high is twice as many parameters."


# -- parts --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """What is drawn as one: a part of a layer, or small ones together.

    name: what it is called; path: where what is in it stands; inner: the layer or the tensor that it is,
    None for several together; times: how often it is there; leaves: its tensors.
    """

    name: str
    path: Path
    inner: Layer | Tensor | None
    times: int
    leaves: Sequence[Leaf]

    @cached_property
    def count(self) -> int:
        return sum(leaf.count for leaf in self.leaves)

    @cached_property
    def sizes(self) -> str:
        """The shape of the one tensor that it has; "" where there are several."""
        counted = [leaf for leaf in self.leaves if leaf.count]
        if len(counted) != 1 or len(counted[0].tensor.shape) < 2:
            return ""
        shape = [int(size) for size in counted[0].tensor.shape]
        often = int(counted[0].times)
        return " × ".join(f"{size:,}" for size in ([often] if often > 1 else []) + shape)


def whole(pen: Pen) -> Part:
    """The layer as a part."""
    return _part(pen, title(pen.layer), (), pen.layer)


def inside(pen: Pen, part: Part) -> list[Part]:
    """The parts of a part that have parameters, from the input on; none where there are not several."""
    if not isinstance(part.inner, Layer):
        return []
    named = [(name, each) for name, each in part.inner.parts.items() if each.count]
    if len(named) < 2:
        return []
    parts = [_part(pen, name, (*part.path, name), each) for name, each in named]
    return _few([inner for each in parts for inner in _or_inside(pen, each, part)])


def _or_inside(pen: Pen, part: Part, outer: Part) -> list[Part]:
    """The part; or what is in it, where it is all but a little of what it is in, and as high."""
    alone = part.times == 1 and part.count >= _ALL * outer.count
    return (inside(pen, part) if alone else []) or [part]


def _part(pen: Pen, name: str, path: Path, inner: Layer | Tensor) -> Part:
    """A part; if all that it has is a layer, it is that one."""
    leaves, times, repeated = pen.account.below(path), 1, name
    while isinstance(inner, Layer):
        times *= int(inner.times)
        counted = [(key, each) for key, each in inner.parts.items() if each.count]
        if len(counted) != 1 or isinstance(counted[0][1], Tensor):
            break
        ((key, inner),) = counted
        path, repeated = (*path, key), key if isinstance(inner, Layer) and inner.times > 1 else repeated
    if times > 1:
        name = f"{times:,} × {name}" if repeated == name else f"{name}: {times:,} × {repeated}"
    return Part(name, path, inner, times, leaves)


def _few(parts: list[Part]) -> list[Part]:
    """The parts; where they are many, those beside each other that are not among the largest as one."""
    large = {id(part) for part in sorted(parts, key=lambda part: -part.count)[:_MOST]}
    few: list[Part] = []
    run: list[Part] = []
    for part in [*parts, None]:
        if part and len(parts) > _MOST and id(part) not in large:
            run.append(part)
            continue
        if run:
            name = run[0].name if len(run) == 1 else f"{len(run):,} parts, {run[0].name} to {run[-1].name}"
            few.append(Part(name, (), None, 1, [leaf for each in run for leaf in each.leaves]))
            run = []
        few += [part] if part else []
    return few


# -- where they stand ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """Where parts stand above each other. labels: where names at its side start, or end."""

    left: float
    wide: float
    labels: float
    most: float

    @property
    def right(self) -> float:
        return self.left + self.wide

    @property
    def before(self) -> bool:
        """Whether the names at the side are to the left."""
        return self.labels < self.left


_FIRST, _SECOND = Column(172, 192, 156, 156), Column(380, 206, 600, 158)
_THIRD = Column(600, 158, 0, 0)  # has no names at its side
_SLIM = Column(0, 194, 210, 136)


@dataclass(frozen=True)
class Block:
    """A part where it is drawn. at: its place in the tree of blocks; place: among how many; of: in what."""

    part: Part
    top: float
    high: float
    at: tuple[int, ...]
    many: int
    of: str

    @property
    def middle(self) -> float:
        return self.top + self.high / 2

    def moved(self, down: float) -> Block:
        return Block(self.part, self.top + down, self.high, self.at, self.many, self.of)


def _stacked(parts: list[Part], top: float, scale: float, above: tuple[int, ...], of: str) -> list[Block]:
    blocks = []
    for place, part in enumerate(parts):
        blocks.append(Block(part, top, part.count * scale, (*above, place), len(parts), of))
        top += part.count * scale
    return blocks


@dataclass(frozen=True)
class Drawing:
    """A network that is drawn: its pen, its parts to scale, and what is inside them."""

    pen: Pen

    @cached_property
    def all(self) -> Part:
        return whole(self.pen)

    @cached_property
    def scale(self) -> float:
        return HIGH / self.all.count

    @cached_property
    def first(self) -> list[Block]:
        """The parts of the whole."""
        parts = inside(self.pen, self.all) or [self.all]
        return _stacked(parts, TOP, self.scale, (), title(self.pen.layer))

    @cached_property
    def _inside(self) -> dict[tuple[int, ...], list[Part]]:
        return {}

    def below(self, block: Block) -> list[Block]:
        """What is inside a block, where it is high enough to be seen."""
        if block.high < _OPENED:
            return []
        if block.at not in self._inside:
            self._inside[block.at] = inside(self.pen, block.part)
        parts = self._inside[block.at]
        return _stacked(parts, block.top, self.scale, block.at, block.part.name)

    @cached_property
    def opened(self) -> list[tuple[Block, list[Block]]]:
        """The parts with what is inside them."""
        return [(block, blocks) for block in self.first if (blocks := self.below(block))]

    @cached_property
    def countable(self) -> bool:
        """Whether the parameters are drawn one by one."""
        return self.all.count <= _MARKS and all(
            _few_numbers(leaf.tensor) for leaf in self.pen.account.leaves if leaf.count
        )


def _few_numbers(tensor: Tensor) -> bool:
    return max(_grid(tensor)) <= FEW


def _grid(tensor: Tensor) -> tuple[int, int]:
    """Rows and columns of a tensor."""
    *rows, columns = map(int, tensor.shape or (1,))
    return math.prod(rows), columns


# -- the picture --------------------------------------------------------------------------------


def draw(pen: Pen) -> Picture:
    """The whole network, for a wide panel and for a narrow one."""
    known = Drawing(pen)
    if not known.all.count:
        nothing = [rect(250, 30, 260, 70, "pc-zero", 8), text(380, 70, "0 parameters", "t2")]
        more, foot = _adding_nothing(pen, 250, WIDTH, 112)
        return pen.picture([*nothing, more], foot, "Nothing is trained.")
    parts = [f"{block.part.name}: {', '.join(_said(pen, block.part))}" for block in known.first]
    listed = "; ".join(parts[:12]) + ("; …" if len(parts) > 12 else "")
    reading = f"{_READING} Each mark is one." if known.countable else _READING
    more, foot = _adding_nothing(pen, _FIRST.left, WIDTH, TOP + HIGH)
    shapes = [_wide(known), more]
    return pen.picture(shapes, foot, f"From the input down, {listed}.", reading, slim=_slim(known))


def _said(pen: Pen, part: Part) -> tuple[str, str]:
    """Its count and its share."""
    return f"{part.count:,}", share(part.count, int(pen.layer.count))


def _wide(known: Drawing) -> str:
    """The parts, beside them what is inside, and beside that what is shown once a part is opened."""
    second = [block for _, blocks in known.opened for block in blocks]
    shapes = _column(known, known.first, _FIRST)
    shapes += "".join(_joined(block, _FIRST, _SECOND) for block, _ in known.opened)
    shapes += _column(known, second, _SECOND)
    return shapes + "".join(_closed(known, block) for block in second)


def _closed(known: Drawing, block: Block) -> str:
    """What is inside a part of a part, over the names at the side; it is seen once that is opened."""
    blocks = known.below(block)
    if not blocks:
        return ""
    ground = rect(_SECOND.right + 1, 0, WIDTH - _SECOND.right, TOP + HIGH + _FOOT, "pc-blank")
    shapes = ground + _joined(block, _SECOND, _THIRD) + _column(known, blocks, _THIRD)
    return f'<g class="pc-inside" data-in="{_place(block.at)}">{shapes}</g>'


def _slim(known: Drawing) -> tuple[str, float]:
    """The parts, and below them what is inside each, with a heading."""
    shapes, foot = _column(known, known.first, _SLIM), float(TOP + HIGH)
    for block, blocks in known.opened:
        down = foot + 44 - block.top
        heading = f"inside {block.part.name}"
        words = fit(SLIM, f"{heading}, to the same scale", cut(heading, SLIM, "t0"), style="t0")
        shapes += text(0, foot + 34, words, "t0", "start")
        shapes += _column(known, [each.moved(down) for each in blocks], _SLIM)
        foot = block.top + block.high + down
    more, foot = _adding_nothing(known.pen, 0, SLIM, foot + 14)  # a name at the side may end below its part
    return shapes + more, foot


def _joined(block: Block, one: Column, other: Column) -> str:
    """Dotted lines from a part to what is inside it."""
    ends = (block.top + 0.5, block.top + block.high - 0.5)
    return "".join(line((one.right + 2, y), (other.left - 2, y), style="pc-beside") for y in ends)


def _adding_nothing(pen: Pen, left: float, right: float, foot: float) -> tuple[str, float]:
    """Parts that add no parameters, such as an output that shares a table: dashed, and said why.

    foot: where the parts that do end. Returns the shapes, and where they end.
    """
    if pen.account.frozen:
        return _of_all(pen, left, right, foot), foot + _FOOT + _LEDGE
    idle = [name for name, part in pen.layer.parts.items() if not part.count and pen.account.below((name,))]
    said = []
    for name in idle:
        first, why = pen.account.below((name,))[0], "not trained"
        if first.tensor.same_as:
            why = f"the same as {' '.join(short(pen.layer, first.same_as))}"
        said.append(f"{name}: {why}")
    leaves = [leaf for name in idle for leaf in pen.account.below((name,))]
    most, together = right - left - 24, "; ".join(said)
    shapes, lines = [], [together] if room(together) <= most else said
    for k, words in enumerate(lines):
        y, words = foot + 18 + _LEDGE * k, fit(most, f"{words}, 0 more", words, cut(words, most))
        wide = min(room(words) + 24, right - left)
        shapes += [rect(left, y, wide, 24, "pc-zero", 12), text(left + wide / 2, y + 17, words)]
    if not idle:
        return "", foot + _FOOT
    foot += _FOOT + _LEDGE * len(lines)
    return group(f"c-m k {pen.links(leaves)}", *shapes, label=together), foot


def _of_all(pen: Pen, left: float, right: float, foot: float) -> str:
    """A bar of all parameters, of which those that train are filled: of a tuned network a thin line."""
    count, frozen = int(pen.layer.count), pen.account.frozen
    wide = max(2.0, (right - left) * count / (count + frozen))
    most, part = right - left - wide - 20, percent(count, count + frozen)
    words = fit(most, f"{part} of {count + frozen:,} train, {frozen:,} are frozen", f"{part} of all train")
    leaves = [leaf for leaf in pen.account.leaves if leaf.tensor.frozen]
    bar = rect(left, foot + 18, right - left, 24, "pc-zero", 3)
    bar += text(left + wide + 10, foot + 35, words, anchor="start") if room(words) <= most else ""
    trains = rect(left, foot + 18, wide, 24, "pc-solid")
    named = f"{frozen:,} frozen, {count:,} train"
    return group(f"c-m k {pen.links(leaves)}", bar, label=named) + group("c-w", trains, label=named)


# -- a column -----------------------------------------------------------------------------------


def _column(known: Drawing, blocks: list[Block], column: Column) -> str:
    """The parts of a column, with their names in them or at the side."""
    thin = [block for block in blocks if known.countable or block.high < _NAMED]
    labels = _labels(known, blocks, thin, column) if column.most else []
    beside = {id(block): label for label in labels for block in label.blocks}
    return "".join(_item(known, block, column, beside) for block in blocks) + "".join(
        _leader(label, column) + _rest(label, column) for label in labels
    )


def _labels(known: Drawing, blocks: list[Block], thin: list[Block], column: Column) -> list[Label]:
    """The names at the side, moved apart; where columns stand below each other, each keeps to its own."""
    if not thin:
        return []
    low, high = TOP - 10, TOP + HIGH + 12
    if column is _SLIM:
        low, high = blocks[0].top - 4, max(blocks[-1].top + blocks[-1].high, thin[0].top + 45) + 12
    return placed(thin, low, high, column.most, lambda block: _said(known.pen, block.part))


def _item(known: Drawing, block: Block, column: Column, beside: dict[int, Label]) -> str:
    """A part: what is filled, its frame and its words; one stop of those that the arrow keys go through."""
    pen, part = known.pen, block.part
    words = f"{part.name}: {parameters(part.count)}, {share(part.count, int(pen.layer.count))}"
    words += f", {block.at[-1] + 1} of {block.many} in {block.of}"
    label = beside.get(id(block))
    if label:
        said = "".join(_line(label, n, line, column) for n, line in label.lines_of(block))
    else:
        said = _words(known, block, column)
    shapes = _filled(known, block, column) + _cuts(block, column) + _room(block, column)
    shapes += said + _frame(block, column)
    children = "" if not known.below(block) else f' aria-expanded="{str(len(block.at) < 2).lower()}"'
    level, first = len(block.at), block.at == (0,)
    style = f"pc-part c-{pen.account.colour_of(part.leaves)} k {pen.links(part.leaves)}"
    return (
        f'<g class="{style}" role="treeitem" '
        f'tabindex="{0 if first else -1}" aria-level="{level}" aria-posinset="{block.at[-1] + 1}" '
        f'aria-setsize="{block.many}" data-at="{_place(block.at)}"{children} aria-label="{plain(words)}">'
        f"<title>{plain(words)}</title>{shapes}</g>"
    )


def _place(at: tuple[int, ...]) -> str:
    return ".".join(map(str, at))


def _filled(known: Drawing, block: Block, column: Column) -> str:
    """The part in its colours: a band for each, as wide as its share; or its parameters one by one."""
    part = block.part
    counted = [leaf for leaf in part.leaves if leaf.count]
    if known.countable and len(counted) == 1:
        return _cells(counted[0], block, column)
    letters = known.pen.account.letters_of(counted)
    return bands(letters, column.left, block.top, column.wide, max(0.8, block.high))


def _cells(leaf: Leaf, block: Block, column: Column) -> str:
    """The parameters of one tensor in its rows and columns, drawn out to its height; biases are round."""
    rows, columns = _grid(leaf.tensor)
    rows *= int(leaf.times)
    wide, high = column.wide / columns, block.high / rows
    gap = min(2.0, wide / 5, high / 5)
    a, b = wide - gap, high - gap
    shape = f"h{number(a)}v{number(b)}h-{number(a)}z"
    if leaf.tensor.kind == "bias":
        arc = f"a{number(a / 2)} {number(b / 2)} 0 1 0"
        shape = f"m0 {number(b / 2)}{arc} {number(a)} 0{arc} -{number(a)} 0z"
    steps = [
        f"M{number(column.left + n * wide + gap / 2)} {number(block.top + row * high + gap / 2)}{shape}"
        for row in range(rows)
        for n in range(columns)
    ]
    return f'<path d="{"".join(steps)}" class="pc-cell"/>'


def _cuts(block: Block, column: Column) -> str:
    """Thin cuts between repeats, where they are far enough apart."""
    times, pitch = block.part.times, block.high / block.part.times
    if pitch < _FINE or times < 2:
        return ""
    path = "".join(
        f"M{number(column.left)} {number(block.top + k * pitch)}h{number(column.wide)}"
        for k in range(1, times)
    )
    return stroke(path, "pc-slit")


def _room(block: Block, column: Column) -> str:
    """Room to point at."""
    high = max(1.0, block.high)
    return hit(column.left, block.top - (high < 4), column.wide, max(4.0, high))


def _frame(block: Block, column: Column) -> str:
    """Its edge, over what is written in it."""
    high = block.high
    return rect(column.left, block.top, column.wide, high, "pc-frame") if high >= _FINE else ""


# -- words --------------------------------------------------------------------------------------


def _words(known: Drawing, block: Block, column: Column) -> str:
    """What is written in a part: its name, its share and its count, as far as they fit."""
    if block.high < _NAMED:
        return ""
    of_all = share(block.part.count, int(known.pen.layer.count))
    rows, style, end = _rows(block.part, of_all, block.high, column.wide - 20)
    y, shapes = block.middle + 5 - _LINE / 2 * (len(rows) - 1), []
    for k, (name, more) in enumerate(rows):
        shapes.append(_inner(column.left + 10, y + _LINE * k, name, "t0" if k else style))
        shapes.append(_inner(column.right - 9, y + _LINE * k, more, end, "end") if more else "")
    return "".join(shapes)


def _rows(part: Part, of_all: str, high: float, most: float) -> tuple[list[tuple[str, str]], str, str]:
    """The lines in a part, each with what stands left and right; and the styles of the first one's two."""
    lines = 1 + (high >= _LINES) * (1 + int((high - _LINES) / _LINE))
    for choices in _choices(part, of_all, lines):
        for style, end in (("t1", "t1"), ("t1", "t0"), ("t0", "t0")):
            end = end if lines > 1 else "t0"
            for rows in choices:
                (name, more), *below = rows
                wide = [room(name, style) + (8 + room(more, end) if more else 0)]
                wide += [room(words, "t0") for words, _ in below]
                if len(rows) <= lines and max(wide) <= most:
                    return rows, style, end
    return [(cut(part.name, most, "t0"), "")], "t0", "t0"


def _choices(part: Part, of_all: str, lines: int) -> list[list[list[tuple[str, str]]]]:
    """What could be written in a part: with its share to the right, without, and its name alone."""
    name, count = part.name, f"{part.count:,}"
    both = f"{count} · {of_all}"
    if lines == 1:
        return [[[(name, both)], [(name, of_all)]], [[(name, "")]]]
    sized = [[f"{part.sizes} = {count}"], [part.sizes, count]] if part.sizes else []
    shared = [[(name, of_all), *((words, "") for words in below)] for below in (*sized, [count])]
    alone = [[part.sizes, count, of_all]] if part.sizes else []
    below = [*alone, [count, of_all], [both], [count]]
    others = [[(name, ""), *((words, "") for words in each)] for each in below]
    first, _, second = name.partition(": ")
    if second:
        broken = [(f"{first}:", ""), (second, "")]
        others += [[*broken, (count, ""), (of_all, "")], [*broken, (both, "")], broken]
    return [shared, others, [[(name, "")]]]


def _inner(x: float, y: float, words: str, style: str = "t1", anchor: str = "start") -> str:
    """Words in a part, with its tint about them, which keeps its pattern away."""
    return text(x, y, words, f"{style} ci pc-plate", anchor)


def _line(label: Label, n: int, words: str, column: Column, style: str = "t0 ci") -> str:
    return text(column.labels, label.y + 4 + n * STEP, words, style, "end" if column.before else "start")


def _rest(label: Label, column: Column) -> str:
    """The lines of a label that belong to no part of their own."""
    return "".join(_line(label, n, words, column, "t0") for n, words in label.others())


def _leader(label: Label, column: Column) -> str:
    """From the parts to their names; along the parts where there are several."""
    edge, out = (column.left, -1) if column.before else (column.right, 1)
    top, bottom = label.blocks[0].top, label.blocks[-1].top + label.blocks[-1].high
    middle = (top + bottom) / 2
    along = ""
    if bottom - top > 6 and len(label.blocks) > 1:
        along = line((edge + 3 * out, top), (edge + 3 * out, bottom), style="pc-leader")
    end = column.labels - 3 * out
    return along + line(
        (edge + 3 * out, middle), (end - 4 * out, label.middle), (end, label.middle), style="pc-leader"
    )
