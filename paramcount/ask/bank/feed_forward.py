"""Questions of chapter 1: dense layers, and networks of them."""

from dataclasses import replace

from ...core import layer
from ...dims import Dim
from ...layers import dense, ffnn
from ..slips.base import Own
from . import question
from .start import MORE_FOR_EACH, SIDE_BY_SIDE


@question(
    "{o} neurons side by side read the same {i} numbers. How many parameters do they train together?",
    "Take one neuron: a weight for each number that it reads, and one bias.",
    "All of them are like it.",
    i=range(4, 10),
    o=range(3, 8),
    slips=SIDE_BY_SIDE,
)
def neurons_side_by_side(i=4, o=3):
    return dense(i, o)


@question(
    "A layer reads {i} numbers and gives {o}. How many parameters does it train?",
    "Each number that it gives comes from a neuron of its own.",
    "So count the neurons, and what each of them has.",
    i=range(6, 14),
    o=range(2, 6),
    slips=SIDE_BY_SIDE,
)
def numbers_in_and_out(i=10, o=2):
    return dense(i, o)


@question(
    "A feed-forward network reads {i} numbers, has {h} hidden neurons, and gives {o} numbers. How many "
    "parameters does it train?",
    "The input computes nothing. Take the columns two at a time: input to hidden, then hidden to output.",
    "For each two columns: a weight for each pair of a neuron and a number that it reads.",
    "Then a bias for each neuron that computes something, in the hidden column and in the last.",
    i=range(3, 8),
    h=range(4, 9),
    o=range(2, 6),
)
def first_network(i=3, h=5, o=2):
    return ffnn(i, h, o)


@question(
    "A network of sizes {i}-{h}-{o} has ReLU after the hidden layer (it turns negative numbers into 0) and "
    "dropout (while training, it sets some of the numbers to 0 by chance). It is trained on 50,000 examples, "
    "64 at a time, 10 times over. How many parameters does it train?",
    "Ask of each thing in the question: is there a number in it that training adjusts?",
    "What has no weights and no biases adds nothing. Count what is left.",
    i=range(3, 8),
    h=range(4, 9),
    o=range(2, 6),
    slips=[
        Own(
            "layer_left_out",
            lambda i, h, o: dense(h, o).count,
            "That is the count without the hidden layer. Whatever ReLU and dropout set to 0, all its "
            "weights stay, and are trained.",
            "The hidden layer reads {i} numbers, and has {h} neurons.",
        ),
        Own(
            "fixed_rule_trained",
            lambda i, h, o: ffnn(i, h, o).count + 1,
            "That has a parameter for ReLU or for dropout. ReLU is a fixed rule, and how often "
            "dropout sets a number to 0 is chosen, not trained.",
            "What is trained is in the two dense layers.",
        ),
        Own(
            "fixed_rules_trained",
            lambda i, h, o: ffnn(i, h, o).count + 2,
            "That has parameters for ReLU and for dropout. ReLU is a fixed rule, and how often "
            "dropout sets a number to 0 is chosen, not trained.",
            "What is trained is in the two dense layers.",
        ),
        Own(
            "fixed_rule_in_each_neuron",
            lambda i, h, o: ffnn(i, h, o).count + h,
            "That has something for each hidden neuron besides its weights and its bias. ReLU and "
            "dropout are fixed rules, with nothing in them to learn.",
            "There are {h} hidden neurons, with a bias each.",
        ),
    ],
)
def at_work(i=5, h=8, o=4):
    return ffnn(i, h, o)


@question(
    "Pictures of {side} × {side} grey values, each laid out in one row, are read by a single dense layer "
    "with {o} outputs. How many parameters does it train?",
    "How many numbers does each output read?",
    "Then do not stop at the weights. What does each output add?",
    side=range(4, 10),
    o=range(3, 11),
    slips=[
        Own(
            "one_row_of_the_picture",
            lambda side, o: dense(side, o).count,
            "That reads one row of the picture. All rows are laid out one after the other, so every place "
            "is read.",
            "A picture has {side} rows of {side}.",
        ),
        Own(
            "sum_of_sides",
            lambda side, o: dense(side + side, o).count,
            "That adds the two sides of the picture. Every place is read, so the sides are multiplied.",
            "A picture has {side} rows of {side}.",
        ),
        Own(
            "places_alone",
            lambda side, o: Dim(side) * side,
            "Those are the places of the picture. Each output has a weight for every one of them, and a "
            "bias.",
            "There are {o} outputs.",
        ),
    ],
)
def digits_one_layer(side=28, o=10):
    return dense(side * side, o)


@question(
    "Pictures of {side} × {side} grey values, each laid out in one row, are read by a network with {h} "
    "hidden neurons and {o} outputs. How many parameters does it train?",
    "Two layers: from the pixels to the hidden neurons, and from these to the outputs.",
    "Each layer: a weight for each pair, a bias for each output. Then add the two.",
    side=range(3, 7),
    h=range(4, 9),
    o=range(3, 8),
    slips=[
        Own(
            "one_row_of_the_picture",
            lambda side, h, o: ffnn(side, h, o).count,
            "That reads one row of the picture. All rows are laid out one after the other, so every place "
            "is read.",
            "A picture has {side} rows of {side}.",
        ),
        Own(
            "sum_of_sides",
            lambda side, h, o: ffnn(side + side, h, o).count,
            "That adds the two sides of the picture. Every place is read, so the sides are multiplied.",
            "A picture has {side} rows of {side}.",
        ),
    ],
)
def digits_hidden_layer(side=28, h=128, o=10):
    return ffnn(side * side, h, o)


@question(
    "A network reads {i} numbers and has two hidden layers, of {first} and then {second} neurons. How many "
    "parameters does the second hidden layer train?",
    "What does a neuron of the second hidden layer read?",
    "It reads the layer before it, and nothing else.",
    i=range(9, 15),
    first=range(5, 9),
    second=range(2, 5),
    slips=[
        Own(
            "first_layer_alone",
            lambda i, first, second: dense(i, first).count,
            "That is the first hidden layer. The question asks for the second one.",
            "The second one reads {first} numbers.",
        ),
        Own(
            "reads_the_input",
            lambda i, first, second: dense(i, second).count,
            "That reads what comes into the network. A layer reads the one before it, and nothing else.",
            "Before it stand {first} neurons.",
        ),
        Own(
            "both_layers",
            lambda i, first, second: ffnn(i, first, second).count,
            "Those are both hidden layers. The question asks for the second one alone.",
            "The first one is counted by itself.",
        ),
        Own(
            "weights_of_both_layers",
            lambda i, first, second: Dim(i) * first + dense(first, second).count,
            "That has weights of the first hidden layer in it. The question asks for the second one alone.",
            "What leads to the first one belongs to that.",
        ),
        Own(
            "biased_inputs",
            lambda i, first, second: dense(first, second).count + first,
            "That has biases for the {first} numbers that are read as well. They come from the first "
            "hidden layer, and its biases belong to that one.",
            "The second one gives {second} numbers.",
        ),
        Own(
            "reads_both",
            lambda i, first, second: dense(i + first, second).count,
            "That reads the input and the first hidden layer. A layer reads the one before it, and "
            "nothing else.",
            "Before it stand {first} neurons.",
        ),
        Own(
            "output_as_well",
            lambda i, first, second: ffnn(first, second, 1).count,
            "That has the layer after it in it as well, with one output. The question asks for the "
            "second hidden layer alone.",
            "What leads from the {second} neurons onwards belongs to the next layer.",
        ),
    ],
)
def second_layer_alone(i=20, first=16, second=8):
    return dense(first, second)


@question(
    "A network reads {i} numbers, has two hidden layers, of {first} and then {second} neurons, and one "
    "output. How many parameters does it train?",
    "Four columns, so three dense layers.",
    "The last one is small: a single neuron, which reads the second hidden layer.",
    i=range(9, 15),
    first=range(5, 9),
    second=range(2, 5),
)
def two_hidden_layers(i=20, first=16, second=8):
    return ffnn(i, first, second, 1)


@question(
    "A network reads {i} numbers. Its three hidden layers have {before} neurons, a single one, and {after}. "
    "It gives {o} numbers. How many parameters does it train?",
    "Five columns, so four dense layers. Write them below each other.",
    "The single neuron reads all of the layer before it. After it, each neuron reads one number.",
    "A neuron that reads one number has one weight and one bias.",
    i=(10, 12, 14, 16),
    before=(5, 6, 7, 8),
    after=(3, 4, 9),
    o=(2, 11, 13),
    slips=[
        Own(
            "needle_left_out",
            lambda i, before, after, o: ffnn(i, before, after, o).count,
            "That leaves out the single neuron. It is a hidden layer too: the layer before leads into it, "
            "and the one after reads it alone.",
            "From {before} to one, and from one to {after}.",
        ),
    ],
)
def through_a_needle(i=50, before=100, after=80, o=40):
    return ffnn(i, before, 1, after, o)


# Of maps that are laid out in a row, here and after convolutions.
LAID_OUT = [
    Own(
        "row_alone",
        lambda maps, side, o: Dim(maps) * side * side,
        "That is how long the row is. Each output has a weight for every number of the row, and a bias.",
        "There are {o:,} outputs.",
    ),
    Own(
        "bias_per_map",
        lambda maps, side, o: Dim(maps) * side * side * o + maps,
        "That has a bias for each map. A bias belongs to each output: the maps are only what is read.",
        "There are {o:,} outputs.",
    ),
    Own(
        "layer_for_each_map",
        lambda maps, side, o: Dim(maps) * dense(Dim(side) * side, o).count,
        "That has a dense layer for each map, with biases of its own. One layer reads all the "
        "maps, as one row.",
        "The row is {maps:,} × {side} × {side} numbers long.",
    ),
    Own(
        "one_map",
        lambda maps, side, o: dense(Dim(side) * side, o).count,
        "That reads one map. All of them are laid out in the row, one after the other.",
        "There are {maps:,} maps of {side} × {side}.",
    ),
]


@question(
    "{maps} maps of {side} × {side} numbers are laid out in one row. A dense layer takes that row to {o} "
    "numbers. How many parameters does it train?",
    "How long is the row? Multiply all three.",
    "Each of the outputs has a weight for every number of the row, and a bias.",
    maps=(16, 24, 32),
    side=(4, 5, 6),
    o=(7, 9, 10),
    picture=False,
    slips=LAID_OUT,
)
def flattened_maps(maps=512, side=7, o=4_096):
    return dense(maps * side * side, o)


@question(
    "A dense layer takes {i} numbers to {o}. How many parameters does it train?",
    "A weight for each pair of an input and an output.",
    "And then what is added: one for each input, or one for each output?",
    i=range(7, 16),
    o=range(11, 26),
    slips=[
        Own(
            "one_size_twice",
            lambda i, o: Dim(o) * o,
            "That multiplies one size by itself. A weight joins each input to each output, so both "
            "sizes are in it, and then there are biases.",
            "{i} numbers are read, and {o} are given.",
        ),
    ],
)
def larger_layer(i=128, o=256):
    return dense(i, o)


@question(
    "A dense layer from {i} numbers to {o} is built without biases. How many parameters does it train?",
    "What is left of a layer if nothing is added at the end?",
    "Only the weights: one for each pair.",
    i=range(12, 30),
    o=range(3, 10),
    slips=[
        Own(
            "biases_taken_away",
            lambda i, o: Dim(i) * o - o,
            "That takes the biases away from the weights. The biases are no part of the weights: "
            "without them all the weights are left.",
            "Without biases, nothing is added at the {o} outputs.",
        ),
        Own(
            "one_bias_left",
            lambda i, o: Dim(i) * o + 1,
            "That has one bias for the whole layer. This layer is built without any.",
            "Nothing is added at any of the {o} outputs.",
        ),
    ],
)
def without_biases(i=784, o=10):
    return dense(i, o, bias=False)


@question(
    "Logistic regression on {i} features is a dense layer with one output. How many parameters does it "
    "train?",
    "It is a single neuron.",
    "It reads every feature, and adds what any neuron adds.",
    i=range(11, 20),
    slips=[
        replace(MORE_FOR_EACH, count=lambda i: dense(i, 1).count + 1),
        Own(
            "two_outputs",
            lambda i: dense(i, 2).count,
            "That has an output for each of two classes. A single number says how likely one of them is, "
            "and the other is what is left.",
            "It is one neuron.",
        ),
    ],
)
def logistic_regression(i=20):
    return dense(i, 1)


@question(
    "Two networks read {i} numbers and give {o}. One has a single hidden layer of {wide}, the other two "
    "hidden layers of {narrow}. By how many parameters is the first larger than the second?",
    "Count each network by itself. The first has two dense layers, the second has three.",
    "Then take the difference.",
    i=(20, 24, 30),
    o=(2, 3, 4),
    wide=(13, 14, 15),
    narrow=(4, 5, 6),
    slips=[
        Own(
            "one_layer_of_both",
            lambda i, o, wide, narrow: ffnn(i, wide, o).count - ffnn(i, 2 * Dim(narrow), o).count,
            "That has the two hidden layers of the second network side by side, as one layer. They "
            "stand one after the other, and the second reads the first.",
            "The second network has three dense layers: one leads from {narrow} to {narrow}.",
        ),
    ],
)
def wide_or_deep(i=784, o=10, wide=256, narrow=100):
    return ffnn(i, wide, o).count - ffnn(i, narrow, narrow, o).count


@question(
    "count(3, 5, 2) is to be the number of parameters of a network of dense layers of these sizes, and so "
    "for any sizes. What is count({i}, {first}, {second}, {o})?",
    "Each size goes together with the next one. How many such pairs are there?",
    "In Python, zip(sizes, sizes[1:]) gives these pairs.",
    "For each pair: a weight for each of an input and an output, and a bias for each output. Add them up.",
    i=range(9, 15),
    first=range(5, 9),
    second=range(2, 5),
    o=range(6, 9),
)
def count_as_code(i=30, first=20, second=12, o=4):
    return ffnn(i, first, second, o)


@layer
def block(x, r):
    return {"down": dense(x, r), "up": dense(r, x)}


@question(
    "A residual block takes {x} numbers to {r}, and back to {x}, with two dense layers. Then it adds what "
    "came in to the result. How many parameters does it train?",
    "Which of its steps has something to train? Adding the input does not.",
    "The way back has the two sizes exchanged. As many weights, but not as many biases.",
    x=range(13, 20),
    r=range(3, 7),
    slips=[
        Own(
            "sum_counted",
            lambda x, r: block(x, r).count + x,
            "That has parameters for adding what came in. A sum takes both numbers as they are, and learns "
            "nothing.",
            "Two dense layers are all that is trained.",
        ),
        Own(
            "first_layer_twice",
            lambda x, r: 2 * dense(x, r).count,
            "That has as many biases on the way back as on the way down. The way back gives more "
            "numbers, and a bias belongs to each number that is given.",
            "The way back reads {r} numbers and gives {x}.",
        ),
        Own(
            "back_to_less",
            lambda x, r: dense(x, r).count + dense(r, r).count,
            "That has the second layer giving as few numbers as it reads. It leads back to as many as "
            "came in.",
            "What came in is added to what it gives: both are {x} numbers.",
        ),
        Own(
            "sum_with_weights",
            lambda x, r: block(x, r).count + Dim(x) * x,
            "That has weights for adding what came in. A sum takes both numbers as they are, and "
            "learns nothing.",
            "Two dense layers are all that is trained.",
        ),
        Own(
            "sum_as_a_layer",
            lambda x, r: block(x, r).count + dense(x, x).count,
            "That has weights for adding what came in. A sum takes both numbers as they are, and "
            "learns nothing.",
            "Two dense layers are all that is trained.",
        ),
    ],
)
def residual_block(x=512, r=64):
    return block(x, r)


QUESTIONS = [
    neurons_side_by_side,
    numbers_in_and_out,
    first_network,
    at_work,
    digits_one_layer,
    digits_hidden_layer,
    second_layer_alone,
    two_hidden_layers,
    through_a_needle,
    flattened_maps,
    larger_layer,
    without_biases,
    logistic_regression,
    wide_or_deep,
    count_as_code,
    residual_block,
]
