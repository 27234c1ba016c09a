"""The room that a network takes: each row by hand, and the panel that moves them."""

import pytest

import paramcount as pc
from paramcount import embedding, explain, layer, lora, memory, models
from paramcount.show.bytes import FORMATS, GB, GIB, RECIPES, three
from test_packaging import ROOT

LLAMA_2 = 6_738_415_616  # KerasHub's preset


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
        (models.vgg_16, 0),
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
        explain(ROOT / "notebooks/data/qwen2.5-0.5b"),
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


def test_windows_are_spoken_of_where_there_are_some():
    # 26 layers of 4 heads of keys, columns of 256: 2 × 26 × 4 × 256 × 2 bytes.
    assert "106,496 bytes a token, bfloat16, if all layers look back" in repr(memory(models.gemma_2_2b))
    assert "look back" not in repr(memory(models.llama_3_8b))


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


def test_adapters_are_not_quantised_in_use_either():
    found = sizes(memory(lora(models.llama_2_7b(), 8), "4 bit"))
    assert (found["weights, frozen"], found["weights that train"]) == (3_369_207_808, 2 * 4_194_304)
    found = sizes(memory(lora(models.llama_2_7b(), 8), "nf4"))
    # Four of 4,096 × 4,096 and three of 4,096 × 11,008 in each of 32 layers, and no A or B.
    assert found["weights, frozen"] == 32 * (4 * 4_096**2 + 3 * 4_096 * 11_008) // 2


def test_what_was_read_in_four_bits_opens_so():
    """Two blocks of four 16 × 16, a 16 × 64 and a 64 × 16, quantised: 6,144 of 8,144."""
    shown = memory(explain(ROOT / "notebooks/data/tiny-4bit.safetensors"))
    assert sizes(shown)["weights"] == 2 * (4 * 16 * 16 + 2 * 16 * 64) // 2 == 3_072
    assert sizes(shown)["not quantised"] == 2 * (8_144 - 6_144)


@pytest.mark.parametrize(
    ("spelt", "meant"),
    [("4bit", "4 bit, dense layers"), ("4-bit", "4 bit, dense layers"), ("nf4", "4 bit, dense layers"),
     ("Q4_0", "4 bit"),
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
    full = (memory(models.llama_2_7b, "fp32", training=recipe) for recipe in RECIPES)
    assert {sizes(each)["optimiser"] for each in full} == {8 * LLAMA_2}


def test_the_means_of_pytorch_are_in_the_format_of_the_weights():
    torch = pytest.importorskip("torch")
    weight = torch.nn.Parameter(torch.ones(3, dtype=torch.bfloat16))
    adam = torch.optim.AdamW([weight])
    weight.grad = torch.ones_like(weight)
    adam.step()
    means = [adam.state[weight][name] for name in ("exp_avg", "exp_avg_sq")]
    assert sum(mean.nbytes for mean in means) == sizes(memory(3, training=RECIPES[1]))["optimiser"]


def test_training():
    """2 + 2 + 12 bytes a parameter where a float32 copy is kept, 4 + 4 + 8 where the weights are that."""
    half, full = (sizes(memory(models.llama_2_7b, each, training=True)) for each in ("bfloat16", "float32"))
    rows = ("weights", "gradients", "optimiser", "keys and values")
    assert [half[name] for name in rows] == [2 * LLAMA_2, 2 * LLAMA_2, 12 * LLAMA_2, 0]
    assert [full[name] for name in rows] == [4 * LLAMA_2, 4 * LLAMA_2, 8 * LLAMA_2, 0]
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
        "keys and values": 0,
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
    assert "GB of 1,000³  GiB of 1,024³" in said and "there is no sum here" in said
    page = shown._repr_mimebundle_()["text/html"]
    assert "8,192 × 2 × 32 × 8 × (4,096 ÷ 32) × 2" in page and page.count("<tr>") == 1 + 4
    assert "total" not in said.lower() + page.lower()


def test_what_cannot_be():
    with pytest.raises(
        ValueError, match=r"weights='int3': it is one of float32; bfloat16; float16; int8; fp8; 4"
    ):
        memory(models.llama_2_7b, "int3")
    with pytest.raises(ValueError, match="training='often': it is True, False or one of mixed precision"):
        memory(models.llama_2_7b, training="often")
    with pytest.raises(ValueError, match="cache='4 bit': it is one of float32; bfloat16; float16; int8; fp8"):
        memory(models.llama_2_7b, cache="4 bit")
    with pytest.raises(ValueError, match="tokens=0"):
        memory(models.llama_2_7b, tokens=0)
    with pytest.raises(TypeError, match="network="):
        memory("llama")
    assert memory(pc.lstm).rows[0].size == 2 * 48


# -- the panel ------------------------------------------------------------------------------------


def panel(*args, **kwargs):
    return memory(*args, **kwargs)._widget


def test_each_control_moves_its_row():
    moved = panel(models.llama_3_8b)
    assert [*moved.controls] == ["weights", "cache", "training", "tokens", "texts", "n", "kv_heads"]
    moved.controls["kv_heads"].move(32)  # four times the keys; and wider matrices for them
    assert sizes(moved.shown)["keys and values"] == 4_096 * 524_288
    more = 32 * 2 * 4_096 * 3_072
    assert sizes(moved.shown)["weights"] == 2 * (8_030_261_248 + more)
    moved.controls["tokens"].move("131_072")
    moved.controls["cache"].move("int8")
    assert sizes(moved.shown)["keys and values"] == 131_072 * 262_144
    moved.controls["training"].move("mixed precision")
    assert sizes(moved.shown)["keys and values"] == 0 and sizes(moved.shown)["gradients"] > 0
    assert "trained with Adam, mixed" in moved._head.value and "none in training" in moved._body.value
    moved.controls["training"].move("all as the weights")
    assert "all in bfloat16" in moved._head.value
    moved.controls["training"].move("no")
    assert "in use" in moved._head.value


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
    assert [*panel(LLAMA_2, kept=64).controls] == ["weights", "cache", "training", "tokens", "texts"]
    assert "kv_heads" not in panel(models.llama_3_8b, kept=64).controls
    assert "n" not in panel(lm(100, 64, 2, 4, 2, 128)).controls  # it would move no row but the weights
    formats = [dict(map(tuple, panel(each).controls["weights"].groups))[""] for each in (LLAMA_2, pc.lstm)]
    assert "4 bit, dense layers" in formats[1] and "4 bit, dense layers" not in formats[0]
