"""Slips with whole networks, the published ones and a reader's own, and with what they are made of.

What a network is made of is found by the layers that stand in it: a reader's own BERT is one too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

from ... import layers, models
from ...core import Layer, Leaf, Tensor
from ...dims import Dim, total
from .any_layer import layers_in, own
from .base import Wrong, fits, leaves, leaves_by_part, leaves_out, listed, recounted_where, slip, without

_LARGE = 1_000_000  # parameters: of fewer, nobody asks for bytes
_STACKED = (layers.encoder_layer, layers.decoder_layer, models.llama_layer, models.t5_layer)
_STACKED += (models.gemma_layer, models.deepseek_layer, models.whisper_layer)


def _parts(layer: Layer) -> dict[str, Layer]:
    """The layers that a network is put together of; none if it is no network."""
    parts = layer.parts.items() if own(layer) else ()
    return {name: part for name, part in parts if isinstance(part, Layer)}


def _in(layer: Layer, names: list[str]) -> Iterator[Leaf]:
    parts = leaves_by_part(layer)
    for name in names:
        yield from parts[name]


def _resized(layer: Layer, **sizes) -> Iterator[Dim]:
    """The count in other sizes, if it can have them; a function of a reader's may refuse any."""
    try:
        yield layer.resized(**sizes).count
    except Exception:
        return


# -- figures ------------------------------------------------------------------------------------


@slip()
def printed_figure(layer: Layer):
    for name, figure in _printed(layer).items():
        yield Wrong(
            figure,
            f"That is what is printed for {name}: rounded, or counted in another way. What is asked for is "
            "every single parameter.",
            more="Count part by part, and add.",
        )


def _printed(layer: Layer) -> dict[str, int]:
    """What papers print for networks with as many parameters: "1.3B" is 1,300,000,000."""
    figures = {}
    for name, network in models.PUBLISHED.items():
        if network.parameters == layer.count and network.printed:
            digits, unit = re.fullmatch(r"([\d.,]+)([MB]?)", network.printed).groups()  # type: ignore[union-attr]
            figures[name] = round(float(digits.replace(",", "")) * {"": 1, "M": 10**6, "B": 10**9}[unit])
    return figures


def _is_large(layer: Layer) -> bool:
    return own(layer) and layer.count >= _LARGE


@slip()
def rounded(layer: Layer):
    """To whole millions or billions, or to one place more."""
    unit = 10**9 if layer.count >= 10**9 else 10**6
    figures = {round(layer.count / unit) * unit, round(layer.count / unit * 10) * unit // 10}
    for figure in sorted(figures - {*_printed(layer).values()}) if _is_large(layer) else ():
        yield Wrong(
            figure,
            "That is rounded. What is asked for is every single parameter.",
            more="Count part by part, and add.",
        )


@slip()
def bytes_counted(layer: Layer):
    if any(leaf.tensor.frozen for leaf in leaves(layer)):
        return  # what trains is asked for, and not what takes room
    for size, name in ((4, "float32"), (2, "bfloat16")) if _is_large(layer) else ():
        yield Wrong(
            size * layer.count,
            "That is the room that the parameters take, in bytes. A parameter is one number, in however many "
            "bytes it is kept.",
            more=f"As {name} each takes {size} bytes.",
        )


# -- a part of the network ----------------------------------------------------------------------

_LOOKED_UP = "What is looked up in a table is learned as well, row by row."


def _tables(layer: Layer) -> list[str]:
    return [name for name, part in _parts(layer).items() if part.function is layers.embedding]


def _stacks(layer: Layer) -> list[str]:
    """The parts in which the layers of a Transformer are repeated."""
    return [name for name, part in _parts(layer).items() if _depth(part)]


def _depth(part: Layer) -> int:
    """How many layers of a Transformer there are in it."""
    stacked = [(each, places) for each, places in layers_in(part) if each.function in _STACKED]
    return sum(places * int(each.times) for each, places in stacked)


@slip()
def tables_left_out(layer: Layer):
    tables = _tables(layer)
    if len(tables) > 1:
        yield from without(
            layer,
            _in(layer, tables),
            f"That is the count without the tables of {listed(tables)}. {_LOOKED_UP}",
            f"Missing: {listed(f'{name}, {layer.parts[name].count.numbers}' for name in tables)}.",
        )


@slip()
def layers_alone(layer: Layer):
    tables, stacks = _tables(layer), _stacks(layer)
    if any(_tables(layer.parts[name]) for name in stacks):
        return  # a whole network, and tables beside it
    others = [name for name in layer.parts if name not in stacks]
    if tables and stacks:
        yield from without(
            layer,
            _in(layer, others),
            f"Those are the layers alone, without the table{'s' * (len(tables) > 1)} of {listed(tables)}. "
            f"{_LOOKED_UP}",
            f"Missing: {listed(name for name in others if layer.parts[name].count)}.",
        )


@slip()
def rule_of_thumb(layer: Layer):
    """12 n x², which are the weights of n layers that have an FFNN of 4 x inside."""
    stacked = [each for each, _ in layers_in(layer) if each.function in _STACKED]
    widths = {int(each.sizes["x"]) for each in stacked}
    if not own(layer) or len(widths) != 1:
        return
    x = stacked[0].sizes["x"]
    rule = layer.times * 12 * Dim(sum(map(_depth, _parts(layer).values()))) * x * x
    stacks = _stacks(layer)
    kept = {leaf.path for leaf in leaves(layer) if leaf.tensor.kind == "weight" and leaf.path[0] in stacks}
    others = [leaf for leaf in leaves(layer) if leaf.count and leaf.path not in kept]
    exact = rule == layer.count - sum(leaf.count for leaf in others)
    yield Wrong(
        rule,
        "That is the rule of thumb, 12 × n × x². It stands for the weights of the layers, and leaves out all "
        "else.",
        frozenset(leaf.path for leaf in others) if exact else frozenset(),
        more="Left out are biases, norms, and whatever is no layer: tables, and what comes after the layers.",
    )


def _convs(layer: Layer) -> list[str]:
    """The parts with convolutions in them."""
    parts = _parts(layer).items()
    return [n for n, part in parts if any(each.function is layers.conv for each, _ in layers_in(part))]


def _denses(layer: Layer) -> list[str]:
    return [name for name, part in _parts(layer).items() if part.function is layers.dense]


@slip()
def dense_layers_left_out(layer: Layer):
    denses = _denses(layer) if _convs(layer) else []
    if len(denses) > 1:
        yield from without(
            layer,
            _in(layer, denses),
            "Those are the convolutions alone. The dense layers after them belong to the network too.",
            f"Missing: {listed(denses)}.",
        )


@slip()
def convolutions_left_out(layer: Layer):
    denses, convs = _denses(layer), _convs(layer)
    if denses and len(convs) > 1:
        yield from without(
            layer,
            _in(layer, convs),
            "That is the count without the convolutions. Their filters are small, and trained like all else.",
            f"Missing: {listed(convs)}.",
        )


@slip()
def pooling_forgotten(layer: Layer):
    """The maps that are laid out in a row are twice as high and twice as wide."""
    denses = _denses(layer) if _convs(layer) else []
    if len(denses) > 1:
        first = _parts(layer)[denses[0]]
        yield Wrong(
            layer.count + layer.times * first.times * 3 * first.sizes["i"] * first.sizes["o"],
            f"That has {denses[0]} reading maps that are twice as high and wide. Each pooling makes them "
            "half as high and half as wide, down to the last.",
            more=f"What {denses[0]} reads: {first.sizes['i'].numbers}.",
        )


# -- BERT and GPT -------------------------------------------------------------------------------


@slip()
def masked_word_head(layer: Layer):
    parts = _parts(layer)
    pooler, tables = parts.get("pooler"), _tables(layer)
    if pooler is None or pooler.function is not layers.dense or not tables:
        return
    table = max((parts[name] for name in tables), key=lambda part: part.count)
    x, words = table.sizes["x"], table.sizes["v"]
    head = total([layers.dense(x, x).count, layers.layer_norm(x).count, words])
    with_pooler = total(part.count for part in layer.parts.values())
    without_pooler = total(part.count for name, part in layer.parts.items() if name != "pooler")
    for body in (without_pooler, with_pooler):
        yield Wrong(
            layer.times * total([body, head]),
            "That has the head that guesses masked words. It is there in pretraining, and taken off for the "
            "network that is asked for, which has its pooler instead.",
            more="The head is a dense layer, a norm, and a bias for each word.",
        )


@slip()
def bias_for_each_word(layer: Layer):
    """Of an output over words that has no biases."""
    output = layer.parts.get("output") if own(layer) and _tables(layer) else None
    words = None
    if isinstance(output, Layer) and output.function is layers.dense and not output.sizes["bias"]:
        words = output.sizes["o"]
    elif isinstance(output, Tensor) and len(output.shape) == 2:
        words, _ = output.shape
    if words:
        yield Wrong(
            layer.count + layer.times * words,
            "That has a bias for each word of the output. This output has weights alone: it weighs each "
            "word, and adds nothing.",
            more=f"There are {words:,} words, and no bias for any.",
        )


@slip()
def one_table_of_two(layer: Layer):
    """The output as if it used the table of words again, or one of the two left out."""
    output = layer.parts.get("output") if own(layer) else None
    tables = [layer.parts[name].count for name in _tables(layer)]
    if output and int(output.count) in tables:
        yield Wrong(
            int(layer.count - layer.times * output.count),
            "That has one table. Here there are two: words are looked up in one, and the output has one of "
            "its own, trained like the other.",
            more=f"Two times {output.count.numbers}.",
        )


@slip()
def tables_not_counted(layer: Layer):
    output = layer.parts.get("output") if own(layer) else None
    names = [name for name in _tables(layer) if output and layer.parts[name].count == output.count]
    if names and isinstance(output, Layer):
        yield from without(
            layer,
            _in(layer, [names[0], "output"]),
            f"That is the count without {names[0]} and output. Each word has a row in both of these tables, "
            "and both are trained.",
            f"Two times {output.count.numbers}.",
        )


_GATE = "*/feed-forward/gate/*|swiglu/gate/*|*experts/gate/*"


@slip()
def gate_left_out(layer: Layer):
    """Written with one way up and one down, or as two matrices of one size."""
    gate = [leaf for leaf in leaves(layer) if fits(_GATE, layer, leaf)]
    down = [leaf for leaf in leaves(layer) if fits(_GATE.replace("gate", "down"), layer, leaf)]
    for gone in (gate, down) if gate else ():
        for wrong in without(
            layer,
            gone,
            "That has two dense layers in an FFNN. This one is gated: a third decides how much of what comes "
            "through goes on.",
            "The gate is missing.",
        ):
            yield wrong if gone is gate else replace(wrong, missing=frozenset())


# -- grouped queries, key_dim, experts ----------------------------------------------------------


def _size(layer: Layer, name: str) -> Dim | None:
    """A size of a layer by its name; None if it has none of that name."""
    size = layer.sizes.get(name)
    return size if isinstance(size, Dim) else None


@slip()
def keys_for_every_head(layer: Layer):
    heads, groups = _size(layer, "heads"), _size(layer, "kv_heads")
    if heads and groups and groups < heads:
        for count in _resized(layer, kv_heads=heads):
            yield Wrong(
                count,
                "That has keys and values for every head of queries. Here several heads of queries share one "
                "head of keys and values, so the matrices of those two are narrow.",
                more=f"{heads:,} heads of queries, {groups:,} of keys, {groups:,} of values.",
            )


@slip()
def keys_for_one_head(layer: Layer):
    heads, groups = _size(layer, "heads"), _size(layer, "kv_heads")
    if heads and groups and groups > 1:
        for count in _resized(layer, kv_heads=1):
            yield Wrong(
                count,
                "That has a single head of keys and values. Here there are several, and each serves some of "
                "the heads of queries.",
                more=f"{heads:,} heads of queries, {groups:,} of keys, {groups:,} of values.",
            )


@slip()
def key_dim_ignored(layer: Layer):
    x, heads, key_dim = (_size(layer, name) for name in ("x", "heads", "key_dim"))
    if x and heads and key_dim:
        for count in _resized(layer, key_dim=max(int(x) // int(heads), 1)):
            yield Wrong(
                count,
                "That has heads which share out the columns of the model. Here each head brings columns of "
                "its own, as many as key_dim says.",
                more=f"{heads:,} heads of {key_dim:,} columns each.",
            )


@slip()
def columns_of_one_head(layer: Layer):
    heads, key_dim = _size(layer, "heads"), _size(layer, "key_dim")
    if heads and key_dim:
        for count in _resized(layer, heads=1):
            yield Wrong(
                count,
                "That has the columns of one head. Here each head brings columns of its own, as many as "
                "key_dim says.",
                more=f"{heads:,} heads of {key_dim:,} columns each.",
            )


@slip()
def active_alone(layer: Layer):
    experts = _size(layer, "experts")
    if experts and experts > 2 and layer.sizes.get("active", ...) is None:
        for count in _resized(layer, active=2):
            yield Wrong(
                count,
                "That is what is active for one word. Each word uses a few of the experts; all of them are "
                "there, and all are trained.",
                more=f"There are {experts:,} experts in each layer.",
            )


@slip()
def all_experts(layer: Layer):
    if layer.sizes.get("active"):
        for count in _resized(layer, active=None):
            yield Wrong(
                count,
                "That is everything that is there. A word passes through a few of the experts, and the "
                "question asks for what it uses.",
                more=f"A router chooses {layer.sizes['active']:,} of {layer.sizes['experts']:,}.",
            )


@slip()
def everything_times_experts(layer: Layer):
    """As a name like 8x7B suggests."""
    for experts, one in _without_experts(layer):
        for whole in dict.fromkeys((one, round(one / 10**9) * 10**9)):
            yield Wrong(
                experts * whole,
                "That has everything once for each expert. The experts are FFNNs: attention, norms and "
                "tables are there once.",
                more=f"There are {experts:,} FFNNs in each layer, beside one attention.",
            )


@slip()
def no_experts(layer: Layer):
    for experts, one in _without_experts(layer):
        yield Wrong(
            one,
            "That has a single FFNN in each layer. Each expert is an FFNN with weights of its own, and a "
            "router says which of them a word goes through.",
            more=f"There are {experts:,} FFNNs in each layer.",
        )


@slip()
def joined_forgotten(layer: Layer):
    """A convolution that reads what the one before it gives, and as many channels from elsewhere."""
    parts = _parts(layer)
    for (_, below), (name, joined) in pairwise(parts.items()):
        if below.function is joined.function is layers.conv and joined.sizes["i"] == 2 * below.sizes["o"]:
            for count in _resized(joined, i=below.sizes["o"]):
                yield Wrong(
                    layer.count + layer.times * (count - joined.count),
                    f"That has {name} reading what comes from below alone. It reads the channels that are "
                    "joined to those as well.",
                    more=f"From below come {below.sizes['o']:,} channels.",
                )


@slip()
def router_of_all(layer: Layer):
    x, shared = _size(layer, "x"), _size(layer, "shared")
    if x and shared and layer.name == "mixture":
        yield Wrong(
            layer.count + layer.times * shared * x,
            "That has a router which chooses among the shared experts too. Every word passes through those: "
            "there is nothing to choose.",
            more=f"The router has {layer.sizes['experts']:,} outputs.",
        )


def _without_experts(layer: Layer) -> Iterator[tuple[Dim, Dim]]:
    """How many experts there are, and the count with a single FFNN in their place."""
    experts = _size(layer, "experts")
    if experts and "active" in layer.sizes:
        for one in _resized(layer, experts=None, active=None):
            yield experts, one


@slip("grouped_attention")
def matrix_left_out(layer: Layer):
    """One of two that are alike: queries and output, or keys and values."""
    for one, words in (
        ("output", "Queries have a matrix of that size, and so has the output."),
        ("value", "Keys have a matrix of that size, and so have values."),
    ):
        gone = [leaf for leaf in leaves(layer) if leaf.path[0] == one]
        why = f"That has one matrix where two are alike, or half of both. {words}"
        for wrong in without(layer, gone, why, "There are four in all."):
            yield replace(wrong, missing=frozenset())  # it may be the other one


# -- biases, shifts and channels that are not there -----------------------------------------------

_NO_BIASES = "That has biases where this network has none."
_WHERE_NONE = "Before a norm they would do nothing new, and elsewhere they may be left out to save time."


def _deep_inside(layer: Layer, chosen: Callable[[Layer], bool]) -> bool:
    """Whether some of the layers inside its parts are chosen; of the parts themselves more is known."""
    inside = [each for part in _parts(layer).values() if own(part) for each, _ in layers_in(part)]
    return any(map(chosen, inside))


def _unbiased(one: Layer) -> bool:
    return one.function in (layers.dense, layers.conv) and not one.sizes["bias"]


def _with_biases(layer: Layer) -> Dim:
    return recounted_where(layer, _unbiased, lambda one: one.resized(bias=True).count)


def _without_any(layer: Layer) -> str:
    """Which parts have something in them that has no biases."""
    parts = _parts(layer).items()
    names = listed(name for name, part in parts if any(_unbiased(each) for each, _ in layers_in(part)))
    return f"Without biases: {names}."


@slip()
def biases_imagined(layer: Layer):
    if _deep_inside(layer, _unbiased):
        yield Wrong(_with_biases(layer), f"{_NO_BIASES} {_WHERE_NONE}", more=_without_any(layer))


@slip()
def total_of_keras(layer: Layer):
    """Biases that stand before a norm, and the norm's statistics, as Keras prints them in its total."""
    norms = [leaf for leaf in leaves(layer) if leaf.tensor.kind == "norm"]
    statistics = [leaf for leaf in norms if not (leaf.tensor.trained or leaf.tensor.frozen)]
    if statistics and _with_biases(layer) != layer.count:
        yield Wrong(
            _with_biases(layer) + total(leaf.times * leaf.tensor.size for leaf in statistics),
            f"{_NO_BIASES} And it counts the running statistics of the norms, which are not trained.",
            more=_without_any(layer),
        )


def _is_rms_norm(one: Layer) -> bool:
    return one.function is layers.rms_norm


@slip()
def shifts_imagined(layer: Layer):
    if _deep_inside(layer, _is_rms_norm):
        yield Wrong(
            recounted_where(layer, _is_rms_norm, lambda norm: 2 * norm.count),
            "That has a shift in each norm. These are RMS norms, which scale and do not move.",
            more="An RMS norm has a gain only.",
        )


def _is_grouped(one: Layer) -> bool:
    return one.function is layers.conv and one.sizes["groups"] > 1


@slip()
def groups_ignored_everywhere(layer: Layer):
    if _deep_inside(layer, _is_grouped):
        yield Wrong(
            recounted_where(layer, _is_grouped, lambda one: one.resized(groups=1).count),
            "That has every filter reading all channels. Some of these convolutions are in groups: each "
            "filter reads the channels of its own group.",
            more="A filter that has a group to itself reads one channel.",
        )


SLIPS = [
    printed_figure, rounded, bytes_counted,
    tables_left_out, layers_alone,
    rule_of_thumb,
    dense_layers_left_out, convolutions_left_out, pooling_forgotten,
    masked_word_head, bias_for_each_word, one_table_of_two, tables_not_counted,
    keys_for_every_head, keys_for_one_head,
    key_dim_ignored, columns_of_one_head,
    active_alone, all_experts, router_of_all, joined_forgotten, everything_times_experts, no_experts,
    matrix_left_out,
    biases_imagined, total_of_keras, shifts_imagined, groups_ignored_everywhere,
    leaves_out("router_left_out", (), "*/router/*",
        "That is the count without the router. Which experts a word goes through is learned too.",
        "The router is a dense layer without biases, from the model size to the number of experts."),
    leaves_out("shared_expert_left_out", (), "*/shared experts/*",
        "That is the count without what every word passes through: the expert that is shared.",
        "It has three matrices, as every other expert."),
    gate_left_out,
    leaves_out("shortcuts_left_out", (), "*/shortcut/*",
        "That is the count without the shortcuts. Where channels in and out differ, a shortcut is a "
        "convolution as well.", "The first block of a stage can have one."),
]  # fmt: skip
