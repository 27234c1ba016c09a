"""What a layer shows as the last line of a cell: as text, as HTML, and with one mark a tensor everywhere."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

import paramcount as pc
from laws import EXAMPLES, FUNCTIONS, value
from paramcount import Dim, Layer, Tensor, keras, layer, pytorch, stored_by
from paramcount.models import gpt2_small
from paramcount.show import panel
from paramcount.show.account import Account
from paramcount.show.ledger import share
from paramcount.show.pictures import draw, sketch
from paramcount.show.text import page, text

# Random trees: tensors of named and plain sizes, layers in layers, some repeated, some not trained.
dims = st.builds(Dim, st.integers(1, 300), st.sampled_from([*"ihox", "ff", None]))
tensors = st.builds(
    Tensor,
    st.lists(dims, max_size=3).map(tuple),
    st.sampled_from(["", "norm"]),
    st.sampled_from([True] * 4 + [False]),
)
part_names = st.sampled_from(["W", "b", "gain", "query", "key", "norm 1", "hidden 12"])


def made(name: str, parts, times: Dim) -> Layer:
    def tree():
        return parts

    tree.__name__ = name
    return layer(tree)() if times == 1 else times * layer(tree)()


def _in_layers(smaller):
    parts = st.dictionaries(part_names, smaller, max_size=4)
    return st.builds(made, st.sampled_from(["ffnn", "attention", "block"]), parts, dims)


trees = _in_layers(st.recursive(tensors, _in_layers, max_leaves=12))


def body(shown: Layer) -> str:
    account = Account(shown)
    return panel.body(account, draw(account), "id")


# -- exact text, every number worked out by hand ------------------------------------------------

FFNN = """\
ffnn(3, 5, 2): 32 parameters

  (i × h + h) + (h × o + o)
= (3 × 5 + 5) + (5 × 2 + 2)
= (15 + 5) + (10 + 2)
= 20 + 12
= 32

  where i = input size, h = hidden size, o = output size

tensor   shape   parameters    share
hidden                   20   62.5 %
  W      3 × 5           15   46.9 %
  b      5                5   15.6 %
output                   12   37.5 %
  W      5 × 2           10   31.3 %
  b      2                2    6.3 %
total                    32"""

LSTM = """\
lstm(i=3, h=2): 48 parameters

  4 × ((h + i) × h + h)
= 4 × ((2 + 3) × 2 + 2)
= 4 × (10 + 2)
= 4 × 12
= 48

  where h = hidden size, i = input size

tensor      shape         parameters    share
forget                            12   25.0 %
  W         (2 + 3) × 2           10   20.8 %
  b         2                      2    4.2 %
input                             12   25.0 %
  W         (2 + 3) × 2           10   20.8 %
  b         2                      2    4.2 %
candidate                         12   25.0 %
  W         (2 + 3) × 2           10   20.8 %
  b         2                      2    4.2 %
output                            12   25.0 %
  W         (2 + 3) × 2           10   20.8 %
  b         2                      2    4.2 %
total                             48"""

# One layer: 4 × 262,656 in the attention, 2 × 1,024 in the norms, 1,050,624 + 1,049,088 in the FFNN.
ENCODER = """\
encoder(x=512, m=6, ff=2048): 18,914,304 parameters

  m × (4 × (x × x + x) + 2 × (x + x) + (x × ff + ff) + (ff × x + x))
= 6 × (4 × (512 × 512 + 512) + 2 × (512 + 512) + (512 × 2,048 + 2,048) + (2,048 × 512 + 512))
= 6 × (1,050,624 + 2,048 + 2,099,712)
= 6 × 3,152,384
= 18,914,304

  where m = encoder layers, x = model size, ff = inner size

tensor           shape             parameters     share
self-attention   6 × 1,050,624      6,303,744    33.3 %
  query W        6 × 512 × 512      1,572,864     8.3 %
  query b        6 × 512                3,072   < 0.1 %
  key W          6 × 512 × 512      1,572,864     8.3 %
  key b          6 × 512                3,072   < 0.1 %
  value W        6 × 512 × 512      1,572,864     8.3 %
  value b        6 × 512                3,072   < 0.1 %
  output W       6 × 512 × 512      1,572,864     8.3 %
  output b       6 × 512                3,072   < 0.1 %
norm 1           6 × 1,024              6,144   < 0.1 %
  gain           6 × 512                3,072   < 0.1 %
  shift          6 × 512                3,072   < 0.1 %
feed-forward     6 × 2,099,712     12,598,272    66.6 %
  hidden W       6 × 512 × 2,048    6,291,456    33.3 %
  hidden b       6 × 2,048             12,288     0.1 %
  output W       6 × 2,048 × 512    6,291,456    33.3 %
  output b       6 × 512                3,072   < 0.1 %
norm 2           6 × 1,024              6,144   < 0.1 %
  gain           6 × 512                3,072   < 0.1 %
  shift          6 × 512                3,072   < 0.1 %
total                              18,914,304"""


@pytest.mark.parametrize(
    ("shown", "expected"),
    [(pc.ffnn(3, 5, 2), FFNN), (pc.lstm(3, 2), LSTM), (pc.encoder(512, 6, ff=2048), ENCODER)],
    ids=["ffnn", "lstm", "encoder"],
)
def test_text_to_the_letter(shown, expected):
    assert repr(shown) == expected


def test_layers_are_alike_by_how_they_are_written_and_not_by_their_counts():
    assert pc.ffnn(3, 3, 3).count.symbols == "(i × h + h) + (h × o + o)"  # 12 twice, and not 2 × 12
    assert pc.ffnn(3, 3, 3).count.numbers == "(3 × 3 + 3) + (3 × 3 + 3)"
    assert len(Account(pc.ffnn(3, 3, 3)).terms) == 4
    assert pc.rnn(3, 2).count.symbols == "(h + i) × h + h"


def test_no_parameters_one_parameter_and_what_is_not_trained():
    assert repr(pc.scaled_dot_product(512)) == "scaled_dot_product(x=512): 0 parameters\n\n  0"
    assert repr(pc.dense(1, 1, bias=False)).startswith("dense(i=1, o=1, bias=False): 1 parameter\n")
    assert "running mean       64               0   not trained" in repr(pc.batch_norm(64))


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_cell_shows_the_text_and_the_html_of_one_count(name):
    shown = EXAMPLES[name]
    assert f"{shown.count:,} parameters" in shown._repr_html_()
    for line in Account(shown).lines[1:]:
        assert line in read(page(shown)).text and line in text(shown)


@pytest.mark.parametrize("name", EXAMPLES)
def test_two_calls_give_the_same(name):
    one, other = EXAMPLES[name], EXAMPLES[name].resized()
    assert text(one) == text(other)
    assert page(one) == page(other)
    assert panel.static(one) == panel.static(other)
    assert body(one) == body(other)


# -- shares and long ledgers --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "whole", "shown"),
    [
        (0, 0, "0 %"),
        (0, 7, "0 %"),
        (7, 7, "100 %"),
        (1, 1_000, "0.1 %"),
        (1, 2_000, "0.1 %"),  # a half is rounded up
        (1, 2_001, "< 0.1 %"),
        (1, 10**30, "< 0.1 %"),
        (999, 1_000, "99.9 %"),
        (9_994, 10_000, "99.9 %"),
        (9_995, 10_000, "> 99.9 %"),
        (10**30 - 1, 10**30, "> 99.9 %"),
        (1, 3, "33.3 %"),
        (2, 3, "66.7 %"),
        (1, 16, "6.3 %"),
    ],
)
def test_share(count, whole, shown):
    assert share(count, whole) == shown


@given(st.lists(st.integers(0, 10**15), min_size=1))
def test_no_share_says_nothing_or_all_unless_it_is(counts):
    for count in counts:
        said = share(count, sum(counts))
        assert (said == "0 %") == (count == 0)
        assert (said == "100 %") == (count == sum(counts) > 0)


def test_a_long_ledger_is_folded_to_its_groups():
    table = Account(pc.decoder(512, 6, ff=2048)).folded  # 8 + 2 + 8 + 2 + 4 + 2 = 26 tensors in six groups
    assert [row.name for row in table] == [
        "self-attention", "norm 1", "cross-attention", "norm 2", "feed-forward", "norm 3"
    ]  # fmt: skip
    assert sum(row.count for row in table) == 25_224_192
    kept = pc.encoder(512, 6, ff=2048)  # 8 + 2 + 4 + 2 = 16
    assert len(Account(kept).folded) == len(Account(kept).rows) == 16 + 4
    assert "query W" not in page(pc.decoder(512, 6, ff=2048))


def test_two_groups_are_too_few_to_fold_to():
    table = Account(stored_by(pytorch, pc.transformer(512, 6, 6, ff=2048))).folded
    assert [(row.name, row.count) for row in table] == [
        ("encoder layers", 6 * 3_152_384), ("encoder norm", 1_024),
        ("decoder layers", 6 * 4_204_032), ("decoder norm", 1_024),
    ]  # fmt: skip


def test_a_tensor_beside_groups_stands_by_itself():
    html = panel.ledger(Account(gpt2_small()), "id")
    assert re.search(r'<tbody class=""><tr[^>]*pc-ten[^>]*>.{0,120}output', html)


def test_a_long_ledger_without_groups_stays_as_it_is():
    many = made("many", {f"W{k}": (Dim(k, "k"), 2) for k in range(1, 41)}, Dim(1))
    assert len(Account(many).folded) == 40


# -- laws ---------------------------------------------------------------------------------------


@given(trees)
def test_the_terms_of_the_working_add_up_to_the_count(tree):
    def worth(group):
        return group.times * sum(t.dim if hasattr(t, "dim") else worth(t) for t in group.terms)

    assert worth(Account(tree).working) == tree.count
    for line in Account(tree).lines[1:]:
        assert value(line) == tree.count


@given(trees)
def test_the_rows_of_the_ledger_add_up_to_the_count(tree):
    table = Account(tree).rows
    assert sum(row.count for row in table if not row.group) == tree.count
    for row in table:
        assert row.count == sum(leaf.times * leaf.tensor.count for leaf in row.leaves)
    grouped = [leaf for row in table if row.group for leaf in row.leaves]
    assert len(grouped) == len({id(leaf) for leaf in grouped})


@given(trees)
def test_each_trained_tensor_stands_in_one_term(tree):
    paths = [path for term in Account(tree).terms for path in term.paths]
    for leaf in tree.tensors():
        if leaf.tensor.trained:
            assert sum(leaf.path[: len(path)] == path for path in paths) == 1


@given(trees)
def test_anything_can_be_shown(tree):
    assert text(tree) and page(tree) and panel.static(tree)
    assert f"<b>{tree.count:,}</b>" in panel.head(Account(tree))


# -- one mark for a tensor, wherever it is shown ------------------------------------------------


class _Reader(HTMLParser):
    """The elements of a page with their classes, and its text."""

    def __init__(self):
        super().__init__()
        self.elements, self.attributes, self.text = [], set(), ""

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, (dict(attrs).get("class") or "").split()))
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.text += data


def read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    return reader


def linked(html: str) -> list[tuple[set[str], str]]:
    """The elements that light up with others: their links (k-0, k-1, ...) and their colour."""
    found = []
    for _, classes in read(html).elements:
        keys = {c for c in classes if re.fullmatch(r"k-\d+", c)}
        if keys:
            found.append((keys, next((c for c in classes if re.fullmatch(r"c-\w", c)), "")))
    return found


def swatches(shown: Layer) -> dict[str, str]:
    """The colour of each tensor's swatch in the ledger, by its link."""
    found, link = {}, None
    for tag, classes in read(panel.ledger(Account(shown), "id")).elements:
        if tag == "tr":
            link = next((c for c in classes if c.startswith("k-")), None) if "pc-ten" in classes else None
        elif link and "pc-g" in classes:
            found[link] = next(c for c in classes if c.startswith("c-"))
    return found


PANELS = EXAMPLES | {
    "pytorch lstm": stored_by(pytorch, pc.lstm(3, 2)),
    "keras attention": stored_by(keras, pc.attention(8, heads=2)),
    "a deep ffnn": pc.ffnn(*range(2, 20)),
    "a layer of the reader's": made("mine", {"W": (3, 2), "inner": pc.attention(4), "s": ()}, Dim(2)),
}


@pytest.mark.parametrize("name", PANELS)
def test_a_tensor_has_one_colour_in_working_picture_and_ledger(name):
    shown = PANELS[name]
    account = Account(shown)
    mark = {mark.link: f"c-{mark.colour}" for mark in account.marks.values()}
    assert swatches(shown) == mark
    places = {"picture": draw(account).body, "sketch": sketch(shown, frozenset()).body}
    places["working"] = panel.work(account)
    for place, html in places.items():
        for keys, colour in linked(html):
            assert keys <= mark.keys(), place
            colours = {mark[key] for key in keys}
            # What stands for several kinds of layers, none of which is nearly all of it, is grey.
            assert colour in colours or (colour == "c-m" and len(colours) > 1), place


@pytest.mark.parametrize("name", PANELS)
def test_the_working_links_to_every_trained_tensor(name):
    shown = PANELS[name]
    keys = set().union(*(keys for keys, _ in linked(panel.work(Account(shown)))))
    assert keys == {Account(shown).marks[leaf.path].link for leaf in shown.tensors() if leaf.tensor.trained}


@pytest.mark.parametrize("name", ["dense", "ffnn", "lstm", "conv", "rnn", "gru"])
def test_the_picture_shows_every_tensor(name):
    shown = EXAMPLES[name]
    keys = set().union(*(keys for keys, _ in linked(draw(Account(shown)).body)))
    assert keys == {mark.link for mark in Account(shown).marks.values()}


def test_weights_and_biases_differ_in_colour_and_in_shape():
    marks = Account(pc.ffnn(3, 5, 2)).marks
    for part in ("hidden", "output"):
        assert (marks[part, "W"].colour, marks[part, "W"].glyph) == ("w", "w")
        assert (marks[part, "b"].colour, marks[part, "b"].glyph) == ("b", "b")
    assert "■ W" in page(pc.ffnn(3, 5, 2)) and "● b" in page(pc.ffnn(3, 5, 2))
    assert "◆ gain" in page(pc.layer_norm(4))


def test_a_norm_has_its_colour_wherever_it_is_shown():
    for shown in (pc.encoder_layer(8), pc.layer_norm(8), pc.batch_norm(8)):
        colours = {leaf.tensor.kind: mark.colour for leaf, mark in zip(*read_once(shown), strict=True)}
        assert colours["norm"] == "n"
    encoder = Account(pc.encoder(8, 2))
    kinds = {term.caption: encoder.colour(*term.paths) for term in encoder.terms}
    assert [colour for caption, colour in kinds.items() if caption.startswith("norm")] == ["n"]


def read_once(shown: Layer):
    account = Account(shown)
    return account.leaves, account.marks.values()


@pytest.mark.parametrize("name", PANELS)
def test_a_bar_is_as_long_as_its_share(name):
    account = Account(PANELS[name])
    table = re.findall(r"<tr class=.*?</tr>", panel.ledger(account, "id"))
    assert len(table) == len(account.rows)
    for row, html in zip(account.rows, table, strict=True):
        widths = [float(width) for width in re.findall(r'style="width:([\d.]+)%"', html)]
        share = 100 * row.count / max(1, account.count)
        assert sum(widths) == pytest.approx(share, abs=0.01 * len(row.leaves))


# -- names are text, whatever they hold ---------------------------------------------------------

ODD = """"><zz onzz='1'>&amp;</style></td>"""


def odd_layers() -> dict[str, Layer]:
    tensors = {ODD: (Dim(3, "i"), Dim(2, "o")), "b": (2,)}
    return {
        "tensor": made("odd", tensors, Dim(1)),
        "layer": made(ODD, {"W": (3, 2)}, Dim(1)),
        "parts": made("odd", {ODD: made(ODD, tensors, Dim(1)), "other": made("o", tensors, Dim(2))}, Dim(1)),
        "size": pc.dense(Dim(3, ODD), 5),
        "size of an ffnn": pc.ffnn(Dim(3, ODD), Dim(70, ODD), Dim(5, ODD)),
        "size of an lstm": pc.lstm(Dim(3, ODD), Dim(5, ODD)),
        "size of a convolution": pc.conv(Dim(3, ODD), (Dim(2, ODD), Dim(2, ODD)), Dim(5, ODD)),
    }


@pytest.mark.parametrize("name", odd_layers())
def test_names_are_escaped_wherever_they_are_shown(name):
    odd = odd_layers()[name]
    quiz, explorer, account = pc.predict(odd), pc.explore(odd), Account(odd)
    for button in ("submit", "hint", "show"):
        quiz.form.press(button, ODD)
    pages = {
        "page": page(odd),
        "static": panel.static(odd),
        "head": panel.head(account, draw(account).reading),
        "body": body(odd),
        "folds": panel.folds(account, "id"),
        "sketch": sketch(odd, frozenset()).body,
        "verdict": pc.check(ODD, odd)._repr_html_(),
        "wrong": pc.check(1, odd)._repr_html_(),
        "quiz": quiz._repr_mimebundle_()["text/html"] + "".join(values(quiz)),
        "explorer": "".join(values(explorer)),
    }
    for place, html in pages.items():
        html = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
        seen = read(html)
        assert "zz" not in {tag for tag, _ in seen.elements}, place
        assert "onzz" not in seen.attributes, place
        assert "<zz" not in html, place
    assert "<zz" in read(page(odd)).text


def values(widget) -> list[str]:
    """All the HTML that a widget and those in it show, labels included."""
    found = [widget.value] if type(widget).__name__ == "HTML" else []
    if getattr(widget, "description_allow_html", False):
        found.append(widget.description)
    return found + [each for child in getattr(widget, "children", ()) for each in values(child)]


def test_every_layer_function_is_among_the_examples():
    assert FUNCTIONS.keys() == EXAMPLES.keys()
