"""An encoder that reads, and a decoder that writes."""

from ..core import Layer, Tensor
from ..glossary import NOTATION
from ..layers import attention, conv, dense, embedding, ffnn, layer_norm, rms_norm, textbook, transformer
from .base import Published, sized

transformer_base = sized(transformer, x=512, m=6, n=6, ff=2_048, heads=8, v=37_000)
transformer_big = sized(transformer_base, x=1_024, ff=4_096, heads=16)


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


@textbook(kind="attention", example={"x": 384, "heads": 6})
def whisper_attention(x, heads):
    """Attention as in the Transformer, but that keys have no biases: they would move no answer."""
    return attention(x, heads).parts | {"key": dense(x, x, bias=False)}


@textbook(example={"x": 384, "ff": 1_536, "heads": 6, "cross": True})
def whisper_layer(x, ff, heads, cross=False):
    """A layer of Whisper: attention and an FFNN, a norm before each. cross: with cross-attention."""
    looks = ["self-attention", "cross-attention"] if cross else ["self-attention"]
    parts: dict[str, Layer] = {}
    for k, name in enumerate(looks, 1):
        parts |= {f"norm {k}": layer_norm(x), name: whisper_attention(x, heads)}
    return parts | {f"norm {len(looks) + 1}": layer_norm(x), "feed-forward": ffnn(x, ff, x)}


@textbook(
    means=NOTATION | {"mels": "frequencies", "frames": "moments of sound"},
    example={
        "mels": 80,
        "frames": 1_500,
        "v": 51_865,
        "p": 448,
        "x": 384,
        "m": 4,
        "n": 4,
        "ff": 1_536,
        "heads": 6,
    },
)
def whisper(mels, frames, v, p, x, m, n, ff, heads):
    """Whisper: an encoder that hears, through two convolutions over time, and a decoder that writes.

    mels: frequencies, the channels of the sound; frames: moments, with sinusoids that are kept and not
    trained; v: vocabulary; p: positions of words; x: model size; m, n: encoder and decoder layers; ff:
    inner size; heads. Source: Radford et al. 2022, arXiv:2212.04356, table 1 (39M to 1550M); the
    integers are those of transformers' WhisperForConditionalGeneration.
    """
    return {
        "conv 1": conv(mels, (3,), x),
        "conv 2": conv(x, (3,), x),
        "sinusoids": Tensor((frames, x), trained=False),
        "encoder": m * whisper_layer(x, ff, heads),
        "encoder norm": layer_norm(x),
        "words": embedding(v, x),
        "positions": embedding(p, x),
        "decoder": n * whisper_layer(x, ff, heads, cross=True),
        "decoder norm": layer_norm(x),
        "output": Tensor((v, x), same_as="words E"),
    }


whisper_tiny = sized(whisper)
whisper_large = sized(whisper, x=1_280, m=32, n=32, ff=5_120, heads=20)

_TRANSFORMER = "arXiv:1706.03762, table 3; PyTorch's layers and 37,000 words"
_WHISPER = "arXiv:2212.04356, table 1; transformers"

BOTH = {
    "Transformer base": Published(transformer_base, 2017, 63_082_496, "65M", _TRANSFORMER),
    "Transformer big": Published(transformer_big, 2017, 214_245_376, "213M", _TRANSFORMER),
    "T5-small": Published(t5_small, 2019, 60_506_624, "60M", "arXiv:1910.10683; transformers"),
    "Whisper tiny": Published(whisper_tiny, 2022, 37_184_640, "39M", _WHISPER),
    "Whisper large": Published(whisper_large, 2022, 1_541_384_960, "1550M", _WHISPER),
}
