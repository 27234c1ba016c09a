"""A worksheet for each chapter: `make worksheets`; or one: `make worksheets CHAPTER=2`.

Two or three pages to write on, with nothing that answers; and apart from them, in the folder `answers`, a
page for the instructor with each count, its working, and what the wrong numbers tell. Questions, pictures,
counts and slips come from the question bank; what stands here is which of them, in which order, and what is
to be written where.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape
from itertools import count
from pathlib import Path

import jinja2
import nbformat
from markupsafe import Markup
from printing import NO_BROWSER, browser, to_pdf

from paramcount.ask import bank
from paramcount.ask.judge import judge
from paramcount.ask.question import Question
from paramcount.ask.slips import wrongs
from paramcount.ask.slips.parts import whole
from paramcount.ask.widgets import drawn, short
from paramcount.core import Layer
from paramcount.show.account import Account
from paramcount.show.pictures import render
from paramcount.show.pictures.svg import stylesheet

NOTEBOOKS = Path(__file__).parent.parent
PAPER = Path(__file__).parent / "paper"
OUT = NOTEBOOKS.parent / "build" / "worksheets"

_SLIPS = 3  # beside an answer, at most
_SHORT = 150  # characters of a question that takes half of the page's width


@dataclass(frozen=True)
class Task:
    """A question of the bank, and what is to be written where.

    id: in the bank. other: which other sizes it is asked in; 0 for those of the chapter. picture: whether
    it is there to write on. places: whether boxes stand below the columns of neurons and between them.
    parts: whether each part has a line and a box. shares: whether two bars are to be cut into the parts, one
    before they are counted. grows: the size that the count is drawn over, and up to which value.
    """

    id: str
    other: int = 0
    picture: bool = False
    places: bool = False
    parts: bool = False
    shares: bool = False
    grows: tuple[str, int] | None = None

    @cached_property
    def question(self) -> Question:
        question = bank.find(self.id)
        return question.another(self.other) if self.other else question

    # -- what is to be written ----------------------------------------------------------------------

    @property
    def half(self) -> bool:
        """Whether half of the page's width is enough."""
        alone = not (self.picture or self.places or self.parts or self.shares or self.grows)
        return alone and len(self.question.words()) <= _SHORT

    @property
    def words(self) -> Markup:
        if not self.grows:
            return self.asked
        size, most = self.grows
        now = self.question.sizes[size]
        return Markup(
            f"{self.asked} Now let <b>{now:,}</b> be {self.letter}, a size that you "
            f"choose. Draw how the count goes from {self.letter} = 1 to {most:,}."
        )

    @property
    def asked(self) -> Markup:
        """The words of the question. What is one number or one product stays on a line."""
        return Markup(
            re.sub(" ([=×]) ", "\N{NO-BREAK SPACE}\\1\N{NO-BREAK SPACE}", self.question.words(html=True))
        )

    @property
    def letter(self) -> Markup:
        """The size that the count is drawn over, in italics."""
        size, _ = self.grows
        return Markup(f"<i>{escape(size)}</i>")

    def svg(self) -> Markup:
        """The picture, hollow as it is when the question is asked."""
        picture = drawn(self.question, None)
        if not picture:
            raise ValueError(f"{self.id} has no picture before it is answered")
        return Markup(render(picture, f"p-{self.id}-{self.other}"))

    @property
    def slots(self) -> list[int]:
        """What is trained in each column of neurons, and between it and the next one."""
        counted = [0]
        asked = self.question.asked
        dense = [asked] if asked.name == "dense" else list(asked.parts.values())
        for each in dense:
            counted += [int(each.parts["W"].count), int(each.parts["b"].count)]
        return counted

    @property
    def rows(self) -> list[tuple[str, int]]:
        """The parts of what is asked for, each with its count; of layers that are alike those of one."""
        asked = self.question.asked
        if isinstance(asked, Layer):
            rows = [(name, int(part.count)) for name, part in asked.parts.items()]
            one = [("one of these layers", sum(n for _, n in rows))] if asked.times > 1 else []
            return rows + one
        return [(part.label, int(part.layer.count)) for part in whole(asked).parts]

    # -- what answers -------------------------------------------------------------------------------

    @property
    def working(self) -> str:
        """How the count comes about, with the numbers put in."""
        asked = self.question.asked
        if isinstance(asked, Layer):
            lines = Account(asked).lines[1:-1]
            fitting = [line for line in lines if len(line) < 90]
            return (fitting or lines[-1:] or [""])[0]
        return asked.numbers if asked.args else ""

    @property
    def slips(self) -> list[tuple[int, str]]:
        """Wrong numbers and what they tell: first those that the lecture lets people vote for."""
        right = int(self.question.count)
        known: dict[int, tuple[str, str]] = {}
        for wrong in wrongs(self.question.asked):
            if (
                wrong.count > 0
                and not self._is_another_multiple(int(wrong.count))
                and wrong.slip != "rounded"
            ):
                known.setdefault(int(wrong.count), (wrong.slip, short(wrong)))
        voted = [] if self.other else [number for number in hands(self.id) if number in known]
        chosen = dict.fromkeys(voted)
        for number, (slip, said) in known.items():
            told = {known[each][0] for each in chosen}
            if slip not in told and (not said.startswith("In ") or len(chosen) < 2):
                chosen[number] = None
        return [(number, self._tells(number)) for number in list(chosen)[:_SLIPS] if number != right]

    def _tells(self, wrong: int) -> str:
        """What is said of a wrong number when it is typed, without the reason."""
        said = judge(wrong, self.question.asked, self.question.figures, self.question.three)
        return short(said.choices[0]) if said.choices else said.lines[0].partition(". ")[0].rstrip(".")

    def _is_another_multiple(self, wrong: int) -> bool:
        """Whether it is a multiple of the count by a number that the question does not have."""
        right = int(self.question.count)
        return (
            bool(right)
            and wrong > right
            and not wrong % right
            and wrong // right not in self.question.numbers
        )

    @property
    def shared(self) -> list[tuple[str, float]]:
        """The parts with their shares of the whole, in per cent."""
        rows = [(name, n) for name, n in self.rows if n and not name.startswith("one of")]
        every = sum(n for _, n in rows)
        return [(name, 100 * n / every) for name, n in rows]

    # -- how the count grows ------------------------------------------------------------------------

    def at(self, value: int) -> int:
        """The count with another value of the size that it is drawn over."""
        size, _ = self.grows
        made = self.question.right(**{**self.question.sizes, size: value})
        return int(made.count if isinstance(made, Layer) else made)

    @property
    def across(self) -> list[int]:
        """What stands along the lower axis."""
        _, most = self.grows
        return [most * k // 4 for k in range(5)]

    @property
    def upright(self) -> list[int]:
        """What stands along the upright axis: round numbers, the last one not below the largest count."""
        most = self.at(self.across[-1])
        ten = 10 ** (len(str(most)) - 2)
        step = next(each * ten for each in (2, 5, 10, 20, 25, 50) if 6 * each * ten >= most)
        return list(range(0, most + step, step))

    @property
    def steps(self) -> list[tuple[int, int]]:
        """The first step and the last, from one value to the next."""
        _, most = self.grows
        return [(1, 2), (most - 1, most)]

    @property
    def straight(self) -> bool:
        """Whether the count grows by as much at every step."""
        return len({self.at(b) - self.at(a) for a, b in self.steps}) == 1


# -- which questions ----------------------------------------------------------------------------

# Pages of tasks. What tells the answer to an earlier one comes after the page is turned.
SHEETS: dict[str, list[list[Task]]] = {
    "00-start-here": [
        [
            Task("two-neurons", places=True),
            Task("layer-of-neurons", places=True),
        ],
        [
            Task("two-neurons", other=1),
            Task("layer-of-neurons", other=1),
            Task("layer-of-neurons", other=2),
            Task("layer-of-neurons", other=3),
            Task("layer-of-neurons", grows=("o", 8)),
        ],
    ],
    "01-feed-forward": [
        [
            Task("neurons-side-by-side"),
            Task("numbers-in-and-out"),
            Task("first-network", places=True),
            Task("at-work"),
        ],
        [
            Task("digits-one-layer"),
            Task("second-layer-alone"),
            Task("digits-hidden-layer", picture=True, shares=True),
        ],
        [
            Task("through-a-needle", picture=True),
            Task("digits-hidden-layer", grows=("h", 256)),
        ],
    ],
    "02-recurrent": [
        [
            Task("first-rnn"),
            Task("first-gru"),
            Task("first-lstm", picture=True),
            Task("sentence-and-book"),
            Task("gru-in-pytorch"),
        ],
        [
            Task("gru-both-ways", picture=True),
            Task("lstm-on-gru", picture=True, shares=True),
        ],
        [
            Task("minimal-gated-unit"),
            Task("stacked-lstms"),
            Task("lstm-last-step", grows=("h", 40)),
        ],
    ],
    "03-convolution": [
        [
            Task("one-filter"),
            Task("grey-image"),
            Task("two-channels", picture=True),
            Task("photograph"),
            Task("first-of-two"),
        ],
        [
            Task("second-of-two"),
            Task("sound"),
            Task("body-scan"),
            Task("channels-in-groups", picture=True),
        ],
        [
            Task("before-a-norm"),
            Task("one-filter-each"),
            Task("like-lenet", picture=True, shares=True),
        ],
    ],
    "04-attention": [
        [
            Task("square-layer"),
            Task("attention-itself"),
            Task("multi-head", picture=True),
            Task("sentence-length"),
        ],
        [
            Task("more-heads"),
            Task("biases-alone"),
            Task("pieces-of-words"),
            Task("only-matrices"),
            Task("columns-for-each-head", parts=True),
        ],
        [
            Task("one-key-for-all", picture=True, shares=True),
            Task("two-sentences"),
        ],
    ],
    "05-encoder": [
        [
            Task("norm-of-a-word"),
            Task("up-and-down"),
            Task("simple-layer", picture=True),
            Task("rule-of-thumb"),
            Task("small-encoder"),
        ],
        [
            Task("two-halves", picture=True, shares=True),
            Task("whole-encoder"),
            Task("inner-size-left"),
        ],
        [
            Task("one-layer-again"),
            Task("part-by-part", picture=True, shares=True),
        ],
    ],
    "06-decoder": [
        [
            Task("encoder-from-memory"),
            Task("simple-decoder-layer", picture=True),
            Task("more-than-an-encoder"),
            Task("small-decoder"),
        ],
        [
            Task("papers-decoder-layer", shares=True),
            Task("whole-transformer", picture=True),
        ],
        [
            Task("smallest-gpt", picture=True, shares=True),
            Task("two-encoders"),
        ],
    ],
    "07-whole-models": [
        [
            Task("first-of-resnet"),
            Task("rule-for-gpt-xl"),
            Task("layer-of-bert"),
            Task("lenet-five", parts=True),
        ],
        [
            Task("layer-of-llama", picture=True, parts=True),
            Task("llama-of-today", shares=True),
        ],
        [
            Task("more-words"),
            Task("small-llama", picture=True, parts=True),
            Task("shared-expert"),
        ],
    ],
    "08-your-own-model": [
        [
            Task("filter-for-each"),
            Task("keys-and-values"),
            Task("gated-block", parts=True),
            Task("mixture-block"),
        ],
        [
            Task("unet-block", parts=True),
            Task("mamba-by-hand", parts=True),
            Task("activations-of-a-conv"),
        ],
        [
            Task("bytes-of-a-token"),
            Task("all-in-bfloat16"),
            Task("reader-on-reader", picture=True, shares=True),
        ],
    ],
    "09-what-trains": [
        [
            Task("frozen-hidden", parts=True),
            Task("norms-alone"),
            Task("one-thin-pair", picture=True),
        ],
        [
            Task("lora-of-llama"),
            Task("lora-of-fused"),
            Task("pruned-by-mask"),
            Task("packed-in-bytes"),
        ],
        [
            Task("same-twice", parts=True),
            Task("learned-prompt"),
            Task("class-token", picture=True, shares=True),
        ],
    ],
}


def pages(chapter: str) -> list[list[list[tuple[int, Task]]]]:
    """The pages of a worksheet, in rows of one or two tasks with their numbers."""
    numbers = count(1)
    return [list(_rows([(next(numbers), task) for task in tasks])) for tasks in SHEETS[chapter]]


def _rows(tasks: list[tuple[int, Task]]) -> Iterator[list[tuple[int, Task]]]:
    """Two tasks beside each other where half of the width is enough for both."""
    while tasks:
        both = len(tasks) > 1 and tasks[0][1].half and tasks[1][1].half
        row, tasks = tasks[: 1 + both], tasks[1 + both :]
        yield row


def chapter_title(chapter: str) -> str:
    """The title of a chapter, from its notebook."""
    return _cells(chapter)[0].source.partition("\n")[0].lstrip("# ")


def _cells(chapter: str) -> list[nbformat.NotebookNode]:
    return nbformat.read(NOTEBOOKS / f"{chapter}.ipynb", as_version=4).cells


def hands(id: str) -> list[int]:
    """The numbers that a lecture lets people vote for at a question; none if it does not ask it."""
    chapter = next(name for name, file in bank.CHAPTERS.items() if file == bank.find(id).chapter)
    asks = f'predict("{id}")'
    found = (cell.metadata.get("slideshow", {}) for cell in _cells(chapter) if asks in cell.source)
    return [number for each in found for number in each.get("hands", [])]


# -- pages --------------------------------------------------------------------------------------


def page(chapter: str, template: str) -> str:
    """The worksheet of a chapter, or its answers, as one page of HTML."""
    environment = jinja2.Environment(
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        loader=jinja2.FileSystemLoader(PAPER),
    )
    environment.filters["size"] = lambda value: f"{value:,}"
    css = (PAPER / "worksheet.css").read_text("utf-8")
    return environment.get_template(template).render(
        title=chapter_title(chapter),
        css=Markup("".join(map(stylesheet, ("picture.css", "sketch.css"))) + css),
        pages=pages(chapter),
    )


def chapters(chapter: str = "") -> list[str]:
    """All chapters; or one, named by its notebook or by its number."""
    return [name for name in SHEETS if not chapter or name in (chapter, f"{chapter:0>2}{name[2:]}")]


def main(chapter: str = "", out: Path | str = OUT) -> None:
    """Make the worksheets and their answers, and say what was written where."""
    found = chapters(chapter)
    if not found:
        sys.exit(f"There is no chapter {chapter}. There are: {', '.join(SHEETS)}")
    command = browser()
    for name in found:
        for folder, template in (("", "worksheet.html.j2"), ("answers", "answers.html.j2")):
            html = Path(out, folder, f"{name}.html")
            html.parent.mkdir(parents=True, exist_ok=True)
            html.write_text(page(name, template), "utf-8")
            written = [html, to_pdf(html, command)] if command else [html]
            print(*(os.path.relpath(each) for each in written), sep="  ", flush=True)
    if not command:
        sys.exit(NO_BROWSER)


if __name__ == "__main__":
    main(*sys.argv[1:])
