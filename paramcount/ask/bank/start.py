"""Questions of the start page."""

from ...dims import Dim
from ...layers import dense
from ..slips.base import Own
from . import question

# Of neurons side by side, here and at the beginning of the next chapter.
MORE_FOR_EACH = Own(
    "more_for_each_neuron",
    lambda i, o=2: dense(i, o).count + o,
    "That has something for each neuron besides its weights and what it adds. Nothing else belongs to it: "
    "what comes out is computed, not trained.",
    "What comes out is the sum of what is weighted and what is added.",
)
SIDE_BY_SIDE = [
    Own(
        "inputs_alone",
        lambda i, o=2: Dim(i),
        "That has one number for each that is read. Each neuron has a weight for every one of them, and adds "
        "one number more.",
        "Each neuron reads {i} numbers.",
    ),
    Own(
        "times_neurons",
        lambda i, o=2: Dim(o) * dense(i, o).count,
        "That multiplies by the number of neurons once more. What each of them has is counted already.",
        "The weights that lead to all of them are in it, and what each of them adds.",
    ),
    MORE_FOR_EACH,
]


@question(
    "Two neurons read the same {i} numbers. How many parameters do they train together?",
    "Take one neuron first. It has a weight for each number that it reads.",
    "And it adds one number more at the end. Now there are two such neurons.",
    i=range(5, 15),
    slips=SIDE_BY_SIDE,
)
def two_neurons(i=6):
    return dense(i, 2)


@question(
    "A layer of {o} neurons reads {i} numbers. How many parameters does it train?",
    "Count one neuron first: a weight for each number that it reads, and what it adds at the end.",
    "The others are like it.",
    i=range(5, 12),
    o=range(3, 8),
    slips=SIDE_BY_SIDE,
)
def layer_of_neurons(i=10, o=4):
    return dense(i, o)


QUESTIONS = [two_neurons, layer_of_neurons]
