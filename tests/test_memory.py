"""The room that a network takes: each row by hand, and the panel that moves them."""

import pytest

import paramcount as pc
from paramcount import lora, memory, models
from paramcount.show.bytes import GB, GIB, three

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
        (LLAMA_2, 0),  # a bare count does not say
    ],
)
def test_keys_and_values_of_each_token(network, each):
    for tokens, texts in ((1, 1), (4_096, 3)):
        assert sizes(memory(network, tokens=tokens, texts=texts))["keys and values"] == tokens * texts * each


def test_the_table_of_a_widely_read_post_is_twice_too_large():
    """Llama 3.1 405B: 126 layers, 8 heads of keys, columns of 128; 131,072 tokens in two bytes."""
    kept = sizes(memory(1, kept=2 * 126 * 8 * 128, tokens=131_072))["keys and values"]
    assert kept == 67_645_734_912 == 63 * GIB


@pytest.mark.parametrize(
    "weights, size",
    [
        ("float32", 26_953_662_464),
        ("bfloat16", 13_476_831_232),
        ("int8", 6_738_415_616),
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
    with pytest.raises(ValueError, match=r"weights='fp8': it is one of float32, bfloat16, int8, 4 bit"):
        memory(models.llama_2_7b, "fp8")
    with pytest.raises(ValueError, match="cache='4 bit': it is one of float32, bfloat16, int8"):
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
    moved.controls["training"].move(True)
    assert sizes(moved.shown)["keys and values"] == 0 and sizes(moved.shown)["gradients"] > 0
    assert "trained with Adam" in moved._head.value and "none in training" in moved._body.value


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
