"""The working of a count: its terms in brackets, and the lines from the symbols to the total."""

from __future__ import annotations

from dataclasses import dataclass

from ..core import Layer, Path, Tensor
from ..dims import Dim
from ..glossary import title

_MOST_TERMS = 8  # more than this and the working is written layer by layer, not tensor by tensor
_LONGEST = 400  # characters of a formula
GLYPHS = {"weight": "w", "bias": "b", "norm": "n"}


@dataclass(frozen=True)
class Term:
    """One term of the working, and the paths of the tensors (or layers) that it counts."""

    caption: str
    dim: Dim
    glyph: str
    paths: tuple[Path, ...]
    part: Tensor | Layer

    @property
    def brackets(self) -> bool:
        """Whether it stands in brackets: a sum does that is a whole layer, unless it is one of brackets."""
        sum_of_layer = isinstance(self.part, Layer) and self.dim.how == "+"
        return sum_of_layer and not all(arg.how == "+" for arg in self.dim.args)


@dataclass(frozen=True)
class Group:
    """Terms, with what they are multiplied by. brackets: whether they stand in brackets."""

    times: Dim
    terms: list[Term | Group]
    brackets: bool = True

    @property
    def once(self) -> bool:
        """Whether it is multiplied by nothing; a named m that happens to be 1 is written."""
        return self.times.symbols == "1"

    def flat(self) -> list[Term]:
        """The terms without their brackets."""
        terms: list[Term] = []
        for term in self.terms:
            terms += term.flat() if isinstance(term, Group) else [term]
        return terms


def terms(layer: Layer) -> Group:
    """The working as terms in brackets, as deep as it can go and still be read at a glance."""
    now, depth = _terms(layer, ((),), 0), 0
    while True:
        inner = [term.part for term in now.flat() if isinstance(term.part, Layer)]
        if not inner:
            break
        several = len(now.flat()) > 1
        if several and any(isinstance(p, Layer) for part in inner for p in part.parts.values()):
            break
        depth += 1
        deeper = _terms(layer, ((),), depth)
        if several and len(deeper.flat()) > _MOST_TERMS:
            break
        now = deeper
    return _bracketed(now, top=True)


def _bracketed(group: Group, top: bool) -> Group:
    """The group, and those in it, with the brackets that are needed. top: whether nothing is around it."""
    top = top and group.once
    alone = top and len(group.terms) == 1
    terms = [_bracketed(term, alone) if isinstance(term, Group) else term for term in group.terms]
    return Group(group.times, terms, brackets=len(terms) > 1 and not top)


def _terms(layer: Layer, paths: tuple[Path, ...], depth: int, named: bool = False) -> Group:
    """The terms of a layer that stands at some paths, `depth` levels down. named: with its own name."""
    group = Group(layer.times, [])
    alike = [(names, part) for names, part in layer.alike() if part.count]
    letters = sum(_is_letter(names[0], part) for names, part in alike)
    for names, part in alike:
        below = tuple((*path, name) for path in paths for name in names)
        if isinstance(part, Layer) and depth:
            inner = _terms(part, below, depth - 1, named=len(alike) > 1)
            group.terms.append(Group(len(names) * inner.times, inner.terms))
        elif isinstance(part, Layer):
            group.terms.append(_layer_term(names, part, below))
        else:
            letter = names[0] if letters > 1 else ""
            group.terms.append(_tensor_term(names[0], part, below, named and len(alike) > 1, letter))
    return group


def _is_letter(name: str, part: Tensor | Layer) -> bool:
    """Whether a part is weights that are called by a letter, such as W."""
    return isinstance(part, Tensor) and part.kind == "weight" and len(name) == 1


def _layer_term(names: list[str], part: Layer, paths: tuple[Path, ...]) -> Term:
    caption = ", ".join(names) if len(names) < 4 else f"{len(names)} × {title(part).lower()}"
    return Term(caption, len(names) * part.count, "n" if kind(part) == "norm" else "w", paths, part)


def _tensor_term(name: str, tensor: Tensor, paths: tuple[Path, ...], named: bool, letter: str) -> Term:
    caption = _caption(name, tensor, paths, named, letter)
    return Term(caption, tensor.count, GLYPHS[tensor.kind], paths, tensor)


def _caption(name: str, tensor: Tensor, paths: tuple[Path, ...], named: bool, letter: str) -> str:
    """What a term is called. letter: that of its weights, where a layer has several: A and B."""
    noun = (
        {"weight": letter or "weights", "bias": "biases"}.get(tensor.kind, name) if len(name) == 1 else name
    )
    if len(paths) > 1:
        return f"{noun} of each"
    if not named or tensor.kind != "weight":
        return noun
    owner = paths[0][-2]
    return f"layer {owner} {noun}" if owner.isdigit() else f"{owner} {noun}"


def kind(layer: Layer) -> str:
    """The kind of network that a layer says it is, such as "attention"; "" if it says none."""
    return layer.function.kind if layer.function else ""


def lines(count: Dim, tree: Group) -> list[str]:
    """The working in lines: symbols, numbers, values, subtotals, total; none written twice."""
    written = [count.symbols, count.numbers]
    if len(count.symbols) > _LONGEST:  # a formula that nobody reads: the parts by name
        written = [" + ".join(term.caption for term in tree.flat())]
    written += [_values(tree), _values(tree, subtotals=True), f"{count:,}"]
    return list(dict.fromkeys(written))


def _values(group: Group, subtotals: bool = False) -> str:
    """The terms with their values; subtotals: the innermost brackets summed."""
    if not group.terms:
        return "0"
    if subtotals and all(isinstance(term, Term) for term in group.terms):
        inner = f"{sum(int(term.dim) for term in group.flat()):,}"
    else:
        inner = " + ".join(
            _values(term, subtotals) if isinstance(term, Group) else f"{term.dim:,}" for term in group.terms
        )
        inner = f"({inner})" if group.brackets else inner
    return inner if group.once else f"{group.times:,} × {inner}"
