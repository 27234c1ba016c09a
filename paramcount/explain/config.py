"""A config.json alone: the model that it describes, without a weight of it.

With transformers and PyTorch installed the model is built by its own class on the meta device, where tensors
have a shape and no numbers; no code that comes with a model is run, and nothing is fetched. Without them, the
families in `paramcount.models` are made from the sizes in the config.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib.util import find_spec

from ..core import Layer
from . import active, families, origin
from .parts import shown

_MOST = 400_000  # modules that a config may ask for: the most that one is published with are 307,845
_MOST_LABELS = 1_000_000
_LARGEST = 1 << 40  # a size of a model


def read(config: Mapping) -> Layer:
    """The model that a config describes. Raises ValueError where it is not known, or not to be trusted."""
    _check(config)
    if isinstance(config.get("architecture"), str):  # timm's
        return _with_notes(families.timm(config), config)
    kind = config.get("model_type")
    if not isinstance(kind, str) and "peft_type" in config:
        raise ValueError(
            "it says how an adapter was made, and not of which sizes: explain adapter_model.safetensors, or "
            "the folder with both"
        )
    if not isinstance(kind, str) and "class_name" in config:
        raise ValueError(
            "it is what Keras' to_json writes. If you trust it, build the model: "
            "keras.models.model_from_json(text), and explain that"
        )
    if not isinstance(kind, str) and isinstance(config.get("_class_name"), str):
        raise ValueError(_of_diffusers(config, shown(config["_class_name"])))
    if not isinstance(kind, str):
        raise ValueError("it has no model_type, so it does not say what model it describes")
    if find_spec("transformers") and find_spec("torch"):
        layer = _by_transformers(config, kind)
        if not config.get("architectures"):
            layer = replace(layer, notes=(*layer.notes, f"It names no class: taken is {layer.name}."))
        return _with_notes(layer, config)
    layer = families.made(config, kind)
    layer = replace(layer, notes=(*layer.notes, *active.note(layer, config)))
    return _with_notes(layer, config)


def _of_diffusers(config: Mapping, name: str) -> str:
    """What to do with what diffusers writes."""
    parts = [shown(part) for part, made in config.items() if isinstance(made, list) and len(made) == 2]
    if "Pipeline" in name:
        return (
            f"it is the list of the parts of a {name} of diffusers. Each of them is in a folder of its own "
            f"({', '.join(parts[:6])}): explain one of these"
        )
    return (
        f"it is the config of a {name} of diffusers, which is not read here. Explain the .safetensors file "
        f"beside it, or build the model: diffusers.{name}.from_config(config), and explain that"
    )


def _check(config) -> None:
    """Refuse sizes that no model has, before anything is made of them."""
    waiting = [config]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif type(value) is int and abs(value) >= _LARGEST:
            raise ValueError(
                f"it has a size of {shown(str(value)[:20])}, and no model has one of {_LARGEST:,} or more"
            )
    labels = config.get("num_labels")
    if type(labels) is int and labels > _MOST_LABELS:
        raise ValueError(f"it has {labels:,} labels, more than {_MOST_LABELS:,}")


def _with_notes(layer: Layer, config: Mapping) -> Layer:
    layer = replace(layer, origin=origin.of_config(config))
    settings = config.get("quantization_config")
    if not isinstance(settings, dict):
        return layer
    how = settings.get("quant_method")
    method = f" ({shown(how)})" if isinstance(how, str) else ""
    note = (
        f"Its weights are quantised{method}: they stand for these parameters, and are stored as fewer "
        "numbers or smaller ones. How many, only the files of weights say."
    )
    return replace(layer, notes=(*layer.notes, note))


# -- with transformers --------------------------------------------------------------------------


def _by_transformers(config: Mapping, kind: str) -> Layer:
    import transformers

    if kind not in transformers.CONFIG_MAPPING:
        raise ValueError(
            f"model_type {shown(kind)} is not known to transformers {transformers.__version__}; code that "
            "comes with a model is not run here. Load the model yourself if you trust it, and explain that"
        )
    import torch

    from . import pytorch

    try:
        with _nothing_fetched(), _bounded(torch), torch.device("meta"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            settings = transformers.CONFIG_MAPPING[kind].from_dict(dict(config))
            model = _class(transformers, config, settings)(settings)
    except ValueError:
        raise
    except Exception as error:  # whatever a class does with sizes that it was never meant for
        raise ValueError(
            f"transformers makes no model of it: {type(error).__name__}: {str(error)[:300]}"
        ) from None
    return pytorch.read(model)


def _class(transformers, config: Mapping, settings) -> Callable:
    """The class that the config names; else the one that transformers writes texts with, or the bare one."""
    named = config.get("architectures")
    name = named[0] if isinstance(named, list) and named and isinstance(named[0], str) else ""
    found = getattr(transformers, name, None) if name.isidentifier() else None
    if isinstance(found, type) and issubclass(found, transformers.PreTrainedModel):
        return found
    if getattr(settings, "is_encoder_decoder", False):
        mappings = ["MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING"]
    else:
        mappings = ["MODEL_FOR_CAUSAL_LM_MAPPING"] if getattr(settings, "is_decoder", True) else []
    for mapping in [*mappings, "MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING", "MODEL_MAPPING"]:
        known = getattr(transformers, mapping)
        if type(settings) in known:
            each = known[type(settings)]
            return each[0] if isinstance(each, tuple) else each
    raise ValueError(f"transformers has no model for {shown(settings.model_type)}")


@contextlib.contextmanager
def _bounded(torch) -> Iterator[None]:
    """Stop a config that asks for more modules than any model has."""
    many = 0

    def count(*_) -> None:
        nonlocal many
        many += 1
        if many > _MOST:
            raise ValueError(f"it asks for more than {_MOST:,} modules: no model has so many")

    handle = torch.nn.modules.module.register_module_module_registration_hook(count)
    try:
        yield
    finally:
        handle.remove()


@contextlib.contextmanager
def _nothing_fetched() -> Iterator[None]:
    """No model is asked for at the Hub, not even a backbone that a config names."""
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before
