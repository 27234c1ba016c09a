"""The questions of the chapters: told apart, answered right, and in other sizes too."""

import base64
import itertools
import re
from functools import cache
from pathlib import Path

import nbformat
import pytest

from paramcount.ask import bank
from paramcount.ask.hints import hints
from paramcount.ask.question import Question
from paramcount.ask.slips import unsifted

ALL = [each for chapter in bank.CHAPTERS for each in bank.questions(chapter)]
VARIED = [each for each in ALL if each.others]

# Chapters' questions at whose sizes two slips lead to one number: there a reader is asked which it was.
TWO_WAYS = {
    "first-network": 5,  # 3-5-2
    "bytes-of-a-token": 1,  # of 2 bytes: keys alone come to as many as the numbers that are kept
    "first-gru": 4,  # i = 3, h = 2, beside the RNN and the LSTM
    "first-lstm": 4,
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


# -- nothing tells an answer -----------------------------------------------------------------------

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
# Smaller numbers are met by chance. These are too: as a product of a layer with biases, as a key of another
# attention, as 64 × 64; and GPT-2's figures are explained at the end of the section that counts it.
BY_CHANCE = {"without-biases", "only-matrices", "biases-alone"}
SPOKEN_OF = {"smallest-gpt", "whole-transformer", "biases-alone"}
SEARCHED = [(name, each.id) for name in bank.CHAPTERS for each in bank.questions(name) if each.count >= 1_000]


@cache
def cells(name: str) -> list:
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4).cells


@pytest.mark.parametrize("name", bank.CHAPTERS)
def test_a_chapter_asks_its_questions_in_order(name):
    code = "\n".join(cell.source for cell in cells(name) if cell.cell_type == "code")
    known = {each.id for each in ALL}
    asked = dict.fromkeys(id for id in re.findall(r'"([a-z0-9-]+)"\)', code) if id in known)
    assert [*asked] == [each.id for each in bank.questions(name)]


def told(cell, folded=True) -> str:
    """What can be read in a cell and below it, in pictures too, with what is folded or without."""
    source = cell.source if folded else re.sub("<details>.*?</details>", "", cell.source, flags=re.DOTALL)
    printed = [source]
    for output in cell.get("outputs", []):
        printed += [output.get("text", ""), *output.get("data", {}).values()]
    text = "\n".join(printed)
    pictures = re.findall('data:image/svg.xml;base64,([^"]+)', text)
    return "\n".join([text, *(base64.b64decode(picture).decode() for picture in pictures)])


@pytest.mark.parametrize(("name", "id"), SEARCHED)
def test_no_answer_stands_before_its_question_or_open_beside_it(name, id):
    """Not even folded before it; and where the section ends, what has been counted may be spoken of."""
    number = re.compile(rf"(?<![\d,]){bank.find(id).count:,}(?![\d,])")
    place = next(k for k, cell in enumerate(cells(name)) if f'"{id}"' in cell.source)
    here = itertools.takewhile(lambda cell: not cell.source.startswith("#"), cells(name)[place + 1 :])
    before = [cell.id for cell in cells(name)[: place + 1] if number.search(told(cell))]
    beside = [cell.id for cell in here if number.search(told(cell, folded=False))]
    assert bool(before) == (id in BY_CHANCE) and bool(beside) == (id in SPOKEN_OF)
