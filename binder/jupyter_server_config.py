"""What a notebook is stored with. A widget is gone when its kernel is: in its place stay text and picture."""

WIDGET = "application/vnd.jupyter.widget-view+json"


def only_what_lasts(model, **_):
    """Before a notebook is stored, take each widget out of it that something else stands for."""
    if model["type"] != "notebook" or model["content"]["nbformat"] != 4:
        return
    model["content"]["metadata"].pop("widgets", None)
    for cell in model["content"]["cells"]:
        for output in cell.get("outputs", ()):
            if len(output.get("data", ())) > 1:
                output["data"].pop(WIDGET, None)


c.ContentsManager.pre_save_hook = only_what_lasts  # noqa: F821  # `c` is what Jupyter calls its settings
