"""What a class got wrong: a folder of answers whose slips are known, read, counted, drawn and printed."""

import json
import shutil
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from matplotlib.patches import Rectangle

import lab
from paramcount.ask import bank, kept
from paramcount.ask.record import answered
from test_packaging import ROOT

sys.path.insert(0, str(ROOT / "notebooks" / "teaching"))
import handed_in
import mistakes
import mistakes_plot

STUDENTS = 30
SHOW = "Show me"

# How many of the class typed what, in order, question by question. By hand: 4 × 3 + 3 = 15, of which 12 are
# weights, and 13 is with one bias; 3-5-2 has 32, of which 25 are weights, and 35 is with biases for the
# inputs; 784 × 10 + 10 = 7,850, of which 7,840 are weights; 5-8-4 has 84, and 64 times as many are 5,376.
TYPED = {
    "neurons-side-by-side": [(17, "15"), (8, "12", "4*3 + 3"), (3, "13", "15"), (2,)],
    "first-network": [(14, "32"), (9, "25", "32"), (4, "35", "25", "32"), (2, "25"), (1, SHOW, "32")],
    "at-work": [(19, "84"), (7, "5376", "84"), (3, "83", "84"), (1,)],
    "digits-one-layer": [(15, "7,850"), (11, "7840", "7850"), (3, "7841"), (1, "784*10")],
}
STATES = {  # first, later, not yet, not tried
    "neurons-side-by-side": [17, 11, 0, 2],
    "first-network": [14, 13, 3, 0],
    "at-work": [19, 10, 0, 1],
    "digits-one-layer": [15, 11, 4, 0],
}
SLIPS = {
    "neurons-side-by-side": {("no_biases", 12): 8, ("one_bias_per_layer", 13): 3},
    "first-network": {("no_biases", 25): 15, ("biased_inputs", 35): 4},
    "at-work": {("times_examples", None): 7},  # 64 times or 50,000 times: the last answer alone is kept
    "digits-one-layer": {("no_biases", 7_840): 12, ("one_bias_per_layer", 7_841): 3},
}
IN_ALL = {"no_biases": 35, "times_examples": 7, "one_bias_per_layer": 6, "biased_inputs": 4}


def typed_by(student: int) -> dict[str, tuple[str, ...]]:
    """What a student typed: the groups of each question begin with another student."""
    found = {}
    for place, (id, groups) in enumerate(TYPED.items()):
        each = [tuple(answers) for number, *answers in groups for _ in range(number)]
        assert len(each) == STUDENTS
        found[id] = each[(student + 7 * place) % STUDENTS]
    return found


def hand_in(path: Path, typed: dict[str, tuple[str, ...]], monkeypatch) -> str:
    """Answer as a student does, with the answers kept in a file; the code of them."""
    monkeypatch.setenv("PARAMCOUNT_ANSWERS", str(path))
    for id, answers in typed.items():
        question = bank.find(id)
        for answer in answers:
            if answer == SHOW:
                kept.keep(question, replace(kept.of(question), shown=True))
            else:
                answered(question, answer)
    return kept.code()


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Thirty files, as thirty students hand them in: some the file, some its code in a text."""
    folder = tmp_path_factory.mktemp("answers")
    with pytest.MonkeyPatch.context() as monkeypatch:
        for student in range(STUDENTS):
            path = folder / f"student {student:02}.json"
            code = hand_in(path, typed_by(student), monkeypatch)
            if student % 3 == 1:
                path.unlink()
                path.with_suffix(".txt").write_text(code, "utf-8")
    return folder


@pytest.fixture(scope="module")
def chapter(folder) -> mistakes.Chapter:
    (chapter,) = mistakes.chapters(handed_in.read(folder))
    return chapter


# -- what is counted ------------------------------------------------------------------------------


def test_thirty_files_are_thirty_students(folder, chapter):
    found = handed_in.read(folder)
    assert len(found.students) == chapter.students == STUDENTS
    assert found.notes == []


def test_how_the_class_stands_with_each_question(chapter):
    assert {row.question.id: row.counts for row in chapter.rows} == STATES


def test_which_slips_the_class_made(chapter):
    made = {row.question.id: {(m.slip, m.number): len(m.who) for m in row.made} for row in chapter.rows}
    assert made == SLIPS


def test_slips_over_all_questions(chapter):
    words = {made.slip: made.why for row in reversed(chapter.rows) for made in row.made}
    assert dict(chapter.slips) == {words[slip]: number for slip, number in IN_ALL.items()}
    assert chapter.slips[0] == ("the weights alone, without the biases", 35)


def test_in_two_sentences(chapter):
    # 17 + 14 + 19 + 15 = 65 of the 28 + 30 + 29 + 30 = 117 that were tried; 35 + 7 + 6 + 4 = 52 slips.
    assert "30 students, 4 questions. At the first try 56 % of the answers were right." in chapter.summary
    assert "Of 52 slips with a name, 35 were: the weights alone" in chapter.summary
    assert chapter.talk_about.startswith("Talk about “First network”: 15 of 30 typed 25: the weights alone")


# -- what is drawn --------------------------------------------------------------------------------


def test_the_plot_has_a_cell_for_each_student(chapter):
    axes = mistakes_plot.plot(chapter).axes[0]
    cells = Counter()
    for cell in axes.patches:
        if isinstance(cell, Rectangle) and cell.get_height() == pytest.approx(0.26):
            look = next(s for s, is_so in LOOKS.items() if is_so(cell))
            cells[round(cell.get_y(), 3), look] += 1
    rows = sorted({y for y, _ in cells})
    drawn = [[cells[y, look] for look in mistakes.STATES] for y in rows]
    assert drawn == list(STATES.values())


LOOKS = {
    "later": lambda cell: bool(cell.get_hatch()),
    "first": lambda cell: cell.get_facecolor()[0] < 0.5,
    "not tried": lambda cell: cell.get_linestyle() in (":", "dotted"),
    "not yet": lambda cell: True,
}


def test_the_plot_says_what_was_typed_and_no_name(chapter):
    axes = mistakes_plot.plot(chapter).axes[0]
    texts = [each.get_text() for each in axes.texts]
    for slips in SLIPS.values():
        for (_, number), often in slips.items():
            place = texts.index(f"{number:,}") if number else texts.index("7")
            assert texts[place - (number is not None)] == f"{often}"
    bold = {text.get_text() for text in axes.texts if text.get_weight() == "bold"}
    assert {"8", "12", "15", "7,840"} <= bold and not {"3", "4", "7", "13"} & bold  # 8 are a quarter
    assert not any("student 0" in text for text in texts)


def test_a_large_class_is_drawn_to_the_same_width(chapter):
    """With more than 60 students those who stand alike are one long cell: 100 students, 50 : 25 : 25 : 0."""
    states = {f"{n}": state for n, state in enumerate(["first"] * 50 + ["later"] * 25 + ["not yet"] * 25)}
    large = replace(chapter, students=100, rows=(replace(chapter.rows[0], states=states),))
    cells = [cell for cell in mistakes_plot.plot(large).axes[0].patches if cell.get_height() > 0.2]
    assert [round(cell.get_width(), 1) for cell in cells] == [2.2, 1.1, 1.1]  # of 4.4 inches


def test_text_stays_within_the_plot_and_apart(chapter):
    long = replace(chapter.rows[0].made[0], why="the weights of all that is there, " * 9)
    several = replace(chapter.rows[0], made=(long,) * 5)
    figure = mistakes_plot.plot(replace(chapter, rows=(several, *chapter.rows)))
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    assert all(box.x0 >= 0 and box.x1 <= figure.bbox.width for box in boxes)
    assert not any(a.overlaps(b) for n, a in enumerate(boxes) for b in boxes[:n])


# -- what is written ------------------------------------------------------------------------------


def test_one_command_says_and_draws_it(folder, tmp_path, capsys):
    if lab.chromium():
        mistakes.main(str(folder), out=tmp_path)
    else:
        with pytest.raises(SystemExit, match="Chromium"):
            mistakes.main(str(folder), out=tmp_path)
    said = capsys.readouterr().out
    assert "First network" in said and "15 × 25, the weights alone" in said
    written = {path.name for path in tmp_path.iterdir()}
    pictures = {"01-feed-forward.svg", "01-feed-forward.png", "mistakes.html"}
    assert written == pictures | ({"mistakes.pdf"} if lab.chromium() else set())
    page = (tmp_path / "mistakes.html").read_text("utf-8")
    assert "12 × 7,840" in page and 'alt="30 students' in page
    drawn = (tmp_path / "01-feed-forward.svg").read_text("utf-8")
    assert not any("student 0" in text for text in (said, page, drawn))


def test_names_are_said_where_they_are_asked_for(chapter):
    shown = [student for student in range(STUDENTS) if SHOW in typed_by(student)["first-network"]]
    slipped = [student for student in range(STUDENTS) if "25" in typed_by(student)["first-network"]]
    assert len(shown) == 1 and len(slipped) == 15
    for said in (mistakes.text(chapter, names=True), mistakes.page([chapter], [], [b""], names=True)):
        lines = [line for line in said.splitlines() if "student" in line]
        of_slip = next(line for line in lines if line.count("student ") == 15)
        assert all(f"student {student:02}" in of_slip for student in slipped)
        assert any("not yet" in line and f"student {shown[0]:02}" in line for line in lines)


def test_one_chapter_by_its_number(folder, tmp_path):
    assert mistakes._chapter("1") == mistakes._chapter("01-feed-forward") == "01-feed-forward"
    with pytest.raises(SystemExit, match="no answers of 02-recurrent"):
        mistakes.main(str(folder), "2", out=tmp_path)
    with pytest.raises(SystemExit, match="There is no chapter 17"):
        mistakes.main(str(folder), "17", out=tmp_path)


def test_a_folder_that_is_not_there_or_empty(tmp_path):
    with pytest.raises(SystemExit, match="make mistakes FOLDER=answers"):
        mistakes.main(str(tmp_path / "nowhere"), out=tmp_path)
    with pytest.raises(SystemExit, match=r"^Say where the answers are"):
        mistakes.main("", out=tmp_path)
    with pytest.raises(SystemExit, match="There are no answers in"):
        mistakes.main(str(tmp_path), out=tmp_path)


# -- files that something is the matter with ------------------------------------------------------

GOOD = {"neurons-side-by-side": ("12", "15"), "digits-one-layer": ("7840",)}


@pytest.fixture
def one(tmp_path, monkeypatch) -> tuple[Path, str]:
    """A folder with the answers of one student, and their code."""
    folder = tmp_path / "handed in"
    folder.mkdir()
    return folder, hand_in(folder / "ada.json", GOOD, monkeypatch)


def students(folder: Path) -> dict[str, int]:
    return {student.name: len(student.answers) for student in handed_in.read(folder).students}


def test_each_trouble_is_said_in_a_sentence(one):
    folder, code = one
    good = (folder / "ada.json").read_text("utf-8")
    (folder / "empty.json").write_text(" \n", "utf-8")
    (folder / "broken.json").write_text(good[: len(good) // 2], "utf-8")
    (folder / "newer.json").write_text(good.replace('"schema": 1', '"schema": 9'), "utf-8")
    (folder / "older.json").write_text(good.replace('"hints": 0, ', "", 1), "utf-8")
    (folder / "other.json").write_text("[1, 2]", "utf-8")
    (folder / "none.json").write_text('{"schema": 1, "answers": []}', "utf-8")
    (folder / "notes.txt").write_text("I did it all.", "utf-8")
    (folder / "cut.txt").write_text(code[:-9], "utf-8")
    (folder / "later.txt").write_text(code.replace("pc1-", "pc7-"), "utf-8")
    (folder / "essay.docx").write_bytes(b"PK")
    (folder / ".hidden.json").write_text("{", "utf-8")
    said = {note.partition(".")[0]: note for note in handed_in.read(folder).notes}
    assert {name: said[name].partition(name)[2] for name in sorted(said)} == {
        "broken": ".json is damaged and cannot be read.",
        "cut": ".txt: This code is damaged: something in it was changed or is missing.",
        "empty": ".json is empty.",
        "essay": ".docx is no file of answers, and no text with a code.",
        "later": ".txt: This code is from a newer version of paramcount.",
        "newer": ".json is from a newer version of paramcount.",
        "none": ".json holds no answers.",
        "notes": ".txt has no code in it: one begins with pc1-.",
        "older": ".json is damaged: some answers in it cannot be read.",
        "other": ".json holds something other than answers.",
    }
    assert students(folder) == {"ada": 2, "older": 1}


def test_a_code_in_a_mail_and_in_what_moodle_packs(one):
    folder, code = one
    (folder / "ada.json").unlink()
    half = len(code) // 2
    (folder / "bo.txt").write_text(f"Hello,\n\n{code[:half]}\n{code[half:]}\n\nBest wishes, Bo\n", "utf-8")
    (folder / "cy.html").write_text(f"<p>Mine: <b>{code}</b></p><p>Cy</p>", "utf-8")
    packed = folder / "Di Ek_4711_assignsubmission_file"
    packed.mkdir()
    shutil.copy(folder / "bo.txt", packed / "my-answers.txt")
    (folder / "Eve Fo_12_assignsubmission_onlinetext_onlinetext.html").write_text(f"<p>{code}</p>", "utf-8")
    (folder / "all.csv").write_text(f"time,name,code\n10:15,Gus,{code}\n10:16,Hal,{code}\n", "utf-8")
    assert students(folder) == dict.fromkeys(["Di Ek", "Eve Fo", "Gus", "Hal", "bo", "cy"], 2)


def test_a_student_who_hands_in_twice_is_one(one, monkeypatch):
    folder, code = one
    (folder / "Ada.txt").write_text(code, "utf-8")
    hand_in(folder / "ada (1).json", {"digits-one-layer": ("7841", "7850")}, monkeypatch)
    found = handed_in.read(folder)
    assert [student.name for student in found.students] == ["Ada"]
    assert len(found.notes) == 2 and all("the same student" in note for note in found.notes)
    (chapter,) = mistakes.chapters(found)
    assert [row.counts for row in chapter.rows] == [
        [0, 1, 0, 0],
        [0, 1, 0, 0],
    ]  # the one that is right counts


def test_two_files_that_are_alike_in_all_wrong_turns_are_told(tmp_path, monkeypatch):
    hand_in(tmp_path / "one.json", {id: ("1", "2") for id in TYPED}, monkeypatch)
    shutil.copy(tmp_path / "one.json", tmp_path / "two.json")
    found = handed_in.read(tmp_path)
    assert len(found.students) == 2
    (note,) = found.notes
    assert note.startswith("two.json holds the very same 4 answers as one.json")


def kept_as(folder: Path, **changes) -> mistakes.Class:
    """The class of one whose first answer is kept otherwise."""
    path = folder / "ada.json"
    page = json.loads(path.read_text("utf-8"))
    page["answers"][0] |= changes
    path.write_text(json.dumps(page), "utf-8")
    return handed_in.read(folder)


@pytest.mark.parametrize(
    ("changes", "counts", "made"),
    [
        # What is kept says "solved", and the answer is wrong: the answer counts.
        ({"answer": "12", "slips": []}, [0, 0, 1, 0], [("no_biases", 12)]),
        # It was not solved when it was typed, and is right today.
        ({"solved": False, "answer": "4*3 + 3", "tries": 1, "slips": []}, [1, 0, 0, 0], []),
        # In the sizes of practice: 5 × 8 + 8, of which 40 are weights. In the chapter's sizes that is 12.
        ({"sizes": {"i": 5, "o": 8}, "solved": False, "answer": "40"}, [0, 0, 1, 0], [("no_biases", 12)]),
        # What is no name of a slip, and a slip that has no words any more.
        ({"slips": ["$x", "<b>", "gone_by_now"]}, [0, 1, 0, 0], [("gone_by_now", None)]),
    ],
)
def test_answers_are_judged_anew(one, changes, counts, made):
    (chapter,) = mistakes.chapters(kept_as(one[0], **changes))
    row = chapter.rows[0]
    assert row.question.id == "neurons-side-by-side" and row.counts == counts
    assert [(each.slip, each.number) for each in row.made] == made
    assert "gone by now" in mistakes.text(chapter) or "gone_by_now" not in str(made)


@pytest.mark.parametrize(
    "changes",
    [
        {"question": "no-such-question"},
        {"sizes": {"i": 4}},
        {"sizes": {"i": 4, "o": "3"}},
        {"sizes": {"i": 4, "o": -3}},
    ],
)
def test_answers_to_no_question_are_left_out(one, changes):
    found = kept_as(one[0], **changes)
    (chapter,) = mistakes.chapters(found)
    assert [row.question.id for row in chapter.rows] == ["digits-one-layer"]
    assert found.notes == ["1 answer is to questions that the chapters do not have: left out."]
