"""Slips with what trains, each with its number by hand: LoRA, what is frozen, masks, one layer in two places.

The tables are read in `test_slips_networks`, as those of whole networks are.
"""

import pytest

import paramcount as pc
from paramcount import Tensor, dense, layer, lora, models
from paramcount.ask.judge import judge
from paramcount.ask.slips import wrongs
from paramcount.dims import Dim
from paramcount.models.parts import grouped_attention
from paramcount.tuning import with_lora

# Rank 2 beside 6 → 9: right is 2 × (6 + 9) = 30, beside 6 × 9 = 54 that are frozen.
PAIR = {
    2 * 6: "one_thin_matrix",
    2 * 9: "one_thin_matrix",
    2 * 6 * 9: "rank_times_both",
    6 * 9: "matrix_trained|frozen_alone",
    2 * (6 + 9) + 2 + 9: "biased_pair",
    8 * (6 + 9): "rank_of_habit",
    16 * (6 + 9): "rank_of_habit",
    54 + 30: "frozen_counted",
}

# Rank 3 beside queries, 8 → 8, and values, 8 → 4, of 2 heads in place of 4: right is 3 × 16 + 3 × 12 = 84.
GROUPED = {
    3 * 8 + 3 * 8: "one_thin_matrix|lora_beside_one",  # A alone, or queries alone
    3 * 8 + 3 * 4: "one_thin_matrix|lora_beside_one",  # B alone, or values alone
    3 * 64 + 3 * 32: "rank_times_both",
    64 + 32: "matrix_trained",
    84 + (3 + 8) + (3 + 4): "biased_pair",
    84 + 3 * 12: "keys_tuned_as_well",
    84 + 3 * 12 + 3 * 16: "lora_beside_all",
    8 * 16 + 8 * 12: "rank_of_habit",
    16 * 16 + 16 * 12: "rank_of_habit",
    64 + 32 + 32 + 64: "frozen_alone",
    84 + 192: "frozen_counted",
}


@layer
def fused(x):
    return {"in": dense(x, 3 * x), "out": dense(x, x)}


# Rank 2 beside 5 → 15: right is 2 × 20 = 40; 75 + 15 and 25 + 5 are frozen.
FUSED = {
    2 * 5: "one_thin_matrix",
    2 * 15: "one_thin_matrix",
    2 * 5 * 15: "rank_times_both",
    5 * 15: "matrix_trained",
    3 * 2 * (5 + 5): "fused_in_three",
    2 * (5 + 5): "fused_in_three",
    40 + 2 + 15: "biased_pair",
    90 + 30: "frozen_alone",
    8 * (5 + 15): "rank_of_habit|frozen_counted",  # as many as 40 + 120, with all that is frozen
    16 * (5 + 15): "rank_of_habit",
}


@layer
def pruned(i, o, percent):
    return {"W": (i, o), "b": (o,), "mask": Tensor((i, o), trained=False)}


# Half of 5 × 4 weights at 0: right is 20 + 4.
PRUNED = {
    10 + 4: "zeros_left_out",
    10 + 2: "zeros_left_out",
    10: "zeros_left_out",
    24 + 20: "mask_counted",
    20: "no_biases",
    4: "no_weights",
}

# (5 × 3 + 3) + (3 × 4 + 4) = 34 in both places, and 8 × 2 + 2 = 18 on top: right is 52.
BOTH = pc.ffnn(5, 3, 4)
SAME_TWICE = layer(lambda: {"left": BOTH, "right": BOTH, "output": dense(8, 2)})()
TWICE = {
    34 + 34 + 18: "shared_counted_again",
    34 + (4 * 2 + 2): "one_of_two_read",
    15 + 12 + 16: "no_biases",
    3 + 4 + 2: "no_weights",
    18: "part_left_out",
    34: "part_left_out",
}

# A table of 3 + 1 rows of 5, a token of 5, and 5 → 2 on top: right is 20 + 5 + 12 = 37.
WITH_TOKEN = layer(lambda: {"token": (5,), "positions": pc.embedding(4, 5), "output": dense(5, 2)})()
TOKEN = {
    37 - 5: "token_without_a_row|part_left_out",  # four rows less one, or no token
    37 - 5 - 5: "token_without_a_row",
    37 - 20: "part_left_out",
    37 - 12: "part_left_out",
    20 + 10: "no_biases",
    5 + 2: "no_weights",
    37 + 20: "table_counted_again",
    37 + 20 + 20: "table_counted_again",
    37 - 12 + (4 * 2 + 2): "reads_like_the_first",
}

TUNED = [
    (with_lora(dense(6, 9, bias=False), 2), 30, PAIR),
    (lora(grouped_attention(8, 4, 2), 3), 84, GROUPED),
    (lora(fused(5), 2, on="in"), 40, FUSED),
    (pruned(5, 4, 50), 24, PRUNED),
    (SAME_TWICE, 52, TWICE),
    (WITH_TOKEN, 37, TOKEN),
]


def test_what_is_packed_and_what_is_not():
    """4 × 6 weights, two in a byte, and 4 gains: 12 + 4."""
    asked = dense(4, 6, bias=False).count // Dim(2, "packed") + pc.rms_norm(4).count
    assert asked == 16
    made = {wrong.slip: int(wrong.count) for wrong in wrongs(asked)}
    assert (made["nothing_packed"], made["norms_packed"]) == (24 + 4, (24 + 4) // 2)
    halved = dense(4, 6).count - dense(3, 2).count  # nothing is packed here
    assert not {"nothing_packed", "norms_packed"} & {wrong.slip for wrong in wrongs(halved)}


def test_beside_a_fused_matrix_others_are_not_asked_about():
    """2 × 20 and 2 × 10 beside both: 60, as with three pairs, which is what people do."""
    assert judge("60", lora(fused(5), 2, on="in")).slip == "fused_in_three"


@pytest.mark.parametrize(
    ("answer", "slip"), [("124_439_808", "frozen_alone"), ("124_455_168", "frozen_counted")]
)
def test_a_tied_table_is_frozen_once(answer, slip):
    """GPT-2, frozen, and 20 rows of 768 that are learned: 15,360."""

    @layer
    def prompted(tokens):
        return {"prompt": pc.embedding(tokens, 768), "network": pc.frozen(models.gpt2_small())}

    assert judge("20 * 768", prompted(20)).kind == "right"
    assert judge(answer, prompted(20)).slip == slip


def test_what_is_frozen_is_no_statistic():
    """Llama's norms are frozen with it, and no running mean is in it."""
    tuned = lora(models.llama_3_8b(), 8)
    assert not {"statistics_kept", "total_of_keras"} & {wrong.slip for wrong in wrongs(tuned)}
