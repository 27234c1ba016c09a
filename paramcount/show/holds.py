"""What `memory` asks of a network: its sizes by letter, its types of numbers, and which matrices are packed.

A network of `paramcount.models` says its sizes itself. One that was read says them if its config does, and
its files or its tensors say of which types its numbers are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from .. import models, tuning
from ..core import Layer, Leaf, Path
from ..dims import Dim
from .working import kind

# Of dense layers alone, the output apart: as bitsandbytes packs them, with the experts of a mixture too, and
# as GPTQ and AWQ do; and of experts alone, as in MXFP4.
DENSE, EXPERTS, GROUPS = "4 bit, dense layers", "4 bit, dense layers and experts", "4 bit, groups of 128"
ALONE = "4 bit, experts alone"
DOUBLE = "4 bit, dense layers, scales in 8 bits"  # which bitsandbytes calls double quantisation
OF_EXPERTS = (EXPERTS, ALONE)
PARTLY = (DENSE, DOUBLE, EXPERTS, GROUPS, ALONE)
# The parts of a mixture that are not packed. transformers 5 has its experts in tensors of their own, which
# bitsandbytes leaves as they are.
_LEFT = {DENSE: ("experts", "router", "gate"), EXPERTS: (), GROUPS: ("router", "gate"), ALONE: ()}
_LEFT[DOUBLE] = _LEFT[DENSE]
_TABLE = re.compile(r"emb|wte|wpe|words|tokens|positions|^shared$", re.IGNORECASE)
_GEMMA_3_1B = 1_152  # its columns: larger ones have a wider window
_OUTPUTS = ("lm_head", "embed_out")  # what transformers calls the output over the words
_BELOW = re.compile(f"{_TABLE.pattern}|prompt|patch", re.IGNORECASE)  # what stands before all layers
_NUMBER = re.compile(r"\d+(?=$| to |, )")  # as `explain` calls one layer of a list, or several
_OUTPUT = re.compile(r"lm_head|output|^head$|classifier|score", re.IGNORECASE)


def base_of(network: Layer | int) -> Layer | None:
    """The network itself, or what LoRA stands beside in it."""
    if not isinstance(network, Layer):
        return None
    return base_of(network.sizes["base"]) if _home(network) == tuning.__name__ else network  # type: ignore[arg-type]


def _home(network: Layer) -> str:
    """The module of the function that made a network; "" if none did."""
    return (network.function.base or network.function).__module__ if network.function else ""


def types_of(network: Layer | int) -> tuple[tuple[str, int, int, bool], ...]:
    """The types of numbers of a network that was read: see `Origin`."""
    base = base_of(network)
    return base.origin.types if base and base.origin else ()


def sizes_of(network: Layer | int) -> Mapping[str, object]:
    """The sizes of a network of `paramcount.models`, or of one that was read with its config, by letter."""
    base = base_of(network)
    if base and base.origin:
        return base.origin.sizes
    return base.arguments() if base and _home(base).rpartition(".")[0] == models.__name__ else {}


def numbers_kept(network: Layer | int) -> int | None:
    """How many numbers a network of `paramcount.models`, or one that was read with its config, keeps of each
    token: none of most that do not write. None where it is not known, as of a decoder beside an encoder.

    Two, a key and a value, for each layer, head of keys, and column of a head; with latent attention, a few
    for each layer that all heads share.
    """
    base, sizes = base_of(network), sizes_of(network)
    if base is None or not sizes:
        return None
    if base.origin and not base.origin.writes:
        return None if base.origin.writes is None else 0
    layers, heads = sizes.get("n"), sizes.get("heads")
    if not heads or (sizes.get("m") and not layers):
        return 0
    if not isinstance(layers, Dim) or not isinstance(heads, Dim) or sizes.get("m") or "cross" in sizes:
        return None
    if isinstance(latent := sizes.get("kv_rank"), Dim):
        return layers * (latent + sizes["turned"])
    return 2 * layers * _of_layer(sizes)


def numbers_of_layer(network: Layer | int) -> Dim:
    """How many numbers one layer keeps of a token, of a network whose layers have windows."""
    return 2 * _of_layer(sizes_of(network))


def _of_layer(sizes: Mapping[str, object]) -> Dim:
    """The heads of keys, times the columns of each."""
    d = sizes.get("d") or sizes["x"] // sizes["heads"]  # type: ignore[operator]
    return (sizes.get("kv_heads") or sizes["heads"]) * d  # type: ignore[operator, no-any-return]


def windows_of(network: Layer | int) -> tuple[int, int] | None:
    """How many layers look back no further than a window, and at how many tokens.

    None where all look back at everything, (0, 0) where it is not known which do. Of `paramcount.models`, as
    in the papers: gpt-oss (arXiv:2508.10925) and Gemma 2 (arXiv:2408.00118) have a window in every other
    layer, Gemma 3 (arXiv:2503.19786) in five of six; how wide it is there, differs by the model.
    """
    base, sizes = base_of(network), sizes_of(network)
    if base and base.origin:
        return base.origin.windows
    function = base.function if base else None
    name, n = function.name if function else "", sizes.get("n")
    if not isinstance(n, Dim) or name not in (models.gpt_oss.name, models.gemma.name):
        return None
    layers = int(n)
    if name == models.gpt_oss.name:
        return layers - layers // 2, 128
    if not sizes.get("norms"):
        return layers - layers // 2, 4_096
    return (layers - layers // 6, 512) if sizes.get("x") == _GEMMA_3_1B else (0, 0)


def has_words(network: Layer | int) -> bool:
    """Whether a network may read tokens: one with a table of words or with attention; a bare count may."""
    base = base_of(network)
    if base is None:
        return True
    if base.origin and base.origin.file:
        return any(_TABLE.search(name) for leaf in base.tensors() for name in leaf.path[-2:])
    return numbers_kept(base) is None or "v" in sizes_of(base) if sizes_of(base) else _reads(base)


def _reads(layer: Layer) -> bool:
    inner = (part for part in layer.parts.values() if isinstance(part, Layer))
    return kind(layer) in ("embedding", "attention") or any(map(_reads, inner))


def writes_words(network: Layer | int) -> bool:
    """Whether it has an output over its words."""
    base = base_of(network)
    if base and base.origin:
        return _has_output(base) if base.origin.writes is None else base.origin.writes
    return base is not None and "output" in base.parts


def _has_output(layer: Layer) -> bool:
    """Whether a model whose class is not known has one: itself, or what adapters wrapped in it."""
    inner = (part for part in layer.parts.values() if isinstance(part, Layer))
    return any(name in _OUTPUTS for name in layer.parts) or any(map(_has_output, inner))


# -- what the backward pass reaches ---------------------------------------------------------------


def layers_below(network: Layer | int, layers: int) -> int:
    """How many of its layers are below all that trains, so that no gradient goes through them.

    That is none where a table or a prompt trains, which is below all layers, and none is said where it is not
    known which parts are the layers.
    """
    path = _where_layers_are(network, layers) if isinstance(network, Layer) and layers > 1 else None
    if path is None:
        return 0
    assert isinstance(network, Layer)
    for leaf in network.tensors():
        names = [name for name in leaf.path if name not in _OUTPUTS]
        if leaf.count and leaf.path[: len(path)] != path and any(map(_BELOW.search, names)):
            return 0
    found = network.at(path)
    if not found.count:
        return layers
    return _lowest(found) if _numbered(found) else 0


def _where_layers_are(layer: Layer, layers: int) -> Path | None:
    """The path to the part that is so many layers: one that is repeated, or a list of numbered ones."""
    for name, part in layer.parts.items():
        if not isinstance(part, Layer):
            continue
        if int(part.times) * _length(part) == layers:
            return (name,)
        if (inside := _where_layers_are(part, layers)) is not None:
            return (name, *inside)
    return None


def _numbered(layer: Layer) -> list[tuple[int, Layer]]:
    """Layers that a list holds, each with its number: that of the first, where some are shown together."""
    inner = {name: part for name, part in layer.parts.items() if isinstance(part, Layer)}
    numbers = [_NUMBER.match(name) for name in inner]
    return [(int(n[0]), part) for n, part in zip(numbers, inner.values(), strict=True) if n] * all(numbers)


def _length(layer: Layer) -> int:
    """How many layers a list holds, and 1 of what is no list."""
    return sum(int(part.times) * _length(part) for _, part in _numbered(layer)) or 1


def _lowest(layers: Layer) -> int:
    """The number of the first layer that trains, of a list in which one does."""
    return min(_lowest(part) if _numbered(part) else n for n, part in _numbered(layers) if part.count)


# -- what is packed in dense layers ---------------------------------------------------------------


def packed_in(network: Layer | int, weights: str, adapted: bool = False) -> list[Leaf]:
    """The matrices of dense layers that a format packs: not the output, and of a mixture as the format does.

    adapted: whether what trains stands beside what is frozen, and is not packed. Of a file, whose parts have
    no class, those are the matrices that are called neither a table nor an output.
    """
    assert isinstance(network, Layer)
    leaves = [leaf for leaf in network.tensors() if not leaf.same_as]
    if weights == ALONE:
        return [leaf for leaf in leaves if _is_of_experts(leaf)]
    base = base_of(network)
    file = base is not None and base.origin is not None and base.origin.file
    is_table = _named_table if file else _is_table
    tables = {leaf.size for leaf in leaves if is_table(network, leaf)}
    found = []
    for leaf in leaves:
        dense = _named_dense(network, leaf) if file else _is_dense(network, leaf)
        dense = dense or (weights in (EXPERTS, GROUPS) and _is_of_experts(leaf))
        named = any(name in _OUTPUTS for name in leaf.path)  # however deep an adapter has wrapped it
        output = (len(leaf.path) <= 2 or named) and leaf.size in tables
        left = any(_is_left(network, leaf.path, k, weights) for k in range(len(leaf.path) - 1))
        if dense and not output and not left and not (adapted and leaf.tensor.trained):
            found.append(leaf)
    return found


def has_experts(network: Layer | int) -> bool:
    """Whether there is a mixture of experts in it."""
    if not isinstance(network, Layer):
        return False
    return "experts" in network.parts or any(has_experts(part) for part in network.parts.values())  # type: ignore[arg-type]


def _is_left(network: Layer, path: Path, place: int, weights: str) -> bool:
    """Whether a path leads through a part of a mixture that a format does not pack."""
    return path[place] in _LEFT[weights] and "experts" in network.at(path[:place]).parts


def _is_of_experts(leaf: Leaf) -> bool:
    """Whether a tensor holds weights of experts, of one or of all of a layer."""
    return "experts" in leaf.path[:-1] and len(leaf.tensor.shape) > 1 and "bias" not in leaf.path[-1]


def _is_table(network: Layer, leaf: Leaf) -> bool:
    return kind(network.at(leaf.path[:-1])) == "embedding"


def _is_dense(network: Layer, leaf: Leaf) -> bool:
    """Whether a tensor is the matrix of a dense layer."""
    return kind(network.at(leaf.path[:-1])) == "dense" and leaf.tensor.kind == "weight"


def _named_table(_: Layer, leaf: Leaf) -> bool:
    return len(leaf.tensor.shape) == 2 and any(_TABLE.search(name) for name in leaf.path[-2:])


def _named_dense(network: Layer, leaf: Leaf) -> bool:
    """Whether a tensor of a file may be the matrix of a dense layer: it was packed, or has two axes."""
    if leaf.tensor.packing:
        return True
    named = any(_OUTPUT.search(name) for name in leaf.path[-2:][:1])
    trained = leaf.tensor.trained or leaf.tensor.frozen
    return trained and len(leaf.tensor.shape) == 2 and not named and not _named_table(network, leaf)
