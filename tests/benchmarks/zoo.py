"""How well other people's networks are explained: counts, formulas, lines and their width, over whole zoos.

    python tests/benchmarks/zoo.py [torchvision] [timm] [transformers] [keras] [peft]

Of each zoo it prints how many networks come back with the framework's own count, how many with a formula for
every part that is shown, in at most 60 lines of at most 120 characters; and each one that does not, with the
reason; then it fails. The weights are not made (PyTorch's meta device) or not filled, and nothing is fetched.
It needs the packages of the zoos, in an environment of its own: pip install ".[oracles,zoos]".
"""

from __future__ import annotations

import collections
import contextlib
import itertools
import math
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.setdefault("KERAS_BACKEND", "jax")  # on PyTorch one of them is not to be had

LINES, WIDTH = 60, 120
TIMM, TRANSFORMERS = 300, 150
# What a method of peft cannot do without.
PEFT = {
    "ADALORA": {"total_step": 10},
    "LILY": {"target_modules": ["q_proj", "v_proj"]},
    "ADAPTION_PROMPT": {"adapter_len": 4, "adapter_layers": 2},
    "VBLORA": {"vector_length": 16, "num_vectors": 8},
    "OFT": {"oft_block_size": 8},
    "C3A": {"block_size": 32},
}

Build = Callable[[], object]


def faults(model, count: int) -> tuple[list[str], float, str]:
    """What is wrong with the explanation of a model, the seconds that it took, and what was printed."""
    from paramcount import explain
    from paramcount.show.outline import outline, readable

    start = time.perf_counter()
    try:
        layer = explain(model)
        text = repr(layer)
    except Exception as error:  # a zoo goes on, whatever one of its animals does
        return [f"{type(error).__name__}: {str(error)[:90]}"], time.perf_counter() - start, ""
    seconds = time.perf_counter() - start
    found = [] if int(layer.count) == count else [f"counts {int(layer.count):,}, not {count:,}"]
    lines = text.splitlines()
    if len(lines) > LINES:
        found.append(f"more than {LINES} lines")
    if max(map(len, lines)) > WIDTH:
        found.append(f"lines of more than {WIDTH} characters")
    shown = [line for line in outline(layer, readable(layer)) if line.count and not line.opened]
    if layer.function is None and (not all(any(line.formulas(True)) for line in shown) or " … " in text):
        found.append("a formula without its middle")
    return found, seconds, text


# -- the zoos: of each, the names of its networks and what builds them -----------------------------


def torchvision_zoo() -> Iterator[tuple[str, Build]]:
    import torchvision

    for name in torchvision.models.list_models():
        own = {"weights": None} | ({"weights_backbone": None} if "." in name or "_" in name else {})
        yield name, lambda name=name, own=own: _torchvision(torchvision.models, name, own)


def _torchvision(models, name, own):
    try:
        return models.get_model(name, **own)
    except TypeError:
        return models.get_model(name, weights=None)


def timm_zoo() -> Iterator[tuple[str, Build]]:
    """As many of each family as of the others, until there are enough."""
    import timm

    families = collections.defaultdict(list)
    for name in timm.list_models():
        families[timm.models._registry._model_to_module[name]].append(name)
    in_turn = itertools.chain.from_iterable(itertools.zip_longest(*families.values()))
    for name in itertools.islice(filter(None, in_turn), TIMM):
        yield name, lambda name=name: timm.create_model(name, pretrained=False)


def transformers_zoo() -> Iterator[tuple[str, Build]]:
    """Networks in the sizes that their configurations have by themselves."""
    from transformers import CONFIG_MAPPING, MODEL_FOR_CAUSAL_LM_MAPPING, MODEL_MAPPING, AutoModel

    for name in CONFIG_MAPPING:
        config = CONFIG_MAPPING[name]
        mapping = MODEL_FOR_CAUSAL_LM_MAPPING if config in MODEL_FOR_CAUSAL_LM_MAPPING else MODEL_MAPPING
        if config in mapping and isinstance(mapping[config], type):
            yield name, lambda cls=mapping[config], config=config: cls(config())
        elif config in MODEL_MAPPING:
            yield name, lambda config=config: AutoModel.from_config(config())


def keras_zoo() -> Iterator[tuple[str, Build]]:
    import keras

    for name, build in vars(keras.applications).items():
        if callable(build) and name[0].isupper():
            size = {"input_shape": (224, 224, 3)} if name == "NASNetMobile" else {}
            yield name, lambda build=build, size=size: build(weights=None, **size)


def peft_zoo() -> Iterator[tuple[str, Build]]:
    """A small Llama under each method that needs nothing but the model."""
    import peft
    from peft.mapping import PEFT_TYPE_TO_CONFIG_MAPPING
    from transformers import LlamaConfig, LlamaForCausalLM

    for kind, config in PEFT_TYPE_TO_CONFIG_MAPPING.items():

        def build(config=config, kind=kind):
            sizes = {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "vocab_size": 100}
            base = LlamaForCausalLM(LlamaConfig(num_attention_heads=4, **sizes))
            own = {"task_type": "CAUSAL_LM"} | PEFT.get(str(kind).rpartition(".")[2], {})
            if any(f.name == "num_virtual_tokens" for f in config.__dataclass_fields__.values()):
                own["num_virtual_tokens"] = 8
            return peft.get_peft_model(base, config(**own))

        yield str(kind).rpartition(".")[2], build


ZOOS = {name.removesuffix("_zoo"): zoo for name, zoo in list(globals().items()) if name.endswith("_zoo")}
META = {"torchvision", "timm", "transformers"}
MOST = {"transformers": TRANSFORMERS}


def built(zoo: str, build: Build):
    """A network without weights; on the meta device where it can be."""
    if zoo not in META:
        return build()
    import torch

    try:
        with torch.device("meta"):
            return build()
    except (NotImplementedError, RuntimeError):  # it computes with its weights when it is built
        return build()


def counted(zoo: str, model) -> int:
    """How many parameters train, by the framework's own sum."""
    if zoo == "keras":
        return sum(math.prod(map(int, weight.shape)) for weight in model.trainable_weights)
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)


def declare_operations() -> None:
    """Two operations that torchvision compiles: without them it cannot be imported beside another torch."""
    import torch

    with contextlib.suppress(RuntimeError):
        import torchvision  # noqa: F401

        return
    library = torch.library.Library("torchvision", "DEF")
    for operation in ("nms", "qnms"):
        with contextlib.suppress(RuntimeError):  # it is there already
            library.define(f"{operation}(Tensor d, Tensor s, float t) -> Tensor")
    globals()["_library"] = library  # it holds while it lives


def report(zoo: str, show: bool) -> bool:
    """Explain the networks of a zoo, and say how it went. Whether all went well."""
    reasons: dict[str, list[str]] = collections.defaultdict(list)
    good = tried = equal = 0
    slowest = (0.0, "")
    for name, build in ZOOS[zoo]():
        if tried >= MOST.get(zoo, 10**9):
            break
        try:
            model = built(zoo, build)
            count = counted(zoo, model)
        except Exception as error:  # what cannot be built here is no network that is explained badly
            reasons[f"(not built) {type(error).__name__}"].append(name)
            continue
        tried += 1
        found, seconds, text = faults(model, count)
        slowest = max(slowest, (seconds, name))
        equal += bool(text) and not any(fault.startswith("counts") for fault in found)
        good += not found
        for fault in found:
            reasons[fault].append(name)
        if show:
            print(f"\n##### {name} {found} {seconds:.2f} s\n{text}")
        del model
    print(f"{zoo}: {tried} networks, {equal} equal, {good} with a formula, {LINES} lines, {WIDTH} characters")
    print(f"  slowest: {slowest[1]}, {slowest[0]:.2f} s")
    for reason, names in sorted(reasons.items()):
        print(f"  {reason}: {len(names)}: {', '.join(names[:12])}{' …' if len(names) > 12 else ''}")
    return 0 < tried == equal == good


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    wanted = [name for name in sys.argv[1:] if name in ZOOS]
    if set(wanted or ZOOS) != {"keras"}:
        declare_operations()
    went_well = [report(zoo, show="--show" in sys.argv) for zoo in wanted or ZOOS]
    sys.exit(not all(went_well))
