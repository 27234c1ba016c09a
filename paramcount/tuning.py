"""What of a network is trained when it is tuned: nothing of what is frozen, and what LoRA adds to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from .core import Layer, LayerFunction, Path, Tensor
from .dims import Dim, shown
from .layers import attention, conv, dense, embedding, textbook

ALL_LINEAR = "all-linear"  # peft's word for every dense layer but the output
# What libraries call one and the same matrix. Queries and values are what the paper of LoRA takes.
_QUERY = ("query", "q_proj", "q", "query_proj", "q_lin", "attn_q", "wq")
_KEY = ("key", "k_proj", "k", "key_proj", "k_lin", "attn_k", "wk")
_VALUE = ("value", "v_proj", "v", "value_proj", "v_lin", "attn_v", "wv")
_FUSED = ("c_attn", "qkv", "query_key_value", "qkv_proj", "Wqkv", "attn_qkv", "queries, keys and values")
_NAMES = (
    _QUERY,
    _VALUE,
    _KEY,
    ("attention output", "self-attention output", "o_proj", "attention output dense", "out_lin", "wo"),
    ("gate", "gate_proj", "ffn_gate"),
    ("up", "up_proj", "ffn_up"),
    ("down", "down_proj", "ffn_down"),
)
# Experts of which all matrices lie in two tensors, and which peft takes apart as it does those of Mixtral.
_EXPERTS = ("MixtralExperts", "Qwen3MoeExperts", "OlmoeExperts", "DeepseekV3Experts", "Glm4MoeExperts")
_PASSED_BY = ("GptOssExperts", "Qwen2MoeExperts", "PhimoeExperts")  # which peft leaves as they are
_ROUTED = (*_EXPERTS, "PhimoeExperts")  # whose router is a dense layer for peft
_IN_EXPERTS = ("gate_up_proj", "down_proj")
_MATRICES_OF_EXPERTS = ("gate_proj", "up_proj", "down_proj")  # which peft then takes for those of the experts
_IN_A_FILE = "part"  # what `explain` calls the class of a part that a file has no class for


# -- frozen ---------------------------------------------------------------------------------------


def frozen(layer: Layer) -> Layer:
    """The same layer, of which nothing is trained: every parameter is held as it is.

    >>> from paramcount import conv, dense, layer
    >>> @layer
    ... def tuned(i, h, o):
    ...     return {"base": frozen(dense(i, h)), "head": dense(h, o)}
    >>> tuned(784, 100, 10).count
    1010
    """
    return _layer(layer).changed(_frozen)


def _layer(given: object) -> Layer:
    """What is to be tuned, if it is a layer or one of `models.PUBLISHED`, which has one."""
    given = getattr(given, "layer", given)
    if isinstance(given, Layer):
        return given
    if isinstance(given, LayerFunction):
        raise TypeError(f"{given.name} is a function that makes a layer: call it, {given.name}(...)")
    raise TypeError(f"{shown(given)} is not a layer: a model is read first, explain(model)")


def _frozen(layer: Layer) -> Layer:
    return replace(layer, parts={name: _held(part) for name, part in layer.parts.items()})


def _held(part: Tensor | Layer) -> Tensor | Layer:
    if isinstance(part, Layer):
        return frozen(part)
    return replace(part, frozen=True, trained=False) if part.trained else part  # statistics never train


# -- beside one layer -----------------------------------------------------------------------------


@textbook(title="Dense layer with LoRA", kind="dense")
def with_lora(base: Layer, r):
    """A layer that is frozen, and beside its matrix two thin ones that train: i to r, and r to o.

    base: a layer with one matrix, i × o; r: rank. Source: Hu et al. 2021, arXiv:2106.09685.
    """
    i, o = _sides(base)
    return {**frozen(base).parts, "A": (i, r), "B": (r, o)}


@textbook(title="Convolution with LoRA", kind="convolution")
def conv_with_lora(base: Layer, r):
    """A convolution that is frozen, and beside it r filters of its size, then o of 1 × 1 over those.

    base: a convolution; r: rank. Where the base has groups, the second has as many: r ÷ groups × o. Raises
    ValueError where groups does not divide r. Source: peft 0.21.2, class Conv2d of its tuners for LoRA.
    """
    sizes: Mapping[str, Any] = base.sizes
    i, f, o, groups = (sizes[name] for name in ("i", "f", "o", "groups"))
    if r % groups:
        raise ValueError(f"groups={groups} must divide r={r}: each group of filters reads its share of the r")
    sides = f if isinstance(f, tuple) else (f, f)
    return {**frozen(base).parts, "A": (i, *sides, r), "B": (r // groups if groups > 1 else r, o)}


@textbook(title="Attention with LoRA", kind="attention")
def attention_with_lora(base: Layer, r):
    """PyTorch's attention, frozen: a pair beside the matrix that gives three things, one beside the output.

    base: nn.MultiheadAttention, with x × (3 × x) and x × x; r: rank. Source: peft 0.21.2.
    """
    sizes: Mapping[str, Any] = base.sizes
    x, output = sizes["x"], _layer(base.parts["out_proj"])
    pair = {"in_proj A": Tensor((x, r)), "in_proj B": Tensor((r, 3 * x))}
    return {**frozen(base).parts, **pair, "out_proj": with_lora(output, r)}


@textbook(title="Experts with LoRA", kind="dense")
def experts_with_lora(base: Layer, r):
    """Experts that are frozen, whose matrices lie in two tensors, and beside each tensor two thin ones.

    base: e experts, as transformers keeps them: e × (2 × ff) × x, and e × x × ff; r: rank. Each expert has
    thin matrices of its own. Two of its matrices read the same x numbers and lie in one, so beside that one
    stands rank 2 × r. Source: peft 0.21.2, with transformers 5.23 and Mixtral.
    """
    parts = dict(frozen(base).parts)
    for name in _IN_EXPERTS:
        tensor = base.parts[name]
        assert isinstance(tensor, Tensor)
        e, o, i = tensor.shape
        rank = 2 * r if name == "gate_up_proj" else r
        parts |= {f"{name} A": Tensor((e, i, rank)), f"{name} B": Tensor((e, rank, o))}
    return parts


def _tuned(layer: Layer, r: int) -> Layer:
    """The layer with LoRA beside it, of the kind that it needs."""
    tuned: Layer
    if _is(layer, conv):
        tuned = conv_with_lora(layer, r)
    elif layer.found in _EXPERTS:
        tuned = experts_with_lora(layer, r)
    elif _is(layer, attention) and "out_proj" in layer.parts:
        tuned = attention_with_lora(layer, r)
    else:
        tuned = with_lora(layer, r)
    return tuned


def _tuned_at(path: Path, layer: Layer, r: Dim) -> Layer:
    """The same. Where it cannot be, the ValueError says at which path."""
    try:
        return _tuned(layer, r)
    except ValueError as error:
        raise ValueError(f"{' '.join(path)}: {error}") from None


def _is(layer: Layer, textbook: LayerFunction) -> bool:
    """Whether it is a layer of the textbook, by hand or as a framework keeps it."""
    made_by = layer.function
    return made_by is not None and textbook in (made_by, made_by.base, made_by.translates)


def _sides(layer: Layer) -> tuple[Dim, Dim]:
    """How many numbers go into its one matrix, and how many come out. Raises ValueError without one matrix.

    By hand a matrix is i × o, and so are Keras' kernels; PyTorch's Linear keeps (o, i).
    """
    matrices = _matrices(layer)
    if len(matrices) != 1 or any(isinstance(part, Layer) for part in layer.parts.values()):
        raise ValueError(_refused(layer, len(matrices)))
    if _is(layer, dense):
        sizes: Mapping[str, Any] = layer.sizes
        return sizes["i"], sizes["o"]
    ((name, matrix),) = matrices.items()
    first, second = matrix.shape
    bias = layer.parts.get("bias")
    across = isinstance(bias, Tensor) and bias.shape == (second,) != (first,)  # a bias for each output
    by_hand = not layer.found or _is(layer, embedding)
    if by_hand or across or name == "kernel" or layer.found == "Conv1D" or "Embedding" in layer.found:
        return first, second
    return second, first


def _shapes(layer: Layer) -> list[tuple[Dim, ...]]:
    return [part.shape for part in layer.parts.values() if isinstance(part, Tensor)]


def _matrices(layer: Layer) -> dict[str, Tensor]:
    parts = layer.parts.items()
    return {name: part for name, part in parts if isinstance(part, Tensor) and len(part.shape) == 2}


def _refused(layer: Layer, many: int) -> str:
    what = "1 matrix" if many == 1 else f"{many} matrices"
    inside = [name for name, part in layer.parts.items() if isinstance(part, Layer)]
    if inside and many:
        return f"{layer.name} has {what} and layers in it, {', '.join(inside)}: LoRA stands beside one layer"
    tensors = [part for part in layer.parts.values() if isinstance(part, Tensor)]
    if not many and any(tensor.packing for tensor in tensors):
        return (
            f"{layer.name} is packed, and its file does not say how large its matrix is: LoRA needs i and o"
        )
    if any(len(shape) > 2 for shape in _shapes(layer)):
        return (
            f"{layer.name} has {what}, and a tensor with more sides: what LoRA adds to that, the kind of the "
            "layer says, and it is not known here"
        )
    return f"{layer.name} has {what}: LoRA stands beside a layer that has one"


# -- beside the layers of a network ---------------------------------------------------------------


def lora(layer: Layer, r: int, on: str | tuple[str, ...] | None = None) -> Layer:
    """The same network, frozen, with two thin matrices of rank r beside each of some layers.

    r: rank; on: what those layers are called, wherever they stand, if need be after what they stand in, as in
    "attention output"; other libraries' names do as well: "query" finds q_proj, and the other way round. None
    is for queries and values, or the one matrix that gives both, and a layer without others in it stands for
    itself; "all-linear" is for all dense layers but an output to words. A matrix, i × o, gets r × (i + o)
    parameters; a convolution: see `conv_with_lora`. Raises ValueError if nothing is called so, and where it
    is not known what peft adds.

    >>> from paramcount import attention
    >>> lora(attention(768, heads=12), 8).count
    24576
    """
    layer = _layer(layer)
    if on is None and not any(isinstance(part, Layer) for part in layer.parts.values()):
        return layer.times * _tuned(replace(layer, times=Dim(1)), r)

    @textbook(title="LoRA in")
    def lora(base: Layer, r):
        return _beside(base, r, _places(base, on), ()).parts

    tuned: Layer = lora(replace(layer, times=Dim(1)), r)
    return layer.times * tuned


def _beside(layer: Layer, r: Dim, places: set[Path], above: Path) -> Layer:
    """A layer, frozen, in which each layer at one of these paths has its thin matrices."""

    def change(layer: Layer) -> Layer:
        parts: dict[str, Tensor | Layer] = {}
        for name, part in layer.parts.items():
            path = (*above, name)
            if isinstance(part, Tensor):
                parts[name] = _held(part)
            elif path in places:
                parts[name] = part.times * _tuned_at(path, replace(part, times=Dim(1)), r)
            else:
                parts[name] = _beside(part, r, places, path)
        return replace(layer, parts=parts)

    return layer.changed(change)


def _places(layer: Layer, on: str | tuple[str, ...] | None) -> set[Path]:
    """The paths of the layers that LoRA is to stand beside. Raises ValueError if there are none."""
    if on in (ALL_LINEAR, (ALL_LINEAR,)):
        return set(_all_linear(layer))
    paths = [path for path, _ in _inside(layer)]
    if on is None:
        names = _queries_and_values(layer, paths)
    else:
        names = [
            found for name in ((on,) if isinstance(on, str) else on) for found in _known(name, layer, paths)
        ]
    return {path for path in paths if any(_called(path, name) for name in names)}


def _inside(layer: Layer, above: Path = ()) -> Iterator[tuple[Path, Layer]]:
    """The layers inside a layer that have tensors, with their paths."""
    for name, part in layer.parts.items():
        if isinstance(part, Layer):
            yield (*above, name), part
            yield from _inside(part, (*above, name))


def _called(path: Path, name: str) -> bool:
    """Whether the layer at a path has this name: its own, or with what it stands in before it."""
    return f" {' '.join(path)}".endswith(f" {name}")


def _present(names: tuple[str, ...], paths: list[Path]) -> list[str]:
    """Those of some names that a layer at one of the paths has."""
    return [name for name in names if any(_called(path, name) for path in paths)]


def _queries_and_values(layer: Layer, paths: list[Path]) -> list[str]:
    queries, values = _present(_QUERY, paths), _present(_VALUE, paths)
    if queries and values:
        return queries + values
    if fused := _present(_FUSED, paths):
        return fused
    raise ValueError(f"no queries and values are found in {layer.name} by name. Say on=..., {_among(layer)}")


def _known(name: str, layer: Layer, paths: list[Path]) -> list[str]:
    """What a network calls the layers of a name: just so, or as another library does."""
    given = name.replace(".", " ")
    for names in ((name,), (given,), *(row for row in _NAMES if given in row)):
        if found := _present(names, paths):
            return found
    if given in _FUSED and all(three := [_present(names, paths) for names in (_QUERY, _KEY, _VALUE)]):
        apart = ", ".join(f'"{found[0]}"' for found in three)
        raise ValueError(
            f"on={name!r}: {layer.name} has three matrices there, on=({apart}). One matrix that gives "
            "all three gets another count: one A serves all of it"
        )
    raise ValueError(f"on={name!r}: no layer in {layer.name} is called that: {_among(layer)}")


def _among(layer: Layer) -> str:
    """What can be named in a layer: what has a matrix or filters, or all there is where nothing has."""
    inside = list(_inside(layer))
    wide = [path for path, each in inside if any(len(sides) > 1 for sides in _shapes(each))]
    return ", ".join(dict.fromkeys(path[-1] for path in wide or [path for path, _ in inside]))


# -- all-linear -----------------------------------------------------------------------------------


def _all_linear(layer: Layer) -> Iterator[Path]:
    """The paths of all dense layers but the output, as peft finds them by their classes.

    Where peft takes experts apart, it leaves out dense layers that are called as matrices of experts, such as
    those of shared ones. Raises ValueError where a class does not say enough.
    """
    inside = dict(_inside(layer))
    classes = {each.found for each in inside.values()}
    left = _MATRICES_OF_EXPERTS if classes & {*_EXPERTS} else ()
    words = _rows_of_words(inside.values())
    linear = {
        path: each
        for path, each in inside.items()
        if _is_linear(each, bool(classes & {*_ROUTED})) and path[-1] not in left
    }
    for path, each in inside.items():
        if why := _untold(each):
            raise ValueError(f"on={ALL_LINEAR!r}: {' '.join(path)} {why}. Say on=..., {_among(layer)}")
    if not linear:
        raise ValueError(f"on={ALL_LINEAR!r}: there is no dense layer in {layer.name}")
    for path, each in inside.items():
        if each.found in _EXPERTS or (path in linear and _written(_sides(each)[1]) != words):
            yield path


def _is_linear(layer: Layer, routers: bool) -> bool:
    """Whether it is a dense layer. routers: whether one that chooses experts is one too."""
    if layer.function and not layer.found:
        return _is(layer, dense)
    kinds = ("Linear", "Conv1D", *(["Router"] if routers else []))
    return _is(layer, dense) or (not layer.function and any(kind in layer.found for kind in kinds))


def _untold(layer: Layer) -> str:
    """Why it cannot be told whether peft takes a layer; "" if it can."""
    if layer.found == _IN_A_FILE:
        return "is from a file, which does not say what is a dense layer and what a table"
    others = "Expert" in layer.found and layer.found not in _EXPERTS + _PASSED_BY
    if others and any(len(shape) > 2 for shape in _shapes(layer)):
        return f"is a {layer.found}, and what peft does beside those is not known here"
    return ""


def _rows_of_words(layers: Iterable[Layer]) -> tuple[str, int]:
    """For how many words a network has rows, and how that is written: of its largest table but positions."""
    tables = [each for each in layers if _is(each, embedding) or "Embedding" in each.found]
    rows = [next(iter(_matrices(each).values())).shape[0] for each in tables if _matrices(each)]
    return _written(max([size for size in rows if not size.symbols.startswith("p")], default=Dim(1)))


def _written(size: Dim) -> tuple[str, int]:
    return size.symbols, int(size)
