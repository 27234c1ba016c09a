"""Networks of other kinds: without attention, or with two encoders beside each other."""

from ..core import Tensor
from ..glossary import NOTATION
from ..layers import conv, dense, embedding, encoder, layer_norm, rms_norm, textbook
from .base import Published, check_side, exactly, sized

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
def clip_picture(channels, side, patch, x, m, ff, heads, o):
    """The encoder of CLIP that sees: a ViT with one more norm, whose output is o numbers."""
    check_side(side, patch)
    return {
        "patches": conv(channels, patch, x, bias=False),
        "class": Tensor((x,), "weight"),
        "positions": embedding((side // patch) ** 2 + 1, x),
        "norm 1": layer_norm(x),
        "layers": encoder(x, m, ff, heads),
        "norm 2": layer_norm(x),
        "output": dense(x, o, bias=False),
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

_MAMBA_SOURCE = "arXiv:2312.00752; transformers"

OTHERS = {
    "CLIP ViT-B/32": Published(clip_b32, 2021, 151_277_313, "", "arXiv:2103.00020; transformers"),
    "Mamba-130M": Published(mamba_130m, 2023, 129_135_360, "130M", _MAMBA_SOURCE),
    "Mamba-2.8B": Published(mamba_2_8b, 2023, 2_768_345_600, "2.8B", _MAMBA_SOURCE),
}
