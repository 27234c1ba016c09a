"""The examination: its numbers against live frameworks, its marks, its files, and what Moodle takes in."""

import functools
import os
import re
import subprocess
import sys
import warnings
import xml.etree.ElementTree as ET
from html import escape

import pypdf
import pytest

import lab
from paramcount.ask import bank, slips
from test_packaging import ROOT

sys.path.insert(0, str(ROOT / "notebooks" / "teaching"))
import exam
import exam_questions

# To draw sizes and to find all slips takes a while, so each sheet is made once.
sheet_of, sheets = functools.cache(exam.Sheet), functools.cache(exam.sheets)
SEEDS = ("2027", "2028", "second-try")
each_seed = pytest.mark.parametrize("seed", SEEDS)

# question_bank::fraction_options() of Moodle, in per cent: no other share of the marks is taken in.
FRACTIONS = {100, 90, 83.33333, 80, 75, 70, 66.66667, 60, 50, 40, 33.33333, 30, 25, 20, 16.66667}
FRACTIONS |= {14.28571, 12.5, 11.11111, 10, 5, 0}


def parts(sheet: exam.Sheet) -> dict[str, exam.Part]:
    """What a sheet asks for, by the ids of the questions."""
    return {part.question.id: part for item in sheet.items for part in item.parts}


def sized(question, **sizes) -> exam.Part:
    return exam.Part("1", exam.replace(question, sizes=sizes))


# -- the numbers ----------------------------------------------------------------------------------


def count(*modules) -> int:
    return sum(p.numel() for module in modules for p in module.parameters() if p.requires_grad)


def numbers_of_frameworks(of) -> dict[str, int]:
    """Each question's answer from PyTorch, transformers or peft. of: the sizes of a question by its id."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    transformers = pytest.importorskip("transformers", reason="transformers, for PyTorch, is not installed")
    from transformers.models.mixtral.modeling_mixtral import MixtralSparseMoeBlock
    from transformers.models.qwen2.modeling_qwen2 import Qwen2Attention

    nn, found = torch.nn, {}
    s = of("exam-dense")
    found["exam-dense"] = count(
        nn.Linear(s["i"], s["first"]), nn.Linear(s["first"], s["second"]), nn.Linear(s["second"], s["o"])
    )
    s = of("exam-gru")  # Keras' first kind of GRU has one bias in each FFNN, as by hand
    keras = pytest.importorskip("keras", reason="Keras is not installed")
    by_hand = keras.layers.GRU(s["h"], reset_after=False)
    by_hand.build((None, 50, s["i"]))
    found["exam-gru"] = by_hand.count_params()
    found["exam-gru-in-pytorch"] = count(nn.GRU(s["i"], s["h"]))
    s = of("exam-both-ways")
    reader = keras.layers.Bidirectional(keras.layers.LSTM(s["h"]))
    reader.build((None, 50, s["i"]))
    found["exam-both-ways"] = reader.count_params() + count(nn.Linear(2 * s["h"], s["classes"]))
    s = of("exam-normed")
    found["exam-normed"] = count(nn.Conv2d(s["i"], s["o"], s["f"], bias=False), nn.BatchNorm2d(s["o"]))
    s = of("exam-pictures")
    network = nn.Sequential(
        nn.Conv2d(3, s["o"], 3, padding="same"), nn.MaxPool2d(2), nn.Flatten(), nn.LazyLinear(s["classes"])
    )
    network(torch.zeros(1, 3, s["side"], s["side"]))  # which says how long the row is
    found["exam-pictures"] = count(network)
    s = of("exam-grouped")
    config = transformers.Qwen2Config(
        hidden_size=s["x"], num_attention_heads=s["heads"], num_key_value_heads=s["kv_heads"]
    )
    found["exam-grouped"] = count(Qwen2Attention(config, 0))
    s = of("exam-encoder")
    layers = [nn.TransformerEncoderLayer(s["x"], s["heads"], s["ff"]) for _ in range(s["m"])]
    found["exam-encoder"] = count(*layers)
    s = of("exam-tied")
    config = transformers.GPT2Config(
        vocab_size=s["v"], n_positions=s["p"], n_embd=s["x"], n_layer=s["n"], n_head=s["heads"],
        n_inner=s["ff"], bos_token_id=0, eos_token_id=0,
    )  # fmt: skip
    found["exam-tied"] = count(transformers.GPT2LMHeadModel(config))
    s = of("exam-mixture")
    config = transformers.MixtralConfig(
        hidden_size=s["x"], intermediate_size=s["ff"], num_local_experts=s["experts"]
    )
    block = MixtralSparseMoeBlock(config)
    found["exam-mixture"] = count(block)
    of_one = count(block.experts) // s["experts"]
    found["exam-active"] = count(block) - (s["experts"] - s["active"]) * of_one
    s = of("exam-memory")
    found["exam-memory"] = bytes_of_adam(
        torch, nn.Sequential(nn.Linear(s["i"], s["h"]), nn.Linear(s["h"], s["o"]))
    )
    found["exam-lora"] = with_peft(torch, of("exam-lora"))
    s = of("exam-why")
    found["exam-why"] = count(nn.MultiheadAttention(s["x"], s["heads"]))
    return found


def bytes_of_adam(torch, network) -> int:
    """What is there after a step: parameters, gradients, and the tensors of their shapes that Adam keeps."""
    adam = torch.optim.Adam(network.parameters())
    network(torch.ones(1, network[0].in_features)).sum().backward()
    adam.step()
    tensors = []
    for parameter in network.parameters():
        kept = [each for each in adam.state[parameter].values() if each.shape == parameter.shape]
        tensors += [parameter, parameter.grad, *kept]
    return sum(each.numel() * each.element_size() for each in tensors)


def with_peft(torch, s) -> int:
    """What trains of a network whose queries and values have LoRA, and whose output is trained in full."""
    peft = pytest.importorskip("peft", reason="peft is not installed")
    nn, x, names = torch.nn, s["x"], ("query", "key", "value", "out")
    layers = [nn.ModuleDict({name: nn.Linear(x, x, bias=False) for name in names}) for _ in range(s["n"])]
    network = nn.ModuleDict({"layers": nn.ModuleList(layers), "head": nn.Linear(x, s["classes"])})
    config = peft.LoraConfig(r=s["r"], target_modules=["query", "value"], modules_to_save=["head"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return count(peft.get_peft_model(network, config))


@each_seed
def test_each_number_is_that_of_a_framework(seed):
    asked = parts(sheet_of(seed, "Ada"))
    found = numbers_of_frameworks(lambda id: asked[id].question.sizes)
    assert {id: part.right for id, part in asked.items()} == found


@each_seed
def test_the_question_in_words_says_numbers_of_a_framework(seed):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    part = parts(sheet_of(seed, ""))["exam-why"]
    x, heads = part.question.sizes["x"], part.question.sizes["heads"]
    for size, number in ((x, heads), (x, 2 * heads), (2 * x, heads)):
        assert f"{count(torch.nn.MultiheadAttention(size, number)):,} " in part.words.replace(".", " ")


# -- which sizes ----------------------------------------------------------------------------------


def test_there_are_twelve_from_the_first_chapter_to_the_last():
    assert len(exam_questions.TASKS) == 12
    assert {task.chapter for task in exam_questions.TASKS} == set(range(1, 10))
    assert sheet_of("2027", "").marks == 60


def test_no_number_is_one_of_the_chapters():
    chapters = {int(each.count) for name in bank.CHAPTERS for each in bank.questions(name)}
    for seed in SEEDS:
        for sheet in (sheet_of(seed, ""), sheet_of(seed, "Ada")):
            assert not chapters & {part.right for part in parts(sheet).values()}


def test_students_have_sizes_of_their_own():
    found = sheets("2027", "5")
    for question in parts(found[0]):
        assert len({parts(sheet)[question].question.key for sheet in found}) >= 3, question
    assert len({tuple(part.right for part in parts(sheet).values()) for sheet in found}) == 5


def test_both_parts_of_a_question_have_the_same_sizes():
    for item in sheet_of("2027", "").items:
        assert len({tuple(part.question.sizes.items()) for part in item.parts}) == 1


def test_the_same_seed_gives_the_same_on_any_machine():
    """Python deals out its hashes anew in each process; nothing may depend on them."""
    script = "import exam; [print(p.words) for i in exam.Sheet('2027', 'Ada').items for p in i.parts]"
    here = "\n".join(part.words for part in parts(sheet_of("2027", "Ada")).values())
    for seed in ("1", "2"):
        variables = os.environ | {
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": f"{ROOT}{os.pathsep}{exam.PAPER.parent}",
        }
        ran = subprocess.run([sys.executable, "-c", script], env=variables, capture_output=True, text=True)
        assert ran.stdout.strip() == here, ran.stderr


def test_students_by_number_by_name_and_by_file(tmp_path):
    (tmp_path / "names.txt").write_text("Ada\n\nBo Ek\nAda\n", "utf-8")

    def names(students: str) -> list[str]:
        return [sheet.name for sheet in sheets("2027", students)]

    assert names("") == [""] and names("3") == ["1", "2", "3"]
    assert names("Ada, Bo Ek,") == names(str(tmp_path / "names.txt")) == ["Ada", "Bo Ek"]


# -- marks ----------------------------------------------------------------------------------------


def test_a_slip_keeps_marks():
    """Each number by hand, for a network of 13-6-4-7."""
    part = sized(exam_questions.exam_dense, i=13, first=6, second=4, o=7)
    keeps = {known.number: known.marks for known in part.known}
    assert part.right == (13 * 6 + 6) + (6 * 4 + 4) + (4 * 7 + 7)
    assert keeps[13 * 6 + 6 * 4 + 4 * 7] == 3  # no biases
    assert keeps[(13 * 6 + 6) + (6 * 4 + 4) + (4 * 7 + 7) + 13] == 3  # biases of the inputs as well
    assert keeps[(13 * 6 + 6) + (4 * 7 + 7)] == 2  # a layer left out
    assert keeps[6 + 4 + 7] == 1  # no weights
    assert part.right not in keeps


def test_two_slips_at_once_keep_one_mark():
    """Grouped attention with x = 24, 6 heads and 3 of keys: keys for all six, and no biases."""
    part = sized(exam_questions.exam_grouped, x=24, heads=6, kv_heads=3)
    assert part.right == (24 * 24 + 24) + 2 * (24 * 12 + 12) + 24 * 24
    keeps = {known.number: known for known in part.known}
    assert keeps[4 * 24 * 24].marks == 1
    assert keeps[4 * 24 * 24].short.endswith("; and the biases are left out")
    assert keeps[4 * 24 * 24 + 3 * 24].marks == 2


def test_a_number_of_several_slips_keeps_what_the_smallest_does():
    """Without the norms of 4 layers, 4 × 2 × 2 × 18 fewer; and so without the biases of their attention."""
    part = sized(exam_questions.exam_encoder, x=18, m=4, ff=50, heads=2)
    both = next(known for known in part.known if known.number == part.right - 4 * 2 * 2 * 18)
    assert "norms" in both.short and "attention" in both.short and both.marks == 3


def test_every_slip_with_marks_of_its_own_can_be_made_here():
    made = set()
    for seed in SEEDS:
        for part in parts(sheet_of(seed, "")).values():
            made |= {wrong.slip for wrong in slips.wrongs(part.question.asked)}
    known = {name for names in exam.KEEPS.values() for name in names.split()}
    assert known <= made


# -- files ----------------------------------------------------------------------------------------


TWO = "Ada & <Bo>,Cy"  # students


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exam")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(exam, "sheets", sheets)
        if lab.chromium():
            exam.main("2027", TWO, folder)
        else:
            with pytest.raises(SystemExit, match="Chromium"):
                exam.main("2027", TWO, folder)
    return folder / "2027"


def figures(text: str) -> set[str]:
    return set(re.findall(r"(?<![\d,])\d[\d,]*\d", text))


@pytest.mark.parametrize("name", ["questions.md", "questions.html"])
def test_answers_stand_apart(out, name):
    asked, answered = ((out / each).read_text("utf-8") for each in (name, "answers.md"))
    for sheet in sheets("2027", TWO):
        for part in parts(sheet).values():
            assert part.words in asked or part.question.words(html=True) in asked.replace("&nbsp;", " ")
            if not part.key:
                assert f"{part.right:,}" not in figures(part.words)
                assert f"**{part.right:,}**" in answered


@pytest.mark.skipif(lab.chromium() is None, reason="Chromium is not installed")
def test_on_paper(out):
    asked, answered = (pypdf.PdfReader(out / name) for name in ("questions.pdf", "answers.pdf"))
    assert len(asked.pages) == 8  # two leaves for each of the two
    text = " ".join(" ".join(page.extract_text() for page in asked.pages).split())
    for number, task in enumerate(exam_questions.TASKS, 1):
        assert text.count(f"{number}. {task.title}") == 2
    assert text.count("examination · Cy") == text.count("examination · Ada & <Bo>") == 4  # on each page
    answers = " ".join(" ".join(page.extract_text() for page in answered.pages).split())
    cy = parts(sheet_of("2027", "Cy"))
    assert all(f"{part.right:,}" in answers for part in cy.values() if not part.key)


def test_moodle_takes_it_in(out):
    quiz = ET.parse(out / "moodle.xml").getroot()
    kinds = [question.get("type") for question in quiz]
    assert quiz.tag == "quiz" and set(kinds) == {"category", "numerical", "essay"}
    # A category for each thing that is asked, and in it a question for each of the two students.
    assert kinds.count("category") == 14 and kinds.count("numerical") == 26 and kinds.count("essay") == 2
    assert all(kinds[k] == "category" and "category" not in kinds[k + 1 : k + 3] for k in range(0, 42, 3))
    names = [question.findtext("name/text") for question in quiz if question.get("type") != "category"]
    assert len(set(names)) == 28 and names[0].endswith("(Ada & <Bo>)")
    for question in quiz.iter("question"):
        if question.get("type") == "category":
            assert question.findtext("category/text").startswith("$course$/top/Counting parameters 2027/")
        else:
            assert question.find("questiontext").get("format") == "html" and question.findtext(
                "questiontext/text"
            )
            assert float(question.findtext("defaultgrade")) in (4, 8)


def test_moodle_marks_each_slip(out):
    quiz = ET.parse(out / "moodle.xml").getroot()
    questions = [each for each in quiz.iter("question") if each.get("type") == "numerical"]
    pairs = zip(*(parts(sheet).values() for sheet in sheets("2027", TWO)), strict=True)
    asked = [part for pair in pairs for part in pair if not part.key]
    for part, question in zip(asked, questions, strict=True):
        first, *slips, rest = question.findall("answer")
        assert (first.findtext("text"), first.get("fraction")) == (str(part.right), "100")
        assert (rest.findtext("text"), rest.get("fraction")) == ("*", "0")
        marked = {each.findtext("text"): float(each.get("fraction")) for each in slips}
        assert len(marked) == len(slips), "a number stands twice"
        assert set(marked.values()) <= FRACTIONS - {100}
        assert marked == {str(known.number): known.marks / 4 * 100 for known in part.known}
        assert {each.findtext("tolerance") for each in question.iter("answer")} == {"0"}
        for answer, known in zip(slips, part.known, strict=True):
            assert all(escape(why) in answer.findtext("feedback/text") for why in known.why)


def test_moodle_shows_those_who_mark_what_the_marks_are_for(out):
    essay = next(each for each in ET.parse(out / "moodle.xml").getroot() if each.get("type") == "essay")
    key = essay.findtext("graderinfo/text")
    assert key.count("2 marks: ") == 4 and float(essay.findtext("defaultgrade")) == 8


@pytest.mark.parametrize("seed", ["../up", "", "a/b", "-x"])
def test_a_seed_that_cannot_name_a_folder(seed, tmp_path):
    with pytest.raises(SystemExit, match="letters and digits"):
        exam.main(seed, "", tmp_path)
