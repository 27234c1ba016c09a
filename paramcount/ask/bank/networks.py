"""Questions of chapter 7: published networks."""

from collections.abc import Callable

from ...core import layer
from ...dims import Dim
from ...layers import attention, conv, dense, embedding, encoder_layer, ffnn
from ...models import gpt, grouped_attention, latent_attention, lenet, llama, llama_layer, mixture, swiglu
from ..slips.base import Own
from . import question

# Sizes for a pencil, of what several questions ask about.
_LAYER = {"x": (8, 12, 16, 20), "ff": (24, 28, 36, 40), "heads": (2, 4)}
_MIXTRAL = {"v": (30, 50, 70), "x": (8, 12, 16), "n": (2, 3), "ff": (9, 10, 11, 13)}
_MIXTRAL |= {"heads": (4,), "kv_heads": (2,), "experts": (5, 6, 7)}

_WIDE = {"v": (30, 50, 70), "x": (8, 12, 16), "n": (2, 3), "ff": (9, 10, 11, 13)}
_WIDE |= {"heads": (4,), "kv_heads": (2,), "d": (5, 7)}
_HEAD_SIZE = (
    "That has heads of x ÷ heads columns. The question says how many a head has.",
    "All heads of queries together have {heads} × {d}.",
)
_WIDE_KEYS = (
    "That has keys and values as wide as the queries. They have fewer heads.",
    "{kv_heads} of them, where queries have {heads}.",
)
_FULL_AND_BIASED = (
    "That is an attention as in the first Transformer, with full keys and values and four sets of biases. "
    "Here several heads share keys and values, and the output has no biases.",
    "{kv_heads} heads of keys, {heads} of queries.",
)
_LARGER_HEADS = (
    "That has heads of twice as many columns, as larger networks have. Here they share out the columns of x.",
    "{heads} heads of queries, which have {x:,} columns together.",
)
_NO_BIASES = (
    "That is the count without biases. Here queries, keys and values have them.",
    "A bias for each column of queries, of keys and of values.",
)
_ONE_TABLE = (
    "That leaves out one table, as some do who print what is active: a word reads one row of its own and the "
    "whole output. The question counts both.",
    "Two tables of {v:,} rows.",
)
_NO_TABLE = (
    "That is what a word uses without the tables of words and output. Some print it like that; the question "
    "counts both of them.",
    "Two tables of {v:,} rows.",
)
_LAYER_OF_TODAY = {"x": (8, 16, 24), "ff": (25, 30, 35, 45), "heads": (4, 8), "kv_heads": (2,)}


@question(
    "A layer like BERT's is an encoder layer with {heads} heads, model size x = {x} and inner size {ff}. It "
    "has all its biases and norms. How many parameters does it train?",
    "An attention, an FFNN of two layers, and a norm after each of them.",
    "Count four squares, the way to the inner size and back, and two gains and two shifts.",
    **_LAYER,
    slips=[
        Own(
            "twelve_for_thirteen",
            lambda x, ff, heads: 12 * Dim(x) * x + 12 * Dim(x),
            "That has 12 × x beside the 12 × x × x. Biases and norms come to another multiple of x: count "
            "them kind by kind.",
            "Biases of the attention, of both layers of the FFNN, and two norms.",
        ),
        Own(
            "one_norm",
            lambda x, ff, heads: attention(x).count + ffnn(x, ff, x).count + 2 * Dim(x),
            "That has one norm in the layer. A norm follows the attention, and another the FFNN.",
            "Each has a gain and a shift for each of {x:,}.",
        ),
    ],
)
def layer_of_bert(x=768, ff=3_072, heads=12):
    return encoder_layer(x, ff, heads)


@question(
    "{o} filters of {f} × {f} slide over a colour image, without biases. How many parameters do they train "
    "together?",
    "How many channels has a colour image?",
    "Count one filter, then all. There is nothing to add.",
    o=range(6, 15),
    f=(4, 5, 6),
    slips=[
        Own(
            "channels_of_a_later_layer",
            lambda f, o: Dim(o) * f * f * o,
            "That has filters that read as many channels as there are filters, as in later layers. These "
            "read the image itself.",
            "What they read has the colours of the image as channels.",
        ),
    ],
)
def first_of_resnet(f=7, o=64):
    return conv(3, f, o, bias=False)


@question(
    "A network like LeNet-5 reads digits of 32 × 32 in grey: {a} filters of 5 × 5, pooling, {b} filters of "
    "5 × 5, pooling again. What is left is laid out in one row, and dense layers of {first}, {second} and "
    "{classes} follow. How many parameters does it train?",
    "Five layers train something, and pooling trains nothing. Write down what each of the five reads.",
    "A filter of 5 × 5 takes 4 off the side of an image, and pooling halves it.",
    "How many maps are there at the end, and how many numbers has each? They make the row.",
    a=(2, 3, 4),
    b=(5, 6, 7),
    first=(8, 9, 10),
    second=(11, 12, 13),
    classes=(14, 15, 16),
    picture=False,
    slips=[
        Own(
            "rows_read_the_image",
            lambda a, b, first, second, classes: (
                conv(1, 5, a).count + conv(a, 5, b).count + ffnn(32 * 32, first, second, classes).count
            ),
            "That has the dense layers reading the image. They read what the convolutions and the pooling "
            "have left, laid out in one row.",
            "Each filter takes something off the side, and pooling halves it.",
        ),
        Own(
            "no_biases_in_convolutions",
            lambda a, b, first, second, classes: (
                int(lenet(1, 32, (a, b), (first, second), classes).count) - a - b
            ),
            "That has no biases in the convolutions. Each filter has one, as has each output of a dense "
            "layer.",
            "There are {a} filters, then {b}.",
        ),
        Own(
            "sides_kept",
            lambda a, b, first, second, classes: (
                conv(1, 5, a).count + conv(a, 5, b).count + ffnn(Dim(8) * 8 * b, first, second, classes).count
            ),
            "That has convolutions which leave the side as it is. Nothing is padded here, so each of them "
            "takes 4 off.",
            "Off 32 first, and off what pooling has left.",
        ),
        Own(
            "no_biases_in_dense_layers",
            lambda a, b, first, second, classes: (
                int(lenet(1, 32, (a, b), (first, second), classes).count) - first - second - classes
            ),
            "That has no biases in the dense layers. Each output of one has its own, as has each filter.",
            "One for each of their outputs: {first}, {second} and {classes}.",
        ),
        Own(
            "digits_without_a_border",
            lambda a, b, first, second, classes: (
                conv(1, 5, a).count + conv(a, 5, b).count + ffnn(Dim(4) * 4 * b, first, second, classes).count
            ),
            "That begins with digits of 28 × 28. Here they have a border around them, so the maps at the "
            "end are larger.",
            "32 × 32 at the beginning.",
        ),
        Own(
            "row_of_one_map",
            lambda a, b, first, second, classes: (
                conv(1, 5, a).count + conv(a, 5, b).count + ffnn(Dim(5) * 5, first, second, classes).count
            ),
            "That has a row of one map. All maps that are left at the end are laid out in it, one after "
            "the other.",
            "There are {b} of them.",
        ),
        Own(
            "pooling_trained",
            lambda a, b, first, second, classes: (
                int(lenet(1, 32, (a, b), (first, second), classes).count) + 2 * a + 2 * b
            ),
            "That has a weight and a bias in the pooling for each map, as the network of 1998 had. Here "
            "pooling trains nothing.",
            "Five layers train something.",
        ),
    ],
)
def lenet_five(a=6, b=16, first=120, second=84, classes=10):
    return lenet(1, 32, (a, b), (first, second), classes)


@question(
    "A layer like those of Llama 3 has an attention with x = {x}, in which {heads} heads of queries share "
    "{kv_heads} heads of keys and {kv_heads} of values; a gated FFNN of three matrices between x and {ff}; "
    "and two RMS norms. There are no biases. How many parameters does it train?",
    "Seven matrices and two norms. Which of the matrices are narrow?",
    "A head of queries has x ÷ heads columns, and so has one of keys.",
    "In the FFNN two matrices lead from x to the inner size, and one leads back.",
    **_LAYER_OF_TODAY,
    slips=[
        Own(
            "attention_alone",
            lambda x, ff, heads, kv_heads: grouped_attention(x, heads, kv_heads).count,
            "That is the attention alone. In the layer an FFNN follows it, and norms.",
            "The FFNN has three matrices.",
        ),
        Own(
            "ffnn_alone",
            lambda x, ff, heads, kv_heads: swiglu(x, ff).count,
            "That is the FFNN alone. In the layer attention stands before it, and norms.",
            "The attention has four matrices, two of them narrow.",
        ),
        Own(
            "heads_as_columns",
            lambda x, ff, heads, kv_heads: (
                2 * Dim(x) * x + 2 * Dim(x) * kv_heads + swiglu(x, ff).count + 2 * Dim(x)
            ),
            "That has one column for each head of keys. A head has several columns, as many as one of "
            "queries.",
            "A head has {x:,} ÷ {heads} of them.",
        ),
        Own(
            "biased_attention",
            lambda x, ff, heads, kv_heads: attention(x).count + swiglu(x, ff).count + 2 * Dim(x),
            "That is an attention as in the first Transformer, with biases and with full keys and values. "
            "Here there are no biases, and several heads share keys and values.",
            "{kv_heads} heads of keys, {heads} of queries.",
        ),
        Own(
            "three_norms",
            lambda x, ff, heads, kv_heads: (
                2 * Dim(x) * x + 2 * Dim(x) * (x // heads * kv_heads) + swiglu(x, ff).count + 3 * Dim(x)
            ),
            "That has three norms. There are two in a layer, and the one at the end of the network is no "
            "part of it.",
            "One before the attention, one before the FFNN.",
        ),
        Own(
            "rule_of_twelve",
            lambda x, ff, heads, kv_heads: 12 * Dim(x) * x,
            "That is the rule of twelve squares. It is made for four of them in the attention, and for two "
            "matrices in an FFNN that is four times as wide.",
            "Here the FFNN has three matrices, and keys and values are narrower.",
        ),
        Own(
            "narrow_output",
            lambda x, ff, heads, kv_heads: (
                Dim(x) * x + 3 * Dim(x) * (x // heads * kv_heads) + swiglu(x, ff).count + 2 * Dim(x)
            ),
            "That has an output as narrow as keys and values. The output reads what all heads of queries "
            "give, so it is a square.",
            "{heads} heads of queries end in it.",
        ),
        Own(
            "narrow_queries",
            lambda x, ff, heads, kv_heads: (
                4 * Dim(x) * (x // heads * kv_heads) + swiglu(x, ff).count + 2 * Dim(x)
            ),
            "That has four narrow matrices in the attention. Keys and values alone have fewer heads; queries "
            "and output have them all.",
            "{heads} heads of queries, {kv_heads} of keys and of values.",
        ),
    ],
)
def layer_of_llama(x=4_096, ff=14_336, heads=32, kv_heads=8):
    return llama_layer(x, ff, heads, kv_heads)


@question(
    "A network like Llama 3 has a table of {v} words, and an output with a table of its own. Each of its {n} "
    "layers has an attention with x = {x}, in which {heads} heads of queries share {kv_heads} heads of keys "
    "and as many of values; a gated FFNN of three matrices between x and {ff}; and two RMS norms. One more "
    "norm stands at the end. There are no biases. How many parameters does it train?",
    "Two tables, the layers, one norm.",
    "Count one layer, then all of them.",
    v=(30, 50, 70),
    n=(2, 3, 5),
    **_LAYER_OF_TODAY,
    slips=[
        Own(
            "table_of_positions",
            lambda v, x, n, ff, heads, kv_heads: int(llama(v, x, n, ff, heads, kv_heads).count) + 8_192 * x,
            "That has a table of positions. This network has none: it turns queries and keys by angles that "
            "are worked out, so nothing is learned there.",
            "The question names one table, and an output with another.",
        ),
        Own(
            "words_of_llama_2",
            lambda v, x, n, ff, heads, kv_heads: llama(32_000, x, n, ff, heads, kv_heads).count,
            "That has the 32,000 words of Llama 2. The question names a table of another length.",
            "{v:,} words, in two tables.",
        ),
        Own(
            "one_number_for_a_row",
            lambda v, x, n, ff, heads, kv_heads: (
                Dim(v) * x + v + n * llama_layer(x, ff, heads, kv_heads).count + x
            ),
            "That has one table, and one number for each word in place of the other. Each word has a "
            "whole row in both.",
            "A row has {x:,} numbers.",
        ),
    ],
)
def llama_of_today(v=128_256, x=4_096, n=32, ff=14_336, heads=32, kv_heads=8):
    return llama(v, x, n, ff, heads, kv_heads)


@question(
    "A config.json of a network like Llama says: vocab_size {v}, hidden_size {x}, intermediate_size {ff}, "
    "num_hidden_layers {n}, num_attention_heads {heads}, num_key_value_heads {kv_heads}, tie_word_embeddings "
    "true, and nothing else. How many parameters does it train?",
    "How many columns has a head, if nothing is said of them?",
    "Count one layer, then all of them. How many tables are there?",
    v=(30, 50, 70),
    n=(2, 3, 5),
    **_LAYER_OF_TODAY,
)
def from_a_config(v=49_152, x=576, n=30, ff=1_536, heads=9, kv_heads=3):
    return llama(v, x, n, ff, heads, kv_heads, tied=True)


@question(
    "A network like Mixtral has a table of {v} words, and an output with a table of its own. Each of its {n} "
    "layers has an attention with x = {x}, in which {heads} heads share {kv_heads} of keys and values; a "
    "router; {experts} experts, each of three matrices of x × {ff}; and two RMS norms. One more norm stands "
    "at the end. There are no biases. How many parameters does it train?",
    "What is there once, what once in each layer, and what several times in a layer?",
    "The router is one more matrix: it reads x numbers, and gives one for each expert.",
    "With a single FFNN in each layer, and no router, it would be like Mistral.",
    **_MIXTRAL,
    slips=[
        Own(
            "router_for_each_expert",
            lambda v, x, n, ff, heads, kv_heads, experts: (
                llama(v, x, n, ff, heads, kv_heads, experts=experts).count
                + Dim(n) * x * experts * (experts - 1)
            ),
            "That has a router for each expert. There is one in a layer, which gives a number for each "
            "expert.",
            "It reads {x:,} numbers and gives {experts}.",
        ),
        Own(
            "experts_alone",
            lambda v, x, n, ff, heads, kv_heads, experts: Dim(n) * experts * swiglu(x, ff).count,
            "Those are the experts alone. Tables, attention, routers and norms are trained as well.",
            "Two tables of {v:,} rows, and {n} layers around the experts.",
        ),
        Own(
            "experts_of_one_layer",
            lambda v, x, n, ff, heads, kv_heads, experts: Dim(experts) * swiglu(x, ff).count,
            "Those are the experts of one layer. Each layer has its own, and there is more in it.",
            "There are {n} layers.",
        ),
        Own(
            "one_matrix_an_expert",
            lambda v, x, n, ff, heads, kv_heads, experts: (
                int(llama(v, x, n, ff, heads, kv_heads, experts=experts).count) - 2 * n * experts * x * ff
            ),
            "That has one matrix in an expert. An expert is a gated FFNN, of three.",
            "A gate, a way up, a way down.",
        ),
        Own(
            "times_forgotten",
            lambda v, x, n, ff, heads, kv_heads, experts: (
                llama(v, x, n, ff, heads, kv_heads, experts=experts, active=1).count
            ),
            "That has one expert in each layer, where several stand. Each has weights of its own.",
            "There are {experts} of them.",
        ),
    ],
)
def experts_of_mixtral(v=32_000, x=4_096, n=32, ff=14_336, heads=32, kv_heads=8, experts=8):
    return llama(v, x, n, ff, heads, kv_heads, experts=experts)


@question(
    "Each of the {n} layers of a network like Mixtral has {experts} experts of three matrices of {x} × {ff}. "
    "A word goes through {active} of them. All else is counted whole: a table of {v} words, an output with a "
    "table of its own, attention with x = {x}, in which {heads} heads share {kv_heads} of keys and values, a "
    "router, two RMS norms in each layer and one at the end. There are no biases. How many parameters does "
    "one word use?",
    "All is as in the whole network, but for the experts that a word does not go through.",
    "How many are those in each layer? And what has one of them?",
    active=None,
    **_MIXTRAL,
    slips=[
        Own(
            "experts_share_of_all",
            lambda v, x, n, ff, heads, kv_heads, experts, active: (
                llama(v, x, n, ff, heads, kv_heads, experts=experts).count * active // experts
            ),
            "That takes the share of the experts from everything. Only the experts are left out for a word: "
            "tables, attention and norms are used whole.",
            "{active} of {experts} experts, and all of the rest.",
        ),
        Own(
            "router_of_the_active",
            lambda v, x, n, ff, heads, kv_heads, experts, active: (
                int(llama(v, x, n, ff, heads, kv_heads, experts=experts, active=active).count)
                - n * x * (experts - active)
            ),
            "That has a router for the experts that are used. To choose, a word needs all of it.",
            "The router has an output for each of {experts} experts.",
        ),
        Own(
            "one_row_of_each_table",
            lambda v, x, n, ff, heads, kv_heads, experts, active: (
                int(llama(v, x, n, ff, heads, kv_heads, experts=experts, active=active).count)
                - 2 * x * (v - 1)
            ),
            "That has one row of each table, as if the others were not there. The question counts both "
            "tables whole.",
            "A table has {v:,} rows.",
        ),
        Own(
            "smaller_networks",
            lambda v, x, n, ff, heads, kv_heads, experts, active: (
                active * llama(v, x, n, ff, heads, kv_heads).count
            ),
            "That is {active} whole networks with one FFNN a layer. The experts share everything else: "
            "tables, attention and norms are there once.",
            "Only the experts are counted {active} times.",
        ),
        Own(
            "one_row_of_the_words",
            lambda v, x, n, ff, heads, kv_heads, experts, active: (
                int(llama(v, x, n, ff, heads, kv_heads, experts=experts, active=active).count) - x * (v - 1)
            ),
            "That has one row of the table of words, which is what a word looks up. The question counts the "
            "table whole.",
            "A table has {v:,} rows.",
        ),
        Own(
            "tables_not_counted",
            lambda v, x, n, ff, heads, kv_heads, experts, active: (
                int(llama(v, x, n, ff, heads, kv_heads, experts=experts, active=active).count) - 2 * v * x
            ),
            *_NO_TABLE,
        ),
        Own(
            "one_table_of_two",
            lambda v, x, n, ff, heads, kv_heads, experts, active: (
                int(llama(v, x, n, ff, heads, kv_heads, experts=experts, active=active).count) - v * x
            ),
            *_ONE_TABLE,
        ),
        Own(
            "used_ones_taken_off",
            lambda v, x, n, ff, heads, kv_heads, experts, active: (
                int(llama(v, x, n, ff, heads, kv_heads, experts=experts).count)
                - n * active * swiglu(x, ff).count
            ),
            "That takes off the experts that a word uses. What is left out is those that it does not go "
            "through.",
            "It goes through {active} of {experts}.",
        ),
        Own(
            "times_forgotten",
            lambda v, x, n, ff, heads, kv_heads, experts, active: (
                llama(v, x, n, ff, heads, kv_heads, experts=experts, active=1).count
            ),
            "That has one expert in each layer. A word goes through more of them, and each has weights of "
            "its own.",
            "It goes through {active} of {experts}.",
        ),
    ],
)
def used_by_a_word(v=32_000, x=4_096, n=32, ff=14_336, heads=32, kv_heads=8, experts=8, active=2):
    return llama(v, x, n, ff, heads, kv_heads, experts=experts, active=active)


@question(
    "In a layer of DeepSeek-V3 a router of {x} × {experts} sends each word through {active} of {experts} "
    "experts. One more expert is shared: every word passes through it. An expert has three matrices between "
    "{x} and {ff}. There are no biases. How many parameters of the router and the experts does one word use?",
    "What does every word use, and what does it use besides?",
    "How many experts does a word go through, all together?",
    "To choose among the experts, a word needs the whole router.",
    x=(8, 12, 16),
    ff=(5, 6, 7),
    experts=(10, 14, 20),
    active=(3, 4),
    slips=[
        Own(
            "router_of_the_active",
            lambda x, ff, experts, active: Dim(x) * active + (Dim(active) + 1) * swiglu(x, ff).count,
            "That has a router for the experts that are used. To choose, a word needs all of it.",
            "The router has an output for each of {experts} experts.",
        ),
        Own(
            "router_of_all_used",
            lambda x, ff, experts, active: (
                (Dim(active) + 1) * Dim(x) + (Dim(active) + 1) * swiglu(x, ff).count
            ),
            "That has a router for the experts that are used, the shared one too. To choose, a word needs "
            "all of the router, and the shared one is not chosen.",
            "The router has an output for each of {experts} experts.",
        ),
        Own(
            "one_expert_alone",
            lambda x, ff, experts, active: swiglu(x, ff).count,
            "That is one expert. A word goes through several, and through the one that is shared.",
            "{active} that are chosen, one that is shared, and the router.",
        ),
        Own(
            "one_matrix_an_expert",
            lambda x, ff, experts, active: (Dim(active) + 1) * Dim(x) * ff + Dim(x) * experts,
            "That has one matrix in an expert. An expert is a gated FFNN, of three.",
            "A gate, a way up, a way down.",
        ),
    ],
)
def shared_expert(x=7_168, ff=2_048, experts=256, active=8):
    return mixture(x, ff, experts, active, shared=1)


# -- with less and less help ----------------------------------------------------------------------

_TIED = "has a table of {v} words, and an output that uses it again. Each of its {n} layers has "
_SHARED = (
    "with x = {x}, in which {heads} heads of queries share {kv_heads} heads of keys and as many of values"
)
_GATED = "a gated FFNN of three matrices between x and {ff}; and two RMS norms."
_TABLE = "Tables, layers, the last norm. What does an output train that uses a table again?"


@question(
    f"A network like Llama-3.2-1B {_TIED}an attention {_SHARED}; {_GATED} One more norm stands at the end. "
    "There are no biases. How many parameters does it train?",
    _TABLE,
    "Count one layer, then all of them.",
    v=(30, 50, 70),
    n=(2, 3, 5),
    **_LAYER_OF_TODAY,
    slips=[
        Own(
            "head_size_of_another",
            lambda v, x, n, ff, heads, kv_heads: (
                llama(v, x, n, ff, heads, kv_heads, d=2 * (x // heads), tied=True).count
            ),
            *_LARGER_HEADS,
        ),
    ],
)
def small_llama(v=128_256, x=2_048, n=16, ff=8_192, heads=32, kv_heads=8):
    return llama(v, x, n, ff, heads, kv_heads, tied=True)


@question(
    f"A layer like those of Qwen2.5 has an attention {_SHARED}; {_GATED} Queries, keys and values have "
    "biases, and nothing else has any. How many parameters does it train?",
    "Seven matrices, two norms, three biases.",
    "A head of queries has x ÷ heads columns, and so has one of keys.",
    "A bias for each column: how many columns have the queries, and how many the keys?",
    **_LAYER_OF_TODAY,
    slips=[
        Own(
            "biased_output",
            lambda x, ff, heads, kv_heads: int(llama_layer(x, ff, heads, kv_heads, bias=True).count) + x,
            "That gives the output of the attention biases too. Only queries, keys and values have them.",
            "Three matrices of the seven have biases.",
        ),
        Own(
            "wide_biases",
            lambda x, ff, heads, kv_heads: int(llama_layer(x, ff, heads, kv_heads).count) + 3 * x,
            "That has as many biases for keys and for values as for queries. A bias stands at each column, "
            "and keys and values have fewer columns.",
            "{kv_heads} heads of them, where queries have {heads}.",
        ),
        Own(
            "biased_queries_alone",
            lambda x, ff, heads, kv_heads: int(llama_layer(x, ff, heads, kv_heads).count) + x,
            "That has biases for the queries alone. Keys and values have them too, one for each of their "
            "columns.",
            "{kv_heads} heads of keys, and as many of values.",
        ),
        Own(
            "head_size_of_another",
            lambda x, ff, heads, kv_heads: (
                llama_layer(x, ff, heads, kv_heads, d=2 * (x // heads), bias=True).count
            ),
            *_LARGER_HEADS,
        ),
        Own(
            "no_biases",
            lambda x, ff, heads, kv_heads: llama_layer(x, ff, heads, kv_heads).count,
            *_NO_BIASES,
        ),
        Own(
            "biased_attention",
            lambda x, ff, heads, kv_heads: attention(x).count + swiglu(x, ff).count + 2 * Dim(x),
            *_FULL_AND_BIASED,
        ),
    ],
)
def layer_of_qwen(x=896, ff=4_864, heads=14, kv_heads=2):
    return llama_layer(x, ff, heads, kv_heads, bias=True)


@question(
    f"A network like Qwen2.5-0.5B {_TIED}an attention {_SHARED}, with biases for queries, keys and values; "
    f"{_GATED} One more norm stands at the end, and nothing else has biases. How many parameters does "
    "it train?",
    _TABLE,
    "Count one layer, then all of them.",
    v=(30, 50, 70),
    n=(2, 3, 5),
    **_LAYER_OF_TODAY,
    slips=[
        Own(
            "head_size_of_another",
            lambda v, x, n, ff, heads, kv_heads: (
                llama(v, x, n, ff, heads, kv_heads, d=2 * (x // heads), tied=True, bias=True).count
            ),
            *_LARGER_HEADS,
        ),
        Own(
            "no_biases",
            lambda v, x, n, ff, heads, kv_heads: llama(v, x, n, ff, heads, kv_heads, tied=True).count,
            *_NO_BIASES,
        ),
        Own(
            "biased_attention",
            lambda v, x, n, ff, heads, kv_heads: (
                Dim(v) * x + Dim(n) * (attention(x).count + swiglu(x, ff).count + 2 * Dim(x)) + x
            ),
            *_FULL_AND_BIASED,
        ),
    ],
)
def small_qwen(v=151_936, x=896, n=24, ff=4_864, heads=14, kv_heads=2):
    return llama(v, x, n, ff, heads, kv_heads, tied=True, bias=True)


_MIXED = (
    "A network like Qwen3-30B-A3B has a table of {v} words, and another for its output. Each of its {n} "
    "layers has an attention with x = {x}, whose {heads} heads of queries share {kv_heads} of keys and "
    "values, {d} columns each; an RMS norm over a query's {d} numbers, one over a key's; a router; {experts} "
    "experts of three matrices, x × {ff}; two RMS norms. One more stands at the end. No biases."
)
_COLUMNS = "How many columns have all heads of queries together? It need not be x."


@question(
    "A config.json of a network like Qwen3-30B-A3B says: vocab_size {v}, hidden_size {x}, num_hidden_layers "
    "{n}, num_attention_heads {heads}, num_key_value_heads {kv_heads}, head_dim {d}, num_experts {experts}, "
    "moe_intermediate_size {ff}, tie_word_embeddings false. Each layer has a mixture, and the two norms more "
    "that Qwen3 has. How many parameters does it train?",
    "Two tables, the layers, one norm. In a layer: attention, router, experts, norms.",
    _COLUMNS,
    "All heads of queries share one norm, and all heads of keys another.",
    experts=(5, 6, 7),
    **_WIDE,
    slips=[
        Own(
            "head_size_of_x",
            lambda v, x, n, ff, heads, kv_heads, d, experts: (
                llama(v, x, n, ff, heads, kv_heads, experts=experts, norms=True).count
                - 2 * Dim(n) * (x // heads - d)
            ),
            *_HEAD_SIZE,
        ),
        Own(
            "experts_of_a_word",
            lambda v, x, n, ff, heads, kv_heads, d, experts: (
                llama(
                    v, x, n, ff, heads, kv_heads, experts=experts, active=min(8, experts), d=d, norms=True
                ).count
            ),
            "That has the experts that one word goes through. All of them are trained, each by other words.",
            "There are {experts} in each layer.",
        ),
        Own(
            "norms_for_each_head",
            lambda v, x, n, ff, heads, kv_heads, d, experts: (
                llama(v, x, n, ff, heads, kv_heads, experts=experts, d=d, norms=True).count
                + Dim(n) * (heads + kv_heads - 2) * d
            ),
            "That has norms for each head. All heads of queries share one norm, and all heads of keys "
            "another.",
            "Two norms of {d} in a layer.",
        ),
        Own(
            "head_size_of_x",
            lambda v, x, n, ff, heads, kv_heads, d, experts: (
                llama(v, x, n, ff, heads, kv_heads, experts=experts, norms=True).count
            ),
            *_HEAD_SIZE,
        ),
        Own(
            "keys_for_every_head",
            lambda v, x, n, ff, heads, kv_heads, d, experts: (
                llama(v, x, n, ff, heads, heads, experts=experts, d=d, norms=True).count
            ),
            *_WIDE_KEYS,
        ),
        Own(
            "times_forgotten",
            lambda v, x, n, ff, heads, kv_heads, d, experts: (
                llama(v, x, n, ff, heads, kv_heads, experts=experts, active=1, d=d, norms=True).count
            ),
            "That has one expert in each layer, where several stand. Each has weights of its own.",
            "There are {experts} of them.",
        ),
        Own(
            "two_norms_left_out",
            lambda v, x, n, ff, heads, kv_heads, d, experts: (
                int(llama(v, x, n, ff, heads, kv_heads, experts=experts, d=d, norms=True).count) - 2 * n * x
            ),
            "That has no norms before attention and FFNN. Each layer has two of these, beside those of "
            "queries and keys.",
            "Two gains for each of {x:,} in a layer.",
        ),
    ],
)
def mixture_of_qwen(v=151_936, x=2_048, n=48, ff=768, heads=32, kv_heads=4, d=128, experts=128):
    return llama(v, x, n, ff, heads, kv_heads, experts=experts, d=d, norms=True)


@question(
    f"{_MIXED} A word goes through {{active}} of the experts, and through all else. How many parameters does "
    "it use, table of words and output counted?",
    "All is as in the whole network, but for the experts that a word does not go through.",
    "How many are those in each layer? And what has one of them?",
    experts=(5, 6, 7),
    active=(2, 3),
    **_WIDE,
    slips=[
        Own(
            "head_size_of_x",
            lambda v, x, n, ff, heads, kv_heads, d, experts, active: (
                llama(v, x, n, ff, heads, kv_heads, experts=experts, active=active, norms=True).count
                - 2 * Dim(n) * (x // heads - d)
            ),
            *_HEAD_SIZE,
        ),
        Own(
            "router_for_the_active",
            lambda v, x, n, ff, heads, kv_heads, d, experts, active: (
                llama(v, x, n, ff, heads, kv_heads, experts=experts, active=active, d=d, norms=True).count
                - Dim(n) * x * (experts - active)
            ),
            "That has a router for the experts that a word goes through. It gives a number for each expert, "
            "to choose among all.",
            "There are {experts} of them.",
        ),
        Own(
            "tables_not_counted",
            lambda v, x, n, ff, heads, kv_heads, d, experts, active: (
                llama(v, x, n, ff, heads, kv_heads, experts=experts, active=active, d=d, norms=True).count
                - 2 * Dim(v) * x
            ),
            *_NO_TABLE,
        ),
        Own(
            "one_table_of_two",
            lambda v, x, n, ff, heads, kv_heads, d, experts, active: (
                llama(v, x, n, ff, heads, kv_heads, experts=experts, active=active, d=d, norms=True).count
                - Dim(v) * x
            ),
            *_ONE_TABLE,
        ),
        Own(
            "experts_share_of_all",
            lambda v, x, n, ff, heads, kv_heads, d, experts, active: (
                llama(v, x, n, ff, heads, kv_heads, experts=experts, d=d, norms=True).count
                * active
                // experts
            ),
            "That takes the share of the experts from everything. Only the experts are left out for a word: "
            "tables, attention and norms are used whole.",
            "{active} of {experts} experts, and all of the rest.",
        ),
        Own(
            "head_size_of_x",
            lambda v, x, n, ff, heads, kv_heads, d, experts, active: (
                llama(v, x, n, ff, heads, kv_heads, experts=experts, active=active, norms=True).count
            ),
            *_HEAD_SIZE,
        ),
        Own(
            "used_ones_taken_off",
            lambda v, x, n, ff, heads, kv_heads, d, experts, active: (
                int(llama(v, x, n, ff, heads, kv_heads, experts=experts, d=d, norms=True).count)
                - n * active * swiglu(x, ff).count
            ),
            "That takes off the experts that a word uses. What is left out is those that it does not go "
            "through.",
            "It goes through {active} of {experts}.",
        ),
        Own(
            "times_forgotten",
            lambda v, x, n, ff, heads, kv_heads, d, experts, active: (
                llama(v, x, n, ff, heads, kv_heads, experts=experts, active=1, d=d, norms=True).count
            ),
            "That has one expert in each layer. A word goes through more of them, and each has weights of "
            "its own.",
            "It goes through {active} of {experts}.",
        ),
        Own(
            "printed_figure",
            lambda v, x, n, ff, heads, kv_heads, d, experts, active: 3_300_000_000,
            "That is what the card of the model prints: cut off. What is asked for is every single "
            "parameter.",
            "Count part by part, and add.",
        ),
        Own(
            "keys_for_every_head",
            lambda v, x, n, ff, heads, kv_heads, d, experts, active: (
                llama(v, x, n, ff, heads, heads, experts=experts, active=active, d=d, norms=True).count
            ),
            *_WIDE_KEYS,
        ),
    ],
)
def used_of_qwen(v=151_936, x=2_048, n=48, ff=768, heads=32, kv_heads=4, d=128, experts=128, active=8):
    return llama(v, x, n, ff, heads, kv_heads, experts=experts, active=active, d=d, norms=True)


# -- exercises ------------------------------------------------------------------------------------


@question(
    f"A network like Qwen3-0.6B {_TIED}an attention {_SHARED}, of {{d}} columns each; an RMS norm over the "
    f"{{d}} numbers of a query, one over those of a key; {_GATED} One more norm stands at the end. There are "
    "no biases. How many parameters does it train?",
    _TABLE,
    _COLUMNS,
    "Queries are x × (heads × columns), keys and values narrower, and the output leads back to x.",
    **_WIDE,
    slips=[
        Own(
            "head_size_of_x",
            lambda v, x, n, ff, heads, kv_heads, d: (
                llama(v, x, n, ff, heads, kv_heads, tied=True, norms=True).count
                - 2 * Dim(n) * (x // heads - d)
            ),
            *_HEAD_SIZE,
        ),
        Own(
            "square_attention",
            lambda v, x, n, ff, heads, kv_heads, d: (
                llama(v, x, n, ff, heads, heads, tied=True, norms=True).count - 2 * Dim(n) * (x // heads - d)
            ),
            "That has four square matrices, as in the first Transformer. Here a head has columns of its own "
            "number, and keys and values have fewer heads.",
            "{heads} heads of {d}, and {kv_heads} of {d}.",
        ),
        Own(
            "norms_for_each_head",
            lambda v, x, n, ff, heads, kv_heads, d: (
                llama(v, x, n, ff, heads, kv_heads, d=d, tied=True, norms=True).count
                + Dim(n) * (heads + kv_heads - 2) * d
            ),
            "That has norms for each head. All heads of queries share one norm, and all heads of keys "
            "another.",
            "Two norms of {d} in a layer.",
        ),
        Own(
            "square_output",
            lambda v, x, n, ff, heads, kv_heads, d: (
                llama(v, x, n, ff, heads, kv_heads, d=d, tied=True, norms=True).count
                - Dim(n) * x * (heads * d - x)
            ),
            "That has a square output. It reads what all heads give, and these are more columns than x.",
            "{heads} heads of {d}.",
        ),
        Own(
            "head_size_of_x",
            lambda v, x, n, ff, heads, kv_heads, d: (
                llama(v, x, n, ff, heads, kv_heads, tied=True, norms=True).count
            ),
            *_HEAD_SIZE,
        ),
        Own(
            "keys_for_every_head",
            lambda v, x, n, ff, heads, kv_heads, d: (
                llama(v, x, n, ff, heads, heads, tied=True, d=d, norms=True).count
            ),
            *_WIDE_KEYS,
        ),
        Own(
            "two_norms_left_out",
            lambda v, x, n, ff, heads, kv_heads, d: (
                int(llama(v, x, n, ff, heads, kv_heads, d=d, tied=True, norms=True).count) - 2 * n * x
            ),
            "That has no norms before attention and FFNN. Each layer has two of these, beside those of "
            "queries and keys.",
            "Two gains for each of {x:,} in a layer.",
        ),
    ],
)
def wide_heads(v=151_936, x=1_024, n=28, ff=3_072, heads=16, kv_heads=8, d=128):
    return llama(v, x, n, ff, heads, kv_heads, d=d, tied=True, norms=True)


def _latent_and(more: Callable[..., int]) -> Callable[..., int]:
    """A latent attention, and something besides."""
    return lambda **sizes: latent_attention(**sizes).count + more(**sizes)


def _latent_less(left_out: Callable[..., int]) -> Callable[..., int]:
    """A latent attention without something."""
    return lambda **sizes: latent_attention(**sizes).count - left_out(**sizes)


@question(
    "In a latent attention like DeepSeek-V3's, with x = {x} and {heads} heads, queries pass through {q_rank} "
    "numbers, with an RMS norm: from x down to them, and up to {d} + {turned} for each head. Keys and values "
    "pass through {kv_rank} numbers together: from x down to them and {turned} more, which say the position; "
    "an RMS norm over the {kv_rank}; from those up to {d} for a key and {d} for a value of each head. An "
    "output leads from {d} for each head back to x. There are no biases. How many parameters does it train?",
    "Five matrices and two norms, a line for each. What does each of them read?",
    "The numbers that say the position go past the norm, and past the way up.",
    x=(20, 30),
    heads=(3, 5),
    d=(4, 7),
    turned=(2, 3),
    q_rank=(9, 11),
    kv_rank=(6, 8),
    slips=[
        Own(
            "four_squares",
            lambda x, heads, d, turned, q_rank, kv_rank: 4 * Dim(x) * x,
            "That is an ordinary attention of four square matrices. Here queries, keys and values pass "
            "through fewer numbers, and heads do not share out the columns of x.",
            "A way down and a way up for queries, another for keys and values, and an output.",
        ),
        Own(
            "positions_not_brought_down",
            _latent_less(lambda x, turned, **_: Dim(x) * turned),
            "That leaves out the numbers that say the position, where keys and values come down from x. "
            "They come down beside the others.",
            "From {x:,} to {kv_rank} + {turned}.",
        ),
        Own(
            "positions_in_each_key",
            _latent_and(lambda heads, turned, kv_rank, **_: Dim(kv_rank) * heads * turned),
            "That makes the position anew for each key on the way up. All heads share the numbers that "
            "came down for it.",
            "Up to {d} for a key and {d} for a value of each head.",
        ),
        Own(
            "norm_over_all",
            _latent_and(lambda turned, **_: turned),
            "That has a norm over all that keys and values come down to. The numbers that say the "
            "position go past it.",
            "A gain for each of {kv_rank}.",
        ),
        Own(
            "values_not_brought_up",
            _latent_less(lambda heads, d, kv_rank, **_: Dim(kv_rank) * heads * d),
            "That brings up keys or values, and not both. Each head has a key and a value of its own.",
            "Up to {d} and {d}, for each of {heads} heads.",
        ),
        Own(
            "up_with_positions",
            _latent_and(lambda heads, d, turned, **_: Dim(turned) * heads * 2 * d),
            "That brings keys and values up from the numbers that say the position too. Those are used as "
            "they are.",
            "Up from {kv_rank}.",
        ),
        Own(
            "no_positions",
            _latent_less(lambda x, heads, turned, q_rank, **_: (Dim(q_rank) * heads + x) * turned),
            "That leaves out the numbers that say the position, of queries and of keys. Queries have them in "
            "each head, and keys once for all heads.",
            "Each time {turned}.",
        ),
        Own(
            "queries_without_positions",
            _latent_less(lambda heads, turned, q_rank, **_: Dim(q_rank) * heads * turned),
            "That has queries without the numbers that say the position. Each head has these beside the "
            "others.",
            "Up to {d} + {turned} for each of {heads} heads.",
        ),
        Own(
            "square_output",
            _latent_less(lambda x, heads, d, **_: (Dim(heads) * d - x) * x),
            "That has a square output. It reads what all heads give, and that is another number than x.",
            "{heads} heads of {d}.",
        ),
        Own(
            "one_head_of_many",
            lambda x, heads, d, turned, q_rank, kv_rank: (
                Dim(x) * q_rank
                + q_rank
                + Dim(q_rank) * (d + turned)
                + Dim(x) * (kv_rank + turned)
                + kv_rank
                + Dim(kv_rank) * (2 * d)
                + Dim(d) * x
            ),
            "That has a single head. The ways up lead to all heads, and the output reads all of them.",
            "There are {heads} heads.",
        ),
        Own(
            "output_of_wide_heads",
            _latent_and(lambda x, heads, turned, **_: Dim(heads) * turned * x),
            "That has an output that reads the positions of each head too. Queries and keys have them; "
            "values do not, and the output reads what comes of values.",
            "It reads {d} for each head.",
        ),
    ],
)
def latent_heads(x=7_168, heads=128, d=128, turned=64, q_rank=1_536, kv_rank=512):
    return latent_attention(x, heads, d, turned, q_rank, kv_rank)


@layer
def network_layer(x):
    """The weights of a layer with an inner size of 4 × x, which are all that the rule counts."""
    return {"attention": attention(x, bias=False), "feed-forward": ffnn(x, 4 * x, x, bias=False)}


@question(
    "What does the rule of thumb, 12 × n × x × x, give for a network of n = {n} layers with model size "
    "x = {x}?",
    "Put the two sizes in. One of them stands in it twice.",
    n=(3, 4, 5, 6),
    x=(20, 25, 30, 40),
    picture=False,
    slips=[
        Own(
            "x_not_squared",
            lambda n, x: 12 * Dim(n) * x,
            "That has the model size once. In the rule it stands twice, since a matrix has two sides.",
            "12 × n × x × x.",
        ),
        Own(
            "thirteen_for_twelve",
            lambda n, x: 13 * Dim(n) * x * x,
            "That has 13 in place of 12. The 13 stands before x alone, for biases and norms, and the rule "
            "leaves it out.",
            "12 × n × x × x.",
        ),
        Own(
            "exact_count",
            lambda n, x: int(gpt(50_257, 1_024, x, n, 4 * x, 1).count),
            "That is the count of all of GPT-2 XL. The question asks for what the rule gives.",
            "The rule has no tables, biases and norms in it.",
        ),
        Own(
            "layers_exactly",
            lambda n, x: n * encoder_layer(x, 4 * x).count,
            "Those are the layers to the last parameter. The question asks for what the rule gives, which "
            "leaves out biases and norms.",
            "12 × n × x × x.",
        ),
        Own(
            "rule_for_one_layer",
            lambda n, x: 12 * Dim(x) * x,
            "That is the rule for one layer. The network has several, and n stands for how many.",
            "12 × n × x × x.",
        ),
        Own(
            "rule_and_table",
            lambda n, x: 12 * Dim(n) * x * x + 50_257 * Dim(x),
            "That adds the table of words to the rule. The rule has no tables in it.",
            "12 × n × x × x.",
        ),
        Own(
            "rule_and_table",
            lambda n, x: 12 * Dim(n) * x * x + 50_257 * Dim(x) + 1_024 * Dim(x),
            "That adds the tables to the rule. The rule has no tables in it.",
            "12 × n × x × x.",
        ),
    ],
)
def rule_for_gpt_xl(n=48, x=1_600):
    return n * network_layer(x).count


@layer
def two_tables(v, x):
    """A table of words, and an output over words with a table of its own."""
    return {"words": embedding(v, x), "output": dense(x, v, bias=False)}


@question(
    "A language model knows {old} words, and the next one of its family {new}. In both, the output has a "
    "table of its own, and no biases. How many parameters do the new words add at x = {x}?",
    "How many rows are new?",
    "A row has x numbers. In how many tables does it stand?",
    old=(30, 40, 50),
    new=(120, 130, 150),
    x=(8, 12, 16),
    picture=False,
    slips=[
        Own(
            "all_new_words",
            lambda old, new, x: two_tables(new, x).count,
            "Those are all words of the next model. The question asks for those that are new.",
            "{old:,} of them were there before.",
        ),
        Own(
            "all_old_words",
            lambda old, new, x: two_tables(old, x).count,
            "Those are the words of the model before. The question asks for those that are new.",
            "The next one knows {new:,}.",
        ),
        Own(
            "bias_for_its_table",
            lambda old, new, x: (Dim(new) - old) * x + (Dim(new) - old),
            "That has one number for each new word in the output. There it has a whole row too, in a table "
            "of its own.",
            "A row has {x:,} numbers.",
        ),
        Own(
            "bias_for_each_word",
            lambda old, new, x: two_tables(new - old, x).count + (Dim(new) - old),
            "That has a bias for each new word. The output has weights alone: it weighs each word, and "
            "adds nothing.",
            "A row in either table, and nothing else.",
        ),
    ],
)
def more_words(old=32_000, new=128_256, x=4_096):
    return two_tables(new - old, x)


QUESTIONS = [
    layer_of_bert,
    first_of_resnet,
    lenet_five,
    layer_of_llama,
    llama_of_today,
    from_a_config,
    experts_of_mixtral,
    used_by_a_word,
    shared_expert,
    latent_heads,
    small_llama,
    layer_of_qwen,
    small_qwen,
    mixture_of_qwen,
    used_of_qwen,
    wide_heads,
    more_words,
    rule_for_gpt_xl,
]
