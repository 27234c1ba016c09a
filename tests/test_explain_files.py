"""`explain`: what people have on disk, honest and hostile, each file made by the tool that writes it."""

import importlib
import itertools
import json
import math
import os
import shutil
import struct
import tracemalloc
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import store_models
from paramcount.explain import explain
from paramcount.explain.files import _KEPT as KEPT_BESIDES
from paramcount.models import PUBLISHED
from paramcount.show.account import Account
from paramcount.show.kinds import by_kind
from paramcount.show.text import text
from test_explain import TINY, on_meta, shown_everywhere, spelt, trainable

# -- .safetensors files -------------------------------------------------------------------------

BYTES = {"F32": 4, "F16": 2, "BF16": 2, "I64": 8, "BOOL": 1, "F8_E4M3": 1}


def header_of(tensors, metadata=None) -> tuple[dict, int]:
    """The header for {name: (type, shape)}, one tensor behind the other, and how long the weights are."""
    header, end = {"__metadata__": metadata} if metadata else {}, 0
    for name, (kind, shape) in tensors.items():
        start, end = end, end + math.prod(shape) * BYTES[kind]
        header[name] = {"dtype": kind, "shape": list(shape), "data_offsets": [start, end]}
    return header, end


def file_of(header, weights=b"", length=None) -> bytes:
    header = header if isinstance(header, bytes) else json.dumps(header, separators=(",", ":")).encode()
    return (len(header) if length is None else length).to_bytes(8, "little") + header + weights


def tiny() -> bytes:
    """A small language model of two layers: 8,144 parameters in 16 bits each, and the numbers 0 to 31."""
    x, words, places = 16, 65, 32
    block = {f"attention.{name}": [x, x] for name in ("key", "output", "query", "value")}
    block |= {"mlp.up": [4 * x, x], "mlp.down": [x, 4 * x], "norm_1": [x], "norm_2": [x]}
    kept = {"words.weight": [words, x], "places.weight": [places, x], "norm.weight": [x], "norm.bias": [x]}
    for k, (name, shape) in itertools.product(range(2), block.items()):
        kept |= {f"blocks.{k}.{name}.weight": shape, f"blocks.{k}.{name}.bias": shape[:1]}
    tensors = {"positions": ("I64", [places])} | {name: ("F16", kept[name]) for name in sorted(kept)}
    header, weights = header_of(tensors, {"format": "pt"})
    numbers = b"".join(k.to_bytes(8, "little") for k in range(places))
    return file_of(header, numbers + bytes(weights - len(numbers)))


@pytest.fixture
def saved(tmp_path):
    def save(content: bytes, name="model.safetensors"):
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return save


def test_the_tiny_file():
    assert TINY.read_bytes() == tiny()
    assert len(tiny()) < 20_000
    tree = explain(TINY)
    block = 4 * (16 * 16 + 16) + (16 * 64 + 64) + (64 * 16 + 16) + 2 * (16 + 16)
    assert tree.count == 65 * 16 + 32 * 16 + 2 * block + (16 + 16) == 8_144
    assert (tree.parts["blocks"].times, tree.parts["blocks"].count) == (2, 2 * block)
    query = tree.parts["blocks"].parts["attention"].parts["query"]
    assert query.count.symbols == "x × x + x"
    assert explain(str(TINY)).count == 8_144
    assert "tiny.safetensors: all floating tensors" in text(tree)
    assert [n for n, t in spelt(tree, ".") if not t.trained] == ["positions"]


names = st.text(st.characters(codec="utf-8"), max_size=12) | st.from_regex(r"[ab]\.[0-9]\.w", fullmatch=True)


def means_nothing(name: str) -> bool:
    """Whether a name is no other than any: some are drawn from the code under test, which knows them."""
    return name != "__metadata__" and name.rpartition(".")[2] not in KEPT_BESIDES


tensors = st.dictionaries(
    names.filter(means_nothing),
    st.tuples(st.sampled_from(sorted(BYTES)), st.lists(st.integers(0, 4), max_size=4)),
    max_size=12,
)
SLOWLY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def library():
    return pytest.importorskip("safetensors", reason="safetensors is not installed")


@settings(SLOWLY, max_examples=100)
@given(tensors=tensors)
def test_any_honest_file(tensors, saved):
    header, end = header_of(tensors, {"format": "pt"})
    content = file_of(header, bytes(end))
    read = {name: (each["dtype"], each["shape"]) for name, each in library().deserialize(content)}
    assert read == {name: (kind, shape) for name, (kind, shape) in tensors.items()}
    tree = explain(saved(content))
    floats = [shape for kind, shape in read.values() if kind not in ("I64", "BOOL")]
    assert tree.count == sum(math.prod(shape) for shape in floats)
    found = spelt(tree, ".")
    assert sorted([int(s) for s in t.shape] for _, t in found) == sorted(shape for _, shape in read.values())
    if all(name.isascii() and name.isprintable() for name in read) and not any(" (" in n for n, _ in found):
        assert {n for n, _ in found} == read.keys()
    assert f"{tree.count:,}" in shown_everywhere(tree)


def test_a_file_that_the_library_wrote(tmp_path):
    library()
    numpy = pytest.importorskip("numpy", reason="NumPy is not installed")
    from safetensors.numpy import save_file

    kept = {f"layers.{k}.w.weight": numpy.zeros((2, 3), numpy.float32) for k in range(12)}
    kept |= {"head.bias": numpy.zeros(5, numpy.float16), "ids": numpy.arange(7)}
    save_file(kept, tmp_path / "real.safetensors", metadata={"format": "np"})
    tree = explain(tmp_path / "real.safetensors")
    assert tree.count == 12 * 6 + 5
    assert tree.parts["layers"].times == 12  # the library sorts 10 and 11 before 2
    assert {n: [int(s) for s in t.shape] for n, t in spelt(tree, ".")} == {
        name: list(array.shape) for name, array in kept.items()
    }


def test_the_weights_are_not_read(tmp_path):
    """A hundred gigabytes of them, on a disk that keeps no zeros."""
    header, end = header_of({"w": ("F32", (25_000, 1_000_000))})
    path = tmp_path / "large.safetensors"
    with open(path, "wb") as file:
        file.write(file_of(header))
        file.truncate(file.tell() + end)
    assert explain(path).count == 25_000_000_000


PICKLES = ["model.pt", "pytorch_model.bin", "last.ckpt", "model.PKL"]


@pytest.mark.parametrize("name", PICKLES)
def test_a_pickle_is_refused_unread_and_told_how_to_convert(name, tmp_path):
    (tmp_path / name).write_bytes(b"cos\nsystem\n(S'touch ran'\ntR.")
    with pytest.raises(ValueError, match=r"never opened.*weights_only=True.*save_model"):
        explain(str(tmp_path / name))


@pytest.mark.parametrize("name", ["gpt2", "meta-llama/Llama-2-7b", "meta-llama/Llama-3.1-8B"])
def test_what_is_not_here_is_not_fetched(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="no such file here, and nothing is fetched"):
        explain(name)


OTHERS = {
    "notes.txt": r"what is read is a \.safetensors, \.gguf or \.keras file",
    "weights": r"what is read is a .*, known by how its name ends",
    "model.onnx": "Explain the model that it was exported from",
    "saved_model.pb": "Explain the model that it was exported from",
    "model.h5": r"load_model\(path\).*model\.save\('model\.keras'\)",
    "model.weights.h5": r"model\.load_weights\(path\)",
    "model.zip": "unpack it",
}


@pytest.mark.parametrize("name", OTHERS)
def test_another_file_is_refused_with_what_to_do(name, tmp_path):
    (tmp_path / name).write_text("hello")
    with pytest.raises(ValueError, match=OTHERS[name]):
        explain(tmp_path / name)


def test_an_address_is_not_fetched():
    with pytest.raises(ValueError, match="nothing is fetched: download the file"):
        explain("https://huggingface.co/gpt2/resolve/main/model.safetensors")


def test_the_home_folder(tmp_path, monkeypatch):
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    shutil.copy(TINY, tmp_path)
    assert explain("~/tiny.safetensors").count == 8_144


def test_a_folder_of_which_nothing_is_read_says_where_to_look(tmp_path):
    """A folder as a trainer leaves it, with its checkpoints, and one as TensorFlow saves."""
    with pytest.raises(ValueError, match=r"and no config\.json$"):
        explain(tmp_path)
    (tmp_path / "saved_model.pb").touch()
    with pytest.raises(ValueError, match=r"no config\.json; a program .* Explain the model"):
        explain(tmp_path)
    for name in ("checkpoint-500", "runs"):
        (tmp_path / name).mkdir()
    shutil.copy(TINY, tmp_path / "checkpoint-500" / "model.safetensors")
    with pytest.raises(ValueError, match=r"no config\.json; there is one in checkpoint-500: explain"):
        explain(tmp_path)
    assert explain(tmp_path / "checkpoint-500").count == 8_144


@pytest.mark.parametrize(
    ("config", "advice"),
    [
        ({"peft_type": "LORA", "r": 8}, "explain adapter_model.safetensors, or the folder"),
        ({"class_name": "Sequential", "config": {"layers": []}}, "model_from_json"),
        ({}, "it has no model_type"),
        (
            {"_class_name": "UNet2DConditionModel", "_diffusers_version": "0.31.0", "sample_size": 64},
            r"config of a UNet2DConditionModel of diffusers.* diffusers\.UNet2DConditionModel\.from_config",
        ),
        (
            {"_class_name": "FluxPipeline", "vae": ["diffusers", "AutoencoderKL"]},
            r"parts of a FluxPipeline of diffusers.* \(vae\)",
        ),
    ],
)
def test_a_config_of_another_kind(config, advice, tmp_path):
    (tmp_path / "arch.json").write_text(json.dumps(config))
    with pytest.raises(ValueError, match=advice):
        explain(tmp_path / "arch.json")


def test_adapters_alone(tmp_path):
    """As peft names them: the rank is a letter of its own, and each layer is shown."""
    sizes = {"A.weight": (8, 64), "B.weight": (64, 8)}
    entries = {
        f"base_model.model.model.layers.{k}.self_attn.{part}_proj.lora_{name}": ("F32", shape)
        for k in range(2)
        for part in "qv"
        for name, shape in sizes.items()
    }
    header, end = header_of(entries)
    (tmp_path / "adapter_model.safetensors").write_bytes(file_of(header) + bytes(end))
    (tmp_path / "adapter_config.json").write_text(json.dumps({"base_model_name_or_path": "someone/base"}))
    tree = explain(tmp_path)
    assert tree.count == 2 * 2 * (8 * 64 + 64 * 8)
    assert tree.count.symbols == "2 × 2 × (r × h + h × r)"
    said = text(tree)
    assert "an adapter of someone/base" in said and "lora_A" in said and "r = 8 (rank)" in said
    (note,) = tree.notes
    assert explain(tmp_path / "adapter_model.safetensors").notes == (note,)
    shutil.copy(TINY, tmp_path / "model.safetensors")
    assert explain(tmp_path).notes == ()  # that is no adapter, whatever lies beside it


def test_a_pattern_stands_for_a_file_or_for_the_shards_of_one_model(shards, tmp_path):
    whole = explain(shards).count
    assert explain(shards / "*.safetensors").count == explain(f"{shards}/model-*-of-*").count == whole
    shutil.copy(TINY, tmp_path)
    assert explain(str(tmp_path / "t?ny.*")).count == explain(tmp_path / "[t]*").count == 8_144
    with pytest.raises(ValueError, match="nothing that is here is called so"):
        explain(tmp_path / "*.gguf")
    shutil.copy(TINY, tmp_path / "other.safetensors")
    with pytest.raises(ValueError, match=r"there are several models in it \(other.safetensors, tiny"):
        explain(tmp_path / "*.safetensors")
    shutil.copy(TINY, tmp_path / "[odd].safetensors")
    assert explain(tmp_path / "[odd].safetensors").count == 8_144


def test_kinds_of_tokens_are_no_words(tmp_path):
    names = {"word_embeddings": 500, "position_embeddings": 128, "token_type_embeddings": 2}
    entries = {f"bert.embeddings.{name}.weight": ("F32", (many, 64)) for name, many in names.items()}
    header, end = header_of(entries)
    (tmp_path / "bert.safetensors").write_bytes(file_of(header) + bytes(end))
    assert explain(tmp_path / "bert.safetensors").count.symbols == "v × x + p × x + 2 × x"


# Names as libraries write them, each with its shape; and how many parameters are in each kind, by hand.
IN_KINDS = {
    "llama": (
        {
            "model.embed_tokens.weight": [100, 16],
            "model.layers.0.self_attn.q_proj.weight": [16, 16],
            "model.layers.0.mlp.up_proj.weight": [32, 16],
            "model.layers.0.input_layernorm.weight": [16],
            "lm_head.weight": [100, 16],
        },
        {"attention": 256, "dense": 512 + 1_600, "norm": 16, "embedding": 1_600},
    ),
    # Tied, and kept under the name of the output alone.
    "gpt2": (
        {"transformer.wpe.weight": [8, 16], "lm_head.weight": [100, 16], "h.0.attn.c_attn.weight": [16, 48]},
        {"attention": 768, "embedding": 128 + 1_600},
    ),
    "bert": (
        {
            "embeddings.word_embeddings.weight": [100, 16],
            "embeddings.token_type_embeddings.weight": [2, 16],
            "embeddings.LayerNorm.weight": [16],
            "encoder.layer.0.attention.self.query.weight": [16, 16],
            "encoder.layer.0.output.dense.weight": [16, 64],
        },
        {"attention": 256, "dense": 1_024, "norm": 16, "embedding": 1_600 + 32},
    ),
    "a classifier": (
        {"blocks.0.attention.output.weight": [16, 16], "output.weight": [10, 16]},
        {"attention": 256, "dense": 160},
    ),
    "neox": (
        {"embed_in.weight": [100, 16], "embed_out.weight": [100, 16]},
        {"dense": 1_600, "embedding": 1_600},
    ),
    "gguf": (
        {"token_embd.weight": [100, 16], "blk.0.attn_q.weight": [16, 16], "blk.0.attn_norm.weight": [16]},
        {"attention": 256, "norm": 16, "embedding": 1_600},
    ),
    "vit": (
        {"cls_token": [1, 1, 16], "pos_embed": [1, 9, 16], "patch_embed.proj.weight": [16, 3, 4, 4]},
        {"dense": 16, "convolution": 16 * 3 * 4 * 4, "embedding": 9 * 16},
    ),
    "convolutions": (
        {
            "stem.weight": [8, 3, 3, 3],
            "stem.bias": [8],
            "bn1.weight": [8],
            "bn1.bias": [8],
            "bn1.running_mean": [8],
            "rnn.weight_ih_l0": [8, 4],
            "rnn.weight_hh_l0": [8, 2],
            "time_embed.0.weight": [4, 4],
            "time_embed.0.bias": [4],
        },
        {"dense": 20, "convolution": 216 + 8, "recurrent": 32 + 16, "norm": 16},
    ),
}


@pytest.mark.parametrize("name", IN_KINDS)
def test_what_kind_of_layer_a_tensor_of_a_file_is_in(name, saved):
    tensors, kinds = IN_KINDS[name]
    header, weights = header_of({key: ("F32", shape) for key, shape in tensors.items()})
    assert by_kind(explain(saved(file_of(header, bytes(weights))))) == kinds


def test_a_path_may_be_bytes():
    assert explain(os.fsencode(TINY)).count == 8_144


def test_what_is_no_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        explain(tmp_path / "none.safetensors")
    with pytest.raises(ValueError, match=r"\\ud800.*there can be no file of this name"):
        explain("\ud800.safetensors")
    for name in ("pipe.safetensors", "pipe.gguf", "pipe.keras", "config.json"):
        os.mkfifo(tmp_path / name)
        with pytest.raises(ValueError, match="not a file"):
            explain(tmp_path / name)
    (tmp_path / "folder.safetensors").mkdir()
    with pytest.raises(ValueError, match="in this folder is no"):
        explain(tmp_path / "folder.safetensors")


GOOD = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


def header_with(**changes):
    return file_of({"w": GOOD | changes}, bytes(8))


# What is wrong with a file, and what is said of it.
HOSTILE = {
    "empty": (b"", "has 0 bytes"),
    "cut in its length": (b"\x10\x00\x00", "has 3 bytes"),
    "cut in its header": (file_of({"w": GOOD})[:-3], "only 5. follow"),
    "a header of exabytes": (file_of(b"{}", length=2**63), "more than 20,000,000"),
    "a header of 20 MB that is not there": (file_of(b"{}", length=20_000_000), "only 2 follow"),
    "no header": (file_of(b""), "does not start with {"),
    "not UTF-8": (file_of(b'{"\xff": 1}'), "byte 2 of its header is not UTF-8"),
    "not JSON": (file_of(b"{hello}"), "is not JSON: Expecting property name"),
    "not an object": (file_of(b"[1, 2]"), "does not start with {"),
    "unfinished": (file_of(b'{"w": {"dtype": "F32"'), "is not JSON: Expecting"),
    "an unfinished name": (file_of(b'{"w'), "is not JSON: Unterminated string"),
    "two objects": (file_of(b"{} {}"), "is not JSON: Extra data"),
    "a tensor twice": (
        file_of(b'{"w":{"dtype":"F32","shape":[],"data_offsets":[0,4]},' * 1 + b'"w":{}}', bytes(4)),
        "twice",
    ),
    "a shape twice": (file_of(b'{"w":{"dtype":"U8","shape":[1],"shape":[2],"data_offsets":[0,1]}}'), "twice"),
    "metadata twice": (file_of(b'{"__metadata__":{},"__metadata__":{}}'), "twice"),
    "metadata of numbers": (file_of(b'{"__metadata__":{"a":1}}'), "texts by name"),
    "metadata of lists": (file_of(b'{"__metadata__":[]}'), "texts by name"),
    "metadata of objects": (file_of(b'{"__metadata__":{"a":{"b":"c"}}}'), "texts by name"),
    "a negative size": (header_with(shape=[-2]), "whole numbers"),
    "a float": (header_with(shape=[2.0]), "whole numbers"),
    "a bool": (header_with(shape=[2, True]), "whole numbers"),
    "text for a size": (header_with(shape=["2"]), "whole numbers"),
    "no list": (header_with(shape=2), "whole numbers"),
    "infinite": (file_of(b'{"w":{"dtype":"F32","shape":[Infinity],"data_offsets":[0,8]}}'), "whole numbers"),
    "a huge size": (header_with(shape=[2**64, 0], data_offsets=[0, 0]), "whole numbers"),
    "5,000 digits": (file_of(b'{"w":{"dtype":"F32","shape":[' + b"9" * 5000 + b"]}}"), "digits"),
    "65 axes": (header_with(shape=[1] * 65), "at most 64"),
    "an unknown type": (header_with(dtype="F31"), "type that is not known"),
    "a type that is a list": (header_with(dtype=["F32"]), "type that is not known"),
    "no type": (file_of({"w": {"shape": [2], "data_offsets": [0, 8]}}, bytes(8)), "type that is not known"),
    "three offsets": (header_with(data_offsets=[0, 8, 8]), "two whole numbers"),
    "offsets backwards": (header_with(data_offsets=[8, 0]), "does not fill"),
    "offsets too far apart": (header_with(data_offsets=[0, 12]), "does not fill"),
    "outside of the file": (file_of({"w": GOOD}, bytes(7)), "take 8 bytes, but 7"),
    "more than the tensors": (file_of({"w": GOOD}, bytes(9)), "take 8 bytes, but 9"),
    "overlapping": (file_of({"v": GOOD, "w": GOOD | {"data_offsets": [4, 12]}}, bytes(12)), "w overlaps"),
    "a gap": (file_of({"v": GOOD, "w": GOOD | {"data_offsets": [12, 20]}}, bytes(20)), "w leaves a gap"),
    # How deep json reads depends on the Python: what is read is refused for what it is.
    "lists in lists": (
        file_of(b'{"w":{"dtype":' + b"[" * 2000 + b"]" * 2000 + b"}}"),
        "(too deep|type that is not known)",
    ),
    "lists in lists in lists": (file_of(b'{"w":' + b"[" * 100_000), "too deep"),
    "objects in objects": (file_of(b'{"w":' * 100_000), "too deep"),
    "a number for a tensor": (file_of(b'{"w":5}'), "the entry of w must be an object"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_damaged_or_hostile_file_is_refused(name, saved):
    content, message = HOSTILE[name]
    with pytest.raises(ValueError, match=f"^model.safetensors cannot be explained: .*{message}"):
        explain(saved(content))


ATTACKS = {  # and how many bytes each byte of them may take
    "lists": (b'{"w":{"dtype":[' + b"[]," * 2_000_000, 2),
    "members": (b'{"__metadata__":{' + b",".join(b'"%012x":""' % k for k in range(150_000)), 12),
    "a name with an emoji": (b'{"' + b"x." * 1_000_000 + "😀".encode() + b'":5}', 10),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_enormous_header_takes_little_memory(name, saved):
    header, most = ATTACKS[name]
    path = saved(file_of(header))
    tracemalloc.start()
    with pytest.raises(ValueError, match="cannot be explained"):
        explain(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < most * len(header)


def test_far_too_many_tensors_or_parts_are_refused(saved, monkeypatch):
    entry = b'"%s":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}'
    flat = b",".join(entry % (b"%d" % k) for k in range(1_001))
    deep = b",".join(entry % (b"%d" % k + b".a" * 22) for k in range(50))
    assert explain(saved(file_of(b"{" + flat + b"}"))).count == 0
    for file, limit in (("safetensors", "MOST"), ("parts", "_MOST")):
        monkeypatch.setattr(importlib.import_module(f"paramcount.explain.{file}"), limit, 1_000)
    with pytest.raises(ValueError, match="more than 1,000 entries"):
        explain(saved(file_of(b"{" + flat + b"}")))
    with pytest.raises(ValueError, match="more than 1,000 parts"):
        explain(saved(file_of(b"{" + deep + b"}")))


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>.weight",
        "a\"onload='x'&amp;.weight",
        "\x00\x1b[31m.\u202eweight\ud800",
        "." * 10_000,
        "x" * 100_000,
        "..",
        "",
        "0 to 3.weight",
    ],
)
def test_a_hostile_name_is_shown_and_does_nothing(name, saved):
    header = json.dumps({name: GOOD, name + "'": GOOD | {"data_offsets": [8, 16]}})
    if "\ud800" in name:  # no UTF-8 has half a character, but an escape in JSON can say it
        assert "\\ud800" in header
    tree = explain(saved(file_of(header.encode(), bytes(16))))
    assert tree.count == 4
    everything = shown_everywhere(tree)
    assert len(everything) < 60_000
    assert "<script" not in everything.replace(text(tree), "")  # a terminal runs nothing
    assert all(character.isprintable() or character == "\n" for character in everything)
    everything.encode("utf-8")


def test_names_that_are_both_a_tensor_and_a_folder(saved):
    header, end = header_of({"a": ("F32", [2]), "a.b": ("F32", [3]), "a.b.c": ("F32", [5])})
    tree = explain(saved(file_of(header, bytes(end))))
    assert tree.count == 10
    assert len(spelt(tree, ".")) == 3


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.just("F32"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)
pieces = st.binary(max_size=4) | st.sampled_from(
    [
        b"{",
        b"}",
        b"[",
        b"]",
        b'"',
        b",",
        b":",
        b"-1",
        b"0",
        b"1e3",
        b"true",
        b"null",
        b"\\u0000",
        b"\\",
        b"\xf0",
    ]
)


@st.composite
def damaged(draw):
    """A file with a few things in it that were changed: in what it says, or in its bytes."""
    header, end = header_of(draw(tensors.filter(bool)), draw(st.none() | st.just({"format": "pt"})))
    for _ in range(draw(st.integers(0, 2))):
        entry = draw(st.sampled_from(sorted(header)))
        if isinstance(header[entry], dict) and draw(st.booleans()):
            header[entry][draw(st.sampled_from(["dtype", "shape", "data_offsets", "more"]))] = draw(anything)
        else:
            header[draw(names | st.just("__metadata__"))] = draw(anything)
    text = json.dumps(header).encode()
    for _ in range(draw(st.integers(0, 2))):
        start = draw(st.integers(0, len(text)))
        text = text[:start] + draw(pieces) + text[start + draw(st.integers(0, 6)) :]
    length = draw(st.just(len(text)) | st.integers(0, 2**64 - 1) | st.integers(0, len(text) + 2))
    return file_of(text, bytes(end), length)


@settings(SLOWLY, max_examples=250)
@given(content=damaged() | st.binary(max_size=60))
def test_no_damage_does_harm(content, saved):
    """It is a ValueError or a tree, and a tree only where the format's own library can read the file."""
    path = saved(content)
    try:
        tree = explain(path)
    except ValueError as error:
        assert str(error).startswith("model.safetensors cannot be explained: ")
        assert len(str(error)) < 1_000
        return
    shown_everywhere(tree)
    read = library().deserialize(content)
    assert sorted([int(s) for s in t.shape] for _, t in spelt(tree, ".")) == sorted(
        t["shape"] for _, t in read
    )


# -- folders, shards, indexes, pointers ---------------------------------------------------------


def need(name):
    return pytest.importorskip(name, reason=f"{name}, for PyTorch, is not installed")


def llama(**sizes):
    """A small Llama with random weights: 90,432 parameters, as PyTorch counts them."""
    transformers = need("transformers")
    small = {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "vocab_size": 128}
    heads = {"num_attention_heads": 4, "num_key_value_heads": 2}
    return transformers.LlamaForCausalLM(transformers.LlamaConfig(**small, **heads, **sizes))


# By hand: two tables, a norm, and in each layer two norms, attention with half the keys, three dense layers.
LLAMA = 2 * 128 * 64 + 64 + 2 * (2 * 64 + 2 * 64 * 64 + 2 * 64 * 32 + 3 * 64 * 128)


@pytest.fixture(scope="module")
def shards(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sharded")
    model = llama()
    assert trainable(model) == LLAMA == 90_432
    model.save_pretrained(folder, max_shard_size="100KB")
    assert len(list(folder.glob("*.safetensors"))) > 3
    return folder


def copied(folder, to):
    return shutil.copytree(folder, to / "copy")


def test_a_folder_an_index_and_a_list_of_shards(shards):
    files = sorted(shards.glob("*.safetensors"))
    index = shards / "model.safetensors.index.json"
    for what in (shards, str(shards), index, files, [str(file) for file in files]):
        tree = explain(what)
        assert tree.count == LLAMA
        assert tree.name == "LlamaForCausalLM: all floating tensors"
        assert not tree.notes
    layers = explain(shards).parts["model"].parts["layers"]
    assert (layers.times, layers.count) == (2, 2 * (2 * 64 + 2 * 64 * 64 + 2 * 64 * 32 + 3 * 64 * 128))


def test_one_shard_says_that_the_rest_is_not_here(shards):
    first, *others = sorted(shards.glob("*.safetensors"))
    of = 1 + len(others)
    kept = library().deserialize(first.read_bytes())
    tree = explain(first)
    assert tree.count == sum(math.prod(each["shape"]) for _, each in kept) < LLAMA
    assert tree.notes == (f"This is shard 1 of {of}: the rest is not here, and not counted.",)
    assert tree.notes[0] in shown_everywhere(tree)
    assert "shards 2, 3 of" in explain(others[:2]).notes[0]


def test_a_folder_of_which_shards_are_missing(shards, tmp_path):
    folder = copied(shards, tmp_path)
    first, *others = sorted(folder.glob("*.safetensors"))
    gone = sum(math.prod(each["shape"]) for _, each in library().deserialize(first.read_bytes()))
    first.unlink()
    for what in (folder, folder / "model.safetensors.index.json"):
        tree = explain(what)
        assert tree.count == LLAMA - gone
        assert tree.notes == (
            f"{len(others)} of {1 + len(others)} shards are here: the rest is not counted.",
        )


def changed(path, change):
    said = json.loads(path.read_text())
    change(said)
    path.write_text(json.dumps(said))


def test_what_an_index_declares_is_recounted(shards, tmp_path):
    folder = copied(shards, tmp_path)
    index = folder / "model.safetensors.index.json"
    assert json.loads(index.read_text())["metadata"]["total_size"] == 4 * LLAMA
    changed(index, lambda said: said["metadata"].update(total_size=7))
    tree = explain(folder)
    assert tree.count == LLAMA
    assert tree.notes == (f"The index declares 7 bytes of weights, but these files hold {4 * LLAMA:,}.",)


BAD_INDEXES = {
    "a folder up": (
        lambda said: said["weight_map"].update(x="../x.safetensors"),
        "no name of a .safetensors",
    ),
    "somewhere else": (lambda said: said["weight_map"].update(x="/etc/passwd"), "no name of a .safetensors"),
    "a pickle": (lambda said: said["weight_map"].update(x="model.bin"), "no name of a .safetensors"),
    "no names": (lambda said: said.update(weight_map=[1]), "weight_map must be names"),
    "numbers": (lambda said: said["weight_map"].update(x=3), "weight_map must be names"),
    "a tensor that is not there": (
        lambda said: said["weight_map"].update(x=next(iter(said["weight_map"].values()))),
        "x is in the index, but not in its file",
    ),
}


@pytest.mark.parametrize("name", BAD_INDEXES)
def test_an_index_that_lies_is_refused(name, shards, tmp_path):
    change, message = BAD_INDEXES[name]
    folder = copied(shards, tmp_path)
    changed(folder / "model.safetensors.index.json", change)
    with pytest.raises(ValueError, match=f"cannot be explained: .*{message}"):
        explain(folder)


def test_a_tensor_in_two_shards_is_refused(shards, tmp_path):
    folder = copied(shards, tmp_path)
    first, second, *_ = sorted(folder.glob("*.safetensors"))
    with pytest.raises(ValueError, match="is in two of its files"):
        explain([first, shutil.copy(first, folder / "twin.safetensors"), second])


def test_several_models_in_a_folder_are_not_added_up(tmp_path):
    for name in ("a.safetensors", "b.safetensors"):
        shutil.copy(TINY, tmp_path / name)
    with pytest.raises(ValueError, match=r"several models in it \(a.safetensors, b.safetensors\)"):
        explain(tmp_path)
    shutil.copy(TINY, tmp_path / "model.safetensors")
    assert explain(tmp_path).count == 8_144


POINTER = """version https://git-lfs.github.com/spec/v1
oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
size 4976698672
"""


def test_a_git_lfs_pointer(shards, tmp_path):
    """As git leaves it where git-lfs is not installed: the file itself is not here."""
    (tmp_path / "model.safetensors").write_text(POINTER)
    with pytest.raises(
        ValueError, match="git-lfs pointer, a few lines that stand for a file of 4,976,698,672"
    ):
        explain(tmp_path / "model.safetensors")
    with pytest.raises(ValueError, match="is a git-lfs pointer, whose file is not here: `git lfs pull`"):
        explain(tmp_path)
    folder = copied(shards, tmp_path)
    for file in folder.glob("*.safetensors"):
        file.write_text(POINTER)
    tree = explain(folder)  # what config.json says, then
    assert tree.count == LLAMA
    assert "is a git-lfs pointer" in tree.notes[0]


def test_a_folder_with_a_pickle_is_what_its_config_says(tmp_path):
    model = llama()
    model.config.architectures = ["LlamaForCausalLM"]
    (tmp_path / "pytorch_model.bin").write_bytes(b"cos\nsystem\n(S'exit 1'\ntR.")
    with pytest.raises(ValueError, match="is a pickle, and a pickle can run any program"):
        explain(tmp_path)
    model.config.save_pretrained(tmp_path)
    tree = explain(tmp_path)
    assert tree.count == LLAMA
    assert "pytorch_model.bin is a pickle, which is never opened" in tree.notes[0]


def test_an_adapter_says_that_it_is_one(tmp_path):
    peft = need("peft")
    model = peft.get_peft_model(llama(), peft.LoraConfig(r=4, target_modules=["q_proj"]))
    model.save_pretrained(tmp_path)
    tree = explain(tmp_path)
    assert tree.count == trainable(model) == 2 * 2 * 4 * 64
    assert "This is an adapter" in tree.notes[0]


def test_statistics_and_masks_in_a_file_are_no_parameters(tmp_path):
    """GPT-2 as it lies on the Hub has 137,022,720 numbers, 12 × 1,024² of them in masks."""
    norm = {f"bn.{name}": ("F32", [64]) for name in ("weight", "bias", "running_mean", "running_var")}
    masks = {f"h.{k}.attn.bias": ("F32", [1, 1, 1024, 1024]) for k in range(12)}
    header, end = header_of(norm | masks | {"h.0.attn.c_attn.bias": ("F32", [2304])})
    path = tmp_path / "model.safetensors"
    with open(path, "wb") as file:
        file.write(file_of(header))
        file.truncate(file.tell() + end)
    account = Account(explain(path))
    assert (int(account.count), account.kept) == (128 + 2304, 128 + 12 * 1024**2)


# -- GGUF ---------------------------------------------------------------------------------------


def gguf_file(path, split=False):
    """A file that the library wrote: 3 types of numbers, and words that a reader need not look at."""
    gguf, numpy = need("gguf"), need("numpy")
    writer = gguf.GGUFWriter(path, "llama", **({"split_max_tensors": 2} if split else {}))
    writer.add_name("small")
    writer.add_token_list([f"word {k}" for k in range(500)])
    writer.add_token_scores([0.5] * 500)
    rows = numpy.ones((512, 256), numpy.float32)
    for name, kind in {"token_embd": "Q8_0", "blk.0.attn_q": "F16", "output_norm": "F32"}.items():
        kind = gguf.GGMLQuantizationType[kind]
        data = rows[0] if "norm" in name else rows
        writer.add_tensor(f"{name}.weight", gguf.quants.quantize(data, kind), raw_dtype=kind)
    writer.add_tensor("rope_freqs.weight", rows[0][:32])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def test_a_gguf_file_counts_what_its_numbers_stand_for(tmp_path):
    gguf = need("gguf")
    path = gguf_file(tmp_path / "model.gguf")
    read = {each.name: each for each in gguf.GGUFReader(path).tensors}
    tree = explain(path)
    found = {name: tensor for name, tensor in spelt(tree, ".")}
    assert found.keys() == read.keys()
    assert {n: int(t.size) for n, t in found.items()} == {n: int(each.n_elements) for n, each in read.items()}
    assert tree.count == 2 * 512 * 256 + 256  # the frequencies of positions are kept besides
    assert [int(side) for side in found["token_embd.weight"].shape] == [512, 256]
    assert "131,072 in Q8_0, of 8.5 bits" in text(tree).replace("\n", " ")
    assert explain(tmp_path).count == tree.count


def test_shards_of_a_gguf_file(tmp_path):
    gguf_file(tmp_path / "model.gguf", split=True)
    files = sorted(tmp_path.glob("*.gguf"))
    assert [file.name for file in files] == [f"model-0000{k}-of-00002.gguf" for k in (1, 2)]
    assert explain(tmp_path).count == explain(files).count == 2 * 512 * 256 + 256
    assert explain(files[0]).notes[-1] == "This is shard 1 of 2: the rest is not here, and not counted."


def gguf_of(tensors=0, values=0, body=b"", version=3, magic=b"GGUF"):
    return magic + struct.pack("<IQQ", version, tensors, values) + body


def gguf_text(text: bytes) -> bytes:
    return struct.pack("<Q", len(text)) + text


def gguf_tensor(name=b"w", shape=(32,), kind=0, offset=0):
    return gguf_text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)


FAR = 1 << 60
HOSTILE_GGUF = {
    "empty": (b"", "does not start with GGUF"),
    "of another kind": (b"GGJT" + bytes(40), "does not start with GGUF"),
    "of another version": (gguf_of(version=1), "version 1"),
    "from a big machine": (b"GGUF" + struct.pack(">IQQ", 3, 0, 0), "little-endian"),
    "cut": (gguf_of()[:11], "ends in the middle"),
    "exabytes of tensors": (gguf_of(tensors=FAR), "more than 100,000 tensors"),
    "exabytes of values": (gguf_of(values=FAR), "10,000 values"),
    "a name of exabytes": (gguf_of(values=1, body=struct.pack("<Q", FAR)), "ends in the middle"),
    "a text of exabytes": (
        gguf_of(values=1, body=gguf_text(b"a") + struct.pack("<IQ", 8, FAR)),
        "ends in the middle",
    ),
    "an array of exabytes": (
        gguf_of(values=1, body=gguf_text(b"a") + struct.pack("<IIQ", 9, 0, FAR)),
        "ends in the middle",
    ),
    "texts without end": (
        gguf_of(values=1, body=gguf_text(b"a") + struct.pack("<IIQ", 9, 8, FAR)),
        "more than 5,000,000 texts",
    ),
    "arrays in arrays": (
        gguf_of(values=1, body=gguf_text(b"a") + struct.pack("<I", 9) + struct.pack("<IQ", 9, 1) * 50),
        "not known here",
    ),
    "a value of no type": (gguf_of(values=1, body=gguf_text(b"a") + struct.pack("<I", 99)), "not known here"),
    "a name that is not UTF-8": (gguf_of(tensors=1, body=gguf_text(b"\xff")), "is not UTF-8"),
    "a thousand axes": (gguf_of(tensors=1, body=gguf_text(b"w") + struct.pack("<I", 1000)), "1,000 axes"),
    "an endless side": (gguf_of(tensors=1, body=gguf_tensor(shape=(1 << 63,))), "63 bits"),
    "numbers of no type": (gguf_of(tensors=1, body=gguf_tensor(kind=9999)), "type that is not known"),
    "half a block": (gguf_of(tensors=1, body=gguf_tensor(shape=(33,), kind=8)), "whole number of blocks"),
    "beyond the end": (gguf_of(tensors=1, body=gguf_tensor(shape=(FAR,))), "beyond the end"),
    "twice": (gguf_of(tensors=2, body=gguf_tensor(shape=(0,)) * 2) + bytes(64), "is in its header twice"),
    "overlapping": (
        gguf_of(tensors=2, body=gguf_tensor() + gguf_tensor(name=b"v", offset=32)) + bytes(400),
        "overlaps",
    ),
    "an odd alignment": (
        gguf_of(values=1, body=gguf_text(b"general.alignment") + struct.pack("<II", 4, 7)),
        "multiple of 8",
    ),
}


@pytest.mark.parametrize("name", HOSTILE_GGUF)
def test_a_damaged_or_hostile_gguf_file_is_refused(name, saved):
    need("gguf")
    content, message = HOSTILE_GGUF[name]
    with pytest.raises(ValueError, match=f"^model.gguf cannot be explained: .*{message}"):
        explain(saved(content, "model.gguf"))


@settings(SLOWLY, max_examples=150)
@given(place=st.integers(0, 400), piece=st.binary(min_size=1, max_size=9), cut=st.integers(0, 3))
def test_no_damage_to_a_gguf_file_does_harm(place, piece, cut, saved, tmp_path):
    whole = tmp_path / "whole.gguf"
    if not whole.exists():
        gguf_file(whole)
    content = whole.read_bytes()
    content = content[:place] + piece + content[place + len(piece) :]
    try:
        shown_everywhere(explain(saved(content if cut else content[:-5_000], "damaged.gguf")))
    except ValueError as error:
        assert str(error).startswith("damaged.gguf cannot be explained: ")


# -- .keras -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def keras():
    return pytest.importorskip("keras", reason="Keras is not installed")


def keras_models(keras):
    k = keras.layers
    picture = keras.Sequential(
        [
            keras.Input((9, 9, 3)),
            k.Conv2D(4, 3),
            k.BatchNormalization(),
            k.Flatten(),
            k.Dense(3, trainable=False),
            k.Dense(2),
        ]
    )
    words = keras.Input((7,))
    x = k.Embedding(20, 16)(words)
    block = keras.Sequential([keras.Input((7, 16)), k.Dense(16), k.LayerNormalization()], name="block")
    x = block(block(x))
    x = k.MultiHeadAttention(4, 4)(x, x)
    x = k.Bidirectional(k.LSTM(5, return_sequences=True))(x)
    x = k.GroupNormalization(2)(k.GRU(4, name="g")(k.DepthwiseConv1D(3)(x)))
    return {"picture": picture, "text": keras.Model(words, x)}


@pytest.mark.parametrize("name", ["picture", "text"])
def test_a_keras_file_is_the_model_that_was_saved(name, keras, tmp_path):
    model = keras_models(keras)[name]
    model.compile("adam", "mse")
    if name == "picture":  # an optimiser that has weights of its own
        model.train_on_batch(keras.ops.ones((2, 9, 9, 3)), keras.ops.ones((2, 2)))
    path = tmp_path / "model.keras"
    model.save(path)
    tree = explain(path)
    live, filed = Account(explain(model)), Account(tree)
    assert tree.count == sum(math.prod(weight.shape) for weight in model.trainable_weights)
    assert (filed.frozen, filed.kept) == (live.frozen, live.kept)
    assert filed.frozen + filed.kept + tree.count == model.count_params()
    assert tree.parts.keys() == live.layer.parts.keys()
    assert explain(tmp_path).count == tree.count
    if name == "picture":
        conv = tree.parts["conv2d" if "conv2d" in tree.parts else next(iter(tree.parts))]
        assert (conv.name, conv.count) == ("conv", 3 * 3 * 3 * 4 + 4)


def test_a_keras_file_of_a_class_of_ones_own(keras, tmp_path):
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.blocks = [keras.layers.Dense(3) for _ in range(3)]
            self.scale = self.add_weight(shape=(2,), name="scale")

        def call(self, x):
            for block in self.blocks:
                x = block(x)
            return x

    net = Net()
    net(keras.ops.ones((1, 3)))
    net.save(tmp_path / "net.keras")
    tree = explain(tmp_path / "net.keras")
    assert tree.count == net.count_params() == 3 * (3 * 3 + 3) + 2
    assert "Net" in tree.name  # whose code is not asked for, and not run


def zipped(path, files, kind=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_a_damaged_or_hostile_keras_file_is_refused(keras, tmp_path):
    h5py = need("h5py")
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.save(tmp_path / "good.keras")
    with zipfile.ZipFile(tmp_path / "good.keras") as archive:
        good = {name: archive.read(name) for name in archive.namelist()}
    bad = tmp_path / "bad.keras"

    def refused(message, files=None, kind=zipfile.ZIP_STORED):
        if files is not None:
            zipped(bad, good | files, kind)
        with pytest.raises(ValueError, match=f"^bad.keras cannot be explained: .*{message}"):
            explain(bad)

    bad.write_bytes(b"hello")
    refused("no archive")
    bad.write_bytes((tmp_path / "good.keras").read_bytes()[:-30])
    refused("archive is damaged")
    zipped(bad, {"config.json": b"{}"})
    refused("no config.json and model.weights.h5")
    refused("does not start with {", {"config.json": b"[]"})
    refused("nested too deep|is not JSON", {"config.json": b'{"a":' * 200_000})
    refused("weights are damaged", {"model.weights.h5": b"hello"})
    refused("weights are damaged", {"model.weights.h5": good["model.weights.h5"][:300]})
    refused("are compressed", {}, zipfile.ZIP_DEFLATED)
    refused("more than 1,000 entries", {str(k): b"" for k in range(1_100)})
    bomb = b'{"a": "' + b" " * 30_000_000 + b'"}'
    refused("too long", {"config.json": bomb}, zipfile.ZIP_DEFLATED)
    with h5py.File(tmp_path / "round.h5", "w") as file:
        dense = file.create_group("layers/dense")
        dense["round"] = file["layers"]
    refused("nested too deep", {"model.weights.h5": (tmp_path / "round.h5").read_bytes()})


def test_no_link_in_a_keras_file_is_followed(keras, tmp_path):
    """Neither to another file nor to another place in this one: 2 numbers are here, 7 elsewhere."""
    h5py = need("h5py")
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file.create_group("dense/vars").create_dataset("0", data=[1.0] * 7)
    with h5py.File(tmp_path / "linked.h5", "w") as file:
        file.create_group("layers/dense/vars").create_dataset("0", data=[[1.0, 2.0]])
        file["outside"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "/dense")
        file["layers/again"] = h5py.SoftLink("/layers/dense")
        file["layers/dense/vars/1"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "/dense/vars/0")
    weights = (tmp_path / "linked.h5").read_bytes()
    path = zipped(tmp_path / "linked.keras", {"config.json": b"{}", "model.weights.h5": weights})
    assert explain(path).count == 2


# -- a config alone -----------------------------------------------------------------------------


# By name, the class and the sizes of a published network: those that transformers builds for the oracle, and
# three besides.
CONFIGS = {
    case["name"]: (case["printed_by"].split()[-1], case["config"])
    for case in json.loads(store_models.FILE.read_text("utf-8"))["cases"]
    if case["printed_by"].startswith("transformers")
} | {
    "ResNet-18": (
        "ResNetForImageClassification",
        {
            "num_labels": 1000,
            "layer_type": "basic",
            "depths": [2, 2, 2, 2],
            "hidden_sizes": [64, 128, 256, 512],
        },
    ),
    "MobileNetV2": ("MobileNetV2ForImageClassification", {"num_labels": 1000}),
    "ConvNeXt-T": ("ConvNextForImageClassification", {"num_labels": 1000}),
}
# Most in the sizes that a config has where it says nothing.
OTHER_CLASSES = [
    ("BertForMaskedLM", {}),
    ("BertForMaskedLM", {"tie_word_embeddings": False}),
    ("BertForSequenceClassification", {"num_labels": 5}),
    ("BertForTokenClassification", {"num_labels": 9, "hidden_size": 96}),
    ("BertForQuestionAnswering", {"num_hidden_layers": 3}),
    ("RobertaModel", {}),
    ("RobertaForMaskedLM", {"type_vocab_size": 1}),
    ("RobertaForMaskedLM", {"tie_word_embeddings": False}),
    ("RobertaForTokenClassification", {"type_vocab_size": 1, "num_labels": 9}),
    ("GPT2LMHeadModel", {"tie_word_embeddings": False, "n_inner": 100}),
    ("GPT2Model", {}),
    ("T5Model", {"num_decoder_layers": 2}),
    ("ViTModel", {}),
    ("LlamaModel", {"num_key_value_heads": 8}),
    ("LlamaForCausalLM", {"tie_word_embeddings": True}),
    ("LlamaForCausalLM", {"head_dim": 256, "num_key_value_heads": 4}),
    ("MixtralModel", {}),
    ("Qwen2Model", {}),
    ("Qwen2ForCausalLM", {"tie_word_embeddings": True}),
    ("Qwen3Model", {}),
    ("Qwen3ForCausalLM", {}),
    ("Qwen3MoeForCausalLM", {}),
    ("GptOssForCausalLM", {"num_hidden_layers": 2}),
    ("GptOssModel", {"num_local_experts": 4, "head_dim": 32}),
    ("LlavaForConditionalGeneration", {}),
    ("Qwen3MoeModel", {"head_dim": 128, "num_experts": 16}),
    ("Phi3ForCausalLM", {}),
    ("Gemma2ForCausalLM", {}),
    ("Gemma2Model", {"num_key_value_heads": 2}),
    ("Gemma3ForCausalLM", {}),
    ("Gemma3TextModel", {}),
    ("DeepseekV3ForCausalLM", {}),
    ("DeepseekV3Model", {"num_hidden_layers": 5, "n_shared_experts": 3}),
    ("MambaForCausalLM", {}),
    ("MambaModel", {"hidden_size": 100, "expand": 3}),
    ("WhisperModel", {}),
    ("WhisperForConditionalGeneration", {"decoder_layers": 2}),
    ("CLIPModel", {}),
    ("CLIPModel", {"vision_config": {"patch_size": 16}, "projection_dim": 100}),
    ("ConvNextForImageClassification", {"depths": [1, 2, 1, 2], "hidden_sizes": [8, 24, 40, 80]}),
]


def config_file(folder, name, sizes):
    """A config.json as transformers writes it."""
    config = getattr(need("transformers"), name).config_class(**sizes)
    config.architectures = [name]
    config.save_pretrained(folder)
    return folder / "config.json"


@pytest.mark.parametrize("name", CONFIGS)
def test_a_config_is_the_published_integer_with_transformers_and_without(name, tmp_path, monkeypatch):
    path = config_file(tmp_path, *CONFIGS[name])
    published = PUBLISHED[name].parameters
    assert explain(path).count == published
    without(monkeypatch)
    assert explain(path).count == published


# All, less the experts that a word does not use, in which three matrices are x × ff; gpt-oss has biases too.
ACTIVE = {
    "Mixtral-8x7B": (46_702_792_704 - 32 * (8 - 2) * 3 * 4_096 * 14_336, "2 of 8"),
    "Qwen3-30B-A3B": (30_532_122_624 - 48 * (128 - 8) * 3 * 2_048 * 768, "8 of 128"),
    "gpt-oss-120b": (116_829_156_672 - 36 * (128 - 4) * (3 * 2_880 * 2_880 + 3 * 2_880), "4 of 128"),
    "DeepSeek-V3": (671_026_404_352 - 58 * (256 - 8) * 3 * 7_168 * 2_048, "8 of 256"),
}


@pytest.mark.parametrize("name", ACTIVE)
def test_of_a_mixture_it_is_said_what_one_word_uses(name, tmp_path, monkeypatch):
    active, experts = ACTIVE[name]
    said = f"{active:,} are active for one word: {experts} experts, table and output counted."
    path = config_file(tmp_path, *CONFIGS[name])
    assert said in explain(path).notes
    without(monkeypatch)
    assert said in explain(path).notes


def test_of_other_mixtures_it_is_said_that_it_is_not_known():
    transformers = need("transformers")
    sizes = {"hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_local_experts": 8}
    model = transformers.GraniteMoeForCausalLM(transformers.GraniteMoeConfig(**sizes, num_experts_per_tok=2))
    said = "One word uses 2 of 8 experts in a mixture. How much that is, is not known here."
    assert said in explain(model).notes


def test_what_one_word_uses_is_said_of_whole_networks_alone():
    """By hand in PyTorch: all parameters, less 6 of the 8 experts."""
    transformers = need("transformers")
    sizes = {"hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_local_experts": 8}
    sizes |= {"vocab_size": 100, "num_attention_heads": 4, "num_key_value_heads": 2}
    model = transformers.MixtralForCausalLM(transformers.MixtralConfig(**sizes))
    experts = [each for name, each in model.named_modules() if name.endswith(".experts")]
    active = trainable(model) - sum(map(trainable, experts)) * 6 // 8
    said = f"{active:,} are active for one word: 2 of 8 experts, table and output counted."
    assert explain(model).notes == (said,)
    assert said in shown_everywhere(explain(model))
    bare = active - 100 * 64
    assert explain(model.model).notes == (
        f"{bare:,} are active for one word: 2 of 8 experts, the table counted.",
    )
    layer = model.model.layers[0]
    layer.config = model.config
    assert explain(layer).notes == ()
    model.config.num_experts_per_tok = 8  # all of them
    assert explain(model).notes == ()
    model.config.num_experts_per_tok, model.config.num_local_experts = 2, 4  # not those that are there
    assert explain(model).notes == ()
    model.config.num_local_experts = 8
    assert explain(model).notes == (said,)
    experts[0].requires_grad_(False)
    assert explain(model).notes == ()


def without(monkeypatch):
    monkeypatch.setattr(importlib.import_module("paramcount.explain.config"), "find_spec", lambda name: None)


@pytest.mark.parametrize("case", OTHER_CLASSES, ids=lambda case: f"{case[0]}-{len(str(case[1]))}")
def test_other_classes_of_a_family_without_transformers(case, tmp_path, monkeypatch):
    transformers, torch = need("transformers"), need("torch")
    name, sizes = case
    path = config_file(tmp_path, name, sizes)
    with on_meta(torch):
        own = getattr(transformers, name)
        model = own(own.config_class(**sizes))
    assert explain(path).count == trainable(model)
    without(monkeypatch)
    tree = explain(tmp_path)
    assert tree.count == trainable(model)
    assert name in tree.name and "Made from the sizes in the config" in shown_everywhere(tree)


VARIANTS = [
    ("Llama", {"attention_bias": True}, "its attention_bias is True"),
    ("Llama", {"head_dim": 256, "mlp_bias": True}, "its mlp_bias is True"),
    ("Qwen3Moe", {"mlp_only_layers": [0]}, "its mlp_only_layers is "),
    ("DeepseekV3", {"v_head_dim": 64}, "its v_head_dim is 64"),
    ("DeepseekV3", {"q_lora_rank": None}, "its q_lora_rank is None"),
    ("GptOss", {"attention_bias": False}, "its attention_bias is False"),
    ("Llava", {"vision_feature_layer": [-2, -3]}, "its vision_feature_layer is"),
    ("Llava", {"text_config": {"model_type": "mistral"}}, "its text_config's model_type is mistral"),
    (
        "Llava",
        {"text_config": {"model_type": "llama", "num_key_value_heads": 8}},
        "its num_key_value_heads is 8",
    ),
    ("Mamba", {"use_bias": True}, "its use_bias is True"),
    ("Whisper", {"decoder_ffn_dim": 100}, "its decoder_ffn_dim is 100"),
    ("ConvNext", {"patch_size": 8}, "its patch_size is 8"),
    ("ConvNext", {"layer_scale_init_value": 0.0}, "its layer_scale_init_value is 0"),
    ("GPT2", {"add_cross_attention": True}, "its add_cross_attention is True"),
    ("T5", {"feed_forward_proj": "gated-gelu"}, "its feed_forward_proj is gated-gelu"),
    ("T5", {"d_kv": 128}, "its d_kv is 128"),
    ("Bert", {"type_vocab_size": 3}, "its type_vocab_size is 3"),
    ("ViT", {"qkv_bias": False}, "its qkv_bias is False"),
    ("MobileNetV2", {"depth_multiplier": 0.5}, "its depth_multiplier is 0.5"),
    ("ResNet", {"hidden_sizes": [64, 128, 256, 512]}, "its hidden_sizes is"),
    ("Albert", {}, "model_type albert is none of those"),
]


@pytest.mark.parametrize(("kind", "sizes", "message"), VARIANTS, ids=lambda each: str(each)[:30])
def test_a_variant_is_refused_by_name_without_transformers(kind, sizes, message, tmp_path, monkeypatch):
    getattr(need("transformers"), f"{kind}Config")(**sizes).save_pretrained(tmp_path)
    without(monkeypatch)
    with pytest.raises(ValueError, match=f"{message}.*pip install transformers"):
        explain(tmp_path / "config.json")


TIMM = {
    "efficientnet_b0": "EfficientNet-B0",
    "convnext_tiny.in12k": "ConvNeXt-T",
    "vgg16": "VGG-16",
    "resnet50.a1_in1k": "ResNet-50",
    "vit_base_patch16_224": "ViT-B/16",
}


@pytest.mark.parametrize("name", TIMM)
def test_a_config_of_timm(name, saved):
    config = {"architecture": name, "num_classes": 1000, "pretrained_cfg": {"first_conv": "conv1"}}
    assert (
        explain(saved(json.dumps(config).encode(), "config.json")).count == PUBLISHED[TIMM[name]].parameters
    )


BAD_CONFIGS = {
    "no model": (b"{}", "has no model_type"),
    "a list": (b"[]", "does not start with {"),
    "an unknown model": (b'{"model_type": "\\u001b[31m"}', r"model_type \\x1b\[31m is not known"),
    "a size that no model has": (b'{"model_type": "gpt2", "n_embd": 99999999999999}', "no model has one of"),
    "a million labels": (b'{"model_type": "bert", "num_labels": 99999999}', "labels, more than"),
    "a size that is a word": (b'{"model_type": "llama", "hidden_size": "wide"}', "makes no model of it|type"),
    "timm's unknown": (b'{"architecture": "convnext_base"}', "convnext_base is none of those"),
}


@pytest.mark.parametrize("name", BAD_CONFIGS)
def test_a_config_that_describes_nothing_is_refused(name, saved):
    need("transformers")
    content, message = BAD_CONFIGS[name]
    with pytest.raises(ValueError, match=f"config.json cannot be explained: .*{message}"):
        explain(saved(content, "config.json"))


def test_a_config_that_asks_for_endless_layers_is_stopped(saved, monkeypatch):
    need("transformers")
    monkeypatch.setattr(importlib.import_module("paramcount.explain.config"), "_MOST", 200)
    config = {"model_type": "gpt2", "n_layer": 2_000_000_000}
    with pytest.raises(ValueError, match="more than 200 modules"):
        explain(saved(json.dumps(config).encode(), "config.json"))


def test_no_code_that_comes_with_a_config_is_run(tmp_path):
    need("transformers")
    (tmp_path / "modeling.py").write_text("raise SystemExit('it ran')")
    config = {"model_type": "mine", "auto_map": {"AutoModel": "modeling.Mine", "AutoConfig": "modeling.C"}}
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(ValueError, match="code that comes with a model is not run here"):
        explain(tmp_path)


if __name__ == "__main__":  # python tests/test_explain_files.py makes the file anew
    TINY.write_bytes(tiny())
