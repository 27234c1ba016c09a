"""What people have on disk: a file of weights, shards, a folder as `save_pretrained` writes it, a config.

Only headers are read. A file does not say what is trained, what is tied or of what class a part is: floating
tensors are counted, and quantised ones as the parameters that they stand for; whole numbers, and what is by
its name a statistic, a mask or a scale, are kept besides. A pickle is never opened.
"""

from __future__ import annotations

import contextlib
import glob
import itertools
import math
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from ..core import Layer, Origin
from . import config, gguf, keras_file, notes, origin, packed, safetensors
from .headers import MOST, Entry, Listed, is_pointer, json_of, refused
from .parts import DEEPEST, KeptTensor, shown
from .tree import tree

_PICKLES = (".pt", ".pth", ".bin", ".ckpt", ".pkl", ".pickle", ".joblib", ".npy", ".npz", ".mar")
_SHARD = re.compile(r"(.+)-(\d{5,6})-of-(\d{5,6})(\.\w+)")
_INDEX = ".safetensors.index.json"
_FILES = 10_000  # in a folder
_LISTED: dict[str, Callable[[Path], Listed]] = {".safetensors": safetensors.listed, ".gguf": gguf.listed}
# What frameworks keep besides, by the end of its name.
_KEPT = {"running_mean", "running_var", "num_batches_tracked", "inv_freq", "original_inv_freq", "masked_bias"}
_KEPT |= {"rope_freqs", "rope_factors_long", "rope_factors_short"}

_WHERE = " config.json, with its quantization_config, belongs beside the file."
_NOT_THERE = " Its quantization_config does not say it either."
_ADAPTER = "adapter_model.safetensors"  # as peft calls it
CONVERT = (
    "a pickle can run any program when it is opened, so it is never opened here. If you trust it, convert it "
    "once: model.load_state_dict(torch.load(path, weights_only=True)), then "
    "safetensors.torch.save_model(model, 'model.safetensors'); or explain(model)"
)
_READS = ".safetensors, .gguf or .keras file, an index or a config in .json, or a folder with one of these"
_EXPORTED = (
    "a program that was made of a model is not read, for its numbers have lost their places. Explain the "
    "model that it was exported from"
)
# What to do with a file that is not read, by how its name ends.
_ADVICE = {
    _PICKLES: CONVERT,
    (".h5", ".hdf5"): "Keras' old format is not read. If you trust the file, open it once: model = "
    "keras.models.load_model(path), or model.load_weights(path) where it holds weights alone; then "
    "model.save('model.keras'), or explain(model)",
    (".onnx", ".pb", ".tflite", ".pt2", ".engine", ".mlmodel", ".mlpackage"): _EXPORTED,
    (".zip", ".tar", ".gz", ".tgz"): "an archive is not read: unpack it, and explain the folder",
}


def read(what) -> Layer:
    """The tree of what is at a path, or of the shards at several.

    Raises ValueError for what is not read, and for a header that is damaged or not to be trusted.
    """
    if not isinstance(what, (str, bytes, os.PathLike)):
        paths = [Path(os.fsdecode(path)) for path in what]
        if not paths:
            raise ValueError("explain needs at least one shard of a model")
        with refused(shown(paths[0].name)):
            return _model(paths[0].parent, "shards", _together(paths))
    if re.match("https?://", os.fsdecode(what)):
        raise ValueError("nothing is fetched: download the file, then explain it where it is")
    path = Path(os.path.expanduser(os.fsdecode(what)))
    with refused(shown(path.name or str(path))):
        if _is_pattern(path):
            return _matching(path)
        if path.is_dir():
            return _folder(path)
        return _file(path)


def _is_pattern(path: Path) -> bool:
    return any(sign in str(path) for sign in "*?[") and not path.exists()


def _matching(pattern: Path) -> Layer:
    """What a pattern such as "*.safetensors" stands for: one file or folder, or the shards of one model."""
    paths = [Path(name) for name in sorted(itertools.islice(glob.iglob(str(pattern)), _FILES))]
    if not paths:
        raise ValueError("nothing that is here is called so, and nothing is fetched")
    if len(paths) == 1:
        return _folder(paths[0]) if paths[0].is_dir() else _file(paths[0])
    _one_model([path.name for path in paths])
    return _model(paths[0].parent, "shards", _together(paths))


def _file(path: Path) -> Layer:
    suffix = path.suffix.lower()
    if path.name.endswith(_INDEX):
        return _model(path.parent, path.name, _indexed(path))
    if suffix in _LISTED:
        return _layer(shown(path.name), _together([path]), _config(path.parent))
    if suffix == ".keras":
        return keras_file.read(path)
    if suffix == ".json":
        return config.read(json_of(path))
    raise ValueError(_refusal(path, suffix))


def _refusal(path: Path, suffix: str) -> str:
    if not path.exists():
        return (
            f"there is no such file here, and nothing is fetched. What is read is a {_READS}. A model of the "
            "Hugging Face Hub is in the folder that huggingface_hub.snapshot_download gives back"
        )
    advice = next((advice for suffixes, advice in _ADVICE.items() if suffix in suffixes), "")
    return advice or f"what is read is a {_READS}, known by how its name ends"


# -- folders ------------------------------------------------------------------------------------


def _folder(folder: Path) -> Layer:
    """The model in a folder: its weights if they are here, else what its config says."""
    names = sorted(path.name for path in itertools.islice(folder.iterdir(), _FILES))
    settings = _config(folder)
    pointers = []
    for listed in _weights(folder, names):
        if isinstance(listed, str):
            pointers.append(listed)
            continue
        return _model(folder, folder.name, listed)
    models = [name for name in names if name.endswith(".keras")]
    if len(models) == 1:
        return keras_file.read(folder / models[0])
    pickles = [name for name in names if name.endswith((".bin", ".pt", ".pth", ".ckpt"))]
    if settings:
        layer = config.read(settings)
        why = "no weights are here"
        if pointers:
            why = f"{pointers[0]} is a git-lfs pointer, whose file is not here"
        elif pickles:
            why = f"{shown(pickles[0])} is a pickle, which is never opened"
        return replace(layer, notes=(f"This is what config.json says: {why}.", *layer.notes))
    if pointers:
        raise ValueError(
            f"{pointers[0]} is a git-lfs pointer, whose file is not here: `git lfs pull` fetches it"
        )
    if pickles:
        raise ValueError(f"{shown(pickles[0])} is a pickle, and {CONVERT}")
    nothing = "in this folder is no .safetensors, .gguf or .keras file, and no config.json"
    raise ValueError(nothing + _deeper(folder, names))


def _deeper(folder: Path, names: list[str]) -> str:
    """What to do with a folder of which nothing is read: one of the folders in it may hold a model."""
    inside = [shown(name) for name in names if (folder / name).is_dir() and _holds_model(folder / name)]
    if inside:
        some = ", ".join(inside[:3]) + (" and others" if len(inside) > 3 else "")
        return f"; there is one in {some}: explain one of these"
    return f"; {_EXPORTED}" if "saved_model.pb" in names else ""


def _holds_model(folder: Path) -> bool:
    names = (path.name for path in itertools.islice(folder.iterdir(), _FILES))
    return any(name == "config.json" or name.endswith((*_LISTED, ".keras")) for name in names)


def _weights(folder: Path, names: list[str]) -> Iterable[Listed | str]:
    """What the weights in a folder list, best first; or the name of a pointer that stands for them."""
    indexes = [name for name in names if name.endswith(_INDEX)]
    if indexes:
        index = folder / ("model" + _INDEX if "model" + _INDEX in indexes else indexes[0])
        files = _weight_map(index)
        here = [name for name in files if (folder / name).is_file() and not is_pointer(folder / name)]
        yield _indexed(index) if here else shown(next(iter(files), index.name))
        return
    for suffix in _LISTED:
        files = [name for name in names if name.lower().endswith(suffix)]
        whole = [name for name in ("model.safetensors", _ADAPTER) if name in files]
        chosen = whole[:1] or _one_model(files)
        if chosen and is_pointer(folder / chosen[0]):
            yield shown(chosen[0])
        elif chosen:
            yield _together([folder / name for name in chosen])


def _one_model(files: list[str]) -> list[str]:
    """The files, if they are one, or shards of one. Raises ValueError where they are several models."""
    stems = {found[1] if (found := _SHARD.fullmatch(name)) else name for name in files}
    if len(stems) > 1:
        some = ", ".join(shown(name) for name in files[:3])
        raise ValueError(
            f"there are several models in it ({some}): name one of them, or list the shards of one"
        )
    return files


def _adapter(path: Path) -> list[str]:
    """That a file holds an adapter, and of what, if it is called so."""
    if path.name != _ADAPTER:
        return []
    settings = path.parent / "adapter_config.json"
    base = json_of(settings).get("base_model_name_or_path") if settings.is_file() else ""
    of = f" of {shown(base)}" if isinstance(base, str) and base else ""
    return [f"This is an adapter{of}: what it is added to is not in these files, and is frozen beside it."]


def _config(folder: Path) -> dict:
    """What config.json says; nothing where there is none, or none that can be read."""
    with contextlib.suppress(OSError, ValueError, RecursionError):
        return json_of(folder / "config.json")
    return {}


def _named(settings: Mapping, otherwise: str) -> str:
    """The class of the model that a folder holds, by its config."""
    classes = settings.get("architectures") or [settings.get("_class_name")]  # the second is of diffusers
    if isinstance(classes, list) and len(classes) == 1 and isinstance(classes[0], str):
        return shown(classes[0])
    return shown(otherwise)


# -- shards -------------------------------------------------------------------------------------


def _together(paths: list[Path]) -> Listed:
    """What several files list. Raises ValueError where a tensor is in two of them, and for far too many."""
    entries: dict[str, Entry] = {}
    whole = Listed([])
    for path in paths:
        suffix = path.suffix.lower()
        if suffix not in _LISTED:
            raise ValueError(f"{shown(path.name)} is no shard: {_refusal(path, suffix)}")
        listed = _LISTED[suffix](path)
        for entry in listed.entries:
            if entry.name in entries:
                raise ValueError(f"{shown(entry.name)} is in two of its files")
            entries[entry.name] = entry
        if len(entries) > 5 * MOST:
            raise ValueError(f"it has more than {5 * MOST:,} entries")
        whole.bytes += listed.bytes
        whole.metadata |= listed.metadata
        whole.notes += [note for note in (*listed.notes, *_adapter(path)) if len(paths) == 1]
    whole.entries = list(entries.values())
    if len(paths) > 1:  # where one shard ends and the next begins says nothing
        whole.entries.sort()
    whole.notes += _rest([path.name for path in paths])
    return whole


def _rest(names: list[str]) -> list[str]:
    """Which shards of a model are not here."""
    shards = [found for name in names if (found := _SHARD.fullmatch(name))]
    if not shards or len(shards) < len(names):
        return []
    of, here = int(shards[0][3]), sorted({int(found[2]) for found in shards})
    if len(here) >= of:
        return []
    numbers = ", ".join(map(str, here[:5])) + (" and others" if len(here) > 5 else "")
    which = f"shard {numbers}" if len(here) == 1 else f"shards {numbers}"
    return [f"This is {which} of {of:,}: the rest is not here, and not counted."]


def _weight_map(index: Path) -> dict[str, set[str]]:
    """Which tensors are in which file, by an index."""
    names = json_of(index).get("weight_map")
    if not isinstance(names, dict) or not all(isinstance(file, str) for file in names.values()):
        raise ValueError("its weight_map must be names of files by names of tensors")
    files: dict[str, set[str]] = {}
    for name, file in names.items():
        files.setdefault(file, set()).add(name)
    for file in files:
        if not re.fullmatch(r"[^/\\:\x00]+\.safetensors", file):
            raise ValueError(f"{shown(file)} is no name of a .safetensors file beside it")
    return files


def _indexed(index: Path) -> Listed:
    """What the shards of an index list. What the index declares is recounted, and never trusted."""
    files = _weight_map(index)
    here, missing = [], []
    for file in sorted(files):
        path = index.parent / file
        (here if path.is_file() and not is_pointer(path) else missing).append(path)
    if not here:
        raise ValueError(f"none of its {len(files):,} shards is here")
    listed = _together(here)
    found = {entry.name for entry in listed.entries}
    named = set().union(*(files[path.name] for path in here))
    if named - found:
        raise ValueError(f"{shown(min(named - found))} is in the index, but not in its file")
    if found - named:
        listed.notes.append(
            f"{len(found - named):,} tensors of these files are not in the index: they are counted too."
        )
    if missing:
        listed.notes = [f"{len(here):,} of {len(files):,} shards are here: the rest is not counted."]
    else:
        listed.notes += _declared(json_of(index).get("metadata"), listed)
    return listed


def _declared(metadata, listed: Listed) -> list[str]:
    """What an index declares that is not so."""
    declared = metadata.get("total_size") if isinstance(metadata, dict) else None
    if type(declared) not in (int, float) or declared == listed.bytes:
        return []
    return [f"The index declares {declared:,} bytes of weights, but these files hold {listed.bytes:,}."]


# -- from what is listed to a tree --------------------------------------------------------------


def _model(folder: Path, otherwise: str, listed: Listed) -> Layer:
    settings = _config(folder)
    return _layer(_named(settings, otherwise), listed, settings)


def _layer(name: str, listed: Listed, settings: Mapping) -> Layer:
    tensors, said = _tensors(listed, settings)
    quantised = any(each.packing for each in tensors)
    what = "all floating and quantised tensors" if quantised else "all floating tensors"
    layer = tree(tensors, {(): (f"{name}: {what}", None)})
    return replace(layer, notes=(*listed.notes, *said), origin=_origin(listed, settings))


def _origin(listed: Listed, settings: Mapping) -> Origin:
    """What else files say: the types of their numbers, each in how many bytes; and what the config says."""
    types = []
    for entry in listed.entries:
        numbers = math.prod(entry.shape)
        size = int(numbers * (safetensors.BITS.get(entry.kind) or gguf.bits(entry.kind)) / 8)
        types.append((entry.kind, numbers, size, entry.kind not in safetensors.WHOLE))
    return replace(origin.of_config(settings), types=origin.kept_as(types), file=True)


def _tensors(listed: Listed, config: Mapping) -> tuple[list[KeptTensor], list[str]]:
    """Every tensor, with what it holds; and what is to be said of those that are quantised."""
    settings, types = packed.settings_of(config), packed.types_of(listed.metadata)
    tensors: dict[str, KeptTensor] = {}
    untold = []
    for prefix, own in packed.by_part(listed.entries).items():
        found = packed.unpacked(own, settings | {"_types": types.get(prefix, {})} if types else settings)
        for name, entry in own.items():
            whole = prefix + name
            path = (*prefix[:-1].split(".", DEEPEST - 2), name) if prefix else (name,)
            if name in found.weights:
                shape, packing = found.weights[name]
                tensors[whole] = KeptTensor(path, shape, True, packing=packing)
                continue
            counted = (
                entry.kind not in safetensors.WHOLE
                and name not in found.beside
                and not _is_kept(whole, entry)
            )
            tensors[whole] = KeptTensor(path, entry.shape, counted)
            untold += [whole] if name in found.untold else []
    in_order = [tensors[entry.name] for entry in listed.entries]
    return in_order, notes.of(in_order) + notes.untold(untold, _NOT_THERE if settings else _WHERE)


def _is_kept(whole: str, entry: Entry) -> bool:
    """Whether it is a statistic or a mask, by what frameworks call it; GPT-2's mask is called a bias."""
    square = len(entry.shape) == 4 and entry.shape[:2] == (1, 1) and entry.shape[2] == entry.shape[3]
    return not _KEPT.isdisjoint(whole.split(".")[-2:]) or (entry.name == "bias" and square)
