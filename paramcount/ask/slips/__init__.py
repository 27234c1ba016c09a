"""Slips: ways to count wrong, as people do, and what to say of each.

A slip stands in the file of its family, in the list at the end of it. Where two leave out the same
tensors, the first in the list below speaks. How to write one: see `base`. A slip that is known of one layer
is looked for wherever that layer is part of what is asked: see `parts`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...core import Layer, Path, called
from ...dims import Dim
from . import (
    any_layer,
    attention,
    convolution,
    feed_forward,
    memory,
    networks,
    recurrent,
    stack,
    tables,
    transformer,
    tuning,
)
from .base import Slip, Wrong
from .parts import Whole, whole

SLIPS: list[Slip] = [
    *tuning.SLIPS,
    *any_layer.SLIPS,
    *feed_forward.SLIPS,
    *recurrent.SLIPS,
    *convolution.SLIPS,
    *attention.SLIPS,
    *tables.SLIPS,
    *transformer.SLIPS,
    *stack.SLIPS,
    *networks.SLIPS,
    *memory.SLIPS,
]

# What is done with a whole answer, and not with a part of one: multiplied by images, steps or examples.
_OF_THE_WHOLE = {
    "copy_kept",
    "image_for_filter",
    "no_weights",
    "positions_as_well",
    "table_for_the_output",
    "bytes_counted",
    "dropout_halves",
    "frozen_alone",
    "frozen_counted",
    "one_bias_in_all",
    "picture_in_one_row",
    "places_of_a_map",
    "printed_figure",
    "rank_of_habit",
    "rounded",
    "sequence_in_one_row",
    "times_examples",
    "times_places",
    "times_steps",
    "times_words",
}

TWO_SLIPS = "Two slips together lead to this number. "
# What is made together with leaving out the biases: the slips of somebody who counts weights only.
_COMMON = {
    "channels_added",
    "sides_added",
    "sizes_swapped",
    "channels_of_the_image",
    "input_alone",
    "keys_for_every_head",
    "layer_left_out",
    "one_attention_in_a_decoder_layer",
    "one_channel",
    "one_direction",
    "one_ffnn",
    "one_filter",
    "part_left_out",
    "reads_like_the_first",
    "reads_one_direction",
    "side_squared",
    "times_forgotten",
    "times_heads",
    "too_many_ffnns",
}


def wrongs(asked: Layer | Dim) -> Iterator[Wrong]:
    """Every known wrong count that one slip leads to.

    asked: a layer, or what was worked out from the counts of layers. A wrong count that happens to be
    right at these sizes is left out.
    """
    yield from _told_apart(asked, _alone(asked))


def paired(asked: Layer | Dim) -> Iterator[Wrong]:
    """Every known wrong count that a slip leads to if the biases are left out besides.

    Of two slips at once these are the common ones; others are too many to be sure of.
    """
    right = asked.count if isinstance(asked, Layer) else asked
    unbiased = _without_biases(asked)
    if int(unbiased.count if isinstance(unbiased, Layer) else unbiased) != int(right):
        for wrong in wrongs(unbiased):
            if wrong.slip not in _COMMON:
                continue
            why = f"{TWO_SLIPS}{wrong.why} And the biases are left out."
            yield replace(wrong, why=why, missing=frozenset(), slip=f"{wrong.slip}+no_biases")


def unsifted(asked: Layer | Dim) -> list[Wrong]:
    """What every known slip leads to, the right count among it where a slip makes no difference."""
    by_missing = {wrong.missing or object(): wrong for wrong in _alone(asked)}
    return list(by_missing.values())


def _told_apart(asked: Layer | Dim, found: Iterator[Wrong]) -> Iterator[Wrong]:
    """The wrong counts that are wrong; of those that leave out the same tensors, the first."""
    right = int(asked.count if isinstance(asked, Layer) else asked)
    gone: set[frozenset[Path]] = set()
    for wrong in found:
        if int(wrong.count) == right or wrong.missing in gone:
            continue
        if wrong.missing:
            gone.add(wrong.missing)
        yield wrong


def _alone(asked: Layer | Dim) -> Iterator[Wrong]:
    """Every wrong count, found in all of it and in its parts."""
    if isinstance(asked, Layer):
        for slip in SLIPS:
            yield from slip.wrongs(asked)
        yield from _by_hand(asked)
    if inside := whole(asked):
        yield from inside.put_together_wrong()
        yield from inside.read_wrong()
        yield from _in_parts(inside)


def _in_parts(inside: Whole) -> Iterator[Wrong]:
    """The slips that are made with a part: with one, with all that are alike, and with all parts alike."""
    everywhere: dict[tuple[str, int], list[tuple[int, Wrong]]] = {}
    for place, part in enumerate(inside.parts):
        seen: dict[str, int] = {}
        for wrong in _told_apart(part.layer, _alone(part.layer)):
            if wrong.slip in _OF_THE_WHOLE:
                continue
            yield from inside.with_one(place, wrong)
            # A slip may lead to several counts: the first of one part goes with the first of another.
            seen[wrong.slip] = seen.get(wrong.slip, -1) + 1
            everywhere.setdefault((wrong.slip, seen[wrong.slip]), []).append((place, wrong))
    for made in everywhere.values():
        if len(made) > 1:
            yield inside.with_each(made)


def _by_hand(layer: Layer) -> Iterator[Wrong]:
    """The slips of the textbook's layer that a framework keeps, where both have the same count."""
    function = layer.function
    if function and layer.keeper and function.translates and not layer.changes:
        textbook = replace(called(function.translates, layer.sizes), times=layer.times)
        if textbook.count == layer.count:
            for wrong in _alone(textbook):
                yield replace(wrong, missing=frozenset())


def _without_biases(asked: Layer | Dim) -> Layer | Dim:
    """The same without any biases, as far as it can be made without them."""
    if inside := whole(asked):
        return inside.made_of(_without_biases)  # type: ignore[arg-type]
    assert isinstance(asked, (Layer, int))
    if isinstance(asked, Layer) and asked.function and asked.arguments().get("bias"):
        return asked.resized(bias=False)
    return asked
