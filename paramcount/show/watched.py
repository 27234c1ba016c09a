"""A picture that moves, on the screen: Python has drawn every step, the browser says which is seen."""

from __future__ import annotations

from html import escape

import anywidget
import ipywidgets
from traitlets import Int, List, Unicode

from ..core import Layer
from .account import Account
from .controls import module
from .moving import Moving
from .panel import base, head, image
from .pictures import render
from .widgets import new_id


class Steps(anywidget.AnyWidget):
    """The picture with its buttons: play and pause, a step back and on, and a slider over all steps.

    picture: SVG with all steps in it; said: a sentence for each; name: what a step is called; pause:
    milliseconds from one to the next.
    """

    _esm = module(f"{__package__}.moving", "moving.js")
    picture = Unicode().tag(sync=True)
    said = List(Unicode()).tag(sync=True)
    name = Unicode().tag(sync=True)
    pause = Int().tag(sync=True)


class Watched(ipywidgets.VBox):
    """What `watch` returns. layer: what is watched; steps: the picture and its buttons."""

    def __init__(self, layer: Layer, moving: Moving):
        self.layer, self._moving, account = layer, moving, Account(layer)
        top = ipywidgets.HTML(tooltip="")
        top.value = (
            f"<style>{base()}</style>{head(account, moving.picture.reading, title=moving.picture.title)}"
        )
        self.steps = Steps(
            picture=render(moving.picture, new_id()), said=moving.said, name=moving.name, pause=moving.pause
        )
        super().__init__([top, self.steps])
        self.add_class("pc")

    def _repr_mimebundle_(self, **kwargs):
        return super()._repr_mimebundle_(**kwargs) | self.static()

    def static(self) -> dict[str, str]:
        """The still picture and its words, by MIME type."""
        picture, count = self._moving.picture, Account(self.layer).parameters
        title = f"{picture.title}: {count}"
        return {
            "text/plain": f"{title}\n\n{picture.alt}",
            "text/html": f"<p><b>{escape(title)}</b>. {escape(picture.reading)}</p>{image(picture)}",
        }
