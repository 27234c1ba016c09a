"""Slips with more than one layer of the textbook: what stands on what, whole networks, what frameworks keep.

As in `test_slips`, in a table each number, by hand, stands with the names of the slips that lead to it. Here
it is those that are made with the whole; what is known of its parts is tried after that.
"""

from itertools import combinations

import pytest

import paramcount as pc
from paramcount import Tensor, dense, embedding, keras, layer, lstm, models, pytorch, stored_by
from paramcount.ask.bank.your_own import cache, up
from paramcount.ask.slips import SLIPS, stack, wrongs
from paramcount.core import Layer
from paramcount.dims import Dim
from test_slips import BY_HAND
from test_slips_tuning import TUNED

MILLION, BILLION = 10**6, 10**9


def own(**parts):
    """A reader's own layer of these parts."""
    return layer(lambda: parts)()


# -- one on top of the other ----------------------------------------------------------------------

# 4 × ((10 + 1) × 10 + 10) = 480, and two of 4 × ((10 + 10) × 10 + 10) = 840
THREE_LSTMS = own(first=lstm(1, 10), second=lstm(10, 10), third=lstm(10, 10))
# words 90 × 8 = 720; 2 × 4 × ((5 + 8) × 5 + 5) = 560; 2 × 4 × ((5 + 10) × 5 + 5) = 640; 10 × 3 + 3 = 33
BOTH_WAYS = own(
    words=embedding(90, 8),
    first=pc.bidirectional(lstm(8, 5)),
    second=pc.bidirectional(lstm(10, 5)),
    output=dense(10, 3),
)
# 3 × 3 × 3 × 5 + 5 = 140; a norm of 5 + 5 = 10; 5 × 3 × 3 × 6 + 6 = 276; of grey maps 4 × 3 × 3 × 5 + 5 = 185
CONVS = own(a=pc.conv(4, 3, 5), norm=pc.batch_norm(5), b=pc.conv(5, 3, 6))

STACKS = [
    (
        THREE_LSTMS,
        480 + 840 + 840,
        {
            480 + 480 + 840: "reads_like_the_first",  # the third reads 10 either way
            480 + 480 + 480: "reads_like_the_first",
            4 * (110 + 200 + 200): "no_biases",
            3 * 40: "no_weights",
            840 + 840: "part_left_out",
            480 + 840: "part_left_out",
        },
    ),
    (
        BOTH_WAYS,
        720 + 560 + 640 + 33,
        {
            720 + 2 * 4 * ((5 + 90) * 5 + 5) + 640 + 33: "reads_like_the_first",
            720 + 560 + 560 + 33: "reads_like_the_first",
            720 + 560 + 2 * 4 * ((5 + 5) * 5 + 5) + 33: "reads_one_direction",
            720 + 560 + 640 + (5 * 3 + 3): "reads_one_direction",
            720 + 8 * 65 + 8 * 75 + 30: "no_biases",
            40 + 40 + 3: "no_weights",
            1_953 + 720: "table_counted_again",
            1_953 + 2 * 720: "table_counted_again",
            560 + 640 + 33: "part_left_out",
            720 + 640 + 33: "part_left_out",
            720 + 560 + 33: "part_left_out",
            720 + 560 + 640: "part_left_out",
        },
    ),
    (
        CONVS,
        185 + 10 + 276,
        {
            185 + 10 + (4 * 3 * 3 * 6 + 6): "reads_like_the_first",
            180 + 10 + 270: "no_biases",
            185 + 276: "no_norms",
            180 + 270: "weights_alone",
            471 + 10: "statistics_kept",
            10 + 276: "part_left_out",
            185 + 10: "part_left_out",
        },
    ),
]

# -- published networks ---------------------------------------------------------------------------

LAYER = 12 * 768 * 768 + 13 * 768  # of an encoder of 768 with ff = 4 × 768: 7,087,872
GPT_2 = {  # right is 50,257 × 768 + 1,024 × 768 + 12 × 7,087,872 + 1,536 = 124,439,808
    124_439_808 - 12 * (4 * 768 + 3_072 + 768): "no_biases",
    124_439_808 - 25 * 1_536: "no_norms",
    50_257 * 768 + 1_024 * 768 + 12 * 12 * 768 * 768: "weights_alone",
    38_597_376 + 786_432 + LAYER + 1_536: "times_forgotten",
    163_037_184: "shared_counted_again",  # printed by transformers for the state_dict
    124_439_808 + 2 * 38_597_376: "table_counted_again",
    124_439_808 - 38_597_376: "part_left_out",
    124_439_808 - 786_432: "part_left_out",
    124_439_808 - 12 * LAYER: "part_left_out",
    124_439_808 - 1_536: "part_left_out",
    12 * LAYER + 1_536: "tables_left_out",
    12 * LAYER: "layers_alone",
    12 * 12 * 768 * 768: "rule_of_thumb",
    124_439_808 + 50_257: "bias_for_each_word",
    117 * MILLION: "printed_figure",
    124 * MILLION: "rounded",
    124 * MILLION + 400_000: "rounded",
    4 * 124_439_808: "bytes_counted",
    2 * 124_439_808: "bytes_counted",
}
BERT = {  # right is (30,522 + 512 + 2) × 768 + 1,536 + 12 × 7,087,872 + 590,592 = 109,482,240
    109_482_240 - 12 * (4 * 768 + 3_072 + 768) - 768: "no_biases",
    109_482_240 - 25 * 1_536: "no_norms",
    31_036 * 768 + 12 * 12 * 768 * 768 + 768 * 768: "weights_alone",
    109_482_240 - 11 * LAYER: "times_forgotten",
    109_482_240 + 23_440_896: "table_counted_again",
    109_482_240 + 2 * 23_440_896: "table_counted_again",
    109_482_240 - 23_440_896: "part_left_out",
    109_482_240 - 393_216: "part_left_out",
    109_482_240 - 1_536: "part_left_out",  # the segments or the norm
    109_482_240 - 12 * LAYER: "part_left_out",
    109_482_240 - 590_592: "part_left_out",
    1_536 + 12 * LAYER + 590_592: "tables_left_out",
    12 * LAYER: "layers_alone",
    12 * 12 * 768 * 768: "rule_of_thumb",
    109_514_298: "masked_word_head",  # printed by transformers for BertForMaskedLM
    109_514_298 + 590_592: "masked_word_head",  # with the pooler besides
    110 * MILLION: "printed_figure",
    109 * MILLION: "rounded",
    109 * MILLION + 500_000: "rounded",
    4 * 109_482_240: "bytes_counted",
    2 * 109_482_240: "bytes_counted",
}
LLAMA_WORDS = 128_256 * 4_096  # 525,336,576, and as many in the output
LLAMA_LAYER = 2 * 4_096 * 4_096 + 2 * 4_096 * 1_024 + 3 * 4_096 * 14_336 + 2 * 4_096  # 218,112,000
LLAMA_3 = {  # right is 2 × 525,336,576 + 32 × 218,112,000 + 4,096 = 8,030,261,248
    8_030_261_248 - 65 * 4_096: "no_norms",  # which is the weights alone, there are no biases
    8_030_261_248 - 31 * LLAMA_LAYER: "times_forgotten",
    8_030_261_248 + LLAMA_WORDS: "table_counted_again",
    8_030_261_248 + 2 * LLAMA_WORDS: "table_counted_again",
    8_030_261_248 - LLAMA_WORDS: "part_left_out|one_table_of_two",
    8_030_261_248 - 2 * LLAMA_WORDS: "tables_not_counted",
    8_030_261_248 - 32 * LLAMA_LAYER: "part_left_out",
    8_030_261_248 - 4_096: "part_left_out",
    32 * LLAMA_LAYER: "layers_alone",
    12 * 32 * 4_096 * 4_096: "rule_of_thumb",
    8_030_261_248 + 128_256: "bias_for_each_word",
    8_030_261_248 + 32 * 2 * 4_096 * (4_096 - 1_024): "keys_for_every_head",
    8_030_261_248 - 32 * 2 * 4_096 * (1_024 - 128): "keys_for_one_head",
    # queries, keys, values, output; gate, up, down; and the words
    8_030_261_248 + 32 * (4_096 + 1_024 + 1_024 + 4_096 + 2 * 14_336 + 4_096) + 128_256: "biases_imagined",
    8_030_261_248 + 65 * 4_096: "shifts_imagined",
    8_030_261_248 - 32 * 4_096 * 14_336: "gate_left_out",
    8 * BILLION: "printed_figure",
    4 * 8_030_261_248: "bytes_counted",
    2 * 8_030_261_248: "bytes_counted",
}
EXPERT = 3 * 4_096 * 14_336  # 176,160,768
MIXTRAL_ATTENTION = 2 * 4_096 * 4_096 + 2 * 4_096 * 1_024
MIXTRAL_LAYER = MIXTRAL_ATTENTION + 4_096 * 8 + 8 * EXPERT + 2 * 4_096  # 1,451,270,144
MIXTRAL = {  # right is 2 × 131,072,000 + 32 × 1,451,270,144 + 4,096 = 46,702,792,704
    46_702_792_704 - 65 * 4_096: "no_norms",
    46_702_792_704 - 31 * MIXTRAL_LAYER: "times_forgotten",
    46_702_792_704 - 32 * 7 * EXPERT: "times_forgotten",
    46_702_792_704 - 31 * MIXTRAL_LAYER - 7 * EXPERT: "times_forgotten",
    46_702_792_704 + 131_072_000: "table_counted_again",
    46_702_792_704 + 2 * 131_072_000: "table_counted_again",
    46_702_792_704 - 131_072_000: "part_left_out|one_table_of_two",
    46_702_792_704 - 2 * 131_072_000: "tables_not_counted",
    46_702_792_704 - 32 * MIXTRAL_LAYER: "part_left_out",
    46_702_792_704 - 4_096: "part_left_out",
    32 * MIXTRAL_LAYER: "layers_alone",
    12 * 32 * 4_096 * 4_096: "rule_of_thumb",
    46_702_792_704 + 32_000: "bias_for_each_word",
    46_702_792_704 + 32 * 2 * 4_096 * (4_096 - 1_024): "keys_for_every_head",
    46_702_792_704 - 32 * 2 * 4_096 * (1_024 - 128): "keys_for_one_head",
    46_702_792_704 + 32 * (10_240 + 8 + 8 * (2 * 14_336 + 4_096)) + 32_000: "biases_imagined",
    46_702_792_704 + 65 * 4_096: "shifts_imagined",
    46_702_792_704 - 32 * 8 * 4_096 * 14_336: "gate_left_out",
    46_702_792_704 - 32 * 4_096 * 8: "router_left_out",
    8 * 7 * BILLION: "everything_times_experts",
    12_879_925_248: "active_alone",  # two experts of eight, in the model card
    7_241_732_096: "no_experts",  # which is Mistral-7B
    8 * 7_241_732_096: "everything_times_experts",
    47 * BILLION: "printed_figure",
    46_700 * MILLION: "rounded",
    4 * 46_702_792_704: "bytes_counted",
    2 * 46_702_792_704: "bytes_counted",
}
LENET = {  # right is 156 + 2,416 + 48,120 + 10,164 + 850 = 61,706
    61_706 - (6 + 16 + 120 + 84 + 10): "no_biases",
    6 + 16 + 120 + 84 + 10: "no_weights",
    61_706 - 156: "part_left_out",
    61_706 - 2_416: "part_left_out",
    61_706 - 48_120: "part_left_out",
    61_706 - 10_164: "part_left_out",
    61_706 - 850: "part_left_out",
    61_706 - 10_164 + (400 * 84 + 84): "reads_like_the_first",
    61_706 - 850 + (120 * 10 + 10): "reads_like_the_first",
    156 + 2_416: "dense_layers_left_out",
    48_120 + 10_164 + 850: "convolutions_left_out",
    61_706 - 48_120 + (16 * 10 * 10 * 120 + 120): "pooling_forgotten",
    60_000: "printed_figure",
}
# The first block reads 4 channels: 4 × 2 + 4, 2 × 9 × 2 + 4, 2 × 8 + 16, a shortcut of 4 × 8 + 16: 132.
# Each of the others reads 8: 8 × 2 + 4, 36 + 4, 16 + 16, 92.
STAGE = {  # right is 132 + 2 × 92 = 316
    316 - 40 - 2 * 24: "no_norms",
    132 + 92: "times_forgotten",
    2 * 92: "part_left_out",
    132: "part_left_out",
    316 + 40 + 2 * 24: "statistics_kept",
    316 + 20 + 2 * 12: "biases_imagined",
    316 + 20 + 2 * 12 + 40 + 2 * 24: "total_of_keras",
    316 - 4 * 8 - 16: "shortcuts_left_out",
}
INVERTED = {  # right is (4 × 12 + 24) + (9 × 12 + 24) + (12 × 5 + 10) = 72 + 132 + 70 = 274
    48 + 108 + 60: "no_norms",
    132 + 70: "part_left_out",
    72 + 70: "part_left_out",
    72 + 132: "part_left_out",
    274 + 58: "statistics_kept",
    274 + 12 + 12 + 5: "biases_imagined",
    274 + 29 + 58: "total_of_keras",
    274 - 108 + 12 * 9 * 12: "groups_ignored_everywhere",
}


# -- attention in other ways ----------------------------------------------------------------------


@layer
def keras_attention(x, heads, key_dim):
    wide = heads * key_dim
    return {"query": dense(x, wide), "key": dense(x, wide), "value": dense(x, wide), "output": dense(wide, x)}


@layer
def grouped_query(x, heads, kv_heads):
    shared = x // heads * kv_heads
    q, k = dense(x, x, bias=False), dense(x, shared, bias=False)
    return {"query": q, "key": k, "value": dense(x, shared, bias=False), "output": dense(x, x, bias=False)}


KEY_DIM = {  # 8 heads of 64 columns: right is 3 × (32 × 512 + 512) + (512 × 32 + 32) = 67,104
    4 * 512 * 32: "no_biases",
    3 * 512 + 32: "no_weights",
    67_104 - 16_896: "part_left_out",
    67_104 - 16_416: "part_left_out",
    4 * (32 * 32 + 32): "key_dim_ignored",
    3 * (32 * 64 + 64) + (64 * 32 + 32): "columns_of_one_head",
    3 * 16_896 + (32 * 32 + 32): "reads_like_the_first",  # the output reads what the values are made of
}
GROUPED = {  # 6 heads of 4 columns, 3 of keys: right is 2 × 24 × 24 + 2 × 24 × 12 = 1,728
    1_728 - 576: "part_left_out",
    1_728 - 288: "part_left_out",
    4 * 24 * 24: "keys_for_every_head",
    2 * 24 * 24 + 2 * 24 * 4: "keys_for_one_head",
}

# -- shared, frozen, measured; and what frameworks keep ---------------------------------------------


@layer
def frozen(i, o):
    return {"body": Tensor((i, i), trained=False), "head": dense(i, o), "scale": Tensor((3,), trained=False)}


SAME = dense(4, 3)
FROZEN = {  # right is 5 × 2 + 2 = 12, with 25 and 3 that are not trained
    12 + 25 + 3: "frozen_counted",
    10: "no_biases",
    2: "no_weights",
}
TWICE = {  # right is 4 × 3 + 3 = 15 and 3 × 4 + 4 = 16
    31 + 15: "shared_counted_again",
    12 + 12: "no_biases",
    3 + 4: "no_weights",
    16: "part_left_out",
    15: "part_left_out",
    15 + (4 * 4 + 4): "reads_like_the_first",
}
KEPT_NORM = {
    2 * 128: "statistics_kept",
    257: "statistics_kept",
}  # 64 + 64 + 64 + 64, and the number of batches
GRU_IN_PYTORCH = {  # right is 3 × (150 × 100 + 100 + 100) = 45,600
    3 * 150 * 100: "no_biases",
    600: "no_weights",
    3 * (150 * 100 + 100): "by_hand",
    3 * (150 * 100 + 100) + 100: "second_biases_of_one_ffnn",
    2 * 15_200: "ffnns_of_what_is_kept",
    15_200: "ffnns_of_what_is_kept",
    4 * 15_200: "ffnns_of_what_is_kept",
}
BOTH_GRUS_IN_KERAS = {  # right is 2 × 3 × (13 × 5 + 5 + 5) = 450
    2 * 3 * 65: "no_biases",
    2 * 3 * 10: "no_weights",
    420: "by_hand",
    420 + 2 * 5: "second_biases_of_one_ffnn",
    2 * 150: "ffnns_of_what_is_kept",
    150: "ffnns_of_what_is_kept",
    4 * 150: "ffnns_of_what_is_kept",
    225: "one_direction_of_what_is_kept",
}

WHOLE = [
    *STACKS,
    (models.gpt2_small(), 124_439_808, GPT_2),
    (models.bert_base(), 109_482_240, BERT),
    (models.llama_3_8b(), 8_030_261_248, LLAMA_3),
    (models.mixtral_8x7b(), 46_702_792_704, MIXTRAL),
    (models.lenet_5(), 61_706, LENET),
    (models.residual_stage(4, 2, 3, bottleneck=True), 316, STAGE),
    (models.inverted_residual(4, 3, 5), 274, INVERTED),
    (keras_attention(32, 8, 64), 67_104, KEY_DIM),
    (grouped_query(24, 6, 3), 1_728, GROUPED),
    (frozen(5, 2), 12, FROZEN),
    (own(a=SAME, between=dense(3, 4), b=SAME), 31, TWICE),
    (stored_by(pytorch, pc.gru(50, 100)), 45_600, GRU_IN_PYTORCH),
    (stored_by(keras, pc.bidirectional(pc.gru(8, 5))), 450, BOTH_GRUS_IN_KERAS),
    *TUNED,
]


def of_the_whole(asked) -> dict[int, set[str]]:
    """Each wrong count with the slips that lead to it; what is known of the parts is left aside."""
    ids: dict[int, set[str]] = {}
    gone = set()
    for wrong in (wrong for slip in SLIPS for wrong in slip.wrongs(asked)):
        if wrong.count != asked.count and wrong.missing not in gone:
            ids.setdefault(int(wrong.count), set()).add(wrong.slip)
        gone |= {wrong.missing} if wrong.missing else set()
    return ids


@pytest.mark.parametrize(("asked", "right", "table"), WHOLE, ids=lambda of: getattr(of, "name", ""))
def test_each_slip_has_the_number_that_people_get(asked, right, table):
    assert asked.count == right
    assert of_the_whole(asked) == {count: set(names.split("|")) for count, names in table.items()}


@pytest.mark.parametrize(
    ("asked", "count", "id"),
    [
        (stored_by(keras, pc.batch_norm(64)), 4 * 64, "statistics_kept"),
        (stored_by(pytorch, pc.batch_norm(64)), 4 * 64, "statistics_kept"),
        (stored_by(pytorch, pc.batch_norm(64)), 4 * 64 + 1, "statistics_kept"),  # and a number of batches
        (own(a=pc.batch_norm(3), b=pc.batch_norm(4)), 4 * 3 + 4 * 4, "statistics_kept"),
        (stored_by(pytorch, pc.transformer(512, 6, 6, ff=2_048)), 44_138_496, "by_hand"),  # without two norms
        (stored_by(pytorch, lstm(3, 2)), 48, "by_hand"),
        (3 * stored_by(pytorch, lstm(3, 2)), 3 * 48, "by_hand"),
        # 3 × 3 × 3 × 32 + 32 = 896, as many as the layer before has
        (pc.conv(32, 3, 32), 896, "channels_of_the_image"),
        # 2 encoder layers of 80 + 76 + 16 = 172, 3 decoder layers of 160 + 76 + 24 = 260
        (pc.transformer(4, 2, 3, ff=8), 3 * 172 + 2 * 260, "stacks_swapped"),
        (pc.lstm(8, 5, bias=False), 4 * 13 * 5 + 4 * 5, "biases_counted"),
    ],
)
def test_a_slip_has_this_number_too(asked, count, id):
    assert id in of_the_whole(asked)[count]


BYTES = Dim(4, "numbers") * Dim(4, "bytes") * dense(3, 2).count  # 4 × 4 × (3 × 2 + 2) = 128
# An encoder layer of x = 1,024 with ff left at 2,048.
FLAT = 4 * (1_024 * 1_024 + 1_024) + 2 * 2_048 + (1_024 * 2_048 + 2_048) + (2_048 * 1_024 + 1_024)
BY_ID = [
    (pc.conv(7, 1, 4), "channels_and_filters_added", {7 + 4}),
    (pc.conv(6, (2, 9), 12), "side_squared", {12 * (6 * 9 * 9 + 1)}),
    (3 * dense(3, 2).count, "another_number_of_them", {2 * 8, 4 * 8}),
    (50 * dense(3, 2).count, "another_number_of_them", set()),
    (pc.ffnn(4, 6, 4), "first_layer_again", {2 * (24 + 6)}),  # right is 30 + 28
    # The paper's layers are 3,152,384 and 4,204,032, its stacks 18,914,304 and 25,224,192.
    (pc.encoder(1_024, 6, 4_096, 16), "sizes_of_the_paper", {6 * FLAT, 18_914_304}),
    (pc.encoder_layer(128, 2_048, 8), "sizes_of_the_paper", {3_152_384}),
    (pc.decoder_layer(24), "sizes_of_the_paper", {(8 + 1) * (512 * 512 + 512) + 3 * 1_024}),
    (pc.decoder_layer(512, 512), "sizes_of_the_paper", {4_204_032}),
    (pc.decoder(512, 6, 2_048, 8), "sizes_of_the_paper", set()),
    (pc.decoder(1_024, 6, 4_096), "from_half_the_size", {2 * 25_224_192, 4 * 25_224_192}),
    (pc.transformer(1_024, 6, 6, 4_096), "from_half_the_size", {2 * 44_138_496, 4 * 44_138_496}),
    (pc.encoder(512, 24, 2_048), "layers_of_another", {6 * 3_152_384, 12 * 3_152_384}),
    (pc.encoder(512, 6, 2_048), "layers_of_another", set()),  # twelve are twice as many: `stack_twice`
    (pc.decoder(512, 2, 2_048), "layers_of_another", {6 * 4_204_032, 12 * 4_204_032}),
    (pc.transformer(512, 2, 4, 2_048), "layers_of_another", {44_138_496, 2 * 44_138_496}),
    (pc.transformer(512, 6, 6, ff=2_048, heads=8), "words_counted", {63_082_496}),  # 37,000 × 512 more
    (models.mixtral_8x7b(active=2), "all_experts", {46_702_792_704}),
    (BYTES, "bytes_of_another_kind", {4 * 2 * 8, 4 * 8 * 8}),
    (BYTES, "bits_for_bytes", {4 * 32 * 8}),
    (BYTES, "too_few_numbers", {4 * 8, 8 * 8, 12 * 8}),
    (BYTES, "numbers_for_bytes", {4 * 8}),
    (BYTES, "copy_kept", {5 * 4 * 8}),
    (BYTES, "weights_multiplied", {16 * 6 + 2}),
    (1_000_000 * BYTES, "in_megabytes", set()),
    (Dim(4, "bytes") * dense(1_000, 999).count, "in_megabytes", {4}),  # 3,999,996 bytes: 3.8 of 1,048,576
    (Dim(4, "bytes") * dense(99_999, 9_999).count, "in_megabytes", {4_000, 3_814, 4}),  # 3,999,960,000 bytes
    (4 * dense(3, 2).count, "bits_for_bytes", set()),  # layers that are alike are no bytes
    # 2 layers × 3 shared heads × 5 numbers, keys and values: 60 of a token. There are 12 heads of queries.
    (cache(2, 12, 3, 5), "values_forgotten", {2 * 3 * 5}),
    (cache(2, 12, 3, 5), "cache_twice_as_large", {4 * 2 * 3 * 5}),
    (cache(2, 12, 3, 5), "cache_of_every_head", {2 * 2 * 12 * 5, 2 * 12 * 5}),
    (cache(2, 12, 3, 5), "cache_of_one_layer", {2 * 3 * 5}),
    (Dim(7, "tokens") * Dim(2, "bytes") * cache(2, 12, 3, 5).count, "one_token", {2 * 60}),
    (
        Dim(7, "tokens") * Dim(2, "bytes") * cache(2, 12, 3, 5).count,
        "bytes_of_another_kind",
        {28 * 60, 56 * 60},
    ),
    # 2 × 24 × 24 for queries and output, 2 × 24 × 12 for keys and values, 3 heads of 4 columns: 1,728
    (own(layers=3 * pc.lora(models.grouped_attention(8, 4, 2), 3)), "one_pair_alone", {3 * 16, 3 * 12}),
    (models.grouped_attention(24, 6, 3), "matrix_left_out", {1_728 - 24 * 24, 1_728 - 24 * 12}),
    # a router of 4 × 6, and experts of 3 × 4 × 5 = 60: 24 + 2 × 60 + 60
    # 10 × 4 × 4 + 4, 8 × 9 × 4 + 4 and 4 × 9 × 4 + 4: 164, 292 and 148; of 4 channels 148 for 292
    (up(10, 4), "joined_forgotten", {164 + 148 + 148}),
    (own(ffn=models.mixture(4, 5, 6, 2, 1)), "shared_expert_left_out", {24 + 2 * 60}),
    (models.mixture(4, 5, 6, 2, 1), "router_of_all", {24 + 3 * 60 + 4}),
    (models.mixture(4, 5, 6, 2, 1), "all_experts", {24 + 6 * 60 + 60}),
]


@pytest.mark.parametrize(
    ("asked", "id", "numbers"), BY_ID, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_slip_leads_to_these_numbers(asked, id, numbers):
    assert {int(wrong.count) for wrong in wrongs(asked) if wrong.slip == id} == numbers


def test_every_slip_is_made_here():
    tables = [table for _, _, table in (*BY_HAND, *WHOLE)]
    made = {id for table in tables for names in table.values() for id in names.split("|")}
    made |= {"statistics_kept", "by_hand", "channels_of_the_image", "stacks_swapped", "biases_counted"}
    made |= {id for asked, id, _ in BY_ID if isinstance(asked, Layer)}
    assert sorted(made) == sorted(slip.id for slip in SLIPS)


# -- in parts -------------------------------------------------------------------------------------


@layer
def gated(i, h):
    return {"gates": 2 * dense(h + i, h), "scale": (h,)}


@layer
def nested(i, h):
    return {"first": gated(i, h), "second": gated(i, h)}


@layer
def gpt2(v, x, n, ff):
    return {
        "words": embedding(v, x),
        "positions": embedding(1_024, x),
        "layers": pc.encoder(x, n, ff),
        "norm": pc.layer_norm(x),
    }


@pytest.mark.parametrize(
    ("asked", "count", "id"),
    [
        # 2 × ((2 + 3) × 2 + 2) + 2 = 26
        (gated(3, 2), 2, "part_left_out"),
        (gated(3, 2), 12 + 2, "times_forgotten"),
        (gated(3, 2), 26 + 2 * 5, "biased_inputs"),
        (3 * gated(3, 2), 3 * 2, "part_left_out"),
        (3 * gated(3, 2), 26, "times_forgotten"),
        (3 * gated(3, 2), 3 * (26 + 2 * 5), "biased_inputs"),
        (nested(3, 2), 2 * (26 + 2 * 5), "biased_inputs"),
        (
            gpt2(50_257, 768, 12, 3_072),
            124_439_808 + 12 * (4 * (768 * 768 + 768) + 1_536),
            "decoder_for_encoder",
        ),
        (gpt2(50_257, 768, 12, 3_072), 124_439_808 - 768, "gain_alone"),
        (gpt2(50_257, 768, 12, 3_072), 163_037_184, "table_counted_again"),
        # 140 + 276 in two convolutions, of which the second reads one channel: 3 × 3 × 6 + 6
        (own(a=pc.conv(3, 3, 5), b=pc.conv(5, 3, 6)), 140 + 60, "one_channel"),
    ],
)
def test_what_is_known_of_a_part_is_known_of_the_whole(asked, count, id):
    assert id in {wrong.slip for wrong in wrongs(asked) if wrong.count == count}


def test_a_layer_that_is_used_twice_is_told_of_once():
    both = pc.bidirectional(lstm(3, 2))
    twice = own(first=both, second=both, last=(3, 3))
    # 2 × 48 in each direction's FFNNs, and 9; without one of the directions 57
    (one,) = [wrong for wrong in wrongs(twice) if wrong.slip == "one_direction"]
    assert one.count == 57 and all(path[0] == "first" for path in one.missing)


# -- what a sum reads -----------------------------------------------------------------------------


def test_what_stands_on_top_in_a_sum_of_layers():
    # 8 → 5 and 5 → 5: the second as large as the first, 4 × ((5 + 8) × 5 + 5) = 280.
    (misread,) = stack.reading_like_the_first([("the first", lstm(8, 5)), ("the second", lstm(5, 5))])
    assert {name: int(instead.count) for name, instead in misread.instead.items()} == {"the second": 280}
    assert not list(stack.reading_like_the_first([("a", lstm(8, 5)), ("b", lstm(6, 5))]))
    # The LSTM gives 2 × 5 numbers to a dense layer, of which 5 are read.
    parts = [("reader", pc.bidirectional(lstm(8, 5))), ("output", dense(10, 3))]
    (misread,) = stack.reading_one_direction(parts)
    assert misread.instead["output"].count == 5 * 3 + 3


# -- one slip, one number -------------------------------------------------------------------------

# Sizes that have nothing to do with each other, so that counts are equal only where they always are.
UNRELATED = {
    "dense": [dense(i, o) for i, o in ((41, 67), (97, 31), (53, 89))],
    "ffnn": [pc.ffnn(41, 67, 23, 59), pc.ffnn(97, 31, 53, 71), pc.ffnn(29, 83, 61, 37)],
    "lstm": [lstm(i, h) for i, h in ((41, 67), (97, 31), (54, 89))],
    "gru both ways": [pc.bidirectional(pc.gru(i, h)) for i, h in ((41, 67), (97, 31), (54, 89))],
    "conv": [pc.conv(41, 5, 67), pc.conv(97, (3, 7), 31), pc.conv(53, 3, 89)],
    "conv in groups": [pc.conv(2 * 41, 5, 2 * 67, groups=2), pc.conv(3 * 97, (3, 7), 3 * 31, groups=3)],
    "attention": [pc.attention(x * heads, heads) for x, heads in ((41, 3), (67, 5), (31, 7))],
    "batch norm": [pc.batch_norm(o) for o in (41, 67, 97)],
    "embedding": [embedding(v, x) for v, x in ((411, 67), (971, 31), (539, 83))],
    "encoder": [pc.encoder(5 * x, m, ff, 5) for x, m, ff in ((41, 5, 331), (67, 7, 211), (31, 11, 457))],
    "decoder": [pc.decoder(7 * x, n, ff, 7) for x, n, ff in ((41, 5, 331), (67, 7, 211), (31, 11, 457))],
    "transformer": [pc.transformer(205, 5, 7, 331, 5, 997), pc.transformer(217, 3, 11, 457, 7, 1_499)],
    "kept": [stored_by(pytorch, pc.gru(41, 67)), stored_by(keras, pc.bidirectional(pc.gru(97, 31)))],
    "bert": [models.bert_base(v=997, p=83, x=12 * 7, m=5, ff=331), models.bert_base(v=641, p=59, x=132, m=7)],
    "gpt": [
        models.gpt2_small(v=997, p=83, x=12 * 7, n=5, ff=331),
        models.gpt2_small(v=641, p=59, x=132, n=7),
    ],
    "mixtral": [
        models.mixtral_8x7b(v=997, x=32 * 7, n=5, ff=331, kv_heads=4, experts=5),
        models.mixtral_8x7b(v=641, x=32 * 11, n=3, ff=457, kv_heads=8, experts=7),
    ],
    "lenet": [models.lenet_5(side=28, filters=(7, 11), h=(59, 31)), models.lenet_5(side=40, filters=(5, 13))],
    "resnet": [models.resnet_50(blocks=(2, 3), width=7, classes=31), models.resnet_18(width=11, classes=59)],
    "stack": [own(a=lstm(41, 67), b=lstm(67, 23), c=dense(23, 59)), own(a=lstm(97, 31), b=dense(31, 53))],
}
# Different tensors that are as many: of these the picture shows which, and the reader is asked.
AS_MANY = {
    frozenset({"no_weights", "neurons"}),  # the biases alone, or one number a neuron
    frozenset({"gains_alone", "one_norm"}),  # of two norms half of each, or one
    frozenset({"no_norms", "no_biases_in_attention"}),  # in an encoder layer 4 × x
    frozenset({"part_left_out", "one_table_of_two"}),  # which is told of tables in its place
    frozenset({"output_left_out", "keys_and_values_of_the_encoder"}),  # in a decoder layer two of each
    frozenset({"row_more", "bias_per_column"}),  # (v + 1) × x, and v × x + x
}


@pytest.mark.parametrize("family", UNRELATED)
def test_no_two_slips_always_lead_to_one_number(family):
    pairs = []
    for asked in UNRELATED[family]:
        shared = [sorted(ids) for ids in of_the_whole(asked).values() if len(ids) > 1]
        pairs.append({frozenset(pair) for ids in shared for pair in combinations(ids, 2)})
    assert set.intersection(*pairs) <= AS_MANY
