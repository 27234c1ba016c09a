"""`difference`: two counts lined up, and a number explained. Counts are by hand or a framework's own."""

import os

import pytest

import paramcount as pc
from paramcount import difference, models

os.environ["HF_HUB_OFFLINE"] = "1"


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="PyTorch is not installed")


def rows(found) -> dict[str, int]:
    return {row.name: row.more for row in found.rows}


def reasons(found) -> list[str]:
    return [reason.words for reason in found.reasons]


def network(torch, width=8, layers=3, bias=True, tied=False):
    """A table, equal blocks of two linear layers and a norm, and an output layer."""
    nn = torch.nn

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.up, self.down = nn.Linear(width, 32, bias=bias), nn.Linear(32, width, bias=bias)
            self.norm = nn.LayerNorm(width)

    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.table = nn.Embedding(50, width)
            self.blocks = nn.ModuleList(Block() for _ in range(layers))
            self.head = nn.Linear(width, 50, bias=False)
            if tied:
                self.head.weight = self.table.weight

    return Network()


BLOCK = (8 * 32 + 32) + (32 * 8 + 8) + (8 + 8)  # 568


def test_more_layers_are_one_row(torch):
    found = difference(network(torch), network(torch, layers=5))
    assert found.total == 2 * BLOCK == 1_136
    assert rows(found) == {"blocks": 1_136}
    assert found.counts == (400 + 3 * BLOCK + 400, 400 + 5 * BLOCK + 400)
    assert "2 more in the second: 2 × 568" in repr(found)  # three of them are in the first
    assert "The other 2,504 are alike in both." in repr(found)  # 400 + 3 × 568 + 400


def test_an_output_layer_that_is_not_tied(torch):
    found = difference(network(torch, tied=True), network(torch))
    assert rows(found) == {"head": 400}
    assert rows(difference(network(torch), network(torch, tied=True))) == {"head": -400}


def test_biases_that_one_of_them_has_not(torch):
    found = difference(network(torch, bias=False), network(torch))
    assert rows(found) == {"blocks up bias": 3 * 32, "blocks down bias": 3 * 8}  # the largest first
    assert [row.name for row in found.rows] == ["blocks up bias", "blocks down bias"]


def test_another_width_is_shown_part_by_part_with_both_sizes(torch):
    found = difference(torch.nn.Sequential(torch.nn.Linear(4, 3)), torch.nn.Sequential(torch.nn.Linear(5, 3)))
    assert found.total == 18 - 15
    assert "3 × 4 and 3 × 5" in repr(found)
    assert rows(found) == {"0 weight": 3}  # the 3 biases are the same


def test_the_same_network_does_not_differ(torch):
    found = difference(network(torch), network(torch))
    assert (found.total, found.rows, found.said) == (0, (), ["No part differs."])


def test_a_swap_of_two_sizes_is_seen_though_the_counts_are_equal(torch):
    nn = torch.nn
    found = difference(
        nn.Sequential(nn.Embedding(6, 4), nn.PReLU(10)), nn.Sequential(nn.Embedding(7, 4), nn.PReLU(6))
    )
    assert (found.total, rows(found)) == (0, {"0": 4, "1": -4})


def test_a_layer_by_hand_and_what_a_framework_keeps(torch):
    """LSTM, i = 3, h = 2: 48 by hand, and 56 in PyTorch with its second bias, 4 × 2 more."""
    found = difference(pc.lstm(3, 2), torch.nn.LSTM(3, 2))
    assert (found.counts, found.total) == ((48, 56), 8)
    assert rows(found) == {"lstm": 8}
    assert "Each gate has a second bias" in repr(found)
    assert rows(difference(torch.nn.LSTM(3, 2), pc.lstm(3, 2))) == {"lstm": -8}


def test_a_network_by_hand_and_the_one_of_hugging_face(torch):
    transformers = pytest.importorskip("transformers", reason="transformers, for PyTorch, is not installed")
    with torch.device("meta"):
        gpt2 = transformers.GPT2LMHeadModel(transformers.GPT2Config())
        medium = transformers.GPT2LMHeadModel(transformers.GPT2Config(n_layer=24))
    assert difference(models.gpt2_small, gpt2).rows == ()
    found = difference(models.gpt2_small, medium)
    assert found.total == 12 * (12 * 768**2 + 13 * 768) == 85_054_464
    assert list(rows(found).values()) == [85_054_464]
    assert reasons(difference(gpt2, 163_037_184))[0].startswith("the count with what is shared")  # gotcha 42


def test_53_biases_of_keras():
    """ResNet-50 has 25,557,032, and in Keras a bias a channel more in each of 53 convolutions: 26,560."""
    keras = pytest.importorskip("keras", reason="Keras is not installed")
    model = keras.applications.ResNet50(weights=None)
    found = difference(models.resnet_50, model)
    assert (found.counts, rows(found)) == ((25_557_032, 25_583_592), {"bias": 26_560})
    assert found.rows[0].many == 53
    assert reasons(difference(model, 25_557_032)) == ["the count without the biases of the convolutions"]


# Numbers, and what gives them. FFNN 3-5-2: 3 × 5 + 5 + 5 × 2 + 2 = 32, of which 25 are weights.
NUMBERS = {
    ("pc.ffnn(3, 5, 2)", 32): "the count itself",
    ("pc.ffnn(3, 5, 2)", 25): "the count without the biases",
    ("pc.ffnn(3, 5, 2)", 20): "hidden alone",
    ("pc.ffnn(3, 5, 2)", 12): "output alone",
    ("pc.ffnn(3, 5, 2)", 128): "its size in bytes, in float32",
    ("pc.lstm(3, 2)", 56): "the count of what PyTorch keeps",
    ("pc.gru(8, 5)", 225): "the count of what PyTorch keeps",
    ("pc.batch_norm(64)", 256): "the count with what is kept besides, such as statistics",
    ("models.vgg_16", 14_714_689): "",
    ("models.bert_base", 110_000_000): "the count, 109,482,240, rounded",
}


@pytest.mark.parametrize(("layer", "number"), NUMBERS)
def test_what_gives_a_number(layer, number):
    found = difference(eval(layer, {"pc": pc, "models": models}), number)
    assert found.total == number - found.counts[0]
    expected = NUMBERS[layer, number]
    if expected:
        assert expected in reasons(found)
        assert f"{number:,} is {expected}." in repr(found)
    else:
        assert f"None of {len(found.tried)} known ways to count gives {number:,}." in repr(found)


# What a slip of the chapters, or a card, makes of a network, each by hand or by a framework.
LLAMA = 32 * (2 * 4_096**2 + 2 * 4_096 * 1_024 + 3 * 4_096 * 14_336)  # its dense layers
SLIPS = {
    # Keys and values as wide as queries: 32 × 2 × 4,096 × (4,096 − 1,024) more.
    ("llama_3_8b", 8_030_261_248 + 32 * 2 * 4_096 * 3_072): "keys and values for every head",
    ("llama_3_8b", LLAMA): "its dense layers alone, without the output",
    ("llama_3_8b", 8_030_261_248 - 128_256 * 4_096): "the output tied to the table of words",
    # Llama 2: 32 × (4 × 4,096² + 3 × 4,096 × 11,008) in dense layers, of which each byte holds two.
    ("llama_2_7b", 6_738_415_616 - 16 * (4 * 4_096**2 + 3 * 4_096 * 11_008)): "4 bits, two in a byte",
    ("bert_base", 109_482_240 + 768 * 2 + 2): "and 1,538 besides: 768 × 2 + 2",
    # transformers' BertForMaskedLM and BertForPreTraining without its two outputs: 768² + 768, 1,536, 30,522.
    ("bert_base", 109_514_298): "the head that guesses masked words",
    ("bert_base", 110_104_890): "the head that guesses masked words",
    ("gpt2_small", 124_439_808 - 1_024 * 768): "the count without positions",
    # Of 8 experts 2 are active: 6 of three matrices less in each of 32 layers.
    ("mixtral_8x7b", 46_702_792_704 - 32 * 6 * 3 * 4_096 * 14_336): "2 of 8 experts",
    # The paper of gpt-oss prints 5.13B active: of 36 × 128 experts 36 × 124 less, and no table of words.
    (
        "gpt_oss_120b",
        116_829_156_672 - 36 * 124 * (3 * 2_880 * 2_880 + 3 * 2_880) - 201_088 * 2_880,
    ): "4 of 128 experts in each layer, without the table of words",
    (
        "deepseek_v3",
        671_026_404_352 - 58 * 248 * 3 * 7_168 * 2_048 - 129_280 * 7_168,
    ): "8 of 256 experts in each layer, without the table of words",
    (
        "qwen_3_30b_a3b",
        30_532_122_624 - 48 * 120 * 3 * 2_048 * 768 - 2 * 151_936 * 2_048,
    ): "8 of 128 experts in each layer, without table and output",
    (
        "mixtral_8x7b",
        46_702_792_704 - 32 * 6 * 3 * 4_096 * 14_336 - 2 * 32_000 * 4_096,
    ): "2 of 8 experts in each layer, without table and output",
    ("mixtral_8x7b", 8 * 7_000_000_000): "everything once for each expert",
    ("deepseek_v3", 671_026_404_352 + 58 * 256): "a bias for each expert in the routers",
    ("vgg_16", 14_714_688): "the convolutions alone",
    ("gpt2_small", 117_000_000): "printed for GPT-2 small",
    ("mixtral_8x7b", 13_000_000_000): "2 of 8 experts in each layer, 12,879,925,248, rounded",
}


@pytest.mark.parametrize(("name", "number"), SLIPS)
def test_the_slips_of_the_chapters_are_known(name, number):
    found = difference(getattr(models, name), number)
    assert SLIPS[name, number] in found.said[0]
    assert found.said[0].startswith(f"{number:,}")


def test_what_takes_fewest_things_is_said_and_a_slip_once():
    assert reasons(difference(models.gpt2_small, 123_653_376)) == ["the count without positions"]
    assert len(difference(models.llama_3_8b, 8_835_567_616).said) == 1


def test_one_bias_for_each_gate(torch):
    """LSTM, i = 10, h = 20: 4 × ((20 + 10) × 20 + 20) = 2,480; and PyTorch's two biases, 4 × 20 more."""
    nn = torch.nn
    assert sum(p.numel() for p in nn.LSTM(10, 20).parameters()) == 2_560
    for model, count in ((nn.LSTM(10, 20), 2_480), (nn.Sequential(nn.Linear(3, 2), nn.LSTM(10, 20)), 2_488)):
        (said,) = difference(model, count).said
        assert said.startswith(f"{count:,} is the count by hand, which is not what PyTorch keeps.")
        assert "second bias" in said


def test_twice_the_count_may_be_bytes_or_a_copy():
    said = difference(pc.encoder(512, 6, ff=2_048), 2 * 18_914_304).said
    assert [words for words in ("float16", "EMA") if any(words in line for line in said)] == [
        "float16",
        "EMA",
    ]


def test_the_nearest_is_told_where_it_is_no_chance():
    found = difference(pc.ffnn(300, 50, 20), 16_001)  # 300 × 50 + 50 × 20 weights, and 70 biases
    assert found.said[1:] == []  # 1 of 69 is no reason
    found = difference(pc.dense(1_000, 1_000), 1_000_003)
    assert found.said[1:] == ["The nearest is the count without the biases, 1,000,000: 3 off."]
    assert difference(1_000_003, pc.dense(1_000, 1_000)).said == found.said


# -- what is called the same -----------------------------------------------------------------------


def attention(torch, kv=4, size=16, x=64, heads=4):
    nn = torch.nn
    qkv = nn.Linear(x, (heads + 2 * kv) * size, bias=False)
    return nn.ModuleDict({"qkv": qkv, "o": nn.Linear(heads * size, x, bias=False)})


def decoder(torch, layers=3, **sizes):
    nn = torch.nn

    def block():
        mlp = {name: nn.Linear(64, 192, bias=False) for name in ("gate", "up")}
        mlp["down"] = nn.Linear(192, 64, bias=False)
        return nn.ModuleDict({"attn": attention(torch, **sizes), "mlp": nn.ModuleDict(mlp)})

    return nn.ModuleDict({"blocks": nn.ModuleList(block() for _ in range(layers))})


def by_torch(model, name):
    return sum(p.numel() for n, p in model.named_parameters() if name in n)


def test_what_has_one_name_is_one_part_whatever_else_has_its_count(torch):
    """With 4 heads of keys qkv has 192 × 64 = 12,288, as many as with 2 heads it and o have together."""
    a, b = decoder(torch, kv=4), decoder(torch, kv=2)
    found = difference(a, b)
    assert (
        rows(found)
        == {"blocks attn qkv": by_torch(b, "qkv") - by_torch(a, "qkv")}
        == {"blocks attn qkv": -3 * 4_096}
    )
    assert "3 × 192 × 64 and 3 × 128 × 64" in repr(found)
    assert "only" not in repr(found)
    (row,) = difference(a["blocks"][0], b["blocks"][0]).rows
    assert (row.name, row.a, row.b) == ("attn qkv", 12_288, 8_192)


def test_another_head_size_changes_both_and_leaves_neither_out(torch):
    found = difference(decoder(torch), decoder(torch, size=32))
    assert rows(found) == {"blocks attn qkv": 3 * 192 * 64, "blocks attn o": 3 * 64 * 64}
    assert "only" not in repr(found)


def test_flat_beside_nested_goes_by_the_names_that_are_there_once(torch):
    nn = torch.nn
    flat = nn.ModuleDict({"qkv": nn.Linear(64, 256, bias=False), "o": nn.Linear(64, 64, bias=False)})
    nested = nn.ModuleDict({"attn": attention(torch)})  # 192 × 64 + 64 × 64 = 256 × 64
    assert rows(difference(flat, nested)) == {"qkv": -64 * 64}
    assert rows(difference(nested, flat)) == {"attn qkv": 64 * 64}
    wrapped = nn.ModuleDict({"model": decoder(torch, kv=2)})
    assert rows(difference(decoder(torch), wrapped)) == {"blocks attn qkv": -3 * 4_096}


@pytest.mark.parametrize("bias", [True, False])
def test_queries_keys_and_values_are_one_tensor_elsewhere(torch, bias):
    nn = torch.nn
    apart = {name: nn.Linear(64, 64) for name in "qkvo"}
    fused = {"qkv": nn.Linear(64, 192, bias=bias), "o": nn.Linear(64, 64)}
    found = difference(nn.ModuleDict(apart), nn.ModuleDict(fused))
    assert rows(found) == ({} if bias else {"q bias": -64, "k bias": -64, "v bias": -64})


def test_an_inserted_layer_moves_the_numbers_of_those_behind_it(torch):
    nn = torch.nn
    few = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(8, 16, 3))
    more = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(8, 8, 3), nn.Conv2d(8, 16, 3))
    assert list(rows(difference(few, more)).values()) == [8 * 3 * 3 * 8 + 8]


def test_a_block_that_is_another_is_told_from_its_equals(torch):
    """Of three blocks the last two have half the keys: they are no longer one group, and still the same."""
    same, mixed = decoder(torch), decoder(torch, kv=2)
    mixed["blocks"][0] = decoder(torch)["blocks"][0]
    # Beside another stack, so that no name in it is there once.
    same, mixed = (torch.nn.ModuleDict({"left": each, "right": decoder(torch)}) for each in (same, mixed))
    for one, other, sign in ((same, mixed, -1), (mixed, same, 1)):
        (row,) = difference(one, other).rows
        assert row.more == sign * 2 * 64 * 64
        assert "2 × 192 × 64" in row.words and "2 × 128 × 64" in row.words


def test_two_places_of_a_list_are_not_mixed_up_for_a_count(torch):
    nn = torch.nn
    first = nn.Sequential(nn.Linear(6, 4, bias=False), nn.Linear(2, 5, bias=False))  # 24 and 10
    second = nn.Sequential(nn.Linear(5, 4, bias=False), nn.Linear(8, 3, bias=False))  # 20 and 24
    assert rows(difference(first, second)) == {"0": -4, "1": 14}


def test_a_tied_output_is_said_to_be_shared_and_not_to_be_missing(torch):
    (row,) = difference(network(torch, tied=True), network(torch)).rows
    assert (row.name, row.more, row.words) == ("head", 400, "shared in the first, and counted elsewhere")


def test_roles_go_by_what_libraries_call_them(torch):
    """A layer of Llama by hand, with keys for each head, beside the names of transformers."""
    nn = torch.nn
    sizes = {"q_proj": (64, 64), "k_proj": (64, 16), "v_proj": (64, 16), "o_proj": (64, 64)}
    own = nn.ModuleDict(
        {"self_attn": nn.ModuleDict({k: nn.Linear(*s, bias=False) for k, s in sizes.items()})}
    )
    found = difference(models.llama_layer(64, 192, 4, 4), own)
    assert {"attention key": -64 * 48, "attention value": -64 * 48}.items() <= rows(found).items()
    assert not {"attention query", "attention output"} & rows(found).keys()


# -- what is frozen --------------------------------------------------------------------------------


def frozen(model, *names):
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(not (not names or name.startswith(names)))
    return model


def test_what_is_frozen_in_one_tree_is_in_both(torch):
    a, b = frozen(decoder(torch), "blocks.0."), decoder(torch)
    block = 12_288 + 4_096 + 3 * 64 * 192
    assert block == sum(p.numel() for p in a.parameters() if not p.requires_grad)
    for one, other, which, more in ((a, b, "first", block), (b, a, "second", -block)):
        found = difference(one, other)
        (row,) = found.rows
        assert (row.name, row.words) == ("blocks 0", f"in both, frozen in the {which}")
        assert row.more == found.total == more
        assert found.said[-1] == (
            f"That is what trains. With what is frozen: {3 * block:,} and {3 * block:,}, the same."
        )


def test_all_of_it_frozen_is_one_row_also_of_a_network_by_hand(torch):
    found = difference(frozen(decoder(torch)), decoder(torch))
    assert [(row.name, row.words) for row in found.rows] == [("all of it", "in both, frozen in the first")]
    own = frozen(torch.nn.ModuleDict({"up": torch.nn.Linear(3, 5), "down": torch.nn.Linear(5, 2)}))
    found = difference(pc.ffnn(3, 5, 2), own)
    assert [(row.name, row.more) for row in found.rows] == [("all of it", -32)]


def test_what_is_frozen_and_larger_is_said_to_be_both(torch):
    found = difference(
        frozen(decoder(torch, kv=2), "blocks.0.attn.qkv", "blocks.1.attn.qkv", "blocks.2.attn.qkv"),
        decoder(torch),
    )
    (row,) = found.rows
    assert (row.a, row.b) == (0, 3 * 192 * 64)
    assert row.words == "3 × 128 × 64 and 3 × 192 × 64, frozen in the first"
    assert (
        "With what is frozen: 147,456 and 159,744, 12,288 more." in found.said[-1]
    )  # 3 × 49,152, 3 × 53,248


def test_what_is_frozen_alike_is_not_spoken_of(torch):
    found = difference(frozen(decoder(torch), "blocks.0."), frozen(decoder(torch), "blocks.0."))
    assert (found.rows, found.said) == ((), ["No part differs."])


def test_one_number_is_not_one_place(torch):
    """By hand: 2 × (768 + 768) and 768 + 3 × 768 are both 3,072; with r = 8, in 12 layers, 294,912."""
    transformers, peft = pytest.importorskip("transformers"), pytest.importorskip("peft")
    with torch.device("meta"):
        model = transformers.GPT2LMHeadModel(transformers.GPT2Config())
        settings = peft.LoraConfig(r=8, target_modules=["c_attn"], fan_in_fan_out=True)
        of_peft = peft.get_peft_model(model, settings)
    found = difference(pc.lora(models.gpt2_small(), 8), of_peft)
    assert found.counts == (12 * 8 * 2 * (768 + 768), 12 * 8 * (768 + 3 * 768)) == (294_912, 294_912)
    assert found.heading.endswith(", the same number")
    assert found.said == [
        "But what trains stands in other places: beside 12 × self-attention query and 12 × self-attention "
        "value in the first, 12 × attn c_attn in the second."
    ]


def test_queries_are_another_place_than_values_and_q_proj_is_none(torch):
    transformers, peft = pytest.importorskip("transformers"), pytest.importorskip("peft")
    bert = models.bert_base()
    query, value = (pc.lora(bert, 8, on=name) for name in ("query", "value"))
    assert "beside 12 × self-attention query in the first" in repr(difference(query, value))
    assert "No part differs." in repr(difference(query, pc.lora(bert, 8, on="query")))
    sizes = {"hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4}
    sizes |= {"num_key_value_heads": 4, "vocab_size": 100}
    model = transformers.LlamaForCausalLM(transformers.LlamaConfig(**sizes))
    found = peft.get_peft_model(model, peft.LoraConfig(r=8, target_modules=["q_proj", "v_proj"]))
    mine = pc.lora(models.llama(100, 64, 2, 96, 4, 4), 8)
    assert difference(mine, found).said == ["No part differs."]
    other = peft.LoraConfig(r=8, target_modules=["k_proj", "v_proj"])
    found = peft.get_peft_model(found.unload(), other)
    assert "2 × self_attn k_proj and 2 × self_attn v_proj in the second" in repr(difference(mine, found))


# -- what goes in ----------------------------------------------------------------------------------


def test_a_part_that_is_called_layer_is_not_the_model(torch):
    model = torch.nn.Module()
    model.layer, model.other = torch.nn.Linear(3, 2), torch.nn.Linear(2, 2)
    assert difference(model, model).counts == (14, 14)


def test_a_published_network_goes_in_as_it_stands():
    assert difference(models.PUBLISHED["GPT-2 small"], 124_439_808).said == [
        "124,439,808 is the count itself."
    ]


def test_two_numbers_are_refused():
    with pytest.raises(TypeError, match="needs a model, a layer or a file"):
        difference(3, 4)


def test_what_is_no_model_is_refused_as_in_explain():
    with pytest.raises(TypeError, match="explain needs"):
        difference([1], 4)


def test_a_page_shows_the_same_and_nothing_is_run(torch):
    evil = torch.nn.ModuleDict({"<script>": torch.nn.Linear(2, 2)})
    page = difference(evil, torch.nn.Sequential(torch.nn.Linear(3, 3)))._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_difference_of_many_parts_is_no_longer_than_a_page(torch):
    nn = torch.nn
    many = nn.ModuleDict({f"part{chr(97 + k)}{chr(97 + k)}": nn.Linear(k + 1, 7) for k in range(26)})
    found = difference(many, nn.Linear(1_000, 999))
    lines = repr(found).splitlines()
    assert len(lines) < 40
    assert max(map(len, lines)) <= 120
    assert sum(row.more for row in found.rows) == found.total
