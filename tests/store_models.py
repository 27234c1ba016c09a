"""Let the frameworks list the tensors of whole networks anew, into tests/oracle/models.json.

    python tests/store_models.py [NAME ...]

A network is built without weights by the class that its `printed_by` names, from its `config`; those that no
class builds are put together below. To add one, write its name, printed_by and config into the file, and run
this. It needs torch and transformers, and torchvision for some.
"""

from __future__ import annotations

import functools
import json
import re
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path

FILE = Path(__file__).parent / "oracle" / "models.json"


def unet(channels: int, widths: list[int], classes: int):
    """Figure 1 of arXiv:1505.04597 in PyTorch's layers."""
    from torch import nn

    def two(i, o):
        return nn.Sequential(nn.Conv2d(i, o, 3), nn.ReLU(), nn.Conv2d(o, o, 3), nn.ReLU())

    down = [two(i, o) for i, o in zip([channels, *widths], widths, strict=False)]
    up = []
    for i, o in zip(widths[:0:-1], widths[-2::-1], strict=True):
        up += [nn.ConvTranspose2d(i, o, 2, stride=2), two(i, o)]
    return nn.Sequential(*down, *up, nn.Conv2d(widths[0], classes, 1))


def dit(channels: int, patch: int, waves: int, classes: int, x: int, blocks: int):
    """Figure 3 of arXiv:2212.09748 in PyTorch's layers, named as in the paper's own models.py.

    The norms are without gain and shift, and the positions are sinusoids: neither is trained.
    """
    from torch import nn

    def block():
        return nn.ModuleDict(
            {
                "norm1": nn.LayerNorm(x, elementwise_affine=False),
                "attn": nn.ModuleDict({"qkv": nn.Linear(x, 3 * x), "proj": nn.Linear(x, x)}),
                "norm2": nn.LayerNorm(x, elementwise_affine=False),
                "mlp": nn.ModuleDict({"fc1": nn.Linear(x, 4 * x), "fc2": nn.Linear(4 * x, x)}),
                "adaLN_modulation": nn.Sequential(nn.SiLU(), nn.Linear(x, 6 * x)),
            }
        )

    return nn.ModuleDict(
        {
            "x_embedder": nn.Conv2d(channels, x, patch, stride=patch),
            "t_embedder": nn.Sequential(nn.Linear(waves, x), nn.SiLU(), nn.Linear(x, x)),
            "y_embedder": nn.Embedding(classes + 1, x),
            "blocks": nn.ModuleList(block() for _ in range(blocks)),
            "final_layer": nn.ModuleDict(
                {
                    "norm_final": nn.LayerNorm(x, elementwise_affine=False),
                    "linear": nn.Linear(x, patch * patch * 2 * channels),
                    "adaLN_modulation": nn.Sequential(nn.SiLU(), nn.Linear(x, 2 * x)),
                }
            ),
        }
    )


PUT_TOGETHER = {"U-Net": unet, "DiT-XL/2": dit}


def case(name: str) -> dict:
    """What the file says of a network."""
    return next(case for case in json.loads(FILE.read_text("utf-8"))["cases"] if case["name"] == name)


def built(case: dict):
    """The network of a case as its framework builds it, without weights."""
    import torch

    library, _, what = case["printed_by"].split(" ", 2)
    with torch.device("meta"):
        if case["name"] in PUT_TOGETHER:
            return PUT_TOGETHER[case["name"]](**case["config"])
        if library == "torchvision":
            return import_module("torchvision").models.get_model(what, **case["config"])
        own = getattr(import_module(library), what)
        return own(own.config_class(**case["config"]))


@functools.cache
def make_torchvision_importable() -> None:
    """Declare two operations that torchvision compiles, if without them it cannot be imported beside torch.

    transformers imports it wherever it is installed.
    """
    try:
        import torchvision  # noqa: F401
    except ModuleNotFoundError:
        return
    except RuntimeError:
        import torch

        library = torch.library.Library("torchvision", "DEF")
        for operation in ("nms", "qnms"):
            library.define(f"{operation}(Tensor d, Tensor s, float t) -> Tensor")
        globals()["_library"] = library  # it holds while it lives


def listed(model) -> dict:
    """How many parameters a network trains, and their names, the numbers of layers left out, and shapes."""
    trained = [(name, list(p.shape)) for name, p in model.named_parameters() if p.requires_grad]
    times = Counter((re.sub(r"(?<![^.])\d+(?![^.])", "{}", name), tuple(shape)) for name, shape in trained)
    count = sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    return {
        "trainable": count,
        "tensors": [[name, list(shape), many] for (name, shape), many in times.items()],
    }


def anew(case: dict) -> dict:
    """A case as its framework lists it now."""
    library, _, what = case["printed_by"].split(" ", 2)
    found = listed(built(case))
    version = import_module(library).__version__.partition("+")[0]
    return {
        "name": case["name"],
        "printed_by": f"{library} {version} {what}",
        "trainable": found["trainable"],
        "config": case["config"],
        "tensors": found["tensors"],
    }


def store(names: list[str]) -> None:
    make_torchvision_importable()
    oracle = json.loads(FILE.read_text("utf-8"))
    lines = []
    for case in oracle["cases"]:
        if "config" in case and (not names or case["name"] in names):
            case = anew(case)
            print(f"{case['name']}: {case['trainable']:,} by {case['printed_by']}")
        lines.append("    " + json.dumps(case, ensure_ascii=False))
    about, cases = json.dumps(oracle["about"], ensure_ascii=False), ",\n".join(lines)
    FILE.write_text(f'{{\n  "about": {about},\n  "cases": [\n{cases}\n  ]\n}}\n', "utf-8")


if __name__ == "__main__":
    sys.exit(store(sys.argv[1:]))
