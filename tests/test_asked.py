"""Wrong answers where more than one layer is asked for. Every count here is by hand."""

import json
import random
import re
from pathlib import Path

import pytest

import paramcount as pc
from paramcount import Dim, check, conv, dense, ffnn, gru, layer, lstm, models
from paramcount.ask import bank
from paramcount.ask.judge import judge
from paramcount.ask.slips import wrongs

CASES = json.loads(Path(__file__).with_name("cases").joinpath("slips.json").read_text("utf-8"))["cases"]


def own(**parts):
    """A reader's own layer of these parts."""
    return layer(lambda: parts)()


def said(answer, asked) -> str:
    """All that can be read of a wrong answer: at the first try and at the second, of each slip it may be."""
    verdict = judge(answer, asked)
    assert verdict.kind == "wrong"
    return " ".join([*verdict.lines, *verdict.more, *(each.more for each in verdict.choices)])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['layer']} answered {case['answer']}")
def test_wrong_answers_that_people_gave(case):
    asked = eval(case["layer"], {**vars(pc), "own": own, "models": models})
    words = said(case["answer"], asked)
    assert all(re.search(reason, words, re.IGNORECASE) for reason in case["reason"])
    if not case["reason"]:
        assert "not one of the slips I know" in words


# -- a count remembers its layers ---------------------------------------------------------------


class TestLayersOfANumber:
    def test_through_arithmetic(self):
        a, b = dense(3, 2), lstm(3, 2)
        number = 4 * a.count - b.count // 2 + 1
        how, left, one = number.sides
        assert (how, int(one)) == ("+", 1)
        assert left.sides[1].sides[2].layer.name == "dense"
        assert left.sides[2].sides[1].layer.name == "lstm"

    def test_of_a_sum(self):
        assert sum([dense(3, 2).count, dense(2, 5).count]).sides[1].layer.name == "dense"

    def test_other_numbers_know_of_none(self):
        i, h = Dim(3, "i"), Dim(2, "h")
        assert (i * h + h).sides is None and (i * h + h).layer is None

    def test_it_is_written_as_before(self):
        assert (dense(3, 2).count + 5).symbols == "i × o + o + 5"


# -- slips in parts -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "answer", "reason"),
    [
        # 4 × 6 + 6 = 30 and 6 × 3 + 3 = 21: without the biases of one, of the other, of both.
        (lambda: dense(4, 6).count + dense(6, 3).count, 30 + 18, "the second.*weights"),
        (lambda: dense(4, 6).count + dense(6, 3).count, 24 + 18, "all dense layers.*weights"),
        # 4 × ((3 + 2) × 2 + 2) = 48 and 3 × ((3 + 2) × 2 + 2) = 36; an LSTM with one FFNN has 12.
        (lambda: lstm(3, 2).count - gru(3, 2).count, 12 - 36, "LSTM.*one"),
        (lambda: 2 * lstm(3, 2).count, 48, "a multiple of it"),
        (lambda: lstm(3, 2).count - gru(3, 2).count, -12, "other way round"),
        (lambda: lstm(3, 2).count - gru(3, 2).count, 84, "adds"),
        # 8 × 3 × 3 × 16 + 16 = 1,168 and 16 × 3 × 3 × 4 + 4 = 580, and with one channel 9 × 16 + 16 = 160.
        (lambda: own(a=conv(8, 3, 16), b=conv(16, 3, 4)), 160 + 580, "In a:.*channel"),
        (lambda: 4 * own(a=dense(3, 2), b=dense(2, 2)).count, 4 * (6 + 6), "In the <lambda>, a:.*weights"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_slip_in_a_part_is_named(asked, answer, reason):
    assert re.search(reason, said(answer, asked()))


def test_of_alike_parts_in_one_and_in_all():
    asked = own(a=dense(4, 4), b=dense(4, 4), c=dense(4, 4))  # 3 × (16 + 4) = 60
    assert re.search("one of a, b and c.*weights", said(56, asked))
    assert re.search("weights alone", said(48, asked))


def test_biases_that_some_layers_have_are_named_in_order():
    parts = {"first": dense(3, 4), "middle": dense(4, 4, bias=False), "last": dense(4, 2)}
    (more,) = (
        each.more for each in wrongs(layer(lambda: parts)()) if each.slip == "no_biases" and not each.part
    )
    assert more == "The biases are missing: one for each output of “first” and “last”."


def test_without_biases_besides():
    # 5 × 3 × 3 × 7 + 7 = 322; one channel for a filter and no biases: 3 × 3 × 7 = 63.
    words = said(63, conv(5, 3, 7))
    assert "wo slips" in words and "channel" in words and "biases" in words


def test_of_a_layer_as_a_framework_keeps_it():
    # PyTorch's dense layer counts as the textbook's: 5 × 3 + 3 = 18. A bias for each input: 15 + 5.
    assert "as a layer has inputs" in said(20, pc.stored_by(pc.pytorch, dense(5, 3)))


@pytest.mark.parametrize(
    ("asked", "answer", "reason"),
    [
        # 4 × ((9 + 5) × 5 + 5) = 300, and on top 4 × ((5 + 2) × 2 + 2) = 64; with 9 read again 4 × 24 = 96.
        (
            lambda: lstm(9, 5).count + lstm(5, 2).count,
            300 + 96,
            "second LSTM layer the numbers .* into the first",
        ),
        # 2 × 48 = 96, then 2 × 2 × 6 + 6 = 30; with one direction read 2 × 6 + 6 = 18.
        (lambda: pc.bidirectional(lstm(3, 2)).count + dense(4, 6).count, 96 + 18, "one direction"),
    ],
    ids=["what the first reads", "one direction"],
)
def test_a_layer_on_top_that_reads_another_size_in_a_sum(asked, answer, reason):
    assert re.search(reason, said(answer, asked()))


# -- what was typed counts ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "reason", "other"),
    [
        ("3*5*2", "multiplies all", "output layer"),
        ("3*5 + 5 + 5*2", "output layer", "multiplies all"),
        ("15 + 5 + 10", "output layer", "multiplies all"),
    ],
)
def test_of_two_ways_to_30_the_one_that_was_typed(typed, reason, other):
    words = said(typed, ffnn(3, 5, 2))
    assert reason in words and other not in words


def test_a_number_alone_asks_which_it_was():
    verdict = judge("30", ffnn(3, 5, 2))
    assert len(verdict.choices) == 2 and "Which was yours?" in verdict.lines[0]


@pytest.mark.parametrize(
    ("typed", "asked", "pointed_at"),
    [
        ("4*((2+4)*2+2)", lstm(3, 2), "4)"),  # 2 + 3, and the first 4 is right
        ("7*5+7", dense(6, 7), "5"),
        ("2*9*16+16", conv(8, 3, 16), "2"),
        ("6*7+9", dense(6, 7), "9"),
    ],
)
def test_a_wrong_factor_is_pointed_at(typed, asked, pointed_at):
    verdict = judge(typed, asked)
    start, end = verdict.place
    assert typed[start : start + len(pointed_at)] == pointed_at and end - start == 1


def test_what_is_missing_from_what_was_typed():
    # 6 × 7 + 7 + 7 × 9 + 9 = 121; the last bias and the first weights are not there.
    assert "belongs to the count" in said("7 + 7*9", ffnn(6, 7, 9))


def test_the_one_term_that_is_wrong_is_looked_at_by_itself():
    # Two bidirectional LSTMs: 2 × 4 × ((8 + 5) × 5 + 5) = 560 is right, 2 × 4 × ((10 + 5) × 5 + 5) = 640.
    asked = own(a=pc.bidirectional(lstm(8, 5)), b=pc.bidirectional(lstm(10, 5)))
    assert "b reading one direction" in said("2*4*((8+5)*5+5) + 2*4*((5+5)*5+5)", asked)
    assert "direction" in said("560 + 320", asked) and said("560 + 320", asked).startswith("In b: ")


@pytest.mark.parametrize("typed", ["20 + 10", "(15 + 5) + 10", "10 + 3*5 + 5", "5*2 + 20", "5 + 5*2 + 15"])
def test_what_is_worked_out_in_part_is_the_same(typed):
    assert "output layer" in said(typed, ffnn(3, 5, 2)) and "multiplies" not in said(typed, ffnn(3, 5, 2))


def test_a_product_may_stand_for_terms_that_are_alike():
    asked = own(a=dense(3, 5), b=dense(3, 5), c=dense(5, 2))  # 20 + 20 + 12
    # The weights alone come to 40 too: 15 + 15 + 10.
    assert "without c" in said("2*(3*5 + 5)", asked) and "weights" not in said("2*(3*5 + 5)", asked)
    assert "weights alone" in said("2*15 + 10", asked) and "without c" not in said("2*15 + 10", asked)


def test_half_of_something_is_no_slip_that_divides_nothing():
    # 16 filters of 3 × 3 on 8 channels in 4 groups: 2 × 9 × 16 + 16 = 304; with a bias a channel, 288 + 8.
    asked = conv(8, 3, 16, groups=4)
    assert "each input channel" in said("296", asked) and "each input channel" not in said("592/2", asked)


def test_steps_are_named_if_they_stand_in_the_question():
    # 5 numbers and a state of 4: (5 + 4) × 4 + 4 = 40, at 10 steps 400.
    assert "steps" in " ".join(judge(400, pc.rnn(5, 4), figures={10}).lines)
    assert "steps" not in " ".join(judge(400, pc.rnn(5, 4), figures={7}).lines)


def test_arithmetic_of_another_kind_is_no_slip_of_that_number():
    # 40 are the weights alone, 4 × (5 × 2), and whoever types 17 + 23 may have had anything in mind.
    assert "weights alone" in said("4*(5*2)", lstm(3, 2))
    assert "weights alone" in said("4*10", lstm(3, 2))
    assert "weights alone" not in said("17 + 23", lstm(3, 2))


@pytest.mark.parametrize(
    ("typed", "pointed_at"),
    [
        ("336 + (12*8 + 8) + 9", "12*8"),  # the second layer reads 16
        ("336 + 104 + 9", "104"),
        ("16*20 + 16 + 136 + 19", "19"),
    ],
)
def test_the_one_term_that_is_wrong_is_pointed_at(typed, pointed_at):
    # (20 × 16 + 16) + (16 × 8 + 8) + (8 × 1 + 1) = 336 + 136 + 9 = 481
    verdict = judge(typed, ffnn(20, 16, 8, 1))
    assert "All but one term is right" in " ".join(verdict.lines)
    assert typed[slice(*verdict.place)] == pointed_at


@pytest.mark.parametrize("typed", ["400 + 70 + 9", "481 + 12", "136 + 345"])
def test_of_two_terms_that_may_be_wrong_none_is_pointed_at(typed):
    assert judge(typed, ffnn(20, 16, 8, 1)).place is None


@pytest.mark.parametrize("typed", ["16*26", "26*16"])
def test_a_factor_may_stand_before_the_rest(typed):
    # One channel for each of 16 filters: 16 × (5 × 5 + 1) = 416, where three are read.
    assert "one channel" in said(typed, conv(3, 5, 16))


@pytest.mark.parametrize(("typed", "asked"), [("784*10 - 10", dense(784, 10)), ("3*4 - 3", dense(4, 3))])
def test_what_is_taken_away_is_added_or_not_there(typed, asked):
    assert "Nothing is to be taken away" in said(typed, asked)


def test_brackets_may_be_missing_from_a_difference():
    # (20 − 8) × 3 = 36
    asked = dense(20, 3, bias=False).count - dense(8, 3, bias=False).count
    assert "brackets" in said("20 - 8*3", asked) and "one side" in said("20*3 - 8", asked)
    # (1,000 − 640) ÷ 6 = 60
    budget = Dim(1_000, "b") - dense(20, 30, bias=False).count - dense(4, 10, bias=False).count
    assert "brackets" in said("1000 - 640/6", budget // 6)
    # 2 × (6 × 4 + 4 × 4 + 4) = 88: whoever writes 2 × (6 × 4 + 4 × 4) + 4 has brackets, and 4 biases too few.
    assert "brackets" not in said("2*(6*4 + 4*4) + 4", dense(10, 4).count + dense(10, 4).count)


def test_a_rounded_figure_may_be_that_of_a_slip():
    # Llama 3 8B without one of its two tables has 7,504,924,672; with both 8,030,261,248.
    verdict = judge("7.5B", models.llama_3_8b())
    assert verdict.slip == "one_table_of_two" and verdict.lines[0].startswith("Perhaps")
    assert judge("8.03B", models.llama_3_8b()).slip != "one_table_of_two"


@pytest.mark.parametrize("answer", ["66.1 GB", "61.5 GiB", "61.5*1024**3", "66.06GB", "66060288000 bytes"])
def test_bytes_to_three_figures_in_any_unit(answer):
    # 2 × 126 × 8 × 128 numbers of 2 bytes for each of 128,000 tokens: 66,060,288,000
    assert bank.find("cache-of-a-text").judged(answer).kind == "right"


@pytest.mark.parametrize(("answer", "unit"), [("61.5 GB", "right in GiB"), ("66.1 GiB", "right in GB")])
def test_of_two_units_that_are_alike_the_other_is_named(answer, unit):
    assert unit in " ".join(bank.find("cache-of-a-text").judged(answer).lines)


def test_a_unit_holds_for_one_number_and_rounded_figures_may_be_added_up():
    assert "behind each" in " ".join(bank.find("weights-and-texts").judged("6.03 + 17.2 GB").lines)
    # 41,943,040 + 2 × 525,336,576 = 1,092,616,192
    answers = [("weights-and-texts", "6.03 GB + 17.2 GB"), ("saved-tables", "41.9M + 1051M")]
    assert {bank.find(id).judged(answer).kind for id, answer in answers} == {"right"}


def test_a_unit_that_is_another_one_is_told_of():
    assert "the unit is another one" in " ".join(bank.find("cache-of-a-text").judged("66 MB").lines)


@pytest.mark.parametrize(
    ("question", "figure", "number"),
    [("cache-of-a-text", "516 KB", "516096"), ("bytes-of-a-token", "229 KB", "229376")],
)
def test_a_rounded_figure_with_a_unit_has_the_reason_of_the_number(question, figure, number):
    # one token: 2 × 126 × 8 × 128 × 2 = 516,096; as float32: 2 × 28 × 8 × 128 × 4 = 229,376
    rounded, exact = (bank.find(question).judged(answer) for answer in (figure, number))
    assert rounded.lines == exact.lines and (exact.slip or exact.choices)


def test_a_rounded_number_within_arithmetic_is_a_number():
    judged = [bank.find("large-attention").judged(f"4*{x}*{x} + {x}").slip for x in ("1.6k", "1600")]
    assert judged[0] == judged[1] != ""


def test_whatever_is_typed_there_is_something_to_say():
    chance = random.Random(7)
    questions = [each for chapter in bank.CHAPTERS for each in bank.questions(chapter)]

    def typed(question, depth=0):
        if depth > 2 or chance.random() < 0.4:
            numbers = [*map(str, question.numbers), "0", "1", "2^3", "1/3", "0.5", "1.5k", "-4", "3.2 GB"]
            return chance.choice(numbers)
        both = [typed(question, depth + 1) for _ in range(2)]
        return f"({chance.choice('+-*/').join(both)})" if depth % 2 else chance.choice("+-*/").join(both)

    for question in chance.choices(questions, k=500):
        assert str(question.judged(typed(question)))


@pytest.mark.parametrize("typed", ["0.5*(8 + 8) + 8", "7 + (7/96)*(96 + 96)", "2*(1/2 + 1/2) + 3"])
def test_a_fraction_in_a_sum_is_read(typed):
    assert judge(typed, dense(20, 60)).kind == "wrong"


def test_what_stands_in_a_sum_as_it_is_is_not_said_to_be_missing():
    # 4 × (128 × 128 + 128) = 66,048 and (128 × 2,048 + 2,048) + (2,048 × 128 + 128) = 526,464: no norms. As a
    # number alone, biases of the attention may be what is missing, 4 × 128 too.
    typed, bare = (bank.find("inner-size-left").judged(each) for each in ("66048 + 526464", "592512"))
    assert typed.slip == "no_norms" and {each.slip for each in bare.choices} > {"no_norms"}


def test_of_terms_the_one_too_many_is_underlined():
    # 20 × 60 + 60 = 1,260
    verdict = judge("20*60 + 60 + 7", dense(20, 60))
    assert (
        verdict.lines[0].startswith("Not all that you wrote") and verdict.answer[slice(*verdict.place)] == "7"
    )


def test_a_long_working_has_the_counts_of_its_layers():
    # 65,000,000 − 44,138,496 = 20,861,504, and 40,745 × 512 = 20,861,440
    (line,) = bank.find("vocabulary-to-fit").judged("40745").lines
    assert line == "⌊(65,000,000 − 44,138,496) ÷ 512⌋ = 40,745"


def test_a_difference_of_0_is_none():
    assert "no difference" in said("0", dense(20, 3).count - dense(8, 3).count)
    assert "nothing is trained" in said("0", dense(20, 3))


# -- no reason is better than a wrong one -------------------------------------------------------


def test_what_was_typed_may_lack_its_brackets():
    # (6 + 1) × 2 = 14; and 6 × 2 + 1 = 13 is a single bias, written with just these numbers.
    assert "brackets" in said("6 + 1*2", dense(6, 2)) and "brackets" not in said("6*2 + 1", dense(6, 2))
    assert "single bias" in said("2*6 + 1", dense(6, 2))


def test_a_count_with_something_besides():
    assert said("1260 + 7", dense(20, 60)).startswith("Not all that you wrote")  # 20 × 60 + 60


@pytest.mark.parametrize("answer", ["220000", "218k", "219,000"])
def test_a_rounded_figure_is_about_right(answer):
    assert "about right" in said(answer, dense(468, 468))  # 468 × 468 + 468 = 219,492


def test_tables_in_one_bracket_are_the_same():
    # BERT without the norm over its tables: 2 × 768 fewer.
    typed = "(30522+512+2)*768 + 12*7087872 + 768*768 + 768"
    assert "norm" in said(typed, pc.models.bert_base())


def test_a_rule_is_the_weights_however_it_is_written():
    assert "weights alone" in said("12*768^2", pc.encoder_layer(768, ff=3_072, heads=12))
    assert "the decoder as an encoder" in said("12*3152384", pc.transformer(512, 6, 6, ff=2_048, heads=8))


def test_one_wrong_number_is_underlined_if_it_can_be_no_other():
    # 2 × 3 × 3 × 16 + 16 = 304 of 8 channels in 4 groups: 4 for 2, or 8 for the first 16.
    assert not judge("4*3*3*16 + 16", conv(8, 3, 16, groups=4)).place


@pytest.mark.parametrize("answer", [1000, 8 * 125, 8 * 11, 8 * 13])
def test_nothing_is_said_of_a_multiple_that_nobody_asked_about(answer):
    assert "not one of the slips I know" in said(answer, dense(3, 2))


def test_a_multiple_by_a_number_of_the_question():
    assert "more than once" in judge(8 * 11, dense(3, 2), figures={11}).lines[0]
    assert "more than once" not in judge(8 * 2, dense(3, 2), figures={2}).lines[0]  # for many a reason
    assert "more than once" in judge(8 * 11 * 11, dense(3, 2), figures={11}).lines[0]


@pytest.mark.parametrize(("answer", "word"), [(-8, "minus"), (0, "nothing|learned")])
def test_below_one(answer, word):
    assert re.search(word, said(answer, dense(3, 2)))


def test_a_known_wrong_count_is_never_right():
    for asked in (ffnn(3, 5, 2), dense(3, 2).count + dense(2, 5).count, own(a=lstm(3, 2), b=dense(2, 2))):
        right = asked.count if not isinstance(asked, int) else asked
        assert all(wrong.count != right for wrong in wrongs(asked))


# -- nothing is given away at the first try -----------------------------------------------------


@pytest.mark.parametrize("answer", ["25", "27", "1000", "30", "3*5+5*2", "33"])
def test_the_first_words_have_neither_the_answer_nor_the_distance(answer):
    verdict = judge(answer, ffnn(3, 5, 2))
    distance = str(abs(32 - pc.typed.read(answer)))
    numbers = re.findall(r"\d+", " ".join(verdict.lines))
    assert "32" not in numbers and (distance not in numbers or distance in "352")
    assert distance in verdict.distance


def test_what_check_prints_has_no_distance():
    assert "short" not in repr(check(25, ffnn(3, 5, 2)))
