"""Slips with recurrent layers, in one direction or in both."""

from __future__ import annotations

from ... import keras, pytorch
from ...core import Layer
from ...glossary import framework
from ...layers import dense, rnn
from ...stored import stored_by
from .base import Wrong, bias_per_input, counts, leaves_out, recounted, single_bias, slip

_UNITS = ("rnn", "gru", "lstm")
_ALL = (*_UNITS, "bidirectional")


def _unit(layer: Layer) -> Layer:
    """The layer that reads in one direction."""
    return layer.sizes.get("recurrent", layer)


def _sizes(layer: Layer) -> tuple[int, int]:
    return int(layer.arguments()["i"]), int(layer.arguments()["h"])


# -- how many FFNNs -----------------------------------------------------------------------------

_COUNTED = {
    1: "That has one FFNN, as an RNN has.",
    2: "That has 2 FFNNs.",
    3: "That has 3 FFNNs, as a GRU has.",
    4: "That has 4 FFNNs, as an LSTM has.",
}
_RIGHT = {
    "rnn": "An RNN has one, and no gates",
    "gru": "A GRU has 3 (reset, update and candidate)",
    "lstm": "An LSTM has 4 (forget, input, candidate and output)",
}


def _ffnns(layer: Layer) -> int:
    return len(_unit(layer).parts)


def _said(layer: Layer, ffnns: int) -> str:
    """What is said of a wrong number of FFNNs."""
    return f"{_COUNTED[ffnns]} {_RIGHT[_unit(layer).name]}"


@slip(*_ALL)
def too_many_ffnns(layer: Layer):
    for number in (3, 4):
        if number > _ffnns(layer):
            yield Wrong(layer.count // _ffnns(layer) * number, f"{_said(layer, number)}.")


# -- what each reads and gives ------------------------------------------------------------------


def _reading(layer: Layer, size: int) -> int:
    """The count if each FFNN reads so many numbers."""
    return recounted(layer, ("dense",), lambda one: dense(size, one.sizes["o"], one.sizes["bias"]).count)


@slip(*_ALL)
def sizes_swapped(layer: Layer):
    i, h = _sizes(layer)
    yield Wrong(
        layer.resized(i=h, h=i).count,
        f"That swaps the two sizes. Each FFNN reads h + i = {h + i:,} numbers and gives h = {h:,}, "
        "the new state.",
    )


@slip(*_ALL)
def state_times_input(layer: Layer):
    i, h = _sizes(layer)
    yield Wrong(
        _reading(layer, h * i),
        f"That multiplies the state by the input, {h:,} × {i:,}. They stand end to end, so each FFNN "
        f"reads {h:,} + {i:,} = {h + i:,}.",
    )


@slip(*_ALL)
def wide_state(layer: Layer):
    i, h = _sizes(layer)
    n = _ffnns(layer)
    yield Wrong(
        recounted(layer, _UNITS, lambda unit: rnn(i, n * h, unit.sizes["bias"]).count),
        f"That has a state of {n} × {h:,} = {n * h:,}. The {n} FFNNs give h = {h:,} each, and make one state "
        "of that size.",
    )


@slip(*_ALL)
def half_of_the_input(layer: Layer):
    i, _ = _sizes(layer)
    if i % 2 == 0:
        yield Wrong(
            layer.resized(i=i // 2).count,
            f"That reads half of the input, {i // 2:,} of {i:,}. What comes after a bidirectional layer "
            "reads the outputs of both directions.",
        )


# -- biases -------------------------------------------------------------------------------------


@slip(*_ALL)
def biases_of_one_ffnn(layer: Layer):
    n, (_, h) = _ffnns(layer), _sizes(layer)
    if layer.arguments()["bias"]:
        yield Wrong(
            recounted(layer, _UNITS, lambda unit: unit.count - (n - 1) * h),
            f"That has the biases of one FFNN. Each of the {n} has biases of its own.",
        )


def _one_for_each_number_read(layer: Layer) -> str:
    return (
        f"That has one bias for each of the {sum(_sizes(layer)):,} numbers that an FFNN reads. "
        "A bias belongs to each number that it gives."
    )


@slip(*_ALL)
def biases_of_a_framework(layer: Layer):
    names: dict[int, list[str]] = {}
    for module in (pytorch, keras):
        count = stored_by(module, layer).count
        names.setdefault(count, []).append(framework(module.__name__))
    for count, keepers in names.items():
        yield Wrong(
            count,
            f"That is what you will find in {' and in '.join(keepers)}, where each output of an FFNN has two "
            "biases, one for the input and one for the state. Counted by hand, it has one.",
        )


# -- both directions ----------------------------------------------------------------------------


@slip("bidirectional")
def one_layer_of_both(layer: Layer):
    _, h = _sizes(layer)
    yield Wrong(
        layer.times * _unit(layer).resized(h=2 * h).count,
        f"That is one layer with a state of 2 × {h:,} = {2 * h:,} numbers. There are two layers, and each "
        f"reads only its own state of {h:,}.",
    )


SLIPS = [
    leaves_out("candidate_left_out", _ALL, "*/candidate/*", lambda layer: _said(layer, _ffnns(layer) - 1)),
    leaves_out("one_ffnn", _ALL, "*/reset/*|*/update/*|*/forget/*|*/input/*|*/output/*",
        lambda layer: _said(layer, 1)),
    too_many_ffnns,
    sizes_swapped,
    state_times_input,
    counts("input_alone", _ALL, lambda layer: _reading(layer, layer.arguments()["i"]),
        "That reads the input alone. Each FFNN reads the last state as well, with a matrix of "
        "{h:,} × {h:,}."),
    counts("state_alone", _ALL, lambda layer: _reading(layer, layer.arguments()["h"]),
        "That reads the state alone. Each FFNN reads the new input as well, with a matrix of "
        "{i:,} × {h:,}."),
    wide_state,
    half_of_the_input,
    counts("one_bias_per_ffnn", _ALL, single_bias,
        "That has a single bias for each FFNN. Each of its {h:,} outputs has a bias of its own."),
    biases_of_one_ffnn,
    counts("bias_per_number_read", _ALL, bias_per_input, _one_for_each_number_read),
    biases_of_a_framework,
    leaves_out("one_direction", ("bidirectional",), "*/backward/*",
        "That is one direction. The other has parameters of its own"),
    one_layer_of_both,
]  # fmt: skip
