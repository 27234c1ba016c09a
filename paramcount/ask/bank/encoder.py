"""Questions of chapter 5: the layer of a Transformer encoder, and BERT."""

from __future__ import annotations

from ...dims import Dim, total
from ...layers import attention, embedding, encoder, encoder_layer, ffnn, layer_norm
from ...models import bert
from ..slips.base import Own
from . import question

_OUTER_BIASES = Own(
    "outer_biases_twice",
    lambda x, ff: 2 * (Dim(x) * ff + x),
    "That has as many biases on the way up as on the way back. The weights are equally many both ways; "
    "biases are as many as the numbers that come out.",
    "The first layer gives {ff:,} numbers, the second {x:,}.",
)

_PARTS = "Count the attention, the FFNN and the norms, each by itself. Each part has biases or shifts."


@question(
    "Multi-head attention has x = {x} and {heads} heads, with biases. How many parameters does it train?",
    "Which dense layers does it have?",
    "Each of them takes x numbers to x numbers. The heads share out the columns.",
    heads=(2, 3, 5, 6),
    x=(12, 24, 30, 40),
)
def attention_again(x=512, heads=8):
    return attention(x, heads)


@question(
    "A feed-forward network reads {x} numbers, has {ff} hidden neurons, and gives {x} numbers. How many "
    "parameters does it train?",
    "It has two dense layers. Count the first, then the second.",
    "A weight for each pair of an input and an output, and something added to each output.",
    x=(6, 7, 9, 11),
    ff=(14, 18, 22, 24, 32),
    slips=[_OUTER_BIASES],
)
def up_and_down(x=512, ff=2_048):
    return ffnn(x, ff, x)


@question(
    "Words of {x} numbers each go through a layer norm. How many parameters does it train?",
    "What does it do to one of the places, when mean and deviation have been taken care of?",
    "Each place has its own, and no two places are joined.",
    picture=False,
    x=range(11, 60),
    slips=[
        Own(
            "nothing_trained",
            lambda x: 0,
            "That would be so if mean and deviation were all. They are worked out anew for each word, but "
            "what follows them is learned.",
            "A gain and a shift follow.",
        ),
    ],
)
def norm_of_a_word(x=512):
    return layer_norm(x)


@question(
    "A simple encoder layer has self-attention with x = {x} and {heads} heads, a norm, one dense layer from "
    "x to x, and a norm. How many parameters does it train?",
    "You know each of its parts: the attention, a norm, a dense layer.",
    "Write a line for each part, and look how often it is there. Then add.",
    heads=(2, 3, 4, 6),
    x=(12, 24, 36),
)
def simple_layer(x=512, heads=8):
    return encoder_layer(x, heads=heads)


@question(
    "An encoder layer has self-attention with x = {x} and {heads} heads, an FFNN from x to ff = {ff} and "
    "back to x, and a norm after each of the two. How many parameters does it train?",
    "Count the attention, the FFNN and the norms, each by itself.",
    "The FFNN is two dense layers, and each has biases.",
    "A norm has something for each of the x places. How many things, and how many norms?",
    heads=(2, 3, 4, 6),
    x=(12, 24),
    ff=(14, 18, 22, 32, 40),
)
def two_halves(x=512, ff=2_048, heads=8):
    return encoder_layer(x, ff, heads)


@question(
    "An encoder has {m} layers with x = {x}, ff = {ff} and {heads} heads. How many parameters does it train?",
    _PARTS,
    "All layers have the same sizes, and each has weights of its own.",
    heads=(2, 3, 4, 6),
    x=(12, 24),
    ff=(14, 18, 22, 32, 40),
    m=(3, 5, 6),
)
def whole_encoder(x=512, m=6, ff=2_048, heads=8):
    return encoder(x, m, ff, heads)


@question(
    "A network is built like BERT. It has tables of {v} words, {p} positions and 2 segments, with x = {x} "
    "numbers in a row; a norm; {m} encoder layers with ff = {ff} and {heads} heads; and a pooler, a dense "
    "layer from x to x. How many parameters does it train?",
    "Write a line for each part: three tables, a norm, the encoder, the pooler.",
    "One encoder layer first: attention, FFNN, two norms. Then all of them.",
    "A table has rows times columns, and nothing is added to it.",
    heads=(2, 3, 4),
    x=(12, 24),
    ff=(14, 18, 22, 32),
    m=(3, 5),
    v=(50, 70, 90, 110),
    p=(16, 20, 30),
    slips=[
        Own(
            "norm_for_each_table",
            lambda v, p, x, m, ff, heads: bert(v, p, x, m, ff, heads).count + 2 * layer_norm(x).count,
            "That has a norm for each table. The rows of the tables are added up first, and one norm is over "
            "their sum.",
            "The three tables have one norm between them.",
        ),
        Own(
            "words_alone_of_the_tables",
            lambda v, p, x, m, ff, heads: (
                bert(v, p, x, m, ff, heads).count - (embedding(p, x).count + embedding(2, x).count)
            ),
            "That has one of the three tables, that of the words. Rows for positions and segments are "
            "learned in the same way.",
            "There are {p:,} positions and 2 segments.",
        ),
        Own(
            "bias_for_each_word",
            lambda v, p, x, m, ff, heads: bert(v, p, x, m, ff, heads).count + Dim(v),
            "That has a bias for each word. A table is looked up, and nothing is added to it; and there is "
            "no output over the words here.",
            "A row has its {x:,} numbers.",
        ),
    ],
)
def part_by_part(v=30_522, p=512, x=768, m=12, ff=3_072, heads=12):
    return bert(v, p, x, m, ff, heads)


# -- with less and less help ----------------------------------------------------------------------


@question(
    "An encoder has {m} layers with x = {x}, ff = {ff} and {heads} heads. How many parameters does it train?",
    _PARTS,
    "All layers have the same sizes, and each has weights of its own.",
    heads=(2, 3, 4, 6),
    x=(12, 24),
    ff=(14, 18, 22, 32),
    m=(3, 5, 6),
)
def small_encoder(x=64, m=2, ff=256, heads=8):
    return encoder(x, m, ff, heads)


@question(
    "The FFNN of an encoder layer takes x = {x} numbers up to ff = {ff}, and back down to x. How many "
    "parameters does it train?",
    "Up first, then down. Each is a dense layer.",
    "As many biases as there are outputs: which outputs has the first, and which the second?",
    x=(6, 7, 9, 11),
    ff=(14, 18, 22, 24, 32),
    slips=[_OUTER_BIASES],
)
def feed_forward_half(x=768, ff=3_072):
    return ffnn(x, ff, x)


@question(
    "An encoder layer has x = {x}, ff = {ff} and {heads} heads. How many parameters does it train?",
    "Attention, FFNN, norms: have you counted the first two already?",
    "What is left are the norms. How many has a layer, and what does each have for every place?",
    heads=(2, 3, 4, 6),
    x=(12, 24),
    ff=(14, 18, 22, 32),
)
def layer_with_its_norms(x=768, ff=3_072, heads=12):
    return encoder_layer(x, ff, heads)


@question(
    "An encoder has {m} layers with x = {x}, ff = {ff} and {heads} heads. How many parameters does it train?",
    "One layer first, in three parts.",
    "The attention, then up and down, then the norms. Which of the sizes does not matter?",
    heads=(2, 3, 4, 6),
    x=(12, 24),
    ff=(14, 18, 22, 32, 40),
    m=(3, 5, 6),
)
def no_steps_given(x=1_024, m=6, ff=4_096, heads=16):
    return encoder(x, m, ff, heads)


# -- exercises ------------------------------------------------------------------------------------


@question(
    "An encoder layer has x = {x}, ff = 4x and {heads} heads. The rule of thumb says 12x². How many "
    "parameters does the layer have that the rule leaves out?",
    "The rule has all weights of attention and FFNN. What else is trained in a layer?",
    "Biases, one for each output of each dense layer; and the norms. Each is some multiple of x.",
    heads=(2, 3, 4, 6),
    x=(12, 24, 36, 48, 60),
    slips=[
        Own(
            "the_rule_itself",
            lambda x, heads: 12 * Dim(x) * x,
            "That is what the rule gives. The question asks for what it leaves out.",
            "The rule has the weights of all dense layers.",
        ),
        Own(
            "biases_without_norms",
            lambda x, heads: 9 * Dim(x),
            "Those are the biases. The norms are left out by the rule as well.",
            "Two norms, with a gain and a shift each.",
        ),
        Own(
            "biases_of_the_attention_left_out",
            lambda x, heads: 9 * Dim(x),
            "Those are the biases of the FFNN, and the norms. The biases of the attention are left out by "
            "the rule as well.",
            "The attention has four dense layers.",
        ),
        Own(
            "biases_of_the_ffnn",
            lambda x, heads: 5 * Dim(x),
            "Those are the biases of the FFNN. The rule leaves out those of the attention, and the norms, as "
            "well.",
            "Count them kind by kind.",
        ),
        Own(
            "inner_biases_as_x",
            lambda x, heads: 10 * Dim(x),
            "That has a bias for each of x outputs in every dense layer. One of them gives more: it leads "
            "to the inner size.",
            "The inner size is 4 × {x}.",
        ),
        Own(
            "twelve_again",
            lambda x, heads: 12 * Dim(x),
            "That is 12 × x, as if the rule's number stood here again, or as if one thing were left out. "
            "What is "
            "left out are biases, gains and shifts, and they come to another multiple of x.",
            "Count them kind by kind.",
        ),
        Own(
            "all_of_the_layer",
            lambda x, heads: encoder_layer(x, 4 * x).count,
            "That is all of the layer. The question asks for what the rule leaves out.",
            "The rule has the weights of all dense layers.",
        ),
        Own(
            "norms_without_biases",
            lambda x, heads: 4 * Dim(x),
            "Those are the biases of the attention, or the two norms: both come to as many. The rule leaves "
            "out both, and the biases of the FFNN besides.",
            "Count them kind by kind.",
        ),
        Own(
            "half_of_the_norms",
            lambda x, heads: 11 * Dim(x),
            "That has the biases and half of the norms: one of the two, or gains without shifts. A norm "
            "follows each half of the layer, and it scales and moves.",
            "Two norms, with a gain and a shift each.",
        ),
        Own(
            "in_one_column",
            lambda x, heads: 13,
            "That is what the rule leaves out for one column. Biases, gains and shifts stand in all of them.",
            "There are {x:,} columns.",
        ),
        Own(
            "squared",
            lambda x, heads: 13 * Dim(x) * x,
            "That squares x, as a matrix of weights does. Biases, gains and shifts are one row each.",
            "A row has x numbers, or 4x.",
        ),
        Own(
            "biases_of_the_ffnn_left_out",
            lambda x, heads: 8 * Dim(x),
            "Those are the biases of the attention and the norms. The biases of the FFNN are left out by the "
            "rule as well.",
            "The FFNN has two layers.",
        ),
    ],
)
def rule_of_thumb(x=768, heads=12):
    return encoder_layer(x, 4 * x, heads).count - 12 * x * x


@question(
    "An encoder has {m} layers with x = {x}, ff = {ff} and {heads} heads. How many parameters does it train?",
    "You may have counted such a layer before.",
    "If not: attention, FFNN, norms. Then all layers.",
    heads=(2, 3, 4, 6),
    x=(12, 24),
    ff=(14, 18, 22, 32, 40),
    m=(3, 5, 6),
    slips=[
        Own(
            "all_of_bert",
            lambda x, m, ff, heads: bert(30_522, 512, x, m, ff, heads).count,
            "That has the tables of BERT as well, its norm and its pooler. The question asks for the "
            "encoder, which is its layers.",
            "The tables have 30,522, 512 and 2 rows.",
        ),
    ],
)
def many_layers(x=1_024, m=24, ff=4_096, heads=16):
    return encoder(x, m, ff, heads)


@question(
    "In PyTorch somebody writes nn.TransformerEncoderLayer({x}, nhead={heads}) and leaves dim_feedforward at "
    "{ff}. How many parameters does the layer train?",
    "dim_feedforward is the inner size ff. The formula for ff = 4x does not fit here.",
    "Count attention, FFNN and norms, each by itself.",
    x=(8, 12, 16),
    heads=(2, 4),
    ff=None,
)
def inner_size_left(x=128, heads=8, ff=2_048):
    return encoder_layer(x, ff, heads)


@question(
    "A network is built like BERT. It has tables of {v} words, {p} positions and 2 segments, with x = {x} "
    "numbers in a row; a norm; {m} encoder layers with ff = {ff} and {heads} heads; and a pooler, a dense "
    "layer from x to x. Now its positions are worked out from sines and cosines, without a table. How many "
    "parameters does it still train?",
    "How many rows go, and how long is a row?",
    "Take them from the count of the whole network.",
    picture=False,
    heads=(2, 3, 4),
    x=(12, 24),
    ff=(14, 18, 22, 32),
    m=(3, 5),
    v=(50, 70, 90, 110),
    p=(16, 20, 30),
    slips=[
        Own(
            "nothing_gone",
            lambda v, p, x, m, ff, heads: bert(v, p, x, m, ff, heads).count,
            "That has the table of positions still in it. Sines and cosines are worked out, and nothing of "
            "them is trained.",
            "A row for each position goes.",
        ),
        Own(
            "positions_alone",
            lambda v, p, x, m, ff, heads: embedding(p, x).count,
            "That is what goes away. The question asks what stays.",
            "Take it from the count of the whole network.",
        ),
        Own(
            "words_gone",
            lambda v, p, x, m, ff, heads: bert(v, p, x, m, ff, heads).count - embedding(v, x).count,
            "That takes away the table of words. It is positions that are worked out; words are learned as "
            "before.",
            "The table of positions has {p:,} rows.",
        ),
        Own(
            "number_for_each_position",
            lambda v, p, x, m, ff, heads: bert(v, p, x, m, ff, heads).count - p,
            "That takes away one number for each position. Each position has a whole row of the table.",
            "A row has {x:,} numbers.",
        ),
        Own(
            "one_row_gone",
            lambda v, p, x, m, ff, heads: bert(v, p, x, m, ff, heads).count - x,
            "That takes away one row. The table has a row for each position, and all of them go.",
            "There are {p:,} positions.",
        ),
        Own(
            "positions_gone_twice",
            lambda v, p, x, m, ff, heads: bert(v, p, x, m, ff, heads).count - 2 * embedding(p, x).count,
            "That takes the table of positions away twice. Sines and cosines stand side by side in the rows "
            "of one table.",
            "The table has {p:,} rows of {x:,}.",
        ),
        Own(
            "row_still_there",
            lambda v, p, x, m, ff, heads: bert(v, p, x, m, ff, heads).count - (p - 1) * Dim(x),
            "That leaves as many numbers as a row of the table has. Sines and cosines are worked out for "
            "every position, so nothing is trained.",
            "There are {p:,} positions.",
        ),
        Own(
            "all_tables_gone",
            lambda v, p, x, m, ff, heads: (
                bert(v, p, x, m, ff, heads).count
                - (embedding(v, x).count + embedding(p, x).count + embedding(2, x).count)
            ),
            "That takes away all three tables. It is positions that are worked out; words and segments are "
            "learned as before.",
            "The table of positions has {p:,} rows.",
        ),
    ],
)
def positions_worked_out(v=30_522, p=512, x=768, m=12, ff=3_072, heads=12):
    return bert(v, p, x, m, ff, heads).count - embedding(p, x).count


@question(
    "A network knows {v} pieces of words, and has a row of {x} numbers for each. For another language it is "
    "given a table of {larger} pieces instead. How many parameters more is that?",
    "Both tables have rows of the same length.",
    "How many rows more has the second?",
    v=(30, 50, 70),
    larger=(90, 110, 130),
    x=(6, 8, 12, 16),
    slips=[
        Own(
            "rows_alone",
            lambda v, larger, x: Dim(larger) - v,
            "That is how many rows more there are. Each row has numbers of its own, and all are trained.",
            "A row has {x:,} numbers.",
        ),
        Own(
            "new_table",
            lambda v, larger, x: Dim(larger) * x,
            "That is all of the new table. The question asks how many more than in the old one.",
            "The old one has {v:,} rows.",
        ),
        Own(
            "old_table",
            lambda v, larger, x: Dim(v) * x,
            "That is the old table. The question asks how many more the new one has.",
            "The new one has {larger:,} rows.",
        ),
        Own(
            "rows_taken_away",
            lambda v, larger, x: Dim(larger) * x - v,
            "That takes the rows of the old table from the numbers of the new one. Each row has as many "
            "numbers in either.",
            "A row has {x:,} numbers.",
        ),
        Own(
            "rows_added",
            lambda v, larger, x: Dim(larger) * x + v,
            "That adds the rows of the old table to the numbers of the new one. The question asks how many "
            "more there are, so one table is taken from the other.",
            "A row has {x:,} numbers in either table.",
        ),
        Own(
            "bias_for_each_piece",
            lambda v, larger, x: (Dim(larger) - v) * x + (Dim(larger) - v),
            "That has a bias for each of the new pieces. A row is looked up, and nothing is added to it.",
            "A row has its {x:,} numbers.",
        ),
        Own(
            "one_row_more",
            lambda v, larger, x: (Dim(larger) - v) * x + Dim(x),
            "That has a row too many, or something more for each column. A table has a row for each piece, "
            "and nothing else.",
            "Take the old number of rows from the new one.",
        ),
    ],
)
def another_language(v=30_522, larger=119_547, x=768):
    return embedding(larger, x).count - embedding(v, x).count


@question(
    "ALBERT sends its words through one encoder layer 24 times, with the same weights each time. The layer "
    "has x = {x}, ff = {ff} and {heads} heads. How many parameters do its layers train?",
    "When the words come in for the second time, which numbers are new, and which are there already?",
    "Count what there is to train: attention, FFNN, norms.",
    heads=(2, 3, 4, 6),
    x=(12, 24),
    ff=(14, 18, 22, 32, 40),
    slips=[
        Own(
            "biases_for_each_pass",
            lambda x, ff, heads: total([4 * Dim(x) * x, 2 * Dim(x) * ff, 24 * (Dim(ff) + 9 * Dim(x))]),
            "That has weights once, and biases and norms for each of the passes. They belong to the layer as "
            "its weights do, and are the same each time.",
            "There is one layer.",
        ),
        Own(
            "norms_for_each_pass",
            lambda x, ff, heads: encoder_layer(x, ff, heads).count + 23 * 2 * layer_norm(x).count,
            "That has norms for each of the passes. They belong to the layer as its weights do, and are the "
            "same each time.",
            "There is one layer, with two norms.",
        ),
    ],
)
def one_layer_again(x=1_024, ff=4_096, heads=16):
    return encoder_layer(x, ff, heads)


QUESTIONS = [
    attention_again,
    up_and_down,
    norm_of_a_word,
    simple_layer,
    two_halves,
    whole_encoder,
    part_by_part,
    small_encoder,
    feed_forward_half,
    layer_with_its_norms,
    no_steps_given,
    rule_of_thumb,
    many_layers,
    inner_size_left,
    positions_worked_out,
    another_language,
    one_layer_again,
]
