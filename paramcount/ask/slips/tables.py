"""Slips with norms and embeddings."""

from __future__ import annotations

from ...core import Layer
from ...layers import batch_norm, dense, layer_norm
from .base import Wrong, leaves_out, slip
from .convolution import IMAGES

_NORMS = ("layer_norm", "rms_norm", "batch_norm")


# -- norms --------------------------------------------------------------------------------------


@slip("rms_norm")
def shift_as_well(layer: Layer):
    yield Wrong(
        layer.times * layer_norm(layer.sizes["x"]).count,
        "That counts a shift as well, as a layer norm has. An RMS norm has a gain only.",
    )


@slip("batch_norm")
def statistics_kept(layer: Layer):
    yield Wrong(
        layer.times * _all_trained(layer),
        "That counts the running mean and the running variance. They are kept, but measured, not trained.",
    )


@slip("layer_norm")
def statistics_imagined(layer: Layer):
    yield Wrong(
        layer.times * _all_trained(batch_norm(layer.sizes["x"])),
        "That counts a mean and a variance for each number. A layer norm takes both from what it reads, "
        "every time anew, and keeps neither.",
    )


def _all_trained(norm: Layer) -> int:
    """The count if all that a norm keeps were trained."""
    return sum(tensor.size for tensor in norm.parts.values())


@slip(*_NORMS)
def one_for_all(layer: Layer):
    (size,) = layer.sizes.values()
    trained = [name for name, tensor in layer.parts.items() if tensor.trained]
    yield Wrong(
        layer.count // size,
        f"That has one {' and one '.join(trained)} for all. Each of the {size:,} has its own.",
    )


@slip(*_NORMS)
def joined(layer: Layer):
    (size,) = layer.sizes.values()
    yield Wrong(
        layer.times * dense(size, size).count,
        "That is a dense layer. A norm joins nothing: it scales each number by itself.",
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


@slip("embedding")
def sizes_added(layer: Layer):
    v, x = layer.sizes.values()
    yield Wrong(
        layer.times * (v + x),
        f"That adds the two sizes. A table has a number for each row and column: {v:,} × {x:,}.",
    )


SLIPS = [
    leaves_out(
        "gain_alone",
        ("layer_norm", "batch_norm"),
        "*/shift",
        "That is the gain alone. There is a shift besides",
    ),
    shift_as_well,
    statistics_kept,
    statistics_imagined,
    one_for_all,
    joined,
    places_of_a_map,
    biases_added,
    sizes_added,
]
