"""`predict` and `check`: what is said of an answer, and the known mistakes. Every count here is by hand."""

import re

import ipywidgets
import pytest
from hypothesis import given
from hypothesis import strategies as st

import paramcount as pc
from laws import EXAMPLES
from paramcount import layer
from paramcount.ask import bank, kept
from paramcount.ask.question import Question
from paramcount.ask.slips import wrongs
from paramcount.ask.widgets import Quiz

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(autouse=True)
def no_error_is_swallowed(monkeypatch):
    """ipywidgets hands an error in a callback to the shell, which shows it and goes on; here it is raised."""

    class Shell:
        def showtraceback(self):
            raise  # the error that is being handled

    monkeypatch.setattr(ipywidgets.widgets.widget, "get_ipython", Shell)


@pytest.fixture(autouse=True)
def answers(tmp_path, monkeypatch):
    """A file of answers that nobody else has, and that no question of another test follows."""
    monkeypatch.setenv("PARAMCOUNT_ANSWERS", str(tmp_path / "answers.json"))
    monkeypatch.setattr(kept, "_listeners", [])


class Asked:
    """A question, answered by the messages that a browser sends, and read as a reader reads it."""

    def __init__(self, *question):
        self.quiz = pc.predict(*question)

    def enter(self, typed: str) -> str:
        self.quiz.form.press("submit", typed)
        return self.said

    def press(self, label: str, typed: str = "") -> str:
        """Press the button that has this label."""
        for button in self.quiz.form.buttons:
            if button["label"] == label:
                self.quiz.form.press(button["name"], typed)
                return self.said
        (button,) = [each for each in self.offered if each.description == label]
        button.click()
        return self.said

    @property
    def offered(self) -> list[ipywidgets.Button]:
        return [*self.quiz.choices.children, *self.quiz.below.children]

    @property
    def labels(self) -> list[str]:
        return [button.description for button in self.offered]

    @property
    def html(self) -> list[str]:
        return [w.value for w in self.quiz.children if isinstance(w, ipywidgets.HTML)]

    @property
    def said(self) -> str:
        return self.html[-1]

    @property
    def picture(self) -> str:
        return self.html[3]

    @property
    def tries(self) -> str:
        return " ".join(re.sub("<[^>]*>", " ", self.html[1]).split())


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
    assert pc.check(1, 7_850).distance == "You are 7,849 short."
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
def test_how_far_off_an_answer_is_is_not_said_before_it_is_asked(mine, distance):
    said = pc.check(mine, pc.ffnn(3, 5, 2))
    assert said.kind == "wrong" and said.distance == distance and distance not in repr(said)
    assert "not yet" in said.headline and "is right" not in repr(said)


def test_a_known_slip_is_named():
    said = pc.check(7_840, pc.dense(784, 10))
    assert said.headline == "7,840: not yet."
    assert said.lines[0].startswith("Those are the weights alone, without the biases.")
    assert said.missing == {("b",)} and said.slip == "no_biases"


def test_an_unknown_slip_is_not_guessed_at():
    said = pc.check(4_711, pc.ffnn(3, 5, 2))
    assert said.lines[0].startswith("That is not one of the slips I know.") and not said.slip


def test_of_two_slips_with_one_number_it_is_asked_which_it_was():
    # 3-5-2 with one bias a layer: 16 + 11. Without the 5 hidden biases: 32 − 5.
    said = pc.check(27, pc.ffnn(3, 5, 2))
    assert said.lines[0] == "Two different slips lead to this number. Which was yours?"
    assert said.lines[1].startswith("1. ") and "single bias for a whole layer" in said.lines[1]
    assert said.lines[2].startswith("2. ") and "biases of the hidden layer" in said.lines[2]
    assert not said.missing and not said.slip and len(said.choices) == 2


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
    said = pc.check("3*5 + i * 4", pc.ffnn(3, 5, 2))
    assert repr(said).splitlines()[1:3] == ["  3*5 + i * 4", "        ^"]
    assert "<code>3*5 + <u>i</u> * 4</code>" in said._repr_html_()
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
    assert "Another one like it" not in asked.labels  # its words name its sizes


def test_a_question_of_the_chapters():
    asked = Asked("two-neurons")
    assert asked.tries.startswith("Question 1 of ")
    with pytest.raises(ValueError, match="did you mean 'two-neurons'"):
        pc.predict("two-neuron")
    with pytest.raises(TypeError, match="its own words"):
        pc.predict("two-neurons", "How many?")


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


def test_enter_checks():
    asked = Asked(pc.ffnn(3, 5, 2))
    assert "not yet" in asked.enter("25") and "weights alone" in asked.said
    assert "is right" in asked.enter("32")


def test_what_is_judged_is_what_was_sent():
    asked = Asked(pc.ffnn(3, 5, 2))
    asked.quiz.form.value = "2"
    assert "25: not yet" in asked.enter("25") and asked.quiz.form.value == "25"


def test_only_answers_that_can_be_read_are_tries():
    asked = Asked(pc.ffnn(3, 5, 2))
    assert asked.tries == "Predict, then check"
    for typed, tries in [
        ("", 0),
        ("3 *", 0),
        ("9**9**9", 0),
        ("five", 0),
        ("25", 1),
        ("3 *", 1),
        ("33", 2),
        ("32", 3),
    ]:
        asked.enter(typed)
        assert asked.quiz.tries == tries, typed
    assert asked.tries == "Predict, then check 3 tries"
    asked.enter("33")
    assert asked.quiz.tries == 3  # it is solved


def test_an_unreadable_answer_is_marked():
    asked = Asked(pc.ffnn(3, 5, 2))
    assert "<code>3*<u>i</u></code>" in asked.enter("3*i")
    assert "Your turn first" in asked.enter(" ")


def test_first_the_slip_in_words_then_where_then_how_far():
    asked = Asked(pc.ffnn(3, 5, 2))
    hollow = asked.picture
    asked.enter("25")
    assert "weights alone" in asked.said and "pc-missing" not in asked.picture
    assert shapes(asked.picture) == shapes(hollow) and "How far off am I?" not in asked.labels
    asked.enter("25")
    assert asked.picture.count("pc-missing") >= 2  # the biases of both layers
    assert "left out" in asked.said and " 7 " not in asked.said
    asked.press("How far off am I?")
    assert "You are 7 short." in asked.labels
    asked.enter("32")
    assert "pc-missing" not in asked.picture and "How far off am I?" not in asked.labels


def shapes(picture: str) -> str:
    """A drawing without the ids that each has for itself."""
    return re.sub(r"pc\d+", "", picture)


def test_which_was_yours():
    asked = Asked(pc.ffnn(3, 5, 2))
    asked.enter("30")
    multiplied, neither = asked.labels[1:3]
    assert "multiplies all" in multiplied and neither == "Neither of these"
    asked.press(multiplied)
    assert "multiplies all" in asked.said and "output layer" not in asked.said
    assert kept.of(asked.quiz.question).slips == ("all_multiplied",)
    asked.enter("30")
    asked.press("Neither of these")
    assert "do not know" in asked.said and not asked.quiz.choices.children


def test_hints_come_one_by_one_and_do_not_end_in_the_answer():
    asked = Asked(pc.ffnn(3, 5, 2))
    first = asked.press("Hint")
    assert "Hint 1 of 3" in first and "hidden, output" in first and "i × h" not in first
    second = asked.press("Hint")
    assert "Hint 2 of 3" in second and "the weights first" in second and "i × h" not in second
    last = asked.press("Hint")
    assert "Hint 3 of 3" in last and "(i × h + h) + (h × o + o)" in last and "3 × 5" not in last
    assert asked.press("Hint") == last
    assert asked.quiz.tries == 0


def test_show_me_puts_ones_own_working_beside_the_right_one():
    asked = Asked(pc.ffnn(3, 5, 2))
    shown = asked.press("Show me", "3*5 + 5*2")
    assert "It is 32." in shown and ">yours<" in shown and ">counted<" in shown
    assert shown.count("pc-gap") == 2 and "3 × 5" in shown  # both biases are missing
    assert asked.quiz.tries == 0 and kept.of(asked.quiz.question).shown
    assert "is right" in asked.enter("32") and not kept.of(asked.quiz.question).first


def test_show_me_frames_what_is_wrong():
    shown = Asked(pc.ffnn(3, 5, 2)).press("Show me", "3*5 + 5 + 5*2 + 5")
    assert shown.count("pc-framed") == 1 and "pc-gap" not in shown


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_layer_can_be_asked_about(name):
    asked = Asked(EXAMPLES[name])
    assert "not yet" in asked.enter(f"{EXAMPLES[name].count + 10**9 + 7}")
    assert "is right" in asked.enter(EXAMPLES[name].count.numbers)
    assert "is right" in asked.enter(f"{EXAMPLES[name].count:,}")
    for _ in range(3):
        assert "Hint" in asked.press("Hint")
    assert "It is" in asked.press("Show me")


def test_a_number_without_a_layer_can_be_asked_for():
    quiz = Quiz(Question("hours", "How many hours has a day?", lambda: 24))
    quiz.form.press("submit", "12")
    assert "not yet" in quiz._feedback.value
    quiz.form.press("submit", "24")
    assert "is right" in quiz._feedback.value


# -- another one --------------------------------------------------------------------------------


def test_another_one_has_other_sizes_and_its_own_answer():
    asked = Asked(pc.ffnn(3, 5, 2))
    asked.enter("32")
    before = asked.html[2]
    asked.press("Another one like it")
    assert asked.html[2] != before and not asked.said and asked.quiz.form.value == ""
    i, (h,), o = (asked.quiz.question.sizes[name] for name in ("i", "h", "o"))
    assert (i, h, o) != (3, 5, 2)
    assert "is right" in asked.enter(f"{i}*{h} + {h} + {h}*{o} + {o}")
    assert "Twice in a row" in asked.said


def test_buttons_that_are_replaced_are_given_back():
    asked = Asked(pc.ffnn(3, 5, 2))
    asked.enter("25")
    before = len(_live())
    for _ in range(5):
        asked.enter("25")
        asked.press("Another one like it")
    assert len(_live()) <= before + 3


def _live() -> list:
    return list(ipywidgets.widgets.widget._instances.values())


# -- what is kept -------------------------------------------------------------------------------


def test_answers_are_there_when_the_cell_is_run_again():
    asked = Asked("two-neurons")
    asked.enter("1")
    again = Asked("two-neurons")
    assert again.quiz.form.value == "1" and "1: not yet" in again.said and again.quiz.tries == 1
    right = str(int(asked.quiz.question.count))
    again.enter(right)
    solved = Asked("two-neurons")
    assert "is right" in solved.said and solved.quiz.form.value == right
    assert kept.state(solved.quiz.question) == "solved"


def test_an_answer_written_as_code_is_kept_too():
    assert pc.check(1, "two-neurons").kind == "wrong"
    assert pc.check(..., "two-neurons").kind == "empty"
    assert kept.state(bank.find("two-neurons")) == "tried"


# -- slips ------------------------------------------------------------------------------------


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


def test_what_comes_of_the_steps_is_told_so():
    said = pc.check(7 * 12, pc.rnn(3, 2))  # an RNN over 7 steps
    assert said.lines[0].startswith("That grows with the number of steps.")
