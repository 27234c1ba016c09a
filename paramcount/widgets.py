"""The widgets. Each shows strings of HTML that are replaced when something changes: no Output, no figure."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable
from html import escape

import ipywidgets

from . import keras, pytorch
from .core import Layer, Tensor, stored_by, translation
from .dims import Dim
from .display import math, text
from .explore import SHARES, offered, opening, shared
from .glossary import meaning
from .panel import body, folds, head, image, ledger, note, static, styles, work
from .pictures import as_blocks, draw, render, sketch
from .quiz import ask, check, hints

_numbers = itertools.count()
_FRAMEWORKS = {"PyTorch": pytorch, "Keras": keras}


class Explorer(ipywidgets.VBox):
    """The panel that `explore` returns. layer: what it shows now."""

    def __init__(self, layer: Layer, ranges: dict[str, list[int]]):
        self.layer, self._ranges, self._uid = layer, ranges, f"pc{next(_numbers)}"
        self._wishes = {name: layer.arguments()[name] for name in SHARES if _must_divide(layer, name)}
        self._style, self._folds, self._head, self._problem, self._body = (
            ipywidgets.HTML() for _ in range(5)
        )
        self._ranges = self._sensible() | ranges
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

    def _sensible(self) -> dict[str, list[int]]:
        """What the sliders may offer of sizes that the layer does not take from end to end."""
        ranges = {}
        for (name, place), value in self._values().items():
            if value is None or isinstance(value, bool) or name in self._wishes:
                continue
            options = offered(name, {}, {})
            if any(self._refused(name, place, end) for end in (options[0], options[-1])):
                ranges[name] = [each for each in options if not self._refused(name, place, each)]
        return ranges

    def _refused(self, name: str, place: int | None, value: int) -> bool:
        try:
            self.layer.resized(**self._fitting(name, self._placed(name, place, value)))
        except Exception:  # a reader's layer may refuse a size in any way
            return True
        return False

    def _placed(self, name: str, place: int | None, value):
        """The value as the layer takes it: a size among several is put among the others."""
        whole = self.layer.arguments()[name]
        return value if place is None else (*whole[:place], value, *whole[place + 1 :])

    def _control(self, key, value) -> _Size | _Flag:
        name = getattr(value, "name", None) or key[0]
        words = meaning(name, self.layer.name)
        label = f'{escape(words)} <i class="pc-v">{escape(name)}</i>' if words else escape(name)
        if isinstance(value, bool):
            return _Flag(label, value, lambda new: self._moved(key, new))
        example = self.layer.function.example.get(name) or opening(name)
        default = inspect.signature(self.layer.function).parameters.get(key[0])
        optional = value is None or (default is not None and default.default is None)
        return _Size(name, label, value, example, optional, lambda new: self._moved(key, new))

    def _moved(self, key, value) -> None:
        name, place = key
        was = self._values()[key]
        if isinstance(was, Dim) and was.name and value is not None:
            value = Dim(value, was.name)
        value = self._placed(name, place, value)
        try:
            self.layer = self.layer.resized(**self._fitting(name, value))
        except (ArithmeticError, TypeError, ValueError) as error:
            self._problem.value = f'<p class="pc-problem" role="alert">{escape(str(error))}</p>'
            return
        if name in self._wishes:
            self._wishes[name] = value
        self._redraw()

    def _fitting(self, name: str, value) -> dict[str, object]:
        """The change, and the sizes that must follow it: heads that divide the new x, and so on.

        A size that had to give way comes back to what the reader chose as soon as that fits again.
        """
        sizes = self.layer.arguments() | {name: value}
        changes = {name: value}
        for other, wish in self._wishes.items():
            whole = shared(other, sizes)
            if whole and other != name:
                fits = [size for size in (wish, *offered(other, sizes, {})) if whole % size == 0]
                changes[other] = Dim(max(size for size in fits if size <= wish), other)
        return changes

    def _redraw(self, *_) -> None:
        sizes = self.layer.arguments()
        for key, value in self._values().items():
            bound = sizes if key[0] in self._wishes else {}
            self._controls[key].show(value, offered(key[0], bound, self._ranges))
        framework = _FRAMEWORKS.get(self._switch[0].value) if self._switch else None
        shown = stored_by(framework, self.layer) if framework else self.layer
        picture = draw(shown)
        # These change with the tensors there are, not with their sizes: a widget sends only what is new.
        self._style.value, self._folds.value = styles(shown), folds(shown, self._uid)
        self._head.value = head(shown, picture.reading)
        self._body.value = (note(framework, self.layer, shown) if framework else "") + body(
            shown, picture, self._uid
        )
        self._problem.value = ""

    def _repr_mimebundle_(self, **kwargs):
        # The widget where widgets run; elsewhere, as in a notebook that is only read, text and picture.
        return super()._repr_mimebundle_(**kwargs) | self.static()

    def static(self) -> dict[str, str]:
        """Text and picture, by MIME type."""
        return {"text/plain": text(self.layer), "text/html": static(self.layer)}


class Picker(ipywidgets.VBox):
    """A list of layers to pick from, and the panel of the one that is picked."""

    def __init__(self, layers: dict[str, Layer]):
        self._layers = layers
        self._list = ipywidgets.Dropdown(options=list(layers), description="network")
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


class Quiz(ipywidgets.VBox):
    """The question that `predict` asks. tries: how many answers were given that could be read."""

    def __init__(self, layer: Layer, question: str | None):
        self.layer, self.question, self.tries = layer, question or ask(layer), 0
        self._last, self._solved, self._hints = None, False, 0
        style, self._kicker, asked, self._feedback = (ipywidgets.HTML() for _ in range(4))
        style.value = styles(layer)
        spelt = escape(question) if question else ask(layer, _bold, escape)
        picture = sketch(layer)
        drawn = f'<div class="pc-pic">{render(picture, f"pc{next(_numbers)}")}</div>' if picture else ""
        asked.value = f'<div class="pc-ask">{spelt}</div>{drawn}'
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
        verdict = check(self.answer.value, self.layer)
        if verdict.kind in ("right", "wrong") and self.answer.value != self._last and not self._solved:
            self.tries += 1
            self._last, self._solved = self.answer.value, verdict.kind == "right"
        self._count_tries()
        if verdict.kind == "empty":
            self._say("empty", "Your turn first.", ["Type a number or arithmetic, then press Check."])
        else:
            self._say(verdict.kind, verdict.headline, verdict.html_lines(), _cells(self.layer, verdict))

    def _hint(self, *_) -> None:
        given = hints(self.layer)
        self._hints = min(self._hints + 1, len(given))
        self._say("empty", f"Hint {self._hints} of {len(given)}", map(escape, given[: self._hints]))

    def _show(self, *_) -> None:
        shown = work(self.layer) + ledger(self.layer)
        self._say("empty", f"It is {self.layer.count:,}.", [], shown)

    def _say(self, kind: str, headline: str, lines, more: str = "") -> None:
        icon = {"right": "✓", "wrong": "!", "unreadable": "?", "empty": "…"}[kind]
        colour = {"right": "c-x", "wrong": "c-b"}.get(kind, "")
        self._feedback.value = (
            f'<div class="pc-says {kind} {colour}" role="status">'
            f'<span class="pc-icon ok" aria-hidden="true">{icon}</span><div>'
            f'<p class="pc-verdict ok">{escape(headline)}</p>{"".join(f"<p>{line}</p>" for line in lines)}'
            f"</div></div>{more}"
        )

    def _count_tries(self) -> None:
        tries = f" · {self.tries} {'try' if self.tries == 1 else 'tries'}" if self.tries else ""
        self._kicker.value = f'<div class="pc-kicker">Predict, then check{tries}</div>'

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        run = "Run this cell to answer."
        picture = sketch(self.layer)
        spelt = f"<p><b>{escape(self.question)}</b></p>{image(picture) if picture else ''}<p>{run}</p>"
        return bundle | {"text/plain": f"{self.question}\n{run}", "text/html": spelt}


def _button(label: str, pressed: Callable, style: str = "") -> ipywidgets.Button:
    button = ipywidgets.Button(description=label, button_style=style)
    button.on_click(pressed)
    return button


def _bold(name: str, size: int) -> str:
    return f"<b>{math(Dim(1, name))} = {size:,}</b>"


def _cells(layer: Layer, verdict) -> str:
    """The tensors, those that an answer left out drawn dashed; nothing where that shows nothing."""
    if verdict.kind != "right" and not verdict.missing:
        return ""
    picture = as_blocks(layer, verdict.missing)
    return f'<div class="pc-pic">{render(picture, f"pc{next(_numbers)}")}</div>'


def _must_divide(layer: Layer, name: str) -> bool:
    """Whether a layer refuses heads that do not divide its x, or groups its i and o. A reader's may not."""
    sizes = layer.arguments()
    whole = shared(name, sizes) if sizes.get(name) else 0
    try:
        return bool(whole) and not layer.resized(**{name: whole + 1})
    except ValueError:
        return True


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
    found = [name for name, module in _FRAMEWORKS.items() if _translates(module, layer)]
    if not found:
        return []
    buttons = ipywidgets.ToggleButtons(options=["by hand", *found])
    buttons.add_class("pc-switch")
    buttons.observe(redraw, "value")
    return [buttons]


def _translates(framework, part: Layer | Tensor) -> bool:
    if isinstance(part, Tensor):
        return False
    return bool(translation(framework, part)) or any(_translates(framework, p) for p in part.parts.values())
