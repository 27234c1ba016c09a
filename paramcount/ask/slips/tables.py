"""Slips with norms and embeddings."""

from __future__ import annotations

from ...core import Layer
from ...dims import Dim, total
from ...layers import dense
from .base import IMAGES, Wrong, counts, leaves_out, product, several, slip

_NORMS = ("layer_norm", "rms_norm", "batch_norm")


# -- norms --------------------------------------------------------------------------------------


def _what_passes(norm: Layer) -> str:
    """What has a gain of its own: after a convolution all numbers of a channel share one."""
    return "channel" if norm.name == "batch_norm" else "number"


def _dense(norm: Layer) -> Dim:
    """The count of a dense layer in its place."""
    (size,) = norm.sizes.values()
    return norm.times * dense(size, size).count


@slip(*_NORMS)
def one_for_all(layer: Layer):
    (size,) = layer.sizes.values()
    trained = [name for name, tensor in layer.parts.items() if tensor.trained]
    yield Wrong(
        layer.times * len(trained),
        f"That has one {' and one '.join(trained)} for all. Each {_what_passes(layer)} that passes is scaled "
        "by its own.",
        more=f"What passes: {several(size, _what_passes(layer))}, side by side.",
    )


@slip("layer_norm", "rms_norm")
def joined_to_all(layer: Layer):
    (size,) = layer.sizes.values()
    yield Wrong(
        layer.times * size * size,
        "That joins each number to every other, as a dense layer does. A norm joins nothing: each number is "
        "scaled by its own.",
        more=f"What passes: {several(size, 'number')}, side by side.",
    )


@slip("batch_norm")
def places_of_a_map(layer: Layer):
    for image in IMAGES:
        yield Wrong(
            layer.count * image * image,
            "That is multiplied by the places of an image. All places of a channel share its gain and shift.",
            more=f"It is multiplied by {product(image, image)}.",
        )


# -- embeddings ---------------------------------------------------------------------------------


@slip("embedding")
def row_more(layer: Layer):
    v, x = layer.sizes["v"], layer.sizes["x"]
    yield Wrong(
        layer.times * ((Dim(int(v)) + 1) * x),
        "That is one row of the table more, as for padding. The vocabulary says how many rows there are, all "
        "of them counted.",
        more=f"The table has {several(v, 'row')}.",
    )


@slip("embedding")
def bias_per_column(layer: Layer):
    v, x = layer.sizes["v"], layer.sizes["x"]
    yield Wrong(
        layer.times * total([v * x, x]),
        "That has a bias for each column. A table is looked up: nothing is added up in it, and nothing added "
        "to it.",
        more=f"The table has {several(v, 'row')} of {several(x, 'number')}.",
    )


@slip("embedding")
def biases_added(layer: Layer):
    v = layer.sizes["v"]
    yield Wrong(
        layer.count + layer.times * v,
        "That has a bias for each word. A table is looked up: nothing is added up in it, so there is nothing "
        "to add a bias to.",
        more=f"A row has its {several(layer.sizes['x'], 'number')} and nothing else.",
    )


@slip("embedding")
def table_for_the_output(layer: Layer):
    yield Wrong(
        2 * layer.count,
        "That has a second table, as for an output over words. The question asks for one table.",
        more=f"The table has {several(layer.sizes['v'], 'row')}.",
    )


@slip("embedding")
def positions_as_well(layer: Layer):
    v, x = layer.sizes["v"], layer.sizes["x"]
    for positions in (512, 1_024):
        yield Wrong(
            layer.times * total([v * x, Dim(positions) * x]),
            "That has a table of positions as well. The question asks for the table of words alone.",
            more=f"The positions would be {positions:,} rows.",
        )


SLIPS = [
    leaves_out("gain_alone", ("layer_norm", "batch_norm"), "*/shift",
        "That is the gain alone. What has been scaled is moved as well, and how far is learned too.",
        "The shift is missing."),
    counts("shift_as_well", ("rms_norm",), lambda norm: 2 * norm.count,
        "That counts a shift as well, as a layer norm has. An RMS norm scales and does not move.",
        "An RMS norm has a gain only."),
    counts("statistics_imagined", ("layer_norm",), lambda norm: 2 * norm.count,
        "That counts a mean and a variance for each number. A layer norm takes both from what it reads, "
        "every time anew, and keeps neither.", "Kept are the gain and the shift."),
    counts("three_of_each", ("layer_norm",), lambda norm: norm.times * 3 * norm.sizes["x"],
        "That has three numbers for each that passes, as if mean or deviation were trained as well. Both are "
        "worked out from what is read, every time anew.", "Kept are the gain and the shift."),
    one_for_all, joined_to_all,
    counts("joined", _NORMS, _dense,
        lambda norm: f"That is a dense layer. A norm joins nothing: it scales each {_what_passes(norm)} by "
        "itself.", lambda norm: f"No {_what_passes(norm)} that passes meets another."),
    places_of_a_map,
    row_more, bias_per_column,
    biases_added,
    table_for_the_output, positions_as_well,
    counts("sizes_added", ("embedding",), lambda layer: layer.times * total(layer.sizes.values()),
        "That adds the two sizes. A table has a number where each row meets each column, so they are "
        "multiplied.",
        lambda layer: f"{several(layer.sizes['v'], 'row')}, {several(layer.sizes['x'], 'column')}."),
    counts("one_number_a_word", ("embedding",), lambda layer: layer.times * layer.sizes["v"],
        "That has one number for each word. Each word has a whole row of numbers, and all are trained.",
        lambda layer: f"A row has {several(layer.sizes['x'], 'number')}."),
]  # fmt: skip
