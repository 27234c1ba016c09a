"""Sketches of questions: hollow and silent while asked, then filled and dashed in the same places."""

import re
from collections import Counter

import pytest

import paramcount as pc
from paramcount import layer, models, stored_by
from paramcount.core import Tensor
from paramcount.show import pictures
from paramcount.show.account import Account
from paramcount.show.panel import styles
from paramcount.show.pictures import sketch, sketches
from store_pictures import stacked, tagger
from test_pictures import (
    FAMILIES,
    account,
    adapter,
    classes,
    left_out,
    linked,
    many,
    parsed,
    right,
    shared,
    texts,
)
from test_pictures import sketch as asked

# What a sketch that is asked may be drawn with: nothing filled, nothing coloured, nothing that lights up.
OUTLINES = {
    "pc-svg",
    "pc-hollow",
    "pc-zero",
    "pc-window",
    "pc-faintb",
    "pc-faintl",
    "pc-flow",
    "pc-ah",
    "pc-dot",
    "pc-some",
}
OUTLINES |= {"t0", "t1", "t2", "t3", "halo", "pc-v", "pc-sub"}
FILLED = {"pc-cell", "pc-tint", "pc-solid", "pc-wire", "pc-ring", "pc-edge"}
TEXTBOOK = [name for name, (first, *_) in FAMILIES.items() if first.family]
NETWORKS = {
    "two layers": stacked(8, 5),
    "a tagger": tagger(1_000, 8, 5, 3),
    "an adapter": adapter(10, 2),
    "many blocks": many(16),
    "a shared table": shared(4),
    "3 layers": 3 * pc.lstm(3, 2),
    "3 of a reader's": 3 * adapter(10, 2),
    "BERT": models.bert_base(),
    "ResNet-50": models.resnet_50(),
    "GPT-2": models.gpt2_small(),
    "MobileNet": models.mobilenet_v2(),
}
every_family = pytest.mark.parametrize("name", FAMILIES)
every_network = pytest.mark.parametrize("name", NETWORKS)


def said(picture, svg) -> str:
    """All that can be read or heard of it, without the names of layers and sizes that have numbers."""
    labels = (title.text for group in svg.iter("g") for title in group.iter("title"))
    words = ("".join(element.itertext()) for element in svg.iter("text"))
    return re.sub(
        r"(hidden|block|stage|filter|map|conv|dense|norm) \d+|h\d+|\d+ × \w+|\d+ more|_l0",
        "",
        " ".join([picture.title, picture.alt, *words, *labels]),
    )


def counts(part) -> set[int]:
    """The count of a layer, and those of all that is in it."""
    return {int(part.count)}.union(*map(counts, getattr(part, "parts", {}).values()))


def given(part) -> set[int]:
    """The sizes of a layer and of its parts, all of which may be said; at the top a tensor is its shape."""
    if isinstance(part, Tensor):
        return {*map(int, part.shape)}
    values = part.arguments().values()
    own = {int(size or 0) for value in values for size in (value if isinstance(value, tuple) else [value])}
    return own.union(*(given(inner) for inner in part.parts.values() if part.family == ""))


def written(words: str) -> set[int]:
    return {int(digits.replace(",", "")) for digits in re.findall(r"\d[\d,]*", words)}


# -- while it is asked --------------------------------------------------------------------------


@every_family
def test_a_sketch_does_not_tell_the_answer(name):
    for shown in FAMILIES[name]:
        picture, svg = asked(shown), parsed(shown, asked)
        used = {name for element in svg.iter() for name in classes(element)}
        assert used <= OUTLINES, shown.sizes
        words = said(picture, svg)
        assert name not in TEXTBOOK or not re.search("parameter|weight|bias|train", words)
        assert not written(words) & counts(shown) - given(shown), shown.sizes


@every_family
def test_nor_does_it_after_an_answer_that_left_something_out(name):
    for shown in FAMILIES[name]:
        if shown.count:
            words = said(left_out(shown), parsed(shown, left_out))
            assert not written(words) & counts(shown) - given(shown), shown.sizes


def test_the_sketch_of_an_lstm_has_none_of_its_numbers():
    picture = asked(pc.lstm(3, 2))
    words = said(picture, parsed(pc.lstm(3, 2), asked))
    # 4 × ((2 + 3) × 2 + 2) = 4 × (10 + 2) = 4 × 12 = 48
    assert written(words) == {3, 2, 1}  # i, h, and the 1 of t−1
    assert not re.search(r"\d (×|\+)", words)


def test_hollow_boxes_are_alike_whatever_is_in_them():
    def boxes(shown):
        shapes = (e for e in parsed(shown, asked).iter("rect") if classes(e) == ["pc-hollow"] and e.get("rx"))
        return [(e.get("width"), e.get("height")) for e in shapes]

    assert len({*boxes(pc.lstm(3, 2))}) == 1 and boxes(pc.lstm(3, 2)) == boxes(pc.lstm(300, 512))
    assert boxes(pc.attention(6)) == boxes(pc.attention(512))
    assert boxes(pc.conv(1, 2, 3)) == boxes(pc.conv(64, 5, 3)) == boxes(pc.conv(3, 5, 3, groups=3))


@pytest.mark.parametrize("name", TEXTBOOK)
def test_a_sketch_says_the_sizes_in_the_question(name):
    for shown in FAMILIES[name]:
        words = re.findall(r"\d[\d,]*", " ".join(words for words, *_ in texts(parsed(shown, asked))))
        sizes = [
            size for key, size in shown.arguments().items() if key not in ("bias", "norms", "heads", "f")
        ]
        for size in sizes:
            several = size if isinstance(size, tuple) else [size]
            assert len(several) > 5 or all(f"{each:,}" in words for each in several if each), shown.sizes


def test_a_sketch_leaves_room_for_the_question():
    heights = {name: asked(family[0]).height for name, family in FAMILIES.items()}
    assert {name: height for name, height in heights.items() if height > 340} == {
        "transformer": 360,
        "transformer with its words": 360,
    }
    assert all(sketch(network).height <= 420 for network in NETWORKS.values())


# Worked out by hand: what is outlined, besides lines, arrows and operations.
HOLLOW = {
    "4 gates over 2 + 3 numbers": (pc.lstm(3, 2), 9),
    "3 gates over 2 + 3 numbers": (pc.gru(3, 2), 8),
    "1 dense layer over 2 + 3 numbers": (pc.rnn(3, 2), 6),
    "2 × 4 gates, the input and 2 outputs": (pc.bidirectional(pc.lstm(3, 2)), 11),
    "3 filters and 3 maps": (pc.conv(3, 2, 3), 6),
    "as many with groups": (pc.conv(3, 2, 3, groups=3), 6),
    "4 of 64 filters and their maps": (pc.conv(3, 3, 64), 8),
    "4 dense layers and 3 rows of numbers": (pc.attention(512), 7),
    "2 sublayers and 2 norms": (pc.encoder(512, 6), 4),
    "3 sublayers and 3 norms": (pc.decoder_layer(512), 6),
    "4 + 6 and the table": (pc.transformer(512, 6, 6, v=1_000), 11),
    "gain, shift, input and output": (pc.layer_norm(512), 4),
    "but for 2 statistics": (pc.batch_norm(64), 4),  # dashed: they are not learned
    "a table": (pc.embedding(5, 3), 1),
    "2 layers, 2 directions, 4 gates": (stacked(8, 5), 16),
    "a table, 2 × 3 gates, and no neurons": (tagger(1_000, 8, 5, 3), 7),
    "3 tables, a norm, the layers and a pooler": (models.bert_base(), 6),
    "7 of 9 blocks and one for the 2 others": (many(16), 8),
    "7 of 20 parts and one for the others": (models.mobilenet_v2(), 8),
    "4 tensors": (stored_by(pc.pytorch, pc.lstm(3, 2)), 4),
}


@pytest.mark.parametrize("drawn", HOLLOW)
def test_a_sketch_shows_what_there_is_to_count(drawn):
    shown, many = HOLLOW[drawn]
    assert len([e for e in parsed(shown, asked).iter("rect") if classes(e) == ["pc-hollow"]]) == many


def words_in(shown, picture=asked) -> set[str]:
    return {words for words, *_ in texts(parsed(shown, picture))}


def test_a_sketch_says_what_each_box_is():
    gates = {"forget gate", "input gate", "candidate", "output gate", "σ", "tanh", "×", "+"}
    assert gates | {"last output, h = 2", "new input, i = 3"} <= words_in(pc.lstm(3, 2))
    assert {"query", "key", "value", "output", "8 heads, side by side"} <= words_in(pc.attention(512, 8))
    stack = {"6 ×", "self-attention", "8 heads", "add & norm", "feed-forward"}
    assert stack | {"512 → 2,048 → 512"} <= words_in(pc.encoder(512, 6, 2_048, heads=8))
    assert stack | {"512 → 512"} <= words_in(pc.encoder(512, 6, heads=8))
    assert {"i = 3 channels", "o = 3 filters", "filter size 2 × 2"} <= words_in(pc.conv(3, 2, 3))
    assert {"words", "v = 30,522, x = 768", "layers", "pooler"} <= words_in(models.bert_base())
    assert {"3 × this layer", "forget gate"} <= words_in(3 * pc.lstm(3, 2))


# -- after an answer ----------------------------------------------------------------------------


def outlines(svg) -> Counter:
    """The shapes of a drawing and their places, whatever they are filled with."""
    places = ("d", "x", "y", "width", "height", "cx", "cy", "r", "rx")
    drawn = (e for e in svg.iter() if e.tag in ("path", "rect", "circle") and classes(e) != ["pc-hit"])
    return Counter((e.tag, *(e.get(place) for place in places)) for e in drawn)


def answers(shown) -> list[frozenset]:
    """What an answer may have left out: each tensor alone, where they are few; every other one; all."""
    trained = [leaf.path for leaf in account(shown).leaves if leaf.tensor.count]
    some = trained if len(trained) <= 12 else [trained[0], trained[len(trained) // 2], trained[-1]]
    sets = [[path] for path in some] + [trained[::2], trained[1::2], trained]
    return [frozenset(paths) for paths in sets if paths]


def drawn_after(shown, missing):
    """The sketch after an answer, as a tree of elements."""
    return parsed.__wrapped__(shown, lambda shown: sketch(shown, missing))


def check_the_answers(shown) -> None:
    """Nothing moves, what is left out is dashed and all else is filled; each tensor once."""
    leaves, marks = account(shown).leaves, account(shown).marks
    trained = {marks[leaf.path].link: leaf.path for leaf in leaves if leaf.tensor.count}
    height = asked(shown).height
    for missing in [frozenset(), *answers(shown)]:
        svg = drawn_after(shown, missing)
        assert float(svg.get("viewBox").split()[3]) == height
        assert not outlines(parsed(shown, asked)) - outlines(svg)
        seen = []
        for links, group in linked(svg):
            used = {name for element in group.iter() for name in classes(element)}
            out = "pc-out" in classes(group)
            assert ("pc-missing" in used) == out and bool(used & FILLED) != out
            assert {trained[link] in missing for link in links} == {out}
            seen += links
        assert sorted(seen) == sorted(trained)


@pytest.fixture
def each_has_a_link(monkeypatch):
    """Each tensor has a link of its own, also where they are so many that those of a part share one."""
    monkeypatch.setattr("paramcount.show.account.LINKS", 10_000)
    account.cache_clear()
    yield
    account.cache_clear()


@every_family
def test_what_is_left_out_is_dashed_and_the_rest_is_filled_in_its_place(name, each_has_a_link):
    for shown in FAMILIES[name]:
        check_the_answers(shown)


@every_network
def test_so_it_is_in_networks(name, each_has_a_link):
    check_the_answers(NETWORKS[name])


def extent(element) -> list[float]:
    """Left, top, right and bottom of the shapes of a group."""
    across, down = [], []
    for shape in element.iter():
        if shape.tag == "rect" and classes(shape) != ["pc-hit"]:
            x, y, wide, high = (float(shape.get(each)) for each in ("x", "y", "width", "height"))
            across, down = [*across, x, x + wide], [*down, y, y + high]
        elif shape.tag == "circle":
            x, y, r = (float(shape.get(each)) for each in ("cx", "cy", "r"))
            across, down = [*across, x - r, x + r], [*down, y - r, y + r]
        elif shape.tag == "path":
            for step in re.findall(r"M[^M]*", shape.get("d")):
                left, top, right, bottom = reach(step)
                across, down = [*across, left, right], [*down, top, bottom]
    return [min(across), min(down), max(across), max(down)]


def reach(step: str) -> tuple[float, float, float, float]:
    """How far one stroke reaches: a line, a square, a dot (M h or a) or a diamond (M l)."""
    x, y, *rest = (float(number) for number in re.findall(r"-?[\d.]+", step))
    if "L" in step:
        return min(x, rest[0]), min(y, rest[1]), max(x, rest[0]), max(y, rest[1])
    if "a" in step:  # from its left, so wide
        return x, y - rest[0], x + rest[5], y + rest[0]
    if "l" in step:
        return x, y + rest[1], x + 2 * rest[0], y + rest[0]
    return x, y, x + rest[0], y + rest[1]


ALONE = [name for name in FAMILIES if name not in ("deep ffnn", "a reader's with many tensors")]


# Of tensors that are not drawn one by one, the counted stand together before the others.
@pytest.mark.parametrize("name", ALONE)
def test_a_dashed_tensor_is_where_and_as_large_as_it_is_when_filled(name):
    for shown in FAMILIES[name]:
        everything = frozenset(leaf.path for leaf in account(shown).leaves)
        filled, dashed = extents(parsed(shown, right)), extents(drawn_after(shown, everything))
        assert filled.keys() == dashed.keys()
        for link, place in filled.items():
            assert dashed[link] == pytest.approx(place, abs=3.1), (shown.sizes, link)


def extents(svg) -> dict[str, list[float]]:
    """Of every tensor that is drawn by itself."""
    return {min(links): extent(group) for links, group in linked(svg) if len(links) == 1}


# -- what can be counted ------------------------------------------------------------------------


def marks(svg, *styles) -> int:
    """How many squares, dots and lines there are of some styles."""
    paths = (e for e in svg.iter("path") if {*styles} & {*classes(e)})
    circles = (e for e in svg.iter("circle") if {*styles} & {*classes(e)})
    return sum(path.get("d").count("M") for path in paths) + len(list(circles))


def test_biases_that_are_left_out_are_dashed_on_their_neurons():
    svg = drawn_after(pc.ffnn(3, 5, 2), frozenset({("hidden", "b")}))
    assert marks(svg, "pc-wire") == 15 + 10
    assert marks(svg, "pc-ring") == 2
    missing = (e for e in svg.iter("circle") if "pc-missing" in classes(e))
    dashed = [(float(e.get("cx")), float(e.get("cy"))) for e in missing]
    neurons = [e for e in svg.iter("circle") if classes(e) == ["pc-hollow"]]
    hidden = [(float(e.get("cx")), float(e.get("cy")) - float(e.get("r"))) for e in neurons[3:8]]
    assert len(dashed) == 5 and dashed == [pytest.approx(place, abs=0.1) for place in hidden]


def test_small_sketches_can_be_counted_when_they_are_right():
    # 4 × (10 + 2), 2 × (4 × (12 × 4 + 4)), 3 × 2 × 2 × 3 + 3, 4 × (6 × 6 + 6)
    assert marks(parsed(pc.lstm(3, 2), right), "pc-cell") == 48
    assert marks(parsed(pc.bidirectional(pc.lstm(8, 4)), right), "pc-cell") == 416
    assert marks(parsed(pc.conv(3, 2, 3), right), "pc-cell", "pc-ring") == 39
    assert marks(parsed(pc.attention(6), right), "pc-cell") == 168
    # 2 × 4 × ((8 + 5) × 5 + 5) and 2 × 4 × ((10 + 5) × 5 + 5)
    assert marks(parsed(stacked(8, 5), right), "pc-cell") == 560 + 640


def test_a_right_answer_brings_the_counts():
    assert {"3 × 5 = 15", "5", "5 × 2 = 10", "2"} <= words_in(pc.ffnn(3, 5, 2), right)
    assert {"10 + 2"} <= words_in(pc.lstm(3, 2), right)
    assert {"262,144 + 512"} <= words_in(pc.attention(512), right)
    assert {"3 × 2 × 2 = 12 weights + 1 bias, for each of 3 filters"} <= words_in(pc.conv(3, 2, 3), right)
    assert {"5 × 3 = 15"} <= words_in(pc.embedding(5, 3), right)
    assert {"1,050,624", "1,024", "one layer: 3,152,384"} <= words_in(pc.encoder(512, 6, 2_048), right)
    assert {"560", "640"} <= words_in(stacked(8, 5), right)
    assert {"0 parameters"} <= words_in(pc.scaled_dot_product(8), right)


@layer
def twice(x):
    same, norm = pc.dense(x, x), pc.layer_norm(x)
    return {"one": same, "again": same, "norm": norm}


def test_what_is_not_trained_or_counted_elsewhere_is_neither_filled_nor_dashed():
    for shown, others in (
        (pc.batch_norm(4), {"k-2", "k-3"}),
        (shared(4), {"k-1"}),
        (twice(3), {"k-2", "k-3"}),
    ):
        everything = frozenset(leaf.path for leaf in account(shown).leaves)
        for missing in (frozenset(), everything):
            links = set().union(*(links for links, _ in linked(drawn_after(shown, missing))))
            assert links and not links & others


# -- in words -----------------------------------------------------------------------------------


def test_it_says_what_is_counted_and_what_is_left_out():
    def heard(shown, *names):
        paths = {" ".join(leaf.path): leaf.path for leaf in account(shown).leaves}
        return sketch(shown, frozenset(paths[name] for name in names)).alt.partition("Counted, filled: ")[2]

    assert heard(pc.ffnn(3, 5, 2), "hidden b") == (
        "all weights, the biases of output. Left out, dashed: the biases of hidden."
    )
    assert heard(pc.lstm(3, 2), "forget b", "input b", "candidate b", "output b") == (
        "all weights. Left out, dashed: all biases."
    )
    assert heard(pc.layer_norm(4), "shift") == "the gain. Left out, dashed: the shift."
    assert heard(pc.dense(3, 2), "W", "b") == "nothing. Left out, dashed: the weights, the biases."
    assert sketch(pc.lstm(3, 2), frozenset()).alt.endswith(
        "All of it is counted: 4 × ((2 + 3) × 2 + 2) = 48 parameters."
    )
    assert sketch(pc.scaled_dot_product(8), frozenset()).alt.endswith("nothing to count: 0 parameters.")


def test_each_mark_says_whether_it_is_counted():
    svg = drawn_after(pc.lstm(3, 2), frozenset({("forget", "b")}))
    labels = Counter(group.find("title").text for _, group in linked(svg))
    assert labels["forget biases: left out"] == 1 and labels["forget weights: counted"] == 1
    assert sum(labels.values()) == 8 and sum(label.endswith(": counted") for label in labels) == 7


def test_what_is_dashed_has_its_style_in_a_panel_and_in_a_file():
    stored = pictures.render(sketch(pc.lstm(3, 2), frozenset({("forget", "b")})), "u", standalone=True)
    for css in (styles(Account(pc.lstm(3, 2))), stored):
        assert re.search(r"\.pc-out \.pc-missing\{[^}]*stroke-dasharray", css)
        assert re.search(r"\.pc-out \.pc-line\{[^}]*stroke-dasharray", css)
    assert "pc-out" not in pictures.render(sketch(pc.lstm(3, 2)), "u", standalone=True)


# -- several layers -----------------------------------------------------------------------------

TWO = [("layer 1", pc.bidirectional(pc.lstm(8, 5))), ("layer 2", pc.bidirectional(pc.lstm(10, 5)))]


def drawn(layers, missing=None, **more):
    return parsed.__wrapped__(tuple(layers), lambda layers: sketches(layers, missing, **more))


def test_several_layers_stand_below_each_other_with_their_names():
    svg = drawn(TWO)
    places = {words: (left, y) for words, left, _, y in texts(svg)}
    assert places["layer 1"][0] == places["layer 2"][0] and places["layer 1"][1] < places["layer 2"][1]
    assert [words for words, *_ in texts(svg)].count("forget gate") == 4


def test_what_is_left_out_of_one_layer_is_dashed_there_alone():
    svg = drawn(TWO, [frozenset(), frozenset({("forward", "forget", "W")})])
    out = [(links, group) for links, group in linked(svg) if "pc-out" in classes(group)]
    assert [links for links, _ in out] == [{"k-16"}]  # 2 × 4 × 2 tensors are in the first layer: 0 to 15
    assert len({min(links) for links, _ in linked(svg)}) == 32
    numbers = {"560", "640"}
    assert not numbers & {words for words, *_ in texts(svg)}
    assert numbers <= {words for words, *_ in texts(drawn(TWO, [frozenset()] * 2))}


THREE = [("a", pc.ffnn(3, 5, 2)), ("b", pc.ffnn(784, 100, 10)), ("c", pc.ffnn(4, 5, 6, 7))]
CASES = [TWO, THREE, [*TWO, ("out", pc.dense(10, 3))], [("a", pc.conv(3, 3, 8)), ("b", pc.attention(8))]]


@pytest.mark.parametrize("layers", CASES)
def test_nothing_moves_between_the_states_of_several_layers(layers):
    everything = [frozenset(leaf.path for leaf in one.tensors()) for _, one in layers]
    for missing in ([frozenset()] * len(layers), everything):
        assert not outlines(drawn(layers)) - outlines(drawn(layers, missing))
        assert sketches(layers, missing).height == sketches(layers).height <= 420


def test_more_than_three_layers_are_blocks():
    svg = drawn([(f"layer {k}", pc.dense(3, k)) for k in range(1, 12)])
    assert len([e for e in svg.iter("rect") if classes(e) == ["pc-hollow"]]) == 8
    words = {words for words, *_ in texts(svg)}
    assert {"layer 11", "4 more"} <= words and "layer 1" not in words


def test_layers_of_one_name_and_one_layer_twice_are_told_apart():
    one = pc.dense(3, 2)
    svg = drawn([("a", one), ("a", one)], [frozenset({("b",)}), frozenset()])
    assert {"a 1", "a 2"} <= {words for words, *_ in texts(svg)}
    assert [links for links, group in linked(svg) if "pc-out" in classes(group)] == [{"k-1"}]
    assert len(linked(svg)) == 4


def test_one_layer_is_drawn_as_it_is_alone():
    lstm = pc.lstm(3, 2)
    assert sketches([("the layer", lstm)]) == sketch(lstm)
    assert sketches([("the layer", lstm)], [frozenset()]) == sketch(lstm, frozenset())


# -- sizes that are to be worked out ------------------------------------------------------------


def test_what_the_next_layer_reads_is_not_told_before_it_is_right():
    shown = tagger(1_000, 8, 5, 3)  # the last layer reads 2 × 5 numbers
    everything = frozenset(leaf.path for leaf in shown.tensors())
    for missing in (None, everything):
        svg = drawn_after(shown, missing)
        words = " ".join(words for words, *_ in texts(svg))
        assert "i = ?, o = 3" in words and 10 not in written(words)
        assert len([e for e in svg.iter("circle") if classes(e) == ["pc-hollow"]]) == 2 + 3
    assert "2 × h = 10" in words_in(shown, right) and "8 more" in words_in(shown, right)
    assert "i = ?, h = 5" in words_in(stacked(8, 5))


def test_it_tells_only_the_numbers_of_the_question_if_it_knows_them():
    words = " ".join(words for words, *_ in texts(drawn(TWO, said={8, 5})))
    assert "i = 8, h = 5" in words and "i = ?, h = 5" in words
    assert "i = 10, h = 5" in " ".join(words for words, *_ in texts(drawn(TWO)))


@pytest.mark.parametrize("name", ["x" * 40, "a long name of many words", "<b>&", "\0"])
def test_long_and_odd_names_of_layers_fit(name):
    for k in (2, 4):
        for missing in (None, [frozenset()] * k):
            svg = drawn([(f"{name} {n}", pc.lstm(3, 2)) for n in range(k)], missing)
            seen = sorted(texts(svg, 0.52), key=lambda text: text[3])
            assert all(left >= -2 and right <= 762 for _, left, right, _ in seen)
            for n, (words, left, end, y) in enumerate(seen):
                for other, start, last, line in seen[n + 1 :]:
                    assert line - y >= 11 or end <= start or last <= left, (words, other)


@layer
def named(x):
    return {"__": pc.dense(x, 2), "W": (x, 2), "s": ()}


def test_a_number_alone_and_a_layer_of_nothing_are_drawn():
    svg = drawn_after(named(3), frozenset({("s",)}))
    assert [links for links, group in linked(svg) if "pc-out" in classes(group)] == [{"k-3"}]

    @layer
    def nothing(x):
        return {}

    assert "Nothing" in {words for words, *_ in texts(drawn_after(nothing(3), None))}
