"""The textbook: its values, how they are written, what is refused, and layers of the reader's own."""

import inspect
import pickle
import types

import pytest
from hypothesis import given
from hypothesis import strategies as st

import paramcount as pc
from laws import EXAMPLES, FUNCTIONS, value
from paramcount import Tensor, dense, keras, layer, models, pytorch, stored_by

# -- values -------------------------------------------------------------------------------------

SOURCE = "the article that the chapters follow"
TORCH = "printed by PyTorch 2.13.0"
KERAS = "printed by Keras 3.15.1"


@pytest.mark.parametrize(
    ("counted", "count", "source"),
    [
        (pc.dense(784, 10), 7_850, "by hand: 784 × 10 + 10"),
        (pc.dense(784, 10, bias=False), 7_840, "by hand: 784 × 10"),
        (pc.ffnn(3, 5, 2), 32, SOURCE),
        (pc.ffnn(50, 100, 1, 100, 50), 10_451, "by hand: 5,100 + 101 + 200 + 5,050"),
        (pc.ffnn(784, 128, 10), 101_770, TORCH),
        (pc.ffnn(3, 5, 2, bias=False), 25, "by hand: 3 × 5 + 5 × 2"),
        (pc.ffnn(3, 2), 8, "by hand: 3 × 2 + 2, with no hidden layer"),
        (pc.rnn(8, 5), 70, KERAS),
        (pc.gru(8, 5), 210, "printed by Keras 3.15.1 with reset_after=False"),
        (pc.gru(8, 5, bias=False), 195, TORCH),
        (pc.lstm(8, 5), 280, KERAS),
        (pc.lstm(3, 2), 48, SOURCE),
        (pc.lstm(3, 2, bias=False), 40, "by hand: 4 × (3 + 2) × 2"),
        (pc.lstm(10, 50), 12_200, "by hand: 4 × (60 × 50 + 50)"),
        (pc.bidirectional(pc.rnn(8, 5)), 140, "by hand: 2 × 70"),
        (pc.bidirectional(pc.gru(8, 5)), 420, SOURCE),
        (pc.bidirectional(pc.lstm(3, 2)), 96, "by hand: 2 × 48"),
        (pc.conv(1, 2, 3), 15, SOURCE),
        (pc.conv(3, 2, 1), 13, "by hand: 3 × 2 × 2 × 1 + 1"),
        (pc.conv(2, 2, 3), 27, SOURCE),
        (pc.conv(3, (5,), 4), 64, "by hand: 3 × 5 × 4 + 4"),
        (pc.conv(3, (1, 2, 3), 4), 76, "by hand: 3 × 1 × 2 × 3 × 4 + 4"),
        (pc.conv(8, 3, 16, groups=1), 1_168, TORCH),
        (pc.conv(8, 3, 16, groups=2), 592, TORCH),
        (pc.conv(8, 3, 16, groups=4), 304, TORCH),
        (pc.conv(8, 3, 16, groups=8), 160, TORCH),
        (pc.conv(8, 3, 16, bias=False), 1_152, "by hand: 8 × 3 × 3 × 16"),
        (pc.scaled_dot_product(512), 0, "by hand: nothing to train"),
        (pc.attention(512), 1_050_624, TORCH),
        (pc.attention(64, heads=1), 16_640, TORCH),
        (pc.attention(64, heads=16), 16_640, TORCH),
        (pc.attention(64, bias=False), 16_384, TORCH),
        (pc.layer_norm(768), 1_536, TORCH),
        (pc.rms_norm(768), 768, TORCH),
        (pc.batch_norm(64), 128, TORCH),
        (pc.embedding(100, 16), 1_600, TORCH),
        (pc.encoder_layer(16), 1_424, "by hand: 4 × (16 × 16 + 16) + 4 × 16 + 16 × 16 + 16"),
        (pc.encoder_layer(16, ff=16), 1_696, TORCH),
        (pc.encoder_layer(512, ff=2048), 3_152_384, TORCH),
        (pc.decoder_layer(512, ff=2048), 4_204_032, TORCH),
        (pc.encoder(512, 6), 7_891_968, "by hand: 6 × (1,050,624 + 2,048 + 262,656)"),
        (pc.encoder(512, 6, ff=2048), 18_914_304, TORCH),
        (pc.decoder(512, 6), 14_201_856, "by hand: 6 × (2 × 1,050,624 + 3,072 + 262,656)"),
        (pc.decoder(512, 6, ff=2048), 25_224_192, TORCH),
        (pc.decoder(512, 6, ff=2048, heads=8), 25_224_192, TORCH),
        (pc.transformer(512, 6, 6), 22_093_824, "by hand: 7,891,968 + 14,201,856"),
        (pc.transformer(512, 6, 6, ff=2048), 44_138_496, "PyTorch 2.13.0 less its two last norms"),
        (pc.transformer(512, 6, 6, ff=2048, v=37_000), 63_082_496, "by hand: 37,000 × 512 besides"),
    ],
)
def test_value(counted, count, source):
    assert counted.count == count, source


def test_sizes_of_any_length_are_exact():
    """By hand. A float has room for 15 digits of these."""
    v = 10**12
    assert pc.dense(v, v).count == 1_000_000_000_001_000_000_000_000
    assert pc.lstm(v, v).count == 8_000_000_000_004_000_000_000_000
    assert pc.embedding(v + 1, v + 1).count == 1_000_000_000_002_000_000_000_001
    assert pc.encoder(v, v).count == 5_000_000_000_009_000_000_000_000 * v


# -- how they are written -----------------------------------------------------------------------

ATTENTION, NORM = "4 × (x × x + x)", "(x + x)"


@pytest.mark.parametrize(
    ("counted", "symbols", "numbers"),
    [
        (pc.dense(3, 5), "i × o + o", "3 × 5 + 5"),
        (pc.dense(3, 5, bias=False), "i × o", "3 × 5"),
        (pc.ffnn(3, 5, 2), "(i × h + h) + (h × o + o)", "(3 × 5 + 5) + (5 × 2 + 2)"),
        (
            pc.ffnn(3, 5, 7, 2),
            "(i × h₁ + h₁) + (h₁ × h₂ + h₂) + (h₂ × o + o)",
            "(3 × 5 + 5) + (5 × 7 + 7) + (7 × 2 + 2)",
        ),
        (pc.ffnn(3, 5, 2, bias=False), "i × h + h × o", "3 × 5 + 5 × 2"),
        (pc.rnn(3, 2), "(h + i) × h + h", "(2 + 3) × 2 + 2"),
        (pc.gru(3, 2), "3 × ((h + i) × h + h)", "3 × ((2 + 3) × 2 + 2)"),
        (pc.lstm(3, 2), "4 × ((h + i) × h + h)", "4 × ((2 + 3) × 2 + 2)"),
        (pc.lstm(3, 2, bias=False), "4 × (h + i) × h", "4 × (2 + 3) × 2"),
        (pc.bidirectional(pc.rnn(3, 2)), "2 × ((h + i) × h + h)", "2 × ((2 + 3) × 2 + 2)"),
        (pc.bidirectional(pc.lstm(3, 2)), "2 × 4 × ((h + i) × h + h)", "2 × 4 × ((2 + 3) × 2 + 2)"),
        (pc.conv(1, 2, 3), "i × f × f × o + o", "1 × 2 × 2 × 3 + 3"),
        (pc.conv(1, (2,), 3), "i × f × o + o", "1 × 2 × 3 + 3"),
        (pc.conv(1, (2, 4), 3), "i × f₁ × f₂ × o + o", "1 × 2 × 4 × 3 + 3"),
        (pc.conv(4, 2, 6, groups=2), "(i ÷ groups) × f × f × o + o", "(4 ÷ 2) × 2 × 2 × 6 + 6"),
        (pc.scaled_dot_product(512), "0", "0"),
        (pc.attention(512, heads=8), ATTENTION, "4 × (512 × 512 + 512)"),
        (pc.layer_norm(512), "x + x", "512 + 512"),
        (pc.rms_norm(512), "x", "512"),
        (pc.batch_norm(64), "o + o", "64 + 64"),
        (pc.embedding(37_000, 512), "v × x", "37,000 × 512"),
        (
            pc.encoder(8, 6),
            f"m × ({ATTENTION} + 2 × {NORM} + (x × x + x))",
            "6 × (4 × (8 × 8 + 8) + 2 × (8 + 8) + (8 × 8 + 8))",
        ),
        (
            pc.encoder(8, 6, ff=32),
            f"m × ({ATTENTION} + 2 × {NORM} + (x × ff + ff) + (ff × x + x))",
            "6 × (4 × (8 × 8 + 8) + 2 × (8 + 8) + (8 × 32 + 32) + (32 × 8 + 8))",
        ),
        (
            pc.decoder(8, 6),
            f"n × (2 × {ATTENTION} + 3 × {NORM} + (x × x + x))",
            "6 × (2 × 4 × (8 × 8 + 8) + 3 × (8 + 8) + (8 × 8 + 8))",
        ),
        (
            pc.transformer(8, 6, 4, v=100),
            f"v × x + m × ({ATTENTION} + 2 × {NORM} + (x × x + x)) + "
            f"n × (2 × {ATTENTION} + 3 × {NORM} + (x × x + x))",
            "100 × 8 + 6 × (4 × (8 × 8 + 8) + 2 × (8 + 8) + (8 × 8 + 8)) + "
            "4 × (2 × 4 × (8 × 8 + 8) + 3 × (8 + 8) + (8 × 8 + 8))",
        ),
        (3 * pc.lstm(3, 2), "3 × 4 × ((h + i) × h + h)", "3 × 4 × ((2 + 3) × 2 + 2)"),
    ],
)
def test_written(counted, symbols, numbers):
    assert (counted.count.symbols, counted.count.numbers) == (symbols, numbers)


def test_a_one_that_is_a_size_stays():
    assert pc.lstm(1, 1).count.numbers == "4 × ((1 + 1) × 1 + 1)"
    assert pc.encoder(8, 1).count.symbols.startswith("m × (")
    assert pc.conv(1, 1, 1).count.symbols == "i × f × f × o + o"


def test_the_gates_are_named():
    assert list(pc.lstm(3, 2).parts) == ["forget", "input", "candidate", "output"]
    assert list(pc.gru(3, 2).parts) == ["update", "reset", "candidate"]
    assert list(pc.ffnn(3, 5, 2).parts) == ["hidden", "output"]
    assert list(pc.ffnn(3, 5, 7, 2).parts) == ["hidden 1", "hidden 2", "output"]


def test_the_ledger_says_where_each_tensor_is_and_how_often():
    rows = [
        ("/".join(leaf.path), leaf.times.symbols, leaf.tensor.kind) for leaf in pc.encoder(8, 6).tensors()
    ]
    assert rows[0] == ("layers/self-attention/query/W", "m", "weight")
    assert rows[1] == ("layers/self-attention/query/b", "m", "bias")
    assert rows[-1] == ("layers/norm 2/shift", "m", "norm")
    assert len(rows) == 2 * (4 + 1 + 2)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_layer_has_an_example_to_open_with(name):
    function = FUNCTIONS[name]
    wanted = set(inspect.signature(function).parameters)
    assert function.example.keys() <= wanted
    if name not in ("ffnn", "bidirectional"):
        assert function(**function.example).count >= 0


# -- what is refused ----------------------------------------------------------------------------

# Every size of every call; how many hidden sizes ffnn has is free, so it has lines of its own below.
SIZES = {
    (name, size): example
    for name, example in EXAMPLES.items()
    for size, given in example.sizes.items()
    if not isinstance(given, (bool, pc.Layer)) and (name, size) != ("ffnn", "h")
}
MUST = "a size is a whole number, 1 or more, so {} cannot be"


@pytest.mark.parametrize("bad", [0, -1])
@pytest.mark.parametrize(("name", "size"), SIZES)
def test_sizes_below_one_are_refused_by_name(name, size, bad):
    with pytest.raises(ValueError) as error:
        SIZES[name, size].resized(**{size: bad})
    assert str(error.value) == f"{size}={bad}: {MUST.format(size)} {bad}"


@pytest.mark.parametrize(
    ("bad", "what"), [(2.0, "a float"), (True, "a bool"), ("3", "a str"), (None, "None")]
)
@pytest.mark.parametrize(("name", "size"), SIZES)
def test_what_is_no_whole_number_is_refused_by_name(name, size, bad, what):
    optional = inspect.signature(FUNCTIONS[name]).parameters[size].default is None
    if bad is None and optional:
        assert SIZES[name, size].resized(**{size: None}).count != SIZES[name, size].count
        return
    with pytest.raises(TypeError) as error:
        SIZES[name, size].resized(**{size: bad})
    assert str(error.value) == f"{size}={bad!r}: {MUST.format(size)} {what}"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda bad: pc.ffnn(3, bad, 2), "h={}: a size is a whole number, 1 or more, so h cannot be "),
        (lambda bad: pc.ffnn(3, 5, bad, 2), "h₂={}: a size is a whole number, 1 or more, so h₂ cannot be "),
        (lambda bad: pc.ffnn(3, 5, bad), "o={}: a size is a whole number, 1 or more, so o cannot be "),
        (lambda bad: pc.conv(1, (2, bad), 3), "f₂={}: a size is a whole number, 1 or more, so f₂ cannot be "),
        (lambda bad: pc.conv(1, (bad,), 3), "f={}: a size is a whole number, 1 or more, so f cannot be "),
        (
            lambda bad: bad * pc.lstm(3, 2),
            "times={}: a size is a whole number, 1 or more, so times cannot be ",
        ),
    ],
)
@pytest.mark.parametrize("bad", [0, -1, 2.0, True, None])
def test_each_of_several_sizes_is_refused_by_its_own_name(call, message, bad):
    with pytest.raises((TypeError, ValueError)) as error:
        call(bad)
    assert str(error.value).startswith(message.format(bad))


@pytest.mark.parametrize("switch", [0, 1, None, "yes", 2.0])
@pytest.mark.parametrize("name", [name for name, example in EXAMPLES.items() if "bias" in example.sizes])
def test_a_switch_is_true_or_false(name, switch):
    with pytest.raises(TypeError) as error:
        EXAMPLES[name].resized(bias=switch)
    assert str(error.value) == f"bias={switch!r}: bias is a switch, True or False"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pc.attention(512, heads=7), "heads=7 must divide x=512: each head"),
        (lambda: pc.encoder(10, 2, heads=3), "heads=3 must divide x=10: each head"),
        (lambda: pc.decoder(10, 2, heads=3), "heads=3 must divide x=10: each head"),
        (lambda: pc.transformer(10, 2, 2, heads=3), "heads=3 must divide x=10: each head"),
        (lambda: pc.conv(3, 2, 8, groups=2), "groups=2 must divide i=3 and o=8: each group"),
        (lambda: pc.conv(8, 2, 3, groups=2), "groups=2 must divide i=8 and o=3: each group"),
        (lambda: pc.conv(1, (1, 2, 3, 4), 1), "f=(1, 2, 3, 4): a filter has 1 to 3 sides, not 4"),
        (lambda: pc.conv(1, (), 1), "f=(): a filter has 1 to 3 sides, not 0"),
        (lambda: pc.bidirectional(pc.dense(3, 2)), "such as lstm(3, 2), not dense"),
        (lambda: pc.bidirectional(3), "recurrent=3: recurrent must be a layer"),
        (lambda: pc.dense(3, 2).resized(h=4), "dense has no h: it has i, o, bias"),
        (lambda: pc.dense(3), "'o'"),
        (lambda: pc.ffnn(3), "'i'"),
        (lambda: pc.dense(3, 2, 1), "bias=1: bias is a switch"),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises((TypeError, ValueError)) as error:
        call()
    assert message in str(error.value)


# -- layers of the reader's own -----------------------------------------------------------------


@layer
def adapter(x, r):
    return {"down": dense(x, r), "up": dense(r, x)}


def test_three_lines_make_a_layer():
    counted = adapter(768, 8)
    assert counted.count == 13_064  # by hand: 768 × 8 + 8 + 8 × 768 + 768
    assert counted.count.symbols == "(x × r + r) + (r × x + x)"
    assert counted.count.numbers == "(768 × 8 + 8) + (8 × 768 + 768)"
    assert (12 * counted).count.symbols == "12 × ((x × r + r) + (r × x + x))"
    assert counted.resized(r=16).count == 25_360  # by hand: 768 × 16 + 16 + 16 × 768 + 768


def test_parentheses_without_a_comma_are_still_a_shape():
    @layer
    def biases(h):
        return {"b": (h)}

    assert biases(3).count == 3


def test_a_constant_of_the_layer_stays_a_number():
    @layer
    def halved(x):
        return {"W": (x, x // 2), "out": dense(x // 2, 3)}

    assert halved(8).count.symbols == "x × (x ÷ 2) + ((x ÷ 2) × 3 + 3)"
    assert halved(8).count.numbers == "8 × (8 ÷ 2) + ((8 ÷ 2) × 3 + 3)"


def test_what_is_kept_and_not_trained_counts_nothing():
    @layer
    def rotary(x):
        return {"W": (x, x), "angles": Tensor((x, 2), trained=False), "step": Tensor((), trained=False)}

    kept = [leaf.tensor.size for leaf in rotary(5).tensors()]
    assert (rotary(5).count, kept) == (25, [25, 10, 1])


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (None, 'mine must return a dict of names and shapes, such as {"W": (i, o), "b": (o,)}, not None'),
        ((3, 2), "mine must return a dict of names and shapes"),
        ({"W": (3, 1.5)}, "mine: 'W' must be a shape, such as (i, o), or a layer: size in a shape=1.5: "),
        ({"W": (3, 0)}, "mine: 'W' must be a shape, such as (i, o), or a layer: size in a shape=0: "),
        ({"W": (3, True)}, "mine: 'W' must be a shape, such as (i, o), or a layer: size in a shape=True: "),
        ({"W": "3"}, "mine: 'W' must be a shape, such as (i, o), or a layer: size in a shape='3': "),
        ({"W": None}, "mine: 'W' must be a shape, such as (i, o), or a layer: size in a shape=None: "),
        ({"W": {"b": (3,)}}, "mine: 'W' must be a shape, such as (i, o), or a layer, not a dict: "),
        ({"W": dense}, "mine: 'W' must be a shape, such as (i, o), or a layer: dense is a layer function"),
        ({"W": [dense(3, 4)]}, "mine: 'W' must be a shape, such as (i, o), or a layer, not several layers"),
        (
            dense(3, 4),
            'mine must return a dict of names and shapes, such as {"W": (i, o), "b": (o,)}, not a layer',
        ),
        ({1: (3,), "1": (3, 3)}, "mine: two parts are called '1': each needs a name of its own"),
    ],
)
def test_what_a_layer_must_not_return(returned, message):
    @layer
    def mine(i):
        return returned

    with pytest.raises((TypeError, ValueError)) as error:
        mine(3)
    assert str(error.value).startswith(message)


# A random layer: tensors of random shapes, and random layers inside, each some times over.
tensors = st.tuples(st.lists(st.sampled_from(["x", "y", "x + y", "2 * x", "5"]), max_size=3), st.booleans())
trees = st.recursive(
    st.lists(tensors, max_size=3),
    lambda inner: st.lists(tensors | st.tuples(st.integers(1, 4), inner), max_size=3),
    max_leaves=6,
)


def built(tree, x, y):
    """A reader's layer of the tensors and layers in a random tree."""

    @layer
    def node(x, y):
        def part(first, second):
            if isinstance(first, int):
                return first * built(second, x, y)
            return Tensor(tuple(eval(size, {"x": x, "y": y}) for size in first), trained=second)

        return {f"part {k}": part(*each) for k, each in enumerate(tree)}

    return node(x, y)


def by_ints(tree, x, y):
    """The same count without any layer: what each tensor holds, times how often it stands there."""
    count = 0
    for first, second in tree:
        if isinstance(first, int):
            count += first * by_ints(second, x, y)
        elif second:
            size = 1
            for each in first:
                size *= eval(each, {"x": x, "y": y})
            count += size
    return count


@given(trees, st.integers(1, 9), st.integers(1, 9), st.integers(1, 3))
def test_count_ledger_and_both_lines_agree(tree, x, y, times):
    counted = times * built(tree, x, y)
    expected = times * by_ints(tree, x, y)
    assert counted.count == expected
    assert sum(leaf.times * leaf.tensor.count for leaf in counted.tensors()) == expected
    assert value(counted.count.numbers) == expected
    assert value(counted.count.symbols, x=x, y=y) == expected


@given(trees, st.integers(1, 9), st.integers(1, 9), st.integers(1, 9))
def test_resized_is_built_anew(tree, x, y, other):
    anew, resized = built(tree, other, y), (2 * built(tree, x, y)).resized(x=other)
    assert resized.count == 2 * by_ints(tree, other, y)
    assert resized.count.symbols == (2 * anew).count.symbols


# -- exercises, tuples and what is shared ----------------------------------------------------------


def test_a_layer_with_an_open_part_is_an_open_exercise():
    @pc.layer
    def block(x, r):
        return {"down": pc.dense(x, r), "up": ...}

    assert block(512, 64) is ...
    assert pc.check(block(512, 64), pc.ffnn(512, 64, 512)).kind == "empty"
    assert pc.explore(block(512, 64)).kind == "empty"


@pytest.mark.parametrize("call", [lambda: pc.lstm((3,), 2), lambda: pc.dense([3], 2)])
def test_a_tuple_is_no_size_where_one_number_is_asked_for(call):
    with pytest.raises(TypeError, match=r"i=.*a size is a whole number"):
        call()


def test_a_layer_is_no_size():
    with pytest.raises(TypeError, match="i=lstm: a size is a whole number"):
        pc.dense(pc.lstm(3, 2), 5)


def test_what_is_shared_is_counted_once():
    @pc.layer
    def tied(v, x):
        return {"words": pc.embedding(v, x), "output": pc.Tensor((v, x), same_as="words E")}

    assert tied(100, 8).count == 100 * 8
    assert "same as words E" in repr(tied(100, 8))


def test_a_translated_tree_can_be_resized():
    from paramcount import keras, stored_by

    kept = stored_by(keras, pc.encoder(8, 2, 16))
    by_hand = 2 * (4 * (4 * 4 + 4) + 2 * (4 + 4) + (4 * 16 + 16) + (16 * 4 + 4))
    assert kept.resized(x=4).count == by_hand
    assert not kept.family


# -- tensors that are shared --------------------------------------------------------------------


def shares(tree) -> dict[str, str]:
    """Which tensor is counted where, by their names as the ledger spells them."""
    return {" ".join(leaf.path): " ".join(leaf.same_as) for leaf in tree.tensors() if leaf.same_as}


@layer
def tied(v, x):
    table = pc.embedding(v, x)
    return {"in": table, "out": table}


def test_the_same_layer_twice_is_one_layer():
    assert tied(100, 8).count == 800  # one table of 100 × 8, not two
    assert tied(100, 8).count.symbols == "v × x"
    assert shares(tied(100, 8)) == {"out E": "in E"}
    assert "same as in E" in repr(tied(100, 8))


def test_the_same_layer_twice_is_found_at_any_depth():
    @layer
    def block(inner: pc.Layer, x):
        return {"W": (x, x), "inner": inner}

    @layer
    def two(x):
        cell = pc.lstm(x, x)
        return {"a": block(cell, x), "b": block(cell, x), "c": pc.lstm(x, x)}

    # 4 × ((2 + 2) × 2 + 2) = 40, shared by a and b and once more in c; 2 × 2 in each block
    assert two(2).count == 40 + 4 + 4 + 40
    assert shares(two(2))["b inner forget W"] == "a inner forget W"
    assert len(shares(two(2))) == 8


def test_a_layer_n_times_has_weights_of_its_own_each_time():
    @layer
    def stack(x):
        block = dense(x, x)
        return {"first": block, "others": 5 * block}

    assert stack(2).count == 6 * (2 * 2 + 2)
    assert not shares(stack(2))


def test_two_directions_of_one_cell_are_two_layers():
    cell = pc.lstm(3, 2)
    both = layer(lambda x: {"a": pc.bidirectional(cell), "b": pc.bidirectional(cell)})
    assert both(1).count == 4 * 48


def test_what_is_written_as_shared_must_be_there():
    def named(same_as, shape=lambda v, x: (v, x)):
        return layer(lambda v, x: {"words": pc.embedding(v, x), "out": Tensor(shape(v, x), same_as=same_as)})

    for name in ("words E", "words.E"):
        assert named(name)(100, 8).count == 800
    with pytest.raises(ValueError, match=r"out is to be the same as 'nonsense'.*there is 'words E'"):
        named("nonsense")(100, 8)
    with pytest.raises(ValueError, match="its shape is 8 × 100, and that one's is 100 × 8"):
        named("words E", lambda v, x: (x, v))(100, 8)
    with pytest.raises(ValueError, match="out is to be the same as 'out'"):
        named("out")(100, 8)


@pytest.mark.parametrize("framework", [pytorch, keras])
def test_what_is_shared_is_shared_in_a_framework_too(framework):
    stored = stored_by(framework, tied(100, 8))
    name = {"paramcount.pytorch": "weight", "paramcount.keras": "embeddings"}[framework.__name__]
    assert stored.count == 800
    assert shares(stored) == {f"out {name}": f"in {name}"}
    assert stored.resized(x=4).count == 400
    gpt = stored_by(framework, models.gpt2_small())
    assert (gpt.count, shares(gpt)) == (124_439_808, {"output": f"words {name}"})


def test_what_one_framework_keeps_is_not_rewritten_by_another():
    stored = stored_by(pytorch, pc.lstm(3, 2))
    assert stored_by(keras, stored) is stored
    inside = stored_by(keras, layer(lambda x: {"cell": stored, "out": dense(x, x)})(3))
    assert inside.count == 56 + 12 and all(name in repr(inside) for name in ("weight_ih_l0", "kernel"))


def test_a_recurrent_layer_that_is_shared_is_shared_with_both_its_biases():
    shared = layer(lambda x: (lambda cell: {"a": cell, "b": cell})(pc.lstm(x, 2)))(3)
    assert stored_by(pytorch, shared).count == 56  # printed by PyTorch for one of them
    assert shares(stored_by(pytorch, shared))["b bias_hh_l0"] == "a bias_hh_l0"


def test_a_part_that_shares_with_another_can_stand_alone():
    out = tied(100, 8).parts["out"]
    assert out.count == stored_by(pytorch, out).count == 0
    assert "same as" in repr(out) and "same as" in out._repr_html_()


def test_names_of_what_is_shared_follow_a_layer_into_another():
    outer = layer(lambda v: {"model": tied(v, 8), "other": tied(v, 8)})(100)
    assert outer.count == 1_600
    assert shares(outer) == {"model out E": "model in E", "other out E": "other in E"}


@pytest.mark.parametrize(
    ("shared", "kept_by_pytorch"),
    [
        # a query has no tensor of its own in PyTorch, so both stay as they are counted by hand
        (lambda x: (lambda a: {"a": a, "q": a.parts["query"]})(pc.attention(x)), {"q W": "a query W"}),
        (lambda x: (lambda n: {"l": n, "g": n.parts["shift"]})(pc.layer_norm(x)), {"g": "l bias"}),
        (
            lambda x: (lambda f: {"l": f, "g": f.parts["hidden"]})(pc.ffnn(x, x, x)),
            {"g weight": "l 0 weight"},
        ),
        # transposed there, so one tensor would have two shapes
        (lambda x: (lambda d: {"l": d, "g": Tensor((x, 3), same_as="l W")})(dense(x, 3)), {"g": "l W"}),
    ],
)
def test_a_part_of_a_layer_that_is_shared_has_a_name_that_is_there(shared, kept_by_pytorch):
    tree = layer(shared)(4)
    stored = stored_by(pytorch, tree)
    assert stored.count == tree.count
    assert kept_by_pytorch.items() <= shares(stored).items()
    assert {*shares(stored).values()} <= {" ".join(leaf.path) for leaf in stored.tensors()}


def test_what_is_shared_is_counted_at_the_end_of_the_chain():
    one = Tensor((3, 3))
    assert shares(layer(lambda x: {"a": one, "b": one, "c": Tensor((x, x), same_as="b")})(3)) == {
        "b": "a",
        "c": "a",
    }
    both = layer(lambda x: (lambda t: {"p": t, "q": t})(tied(5, x)))(3)
    assert both.count == 15
    assert {*shares(both).values()} == {"p in E"}
    with pytest.raises(ValueError, match="a is to be the same as b, which is shared itself"):
        layer(lambda x: {"a": Tensor((x,), same_as="b"), "b": Tensor((x,), same_as="a")})(3)


def test_a_layer_that_is_given_twice_stays_one_when_it_is_resized():
    @layer
    def pair(a: pc.Layer, b: pc.Layer):
        return {"a": a, "b": b}

    cell = dense(3, 3)
    assert pair(cell, cell).count == pair(cell, cell).resized().count == 12
    assert pair(cell, cell).resized(i=5).count == 5 * 3 + 3
    assert pair(dense(3, 3), dense(3, 3)).resized().count == 24


def test_what_is_kept_and_shared_is_kept_once():
    twice = layer(lambda x: (lambda norm: {"a": norm, "b": norm})(pc.batch_norm(x)))(4)
    assert "8 parameters; 8 more kept, not trained" in repr(twice)


def test_a_framework_of_the_readers_own():
    mine = types.ModuleType("mine")
    code = "@layer\ndef dense(i, o, bias=True):\n  return {'w': (i, o), 'c': (o, 2)}"
    exec(f"from paramcount import layer\n{code}", vars(mine))
    assert stored_by(mine, dense(3, 2)).count == 10
    assert "as mine keeps it" in stored_by(mine, dense(3, 2))._repr_html_()


def test_what_a_function_remembers_cannot_be_spoilt():
    spoilt = pc.lstm(7, 5)
    spoilt.parts.pop("forget")
    spoilt.sizes.update(h=99)
    assert len(pc.lstm(7, 5).parts) == 4 and pc.lstm(7, 5).sizes["h"] == 5


# -- what broke once ----------------------------------------------------------------------------


def test_a_layer_made_by_hand_can_be_shown():
    by_hand = pc.Layer("mine", {}, {"W": Tensor((3, 4))})
    assert repr(by_hand).startswith("mine: 12 parameters") and "12" in by_hand._repr_html_()
    assert by_hand.resized() is by_hand
    with pytest.raises(TypeError, match="mine has no x: it has no sizes"):
        by_hand.resized(x=3)


def test_a_layer_may_be_left_out():
    @layer
    def wrapped(i, sub: pc.Layer = None):
        return {"W": (i, i)} | ({"sub": sub} if sub else {})

    assert wrapped(3).count == 9
    assert wrapped(3, dense(3, 1)).count == 13


def test_annotations_may_be_words():
    @layer
    def adapter(x: "model size", r: "rank" = 2):  # noqa: F722, F821
        return {"W": (x, r)}

    assert adapter(3).count == 6


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: layer(3), "@layer stands above a function, not 3"),
        (lambda: pc.Layer("n", {}, {"a": (3, 2)}), "n: a must be a Tensor or a Layer"),
        (lambda: pc.Layer("n", {"x": 3}, {}).resized(x=4), "n has no x: it has no sizes"),
        (lambda: Tensor((3,), same_as=3), "same_as=3: give the name of a tensor"),
        (lambda: pc.compare([dense(3, 4)]), "compare needs networks by name"),
    ],
)
def test_what_is_no_layer_is_refused_in_words(wrong, said):
    with pytest.raises(TypeError, match=said):
        wrong()


def test_annotations_may_be_text():
    names: dict = {}
    code = (
        "from __future__ import annotations\nfrom paramcount import Layer, layer\n"
        "@layer\ndef f(i, sides: int | tuple, sub: Layer):\n"
        "    return {'W': (i, *sides), 'sub': sub}"
    )
    exec(code, names)
    assert names["f"](2, (3, 5), dense(1, 1)).count == 2 * 3 * 5 + 2


def test_a_tensor_is_of_a_kind_that_there_is():
    with pytest.raises(ValueError, match="kind='foo': a tensor is one of weight, bias, norm"):
        Tensor((3, 3), "foo")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (int, "i=int: a size is a whole number, 1 or more, so i cannot be a type"),
        ("3" * 100_000, "so i cannot be a str"),
        ([3, 4], r"i=\[3, 4\]: a size is a whole number"),
        (10**5_000, "i is larger than 10 to the power of 60"),
        (-(10**5_000), "i is larger than 10 to the power of 60"),
    ],
    ids=["a type", "a long text", "a list", "too large", "too small"],
)
def test_what_is_no_size_is_named_in_a_line(wrong, message):
    with pytest.raises((TypeError, ValueError), match=message) as refused:
        dense(wrong, 4)
    assert len(str(refused.value)) < 200


def test_arrays_are_no_sizes_and_their_numbers_are():
    numpy = pytest.importorskip("numpy")
    with pytest.raises(TypeError, match=r"i=.*: a size is a whole number"):
        dense(numpy.array([3, 4]), 4)
    with pytest.raises(TypeError, match=r"'W' must be a shape, such as \(i, o\), or a layer, not ndarray"):
        layer(lambda i: {"W": numpy.array([3, 4])})(3)
    assert dense(numpy.int64(3), 4).count.symbols == "i × o + o"


def test_what_is_missing_is_said_with_the_layers_name():
    with pytest.raises(TypeError, match=r"dense\(i, o, bias=True\): missing a required argument: 'o'"):
        dense(3)


def test_layers_inside_layers_can_be_deep_but_not_endless():
    def nested(levels):
        tree = dense(3, 3)
        for level in range(levels):
            tree = pc.Layer(f"level {level}", {}, {"inner": tree, "W": Tensor((2, 2))})
        return tree

    deep = nested(349)
    assert deep.count == 12 + 349 * 4
    assert "1,408 parameters" in repr(deep) and "1,408" in deep._repr_html_()
    assert pc.explore(deep).layer is deep
    with pytest.raises(ValueError, match="each inside the other"):
        nested(1_000)


def test_layers_can_be_pickled():
    for each in (
        pc.lstm(3, 2),
        stored_by(keras, tied(5, 2)),
        models.vgg_16(),
        stored_by(pytorch, pc.ffnn(3, 5, 2)),
    ):
        assert repr(pickle.loads(pickle.dumps(each))) == repr(each)


def test_a_letter_of_the_readers_own_is_not_called_what_it_is_not():
    @layer
    def mamba(x, n):
        return {"A": (x, n), "in": dense(x, 2 * x)}

    assert "decoder layers" not in repr(mamba(8, 16)) and "x = model size" in repr(mamba(8, 16))
    said = layer(lambda x, n: {"A": (x, n)}, means={"n": "state size"})(8, 16)
    assert "n = state size" in repr(said)
    outer = layer(lambda x, m: {"stack": pc.encoder(x, m)})(8, 2)
    assert "m = encoder layers" in repr(outer)  # it is given to the encoder as its m
