"""`explain`: what is trained, frozen and kept besides; quantised weights; what is empty or unseen."""

import json
import math
import subprocess
import sys

import pytest

from laws import printed_by
from paramcount import Tensor, difference
from paramcount.core import Packing
from paramcount.explain import explain
from paramcount.explain.headers import Entry
from paramcount.explain.packed import unpacked
from paramcount.show.account import Account
from paramcount.show.ledger import percent
from paramcount.show.text import text
from test_explain import on_meta, shown_everywhere, spelt, trainable

FILES = printed_by("packed")


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="PyTorch is not installed")


def library(name):
    return pytest.importorskip(name, reason=f"{name}, for PyTorch, is not installed")


def numbers(model) -> tuple[int, int, int]:
    """What is trained, what is frozen, what is kept besides."""
    account = Account(explain(model))
    return int(account.count), account.frozen, account.kept


def by_torch(model) -> tuple[int, int, int]:
    """The same three, as PyTorch lists them: a shared tensor once."""
    frozen = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    return trainable(model), frozen, sum(buffer.numel() for buffer in model.buffers())


# -- three numbers ------------------------------------------------------------------------------


def test_adapters_beside_a_frozen_model(torch):
    """peft itself prints: trainable params: 4,194,304 || all params: 6,742,609,920 || trainable%: 0.0622."""
    peft = library("peft")
    transformers = library("transformers")
    with on_meta(torch):
        llama = transformers.LlamaForCausalLM(transformers.LlamaConfig())
    model = peft.get_peft_model(llama, peft.LoraConfig(r=8, target_modules=["q_proj", "v_proj"]))
    assert model.get_nb_trainable_parameters() == (4_194_304, 6_742_609_920)
    tree = explain(model)
    assert "4,194,304 of 6,742,609,920 parameters train, 0.0622 %" in text(tree).splitlines()[0]
    assert numbers(model) == by_torch(model)
    frozen = next(line for line in text(tree).splitlines() if "embed_tokens" in line)
    assert f"{32_000 * 4_096:,}" in frozen and frozen.endswith("frozen")  # each frozen row has its own count


def test_what_is_shared_is_frozen_once(torch):
    nn, transformers = torch.nn, library("transformers")
    with on_meta(torch):
        gpt2 = transformers.GPT2LMHeadModel(transformers.GPT2Config()).requires_grad_(False)
    assert numbers(gpt2) == by_torch(gpt2) == (0, 124_439_808, 0)
    norm = nn.BatchNorm1d(2)
    twice = nn.Sequential(norm, nn.Linear(2, 2), norm)
    assert numbers(twice) == by_torch(twice) == (4 + 6, 0, 2 + 2 + 1)
    norm.requires_grad_(False)
    assert numbers(twice) == by_torch(twice) == (6, 4, 5)
    assert "6 of 10 parameters train, 60 %; 5 more kept, not trained" in shown_everywhere(explain(twice))


def test_two_branches_over_one_frozen_dense_layer_of_keras():
    keras = pytest.importorskip("keras", reason="Keras is not installed")
    k, dense = keras.layers, keras.layers.Dense(4)
    left, right = keras.Input((3,)), keras.Input((3,))
    model = keras.Model([left, right], k.Dense(1)(k.Add()([dense(left), dense(right)])))
    dense.trainable = False
    assert numbers(model) == (4 + 1, 3 * 4 + 4, 0)
    norm = keras.Sequential([keras.Input((8,)), k.BatchNormalization()])
    assert numbers(norm) == (16, 0, 16)
    norm.trainable = False
    assert numbers(norm) == (0, 16, 16)  # Keras calls all 32 non-trainable


def test_how_much_trains_is_never_all_nor_nothing_by_rounding():
    assert percent(0, 5) == "0 %" and percent(5, 5) == "100 %"
    assert percent(10**12 - 1, 10**12) == "> 99.9 %" and percent(1, 10**12) == "< 0.0001 %"


def test_a_tensor_of_ones_own_may_be_frozen_or_packed():
    tensor = Tensor((3, 4), frozen=True, packing=Packing(6, "4-bit, 2 in a byte"))
    assert (tensor.trained, tensor.count, tensor.size) == (False, 0, 12)


# -- files that quantising tools wrote ----------------------------------------------------------

BITS = {"F32": 32, "F16": 16, "BF16": 16, "I64": 64, "I32": 32, "U32": 32, "I8": 8, "U8": 8, "F8_E4M3": 8}


def saved(folder, case):
    """A file with a header as the tool printed it, and nothing but zeros behind it."""
    header, end = {"__metadata__": case["metadata"]} if case["metadata"] else {}, 0
    for name, (kind, shape) in case["tensors"].items():
        start, end = end, end + math.prod(shape) * BITS[kind] // 8
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [start, end]}
    written = json.dumps(header).encode()
    path = folder / "model.safetensors"
    path.write_bytes(len(written).to_bytes(8, "little") + written + bytes(end))
    if case["config"]:
        (folder / "config.json").write_text(json.dumps(case["config"]))
    return path


@pytest.mark.parametrize("name", FILES)
def test_a_quantised_file_has_the_parameters_of_the_model_before(name, tmp_path):
    case = FILES[name]
    tree = explain(saved(tmp_path, case))
    assert tree.count == case["parameters"]
    assert explain(tmp_path).count == case["parameters"]
    # What is stored: every number of a tensor that holds parameters, as the tool's header has it.
    shapes = {"".join(key): math.prod(shape) for key, (_, shape) in case["tensors"].items()}
    account = Account(tree)
    assert account.kept + (account.stored or tree.count) == sum(shapes.values())
    assert f"weight{'s are' * (len(shapes) > 8)}" in shown_everywhere(tree) and "quantised" in text(tree)


def test_stored_and_parameters_are_two_numbers(tmp_path):
    """By hand: a layer of 128 × 96 in 4 bits is 12,288 ÷ 8 = 1,536 numbers of 32 bits; and 96 biases."""
    case = printed_by("packed")["GPTQ, 4 bits"]
    said = text(explain(saved(tmp_path, case)))
    assert "12,384 parameters; stored as 1,632 numbers; 560 more kept" in said  # 4 × 12 + 4 × 96 + 128
    assert "4-bit, 8 in a number of 32 bits (GPTQ): 12,288 parameters in 1,536 stored" in said


def test_what_a_number_of_stored_numbers_is(tmp_path):
    path = saved(tmp_path, printed_by("packed")["GPTQ, 4 bits"])
    (said,) = difference(path, 1_632).said  # which explain has just printed
    assert said == "1,632 is how many numbers are stored, some of which hold several parameters."


# What cannot be told from names, types and shapes, and why.
UNTOLD = {
    "compressed-tensors without its config": {
        "weight_packed": Entry("weight_packed", "I32", (64, 8)),
        "weight_scale": Entry("weight_scale", "F16", (64, 2)),
    },
    "MLX without its config": {
        "weight": Entry("weight", "U32", (64, 16)),
        "scales": Entry("scales", "F16", (64, 2)),
        "biases": Entry("biases", "F16", (64, 2)),
    },
    "whole numbers without a scale": {"weight": Entry("weight", "I8", (64, 64))},
    "GPTQ of a width that no number has": {
        "qweight": Entry("qweight", "I32", (16, 96)),
        "scales": Entry("scales", "F16", (4, 96)),
        "g_idx": Entry("g_idx", "I32", (13,)),
    },
}


@pytest.mark.parametrize("name", UNTOLD)
def test_what_cannot_be_told_is_said(name, tmp_path):
    found = unpacked(UNTOLD[name])
    assert not found.weights and len(found.untold) == 1
    tensors = {f"a.{own}": [entry.kind, list(entry.shape)] for own, entry in UNTOLD[name].items()}
    tree = explain(saved(tmp_path, {"metadata": {}, "config": {}, "tensors": tensors}))
    assert tree.count == 0
    assert "cannot be told from names, types and shapes" in text(tree).replace("\n", " ")
    assert "quantization_config" in text(tree)


def nvfp4(outputs, inputs, stem="weight", scale="weight_scale", outer=()):
    """A weight as Model Optimizer writes it, and how many parameters it stands for."""
    return {
        stem: ["U8", [*outer, outputs, inputs // 2]],
        scale: ["F8_E4M3", [*outer, outputs, inputs // 16]],
        f"{scale}_2": ["F32", []],
        f"{stem.removesuffix('weight')}input_scale": ["F32", []],
    }


@pytest.mark.parametrize("config", [{}, {"quantization_config": {"quant_method": "modelopt"}}])
def test_nvfp4_of_model_optimizer(config, tmp_path):
    """Two numbers in a byte, a scale for 16: no scale is a parameter, whether a config says so or not."""
    tensors = {f"layers.0.self_attn.k_proj.{name}": each for name, each in nvfp4(32, 64).items()}
    tensors |= {"layers.0.self_attn.k_proj.k_scale": ["F32", []], "norm.weight": ["BF16", [64]]}
    tensors |= {f"layers.0.mlp.down_proj.{name}": each for name, each in nvfp4(64, 128).items()}
    tree = explain(saved(tmp_path, {"metadata": {}, "config": config, "tensors": tensors}))
    assert tree.count == 32 * 64 + 64 * 128 + 64
    assert Account(tree).stored == (32 * 64 + 64 * 128) // 2 + 64
    assert Account(tree).kept == (32 * 64 + 64 * 128) // 16 + 2 * 2 + 1
    assert "4-bit, 2 in a byte (NVFP4)" in text(tree)


def test_nvfp4_with_scales_that_do_not_fit_is_not_counted(tmp_path):
    tensors = {f"a.{name}": each for name, each in nvfp4(32, 64).items()}
    tensors["a.weight_scale"] = ["F8_E4M3", [32, 5]]
    config = {"quantization_config": {"quant_method": "modelopt"}}
    tree = explain(saved(tmp_path, {"metadata": {}, "config": config, "tensors": tensors}))
    assert tree.count == 0
    said = text(tree).replace("\n", " ")
    assert "Its quantization_config does not say it either." in said and "belongs beside" not in said


def test_experts_in_mxfp4(torch, tmp_path):
    """Blocks of 16 bytes with 2 numbers each, as OpenAI published gpt-oss; transformers turns them back."""
    mxfp4 = pytest.importorskip(
        "transformers.integrations.mxfp4", reason="transformers, for PyTorch, is not installed"
    )
    blocks, scales = (torch.zeros(shape, dtype=torch.uint8) for shape in ((4, 192, 2, 16), (4, 192, 2)))
    before = mxfp4.convert_moe_packed_tensors(blocks, scales)
    assert tuple(before.shape) == (4, 2 * 16 * 2, 192)
    tensors = {"experts.w_blocks": ["U8", list(blocks.shape)], "experts.w_scales": ["U8", list(scales.shape)]}
    tree = explain(saved(tmp_path, {"metadata": {}, "config": {}, "tensors": tensors}))
    assert tree.count == before.numel() == 4 * 192 * 64
    transformers = library("transformers")
    config = transformers.GptOssConfig(num_local_experts=4, hidden_size=64, intermediate_size=96)
    experts = mxfp4.Mxfp4GptOssExperts(config)
    held = 4 * (192 * 64 + 192 + 64 * 96 + 64)
    assert numbers(experts) == (0, held, 0)
    assert sum(parameter.numel() for parameter in experts.parameters()) < held


# -- models that are quantised in memory --------------------------------------------------------


def test_bitsandbytes(torch):
    nn = library("bitsandbytes").nn
    four = torch.nn.Sequential(nn.Linear4bit(64, 32), torch.nn.ReLU(), nn.Linear4bit(32, 8, bias=False))
    assert numbers(four) == (32, 64 * 32 + 32 * 8, 0)  # in full size, before it is moved
    four.to("cpu")
    assert sum(p.numel() for p in four.parameters()) == (64 * 32 + 32 * 8) // 2 + 32
    assert numbers(four) == (32, 64 * 32 + 32 * 8, 0)
    said = shown_everywhere(explain(four))
    assert "32 of 2,336 parameters train, 1.37 %; stored as 1,184 numbers" in said
    assert "2 weights are quantised, 4-bit" in said
    eight = torch.nn.Sequential(nn.Linear8bitLt(64, 32, has_fp16_weights=False)).to("cpu")
    assert numbers(eight) == (32, 64 * 32, 0)
    assert "2,048 parameters, and as many numbers" in shown_everywhere(explain(eight))


def test_torchao(torch):
    ao = library("torchao.quantization")
    for config, said in (
        (ao.Int8WeightOnlyConfig(), "8-bit whole numbers"),
        (ao.Float8WeightOnlyConfig(), "8-bit floats"),
        (ao.IntxWeightOnlyConfig(weight_dtype=torch.int4), "4-bit, each in a byte of its own"),
    ):
        model = torch.nn.Sequential(torch.nn.Linear(64, 32)).to(torch.bfloat16)
        ao.quantize_(model, config)
        assert numbers(model) == by_torch(model) == (32, 64 * 32, 0)
        assert f"{said} (torchao)" in text(explain(model))


@pytest.mark.filterwarnings("ignore")  # that this is to be replaced by torchao
def test_pytorchs_own_dynamic_quantisation(torch):
    """Its weights are no parameters: the sum over parameters() is 40, where there are 1,196."""
    nn = torch.nn
    model = nn.Sequential(
        nn.Linear(8, 4), nn.LSTM(4, 5, num_layers=2, bidirectional=True), nn.Embedding(10, 4)
    )
    whole = trainable(model)
    kinds = {nn.Linear, nn.LSTM}
    quantised = torch.ao.quantization.quantize_dynamic(model, kinds, dtype=torch.qint8)
    assert sum(parameter.numel() for parameter in quantised.parameters()) == 40
    assert numbers(quantised) == (40, whole - 40, 0)
    said = text(explain(quantised))
    assert f"40 of {whole:,} parameters train" in said and "whole numbers (torch.ao)" in said


def test_a_module_with_names_of_gptq(torch):
    class Packed(torch.nn.Module):
        """The buffers of gptqmodel's TorchLinear for 128 inputs, 96 outputs, 4 bits, as it printed them."""

        def __init__(self):
            super().__init__()
            whole = torch.int32
            self.register_buffer("qweight", torch.zeros(16, 96, dtype=whole))
            self.register_buffer("qzeros", torch.zeros(4, 12, dtype=whole))
            self.register_buffer("scales", torch.zeros(4, 96))
            self.register_buffer("g_idx", torch.zeros(128, dtype=whole))
            self.register_buffer("bias", torch.zeros(96))

    assert numbers(torch.nn.Sequential(Packed())) == (0, 128 * 96 + 96, 4 * 12 + 4 * 96 + 128)


# Inputs, outputs, how wide AutoAWQ 0.2.9's own WQLinear_GEMV made qzeros for groups of how many inputs.
GEMV = [(256, 64, 128, 1), (256, 64, 64, 2), (256, 32, 32, 4), (64, 32, 32, 4), (4_096, 11_008, 128, 4)]


@pytest.mark.parametrize(("inputs", "outputs", "group", "zeros"), GEMV)
def test_awq_as_gemv_has_it(inputs, outputs, group, zeros, torch, tmp_path):
    """AutoAWQ needs a GPU's triton, so its tensors are written down here: 8 numbers of 4 bits in one."""

    class Gemv(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("qweight", torch.zeros(outputs, inputs // 8, dtype=torch.int32))
            self.register_buffer("qzeros", torch.zeros(outputs, zeros, dtype=torch.int32))
            self.register_buffer("scales", torch.zeros(outputs, 8 * zeros))
            self.register_buffer("bias", torch.zeros(outputs))

    model = torch.nn.Sequential(Gemv())
    assert numbers(model) == (0, inputs * outputs + outputs, outputs * 9 * zeros)
    (weight,) = (leaf.tensor for leaf in explain(model).tensors() if leaf.path[-1] == "qweight")
    assert (weight.shape, weight.packing.stored) == ((outputs, inputs), outputs * inputs // 8)
    library("safetensors.torch").save_file(model.state_dict(), tmp_path / "model.safetensors")
    assert explain(tmp_path / "model.safetensors").count == inputs * outputs + outputs


def test_bitnet(torch):
    bitnet = library("transformers.integrations.bitnet")
    model = torch.nn.Sequential(bitnet.BitLinear(256, 64, True), bitnet.AutoBitLinear(64, 10, bias=False))
    assert numbers(model) == (64 * 10, 256 * 64 + 64, 1 + 1)  # a scale each
    assert "16,384 parameters in 4,096 stored numbers" in text(explain(model)).replace("\n", " ")


@pytest.mark.parametrize(
    ("mode", "stored"), [("int8", 8 * 6 + 6 * 4 + 6), ("int4", (8 * 6 + 6 * 4) // 2 + 6)]
)
def test_quantised_layers_of_keras(mode, stored, tmp_path):
    keras = pytest.importorskip("keras", reason="Keras is not installed")
    k = keras.layers
    model = keras.Sequential([keras.Input((8,)), k.Dense(6), k.Dense(4, use_bias=False)])
    model.quantize(mode)
    beside = sum(math.prod(weight.shape) for weight in model.weights) - stored
    path = tmp_path / "model.keras"
    model.save(path)
    for each in (model, path):
        assert numbers(each) == (6, 8 * 6 + 6 * 4, beside)
        assert (Account(explain(each)).stored or 78) == stored
        assert "2 weights are quantised" in shown_everywhere(explain(each))


def test_whole_numbers_that_nobody_knows(torch):
    model = torch.nn.Linear(3, 2)
    model.weight = torch.nn.Parameter(torch.zeros(3, 1, dtype=torch.uint8), requires_grad=False)
    assert numbers(torch.nn.Sequential(model)) == (2, 0, 3)
    assert "How many parameters are in 0.weight cannot be told" in text(explain(torch.nn.Sequential(model)))


# -- what a framework does not see, and what is there too often ---------------------------------


def test_empty_tensors_get_a_sentence(torch):
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Linear(4, 4))
    model[0].weight = torch.nn.Parameter(torch.empty(0))
    said = text(explain(model))
    assert "0.weight is an empty tensor" in said and "sharded training" in said
    assert "empty" not in text(explain(torch.nn.Linear(3, 4)))


SHARDED = """
import sys, torch
from torch import nn
from torch.distributed.fsdp import FullyShardedDataParallel, fully_shard
from paramcount import explain

rank, store = int(sys.argv[1]), "file:///" + sys.argv[2].lstrip("/")
torch.distributed.init_process_group("gloo", init_method=store, rank=rank, world_size=2)
model = nn.Sequential(nn.Linear(8, 4), nn.ReLU(), nn.Linear(4, 1))
model[2].requires_grad_(False)
fully_shard(model[0])
print(sum(p.to_local().numel() for p in fully_shard(model).parameters()), explain(model))
try:
    flat = FullyShardedDataParallel(nn.Sequential(nn.Linear(8, 4)), device_id=torch.device("cpu"))
    print(explain(flat).count)
except ValueError as error:
    print(error)
torch.distributed.destroy_process_group()
"""


def test_what_is_sharded_over_two_processes(torch, tmp_path):
    command = [sys.executable, "-W", "ignore", "-c", SHARDED]
    arguments = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    both = [subprocess.Popen([*command, str(rank), str(tmp_path / "store")], **arguments) for rank in (0, 1)]
    said = [process.communicate(timeout=120) for process in both]
    whole = "FSDPSequential: 36 of 41 parameters train"
    assert [out.startswith(f"{own} {whole}") for own, (out, _) in zip((23, 18), said, strict=True)] == [
        True,
        True,
    ], said
    assert all("a piece of one long row" in out for out, _ in said), said


def test_what_zero_3_of_deepspeed_keeps_elsewhere(torch):
    """What deepspeed 0.19.8 itself left in this model: empty parameters with ds_shape and ds_numel."""
    model = torch.nn.Sequential(torch.nn.Linear(8, 4), torch.nn.ReLU(), torch.nn.Linear(4, 1))
    model[2].requires_grad_(False)
    for parameter in model.parameters():
        parameter.ds_shape, parameter.ds_numel = parameter.shape, parameter.numel()
        parameter.data = torch.empty(0)
    assert sum(parameter.numel() for parameter in model.parameters()) == 0
    assert numbers(model) == (8 * 4 + 4, 4 + 1, 0)
    assert "4 parameters are empty in this process" in text(explain(model))
    alike = torch.nn.ModuleList(torch.nn.Linear(3, size) for size in (2, 2, 5))  # all of them empty
    for parameter in alike.parameters():
        parameter.ds_shape, parameter.ds_numel = parameter.shape, parameter.numel()
        parameter.data = torch.empty(0)
    assert explain(alike).count == 2 * (6 + 2) + 15 + 5


def test_a_plain_list_of_layers_gets_a_sentence(torch):
    nn = torch.nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = [nn.Linear(8, 8) for _ in range(3)]
            self.named = {"scale": nn.Parameter(torch.ones(5)), "sizes": [1, 2]}
            self.head = nn.Linear(8, 2)
            self.again = [self.head]  # this one PyTorch sees

    model = nn.ModuleDict({"inner": Net()})
    assert explain(model).count == trainable(model) == 8 * 2 + 2
    said = text(explain(model)).replace("\n", " ")
    assert f"inner.layers is a plain list of a Net with {3 * (8 * 8 + 8)} parameters that PyTorch" in said
    assert "inner.named is a plain dict of a Net with 5 parameters" in said
    assert "again" not in said


def test_a_plain_tensor_that_asks_for_a_gradient_gets_a_sentence(torch):
    nn = torch.nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = torch.ones(4, requires_grad=True)
            self.many = [torch.ones(3, requires_grad=True), torch.ones(9)]
            self.constant = torch.ones(7)
            self.head = nn.Linear(8, 2)
            self.doubled = 2 * self.head.weight  # worked out of what is seen
            self.same = [self.head.bias]

    assert explain(Net()).count == trainable(Net()) == 18
    said = text(explain(Net())).replace("\n", " ")
    assert "scale of a Net is a plain tensor of 4 numbers that asks for a gradient" in said
    assert "many is a plain list of a Net with 3 parameters" in said and "an nn.ParameterList" in said
    assert not any(name in said for name in ("constant", "doubled", "same"))


@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors")
def test_a_nested_tensor_is_refused_in_words(torch):
    nested = torch.nested.nested_tensor([torch.ones(2), torch.ones(3)])
    model = torch.nn.ParameterDict({"w": torch.nn.Parameter(nested)})
    with pytest.raises(ValueError, match="w of a ParameterDict is a nested tensor: its rows are of several"):
        explain(model)


def test_layers_of_keras_that_have_no_weights_need_not_be_built():
    keras = pytest.importorskip("keras", reason="Keras is not installed")
    k = keras.layers
    assert explain(keras.Sequential([keras.Input((8,))])).count == 0

    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.used, self.flat, self.add, self.off = k.Dense(3), k.Flatten(), k.Add(), k.Dropout(0.1)

        def call(self, inputs):
            return self.used(inputs)

    net = Net()
    with pytest.raises(ValueError, match=r"a Dense\) is not built yet"):
        explain(net)
    net(keras.ops.ones((2, 5)))
    assert explain(net).count == 5 * 3 + 3


def test_a_model_that_is_doubled_eighteen_times(torch):
    """262,144 uses of one layer of 6 parameters; the work is that of 18 modules, not of all uses."""
    model = torch.nn.Linear(2, 2)
    for _ in range(18):
        model = torch.nn.Sequential(model, model)
    calls = [0]
    sys.setprofile(lambda _, event, __: calls.__setitem__(0, calls[0] + (event == "call")))
    try:
        tree = explain(model)
    finally:
        sys.setprofile(None)
    assert calls[0] < 100_000  # a use each would be 262,144 at the least
    assert tree.count == trainable(model) == 6
    assert "used again, with tensors that are counted where they are first used" in text(tree).replace(
        "\n", " "
    )


def test_more_than_a_hundred_thousand_parts(torch):
    """As google/switch-c-2048 has, which was refused once: no network was to have so many."""
    nn = torch.nn
    model = nn.ModuleList(nn.ModuleList(nn.RMSNorm(3) for _ in range(2_100)) for _ in range(50))
    tree = explain(model)
    assert tree.count == trainable(model) == 50 * 2_100 * 3
    assert "50 × 2,100" in text(tree)


def test_the_name_of_every_packed_tensor_stays(tmp_path):
    case = FILES["GPTQ, 4 bits"]
    assert {name for name, _ in spelt(explain(saved(tmp_path, case)), ".")} == case["tensors"].keys()
