"""Whole networks to scale: laws over all published networks and layers of readers; and `compare`."""

import dataclasses
import functools
import re
import xml.etree.ElementTree as ET

import pytest

import paramcount as pc
from paramcount import Dim, layer, models, pytorch, stored_by
from paramcount.show import panel
from paramcount.show.account import Account
from paramcount.show.kinds import KINDS, by_kind
from paramcount.show.pictures import render, whole
from paramcount.show.pictures.pen import Pen
from paramcount.show.pictures.svg import SLIM, WIDTH, stylesheet
from test_pictures import classes, filled, texts

HIGH = 340  # units that the whole is high


@layer
def three(x, r):
    return {"W": (x, r), "U": (r, r), "b": (r,)}


@layer
def adapter(x, r):
    return {"down": pc.dense(x, r), "up": pc.dense(r, x)}


@layer
def uneven(x):
    """Many parts of all sizes, some too thin to see, with long names."""
    sizes = [1, 2, 3, 900, 5, 70, 1, 1, 1, 400, 30, 30, 30, 2, 2, 600, 1]
    return {f"part number {k} with a long name": pc.dense(x, size) for k, size in enumerate(sizes)}


@layer
def steps(x):
    """Ten parts of a twenty-fifth each, 16 units high: too thin for a name, too far apart for one label."""
    return {f"step {k}": pc.dense(x, 4) for k in range(10)} | {"last": pc.dense(x, 60)}


@layer
def hundred(x):
    return {f"block {k}": pc.attention(x) for k in range(100)}


@layer
def tagger(v, x, h, o):
    """All sorts of kinds."""
    return {
        "words": pc.embedding(v, x),
        "conv": pc.conv(x, (3,), x),
        "both ways": pc.bidirectional(pc.gru(x, h)),
        "norm": pc.layer_norm(2 * h),
        "look": pc.attention(2 * h),
        "tags": pc.dense(2 * h, o),
    }


NETWORKS = {name: each.layer for name, each in models.PUBLISHED.items()} | {
    "three tensors": three(512, 64),
    "three small tensors": three(4, 2),
    "adapter": adapter(768, 8),
    "uneven": uneven(40),
    "steps": steps(40),
    "a hundred": hundred(64),
    "tagger": tagger(300, 64, 64, 64),
    "repeated": 3 * adapter(64, 64),
    "huge": adapter(10**9, 10**9),
    "one tensor": layer(lambda x: {"table": pc.embedding(x, x)})(Dim(30)),
    "as PyTorch keeps it": stored_by(pytorch, models.bert_base()),
    "tuned": pc.lora(models.llama_3_8b(), 8),
    "frozen in part": layer(lambda x: {"W": (x, x), "V": pc.Tensor((3 * x, x), frozen=True)})(Dim(20)),
}
every = pytest.mark.parametrize("name", NETWORKS)
both = pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])


@functools.cache
def drawn(name: str):
    return whole.draw(Pen(Account(NETWORKS[name])))


@functools.cache
def parsed(name: str, narrow: bool = False):
    """The picture as elements. What is narrow is the second of the two that stand on a page."""
    picture = drawn(name)
    if narrow:
        slim = re.search(r'<svg class="pc-svg pc-slim".*', render(picture, "u"), re.DOTALL)[0]
        return ET.fromstring(slim)
    return ET.fromstring(render(dataclasses.replace(picture, slim=None), "u"))


@dataclasses.dataclass
class Part:
    """A part as it is drawn. at: its place in the tree, 0.2 the third of what is in the first."""

    group: ET.Element

    @property
    def at(self) -> str:
        return self.group.get("data-at")

    @property
    def above(self) -> str:
        return self.at.rpartition(".")[0]

    @property
    def count(self) -> int:
        return int(re.search(r": ([\d,]+) parameters?, ", self.group.get("aria-label"))[1].replace(",", ""))

    @property
    def area(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of the place for the pointer, which is all of it."""
        (hit,) = (each for each in self.group.iter("rect") if "pc-hit" in classes(each))
        return tuple(float(hit.get(side)) for side in ("x", "y", "width", "height"))

    @property
    def high(self) -> float:
        return self.area[3]


def parts(svg) -> list[Part]:
    return [Part(group) for group in svg.iter("g") if group.get("role") == "treeitem"]


def bands(part: Part) -> dict[str, ET.Element]:
    """The shapes that a part is filled with, by the letter of their colour."""
    groups = [each for each in part.group.iter("g") if each is not part.group]
    return {classes(each)[0].removeprefix("c-"): list(each) for each in groups}


# -- to scale -----------------------------------------------------------------------------------


@both
@every
def test_heights_are_to_scale_within_a_unit(name, narrow):
    total = int(NETWORKS[name].count)
    for part in parts(parsed(name, narrow)):
        wanted = HIGH * part.count / total
        assert part.high == pytest.approx(max(4, wanted), abs=1), part.at  # 4 is the least to point at


@both
@every
def test_the_parts_sum_to_the_whole_and_what_is_inside_to_its_part(name, narrow):
    found = parts(parsed(name, narrow))
    counts = {part.at: part.count for part in found}
    inside = {}
    for part in found:
        inside[part.above] = inside.get(part.above, 0) + part.count
    assert inside.pop("") == NETWORKS[name].count
    assert inside == {at: counts[at] for at in inside}


@every
def test_parts_stand_on_each_other_without_a_gap(name):
    at = None
    for part in parts(parsed(name)):
        if part.above == "":
            _, top, _, high = part.area
            real = HIGH * part.count / NETWORKS[name].count
            top += high < 4.01 and real < 4  # a thin part can be pointed at a unit further up
            assert at is None or top == pytest.approx(at, abs=1.1)
            at = top + real


@every
def test_what_is_inside_stands_beside_its_part(name):
    areas = {part.at: part.area for part in parts(parsed(name))}
    for at, (left, top, _, high) in areas.items():
        if "." in at:
            x, y, wide, outer = areas[at.rpartition(".")[0]]
            assert left > x + wide and y - 2 <= top and top + high <= y + outer + 4


@every
def test_the_largest_part_is_drawn_largest(name):
    first = [part for part in parts(parsed(name)) if "." not in part.at]
    assert max(first, key=lambda part: part.high).count == max(part.count for part in first)


def test_heights_by_hand():
    # LeNet-5: (400 × 120 + 120) ÷ 61,706 of 340 units; GPT-3: 96 × 1,812,099,072 ÷ 174,604,259,328.
    high = {part.group.get("aria-label").split(":")[0]: part.high for part in parts(parsed("LeNet-5"))}
    assert high["dense 1"] == pytest.approx(340 * 48_120 / 61_706, abs=0.01)
    high = {part.group.get("aria-label").split(":")[0]: part.high for part in parts(parsed("GPT-3 175B"))}
    assert high["96 × layers"] == pytest.approx(340 * 96 * 1_812_099_072 / 174_604_259_328, abs=0.01)


# What one sees first is the largest part: by the papers' sizes, in the arithmetic beside it.
FIRST = {
    "LeNet-5": ("dense 1", "78.0 %"),  # 48,120 ÷ 61,706
    "VGG-16": ("dense 1", "74.3 %"),  # (25,088 × 4,096 + 4,096) ÷ 138,357,544
    "ResNet-50": ("stage 4", "58.6 %"),  # 14,964,736 ÷ 25,557,032
    "MobileNetV2": ("output", "36.5 %"),  # (1,280 × 1,000 + 1,000) ÷ 3,504,872
    "BERT-base": ("12 × layers", "77.7 %"),  # 12 × 7,087,872 ÷ 109,482,240
    "GPT-3 175B": ("96 × layers", "99.6 %"),
    "Mixtral-8x7B": ("32 × layers", "99.4 %"),
    "Transformer base": ("decoder: 6 × layers", "40.0 %"),  # 25,224,192 ÷ 63,082,496
}


@pytest.mark.parametrize("name", FIRST)
def test_one_sees_first_where_most_parameters_are(name):
    first = [part for part in parts(parsed(name)) if "." not in part.at]
    largest = max(first, key=lambda part: part.high)
    called, share = FIRST[name]
    written = ["".join(each.itertext()) for each in largest.group.iter("text")]
    assert largest.group.get("aria-label").startswith(f"{called}: ")
    assert called in written and share in written


# -- words --------------------------------------------------------------------------------------


@both
@every
def test_no_word_leaves_the_picture(name, narrow):
    svg = parsed(name, narrow)
    wide, height = (float(side) for side in svg.get("viewBox").split()[2:])
    assert wide == (SLIM if narrow else WIDTH)
    for words, start, end, y in texts(svg):
        assert start >= -1 and end <= wide + 1 and 10 <= y <= height - 2, words


@both
@every
def test_no_word_is_over_another(name, narrow):
    seen = sorted(texts(parsed(name, narrow)), key=lambda text: text[3])
    for n, (words, left, end, y) in enumerate(seen):
        for other, start, last, line in seen[n + 1 :]:
            if line - y >= 12:
                break
            assert end <= start or last <= left, (words, other)


@both
@every
def test_words_in_a_part_stay_in_it_and_others_stand_outside_of_all(name, narrow):
    svg = parsed(name, narrow)
    for part in parts(svg):
        left, top, wide, high = part.area
        for words, start, end, y in texts(part.group):
            inside = left <= start and end <= left + wide
            assert inside or end <= left or start >= left + wide, words
            assert not inside or top + 10 <= y <= top + high - 3, words


def test_every_part_has_a_name_and_a_count_that_are_read_out():
    for name in NETWORKS:
        for part in parts(parsed(name)):
            assert part.group.find("title").text == part.group.get("aria-label")
            place, many = (int(part.group.get(f"aria-{each}")) for each in ("posinset", "setsize"))
            assert 1 <= place <= many and f", {place} of {many} in " in part.group.get("aria-label")


def test_what_adds_nothing_is_said():
    written = {"".join(each.itertext()) for each in parsed("GPT-2 small").iter("text")}
    assert "output: the same as words E, 0 more" in written


@both
def test_of_all_parameters_a_bar_shows_how_many_train(narrow):
    """By hand: of 20 × 20 + 60 × 20 the first, a quarter; of a tuned network a line that can just be seen."""
    wide = SLIM if narrow else WIDTH - 172
    for name, trains, said in (
        ("frozen in part", wide / 4, "25 % of 1,600 train, 1,200 are frozen"),
        ("tuned", 2, "0.0424 % of 8,033,669,120 train, 8,030,261,248 are frozen"),
    ):
        svg = parsed(name, narrow)
        bar, filled_in = [each for each in svg.iter("rect") if each.get("height") == "24"]
        assert (float(bar.get("width")), float(filled_in.get("width"))) == (wide, trains)
        written = {"".join(each.itertext()) for each in svg.iter("text")}
        assert said in written or said.partition(" of ")[0] + " of all train" in written


@both
@pytest.mark.parametrize("name", models.PUBLISHED)
def test_every_name_in_a_published_network_is_whole(name, narrow):
    svg = parsed(name, narrow)
    assert not [words for words, *_ in texts(svg) if "…" in words]
    for part in parts(svg):
        called = re.sub(r": [\d,]+ parameters?, .*", "", part.group.find("title").text)
        written = " ".join(words for words, *_ in texts(part.group))
        assert part.high < 17 or called in written, called  # what is thinner may be named with others


@both
def test_what_adds_nothing_is_said_in_full(narrow):
    """In a narrow panel on a line each."""
    said = ["sinusoids: not trained", "output: the same as words E"]
    written = {words.removesuffix(", 0 more") for words, *_ in texts(parsed("Whisper tiny", narrow))}
    assert {*said} <= written if narrow else "; ".join(said) in written


def test_what_is_nearly_all_of_a_part_is_opened_with_it():
    """By hand: all but a norm of 768 in a layer of Mamba is a block, with 768 × 3,072 and 1,536 × 768."""
    inside = {part.group.get("aria-label").split(":")[0]: part for part in parts(parsed("Mamba-130M"))}
    assert "block" not in inside
    assert inside["input"].count == 24 * 768 * 3_072 and inside["output"].count == 24 * 1_536 * 768
    mixtral = [part.group.get("aria-label") for part in parts(parsed("Mixtral-8x7B"))]
    assert any(said.startswith("feed-forward: 45,098,205,184 ") for said in mixtral)  # 96.6 % of it


# -- colour and pattern -------------------------------------------------------------------------

SOLID, PLAIN = "solid", "plain"


def pattern(shapes) -> str:
    """What a band is filled with: a pattern by its id, nothing but its tint, or all of it."""
    if [classes(shape) for shape in shapes] == [["pc-cell"]]:
        return SOLID
    assert classes(shapes[0]) == ["pc-ground"]
    return shapes[1].get("fill") if len(shapes) > 1 else PLAIN


@every
def test_each_kind_has_its_colour_and_its_pattern(name):
    account = Account(NETWORKS[name])
    letters = {kind.letter for kind in KINDS.values()} if account.network else {"w", "b", "n"}
    for part in parts(parsed(name)):
        for letter, shapes in bands(part).items():
            assert letter in letters
            least = min(float(shapes[0].get(side)) for side in ("width", "height"))
            thin = pattern(shapes) == SOLID if least == 3 else least < 3  # as it is written, 2.998 is 3
            wanted = {"f": PLAIN, "w": PLAIN, "n": SOLID, "b": "url(#u-hatch-b)"}.get(
                letter, f"url(#u-kind-{letter})"
            )
            assert pattern(shapes) == (SOLID if thin else wanted)


@every
def test_a_part_of_several_kinds_is_split_by_their_shares(name):
    network = NETWORKS[name]
    if not Account(network).network:
        assert set(by_kind(network)) <= {next(iter(by_kind(network)))}
        return
    first = [part for part in parts(parsed(name)) if "." not in part.at]
    called = {part.group.get("aria-label").split(":")[0].split(" × ")[-1]: part for part in first}
    for key, inner in network.parts.items():
        if key in called and isinstance(inner, pc.Layer) and inner.count:
            counts = by_kind(inner)
            for letter, shapes in bands(called[key]).items():
                (kind,) = (each for each in counts if KINDS[each].letter == letter)
                share = counts[kind] / int(inner.count)
                # What is thinner than a unit is given to the widest: no more than a unit for each other kind.
                assert float(shapes[0].get("width")) == pytest.approx(192 * share, abs=len(counts))


@every
def test_kinds_stand_in_one_order_from_the_left(name):
    order = [kind.letter for kind in KINDS.values()]
    for part in parts(parsed(name)):
        found = sorted(bands(part).items(), key=lambda band: float(band[1][0].get("x")))
        places = [order.index(letter) for letter, _ in found if letter in order]
        assert places == sorted(places) or not Account(NETWORKS[name]).network


def test_no_two_kinds_look_alike_on_grey_paper_or_in_colour():
    assert len({kind.letter for kind in KINDS.values()}) == len(KINDS)
    assert len({kind.pattern for kind in KINDS.values()}) == len(KINDS)
    svg = render(drawn("tagger"), "u")
    drawings = dict(re.findall(r'<pattern id="u-kind-(\w)".*?<path d="(.*?)"', svg))
    assert set(drawings) == {"a", "v", "r", "e"} and len(set(drawings.values())) == 4
    css, own = stylesheet("picture.css"), panel.base()
    colours = [re.search(rf"\.c-{kind.letter}\{{--k:(#\w+)", css)[1] for kind in KINDS.values()]
    assert len(set(colours)) == len(KINDS)
    bars = {
        letter: found
        for letter in "avren"
        for found in re.findall(rf"\.pc \.c-{letter}\{{--kp:(.*?)\}}", own)
    }
    assert len(set(bars.values())) == 5  # and dense layers have none


def test_a_panel_says_which_of_the_two_codes_it_uses():
    one, network = (panel.code(Account(each)) for each in (pc.lstm(3, 2), models.lenet_5()))
    assert "Colour in one layer" in one and "weights" in one and "biases" in one and "norms" not in one
    assert "Colour by kind of layer" in network and "weights" not in network
    assert "convolution" in network and "feed-forward and dense" in network and "attention" not in network


def test_blocks_of_one_kind_are_a_network_too():
    """As in `compare`: a U-Net is all convolution. Of what is frozen nothing is drawn, nor told."""
    unet, tuned = (panel.code(Account(NETWORKS[name])) for name in ("U-Net", "tuned"))
    assert "Colour by kind of layer" in unet and "convolution" in unet and "weights" not in unet
    assert "attention" in tuned and "norm" not in tuned and "embedding" not in tuned
    towers = layer(lambda x: {"one": pc.ffnn(x, x, x), "other": pc.ffnn(x, x, x)})(Dim(8))
    for one in (pc.bidirectional(pc.lstm(3, 2)), pc.ffnn(3, 5, 2), adapter(768, 8), towers):
        assert "Colour in one layer" in panel.code(Account(one))


def test_a_kind_has_one_colour_in_picture_working_table_and_compare():
    bert = models.bert_base()
    account = Account(bert)
    pages = [whole.draw(Pen(account)).body, panel.work(account), panel.ledger(account)]
    pages.append(pc.compare({"BERT": bert}).picture().body)
    for page in pages:
        assert {"c-e", "c-n"} <= {*re.findall(r"\bc-\w\b", page)} or "c-m" in page
        assert not {"c-w", "c-b"} & {*re.findall(r"\bc-\w\b", page)}
    assert {*re.findall(r"\bc-\w\b", panel.code(account))} == {"c-a", "c-f", "c-n", "c-e"}


# -- links --------------------------------------------------------------------------------------


@every
def test_every_part_lights_up_with_its_rows_and_terms(name):
    account = Account(NETWORKS[name])
    links = {mark.link for mark in account.marks.values()}
    ruled = {*re.findall(r"\.(k-\d+):hover", panel.styles(account))}
    assert links == ruled  # a link without a rule would dim everything and light nothing
    table = {*re.findall(r"\bk-\d+", panel.ledger(account, "u"))}
    first = [part for part in parts(parsed(name)) if "." not in part.at]
    shown = {link for part in first for link in classes(part.group) if link.startswith("k-")}
    assert shown <= links == table
    counted = {account.marks[leaf.path].link for leaf in account.leaves if leaf.count}
    assert counted <= shown


# -- one by one ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "marks"),
    [
        (three(4, 2), 14),  # 4 × 2 + 2 × 2 + 2
        (stored_by(pytorch, pc.lstm(3, 2)), 56),  # 8 × 3 + 8 × 2 + 8 + 8
        (2 * three(4, 2), 28),
    ],
)
def test_small_layers_can_be_counted(shown, marks):
    picture = whole.draw(Pen(Account(shown)))
    assert filled(ET.fromstring(render(dataclasses.replace(picture, slim=None), "u"))) == marks
    assert "Each mark is one." in picture.reading


# -- compare ------------------------------------------------------------------------------------

LANDMARKS = {name: models.PUBLISHED[name] for name in ("LeNet-5", "BERT-base", "GPT-2 XL", "GPT-3 175B")}


def rows(picture) -> dict[str, ET.Element]:
    """The group of each network by its name."""
    svg = ET.fromstring(render(dataclasses.replace(picture, slim=None), "u"))
    groups = (each for each in svg.iter("g") if "pc-network" in classes(each))
    return {group.find("title").text.split(":")[0]: group for group in groups}


def length(row) -> float:
    (frame,) = (each for each in row.iter("rect") if classes(each) == ["pc-frame"])
    return float(frame.get("width"))


def test_bars_are_on_one_scale():
    found = rows(pc.compare(LANDMARKS).picture())
    longest = length(found["GPT-3 175B"])
    for name, row in found.items():
        wanted = longest * models.PUBLISHED[name].parameters / models.PUBLISHED["GPT-3 175B"].parameters
        assert length(row) == pytest.approx(max(1, wanted), abs=0.01)


def test_what_is_too_short_to_see_is_magnified_as_it_says():
    found = rows(pc.compare(LANDMARKS).picture())
    longest = length(found["GPT-3 175B"])
    for name, row in found.items():
        said = [words for words, *_ in texts(row) if words.endswith(" ×")]
        wide = longest * models.PUBLISHED[name].parameters / models.PUBLISHED["GPT-3 175B"].parameters
        if wide >= 10:
            assert not said
            continue
        times = int(said[0].removesuffix(" ×").replace(",", ""))
        (lens,) = (each for each in row.iter("rect") if classes(each) == ["pc-lens"])
        assert wide * times == pytest.approx(float(lens.get("width")) - 4, rel=0.05)


def test_each_to_100_percent():
    found = rows(pc.compare(LANDMARKS).picture(each=True))
    assert len({length(row) for row in found.values()}) == 1
    assert not [words for row in found.values() for words, *_ in texts(row) if words.endswith(" ×")]


@pytest.mark.parametrize("each", [False, True])
def test_all_published_networks_can_be_compared(each):
    picture = pc.compare(models.PUBLISHED).picture(each)
    found = rows(picture)
    assert list(found) == list(models.PUBLISHED)
    for name, row in found.items():
        assert f"{models.PUBLISHED[name].parameters:,}" in {words for words, *_ in texts(row)}
        for words, start, end, _ in texts(row):
            assert start >= -1 and end <= WIDTH + 1, words


def test_the_switch_of_compare_draws_each_to_100_percent():
    widget = pc.compare(LANDMARKS)._widget
    one = widget._body.value
    widget.each.move(True)
    assert "Each bar is 100 %" in widget._body.value and "One scale" not in widget._body.value
    widget.each.move(False)
    assert widget._body.value == one and "One scale" in one
    opened = pc.compare(LANDMARKS, each=True)
    assert opened._widget.each.value and "Each bar is 100 %" in opened._widget._body.value
    page = opened._repr_mimebundle_()["text/html"]
    assert page.index("Each bar is 100 %") < page.index("One scale")


def test_a_readers_attention_counts_as_attention():
    # Four dense layers of 64 × 64 + 64 are 16,640, an FFNN of 64-256-64 has 33,088: 33.5 % and 66.5 %.
    own = pc.layer(lambda x: {name: pc.dense(x, x) for name in "qkvo"}, title="Own")
    block = pc.layer(lambda x: {"attention": own(x), "mlp": pc.ffnn(x, 4 * x, x)}, title="Block")
    counts = pc.compare({"mine": block(64)}).counts["mine"]
    assert counts == {"attention": 16_640, "dense": 33_088}


def test_compare_says_what_is_frozen():
    small = pc.compare({"tuned": pc.lora(models.llama_2_7b(), 8), "GPT-2": models.gpt2_small()})
    heads, tuned, gpt = (line.split() for line in repr(small).splitlines())
    assert heads[:2] == ["parameters", "frozen"]
    assert tuned[1:3] == ["4,194,304", "6,738,415,616"] and gpt[1:3] == ["124,439,808", "0"]
    # peft prints the same: 4,194,304 of 6,742,609,920, 0.0622 %
    assert "4,194,304 (0.0622 %)" in small.picture().body and "what trains" in small.picture().reading
    assert "frozen" not in repr(pc.compare({"GPT-2": models.gpt2_small()}))


def test_compare_reads_well_where_widgets_do_not_run():
    bundle = pc.compare(LANDMARKS)._repr_mimebundle_()
    assert bundle["text/plain"].splitlines()[1].split()[:2] == ["LeNet-5", "61,706"]
    page = bundle["text/html"]
    assert page.count("<img alt=") == 2 and "<svg" not in page
    assert "attention (lines that rise)" in page and "GPT-3 175B: 174,604,259,328" in page
    assert bundle["text/html"] == pc.compare(LANDMARKS)._repr_mimebundle_()["text/html"]
