"""Run every notebook and store it clean: `make refresh`, or name the notebooks to run.

Clean: outputs as plain text and HTML, no widget state, no times, no paths, nothing that differs from one
machine to the next. So a change in a notebook's file is a change that its author made.
"""

import hashlib
import os
import sys
from collections import Counter
from pathlib import Path

import nbclient
import nbformat

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
WIDGET = "application/vnd.jupyter.widget-view+json"
KEPT = ("slideshow", "tags", "jupyter", "jp-MarkdownHeadingCollapsed")  # and what is folded as it opens
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def notebooks() -> list[Path]:
    """Every notebook of the series, solutions included."""
    return sorted(path for path in NOTEBOOKS.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)


def refreshed(path: Path) -> nbformat.NotebookNode:
    """The notebook, run from top to bottom in its own folder. An error in a cell is raised here."""
    notebook = nbformat.read(path, as_version=4)
    client = nbclient.NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=60,
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
    )
    return client.execute(env=os.environ | {"PARAMCOUNT_ANSWERS": ""})  # as for one who has answered nothing


def clean(notebook: nbformat.NotebookNode) -> str:
    """The text of the notebook's file, without what tools and machines leave in it."""
    notebook = nbformat.from_dict({**notebook, "nbformat": 4, "nbformat_minor": 5, "metadata": METADATA})
    seen: Counter[str] = Counter()
    for cell in notebook.cells:
        cell.metadata = {key: cell.metadata[key] for key in KEPT if cell.metadata.get(key)}
        # Tools invent a cell's id at random; this one stays as long as the cell does.
        seen[cell.source] += 1
        cell.id = hashlib.sha256(f"{seen[cell.source]}{cell.source}".encode()).hexdigest()[:8]
        if "outputs" in cell:  # warnings of libraries differ from one machine to the next
            cell.outputs = [each for each in cell.outputs if each.get("name") != "stderr"]
        for output in cell.get("outputs", []):
            if "data" in output:
                output.data.pop(WIDGET, None)
                output.metadata = {}
            if output.output_type == "error":  # its frames name folders of the machine
                output.traceback = [f"{output.ename}: {output.evalue}"]
    return nbformat.writes(notebook) + "\n"


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]) if sys.argv[1:] else notebooks():
        path.write_text(clean(refreshed(path)), encoding="utf-8")
        print(path)
