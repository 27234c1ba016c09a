"""What decides a panel's sizes, without any widget."""

import subprocess
import sys
from html import escape

import pytest

import paramcount as pc
from paramcount import layer
from paramcount.show.sizes import Sizes, ladder, offered, range_of, step


def test_it_needs_no_widgets():
    code = (
        "import sys; sys.modules['ipywidgets'] = None; from paramcount.show.sizes import Sizes; print(Sizes)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def sizes(shown: Sizes) -> dict[str, int]:
    return {shown.name(key): value for key, value in shown.values().items()}


def test_each_of_several_sizes_is_moved_by_itself():
    panel = Sizes(pc.ffnn(50, 100, 1, 100, 50), {})
    assert sizes(panel) == {"i": 50, "h₁": 100, "h₂": 1, "h₃": 100, "o": 50, "bias": True}
    assert panel.move(("h", 1), 2) == ""
    assert panel.layer.count == 10_652  # 100 + 1 + 100 more than 10,451
    assert panel.layer.count.symbols.startswith("(i × h₁ + h₁) + (h₁ × h₂ + h₂)")


def test_what_is_refused_changes_nothing_and_is_not_remembered():
    panel = Sizes(pc.attention(512, heads=8), {})
    assert panel.move(("heads", None), 3).startswith("heads=3 must divide x=512")
    assert panel.move(("x", None), 0).startswith("x=0: a size is a whole number, 1 or more")
    assert sizes(panel) == {"x": 512, "heads": 8, "bias": True}
    panel.move(("x", None), 6)
    assert panel.layer.arguments()["heads"] == 6


@pytest.mark.parametrize(
    "error", [AssertionError, KeyError, MemoryError, RuntimeError, OSError, StopIteration, SystemExit]
)
def test_a_readers_layer_may_refuse_a_size_in_any_way(error):
    @layer
    def picky(x):
        if x % 8:
            raise error("multiples of 8")
        return {"W": (x, x)}

    panel = Sizes(picky(64), {})
    said = panel.move(("x", None), 70)
    assert "x=70: the layer refuses this size" in said and "multiples of 8" in said
    assert panel.layer.count == 64 * 64
    assert panel.offered(("x", None))[:3] == [8, 16, 24]
    assert panel.move(("x", None), 72) == "" and panel.layer.count == 72 * 72


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (AssertionError(), "x=7: the layer refuses this size (AssertionError)."),
        (KeyError("seven"), """x=7: the layer refuses this size (KeyError: "'seven'")."""),
        (ValueError("half a character: \ud800"), "half a character: ?"),
    ],
)
def test_a_refusal_is_said_in_words_that_can_be_sent(error, said):
    @layer
    def picky(x):
        if x == 7:
            raise error
        return {"W": (x, x)}

    panel = pc.explore(picky(6))
    panel.controls["x"].move(7)
    assert escape(said) in panel._problem.value and 'role="alert"' in panel._problem.value
    assert panel._problem.value.encode()
    assert panel.layer.count == 36


def test_what_must_divide_is_offered_as_it_divides():
    panel = Sizes(pc.conv(4, 3, 8, groups=4), {})
    assert panel.offered(("groups", None)) == [1, 2, 4]
    panel.move(("o", None), 6)
    assert (panel.layer.arguments()["groups"], panel.offered(("groups", None))) == (2, [1, 2])
    panel.move(("o", None), 8)
    assert panel.layer.arguments()["groups"] == 4


def test_a_size_must_be_a_multiple_of_what_shares_it_out():
    assert step("x", {"x": 512, "heads": 8}) == 8
    assert step("i", {"i": 4, "o": 8, "groups": 2}) == 2
    assert step("h", {"h": 4}) == 1 and step("x", {"x": 4, "heads": None}) == 1


def test_a_size_that_may_be_left_out_has_one_to_begin_with():
    panel = Sizes(pc.encoder(512, 6), {})
    assert panel.may_be_left_out(("ff", None)) and not panel.may_be_left_out(("x", None))
    assert panel.example(("ff", None)) == 2_048
    panel.move(("ff", None), 2_048)
    assert panel.layer.count == 18_914_304
    panel.move(("ff", None), None)
    assert panel.layer.count == 7_891_968


def test_ranges_are_the_readers_if_there_are_any():
    shown = pc.ffnn(3, 5, 2)
    assert Sizes(shown, {"h": [1, 5, 9]}).offered(("h", 0)) == [1, 5, 9]
    assert offered("h", {}, {}) == ladder(4_096)
    assert range_of(shown, "h", range(3, 0, -1)) == [1, 2, 3]
    with pytest.raises(TypeError, match="ffnn has no size k: it has i, h, o"):
        range_of(shown, "k", [1])
    with pytest.raises(TypeError, match="h=5: a range is needed, such as h=range"):
        range_of(shown, "h", 5)
    with pytest.raises(ValueError, match="h: a range must hold at least one size"):
        range_of(shown, "h", [])
