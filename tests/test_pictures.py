"""Pictures at small, large and lopsided sizes: whole, legible, filled with what is counted, and as stored."""

import dataclasses
import functools
import itertools
import re
import sys
import types
import xml.etree.ElementTree as ET
from pathlib import Path

import matplotlib
import pytest
from matplotlib.ft2font import FT2Font

import paramcount as pc
import store_pictures
from paramcount import keras, layer, models, pytorch, stored_by
from paramcount.show import panel, pictures
from paramcount.show.account import Account
from paramcount.show.pictures import render
from paramcount.show.pictures.svg import SLIM, WIDTH, Picture
from paramcount.show.pictures.words import cut, room

SIZES = (1, 10, 11, 12, 13, 1_024, 10**6)
PAIRS = [*((size, size) for size in SIZES), (1, 4_096), (4_096, 1), (12, 10**6), (10**6, 13), (4, 12), (3, 2)]
EM = {"t0": 13, "t1": 14.5, "t2": 17, "t3": 22}  # the style sheet's sizes of type
NARROW = {"t0": 14, "t1": 15.5, "t2": 18, "t3": 22}  # and those for a narrow panel


@layer
def adapter(x, r):
    return {"down": pc.dense(x, r), "up": pc.dense(r, x)}


@layer
def many(x):
    return {f"block {k}": pc.attention(x) for k in range(9)}


@layer
def shared(x):
    table = pc.Tensor((x, x), same_as="embedding E")
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
    "grouped_attention": [
        models.grouped_attention(x, heads, shared, bias=shared > 1)
        for x in (12, 24, 1_024, 4_096, 2**20)
        for heads, shared in ((1, 1), (4, 1), (4, 2), (4, 4))
    ]
    + [models.grouped_attention(4_096, 4_096, 1)],
    "grouped_attention with norms": [
        models.grouped_attention(1_024, heads, 2, 128, True, True) for heads in (2, 16, 128)
    ],
    "layer_norm": [pc.layer_norm(x) for x in SIZES],
    "rms_norm": [pc.rms_norm(x) for x in SIZES],
    "batch_norm": [pc.batch_norm(o) for o in SIZES],
    "embedding": [pc.embedding(v, x) for v, x in PAIRS],
    "encoder_layer": [pc.encoder_layer(x, ff, x) for x, ff in PAIRS] + [pc.encoder_layer(1)],
    "decoder_layer": [pc.decoder_layer(x, ff) for x, ff in PAIRS] + [10**6 * pc.decoder_layer(1)],
    "encoder": [pc.encoder(x, m, ff, x) for x, m in PAIRS for ff in (None, m)],
    "decoder": [pc.decoder(x, n, ff, x) for x, n in PAIRS for ff in (None, n)],
    "transformer": [pc.transformer(x, n, x, ff) for x, n in PAIRS for ff in (None, n)],
    "transformer with its words": [pc.transformer(x, n, x, n, v=x) for x, n in PAIRS],
    "a reader's": [adapter(x, r) for x, r in PAIRS],
    "a reader's with many tensors": [many(x) for x in SIZES],
    "pytorch lstm": [stored_by(pytorch, pc.lstm(i, h)) for i, h in PAIRS],
    "pytorch transformer": [stored_by(pytorch, pc.transformer(x, 6, 6, x)) for x in SIZES],
    "keras encoder": [stored_by(keras, pc.encoder(x, m)) for x, m in PAIRS],
    "keras conv": [stored_by(keras, pc.conv(i, 3, o)) for i, o in PAIRS],
}


# A picture is drawn once, and parsed once, for all tests that look at it.
account = functools.cache(Account)
sketch = functools.cache(pictures.sketch)


@functools.cache
def draw(shown):
    return pictures.draw(account(shown))


@functools.cache
def slim(shown):
    """What a narrow panel draws."""
    picture = draw(shown)
    body, height = picture.slim
    return dataclasses.replace(picture, body=body, height=height)


def right(shown):
    """The sketch of a layer after a right answer."""
    return sketch(shown, frozenset())


@functools.cache
def left_out(shown):
    """After an answer that left out every other tensor."""
    trained = [leaf.path for leaf in account(shown).leaves if leaf.tensor.count]
    return pictures.sketch(shown, frozenset(trained[::2]))


@functools.cache
def parsed(shown, picture=draw, standalone=False):
    """The picture as a tree of elements: not well-formed is an error."""
    svg = ET.fromstring(element(picture(shown), "u1", standalone))
    if picture is slim:
        svg.set("viewBox", f"0 0 {SLIM} {picture(shown).height}")
    return svg


def element(picture, uid="u", standalone=False) -> str:
    """The SVG for a wide panel alone."""
    return render(dataclasses.replace(picture, slim=None), uid, standalone)


each_picture = pytest.mark.parametrize(
    ("name", "picture"),
    [
        pytest.param(name, picture, id=f"{name}-{picture.__name__}")
        for name in FAMILIES
        for picture in (draw, slim, sketch, left_out, right)
    ],
)


def sizes(shown) -> list[int]:
    values = shown.arguments().values()
    return [int(size or 0) for value in values for size in (value if isinstance(value, tuple) else [value])]


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
    (group,) = (group for keys, group in linked(svg) if keys == {account(shown).marks[path].link})
    return group


# -- at any size --------------------------------------------------------------------------------


@each_picture
def test_ids_are_unique_and_what_refers_to_them_finds_them(name, picture):
    for shown in FAMILIES[name]:
        svg = element(picture(shown), "u1")
        ids = re.findall(r' id="(.*?)"', svg)
        assert len(ids) == len(set(ids)) and all(each.startswith("u1-") for each in ids)
        labels = re.search(r'aria-labelledby="(.*?)"', svg)[1].split()
        assert {*re.findall(r"url\(#(.*?)\)", svg), *labels} == set(ids)


# Of a deep network some layers are left out, and said to be.
@pytest.mark.parametrize("picture", [draw, slim])
@pytest.mark.parametrize("name", [name for name in FAMILIES if name != "deep ffnn"])
def test_every_tensor_is_linked_and_no_link_is_in_another(name, picture):
    for shown in FAMILIES[name]:
        groups = linked(parsed(shown, picture))
        links = {mark.link for mark in account(shown).marks.values()}
        assert set().union(*(keys for keys, _ in groups)) == links
        assert all(len(linked(group)) == 1 for _, group in groups)
        assert all(group.find("title").text for _, group in groups)


@each_picture
def test_the_text_stays_in_the_picture(name, picture):
    for shown in FAMILIES[name]:
        height = picture(shown).height
        for words, start, end, y in texts(parsed(shown, picture)):
            wide = SLIM if picture is slim else WIDTH
            assert start >= -2 and end <= wide + 2 and 8 <= y <= height - 2, (shown.sizes, words)


@each_picture
def test_no_text_is_written_over_another(name, picture):
    for shown in FAMILIES[name]:
        # narrower than most letters: what overlaps so does in any font
        seen = sorted(texts(parsed(shown, picture), 0.52), key=lambda text: text[3])
        for n, (words, left, end, y) in enumerate(seen):
            for other, start, last, line in seen[n + 1 :]:
                if line - y >= 11:
                    break
                assert end <= start or last <= left, (shown.sizes, words, other)


@pytest.mark.parametrize("picture", [draw, slim])
@pytest.mark.parametrize("name", FAMILIES)
def test_no_tensor_stands_over_another(name, picture):
    """By the room to point at that each has."""
    for shown in FAMILIES[name]:
        if pictures.has_parts(shown):
            continue  # a thin part has a little more room than it is high
        areas = [
            [float(each.get(side)) for side in ("x", "y", "width", "height")]
            for each, _ in placed(parsed(shown, picture))
            if "pc-hit" in classes(each)
        ]
        for n, (x, y, wide, high) in enumerate(areas):
            for left, top, across, down in areas[n + 1 :]:
                apart = x + wide <= left or left + across <= x or y + high <= top or top + down <= y
                assert apart, (shown.sizes, x, y, left, top)


@functools.cache
def letters(bold: bool) -> dict[str, float]:
    """How wide the letters of DejaVu Sans are, in ems: no font that readers are likely to have is wider."""
    file = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    font = FT2Font(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / file)
    font.set_size(1, 72)  # one unit an em
    return {chr(code): font.load_char(code).linearHoriAdvance / 2**16 for code in font.get_charmap()}


def long(words: str, style: str, narrow: bool) -> float:
    """How long words are in it, at the style sheet's sizes of type."""
    known = letters(style in ("t2", "t3"))
    return (NARROW if narrow else EM)[style] * sum(known.get(each, 1) for each in words)


def texts(svg, em=None) -> list[tuple[str, float, float, float]]:
    """Every line of text with its left, its right and its height; em: the width of each letter."""
    lines, narrow = [], svg.get("viewBox", "").startswith(f"0 0 {SLIM} ")
    for element, down in placed(svg):
        if element.tag != "text":
            continue
        words = "".join(element.itertext()).replace("\u200b", "")
        style = next((name for name in classes(element) if name in EM), "t1")
        wide = em * EM[style] * len(words) if em else long(words, style, narrow)
        x = float(element.get("x"))
        left = x - wide * {"start": 0, "middle": 0.5, "end": 1}[element.get("text-anchor")]
        lines.append((words, left, left + wide, float(element.get("y")) + down))
    return lines


@pytest.mark.parametrize("style", EM)
def test_there_is_room_for_words_in_the_widest_font(style):
    shown = ["feed-forward", "12 × self-attention", "1,234,567,890", "W = 4,096 × 16,384", "< 0.1 %"]
    for words in shown:
        needed = long(words, style, narrow=True)
        assert needed <= room(words, style) <= 1.25 * needed
        assert long(cut(words, needed / 2, style), style, narrow=True) <= needed / 2


def placed(element, down=0.0):
    """Every element, with how far down it is moved by what it is in."""
    if "pc-inside" in classes(element):
        return  # what is in a part of a part: not seen before that is opened, and then over all else there
    move = re.fullmatch(r"translate\(0 (-?\d+)\)", element.get("transform", "translate(0 0)"))
    down += float(move[1])
    yield element, down
    for inner in element:
        yield from placed(inner, down)


@each_picture
def test_the_page_does_not_jump_while_a_size_is_moved(name, picture):
    heights = {picture(shown).height for shown in FAMILIES[name]}
    opens = picture is slim and any(map(pictures.has_parts, FAMILIES[name]))  # other parts at other sizes
    assert len(heights) == 1 or opens


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


@pytest.mark.parametrize("picture", [draw, slim])
@pytest.mark.parametrize("counted", MARKS)
def test_small_pictures_can_be_counted(counted, picture):
    shown, total = MARKS[counted]
    assert filled(parsed(shown, picture)) == total


def test_each_tensor_has_its_own_marks():
    lstm = pc.lstm(3, 2)
    svg = parsed(lstm)
    for gate in ("forget", "input", "candidate", "output"):
        assert filled(of(lstm, svg, gate, "W")) == 10  # 4 squares for h, 6 for i
        assert filled(of(lstm, svg, gate, "b")) == 2
    conv = pc.conv(3, 2, 3)
    assert filled(of(conv, parsed(conv), "K")) == 36
    assert filled(of(conv, parsed(conv), "b")) == 3


def hues(svg) -> list[tuple[str, str]]:
    """The places of a grouped convolution that are drawn in the hue of a group: the hue, and which place."""
    inner = (group for group in svg.iter("g") if len(classes(group)) == 1 and classes(group)[0][:2] == "c-")
    return [(classes(group)[0], classes(each)[0]) for group in inner for each in group if each.tag != "text"]


def test_the_channels_of_an_image_are_counted_or_have_dots_between_them():
    def sheets(channels):
        svg = parsed(pc.conv(channels, 3, 4, bias=False))
        return len(bars(svg, "pc-faintb")), [words for words, *_ in texts(svg)].count(f"{channels:,}")

    assert [sheets(channels)[0] for channels in (1, 3, 8)] == [1, 3, 8]
    assert sheets(9)[0] == sheets(32)[0] == 4  # three and the last
    assert sheets(3)[1] == 1 and sheets(32)[1] == 2  # on the bracket; and over the last block of a filter


def test_twice_as_many_channels_stand_one_step_deeper():
    def deep(channels):
        svg = parsed(pc.conv(channels, 3, 4))
        lefts = [float(e.get("x")) for e in svg.iter("rect") if classes(e) == ["pc-faintb"]]
        return max(lefts) - min(lefts)

    assert deep(1) == 0 < deep(2)
    step = deep(4) - deep(2)
    assert step > 0
    for channels in (8, 16, 32, 64, 128, 256, 512):
        assert deep(channels) - deep(channels // 2) == pytest.approx(step, abs=0.01)


def test_a_group_is_a_row_of_its_channels_its_filters_and_its_maps_in_a_hue_of_its_own():
    found = hues(parsed(pc.conv(8, 3, 16, groups=4)))
    # 8 ÷ 4 channels and 16 ÷ 4 maps are hollow; 4 filters have a plane for each of 2 channels.
    for hue in ("c-w", "c-f", "c-e", "c-n"):
        assert found.count((hue, "pc-hollowk")) == 2 + 4
        assert found.count((hue, "pc-cell")) == 4 * 2
    assert len(found) == 4 * (6 + 8)
    numbers = {words for words, *_ in texts(parsed(pc.conv(8, 3, 16, groups=4)))}
    assert {*"12345678", "group 1", "group 4", "each sees 2 of 8 channels"} <= numbers


def test_of_many_groups_three_and_the_last_are_drawn():
    found = hues(parsed(pc.conv(32, 3, 32, groups=32)))
    assert found.count(("c-w", "pc-hollowk")) == 2  # one channel, one map
    assert len([place for _, place in found if place == "pc-cell"]) == 4  # groups 1, 2, 3 and 32


def test_the_panel_and_the_page_say_that_groups_have_hues():
    for groups, said in ((4, True), (1, False)):
        shown = pc.conv(8, 3, 16, groups=groups)
        html = panel.body(account(shown), draw(shown), "u")
        assert ("each group has a hue of its own" in html) == said
        assert ("each group has a hue of its own" in panel.static(shown)) == said


def test_what_a_filter_gives_has_as_many_sides_as_the_filter():
    (wide, high), *rest = [side for side in bars(parsed(pc.conv(3, (3,), 1)), "pc-hollow")]
    assert wide == high and len(rest) == 2  # a strip of three places
    assert len(bars(parsed(pc.conv(3, 3, 1)), "pc-hollow")) == 1
    strips = bars(parsed(pc.conv(3, (3,), 2)), "pc-faintb")
    assert len(strips) == 3 and all(wide > 5 * high for wide, high in strips)


def test_queries_keys_and_values_are_on_one_scale():
    def areas(*sizes, **more):
        shown = models.grouped_attention(*sizes, **more)
        svg = parsed(shown)
        (each,) = zip(
            *(bars(of(shown, svg, name, "W"), "pc-tint") for name in ("query", "key", "value", "output")),
            strict=True,
        )
        return [wide * high for wide, high in each]

    for sizes, counts in (
        ((4_096, 32, 8), [4_096 * 4_096, 4_096 * 1_024, 4_096 * 1_024, 4_096 * 4_096]),
        ((4_096, 32, 32), [4_096 * 4_096] * 4),
        ((1_024, 16, 2, 128), [1_024 * 2_048, 1_024 * 256, 1_024 * 256, 2_048 * 1_024]),
    ):
        drawn = areas(*sizes)
        assert [area / drawn[0] for area in drawn] == pytest.approx([n / counts[0] for n in counts], rel=0.01)


def test_grouped_heads_are_cut_and_those_that_share_are_solid():
    shown = models.grouped_attention(4_096, 32, 8)
    svg = parsed(shown)
    cut = {
        name: [e.get("d").count("M") for e in of(shown, svg, name, "W").iter("path")]
        for name in ("query", "key", "value", "output")
    }
    assert cut == {"query": [31], "key": [7], "value": [7], "output": [31]}
    (query, _), (key, _) = (bars(of(shown, svg, name, "W"), "pc-solid")[0] for name in ("query", "key"))
    assert query == pytest.approx(4 * key, rel=0.01)  # 32 ÷ 8 queries for one key, all as wide


def test_an_answer_to_grouped_queries_is_on_one_scale_too():
    shown = models.grouped_attention(4_096, 32, 8)
    (query,), (key,) = (
        bars(of(shown, parsed(shown, right), name, "W"), "pc-tint") for name in ("query", "key")
    )
    assert query[0] * query[1] == pytest.approx(4 * key[0] * key[1], rel=0.01)


def test_a_filter_in_an_answered_sketch_is_drawn_as_planes():
    @layer
    def bank(i, f, o):
        return {"K": (i, f, f, o), "scale": pc.Tensor((o,), "norm"), "b": (o, o, o)}

    shown = bank(3, 2, 1)
    (path,) = (of(shown, parsed(shown, right), "K").iter("path"),)
    squares = [re.findall(r"M([\d.]+) ([\d.]+)", each.get("d")) for each in path]
    assert [len(each) for each in squares] == [4, 4, 4]
    assert len({y for each in squares for _, y in each}) == 2  # two rows, not twelve


@pytest.mark.parametrize(("heads", "cuts"), [(1, 0), (2, 1), (8, 7)])
def test_heads_cut_the_four_squares_and_change_nothing_else(heads, cuts):
    for x, style in ((512, "pc-slice"), (8, "pc-cut")):
        svg = parsed(pc.attention(x, heads))
        slices = [e.get("d").count("M") for e in svg.iter("path") if classes(e) == [style]]
        assert slices == [cuts] * 4 * (heads > 1)
        assert filled(svg) == filled(parsed(pc.attention(x)))


@pytest.mark.parametrize(("heads", "opened"), [(16, []), (30, []), (32, [7]), (128, [7])])
def test_all_heads_are_cut_and_where_cuts_are_too_close_eight_are_opened(heads, opened):
    svg = parsed(pc.attention(32 * 30 * 16, heads))
    slices = [e.get("d").count("M") for e in svg.iter("path") if classes(e) == ["pc-slice"]]
    assert sorted(slices) == opened + [heads - 1] * 4


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


STACKS = [pc.encoder(512, 6), pc.encoder(512, 6, 2_048, 8), pc.decoder(4_096, 126, 4_096, 128)]


@pytest.mark.parametrize("shown", STACKS)
def test_the_tensors_of_a_bar_are_all_called_alike(shown):
    """All in words or all by a letter below the line: `key W` fits where `value W` does not."""
    written = [words for words, *_ in texts(parsed(shown))]
    in_words = {f"{name} W" in written for name in ("query", "key", "value")}
    by_letter = {f"W{name}" in written for name in "QKV"}
    assert in_words != by_letter and len(in_words) == len(by_letter) == 1


def test_one_number_is_not_several():
    for shown in (pc.encoder(1, 1), pc.decoder(1, 1), pc.transformer(1, 1, 1)):
        assert not [words for words, *_ in texts(parsed(shown)) if words.endswith("= 1 numbers")]


def test_the_box_of_a_sublayer_lights_up_with_each_of_its_tensors():
    shown = pc.decoder(512, 6, 2_048, heads=8)
    boxes = [keys for keys, _ in linked(parsed(shown)) if len(keys) > 1]
    for sublayer in ("self-attention", "cross-attention", "feed-forward", "norm 1", "norm 2", "norm 3"):
        assert {*account(shown).links(("layers", sublayer)).split()} in boxes


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
    assert "400,000,040,000,000" in written(many(10**7))
    assert "output: the same as embedding E, 0 more" in written(shared(10))


# -- stored pictures ----------------------------------------------------------------------------

STORED = store_pictures.files()


@pytest.mark.parametrize("name", STORED)
def test_the_picture_is_the_stored_one(name):
    path = store_pictures.FOLDER / name
    stored = path.read_text("utf-8") if path.exists() else ""
    if STORED[name] != stored:
        drawn = zip(_elements(STORED[name]), _elements(stored), strict=False)
        now, before = next((pair for pair in drawn if pair[0] != pair[1]), ("", ""))
        pytest.fail(
            f"{name} is not drawn as it is stored. The first mark that differs\n"
            f"  is   {now}\n"
            f"  was  {before}\n"
            f"To look: open {path} in a browser, run `make pictures`, open it again.\n"
            "If the new one is right, keep it; if not, mend what draws it, and run `make pictures` again."
        )


def _elements(svg: str) -> list[str]:
    return svg.replace("><", ">\n<").splitlines()


def test_no_other_pictures_are_stored():
    stored = {path.name for path in store_pictures.FOLDER.iterdir()}
    assert stored == {*STORED}, "make pictures deletes and adds what is needed"


# -- what a picture must not get wrong ----------------------------------------------------------


# For each gate the function over it, and then what its outputs go through, by the equations.
WIRING = {
    "rnn": ({"one dense layer": "tanh"}, []),
    "gru": ({"update gate": "σ", "reset gate": "σ", "candidate": "tanh"}, ["+", "1 −", "×", "×", "×"]),
    "lstm": (
        {"forget gate": "σ", "input gate": "σ", "candidate": "tanh", "output gate": "σ"},
        ["+", "tanh", "×", "×", "×"],
    ),
}


def operations(svg) -> dict[tuple[float, float], str]:
    """What is written in each dashed shape, by its place."""
    dashed = {}
    for shape, label in itertools.pairwise(svg):
        if classes(shape) == ["pc-zero"]:
            dashed[float(label.get("x")), float(label.get("y"))] = "".join(label.itertext())
    return dashed


@pytest.mark.parametrize("picture", [draw, sketch], ids=["draw", "sketch"])
@pytest.mark.parametrize("name", WIRING)
def test_the_wiring_is_that_of_the_equations(name, picture):
    over, after = WIRING[name]
    svg = parsed(SMALL[name], picture)
    rest, signs = operations(svg), {}
    for label in svg.iter("text"):
        if label.text in over:
            x = float(label.get("x"))
            lowest = max(place for place in rest if place[0] == x)
            signs[label.text] = rest.pop(lowest)
    assert signs == over
    assert sorted(rest.values()) == after


SMALL = {name: getattr(pc, name)(3, 2) for name in WIRING}


def test_it_is_said_how_many_gates_read_the_numbers():
    def reading(name):
        return next(words.split(" h + i")[0] for words, *_ in texts(parsed(SMALL[name])) if "h + i" in words)

    assert [reading(name) for name in SMALL] == [
        "it reads",
        "all three read",
        "all four read the same",
    ]


def bars(svg, style: str) -> list[tuple[float, float]]:
    """Width and height of each rectangle of a style."""
    shapes = (each for each in svg.iter("rect") if classes(each) == [style])
    return [(float(each.get("width")), float(each.get("height"))) for each in shapes]


def test_the_part_of_one_head_is_solid_and_no_more():
    assert bars(parsed(pc.attention(512)), "pc-solid") == []
    for heads in (2, 8, 32):
        first = pytest.approx(90 / heads, abs=0.01)
        opened = [(90 / 8, 90)] * (heads == 32)  # the first of eight
        assert (
            bars(parsed(pc.attention(512, heads)), "pc-solid") == [(first, 90)] * 3 + [(90, first)] + opened
        )


THIN = {
    "h is thin": (pc.gru(1_000, 1), 4),
    "i is thin": (pc.lstm(1, 4_096), 4),
    "a filter is thin": (pc.conv(3, (1, 1_024), 3), 8),
    "columns are thin": (pc.embedding(30_000, 64), 14),
    "rows are thin": (pc.embedding(1, 600), 14),
}


@pytest.mark.parametrize("thin", THIN)
def test_a_thin_side_is_drawn_wider(thin):
    shown, least = THIN[thin]
    assert min(side for bar in bars(parsed(shown), "pc-tint") for side in bar) == least
    assert "wider" in draw(shown).reading or shown.name == "conv"


def test_norms_are_dashed_and_in_a_colour_of_their_own():
    groups = [group for _, group in linked(parsed(pc.encoder(512, 6)))]
    norms = [group for group in groups if group.find("title").text.startswith("add & norm")]
    assert [classes(group)[0] for group in norms] == ["c-n", "c-n"]
    assert [classes(group.find("rect")) for group in norms] == [["pc-norm"]] * 2
    css = pictures.svg.stylesheet("picture.css")
    assert re.search(r"\.pc-norm\{[^}]*stroke:var\(--k\)[^}]*stroke-dasharray", css)


def test_the_longest_bar_takes_the_room_that_there_is():
    for shown, units in ((pc.encoder(512, 6), 236), (pc.transformer(512, 6, 6), 204)):
        mark = account(shown).marks
        (path,) = (
            path for path in mark if path[-3:] == ("self-attention", "query", "W") and "decoder" not in path
        )
        (bar,) = of(shown, parsed(shown), *path).iter("rect")
        assert float(bar.get("width")) == pytest.approx(units * 512 * 512 / 1_050_624, abs=1.01)


# -- names --------------------------------------------------------------------------------------


def named(name: str, x: int):
    """A layer of a reader whose parts, and which itself, have an odd name."""

    def parts(x):
        return {name: (x, x), "inner " + name: pc.dense(x, 2), "b": (2,)}

    parts.__name__ = name
    return layer(parts)(x)


def all_left_out(account):
    return pictures.sketch(account.layer, frozenset(leaf.path for leaf in account.leaves))


BLOCKS = {"draw": pictures.draw, "sketch": all_left_out}


@pytest.mark.parametrize("picture", BLOCKS)
@pytest.mark.parametrize("name", ['<b>&"', "GRID-7", "ID-arrow", "url(#u-)", "]]>", "{x}", "\ue000", "&#0;"])
def test_markup_in_names_is_text(name, picture):
    for shown in (named(name, 3), named(name, 300)):
        svg = ET.fromstring(element(BLOCKS[picture](Account(shown))))
        known = {"svg", "title", "desc", "defs", "pattern", "g", "rect", "path", "text", "tspan"}
        assert {element.tag for element in svg.iter()} <= known
        assert name in {"".join(element.itertext()) for element in svg.iter("text")}
        called = "weights" if picture == "sketch" and len(name) == 1 else name
        assert any(title.text.startswith(f"{called}: ") for title in svg.iter("title"))
        assert name[1:] in svg.find("title").text


@pytest.mark.parametrize("odd", ["\0", "\x1b", "\x08", "\ud800", "\udfff", "\uffff", "\0arrow", "\0hatch-b"])
def test_a_character_that_no_svg_may_have_is_replaced(odd):
    shown = named(f"a{odd}", 300)
    for picture in BLOCKS.values():
        svg = element(picture(Account(shown)))
        svg.encode("utf-8")
        words = {"".join(element.itertext()) for element in ET.fromstring(svg).iter("text")}
        assert any(word.startswith("a\ufffd") for word in words)
        assert re.findall(r' id="(.*?)"', svg) == ["u-title", "u-alt"]


def test_sizes_with_odd_names_are_text():
    @layer
    def odd(x):
        return {"W": (pc.Dim(3, "<i>"), pc.Dim(2, "\0")), "b": (x,)}

    ET.fromstring(element(pictures.draw(Account(odd(2)))))
    ET.fromstring(element(pictures.draw(Account(pc.dense(pc.Dim(3, "<i>"), pc.Dim(2, "\0"))))))


# -- families, and large networks ---------------------------------------------------------------


def test_a_new_family_needs_its_file_and_no_list(monkeypatch):
    @layer(family="spirals")
    def spiral(x):
        return {"W": (x, x)}

    def picture(pen):
        return Picture("filled" if pen.filled else "hollow", 10, "Spiral", "")

    file = types.ModuleType("spirals")
    file.draw = picture
    monkeypatch.setitem(sys.modules, f"{pictures.__name__}.spirals", file)
    assert pictures.draw(Account(spiral(2))).body == "filled"
    assert pictures.sketch(spiral(2)).body == "hollow"


@layer
def ten_thousand(x):
    return {f"block {k}": pc.attention(x) for k in range(1_250)}


def test_of_ten_thousand_tensors_only_a_few_are_drawn():
    shown = ten_thousand(8)
    for picture in BLOCKS.values():
        assert len(picture(Account(shown)).body) < 20_000
