"""A .keras file: the classes that its config names, and the shapes that its weights have.

Such a file is an archive of a config.json and a model.weights.h5. Keras is not asked to load it, for that
would run what the config says. Of the weights h5py reads the header alone, and no link is followed.
Source: keras.src.saving.saving_lib, version 3.15.
"""

from __future__ import annotations

import io
import math
import re
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO

from .. import keras
from ..core import Layer, LayerFunction, Origin, Packing, Tensor
from ..core import Path as Place
from . import notes, origin
from .headers import LONGEST, MOST, opened, parsed
from .parts import DEEPEST, KeptTensor, shown
from .tree import tree
from .walk import Read

_ENTRIES = 1_000  # of an archive; Keras writes three, and one for each vocabulary
_LONGEST_NAME = 1_000
_NOT_THE_MODEL = {"optimizer", "metrics", "compile_metrics", "loss_tracker"}
_STATISTICS = {"Normalization", "Discretization", "SeedGenerator"}  # classes that train nothing
# What a quantised layer keeps, in the order in which it is saved; its bias only if it has one.
_QUANTISED = {"Dense": ["kernel", "bias"], "EinsumDense": ["kernel", "bias"], "Embedding": ["embeddings"]}
# What the shapes of its weights say of a layer whose config is not there, inside a model that is a class.
_BY_SHAPE: dict[str, Callable] = {
    "units": lambda weights: weights[0].shape[-1],
    "filters": lambda weights: weights[0].shape[-1],
    "kernel_size": lambda weights: weights[0].shape[:-2],
    "groups": lambda weights: 1,
    "use_bias": lambda weights: len(weights) > 1,
    "input_dim": lambda weights: weights[0].shape[0],
    "output_dim": lambda weights: weights[0].shape[1],
}
_BY_CLASS: dict[str, LayerFunction] = {
    name: function
    for function in vars(keras).values()
    if isinstance(function, LayerFunction) and function.reads
    for name in function.classes
}


@dataclass(eq=False)
class Saved:
    """A layer as it is saved: its name, the shapes and types of its own weights, and the layers inside it."""

    key: str
    name: str
    weights: list[SimpleNamespace] = field(default_factory=list)
    inside: list[Saved] = field(default_factory=list)
    kind: str = ""
    config: Mapping = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        """What a translation asks a layer for: see the `reads` in `paramcount.keras`."""
        for inner in self.inside:
            if inner.key == name:
                return inner
        if name in ("kernel", "embeddings") and self.weights:
            return self.weights[0]
        value = self.config.get(name, self.config.get(name.removeprefix("_")))
        if value is None and name in _BY_SHAPE and self.weights:
            value = _BY_SHAPE[name](self.weights)
        if value is None:
            raise AttributeError(name)
        return tuple(value) if isinstance(value, list) else value

    def leaves(self, above: Place = ()) -> Iterator[tuple[Place, int, SimpleNamespace]]:
        """Every weight below: the names of the layers around it, its number among their own, and itself."""
        for number, weight in enumerate(self.weights):
            yield above, number, weight
        for inner in self.inside:
            yield from inner.leaves((*above, inner.name))


def read(path: Path) -> Layer:
    """The tree of a .keras file. Raises ValueError where it is damaged or not to be trusted."""
    with opened(path) as (file, size):
        config, weights = _archive(file, size)
        model = _weights(weights)
    layers = _layers(config)
    settings = config.get("config") if isinstance(config.get("config"), dict) else {}
    _name(model, layers, settings.get("trainable") is not False)
    model.kind = str(config.get("class_name") or "model")
    types = origin.kept_as(_types(model))
    tensors: list[KeptTensor] = []
    kinds: dict[Place, tuple[str, Callable | None]] = {}
    _add(model, (), tensors, kinds)
    kinds[()] = (shown(f"{path.name}: {model.kind}"), kinds[()][1])
    return replace(tree(tensors, kinds), notes=tuple(notes.of(tensors)), origin=Origin(types=types))


def _types(saved: Saved) -> Iterator[tuple[str, int, int, bool]]:
    """Of each weight the type of its numbers, how many and how many bytes it has, and whether it trains."""
    for weight in saved.weights:
        yield *weight.held, weight.floating
    for inner in saved.inside:
        yield from _types(inner)


# -- the archive --------------------------------------------------------------------------------


class _Window(io.RawIOBase):
    """A stretch of a file that is read as a file of its own."""

    def __init__(self, file: BinaryIO, start: int, size: int):
        self.file, self.start, self.size, self.place = file, start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self.place = max(0, offset + {0: 0, 1: self.place, 2: self.size}[whence])
        return self.place

    def tell(self) -> int:
        return self.place

    def readinto(self, buffer) -> int:
        many = max(0, min(len(buffer), self.size - self.place))
        self.file.seek(self.start + self.place)
        read = self.file.read(many)
        buffer[: len(read)] = read
        self.place += len(read)
        return len(read)


def _archive(file: BinaryIO, size: int) -> tuple[dict, _Window]:
    """The config, and where the weights are."""
    file.seek(max(0, size - 65_557))
    *_, end = file.read().rpartition(b"PK\x05\x06")
    if len(end) < 18 or struct.unpack_from("<H", end, 6)[0] > _ENTRIES:
        raise ValueError(f"it is no archive, or has more than {_ENTRIES:,} entries")
    try:
        archive = zipfile.ZipFile(file)
        infos = {info.filename: info for info in archive.infolist()}
        config, weights = (infos.get(name) for name in ("config.json", "model.weights.h5"))
        if config is None or weights is None:
            raise ValueError("it holds no config.json and model.weights.h5, so Keras 3 did not write it")
        if config.file_size > LONGEST or weights.compress_type != zipfile.ZIP_STORED:
            raise ValueError("its config is too long, or its weights are compressed, which Keras never does")
        with archive.open(config) as opened_config:
            text = opened_config.read(LONGEST + 1)
        file.seek(weights.header_offset)
        header = file.read(30)
        if len(header) < 30 or header[:4] != b"PK\x03\x04":
            raise ValueError("its archive is damaged")
        start = weights.header_offset + 30 + sum(struct.unpack_from("<HH", header, 26))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, OSError) as error:
        raise ValueError(f"its archive is damaged: {error}") from None
    if start + weights.file_size > size:
        raise ValueError("its archive is damaged")
    return parsed(text[:LONGEST], "its config.json"), _Window(file, start, weights.file_size)


def _weights(window: _Window) -> Saved:
    """The layers of a file of weights, with the shapes of what each keeps."""
    try:
        import h5py
    except ImportError:
        raise ValueError("that needs h5py, which Keras brings: pip install h5py") from None
    try:
        with h5py.File(io.BufferedReader(window), "r") as file:
            seen = [0]
            return _group(h5py, file, "", set(), seen, 0)
    except (OSError, RuntimeError, KeyError, TypeError) as error:
        raise ValueError(f"its weights are damaged: {str(error)[:200]}") from None


def _group(h5py, group, key: str, above: set, seen: list[int], deep: int) -> Saved:
    here = h5py.h5o.get_info(group.id).addr
    seen[0] += len(group)
    if seen[0] > MOST or deep > 2 * DEEPEST or here in above:
        raise ValueError(f"its weights have more than {MOST:,} groups, or are nested too deep")
    saved = Saved(key, key)
    names = sorted(group, key=lambda name: (len(name), name) if name.isdigit() else (0, name))
    for name in names:
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            continue  # what is in another file, or at another place of this one, is not followed
        inner = group[name]
        if name == "vars" and isinstance(inner, h5py.Group):
            saved.name = _said_name(inner) or key
            saved.weights = [_weight(h5py, each) for each in _in_order(h5py, inner)]
        elif isinstance(inner, h5py.Group) and not (deep == 0 and name in _NOT_THE_MODEL):
            saved.inside.append(_group(h5py, inner, name, above | {here}, seen, deep + 1))
    return saved


def _in_order(h5py, group) -> Iterator:
    """The weights of a layer, which Keras numbers; some give them names."""
    for name in sorted(group, key=lambda name: (not name.isdigit(), len(name), name)):
        if isinstance(group.get(name, getlink=True), h5py.HardLink) and isinstance(group[name], h5py.Dataset):
            yield group[name]


def _weight(h5py, dataset) -> SimpleNamespace:
    stored_as = _attribute(dataset, "dtype")
    floating = dataset.dtype.kind in "fc" or stored_as.startswith(("bfloat", "float"))
    shape = tuple(dataset.shape or ())
    numbers, each = math.prod(shape), dataset.dtype.itemsize
    held = (stored_as or dataset.dtype.name, numbers, numbers * each)
    return SimpleNamespace(shape=shape, floating=floating, small=each == 1, held=held)


def _said_name(group) -> str:
    return _attribute(group, "name")


def _attribute(of, name: str) -> str:
    if name not in of.attrs or of.attrs.get_id(name).get_storage_size() > _LONGEST_NAME:
        return ""
    value = of.attrs[name]
    return value if isinstance(value, str) else ""


# -- the config ---------------------------------------------------------------------------------


def _layers(config) -> dict[str, tuple[int, str, Mapping]]:
    """The layers that a config names: of each, which in order it is, its class, and its own config."""
    layers: dict[str, tuple[int, str, Mapping]] = {}
    waiting = [config]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += reversed(value)
        elif isinstance(value, dict):
            kind, own = value.get("class_name"), value.get("config")
            if isinstance(kind, str) and isinstance(own, dict) and isinstance(own.get("name"), str):
                layers.setdefault(own["name"], (len(layers), kind, own))
            waiting += reversed(value.values())
    return layers


def _name(saved: Saved, layers: Mapping, trainable: bool) -> None:
    """Give each layer the class and the config that it has, in the order of the config."""
    for inner in saved.inside:
        plain = re.sub("^(forward|backward)_", "", inner.name)
        _, inner.kind, inner.config = layers.get(inner.name) or layers.get(plain) or (0, "", {})
        if not inner.kind:
            inner.kind = _CLASSES.get(re.sub(r"_\d+$", "", inner.key), "")
        inner.config = {**inner.config, "_trained": trainable and inner.config.get("trainable") is not False}
        _name(inner, layers, inner.config["_trained"])
    saved.inside.sort(key=lambda inner: layers.get(inner.name, (math.inf,))[0])


def _snake(name: str) -> str:
    return re.sub("([a-z])([A-Z])", r"\1_\2", re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)).lower()


_CLASSES = {_snake(name): name for name in (*_BY_CLASS, *_STATISTICS)}


# -- the tensors --------------------------------------------------------------------------------


def _add(saved: Saved, path: Place, tensors: list[KeptTensor], kinds: dict) -> None:
    """List what a layer keeps, by the names of the textbook's layer that it is, if it is one."""
    function = _BY_CLASS.get(saved.kind)
    kinds[path] = (shown(saved.kind) or "layer", Read(function, saved) if function else None)
    trained = saved.config.get("_trained", True)
    mode = _mode(saved.config)
    if mode and saved.kind in _QUANTISED:
        tensors += _quantised(saved, path, mode, trained)
        return
    named = _named(saved, function) if function else None
    if named:
        for inner, name, tensor in named:
            could = tensor.trained
            shape = tuple(map(int, tensor.shape))
            tensors.append(KeptTensor((*path, *inner, name), shape, could and trained, could and not trained))
        return
    for number, weight in enumerate(saved.weights):
        could = weight.floating and saved.kind not in _STATISTICS
        place = (*path, str(number))
        tensors.append(KeptTensor(place, weight.shape, could and trained, could and not trained))
    for inner in saved.inside:
        below = path if inner.key == "layers" else (*path, inner.name)
        if inner.key == "layers":
            inner.kind, inner.config = saved.kind, saved.config
        if len(below) < DEEPEST:
            _add(inner, below, tensors, kinds)


def _named(saved: Saved, function: LayerFunction) -> list[tuple[Place, str, Tensor]] | None:
    """The tensors of the textbook's layer that this is, if they are the same; with them come their names."""
    try:
        layer: Layer = function(**dict(function.reads(saved)))  # type: ignore[misc]
    except (AttributeError, LookupError, TypeError, ValueError):
        return None
    by_layer: dict[Place, list] = {}
    for leaf in layer.tensors():
        by_layer.setdefault(leaf.path[:-1], []).append((leaf.path[-1], leaf.tensor))
    found = []
    for place, number, weight in saved.leaves():
        mine = by_layer.get(place, [])
        if number >= len(mine) or tuple(map(int, mine[number][1].shape)) != weight.shape:
            return None
        found.append((place, *mine[number]))
    return found if len(found) == sum(map(len, by_layer.values())) else None


def _mode(config: Mapping) -> str:
    """How a layer is quantised: "int8", "int4"; "" if it is not."""
    policy = config.get("dtype")
    inner = policy.get("config") if isinstance(policy, dict) else None
    mode = inner.get("mode") if isinstance(inner, dict) else None
    return mode.partition("/")[0] if isinstance(mode, str) and mode.startswith(("int8", "int4")) else ""


def _quantised(saved: Saved, path: Place, mode: str, trained: bool) -> Iterator[KeptTensor]:
    """The weight with the parameters that it stands for, the bias, and scales that are kept besides."""
    names = _QUANTISED[saved.kind]
    names = names if saved.config.get("use_bias", saved.kind != "Embedding") else names[:1]
    for number, weight in enumerate(saved.weights):
        name = names[number] if number < len(names) else f"scale {number}"
        place = (*path, name)
        if number == 0 and weight.small and not weight.floating:
            shape = _unpacked(saved, weight.shape, mode)
            how = "8-bit whole numbers (Keras)" if mode == "int8" else "4-bit, 2 in a byte (Keras)"
            saved.weights[0] = SimpleNamespace(**vars(weight) | {"shape": shape})
            yield KeptTensor(place, shape, False, True, Packing(math.prod(weight.shape), how))
        else:
            could = number < len(names) and weight.floating
            yield KeptTensor(place, weight.shape, could and trained, could and not trained)


def _unpacked(saved: Saved, stored: tuple[int, ...], mode: str) -> tuple[int, ...]:
    """The shape of a weight before two of its numbers went into a byte: its last side was halved."""
    side = saved.config.get("units" if saved.kind == "Dense" else "output_dim")
    if mode == "int4" and type(side) is int and stored and (side + 1) // 2 == stored[-1]:
        return (*stored[:-1], side)
    return (*stored[:-1], 2 * stored[-1]) if mode == "int4" and stored else stored
