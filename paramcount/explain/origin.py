"""What is known of a model that was read besides its tensors: what its config says, and how numbers are kept.

`memory` asks for it. A config is believed for the families below, whose caches were measured with
transformers: each keeps a key and a value of every token, in every layer, for every head of keys. Others,
such as mixtures of attention and state-space layers, may keep something else, so nothing is said of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress

from ..core import Origin
from ..dims import Dim
from . import families

_ONE_EACH = "bloom codegen gpt2 gpt_neo gpt_neox gptj opt persimmon"  # as many heads of keys as of queries
_SHARED = (
    "apertus arcee cohere cohere2 ernie4_5 exaone4 gemma gemma2 gemma3_text glm glm4 gpt_oss granite "
    "granitemoe helium llama ministral mistral mixtral nemotron olmo olmo2 olmo3 olmoe phi phi3 qwen2 "
    "qwen2_moe qwen3 qwen3_moe seed_oss smollm3 starcoder2"
)
_WRITERS = {*_ONE_EACH.split(), *_SHARED.split(), "deepseek_v3", "mamba"}
_READERS = {"albert", "bert", "camembert", "distilbert", "electra", "modernbert", "mpnet", "roberta", "vit"}
_WRITES = ("ForCausalLM", "LMHeadModel")  # how classes end
_LABELS = ("ForMaskedLM", "ForSequenceClassification", "ForTokenClassification", "ForQuestionAnswering")
_ALL_NARROW = "mistral mixtral phi3 starcoder2"  # where there is a window, all layers have it
_LATER_NARROW = "qwen2 qwen2_moe qwen3 qwen3_moe"  # those after the first few
_LOOKS_BACK = {"full_attention", "sliding_attention", "chunked_attention"}
# What configs call the sizes, by the letters of `paramcount.models`.
_NAMES = {
    "n": ("num_hidden_layers", "n_layer", "num_layers"),
    "x": ("hidden_size", "n_embd", "d_model"),
    "v": ("vocab_size",),
    "heads": ("num_attention_heads", "n_head", "num_heads"),
    "kv_heads": ("num_key_value_heads",),
    "d": ("head_dim",),
    "kv_rank": ("kv_lora_rank",),
    "turned": ("qk_rope_head_dim",),
}


def of_config(config: Mapping) -> Origin:
    """What a config says of the model: see `Origin`."""
    kind, classes = config.get("model_type"), config.get("architectures")
    name = str(classes[0]) if isinstance(classes, list) and classes else ""
    if kind not in {*_WRITERS, *_READERS} or not _all_look_back(config):
        return Origin(dtype=_dtype(config))
    writes = kind in _WRITERS and (name.endswith(_WRITES) or not name)
    known = writes or kind in _READERS or name.endswith(_LABELS)
    sizes = _sizes(str(kind), config)
    return Origin(
        sizes, writes if known and sizes else None, _windows(config, sizes.get("n")), _dtype(config)
    )


def of_module(model) -> Origin:
    """What the config of a PyTorch module says, where it has one as those of transformers do."""
    with suppress(Exception):  # whatever may stand in it
        return of_config(config) if (config := config_of(model)) else Origin()
    return Origin()


def config_of(model) -> dict:
    """The config of a PyTorch module as its class writes it; an empty one where it has none."""
    with suppress(Exception):  # whatever an attribute of that name may be
        return {**model.config.to_dict(), "architectures": [type(_unwrapped(model)).__name__]}
    return {}


def _unwrapped(model):
    """The model itself, of one that peft or `torch.compile` wrapped: its class says whether it writes."""
    if "_orig_mod" in getattr(model, "_modules", {}):
        return _unwrapped(model._orig_mod)
    return model.get_base_model() if hasattr(model, "get_base_model") else model


def kept_as(tensors: Iterable[tuple[str, int, int, bool]]) -> tuple[tuple[str, int, int, bool], ...]:
    """Types of numbers, each once: its name, how many numbers, how many bytes, and whether they train."""
    together: dict[tuple[str, bool], list[int]] = {}
    for kind, numbers, size, trains in tensors:
        both = together.setdefault((kind, trains), [0, 0])
        both[0] += numbers
        both[1] += size
    return tuple((kind, *both, trains) for (kind, trains), both in together.items() if both[1])


def _sizes(kind: str, config: Mapping) -> dict[str, object]:
    """The sizes of a model by letter; none where it is not said how many heads of keys there are."""
    sizes: dict[str, object] = {}
    with suppress(ValueError):
        sizes = families.sizes_of(config, kind)
    for letter, names in _NAMES.items():
        said = next((config[name] for name in names if config.get(name)), None)
        sizes[letter] = said or sizes.get(letter)
    if "m" in sizes:  # an encoder: its layers have this letter
        sizes.pop("n")
    if kind in _SHARED.split() and not sizes.get("kv_heads") and kind not in ("llama", "phi3"):
        return {}
    return {letter: Dim(size) for letter, size in sizes.items() if type(size) in (int, Dim) and size > 0}


def _all_look_back(config: Mapping) -> bool:
    kinds = config.get("layer_types") or ()
    return isinstance(kinds, (list, tuple)) and all(kind in _LOOKS_BACK for kind in kinds)


def _windows(config: Mapping, layers: object) -> tuple[int, int] | None:
    """How many layers look back no further than a window, and how wide it is: see `Origin`."""
    kinds, window = config.get("layer_types"), config.get("sliding_window")
    if kinds:
        narrow = [kind for kind in kinds if kind != "full_attention"]
        told = {*narrow} == {"sliding_attention"} and len(kinds) == layers and type(window) is int
        return (len(narrow), window) if told else (0, 0) if narrow else None
    if not window or config.get("use_sliding_window") is False:
        return None
    many = _narrow(config, int(layers)) if isinstance(layers, Dim) else None
    if many == 0:
        return None
    return (many, window) if many and type(window) is int else (0, 0)


def _narrow(config: Mapping, layers: int) -> int | None:
    """How many layers have a window in a config that does not list them, as older ones; None if not known."""
    kind, pattern = str(config.get("model_type")), config.get("sliding_window_pattern")
    if kind in _ALL_NARROW.split():
        return layers
    if kind == "gemma2":  # every other layer, from the first on
        return layers - layers // 2
    if type(pattern) is int and pattern > 0:  # each so many-th looks back at everything
        return layers - layers // pattern
    first = config.get("max_window_layers")
    return max(0, layers - first) if kind in _LATER_NARROW.split() and type(first) is int else None


def _dtype(config: Mapping) -> str:
    """The format of the weights, as a config spells it; "" where it does not say, "?" where none is known."""
    settings = config.get("quantization_config")
    if isinstance(settings, Mapping):
        method, bits = settings.get("quant_method"), settings.get("bits")
        if method == "bitsandbytes" and settings.get("load_in_4bit"):
            return "nf4"
        grouped = method in ("gptq", "awq") and (bits, settings.get("group_size")) == (4, 128)
        return str(method) if grouped or method in ("fp8", "mxfp4") else "?"
    said = config.get("dtype") or config.get("torch_dtype")
    return said.removeprefix("torch.") if isinstance(said, str) else ""
