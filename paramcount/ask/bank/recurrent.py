"""Questions of chapter 2: RNN, GRU and LSTM, in one direction and in both, one and several."""

from ... import pytorch
from ...core import layer
from ...dims import Dim
from ...layers import bidirectional, dense, gru, lstm, rnn
from ...stored import stored_by
from ..slips.base import Own
from . import question

_JOINED = "State and input are joined: how many numbers does each FFNN read?"


@question(
    "A dense layer reads {i} numbers and gives {o}. How many parameters does it train?",
    "A weight for each pair of an input and an output.",
    "And a bias for each of which two: the inputs, or the outputs?",
    i=range(5, 12),
    o=range(2, 5),
)
def small_dense_layer(i=5, o=2):
    return dense(i, o)


@question(
    "Each of {o} neurons reads the same {i} numbers. How many parameters do they train together?",
    "Count one neuron. The others are like it.",
    "Do not forget what each of them adds.",
    i=range(7, 16),
    o=range(6, 14),
)
def larger_dense_layer(i=60, o=50):
    return dense(i, o)


@question(
    "An RNN reads {i} numbers at each step and keeps a state of {h}. How many parameters does it train?",
    "It is one dense layer. What does that layer read, and what does it give?",
    "It reads the new item and its own last state, end to end as one row. It gives the new state.",
    i=(9, 11, 13),
    h=(4, 5, 6),
    # Gates and other layers are not told of yet.
    slips=[
        Own(
            "too_many_ffnns",
            lambda i, h: 2 * rnn(i, h).count,
            "That has more than one dense layer. What reads the state and the input is all that an RNN has.",
            "It reads {h} + {i} numbers and gives {h}.",
        ),
        Own(
            "too_many_ffnns",
            lambda i, h: 3 * rnn(i, h).count,
            "That has more than one dense layer. What reads the state and the input is all that an RNN has.",
            "It reads {h} + {i} numbers and gives {h}.",
        ),
        Own(
            "too_many_ffnns",
            lambda i, h: 4 * rnn(i, h).count,
            "That has more than one dense layer. What reads the state and the input is all that an RNN has.",
            "It reads {h} + {i} numbers and gives {h}.",
        ),
    ],
)
def first_rnn(i=3, h=2):
    return rnn(i, h)


@question(
    "An RNN with i = {i} and h = {h} reads a sentence of 7 words, then a book of 70,000. How many "
    "parameters does it train in all?",
    "What does it have at the second step that it does not have at the first?",
    "It is the same dense layer at every step.",
    i=(9, 11, 13),
    h=(4, 5, 6),
    slips=[
        Own(
            "once_for_each_text",
            lambda i, h: 2 * rnn(i, h).count,
            "That counts the RNN once for each text. It reads both with the same weights, one after the "
            "other.",
            "There is one RNN.",
        ),
        Own(
            "bias_for_each_step",
            lambda i, h: rnn(i, h, bias=False).count + Dim(h) * 7,
            "That has biases for each word of the sentence. The same biases are added at every step.",
            "There is one for each of {h} numbers of the state.",
        ),
        Own(
            "whole_sentence_read",
            lambda i, h: rnn(7 * Dim(i), h).count,
            "That reads the whole sentence at once. An RNN reads one word after the other, with the "
            "same weights at each.",
            "At each step come {i} numbers.",
        ),
        Own(
            "each_word_of_both",
            lambda i, h: (Dim(7) + 70_000) * rnn(i, h).count,
            "That has parameters for each word. The same ones are used at every word, of the sentence "
            "and of the book.",
            "There is one RNN, and it meets one word after the other.",
        ),
        Own(
            "sentence_and_each_word",
            lambda i, h: rnn(i, h).count + Dim(70_000) * rnn(i, h).count,
            "That has parameters for each word. The same ones are used at every word, of the sentence "
            "and of the book.",
            "There is one RNN, and it meets one word after the other.",
        ),
    ],
)
def sentence_and_book(i=5, h=4):
    return rnn(i, h)


@question(
    "An LSTM reads {i} numbers at each step and keeps a state of {h}. How many parameters does it train?",
    "Count one FFNN first. You know it: it is the dense layer of an RNN.",
    "How many FFNNs are there? Three of them are gates: forget, input, output.",
    "The second state is passed on. No FFNN reads it.",
    i=range(3, 10),
    h=range(2, 7),
    slips=[
        # The GRU is not told of yet.
        Own(
            "candidate_left_out",
            lambda i, h: 3 * rnn(i, h).count,
            "That has three FFNNs. Each gate is one, and so is the candidate.",
            "The FFNNs: forget, input, candidate and output.",
        ),
        Own(
            "once_for_each_state",
            lambda i, h: 2 * lstm(i, h).count,
            "That has everything twice, once for each of the two states. The same FFNNs serve both: "
            "the second state is passed on, and has none of its own.",
            "The FFNNs: forget, input, candidate and output.",
        ),
    ],
)
def first_lstm(i=3, h=2):
    return lstm(i, h)


@question(
    "A GRU reads {i} numbers at each step and keeps a state of {h}. How many parameters does it train?",
    "Each of its FFNNs reads the same joined row, and gives a new row as long as the state.",
    "How many are there? Name them: gates, and the candidate.",
    i=range(3, 10),
    h=range(2, 7),
    slips=[
        Own(
            "candidate_without_state",
            lambda i, h: gru(i, h).count - Dim(h) * h,
            "That has one FFNN that reads the input alone. The candidate reads a state as well, what the "
            "reset gate has left of it.",
            "All three read {h} + {i} numbers.",
        ),
    ],
)
def first_gru(i=3, h=2):
    return gru(i, h)


@question(
    "A bidirectional GRU reads {i} numbers at each step and keeps {h} in each direction. How many "
    "parameters does it train?",
    "Count one direction: it is a GRU as you know it.",
    "The other direction reads the same input, but it has a state of its own. Does it share any weights?",
    i=range(5, 14),
    h=range(2, 7),
)
def gru_both_ways(i=8, h=5):
    return bidirectional(gru(i, h))


@question(
    "A bidirectional GRU reads {i} numbers at each step and keeps {h} in each direction. An LSTM with a "
    "state of {top} reads what it gives. How many parameters do the two train together?",
    "Count each by itself, first the GRU in both directions.",
    "What does the LSTM read at each step? Whatever the GRU gives, from the front and from the back.",
    i=range(5, 12),
    h=range(2, 5),
    top=range(5, 14),
    slips=[
        Own(
            "lstm_both_ways",
            lambda i, h, top: bidirectional(gru(i, h)).count + 2 * lstm(2 * Dim(h), top).count,
            "That has the LSTM in both directions too. Of the two it is the GRU that reads both ways.",
            "The LSTM reads from the front.",
        ),
        Own(
            "one_direction",
            lambda i, h, top: gru(i, h).count + lstm(h, top).count,
            "That has the GRU in one direction, and what one direction gives. Another GRU reads from "
            "the back, and the LSTM reads what both give.",
            "Each direction keeps {h} numbers.",
        ),
        Own(
            "gru_twice",
            lambda i, h, top: 2 * bidirectional(gru(i, h)).count + lstm(2 * Dim(h), top).count,
            "That counts the bidirectional GRU twice. It is one layer for each direction, and with these two "
            "all of it is counted.",
            "One reads from the front, one from the back.",
        ),
        Own(
            "reads_like_the_first",
            lambda i, h, top: bidirectional(gru(i, h)).count + lstm(i, top).count,
            "That has the LSTM reading the numbers that come in. What stands on top reads what the "
            "layer below gives, in both directions.",
            "The {i} numbers that come in lead to the GRU alone. Each of its directions gives {h}.",
        ),
    ],
)
def lstm_on_gru(i=8, h=5, top=50):
    return bidirectional(gru(i, h)).count + lstm(2 * Dim(h), top).count


@question(
    "An LSTM has a state of {h} numbers, and its input at each step is {i}. How many parameters does it "
    "train?",
    _JOINED,
    "From that row to the new state: weights and biases. That is one FFNN. How many has an LSTM?",
    i=range(6, 15),
    h=range(2, 8),
)
def lstm_last_step(i=10, h=20):
    return lstm(i, h)


@question(
    "Take one FFNN of a GRU by itself, as if it were an RNN. It reads {i} numbers of input and {h} of "
    "state, and gives {h}. How many parameters does it train?",
    "The two are joined into one row, end to end.",
    "It is a dense layer: a weight for each pair, a bias for each output.",
    i=(9, 11, 13),
    h=(4, 5, 6),
    slips=[
        Own(
            "too_many_ffnns",
            lambda i, h: gru(i, h).count,
            "That is the whole GRU. The question asks for one of its FFNNs by itself.",
            "It reads {h} + {i} numbers and gives {h}.",
        ),
    ],
)
def one_ffnn(i=50, h=100):
    return rnn(i, h)


@question(
    "A GRU has a state of {h} numbers, and its input at each step is {i}. How many parameters does it train?",
    _JOINED,
    "One FFNN takes that row to the new state. How many such FFNNs has a GRU?",
    i=range(6, 15),
    h=range(2, 8),
)
def gru_from_parts(i=50, h=100):
    return gru(i, h)


@question(
    "A bidirectional LSTM reads {i} numbers at each step and keeps {h} in each direction. How many "
    "parameters does it train?",
    _JOINED + " Each direction joins only its own state.",
    "From one FFNN to one LSTM, and from there to both directions.",
    i=range(5, 14),
    h=range(2, 7),
)
def lstm_both_ways(i=100, h=64):
    return bidirectional(lstm(i, h))


@question(
    "Words come as rows of {i} numbers, and an LSTM with a state of {h} reads them one by one. How many "
    "parameters does it train?",
    _JOINED,
    "One FFNN gives as many numbers as the state has. Then think of the gates, and of the candidate.",
    i=(12, 15, 20, 25),
    h=(4, 6, 7, 8),
)
def words_into_lstm(i=300, h=128):
    return lstm(i, h)


@question(
    "Two LSTMs, one on top of the other. The first reads {i} numbers at each step and keeps a state of {h}, "
    "the second keeps {top}. How many parameters do they train together?",
    "Count the first one by itself.",
    "What does the second one read at each step? Not the words: what the first one gives.",
    i=(6, 8, 9, 10),
    h=(2, 3, 4, 5),
    top=(2, 3, 4, 5),
    slips=[
        Own(
            "first_lstm_twice",
            lambda i, h, top: 2 * lstm(i, h).count,
            "That counts the first LSTM twice. The second reads what the first gives, and keeps a "
            "state of its own size.",
            "The second reads {h} numbers and keeps {top}.",
        ),
        Own(
            "reads_both",
            lambda i, h, top: lstm(i, h).count + lstm(Dim(i) + h, top).count,
            "That has the second LSTM reading what comes in as well. It reads what the first one "
            "gives, and nothing else.",
            "The first gives {h} numbers at each step.",
        ),
        Own(
            "reads_both_states",
            lambda i, h, top: lstm(i, h).count + lstm(2 * Dim(h), top).count,
            "That has the second LSTM reading both states of the first. One of them is what an LSTM "
            "gives; the other is passed on from step to step, and leads nowhere else.",
            "The first gives {h} numbers at each step.",
        ),
        Own(
            "one_lstm_of_both",
            lambda i, h, top: lstm(i, Dim(h) + top).count,
            "That is one LSTM with both states end to end. There are two LSTMs, and each joins its "
            "own state to what it reads.",
            "The first reads {i} and keeps {h}, the second keeps {top}.",
        ),
    ],
)
def stacked_lstms(i=9, h=5, top=2):
    return lstm(i, h).count + lstm(h, top).count


@question(
    "Two bidirectional LSTMs, one on top of the other. The first reads {i} numbers at each step and keeps "
    "{h} in each direction, the second keeps {top} in each. How many parameters do they train together?",
    "Count the first one by itself, in both directions.",
    "What does it give at each step? Each direction puts out its state, and the two are joined.",
    i=(7, 8, 9, 11),
    h=(2, 3, 4, 5),
    top=(2, 3, 4, 5),
    slips=[
        Own(
            "first_lstm_twice",
            lambda i, h, top: 2 * bidirectional(lstm(i, h)).count,
            "That counts the first layer twice. The second reads what the first gives, and keeps a "
            "state of its own size.",
            "The second keeps {top} numbers in each direction.",
        ),
        Own(
            "one_direction",
            lambda i, h, top: lstm(i, h).count + lstm(h, top).count,
            "That has one direction of each, and what one direction gives. Both read from the back as "
            "well, and the second reads what both directions of the first give.",
            "Each direction of the first keeps {h} numbers.",
        ),
        Own(
            "one_lstm_of_both",
            lambda i, h, top: 2 * lstm(i, Dim(h) + top).count,
            "That is one bidirectional LSTM with the states of both layers end to end. There are two "
            "such layers, and each joins its own state to what it reads.",
            "The first reads {i} and keeps {h} in each direction, the second keeps {top}.",
        ),
    ],
)
def stacked_both_ways(i=9, h=5, top=2):
    return bidirectional(lstm(i, h)).count + bidirectional(lstm(2 * Dim(h), top)).count


@question(
    "What number of parameters does PyTorch report for a GRU with i = {i} and h = {h}?",
    "Count it by hand first.",
    "Then add what PyTorch keeps besides: each FFNN has something twice.",
    i=range(6, 15),
    h=range(2, 8),
    slips=[
        Own(
            "all_twice",
            lambda i, h: 2 * gru(i, h).count,
            "That counts all of it twice. PyTorch keeps the biases twice, and the weights once.",
            "The second biases are {h} for each FFNN.",
        ),
        Own(
            "by_hand",
            lambda i, h: gru(i, h).count,
            "That is the count by hand, not what PyTorch keeps. PyTorch keeps something of each FFNN twice.",
            "Each FFNN has {h} biases in bias_ih, and as many more in bias_hh.",
        ),
        Own(
            "biases_of_the_input",
            lambda i, h: gru(i, h).count + 3 * Dim(i),
            "That has second biases for the input, as many as it has numbers. Both biases belong to "
            "what an FFNN gives, not to what it reads.",
            "Each FFNN gives {h} numbers.",
        ),
        Own(
            "eight_more",
            lambda i, h: gru(i, h).count + 8,
            "That has as many more as the small LSTM above. How many PyTorch has more depends on the "
            "state, and on how many FFNNs there are.",
            "The second biases are {h} for each FFNN.",
        ),
    ],
)
def gru_in_pytorch(i=50, h=100):
    return stored_by(pytorch, gru(i, h))


@question(
    "An LSTM with i = {i} and h = {h} reads sentences of 20 words. Now they become 2 times as long. How "
    "many parameters does it train then?",
    "Which of its tensors has a side that is as long as a sentence?",
    "If there is none, count the LSTM as always.",
    i=range(6, 15),
    h=range(2, 8),
    slips=[
        Own(
            "longer_input",
            lambda i, h: lstm(2 * i, h).count,
            "That has an input twice as wide. A longer sentence has more steps, and at each step as many "
            "numbers.",
            "At each step come {i}.",
        ),
        Own(
            "twice_as_many",
            lambda i, h: 2 * lstm(i, h).count,
            "That grows with the length of the sentences. A longer sentence takes more steps, and each of "
            "them uses the same weights.",
            "The length is no size of the LSTM.",
        ),
        Own(
            "one_for_each_word_of_all",
            lambda i, h: lstm(i, h).count + 2 * Dim(20),
            "That has a parameter for each word. A word is a step, and each step uses the same weights.",
            "The length is no size of the LSTM.",
        ),
        Own(
            "one_for_each_word",
            lambda i, h: lstm(i, h).count + 20,
            "That has a parameter for each word that is added. A further word is a further step, and "
            "each step uses the same weights.",
            "The length is no size of the LSTM.",
        ),
    ],
)
def longer_sentences(i=12, h=5):
    return lstm(i, h)


@layer
def minimal(i, h):
    return {"forget": dense(h + i, h), "candidate": dense(h + i, h)}


@question(
    "The minimal gated unit has one gate, forget, and one candidate, each an FFNN over the joined row of "
    "state and input. It reads {i} numbers at each step and keeps a state of {h}. How many parameters does "
    "it train?",
    _JOINED,
    "Each gives as many numbers as the state has. Then add the two.",
    i=range(5, 14),
    h=range(2, 8),
    slips=[
        Own(
            "one_ffnn_of_two",
            lambda i, h: rnn(i, h).count,
            "That is one FFNN. The unit has a gate, and the candidate besides.",
            "Both have the same sizes.",
        ),
        Own(
            "three_ffnns",
            lambda i, h: gru(i, h).count,
            "That has three FFNNs, as a GRU has. This unit has a gate less.",
            "Forget, and the candidate.",
        ),
        Own(
            "four_ffnns",
            lambda i, h: lstm(i, h).count,
            "That has four FFNNs, as an LSTM has. This unit makes do with a single gate beside "
            "the candidate.",
            "Forget, and the candidate.",
        ),
        Own(
            "sizes_swapped",
            lambda i, h: 2 * ((Dim(h) + i) * i + i),
            "That swaps the two sizes. Each FFNN gives as many numbers as the state has.",
            "It reads {h} + {i}, and gives {h}.",
        ),
        Own(
            "input_alone",
            lambda i, h: 2 * dense(i, h).count,
            "That reads the input alone. Each FFNN reads the last state as well, end to end with the input.",
            "What is missing is a matrix of {h} × {h} in each FFNN.",
        ),
        Own(
            "state_alone",
            lambda i, h: 2 * dense(h, h).count,
            "That reads the state alone. Each FFNN reads the new input as well, end to end with the state.",
            "What is missing is a matrix of {i} × {h} in each FFNN.",
        ),
        Own(
            "state_times_input",
            lambda i, h: 2 * dense(Dim(h) * i, h).count,
            "That multiplies the state by the input. They stand end to end, as one longer row.",
            "Each FFNN reads {h} + {i}.",
        ),
        Own(
            "gives_what_it_reads",
            lambda i, h: 2 * dense(Dim(h) + i, Dim(h) + i).count,
            "That has each FFNN giving as many numbers as it reads. It reads the state and the input, "
            "and gives as many as the state alone has.",
            "It reads {h} + {i}, and gives {h}.",
        ),
        Own(
            "biases_of_one_ffnn",
            lambda i, h: 2 * dense(Dim(h) + i, h, bias=False).count + h,
            "That has the biases of one FFNN. The gate and the candidate each add biases of their own.",
            "Each gives {h} numbers, with as many biases.",
        ),
        Own(
            "biases_of_a_framework",
            lambda i, h: 2 * dense(Dim(h) + i, h).count + 2 * Dim(h),
            "That has two biases for each number that an FFNN gives. So it is kept in PyTorch; "
            "counted by hand, there is one.",
            "The two are added as soon as they are used, so one does the same work.",
        ),
        Own(
            "start_trained",
            lambda i, h: 2 * rnn(i, h).count + h,
            "That has something for each number of the state besides what the FFNNs have. A state is "
            "computed at each step; at the start it is a row of zeros, which is not trained.",
            "A state is {h} numbers, and no tensor holds it.",
        ),
        Own(
            "one_bias_per_ffnn",
            lambda i, h: 2 * (rnn(i, h, bias=False).count + 1),
            "That has a single bias for each FFNN. Each number that it gives has a bias of its own.",
            "Each gives {h} numbers.",
        ),
        Own(
            "bias_per_number_read",
            lambda i, h: 2 * (rnn(i, h, bias=False).count + Dim(h) + i),
            "That has one bias for each number that an FFNN reads. A bias belongs to each number that "
            "it gives.",
            "Each reads {h} + {i}, and gives {h}.",
        ),
    ],
)
def minimal_gated_unit(i=6, h=4):
    return minimal(i, h)


QUESTIONS = [
    small_dense_layer,
    larger_dense_layer,
    first_rnn,
    sentence_and_book,
    first_lstm,
    first_gru,
    gru_both_ways,
    lstm_on_gru,
    lstm_last_step,
    one_ffnn,
    gru_from_parts,
    lstm_both_ways,
    words_into_lstm,
    stacked_lstms,
    stacked_both_ways,
    gru_in_pytorch,
    longer_sentences,
    minimal_gated_unit,
]
