"""Questions of chapter 6: the layer of a Transformer decoder, the whole Transformer, and GPT."""

from __future__ import annotations

from ... import pytorch
from ...core import layer
from ...dims import Dim
from ...layers import (
    attention,
    decoder,
    decoder_layer,
    dense,
    embedding,
    encoder,
    encoder_layer,
    ffnn,
    layer_norm,
    transformer,
)
from ...models import gpt
from ...stored import stored_by
from ..slips.base import Own
from . import question

_STEPS = "A word looks back, looks across, and goes through the FFNN. What follows after each step?"
_ONE_FIRST = "One layer first. All have the same sizes, and each has weights of its own."
_TWO_STACKS = "A stack that reads and a stack that writes. Count a layer of each."
_LINES = "Write a line for each: words, positions, layers, the last norm, the output."

# Slips with a network like GPT-2.
_OF_GPT = [
    Own(
        "cross_attention_kept",
        lambda v, p, x, n, ff, heads: (
            int(gpt(v, p, x, n, ff, heads).count) + n * int(attention(x).count + layer_norm(x).count)
        ),
        "That has an attention to another text in each layer. This network has no encoder to look across to, "
        "so its layers look back only.",
        "A layer has one attention and two norms.",
    ),
    Own(
        "square_layer_behind",
        lambda v, p, x, n, ff, heads: gpt(v, p, x, n, ff, heads).count + dense(x, x).count,
        "That has a dense layer from x to x behind the others, as BERT has its pooler. Here the output "
        "stands there: the table of words, once more.",
        "Behind the layers there is a norm, and nothing else that is new.",
    ),
    Own(
        "end_norm_in_each_layer",
        lambda v, p, x, n, ff, heads: gpt(v, p, x, n, ff, heads).count + (n - 1) * layer_norm(x).count,
        "That has the norm at the end in each layer. It stands once, after the last layer; in a layer are "
        "two norms.",
        "There is one norm beside those of the layers.",
    ),
    Own(
        "one_number_for_each_column",
        lambda v, p, x, n, ff, heads: gpt(v, p, x, n, ff, heads).count + Dim(x),
        "That has something more for each column: a bias or a row more in a table, or one thing more in the "
        "norm. A table has its rows, and the norm a gain and a shift.",
        "As many as that are one row of {x:,}.",
    ),
    Own(
        "one_norm_more",
        lambda v, p, x, n, ff, heads: gpt(v, p, x, n, ff, heads).count + layer_norm(x).count,
        "That has two numbers more for each column, as for a second norm at the end, or for two segments. "
        "There is one norm behind the layers, and a text has no segments here.",
        "Beside the layers there are two tables and a norm.",
    ),
    Own(
        "output_with_biases",
        lambda v, p, x, n, ff, heads: gpt(v, p, x, n, ff, heads, tied=False).count + Dim(v),
        "That has an output of its own, with weights and biases. It is tied: it uses the table of words, "
        "which is counted already.",
        "There is one table of words.",
    ),
    Own(
        "everything_twice",
        lambda v, p, x, n, ff, heads: 2 * gpt(v, p, x, n, ff, heads).count,
        "That has all of it twice, as for a stack that reads and one that writes. Here one stack does both, "
        "with one table of words.",
        "It is a decoder alone.",
    ),
    Own(
        "layers_of_the_smallest",
        lambda v, p, x, n, ff, heads: (
            embedding(v, x).count
            + embedding(p, x).count
            + n * encoder_layer(768, 3_072).count
            + layer_norm(x).count
        ),
        "That has the layers of the smallest GPT-2. Here the model has another width, so its layers have "
        "other counts.",
        "Here x is {x:,}, and ff is {ff:,}.",
    ),
    Own(
        "smallest_of_all",
        lambda v, p, x, n, ff, heads: gpt(50_257, 1_024, 768, 12, 3_072, 12).count,
        "That is the smallest GPT-2. The question asks for one with sizes of its own.",
        "Here x is {x:,}, and there are {n:,} layers.",
    ),
]


@question(
    "An encoder layer has self-attention with x = {x} and {heads} heads, and an FFNN from x to ff = {ff} and "
    "back. A norm follows each of them. How many parameters does it train?",
    "Count the attention, the FFNN and the norms, each by itself.",
    "All dense layers have biases, and a norm has two numbers for each place.",
    heads=(2, 3, 4, 6),
    x=(12, 24),
    ff=(14, 18, 22, 32, 40),
)
def encoder_from_memory(x=512, ff=2_048, heads=8):
    return encoder_layer(x, ff, heads)


@question(
    "A network like GPT-2 has a table with a row of {x} numbers for each of {v} pieces of words. How many "
    "parameters does the table train?",
    "How many rows, how many columns?",
    "A row is looked up. Is there anything to add to it?",
    v=(30, 50, 70, 90),
    x=(6, 8, 12, 16),
)
def words_of_gpt(v=50_257, x=768):
    return embedding(v, x)


@question(
    "A simple decoder layer has x = {x} and {heads} heads. Its FFNN is a single dense layer from x to x. How "
    "many parameters does it train?",
    _STEPS,
    "Write a line for each kind of part, with how often it is there. Then add.",
    heads=(2, 3, 4, 6),
    x=(12, 24, 36),
)
def simple_decoder_layer(x=512, heads=8):
    return decoder_layer(x, heads=heads)


@question(
    "A decoder layer has x = {x}, {heads} heads, and an FFNN from x to ff = {ff} and back. How many "
    "parameters does it train?",
    _STEPS,
    "Only the FFNN differs from that of the simple layer. It is two dense layers, and each has biases.",
    heads=(2, 3, 4, 6),
    x=(12, 24),
    ff=(14, 18, 22, 32, 40),
    slips=[
        Own(
            "mask_halves",
            lambda x, ff, heads: (
                attention(x).count // 2 + attention(x).count + 3 * layer_norm(x).count + ffnn(x, ff, x).count
            ),
            "That has half of the attention that looks back, as if the mask took weights away. A mask hides "
            "words to come, and every weight is there, and trained.",
            "Both attentions have four dense layers.",
        ),
    ],
)
def papers_decoder_layer(x=512, ff=2_048, heads=8):
    return decoder_layer(x, ff, heads)


@question(
    "A decoder has {n} layers with x = {x}, ff = {ff} and {heads} heads. How many parameters does it train?",
    _ONE_FIRST,
    _STEPS,
    heads=(2, 3, 4, 6),
    x=(12, 24),
    ff=(14, 18, 22, 32, 40),
    n=(3, 5, 6),
)
def whole_decoder(x=512, n=6, ff=2_048, heads=8):
    return decoder(x, n, ff, heads)


@question(
    "A Transformer has an encoder of {n} layers and a decoder of {n} layers, with x = {x}, ff = {ff} and "
    "{heads} heads. Its table of words is left out for now. How many parameters do the layers train?",
    _TWO_STACKS,
    "The decoder's layer has all that the encoder's has, and something more.",
    "Take each layer as often as it is there, then add the two stacks.",
    heads=(2, 3, 4, 6),
    x=(12, 24),
    ff=(14, 18, 22, 32),
    n=(3, 4, 5),
)
def whole_transformer(x=512, n=6, ff=2_048, heads=8):
    return transformer(x, n, n, ff, heads)


@question(
    "A network is built like GPT-2. It has tables of {v} words and {p} positions, with rows of x = {x}; {n} "
    "layers with ff = {ff} and {heads} heads, and without cross-attention; a norm at the end; and an output "
    "that is tied to the table of words. How many parameters does it train?",
    _LINES,
    "A layer has an attention, an FFNN, and a norm after each: an encoder's parts.",
    "What is shared is trained once.",
    heads=(2, 3, 4),
    x=(12, 24),
    ff=(14, 18, 22, 32),
    n=(3, 5),
    v=(50, 70, 90, 110),
    p=(16, 20, 30),
    slips=_OF_GPT[:-2],
)
def smallest_gpt(v=50_257, p=1_024, x=768, n=12, ff=3_072, heads=12):
    return gpt(v, p, x, n, ff, heads)


# -- with less and less help ----------------------------------------------------------------------


@question(
    "A decoder has {n} layers with x = {x} and ff = {ff}. How many parameters does it train?",
    _ONE_FIRST,
    _STEPS,
    x=(10, 12, 20),
    ff=(14, 18, 22, 32),
    n=(3, 5, 6),
)
def small_decoder(x=64, n=2, ff=256):
    return decoder(x, n, ff)


@question(
    "A decoder layer has x = {x}, ff = {ff} and {heads} heads. How many parameters does it train?",
    _STEPS,
    "You need the FFNN, up and down, with its biases. And the norms: how many?",
    heads=(2, 3, 4, 6),
    x=(12, 24),
    ff=(14, 18, 22, 32, 40),
)
def large_decoder_layer(x=1_024, ff=4_096, heads=16):
    return decoder_layer(x, ff, heads)


@question(
    "A decoder has {n} layers with x = {x}, ff = {ff} and {heads} heads. How many parameters does it train?",
    _ONE_FIRST,
    "Which of the sizes does not matter?",
    heads=(2, 3, 4, 6),
    x=(12, 24),
    ff=(14, 18, 22, 32, 40),
    n=(3, 5, 6),
)
def large_decoder(x=1_024, n=6, ff=4_096, heads=16):
    return decoder(x, n, ff, heads)


@question(
    "A Transformer has {n} layers in its encoder and {n} in its decoder, with x = {x}, ff = {ff} and {heads} "
    "heads. Its table of words is left out. How many parameters do the layers train?",
    _TWO_STACKS,
    "An encoder layer is a decoder layer without the step in the middle.",
    heads=(2, 3, 4, 6),
    x=(12, 24),
    ff=(14, 18, 22, 32),
    n=(3, 4, 5),
)
def large_transformer(x=1_024, n=6, ff=4_096, heads=16):
    return transformer(x, n, n, ff, heads)


# -- exercises ------------------------------------------------------------------------------------


@question(
    "A decoder layer and an encoder layer both have x = {x} and the same FFNN. How many parameters more does "
    "the decoder layer have?",
    "You could count both. Or ask what the decoder layer has that the other one has not.",
    "It has a step more. What follows after every step?",
    x=range(11, 40),
    picture=False,
    slips=[
        Own(
            "two_steps_more",
            lambda x: 2 * (attention(x).count + layer_norm(x).count),
            "That has two steps more. A decoder layer has three steps, an encoder layer two.",
            "It looks across, and then there is a norm.",
        ),
        Own(
            "norm_left_out",
            lambda x: attention(x).count,
            "That is the step more, without what follows it. A norm follows every step.",
            "A norm has a gain and a shift for each of {x}.",
        ),
        Own(
            "two_norms_more",
            lambda x: attention(x).count + 2 * layer_norm(x).count,
            "That has two norms more. A norm follows every step, and a decoder layer has one step more.",
            "One attention, and one norm after it.",
        ),
        Own(
            "queries_and_output",
            lambda x: 2 * dense(x, x).count + layer_norm(x).count,
            "That has queries and output of the second attention, as if the encoder made keys and values for "
            "it. The decoder makes them itself, of what the encoder gives, by dense layers of its own.",
            "Four dense layers, and a norm.",
        ),
        Own(
            "keys_and_values",
            lambda x: 2 * dense(x, x).count + layer_norm(x).count,
            "That has keys and values of the second attention, as if queries and output were those of the "
            "first. The second attention has all of its own.",
            "Four dense layers, and a norm.",
        ),
        Own(
            "mask_halves",
            lambda x: attention(x).count // 2 + layer_norm(x).count,
            "That has half of the second attention, as if a mask took weights away. A mask hides words to "
            "come from the first one, and takes no weight from either.",
            "Four dense layers, and a norm.",
        ),
        Own(
            "three_dense_layers",
            lambda x: 3 * dense(x, x).count + layer_norm(x).count,
            "That has three dense layers in the second attention. Queries, keys, values and an output: it "
            "has one for each, and all are its own.",
            "Four dense layers, and a norm.",
        ),
        Own(
            "weights_of_the_attention",
            lambda x: 4 * Dim(x) * x,
            "Those are the weights of one attention. Its dense layers have biases too, and a norm follows.",
            "Four dense layers, and a norm.",
        ),
        Own(
            "two_attentions",
            lambda x: 2 * attention(x).count,
            "Those are both attentions of a decoder layer. An encoder layer has one as well, so it is none "
            "of the difference.",
            "It looks across, and then there is a norm.",
        ),
        Own(
            "two_attentions_and_a_norm",
            lambda x: 2 * attention(x).count + layer_norm(x).count,
            "That has both attentions of a decoder layer. An encoder layer has one as well, so it is none of "
            "the difference.",
            "It looks across, and then there is a norm.",
        ),
        Own(
            "norm_alone",
            lambda x: layer_norm(x).count,
            "That is the norm that a decoder layer has more. It follows another attention, and that is "
            "trained as well.",
            "An attention has four dense layers.",
        ),
        Own(
            "all_norms",
            lambda x: attention(x).count + 3 * layer_norm(x).count,
            "That has all norms of a decoder layer. An encoder layer has norms too: one after each of its "
            "steps.",
            "One attention, and one norm after it.",
        ),
        Own(
            "attentions_and_norms",
            lambda x: 2 * attention(x).count + 3 * layer_norm(x).count,
            "That has both attentions and all norms of a decoder layer. An encoder layer has some of either.",
            "One attention, and one norm after it.",
        ),
        Own(
            "all_of_the_decoder_layer",
            lambda x: decoder_layer(x, 4 * x).count,
            "That is all of a decoder layer. The question asks what it has more than an encoder layer.",
            "One attention, and one norm after it.",
        ),
        Own(
            "encoder_layer_alone",
            lambda x: encoder_layer(x, 4 * x).count,
            "That is all of an encoder layer. The question asks what a decoder layer has more.",
            "One attention, and one norm after it.",
        ),
        Own(
            "ffnn_as_well",
            lambda x: attention(x).count + layer_norm(x).count + ffnn(x, 4 * x, x).count,
            "That has an FFNN as well. Both layers have one, and the same: it is none of the difference.",
            "One attention, and one norm after it.",
        ),
        Own(
            "size_of_the_paper",
            lambda x: attention(512).count + layer_norm(512).count,
            "That is how many there are more at the size of the paper. The question has another size.",
            "Here x is {x}.",
        ),
        Own(
            "mask_alone",
            lambda x: 0,
            "That would be so if the mask were all that differs. A decoder layer also looks across, and what "
            "it looks across with is trained.",
            "It has a step more, and a norm after it.",
        ),
    ],
)
def more_than_an_encoder(x=768):
    return attention(x).count + layer_norm(x).count


@question(
    "You build PyTorch's nn.Transformer with x = {x}, ff = {ff}, {n} encoder layers and {n} decoder layers. "
    "It has no words. How many parameters does PyTorch report?",
    "First count the two stacks as in the paper.",
    "PyTorch ends each stack with something that the paper does not have.",
    x=(10, 12, 20),
    ff=(14, 18, 22, 32),
    n=(2, 4, 5),
    picture=False,
    slips=[
        Own(
            "norm_of_one_stack",
            lambda x, n, ff: int(transformer(x, n, n, ff).count) + int(layer_norm(x).count),
            "That has a norm at the end of one stack. PyTorch ends each of the two in one.",
            "A norm has a gain and a shift for each of {x}.",
        ),
        Own(
            "gains_of_both_stacks",
            lambda x, n, ff: int(transformer(x, n, n, ff).count) + 2 * int(x),
            "That has a gain for each norm at the end, and no shift. A norm scales and moves.",
            "Each of the two has {x} gains and {x} shifts.",
        ),
        # In place of what is said of frameworks that add biases.
        Own(
            "by_hand",
            lambda x, n, ff: transformer(x, n, n, ff).count,
            "That is the count of the paper. PyTorch ends each stack in a norm; the paper does not.",
            "A norm has a gain and a shift for each of {x}.",
        ),
        Own(
            "decoder_as_encoder",
            lambda x, n, ff: 2 * (encoder(x, n, ff).count + layer_norm(x).count),
            "That counts the decoder as an encoder. A decoder layer also looks across at what the encoder "
            "gives, and a norm follows that too.",
            "A decoder layer has two attentions and three norms.",
        ),
        Own(
            "decoder_as_encoder_by_hand",
            lambda x, n, ff: 2 * encoder(x, n, ff).count,
            "That counts the decoder as an encoder, and by hand. A decoder layer also looks across; and "
            "PyTorch ends each stack in a norm.",
            "A decoder layer has two attentions and three norms.",
        ),
        Own(
            "encoder_as_decoder",
            lambda x, n, ff: 2 * (decoder(x, n, ff).count + layer_norm(x).count),
            "That counts the encoder as a decoder. An encoder has nothing to look across to: it attends to "
            "its own words alone.",
            "An encoder layer has one attention and two norms.",
        ),
        Own(
            "two_norms",
            lambda x, n, ff: stored_by(pytorch, transformer(x, n, n, ff)).count - n * layer_norm(x).count,
            "That has two norms in a decoder layer, as an encoder layer has. A norm follows every step, and "
            "a decoder layer has one step more.",
            "One stands after each attention, one after the FFNN.",
        ),
        Own(
            "as_many_as_for_the_paper",
            lambda x, n, ff: transformer(x, n, n, ff).count + 2_048,
            "That adds as many as in the text. There x is 512; a norm has a gain and a shift for each of x.",
            "Here x is {x}.",
        ),
        Own(
            "norms_before_and_after",
            lambda x, n, ff: transformer(x, n, n, ff).count + 4 * layer_norm(x).count,
            "That has two norms more in each stack, as if it also began with one. PyTorch has one more, at "
            "the end.",
            "Two stacks, and a norm at the end of each.",
        ),
        Own(
            "sizes_of_the_paper",
            lambda x, n, ff: stored_by(pytorch, transformer(512, 6, 6, 2_048)).count,
            "That is what PyTorch reports for the sizes of the paper. The question has sizes of its own.",
            "Here x is {x}, and there are {n} layers in each stack.",
        ),
        Own(
            "inner_size_not_given",
            lambda x, n, ff: stored_by(pytorch, transformer(x, n, n, 2_048)).count,
            "That has dim_feedforward as it is where nothing is said. Here it is given.",
            "It is {ff:,}.",
        ),
        Own(
            "layers_not_given",
            lambda x, n, ff: stored_by(pytorch, transformer(x, 6, 6, ff)).count,
            "That has as many layers as PyTorch takes where nothing is said. Here it is told how many.",
            "There are {n} in each stack.",
        ),
        Own(
            "norm_after_each_layer",
            lambda x, n, ff: transformer(x, n, n, ff).count + 2 * n * layer_norm(x).count,
            "That has another norm after each layer. The norm that PyTorch adds stands once in a stack, "
            "after its last layer.",
            "There are two stacks.",
        ),
    ],
)
def reported_by_pytorch(x=256, n=3, ff=1_024):
    return stored_by(pytorch, transformer(x, n, n, ff))


@question(
    "A network like GPT-2 has {v} words, {p} positions, x = {x}, {n} layers with ff = {ff} and {heads} "
    "heads, a norm at the end, and an output that is tied to the words. How many parameters does it train?",
    _LINES,
    "One layer has an attention, an FFNN and two norms.",
    "Which of these numbers does not matter?",
    heads=(2, 3, 4),
    x=(12, 24),
    ff=(14, 18, 22, 32),
    n=(3, 5),
    v=(50, 70, 90, 110),
    p=(16, 20, 30),
    slips=_OF_GPT,
)
def gpt_xl(v=50_257, p=1_024, x=1_600, n=48, ff=6_400, heads=25):
    return gpt(v, p, x, n, ff, heads)


@question(
    "A network like GPT-2 has {v} words, {p} positions, x = {x}, {n} layers with ff = {ff} and {heads} "
    "heads, and a norm at the end. Its output is not tied: it has a table of its own, as large as that of "
    "the words, without biases. How many parameters does it train?",
    "Count it tied first.",
    "What does the output bring along, if it shares nothing?",
    heads=(2, 3, 4),
    x=(12, 24),
    ff=(14, 18, 22, 32),
    n=(3, 5),
    v=(50, 70, 90, 110),
    p=(16, 20, 30),
    slips=[
        Own(
            "positions_for_words",
            lambda v, p, x, n, ff, heads: int(gpt(v, p, x, n, ff, heads).count) + int(embedding(p, x).count),
            "That adds the table of positions a second time. The output is over words: it has a row for "
            "each of them.",
            "There are {v:,} words.",
        ),
        Own(
            "positions_of_the_output",
            lambda v, p, x, n, ff, heads: (
                int(gpt(v, p, x, n, ff, heads, tied=False).count) + int(embedding(p, x).count)
            ),
            "That has positions for the output as well. It gives each word its chance, and has a row for "
            "each word; positions are looked up at the beginning alone.",
            "There are {p:,} positions, in one table.",
        ),
        Own(
            "square_output",
            lambda v, p, x, n, ff, heads: gpt(v, p, x, n, ff, heads).count + dense(x, x).count,
            "That has an output from x numbers to as many. It gives each word its chance, so it leads to as "
            "many numbers as there are words.",
            "There are {v:,} words.",
        ),
        Own(
            "square_output_without_biases",
            lambda v, p, x, n, ff, heads: gpt(v, p, x, n, ff, heads).count + Dim(x) * x,
            "That has an output from x numbers to as many. It gives each word its chance, so it leads to as "
            "many numbers as there are words.",
            "There are {v:,} words.",
        ),
        Own(
            "all_of_it_twice",
            lambda v, p, x, n, ff, heads: 2 * gpt(v, p, x, n, ff, heads).count,
            "That is all of the tied network twice. Untied, it has one table more, and all else once.",
            "The table has {v:,} rows.",
        ),
        Own(
            "neither_table",
            lambda v, p, x, n, ff, heads: gpt(v, p, x, n, ff, heads).count - embedding(v, x).count,
            "That has no table of words at all. Untied means that there are two: one for words that are "
            "read, one for the output.",
            "Each has {v:,} rows.",
        ),
        Own(
            "one_number_for_each_column",
            lambda v, p, x, n, ff, heads: gpt(v, p, x, n, ff, heads, tied=False).count + Dim(x),
            "That has something more for each column: a bias or a gain for the output, or a row more in a "
            "table. The tables have their rows, and nothing else.",
            "As many as that are one row of {x:,}.",
        ),
        Own(
            "norm_of_the_output",
            lambda v, p, x, n, ff, heads: gpt(v, p, x, n, ff, heads, tied=False).count + layer_norm(x).count,
            "That has a norm for the output besides. The norm at the end stands before it, and is the only "
            "one there.",
            "The output is a table of {v:,} rows.",
        ),
    ],
)
def untied_output(v=50_257, p=1_024, x=1_600, n=48, ff=6_400, heads=25):
    return gpt(v, p, x, n, ff, heads, tied=False)


@question(
    "A Transformer has {n} encoder layers and {n} decoder layers with x = {x} and ff = {ff}, and one shared "
    "table of words. With the table it may have {budget} parameters at most. How many words can the table "
    "have?",
    "Count the layers. What is left of the parameters is for the table.",
    "How many does one word take? Round down: there are no parts of words.",
    x=(10, 12, 20),
    ff=(14, 18, 22, 32),
    n=(2, 3),
    budget=(50_000, 60_000, 70_000),
    slips=[
        Own(
            "not_divided",
            lambda budget, x, n, ff: budget - transformer(x, n, n, ff).count,
            "That is how many parameters are left for the table. The question asks for words, and each word "
            "takes a whole row.",
            "A row has {x} numbers.",
        ),
        Own(
            "rounded_up",
            lambda budget, x, n, ff: (budget - transformer(x, n, n, ff).count) // x + 1,
            "That is one word too many. With its row there would be more parameters than there may be.",
            "There are no parts of words, so it is rounded down.",
        ),
        Own(
            "layers_forgotten",
            lambda budget, x, n, ff: Dim(budget) // x,
            "That gives all parameters to the table. The layers have theirs, and the table what is left.",
            "Count the two stacks first.",
        ),
        Own(
            "two_tables",
            lambda budget, x, n, ff: (budget - transformer(x, n, n, ff).count) // (2 * x),
            "That has two tables, one for what is read and one for what is written. The question has one, "
            "which is shared.",
            "A word has one row of {x}.",
        ),
        Own(
            "one_stack_taken",
            lambda budget, x, n, ff: (budget - encoder(x, n, ff).count) // x,
            "That takes away the encoder alone. The decoder's layers are trained as well.",
            "There are {n} layers in each stack.",
        ),
        Own(
            "words_of_the_paper",
            lambda budget, x, n, ff: 37_000,
            "That is how many words the paper has. The question asks how many fit into its budget.",
            "What the layers leave of {budget:,} is for the table.",
        ),
        Own(
            "three_tables",
            lambda budget, x, n, ff: (budget - transformer(x, n, n, ff).count) // (3 * x),
            "That has three tables, as the words are used three times. What is used three times is trained "
            "once, and counted once.",
            "A word has one row of {x}.",
        ),
        Own(
            "bias_for_each_word",
            lambda budget, x, n, ff: (budget - transformer(x, n, n, ff).count) // (x + 1),
            "That has a bias for each word. A word has its row in the table, and nothing is added to it.",
            "A row has {x} numbers.",
        ),
        Own(
            "most_in_the_text",
            lambda budget, x, n, ff: 41_721,
            "That is the largest number of the text, for all that is 65 million when rounded. Here no more "
            "than the budget is allowed.",
            "The budget is {budget:,}.",
        ),
        Own(
            "fewest_in_the_text",
            lambda budget, x, n, ff: 39_769,
            "That is the smallest number of the text, for all that is 65 million when rounded. Here all of "
            "the budget may be used.",
            "The budget is {budget:,}.",
        ),
        Own(
            "layers_divided",
            lambda budget, x, n, ff: budget - transformer(x, n, n, ff).count // x,
            "That divides the layers alone. What is left for the table is divided by the length of a row, so "
            "the layers are taken away first.",
            "Put brackets around what is taken away from {budget:,}.",
        ),
        Own(
            "norms_of_pytorch",
            lambda budget, x, n, ff: (budget - stored_by(pytorch, transformer(x, n, n, ff)).count) // x,
            "That takes away a norm at the end of each stack, as PyTorch has it. In the paper, and here, "
            "there is none.",
            "Count the two stacks as in the paper.",
        ),
    ],
)
def vocabulary_to_fit(budget=65_000_000, x=512, n=6, ff=2_048):
    return (budget - transformer(x, n, n, ff).count) // x


@layer
def two_sources(x, ff):
    # Part by part, and not as a decoder layer with something added: else what is forgotten seems to have
    # been forgotten in the decoder layer.
    return {
        "self-attention": attention(x),
        "attention to text": attention(x),
        "attention to pictures": attention(x),
        "feed-forward": ffnn(x, ff, x),
        "norms": 4 * layer_norm(x),
    }


@question(
    "A decoder layer reads two encoders, one for text and one for pictures. It has a masked self-attention, "
    "two cross-attentions, an FFNN, and a norm after each of the four. How many parameters does it train "
    "with x = {x} and ff = {ff}?",
    "Begin with a decoder layer that reads one encoder.",
    "Looking across once more takes the same dense layers once more, and what follows every step.",
    x=(10, 12, 20),
    ff=(14, 18, 22, 32),
    slips=[
        Own(
            "one_encoder_read",
            lambda x, ff: decoder_layer(x, ff).count,
            "That is a decoder layer that reads one encoder. This one reads two, by an attention each.",
            "One more attention is missing, and its norm.",
        ),
        Own(
            "norm_of_a_step_forgotten",
            lambda x, ff: decoder_layer(x, ff).count + attention(x).count,
            "That has no norm after the second look across. A norm follows every step.",
            "There are four steps, and as many norms.",
        ),
        Own(
            "half_a_norm",
            lambda x, ff: decoder_layer(x, ff).count + attention(x).count + x,
            "That has a gain without a shift in one norm. A norm scales and moves.",
            "Each norm has {x} of either.",
        ),
        Own(
            "norm_without_its_attention",
            lambda x, ff: decoder_layer(x, ff).count + layer_norm(x).count,
            "That has a norm more, and not the attention that it follows. The second encoder is looked at by "
            "an attention of its own.",
            "There are three attentions and four norms.",
        ),
        Own(
            "two_looks_more",
            lambda x, ff: decoder_layer(x, ff).count + 2 * (attention(x).count + layer_norm(x).count),
            "That has three cross-attentions. A decoder layer looks across once as it is, so one more makes "
            "two.",
            "There are four steps: one looks back, two across, and one is the FFNN.",
        ),
        Own(
            "second_ffnn",
            lambda x, ff: (
                decoder_layer(x, ff).count + attention(x).count + layer_norm(x).count + ffnn(x, ff, x).count
            ),
            "That has an FFNN for each of the two encoders. The layer has one FFNN, after all attentions.",
            "There are four steps: one looks back, two across, and one is the FFNN.",
        ),
        Own(
            "two_decoder_layers",
            lambda x, ff: 2 * decoder_layer(x, ff).count,
            "Those are two decoder layers. It is one, with one look across more: it has one FFNN, and looks "
            "back once.",
            "Only a step is added.",
        ),
        Own(
            "one_encoder_counted",
            lambda x, ff: (
                decoder_layer(x, ff).count
                + attention(x).count
                + layer_norm(x).count
                + encoder_layer(x, ff).count
            ),
            "That counts a layer of an encoder as well. The question asks for the decoder layer, which reads "
            "what the encoders give.",
            "It has four steps of its own.",
        ),
        Own(
            "encoders_counted",
            lambda x, ff: 2 * encoder_layer(x, ff).count + decoder_layer(x, ff).count,
            "That counts what is in the encoders as well. The question asks for the decoder layer, which "
            "reads what they give.",
            "It has four steps of its own.",
        ),
    ],
)
def two_encoders(x=512, ff=2_048):
    return two_sources(x, ff)


QUESTIONS = [
    encoder_from_memory,
    words_of_gpt,
    simple_decoder_layer,
    papers_decoder_layer,
    whole_decoder,
    whole_transformer,
    smallest_gpt,
    small_decoder,
    large_decoder_layer,
    large_decoder,
    large_transformer,
    more_than_an_encoder,
    reported_by_pytorch,
    gpt_xl,
    untied_output,
    vocabulary_to_fit,
    two_encoders,
]
