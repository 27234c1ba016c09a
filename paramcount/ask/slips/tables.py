"""Known mistakes with norms and embeddings."""

from __future__ import annotations

from ...core import Layer
from ...layers import batch_norm, dense, layer_norm
from . import Wrong, left_out, mistake
from .convolution import IMAGES

_NORMS = ("layer_norm", "rms_norm", "batch_norm")


@mistake("layer_norm", "batch_norm")
def gain_alone(layer: Layer):
    why = "That is the gain alone. There is a shift besides"
    yield from left_out(layer, lambda leaf: leaf.path[-1] == "shift", why)


@mistake("rms_norm")
def shift_as_well(layer: Layer):
    yield Wrong(
        layer.times * layer_norm(layer.sizes["x"]).count,
        "That counts a shift as well, as a layer norm has. An RMS norm has a gain only.",
    )


@mistake("batch_norm")
def statistics_kept(layer: Layer):
    yield Wrong(
        _kept(layer, layer),
        "That counts the running mean and the running variance. They are kept, but measured, not trained.",
    )


@mistake("layer_norm")
def statistics_imagined(layer: Layer):
    yield Wrong(
        _kept(layer, batch_norm(layer.sizes["x"])),
        "That counts a mean and a variance for each number. A layer norm takes both from what it reads, "
        "every time anew, and keeps neither.",
    )


def _kept(layer: Layer, norm: Layer) -> int:
    """The count if all that a norm keeps were trained."""
    return layer.times * sum(tensor.size for tensor in norm.parts.values())


@mistake(*_NORMS)
def one_for_all(layer: Layer):
    (size,) = layer.sizes.values()
    yield Wrong(
        layer.count // size,
        f"That has one {' and one '.join(_trained(layer))} for all. Each of the {size:,} has its own.",
    )


@mistake(*_NORMS)
def joined(layer: Layer):
    (size,) = layer.sizes.values()
    yield Wrong(
        layer.times * dense(size, size).count,
        "That is a dense layer. A norm joins nothing: it scales each number by itself.",
    )


@mistake("batch_norm")
def places_of_a_map(layer: Layer):
    for image in IMAGES:
        yield Wrong(
            layer.count * image**2,
            f"That is multiplied by {image} × {image}, the places of an image. All places of a channel share "
            "its gain and its shift.",
        )


def _trained(layer: Layer) -> list[str]:
    return [name for name, tensor in layer.parts.items() if tensor.trained]


@mistake("embedding")
def biases_added(layer: Layer):
    for size in layer.sizes.values():
        yield Wrong(
            layer.count + layer.times * size,
            f"That adds biases, {size:,} of them. An embedding is a table and nothing else.",
        )


@mistake("embedding")
def sizes_added(layer: Layer):
    v, x = layer.sizes.values()
    yield Wrong(
        layer.times * (v + x),
        f"That adds the two sizes. A table has a number for each row and column: {v:,} × {x:,}.",
    )
