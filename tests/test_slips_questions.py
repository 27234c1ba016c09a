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
    "photograph": {3 * 7 * 7 * 16 + 16: "padding_added", 3 * 9 * 9 * 16 + 16: "padding_added_twice"},
    "second-of-two": {
        (3 * 9 * 32 + 32) + (32 * 9 * 32 + 32): "both_layers",
        (32 + 3) * 9 * 32 + 32: "maps_and_colours",
    },
    "channels-in-groups": {4 * (2 * 9 * 16 + 16): "all_filters_in_each_group"},
    "last-maps": {
        512 * 14 * 14: "row_alone",
        512 * 14 * 14 * 4_096 + 512: "bias_per_map",
        512 * (14 * 14 * 4_096 + 4_096): "layer_for_each_map",
        14 * 14 * 4_096 + 4_096: "one_map",
    },
    "large-filters": {(3 * 11 * 11 * 64 + 64) // 4: "divided_by_the_stride"},
    "two-for-one": {
        2 * (64 * 9 * 64 + 64): "the_two_alone",
        (64 * 25 * 64 + 64) - (64 * 9 * 64 + 64): "one_of_the_two",
    },
    "like-lenet": {
        LENET - 6 - 16: "no_biases_in_convolutions",
        LENET_CONVS + (1_024 * 120 + 120) + LENET_TOP: "rows_read_the_image",
    },
    "query-matrix": {
        4 * (768 * 768 + 768): "all_four",
        3 * (768 * 768 + 768): "three_of_four",
    },
    "biases-alone": {
        4 * 1_024 * 1_024: "weights_for_biases",
        1_024 * 1_024: "weights_of_one",
        4 * (1_024 * 1_024 + 1_024): "all_of_it",
        3 * 1_024: "biases_of_three",
        1_024: "biases_of_one",
    },
    "more-heads": {
        4 * (768 * 768 + 768): "count_itself",
        4 * 64: "columns_of_a_head_before",
        4 * 768: "heads_times_columns",
        4: "heads_subtracted",
        4 * (3 * (768 * 64 + 64) + (768 * 64 + 64)): "columns_for_new_heads",
        4 * 4 * 768 * 64: "weights_for_new_heads",
    },
    "two-sentences": {
        8 * (256 * 256 + 256): "two_attentions",
        2 * (256 * 256 + 256): "half_an_attention",
        5 * (256 * 256 + 256): "one_for_each_side_more",
    },
    "one-key-for-all": {2 * 4_096 * 4_096 + 2 * 4_096: "one_column"},
    "rule-of-thumb": {
        12 * 768 * 768: "the_rule_itself",
        12 * 768 * 768 + 13 * 768: "all_of_the_layer",
        9 * 768: "biases_without_norms",  # 4 of the attention, 4 + 1 of the FFNN
        4 * 768: "norms_without_biases|biases_of_the_attention",
        (4 + 2 + 4) * 768: "inner_biases_as_x",
        12 * 768: "twelve_again",
    },
    "papers-decoder-layer": {A // 2 + A + 3 * NORM + F: "mask_halves"},
    "more-than-an-encoder": {
        4 * (768 * 768 + 768): "norm_left_out",
        2 * (4 * (768 * 768 + 768) + 2 * 768): "two_steps_more",
        4 * (768 * 768 + 768) + 2 * 2 * 768: "two_norms_more",
        2 * (768 * 768 + 768) + 2 * 768: "queries_and_output",
    },
    "reported-by-pytorch": {SMALL_DECODERS + 512: "norm_of_one_stack|gains_of_both_stacks"},
    "untied-output": {GPT_XL + 1_024 * 1_600: "positions_for_words"},
    "vocabulary-to-fit": {
        65_000_000 - STACKS: "not_divided",
        37_000: "words_of_the_paper",
        40_745 + 1: "rounded_up",  # 40,745 × 512 = 20,861,440, and 20,861,504 are left
        126_953: "layers_forgotten",  # 126,953 × 512 = 64,999,936
        20_372: "two_tables",  # 20,372 × 1,024 = 20,860,928
        90_011: "one_stack_taken",  # 65,000,000 − 18,914,304 = 46,085,696, and 90,011 × 512 = 46,085,632
    },
    "two-encoders": {
        DECODER_LAYER: "one_encoder_read",
        DECODER_LAYER + A: "norm_of_a_step_forgotten",
        DECODER_LAYER + A + 512: "half_a_norm",
        2 * DECODER_LAYER: "two_decoder_layers",
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
    },
    "layer-of-bert": {12 * 768 * 768 + 12 * 768: "twelve_for_thirteen"},
    "rule-for-gpt-xl": {
        12 * 48 * 1_600: "x_not_squared",
        13 * 48 * XL: "thirteen_for_twelve",
        GPT_XL: "exact_count",
        48 * (12 * XL + 13 * 1_600): "layers_exactly",
        12 * XL: "rule_for_one_layer",
    },
    "more-words": {
        2 * 128_256 * 4_096: "all_new_words",
        2 * 32_000 * 4_096: "all_old_words",
        96_256 * 4_096 + 96_256: "bias_for_its_table",
        96_256 * 4_096: "one_table",
    },
    "all-in-bfloat16": {
        16 * 1_235_814_400: "mixed_precision",
        18 * 1_235_814_400: "float32_gradients",
        12 * 1_235_814_400: "float32_means",
    },
    # Qwen3-30B-A3B: 32 heads of 128, or of 2,048 ÷ 32 = 64; keys of 4 × 128, or as wide as the queries.
    "mixture-of-qwen": {
        QWEN + 48 * 128 * QWEN_EXPERT - 48 * 2 * (2_048 * 32 * 64 + 2_048 * 4 * 64): "head_size_of_x",
        QWEN + 48 * 128 * QWEN_EXPERT + 48 * 2 * 2_048 * 28 * 128: "wide_keys",
        QWEN + 48 * 8 * QWEN_EXPERT: "experts_of_a_word",
        QWEN + 48 * 128 * QWEN_EXPERT + 48 * (31 + 3) * 128: "norms_for_each_head",
    },
    "used-of-qwen": {
        QWEN + 48 * 8 * QWEN_EXPERT - 48 * 2 * (2_048 * 32 * 64 + 2_048 * 4 * 64): "head_size_of_x",
        QWEN + 48 * 8 * QWEN_EXPERT + 48 * 2 * 2_048 * 28 * 128: "wide_keys",
        QWEN + 48 * 8 * QWEN_EXPERT - 48 * 2_048 * 120: "router_for_the_active",
        QWEN + 48 * 8 * QWEN_EXPERT - 2 * 151_936 * 2_048: "tables_not_counted",
        QWEN + 48 * 8 * QWEN_EXPERT - 151_936 * 2_048: "one_table_of_two",
        30_532_122_624 // 16: "experts_share_of_all",
    },
    # Qwen3-0.6B is 596,049,920: 16 heads of 128, or of 1,024 ÷ 16 = 64.
    "wide-heads": {
        596_049_920 - 28 * 2 * (1_024 * 16 * 64 + 1_024 * 8 * 64): "head_size_of_x",
        596_049_920 + 28 * 2 * 1_024 * 8 * 128: "wide_keys",
        596_049_920 - 28 * 2_097_152: "square_attention",
        596_049_920 + 28 * (15 + 7) * 128: "norms_for_each_head",
        596_049_920 - 28 * 1_024 * 1_024: "square_output",
    },
    "bytes-of-a-token": {
        2 * 28 * 24 * 128: "columns_of_the_model",
        28 * 8 * 128 * 2: "keys_alone",
    },
    "cache-of-a-text": {
        2 * 126 * 128 * 128 * 128_000: "columns_of_the_model",
        2 * 2 * 126 * 8 * 128 * 131_072: "binary_thousands",
        2 * 2 * 126 * 16 * 128 * 128_000: "twice_the_heads",
        2 * 2 * 126 * 8 * 128 * 128_000**2: "tokens_squared",
        128_000 * 126 * 8 * 128 * 2: "half_of_it",
    },
    "activations-of-a-conv": {64 * 224 * 224 * 2: "one_picture", 32 * 64 * 224 * 2: "one_row"},
    "class-token": {
        3 * 16 * 16 * 768 + 768: "patches_alone",
        590_592 + 768 + 196 * 768: "token_left_out",
        196 * (3 * 16 * 16 * 768 + 768) + 768 + 197 * 768: "filter_for_each_patch",
    },
    "lora-of-llama": {
        3 * 32 * 8 * (4_096 + 4_096): "keys_tuned_as_well",
        32 * 2 * 32 * 8 * (4_096 + 128): "pair_for_each_head",
        32 * 8 * (2 * 4_096): "half_of_the_pairs",
    },
    "packed-in-bytes": {
        PACKED // 2: "dense_layers_alone",
        PACKED * 9 // 16 + 2 * 4_096: "scales_counted",
        PACKED // 2 + 2 * 2 * 4_096: "norms_in_bytes",
        PACKED * 4 + 2 * 4_096: "bits_for_numbers",
    },
    "saved-tables": {
        32 * (2 * 131_072 + 2 * 81_920 + 3 * 294_912): "lora_alone",
        2 * 525_336_576: "tables_alone",
        41_943_040 + 525_336_576: "one_copy",
        1_092_616_192 + 65 * 4_096: "norms_trained",
        1_092_616_192 + 2 * 16 * (128_256 + 4_096): "lora_on_tables",
        32 * (16 * (4_096 + 4_096) + 16 * (4_096 + 1_024)) + 2 * 525_336_576: "queries_and_values_alone",
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
    },
    "lora-of-grouped": {
        36 * 16 * 2 * (2_048 + 2_048): "square_values",
        36 * 16 * 2 * (2_048 + 256): "narrow_queries",
        16 * (2_048 + 2_048) + 16 * (2_048 + 256): "one_layer_of_pairs",
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
    },
    "layer-of-qwen": {
        QWEN_LAYER + 896: "biased_output",
        QWEN_LAYER - 2 * 128 + 2 * 896: "wide_biases",
        QWEN_LAYER - 2 * 128: "biased_queries_alone",
    },
    "llama-of-today": {
        8_030_261_248 + 8_192 * 4_096: "table_of_positions",
    },
    "gated-block": {
        3 * 2_048 * 8_192 + 8_192 + 8_192 + 2_048: "biases_added",
        2_048 * 8_192: "one_of_three",
    },
    "pruned-by-mask": {
        300 * 100 * 90 // 100 + 100: "zeros_for_the_rest",
    },
    "one-thin-pair": {
        2 * 8 * 4_096: "both_read_the_input",
    },
    "frozen-hidden": {
        128 * 10 + 10 + 128: "biases_left_free",
    },
    "before-a-norm": {
        128 * 9 * 128 + 128: "bias_for_the_norm",
    },
    "smallest-gpt": {
        124_439_808 + 12 * (4 * (768 * 768 + 768) + 2 * 768): "cross_attention_kept",
    },
    "lora-of-conv": {
        64 * 9 * 8 + 8 * 9 * 128: "filters_of_one_size",
        8 * (64 + 128): "no_sides",
        64 * 9 * 8: "first_filters_alone",
        (64 * 9 * 8 + 8) + (8 * 128 + 128): "thin_biases",
    },
    "mamba-by-hand": {
        MAMBA - 768 * 1_536: "input_to_h",
        MAMBA - 1_536 * 16: "s_once",
        MAMBA - 1_536: "biases_or_d",
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
        assert int(wrong.count) > 0


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
    assert bank.find(id).judged(typed).lines[0].startswith("Perhaps it was this. ")


@pytest.mark.parametrize(
    ("id", "typed", "reason"),
    [
        # Without brackets after the minus the biases of the second network are added.
        ("wide-or-deep", "784*256+256+256*10+10-784*100+100+100*100+100+100*10+10", "A minus holds"),
        ("two-neurons", "6 + 1*2", "A product is worked out before a sum"),  # (6 + 1) × 2
        # Biases once, and not (600 + 20) × 4; a row more; a gain alone, or a pooler without biases.
        ("lstm-last-step", "4*600 + 20", "biases of one FFNN"),
        ("pieces-of-words", "30522*768 + 768", "one row of the table more"),
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
    # As many are the bytes of the right ones, two each.
    said = bank.find("lora-of-llama").judged(f"{32 * 4 * 65_536}")
    assert [each.slip for each in said.choices] == ["lora_beside_all", "bytes_counted"]


def test_twice_the_count_is_no_sign_of_a_number_in_the_question():
    # Two heads stand in the question, and two matrices are alike: 2 × 524,288.
    assert bank.find("narrow-values").judged("1048576").slip == "keys_as_well"


def test_a_small_number_may_be_two_slips_at_once():
    # 9 × 4 + 9: a bias for each number read. 9 × 5: the two sizes swapped, and no biases.
    said = bank.find("sentence-and-book").judged("45")
    assert [each.slip for each in said.choices] == ["bias_per_number_read", "sizes_swapped+no_biases"]
    assert bank.find("sentence-and-book").judged("9*4 + 9").slip == "bias_per_number_read"
