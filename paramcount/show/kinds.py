"""The kinds of layers in a network: attention, convolution and so on, and how many parameters are in each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..core import Layer, Path, Tensor
from .working import kind

# What attention is called in models that were built elsewhere: self_attn, attn1, BertAttention, Attn; attn_q.
_ATTENTION = re.compile(r"^attn_|(attn|attention|mha)_?\d*$", re.IGNORECASE)
# What tables are called there: embed_tokens, wte, word_embeddings, token_embd, pos_embed. What cuts a picture
# into patches is none.
_TABLE = re.compile(
    r"(?!.*(out|patch|proj|norm))(.*emb(ed|d)?(s|dings?|_(in|tokens|positions))?|wte|wpe|shared|words?|positions|places)$",
    re.IGNORECASE,
)
_OUTPUT = re.compile(r"lm_head|embed_out", re.IGNORECASE)  # over words
_GATES = re.compile(r"(weight|bias)_(ih|hh)(_l\d+)?(_reverse)?$")  # of a recurrent layer
_FILTER = range(3, 6)  # axes: channels, and one to three sides
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
    found = dict(_kinds(layer, (), "attention" if _attends(layer, "") else "dense"))
    if layer.found:
        found |= dict(_tied(layer, found))
    return found


def _tied(layer: Layer, found: Mapping[Path, str]) -> Iterator[tuple[Path, str]]:
    """The output over words in a file without a table of its size: it is the table, kept under one name."""
    tensors = {leaf.path: leaf.tensor for leaf in layer.tensors()}
    tables = {tuple(map(int, tensors[path].shape)) for path, kind in found.items() if kind == "embedding"}
    for path, tensor in tensors.items():
        is_output = path[-1] == "weight" and _OUTPUT.fullmatch(path[-2] if len(path) > 1 else "")
        if is_output and not layer.at(path[:-1]).function and tuple(map(int, tensor.shape)) not in tables:
            yield path, "embedding"


def _kinds(layer: Layer, above: Path, around: str) -> Iterator[tuple[Path, str]]:
    # What is inside attention belongs to attention, dense layers and all, and so with gates; the rest is
    # what it is.
    inside_one = around in ("attention", "recurrent")
    mine = kind(layer) if not inside_one and kind(layer) in KINDS else around
    for name, part in layer.parts.items():
        if isinstance(part, Layer):
            inside = "attention" if _attends(part, name) else mine
            yield from _kinds(part, (*above, name), inside)
        elif part.kind == "norm":
            yield (*above, name), "norm"
        else:
            read = layer.found and not layer.function and not inside_one
            yield (*above, name), (_read_off(layer, (*above, name), part) if read else "") or mine


def _read_off(layer: Layer, path: Path, tensor: Tensor) -> str:
    """The kind of layer that a tensor is in, by its names and its axes, where no layer says it; or ""."""
    if _GATES.match(path[-1]):
        return "recurrent"
    names = (*path[-2:-1], layer.found) if path[-1] == "weight" else path[-1:]
    sides = sum(size > 1 for size in tensor.shape)
    if sides == 2 and "bias" not in layer.parts and any(_TABLE.match(name) for name in names):
        return "embedding"
    weight = layer.parts.get("weight", tensor)
    filters = isinstance(weight, Tensor) and len(weight.shape) in _FILTER
    return "convolution" if filters and path[-1] in ("weight", "bias") else ""


def _attends(layer: Layer, name: str) -> bool:
    """Whether a layer that is none of the textbook is called attention, or its class is."""
    return not layer.family and any(_ATTENTION.search(each) for each in (name, layer.found, layer.name))


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
