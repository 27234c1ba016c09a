"""The question on the screen: `Quiz`, which `predict` returns."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import ipywidgets

from ..core import Layer
from ..dims import Dim
from ..show.account import Account
from ..show.panel import image, ledger, styles, work
from ..show.pictures import as_blocks, render, sketch
from ..show.text import math
from ..show.widgets import new_id
from .check import Verdict, check
from .questions import ask, hints


class Quiz(ipywidgets.VBox):
    """The question that `predict` asks. tries: how many answers were given that could be read."""

    def __init__(self, layer: Layer, question: str | None):
        self.layer, self.question, self.tries = layer, question or ask(layer), 0
        self._account = Account(layer)
        self._last, self._solved, self._hints = None, False, 0
        style, self._kicker, asked, self._feedback = (ipywidgets.HTML() for _ in range(4))
        style.value = styles(self._account)
        words = escape(question) if question else ask(layer, _bold, escape)
        picture = sketch(layer)
        asked.value = f'<div class="pc-ask">{words}</div>{_drawing(picture) if picture else ""}'
        self.answer = ipywidgets.Text(placeholder="a number, or e.g. 3*4 + 4", tooltip="your answer")
        # Enter sends this message. A change of the text alone must not count as a try.
        self.answer.on_msg(lambda _, content, __: content.get("event") == "submit" and self._check())
        self.buttons = [
            _button("Check", self._check, "primary"),
            _button("Hint", self._hint),
            _button("Show me", self._show),
        ]
        row = ipywidgets.Box([self.answer, *self.buttons])
        row.add_class("pc-answer")
        super().__init__([style, self._kicker, asked, row, self._feedback])
        self.add_class("pc")
        self._count_tries()

    def _check(self, *_) -> None:
        said = check(self.answer.value, self.layer)
        if said.kind in ("right", "wrong") and self.answer.value != self._last and not self._solved:
            self.tries += 1
            self._last, self._solved = self.answer.value, said.kind == "right"
        self._count_tries()
        if said.kind == "empty":
            said = Verdict("empty", "Your turn first.", ("Type a number or arithmetic, then press Check.",))
        self._say(said, self._tensors(said))

    def _tensors(self, said: Verdict) -> str:
        """The tensors, those that an answer left out drawn dashed; nothing where that shows nothing."""
        if said.kind != "right" and not said.missing:
            return ""
        return _drawing(as_blocks(self._account, said.missing))

    def _hint(self, *_) -> None:
        given = hints(self._account)
        self._hints = min(self._hints + 1, len(given))
        self._say(Verdict("empty", f"Hint {self._hints} of {len(given)}", tuple(given[: self._hints])))

    def _show(self, *_) -> None:
        more = work(self._account) + ledger(self._account)
        self._say(Verdict("empty", f"It is {self._account.count:,}."), more)

    def _say(self, said: Verdict, more: str = "") -> None:
        colour = {"right": "c-x", "wrong": "c-b"}.get(said.kind, "")
        lines = "".join(f"<p>{line}</p>" for line in said.html_lines())
        self._feedback.value = (
            f'<div class="pc-says {said.kind} {colour}" role="status">'
            f'<span class="pc-icon ok" aria-hidden="true">{said.icon}</span><div>'
            f'<p class="pc-verdict ok">{escape(said.headline)}</p>{lines}</div></div>{more}'
        )

    def _count_tries(self) -> None:
        tries = f" · {self.tries} {'try' if self.tries == 1 else 'tries'}" if self.tries else ""
        self._kicker.value = f'<div class="pc-kicker">Predict, then check{tries}</div>'

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        run = "Run this cell to answer."
        picture = sketch(self.layer)
        still = image(picture) if picture else ""
        html = f"<p><b>{escape(self.question)}</b></p>{still}<p>{run}</p>"
        return bundle | {"text/plain": f"{self.question}\n{run}", "text/html": html}


def _drawing(picture) -> str:
    return f'<div class="pc-pic">{render(picture, new_id())}</div>'


def _bold(name: str, size: int) -> str:
    return f"<b>{math(Dim(1, name))} = {size:,}</b>"


def _button(label: str, pressed: Callable, style: str = "") -> ipywidgets.Button:
    button = ipywidgets.Button(description=label, button_style=style)
    button.on_click(pressed)
    return button
