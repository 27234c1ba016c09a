"""`practice`: what comes next, what comes back, and what is said at the end."""

from dataclasses import replace
from itertools import pairwise

import pytest

import paramcount as pc
from paramcount import models
from paramcount.ask import bank, kept
from paramcount.ask.deck import AFTER_A_HIT, AFTER_A_MISS, LARGE, Deck, chapters_so_far
from paramcount.ask.judge import estimate
from paramcount.ask.question import of_layer
from paramcount.ask.session import in_words
from paramcount.ask.widgets import Quiz
from test_progress import read

CHAPTERS = ["01-feed-forward", "02-recurrent", "03-convolution"]


@pytest.fixture(autouse=True)
def answers(tmp_path, monkeypatch):
    """A file of answers that nobody else has."""
    monkeypatch.setenv("PARAMCOUNT_ANSWERS", str(tmp_path / "answers.json"))


def answer(deck: Deck, right: bool) -> str:
    """Answer the next question at the first try, right or not; returns its id."""
    question = deck.next()
    changes = {"tries": 1, "solved": right, "first": right, "slips": () if right else ("no_biases",)}
    kept.keep(question, replace(kept.of(question), answer="1", **changes))
    deck.note(question)
    return question.id


def chapter(id: str) -> str:
    return next(name for name in bank.CHAPTERS if id in {each.id for each in bank.questions(name)})


def test_chapters_take_turns():
    deck = Deck(CHAPTERS)
    asked = [chapter(answer(deck, right=True)) for _ in range(9)]
    assert all(one != next_ for one, next_ in pairwise(asked))
    assert set(asked) == set(CHAPTERS)


def test_what_was_missed_comes_back_after_three_others_in_other_sizes():
    deck = Deck(CHAPTERS)
    first = deck.next()
    missed = answer(deck, right=False)
    asked = [answer(deck, right=True) for _ in range(AFTER_A_MISS)]
    assert missed not in asked
    again = next(question for question in (deck.next() for _ in range(1)) if question.id == missed)
    assert again.key != first.key


def test_twice_right_at_the_first_try_is_mastered_and_comes_no_more():
    deck = Deck(["00-start-here"])
    ids = [each.id for each in bank.questions("00-start-here")]
    for _ in range(2 * len(ids)):
        answer(deck, right=True)
    assert deck.next() is None and all(map(kept.mastered, ids))
    assert deck.first == deck.answered == 2 * len(ids)
    assert Deck(["00-start-here"]).next() is None  # nor tomorrow


def test_a_hit_comes_back_later_than_a_miss():
    assert AFTER_A_MISS < AFTER_A_HIT


def test_what_was_missed_yesterday_comes_first():
    question = bank.questions("02-recurrent")[4]
    kept.keep(question, replace(kept.of(question), answer="1", tries=1))
    assert Deck(CHAPTERS).next().id == question.id


def test_what_was_not_read_yet_comes_last():
    seen = bank.questions("02-recurrent")[6:10]
    for question in seen:
        kept.keep(question, replace(kept.of(question), answer="1", tries=1, solved=True, first=True))
    deck = Deck(["02-recurrent"])
    assert {answer(deck, right=True) for _ in seen} == {each.id for each in seen}


def test_sizes_are_never_asked_again():
    deck, keys = Deck(["00-start-here"]), []
    for right in [True, False] * 6:  # so none is ever mastered
        question = deck.next()
        keys.append(question.key)
        answer(deck, right)
    assert len({*keys}) == len(keys)


def test_of_what_cannot_be_varied_only_the_unsolved_comes_back(monkeypatch):
    alone = replace(bank.find("two-neurons"), others={})
    monkeypatch.setattr(bank, "questions", lambda _: [alone])
    monkeypatch.setattr(bank, "find", lambda _: alone)
    kept.keep(alone, replace(kept.of(alone), answer="1", tries=1))
    assert Deck(["00-start-here"]).next() is alone
    kept.keep(alone, replace(kept.of(alone), answer="14", tries=2, solved=True))
    assert Deck(["00-start-here"]).next() is None


def test_large_networks_come_in_their_own_sizes_first_and_never_two_in_a_row():
    chapter = "06-decoder"
    for question in bank.questions(chapter):
        kept.keep(question, replace(kept.of(question), answer="1", tries=1, solved=True, first=True))
    deck, asked = Deck([chapter]), []
    for _ in range(8):
        question = deck.next()
        asked.append(question)
        large = question.count >= LARGE
        if not large:
            kept.keep(question, replace(kept.of(question), answer="1", tries=1, solved=True, first=True))
        deck.note(question, estimated=True if large else None)
    large = [question for question in asked if question.count >= LARGE]
    assert large and all(question.sizes == bank.find(question.id).sizes for question in large)
    assert len({question.id for question in large}) == len(large)
    assert not any(one.count >= LARGE <= next_.count for one, next_ in pairwise(asked))


def test_the_chapters_are_those_in_which_something_was_answered():
    assert chapters_so_far() == ["00-start-here", "01-feed-forward"]
    question = bank.questions("03-convolution")[0]
    kept.keep(question, replace(kept.of(question), answer="1", tries=1))
    assert chapters_so_far() == ["03-convolution"]


# -- on the screen ------------------------------------------------------------------------------


def press(box, label: str) -> None:
    (button,) = [each for each in box.below.children if each.description == label]
    button.click()


def test_a_session_from_the_first_question_to_the_slips():
    session = pc.practice("01-feed-forward", questions=2)
    right = session.quiz.question.count
    session.quiz.form.press("submit", f"{int(right)}")
    press(session.quiz, "Next")
    question = session.quiz.question
    wrong = pc.ask.slips.wrongs(question.asked)
    made = next(each for each in wrong if len(list(reasons(question, each.count))) == 1)
    session.quiz.form.press("submit", f"{int(made.count)}")
    session.quiz.form.press("show", "")
    press(session.quiz, "Next")
    assert session.quiz is None
    said = read(session.children[0].children[0].value)
    assert "1 of 2 right at the first try" in said
    assert in_words(made.slip, question) in said and made.why.partition(".")[0] in said
    assert "What you missed comes first the next time." in said
    session.again.click()
    assert session.quiz and session.quiz.question.id == question.id  # it was missed
    assert session.quiz.form.takes_focus


def test_only_what_follows_a_button_is_scrolled_to():
    session = pc.practice("01-feed-forward")
    assert not session.quiz.form.takes_focus
    session.quiz.form.press("show", "")
    press(session.quiz, "Next")
    assert session.quiz.form.takes_focus


def test_with_everything_mastered_there_is_nothing_to_ask(monkeypatch):
    monkeypatch.setattr(kept, "mastered", lambda id: True)
    session = pc.practice("00-start-here")
    assert session.quiz is None and "All questions of these chapters are mastered" in read(
        session.children[0].children[0].value
    )


def test_a_slip_is_told_in_words_without_where_it_was():
    question = bank.find("stacked-lstms")
    assert in_words("no_biases", question).startswith("Those are the weights alone")
    assert in_words("turned_round", question) == "Turned round."


def reasons(question, count):
    return {each.why for each in pc.ask.slips.wrongs(question.asked) if each.count == count}


def test_there_is_no_next_before_an_answer():
    session = pc.practice("01-feed-forward")
    assert [each.description for each in session.quiz.below.children] == []
    session.quiz.form.press("submit", "1")
    assert "Next" not in [each.description for each in session.quiz.below.children]


@pytest.mark.parametrize(("chapters", "error"), [(("01-feedforward",), "no chapter '01-feedforward'")])
def test_a_chapter_that_is_not_there(chapters, error):
    with pytest.raises(ValueError, match=error):
        pc.practice(*chapters)
    with pytest.raises(ValueError, match="questions=0"):
        pc.practice(questions=0)


# -- estimates ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kind", "words"),
    [
        ("124M", "right", "near enough"),  # of 124,439,808
        ("137M", "wrong", "more than there are, by more"),  # a tenth more is 136,883,788
        ("112M", "right", "near enough"),  # a tenth less is 111,995,828
        ("1.2B", "wrong", "many times more"),
        ("dozens", "unreadable", ""),
        ("", "empty", ""),
    ],
)
def test_an_estimate_is_right_within_a_tenth(typed, kind, words):
    said = estimate(typed, 124_439_808)
    assert said.kind == kind and words in f"{said.headline} {' '.join(said.lines)}"


def test_large_networks_are_estimated_first():
    question = of_layer(models.gpt2_small())
    quiz = Quiz(question, "1 of 10", then=lambda: None, about=True)
    quiz.form.press("submit", "1")
    assert quiz.first is False and not quiz.below.children and not kept.of(question).tries
    quiz.form.press("submit", f"{int(question.count) // 10**6}M")
    assert quiz.first is False and [each.description for each in quiz.below.children] == ["Next"]
    quiz.form.press("submit", f"{int(question.count)}")
    assert kept.of(question).solved


@pytest.mark.parametrize(("pressed", "text", "first"), [("show", "", False), ("submit", "124439808", True)])
def test_an_estimate_that_was_shown_is_missed_and_an_exact_one_is_right(pressed, text, first):
    question = of_layer(models.gpt2_small())
    kept.keep(question, replace(kept.of(question), answer="124439808", tries=2, solved=True))
    quiz = Quiz(question, "1 of 10", then=lambda: None, about=True)
    assert quiz.form.value == "" and not quiz.below.children  # what was answered before is not told
    quiz.form.press(pressed, text)
    assert quiz.first is first and [each.description for each in quiz.below.children] == ["Next"]
    quiz.form.press("submit", "7")
    assert quiz.first is first
