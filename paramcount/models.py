"""Published networks: layer functions to read and to resize, and the sizes that they were published in.

A network is a layer function like any other, with the published sizes for defaults: `bert_base()`,
`bert_base(m=6)`, `explore(bert_base)`. `PUBLISHED` lists them all, with the counts that others print.
"""

import functools
from dataclasses import dataclass, replace
from itertools import pairwise

from .core import Layer, LayerFunction, Tensor
from .dims import Dim
from .layers import (
    attention,
    batch_norm,
    conv,
    dense,
    embedding,
    encoder,
    ffnn,
    layer_norm,
    rms_norm,
    textbook,
    transformer,
)

# -- what several of them need ------------------------------------------------------------------


def sized(function: LayerFunction, **sizes) -> LayerFunction:
    """A layer function with a default for every size: its example, but for the sizes given here.

    >>> longer = sized(gpt2_small, p=2_048)
    >>> longer().count, longer(n=24).count
    (125226240, 210280704)
    """
    sizes = {**function.example, **sizes}
    return replace(function, example=sizes, preset=sizes, base=function.base or function)


def _several(sizes: int | tuple) -> tuple:
    return sizes if isinstance(sizes, tuple) else (sizes,)


def _exactly(many: int, name: str, sizes: int | tuple) -> tuple:
    sizes = _several(sizes)
    if len(sizes) != many:
        given = ", ".join(map(str, sizes))
        raise ValueError(f"{name}=({given}): one for each of {many} layers is needed, not {len(sizes)}")
    return sizes


def _check_side(side: Dim, least: int) -> None:
    if side < least:
        raise ValueError(f"side={side}: nothing is left of a picture that is smaller than {least} × {least}")


def _others(name: str, n: Dim, other: Layer) -> dict[str, Layer]:
    """All but the first of n layers, which often reads another number of channels."""
    return {name: (n - 1) * other} if n > 1 else {}


def _dense_layers(*sizes: Dim) -> dict[str, Layer]:
    return {f"dense {k}": dense(i, o) for k, (i, o) in enumerate(pairwise(sizes), 1)}


# -- networks of convolutions -------------------------------------------------------------------

_CONVS = {"i": "input channels", "o": "filters", "h": "filters", "f": "filter size"}


@textbook(example={"channels": 1, "side": 32, "filters": (6, 16), "h": (120, 84), "classes": 10})
def lenet(channels, side, filters: int | tuple, h: int | tuple, classes):
    """LeNet, as it is usually built: two convolutions with a pooling after each, three dense layers.

    channels: of the picture; side: its height and width; filters: 2 sizes, one a convolution;
    h: 2 sizes, of the hidden dense layers; classes: outputs.
    Source: LeCun et al. 1998, Proc. IEEE 86(11); 61,706 is what PyTorch counts. The paper counts
    60,000: its second convolution leaves connections out, its poolings train, and its last layer
    does not.
    """
    a, b = _exactly(2, "filters", filters)
    _check_side(side, 16)
    left = side // 4 - 3  # each convolution of 5 × 5 takes 4 off the side, and each pooling halves it
    return {
        "conv 1": conv(channels, 5, a),
        "conv 2": conv(a, 5, b),
        **_dense_layers(b * left * left, *_exactly(2, "h", h), classes),
    }


lenet_5 = sized(lenet)


@textbook(
    example={"channels": 3, "filters": (64, 192, 384, 256, 256), "ff": 4_096, "classes": 1_000},
)
def alexnet(channels, filters: int | tuple, ff, classes, groups=1):
    """AlexNet: five convolutions and three dense layers, which hold nearly everything.

    channels: of the picture; filters: 5 sizes, one a convolution; ff: size of the hidden dense
    layers; classes: outputs; groups: 2 for the two towers of 2012, which meet in convolution 3 alone.
    Source: Krizhevsky et al. 2012, NeurIPS, which writes "60 million"; for one tower Krizhevsky
    2014, arXiv:1404.5997; 61,100,840 is in torchvision's table of weights.
    """
    a, b, c, d, e = _exactly(5, "filters", filters)
    return {
        "conv 1": conv(channels, 11, a),
        "conv 2": conv(a, 5, b, groups),
        "conv 3": conv(b, 3, c),
        "conv 4": conv(c, 3, d, groups),
        "conv 5": conv(d, 3, e, groups),
        **_dense_layers(e * 6 * 6, ff, ff, classes),  # a picture of 224 × 224 is 6 × 6 by then
    }


alexnet_2014 = sized(alexnet)
alexnet_2012 = sized(alexnet_2014, filters=(96, 256, 384, 384, 256), groups=2)


@textbook(means=_CONVS | {"n": "convolutions"}, example={"i": 64, "o": 128, "n": 2})
def vgg_block(i, o, n):
    """A block of VGG: n convolutions of 3 × 3 at one size of picture. i: channels in; o: filters."""
    return {"first conv": conv(i, 3, o)} | _others("other convs", n, conv(o, 3, o))


@textbook(
    example={
        "channels": 3,
        "side": 224,
        "convs": (2, 2, 3, 3, 3),
        "width": 64,
        "ff": 4_096,
        "classes": 1_000,
    },
)
def vgg(channels, side, convs: int | tuple, width, ff, classes):
    """VGG: blocks of convolutions, each followed by a pooling that halves the picture, and dense layers.

    channels: of the picture; side: its height and width; convs: how many convolutions in each
    block; width: filters in the first block, doubled from block to block up to 8 × width; ff: size
    of the hidden dense layers; classes: outputs.
    Source: Simonyan and Zisserman 2014, arXiv:1409.1556, table 1 (sizes) and table 2 (133 to 144
    million); the integers are in torchvision's table of weights.
    """
    blocks, i = {}, channels
    for k, n in enumerate(_several(convs)):
        o = min(2**k, 8) * width
        blocks[f"block {k + 1}"] = vgg_block(i, o, n)
        i = o
    _check_side(side, 2 ** len(blocks))
    left = side // 2 ** len(blocks)
    return blocks | _dense_layers(i * left * left, ff, ff, classes)


vgg_16 = sized(vgg)
vgg_11 = sized(vgg_16, convs=(1, 1, 2, 2, 2))
vgg_13 = sized(vgg_16, convs=(2, 2, 2, 2, 2))
vgg_19 = sized(vgg_16, convs=(2, 2, 4, 4, 4))


@textbook(means=_CONVS, example={"i": 64, "f": 3, "o": 64})
def conv_norm(i, f, o, groups=1):
    """A convolution and a batch norm, whose shift makes biases of the convolution useless."""
    return {"conv": conv(i, f, o, groups, bias=False), "norm": batch_norm(o)}


def _out(h: Dim, bottleneck: bool) -> Dim:
    return 4 * h if bottleneck else h


@textbook(means=_CONVS, example={"i": 256, "h": 64, "bottleneck": True})
def residual_block(i, h, bottleneck=False):
    """A block of ResNet: its convolutions, and a shortcut around them.

    i: channels in; h: filters; bottleneck: 1 × 1, 3 × 3, 1 × 1 to 4 × h channels, where it is else
    3 × 3 twice. The shortcut trains a convolution only where channels in and out differ.
    """
    o = _out(h, bottleneck)
    steps = [(i, 1, h), (h, 3, h), (h, 1, o)] if bottleneck else [(i, 3, h), (h, 3, h)]
    convs = {f"conv {k}": conv_norm(*step) for k, step in enumerate(steps, 1)}
    return convs | ({"shortcut": conv_norm(i, 1, o)} if i != o else {})


@textbook(means=_CONVS | {"n": "blocks"}, example={"i": 256, "h": 128, "n": 4, "bottleneck": True})
def residual_stage(i, h, n, bottleneck=False):
    """A stage of ResNet: n blocks at one size of picture. i: channels in; h: filters."""
    first, other = residual_block(i, h, bottleneck), residual_block(_out(h, bottleneck), h, bottleneck)
    return {"first block": first} | _others("other blocks", n, other)


@textbook(
    example={"channels": 3, "blocks": (3, 4, 6, 3), "width": 64, "classes": 1_000, "bottleneck": True},
)
def resnet(channels, blocks: int | tuple, width, classes, bottleneck=False):
    """ResNet: stages of residual blocks, then one number a channel, and one dense layer.

    channels: of the picture, whose size does not matter; blocks: how many in each stage; width:
    filters in the first stage, doubled from stage to stage; classes: outputs; bottleneck: blocks
    of three convolutions, from ResNet-50 on.
    Source: He et al. 2015, arXiv:1512.03385, table 1; the integers are in torchvision's table of
    weights. Keras counts 26,560 more in ResNet-50: a bias for every filter.
    """
    stages, i = {}, width
    for k, n in enumerate(_several(blocks)):
        stages[f"stage {k + 1}"] = residual_stage(i, 2**k * width, n, bottleneck)
        i = _out(2**k * width, bottleneck)
    return {"stem": conv_norm(channels, 7, width), **stages, "output": dense(i, classes)}


resnet_50 = sized(resnet)
resnet_101 = sized(resnet_50, blocks=(3, 4, 23, 3))
resnet_152 = sized(resnet_50, blocks=(3, 8, 36, 3))
resnet_34 = sized(resnet_50, bottleneck=False)
resnet_18 = sized(resnet_34, blocks=(2, 2, 2, 2))


@textbook(means=_CONVS, example={"i": 24, "t": 6, "o": 32})
def inverted_residual(i, t, o):
    """A block of MobileNetV2: widen t times by 1 × 1, filter each channel by itself, narrow by 1 × 1.

    i: channels in; t: how many times as many in the middle; o: channels out.
    """
    widen = {"widen": conv_norm(i, 1, t * i)} if t > 1 else {}
    return widen | {
        "each channel": conv_norm(t * i, 3, t * i, groups=t * i),
        "narrow": conv_norm(t * i, 1, o),
    }


@textbook(means=_CONVS | {"n": "blocks"}, example={"i": 24, "t": 6, "o": 32, "n": 3})
def inverted_stage(i, t, o, n):
    """A stage of MobileNetV2: n blocks at one size of picture. i: channels in; o: channels out."""
    return {"first block": inverted_residual(i, t, o)} | _others(
        "other blocks", n, inverted_residual(o, t, o)
    )


@textbook(example={"channels": 3, "t": 6, "h": 1_280, "classes": 1_000})
def mobilenet(channels, t, h, classes):
    """MobileNetV2: seventeen thin blocks in seven stages, and one dense layer, over a third of it all.

    channels: of the picture; t: how many times each block widens; h: channels before the output;
    classes: outputs. Source: Sandler et al. 2018, arXiv:1801.04381, table 2 (sizes) and table 4
    (3.4M); 3,504,872 is in torchvision's table of weights.
    """
    stages, i = {}, 32
    table = [(1, 16, 1), (t, 24, 2), (t, 32, 3), (t, 64, 4), (t, 96, 3), (t, 160, 3), (t, 320, 1)]
    for k, (wider, o, n) in enumerate(table, 1):
        stages[f"stage {k}"] = inverted_stage(i, wider, o, n)
        i = o
    return {
        "stem": conv_norm(channels, 3, 32),
        **stages,
        "last conv": conv_norm(i, 1, h),
        "output": dense(h, classes),
    }


mobilenet_v2 = sized(mobilenet)


# -- Transformers -------------------------------------------------------------------------------

transformer_base = sized(transformer, x=512, m=6, n=6, ff=2_048, heads=8, v=37_000)
transformer_big = sized(transformer_base, x=1_024, ff=4_096, heads=16)


@textbook(example={"v": 30_522, "p": 512, "x": 768, "m": 12, "ff": 3_072, "heads": 12})
def bert(v, p, x, m, ff, heads, pooler=True):
    """BERT: three tables, an encoder, and the pooler, a dense layer over the first word.

    v: vocabulary; p: positions; x: model size; m: layers; ff: inner size; heads; pooler: False
    leaves it out. Source: Devlin et al. 2018, arXiv:1810.04805 (110M and 340M); the integers are
    those of KerasHub's presets and of transformers' BertModel.
    """
    return {
        "words": embedding(v, x),
        "positions": embedding(p, x),
        "segments": embedding(2, x),
        "norm": layer_norm(x),
        "layers": encoder(x, m, ff, heads),
        **({"pooler": dense(x, x)} if pooler else {}),
    }


bert_base = sized(bert)
bert_large = sized(bert_base, x=1_024, m=24, ff=4_096, heads=16)


@textbook(example={"v": 50_257, "p": 1_024, "x": 768, "n": 12, "ff": 3_072, "heads": 12})
def gpt(v, p, x, n, ff, heads, tied=True):
    """GPT-2 and GPT-3: two tables, layers that look back only, a norm, and the table of words again.

    Without an encoder to look across to, a layer has the parts of an encoder layer. v: vocabulary;
    p: positions; x: model size; n: layers; ff: inner size; heads; tied: False for an output with a
    table of its own. Source: Radford et al. 2019, table 2 (117M to 1542M, which its authors call
    wrong in the README of openai/gpt-2); the integers of GPT-2 are those of KerasHub's presets.
    Brown et al. 2020, arXiv:2005.14165, table 2.1 (125M to 175.0B); the integers of GPT-3 are those
    of transformers' GPT2LMHeadModel in these sizes.
    """
    return {
        "words": embedding(v, x),
        "positions": embedding(p, x),
        "layers": encoder(x, n, ff, heads),
        "norm": layer_norm(x),
        "output": Tensor((v, x), same_as="words E" if tied else ""),
    }


gpt2_small = sized(gpt)
gpt2_medium = sized(gpt2_small, x=1_024, n=24, ff=4_096, heads=16)
gpt2_large = sized(gpt2_small, x=1_280, n=36, ff=5_120, heads=20)
gpt2_xl = sized(gpt2_small, x=1_600, n=48, ff=6_400, heads=25)

gpt3_small = sized(gpt2_small, p=2_048)
gpt3_medium = sized(gpt2_medium, p=2_048)
gpt3_large = sized(gpt3_small, x=1_536, n=24, ff=6_144, heads=16)
# The table prints 24 heads for XL and 40 for 13B. They do not divide x, and move no parameter.
gpt3_xl = sized(gpt3_small, x=2_048, n=24, ff=8_192, heads=16)
gpt3_2_7b = sized(gpt3_small, x=2_560, n=32, ff=10_240, heads=32)
gpt3_6_7b = sized(gpt3_small, x=4_096, n=32, ff=16_384, heads=32)
gpt3_13b = sized(gpt3_small, x=5_140, n=40, ff=20_560, heads=20)
gpt3_175b = sized(gpt3_small, x=12_288, n=96, ff=49_152, heads=96)


@textbook(example={"x": 512, "ff": 2_048, "heads": 8, "cross": True})
def t5_layer(x, ff, heads, cross=False):
    """A layer of T5: no bias anywhere, and norms without a shift. cross: with cross-attention."""
    looks = ["self-attention", "cross-attention"] if cross else ["self-attention"]
    parts: dict[str, Layer] = {}
    for k, name in enumerate(looks, 1):
        parts |= {f"norm {k}": rms_norm(x), name: attention(x, heads, bias=False)}
    return parts | {f"norm {len(looks) + 1}": rms_norm(x), "feed-forward": ffnn(x, ff, x, bias=False)}


@textbook(example={"buckets": 32, "x": 512, "n": 6, "ff": 2_048, "heads": 8})
def t5_stack(buckets, x, n, ff, heads, cross=False):
    """A stack of T5: n layers, one small table of distances for them all, and a norm."""
    return {
        "distances": embedding(buckets, heads),
        "layers": n * t5_layer(x, ff, heads, cross),
        "norm": rms_norm(x),
    }


@textbook(example={"v": 32_128, "buckets": 32, "x": 512, "m": 6, "n": 6, "ff": 2_048, "heads": 8})
def t5(v, buckets, x, m, n, ff, heads):
    """T5: a Transformer without biases, which learns how much each distance between words matters.

    v: vocabulary, one table for the words in, the words out and the output; buckets:
    groups of distances, for each of which a head has one number; x: model size; m, n: encoder and
    decoder layers; ff: inner size; heads. Source: Raffel et al. 2019, arXiv:1910.10683 (60 million);
    60,506,624 is what transformers' T5ForConditionalGeneration counts.
    """
    return {
        "words": embedding(v, x),
        "encoder": t5_stack(buckets, x, m, ff, heads),
        "decoder": t5_stack(buckets, x, n, ff, heads, cross=True),
        "output": Tensor((v, x), same_as="words E"),
    }


t5_small = sized(t5)


@textbook(
    example={
        "channels": 3,
        "side": 224,
        "patch": 16,
        "x": 768,
        "m": 12,
        "ff": 3_072,
        "heads": 12,
        "classes": 1_000,
    },
)
def vit(channels, side, patch, x, m, ff, heads, classes):
    """A vision Transformer (ViT): the picture in patches, each read as a word by an encoder.

    channels: of the picture; side: its height and width; patch: those of a patch, one filter;
    x: model size; m: layers; ff: inner size; heads; classes: outputs.
    Source: Dosovitskiy et al. 2020, arXiv:2010.11929, table 1 (86M); 86,567,656 is in torchvision's
    table of weights.
    """
    _check_side(side, patch)
    return {
        "patches": conv(channels, patch, x),
        "class": Tensor((x,), "weight"),
        "positions": embedding((side // patch) ** 2 + 1, x),  # one for each patch, and one for the class
        "layers": encoder(x, m, ff, heads),
        "norm": layer_norm(x),
        "output": dense(x, classes),
    }


vit_b16 = sized(vit)


@textbook(kind="attention", example={"x": 4_096, "heads": 32, "kv_heads": 8})
def grouped_attention(x, heads, kv_heads):
    """Grouped-query attention: several heads of queries share one head of keys and values.

    x: model size; heads: of queries; kv_heads: of keys, and of values. No biases. Raises ValueError
    where heads does not divide x, or kv_heads does not divide heads.
    Source: Ainslie et al. 2023, arXiv:2305.13245.
    """
    if heads % kv_heads:
        raise ValueError(
            f"kv_heads={kv_heads} must divide heads={heads}: "
            "each head of keys and values serves as many heads of queries"
        )
    whole = attention(x, heads, bias=False).parts
    narrow = {name: dense(x, kv_heads * (x // heads), bias=False) for name in ("key", "value")}
    return {"query": whole["query"], **narrow, "output": whole["output"]}


@textbook(example={"x": 4_096, "ff": 11_008})
def swiglu(x, ff):
    """A gated FFNN (SwiGLU): three dense layers, of which one decides how much of another passes.

    x: model size; ff: inner size. No biases. Source: Shazeer 2020, arXiv:2002.05202.
    """
    return {
        "gate": dense(x, ff, bias=False),
        "up": dense(x, ff, bias=False),
        "down": dense(ff, x, bias=False),
    }


@textbook(example={"x": 4_096, "ff": 14_336, "experts": 8})
def mixture(x, ff, experts, active=None):
    """A mixture of experts: a router, and FFNNs of which each word passes through a few.

    x: model size; ff: inner size of an expert; experts: how many; active: how many to count, for
    what one word uses; None counts all that is trained. Raises ValueError for more than there are.
    """
    if active and active > experts:
        raise ValueError(f"active={active}: a word can pass through no more than the {experts} experts")
    return {"router": dense(x, experts, bias=False), "experts": (active or experts) * swiglu(x, ff)}


@textbook(example={"x": 4_096, "ff": 11_008, "heads": 32, "kv_heads": 32})
def llama_layer(x, ff, heads, kv_heads, experts=None, active=None):
    """A layer of Llama, Mistral and Mixtral: attention and a gated FFNN, a norm before each."""
    if active and not experts:
        raise ValueError(
            f"active={active}: there are no experts for a word to pass through; give experts too"
        )
    return {
        "norm 1": rms_norm(x),
        "attention": grouped_attention(x, heads, kv_heads),
        "norm 2": rms_norm(x),
        "feed-forward": mixture(x, ff, experts, active) if experts else swiglu(x, ff),
    }


@textbook(example={"v": 32_000, "x": 4_096, "n": 32, "ff": 11_008, "heads": 32, "kv_heads": 32})
def llama(v, x, n, ff, heads, kv_heads, experts=None, active=None):
    """Llama, Mistral and Mixtral: words, layers, a norm and an output. Positions are turned in: 0.

    v: vocabulary; x: model size; n: layers; ff: inner size; heads, kv_heads: of queries, and of
    keys and values; experts: FFNNs in each layer, None for a single one; active: how many of them
    to count, for what one word uses.
    Source: Touvron et al. 2023, arXiv:2307.09288; Grattafiori et al. 2024, arXiv:2407.21783; Jiang
    et al. 2023, arXiv:2310.06825, table 1; Jiang et al. 2024, arXiv:2401.04088 (47B, of which
    13B active); the integers are those of KerasHub's presets.
    """
    return {
        "words": embedding(v, x),
        "layers": n * llama_layer(x, ff, heads, kv_heads, experts, active),
        "norm": rms_norm(x),
        "output": dense(x, v, bias=False),
    }


llama_2_7b = sized(llama)
llama_3_8b = sized(llama_2_7b, v=128_256, ff=14_336, kv_heads=8)
mistral_7b = sized(llama_3_8b, v=32_000)
mixtral_8x7b = sized(mistral_7b, experts=8)  # mixtral_8x7b(active=2) is what one word uses


# -- the table of them all ----------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Published:
    """A network in the sizes that it was published in.

    function: the network; year: of its paper; parameters: the exact count, as others print it; printed:
    what its paper prints, "" where it prints nothing; source: the paper, and who counts exactly.
    """

    function: LayerFunction
    year: int
    parameters: int
    printed: str
    source: str

    @functools.cached_property
    def layer(self) -> Layer:
        """The network in its published sizes."""
        return self.function()


_VGG = "arXiv:1409.1556, table 2; torchvision"
_RESNET = "arXiv:1512.03385; torchvision"
_TRANSFORMER = "arXiv:1706.03762, table 3; PyTorch's layers and 37,000 words"
_BERT = "arXiv:1810.04805; KerasHub"
_GPT_2 = "Radford et al. 2019, table 2; KerasHub"
_GPT_3 = "arXiv:2005.14165, table 2.1; transformers"

PUBLISHED = {
    "LeNet-5": Published(lenet_5, 1998, 61_706, "60,000", "LeCun et al. 1998; PyTorch's layers"),
    "AlexNet": Published(alexnet_2012, 2012, 60_965_224, "60M", "Krizhevsky et al. 2012; Caffe"),
    "AlexNet, one tower": Published(alexnet_2014, 2014, 61_100_840, "", "arXiv:1404.5997; torchvision"),
    "VGG-11": Published(vgg_11, 2014, 132_863_336, "133M", _VGG),
    "VGG-13": Published(vgg_13, 2014, 133_047_848, "133M", _VGG),
    "VGG-16": Published(vgg_16, 2014, 138_357_544, "138M", _VGG),
    "VGG-19": Published(vgg_19, 2014, 143_667_240, "144M", _VGG),
    "ResNet-18": Published(resnet_18, 2015, 11_689_512, "", _RESNET),
    "ResNet-34": Published(resnet_34, 2015, 21_797_672, "", _RESNET),
    "ResNet-50": Published(resnet_50, 2015, 25_557_032, "", _RESNET),
    "ResNet-101": Published(resnet_101, 2015, 44_549_160, "", _RESNET),
    "ResNet-152": Published(resnet_152, 2015, 60_192_808, "", _RESNET),
    "Transformer base": Published(transformer_base, 2017, 63_082_496, "65M", _TRANSFORMER),
    "Transformer big": Published(transformer_big, 2017, 214_245_376, "213M", _TRANSFORMER),
    "MobileNetV2": Published(mobilenet_v2, 2018, 3_504_872, "3.4M", "arXiv:1801.04381, table 4; torchvision"),
    "BERT-base": Published(bert_base, 2018, 109_482_240, "110M", _BERT),
    "BERT-large": Published(bert_large, 2018, 335_141_888, "340M", _BERT),
    "GPT-2 small": Published(gpt2_small, 2019, 124_439_808, "117M", _GPT_2),
    "GPT-2 medium": Published(gpt2_medium, 2019, 354_823_168, "345M", _GPT_2),
    "GPT-2 large": Published(gpt2_large, 2019, 774_030_080, "762M", _GPT_2),
    "GPT-2 XL": Published(gpt2_xl, 2019, 1_557_611_200, "1542M", _GPT_2),
    "T5-small": Published(t5_small, 2019, 60_506_624, "60M", "arXiv:1910.10683; transformers"),
    "GPT-3 Small": Published(gpt3_small, 2020, 125_226_240, "125M", _GPT_3),
    "GPT-3 Medium": Published(gpt3_medium, 2020, 355_871_744, "350M", _GPT_3),
    "GPT-3 Large": Published(gpt3_large, 2020, 760_300_032, "760M", _GPT_3),
    "GPT-3 XL": Published(gpt3_xl, 2020, 1_315_723_264, "1.3B", _GPT_3),
    "GPT-3 2.7B": Published(gpt3_2_7b, 2020, 2_651_553_280, "2.7B", _GPT_3),
    "GPT-3 6.7B": Published(gpt3_6_7b, 2020, 6_658_404_352, "6.7B", _GPT_3),
    "GPT-3 13B": Published(gpt3_13b, 2020, 12_952_938_780, "13.0B", _GPT_3),
    "GPT-3 175B": Published(gpt3_175b, 2020, 174_604_259_328, "175.0B", _GPT_3),
    "ViT-B/16": Published(vit_b16, 2020, 86_567_656, "86M", "arXiv:2010.11929, table 1; torchvision"),
    "Llama-2-7B": Published(llama_2_7b, 2023, 6_738_415_616, "7B", "arXiv:2307.09288; KerasHub"),
    "Mistral-7B": Published(mistral_7b, 2023, 7_241_732_096, "7B", "arXiv:2310.06825; KerasHub"),
    "Mixtral-8x7B": Published(mixtral_8x7b, 2023, 46_702_792_704, "47B", "arXiv:2401.04088; KerasHub"),
    "Llama-3-8B": Published(llama_3_8b, 2024, 8_030_261_248, "8B", "arXiv:2407.21783; KerasHub"),
}
