"""What a reader moves and types: in Python, in each place where notebooks run, and from far away."""

import contextlib
import random
import re
import time

import nbformat
import pytest
from ipywidgets.widgets.widget import _instances

import lab
import paramcount as pc
from paramcount import models
from paramcount.ask.form import AnswerForm
from paramcount.show.controls import SizeControl, SwitchControl
from paramcount.show.widgets import close
from refresh_notebooks import METADATA
from test_packaging import ROOT, make

# -- in Python ------------------------------------------------------------------------------------


def heard_by(form: AnswerForm) -> list[tuple[str, str, str]]:
    heard = []
    form.on_event(lambda name, text: heard.append((name, text, form.value)))
    return heard


def test_a_form_hears_the_text_with_the_button():
    form = AnswerForm(buttons=[{"name": "hint", "label": "Hint"}])
    heard = heard_by(form)
    form.press("submit", "3*5")
    form.press("hint", "")
    assert heard == [("submit", "3*5", "3*5"), ("hint", "", "")]


def test_what_was_sent_stands_in_the_box_and_can_be_emptied():
    form, states = AnswerForm(), []
    form.observe(lambda change: states.append(change.new), "value")
    form.press("submit", "12")
    form.value = ""
    assert states == ["12", ""]


def test_what_python_puts_there_replaces_a_draft_too():
    form, sent = AnswerForm(), []
    form._send = lambda message, **_: sent.append(message["state"])
    form.put("")  # nothing was sent, so Python's text is the same; what was typed meanwhile it does not know
    assert {"value": ""} in sent


def test_a_size_that_is_moved_is_observed_and_answered():
    control, moves, said = SizeControl(options=[1, 2, 3], value=2), [], []
    control.observe(lambda change: moves.append(change.new), "value")
    control.send = said.append
    control.move(3)
    assert moves == [3] and control.value == 3 and said == [{"answered": 0, "said": ""}]


def test_a_move_is_answered_even_if_what_follows_from_it_fails():
    control, said = SizeControl(options=[1, 2, 3], value=2), []
    control.observe(lambda _: 1 / 0, "value")
    control.send = said.append
    control.move(3)
    assert [each["answered"] for each in said] == [0]  # else no other move would ever be sent


def test_what_follows_from_a_move_is_shown_before_it_is_answered():
    panel, order = pc.explore(pc.attention(512, heads=8)), []
    for name, control in panel.controls.items():
        control._send = lambda message, name=name, **_: order.append(
            (name, message.get("state", message.get("content")))
        )
    panel.controls["x"].move(10)
    assert [name for name, _ in order] == ["heads", "x", "x"]
    assert order[0][1]["value"] == 5 and order[2][1] == {
        "answered": 0,
        "said": "440 parameters",
    }  # 4 × (10 × 10 + 10)


def test_a_size_that_was_typed_stays_on_the_slider():
    control = SizeControl()
    control.show(500, [1, 10, 100], [100])
    control.show(10, [1, 10, 100], [100])
    assert control.options == [1, 10, 100, 500]


def test_a_size_that_is_left_out_comes_back_as_it_was():
    control = SizeControl(optional=True)
    control.show(7, [1, 7], [7])
    control.show(None, [1, 7], [7])
    assert control.value is None and control.last == 7


def test_a_list_to_pick_from_is_in_groups_and_shows_what_is_picked():
    published = {name: models.PUBLISHED[name] for name in ("LeNet-5", "mBERT", "VGG-11")}
    picker = pc.explore(published | {"mine": pc.lstm(3, 2)})
    choice, first = picker.children
    assert choice.groups == [
        ["Networks of convolutions", ["LeNet-5", "VGG-11"]],
        ["Encoders", ["mBERT"]],
        ["", ["mine"]],
    ]
    assert choice.value == "LeNet-5" and first.layer.count == 61_706
    choice.move("mBERT")
    assert picker.children[1].layer.count == 177_853_440 and first.comm is None
    choice.move("mine")
    assert picker.children[1].layer.count == 48


def alive() -> int:
    """How many models of widgets there are in the kernel, layouts and styles among them."""
    return len(_instances)


def test_widgets_are_given_back():
    """A panel of all networks is picked from 210 times: there are as many models as after one."""
    picker = pc.explore(models.PUBLISHED)
    choice, names = picker.children[0], list(models.PUBLISHED)
    small = ["LeNet-5", "BERT-base", "Mixtral-8x7B"]
    choice.move("BERT-base")
    after_one = alive()
    for pick in range(210):
        choice.move(small[pick % 3])
    choice.move("BERT-base")
    assert alive() == after_one and len(names) > 50
    close(picker)
    assert alive() < after_one


def test_a_list_opens_where_it_is_told_to():
    picker = pc.explore(models.PUBLISHED, begin="Llama-3-8B")
    assert picker.children[0].value == "Llama-3-8B" and picker.children[1].layer.count == 8_030_261_248
    with pytest.raises(ValueError, match="begin='Llama 3' is not in the list, which has Llama-3"):
        pc.explore(models.PUBLISHED, begin="Llama 3")
    with pytest.raises(ValueError, match="begin='h': there is one layer here"):
        pc.explore(pc.lstm, begin="h")


def test_moving_leaves_nothing_behind():
    panel = pc.explore(pc.attention(512, heads=8))
    panel.controls["x"].move(16)
    before = alive()
    for place in range(100):
        panel.controls["x"].move(8 * (place + 1))
    assert alive() == before


def test_labels_are_words_and_a_letter():
    controls = pc.explore(pc.ffnn(3, 5, 5, 2)).controls
    assert controls["h₂"].label == 'hidden size <i class="pc-v">h</i><sub>2</sub>'
    assert controls["bias"].label == "bias"
    assert isinstance(controls["bias"], SwitchControl)


def test_a_readers_own_names_cannot_be_markup():
    sly = pc.layer(lambda x: {"W": (x, x)}, means={"x": "<img src=x onerror=alert(1)>"})
    assert "<img" not in pc.explore(sly).controls["x"].label


def said_under_the_controls(panel) -> str:
    return panel._problem.value


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        (1.5, "a size is a whole number"),
        (0, "a size is a whole number"),
        ("-3", "a size is a whole number"),
        ("12.5", "h: A count is a whole number."),
        ("seven", "h: Write it in numbers"),
        ("5 +", "h: "),
    ],
)
def test_what_is_no_size_is_refused_in_words(typed, why):
    panel = pc.explore(pc.ffnn(3, 5, 2))
    panel.controls["h"].move(typed)
    assert why in said_under_the_controls(panel) and 'role="alert"' in said_under_the_controls(panel)
    assert panel.layer.count == 32 and not panel.controls["h"].said


@pytest.mark.parametrize(
    ("typed", "size"),
    [("30k", 30_000), ("1e3", 1_000), ("10**4", 10_000), ("1,024", 1_024), ("28 × 28", 784)],
)
def test_what_is_typed_is_read_as_it_is_meant(typed, size):
    panel = pc.explore(pc.dense(3, 5))
    panel.controls["i"].move(typed)
    assert panel.layer.count == size * 5 + 5 and panel.controls["i"].value == size


def test_a_size_that_gives_way_is_told_of():
    panel = pc.explore(pc.conv(8, 3, 16, groups=8))
    panel.controls["i"].move(9)
    said = said_under_the_controls(panel)
    assert "groups is 1 now: 8 does not divide i = 9." in said and 'role="status"' in said
    panel.controls["i"].move(16)
    assert not said_under_the_controls(panel) and panel.controls["groups"].value == 8


def test_a_slider_begins_with_what_is_in_reach_of_a_hand():
    controls = pc.explore(pc.ffnn(784, 128, 10)).controls
    assert controls["o"].ends == [16, 64, 512, 4_096] and controls["o"].options[-1] == 4_096
    given = pc.explore(pc.ffnn(3, 5, 2), h=range(1, 65)).controls
    assert given["h"].ends == [64]


def test_what_a_move_changes_stands_beside_the_total_and_under_each_term():
    panel = pc.explore(pc.ffnn(3, 5, 2))
    assert "<i>" not in panel._head.value and "pc-rest" not in panel._body.value
    panel.controls["h"].move(6)  # 3 weights in, a bias, 2 weights out
    assert "<b>38</b><i>+6</i>" in panel._head.value
    assert re.findall('pc-moved">(.*?)<', panel._body.value) == ["+3", "+1", "+2", ""]
    panel.controls["h"].move(4)
    assert "<b>26</b><i>−12</i>" in panel._head.value
    assert re.findall('pc-moved">(.*?)<', panel._body.value) == ["−6", "−2", "−4", ""]
    panel.controls["bias"].move(False)  # other terms: nothing is said of each
    assert "<i>−6</i>" in panel._head.value and set(re.findall('pc-moved">(.*?)<', panel._body.value)) == {""}


# -- in the browser -------------------------------------------------------------------------------

in_browser = pytest.mark.skipif(lab.chromium() is None, reason="Chromium is not installed")

CELLS = (
    "from paramcount import *\nexplore(ffnn(3, 5, 2), h=range(1, 65))",
    """
import ipywidgets
from paramcount.ask.form import AnswerForm

form, heard = AnswerForm(buttons=[{"name": "hint", "label": "Hint"}]), ipywidgets.HTML()

def hear(name, text):
    heard.value += f"<p class='heard'>{name} {text}</p>"

form.on_event(hear)
another = ipywidgets.Button(description="Another")
another.on_click(lambda _: form.put(""))
ipywidgets.VBox([form, heard, another])
""",
    """
from paramcount import models
explore({name: models.PUBLISHED[name] for name in ("LeNet-5", "VGG-11", "mBERT")})
""",
)


def notebook(*cells: str) -> nbformat.NotebookNode:
    """A panel, and a form that says what it hears; or other cells."""
    cells = [nbformat.v4.new_code_cell(code.strip()) for code in cells or CELLS]
    return nbformat.v4.new_notebook(cells=cells, metadata=METADATA)


class Place:
    """The notebook where it runs, and what went wrong.

    edited: whether cells can be added there. keys: those that went further than the controls.
    """

    def __init__(self, browser, address: str, path: str = ""):
        self.page = browser.new_page(viewport={"width": 1280, "height": 1700})
        self.edited, self.errors, self.outside, self.sent = bool(path), [], [], []
        self.page.on("websocket", lambda opened: opened.on("framesent", lambda data: self.sent.append(data)))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda sent: self._host(sent.url, address))
        self.page.goto(f"{address}/{path}")
        self.cells = self.page.locator(".jp-Notebook .jp-Cell")
        if self.edited:
            lab.run_opened(self.page)
        self.page.wait_for_selector(".pc-size [type=range]", timeout=120_000)
        self.page.wait_for_selector(".pc-answer input")
        self.page.evaluate("addEventListener('keydown', ({key}) => (window.keys ??= []).push(key))")

    def _host(self, url: str, address: str) -> None:
        ours = url.startswith((address, address.replace("http", "ws"), "data:", "blob:", "about:"))
        if not ours and "@fortawesome" not in url:  # icons that Voila's own page asks for
            self.outside.append(url)

    @property
    def keys(self) -> set[str]:
        return {*self.page.evaluate("window.keys ?? []")}

    def control(self, kind: str, size: str = "h"):
        """A slider, or a box, by the name that a screen reader says."""
        return self.page.get_by_role(kind, name=re.compile(f" {size}$"))

    @property
    def box(self):
        return self.page.get_by_role("textbox", name="Your count")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def total(self, count: int) -> None:
        """Wait for a total."""
        self.page.locator(".pc-total b", has_text=re.compile(f"^{count:,}$")).wait_for(timeout=20_000)

    def hears(self, said: str) -> None:
        self.page.locator(".heard", has_text=re.compile(f"^{re.escape(said)}$")).wait_for(timeout=20_000)


@pytest.fixture(scope="module")
def browser():
    with lab.browser() as browser:
        yield browser


def python_of(environment: str):
    """The Python of an environment that the Makefile makes."""
    made = make(f".venv-{environment}/.ready")
    assert made.returncode == 0, made.stdout + made.stderr
    return ROOT / f".venv-{environment}/bin/python"


@contextlib.contextmanager
def served(name: str, folder, *cells: str):
    """One of the places where notebooks run; yields its address, and where the notebook is in it."""
    nbformat.write(notebook(*cells), folder / "controls.ipynb")
    if name == "JupyterLab":
        settings, path = lab.jupyter(folder), "lab/tree/controls.ipynb"
    elif name == "JupyterLab 4.4":
        settings, path = lab.jupyter(folder, "jupyterlab", python_of("hosts")), "lab/tree/controls.ipynb"
    elif name == "Notebook 7":
        settings, path = lab.jupyter(folder, "notebook", python_of("hosts")), "notebooks/controls.ipynb"
    else:
        settings, path = (python_of("slides"), "-m", "voila", folder / "controls.ipynb"), ""
    ready = "api" if path else "voila/templates/lab/static/voila.js"
    scratch = folder.parent / f"{folder.name}-settings"
    scratch.mkdir()
    with lab.started(settings, scratch, ready) as address:
        yield address, path


PLACES = ("JupyterLab", "JupyterLab 4.4", "Notebook 7", "Voila")


@pytest.fixture(scope="module", params=PLACES)
def place(request, browser, tmp_path_factory):
    with served(request.param, tmp_path_factory.mktemp("place")) as (address, path):
        place = Place(browser, address, path)
        yield place
        place.page.close()


def try_the_slider(place: Place) -> None:
    slider, cells = place.control("slider"), place.cells.count()
    assert slider.get_attribute("aria-valuetext") == "5"
    slider.focus()
    for key, count in (("ArrowRight", 38), ("ArrowUp", 44), ("ArrowLeft", 38), ("ArrowDown", 32)):
        place.press(key)
        place.total(count)  # by hand: h = 6 gives (3 × 6 + 6) + (6 × 2 + 2), and each unit 6
    place.press("End")
    place.total(386)  # (3 × 64 + 64) + (64 × 2 + 2)
    assert slider.get_attribute("aria-valuetext") == "64"
    assert place.control("textbox").input_value() == "64"
    place.press("b", "a", "d", "d", "x", "Enter", "Home")
    place.total(8)  # (3 × 1 + 1) + (1 × 2 + 2)
    assert place.cells.count() == cells
    assert slider.evaluate("slider => slider === document.activeElement")


def try_the_boxes(place: Place) -> None:
    cells = place.cells.count()
    number, before = place.control("textbox"), place.control("slider").get_attribute("aria-valuetext")
    number.focus()
    place.press("Control+a", "b", "Backspace", *"12", "Backspace")
    assert place.control("slider").get_attribute("aria-valuetext") == before, "nothing is sent before Enter"
    place.press("0", "Enter")
    place.total(62)  # h = 10: (3 × 10 + 10) + (10 × 2 + 2)
    place.box.focus()
    place.press(*"b4 add xz", "ArrowLeft", "Backspace", "Enter")
    place.hears("submit b4 add z")
    place.press("Control+a", *"2,5", "Tab", "Tab", "Enter")
    place.hears("hint 2,5")
    assert place.box.input_value() == "2,5"
    assert place.cells.count() == cells
    place.box.fill("26*3")
    place.page.get_by_role("button", name="Check", exact=True).click()
    place.hears("submit 26*3")
    for draft in ("a draft", "one more"):
        place.box.fill(draft)
        place.page.get_by_role("button", name="Another").click()
        place.page.wait_for_function("document.querySelector('.pc-answer input').value === ''")


def try_the_way_out(place: Place) -> None:
    """The keys that belong to the page reach it, and Esc leads back to the notebook."""
    for inside in (place.control("textbox"), place.box, place.control("slider")):
        inside.focus()
        place.press("PageDown", "PageUp", "Escape")
        assert not inside.evaluate("inside => inside === document.activeElement")
    assert place.keys == {"PageDown", "PageUp", "Escape"}
    if place.edited:
        cells = place.cells.count()
        place.press("b")  # the notebook's own key, now that it has the focus again
        place.page.wait_for_function(f"document.querySelectorAll('.jp-Notebook .jp-Cell').length > {cells}")


def try_the_list(place: Place) -> None:
    """A native list in groups, which moves by key: a letter picks a name, and inserts no cell."""
    cells, choice = place.cells.count(), place.page.get_by_role("combobox", name="network")
    titles = choice.locator("optgroup").evaluate_all("groups => groups.map(group => group.label)")
    assert titles == ["Networks of convolutions", "Encoders"]
    choice.focus()
    for key, count in (("ArrowDown", 132_863_336), ("m", 177_853_440), ("Home", 61_706)):
        place.press(key)
        place.total(count)
    assert choice.input_value() == "LeNet-5"
    assert place.cells.count() == cells


def nothing_went_wrong(place: Place) -> None:
    assert not place.page.locator(".pc [title=null], .pc-answer[title]").count()
    assert not place.errors
    assert not place.outside


@in_browser
def test_the_slider_moves_by_key(place):
    try_the_slider(place)


@in_browser
def test_a_network_is_picked_by_key(place):
    try_the_list(place)


@in_browser
def test_keys_in_a_box_stay_there(place):
    try_the_boxes(place)


@in_browser
def test_paging_and_esc_lead_out(place):
    try_the_way_out(place)


@in_browser
def test_nothing_failed_and_nothing_came_from_elsewhere(place):
    nothing_went_wrong(place)


# -- from far away --------------------------------------------------------------------------------

QUESTION = "predict(dense(784, 10))"
ANSWERS = [str(random.Random(number).randrange(1_000, 1_000_000)) for number in range(30)]

# All verdicts, one after the other, of which each takes the place of the one before it.
JUDGED = """panel => {
  const verdict = () => panel.querySelector(".pc-verdict")?.innerText;
  const verdicts = (window.verdicts = []);
  let last = verdict();
  new MutationObserver(() => {
    if (verdict() && verdict() !== last) verdicts.push((last = verdict()));
  }).observe(panel, { childList: true, subtree: true });
}"""

# Whether the thumb is ever anywhere but where the reader has put it last.
WATCHED = """slider => {
  let put = slider.value;
  window.jumps = [];
  slider.addEventListener("input", () => (put = slider.value));
  (function look() {
    if (slider.value !== put) window.jumps.push([put, slider.value]);
    requestAnimationFrame(look);
  })();
}"""


@pytest.fixture(scope="module")
def distant(browser, tmp_path_factory):
    """JupyterLab, and the distance to it, which is set once the notebook has run."""
    with (
        served("JupyterLab", tmp_path_factory.mktemp("distant"), CELLS[0], QUESTION) as (address, path),
        lab.Distance(address) as distance,
    ):
        place = Place(browser, distance.address, path)
        place.distance = distance
        yield place
        nothing_went_wrong(place)
        place.page.close()


each_distance = pytest.mark.parametrize("milliseconds", [0, 50, 200])


@in_browser
@each_distance
def test_every_answer_is_judged_as_it_was_typed(distant, milliseconds):
    distant.distance.seconds = milliseconds / 1_000
    distant.page.locator(".pc:has(.pc-answer)").evaluate(JUDGED)
    distant.box.focus()
    for answer in ANSWERS:
        distant.press("Control+a")
        distant.page.keyboard.type(answer, delay=60)
        distant.press("Enter")
    distant.page.wait_for_function(f"window.verdicts.length === {len(ANSWERS)}")
    verdicts = distant.page.evaluate("window.verdicts")
    assert [said.partition(":")[0] for said in verdicts] == [f"{int(answer):,}" for answer in ANSWERS]
    assert distant.box.input_value() == ANSWERS[-1]


@in_browser
@each_distance
def test_the_last_picture_is_the_last_size(distant, milliseconds):
    distant.distance.seconds = milliseconds / 1_000
    slider, number = distant.control("slider"), distant.control("textbox")
    slider.focus()
    distant.press("Home")
    slider.evaluate(WATCHED)
    before, begun = len(distant.sent), time.monotonic()
    for step in range(500):
        distant.press("ArrowLeft" if step % 10 in (3, 6, 7, 9) else "ArrowRight")
    lasted = time.monotonic() - begun
    last = int(number.input_value())
    assert last == int(slider.get_attribute("aria-valuetext"))
    distant.total(6 * last + 2)  # (3 × h + h) + (h × 2 + 2)
    distant.page.wait_for_timeout(3 * milliseconds + 300)  # and nothing comes after it
    distant.total(6 * last + 2)
    assert f"h = {last}" in distant.page.locator(".pc-pic svg").first.text_content()
    assert int(number.input_value()) == last
    assert distant.page.evaluate("window.jumps") == []
    if milliseconds:  # no move sets out before the one before it is answered
        assert len(distant.sent) - before <= 2 + lasted / (2 * distant.distance.seconds)
