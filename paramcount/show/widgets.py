"""The panel on the screen: strings of HTML that are replaced when something changes; no Output, no figure."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from html import escape
from types import ModuleType

import ipywidgets

from .. import keras, pytorch
from ..core import Layer
from ..dims import Dim
from ..glossary import meaning
from ..stored import stored_by, translation
from .account import Account
from .controls import ButtonsControl, ChoiceControl, PartKeys, SizeControl, SwitchControl
from .panel import base, body, folds, head, note, static, styles, swatches
from .pictures import draw, has_parts, render
from .sizes import Key, Sizes
from .text import math, text

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
            ipywidgets.HTML(tooltip="") for _ in range(5)
        )
        self._controls = {key: self._control(key, value) for key, value in self._sizes.values().items()}
        self._showing = False
        self._switch = _switch(layer, self._redraw)
        bar = ipywidgets.Box([*self._controls.values(), *self._switch])
        bar.add_class("pc-controls")
        self._head.add_class("pc-stays")
        self._before: Account | None = None
        keys = [PartKeys()] if has_parts(layer) else []
        super().__init__([self._style, self._head, bar, self._problem, self._folds, self._body, *keys])
        self.add_class("pc")
        self._redraw()

    @property
    def layer(self) -> Layer:
        return self._sizes.layer

    @property
    def controls(self) -> dict[str, SizeControl | SwitchControl]:
        """What can be moved, by the name of the size or switch, such as h₂ or bias."""
        return {self._sizes.name(key): control for key, control in self._controls.items()}

    def _control(self, key: Key, value) -> SizeControl | SwitchControl:
        name = self._sizes.name(key)
        words = escape(meaning(name, self.layer))
        if isinstance(value, bool):
            control = SwitchControl(label=f"{words} {escape(name)}".strip())
        else:
            label = f"{words} {math(Dim(1, name))}" if words else escape(name)
            optional, example = self._sizes.may_be_left_out(key), self._sizes.example(key)
            control = SizeControl(label=label, optional=optional, last=example)
        control.observe(lambda change: self._moved(key, change.new), "value")
        return control

    def _moved(self, key: Key, value) -> None:
        if self._showing:
            return
        if problem := self._sizes.move(key, value):
            self._problem.value = f'<p class="pc-problem" role="alert">{escape(problem)}</p>'
            self._controls[key].said = ""  # the alert is spoken
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
        self._body.value = said + body(account, picture, self._uid, self._before)
        self._head.value = head(account, picture.reading, self._before)
        gave_way = escape(self._sizes.gave_way)
        self._problem.value = f'<p class="pc-problem" role="status">{gave_way}</p>' if gave_way else ""
        self._showing = True
        for key, value in self._sizes.values().items():
            self._controls[key].show(value, self._sizes.offered(key), self._sizes.ends(key))
            self._controls[key].said = account.parameters
        for switch in self._switch:
            switch.said = account.parameters
        self._showing, self._before = False, account

    def _repr_mimebundle_(self, **kwargs):
        # The widget where widgets run; elsewhere, as in a notebook that is only read, text and picture.
        return super()._repr_mimebundle_(**kwargs) | self.static()

    def static(self) -> dict[str, str]:
        """Text and picture, by MIME type."""
        return {"text/plain": text(self.layer), "text/html": static(self.layer)}


class Picker(ipywidgets.VBox):
    """A list of layers to pick from, and the panel of the one that is picked.

    label: of the list; group: the title under which each layer stands there, by its name, "" for none; begin:
    the name of the one that is open first, "" for the first of all.
    """

    def __init__(
        self,
        layers: dict[str, Layer],
        label: str = "network",
        group: Mapping[str, str] | None = None,
        begin: str = "",
    ):
        self._layers = layers
        groups: dict[str, list[str]] = {}
        for name in layers:
            groups.setdefault((group or {}).get(name, ""), []).append(name)
        begin = begin or next(iter(layers))
        self._list = ChoiceControl(label=label, groups=[*map(list, groups.items())], value=begin)
        super().__init__()
        self._list.observe(self._picked, "value")
        self._picked()

    def _picked(self, *_) -> None:
        before, layer = self.children[1:], self._layers[self._list.value]
        self.children = [self._list, Explorer(layer, {})]
        self._list.said = f"{self._list.value}: {Account(layer).parameters}"
        for panel in before:
            close(panel)

    def _repr_mimebundle_(self, **kwargs):
        return super()._repr_mimebundle_(**kwargs) | self.children[1].static()


class Compared(ipywidgets.VBox):
    """Networks side by side, on one scale, with a switch that draws each to 100 %. shown: a `Comparison`."""

    def __init__(self, shown):
        self._shown, self._uid = shown, new_id()
        self._style, self._body = (ipywidgets.HTML(tooltip="") for _ in range(2))
        self.each = SwitchControl(label="each to 100 %", value=shown.each)
        self.each.observe(self._redraw, "value")
        bar = ipywidgets.Box([self.each])
        bar.add_class("pc-controls")
        super().__init__([self._style, bar, self._body])
        self.add_class("pc")
        self._style.value = f"<style>{base()}</style>"
        self._redraw()

    def _redraw(self, *_) -> None:
        picture = self._shown.picture(self.each.value)
        drawn = f'<div class="pc-pic">{render(picture, self._uid)}{swatches(self._shown.kinds)}</div>'
        self._body.value = f'<p class="pc-subtitle">{escape(picture.reading)}</p>{drawn}'


def close(widget: ipywidgets.Widget) -> None:
    """Give a widget back, with what stands in it and with its layout and style, which are models too."""
    own = (getattr(widget, name, None) for name in ("layout", "style"))
    for each in (*getattr(widget, "children", ()), *filter(None, own)):
        close(each)
    widget.close()


def _switch(layer: Layer, redraw: Callable) -> list[ButtonsControl]:
    """By hand, or as a framework stores it, where one translates any of the tree."""
    keepers = [name for name, module in _FRAMEWORKS.items() if _translates(module, layer)]
    if not keepers:
        return []
    buttons = ButtonsControl(label="counted", options=["by hand", *keepers], value="by hand")
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
