"""Slips with norms and embeddings."""

from __future__ import annotations

from ...core import Layer
from ...layers import dense
from .base import Wrong, counts, leaves_out, slip
from .convolution import IMAGES

_NORMS = ("layer_norm", "rms_norm", "batch_norm")


# -- norms --------------------------------------------------------------------------------------


def _dense(norm: Layer) -> int:
    """The count of a dense layer in its place."""
    (size,) = norm.sizes.values()
    return norm.times * dense(size, size).count


@slip(*_NORMS)
def one_for_all(layer: Layer):
    (size,) = layer.sizes.values()
    trained = [name for name, tensor in layer.parts.items() if tensor.trained]
    yield Wrong(
        layer.count // size,
        f"That has one {' and one '.join(trained)} for all. Each of the {size:,} has its own.",
    )


@slip("batch_norm")
def places_of_a_map(layer: Layer):
    for image in IMAGES:
        yield Wrong(
            layer.count * image**2,
            f"That is multiplied by {image} × {image}, the places of an image. All places of a channel share "
            "its gain and its shift.",
        )


# -- embeddings ---------------------------------------------------------------------------------


@slip("embedding")
def biases_added(layer: Layer):
    for size in layer.sizes.values():
        yield Wrong(
            layer.count + layer.times * size,
            f"That adds biases, {size:,} of them. An embedding is a table and nothing else.",
        )


SLIPS = [
    leaves_out("gain_alone", ("layer_norm", "batch_norm"), "*/shift",
        "That is the gain alone. There is a shift besides"),
    counts("shift_as_well", ("rms_norm",), lambda norm: 2 * norm.count,
        "That counts a shift as well, as a layer norm has. An RMS norm has a gain only."),
    counts("statistics_kept", ("batch_norm",), lambda norm: 2 * norm.count,
        "That counts the running mean and the running variance. They are kept, but measured, not trained."),
    counts("statistics_imagined", ("layer_norm",), lambda norm: 2 * norm.count,
        "That counts a mean and a variance for each number. A layer norm takes both from what it reads, "
        "every time anew, and keeps neither."),
    one_for_all,
    counts("joined", _NORMS, _dense,
        "That is a dense layer. A norm joins nothing: it scales each number by itself."),
    places_of_a_map,
    biases_added,
    counts("sizes_added", ("embedding",), lambda layer: layer.times * sum(layer.sizes.values()),
        "That adds the two sizes. A table has a number for each row and column: {v:,} × {x:,}."),
]  # fmt: skip
