"""Pictures at small, large and lopsided sizes: whole, legible, and filled with what is counted."""

import re
import xml.etree.ElementTree as ET

import pytest
from paramcount.display import marks
from paramcount.pictures import as_blocks, draw, render, sketch
from paramcount.pictures.svg import WIDTH

import paramcount as pc
from paramcount import keras, layer, pytorch, stored_by

SIZES = (1, 10, 11, 12, 13, 1_024, 10**6)
PAIRS = [*((size, size) for size in SIZES), (1, 4_096), (4_096, 1), (12, 10**6), (10**6, 13), (4, 12), (3, 2)]
# What a sketch may be drawn with: nothing filled, nothing coloured, nothing that lights up.
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
}
OUTLINES |= {"t0", "t1", "t2", "t3", "halo", "pc-v", "pc-sub"}
EM = {"t0": 13, "t1": 14.5, "t2": 17, "t3": 22}  # the style sheet's sizes of type


@layer
def adapter(x, r):
    return {"down": pc.dense(x, r), "up": pc.dense(r, x)}


@layer
def many(x):
    return {f"block {k}": pc.attention(x) for k in range(9)}


@layer
def shared(x):
    table = pc.Tensor((x, x), same_as="embedding.E")
    return {"embedding": pc.embedding(x, x), "output": table}


# Each line one picture at many sizes: its height must be the same at all of them.
FAMILIES = {
    "dense": [pc.dense(i, o) for i, o in PAIRS] + [pc.dense(3, 5, bias=False)],
    "ffnn": [pc.ffnn(i, 11, o) for i, o in PAIRS],
    "deep ffnn": [pc.ffnn(*[size] * depth) for size in (*SIZES, 10**7) for depth in (7, 20)],
    "rnn": [pc.rnn(i, h) for i, h in PAIRS] + [pc.rnn(3, 2, bias=False)],
    "gru": [pc.gru(i, h) for i, h in PAIRS] + [pc.gru(3, 2, bias=False)],
    "lstm": [pc.lstm(i, h) for i, h in PAIRS] + [pc.lstm(300, 512, bias=False)],
    "bidirectional rnn": [pc.bidirectional(pc.rnn(i, h)) for i, h in PAIRS],
    "bidirectional gru": [pc.bidirectional(pc.gru(i, h)) for i, h in PAIRS],
    "bidirectional lstm": [pc.bidirectional(pc.lstm(i, h)) for i, h in PAIRS],
    "conv": [pc.conv(i, f, o) for f in (1, 3, 11, 12, 10**6) for i, o in PAIRS]
    + [pc.conv(i, f, o) for f in ((3,), (1_024,), (1, 11), (11, 1), (3, 3, 3), (1, 12, 13)) for i, o in PAIRS]
    + [pc.conv(groups * 2, 3, groups, groups=groups, bias=False) for groups in SIZES],
    "scaled_dot_product": [pc.scaled_dot_product(x) for x in SIZES],
    "attention": [pc.attention(x, heads, bias=heads > 1) for x in SIZES for heads in (1, x)],
    "layer_norm": [pc.layer_norm(x) for x in SIZES],
    "rms_norm": [pc.rms_norm(x) for x in SIZES],
    "batch_norm": [pc.batch_norm(o) for o in SIZES],
    "embedding": [pc.embedding(v, x) for v, x in PAIRS],
    "encoder_layer": [pc.encoder_layer(x, ff, x) for x, ff in PAIRS] + [pc.encoder_layer(1)],
    "decoder_layer": [pc.decoder_layer(x, ff) for x, ff in PAIRS] + [10**6 * pc.decoder_layer(1)],
    "encoder": [pc.encoder(x, m, ff, x) for x, m in PAIRS for ff in (None, m)],
    "decoder": [pc.decoder(x, n, ff, x) for x, n in PAIRS for ff in (None, n)],
    "transformer": [pc.transformer(x, n, x, ff, v=v) for x, n in PAIRS for ff, v in ((None, None), (n, x))],
    "a reader's": [adapter(x, r) for x, r in PAIRS],
    "a reader's with many tensors": [many(x) for x in SIZES],
    "pytorch lstm": [stored_by(pytorch, pc.lstm(i, h)) for i, h in PAIRS],
    "pytorch transformer": [stored_by(pytorch, pc.transformer(x, 6, 6, x)) for x in SIZES],
    "keras encoder": [stored_by(keras, pc.encoder(x, m)) for x, m in PAIRS],
    "keras conv": [stored_by(keras, pc.conv(i, 3, o)) for i, o in PAIRS],
}

SKETCHED = [name for name, (first, *_) in FAMILIES.items() if first.textbook]

each_picture = pytest.mark.parametrize(
    ("name", "picture"),
    [(name, draw) for name in FAMILIES] + [(name, sketch) for name in SKETCHED],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)


def sizes(shown) -> list[int]:
    values = shown.arguments().values()
    return [int(size or 0) for value in values for size in (value if isinstance(value, tuple) else [value])]


def parsed(shown, picture=draw, **more):
    """The picture as a tree of elements: not well-formed is an error."""
    return ET.fromstring(render(picture(shown), "u1", **more))


def classes(element) -> list[str]:
    return element.get("class", "").split()


def linked(svg) -> list[tuple[set[str], ET.Element]]:
    """Every group that lights up, with its links."""
    groups = (element for element in svg.iter("g") if "k" in classes(element))
    return [({name for name in classes(group) if name.startswith("k-")}, group) for group in groups]


def filled(element) -> int:
    """How many squares, dots, diamonds and lines are drawn as parameters, one by one."""
    paths = (e for e in element.iter("path") if {"pc-cell", "pc-wire"} & {*classes(e)})
    circles = (e for e in element.iter("circle") if {"pc-cell", "pc-ring"} & {*classes(e)})
    return sum(path.get("d").count("M") for path in paths) + len(list(circles))


def of(shown, svg, *path) -> ET.Element:
    """The one group of the tensor at a path."""
    (found,) = (group for keys, group in linked(svg) if keys == {marks(shown)[path][2]})
    return found


# -- at any size --------------------------------------------------------------------------------


@each_picture
def test_ids_are_unique_and_what_refers_to_them_finds_them(name, picture):
    for shown in FAMILIES[name]:
        for more in ({}, {"standalone": True}):
            svg = parsed(shown, picture, **more)
            ids = [element.get("id") for element in svg.iter() if element.get("id")]
            assert len(ids) == len(set(ids)) and all(found.startswith("u1-") for found in ids)
            used = re.findall(r"url\(#(.*?)\)", ET.tostring(svg, "unicode"))
            assert {*used, *svg.get("aria-labelledby").split()} == set(ids)


# Of a deep network some layers are left out, and said to be.
@pytest.mark.parametrize("name", [name for name in FAMILIES if name != "deep ffnn"])
def test_every_tensor_is_linked_and_no_link_is_in_another(name):
    for shown in FAMILIES[name]:
        svg, mark = parsed(shown), marks(shown)
        found = linked(svg)
        assert set().union(*(keys for keys, _ in found)) == {key for _, _, key in mark.values()}
        assert all(len(linked(group)) == 1 for _, group in found)
        assert all(group.find("title").text for _, group in found)


@each_picture
def test_the_text_stays_in_the_picture(name, picture):
    for shown in FAMILIES[name]:
        svg, height = parsed(shown, picture), picture(shown).height
        assert all(8 <= float(element.get("y")) <= height - 2 for element in svg.iter("text"))
        for words, left, right, _ in texts(svg):
            assert left >= -2 and right <= WIDTH + 2, (shown.sizes, words)


@each_picture
def test_no_text_is_written_over_another(name, picture):
    for shown in FAMILIES[name]:
        # narrower than most letters: what overlaps so does in any font
        seen = texts(parsed(shown, picture), 0.52)
        for n, (words, left, right, y) in enumerate(seen):
            for other, start, end, line in seen[:n]:
                beside = right <= start or end <= left
                assert beside or abs(y - line) >= 11, (shown.sizes, words, other)


def texts(svg, em=0.62) -> list[tuple[str, float, float, float]]:
    """Every line of text with its left, its right and its height; em: the width of a letter."""
    found = []
    for element in svg.iter("text"):
        words = "".join(element.itertext()).replace("\u200b", "")
        size = next((EM[name] for name in classes(element) if name in EM), EM["t1"])
        wide, x = em * size * len(words), float(element.get("x"))
        left = x - wide * {"start": 0, "middle": 0.5, "end": 1}[element.get("text-anchor")]
        found.append((words, left, left + wide, float(element.get("y"))))
    return found


@each_picture
def test_the_page_does_not_jump_while_a_size_is_moved(name, picture):
    assert len({picture(shown).height for shown in FAMILIES[name]}) == 1


@pytest.mark.parametrize("name", FAMILIES)
def test_the_total_is_there_to_be_read_out(name):
    for shown in FAMILIES[name]:
        assert re.search(rf"(?<![\d,]){int(shown.count):,}(?![\d,])", draw(shown).alt)


# -- filled is counted --------------------------------------------------------------------------

# Worked out by hand: every parameter is one mark.
MARKS = {
    "15 + 10 lines and 5 + 2 dots": (pc.ffnn(3, 5, 2), 32),
    "3 × 5 lines": (pc.dense(3, 5, bias=False), 15),
    "10 + 2": (pc.rnn(3, 2), 12),
    "3 × (10 + 2)": (pc.gru(3, 2), 36),
    "4 × (10 + 2)": (pc.lstm(3, 2), 48),
    "4 × 10": (pc.lstm(3, 2, bias=False), 40),
    "4 × (16 × 12 + 12)": (pc.lstm(4, 12), 816),
    "2 × 3 × (13 × 5 + 5)": (pc.bidirectional(pc.gru(8, 5)), 420),
    "3 × 2 × 2 × 3 + 3": (pc.conv(3, 2, 3), 39),
    "1 × 11 × 11 × 2": (pc.conv(1, 11, 2, bias=False), 242),
    "3 × 3 × 4 + 4": (pc.conv(3, (3,), 4), 40),
    "2 × 2 × 3 × 4 × 2 + 2": (pc.conv(2, (2, 3, 4), 2), 98),
    "1 × 3 × 3 × 4 + 4": (pc.conv(4, 3, 4, groups=4), 40),
    "2 × 3 × 3 × 2 + 2": (pc.conv(4, 3, 2, groups=2), 38),
    "4 × (6 × 6 + 6)": (pc.attention(6, heads=2), 168),
    "5 × 3": (pc.embedding(5, 3), 15),
    "5 + 5": (pc.layer_norm(5), 10),
    "5": (pc.rms_norm(5), 5),
    "5 + 5, and two statistics that are not counted": (pc.batch_norm(5), 10),
    "0": (pc.scaled_dot_product(512), 0),
}


@pytest.mark.parametrize("counted", MARKS)
def test_small_pictures_can_be_counted(counted):
    shown, total = MARKS[counted]
    assert filled(parsed(shown)) == total


def test_each_tensor_has_its_own_marks():
    lstm = pc.lstm(3, 2)
    svg = parsed(lstm)
    for gate in ("forget", "input", "candidate", "output"):
        assert filled(of(lstm, svg, gate, "W")) == 10  # 4 squares for h, 6 for i
        assert filled(of(lstm, svg, gate, "b")) == 2
    conv = pc.conv(3, 2, 3)
    assert filled(of(conv, parsed(conv), "K")) == 36
    assert filled(of(conv, parsed(conv), "b")) == 3


def test_a_filter_has_empty_places_for_the_channels_of_other_groups():
    def empty(shown):
        return sum(1 for e in parsed(shown).iter("rect") if classes(e) == ["pc-faintl"])

    assert empty(pc.conv(4, 3, 4)) == 0
    assert empty(pc.conv(4, 3, 4, groups=2)) == 8  # each of 4 filters sees 2 of 4 channels
    assert empty(pc.conv(4, 3, 4, groups=4)) == 12  # one of 4
    assert empty(pc.conv(32, 3, 32, groups=32)) == 12  # filters and channels 1, 2, 3 and 32


@pytest.mark.parametrize(("heads", "cuts"), [(1, 0), (2, 1), (8, 7)])
def test_heads_cut_the_four_squares_and_change_nothing_else(heads, cuts):
    for x, style in ((512, "pc-slice"), (8, "pc-cut")):
        svg = parsed(pc.attention(x, heads))
        slices = [e.get("d").count("M") for e in svg.iter("path") if classes(e) == [style]]
        assert slices == [cuts] * 4 * (heads > 1)
        assert filled(svg) == filled(parsed(pc.attention(x)))


def test_what_no_one_can_count_is_not_drawn_one_by_one():
    for large in (pc.lstm(300, 512), pc.conv(3, 64, 8), pc.attention(512), pc.embedding(1_000, 64)):
        svg = parsed(large)
        assert not [e for e in svg.iter("path") if classes(e) == ["pc-cell"]]
        assert [e for e in svg.iter("rect") if classes(e) == ["pc-tint"]]


def test_bars_are_to_scale():
    shown = pc.encoder(512, 6, 2_048)
    svg = parsed(shown)

    def wide(*path):
        (bar,) = (e for e in of(shown, svg, "layers", *path).iter("rect"))
        return float(bar.get("width"))

    # 512 × 512, 512 × 2,048 and 2,048 × 512, and the biases of 2,048: 1, 4, 4 and a 128th.
    one = wide("self-attention", "query", "W")
    assert wide("feed-forward", "hidden", "W") == pytest.approx(4 * one, rel=0.001)
    assert wide("feed-forward", "output", "W") == pytest.approx(4 * one, rel=0.001)
    assert wide("feed-forward", "hidden", "b") == pytest.approx(1.2)  # too thin to be seen to scale


def test_the_box_of_a_sublayer_lights_up_with_each_of_its_tensors():
    shown = pc.decoder(512, 6, 2_048, heads=8)
    mark = marks(shown)
    boxes = [keys for keys, _ in linked(parsed(shown)) if len(keys) > 1]
    for sublayer in ("self-attention", "cross-attention", "feed-forward", "norm 1", "norm 2", "norm 3"):
        assert {key for path, (_, _, key) in mark.items() if path[1] == sublayer} in boxes


# -- counts that are long -----------------------------------------------------------------------


def test_a_deep_network_says_every_count_even_if_they_are_long():
    written = [words for words, *_ in texts(parsed(pc.ffnn(784, 1_024, 1_024, 1_024, 10)))]
    for count, times in (("802,816", 1), ("1,048,576", 2), ("10,240", 1), ("1,024", 3), ("10", 1)):
        assert written.count(count) == times
    large = [words for words, *_ in texts(parsed(pc.ffnn(*[10**6] * 7)))]
    assert large.count("1,000,000,000,000") == 6
    assert large.count("1,000,000") == 7 + 6  # the sizes above, the biases below


def test_of_a_short_network_the_products_are_said():
    written = [words for words, *_ in texts(parsed(pc.ffnn(3, 5, 2)))]
    assert {"3 × 5 = 15", "5 × 2 = 10", "weights", "biases", "no biases"} <= {*written}
    written = [words for words, *_ in texts(parsed(pc.dense(25_088, 4_096)))]
    assert {"102,760,448", "25,088 × 4,096", "4,096"} <= {*written}


def test_a_count_is_cut_only_where_it_cannot_be_written():
    def written(shown):
        return {words for words, *_ in texts(parsed(shown))}

    assert "4,000,004,000,000" in written(many(10**6))  # 4 × (10**6 × 10**6 + 10**6)
    assert "400,000,040,000,…" in written(many(10**7))
    assert "same as embedding.E" in written(shared(10))


# -- sketches: before anything is counted -------------------------------------------------------


def test_the_layers_of_the_textbook_have_a_sketch_and_no_others():
    for name, family in FAMILIES.items():
        assert all((sketch(shown) is not None) == (name in SKETCHED) for shown in family)


def numbers(shown) -> set[int]:
    """The count of a layer, and those of all that is in it."""
    parts = getattr(shown, "parts", {}).values()
    return {int(shown.count)}.union(*map(numbers, parts))


@pytest.mark.parametrize("name", SKETCHED)
def test_a_sketch_does_not_tell_the_answer(name):
    for shown in FAMILIES[name]:
        picture, svg = sketch(shown), parsed(shown, sketch)
        used = {name for element in svg.iter() for name in classes(element)}
        assert used <= OUTLINES, shown.sizes
        said = " ".join([picture.title, picture.alt, *("".join(e.itertext()) for e in svg.iter("text"))])
        assert not re.search("parameter|weight|bias|train", said)
        said = re.sub(r"hidden \d+|h\d+", "", said)  # the names of layers and sizes
        written = {int(found.replace(",", "")) for found in re.findall(r"\d[\d,]*", said)}
        assert not written & numbers(shown) - {*sizes(shown)}, shown.sizes


@pytest.mark.parametrize("name", SKETCHED)
def test_a_sketch_says_the_sizes_in_the_question(name):
    for shown in FAMILIES[name]:
        written = re.findall(r"\d[\d,]*", " ".join(words for words, *_ in texts(parsed(shown, sketch))))
        asked = [size for key, size in shown.arguments().items() if key not in ("bias", "heads", "f")]
        for size in asked:
            several = size if isinstance(size, tuple) else [size]
            assert len(several) > 5 or all(f"{each:,}" in written for each in several if each), shown.sizes


def test_a_sketch_leaves_room_for_the_question():
    assert all(sketch(FAMILIES[name][0]).height <= 340 for name in SKETCHED)


# Worked out by hand: what is outlined, besides lines, arrows and operations.
HOLLOW = {
    "4 gates over 2 + 3 numbers": (pc.lstm(3, 2), 9),
    "3 gates over 2 + 3 numbers": (pc.gru(3, 2), 8),
    "1 dense layer over 2 + 3 numbers": (pc.rnn(3, 2), 6),
    "2 × 4 gates, the input and 2 outputs": (pc.bidirectional(pc.lstm(3, 2)), 11),
    "3 filters of 3 sheets, and 3 maps": (pc.conv(3, 2, 3), 12),
    "3 filters of 1 of 3 channels, and 3 maps": (pc.conv(3, 2, 3, groups=3), 6),
    "4 of 64 filters of 3 sheets, and their maps": (pc.conv(3, 3, 64), 16),
    "4 dense layers and 3 rows of numbers": (pc.attention(512), 7),
    "2 sublayers and 2 norms": (pc.encoder(512, 6), 4),
    "3 sublayers and 3 norms": (pc.decoder_layer(512), 6),
    "4 + 6 and the table": (pc.transformer(512, 6, 6, v=1_000), 11),
    "gain, shift, input and output": (pc.layer_norm(512), 4),
    "but for 2 statistics": (pc.batch_norm(64), 4),  # dashed: they are not learned
    "a table": (pc.embedding(5, 3), 1),
}


@pytest.mark.parametrize("drawn", HOLLOW)
def test_a_sketch_shows_what_there_is_to_count(drawn):
    shown, many = HOLLOW[drawn]
    assert len([e for e in parsed(shown, sketch).iter("rect") if classes(e) == ["pc-hollow"]]) == many


def test_a_sketch_says_what_each_box_is():
    def written(shown):
        return {words for words, *_ in texts(parsed(shown, sketch))}

    gates = {"forget gate", "input gate", "candidate", "output gate", "σ", "tanh", "×", "+"}
    assert gates | {"last output, h = 2", "new input, i = 3"} <= written(pc.lstm(3, 2))
    assert {"query", "key", "value", "output", "8 heads, side by side"} <= written(pc.attention(512, 8))
    stack = {"6 ×", "self-attention", "8 heads", "add & norm", "feed-forward"}
    assert stack | {"512 → 2,048 → 512"} <= written(pc.encoder(512, 6, 2_048, heads=8))
    assert stack | {"512 → 512"} <= written(pc.encoder(512, 6, heads=8))
    assert {"i = 3 channels", "o = 3 filters", "one block per channel: f × f = 2 × 2"} <= written(
        pc.conv(3, 2, 3)
    )


# -- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize("picture", [draw, as_blocks])
def test_markup_in_names_is_text(picture):
    odd = '<b>&"'

    def parts(x):
        return {odd: (x, x), "inner " + odd: pc.dense(x, 2), "b": (2,)}

    parts.__name__ = odd
    for shown in (layer(parts)(3), layer(parts)(300)):
        svg = ET.fromstring(render(picture(shown), "u"))
        known = {"svg", "title", "desc", "defs", "pattern", "g", "rect", "path", "text", "tspan"}
        assert {element.tag for element in svg.iter()} <= known
        assert odd in {"".join(element.itertext()) for element in svg.iter("text")}
        assert odd in svg.find("title").text
