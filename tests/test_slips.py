"""Slips: the number that each leads to, by hand, and what may be said of it.

In a table each number stands with the names of the slips that lead to it. Where two do, the
number is of no use to tell them apart, so the reader is told of both: they are written "a|b".
"""

import inspect
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import paramcount as pc
from laws import value
from paramcount import layer, pytorch, stored_by
from paramcount.ask import slips
from paramcount.ask.slips import SLIPS, Slip, wrongs
from paramcount.core import Layer

# -- what people count, worked out by hand ------------------------------------------------------

PLACES = (28 * 28, 32 * 32, 224 * 224)  # of a picture
STEPS = (7, 10, 20, 50, 100, 512, 1_000, 20_000, 70_000)  # of a text
EXAMPLES = (32, 64, 128, 50_000, 60_000)  # of a batch, and of a set
MILLION = 10**6


def times(right, name, numbers, but=()):
    """The right count, multiplied by each of some numbers that are no sizes."""
    return {right * number: name for number in numbers if number not in but}


def at_each_place(weights, biases, *filters):
    """The count of a convolution multiplied by its places, or only its weights, or only its biases.

    filters: the sides of a picture without what the filter loses at its border.
    """
    places = (*PLACES, *(side * side for side in filters))
    return {
        **times(weights + biases, "places_of_an_image", places),
        **{weights * each + biases: "places_of_an_image" for each in places},
        **{weights + biases * each: "bias_per_place" for each in PLACES},
    }


def as_large_as_an_image(i, o):
    """The count of a convolution with filters of a picture's size."""
    return {i * each * o + o: "image_for_filter" for each in PLACES}


RNN_3_2 = {  # right is (2 + 3) × 2 + 2 = 12
    5 * 2: "no_biases",
    2: "no_weights",
    5 * 2 + 1: "one_bias_per_ffnn",
    5 * 2 + 5: "bias_per_number_read",
    5 * 2 * 2: "bias_per_weight",
    3 * 12: "too_many_ffnns",
    4 * 12: "too_many_ffnns",
    3 * 2 + 2: "input_alone",
    2 * 2 + 2: "state_alone",
    (3 + 2) * 3 + 3: "sizes_swapped",
    # PyTorch: 5 × 2 + 2 + 2. As many with the 2 numbers of the state at the start.
    (3 * 2) * 2 + 2: "state_times_input|biases_of_a_framework|start_trained",
    5 * 5 + 5: "gives_what_it_reads",
    **times(12, "times_steps", STEPS),
}
LSTM_3_2 = {  # right is 4 × ((2 + 3) × 2 + 2) = 48
    4 * 5 * 2: "no_biases",
    4 * 2: "no_weights|dense_layer",  # 3 × 2 + 2
    4 * (5 * 2 + 1): "one_bias_per_ffnn",
    4 * 5 * 2 + 2: "biases_of_one_ffnn",
    4 * 5 * 2 * 2: "bias_per_weight",
    12: "one_ffnn",
    3 * 12: "candidate_left_out",
    4 * (3 * 2 + 2): "input_alone",
    4 * (2 * 2 + 2): "state_alone",
    5 * 12: "too_many_ffnns|bias_per_number_read",  # 5 × 12, and 4 × (5 × 2 + 5)
    4 * (5 * 3 + 3): "sizes_swapped",
    4 * (5 * 5 + 5): "gives_what_it_reads",
    48 + 2: "start_trained",
    48 + 2 + 2: "start_trained",
    (8 + 3) * 8 + 8: "wide_state",
    4 * (6 * 2 + 2): "state_times_input|biases_of_a_framework",  # PyTorch: 4 × (5 × 2 + 2 + 2)
    4 * ((2 + 2 + 3) * 2 + 2): "cell_state_read",
    48 + 3 * 2: "peepholes",
    **times(48, "times_steps", STEPS),
}
GRU_8_5 = {  # right is 3 × ((5 + 8) × 5 + 5) = 210
    3 * 13 * 5: "no_biases",
    3 * 5: "no_weights",
    3 * (13 * 5 + 1): "one_bias_per_ffnn",
    3 * 13 * 5 + 5: "biases_of_one_ffnn",
    3 * (13 * 5 + 13): "bias_per_number_read",
    3 * 13 * 5 * 2: "bias_per_weight",
    70: "one_ffnn",
    2 * 70: "candidate_left_out",
    4 * 70: "too_many_ffnns",
    3 * (8 * 5 + 5): "input_alone",
    3 * (5 * 5 + 5): "state_alone",
    3 * (13 * 8 + 8): "sizes_swapped",
    3 * (40 * 5 + 5): "state_times_input",
    (15 + 8) * 15 + 15: "wide_state",
    3 * (13 * 13 + 13): "gives_what_it_reads",
    8 * 5 + 5: "dense_layer",
    210 + 5: "start_trained",
    3 * (8 * 5 + 5 + 5): "one_weight_a_unit",
    225: "biases_of_a_framework",  # printed by PyTorch and by Keras: 3 × (13 × 5 + 5 + 5)
    **times(210, "times_steps", STEPS),
}
BOTH_GRU_8_5 = {2 * count: names for count, names in GRU_8_5.items() if names != "dense_layer"} | {
    210: "one_direction",
    3 * ((10 + 8) * 10 + 10): "one_layer_of_both",
    2 * 3 * 13 * 5 + 3 * 5: "shared_biases",
    3 * ((5 + 8 + 8) * 5 + 5): "input_read_twice",
}
LSTM_10_50 = {  # right is 4 × ((50 + 10) × 50 + 50) = 12,200
    4 * 60 * 50: "no_biases",
    4 * 50: "no_weights",
    4 * (60 * 50 + 1): "one_bias_per_ffnn",
    4 * 60 * 50 + 50: "biases_of_one_ffnn",
    4 * (60 * 50 + 60): "bias_per_number_read",
    4 * 60 * 50 * 2: "bias_per_weight",
    3_050: "one_ffnn",
    5 * 3_050: "too_many_ffnns",
    3 * 3_050: "candidate_left_out",
    4 * (10 * 50 + 50): "input_alone",
    4 * (50 * 50 + 50): "state_alone",
    4 * (60 * 10 + 10): "sizes_swapped",
    4 * (500 * 50 + 50): "state_times_input",
    (200 + 10) * 200 + 200: "wide_state",
    4 * (60 * 50 + 50 + 50): "biases_of_a_framework",
    4 * (10 * 50 + 50 + 50): "one_weight_a_unit",
    4 * ((50 + 50 + 10) * 50 + 50): "cell_state_read",
    12_200 + 3 * 50: "peepholes",
    4 * (60 * 60 + 60): "gives_what_it_reads",
    10 * 50 + 50: "dense_layer",
    12_200 + 50: "start_trained",
    12_200 + 50 + 50: "start_trained",
    **times(12_200, "times_steps", STEPS, but=(10, 50)),
}
LSTM_3_2_WITHOUT_BIASES = {  # right is 4 × (2 + 3) × 2 = 40
    48: "biases_counted|state_times_input",  # 40 + 4 × 2, and 4 × (2 × 3) × 2
    10: "one_ffnn",
    3 * 10: "candidate_left_out",
    5 * 10: "too_many_ffnns",
    4 * 3 * 2: "input_alone",
    4 * 2 * 2: "state_alone",
    4 * 5 * 3: "sizes_swapped",
    4 * 5 * 5: "gives_what_it_reads",
    3 * 2: "dense_layer",
    40 + 2: "start_trained",
    40 + 2 + 2: "start_trained",
    (8 + 3) * 8: "wide_state",
    4 * (2 + 2 + 3) * 2: "cell_state_read",
    40 + 3 * 2: "peepholes",
    **times(40, "times_steps", STEPS),
}
RNN_1_50 = {  # right is (50 + 1) × 50 + 50 = 2,600
    51 * 50: "no_biases|state_times_input|state_alone",  # (50 × 1) × 50 + 50
    50: "no_weights",
    51 * 50 + 1: "one_bias_per_ffnn",
    51 * 50 + 51: "bias_per_number_read",
    2 * 51 * 50: "bias_per_weight",
    3 * 2_600: "too_many_ffnns",
    4 * 2_600: "too_many_ffnns",
    50 + 50: "input_alone",
    (1 + 50) * 1 + 1: "sizes_swapped",
    51 * 50 + 50 + 50: "biases_of_a_framework|start_trained",
    51 * 51 + 51: "gives_what_it_reads",
    50 + 50 + 50: "one_weight_a_unit",
    **times(2_600, "times_steps", STEPS, but=(50,)),
}

CONV_1_2_3 = {  # right is 1 × 2 × 2 × 3 + 3 = 15
    12: "no_biases",
    3: "no_weights",
    4: "one_filter",
    4 + 1: "one_filter",
    4 + 3: "one_filter",
    12 + 1: "one_bias",
    12 + 12: "bias_per_weight_of_a_filter",
    1 * 2 * 3 + 3: "side_left_out",
    3 * 2 * 2 * 3 + 3: "grey_as_colour",
    (1 + 2 * 2) * 3 + 3: "channels_added",
    **at_each_place(12, 3, 27, 31, 223),
    **as_large_as_an_image(1, 3),
}
CONV_3_2_1 = {  # right is 3 × 2 × 2 × 1 + 1 = 13
    12: "no_biases",
    1: "no_weights",
    12 + 3: "bias_per_channel",
    12 + 12: "bias_per_weight_of_a_filter",
    1 * 2 * 2 * 1 + 1: "one_channel",
    3 * 2 * 1 + 1: "side_left_out",
    3 * (12 + 1): "times_channels",
    (3 + 2 * 2) * 1 + 1: "channels_added",
    **at_each_place(12, 1, 27, 31, 223),
    **as_large_as_an_image(3, 1),
}
CONV_2_2_3 = {  # right is 2 × 2 × 2 × 3 + 3 = 27
    24: "no_biases",
    3: "no_weights",
    8: "one_filter",
    8 + 1: "one_filter",
    8 + 3: "one_filter",
    24 + 1: "one_bias",
    24 + 2: "bias_per_channel",  # one for each input channel
    24 + 2 * 3: "bias_per_channel",  # one for each channel of each filter
    24 + 24: "bias_per_weight_of_a_filter",
    2 * 2 * 3 + 3: "one_channel|side_left_out",  # f = i, so either may be what was left out
    (2 + 2 * 2) * 3 + 3: "channels_added",
    2 * (8 + 1): "times_channels",
    **at_each_place(24, 3, 27, 31, 223),
    **as_large_as_an_image(2, 3),
}
CONV_3_3_64 = {  # right is 3 × 3 × 3 × 64 + 64 = 1,792
    1_728: "no_biases",
    64: "no_weights",
    27: "one_filter",
    27 + 1: "one_filter",
    27 + 64: "one_filter",
    1_728 + 1: "one_bias",
    1_728 + 3: "bias_per_channel",
    1_728 + 3 * 64: "bias_per_channel",
    1_728 + 1_728: "bias_per_weight_of_a_filter",
    3 * 3 * 64 + 64: "one_channel|side_left_out",
    (3 + 3 * 3) * 64 + 64: "channels_added",
    3 * (27 + 1): "times_channels",
    3 * (3 + 3) * 64 + 64: "sides_added",
    **at_each_place(1_728, 64, 26, 30, 222),
    **as_large_as_an_image(3, 64),
}
CONV_8_3_16_IN_2 = {  # right is 4 × 3 × 3 × 16 + 16 = 592, in 2 groups
    576: "no_biases",
    16: "no_weights",
    36: "one_filter",
    36 + 1: "one_filter",
    36 + 16: "one_filter",
    576 + 1: "one_bias",
    576 + 8: "bias_per_channel|groups_in_biases",  # i = 8, and o ÷ 2 = 8
    576 + 4 * 16: "bias_per_channel",
    576 + 576: "bias_per_weight_of_a_filter",
    1 * 3 * 3 * 16 + 16: "one_channel",
    4 * 3 * 16 + 16: "side_left_out",
    (4 + 3 * 3) * 16 + 16: "channels_added",
    4 * (3 + 3) * 16 + 16: "sides_added",
    8 * 3 * 3 * 16 + 16: "groups_ignored",
    2 * 3 * 3 * 16 + 16: "groups_as_channels",
    4 * 3 * 3 * 8 + 8: "one_group",
    **at_each_place(576, 16, 26, 30, 222),
    **as_large_as_an_image(4, 16),
}
CONV_8_5_16 = {  # one side; right is 8 × 5 × 16 + 16 = 656
    640: "no_biases",
    16: "no_weights",
    40: "one_filter",
    40 + 1: "one_filter",
    40 + 16: "one_filter",
    640 + 1: "one_bias",
    640 + 8: "bias_per_channel",
    640 + 8 * 16: "bias_per_channel",
    640 + 640: "bias_per_weight_of_a_filter",
    5 * 16 + 16: "one_channel",
    3 * 5 * 16 + 16: "channels_of_the_image",
    (8 + 5) * 16 + 16: "channels_added",
    8 * 5 * 5 * 16 + 16: "side_squared",
    8 * (8 * 5 + 1): "times_channels",
}

BATCH_NORM_64 = {  # right is 64 + 64 = 128
    64: "gain_alone",
    4 * 64: "statistics_kept",  # what Keras calls the total
    1 + 1: "one_for_all",
    64 * 64 + 64: "joined",
    **{128 * places: "places_of_a_map" for places in PLACES},
}
LAYER_NORM_512 = {  # right is 512 + 512 = 1,024
    3 * 512: "three_of_each",
    512: "gain_alone",
    4 * 512: "statistics_imagined",
    512 * 512: "joined_to_all",
    1 + 1: "one_for_all",
    512 * 512 + 512: "joined",
}
RMS_NORM_512 = {
    512 + 512: "shift_as_well",
    1: "one_for_all",
    512 * 512: "joined_to_all",
    512 * 512 + 512: "joined",
}  # 512
EMBEDDING_1000_64 = {  # right is 1,000 × 64 = 64,000
    1_001 * 64: "row_more|bias_per_column",  # 64,000 + 64, a bias for each column
    64_000 + 1_000: "biases_added",
    1_000 + 64: "sizes_added",
    1_000: "one_number_a_word",
    2 * 64_000: "table_for_the_output",
    (1_000 + 512) * 64: "positions_as_well",
    (1_000 + 1_024) * 64: "positions_as_well",
}

D = 512 * 512 + 512  # one dense layer, 512 to 512: 262,656
A = 4 * D  # an attention: 1,050,624
F = (512 * 2_048 + 2_048) + (2_048 * 512 + 512)  # the FFNN of the paper: 2,099,712
WIDE = 3 * (512 * 4_096 + 4_096) + (4_096 * 512 + 512)  # 8 heads of 512 each

ATTENTION_512 = {  # right is 4 × (512 × 512 + 512) = 1,050,624
    4 * 512 * 512: "no_biases",
    4 * 512: "no_weights",
    4 * 512 * 512 * 2: "bias_per_weight",
    8 * A: "times_heads",
    8 * 3 * D + D: "inputs_times_heads",
    8 * D: "matrix_per_head",
    WIDE: "wide_heads",
    4 * (512 * 64 + 64): "one_head",
    3 * (512 * 64 + 64) + D: "one_head",
    3 * D: "output_left_out",
    D: "one_matrix",
    3 * 512 * 512: "weights_of_the_inputs",
    4 * 512 * 512 + 512: "biases_of_the_output",
    A + 512: "biased_dot_product",
    2 * D: "half_an_attention",
    5 * D: "five_layers",
    8 * 4 * (64 * 64 + 64): "thin_heads",
    512 * 512: "weights_of_one_of_four",
    4 * 512 * 64: "weights_of_one_head",
    4 * 512 * 512 + 4: "one_bias_a_layer",
    4 * 512 * 512 + 8: "bias_per_head",
    4 * 512 * 512 + 4 * 8: "bias_per_head",
    A - 512: "no_biases_of_the_output",
    **times(A, "times_words", STEPS, but=(512,)),
}
DOT_PRODUCT_512 = {  # right is 0
    1: "scale_trained",
    3 * 512: "vectors_counted",
    512: "vectors_counted",
    **{count: "dense_layers_around_it" for count in (D, 2 * D, 3 * D, 4 * D)},
    **{each * 512 * 512: "dense_layers_around_it" for each in (2, 3, 4)},
    512 * 512: "dense_layers_around_it|scores_counted",
}


def in_attentions(right, n=1):
    """The counts if n attentions of 512 with 8 heads are counted in a wrong way."""
    return {
        right + n * (8 * A - A): "times_heads",
        right + n * (8 * 3 * D + D - A): "inputs_times_heads",
        right + n * (8 * D - A): "matrix_per_head",
        right + n * (WIDE - A): "wide_heads",
        right - n * (A - A // 8): "one_head",
        right - n * (3 * D - 3 * D // 8): "one_head",
        right - n * D: "output_left_out",
        right - n * 3 * D: "one_matrix",
        right - n * A: "no_attention",
        right - n * 4 * 512: "no_biases_in_attention",
        **times(right, "times_words", STEPS, but=(512,)),
    }


SOURCE_LAYER = {  # right is A + 2 × 1,024 + D = 1,315,328, with the FFNN of one layer
    **in_attentions(1_315_328),
    1_315_328 + A: "matrix_per_head|one_attention_more",  # 8 dense layers are two attentions
    1_315_328 + 512: "biased_dot_product",
    8 * 1_315_328: "all_times_heads",
    1_050_624: "attention_alone",
    512 * 512 + 512: "ffnn_alone",
    12 * 512 * 512: "rule_for_four_times",
    A + 3 * 1_024 + D: "three_norms",
    1_315_328 - 5 * 512: "no_biases",
    1_315_328 - 5 * 512 - 4 * 512: "weights_alone",
    1_315_328 - 512: "no_biases_in_ffnn",
    A + 2_048 + (D + D): "other_ffnn",
    A + 2_048 + F: "other_ffnn|rule_for_four_times",  # 12 × x² + 13 × x
    2 * A + 3 * 1_024 + D: "decoder_for_encoder",
    A + 2_048: "no_ffnn|output_left_out",  # each is one dense layer, 512 to 512
    1_315_328 - 4 * 512: "no_norms|no_biases_in_attention",  # 2 gains and 2 shifts, or 4 biases
    1_315_328 - 2 * 512: "gains_alone|one_norm",  # half of each norm, or half of the norms
}
BASE_ENCODER = {  # right is 6 × (A + 2 × 1,024 + F) = 18,914,304
    **in_attentions(18_914_304, 6),
    18_914_304 + 6 * A: "matrix_per_head|one_attention_more",
    18_914_304 + 6 * 512: "biased_dot_product",
    6 * (A + F) + 2 * 1_024: "norms_of_one_layer",
    6 * 12 * 512 * 512 + 13 * 512: "rule_for_four_times",
    8 * 18_914_304: "all_times_heads",
    6 * 1_050_624: "attention_alone",
    6 * 2_099_712: "ffnn_alone",
    18_914_304 - 6 * (4 * 512 + 2_048 + 512): "no_biases",
    6 * (4 * 512 * 512 + 2 * 512 * 2_048): "weights_alone",
    18_914_304 - 6 * (2_048 + 512): "no_biases_in_ffnn",
    6 * (A + 2_048): "no_ffnn",
    6 * (A + 2_048 + 512 * 2_048 + 2_048): "no_way_back",
    6 * (A + 2_048 + 2 * (512 * 2_048 + 2_048)): "first_layer_twice",
    6 * (A + 2_048 + 2 * (512 * 2_048 + 512)): "outer_biases_twice",
    6 * (12 * 512 * 512 + 13): "rule_for_four_times",
    2 * 18_914_304: "stack_twice",
    18_914_304 - 6 * 512: "one_vector_less",
    6 * (A + 2_048 + D): "other_ffnn",
    6 * (2 * A + 3 * 1_024 + F): "decoder_for_encoder",
    A + 2_048 + F: "times_forgotten",
    18_914_304 + 1_024: "last_norm",
    18_914_304 + 6 * 1_024: "three_norms",
    18_914_304 - 6 * 4 * 512: "no_norms|no_biases_in_attention",
    18_914_304 - 6 * 2 * 512: "gains_alone|one_norm",
}
BASE_DECODER = {  # right is 6 × (2 × A + 3 × 1,024 + F) = 25,224,192
    **in_attentions(25_224_192, 12),
    8 * 25_224_192: "all_times_heads",
    12 * 1_050_624: "attention_alone",
    6 * 2_099_712: "ffnn_alone",
    25_224_192 - 6 * (8 * 512 + 2_048 + 512): "no_biases",
    6 * (8 * 512 * 512 + 2 * 512 * 2_048): "weights_alone",
    6 * (2 * A + F) + 3 * 1_024: "no_biases_in_ffnn|norms_of_one_layer",  # 15,360 less, either way
    6 * (2 * A + 3_072): "no_ffnn",
    6 * (2 * A + 3_072 + 512 * 2_048 + 2_048): "no_way_back",
    6 * (2 * A + 3_072 + 2 * (512 * 2_048 + 2_048)): "first_layer_twice",
    6 * (2 * A + 3_072 + D): "other_ffnn",
    6 * (A + 3_072 + F): "one_attention_in_a_decoder_layer",
    6 * (A + 2_048 + F): "encoder_for_decoder",
    6 * (2 * A + 2_048 + F): "two_norms",
    6 * (2 * A + 1_024 + F): "one_norm",
    6 * (2 * A + 3 * 512 + F): "gains_alone",
    6 * (2 * A + F): "no_norms",
    2 * A + 3_072 + F: "times_forgotten",
    25_224_192 + 1_024: "last_norm",
    25_224_192 + 6 * 1_024: "four_norms",
    25_224_192 + 6 * A: "one_attention_more",
    25_224_192 - 6 * D: "one_dense_layer_less",
    6 * (2 * A + 3_072 + 2 * F): "two_ffnns",
    6 * 2 * (A + 2_048 + F): "two_ffnns",  # twelve layers of an encoder
    18_914_304 + A + 1_024: "one_cross_attention_for_all",
    6 * (A + 3_072 + F) + A: "one_cross_attention_for_all",
    2 * 25_224_192: "stack_twice",
    25_224_192 + 18_914_304: "encoder_as_well",
    25_224_192 - 6 * 512: "one_vector_less",
    25_224_192 - 6 * 2 * D: "output_left_out|keys_and_values_of_the_encoder",  # two dense layers a layer
}
BASE_TRANSFORMER = {  # right is 37,000 × 512 + 18,914,304 + 25,224,192 = 63,082,496
    **in_attentions(63_082_496, 18),
    8 * 63_082_496: "all_times_heads",
    18 * 1_050_624: "attention_alone",
    12 * 2_099_712: "ffnn_alone",
    63_082_496 - 27_648 - 39_936: "no_biases",  # 6 × (2,048 + 2,560), 6 × (4,096 + 2,560)
    18_944_000 + 18_874_368 + 25_165_824: "weights_alone",
    18_944_000 + 6_316_032 + 12_625_920: "no_ffnn",
    63_082_496 - 12 * (2_048 * 512 + 512): "no_way_back",
    63_082_496 + 12 * (2_048 - 512): "first_layer_twice",
    18_944_000 + 7_891_968 + 14_201_856: "other_ffnn",
    63_082_496 - 6 * A: "one_attention_in_a_decoder_layer",
    18_944_000 + 2 * 18_914_304: "encoder_for_decoder",
    18_944_000 + 2 * 25_224_192: "decoder_for_encoder",
    63_082_496 - 6 * 2 * D: "keys_and_values_of_the_encoder",
    63_082_496 - 6 * D: "one_dense_layer_less",
    63_082_496 + 6 * F: "two_ffnns",
    18_944_000 + 18 * (A + 2_048 + F): "two_ffnns",
    18_944_000 + 2 * 18_914_304 + A + 1_024: "one_cross_attention_for_all",
    63_082_496 - 5 * A: "one_cross_attention_for_all",
    63_082_496 - 6 * 1_024: "two_norms",
    63_082_496 - 6 * 1_024 - 6 * 2_048: "one_norm",
    63_082_496 - 6 * (2 + 3) * 512: "gains_alone",
    63_082_496 + 2 * 1_024: "last_norms",
    18_944_000 + 18_914_304: "one_stack",
    18_944_000 + 25_224_192: "one_stack",
    18_914_304 + 25_224_192: "no_embedding",
    63_082_496 + 37_000: "biases_of_the_words",
    63_082_496 + 18_944_000: "table_counted_again",
    63_082_496 + 2 * 18_944_000: "table_counted_again",
    18_944_000 + 3_152_384 + 25_224_192: "times_forgotten",
    18_944_000 + 18_914_304 + 4_204_032: "times_forgotten",
    18_944_000 + 3_152_384 + 4_204_032: "times_forgotten",
    63_082_496 - 30_720: "no_norms|no_biases_in_ffnn",  # 6 × (2,048 + 3,072), or 12 × 2,560
    63_082_496 + 512 * 512: "positions_counted",
    63_082_496 + 1_024 * 512: "positions_counted",
    63_082_496 + 5_000 * 512: "positions_counted",
    65 * MILLION: "printed_figure",
}
THREE_DENSE_4_4 = {  # right is 3 × (4 × 4 + 4) = 60
    3 * (4 + 1): "one_neuron",
    20: "times_forgotten",
    3 * 16: "no_biases",
    3 * 4: "no_weights|neurons",
    3 * (16 + 1): "one_bias_per_layer",
    3 * (16 + 16): "bias_per_weight",
    3 * (20 + 4): "biased_inputs",
    3 * (4 + 4 + 4): "added",
    3 * (4 + 4): "added",
    **times(60, "times_examples", EXAMPLES),
    **times(60, "times_places", PLACES),
    **{3 * (places * 4 * 4 + 4): "picture_in_one_row" for places in PLACES},
    **{3 * (steps * 4 * 4 + 4): "sequence_in_one_row" for steps in STEPS},
}
DENSE_3_5 = {  # right is 3 × 5 + 5 = 20
    3 + 1: "one_neuron",
    15: "no_biases",
    5: "no_weights|neurons",
    15 + 3: "bias_per_input",
    15 + 1: "one_bias_per_layer",
    15 + 15: "bias_per_weight",
    20 + 3: "biased_inputs",
    3 + 5 + 5: "added",
    3 + 5: "added",
    **times(20, "times_examples", EXAMPLES),
    **times(20, "times_places", PLACES),
    **{places * 3 * 5 + 5: "picture_in_one_row" for places in PLACES},
    **{steps * 3 * 5 + 5: "sequence_in_one_row" for steps in STEPS},
}
DENSE_25088_4096 = {  # the first dense layer of VGG-16; right is 25,088 × 4,096 + 4,096 = 102,764,544
    25_088 + 1: "one_neuron",
    102_760_448: "no_biases",
    4_096: "no_weights|neurons",
    102_760_448 + 25_088: "bias_per_input",
    102_760_448 + 1: "one_bias_per_layer",
    2 * 102_760_448: "bias_per_weight",
    102_764_544 + 25_088: "biased_inputs",
    25_088 + 4_096 + 4_096: "added",
    25_088 + 4_096: "added",
    512 * 4_096 + 4_096: "maps_as_numbers",  # 25,088 = 512 × 7 × 7
    512 * 7 * 4_096 + 4_096: "maps_as_numbers",
    **times(102_764_544, "times_examples", EXAMPLES),
    **times(102_764_544, "times_places", PLACES),
    **{places * 102_760_448 + 4_096: "picture_in_one_row" for places in PLACES},
    **{steps * 102_760_448 + 4_096: "sequence_in_one_row" for steps in STEPS},
}
FFNN_3_5_2 = {  # right is (3 × 5 + 5) + (5 × 2 + 2) = 32
    15 + 10: "no_biases",
    5 + 2: "no_weights|neurons",
    15 + 3 + 10 + 5: "bias_per_input",
    15 + 1 + 10 + 1: "one_bias_per_layer|biases_of_one_layer",  # 32 − 5
    30 + 20: "bias_per_weight",
    32 + 3: "biased_inputs",
    10 + 2: "layer_left_out",
    15 + 5: "layer_left_out",
    3 * 5 * 2: "all_multiplied|biases_of_one_layer",  # 32 − 2
    (3 * 5 + 5) + (3 * 2 + 2): "reads_the_input",
    3 * 5 * 2 + 5 + 2: "all_multiplied",
    3 * 5 + 5 * 2 + 1: "one_bias_in_all",
    3 + 5 + 5 + 5 + 2 + 2: "added|weights_left_out",  # 32 − 5 × 2
    3 + 5 + 5 + 2: "added|weights_of_one_layer",  # 3 × 5
    3 + 5 + 2: "neurons|weights_of_one_layer",  # 5 × 2
    32 + 3 * 2: "skipping",
    3 * 2 + 2: "hidden_left_out",
    16: "dropout_halves",
    **times(32, "times_examples", EXAMPLES),
}
FFNN_784_10 = {  # one layer: nothing to leave out, and what adds its sizes also counts its neurons
    7_840: "no_biases",
    10: "no_weights|neurons",
    7_840 + 784: "bias_per_input",
    7_840 + 1: "one_bias_per_layer",
    2 * 7_840: "bias_per_weight",
    7_850 + 784: "biased_inputs",
    784 + 10 + 10: "added",
    784 + 10: "added|neurons",
    7_850 // 2: "dropout_halves",
    **times(7_850, "times_examples", EXAMPLES),
}
FFNN_3_5_2_WITHOUT_BIASES = {  # right is 3 × 5 + 5 × 2 = 25
    32: "biases_counted",
    3 * 5 + 3 * 2: "reads_the_input",
    5 * 2: "layer_left_out|neurons",  # 3 + 5 + 2
    3 * 5: "layer_left_out|added",  # 3 + 5 + 5 + 2
    5 + 2: "neurons",
    3 * 5 * 2: "all_multiplied",
    3 * 5 * 2 + 5 + 2: "all_multiplied",
    25 + 3 * 2: "skipping",
    3 * 2: "hidden_left_out",
    **times(25, "times_examples", EXAMPLES),
}
FFNN_4_6_3_2 = {  # right is (4 × 6 + 6) + (6 × 3 + 3) + (3 × 2 + 2) = 30 + 21 + 8 = 59
    24 + 18 + 6: "no_biases",
    6 + 3 + 2: "no_weights|neurons",
    24 + 4 + 18 + 6 + 6 + 3: "bias_per_input",
    24 + 1 + 18 + 1 + 6 + 1: "one_bias_per_layer|layer_left_out",  # 59 − 8
    2 * 48: "bias_per_weight",
    59 + 4: "biased_inputs",
    59 - 30: "layer_left_out",
    59 - 21: "layer_left_out",
    18: "weights_of_one_layer",
    6: "weights_of_one_layer",
    59 - 18: "weights_left_out",
    59 - 6: "biases_of_one_layer|weights_left_out|reads_past_a_layer",  # 6 hidden, 3 × 2, 30 + 15 + 8
    59 - 3: "biases_of_one_layer",
    59 - 2: "biases_of_one_layer",
    59 - 6 - 3: "biases_of_the_hidden_layers",
    4 * 6 + 6 * 3 + 3 * 2 + 1: "one_bias_in_all",
    30 + (6 * 3 + 6) + 8: "biases_of_the_layer_before",
    30 + 21 + (3 * 2 + 3): "biases_of_the_layer_before",
    4 + 6 + 6 + 3 + 3 + 2: "added|weights_of_one_layer",  # 4 × 6
    24 + 6 + 3 + 2: "added",
    4 + 6 + 3 + 2: "neurons",
    30 + (4 * 3 + 3) + (4 * 2 + 2): "reads_the_input",
    30 + 21 + (6 * 2 + 2): "reads_past_a_layer",
    4 * 6 * 3 * 2: "all_multiplied",
    4 * 6 * 3 * 2 + 6 + 3 + 2: "all_multiplied",
    4 * 2 + 2: "hidden_left_out",
    **times(59, "times_examples", EXAMPLES),
}
TWO_FFNN_3_5_2 = {  # right is 2 × ((3 × 5 + 5) + (5 × 2 + 2)) = 64
    32: "times_forgotten",
    2 * 25: "no_biases",
    2 * 7: "no_weights|neurons",
    2 * (15 + 3 + 10 + 5): "bias_per_input",
    2 * (15 + 1 + 10 + 1): "one_bias_per_layer|biases_of_one_layer",  # 2 × (32 − 5)
    2 * (30 + 20): "bias_per_weight",
    2 * (32 + 3): "biased_inputs",
    2 * 12: "layer_left_out",
    2 * 20: "layer_left_out",
    2 * 3 * 5 * 2: "all_multiplied|biases_of_one_layer",  # 2 × (32 − 2)
    2 * (20 + 8): "reads_the_input",
    2 * (3 * 5 * 2 + 5 + 2): "all_multiplied",
    2 * (3 * 5 + 5 * 2 + 1): "one_bias_in_all",
    2 * (3 + 5 + 5 + 5 + 2 + 2): "added|weights_left_out",  # 2 × (32 − 5 × 2)
    2 * (3 + 5 + 5 + 2): "added|weights_of_one_layer",  # 2 × 3 × 5
    2 * (3 + 5 + 2): "neurons|weights_of_one_layer",  # 2 × 5 × 2
    2 * (32 + 3 * 2): "skipping",
    2 * (3 * 2 + 2): "hidden_left_out",
    **times(64, "times_examples", EXAMPLES),
}

BY_HAND = [
    (3 * pc.dense(4, 4), 60, THREE_DENSE_4_4),
    (2 * pc.ffnn(3, 5, 2), 64, TWO_FFNN_3_5_2),
    (pc.dense(3, 5), 20, DENSE_3_5),
    (pc.dense(25_088, 4_096), 102_764_544, DENSE_25088_4096),
    (pc.ffnn(3, 5, 2), 32, FFNN_3_5_2),
    (pc.ffnn(4, 6, 3, 2), 59, FFNN_4_6_3_2),
    (pc.ffnn(784, 10), 7_850, FFNN_784_10),
    (pc.ffnn(3, 5, 2, bias=False), 25, FFNN_3_5_2_WITHOUT_BIASES),
    (pc.rnn(1, 50), 2_600, RNN_1_50),
    (pc.rnn(3, 2), 12, RNN_3_2),
    (pc.lstm(3, 2), 48, LSTM_3_2),
    (pc.gru(8, 5), 210, GRU_8_5),
    (pc.bidirectional(pc.gru(8, 5)), 420, BOTH_GRU_8_5),
    (pc.lstm(10, 50), 12_200, LSTM_10_50),
    (pc.lstm(3, 2, bias=False), 40, LSTM_3_2_WITHOUT_BIASES),
    (pc.conv(1, 2, 3), 15, CONV_1_2_3),
    (pc.conv(3, 2, 1), 13, CONV_3_2_1),
    (pc.conv(2, 2, 3), 27, CONV_2_2_3),
    (pc.conv(3, 3, 64), 1_792, CONV_3_3_64),
    (pc.conv(8, 3, 16, groups=2), 592, CONV_8_3_16_IN_2),
    (pc.conv(8, (5,), 16), 656, CONV_8_5_16),
    (pc.batch_norm(64), 128, BATCH_NORM_64),
    (pc.layer_norm(512), 1_024, LAYER_NORM_512),
    (pc.rms_norm(512), 512, RMS_NORM_512),
    (pc.embedding(1_000, 64), 64_000, EMBEDDING_1000_64),
    (pc.attention(512, heads=8), A, ATTENTION_512),
    (pc.scaled_dot_product(512), 0, DOT_PRODUCT_512),
    (pc.encoder_layer(512, heads=8), 1_315_328, SOURCE_LAYER),
    (pc.encoder(512, 6, ff=2_048, heads=8), 18_914_304, BASE_ENCODER),
    (pc.decoder(512, 6, ff=2_048, heads=8), 25_224_192, BASE_DECODER),
    (pc.transformer(512, 6, 6, ff=2_048, heads=8, v=37_000), 63_082_496, BASE_TRANSFORMER),
]


def slips_by_count(asked) -> dict[int, set[str]]:
    """Each wrong count of a layer with the ids of the slips that lead to it."""
    ids: dict[int, set[str]] = {}
    for wrong in wrongs(asked):
        ids.setdefault(int(wrong.count), set()).add(wrong.slip)
    return ids


@pytest.mark.parametrize(("asked", "right", "table"), BY_HAND, ids=lambda of: getattr(of, "name", ""))
def test_each_slip_has_the_number_that_people_get(asked, right, table):
    assert asked.count == right
    assert slips_by_count(asked) == {count: set(names.split("|")) for count, names in table.items()}


# -- numbers that several slips share, at the sizes of the chapters' other questions -----------

# An encoder layer has four biases of x in its attention, and two norms with a gain and a shift of x.
IN_AN_ENCODER = ["no_norms|no_biases_in_attention", "gains_alone|one_norm"]
# In a decoder layer two attentions have one output each; one of them has keys and values to forget.
IN_A_DECODER = ["output_left_out|keys_and_values_of_the_encoder"]
# Where the FFNN is one dense layer from x to x, as each of the four in an attention is.
SIMPLE = ["no_ffnn|one_dense_layer_less", "other_ffnn|two_ffnns"]
# 12 × (x + ff) biases in the FFNNs, and 60 × x in the norms: the same where ff = 4 × x.
IN_A_TRANSFORMER = ["no_norms|no_biases_in_ffnn"]
SHARED = {
    "lstm(1, 1)": [
        "no_biases|input_alone|state_alone|state_times_input",
        "biases_of_one_ffnn|candidate_left_out",
        "bias_per_weight|bias_per_number_read|biases_of_a_framework|cell_state_read",
        "peepholes|too_many_ffnns",  # 12 + 3, and 5 × 3
        "wide_state|gives_what_it_reads",  # (4 + 1) × 4 + 4, and 4 × (2 × 2 + 2)
    ],
    "gru(3, 2)": [
        "candidate_left_out|input_alone",
        "bias_per_weight|wide_state",
        "state_times_input|biases_of_a_framework",
    ],
    "gru(50, 100)": [],
    "lstm(10, 20)": ["bias_per_number_read|start_trained"],  # 4 × 30 biases, or 4 × 20 + 20 + 20
    "lstm(300, 128)": [],
    "bidirectional(lstm(100, 64))": [],
    "conv(3, 3, 32)": ["one_channel|side_left_out"],
    "conv(32, 3, 32)": ["one_channel|one_filter"],
    "conv(8, (5,), 16)": [],
    "conv(3, (3, 3, 3), 8)": ["one_channel|side_left_out|sides_added"],
    "conv(8, 3, 16)": [],
    "conv(16, 3, 32)": [],
    "conv(64, 5, 1)": [],
    "conv(64, 5, 128)": [],
    "conv(3, 11, 64)": [],
    "conv(256, 1, 64)": [
        "bias_per_weight_of_a_filter|bias_per_channel",
        "one_filter|channels_of_the_image",
        "one_filter|channels_and_filters_added",
    ],
    "conv(4, (1, 7), 10)": [],
    "conv(96, 3, 96, groups=96)": [],
    "conv(3, 7, 64, bias=False)": ["places_of_an_image|image_for_filter"],  # 7 × 7 × 32 × 32 is 224 × 224
    "embedding(30_522, 768)": ["row_more|bias_per_column"],
    "attention(64, heads=4)": [
        "one_head|one_matrix",  # 4 heads of a quarter each
        "weights_of_one_head|weights_of_one_of_four",
        "bias_per_head|one_bias_a_layer",
    ],
    "attention(768, heads=12)": [],
    "attention(1_024, heads=16, bias=False)": ["times_heads|wide_heads", "one_head|thin_heads"],
    "attention(1_600, heads=25)": [],
    "encoder(512, 6)": [
        *IN_AN_ENCODER,
        "no_ffnn|output_left_out",
        "other_ffnn|rule_for_four_times",  # 12 × x² + 13 × x is the layer with an FFNN of 4 × x
    ],
    # Of two layers the norms of one are half of all.
    "encoder(64, 2, ff=256)": [
        "no_norms|no_biases_in_attention",
        "gains_alone|norms_of_one_layer|one_norm",
        "biased_dot_product|last_norm",
    ],
    "encoder_layer(512, ff=2_048, heads=8)": [*IN_AN_ENCODER, "matrix_per_head|one_attention_more"],
    "encoder_layer(768, ff=3_072)": IN_AN_ENCODER,
    "encoder_layer(128, ff=2_048, heads=8)": [*IN_AN_ENCODER, "matrix_per_head|one_attention_more"],
    "encoder(1_024, 6, ff=4_096, heads=16)": IN_AN_ENCODER,
    "encoder(1_024, 24, ff=4_096, heads=16)": IN_AN_ENCODER,
    "decoder(512, 6)": [*IN_A_DECODER, *SIMPLE],
    "decoder_layer(512, heads=8)": [*IN_A_DECODER, *SIMPLE],
    "decoder_layer(512, ff=2_048, heads=8)": IN_A_DECODER,
    "decoder_layer(1_024, ff=4_096)": IN_A_DECODER,
    "decoder(64, 2, ff=256)": [
        f"{IN_A_DECODER[0]}|one_cross_attention_for_all",  # one attention of two: four dense layers
        "gains_alone|norms_of_one_layer",
    ],
    "decoder(1_024, 6, ff=4_096, heads=16)": [*IN_A_DECODER, "no_biases_in_ffnn|norms_of_one_layer"],
    "transformer(512, 6, 6, ff=2_048, heads=8)": IN_A_TRANSFORMER,
    "transformer(1_024, 6, 6, ff=4_096, heads=16)": IN_A_TRANSFORMER,
}


@pytest.mark.parametrize("call", SHARED)
def test_no_other_slips_share_a_number(call):
    shared = [names for names in slips_by_count(eval(call, vars(pc))).values() if len(names) > 1]
    known = [set(names.split("|")) for names in SHARED[call]]
    assert sorted(map(sorted, shared)) == sorted(map(sorted, known))


# -- the list -----------------------------------------------------------------------------------


def test_every_slip_that_is_written_stands_in_the_list():
    modules = [each for each in vars(slips).values() if inspect.ismodule(each)]
    written = {slip for module in modules for slip in vars(module).values() if isinstance(slip, Slip)}
    assert written and written <= set(SLIPS)
    ids = [slip.id for slip in SLIPS]
    assert len(ids) == len(set(ids))


def test_every_slip_has_its_number_by_hand():
    by_hand = Path(__file__).parent.glob("test_slips*.py")
    tables = "\n".join(path.read_text("utf-8") for path in by_hand)
    assert not [slip.id for slip in SLIPS if not re.search(rf"\b{slip.id}\b", tables)]


def test_what_is_known_of_a_textbook_layer_is_not_said_of_a_readers_layer_of_that_name():
    @layer
    def lstm(i, h):
        return {"W": (i, h), "b": (h,)}

    # 3 × 2 + 2 = 8. The textbook's functions would look for gates here, and find none.
    assert {wrong.count for wrong in wrongs(lstm(3, 2))} == {6, 2}
    assert not slips_by_count(stored_by(pytorch, lstm(3, 2))).keys() - {6, 2}


def test_a_layer_that_is_merely_called_embedding_is_no_table():
    @layer
    def embedding(v, x):
        return {"E": (v, x), "scale": (x,)}

    @layer
    def words(v, x):
        return {"words": embedding(v, x), "way back": pc.dense(x, v)}

    # 10 × 2 + 2 for the words, 2 × 10 + 10 for the way back
    assert "table_counted_again" not in slips_by_count(words(10, 2)).get(52 + 22, ())


def test_a_slip_that_is_right_at_these_sizes_is_dropped():
    # 1 × 1 + 1 = 2: a bias an input, a layer, a weight, and the sizes added all come to 2 as well.
    near = sorted(wrong.count for wrong in wrongs(pc.dense(1, 1)) if wrong.count < 7)
    assert near == [1, 1, 1, 3]  # the weight, the bias, the neuron; 2 + 1 for the input
    # 2 × 2 = 2 + 2
    assert 4 not in {wrong.count for wrong in wrongs(pc.dense(2, 2, bias=False))}


def test_the_tensors_of_a_layer_are_read_once(monkeypatch):
    read, tensors = [], Layer.tensors
    monkeypatch.setattr(Layer, "tensors", lambda layer, *above: read.append(layer) or tensors(layer, *above))

    @layer
    def wide(n):
        return {f"W {k}": (n, k) for k in range(1, 51)}

    asked = wide(3)
    read.clear()
    assert len(list(wrongs(asked))) == 50  # each part left out, and nothing else
    assert read == [asked]


def test_the_panel_can_draw_what_was_left_out():
    def missing(count, asked):
        (wrong,) = (each for each in wrongs(asked) if each.count == count and each.missing)
        return wrong.missing

    assert missing(36, pc.lstm(3, 2)) == {("candidate", "W"), ("candidate", "b")}
    assert missing(787_968, pc.attention(512)) == {("output", "W"), ("output", "b")}
    third = {("layers", "norm 3", "gain"), ("layers", "norm 3", "shift")}
    assert missing(25_218_048, pc.decoder(512, 6, ff=2_048)) == third


# -- laws ---------------------------------------------------------------------------------------


@layer
def gpt2(v, x, n, ff):
    return {
        "words": pc.embedding(v, x),
        "positions": pc.embedding(1_024, x),
        "layers": pc.encoder(x, n, ff),
        "norm": pc.layer_norm(x),
    }


@layer
def gated(i, h):
    return {"gates": 2 * pc.dense(h + i, h), "scale": (h,)}


@layer
def nested(i, h):
    return {"first": gated(i, h), "second": gated(i, h)}


@layer
def stacked(h):
    return {"lower": pc.lstm(h, h), "upper": pc.lstm(h, h)}


size, few = st.integers(1, 12), st.integers(1, 4)
switch = st.booleans()
units = st.builds(
    lambda unit, i, h, bias: unit(i, h, bias), st.sampled_from([pc.rnn, pc.gru, pc.lstm]), size, size, switch
)
convs = st.builds(
    lambda i, f, o, groups, bias: pc.conv(i * groups, f, o * groups, groups, bias),
    *(few, st.one_of(few, st.lists(few, min_size=1, max_size=3).map(tuple)), few, few, switch),
)
inner = st.one_of(st.none(), size)
FAMILIES = {
    "feed-forward": st.builds(lambda sizes: pc.ffnn(*sizes), st.lists(size, min_size=2, max_size=4)),
    "recurrent": units,
    "bidirectional": st.builds(pc.bidirectional, units),
    "convolution": convs,
    "attention": st.builds(lambda x, heads, bias: pc.attention(x * heads, heads, bias), few, few, switch),
    "scaled dot product": st.builds(pc.scaled_dot_product, size),
    "norm": st.builds(
        lambda norm, x: norm(x), st.sampled_from([pc.layer_norm, pc.rms_norm, pc.batch_norm]), size
    ),
    "embedding": st.builds(pc.embedding, size, size),
    "encoder layer": st.builds(lambda x, ff, heads: pc.encoder_layer(x * heads, ff, heads), few, inner, few),
    "decoder layer": st.builds(lambda x, ff, heads: pc.decoder_layer(x * heads, ff, heads), few, inner, few),
    "encoder": st.builds(lambda x, m, ff, heads: pc.encoder(x * heads, m, ff, heads), few, few, inner, few),
    "decoder": st.builds(lambda x, n, ff, heads: pc.decoder(x * heads, n, ff, heads), few, few, inner, few),
    "transformer": st.builds(pc.transformer, few, few, few, inner, st.just(1), inner),
    "own network": st.builds(gpt2, size, few, few, size),
    "own layers in layers": st.builds(nested, size, size),
    "own layers alike": st.builds(stacked, size),
}


def of_every_family(law):
    """Try a law on a few layers of each family, taken once or repeated."""

    @pytest.mark.parametrize("family", FAMILIES)
    @settings(max_examples=10)
    @given(st.data())
    def test(family, data):
        law(data.draw(st.integers(1, 3)) * data.draw(FAMILIES[family]))

    return test


@of_every_family
def test_a_slip_is_never_right(asked):
    for wrong in wrongs(asked):
        assert 0 < wrong.count != asked.count
        assert wrong.why and wrong.more and wrong.slip


@of_every_family
def test_a_count_that_shows_how_it_was_made_comes_to_itself(asked):
    for slip in SLIPS:
        for wrong in slip.wrongs(asked):
            if isinstance(wrong.count, pc.Dim):
                assert value(wrong.count.numbers) == int(wrong.count)


@of_every_family
def test_what_is_left_out_is_all_that_is_missing(asked):
    leaves = {leaf.path: leaf.times * leaf.tensor.count for leaf in asked.tensors()}
    for wrong in wrongs(asked):
        gone = sum(leaves[path] for path in wrong.missing)
        assert not wrong.missing or wrong.count == asked.count - gone


@of_every_family
def test_of_a_layer_that_is_repeated_every_slip_is_repeated(asked):
    once = {count for count, names in slips_by_count(asked).items() if names != {"times_forgotten"}}
    assert {3 * count for count in once} <= slips_by_count(3 * asked).keys()


@pytest.mark.parametrize(
    "asked",
    [
        pc.ffnn(4, 6, 3, 2, bias=False),
        pc.rnn(3, 2, bias=False),
        pc.gru(8, 5, bias=False),
        pc.lstm(4, 7, bias=False),
        pc.bidirectional(pc.lstm(4, 7, bias=False)),
        pc.conv(3, 5, 7, bias=False),
        pc.conv(8, 3, 16, groups=2, bias=False),
        pc.conv(4, (5,), 7, bias=False),
        pc.attention(12, heads=3, bias=False),
        2 * pc.attention(12, heads=3, bias=False),
    ],
    ids=lambda asked: asked.name,
)
def test_without_biases_nothing_is_said_of_biases(asked):
    said = [wrong for wrong in wrongs(asked) if "bias" in f"{wrong.why} {wrong.more}"]
    assert [wrong.count for wrong in said] == [asked.resized(bias=True).count]
    assert said[0].slip == "biases_counted"
