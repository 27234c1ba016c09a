"""Questions of chapter 9: what of a network trains, what is frozen, and as how many numbers it is stored."""

from __future__ import annotations

from ...core import Tensor, layer
from ...dims import Dim
from ...layers import attention, batch_norm, conv, dense, embedding, ffnn, rms_norm
from ...models import gpt, gpt2_small, llama, vit_b16
from ...models.parts import swiglu
from ...tuning import conv_with_lora, frozen, lora, with_lora
from ..slips.base import Own
from . import question

# Sizes for a pencil, of what several questions ask about.
_LLAMA = {"v": (30, 50, 70), "x": (12, 16, 20), "n": (2, 3, 5), "ff": (22, 26, 34), "heads": (4,)}


@question(
    "A block of a ResNet has two convolutions, each with {o} filters of 3 × 3 over {o} channels, without "
    "biases, and a batch norm of {o} channels after each. How many parameters does it train?",
    "Count one convolution and one norm, then both of each.",
    "A batch norm keeps four numbers for a channel. How many of them are learned?",
    o=range(6, 16),
    slips=[
        Own(
            "one_of_each",
            lambda o: conv(o, 3, o, bias=False).count + batch_norm(o).count,
            "That is one convolution with its norm. The block has two of either.",
            "Each has weights of its own.",
        ),
    ],
)
def block_with_norms(o=64):
    return block(o)


@layer
def block(o):
    """Two convolutions, and a norm after each."""
    return {
        "conv 1": conv(o, 3, o, bias=False),
        "norm 1": batch_norm(o),
        "conv 2": conv(o, 3, o, bias=False),
        "norm 2": batch_norm(o),
    }


@question(
    "Attention reads x = {x} numbers of a word. Its keys and values have {kv_heads} heads of {d} numbers "
    "each. How many weights does the dense layer have that makes the values? It has no biases.",
    "How many numbers does it give? All heads together.",
    "A weight for each pair of an input and an output.",
    x=(20, 24, 30),
    kv_heads=(2, 3, 4),
    d=(5, 7, 9),
    picture=False,
    slips=[
        Own(
            "keys_as_well",
            lambda x, kv_heads, d: 2 * dense(x, kv_heads * d, bias=False).count,
            "Those are the dense layers of keys and values. The question asks for that of the values alone.",
            "Both have the same size.",
        ),
        Own(
            "as_wide_as_it_reads",
            lambda x, kv_heads, d: Dim(x) * x,
            "That gives as many numbers as it reads. There are fewer heads of values than of queries.",
            "{kv_heads} heads of {d} each.",
        ),
        Own(
            "one_head_of_values",
            lambda x, kv_heads, d: Dim(x) * d,
            "That is one head. The dense layer makes the values of all heads of values.",
            "There are {kv_heads} of {d} each.",
        ),
    ],
)
def narrow_values(x=2_048, kv_heads=2, d=128):
    return dense(x, kv_heads * d, bias=False)


@layer
def tuned(i, h, o):
    """A network of which the hidden layer is frozen."""
    return {"hidden": frozen(dense(i, h)), "output": dense(h, o)}


@question(
    "A network for digits has a hidden layer of {h} neurons over {i} pixels, and an output layer for {o} "
    "digits. The hidden layer is frozen, biases and all. How many parameters does the network train?",
    "Which layers would training change?",
    "The output layer reads what the hidden one gives.",
    i=(20, 30, 40),
    h=(6, 8, 12),
    o=(3, 4, 5),
    slips=[
        Own(
            "biases_left_free",
            lambda i, h, o: Dim(h) * o + o + h,
            "That leaves the biases of the hidden layer free. The layer is frozen with all that it has.",
            "The output layer is all that is left.",
        ),
        Own(
            "output_reads_the_pixels",
            lambda i, h, o: Dim(i) * o + o,
            "That has the output layer reading the pixels. The hidden layer is frozen, and still stands "
            "between: it works as before.",
            "It gives {h} numbers, whether it trains or not.",
        ),
    ],
)
def frozen_hidden(i=784, h=128, o=10):
    return tuned(i, h, o)


@layer
def norms_only(o):
    """The same block, of which the convolutions are frozen."""
    return {
        "conv 1": frozen(conv(o, 3, o, bias=False)),
        "norm 1": batch_norm(o),
        "conv 2": frozen(conv(o, 3, o, bias=False)),
        "norm 2": batch_norm(o),
    }


@question(
    "A block of a ResNet has two convolutions, each with {o} filters of 3 × 3 over {o} channels, without "
    "biases, and a batch norm of {o} channels after each. Its convolutions are frozen. How many "
    "parameters does it train?",
    "Which parts are left?",
    "A mean and a variance are kept for each channel too. Are they trained, or measured?",
    o=range(6, 16),
)
def norms_alone(o=64):
    return norms_only(o)


@question(
    "A dense layer from {i} numbers to {o}, without biases, is frozen. LoRA of rank {r} stands beside it:"
    " a matrix from {i} numbers to {r}, then one from {r} to {o}, neither with biases. How many "
    "parameters train?",
    "Two thin matrices. Count each by itself.",
    "r numbers stand between them.",
    i=(20, 24, 30),
    o=(14, 18, 26),
    r=(2, 3, 4),
    slips=[
        Own(
            "both_read_the_input",
            lambda i, o, r: 2 * Dim(r) * i,
            "That has both matrices as long as the input. The second one leads to the output, which has "
            "another length.",
            "{i:,} × {r}, then {r} × {o:,}.",
        ),
    ],
)
def one_thin_pair(i=4_096, o=11_008, r=8):
    return with_lora(dense(i, o, bias=False), r)


_ON = "LoRA stands beside two matrices of each layer. Count one of the two, then both."


@question(
    "A network like Llama 2 has {n} layers with x = {x}; its queries and its values are made by a matrix "
    "of x × x each. All is frozen, and LoRA of rank {r} stands beside both of these matrices in each "
    "layer. How many parameters train?",
    _ON,
    "Then all layers: each has thin matrices of its own.",
    r=(2, 3),
    **_LLAMA,
    picture=False,
    slips=[
        Own(
            "pair_for_each_head",
            lambda v, x, n, ff, heads, r: 2 * Dim(n) * heads * (Dim(r) * (Dim(x) + x // heads)),
            "That has a pair for each head. LoRA stands beside the whole matrix, which makes all heads at "
            "once.",
            "Two pairs in each layer.",
        ),
    ],
)
def lora_of_llama(v=32_000, x=4_096, n=32, ff=11_008, heads=32, r=8):
    return lora(llama(v, x, n, ff, heads, heads), r)


@layer
def fused(x, n):
    """Attention as GPT-2 stores it: one matrix for queries, keys and values."""
    return {"layers": n * fused_layer(x)}


@layer
def fused_layer(x):
    return {"queries, keys and values": dense(x, 3 * x), "output": dense(x, x)}


@question(
    "A network like GPT-2 makes queries, keys and values with one matrix in each of its {n} layers: it "
    "reads x = {x} numbers and gives 3 × x. All is frozen, and LoRA of rank {r} stands beside that "
    "matrix. How many parameters train?",
    "What does the matrix read, and how many numbers does it give?",
    "One pair of thin matrices in each layer, since there is one matrix.",
    x=(12, 16, 20),
    n=(2, 3, 5),
    r=(2, 3, 4),
    slips=[
        Own(
            "output_as_well",
            lambda x, n, r: Dim(n) * (Dim(r) * (x + 3 * Dim(x)) + Dim(r) * (Dim(x) + x)),
            "That has LoRA beside the output of the attention too. The question names one matrix of each "
            "layer.",
            "The one that gives queries, keys and values.",
        ),
        Own(
            "base_counted",
            lambda x, n, r: gpt(50_257, 1_024, x, n, 4 * x, 1).count + Dim(n) * (Dim(r) * x + Dim(r) * 3 * x),
            "That adds all of GPT-2. It is frozen, so none of it trains.",
            "The thin matrices alone.",
        ),
        Own(
            "times_forgotten",
            lambda x, n, r: Dim(r) * (Dim(x) + 3 * Dim(x)),
            "That is the pair of one layer. Each layer has a matrix, and a pair of its own beside it.",
            "There are {n} layers.",
        ),
        Own(
            "both_outputs_as_well",
            lambda x, n, r: (
                Dim(n) * (Dim(r) * (Dim(x) + 3 * Dim(x)) + Dim(r) * (Dim(x) + x) + Dim(r) * (4 * Dim(x) + x))
            ),
            "That has LoRA beside the outputs of attention and FFNN too, which GPT-2 calls by one name. "
            "The question names one matrix of each layer.",
            "The one that gives queries, keys and values.",
        ),
    ],
)
def lora_of_fused(x=768, n=12, r=8):
    return lora(fused(x, n), r, on="queries, keys and values")


@layer
def matrices(x, ff):
    """The dense layers of a layer of Llama, which are packed."""
    return {"attention": attention(x, bias=False), "feed-forward": swiglu(x, ff)}


@layer
def norms(x):
    """The norms of a layer of Llama, which are not."""
    return {"norm 1": rms_norm(x), "norm 2": rms_norm(x)}


@question(
    "Four dense layers from x = {x} to x, three between x and {ff}, none with biases, and two RMS norms of "
    "x. The dense layers are kept in 4 bits, two parameters in a byte, the norms as they were. How many "
    "numbers does PyTorch find, a byte counted as one?",
    "Count the weights of the seven dense layers first.",
    "Two of them are one number now. An RMS norm has a gain, and no shift.",
    x=(8, 12, 16),
    ff=(18, 22, 30),
    slips=[
        Own(
            "dense_layers_alone",
            lambda x, ff: matrices(x, ff).count // Dim(2, "packed"),
            "Those are the dense layers alone. The norms are kept too, and none of their numbers is packed.",
            "Two norms of x.",
        ),
        Own(
            "scales_counted",
            lambda x, ff: (
                matrices(x, ff).count // Dim(2, "packed") + matrices(x, ff).count // 64 * 4 + norms(x).count
            ),
            "That has the bytes of the scales as well. They are kept beside the packed matrices, and PyTorch "
            "finds no parameter there.",
            "The packed numbers and two norms.",
        ),
        Own(
            "norms_in_bytes",
            lambda x, ff: matrices(x, ff).count // Dim(2, "packed") + 2 * norms(x).count,
            "That has two for each number of the norms: bytes, or a shift beside each gain. An RMS norm has "
            "a "
            "gain alone, and it is kept as a number.",
            "Two norms of x.",
        ),
        Own(
            "bits_for_numbers",
            lambda x, ff: 4 * matrices(x, ff).count + norms(x).count,
            "That counts bits. Two parameters share a byte, and a byte is counted as one number.",
            "Half as many as the dense layers have weights.",
        ),
        Own(
            "more_in_a_byte",
            lambda x, ff: matrices(x, ff).count // Dim(4, "packed") + norms(x).count,
            "That packs more parameters into a number than a byte has room for. A byte is counted as one "
            "number here.",
            "4 bits of 8 for each parameter.",
        ),
        Own(
            "more_in_a_byte",
            lambda x, ff: matrices(x, ff).count // Dim(8, "packed") + norms(x).count,
            "That packs more parameters into a number than a byte has room for. A byte is counted as one "
            "number here.",
            "4 bits of 8 for each parameter.",
        ),
    ],
)
def packed_in_bytes(x=4_096, ff=11_008):
    return matrices(x, ff).count // Dim(2, "packed") + norms(x).count


@layer
def pruned(i, o, percent):
    """A dense layer with a mask over its weights, of which some per cent are held at 0."""
    return {**dense(i, o).parts, "mask": Tensor((i, o), trained=False)}


@question(
    "A dense layer reads {i} numbers and gives {o}, with biases. It was pruned: a mask of its weights' "
    "shape holds {percent} % of the weights at 0. How many trainable parameters does PyTorch count?",
    "What is the shape of the matrix before, and what is it after?",
    "A mask is kept beside it. Does training change the mask?",
    i=(20, 30, 40),
    o=(10, 20, 30),
    percent=None,
    picture=False,
    slips=[
        Own(
            "zeros_for_the_rest",
            lambda i, o, percent: i * o * percent // 100 + o,
            "That keeps the share of the weights that is held at 0, and leaves out the others. Either kind "
            "has its place in the matrix, and PyTorch counts places.",
            "The matrix has {i} × {o} places, as before.",
        ),
    ],
)
def pruned_by_mask(i=300, o=100, percent=90):
    return pruned(i, o, percent)


@layer
def siamese(i, h, e):
    """Two pictures through one network, and a dense layer over both."""
    both = ffnn(i, h, e)
    return {"left": both, "right": both, "output": dense(2 * e, 2)}


@question(
    "Two pictures of {i} pixels are compared. Both go through the same network: {h} hidden neurons, then "
    "{e} numbers. A dense layer reads what both pictures give, and says whether they are alike or not: 2 "
    "outputs. How many parameters are trained?",
    "How many networks does training change?",
    "The last layer reads the numbers of both pictures, end to end.",
    i=(20, 30, 40),
    h=(8, 10, 12),
    e=(3, 4, 5),
    slips=[
        Own(
            "both_in_one_row",
            lambda i, h, e: ffnn(2 * i, h, e, 2).count,
            "That has one network that reads both pictures at once. Here each picture goes through it by "
            "itself.",
            "It reads {i} pixels.",
        ),
        Own(
            "all_of_it_twice",
            lambda i, h, e: 2 * (ffnn(i, h, e).count + dense(2 * e, 2).count),
            "That has everything twice. Both pictures go through the same network, and the layer on top "
            "reads what both give, once.",
            "Whatever is used twice is trained once.",
        ),
        Own(
            "head_for_each",
            lambda i, h, e: ffnn(i, h, e).count + 2 * dense(e, 2).count,
            "That has a dense layer on each of the two. One layer reads what both pictures give, end to end.",
            "It reads {e} numbers of one picture, and as many of the other.",
        ),
    ],
)
def same_twice(i=784, h=128, e=32):
    return siamese(i, h, e)


# -- exercises ------------------------------------------------------------------------------------


@question(
    "A network like Qwen2.5-3B has {n} layers with x = {x}. Its queries have {heads} heads, its values "
    "only {kv_heads}, each of x ÷ {heads} numbers. All is frozen, and LoRA of rank {r} stands beside the "
    "matrices of queries and values in each layer. How many parameters train?",
    "How many numbers does each of the two matrices give?",
    "Count the thin pair beside the queries, then the one beside the values: its second matrix is narrower.",
    r=(2, 3),
    kv_heads=(2,),
    ff=None,
    v=None,
    **{name: _LLAMA[name] for name in ("x", "n", "heads")},
    picture=False,
    slips=[
        Own(
            "square_values",
            lambda v, x, n, ff, heads, kv_heads, r: 2 * Dim(n) * r * (2 * Dim(x)),
            "That has values as wide as the queries. They have fewer heads, so what gives them is narrower.",
            "{kv_heads} heads in place of {heads}.",
        ),
        Own(
            "narrow_queries",
            lambda v, x, n, ff, heads, kv_heads, r: 2 * Dim(n) * r * (Dim(x) + x // heads * kv_heads),
            "That has queries as narrow as the values. Of queries there are more heads.",
            "{heads} heads, and {kv_heads} of values.",
        ),
        Own(
            "times_forgotten",
            lambda v, x, n, ff, heads, kv_heads, r: (
                Dim(r) * (Dim(x) + x) + Dim(r) * (Dim(x) + x // heads * kv_heads)
            ),
            "Those are the thin matrices of one layer. Each layer has its own.",
            "There are {n} layers.",
        ),
        Own(
            "one_a_for_both",
            lambda v, x, n, ff, heads, kv_heads, r: Dim(n) * r * (2 * Dim(x) + x // heads * kv_heads),
            "That has one A for queries and values together. Each matrix has a pair of its own.",
            "Two pairs in each layer.",
        ),
    ],
)
def lora_of_grouped(v=151_936, x=2_048, n=36, ff=11_008, heads=16, kv_heads=2, r=16):
    return lora(llama(v, x, n, ff, heads, kv_heads, tied=True, bias=True), r)


@layer
def with_head(x, classes, r):
    """A ViT with LoRA, and a copy of its head that trains."""
    body = vit_b16(x=x, classes=classes)
    return {"network": lora(body, r), "saved head": dense(x, classes)}


@question(
    "A ViT has 12 layers with x = {x}. It is frozen, and LoRA of rank {r} stands beside the matrices of "
    "queries and values in each layer, x × x both. Its head, a dense layer to {classes} classes, is "
    "trained in full. How many parameters train?",
    "Count the thin matrices first, then the head.",
    "The head is a dense layer like any other, with biases.",
    x=(12, 24, 36),
    classes=(5, 7, 11),
    r=(2, 3),
    picture=False,
    slips=[
        Own(
            "head_twice",
            lambda x, classes, r: with_head(x, classes, r).count + dense(x, classes).count,
            "That has the head twice, the one of the network and a copy that trains. The first one is "
            "frozen.",
            "One dense layer trains in full.",
        ),
        Own(
            "head_of_imagenet",
            lambda x, classes, r: (
                with_head(x, classes, r).count - dense(x, classes).count + dense(x, 1_000).count
            ),
            "That has a head of 1,000 classes, as the network was trained with. The question names a new "
            "head of other size.",
            "{classes} classes.",
        ),
        Own(
            "lora_beside_the_head",
            lambda x, classes, r: with_head(x, classes, r).count + Dim(r) * (Dim(x) + classes),
            "That has LoRA beside the head too. The head trains in full, and needs no thin matrices.",
            "A dense layer with biases, and the pairs in the layers.",
        ),
    ],
)
def lora_and_head(x=768, classes=101, r=16):
    return with_head(x, classes, r)


@layer
def prompted(tokens, x):
    """GPT-2, frozen, and rows that are read before each text."""
    return {"prompt": embedding(tokens, x), "network": frozen(gpt2_small(x=x))}


@question(
    "A network like GPT-2 is frozen. Before each text it reads {tokens} rows that are no words, of x = "
    "{x} numbers each, and these are trained: a prompt that is learned. How many parameters train?",
    "It is a table. How many rows, how many columns?",
    tokens=(10, 15, 25),
    x=(12, 24, 36),
    picture=False,
    slips=[
        Own(
            "in_each_layer",
            lambda tokens, x: 12 * Dim(tokens) * x,
            "That has such rows in each layer. Here they are read before the text, once, as words are.",
            "There is one table.",
        ),
        Own(
            "one_row",
            lambda tokens, x: Dim(x),
            "That is one row. Each of the rows has numbers of its own.",
            "There are {tokens} rows.",
        ),
        Own(
            "positions_as_well",
            lambda tokens, x: Dim(tokens) * x + Dim(tokens) * x,
            "That has each row twice, as if it had a position of its own to learn, or were a key and a "
            "value. What makes these of a row belongs to the network, and is frozen.",
            "There is one table that trains.",
        ),
        Own(
            "keys_and_values_in_each_layer",
            lambda tokens, x: 12 * 2 * Dim(tokens) * x,
            "That has rows for keys and for values in each layer, which is another method, prefix tuning. "
            "Here the rows are read before the text, once.",
            "There is one table.",
        ),
    ],
)
def learned_prompt(tokens=20, x=768):
    return prompted(tokens, x)


@layer
def before_the_layers(across, patch, x):
    """What a ViT has before its first layer."""
    return {
        "patches": conv(3, patch, x),
        "class token": Tensor((x,), "weight"),
        "positions": embedding(across * across + 1, x),
    }


@question(
    "A ViT cuts a colour picture into {across} × {across} patches of {patch} × {patch} pixels. A "
    "convolution with biases makes x = {x} numbers of each patch. A class token, x numbers that are "
    "learned, comes before them as one more word. Each of all these has its row in a table of positions. "
    "How many parameters train before the first layer?",
    "Three parts: the convolution, the token, the table.",
    "How many rows has the table? There is one word more than there are patches.",
    across=(3, 4, 5),
    patch=(4, 5, 6),
    x=(8, 10, 12),
    slips=[
        Own(
            "patches_alone",
            lambda across, patch, x: conv(3, patch, x).count,
            "That is the convolution alone. The class token and the table of positions are trained as well.",
            "Three parts stand before the first layer.",
        ),
        Own(
            "filter_for_each_patch",
            lambda across, patch, x: (
                Dim(across) * across * (3 * Dim(patch) * patch * x + x) + x + (Dim(across) * across + 1) * x
            ),
            "That has filters of its own for each patch. A convolution uses the same filters at every place.",
            "{x} filters of {patch} × {patch} over three colours, once.",
        ),
        Own(
            "token_left_out",
            lambda across, patch, x: 3 * Dim(patch) * patch * x + x + (Dim(across) * across + 1) * x,
            "That has no numbers for the class token itself. It is learned, and has its row in the table of "
            "positions besides.",
            "{x} numbers of its own.",
        ),
        Own(
            "token_one_number",
            lambda across, patch, x: 3 * Dim(patch) * patch * x + x + 1 + (Dim(across) * across + 1) * x,
            "That has one number for the class token, or one bias for all filters. The token is as long "
            "as what is made of a patch, and each filter has a bias of its own.",
            "{x} numbers, and {x} filters.",
        ),
        Own(
            "one_row_more",
            lambda across, patch, x: 3 * Dim(patch) * patch * x + x + x + (Dim(across) * across + 2) * x,
            "That has one more row in the table of positions, or a second token. Each patch has a row, "
            "and the class token has one.",
            "{across} × {across} patches, and one token.",
        ),
        Own(
            "norm_before_the_layers",
            lambda across, patch, x: (
                3 * Dim(patch) * patch * x + x + x + (Dim(across) * across + 1) * x + 2 * Dim(x)
            ),
            "That has a norm before the layers too, as some have. The question names three parts, and a "
            "norm is none of them.",
            "A convolution, a token, a table.",
        ),
    ],
)
def class_token(across=14, patch=16, x=768):
    return before_the_layers(across, patch, x)


_SEVEN = ("query", "key", "value", "attention output", "gate", "up", "down")


@layer
def with_tables(v, x, n, ff, heads, kv_heads, r):
    """LoRA beside every dense layer of the layers, and copies of table and output that train."""
    body = lora(llama(v, x, n, ff, heads, kv_heads), r, on=_SEVEN)
    return {"network": body, "saved table": embedding(v, x), "saved output": dense(x, v, bias=False)}


@question(
    "A network like Llama-3-8B has {n} layers with x = {x}. Keys and values are x ÷ 4 wide; the three "
    "matrices of the FFNN stand between x and {ff}. All is frozen, and LoRA of rank {r} stands beside all "
    "seven matrices of each layer. For words that are new, copies of the table of {v} words and of the "
    "output are saved, and trained in full. How many parameters train? Three figures are enough, such as "
    "12.3M.",
    "The seven pairs first: two are square, two give x ÷ 4, three stand in the FFNN.",
    "Then two tables, rows × columns, with no biases.",
    heads=None,
    kv_heads=None,
    r=(2, 3),
    **{name: _LLAMA[name] for name in ("v", "x", "n", "ff")},
    picture=False,
    three=True,
    slips=[
        Own(
            "lora_alone",
            lambda v, x, n, ff, heads, kv_heads, r: (
                with_tables(v, x, n, ff, heads, kv_heads, r).count - 2 * Dim(v) * x
            ),
            "That is LoRA alone. The copies of table and output are trained in full.",
            "Two tables, rows × columns.",
        ),
        Own(
            "tables_alone",
            lambda v, x, n, ff, heads, kv_heads, r: 2 * Dim(v) * x,
            "Those are the two tables. LoRA's thin matrices are trained as well, beside seven matrices of "
            "each layer.",
            "A pair has r × (i + o).",
        ),
        Own(
            "one_copy",
            lambda v, x, n, ff, heads, kv_heads, r: (
                with_tables(v, x, n, ff, heads, kv_heads, r).count - Dim(v) * x
            ),
            "That has one table. The table of words is saved, and so is the output, each with its weights.",
            "Both are {v:,} × {x:,}.",
        ),
        Own(
            "norms_trained",
            lambda v, x, n, ff, heads, kv_heads, r: (
                with_tables(v, x, n, ff, heads, kv_heads, r).count + (2 * Dim(n) + 1) * x
            ),
            "That trains the norms as well. They are frozen, like all that is neither a thin matrix nor a "
            "saved copy.",
            "Seven pairs in each layer, and two tables.",
        ),
        Own(
            "lora_on_tables",
            lambda v, x, n, ff, heads, kv_heads, r: (
                with_tables(v, x, n, ff, heads, kv_heads, r).count + 2 * Dim(r) * (Dim(v) + x)
            ),
            "That has LoRA beside the tables too. They are saved as copies that train in full, and need no "
            "thin matrices.",
            "Seven pairs in each layer.",
        ),
        Own(
            "queries_and_values_alone",
            lambda v, x, n, ff, heads, kv_heads, r: (
                Dim(n) * (Dim(r) * (Dim(x) + x) + Dim(r) * (Dim(x) + x // 4)) + 2 * Dim(v) * x
            ),
            "That has LoRA beside queries and values alone. The question puts it beside all seven matrices "
            "of a layer.",
            "Four in the attention, three in the FFNN.",
        ),
        Own(
            "keys_for_every_head",
            lambda v, x, n, ff, heads, kv_heads, r: (
                with_tables(v, x, n, ff, heads, kv_heads, r).count + 2 * Dim(n) * r * (x - x // 4)
            ),
            "That has keys and values as wide as the queries. The question says that they are narrower.",
            "They are x ÷ 4 wide.",
        ),
        Own(
            "times_forgotten",
            lambda v, x, n, ff, heads, kv_heads, r: with_tables(v, x, 1, ff, heads, kv_heads, r).count,
            "That has the thin matrices of one layer. Each layer has its own.",
            "There are {n} layers.",
        ),
    ],
)
def saved_tables(v=128_256, x=4_096, n=32, ff=14_336, heads=4, kv_heads=1, r=16):
    return with_tables(v, x, n, ff, heads, kv_heads, r)


@question(
    "A convolution has {o} filters of {f} × {f} over {i} channels, without biases. It is frozen, and LoRA of "
    "rank {r} stands beside it as two more convolutions: {r} filters of {f} × {f} over the same channels, "
    "then {o} of 1 × 1 over what those give. Neither has biases. How many parameters train?",
    "Two convolutions. Count each by itself.",
    "The first gives r numbers at each place, so a filter of the second has r weights.",
    i=(6, 8, 10),
    f=(3, 5),
    o=(9, 12, 14),
    r=(2, 3, 4),
    picture=False,
    slips=[
        Own(
            "filters_of_one_size",
            lambda i, f, o, r: Dim(r) * i * f * f + Dim(r) * o * f * f,
            "That has filters of {f} × {f} in both. Those of the second are 1 × 1: they mix what the first "
            "ones give, place by place.",
            "One weight for each of the {r} numbers.",
        ),
        Own(
            "no_sides",
            lambda i, f, o, r: Dim(r) * (Dim(i) + o),
            "That is what LoRA has beside a matrix. The first filters are {f} × {f} here, so each has more "
            "than a weight for each channel.",
            "A filter has channels × its two sides.",
        ),
        Own(
            "first_filters_alone",
            lambda i, f, o, r: Dim(r) * i * f * f,
            "Those are the first filters alone. What they give goes through {o} filters of 1 × 1, and these "
            "train as well.",
            "Each of those has {r} weights.",
        ),
        Own(
            "thin_biases",
            lambda i, f, o, r: Dim(r) * i * f * f + r + Dim(r) * o + o,
            "That has a bias for each filter. Neither of the two has biases here.",
            "{r} and {o} too many.",
        ),
        Own(
            "sides_swapped",
            lambda i, f, o, r: Dim(r) * o * f * f + Dim(r) * i,
            "That has channels and filters the other way round. The first of the two reads what the "
            "frozen one reads.",
            "It reads {i} channels, and the second one gives {o}.",
        ),
        Own(
            "second_reads_the_channels",
            lambda i, f, o, r: Dim(r) * i * f * f + Dim(i) * o,
            "That has the 1 × 1 filters reading all channels. They stand on the first ones, and read what "
            "those give.",
            "The first gives {r} numbers at each place.",
        ),
    ],
)
def lora_of_conv(i=64, f=3, o=128, r=8):
    return conv_with_lora(conv(i, f, o, bias=False), r)


QUESTIONS = [
    block_with_norms,
    narrow_values,
    frozen_hidden,
    norms_alone,
    one_thin_pair,
    lora_of_llama,
    lora_of_fused,
    packed_in_bytes,
    pruned_by_mask,
    same_twice,
    lora_of_grouped,
    lora_and_head,
    learned_prompt,
    class_token,
    saved_tables,
    lora_of_conv,
]
