"""What the letters and the layers are called: one place for labels, "where ..." lines and questions."""

from __future__ import annotations

from .core import Layer, LayerFunction

# The notation of the series. A layer of the textbook says so; a reader's own letters mean what he says.
NOTATION = {
    "i": "input size",
    "o": "output size",
    "h": "hidden size",
    "f": "filter size",
    "x": "model size",
    "ff": "inner size",
    "m": "encoder layers",
    "n": "decoder layers",
    "v": "vocabulary size",
    "p": "positions",
}
_FRAMEWORKS = {"pytorch": "PyTorch", "keras": "Keras"}
_SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"


def framework(module: str) -> str:
    """What the framework of a module is called; "" for no module.

    >>> framework("paramcount.pytorch"), framework("paramcount.keras"), framework("")
    ('PyTorch', 'Keras', '')
    """
    name = module.rpartition(".")[2]
    return _FRAMEWORKS.get(name, name)


def letter(size: str) -> str:
    """A size without its number: h for h₂."""
    return size.rstrip(_SUBSCRIPTS)


def number(size: str) -> str:
    """The number of a size, on the line: 2 for h₂, "" for h."""
    digits = size[len(letter(size)) :]
    return digits.translate(str.maketrans(_SUBSCRIPTS, "0123456789"))


def meaning(size: str, layer: Layer) -> str:
    """What a size of a layer is called in words; "" for a size that has only its name, such as heads.

    >>> from paramcount import conv, dense, ffnn
    >>> meaning("i", dense(3, 5)), meaning("i", conv(1, 3, 8)), meaning("h₂", ffnn(3, 5, 5, 2))
    ('input size', 'input channels', 'hidden size')
    """
    means = layer.function.means if layer.function else NOTATION
    if words := means.get(letter(size), ""):
        return words
    inner = (meaning(size, part) for part in layer.sizes.values() if isinstance(part, Layer))
    return next(filter(None, inner), "")


def title(layer: Layer | LayerFunction) -> str:
    """What a layer is called.

    >>> from paramcount import layer, layer_norm, lstm
    >>> title(lstm(3, 2)), title(layer_norm(8)), title(layer(lambda x: {"W": (x, x)}, title="Mine"))
    ('LSTM layer', 'Layer norm', 'Mine')
    """
    function = layer.function if isinstance(layer, Layer) else layer
    name = layer.name if isinstance(layer, Layer) else layer.__name__
    words = name.replace("_", " ").strip()
    return (function.title if function else "") or words[:1].upper() + words[1:]
