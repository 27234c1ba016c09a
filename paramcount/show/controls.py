"""Controls that a reader moves: native elements of the browser, which send where they were moved to.

JavaScript counts nothing. It sends a move and shows what Python then holds. While a move is on its way, later
ones wait, and only the latest of them follows it; what Python sends in between is old, and is not shown.
"""

from __future__ import annotations

from importlib import resources

import anywidget
from traitlets import Any, Bool, Int, List, Unicode


def module(package: str, name: str) -> str:
    """The ES module of a control: its file, below `native.js`, which all of them share.

    package, name: where the file is, such as ``paramcount.ask`` and ``form.js``. Returns its text.
    """
    shared = resources.files(__package__).joinpath("native.js").read_text("utf-8")
    return shared + resources.files(package).joinpath(name).read_text("utf-8")


def sent(widget: anywidget.AnyWidget, **content) -> None:
    """Let a widget hear what a browser sends by `model.send`."""
    widget.comm.handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": []})


class Control(anywidget.AnyWidget):
    """What all controls are. label: its name, as HTML; value: where it stands."""

    _esm = module(__package__, "controls.js")
    kind = Unicode().tag(sync=True)  # which of the functions in controls.js draws it
    label = Unicode().tag(sync=True)
    value = Any().tag(sync=True)

    said = ""  # what a screen reader says once a move has come to rest

    def __init__(self, **traits):
        super().__init__(**traits)
        self.on_msg(self._heard)

    def move(self, value) -> None:
        """Move it as a reader does in the browser, who may also type a size that cannot be."""
        sent(self, value=value, turn=0)

    def _heard(self, _, content: dict, __) -> None:
        try:
            with self.hold_sync():
                self.value = content["value"]
        finally:  # the next move waits for this
            self.send({"answered": content["turn"], "said": self.said})


class SizeControl(Control):
    """A slider over the sizes that are offered, and a box in which any size can be typed.

    value: the size, or None where it is left out; whatever was typed stands there, even if it cannot be.
    options: the sizes that the slider offers, smallest first; ends: the last that it reaches at first,
    and each time that a reader asks for more. optional: whether there is a tick, by which the size is left
    out. last: the size that stands there meanwhile, and comes back with the tick.
    """

    kind = Unicode("size").tag(sync=True)
    options = List(Int()).tag(sync=True)
    ends = List(Int()).tag(sync=True)
    optional = Bool().tag(sync=True)
    last = Int().tag(sync=True)

    def __init__(self, **traits):
        super().__init__(**traits)
        self._typed: set[int] = set()
        self.add_class("pc-size")

    def show(self, value: int | None, offered: list[int], ends: list[int]) -> None:
        """Stand at a size, and offer others. What was typed is offered too: the scale never shrinks."""
        with self.hold_sync():
            self.value = value and int(value)
            if value is not None:
                self.last = self.value
                self._typed |= {self.last} - {*offered}
            self.options, self.ends = sorted({*map(int, offered), *self._typed}), ends


class ChoiceControl(Control):
    """A list to pick from. value: what is picked; groups: the title of each, or "", and what is in it."""

    kind = Unicode("choice").tag(sync=True)
    groups = List().tag(sync=True)

    def __init__(self, **traits):
        super().__init__(**traits)
        self.add_class("pc-choice")


class ButtonsControl(Control):
    """A few buttons of which one is pressed. options: what stands on them; value: that of the one."""

    kind = Unicode("buttons").tag(sync=True)
    options = List().tag(sync=True)

    def __init__(self, **traits):
        super().__init__(**traits)
        self.add_class("pc-buttons")


class SwitchControl(Control):
    """A tick for a switch such as bias. value: whether it is on."""

    kind = Unicode("switch").tag(sync=True)

    def __init__(self, **traits):
        super().__init__(**traits)
        self.add_class("pc-switch")

    def show(self, value: bool, *_: list[int]) -> None:
        """Stand where it was put; a switch has no other sizes to offer."""
        self.value = value


class PartKeys(anywidget.AnyWidget):
    """The arrow keys in a picture that has parts: down into one, up out of it, sideways to its neighbours.

    It is not seen. Without it the picture is complete, and its table has the same numbers.
    """

    _esm = module(__package__, "parts.js")
