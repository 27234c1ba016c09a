"""The kinds of layers in a network: attention, convolution and so on, and how many parameters are in each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..core import Layer, Path
from .working import kind

# What attention is called in models that were built elsewhere: self_attn, BertAttention.
_ATTENTION = re.compile(r"(attn|attention)$", re.IGNORECASE)
_MOSTLY = 0.9  # the share from which on a part counts as one of its largest kind


@dataclass(frozen=True)
class Kind:
    """What a kind of layer is called in words, the letter of its colour, and its pattern in words."""

    words: str
    letter: str
    pattern: str


KINDS = {
    "attention": Kind("attention", "a", "lines that rise"),
    "dense": Kind("feed-forward and dense", "f", "plain"),
    "convolution": Kind("convolution", "v", "lines that fall"),
    "recurrent": Kind("recurrent", "r", "lines across"),
    "norm": Kind("norm", "n", "solid"),
    "embedding": Kind("embedding", "e", "dots"),
}
LETTERS = {each.letter: name for name, each in KINDS.items()}
MIXED = "m"  # the letter of what is of several kinds


def kinds(layer: Layer) -> dict[Path, str]:
    """The kind of layer that each tensor is in, by its path.

    >>> from paramcount import attention
    >>> {*kinds(attention(8)).values()}
    {'attention'}
    """
    return dict(_kinds(layer, (), "attention" if _attends(layer, layer.found) else "dense"))


def _kinds(layer: Layer, above: Path, around: str) -> Iterator[tuple[Path, str]]:
    # What is inside attention belongs to attention, dense layers and all, and so with gates; the rest is
    # what it is.
    mine = around
    if around not in ("attention", "recurrent") and kind(layer) in KINDS:
        mine = kind(layer)
    for name, part in layer.parts.items():
        if isinstance(part, Layer):
            inside = "attention" if _attends(part, name) else mine
            yield from _kinds(part, (*above, name), inside)
        else:
            yield (*above, name), "norm" if part.kind == "norm" else mine


def _attends(layer: Layer, name: str) -> bool:
    """Whether a layer that nothing else is known of is called attention."""
    return not layer.function and bool(_ATTENTION.search(name))


def by_kind(layer: Layer) -> dict[str, int]:
    """How many of a layer's parameters are in each kind of layer, those kinds that it has.

    >>> from paramcount import encoder_layer
    >>> by_kind(encoder_layer(512, ff=2048))
    {'attention': 1050624, 'dense': 2099712, 'norm': 2048}
    """
    each = kinds(layer)
    counts = dict.fromkeys(KINDS, 0)
    for leaf in layer.tensors():
        counts[each[leaf.path]] += leaf.count
    return {name: count for name, count in counts.items() if count}


def mostly(counts: Mapping[str, int]) -> str:
    """The letter of which nearly all is; that of what is mixed, where there is none."""
    most = max(counts, key=lambda letter: counts[letter])
    return most if counts[most] >= _MOSTLY * sum(counts.values()) else MIXED
