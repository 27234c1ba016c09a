"""The small pictures of the formula sheet, one a group, drawn from the tensors of a layer.

Everything is in millimetres, as it is printed. Filled is trained: a square or a line is a weight, a dot a
bias, a diamond a norm. Hollow is a number that flows, dashed an operation, or what is frozen.
"""

from __future__ import annotations

from html import escape
from itertools import pairwise, product

from paramcount.core import Layer
from paramcount.show.account import Account

WIDE = 30
CELL, GAP = 1.85, 0.25
TEXT = 2.65  # 7.5 points
HIGH = 25  # of the two layers of a Transformer, the larger one


# -- marks --------------------------------------------------------------------------------------


def svg(high: float, words: str, *shapes: str, wide: float = WIDE) -> str:
    """The element of a picture. words: what is to be seen, for those who do not see it."""
    size = f'viewBox="0 0 {n(wide)} {n(high)}" style="width:{n(wide)}mm;height:{n(high)}mm"'
    return f'<svg {size} role="img" aria-label="{escape(words)}">{"".join(shapes)}</svg>'


def n(value: float) -> str:
    """A coordinate, with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def box(x, y, wide, high, style, radius=0.0) -> str:
    place = f'x="{n(x)}" y="{n(y)}" width="{n(wide)}" height="{n(high)}"'
    return f'<rect {place} rx="{n(radius)}" class="{style}"/>'


def disc(x, y, radius, style) -> str:
    return f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(radius)}" class="{style}"/>'


def path(way: str, style: str) -> str:
    return f'<path d="{way}" class="{style}"/>'


def words(x, y, said: str, style="", anchor="middle") -> str:
    return f'<text x="{n(x)}" y="{n(y)}" text-anchor="{anchor}" class="{style}">{said}</text>'


def letter(said: str) -> str:
    return f'<tspan class="v">{said}</tspan>'


def arrow(x, y, to) -> str:
    return path(f"M{n(x)} {n(y)}H{n(to - 0.8)}", "flow") + path(f"M{n(to)} {n(y)}l-1.2 -.6v1.2z", "head")


def cells(x, y, rows, columns) -> str:
    """A matrix of weights, a square each."""
    step = CELL + GAP
    corners = product((y + step * k for k in range(rows)), (x + step * k for k in range(columns)))
    way = "".join(f"M{n(left)} {n(top)}h{CELL}v{CELL}h-{CELL}z" for top, left in corners)
    return path(way, "c-w solid")


def wide_of(columns: int) -> float:
    return columns * (CELL + GAP) - GAP


def below(x, y, columns) -> str:
    """A bracket below so many columns."""
    return path(f"M{n(x)} {n(y)}v.6h{n(wide_of(columns))}v-.6", "flow")


# -- pictures -----------------------------------------------------------------------------------


def network(layer: Layer) -> str:
    """A feed-forward network: a line for each weight, a dot for each bias."""
    matrices = [part.parts["W"].shape for part in layer.parts.values()]
    sizes = [int(matrices[0][0]), *(int(o) for _, o in matrices)]
    step, middle = 2, 5.2
    columns = [
        [(1 + k * 25.6 / (len(sizes) - 1), middle + step * (j - (size - 1) / 2)) for j in range(size)]
        for k, size in enumerate(sizes)
    ]
    pairs = [pair for a, b in pairwise(columns) for pair in product(a, b)]
    lines = path("".join(f"M{n(a)} {n(b)}L{n(c)} {n(d)}" for (a, b), (c, d) in pairs), "c-w wire")
    nodes = [disc(*place, 0.78, "hollow") for column in columns for place in column]
    dots = [disc(x, y - 0.78, 0.6, "c-b dot") for column in columns[1:] for x, y in column]
    said = f"{layer.count:,} parameters: {len(pairs)} lines, the weights, and {len(dots)} dots, the biases"
    return svg(10.2, said, lines, *nodes, *dots)


def gates(layer: Layer) -> str:
    """A layer of gates: in each a matrix, the columns for the state apart from those for the input."""
    h, i = int(layer.sizes["h"]), int(layer.sizes["i"])
    inputs = wide_of(h) + 0.8  # where the columns for the input begin, and the biases
    biases = inputs + wide_of(i) + 0.8
    wide, high, shapes = biases + CELL, wide_of(h), []
    for k, name in enumerate(layer.parts):
        x, y = (wide + 1.8) * (k % 2), (high + 4.2) * (k // 2)
        shapes += [words(x, y + 2, name, anchor="start")]
        y += 2.9
        shapes += [cells(x, y, h, h), cells(x + inputs, y, h, i)]
        places = [y + CELL / 2 + row * (CELL + GAP) for row in range(h)]
        shapes += [disc(x + biases + CELL / 2, place, CELL / 2.2, "c-b dot") for place in places]
    under = y + high + 0.6
    for x, columns, name in ((0, h, "h"), (inputs, i, "i")):
        shapes += [below(x, under, columns), words(x + wide_of(columns) / 2, under + 3.4, letter(name))]
    said = f"{len(layer.parts)} gates, each with {h} rows of {h} + {i} weights and {h} biases"
    return svg(under + 4, said, *shapes)


def filters(layer: Layer) -> str:
    """A convolution: a row for each filter, in it a block for each channel, and its bias."""
    i, *sides, o = map(int, layer.parts["K"].shape)
    block, step, shapes = wide_of(sides[0]) + 1.1, wide_of(sides[0]) + 0.7, []
    bias = i * block + 1.1
    for y in (row * step for row in range(o)):
        middle = y + wide_of(sides[0]) / 2
        shapes += [cells(channel * block, y, *sides) for channel in range(i)]
        shapes += [disc(bias, middle, CELL / 2.2, "c-b dot"), arrow(bias + 1.7, middle, bias + 4.7)]
        shapes += [box(bias + 5.1, middle - 1.7, 3.4, 3.4, "hollow")]
    under = o * step + 2.2
    shapes += [words(i * block / 2 - 0.5, under, f"{letter('i')} channels")]
    shapes += [words(bias + 4.2, under, f"{letter('o')} filters")]
    said = f"{o} filters, each with {i} blocks of {sides[0]} × {sides[1]} weights and a bias"
    return svg(under + 0.8, said, *shapes)


def tables(norm: Layer, table: Layer) -> str:
    """The gains and shifts of a norm, and the rows of a table."""
    shapes = []
    for row, (name, part) in enumerate(norm.parts.items()):
        y = 1.3 + row * 3
        places = [column * (CELL + GAP) for column in range(int(part.shape[0]))]
        shapes += [path("".join(f"M{n(x)} {n(y)}l1 -1 1 1 -1 1z" for x in places), "c-n solid")]
        shapes += [words(wide_of(len(places)) + 1.6, y + 0.95, name, anchor="start")]
    v, x = map(int, table.parts["E"].shape)
    top, under = 7, 7.6 + wide_of(v)
    shapes += [cells(0, top, v, x), below(0, under, x)]
    shapes += [words(wide_of(x) + 1.6, top + wide_of(v) / 2 + 0.9, f"{letter('v')} rows", anchor="start")]
    shapes += [words(0, under + 3.4, f"{letter('x')} numbers each", anchor="start")]
    return svg(under + 4, "a diamond for each gain and each shift; a table, a row for each word", *shapes)


def heads(layer: Layer) -> str:
    """Attention: its dense layers around a dot product, which trains nothing."""
    *before, last = (name[0].upper() for name in layer.parts)
    side, step = 4.8, 5.6
    high, shapes = step * len(before) - step + side, []
    for y, name in ((k * step, name) for k, name in enumerate(before)):
        shapes += [box(0, y, side, side, "c-w tint"), words(side / 2, y + 3.4, letter(name), "c-w ink")]
        shapes += [arrow(side, y + side / 2, 8.3)]
    shapes += [box(8.6, 0, 11.2, high, "dashed", 1), arrow(19.8, high / 2, 23.3)]
    for k, line in enumerate(("dot", "product", '<tspan class="strong">0</tspan>')):
        shapes += [words(14.2, high / 2 - 2.2 + 3.3 * k, line)]
    y = high / 2 - side / 2
    shapes += [box(23.6, y, side, side, "c-w tint"), words(23.6 + side / 2, y + 3.4, letter(last), "c-w ink")]
    said = f"{len(layer.parts)} dense layers around a dot product, which trains nothing"
    return svg(high + 0.3, said, *shapes)


def layers(*stacks: tuple[str, str, Layer]) -> str:
    """Layers of a Transformer, each with its letter and its name: heights are parameters, to scale."""
    accounts = [Account(layer) for _, _, layer in stacks]
    scale = HIGH / max(account.count for account in accounts)
    towers = [tower(account, scale) for account in accounts]
    bottom, shapes = max(high for _, high in towers) + 5.4, []
    for x, (times, name, _), (parts, high) in zip((0, 14.8), stacks, towers, strict=True):
        top = bottom - high
        sheets = [box(x + k, top - k, 12.6, high, "leaf", 0.8) for k in (1.5, 0.75, 0)]
        shapes += [*sheets, f'<g transform="translate({n(x + 0.6)} {n(top)})">{parts}</g>']
        shapes += [words(x, top - 2.3, f"{letter(times)} ×", "strong", "start")]
        shapes += [words(x + 6.3, bottom + 3.2, name)]
    said = f"{' and '.join(name for _, name, _ in stacks)} layer, heights by parameters"
    return svg(bottom + 4, said, *shapes)


def tower(account: Account, scale: float) -> tuple[str, float]:
    """The parts of a layer, the first at the bottom, and how high they are together."""
    shapes, y = [], 0.7
    for part in reversed(account.layer.parts):
        high = max(sum(leaf.count for leaf in account.below((part,))) * scale, 0.5)
        colour = f"c-{account.colour((part,))}"
        shapes += [box(0, y, 11.4, high, f"{colour} {'solid' if high < 1 else 'tint'}", 0.4)]
        if high > 3:
            said = part.removesuffix("-attention").replace("feed-forward", "feed-fwd")
            shapes += [words(5.7, y + high / 2 + 0.95, said, f"{colour} ink")]
        y += high + 0.6
    return "".join(shapes), y + 0.1


def adapter(layer: Layer) -> str:
    """LoRA: a frozen matrix, and beside it two thin ones that train."""
    side, thin = 4.6, 0.9
    shapes = [box(0.2, 0.2, side, side, "dashed"), words(0.2 + side / 2, 3.4, letter("W"))]
    shapes += [words(6.1, 3.3, "+")]
    shapes += [box(7.4, 0.2, thin, side, "c-w solid"), box(8.8, 0.2, side, thin, "c-w solid")]
    return svg(5, "a frozen matrix, and beside it two thin ones that train", *shapes, wide=13.6)


# -- the three rules ----------------------------------------------------------------------------


def pairs() -> str:
    """A weight for each pair, a bias for each output."""
    left, right = [(1.4, 1.6 + 3.9 * k) for k in range(3)], [(12.4, 3.6 + 3.9 * k) for k in range(2)]
    lines = "".join(f"M{n(a)} {n(b)}L{n(c)} {n(d)}" for (a, b), (c, d) in product(left, right))
    nodes = [disc(*place, 1.1, "hollow") for place in left + right]
    dots = [disc(x, y - 1, 0.75, "c-b dot") for x, y in right]
    return svg(
        11, "3 inputs and 2 outputs: 6 weights, 2 biases", path(lines, "c-w wire"), *nodes, *dots, wide=14
    )


def shared() -> str:
    """One tensor, used in three places."""
    lines = path("".join(f"M7 6L{n(x)} 8.2" for x in (2.2, 7, 11.8)), "flow")
    places = [box(x - 1.3, 8.2, 2.6, 2.2, "hollow", 0.4) for x in (2.2, 7, 11.8)]
    return svg(11, "one tensor, used in three places", cells(4.65, 0.6, 2, 2), lines, *places, wide=14)


def still() -> str:
    """An operation, and numbers that are frozen."""
    frozen = [box(1 + 3.15 * k, 7.5, 2.5, 2.5, "dashed") for k in range(4)]
    said = "an operation, and four frozen numbers"
    return svg(11, said, box(0.6, 0.6, 12.8, 4.6, "dashed", 2.3), words(7, 3.85, "ReLU"), *frozen, wide=14)


def glyph(kind: str) -> str:
    """The mark of a kind of tensor, as it stands in the legend."""
    shapes = {
        "weight": path("M.2 .2h2.2v2.2h-2.2z", "c-w solid"),
        "bias": disc(1.3, 1.3, 1.15, "c-b dot"),
        "norm": path("M0 1.3l1.3 -1.3 1.3 1.3 -1.3 1.3z", "c-n solid"),
        "nothing": box(0.2, 0.2, 2.2, 2.2, "dashed"),
    }
    return f'<svg viewBox="0 0 2.6 2.6" aria-hidden="true">{shapes[kind]}</svg>'
