"""The worksheets: two or three full pages a chapter, boxes to write into, and nothing that answers."""

import functools
import re
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Comment

import lab
import paper
from axe import violations
from paramcount.ask import bank
from paramcount.ask.judge import in_short, judge
from paramcount.core import Layer
from paramcount.show.account import Account
from test_packaging import ROOT, make

sys.path.insert(0, str(ROOT / "notebooks" / "teaching"))
import worksheets
from worksheets import Task

CHAPTERS = list(worksheets.SHEETS)
ABOVE, BELOW = 13, 15  # the margins, in millimetres
each_chapter = pytest.mark.parametrize("chapter", CHAPTERS)
needs_chromium = pytest.mark.skipif(lab.chromium() is None, reason="Chromium is not installed")


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    """The folder with all worksheets; with their PDFs, where there is a browser."""
    folder = tmp_path_factory.mktemp("worksheets")
    if lab.chromium():
        worksheets.main("", folder)
    else:
        with pytest.raises(SystemExit, match="Chromium"):
            worksheets.main("", folder)
    return folder


@functools.cache
def read(html: Path) -> BeautifulSoup:
    return BeautifulSoup(html.read_text("utf-8"), "html.parser")


@pytest.fixture
def sheet(out, chapter) -> BeautifulSoup:
    return read(out / f"{chapter}.html")


@pytest.fixture
def answers(out, chapter) -> BeautifulSoup:
    return read(out / "answers" / f"{chapter}.html")


def tasks(chapter: str) -> list[Task]:
    return [task for page in worksheets.SHEETS[chapter] for task in page]


def numbers(text: str) -> set[int]:
    return {int(each.replace(",", "")) for each in re.findall(r"(?<![\w,.])\d[\d,]*\d|(?<![\w,.])\d", text)}


def told(section) -> str:
    """All that a task says, what is read out and what rests in attributes with it."""
    hidden = [value for tag in section.find_all(True) for name, value in tag.attrs.items() if _is_text(name)]
    return "\n".join([section.get_text(" "), *hidden])


def _is_text(attribute: str) -> bool:
    return attribute in ("alt", "title", "aria-label", "aria-description", "value", "placeholder") or (
        attribute.startswith("data-")
    )


# -- what is asked ---------------------------------------------------------------------------------


def test_every_chapter_has_one():
    assert list(bank.CHAPTERS) == CHAPTERS


@each_chapter
def test_its_questions_are_those_of_the_chapter(chapter):
    own = [question.id for question in bank.questions(chapter)]
    asked = [task.id for task in tasks(chapter)]
    assert set(asked) <= set(own)
    assert any(task.shares or task.grows for task in tasks(chapter))
    assert all(task.id in asked[:place] for place, task in enumerate(tasks(chapter)) if task.other)


@each_chapter
def test_every_question_has_its_words_and_boxes(sheet, chapter):
    assert sheet.select_one("header .name span")
    sections = sheet.select(".row > section")
    for number, (section, task) in enumerate(zip(sections, tasks(chapter), strict=True), 1):
        assert section.h2.span.text == str(number)
        assert task.question.words() in section.h2.text.replace("\N{NO-BREAK SPACE}", " ")
        boxes = section.select(".answer b, .places b, .parts .box")
        assert boxes and not any(box.text for box in boxes)
        assert bool(section.svg) is bool(task.picture or task.places or task.grows)
        assert len(section.select(".bar")) == 2 * task.shares
    assert sum(len(task.rows) for task in tasks(chapter) if task.parts or task.shares) == len(
        [row for row in sheet.select(".parts th") if row.text != "in all"]
    )


# -- nothing answers -------------------------------------------------------------------------------


@each_chapter
def test_no_task_tells_its_own_answer(sheet, chapter):
    for section, task in zip(sheet.select(".row > section"), tasks(chapter), strict=True):
        said, right = told(section), task.question.count
        assert int(right) not in numbers(said), task.id
        asked = task.question.asked
        lines = Account(asked).lines if isinstance(asked, Layer) else [right.symbols, right.numbers]
        for written in (right.symbols, right.numbers, *lines):
            assert len(written) < 4 or written not in said, task.id
        if task.places or task.grows:
            # As many biases as a column has neurons, and that is told; the weights are not.
            hidden = {*task.slots[1::2]} if task.places else {task.at(b) - task.at(a) for a, b in task.steps}
            assert not hidden & (numbers(said) - task.question.numbers), task.id


@each_chapter
def test_nor_that_of_another_one(out, sheet, chapter):
    large = {int(task.question.count) for task in tasks(chapter) if task.question.count >= 10_000}
    whole = told(sheet) + str(sheet.title)
    if lab.chromium():
        whole += " ".join(page.text for page in paper.pages(out / f"{chapter}.pdf", BELOW))
    assert not large & numbers(whole)
    assert not any(str(number) in str(sheet) for number in large)
    assert not sheet.find_all(string=lambda text: isinstance(text, Comment))
    assert not sheet.find_all(["details", "input", "script", "template", "noscript", "metadata"])


def test_a_told_answer_would_be_found():
    section = BeautifulSoup('<section><svg aria-label="1,050,624 in all"></svg></section>', "html.parser")
    assert 1_050_624 in numbers(told(section))
    assert numbers("4 × (512 × 512 + 512), then 3.5 of h2 and 7,850.") == {4, 512, 3, 7850}


# -- what answers, apart ---------------------------------------------------------------------------


@each_chapter
def test_the_answers_page_has_every_count(answers, chapter):
    rows = answers.select(".answers tbody tr")
    for number, (row, task) in enumerate(zip(rows, tasks(chapter), strict=True), 1):
        assert row.th.text == str(number)
        if not task.grows:
            assert row.select_one(".number").text.strip() == f"{task.question.count:,}"
            assert task.slips or task.question.count == 0


@each_chapter
def test_a_slip_is_named_as_the_page_names_it_when_it_is_typed(chapter):
    for task in tasks(chapter):
        for wrong, said in task.slips:
            question = task.question
            verdict = judge(wrong, question.asked, question.figures, question.three)
            assert verdict.kind == "wrong"
            names = [in_short(each.why) for each in verdict.choices] or [" ".join(verdict.lines)]
            assert any(said.split(": ")[-1] in name for name in names), (task.id, wrong, said)


@pytest.mark.parametrize(
    ("task", "row"),
    [
        # 3 × 5 weights, 5 biases, 5 × 2 weights, 2 biases; nothing is trained in the input.
        (
            Task("first-network", places=True),
            "32 (3 × 5 + 5) + (5 × 2 + 2) from left to right: 0, 15, 5, 10, 2",
        ),
        # 784 × 128 + 128 = 100,480 of 101,770 are 98.7 %; 784 × 128 + 128 × 10 = 101,632 without biases.
        (Task("digits-hidden-layer", shares=True), "hidden 100,480; output 1,290"),
        (Task("digits-hidden-layer", shares=True), "hidden 98.7 %; output 1.3 %"),
        (Task("digits-hidden-layer", shares=True), "101,632 Those are the weights alone"),
        # One hidden neuron has 784 weights and a bias, and 10 weights lead away from it.
        (Task("digits-hidden-layer", grows=("h", 256)), "+795 +795"),
        # 4 × ((2 + 10) × 2 + 2) = 104 less 4 × ((1 + 10) × 1 + 1) = 48; 8,160 is 4 × ((40 + 10) × 40 + 40).
        (Task("lstm-last-step", grows=("h", 40)), "+56"),
        (Task("lstm-last-step", grows=("h", 40)), "h = 40: 8,160 The line bends upwards"),
    ],
)
def test_what_the_answers_page_says(monkeypatch, task, row):
    chapter = next(name for name, file in bank.CHAPTERS.items() if file == task.question.chapter)
    monkeypatch.setitem(worksheets.SHEETS, chapter, [[task]])
    page = BeautifulSoup(worksheets.page(chapter, "answers.html.j2"), "html.parser")
    assert row in " ".join(page.select_one("tbody tr").get_text(" ").split())


# -- on paper --------------------------------------------------------------------------------------


@needs_chromium
@each_chapter
def test_two_or_three_full_pages(out, chapter):
    pages = paper.pages(out / f"{chapter}.pdf", BELOW)
    assert 2 <= len(pages) <= 3
    assert len(pages) == len(worksheets.SHEETS[chapter]), "a page is too full"
    assert all(page.fits for page in pages)
    assert all(page.empty(ABOVE, BELOW) < 0.25 for page in pages)
    answers = paper.pages(out / "answers" / f"{chapter}.pdf", BELOW)
    assert len(answers) <= 2 and all(page.fits for page in answers)


@needs_chromium
@each_chapter
def test_nothing_is_too_small_to_read(out, chapter):
    for pdf in (out / f"{chapter}.pdf", out / "answers" / f"{chapter}.pdf"):
        for page in paper.pages(pdf, BELOW):
            assert min(page.sizes) >= 7.5, page.sizes[min(page.sizes)]


SEEN = """() => {
    const mm = 96 / 25.4;
    const all = selector => [...document.querySelectorAll(selector)];
    const box = each => each.getBoundingClientRect();
    const colours = all('body *').flatMap(each => {
        const style = getComputedStyle(each);
        return [style.color, style.backgroundColor, style.borderBottomColor, style.fill, style.stroke];
    });
    return {
        small: all('.answer b, .places b, .parts .box').map(box)
            .filter(({width, height}) => width < 25 * mm || height < 8.9 * mm),
        thin: all('.picture svg').filter(each => box(each).width / mm < 170).length,
        tight: all('.slip b').filter(each => each.scrollWidth > each.clientWidth + 1).length,
        over: all('.page').filter(each => each.scrollHeight > each.clientHeight + 1).length,
        wide: all('main *').filter(each => box(each).right > box(all('main')[0]).right + 1).length,
        coloured: [...new Set(colours)].filter(colour => {
            const [r, g, b] = (colour.match(/[\\d.]+/g) || [0, 0, 0]).map(Number);
            return r !== g || g !== b;
        }),
    };
}"""


@needs_chromium
def test_there_is_room_to_write_and_no_colour(out):
    with lab.browser() as browser:
        page = browser.new_page(viewport={"width": 673, "height": 945})  # 178 × 250 mm, between the margins
        page.emulate_media(media="print")
        asked_for = []
        page.on("request", lambda request: asked_for.append(request.url))
        for chapter in CHAPTERS:
            for html in (out / f"{chapter}.html", out / "answers" / f"{chapter}.html"):
                page.goto(html.as_uri())
                seen = page.evaluate(SEEN)
                assert not any(seen.values()), (html, seen)
                assert not violations(page), html
        assert all(url.startswith("file:") for url in asked_for)


# -- what is said ----------------------------------------------------------------------------------


def test_one_chapter_can_be_asked_for(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(worksheets, "browser", lambda: None)
    with pytest.raises(SystemExit, match="Chromium, Chrome or Edge"):
        worksheets.main("8", tmp_path)
    made = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")}
    assert made == {"08-your-own-model.html", "answers/08-your-own-model.html"}
    with pytest.raises(SystemExit, match=r"no chapter 12. There are: 00-start-here, 01-feed-forward"):
        worksheets.main("12")
    assert "worksheets.py '2'" in make("-n", "worksheets", CHAPTER="2").stdout


def test_a_picture_that_would_tell_is_refused():
    with pytest.raises(ValueError, match="second-of-two has no picture before it is answered"):
        Task("second-of-two", picture=True).svg()
