"""Questions of chapter 3: convolutions, what they read and what reads them, and the norms after them."""

from __future__ import annotations

from collections.abc import Callable

from ...core import layer
from ...dims import Dim
from ...layers import batch_norm, conv, dense, ffnn, lstm
from ..slips.base import Own
from . import question
from .feed_forward import LAID_OUT

_ONE_FIRST = "Count one filter first: all that its window covers, in every channel, and what it adds."
_BIASES_TWICE = Own(
    "biases_twice",
    lambda i, f, o: conv(i, f, 1).count * o + o,
    "That has the biases twice: one in the count of each filter, and one more for each filter at the end. A "
    "filter adds one.",
    "One filter with its bias, times {o}, has them all.",
)
_FILTERS_ADDED = Own(
    "filters_added",
    lambda i, f, o: conv(i, f, 1).count + o,
    "That adds the number of filters to what one filter has. Each filter has as much, so the two are "
    "multiplied.",
    "There are {o} filters.",
)


def _numbers_of_the_maps(side: int) -> Own:
    """A slip with what comes out of a convolution, as maps of so many places each way."""
    return Own(
        "numbers_of_the_maps",
        lambda f, o: Dim(o) * side * side,
        "Those are the numbers that come out. A filter makes a whole map with the same few parameters.",
        f"A map has {side} × {side} numbers, and a filter is {{f}} × {{f}} in each channel.",
    )


@question(
    "One neuron reads {i} numbers. How many parameters does it train?",
    "It weighs every number that it reads.",
    "And it adds something at the end. Once, or once for each number?",
    i=range(7, 20),
)
def single_neuron(i=12):
    return dense(i, 1)


@question(
    "An LSTM with a state of {h} numbers reads {i} numbers at each step. How many parameters does it train?",
    "State and input are joined. How many numbers does each of its FFNNs read?",
    "Count one FFNN, with its biases. How many are there?",
    i=(4, 5, 6, 7),
    h=(2, 3, 4),
)
def small_lstm(i=5, h=3):
    return lstm(i, h)


@question(
    "One filter of 2 × 2 slides over an image with {i} channels. How many parameters does it train?",
    "It is a neuron. How many numbers does it see at one place, in all channels together?",
    "It weighs each of them, adds up, and then adds something more. How often?",
    i=range(3, 10),
)
def one_filter(i=3):
    return conv(i, 2, 1)


@question(
    "{o} filters of 2 × 2 slide over a grey image, which has one channel. How many parameters do they train?",
    "What does one filter see at a time? And what does it add?",
    "No two filters share anything.",
    o=range(3, 12),
)
def grey_image(o=3):
    return conv(1, 2, o)


@question(
    "{o} filters of 2 × 2 slide over an image with {i} channels. How many parameters do they train?",
    _ONE_FIRST,
    "The other filters are like it.",
    i=(2, 5, 6, 7, 8),
    o=(3, 5, 7, 8, 9),
)
def two_channels(i=2, o=3):
    return conv(i, 2, o)


@question(
    "{o} filters of {f} × {f} slide over a colour image of 224 × 224, with stride 1 and padding 2. How many "
    "parameters does the layer train?",
    "Which of the numbers in the question say what is in a filter, and which say what is done with it?",
    "A colour image has red, green and blue.",
    f=(4, 5, 6),
    o=(6, 7, 8, 9, 10),
    slips=[
        Own(
            "padding_added",
            lambda f, o: conv(3, f + 2, o).count,
            "That adds the padding to the filter. Padding is put around the image, and the filter stays as "
            "it is.",
            "A filter is {f} × {f} in each channel.",
        ),
        Own(
            "padding_added_twice",
            lambda f, o: conv(3, f + 4, o).count,
            "That adds the padding to both sides of the filter. Padding is put around the image, and the "
            "filter stays as it is.",
            "A filter is {f} × {f} in each channel.",
        ),
        Own(
            "times_the_padding",
            lambda f, o: 2 * conv(3, f, o, bias=False).count + o,
            "That multiplies the weights by the padding. Padding is put around the image, and the filter "
            "stays as it is.",
            "A filter is {f} × {f} in each channel.",
        ),
        _numbers_of_the_maps(224),
    ],
)
def photograph(f=5, o=16):
    return conv(3, f, o)


@question(
    "A convolution layer has {o} filters of {f} × {f}. It reads a colour image. How many parameters does it "
    "train?",
    "How many channels has a colour image?",
    _ONE_FIRST,
    f=(4, 5, 6),
    o=(6, 7, 8, 9, 10),
    slips=[
        Own(
            "reads_its_own_maps",
            lambda f, o: conv(o, f, o).count,
            "That reads as many channels as there are filters, as a second layer on top does. This one reads "
            "the image.",
            "The filters make {o} maps, and read red, green and blue.",
        ),
        Own(
            "both_layers",
            lambda f, o: conv(3, f, o).count + conv(o, f, o).count,
            "That counts a second layer on top as well. The question asks for the one that reads the image.",
            "It reads red, green and blue.",
        ),
    ],
)
def first_of_two(f=3, o=32):
    return conv(3, f, o)


@question(
    "Two convolution layers, one on top of the other, have {o} filters of {f} × {f} each. The first one "
    "reads a colour image. How many parameters does the second one train?",
    "It does not look at the image. What does it look at?",
    "The first layer makes one map with each of its filters. To the second, each of these is a channel.",
    f=(2, 3, 4),
    o=range(5, 13),
    picture=False,
    slips=[
        Own(
            "both_layers",
            lambda o, f: conv(3, f, o).count + conv(o, f, o).count,
            "Those are both layers. The question asks for the second one alone.",
            "What reads the colour image is the first one.",
        ),
        Own(
            "first_layer_twice",
            lambda o, f: 2 * conv(3, f, o).count,
            "That is the first layer twice. The second one reads what the first one gives, and the question "
            "asks for it alone.",
            "The first one gives {o} maps.",
        ),
        Own(
            "maps_for_each_colour",
            lambda o, f: conv(3 * o, f, o).count,
            "That reads a map for each colour of each filter. A filter adds up what it sees in all channels, "
            "and makes one map.",
            "The first one gives {o} maps.",
        ),
        Own(
            "two_biases_a_filter",
            lambda o, f: conv(o, f, o).count + o,
            "That has two biases for each filter. A filter of the second layer adds one, and those of the "
            "first layer belong to the first.",
            "The second one has {o} filters.",
        ),
        Own(
            "maps_and_colours",
            lambda o, f: conv(o + 3, f, o).count,
            "That reads the maps and the colours as well. The second layer reads what the first one gives, "
            "and the image goes no further.",
            "The first one gives {o} maps.",
        ),
    ],
)
def second_of_two(o=32, f=3):
    return conv(o, f, o)


@question(
    "{o} filters of length {f} slide along sound in {i} channels. How many parameters do they train "
    "together?",
    "The window has one side only. How many numbers does it cover in each channel?",
    _ONE_FIRST,
    i=(4, 6, 7, 8),
    f=(3, 5, 9),
    o=(10, 12, 15),
)
def sound(i=8, f=5, o=16):
    return conv(i, (f,), o)


@question(
    "{o} filters of {f} × {f} × {f} slide through a scan with {i} channels. How many parameters do they "
    "train together?",
    "How many places has the window? Multiply all of its sides.",
    "It has as many in each channel.",
    i=(4, 5, 6, 7),
    f=(2, 4),
    o=(9, 10, 11),
)
def body_scan(i=5, f=2, o=16):
    return conv(i, (f, f, f), o)


@question(
    "{o} filters of {f} × {f} read {i} channels, which are dealt into {groups} groups, and so are the "
    "filters. How many parameters do they train together?",
    "How many channels does one filter see?",
    "How many filters are there in all groups together? Each adds its bias.",
    i=(8, 12, 24),
    f=(2, 3, 5),
    o=(12, 24, 36),
    groups=(2, 3, 4),
    slips=[
        Own(
            "all_filters_in_each_group",
            lambda i, f, o, groups: groups * conv(i // groups, f, o).count,
            "That has all filters in each group. The filters are dealt out, as the channels are.",
            "A group has {o} ÷ {groups} of them.",
        ),
        Own(
            "weights_of_one_group",
            lambda i, f, o, groups: Dim(i // groups) * f * f * (o // groups) + o,
            "That has the weights of one group. Each group has filters of its own, with their weights.",
            "There are {groups} groups.",
        ),
        Own(
            "layer_for_each_group",
            lambda i, f, o, groups: groups * conv(i, f, o).count,
            "That is the whole layer once for each group. The groups share out the channels and the filters "
            "that are there.",
            "In all groups together there are {o} filters.",
        ),
    ],
)
def channels_in_groups(i=8, f=3, o=16, groups=4):
    return conv(i, f, o, groups=groups)


@question(
    "A batch norm stands after a convolution with {o} channels. How many parameters does it train?",
    "Four kinds of numbers are in it: mean, variance, gain and shift. Which of them are measured?",
    "Of each kind there is one for every channel.",
    o=range(12, 100, 4),
    slips=[
        Own(
            "one_of_each_kind",
            lambda o: Dim(4),
            "That has one mean, variance, gain and shift for all. Each channel has its own, and mean and "
            "variance are measured, not trained.",
            "There are {o} channels.",
        ),
    ],
)
def channels_normed(o=64):
    return batch_norm(o)


@question(
    "{maps} maps of {side} × {side} are laid out in one row, and a dense layer takes the row to {o} numbers. "
    "How many parameters does it train?",
    "How many numbers are in the row?",
    "From there on it is a dense layer like any other.",
    maps=(16, 24, 32),
    side=(4, 5, 6),
    o=range(5, 12),
    picture=False,
    slips=[
        *LAID_OUT,
        Own(
            "maps_of_the_smaller_image",
            lambda maps, side, o: dense(maps * 7 * 7, o).count,
            "That is the layer for maps of 7 × 7. Larger maps make a longer row, and each number of the row "
            "has its weights.",
            "Here a map has {side} × {side} numbers.",
        ),
        Own(
            "four_times_the_layer",
            lambda maps, side, o: 4 * dense(maps * 7 * 7, o).count,
            "That is four times the layer for maps of 7 × 7, with its biases. A longer row has more weights, "
            "and the outputs are as many as before.",
            "There are {o:,} outputs.",
        ),
        Own(
            "twice_the_layer",
            lambda maps, side, o: 2 * dense(maps * 7 * 7, o).count,
            "That is twice the layer for maps of 7 × 7. A map grows both ways, and the row has a number for "
            "every place.",
            "Here a map has {side} × {side} numbers.",
        ),
        Own(
            "reads_the_image",
            lambda maps, side, o: dense(Dim(3) * 448 * 448, o).count,
            "That reads the image, of 448 × 448 in three colours. The layer reads what the convolutions have "
            "left of it.",
            "Left are {maps} maps of {side} × {side}.",
        ),
        Own(
            "one_number_a_map",
            lambda maps, side, o: dense(maps, o).count,
            "That reads one number for each map. All the numbers of a map are laid out in the row.",
            "A map has {side} × {side} of them.",
        ),
        Own(
            "one_line_a_map",
            lambda maps, side, o: dense(Dim(maps) * side, o).count,
            "That reads one line of each map. All the numbers of a map are laid out in the row.",
            "A map has {side} × {side} of them.",
        ),
    ],
)
def last_maps(maps=512, side=14, o=4_096):
    return dense(maps * side * side, o)


# -- with less and less help ----------------------------------------------------------------------


@question(
    "A layer has {o} filters of {f} × {f} over {i} channels. How many parameters does it train?",
    _ONE_FIRST,
    "Then all the filters. Weights and bias belong to each.",
    i=(4, 5, 7),
    f=(2, 3),
    o=(6, 8, 9, 10),
    slips=[_BIASES_TWICE, _FILTERS_ADDED],
)
def all_filters(i=16, f=3, o=32):
    return conv(i, f, o)


@question(
    "Take a single filter of {f} × {f} over {i} channels. How many parameters does it train?",
    "How many places has its window, and in how many channels?",
    "Add what it adds.",
    i=(6, 7, 8, 9),
    f=(2, 3, 5),
)
def deep_filter(i=64, f=5):
    return conv(i, f, 1)


@question(
    "A layer has {o} filters of {f} × {f}, each as deep as the {i} channels that it reads. How many "
    "parameters does the layer train?",
    "You need the count of one filter, with its bias.",
    "How many of these are there?",
    i=(6, 7, 8, 9),
    f=(2, 3, 5),
    o=(10, 11, 12),
    slips=[_BIASES_TWICE, _FILTERS_ADDED],
)
def deep_filters(i=64, f=5, o=128):
    return conv(i, f, o)


@question(
    "A layer has {o} filters of {f} × {f} on a colour image of 224 × 224, and they move 4 places at a time. "
    "How many parameters does it train?",
    "Two of the numbers in the question have nothing to do with it.",
    _ONE_FIRST,
    f=(4, 5, 6, 7),
    o=range(8, 16),
    slips=[
        Own(
            "divided_by_the_stride",
            lambda f, o: conv(3, f, o).count // 4,
            "That is divided by the steps in which the filters move. How far they move changes how often "
            "they are used, and nothing in them.",
            "The step is no size of a filter.",
        ),
        Own(
            "times_the_places_of_a_map",
            lambda f, o: conv(3, f, o).count * 56 * 56,
            "That is multiplied by the places that a filter takes. It keeps its parameters as it moves over "
            "them, so they are counted once.",
            "It is multiplied by 56 × 56.",
        ),
        Own(
            "times_the_stride",
            lambda f, o: 4 * conv(3, f, o, bias=False).count + o,
            "That multiplies the weights by the steps in which the filters move. How far they move changes "
            "how often they are used, and nothing in them.",
            "The step is no size of a filter.",
        ),
        _numbers_of_the_maps(56),
    ],
)
def large_filters(f=11, o=64):
    return conv(3, f, o)


# -- exercises ------------------------------------------------------------------------------------


@question(
    "{o} filters of 1 × 1 read {i} channels. How many parameters do they train together?",
    "At one place, a filter sees one number in each channel.",
    "So at each place the layer takes a row of numbers to another row. Which layer does that?",
    i=(10, 12, 15, 20),
    o=(6, 7, 8, 9),
)
def one_by_one(i=256, o=64):
    return conv(i, 1, o)


@question(
    "Two layers of 3 × 3, one after the other, see as far as one layer of 5 × 5. All of them read {i} "
    "channels and have {i} filters. How many parameters do the two have less than the one?",
    "Count a layer of 3 × 3 and the layer of 5 × 5, each by itself.",
    "There are two of the small ones. They have their biases, each its own.",
    i=range(5, 30),
    slips=[
        Own(
            "the_two_alone",
            lambda i: 2 * conv(i, 3, i).count,
            "That is what the two small layers have. The question asks how much less that is than the one "
            "has.",
            "Take it from the layer of 5 × 5.",
        ),
        Own(
            "one_of_the_two",
            lambda i: conv(i, 5, i).count - conv(i, 3, i).count,
            "That takes away one of the small layers. There are two of them, one after the other.",
            "Both read {i} channels.",
        ),
        Own(
            "the_one_alone",
            lambda i: conv(i, 5, i).count,
            "That is what the layer of 5 × 5 has. The question asks how much less the two small ones have.",
            "Count the two of 3 × 3, and take them away.",
        ),
        Own(
            "one_small_layer",
            lambda i: conv(i, 3, i).count,
            "That is what one of the small layers has. The question asks how much less the two have than the "
            "one of 5 × 5.",
            "Count the layer of 5 × 5, and take both from it.",
        ),
    ],
)
def two_for_one(i=64):
    return conv(i, 5, i).count - 2 * conv(i, 3, i).count


@question(
    "{o} filters of 1 × {wide} read {i} channels. How many parameters do they train together?",
    "The window is a strip. How many numbers does it cover in each channel?",
    _ONE_FIRST,
    i=(4, 5, 6),
    wide=(7, 9, 11),
    o=(8, 10, 12),
)
def wide_window(i=6, wide=9, o=12):
    return conv(i, (1, wide), o)


@question(
    "A depthwise layer gives each of {o} channels one filter of {f} × {f}, which sees no other channel. How "
    "many parameters does it train?",
    "How deep is such a filter?",
    "Count one with its bias. How many are there?",
    o=range(8, 30),
    f=(2, 3, 5),
    slips=[
        Own(
            "mixing_layer_as_well",
            lambda o, f: conv(o, f, o, groups=o).count + conv(o, 1, o).count,
            "That counts filters of 1 × 1 as well, which mix the channels afterwards. The question asks for "
            "the depthwise layer alone.",
            "It has one filter of {f} × {f} for each channel.",
        ),
    ],
)
def one_filter_each(o=96, f=3):
    return conv(o, f, o, groups=o)


@question(
    "In a step of ResNet {o} filters of {f} × {f} read {o} channels, without biases, and a batch norm "
    "follows. How many parameters do the two train together?",
    "The convolution has weights and nothing else.",
    "What does a batch norm train for each channel?",
    o=range(6, 20),
    f=(3, 4),
    slips=[
        Own(
            "bias_for_the_norm",
            lambda o, f: conv(o, f, o).count,
            "That has biases in the convolution, and no norm after it. Here the convolution has none, and "
            "the norm has two numbers for each channel.",
            "A gain and a shift for each of {o}.",
        ),
        Own(
            "one_of_each_kind",
            lambda o, f: conv(o, f, o, bias=False).count + 4,
            "That has one mean, variance, gain and shift for all. Each channel has its own, and mean and "
            "variance are measured, not trained.",
            "There are {o} channels.",
        ),
        Own(
            "one_number_of_the_norm",
            lambda o, f: conv(o, f, o, bias=False).count + o,
            "That has one number of the norm for each channel. It scales each channel and moves it, and "
            "learns how far for both.",
            "A gain and a shift for each of {o}.",
        ),
    ],
)
def before_a_norm(o=128, f=3):
    return conv(o, f, o, bias=False).count + batch_norm(o).count


@layer
def digits(a, b, first, second, classes):
    """LeNet, in sizes to choose."""
    return {
        "conv 1": conv(1, 5, a),
        "conv 2": conv(a, 5, b),
        "dense 1": dense(b * 5 * 5, first),
        "dense 2": dense(first, second),
        "dense 3": dense(second, classes),
    }


def _dense_layers_reading(id: str, read: str, row: Callable[[int], int]) -> Own:
    """A slip with the length of the row, which is worked out from how many maps there are."""
    return Own(
        id,
        lambda a, b, first, second, classes: (
            conv(1, 5, a).count + conv(a, 5, b).count + ffnn(row(b), first, second, classes).count
        ),
        f"That has the dense layers reading {read}. They read all the maps that are left after the last "
        "pooling, laid out in one row.",
        "Left are {b} maps of 5 × 5.",
    )


@question(
    "A network like LeNet-5 reads digits of 32 × 32 in grey. It has {a} filters of 5 × 5, then pooling, {b} "
    "filters of 5 × 5, pooling again, and what is left is {b} maps of 5 × 5, laid out in one row. Then come "
    "dense layers of {first}, {second} and {classes}. How many parameters does it train?",
    "Five layers train something, and pooling trains nothing. Write down what each of the five reads.",
    "The second convolution reads the maps of the first.",
    "The first dense layer reads the whole row. How long is it?",
    a=(2, 3, 4),
    b=(5, 6, 7),
    first=(8, 9, 10),
    second=(11, 12, 13),
    classes=(14, 15, 16),
    slips=[
        Own(
            "no_biases_in_convolutions",
            lambda a, b, first, second, classes: int(digits(a, b, first, second, classes).count) - a - b,
            "That has no biases in the convolutions. Each filter has one, as has each output of a dense "
            "layer.",
            "There are {a} filters, then {b}.",
        ),
        Own(
            "rows_read_the_image",
            lambda a, b, first, second, classes: (
                conv(1, 5, a).count + conv(a, 5, b).count + ffnn(32 * 32, first, second, classes).count
            ),
            "That has the dense layers reading the image. They read what the convolutions and the pooling "
            "have left, laid out in one row.",
            "Left are {b} maps of 5 × 5.",
        ),
        _dense_layers_reading(
            "maps_as_large_as_the_image", "maps as large as the image", lambda b: b * 32 * 32
        ),
        _dense_layers_reading("maps_of_the_first", "maps as large as the first ones", lambda b: b * 28 * 28),
        _dense_layers_reading("one_map", "a single map", lambda b: 5 * 5),
    ],
)
def like_lenet(a=6, b=16, first=120, second=84, classes=10):
    return digits(a, b, first, second, classes)


QUESTIONS = [
    single_neuron,
    small_lstm,
    one_filter,
    grey_image,
    two_channels,
    photograph,
    first_of_two,
    second_of_two,
    sound,
    body_scan,
    channels_in_groups,
    channels_normed,
    last_maps,
    all_filters,
    deep_filter,
    deep_filters,
    large_filters,
    one_by_one,
    two_for_one,
    wide_window,
    one_filter_each,
    before_a_norm,
    like_lenet,
]
