"""The widgets. Each shows strings of HTML that are replaced when something changes: no Output, no figure."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from html import escape

import ipywidgets

from . import keras, pytorch
from .core import Layer, Tensor, stored_by, translation
from .dims import Dim
from .display import math, text
from .explore import letter, offered, opening
from .glossary import meaning
from .panel import body, folds, head, note, static, styles
from .pictures import draw

_numbers = itertools.count()
_FRAMEWORKS = {"PyTorch": pytorch, "Keras": keras}


class Explorer(ipywidgets.VBox):
    """The panel that `explore` returns. layer: what it shows now."""

    def __init__(self, layer: Layer, ranges: dict[str, list[int]]):
        self.layer, self._ranges, self._uid = layer, ranges, f"pc{next(_numbers)}"
        self._wishes = {name: size for name, size in layer.arguments().items() if isinstance(size, int)}
        self._style, self._folds, self._head, self._problem, self._body = (
            ipywidgets.HTML() for _ in range(5)
        )
        self._style.value = styles()
        self._controls = {key: self._control(key, value) for key, value in self._values().items()}
        self._switch = _switch(layer, self._redraw)
        bar = ipywidgets.Box([control.box for control in self._controls.values()] + self._switch)
        bar.add_class("pc-controls")
        super().__init__([self._style, self._folds, self._head, bar, self._problem, self._body])
        self.add_class("pc")
        self._redraw()

    def _values(self) -> dict[tuple[str, int | None], object]:
        """Everything that can be moved: a tuple of sizes has one control for each."""
        values: dict[tuple[str, int | None], object] = {}
        for name, value in self.layer.arguments().items():
            if isinstance(value, tuple):
                values |= {(name, k): each for k, each in enumerate(value)}
            else:
                values[name, None] = value
        return values

    def _control(self, key, value) -> _Size | _Flag:
        name = getattr(value, "name", None) or key[0]
        words = meaning(name, self.layer.name)
        label = f"{escape(words)} {math(Dim(1, name))}".strip() if words else escape(name)
        if isinstance(value, bool):
            return _Flag(label, value, lambda new: self._moved(key, new))
        example = self.layer.function.example.get(name) or opening(name)
        return _Size(name, label, value, example, lambda new: self._moved(key, new))

    def _moved(self, key, value) -> None:
        name, place = key
        was = self._values()[key]
        if isinstance(was, Dim) and was.name and not isinstance(value, bool):
            value = Dim(value, was.name)
        if place is not None:
            whole = self.layer.arguments()[name]
            value = (*whole[:place], value, *whole[place + 1 :])
        try:
            self.layer = self.layer.resized(**self._fitting(name, value))
        except (TypeError, ValueError) as error:
            self._problem.value = f'<p class="pc-problem" role="alert">{escape(str(error))}</p>'
            return
        self._wishes[name] = value
        self._redraw()

    def _fitting(self, name: str, value) -> dict[str, object]:
        """The change, and the sizes that must follow it: heads that divide the new x, and so on.

        A size that had to give way comes back to what the reader chose as soon as that fits again.
        """
        sizes = self.layer.arguments() | {name: value}
        changes = {name: value}
        for other in ("heads", "groups"):
            if other in sizes and other != name:
                fits = [v for v in offered(other, sizes, {}) if v <= self._wishes[other]]
                changes[other] = Dim(max(fits), other)
        return changes

    def _redraw(self, *_) -> None:
        sizes = self.layer.arguments()
        for key, value in self._values().items():
            self._controls[key].show(value, offered(key[0], sizes, self._ranges))
        framework = self._switch[0].value if self._switch else None
        shown = stored_by(framework, self.layer) if framework else self.layer
        picture = draw(shown)
        boxes = folds(shown, self._uid)
        if boxes != self._folds.value:
            self._folds.value = boxes
        self._head.value = head(shown, picture.reading)
        self._body.value = (note(framework, self.layer, shown) if framework else "") + body(
            shown, picture, self._uid
        )
        self._problem.value = ""

    def _repr_mimebundle_(self, **kwargs):
        # The widget where widgets run; elsewhere, as in a notebook that is only read, text and picture.
        bundle = super()._repr_mimebundle_(**kwargs)
        return bundle | {"text/plain": text(self.layer), "text/html": static(self.layer)}


class _Size:
    """A slider and a box to type in, for one size. None, where a size may be left out, has a tick too."""

    def __init__(self, name: str, label: str, value, example: int, moved: Callable[[int | None], None]):
        self._moved, self._quiet = moved, False
        first = value or example
        self._slider = ipywidgets.SelectionSlider(
            options=[first],
            value=first,
            readout=False,
            description=label,
            description_allow_html=True,
            style={"description_width": "initial"},
        )
        self._number = ipywidgets.IntText(first, tooltip=f"{name}: type any size")
        self._tick = ipywidgets.Checkbox(value is not None, indent=False, tooltip=f"with or without {name}")
        self._tick.layout.display = "none"
        self.box = ipywidgets.Box([self._tick, self._slider, self._number])
        self.box.add_class("pc-size")
        for widget in (self._slider, self._number, self._tick):
            widget.observe(self._changed, "value")

    def _changed(self, change) -> None:
        if self._quiet:
            return
        if change.owner is self._tick:
            self._moved(self._number.value if change.new else None)
        else:
            self._moved(change.new)

    def show(self, value: int | None, options: list[int]) -> None:
        """Stand at `value` and offer `options`, without calling anybody."""
        self._quiet = True
        if value is None:
            self._tick.value, self._tick.layout.display = False, ""
        self._slider.disabled = self._number.disabled = value is None
        if value is not None:
            options = tuple(sorted({*options, int(value)}))
            with self._slider.hold_sync():
                if self._slider.options != options:
                    self._slider.options = options
                self._slider.value = self._number.value = int(value)
        self._quiet = False


class _Flag:
    """A tick for a switch such as bias."""

    def __init__(self, label: str, value: bool, moved: Callable[[bool], None]):
        self.box = ipywidgets.Checkbox(value, description=label, indent=False)
        self.box.add_class("pc-switch")
        self.box.observe(lambda change: moved(change.new), "value")

    def show(self, value: bool, options: list[int]) -> None:
        """Nothing to do: a switch that was moved stands where it was put."""


def _switch(layer: Layer, redraw: Callable) -> list[ipywidgets.ToggleButtons]:
    """By hand, or as a framework stores it, where one translates any of the tree."""
    found = {name: module for name, module in _FRAMEWORKS.items() if _translates(module, layer)}
    if not found:
        return []
    buttons = ipywidgets.ToggleButtons(options={"by hand": None} | found, tooltips=["the textbook's tensors"])
    buttons.add_class("pc-switch")
    buttons.observe(redraw, "value")
    return [buttons]


def _translates(framework, part: Layer | Tensor) -> bool:
    if isinstance(part, Tensor):
        return False
    return bool(translation(framework, part)) or any(_translates(framework, p) for p in part.parts.values())
