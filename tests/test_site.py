"""The site without a server: built, served as static files, and every chapter run in a real browser."""

import contextlib
import functools
import http.server
import os
import re
import shutil
import threading
import zipfile
from pathlib import Path

import nbformat
import pytest
import yaml

import lab
from axe import violations
from test_controls import Place, notebook, nothing_went_wrong, try_the_boxes, try_the_slider, try_the_way_out
from test_packaging import ROOT, make
from test_progress import long_chapter, try_the_ways

NOTEBOOKS = ROOT / "notebooks"
PAGES = sorted(
    path.relative_to(NOTEBOOKS).as_posix()
    for path in (*NOTEBOOKS.glob("*.ipynb"), *NOTEBOOKS.glob("solutions/*.ipynb"))
)
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


@each_page
def test_the_notebooks_are_there_as_they_are_stored(site, name):
    assert (site / "files" / name).read_bytes() == (NOTEBOOKS / name).read_bytes()


def test_nothing_else_of_the_project_is_there(site):
    held = {path.relative_to(site / "files").parts[0] for path in (site / "files").rglob("*")}
    sheet = ("formula-sheet.html", "formula-sheet.pdf")
    assert held == {"solutions", "data", "images", "LICENSE.md", *sheet, *(p for p in PAGES if "/" not in p)}


def test_python_comes_compiled(site):
    with zipfile.ZipFile(site / "static/pyodide/python_stdlib.zip") as stdlib:
        kinds = {name.rpartition(".")[2] for name in stdlib.namelist()}
    assert "pyc" in kinds and "py" not in kinds


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

    def __init__(self, browser, address: str, path: str = ""):
        self.page = browser.new_page(viewport={"width": 1400, "height": 1000})
        self.errors, self.outside = [], []
        self.page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda sent: self._host(sent.url, address))
        self.page.goto(f"{address}/{path}")

    def _host(self, url: str, address: str) -> None:
        if not url.startswith((address.rpartition("/")[0], "data:", "blob:")):
            self.outside.append(url)


@contextlib.contextmanager
def opened(browser, address: str, path: str = ""):
    shown = Page(browser, address, path)
    yield shown.page
    assert not shown.errors
    assert not shown.outside
    shown.page.close()


@pytest.fixture(scope="module")
def browser():
    with lab.browser() as browser:
        yield browser


@in_browser
def test_it_opens_at_the_first_page_moves_and_answers(browser, address):
    with opened(browser, address) as page:
        page.wait_for_url("**/lab/index.html?path=00-start-here.ipynb")
        lab.run_opened(page)
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
        assert not violations(page, ".jp-OutputArea-output")


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
        opened(browser, address, f"lab/index.html?path={PAGES[0]}") as page,
    ):
        lab.run_opened(page, seconds=120)
        try_the_ways(page)


@in_browser
def test_what_was_answered_is_there_after_a_reload(browser, address):
    """In a store of the browser that has a name of its own, so that an update of the site finds it too."""
    context = browser.new_context(viewport={"width": 1400, "height": 3000})
    page = context.new_page()
    for before, after in (("0 of", "1 of"), ("1 of", "1 of")):
        page.goto(f"{address}/lab/index.html?path=00-start-here.ipynb")
        lab.run_opened(page, seconds=120)
        solved, box = page.locator(".pc-progress tfoot b"), page.locator(".pc-answer input").first
        assert solved.inner_text().startswith(before)
        if before == "0 of":
            box.fill("2*(6 + 1)")  # two neurons, each with 6 weights and a bias
            box.press("Enter")
        solved.get_by_text(after).wait_for(timeout=10_000)
    assert box.input_value() == "2*(6 + 1)"
    stores = page.evaluate("indexedDB.databases().then(all => all.map(each => each.name))")
    assert "Counting parameters by hand" in stores
    page.click(".pc-progress a:has-text('Feed-forward')")
    page.locator(".lm-TabBar-tab[title*='01-feed-forward.ipynb']").wait_for()
    context.close()


@in_browser
@pytest.mark.parametrize("name", [name for name in PAGES if "/" not in name])
def test_it_runs_to_its_end(browser, address, name):
    with opened(browser, address, f"lab/index.html?path={name}") as page:
        lab.run_opened(page, seconds=180)
        for kind in ("stderr", "error"):
            assert page.locator(f"[data-mime-type='application/vnd.jupyter.{kind}']").all_inner_texts() == []
        text = page.locator(".jp-Notebook").text_content()  # also of cells out of sight
        source = (NOTEBOOKS / name).read_text("utf-8")
        plots = bool(re.search(r'^ *"growth\(', source, re.MULTILINE))
        assert plots == ("drawing it needs matplotlib, which is not installed here" in text)
