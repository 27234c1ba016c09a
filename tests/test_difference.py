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
    assert "only in the second: 2 × 568" in repr(found)
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
    ("models.vgg_16", 14_714_688): "",  # the convolutions alone: five blocks, and no part of its own
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


def test_a_number_that_nothing_gives_gets_the_nearest():
    found = difference(pc.ffnn(3, 5, 2), 24)
    assert not found.reasons
    assert found.said[1] == "The nearest is the count without the biases, 25: 1 off."
    assert difference(24, pc.ffnn(3, 5, 2)).said == found.said


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
