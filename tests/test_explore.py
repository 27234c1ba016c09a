"""`explore`: every control of every layer, moved as a browser moves it."""

import re

import ipywidgets
import pytest

import paramcount as pc
from laws import FUNCTIONS
from paramcount import Layer, layer, models
from paramcount.show.account import Account
from paramcount.show.controls import ButtonsControl, SizeControl, SwitchControl
from paramcount.show.panel import ledger
from paramcount.show.sizes import ladder, opened
from paramcount.show.text import page

WIDGET = "application/vnd.jupyter.widget-view+json"


class Panel:
    """A panel, moved by the messages that a browser sends, and read as a reader reads it."""

    def __init__(self, shown, **ranges):
        self.widget = pc.explore(shown, **ranges)
        controls = self.widget.controls
        self.controls = {name: each for name, each in controls.items() if isinstance(each, SizeControl)}
        self.flags = {name: each for name, each in controls.items() if isinstance(each, SwitchControl)}
        switches = (w for w in inside(self.widget) if isinstance(w, ButtonsControl))
        self.switch = next(switches, None)

    def slide(self, name: str, place: int) -> None:
        self.controls[name].move(self.controls[name].options[place])

    def type(self, name: str, number: int) -> None:
        self.controls[name].move(number)

    def tick(self, name: str, on: bool) -> None:
        if name in self.flags:
            self.flags[name].move(on)
        else:
            self.controls[name].move(self.controls[name].last if on else None)

    def keep(self, framework: str) -> None:
        self.switch.move(framework)

    @property
    def html(self) -> str:
        return "".join(w.value for w in inside(self.widget) if isinstance(w, ipywidgets.HTML))

    @property
    def total(self) -> int:
        return int(re.search(r'class="pc-total"><b>([\d,]+)</b>', self.html)[1].replace(",", ""))

    @property
    def problem(self) -> str:
        found = re.search(r'role="alert">(.*?)</p>', self.html)
        return found[1] if found else ""

    @property
    def sizes(self) -> dict[str, int]:
        return {name: each.value for name, each in self.controls.items() if each.value is not None}


def inside(widget):
    """The widget and all in it."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from inside(child)


def picture(panel: Panel) -> str:
    return re.search("<svg.*?</svg>", panel.html, re.DOTALL)[0]


@layer
def mine(x, r, deep=None, bias=True):
    """A layer as readers make them, with a size that may be left out."""
    more = {"deep": pc.dense(r, deep, bias)} if deep else {}
    return {"down": pc.dense(x, r, bias), "up": pc.dense(r, x, bias)} | more


OPENED = {**FUNCTIONS, "mine": mine, "by name": pc.bidirectional(pc.gru(8, 5)), "repeated": 3 * pc.lstm(3, 2)}


# -- every control of every layer ---------------------------------------------------------------


@pytest.mark.parametrize("name", OPENED)
def test_it_opens_with_the_function_or_a_layer(name):
    panel = Panel(OPENED[name])
    assert isinstance(panel.widget.layer, Layer)
    assert panel.total == panel.widget.layer.count
    assert not panel.problem


@pytest.mark.parametrize("name", OPENED)
def test_every_slider_goes_to_its_ends_and_back(name):
    panel = Panel(OPENED[name])
    start, total = panel.sizes, panel.total
    for framework in panel.switch.options if panel.switch else ["by hand"]:
        if panel.switch:
            panel.keep(framework)
        for size in panel.sizes:
            for place in (0, -1):
                panel.slide(size, place)
                assert not panel.problem, (framework, size, place)
                assert panel.sizes[size] == panel.controls[size].options[place]
                if framework == "by hand":
                    assert panel.total == panel.widget.layer.count
            panel.type(size, start[size])  # a slider need not offer the size that it began with
            assert panel.sizes == start, (framework, size)
    if panel.switch:
        panel.keep("by hand")
    assert panel.total == total


@pytest.mark.parametrize("name", OPENED)
def test_every_switch_goes_both_ways(name):
    panel = Panel(OPENED[name])
    total = panel.total
    for flag in panel.flags:
        panel.tick(flag, False)
        assert panel.total < total and not panel.problem
        panel.tick(flag, True)
        assert panel.total == total and not panel.problem


@pytest.mark.parametrize("name", OPENED)
def test_a_size_that_cannot_be_is_refused_in_place(name):
    panel = Panel(OPENED[name])
    for size, start in panel.sizes.items():
        drawn, total = picture(panel), panel.total
        for bad in (0, -1, -(10**12)):
            panel.type(size, bad)
            assert f"{size}={bad}: a size is a whole number, 1 or more" in panel.problem
            assert (picture(panel), panel.total) == (drawn, total)
        panel.type(size, start)
        assert not panel.problem
        assert (picture(panel), panel.total) == (drawn, total)


@pytest.mark.parametrize("name", OPENED)
def test_any_size_can_be_typed(name):
    panel = Panel(OPENED[name])
    for size, start in panel.sizes.items():
        if size not in ("heads", "groups"):
            panel.type(size, 10**12)
            assert not panel.problem
            assert panel.sizes[size] == 10**12
            assert panel.total == panel.widget.layer.count
            panel.type(size, start)


# -- counts, by hand or from a framework --------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "size", "typed", "total"),
    [
        (pc.ffnn(3, 5, 2), "h", 6, 38),  # 3 weights, 1 bias and 2 weights more than 32
        (pc.ffnn(3, 5, 2), "i", 4, 37),
        (pc.ffnn(3, 5, 2), "o", 3, 38),
        (pc.ffnn(50, 100, 1, 100, 50), "h₂", 2, 10_652),  # 100 + 1 + 100 more than 10,451
        (pc.ffnn(50, 100, 1, 100, 50), "h₃", 1, 5_303),  # 5,100 + 101 + 2 + 100
        (pc.dense(3, 5), "i", 10**12, 5_000_000_000_005),
        (pc.dense(784, 1), "o", 10, 7_850),
        (pc.lstm(3, 50), "i", 10, 12_200),
        (pc.encoder(512, 1, ff=2048), "m", 6, 18_914_304),
        (pc.conv(1, (2, 2), 3), "f₂", 3, 21),  # 1 × 2 × 3 × 3 + 3
    ],
)
def test_a_typed_size_gives_the_count_by_hand(shown, size, typed, total):
    panel = Panel(shown)
    panel.type(size, typed)
    assert panel.total == total
    assert f"{total:,} parameters" in picture(panel)


def test_each_hidden_size_has_a_slider_of_its_own():
    panel = Panel(pc.ffnn(50, 100, 1, 100, 50))
    assert list(panel.controls) == ["i", "h₁", "h₂", "h₃", "o"]
    assert "hidden size" in panel.controls["h₂"].label
    assert list(Panel(pc.ffnn(3, 2)).controls) == ["i", "o"]


def test_by_hand_pytorch_and_keras():
    panel = Panel(pc.lstm(3, 2))
    assert list(panel.switch.options) == ["by hand", "PyTorch", "Keras"]
    panel.keep("PyTorch")  # printed by PyTorch 2.13.0: two biases for each gate
    assert panel.total == 56
    assert "weight_ih_l0" in panel.html and "8 more than" in panel.html
    panel.type("h", 3)
    assert panel.total == 96  # 4 × (3 × 3 + 3 × 3 + 3 + 3)
    panel.type("h", 2)
    panel.keep("Keras")
    assert panel.total == 48 and "recurrent_kernel" in panel.html
    panel.keep("by hand")
    assert panel.total == 48 and "recurrent_kernel" not in panel.html


def test_there_is_no_switch_where_no_framework_translates():
    @layer
    def bare(x):
        return {"W": (x, x)}

    assert Panel(bare).switch is None
    assert Panel(mine).switch is not None  # the dense layers in it are translated


# -- sizes that depend on others, and sizes that may be left out --------------------------------


def test_heads_follow_x_to_a_divisor_and_come_back():
    panel = Panel(pc.attention(512, heads=8))
    panel.type("x", 10)
    assert panel.sizes == {"x": 10, "heads": 5} and not panel.problem
    assert panel.controls["heads"].options == [1, 2, 5, 10]
    panel.type("x", 7)
    assert panel.sizes["heads"] == 7
    panel.type("x", 512)
    assert panel.sizes["heads"] == 8


def test_the_heads_that_a_reader_chose_come_back():
    panel = Panel(pc.attention(512, heads=8))
    panel.type("heads", 4)
    panel.type("x", 6)
    assert panel.sizes["heads"] == 3
    panel.type("x", 512)
    assert panel.sizes["heads"] == 4


def test_groups_follow_the_channels_and_come_back():
    panel = Panel(pc.conv(4, 3, 8, groups=4))
    panel.type("o", 6)
    assert panel.sizes["groups"] == 2
    panel.type("i", 3)
    assert panel.sizes["groups"] == 3
    panel.type("i", 4)
    panel.type("o", 8)
    assert panel.sizes["groups"] == 4


def test_heads_that_do_not_divide_x_are_refused():
    panel = Panel(pc.attention(512, heads=8))
    panel.type("heads", 3)
    assert panel.problem.startswith("heads=3 must divide x=512")
    assert panel.total == 1_050_624
    panel.type("x", 6)  # the wish for 3 was refused, so it is not remembered: what divides 6 is at most 8
    assert panel.sizes["heads"] == 6


@pytest.mark.parametrize(
    ("shown", "kept", "moved", "to"),
    [
        (pc.attention(512, heads=256), "heads", "bias", False),
        (pc.conv(256, 3, 256, groups=256), "groups", "f", 5),  # depthwise
    ],
)
def test_a_size_that_still_fits_stays_whatever_else_is_moved(shown, kept, moved, to):
    panel = Panel(shown)
    assert panel.sizes[kept] == 256
    panel.tick(moved, to) if moved in panel.flags else panel.type(moved, to)
    assert panel.sizes[kept] == 256


def test_heads_of_a_reader_are_a_size_like_any_other():
    @layer
    def pooled(d, heads=None):
        return {"W": (d, heads or 1)}

    panel = Panel(pooled(8))
    panel.type("d", 9)
    assert panel.total == 9 and not panel.problem
    panel = Panel(pooled(8, 17))
    panel.type("d", 9)
    assert panel.sizes == {"d": 9, "heads": 17} and panel.total == 153


@pytest.mark.parametrize(
    ("shown", "size", "without", "having"),
    [
        (pc.encoder(512, 6), "ff", 7_891_968, 18_914_304),
        (pc.decoder(512, 6), "ff", 14_201_856, 25_224_192),
        (pc.transformer(512, 6, 6, ff=2048), "v", 44_138_496, 63_082_496),  # 37,000 × 512 more
        (mine(8, 4), "deep", 76, 96),  # (8 × 4 + 4) + (4 × 8 + 8), and 4 × 4 + 4 more
    ],
)
def test_a_size_that_may_be_left_out_has_a_tick(shown, size, without, having):
    panel = Panel(shown)
    assert panel.controls[size].optional
    assert size not in panel.sizes
    assert panel.total == without
    for _ in range(2):
        panel.tick(size, True)
        assert panel.total == having
        assert size in panel.sizes
        panel.tick(size, False)
        assert panel.total == without and size not in panel.sizes


def test_other_sizes_have_no_tick():
    panel = Panel(pc.encoder(512, 6))
    assert [name for name, each in panel.controls.items() if each.optional] == ["ff"]


def test_a_wrong_size_that_is_ticked_off_and_on_can_be_put_right():
    panel = Panel(pc.encoder(512, 6))
    panel.tick("ff", True)
    panel.type("ff", 0)
    panel.tick("ff", False)
    assert not panel.problem
    panel.tick("ff", True)
    panel.type("ff", 2_048)
    assert panel.total == 18_914_304 and not panel.problem


# -- what the sliders offer ---------------------------------------------------------------------


def test_a_range_that_is_given_is_what_the_slider_offers():
    panel = Panel(pc.ffnn(3, 5, 2), h=range(1, 101))
    assert panel.controls["h"].options == [*range(1, 101)]
    assert panel.controls["i"].options == ladder(4_096)
    panel.type("h", 500)
    assert panel.total == 3_002 and not panel.problem  # (3 + 1) × 500 + (500 + 1) × 2


def test_a_range_is_for_every_hidden_size_and_for_what_is_inside():
    deep = Panel(pc.ffnn(3, 5, 7, 2), h=[7, 5, 5])
    assert deep.controls["h₁"].options == deep.controls["h₂"].options == [5, 7]
    assert Panel(pc.bidirectional, h=(1, 2)).controls["h"].options == [1, 2]


def test_a_range_of_heads_keeps_what_divides():
    panel = Panel(pc.attention(12, heads=3), heads=range(2, 9))
    assert panel.controls["heads"].options == [2, 3, 4, 6]


@pytest.mark.parametrize(
    ("ranges", "message"),
    [
        ({"h": range(0, 5)}, "h=0: a size is a whole number, 1 or more"),
        ({"h": [2, -3]}, "h=-3: a size is a whole number"),
        ({"h": [1.5]}, "h=1.5: a size is a whole number"),
        ({"h": "12"}, "h='1': a size is a whole number"),
        ({"h": []}, "h: a range must hold at least one size"),
        ({"q": range(1, 5)}, "ffnn has no size q: it has i, h, o"),
        ({"bias": [1]}, "ffnn has no size bias"),
    ],
)
def test_a_range_that_cannot_be_is_refused(ranges, message):
    with pytest.raises((TypeError, ValueError)) as error:
        pc.explore(pc.ffnn(3, 5, 2), **ranges)
    assert message in str(error.value)


@pytest.mark.parametrize("shown", [48, "lstm", None, len, pc.Tensor((3, 2))])
def test_what_is_no_layer_is_refused(shown):
    with pytest.raises(TypeError, match="is not a layer: give one, such as"):
        pc.explore(shown)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_sliders_offer_what_fits_the_kind_of_size(name):
    panel = Panel(FUNCTIONS[name])
    for size in panel.sizes:
        options = panel.controls[size].options
        assert options[0] == 1 and len(options) <= 130
        assert size != "f" or options[-1] <= 11
        assert size not in ("m", "n") or options[-1] <= 96


def test_every_step_of_a_slider_is_felt():
    assert ladder(4_096)[:16] == list(range(1, 17)) and ladder(4_096)[-1] == 4_096
    assert all(b <= 1.25 * a for a, b in zip(ladder(4_096)[8:], ladder(4_096)[9:], strict=False))


# -- what is kept and shown elsewhere -----------------------------------------------------------


@pytest.mark.parametrize("name", OPENED)
def test_the_bundle_reads_well_where_widgets_do_not_run(name):
    one, other = pc.explore(OPENED[name]), pc.explore(OPENED[name])
    bundle, again = one._repr_mimebundle_(), other._repr_mimebundle_()
    shown = opened(OPENED[name])
    assert bundle.keys() == {WIDGET, "text/html", "text/plain"}
    assert bundle["text/plain"] == repr(shown)
    assert re.search(r'<img alt="[^"]+" width="\d+" src="data:image/svg\+xml;base64,', bundle["text/html"])
    assert f"{shown.count:,} parameter" in bundle["text/html"]
    assert "<svg" not in bundle["text/html"] and "<style" not in bundle["text/html"]
    # Two runs store the same: nothing in it numbers the panels.
    assert {kind: bundle[kind] for kind in ("text/html", "text/plain")} == {
        kind: again[kind] for kind in ("text/html", "text/plain")
    }


def test_the_bundle_is_of_the_layer_as_it_stands():
    panel = Panel(pc.ffnn(3, 5, 2))
    panel.type("h", 6)
    assert panel.widget._repr_mimebundle_()["text/plain"].startswith("ffnn(3, 6, 2): 38 parameters")


@pytest.mark.parametrize("name", OPENED)
def test_there_is_no_output_widget(name):
    kinds = {
        type(widget) for made in (pc.explore, pc.predict) for widget in inside(made(opened(OPENED[name])))
    }
    assert ipywidgets.Output not in kinds
    assert not [kind for kind in kinds if issubclass(kind, ipywidgets.Output)]


def test_two_panels_share_no_id():
    one, other = (set(re.findall(r'\bid="([^"]+)"', Panel(pc.conv(4, 3, 40)).html)) for _ in range(2))
    assert one and not one & other


# -- a model that was found ---------------------------------------------------------------------


def test_a_panel_says_of_each_part_its_class_and_whether_it_is_shared():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    nn = torch.nn
    head = nn.Linear(4, 9, bias=False)
    model = nn.ModuleDict({"words": nn.Embedding(9, 4), "mlp": nn.ModuleList([nn.Linear(4, 4), head])})
    head.weight = model["words"].weight
    panel = ledger(Account(pc.explain(nn.ModuleDict({"model": model, "head": head}))))
    assert 'model <span class="pc-kind">ModuleDict</span>' in panel
    (row,) = re.findall(r"head <span.*?</tr>", panel)
    assert "Linear" in row and ">0</td>" in row and ">shared</td>" in row


def test_long_names_leave_room_for_the_counts():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    long = type("A" * 60, (torch.nn.Sequential,), {})
    model = torch.nn.ModuleDict({"b" * 60: long(torch.nn.Linear(3, 4), torch.nn.Linear(4, 3))})
    model["c"] = torch.nn.Linear(3, 3)
    said = page(pc.explain(model))
    assert "A" * 30 not in said and "b" * 40 not in said and "AAA…AAA" in said and "bbb…bbb" in said


# -- every letter has its word -------------------------------------------------------------------------

SHOWN = {**FUNCTIONS, **{name: each.function for name, each in models.PUBLISHED.items()}}


def letters(html: str) -> set[str]:
    """The letters in italics, h₁ and h₂ as one; words such as heads say themselves what they are."""
    found = re.findall(r'class="pc-v">(\w+)<', html)
    return {each for word in found for each in (word if word.isupper() else [word]) if len(each) < 3}


@pytest.mark.parametrize("keeper", ["by hand", "PyTorch", "Keras"])
@pytest.mark.parametrize("name", SHOWN)
def test_where_names_every_letter_on_the_page_and_no_other(name, keeper):
    panel = Panel(SHOWN[name])
    if panel.switch and keeper in panel.switch.options:
        panel.keep(keeper)
    for hidden in ("pc-slim|pc-narrow", "pc-broad"):  # in a wide panel, and in a narrow one
        others = rf'<svg class="pc-svg (?:{hidden})".*?</svg>|<span class="(?:{hidden})">.*?</span>'
        body = re.sub(others, "", panel.widget._body.value, flags=re.DOTALL)
        where = re.search('<p class="pc-where">.*?</p>', body)
        said = letters(where[0]) if where else set()
        assert letters(body.replace(where[0], "") if where else body) == said
