"""The twelve questions of an examination, from the first chapter to the last.

They are questions as the chapters' are, in `paramcount/ask/bank`, with sizes of their own. The first eleven
ask for numbers, two of them for two; `exam.py` draws the sizes. The twelfth asks for words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from paramcount import (
    attention,
    batch_norm,
    bidirectional,
    conv,
    dense,
    encoder,
    ffnn,
    gru,
    layer,
    lora,
    lstm,
    pytorch,
    stored_by,
)
from paramcount.ask.bank import question
from paramcount.ask.question import Question
from paramcount.core import Layer
from paramcount.dims import Dim
from paramcount.models import gpt, grouped_attention, mixture


@dataclass(frozen=True)
class Task:
    """A question of the examination.

    title: what it is about; chapter: the one that teaches it; parts: what is asked, in sizes that all parts
    have alike; key: for a question that is answered in words, what the marks are for.
    """

    title: str
    chapter: int
    parts: tuple[Question, ...]
    key: Callable[[Layer], list[tuple[int, str]]] | None = None


# -- chapters 1 to 3 ------------------------------------------------------------------------------


@question(
    "A network reads {i} measurements, has two hidden layers of {first} and {second} neurons, and gives {o} "
    "numbers. ReLU and dropout follow each hidden layer. It is trained on 8,000 examples, 32 at a time. How "
    "many parameters does it train?",
    i=range(11, 20),
    first=range(6, 10),
    second=range(3, 6),
    o=(2, 7, 8),
)
def exam_dense(i=21, first=10, second=6, o=3):
    return ffnn(i, first, second, o)


@question(
    "A GRU reads {i} numbers at each step and keeps a state of {h}. Its texts are 50 words long. How many "
    "parameters does it train, counted by hand?",
    i=range(11, 24),
    h=range(6, 10),
)
def exam_gru(i=25, h=11):
    return gru(i, h)


@question(
    "What number of parameters does PyTorch report for nn.GRU({i}, {h})?",
    i=range(11, 24),
    h=range(6, 10),
)
def exam_gru_in_pytorch(i=25, h=11):
    return stored_by(pytorch, gru(i, h))


@layer
def classifier(i, h, classes):
    return {"the LSTM": bidirectional(lstm(i, h)), "the output": dense(2 * h, classes)}


@question(
    "A bidirectional LSTM reads {i} numbers at each step and keeps {h} in each direction. A dense layer "
    "reads what both directions give at the end, and says which of {classes} classes a text is of. How many "
    "parameters do the two train together?",
    i=range(7, 16),
    h=range(3, 7),
    classes=(2, 5, 9, 11),
)
def exam_both_ways(i=17, h=8, classes=3):
    return classifier(i, h, classes)


@layer
def normed(i, f, o):
    return {"the filters": conv(i, f, o, bias=False), "the norm": batch_norm(o)}


@question(
    "A convolution layer has {o} filters of {f} × {f}, without biases. It reads {i} channels of pictures of "
    "32 × 32. A batch norm follows. How many parameters do the two train together?",
    i=(4, 5, 6, 7, 8),
    f=(2, 3, 5),
    o=range(10, 19),
)
def exam_normed(i=9, f=4, o=20):
    return normed(i, f, o)


@layer
def pictures(side, o, classes):
    return {"the filters": conv(3, 3, o), "the output": dense(o * (side // 2) * (side // 2), classes)}


@question(
    "Colour pictures of {side} × {side} are read by {o} filters of 3 × 3, with biases and with a padding "
    "that keeps the size. Pooling then takes 2 × 2 places to one. What is left is laid out in one row, and "
    "a dense layer takes it to {classes} classes. How many parameters does the network train?",
    side=(6, 8, 10, 12),
    o=range(5, 9),
    classes=(2, 4, 7),
)
def exam_pictures(side=14, o=9, classes=5):
    return pictures(side, o, classes)


# -- chapters 4 to 6 ------------------------------------------------------------------------------


@question(
    "In an attention with x = {x}, {heads} heads of queries share {kv_heads} heads of keys and as many of "
    "values. The dense layers of queries, keys and values have biases, that of the output has none. How many "
    "parameters does it train?",
    x=(24, 36, 48, 60, 72),
    heads=(6, 12),
    kv_heads=(2, 3),
)
def exam_grouped(x=84, heads=12, kv_heads=4):
    return grouped_attention(x, heads, kv_heads, bias=True)


@question(
    "The encoder of a Transformer has {m} layers with x = {x}, {heads} heads and ff = {ff}. How many "
    "parameters does it train?",
    x=(18, 20, 30),
    m=(3, 4, 7),
    ff=(25, 35, 45, 50),
    heads=(2,),
)
def exam_encoder(x=40, m=5, ff=55, heads=4):
    return encoder(x, m, ff, heads)


@question(
    "A network like GPT-2 has tables of {v} words and {p} positions, with rows of x = {x}; {n} layers with "
    "{heads} heads and ff = {ff}, without cross-attention; a norm at the end; and an output that uses the "
    "table of words again. How many parameters does it train?",
    v=(80, 120, 150),
    p=(25, 35, 45),
    x=(10, 14, 18),
    n=(2, 4, 6),
    ff=(25, 35, 45),
    heads=(2,),
)
def exam_tied(v=200, p=50, x=22, n=3, ff=55, heads=2):
    return gpt(v, p, x, n, ff, heads)


# -- chapters 7 to 9 ------------------------------------------------------------------------------

_MIXTURE = {"x": (10, 14, 18), "ff": (8, 11, 13), "experts": (6, 9, 12), "active": (2, 3)}


@question(
    "A mixture has {experts} experts, each a gated FFNN of three matrices between x = {x} and {ff}. A "
    "router, a dense layer, chooses among them. There are no biases. How many parameters does it train?",
    **_MIXTURE,
)
def exam_mixture(x=22, ff=15, experts=8, active=4):
    return mixture(x, ff, experts)


@question(
    "In a mixture a router, a dense layer, sends each word through {active} of {experts} experts, each of "
    "three matrices between x = {x} and {ff}. There are no biases. How many parameters does one word use?",
    **_MIXTURE,
)
def exam_active(x=22, ff=15, experts=8, active=4):
    return mixture(x, ff, experts, active)


@question(
    "A network reads {i} numbers, has {h} hidden neurons, and gives {o} numbers. It is trained with Adam, "
    "and all is kept as float32. How many bytes do its parameters, their gradients and the two means that "
    "Adam keeps of each take together?",
    i=range(12, 25),
    h=range(6, 11),
    o=(2, 3, 4, 5),
)
def exam_memory(i=26, h=12, o=6):
    return Dim(4, "numbers") * Dim(4, "bytes") * ffnn(i, h, o).count


@layer
def attentions(x, n):
    return {"layers": n * attention(x, bias=False)}


@layer
def tuned(x, n, r, classes):
    return {"the network": lora(attentions(x, n), r), "the output": dense(x, classes)}


@question(
    "Each of the {n} layers of a network has an attention with x = {x}, without biases. The network is "
    "frozen. LoRA of rank {r} stands beside the matrices of queries and of values in each layer, and a new "
    "output, a dense layer with biases from x to {classes} classes, is trained in full. How many parameters "
    "are trained?",
    x=(18, 22, 28, 32),
    n=(3, 4, 6),
    r=(2, 3, 4),
    classes=(5, 7, 9),
)
def exam_lora(x=36, n=5, r=6, classes=4):
    return tuned(x, n, r, classes)


# -- in words -------------------------------------------------------------------------------------


def _why(asked: Layer, html: bool) -> str:
    x, heads = (int(asked.arguments()[name]) for name in ("x", "heads"))
    return (
        f"Multi-head attention with x = {x}, {heads} heads and biases trains {asked.count:,} parameters. "
        f"With {2 * heads} heads it trains as many. With x = {2 * x} it trains {attention(2 * x).count:,}. "
        "And for sentences of 20 words it trains as many as for those of 20,000. Say in a few sentences why "
        "more heads change nothing, why twice the x makes nearly four times as many, but not quite, and why "
        "longer sentences change nothing."
    )


def _key(asked: Layer) -> list[tuple[int, str]]:
    x = int(asked.arguments()["x"])
    return [
        (2, f"The heads share out the {x} columns of the same matrices: more heads are narrower heads."),
        (2, f"A matrix has x × x weights. From {x} × {x} to {2 * x} × {2 * x} is four times as many."),
        (2, f"There is one bias for each output. From {x} to {2 * x} is only twice as many."),
        (2, "Each word goes through the same matrices. None of them has a side as long as a sentence."),
    ]


_SIZES = {"x": (36, 48, 60, 72, 84, 96), "heads": (2, 3)}
exam_why = Question("exam-why", _why, attention, {"x": 44, "heads": 2}, _SIZES)

TASKS = (
    Task("A dense network", 1, (exam_dense,)),
    Task("By hand, and in PyTorch", 2, (exam_gru, exam_gru_in_pytorch)),
    Task("In both directions", 2, (exam_both_ways,)),
    Task("A convolution and its norm", 3, (exam_normed,)),
    Task("From maps to classes", 3, (exam_pictures,)),
    Task("Keys and values that are shared", 4, (exam_grouped,)),
    Task("An encoder", 5, (exam_encoder,)),
    Task("A language model", 6, (exam_tied,)),
    Task("A mixture of experts", 7, (exam_mixture, exam_active)),
    Task("The memory that training takes", 8, (exam_memory,)),
    Task("What is tuned", 9, (exam_lora,)),
    Task("In words", 4, (exam_why,), _key),
)
