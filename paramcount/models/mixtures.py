"""Decoders in which each word passes through a few FFNNs of many: more is trained than a word uses."""

from ..layers import dense, embedding, rms_norm, textbook
from .base import Published, sized
from .decoders import mistral_7b, qwen_3_8b
from .parts import latent_attention, mixture, swiglu

# What one word uses is mixtral_8x7b(active=2), qwen_3_30b_a3b(active=8) and deepseek_v3(active=8).
mixtral_8x7b = sized(mistral_7b, {"active": 2}, experts=8)
qwen_3_30b_a3b = sized(qwen_3_8b, {"active": 8}, x=2_048, n=48, ff=768, kv_heads=4, experts=128)

_LATENT = {"x": 7_168, "heads": 128, "d": 128, "turned": 64, "q_rank": 1_536, "kv_rank": 512}


@textbook(example=_LATENT | {"ff": 2_048, "experts": 256, "shared": 1})
def deepseek_layer(x, heads, d, turned, q_rank, kv_rank, ff, experts=None, active=None, shared=None):
    """A layer of DeepSeek-V3: latent attention, and an FFNN or a mixture of them, a norm before each."""
    return {
        "norm 1": rms_norm(x),
        "attention": latent_attention(x, heads, d, turned, q_rank, kv_rank),
        "norm 2": rms_norm(x),
        "feed-forward": mixture(x, ff, experts, active, shared) if experts else swiglu(x, ff),
    }


@textbook(
    example={"v": 129_280, "n": 61, "first": 3, "ff": 18_432, "expert_ff": 2_048, "experts": 256, "shared": 1}
    | _LATENT,
)
def deepseek(v, x, n, first, ff, expert_ff, experts, shared, heads, d, turned, q_rank, kv_rank, active=None):
    """DeepSeek-V3: the first layers with one FFNN, the others with a mixture of small ones.

    v: vocabulary; x: model size; n: layers, first: of which as many have no mixture; ff, expert_ff: inner
    size of those and of an expert; experts, shared: how many in each layer, and how many of which every
    word passes through; heads, d, turned, q_rank, kv_rank: as in `latent_attention`; active: how many of
    the experts to count, for what one word uses: words and output are in that.
    Source: DeepSeek-AI 2024, arXiv:2412.19437, section 4.2 (sizes; 671B, of which 37B active);
    671,026,404,352 is what transformers' DeepseekV3ForCausalLM counts, without the layer that looks two
    words ahead in training.
    """
    attention = (x, heads, d, turned, q_rank, kv_rank)
    return {
        "words": embedding(v, x),
        "first layers": first * deepseek_layer(*attention, ff),
        "other layers": (n - first) * deepseek_layer(*attention, expert_ff, experts, active, shared),
        "norm": rms_norm(x),
        "output": dense(x, v, bias=False),
    }


deepseek_v3 = sized(deepseek, {"active": 8})

MIXTURES = {
    "Mixtral-8x7B": Published(mixtral_8x7b, 2023, 46_702_792_704, "47B", "arXiv:2401.04088; KerasHub"),
    "DeepSeek-V3": Published(deepseek_v3, 2024, 671_026_404_352, "671B", "arXiv:2412.19437; transformers"),
    "Qwen3-30B-A3B": Published(
        qwen_3_30b_a3b, 2025, 30_532_122_624, "30.5B", "arXiv:2505.09388 and the model card; transformers"
    ),
}
