"""The words of a question, and its hints."""

from __future__ import annotations

from collections.abc import Callable

from ..core import Layer
from ..glossary import meaning
from ..show.account import Account


def ask(
    layer: Layer,
    size: Callable[[str, int], str] = lambda name, value: f"{name} = {value:,}",
    safe: Callable[[str], str] = str,
) -> str:
    """The usual question; each size is written by `size`, and all other words pass through `safe`."""
    sizes = []
    for name, value in layer.arguments().items():
        for each in value if isinstance(value, tuple) else (value,):
            if each is False:
                sizes.append(safe(f"no {name}"))
            elif each is not True and each is not None and not (name in ("heads", "groups") and each == 1):
                label = getattr(each, "name", None) or name
                sizes.append(f"{safe(meaning(label, layer))} {size(label, each)}".strip())
    described = f": {', '.join(sizes)}" if sizes else ""
    return f"{safe(Account(layer).heading)}{described}. How many parameters does it train?"


def hints(account: Account) -> list[str]:
    """What to think of, from the least given away to the most."""
    groups = [row.name for row in account.groups]
    kinds = {leaf.tensor.kind for leaf in account.leaves if leaf.tensor.count}
    given = ["What in it is learned, and what is only computed from what comes in?"]
    if len(groups) > 1:
        given = [f"Take it apart first: {', '.join(groups)}. Count one, then the next, then add."]
    if {"weight", "bias"} <= kinds:
        given.append("For each part, count the weights first, and then what is added to each output.")
    if any(leaf.times > 1 for leaf in account.leaves):
        given.append("Some of it is there several times over. Count it once, and multiply.")
    if account.count:
        given.append(f"In symbols: {account.count.symbols}")
        given.append(f"With the numbers put in: {account.count.numbers}")
    return given
