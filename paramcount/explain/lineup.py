"""Two trees lined up: what is in both, and where they part.

What is called the same is the same part, whatever it has in it: by its whole path, by its path without the
numbers of parts that are repeated, or by a name that there is once in either tree. Of what has no namesake,
shapes say what belongs together, from the largest parts to the smallest, and in the end counts.
"""

from __future__ import annotations

import functools
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product

from ..core import KINDS, Layer, Path, Tensor

_MANY = 6  # rows that say the same of several parts are one
_FEW = 4  # tensors of a part that differ are shown one by one; of more, the part that they are in
_ROWS = 20  # of so many tensors that differ, none is shown by itself if all of its part do
_NUMBER = re.compile(r"\d+( to \d+)?(, \d+( to \d+)?)*")
_ENDS = (1, 2, 3)  # how long the end of a path is that may be the only one of its kind
# How many tensors may be one in the other tree: keys and values, with queries, a gate and a way up.
_FUSED = (2, 3, 4)
# What one and the same part is called in libraries, and in the chapters.
_ROLES = {
    "query": r"q|wq|to_q|q_?proj|q_lin|queries",
    "key": r"k|wk|to_k|k_?proj|k_lin|keys",
    "value": r"v|wv|to_v|v_?proj|v_lin|values",
    "output": r"o|wo|to_out|o_?proj|out_?proj|lm_head",
    "gate": r"gate_proj",
    "up": r"up_proj",
    "down": r"down_proj",
    "attention": r"self[-_]attention|self_attn|attn|selfattention",
    "words": r"wte|embed_tokens|word_embeddings|tok_embeddings|token_embedding",
    "positions": r"wpe|embed_positions|position_embeddings|pos_embed",
    "norm 1": r"ln_?1|norm_?1|input_layernorm",
    "norm 2": r"ln_?2|norm_?2|post_attention_layernorm",
}
_ROLE = {re.compile(pattern): role for role, pattern in _ROLES.items()}


@dataclass(frozen=True)
class Row:
    """A part in which two trees differ.

    a, b: what is trained of it in each, as far as they differ; many: how often it is there.
    """

    name: str
    words: str
    a: int
    b: int
    many: int = 1

    @property
    def more(self) -> int:
        """What it adds to the difference."""
        return self.b - self.a


def rows(first: Layer, second: Layer) -> list[Row]:
    """The parts in which two trees differ, in no order."""
    a, b = Side(first), Side(second)
    found = _Found()
    for key in (_path, _unnumbered):
        _by_name(a, b, key, found)
    only = _only_ones(a, b)
    _by_name(a, b, only, found)
    _by_name(a, b, _path, found, differ=True)
    _by_name(a, b, _listed, found, differ=True)
    _fused(a, b)
    _fused(b, a)
    _without_names(a, b, _shapes)
    _by_name(a, b, only, found, differ=True)
    for sign in (_sorts, _sum):
        _without_names(a, b, sign)
    for sign in (_shapes, _sorts):
        found.held += _frozen_in_one(a, b, sign)
    left = _paired(a, b)
    return _together([*_held(a, b, found.held), *_differing(a, b, found.differing), *left])


def places(first: Layer, second: Layer) -> tuple[str, str] | None:
    """Beside which layers thin matrices train in each of two trees, if these are not the same layers.

    None also where it cannot be told: what a layer is called says it only if its name is a known one.
    """
    a, b = _beside(Side(first)), _beside(Side(second))
    if not a or not b:
        return None
    sizes = [Counter(), Counter()]
    roles = [Counter(), Counter()]
    for number, each in enumerate((a, b)):
        for place in each:
            sizes[number][place.size] += place.times
            roles[number][_role(place.path[-1])] += place.times
    known = roles[0].keys() | roles[1].keys() <= _ROLES.keys()
    if sizes[0] == sizes[1] and (not known or roles[0] == roles[1]):
        return None
    return _said(a), _said(b)


@dataclass(frozen=True, slots=True)
class _Place:
    """A layer that is frozen, beside which something trains. size: of its matrix."""

    path: Path
    times: int
    size: int


def _beside(side: Side) -> list[_Place]:
    """The layers of one frozen matrix beside which matrices train."""
    found = []
    for node in side.nodes:
        matrices = [side.leaves[n] for n in node.leaves if len(side.leaves[n].tensor.shape) > 1]
        held = [leaf for leaf in matrices if leaf.tensor.frozen]
        if node.path and len(held) == 1 and len(matrices) > 1:
            found.append(_Place(node.path, node.times, held[0].size))
    return found


def _said(places: list[_Place]) -> str:
    """The places in words, the same name once."""
    often = Counter()
    for place in places:
        often[" ".join([name for name in place.path if not _is_number(name)][-2:])] += place.times
    return " and ".join(f"{many:,} × {name}" for name, many in often.items())


def everything(layer: Layer) -> int:
    """How many parameters there are, whether they are trained or frozen."""
    side = Side(layer)
    return sum(leaf.times * leaf.size for leaf in side.leaves)


# -- a side -------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Leaf:
    """A tensor of parameters. times: how often it is there; size: how many numbers it has."""

    path: Path
    tensor: Tensor
    times: int
    size: int

    @property
    def shape(self) -> Hashable:
        """Its kind and its sides, in whatever order they are kept."""
        return self.tensor.kind, tuple(sorted(int(side) for side in self.tensor.shape if side != 1))

    @property
    def counts(self) -> int:
        """What it adds to the count, once."""
        return 0 if self.tensor.frozen else self.size


@dataclass(eq=False, slots=True)
class _Node:
    """A part of a tree with parameters. times: how often it is there; leaves: the numbers of its tensors."""

    path: Path
    part: Layer | Tensor
    times: int
    leaves: list[int]


class Side:
    """One of two trees, and how much of each tensor has no counterpart yet."""

    def __init__(self, layer: Layer):
        self.nodes: list[_Node] = []
        self.leaves: list[_Leaf] = []
        self.shared: set[Path] = set()  # what is counted elsewhere
        self._add((), layer, 1)
        self.left = [leaf.times for leaf in self.leaves]
        self.paths = {node.path for node in self.nodes}
        self.names = {_names(path) for path in self.paths}

    def _add(self, path: Path, part: Layer | Tensor, times: int) -> list[int]:
        node = _Node(path, part, times, [])
        if isinstance(part, Tensor):
            size = int(part.size)
            if part.same_as:
                self.shared.update(path[:n] for n in range(1, len(path) + 1))
            elif size and (part.trained or part.frozen):
                node.leaves.append(len(self.leaves))
                self.leaves.append(_Leaf(path, part, times, size))
                self.nodes.append(node)
            return node.leaves
        node.times *= int(part.times)
        place = len(self.nodes)
        for name, inner in part.parts.items():
            node.leaves += self._add((*path, name), inner, node.times)
        if node.leaves:
            self.nodes.insert(place, node)
        return node.leaves

    def each(self, node: _Node, leaf: int) -> int:
        """How often a tensor is in a part."""
        return self.leaves[leaf].times // node.times

    def open(self, node: _Node) -> tuple[int, ...]:
        """The tensors in a part that have no counterpart yet."""
        return tuple(n for n in node.leaves if self.left[n])

    def free(self, node: _Node, leaves: Iterable[int]) -> int:
        """How many of a part have no counterpart yet, with these of its tensors."""
        return min(self.left[n] // self.each(node, n) for n in leaves)

    def take(self, node: _Node, leaves: Iterable[int], many: int) -> None:
        """So many of a part have a counterpart, with these of its tensors."""
        for n in leaves:
            self.left[n] -= many * self.each(node, n)

    def counts(self, node: _Node) -> int:
        """What a part adds to the count, once."""
        return sum(self.each(node, n) * self.leaves[n].counts for n in node.leaves)

    def frozen(self, node: _Node) -> int:
        """How much of it is frozen."""
        sizes = (self.each(node, n) * self.leaves[n].size for n in node.leaves)
        return sum(sizes) - self.counts(node)


@functools.lru_cache(10_000)
def _is_number(name: str) -> bool:
    return _NUMBER.fullmatch(name) is not None


def _names(path: Path) -> Path:
    """A path by what its parts do, without the numbers of what is repeated: one block is like another."""
    return tuple(_role(name) for name in path if not _is_number(name))


@functools.lru_cache(10_000)
def _role(name: str) -> str:
    return next((role for pattern, role in _ROLE.items() if pattern.fullmatch(name.lower())), name)


# -- by name ------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Pair:
    """Two tensors that are called the same and differ, and how many of each."""

    one: int
    other: int
    many: int
    others: int


@dataclass(eq=False, slots=True)
class _Held:
    """Tensors that are frozen in one tree alone: how many of each in the first, and in the second."""

    mine: dict[int, int]
    theirs: dict[int, int]


@dataclass(slots=True)
class _Found:
    """What was found to be frozen in one tree alone, and what was found to differ."""

    held: list[_Held] = field(default_factory=list)
    differing: list[_Pair] = field(default_factory=list)


Key = Callable[[_Leaf], Hashable]


def _path(leaf: _Leaf) -> Hashable:
    return leaf.path


def _unnumbered(leaf: _Leaf) -> Hashable:
    return _names(leaf.path), leaf.shape


def _listed(leaf: _Leaf) -> Hashable:
    """The path without numbers, of what is inside a part that has a name; what has none is not the same."""
    return _names(leaf.path) if _has_name(leaf) else None


def _has_name(leaf: _Leaf) -> bool:
    owner = leaf.path[-2:-1]
    return not (owner and _is_number(owner[0]))


def _only_ones(a: Side, b: Side) -> Key:
    """The shortest end of a path that stands for one part alone, in both trees."""
    ends: dict[Path, tuple[set[Path], set[Path]]] = defaultdict(lambda: (set(), set()))
    for number, side in enumerate((a, b)):
        for leaf in side.leaves:
            names = _names(leaf.path)
            for end in _ENDS:
                ends[names[-end:]][number].add(names)
    alone = {end for end, found in ends.items() if len(found[0]) == len(found[1]) == 1}

    def key(leaf: _Leaf) -> Hashable:
        names = _names(leaf.path) if _has_name(leaf) else ()
        return next((names[-end:] for end in _ENDS if names and names[-end:] in alone), None)

    return key


def _by_name(a: Side, b: Side, key: Key, found: _Found, differ: bool = False) -> None:
    """Take away from both sides what is called the same, and as large. differ: however large it is."""
    others: dict[Hashable, list[int]] = defaultdict(list)
    for n, leaf in enumerate(b.leaves):
        others[key(leaf)].append(n)
    for n, leaf in enumerate(a.leaves):
        name = key(leaf) if a.left[n] else None
        for m in others.get(name, ()) if name is not None else ():
            other = b.leaves[m]
            if not (a.left[n] and b.left[m]):
                continue
            if leaf.size == other.size:
                many = min(a.left[n], b.left[m])
                pair = _Pair(n, m, many, many)
                if leaf.tensor.frozen != other.tensor.frozen:
                    found.held.append(_Held({n: many}, {m: many}))
            elif differ:
                pair = _Pair(n, m, a.left[n], b.left[m])
                if a.left[n] != b.left[m] and key is not _path:
                    pair.many = pair.others = min(a.left[n], b.left[m])
                found.differing.append(pair)
            else:
                continue
            a.left[n] -= pair.many
            b.left[m] -= pair.others


def _fused(a: Side, b: Side) -> None:
    """Take away neighbours in one tree that are one tensor in the same part of the other."""
    whole: dict[Hashable, list[int]] = defaultdict(list)
    for n, leaf in enumerate(b.leaves):
        if b.left[n]:
            whole[_names(leaf.path[:-2]), leaf.path[-1], leaf.times].append(n)
    open: dict[Hashable, list[int]] = defaultdict(list)
    for n, leaf in enumerate(a.leaves):
        if a.left[n]:
            open[_names(leaf.path[:-2]), leaf.path[-1], leaf.times].append(n)
    for place, theirs in whole.items():
        mine = open.get(place, [])
        for m, many, start in product(theirs, _FUSED, range(len(mine))):
            pieces = mine[start : start + many]
            if len(pieces) == many and b.left[m] and _are_one(a, pieces, b.leaves[m]):
                for n in pieces:
                    a.left[n] = 0
                b.left[m] = 0


def _are_one(side: Side, pieces: list[int], whole: _Leaf) -> bool:
    """Whether tensors, side by side, are as large as one that is as high or as wide as each."""
    shapes = [side.leaves[n].tensor.shape for n in pieces]
    fits = any(
        all(len(shape) == 1 or size in map(int, shape) for shape in shapes) for size in whole.tensor.shape
    )
    untouched = all(side.left[n] == side.leaves[n].times for n in pieces)
    states = {side.leaves[n].tensor.frozen for n in pieces}
    sizes = sum(side.leaves[n].size for n in pieces)
    return fits and untouched and states == {whole.tensor.frozen} and sizes == whole.size


# -- without names ------------------------------------------------------------------------------

Sign = Callable[[Side, _Node, tuple[int, ...]], Hashable]


def _shapes(side: Side, node: _Node, leaves: tuple[int, ...]) -> Hashable:
    """The shapes of its tensors, each as often as it is there."""
    shapes = sorted((side.leaves[n].shape, side.each(node, n)) for n in leaves)  # type: ignore[type-var]
    return _size(side, node, leaves), *shapes


def _sorts(side: Side, node: _Node, leaves: tuple[int, ...]) -> Hashable:
    """How many of its parameters are weights, biases and norms."""
    sums = dict.fromkeys(KINDS, 0)
    for n in leaves:
        sums[side.leaves[n].tensor.kind] += side.each(node, n) * side.leaves[n].size
    return _size(side, node, leaves), *sums.values()


def _sum(side: Side, node: _Node, leaves: tuple[int, ...]) -> Hashable:
    return (_size(side, node, leaves),)


def _size(side: Side, node: _Node, leaves: tuple[int, ...]) -> int:
    return sum(side.each(node, n) * side.leaves[n].size for n in leaves)


def _without_names(a: Side, b: Side, sign: Sign) -> None:
    """Take away from both sides the parts that look the same, the largest first."""
    for mine, theirs in _alike(a, b, sign):
        for way in _WAYS:
            for (one, its), (other, those) in product(mine, theirs):
                if way(one, other) and (many := min(a.free(one, its), b.free(other, those))):
                    a.take(one, its, many)
                    b.take(other, those, many)


def _frozen_in_one(a: Side, b: Side, sign: Sign) -> Iterator[_Held]:
    """The parts that look the same but for this: they are frozen in one of the trees."""
    for mine, theirs in _alike(a, b, sign, opposite=True):
        for (one, its), (other, those) in product(mine, theirs):
            many = min(a.free(one, its), b.free(other, those))
            if many and _state(a, its) != _state(b, those):
                a.take(one, its, many)
                b.take(other, those, many)
                yield _Held(
                    {n: many * a.each(one, n) for n in its}, {n: many * b.each(other, n) for n in those}
                )


Open = list[tuple[_Node, tuple[int, ...]]]  # parts, each with its tensors that have no counterpart


def _alike(a: Side, b: Side, sign: Sign, opposite: bool = False) -> list[tuple[Open, Open]]:
    """The parts of both sides that look the same, the largest first.

    opposite: whatever is frozen, of parts of which all is or nothing; else what is frozen in one must be so
    in the other.
    """
    found: dict[Hashable, tuple[Open, Open]] = defaultdict(lambda: ([], []))
    for number, side in enumerate((a, b)):
        for node in side.nodes:
            leaves = side.open(node)
            state = _state(side, leaves) if leaves else ""
            if node.path and leaves and not (opposite and state == "both"):  # that two sums of all are equal
                looks = sign(side, node, leaves), len(leaves) == len(node.leaves)  # says nothing of the rest
                frozen = 0 if opposite else _frozen_size(side, node, leaves)
                found[looks, frozen][number].append((node, leaves))
    both = [looks for looks, (mine, theirs) in found.items() if mine and theirs]
    return [found[looks] for looks in sorted(both, key=lambda looks: looks[0][0][0], reverse=True)]  # type: ignore[index]


def _state(side: Side, leaves: Iterable[int]) -> str:
    states = {side.leaves[n].tensor.frozen for n in leaves}
    return "both" if len(states) > 1 else "frozen" if True in states else "trained"


def _frozen_size(side: Side, node: _Node, leaves: tuple[int, ...]) -> int:
    return _size(side, node, tuple(n for n in leaves if side.leaves[n].tensor.frozen))


def _same_place(one: _Node, other: _Node) -> bool:
    return one.path == other.path


def _same_name(one: _Node, other: _Node) -> bool:
    return one.path[-1:] == other.path[-1:]


def _as_often(one: _Node, other: _Node) -> bool:
    return one.times == other.times


def _anywhere(one: _Node, other: _Node) -> bool:
    return True


_WAYS = (_same_place, _same_name, _as_often, _anywhere)


# -- rows: what is in both ----------------------------------------------------------------------


def _held(a: Side, b: Side, held: list[_Held]) -> Iterator[Row]:
    """A row for the largest parts that are frozen in one tree alone, by the names of either."""
    for side, mine in ((a, lambda each: each.mine), (b, lambda each: each.theirs)):
        by_leaf: dict[int, list[_Held]] = defaultdict(list)
        for each in held:
            for n in mine(each):
                by_leaf[n].append(each)
        for node in side.nodes:
            inside = {id(each): each for n in node.leaves for each in by_leaf.get(n, ())}
            covered = Counter()
            for each in inside.values():
                covered.update(mine(each))
            if covered == {n: side.leaves[n].times for n in node.leaves} and _state(side, covered) != "both":
                yield _held_row(a, node.path, list(inside.values()))
                held = [each for each in held if id(each) not in inside]
                for n in node.leaves:
                    del by_leaf[n]
    for each in held:
        yield _held_row(a, a.leaves[next(iter(each.mine))].path, [each])


def _held_row(a: Side, path: Path, held: list[_Held]) -> Row:
    sizes = Counter()  # by whether it is frozen in the first
    for each in held:
        for n, many in each.mine.items():
            sizes[a.leaves[n].tensor.frozen] += many * a.leaves[n].size
    ((in_first, size),) = sizes.items()
    words = f"in both, frozen in the {'first' if in_first else 'second'}"
    return Row(" ".join(path) or "all of it", words, 0 if in_first else size, size if in_first else 0)


def _differing(a: Side, b: Side, pairs: list[_Pair]) -> Iterator[Row]:
    """A row for each two tensors of one name that differ, or for a part in which many do and all."""
    by_leaf: dict[int, list[_Pair]] = defaultdict(list)
    for pair in pairs:
        by_leaf[pair.one].append(pair)
    inside = {node.path: node for node in b.nodes}
    few = _FEW if len(pairs) <= _ROWS else 1
    for node in a.nodes:
        mine = [by_leaf.get(n, []) for n in node.leaves]
        if not node.path or not all(len(each) == 1 for each in mine):
            continue
        other = inside.get(node.path)
        theirs = [each[0].other for each in mine]
        if len(mine) > few and other and sorted(theirs) == other.leaves:
            sizes = [f"{_times(each.times)}{_of(side, each):,}" for side, each in ((a, node), (b, other))]
            yield _row(a, b, " ".join(node.path), " and ".join(sizes), [each[0] for each in mine])
            for n in node.leaves:
                del by_leaf[n]
    for each in by_leaf.values():
        for pair in each:
            one, two = a.leaves[pair.one], b.leaves[pair.other]
            words = f"{_times(pair.many)}{_shape(one)} and {_times(pair.others)}{_shape(two)}"
            yield _row(a, b, " ".join(_alone_in(a, pair.one)), words, [pair])


def _alone_in(side: Side, leaf: int) -> Path:
    """The path of the largest part that has nothing else in it: a layer without biases is its weight."""
    return next(node.path for node in side.nodes if node.path and node.leaves == [leaf])


def _of(side: Side, node: _Node) -> int:
    return _size(side, node, tuple(node.leaves))


def _row(a: Side, b: Side, name: str, words: str, pairs: list[_Pair]) -> Row:
    first = sum(pair.many * a.leaves[pair.one].counts for pair in pairs)
    second = sum(pair.others * b.leaves[pair.other].counts for pair in pairs)
    frozen = [
        where
        for where, side, numbers in (
            ("first", a, [pair.one for pair in pairs]),
            ("second", b, [pair.other for pair in pairs]),
        )
        if _state(side, numbers) == "frozen"
    ]
    if frozen:
        words += f", frozen in {'both' if len(frozen) == 2 else f'the {frozen[0]}'}"
    return Row(name, words, first, second, max(pair.many for pair in pairs))


def _times(many: int) -> str:
    return f"{many:,} × " if many > 1 else ""


def _shape(leaf: _Leaf) -> str:
    return " × ".join(f"{int(side):,}" for side in leaf.tensor.shape) or "1"


# -- rows: what is left over --------------------------------------------------------------------


@dataclass(frozen=True)
class _Left:
    """A part without a counterpart. many: how many of it; counts, frozen: of one of it."""

    node: _Node
    many: int
    counts: int
    frozen: int


def _left_over(side: Side, node: _Node) -> Iterator[_Left]:
    """The largest parts of which all that is in them is left over, equally often."""
    often = {side.left[n] / side.each(node, n) for n in node.leaves}
    if often == {0}:
        return
    if len(often) == 1 and (many := often.pop()).is_integer() and node.path:
        yield _Left(node, int(many), side.counts(node), side.frozen(node))
    elif isinstance(node.part, Tensor):
        yield _Left(node, side.left[node.leaves[0]], side.counts(node), side.frozen(node))
    else:
        below = len(node.path) + 1
        for inner in side.nodes:
            if len(inner.path) == below and inner.path[:-1] == node.path:
                yield from _left_over(side, inner)


def _paired(a: Side, b: Side) -> Iterator[Row]:
    """A row for each part that is left over; what stands at the same place in both trees is one."""
    mine, theirs = (list(_left_over(side, side.nodes[0])) if side.nodes else [] for side in (a, b))
    places = {each.node.path: each for each in theirs}
    for one in mine:
        other = places.pop(one.node.path, None)
        if other is None:
            yield _alone(one, b, "first", "second")
            continue
        sizes = [f"{_times(each.many)}{_each(each)}" for each in (one, other)]
        first, second = (each.many * each.counts for each in (one, other))
        yield Row(" ".join(one.node.path), " and ".join(sizes), first, second, one.many)
    for two in places.values():
        yield _alone(two, a, "second", "first")


def _alone(left: _Left, other: Side, here: str, there: str) -> Row:
    """The row of a part of which the other tree has none, or fewer."""
    path, many = left.node.path, left.many
    numbered = _is_number(path[-1])
    namesake = path in other.paths or (not numbered and _names(path) in other.names)
    size = f": {_times(many)}{_each(left)}" if many > 1 or _is_table(left.node.part) else ""
    if path in other.shared:
        words = f"shared in the {there}, and counted elsewhere{size}"
    elif namesake or many < left.node.times:
        words = f"{many:,} more in the {here}{size}"
    else:
        words = f"only in the {here}{size}"
    if left.frozen:
        words += ", frozen" if not left.counts else f", of which {many * left.frozen:,} are frozen"
    count = many * left.counts
    first, second = (count, 0) if here == "first" else (0, count)
    return Row(" ".join(path), words, first, second, many)


def _is_table(part: Layer | Tensor) -> bool:
    return isinstance(part, Tensor) and len(part.shape) > 1


def _each(left: _Left) -> str:
    """How large a part is, once."""
    part = left.node.part
    if isinstance(part, Tensor) and _is_table(part):
        return " × ".join(f"{int(side):,}" for side in part.shape)
    return f"{left.counts + left.frozen:,}"


def _together(found: list[Row]) -> list[Row]:
    """The rows, those in one that say the same of many parts, such as 53 biases that the other has not."""
    groups: dict[tuple, list[Row]] = defaultdict(list)
    for row in found:
        last = re.sub(r"\d+", "", row.name.rpartition(" ")[2])
        said = row.words.partition(":")[0]
        groups[last, said if said.startswith(("only", "in both")) else ""].append(row)
    result = []
    for (last, said), alike in groups.items():
        if len(alike) < _MANY or not said:
            result += alike
            continue
        many = sum(row.many for row in alike)
        words = f"{said}: {many} of them"
        result.append(Row(last, words, sum(row.a for row in alike), sum(row.b for row in alike), many))
    return result
