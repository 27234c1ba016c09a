"""What a number may count, if it is not the count of a network: what people are known to count instead.

First comes what can be read off any tree: no biases, statistics too, a table left out, bytes. Then come the
slips of the chapters, each of which leads to a number and says in words what it is. What takes the fewest
things to be done comes first, and what is done with the whole before what is done with a part.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

from .. import keras, pytorch
from ..ask import slips
from ..core import Layer, Leaf, Path, Tensor, called
from ..glossary import framework as spelt
from ..show.account import Account
from ..stored import stored_by

FRAMEWORKS = {framework.__name__: framework for framework in (pytorch, keras)}
_BYTES = {"float64": 8, "float32": 4, "float16 or bfloat16": 2}
_COPIES = {
    2: "twice the count, as with a copy of the weights such as a moving average (EMA)",
    3: "three times the count: each parameter with the two means of Adam",
    4: "four times the count: each parameter with its gradient and the two means of Adam",
    16: "the bytes of training with Adam: 16 for each parameter",
}
_PACKED = {2: "two in a byte", 8: "eight in a number of 32 bits"}  # in 4 bits each
_SHORT = 60  # tensors: in larger trees some slip in some part leads to any number
_CLASSES = 1_000  # of a head: as many as ImageNet has


@dataclass(frozen=True)
class Reason:
    """What a number may count: in words, and what that comes to.

    things: how many things were done with the count; part: whether to a part of it; told: whether the words
    are sentences by themselves.
    """

    words: str
    count: int
    things: int = 1
    part: bool = False
    told: bool = False

    @property
    def sentence(self) -> str:
        """That a number is this."""
        return f"{self.count:,}: {self.words}" if self.told else f"{self.count:,} is {self.words}."


def reasons(layer: Layer, number: int) -> tuple[list[Reason], list[Reason]]:
    """What a number is, the simplest first; and all that was tried."""
    count = int(layer.count)
    if number == count:
        return [Reason("the count itself", number)], []
    tried = list(_known(layer))
    exact = [each for each in tried if each.count == number]
    if any(each.things == 1 for each in exact):
        return _simplest(exact), tried
    if _rounds(count, number):
        return [Reason(f"the count, {count:,}, rounded", number)], tried
    tried += _slips(layer)
    exact = [each for each in tried if each.count == number]
    exact = exact or list(_head(layer, number - count)) or list(_rounded(tried, number))
    return _simplest(exact), tried


def _simplest(exact: list[Reason]) -> list[Reason]:
    """What takes the fewest things, of the whole first; what takes more is left out."""
    few = min((each.things for each in exact), default=0)
    found = sorted((each for each in exact if each.things == few), key=lambda each: each.part)
    return [each for each in found if not (each.told and each.part)] or found[:1]  # a slip is told once


# -- what can be read off any tree --------------------------------------------------------------


def _known(layer: Layer) -> Iterator[Reason]:
    count = int(layer.count)
    changes = {words: more for words, more in _changes(layer).items() if more}
    yield from (Reason(f"the count {words}", count + more) for words, more in changes.items())
    for words, size in _instead(layer).items():
        if size:
            yield Reason(words, size)
    for (one, more), (two, further) in itertools.combinations(changes.items(), 2):
        if count != count + more + further > 0:
            yield Reason(f"the count {one} and {two}", count + more + further, things=2)
    for path, part in _layers(layer):
        if 0 < part < count:
            name = " ".join(path)
            yield Reason(f"{name} alone", part, part=True)
            yield Reason(f"the count without {name}", count - part, part=True)
            yield Reason(f"the count with {name} twice", count + part, part=True)
    if by_hand := _by_hand(layer):
        yield Reason(f"the count by hand, {next(iter(by_hand))}", count - sum(by_hand.values()))
    if not framework_of(layer):
        for name, framework in FRAMEWORKS.items():
            kept = int(stored_by(framework, layer).count)
            yield Reason(f"the count of what {spelt(name)} keeps", kept)
    for name, size in _BYTES.items():
        yield Reason(f"its size in bytes, in {name}", size * count)
    for times, words in _COPIES.items():
        yield Reason(words, times * count)


def _by_hand(layer: Layer) -> dict[str, int]:
    """How much more a framework keeps than is counted by hand, by what it does and why."""
    function = layer.function
    if function and function.translates and not layer.changes:
        textbook = called(function.translates, layer.sizes)
        more = int(layer.times) * (int(layer.count) // int(layer.times) - int(textbook.count))
        return {f"which is not what {spelt(function.keeper)} keeps. {function.note.rstrip('.')}": more}
    found = Counter()
    for part in layer.parts.values():
        if isinstance(part, Layer):
            found.update({why: int(layer.times) * more for why, more in _by_hand(part).items()})
    return {why: more for why, more in found.items() if more}


def _changes(layer: Layer) -> dict[str, int]:
    """What each known difference adds to the count, in words."""
    account = Account(layer)
    kinds: dict[str, int] = Counter()  # of tensors
    biases: dict[str, int] = Counter()  # by the kind of layer that they are in
    for leaf in account.leaves:
        kinds[leaf.tensor.kind] += leaf.count
        if leaf.tensor.kind == "bias" and (owner := layer.at(leaf.path[:-1])).function:
            biases[owner.function.kind] += leaf.count
    shared = sum(leaf.size for leaf in account.leaves if leaf.tensor.same_as)
    kept = [leaf for leaf in account.leaves if not leaf.tensor.trained and not leaf.tensor.frozen]
    of_norms = sum(leaf.size for leaf in kept if not leaf.tensor.same_as and leaf.tensor.shape)
    tables = [count for _, count, kind in _kinds(layer) if kind == "embedding"]
    table = max(tables, default=0)
    return {
        "without the biases": -kinds["bias"],
        "without the biases of the convolutions": -biases["convolution"],
        "without the biases of the dense layers": -biases["dense"],
        "without the norms": -kinds["norm"],
        "with what is kept besides, such as statistics": account.kept,
        "with the means and variances of the norms": of_norms if of_norms != account.kept else 0,
        "with the frozen parameters": account.frozen,
        "with what is shared counted wherever it is used": shared,
        "with the output tied to the table of words, one for both": -_output(layer, table),
        "without the largest table": -table,
        "without all tables": -sum(tables) if len(tables) > 1 else 0,
        "with an output layer that is not tied": 0 if shared else table,
        "with a bias for each expert in the routers, as the authors of DeepSeek-V3 keep it": _router_biases(
            layer
        ),
    }


def _instead(layer: Layer) -> dict[str, int]:
    """What else may be counted, in words."""
    count, words = (
        int(layer.count),
        max((n for _, n, kind in _kinds(layer) if kind == "embedding"), default=0),
    )
    output = _output(layer, words)
    matrices = sum(leaf.count for leaf in _matrices(layer))
    inner = matrices - output  # an output over words is not packed as a rule
    found = {
        "its dense layers alone": matrices if matrices < count else 0,
        "its dense layers alone, without the output": inner if output else 0,
        "how many numbers are stored, some of which hold several parameters": Account(layer).stored,
    }
    for size, how in _PACKED.items():
        packed = f"how many numbers are stored with its dense layers in 4 bits, {how}"
        packed += ", and the output as it is" if output else ""
        found[packed] = count - inner + inner // size if inner else 0
    return found | _active(layer)


def _active(layer: Layer) -> dict[str, int]:
    """What one word uses of a network with experts."""
    function, active = layer.function, 0
    if function and layer.sizes.get("active", ...) is None:
        active = int(function.begins.get("active") or 0)
    if not active:
        return {}
    few = int(layer.resized(active=active).count)
    said = f"what is active for one word, {active} of {layer.sizes['experts']:,} experts in each layer"
    words = max((count for _, count, kind in _kinds(layer) if kind == "embedding"), default=0)
    output = _output(layer, words)
    found = {said: few}
    if words:
        found[f"{said}, without the table of words"] = few - words
    return found | ({f"{said}, without table and output": few - words - output} if output else {})


def _router_biases(layer: Layer) -> int:
    """A bias for each expert, where routers have none."""
    routers = [
        (part, times) for path, part, times in _walked(layer) if path[-1] == "router" and "o" in part.sizes
    ]
    return sum(
        times * int(part.times) * int(part.sizes["o"])  # type: ignore[call-overload]
        for part, times in routers
        if not any(isinstance(each, Tensor) and each.kind == "bias" for each in part.parts.values())
    )


def _matrices(layer: Layer) -> Iterator[Leaf]:
    """The weights of the dense layers, those in attention among them."""
    for leaf in Account(layer).leaves:
        owner = layer.at(leaf.path[:-1])
        dense = bool(owner.function and owner.function.kind in ("dense", "attention"))
        if dense and leaf.tensor.kind == "weight" and len(leaf.tensor.shape) == 2:
            yield leaf


def _output(layer: Layer, table: int) -> int:
    """The size of a dense layer that is as large as a table of words: the output over them."""
    return next((leaf.count for leaf in _matrices(layer) if leaf.count == table), 0) if table else 0


def _kinds(layer: Layer) -> Iterator[tuple[Path, int, str]]:
    """The layers that say what kind they are, with their counts."""
    for path, part, times in _walked(layer):
        if part.function and part.function.kind:
            yield path, times * int(part.count), part.function.kind


def _layers(layer: Layer) -> Iterator[tuple[Path, int]]:
    """The count of every layer in a tree, the larger parts first; of several that are equal the first."""
    known = Counter()
    for path, part, times in _walked(layer):
        count = times * int(part.count)
        known[count] += 1
        if known[count] == 1:
            yield path, count


def _walked(layer: Layer, path: Path = (), times: int = 1) -> Iterator[tuple[Path, Layer, int]]:
    for name, part in layer.parts.items():
        if isinstance(part, Layer):
            yield (*path, name), part, times * int(layer.times)
            yield from _walked(part, (*path, name), times * int(layer.times))


def framework_of(layer: Layer) -> ModuleType | None:
    """Whose tensors are in a tree: PyTorch's, Keras', or the textbook's alone."""
    for each in (layer, *(part for _, part, _ in _walked(layer))):
        if each.keeper:
            return FRAMEWORKS.get(each.keeper)
    return None


# -- slips, heads and rounded figures -----------------------------------------------------------


def _slips(layer: Layer) -> Iterator[Reason]:
    """What the slips of the chapters lead to, in the words that are said to one who makes them."""
    few = len(Account(layer).leaves) <= _SHORT
    whole = itertools.chain.from_iterable(slip.wrongs(layer) for slip in slips.SLIPS)
    for things, found in ((1, slips.wrongs(layer)), (2, slips.paired(layer))) if few else ((1, whole),):
        for wrong in found:
            words = " ".join(filter(None, (wrong.why, wrong.more)))
            yield Reason(words, int(wrong.count), things, bool(wrong.part), told=True)


def _head(layer: Layer, more: int) -> Iterator[Reason]:
    """A dense layer on top that gives a few classes, by what is counted besides."""
    for x in _widths(layer):
        classes, rest = divmod(more, x + 1)
        if 0 < classes <= _CLASSES and not rest:
            head = f"{x:,} × {classes:,} + {classes:,}"
            words = f"the count, and {more:,} besides: {head}, as a dense layer on top has"
            yield Reason(words, int(layer.count) + more)


def _widths(layer: Layer) -> list[int]:
    """How wide the norms and the tables of a network are."""
    widths: dict[int, int] = {}
    for leaf in Account(layer).leaves:
        kind = getattr(layer.at(leaf.path[:-1]).function, "kind", "")
        if (leaf.tensor.kind == "norm" or kind == "embedding") and leaf.tensor.shape:
            widths[int(leaf.tensor.shape[-1])] = 1
    return list(widths)


def _rounds(count: int, number: int) -> bool:
    """Whether a number is a count in fewer digits, such as 110 million."""
    zeros = len(str(number)) - len(str(number).rstrip("0"))
    return zeros > 0 and abs(count - number) * 2 <= 10**zeros


def _rounded(tried: list[Reason], number: int) -> Iterator[Reason]:
    """What is done with the whole and comes to a number of two figures or more, in fewer digits."""
    if number < 10**6 or len(str(number).rstrip("0")) < 2:
        return
    for each in tried:
        if each.things == 1 and not (each.part or each.told) and _rounds(each.count, number):
            yield Reason(f"{each.words}, {each.count:,}, rounded", number)
