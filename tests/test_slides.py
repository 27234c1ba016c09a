"""The lectures: what their metadata promises, and each one stepped through in a real browser."""

import ast
import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from functools import cache
from pathlib import Path

import nbformat
import pytest

import lab
import paramcount as pc
from axe import violations
from paramcount import check
from paramcount.ask.bank import find
from paramcount.models import PUBLISHED
from test_packaging import ROOT, make

sys.path.insert(0, str(ROOT / "notebooks" / "teaching"))
import slides

TITLES = slides.lectures()
LECTURES = [name for name in TITLES if not name.startswith("00")]
each_lecture = pytest.mark.parametrize("name", LECTURES)


# -- as they are written --------------------------------------------------------------------------


def deck(name: str) -> list[list]:
    """The cells of each slide, in the order of the lecture."""
    found: list[list] = []
    for cell in nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4).cells:
        kind = show(cell).get("slide_type")
        if kind == "slide":
            found.append([])
        if kind != "skip":
            found[-1].append(cell)
    return found


def show(cell) -> dict:
    return cell.metadata.get("slideshow", {})


def minutes(name: str) -> float:
    return sum(int(show(slide[0])["data"]["timing"]) for slide in deck(name)) / 60


@cache
def asked(name: str) -> list[tuple[int, object, dict]]:
    """The number of each slide that asks, the layer that it asks about, and its metadata."""
    names, found, places = dict(vars(pc), __name__="lecture"), [], {}
    for number, slide in enumerate(deck(name)):
        places |= {cell.source: number for cell in slide if cell.cell_type == "code"}
    for cell in nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4).cells:
        if cell.cell_type != "code":
            continue
        for statement in ast.parse(cell.source).body:
            call = statement.value if isinstance(statement, ast.Expr) else None
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "predict":
                if cell.source in places:
                    layer = eval(ast.unparse(call.args[0]), names)
                    layer = find(layer).asked if isinstance(layer, str) else layer
                    found.append((places[cell.source], layer, show(cell)))
            elif not call and not isinstance(statement, ast.Try):
                with contextlib.chdir(ROOT / "notebooks"):
                    exec(ast.unparse(statement), names)
    return found


def printed(cell) -> str:
    """What a panel, a table or a plot tells as it opens."""
    return "".join(each.get("data", {}).get("text/plain", "") for each in cell.outputs)


def count_of(asked) -> int:
    """The right answer to what is asked: a layer, or a number worked out from layers."""
    return asked.count if isinstance(asked, pc.Layer) else asked


@pytest.mark.parametrize("name", TITLES)
def test_every_slide_has_its_minutes_and_its_notes(name):
    for slide in deck(name):
        assert int(show(slide[0])["data"]["timing"]) > 0, slide[0].source
        assert show(slide[0])["notes"], slide[0].source
        for cell in slide[1:]:
            assert show(cell).get("slide_type", "fragment") == "fragment"
            assert "notes" not in show(cell), "the notes of a slide stand with its first cell"


@each_lecture
def test_a_lecture_has_fifteen_to_twenty_five_slides_and_fits_an_hour(name):
    assert 15 <= len(deck(name)) <= 25
    assert 35 <= minutes(name) <= 55


@each_lecture
def test_the_room_votes_on_the_right_answer_and_on_known_mistakes(name):
    assert len(asked(name)) >= 4
    for _, layer, shown in asked(name):
        answers = shown["hands"]
        assert answers == sorted(set(answers))
        assert [check(answer, layer).kind for answer in answers].count("right") == 1
        expected = [int(n.replace(",", "")) for n in re.findall(r"Expect \*\*([\d,]+)\*\*", shown["notes"])]
        for answer in {*answers, *expected} - {int(count_of(layer))}:
            said = check(answer, layer).lines
            assert not said[0].startswith("That is not one of the slips"), (layer, answer)
        assert not {*expected} & {int(count_of(layer))}
        for answer in {*answers} - {int(count_of(layer))}:
            assert f"{answer:,}" in shown["notes"], "the notes say how each wrong answer comes about"


@pytest.mark.parametrize("name", TITLES)
def test_a_vote_has_the_minutes_that_it_takes(name):
    for _, _, shown in asked(name):
        notes = shown["notes"].lower()
        pencil = 3 if "three minutes" in notes else 2 if "two minutes" in notes else 1
        # The pencil, partly with a neighbour; then the hands, a voter for each, two answers typed.
        assert int(shown["data"]["timing"]) >= 60 * (pencil + 2), shown["notes"]


def test_no_two_chapters_vote_on_the_same():
    votes = [(int(count_of(layer)), name) for name in LECTURES for _, layer, _ in asked(name)]
    for count, name in votes:
        assert {other for same, other in votes if same == count} == {name}, count


@pytest.mark.parametrize("name", TITLES)
def test_no_slide_opens_empty(name):
    assert not [slide[0].source for slide in deck(name) if slide[0].source.startswith("<details")]


@each_lecture
def test_no_answer_stands_before_its_question(name):
    for number, layer, _ in asked(name):
        count = f"{count_of(layer):,}"
        if len(count) < 3:
            continue  # a small number stands everywhere
        for slide in deck(name)[: number + 1]:
            for cell in slide:
                told = cell.source if cell.cell_type == "markdown" else printed(cell)
                assert not re.search(rf"(?<![\d,]){count}(?![\d,])", told), (count, told)


def test_make_slides_says_how_it_is_called():
    said = make("slides", ARGS="--help").stdout
    assert len(TITLES) == len(list((ROOT / "notebooks").glob("[0-9]*.ipynb")))
    for name, title in TITLES.items():
        assert re.search(rf"make slides CHAPTER={name} +{re.escape(title)}", said)
    assert "--theme {light,dark}" in said and "--port PORT" in said


@pytest.mark.parametrize(
    "asked, said",
    [({"CHAPTER": "12"}, "There is no chapter 12."), ({"ARGS": "--dark"}, "There is no option --dark.")],
)
def test_make_slides_says_what_there_is_not(asked, said):
    made = make("slides", **asked)
    assert made.returncode != 0
    assert said in made.stderr
    assert "CHAPTER=" in made.stderr


# -- in the browser -------------------------------------------------------------------------------

in_browser = pytest.mark.skipif(lab.chromium() is None, reason="Chromium is not installed")

# What of the slide that is shown lies outside it, or does not fit into a box that would cut it or scroll. And
# labels of pictures that are stretched.
CUT = """() => {
  const slide = [...document.querySelectorAll("section.present")].pop();
  const stage = document.querySelector(".reveal").getBoundingClientRect(), found = [];
  for (const part of slide.querySelectorAll("*")) {
    if (!part.checkVisibility({ visibilityProperty: true })) continue;
    if (part.closest(".pc-sr, .pc-stack, aside, mjx-assistive-mml")) continue;
    const box = part.getBoundingClientRect(), style = getComputedStyle(part);
    const name = `${part.tagName}.${part.getAttribute("class")}: ${part.textContent.trim().slice(0, 40)}`;
    if (!box.width || !box.height) continue;
    if (box.left < stage.left - 1 || box.right > stage.right + 1 || box.top < stage.top - 1 ||
        box.bottom > stage.bottom + 1) found.push(`off the slide: ${name}`);
    if (style.overflow !== "visible" && style.display !== "inline" && !/svg|INPUT/.test(part.tagName) &&
        (part.scrollWidth > part.clientWidth + 2 || part.scrollHeight > part.clientHeight + 2))
      found.push(`cut: ${name}`);
  }
  for (const label of slide.querySelectorAll("[textLength]")) {
    const wide = label.getAttribute("textLength");
    label.removeAttribute("textLength");
    const own = label.getComputedTextLength(); // 0 where it is not shown
    if (own && wide > own + 1) found.push(`stretched: ${label.textContent}`);
    label.setAttribute("textLength", wide);
  }
  return found;
}"""

# What of the slide that is shown is written smaller than 18 pixels on a wall of 1280 × 720.
SMALL = """() => {
  const slide = [...document.querySelectorAll("section.present")].pop(), found = [];
  const unread = "aside, style, script, title, desc, metadata, option, .pc-sr, .pc-stack, mjx-container";
  const look = (part, words) => {
    const drawn = part.closest("svg") ? part.getScreenCTM().a / Reveal.getScale() : 1;
    const size = drawn * parseFloat(getComputedStyle(part).fontSize);
    const seen = part.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    if (seen && size < 17.9) found.push(`${size.toFixed(1)} px: ${words.trim().slice(0, 40)}`);
  };
  const texts = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { data, parentElement } = texts.currentNode;
    if (data.trim() && !parentElement.closest(unread)) look(parentElement, data);
  }
  slide.querySelectorAll("mjx-c").forEach((sign) => look(sign, "a sign of a formula"));
  slide.querySelectorAll("[type=text], select").forEach((box) => look(box, `box: ${box.value}`));
  return found;
}"""


@contextlib.contextmanager
def running(name: str, *arguments: str):
    """`make slides` on a free port; yields its address. Its port is the mark of all its processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = ROOT / "build" / f"slides-{name}.log"
    log.parent.mkdir(exist_ok=True)
    arguments = " ".join(("--no-browser", f"--port={port}", *arguments))
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    environment["LECTURE_AT"] = str(port)
    with log.open("w") as out:
        process = subprocess.Popen(
            ("make", "slides", f"CHAPTER={name}", f"ARGS={arguments}"),
            cwd=ROOT,
            env=environment,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        lab.wait_for(f"{address}/voila/templates/lecture/static/lecture.js", process, log, seconds=600)
        yield address
    finally:
        # A Voila that is just starting a kernel waits for it for ever, until it is told again.
        for end in (signal.SIGTERM, signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
                os.killpg(process.pid, end)
                process.wait(timeout=15)


def kernels(address: str) -> int:
    """How many kernels there are of the lectures at an address."""
    mark, found = f"LECTURE_AT={address.rpartition(':')[2]}".encode(), 0
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has just ended
            kernel = b"ipykernel_launcher" in (process / "cmdline").read_bytes()
            found += kernel and mark in (process / "environ").read_bytes().split(b"\0")
    return found


PRESENT = "section.present section.present"


class Show:
    """A lecture that is on: the page, and what went wrong."""

    def __init__(self, page, address: str, name: str):
        self.page, self.address, self.errors, self.outside = page, address, [], []
        page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda sent: self._host(sent.url))
        page.goto(f"{address}/voila/render/{name}.ipynb")
        self.wait()

    def wait(self) -> None:
        """Until all is there."""
        page = self.page
        page.wait_for_selector(".pc-size [type=range]", state="attached", timeout=90_000)
        page.wait_for_function("() => Reveal.isReady()")

    def _host(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:", "about:")):
            self.outside.append(url)

    @property
    def slide(self):
        return self.page.locator(PRESENT)

    def place(self) -> tuple:
        return tuple(self.page.evaluate("Object.values(Reveal.getIndices())"))

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.page.wait_for_timeout(60)

    def steps(self):
        """Each slide as it stands when its last fragment is there, by the key of a presenter's remote."""
        while True:
            while self.page.evaluate("Reveal.availableFragments().next"):
                self.press("PageDown")
            yield self.number()
            before = self.place()
            self.press("PageDown")
            if self.place() == before:
                return

    def number(self) -> int:
        """How many slides there are before this one."""
        return self.page.evaluate("Reveal.getSlidePastCount()")

    def cut(self) -> list[str]:
        self.page.wait_for_timeout(250)
        return self.page.evaluate(CUT) + self.page.evaluate(SMALL)

    def to_the_end(self, key: str) -> None:
        """Every slider of the slide to one of its ends."""
        for slider in self.slide.locator(".pc-size [type=range]:enabled").all():
            if slider.is_visible():
                slider.focus()
                self.press(key)


@pytest.fixture(scope="module")
def browser():
    with lab.browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def lecture(request, browser):
    with running(request.param) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        yield Show(page, address, request.param)
        page.close()


@pytest.fixture(scope="module")
def lecture_of_one(browser):
    with running("01-feed-forward") as address:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        yield Show(page, address, "01-feed-forward")
        page.close()


each_show = pytest.mark.parametrize("lecture", TITLES, indirect=True, scope="module")


@in_browser
@each_show
def test_every_slide_fits_whatever_the_sliders_say(lecture, request):
    name, problems, seen = request.node.callspec.params["lecture"], [], 0

    def look(where: str) -> None:
        problems.extend(f"slide {seen}, {where}: {what}" for what in lecture.cut())

    for _ in lecture.steps():
        seen += 1
        look("as it opens")
        for choice in lecture.slide.locator("select").all():  # a list of networks to pick from
            for option in choice.locator("option").all_inner_texts():
                choice.select_option(option)
                if option in PUBLISHED:  # others are formats of numbers
                    total = lecture.slide.locator(".pc-total b", has_text=f"{PUBLISHED[option].parameters:,}")
                    total.wait_for(timeout=20_000)
                look(option)
        if not lecture.slide.locator(".pc-controls").count():
            continue
        for end in ("End", "Home"):
            lecture.to_the_end(end)
            look(f"sliders at {end}")
            for framework in ("PyTorch", "Keras"):
                button = lecture.slide.get_by_role("button", name=framework)
                if button.count():
                    button.click()
                    look(f"{framework} at {end}")
                    lecture.slide.get_by_role("button", name="by hand").click()
            lecture.press("t")
            look(f"the table at {end}")
            lecture.press("t")
    assert not problems, "\n".join(problems)
    assert seen == len(deck(name))


@in_browser
@each_show
def test_every_vote_is_answered_and_the_answer_fits(lecture, request):
    lecture.page.evaluate("Reveal.slide(0)")
    votes = {number: shown["hands"] for number, _, shown in asked(request.node.callspec.params["lecture"])}
    for number in lecture.steps():
        quiz = lecture.slide
        for answer in votes.pop(number, ()):
            quiz.locator(".hands-row button", has_text=re.compile(rf"\b{answer:,}$")).click()
            quiz.locator(".pc-verdict", has_text=re.compile(rf"^{answer:,}(: not yet| is right)")).wait_for()
            assert not lecture.cut(), (number, answer)
        neither = quiz.get_by_role("button", name="Neither of these")
        if neither.count():
            neither.click()
        if quiz.locator(".pc-answer").count():
            quiz.get_by_role("button", name="Show me").click()
            quiz.locator(".pc-says.shown").wait_for()
            assert not lecture.cut(), number
    assert not votes


@in_browser
@each_show
def test_axe_finds_nothing_on_any_slide(lecture):
    lecture.page.evaluate("Reveal.slide(0)")
    found = {what for _ in lecture.steps() for what in violations(lecture.page, PRESENT)}
    assert not found


@in_browser
@each_show
def test_it_fits_a_larger_screen(lecture):
    lecture.page.set_viewport_size({"width": 1920, "height": 1080})
    lecture.page.evaluate("Reveal.slide(0)")
    assert not [what for _ in lecture.steps() for what in lecture.cut()]
    lecture.page.set_viewport_size({"width": 1280, "height": 720})


@in_browser
@each_show
def test_nothing_failed_and_nothing_came_from_elsewhere(lecture):
    assert not lecture.errors
    assert not lecture.outside


BODY = "document.activeElement === document.body"


@in_browser
def test_keys(browser):
    with running("01-feed-forward") as address:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        lecture = Show(page, address, "01-feed-forward")
        number = next(n for n in lecture.steps() if lecture.slide.locator(".pc-controls").count())
        here, total = lecture.place(), lecture.slide.locator(".pc-total b")

        slider = lecture.slide.locator(".pc-size [type=range]").nth(1)
        slider.focus()
        before = total.inner_text()
        lecture.press("ArrowRight")
        page.wait_for_function("([place, was]) => document.querySelector(place).innerText !== was",
                               arg=["section.present section.present .pc-total b", before])  # fmt: skip
        assert lecture.place() == here, "the slider's key stays with the slider"
        moved = slider.input_value()

        # All other keys are the lecture's, from a slider too.
        code, table = (lecture.slide.locator(part) for part in (".jp-InputArea-editor", ".pc-scroll"))
        for key, part in (("c", code), ("t", table)):
            assert not part.first.is_visible()
            lecture.press(key)
            assert part.first.is_visible()
            lecture.press(key)
            assert not part.first.is_visible()
        box, button = (
            lecture.slide.locator(".pc-size [type=text]"),
            lecture.slide.locator(".pc-buttons button"),
        )
        for control, keys in (
            (slider, ("PageDown", " ")),
            (box.nth(1), ("PageDown", " ")),
            (button.first, ("PageDown",)),
        ):
            for forth in keys:
                control.focus()
                lecture.press(forth)
                assert lecture.number() == number + 1, (control, forth)
                lecture.press("PageUp")
                assert lecture.place() == here
        assert slider.input_value() == moved

        # A question's box takes what is typed; Esc gives the keys back, and pressed once more opens nothing.
        page.evaluate("Reveal.slide(3)")
        answer = lecture.slide.locator(".pc-answer input")
        answer.press_sequentially("4 * t")
        assert answer.input_value() == "4 * t" and lecture.number() == 3
        for _ in range(2):
            lecture.press("Escape")
            assert page.evaluate(BODY) and not page.evaluate("Reveal.isOverview()")
        answer.focus()
        stood = lecture.place()
        lecture.press("PageUp")
        assert lecture.place() != stood and page.evaluate(BODY)

        lecture.press("o")
        seen = page.evaluate("""() => Reveal.getSlides().filter((slide) => {
          const { left, top, right, bottom } = slide.getBoundingClientRect();
          return slide.checkVisibility() && left > -2 && top > -2 && right < 1282 && bottom < 722;
        }).length""")
        assert seen == len(deck("01-feed-forward")), "O shows all slides"
        hidden = (
            "[...document.querySelectorAll('.fragment')].filter((each) => !each.checkVisibility("
            "{ opacityProperty: true, visibilityProperty: true })).length"
        )
        assert page.evaluate(hidden) == 0, "with all that comes step by step"
        lecture.press("o")

        lecture.press("g")
        page.keyboard.type("5")
        lecture.press("Enter")
        assert lecture.number() == 4

        told = (ROOT / "build/slides-01-feed-forward.log").read_text()
        assert f"http://localhost:{address.rpartition(':')[2]}/voila/render/01-feed-forward.ipynb" in told
        assert "WARNING" not in told and "Error" not in told
        page.close()


@in_browser
def test_the_hands_that_are_typed_become_bars(lecture_of_one):
    lecture = lecture_of_one
    lecture.page.evaluate("Reveal.slide(3)")
    lecture.press("PageDown")
    rows = lecture.slide.locator(".hands-row")
    # Of 30 hands: 11 and 7 for the first answer, 9 and 18 for the third, 10 and 5 for the last.
    for row, counts in ((0, "11 7"), (2, "9 18"), (3, "10 5")):
        for when, count in enumerate(counts.split()):
            rows.nth(row).locator("input").nth(when).fill(count)
    bars = lecture.page.evaluate(f"""() => [...document.querySelectorAll("{PRESENT} .hands-row")].map((row) =>
      [...row.querySelectorAll(".hands-bars i")].map((bar) => bar.hidden ? 0 : bar.offsetWidth))""")
    unit = bars[2][1] / 18
    for row, counts in ((0, (11, 7)), (1, (0, 0)), (2, (9, 18)), (3, (10, 5))):
        assert bars[row] == pytest.approx([unit * count for count in counts], abs=1)
    assert "of 30" in lecture.slide.locator(".hands-of").inner_text()
    classes = "row => [...row.querySelectorAll('*')].map((each) => each.className).join()"
    assert rows.nth(2).evaluate(classes) == rows.nth(0).evaluate(classes), (
        "the right answer looks like the others"
    )
    rows.nth(1).locator("input").first.press("ArrowDown")
    assert rows.nth(2).locator("input").first.evaluate("box => box === document.activeElement")
    lecture.press("PageUp")
    rows.first.wait_for(state="hidden")  # the remote turns back from a field too


@in_browser
def test_the_notes_follow_the_wall_without_a_kernel(lecture_of_one):
    lecture, page = lecture_of_one, lecture_of_one.page
    page.evaluate("Reveal.slide(6)")
    before = kernels(lecture.address)
    assert before == 2, "one for the page, and one that is ready for the next"
    slider = lecture.slide.locator(".pc-size [type=range]").nth(1)
    slider.focus()
    with page.expect_popup() as opened:
        lecture.press("s")
    notes, errors = opened.value, []
    notes.on("pageerror", lambda error: errors.append(str(error)))
    words = notes.locator("#notes")
    words.get_by_text("say what you will move").wait_for()
    assert words.locator("mjx-container").count() and "$" not in words.inner_text(), "formulas are set"
    planned = int(show(deck("01-feed-forward")[6][0])["data"]["timing"]) / 60
    assert f"of {planned:g} min" in notes.locator("#slide-time").inner_text()

    # What is moved on the wall is moved there.
    wall = notes.frame_locator("#wall")
    slider.press("ArrowRight")
    total = lecture.slide.locator(".pc-total b").inner_text()
    wall.locator(".pc-total b", has_text=total).wait_for()
    assert notes.frame_locator("#next").locator(".pc-ask").inner_text().startswith("A network of sizes 5-8-4")

    # Its keys turn the slides of the wall, where a slider still has the focus.
    notes.keyboard.press("t")
    page.locator(f"{PRESENT} .pc-scroll").first.wait_for()
    notes.keyboard.press("t")
    for slide in range(7, len(deck("01-feed-forward"))):
        while lecture.number() < slide:
            stood = page.evaluate("JSON.stringify(Reveal.getIndices())")
            notes.keyboard.press("PageDown")
            page.wait_for_function("stood => JSON.stringify(Reveal.getIndices()) !== stood", arg=stood)
        notes.wait_for_function(
            "number => document.getElementById('number').value === number", arg=str(slide + 1)
        )
    stood = page.evaluate("JSON.stringify(Reveal.getIndices())")
    notes.keyboard.press("PageUp")
    page.wait_for_function("stood => JSON.stringify(Reveal.getIndices()) !== stood", arg=stood)
    assert kernels(lecture.address) == before

    # Another lecture in the same window; the notes go with it.
    lecture.press("l")
    lecture.press("2")
    page.wait_for_url("**/02-recurrent.ipynb")
    lecture.wait()
    words.get_by_text("Nothing is remembered").or_(words.locator("p").first).wait_for()
    notes.wait_for_function("document.getElementById('number').value === '1'")
    expected = show(deck("02-recurrent")[0][0])["notes"].split(".")[0].replace("*", "")
    words.get_by_text(expected).wait_for()
    assert not errors
    notes.close()

    # The page that was left has ended its kernel; nobody waits for that.
    end = time.monotonic() + 60
    while kernels(lecture.address) != before and time.monotonic() < end:
        time.sleep(0.2)
    assert kernels(lecture.address) == before


def alive(address: str, kernel: str) -> bool:
    try:
        urllib.request.urlopen(f"{address}/api/kernels/{kernel}", timeout=10).close()
    except urllib.error.HTTPError as error:
        assert error.code == 404
        return False
    return True


@in_browser
def test_a_kernel_goes_when_its_page_has_gone(browser):
    soon = ("--MappingKernelManager.cull_idle_timeout=5", "--MappingKernelManager.cull_interval=1")
    with running("01-feed-forward", *soon) as address:
        page = browser.new_page()
        Show(page, address, "01-feed-forward")
        kernel = page.evaluate("JSON.parse(document.getElementById('jupyter-config-data').text).kernelId")
        page.wait_for_timeout(8_000)
        assert alive(address, kernel), "as long as the page is open, its kernel stays"
        page.close()
        end = time.monotonic() + 60
        while alive(address, kernel) and time.monotonic() < end:
            time.sleep(0.5)
        assert not alive(address, kernel)


# -- the instructor's page ------------------------------------------------------------------------


PLANS = (ROOT / "notebooks/teaching/README.md").read_text("utf-8")


def chosen(chapter: str, ranges: str) -> list:
    """The slides of a row of a plan, as in "1–7, 10"."""
    (name,) = (each for each in TITLES if each.startswith(f"0{chapter}"))
    found = []
    for first, _, last in (each.partition("–") for each in ranges.split(", ")):
        last = last or first
        assert 1 <= int(first) <= int(last) <= len(deck(name)), (name, ranges)
        found += deck(name)[int(first) - 1 : int(last)]
    return found


def test_the_plans_say_what_the_notes_say():
    rows = re.findall(r"^\|.*\| (\d) \| ([\d–, ]+) \| ([\d.]+) \|", PLANS, re.MULTILINE)
    assert len(rows) == 22
    for chapter, ranges, given in rows:
        seconds = sum(int(show(slide[0])["data"]["timing"]) for slide in chosen(chapter, ranges))
        assert seconds == 60 * float(given), (chapter, ranges, seconds / 60)
    assert "takes 48.5 minutes" in PLANS and minutes("08-your-own-model") == 48.5
    assert "takes 51." in PLANS and minutes("09-what-trains") == 51


# "slides 20 to 22", "slide 2 of chapters 1, 2 and 4", "slide 3, *The network*": numbers, chapters, a title.
_COUNTED = r"\d+(?:(?:, | and | to )\d+)*"
_NAMED = re.compile(rf"[Ss]lides? ({_COUNTED})(?: of chapters? ({_COUNTED}))?(?:[^.()*\d]*\*([^*]+)\*)?")


def named(words: str, chapter: str = "") -> list[tuple[str, list[int], str]]:
    """The slides that a text names: the lecture, their numbers, and the title of the first, if it is told.

    chapter: the lecture that is meant where the text says none; else it is the one that was named last.
    """
    found = []
    for each in _NAMED.finditer(" ".join(words.split())):
        said = re.findall(r"chapter (\d)", each.string[: each.start()])
        for number in re.findall(r"\d", each[2] or chapter or said[-1]):
            (name,) = (title for title in TITLES if title.startswith(f"0{number}"))
            ends = [tuple(map(int, part.split(" to "))) for part in re.split(", | and ", each[1])]
            found.append((name, [n for end in ends for n in range(end[0], end[-1] + 1)], each[3] or ""))
    return found


def all_notes() -> list[tuple[str, int, str]]:
    """The lecture, the number of the slide, and its notes."""
    return [(name, k, show(slide[0])["notes"]) for name in TITLES for k, slide in enumerate(deck(name), 1)]


def test_a_slide_that_is_named_is_the_one_that_is_meant():
    plans, notes = named(PLANS), [each for name, _, said in all_notes() for each in named(said, name[1])]
    assert len(plans) == 13 and len(notes) == 1, "those that the two were seen to name"
    for name, numbers, title in plans + notes:
        assert min(numbers) >= 1 and max(numbers) <= len(deck(name)), (name, numbers)
        if title:
            first = deck(name)[numbers[0] - 1][0].source
            assert first.startswith(f"## {title}\n"), (name, numbers, title)
    warm_ups = [(name, n) for name, numbers, _ in plans[-7:] for n in numbers]
    for name, number in warm_ups:
        assert number - 1 in [asks for asks, *_ in asked(name)], (name, number)
    (written,) = re.findall(r"write ([\d,]+) beside it at slide 11 of chapter 5", " ".join(PLANS.split()))
    assert any(written in cell.source for cell in deck("05-encoder")[10])


def test_so_many_slides_back_there_is_what_the_notes_say():
    seen = []
    for name, number, said in all_notes():
        for what, back in re.findall(r"(\w+) (two|three|four) slides back", said):
            slide = deck(name)[number - 1 - ["two", "three", "four"].index(back) - 2]
            seen.append((name, what))
            assert what == "panel" and slide[0].source.startswith("explore("), (name, number)
        if found := re.search(r"on the slide before, ([\d,]+\d)", said):
            seen.append((name, found[1]))
            assert any(found[1] in cell.source for cell in deck(name)[number - 2]), (name, number)
    assert seen == [("06-decoder", "panel"), ("07-whole-models", "174,604,259,328")]


def test_the_plans_add_up():
    def table(heading: str) -> list[list[str]]:
        lines = PLANS.partition(heading)[2].partition("|---")[2].partition("\n\n")[0].splitlines()
        return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]

    lecture = table("## One lecture of 75 minutes")
    total = 0.0
    for *_, given, until in lecture:
        total += float(given)
        assert total == float(until)
    assert total == 75
    slides_of_it = [cell for _, chapter, ranges, *_ in lecture if chapter for cell in chosen(chapter, ranges)]
    assert sum("hands" in show(slide[0]) for slide in slides_of_it) == 8 and "Eight votes" in PLANS

    session = 0.0
    for *_, given, together in table("## A course of six sessions"):
        session += float(given)
        if together:
            assert session == float(together)
            session = 0.0
    for terms, total_given in re.findall(r"((?:[\d.]+ \+ )+[\d.]+) = ([\d.]+)", PLANS):
        assert sum(map(float, terms.split(" + "))) == float(total_given)
