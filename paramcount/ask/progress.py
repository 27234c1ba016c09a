"""`progress`: where a reader stands, in a chapter or in all of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import resources

from ..dims import shown
from . import kept
from .bank import CHAPTERS, questions

# As the notebooks have them in their first line.
TITLES = {
    "00-start-here": "Start here",
    "01-feed-forward": "Feed-forward networks",
    "02-recurrent": "Recurrent networks",
    "03-convolution": "Convolution",
    "04-attention": "Attention",
    "05-encoder": "The Transformer encoder",
    "06-decoder": "The Transformer decoder",
    "07-whole-models": "Whole models",
    "08-your-own-model": "Your own model",
    "09-what-trains": "What trains",
}

# The mark of each state, and what it says.
MARKS = {
    "solved": ("✓", "solved"),
    "shown": ("◐", "shown"),
    "tried": ("•", "tried, comes back"),
    "open": ("○", "open"),
}


def progress(chapter: str | None = None) -> Progress:
    """Show how many questions are solved, and which ones come back. It follows what is answered below it.

    chapter: the name of a notebook, such as "01-feed-forward"; without one, all chapters are shown.
    """
    if chapter is not None and chapter not in CHAPTERS:
        raise ValueError(f"There is no chapter {shown(chapter)}: there are {', '.join(CHAPTERS)}")
    return Progress(chapter)


class Progress:
    """What `progress` returns. chapter: the name of its notebook, or None for all chapters.

    It is text and HTML, which stay as they are where nothing runs, and which are replaced when an answer
    changes them. Below them stands a widget with what can be done with all answers; where there is a way to
    a cell, it makes the marks lead to their questions.
    """

    def __init__(self, chapter: str | None):
        self.chapter, self._said, self._place = chapter, {}, None
        kept.on_change(self.refresh)

    def __repr__(self) -> str:
        return self._forms()["text/plain"]

    def _forms(self) -> dict[str, str]:
        """What it says, by MIME type."""
        rows, trouble = standings(self.chapter), kept.trouble()
        text, html = (_strip_text, _strip) if self.chapter else (_table_text, _table)
        note = f'<p class="pc-trouble">{escape(trouble)}</p>' if trouble else ""
        return {
            "text/plain": "\n".join(filter(None, [text(rows), trouble])),
            "text/html": f'<style>{styles()}</style><div class="pc-progress">{html(rows)}{note}</div>',
        }

    def _ipython_display_(self) -> None:
        from IPython.display import display

        from .actions import Actions

        self._said = self._forms()
        self._place = display(self._said, raw=True, display_id=True)
        self.actions = Actions(self.chapter, self.refresh)
        display(self.actions)

    def refresh(self) -> None:
        """Say it anew where it stands, if there is something new to say."""
        if self._place and (forms := self._forms()) != self._said:
            self._said = forms
            self._place.update(forms, raw=True)


@dataclass(frozen=True)
class Standing:
    """How the questions of a chapter stand: their states, in order."""

    chapter: str
    states: tuple[str, ...]

    @property
    def number(self) -> int:
        return int(self.chapter[:2])

    @property
    def title(self) -> str:
        return TITLES[self.chapter]

    @property
    def signs(self) -> str:
        return "".join(MARKS[state][0] for state in self.states)

    @property
    def solved(self) -> str:
        """Such as "5 of 9"."""
        return f"{self.states.count('solved')} of {len(self.states)}"

    @property
    def back(self) -> str:
        """How many come back, in words; "" if none does."""
        number = self.states.count("shown") + self.states.count("tried")
        return f"{number} to come back to" if number else ""

    @property
    def words(self) -> str:
        """Both of these."""
        return ", ".join(filter(None, [f"{self.solved} solved", self.back]))


def standings(chapter: str | None = None) -> list[Standing]:
    """How the questions of a chapter stand, or those of each."""
    states = kept.states()
    return [
        Standing(name, tuple(states.get(each.id, "open") for each in questions(name)))
        for name in ([chapter] if chapter else CHAPTERS)
    ]


# -- one chapter ----------------------------------------------------------------------------------


def _strip_text(rows: list[Standing]) -> str:
    [row] = rows
    key = "   ".join(f"{sign} {words}" for sign, words in MARKS.values())
    return f"{row.title}: {row.words}\n{' '.join(row.signs)}\n{key}"


def _strip(rows: list[Standing]) -> str:
    [row] = rows
    marks = (
        f'<span class="pc-mk">{_mark(state, number)}<i>{number}</i></span>'
        for number, state in enumerate(row.states, 1)
    )
    key = (f"<span>{_mark(state)} {words}</span>" for state, (_, words) in MARKS.items())
    return (
        f'<p class="pc-sh"><b>{row.solved} solved</b> <span>{escape(row.title)}</span></p>'
        f'<p class="pc-marks">{" ".join(marks)}</p><p class="pc-legend">{" ".join(key)}</p>'
    )


def _mark(state: str, question: int = 0) -> str:
    """A mark: without the styles its sign stands there. question: its number, to be spoken with the state."""
    sign, words = MARKS[state]
    spoken = f'role="img" aria-label="question {question}: {words}"' if question else 'aria-hidden="true"'
    return f'<span class="pc-m {state}" {spoken}>{sign}</span>'


# -- all chapters ---------------------------------------------------------------------------------


def _in_all(rows: list[Standing]) -> str:
    return Standing("", tuple(state for row in rows for state in row.states)).solved


def _table_text(rows: list[Standing]) -> str:
    titles, marks = (
        max(map(len, each)) for each in zip(*((row.title, row.signs) for row in rows), strict=True)
    )
    lines = [
        f"{row.number}  {row.title:{titles}}  {row.signs:{marks}}  {row.solved:>9}  {row.back}".rstrip()
        for row in rows
    ]
    return "\n".join([*lines, f"   {'in all':{titles}}  {'':{marks}}  {_in_all(rows):>9}"])


def _table(rows: list[Standing]) -> str:
    return (
        "<table><caption>All chapters</caption>"
        '<thead><tr><th scope="col">no.</th><th scope="col">chapter</th><th scope="col">questions</th>'
        '<th scope="col" class="pc-num">solved</th><th scope="col">comes back</th></tr></thead>'
        f"<tbody>{''.join(map(_line, rows))}</tbody>"
        '<tfoot><tr><td></td><th scope="row">in all</th><td></td>'
        f'<td class="pc-num"><b>{_in_all(rows)}</b></td><td></td></tr></tfoot></table>'
    )


def _line(row: Standing) -> str:
    marks = " ".join(map(_mark, row.states))
    number, of_all = row.solved.split(" ", 1)
    return (
        f'<tr><td>{row.number}</td><th scope="row"><a href="{row.chapter}.ipynb">{escape(row.title)}</a></th>'
        f'<td><span class="pc-row" role="img" aria-label="{row.words}">{marks}</span></td>'
        f'<td class="pc-num"><b>{number}</b> {of_all}</td><td>{row.back}</td></tr>'
    )


@cache
def styles() -> str:
    """The style sheet of the strip, the table and the buttons below them."""
    return resources.files(__package__).joinpath("progress.css").read_text("utf-8")
