"""What the letters and the layers are called: one place for labels, "where ..." lines and questions."""

_SIZES = {
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

# Where a letter means something else in one kind of layer.
_SIZES_IN = {
    "conv": {"i": "input channels", "o": "filters"},
    "batch_norm": {"o": "channels"},
}

_TITLES = {
    "dense": "Dense layer",
    "ffnn": "Feed-forward network",
    "rnn": "RNN layer",
    "gru": "GRU layer",
    "lstm": "LSTM layer",
    "conv": "Convolution layer",
    "attention": "Multi-head attention",
    "scaled_dot_product": "Scaled dot-product attention",
    "rms_norm": "RMS norm",
    "alexnet": "AlexNet",
    "bert": "BERT",
    "gpt": "GPT",
    "gpt2": "GPT-2",
    "lenet": "LeNet",
    "mobilenet": "MobileNet",
    "resnet": "ResNet",
    "t5": "T5",
    "vgg": "VGG",
    "vgg16": "VGG-16",
    "vit": "ViT",
    "encoder": "Transformer encoder",
    "decoder": "Transformer decoder",
    "encoder_layer": "Transformer encoder layer",
    "decoder_layer": "Transformer decoder layer",
}

_FRAMEWORKS = {"pytorch": "PyTorch", "keras": "Keras"}


def framework(module: str) -> str:
    """What the framework of a module is called; "" for any other module.

    >>> framework("paramcount.pytorch"), framework("paramcount.layers")
    ('PyTorch', '')
    """
    package, _, name = module.rpartition(".")
    return _FRAMEWORKS.get(name, "") if package == __package__ else ""


def meaning(size: str, layer: str = "") -> str:
    """What a size is called in words; "" for a size that has only its name, such as heads.

    >>> meaning("i"), meaning("i", "conv"), meaning("h₂"), meaning("heads")
    ('input size', 'input channels', 'hidden size', '')
    """
    letter = size.rstrip("₀₁₂₃₄₅₆₇₈₉")
    return _SIZES_IN.get(layer, {}).get(letter) or _SIZES.get(letter, "")


def title(layer: str) -> str:
    """What a layer is called.

    >>> title("lstm"), title("layer_norm"), title("my_adapter")
    ('LSTM layer', 'Layer norm', 'My adapter')
    """
    words = layer.replace("_", " ").strip()
    return _TITLES.get(layer) or words[:1].upper() + words[1:]
