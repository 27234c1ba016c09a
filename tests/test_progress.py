"""Where a reader stands: the strip of a chapter, the table of all, and the buttons below them."""

import contextlib
import json
import re
from types import SimpleNamespace

import nbformat
import pytest

import lab
import paramcount as pc
from paramcount.ask import bank, kept, progress
from paramcount.ask.actions import Actions
from paramcount.ask.book import Kept
from paramcount.show.controls import sent
from refresh_notebooks import METADATA
from test_controls import served
from test_kept import another_kernel, answer, asked, run
from test_packaging import ROOT
from test_reopened import RIGHT

HERE, THERE = "01-feed-forward", "02-recurrent"
QUESTIONS = {HERE: [asked(f"q-{k}") for k in range(5)], THERE: [asked(f"r-{k}") for k in range(12)]}


@pytest.fixture(autouse=True)
def chapters(monkeypatch):
    """Two chapters, whose questions are known here."""
    for module in (progress, bank):
        monkeypatch.setattr(module, "CHAPTERS", dict.fromkeys(QUESTIONS, ""))
        monkeypatch.setattr(module, "questions", QUESTIONS.__getitem__)
    monkeypatch.setattr(kept, "_listeners", [])  # of other tests, on other pages


@pytest.fixture
def answers():
    """The first chapter has one question of each kind, and the second all but one solved."""
    kept.keep(asked("q-0"), Kept("q-0", tries=1, solved=True, first=True))
    kept.keep(asked("q-1"), Kept("q-1", shown=True))
    kept.keep(asked("q-2"), Kept("q-2", tries=3))
    kept.keep(asked("q-3"), Kept("q-3", tries=2, solved=True))
    for k in range(11):
        kept.keep(asked(f"r-{k}"), Kept(f"r-{k}", tries=1, solved=True))


def said(chapter: str | None = None) -> str:
    return repr(pc.progress(chapter))


def html(chapter: str | None = None) -> str:
    return pc.progress(chapter)._forms()["text/html"]


def read(html: str) -> str:
    """What is left of HTML where its styles and tags are taken out."""
    return " ".join(re.sub("<[^>]*>", " ", re.sub("<style>.*?</style>", "", html, flags=re.DOTALL)).split())


# -- what it says ---------------------------------------------------------------------------------


def test_a_strip_in_words(answers):
    assert said(HERE) == (
        "Feed-forward networks: 2 of 5 solved, 2 to come back to\n"
        "✓ ◐ • ✓ ○\n"
        "✓ solved   ◐ shown   • tried, comes back   ○ open"
    )


def test_the_table_of_all_chapters_in_words(answers):
    assert said() == (
        "1  Feed-forward networks  ✓◐•✓○            2 of 5  2 to come back to\n"
        "2  Recurrent networks     ✓✓✓✓✓✓✓✓✓✓✓○   11 of 12\n"
        "   in all                                13 of 17"
    )


def test_without_its_styles_the_page_reads_the_same(answers):
    assert read(html(HERE)) == (
        "2 of 5 solved Feed-forward networks ✓ 1 ◐ 2 • 3 ✓ 4 ○ 5 ✓ solved ◐ shown • tried, comes back ○ open"
    )
    assert read(html()) == (
        "All chapters no. chapter questions solved comes back "
        "1 Feed-forward networks ✓ ◐ • ✓ ○ 2 of 5 2 to come back to "
        "2 Recurrent networks ✓ ✓ ✓ ✓ ✓ ✓ ✓ ✓ ✓ ✓ ✓ ○ 11 of 12 in all 13 of 17"
    )


def test_every_mark_can_be_heard(answers):
    heard = re.findall(r'role="img" aria-label="([^"]*)"', html(HERE))
    states = "solved", "shown", "tried, comes back", "solved", "open"
    assert heard == [f"question {number}: {state}" for number, state in enumerate(states, 1)]
    assert re.findall(r'role="img" aria-label="([^"]*)"', html()) == [
        "2 of 5 solved, 2 to come back to",
        "11 of 12 solved",
    ]


def test_the_table_leads_to_the_chapters(answers):
    assert re.findall(r'href="([^"]*)"', html()) == [f"{HERE}.ipynb", f"{THERE}.ipynb"]


def test_with_nothing_answered_it_is_always_the_same():
    assert said(HERE).splitlines()[:2] == ["Feed-forward networks: 0 of 5 solved", "○ ○ ○ ○ ○"]
    assert pc.progress()._forms() == pc.progress()._forms()
    assert not re.search(r"\d{4}|[0-9a-f]{8}", read(html())), "a date, or an id"


def test_what_is_the_matter_with_the_file_is_said_below(answers, tmp_path, monkeypatch):
    monkeypatch.setenv("PARAMCOUNT_ANSWERS", str(tmp_path / "<mine>.json"))
    (tmp_path / "<mine>.json").write_text("damaged")
    assert said(HERE).endswith("\n<mine>.json is damaged and cannot be read.")
    assert '<p class="pc-trouble">&lt;mine&gt;.json is damaged' in html(HERE)


def test_a_chapter_that_there_is_not():
    with pytest.raises(ValueError, match="There is no chapter '1': there are 01-feed-forward, 02-recurrent"):
        pc.progress("1")


def test_chapters_are_called_what_their_notebooks_call_themselves(monkeypatch):
    monkeypatch.undo()
    assert list(progress.TITLES) == list(bank.CHAPTERS)
    for name, title in progress.TITLES.items():
        cells = json.loads((ROOT / f"notebooks/{name}.ipynb").read_text("utf-8"))["cells"]
        first = next(line for cell in cells for line in cell["source"] if line.startswith("# "))
        assert re.fullmatch(r"# (?:\d+ · )?([^:\n]*)(?::.*)?\n?", first)[1] == title


# -- on the page ----------------------------------------------------------------------------------


@pytest.fixture
def shown(monkeypatch):
    """What is shown on the page, and what takes its place later."""
    import IPython.display

    shown = []

    def display(what, **_):
        shown.append(what)
        return SimpleNamespace(update=lambda what, **_: shown.append(what))

    monkeypatch.setattr(IPython.display, "display", display)
    return shown


def test_it_follows_what_is_answered(shown):
    strip = pc.progress(HERE)
    strip._ipython_display_()
    forms, buttons = shown
    assert forms["text/plain"].startswith("Feed-forward networks: 0 of 5 solved")
    assert (buttons.copy, buttons.again, buttons.said) == (False, "", "")
    answer(asked("q-4"), "right")
    assert shown[2]["text/plain"].startswith("Feed-forward networks: 1 of 5 solved")
    assert (buttons.copy, buttons.again) == (True, "Start this chapter again")
    answer(asked("q-4"), "right")  # nothing new to say
    answer(asked("r-1"), "right")  # in another chapter
    assert len(shown) == 3


def test_it_looks_again_when_it_comes_into_view(shown, tmp_path, monkeypatch):
    monkeypatch.setenv("PARAMCOUNT_ANSWERS", str(tmp_path / "mine.json"))
    table = pc.progress()
    table._ipython_display_()
    run("answer(asked('q-0'), 'right')", tmp_path / "mine.json").communicate()
    assert len(shown) == 2
    sent(table.actions, event="seen", text="")
    assert shown[2]["text/plain"].endswith("1 of 17")
    assert table.actions.again == "Start everything again"


# -- the buttons ----------------------------------------------------------------------------------


@pytest.fixture
def buttons(answers) -> Actions:
    return Actions(HERE, lambda: None)


def press(buttons: Actions, event: str, text: str = "") -> str:
    """Press a button as a browser does. Returns what is said then."""
    sent(buttons, event=event, text=text)
    return buttons.said


def test_a_chapter_is_started_again_by_one_click_and_brought_back_by_another(buttons):
    assert buttons.again == "Start this chapter again"
    assert press(buttons, "again").startswith(
        "4 answers put away. Until your next answer they can be brought"
    )
    assert buttons.again == "Bring back 4 answers"
    assert (kept.answered(HERE), kept.answered(THERE)) == (0, 11)
    assert press(buttons, "again").startswith("4 answers brought back.")
    assert (kept.answered(HERE), buttons.again) == (4, "Start this chapter again")
    press(buttons, "again")
    answer(asked("q-4"), "wrong")
    assert buttons.again == "Start this chapter again"
    assert kept.answered(HERE) == 1


def test_a_question_on_the_page_follows(monkeypatch):
    monkeypatch.undo()  # the chapters as they are
    monkeypatch.setattr(kept, "_listeners", [])

    def feedback(quiz) -> str:
        return quiz._feedback.value

    quiz, other = pc.predict("two-neurons"), pc.predict("layer-of-neurons")
    quiz.form.press("submit", RIGHT)
    other.form.press("submit", "40")
    other.form.value = "a draft"
    assert all("pc-says" in feedback(each) for each in (quiz, other))
    buttons = Actions("00-start-here", lambda: None)
    press(buttons, "again")
    assert feedback(quiz) == feedback(other) == "" == quiz.form.value == other.form.value
    assert "try" not in quiz.children[1].value
    press(buttons, "again")  # brought back
    assert "is right" in feedback(quiz) and quiz.form.value == RIGHT
    quiz._another()
    quiz.form.press("submit", "1")
    press(buttons, "again")
    assert quiz.question is bank.find("two-neurons")


def test_answers_are_copied_and_taken_in(buttons, monkeypatch):
    copied = []
    monkeypatch.setattr(buttons, "send", lambda content: copied.append(content["code"]))
    press(buttons, "copy")
    before = kept.everything()
    monkeypatch.setenv("PARAMCOUNT_ANSWERS", "")
    another_kernel()
    assert press(buttons, "take", copied[0]).startswith("15 answers taken in.")
    assert kept.everything() == before
    assert press(buttons, "take", copied[0][:-5]).startswith("This code is damaged")
    assert press(buttons, "take", "hello").startswith("This is not a code of answers")
    assert kept.everything() == before


def test_one_answer_is_not_one_answers(buttons):
    press(buttons, "again")
    answer(asked("q-4"), "right")
    assert press(buttons, "again").startswith("1 answer put away.")
    assert buttons.again == "Bring back 1 answer"


def test_where_nothing_runs_the_buttons_leave_nothing(buttons):
    bundle, _ = buttons._repr_mimebundle_()
    assert {kind: text for kind, text in bundle.items() if "widget" not in kind} == {"text/plain": ""}


# -- the ways to the questions --------------------------------------------------------------------

in_browser = pytest.mark.skipif(lab.chromium() is None, reason="Chromium is not installed")
ASKED = "two-neurons", "layer-of-neurons"


@pytest.fixture(scope="module")
def browser():
    with lab.browser() as browser:
        yield browser


def long_chapter() -> nbformat.NotebookNode:
    """A strip, and far below it its two questions, the last of them under a heading of its own."""
    code, words = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell
    far = [f"## Part {k}\n\n" + "Words.\n\n" * 15 for k in range(24)]
    cells = [
        code("from paramcount import predict, progress\nprogress('00-start-here')"),
        *map(words, far[:12]),
        code(f'predict("{ASKED[0]}")'),
        *map(words, far[12:]),
        words("## To be folded"),
        words("### Deeper"),
        code(f'predict("{ASKED[1]}")'),
        *map(words, far[:3]),
    ]
    return nbformat.v4.new_notebook(cells=cells, metadata=METADATA)


def in_view(page, cell: str, words: str) -> None:
    """Wait until a cell with these words begins on the screen, which it did not before."""
    where = """([cell, words]) => [...document.querySelectorAll(cell)].some(each => {
      const { top, bottom } = each.getBoundingClientRect();
      return each.textContent.includes(words) && bottom > top && top > 0 && top < innerHeight - 100;
    })"""
    page.wait_for_function(where, arg=[f".jp-Notebook {cell}", words], timeout=15_000)


def to_the_top(page) -> None:
    page.evaluate("(document.querySelector('.jp-WindowedPanel-outer') ?? document.body).scrollTop = 0")


def to_the_strip(page) -> None:
    """To the top, and stay there: JupyterLab may still be on its way to somewhere else."""
    for _ in range(3):
        to_the_top(page)
        page.wait_for_timeout(400)
    page.locator(".pc-marks button").first.wait_for()


def try_the_ways(page) -> None:
    """From the strip to the first question, to the next once that is answered, and back to the first."""
    to_the_strip(page)
    assert page.locator(".pc-marks button").count() == 2
    page.get_by_role("button", name="Go on with 1").click()
    in_view(page, ".jp-CodeCell", ASKED[0])
    box = page.locator(".pc-answer input").first
    box.fill(RIGHT)
    box.press("Enter")
    page.locator(".pc-says.right").wait_for()
    to_the_strip(page)
    page.get_by_role("button", name="Go on with 2").click()
    in_view(page, ".jp-CodeCell", ASKED[1])
    to_the_strip(page)
    page.get_by_role("button", name="question 1: solved").press("Enter")
    in_view(page, ".jp-CodeCell", ASKED[0])


@contextlib.contextmanager
def opened(browser, place: str, folder):
    """The long chapter in one of the places where notebooks run, with the settings that readers have."""
    folder = folder / "place"
    folder.mkdir()
    with served(place, folder) as (address, path):
        nbformat.write(long_chapter(), folder / "controls.ipynb")
        page, errors = browser.new_page(viewport={"width": 1280, "height": 800}), []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{address}/{path}")
        if path:
            lab.run_opened(page)
        yield page
        page.close()
        assert not errors


@in_browser
@pytest.mark.parametrize("place", ["JupyterLab", "JupyterLab 4.4"])
def test_the_strip_leads_to_its_questions(browser, tmp_path, place):
    with opened(browser, place, tmp_path) as page:
        try_the_ways(page)


@in_browser
def test_a_question_that_is_folded_away_is_found_at_its_heading(browser, tmp_path):
    with opened(browser, "JupyterLab", tmp_path) as page:
        heading = page.locator(".jp-MarkdownCell", has_text="To be folded")
        heading.scroll_into_view_if_needed()
        heading.hover()
        heading.locator(".jp-collapseHeadingButton").click()
        page.locator(".jp-showHiddenCellsButton").wait_for()
        to_the_strip(page)
        page.get_by_role("button", name="question 2: open").click()
        in_view(page, ".jp-MarkdownCell", "To be folded")


@in_browser
@pytest.mark.parametrize("place", ["Notebook 7", "Voila"])
def test_where_there_is_no_way_nothing_is_offered(browser, tmp_path, place):
    with opened(browser, place, tmp_path) as page:
        to_the_top(page)
        page.get_by_text("Take in a code").wait_for(timeout=60_000)
        page.wait_for_timeout(1_000)
        assert page.locator(".pc-marks .pc-mk").count() == 2
        assert page.locator(".pc-marks button").count() == 0
        assert not page.get_by_role("button", name="Go on").count()


def test_what_is_stored_of_a_strip_leads_nowhere(answers):
    assert not re.findall("<a |<button|href", html(HERE))


def test_the_buttons_know_where_to_go_on(buttons):
    assert (buttons.questions, buttons.next) == ([f"q-{k}" for k in range(5)], 5)
    answer(asked("q-4"), "right")  # no other is open
    assert buttons.next == 2
    for k in (1, 2):
        kept.keep(asked(f"q-{k}"), Kept(f"q-{k}", tries=2, solved=True))
    assert buttons.next == 0
    assert (Actions(None, lambda: None).questions, Actions(None, lambda: None).next) == ([], 0)
