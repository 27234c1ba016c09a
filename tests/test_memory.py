"""The room that a network takes: each row by hand, and the panel that moves them."""

import json
from dataclasses import replace

import pytest

import paramcount as pc
from laws import printed_by
from paramcount import embedding, explain, layer, lora, memory, models
from paramcount.explain import origin
from paramcount.show.bytes import FORMATS, GB, GIB, RECIPES, three
from test_explain_packed import saved
from test_packaging import ROOT

LLAMA_2 = 6_738_415_616  # KerasHub's preset
QWEN = explain(ROOT / "notebooks/data/qwen2.5-0.5b")
SMALL = {"hidden_size": 32, "num_hidden_layers": 4, "num_attention_heads": 4, "num_key_value_heads": 2}
SMALL |= {"intermediate_size": 64, "vocab_size": 100}
TINY = explain(ROOT / "notebooks/data/tiny.safetensors")
PACKED = printed_by("packed")  # headers of files, as the tools that quantise wrote them


def sizes(shown) -> dict[str, int]:
    return {row.name: row.size for row in shown.rows}


# 32 layers, keys and values, heads of 128 columns, 2 bytes a number.
@pytest.mark.parametrize(
    "network, each",
    [
        (models.llama_2_7b, 2 * 32 * 32 * 128 * 2),  # 524,288: half a MiB a token
        (models.llama_3_8b, 2 * 32 * 8 * 128 * 2),  # a quarter of that: 8 heads of keys, not 32
        (models.gpt2_small, 2 * 12 * 12 * 64 * 2),
        (models.qwen_3_8b, 2 * 36 * 8 * 128 * 2),  # whose heads are not x ÷ heads wide
        (models.deepseek_v3, 61 * (512 + 64) * 2),  # latent attention: one for all heads, keys and values
        (lora(models.llama_2_7b(), 8), 2 * 32 * 32 * 128 * 2),
        (models.bert_base, 0),  # reads, and never writes
        (models.mamba_130m, 0),
    ],
)
def test_keys_and_values_of_each_token(network, each):
    for tokens, texts in ((1, 1), (4_096, 3)):
        assert sizes(memory(network, tokens=tokens, texts=texts))["keys and values"] == tokens * texts * each


@layer
def lm(v, x, n, heads, kv, ff):
    """A language model as a reader writes it, with sizes of the same names as in `paramcount.models`."""
    return {"words": embedding(v, x), "layers": n * models.llama_layer(x, ff, heads, kv)}


@pytest.mark.parametrize(
    "network",
    [
        LLAMA_2,  # a bare count does not say
        lm(32_000, 1_024, 4, 16, 2, 2_048),  # 2 × 4 × 2 × 64 × 2 = 2,048 bytes; 16 heads would be 16,384
        models.t5_small,  # decoders that look across keep keys and values of two texts
        models.whisper_tiny,
        models.transformer_base,
        models.llama_layer,
    ],
    ids=lambda each: getattr(each, "name", "a count"),
)
def test_what_is_kept_of_a_token_is_not_guessed(network):
    shown = memory(network)
    assert sizes(shown)["keys and values"] is None
    assert "keys and values  not known here: give kept=" in repr(shown)
    assert sizes(memory(network, kept=64, tokens=10))["keys and values"] == 10 * 64 * 2


def test_what_reads_no_tokens_has_no_row_for_them():
    for network in (models.vgg_16, models.PUBLISHED["U-Net"], pc.conv(3, 3, 8)):
        assert "keys and values" not in sizes(memory(network)) and "keys" not in repr(memory(network))


def test_the_config_that_was_read_says_what_is_kept_of_a_token():
    """Qwen2.5-0.5B: 24 layers, a key and a value, 2 heads of 896 ÷ 14 = 64 columns."""
    query = "q_proj" if "q_proj" in QWEN.to_markdown(9) else "query"  # by transformers, or without it
    for shown in (QWEN, lora(QWEN, 8, on=query)):
        assert sizes(memory(shown, tokens=10))["keys and values"] == 10 * 2 * 24 * 2 * 64 * 2


CACHES = {  # of each family: what its config has besides, and what is kept of a token
    "llama": ({"num_key_value_heads": 2, "head_dim": 12}, 2 * 3 * 2 * 12),
    "qwen3": ({"num_key_value_heads": 2, "head_dim": 16}, 2 * 3 * 2 * 16),
    "gpt2": ({"n_embd": 48, "n_layer": 3, "n_head": 4}, 2 * 3 * 4 * 12),
    "phi": ({"num_key_value_heads": 4}, 2 * 3 * 4 * 12),
}


@pytest.mark.parametrize("kind", CACHES)
def test_transformers_keeps_the_same_of_a_token(kind, tmp_path):
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    more, kept = CACHES[kind]
    small = {"hidden_size": 48, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 32}
    config = transformers.CONFIG_MAPPING[kind](**{} if kind == "gpt2" else small, **more, vocab_size=50)
    model = transformers.AutoModelForCausalLM.from_config(config)
    cache = model(torch.ones(1, 5, dtype=torch.long), use_cache=True).past_key_values
    assert sum(each.keys.numel() + each.values.numel() for each in cache.layers) == 5 * kept
    config.save_pretrained(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text()) | {"architectures": [type(model).__name__]}
    (tmp_path / "config.json").write_text(json.dumps(config))
    for network in (explain(model), explain(tmp_path)):
        assert sizes(memory(network, tokens=5))["keys and values"] == 5 * kept * 2


def test_a_config_of_another_kind_is_not_believed():
    """Jamba has attention in one layer of eight; a classifier of Qwen's writes nothing."""
    config = json.loads((ROOT / "notebooks/data/qwen2.5-0.5b/config.json").read_text())
    assert origin.of_config(config).writes is True
    assert origin.of_config(config | {"model_type": "jamba"}).writes is None
    assert origin.of_config(config | {"layer_types": ["linear_attention"] * 24}).writes is None
    assert origin.of_config(config | {"architectures": ["Qwen2ForSequenceClassification"]}).writes is False
    windows = {"sliding_window": 4_096, "use_sliding_window": True, "max_window_layers": 20}
    assert origin.of_config(config | windows).windows == (4, 4_096)
    assert origin.of_config(config).windows is None


@pytest.mark.parametrize(
    "network, tokens, bytes_of_them",
    [  # layers that see all, layers with a window, and 2 × heads of keys × columns × 2 bytes for each
        (models.PUBLISHED["gpt-oss-20b"], 131_072, (12 * 131_072 + 12 * 128) * 2 * 8 * 64 * 2),
        (models.PUBLISHED["gpt-oss-20b"], 100, 24 * 100 * 2 * 8 * 64 * 2),  # no longer than the window
        (models.PUBLISHED["gpt-oss-120b"], 1_000, (18 * 1_000 + 18 * 128) * 2 * 8 * 64 * 2),
        (models.PUBLISHED["Gemma-2-2B"], 8_192, (13 * 8_192 + 13 * 4_096) * 2 * 4 * 256 * 2),
        (models.PUBLISHED["Gemma-3-1B"], 32_768, (4 * 32_768 + 22 * 512) * 2 * 1 * 256 * 2),
        (lora(models.gemma_3_1b(), 8), 32_768, (4 * 32_768 + 22 * 512) * 2 * 1 * 256 * 2),
    ],
)
def test_layers_with_a_window_keep_no_more(network, tokens, bytes_of_them):
    for texts in (1, 3):
        shown = memory(network, tokens=tokens, texts=texts)
        assert sizes(shown)["keys and values"] == texts * bytes_of_them
        assert shown.together.size == sum(row.size for row in shown.rows)


def test_a_window_that_is_not_known_is_not_added_up():
    # 12 layers, 2 heads of keys, columns of 16: 2 × 12 × 2 × 16 × 2 bytes a token.
    shown = memory(models.gemma(1_000, 64, 12, 128, 4, 2, 16, norms=True), tokens=100)
    assert sizes(shown)["keys and values"] == 100 * 2 * 12 * 2 * 16 * 2
    assert shown.together.size == sizes(shown)["weights"]
    assert "at most: 1,536 bytes a token, bfloat16, if all layers look back" in repr(shown)
    assert "at least, without keys and values" in repr(shown)
    assert "look back" not in repr(memory(models.llama_3_8b))


@pytest.mark.parametrize(
    "config, windows",
    [
        ({"model_type": "mistral", "sliding_window": 4_096}, (26, 4_096)),
        ({"model_type": "mistral", "sliding_window": None}, None),
        ({"model_type": "gemma2", "sliding_window": 4_096}, (13, 4_096)),  # 0, 2, … 24 of 26
        ({"model_type": "gemma3_text", "sliding_window": 512, "sliding_window_pattern": 6}, (22, 512)),
        ({"model_type": "gemma3_text", "sliding_window": 512}, (0, 0)),
        ({"model_type": "qwen2", "sliding_window": 64, "max_window_layers": 20}, (6, 64)),
        ({"model_type": "qwen2", "sliding_window": 64, "max_window_layers": 28}, None),
        (
            {"model_type": "llama", "layer_types": ["sliding_attention", "full_attention"] * 13}
            | {"sliding_window": 8},
            (13, 8),
        ),
        ({"model_type": "llama", "layer_types": ["chunked_attention", "full_attention"] * 13}, (0, 0)),
        ({"model_type": "llama", "layer_types": ["full_attention"] * 26, "sliding_window": 8}, None),
    ],
)
def test_a_config_says_which_layers_have_a_window(config, windows):
    small = {"hidden_size": 64, "num_hidden_layers": 26, "num_attention_heads": 4, "num_key_value_heads": 2}
    small |= {"intermediate_size": 32, "vocab_size": 50, "architectures": ["XForCausalLM"], "head_dim": 16}
    assert origin.of_config(small | config).windows == windows


@pytest.mark.parametrize("kind", ["gemma2", "gemma3_text", "gpt_oss", "mistral"])
def test_transformers_keeps_no_more_in_a_window(kind):
    """Of 20 tokens and a window of 8, 7 stay when the next one comes, which is the eighth."""
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    more = {"head_dim": 8, "sliding_window": 8, "pad_token_id": 0, "num_hidden_layers": 7}
    more |= {"num_local_experts": 2, "num_experts_per_tok": 1} if kind == "gpt_oss" else {}
    config = transformers.CONFIG_MAPPING[kind](**SMALL | more)
    model = transformers.AutoModelForCausalLM.from_config(config)
    cache = model(torch.ones(1, 20, dtype=torch.long), use_cache=True).past_key_values
    long = [each.keys.shape[2] for each in cache.layers]
    assert set(long) <= {20, 7} and 7 in long
    tokens = sum(20 if each == 20 else each + 1 for each in long)
    assert sizes(memory(explain(model), tokens=20))["keys and values"] == tokens * 2 * 2 * 8 * 2


def test_the_table_of_a_widely_read_post_is_twice_too_large():
    """Llama 3.1 405B: 126 layers, 8 heads of keys, columns of 128; 131,072 tokens in two bytes."""
    kept = sizes(memory(1, kept=2 * 126 * 8 * 128, tokens=131_072))["keys and values"]
    assert kept == 67_645_734_912 == 63 * GIB


@pytest.mark.parametrize(
    "weights, size",
    [
        ("float32", 26_953_662_464),
        ("bfloat16", 13_476_831_232),
        ("float16", 13_476_831_232),
        ("int8", 6_738_415_616),
        ("fp8", 6_738_415_616),
        ("4 bit", 3_369_207_808),
    ],
)
def test_weights_in_use(weights, size):
    found = sizes(memory(models.llama_2_7b, weights))
    assert found["weights"] == size
    assert (found["gradients"], found["optimiser"]) == (0, 0)
    # A scale of 2 bytes for each 32: 210,575,488 scales.
    assert found.get("their scales", 0) == (421_150_976 if weights == "4 bit" else 0)


def test_four_bits_of_what_fills_no_block():
    found = sizes(memory(33, "4 bit"))
    assert (found["weights"], found["their scales"]) == (17, 4)  # 33 halves, two blocks


def test_four_bits_of_dense_layers():
    """As bitsandbytes: 4 bytes for each 64; two tables of 128,256 × 4,096 and 65 norms are left alone."""
    found = sizes(memory(models.llama_3_8b, "4 bit, dense layers"))
    packed, rest = 32 * (2 * 4_096 * (4_096 + 1_024) + 3 * 4_096 * 14_336), 4_096 * (2 * 128_256 + 65)
    assert packed == 6_979_321_856 and rest == 1_050_939_392
    assert [*found.values()][:3] == [packed // 2, packed // 64 * 4, 2 * rest]
    assert sum([*found.values()][:3]) == 6_027_747_328  # 6.03 GB, where all of it in 4 bit is 4.52
    with pytest.raises(ValueError, match="a count does not say what is in dense layers"):
        memory(LLAMA_2, "nf4")


@pytest.mark.parametrize(
    ("network", "config", "sizes_in_config"),
    [
        (models.qwen_2_5_0_5b, "Qwen2Config", {"tie_word_embeddings": True}),
        (models.gpt2_small, "GPT2Config", {}),
        (models.vit_b16, "ViTConfig", {"num_labels": 1_000}),
        (models.mixtral_8x7b, "MixtralConfig", {}),
    ],
)
def test_bitsandbytes_packs_the_same(network, config, sizes_in_config):
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    bnb = pytest.importorskip("bitsandbytes")
    from transformers.integrations.bitsandbytes import replace_with_bnb_linear
    from transformers.quantizers.base import get_keys_to_not_convert

    if config == "Qwen2Config":
        folder = ROOT / "notebooks/data/qwen2.5-0.5b"
        made = transformers.AutoConfig.from_pretrained(folder)
    else:
        made = getattr(transformers, config)(**sizes_in_config)
    kind = transformers.AutoModelForImageClassification if "ViT" in config else None
    with torch.device("meta"):
        model = (kind or transformers.AutoModelForCausalLM).from_config(made)
    quantised = transformers.BitsAndBytesConfig(load_in_4bit=True)
    kept = get_keys_to_not_convert(model)
    model = replace_with_bnb_linear(model, modules_to_not_convert=kept, quantization_config=quantised)
    packed = [each for each in model.modules() if isinstance(each, bnb.nn.Linear4bit)]
    assert packed
    theirs = sum(each.in_features * each.out_features for each in packed)
    assert sizes(memory(network, "nf4"))["weights"] == theirs // 2


def test_all_experts_stay_in_memory():
    for network in (models.mixtral_8x7b, models.mixtral_8x7b(active=2)):
        assert sizes(memory(network))["weights"] == 2 * 46_702_792_704  # KerasHub's preset
    said = "A token uses 2 of 8 experts, and all 8 stay in memory."
    assert said in repr(memory(models.mixtral_8x7b(active=2)))
    assert sizes(memory(lora(models.mixtral_8x7b(active=2), 8)))["weights"] == 2 * (
        46_702_792_704 + 3_407_872
    )

    @layer
    def of_mine(x):
        return {"block": models.mixture(x, 2 * x, 4, active=1)}

    with pytest.raises(ValueError, match="all stay in memory: make it without active="):
        memory(of_mine(8))


def test_bitsandbytes_packs_no_experts():
    """transformers 5 has the experts in tensors of their own; what it packs of Mixtral is attention."""
    attention = 32 * 2 * 4_096 * (4_096 + 1_024)
    found = sizes(memory(models.mixtral_8x7b, "nf4"))
    assert found["weights"] == attention // 2 and found["not quantised"] == 2 * (46_702_792_704 - attention)
    experts = 32 * 8 * 3 * 4_096 * 14_336
    assert sizes(memory(models.mixtral_8x7b, "gptq"))["weights"] == (attention + experts) // 2
    routers = 32 * 4_096 * 8
    found = sizes(memory(models.mixtral_8x7b, "4 bit, dense layers and experts"))
    assert found["weights"] == (attention + experts + routers) // 2 == 46_440_382_464 // 2


@pytest.mark.parametrize("network, gib", [(models.gpt_oss_20b, "12.8"), (models.gpt_oss_120b, "60.8")])
def test_experts_in_mxfp4_take_what_the_paper_prints(network, gib):
    """arXiv:2508.10925, table 1: checkpoints of 12.8 and 60.8 GiB."""
    shown = memory(network, "mxfp4", tokens=1)
    weights = sum(size for name, size in sizes(shown).items() if name != "keys and values")
    assert three(weights, GIB) == gib
    with pytest.raises(ValueError, match="there are no experts in it"):
        memory(models.llama_3_8b, "mxfp4")


def test_experts_that_were_read_in_mxfp4():
    """By hand: 24 × 32 × 3 × 2,880 × 2,880 = 19,110,297,600 weights of experts in 4 bits, a byte for each 32
    of them, and 1,804,459,584 others in 2 bytes: the 12.8 GiB of the paper."""
    transformers, torch = pytest.importorskip("transformers"), pytest.importorskip("torch")
    with torch.device("meta"):
        model = transformers.GptOssForCausalLM(
            transformers.GptOssConfig(num_hidden_layers=24, num_local_experts=32)
        )
    shown = memory(model, "mxfp4", tokens=1)
    weights = sum(row.size for row in shown.rows if row.name != "keys and values")
    assert weights == 19_110_297_600 // 2 + 19_110_297_600 // 32 + 2 * 1_804_459_584


@pytest.mark.parametrize("weights", ["gptq", "4 bit, dense layers and experts"])
def test_experts_that_lie_in_two_tensors_are_packed_as_well(weights):
    """By hand: 32 layers, of 8 experts three matrices, and attention's four."""
    transformers, torch = pytest.importorskip("transformers"), pytest.importorskip("torch")
    with torch.device("meta"):
        model = transformers.MixtralForCausalLM(transformers.MixtralConfig())
    attention = 2 * 4_096 * 4_096 + 2 * 4_096 * 1_024
    assert sizes(memory(model, weights))["weights"] == 32 * (attention + 8 * 3 * 4_096 * 14_336) // 2


def test_scales_that_are_quantised_again():
    """A byte for each 64 weights, and 4 for each 256 of those: 8 × (½ + 1.015625 ÷ 64) = 4.127 bits."""
    found = sizes(memory(models.llama_3_8b, "nf4 double"))
    packed = 32 * (2 * 4_096**2 + 2 * 4_096 * 1_024 + 3 * 4_096 * 14_336)
    assert (found["weights"], found["their scales"]) == (packed // 2, packed // 64 + packed // 64 // 64)


def test_what_passes_is_in_the_format_of_what_is_frozen():
    """peft keeps A and B as float32 beside weights in bfloat16; the layers give bfloat16."""
    peft, transformers = pytest.importorskip("peft"), pytest.importorskip("transformers")
    torch = pytest.importorskip("torch")
    model = transformers.Qwen2ForCausalLM(transformers.Qwen2Config(**SMALL)).to(torch.bfloat16)
    tuned = peft.get_peft_model(model, peft.LoraConfig(r=2))
    assert {p.dtype for p in tuned.parameters() if p.requires_grad} == {torch.float32}
    found = sizes(memory(tuned, training=True, tokens=10))
    assert found["activations"] == 4 * 10 * 32 * 2 and found["gradients"] == found["weights that train"]
    hidden = tuned(torch.ones(1, 10, dtype=torch.long), output_hidden_states=True).hidden_states
    assert {each.dtype for each in hidden} == {torch.bfloat16}


def test_where_nothing_trains_nothing_is_kept_for_the_way_back():
    found = sizes(memory(pc.frozen(models.gpt2_small()), training=True))
    assert found.pop("weights, frozen") == 2 * 124_439_808 and not any(found.values())


def test_what_was_not_read_is_read_first():
    torch = pytest.importorskip("torch")
    model = torch.nn.Linear(3, 4)
    assert sizes(memory(model)) == sizes(memory(explain(model))) and sizes(memory(model))["weights"] == 4 * 16
    path = ROOT / "notebooks/data/qwen2.5-0.5b"
    assert sizes(memory(path)) == sizes(memory(str(path))) == sizes(memory(QWEN))
    assert pc.compare({"mine": model}).networks["mine"].count == 16


def test_adapters_are_not_quantised_in_use_either():
    found = sizes(memory(lora(models.llama_2_7b(), 8), "4 bit"))
    assert (found["weights, frozen"], found["weights that train"]) == (3_369_207_808, 2 * 4_194_304)
    found = sizes(memory(lora(models.llama_2_7b(), 8), "nf4"))
    # Four of 4,096 × 4,096 and three of 4,096 × 11,008 in each of 32 layers, and no A or B.
    assert found["weights, frozen"] == 32 * (4 * 4_096**2 + 3 * 4_096 * 11_008) // 2


@pytest.mark.parametrize("name", PACKED)
def test_of_files_it_says_what_they_hold(name, tmp_path):
    """As many bytes as follow the header, which begins with its own length."""
    path = saved(tmp_path, PACKED[name])
    written = path.read_bytes()
    (row,) = (row for row in memory(explain(path)).rows if row.name == "weights, in the files")
    assert row.size == len(written) - 8 - int.from_bytes(written[:8], "little") > 0


def test_the_types_of_a_file_are_a_product_each(tmp_path):
    """GPTQ in 4 bits, groups of 32: 128 × 96 ÷ 8 = 1,536 words, 48 of zeros and 128 of places; 480 halves."""
    row = memory(explain(saved(tmp_path, PACKED["GPTQ, 4 bits"]))).rows[0]
    assert row.each == "int32, float16, scales and all" and row.size == 1_712 * 4 + 480 * 2
    assert {*row.arithmetic.split(" + ")} == {"1,712 × 4", "480 × 2"}


def test_gguf_files_have_parts_of_a_byte():
    from paramcount.explain import gguf

    pytest.importorskip("gguf")
    assert (gguf.bits("Q4_0"), gguf.bits("Q8_0"), gguf.bits("F16")) == (
        4.5,
        8.5,
        16,
    )  # 18 and 34 bytes for 32


def test_of_a_file_the_matrices_that_are_no_table_are_packed():
    """Two blocks of four 16 × 16, a 16 × 64 and a 64 × 16; two tables, norms and biases are left."""
    found = sizes(memory(TINY, "nf4"))
    assert found["weights"] == 2 * (4 * 16 * 16 + 2 * 16 * 64) // 2 == 3_072
    assert found["not quantised"] == 2 * (8_144 - 6_144)


def test_a_module_is_what_its_tensors_are():
    torch = pytest.importorskip("torch")
    model = torch.nn.Sequential(torch.nn.Linear(10, 20), torch.nn.Linear(20, 5))
    assert sizes(memory(explain(model)))["weights"] == 4 * (220 + 105)
    assert sizes(memory(explain(model.half()), training=RECIPES[1]))["optimiser"] == 2 * 2 * (220 + 105)
    model[1].float()
    model[0].requires_grad_(False)
    assert sizes(memory(explain(model)))["weights, as it was read"] == 2 * 220 + 4 * 105
    tuned = sizes(memory(explain(model), training=RECIPES[1]))
    assert tuned["weights, frozen, as it was read"] == 2 * 220 and tuned["optimiser"] == 4 * 2 * 105


def test_a_module_in_four_bits_has_scales_that_its_footprint_leaves_out():
    """By hand: 64 × 64 numbers in 4 bits, and 64 scales of 4 bytes; 64 biases in bfloat16."""
    torch, bnb = pytest.importorskip("torch"), pytest.importorskip("bitsandbytes")
    for twice, scales in (
        (False, 64 * 4),
        (True, 64 * 1 + 4),
    ):  # once more: a byte each, and one scale for 256
        packed = bnb.nn.Linear4bit(64, 64, compress_statistics=twice).to(torch.bfloat16).to("cpu")
        row = memory(explain(packed)).rows[0]
        assert row.name == "weights, as it was read" and row.each.endswith(", scales and all")
        assert row.size == 64 * 64 // 2 + scales + 64 * 2


def test_of_what_is_not_packed_no_scales_are_spoken_of():
    """The file has 8,144 parameters, and 32 whole numbers for positions."""
    row = memory(TINY).rows[0]
    assert row.each == "int64, float16" and row.size == 8_144 * 2 + 32 * 8


def test_a_model_of_keras_is_what_its_weights_are(tmp_path):
    keras = pytest.importorskip("keras")
    model = keras.Sequential([keras.Input((10,)), keras.layers.Dense(20), keras.layers.Dense(5)])
    model.save(tmp_path / "model.keras")
    half = keras.Sequential([keras.Input((10,)), keras.layers.Dense(20, dtype="bfloat16")])
    assert sizes(memory(explain(model)))["weights"] == 4 * (220 + 105)
    assert sizes(memory(explain(tmp_path / "model.keras")))["weights"] == 4 * (220 + 105)
    assert sizes(memory(explain(half)))["weights"] == 2 * 220


def test_a_gguf_file_is_as_large_as_it_says(tmp_path):
    """64 × 32 numbers in blocks of 32, 18 bytes each, and 32 as float32."""
    gguf, numpy = pytest.importorskip("gguf"), pytest.importorskip("numpy")
    writer = gguf.GGUFWriter(tmp_path / "model.gguf", "llama")
    quantised = gguf.quants.quantize(numpy.zeros((64, 32), numpy.float32), gguf.GGMLQuantizationType.Q4_0)
    kind = gguf.GGMLQuantizationType.Q4_0
    writer.add_tensor("blk.0.attn_q.weight", quantised, raw_dtype=kind)
    writer.add_tensor("output_norm.weight", numpy.zeros(32, numpy.float32))
    for write in ("header", "kv_data", "tensors"):
        getattr(writer, f"write_{write}_to_file")()
    writer.close()
    row = memory(explain(tmp_path / "model.gguf")).rows[0]
    assert row.size == 64 * 18 + 32 * 4 and "2,048 × 4.5 ÷ 8" in row.arithmetic


def test_a_quantised_config_says_so():
    config = {**json.loads((ROOT / "notebooks/data/qwen2.5-0.5b/config.json").read_text())}
    quantised = config | {"quantization_config": {"quant_method": "bitsandbytes", "load_in_4bit": True}}
    assert origin.of_config(quantised).dtype == "nf4" and origin.of_config(config).dtype == "bfloat16"
    quantised["quantization_config"] = {"quant_method": "gptq", "bits": 4, "group_size": 32}
    unknown = replace(QWEN, origin=origin.of_config(quantised))
    assert "not in how many bytes: read those" in repr(memory(unknown))
    assert "read those" not in repr(memory(QWEN)) + repr(memory(unknown, "nf4"))
    quantised["quantization_config"] = {"quant_method": "fp8"}
    assert sizes(memory(replace(QWEN, origin=origin.of_config(quantised))))["weights"] == 494_032_768


@pytest.mark.parametrize(
    ("spelt", "meant"),
    [("4bit", "4 bit, dense layers"), ("4-bit", "4 bit, dense layers"), ("nf4", "4 bit, dense layers"),
     ("Q4_0", "4 bit"), ("q8_0", "8 bit, Q8_0"), ("gptq", "4 bit, groups of 128"),
     ("awq", "4 bit, groups of 128"),
     ("fp16", "float16"), ("half", "float16"), ("bf16", "bfloat16"), ("fp32", "float32"),
     ("8-bit", "int8"), ("float8", "fp8"), ("torch.bfloat16", "bfloat16")],
)  # fmt: skip
def test_formats_as_people_spell_them(spelt, meant):
    assert meant in FORMATS and memory(models.gpt2_small, spelt).weights == meant


def test_all_as_the_weights():
    """What PyTorch's AdamW keeps of parameters in bfloat16: 2 + 2 + 4 bytes, 8 where ZeRO has 16."""
    found = sizes(memory(models.llama_2_7b, training="all as the weights"))
    assert [found[name] for name in ("weights", "gradients", "optimiser")] == [
        2 * LLAMA_2, 2 * LLAMA_2, 4 * LLAMA_2,
    ]  # fmt: skip
    full = (memory(models.llama_2_7b, "fp32", training=recipe) for recipe in RECIPES[:2])
    assert {sizes(each)["optimiser"] for each in full} == {8 * LLAMA_2}


def test_the_means_of_pytorch_are_in_the_format_of_the_weights():
    torch = pytest.importorskip("torch")
    weight = torch.nn.Parameter(torch.ones(3, dtype=torch.bfloat16))
    adam = torch.optim.AdamW([weight])
    weight.grad = torch.ones_like(weight)
    adam.step()
    means = [adam.state[weight][name] for name in ("exp_avg", "exp_avg_sq")]
    assert sum(mean.nbytes for mean in means) == sizes(memory(3, training=RECIPES[1]))["optimiser"]


def test_other_optimisers():
    """Of 1,000 parameters: 4 blocks of 256 have two scales of 4 bytes; SGD has a mean or nothing."""
    found = {recipe: sizes(memory(1_000, training=recipe)) for recipe in RECIPES}
    eight = found["Adam in 8 bits"]
    assert (eight["optimiser"], eight["its scales"]) == (2 * 1_000, 4 * 2 * 4)
    assert (found["SGD with momentum"]["optimiser"], found["SGD"]["optimiser"]) == (2 * 1_000, 0)
    assert {each["gradients"] for each in found.values()} == {2 * 1_000}


@pytest.mark.parametrize("spelt", ["adamw8bit", "AdamW8bit", "Adam8bit", "adamw_8bit", "adamw_bnb_8bit"])
def test_adam_in_8_bits_as_libraries_spell_it(spelt):
    found = sizes(memory(1_000, training=spelt))
    assert (found["optimiser"], found["its scales"]) == (2 * 1_000, 4 * 2 * 4)


def test_adam_of_bitsandbytes_keeps_as_much():
    torch, bnb = pytest.importorskip("torch"), pytest.importorskip("bitsandbytes")
    weight = torch.nn.Parameter(torch.ones(100, 100, dtype=torch.bfloat16))
    adam = bnb.optim.Adam8bit([weight])
    weight.grad = torch.ones_like(weight)
    adam.step()
    kept = {name: adam.state[weight][name].nbytes for name in ("state1", "state2", "absmax1", "absmax2")}
    found = sizes(memory(10_000, training="Adam in 8 bits"))
    assert found["optimiser"] == kept["state1"] + kept["state2"]
    assert found["its scales"] == kept["absmax1"] + kept["absmax2"]


def test_the_least_that_training_keeps_of_a_text():
    """Llama-3-8B, 8,192 tokens: what 32 layers of 4,096 columns read; 128,256 logits a token, twice."""
    shown = memory(models.llama_3_8b, training=True, tokens=8_192)
    found = sizes(shown)
    assert found["activations"] == 32 * 8_192 * 4_096 * 2 == 2_147_483_648
    assert found["logits"] == 2 * 8_192 * 128_256 * 4 == 8_405_385_216
    # When the way back begins there are no gradients, and when it ends no activations.
    assert shown.together.size == 16 * 8_030_261_248 and "without activations and logits" in repr(shown)
    tuned = memory(lora(models.llama_3_8b(), 8), training=True, tokens=8_192)
    weights, rest = 2 * (8_030_261_248 + 3_407_872), 12 * 3_407_872 + 2_147_483_648 + 8_405_385_216
    assert tuned.together.size == weights + rest and "without gradients" in repr(tuned)
    assert sizes(memory(models.llama_3_8b, "fp32", RECIPES[1], 8_192, 2))["activations"] == 4 * 2_147_483_648
    assert "logits" not in sizes(memory(models.bert_base, training=True))  # it gives 768 numbers a token
    for network in (models.vgg_16, LLAMA_2, models.t5_small):
        shown = memory(network, training=True)
        assert sizes(shown)["activations"] is None and "without what has a ?" in repr(shown)


@pytest.mark.parametrize("task", ["CAUSAL_LM", None])
@pytest.mark.parametrize("more", [{}, {"modules_to_save": ["lm_head"]}, {"target_modules": ["lm_head"]}])
def test_adapters_do_not_hide_the_output(task, more):
    """2 × 16 tokens × 100 words × 4 bytes, whatever stands around or in the output."""
    peft, transformers = pytest.importorskip("peft"), pytest.importorskip("transformers")
    model = transformers.Qwen2ForCausalLM(transformers.Qwen2Config(**SMALL))
    tuned = peft.get_peft_model(model, peft.LoraConfig(r=2, task_type=task, **more))
    found = explain(tuned)
    assert sizes(memory(found, training=True, tokens=16))["logits"] == 2 * 16 * 100 * 4
    assert sizes(memory(found, tokens=16))["keys and values"] == 16 * 4 * 2 * 2 * 8 * 2
    trunk = transformers.Qwen2Model(model.config)  # without an output
    trunk = peft.get_peft_model(trunk, peft.LoraConfig(r=2, target_modules=["q_proj"]))
    assert "logits" not in sizes(memory(explain(trunk), training=True, tokens=16))


def test_a_class_that_is_not_known_is_asked_for_its_output():
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")

    class Mine(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = transformers.Qwen2ForCausalLM(transformers.Qwen2Config(**SMALL))
            self.config = self.inner.config

    for model in (Mine(), torch.compile(Mine().inner)):
        assert sizes(memory(explain(model), training=True, tokens=16))["logits"] == 2 * 16 * 100 * 4


FIRST_THAT_TRAINS = {  # of six layers, by what trains: the first whose input is kept
    "layers.4.": 4,
    "layers.0.": 0,
    "layers.1. layers.3. layers.5.": 1,
    "layers.3. norm lm_head": 3,
    "lm_head": 6,
    "embed_tokens layers.4.": 0,
}


@pytest.mark.parametrize("trained", FIRST_THAT_TRAINS)
def test_below_all_that_trains_nothing_is_kept(trained):
    """PyTorch asks for a gradient of what a layer gives from the first layer on that trains."""
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    config = transformers.Qwen2Config(**SMALL | {"num_hidden_layers": 6}, tie_word_embeddings=False)
    model, asks = transformers.Qwen2ForCausalLM(config), []
    for name, tensor in model.named_parameters():
        tensor.requires_grad = any(f".{each}" in f".{name}" for each in trained.split())
    for each in model.model.layers:
        each.register_forward_hook(lambda *passed: asks.append(passed[-1].requires_grad))
    model(torch.ones(1, 16, dtype=torch.long))
    kept = 6 - FIRST_THAT_TRAINS[trained]
    assert sum(asks) == kept
    shown = memory(explain(model), training=True, tokens=16)
    assert sizes(shown)["activations"] == kept * 16 * 32 * 4
    assert ("below all that trains" in repr(shown)) == (kept < 6)
    assert f"{kept} × 16 × 32 × 4" in repr(shown)


@pytest.mark.parametrize(
    "network, layers",
    [
        (models.llama_3_8b(), 32),
        (lora(models.llama_3_8b(), 8), 32),
        (lora(models.llama_3_8b(), 8, on="output"), 32),  # each block has an output of attention too
    ],
)
def test_layers_of_a_published_network_are_found(network, layers):
    found = sizes(memory(network, training=True, tokens=10))
    assert found["activations"] == layers * 10 * 4_096 * 2


def test_adapters_of_the_upper_layers_keep_nothing_below():
    peft, transformers = pytest.importorskip("peft"), pytest.importorskip("transformers")
    config = transformers.Qwen2Config(**SMALL | {"num_hidden_layers": 6})
    upper = peft.LoraConfig(r=2, layers_to_transform=[2, 4])
    prompt = peft.PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=3)
    for adapter, kept in ((upper, 4), (peft.LoraConfig(r=2), 6), (prompt, 6)):
        tuned = peft.get_peft_model(transformers.Qwen2ForCausalLM(config), adapter)
        shown = memory(explain(tuned), training=True, tokens=16)
        assert sizes(shown)["activations"] == kept * 16 * 32 * 4


def test_pytorch_keeps_at_least_that():
    """With checkpoints: of each layer what it reads, and the logits in float32."""
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    small = {"num_attention_heads": 4, "num_key_value_heads": 2, "intermediate_size": 64}
    config = transformers.LlamaConfig(hidden_size=32, num_hidden_layers=4, vocab_size=100, **small)
    model = transformers.LlamaForCausalLM(config).to(torch.bfloat16).train()
    model.gradient_checkpointing_enable()
    words, kept = torch.ones(2, 16, dtype=torch.long), {}

    def keep(tensor):
        kept[tensor.untyped_storage().data_ptr()] = tensor
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        model(input_ids=words, labels=words, use_cache=False)
    read = [
        each.nbytes for each in kept.values() if each.shape == (2, 16, 32) and each.dtype == torch.bfloat16
    ]
    logits = [each.nbytes for each in kept.values() if each.dtype == torch.float32 and 100 in each.shape]
    found = sizes(memory(explain(model), training=True, tokens=16, texts=2))
    assert found["activations"] == 4 * 2 * 16 * 32 * 2 == sum(read[:4])
    assert sum(read) - found["activations"] in (0, 2 * 16 * 32 * 2)  # and what the last norm reads
    assert found["logits"] == 2 * sum(logits)


def test_training():
    """2 + 2 + 12 bytes a parameter where a float32 copy is kept, 4 + 4 + 8 where the weights are that."""
    half, full = (sizes(memory(models.llama_2_7b, each, training=True)) for each in ("bfloat16", "float32"))
    rows = ("weights", "gradients", "optimiser")
    assert [half[name] for name in rows] == [2 * LLAMA_2, 2 * LLAMA_2, 12 * LLAMA_2]
    assert [full[name] for name in rows] == [4 * LLAMA_2, 4 * LLAMA_2, 8 * LLAMA_2]
    assert "keys and values" not in half
    assert sizes(memory(LLAMA_2, "int8", training=True))["weights"] == 2 * LLAMA_2


def test_what_is_frozen_has_no_gradients():
    tuned = lora(models.llama_2_7b(), 8)  # trains 4,194,304
    found = sizes(memory(tuned, "4 bit", training=True))
    assert found == {
        "weights, frozen": 3_369_207_808,
        "their scales": 421_150_976,
        "weights that train": 8_388_608,
        "gradients": 8_388_608,
        "optimiser": 50_331_648,
        "activations": 32 * 4_096 * 4_096 * 2,
        "logits": 2 * 4_096 * 32_000 * 4,
    }
    assert sizes(memory(tuned))["weights"] == 2 * (LLAMA_2 + 4_194_304)


@pytest.mark.parametrize(
    "size, gb, gib",
    [
        (0, "0", "0"),
        (1, "< 0.001", "< 0.001"),
        (13_476_831_232, "13.5", "12.6"),
        (1_342_052_808_704, "1,342", "1,250"),
        (8_388_608, "0.008", "0.008"),
        (536_870_912, "0.537", "0.500"),
        (3_369_207_808, "3.37", "3.14"),
    ],
)
def test_two_units(size, gb, gib):
    assert (three(size, GB), three(size, GIB)) == (gb, gib)


def test_it_reads_well_everywhere():
    shown = memory(models.llama_3_8b, tokens=8_192)
    said = repr(shown)
    assert "8,192 × 2 × 32 × 8 × (4,096 ÷ 32) × 2" in said and "131,072 bytes a token, bfloat16" in said
    assert "GB of 1,000³  GiB of 1,024³" in said and "this is the least" in said
    assert shown.together.size == 2 * 8_030_261_248 + 8_192 * 131_072
    page = shown._repr_mimebundle_()["text/html"]
    assert "8,192 × 2 × 32 × 8 × (4,096 ÷ 32) × 2" in page and page.count("<tr>") == 1 + 5


def test_what_cannot_be():
    with pytest.raises(
        ValueError, match=r"weights='int3': it is one of float32; bfloat16; float16; int8; fp8; 8"
    ):
        memory(models.llama_2_7b, "int3")
    with pytest.raises(ValueError, match=r"4\.89 bits a weight in Q4_K_M, says llama.cpp"):
        memory(models.llama_3_8b, "Q4_K_M")
    with pytest.raises(ValueError, match="training='often': it is True, False or one of mixed precision"):
        memory(models.llama_2_7b, training="often")
    with pytest.raises(ValueError, match="cache='4 bit': it is one of float32; bfloat16; float16; int8; fp8"):
        memory(models.llama_2_7b, cache="4 bit")
    with pytest.raises(ValueError, match="tokens=0"):
        memory(models.llama_2_7b, tokens=0)
    with pytest.raises(TypeError, match="'llama' is not a layer"):
        memory("llama")
    assert memory(pc.lstm).rows[0].size == 2 * 48


# -- the panel ------------------------------------------------------------------------------------


def panel(*args, **kwargs):
    return memory(*args, **kwargs)._widget


def shown_controls(moved):
    return [name for name, control in moved.controls.items() if control in moved._bar.children]


def test_each_control_moves_its_row():
    moved = panel(models.llama_3_8b)
    assert [*moved.controls] == ["weights", "training", "cache", "tokens", "texts", "n", "kv_heads"]
    moved.controls["kv_heads"].move(32)  # four times the keys; and wider matrices for them
    assert sizes(moved.shown)["keys and values"] == 4_096 * 524_288
    more = 32 * 2 * 4_096 * 3_072
    assert sizes(moved.shown)["weights"] == 2 * (8_030_261_248 + more)
    moved.controls["tokens"].move("131_072")
    moved.controls["cache"].move("int8")
    assert sizes(moved.shown)["keys and values"] == 131_072 * 262_144
    moved.controls["training"].move("mixed precision")
    assert "keys and values" not in sizes(moved.shown) and sizes(moved.shown)["gradients"] > 0
    assert "trained with Adam, mixed" in moved._head.value and "131,072 × 4,096 × 2" in moved._body.value
    assert shown_controls(moved) == ["weights", "training", "tokens", "texts", "n"]
    moved.controls["training"].move("all as the weights")
    assert "all in bfloat16" in moved._head.value
    moved.controls["training"].move("no")
    assert "in use" in moved._head.value and shown_controls(moved) == [*moved.controls]


def test_a_size_that_cannot_be_is_said_and_changes_nothing():
    moved = panel(models.llama_3_8b)
    for name, typed, said in (
        ("kv_heads", 7, "must divide"),
        ("tokens", "many", "Write"),
        ("texts", 0, "texts=0"),
    ):
        before = moved.shown
        moved.controls[name].move(typed)
        assert said in moved._problem.value and moved.shown is before
    moved.controls["texts"].move(2)
    assert not moved._problem.value


def test_controls_are_those_that_make_a_difference():
    assert "kv_rank" in panel(models.deepseek_v3).controls
    assert [*panel(LLAMA_2, kept=64).controls] == ["weights", "training", "cache", "tokens", "texts"]
    assert "kv_heads" not in panel(models.llama_3_8b, kept=64).controls
    assert "n" not in panel(lm(100, 64, 2, 4, 2, 128)).controls  # it would move no row but the weights
    formats = [dict(map(tuple, panel(each).controls["weights"].groups))[""] for each in (LLAMA_2, pc.lstm)]
    assert "4 bit, dense layers" in formats[1] and "4 bit, dense layers" not in formats[0]
    assert shown_controls(panel(models.vgg_16)) == ["weights", "training"]
    offered = [panel(each).controls["weights"].groups[0][1] for each in (models.mixtral_8x7b, TINY, QWEN)]
    assert "4 bit, dense layers and experts" in offered[0] and "as it was read" in offered[1]
    assert not {"4 bit, dense layers and experts", "as it was read"} & {*offered[2]}


def test_an_output_that_an_adapter_has_wrapped_is_not_packed():
    """By hand: a table and an output of 100 × 32 each stay as they are, and so do norms and biases."""
    peft, transformers = pytest.importorskip("peft"), pytest.importorskip("transformers")
    model = transformers.Qwen2ForCausalLM(transformers.Qwen2Config(**SMALL, tie_word_embeddings=False))
    bare = sizes(memory(explain(model), weights="nf4"))["not quantised"]
    assert bare >= 2 * (2 * 100 * 32)
    tuned = explain(peft.get_peft_model(model, peft.LoraConfig(r=2)))
    assert sizes(memory(tuned, weights="nf4"))["not quantised"] >= bare


def test_activations_have_the_bytes_of_the_format_that_was_read():
    transformers = pytest.importorskip("transformers")
    model = transformers.Qwen2ForCausalLM(transformers.Qwen2Config(**SMALL))
    layers, x = model.config.num_hidden_layers, model.config.hidden_size
    shown = sizes(memory(explain(model), training=True, tokens=16))  # float32, as it was made
    assert shown["activations"] == layers * 16 * x * 4
