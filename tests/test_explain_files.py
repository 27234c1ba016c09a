"""`explain`: what people have on disk, honest and hostile, each file made by the tool that writes it."""

import importlib
import itertools
import json
import math
import os
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paramcount.explain import explain
from paramcount.show.text import text
from test_explain import TINY, shown_everywhere, spelt

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
tensors = st.dictionaries(
    names.filter(lambda name: name != "__metadata__"),
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


@pytest.mark.parametrize("name", ["gpt2", "meta-llama/Llama-2-7b"])
def test_what_is_not_here_is_not_fetched(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="no such file here, and nothing is fetched"):
        explain(name)


@pytest.mark.parametrize("name", ["notes.txt", "model.onnx"])
def test_another_file_is_refused(name, tmp_path):
    (tmp_path / name).write_text("hello")
    with pytest.raises(ValueError, match=r"what is read is a \.safetensors, \.gguf or \.keras file"):
        explain(tmp_path / name)


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


if __name__ == "__main__":  # python tests/test_explain_files.py makes the file anew
    TINY.write_bytes(tiny())
