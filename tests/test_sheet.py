"""The formula sheet: nothing on it but what frameworks print, nothing left out, all on one legible page."""

import json
import math
import re
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

import pypdf
import pytest
from bs4 import BeautifulSoup

import lab
from axe import violations
from laws import printed_by, value
from paramcount import layers, models, tuning
from test_packaging import README, ROOT, make

sys.path.insert(0, str(ROOT / "notebooks" / "teaching"))
import sheet

A4, LETTER = (210, 297), (215.9, 279.4)  # in millimetres
POINT = 25.4 / 72
SMALLEST = 7.5  # points
needs_chromium = pytest.mark.skipif(lab.chromium() is None, reason="Chromium is not installed")

ORACLE = defaultdict(list)
for _case in json.loads((Path(__file__).parent / "oracle" / "sheet.json").read_text("utf-8"))["cases"]:
    ORACLE[_case["row"]].append(_case)


# -- as it is read ------------------------------------------------------------------------------


PAGE = BeautifulSoup(sheet.page(), "html.parser")


def without_small(cell) -> str:
    """What stands in a cell in letters of the full size."""
    return " ".join("".join(t for t in cell.strings if not t.find_parent("small")).split())


def small(cell) -> str:
    return cell.small.text if cell.small else ""


class Read:
    """A row as a reader sees it."""

    def __init__(self, row):
        self.name = row.select_one(".name b").text
        self.formula, self.arithmetic = without_small(row.select_one(".f")), small(row.select_one(".f"))
        self.number = int(row.select_one(".n b").text.replace(",", ""))
        self.kept = {}
        for each in row.select(".k span"):
            who, number = each.b.text.rsplit(" ", 1)
            for name in {"both": ["PyTorch", "Keras"]}.get(who, [who]):
                self.kept[name] = (int(number.replace(",", "")), each.small.text.removeprefix("+ "))


ROWS = {row.name: row for row in map(Read, PAGE.select("tbody tr"))}
each_row = pytest.mark.parametrize("row", ROWS.values(), ids=list(ROWS))


# -- complete -----------------------------------------------------------------------------------


def test_every_layer_of_the_package_is_on_it():
    """A new one in layers.py needs a row in `sheet.groups`, and its number a case in oracle/sheet.json."""
    functions = {row.layer.function for row in sheet.rows()}
    wanted = {getattr(layers, name) for name in layers.__all__} | {tuning.with_lora}
    wanted |= {models.grouped_attention, models.swiglu, models.mixture}
    assert {each.name for each in wanted} - {each.name for each in functions} == set()


def test_each_row_is_printed_by_a_framework():
    assert ORACLE.keys() == ROWS.keys()


# -- right --------------------------------------------------------------------------------------


@each_row
def test_the_number_is_what_a_framework_printed(row):
    """In at least one of the two; the other may keep more, and then that is said: see below."""
    assert row.number in {case["trained"] for case in ORACLE[row.name]}


@each_row
def test_what_a_framework_keeps_besides_is_said(row):
    for framework in ("PyTorch", "Keras"):
        # The first case is the framework's own layer; those after it are made to be as by hand.
        cases = [case["kept"] for case in ORACLE[row.name] if case["framework"] == framework][:1]
        said = row.kept.get(framework, row.kept.get("in all", (row.number, "")))[0]
        assert cases in ([], [said])
    assert all(number > row.number for number, _ in row.kept.values())


@each_row
def test_the_arithmetic_comes_to_the_number(row):
    written = row.arithmetic or (f"{row.number:,}" if row.name == "RMS norm" else "0")
    assert value(written) == row.number


def linear(sizes, shape):
    return {"i": sizes["in_features"], "o": sizes["out_features"]}


def recurrent(sizes, shape):
    return {"i": sizes["input_size"], "h": sizes["hidden_size"]}


def units(letter):
    return lambda sizes, shape: {"i": shape[-1], letter: sizes["units"]}


def convolution(sizes, shape):
    i, o = ("in_channels", "out_channels") if "in_channels" in sizes else (None, "filters")
    sides = sizes["kernel_size"]
    places = math.prod(sides) if isinstance(sides, list) else sides ** (1 if len(shape or []) == 2 else 2)
    return {
        "i": sizes[i] if i else shape[-1],
        "places": places,
        "o": sizes[o],
        "groups": sizes.get("groups", 1),
    }


def one(letter, name):
    return lambda sizes, shape: {letter: sizes[name]}


def norm(sizes, shape):
    return {"x": math.prod(sizes["normalized_shape"])}


def table(sizes, shape):
    return {"v": sizes["num_embeddings"], "x": sizes["embedding_dim"]}


def transformer(sizes, shape):
    return {"x": sizes["d_model"], "ff": sizes.get("dim_feedforward", 2048)}  # which is PyTorch's own


# For a row: the framework, its class, and how the letters are read off what that was given.
IN_OTHER_SIZES = [
    ("Dense layer", "pytorch", "Linear", linear),
    ("Dense layer", "keras", "Dense", units("o")),
    ("RNN", "pytorch", "RNN", recurrent),
    ("RNN", "keras", "SimpleRNN", units("h")),
    ("GRU", "pytorch", "GRU", recurrent),
    ("GRU", "keras", "GRU", units("h")),
    ("LSTM", "pytorch", "LSTM", recurrent),
    ("LSTM", "keras", "LSTM", units("h")),
    ("Bidirectional", "pytorch", "LSTM", recurrent),
    ("In groups", "pytorch", "Conv2d", convolution),
    ("In groups", "pytorch", "Conv3d", convolution),
    ("In groups", "keras", "Conv1D", convolution),
    ("In groups", "keras", "Conv2D", convolution),
    ("In groups", "keras", "Conv3D", convolution),
    ("Batch norm", "pytorch", "BatchNorm2d", one("o", "num_features")),
    ("Layer norm", "pytorch", "LayerNorm", norm),
    ("RMS norm", "pytorch", "RMSNorm", norm),
    ("Embedding", "pytorch", "Embedding", table),
    ("Multi-head attention", "pytorch", "MultiheadAttention", one("x", "embed_dim")),
    ("Encoder layer", "pytorch", "TransformerEncoderLayer", transformer),
    ("Decoder layer", "pytorch", "TransformerDecoderLayer", transformer),
]
# What may not have been given in another way, since the row would be about something else.
USUAL = {"bias": True, "use_bias": True, "elementwise_affine": True, "reset_after": True}
USUAL |= {"num_layers": 1, "bidirectional": False, "proj_size": 0}
USUAL |= {"kdim": None, "vdim": None, "add_bias_kv": False}


def in_other_sizes(row, framework, layer, read):
    """The letters and the count of each case that is about a row, and the names of all that it was given."""
    usual = USUAL | {"bidirectional": row == "Bidirectional"}
    for case in printed_by(framework).values():
        sizes = case["kwargs"]
        if case["layer"] == layer and all(sizes.get(k, USUAL[k]) == usual[k] for k in usual):
            yield read(sizes, case.get("input_shape")), case["trainable"], sizes.keys()


@pytest.mark.parametrize("about", IN_OTHER_SIZES, ids=[", ".join(each[:3]) for each in IN_OTHER_SIZES])
def test_the_formula_holds_in_other_sizes(about):
    row, framework = ROWS[about[0]], {"pytorch": "PyTorch", "keras": "Keras"}[about[1]]
    first = next(case for case in ORACLE[row.name] if case["framework"] == framework)
    more = row.kept[framework][1] if first["trained"] > row.number else "0"  # statistics are not trained
    formula = row.formula.replace("f × f", "places")  # a filter may have other sides, and as many as it likes
    found = list(in_other_sizes(*about))
    assert found
    for letters, count, _ in found:
        assert value(f"{formula} + {more}", **letters) == count


@pytest.mark.parametrize("name", ["Encoder", "Decoder", "Whole Transformer"])
def test_a_formula_by_parts_comes_to_the_number(name):
    """Sizes are those of the paper: v = 37,000, x = 512, and six layers in each stack."""
    line = ROWS[name].formula
    for part in ("Encoder layer", "Decoder layer", "Encoder", "Decoder"):
        line = re.sub(rf"\b{part.lower()}\b", str(ROWS[part].number), line)
    assert value(line, v=37_000, x=512, m=6, n=6) == ROWS[name].number


def test_experts_come_to_the_number():
    """Sizes of Mixtral's: x = 4,096, ff = 14,336, 8 experts."""
    line = ROWS["Mixture of experts"].formula.replace("SwiGLU", f"({ROWS['SwiGLU'].formula})")
    assert value(line, x=4_096, ff=14_336, experts=8) == ROWS["Mixture of experts"].number


def test_what_does_not_matter_does_not():
    """Its layers train nothing in either framework, and settings were other ones where a formula held."""
    trained = defaultdict(set)
    for case in printed_by("other_layers").values():
        trained[case["layer"]].add(case["trainable"])
    nothing = {
        "activation": ["ReLU", "GELU"],
        "dropout": ["Dropout"],
        "pooling": ["MaxPool2d", "AvgPool2d", "MaxPooling2D"],
        "softmax": ["Softmax"],
        "flatten": ["Flatten"],
    }
    assert all(trained[layer] == {0} for layers in nothing.values() for layer in layers)
    assert all(count > 0 for count in trained["PReLU"])
    given = {name for about in IN_OTHER_SIZES for _, _, names in in_other_sizes(*about) for name in names}
    assert {"stride", "padding", "dilation", "num_heads"} <= given
    settings = {"stride", "padding", "dilation", "heads"}
    not_given = {"timesteps", "image size", "batch size", "residual +"}  # a layer is not told of them
    assert {chip.text for chip in PAGE.select(".chips li")} == {*nothing, *settings, *not_given}


def test_the_rule_of_thumb():
    said = " ".join(PAGE.select("footer section")[2].text.split()).replace("\u00a0", " ")
    assert "12 × x² a layer, where ff = 4 × x. It misses 13 × x for biases and norms" in said
    # PyTorch's own layer has x = 512 and ff = 2,048, which is 4 × 512.
    assert ORACLE["Encoder layer"][0]["trained"] == 12 * 512**2 + 13 * 512
    assert f"m = 12, x = 768: {12 * 12 * 768**2:,} by the rule" in said
    assert f"{printed_models()['BERT-base']:,} in all" in said


def printed_models():
    cases = json.loads((Path(__file__).parent / "oracle" / "models.json").read_text("utf-8"))["cases"]
    return {case["name"]: case["trainable"] for case in cases}


def test_bytes():
    """Four bits are half a byte, and 32 of them share a scale of 2: (32 × ½ + 2) ÷ 32 = 0.5625."""
    said = " ".join(PAGE.select("footer section")[2].text.split())
    assert "float32 4, bfloat16 2, int8 1, 4 bit 0.5625." in said
    assert "Training with Adam: 4 + 4 + 8 in float32, 2 + 2 + 12 in bfloat16." in said


# -- on paper -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sheet")
    sheet.main("", folder)
    return folder


def millimetres(page) -> tuple:
    return tuple(float(side) * POINT for side in (page.mediabox.width, page.mediabox.height))


def sizes_in(page) -> dict[float, str]:
    """The sizes of the letters of a page, in points, with what is written in each."""
    found = defaultdict(str)

    def visit(text, around, matrix, font, size):
        if text.strip():
            found[round(size * abs(matrix[3] * around[3]), 2)] += text

    page.extract_text(visitor_text=visit)
    return found


def squeezed(text: str) -> str:
    """A text without its spaces, and with an f and an i where a font has one sign for both."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


@needs_chromium
@pytest.mark.parametrize(("paper", "size"), [("a4", A4), ("letter", LETTER)])
def test_it_is_one_page(out, paper, size):
    (page,) = pypdf.PdfReader(out / f"formula-sheet-{paper}.pdf").pages
    assert millimetres(page) == pytest.approx(size, abs=0.2)
    sizes = sizes_in(page)
    assert min(sizes) >= SMALLEST, sizes[min(sizes)]
    assert squeezed(page.extract_text()) == squeezed(PAGE.body.text)


def test_the_stored_page_is_up_to_date():
    """If not: make sheet ARGS=--store"""
    assert (ROOT / "notebooks" / "formula-sheet.html").read_text("utf-8") == sheet.page()


def test_the_stored_pdf_says_the_same_and_fits_both_papers():
    """If not: make sheet ARGS=--store"""
    (page,) = pypdf.PdfReader(ROOT / "notebooks" / "formula-sheet.pdf").pages
    wide, high = millimetres(page)
    assert wide <= A4[0] and high <= LETTER[1] + 0.1
    assert squeezed(page.extract_text()) == squeezed(PAGE.body.text)


def test_without_a_browser_there_is_the_html(tmp_path, monkeypatch):
    monkeypatch.setattr(sheet, "browser", lambda: None)
    with pytest.raises(SystemExit, match="Chromium"):
        sheet.main("", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["formula-sheet.html"]


# -- on a screen --------------------------------------------------------------------------------


def fonts_of_the_machine(page) -> set[str]:
    """Fonts that the page does not bring: with these, lines would be longer on some machines."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("DOM.enable")
    devtools.send("CSS.enable")
    root = devtools.send("DOM.getDocument")["root"]["nodeId"]
    nodes = devtools.send("DOM.querySelectorAll", {"nodeId": root, "selector": "main *"})["nodeIds"]
    used = [devtools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"] for node in nodes]
    assert any(used)
    return {font["familyName"] for fonts in used for font in fonts if not font["isCustomFont"]}


@needs_chromium
def test_on_a_screen(out):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=lab.chromium(), args=lab.FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto((out / "formula-sheet.html").as_uri())
        assert violations(page) == []
        assert fonts_of_the_machine(page) == set()
        page.set_viewport_size({"width": 390, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        assert violations(page) == []
        browser.close()


def test_nothing_is_fetched_and_no_script_runs():
    assert not PAGE.find_all(["script", "link", "img", "iframe", "object"])
    assert re.findall(r"url\((?!data:)|@import|https?://(?!scripts\.sil\.org/OFL)", str(PAGE)) == []


# -- where it is found --------------------------------------------------------------------------


def test_it_is_linked():
    start = (ROOT / "notebooks" / "00-start-here.ipynb").read_text("utf-8")
    assert "(formula-sheet.html)" in start and "(formula-sheet.pdf)" in start
    assert "(notebooks/formula-sheet.pdf)" in README
    assert "sheet.py --store" in make("-n", "sheet", ARGS="--store").stdout
