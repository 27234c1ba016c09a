"""Known mistakes with recurrent layers, in one direction or in both."""

from __future__ import annotations

from ... import keras, pytorch
from ...core import Layer, stored_by
from ...glossary import framework
from ...layers import dense, rnn
from . import Wrong, left_out, mistake, recounted

_UNITS = ("rnn", "gru", "lstm")
_ALL = (*_UNITS, "bidirectional")
_NAMES = {"rnn": "an RNN", "gru": "a GRU", "lstm": "an LSTM"}
_OF = {1: "rnn", 3: "gru", 4: "lstm"}  # whose number of FFNNs it is


# -- how many FFNNs -----------------------------------------------------------------------------


@mistake(*_ALL)
def candidate_left_out(layer: Layer):
    why = _ffnns(layer, len(_unit(layer).parts) - 1)
    yield from left_out(layer, lambda leaf: leaf.path[-2] == "candidate", why)


@mistake(*_ALL)
def one_ffnn(layer: Layer):
    why = _ffnns(layer, 1)
    yield from left_out(layer, lambda leaf: leaf.path[-2] not in ("state", "candidate"), why)


@mistake(*_ALL)
def too_many_ffnns(layer: Layer):
    n = len(_unit(layer).parts)
    for number in (3, 4):
        if number > n:
            count = recounted(layer, _UNITS, lambda unit, number=number: unit.count // n * number)
            yield Wrong(count, f"{_ffnns(layer, number)}.")


def _ffnns(layer: Layer, number: int) -> str:
    """What is said of a wrong number of FFNNs."""
    unit = _unit(layer)
    *gates, last = unit.parts
    right = f"{len(unit.parts)} ({', '.join(gates)} and {last})" if gates else "one, and no gates"
    counted = "one FFNN" if number == 1 else f"{number} FFNNs"
    whose = f", as {_NAMES[_OF[number]]} has" if number in _OF else ""
    name = _NAMES[unit.name]
    return f"That has {counted}{whose}. {name[0].upper()}{name[1:]} has {right}"


# -- what each reads and gives ------------------------------------------------------------------


@mistake(*_ALL)
def sizes_swapped(layer: Layer):
    i, h = _sizes(layer)
    yield Wrong(
        layer.resized(i=h, h=i).count,
        f"That swaps the two sizes. Each FFNN reads h + i = {h + i:,} numbers and gives h = {h:,}, "
        "the new state.",
    )


@mistake(*_ALL)
def state_times_input(layer: Layer):
    i, h = _sizes(layer)
    yield Wrong(
        _each(layer, h * i),
        f"That multiplies the state by the input, {h:,} × {i:,}. They stand end to end, so each FFNN "
        f"reads {h:,} + {i:,} = {h + i:,}.",
    )


@mistake(*_ALL)
def input_alone(layer: Layer):
    i, h = _sizes(layer)
    yield Wrong(
        _each(layer, i),
        "That reads the input alone. Each FFNN reads the last state as well, "
        f"with a matrix of {h:,} × {h:,}.",
    )


@mistake(*_ALL)
def state_alone(layer: Layer):
    i, h = _sizes(layer)
    yield Wrong(
        _each(layer, h),
        f"That reads the state alone. Each FFNN reads the new input as well, with a matrix of {i:,} × {h:,}.",
    )


@mistake(*_ALL)
def wide_state(layer: Layer):
    i, h = _sizes(layer)
    n = len(_unit(layer).parts)
    yield Wrong(
        recounted(layer, _UNITS, lambda unit: rnn(i, n * h, unit.sizes["bias"]).count),
        f"That has a state of {n} × {h:,} = {n * h:,}. The {n} FFNNs give h = {h:,} each, and make one state "
        "of that size.",
    )


@mistake(*_ALL)
def half_of_the_input(layer: Layer):
    i, _ = _sizes(layer)
    if i % 2 == 0:
        yield Wrong(
            layer.resized(i=i // 2).count,
            f"That reads half of the input, {i // 2:,} of {i:,}. What comes after a bidirectional layer "
            "reads the outputs of both directions.",
        )


def _each(layer: Layer, reads: int) -> int:
    """The count if each FFNN reads so many numbers."""
    return recounted(layer, {"dense"}, lambda gate: dense(reads, gate.sizes["o"], gate.sizes["bias"]).count)


# -- biases -------------------------------------------------------------------------------------


@mistake(*_ALL)
def one_bias_per_ffnn(layer: Layer):
    _, h = _sizes(layer)
    if _biased(layer):
        yield Wrong(
            recounted(layer, {"dense"}, lambda gate: _weights(gate) + 1),
            f"That has a single bias for each FFNN. Each of its {h:,} outputs has a bias of its own.",
        )


@mistake(*_ALL)
def biases_of_one_ffnn(layer: Layer):
    _, h = _sizes(layer)
    if _biased(layer):
        yield Wrong(
            recounted(layer, _UNITS, lambda unit: recounted(unit, {"dense"}, _weights) + h),
            f"That has the biases of one FFNN. Each of the {len(_unit(layer).parts)} has biases of its own.",
        )


@mistake(*_ALL)
def bias_per_number_read(layer: Layer):
    i, h = _sizes(layer)
    if _biased(layer):
        yield Wrong(
            recounted(layer, {"dense"}, lambda gate: _weights(gate) + gate.sizes["i"]),
            f"That has one bias for each of the {h + i:,} numbers that an FFNN reads. "
            "A bias belongs to each number that it gives.",
        )


@mistake(*_ALL)
def biases_of_a_framework(layer: Layer):
    keeps: dict[int, list[str]] = {}
    for module in (pytorch, keras):
        keeps.setdefault(stored_by(module, layer).count, []).append(framework(module.__name__))
    for count, names in keeps.items():
        yield Wrong(
            count,
            f"That is what you will find in {' and in '.join(names)}, where each output of an FFNN has two "
            "biases, one for the input and one for the state. Counted by hand, it has one.",
        )


# -- both directions ----------------------------------------------------------------------------


@mistake("bidirectional")
def one_direction(layer: Layer):
    why = "That is one direction. The other has parameters of its own"
    yield from left_out(layer, lambda leaf: leaf.path[0] == "backward", why)


@mistake("bidirectional")
def one_layer_of_both(layer: Layer):
    _, h = _sizes(layer)
    yield Wrong(
        layer.times * _unit(layer).resized(h=2 * h).count,
        f"That is one layer with a state of 2 × {h:,} = {2 * h:,} numbers. There are two layers, and each "
        f"reads only its own state of {h:,}.",
    )


def _unit(layer: Layer) -> Layer:
    return layer.sizes.get("recurrent", layer)


def _sizes(layer: Layer) -> tuple[int, int]:
    return int(_unit(layer).sizes["i"]), int(_unit(layer).sizes["h"])


def _biased(layer: Layer) -> bool:
    return _unit(layer).sizes["bias"]


def _weights(gate: Layer) -> int:
    return gate.parts["W"].count
