"""The questions of the chapters: told apart, answered right, and in other sizes too."""

import re
from functools import cache

import pytest

from paramcount.ask import bank
from paramcount.ask.hints import hints
from paramcount.ask.question import Question
from paramcount.ask.slips import unsifted

ALL = [each for chapter in bank.CHAPTERS for each in bank.questions(chapter)]
VARIED = [each for each in ALL if each.others]

# Chapters' questions at whose sizes two slips lead to one number: there a reader is asked which it was.
TWO_WAYS = {
    "first-network": 4,  # 3-5-2
    "bytes-of-a-token": 1,  # of 2 bytes: keys alone come to as many as the numbers that are kept
    "first-gru": 3,  # i = 3, h = 2, beside the RNN and the LSTM
    "first-lstm": 3,
}


@pytest.mark.parametrize("question", ALL, ids=lambda each: each.id)
class TestEach:
    def test_has_a_name_for_a_key(self, question):
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", question.id)

    def test_says_its_sizes_and_not_its_answer(self, question):
        assert f"{question.count:,}" not in question.words()
        assert not any(f"{question.count:,}" in hint for hint in question.hints)
        assert "{" not in question.words()

    def test_has_an_answer(self, question):
        count = int(question.count)
        written = question.count.numbers
        for answer in (
            *(f"{count}", f"{count:,}", f"{count:,}".replace(",", " "), f"= {count:_}", f"{count}.0"),
            *(f" {count:,} parameters", f"{count:,} trainable params.", f"2 × {count} / 2", f"{count}e0"),
            *(
                (written, written.replace(" × ", "x"), written.replace("×", "*"))
                if len(written) < 200
                else ()
            ),
        ):
            assert question.judged(answer).kind == "right", answer

    def test_has_hints_to_go_by(self, question):
        assert hints(question)


def test_ids_are_told_apart():
    assert len({each.id for each in ALL}) == len(ALL)


@cache
def others(question: Question) -> list[Question]:
    return [question.another(number) for number in (1, 2, 3, 4)]


@cache
def made(question: Question) -> list[tuple[str, int]]:
    """Every slip with what it leads to, those of the question alone among them."""
    known = [*(each.wrong(question.sizes) for each in question.own), *unsifted(question.asked)]
    return [(f"{each.slip}: {each.why[:40]}", int(each.count)) for each in known]


def passing(question: Question) -> set[str]:
    """The slips that give the right count."""
    return {name for name, count in made(question) if count == question.count}


def told_apart(question: Question) -> int:
    """How many slips are alike in what they lead to."""
    counts = [count for _, count in made(question)]
    return len(counts) - len({*counts})


@pytest.mark.parametrize("question", VARIED, ids=lambda each: each.id)
class TestAnother:
    def test_is_another(self, question):
        keys = {each.key for each in others(question)}
        assert question.key not in keys and len(keys) > 1
        assert {each.id for each in others(question)} == {question.id}
        assert question.another(1).key == others(question)[0].key

    def test_is_small_enough_for_a_pencil(self, question):
        assert all(0 <= each.count < 100_000 for each in others(question))

    def test_no_slip_passes_as_right(self, question):
        """At these sizes and at those of the chapter; one that never makes a difference is none."""
        never = set.intersection(*map(passing, others(question)))
        assert [passing(each) - never for each in (question, *others(question))] == [set()] * 5

    def test_slips_can_be_told_apart(self, question):
        """Nearly as well as at any sizes; a reader is asked about the few that are left."""
        fewest = min(map(told_apart, others(question)))
        for each in (question, *others(question)):
            avoidable = told_apart(each) - fewest
            allowed = TWO_WAYS.get(each.id, 0) if each is question else 0
            assert avoidable <= max(allowed, len(made(each)) // 12)
