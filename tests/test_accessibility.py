"""For everybody: what is ours on the screen, by axe-core and as the accessibility tree tells it."""

import nbformat
import pytest

import lab
from axe import violations
from refresh_notebooks import METADATA

pytestmark = pytest.mark.skipif(lab.chromium() is None, reason="Chromium is not installed")

# Everything of ours that a reader meets, and every kind of control.
CELLS = (
    "from paramcount import *\nfrom paramcount import models",
    "explore(ffnn(3, 5, 2), h=range(1, 65))",
    "explore(encoder(512, 6), x=[8, 16, 512])",
    "explore({name: models.PUBLISHED[name] for name in ('LeNet-5', 'Mixtral-8x7B', 'mBERT')})",
    "predict(lstm(3, 2))",
    "practice()",
    "progress()",
    "growth(ffnn(784, 128, 10), 'h')",
    "compare({name: models.PUBLISHED[name] for name in ('LeNet-5', 'VGG-11')})",
    "lstm(3, 2)",
    "check(40, lstm(3, 2))",
)
OURS = ".jp-OutputArea-output"


def notebook() -> nbformat.NotebookNode:
    cells = [nbformat.v4.new_code_cell(code) for code in CELLS]
    return nbformat.v4.new_notebook(cells=cells, metadata=METADATA)


@pytest.fixture(scope="module")
def browser():
    with lab.browser() as browser:
        yield browser


@pytest.fixture(scope="module", params=["JupyterLab Light", "JupyterLab Dark"])
def page(request, browser, tmp_path_factory):
    folder, scratch = tmp_path_factory.mktemp("notebooks"), tmp_path_factory.mktemp("lab")
    nbformat.write(notebook(), folder / "all.ipynb")
    with lab.server(folder, scratch, theme=request.param) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 1000}, reduced_motion="reduce")
        lab.run_all(page, address, "all.ipynb")
        page.wait_for_selector(".pc-size [type=range]")
        yield page
        page.close()


def test_axe_finds_nothing_in_what_is_ours(page):
    assert page.locator(OURS).count() >= len(CELLS) - 1
    assert not violations(page, OURS)


def test_axe_would_find_it(page):
    """A slider without its name, and a plot without its words."""
    label, plot = page.locator(".pc-size label").first, page.locator(".pc-plot")
    of, words = label.get_attribute("for"), plot.get_attribute("aria-label")
    put = "(element, [name, value]) => element.setAttribute(name, value)"
    label.evaluate(put, ["for", ""])
    plot.evaluate(put, ["aria-label", ""])
    found = " ".join(violations(page, OURS))
    label.evaluate(put, ["for", of])
    plot.evaluate(put, ["aria-label", words])
    assert "critical label" in found and "svg-img-alt" in found


# -- what a screen reader is told, before and after a move ---------------------------------------------


class Told:
    """The accessibility tree of a page, as Chromium hands it to screen readers."""

    def __init__(self, page):
        self.page, self.session = page, page.context.new_cdp_session(page)

    def node(self, role: str, name: str) -> dict:
        """What is told of the first element of a role and a name: its value and its state."""
        for node in self.session.send("Accessibility.getFullAXTree")["nodes"]:
            if node.get("role", {}).get("value") == role and node.get("name", {}).get("value") == name:
                state = {each["name"]: each["value"].get("value") for each in node.get("properties", ())}
                return state | {"value": node.get("value", {}).get("value")}
        raise LookupError(f"nothing is told of a {role} {name}")

    def says(self, words: str) -> None:
        """Wait until that is spoken without anybody asking, in a live region."""
        self.page.locator("[role=status]", has_text=words).first.wait_for(state="attached", timeout=20_000)


@pytest.fixture(scope="module")
def told(page):
    return Told(page)


def test_a_slider(page, told):
    name = "hidden size h"
    slider = page.get_by_role("slider", name=name).first
    assert told.node("slider", name)["focusable"]
    assert slider.get_attribute("aria-valuetext") == "5", "the size, and not its place on the scale"
    slider.press("ArrowRight")
    told.says("38 parameters")  # h = 6: (3 × 6 + 6) + (6 × 2 + 2)
    assert slider.get_attribute("aria-valuetext") == "6"
    at = told.node("slider", name)
    assert (at["value"], at["valuemin"]) == (6, 1)
    assert told.node("textbox", name)["value"] == "6"


def test_a_box(page, told):
    name, box = "output size o", page.get_by_role("textbox", name="output size o").first
    assert told.node("textbox", name)["value"] == "2"
    box.fill("4")
    box.press("Enter")
    told.says("52 parameters")  # (3 × 6 + 6) + (6 × 4 + 4)
    assert told.node("textbox", name)["value"] == "4"
    box.fill("0")
    box.press("Enter")
    page.get_by_role("alert").filter(has_text="o=0: a size is a whole number").wait_for(timeout=20_000)
    box.fill("4")
    box.press("Enter")


def test_a_tick(page, told):
    assert told.node("checkbox", "bias")["checked"] == "true"
    page.get_by_role("checkbox", name="bias").first.uncheck()
    told.says("42 parameters")  # 3 × 6 + 6 × 4
    assert told.node("checkbox", "bias")["checked"] == "false"


def test_a_size_that_may_be_left_out(page, told):
    assert told.node("checkbox", "with inner size ff")["checked"] == "false"
    assert told.node("slider", "inner size ff").get("disabled")
    page.get_by_role("checkbox", name="with inner size ff").check()
    told.says("18,914,304 parameters")  # 6 × (1,050,624 + 2 × 1,024 + 2,099,712)
    assert told.node("checkbox", "with inner size ff")["checked"] == "true"
    slider = page.get_by_role("slider", name="inner size ff")
    assert slider.get_attribute("aria-valuetext") == "2048" and slider.is_enabled()


def test_buttons(page, told):
    panel = page.locator(".pc:has(> .pc-controls)").first
    assert told.node("group", "counted") is not None
    pressed = panel.get_by_role("button", name="by hand")
    assert pressed.get_attribute("aria-pressed") == "true"
    assert told.node("button", "PyTorch")["pressed"] == "false"
    panel.get_by_role("button", name="PyTorch").press("Enter")
    panel.locator(".pc-note", has_text="PyTorch trains").wait_for(timeout=20_000)
    assert told.node("button", "PyTorch")["pressed"] == "true"
    assert told.node("button", "by hand")["pressed"] == "false"


def test_what_is_folded_away_is_no_stop_for_the_keyboard(page):
    table, inside = page.locator(".pc-open").first, page.locator(".pc-open ~ .pc-sr").first
    assert table.get_attribute("aria-label") == "show the table"
    assert inside.get_attribute("aria-label").startswith("show the tensors of ")
    assert not inside.is_visible()
    table.press("Space")
    assert inside.is_visible()
    table.press("Space")


def test_more_of_a_slider_is_called_as_it_reads(page):
    more = page.locator(".pc-more:visible").first
    assert more.get_attribute("aria-label").startswith(more.inner_text())


def test_a_list(page, told):
    assert told.node("combobox", "network")["value"] == "LeNet-5"
    page.get_by_role("combobox", name="network").select_option("Mixtral-8x7B")
    page.get_by_role("heading", name="Mixtral-8x7B").wait_for(timeout=20_000)
    told.says("Mixtral-8x7B: 46,702,792,704 parameters")
    assert told.node("combobox", "network")["value"] == "Mixtral-8x7B"


def test_a_plot_has_its_words(told):
    name = next(
        node["name"]["value"]
        for node in told.session.send("Accessibility.getFullAXTree")["nodes"]
        if "98.6 % of them in i × h" in node.get("name", {}).get("value", "")
    )
    assert "Look inside the wide band" in name


def test_axe_finds_nothing_after_all_of_that(page):
    assert not violations(page, OURS)


def test_a_panel_whose_kernel_is_gone_says_so(page):
    """As after a kernel that died, or was shut down: a move is not answered, and the panel says why."""
    address = page.url.partition("/lab/")[0]
    page.context.request.get(f"{address}/api")  # which leaves the cookie that has to be sent back
    cookies = {each["name"]: each["value"] for each in page.context.cookies()}
    headers = {"X-XSRFToken": cookies["_xsrf"]}
    (kernel,) = page.context.request.get(f"{address}/api/kernels").json()
    ended = page.context.request.delete(f"{address}/api/kernels/{kernel['id']}", headers=headers)
    assert ended.status == 204
    slider = page.get_by_role("slider", name="hidden size h").first
    slider.press("ArrowRight")
    gone = page.get_by_role("alert").filter(has_text="Python does not answer")
    gone.first.wait_for(timeout=20_000)
    assert "run this cell again" in gone.first.inner_text()
    assert not violations(page, OURS)
