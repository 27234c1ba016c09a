"""What the networks have in common: sizes for defaults, checks, and an entry of the list of them all."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from ..core import Layer, LayerFunction, in_sizes
from ..dims import Dim
from ..layers import dense


def sized(
    function: LayerFunction, begins: Mapping[str, int] | None = None, /, **sizes: object
) -> LayerFunction:
    """A layer function with a default for every size: its example, but for the sizes given here.

    begins: where a size that is left out here begins in a panel, such as {"active": 2}.

    >>> from paramcount.models import gpt2_small
    >>> longer = sized(gpt2_small, p=2_048)
    >>> longer().count, longer(n=24).count
    (125226240, 210280704)
    """
    sizes = {**function.example, **sizes}
    return in_sizes(function.base or function, sizes, begins or {})


def several(sizes: int | tuple) -> tuple:
    return sizes if isinstance(sizes, tuple) else (sizes,)


def exactly(many: int, name: str, sizes: int | tuple) -> tuple:
    sizes = several(sizes)
    if len(sizes) != many:
        given = ", ".join(map(str, sizes))
        raise ValueError(f"{name}=({given}): one for each of {many} layers is needed, not {len(sizes)}")
    return sizes


def check_side(side: Dim, least: int) -> None:
    if side < least:
        raise ValueError(f"side={side}: nothing is left of a picture that is smaller than {least} × {least}")


def others(name: str, n: Dim, other: Layer) -> dict[str, Layer]:
    """All but the first of n layers, which often reads another number of channels."""
    return {name: (n - 1) * other} if n > 1 else {}


def dense_layers(*sizes: Dim) -> dict[str, Layer]:
    return {f"dense {k}": dense(i, o) for k, (i, o) in enumerate(pairwise(sizes), 1)}


@dataclass(frozen=True, eq=False)
class Published:
    """A network in the sizes that it was published in.

    function: the network; year: of its paper; parameters: the exact count, as others print it; printed:
    what its paper prints, "" where it prints nothing; source: the paper, and who counts exactly; group: of
    the list in which it is picked.
    """

    function: LayerFunction
    year: int
    parameters: int
    printed: str
    source: str
    group: str = ""

    @functools.cached_property
    def layer(self) -> Layer:
        """The network in its published sizes."""
        return self.function()

    @functools.cached_property
    def active(self) -> int | None:
        """How many parameters one word uses, its table and the output among them; None if it uses all."""
        active = self.function.begins.get("active")
        return int(self.function(active=active).count) if active else None
