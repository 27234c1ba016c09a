"""The site without a server: built, served as static files, and every chapter run in a real browser."""

import contextlib
import functools
import http.server
import os
import re
import shutil
import sys
import threading
import urllib.parse
import zipfile
from pathlib import Path

import nbformat
import pytest
import yaml
from playwright.sync_api import expect

import lab
from axe import violations
from test_controls import Place, notebook, nothing_went_wrong, try_the_boxes, try_the_slider, try_the_way_out
from test_packaging import ROOT, make
from test_progress import long_chapter, try_the_ways

NOTEBOOKS = ROOT / "notebooks"
sys.path.insert(0, str(NOTEBOOKS / "teaching"))
import students  # noqa: E402
import website  # noqa: E402

PAGES = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
each_page = pytest.mark.parametrize("name", PAGES)
in_browser = pytest.mark.skipif(lab.chromium() is None, reason="Chromium is not installed")


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """The folder of the site, in another one as on a host that serves many projects."""
    folder = tmp_path_factory.mktemp("host") / "counting"
    made = make("site", ARGS=f"--output={folder}")
    assert made.returncode == 0, made.stdout + made.stderr
    return folder


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Every request would be a line."""

    def copyfile(self, *files):
        with contextlib.suppress(ConnectionError):  # a browser that is closed while it loads
            super().copyfile(*files)


@contextlib.contextmanager
def served(site: Path):
    """The address of the site on a plain server of static files, below a folder of its name."""
    handler = functools.partial(Quiet, directory=site.parent)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{site.name}"
        server.shutdown()


@pytest.fixture(scope="module")
def address(site):
    with served(site) as address:
        yield address


# -- as it is written -----------------------------------------------------------------------------


def cells(path: Path) -> list[tuple[str, list]]:
    """The source of each cell of a notebook, and its outputs."""
    return [(cell.source, cell.get("outputs", [])) for cell in nbformat.read(path, 4).cells]


@each_page
def test_the_notebooks_are_there_but_for_the_way_to_the_solutions(site, name):
    for (there, shown), (here, stored) in zip(
        cells(site / "files" / name), cells(NOTEBOOKS / name), strict=True
    ):
        assert shown == stored
        gone = here.removeprefix(there) if here.startswith(there) else here
        assert there == here or "Worked answers" in gone


def test_nothing_else_of_the_project_is_there(site):
    held = {path.relative_to(site / "files").parts[0] for path in (site / "files").rglob("*")}
    beside = {path.name for path in NOTEBOOKS.glob(f"{website.SHEET}.*")}
    assert held == {"data", "images", "LICENSE.md", *PAGES, *beside}
    assert (site / "files/data/tiny.safetensors").exists()


@each_page
def test_no_link_leads_nowhere_and_no_note_is_left(site, name):
    text = "".join(source for source, _ in cells(site / "files" / name))
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
    assert [link for link in links if not (site / "files" / link).exists()] == []
    assert not re.search("(?i)solutions", text)
    assert '"slideshow"' not in (site / "files" / name).read_text("utf-8")


def test_solutions_and_notes_come_only_where_they_are_asked_for(tmp_path, monkeypatch):
    built = []
    monkeypatch.setattr(
        website, "build", lambda scratch, solutions: built.append(solutions) or NOTEBOOKS / "images"
    )
    for options in ([], ["--solutions"]):
        monkeypatch.setattr(sys, "argv", ["website.py", f"--output={tmp_path / str(len(options))}", *options])
        website.main()
    assert built == [False, True]
    students.copy(tmp_path / "all", solutions=True)
    names = {
        path.relative_to(NOTEBOOKS)
        for path in (*NOTEBOOKS.glob("*.ipynb"), *NOTEBOOKS.glob("solutions/*.ipynb"))
    }
    assert {path.relative_to(tmp_path / "all") for path in (tmp_path / "all").rglob("*.ipynb")} == names
    assert all((tmp_path / "all" / name).read_bytes() == (NOTEBOOKS / name).read_bytes() for name in names)


def test_the_first_page_leads_to_every_notebook(site):
    page = (site / "index.html").read_text("utf-8")
    links = [urllib.parse.urlsplit(link) for link in re.findall(r'<li><a href="([^"]*)"', page)]
    assert [link.query.removeprefix("path=") for link in links if link.query] == PAGES
    assert all((site / link.path).exists() for link in links)


def test_python_comes_compiled(site):
    with zipfile.ZipFile(site / "static/pyodide/python_stdlib.zip") as stdlib:
        kinds = {name.rpartition(".")[2] for name in stdlib.namelist()}
    assert "pyc" in kinds and "py" not in kinds
    names = {}
    for wheel in (site / "static/pyodide-lock").glob("*.whl"):
        with zipfile.ZipFile(wheel) as opened:
            names |= dict.fromkeys(opened.namelist())
    assert "traitlets/traitlets.pyc" in names and "traitlets/traitlets.py" not in names
    assert {"paramcount/dims.py", "paramcount/__pycache__/dims.cpython-314.pyc"} < names.keys()
    assert not any(website.UNUSED.match(name) for name in names)


def test_everybody_may_read_it(site):
    closed = [path for path in site.rglob("*") if path.stat().st_mode & 0o005 < (5 if path.is_dir() else 4)]
    assert not closed


def test_a_folder_with_something_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("ten years")
    made = make("site", ARGS=f"--output={tmp_path}")
    assert made.returncode != 0
    assert "holds something other than a site" in made.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_the_workflow_publishes_what_make_writes():
    steps = yaml.safe_load((ROOT / ".github/workflows/site.yml").read_text())["jobs"]["site"]["steps"]
    used = {step["uses"].partition("@")[0]: step.get("with", {}) for step in steps if "uses" in step}
    assert [step["run"] for step in steps if "run" in step] == ["make site"]
    assert used["actions/upload-pages-artifact"]["path"] == "build/site"
    assert "in build/site" in make("help").stdout
    assert list(used)[-1] == "actions/deploy-pages"


# -- in the browser -------------------------------------------------------------------------------


class Page:
    """A page of the site in a browser of its own, and what went wrong."""

    def __init__(self, browser, address: str, path: str = "", width: int = 1400, height: int = 1000):
        self.page = browser.new_page(viewport={"width": width, "height": height})
        self.errors, self.outside = [], []
        self.page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda sent: self._host(sent.url, address))
        self.page.goto(f"{address}/{path}")

    def _host(self, url: str, address: str) -> None:
        if not url.startswith((address.rpartition("/")[0], "data:", "blob:")):
            self.outside.append(url)


@contextlib.contextmanager
def opened(browser, address: str, path: str = "", **size):
    shown = Page(browser, address, path, **size)
    yield shown.page
    assert not shown.errors
    assert not shown.outside
    shown.page.close()


@pytest.fixture(scope="module")
def browser():
    with lab.browser() as browser:
        yield browser


@in_browser
def test_a_phone_shows_one_chapter_which_moves_and_answers_and_the_way_to_the_others(browser, address):
    with opened(browser, address, width=390, height=3000) as page:
        page.click("a:has-text('Start here')")
        page.wait_for_url("**/notebooks/index.html?path=00-start-here.ipynb")
        for said in ("Run this cell to answer", "Run this cell: Shift"):  # a question, a panel
            page.locator(".jp-OutputArea-output", has_text=said).first.wait_for()
        assert page.locator(".jp-DirListing").count() == 0
        assert page.locator(".jp-Notebook").bounding_box()["width"] == 390
        lab.run_opened(page)
        assert page.locator(".jp-OutputArea-output", has_text="Run this cell").count() == 0
        panel, quiz = page.locator(".pc:has(.pc-controls)").first, page.locator(".pc:has(.pc-answer)").first
        page.locator(".jp-Cell", has=panel).first.evaluate("cell => cell.scrollIntoView()")
        panel.locator(".pc-total b", has_text=re.compile("^14$")).wait_for(timeout=10_000)
        for key, count in (("ArrowRight", "16"), ("ArrowLeft", "14")):  # 7 × 2 + 2, and 6 × 2 + 2
            panel.locator(".pc-size [type=range]").first.press(key)
            panel.locator(".pc-total b", has_text=re.compile(f"^{count}$")).wait_for(timeout=10_000)
        for answer, said in (("12", "Those are the weights alone"), ("14", "14 is right")):
            quiz.locator(".pc-answer input").fill(answer)
            quiz.locator(".pc-answer input").press("Enter")
            quiz.locator(".pc-says", has_text=said).wait_for(timeout=10_000)
        assert page.locator(".jp-OutputArea-output .pc").count() > 1
        page.set_viewport_size({"width": 1280, "height": 3000})
        assert not violations(page, ".jp-OutputArea-output")
        page.set_viewport_size({"width": 390, "height": 844})
        page.click("text=All chapters")
        page.wait_for_url("**/index.html")
        assert page.locator("li a").count() >= len(PAGES)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert not violations(page, "body")


@in_browser
def test_keys_stay_with_what_is_moved_and_typed(browser, site, tmp_path):
    """As in the other places where notebooks run: with their notebook in place of the first page."""
    shutil.copytree(site, tmp_path / site.name, copy_function=os.link)
    first = tmp_path / site.name / "files" / PAGES[0]
    first.unlink()
    nbformat.write(notebook(), first)
    with served(tmp_path / site.name) as address:
        place = Place(browser, address, f"lab/index.html?path={PAGES[0]}")
        for attempt in (try_the_slider, try_the_boxes, try_the_way_out, nothing_went_wrong):
            attempt(place)
        place.page.close()


@in_browser
def test_the_strip_leads_to_its_questions(browser, site, tmp_path):
    shutil.copytree(site, tmp_path / site.name, copy_function=os.link)
    first = tmp_path / site.name / "files" / PAGES[0]
    first.unlink()
    nbformat.write(long_chapter(), first)
    with (
        served(tmp_path / site.name) as address,
        opened(browser, address, f"notebooks/index.html?path={PAGES[0]}") as page,
    ):
        lab.run_opened(page, seconds=120)
        try_the_ways(page)


@in_browser
def test_what_was_answered_is_there_after_a_reload(browser, address):
    """In a store of the browser that has a name of its own, so that an update of the site finds it too."""
    context = browser.new_context(viewport={"width": 820, "height": 3000})
    page = context.new_page()
    for before, after in (("0 of", "1 of"), ("1 of", "1 of")):
        page.goto(f"{address}/notebooks/index.html?path=00-start-here.ipynb")
        picture = page.locator(
            ".jp-OutputArea-output img[alt^='Neurons']"
        ).first  # and no widget that is gone
        picture.wait_for()
        assert page.locator(".jp-OutputArea-output", has_text=re.compile("Loading|Error")).count() == 0
        lab.run_opened(page, seconds=120)
        solved, box = page.locator(".pc-progress tfoot b"), page.locator(".pc-answer input").first
        assert solved.inner_text().startswith(before)
        if before == "0 of":
            box.fill("2*(6 + 1)")  # two neurons, each with 6 weights and a bias
            box.press("Enter")
        solved.get_by_text(after).wait_for(timeout=10_000)
        page.click("[data-command='docmanager:save']")
        page.wait_for_timeout(500)  # the browser writes
    assert box.input_value() == "2*(6 + 1)"
    stores = page.evaluate("indexedDB.databases().then(all => all.map(each => each.name))")
    assert "Counting parameters by hand" in stores
    page.set_viewport_size({"width": 820, "height": 1000})
    page.click(".jp-MarkdownCell a[href*='05-encoder.ipynb#BERT']")
    page.wait_for_url("**/notebooks/index.html?path=05-encoder.ipynb#BERT*")
    expect(page.get_by_role("heading", name="BERT, to the last parameter")).to_be_in_viewport(timeout=30_000)
    assert len(context.pages) == 1
    with context.expect_page() as another:  # which Notebook opens
        page.click("#jp-NotebookLogo")
    another.value.locator("li a", has_text="Start here").wait_for()
    context.close()


@in_browser
@each_page
def test_it_runs_to_its_end(browser, address, name):
    with opened(browser, address, f"notebooks/index.html?path={name}") as page:
        lab.run_opened(page, seconds=180)
        for kind in ("stderr", "error"):
            assert page.locator(f"[data-mime-type='application/vnd.jupyter.{kind}']").all_inner_texts() == []
        text = page.locator(".jp-Notebook").text_content()  # also of cells out of sight
        source = (NOTEBOOKS / name).read_text("utf-8")
        plots = bool(re.search(r'^ *"growth\(', source, re.MULTILINE))
        assert plots == ("drawing it needs matplotlib, which is not installed here" in text)
