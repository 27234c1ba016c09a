"""What a class got wrong: `make mistakes FOLDER=answers`, of one chapter with CHAPTER=1.

It reads what students handed in, judges each answer anew, and shows question by question who got it when, and
which slips were made: as text, as a plot for each chapter, and as one page. Nobody is named, unless
ARGS=--names asks for it, and never in a plot.
"""

from __future__ import annotations

import argparse
import base64
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import chain
from pathlib import Path

import jinja2
from handed_in import Class, read
from mistakes_plot import plot
from printing import NO_BROWSER, browser, to_pdf

from paramcount.ask import bank, slips
from paramcount.ask.book import Kept
from paramcount.ask.progress import TITLES
from paramcount.ask.question import Question
from paramcount.ask.slips.base import several
from paramcount.typed import parse

PAPER = Path(__file__).parent / "paper"
OUT = Path(__file__).parent.parent.parent / "build" / "mistakes"

# How a student stands with a question: the first of these, if it was asked in several sizes.
STATES = ("first", "later", "not yet", "not tried")
Who = dict[tuple[str, int | None], dict[str, None]]  # the students who made a slip and typed a number
LARGEST = 10**9  # no size of a question is as large


@dataclass(frozen=True)
class Judged:
    """An answer as it is judged today. numbers: what was typed with each slip that was made, if sure."""

    state: str
    numbers: dict[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Made:
    """A slip that was made with a question. number: what was typed; why: in words; who: the students."""

    slip: str
    number: int | None
    why: str
    who: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """A question. states: how each student stands, by name; made: the slips, the most frequent first."""

    question: Question
    states: dict[str, str]
    made: tuple[Made, ...]

    @property
    def title(self) -> str:
        said = self.question.id.replace("-", " ").replace("pytorch", "PyTorch").replace("keras", "Keras")
        return said[:1].upper() + said[1:]

    @property
    def working(self) -> str:
        """How the right number comes about; where that is long, the number alone."""
        count = self.question.count
        worked = f"{count.numbers} = {count:,}"
        return worked if count.how != "leaf" and len(worked) < 42 else f"{count:,}"

    @property
    def counts(self) -> list[int]:
        """How many students stand how, in the order of the states."""
        found = Counter(self.states.values())
        return [found[state] for state in STATES]

    def who(self, state: str) -> list[str]:
        return [name for name, each in self.states.items() if each == state]


@dataclass(frozen=True)
class Chapter:
    """What a class did in a chapter."""

    name: str
    students: int
    rows: tuple[Row, ...]

    @property
    def title(self) -> str:
        return f"Chapter {int(self.name[:2])} · {TITLES[self.name]}"

    @cached_property
    def slips(self) -> list[tuple[str, int]]:
        """The slips of all questions in words, and how often each was made, the most frequent first."""
        often: Counter[str] = Counter()
        words: dict[str, str] = {}
        for made in chain.from_iterable(row.made for row in self.rows):
            often[made.slip] += len(made.who)
            words.setdefault(made.slip, made.why)
        return [(words[slip], number) for slip, number in often.most_common()]

    @property
    def summary(self) -> str:
        """The chapter in two sentences."""
        first, later, not_yet, _ = map(sum, zip(*(row.counts for row in self.rows), strict=True))
        tried = first + later + not_yet
        share = f"At the first try {round(100 * first / tried)} % of the answers were right."
        said = f"{several(self.students, 'student')}, {several(len(self.rows), 'question')}. {share}"
        if not self.slips:
            return said
        all_made = sum(number for _, number in self.slips)
        why, most = self.slips[0]
        return f"{said} Of {all_made:,} slips with a name, {most:,} {'was' if most == 1 else 'were'}: {why}."

    @property
    def talk_about(self) -> str:
        """The question to begin with, and why; "" if no slip was made."""
        made = [(len(each.who), row, each) for row in self.rows for each in row.made]
        if not made:
            return ""
        often, row, slip = max(made, key=lambda each: each[0])
        typed = (
            f"typed {slip.number:,}: {slip.why}" if slip.number is not None else f"made this slip: {slip.why}"
        )
        return f"Talk about “{row.title}”: {often} of {self.students} {typed}."


# -- one answer -----------------------------------------------------------------------------------


def judged(kept: Kept) -> Judged | None:
    """What is kept of a question, judged anew by what was typed last; None if there is no such question."""
    question = asked(kept)
    if question is None:
        return None
    made = [slip for slip in dict.fromkeys(kept.slips) if re.fullmatch(r"[a-z_+]{1,80}", slip)]
    solved, last = kept.solved, ""
    if kept.answer:
        said = question.judged(kept.answer)
        solved, last = said.kind == "right", said.slip
        if last and last not in made:
            made.append(last)
    typed = int(parse(kept.answer, question.in_bytes).value) if last else None
    return Judged(
        _state(kept, solved), {slip: typed if slip == last else _sure(slip, question) for slip in made}
    )


def asked(kept: Kept) -> Question | None:
    """The question of the chapters, in the sizes in which it was answered; None if there is no such one."""
    if all(isinstance(size, int) and 0 < size < LARGEST for size in kept.sizes.values()):
        return _sized(kept.question, tuple(kept.sizes.items()))
    return None


@cache
def _sized(id: str, sizes: tuple[tuple[str, int], ...]) -> Question | None:
    try:
        question = replace(bank.find(id), sizes=dict(sizes))
        return (
            question if question.sizes.keys() == bank.find(id).sizes.keys() and question.count >= 0 else None
        )
    except (TypeError, ValueError, ArithmeticError):  # no such question, or sizes that do not go together
        return None


def _state(kept: Kept, solved: bool) -> str:
    """How a student stands. What is typed after *Show me* is no answer."""
    if kept.shown or (kept.tries and not solved):
        return "not yet"
    return "not tried" if not solved else "first" if kept.tries <= 1 else "later"


def _sure(slip: str, question: Question) -> int | None:
    """The number that a slip leads to; None where it may lead to several."""
    numbers = {number for number, _ in _known(question).get(slip, ())}
    return numbers.pop() if len(numbers) == 1 else None


@cache
def _known(question: Question) -> dict[str, list[tuple[int, str]]]:
    """For each slip that is known of a question, the numbers that it leads to, each with its words."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for wrong in chain(slips.wrongs(question.asked), slips.paired(question.asked)):
        found[wrong.slip].append((int(wrong.count), wrong.why))
    return found


def in_words(slip: str, number: int | None, question: Question) -> str:
    """A slip in a few words, such as "the weights alone, without the biases"."""
    known = {why for each, why in _known(question).get(slip, []) if number in (each, None)}
    if (len(known) > 1 and number is None) or not known:
        return slip.replace("_", " ").replace("+", " and ")
    why = min(known)
    said = why.removeprefix(slips.TWO_SLIPS).partition(". ")[0].rstrip(".")
    said = re.sub(r"^((In [^:]*: )*)(Those are|That is|That has|That) ", r"\1", said)
    return f"{said}, and the biases left out" if why.startswith(slips.TWO_SLIPS) else said


# -- a class --------------------------------------------------------------------------------------


def chapters(found: Class, only: str = "") -> list[Chapter]:
    """What the class did in each chapter of which something was answered. Unknown questions are noted."""
    answers: dict[str, dict[str, list[tuple[Kept, Judged]]]] = defaultdict(lambda: defaultdict(list))
    unknown = 0
    for student in found.students:
        for kept in student.answers.values():
            if answer := judged(kept):
                answers[kept.question][student.name].append((kept, answer))
            else:
                unknown += 1
    if unknown:
        are = "1 answer is" if unknown == 1 else f"{unknown} answers are"
        found.notes.append(f"{are} to questions that the chapters do not have: left out.")
    names = [student.name for student in found.students]
    made = []
    for chapter in [only] if only else bank.CHAPTERS:
        rows = tuple(
            _row(each, names, answers[each.id]) for each in bank.questions(chapter) if answers[each.id]
        )
        if any(state != "not tried" for row in rows for state in row.states.values()):
            made.append(Chapter(chapter, len(names), rows))
    return made


def _row(question: Question, names: list[str], answers: dict[str, list[tuple[Kept, Judged]]]) -> Row:
    """A question, as each of the class did with it."""
    states = {name: _best(question, answers.get(name, [])) for name in names}
    who: Who = defaultdict(dict)
    for name, given in answers.items():
        for kept, answer in given:
            for slip, number in answer.numbers.items():
                # In practice the same question comes in other sizes, where the number is another one.
                here = number if kept.sizes == dict(question.sizes) else _sure(slip, question)
                who[slip, here][name] = None
    made = [
        Made(slip, number, in_words(slip, number, question), tuple(students))
        for (slip, number), students in _joined(who).items()
    ]
    made.sort(key=lambda each: (-len(each.who), each.number or 0))
    return Row(question, states, tuple(made))


def _joined(
    who: dict[tuple[str, int | None], dict[str, None]],
) -> dict[tuple[str, int | None], dict[str, None]]:
    """Those of whom it is not known what they typed go with the others, if these all typed the same."""
    for slip in {slip for slip, number in who if number is None}:
        numbers = [number for each, number in who if each == slip and number is not None]
        if len(numbers) == 1:
            who[slip, numbers[0]] |= who.pop((slip, None))
    return who


def _best(question: Question, given: list[tuple[Kept, Judged]]) -> str:
    """How a student stands with a question: in the chapter's sizes, or in others if those were not tried."""
    here = [each.state for kept, each in given if kept.key == question.key and each.state != "not tried"]
    return min(here or [each.state for _, each in given], key=STATES.index, default="not tried")


# -- what is shown --------------------------------------------------------------------------------


def text(chapter: Chapter, names: bool = False) -> str:
    """A chapter for a terminal."""
    lines = [chapter.title, chapter.summary, chapter.talk_about, ""]
    width = max(len(row.title) for row in chapter.rows)
    lines.append(f"{'question':{width}}  {'first':>6}{'later':>6}{'not yet':>8}{'not tried':>10}   slips")
    for row in chapter.rows:
        first, later, not_yet, not_tried = row.counts
        line = f"{row.title:{width}}  {first:>6}{later:>6}{not_yet:>8}{not_tried:>10}"
        for made in row.made or [None]:
            lines.append(f"{line}   {said(made)}".rstrip() if made else line)
            line = " " * len(line)
            if names and made:
                lines.append(f"{line}      {', '.join(made.who)}")
        if names and not_yet:
            lines.append(f"{' ' * (width + 2)}not yet: {', '.join(row.who('not yet'))}")
    if chapter.slips:
        lines += ["", "slips, over all questions"]
        lines += [f"{number:>5}  {why}" for why, number in chapter.slips]
    return "\n".join(line for line in lines if line is not None) + "\n"


def said(made: Made) -> str:
    """A slip with how many made it, such as "11 × 7,840, the weights alone"."""
    number = f"{made.number:,}, " if made.number is not None else ""
    return f"{len(made.who)} × {number}{made.why}"


def page(found: list[Chapter], notes: Iterable[str], pictures: list[bytes], names: bool) -> str:
    """All chapters as one page, each with its plot and the same in a table."""
    environment = jinja2.Environment(
        trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined, autoescape=True
    )
    environment.filters["said"] = said
    sources = [base64.b64encode(picture).decode() for picture in pictures]
    return environment.from_string((PAPER / "mistakes.html.j2").read_text("utf-8")).render(
        chapters=list(zip(found, sources, strict=True)), notes=list(notes), states=STATES, names=names
    )


def main(folder: str, chapter: str = "", names: bool = False, out: Path | str = OUT) -> None:
    """Say and draw what the class got wrong, and say what was written where."""
    only = _chapter(chapter)
    if not folder or not Path(folder).is_dir():
        there = f"There is no folder {folder}. " if folder else ""
        sys.exit(f"{there}Say where the answers are: make mistakes FOLDER=answers")
    found = read(Path(folder))
    done = chapters(found, only)
    print(*found.notes, sep="\n", end="\n\n" if found.notes else "")
    if not done:
        where = f" of {only}" if only else ""
        sys.exit(f"There are no answers{where} in {folder}. A student hands in my-answers.json, or a code.")
    folder_out = Path(out)
    folder_out.mkdir(parents=True, exist_ok=True)
    written, pictures = [], []
    for each in done:
        print(text(each, names))
        figure = plot(each)
        for kind in ("svg", "png"):
            written.append(folder_out / f"{each.name}.{kind}")
            figure.savefig(written[-1], dpi=150)
        pictures.append(written[-2].read_bytes())
    html = folder_out / "mistakes.html"
    html.write_text(page(done, found.notes, pictures, names), "utf-8")
    written.append(html)
    command = browser()
    if command:
        written.append(to_pdf(html, command))
    print(*map(os.path.relpath, written), sep="\n")
    if not command:
        sys.exit(NO_BROWSER)


def _chapter(given: str) -> str:
    """The name of a chapter that is given by its name or its number; "" for all."""
    found = [name for name in bank.CHAPTERS if given in (name, name[:2], str(int(name[:2])))]
    if given and not found:
        sys.exit(f"There is no chapter {given}. There are: {', '.join(bank.CHAPTERS)}")
    return found[0] if given else ""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="make mistakes", description=__doc__.partition("\n")[0])
    parser.add_argument("folder", help="where the answers are that were handed in")
    parser.add_argument("--chapter", default="", help="one chapter, by its name or number")
    parser.add_argument("--names", action="store_true", help="say who made which slip")
    given = parser.parse_args()
    main(given.folder, given.chapter, given.names)
