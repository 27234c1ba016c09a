"""Published networks: counts and tensors as others print them, and what happens when a size is changed."""

import itertools
import json
import pickle
from collections import Counter
from pathlib import Path

import pytest

import store_models
from laws import value
from paramcount import (
    Layer,
    Tensor,
    compare,
    conv,
    dense,
    explain,
    explore,
    frozen,
    layer,
    layer_norm,
    lora,
    models,
    pytorch,
    stored_by,
)
from paramcount.models import PUBLISHED
from paramcount.models.base import sized
from paramcount.show.account import Account, named_sizes
from paramcount.show.sizes import opened

# In the order of the table. Where each is printed is in the table's sources.
PARAMETERS = {
    "LeNet-5": 61_706,
    "AlexNet": 60_965_224,
    "AlexNet, one tower": 61_100_840,
    "VGG-11": 132_863_336,
    "VGG-13": 133_047_848,
    "VGG-16": 138_357_544,
    "VGG-19": 143_667_240,
    "U-Net": 31_030_658,
    "ResNet-18": 11_689_512,
    "ResNet-34": 21_797_672,
    "ResNet-50": 25_557_032,
    "ResNet-101": 44_549_160,
    "ResNet-152": 60_192_808,
    "MobileNetV2": 3_504_872,
    "EfficientNet-B0": 5_288_548,
    "ConvNeXt-T": 28_589_128,
    "BERT-base": 109_482_240,
    "BERT-large": 335_141_888,
    "mBERT": 177_853_440,
    "RoBERTa-base": 124_645_632,
    "RoBERTa-large": 355_359_744,
    "ViT-B/16": 86_567_656,
    "GPT-2 small": 124_439_808,
    "GPT-2 medium": 354_823_168,
    "GPT-2 large": 774_030_080,
    "GPT-2 XL": 1_557_611_200,
    "GPT-3 Small": 125_226_240,
    "GPT-3 Medium": 355_871_744,
    "GPT-3 Large": 760_300_032,
    "GPT-3 XL": 1_315_723_264,
    "GPT-3 2.7B": 2_651_553_280,
    "GPT-3 6.7B": 6_658_404_352,
    "GPT-3 13B": 12_952_938_780,
    "GPT-3 175B": 174_604_259_328,
    "Llama-2-7B": 6_738_415_616,
    "Mistral-7B": 7_241_732_096,
    "Llama-3-8B": 8_030_261_248,
    "Llama-3-70B": 70_553_706_496,
    "Llama-3.1-405B": 405_853_388_800,
    "Llama-3.2-1B": 1_235_814_400,
    "Llama-3.2-3B": 3_212_749_824,
    "Phi-3-mini": 3_821_079_552,
    "Gemma-2-2B": 2_614_341_888,
    "Gemma-2-9B": 9_241_705_984,
    "Qwen2.5-0.5B": 494_032_768,
    "Qwen2.5-3B": 3_085_938_688,
    "Qwen2.5-7B": 7_615_616_512,
    "Gemma-3-1B": 999_885_952,
    "Qwen3-0.6B": 596_049_920,
    "Qwen3-8B": 8_190_735_360,
    "Mixtral-8x7B": 46_702_792_704,
    "DeepSeek-V3": 671_026_404_352,
    "Qwen3-30B-A3B": 30_532_122_624,
    "gpt-oss-20b": 20_914_757_184,
    "gpt-oss-120b": 116_829_156_672,
    "Transformer base": 63_082_496,
    "Transformer big": 214_245_376,
    "T5-small": 60_506_624,
    "Whisper tiny": 37_184_640,
    "Whisper large": 1_541_384_960,
    "CLIP ViT-B/32": 151_277_313,
    "LLaVA-1.5-7B": 7_063_427_072,
    "DiT-XL/2": 674_834_720,
    "Mamba-130M": 129_135_360,
    "Mamba-2.8B": 2_768_345_600,
}
ORACLE = {case["name"]: case for case in json.loads(store_models.FILE.read_text("utf-8"))["cases"]}
every_network = pytest.mark.parametrize("name", PARAMETERS)


def test_the_table_is_complete():
    assert list(PUBLISHED) == list(PARAMETERS)
    assert PARAMETERS.keys() == ORACLE.keys()


@every_network
def test_it_counts_what_is_published(name):
    network = PUBLISHED[name]
    assert network.layer.count == network.parameters == PARAMETERS[name] == ORACLE[name]["trainable"]


@every_network
def test_its_tensors_are_those_that_a_framework_lists(name):
    """Up to the order of the axes: each tensor's sizes are sorted, and the 1s among them left out."""
    ours, theirs = Counter(), Counter()
    for leaf in PUBLISHED[name].layer.tensors():
        if leaf.tensor.count:
            ours[without_order(leaf.tensor.shape)] += leaf.times
    for full_name, shape, times in ORACLE[name]["tensors"]:
        pieces, shape = unpacked(full_name, shape, inputs_first=name.startswith("gpt-oss"))
        theirs[without_order(shape)] += pieces * times
    assert ours == theirs


def without_order(shape):
    return tuple(sorted(int(size) for size in shape if size != 1))


def unpacked(full_name, shape, inputs_first=False):
    """How many tensors of ours a framework packs into this one, and their shape.

    GPT-2's c_attn, PyTorch's in_proj and Phi-3's and DiT's qkv hold queries, keys and values side by side;
    the experts of a mixture lie on the first axis of one tensor, in which gate_up_proj holds two layers of
    each.
    inputs_first: whether the rows of an expert's matrices are its inputs, as in gpt-oss.
    """
    pieces, shape = 1, list(shape)
    if ".experts." in full_name:
        pieces = shape.pop(0)
    packings = [("c_attn", -1, 3), (".in_proj_", 0, 3), ("qkv", 0, 3)]
    packings += [("gate_up_proj", -1 if inputs_first else 0, 2)]
    for packed, axis, many in packings:
        if packed in full_name:
            shape[axis] //= many
            pieces *= many
    return pieces, shape


LIVE = [name for name, case in ORACLE.items() if "config" in case and "torchvision" not in case["printed_by"]]


@pytest.mark.parametrize("name", LIVE)
def test_its_framework_lists_these_tensors_today(name):
    """Built anew by the class that is named in the oracle, where PyTorch and transformers are installed."""
    pytest.importorskip("torch", reason="PyTorch is not installed")
    pytest.importorskip("transformers", reason="transformers, for PyTorch, is not installed")
    assert store_models.anew(ORACLE[name])["tensors"] == ORACLE[name]["tensors"]


def test_a_list_to_pick_from_is_in_groups():
    groups = [network.group for network in PUBLISHED.values()]
    assert len(groups) == len(PARAMETERS) and all(groups)
    assert [group for group, _ in itertools.groupby(groups)] == list(dict.fromkeys(groups))


# -- what is printed, and what is not -----------------------------------------------------------


def rounded(count: int, printed: str) -> str:
    """The count in the unit and with the digits of `printed`, halves rounded up."""
    places = len(printed[:-1].partition(".")[2])
    step = {"M": 10**6, "B": 10**9}[printed[-1]] // 10**places
    return f"{(2 * count + step) // (2 * step) / 10**places:.{places}f}{printed[-1]}"


@pytest.mark.parametrize(
    ("name", "printed", "exactly"),
    [
        ("Small", "125M", "125M"),
        ("Medium", "350M", "356M"),
        ("Large", "760M", "760M"),
        ("XL", "1.3B", "1.3B"),
        ("2.7B", "2.7B", "2.7B"),
        ("6.7B", "6.7B", "6.7B"),
        ("13B", "13.0B", "13.0B"),
        ("175B", "175.0B", "174.6B"),
    ],
)
def test_six_of_eight_in_gpt_3s_table_round_to_what_is_printed(name, printed, exactly):
    network = PUBLISHED[f"GPT-3 {name}"]
    assert network.printed == printed
    assert rounded(network.parameters, printed) == exactly


def test_the_sizes_of_gpt_3():
    """By hand, from the table's layers and model sizes: V x + 2,048 x + n (12 x² + 13 x) + 2 x."""
    sizes = [(12, 768), (24, 1024), (24, 1536), (24, 2048), (32, 2560), (32, 4096), (40, 5140), (96, 12288)]
    counts = [50_257 * x + 2_048 * x + n * (12 * x**2 + 13 * x) + 2 * x for n, x in sizes]
    assert counts == [count for name, count in PARAMETERS.items() if name.startswith("GPT-3")]


def test_the_five_networks_of_vggs_table():
    """The paper's table 2. C is D with 1 × 1 in the last convolution of its three last blocks."""
    smaller = sum(conv(o, 3, o).count - conv(o, 1, o).count for o in (256, 512, 512))
    a, b, d, e = (net().count for net in (models.vgg_11, models.vgg_13, models.vgg_16, models.vgg_19))
    exact = [a, b, d - smaller, d, e]
    assert exact == [132_863_336, 133_047_848, 133_638_952, 138_357_544, 143_667_240]
    assert [rounded(count, "000M") for count in exact] == ["133M", "133M", "134M", "138M", "144M"]


# Table 3 of the Transformer's paper, but for its rows B, whose attention is narrower than x.
TABLE_3 = {
    "base": (65, {}),
    "C, 2 layers": (36, {"m": 2, "n": 2}),
    "C, 4 layers": (50, {"m": 4, "n": 4}),
    "C, 8 layers": (80, {"m": 8, "n": 8}),
    "C, x = 256": (28, {"x": 256}),
    "C, x = 1,024": (168, {"x": 1_024}),
    "C, ff = 1,024": (53, {"ff": 1_024}),
    "C, ff = 4,096": (90, {"ff": 4_096}),
}


def reproduced(v: int) -> int:
    """How many of those rows round to what is printed with a vocabulary of v."""
    return sum(
        rounded(models.transformer_base(v=v, **sizes).count, "0M") == f"{printed}M"
        for printed, sizes in TABLE_3.values()
    )


def test_no_vocabulary_gives_the_whole_table_of_the_transformer():
    assert reproduced(37_000) == 0
    assert [reproduced(v) for v in (40_931, 40_932, 41_160, 41_161)] == [7, 8, 8, 7]
    base = {v: rounded(models.transformer_base(v=v).count, "65M") for v in (39_768, 39_769, 41_721, 41_722)}
    assert base == {39_768: "64M", 39_769: "65M", 41_721: "65M", 41_722: "66M"}
    big = {v: rounded(models.transformer_big(v=v).count, "213M") for v in (35_295, 35_296, 36_271, 37_000)}
    assert big == {35_295: "212M", 35_296: "213M", 36_271: "213M", 37_000: "214M"}


@pytest.mark.parametrize(
    ("layer", "count", "source"),
    [
        (models.bert_base(pooler=False), 108_891_648, "transformers 5.23.0, add_pooling_layer=False"),
        (models.gpt2_small(tied=False), 163_037_184, "transformers 5.23.0, tie_word_embeddings=False"),
        (models.gpt3_13b(x=5_120, ff=20_480), 12_853_386_240, "transformers 5.23.0"),
        (models.mixtral_8x7b(active=2), 12_879_925_248, "by hand: 6 × 32 × 3 × 4,096 × 14,336 fewer"),
        (models.mixtral_8x7b(active=8), 46_702_792_704, "transformers 5.23.0: all of them"),
        (models.llama_3_2_1b(tied=False), 1_498_482_688, "transformers 5.23.0, tie_word_embeddings=False"),
        (models.llama_3_2_1b(d=128), 1_403_586_560, "transformers 5.23.0, head_dim=128"),
        (models.qwen_3_0_6b(heads=12, kv_heads=4), 537_329_664, "transformers 5.23.0"),
        (models.gemma_3_1b(heads=8, kv_heads=2), 1_076_563_072, "transformers 5.23.0"),
        (models.deepseek_v3(shared=2, first=1), 695_516_421_120, "transformers 5.23.0"),
        (models.deepseek_v3(active=8), 37_552_282_624, "by hand: 58 × 248 × 3 × 7,168 × 2,048 fewer"),
        (models.qwen_3_30b_a3b(active=8), 3_353_032_704, "by hand: 48 × 120 × 3 × 2,048 × 768 fewer"),
        (models.gpt_oss_20b(active=4), 4_187_440_704, "by hand: 24 × 28 × 24,891,840 fewer"),
        (models.gpt_oss_120b(active=4), 5_711_982_912, "by hand: 36 × 124 × 24,891,840 fewer"),
        (models.llava_1_5_7b(v=32_000), 7_062_902_784, "by hand: 7,063,427,072 − 2 × 64 × 4,096"),
        (
            models.llama(49_152, 576, 30, 1_536, heads=9, kv_heads=3, tied=True),
            134_515_008,
            "by hand: 30 × (2 × 576 × 576 + 2 × 576 × 192 + 3 × 576 × 1,536 + 2 × 576) + 49,152 × 576 + 576",
        ),
        (models.vit_b16(side=384), 86_859_496, "by hand: 86,567,656 + (24 × 24 − 14 × 14) × 768"),
        (models.mamba_130m(s=32, f=3, r=7), 127_845_120, "transformers 5.23.0"),
        (models.clip_b32(o=100), 150_749_953, "transformers 5.23.0, projection_dim=100"),
        (models.resnet_50(classes=10), 23_528_522, "by hand: 25,557,032 − 990 × 2,049"),
        (models.lenet_5(side=28), 44_426, "by hand: 61,706 − (25 − 16) × 16 × 120"),
        (models.vgg_16(side=448), 446_638_888, "by hand: 138,357,544 + (196 − 49) × 512 × 4,096"),
    ],
)
def test_variants(layer, count, source):
    assert layer.count == count, source


def test_keras_has_a_bias_for_every_filter_of_resnet():
    """Printed by Keras 3.15.1: 25,583,592 trainable parameters, in 53 convolutions."""
    filters = [leaf for leaf in models.resnet_50().tensors() if leaf.path[-1] == "K"]
    assert sum(leaf.times for leaf in filters) == 53
    assert 25_557_032 + sum(leaf.times * leaf.tensor.shape[-1] for leaf in filters) == 25_583_592


def test_the_popular_175_billion_leaves_out_biases_norms_and_positions_and_counts_the_words_twice():
    gpt_3 = models.gpt3_175b(tied=False)
    matrices = [
        leaf for leaf in gpt_3.tensors() if leaf.tensor.kind == "weight" and leaf.path[0] != "positions"
    ]
    assert sum(leaf.times * leaf.tensor.count for leaf in matrices) == 175_181_291_520


def without_words(network) -> int:
    return network().count - network().parts["words"].count


def test_what_papers_print_without_the_table_of_words():
    """Gemma 2's table 2 to the last parameter; Gemma 3's table 1, and the model cards of Qwen, rounded.

    Where the output has a table of its own, as in Qwen2.5-7B, the cards leave out both.
    """
    assert without_words(models.gemma_2_2b) == 2_024_517_888
    assert without_words(models.gemma_2_9b) == 8_324_201_984
    assert rounded(without_words(models.gemma_3_1b), "698M") == "698M"
    assert rounded(models.gemma_3_1b().parts["words"].count, "302M") == "302M"
    tied = {models.qwen_2_5_0_5b: "0.36B", models.qwen_2_5_3b: "2.77B", models.qwen_3_0_6b: "0.44B"}
    untied = {models.qwen_2_5_7b: "6.53B", models.qwen_3_8b: "6.95B", models.qwen_3_30b_a3b: "29.9B"}
    for network, printed in (tied | untied).items():
        count = without_words(network) - network().parts["output"].count
        assert rounded(count, printed) == printed


def test_what_is_printed_as_active_of_gpt_oss_leaves_out_the_words():
    """Table 1 of arXiv:2508.10925: what leads to the output counts as active, and the words do not."""
    for network, printed in ((models.gpt_oss_20b, "3.61B"), (models.gpt_oss_120b, "5.13B")):
        words = network().parts["words"].count
        assert rounded(network(active=4).count - words, printed) == printed


def test_what_the_chapter_says_of_a_part():
    """By hand: 3 × 1,152 × 6,912 + 3 × 6,912 = 23,908,608 is a block of DiT, but for 3,456."""
    block = models.dit_block(1_152, 4_608, 16)
    assert 3 * block.parts["modulation"].count - 3_456 == block.count == 23_905_152
    llava = models.llava_1_5_7b()
    assert f"{llava.parts['picture'].count / llava.count:.1%}" == "4.3%"


def test_the_text_encoder_of_clip_has_63_million():
    text = models.clip_b32().parts["text"].count
    assert rounded(text, "63M") == "63M"


def test_a_u_net_has_23_convolutions():
    """As its paper counts them, those that double the picture among them."""
    filters = [leaf for leaf in models.unet_2015().tensors() if leaf.path[-1] == "K"]
    assert sum(leaf.times for leaf in filters) == 23


def test_which_counts_do_not_round_to_what_is_printed():
    """mBERT is printed with the figure of BERT; Llama 3 and Qwen 2.5 are cut off and not rounded."""
    printed = {
        name: network.printed for name, network in PUBLISHED.items() if network.printed[-1:] in ("M", "B")
    }
    exact = {name: (said, rounded(PARAMETERS[name], said)) for name, said in printed.items()}
    assert {name: both for name, both in exact.items() if both[0] != both[1]} == {
        "AlexNet": ("60M", "61M"),
        "MobileNetV2": ("3.4M", "3.5M"),
        "BERT-base": ("110M", "109M"),
        "BERT-large": ("340M", "335M"),
        "mBERT": ("110M", "178M"),
        "ViT-B/16": ("86M", "87M"),
        "GPT-2 small": ("117M", "124M"),
        "GPT-2 medium": ("345M", "355M"),
        "GPT-2 large": ("762M", "774M"),
        "GPT-2 XL": ("1542M", "1558M"),
        "GPT-3 Medium": ("350M", "356M"),
        "GPT-3 175B": ("175.0B", "174.6B"),
        "Llama-3-70B": ("70B", "71B"),
        "Llama-3.1-405B": ("405B", "406B"),
        "Llama-3.2-1B": ("1.23B", "1.24B"),
        "Qwen2.5-7B": ("7.61B", "7.62B"),
        "Transformer base": ("65M", "63M"),
        "Transformer big": ("213M", "214M"),
        "T5-small": ("60M", "61M"),
        "Whisper tiny": ("39M", "37M"),
        "Whisper large": ("1550M", "1541M"),
        "Mamba-130M": ("130M", "129M"),
    }


# -- laws ---------------------------------------------------------------------------------------


def assert_every_line_agrees(layer: Layer):
    assert sum(leaf.times * leaf.tensor.count for leaf in layer.tensors()) == layer.count
    assert value(layer.count.numbers) == layer.count
    letters = {ascii_name(dim.name): int(dim) for dim in named_sizes(layer.count)}
    assert value(ascii_name(layer.count.symbols), **letters) == layer.count


def ascii_name(line: str) -> str:
    return line.translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789"))


@every_network
def test_both_lines_and_the_ledger_come_to_the_count(name):
    assert_every_line_agrees(PUBLISHED[name].layer)


HEADS_OF_THEIR_OWN = ("llama", "gemma", "deepseek", "gpt_oss")  # or shared keys


@every_network
def test_every_size_can_be_moved(name):
    layer = PUBLISHED[name].layer
    for size, was in layer.sizes.items():
        if was is None or isinstance(was, bool):
            continue
        moved = layer.resized(**{size: another(size, was, layer)})
        # Heads share out what is there. T5 has a few numbers for each, Llama's share keys and values, and
        # some have a size of their own. How many moments Whisper hears is kept, and not trained.
        shares = size == "heads" and layer.name not in ("t5", *HEADS_OF_THEIR_OWN)
        assert (moved.count == layer.count) == (shares or size == "frames"), size
        assert_every_line_agrees(moved)


def another(size, was, layer):
    """A value that is allowed: twice the size, but for heads, which must divide something."""
    if size == "kv_heads":
        return was // 2 if was > 1 else 2
    if size == "heads" and layer.name in HEADS_OF_THEIR_OWN:
        # Twice as many heads are half as wide, if that comes out.
        return double(was) if layer.sizes.get("d") or not layer.sizes["x"] % (2 * was) else was // 2
    return (1, 1) if isinstance(was, tuple) and size == "heads" else 1 if size == "heads" else double(was)


def double(size):
    return tuple(2 * each for each in size) if isinstance(size, tuple) else 2 * size


@every_network
def test_its_text_can_be_read_at_once(name):
    text = str(PUBLISHED[name].layer)
    assert len(text.splitlines()) <= 41
    assert f"{PARAMETERS[name]:,} parameters" in text


def test_a_shared_table_is_listed_and_counts_nothing():
    output = models.gpt2_small().parts["output"]
    assert (output.count, output.size, output.same_as) == (0, 50_257 * 768, ("words", "E"))
    assert "same as words E" in str(models.gpt2_small())
    assert models.t5_small().parts["output"].same_as == ("words", "E")


@every_network
def test_a_network_is_a_layer_function_like_any_other(name):
    function = PUBLISHED[name].function
    assert opened(function).count == function().count == PARAMETERS[name]
    assert function.__doc__ == function().function.__doc__


# -- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: models.lenet_5(side=15),
            "side=15: nothing is left of a picture that is smaller than 16 × 16",
        ),
        (
            lambda: models.vgg_16(side=31),
            "side=31: nothing is left of a picture that is smaller than 32 × 32",
        ),
        (
            lambda: models.vit_b16(side=15),
            "side=15: nothing is left of a picture that is smaller than 16 × 16",
        ),
        (lambda: models.lenet_5(filters=6), "filters=(6): one for each of 2 layers is needed, not 1"),
        (lambda: models.lenet_5(h=(9, 8, 7)), "h=(9, 8, 7): one for each of 2 layers is needed, not 3"),
        (lambda: models.alexnet_2014(filters=(64, 192)), "filters=(64, 192): one for each of 5 layers"),
        (lambda: models.alexnet_2012(groups=7), "groups=7 must divide i=96 and o=256: each group"),
        (lambda: models.bert_base(heads=7), "heads=7 must divide x=768: each head"),
        (lambda: models.llama_2_7b(heads=7, kv_heads=1), "heads=7 must divide x=4096: each head"),
        (lambda: models.llama_3_8b(kv_heads=5), "kv_heads=5 must divide heads=32: each head of keys"),
        (lambda: models.llama_3_8b(kv_heads=64), "kv_heads=64 must divide heads=32: each head of keys"),
        (
            lambda: models.mixtral_8x7b(active=9),
            "active=9: a word can pass through no more than the 8 experts",
        ),
        (lambda: models.gemma_2_2b(kv_heads=3), "kv_heads=3 must divide heads=8: each head of keys"),
        (lambda: models.deepseek_v3(active=257), "active=257: a word can pass through no more than the 256"),
        (lambda: models.gpt_oss_20b(active=33), "active=33: a word can pass through no more than the 32"),
        (lambda: models.llava_1_5_7b(side=13), "side=13: nothing is left of a picture that is smaller"),
        (lambda: models.llava_1_5_7b(ff=9), "ff=(9): one for each of 2 layers is needed, not 1"),
        (lambda: models.clip_b32(side=31), "side=31: nothing is left of a picture that is smaller than 32"),
        (lambda: models.clip_b32(x=512), "x=(512): one for each of 2 layers is needed, not 1"),
        (lambda: models.convnext_t(blocks=(3, 3)), "blocks=(3, 3): one for each of 4 layers is needed"),
        (lambda: models.llama_2_7b(active=2), "active=2: there are no experts for a word to pass through"),
        (lambda: models.resnet_50(blocks=(3, 0)), "blocks₂=0: a size is a whole number, 1 or more"),
        (lambda: models.gpt2_small(n=0), "n=0: a size is a whole number, 1 or more"),
    ],
)
def test_impossible_sizes_are_refused_with_the_reason(call, message):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).startswith(message)


def test_a_switch_or_a_name_that_is_wrong_is_refused():
    with pytest.raises(TypeError, match="tied=1: tied is a switch, True or False"):
        models.gpt2_small(tied=1)
    with pytest.raises(TypeError, match="unexpected keyword argument 'layers'"):
        models.bert_base(layers=6)


@pytest.mark.parametrize(
    ("network", "printed"),
    [(models.transformer_base, 63_084_544), (models.transformer_big, 214_249_472)],
)
def test_pytorch_ends_each_stack_of_the_transformer_in_a_norm(network, printed):
    """As torch 2.13.0 prints it, with one table of 37,000 words beside nn.Transformer."""
    assert stored_by(pytorch, network()).count == printed


def test_bert_with_its_head_for_masked_words():
    @layer
    def masked(v, p, x, m, ff, heads):
        return {
            "bert": models.bert(v, p, x, m, ff, heads, pooler=False),
            "transform": dense(x, x),
            "norm": layer_norm(x),
            "output W": Tensor((v, x), same_as="bert words E"),
            "output b": (v,),
        }

    assert masked(30_522, 512, 768, 12, 3_072, 12).count == 109_514_298  # transformers' BertForMaskedLM


# -- what they are called --------------------------------------------------------------------------


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_network_is_headed_by_its_own_name(name):
    layer = PUBLISHED[name].layer
    assert Account(layer).heading == name
    assert Account(pickle.loads(pickle.dumps(layer))).heading == name
    size, value = next((n, v) for n, v in layer.arguments().items() if isinstance(v, int) and n != "side")
    changed = layer.resized(**{size: 2 * value})
    assert Account(changed).heading == f"{name}, changed"
    assert Account(changed.resized(**{size: value})).heading == name


def test_a_family_has_the_name_of_the_family():
    assert Account(models.gpt(10, 10, 8, 2, 32, 2)).heading == "GPT"
    longer = sized(models.gpt2_small, p=2_048)  # a reader's own, which is not GPT-2 small
    assert Account(longer()).heading == "GPT"


@pytest.mark.parametrize(
    ("name", "active", "experts", "count"),
    [
        # 13B in its paper. Six experts a layer are left out: 46,702,792,704 − 32 × 6 × 3 × 4,096 × 14,336
        ("Mixtral-8x7B", 2, 8, 12_879_925_248),
        # 3.3B on its model card: 30,532,122,624 − 48 × 120 × 3 × 2,048 × 768
        ("Qwen3-30B-A3B", 8, 128, 3_353_032_704),
        # 5.13B in its card, without the words: 116,829,156,672 − 36 × 124 × (3 × 2,880 × 2,880 + 3 × 2,880)
        ("gpt-oss-120b", 4, 128, 5_711_982_912),
    ],
)
def test_a_heading_says_what_is_counted_where_experts_are_left_out(name, active, experts, count):
    panel = explore(PUBLISHED[name].layer)
    assert panel.controls["active"].last == active and PUBLISHED[name].active == count
    panel.controls["active"].move(active)  # as the tick does
    assert panel.layer.count == count
    assert Account(panel.layer).heading == f"{name}: what one word uses, {active} of {experts} experts"
    panel.controls["active"].move(None)
    assert Account(panel.layer).heading == name


def test_only_a_mixture_has_fewer_that_are_active():
    assert {name for name, each in PUBLISHED.items() if each.active} == {*models.mixtures.MIXTURES}


# -- the chapter about them -------------------------------------------------------------------------

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"


def test_ten_lines_of_a_config_are_enough():
    """By hand: 30 × 3,540,096 + 49,152 × 576 + 576."""
    config = NOTEBOOKS / "data/smollm2-135m/config.json"
    assert len(config.read_text("utf-8").splitlines()) == 10
    assert explain(config).count == 134_515_008


def test_an_entry_of_the_published_is_taken_as_its_network():
    """By hand: 32 layers, two matrices each, 8 × (4,096 + 4,096)."""
    given = PUBLISHED["Llama-2-7B"]
    assert lora(given, 8).count == 32 * 2 * 8 * (4_096 + 4_096)
    assert frozen(given).count == 0
    assert opened(given).count == compare({"one": given}).networks["one"].count == given.layer.count
