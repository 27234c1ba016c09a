"""The chapters: stored as they ran, every control moved, and a wrong count found by strict nbval."""

import inspect
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbclient
import nbformat
import pytest

from controls import AFTER, BEFORE, move, watch
from refresh_notebooks import notebooks

ROOT = Path(__file__).parent.parent
each_notebook = pytest.mark.parametrize(
    "path", notebooks(), ids=lambda path: f"{path.parent.name}/{path.stem}"
)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def unexpected_errors(notebook) -> list[str]:
    """What went wrong in cells that do not say that they will."""
    return [
        f"{output.ename}: {output.evalue}"
        for cell in code_cells(notebook)
        for output in cell.outputs
        if output.output_type == "error" and "raises-exception" not in cell.metadata.get("tags", [])
    ]


# -- as they are stored (that nothing else is in them is in test_packaging) -----------------------


@each_notebook
def test_it_is_stored_as_it_ran(path):
    notebook = nbformat.read(path, as_version=4)
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1)), "run `make refresh`"
    assert not unexpected_errors(notebook)


@each_notebook
def test_it_names_no_folder_of_a_machine(path):
    text = path.read_text(encoding="utf-8")
    for folder in (str(ROOT), sys.prefix, str(Path.home()), tempfile.gettempdir(), "/home/", "/Users/"):
        assert folder == "/" or folder not in text


# -- every control moved (controls.py does that in each chapter's kernel; here it must find an error) --------


def moved(notebook, folder: Path) -> tuple[dict[str, int], list[str]]:
    """What `move` returns for a notebook; an error in a cell is raised here."""
    before = f"{inspect.getsource(watch)}\n{BEFORE}"
    after = f"{inspect.getsource(move)}\n{AFTER}\nimport json\nprint(json.dumps(_moved))"
    notebook.cells = [
        nbformat.v4.new_code_cell(before),
        *notebook.cells,
        nbformat.v4.new_code_cell(after),
    ]
    client = nbclient.NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=120,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute()
    told = "".join(output.text for output in notebook.cells[-1].outputs if output.get("name") == "stdout")
    sent, problems = json.loads(told)
    notebook.cells = notebook.cells[1:-1]
    return sent, problems + unexpected_errors(notebook)


def problems_of(folder, *cells: str) -> list[str]:
    return moved(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in cells]), folder)[
        1
    ]


def test_an_error_elsewhere_is_found(tmp_path):
    brittle = """
from ipywidgets import Button
from paramcount.show.controls import SizeControl

number = SizeControl(label="h", value=3, options=[1, 3])
number.observe(lambda moved: {}["seven"] if moved.new == 7 else None, "value")
number
"""
    button = "button = Button(description='press')\nbutton.on_click(lambda _: 1 / 0)\nbutton"
    problems = problems_of(tmp_path, brittle, button)
    found = [problem for problem in problems if problem.startswith("SizeControl")]
    assert found and all("h {'value': 7," in each and "KeyError: 'seven'" in each for each in found)
    assert any(
        problem.startswith("Button press {'event': 'click'}") and "ZeroDivisionError" in problem
        for problem in problems
    )


def test_what_a_slider_offers_must_not_be_refused(tmp_path):
    refusing = """
from ipywidgets import HTML, VBox
from paramcount.show.controls import SizeControl

slider, said = SizeControl(options=[1, 2, 3], value=2), HTML()
too_many = '<p role="alert">too many</p>'
slider.observe(lambda moved: setattr(said, "value", too_many * (moved.new > 2)), "value")
VBox([slider, said])
"""
    assert any("too many" in problem for problem in problems_of(tmp_path, refusing))


# -- strict nbval ---------------------------------------------------------------------------------


def test_strict_nbval_finds_a_wrong_count(tmp_path):
    # The smallest notebook, as it must run twice. Its one count stands in the panel, not in a plain
    # result: so this shows too that what a panel leaves in a stored notebook is compared.
    name, package = "00-start-here.ipynb", tmp_path / "paramcount"
    shutil.copytree(ROOT / "paramcount", package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "notebooks" / name, tmp_path)

    def compared() -> subprocess.CompletedProcess:
        command = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--nbval", "--nbval-current-env")
        return subprocess.run(
            (*command, name),
            cwd=tmp_path,
            env={
                **os.environ,
                "PYTHONPATH": str(tmp_path),
                "PYTEST_ADDOPTS": "",
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            capture_output=True,
            text=True,
        )

    right = compared()
    assert right.returncode == 0, right.stdout
    layers = package / "layers.py"
    biases = '{"b": (o,)}'
    assert biases in layers.read_text("utf-8")
    layers.write_text(layers.read_text("utf-8").replace(biases, '{"b": (o + 1,)}'), "utf-8")
    wrong = compared()
    assert wrong.returncode == pytest.ExitCode.TESTS_FAILED
    assert "Cell outputs differ" in wrong.stdout
