"""What several tests need: a tree's tensors by their full names, and the value of a written line."""

import json
import re
from pathlib import Path

import paramcount as pc
from paramcount import Layer, Tensor, layers

# The textbook's layer functions, and a layer of each, in which no two sizes are the same.
FUNCTIONS = {name: function for name, function in vars(layers).items() if hasattr(function, "example")}
EXAMPLES = {
    "dense": pc.dense(3, 5),
    "ffnn": pc.ffnn(3, 5, 7, 2),
    "rnn": pc.rnn(8, 5),
    "gru": pc.gru(8, 5),
    "lstm": pc.lstm(8, 5),
    "bidirectional": pc.bidirectional(pc.lstm(8, 5)),
    "conv": pc.conv(4, (3, 2), 6, groups=2),
    "scaled_dot_product": pc.scaled_dot_product(512),
    "attention": pc.attention(12, heads=3),
    "layer_norm": pc.layer_norm(12),
    "rms_norm": pc.rms_norm(12),
    "batch_norm": pc.batch_norm(12),
    "embedding": pc.embedding(100, 12),
    "encoder_layer": pc.encoder_layer(12, 48, heads=3),
    "decoder_layer": pc.decoder_layer(12, 48, heads=3),
    "encoder": pc.encoder(12, 2, 48, heads=3),
    "decoder": pc.decoder(12, 2, 48, heads=3),
    "transformer": pc.transformer(12, 2, 4, 48, heads=3, v=100),
}

_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"


def printed_by(framework):
    """The cases that a framework printed, by their id."""
    text = (Path(__file__).parent / "oracle" / f"{framework}.json").read_text(encoding="utf-8")
    return {case["id"]: case for case in json.loads(text)["cases"]}


def sentence(framework, name):
    """What a reader is told of how a framework keeps a layer."""
    return getattr(framework, name).note


def listed(layer: Layer, separator: str, path=()) -> list[tuple[str, Tensor]]:
    """Every tensor with its full name; a layer that is repeated m times is spelt out: layers.0, layers.1."""
    tensors = []
    for name, part in layer.parts.items():
        if isinstance(part, Tensor):
            tensors.append((separator.join((*path, name)), part))
            continue
        once = part.times.symbols == "1"
        for index in [()] if once else [(str(k),) for k in range(part.times)]:
            tensors += listed(part, separator, (*path, name, *index))
    return tensors


def shapes(tensors) -> list[list]:
    """[name, shape] of each, in plain numbers, as the frameworks print them."""
    return [[name, [int(size) for size in tensor.shape]] for name, tensor in tensors]


def value(line: str, **names: int) -> int:
    """What a written line comes to, by Python's own arithmetic."""
    line = re.sub(r"(?<=\d),(?=\d{3})", "", line)
    line = re.sub(f"[{_SUPERSCRIPTS}]+", lambda m: f"**{_digits(m[0])}", line)
    for sign, python in {"×": "*", "÷": "//", "−": "-", "⌊": "(", "⌋": ")"}.items():
        line = line.replace(sign, python)
    return eval(line, {"__builtins__": {}}, names)


def _digits(superscripts: str) -> str:
    return "".join(str(_SUPERSCRIPTS.index(digit)) for digit in superscripts)
