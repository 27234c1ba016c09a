"""What a reader can do from a strip: go on, copy all answers out as a code, take them in, start again."""

from __future__ import annotations

from collections.abc import Callable

import anywidget
from traitlets import Bool, Int, List, Unicode

from ..show.controls import module
from . import bank, kept


class Actions(anywidget.AnyWidget):
    """The buttons below a strip, which brings their styles.

    questions: the ids of those that the strip above has a mark for. next: the number of the one to go on
    with, 0 for none. copy: whether there is something to copy. again: what stands on the button that puts
    answers away, or brings them back; "" for no button. said: what came of the last one that was pressed.
    """

    _esm = module(__package__, "actions.js")
    questions = List(Unicode()).tag(sync=True)
    next = Int().tag(sync=True)
    copy = Bool().tag(sync=True)
    again = Unicode().tag(sync=True)
    said = Unicode().tag(sync=True)

    def __init__(self, chapter: str | None, seen: Callable[[], None]):
        """chapter: the one that is started again, None for all. seen: what to do when it comes into view."""
        super().__init__(questions=[each.id for each in bank.questions(chapter)] if chapter else [])
        self._chapter, self._seen = chapter, seen
        self.add_class("pc-actions")
        self.on_msg(lambda _, content, __: self._pressed(content["event"], content["text"]))
        kept.on_change(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Offer what makes sense now."""
        here, away = kept.answered(self._chapter), kept.put_away(self._chapter)
        what = "this chapter" if self._chapter else "everything"
        self.next = kept.go_on_with(self._chapter) if self._chapter else 0
        self.copy = bool(kept.answered())
        self.again = f"Bring back {_answers(away)}" if away else f"Start {what} again" if here else ""

    def _pressed(self, event: str, text: str) -> None:
        act = {"seen": self._look, "copy": self._copy, "take": self._take, "again": self._again}[event]
        act(text)

    def _look(self, _: str) -> None:
        """Another notebook may have written meanwhile."""
        self.refresh()
        self._seen()

    def _copy(self, _: str) -> None:
        self.send({"code": kept.code()})

    def _take(self, text: str) -> None:
        try:
            self.said = f"{_answers(kept.take(text))} taken in."
        except kept.Damaged as error:
            self.said = str(error)

    def _again(self, _: str) -> None:
        if away := kept.put_away(self._chapter):
            kept.bring_back(self._chapter)
            self.said = f"{_answers(away)} brought back."
        else:
            here = kept.answered(self._chapter)
            kept.start_again(self._chapter)
            self.said = f"{_answers(here)} put away. Until your next answer they can be brought back."

    def _repr_mimebundle_(self, **kwargs):
        # Where no widget runs there is nothing to press, and nothing stands in its place.
        bundle, metadata = super()._repr_mimebundle_(**kwargs)
        return bundle | {"text/plain": ""}, metadata


def _answers(number: int) -> str:
    return f"{number} {'answer' if number == 1 else 'answers'}"
