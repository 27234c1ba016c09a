"""Slips that are made with one question alone: the number of each by hand, and what is said of it."""

import re

import pytest

from paramcount.ask import bank
from paramcount.ask.question import Question

ALL = [each for chapter in bank.CHAPTERS for each in bank.questions(chapter)]

A = 4 * (512 * 512 + 512)  # an attention at x = 512: 1,050,624
NORM = 512 + 512
F = (512 * 2_048 + 2_048) + (2_048 * 512 + 512)  # the FFNN of the paper: 2,099,712
ENCODER_LAYER = A + 2 * NORM + F  # 3,152,384
DECODER_LAYER = 2 * A + 3 * NORM + F  # 4,204,032
STACKS = 6 * ENCODER_LAYER + 6 * DECODER_LAYER  # 44,138,496
# LeNet-5: 6 filters of 5 × 5, 16 that read those, then 400 or 1,024 numbers into 120, 84 and 10.
LENET_CONVS = (25 * 6 + 6) + (6 * 25 * 16 + 16)
LENET_TOP = (120 * 84 + 84) + (84 * 10 + 10)
LENET = LENET_CONVS + (400 * 120 + 120) + LENET_TOP  # 61,706
# A layer of Llama 3 8B: two squares, two of 8 × 128 = 1,024 columns, three matrices, two norms.
GROUPED = 2 * 4_096 * 4_096 + 2 * 4_096 * 1_024
GATED = 3 * 4_096 * 14_336
MIXTRAL = 2 * 32_000 * 4_096 + 32 * (GROUPED + 4_096 * 8 + 8 * GATED + 2 * 4_096) + 4_096
OF_A_WORD = 2 * 32_000 * 4_096 + 32 * (GROUPED + 4_096 * 8 + 2 * GATED + 2 * 4_096) + 4_096
EXPERT = 3 * 7_168 * 2_048
# GPT-2 XL: tables of words and positions, 48 layers of 12 x² + 13 x, and a norm.
XL = 1_600 * 1_600
GPT_XL = (50_257 + 1_024) * 1_600 + 48 * (12 * XL + 13 * 1_600) + 2 * 1_600
SMALL_ENCODER = 3 * (4 * (256 * 256 + 256) + 2 * 512 + (256 * 1_024 + 1_024) + (1_024 * 256 + 256))
SMALL_DECODERS = 3 * (
    3 * 4 * (256 * 256 + 256) + 5 * 2 * 256 + 2 * ((256 * 1_024 + 1_024) + (1_024 * 256 + 256))
)
# Qwen3-30B-A3B without its experts, and one of them: 30,532,122,624 = QWEN + 48 × 128 × QWEN_EXPERT.
QWEN_EXPERT = 3 * 2_048 * 768
QWEN = 2 * 151_936 * 2_048 + 2_048
QWEN += 48 * (2 * 2_048 * 4_096 + 2 * 2_048 * 512 + 2 * 128 + 2_048 * 128 + 2 * 2_048)

# A layer of Qwen2.5-0.5B: two squares, two of 2 × 64 columns, three biases, three matrices, two norms.
QWEN_LAYER = 2 * 896 * 896 + 2 * 896 * 128 + (896 + 2 * 128) + 3 * 896 * 4_864 + 2 * 896

# A block of Mamba-130M, part by part: 3,770,880 in its own code on the meta device.
MAMBA = (
    768 * 3_072 + (4 * 1_536 + 1_536) + 1_536 * 80 + (48 * 1_536 + 1_536) + 1_536 * 16 + 1_536 + 1_536 * 768
)
# BERT-base: three tables, a norm, 12 layers of 12 x² + 13 x, and a pooler: 109,482,240.
BERT = (30_522 + 512 + 2) * 768 + 2 * 768 + 12 * (12 * 768 * 768 + 13 * 768) + (768 * 768 + 768)
# Latent attention of DeepSeek-V3: queries down and up, keys and values down and up, two norms, an output.
LATENT = (7_168 * 1_536 + 1_536 + 1_536 * 128 * (128 + 64)) + 128 * 128 * 7_168
LATENT += 7_168 * (512 + 64) + 512 + 512 * 128 * (128 + 128)
# Llama-3-8B in 4 bits; keys and values of 32,768 tokens: 2 × 32 × 8 × 128 numbers of 2 bytes for each.
HELD, OF_A_TEXT = 6_027_747_328, 32_768 * 2 * 32 * 8 * 128 * 2
# Qwen2.5-0.5B with 8,192 tokens: 24 layers of 896 columns in 2 bytes; logits and their gradients in 4.
QWEN_HALF, KEPT, LOGITS = 494_032_768, 24 * 8_192 * 896 * 2, 2 * 8_192 * 151_936 * 4
PACKED = 4 * 4_096 * 4_096 + 3 * 4_096 * 11_008

BY_HAND = {
    "two-neurons": {6: "inputs_alone", 2 * 14: "times_neurons", 14 + 2: "more_for_each_neuron"},
    "layer-of-neurons": {10: "inputs_alone", 4 * 44: "times_neurons", 44 + 4: "more_for_each_neuron"},
    "neurons-side-by-side": {4: "inputs_alone", 3 * 15: "times_neurons", 15 + 3: "more_for_each_neuron"},
    "numbers-in-and-out": {10: "inputs_alone", 2 * 22: "times_neurons", 22 + 2: "more_for_each_neuron"},
    "at-work": {  # right is (5 × 8 + 8) + (8 × 4 + 4) = 84
        8 * 4 + 4: "layer_left_out",
        84 + 1: "fixed_rule_trained",
        84 + 2: "fixed_rules_trained",
        84 + 8: "fixed_rule_in_each_neuron",
    },
    "digits-one-layer": {
        28 * 10 + 10: "one_row_of_the_picture",
        28 * 28: "places_alone",
        (28 + 28) * 10 + 10: "sum_of_sides",
    },
    "digits-hidden-layer": {
        (28 * 128 + 128) + (128 * 10 + 10): "one_row_of_the_picture",
        (56 * 128 + 128) + (128 * 10 + 10): "sum_of_sides",
    },
    "second-layer-alone": {
        20 * 16 + 16: "first_layer_alone",
        20 * 8 + 8: "reads_the_input",
        336 + 136: "both_layers",
        20 * 16 + 136: "weights_of_both_layers",
        (20 + 16) * 8 + 8: "reads_both",
        16 * 8 + 16 + 8: "biased_inputs",
        136 + (8 * 1 + 1): "output_as_well",
    },
    "through-a-needle": {(50 * 100 + 100) + (100 * 80 + 80) + (80 * 40 + 40): "needle_left_out"},
    "flattened-maps": {
        512 * 7 * 7: "row_alone",
        512 * 7 * 7 * 4_096 + 512: "bias_per_map",
        512 * (7 * 7 * 4_096 + 4_096): "layer_for_each_map",
        7 * 7 * 4_096 + 4_096: "one_map",
    },
    "larger-layer": {256 * 256: "one_size_twice"},
    "without-biases": {784 * 10 - 10: "biases_taken_away", 784 * 10 + 1: "one_bias_left"},
    "logistic-regression": {20 * 2 + 2: "two_outputs", 20 + 1 + 1: "more_for_each_neuron"},
    # 784 × 256 + 256 + 256 × 10 + 10 = 203,530, and with one hidden layer of 200 in place of two of 100.
    "wide-or-deep": {203_530 - (784 * 200 + 200 + 200 * 10 + 10): "one_layer_of_both"},
    "residual-block": {
        (512 * 64 + 64) + (64 * 512 + 512) + 512: "sum_counted",
        2 * (512 * 64 + 64): "first_layer_twice",
        (512 * 64 + 64) + (64 * 64 + 64): "back_to_less",
        (512 * 64 + 64) + (64 * 512 + 512) + 512 * 512: "sum_with_weights",
        (512 * 64 + 64) + (64 * 512 + 512) + 512 * 512 + 512: "sum_as_a_layer",
    },
    "first-rnn": {2 * 12: "too_many_ffnns", 3 * 12: "too_many_ffnns", 4 * 12: "too_many_ffnns"},
    "sentence-and-book": {
        2 * 40: "once_for_each_text",
        9 * 4 + 4 * 7: "bias_for_each_step",
        (4 + 7 * 5) * 4 + 4: "whole_sentence_read",
        70_007 * 40: "each_word_of_both",
        40 + 70_000 * 40: "sentence_and_each_word",
    },
    "first-lstm": {
        3 * 12: "candidate_left_out",
        2 * 4 * 12: "once_for_each_state",
    },
    "lstm-on-gru": {
        2 * 3 * (13 * 5 + 5) + 2 * 4 * (60 * 50 + 50): "lstm_both_ways",
        3 * (13 * 5 + 5) + 4 * (55 * 50 + 50): "one_direction",
        2 * 2 * 3 * (13 * 5 + 5) + 4 * (60 * 50 + 50): "gru_twice",
        2 * 3 * (13 * 5 + 5) + 4 * (58 * 50 + 50): "reads_like_the_first",
    },
    "one-ffnn": {3 * (150 * 100 + 100): "too_many_ffnns"},
    # The first is 4 × ((5 + 9) × 5 + 5) = 300.
    "stacked-lstms": {
        2 * 300: "first_lstm_twice",
        300 + 4 * ((2 + 5 + 9) * 2 + 2): "reads_both",
        300 + 4 * ((2 + 10) * 2 + 2): "reads_both_states",
        4 * ((7 + 9) * 7 + 7): "one_lstm_of_both",
    },
    "stacked-both-ways": {
        2 * 2 * 300: "first_lstm_twice",
        300 + 4 * ((2 + 5) * 2 + 2): "one_direction",
        2 * 4 * ((7 + 9) * 7 + 7): "one_lstm_of_both",
    },
    "first-gru": {12 + 12 + (3 * 2 + 2): "candidate_without_state"},
    "gru-in-pytorch": {
        2 * 3 * (150 * 100 + 100): "all_twice",
        3 * (150 * 100 + 100): "by_hand",
        3 * (150 * 100 + 100 + 50): "biases_of_the_input",
        3 * (150 * 100 + 100) + 8: "eight_more",
    },
    "longer-sentences": {
        2 * 360: "twice_as_many",
        4 * ((5 + 24) * 5 + 5): "longer_input",
        360 + 20: "one_for_each_word",
        360 + 40: "one_for_each_word_of_all",
    },
    "minimal-gated-unit": {
        2 * (6 * 4 + 4): "input_alone",
        2 * (4 * 4 + 4): "state_alone",
        2 * (6 * 4 * 4 + 4): "state_times_input",
        2 * (10 * 10 + 10): "gives_what_it_reads",
        2 * 10 * 4 + 4: "biases_of_one_ffnn",
        2 * (10 * 4 + 4 + 4): "biases_of_a_framework",
        88 + 4: "start_trained",
        2 * (10 * 4 + 1): "one_bias_per_ffnn",
        2 * (10 * 4 + 10): "bias_per_number_read",
        10 * 4 + 4: "one_ffnn_of_two",
        4 * 44: "four_ffnns",
        3 * 44: "three_ffnns|sizes_swapped",
        # Also (4 + 6) × 6 + 6 twice, the sizes swapped: 132, as many as three of 44.
    },
    "photograph": {
        3 * 7 * 7 * 16 + 16: "padding_added",
        3 * 9 * 9 * 16 + 16: "padding_added_twice",
        16 * 224 * 224: "numbers_of_the_maps",
        2 * 3 * 5 * 5 * 16 + 16: "times_the_padding",
    },
    "first-of-two": {
        32 * 9 * 32 + 32: "reads_its_own_maps",
        (3 * 9 * 32 + 32) + (32 * 9 * 32 + 32): "both_layers",
    },
    "second-of-two": {
        (3 * 9 * 32 + 32) + (32 * 9 * 32 + 32): "both_layers",
        (32 + 3) * 9 * 32 + 32: "maps_and_colours",
        2 * (3 * 9 * 32 + 32): "first_layer_twice",
        (3 * 32) * 9 * 32 + 32: "maps_for_each_colour",
        32 * 9 * 32 + 32 + 32: "two_biases_a_filter",
    },
    "channels-in-groups": {
        4 * (2 * 9 * 16 + 16): "all_filters_in_each_group",
        4 * (8 * 9 * 16 + 16): "layer_for_each_group",
        2 * 9 * 4 + 16: "weights_of_one_group",
    },
    "channels-normed": {1 + 1 + 1 + 1: "one_of_each_kind"},
    "last-maps": {
        512 * 14 * 14: "row_alone",
        512 * 14 * 14 * 4_096 + 512: "bias_per_map",
        512 * (14 * 14 * 4_096 + 4_096): "layer_for_each_map",
        512 * 7 * 7 * 4_096 + 4_096: "maps_of_the_smaller_image",  # the dense layer of VGG-16
        4 * (512 * 7 * 7 * 4_096 + 4_096): "four_times_the_layer",
        2 * (512 * 7 * 7 * 4_096 + 4_096): "twice_the_layer",
        448 * 448 * 3 * 4_096 + 4_096: "reads_the_image",
        512 * 4_096 + 4_096: "one_number_a_map",
        14 * 14 * 4_096 + 4_096: "one_map",
        512 * 14 * 4_096 + 4_096: "one_line_a_map",
    },
    "all-filters": {(16 * 9 + 1) * 32 + 32: "biases_twice", (16 * 9 + 1) + 32: "filters_added"},
    "deep-filters": {(64 * 25 + 1) * 128 + 128: "biases_twice", (64 * 25 + 1) + 128: "filters_added"},
    "large-filters": {
        (3 * 11 * 11 * 64 + 64) // 4: "divided_by_the_stride",
        (3 * 11 * 11 * 64 + 64) * 56 * 56: "times_the_places_of_a_map",  # 224 ÷ 4 each way
        64 * 56 * 56: "numbers_of_the_maps",
        4 * 3 * 11 * 11 * 64 + 64: "times_the_stride",
    },
    "two-for-one": {
        2 * (64 * 9 * 64 + 64): "the_two_alone",
        (64 * 25 * 64 + 64) - (64 * 9 * 64 + 64): "one_of_the_two",
        64 * 25 * 64 + 64: "the_one_alone",
        64 * 9 * 64 + 64: "one_small_layer",
    },
    "one-filter-each": {(9 * 96 + 96) + (96 * 96 + 96): "mixing_layer_as_well"},
    "like-lenet": {
        LENET - 6 - 16: "no_biases_in_convolutions",
        LENET_CONVS + (16 * 32 * 32 * 120 + 120) + LENET_TOP: "maps_as_large_as_the_image",
        LENET_CONVS + (16 * 28 * 28 * 120 + 120) + LENET_TOP: "maps_of_the_first",
        LENET_CONVS + (5 * 5 * 120 + 120) + LENET_TOP: "one_map",
        LENET_CONVS + (1_024 * 120 + 120) + LENET_TOP: "rows_read_the_image",
    },
    "sentence-length": {
        2 * 4 * (128 * 128 + 128): "once_for_each_length",
        1_000 * 4 * (128 * 128 + 128): "times_the_lengthening",  # 20,000 ÷ 20
        4 * (128 * 128 + 128) + 20 * 20: "shares_of_20_words",
        4 * (128 * 128 + 128) + 20_000 * 20_000: "shares_of_20000_words",
        4 * (128 * 128 + 128) + 20 * 128: "positions_of_20_words",
        4 * (128 * 128 + 128) + 20_000 * 128: "positions_of_20000_words",
        4 * (128 * 128 + 128) // 2: "mask_halves",
    },
    "pieces-of-words": {
        30_522 * 768 + 768: "row_more|bias_per_column",  # 30,523 × 768, or a bias for each of 768
        0: "looked_up_alone",
    },
    "query-matrix": {
        4 * (768 * 768 + 768): "all_four",
        3 * (768 * 768 + 768): "three_of_four",
        12 * (768 * 768 + 768): "times_heads",
        768 * 768 + 12: "bias_per_head",
        768 * 64 + 64: "one_head",
        768 * 64: "weights_of_one_head",
    },
    "biases-alone": {
        4 * 1_024 * 1_024: "weights_for_biases",
        1_024 * 1_024: "weights_of_one",
        4 * (1_024 * 1_024 + 1_024): "all_of_it",
        3 * 1_024: "biases_of_three",
        2 * 1_024: "biases_of_two|biases_at_512",  # or 4 × 512, the paper's
        5 * 1_024: "biases_of_five",
        4 * (1_024 + 1_024): "biases_of_inputs_too",
        1_024: "biases_of_one",
        4: "one_bias_a_layer",
        0: "built_without_any",
    },
    "more-heads": {
        4 * (768 * 768 + 768): "count_itself|matrix_for_each_new_head",  # 4 matrices, or 4 new heads
        768 * 768 + 768: "as_much_as_one_matrix",
        2 * (768 * 768 + 768): "as_much_as_two_matrices",
        3 * (768 * 768 + 768): "as_much_as_three_matrices",
        768 * 4 * 64: "new_columns_of_one",
        768 * 4 * 64 + 4 * 64: "new_columns_of_one_with_biases",
        12 * 4 * (768 * 48 + 48) - 4 * (768 * 768 + 768): "thinner_heads",
        16 * 4 * (768 * 64 + 64): "count_in_proportion",
        4 * 64: "columns_of_a_head_before",
        4 * 768: "heads_times_columns",
        4 * 48: "columns_of_a_head_after",  # 768 ÷ 16
        768: "one_more_a_column",
        4: "heads_subtracted",
        4 * (3 * (768 * 64 + 64) + (768 * 64 + 64)): "columns_for_new_heads",
        4 * 4 * 768 * 64: "weights_for_new_heads",
    },
    "two-sentences": {
        8 * (256 * 256 + 256): "two_attentions",
        2 * (256 * 256 + 256): "half_an_attention",
        5 * (256 * 256 + 256): "one_for_each_side_more",
        6 * (256 * 256 + 256): "three_for_each_side",
    },
    "columns-for-each-head": {
        8 * (3 * (32 * 64 + 64) + (64 * 32 + 32)): "one_head_times_heads",
        4 * (512 * 512 + 512): "all_columns_for_x",  # 8 × 64
        32 * 512 + 512: "one_of_four",
        4 * (32 * 64 + 64): "four_of_one_head",
        8 * 4 * (32 * 32 + 32): "square_for_each_head",
        4 * (64 * 64 + 64): "key_dim_for_x",
        3 * (32 * 512 + 512) + (32 * 32 + 32): "reads_like_the_first",
    },
    "one-key-for-all": {
        2 * 4_096 * 4_096 + 2 * 4_096: "one_column",
        2 * 4_096 * 4_096 + 2 * 4_096 * 1_024: "eight_keys",  # 8 × 128 columns
        2 * (4_096 * 4_096 + 4_096) + 2 * (4_096 * 128 + 128): "biases_counted",
        2 * 4_096 * 4_096: "no_keys_and_values",
        4 * 4_096 * 128: "one_head_alone",
        3 * 4_096 * 4_096: "three_squares",
        2 * 4_096 * 4_096 + 2 * 128 * 128: "keys_from_one_head",
        4_096 * 4_096 + 3 * 4_096 * 128: "narrow_output",
        3 * 4_096 * 4_096 + 4_096 * 128: "values_for_every_head",
    },
    "rule-of-thumb": {
        12 * 768 * 768: "the_rule_itself",
        12 * 768 * 768 + 13 * 768: "all_of_the_layer",
        # 4 of the attention, 4 + 1 of the FFNN; or 4 + 1 of the FFNN, 4 of the norms.
        9 * 768: "biases_without_norms|biases_of_the_attention_left_out",
        5 * 768: "biases_of_the_ffnn",
        4 * 768: "norms_without_biases",
        (4 + 2 + 4) * 768: "inner_biases_as_x",
        12 * 768: "twelve_again",
        (9 + 2) * 768: "half_of_the_norms",
        13: "in_one_column",
        13 * 768 * 768: "squared",
        (4 + 4) * 768: "biases_of_the_ffnn_left_out",
    },
    "up-and-down": {2 * (512 * 2_048 + 512): "outer_biases_twice"},
    "feed-forward-half": {2 * (768 * 3_072 + 768): "outer_biases_twice"},
    "norm-of-a-word": {0: "nothing_trained"},
    "part-by-part": {
        BERT + 2 * 2 * 768: "norm_for_each_table",
        BERT + 30_522: "bias_for_each_word",
        BERT - 514 * 768: "words_alone_of_the_tables",
    },
    "many-layers": {
        # Tables of words, positions and segments, a norm, 24 layers of 12 x² + 13 x, and a pooler.
        (30_522 + 512 + 2) * 1_024
        + 2 * 1_024
        + 24 * (12 * 1_024 * 1_024 + 13 * 1_024)
        + (1_024 * 1_024 + 1_024): "all_of_bert",
    },
    "positions-worked-out": {
        BERT: "nothing_gone",
        512 * 768: "positions_alone",
        BERT - 30_522 * 768: "words_gone",
        BERT - 512: "number_for_each_position",
        BERT - 768: "one_row_gone",
        BERT - 2 * 512 * 768: "positions_gone_twice",
        BERT - 512 * 768 + 768: "row_still_there",
        BERT - (30_522 + 512 + 2) * 768: "all_tables_gone",
    },
    "another-language": {
        119_547 - 30_522: "rows_alone",
        119_547 * 768: "new_table",
        30_522 * 768: "old_table",
        119_547 * 768 - 30_522: "rows_taken_away",
        119_547 * 768 + 30_522: "rows_added",
        89_025 * 768 + 89_025: "bias_for_each_piece",
        89_026 * 768: "one_row_more",
    },
    "one-layer-again": {
        12 * 1_024 * 1_024 + 24 * 13 * 1_024: "biases_for_each_pass",
        12 * 1_024 * 1_024 + (13 + 23 * 4) * 1_024: "norms_for_each_pass",
    },
    "papers-decoder-layer": {A // 2 + A + 3 * NORM + F: "mask_halves"},
    "more-than-an-encoder": {
        4 * (768 * 768 + 768): "norm_left_out",
        2 * (4 * (768 * 768 + 768) + 2 * 768): "two_steps_more",
        4 * (768 * 768 + 768) + 2 * 2 * 768: "two_norms_more",
        2 * (768 * 768 + 768) + 2 * 768: "queries_and_output|keys_and_values|mask_halves",
        3 * (768 * 768 + 768) + 2 * 768: "three_dense_layers",
        2 * 4 * (768 * 768 + 768) + 2 * 768: "two_attentions_and_a_norm",
        2 * 768: "norm_alone",
        12 * 768 * 768 + 13 * 768: "encoder_layer_alone",
        4 * (768 * 768 + 768) + 2 * 768 + 8 * 768 * 768 + 5 * 768: "ffnn_as_well",
        4 * 768 * 768: "weights_of_the_attention",
        2 * 4 * (768 * 768 + 768): "two_attentions",
        4 * (768 * 768 + 768) + 3 * 2 * 768: "all_norms",
        2 * 4 * (768 * 768 + 768) + 3 * 2 * 768: "attentions_and_norms",
        # Inside, 4 × 768: the attentions, three norms, and 8 x² + 5 x.
        2 * 4 * (768 * 768 + 768) + 3 * 2 * 768 + 8 * 768 * 768 + 5 * 768: "all_of_the_decoder_layer",
        A + NORM: "size_of_the_paper",
        0: "mask_alone",
    },
    "reported-by-pytorch": {
        SMALL_DECODERS: "by_hand",
        SMALL_DECODERS + 512: "norm_of_one_stack|gains_of_both_stacks",
        2 * SMALL_ENCODER + 2 * 512: "decoder_as_encoder",
        2 * SMALL_ENCODER: "decoder_as_encoder_by_hand",
        # 3 times an attention and a norm more in the encoder, or a norm less in the decoder.
        SMALL_DECODERS + 3 * (4 * (256 * 256 + 256) + 2 * 256) + 2 * 512: "encoder_as_decoder",
        SMALL_DECODERS - 3 * 512 + 2 * 512: "two_norms",
        STACKS + 2 * NORM: "sizes_of_the_paper",
        SMALL_DECODERS + 2_048: "as_many_as_for_the_paper|norms_before_and_after",  # 4 × 512
        # 3 + 3 FFNNs of 2,048 in place of 1,024: so many columns more, up and back.
        SMALL_DECODERS + 2 * 512 + 6 * (2 * 256 * 1_024 + 1_024): "inner_size_not_given",
        2 * SMALL_DECODERS + 2 * 512: "layers_not_given",
        SMALL_DECODERS + 6 * 512: "norm_after_each_layer",
    },
    "gpt-xl": {
        GPT_XL + 48 * (4 * (XL + 1_600) + 2 * 1_600): "cross_attention_kept",
        GPT_XL + XL + 1_600: "square_layer_behind",
        2 * GPT_XL: "everything_twice",
        GPT_XL + 2 * 1_600: "one_norm_more",
        124_439_808: "smallest_of_all",
        GPT_XL + 47 * 2 * 1_600: "end_norm_in_each_layer",
        GPT_XL + 1_600: "one_number_for_each_column",
        GPT_XL + 50_257 * 1_600 + 50_257: "output_with_biases",
        (50_257 + 1_024) * 1_600 + 48 * (12 * 768 * 768 + 13 * 768) + 2 * 1_600: "layers_of_the_smallest",
    },
    "untied-output": {
        GPT_XL + 1_024 * 1_600: "positions_for_words",
        GPT_XL + (50_257 + 1_024) * 1_600: "positions_of_the_output",
        GPT_XL + 1_600 * 1_600 + 1_600: "square_output",
        GPT_XL + 1_600 * 1_600: "square_output_without_biases",
        2 * GPT_XL: "all_of_it_twice",
        GPT_XL - 50_257 * 1_600: "neither_table",
        GPT_XL + 50_257 * 1_600 + 1_600: "one_number_for_each_column",
        GPT_XL + 50_257 * 1_600 + 2 * 1_600: "norm_of_the_output",
    },
    "vocabulary-to-fit": {
        65_000_000 - STACKS: "not_divided",
        37_000: "words_of_the_paper",
        40_745 + 1: "rounded_up",  # 40,745 × 512 = 20,861,440, and 20,861,504 are left
        126_953: "layers_forgotten",  # 126,953 × 512 = 64,999,936
        20_372: "two_tables",  # 20,372 × 1,024 = 20,860,928
        90_011: "one_stack_taken",  # 65,000,000 − 18,914,304 = 46,085,696, and 90,011 × 512 = 46,085,632
        13_581: "three_tables",  # 13,581 × 1,536 = 20,860,416
        40_665: "bias_for_each_word",  # 40,665 × 513 = 20,861,145
        41_721: "most_in_the_text",  # (65,500,000 − 44,138,496) ÷ 512 = 41,721.7
        39_769: "fewest_in_the_text",  # (64,500,000 − 44,138,496) ÷ 512 = 39,768.6
        65_000_000 - 86_208: "layers_divided",  # 86,208 × 512 = 44,138,496
        40_741: "norms_of_pytorch",  # 20,861,504 − 2,048 = 20,859,456, and 40,741 × 512 = 20,859,392
    },
    "two-encoders": {
        DECODER_LAYER: "one_encoder_read",
        DECODER_LAYER + A: "norm_of_a_step_forgotten",
        DECODER_LAYER + A + 512: "half_a_norm",
        DECODER_LAYER + NORM: "norm_without_its_attention",
        DECODER_LAYER + 2 * (A + NORM): "two_looks_more",
        DECODER_LAYER + A + NORM + F: "second_ffnn",
        # A decoder layer with one more look across, and an encoder layer, are as many.
        2 * DECODER_LAYER: "two_decoder_layers|one_encoder_counted",
        2 * ENCODER_LAYER + DECODER_LAYER: "encoders_counted",
    },
    "layer-of-llama": {
        12 * 4_096 * 4_096: "rule_of_twelve",
        GROUPED + GATED + 3 * 4_096: "three_norms",
        GROUPED: "attention_alone",
        GATED: "ffnn_alone",
        2 * 4_096 * 4_096 + 2 * 4_096 * 8 + GATED + 2 * 4_096: "heads_as_columns",
        4 * (4_096 * 4_096 + 4_096) + GATED + 2 * 4_096: "biased_attention",
        4_096 * 4_096 + 3 * 4_096 * 1_024 + GATED + 2 * 4_096: "narrow_output",
        4 * 4_096 * 1_024 + GATED + 2 * 4_096: "narrow_queries",
    },
    "used-by-a-word": {
        MIXTRAL * 2 // 8: "experts_share_of_all",
        OF_A_WORD - 32 * 4_096 * 6: "router_of_the_active",
        OF_A_WORD - 2 * 31_999 * 4_096: "one_row_of_each_table",
        OF_A_WORD - 31_999 * 4_096: "one_row_of_the_words",
        # Mistral 7B: 7,241,732,096, by its own code on the meta device.
        2 * 7_241_732_096: "smaller_networks",
        OF_A_WORD - 2 * 32_000 * 4_096: "tables_not_counted",
        OF_A_WORD - 32_000 * 4_096: "one_table_of_two",
        MIXTRAL - 32 * 2 * GATED: "used_ones_taken_off",
        OF_A_WORD - 32 * GATED: "times_forgotten",
    },
    "shared-expert": {
        7_168 * 8 + 9 * EXPERT: "router_of_the_active",
        7_168 * 9 + 9 * EXPERT: "router_of_all_used",
        EXPERT: "one_expert_alone",
        9 * 7_168 * 2_048 + 7_168 * 256: "one_matrix_an_expert",
    },
    "lenet-five": {
        LENET - 6 - 16: "no_biases_in_convolutions",
        LENET_CONVS + (1_024 * 120 + 120) + LENET_TOP: "rows_read_the_image|sides_kept",
        LENET - 120 - 84 - 10: "no_biases_in_dense_layers",
        LENET_CONVS + (4 * 4 * 16 * 120 + 120) + LENET_TOP: "digits_without_a_border",
        LENET_CONVS + (5 * 5 * 120 + 120) + LENET_TOP: "row_of_one_map",
        LENET + 2 * 6 + 2 * 16: "pooling_trained",
    },
    "layer-of-bert": {
        12 * 768 * 768 + 12 * 768: "twelve_for_thirteen",
        4 * (768 * 768 + 768) + (768 * 3_072 + 3_072) + (3_072 * 768 + 768) + 2 * 768: "one_norm",
    },
    "rule-for-gpt-xl": {
        12 * 48 * 1_600: "x_not_squared",
        13 * 48 * XL: "thirteen_for_twelve",
        GPT_XL: "exact_count",
        48 * (12 * XL + 13 * 1_600): "layers_exactly",
        12 * XL: "rule_for_one_layer",
        12 * 48 * XL + 50_257 * 1_600: "rule_and_table",
        12 * 48 * XL + 50_257 * 1_600 + 1_024 * 1_600: "rule_and_table",
    },
    "more-words": {
        2 * 128_256 * 4_096: "all_new_words",
        2 * 32_000 * 4_096: "all_old_words",
        96_256 * 4_096 + 96_256: "bias_for_its_table",
        2 * 96_256 * 4_096 + 96_256: "bias_for_each_word",
    },
    "all-in-bfloat16": {
        16 * 1_235_814_400: "mixed_precision",
        18 * 1_235_814_400: "float32_gradients",
        12 * 1_235_814_400: "float32_means",
        1_235_814_400: "count_alone",
    },
    # Qwen3-30B-A3B: 32 heads of 128, or of 2,048 ÷ 32 = 64; keys of 4 × 128, or as wide as the queries.
    "mixture-of-qwen": {
        QWEN + 48 * 128 * QWEN_EXPERT - 48 * 2 * (2_048 * 32 * 64 + 2_048 * 4 * 64): "head_size_of_x",
        QWEN + 48 * 128 * QWEN_EXPERT + 48 * 2 * 2_048 * 28 * 128: "keys_for_every_head",
        QWEN + 48 * 8 * QWEN_EXPERT: "experts_of_a_word",
        QWEN + 48 * 128 * QWEN_EXPERT + 48 * (31 + 3) * 128: "norms_for_each_head",
        QWEN + 48 * 128 * QWEN_EXPERT - 48 * 2 * (2_048 * 32 * 64 + 2_048 * 4 * 64 + 64): "head_size_of_x",
        QWEN + 48 * QWEN_EXPERT: "times_forgotten",
        QWEN + 48 * 128 * QWEN_EXPERT - 48 * 2 * 2_048: "two_norms_left_out",
    },
    "used-of-qwen": {
        QWEN + 48 * 8 * QWEN_EXPERT - 48 * 2 * (2_048 * 32 * 64 + 2_048 * 4 * 64): "head_size_of_x",
        QWEN + 48 * 8 * QWEN_EXPERT + 48 * 2 * 2_048 * 28 * 128: "keys_for_every_head",
        QWEN + 48 * 8 * QWEN_EXPERT - 48 * 2_048 * 120: "router_for_the_active",
        QWEN + 48 * 8 * QWEN_EXPERT - 2 * 151_936 * 2_048: "tables_not_counted",
        QWEN + 48 * 8 * QWEN_EXPERT - 151_936 * 2_048: "one_table_of_two",
        30_532_122_624 // 16: "experts_share_of_all",
        QWEN + 48 * 8 * QWEN_EXPERT - 48 * 2 * (2_048 * 32 * 64 + 2_048 * 4 * 64 + 64): "head_size_of_x",
        QWEN + 48 * 120 * QWEN_EXPERT: "used_ones_taken_off",
        QWEN + 48 * QWEN_EXPERT: "times_forgotten",
        3_300_000_000: "printed_figure",  # as its card has it
    },
    # Qwen3-0.6B is 596,049,920: 16 heads of 128, or of 1,024 ÷ 16 = 64.
    "wide-heads": {
        596_049_920 - 28 * 2 * (1_024 * 16 * 64 + 1_024 * 8 * 64): "head_size_of_x",
        596_049_920 + 28 * 2 * 1_024 * 8 * 128: "keys_for_every_head",
        596_049_920 - 28 * 2_097_152: "square_attention",
        596_049_920 + 28 * (15 + 7) * 128: "norms_for_each_head",
        596_049_920 - 28 * 1_024 * 1_024: "square_output",
        596_049_920 - 28 * 2 * (1_024 * 16 * 64 + 1_024 * 8 * 64 + 64): "head_size_of_x",
        596_049_920 - 28 * 2 * 1_024: "two_norms_left_out",
    },
    "bytes-of-a-token": {
        2 * 28 * 24 * 128: "columns_of_the_model",
        28 * 8 * 128 * 2: "keys_alone",
    },
    "before-the-way-back": {
        14 * QWEN_HALF: "weights_and_optimiser",
        16 * QWEN_HALF + KEPT + LOGITS: "gradients_as_well",
        14 * QWEN_HALF + KEPT + LOGITS // 2: "half_of_the_logits",
        14 * QWEN_HALF + KEPT: "no_logits",
        14 * QWEN_HALF + LOGITS: "no_activations",
        14 * QWEN_HALF + KEPT // 24 + LOGITS: "one_layer_kept",
        10 * QWEN_HALF + KEPT + LOGITS: "no_copy",
    },
    "weights-and-texts": {
        HELD: "weights_without_texts",
        4 * OF_A_TEXT: "texts_without_weights",
        HELD + OF_A_TEXT: "one_text",
        4 * HELD + 4 * OF_A_TEXT: "weights_for_each_text",
        HELD + 4 * 4 * OF_A_TEXT: "every_head_kept",  # 32 heads, not 8
        HELD + 2 * OF_A_TEXT: "half_of_it",
    },
    "cache-of-a-text": {
        2 * 126 * 128 * 128 * 128_000: "columns_of_the_model",
        2 * 2 * 126 * 8 * 128 * 131_072: "binary_thousands",
        2 * 2 * 126 * 16 * 128 * 128_000: "twice_the_heads",
        2 * 2 * 126 * 8 * 128 * 128_000**2: "tokens_squared",
        128_000 * 126 * 8 * 128 * 2: "half_of_it",
        123_050_000_000: "number_of_the_post",
    },
    "activations-of-a-conv": {
        64 * 224 * 224 * 2: "one_picture",
        32 * 64 * 224 * 2: "one_row",
        32 * 64 * 224 * 224: "count_alone",
        2 * 32 * 64 * 224 * 224 * 2: "something_besides",
    },
    "class-token": {
        3 * 16 * 16 * 768 + 768: "patches_alone",
        590_592 + 768 + 196 * 768: "token_left_out",
        196 * (3 * 16 * 16 * 768 + 768) + 768 + 197 * 768: "filter_for_each_patch",
        590_592 + 1 + 197 * 768: "token_one_number",
        590_592 + 768 + 198 * 768: "one_row_more",
        590_592 + 768 + 197 * 768 + 2 * 768: "norm_before_the_layers",
    },
    "lora-of-llama": {
        32 * 2 * 32 * 8 * (4_096 + 128): "pair_for_each_head",
    },
    "packed-in-bytes": {
        PACKED // 2: "dense_layers_alone",
        PACKED * 9 // 16 + 2 * 4_096: "scales_counted",
        PACKED // 2 + 2 * 2 * 4_096: "norms_in_bytes",
        PACKED * 4 + 2 * 4_096: "bits_for_numbers",
        PACKED // 4 + 2 * 4_096: "more_in_a_byte",
        PACKED // 8 + 2 * 4_096: "more_in_a_byte",
    },
    "saved-tables": {
        32 * (2 * 131_072 + 2 * 81_920 + 3 * 294_912): "lora_alone",
        2 * 525_336_576: "tables_alone",
        41_943_040 + 525_336_576: "one_copy",
        1_092_616_192 + 65 * 4_096: "norms_trained",
        1_092_616_192 + 2 * 16 * (128_256 + 4_096): "lora_on_tables",
        32 * (16 * (4_096 + 4_096) + 16 * (4_096 + 1_024)) + 2 * 525_336_576: "queries_and_values_alone",
        32 * (4 * 16 * (4_096 + 4_096) + 3 * 16 * (4_096 + 14_336)) + 2 * 525_336_576: "keys_for_every_head",
        2 * 16 * (4_096 + 4_096)
        + 2 * 16 * (4_096 + 1_024)
        + 3 * 16 * (4_096 + 14_336)
        + 2 * 525_336_576: "times_forgotten",
    },
    "block-with-norms": {64 * 9 * 64 + 2 * 64: "one_of_each"},
    "narrow-values": {
        2 * 2_048 * 256: "keys_as_well",
        2_048 * 2_048: "as_wide_as_it_reads",
        2_048 * 128: "one_head_of_values",
    },
    "lora-of-fused": {
        12 * (8 * (768 + 2_304) + 8 * (768 + 768)): "output_as_well",
        # GPT-2 has 124,439,808, by its own code on the meta device.
        124_439_808 + 12 * 8 * (768 + 2_304): "base_counted",
        8 * (768 + 2_304): "times_forgotten",
        12 * 8 * ((768 + 2_304) + (768 + 768) + (3_072 + 768)): "both_outputs_as_well",
    },
    "lora-of-grouped": {
        36 * 16 * (2_048 + 2_048 + 256): "one_a_for_both",
        36 * 16 * 2 * (2_048 + 2_048): "square_values",
        36 * 16 * 2 * (2_048 + 256): "narrow_queries",
        16 * (2_048 + 2_048) + 16 * (2_048 + 256): "times_forgotten",
    },
    "learned-prompt": {
        12 * 20 * 768: "in_each_layer",
        768: "one_row",
        2 * 20 * 768: "positions_as_well",
        12 * 2 * 20 * 768: "keys_and_values_in_each_layer",
    },
    "experts-of-mixtral": {
        MIXTRAL + 32 * 7 * 4_096 * 8: "router_for_each_expert",
        32 * 8 * GATED: "experts_alone",
        8 * GATED: "experts_of_one_layer",
        2 * 32_000 * 4_096
        + 32 * (GROUPED + 4_096 * 8 + 8 * 4_096 * 14_336 + 2 * 4_096)
        + 4_096: "one_matrix_an_expert",
        MIXTRAL - 32 * 7 * GATED: "times_forgotten",
    },
    "layer-of-qwen": {
        QWEN_LAYER + 896: "biased_output",
        QWEN_LAYER - 2 * 128 + 2 * 896: "wide_biases",
        QWEN_LAYER - 2 * 128: "biased_queries_alone",
        2 * 896 * 14 * 128
        + 14 * 128
        + 2 * (896 * 256 + 256)
        + 3 * 896 * 4_864
        + 2 * 896: "head_size_of_another",
        QWEN_LAYER - (896 + 2 * 128): "no_biases",
        4 * (896 * 896 + 896) + 3 * 896 * 4_864 + 2 * 896: "biased_attention",
    },
    "llama-of-today": {
        8_030_261_248 + 8_192 * 4_096: "table_of_positions",
        2 * 32_000 * 4_096 + 32 * (GROUPED + GATED + 2 * 4_096) + 4_096: "words_of_llama_2",
        128_256 * 4_096 + 128_256 + 32 * (GROUPED + GATED + 2 * 4_096) + 4_096: "one_number_for_a_row",
    },
    "gated-block": {
        3 * 2_048 * 8_192 + 8_192 + 8_192 + 2_048: "biases_added",
        2_048 * 8_192: "one_of_three",
        2 * 2_048 * 8_192 + 8_192: "gate_a_vector",
        2_048 * 8_192 + 8_192 * 2_048 + 2_048 * 2_048: "gate_to_x",
    },
    "pruned-by-mask": {
        300 * 100 * 90 // 100 + 100: "zeros_for_the_rest",
    },
    "one-thin-pair": {
        2 * 8 * 4_096: "both_read_the_input",
    },
    "frozen-hidden": {
        128 * 10 + 10 + 128: "biases_left_free",
        784 * 10 + 10: "output_reads_the_pixels",
    },
    "before-a-norm": {
        128 * 9 * 128 + 4: "one_of_each_kind",
        128 * 9 * 128 + 128: "bias_for_the_norm|one_number_of_the_norm",  # 128 biases, or 128 gains
    },
    "smallest-gpt": {
        124_439_808 + 12 * (4 * (768 * 768 + 768) + 2 * 768): "cross_attention_kept",
        124_439_808 + 768 * 768 + 768: "square_layer_behind",
        2 * 124_439_808: "everything_twice",
        124_439_808 + 2 * 768: "one_norm_more",
        124_439_808 + 11 * 2 * 768: "end_norm_in_each_layer",
        124_439_808 + 768: "one_number_for_each_column",
        124_439_808 + 50_257 * 768 + 50_257: "output_with_biases",
    },
    "lora-of-conv": {
        64 * 9 * 8 + 8 * 9 * 128: "filters_of_one_size",
        8 * (64 + 128): "no_sides",
        64 * 9 * 8: "first_filters_alone",
        (64 * 9 * 8 + 8) + (8 * 128 + 128): "thin_biases",
        128 * 9 * 8 + 8 * 64: "sides_swapped",
        64 * 9 * 8 + 64 * 128: "second_reads_the_channels",
    },
    "first-of-resnet": {
        64 * 7 * 7 * 64: "channels_of_a_later_layer",
    },
    "latent-heads": {
        LATENT - 1_536 * 128 * 64 - 7_168 * 64: "no_positions",
        LATENT + 64 * 128 * (128 + 128): "up_with_positions",
        4 * 7_168 * 7_168: "four_squares",
        LATENT - 7_168 * 64: "positions_not_brought_down",
        LATENT + 512 * 128 * 64: "positions_in_each_key",
        LATENT + 64: "norm_over_all",
        LATENT - 512 * 128 * 128: "values_not_brought_up",
        LATENT - 1_536 * 128 * 64: "queries_without_positions",
        LATENT - 128 * 128 * 7_168 + 7_168 * 7_168: "square_output",
        (7_168 * 1_536 + 1_536 + 1_536 * 192)
        + (7_168 * 576 + 512 + 512 * 256)
        + 128 * 7_168: "one_head_of_many",
        LATENT + 128 * 64 * 7_168: "output_of_wide_heads",
    },
    "small-llama": {
        # Heads of 128 columns: 32 × 128 of queries, 8 × 128 of keys, where 32 × 64 and 8 × 64 are right.
        1_235_814_400 + 16 * (2 * 2_048 * 2_048 + 2 * 2_048 * 512): "head_size_of_another",
    },
    "small-qwen": {
        494_032_768 + 24 * (2 * 896 * 896 + 896 + 2 * (896 * 128 + 128)): "head_size_of_another",
        494_032_768 - 24 * (896 + 2 * 128): "no_biases",
        151_936 * 896 + 24 * (4 * (896 * 896 + 896) + 3 * 896 * 4_864 + 2 * 896) + 896: "biased_attention",
    },
    "mixture-block": {
        1_024 * 64 + 3 * 3 * 1_024 * 768: "times_forgotten",  # one to choose, two that are shared
        1_024 * 64 + 65 * 3 * 1_024 * 768: "times_forgotten",
        1_024 * 64 + 66 * 1_024 * 768: "one_matrix_an_expert",
    },
    "unet-block": {
        (160 * 4 * 64 + 64) + (224 * 9 * 64 + 64) + (64 * 9 * 64 + 64): "first_reads_what_comes_in",
        (160 * 4 * 64 + 64) + (160 * 9 * 64 + 64) + (64 * 9 * 64 + 64): "first_reads_what_comes_in",
        (160 * 9 * 64 + 64) + (128 * 9 * 64 + 64) + (64 * 9 * 64 + 64): "doubling_of_three",
    },
    "reader-on-reader": {
        10_000 * 100
        + 2 * 3 * ((100 + 32) * 32 + 32)
        + 3 * ((64 + 32) * 32 + 32)
        + (32 * 5 + 5): "second_one_way",
    },
    "keys-and-values": {
        3_072 * 3_072 + 2 * 3_072 * 1_024: "queries_as_well",
        2 * 3_072 * 3_072 + 2 * 3_072 * 1_024: "all_of_the_attention",
    },
    "lora-and-head": {
        # 12 × 2 × 16 × (768 + 768) of LoRA, and a head of 768 × 101 + 101.
        589_824 + 2 * 77_669: "head_twice",
        589_824 + 768 * 1_000 + 1_000: "head_of_imagenet",
        589_824 + 77_669 + 16 * (768 + 101): "lora_beside_the_head",
    },
    "same-twice": {
        (1_568 * 128 + 128) + (128 * 32 + 32) + (32 * 2 + 2): "both_in_one_row",
        2 * ((784 * 128 + 128) + (128 * 32 + 32) + (64 * 2 + 2)): "all_of_it_twice",
        (784 * 128 + 128) + (128 * 32 + 32) + 2 * (32 * 2 + 2): "head_for_each",
    },
    "mamba-by-hand": {
        MAMBA - 768 * 1_536: "input_to_h",
        MAMBA - 1_536 * 16: "s_once",
        MAMBA - 1_536: "biases_or_d",
        MAMBA + 3_072 + 768 + 80: "biases_everywhere",
        MAMBA + 3_072 + 768: "biases_everywhere",
    },
}


@pytest.mark.parametrize("id", BY_HAND)
def test_each_slip_of_a_question_has_the_number_that_people_get(id):
    question = bank.find(id)
    made: dict[int, set[str]] = {}
    for wrong in question.own_wrongs:
        made.setdefault(int(wrong.count), set()).add(wrong.slip)
    assert made == {count: set(names.split("|")) for count, names in BY_HAND[id].items()}
    for count, names in BY_HAND[id].items():
        said = question.judged(f"{count}")
        assert said.slip in names or {each.slip for each in said.choices} & set(names.split("|"))


def test_every_slip_of_a_question_has_its_number_by_hand():
    assert {each.id for each in ALL if each.own} == BY_HAND.keys()


def numbers(text: str) -> set[int]:
    return {int(each.replace(",", "")) for each in re.findall(r"\d[\d,]*\d|\d", text)}


# How much a count changes, how many biases there are, and a table that is looked up: also 0 or less.
NONE_OR_LESS = {"more-heads", "biases-alone", "pieces-of-words"}
AVOIDED = r"you|your|wrong|mistake|error|forgot\w*|must|should|simply|just|of course"


@pytest.mark.parametrize("question", [each for each in ALL if each.own], ids=lambda each: each.id)
@pytest.mark.parametrize("number", [0, 1, 2], ids=["as asked", "another", "and another"])
def test_what_is_said_teaches_and_gives_nothing_away(question: Question, number):
    asked = question.another(number) if number else question
    for wrong in asked.own_wrongs:
        assert re.fullmatch(r"(That|Those) [^!?]+\.", wrong.why) and wrong.more.endswith(".")
        assert len(re.split(r"(?<=\.) (?=[A-Z0-9])", wrong.why)) in (2, 3) and len(wrong.why) <= 260
        said = f"{wrong.why} {wrong.more}"
        assert not re.search(rf"\b({AVOIDED})\b", said, re.IGNORECASE), said
        given_away = {int(asked.count), abs(int(asked.count) - int(wrong.count))} - asked.numbers
        assert not numbers(said) & given_away, said
        assert int(wrong.count) >= 0 or question.id in NONE_OR_LESS


def test_a_slip_of_a_question_is_told_in_place_of_what_is_said_of_any_number():
    # 96,256 rows of one table are "one number a word" of the other.
    assert bank.find("more-words").judged("(128256-32000)*4096+128256-32000").slip == "bias_for_its_table"


def test_one_who_halves_is_told_of_a_half():
    typed = "1050624/2 + 1050624 + 3072 + 2099712"
    assert bank.find("papers-decoder-layer").judged(typed).slip == "mask_halves"
    # As a number it may be one of three.
    assert len(bank.find("papers-decoder-layer").judged("3678720").choices) == 3


@pytest.mark.parametrize(
    ("id", "typed"),
    [
        ("small-lstm", "84"),  # 4 × (5 × 3 + 3 + 3), or 4 × 8 × 3 = 96 worked out in a hurry
        ("reader-on-reader", "1000000 + 25536 + 6336 + 325"),  # 6,240 with a slip of the pen
    ],
)
def test_of_a_small_number_that_few_slips_lead_to_it_is_said_that_it_may_be(id, typed):
    assert bank.find(id).judged(typed).lines[0].startswith("Perhaps it was this: ")


@pytest.mark.parametrize(
    ("id", "typed", "reason"),
    [
        # Without brackets after the minus the biases of the second network are added.
        ("wide-or-deep", "784*256+256+256*10+10-784*100+100+100*100+100+100*10+10", "A minus holds"),
        ("two-neurons", "6 + 1*2", "A product is worked out before a sum"),  # (6 + 1) × 2
        # Biases once, and not (600 + 20) × 4; 768 biases; a gain alone, or a pooler without biases.
        ("lstm-last-step", "4*600 + 20", "biases of one FFNN"),
        ("pieces-of-words", "30522*768 + 768", "a bias for each column"),
        ("pieces-of-words", "(30522 + 1)*768", "one row of the table more"),
        (
            "sentence-length",
            "2*4*(128*128 + 128)",
            "each sort of sentence",
        ),  # and not a layer for each of 8 heads
        ("all-matrices", "4*9312/6", "one head"),
        ("biases-alone", "4*512", "as the paper has it"),
        ("before-a-norm", "147584", "Two different slips"),
        ("more-heads", "-590592", "heads grow thinner"),
        ("part-by-part", "30522*768+512*768+2*768+768+12*7087872+768*768+768", "Which was yours"),
        ("layer-with-its-norms", "2362368 + 4722432 + 3*1536", "three norms"),
        # A row of 28, and a sum in which nothing is as in the slip's own.
        ("digits-one-layer", "300 - 10", "one row of the picture"),
        ("two-for-one", "2*(36864 + 64)", "two small layers"),
        ("second-of-two", "(32 + 3)*3*3*32 + 32", "the maps and the colours"),
        ("grey-image", "3*2 + 3", "leaves out a side"),  # and not (2 + 3) × 3, which is right by chance
        ("layer-with-its-norms", "2362368 + 4722432 + 768*2", "Which was yours"),  # one norm, or two gains
        ("many-layers", "302", "millions"),
        ("like-lenet", "61700", "about right"),  # and not 61,706 without the 6 biases of conv 1
        ("first-network", "37", "Perhaps"),  # 3 × 5 × 2 + 5 + 2, or something else
        # 20 + 1 is right, so no sizes were added: the output was counted.
        ("logistic-regression", "22", "something for each neuron"),
        # The layer of 80 reads the 100 before the single neuron: 5,100 + 101 + 8,080 + 3,240.
        ("through-a-needle", "16521", "reading past"),
        ("first-rnn", "30", "as many numbers as it reads"),  # 5 × 5 + 5
        ("cache-of-a-text", "33B", "keys without values"),
    ],
)
def test_what_was_typed_is_read_as_it_was_meant(id, typed, reason):
    assert reason in bank.find(id).judged(typed).lines[0]


def test_the_same_slip_is_told_of_once_and_not_of_each_part_around_it():
    # All four matrices of an attention: 32 × 4 × 65,536. It is so in the layers, and in their attention.
    assert bank.find("lora-of-llama").judged("4 * 32 * 65536").slip == "lora_beside_all"
    # As many are 16 in place of 8 between the thin matrices.
    said = bank.find("lora-of-llama").judged(f"{32 * 4 * 65_536}")
    assert [each.slip for each in said.choices] == ["lora_beside_all", "rank_of_habit"]


def test_twice_the_count_is_no_sign_of_a_number_in_the_question():
    # Two heads stand in the question, and two matrices are alike: 2 × 524,288.
    assert bank.find("narrow-values").judged("1048576").slip == "keys_as_well"


def test_a_small_number_may_be_two_slips_at_once():
    # 9 × 4 + 9: a bias for each number read. 9 × 5: the two sizes swapped, and no biases.
    said = bank.find("sentence-and-book").judged("45")
    assert [each.slip for each in said.choices] == ["bias_per_number_read", "sizes_swapped+no_biases"]
    assert bank.find("sentence-and-book").judged("9*4 + 9").slip == "bias_per_number_read"
