"""The next day: a notebook that was saved and closed, and is opened anew in JupyterLab as readers have it."""

import contextlib
import json
import runpy
import shutil
from types import SimpleNamespace

import nbformat
import pytest

import lab
from paramcount.ask import bank
from test_packaging import ROOT, make, put

in_browser = pytest.mark.skipif(lab.chromium() is None, reason="Chromium is not installed")

NOTEBOOK = "mine.ipynb"
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
CELLS = (
    "from paramcount import explore, lstm, predict, progress",
    "explore(lstm(3, 2))",
    'predict("two-neurons")',
    'progress("00-start-here")',
    "progress()",
)
QUESTION = bank.find("two-neurons")
RIGHT = f"{2 * (QUESTION.sizes['i'] + 1)}"  # each neuron: a weight for each number, and a bias
GONE = "Error displaying widget", "model not found"


@pytest.fixture(scope="module")
def browser():
    with lab.browser() as browser:
        yield browser


class Desk:
    """A folder with a notebook in it, served by JupyterLab as `make lab` sets it up."""

    def __init__(self, folder, address: str, browser):
        self.folder, self.address, self._browser = folder, address, browser

    @contextlib.contextmanager
    def opened(self):
        """The notebook in a browser that has never seen it, and that complains of nothing."""
        context = self._browser.new_context(
            viewport={"width": 1280, "height": 4000}, permissions=["clipboard-read", "clipboard-write"]
        )
        page, errors = context.new_page(), []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{self.address}/lab/tree/{NOTEBOOK}?reset")
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        yield page
        context.close()
        assert not errors

    @property
    def stored(self) -> dict:
        return json.loads((self.folder / NOTEBOOK).read_text("utf-8"))


@pytest.fixture
def desk(tmp_path, monkeypatch, browser):
    monkeypatch.delenv("PARAMCOUNT_ANSWERS")  # they are to stand beside the notebook
    folder, scratch = tmp_path / "notebooks", tmp_path / "scratch"
    folder.mkdir()
    (scratch / "config").mkdir(parents=True)
    shutil.copy(ROOT / "binder/jupyter_server_config.py", scratch / "config")
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), folder / NOTEBOOK)
    with lab.server(folder, scratch, windowing=None) as address:
        yield Desk(folder, address, browser)


def save(page) -> None:
    """Save, and see that nothing is asked."""
    with page.expect_response(
        lambda r: r.request.method == "PUT" and r.url.partition("?")[0].endswith(NOTEBOOK)
    ) as put:
        page.click(".lm-MenuBar-item:has-text('File')")
        page.click(".lm-Menu-item:has-text('Save Notebook'):not(:has-text('As'))")
    assert put.value.ok
    page.wait_for_timeout(500)
    assert page.locator(".jp-Dialog").count() == 0


def answer(page, text: str) -> None:
    page.locator(".pc-answer input").fill(text)
    page.locator(".pc-answer input").press("Enter")


def strip(page, words: str):
    """Wait until the strip of the chapter says so."""
    page.locator(".pc-sh b", has_text=words).wait_for(timeout=15_000)


def stop(page) -> None:
    lab._choose(page, "Kernel", "Shut Down Kernel")
    page.locator(".jp-Notebook-ExecutionIndicator:not([data-status=idle])").wait_for(state="attached")


@in_browser
def test_what_was_answered_is_there_the_next_day(desk):
    with desk.opened() as page:
        lab.run_opened(page)
        strip(page, "0 of 2 solved")
        answer(page, RIGHT)
        strip(page, "1 of 2 solved")  # it follows, and so does the table
        page.locator(".pc-progress tfoot b", has_text="1 of").wait_for()
        save(page)
        save(page)
        stop(page)
    kinds = [set(output["data"]) for cell in desk.stored["cells"] for output in cell["outputs"]]
    # A panel, a question, and a strip and a table with the buttons below them.
    assert kinds == [{"text/plain", "text/html"}] * 3 + [
        {"text/plain"},
        {"text/plain", "text/html"},
        {"text/plain"},
    ]
    assert "widgets" not in desk.stored["metadata"]

    with desk.opened() as page:
        page.locator(".pc-progress tfoot").wait_for()
        text = page.locator(".jp-Notebook").inner_text()
        assert not any(words in text for words in GONE)
        for words in ("LSTM layer: 48 parameters", QUESTION.words(), "1 of 2 solved"):
            assert words in text
        pictures = page.locator(".jp-OutputArea img")
        assert pictures.evaluate_all("all => all.map(each => each.naturalWidth > 0)") == [True, True]
        lab.run_opened(page)
        strip(page, "1 of 2 solved")
        assert page.locator(".pc-answer input").input_value() == RIGHT
        page.locator(".pc-says.right", has_text=f"{RIGHT} is right").wait_for()
        save(page)


@in_browser
def test_where_the_disk_does_not_last_a_code_is_copied_out_and_pasted_in(desk):
    with desk.opened() as page:
        lab.run_opened(page)
        answer(page, RIGHT)
        strip(page, "1 of 2 solved")
        page.click("button:has-text('Copy my answers as a code') >> nth=0")
        page.locator("[role=status]", has_text="Copied.").wait_for()
        code = page.evaluate("navigator.clipboard.readText()")
        stop(page)
    (desk.folder / "my-answers.json").unlink()

    with desk.opened() as page:
        lab.run_opened(page)
        strip(page, "0 of 2 solved")
        cells = page.locator(".jp-Cell").count()
        page.locator("summary", has_text="Take in a code").first.press("Enter")
        box = page.get_by_label("A code that you copied elsewhere").first
        box.press_sequentially(f"bad {code[:40]}")  # no key of it reaches JupyterLab, where b inserts a cell
        box.press("Enter")
        page.locator("[role=status]", has_text="This is not a code of answers").wait_for()
        assert page.locator(".jp-Cell").count() == cells
        box.fill(code)
        box.press("Enter")
        strip(page, "1 of 2 solved")
        page.locator(".pc-progress a", has_text="Start here").wait_for()
    assert (desk.folder / "my-answers.json").is_file()


# -- what is left out, and of what ----------------------------------------------------------------


@pytest.fixture
def hook():
    """The hook, as Jupyter finds it among its settings."""
    settings = SimpleNamespace(ContentsManager=SimpleNamespace())
    runpy.run_path(str(ROOT / "binder/jupyter_server_config.py"), {"c": settings})
    return settings.ContentsManager.pre_save_hook


def test_a_widget_stays_where_nothing_stands_for_it(hook):
    widget, text = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}}, {"text/plain": "48"}
    outputs = [
        nbformat.v4.new_output("display_data", widget | text),
        nbformat.v4.new_output("display_data", widget),
        nbformat.v4.new_output("stream", text="printed"),
        nbformat.v4.new_output("error", ename="E", evalue="", traceback=[]),
    ]
    cells = [nbformat.v4.new_code_cell("x", outputs=outputs), nbformat.v4.new_markdown_cell("words")]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"widgets": {}, "kernelspec": KERNEL})
    hook(model={"type": "notebook", "content": notebook}, path="mine.ipynb", contents_manager=None)
    assert [output.get("data") for output in notebook.cells[0].outputs] == [text, widget, None, None]
    assert notebook.metadata == {"kernelspec": KERNEL}
    nbformat.validate(notebook)


@pytest.mark.parametrize("model", [{"type": "file", "content": "x"}, {"type": "directory", "content": None}])
def test_other_files_are_left_alone(hook, model):
    before = dict(model)
    hook(model=model, path="mine.txt", contents_manager=None)
    assert model == before


def test_make_lab_puts_it_where_jupyter_looks(tmp_path):
    (tmp_path / "bin").mkdir()
    for name in ("pip", "python"):
        put(tmp_path / "bin" / name, "true")
    made = make("lab", VENV=tmp_path)
    assert made.returncode == 0, made.stderr
    placed = tmp_path / "etc/jupyter/jupyter_server_config.py"
    assert placed.read_text() == (ROOT / "binder/jupyter_server_config.py").read_text()
