"""What networks of today are made of: attention with fewer keys, gated FFNNs, and mixtures of those."""

from ..core import Layer
from ..layers import attention, dense, rms_norm, textbook


@textbook(
    title="Grouped-query attention",
    kind="attention",
    family="grouped",
    example={"x": 4_096, "heads": 32, "kv_heads": 8},
)
def grouped_attention(x, heads, kv_heads, d=None, bias=False, norms=False):
    """Grouped-query attention: several heads of queries share one head of keys and values.

    x: model size; heads: of queries; kv_heads: of keys, and of values; d: head size, None for x ÷ heads;
    bias: of queries, keys and values, as in Qwen 2; norms: one of a head's queries and one of its keys,
    as in Qwen 3. Raises ValueError where heads does not divide x and has to, or kv_heads does not divide
    heads. Source: Ainslie et al. 2023, arXiv:2305.13245.
    """
    if heads % kv_heads:
        raise ValueError(
            f"kv_heads={kv_heads} must divide heads={heads}: "
            "each head of keys and values serves as many heads of queries"
        )
    if d:
        wide = heads * d
    else:
        attention(x, heads)  # which refuses heads that do not divide x
        wide, d = x, x // heads
    parts: dict[str, Layer] = {"query": dense(x, wide, bias)}
    parts |= {name: dense(x, kv_heads * d, bias) for name in ("key", "value")}
    parts |= {"output": dense(wide, x, bias=False)}
    return parts | {f"{name} norm": rms_norm(d) for name in ("query", "key") if norms}


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
def mixture(x, ff, experts, active=None, shared=None):
    """A mixture of experts: a router, and FFNNs of which each word passes through a few.

    x: model size; ff: inner size of an expert; experts: how many; active: how many of them to count, for
    what one word uses; None counts all that is trained; shared: experts besides that every word passes
    through. Raises ValueError for more than there are.
    """
    if active and active > experts:
        raise ValueError(f"active={active}: a word can pass through no more than the {experts} experts")
    parts: dict[str, Layer] = {"router": dense(x, experts, bias=False)}
    parts |= {"experts": (active or experts) * swiglu(x, ff)}
    return parts | ({"shared experts": shared * swiglu(x, ff)} if shared else {})


@textbook(
    kind="attention",
    example={"x": 7_168, "heads": 128, "d": 128, "turned": 64, "q_rank": 1_536, "kv_rank": 512},
)
def latent_attention(x, heads, d, turned, q_rank, kv_rank):
    """Multi-head latent attention: queries, and keys with values, pass through a few numbers each.

    x: model size; heads; d: head size; turned: numbers of a head, besides, that say the position, of keys
    the same for all heads; q_rank, kv_rank: numbers that queries, and keys with values, pass through:
    kv_rank + turned of them are all that has to be kept of a word. No biases.
    Source: DeepSeek-AI 2024, arXiv:2405.04434.
    """
    return {
        "query down": dense(x, q_rank, bias=False),
        "query norm": rms_norm(q_rank),
        "query up": dense(q_rank, heads * (d + turned), bias=False),
        "key and value down": dense(x, kv_rank + turned, bias=False),
        "key and value norm": rms_norm(kv_rank),
        "key and value up": dense(kv_rank, heads * (d + d), bias=False),
        "output": dense(heads * d, x, bias=False),
    }
