"""`predict` and `check`: what is said of an answer, and the known mistakes. Every count here is by hand."""

import re

import ipywidgets
import pytest
from hypothesis import given
from hypothesis import strategies as st

import paramcount as pc
from laws import EXAMPLES
from paramcount import layer
from paramcount.ask.slips import wrongs

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(autouse=True)
def no_error_is_swallowed(monkeypatch):
    """ipywidgets hands an error in a callback to the shell, which shows it and goes on; here it is raised."""

    class Shell:
        def showtraceback(self):
            raise  # the error that is being handled

    monkeypatch.setattr(ipywidgets.widgets.widget, "get_ipython", Shell)


class Asked:
    """A question, answered by the messages that a browser sends, and read as a reader reads it."""

    def __init__(self, *question):
        self.quiz = pc.predict(*question)
        self.check, self.hint, self.show = self.quiz.buttons

    def enter(self, typed: str) -> str:
        self.quiz.answer.set_state({"value": typed})
        self.quiz.answer._handle_custom_msg({"event": "submit"}, [])
        return self.said

    def press(self, button, typed: str | None = None) -> str:
        if typed is not None:
            self.quiz.answer.set_state({"value": typed})
        button.click()
        return self.said

    @property
    def html(self) -> list[str]:
        return [w.value for w in self.quiz.children if isinstance(w, ipywidgets.HTML)]

    @property
    def said(self) -> str:
        return self.html[-1]

    @property
    def tries(self) -> str:
        return re.sub("<[^>]*>", "", self.html[1])


# -- the verdict --------------------------------------------------------------------------------


@pytest.mark.parametrize("mine", [32, 32.0, "32", "(3*5 + 5) + (5*2 + 2)", "3×5+5+5×2+2", pc.Dim(32, "n")])
def test_right(mine):
    said = pc.check(mine, pc.ffnn(3, 5, 2))
    assert said.kind == "right"
    assert repr(said) == ("32 is right.\n(3 × 5 + 5) + (5 × 2 + 2) = (15 + 5) + (10 + 2) = 20 + 12 = 32")
    assert "✓" in said._repr_html_()


def test_a_layer_of_the_same_count_is_right():
    assert pc.check(pc.ffnn(784, 10), pc.dense(784, 10)).kind == "right"
    assert pc.check(pc.dense(784, 11), pc.dense(784, 10)).kind == "wrong"


def test_a_number_may_be_what_is_right():
    assert pc.check("7,850", 7_850).kind == "right"
    assert pc.check(1, 7_850).lines[-1] == "You are 7,849 short."
    difference = pc.dense(784, 10).count - pc.dense(784, 10, bias=False).count
    assert pc.check(10, difference).lines == ("784 × 10 + 10 − 784 × 10 = 10",)


@pytest.mark.parametrize(
    ("mine", "distance"),
    [
        (25, "You are 7 short."),
        (33, "You are 1 over."),
        (-32, "You are 64 short."),
        ("1,032", "You are 1,000 over."),
    ],
)
def test_a_wrong_answer_says_how_far_it_is_off(mine, distance):
    said = pc.check(mine, pc.ffnn(3, 5, 2))
    assert said.kind == "wrong" and said.lines[-1] == distance
    assert "not yet" in said.headline and "right" not in repr(said)


def test_a_known_mistake_is_named():
    said = pc.check(7_840, pc.dense(784, 10))
    assert said.headline == "7,840: not yet."
    assert said.lines[0] == "That is the weights alone. The biases are trained too: 10 more."
    assert said.lines[1] == "You are 10 short."
    assert said.missing == {("b",)}


def test_an_unknown_mistake_is_not_guessed_at():
    said = pc.check(4_711, pc.ffnn(3, 5, 2))
    assert said.lines[0].startswith("That is not one of the slips I know.")


def test_two_mistakes_with_one_number_are_both_named():
    # 3-5-2 with one bias a layer: 16 + 11. Without the 5 hidden biases: 32 − 5.
    said = pc.check(27, pc.ffnn(3, 5, 2))
    assert said.lines[0].startswith("2 different ways lead to this number")
    assert said.lines[1].startswith("1. ") and "single bias for a whole layer" in said.lines[1]
    assert said.lines[2].startswith("2. ") and "biases of the hidden layer: 5 of them" in said.lines[2]
    assert said.lines[3] == "You are 5 short."
    assert not said.missing


@pytest.mark.parametrize("mine", [..., "", "  "])
def test_what_is_not_answered_yet_is_no_error(mine):
    said = pc.check(mine, pc.ffnn(3, 5, 2))
    assert said.kind == "empty" and "32" not in repr(said)


@pytest.mark.parametrize(
    "mine",
    [
        None,
        True,
        32.5,
        float("inf"),
        float("nan"),
        [32],
        {"W": 25},
        b"32",
        32j,
        pc.ffnn,
        "thirty-two",
        "...",
        len,
    ],
)
def test_what_is_no_count_is_unreadable(mine):
    said = pc.check(mine, pc.ffnn(3, 5, 2))
    assert said.kind == "unreadable" and said.lines[0]
    assert repr(said) and said._repr_html_()


def test_an_unreadable_answer_is_shown_where_it_broke():
    said = pc.check("3*5 + i & 4", pc.ffnn(3, 5, 2))
    assert repr(said).splitlines()[1:3] == ["  3*5 + i & 4", "        ^"]
    assert "<code>3*5 + <u>i</u> &amp; 4</code>" in said._repr_html_()
    said = pc.check("3*5 + five", pc.ffnn(3, 5, 2))
    assert repr(said).splitlines()[1:3] == ["  3*5 + five", "        ^^^^"]
    assert "<code>3*5 + <u>five</u></code>" in said._repr_html_()


@pytest.mark.parametrize("power", [1_000, 5_000])
@pytest.mark.parametrize("sign", [1, -1])
def test_numbers_beyond_any_network_get_an_answer_too(power, sign):
    # Python writes no int of more than 4,300 digits.
    for mine in (sign * 10**power, "*".join(["9**999"] * (power // 900)), "9**9**9"):
        said = pc.check(mine, pc.ffnn(3, 5, 2))
        assert said.kind in ("wrong", "unreadable") and repr(said) and said._repr_html_()


@given(st.text() | st.integers() | st.floats() | st.none() | st.booleans())
def test_every_answer_gets_a_verdict(mine):
    said = pc.check(mine, pc.ffnn(3, 5, 2))
    assert said.kind in ("right", "wrong", "unreadable", "empty")
    assert repr(said) and said._repr_html_()


# -- the question -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "question"),
    [
        (
            pc.dense(784, 10),
            "Dense layer: input size i = 784, output size o = 10. How many parameters does it train?",
        ),
        (
            pc.dense(784, 10, bias=False),
            "Dense layer: input size i = 784, output size o = 10, no bias. How many",
        ),
        (
            pc.conv(4, 3, 8),
            "Convolution layer: input channels i = 4, filter size f = 3, filters o = 8. How many",
        ),
        (pc.attention(512, heads=8), "Multi-head attention: model size x = 512, heads = 8. How many"),
        (pc.embedding(37_000, 512), "Embedding: vocabulary size v = 37,000, model size x = 512. How many"),
        (pc.encoder(512, 6), "Transformer encoder: model size x = 512, encoder layers m = 6. How many"),
    ],
)
def test_the_usual_question_has_the_sizes_in_it(asked, question):
    plain = pc.predict(asked)._repr_mimebundle_()["text/plain"]
    assert plain.startswith(question)


def test_a_question_of_ones_own():
    asked = Asked(pc.dense(4, 1), "One neuron reads 4 numbers & no more?")
    assert "One neuron reads 4 numbers &amp; no more?" in asked.html[2]
    bundle = asked.quiz._repr_mimebundle_()
    assert bundle["text/plain"].startswith("One neuron reads 4 numbers & no more?")
    assert "One neuron reads 4 numbers &amp; no more?" in bundle["text/html"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_question_does_not_give_the_answer_away(name):
    asked = EXAMPLES[name]
    one, other = Asked(asked), Asked(asked.resized())
    kinds = ("text/html", "text/plain")
    bundle, again = one.quiz._repr_mimebundle_(), other.quiz._repr_mimebundle_()
    assert bundle.keys() == {WIDGET, *kinds}
    assert [bundle[kind] for kind in kinds] == [again[kind] for kind in kinds]
    assert "<svg" not in bundle["text/html"]
    shown = "".join([*one.html, *(bundle[kind] for kind in kinds)])
    shown = re.sub(r"<style>.*?</style>|<[^>]*>", " ", shown, flags=re.DOTALL)
    given_away = re.search(rf"(?<![\d,]){asked.count:,}(?![\d,])", shown)
    assert not given_away or asked.count in (0, asked.arguments().get("x"))  # RMS norm: as many as x


# -- answering ----------------------------------------------------------------------------------


def test_enter_checks_and_so_does_the_button():
    asked = Asked(pc.ffnn(3, 5, 2))
    assert "not yet" in asked.enter("25") and "weights alone" in asked.said
    assert "is right" in asked.press(asked.check, "32")
    assert "25: not yet" in asked.enter("25")


def test_typing_alone_is_no_try():
    asked = Asked(pc.ffnn(3, 5, 2))
    for typed in ("2", "25", "2"):
        asked.quiz.answer.set_state({"value": typed})
    assert asked.quiz.tries == 0 and not asked.said


def test_only_answers_that_can_be_read_and_differ_are_tries():
    asked = Asked(pc.ffnn(3, 5, 2))
    assert asked.tries == "Predict, then check"
    for typed, tries in [
        ("", 0),
        ("3 *", 0),
        ("9**9**9", 0),
        ("five", 0),
        ("25", 1),
        ("25", 1),
        ("3 *", 1),
        ("25", 1),
        ("33", 2),
        ("32", 3),
        ("32", 3),
    ]:
        asked.enter(typed)
        assert asked.quiz.tries == tries, typed
    assert asked.tries == "Predict, then check · 3 tries"


def test_one_try_is_not_called_tries():
    asked = Asked(pc.ffnn(3, 5, 2))
    asked.enter("32")
    assert asked.tries.endswith("· 1 try")


def test_an_unreadable_answer_is_marked():
    asked = Asked(pc.ffnn(3, 5, 2))
    assert "<code>3*<u>i</u> &amp; 4</code>" in asked.enter("3*i & 4")
    assert "Your turn first" in asked.enter(" ")


def test_hints_come_one_by_one_and_do_not_end_in_the_answer():
    asked = Asked(pc.ffnn(3, 5, 2))
    first = asked.press(asked.hint)
    assert "Hint 1 of 4" in first and "hidden, output" in first and "i × h" not in first
    second = asked.press(asked.hint)
    assert "Hint 2 of 4" in second and "the weights first" in second and "i × h" not in second
    third = asked.press(asked.hint)
    assert "Hint 3 of 4" in third and "(i × h + h) + (h × o + o)" in third and "3 × 5" not in third
    last = asked.press(asked.hint)
    assert "Hint 4 of 4" in last and "(3 × 5 + 5) + (5 × 2 + 2)" in last
    assert asked.press(asked.hint) == last
    assert not re.search(r"\b32\b", re.sub("<[^>]*>", " ", last))
    assert asked.quiz.tries == 0


def test_show_me_shows_the_working_and_the_ledger():
    asked = Asked(pc.ffnn(3, 5, 2))
    shown = asked.press(asked.show)
    assert "It is 32." in shown and "pc-work" in shown and "pc-ledger" in shown
    assert asked.quiz.tries == 0
    assert "is right" in asked.enter("32")


def test_what_was_left_out_is_drawn_as_missing():
    asked = Asked(pc.ffnn(3, 5, 2))
    assert asked.enter("25").count("pc-missing") == 2  # the two rows of biases
    assert "pc-missing" not in asked.enter("32")
    assert "<svg" not in asked.enter("27")  # two reasons: it is not known what was left out


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_layer_can_be_asked_about(name):
    asked = Asked(EXAMPLES[name])
    assert "not yet" in asked.enter(f"{EXAMPLES[name].count + 10**9}")
    assert "is right" in asked.enter(EXAMPLES[name].count.numbers)
    assert "is right" in asked.enter(f"{EXAMPLES[name].count:,}")
    for _ in range(4):
        assert "Hint" in asked.press(asked.hint)
    assert "It is" in asked.press(asked.show)


# -- known mistakes: what people count, worked out by hand --------------------------------------

DENSE_3_5 = {  # right is 3 × 5 + 5 = 20
    15: "the weights alone",
    5: "the biases alone",
    18: "one bias for each input",  # 15 + 3
    16: "a single bias for a whole layer",  # 15 + 1
    30: "a bias for each weight",  # 15 + 15
    23: "gives biases to the 3 inputs as well",  # 20 + 3
    13: "adds the two sizes",  # 3 + 5 + 5
    8: "adds the two sizes",  # 3 + 5
}
DENSE_784_10 = {  # right is 784 × 10 + 10 = 7,850
    7_840: "the weights alone",
    10: "the biases alone",
    8_624: "one bias for each input",  # 7,840 + 784
    7_841: "a single bias for a whole layer",
    15_680: "a bias for each weight",
    8_634: "gives biases to the 784 inputs as well",  # 7,850 + 784
    804: "adds the two sizes",  # 784 + 10 + 10
    794: "adds the two sizes",  # 784 + 10
}
FFNN_3_5_2 = {  # right is (3 × 5 + 5) + (5 × 2 + 2) = 32
    25: "the weights alone",  # 15 + 10
    7: "the biases alone",  # 5 + 2
    33: "one bias for each input",  # 15 + 3 + 10 + 5
    27: "a single bias for a whole layer|biases of the hidden layer: 5",  # 16 + 11; 32 − 5
    50: "a bias for each weight",  # 30 + 20
    35: "gives biases to the 3 inputs as well",
    12: "leaves out the hidden layer: 3 × 5 + 5 = 20",
    20: "leaves out the output layer: 5 × 2 + 2 = 12",
    30: "biases of the output layer: 2|multiplies all the sizes",  # 32 − 2; 3 × 5 × 2
    22: "adds the two sizes",  # 3 + 5 + 5 + 5 + 2 + 2
    15: "adds the two sizes|weights of the hidden layer alone",  # 3 + 5 + 5 + 2; 3 × 5
    10: "counts the neurons|weights of the output layer alone",  # 3 + 5 + 2; 5 × 2
    37: "multiplies all the sizes",  # 3 × 5 × 2 + 5 + 2
    38: "joins the inputs to the outputs as well",  # 32 + 3 × 2
}
FFNN_784_10 = {  # one layer: nothing to leave out, and what adds its sizes also counts its neurons
    7_840: "the weights alone",
    10: "the biases alone",
    8_624: "one bias for each input",
    7_841: "a single bias for a whole layer",
    15_680: "a bias for each weight",
    8_634: "gives biases to the 784 inputs as well",
    804: "adds the two sizes",
    794: "adds the two sizes|counts the neurons",
}
KNOWN = {
    "dense 3-5": (pc.dense(3, 5), DENSE_3_5),
    "dense 784-10": (pc.dense(784, 10), DENSE_784_10),
    "ffnn 3-5-2": (pc.ffnn(3, 5, 2), FFNN_3_5_2),
    "ffnn 784-10": (pc.ffnn(784, 10), FFNN_784_10),
}


@pytest.mark.parametrize("name", KNOWN)
def test_each_known_mistake_has_the_number_that_people_get(name):
    asked, counts = KNOWN[name]
    assert {wrong.count for wrong in wrongs(asked)} == set(counts)
    for count, reasons in counts.items():
        said = "\n".join(pc.check(count, asked).lines)
        assert all(reason in said for reason in reasons.split("|")), count
        assert said.startswith("2 different ways") == ("|" in reasons)


def test_no_mistake_needs_a_bias_that_is_not_there():
    counts = {wrong.count for wrong in wrongs(pc.ffnn(3, 5, 2, bias=False))}  # right is 25
    # a layer left out; sizes added; neurons; sizes multiplied, and with the sizes after; 25 + 3 × 2;
    # and 32, with the biases that are not there
    assert counts == {10, 15, 30, 37, 31, 32}


def test_a_mistake_that_is_right_at_these_sizes_is_dropped():
    # 1 × 1 + 1 = 2: a bias an input, a layer, a weight, and 1 + 1 all come to 2 as well.
    assert sorted(wrong.count for wrong in wrongs(pc.dense(1, 1))) == [1, 1, 3, 3]
    assert pc.check(2, pc.dense(1, 1)).kind == "right"
    # 2 × 2 = 2 + 2
    assert 4 not in {wrong.count for wrong in wrongs(pc.dense(2, 2, bias=False))}


@given(st.lists(st.integers(1, 50), min_size=2, max_size=6), st.booleans())
def test_no_known_mistake_is_right(sizes, bias):
    for asked in (pc.ffnn(*sizes, bias=bias), pc.dense(*sizes[:2], bias=bias)):
        for wrong in wrongs(asked):
            assert wrong.count != asked.count
            assert wrong.missing <= {leaf.path for leaf in asked.tensors()}
            assert pc.check(wrong.count, asked).kind == "wrong"


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_a_mistake_leaves_out_is_what_the_count_lacks(name):
    for wrong in wrongs(EXAMPLES[name]):
        if wrong.missing:
            gone = [leaf for leaf in EXAMPLES[name].tensors() if leaf.path in wrong.missing]
            assert wrong.count == EXAMPLES[name].count - sum(leaf.times * leaf.tensor.count for leaf in gone)


def test_a_layer_of_the_readers_is_not_taken_for_the_textbooks():
    @layer
    def dense(i, o):
        return {"W": (i, o, 2)}

    assert not list(wrongs(dense(3, 5)))
    assert pc.check(15, dense(3, 5)).lines[0].startswith("That is not one of the slips I know")


def test_a_difference_the_other_way_round_is_told_so():
    said = pc.check(-113_920, pc.ffnn(784, 256, 10).count - pc.ffnn(784, 100, 100, 10).count)
    assert said.kind == "wrong" and "the other way round" in said.lines[0]


def test_a_number_with_commas_in_code_is_explained():
    assert "101770 or 101_770" in pc.check((101, 770), pc.ffnn(784, 128, 10)).lines[0]


def test_a_multiple_of_the_count_is_told_so():
    said = pc.check(7 * 12, pc.rnn(3, 2))  # an RNN over 7 steps
    assert said.lines[0].startswith("That is exactly 7 times the count.")
