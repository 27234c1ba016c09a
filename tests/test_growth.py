"""`growth` and `fit`: how a count grows, and the largest size within a budget. Counts are by hand."""

import re
import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import paramcount as pc
from laws import EXAMPLES, value
from paramcount import Dim, fit, growth, layer
from paramcount.show import plots
from paramcount.show.algebra import expanded
from paramcount.show.kinds import by_kind
from test_dims import NAMES, dim, expressions
from test_display import trees
from test_explore import WIDGET
from test_packaging import ROOT

# -- a count multiplied out ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counted", "terms"),
    [
        (pc.dense(784, 10), {"i × o": 7_840, "o": 10}),
        (pc.lstm(3, 2), {"4 × h × h": 16, "4 × h × i": 24, "4 × h": 8}),
        (pc.ffnn(3, 5, 2), {"i × h": 15, "h": 5, "h × o": 10, "o": 2}),
        (pc.attention(512), {"4 × x × x": 1_048_576, "4 × x": 2_048}),
        (pc.layer_norm(512), {"2 × x": 1_024}),
        (pc.encoder(512, 6), {"5 × m × x × x": 7_864_320, "9 × m × x": 27_648}),
        (pc.conv(3, 2, 5), {"i × f × f × o": 60, "o": 5}),
        (pc.scaled_dot_product(512), {"0": 0}),
    ],
)
def test_terms_are_products_of_names(counted, terms):
    assert expanded(counted.count) == terms


@given(trees)
def test_the_terms_sum_to_the_count(tree):
    assert sum(expanded(tree.count).values()) == tree.count


@given(expressions)
def test_each_term_is_worth_what_it_says(expression):
    counted = dim(expression)
    assume(abs(counted) < 10**100)
    terms = expanded(counted)
    assert sum(terms.values()) == counted
    for written, count in terms.items():
        assert value(written, **NAMES) == count


def test_a_part_may_be_zero_where_the_size_is_not():
    @layer
    def spectrum(x):
        return {"W": (x // 2 + 1, 3)}

    assert sum(expanded(spectrum(1).count).values()) == 3
    plotted = growth(spectrum(8), "x", to=16)
    assert [sum(counts) for counts in zip(*plotted.terms().values(), strict=True)][:4] == [3, 6, 6, 9]


# -- the largest size within a budget -----------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "by_hand"),
    [
        # 4 × ((371 + 300) × 371 + 371) = 997,248; with 372 it is 1,001,424
        (lambda: fit(pc.lstm, "h", budget=1_000_000, i=300), 371),
        (lambda: fit(pc.ffnn, "h", budget=100_000, i=784, o=10), 125),  # (100,000 − 10) ÷ 795 = 125.8
        (lambda: fit(pc.ffnn(784, 5, 10), "h", budget=99_385), 125),  # 795 × 125 + 10, to the parameter
        (lambda: fit(pc.ffnn(784, 5, 10), "h", budget=99_384), 124),
        (lambda: fit(pc.dense, "o", budget=7_850, i=784), 10),
        (lambda: fit(pc.dense, "o", budget=7_849, i=784), 9),
        (lambda: fit(pc.dense, "o", budget=785, i=784), 1),
        (lambda: fit(pc.dense(3, 4, bias=False), "i", budget=23), 5),
        (lambda: fit(pc.attention, "x", budget=1_050_624), 512),  # and a multiple of the 8 heads
        (lambda: fit(pc.attention, "x", budget=1_050_623), 504),
        (lambda: fit(pc.attention, "x", budget=1_050_623, heads=1), 511),
        (lambda: fit(pc.encoder, "m", budget=110_000_000, x=768, ff=3_072, heads=12), 15),  # 7,087,872 each
        (lambda: fit(pc.bidirectional(pc.gru(8, 5)), "h", budget=420), 5),
        (lambda: fit(pc.dense, "o", budget=10**30, i=10**12 - 1), 10**18),  # 10**12 an output
    ],
)
def test_fit(found, by_hand):
    size = found()
    assert size == by_hand and isinstance(size, Dim)


def test_fit_gives_a_size_that_knows_its_name():
    assert fit(pc.lstm, "h", budget=1_000_000, i=300).symbols == "h"
    assert pc.lstm(300, fit(pc.lstm, "h", budget=1_000_000, i=300)).count == 997_248


@given(st.integers(1, 400), st.integers(1, 400), st.integers(2, 10**7))
def test_one_more_would_be_too_many(i, o, budget):
    assume(i + 1 + 2 * o <= budget)
    h = fit(pc.ffnn, "h", budget=budget, i=i, o=o)
    assert (i + 1 + o) * h + o <= budget < (i + 1 + o) * (h + 1) + o


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: fit(pc.dense, "o", budget=784, i=784),
            "no o fits 784: dense(i=784, o=1) already trains 785",
        ),
        (lambda: fit(pc.attention, "heads", budget=10**9), "the count of attention"),
        (lambda: fit(pc.dense, "h", budget=10), "dense has no single size h: it has i, o"),
        (lambda: fit(pc.ffnn(3, 5, 7, 2), "h", budget=10), "ffnn has no single size h: it has i, o"),
        (lambda: fit(pc.ffnn(3, 5, 2), "bias", budget=10), "ffnn has no single size bias"),
        (lambda: fit(pc.encoder(512, 6), "ff", budget=10), "encoder has no single size ff"),
        (lambda: fit(pc.lstm, "h", budget=0), "budget=0: a size is a whole number, 1 or more"),
        (lambda: fit(pc.lstm, "h", budget=1e6), "budget=1000000.0: a size is a whole number"),
        (lambda: fit(pc.lstm, "h", budget=100, q=3), "lstm has no q: it has i, h, bias"),
        (lambda: fit(pc.lstm, "h", budget=100, i=0), "i=0: a size is a whole number"),
        (lambda: fit(48, "h", budget=100), "48 is not a layer"),
        (lambda: growth(pc.lstm, "q"), "lstm has no single size q: it has i, h"),
        (lambda: growth(pc.lstm, "h", i=0), "i=0: a size is a whole number"),
        (lambda: growth(pc.lstm, "h", to=-1), "to=-1: a size is a whole number"),
        (lambda: growth(len, "h"), "is not a layer"),
        (lambda: growth(pc.attention, "heads"), "does not depend on heads"),
        (lambda: growth(pc.scaled_dot_product, "x"), "does not depend on x"),
    ],
)
def test_what_cannot_be_is_refused(call, message):
    with pytest.raises((TypeError, ValueError)) as error:
        call()
    assert message in str(error.value)


# -- the plot -----------------------------------------------------------------------------------


def test_each_line_is_a_term_and_each_point_a_count():
    plotted = growth(pc.lstm(3, 2), "h", to=4)
    assert plotted.values == [1, 2, 3, 4]
    assert plotted.terms() == {
        "4 × h × h": [4, 16, 36, 64],
        "4 × h × i": [12, 24, 36, 48],
        "4 × h": [4, 8, 12, 16],
    }
    (axes,) = plotted.figure().axes
    lines = {line.get_label(): [int(y) for y in line.get_ydata()] for line in axes.get_lines()}
    assert lines.pop("total") == [20, 48, 84, 128]  # 4 × ((h + 3) × h + h)
    assert {name: lines[name] for name in plotted.terms()} == plotted.terms()
    assert [48] in lines.values()  # the point at h = 2
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")


@pytest.mark.parametrize("name", [name for name in EXAMPLES if EXAMPLES[name].count])
def test_every_size_that_can_stand_alone_can_be_plotted(name):
    sizes = EXAMPLES[name].arguments().items()
    single = [size for size, given in sizes if isinstance(given, int) and not isinstance(given, bool)]
    for size in single:
        if size not in ("heads", "groups"):
            plotted = growth(EXAMPLES[name], size, to=100)
            for place, at in enumerate(plotted.values):
                terms = sum(counts[place] for counts in plotted.terms().values())
                assert terms == EXAMPLES[name].resized(**{size: at}).count
            assert plotted.figure() and repr(plotted)


def test_x_goes_in_steps_of_the_heads():
    assert growth(pc.attention(12, heads=3), "x", to=14).values == [3, 6, 9, 12]
    assert growth(pc.conv(4, 3, 6, groups=2), "o", to=8).values == [2, 4, 6, 8]


def test_how_far_it_goes():
    assert growth(pc.lstm, "h").values[-1] == 1_024
    assert growth(pc.ffnn(784, 1_000, 10), "h").values[-1] >= 7_000
    assert growth(pc.lstm, "h", to=50).values[-1] <= 50


def test_text_says_how_it_grows():
    # 784-128-10: 795 × 128 + 10 = 101,770, of which 784 × 128 = 100,352; 795 × 256 + 10 = 203,530
    assert repr(growth(pc.ffnn(784, 128, 10), "h")) == (
        "ffnn(784, 128, 10): at h = 128 it trains 101,770 parameters, 98.6 % of them in i × h.\n"
        "With h = 256 it trains 203,530: 2.00 times as many."
    )


def test_the_bundle_is_a_picture_and_text():
    bundle = growth(pc.lstm(3, 2), "h", to=64)._repr_mimebundle_()
    assert bundle.keys() == {WIDGET, "image/png", "text/plain"}
    assert bundle["image/png"].startswith(b"\x89PNG\r\n")
    assert bundle["text/plain"].startswith("lstm(i=3, h=2): at h = 2 it trains 48 parameters")
    again = growth(pc.lstm(3, 2), "h", to=64)._repr_mimebundle_()
    assert all(bundle[each] == again[each] for each in ("image/png", "text/plain"))


def test_a_line_that_runs_along_the_total_is_seen_inside_it():
    """In 784-128-10 nearly all is in i × h, whose line was hidden."""
    plotted = growth(pc.ffnn(784, 128, 10), "h")
    (axes,) = plotted.figure().axes
    total, *lines = axes.get_lines()
    assert total.get_label() == "total"  # drawn first, so below the others
    assert all(total.get_linewidth() > 3 * line.get_linewidth() for line in lines)
    assert (
        axes.get_title(loc="left")
        == "Look inside the wide band, which is the total: i\u00a0×\u00a0h runs along it."
    )


def test_each_line_has_its_name_at_its_end_apart_from_the_others():
    plotted = growth(pc.ffnn(784, 128, 10), "h")
    figure = plotted.figure()
    figure.canvas.draw()
    (axes,) = figure.axes
    names = {each.get_text(): each.get_window_extent() for each in axes.texts}
    assert names.keys() - {"h = 128\n101,770"} == {"total", *plotted.terms()}
    labels = sorted((names[each].y0, names[each].y1) for each in names if "=" not in each)
    assert all(above[0] >= below[1] for below, above in pairwise(labels))
    assert not axes.get_legend()


@pytest.mark.parametrize(
    ("plotted", "said"),
    [
        # h × h is more than h × 256 beyond h = 256
        (lambda: growth(pc.lstm(256, 512), "h", to=4_096), "from h = 256 on the largest part is 4 × h × h"),
        (lambda: growth(pc.lstm(256, 512), "h", to=4_096), "at first it is 4 × h × i."),
        # 10 of 20 are in i × o, and so at every size
        (lambda: growth(pc.dense(1, 10), "o"), "i × o is its largest part all along."),
    ],
)
def test_a_sentence_says_what_to_look_for(plotted, said):
    assert said in plotted().look()


def contrast(one: str, other: str) -> float:
    """As WCAG 2 defines it: from 1 to 21."""

    def light(colour: str) -> float:
        parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05

    low, high = sorted([light(one), light(other)])
    return high / low


WHITE, BLACK = "#ffffff", "#111111"  # the pages of JupyterLab


def test_a_plot_is_read_on_white_and_on_dark_pages():
    assert contrast("#000000", WHITE) == 21
    for theme, page in ((plots._LIGHT, WHITE), (plots._DARK, BLACK)):
        assert all(contrast(colour, page) >= 4.5 for colour in (theme.ink, *theme.lines))
    for page in (WHITE, BLACK):  # what is stored fits both, as no ink of 4.5 can; its words are large or bold
        assert all(contrast(colour, page) >= 3 for colour in plots._EITHER.lines)
        assert contrast(plots._EITHER.ink, page) >= 4
    figure = growth(pc.lstm(3, 2), "h").figure()
    assert figure.get_facecolor()[3] == figure.axes[0].get_facecolor()[3] == 0


def test_a_plot_on_the_screen_has_words_and_the_colours_of_the_theme():
    plotted = growth(pc.ffnn(784, 128, 10), "h")
    shown = plotted._widget.value
    style, svg = shown.split("</style>")
    assert "at h = 128 it trains 101,770 parameters" in re.search('aria-label="([^"]*)"', svg)[1]
    assert plotted.look() in svg and 'role="img"' in svg
    assert not re.search("#[0-9a-f]{6}", svg), "a colour that does not follow the theme"
    assert all(colour in style for colour in (*plots._LIGHT.lines, *plots._DARK.lines))


def test_without_matplotlib_the_words_stay_and_say_what_is_missing(monkeypatch):
    plotted, said = growth(pc.lstm(3, 2), "h"), "at h = 2 it trains 48 parameters"
    monkeypatch.setitem(sys.modules, "matplotlib", None)  # importing it is an ImportError now
    bundle = plotted._repr_mimebundle_()
    assert bundle.keys() == {"text/plain"}
    assert said in bundle["text/plain"]
    assert bundle["text/plain"].endswith("drawing it needs matplotlib, which is not installed here.")
    with pytest.raises(ImportError, match="matplotlib"):
        plotted.figure()


def test_matplotlib_is_imported_when_it_is_needed_and_pyplot_never():
    code = (
        "import sys, paramcount as pc\n"
        "pc.fit(pc.lstm, 'h', budget=1_000_000)\n"
        "plotted = pc.growth(pc.lstm, 'h', to=8)\n"
        "print(plotted, 'matplotlib' in sys.modules)\n"
        "plotted._repr_mimebundle_()\n"
        "print('matplotlib' in sys.modules, 'matplotlib.pyplot' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-2].endswith("False")
    assert ran.stdout.splitlines()[-1] == "True False"


def test_a_kind_is_said_by_the_layer_and_not_read_off_its_name():
    @layer
    def attention_free(x):
        return {"mix": pc.dense(x, x)}

    @layer(kind="attention")
    def mixed(x):
        return {"mix": pc.dense(x, x), "attend": pc.attention(x)}

    assert by_kind(attention_free(8)) == {"dense": 72}
    assert by_kind(mixed(8)) == {"attention": 72 + 4 * 72}
    parts = {
        "stem": pc.conv(1, 3, 2),
        "words": pc.embedding(5, 2),
        "norm": pc.batch_norm(2),
        "free": attention_free(2),
    }
    kinds = by_kind(layer(lambda x: parts)(1))
    assert kinds == {"dense": 6, "convolution": 20, "norm": 4, "embedding": 10}
    assert by_kind(pc.bidirectional(pc.gru(8, 5))) == {"recurrent": 420}


def test_attention_of_a_model_that_was_read_is_known_by_its_name():
    """Four of 16 × 16 and 16 in each of two blocks: 2,176 of 8,144; and a class alone that says it."""
    tiny = pc.explain(ROOT / "notebooks/data/tiny.safetensors")
    assert by_kind(tiny)["attention"] == 2 * 4 * (16 * 16 + 16)
    torch = pytest.importorskip("torch")

    class OwnAttention(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.q, self.o = torch.nn.Linear(8, 8), torch.nn.Linear(8, 8)

    assert by_kind(pc.explain(OwnAttention())) == {"attention": 2 * (8 * 8 + 8)}
