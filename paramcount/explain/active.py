"""How many parameters of a mixture one word uses, where its config says through how many experts it goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..core import Layer, Tensor
from ..show.account import Account

# Families in which every word passes through so many experts in each mixture, all of one size.
_KNOWN = {"deepseek_v2", "deepseek_v3", "glm4_moe", "gpt_oss", "jamba", "mixtral", "olmoe", "phimoe"}
_KNOWN |= {"qwen2_moe", "qwen3_moe"}
_MANY = ("num_local_experts", "num_experts", "n_routed_experts")  # what configs call how many there are
_FEW = "num_experts_per_tok"
_OUTPUTS = ("lm_head", "output")


def note(layer: Layer, config: Mapping) -> tuple[str, ...]:
    """What one word uses, in a sentence, or that it is not known; none of what is no mixture."""
    few = config.get(_FEW)
    many = next((config[name] for name in _MANY if config.get(name)), None)
    if type(few) is not int or type(many) is not int:
        return ()
    if config.get("model_type") not in _KNOWN:
        return (
            f"One word uses {few} of {many:,} experts in a mixture. How much that is, is not known here.",
        )
    mixtures = list(_mixtures(layer))
    alike = all(_are(part, many) for part, _ in mixtures)
    whole = any(_has_table(part) for part in layer.parts.values()) and not Account(layer).frozen
    if not (whole and mixtures and alike and 0 < few < many):
        return ()
    in_experts = sum(times * int(part.count) for part, times in mixtures)
    active = int(layer.count) - in_experts // many * (many - few)
    besides = "table and output" if any(name in _OUTPUTS for name in layer.parts) else "the table"
    return (f"{active:,} are active for one word: {few} of {many:,} experts, {besides} counted.",)


def _mixtures(layer: Layer, times: int = 1) -> Iterator[tuple[Layer, int]]:
    """The parts that hold the experts, and how often each is there."""
    for name, part in layer.parts.items():
        if isinstance(part, Layer) and name == "experts":
            yield part, times * int(layer.times)
        elif isinstance(part, Layer):
            yield from _mixtures(part, times * int(layer.times))


def _has_table(part: Tensor | Layer) -> bool:
    """Whether a table of words is in a part: what is read is a network, and not one of its layers."""
    if isinstance(part, Tensor):
        return False
    table = part.function is not None and part.function.kind == "embedding"
    return table or any(map(_has_table, part.parts.values()))


def _are(part: Layer, many: int) -> bool:
    """Whether a part is so many experts: one repeated, parts that are alike, or tensors of so many rows."""
    inside = list(part.parts.values())
    if int(part.times) == many:
        return True
    if int(part.times) != 1:
        return False
    if all(isinstance(each, Tensor) for each in inside):
        return all(each.shape and int(each.shape[0]) == many for each in inside if isinstance(each, Tensor))
    layers = [each for each in inside if isinstance(each, Layer)]
    sizes = {int(each.count) // int(each.times) for each in layers}
    return len(layers) == len(inside) and sum(int(each.times) for each in layers) == many and len(sizes) == 1
