"""A small class on this machine: every student and every viewer is served, and one who is not is counted."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import nbformat
import pytest

from test_packaging import ROOT, make


@pytest.fixture
def scratch(tmp_path, monkeypatch) -> Path:
    """The folder that holds all files of the class; all its processes have its name in their environment."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def left_over(scratch: Path) -> list[str]:
    """Files, and processes that still run."""
    found = [str(path) for path in scratch.iterdir()]
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"={scratch}".encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:  # it has just ended
            continue
    return found


def figures(printed: str) -> list[float]:
    """The median and the 95th percentile of each part, in milliseconds."""
    return [float(each) for each in re.findall(r"(?:median|95 % within) ([\d.]+) ms", printed)]


def test_nobody_fails_and_the_figures_are_printed(scratch):
    made = make("classroom", ARGS="--students 3 --viewers 2 --moves 3 --pause 0.1")
    assert made.returncode == 0, made.stdout + made.stderr
    assert re.findall(r"failures: (.*)", made.stdout) == ["0 of 3", "0 of 2"]
    assert re.findall(r"(\d+) moves", made.stdout) == ["9", "6"]
    assert (
        len(re.findall(r"all ready: [1-9][\d.]* s, with (?!0\.0)[\d.]+ s of a core for each", made.stdout))
        == 2
    )
    assert len(figures(made.stdout)) == 4 and all(figures(made.stdout))
    kinds = re.findall(r"memory of a ([^:]+): [1-9]\d* MB \((\d+),", made.stdout)
    assert kinds[:2] == [("single-user server", "3"), ("kernel that has plotted", "3")], made.stdout
    assert kinds[2][0] == "server of the lecture"
    assert not left_over(scratch)


def chapter(path: Path, *cells: str) -> str:
    """What --chapter is to name for a chapter of such cells."""
    cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path / "broken.ipynb")
    return str(path / "broken")


def test_students_who_fail_are_counted(scratch, tmp_path_factory):
    broken = chapter(
        tmp_path_factory.mktemp("chapter"),
        "import os\nfrom paramcount import dense, explore\nname = os.environ['JUPYTERHUB_USER']",
        "assert name != 'student-1', 'the dog ate it'",
        "explore(dense(3, 2)) if name != 'student-2' else None  # and so nothing to move",
    )
    made = make("classroom", ARGS=f"--students 3 --viewers 0 --moves 2 --pause 0.1 --chapter {broken}")
    assert made.returncode != 0
    assert "failures: 2 of 3" in made.stdout
    assert "AssertionError: the dog ate it" in made.stderr
    assert "no slider" in made.stderr
    assert "2 moves" in made.stdout and "memory of a kernel that has not plotted" in made.stdout
    assert not left_over(scratch)


def test_ctrl_c_ends_all_that_was_started(scratch):
    assert make(".venv-classroom/.ready").returncode == 0
    made = make("-n", "classroom", ARGS="--students 2 --viewers 0")
    python, script, *arguments = made.stdout.splitlines()[-1].split()
    process = subprocess.Popen(
        [python, script, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    deadline = time.monotonic() + 120
    while not any("jupyterhub.singleuser" in each for each in left_over(scratch)):
        assert process.poll() is None and time.monotonic() < deadline, process.communicate()[0]
        time.sleep(0.2)
    os.kill(process.pid, signal.SIGINT)
    assert process.communicate(timeout=60)[0].endswith("Stopped; all that was started has ended.\n")
    assert process.returncode != 0
    assert not left_over(scratch)
