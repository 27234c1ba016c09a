"""What is installed, by which versions, from which address, and what `make` says and does."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from packaging.requirements import Requirement
from packaging.version import Version

import refresh_notebooks

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # pytest brings it there

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ADDRESS = PROJECT["urls"]["Repository"]


def run(*command, **options) -> subprocess.CompletedProcess:
    return subprocess.run(command, capture_output=True, text=True, **options)


def make(*arguments, cwd=ROOT, **settings) -> subprocess.CompletedProcess:
    """make, free of the settings of the `make test` that runs us."""
    ours = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "EXTRAS", "PYTHON", "VENV", "ARGS")
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    settings = [f"{name}={value}" for name, value in settings.items()]
    return run("make", *arguments, *settings, cwd=cwd, env=environment)


@pytest.fixture
def copy(tmp_path) -> Path:
    """The project without its environment, to build in and to change."""
    unwanted = shutil.ignore_patterns(".git", ".venv*", ".*_cache", "__pycache__", "*.egg-info", "build")
    return shutil.copytree(ROOT, tmp_path / "copy", ignore=unwanted)


# Versions and the package


def test_every_version_is_exact():
    for extra, requirements in PROJECT["optional-dependencies"].items():
        for requirement in map(Requirement, requirements):
            assert [each.operator for each in requirement.specifier] == ["=="], (extra, requirement)


def test_no_other_file_names_a_version():
    names = {Requirement(each).name for extra in PROJECT["optional-dependencies"].values() for each in extra}
    pinned = re.compile(rf"({'|'.join(map(re.escape, names))})\s*[=<>~]=?\s*\d", re.IGNORECASE)
    for name in ("environment.yml", "binder/environment.yml", "binder/postBuild", "Makefile", ".ci/run"):
        assert not pinned.search((ROOT / name).read_text()), name


def test_counting_depends_on_nothing():
    assert PROJECT["dependencies"] == []


def test_the_wheel_holds_the_whole_package(copy):
    built = run(
        *(
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--no-deps",
            "--no-build-isolation",
            "-w",
            copy / "dist",
            copy,
        )
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = (copy / "dist").glob("*.whl")
    held = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("paramcount/")}
    package = (path for path in (ROOT / "paramcount").rglob("*") if path.is_file() and path.suffix != ".pyc")
    assert held == {path.relative_to(ROOT).as_posix() for path in package}


# The address


def links(text: str) -> list[str]:
    """What a text says of where the project lives: Binder's links, and what to clone."""
    return re.findall(r"mybinder\.org/v2/gh/([^/\s]+/[^/\s]+)/", text) + re.findall(
        r"git clone https://github\.com/([^/\s]+/[^/\s]+?)(?:\.git)?[\s`]", text
    )


def texts(root: Path) -> dict[Path, str]:
    paths = [*root.glob("*.md"), *root.glob("binder/*.md"), *root.glob("notebooks/**/*.ipynb")]
    return {path: path.read_text(encoding="utf-8") for path in paths}


def test_readme_badge_and_links_agree_with_the_address():
    badge = f"https://mybinder.org/v2/gh/{ADDRESS.removeprefix('https://github.com/')}/main"
    assert f"({badge}?urlpath=lab/tree/notebooks/00-start-here.ipynb)" in texts(ROOT)[ROOT / "README.md"]
    for path, text in texts(ROOT).items():
        assert {f"https://github.com/{link}" for link in links(text)} <= {ADDRESS}, path


def test_each_chapter_has_a_badge():
    badge = r"badge_logo\.svg\)\]\(https://mybinder\S+urlpath=lab/tree/(\S+)\)"
    shown = re.findall(badge, texts(ROOT)[ROOT / "README.md"])
    chapters = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
    assert shown == [chapters[0], *chapters]  # the first stands at the top of the page too


def test_a_notebook_asks_for_the_package_at_its_own_address():
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        first = next(c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code")
        assert first.metadata.tags == ["setup"] and not first.outputs, path
        assert f"paramcount @ git+{ADDRESS}\"" in first.source, path


def test_what_binder_links_open_exists():
    for path, text in texts(ROOT).items():
        for opened in re.findall(r"mybinder\.org/v2/gh/[^\s)]*?urlpath=lab/tree/([^\s)\"&\\]+)", text):
            assert (ROOT / opened).is_file(), (path, opened)


def test_make_address_changes_it_everywhere(copy):
    made = make("address", cwd=copy, URL="https://github.com/ada/counting")
    assert made.returncode == 0, made.stderr
    assert 'Repository = "https://github.com/ada/counting"' in (copy / "pyproject.toml").read_text()
    assert ADDRESS not in "".join([*texts(copy).values(), (copy / "pyproject.toml").read_text()])
    assert set(links(texts(copy)[copy / "README.md"])) == {"ada/counting"}


@pytest.mark.parametrize(
    "url", ["", "github.com/ada/counting", "https://github.com/ada", "https://x.org/a/b"]
)
def test_make_address_refuses_what_is_no_address(copy, url):
    made = make("address", cwd=copy, URL=url)
    assert made.returncode != 0
    assert "make address URL=" in made.stdout
    assert (copy / "pyproject.toml").read_text() == (ROOT / "pyproject.toml").read_text()


# make


def test_make_lab_opens_a_notebook_that_exists(tmp_path):
    opened = re.search(r"jupyterlab .*?(notebooks/\S+)", make("-n", "lab", VENV=tmp_path).stdout)[1]
    assert (ROOT / opened).is_file()


def test_second_run_installs_nothing_until_versions_change(tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/pip").touch()
    assert "pip install" in make("-n", "test", VENV=tmp_path).stdout
    (tmp_path / ".has-notebooks,test").touch()
    assert "pip install" not in make("-n", "test", VENV=tmp_path).stdout
    long_ago = (ROOT / "pyproject.toml").stat().st_mtime - 1
    os.utime(tmp_path / ".has-notebooks,test", (long_ago, long_ago))
    assert "pip install" in make("-n", "test", VENV=tmp_path).stdout


@pytest.mark.parametrize(
    "python, message",
    [
        ("sys.version_info = (3, 9, 18)", "needs Python 3.10 or newer"),
        ("sys.modules['ensurepip'] = None", "sudo apt-get install python3-venv"),
        (None, "Install Python 3.10 or newer"),
    ],
)
def test_make_says_what_python_lacks(tmp_path, python, message):
    fake = tmp_path / "python"
    if python:
        fake.write_text(
            f"""#!/bin/sh\nexec {sys.executable} -c "import sys; {python}; exec(sys.argv[2])" "$@"\n"""
        )
        fake.chmod(0o755)
    made = make("lab", VENV=tmp_path / "venv", PYTHON=fake)
    assert made.returncode != 0
    assert message in made.stdout
    assert not (tmp_path / "venv").exists()


def test_the_floor_is_the_one_that_messages_name():
    assert Version("3.10") == Version(PROJECT["requires-python"].removeprefix(">="))


# Tests that are left out


def run_with_a_skip(folder: Path, **environment) -> subprocess.CompletedProcess:
    shutil.copy(ROOT / "tests/conftest.py", folder)
    (folder / "test_it.py").write_text(
        "import pytest\n"
        "def test_one(): pass\n"
        "def test_two(): pytest.importorskip('torch_of_another_world')\n"
        "def test_three(): pytest.skip('no Chromium on this machine')\n"
    )
    return run(
        *(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", folder),
        env={
            **os.environ,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PARAMCOUNT_NOTHING_SKIPPED": "",
            **environment,
        },
        cwd=folder,
    )


def test_what_was_left_out_is_said_at_the_end(tmp_path):
    ran = run_with_a_skip(tmp_path)
    assert ran.returncode == 0
    assert "torch_of_another_world" in ran.stdout
    assert "test_it.py (1)\n    to bring it in: make test EXTRAS=notebooks,test,oracles" in ran.stdout
    assert "no Chromium on this machine: test_it.py (1)\n    to bring it in: install Chromium" in ran.stdout


def test_a_skip_fails_where_nothing_may_be_skipped(tmp_path):
    ran = run_with_a_skip(tmp_path, PARAMCOUNT_NOTHING_SKIPPED="1")
    assert ran.returncode == 1
    assert "PARAMCOUNT_NOTHING_SKIPPED makes that a failure" in ran.stdout


# Notebooks as they are stored


@pytest.mark.parametrize(
    "path", refresh_notebooks.notebooks(), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_stored_notebook_is_clean(path):
    assert path.read_text(encoding="utf-8") == refresh_notebooks.clean(nbformat.read(path, as_version=4)), (
        "run `make refresh`"
    )


def test_clean_takes_out_what_tools_leave():
    widget = {refresh_notebooks.WIDGET: {"model_id": "1f"}, "text/plain": "32"}
    shown = nbformat.v4.new_output("display_data", widget, metadata={"isolated": True})
    error = nbformat.v4.new_output(
        "error", ename="ValueError", evalue="x=0", traceback=["File /home/ada/x.py"]
    )
    times = {"execution": {"iopub.execute_input": "2026-01-01"}, "scrolled": True, "tags": ["exercise"]}
    cells = [nbformat.v4.new_code_cell("x", outputs=[shown, error], metadata=times, id=each) for each in "ab"]
    left = {"widgets": {}, "jupytext": {}, "language_info": {"name": "python", "version": "3.11.7"}}
    text = refresh_notebooks.clean(nbformat.v4.new_notebook(cells=cells, metadata=left))
    for gone in (
        "widget",
        "model_id",
        "isolated",
        "/home",
        "2026",
        "scrolled",
        "jupytext",
        "3.11",
        '"id": "a"',
    ):
        assert gone not in text
    for kept in ('"32"', "exercise", "ValueError: x=0", "kernelspec"):
        assert kept in text
    again = nbformat.reads(text, as_version=4)
    assert again.cells[0].id != again.cells[1].id
    assert refresh_notebooks.clean(again) == text
