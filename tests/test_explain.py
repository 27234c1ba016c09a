"""`explain`: live PyTorch and Keras models."""

import contextlib
import copy
import functools
import itertools
import math
import os
import pickle
import re
import subprocess
import sys
import types
import warnings
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import paramcount as pc
from laws import printed_by, shapes
from paramcount import Dim, Layer, Tensor, layer, models, pytorch
from paramcount.explain import explain, tensors
from paramcount.explain.walk import layers_of
from paramcount.show.account import Account
from paramcount.show.kinds import by_kind
from paramcount.show.panel import static
from paramcount.show.pictures import draw, render
from paramcount.show.text import page, text
from paramcount.stored import kept_by

os.environ["HF_HUB_OFFLINE"] = "1"

OTHERS = printed_by("other_layers")
CASES = {
    framework: printed_by(framework) | {k: c for k, c in OTHERS.items() if c["framework"] == framework}
    for framework in ("pytorch", "keras")
}
TINY = Path(__file__).parent.parent / "notebooks" / "data" / "tiny.safetensors"


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="PyTorch is not installed")


@pytest.fixture(scope="module")
def keras():
    return pytest.importorskip("keras", reason="Keras is not installed")


def spelt(layer, separator, path=()) -> list[tuple[str, Tensor]]:
    """Every tensor by the name that the model gives it; what is folded is spelt out again."""
    tensors = []
    if layer.name == "stacked":
        return [(separator.join((*path, name)), tensor) for name, tensor in levels(layer)]
    for name, part in layer.parts.items():
        if isinstance(part, Tensor):
            tensors.append((separator.join((*path, name)), part))
        elif part.found or part.function:
            for here in [(name,)] if part.times == 1 else unfolded(name, int(part.times)):
                tensors += spelt(part, separator, (*path, *here))
        else:  # several that take turns: 0 and 1, 3 and 4, ...
            last = [int(re.search(r"(\d+)$", each)[1]) for each in (name, list(part.parts)[-1])]
            for turn in range(int(part.times)):
                further = turn * (last[0] - last[1]) // (int(part.times) - 1)
                tensors += spelt(moved(part, further), separator, path)
    return tensors


def levels(layer) -> list[tuple[str, Tensor]]:
    """The tensors of recurrent layers on top of each other, each of which calls them weight_ih_l0."""
    parts = [part for part in layer.parts.values() for _ in range(int(part.times))]
    return [(n.replace("_l0", f"_l{k}"), t) for k, part in enumerate(parts) for n, t in part.parts.items()]


def moved(layer, further) -> Layer:
    """The layer, the numbers at the ends of its parts' names that much larger."""
    names = {name: re.sub(r"\d+$", lambda m: str(int(m[0]) + further), name) for name in layer.parts}
    return Layer("moved", {}, {names[name]: part for name, part in layer.parts.items()})


def unfolded(name, times) -> list[tuple[str, ...]]:
    """The names in "3 to 5", "0, 2 to 6", "1, 4" or "dense to dense_2"; another one holds 0, 1, 2, ..."""
    listed, to, last = name.partition(" to ")
    if not to:
        return (
            [(each,) for each in name.split(", ")] if ", " in name else [(name, str(k)) for k in range(times)]
        )
    first, *second = listed.split(", ")
    stem, end = re.fullmatch(r"(.*?)(\d+)", last).groups()
    step = (int(end) - int(re.search(r"\d+$", second[0])[0])) // (times - 2) if second else 1
    return [(first,), *((f"{stem}{k}",) for k in range(int(end) - (times - 2) * step, int(end) + 1, step))]


def shares(layer) -> dict[str, str]:
    """Every tensor that is shared, and where it is counted, by their places in the tree."""
    leaves = [leaf for leaf in layer.tensors() if leaf.tensor.same_as]
    return {" ".join(leaf.path): " ".join(leaf.same_as) for leaf in leaves}


def parts(layer) -> list[Layer]:
    inner = [part for part in layer.parts.values() if isinstance(part, Layer)]
    return [layer, *itertools.chain.from_iterable(map(parts, inner))]


def shown_everywhere(layer):
    """All that a reader may see of it; the picture must be well-formed, with nothing in it unescaped."""
    picture = render(draw(Account(layer)), "x", standalone=True)
    ElementTree.fromstring(picture)
    return "\n".join([text(layer), page(layer), picture, static(layer)])


@contextlib.contextmanager
def on_meta(torch):
    with torch.device("meta"), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # enable_nested_tensor: about speed
        yield


def trainable(model) -> int:
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# -- PyTorch ------------------------------------------------------------------------------------


def torch_module(nn, layer, kwargs):
    if layer == "Sequential":
        return nn.Sequential(*(torch_module(nn, **each) for each in kwargs["layers"]))
    kwargs = {k: torch_module(nn, **v) if isinstance(v, dict) else v for k, v in kwargs.items()}
    return getattr(nn, layer)(**kwargs)


def test_how_many_cases_there_are():
    assert {framework: len(cases) for framework, cases in CASES.items()} == {"pytorch": 127, "keras": 64}


@pytest.mark.parametrize("name", CASES["pytorch"])
def test_a_module_comes_back_as_pytorch_printed_it(name, torch):
    case = CASES["pytorch"][name]
    with on_meta(torch):
        module = torch_module(torch.nn, case["layer"], case["kwargs"])
    tree = explain(module)
    tensors = spelt(tree, ".")
    assert shapes((n, t) for n, t in tensors if t.trained) == case["tensors"]
    assert shapes((n, t) for n, t in tensors if not t.trained) == case.get("not_trained", [])
    assert tree.count == case["trainable"] == trainable(module)
    assert [n for n, _ in tensors] == list(module.state_dict())


# Modules that are a layer of the textbook, their count by hand, and the count as it is written.
KNOWN = {
    "Linear(784, 10)": ("dense", 784 * 10 + 10, "o × i + o", "10 × 784 + 10"),
    "Linear(784, 10, bias=False)": ("dense", 7_840, "o × i", "10 × 784"),
    "Conv2d(8, 16, 3, groups=2)": (
        "conv",
        16 * 4 * 3 * 3 + 16,
        "o × (i ÷ groups) × f × f + o",
        "16 × (8 ÷ 2) × 3 × 3 + 16",
    ),
    "Conv2d(8, 16, (3, 5))": ("conv", 1_936, "o × i × f₁ × f₂ + o", "16 × 8 × 3 × 5 + 16"),
    "Conv1d(3, 4, 5)": ("conv", 64, "o × i × f + o", "4 × 3 × 5 + 4"),
    "Conv3d(3, 4, 2)": ("conv", 100, "o × i × f × f × f + o", "4 × 3 × 2 × 2 × 2 + 4"),
    "RNN(8, 5)": ("rnn", 75, "h × i + h × h + h + h", "5 × 8 + 5 × 5 + 5 + 5"),
    "GRU(8, 5, bias=False)": ("gru", 195, "3 × h × i + 3 × h × h", "3 × 5 × 8 + 3 × 5 × 5"),
    "LSTM(3, 2)": (
        "lstm",
        56,
        "4 × h × i + 4 × h × h + 4 × h + 4 × h",
        "4 × 2 × 3 + 4 × 2 × 2 + 4 × 2 + 4 × 2",
    ),
    "GRU(8, 5, bidirectional=True)": ("bidirectional", 450, None, None),
    "LSTM(8, 5, num_layers=2, bidirectional=True)": ("stacked", 600 + 680, None, None),
    "MultiheadAttention(64, 4)": (
        "attention",
        16_640,
        "3 × x × x + 3 × x + (x × x + x)",
        "3 × 64 × 64 + 3 × 64 + (64 × 64 + 64)",
    ),
    "LayerNorm(768)": ("layer_norm", 1_536, "x + x", "768 + 768"),
    "RMSNorm(768)": ("rms_norm", 768, "x", "768"),
    "BatchNorm2d(64)": ("batch_norm", 128, "o + o", "64 + 64"),
    "Embedding(100, 16, padding_idx=0)": ("embedding", 1_600, "v × x", "100 × 16"),
    "TransformerEncoderLayer(512, 8)": ("encoder_layer", 3_152_384, None, None),
    "TransformerDecoderLayer(512, 8)": ("decoder_layer", 4_204_032, None, None),
}


@pytest.mark.parametrize("call", KNOWN)
def test_a_known_module_has_the_textbooks_formula(call, torch):
    name, count, symbols, numbers = KNOWN[call]
    with torch.device("meta"):
        tree = explain(eval(f"nn.{call}", {"nn": torch.nn}))
    assert (tree.name, tree.count) == (name, count)
    if symbols:
        assert (tree.count.symbols, tree.count.numbers) == (symbols, numbers)
    assert name in shown_everywhere(tree)


def test_a_known_module_can_be_given_other_sizes(torch):
    assert explain(torch.nn.LSTM(3, 2)).resized(h=4).count == 4 * (4 * 3 + 4 * 4 + 4 + 4)
    assert explain(torch.nn.LSTM(3, 2)).function is pytorch.lstm
    stack = explain(torch.nn.LSTM(8, 5, num_layers=2, bidirectional=True))
    assert Account(stack).heading.endswith("as PyTorch keeps it")
    assert stack.resized(layers=1).count == 600
    assert stack.resized(h=4).count == trainable(torch.nn.LSTM(8, 4, num_layers=2, bidirectional=True))
    with pytest.raises(TypeError, match="GroupNorm has no x"):
        explain(torch.nn.GroupNorm(2, 8)).resized(x=3)


def test_what_is_frozen_or_shared_lasts_in_other_sizes(torch):
    def layer(x):
        layer = torch.nn.TransformerEncoderLayer(x, 2, 32)
        layer.norm2 = layer.norm1
        layer.linear1.bias.requires_grad_(False)
        layer.self_attn.out_proj.weight.requires_grad_(False)
        return layer

    def leaves(tree):
        return [(leaf.path, leaf.same_as, leaf.tensor.trained, leaf.count) for leaf in tree.tensors()]

    tree = pickle.loads(pickle.dumps(explain(layer(16))))
    assert tree.name == "encoder_layer"
    assert tree.count == trainable(layer(16))
    assert leaves(tree.resized(x=8)) == leaves(explain(layer(8)))
    assert leaves(tree.resized(x=8).resized(x=16)) == leaves(tree)


def test_a_new_layer_of_the_textbook_needs_no_word_in_explain(torch):
    def slopes(x):
        return {"weight": (x,)}

    framework = types.ModuleType("framework")
    translated = kept_by("framework", layer(slopes), "", "PReLU", reads=lambda m: {"x": m.weight.shape})
    framework.slopes = translated(slopes)
    known = layers_of(framework, "torch.nn.modules.", {})
    assert known(torch.nn.Linear(3, 4)) is None
    prelu = known(torch.nn.PReLU(7))(lambda letter, value: Dim(value, letter))
    assert (prelu.keeper, prelu.count.symbols, prelu.sizes) == ("framework", "x", {"x": 7})


# Modules of which the textbook has no such variant: their own class, and each tensor by its name.
UNKNOWN = {
    "MultiheadAttention(64, 4, kdim=32, vdim=48)": 13_568,
    "MultiheadAttention(64, 4, add_bias_kv=True)": 16_768,
    "LSTM(8, 5, proj_size=3)": 275,
    "BatchNorm1d(12, track_running_stats=False)": 24,
    "LayerNorm((3, 4))": 24,
    "LayerNorm(768, bias=False)": 768,
    "TransformerEncoderLayer(16, 1, 64, bias=False)": 4 * 16 * 16 + 2 * 16 * 64 + 2 * 16,
    "ConvTranspose2d(8, 16, 3)": 1_168,
    "GroupNorm(8, 64)": 128,
    "InstanceNorm2d(64)": 0,
    "PReLU(7)": 7,
    "Linear(0, 3)": 3,
}


@pytest.mark.filterwarnings("ignore:Initializing zero-element tensors")
@pytest.mark.parametrize("call", UNKNOWN)
def test_a_module_of_another_kind_keeps_its_class_name(call, torch):
    module = eval(f"nn.{call}", {"nn": torch.nn})
    tree = explain(module)
    assert (tree.name, tree.count) == (type(module).__name__, UNKNOWN[call])
    assert shapes(spelt(tree, ".")) == [[n, list(t.shape)] for n, t in module.state_dict().items()]
    assert tree.name in shown_everywhere(tree)


def test_a_subclass_with_a_tensor_of_its_own_is_no_dense_layer(torch):
    class Scaled(torch.nn.Linear):
        def __init__(self):
            super().__init__(3, 2)
            self.scale = torch.nn.Parameter(torch.ones(2))

    class Same(torch.nn.Linear):
        pass

    class Moved(torch.nn.Linear):
        def __init__(self):
            super().__init__(3, 2)
            self.weight = torch.nn.Parameter(torch.ones(4, 2))

    assert (explain(Scaled()).name, explain(Scaled()).count) == ("Scaled", 10)
    assert (explain(Moved()).name, explain(Moved()).count) == ("Moved", 10)
    assert (explain(Same(3, 2)).name, explain(Same(3, 2)).count) == ("dense", 8)


def test_every_size_has_one_name_and_one_value(torch):
    """784 × 128 + 128 and 128 × 10 + 10, by hand: 101,770."""
    nn = torch.nn
    tree = explain(nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10)))
    assert tree.count.symbols == "(h × i + h) + (o × h + o)"  # 128 goes in and out
    assert tree.count.numbers == "(128 × 784 + 128) + (10 × 128 + 10)"
    assert tree.count == 101_770
    assert list(tree.parts) == ["0", "2"]  # the ReLU keeps nothing
    alike = explain(nn.Sequential(nn.Embedding(9, 4), nn.LayerNorm(4), nn.RMSNorm(4)))
    assert alike.count.symbols == "v × x + (x + x) + x"


def test_what_is_frozen_has_no_say_in_the_names(torch):
    model = torch.nn.Sequential(torch.nn.Linear(5, 6), torch.nn.Linear(6, 7))
    model[0].requires_grad_(False)
    assert explain(model).count.symbols == "o × i + o"


# -- folding ------------------------------------------------------------------------------------


def test_equal_neighbours_are_folded(torch):
    nn = torch.nn
    block = nn.Sequential(nn.Linear(4, 4), nn.LayerNorm(4))
    model = nn.ModuleDict({"h": nn.ModuleList(copy.deepcopy(block) for _ in range(12))})
    tree = explain(model)
    assert {name: (part.name, int(part.times)) for name, part in tree.parts.items()} == {
        "h": ("Sequential", 12)
    }
    assert tree.count == 12 * (4 * 4 + 4 + 4 + 4)
    assert tree.count.symbols == "12 × ((x × x + x) + (x + x))"


def test_only_neighbours_of_the_same_structure_are_folded(torch):
    nn = torch.nn

    def list_of(*modules):
        return list(explain(nn.ModuleList(modules)).parts)

    def line(bias=True):
        return nn.Linear(4, 4, bias=bias)

    frozen = line().requires_grad_(False)
    assert list_of(line(), line(), nn.Linear(4, 5), line(), line(), line()) == ["0 to 1", "2", "3 to 5"]
    assert list_of(line(), line(bias=False)) == ["0", "1"]
    assert list_of(line(), frozen) == ["0", "1"]
    assert list_of(line(), nn.ReLU(), line()) == ["0, 2"]
    assert list_of(*(each for _ in range(4) for each in (line(), nn.ReLU()))) == ["0, 2 to 6"]
    assert list_of(line(), line(), nn.ReLU(), line()) == ["0, 1, 3"]
    assert list_of(nn.LayerNorm(4), nn.GroupNorm(2, 4)) == ["0", "1"]
    assert list_of(nn.MultiheadAttention(4, 2), nn.MultiheadAttention(4, 1)) == ["0", "1"]
    for names in (["query", "key", "value"], ["norm_1", "norm_2"], ["a_1", "b_2", "b_4"]):
        assert list(explain(nn.ModuleDict({name: line() for name in names})).parts) == names
    stages = {f"stage_{k}": line() for k in (1, 2, 3)}
    assert list(explain(nn.ModuleDict(stages)).parts) == ["stage_1 to stage_3"]


def test_lists_of_lists(torch):
    nn = torch.nn
    rows = nn.ModuleList(nn.ModuleList(nn.Linear(2, 3) for _ in range(4)) for _ in range(5))
    tree = explain(nn.ModuleDict({"grid": rows}))
    assert tree.count == 5 * 4 * 9
    assert [name for name, _ in spelt(tree, ".")] == list(nn.ModuleDict({"grid": rows}).state_dict())


def test_blocks_that_each_share_a_tensor_of_their_own_are_folded(torch):
    class Block(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = torch.nn.Linear(3, 3), torch.nn.Linear(3, 3)
            self.b.weight = self.a.weight

    model = torch.nn.Sequential(*(Block() for _ in range(3)))
    tree = explain(model)
    assert (list(tree.parts), tree.count) == (["0 to 2"], 3 * (9 + 3 + 3))
    assert tree.parts["0 to 2"].parts["b"].parts["weight"].same_as == ("..", "a", "weight")
    assert shares(tree) == {"0 to 2 b weight": "0 to 2 a weight"}


def twins(nn):
    """Lists in which parts are alike, or nearly: of one shape and another formula, frozen, shared."""

    def expert():
        return nn.ModuleDict({"up": nn.Linear(4, 8), "act": nn.ReLU(), "down": nn.Linear(8, 4)})

    def twice():
        line = nn.Linear(4, 4)
        line.again = line.weight
        return line

    frozen, same = expert(), expert()
    frozen["up"].requires_grad_(False)
    tied = [expert() for _ in range(4)]
    tied[3]["up"].weight = tied[2]["up"].weight
    return [
        nn.ModuleList(nn.ModuleList(expert() for _ in range(5)) for _ in range(3)),
        nn.ModuleList([expert(), expert(), frozen, expert()]),
        nn.ModuleList([expert(), same, same, expert()]),
        nn.ModuleList(tied),
        nn.ModuleList([expert(), *(twice() for _ in range(2)), nn.Linear(4, 4)]),
        nn.ModuleList([nn.Conv2d(2, 4, 3), nn.Conv2d(4, 4, 3, groups=2), nn.Conv2d(2, 4, 3)]),
        nn.Sequential(*(each for _ in range(3) for each in (nn.Linear(4, 4), nn.BatchNorm1d(4)))),
        nn.ModuleList(
            [nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2)) for _ in range(2)] + [nn.Linear(2, 2)]
        ),
        nn.ModuleDict({"wte": nn.Embedding(9, 4), "wpe": nn.Embedding(9, 4), "h": nn.Linear(4, 4)}),
    ]


@pytest.mark.parametrize("number", range(9))
def test_what_is_alike_is_walked_once_and_shown_as_if_it_were_all_walked(number, torch, monkeypatch):
    from paramcount.explain import pytorch as reader

    model = twins(torch.nn)[number]
    tree = explain(model)
    monkeypatch.setattr(reader, "_alike", lambda model: {})
    assert shown_everywhere(tree) == shown_everywhere(explain(model))
    assert tree.count == trainable(model)
    assert [(leaf.path, leaf.tensor.shape) for leaf in tree.tensors()] == [
        (leaf.path, leaf.tensor.shape) for leaf in explain(model).tensors()
    ]


def test_of_many_experts_one_is_walked(torch, monkeypatch):
    from paramcount.explain import pytorch as reader

    walked = []
    monkeypatch.setattr(reader, "own", lambda path, module: walked.append(path) or tensors.own(path, module))
    experts = torch.nn.ModuleList(
        torch.nn.ModuleList(torch.nn.Linear(2, 3) for _ in range(40)) for _ in range(5)
    )
    assert explain(experts).count == 5 * 40 * 9
    assert walked == [(), ("0",), ("0", "0")]
    experts[3][7].weight = experts[3][6].weight  # these two, and what they are in, are like nothing else
    walked.clear()
    assert explain(experts).count == 5 * 40 * 9 - 6
    assert walked == [(), ("0",), ("0", "0"), ("3",), ("3", "0"), ("3", "6"), ("3", "7")]


# -- shared, frozen, buffers: the numbers are PyTorch's own (gotchas 42 to 44 and 49 to 52) ---------


def test_a_tied_head_is_counted_once(torch):
    model = torch.nn.ModuleDict(
        {"embedding": torch.nn.Embedding(1000, 32), "head": torch.nn.Linear(32, 1000, bias=False)}
    )
    model["head"].weight = model["embedding"].weight
    tree = explain(model)
    assert tree.count == trainable(model) == 32_000
    assert sum(tensor.numel() for tensor in model.state_dict().values()) == 64_000
    assert tree.parts["head"].name == "dense"
    assert shares(tree) == {"head weight": "embedding weight"}
    assert "same as embedding" in shown_everywhere(tree)
    inside = Layer("mine", {}, {"model": tree, "own": Tensor((3,))})  # in another layer it is found as well
    assert shares(inside) == {"model head weight": "model embedding weight"}
    head = tree.parts["head"]
    assert "same as embedding weight" in shown_everywhere(head)
    assert head.resized(o=9).count == 0  # it stays shared


def test_a_module_that_is_used_twice_is_counted_once(torch):
    line = torch.nn.Linear(8, 8)
    model = torch.nn.Sequential(line, line, line)
    tree = explain(model)
    assert tree.count == trainable(model) == 72
    assert list(tree.parts) == ["0", "1 to 2"]
    assert shares(tree) == {"1 to 2 weight": "0 weight", "1 to 2 bias": "0 bias"}


def test_a_module_inside_itself_ends(torch):
    model = torch.nn.Sequential(torch.nn.Linear(2, 2))
    model.append(model)
    tree = explain(model)
    assert tree.count == trainable(model) == 6
    assert [n for n, _ in spelt(tree, ".")] == ["0.weight", "0.bias"]


def test_a_frozen_parameter_is_listed_and_not_counted(torch):
    line = torch.nn.Linear(8, 8)
    line.bias.requires_grad_(False)
    tree = explain(line)
    assert (tree.count, tree.count.symbols) == (64, "o × i")
    assert [(n, t.trained) for n, t in spelt(tree, ".")] == [("weight", True), ("bias", False)]
    assert tree.resized(o=9).count == 72  # the bias stays frozen
    everything = shown_everywhere(tree)
    assert "64 of 72 parameters train, 88.9 %" in everything and "frozen" in everything
    assert "not trained" not in everything  # that is for what could not be


def test_buffers_are_listed_and_not_counted(torch):
    class Masked(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.line = torch.nn.Linear(4, 2)
            self.register_buffer("mask", torch.ones(5, 5))
            self.register_buffer("table", torch.ones(3), persistent=False)
            self.register_buffer("none", None)
            self.register_parameter("nothing", None)

    tree = explain(Masked())
    assert tree.count == 10
    assert shapes((n, t) for n, t in spelt(tree, ".") if not t.trained) == [["mask", [5, 5]], ["table", [3]]]


def test_a_buffer_that_is_also_a_parameter_does_not_hide_it(torch):
    class Both(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.line = torch.nn.Linear(4, 2)
            self.register_buffer("copy", self.line.weight)

    assert explain(Both()).count == trainable(Both()) == 10


PARAMETRIZED = {"weight_norm": (240, 240), "spectral_norm": (220, 250), "orthogonal": (420, 820)}


@pytest.mark.parametrize("name", PARAMETRIZED)
def test_parametrized_modules(name, torch):
    counted, kept = PARAMETRIZED[name]
    module = torch.nn.Linear(20, 20) if name == "orthogonal" else torch.nn.Linear(10, 20)
    module = getattr(torch.nn.utils.parametrizations, name)(module)
    tree = explain(module)
    assert tree.count == trainable(module) == counted
    assert sum(tensor.size for _, tensor in spelt(tree, ".")) == kept
    assert {n for n, _ in spelt(tree, ".")} == set(module.state_dict())


@pytest.mark.parametrize("name", ["LazyLinear(3)", "LazyConv2d(3, 2)", "LazyBatchNorm1d()"])
def test_a_lazy_module_is_refused_until_it_is_run(name, torch):
    module = torch.nn.Sequential(torch.nn.Flatten(0, 0), eval(f"nn.{name}", {"nn": torch.nn}))
    with pytest.raises(ValueError, match=r"1\.\w+ of a Lazy\w+ has no shape yet.*Run the model once"):
        explain(module)
    module(torch.ones(2, 5, 4, 4) if "Conv" in name else torch.ones(2, 5))
    assert explain(module).count == trainable(module) > 0


def test_a_count_that_is_not_that_of_the_modules_is_not_guessed(torch):
    class Adapter(torch.nn.Sequential):
        def parameters(self, recurse=True):
            return self[1].parameters()

    with pytest.raises(ValueError, match="says that it trains 6 parameters, but its parts keep 18"):
        explain(Adapter(torch.nn.Linear(3, 3), torch.nn.Linear(2, 2)))


def test_a_scripted_module(torch):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        module = torch.jit.script(torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Linear(4, 4)))
    assert explain(module).count == trainable(module) == 16 + 20


def test_modules_nested_very_deep(torch):
    model = torch.nn.Linear(3, 2)
    for depth in range(400):
        model = torch.nn.Sequential(model)
        if depth == 40:
            assert {n for n, _ in spelt(explain(model), ".")} == set(model.state_dict())
    assert explain(model).count == 8
    assert "2 × 3" in shown_everywhere(explain(model))


# Random models: whatever a model is built of, frozen and tied.
small, groups = st.integers(1, 4), st.sampled_from([1, 2])


@st.composite
def modules(draw, nn, Odd, depth=3):
    one = [
        lambda: nn.Linear(draw(small), draw(small), bias=draw(st.booleans())),
        lambda: nn.Conv2d(
            2 * draw(small), 2 * draw(small), draw(small), groups=draw(st.sampled_from([1, 2]))
        ),
        lambda: nn.LSTM(draw(small), draw(small), num_layers=draw(small), bidirectional=draw(st.booleans())),
        lambda: nn.MultiheadAttention(2 * draw(small), draw(groups)),
        lambda: nn.TransformerEncoderLayer(2, 1, draw(small)),
        lambda: nn.LayerNorm(draw(small)),
        lambda: nn.BatchNorm1d(draw(small)),
        lambda: nn.ReLU(),
        lambda: Odd(draw(small)),
    ]
    if depth == 0 or draw(st.booleans()):
        return draw(st.sampled_from(one))()
    kind = draw(st.sampled_from(["list", "copies", "same", "dict", "own"]))
    inner = modules(nn, Odd, depth - 1)
    if kind == "list":
        return nn.Sequential(*draw(st.lists(inner, max_size=4)))
    if kind == "copies":
        module = draw(inner)
        return nn.ModuleList(
            [copy.deepcopy(module) for _ in range(draw(small))] + draw(st.lists(inner, max_size=1))
        )
    if kind == "same":
        return nn.Sequential(*[draw(inner)] * draw(small))
    if kind == "dict":
        return nn.ModuleDict(draw(st.dictionaries(st.sampled_from(["a", "b_1", "b_2", "7", "8"]), inner)))
    return Odd(draw(small), draw(inner))


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_model_comes_back_tensor_by_tensor(data, torch):
    nn = torch.nn

    class Odd(nn.Module):
        """What no table of known layers has in it."""

        def __init__(self, size, inner=None):
            super().__init__()
            self.gain = nn.Parameter(torch.empty(size, 2, size))
            self.empty = nn.Parameter(torch.empty(0, 3))
            self.scalar = nn.Parameter(torch.empty(()))
            self.register_buffer("seen", torch.empty(size), persistent=False)
            self.inner = inner

    with on_meta(torch):
        model = data.draw(modules(nn, Odd))
    owners = [(m, name) for m in model.modules() for name, p in m._parameters.items() if p is not None]
    if owners:
        for (module, name), (other, its) in data.draw(
            st.lists(st.tuples(st.sampled_from(owners), st.sampled_from(owners)), max_size=3)
        ):
            if module._parameters[name].shape == other._parameters[its].shape:
                module._parameters[name] = other._parameters[its]
        for module, name in data.draw(st.lists(st.sampled_from(owners), max_size=3)):
            module._parameters[name].requires_grad_(False)
    tree = explain(model)
    assert tree.count == trainable(model)
    parameters = dict(model.named_parameters(remove_duplicate=False))
    buffers = dict(model.named_buffers(remove_duplicate=False))
    tensors = spelt(tree, ".")
    assert len(tensors) == len(parameters) + len(buffers)
    assert {n: [int(size) for size in t.shape] for n, t in tensors} == {
        n: list(t.shape) for n, t in (parameters | buffers).items()
    }
    assert {n for n, t in tensors if t.trained} == {n for n, p in parameters.items() if p.requires_grad}
    firsts = {id(p): n for n, p in model.named_parameters()}
    shared = {n: firsts[id(p)] for n, p in parameters.items() if firsts[id(p)] != n}
    assert {n for n, t in tensors if t.same_as and n in parameters} == shared.keys()
    leaves = {leaf.path: leaf.tensor for leaf in tree.tensors()}
    targets = [(leaf.tensor, leaves[leaf.same_as]) for leaf in tree.tensors() if leaf.tensor.same_as]
    assert all(one.shape == other.shape and not other.same_as for one, other in targets)
    if all(part.times == 1 and part.name != "stacked" for part in parts(tree)):
        buffers_too = {n.replace(" ", "."): t.replace(" ", ".") for n, t in shares(tree).items()}
        assert {n: t for n, t in buffers_too.items() if n in parameters} == shared
    assert repr(pickle.loads(pickle.dumps(tree))) == repr(tree)
    assert f"{tree.count:,}" in shown_everywhere(tree)


# -- Hugging Face: from a config, on the meta device. The counts are those that are published. --------

PUBLISHED = {
    "BertModel": ("BertConfig", {}, 109_482_240),
    "BertForMaskedLM": ("BertConfig", {}, 109_514_298),
    "GPT2LMHeadModel": ("GPT2Config", {}, 124_439_808),
    "T5ForConditionalGeneration": ("T5Config", {}, 60_506_624),
    "LlamaForCausalLM": ("LlamaConfig", {}, 6_738_415_616),
    "MixtralForCausalLM": ("MixtralConfig", {}, 46_702_792_704),
    "AlbertModel": (
        "AlbertConfig",
        {"hidden_size": 768, "num_attention_heads": 12, "intermediate_size": 3072},
        11_683_584,
    ),
    "WhisperModel": ("WhisperConfig", {}, 37_184_640),
}


@functools.cache
def published(name):
    """A model of Hugging Face with random weights that take no memory, and its tree."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    transformers = pytest.importorskip("transformers", reason="transformers, for PyTorch, is not installed")
    config, sizes, _ = PUBLISHED[name]
    with on_meta(torch):
        model = getattr(transformers, name)(getattr(transformers, config)(**sizes))
    return model, explain(model)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_model(name):
    model, tree = published(name)
    assert tree.count == trainable(model) == PUBLISHED[name][2]
    parameters = dict(model.named_parameters(remove_duplicate=False))
    buffers = dict(model.named_buffers(remove_duplicate=False))
    tensors = spelt(tree, ".")
    assert {n: [int(size) for size in t.shape] for n, t in tensors} == {
        n: list(t.shape) for n, t in (parameters | buffers).items()
    }
    assert {n for n, t in tensors if not t.trained} == buffers.keys() | {
        n for n, p in parameters.items() if not p.requires_grad
    }
    assert len(text(tree).splitlines()) <= 40
    assert f"{tree.count:,}" in shown_everywhere(tree)


def test_gpt_2_is_folded_and_its_head_is_shared():
    model, tree = published("GPT2LMHeadModel")
    assert sum(tensor.numel() for tensor in model.state_dict().values()) == 163_037_184
    blocks = tree.parts["transformer"].parts["h"]
    assert (blocks.name, blocks.times, blocks.count) == ("GPT2Block", 12, 85_054_464)
    assert len(list(tree.tensors())) == 2 + 12 + 2 + 1
    assert shares(tree) == {"lm_head weight": "transformer wte weight"}


def test_berts_head_shares_its_bias_too():
    """Gotcha 44: a sum over the state_dict has 30,522 × 768 + 30,522 too many."""
    _, tree = published("BertForMaskedLM")
    shared = [t for _, t in spelt(tree, ".") if t.same_as]
    assert sorted(int(t.size) for t in shared) == [30_522, 30_522 * 768]
    assert sum(t.size for t in shared) == 23_471_418


def test_whispers_sinusoids_are_frozen():
    """Gotcha 38: 576,000 of 37,760,640 parameters are not trained."""
    _, tree = published("WhisperModel")
    assert sum(t.size for _, t in spelt(tree, ".") if not t.trained) == 576_000


# -- Keras --------------------------------------------------------------------------------------


def keras_layer(keras, layer, kwargs):
    if layer == "Sequential":
        return keras.Sequential([keras_layer(keras, **each) for each in kwargs["layers"]])
    kwargs = {k: keras_layer(keras, **v) if isinstance(v, dict) else v for k, v in kwargs.items()}
    return getattr(keras.layers, layer)(**kwargs)


def renumbered(weights):
    """Keras numbers layers through a session: of each kind, the first one named here gets no number."""
    numbers, made = {}, []
    for path, shape in weights:
        names = []
        for name in re.sub(r"^sequential(_\d+)?/", "", path).split("/"):
            stem = re.sub(r"_\d+$", "", name)
            known = numbers.setdefault(stem, {})
            names.append((stem, known.setdefault(name, len(known))))
        made.append([names, list(shape)])
    return made


@pytest.mark.parametrize("name", CASES["keras"])
def test_a_layer_comes_back_as_keras_printed_it(name, keras):
    case = CASES["keras"][name]
    layer = keras_layer(keras, case["layer"], case["kwargs"])
    shape = case["input_shape"]
    if isinstance(shape, dict):
        layer.build(*((None, 7, shape[k]) for k in ("query_dim", "value_dim_in", "key_dim_in")))
    else:
        layer.build((None, *shape))
    tree = explain(layer)
    weights = spelt(tree, "/")
    assert renumbered(shapes((n, w) for n, w in weights if w.trained)) == renumbered(case["tensors"])
    assert shapes((n, w) for n, w in weights if not w.trained) == case.get("not_trained", [])
    assert tree.count == case["trainable"]
    own = [weight.path.partition("/")[2] for weight in layer.weights]
    assert sorted(n for n, _ in weights) == sorted(own)


# Layers that are the textbook's, the shape of their input, and their count by hand.
KNOWN_IN_KERAS = {
    "Dense(10)": ((784,), "dense", 7_850),
    "Conv2D(16, 3, groups=2)": ((9, 9, 8), "conv", 592),
    "Conv1D(4, 5, use_bias=False)": ((9, 3), "conv", 60),
    "SimpleRNN(5)": ((7, 8), "rnn", 70),
    "GRU(5)": ((7, 8), "gru", 225),
    "LSTM(2)": ((7, 3), "lstm", 48),
    "Bidirectional(layers.LSTM(5))": ((7, 8), "bidirectional", 560),
    "LayerNormalization()": ((7, 12), "layer_norm", 24),
    "RMSNormalization()": ((7, 12), "rms_norm", 12),
    "BatchNormalization()": ((5, 5, 64), "batch_norm", 128),
    "Embedding(100, 16)": ((7,), "embedding", 1_600),
}


@pytest.mark.parametrize("call", KNOWN_IN_KERAS)
def test_a_known_layer_of_keras(call, keras):
    shape, name, count = KNOWN_IN_KERAS[call]
    layer = eval(f"layers.{call}", {"layers": keras.layers})
    layer.build((None, *shape))
    tree = explain(layer)
    assert (tree.name, tree.count) == (name, count)
    assert name in shown_everywhere(tree)


def test_attention_in_keras_is_the_textbooks_only_where_the_heads_share_x(keras):
    for key_dim, name, count in ((16, "attention", 16_640), (64, "MultiHeadAttention", 66_368)):
        layer = keras.layers.MultiHeadAttention(4, key_dim)
        layer.build((None, 7, 64), (None, 7, 64))
        assert (explain(layer).name, explain(layer).count) == (name, count)
    gru = keras.layers.GRU(5, reset_after=False)
    gru.build((None, 7, 8))
    assert (explain(gru).name, explain(gru).count) == ("GRU", 210)


def test_directions_keep_the_names_of_keras_in_other_sizes(keras):
    both = keras.layers.Bidirectional(keras.layers.GRU(5))
    both.build((None, 7, 8))
    tree = pickle.loads(pickle.dumps(explain(both)))
    names = [both.forward_layer.name, both.backward_layer.name]
    assert (tree.count, list(tree.parts)) == (450, names)
    assert (tree.resized(h=4).count, list(tree.resized(h=4).parts)) == (2 * (3 * 4 * (8 + 4) + 6 * 4), names)


def test_a_model_of_keras_can_be_pickled(keras):
    k = keras.layers
    shared = k.Dense(8)
    model = keras.Sequential([keras.Input((8,)), shared, k.Dense(8), k.BatchNormalization(), shared])
    model.layers[1].trainable = False
    tree = explain(model)
    assert repr(pickle.loads(pickle.dumps(tree))) == repr(tree)


def test_a_frozen_layer_and_statistics_in_keras(keras):
    """Gotcha 47: Dense(8), Dropout and BatchNorm on 10 inputs: 104 = 88 + 16 in count_params()."""
    k = keras.layers
    model = keras.Sequential([keras.Input((10,)), k.Dense(8), k.Dropout(0.5), k.BatchNormalization()])
    tree = explain(model)
    assert (tree.count, sum(w.size for _, w in spelt(tree, "/")), model.count_params()) == (104, 120, 120)
    model.layers[0].trainable = False
    tree = explain(model)
    assert tree.count == 16
    assert [w.trained for _, w in spelt(tree, "/")] == [False, False, True, True, False, False]
    model.trainable = False
    assert explain(model).count == 0


def test_a_shared_layer_in_keras(keras):
    """Gotcha 43: 72, however often it is used."""
    inputs, dense = keras.Input((8,)), keras.layers.Dense(8)
    model = keras.Model(inputs, dense(dense(inputs)))
    assert explain(model).count == model.count_params() == 72

    class Pair(keras.layers.Layer):
        def __init__(self, shared, **kwargs):
            super().__init__(**kwargs)
            self.shared, self.own = shared, keras.layers.Dense(8)

        def build(self, shape):
            self.own.build(shape)

        def call(self, inputs):
            return self.own(self.shared(inputs))

    model = keras.Sequential([keras.Input((8,)), Pair(dense, name="a"), Pair(dense, name="b")])
    tree = explain(model)
    assert tree.count == sum(math.prod(w.shape) for w in model.trainable_weights) == 3 * 72
    assert shares(tree) == {f"b {dense.name} {each}": f"a {dense.name} {each}" for each in ("kernel", "bias")}


def test_equal_layers_of_keras_are_folded(keras):
    keras.backend.clear_session(free_memory=False)
    model = keras.Sequential([keras.Input((8,)), *(keras.layers.Dense(8) for _ in range(5))])
    tree = explain(model)
    assert {name: int(part.times) for name, part in tree.parts.items()} == {"dense to dense_4": 5}
    assert [n for n, _ in spelt(tree, "/")] == [w.path.partition("/")[2] for w in model.weights]


def test_two_layers_and_two_weights_of_one_name_are_both_counted(keras):
    class Twice(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.a, self.b = (keras.layers.Dense(3, name="same") for _ in range(2))

        def build(self, shape):
            self.first = self.add_weight(shape=(5,), name="w")
            self.second = self.add_weight(shape=(7,), name="w")
            self.a.build(shape)
            self.b.build(shape)

    layer = Twice()
    layer.build((None, 2))
    tree = explain(layer)
    assert tree.count == 5 + 7 + 2 * (2 * 3 + 3)
    assert len(spelt(tree, "/")) == 6


@pytest.mark.filterwarnings("ignore:.*was called on layer")
def test_an_unbuilt_model_of_keras_is_refused(keras):
    k = keras.layers
    for model in (k.Dense(3), keras.Sequential([k.Dense(3)])):
        with pytest.raises(ValueError, match=r"not built yet.*Call the model once"):
            explain(model)

    class Half(keras.Model):
        def __init__(self):
            super().__init__()
            self.used, self.unused = k.Dense(3, name="used"), k.Dense(4, name="unused")

        def call(self, inputs):
            return self.used(inputs)

    half = Half()
    half(keras.ops.ones((2, 5)))
    with pytest.raises(ValueError, match=r"unused \(a Dense\) is not built yet"):
        explain(half)


def test_a_layer_of_keras_inside_a_pytorch_module(keras, torch):
    if keras.backend.backend() != "torch":
        pytest.skip("Keras runs on another backend than PyTorch")
    dense = keras.layers.Dense(3)
    dense.build((None, 5))
    assert explain(dense).name == "dense"  # it is a PyTorch module as well
    model = torch.nn.Sequential(dense, torch.nn.Linear(3, 2))
    assert explain(model).count == trainable(model) == 18 + 8


# -- what people bring --------------------------------------------------------------------------


def test_a_script_says_of_what_class_its_parts_were(torch):
    model = torch.nn.Sequential(torch.nn.Linear(784, 128), torch.nn.ReLU(), torch.nn.LSTM(128, 10))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scripted = torch.jit.script(model)
        traced = torch.jit.trace(torch.nn.Sequential(torch.nn.Linear(3, 4)), torch.zeros(1, 3))
    assert [part.found for part in explain(scripted).parts.values()] == ["Linear", "LSTM"]
    assert explain(scripted).count == 784 * 128 + 128 + 4 * (128 * 10 + 10 * 10 + 10 + 10)
    assert explain(traced).count.symbols == "o × i + o"


def test_one_channel_and_one_output_are_not_one_letter(torch):
    model = torch.nn.Sequential(torch.nn.Conv1d(1, 8, 3), torch.nn.Linear(8, 1))
    assert explain(model).count.symbols == "(h × i × f + h) + (o × h + o)"


def test_a_model_without_tensors_says_so(torch):
    said = text(explain(torch.nn.Sequential(torch.nn.ReLU(), torch.nn.Flatten())))
    assert "No tensor is in it" in said and "part " not in said


def test_a_list_of_blocks_of_one_part_each_is_opened(torch):
    nn = torch.nn

    def block():
        mlp = nn.ModuleDict({"up": nn.Linear(4, 8), "down": nn.Linear(8, 4), "gate": nn.Linear(4, 8)})
        return nn.ModuleDict({"mlp": mlp})

    model = nn.ModuleDict({"layers": nn.ModuleList(block() for _ in range(3)), "head": nn.Linear(4, 2)})
    names = [line.split()[0] for line in text(explain(model, depth=3)).splitlines() if line.startswith(" ")]
    assert names[-4:] == ["mlp", "up", "down", "gate"]


@pytest.mark.parametrize("wrap", ["compile", "DataParallel", "AveragedModel"])
def test_wrapped_models(wrap, torch):
    model = torch.nn.Sequential(torch.nn.Linear(784, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
    wraps = {
        "compile": torch.compile,
        "DataParallel": torch.nn.DataParallel,
        "AveragedModel": torch.optim.swa_utils.AveragedModel,
    }
    tree = explain(wraps[wrap](model))
    assert tree.count == 784 * 128 + 128 + 128 * 10 + 10
    assert tree.count.symbols == "(h × i + h) + (o × h + o)"


class Trainer:
    """What is no model, but holds one."""

    def __init__(self, model):
        self.lr, self.model = 0.1, model


def test_where_the_model_is_is_said(torch):
    line = torch.nn.Linear(3, 2)
    with pytest.raises(TypeError, match=r"not Trainer\. Its model is one: explain\(it\.model\)"):
        explain(Trainer(line))
    with pytest.raises(
        TypeError, match=r"not ExportedProgram\. Its module is one: explain\(it\.module\(\)\)"
    ):
        explain(torch.export.export(line, (torch.zeros(1, 3),)))
    circle = Trainer(None)
    circle.model = circle
    with pytest.raises(TypeError, match=r"not Trainer$"):
        explain(circle)


# -- what is no model ---------------------------------------------------------------------------


def test_our_own_layers_are_what_they_are():
    layer = pc.lstm(3, 2)
    assert explain(layer) is layer


def test_a_state_dict_is_refused_with_the_reason(torch):
    model = torch.nn.Linear(3, 2)
    for each in (model.state_dict(), dict(model.state_dict()), {}):
        with pytest.raises(TypeError, match=r"shared stands in it twice, and buffers.*explain\(model\)"):
            explain(each)


@pytest.mark.parametrize(
    ("thing", "message"),
    [
        (pc.lstm, "lstm is a layer function: call it with sizes"),
        (models.vgg_16, "vgg is a layer function: call it with sizes"),
        (functools.partial(models.vgg_16), "vgg is a layer function: call it with sizes"),
        (functools.partial(print), "not partial"),
        (int, "int is a class: make a model of it first"),
        (7, "not int"),
        (None, "not NoneType"),
        ([1, 2], "not list"),
    ],
)
def test_other_things_are_refused_by_name(thing, message):
    with pytest.raises(TypeError, match=message):
        explain(thing)


def python(code, *arguments) -> str:
    """What a new Python prints, without paramcount's tests in it."""
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_file_needs_no_framework():
    code = """
import sys
for name in ("torch", "keras", "numpy", "safetensors", "ipywidgets"):
    sys.modules[name] = None
from paramcount.explain import explain
print(int(explain(sys.argv[1]).count))
"""
    assert python(code, str(TINY)) == "8144\n"


def test_only_the_models_own_framework_is_there(torch):
    code = """
import sys, torch
from paramcount.explain import explain
before = set(sys.modules)
count = int(explain(torch.nn.Linear(3, 2)).count)
brought = {name.partition(".")[0] for name in set(sys.modules) - before}
print(count, brought - sys.stdlib_module_names)
"""
    assert python(code) == "8 {'paramcount'}\n"


def test_attention_is_known_by_its_class_in_a_list_of_numbers(torch):
    """In a Sequential it has no name: 8 × 24 + 24 and 8 × 8 + 8 in it, 8 × 8 + 8 besides."""
    nn = torch.nn

    class Attn(nn.Module):
        def __init__(self):
            super().__init__()
            self.qkv, self.o = nn.Linear(8, 24), nn.Linear(8, 8)

    kinds = by_kind(explain(nn.Sequential(nn.Embedding(5, 8), Attn(), nn.Linear(8, 8))))
    assert kinds == {"attention": 216 + 72, "dense": 72, "embedding": 40}


@pytest.mark.parametrize("keys", [2, 4])
def test_a_qkv_that_is_twice_as_wide_is_not_called_so(torch, keys):
    """4 heads of queries and 2 of keys and of values, 16 columns each, are 128 = 2 × 64 by chance."""
    nn = torch.nn
    model = nn.ModuleDict({"norm": nn.LayerNorm(64), "qkv": nn.Linear(64, (4 + 2 * keys) * 16, bias=False)})
    written = {2: "o × x", 4: "3 × x × x"}[keys]
    assert explain(model).parts["qkv"].count.symbols == written


def test_a_published_network_is_explained_as_it_stands():
    assert explain(models.PUBLISHED["LeNet-5"]).count == models.PUBLISHED["LeNet-5"].parameters
