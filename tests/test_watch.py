"""Pictures that move: which steps they have, what stands still in them, and how they are steered."""

import xml.etree.ElementTree as ET

import nbformat
import pytest

import lab
import paramcount as pc
from paramcount.show.moving import moves, worked
from paramcount.show.pictures import render
from refresh_notebooks import METADATA

LAYERS = {
    "conv": pc.conv(3, 3, 1),
    "conv of a sequence": pc.conv(3, (3,), 4, bias=False),
    "conv of many channels": pc.conv(512, 1, 8),
    "rnn": pc.rnn(3, 2),
    "gru": pc.gru(300, 128),
    "lstm": pc.lstm(3, 2),
    "heads": pc.attention(512),
    "worked": pc.attention(2, bias=False),
}
each_layer = pytest.mark.parametrize("shown", LAYERS.values(), ids=LAYERS)


def groups(body: str, style: str) -> list[ET.Element]:
    return [g for g in ET.fromstring(f"<g>{body}</g>").iter("g") if g.get("class") == style]


def both(shown) -> list[str]:
    """The drawing for a wide panel, and that for a narrow one."""
    picture = moves(shown).picture
    return [body.replace("\0", "") for body in (picture.body, picture.slim[0])]


@each_layer
def test_each_step_has_marks_and_a_sentence(shown):
    moving = moves(shown)
    for body in both(shown):
        steps = {int(g.get("data-at")) for style in ("pc-step", "pc-since") for g in groups(body, style)}
        assert steps == {*range(1, len(moving.said) + 1)}
    assert len({*moving.said}) == len(moving.said)


@each_layer
def test_the_drawing_is_well_formed_and_says_the_count(shown):
    picture = moves(shown).picture
    ET.fromstring(render(picture, "u", standalone=True))
    widget = pc.watch(shown)
    assert f"{shown.count:,} parameter" in widget.static()["text/plain"]
    assert "<img alt=" in widget.static()["text/html"]


def test_a_window_of_three_over_six_has_sixteen_places():
    (wide, _) = both(pc.conv(3, 3, 1))
    windows = [g.find("g/rect") for g in groups(wide, "pc-step")]
    places = {(round(float(w.get("x"))), round(float(w.get("y")))) for w in windows}
    # The image is 6 × 6 places of 25 units, from 8 and 24; a window of 3 fits at 0, 1, 2 and 3.
    assert places == {(8 + 25 * a, 24 + 25 * b) for a in range(4) for b in range(4)}
    assert len(groups(wide, "pc-since")) == 16  # of the map
    assert len(moves(pc.conv(3, (3,), 4)).said) == 4  # a strip has one direction


def test_the_weights_of_the_filter_belong_to_no_step():
    (wide, _) = both(pc.conv(3, 3, 1))
    whole = ET.fromstring(f"<g>{wide}</g>")
    cells = [path for path in whole.iter("path") if path.get("class") == "pc-cell"]
    assert sum(path.get("d").count("M") for path in cells) == 27
    for style in ("pc-step", "pc-since", "pc-still"):
        assert not [p for g in groups(wide, style) for p in g.iter("path") if p.get("class") == "pc-cell"]


def test_a_block_is_at_every_step_of_3_of_7_and_of_70():
    (wide, _) = both(pc.rnn(3, 2))
    until = [(int(g.get("data-at")), int(g.get("data-until"))) for g in groups(wide, "pc-step")]
    assert len(until) == 3 + 7 + 70
    assert until.count((3, 70)) == until.count((7, 70)) == 1  # a sequence that is read stays at its end
    for step in (1, 2, 3, 5, 8, 70):
        assert sum(start <= step <= end for start, end in until) == 3  # one block in each row


def test_heads_are_cut_out_of_one_square():
    (wide, _) = both(pc.attention(512))
    for heads, group in zip((1, 2, 4, 8, 16), groups(wide, "pc-step"), strict=True):
        slices = [float(rect.get("width")) for rect in group.iter("rect")]
        assert len(slices) == heads and sum(slices) == pytest.approx(200)
    words = "".join(ET.fromstring(f"<g>{wide}</g>").itertext())
    assert "8 × (512 × 64) = 262,144" in words and "16 × (512 × 32) = 262,144" in words


def test_the_worked_numbers_are_those_by_hand():
    tables = worked.worked()
    # the = (1, 0), cat = (0, 1), sat = (1, 1); a column of W each.
    assert tables["queries"] == [[1, 1], [0, 1], [1, 2]]
    assert tables["keys"] == [[1, 0], [1, 1], [2, 1]]
    assert tables["values"] == [[2, 0], [0, 1], [2, 1]]
    assert tables["products"] == [[1, 2, 3], [0, 1, 1], [1, 3, 4]]  # cat with cat: 0 × 1 + 1 × 1
    # e to the 0 and twice e to the 0.7071 = 2.0281: 1 ÷ 5.0562 = 0.1978, 2.0281 ÷ 5.0562 = 0.4011
    assert tables["shares"][1] == pytest.approx([0.1978, 0.4011, 0.4011], abs=1e-4)
    assert tables["sum"][1] == pytest.approx([0.1978 * 2 + 0.4011 * 2, 0.4011 * 2], abs=1e-3)
    assert all(sum(row) == pytest.approx(1) for row in tables["shares"])


def test_the_row_that_is_followed_is_right_with_two_decimals_too():
    tables = worked.worked()
    shown = [[round(number, 2) for number in row] for row in tables["shares"]]
    again = worked.times(shown, tables["values"])[1]
    assert [round(number, 2) for number in again] == [round(number, 2) for number in tables["sum"][1]]


def test_what_cannot_be_watched_is_refused_in_words():
    with pytest.raises(TypeError, match="dense has no picture that moves"):
        pc.watch(pc.dense(3, 5))
    with pytest.raises(ValueError, match="1 or 2 sides of at most 8"):
        pc.watch(pc.conv(3, (3, 3, 3), 1))
    with pytest.raises(ValueError, match="x=7 cannot be cut in two"):
        pc.watch(pc.attention(7))


# -- in the browser -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Opens a notebook with one picture that moves, with motion as it is wanted."""
    folder = tmp_path_factory.mktemp("watch")
    (folder / "notebooks").mkdir()
    cell = nbformat.v4.new_code_cell("from paramcount import conv, watch\n\nwatch(conv(3, 3, 1))")
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata=METADATA)
    nbformat.write(notebook, folder / "notebooks" / "watch.ipynb")
    with lab.server(folder / "notebooks", folder) as address, lab.browser() as browser:

        def opened(motion: str, width=1280):
            page = browser.new_page(viewport={"width": width, "height": 900}, reduced_motion=motion)
            lab.run_all(page, address, "watch.ipynb")
            page.wait_for_selector(".pc-steer")
            return page

        yield opened


def seen(page) -> list[tuple[int, int]]:
    """Where the window is seen, and how many places of the map are."""
    script = """all => all.filter(each => getComputedStyle(each).display !== "none" && each.checkVisibility())
        .map(each => Number(each.dataset.at))"""
    return page.locator(".pc-step").evaluate_all(script)


@pytest.mark.skipif(lab.chromium() is None, reason="Chromium is not installed")
def test_it_is_steered_by_key_by_touch_and_played(pages):
    page = pages("no-preference")
    slider = page.locator(".pc-steer input")
    total = page.locator(".pc-total b")
    assert seen(page) == [] and page.locator(".pc-still").first.is_visible()
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert seen(page) == [2] and slider.get_attribute("aria-valuetext").startswith("Place 2 of 16")
    assert not page.locator(".pc-still").first.is_visible()
    on = page.get_by_role("button", name="next place")
    assert on.inner_text() == "→"
    on.click()
    assert seen(page) == [3]
    page.get_by_role("button", name="place before").click()
    assert seen(page) == [2] and page.locator(".pc-said").inner_text().startswith("Place 2 of 16")
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(2_000)
    page.get_by_role("button", name="Pause").click()
    (place,) = seen(page)
    assert place > 3 and total.inner_text() == "28"
    page.wait_for_timeout(1_500)
    assert seen(page) == [place]  # paused
    page.emulate_media(media="print")
    assert seen(page) == [] and page.locator(".pc-still").first.is_visible()
    page.close()


@pytest.mark.skipif(lab.chromium() is None, reason="Chromium is not installed")
def test_nothing_plays_where_less_motion_is_wanted_and_steps_are_taken_by_hand(pages):
    page = pages("reduce", 700)
    assert not page.locator(".pc-play").is_visible()
    assert page.locator(".pc-still").last.is_visible()
    page.wait_for_timeout(1_000)
    assert seen(page) == []
    sizes = page.locator(".pc-steer button:visible").evaluate_all("all => all.map(b => b.offsetHeight)")
    assert len(sizes) == 2 and min(sizes) >= 44
    page.get_by_role("button", name="next place").click()
    assert seen(page) == [1]
    page.close()
