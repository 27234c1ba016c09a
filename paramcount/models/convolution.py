"""Networks of convolutions, for pictures."""

from itertools import pairwise

from ..core import Tensor
from ..dims import Dim
from ..layers import batch_norm, conv, dense, ffnn, layer_norm, textbook
from .base import Published, check_side, dense_layers, exactly, others, several, sized

_CONVS = {
    "i": "input channels",
    "o": "filters",
    "h": "filters",
    "f": "filter size",
    "t": "times as wide inside",
}


@textbook(example={"channels": 1, "side": 32, "filters": (6, 16), "h": (120, 84), "classes": 10})
def lenet(channels, side, filters: int | tuple, h: int | tuple, classes):
    """LeNet, as it is usually built: two convolutions with a pooling after each, three dense layers.

    channels: of the picture; side: its height and width; filters: 2 sizes, one a convolution;
    h: 2 sizes, of the hidden dense layers; classes: outputs.
    Source: LeCun et al. 1998, Proc. IEEE 86(11); 61,706 is what PyTorch counts. The paper counts
    60,000: its second convolution leaves connections out, its poolings train, and its last layer
    does not.
    """
    a, b = exactly(2, "filters", filters)
    check_side(side, 16)
    left = side // 4 - 3  # each convolution of 5 × 5 takes 4 off the side, and each pooling halves it
    return {
        "conv 1": conv(channels, 5, a),
        "conv 2": conv(a, 5, b),
        **dense_layers(b * left * left, *exactly(2, "h", h), classes),
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
    a, b, c, d, e = exactly(5, "filters", filters)
    return {
        "conv 1": conv(channels, 11, a),
        "conv 2": conv(a, 5, b, groups),
        "conv 3": conv(b, 3, c),
        "conv 4": conv(c, 3, d, groups),
        "conv 5": conv(d, 3, e, groups),
        **dense_layers(e * 6 * 6, ff, ff, classes),  # a picture of 224 × 224 is 6 × 6 by then
    }


alexnet_2014 = sized(alexnet)
alexnet_2012 = sized(alexnet_2014, filters=(96, 256, 384, 384, 256), groups=2)


@textbook(means=_CONVS | {"n": "convolutions"}, example={"i": 64, "o": 128, "n": 2})
def vgg_block(i, o, n):
    """A block of VGG: n convolutions of 3 × 3 at one size of picture. i: channels in; o: filters."""
    return {"first conv": conv(i, 3, o)} | others("other convs", n, conv(o, 3, o))


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
    for k, n in enumerate(several(convs)):
        o = min(2**k, 8) * width
        blocks[f"block {k + 1}"] = vgg_block(i, o, n)
        i = o
    check_side(side, 2 ** len(blocks))
    left = side // 2 ** len(blocks)
    return blocks | dense_layers(i * left * left, ff, ff, classes)


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
    return {"first block": first} | others("other blocks", n, other)


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
    for k, n in enumerate(several(blocks)):
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
    return {"first block": inverted_residual(i, t, o)} | others("other blocks", n, inverted_residual(o, t, o))


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


@textbook(title="Squeeze and excitation", means=_CONVS | {"h": "inner channels"}, example={"i": 96, "h": 4})
def squeeze_excitation(i, h):
    """Squeeze and excitation: how much of each channel passes is decided by two dense layers over them all.

    i: channels; h: of them in the middle. Source: Hu et al. 2017, arXiv:1709.01507.
    """
    return {"squeeze": dense(i, h), "excite": dense(h, i)}


@textbook(title="MBConv block", means=_CONVS, example={"i": 16, "t": 6, "f": 3, "o": 24})
def mbconv(i, t, f, o):
    """A block of EfficientNet: one of MobileNetV2 with filters of f × f, and squeeze and excitation.

    i: channels in; t: how many times as many in the middle; f: filter size; o: channels out.
    """
    widen = {"widen": conv_norm(i, 1, t * i)} if t > 1 else {}
    return widen | {
        "each channel": conv_norm(t * i, f, t * i, groups=t * i),
        "squeeze": squeeze_excitation(t * i, i // 4),
        "narrow": conv_norm(t * i, 1, o),
    }


@textbook(
    title="MBConv stage", means=_CONVS | {"n": "blocks"}, example={"i": 16, "t": 6, "f": 3, "o": 24, "n": 2}
)
def mbconv_stage(i, t, f, o, n):
    """A stage of EfficientNet: n blocks at one size of picture. i: channels in; o: channels out."""
    return {"first block": mbconv(i, t, f, o)} | others("other blocks", n, mbconv(o, t, f, o))


@textbook(example={"channels": 3, "t": 6, "h": 1_280, "classes": 1_000})
def efficientnet(channels, t, h, classes):
    """EfficientNet-B0: sixteen blocks in seven stages, and one dense layer.

    channels: of the picture; t: how many times each block widens; h: channels before the output;
    classes: outputs. Source: Tan and Le 2019, arXiv:1905.11946, table 1 (sizes) and table 2 (5.3M);
    5,288,548 is in torchvision's table of weights.
    """
    stages, i = {}, 32
    table = [(1, 3, 16, 1), (t, 3, 24, 2), (t, 5, 40, 2), (t, 3, 80, 3)]
    table += [(t, 5, 112, 3), (t, 5, 192, 4), (t, 3, 320, 1)]
    for k, (wider, f, o, n) in enumerate(table, 1):
        stages[f"stage {k}"] = mbconv_stage(i, wider, f, o, n)
        i = o
    return {
        "stem": conv_norm(channels, 3, 32),
        **stages,
        "last conv": conv_norm(i, 1, h),
        "output": dense(h, classes),
    }


efficientnet_b0 = sized(efficientnet)


@textbook(title="ConvNeXt block", example={"x": 96})
def convnext_block(x):
    """A block of ConvNeXt: each channel filtered by itself, then a norm and an FFNN, and a gain at the end.

    x: channels. It is a Transformer's layer with a convolution in place of the attention.
    """
    return {
        "each channel": conv(x, 7, x, groups=x),
        "norm": layer_norm(x),
        "feed-forward": ffnn(x, 4 * x, x),
        "gain": Tensor((x,), "weight"),
    }


@textbook(means=_CONVS, example={"i": 96, "o": 192})
def halving(i, o):
    """What halves the picture between two stages of ConvNeXt: a norm, and a convolution of 2 × 2."""
    return {"norm": layer_norm(i), "conv": conv(i, 2, o)}


@textbook(example={"channels": 3, "blocks": (3, 3, 9, 3), "x": (96, 192, 384, 768), "classes": 1_000})
def convnext(channels, blocks: int | tuple, x: int | tuple, classes):
    """ConvNeXt: stages of blocks that keep the size of the picture, which is halved in between.

    channels: of the picture, whose size does not matter; blocks: how many in each stage; x: channels in
    each stage; classes: outputs.
    Source: Liu et al. 2022, arXiv:2201.03545 (29M); 28,589,128 is in torchvision's table of weights.
    """
    sizes = several(x)
    parts = {"stem": conv(channels, 4, sizes[0]), "stem norm": layer_norm(sizes[0])}
    for k, n in enumerate(exactly(len(sizes), "blocks", blocks)):
        if k:
            parts[f"halve {k}"] = halving(sizes[k - 1], sizes[k])
        parts[f"stage {k + 1}"] = n * convnext_block(sizes[k])
    return parts | {"norm": layer_norm(sizes[-1]), "output": dense(sizes[-1], classes)}


convnext_t = sized(convnext)


@textbook(title="U-Net block", means=_CONVS, example={"i": 128, "o": 64})
def up_block(i, o):
    """A block on the way up a U-Net: the picture doubled, then joined with the one from the way down.

    i: channels in; o: channels out. A convolution that doubles has the weights of one that halves; the two
    after it read o channels from below and o from the left.
    """
    return {"double": conv(i, 2, o), "convs": vgg_block(2 * o, o, 2)}


@textbook(example={"channels": 1, "filters": (64, 128, 256, 512, 1_024), "classes": 2})
def unet(channels, filters: int | tuple, classes):
    """U-Net: down to a small picture with many channels and up again, each step joined with its opposite.

    channels: of the picture, whose size does not matter; filters: on each step down; classes: of which
    each pixel gets one. Source: Ronneberger et al. 2015, arXiv:1505.04597, figure 1: 23 convolutions.
    """
    sizes = several(filters)
    down = {f"down {k}": vgg_block(i, o, 2) for k, (i, o) in enumerate(pairwise((channels, *sizes)), 1)}
    up = {f"up {k}": up_block(i, o) for k, (i, o) in enumerate(pairwise(sizes[::-1]), 1)}
    return down | up | {"output": conv(sizes[0], 1, classes)}


unet_2015 = sized(unet)

_VGG = "arXiv:1409.1556, table 2; torchvision"
_RESNET = "arXiv:1512.03385; torchvision"

CONVOLUTIONS = {
    "LeNet-5": Published(lenet_5, 1998, 61_706, "60,000", "LeCun et al. 1998; PyTorch's layers"),
    "AlexNet": Published(alexnet_2012, 2012, 60_965_224, "60M", "Krizhevsky et al. 2012; Caffe"),
    "AlexNet, one tower": Published(alexnet_2014, 2014, 61_100_840, "", "arXiv:1404.5997; torchvision"),
    "VGG-11": Published(vgg_11, 2014, 132_863_336, "133M", _VGG),
    "VGG-13": Published(vgg_13, 2014, 133_047_848, "133M", _VGG),
    "VGG-16": Published(vgg_16, 2014, 138_357_544, "138M", _VGG),
    "VGG-19": Published(vgg_19, 2014, 143_667_240, "144M", _VGG),
    "U-Net": Published(unet_2015, 2015, 31_030_658, "", "arXiv:1505.04597, figure 1; PyTorch's layers"),
    "ResNet-18": Published(resnet_18, 2015, 11_689_512, "", _RESNET),
    "ResNet-34": Published(resnet_34, 2015, 21_797_672, "", _RESNET),
    "ResNet-50": Published(resnet_50, 2015, 25_557_032, "", _RESNET),
    "ResNet-101": Published(resnet_101, 2015, 44_549_160, "", _RESNET),
    "ResNet-152": Published(resnet_152, 2015, 60_192_808, "", _RESNET),
    "MobileNetV2": Published(mobilenet_v2, 2018, 3_504_872, "3.4M", "arXiv:1801.04381, table 4; torchvision"),
    "EfficientNet-B0": Published(
        efficientnet_b0, 2019, 5_288_548, "5.3M", "arXiv:1905.11946, table 2; torchvision"
    ),
    "ConvNeXt-T": Published(convnext_t, 2022, 28_589_128, "29M", "arXiv:2201.03545; torchvision"),
}
