"""Questions of the start page."""

from ...dims import Dim
from ...layers import dense
from ..slips.base import Own
from . import question

# Of neurons side by side, here and at the beginning of the next chapter.
INPUTS_ALONE = Own(
    "inputs_alone",
    lambda i, **_: Dim(i),
    "That has one number for each that is read. Each neuron has a weight for every one of them, and adds one "
    "number more.",
    "Each neuron reads {i} numbers.",
)


@question(
    "Two neurons read the same {i} numbers. How many parameters do they train together?",
    "Take one neuron first. It has a weight for each number that it reads.",
    "And it adds one number more at the end. Now there are two such neurons.",
    i=range(5, 15),
    slips=[INPUTS_ALONE],
)
def two_neurons(i=6):
    return dense(i, 2)


@question(
    "A layer of {o} neurons reads {i} numbers. How many parameters does it train?",
    "Count one neuron first: a weight for each number that it reads, and what it adds at the end.",
    "The others are like it.",
    i=range(5, 12),
    o=range(3, 8),
    slips=[INPUTS_ALONE],
)
def layer_of_neurons(i=10, o=4):
    return dense(i, o)


QUESTIONS = [two_neurons, layer_of_neurons]
