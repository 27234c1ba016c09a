"""The panel of `memory`: the table of its rows below what a reader moves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from html import escape

import ipywidgets

from ..core import Layer
from ..dims import Dim, positive
from ..glossary import meaning
from ..typed import Unreadable, read
from .bytes import CACHES, FORMATS, READ, RECIPES, Room, table
from .controls import ChoiceControl, Control, SizeControl
from .holds import OF_EXPERTS, PARTLY, has_experts, numbers_kept, types_of
from .panel import base
from .sizes import Sizes, ladder
from .text import math

_TOPS = {"tokens": 1_048_576, "texts": 256}
_ENDS = {"tokens": [8_192, 131_072], "texts": [16]}
_NO = "no"  # training
_MOVED = ("n", "kv_heads", "kv_rank")  # the sizes of a network of which the cache is made
# Where three columns have no room, what a row takes stands beside its name, and how that comes about below.
_NARROW = """
@container (max-width:520px){.pc .pc-rows thead{display:none}
.pc .pc-rows,.pc .pc-rows tbody{display:block}
.pc .pc-size .pc-name{white-space:normal;overflow-wrap:anywhere;min-width:0}
.pc .pc-size{grid-template-columns:minmax(0,1fr) auto!important}
.pc .pc-rows tr{display:grid;grid-template-columns:minmax(0,1fr) auto auto;gap:0 8px;padding:6px 0}
.pc .pc-rows :is(th,td){display:block;padding:0!important;white-space:normal!important}
.pc .pc-rows :is(th,td:nth-child(n+3)){font-size:14px}
.pc .pc-rows td:nth-child(n+3){white-space:nowrap!important}
.pc .pc-rows td:nth-child(2){grid-area:2/1/3/-1;overflow-wrap:anywhere}
.pc .pc-rows td:nth-child(3)::after{content:" GB"}.pc .pc-rows td:nth-child(4)::after{content:" GiB"}}
"""
_OF_TOKENS = ("cache", "kv_heads", "kv_rank")
_SAID = {"weights": "weights in", "cache": "keys and values in", "training": "train"}
_SAID |= {"tokens": "tokens of a text", "texts": "texts at once"}
_SAID |= {"kv_heads": "heads of keys", "kv_rank": "shared"}


class MemoryPanel(ipywidgets.VBox):
    """What `memory` shows on the screen. shown: the `Memory` as it stands now."""

    def __init__(self, shown: Room):
        self.shown, self._showing = shown, False
        layer = shown.network if isinstance(shown.network, Layer) else None
        self._sizes = Sizes(layer, {}) if layer else None
        self._style, self._head, self._problem, self._body = (ipywidgets.HTML(tooltip="") for _ in range(4))
        self.controls: dict[str, Control] = {
            "weights": _choice("weights", shown.weights, _formats(shown)),
            "training": _choice("training", shown.training or _NO, [_NO, *RECIPES]),
            "cache": _choice("cache", shown.cache, CACHES),
            **{name: SizeControl(label=_SAID[name]) for name in _TOPS},
            **{name: SizeControl(label=_label(name, layer)) for name in self._moved_sizes()},
        }
        for name, control in self.controls.items():
            control.observe(lambda change, name=name: self._moved(name, change.new), "value")
        self._bar = ipywidgets.Box()
        self._bar.add_class("pc-controls")
        super().__init__([self._style, self._head, self._bar, self._problem, self._body])
        self.add_class("pc")
        self._style.value = f"<style>{base()}{_NARROW}</style>"
        self._redraw()

    def _moved_sizes(self) -> list[str]:
        """The sizes of the network that can be moved here."""
        if not self._sizes or self.shown.kept or not numbers_kept(self.shown.network):
            return []
        sizes = self._sizes.layer.arguments()
        return [name for name in _MOVED if isinstance(sizes.get(name), Dim)]

    def _matters(self, name: str) -> bool:
        """Whether a control moves a row as things stand: in training nothing is kept of a token."""
        if name in _TOPS:
            return bool(self.shown.through if self.shown.training else self.shown.of_token)
        return name not in _OF_TOKENS or (not self.shown.training and bool(self.shown.of_token))

    def _moved(self, name: str, value) -> None:
        if self._showing:
            return
        try:
            self.shown = self._changed(name, value)
        except (Unreadable, TypeError, ValueError) as error:
            self._problem.value = f'<p class="pc-problem" role="alert">{escape(str(error))}</p>'
        else:
            self._redraw()

    def _changed(self, name: str, value) -> Room:
        """What is shown once a control was moved. Raises ValueError for a size that cannot be."""
        if self._sizes and name in _MOVED:
            if problem := self._sizes.move((name, None), value):
                raise ValueError(problem)
            return replace(self.shown, network=self._sizes.layer)
        if name in _TOPS:
            value = positive(read(value) if isinstance(value, str) else value, name)
        if name == "training" and value == _NO:
            value = ""
        return replace(self.shown, **{name: value})

    def _redraw(self) -> None:
        self._problem.value = ""
        title = f'<div class="pc-title" role="heading" aria-level="3">{escape(self.shown.heading)}</div>'
        self._head.value = f'<div class="pc-head"><div>{title}</div></div>'
        said = f'<p class="pc-subtitle">{escape(self.shown.said)}</p>'
        self._body.value = f'<div class="pc-pic">{table(self.shown)}{said}</div>'
        self._bar.children = [control for name, control in self.controls.items() if self._matters(name)]
        self._showing = True
        for name, control in self.controls.items():
            if name in _TOPS:
                control.show(getattr(self.shown, name), ladder(_TOPS[name]), [*_ENDS[name], _TOPS[name]])
            elif isinstance(control, SizeControl) and self._sizes:
                key = (name, None)
                control.show(self._sizes.values()[key], self._sizes.offered(key), self._sizes.ends(key))
            control.said = "; ".join(f"{row.name} {row.cells[4]} GB" for row in self.shown.rows)
        self._showing = False


def _formats(shown: Room) -> list[str]:
    """The formats to pick from: those of dense layers not of a bare count, those of experts of a mixture."""
    dense = {*PARTLY} if isinstance(shown.network, Layer) else set()
    dense -= set() if has_experts(shown.network) else {*OF_EXPERTS}
    read = [READ] if types_of(shown.network) else []
    return [*read, *(name for name in FORMATS if name not in PARTLY or name in dense)]


def _choice(name: str, value: str, formats: Iterable[str]) -> ChoiceControl:
    return ChoiceControl(label=_SAID[name], groups=[["", [*formats]]], value=value)


def _label(name: str, layer: Layer | None) -> str:
    words = _SAID.get(name) or meaning(name, layer)
    return f"{escape(words)} {math(Dim(1, name))}"
