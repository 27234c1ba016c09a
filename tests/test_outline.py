"""Somebody's model on a terminal and in tables: levels, letters, formulas, folds; `python -m paramcount`."""

import csv
import io
import math
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import paramcount as pc
from paramcount.__main__ import main
from paramcount.core import Layer
from paramcount.explain import explain
from paramcount.explain.axes import axes_of, letters_of
from paramcount.explain.runs import groups, runs
from paramcount.show.outline import View, folded, outline

os.environ["HF_HUB_OFFLINE"] = "1"
TINY = Path(__file__).parent.parent / "notebooks" / "data" / "tiny.safetensors"


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="PyTorch is not installed")


def symbols(module) -> str:
    return explain(module).count.symbols


def listed(layer, depth: int) -> list[tuple[str, str, int]]:
    """Of each line: its name with its level, its class, its count."""
    return [
        ("  " * (line.level - 1) + line.name, line.kind, line.count) for line in outline(layer, View(depth))
    ]


# -- letters ------------------------------------------------------------------------------------


def llama(torch, x=64, ff=96, v=100, layers=4):
    """A decoder as Llama has it, written as its authors would."""
    nn = torch.nn

    class Attention(nn.Module):
        def __init__(self):
            super().__init__()
            for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
                setattr(self, name, nn.Linear(x, x, bias=False))

    class Norm(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.ones(x))

    class Feed(nn.Module):
        def __init__(self):
            super().__init__()
            self.gate, self.up = nn.Linear(x, ff, bias=False), nn.Linear(x, ff, bias=False)
            self.down = nn.Linear(ff, x, bias=False)

    class Decoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.attention, self.feed, self.before, self.after = Attention(), Feed(), Norm(), Norm()

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.table = nn.Embedding(v, x)
            self.layers = nn.ModuleList(Decoder() for _ in range(layers))
            self.norm, self.head = Norm(), nn.Linear(x, v, bias=False)

    return Model()


def test_sizes_that_must_be_equal_are_one_letter(torch):
    """The width of the norms is a bare tensor, that of the attention goes in and out: all of it is x."""
    tree = explain(llama(torch))
    decoder = "4 × (4 × x × x + (2 × ff × x + x × ff) + 2 × x)"
    assert tree.count.symbols == f"v × x + {decoder} + x + v × x"
    assert tree.count == 100 * 64 + 4 * (4 * 64 * 64 + 3 * 96 * 64 + 2 * 64) + 64 + 100 * 64
    assert "where v = 100 (vocabulary size), x = 64 (model size), ff = 96 (inner size)" in repr(tree)


def test_positions_are_no_words(torch):
    nn = torch.nn
    model = nn.ModuleDict(
        {"wte": nn.Embedding(900, 32), "wpe": nn.Embedding(64, 32), "token_type": nn.Embedding(2, 32)}
    )
    assert symbols(model) == "v × x + p × x + 2 × x"
    same = nn.ModuleDict({"words": nn.Embedding(900, 64), "positions": nn.Embedding(64, 64)})
    assert symbols(same) == "v × x + p × x"  # as many positions as numbers for each: that is chance


def test_what_is_packed_into_one_tensor(torch):
    """Three times x is queries, keys and values; twice x is chance, unless a name says otherwise."""
    nn = torch.nn

    def beside(name, size):
        return symbols(nn.ModuleDict({"norm": nn.LayerNorm(32), name: nn.Linear(32, size, bias=False)}))

    assert beside("qkv", 96) == "(x + x) + 3 × x × x"
    assert beside("wkv", 64) == "(x + x) + 2 × x × x"
    assert beside("head", 64) == "(x + x) + o × x"


def test_the_rank_of_an_adapter(torch):
    nn = torch.nn
    model = nn.Sequential(nn.LayerNorm(64), nn.ModuleDict({"lora_A": nn.Linear(64, 8, bias=False)}))
    assert symbols(model) == "(x + x) + r × x"


# Layers that the textbook does not have, or has otherwise; their counts by hand, and as they are written.
LETTERS = {
    "GroupNorm(8, 64)": (128, "o + o"),
    "InstanceNorm2d(64, affine=True)": (128, "o + o"),
    "PReLU(7)": (7, "o"),
    "Bilinear(3, 4, 5)": (5 * 3 * 4 + 5, "o × i × j + o"),
    "EmbeddingBag(100, 16)": (1_600, "v × x"),
    "LayerNorm(768, bias=False)": (768, "x"),
    "ConvTranspose2d(8, 16, 3)": (8 * 16 * 9 + 16, "i × o × f × f + o"),
    "ConvTranspose1d(8, 16, 3, bias=False)": (384, "i × o × f"),
    "LSTMCell(8, 5)": (4 * 5 * (8 + 5 + 2), "4 × h × i + 4 × h × h + 4 × h + 4 × h"),
    "GRUCell(8, 5)": (3 * 5 * (8 + 5 + 2), "3 × h × i + 3 × h × h + 3 × h + 3 × h"),
    "LSTM(8, 5, proj_size=3)": (275, "4 × h × i + 4 × h × o + 4 × h + 4 × h + o × h"),
    "MultiheadAttention(64, 4, add_bias_kv=True)": (
        16_768,
        "3 × x × x + 3 × x + 1 × 1 × x + 1 × 1 × x + (x × x + x)",
    ),
    "MultiheadAttention(64, 4, kdim=32, vdim=32)": (
        12_544,
        "x × x + x × i + x × i + 3 × x + (x × x + x)",
    ),
}


@pytest.mark.parametrize("call", LETTERS)
def test_a_layer_that_the_textbook_does_not_have_gets_its_letters(call, torch):
    count, written = LETTERS[call]
    tree = explain(eval(f"nn.{call}", {"nn": torch.nn}))
    assert (int(tree.count), tree.count.symbols.replace("1 × 1 × ", "")) == (
        count,
        written.replace("1 × 1 × ", ""),
    )


def test_one_tensor_more_costs_a_layer_nothing(torch):
    class Scaled(torch.nn.Linear):
        def __init__(self):
            super().__init__(3, 2)
            self.scale = torch.nn.Parameter(torch.ones(5))

    assert symbols(Scaled()) == "o × i + o + 5"
    norm = torch.nn.utils.parametrizations.weight_norm(torch.nn.Linear(30, 20))
    assert symbols(norm) == "o + (o + o × i)"  # a length for each row, and its direction: 20 + 20 + 600


def test_axes_are_said_for_as_many_as_there_are():
    assert letters_of(axes_of(("Conv2d",)), "weight", 4) == ["o", "i", "f", "f"]
    assert letters_of(axes_of(("Conv1d",)), "weight", 3) == ["o", "i", "f"]
    assert letters_of(axes_of(("GroupNorm",)), "weight", 2) == []
    assert axes_of(("Nothing", "object")) == {}


# -- folds --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("structures", "labels"),
    [
        ("0a 1a 2a", ["0 to 2"]),
        ("0a 2a 4a 6a", ["0, 2 to 6"]),
        ("0a 1a 3a", ["0, 1, 3"]),
        ("0c 1n 3c 4n 6c 7n", ["0 to 7"]),
        ("0x 1n 3c 4n 6c 7n", ["0", "1", "3 to 7"]),
        ("0a 1b 2c", ["0", "1", "2"]),
        ("b0a b1a b2a", ["b0 to b2"]),
        ("q1a k1a", ["q1", "k1"]),
        ("norm1a norm2a", ["norm1", "norm2"]),
        ("0c 1n 2c 3n 4c", ["0", "1 to 4"]),
    ],
)
def test_runs(structures, labels):
    """Each word is a name and, in its last letter, the structure of the part."""
    found = runs({word[:-1]: word[-1] for word in structures.split()})
    assert [run.label for run in found] == labels


def test_a_long_list_is_put_into_groups_by_its_names():
    names = [f"block{k}_{each}" for k in range(1, 31) for each in ("conv", "norm")] + ["head"]
    found = groups(names)
    assert list(found) == [*(f"block{k}" for k in range(1, 31)), "head"]
    assert [name for each in found.values() for name in each] == names
    flat = [f"{kind}_{k}" for k in range(50) for kind in ("conv2d", "norm")]
    assert len(groups(flat)) == 10  # names say nothing: pieces of ten
    assert [name for each in groups(flat).values() for name in each] == flat


def test_blocks_that_take_turns_are_folded_in_the_tree(torch):
    nn = torch.nn

    def block(i, o):
        return [nn.Conv2d(i, o, 3, bias=False), nn.BatchNorm2d(o), nn.ReLU()]

    tree = explain(nn.Sequential(*block(3, 8), *block(8, 8), *block(8, 8), *block(8, 8)))
    assert [(name, part.times) for name, part in tree.parts.items()] == [("0", 1), ("1", 1), ("3 to 10", 3)]
    assert tree.parts["3 to 10"].count == 3 * (8 * 8 * 9 + 16)
    assert tree.count == 3 * 8 * 9 + 16 + 3 * (8 * 8 * 9 + 16)
    assert "3 × (Conv2d, BatchNorm2d)" in repr(tree)


def test_blocks_that_differ_in_a_buffer_alone(torch):
    class Block(torch.nn.Module):
        def __init__(self, size):
            super().__init__()
            self.line = torch.nn.Linear(4, 4)
            self.register_buffer("mask", torch.ones(size))

    tree = explain(torch.nn.Sequential(*(Block(k) for k in (1, 2, 3))))
    assert tree.count == 3 * 20
    assert tree.count.symbols == "3 × (h × h + h)"  # 4 goes in and out


def test_a_stacked_lstm_is_two_terms_and_no_sum_of_32(torch):
    module = torch.nn.LSTM(8, 5, num_layers=8, bidirectional=True)
    tree = explain(module)
    assert list(tree.parts) == ["l0", "l1 to l7"]
    below, above = 2 * 4 * 5 * (8 + 5 + 2), 2 * 4 * 5 * (10 + 5 + 2)  # each reads both directions: 10 numbers
    assert tree.count == below + 7 * above == sum(p.numel() for p in module.parameters())
    frozen = torch.nn.LSTM(8, 5, num_layers=3)
    frozen.weight_hh_l2.requires_grad_(False)
    assert explain(frozen).count == sum(p.numel() for p in frozen.parameters() if p.requires_grad)


# -- levels -------------------------------------------------------------------------------------


def test_levels_from_the_layers_to_what_is_in_one(torch):
    model = llama(torch)
    one = 4 * 64 * 64 + 3 * 96 * 64 + 2 * 64
    assert listed(explain(model), 2) == [
        ("table", "Embedding", 6_400),
        ("layers", "4 × Decoder", 4 * one),
        ("  attention", "Attention", 4 * 4 * 64 * 64),
        ("  feed", "Feed", 4 * 3 * 96 * 64),
        ("  before", "Norm", 4 * 64),
        ("  after", "Norm", 4 * 64),
        ("norm", "Norm", 64),
        ("head", "Linear", 6_400),
    ]
    shown = repr(explain(model, depth=2))
    assert f"4 × {one:,}" in shown and "q_proj" not in shown
    assert "q_proj" in repr(explain(model, depth=3))
    assert "attention" not in repr(explain(model, depth=1))


def test_a_depth_is_a_number_of_levels(torch):
    for depth in (-1, True, "2", 1.5):
        with pytest.raises(ValueError, match="a number of levels"):
            explain(torch.nn.Linear(2, 3), depth=depth)


def test_every_line_has_its_class_and_where_there_is_one_tensor_its_shape(torch):
    tree = explain(llama(torch))
    for line in outline(tree, View(9, tensors=False)):
        assert line.kind
        assert bool(line.shape) == (sum(leaf.tensor.count > 0 for leaf in line.leaves) == 1)
    shown = {line.name: line.shape for line in outline(tree, View(9, tensors=False))}
    assert (shown["q_proj"], shown["gate"], shown["norm"]) == ("64 × 64", "96 × 64", "64")


def test_what_is_shown_adds_up_at_every_level(torch):
    tree = explain(llama(torch))
    for depth in range(1, tree.depth + 1):
        lines = outline(tree, View(depth))
        assert sum(line.count for line in lines if line.level == 1) == tree.count
        for line in lines:
            if line.opened:
                inside = [each for each in lines if each.path[:-1] == line.path]
                assert sum(each.count for each in inside) == line.count


def test_a_formula_that_is_too_long_is_given_part_by_part(torch):
    nn = torch.nn
    model = nn.ModuleDict({f"layer{chr(97 + k)}": nn.Linear(10 + k, 20 + 3 * k) for k in range(12)})
    shown = repr(explain(model))
    for k in range(12):
        assert f"({20 + 3 * k} × {10 + k} + {20 + 3 * k})" in shown or f"{20 + 3 * k} × {10 + k} + " in shown
    assert "…" not in shown


def test_a_sum_keeps_its_lines_and_loses_at_most_its_middle():
    words = " + ".join(f"{k:,} × 7" for k in range(1_000, 1_040))
    assert "".join(folded(words, 50, most=99)).replace(" ", "") == words.replace(" ", "")
    short = folded(words, 50, most=2)
    assert len(short) == 2
    assert all(len(line) <= 50 for line in short)
    assert short[0].startswith("1,000 × 7") and short[1].endswith("… + 1,039 × 7")


def test_what_only_keeps_buffers_has_no_line_and_is_counted_in_the_heading(torch):
    class Rotary(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("inv_freq", torch.ones(6))

    shown = repr(explain(torch.nn.ModuleDict({"rotary": Rotary(), "head": torch.nn.Linear(3, 2)})))
    assert "rotary" not in shown
    assert shown.startswith("ModuleDict: 8 parameters; 6 more kept")


def test_a_frozen_part_has_its_own_count(torch):
    base = torch.nn.Linear(4, 3).requires_grad_(False)
    shown = repr(explain(torch.nn.ModuleDict({"base": base, "more": torch.nn.Linear(4, 2)})))
    line = next(line for line in shown.splitlines() if line.startswith("base"))
    assert line.split()[-3:] == ["0", "15", "frozen"]  # 4 × 3 + 3
    assert "10 of 25 parameters train" in shown


# -- a small sample of the zoos (all of them: tests/benchmarks/zoo.py) --------------------------------

SAMPLE = ["BertConfig", "GPT2Config", "T5Config", "LlamaConfig", "MixtralConfig", "ViTConfig", "MambaConfig"]


def readable(tree: Layer) -> None:
    """Each part that is shown has a formula, in at most 60 lines of at most 100 characters."""
    lines = repr(tree).splitlines()
    assert len(lines) <= 60
    assert max(map(len, lines)) <= 100
    assert " … " not in repr(tree)
    for line in outline(tree, View(3, tensors=False)):
        assert not line.count or line.opened or any(line.formulas(True))


@pytest.mark.parametrize("name", SAMPLE)
def test_a_network_of_hugging_face(name, torch):
    transformers = pytest.importorskip("transformers", reason="transformers, for PyTorch, is not installed")
    with torch.device("meta"):
        model = transformers.AutoModel.from_config(getattr(transformers, name)())
    tree = explain(model)
    assert tree.count == sum(p.numel() for p in model.parameters() if p.requires_grad)
    readable(tree)


@pytest.mark.parametrize("name", ["ResNet50", "MobileNetV2", "EfficientNetB0", "DenseNet121", "InceptionV3"])
def test_a_network_of_keras(name):
    """In Keras these are one long list of some hundred layers."""
    keras = pytest.importorskip("keras", reason="Keras is not installed")
    model = getattr(keras.applications, name)(weights=None)
    tree = explain(model)
    assert tree.count == sum(math.prod(weight.shape) for weight in model.trainable_weights)
    readable(tree)


# -- tables elsewhere ---------------------------------------------------------------------------


def test_comma_separated_values(torch):
    rows = list(csv.DictReader(io.StringIO(explain(llama(torch)).to_csv(2))))
    assert list(rows[0]) == ["part", "class", "shape", "formula", "parameters", "share"]
    top = [row for row in rows[:-1] if " " not in row["part"]]
    assert sum(int(row["parameters"]) for row in top) == int(rows[-1]["parameters"])
    assert rows[-1]["part"] == "total"
    assert rows[2]["part"] == "layers attention"


def test_markdown_and_latex(torch):
    pytest.importorskip("tabulate", reason="tabulate is not installed")
    tree = explain(llama(torch))
    header, ruler, *rows = tree.to_markdown(1).splitlines()
    assert re.split(r"\s*\|\s*", header.strip("| ")) == [
        "part",
        "class",
        "shape",
        "formula",
        "parameters",
        "share",
    ]
    assert set(ruler) <= {"|", "-", ":"}
    assert len(rows) == 4 + 1  # table, layers, norm, head; total
    written = tree.to_latex(1)
    assert written.startswith(r"\begin{tabular}{llllrr}") and r"\toprule" in written
    assert r"100 $\times$ 64" in written
    assert not re.search("[×₁…−]", written)  # pdflatex knows none of these


def test_a_layer_of_the_textbook_has_these_tables_too():
    pytest.importorskip("tabulate", reason="tabulate is not installed")
    assert "| hidden" in pc.ffnn(3, 5, 2).to_markdown()
    rows = list(csv.reader(io.StringIO(pc.ffnn(3, 5, 2).to_csv())))
    assert rows[-1][4] == "32"


# -- python -m paramcount -----------------------------------------------------------------------


def test_a_file_by_the_command_line(capsys):
    assert main([str(TINY)]) == 0
    assert capsys.readouterr().out == f"{explain(TINY)}\n"
    assert main([str(TINY), "--depth", "1", "--csv"]) == 0
    assert capsys.readouterr().out == explain(TINY).to_csv(1) + "\n"
    assert main([str(TINY), "--depth", "1"]) == 0
    assert "attention" not in capsys.readouterr().out


def test_what_cannot_be_explained_is_said_on_the_command_line(capsys, tmp_path):
    assert main([str(tmp_path / "none.safetensors")]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("paramcount: ") and "none.safetensors" in err
    for wrong in (["--depth", "0"], ["--depth", "x"], ["--csv", "--latex"], []):
        with pytest.raises(SystemExit) as stopped:
            main([str(TINY), *wrong] if wrong else [])
        assert stopped.value.code == 2
    capsys.readouterr()


def test_the_command_runs_where_the_terminal_knows_no_multiplication_sign():
    run = subprocess.run(
        [sys.executable, "-m", "paramcount", str(TINY), "--depth", "1"],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
    )
    assert run.returncode == 0
    assert "8,144 parameters" in run.stdout.decode("utf-8") and "×" in run.stdout.decode("utf-8")
