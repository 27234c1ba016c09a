"""The panel on the screen: strings of HTML that are replaced when something changes; no Output, no figure."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from html import escape
from types import ModuleType

import ipywidgets

from .. import keras, pytorch
from ..core import Layer
from ..glossary import meaning
from ..stored import stored_by, translation
from .account import Account
from .panel import body, folds, head, note, static, styles
from .pictures import draw
from .sizes import Key, Sizes
from .text import text

_numbers = itertools.count()
_FRAMEWORKS = {"PyTorch": pytorch, "Keras": keras}


def new_id() -> str:
    """A prefix for ids that nothing else on the page has."""
    return f"pc{next(_numbers)}"


class Explorer(ipywidgets.VBox):
    """The panel that `explore` returns. layer: what it shows now."""

    def __init__(self, layer: Layer, ranges: dict[str, list[int]]):
        self._sizes, self._uid = Sizes(layer, ranges), new_id()
        self._style, self._folds, self._head, self._problem, self._body = (
            ipywidgets.HTML() for _ in range(5)
        )
        self._controls = {key: self._control(key, value) for key, value in self._sizes.values().items()}
        self._switch = _switch(layer, self._redraw)
        bar = ipywidgets.Box([*(control.box for control in self._controls.values()), *self._switch])
        bar.add_class("pc-controls")
        super().__init__([self._style, self._folds, self._head, bar, self._problem, self._body])
        self.add_class("pc")
        self._redraw()

    @property
    def layer(self) -> Layer:
        return self._sizes.layer

    def _control(self, key: Key, value) -> _Size | _Flag:
        name = self._sizes.name(key)
        words = meaning(name, self.layer)
        if isinstance(value, bool):
            label = f"{words} {name}".strip()
            return _Flag(label, value, lambda new: self._moved(key, new))
        letter = f'<i class="pc-v">{escape(name)}</i>'
        label = f"{escape(words)} {letter}" if words else escape(name)
        optional, example = self._sizes.may_be_left_out(key), self._sizes.example(key)
        return _Size(name, label, value, example, optional, lambda new: self._moved(key, new))

    def _moved(self, key: Key, value) -> None:
        if problem := self._sizes.move(key, value):
            self._problem.value = f'<p class="pc-problem" role="alert">{escape(problem)}</p>'
        else:
            self._redraw()

    def _redraw(self, *_) -> None:
        framework = _FRAMEWORKS.get(self._switch[0].value) if self._switch else None
        stored = stored_by(framework, self.layer) if framework else self.layer
        said = note(framework, self.layer, stored) if framework else ""
        account = Account(stored)
        picture = draw(account)
        # A widget sends only what is new. The first two change with the tensors there are, not with their
        # sizes. The picture goes before the controls, so that it is seen at once.
        self._style.value, self._folds.value = styles(account), folds(account, self._uid)
        self._body.value = said + body(account, picture, self._uid)
        self._head.value = head(account, picture.reading)
        self._problem.value = ""
        for key, value in self._sizes.values().items():
            self._controls[key].show(value, self._sizes.offered(key))

    def _repr_mimebundle_(self, **kwargs):
        # The widget where widgets run; elsewhere, as in a notebook that is only read, text and picture.
        return super()._repr_mimebundle_(**kwargs) | self.static()

    def static(self) -> dict[str, str]:
        """Text and picture, by MIME type."""
        return {"text/plain": text(self.layer), "text/html": static(self.layer)}


class Picker(ipywidgets.VBox):
    """A list of layers to pick from, and the panel of the one that is picked. label: of the list."""

    def __init__(self, layers: dict[str, Layer], label: str = "network"):
        self._layers = layers
        self._list = ipywidgets.Dropdown(options=list(layers), description=label)
        super().__init__()
        self._list.observe(self._picked, "value")
        self._picked()

    def _picked(self, *_) -> None:
        before = self.children[1:]
        self.children = [self._list, Explorer(self._layers[self._list.value], {})]
        for panel in before:
            _close(panel)

    def _repr_mimebundle_(self, **kwargs):
        return super()._repr_mimebundle_(**kwargs) | self.children[1].static()


def _close(widget: ipywidgets.Widget) -> None:
    for child in getattr(widget, "children", ()):
        _close(child)
    widget.close()


class _Size:
    """A slider and a box to type in, for one size; with a tick, if the size may be left out."""

    def __init__(self, name: str, label: str, value, example: int, optional: bool, moved: Callable):
        self._label, self._moved, self._quiet = label, moved, False
        self._last = value or example
        self._chosen: set[int] = set()  # typed, not offered: they stay, so that the scale never shrinks
        self._number = ipywidgets.IntText(self._last, tooltip=f"{name}: type any size")
        self._tick = ipywidgets.Checkbox(value is not None, indent=False, tooltip=f"with or without {name}")
        self._tick.layout.display = "" if optional else "none"
        self.box = ipywidgets.Box()
        self.box.add_class("pc-size")
        for widget in (self._number, self._tick):
            widget.observe(self._changed, "value")
        self._offer((self._last,))

    def _offer(self, options: tuple[int, ...]) -> None:
        # A new slider: one that gets other options in the browser sends back a place on its old scale.
        self._slider = ipywidgets.SelectionSlider(
            options=options,
            value=self._last,
            readout=False,
            description=self._label,
            description_allow_html=True,
            style={"description_width": "initial"},
        )
        self._slider.observe(self._changed, "value")
        before = self.box.children
        self.box.children = (self._tick, self._slider, self._number)
        for slider in before[1:2]:
            slider.close()

    def _changed(self, change) -> None:
        if self._quiet:
            return
        if change.owner is self._tick:
            self._moved(self._last if change.new else None)
        else:
            self._moved(change.new)

    def show(self, value: int | None, options: list[int]) -> None:
        """Stand at `value` and offer `options`, without calling anybody."""
        self._quiet = True
        self._tick.value = value is not None
        if value is not None:
            self._last = int(value)
            self._chosen |= {self._last} - {*options}
            options = tuple(sorted({*options, *self._chosen}))
            if self._slider.options != options:
                self._offer(options)
            self._slider.value = self._number.value = self._last
        self._slider.disabled = self._number.disabled = value is None
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
    keepers = [name for name, module in _FRAMEWORKS.items() if _translates(module, layer)]
    if not keepers:
        return []
    buttons = ipywidgets.ToggleButtons(options=["by hand", *keepers])
    buttons.add_class("pc-switch")
    buttons.observe(redraw, "value")
    return [buttons]


def _translates(framework: ModuleType, layer: Layer) -> bool:
    """Whether a framework has a function for any layer of a tree."""
    waiting = [layer]
    while waiting:
        layer = waiting.pop()
        if translation(framework, layer):
            return True
        waiting += [part for part in layer.parts.values() if isinstance(part, Layer)]
    return False
