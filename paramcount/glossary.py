"""What the letters and the layers are called: one place for labels, "where ..." lines and questions."""

from __future__ import annotations

from .core import SUBSCRIPTS, Layer, LayerFunction

# The notation of the series. A layer of the textbook says that it keeps to it; of a reader's own letters only
# these five are taken to mean what they mean in every chapter.
_EVERYWHERE = ("i", "o", "h", "x", "ff")
NOTATION = {
    "i": "input size",
    "o": "output size",
    "h": "hidden size",
    "f": "filter size",
    "x": "model size",
    "ff": "inner size",
    "m": "encoder layers",
    "n": "decoder layers",
    "d": "head size",
    "v": "vocabulary size",
    "p": "positions",
    "e": "experts",
    "k": "filters a channel",
    "r": "rank",
}
# What is no size, and stands in pictures by a letter.
DRAWN = {
    "W": "weights",
    "b": "biases",
    "Q": "queries",
    "K": "keys",
    "V": "values",
    "d": "head size",
    "x": "what comes in",
    "h": "what is handed on",
    "c": "cell state",
    "t": "the step",
}
# How the networks that everybody knows are spelled.
_SPELLINGS = {
    "alexnet": "AlexNet",
    "bert": "BERT",
    "clip": "CLIP",
    "convnext": "ConvNeXt",
    "deepseek": "DeepSeek",
    "efficientnet": "EfficientNet",
    "gpt": "GPT",
    "gpt2": "GPT-2",
    "lenet": "LeNet",
    "mobilenet": "MobileNet",
    "resnet": "ResNet",
    "roberta": "RoBERTa",
    "t5": "T5",
    "unet": "U-Net",
    "vgg": "VGG",
    "vgg16": "VGG-16",
    "vit": "ViT",
}
_FRAMEWORKS = {"pytorch": "PyTorch", "keras": "Keras"}


def framework(module: str) -> str:
    """What the framework of a module is called; "" for no module.

    >>> framework("paramcount.pytorch"), framework("paramcount.keras"), framework("")
    ('PyTorch', 'Keras', '')
    """
    name = module.rpartition(".")[2]
    return _FRAMEWORKS.get(name, name)


def letter(size: str) -> str:
    """A size without its number: h for h₂."""
    return size.rstrip(SUBSCRIPTS)


def number(size: str) -> str:
    """The number of a size, on the line: 2 for h₂, "" for h."""
    digits = size[len(letter(size)) :]
    return digits.translate(str.maketrans(SUBSCRIPTS, "0123456789"))


def meaning(size: str, layer: Layer) -> str:
    """What a size of a layer is called in words; "" for a size that has only its name, such as heads.

    >>> from paramcount import conv, dense, ffnn
    >>> meaning("i", dense(3, 5)), meaning("i", conv(1, 3, 8)), meaning("h₂", ffnn(3, 5, 5, 2))
    ('input size', 'input channels', 'hidden size')
    """
    name = letter(size)
    means = layer.function.means if layer.function else NOTATION
    if name in means:
        return means[name]
    # A letter of the reader's own means what a layer of the textbook calls the size that it is given as.
    inner = [*layer.sizes.values(), *layer.parts.values()]
    for part in inner:
        if isinstance(part, Layer) and getattr(part.sizes.get(name), "name", None) == size:
            return meaning(size, part)
    return NOTATION[name] if name in _EVERYWHERE else ""


def title(layer: Layer | LayerFunction) -> str:
    """What a layer is called.

    >>> from paramcount import layer, layer_norm, lstm
    >>> title(lstm(3, 2)), title(layer_norm(8)), title(layer(lambda x: {"W": (x, x)}, title="Mine"))
    ('LSTM layer', 'Layer norm', 'Mine')

    A published network has the name that it is known by, and says when its sizes are others.
    """
    function = layer.function if isinstance(layer, Layer) else layer
    words = layer.name.replace("_", " ").strip()
    said = function.title if function else ""
    if said and isinstance(layer, Layer) and _is_changed(layer):
        said += ", changed"
    return said or _SPELLINGS.get(layer.name) or words[:1].upper() + words[1:]


def _is_changed(layer: Layer) -> bool:
    """Whether a published network has other sizes than it was published in."""
    function = layer.function
    if not function or not function.preset:
        return False
    published = {name: each.default for name, each in function.signature.parameters.items()}
    published |= function.preset
    return any(size != published[name] for name, size in layer.sizes.items() if name != "active")


def part_counted(layer: Layer) -> str:
    """Which part of a layer is counted, where experts are left out; "" where everything is.

    >>> from paramcount.models import mixtral_8x7b
    >>> part_counted(mixtral_8x7b(active=2)), part_counted(mixtral_8x7b())
    ('what one word uses, 2 of 8 experts', '')
    """
    sizes = layer.arguments()
    active, experts = sizes.get("active"), sizes.get("experts")
    return f"what one word uses, {active:,} of {experts:,} experts" if active and experts else ""
