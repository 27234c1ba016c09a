"""Questions of chapter 7: published networks."""

from ...core import layer
from ...dims import Dim
from ...layers import attention, batch_norm, conv, dense, embedding, encoder_layer, ffnn
from ...models import bert, gpt, grouped_attention, lenet, llama, llama_layer, mixture, swiglu
from ..slips.base import Own
from . import question

# Sizes for a pencil, of what several questions ask about.
_LAYER = {"x": (8, 12, 16, 20), "ff": (24, 28, 36, 40), "heads": (2, 4)}
_NETWORK = {"v": (30, 50, 70), "p": (10, 12, 15), "x": (8, 12, 16, 20), "heads": (2, 4)}
_MIXTRAL = {"v": (30, 50, 70), "x": (8, 12, 16), "n": (2, 3), "ff": (9, 10, 11, 13)}
_MIXTRAL |= {"heads": (4,), "kv_heads": (2,), "experts": (5, 6, 7)}

_LAYER_OF_TODAY = {"x": (8, 16, 24), "ff": (25, 30, 35, 45), "heads": (4, 8), "kv_heads": (2,)}

_FOURFOLD = "With an inner size of 4 × x, a layer has 12 × x × x + 13 × x."


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
)
def llama_of_today(v=128_256, x=4_096, n=32, ff=14_336, heads=32, kv_heads=8):
    return llama(v, x, n, ff, heads, kv_heads)


@question(
    "A network like Mixtral has a table of {v} words, and an output with a table of its own. Each of its {n} "
    "layers has an attention with x = {x}, in which {heads} heads share {kv_heads} of keys and values; a "
    "router; {experts} experts, each of three matrices of x × {ff}; and two RMS norms. One more norm stands "
    "at the end. There are no biases. How many parameters does it train?",
    "What is there once, what once in each layer, and what several times in a layer?",
    "The router is one more matrix: it reads x numbers, and gives one for each expert.",
    "With a single FFNN in each layer, and no router, it would be like Mistral.",
    **_MIXTRAL,
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
            "That has a router for the experts that are used. To choose among them, a word needs all of it.",
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
            "That has a router for the experts that are used. To choose among them, a word needs all of it.",
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

_GPT = (
    "has a table of {v} words and one of {p} positions; {n} layers with {heads} heads, model size x = {x} "
    "and inner size 4 × x; a norm after the last layer; and an output that uses the table of words again. "
    "How many parameters does it train?"
)
_GPT_PARTS = "Tables, layers, the last norm. What does an output train that uses a table again?"


@question(f"A network like GPT-2 medium {_GPT}", _GPT_PARTS, _FOURFOLD, n=(2, 3, 4), **_NETWORK)
def gpt_medium(v=50_257, p=1_024, x=1_024, n=24, heads=16):
    return gpt(v, p, x, n, 4 * x, heads)


@question(
    "One layer of a GPT has an attention with x = {x} and {heads} heads, an FFNN with inner size {ff}, and "
    "two norms, with all biases. How many parameters does it train?",
    "It has the parts of an encoder layer.",
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
    ],
)
def layer_of_gpt(x=1_280, ff=5_120, heads=20):
    return encoder_layer(x, ff, heads)


@question(f"A network like GPT-2 large {_GPT}", _GPT_PARTS, _FOURFOLD, n=(2, 3, 4), **_NETWORK)
def gpt_large(v=50_257, p=1_024, x=1_280, n=36, heads=20):
    return gpt(v, p, x, n, 4 * x, heads)


_BERT = (
    "has tables of {v} words, {p} positions and 2 segments, with rows of x = {x}; a norm over their sum; {m} "
    "layers with {heads} heads and inner size 4 × x; and a pooler, a dense layer from x to x."
)


@question(
    f"A network like BERT-large {_BERT} How many parameters does it train?",
    "Four things: the tables, their norm, the layers, and what comes after them.",
    _FOURFOLD,
    "The pooler has biases. An output over words is not part of the network.",
    m=(2, 3, 4),
    **_NETWORK,
)
def bert_large(v=30_522, p=512, x=1_024, m=24, heads=16):
    return bert(v, p, x, m, 4 * x, heads)


# -- exercises ------------------------------------------------------------------------------------


@layer
def three_convolutions(a, b):
    """The convolutions that VGG-19 has and VGG-16 has not."""
    return {"narrow conv": conv(a, 3, a), "wide convs": 2 * conv(b, 3, b)}


@question(
    "A network has three convolutions more than another: one with {a} filters of 3 × 3 that reads {a} "
    "channels, and two with {b} filters of 3 × 3 that read {b} channels each. How many parameters do the "
    "three train together?",
    "What does one filter of each layer see?",
    "Count one layer of either kind. Of the second kind there are two.",
    a=(5, 6, 7, 8),
    b=(10, 11, 12, 13),
    slips=[
        Own(
            "first_wide_reads_the_narrow",
            lambda a, b: conv(a, 3, a).count + conv(a, 3, b).count + conv(b, 3, b).count,
            "That has the first of the wide layers reading what the narrow one gives. The question says "
            "what each of the two reads.",
            "Both wide ones read {b}.",
        ),
    ],
)
def more_convolutions(a=256, b=512):
    return three_convolutions(a, b)


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
            "one_table",
            lambda old, new, x: (Dim(new) - old) * x,
            "That has the new words in one table. The output has a table of its own, where they stand as "
            "well.",
            "Each new word has a row in either.",
        ),
    ],
)
def more_words(old=32_000, new=128_256, x=4_096):
    return two_tables(new - old, x)


@layer
def block_of_keras(i, h):
    """A block of ResNet-50 as Keras builds it, where each convolution has biases."""
    return {
        "conv 1": conv(i, 1, h),
        "norm 1": batch_norm(h),
        "conv 2": conv(h, 3, h),
        "norm 2": batch_norm(h),
        "conv 3": conv(h, 1, i),
        "norm 3": batch_norm(i),
    }


@question(
    "A block of a ResNet reads {i} channels. It has {h} filters of 1 × 1, then {h} of 3 × 3, then {i} of "
    "1 × 1, and a batch norm after each of the three, which makes biases useless. Keras gives each filter a "
    "bias all the same. How many parameters does the block train in Keras?",
    "Three convolutions, three norms. What does each convolution read?",
    "A batch norm measures two numbers for each channel. How many does it train?",
    i=(15, 16, 18, 20, 22, 24),
    h=(5, 6, 7, 9),
    slips=[
        Own(
            "last_norm_alone",
            lambda i, h: (
                conv(i, 1, h).count + conv(h, 3, h).count + conv(h, 1, i).count + batch_norm(i).count
            ),
            "That has one norm, after the last convolution. There is one after each of the three.",
            "The first two have {h} channels.",
        ),
    ],
)
def biases_of_keras(i=256, h=64):
    return block_of_keras(i, h)


@question(
    f"A network like BERT-base {_BERT} Let all its layers share the weights of one, as those of ALBERT do. "
    "How many parameters does it train then?",
    "A layer is used again and again. How often is it trained?",
    "Count the network with all its layers, and one layer. How many layers go?",
    m=(3, 4, 5),
    picture=False,
    **_NETWORK,
    slips=[
        Own(
            "nothing_shared",
            lambda v, p, x, m, heads: bert(v, p, x, m, 4 * x, heads).count,
            "That is the network before, where each layer has weights of its own. Now all of them share "
            "those of one.",
            "The weights of one layer are left of {m}.",
        ),
        Own(
            "all_divided",
            lambda v, p, x, m, heads: bert(v, p, x, m, 4 * x, heads).count // m,
            "That divides all of it by the layers. Tables, norm and pooler are there once, and stay as they "
            "were.",
            "Only the layers share.",
        ),
        Own(
            "layer_alone",
            lambda v, p, x, m, heads: encoder_layer(x, 4 * x, heads).count,
            "That is the one layer. Tables, norm and pooler are trained as well.",
            "There are three tables.",
        ),
    ],
)
def one_layer_for_all(v=30_522, p=512, x=768, m=12, heads=12):
    return bert(v, p, x, m, 4 * x, heads).count - (m - 1) * encoder_layer(x, 4 * x, heads).count


QUESTIONS = [
    layer_of_bert,
    first_of_resnet,
    lenet_five,
    layer_of_llama,
    llama_of_today,
    experts_of_mixtral,
    used_by_a_word,
    shared_expert,
    gpt_medium,
    layer_of_gpt,
    gpt_large,
    bert_large,
    more_convolutions,
    rule_for_gpt_xl,
    more_words,
    biases_of_keras,
    one_layer_for_all,
]
