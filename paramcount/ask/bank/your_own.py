"""Questions of chapter 8: blocks and a model of one's own, and its bytes."""

from __future__ import annotations

from ...core import Tensor, layer
from ...dims import Dim
from ...layers import bidirectional, conv, dense, embedding, gru
from ...models import mixture, swiglu
from ..slips.base import Own
from . import question


@question(
    "{o} channels pass a layer of filters of {f} × {f}, one for each channel, which reads its own channel "
    "alone. Each has a bias. How many parameters do they train together?",
    "As many groups as channels. How many channels does a filter read?",
    "Count one filter, then all.",
    o=(6, 8, 11, 13),
    f=(4, 5, 6),
)
def filter_for_each(o=96, f=7):
    return conv(o, f, o, groups=o)


# -- keys and values ------------------------------------------------------------------------------


@layer
def cache(n, heads, shared, d):
    """The numbers that are kept of one token: keys and values of n layers, whose heads are shared."""
    return {"keys and values": Tensor((2, n, shared, d), "weight")}


_KEPT = (
    "In each of {n} layers {heads} heads of queries share {kv_heads} heads of keys and {kv_heads} of values, "
    "of {d} numbers each. Keys and values are kept as bfloat16."
)
_CACHE = {"n": (3, 5, 7), "heads": (18,), "kv_heads": (2, 3), "d": (5, 7, 11)}
_THREE = "Three figures and a unit are enough, such as 12.3 GB."


@question(
    f"{_KEPT} How many bytes are that for one token? {_THREE}",
    "How many numbers has a key, of all heads of one layer?",
    "Beside each key there is a value, and each layer has its own.",
    "A bfloat16 has 16 bits, and a byte has 8.",
    picture=False,
    three=True,
    **_CACHE,
    slips=[
        Own(
            "columns_of_the_model",
            lambda n, heads, kv_heads, d: 2 * Dim(n) * heads * d,
            "That multiplies bytes, layers and the columns of the model. Of each token a key and a value are "
            "kept, and several heads of queries share them.",
            "{kv_heads} heads are kept, and both of their numbers.",
        ),
        Own(
            "keys_alone",
            lambda n, heads, kv_heads, d: Dim(n) * kv_heads * d * 2,
            "That is half of it: either keys without values, or one byte for each number. Of a token both "
            "are kept, and a bfloat16 has more than one byte.",
            "A 2 for keys and values, and a 2 for bytes.",
        ),
    ],
)
def bytes_of_a_token(n=28, heads=24, kv_heads=8, d=128):
    return Dim(2, "bytes") * cache(n, heads, kv_heads, d).count


@question(
    f"{_KEPT} How many bytes are that for a text of {{tokens}} tokens? {_THREE}",
    "How many bytes does it keep of one token?",
    "The heads of queries are not kept.",
    tokens=(20, 30, 50),
    picture=False,
    three=True,
    **_CACHE,
    slips=[
        Own(
            "columns_of_the_model",
            lambda n, heads, kv_heads, d, tokens: 2 * Dim(n) * heads * d * tokens,
            "That multiplies bytes, layers, tokens and the columns of the model. Of each token a key and a "
            "value are kept, and several heads of queries share them.",
            "{kv_heads} heads are kept, and both of their numbers.",
        ),
        Own(
            "binary_thousands",
            lambda n, heads, kv_heads, d, tokens: (
                4 * Dim(n) * kv_heads * d * max(tokens, tokens // 1_000 * 1_024)
            ),
            "That has 1,024 tokens in each thousand. The text has {tokens:,} of them.",
            "A text may be as long as a power of two. This one is not.",
        ),
        Own(
            "twice_the_heads",
            lambda n, heads, kv_heads, d, tokens: 8 * Dim(n) * kv_heads * d * tokens,
            "That is for twice as many heads of keys and of values. The question names {kv_heads} of either.",
            "Some files have stored each of them twice.",
        ),
        Own(
            "tokens_squared",
            lambda n, heads, kv_heads, d, tokens: 4 * Dim(n) * kv_heads * d * tokens * tokens,
            "That has the tokens twice. Of each token a key and a value are kept once, however many others "
            "look at them.",
            "{tokens:,} tokens, each with as many bytes as one.",
        ),
        Own(
            "half_of_it",
            lambda n, heads, kv_heads, d, tokens: Dim(tokens) * n * kv_heads * d * 2,
            "That is half of it: either keys without values, or one byte for each number. Of a token both "
            "are kept, and a bfloat16 has more than one byte.",
            "A 2 for keys and values, and a 2 for bytes.",
        ),
        Own(
            "number_of_the_post",
            lambda n, heads, kv_heads, d, tokens: 123_050_000_000,
            "That is what the post prints. The sizes that stand in the question come to another number.",
            "The post has more heads of keys than the question names, and other units.",
        ),
    ],
)
def cache_of_a_text(n=126, heads=128, kv_heads=8, d=128, tokens=128_000):
    return Dim(tokens, "tokens") * Dim(2, "bytes") * cache(n, heads, kv_heads, d).count


@question(
    "In 4 bits the weights of a network take {held} bytes. In each of {n} layers {heads} heads of queries "
    "share {kv_heads} heads of keys and {kv_heads} of values, of {d} numbers each, kept as bfloat16. {texts} "
    "texts of {tokens} tokens are written at once. How many bytes do weights, keys and values take together? "
    f"{_THREE}",
    "How many bytes are kept of one token?",
    "Of how many tokens, in all texts together?",
    "The weights are there once.",
    held=(700, 900, 1_100),
    tokens=(5, 7),
    texts=(3, 4),
    picture=False,
    three=True,
    **_CACHE,
    slips=[
        Own(
            "weights_without_texts",
            lambda held, n, heads, kv_heads, d, tokens, texts: held,
            "Those are the weights. Of each token of each text a key and a value are kept besides.",
            "{texts} texts of {tokens:,} tokens.",
        ),
        Own(
            "texts_without_weights",
            lambda held, n, heads, kv_heads, d, tokens, texts: 4 * Dim(n) * kv_heads * d * tokens * texts,
            "Those are keys and values. The weights stay in memory beside them.",
            "The weights take {held:,} bytes.",
        ),
        Own(
            "one_text",
            lambda held, n, heads, kv_heads, d, tokens, texts: held + 4 * Dim(n) * kv_heads * d * tokens,
            "That keeps one text. Each text that is written at once has keys and values of its own.",
            "There are {texts} of them.",
        ),
        Own(
            "weights_for_each_text",
            lambda held, n, heads, kv_heads, d, tokens, texts: (
                texts * Dim(held) + 4 * Dim(n) * kv_heads * d * tokens * texts
            ),
            "That has the weights once for each text. All texts are written with the same ones.",
            "{held:,} bytes, once.",
        ),
        Own(
            "every_head_kept",
            lambda held, n, heads, kv_heads, d, tokens, texts: held + 4 * Dim(n) * heads * d * tokens * texts,
            "That keeps a key and a value for each head of queries. Several of those share one.",
            "{kv_heads} heads of keys, and {kv_heads} of values.",
        ),
        Own(
            "half_of_it",
            lambda held, n, heads, kv_heads, d, tokens, texts: (
                held + 2 * Dim(n) * kv_heads * d * tokens * texts
            ),
            "That has half of what the texts take: either keys without values, or one byte for each number. "
            "Of a token both are kept, and a bfloat16 has more than one byte.",
            "A 2 for keys and values, and a 2 for bytes.",
        ),
    ],
)
def weights_and_texts(held=6_027_747_328, n=32, heads=32, kv_heads=8, d=128, tokens=32_768, texts=4):
    each = Dim(2, "bytes") * cache(n, heads, kv_heads, d).count
    return Dim(held, "held") + Dim(texts, "texts") * Dim(tokens, "tokens") * each


# -- what training keeps --------------------------------------------------------------------------


@layer
def parameters(n):
    """So many parameters, whatever they are."""
    return {"all": Tensor((n,), "weight")}


@question(
    "A network of {n} parameters is trained with Adam as PyTorch has it, and all that is kept for each of "
    "them is kept as bfloat16. How many bytes do weights, gradients and running means take together? Three "
    "figures are enough.",
    "Adam keeps a mean of each gradient and one of its square. How many numbers are that for a parameter?",
    "A bfloat16 has 16 bits, and a byte has 8.",
    n=range(300, 900, 50),
    picture=False,
    three=True,
    slips=[
        Own(
            "mixed_precision",
            lambda n: 16 * Dim(n),
            "That is the other recipe, with a mean, a square and a copy of the weight in float32. Here all "
            "is in bfloat16, and there is no copy.",
            "A weight, its gradient, a mean and a square.",
        ),
        Own(
            "float32_gradients",
            lambda n: 18 * Dim(n),
            "That is mixed precision with gradients in float32. Here all is in bfloat16, without a copy.",
            "A weight, its gradient, a mean and a square.",
        ),
        Own(
            "float32_means",
            lambda n: 12 * Dim(n),
            "That has the running means in float32. Here all is in bfloat16, the means too.",
            "Four numbers for each parameter, of 2 bytes each.",
        ),
        Own(
            "count_alone",
            lambda n: Dim(n),
            "That is the number of parameters. For each of them several numbers are kept, and each takes "
            "several bytes.",
            "Numbers for each parameter, times bytes for each number.",
        ),
    ],
)
def all_in_bfloat16(n=1_235_814_400):
    return Dim(4, "numbers") * Dim(2, "bytes") * parameters(n).count


@question(
    "A network of {count} parameters is trained with Adam in mixed precision: a weight is kept in 2 bytes, "
    "and a mean, a square and a copy of it in 4 bytes each. With checkpointing each of {n} layers keeps what "
    "it reads, {x} numbers for each token, in 2 bytes. There are logits for {v} words and each token, in 4 "
    "bytes, and their gradients, as large. Other gradients are not there yet. How many bytes are that for a "
    f"text of {{tokens}} tokens? {_THREE}",
    "Three sums: what is kept of each parameter, of each layer and token, and of each word and token.",
    "2 + 3 × 4 bytes for each parameter.",
    count=(700, 900, 1_100),
    n=(2, 3),
    x=(5, 7),
    v=(30, 50),
    tokens=(4, 6),
    picture=False,
    three=True,
    slips=[
        Own(
            "weights_and_optimiser",
            lambda count, n, x, v, tokens: 14 * Dim(count),
            "That is what is kept of the parameters. What passes through the network takes room besides.",
            "Activations, and logits with their gradients.",
        ),
        Own(
            "gradients_as_well",
            lambda count, n, x, v, tokens: 16 * Dim(count) + 2 * Dim(n) * tokens * x + 8 * Dim(tokens) * v,
            "That has a gradient for each parameter. They come on the way back, while activations go.",
            "Of each parameter there are a weight and the optimiser's three numbers.",
        ),
        Own(
            "half_of_the_logits",
            lambda count, n, x, v, tokens: 14 * Dim(count) + 2 * Dim(n) * tokens * x + 4 * Dim(tokens) * v,
            "That has half of what the logits take: either without their gradients, or in 2 bytes. Both are "
            "there, as float32.",
            "Two numbers of 4 bytes for each token and word.",
        ),
        Own(
            "no_logits",
            lambda count, n, x, v, tokens: 14 * Dim(count) + 2 * Dim(n) * tokens * x,
            "That leaves out the logits. There is one for each token and each word of the vocabulary.",
            "{tokens:,} tokens, {v:,} words.",
        ),
        Own(
            "no_activations",
            lambda count, n, x, v, tokens: 14 * Dim(count) + 8 * Dim(tokens) * v,
            "That leaves out the activations. Each layer keeps what it reads, for the way back.",
            "{n} layers, {tokens:,} tokens, {x:,} columns.",
        ),
        Own(
            "one_layer_kept",
            lambda count, n, x, v, tokens: 14 * Dim(count) + 2 * Dim(tokens) * x + 8 * Dim(tokens) * v,
            "That keeps what one layer reads. Each layer keeps its own.",
            "There are {n} of them.",
        ),
        Own(
            "no_copy",
            lambda count, n, x, v, tokens: 10 * Dim(count) + 2 * Dim(n) * tokens * x + 8 * Dim(tokens) * v,
            "That has two numbers of the optimiser for each parameter. In mixed precision it keeps a copy of "
            "the weight as well.",
            "2 + 4 + 4 + 4.",
        ),
    ],
)
def before_the_way_back(count=494_032_768, n=24, x=896, v=151_936, tokens=8_192):
    layers = Dim(n, "n") * tokens * Dim(x, "x") * 2
    return Dim(count, "count") * 14 + layers + 2 * Dim(tokens, "tokens") * Dim(v, "v") * 4


# -- blocks, written as code ----------------------------------------------------------------------


@question(
    "A gated FFNN (SwiGLU) has three matrices and no biases: a gate and a way up, each from {x} numbers to "
    "{ff}, and a way down, from {ff} to {x}. How many parameters does it train?",
    "Three dense layers. What does each read, and what does it give?",
    x=(8, 10, 12),
    ff=(21, 28, 34),
    slips=[
        Own(
            "biases_added",
            lambda x, ff: 3 * Dim(x) * ff + 2 * Dim(ff) + x,
            "That has biases in all three matrices. Here there are none.",
            "Three matrices, and nothing to add.",
        ),
        Own(
            "one_of_three",
            lambda x, ff: Dim(x) * ff,
            "That is one of the three matrices. A gate, a way up and a way down each have as many.",
            "Three of them.",
        ),
        Own(
            "gate_a_vector",
            lambda x, ff: 2 * Dim(x) * ff + ff,
            "That has a gate which is a row of numbers. It is worked out anew for each word, by a matrix "
            "that reads x as the way up does.",
            "A gate, a way up and a way down, a matrix each.",
        ),
        Own(
            "gate_to_x",
            lambda x, ff: 2 * Dim(x) * ff + Dim(x) * x,
            "That has a gate from x to x. It is multiplied with what the way up gives, number by number, "
            "so it gives as many.",
            "From {x:,} to {ff:,}, like the way up.",
        ),
    ],
)
def gated_block(x=2_048, ff=8_192):
    return swiglu(x, ff)


@question(
    "A mixture has a router, a dense layer without biases that reads {x} numbers and gives one for each of "
    "{experts} experts; the experts; and {shared} more that are shared, which no router chooses. Each of all "
    "these experts is a gated FFNN of three matrices between {x} and {ff}, without biases. How many "
    "parameters does it train?",
    "One router, and how many experts all together?",
    "One expert is three matrices.",
    x=(8, 10, 12),
    ff=(5, 7, 9),
    experts=(4, 6, 16),
    shared=(2, 3),
    slips=[
        Own(
            "times_forgotten",
            lambda x, ff, experts, shared: mixture(x, ff, 1, shared=shared).count + (Dim(experts) - 1) * x,
            "That has one expert where several stand. Each of them has weights of its own.",
            "{experts} that a router chooses among, and {shared} that are shared.",
        ),
        Own(
            "times_forgotten",
            lambda x, ff, experts, shared: mixture(x, ff, experts, shared=1).count,
            "That has one shared expert where several are. Each of them has weights of its own.",
            "{experts} that a router chooses among, and {shared} that are shared.",
        ),
        Own(
            "one_matrix_an_expert",
            lambda x, ff, experts, shared: Dim(x) * experts + (Dim(experts) + shared) * x * ff,
            "That has one matrix in an expert. An expert is a gated FFNN, of three.",
            "A gate, a way up, a way down.",
        ),
    ],
)
def mixture_block(x=1_024, ff=768, experts=64, shared=2):
    return mixture(x, ff, experts, shared=shared)


@layer
def mamba(x, h, s, r, f):
    """A block of Mamba, its parts named as the chapter does."""
    return {
        "input": dense(x, 2 * h, bias=False),
        "filter": conv(h, (f,), h, groups=h),
        "choose": dense(h, r + 2 * s, bias=False),
        "step": dense(r, h),
        "A": (h, s),
        "D": Tensor((h,), "weight"),
        "output": dense(h, x, bias=False),
    }


@question(
    "A block of Mamba has these parts. An input, a dense layer without biases from {x} numbers to 2 × {h}. A "
    "filter over {f} words for each of {h} channels, which reads its own channel alone, with biases. A dense "
    "layer without biases from {h} numbers to {r} + 2 × {s}. A step, a dense layer with biases from {r} to "
    "{h}. A table A of {h} × {s}. D, one weight for each of {h} channels. An output, a dense layer without "
    "biases from {h} to {x}. How many parameters does it train?",
    "Seven parts, a line for each. Which two of them have biases?",
    "A filter that reads one channel has as many weights as the words it covers.",
    x=(8, 10),
    h=(16, 20),
    s=(3, 5),
    r=(2, 4),
    f=(6, 7),
    slips=[
        Own(
            "input_to_h",
            lambda x, h, s, r, f: mamba(x, h, s, r, f).count - Dim(x) * h,
            "That has an input of half the size, or no output. The input leads to twice as many numbers, "
            "half of "
            "them for the gate, and the output leads back from one half.",
            "{x} to 2 × {h}, and {h} back to {x}.",
        ),
        Own(
            "s_once",
            lambda x, h, s, r, f: mamba(x, h, s, r, f).count - Dim(h) * s,
            "That has choose leading to {s} once, or it leaves out the table A. Choose makes two rows of {s} "
            "for each word, and A is trained.",
            "Choose leads to {r} + 2 × {s}, and A has {h} × {s}.",
        ),
        Own(
            "biases_or_d",
            lambda x, h, s, r, f: mamba(x, h, s, r, f).count - Dim(h),
            "That leaves out the biases of the filter, those of the step, or D. All three are trained, a "
            "number for each channel.",
            "Three things have one number for each channel.",
        ),
        Own(
            "biases_everywhere",
            lambda x, h, s, r, f: mamba(x, h, s, r, f).count + 2 * Dim(h) + x + (r + 2 * Dim(s)),
            "That has biases in every dense layer. The question gives them to the filter and the step alone.",
            "Input, choose and output are built without any.",
        ),
        Own(
            "biases_everywhere",
            lambda x, h, s, r, f: mamba(x, h, s, r, f).count + 2 * Dim(h) + x,
            "That has biases in input and output. The question gives them to the filter and the step alone.",
            "Input, choose and output are built without any.",
        ),
    ],
)
def mamba_by_hand(x=768, h=1_536, s=16, r=48, f=4):
    return mamba(x, h, s, r, f)


@layer
def up(i, o):
    """A block on the way up a U-Net, its parts named as the chapter does."""
    return {"double": conv(i, 2, o), "first": conv(2 * o, 3, o), "second": conv(o, 3, o)}


@question(
    "A block on the way up a U-Net has three convolutions, with biases. The first doubles the picture, with "
    "{o} filters of 2 × 2 that read {i} channels. Its {o} channels are joined with {o} more from the way "
    "down. Two convolutions of 3 × 3 follow, each with {o} filters. How many parameters does it train?",
    "What does each of the three read?",
    "Joined means one beside the other: the channels add up.",
    i=(9, 11, 13, 15),
    o=(4, 5, 6, 7),
    slips=[
        Own(
            "first_reads_what_comes_in",
            lambda i, o: up(i, o).count + (Dim(i) + o - 2 * Dim(o)) * 9 * o,
            "That has the first of the two joining what comes in. It joins what the doubling has made of "
            "that.",
            "The doubling gives {o} channels.",
        ),
        Own(
            "first_reads_what_comes_in",
            lambda i, o: up(i, o).count + (Dim(i) - 2 * Dim(o)) * 9 * o,
            "That has the first of the two reading what comes in. It reads what the doubling has made of "
            "that, joined with as many channels from the way down.",
            "The doubling gives {o} channels.",
        ),
        Own(
            "doubling_of_three",
            lambda i, o: up(i, o).count + Dim(i) * 5 * o,
            "That has filters of 3 × 3 in all three. The one that doubles the picture has smaller ones.",
            "2 × 2 in the first of the three.",
        ),
    ],
)
def unet_block(i=160, o=64):
    return up(i, o)


# -- exercises ------------------------------------------------------------------------------------


@layer
def deep_classifier(v, x, h, classes):
    """A classifier of sentences with one reader on top of another."""
    return {
        "words": embedding(v, x),
        "first reader": bidirectional(gru(x, h)),
        "second reader": bidirectional(gru(2 * h, h)),
        "output": dense(2 * h, classes),
    }


@question(
    "A classifier of sentences has a table of {v} words with {x} numbers each, a bidirectional GRU with "
    "h = {h} in each direction, a second one like it that reads what the first one gives, and a dense layer "
    "with {classes} classes. How many parameters does it train?",
    "Write a line for each part. A GRU has one FFNN less than an LSTM.",
    "What does the first reader give at each step? The second reads all of it.",
    "And what does the dense layer read?",
    v=(30, 50, 70, 90),
    x=(6, 8, 11, 13),
    h=(3, 5, 7),
    classes=(2, 3, 4, 6),
    slips=[
        Own(
            "second_one_way",
            lambda v, x, h, classes: (
                embedding(v, x).count
                + bidirectional(gru(x, h)).count
                + gru(2 * h, h).count
                + dense(h, classes).count
            ),
            "That has the second reader in one direction. It is like the first one, and reads in both.",
            "Each direction gives {h} numbers, which the dense layer reads.",
        ),
    ],
)
def reader_on_reader(v=10_000, x=100, h=32, classes=5):
    return deep_classifier(v, x, h, classes)


@layer
def keys_and_values_of(x, heads, kv_heads):
    """The two dense layers that make keys and values, whose heads several heads of queries share."""
    return {name: dense(x, kv_heads * (x // heads), bias=False) for name in ("key", "value")}


@question(
    "In attention, {heads} heads of queries share {kv_heads} heads of keys and as many of values. It reads "
    "{x} numbers, and a head has {x} ÷ {heads} columns. Two dense layers without biases make keys and "
    "values. How many parameters do they train together?",
    "How many columns has a head, and how many have all heads of keys?",
    "Each of the two reads all that comes in.",
    x=(36, 54),
    heads=(18,),
    kv_heads=(2, 3, 6),
    slips=[
        Own(
            "queries_as_well",
            lambda x, heads, kv_heads: Dim(x) * x + 2 * Dim(x) * (kv_heads * (x // heads)),
            "That has the queries as well. The question asks for what makes keys and values.",
            "Two dense layers.",
        ),
        Own(
            "all_of_the_attention",
            lambda x, heads, kv_heads: 2 * Dim(x) * x + 2 * Dim(x) * (kv_heads * (x // heads)),
            "That is all of the attention, with queries and output. The question asks for what makes keys "
            "and values.",
            "Two dense layers.",
        ),
    ],
)
def keys_and_values(x=3_072, heads=24, kv_heads=8):
    return keys_and_values_of(x, heads, kv_heads)


@layer
def maps(pictures, o, side):
    """The numbers that a convolution gives: a map of each channel of each picture."""
    return {"maps": Tensor((pictures, o, side, side), "weight")}


@question(
    "A convolution gives {o} channels of {side} × {side} for each of {pictures} pictures, and a ReLU "
    "follows. "
    "What the ReLU gives is kept as bfloat16 for the way back. How many bytes are that? Three figures are "
    "enough.",
    "How many numbers are in one channel of one picture?",
    "A bfloat16 has 16 bits, and a byte has 8.",
    pictures=(5, 7),
    o=(11, 13),
    side=(12, 14, 20),
    picture=False,
    three=True,
    slips=[
        Own(
            "one_picture",
            lambda pictures, o, side: 2 * Dim(o) * side * side,
            "That is for one picture. There are {pictures}, and what each gives is kept.",
            "Nothing of it is shared between pictures.",
        ),
        Own(
            "one_row",
            lambda pictures, o, side: 2 * Dim(pictures) * o * side,
            "That has one row of each channel. A channel is as high as it is wide.",
            "Each place of the picture has a number.",
        ),
        Own(
            "count_alone",
            lambda pictures, o, side: Dim(pictures) * o * side * side,
            "Those are the numbers that are kept. Each of them takes several bytes.",
            "A bfloat16 has 16 bits, and a byte has 8.",
        ),
        Own(
            "something_besides",
            lambda pictures, o, side: 2 * (2 * Dim(pictures) * o * side * side),
            "That keeps as many numbers again, such as what the convolution gives before the ReLU, or "
            "gradients. The question asks for what the ReLU gives.",
            "A number for each place of each channel.",
        ),
    ],
)
def activations_of_a_conv(pictures=32, o=64, side=224):
    return Dim(2, "bytes") * maps(pictures, o, side).count


QUESTIONS = [
    filter_for_each,
    keys_and_values,
    gated_block,
    mixture_block,
    mamba_by_hand,
    unet_block,
    bytes_of_a_token,
    cache_of_a_text,
    weights_and_texts,
    all_in_bfloat16,
    before_the_way_back,
    activations_of_a_conv,
    reader_on_reader,
]
