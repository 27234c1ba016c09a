"""The families of `paramcount.models`, made from the sizes in a config: for where transformers is missing.

Of each family the classes are known that people use most. What a config has that the family here has not,
such as a bias that is switched on, is refused by name: a count is right, or there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .. import models
from ..core import Layer, Tensor
from ..dims import Dim
from ..layers import dense, layer_norm
from .parts import shown


@dataclass(frozen=True)
class Family:
    """How a kind of model is made. sizes: the config's name of each, and what it is where it is not said.

    must: what the config has to say, if it says anything; classes: what each class of the family is, made
    from the sizes and the config, the first being taken where no class is named.
    """

    sizes: Mapping[str, tuple[str, object]]
    must: Mapping[str, tuple]
    classes: Mapping[str, Callable[[dict, Mapping], Layer]]


def made(config: Mapping, kind: str) -> Layer:
    """The model of a config, by its family. Raises ValueError where that is not known, or not the same."""
    if kind not in _FAMILIES:
        raise ValueError(
            f"model_type {shown(kind)} is none of those that are known here ({', '.join(_FAMILIES)}). With "
            "transformers and PyTorch installed, it is built by its own class: pip install transformers torch"
        )
    family = _FAMILIES[kind]
    for key, allowed in family.must.items():
        if key in config and config[key] not in allowed:
            raise _other(key, config[key], kind)
    sizes = _sizes(family.sizes, config, kind)
    named = config.get("architectures")
    name = named[0] if isinstance(named, list) and named else next(iter(family.classes))
    if name not in family.classes:
        raise _other("architectures", name, kind)
    layer = family.classes[name](sizes, config)
    return Layer(name, {}, {**layer.parts}, notes=(f"Made from the sizes in the config, as {kind} is here.",))


def sizes_of(config: Mapping, kind: str) -> dict:
    """The sizes of a model by letter, as its config says them; none of a family that is not known here."""
    return _sizes(_FAMILIES[kind].sizes, config, kind) if kind in _FAMILIES else {}


_ALSO = {"num_experts": "num_local_experts"}  # as another version of transformers writes it


def _sizes(names: Mapping[str, tuple[str, object]], config: Mapping, kind: str) -> dict:
    """The sizes of a family as a config says them, by letter."""
    sizes = {}
    for letter, (key, default) in names.items():
        value = config.get(key, config.get(_ALSO.get(key, key)))
        sizes[letter] = default if value is None else value
        if type(sizes[letter]) not in (int, list, type(None)):
            raise _other(key, value, kind)
    return sizes


def _other(key: str, value: object, kind: str) -> ValueError:
    return ValueError(
        f"its {key} is {shown(str(value)[:40])}, which the {kind} here does not have. With transformers and "
        "PyTorch installed, it is built by its own class: pip install transformers torch"
    )


def timm(config: Mapping) -> Layer:
    """A model of timm by its name, if it is one that was published in the sizes here."""
    name = str(config.get("architecture")).partition(".")[0]
    known, classes = _TIMM.get(name), config.get("num_classes", 1_000)
    if known is None or config.get("model_args") or type(classes) is not int or classes < 1:
        raise ValueError(
            f"timm's {shown(name)} is none of those that are known here ({', '.join(_TIMM)}). With timm "
            "installed, hand over the model: explain(timm.create_model(...))"
        )
    layer = known(classes=classes)
    return Layer(shown(name), {}, {**layer.parts})


_TIMM = {f"vgg{k}": getattr(models, f"vgg_{k}") for k in (11, 13, 16, 19)}
_TIMM |= {f"resnet{k}": getattr(models, f"resnet_{k}") for k in (18, 34, 50, 101, 152)}
_TIMM |= {"efficientnet_b0": models.efficientnet_b0, "convnext_tiny": models.convnext_t}
_TIMM |= {"mobilenetv2_100": models.mobilenet_v2, "vit_base_patch16_224": models.vit_b16}


# -- what the classes add to a family -----------------------------------------------------------


def _labels(config: Mapping) -> int:
    """How many classes a config has, which it says by naming them; two if it does not say."""
    named = config.get("id2label")
    many = len(named) if isinstance(named, dict) and named else config.get("num_labels", 2)
    if type(many) is not int:
        raise ValueError("its num_labels must be a whole number")
    return many


def _with(name: str, base: Layer, **more: Tensor | Layer) -> Layer:
    """A model and what stands on top of it."""
    return Layer(name, {}, {**base.parts, **more})


def _bert(sizes: dict, config: Mapping, pooler: bool = True) -> Layer:
    made_by = models.roberta if config.get("type_vocab_size") == 1 else models.bert
    return made_by(**sizes, pooler=pooler)


def _bert_words(sizes: dict, config: Mapping) -> Layer:
    """The words that are left out are guessed by a dense layer, a norm, and the table of words again."""
    x, v = Dim(sizes["x"], "x"), Dim(sizes["v"], "v")
    tied = config.get("tie_word_embeddings", True)
    head = {"transform": dense(x, x), "transform norm": layer_norm(x)}
    head["output"] = Tensor((v, x), same_as="words E" if tied else "")
    head["output b"] = Tensor((v,))
    if not tied:
        head["output b, once more"] = Tensor((v,))  # the class has two, and ties them with the table
    return _with("BertForMaskedLM", _bert(sizes, config, pooler=False), **head)


def _bert_classes(pooler: bool, outputs: int = 0) -> Callable[[dict, Mapping], Layer]:
    def classes(sizes: dict, config: Mapping) -> Layer:
        head = dense(sizes["x"], outputs or _labels(config))
        return _with("BertForClasses", _bert(sizes, config, pooler), classifier=head)

    return classes


def _gpt(sizes: dict, config: Mapping) -> Layer:
    return models.gpt(
        **sizes | {"ff": sizes["ff"] or 4 * sizes["x"]}, tied=config.get("tie_word_embeddings", True)
    )


def _gpt_bare(sizes: dict, config: Mapping) -> Layer:
    return _without(_gpt(sizes, config | {"tie_word_embeddings": True}), "output")


def _without(layer: Layer, name: str) -> Layer:
    return Layer(layer.name, {}, {key: part for key, part in layer.parts.items() if key != name})


def _t5(sizes: dict, config: Mapping) -> Layer:
    x, heads, d_kv = sizes["x"], sizes["heads"], config.get("d_kv", 64)
    if d_kv * heads != x:
        raise _other("d_kv", d_kv, "t5")
    return models.t5(**sizes | {"n": sizes["n"] or sizes["m"]})


def _vit_sizes(sizes: dict, config: Mapping) -> Layer:
    return models.vit(**sizes, classes=_labels(config))


def _vit_bare(sizes: dict, config: Mapping) -> Layer:
    x = sizes["x"]
    if config.get("pooler_output_size", x) not in (None, x):
        raise _other("pooler_output_size", config["pooler_output_size"], "vit")
    return _with("ViTModel", _without(models.vit(**sizes, classes=1), "output"), pooler=dense(x, x))


def _llama(**more) -> Callable[[dict, Mapping], Layer]:
    """A relative of Llama that writes. more: the switches in which it differs."""

    def writer(sizes: dict, config: Mapping) -> Layer:
        sizes = sizes | {"kv_heads": sizes["kv_heads"] or sizes["heads"]}
        if sizes["d"] and sizes["d"] * sizes["heads"] == sizes["x"]:
            sizes["d"] = None
        return models.llama(**sizes, **more, tied=bool(config.get("tie_word_embeddings", False)))

    return writer


def _gemma(norms: bool) -> Callable[[dict, Mapping], Layer]:
    return lambda sizes, config: models.gemma(**sizes, norms=norms)


def _bare(writer: Callable[[dict, Mapping], Layer]) -> Callable[[dict, Mapping], Layer]:
    """The same without its output."""
    return lambda sizes, config: _without(writer(sizes, {**config, "tie_word_embeddings": True}), "output")


def _deepseek(sizes: dict, config: Mapping) -> Layer:
    if config.get("v_head_dim", 128) != sizes["d"]:
        raise _other("v_head_dim", config["v_head_dim"], "deepseek_v3")
    if "q_lora_rank" in config and config["q_lora_rank"] is None:
        raise _other("q_lora_rank", None, "deepseek_v3")
    return models.deepseek(**sizes)


def _mamba(sizes: dict, config: Mapping) -> Layer:
    x, expand = sizes["x"], config.get("expand", 2)
    if type(expand) is not int:
        raise _other("expand", expand, "mamba")
    return models.mamba(**sizes | {"h": expand * x, "r": sizes["r"] or -(-x // 16)})


def _whisper(sizes: dict, config: Mapping) -> Layer:
    if config.get("decoder_ffn_dim", 1_536) != sizes["ff"]:
        raise _other("decoder_ffn_dim", config.get("decoder_ffn_dim"), "whisper")
    return models.whisper(**sizes)


def _clip(sizes: dict, config: Mapping) -> Layer:
    picture = _sizes(_CLIP_PICTURE, config.get("vision_config") or {}, "clip")
    text = _sizes(_CLIP_TEXT, config.get("text_config") or {}, "clip")
    both = {name: (picture.pop(name), text.pop(name)) for name in ("x", "m", "ff", "heads")}
    return models.clip(**picture, **text, **both, **sizes)


def _llava(sizes: dict, config: Mapping) -> Layer:
    inner = {"vision_config": _LLAVA_SEES, "text_config": _LLAVA_WRITES}
    for key, must in inner.items():
        part = config.get(key) or {}
        for name, allowed in must.items():
            if part.get(name, allowed) != allowed:
                raise _other(f"{key}'s {name}", part[name], "llava")
    picture = _sizes(_LLAVA_PICTURE, config.get("vision_config") or {}, "llava")
    text = _sizes(_LLAMA, config.get("text_config") or {}, "llava")
    keys, d = text.pop("kv_heads"), text.pop("d")
    if keys not in (None, text["heads"]):
        raise _other("num_key_value_heads", keys, "llava")
    if d not in (None, text["x"] // text["heads"]):
        raise _other("head_dim", d, "llava")
    both = {name: (picture.pop(name), text.pop(name)) for name in ("x", "ff", "heads")}
    return models.llava(**picture, **text, **both)


def _convnext(sizes: dict, config: Mapping) -> Layer:
    if not config.get("layer_scale_init_value", True):  # without it there is no gain
        raise _other("layer_scale_init_value", 0, "convnext")
    blocks, x = tuple(sizes["blocks"]), tuple(sizes["x"])
    return models.convnext(sizes["channels"], blocks, x, _labels(config))


def _resnet(sizes: dict, config: Mapping) -> Layer:
    bottleneck = config.get("layer_type", "bottleneck") == "bottleneck"
    width, blocks = sizes["width"], tuple(sizes["blocks"])
    filters = [2**k * width * (4 if bottleneck else 1) for k in range(len(blocks))]
    if config.get("hidden_sizes", filters) != filters:
        raise _other("hidden_sizes", config["hidden_sizes"], "resnet")
    return models.resnet(sizes["channels"], blocks, width, _labels(config), bottleneck)


def _mobilenet(sizes: dict, config: Mapping) -> Layer:
    return models.mobilenet_v2(channels=sizes["channels"], classes=_labels(config))


_BERT = {"v": ("vocab_size", 30_522), "p": ("max_position_embeddings", 512), "x": ("hidden_size", 768)}
_BERT |= {
    "m": ("num_hidden_layers", 12),
    "ff": ("intermediate_size", 3_072),
    "heads": ("num_attention_heads", 12),
}
_ROBERTA = _BERT | {"v": ("vocab_size", 50_265)}
_GPT = {"v": ("vocab_size", 50_257), "p": ("n_positions", 1_024), "x": ("n_embd", 768), "n": ("n_layer", 12)}
_GPT |= {"ff": ("n_inner", None), "heads": ("n_head", 12)}
_T5 = {"v": ("vocab_size", 32_128), "buckets": ("relative_attention_num_buckets", 32), "x": ("d_model", 512)}
_T5 |= {
    "m": ("num_layers", 6),
    "n": ("num_decoder_layers", None),
    "ff": ("d_ff", 2_048),
    "heads": ("num_heads", 8),
}
_VIT = {"channels": ("num_channels", 3), "side": ("image_size", 224), "patch": ("patch_size", 16)}
_VIT |= {name: _BERT[name] for name in ("x", "m", "ff", "heads")}
_LLAMA = {"v": ("vocab_size", 32_000), "x": ("hidden_size", 4_096), "n": ("num_hidden_layers", 32)}
_LLAMA |= {"ff": ("intermediate_size", 11_008), "heads": ("num_attention_heads", 32)}
_LLAMA |= {"d": ("head_dim", None)}
_MISTRAL = _LLAMA | {"ff": ("intermediate_size", 14_336), "kv_heads": ("num_key_value_heads", 8)}
_MIXTRAL = _MISTRAL | {"experts": ("num_local_experts", 8)}
_LLAMA |= {"kv_heads": ("num_key_value_heads", None)}
_QWEN_2 = _LLAMA | {"v": ("vocab_size", 151_936), "ff": ("intermediate_size", 22_016)}
_QWEN_2 |= {"kv_heads": ("num_key_value_heads", 32)}
_QWEN_3 = _QWEN_2 | {"d": ("head_dim", 128)}
_QWEN_3_MOE = _QWEN_2 | {"x": ("hidden_size", 2_048), "n": ("num_hidden_layers", 24)}
_QWEN_3_MOE |= {"kv_heads": ("num_key_value_heads", 4), "ff": ("moe_intermediate_size", 768)}
_QWEN_3_MOE |= {"experts": ("num_experts", 128)}
_GPT_OSS = _QWEN_3 | {"v": ("vocab_size", 201_088), "x": ("hidden_size", 2_880), "d": ("head_dim", 64)}
_GPT_OSS |= {"n": ("num_hidden_layers", 36), "ff": ("intermediate_size", 2_880)}
_GPT_OSS |= {"heads": ("num_attention_heads", 64), "kv_heads": ("num_key_value_heads", 8)}
_GPT_OSS |= {"experts": ("num_local_experts", 128)}
_PHI_3 = _LLAMA | {
    "v": ("vocab_size", 32_064),
    "x": ("hidden_size", 3_072),
    "ff": ("intermediate_size", 8_192),
}
_GEMMA_2 = _LLAMA | {
    "v": ("vocab_size", 256_000),
    "x": ("hidden_size", 2_304),
    "ff": ("intermediate_size", 9_216),
}
_GEMMA_2 |= {"n": ("num_hidden_layers", 26), "heads": ("num_attention_heads", 8), "d": ("head_dim", 256)}
_GEMMA_2 |= {"kv_heads": ("num_key_value_heads", 4)}
_DEEPSEEK = {"v": ("vocab_size", 129_280), "x": ("hidden_size", 7_168), "n": ("num_hidden_layers", 61)}
_DEEPSEEK |= {"first": ("first_k_dense_replace", 3), "ff": ("intermediate_size", 18_432)}
_DEEPSEEK |= {"expert_ff": ("moe_intermediate_size", 2_048), "experts": ("n_routed_experts", 256)}
_DEEPSEEK |= {"shared": ("n_shared_experts", 1), "heads": ("num_attention_heads", 128)}
_DEEPSEEK |= {"d": ("qk_nope_head_dim", 128), "turned": ("qk_rope_head_dim", 64)}
_DEEPSEEK |= {"q_rank": ("q_lora_rank", 1_536), "kv_rank": ("kv_lora_rank", 512)}
_MAMBA = {"v": ("vocab_size", 50_280), "x": ("hidden_size", 768), "n": ("num_hidden_layers", 32)}
_MAMBA |= {"s": ("state_size", 16), "r": ("time_step_rank", None), "f": ("conv_kernel", 4)}
_WHISPER = {
    "mels": ("num_mel_bins", 80),
    "frames": ("max_source_positions", 1_500),
    "v": ("vocab_size", 51_865),
}
_WHISPER |= {"p": ("max_target_positions", 448), "x": ("d_model", 384), "m": ("encoder_layers", 4)}
_WHISPER |= {"n": ("decoder_layers", 4), "ff": ("encoder_ffn_dim", 1_536)}
_WHISPER |= {"heads": ("encoder_attention_heads", 6)}
_CLIP_PICTURE = _VIT | {"patch": ("patch_size", 32)}
_LLAVA_PICTURE = _CLIP_PICTURE | {"side": ("image_size", 336), "patch": ("patch_size", 14)}
_LLAVA_PICTURE |= {"x": ("hidden_size", 1_024), "m": ("num_hidden_layers", 24)}
_LLAVA_PICTURE |= {"ff": ("intermediate_size", 4_096), "heads": ("num_attention_heads", 16)}
_LLAVA_SEES = {"model_type": "clip_vision_model"}
_LLAVA_WRITES = {"model_type": "llama", "attention_bias": False, "mlp_bias": False}
_CLIP_TEXT = {"v": ("vocab_size", 49_408), "p": ("max_position_embeddings", 77), "x": ("hidden_size", 512)}
_CLIP_TEXT |= {"m": _BERT["m"], "ff": ("intermediate_size", 2_048), "heads": ("num_attention_heads", 8)}
_CONVNEXT = {"channels": ("num_channels", 3), "blocks": ("depths", [3, 3, 9, 3])}
_CONVNEXT |= {"x": ("hidden_sizes", [96, 192, 384, 768])}
_RESNET = {
    "channels": ("num_channels", 3),
    "width": ("embedding_size", 64),
    "blocks": ("depths", [3, 4, 6, 3]),
}

_TIED = {"tie_word_embeddings": (True,)}
_NO_BIAS = {"attention_bias": (False,)}
_ABSOLUTE = {"add_cross_attention": (False,), "position_embedding_type": ("absolute",)}


def _writers(name: str, writer: Callable[[dict, Mapping], Layer]) -> dict:
    """The two classes of a decoder: with its output and without."""
    bare = "Gemma3TextModel" if name == "Gemma3" else f"{name}Model"
    return {f"{name}ForCausalLM": writer, bare: _bare(writer)}


def _berts(name: str) -> dict:
    """The classes of BERT and RoBERTa that are made alike."""
    return {
        f"{name}Model": _bert,
        f"{name}ForMaskedLM": _bert_words,
        f"{name}ForTokenClassification": _bert_classes(pooler=False),
        f"{name}ForQuestionAnswering": _bert_classes(pooler=False, outputs=2),
    }


_FAMILIES = {
    "bert": Family(
        _BERT,
        _ABSOLUTE | {"type_vocab_size": (2,)},
        _berts("Bert") | {"BertForSequenceClassification": _bert_classes(pooler=True)},
    ),
    "roberta": Family(_ROBERTA, _ABSOLUTE | {"type_vocab_size": (1, 2)}, _berts("Roberta")),
    "gpt2": Family(
        _GPT, {"add_cross_attention": (False,)}, {"GPT2LMHeadModel": _gpt, "GPT2Model": _gpt_bare}
    ),
    "t5": Family(
        _T5,
        # Whatever a config says, transformers 5 ties the output of a T5.
        {"feed_forward_proj": ("relu",), "tie_word_embeddings": (True,)},
        {
            "T5ForConditionalGeneration": _t5,
            "T5Model": lambda sizes, config: _without(_t5(sizes, config), "output"),
        },
    ),
    "vit": Family(
        _VIT, {"qkv_bias": (True,)}, {"ViTForImageClassification": _vit_sizes, "ViTModel": _vit_bare}
    ),
    "llama": Family(_LLAMA, _NO_BIAS | {"mlp_bias": (False,)}, _writers("Llama", _llama())),
    "mistral": Family(_MISTRAL, {}, _writers("Mistral", _llama())),
    "mixtral": Family(_MIXTRAL, {}, _writers("Mixtral", _llama())),
    "qwen2": Family(_QWEN_2, {}, _writers("Qwen2", _llama(bias=True))),
    "qwen3": Family(_QWEN_3, _NO_BIAS, _writers("Qwen3", _llama(norms=True))),
    "qwen3_moe": Family(
        _QWEN_3_MOE,
        _NO_BIAS | {"decoder_sparse_step": (1,), "mlp_only_layers": ([],)},
        _writers("Qwen3Moe", _llama(norms=True)),
    ),
    "gpt_oss": Family(
        _GPT_OSS,
        {"attention_bias": (True,), "tie_word_embeddings": (False,)},
        _writers("GptOss", lambda sizes, config: models.gpt_oss(**sizes)),
    ),
    "phi3": Family(_PHI_3, {}, _writers("Phi3", _llama())),
    "gemma2": Family(_GEMMA_2, _NO_BIAS | _TIED, _writers("Gemma2", _gemma(norms=False))),
    "gemma3_text": Family(
        _GEMMA_2 | {"v": ("vocab_size", 262_208)}, _NO_BIAS | _TIED, _writers("Gemma3", _gemma(norms=True))
    ),
    "deepseek_v3": Family(
        _DEEPSEEK, _NO_BIAS | {"tie_word_embeddings": (False,)}, _writers("DeepseekV3", _deepseek)
    ),
    "mamba": Family(
        _MAMBA, _TIED | {"use_bias": (False,), "use_conv_bias": (True,)}, _writers("Mamba", _mamba)
    ),
    "whisper": Family(
        _WHISPER, _TIED, {"WhisperForConditionalGeneration": _whisper, "WhisperModel": _bare(_whisper)}
    ),
    "clip": Family({"o": ("projection_dim", 512)}, {}, {"CLIPModel": _clip}),
    "llava": Family(
        {},
        {
            "multimodal_projector_bias": (True,),
            "tie_word_embeddings": (False,),
            "vision_feature_layer": (-1, -2),  # with several of them the projector would read more
        },
        {"LlavaForConditionalGeneration": _llava},
    ),
    "convnext": Family(_CONVNEXT, {"patch_size": (4,)}, {"ConvNextForImageClassification": _convnext}),
    "resnet": Family(
        _RESNET,
        {"downsample_in_first_stage": (False,), "downsample_in_bottleneck": (True, False)},
        {"ResNetForImageClassification": _resnet},
    ),
    "mobilenet_v2": Family(
        {"channels": ("num_channels", 3)},
        {
            "depth_multiplier": (1.0,),
            "expand_ratio": (6, 6.0),
            "depth_divisible_by": (8,),
            "min_depth": (8,),
            "finegrained_output": (True, False),
            "first_layer_is_expansion": (True,),
        },
        {"MobileNetV2ForImageClassification": _mobilenet},
    ),
}
