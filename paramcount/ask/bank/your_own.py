"""Questions of chapter 8: a model of one's own, its bytes, and an adapter."""

from __future__ import annotations

from ...core import layer
from ...dims import Dim
from ...layers import bidirectional, dense, embedding, encoder_layer, gru, lstm
from . import question

_READER = "What is handed to the dense layer comes from both directions."


@question(
    "A bidirectional LSTM reads {i} numbers at each step, and has h = {h} in each direction. How many "
    "parameters does it train?",
    "One direction first. An LSTM has a gate to forget, one for the input, one for the output, and a "
    "candidate.",
    "Each reads its last state and the input, end to end, and adds something to each number that it gives.",
    "The other direction has weights of its own.",
    i=(6, 8, 11, 13),
    h=(3, 4, 5, 7),
)
def both_directions(i=100, h=32):
    return bidirectional(lstm(i, h))


@question(
    "A table has a row of {x} numbers for each of {v} words. How many parameters does it train?",
    "How many rows, how many columns?",
    "A row is looked up. Is there anything to add to it?",
    x=(6, 8, 12, 16),
    v=(30, 50, 70, 90),
)
def table_of_words(v=10_000, x=100):
    return embedding(v, x)


@layer
def classifier(v, x, h, classes):
    """A network that reads a sentence and says of which class it is."""
    return {
        "words": embedding(v, x),
        "reader": bidirectional(lstm(x, h)),
        "output": dense(2 * h, classes),
    }


@question(
    "A classifier of sentences has a table of {v} words with {x} numbers each, a bidirectional LSTM with "
    "h = {h} in each direction, and a dense layer over what both directions give, with {classes} classes. "
    "How many parameters does it train?",
    "Write a line for each part: the words, the reader, the output.",
    _READER,
    v=(30, 50, 70, 90),
    x=(6, 8, 10, 13),
    h=(3, 4, 5, 7),
    classes=(2, 3, 4, 6),
)
def sentence_classifier(v=10_000, x=100, h=32, classes=5):
    return classifier(v, x, h, classes)


@layer
def adapters(x, r, n):
    """An adapter in each of n layers."""
    return {"adapter": n * adapter(x, r)}


@layer
def adapter(x, r):
    """Two thin dense layers: down to r numbers, and up again."""
    return {"down": dense(x, r), "up": dense(r, x)}


@question(
    "Each of the {n} layers of a frozen network is given an adapter: a dense layer from {x} numbers to {r}, "
    "and another from {r} back to {x}. How many parameters do the adapters train together?",
    "One adapter first: count the way down, then the way up.",
    "As many biases as there are outputs. Which outputs has the way down, and which the way up?",
    x=(20, 24, 30, 36),
    r=(2, 3, 4, 5),
    n=(3, 6, 7, 9),
)
def thin_adapters(x=4_096, r=8, n=32):
    return adapters(x, r, n)


# -- exercises ------------------------------------------------------------------------------------


@question(
    "A dense layer reads {i} numbers and gives {o}. How many bytes does it take on disk, as float32?",
    "Count its parameters first, with its biases.",
    "A float32 has 32 bits, and a byte has 8.",
    i=range(11, 30),
    o=range(5, 10),
)
def bytes_on_disk(i=25_088, o=4_096):
    return Dim(4, "bytes") * dense(i, o).count


@question(
    "An encoder layer has x = {x} and ff = {ff}. It is trained with Adam, and all is kept as float32. How "
    "many bytes do its weights, gradients and running means take together?",
    "Count its parameters first: attention, FFNN and norms.",
    "Adam keeps a mean of each gradient and one of its square. How many numbers is that for a parameter?",
    "A float32 has 32 bits, and a byte has 8.",
    x=(10, 12, 20),
    ff=(14, 18, 22, 32),
)
def bytes_in_training(x=768, ff=3_072):
    return Dim(4, "numbers") * Dim(4, "bytes") * encoder_layer(x, ff).count


@layer
def deep_classifier(v, x, h, classes):
    """A classifier of sentences with one reader on top of another."""
    return {
        "words": embedding(v, x),
        "first reader": bidirectional(gru(x, h)),
        "second reader": bidirectional(gru(2 * h, h)),
        "output": dense(2 * h, classes),
    }


@question(
    "A classifier of sentences has a table of {v} words with {x} numbers each, a bidirectional GRU with "
    "h = {h} in each direction, a second one like it that reads what the first one gives, and a dense layer "
    "with {classes} classes. How many parameters does it train?",
    "Write a line for each part. A GRU has one FFNN less than an LSTM.",
    "What does the first reader give at each step? The second reads all of it.",
    "And what does the dense layer read?",
    v=(30, 50, 70, 90),
    x=(6, 8, 11, 13),
    h=(3, 5, 7),
    classes=(2, 3, 4, 6),
)
def reader_on_reader(v=10_000, x=100, h=32, classes=5):
    return deep_classifier(v, x, h, classes)


QUESTIONS = [
    both_directions,
    table_of_words,
    sentence_classifier,
    thin_adapters,
    bytes_on_disk,
    bytes_in_training,
    reader_on_reader,
]
