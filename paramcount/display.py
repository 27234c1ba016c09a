"""The working and the ledger of a layer, as text and as HTML. Both are read off its tree."""

from __future__ import annotations

import inspect
import itertools
from dataclasses import dataclass
from html import escape

from .core import Layer, Leaf, Tensor
from .dims import Dim
from .glossary import framework, meaning, title

Path = tuple[str, ...]

_MOST_TERMS = 8  # more than this and the working is written layer by layer, not tensor by tensor
_FEW_GROUPS = 4
_LONGEST = 400  # characters of a formula
_MOST_ROWS = 24  # tensors in a ledger that nobody can unfold
_COLOURS = {
    "layer_norm": "n",
    "rms_norm": "n",
    "batch_norm": "n",
    "embedding": "c",
    "decoder": "x",
    "decoder_layer": "x",
}
_GLYPHS = {"weight": "w", "bias": "b", "norm": "n"}
GLYPH_TEXT = {"w": "■", "b": "●", "n": "◆"}


@dataclass(frozen=True)
class Term:
    """One term of the working, and the paths of the tensors (or layers) that it counts."""

    caption: str
    dim: Dim
    colour: str
    glyph: str
    paths: tuple[Path, ...]
    part: Tensor | Layer


@dataclass(frozen=True)
class Group:
    """Terms in brackets, with what they are multiplied by."""

    times: Dim
    terms: list[Term | Group]


# -- the working --------------------------------------------------------------------------------


def terms(layer: Layer) -> Group:
    """The working as terms in brackets, as deep as it can go and still be read at a glance."""
    depth = 0
    while True:
        now, deeper = _terms(layer, ((),), depth), _terms(layer, ((),), depth + 1)
        layers = [term.part for term in flat(now) if isinstance(term.part, Layer)]
        tensors_only = all(isinstance(p, Tensor) for part in layers for p in part.parts.values())
        fits = len(flat(now)) == 1 or (tensors_only and len(flat(deeper)) <= _MOST_TERMS)
        if not layers or not fits:
            return now
        depth += 1


def flat(group: Group) -> list[Term]:
    """The terms without their brackets."""
    return [t for term in group.terms for t in (flat(term) if isinstance(term, Group) else [term])]


def _terms(layer: Layer, paths: tuple[Path, ...], depth: int, named: bool = False) -> Group:
    made: list[Term | Group] = []
    alike = [(names, part) for names, part in layer.alike() if part.count]
    for names, part in alike:
        inside = tuple((*path, name) for path in paths for name in names)
        if isinstance(part, Layer) and depth:
            group = _terms(part, inside, depth - 1, named=len(alike) > 1)
            made.append(Group(len(names) * group.times, group.terms))
        else:
            made.append(_term(layer, names, part, inside, named and len(alike) > 1))
    return Group(layer.times, made)


def _term(layer, names, part, paths, named) -> Term:
    if isinstance(part, Layer):
        caption = ", ".join(names) if len(names) < 4 else f"{len(names)} × {title(part.name).lower()}"
        colour = _colour(layer, part)
        return Term(caption, len(names) * part.count, colour, "n" if colour == "n" else "w", paths, part)
    glyph = _GLYPHS[part.kind]
    return Term(_caption(names[0], part, paths, named), part.count, glyph, glyph, paths, part)


def _caption(name: str, tensor: Tensor, paths: tuple[Path, ...], named: bool) -> str:
    noun = {"weight": "weights", "bias": "biases"}.get(tensor.kind, name) if len(name) == 1 else name
    if len(paths) > 1:
        return f"{noun} of each"
    if not named or tensor.kind != "weight":
        return noun
    owner = paths[0][-2]
    return f"layer {owner} {noun}" if owner.isdigit() else f"{owner} {noun}"


def _colour(layer: Layer, part: Layer) -> str:
    plain = ("dense", "ffnn")
    others = any(getattr(p, "name", "dense") not in plain for p in layer.parts.values())
    return "x" if part.name in plain and others else _COLOURS.get(part.name, "w")


def marks(layer: Layer) -> dict[Path, tuple[str, str, str]]:
    """Colour, glyph and link of every tensor: the same three wherever the tensor is shown."""
    found = flat(terms(layer))
    # Where every term has one colour, it tells nothing: then weights and biases keep their own.
    several = len({term.colour for term in found}) > 1
    colours = {path: term.colour for term in found for path in term.paths if several}
    made = {}
    for number, leaf in enumerate(layer.tensors()):
        above = [colours[leaf.path[:n]] for n in range(len(leaf.path) + 1) if leaf.path[:n] in colours]
        glyph = _GLYPHS[leaf.tensor.kind]
        made[leaf.path] = (above[0] if above else glyph, glyph, f"k-{number}")
    return made


def names(dim: Dim) -> list[Dim]:
    """The named sizes in a count, each once, in the order in which they are written."""
    found: dict[str, Dim] = {}
    dim.write(lambda leaf: found.setdefault(leaf.name, leaf).symbols if leaf.name else "")
    return list(found.values())


# -- the ledger ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A line of the ledger: a tensor, in a group or by itself, or a group with its subtotal."""

    name: str
    shape: str
    count: int
    leaves: tuple[Leaf, ...]
    group: bool = False
    inside: bool = False


def rows(layer: Layer, deeper: int = 0) -> list[Row]:
    """The ledger's lines in order: each group before its tensors. deeper: levels that a group is below."""
    made, start = [], _fork(layer)
    level = start + 1 + deeper

    def group(leaf: Leaf) -> Path:
        return leaf.path[:level]

    for path, found in itertools.groupby(layer.tensors(), group):
        leaves = list(found)
        grouped = len(path) < len(leaves[0].path)
        if grouped:
            made.append(_group_row(layer, path, start, leaves))
        made += [_tensor_row(layer, leaf, level if grouped else start, grouped) for leaf in leaves]
    return made


def _fork(layer: Layer) -> int:
    """How many levels down the tree first has more than one part: above that no group helps."""
    only = next(iter(layer.parts.values())) if len(layer.parts) == 1 else None
    return 1 + _fork(only) if isinstance(only, Layer) else 0


def _group_row(layer: Layer, path: Path, start: int, leaves: list[Leaf]) -> Row:
    part, times = layer, layer.times
    for name in path:
        part = part.parts[name]
        times = times * part.times
    count = sum(leaf.times * leaf.tensor.count for leaf in leaves)
    each = count // times
    shape = f"{times:,} × {each:,}" if times > 1 else ""
    return Row(" ".join(path[start:]), shape, count, tuple(leaves), group=True)


def _tensor_row(layer: Layer, leaf: Leaf, skip: int, inside: bool) -> Row:
    sizes = leaf.tensor.shape
    shape = " × ".join(map(_side, sizes)) if len(sizes) > 1 else leaf.tensor.size.numbers
    if leaf.times > 1:
        shape = f"{leaf.times:,} × {shape}"
    name = " ".join(_short(layer, leaf.path, skip))
    return Row(name, shape, leaf.times * leaf.tensor.count, (leaf,), inside=inside)


def _short(layer: Layer, path: Path, skip: int) -> Path:
    """The path from `skip` on, without the levels that have only one part."""
    kept = []
    for level, name in enumerate(path):
        if level >= skip and (len(layer.parts) > 1 or level == len(path) - 1):
            kept.append(name)
        layer = layer.parts[name]
    return tuple(kept)


def _side(size: Dim) -> str:
    return f"({size.numbers})" if size.how in ("+", "−", "÷", "×") else size.numbers


def folded(layer: Layer) -> list[Row]:
    """The ledger; or, where there are too many tensors to read them all, without those in groups."""
    table = rows(layer)
    groups = [row for row in table if row.group]
    if not groups or len(table) - len(groups) <= _MOST_ROWS:
        return table
    if len(groups) < _FEW_GROUPS:  # too few to say where the parameters are: one level further down
        table = rows(layer, deeper=1)
    return [row for row in table if not row.inside]


def figures(row: Row, whole: int) -> tuple[str, str]:
    """The last two columns: parameters and share, or why a tensor adds none."""
    tensor = row.leaves[0].tensor
    if not row.group and tensor.same_as:
        return "0", f"same as {tensor.same_as}"
    if not row.group and not tensor.trained:
        return "0", "not trained"
    return f"{row.count:,}", share(row.count, whole)


def share(count: int, whole: int) -> str:
    """A share in per cent; never "0.0" for something, never "100" for less than all.

    >>> share(15, 32), share(1, 5000), share(4999, 5000), share(5, 5)
    ('46.9 %', '< 0.1 %', '> 99.9 %', '100 %')
    """
    if not count or count == whole:
        return "100 %" if count else "0 %"
    # In whole numbers, as counts may be larger than a float can hold. Halves are rounded up.
    tenths = (2000 * count + whole) // (2 * whole)
    if tenths < 1:
        return "< 0.1 %"
    return "> 99.9 %" if tenths > 999 else f"{tenths // 10}.{tenths % 10} %"


# -- as text ------------------------------------------------------------------------------------


def heading(layer: Layer) -> str:
    """What the layer is called, and by whom it is stored if not by the textbook."""
    stored = framework(layer.function.__module__)
    inner = [title(size.name) for size in layer.sizes.values() if isinstance(size, Layer)]
    name = " ".join([title(layer.name), *inner])  # a bidirectional LSTM layer
    return f"{name}, as {stored} keeps it" if stored else name


def kept(layer: Layer) -> str:
    """What is kept besides, and not trained; "" if nothing is."""
    besides = sum(leaf.times * leaf.tensor.size for leaf in layer.tensors() if not leaf.tensor.trained)
    return f"; {int(besides):,} more kept, not trained" if besides else ""


def call(layer: Layer) -> str:
    """The layer as it is written in Python.

    >>> from paramcount import ffnn, encoder
    >>> call(ffnn(3, 5, 2)), call(encoder(512, 6))
    ('ffnn(3, 5, 2)', 'encoder(x=512, m=6)')
    """
    written = []
    parameters = inspect.signature(layer.function).parameters
    many = any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters.values())
    for name, value in layer.sizes.items():
        label = "" if many and parameters[name].default is inspect.Parameter.empty else f"{name}="
        if value == parameters[name].default or value == ():
            continue
        if isinstance(value, Layer):
            written.append(call(value))
        elif isinstance(value, tuple):
            inner = ", ".join(map(str, map(int, value)))
            written.append(inner if many else f"{label}({inner}{',' * (len(value) == 1)})")
        else:
            written.append(f"{label}{value!r}")
    times = f"{layer.times:,} × " if layer.times > 1 else ""
    written_out = f"{layer.name}({', '.join(written)})" if written or layer.textbook else layer.name
    module = layer.function.__module__
    if framework(module):
        written_out = f"stored_by({module.rpartition('.')[2]}, {written_out})"
    return times + written_out


def working(layer: Layer) -> list[str]:
    """The working in lines: symbols, numbers, values, subtotals, total; none written twice."""
    count, tree = layer.count, terms(layer)
    written = [count.symbols, count.numbers]
    if len(count.symbols) > _LONGEST:  # a formula that nobody reads: the parts by name
        written = [" + ".join(term.caption for term in flat(tree))]
    lines = [*written, _values(tree), _values(tree, added=True), f"{count:,}"]
    return [line for n, line in enumerate(lines) if line not in lines[:n]]


def _values(group: Group, alone: bool = True, added: bool = False) -> str:
    """The terms with their values; added: the innermost brackets summed."""
    if not group.terms:
        return "0"
    if added and all(isinstance(term, Term) for term in group.terms):
        inner = f"{sum(int(term.dim) for term in group.terms):,}"
    else:
        lone = alone and len(group.terms) == 1 and group.times == 1
        inner = " + ".join(
            _values(term, lone, added) if isinstance(term, Group) else f"{term.dim:,}" for term in group.terms
        )
        if len(group.terms) > 1 and (not alone or group.times != 1):
            inner = f"({inner})"
    return inner if group.times == 1 else f"{group.times:,} × {inner}"


def where(layer: Layer, spell=lambda dim: dim.name) -> str:
    """What the letters of the working stand for, each letter spelt by `spell`."""
    letters: dict[str, list[str]] = {}
    for dim in names(layer.count):
        letters.setdefault(meaning(dim.name, layer.name), []).append(spell(dim))
    letters.pop("", None)
    return ", ".join(
        f"{', '.join(found) if len(found) < 4 else f'{found[0]} to {found[-1]}'} = {words}"
        for words, found in letters.items()
    )


def parameters(count: int) -> str:
    """The count with its noun."""
    return f"{count:,} parameter{'' if count == 1 else 's'}"


def text(layer: Layer) -> str:
    """Working and ledger for a terminal."""
    lines = [f"{call(layer)}: {parameters(layer.count)}{kept(layer)}", ""]
    lines += [("= " if n else "  ") + line for n, line in enumerate(working(layer))]
    if letters := where(layer):
        lines += ["", f"  where {letters}"]
    if table := folded(layer):
        lines += ["", *_table(table, layer.count)]
    return "\n".join(lines)


def _table(table: list[Row], whole: int) -> list[str]:
    cells = [("tensor", "shape", "parameters", "share")]
    for row in table:
        name = "  " + row.name if row.inside else row.name
        cells.append((name, row.shape, *figures(row, whole)))
    cells.append(("total", "", f"{whole:,}", ""))
    a, b, c, d = (max(map(len, column)) for column in zip(*cells, strict=True))
    return [f"{n:<{a}}   {s:<{b}}   {p:>{c}}   {q:>{d}}".rstrip() for n, s, p, q in cells]


# -- as HTML that needs no style sheet: for a cell's result, GitHub and print ---------------------


def page(layer: Layer) -> str:
    """Working and ledger as plain HTML tables."""
    written = working(layer)
    lines = list(map(escape, written))
    if written[0] == layer.count.symbols:
        lines[0] = math(layer.count)
    letters = where(layer, math)
    return (
        f"<p><b>{escape(heading(layer))}: {parameters(layer.count)}{kept(layer)}</b></p>"
        f"<p>{'<br>= '.join(lines)}</p>" + (f"<p>where {letters}</p>" if letters else "") + _html_table(layer)
    )


def _html_table(layer: Layer) -> str:
    mark = marks(layer)
    body = []
    right = ' style="text-align:right"'
    for row in folded(layer):
        cells = map(escape, (row.shape, *figures(row, layer.count)))
        name = escape(row.name)
        if row.group:
            cells, name = [f"<b>{cell}</b>" for cell in cells], f"<b>{name}</b>"
        else:
            name = f"{GLYPH_TEXT[mark[row.leaves[0].path][1]]} {name}"
        shape, count, part = cells
        body.append(
            f'<tr><th style="text-align:left;font-weight:normal">{name}</th>'
            f'<td style="text-align:left">{shape}</td><td{right}>{count}</td><td{right}>{part}</td></tr>'
        )
    if not body:
        return ""
    return (
        '<table><thead><tr><th style="text-align:left">tensor</th><th style="text-align:left">shape</th>'
        f"<th{right}>parameters</th><th{right}>share</th></tr></thead><tbody>{''.join(body)}</tbody>"
        f'<tfoot><tr><th style="text-align:left">total</th><td></td><td{right}><b>{layer.count:,}</b></td>'
        "<td></td></tr></tfoot></table>"
    )


def math(dim: Dim) -> str:
    """A count in symbols, its names in italics."""
    return dim.write(lambda leaf: _name(leaf) if leaf.name else f"{leaf:,}")


def _name(dim: Dim) -> str:
    letter = dim.name.rstrip("₀₁₂₃₄₅₆₇₈₉")
    digits = dim.name[len(letter) :].translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789"))
    return f'<i class="pc-v">{escape(letter)}</i>' + (f"<sub>{digits}</sub>" if digits else "")
