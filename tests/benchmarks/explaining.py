"""How long `explain` takes beside torchinfo's summary without an input, on models that take no memory.

    python tests/benchmarks/explaining.py [MODEL ...]

It needs PyTorch, transformers and torchinfo. The two take turns, so that both are measured on a machine as
busy; what is printed is the least of the processor's time of each, in milliseconds.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable

import torch
import torchinfo
import transformers
from torch import nn

from paramcount.explain import explain

TURNS = 7


def experts(layers: int = 48, each: int = 512) -> nn.Module:
    """Layers of experts, each a feed-forward network of three dense layers."""

    def expert() -> nn.Module:
        names = {"gate": (64, 32), "up": (64, 32), "down": (32, 64)}
        return nn.ModuleDict({name: nn.Linear(*sizes, bias=False) for name, sizes in names.items()})

    return nn.ModuleList(nn.ModuleList(expert() for _ in range(each)) for _ in range(layers))


def doubled(times: int) -> nn.Module:
    """A layer that is used twice, in a model that is used twice, and so on."""
    model: nn.Module = nn.Linear(2, 2)
    for _ in range(times):
        model = nn.Sequential(model, model)
    return model


def llama(**sizes) -> nn.Module:
    return transformers.LlamaForCausalLM(transformers.LlamaConfig(**sizes))


MODELS: dict[str, Callable[[], nn.Module]] = {
    "ResNet-50": lambda: transformers.ResNetForImageClassification(
        transformers.ResNetConfig(num_labels=1000)
    ),
    "GPT-2 XL": lambda: transformers.GPT2LMHeadModel(
        transformers.GPT2Config(n_embd=1600, n_layer=48, n_head=25)
    ),
    "Llama-70B": lambda: llama(
        hidden_size=8192,
        intermediate_size=28672,
        num_hidden_layers=80,
        num_attention_heads=64,
        num_key_value_heads=8,
    ),
    "48 × 512 experts": experts,
    "doubled 12 times": lambda: doubled(12),
    "doubled 18 times": lambda: doubled(18),
}
TOO_LONG = {"doubled 18 times"}  # for torchinfo, which lists each use


def least(function: Callable[[], object]) -> float:
    start = time.process_time()
    function()
    return 1_000 * (time.process_time() - start)


def measure(name: str) -> str:
    with torch.device("meta"):
        model = MODELS[name]()
    ours, theirs = [], []
    for _ in range(TURNS if len(list(model.modules())) < 10_000 else 2):
        ours.append(least(lambda: explain(model)))
        if name not in TOO_LONG:
            theirs.append(least(lambda: torchinfo.summary(model, verbose=0)))
    if not theirs:
        return f"{name:<18} explain {min(ours):>9,.1f} ms"
    ratio = min(ours) / min(theirs)
    return f"{name:<18} explain {min(ours):>9,.1f} ms   torchinfo {min(theirs):>9,.1f} ms   ratio {ratio:.2f}"


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for each in sys.argv[1:] or MODELS:
        print(measure(each), flush=True)
