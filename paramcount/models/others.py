"""Networks of other kinds: without attention, of two networks side by side, or to make pictures."""

from ..core import Tensor
from ..glossary import NOTATION
from ..layers import attention, conv, dense, embedding, encoder, ffnn, layer_norm, rms_norm, textbook
from .base import Published, check_side, exactly, sized
from .decoders import llama

_MAMBA = NOTATION | {"h": "inner channels", "s": "state", "n": "layers"}


@textbook(means=_MAMBA, example={"x": 768, "h": 1_536, "s": 16, "r": 48, "f": 4})
def mamba_block(x, h, s, r, f):
    """A block of Mamba: it reads word by word, and decides at each word what its state keeps.

    x: model size; h: inner channels; s: state, numbers that are kept for each channel; r: rank of the
    steps; f: words that the filter of each channel covers.
    Source: Gu and Dao 2023, arXiv:2312.00752.
    """
    return {
        "input": dense(x, 2 * h, bias=False),  # channels, and a gate for each
        "filter": conv(h, (f,), h, groups=h),
        "step, B, C": dense(h, r + 2 * s, bias=False),  # what each word decides; the step is Δ in the paper
        "step": dense(r, h),
        "A": Tensor((h, s)),
        "D": Tensor((h,), "weight"),
        "output": dense(h, x, bias=False),
    }


@textbook(means=_MAMBA, example={"x": 768, "h": 1_536, "s": 16, "r": 48, "f": 4})
def mamba_layer(x, h, s, r, f):
    """A layer of Mamba: a norm and a block, with no FFNN beside it."""
    return {"norm": rms_norm(x), "block": mamba_block(x, h, s, r, f)}


@textbook(means=_MAMBA, example={"v": 50_280, "x": 768, "n": 24, "h": 1_536, "s": 16, "r": 48, "f": 4})
def mamba(v, x, n, h, s, r, f):
    """Mamba: a network that writes, without attention, and whose memory does not grow with the text.

    v: vocabulary, one table for words and output; x: model size; n: layers; h: inner channels, 2 × x;
    s: state; r: rank of the steps, x ÷ 16; f: filter.
    Source: Gu and Dao 2023, arXiv:2312.00752 (130M to 2.8B); the integers are those of transformers'
    MambaForCausalLM.
    """
    return {
        "words": embedding(v, x),
        "layers": n * mamba_layer(x, h, s, r, f),
        "norm": rms_norm(x),
        "output": Tensor((v, x), same_as="words E"),
    }


mamba_130m = sized(mamba)
mamba_2_8b = sized(mamba_130m, x=2_560, n=64, h=5_120, r=160)


@textbook(
    example={"channels": 3, "side": 224, "patch": 32, "x": 768, "m": 12, "ff": 3_072, "heads": 12, "o": 512}
)
def clip_picture(channels, side, patch, x, m, ff, heads, o=None):
    """The encoder of CLIP that sees: a ViT with one more norm, and an output of o numbers or none."""
    check_side(side, patch)
    return {
        "patches": conv(channels, patch, x, bias=False),
        "class": Tensor((x,), "weight"),
        "positions": embedding((side // patch) ** 2 + 1, x),
        "norm 1": layer_norm(x),
        "layers": encoder(x, m, ff, heads),
        "norm 2": layer_norm(x),
        **({"output": dense(x, o, bias=False)} if o else {}),
    }


@textbook(example={"v": 49_408, "p": 77, "x": 512, "m": 12, "ff": 2_048, "heads": 8, "o": 512})
def clip_text(v, p, x, m, ff, heads, o):
    """The encoder of CLIP that reads: a GPT-2 whose output is o numbers for the whole text."""
    return {
        "words": embedding(v, x),
        "positions": embedding(p, x),
        "layers": encoder(x, m, ff, heads),
        "norm": layer_norm(x),
        "output": dense(x, o, bias=False),
    }


@textbook(
    example={
        "channels": 3,
        "side": 224,
        "patch": 32,
        "v": 49_408,
        "p": 77,
        "x": (768, 512),
        "m": (12, 12),
        "ff": (3_072, 2_048),
        "heads": (12, 8),
        "o": 512,
    },
)
def clip(channels, side, patch, v, p, x: int | tuple, m: int | tuple, ff: int | tuple, heads: int | tuple, o):
    """CLIP: one encoder for pictures and one for texts, which are to say the same with o numbers.

    channels, side, patch: of the picture; v, p: vocabulary and positions of the text; x, m, ff, heads:
    2 of each, of the picture's encoder and the text's; o: numbers in which the two are compared, times a
    scale that is trained too.
    Source: Radford et al. 2021, arXiv:2103.00020, section 2.4 (63M for the text); 151,277,313 is what
    transformers' CLIPModel counts.
    """
    sizes = {"x": x, "m": m, "ff": ff, "heads": heads}
    picture, text = zip(*(exactly(2, name, size) for name, size in sizes.items()), strict=True)
    return {
        "picture": clip_picture(channels, side, patch, *picture, o),
        "text": clip_text(v, p, *text, o),
        "scale": Tensor((), "weight"),
    }


clip_b32 = sized(clip)


@textbook(
    title="LLaVA",
    example={
        "channels": 3,
        "side": 336,
        "patch": 14,
        "m": 24,
        "v": 32_064,
        "n": 32,
        "x": (1_024, 4_096),
        "ff": (4_096, 11_008),
        "heads": (16, 32),
    },
)
def llava(channels, side, patch, m, v, n, x: int | tuple, ff: int | tuple, heads: int | tuple):
    """LLaVA: the part of CLIP that sees, an FFNN that makes words of patches, and a Llama that reads them.

    channels, side, patch: of the picture; m: layers that see; v: vocabulary; n: layers that write; x, ff,
    heads: 2 of each, of the two.
    Source: Liu et al. 2023, arXiv:2310.03744 (7B); 7,063,427,072 is what transformers'
    LlavaForConditionalGeneration counts, in which 64 of the words are new.
    """
    sizes = {"x": x, "ff": ff, "heads": heads}
    picture, text = zip(*(exactly(2, name, size) for name, size in sizes.items()), strict=True)
    (seen, *inside), (x, ff, heads) = picture, text
    return {
        "picture": clip_picture(channels, side, patch, seen, m, *inside),
        "projector": ffnn(seen, x, x),
        "text": llama(v, x, n, ff, heads, heads),
    }


llava_1_5_7b = sized(llava)


@textbook(title="DiT block", example={"x": 1_152, "ff": 4_608, "heads": 16})
def dit_block(x, ff, heads):
    """A block of DiT: attention and an FFNN, and a dense layer that computes what their norms do not train.

    x: model size; ff: inner size; heads. From the step and the class the modulation makes a gain and a shift
    for each norm, and how much of what attention and FFNN give is added: six numbers for each of x.
    """
    return {"modulation": dense(x, 6 * x), "attention": attention(x, heads), "feed-forward": ffnn(x, ff, x)}


@textbook(
    title="DiT",
    means=NOTATION | {"n": "blocks", "waves": "sinusoids of a step"},
    example={
        "channels": 4,
        "patch": 2,
        "waves": 256,
        "classes": 1_000,
        "x": 1_152,
        "n": 28,
        "ff": 4_608,
        "heads": 16,
    },
)
def dit(channels, patch, waves, classes, x, n, ff, heads):
    """DiT: a Transformer that takes noise out of a picture, step by step, and is told the step and a class.

    channels: of the picture, whose size does not matter, for positions are sinusoids; patch: height and width
    of a patch; waves: sinusoids that say which step it is; classes: of what is to be seen, and one row more
    for none; x: model size; n: blocks; ff: inner size; heads. The output has the noise of each channel and
    its spread.
    Source: Peebles and Xie 2022, arXiv:2212.09748 (675M), and models.py of facebookresearch/DiT.
    """
    return {
        "patches": conv(channels, patch, x),
        "step": ffnn(waves, x, x),
        "classes": embedding(classes + 1, x),
        "blocks": n * dit_block(x, ff, heads),
        "last modulation": dense(x, 2 * x),
        "output": dense(x, patch * patch * 2 * channels),
    }


dit_xl_2 = sized(dit)

_MAMBA_SOURCE = "arXiv:2312.00752; transformers"

OTHERS = {
    "CLIP ViT-B/32": Published(clip_b32, 2021, 151_277_313, "", "arXiv:2103.00020; transformers"),
    "LLaVA-1.5-7B": Published(llava_1_5_7b, 2023, 7_063_427_072, "7B", "arXiv:2310.03744; transformers"),
    "DiT-XL/2": Published(dit_xl_2, 2022, 674_834_720, "675M", "arXiv:2212.09748; PyTorch's layers"),
    "Mamba-130M": Published(mamba_130m, 2023, 129_135_360, "130M", _MAMBA_SOURCE),
    "Mamba-2.8B": Published(mamba_2_8b, 2023, 2_768_345_600, "2.8B", _MAMBA_SOURCE),
}
