"""An examination: `make exam SEED=2027`; or one for each student, `make exam SEED=2027 STUDENTS=30`.

Twelve questions in sizes that the seed draws, so that each year and each student can have others; with full
answers, and marks that a slip with a name keeps. It is written as Markdown, as HTML, as a PDF that Chromium,
Chrome or Edge prints, and as questions for Moodle; the answers apart.
"""

from __future__ import annotations

import argparse
import datetime
import functools
import itertools
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import jinja2
from exam_questions import TASKS, Task
from moodle import as_moodle
from printing import NO_BROWSER, browser, text, to_pdf

from paramcount import Layer
from paramcount.ask import bank, slips
from paramcount.ask.judge import PERHAPS, judge
from paramcount.ask.question import Question
from paramcount.ask.slips.base import begun
from paramcount.show.account import Account

PAPER = Path(__file__).parent / "paper"
OUT = Path(__file__).parent.parent.parent / "build" / "exam"

MARKS = 4  # for a number; a question in words says what its marks are for
MINUTES = 90
LISTED = 24  # wrong numbers of a question that are marked in Moodle
PRINTED = 8  # of those, the ones that stand on paper

# What a slip keeps of the marks. One that is not here keeps 2, and two slips at once keep 1.
KEEPS = {
    3: """
        bias_for_each_word bias_per_input biased_dot_product biased_inputs biased_pair biases_added
        biases_counted biases_imagined biases_of_a_framework biases_of_one_ffnn biases_of_one_layer
        biases_of_the_hidden_layers gain_alone no_biases no_biases_in_attention no_norms one_bias_per_ffnn
        one_bias_per_layer row_more second_biases_of_one_ffnn statistics_kept
        """,
    1: """
        active_alone added all_experts all_multiplied all_times_heads bias_per_weight channels_added
        count_alone frozen_alone frozen_counted inputs_times_heads matrix_per_head neurons no_weights
        one_number_a_word one_weight_a_unit places_of_an_image rank_times_both rule_of_thumb sides_added
        sizes_added state_times_input times_heads times_steps
        """,
}
_KEPT = {slip: marks for marks, names in KEEPS.items() for slip in names.split()}


def marks(slip: str) -> int:
    """What a number is worth that comes from a slip."""
    return 1 if "+" in slip else _KEPT.get(slip, 2)


@dataclass(frozen=True)
class Known:
    """A wrong number that comes from a known slip, or from one of several.

    why: each of them in words, as the notebooks name it; marks: what it is worth.
    """

    number: int
    why: tuple[str, ...]
    marks: int

    @property
    def short(self) -> str:
        """The slips without their reasons."""
        return "; or: ".join(map(_short, self.why))


def _short(why: str) -> str:
    why = begun(why.removeprefix(PERHAPS).lstrip())
    said = why.removeprefix(slips.TWO_SLIPS).partition(". ")[0].rstrip(".")
    return f"{said}; and the biases are left out" if why.startswith(slips.TWO_SLIPS) else said


@dataclass(frozen=True)
class Part:
    """One thing that a question asks for. label: such as "2a"."""

    label: str
    question: Question
    key: tuple[tuple[int, str], ...] = ()

    @property
    def words(self) -> str:
        return self.question.words()

    @property
    def marks(self) -> int:
        return sum(mark for mark, _ in self.key) or MARKS

    @property
    def right(self) -> int:
        return int(self.question.count)

    @property
    def working(self) -> list[str]:
        """The way to the right number: in letters, in numbers, and step by step."""
        asked = self.question.asked
        if isinstance(asked, Layer):
            return Account(asked).lines
        return [asked.symbols, asked.numbers, f"{asked:,}"]

    @cached_property
    def known(self) -> list[Known]:
        """The wrong numbers that are marked, those first that are made with all that is asked for."""
        wrong = [*slips.wrongs(self.question.asked), *slips.paired(self.question.asked)]
        wrong.sort(key=lambda each: ("+" in each.slip, bool(each.part)))
        found: list[Known] = []
        for number in dict.fromkeys(int(each.count) for each in wrong):
            if number > 0 and len(found) < LISTED:
                found += self._named(number)
        return found

    def _named(self, number: int) -> Iterator[Known]:
        """What the notebooks say of a number, if it names a slip."""
        said = judge(number, self.question.asked, self.question.figures)
        if said.slip:
            yield Known(number, said.lines, marks(said.slip))
        elif said.choices:
            why = tuple(each.why for each in said.choices)
            yield Known(number, why, max(marks(each.slip) for each in said.choices))

    def worth(self, mark: int) -> list[int]:
        """The numbers that are worth so many marks."""
        return [each.number for each in self.known[:PRINTED] if each.marks == mark]


@dataclass(frozen=True)
class Item:
    """A question of a sheet."""

    number: int
    title: str
    chapter: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Sheet:
    """The examination of one student, or of all. name: whose; "" for all."""

    seed: str
    name: str

    @property
    def label(self) -> str:
        """What tells it from the others: the student's name, or the number of the sheet."""
        return f"sheet {self.name}" if self.name.isdigit() else self.name

    @cached_property
    def items(self) -> list[Item]:
        return [self._item(number, task) for number, task in enumerate(TASKS, 1)]

    @property
    def marks(self) -> int:
        return sum(part.marks for item in self.items for part in item.parts)

    def _item(self, number: int, task: Task) -> Item:
        parts = []
        for letter, sized in zip("ab", self._sized(task), strict=False):
            label = f"{number}{letter}" if len(task.parts) > 1 else f"{number}"
            parts.append(Part(label, sized, tuple(task.key(sized.asked)) if task.key else ()))
        return Item(number, task.title, task.chapter, tuple(parts))

    def _sized(self, task: Task) -> list[Question]:
        """What a question asks for, in sizes that are drawn; no count is one of the chapters'."""
        for draw in itertools.count():
            sizes = task.parts[0].another(f"{self.seed} {self.name} {draw}").sizes
            questions = [replace(each, sizes=sizes) for each in task.parts]
            if not any(int(each.count) in _counts_of_chapters() for each in questions):
                return questions


@functools.cache
def _counts_of_chapters() -> set[int]:
    return {int(each.count) for chapter in bank.CHAPTERS for each in bank.questions(chapter)}


def sheets(seed: str, students: str = "") -> list[Sheet]:
    """The sheets. students: "" for one that all share, how many, names with commas, or a file of names."""
    if students.isdigit():
        names = [str(number) for number in range(1, int(students) + 1)]
    elif students and Path(students).is_file():
        names = Path(students).read_text("utf-8-sig").splitlines()
    else:
        names = students.split(",")
    named = list(dict.fromkeys(name.strip() for name in names))
    return [Sheet(seed, name) for name in named if name or not students] or [Sheet(seed, "")]


def written(found: list[Sheet]) -> dict[str, str]:
    """The examination as the text of each file, by its name."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PAPER),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["text"] = lambda source: text(source, PAPER)
    environment.filters["css"] = as_css
    # The seed is not on the questions: who has it can draw the answers.
    title, seed = "Counting parameters: examination", found[0].seed
    css = "".join((PAPER / name).read_text("utf-8") for name in ("paper.css", "exam.css"))
    given = {
        "sheets": found,
        "title": title,
        "css": css,
        "minutes": MINUTES,
        "full": MARKS,
        "printed": PRINTED,
    }
    made = {"questions.md": environment.get_template("exam.md.j2").render(given)}
    made["questions.html"] = environment.get_template("exam.html.j2").render(given)
    given["title"] = f"Answers: examination {seed}"
    given["body"] = made["answers.md"] = environment.get_template("exam-answers.md.j2").render(given)
    made["answers.html"] = environment.get_template("exam-answers.html.j2").render(given)
    made["moodle.xml"] = as_moodle(found, f"Counting parameters {seed}")
    return made


def as_css(words: str) -> str:
    r"""Words as a string of a style sheet, in which a name may have any character.

    >>> print(as_css('"Bo" </style>'))
    "\22 Bo\22  \3c /style\3e "
    """
    return '"' + re.sub(r'["\\<>&\n]', lambda each: f"\\{ord(each[0]):x} ", words) + '"'


def main(seed: str, students: str = "", out: Path | str = OUT) -> None:
    """Write the examination, and say what was written where."""
    if not re.fullmatch(r"\w[\w.-]*", seed):
        sys.exit(
            f"SEED={seed}: letters and digits, such as 2027 or 2027-second, since a folder is named after it."
        )
    folder = Path(out) / seed
    folder.mkdir(parents=True, exist_ok=True)
    found = sheets(seed, students)
    print(f"Seed {seed}, {len(found)} {'sheet' if len(found) == 1 else 'sheets'} ...", flush=True)
    paths = []
    for name, content in written(found).items():
        paths.append(folder / name)
        paths[-1].write_text(content, "utf-8")
    command = browser()
    if command:
        paths += [to_pdf(path, command) for path in paths if path.suffix == ".html"]
    print(*map(os.path.relpath, sorted(paths)), sep="\n")
    if not command:
        sys.exit(NO_BROWSER)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="make exam", description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", default="", help="what the sizes are drawn by; the year if none is given")
    parser.add_argument(
        "--students", default="", help="how many, their names with commas, or a file of names"
    )
    given = parser.parse_args()
    main(given.seed or str(datetime.date.today().year), given.students)
