"""The question on the screen: `Quiz`, which `predict` returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from html import escape
from importlib import resources

import ipywidgets

from ..core import Layer, Path
from ..dims import Dim
from ..show.account import Account
from ..show.panel import image, styles
from ..show.pictures import render, sketch, sketches
from ..show.pictures.svg import Picture
from ..show.widgets import close, new_id
from . import kept
from .beside import beside
from .form import AnswerForm
from .hints import hints
from .judge import Verdict, estimate, in_short, judge, of_slip
from .question import Question
from .record import answered
from .slips import TWO_SLIPS, Wrong
from .slips.parts import whole

_PLACEHOLDER = "a number, or how you got it: 4*7 + 7"
_ABOUT = "First about how many? Anything within a tenth is right, such as 1.5B or 340M."


class Quiz(ipywidgets.VBox):
    """The question that `predict` asks. question: as it stands now, in the sizes of the moment."""

    def __init__(
        self, question: Question, place: str = "", then: Callable[[], None] | None = None, about=False
    ):
        """place: where it stands, such as "Question 3 of 9". then: what follows it, if it is one of a row;
        then what was answered before is not shown. about: whether an estimate is asked for first."""
        self._place, self._first, self._number = place, question, 0
        self._then, self._estimates = then, about
        self._writing = False
        self._style, self._kicker, self._words, self._picture, self._feedback = (
            ipywidgets.HTML(tooltip="") for _ in range(5)
        )
        self.form = AnswerForm(label="Your count", placeholder=_PLACEHOLDER)
        self.form.on_event(self._sent)
        self.choices, self.below = _row("pc-choices"), _row("pc-next")
        super().__init__(
            [
                self._style,
                self._kicker,
                self._words,
                self._picture,
                self.form,
                self._feedback,
                self.choices,
                self.below,
            ]
        )
        self.add_class("pc")
        self._ask(question)
        kept.on_change(self._follow)

    # -- what is asked --------------------------------------------------------------------------

    def _ask(self, question: Question) -> None:
        """Ask a question, or take it up where its reader left it."""
        self.question, self._hints, self._said = question, 0, None
        self._about = self._estimates
        self.first: bool | None = None  # whether the first estimate was near enough
        self._style.value = style_sheets(question.asked)
        about = f"<p>{_ABOUT}</p>" if self._about else ""
        self._words.value = f'<div class="pc-ask">{question.words(html=True)}</div>{about}'
        self.form.put("")
        self._feedback.value = ""
        self._show_picture()
        self._offer()
        self._known = kept.of(question)
        self._tries_before = self._known.tries if self._then else 0
        if not self._then:
            self._take_up(self._known)
        self._count_tries()

    def _follow(self) -> None:
        """Ask anew if what is kept of the question was changed elsewhere, such as by starting again."""
        if not self._writing and kept.of(self.question) != self._known:
            self._number = 0
            self._ask(self._first)

    def _take_up(self, before: kept.Kept) -> None:
        """Show what was kept of an earlier day."""
        if before.answer:
            self.form.value = before.answer
        if before.shown and not before.solved:
            self._show(before.answer)
        elif before.answer:
            self._say(self.question.judged(before.answer))

    def _sent(self, name: str, text: str) -> None:
        """A button of the form was pressed while `text` stood in its box."""
        act = {"submit": self._check, "hint": self._hint, "show": self._show}[name]
        act(text)

    def _check(self, text: str) -> None:
        if self._about and judge(text, self.question.asked).kind != "right":
            self._estimate(text)
        else:
            self._estimated(True)
            with self._written_here():
                said = answered(self.question, text)
            self._count_tries()  # before what is said, so that both are true when it is read
            self._say(said)

    def _estimate(self, text: str) -> None:
        """Judge a first estimate; once one is near enough the exact count may be given, or left."""
        said = estimate(text, self.question.count)
        if said.kind in ("right", "wrong"):
            self._estimated(said.kind == "right")
        self._write(said)
        self._offer(done=not self._about)

    def _estimated(self, near: bool) -> None:
        """Take note of an estimate, if one is asked for."""
        if self._about:
            self.first = near and self.first is None
            self._about = not near

    def _hint(self, _: str) -> None:
        given = hints(self.question)
        self._hints = min(self._hints + 1, len(given))
        self._keep(hints=self._hints)
        lines = tuple(given[: self._hints])
        self._write(Verdict("empty", f"Hint {self._hints} of {len(given)}", lines))

    def _show(self, text: str) -> None:
        self._estimated(False)
        self._about = False
        if not kept.of(self.question).solved:
            self._keep(shown=True, answer=text)
        self._show_picture(frozenset())
        said = Verdict("shown", f"It is {self.question.count:,}.")
        known = self.question.judged(text) if text.strip() else None
        slip = f"<p>{escape(' '.join(known.more))}</p>" if known and known.slip else ""
        self._write(said, beside(text, self.question.asked) + slip)
        self._offer(done=True)

    def _another(self, *_) -> None:
        self._number += 1
        self._ask(self._first.another(self._number))

    # -- what is said ---------------------------------------------------------------------------

    def _say(self, said: Verdict) -> None:
        self._said = said
        if said.kind == "right":
            self._show_picture(frozenset())
            # Arithmetic of one's own stands above the formula; to a number alone its way is told.
            way = beside(said.answer, self.question.asked, formula=True) if said.answer else ""
            self._write(replace(said, lines=()) if way else said, way + _mastery(self.question))
            self._offer(done=True)
        elif said.choices:
            lines = ("Which was yours?",)
            ways = "Two different slips lead" if len(said.choices) == 2 else "Several slips lead"
            self._write(
                replace(
                    said, kind="choice", headline=said.headline, lines=(f"{ways} to this number.", *lines)
                )
            )
            self._offer(choices=said.choices)
        else:
            self._point(said, second=self.tries > 1)

    def _point(self, said: Verdict, second: bool) -> None:
        """First the slip in words; from the second try on, where it is."""
        seen = second and said.slip
        self._show_picture(said.missing if seen and said.missing else None)
        key = _KEY if seen and said.missing else ""
        self._write(replace(said, lines=(*said.lines, *said.more)) if seen else said, key)
        self._offer(far=said.distance if second else "")

    def _chosen(self, wrong: Wrong) -> None:
        said = of_slip(self._said.headline, wrong, self._said.distance)
        before = kept.of(self.question)
        self._keep(slips=(*before.slips, wrong.slip))
        self._point(said, second=self.tries > 1)

    def _neither(self, *_) -> None:
        lines = ("Then it is one that I do not know. Count one part at a time, then add.",)
        self._point(replace(self._said, lines=lines, choices=()), second=False)

    def _write(self, said: Verdict, more: str = "") -> None:
        colour = {"right": "c-f", "wrong": "c-b"}.get(said.kind, "")
        lines = "".join(f"<p>{line}</p>" for line in said.html_lines())
        self._feedback.value = (
            f'<div class="pc-says {said.kind} {colour}" role="status">'
            f'<span class="pc-icon ok" aria-hidden="true">{_ICONS[said.kind]}</span><div>'
            f'<p class="pc-verdict ok">{escape(said.headline)}</p>{lines}{more}</div></div>'
        )

    def _show_picture(self, missing: frozenset[Path] | None = None) -> None:
        """The question's own picture: as asked, or with what was counted filled, what is missing dashed."""
        picture = drawn(self.question, missing)
        self._picture.value = f'<div class="pc-pic">{render(picture, new_id())}</div>' if picture else ""

    # -- what can be pressed --------------------------------------------------------------------

    def _offer(self, done: bool = False, choices: tuple[Wrong, ...] = (), far: str = "") -> None:
        """The buttons that make sense now. done: whether the answer is out."""
        self.form.buttons = [
            {"name": "hint", "label": "Hint"},
            {"name": "show", "label": "Show me"},
        ]
        _fill(self.choices, [_button(short(each), lambda _, w=each: self._chosen(w)) for each in choices])
        if choices:
            self.choices.children += (_button("Neither of these", self._neither, "pc-quiet"),)
        below = []
        if far:
            below.append(_button("How far off am I?", lambda button: _say_on(button, far), "pc-quiet"))
        if self._then:
            below.append(_button("Next", lambda _: self._then(), primary=done) if done else None)
        elif self._first.others:
            below.append(
                _button("Another one like it", self._another, "" if done else "pc-quiet", primary=done)
            )
        _fill(self.below, [button for button in below if button])

    # -- what is kept ---------------------------------------------------------------------------

    def _keep(self, **changes) -> None:
        with self._written_here():
            kept.keep(self.question, replace(kept.of(self.question), **changes))
        self._count_tries()

    @contextmanager
    def _written_here(self) -> Iterator[None]:
        """What changes meanwhile is nothing to follow."""
        self._writing = True
        try:
            yield
        finally:
            self._writing, self._known = False, kept.of(self.question)

    @property
    def tries(self) -> int:
        """How many answers were given that could be read; of one in a row, since it was asked."""
        return kept.of(self.question).tries - self._tries_before

    def _count_tries(self) -> None:
        tries = f"{self.tries} {'try' if self.tries == 1 else 'tries'}" if self.tries else ""
        name = self._place or "Predict, then check"
        trouble = (
            f'<div class="pc-kicker" role="alert">{escape(kept.trouble())}</div>' if kept.trouble() else ""
        )
        self._kicker.value = (
            f'<div class="pc-kicker"><span>{escape(name)}</span><span>{tries}</span></div>{trouble}'
        )

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        run = "Run this cell to answer."
        words = self._first.words()
        picture = drawn(self._first, None)
        still = image(picture) if picture else ""
        html = f"<p><b>{escape(words)}</b></p>{still}<p>{run}</p>"
        return bundle | {"text/plain": f"{words}\n{run}", "text/html": html}


# Beside what is said: a tick, a triangle, a question mark, a fork, an eye, a lamp. Drawn on 26 by 26.
_PATHS = {
    "right": "M2.5 13a10.5 10.5 0 1 0 21 0a10.5 10.5 0 1 0 -21 0M8 13.4l3.6 3.7l6.6 -7.6",
    "wrong": "M13 3.2L23.6 22.3H2.4zM13 10.2v5.2M13 18.9v.1",
    "unreadable": "M3 3h20v20h-20zM9.8 10.1a3.3 3.3 0 1 1 4.8 2.9c-1 .6 -1.6 1 -1.6 2.2M13 18.8v.1",
    "choice": "M13 23v-8l-7.5 -9M13 15l7.5 -9M5 10.5l.5 -4.5l4.5 .6M21 10.5l-.5 -4.5l-4.5 .6",
    "shown": "M2 13q11 -14 22 0q-11 14 -22 0zM9.8 13a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0 -6.4 0",
    "empty": "M9.5 18.5c0 -3 -3.5 -4 -3.5 -8.3a7 7 0 0 1 14 0c0 4.3 -3.5 5.3 -3.5 8.3zM10.2 22.5h5.6",
}
_ICONS = {kind: f'<svg viewBox="0 0 26 26"><path d="{path}"/></svg>' for kind, path in _PATHS.items()}

_KEY = (
    '<p class="pc-key"><span><i class="pc-counted"></i>counted</span>'
    '<span><i class="pc-left-out"></i>left out</span></p>'
)


def style_sheets(asked: Layer | Dim) -> str:
    """What a question is drawn with, as HTML."""
    return styles(Account(_first_layer(asked))) + _own_styles()


@cache
def _own_styles() -> str:
    return f"<style>{resources.files(__package__).joinpath('ask.css').read_text('utf-8')}</style>"


def _mastery(question: Question) -> str:
    """How near a kind of question is to being known: twice in a row at the first try, in different sizes."""
    if kept.mastered(question.id):
        return '<p class="pc-mastery"><b>● ●</b> Twice in a row at the first try. This kind is yours.</p>'
    if question.others and kept.of(question).first:
        return '<p class="pc-mastery"><b>● ○</b> Once more at the first try, and this kind is yours.</p>'
    return ""


def drawn(question: Question, missing: frozenset[Path] | None) -> Picture | None:
    """The picture of what is asked; paths of one of several layers begin with its label."""
    asked = question.asked
    if missing is None and not question.picture:
        return None
    if isinstance(asked, Layer):
        return sketch(asked, missing, question.numbers)
    inside = whole(asked)
    if not inside:
        return None
    gone = [frozenset(path[1:] for path in missing or () if path[0] == part.label) for part in inside.parts]
    layers = [(part.short, part.layer) for part in inside.parts]
    return sketches(layers, None if missing is None else gone, question.numbers)


def short(wrong: Wrong) -> str:
    """A slip as one of several to choose from: what was done, without the reason."""
    return in_short(wrong.why.removeprefix(TWO_SLIPS)).partition(". ")[0].rstrip(".")


def _first_layer(asked: Layer | Dim) -> Layer:
    """A layer to take the styles from; a number may have been worked out from none."""
    if isinstance(asked, Layer):
        return asked
    inside = whole(asked)
    return inside.parts[0].layer if inside else Layer("number", {}, {})


def _say_on(button: ipywidgets.Button, words: str) -> None:
    """Put the words in the place of the button that asked for them."""
    button.description, button.disabled = words, True


def _row(style: str) -> ipywidgets.Box:
    box = ipywidgets.Box()
    box.add_class(style)
    return box


def _fill(box: ipywidgets.Box, buttons: list[ipywidgets.Button]) -> None:
    """Put buttons into a row, and close those that were there."""
    before, box.children = box.children, tuple(buttons)
    for button in before:
        close(button)


def _button(label: str, pressed: Callable, style: str = "", primary: bool = False) -> ipywidgets.Button:
    button = ipywidgets.Button(description=label, button_style="primary" if primary else "")
    if style:
        button.add_class(style)
    button.on_click(pressed)
    return button
