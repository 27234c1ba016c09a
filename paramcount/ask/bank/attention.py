"""Questions of chapter 4: attention and its heads, and the tables that words come from."""

from ...core import layer
from ...dims import Dim
from ...layers import attention, conv, dense, embedding, scaled_dot_product
from ...models import grouped_attention
from ..slips.base import Own
from . import question

_FOUR = "A word asks, is found, hands over, and the result is put together. How many dense layers is that?"


@question(
    "A dense layer reads {x} numbers and gives {x}. How many parameters does it train?",
    "A weight for each pair of an input and an output.",
    "And something is added to each output.",
    x=range(11, 30),
)
def square_layer(x=512):
    return dense(x, x)


@question(
    "{o} filters of 1 × 1 slide over {i} channels. How many parameters do they train together?",
    "How many numbers does a filter of 1 × 1 see at one place?",
    "Count one filter, and do not forget what it adds. Then all.",
    i=(11, 13, 15, 20),
    o=(6, 7, 8, 9),
)
def smallest_window(i=512, o=64):
    return conv(i, 1, o)


@question(
    "Scaled dot-product attention is given queries, keys and values, each of {x} numbers. How many "
    "parameters does it train itself?",
    "Go through its steps: multiply, divide by a fixed number, softmax, mix. What of this is learned?",
    "A number that is worked out anew for each sentence is not a parameter.",
    x=None,
)
def attention_itself(x=512):
    return scaled_dot_product(x)


@question(
    "Multi-head attention has {heads} heads and a model size of x = {x}, with biases. How many parameters "
    "does it train?",
    "The attention in the middle trains nothing. What stands around it?",
    _FOUR,
    "Each of them takes x numbers to x numbers.",
    heads=(2, 3, 5, 6, 8),
    x=(12, 24, 30, 40),
)
def multi_head(x=512, heads=8):
    return attention(x, heads)


@question(
    "Multi-head attention with x = {x} and {heads} heads reads sentences of 20 words, then of 20,000, and "
    "never looks at words to come. How many parameters does it train?",
    "Which of its tensors has a side that is as long as a sentence?",
    "What hides the words to come is a rule.",
    "Count the dense layers, with their biases.",
    heads=(2, 3, 5, 6, 8),
    x=(12, 24, 30, 40),
)
def sentence_length(x=128, heads=8):
    return attention(x, heads)


@question(
    "An embedding has a row of {x} numbers for each of {v} pieces of words. How many parameters does it "
    "train?",
    "It is a table. How many rows, how many columns?",
    "A row is looked up. Is there anything to add to it?",
    v=(30, 50, 70, 90),
    x=(6, 8, 12, 16),
)
def pieces_of_words(v=30_522, x=768):
    return embedding(v, x)


# -- with less and less help ----------------------------------------------------------------------


@question(
    "Multi-head attention has x = {x} and {heads} heads, with biases. How many parameters does it train?",
    "Count one of its matrices, with the biases.",
    "How many are there? Queries, keys, values, and one more.",
    heads=(2, 3, 5),
    x=(15, 18, 20, 30),
)
def all_matrices(x=96, heads=6):
    return attention(x, heads)


@question(
    "Attention with x = {x} has a dense layer for its queries, with biases. How many parameters does that "
    "one train?",
    "It takes x numbers to x numbers.",
    "A weight for each pair, a bias for each output.",
    x=range(11, 30),
    slips=[
        Own(
            "all_four",
            lambda x: attention(x).count,
            "That is all of the attention. The question asks for the dense layer of the queries alone.",
            "Keys, values and output have one like it each.",
        ),
        Own(
            "three_of_four",
            lambda x: 3 * dense(x, x).count,
            "Those are queries, keys and values. The question asks for the dense layer of the queries alone.",
            "Keys and values have one like it each.",
        ),
    ],
)
def query_matrix(x=768):
    return dense(x, x)


@question(
    "Attention with x = {x} has {heads} heads, and biases. How many parameters does it train in all?",
    "You need the dense layer of the queries first.",
    "Which others are like it? Count how many there are in all.",
    heads=(3, 6, 12),
    x=(12, 24, 36),
)
def whole_attention(x=768, heads=12):
    return attention(x, heads)


@question(
    "Multi-head attention has x = {x} and {heads} heads, and no biases. How many parameters does it train?",
    "Without biases only the matrices are left.",
    "Each is a square. How many are there?",
    heads=(2, 3, 5, 6, 8),
    x=(16, 24, 30, 40),
)
def only_matrices(x=1_024, heads=16):
    return attention(x, heads, bias=False)


# -- exercises ------------------------------------------------------------------------------------


@question(
    "One attention has x = {x} and {heads} heads, with biases. How many parameters does it train?",
    "Which of the two sizes says how large a matrix is?",
    _FOUR,
    heads=(5, 10),
    x=(20, 30, 40, 50),
)
def large_attention(x=1_600, heads=25):
    return attention(x, heads)


@question(
    "How many of the parameters of multi-head attention with x = {x} are biases?",
    "Each of its dense layers has as many biases as it has outputs.",
    "How many dense layers are there?",
    x=range(11, 60),
    slips=[
        Own(
            "biases_of_three",
            lambda x: 3 * Dim(x),
            "Those are the biases of queries, keys and values. The output is a dense layer with biases too.",
            "Each has a bias for each of {x:,} columns.",
        ),
        Own(
            "biases_of_one",
            lambda x: Dim(x),
            "Those are the biases of one dense layer. Attention has several, and each adds its own.",
            "Queries, keys, values, and the output.",
        ),
        Own(
            "weights_for_biases",
            lambda x: attention(x, bias=False).count,
            "Those are the weights. The question asks for the biases alone.",
            "A bias belongs to each output.",
        ),
        Own(
            "weights_of_one",
            lambda x: Dim(x) * x,
            "Those are the weights of one dense layer. The question asks for the biases alone.",
            "A bias belongs to each output.",
        ),
        Own(
            "all_of_it",
            lambda x: attention(x).count,
            "That is all of the attention. The question asks for the biases alone.",
            "A bias belongs to each output.",
        ),
    ],
)
def biases_alone(x=1_024):
    return attention(x).count - attention(x, bias=False).count


@question(
    "BERT's attention has x = 768 and 12 heads. You build it with 16 heads. By how much does its count "
    "change?",
    "How many columns has one head, with 12 of them and with 16? And all heads together?",
    "Count both, if you like, and take the difference.",
    slips=[
        Own(
            "heads_subtracted",
            lambda: 16 - 12,
            "That is how many heads more there are. The question asks what becomes of the count.",
            "Heads share out the columns between them.",
        ),
        Own(
            "columns_for_new_heads",
            lambda: attention(768).count // 12 * 4,
            "That has new columns for each new head. The heads share out the columns that are there.",
            "With more heads each has fewer columns.",
        ),
        Own(
            "weights_for_new_heads",
            lambda: attention(768, bias=False).count // 12 * 4,
            "That has new weights for each new head. The heads share out the columns that are there.",
            "With more heads each has fewer columns.",
        ),
        Own(
            "columns_of_a_head_before",
            lambda: 16 * 64 - 12 * 64,
            "That has the new heads as wide as those before. With more of them each is narrower.",
            "12 × 64 are 768 columns, and so are 16 × 48.",
        ),
        Own(
            "heads_times_columns",
            lambda: Dim(4) * 768,
            "That has new columns for each new head. The heads share out the columns that are there.",
            "With more heads each has fewer columns.",
        ),
        Own(
            "count_itself",
            lambda: attention(768).count,
            "That is how many parameters it has. The question asks by how much that changes.",
            "Count both, and take the difference.",
        ),
    ],
)
def more_heads():
    return attention(768, heads=16).count - attention(768, heads=12).count


@question(
    "A cross-attention takes its queries from a decoder, and its keys and values from an encoder. Both have "
    "x = {x}, and it has {heads} heads and biases. How many parameters does it train?",
    "Which dense layers does it have? Where its words come from is not a size.",
    "Each takes x numbers to x numbers.",
    heads=(2, 3, 5, 6),
    x=(12, 24, 30, 40),
    slips=[
        Own(
            "two_attentions",
            lambda x, heads: 2 * attention(x).count,
            "That has an attention for each of the two. It is one, of which queries come from the decoder "
            "and the rest from the encoder.",
            "It has four dense layers.",
        ),
        Own(
            "half_an_attention",
            lambda x, heads: 2 * dense(x, x).count,
            "That has two dense layers, one for each side. Keys and values both read the encoder, by a "
            "layer each, and the output is one more.",
            "Queries, keys, values, output.",
        ),
        Own(
            "one_for_each_side_more",
            lambda x, heads: 5 * dense(x, x).count,
            "That has five dense layers. Where the words come from adds none.",
            "Queries, keys, values, output.",
        ),
    ],
)
def two_sentences(x=256, heads=16):
    return attention(x, heads)


@layer
def keras_attention(x, heads, key_dim):
    """Attention as Keras builds it: key_dim columns for each head."""
    wide = heads * key_dim
    return {
        "query": dense(x, wide),
        "key": dense(x, wide),
        "value": dense(x, wide),
        "output": dense(wide, x),
    }


@question(
    "In Keras each head of an attention has columns of its own, as many as key_dim says. How many parameters "
    "does it train with x = {x}, {heads} heads and key_dim = {key_dim}, with biases?",
    "How many columns have all heads together?",
    "Queries, keys and values go from x to that many. And the output?",
    "It goes back to x. A bias belongs to each number that a layer gives.",
    x=(6, 8, 10),
    heads=(2, 3, 4),
    key_dim=(5, 7, 9),
)
def columns_for_each_head(x=32, heads=8, key_dim=64):
    return keras_attention(x, heads, key_dim)


@question(
    "In multi-query attention all heads have queries of their own, and share a single key and a single "
    "value. How many parameters does it train with x = {x} and {heads} heads, without biases?",
    "Queries and output are full squares.",
    "How many columns has one head? Keys have that many, and so have values.",
    heads=(6, 8, 10, 12),
    x=(24, 40, 48, 60),
    slips=[
        Own(
            "one_column",
            lambda x, heads: 2 * Dim(x) * x + 2 * Dim(x),
            "That has keys and values of one column. A single key is as wide as one head.",
            "A head has {x:,} ÷ {heads} columns.",
        ),
    ],
)
def one_key_for_all(x=4_096, heads=32):
    return grouped_attention(x, heads, 1)


QUESTIONS = [
    square_layer,
    smallest_window,
    attention_itself,
    multi_head,
    sentence_length,
    pieces_of_words,
    all_matrices,
    query_matrix,
    whole_attention,
    only_matrices,
    large_attention,
    biases_alone,
    more_heads,
    two_sentences,
    columns_for_each_head,
    one_key_for_all,
]
