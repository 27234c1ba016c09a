"""What the axes of a tensor are, by the class that keeps it: for layers of which the textbook has none alike.

A line for each kind of layer: its tensors, and a letter for each of their axes. "4h" is four times h, "*f" is
as many axes as are left, a number stands for itself. The sizes are read off the shapes, so one tensor more or
less, such as a bias that is not there, costs nothing.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping

Shape = tuple[int, ...]
Axes = Mapping[str, str]  # of a class: patterns of its tensors' names, and the letters of their axes

_SHIFTED = {"weight|gamma": "x", "bias|beta": "x"}
_CHANNELS = {"weight|gamma|scale": "o", "bias|beta": "o", "running_.*|moving_.*": "o"}
_DENSE = {"weight(_v)?": "o i", "weight_g": "o 1", "bias": "o"}
_CONV = {"weight(_v)?": "o i *f", "weight_g": "o 1 *1", "bias": "o"}
_TRANSPOSED = {"weight(_v)?": "i o *f", "bias": "o"}
_ATTENTION = {
    "in_proj_weight": "3x x",
    "in_proj_bias": "3x",
    "q_proj_weight": "x x",
    "[kv]_proj_weight": "x i",
    "bias_[kv]": "1 1 x",
}


def _gates(many: str) -> Axes:
    """Of a recurrent layer or cell with so many gates: PyTorch keeps them on top of each other."""
    first = {"weight_ih(_l0(_reverse)?)?": f"{many}h i", "weight_hr_.*": "o h"}
    return first | {"weight_ih.*": f"{many}h i", "weight_hh.*": f"{many}h h", "bias_[ih]h.*": f"{many}h"}


def _columns(many: str) -> Axes:
    """The same of Keras, where the gates stand side by side."""
    sides = {"kernel": f"i {many}h", "recurrent_kernel": f"h {many}h", "bias": f"{many}h"}
    return sides


def _kernels(many: str) -> Axes:
    """Of a recurrent convolution of Keras."""
    return {"(recurrent_)?kernel": f"*f i {many}h", "bias": f"{many}h"}


# By a pattern of the name of the class; the first that fits holds.
_KINDS: dict[str, Axes] = {
    "Linear|NonDynamicallyQuantizableLinear|ParametrizedLinear": _DENSE,
    "(Parametrized)?Conv[123]d": _CONV,
    "(Parametrized)?ConvTranspose[123]d": _TRANSPOSED,
    "Conv1D": {"weight": "i o", "kernel": "*f i o", "bias": "o"},
    "Conv[23]D": {"kernel": "*f i o", "bias": "o"},
    "Conv[123]DTranspose": {"kernel": "*f o i", "bias": "o"},
    "DepthwiseConv[12]D": {"kernel|depthwise_kernel": "*f i k", "bias": "o"},
    "SeparableConv[12]D": {"depthwise_kernel": "*f i k", "pointwise_kernel": "*f h o", "bias": "o"},
    "Embedding|EmbeddingBag": {"weight|embeddings": "v x"},
    "Bilinear": {"weight": "o i j", "bias": "o"},
    "PReLU": {"weight": "o", "alpha": "*o"},
    "(Group|Batch|Instance|Sync|Frozen)\\w*Norm\\w*": _CHANNELS,
    "\\w*(RMS|Layer)\\w*Norm\\w*": _SHIFTED | {"scale|g": "x"},
    "MultiheadAttention": _ATTENTION,
    "LSTM|LSTMCell": _gates("4") | _columns("4"),
    "GRU|GRUCell": _gates("3") | {"kernel": "i 3h", "recurrent_kernel": "h 3h", "bias": "3h"},
    "RNN|RNNCell|SimpleRNNCell": _gates("") | _columns(""),
    "ConvLSTM[123]DCell": _kernels("4"),
    "EinsumDense": {"kernel": "i *o", "bias": "*o"},
    "Dense": {"kernel": "i o", "bias": "o"},
    "BatchNormalization|GroupNormalization": _CHANNELS,
    "\\w*LayerNormalization|\\w*RMSNormalization": _SHIFTED | {"scale": "x"},
}
# Parts of a file, whose class nobody knows: by a pattern of their own names.
_IN_FILES: dict[str, Axes] = {
    r"lora_a": {"weight": "r i"},
    r"lora_b": {"weight": "o r"},
    r".*(pos|wpe|place).*": {"weight": "p x"},
    r".*(type|segment|task).*emb.*": {"weight": "1 x"},
    r".*(emb|wte|word|vocab).*": {"weight": "v x"},
    r".*(norm|ln)\w*": {"weight|bias|gamma|beta": "x"},
    r".*": {"weight": "o i", "bias": "o"},
}
# Tensors that are called the same in many models, by the end of their paths: an axis that has no letter yet.
_NAMED = {
    r".*parametrizations\.weight\.original0": "o *1",
    r".*parametrizations\.weight\.original1?": "o i *f",
    r".*(pos\w*_?emb\w*|position\w*|\bwpe\b|position_ids)(\.\w+)?": "*1 p x",
    r".*\bexperts\.\w*gate_up\w*(?<!bias)": "e 2ff? 2ff?",
    r".*\bexperts\.\w*gate_up\w*": "e 2ff?",
    r".*\bexperts\.\w*(?<!bias)": "e ff? ff?",
    r".*\bexperts\.\w*": "e ff?",
    r".*\b(gate|router|router\.\w+)\.(weight|wg|classifier)": "e x",
    r".*(cls|class|dist|mask|register|reg)_?(token|embed)\w*": "*1 x",
}


@functools.cache
def axes_of(names: tuple[str, ...]) -> Axes:
    """The axes of the tensors of a class, by its own name and those of its bases."""
    for name in names:
        for pattern, axes in _KINDS.items():
            if re.fullmatch(pattern, name):
                return axes
    return {}


def axes_in_file(name: str, weight: Shape | None, bias: Shape | None) -> Axes:
    """The axes of the tensors of a part of a file, by its name, and by the side that its bias is on."""
    if weight and bias and len(weight) == 2 and bias == weight[1:] != weight[:1]:
        return {"weight": "i o", "bias": "o"}
    return next((axes for pattern, axes in _IN_FILES.items() if re.fullmatch(pattern, name.lower())), {})


def letters_of(axes: Axes, name: str, many: int) -> list[str]:
    """A letter for each of so many axes of a tensor, "" where it has none; [] if it is not listed."""
    for pattern, said in axes.items():
        if re.fullmatch(pattern, name):
            return _spread(said.split(), many)
    return []


def named_letters(path: Iterable[str], many: int) -> list[str]:
    """The same for a tensor that is called so in many models."""
    return letters_of(_NAMED, ".".join(path), many)


def _spread(said: list[str], many: int) -> list[str]:
    """The letters, "*f" as often as there is room; [] where they are not as many as the axes."""
    spread: list[str] = []
    for each in said:
        if each.startswith("*") and len(each) > 1:
            room = many - (len(said) - 1)
            spread += [each[1:]] * max(room, 0)
        else:
            spread.append(each.replace("*", ""))
    return spread if len(spread) == many else []
