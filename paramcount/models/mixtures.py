"""Decoders in which each word passes through a few FFNNs of many: more is trained than a word uses."""

from ..core import Tensor
from ..layers import dense, embedding, rms_norm, textbook
from .base import Published, sized
from .decoders import mistral_7b, qwen_3_8b
from .parts import grouped_attention, latent_attention, mixture, swiglu

# What one word uses is mixtral_8x7b(active=2), qwen_3_30b_a3b(active=8), and so on.
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

_GPT_OSS = {"x": 2_880, "ff": 2_880, "heads": 64, "kv_heads": 8, "d": 64, "experts": 32}


@textbook(kind="attention", example={"x": 2_880, "heads": 64, "kv_heads": 8, "d": 64})
def sink_attention(x, heads, kv_heads, d):
    """Attention of gpt-oss: all its biases, and a sink for each head, a number that takes what no word gets.

    x: model size; heads: of queries; kv_heads: of keys and values; d: head size.
    """
    parts = grouped_attention(x, heads, kv_heads, d, bias=True).parts
    return parts | {"output": dense(heads * d, x), "sinks": Tensor((heads,), "weight")}


@textbook(example={"x": 2_880, "ff": 2_880})
def biased_expert(x, ff):
    """An expert of gpt-oss: a gated FFNN whose three dense layers have biases."""
    return {"gate": dense(x, ff), "up": dense(x, ff), "down": dense(ff, x)}


@textbook(example={"x": 2_880, "ff": 2_880, "experts": 32})
def biased_mixture(x, ff, experts, active=None):
    """A mixture of experts in which the router and each expert have biases; the sizes are as in `mixture`."""
    expert = biased_expert(x, ff)
    return mixture(x, ff, experts, active).parts | {
        "router": dense(x, experts),
        "experts": (active or experts) * expert,
    }


@textbook(example=_GPT_OSS)
def gpt_oss_layer(x, ff, heads, kv_heads, d, experts, active=None):
    """A layer of gpt-oss: attention and a mixture of experts, a norm before each."""
    return {
        "norm 1": rms_norm(x),
        "attention": sink_attention(x, heads, kv_heads, d),
        "norm 2": rms_norm(x),
        "feed-forward": biased_mixture(x, ff, experts, active),
    }


@textbook(title="gpt-oss", example={"v": 201_088, "n": 24} | _GPT_OSS)
def gpt_oss(v, x, n, ff, heads, kv_heads, d, experts, active=None):
    """gpt-oss: a mixture of experts in every layer, and biases wherever Llama has none but in its norms.

    v: vocabulary; x: model size; n: layers; ff: inner size of an expert; heads, kv_heads: of queries, and of
    keys and values; d: head size; experts: FFNNs in each layer; active: how many of them to count, for what
    one word uses: words and output are in that.
    Source: OpenAI 2025, arXiv:2508.10925, table 1 (20.91B, of which 3.61B active; 116.83B and 5.13B; the
    words are not in what is active there); the integers are those of transformers' GptOssForCausalLM.
    """
    return {
        "words": embedding(v, x),
        "layers": n * gpt_oss_layer(x, ff, heads, kv_heads, d, experts, active),
        "norm": rms_norm(x),
        "output": dense(x, v, bias=False),
    }


gpt_oss_20b = sized(gpt_oss, {"active": 4})
gpt_oss_120b = sized(gpt_oss, {"active": 4}, n=36, experts=128)

_OSS = "arXiv:2508.10925, table 1; transformers"

MIXTURES = {
    "Mixtral-8x7B": Published(mixtral_8x7b, 2023, 46_702_792_704, "47B", "arXiv:2401.04088; KerasHub"),
    "DeepSeek-V3": Published(deepseek_v3, 2024, 671_026_404_352, "671B", "arXiv:2412.19437; transformers"),
    "Qwen3-30B-A3B": Published(
        qwen_3_30b_a3b, 2025, 30_532_122_624, "30.5B", "arXiv:2505.09388 and the model card; transformers"
    ),
    "gpt-oss-20b": Published(gpt_oss_20b, 2025, 20_914_757_184, "20.91B", _OSS),
    "gpt-oss-120b": Published(gpt_oss_120b, 2025, 116_829_156_672, "116.83B", _OSS),
}
