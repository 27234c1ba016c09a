"""Each chapter in JupyterLab in a real browser: run, moved, typed into, answered and pointed at."""

import ast
import shutil
from collections.abc import Mapping
from pathlib import Path

import nbformat
import pytest

import lab
import paramcount as pc
from paramcount.ask.bank import find
from test_explore import Panel

pytestmark = pytest.mark.skipif(lab.chromium() is None, reason="Chromium is not installed")

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
CHAPTERS = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))


def code(name: str) -> str:
    cells = nbformat.read(NOTEBOOKS / name, as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "code")


def calls(tree: ast.AST, function: str) -> list[ast.Call]:
    return [c for c in ast.walk(tree) if isinstance(c, ast.Call) and getattr(c.func, "id", "") == function]


def each_chapter(*functions: str):
    """Every chapter; or those that call a function, where that is named."""
    names = [name for name in CHAPTERS if all(calls(ast.parse(code(name)), each) for each in functions)]
    return pytest.mark.parametrize("chapter", names, indirect=True, scope="module")


class Chapter:
    """A chapter that has been run, and what the browser complained of."""

    def __init__(self, page, name: str):
        self.page, self.name, self.errors = page, name, []
        page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def first(self, function: str):
        """The layer that the chapter's first `explore` or `predict` is given."""
        names = dict(vars(pc))
        for statement in ast.parse(code(self.name)).body:
            for call in calls(statement, function):
                given = eval(ast.unparse(call.args[0]), names)
                given = find(given).asked if isinstance(given, str) else given
                if isinstance(given, Mapping):
                    named = [ast.literal_eval(each) for each in call.args[1:]]
                    return given[next(iter(named or given))].layer
                return given
            if not isinstance(statement, ast.Expr):
                exec(ast.unparse(statement), names)

    @property
    def panel(self):
        return self.page.locator(".pc:has(.pc-controls)").first

    @property
    def quiz(self):
        return self.page.locator(".pc:has(.pc-answer)").first

    @property
    def number(self):
        """The box of the first size."""
        return self.panel.locator(".pc-size [type=text]").first

    def sizes(self) -> list[int]:
        """The numbers in the boxes, once the browser has sent back whatever it may."""
        self.page.wait_for_timeout(300)
        return [
            int(box.input_value()) for box in self.panel.locator(".pc-size input:enabled[type=text]").all()
        ]

    def total(self) -> int:
        return int(self.panel.locator(".pc-total b").inner_text().replace(",", ""))

    def total_after(self, act) -> int:
        """The total once it has changed."""
        before = self.panel.locator(".pc-total b").inner_text()
        act()
        changed = "([before, place]) => document.querySelector(place).innerText !== before"
        place = ".pc:has(.pc-controls) .pc-total b"
        self.page.wait_for_function(changed, arg=[before, place], timeout=10_000)
        return self.total()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(NOTEBOOKS, folder / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    with lab.server(folder / "notebooks", folder) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    with lab.browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def chapter(request, address, browser):
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    opened = Chapter(page, request.param)
    lab.run_all(page, address, request.param)
    yield opened
    page.close()


@each_chapter()
def test_it_runs_without_an_error(chapter):
    assert not chapter.errors
    warnings = chapter.page.locator("[data-mime-type='application/vnd.jupyter.stderr']").all_inner_texts()
    # torchao, which only the tests have, complains when transformers finds it.
    assert not [warning for warning in warnings if "torchao" not in warning]


@each_chapter("explore")
def test_the_panel_opens_with_the_count(chapter):
    assert chapter.total() == chapter.first("explore").count


@each_chapter("explore")
def test_an_arrow_key_moves_a_slider_and_the_count(chapter):
    panel, before = Panel(chapter.first("explore")), int(chapter.number.input_value())
    slider = chapter.panel.locator(".pc-size [type=range]").first
    slider.focus()
    total = chapter.total_after(lambda: slider.press("ArrowRight"))
    size = next(iter(panel.sizes))
    after = int(chapter.number.input_value())
    assert after > before
    panel.type(size, after)
    assert total == panel.total
    assert chapter.total_after(lambda: slider.press("ArrowLeft")) == chapter.first("explore").count


@each_chapter("explore")
def test_a_number_can_be_typed(chapter):
    panel, start = Panel(chapter.first("explore")), chapter.number.input_value()
    # On the slider and off it, within its range and beyond; sizes that must divide another follow.
    for typed in ("48", "1000000000000", "50", "20000", "24", "10", "7"):
        panel.type(next(iter(panel.sizes)), int(typed))
        chapter.number.fill(typed)
        assert chapter.total_after(lambda: chapter.number.press("Enter")) == panel.total
        assert chapter.sizes() == list(panel.sizes.values())
    chapter.number.fill("0")
    chapter.number.press("Enter")
    chapter.panel.locator("[role=alert]").wait_for(timeout=10_000)
    assert "0: a size is a whole number, 1 or more" in chapter.panel.locator("[role=alert]").inner_text()
    assert chapter.total() == panel.total
    chapter.number.fill(start)
    assert chapter.total_after(lambda: chapter.number.press("Enter")) == chapter.first("explore").count


@each_chapter("explore")
def test_it_can_be_used_by_keyboard_alone(chapter):
    keys = chapter.page.keyboard
    where, kind = "document.activeElement.className", "document.activeElement.type"
    chapter.number.focus()
    keys.press("Shift+Tab")
    assert chapter.page.evaluate(kind) == "range"
    assert chapter.total_after(lambda: keys.press("ArrowRight")) != chapter.first("explore").count
    assert chapter.total_after(lambda: keys.press("ArrowLeft")) == chapter.first("explore").count
    keys.press("Tab")
    assert chapter.number.evaluate("box => box === document.activeElement")
    # On to a row of the table: what belongs to it is lit.
    for _ in range(40):
        keys.press("Tab")
        if "pc-open" in chapter.page.evaluate(where):
            keys.press("Space")
        if (
            "k-" in chapter.page.evaluate(where)
            and chapter.page.evaluate("document.activeElement.tagName") == "TR"
        ):
            break
    assert dimmed(chapter) > 0


@each_chapter("predict")
def test_a_guess_is_answered(chapter):
    count = chapter.first("predict").count
    answer, said = chapter.quiz.locator(".pc-answer input"), chapter.quiz.locator(".pc-says")
    answer.fill(f"{count + 1_000_000}")
    answer.press("Enter")
    said.wait_for(timeout=10_000)
    assert "not yet" in said.inner_text() and "1,000,000" not in said.inner_text()
    answer.fill(f"{count}")
    answer.press("Enter")
    chapter.quiz.locator(".pc-says.right").wait_for(timeout=10_000)
    assert f"{count:,} is right" in said.inner_text()
    assert "2 tries" in chapter.quiz.locator(".pc-kicker").inner_text()
    chapter.quiz.get_by_role("button", name="Hint").click()
    chapter.page.wait_for_function("() => document.body.innerText.includes('Hint 1 of')", timeout=10_000)


@each_chapter("explore")
def test_pointing_at_a_row_dims_what_does_not_belong_to_it(chapter):
    rows = chapter.panel.locator("tr.k:visible")
    if not rows.count():
        chapter.panel.locator(".pc-fold").click()
    row = rows.first
    row.hover()
    assert dimmed(chapter) > 0
    assert float(row.evaluate("row => getComputedStyle(row).opacity")) == 1
    chapter.panel.locator(".pc-title").hover()


def dimmed(chapter) -> int:
    """How many marks of the panel are dimmed, when its colours have come to rest."""
    chapter.page.wait_for_timeout(300)
    return chapter.panel.evaluate(
        "panel => [...panel.querySelectorAll('.k')].filter(k => getComputedStyle(k).opacity < 0.5).length"
    )


@each_chapter()
def test_the_browser_had_nothing_to_complain_of(chapter):
    assert not chapter.errors


# -- the parts of a network, by keyboard --------------------------------------------------------

NETWORK = pytest.mark.parametrize("chapter", ["07-whole-models.ipynb"], indirect=True, scope="module")


@NETWORK
def test_arrow_keys_go_down_into_a_part_up_out_of_it_and_sideways(chapter):
    page, keys = chapter.page, chapter.page.keyboard
    picker = page.locator("select:has(option:text-is('ResNet-50'))")
    picker.select_option("ResNet-50")
    picture = page.locator(".pc-svg.pc-broad[role=tree]").first
    picture.locator("title", has_text="ResNet").first.wait_for(state="attached", timeout=10_000)
    assert picture.locator("[role=treeitem][tabindex='0']").count() == 1  # one tab stop
    picture.locator("[role=treeitem][tabindex='0']").focus()

    def told(key: str = "") -> str:
        if key:
            keys.press(key)
        return page.evaluate("document.activeElement.getAttribute('aria-label')")

    assert told() == "stem: 9,536 parameters, < 0.1 %, 1 of 6 in ResNet-50"
    assert told("ArrowLeft").startswith("stem: ")  # there is none before
    assert [told("ArrowRight").partition(":")[0] for _ in range(4)] == [f"stage {k}" for k in (1, 2, 3, 4)]
    # 6,039,552 and 2 × 4,462,592 are the 14,964,736 of stage 4.
    assert told("ArrowDown") == "first block: 6,039,552 parameters, 23.6 %, 1 of 2 in stage 4"
    assert told("ArrowRight") == "2 × other blocks: 8,925,184 parameters, 34.9 %, 2 of 2 in stage 4"
    closed = picture.locator("[data-in='4.1']")
    assert not closed.is_visible()
    # 2 × (2,048 × 512 + 2 × 512) of its parts: a convolution of 1 × 1 and a norm.
    assert told("ArrowDown").startswith("conv 1: 2,099,200 parameters, 8.2 %, 1 of 3 in 2 × other blocks")
    assert closed.is_visible()
    assert picture.locator("[data-at='4.1']").get_attribute("aria-expanded") == "true"
    assert told("ArrowUp").startswith("2 × other blocks: ") and not closed.is_visible()
    assert told("ArrowUp").startswith("stage 4: ") and told("ArrowUp").startswith("stage 4: ")
    assert told("End").startswith("output: ") and told("Home").startswith("stem: ")
    assert picture.locator("[role=treeitem][tabindex='0']").count() == 1
    keys.press("Tab")  # out of the picture, on to the table
    assert page.evaluate("document.activeElement.closest('svg')") is None


@NETWORK
def test_keys_in_a_picture_are_kept_from_the_notebook(chapter):
    page = chapter.page
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    page.locator(".pc-svg.pc-broad [role=treeitem][tabindex='0']").first.focus()
    page.keyboard.press("b")  # would insert a cell
    page.wait_for_timeout(300)
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells


@NETWORK
def test_the_words_of_a_picture_are_found_as_text(chapter):
    words = chapter.page.locator(".pc-svg.pc-broad[role=tree] text").all_text_contents()
    assert {"stage 4", "14,964,736", "58.6 %"} <= {*words}


# -- one cell after the other, with the settings that readers have ----------------------------------

# How far down the page: the notebook, the words of the last question on it, and the box of its answer.
PLACES = """() => [".jp-WindowedPanel-outer", ".pc-ask", ".pc-answer input"].map((part) => {
  const box = [...document.querySelectorAll(part)].pop().getBoundingClientRect();
  return [box.top, box.bottom];
})"""


@pytest.mark.parametrize("name", ["00-start-here", "02-recurrent"])
def test_a_question_that_was_run_is_in_view(browser, tmp_path, name):
    shutil.copy(NOTEBOOKS / f"{name}.ipynb", tmp_path)
    with lab.server(tmp_path, tmp_path / "scratch", windowing=None) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{address}/lab/tree/{name}.ipynb?reset")
        idle = ".jp-Notebook-ExecutionIndicator[data-status=idle]"
        page.wait_for_selector(idle, state="attached", timeout=60_000)
        page.locator(".jp-Notebook .jp-Cell").first.click()
        cells = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4).cells
        for cell in cells:
            page.keyboard.press("Shift+Enter")
            page.wait_for_timeout(300)
            if cell.source.startswith("predict("):
                break
        page.locator(".pc-answer input").wait_for(timeout=60_000)
        page.wait_for_timeout(1_500)
        (top, bottom), words, box = page.evaluate(PLACES)
        assert top <= words[0] < box[1] <= bottom, (words, box)
        page.close()
