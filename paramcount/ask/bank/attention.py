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
    slips=[
        Own(
            "once_for_each_length",
            lambda x, heads: 2 * attention(x).count,
            "That counts the attention once for each sort of sentence. It reads both with the same dense "
            "layers.",
            "There is one attention.",
        ),
        Own(
            "times_the_lengthening",
            lambda x, heads: 1_000 * attention(x).count,
            "That grows as the sentences do. Each word goes through the same dense layers, however many "
            "there are.",
            "It is multiplied by 1,000.",
        ),
        *(
            Own(
                f"shares_of_{words}_words",
                lambda x, heads, words=words: attention(x).count + Dim(words) * words,
                "That counts a table of shares as well. The shares are worked out anew for each sentence, "
                "and none of them is trained.",
                f"The table would be {words:,} × {words:,}.",
            )
            for words in (20, 20_000)
        ),
        *(
            Own(
                f"positions_of_{words}_words",
                lambda x, heads, words=words: attention(x).count + Dim(words) * x,
                "That counts a table of positions as well. It is no part of attention, which is all that the "
                "question asks for.",
                f"The table would have {words:,} rows.",
            )
            for words in (20, 20_000)
        ),
        Own(
            "mask_halves",
            lambda x, heads: attention(x).count // 2,
            "That is half of the attention, as if a mask took weights away. A mask hides words by a rule, "
            "and every weight stays.",
            "Queries, keys, values and output have a dense layer each.",
        ),
    ],
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
    slips=[
        Own(
            "row_more",
            lambda v, x: (Dim(v) + 1) * x,
            "That is one row of the table more, as for padding. The vocabulary has every row in it, also one "
            "for padding.",
            "The table has {v:,} rows.",
        ),
        Own(
            "bias_per_column",
            lambda v, x: Dim(v) * x + x,
            "That has a bias for each column. A table is looked up: nothing is added up in it, and nothing "
            "added to it.",
            "The table has {v:,} rows of {x} numbers.",
        ),
        Own(
            "looked_up_alone",
            lambda v, x: Dim(0),
            "That trains nothing, as if the rows were given. Looking up a row is a rule, and the numbers in "
            "it are learned.",
            "The table has {v:,} rows.",
        ),
    ],
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
        Own(
            "times_heads",
            lambda x: 12 * dense(x, x).count,
            "That multiplies the dense layer by the heads. The heads share out its columns.",
            "All heads together have {x} columns.",
        ),
        Own(
            "bias_per_head",
            lambda x: Dim(x) * x + 12,
            "That has a bias for each head. A bias belongs to each number that the dense layer gives.",
            "It gives {x} numbers.",
        ),
        Own(
            "one_head",
            lambda x: dense(x, 64).count,
            "That is one head of the queries. The dense layer has the columns of all heads.",
            "It gives {x} numbers.",
        ),
        Own(
            "weights_of_one_head",
            lambda x: Dim(x) * 64,
            "Those are the weights of one head of the queries. The dense layer has the columns of all heads, "
            "and biases.",
            "It gives {x} numbers.",
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
            "biases_of_two",
            lambda x: 2 * Dim(x),
            "Those are the biases of two dense layers. Attention has more, and each adds its own.",
            "Queries, keys, values, and the output.",
        ),
        Own(
            "biases_of_five",
            lambda x: 5 * Dim(x),
            "Those are the biases of five dense layers. What stands between the layers of the attention "
            "multiplies numbers with each other, and adds nothing that is trained.",
            "Queries, keys, values, and the output.",
        ),
        Own(
            "biases_of_inputs_too",
            lambda x: Dim(4) * x * 2,
            "That has a bias for each input as well. A bias belongs to each output.",
            "Queries, keys, values and output give {x:,} numbers each.",
        ),
        Own(
            "biases_at_512",
            lambda x: Dim(4) * 512,
            "Those are the biases at x = 512, as the paper has it. Here x is another.",
            "Each dense layer has a bias for each of {x:,} columns.",
        ),
        Own(
            "weights_for_biases",
            lambda x: attention(x, bias=False).count,
            "Those are the weights. The question asks for the biases alone.",
            "A bias belongs to each output.",
        ),
        Own(
            "one_bias_a_layer",
            lambda x: Dim(4),
            "That has a single bias for each dense layer. A bias belongs to each output of it.",
            "Each has {x:,} outputs.",
        ),
        Own(
            "built_without_any",
            lambda x: Dim(0),
            "That has no biases, as the formula of the paper has none. Built with them, each dense layer has "
            "one for each output.",
            "Each has {x:,} outputs.",
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
            "columns_of_a_head_after",
            lambda: Dim(4) * 48,
            "That has columns for the new heads, besides those that are there. All heads share out the same "
            "columns.",
            "12 × 64 are 768 columns, and so are 16 × 48.",
        ),
        Own(
            "one_more_a_column",
            lambda: Dim(768),
            "That is as many as there are columns. These stay as they are, and what belongs to them too: the "
            "heads only share them out.",
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
        Own(
            "matrix_for_each_new_head",
            lambda: 4 * dense(768, 768).count,
            "That has a dense layer for each new head. The heads share out the columns of those that are "
            "there.",
            "With more heads each has fewer columns.",
        ),
        *(
            Own(
                f"as_much_as_{many}",
                lambda often=often: often * dense(768, 768).count,
                f"That is as much as {much}. Heads bring no dense layer, and take none away: they share out "
                "the columns that are there.",
                "12 × 64 are 768 columns, and so are 16 × 48.",
            )
            for often, many, much in (
                (1, "one_matrix", "one dense layer has"),
                (2, "two_matrices", "two dense layers have"),
                (3, "three_matrices", "three dense layers have"),
            )
        ),
        *(
            Own(
                id,
                lambda biases=biases: Dim(768) * 4 * 64 + biases,
                "That has new columns of one dense layer for the new heads. The heads share out the columns "
                "that are there.",
                "12 × 64 are 768 columns, and so are 16 × 48.",
            )
            for id, biases in (("new_columns_of_one", 0), ("new_columns_of_one_with_biases", 4 * 64))
        ),
        Own(
            "thinner_heads",
            lambda: -dense(768, 768).count,
            "That has the count go down as the heads grow thinner. There are more of them, and together they "
            "have the columns that are there.",
            "12 × 64 are 768 columns, and so are 16 × 48.",
        ),
        Own(
            "count_in_proportion",
            lambda: attention(768).count * 16 // 12,
            "That is the count with new columns for each new head. The heads share out the columns that are "
            "there, and the question asks for the change.",
            "With more heads each has fewer columns.",
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
            "That has two dense layers. Queries are made by one, keys by one and values by one, and the "
            "output is one more.",
            "Queries, keys, values, output.",
        ),
        Own(
            "one_for_each_side_more",
            lambda x, heads: 5 * dense(x, x).count,
            "That has five dense layers. Where the words come from adds none.",
            "Queries, keys, values, output.",
        ),
        Own(
            "three_for_each_side",
            lambda x, heads: 6 * dense(x, x).count,
            "That has queries, keys and values of both sides. One side has the queries, and the other keys "
            "and values.",
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
    slips=[
        Own(
            "one_head_times_heads",
            lambda x, heads, key_dim: heads * keras_attention(x, 1, key_dim).count,
            "That is one head, times the heads. The biases of the output are there once: it adds up what all "
            "heads bring.",
            "The output gives {x} numbers.",
        ),
        Own(
            "one_of_four",
            lambda x, heads, key_dim: dense(x, Dim(heads) * key_dim).count,
            "That has one dense layer. Queries, keys and values have one each, and one more takes the "
            "columns back to x.",
            "Queries, keys, values, and the output.",
        ),
        Own(
            "four_of_one_head",
            lambda x, heads, key_dim: 4 * dense(x, key_dim).count,
            "That has the columns of one head, four times. Here each head brings columns of its own, and the "
            "output goes back to x.",
            "There are {heads} × {key_dim} columns.",
        ),
        Own(
            "square_for_each_head",
            lambda x, heads, key_dim: heads * attention(x).count,
            "That has squares of x for each head. In Keras a head has as many columns as key_dim says.",
            "There are {heads} × {key_dim} columns.",
        ),
        Own(
            "all_columns_for_x",
            lambda x, heads, key_dim: attention(Dim(heads) * key_dim).count,
            "That takes the columns of all heads for x as well. The dense layers have x on one side, and "
            "those columns on the other.",
            "Queries, keys and values read {x} numbers, and the output gives {x}.",
        ),
        Own(
            "key_dim_for_x",
            lambda x, heads, key_dim: attention(key_dim).count,
            "That has squares of key_dim. The dense layers have x on one side, and the columns of all heads "
            "on the other.",
            "There are {heads} × {key_dim} columns.",
        ),
        Own(
            "reads_like_the_first",
            lambda x, heads, key_dim: 3 * dense(x, Dim(heads) * key_dim).count + dense(x, x).count,
            "That has the output reading x numbers. It reads the columns of all heads, and takes them back "
            "to x.",
            "There are {heads} × {key_dim} columns.",
        ),
    ],
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
        Own(
            "eight_keys",
            lambda x, heads: 2 * Dim(x) * x + 2 * Dim(x) * 8 * (Dim(x) // heads),
            "That has 8 sets of keys and values, as Llama 3 has. Here all heads share a single one.",
            "A head has {x:,} ÷ {heads} columns.",
        ),
        Own(
            "biases_counted",
            lambda x, heads: 2 * dense(x, x).count + 2 * dense(x, int(x) // heads).count,
            "That counts biases. This attention is built without any.",
            "Four dense layers have weights and nothing else.",
        ),
        Own(
            "no_keys_and_values",
            lambda x, heads: 2 * Dim(x) * x,
            "That has queries and output alone. The single key and the single value are made by a dense "
            "layer each.",
            "A head has {x:,} ÷ {heads} columns.",
        ),
        Own(
            "three_squares",
            lambda x, heads: 3 * Dim(x) * x,
            "That has three full squares. Queries and output are squares; the single key has the columns of "
            "one head, and so has the single value.",
            "A head has {x:,} ÷ {heads} columns.",
        ),
        Own(
            "keys_from_one_head",
            lambda x, heads: 2 * Dim(x) * x + 2 * (Dim(x) // heads) * (Dim(x) // heads),
            "That has keys and values reading the columns of one head. They read all columns of a word, and "
            "give those of one head.",
            "A head has {x:,} ÷ {heads} columns.",
        ),
        Own(
            "narrow_output",
            lambda x, heads: Dim(x) * x + 3 * Dim(x) * (Dim(x) // heads),
            "That has an output of one head. All heads have queries of their own, and the output reads what "
            "each of them has found.",
            "There are {heads} heads of {x:,} ÷ {heads} columns.",
        ),
        Own(
            "one_head_alone",
            lambda x, heads: 4 * dense(x, int(x) // heads, bias=False).count,
            "That is one head. Queries and output have the columns of all heads.",
            "A head has {x:,} ÷ {heads} columns.",
        ),
        Own(
            "values_for_every_head",
            lambda x, heads: 3 * Dim(x) * x + Dim(x) * (Dim(x) // heads),
            "That shares the keys alone. All heads share a single value too.",
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
