"""What trains when a network is tuned: numbers by hand, and peft's own where it is installed."""

from pathlib import Path

import pytest

import paramcount as pc
import store_models
from laws import printed_by, value
from paramcount import Layer, dense, frozen, layer, lora, models, pytorch, stored_by
from paramcount import keras as keras_keeps
from paramcount.ask import bank
from paramcount.show.account import Account
from paramcount.tuning import conv_with_lora, experts_with_lora, with_lora

ROOT = Path(__file__).parent.parent


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="PyTorch is not installed")


@layer
def fused(x, n):
    """Attention as GPT-2 stores it: queries, keys and values in one matrix."""
    return {"layers": n * fused_layer(x)}


@layer
def fused_layer(x):
    return {"c_attn": dense(x, 3 * x), "c_proj": dense(x, x)}


# The dense layers of a layer of Llama. The network has an output too, which is another layer.
LAYERS = ("query", "key", "value", "attention output", "gate", "up", "down")

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
    "Llama-2-7B, all in its layers, not its output": (
        lora(models.llama_2_7b(), 16, on=LAYERS),
        32 * 16 * (4 * (4_096 + 4_096) + 3 * (4_096 + 11_008)),
        39_976_960,
    ),
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
    with pytest.raises(ValueError, match=r"on='gate': no layer in attention is called that: query, key"):
        lora(pc.attention(64), 4, on=("query", "gate"))
    with pytest.raises(
        ValueError, match="layers self-attention: attention has 0 matrices: LoRA stands beside"
    ):
        lora(pc.encoder(64, 2), 4, on="self-attention")
    with pytest.raises(
        ValueError, match=r"no queries and values are found in ffnn by name. Say on=..., hidden"
    ):
        lora(pc.ffnn(3, 5, 2), 4)
    with pytest.raises(ValueError, match="query: part is packed, and its file does not say how large"):
        lora(pc.explain(ROOT / "notebooks/data/tiny-4bit.safetensors"), 2)
    with pytest.raises(ValueError, match="is from a file, which does not say what is a dense layer"):
        lora(pc.explain(ROOT / "notebooks/data/tiny.safetensors"), 2, on="all-linear")
    with pytest.raises(ValueError, match="on='all-linear': there is no dense layer in batch_norm"):
        lora(pc.batch_norm(3), 2, on="all-linear")
    with pytest.raises(TypeError, match="attention is a function that makes a layer: call it, attention"):
        lora(pc.attention, 4)
    for what in (lora, lambda model, r: frozen(model)):
        with pytest.raises(TypeError, match=r"is not a layer: a model is read first, explain\(model\)"):
            what(object(), 4)
    for show in (pc.memory, lambda model: pc.compare({"mine": model})):
        with pytest.raises(TypeError, match="is not a layer: give one, such as"):
            show(object())
    with pytest.raises(ValueError, match="r=0: a size is a whole number, 1 or more"):
        lora(pc.attention(64), 0)
    assert with_lora(dense(3, 5), 2).count == 2 * (3 + 5)


# -- what it stands beside ------------------------------------------------------------------------


def test_the_names_of_both_vocabularies_are_known():
    """By hand: 32 × 16 × (4 × (4,096 + 4,096) + 3 × (4,096 + 11,008)) = 39,976,960, and so on."""
    llama = models.llama_2_7b()
    assert lora(llama, 16, on="all-linear").count == lora(llama, 16, on=LAYERS).count == 39_976_960
    assert lora(llama, 16, on=("q_proj", "v_proj")).count == lora(llama, 16).count == 2 * 4_194_304
    assert lora(llama, 8, on=("o_proj", "down_proj")).count == 32 * 8 * (8_192 + 4_096 + 11_008)
    assert lora(models.gpt2_small(), 8, on="o_proj").count == 12 * 8 * (768 + 768)
    assert lora(fused(768, 12), 8).count == lora(fused(768, 12), 8, on="c_attn").count
    assert (
        lora(llama, 8, on="attention.query").count == lora(llama, 8, on="attention query").count == 2_097_152
    )


def test_the_names_of_meta_are_known():
    """By hand: 2 layers, r = 4, and 64 × 64, or 64 × 16 for the keys and the values of 2 heads of 8."""

    @pc.layer
    def block(x, k):
        sizes = {"wq": x, "wk": k, "wv": k}
        return {
            "attention": pc.layer(lambda: {n: dense(x, o, bias=False) for n, o in sizes.items()})(),
            "wo": dense(x, x, bias=False),
        }

    meta = pc.layer(lambda: {"layers": 2 * block(64, 16)})()
    for on, count in {"query": 128, "wq": 128, "key": 80, "value": 80, "o_proj": 128}.items():
        assert lora(meta, 4, on=on).count == 2 * 4 * count
    assert lora(meta, 4).count == 2 * 4 * (128 + 80)
    assert lora(models.llama_2_7b(), 8, on="wo").count == 32 * 8 * 2 * 4_096


def test_what_is_fused_elsewhere_is_three_here():
    with pytest.raises(ValueError, match=r'three matrices there, on=\("query", "key", "value"\)'):
        lora(models.gpt2_small(), 8, on="c_attn")
    three = lora(models.gpt2_small(), 8, on=("query", "key", "value")).count
    assert three == 12 * 8 * 3 * (768 + 768) != 12 * 8 * (768 + 3 * 768)


def test_the_folder_of_chapter_8_needs_no_name():
    """By hand: 24 × 8 × ((896 + 896) + (896 + 128)), with transformers and without."""
    folder = pc.explain(ROOT / "notebooks/data/qwen2.5-0.5b")
    for on in (None, ("q_proj", "v_proj"), ("query", "value")):
        assert lora(folder, 8, on=on).count == 24 * 8 * ((896 + 896) + (896 + 128)) == 540_672
    of_a_layer = (896 + 896) + (896 + 128) + (896 + 128) + (896 + 896) + 3 * (896 + 4_864)
    assert lora(folder, 8, on="all-linear").count == 24 * 8 * of_a_layer == 4_399_104


def test_all_linear_leaves_out_the_output_that_gives_words_alone():
    assert lora(pc.ffnn(784, 128, 10), 8, on="all-linear").count == 8 * (784 + 128) + 8 * (128 + 10)
    tuned = lora(models.vit_b16(classes=101), 8, on="all-linear")
    assert tuned.count == 12 * 8 * (4 * 1_536 + 2 * (768 + 3_072)) + 8 * (768 + 101) == 1_334_056
    assert lora(models.llama_3_2_1b(), 4, on="all-linear").resized(n=1, v=9).count == 4 * (
        2 * (2_048 + 2_048) + 2 * (2_048 + 512) + 3 * (2_048 + 8_192)
    )


def test_a_layer_alone_stands_for_itself():
    assert lora(dense(3, 5), 2).count == 2 * (3 + 5) and lora(4 * dense(3, 5), 2).count == 4 * 16
    assert lora(pc.conv(64, 3, 128), 8).resized(r=4).count == 4 * (64 * 9 + 128)
    with pytest.raises(ValueError, match="rms_norm has 0 matrices: LoRA stands beside a layer that has one"):
        lora(pc.rms_norm(3), 2)


def test_beside_a_convolution_stand_two():
    """r filters of its size, then o of 1 × 1 over those; with groups each of these reads a share."""
    assert lora(layer(lambda i, o: {"conv": pc.conv(i, 3, o)})(64, 128), 8, on="conv").count == (
        64 * 9 * 8 + 8 * 128
    )
    assert conv_with_lora(pc.conv(8, 3, 12, groups=2), 4).count == 8 * 9 * 4 + (4 // 2) * 12
    assert conv_with_lora(pc.conv(2, (1, 2, 3), 4), 4).count == 2 * 6 * 4 + 4 * 4
    with pytest.raises(ValueError, match="groups=4 must divide r=2: each group of filters reads its share"):
        conv_with_lora(pc.conv(8, 3, 12, groups=4), 2)


def test_in_the_working_the_two_have_their_letters():
    captions = [term.caption for term in Account(lora(models.llama_3_8b(), 8)).terms]
    assert captions == ["query A", "query B", "value A", "value B"]
    assert [term.caption for term in Account(with_lora(dense(3, 5), 2)).terms] == ["A", "B"]
    assert [term.caption for term in Account(dense(3, 5)).terms] == ["weights", "biases"]


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


def tuned_by_peft(model, **settings):
    peft = pytest.importorskip("peft", reason="peft, for PyTorch, is not installed")
    return peft.get_peft_model(model, peft.LoraConfig(**settings))


def own_counts(tuned) -> dict[str, int]:
    """How many numbers A and B have, each by itself, in a tree of ours."""
    thin = [leaf for leaf in tuned.tensors() if leaf.tensor.trained]
    return {leaf.path[-1]: leaf.count for leaf in thin}


def counts_in_peft(tuned) -> dict[str, int]:
    thin = [(name, p.numel()) for name, p in tuned.named_parameters() if p.requires_grad]
    return {"A" if "lora_A" in name or "embedding_A" in name else "B": many for name, many in thin}


# Layers that take 24 numbers or channels and give 10: what PyTorch keeps is (10, 24), or (24, 10) for Conv1D.
BESIDE = {
    "Linear": lambda nn: nn.Linear(24, 10),
    "Linear without biases": lambda nn: nn.Linear(24, 10, bias=False),
    "a wide Linear": lambda nn: nn.Linear(10, 24),
    "Conv1D of transformers": lambda nn: pytest.importorskip("transformers").pytorch_utils.Conv1D(10, 24),
    "Embedding": lambda nn: nn.Embedding(24, 10),
    "Conv2d": lambda nn: nn.Conv2d(24, 10, 3),
    "Conv2d in groups": lambda nn: nn.Conv2d(24, 10, 3, groups=2, bias=False),
    "Conv1d": lambda nn: nn.Conv1d(24, 10, 5),
    "Conv3d": lambda nn: nn.Conv3d(24, 10, (1, 2, 3)),
}


@pytest.mark.parametrize("name", BESIDE)
def test_a_and_b_are_each_as_large_as_in_peft(name, torch):
    store_models.make_torchvision_importable()
    model = torch.nn.ModuleDict({"it": BESIDE[name](torch.nn)})
    ours = lora(pc.explain(model), 4, on="it")
    assert own_counts(ours) == counts_in_peft(tuned_by_peft(model, r=4, target_modules=["it"]))


@pytest.mark.parametrize("name", ["Linear", "a wide Linear", "Conv1D of transformers"])
def test_a_and_b_beside_what_a_file_holds(name, torch, tmp_path):
    store_models.make_torchvision_importable()
    safetensors = pytest.importorskip("safetensors.torch", reason="safetensors is not installed")
    model = torch.nn.ModuleDict({"it": BESIDE[name](torch.nn)})
    safetensors.save_file(model.state_dict(), tmp_path / "it.safetensors")
    ours = lora(pc.explain(tmp_path / "it.safetensors"), 4, on="it")
    assert own_counts(ours) == counts_in_peft(tuned_by_peft(model, r=4, target_modules=["it"]))


def test_a_and_b_by_hand_and_as_keras_keeps_them():
    """24 numbers go in, 10 come out: 24 × 4 and 4 × 10."""
    assert own_counts(with_lora(dense(24, 10), 4)) == {"A": 96, "B": 40}
    assert own_counts(with_lora(keras_keeps.dense(24, 10), 4)) == {"A": 96, "B": 40}
    assert own_counts(with_lora(pytorch.dense(24, 10), 4)) == {"A": 96, "B": 40}
    assert own_counts(conv_with_lora(keras_keeps.conv(24, 3, 10), 4)) == {"A": 24 * 9 * 4, "B": 40}


# Networks as small as can be, by the class and the sizes in which they differ from it.
SMALL = {"vocab_size": 100, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4}
LLAMA = SMALL | {"num_key_value_heads": 2, "intermediate_size": 40}
EXPERTS = SMALL | {"num_key_value_heads": 2, "head_dim": 4, "moe_intermediate_size": 24, "num_experts": 4}
NETWORKS = {
    "Qwen2": ("Qwen2ForCausalLM", LLAMA),
    "a tied Llama": ("LlamaForCausalLM", LLAMA | {"tie_word_embeddings": True}),
    "GPT-2": ("GPT2LMHeadModel", {"vocab_size": 100, "n_embd": 16, "n_layer": 2, "n_head": 4}),
    "BERT": ("BertForSequenceClassification", SMALL | {"intermediate_size": 40}),
    "BERT that guesses words": ("BertForMaskedLM", SMALL | {"intermediate_size": 40}),
    "T5": ("T5ForConditionalGeneration", {"vocab_size": 100, "num_layers": 2}),
    "GPT-NeoX": ("GPTNeoXForCausalLM", SMALL | {"intermediate_size": 40}),
}
NOT_BY_DEFAULT = {
    "ViT": ("ViTForImageClassification", {"num_labels": 101}),
    "CLIP": ("CLIPModel", {}),
    "Mixtral": ("MixtralForCausalLM", LLAMA | {"num_local_experts": 3}),
    "Qwen3, a mixture": ("Qwen3MoeForCausalLM", EXPERTS),
}


def of_transformers(torch, name: str, config: dict):
    store_models.make_torchvision_importable()
    transformers = pytest.importorskip("transformers", reason="transformers, for PyTorch, is not installed")
    own = getattr(transformers, name)
    return own(own.config_class(**config))


@pytest.mark.parametrize("on", [None, "all-linear"])
@pytest.mark.parametrize("name", [*NETWORKS, *NOT_BY_DEFAULT])
def test_peft_stands_beside_the_same_matrices(name, on, torch):
    """None: what peft takes where nothing is said, and where it asks, queries and values by their names."""
    with torch.device("meta"):
        model = of_transformers(torch, *(NETWORKS | NOT_BY_DEFAULT)[name])
        ours = lora(pc.explain(model), 4, on=on)
        asked = on or (None if name in NETWORKS else ["q_proj", "v_proj"])
        tuned = tuned_by_peft(model, r=4, target_modules=asked)
    assert (ours.count, ours.count + Account(ours).frozen) == tuned.get_nb_trainable_parameters()


def test_peft_with_the_experts_of_mixtral(torch):
    """Attention, the router, and of the experts two tensors where by hand there are three matrices."""
    with torch.device("meta"):
        mixtral = of_transformers(torch, "MixtralForCausalLM", {})
        read = pc.explain(mixtral)
        tuned = tuned_by_peft(mixtral, r=8, target_modules="all-linear").get_nb_trainable_parameters()
    attention = 32 * 8 * (2 * (4_096 + 4_096) + 2 * (4_096 + 1_024))
    fused = 8 * 16 * (4_096 + 2 * 14_336), 8 * 8 * (14_336 + 4_096)
    assert tuned[0] == attention + 32 * 8 * (4_096 + 8) + 32 * sum(fused) == 179_832_832
    assert lora(read, 8, on="all-linear").count == 179_832_832
    assert 32 * sum(fused) == lora(read, 8, on="experts").count == 171_966_464
    assert lora(read, 8, on="gate").count == 32 * 8 * (4_096 + 8)  # that is the router's name
    apart = 32 * 8 * 3 * 8 * (4_096 + 14_336)
    assert apart == lora(models.mixtral_8x7b(), 8, on=("gate", "up", "down")).count == 113_246_208
    assert lora(models.mixtral_8x7b(), 8, on="all-linear").count == 179_832_832 - 171_966_464 + apart


LATENT = {"q_lora_rank": 16, "kv_lora_rank": 8, "qk_rope_head_dim": 4, "qk_nope_head_dim": 8, "v_head_dim": 8}
MIXTURES = {
    "OlmoeForCausalLM": LLAMA | {"num_experts": 4},
    "DeepseekV3ForCausalLM": LLAMA | LATENT | {"n_routed_experts": 4, "first_k_dense_replace": 1},
    "Glm4MoeForCausalLM": LLAMA | {"n_routed_experts": 4, "moe_intermediate_size": 24, "head_dim": 4},
    "GptOssForCausalLM": LLAMA | {"num_local_experts": 4, "head_dim": 4},
    "Qwen2MoeForCausalLM": LLAMA | {"num_experts": 4, "shared_expert_intermediate_size": 24},
    "PhimoeForCausalLM": LLAMA | {"num_local_experts": 4},
}


@pytest.mark.parametrize("name", MIXTURES)
def test_peft_reaches_some_experts_and_passes_others_by(name, torch):
    with torch.device("meta"):
        model = of_transformers(torch, name, MIXTURES[name])
        ours = lora(pc.explain(model), 4, on="all-linear")
        tuned = tuned_by_peft(model, r=4, target_modules="all-linear")
    assert (ours.count, ours.count + Account(ours).frozen) == tuned.get_nb_trainable_parameters()


def test_other_experts_are_refused_in_words(torch):
    with torch.device("meta"):
        read = pc.explain(of_transformers(torch, "GraniteMoeForCausalLM", {"num_hidden_layers": 4}))
    with pytest.raises(
        ValueError, match=r"Experts, and what peft does beside those is not known here\. Say on="
    ):
        lora(read, 8, on="all-linear")


def test_a_dense_layer_that_peft_takes_for_an_expert_is_left_out(torch):
    """Qwen3 with layers without experts: peft 0.21.2 leaves out their gate_proj, up_proj and down_proj."""
    with torch.device("meta"):
        model = of_transformers(torch, "Qwen3MoeForCausalLM", EXPERTS | {"mlp_only_layers": [0]})
        read = pc.explain(model)
        tuned = tuned_by_peft(model, r=4, target_modules="all-linear")
    assert not any("0.mlp" in name for name, p in tuned.named_parameters() if p.requires_grad)
    assert lora(read, 4, on="all-linear").count == trained(tuned)


def test_attention_of_pytorch_has_two_pairs(torch):
    """One beside x × 3 x, one beside the output; "all-linear" takes the output alone, as a Linear."""
    for on in (["self_attn"], "all-linear"):
        layer = torch.nn.TransformerEncoderLayer(16, 4, 32)
        ours = lora(pc.explain(layer), 8, on=on if on == "all-linear" else tuple(on))
        tuned = tuned_by_peft(layer, r=8, target_modules=on)
        assert ours.count == trained(tuned)
    pairs = lora(pc.explain(torch.nn.ModuleDict({"it": torch.nn.MultiheadAttention(16, 4)})), 2, on="it")
    assert pairs.count == 2 * (16 + 48) + 2 * (16 + 16) == 192
    with pytest.raises(
        ValueError, match=r"it: MultiheadAttention has .* and layers in it, out_proj: LoRA stands"
    ):
        other = torch.nn.MultiheadAttention(16, 4, vdim=8, kdim=8)
        lora(pc.explain(torch.nn.ModuleDict({"it": other})), 2, on="it")


def test_a_filter_from_a_file_is_refused(torch, tmp_path):
    """It does not say in how many groups the channels are."""
    safetensors = pytest.importorskip("safetensors.torch", reason="safetensors is not installed")
    safetensors.save_file({"conv.weight": torch.ones(10, 24, 3, 3)}, tmp_path / "conv.safetensors")
    with pytest.raises(ValueError, match="conv: part has 0 matrices, and a tensor with more sides"):
        lora(pc.explain(tmp_path / "conv.safetensors"), 4, on="conv")


# -- what chapter 9 says --------------------------------------------------------------------------

PRINTED = printed_by("tuned")


@layer
def untied(network: Layer, rows):
    """A network of which so many rows of the table are trained apart, and as many of the output."""
    x = network.arguments()["x"]
    return {"network": network, "table": pc.embedding(rows, x), "output": pc.dense(x, rows, bias=False)}


@layer
def ten_words(network: Layer):
    return {"network": network, "their rows": pc.embedding(10, network.arguments()["x"])}


@layer
def experts(e, ff, x):
    """Those of a layer of Mixtral, as transformers keeps them."""
    return {"gate_up_proj": (e, 2 * ff, x), "down_proj": (e, x, ff)}


QWEN = lora(models.qwen_2_5_0_5b(), 8)
# Each as it stands in the chapter: of Qwen, the head of ViT and the prompt as its questions have them.
IN_CHAPTER = {
    "Llama-2-7B": bank.find("lora-of-llama").asked,
    "Llama-2-7B, every dense layer": lora(models.llama_2_7b(), 16, on=LAYERS),
    "Qwen2.5-3B": bank.find("lora-of-grouped").asked,
    "GPT-2": bank.find("lora-of-fused").asked,
    "ViT-B/16 with its head": bank.find("lora-and-head").asked,
    "GPT-2, a prompt": bank.find("learned-prompt").asked,
    "Llama-3-8B, tables saved": bank.find("saved-tables").asked,
    "Qwen2.5-0.5B": QWEN,
    "Qwen2.5-0.5B, its tied table saved": untied(QWEN, 151_936),
    "Qwen2.5-0.5B, ten words": ten_words(QWEN),
    "Mixtral, its experts": 32 * experts_with_lora(experts(8, 14_336, 4_096), 8),
}
IN_PART = {
    "GPT-2",
    "Llama-2-7B, every dense layer",
    "Mixtral, its experts",
}  # of which the chapter counts the layers alone


@pytest.mark.parametrize("name", PRINTED)
def test_as_many_train_as_peft_printed(name):
    ours, printed = IN_CHAPTER[name], PRINTED[name]
    assert ours.count == printed["trained"]
    if name not in IN_PART:
        assert ours.count + Account(ours).frozen == printed["all"]


@pytest.mark.parametrize("name", PRINTED)
def test_peft_prints_them_still(name):
    store_models.make_torchvision_importable()
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    peft = pytest.importorskip("peft", reason="peft, for PyTorch, is not installed")
    transformers = pytest.importorskip("transformers", reason="transformers, for PyTorch, is not installed")
    case = PRINTED[name]
    own = getattr(transformers, case["model"])
    ((kind, settings),) = case["tuned"].items()
    with torch.device("meta"):
        model = own(own.config_class(**case["config"]))
        tuned = peft.get_peft_model(model, getattr(peft, kind)(**settings))
    assert tuned.get_nb_trainable_parameters() == (case["trained"], case["all"])


def test_the_four_counts_of_mixtral():
    """By hand: two tables of 32,000 × 4,096 and 65 norms of 4,096 are not packed, all else is."""
    mixtral = models.mixtral_8x7b()
    tuned = lora(mixtral, 8)
    assert tuned.count == 32 * 8 * ((4_096 + 4_096) + (4_096 + 1_024)) == 3_407_872
    assert tuned.count + Account(tuned).frozen == 46_702_792_704 + 3_407_872 == 46_706_200_576
    alone = 2 * 32_000 * 4_096 + 65 * 4_096
    packed = mixtral.count - alone
    assert (alone, packed) == (262_410_240, 46_440_382_464)
    assert packed // 2 + alone + tuned.count == 23_486_009_344
    attention = 32 * (2 * 4_096 * 4_096 + 2 * 4_096 * 1_024)
    assert attention == 1_342_177_280
    assert 46_702_792_704 - attention // 2 + tuned.count == 46_035_111_936
    of_a_word = models.mixtral_8x7b(active=2).count
    assert of_a_word + tuned.count == 12_883_333_120
    assert 46_702_792_704 - 32 * 6 * 3 * 4_096 * 14_336 == of_a_word == 12_879_925_248
    # In bytes: all in bfloat16, attention in 4 bits, all dense layers in 4 bits; LoRA's in float32.
    small = 4 * tuned.count
    assert (2 * 46_702_792_704 + small) // 10**8 == 934
    assert (2 * (46_702_792_704 - attention) + attention // 2 + small) // 10**8 == 914
    assert round((2 * alone + packed // 2 + small) / 10**8) == 238


def test_of_mixtral_bitsandbytes_finds_attention_alone(torch):
    """It packs nn.Linear, the output apart. By hand as above: 1,342,177,280."""
    with torch.device("meta"):
        mixtral = of_transformers(torch, "MixtralForCausalLM", {})
    inner = [module for module in mixtral.model.modules() if isinstance(module, torch.nn.Linear)]
    assert sum(module.weight.numel() for module in inner) == 1_342_177_280


def test_what_is_not_packed_is_prepared_in_float32_and_so_is_what_peft_adds(torch, tmp_path):
    """Two tables of 128,256 × 4,096 and 65 norms of 4,096 in Llama 3: 2.10 GB in two bytes, 4.20 in four."""
    peft = pytest.importorskip("peft", reason="peft, for PyTorch, is not installed")
    model = of_transformers(torch, "LlamaForCausalLM", LLAMA).to(torch.bfloat16)
    tuned = tuned_by_peft(model, r=2, target_modules=["q_proj"])
    assert {p.dtype for p in tuned.parameters() if p.requires_grad} == {torch.float32}
    tuned.save_pretrained(tmp_path)
    saved = pytest.importorskip("safetensors.torch").load_file(tmp_path / "adapter_model.safetensors")
    assert sum(each.nbytes for each in saved.values()) == 4 * 2 * 2 * (16 + 16)
    kept = peft.prepare_model_for_kbit_training(model)
    assert {p.dtype for p in kept.parameters()} == {torch.float32}
    alone = 2 * 128_256 * 4_096 + 65 * 4_096
    assert (round(2 * alone / 10**7), round(4 * alone / 10**7)) == (210, 420)
    assert round(4 * 4_194_304 / 10**5) == 168  # of Llama 2: 16.8 MB


def test_a_bare_tensor_is_no_parameter(torch):
    class Scaled(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = torch.ones(4, requires_grad=True)
            self.shown = torch.nn.Parameter(torch.ones(3))

    assert trained(Scaled()) == 3 and list(Scaled().state_dict()) == ["shown"]


def test_llama_2_in_four_bits():
    one = bank.find("packed-in-bytes").count
    assert one == (4 * 4_096**2 + 3 * 4_096 * 11_008) // 2 + 2 * 4_096 == 101_195_776
    assert 32 * one + 2 * 131_072_000 + 4_096 == 3_500_412_928
    assert 3_500_412_928 + 4_194_304 == 3_504_607_232


def test_the_file_of_chapter_9():
    """Two layers of 16 with ff = 64: 2 × (4 × 16 × 16 + 2 × 16 × 64) = 6,144 weights, two in a byte."""
    tree = pc.explain(ROOT / "notebooks/data/tiny-4bit.safetensors")
    account = Account(tree)
    assert (tree.count, account.stored) == (8_144, 6_144 // 2 + 2_000)


def test_the_norms_of_resnet_18():
    """By hand: 64 + 4 × 64, 5 × 128, 5 × 256 and 5 × 512 channels, with a gain and a shift each."""
    resnet = models.resnet_18()
    norms = sum(leaf.count for leaf in resnet.tensors() if leaf.tensor.kind == "norm")
    assert norms == 2 * (64 + 4 * 64 + 5 * 128 + 5 * 256 + 5 * 512) == 9_600
    assert resnet.count == 11_689_512


def trained(model) -> int:
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)


def test_questions_of_chapter_9_in_pytorch(torch):
    nn = torch.nn
    digits = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    digits[0].requires_grad_(False)
    assert trained(digits) == bank.find("frozen-hidden").count
    convs = [nn.Conv2d(64, 64, 3, bias=False).requires_grad_(False) for _ in range(2)]
    block = nn.Sequential(convs[0], nn.BatchNorm2d(64), convs[1], nn.BatchNorm2d(64))
    assert trained(block) == bank.find("norms-alone").count
    assert trained(block.requires_grad_(True)) == bank.find("block-with-norms").count


def test_a_frozen_norm_of_pytorch_goes_on_measuring(torch):
    norm = torch.nn.BatchNorm1d(2).requires_grad_(False)
    norm(torch.ones(4, 2))
    assert norm.running_mean.tolist() != [0, 0]
    before = norm.running_mean.tolist()
    norm.eval()(5 * torch.ones(4, 2))
    assert norm.running_mean.tolist() == before


def test_a_frozen_norm_of_keras_stands_still():
    keras = pytest.importorskip("keras", reason="Keras is not installed")
    norm = keras.layers.BatchNormalization()
    norm.build((None, 2))
    norm(keras.ops.ones((4, 2)), training=True)
    before = keras.ops.convert_to_numpy(norm.moving_mean).tolist()
    assert before != [0, 0]
    norm.trainable = False
    norm(5 * keras.ops.ones((4, 2)), training=True)
    assert keras.ops.convert_to_numpy(norm.moving_mean).tolist() == before and not norm.trainable_weights


def test_a_mask_leaves_the_count_as_it_is(torch):
    from torch.nn.utils import prune

    dense_layer = torch.nn.Linear(300, 100)
    prune.l1_unstructured(dense_layer, "weight", amount=0.9)
    assert trained(dense_layer) == bank.find("pruned-by-mask").count
    assert dense_layer.weight_mask.numel() == 300 * 100
    assert int((dense_layer.weight == 0).sum()) == 27_000


def test_one_network_with_two_names(torch):
    nn = torch.nn
    both = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 32))
    model = nn.ModuleDict({"left": both, "right": both, "output": nn.Linear(64, 2)})
    assert trained(model) == bank.find("same-twice").count
    assert sum(tensor.numel() for tensor in model.state_dict().values()) == 2 * 104_608 + 130 == 209_346


def test_what_nothing_uses_has_no_gradient_and_is_counted(torch):
    nn = torch.nn
    model = nn.ModuleDict({"used": nn.Linear(3, 2), "spare": nn.Linear(768, 768)})
    model["used"](torch.ones(1, 3)).sum().backward()
    assert trained(model) == 8 + 590_592
    assert model["spare"].weight.grad is None and model["used"].weight.grad is not None


def test_the_class_token_stands_in_no_layer(torch):
    nn = torch.nn

    class Before(nn.Module):
        def __init__(self):
            super().__init__()
            self.patches = nn.Conv2d(3, 768, 16)
            self.token = nn.Parameter(torch.zeros(768))
            self.positions = nn.Embedding(197, 768)

    model = Before()
    assert trained(model) == bank.find("class-token").count
    assert sum(map(trained, model.children())) == trained(model) - 768
