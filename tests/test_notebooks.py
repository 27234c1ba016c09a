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


# -- every control moved --------------------------------------------------------------------------
#
# An error raised when a slider is elsewhere passes unseen: no cell fails, and nbval compares nothing.
# So the two functions below run in the notebook's own kernel, one before its cells and one after.


def watch():
    """Every widget that is made from now on, and every error that is shown without stopping a cell."""
    import traceback

    import ipywidgets
    from IPython import get_ipython

    made, errors, shell = [], [], get_ipython()
    show = shell.showtraceback

    def recorded(*args, **kwargs):
        errors.append(traceback.format_exc())
        return show(*args, **kwargs)

    shell.showtraceback = recorded
    ipywidgets.Widget.on_widget_constructed(made.append)
    return made, errors


def move(made, errors):
    """Move every control that a reader can reach, by the messages that a browser sends.

    Returns how many messages each kind of control was sent, and what went wrong.
    """
    import ipywidgets

    problems, sent = [], {}

    def send(widget, event=None, refused=False, **state):
        if widget.comm is None:
            return  # closed, as another control was moved
        data = {"method": "update", "state": state}
        if event:
            data = {"method": "custom", "content": {"event": event}}
        errors.clear()
        widget.comm.handle_msg({"content": {"data": data}, "buffers": []})
        sent[type(widget).__name__] = sent.get(type(widget).__name__, 0) + 1
        panels = [w.value for w in made if isinstance(w, ipywidgets.HTML) and w.comm]
        shown = [] if refused else [html for html in panels if 'role="alert"' in html]
        for problem in errors + shown:
            problems.append(f"{type(widget).__name__} {widget.description} {event or state}: {problem}")

    def reachable(*kinds):
        found = [w for w in made if isinstance(w, kinds) and w.comm and w.layout.display != "none"]
        return [w for w in found if not getattr(w, "disabled", False)]

    def to_the_ends():
        for number in reachable(ipywidgets.IntSlider, ipywidgets.FloatSlider):
            for value in (number.min, number.max, number.value):
                send(number, value=value)
        starts = [(number, number.value) for number in reachable(ipywidgets.IntText)]
        for slider in reachable(ipywidgets.SelectionSlider):
            for end in (0, -1):
                send(slider, index=range(len(slider.options))[end])
            for number, start in starts:
                if number.value != start:
                    send(number, value=start)
        for number, start in starts:
            for odd in (7, 1, 0, -1, 10**12):
                send(number, refused=True, value=odd)
            send(number, value=start)

    for choice in reachable(ipywidgets.Dropdown, ipywidgets.Select, ipywidgets.RadioButtons):
        for index in [*range(len(choice.options)), choice.index]:
            send(choice, index=index)
    switches = reachable(ipywidgets.ToggleButtons)
    for k in range(max([len(switch.options) for switch in switches], default=1)):
        for switch in switches:
            send(switch, index=min(k, len(switch.options) - 1))
        ticks = reachable(ipywidgets.Checkbox)
        to_the_ends()
        for tick in ticks:
            send(tick, value=not tick.value)
        to_the_ends()
        for tick in ticks:
            send(tick, value=not tick.value)
    for switch in switches:
        send(switch, index=0)
    for typed in ("", "1", "3 *", "9**9**9", "1,234"):
        for text in reachable(ipywidgets.Text):
            send(text, value=typed)
            send(text, event="submit")
        for button in reachable(ipywidgets.Button):
            send(button, event="click")
    return sent, problems


def moved(notebook, folder: Path) -> tuple[dict[str, int], list[str]]:
    """What `move` returns for a notebook; an error in a cell is raised here."""
    before = f"{inspect.getsource(watch)}\n_watched = watch()"
    after = f"{inspect.getsource(move)}\nimport json\nprint(json.dumps(move(*_watched)))"
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


@each_notebook
def test_every_control_can_be_moved(path):
    notebook = nbformat.read(path, as_version=4)
    code = "\n".join(cell.source for cell in code_cells(notebook))
    sent, problems = moved(notebook, path.parent)
    assert not problems, "\n".join(problems)
    assert "SelectionSlider" in sent or "explore(" not in code
    assert ("Text" in sent) == ("predict(" in code)


def problems_of(folder, *cells: str) -> list[str]:
    return moved(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in cells]), folder)[
        1
    ]


def test_an_error_elsewhere_is_found(tmp_path):
    brittle = """
from ipywidgets import Button
from paramcount import explore, layer

@layer
def brittle(i):
    return {"W": (i, 2 if i != 7 else {}["seven"])}

explore(brittle)
"""
    button = "button = Button(description='press')\nbutton.on_click(lambda _: 1 / 0)\nbutton"
    problems = problems_of(tmp_path, brittle, button)
    assert any(problem.startswith("IntText") and "KeyError: 'seven'" in problem for problem in problems)
    assert any(
        problem.startswith("Button press click") and "ZeroDivisionError" in problem for problem in problems
    )
    assert not any(problem.startswith("SelectionSlider") for problem in problems)


def test_what_a_slider_offers_must_not_be_refused(tmp_path):
    refusing = """
from ipywidgets import HTML, SelectionSlider, VBox

slider, said = SelectionSlider(options=[1, 2, 3], value=2), HTML()
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
