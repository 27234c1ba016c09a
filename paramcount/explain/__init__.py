"""`explain`: a model that was built elsewhere comes back as a tree of layers, its count worked out.

**What comes in** is somebody's model: a PyTorch module (`pytorch.py`, `tensors.py`), a Keras model or layer
(`keras.py`), or what is on a disk (`files.py`): a .safetensors file (`safetensors.py`), shards, a folder, a
GGUF file (`gguf.py`), a .keras file (`keras_file.py`), a config alone (`config.py`, or by the `families.py`
of published networks). Each reader lists what is there: every tensor with its path, its shape and whether
it is trained, and the class of every part. One walk serves both frameworks (`walk.py`); what all files
share, first of all that nothing but a header is read, and safely, stands in `headers.py`; as how many
parameters quantised numbers count, in `packed.py`; what is to be said of empty, quantised and unseen
tensors, in `notes.py`; what one word uses of a mixture, in `active.py`; what a config says besides, and in
how many bytes numbers are kept, in `origin.py`.

**What goes out** is a `Layer` like any other: it shows its working, opens a panel, can be pickled. It is
made in two steps. In `parts.py` a part whose tensors are those of a layer of the textbook is known as that
layer, and equal neighbours (`runs.py`) are folded into one; in `tree.py` the parts become layers, what is
shared says where it is counted, and every size gets its letter (`letters.py`): sizes that must be equal are
one letter. Which class is which layer, and how its sizes are read, stands above each function of
`paramcount.pytorch` and `paramcount.keras`: a new kind of layer needs nothing here. For classes that the
textbook has nothing alike for, `axes.py` says what the axes of their tensors are. `difference.py`
says where two counts part: `lineup.py` lines up two trees, `reasons.py` says what a number may count.

**What it may import**: what counts (`dims`, `core`, `layers`, `stored`, `pytorch`, `keras`, `models`,
`glossary`), of what is shown the account alone (`show.account`), and of what is asked the slips alone
(`ask.slips`): no pictures, no panel, no widgets, no questions. PyTorch and Keras are used only where a model
of theirs is handed over.
"""

import contextlib
import functools
import gc
import os
from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module

from ..core import Layer, LayerFunction

_PATHS = (str, bytes, os.PathLike)
# The class that every model of a framework is derived from, and the file here that reads it. Keras comes
# first: on the PyTorch backend its layers are PyTorch modules too.
_READERS = {
    ("keras.src.layers.layer", "Layer"): "keras",
    ("torch.nn.modules.module", "Module"): "pytorch",
}


def explain(model, depth: int = 0) -> Layer:
    """A PyTorch module, a Keras model or what is on a disk as a tree of layers that shows its working.

    model: a ``torch.nn.Module``, on the meta device too; a Keras 3 model or layer; or a path: of a
    .safetensors, GGUF or .keras file, of an index of shards, of a folder as ``save_pretrained`` writes it,
    of a config.json alone, or a pattern such as "model-*.safetensors"; or a list of the paths of shards; or
    a network of `paramcount.models.PUBLISHED`. Of a file the header alone is read, and a
    pickle is never opened. What is a layer of the textbook comes back as the one that the framework keeps,
    with its formula; anything else tensor by tensor, under the name of its class. Parts without tensors
    are left out. Equal neighbours are folded: "0 to 11" holds 12 × the one. A tensor that is used twice
    is counted where it is first used. depth: how many levels are shown; 0 for as many as can
    be read at a glance. Of mixtures whose config says how many experts a word goes through, a note says
    what it uses.

    The count is ``sum(p.numel() for p in model.parameters() if p.requires_grad)``, or that of Keras'
    ``trainable_weights``. Parameters that are frozen, and what is kept besides (statistics, masks, scales),
    are listed and told apart. Quantised weights are as many parameters as they stand for, however they are
    stored. A file does not say what is trained or tied, nor of what class a part is: every floating or
    quantised tensor in it is counted, and integers are taken for buffers.

    Raises TypeError for what is no model, a state_dict among them; ValueError for a model that is not
    built yet, for one whose own count is another one, and for a file that cannot be read safely.
    """
    opened = _checked(depth)
    model = model.layer if _is_published(model) else model
    if isinstance(model, Layer):
        return replace(model, opened=opened) if opened else model
    if not is_read(model):
        raise TypeError(_refusal(model))
    read = import_module(f".{_reader(model)}", __name__).read
    with _uncollected():
        return replace(read(model), opened=opened)


def _is_published(model) -> bool:
    """Whether it is an entry of `models.PUBLISHED`; the networks themselves take time to load."""
    return (type(model).__module__, type(model).__name__) == ("paramcount.models.base", "Published")


def _checked(depth) -> int:
    if isinstance(depth, bool) or not isinstance(depth, int) or depth < 0:
        raise ValueError(
            f"depth={depth!r}: it is a number of levels, such as 2; 0 for as many as can be read"
        )
    return depth


def is_read(model) -> bool:
    """Whether it is a model of a framework, or a path: what `explain` reads."""
    return bool(_reader(model))


def _reader(model) -> str:
    """The file here that reads such a model, "" if none does."""
    several = isinstance(model, (list, tuple)) and model and all(isinstance(each, _PATHS) for each in model)
    return "files" if several or isinstance(model, _PATHS) else _framework(model)


def _framework(model) -> str:
    classes = {(cls.__module__, cls.__name__) for cls in type(model).__mro__}
    return next((name for origin, name in _READERS.items() if origin in classes), "")


@contextlib.contextmanager
def _uncollected():
    """No search for garbage: there is none, and among 100,000 parts each search takes a second."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _refusal(model) -> str:
    if isinstance(model, Mapping):
        return (
            "explain needs the model, not its state_dict: the sum over a state_dict is not the count, for a "
            "tensor that is shared stands in it twice, and buffers, which are not trained, stand in it too. "
            "Hand over the model itself: explain(model)"
        )
    function = model
    while isinstance(function, functools.partial):
        function = function.func
    if isinstance(function, LayerFunction):
        name = function.__name__
        return f"{name} is a layer function: call it with sizes, and the layer it returns shows its working"
    if isinstance(model, type):
        return f"{model.__name__} is a class: make a model of it first, then explain that"
    wanted = "a PyTorch module, a Keras 3 model, or the path of a file or a folder"
    return f"explain needs {wanted}, not {type(model).__name__}{_inside(model)}"


def _inside(model) -> str:
    """Where in a trainer, a pipeline or the like the model is."""
    if type(model).__name__ == "ExportedProgram":
        return ". Its module is one: explain(it.module())"
    names = [name for name, inner in getattr(model, "__dict__", {}).items() if _framework(inner)]
    return f". Its {names[0]} is one: explain(it.{names[0]})" if names else ""
