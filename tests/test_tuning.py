"""What trains when a network is tuned: numbers by hand, and peft's own where it is installed."""

import pytest

import paramcount as pc
import store_models
from laws import value
from paramcount import dense, frozen, layer, lora, models, pytorch, stored_by
from paramcount.show.account import Account
from paramcount.tuning import with_lora


@layer
def fused(x, n):
    """Attention as GPT-2 stores it: queries, keys and values in one matrix."""
    return {"layers": n * fused_layer(x)}


@layer
def fused_layer(x):
    return {"c_attn": dense(x, 3 * x), "c_proj": dense(x, x)}


# Each by hand: layers × r × (i + o), for each matrix. Grouped queries and values differ in width.
COUNTS = {
    "Llama-2-7B": (lora(models.llama_2_7b(), 8), 32 * 2 * 8 * (4_096 + 4_096), 4_194_304),
    "Llama-3-8B": (
        lora(models.llama_3_8b(), 8),
        32 * (8 * (4_096 + 4_096) + 8 * (4_096 + 1_024)),
        3_407_872,
    ),
    "Qwen2.5-3B": (
        lora(models.qwen_2_5_3b(), 16),
        36 * (16 * (2_048 + 2_048) + 16 * (2_048 + 256)),
        3_686_400,
    ),
    "GPT-2's fused matrix": (lora(fused(768, 12), 8, on="c_attn"), 12 * 8 * (768 + 3 * 768), 294_912),
    "GPT-2, by hand three": (
        lora(models.gpt2_small(), 8, on=("query", "key", "value")),
        12 * 3 * 8 * (768 + 768),
        442_368,
    ),
    "ViT-B/16": (lora(models.vit_b16(), 16), 12 * 2 * 16 * (768 + 768), 589_824),
    "every dense layer of an FFNN": (
        lora(pc.ffnn(784, 128, 10), 4, on=("hidden", "output")),
        4 * (784 + 128) + 4 * (128 + 10),
        4_200,
    ),
}


@pytest.mark.parametrize("name", COUNTS)
def test_lora_trains_two_thin_matrices_beside_each_matrix(name):
    tuned, by_hand, written = COUNTS[name]
    assert tuned.count == by_hand == written
    assert value(tuned.count.numbers) == written


def test_of_llama_2_a_few_hundredths_of_a_per_cent_train():
    """The base has 6,738,415,616, and 4,194,304 come to it."""
    said = "4,194,304 of 6,742,609,920 parameters train, 0.0622 %"
    assert said in str(lora(models.llama_2_7b(), 8))


def test_a_head_that_is_saved_trains_too():
    """A ViT for 101 classes, as peft prints it with modules_to_save: 589,824 + 77,669 = 667,493."""

    @layer
    def tuned(x, classes):
        return {"body": lora(models.vit_b16(x=x), 16), "head": dense(x, classes)}

    assert tuned(768, 101).count == 667_493


def test_what_is_frozen_is_kept_and_counts_nothing():
    norm = frozen(pc.batch_norm(64))
    account = Account(norm)
    assert (norm.count, account.frozen, account.kept) == (0, 128, 128)
    assert "0 of 128 parameters train" in str(norm)


def test_a_frozen_body_and_a_head():
    @layer
    def tuned(classes):
        return {"body": frozen(models.resnet_50()), "head": dense(1_000, classes)}

    assert tuned(10).count == 1_000 * 10 + 10
    assert Account(tuned(10)).frozen == 25_557_032


def test_a_model_that_explain_has_read_is_frozen_too():
    """By hand: one layer of PyTorch's encoder, 64 wide, has two norms of 64 + 64."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    model = pc.explain(torch.nn.TransformerEncoderLayer(64, 4, 32))
    assert model.count == 4 * (64**2 + 64) + (64 * 32 + 32) + (32 * 64 + 64) + 4 * 64
    assert frozen(model).count == 0 and Account(frozen(model)).frozen == model.count
    plain = pc.explain(torch.nn.ModuleDict({"mine": torch.nn.PReLU(7), "one": torch.nn.Linear(3, 5)}))
    assert lora(plain, 2, on="one").count == 2 * (3 + 5)


def test_a_tied_table_is_frozen_once():
    assert Account(frozen(models.gpt2_small())).frozen == 124_439_808
    assert Account(lora(models.gpt2_small(), 8)).frozen == 124_439_808


def test_it_stays_so_in_other_sizes():
    assert frozen(pc.lstm(3, 2)).resized(h=5).count == 0
    tuned = lora(models.llama_2_7b(), 8)
    assert tuned.resized(r=16).count == 2 * 4_194_304
    assert tuned.resized(kv_heads=8).count == 3_407_872
    panel = pc.explore(tuned)
    panel.controls["r"].move(4)
    assert panel.layer.count == 4_194_304 // 2


@pytest.mark.parametrize("made", [frozen(pc.encoder(64, 2)), frozen(pc.lstm(3, 2))])
def test_what_is_frozen_stays_frozen_as_a_framework_stores_it(made):
    assert stored_by(pytorch, made).count == 0


def test_lora_stays_as_it_is_as_a_framework_stores_it():
    assert stored_by(pytorch, lora(models.llama_3_2_1b(), 8)).count == lora(models.llama_3_2_1b(), 8).count
    assert stored_by(pytorch, lora(pc.encoder(64, 2), 4)).count == 2 * 2 * 4 * (64 + 64)


def test_repeated_layers_have_their_own():
    assert lora(3 * pc.attention(64), 4).count == 3 * lora(pc.attention(64), 4).count == 3 * 1_024
    assert lora(layer(lambda x: {"q": 5 * dense(x, x)})(64), 4, on="q").count == 5 * 4 * (64 + 64)


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match=r"on='q_proj': no layer in attention is called that: query, key"):
        lora(pc.attention(64), 4, on=("query", "q_proj"))
    with pytest.raises(ValueError, match="attention has 0 matrices: LoRA stands beside a layer that has one"):
        lora(pc.encoder(64, 2), 4, on="self-attention")
    with pytest.raises(ValueError, match="r=0: a size is a whole number, 1 or more"):
        lora(pc.attention(64), 0)
    assert with_lora(dense(3, 5), 2).count == 2 * (3 + 5)


# -- peft ---------------------------------------------------------------------------------------

PEFT = {
    "Llama-2-7B": (8, ["q_proj", "v_proj"], lora(models.llama_2_7b(), 8)),
    "Qwen2.5-3B": (16, ["q_proj", "v_proj"], lora(models.qwen_2_5_3b(), 16)),
    "GPT-2 small": (8, ["c_attn"], None),
    "ViT-B/16": (16, ["q_proj", "v_proj"], lora(models.vit_b16(), 16)),
    "Gemma-2-2B": (4, ["gate_proj", "down_proj"], lora(models.gemma_2_2b(), 4, on=("gate", "down"))),
    "Mamba-130M": (4, ["x_proj"], lora(models.mamba_130m(), 4, on="step, B, C")),
}


@pytest.mark.parametrize("name", PEFT)
def test_peft_trains_as_many(name):
    """On the meta device, and of GPT-2 what `explain` reads: there, LoRA stands on the fused matrix."""
    store_models.make_torchvision_importable()
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    peft = pytest.importorskip("peft", reason="peft, for PyTorch, is not installed")
    r, targets, ours = PEFT[name]
    model = store_models.built(store_models.case(name))
    ours = ours or lora(pc.explain(model), r, on=tuple(targets))
    with torch.device("meta"):
        tuned = peft.get_peft_model(model, peft.LoraConfig(r=r, target_modules=targets))
    trained, whole = tuned.get_nb_trainable_parameters()
    assert (ours.count, ours.count + Account(ours).frozen) == (trained, whole)
