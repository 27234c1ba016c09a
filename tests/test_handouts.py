"""The chapters on paper: complete, readable without a network or a script, and with no answer in sight."""

import ast
import base64
import functools
import re
import sys
import unicodedata
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pypdf
import pytest
from bs4 import BeautifulSoup

import lab
import paper
from axe import violations
from test_browser import calls
from test_packaging import ROOT, make

sys.path.insert(0, str(ROOT / "notebooks" / "teaching"))
import handouts
import printing

ABOVE, BELOW = 14, 17  # the margins, in millimetres
WARM_UP = "## Two questions to warm up"
NAMES = [path.relative_to(handouts.NOTEBOOKS).with_suffix("").as_posix() for path in handouts.notebooks()]
CHAPTERS = [name for name in NAMES if "/" not in name]
each_sheet = pytest.mark.parametrize("name", NAMES)
each_chapter = pytest.mark.parametrize("name", CHAPTERS)
needs_chromium = pytest.mark.skipif(lab.chromium() is None, reason="Chromium is not installed")


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    """The folder with all hand-outs; with their PDFs, where there is a browser."""
    folder = tmp_path_factory.mktemp("handouts")
    if lab.chromium():
        handouts.main("", folder)
    else:
        with pytest.raises(SystemExit, match="Chromium"):
            handouts.main("", folder)
    return folder


@functools.cache
def read(html: Path) -> BeautifulSoup:
    return BeautifulSoup(html.read_text("utf-8"), "html.parser")


@pytest.fixture
def sheet(out, name) -> BeautifulSoup:
    return read(out / f"{name}.html")


@functools.cache
def cells(name: str, kind: str = "code") -> list:
    notebook = nbformat.read(handouts.NOTEBOOKS / f"{name}.ipynb", as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == kind]


def cells_that_call(name: str, *functions: str) -> list:
    return [
        cell for cell in cells(name) if any(calls(ast.parse(cell.source), function) for function in functions)
    ]


# -- one file, by itself --------------------------------------------------------------------------


@each_sheet
def test_nothing_is_fetched_and_no_script_runs(sheet):
    assert not sheet.find_all(["script", "link", "iframe", "object", "embed", "video", "audio"])
    for tag in sheet.find_all(True):
        for name in ("src", "srcset", "data", "poster", "background"):
            assert tag.get(name, "data:").startswith("data:"), tag
        assert not any(name.startswith("on") for name in tag.attrs), tag
        assert "url(" not in tag.get("style", "")
    assert not any("url(" in style.text or "@import" in style.text for style in sheet.find_all("style"))


@each_sheet
def test_links_lead_to_the_other_sheets(sheet, out, name):
    for link in sheet.find_all("a", href=True):
        if not link["href"].startswith("https://"):
            path, _, place = link["href"].partition("#")
            target = (out / name).parent / path if path else out / f"{name}.html"
            assert target.suffix == ".html"
            there = read(target.resolve())
            assert not place or there.find(id=[place, unquote(place)]), link["href"]


@each_sheet
def test_formulas_are_mathml(sheet, name):
    written = sum(cell.source.count("$") for cell in cells(name, "markdown"))
    doubled = sum(cell.source.count("$$") for cell in cells(name, "markdown"))
    assert len(sheet.find_all("math")) == (written - 2 * doubled) / 2 + doubled / 2
    assert "$" not in sheet.body.text


# -- what is on it --------------------------------------------------------------------------------


@each_sheet
def test_every_picture_and_table_of_the_notebook_is_there_once(sheet, name):
    pictures, tables, asked = 0, set(), set()
    for cell in cells(name):
        if "def mine(" in cell.source or "progress(" in cell.source:
            continue
        for output in cell.outputs:
            html = output.get("data", {}).get("text/html", "")
            tables.update(re.findall("<table.*?</table>", html, re.DOTALL))
            if calls(ast.parse(cell.source), "predict"):
                asked.update(map(what_is_drawn, re.findall('base64,([^"]*)', html)))
            else:
                pictures += html.count("<img") + ("image/png" in output.get("data", {}))
    written = sum(cell.source.count("\n|--") for cell in cells(name, "markdown"))
    own = [str(table) for table in sheet.find_all("table")]
    assert len([img for img in sheet.find_all("img") if img["alt"]]) == pictures + len(asked)
    assert len(own) == len({*own}) == len(tables) + written


def what_is_drawn(picture: str) -> str:
    """The title of a picture, whatever the sizes in it."""
    return re.sub(r"[\d,.\-]", "", read_svg(picture).title.text).strip()


def read_svg(picture: str) -> BeautifulSoup:
    return BeautifulSoup(base64.b64decode(picture), "html.parser")


@each_chapter
def test_every_question_has_its_words_and_room(sheet, name):
    asked = cells_that_call(name, "predict")
    questions = sheet.select("section.question")
    assert len(questions) == len(asked)
    for cell, question in zip(asked, questions, strict=True):
        (output,) = cell.outputs
        assert output.data["text/plain"].partition("\n")[0] in question.text
        assert question.select(".room hr") and question.select(".room b")


@each_chapter
def test_every_exercise_has_room_and_no_answer(sheet, name):
    open_ones = [cell for cell in cells_that_call(name, "check", "explore") if "def mine(" in cell.source]
    open_ones += cells_that_call(name, "check")
    assert len(sheet.select("section.exercise .room")) == len(open_ones)
    assert all(len(room.select("hr")) >= 2 for room in sheet.select("section.exercise .room"))
    # What `check` compares with: the formula of the answer, and in some exercises the answer itself.
    said = "\n".join(cell.source for cell in cells(name, "markdown"))
    said += "\n".join(cell.source for cell in cells(name) if "check(" not in cell.source)
    compared = [
        ast.unparse(call.args[1])
        for cell in cells_that_call(name, "check")
        for call in calls(ast.parse(cell.source), "check")
    ]
    for answer in compared:
        for code in sheet.find_all(["pre", "code"]):
            assert answer not in code.text or answer in said
    for exercise in sheet.select("section.exercise"):
        assert not any(answer in exercise.text for answer in compared)


@each_sheet
def test_what_is_for_a_screen_is_left_out(sheet):
    text = sheet.body.text
    for words in ("Run this cell", "Put your answer in place of the dots and", "check(", "predict("):
        assert words not in text
    assert "from paramcount import" not in text


def sections(name: str) -> list[list]:
    """The cells of a chapter, from heading to heading."""
    found = [[]]
    for cell in nbformat.read(handouts.NOTEBOOKS / f"{name}.ipynb", as_version=4).cells:
        if cell.cell_type == "markdown" and re.search("^## ", cell.source, re.MULTILINE):
            found.append([])
        found[-1].append(cell)
    return found


@each_chapter
def test_what_answers_stands_at_the_end_and_a_number_leads_there(sheet, name):
    folded, warming_up = [], []
    for section in sections(name):
        said = "\n\n".join(cell.source for cell in section if cell.cell_type == "markdown")
        folds = re.findall("</summary>(.*?)</details>", said, re.DOTALL)
        (warming_up if said.startswith(WARM_UP) else folded).extend(folds)
    assert not sheet.find_all("details")
    links, notes = sheet.select(".later a"), sheet.select(".answers > section")
    assert len(links) == len(notes) == len(folded)
    for number, (link, note, fold) in enumerate(zip(links, notes, folded, strict=True), 1):
        assert link["href"] == f"#{note['id']}" and link.b.text == note.b.text == str(number)
        assert numbers(fold) <= numbers(note.text)
        assert note.sourceline > link.sourceline
    assert not notes or notes[0].parent.find_next("section", class_="question") is None
    whole = sheet.body.text
    assert not any(line in whole for fold in warming_up for line in fold.strip().splitlines() if line)


def numbers(text: str) -> set[str]:
    return {*re.findall(r"\d[\d,]*\d", re.sub("<[^>]*>|\\$[^$]*\\$|\\(.*?\\)", "", text))}


@each_chapter
def test_the_questions_to_warm_up_are_answered_in_the_solutions(out, name):
    asked = [
        cell.source
        for section in sections(name)
        if section and section[0].source.startswith(WARM_UP)
        for cell in section
        if cell.source.startswith("predict(")
    ]
    assert len(asked) == (0 if name.startswith("00") else 2)
    if asked:
        first = cells_that_call(f"solutions/{name}", "check")[:2]
        assert [re.findall('".*?"', cell.source)[-1] for cell in first] == [each[8:-1] for each in asked]
        counts = [cell.outputs[0].data["text/plain"].partition(" is right")[0] for cell in first]
        assert [
            each.text for each in read(out / f"solutions/{name}.html").select(".solved .sum b")[:2]
        ] == counts


@each_sheet
def test_solutions_stand_apart(sheet, name):
    counts = [
        output.data["text/plain"].partition(" is right")[0]
        for cell in cells_that_call(name, "check")
        for output in cell.outputs
    ]
    solved = [each.text for each in sheet.select("section.solved .sum b")]
    assert solved == (counts if name.startswith("solutions/") else [])
    assert bool(sheet.select(".name")) is not name.startswith("solutions/")


# -- in a browser ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page():
    with lab.browser() as browser:
        page = browser.new_page(viewport={"width": 650, "height": 900})  # 172 mm, between the margins
        page.emulate_media(media="print")
        yield page


SEEN = """() => {
    const all = selector => [...document.querySelectorAll(selector)];
    const box = each => each.getBoundingClientRect();
    const edge = box(document.body).right + 1;
    return {
        empty: all('img').filter(img => !img.complete || !img.naturalWidth || !img.naturalHeight).length,
        flat: all('img, math, .room hr, .room b').filter(each => !box(each).width).length,
        wide: all('body *').filter(each => box(each).right > edge).map(each => each.outerHTML),
        scrolls: all('body, table, pre, section').filter(each => each.scrollWidth > each.clientWidth + 1)
            .map(each => each.outerHTML),
    };
}"""


@needs_chromium
@each_sheet
def test_nothing_is_empty_nor_wider_than_the_page(page, out, name):
    asked_for = []
    page.on("request", lambda request: asked_for.append(request.url))
    page.goto((out / f"{name}.html").as_uri())
    page.wait_for_load_state("networkidle")
    seen = page.evaluate(SEEN)
    assert seen == {"empty": 0, "flat": 0, "wide": [], "scrolls": []}
    assert all(url.startswith(("file:", "data:")) for url in asked_for)


@needs_chromium
@each_sheet
def test_axe_finds_nothing(page, out, name):
    page.goto((out / f"{name}.html").as_uri())
    assert page.get_by_role("main").count() == 1
    assert not violations(page)


@needs_chromium
def test_axe_would_find_it(page):
    """A picture without words, a table whose head is empty, text outside the main part, pale words."""
    page.set_content("<p style='color:#bbb'>pale</p><img src=''><table><tr><th></th><td>1</td></tr></table>")
    found = " ".join(violations(page))
    assert all(rule in found for rule in ("image-alt", "empty-table-header", "region", "color-contrast"))


@needs_chromium
@each_sheet
def test_the_pdf_is_complete(out, name, sheet):
    pdf = out / f"{name}.pdf"
    reader = pypdf.PdfReader(pdf)
    title = sheet.title.text
    assert reader.metadata.title == title
    headings = {each.text.removesuffix("¶") for each in sheet.find_all(["h1", "h2"])}
    pages = paper.pages(pdf, BELOW)
    texts = [each.text for each in pages]
    for number, (each, text) in enumerate(zip(pages, texts, strict=True), 1):
        assert each.fits
        assert f"{number} / {len(texts)}" in text and title in text
        assert text.splitlines()[-1] not in headings, f"a heading ends page {number}"
        assert len(text) > len(title) + 40, f"page {number} is empty"
        assert number == len(pages) or each.empty(ABOVE, BELOW) < 0.5, f"page {number} is half empty"
        small = "".join(said for size, said in each.sizes.items() if size < 7.9)
        assert len(small) < 30 and min(each.sizes) > 6.8, small  # what is below the line, or above it
    whole = simple("\n".join(texts))
    assert all(simple(heading) in whole for heading in headings)
    assert b"file:" not in pdf.read_bytes() and str(out).encode() not in pdf.read_bytes()


def simple(text: str) -> str:
    """A text without its line breaks and ligatures."""
    return unicodedata.normalize("NFKC", " ".join(text.split()))


# -- what is said ---------------------------------------------------------------------------------


def test_without_a_browser_there_is_the_html_and_a_plain_word(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(handouts, "browser", lambda: None)
    with pytest.raises(SystemExit) as stopped:
        handouts.main("8", tmp_path)
    assert "Chromium, Chrome or Edge" in stopped.value.code  # a text: printed, and make fails
    made = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")}
    assert made == {"08-your-own-model.html", "solutions/08-your-own-model.html"}
    assert "08-your-own-model.html" in capsys.readouterr().out


def test_a_browser_is_found_where_other_systems_keep_it(tmp_path, monkeypatch):
    monkeypatch.setattr(printing, "BROWSERS", ("no_such_browser",))
    monkeypatch.setattr(printing, "ELSEWHERE", (str(tmp_path / "gone"), "${PROGRAMS_OF_OURS}/Chrome"))
    monkeypatch.setenv("PROGRAMS_OF_OURS", str(tmp_path))
    assert printing.browser() is None
    (tmp_path / "Chrome").touch(0o755)
    assert printing.browser() == str(tmp_path / "Chrome")


def test_a_browser_that_fails_is_quoted(tmp_path):
    (tmp_path / "broken").write_text("#!/bin/sh\necho it broke >&2; exit 3\n")
    (tmp_path / "broken").chmod(0o755)
    (tmp_path / "sheet.html").write_text("<p>x</p>")
    with pytest.raises(SystemExit, match="it broke"):
        printing.to_pdf(tmp_path / "sheet.html", str(tmp_path / "broken"))
    assert [path.name for path in tmp_path.glob("sheet*")] == ["sheet.html"]


def test_one_chapter_can_be_asked_for():
    assert [path.stem for path in handouts.notebooks("02-recurrent")] == ["02-recurrent"] * 2
    assert handouts.notebooks("2") == handouts.notebooks("02") == handouts.notebooks("02-recurrent")
    with pytest.raises(SystemExit, match=r"no chapter 12. There are: 00-start-here, 01-feed-forward"):
        handouts.main("12")
    assert "handouts.py '02-recurrent'" in make("-n", "handouts", CHAPTER="02-recurrent").stdout


def test_a_chapter_that_was_not_run_is_refused():
    cell = nbformat.v4.new_code_cell("predict(dense(3, 2))")
    with pytest.raises(ValueError, match="run `make refresh` first"):
        handouts.on_paper(cell)
