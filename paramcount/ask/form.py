"""The form that an answer is typed into. What is judged is what stood in the box when it was sent."""

from __future__ import annotations

from collections.abc import Callable

import anywidget
from traitlets import Bool, Dict, List, Unicode

from ..show.controls import module, sent


class AnswerForm(anywidget.AnyWidget):
    """A box with a label above it, the button *Check*, and further buttons.

    value: the text that stands in the box; what Python puts there replaces it, and what was sent is noted.
    label, placeholder: what stands above the box, and in it while it is empty. buttons: those besides
    *Check*, in order, each ``{"name": "hint", "label": "Hint", "primary": False, "disabled": False}``, of
    which the last two may be left out; *Check* is the primary one unless another is. busy: whether an answer
    is being judged; meanwhile more can be typed and sent. takes_focus: whether it is the next one in a row:
    as it appears it is scrolled to, and can be typed into.
    """

    _esm = module(__package__, "form.js")
    label = Unicode("Your count").tag(sync=True)
    placeholder = Unicode().tag(sync=True)
    value = Unicode().tag(sync=True, echo_update=False)
    buttons = List(Dict()).tag(sync=True)
    busy = Bool().tag(sync=True)
    takes_focus = Bool().tag(sync=True)

    def __init__(self, **traits):
        super().__init__(**traits)
        self.add_class("pc-answer")
        self.on_event(lambda _, text: self.set_state({"value": text}))  # it stands there: nothing is sent

    def on_event(self, callback: Callable[[str, str], None]) -> None:
        """Call back with the name of a button, or "submit" for Enter and *Check*, and the text in the box."""
        self.on_msg(lambda _, content, __: callback(content["event"], content["text"]))

    def put(self, text: str) -> None:
        """Let a text stand in the box, whatever has been typed there and was not sent."""
        self.value = text
        self.send_state("value")  # a draft is not known here, and may stand where this is nothing new

    def press(self, name: str, text: str) -> None:
        """Act as a browser does: `text` stands in the box, and a button, or Enter as "submit", is pressed."""
        sent(self, event=name, text=text)
