"""Slips with recurrent layers, in one direction or in both."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from ... import keras, pytorch
from ...core import Layer, called
from ...dims import Dim, total
from ...glossary import framework
from ...layers import dense, rnn
from ...stored import stored_by
from .base import (
    STEPS,
    Wrong,
    bias_per_input,
    counts,
    leaves,
    leaves_out,
    listed,
    not_sizes,
    recounted,
    several,
    single_bias,
    slip,
    weights,
    without,
)

UNITS = ("rnn", "gru", "lstm")
_ALL = (*UNITS, "bidirectional")


def _unit(layer: Layer) -> Layer:
    """The layer that reads in one direction."""
    return layer.sizes.get("recurrent", layer)


def _ffnns(layer: Layer) -> list[str]:
    return list(_unit(layer).parts)


def _of_each_unit(layer: Layer, count: Callable[[Layer], int]) -> Dim:
    """The count if the layer of each direction is counted in another way."""
    return recounted(layer, UNITS, count)


def _one(unit: Layer) -> Layer:
    """One of its FFNNs."""
    return next(iter(unit.parts.values()))


# -- how many FFNNs -----------------------------------------------------------------------------

_COUNTED = {
    1: "That has one FFNN, as an RNN has.",
    2: "That has two FFNNs.",
    3: "That has three FFNNs, as a GRU has.",
    4: "That has four FFNNs, as an LSTM has.",
    5: "That has five FFNNs.",
}
_RIGHT = {
    "rnn": "An RNN has no gates: what reads the state and the input is all that it has.",
    "gru": "A GRU has its gates and a candidate, with an FFNN for each of them.",
    "lstm": "An LSTM has its gates and a candidate, with an FFNN for each of them.",
}


def _said(layer: Layer, ffnns: int) -> str:
    """What is said of a wrong number of FFNNs."""
    return f"{_COUNTED[ffnns]} {_RIGHT[_unit(layer).name]}"


def _named(layer: Layer) -> str:
    names = _ffnns(layer)
    return f"The FFNNs: {listed(names)}." if len(names) > 1 else "There is one FFNN, for the new state."


@slip(*_ALL)
def too_many_ffnns(layer: Layer):
    right = len(_ffnns(layer))
    for number in (3, 4, 5):
        if right < number <= (5 if right == 4 else 4):
            count = _of_each_unit(layer, lambda unit, number=number: number * _one(unit).count)
            yield Wrong(count, _said(layer, number), more=_named(layer))


# -- what each reads and gives ------------------------------------------------------------------


def _weights_missing(layer: Layer, read: str) -> str:
    """The weights of each FFNN for what is not read, the state or the input."""
    sizes = layer.arguments()
    each = "" if layer.name == "rnn" else " in each FFNN"
    return f"What is missing: {sizes[read]:,} × {sizes['h']:,} weights{each}."


def _reading(layer: Layer, size: int) -> Dim:
    """The count if each FFNN reads so many numbers."""
    return recounted(layer, ("dense",), lambda one: dense(size, one.sizes["o"], one.sizes["bias"]).count)


_READS = "Each FFNN reads a state of {h:,} and an input of {i:,}, and gives {h:,}."


@slip(*_ALL)
def state_times_input(layer: Layer):
    i, h = layer.arguments()["i"], layer.arguments()["h"]
    yield Wrong(
        _reading(layer, h * i),
        "That multiplies the state by the input. They stand end to end, as one longer row.",
        more=f"Each FFNN reads {h:,} + {i:,}.",
    )


@slip(*_ALL)
def wide_state(layer: Layer):
    n = len(_ffnns(layer))
    i, h = layer.arguments()["i"], layer.arguments()["h"]
    yield Wrong(
        _of_each_unit(layer, lambda unit: rnn(i, n * h, unit.sizes["bias"]).count),
        "That has a state as wide as all FFNNs together. Each FFNN gives as many numbers as the state has, "
        "and out of them all comes one state of that size.",
        more=f"Each FFNN gives {h:,}, and reads a state of {h:,}.",
    )


@slip(*_ALL)
def one_weight_a_unit(layer: Layer):
    """As in the pictures of a single unit, with one arrow that leads back."""
    i, h, bias = (layer.arguments()[name] for name in ("i", "h", "bias"))
    if h > 2:  # of two numbers, one is no other idea
        each = total([i * h, h, h] if bias else [i * h, h])
        yield Wrong(
            _of_each_unit(layer, lambda unit: len(unit.parts) * each),
            "That gives each unit one weight for the state. Every unit reads all of the state, not its own "
            "number alone, so a whole matrix leads from state to state.",
            more=f"Into each of the {h:,} units lead {h:,} numbers of state and {i:,} of input.",
        )


@slip(*_ALL)
def gives_what_it_reads(layer: Layer):
    row = layer.arguments()["h"] + layer.arguments()["i"]
    yield Wrong(
        recounted(layer, ("dense",), lambda one: dense(row, row, one.sizes["bias"]).count),
        "That has each FFNN giving as many numbers as it reads. It reads the state and the input, end to "
        "end, and gives the new state alone.",
        more=_READS.format_map(layer.arguments()),
    )


@slip("gru", "lstm")
def dense_layer(layer: Layer):
    i, h = layer.sizes["i"], layer.sizes["h"]
    yield Wrong(
        layer.times * dense(i, h, layer.sizes["bias"]).count,
        "That is one dense layer, from the input to the state. Here several FFNNs stand side by side, and "
        "each reads the last state as well.",
        more=f"{_named(layer)} Each reads {h:,} + {i:,}.",
    )


@slip(*_ALL)
def start_trained(layer: Layer):
    h = layer.arguments()["h"]
    for states in (h, 2 * h) if _unit(layer).name == "lstm" else (h,):
        yield Wrong(
            _of_each_unit(layer, lambda unit, states=states: unit.count + states),
            "That has something for each number of the state besides what the FFNNs have. A state is "
            "computed at each step; at the start it is a row of zeros, which is not trained.",
            more=f"A state is {several(h, 'number')}, and no tensor holds it.",
        )


@slip("lstm")
def cell_state_read(layer: Layer):
    i, h = layer.sizes["i"], layer.sizes["h"]
    yield Wrong(
        _reading(layer, h + h + i),
        "That has the second state read as well. It is passed on from step to step, and no FFNN reads it.",
        more=f"Each FFNN reads {h:,} + {i:,}, whatever is passed on beside it.",
    )


@slip("lstm")
def peepholes(layer: Layer):
    h = layer.sizes["h"]
    yield Wrong(
        layer.count + layer.times * 3 * h,
        "That has peepholes, weights that lead from the second state to the gates. Some LSTMs have them; "
        "here, as in PyTorch and in Keras, nothing leads there.",
        more=f"Peepholes would bring {several(h, 'weight')} for each gate.",
    )


# -- biases -------------------------------------------------------------------------------------


@slip(*_ALL)
def biases_of_one_ffnn(layer: Layer):
    if layer.arguments()["bias"]:
        yield Wrong(
            _of_each_unit(
                layer,
                lambda unit: len(unit.parts) * weights(_one(unit)) + unit.sizes["h"],
            ),
            "That has the biases of one FFNN. Each of them adds biases of its own.",
            more=f"{_named(layer)} Each gives {layer.arguments()['h']:,}, with as many biases.",
        )


@slip(*_ALL)
def biases_of_a_framework(layer: Layer):
    twice = recounted(layer, ("dense",), lambda one: total([weights(one), one.sizes["o"], one.sizes["o"]]))
    kept = {framework(module.__name__): stored_by(module, layer).count for module in (pytorch, keras)}
    keepers = [name for name, count in kept.items() if int(count) == int(twice)]
    if keepers:
        yield Wrong(
            twice,
            "That has two biases for each output of an FFNN, one for the input and one for the state. So it "
            f"is kept in {' and in '.join(keepers)}; counted by hand, there is one.",
            more="The two are added as soon as they are used, so one does the same work.",
        )


# -- both directions ----------------------------------------------------------------------------


_ONE_DIRECTION = "That is one direction. The other reads from the end, with parameters of its own."
_BOTH_DIRECTIONS = "Forwards and backwards are two layers of the same size."


@slip("bidirectional")
def one_layer_of_both(layer: Layer):
    h = layer.arguments()["h"]
    yield Wrong(
        layer.times * _unit(layer).resized(h=2 * h).count,
        "That reads the states of both directions, as one layer with a state twice as wide would. There are "
        "two layers, and each reads only its own state.",
        more=f"Each of the two has a state of {h:,}.",
    )


@slip("bidirectional")
def shared_biases(layer: Layer):
    unit = _unit(layer)
    if biases := [leaf.count for leaf in leaves(unit) if leaf.tensor.kind == "bias"]:
        yield Wrong(
            layer.count - layer.times * total(biases),
            "That has the biases of one direction. The other direction shares nothing with it: it has biases "
            "of its own.",
            more=_BOTH_DIRECTIONS,
        )


@slip("bidirectional")
def input_read_twice(layer: Layer):
    unit = _unit(layer)
    yield Wrong(
        layer.times * unit.resized(i=2 * unit.sizes["i"]).count,
        "That is one layer that reads the input from the front and from the back. There are two layers, each "
        "with a state and with weights of its own.",
        more=_BOTH_DIRECTIONS,
    )


# -- steps --------------------------------------------------------------------------------------


@slip(*_ALL)
def times_steps(layer: Layer):
    for steps in not_sizes(STEPS, layer):
        yield Wrong(
            steps * layer.count,
            "That grows with the number of steps. The same weights are used at every step: a longer sequence "
            "takes more time, not more parameters.",
            more=f"It is multiplied by {steps:,}.",
        )


# -- as a framework keeps them: what it keeps more of than the textbook has ----------------------


def _by_hand(layer: Layer) -> Layer | None:
    """The textbook's layer where a framework's has more in it."""
    textbook = layer.function.translates if layer.function and not layer.changes else None
    if textbook and textbook.name in _ALL:
        by_hand: Layer = replace(called(textbook, layer.sizes), times=layer.times)
        return by_hand if by_hand.count < layer.count else None
    return None


@slip()
def second_biases_of_one_ffnn(layer: Layer):
    by_hand = _by_hand(layer)
    if by_hand and len(_ffnns(by_hand)) > 1:
        yield Wrong(
            _of_each_unit(by_hand, lambda unit: unit.count + unit.sizes["h"]),
            "That has the second biases of one FFNN. Where a framework keeps second ones, each number that "
            "each FFNN gives has one.",
            more=f"{_named(by_hand)} Each gives {layer.arguments()['h']:,}.",
        )


@slip()
def ffnns_of_what_is_kept(layer: Layer):
    by_hand = _by_hand(layer)
    n = len(_ffnns(by_hand)) if by_hand else 1
    for number in dict.fromkeys((n - 1, 1, 3, 4)) if by_hand else ():
        if number not in (0, n):
            yield Wrong(int(layer.count) // n * number, _said(by_hand, number), more=_named(by_hand))


@slip()
def one_direction_of_what_is_kept(layer: Layer):
    if _by_hand(layer) and layer.name == "bidirectional":
        backward = [leaf for leaf in leaves(layer) if re.search("^backward_|_reverse$", leaf.path[0])]
        yield from without(layer, backward, _ONE_DIRECTION, _BOTH_DIRECTIONS)


SLIPS = [
    leaves_out("candidate_left_out", _ALL, "*/candidate/*",
        lambda layer: _said(layer, len(_ffnns(layer)) - 1), _named),
    leaves_out("one_ffnn", _ALL, "*/reset/*|*/update/*|*/forget/*|*/input/*|*/output/*",
        lambda layer: _said(layer, 1), _named),
    too_many_ffnns,
    counts("sizes_swapped", _ALL,
        lambda layer: layer.resized(i=layer.arguments()["h"], h=layer.arguments()["i"]).count,
        "That swaps the two sizes. Each FFNN reads both, and gives as many numbers as the state has.",
        _READS),
    state_times_input,
    counts("input_alone", _ALL, lambda layer: _reading(layer, layer.arguments()["i"]),
        "That reads the input alone. Each FFNN reads the last state as well, end to end with the input.",
        lambda layer: _weights_missing(layer, "h")),
    counts("state_alone", _ALL, lambda layer: _reading(layer, layer.arguments()["h"]),
        "That reads the state alone. Each FFNN reads the new input as well, end to end with the state.",
        lambda layer: _weights_missing(layer, "i")),
    wide_state, gives_what_it_reads, dense_layer,
    one_weight_a_unit,
    cell_state_read,
    peepholes,
    start_trained,
    counts("one_bias_per_ffnn", _ALL, single_bias,
        "That has a single bias for each FFNN. Each number that it gives has a bias of its own.", _READS),
    biases_of_one_ffnn,
    counts("bias_per_number_read", _ALL, bias_per_input,
        "That has one bias for each number that an FFNN reads. A bias belongs to each number that it gives.",
        _READS),
    biases_of_a_framework,
    leaves_out("one_direction", ("bidirectional",), "*/backward/*", _ONE_DIRECTION, _BOTH_DIRECTIONS),
    one_layer_of_both, shared_biases, input_read_twice,
    times_steps,
    second_biases_of_one_ffnn, ffnns_of_what_is_kept, one_direction_of_what_is_kept,
]  # fmt: skip
