"""What is kept of a reader: the file, its schema, what may happen to it, and the code that takes it along."""

import base64
import datetime
import errno
import fnmatch
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zlib
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paramcount import ffnn
from paramcount.ask import bank, book, kept
from paramcount.ask.book import Kept
from paramcount.ask.question import Question, of_layer
from test_packaging import ROOT


def asked(id="one", **sizes) -> Question:
    return Question(id, "", int, sizes)


ONE, OTHER = asked(i=3), asked(i=4)


@pytest.fixture
def file(tmp_path, monkeypatch) -> Path:
    """Where answers are kept in this test: nothing is there yet."""
    monkeypatch.setenv("PARAMCOUNT_ANSWERS", str(tmp_path / "mine.json"))
    return tmp_path / "mine.json"


def another_kernel() -> None:
    """Forget all that is not in the file."""
    kept._book_at.cache_clear()


def answer(question: Question, *answers: str, right: str = "right", **changes) -> None:
    """Give answers, one after the other; which one is right is up to the test."""
    for typed in answers:
        before = kept.of(question)
        first = typed == right and not before.tries
        after = replace(before, answer=typed, tries=before.tries + 1, solved=typed == right, first=first)
        kept.keep(question, replace(after, **changes))


def run(code: str, file: Path) -> subprocess.Popen:
    """Start Python anew, with the same file of answers."""
    code = f"from test_kept import *\n{code}"
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    environment = os.environ | {"PARAMCOUNT_ANSWERS": str(file), "PYTHONPATH": paths}
    return subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


# -- the file -------------------------------------------------------------------------------------


def test_an_answer_is_a_line_that_people_can_read(file):
    sizes = {"i": 3, "h": (5, 4), "bias": True, "ff": None}
    kept.keep(asked(**sizes), Kept("one", answer="4 × 8", tries=2, hints=1, slips=("no_biases", "no_biases")))
    today = datetime.date.today().isoformat()
    only_line = (
        '{"question": "one", "sizes": {"i": 3, "h": [5, 4], "bias": true, "ff": null}, "answer": "4 × 8", '
        '"tries": 2, "solved": false, "first": false, "shown": false, "hints": 1, '
        f'"slips": ["no_biases", "no_biases"], "when": "{today}"}}'
    )
    assert file.read_text("utf-8") == (
        '{\n "about": "Your answers to the questions of the notebooks. They stay on this machine.",\n'
        f' "schema": 1,\n "answers": [\n  {only_line}\n ]\n}}\n'
    )
    another_kernel()
    expected = Kept("one", sizes, "4 × 8", 2, hints=1, slips=("no_biases", "no_biases"), when=today)
    assert kept.of(asked(**sizes)) == expected
    assert kept.everything() == [expected]


def test_nothing_is_written_before_there_is_an_answer(file):
    assert kept.of(ONE) == Kept("one", {"i": 3})
    assert (kept.everything(), kept.trouble(), kept.mastered("one")) == ([], "", False)
    kept.start_again()
    assert not file.exists()


def test_sizes_are_kept_by_their_values(file):
    layer = of_layer(ffnn(3, 5, 2))  # its sizes know their names
    answer(layer, "32")
    another_kernel()
    assert kept.of(of_layer(ffnn(3, 5, 2))).answer == "32"
    assert kept.of(of_layer(ffnn(3, 5, 3))).answer == ""
    assert {type(value) for value in kept.everything()[0].sizes.values()} <= {int, bool, tuple}


def test_what_was_typed_comes_back_whatever_it_is(file):
    for typed in ('"', "\\", "\n", "\ud83d", "👍", "\x00", "</script>", "９"):
        answer(ONE, typed)
        another_kernel()
        assert kept.of(ONE).answer == typed


def test_an_answer_that_is_changed_keeps_its_place(file):
    answer(ONE, "1")
    answer(OTHER, "2")
    answer(ONE, "3")
    assert [each.answer for each in kept.history("one")] == ["3", "2"]


def test_without_a_file_everything_is_kept_for_this_kernel(monkeypatch, tmp_path):
    monkeypatch.setenv("PARAMCOUNT_ANSWERS", "")
    monkeypatch.chdir(tmp_path)
    another_kernel()
    answer(ONE, "1")
    assert (kept.of(ONE).answer, kept.trouble()) == ("1", "")
    another_kernel()
    assert kept.everything() == []
    assert list(tmp_path.iterdir()) == []


def test_it_stands_beside_the_notebook_and_git_does_not_see_it(monkeypatch, tmp_path):
    monkeypatch.delenv("PARAMCOUNT_ANSWERS")
    monkeypatch.chdir(tmp_path)
    (tmp_path / kept.FILE).write_text("damaged")
    answer(ONE, "1")
    written = [path.name for path in tmp_path.iterdir()]
    assert sorted(written) == ["my-answers-damaged.json", "my-answers.json"]
    with pytest.MonkeyPatch.context() as patched:
        temporary = []
        patched.setattr(os, "replace", lambda new, _: temporary.append(Path(new).name))
        answer(ONE, "2")
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    for name in [*written, *temporary]:
        assert any(fnmatch.fnmatch(name, pattern) for pattern in ignored), name


def test_tests_keep_nothing_beside_the_notebooks(request):
    kernels_find = Path(os.environ["PARAMCOUNT_ANSWERS"])
    assert ROOT not in kernels_find.parents
    assert not kernels_find.exists(), "each test begins with nothing answered"
    answer(ONE, "1")
    assert kernels_find.exists()


def test_a_notebook_that_is_tested_keeps_nothing_beside_itself(tmp_path, monkeypatch):
    monkeypatch.delenv("PARAMCOUNT_ANSWERS")
    shutil.copy(ROOT / "conftest.py", tmp_path)
    (tmp_path / "notebooks").mkdir()
    source = "from paramcount.ask import bank, kept\n" + (
        'kept.keep(bank.find("two-neurons"), kept.Kept(""))\nassert len(kept.everything()) == 1'
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    nbformat.write(notebook, tmp_path / "notebooks/one.ipynb")
    options = ("-q", "-p", "no:cacheprovider", "--nbval-lax", "--nbval-current-env")
    command = [sys.executable, "-m", "pytest", *options, "notebooks/one.ipynb"]
    tested = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert "1 passed" in tested.stdout, tested.stdout
    assert [path.name for path in (tmp_path / "notebooks").iterdir()] == ["one.ipynb"]


# -- what may happen to it ------------------------------------------------------------------------


def line(**changes) -> str:
    fields = {
        "question": "one", "sizes": {"i": 3}, "answer": "7", "tries": 1, "solved": True, "first": True,
        "shown": False, "hints": 0, "slips": [], "when": "2026-11-27",
    }  # fmt: skip
    return json.dumps(fields | changes)


def text(*lines: str, schema: object = 1) -> str:
    return f'{{"schema": {json.dumps(schema)}, "answers": [{", ".join(lines)}]}}'


DAMAGED = [
    b"\xff\xfe\x00",
    b"[" * 100_000,
    text(line())[:-30].encode(),
    b'{"schema": 1, "answers": ' + b"9" * 5_000 + b"}",
]


@pytest.mark.parametrize("content", DAMAGED, ids=["not text", "too deep", "cut off", "a huge number"])
def test_a_damaged_file_is_put_aside_and_a_new_one_begun(file, content):
    file.write_bytes(content)
    assert kept.trouble() == "mine.json is damaged and cannot be read."
    answer(ONE, "1")
    assert kept.trouble() == "mine.json is damaged and cannot be read. It was put aside as mine-damaged.json."
    assert (file.parent / "mine-damaged.json").read_bytes() == content
    another_kernel()
    assert (kept.of(ONE).answer, kept.trouble()) == ("1", "")


def test_what_was_put_aside_before_stays(file):
    for content in ("first", "second", "third"):
        file.write_text(content)
        answer(ONE, "1")
    aside = [file.parent / f"mine-damaged{number}.json" for number in ("", "2", "3")]
    assert [path.read_text() for path in aside] == ["first", "second", "third"]


@pytest.mark.parametrize(
    "bad",
    [
        "5",
        '{"question": "one"}',
        line(tries="two"),
        line(solved=1),
        line(sizes=[3]),
        line(extra=0),
        line(slips="no_biases"),
    ],
)
def test_answers_that_can_be_read_outlast_one_that_cannot(file, bad):
    file.write_text(text(line(), bad, line(sizes={"i": 4}, answer="8")))
    assert [each.answer for each in kept.everything()] == ["7", "8"]
    assert kept.trouble() == "mine.json is damaged: some answers in it cannot be read."
    answer(asked("two"), "9")
    assert bad in (file.parent / "mine-damaged.json").read_text()
    another_kernel()
    assert [each.answer for each in kept.everything()] == ["7", "8", "9"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"cells": [], "metadata": {}}', "holds something other than answers"),
        ("[1, 2]", "holds something other than answers"),
        ("null", "holds something other than answers"),
        (text(schema="1"), "holds something other than answers"),
        (text(line(), schema=2), "is from a newer version of paramcount"),
    ],
)
def test_a_file_of_somebody_else_is_left_as_it_is(file, content, said):
    file.write_text(content)
    answer(ONE, "1")
    answer(OTHER, "2")
    assert said in kept.trouble() and "only while this kernel runs" in kept.trouble()
    assert [each.answer for each in kept.everything()] == ["1", "2"]
    assert file.read_text() == content
    assert [path.name for path in file.parent.iterdir()] == ["mine.json"]


def test_where_nothing_can_be_written_answers_are_kept_meanwhile(file, monkeypatch):
    answer(ONE, "1")
    with monkeypatch.context() as read_only:
        read_only.setattr(tempfile, "mkstemp", refusing(errno.EROFS))
        answer(OTHER, "2")
        assert kept.trouble().startswith("mine.json cannot be written: Read-only file system. Your answers")
        assert [each.answer for each in kept.everything()] == ["1", "2"]
        assert b'"2"' not in file.read_bytes()
    answer(asked("two"), "3")
    assert kept.trouble() == ""
    another_kernel()
    assert [each.answer for each in kept.everything()] == ["1", "2", "3"]


def test_a_file_that_was_being_written_stays_as_it_was(file, monkeypatch):
    answer(ONE, "1")
    before = file.read_bytes()
    with monkeypatch.context() as full:
        full.setattr(os, "replace", refusing(errno.ENOSPC))
        answer(OTHER, "2")
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == ["mine.json"]


def refusing(number: int):
    def refuse(*_, **__):
        raise OSError(number, os.strerror(number))

    return refuse


def test_a_folder_or_a_device_of_that_name_is_left_alone(file, monkeypatch):
    file.mkdir()
    answer(ONE, "1")
    assert kept.of(ONE).answer == "1" and kept.trouble().startswith("mine.json cannot be read")
    monkeypatch.setenv("PARAMCOUNT_ANSWERS", os.devnull)
    answer(ONE, "2")
    assert kept.of(ONE).answer == "2" and kept.trouble().startswith("null cannot be written: it is no file")
    assert not Path(os.devnull).is_file()


def test_a_folder_that_is_not_there(file, monkeypatch):
    monkeypatch.setenv("PARAMCOUNT_ANSWERS", str(file / "nowhere" / "mine.json"))
    answer(ONE, "1")
    assert kept.of(ONE).answer == "1"
    assert kept.trouble().startswith("mine.json cannot be written: No such file or directory")


# -- two notebooks at once ------------------------------------------------------------------------


def test_two_kernels_keep_each_others_answers(file):
    other = run(
        "for word in sys.stdin: answer(asked('other', i=int(word)), word.strip()); print(word, flush=True)",
        file,
    )
    for number in range(5):
        answer(asked(i=number), str(number))
        other.stdin.write(b"%d\n" % number)
        other.stdin.flush()
        other.stdout.readline(), other.stdout.readline()
    other.communicate()
    expected = [(name, str(number)) for number in range(5) for name in ("one", "other")]
    assert [(each.question, each.answer) for each in kept.everything()] == expected


def test_where_reading_is_slow_nothing_is_lost_either(file, monkeypatch):
    """As in a browser's own Python: what was read a moment ago is good enough, but not to be written."""
    monkeypatch.setattr(book, "_PAUSE", 60)
    answer(ONE, "1")
    run("answer(OTHER, '2')", file).communicate()
    assert [each.answer for each in kept.everything()] == ["1"]
    answer(asked("two"), "3")
    assert [each.answer for each in kept.everything()] == ["1", "2", "3"]


def test_of_two_answers_to_one_question_the_last_is_kept(file):
    answer(ONE, "1")
    run("answer(ONE, 'there')", file).communicate()
    assert kept.of(ONE).answer == "there"
    answer(ONE, "here")
    assert [(each.answer, each.tries) for each in kept.everything()] == [("here", 3)]


def test_nothing_is_sent_anywhere(file):
    watched = (
        "events = []; sys.addaudithook(lambda event, _: events.append(event))\n"
        "answer(ONE, '1'); kept.take(kept.code()); kept.start_again(); kept.bring_back()\n"
        "sent = [event for event in events if event.startswith(('socket.', 'urllib.', 'subprocess.'))]\n"
        "print(len(kept.everything()), 'os.rename' in events, sent)"
    )
    process = run(watched, file)
    assert process.communicate()[0] == b"1 True []\n"


# -- how a question stands ------------------------------------------------------------------------


def test_the_states_of_a_question(file):
    assert kept.state(ONE) == "open"
    kept.keep(ONE, Kept("one", hints=2))
    assert kept.state(ONE) == "open"
    answer(ONE, "wrong")
    assert kept.state(ONE) == "tried"
    kept.keep(ONE, replace(kept.of(ONE), shown=True))
    assert kept.state(ONE) == "shown"
    answer(ONE, "right")
    assert kept.state(ONE) == "shown"  # it only had to be copied
    answer(OTHER, "wrong", "right")
    assert kept.state(ONE) == kept.state(OTHER) == "solved"
    answer(asked(i=5), "wrong")
    assert kept.states() == {"one": "solved"}


def test_mastered_is_twice_in_a_row_at_the_first_try(file):
    answer(asked(i=1), "right")
    assert not kept.mastered("one")
    answer(asked(i=2), "wrong", "right")
    answer(asked(i=3), "right")
    assert not kept.mastered("one")
    kept.keep(asked(i=4), Kept("one", hints=1))  # not answered: it does not count
    assert not kept.mastered("one")
    answer(asked(i=5), "right")
    assert kept.mastered("one")
    assert not kept.mastered("other")
    kept.keep(asked(i=6), Kept("one", shown=True))
    assert not kept.mastered("one")


# -- starting again -------------------------------------------------------------------------------


def test_starting_again_can_be_undone_until_the_next_answer(file):
    answer(ONE, "1")
    answer(OTHER, "2")
    kept.start_again()
    assert kept.everything() == []
    another_kernel()
    assert kept.put_away() == 2
    kept.keep(ONE, Kept("one", hints=1))  # to read a hint is no answer
    kept.bring_back()
    assert [each.answer for each in kept.everything()] == ["", "2"]  # what is newer stays
    assert kept.put_away() == 0
    kept.start_again()
    answer(ONE, "3")
    kept.bring_back()
    assert [each.answer for each in kept.everything()] == ["3"]


def test_one_chapter_can_be_started_again(file):
    here, there = (bank.questions(chapter)[0] for chapter in ("00-start-here", "01-feed-forward"))
    for question in (here, there, ONE):
        answer(question, "1")
    kept.start_again("00-start-here")
    assert [each.question for each in kept.everything()] == [there.id, "one"]
    assert (kept.put_away("00-start-here"), kept.put_away("01-feed-forward")) == (1, 0)
    kept.start_again("01-feed-forward")
    kept.bring_back("00-start-here")
    assert [each.question for each in kept.everything()] == [here.id, "one"]
    kept.bring_back()
    assert len(kept.everything()) == 3


# -- who wants to know ----------------------------------------------------------------------------


def test_listeners_hear_of_every_change_and_are_held_weakly(file):
    class Strip:
        heard = 0

        def changed(self):
            Strip.heard += 1

    strip = Strip()
    kept.on_change(strip.changed)
    answer(ONE, "1")
    code = kept.code()
    kept.start_again()
    kept.bring_back()
    kept.take(code)
    assert Strip.heard == 4
    del strip
    answer(ONE, "2")
    assert Strip.heard == 4


# -- the code -------------------------------------------------------------------------------------

SIZES = st.one_of(st.integers(1, 10**9), st.booleans(), st.none(), st.lists(st.integers(1, 999)).map(tuple))
KEPT = st.builds(
    Kept,
    question=st.from_regex("[a-z][a-z-]{0,20}", fullmatch=True),
    sizes=st.dictionaries(st.from_regex("[a-z]{1,5}", fullmatch=True), SIZES, max_size=4),
    answer=st.text(max_size=30),
    tries=st.integers(0, 50),
    solved=st.booleans(),
    first=st.booleans(),
    shown=st.booleans(),
    hints=st.integers(0, 9),
    slips=st.lists(st.sampled_from(["no_biases", "one_direction"]), max_size=3).map(tuple),
    when=st.dates().map(datetime.date.isoformat),
)


def only(entries: list[Kept]) -> None:
    """As if these were all answers that there are, in a kernel where nothing is written."""
    os.environ["PARAMCOUNT_ANSWERS"] = ""
    another_kernel()
    page = book.Page({each.key: each for each in entries}, closed=True)
    kept._book().write(page)


@given(st.lists(KEPT, max_size=6, unique_by=lambda each: each.key))
def test_what_a_code_was_made_of_comes_out_of_it(entries):
    only(entries)
    code = kept.code()
    only([])
    assert kept.take(code) == len(entries)
    assert kept.everything() == entries


@given(st.lists(KEPT, min_size=1, max_size=3, unique_by=lambda each: each.key), st.data())
def test_a_code_in_which_anything_is_changed_is_refused(entries, data):
    only(entries)
    code = kept.code()
    only([])
    at = data.draw(st.integers(4, len(code) - 2))  # the last one holds bits that mean nothing
    to = data.draw(st.sampled_from("Aa0_-").filter(lambda sign: sign != code[at]))
    with pytest.raises(kept.Damaged):
        kept.take(code[:at] + to + code[at + 1 :])
    assert kept.everything() == []


@pytest.fixture
def code(file) -> str:
    answer(ONE, "1")
    answer(OTHER, "right")
    code = kept.code()
    file.unlink()
    return code


def test_a_code_survives_a_mail(file, code):
    lines = "\n".join("> "[1:] + code[at : at + 20] for at in range(0, len(code), 20))
    assert kept.take(f' "{lines}" \n') == 2
    assert [each.answer for each in kept.everything()] == ["1", "right"]


DAMAGED_CODE = "something in it was changed or is missing"


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        (lambda code: code[:-9], DAMAGED_CODE),
        (lambda code: code[:-10], DAMAGED_CODE),
        (lambda code: code + code[4:], DAMAGED_CODE),
        (lambda code: code[:30] + code[31:], DAMAGED_CODE),
        (lambda code: code.upper(), "This is not a code of answers: one begins with pc1-"),
        (lambda code: "", "This is not a code of answers"),
        (lambda code: "48", "This is not a code of answers"),
        (lambda code: code.replace("pc1-", "pc2-"), "from a newer version of paramcount"),
        (lambda code: "pc1-", DAMAGED_CODE),
        (lambda code: packed("[[]]"), DAMAGED_CODE),
        (lambda code: packed('{"a": 1}'), DAMAGED_CODE),
        (lambda code: packed("5"), DAMAGED_CODE),
        (lambda code: packed("[" * 50_000), DAMAGED_CODE),
        (lambda code: packed(" " * 50_000_000), DAMAGED_CODE),
    ],
)
def test_a_code_that_cannot_be_taken_says_why(file, code, spoilt, said):
    with pytest.raises(kept.Damaged, match=said):
        kept.take(spoilt(code))
    assert not file.exists()


def packed(text: str) -> str:
    return "pc1-" + base64.urlsafe_b64encode(zlib.compress(text.encode())).decode().rstrip("=")


def test_a_code_takes_nothing_away(file):
    answer(ONE, "wrong", "right")
    answer(OTHER, "wrong")
    code = kept.code()
    kept.start_again()
    answer(ONE, "wrong")
    answer(OTHER, "wrong", "right")
    kept.take(code)
    assert [(each.answer, each.tries) for each in kept.everything()] == [("right", 2), ("right", 2)]
