"""An answer in words, for those who do not see the picture: what it counted, and what it left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ...core import Layer, Leaf, Path
from ..account import Account, parameters

_MOST = 6  # owners that are named
_NOUNS = {"weight": "weights", "bias": "biases"}


def noun(leaf: Leaf) -> str:
    """What a tensor is called: weights and biases where its name is only a letter."""
    *_, name = leaf.path
    return _NOUNS.get(leaf.tensor.kind, name) if len(name) == 1 else name


def counted(layer: Layer) -> str:
    """The last sentence on a layer: the numbers put in, and what they come to."""
    return f"{layer.count.numbers} = {parameters(layer.count)}."


def outcome(account: Account, missing: frozenset[Path], right: bool) -> str:
    """What was counted and what was left out; the count only when it is right."""
    trained = [leaf for leaf in account.leaves if leaf.tensor.count]
    if not trained:
        return "There is nothing to count: 0 parameters."
    if right:
        return f"All of it is counted: {counted(account.layer)}"
    filled = _listed((leaf for leaf in trained if leaf.path not in missing), trained)
    dashed = _listed((leaf for leaf in trained if leaf.path in missing), trained)
    return f"Counted, filled: {filled}. Left out, dashed: {dashed}."


def _listed(some: Iterable[Leaf], trained: list[Leaf]) -> str:
    """`all weights, the biases of forget`: by noun, with whose they are."""
    every, owners = _owners(trained), _owners(some)
    words = []
    for called, whose in owners.items():
        if len(whose) == len(every[called]) > 1:
            words.append(f"all {called}" if called in _NOUNS.values() else f"every {called}")
        elif whose == [""]:
            words.append(f"the {called}")
        else:
            words.append(f"the {called} of {_few(whose)}")
    return ", ".join(words) or "nothing"


def _owners(leaves: Iterable[Leaf]) -> dict[str, list[str]]:
    """Whose the tensors of a noun are; the stack in which they stand is not named."""
    owners = defaultdict(list)
    for leaf in leaves:
        owners[noun(leaf)].append(" ".join(name for name in leaf.path[:-1] if name != "layers"))
    return owners


def _few(names: list[str]) -> str:
    if len(names) > _MOST:
        return f"{', '.join(names[:_MOST])} and {len(names) - _MOST:,} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
