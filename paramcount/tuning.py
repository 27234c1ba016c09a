"""What of a network is trained when it is tuned: nothing of what is frozen, and what LoRA adds to it."""

from __future__ import annotations

from dataclasses import replace

from .core import Layer, LayerFunction, Path, Tensor
from .dims import Dim, shown
from .layers import textbook


def frozen(layer: Layer) -> Layer:
    """The same layer, of which nothing is trained: every parameter is held as it is.

    >>> from paramcount import conv, dense, layer
    >>> @layer
    ... def tuned(i, h, o):
    ...     return {"base": frozen(dense(i, h)), "head": dense(h, o)}
    >>> tuned(784, 100, 10).count
    1010
    """
    return _layer(layer).changed(_frozen)


def _layer(given: object) -> Layer:
    """What is to be tuned, if it is a layer."""
    if isinstance(given, Layer):
        return given
    if isinstance(given, LayerFunction):
        raise TypeError(f"{given.name} is a function that makes a layer: call it, {given.name}(...)")
    raise TypeError(f"{shown(given)} is not a layer: a model is read first, explain(model)")


def _frozen(layer: Layer) -> Layer:
    return replace(layer, parts={name: _held(part) for name, part in layer.parts.items()})


def _held(part: Tensor | Layer) -> Tensor | Layer:
    if isinstance(part, Layer):
        return frozen(part)
    return replace(part, frozen=True, trained=False) if part.trained else part  # statistics never train


@textbook(title="Dense layer with LoRA", kind="dense")
def with_lora(base: Layer, r):
    """A layer that is frozen, and beside its matrix two thin ones that train: i to r, and r to o.

    base: a layer with one matrix, i × o; r: rank. Source: Hu et al. 2021, arXiv:2106.09685.
    """
    shapes = [part.shape for part in base.parts.values() if isinstance(part, Tensor) and len(part.shape) == 2]
    if len(shapes) != 1:
        raise ValueError(f"{base.name} has {len(shapes)} matrices: LoRA stands beside a layer that has one")
    ((i, o),) = shapes
    return {**frozen(base).parts, "A": (i, r), "B": (r, o)}


def lora(layer: Layer, r: int, on: str | tuple[str, ...] = ("query", "value")) -> Layer:
    """The same network, frozen, with two thin matrices of rank r beside each of some layers.

    r: rank; on: what those layers are called, wherever they stand, if need be after what they stand in, as in
    "attention output": each has one matrix, i × o, and gets r × (i + o) parameters. Raises ValueError if
    nothing is called so.

    >>> from paramcount import attention
    >>> lora(attention(768, heads=12), 8).count
    24576
    """
    layer = _layer(layer)
    names = (on,) if isinstance(on, str) else tuple(on)
    paths = {leaf.path[:n] for leaf in layer.tensors() for n in range(1, len(leaf.path))}
    for name in names:
        if not any(_called(path, (name,)) for path in paths):
            known = dict.fromkeys(part for leaf in layer.tensors() for part in leaf.path[:-1])
            raise ValueError(f"on={name!r}: no layer in {layer.name} is called that: {', '.join(known)}")

    @textbook(title="LoRA in")
    def lora(base: Layer, r):
        return _beside(base, r, names, ()).parts

    tuned: Layer = lora(replace(layer, times=Dim(1)), r)
    return layer.times * tuned


def _called(path: Path, names: tuple[str, ...]) -> bool:
    """Whether the layer at a path has one of these names: its own, or with what it stands in before it."""
    return any(f" {' '.join(path)}".endswith(f" {name}") for name in names)


def _beside(layer: Layer, r: Dim, names: tuple[str, ...], above: Path) -> Layer:
    """A layer, frozen, in which each layer of these names has its thin matrices."""

    def change(layer: Layer) -> Layer:
        parts: dict[str, Tensor | Layer] = {}
        for name, part in layer.parts.items():
            path = (*above, name)
            if isinstance(part, Tensor):
                parts[name] = _held(part)
            elif _called(path, names):
                parts[name] = part.times * with_lora(replace(part, times=Dim(1)), r)
            else:
                parts[name] = _beside(part, r, names, path)
        return replace(layer, parts=parts)

    return layer.changed(change)
