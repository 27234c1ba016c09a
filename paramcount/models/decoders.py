"""Decoders: networks that write, each word from the words before it."""

from ..core import Tensor
from ..layers import dense, embedding, encoder, layer_norm, rms_norm, textbook
from .base import Published, sized
from .parts import grouped_attention, mixture, swiglu


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


@textbook(example={"x": 4_096, "ff": 11_008, "heads": 32, "kv_heads": 32})
def llama_layer(x, ff, heads, kv_heads, experts=None, active=None, d=None, bias=False, norms=False):
    """A layer of Llama and its relatives: attention and a gated FFNN, a norm before each."""
    if active and not experts:
        raise ValueError(
            f"active={active}: there are no experts for a word to pass through; give experts too"
        )
    return {
        "norm 1": rms_norm(x),
        "attention": grouped_attention(x, heads, kv_heads, d, bias, norms),
        "norm 2": rms_norm(x),
        "feed-forward": mixture(x, ff, experts, active) if experts else swiglu(x, ff),
    }


@textbook(example={"v": 32_000, "x": 4_096, "n": 32, "ff": 11_008, "heads": 32, "kv_heads": 32})
def llama(
    v, x, n, ff, heads, kv_heads, experts=None, active=None, d=None, tied=False, bias=False, norms=False
):
    """Llama, Mistral, Mixtral, Qwen and Phi-3: words, layers, a norm and an output. Positions: 0.

    v: vocabulary; x: model size; n: layers; ff: inner size; heads, kv_heads: of queries, and of
    keys and values; experts: FFNNs in each layer, None for a single one; active: how many of them
    to count, for what one word uses; d: head size, None for x ÷ heads; tied: an output with the table of
    words; bias: of queries, keys and values; norms: of each head's queries and keys.
    Source: Touvron et al. 2023, arXiv:2307.09288; Grattafiori et al. 2024, arXiv:2407.21783; Jiang
    et al. 2023, arXiv:2310.06825, table 1; Jiang et al. 2024, arXiv:2401.04088 (47B, of which
    13B active); Qwen Team 2024, arXiv:2412.15115, and 2025, arXiv:2505.09388; Abdin et al. 2024,
    arXiv:2404.14219. The integers are those of KerasHub's presets and of transformers.
    """
    layer = llama_layer(x, ff, heads, kv_heads, experts, active, d, bias, norms)
    return {
        "words": embedding(v, x),
        "layers": n * layer,
        "norm": rms_norm(x),
        "output": Tensor((v, x), same_as="words E") if tied else dense(x, v, bias=False),
    }


llama_2_7b = sized(llama)
llama_3_8b = sized(llama_2_7b, v=128_256, ff=14_336, kv_heads=8)
llama_3_70b = sized(llama_3_8b, x=8_192, n=80, ff=28_672, heads=64)
llama_3_1_405b = sized(llama_3_8b, x=16_384, n=126, ff=53_248, heads=128)
llama_3_2_1b = sized(llama_3_8b, x=2_048, n=16, ff=8_192, tied=True)
llama_3_2_3b = sized(llama_3_2_1b, x=3_072, n=28, heads=24)
mistral_7b = sized(llama_3_8b, v=32_000)
phi_3_mini = sized(llama, v=32_064, x=3_072, ff=8_192)

qwen_2_5_7b = sized(llama, v=152_064, x=3_584, n=28, ff=18_944, heads=28, kv_heads=4, bias=True)
qwen_2_5_3b = sized(qwen_2_5_7b, v=151_936, x=2_048, n=36, ff=11_008, heads=16, kv_heads=2, tied=True)
qwen_2_5_0_5b = sized(qwen_2_5_3b, x=896, n=24, ff=4_864, heads=14)
qwen_3_8b = sized(llama, v=151_936, n=36, ff=12_288, kv_heads=8, d=128, norms=True)
qwen_3_0_6b = sized(qwen_3_8b, x=1_024, n=28, ff=3_072, heads=16, tied=True)


@textbook(example={"x": 2_304, "ff": 9_216, "heads": 8, "kv_heads": 4, "d": 256})
def gemma_layer(x, ff, heads, kv_heads, d, norms=False):
    """A layer of Gemma 2 and 3: one of Llama, with a norm after attention and FFNN too."""
    return {
        "norm 1": rms_norm(x),
        "attention": grouped_attention(x, heads, kv_heads, d, norms=norms),
        "norm 2": rms_norm(x),
        "norm 3": rms_norm(x),
        "feed-forward": swiglu(x, ff),
        "norm 4": rms_norm(x),
    }


@textbook(example={"v": 256_000, "x": 2_304, "n": 26, "ff": 9_216, "heads": 8, "kv_heads": 4, "d": 256})
def gemma(v, x, n, ff, heads, kv_heads, d, norms=False):
    """Gemma 2 and 3: a large table of words, which is the output too, and layers with four norms.

    v: vocabulary; x: model size; n: layers; ff: inner size; heads, kv_heads: of queries, and of keys and
    values; d: head size; norms: of each head's queries and keys, as in Gemma 3.
    Source: Gemma Team 2024, arXiv:2408.00118, table 2 (2,024,517,888 and 8,324,201,984 without the
    table), and 2025, arXiv:2503.19786, table 1 (698M and 302M of words); the integers are those of
    transformers.
    """
    return {
        "words": embedding(v, x),
        "layers": n * gemma_layer(x, ff, heads, kv_heads, d, norms),
        "norm": rms_norm(x),
        "output": Tensor((v, x), same_as="words E"),
    }


gemma_2_2b = sized(gemma)
gemma_2_9b = sized(gemma_2_2b, x=3_584, n=42, ff=14_336, heads=16, kv_heads=8)
gemma_3_1b = sized(gemma_2_2b, v=262_144, x=1_152, ff=6_912, heads=4, kv_heads=1, norms=True)

_GPT_2 = "Radford et al. 2019, table 2; KerasHub"
_GPT_3 = "arXiv:2005.14165, table 2.1; transformers"
_LLAMA_3 = "arXiv:2407.21783, table 3; transformers"
_LLAMA_3_2 = "the model card of Llama 3.2; transformers"
_QWEN_2_5 = "arXiv:2412.15115 and the model cards; transformers"
_QWEN_3 = "arXiv:2505.09388 and the model cards; transformers"
_GEMMA_2 = "arXiv:2408.00118; transformers"

DECODERS = {
    "GPT-2 small": Published(gpt2_small, 2019, 124_439_808, "117M", _GPT_2),
    "GPT-2 medium": Published(gpt2_medium, 2019, 354_823_168, "345M", _GPT_2),
    "GPT-2 large": Published(gpt2_large, 2019, 774_030_080, "762M", _GPT_2),
    "GPT-2 XL": Published(gpt2_xl, 2019, 1_557_611_200, "1542M", _GPT_2),
    "GPT-3 Small": Published(gpt3_small, 2020, 125_226_240, "125M", _GPT_3),
    "GPT-3 Medium": Published(gpt3_medium, 2020, 355_871_744, "350M", _GPT_3),
    "GPT-3 Large": Published(gpt3_large, 2020, 760_300_032, "760M", _GPT_3),
    "GPT-3 XL": Published(gpt3_xl, 2020, 1_315_723_264, "1.3B", _GPT_3),
    "GPT-3 2.7B": Published(gpt3_2_7b, 2020, 2_651_553_280, "2.7B", _GPT_3),
    "GPT-3 6.7B": Published(gpt3_6_7b, 2020, 6_658_404_352, "6.7B", _GPT_3),
    "GPT-3 13B": Published(gpt3_13b, 2020, 12_952_938_780, "13.0B", _GPT_3),
    "GPT-3 175B": Published(gpt3_175b, 2020, 174_604_259_328, "175.0B", _GPT_3),
    "Llama-2-7B": Published(llama_2_7b, 2023, 6_738_415_616, "7B", "arXiv:2307.09288; KerasHub"),
    "Mistral-7B": Published(mistral_7b, 2023, 7_241_732_096, "7B", "arXiv:2310.06825; KerasHub"),
    "Llama-3-8B": Published(llama_3_8b, 2024, 8_030_261_248, "8B", "arXiv:2407.21783; KerasHub"),
    "Llama-3-70B": Published(llama_3_70b, 2024, 70_553_706_496, "70B", _LLAMA_3),
    "Llama-3.1-405B": Published(llama_3_1_405b, 2024, 405_853_388_800, "405B", _LLAMA_3),
    "Llama-3.2-1B": Published(llama_3_2_1b, 2024, 1_235_814_400, "1.23B", _LLAMA_3_2),
    "Llama-3.2-3B": Published(llama_3_2_3b, 2024, 3_212_749_824, "3.21B", _LLAMA_3_2),
    "Phi-3-mini": Published(phi_3_mini, 2024, 3_821_079_552, "3.8B", "arXiv:2404.14219; transformers"),
    "Gemma-2-2B": Published(gemma_2_2b, 2024, 2_614_341_888, "2.6B", _GEMMA_2),
    "Gemma-2-9B": Published(gemma_2_9b, 2024, 9_241_705_984, "9B", _GEMMA_2),
    "Qwen2.5-0.5B": Published(qwen_2_5_0_5b, 2024, 494_032_768, "0.49B", _QWEN_2_5),
    "Qwen2.5-3B": Published(qwen_2_5_3b, 2024, 3_085_938_688, "3.09B", _QWEN_2_5),
    "Qwen2.5-7B": Published(qwen_2_5_7b, 2024, 7_615_616_512, "7.61B", _QWEN_2_5),
    "Gemma-3-1B": Published(gemma_3_1b, 2025, 999_885_952, "1B", "arXiv:2503.19786; transformers"),
    "Qwen3-0.6B": Published(qwen_3_0_6b, 2025, 596_049_920, "0.6B", _QWEN_3),
    "Qwen3-8B": Published(qwen_3_8b, 2025, 8_190_735_360, "8.2B", _QWEN_3),
}
