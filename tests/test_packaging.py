"""What is installed, in which versions, from which address; what `make` and CI do; what GitHub is told."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement

import refresh_notebooks

if sys.platform == "win32":  # and with this module every one that imports from it
    pytest.skip("make and bash are not on Windows", allow_module_level=True)

ROOT = Path(__file__).parent.parent
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = SETTINGS["project"]
EXTRAS = {
    extra: [Requirement(each) for each in requirements]
    for extra, requirements in PROJECT["optional-dependencies"].items()
}
README = (ROOT / "README.md").read_text("utf-8")
ADDRESS = PROJECT["urls"]["Repository"]
FLOOR = PROJECT["requires-python"].removeprefix(">=")


def run(*command, **options) -> subprocess.CompletedProcess:
    return subprocess.run(command, capture_output=True, text=True, **options)


def make(*arguments, cwd=ROOT, **settings) -> subprocess.CompletedProcess:
    """make, free of the settings of the `make test` that runs us."""
    ours = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "EXTRAS", "PYTHON", "VENV", "ARGS")
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    settings = [f"{name}={value}" for name, value in settings.items()]
    return run("make", *arguments, *settings, cwd=cwd, env=environment)


def load(name: str) -> dict:
    """A file of YAML. GitHub's `on` is read as True by YAML 1.1, so it gets its name back."""
    loaded = yaml.safe_load((ROOT / name).read_text("utf-8"))
    return {"on" if key is True else key: value for key, value in loaded.items()}


def put(path: Path, script: str) -> None:
    """A program of a few lines in place of the real one."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def put_python(path: Path, pretend: str) -> None:
    """This Python, but for what it is made to pretend before it runs the code of -c."""
    put(path, f'exec {sys.executable} -c "import sys; {pretend}; exec(sys.argv[2])" "$@"')


@pytest.fixture
def copy(tmp_path) -> Path:
    """The project without its environment, to build in and to change."""
    made = (".git", ".venv*", ".*_cache", ".hypothesis", ".ipynb_checkpoints", "__pycache__", "*.egg-info")
    return shutil.copytree(ROOT, tmp_path / "copy", ignore=shutil.ignore_patterns(*made, "build"))


# Versions and the package


def test_every_version_is_exact_and_stands_once():
    for extra, requirements in EXTRAS.items():
        for requirement in requirements:
            assert [each.operator for each in requirement.specifier] == ["=="], (extra, requirement)
            assert not requirement.marker, (extra, requirement)
        assert len({each.name for each in requirements}) == len(requirements), extra


def test_no_other_file_names_a_version():
    names = {requirement.name for requirements in EXTRAS.values() for requirement in requirements}
    pinned = re.compile(rf"({'|'.join(map(re.escape, names))})\s*[=<>~]=?\s*\d", re.IGNORECASE)
    files = ["environment.yml", "binder/environment.yml", "binder/postBuild", "Makefile", ".ci/run"]
    files += [path.relative_to(ROOT) for path in (ROOT / ".github").rglob("*.yml")]
    for name in files:
        assert not pinned.search((ROOT / name).read_text("utf-8")), name


def test_counting_depends_on_nothing():
    assert PROJECT["dependencies"] == []


def test_the_wheel_holds_the_whole_package(copy):
    pip = (sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation")
    built = run(*pip, "--wheel-dir", copy / "dist", copy)
    assert built.returncode == 0, built.stderr
    (wheel,) = (copy / "dist").glob("*.whl")
    held = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("paramcount/")}
    package = [path for path in (copy / "paramcount").rglob("*") if path.is_file()]
    assert held == {path.relative_to(copy).as_posix() for path in package}
    assert "paramcount/py.typed" in held  # else a reader's mypy takes no notice of our types


# The Pythons that are promised


def promised() -> list[str]:
    classifier = re.compile(r"Programming Language :: Python :: (3\.\d+)")
    return [found[1] for each in PROJECT["classifiers"] if (found := classifier.fullmatch(each))]


def test_the_floor_is_the_first_python_that_is_promised():
    first, *_, last = (int(version.removeprefix("3.")) for version in promised())
    assert promised() == [f"3.{minor}" for minor in range(first, last + 1)]
    assert promised()[0] == FLOOR == SETTINGS["tool"]["mypy"]["python_version"]
    assert f"Python {FLOOR} or newer" in README and f"Python {FLOOR} to 3.{last}" in README


def test_each_python_that_is_promised_is_tested_on_linux_and_windows():
    matrix = load(".github/workflows/tests.yml")["jobs"]["each"]["strategy"]["matrix"]
    assert matrix["python"] == promised()
    assert matrix["os"] == ["ubuntu-latest", "windows-latest"]


# What make test holds


def test_make_test_checks_form_and_types_and_runs_whole_files_side_by_side(tmp_path):
    asked = make("-n", "test", VENV=tmp_path, ARGS="tests/test_dims.py").stdout
    pytest_ = "pytest -n auto --dist loadfile tests/test_dims.py"
    for each in ("ruff check", "ruff format --check", "mypy", pytest_):
        assert f"\n{tmp_path}/bin/python -m {each}\n" in asked
    # One file by hand starts at once.
    always = SETTINGS["tool"]["pytest"]["ini_options"]["addopts"]
    assert not any(option == "-n" or option.startswith("--dist") for option in always)


def test_environments_are_there_before_tests_run_side_by_side(tmp_path):
    everything = make("-n", "test", VENV=tmp_path).stdout
    part = make("-n", "test", VENV=tmp_path, ARGS="tests/test_dims.py").stdout
    for name in ("slides", "site", "classroom", "hosts"):
        assert f"'{tmp_path}-{name}/.ready'" in everything.partition("-m pytest")[0]
        assert f"'{tmp_path}-{name}/.ready'" not in part


def test_mypy_reads_all_that_counts():
    counts = {path.relative_to(ROOT).as_posix() for path in (ROOT / "paramcount").glob("*.py")}
    counts |= {"paramcount/models"}
    assert set(SETTINGS["tool"]["mypy"]["files"]) == counts - {"paramcount/__init__.py"}


def test_the_hooks_are_of_the_pinned_versions():
    hooks = {each["repo"].rpartition("/")[2]: each for each in load(".pre-commit-config.yaml")["repos"]}
    pinned = {each.name: str(each.specifier).replace("==", "v") for each in EXTRAS["test"]}
    assert hooks["ruff-pre-commit"]["rev"] == pinned["ruff"]
    assert hooks["mirrors-mypy"]["rev"] == pinned["mypy"]
    used = {hook["id"] for each in hooks.values() for hook in each["hooks"]}
    assert {"ruff-check", "ruff-format", "mypy", "end-of-file-fixer"} <= used


# The address


def links(text: str) -> list[str]:
    """What a text says of where the project lives: Binder's links, what to clone, and our pages on GitHub."""
    opened = r"mybinder\.org/v2/gh/([^/\s]+/[^/\s]+)/"
    cloned = r"git clone https://github\.com/([^/\s]+/[^/\s]+?)(?:\.git)?[\s`]"
    pages = r"https://github\.com/([^/\s]+/[\w.-]+)/(?:blob/main|issues|tree)/"  # a commit's is a source
    return [link for each in (opened, cloned, pages) for link in re.findall(each, text)]


def texts(root: Path) -> dict[Path, str]:
    kinds = ("*.md", "*.cff", "binder/*.md", "notebooks/**/*.ipynb", "notebooks/**/*.md", ".github/**/*.yml")
    return {path: path.read_text("utf-8") for kind in kinds for path in root.glob(kind)}


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
        assert f'paramcount @ git+{ADDRESS}"' in first.source, path


def test_what_binder_links_open_exists():
    for path, text in texts(ROOT).items():
        for opened in re.findall(r"mybinder\.org/v2/gh/[^\s)]*?urlpath=lab/tree/([^\s)\"&\\]+)", text):
            assert (ROOT / opened).is_file(), (path, opened)


def test_make_address_changes_it_everywhere(copy):
    made = make("address", cwd=copy, URL="https://github.com/ada/counting")
    assert made.returncode == 0, made.stderr
    assert 'Repository = "https://github.com/ada/counting"' in (copy / "pyproject.toml").read_text("utf-8")
    old = ADDRESS.removeprefix("https://github.com/").encode()
    assert [path for path in copy.rglob("*") if path.is_file() and old in path.read_bytes()] == []
    for name in ("README.md", ".github/ISSUE_TEMPLATE/config.yml"):
        assert set(links(texts(copy)[copy / name])) == {"ada/counting"}


@pytest.mark.parametrize(
    "url", ["", "github.com/ada/counting", "https://github.com/ada", "https://x.org/a/b"]
)
def test_make_address_refuses_what_is_no_address(copy, url):
    made = make("address", cwd=copy, URL=url)
    assert made.returncode != 0
    assert "make address URL=" in made.stdout
    assert (copy / "pyproject.toml").read_bytes() == (ROOT / "pyproject.toml").read_bytes()


# make


def test_make_lab_opens_a_notebook_that_exists(tmp_path):
    opened = re.search(r"jupyterlab .*?(notebooks/\S+)", make("-n", "lab", VENV=tmp_path).stdout)[1]
    assert (ROOT / opened).is_file()


def test_second_run_installs_nothing_until_versions_change(tmp_path):
    """All environments are in tmp_path, the one of make test and those beside it."""
    venv = tmp_path / "venv"
    beside = [tmp_path / f"venv-{name}" for name in ("slides", "site", "classroom", "hosts")]
    for environment in (venv, *beside):
        (environment / "bin").mkdir(parents=True)
        (environment / "bin/pip").touch()
    marks = [venv / ".has-notebooks,test", *(path / ".ready" for path in tmp_path.glob("venv-*"))]
    assert make("-n", "test", VENV=venv).stdout.count("\ntouch ") == len(marks) == 5
    for mark in marks:
        mark.touch()
    assert "pip install" not in make("-n", "test", VENV=venv).stdout
    long_ago = (ROOT / "pyproject.toml").stat().st_mtime - 1
    for mark in marks:
        os.utime(mark, (long_ago, long_ago))
    assert make("-n", "test", VENV=venv).stdout.count("\ntouch ") == len(marks)


@pytest.mark.parametrize(
    "python, message",
    [
        ("sys.version_info = (3, 9, 18)", f"needs Python {FLOOR} or newer"),
        ("sys.modules['ensurepip'] = None", "sudo apt-get install python3-venv"),
        (None, f"Install Python {FLOOR} or newer"),
    ],
)
def test_make_says_what_python_lacks(tmp_path, python, message):
    if python:
        put_python(tmp_path / "python", python)
    made = make("lab", VENV=tmp_path / "venv", PYTHON=tmp_path / "python")
    assert made.returncode != 0
    assert message in made.stdout
    assert not (tmp_path / "venv").exists()


@pytest.mark.parametrize("version", [None, "3.10"])
def test_ci_runs_make_test_and_says_when_python_is_too_old(tmp_path, version):
    put(tmp_path / "apt-get", "true")
    put(tmp_path / "make", f'echo "$PARAMCOUNT_NOTHING_SKIPPED" "$@" > {tmp_path}/made')
    if version:
        put_python(tmp_path / "python3", f"sys.version_info = ({version.replace('.', ', ')})")
    ran = run(ROOT / ".ci/run", env=os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"})
    if version:
        assert ran.returncode != 0 and f"needs Python {FLOOR} or newer" in ran.stderr
        assert not (tmp_path / "made").exists()
    else:
        assert ran.returncode == 0, ran.stderr
        assert (tmp_path / "made").read_text() == "1 test EXTRAS=notebooks,test,oracles\n"


# What GitHub runs and asks


WORKFLOWS = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / ".github/workflows").glob("*.yml"))


def steps(workflow: dict) -> list[dict]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_all_workflows_use_the_same_version_of_an_action():
    used = {step["uses"] for name in WORKFLOWS for step in steps(load(name)) if "uses" in step}
    assert len({each.partition("@")[0] for each in used}) == len(used), used
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@v\d+", each) for each in used)


def test_no_workflow_but_the_site_may_write():
    for name in WORKFLOWS:
        writes = [what for what, how in load(name)["permissions"].items() if how == "write"]
        assert writes == (["pages", "id-token"] if name.endswith("site.yml") else []), name


def test_tests_run_at_each_change_and_each_month():
    assert {"push", "pull_request"} < set(load(".github/workflows/tests.yml")["on"])
    for name in ("tests", "links"):
        (cron,) = load(f".github/workflows/{name}.yml")["on"]["schedule"]
        assert re.fullmatch(r"\d+ \d+ 1 \* \*", cron["cron"]), "on the first of each month"


def test_the_zoos_are_visited_each_night():
    zoos = load(".github/workflows/zoos.yml")
    (cron,) = zoos["on"]["schedule"]
    assert re.fullmatch(r"\d+ \d+ \* \* \*", cron["cron"])
    assert zoos["jobs"]["zoos"]["strategy"]["matrix"] == {"python": promised()}
    install, *runs = (step["run"] for step in steps(zoos) if "run" in step)
    (extras,) = re.findall(r"\[(.+)\]", install)
    assert {"oracles", "zoos"} == set(extras.split(",")) <= EXTRAS.keys()
    assert all((ROOT / run.removeprefix("python ")).is_file() for run in runs)


def test_windows_runs_no_make():
    for step in load(".github/workflows/tests.yml")["jobs"]["each"]["steps"]:
        assert "make " not in step.get("run", "") or step["if"] == "runner.os == 'Linux'", step


def test_each_month_the_newest_version_of_all_that_is_pinned_is_installed(monkeypatch):
    each = load(".github/workflows/tests.yml")["jobs"]["each"]["steps"]
    (script,) = (step for step in each if step.get("shell") == "python")
    asked = []
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(subprocess, "run", lambda command, check: asked.extend(command))
    exec(script["run"], {})
    names = [each.name for extra in ("notebooks", "test", "oracles") for each in EXTRAS[extra]]
    assert asked == [sys.executable, "-m", "pip", "install", "--editable", ".", *names]
    assert "schedule" in script["if"] and "push" not in script["if"]


def test_everything_runs_on_a_bare_debian():
    job = load(".github/workflows/tests.yml")["jobs"]["everything"]
    assert job["container"].startswith("debian:")
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]


def test_links_are_followed_in_all_texts():
    *before, last = steps(load(".github/workflows/links.yml"))
    assert last["uses"].startswith("lycheeverse/lychee-action@") and last["with"]["fail"] is True
    assert {"README.md", "CONTRIBUTING.md", "'notebooks/**/*.md'"} <= set(last["with"]["args"].split())
    assert before[-1]["run"].endswith("jupytext --to md notebooks/*.ipynb notebooks/*/*.ipynb")


def test_new_versions_of_pins_and_actions_are_proposed():
    asked = load(".github/dependabot.yml")
    groups = {each["package-ecosystem"]: each.get("multi-ecosystem-group") for each in asked["updates"]}
    # What the tests hold equal comes in one pull request.
    assert groups == {"pip": "pins", "pre-commit": "pins", "github-actions": None}
    assert asked["version"] == 2 and set(asked["multi-ecosystem-groups"]) == {"pins"}
    assert all(each["directory"] == "/" for each in asked["updates"])


FORMS = {
    "count-differs": ["layer", "sizes", "source", "printed", "paramcount", "version"],
    "slip-not-recognised": ["question", "typed", "worked", "said"],
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_asks_for_what_is_needed(name):
    form = load(f".github/ISSUE_TEMPLATE/{name}.yml")
    assert set(form) == {"name", "description", "title", "body"}
    fields = [each for each in form["body"] if each["type"] != "markdown"]
    assert [each["id"] for each in fields] == FORMS[name]
    assert all(each["type"] in ("input", "textarea") and each["attributes"]["label"] for each in fields)
    needed = {each["id"] for each in fields if each.get("validations", {}).get("required")}
    assert needed == set(FORMS[name]) - {"version"}


def test_other_issues_are_welcome_and_pages_that_help_exist():
    config = load(".github/ISSUE_TEMPLATE/config.yml")
    assert config["blank_issues_enabled"] is True
    for link in config["contact_links"]:
        assert set(link) == {"name", "url", "about"}
        assert (ROOT / link["url"].removeprefix(f"{ADDRESS}/blob/main/")).is_file()


def test_the_citation_agrees_with_the_project():
    citation = load("CITATION.cff")
    assert citation["cff-version"] == "1.2.0" and citation["message"] and citation["title"]
    assert citation["version"] == PROJECT["version"]
    assert citation["license"] == PROJECT["license"]
    assert citation["authors"] == PROJECT["authors"]
    assert citation["repository-code"] == ADDRESS


# What the README says


def test_the_start_without_make_names_what_exists():
    lines = re.search(r"Without `make`.*?\n\n((?:    .*\n)+)", README)[1].replace("\\", "/").split("\n    ")
    made, installed, started = (line.split() for line in lines)
    assert made == ["py", "-m", "venv", ".venv"]
    assert installed[-1].strip('".[]') in EXTRAS
    assert {Path(installed[0]).name, Path(started[0]).name} <= {"python", "jupyter"}
    assert (ROOT / started[-1]).is_file()


def test_the_minutes_are_those_of_the_chapters():
    rows = re.findall(r"\| \[[^]]*\]\((\S+)\) \|.*?\| (\d+) \|", README)
    minutes = {path: int(said) for path, said in rows}
    for path, said in minutes.items():
        second = nbformat.read(ROOT / path, as_version=4).cells[1].source
        assert path.endswith("00-start-here.ipynb") or f"{said} minutes" in second, path
    assert len(minutes) == 11 and round(sum(minutes.values()) / 60) == 7
    assert "About seven hours" in README


def code_lines(path: Path) -> int:
    """Lines of code: no comments, no docstrings, no empty ones."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            node.body = node.body[1:]
    return sum(1 for line in ast.unparse(tree).splitlines() if line.strip())


def test_as_many_lines_count_as_the_readme_says():
    said, names = re.search(r"Some (\d+) lines count \((.*?)\)", README, re.DOTALL).groups()
    count = sum(code_lines(ROOT / "paramcount" / name) for name in re.findall(r"\w+\.py", names))
    assert abs(count - int(said)) < 100


# Tests that are left out


def run_with_a_skip(folder: Path, *arguments: str, **environment) -> subprocess.CompletedProcess:
    shutil.copy(ROOT / "tests/conftest.py", folder)
    (folder / "test_it.py").write_text(
        "import pytest\n"
        "def test_one(): pass\n"
        "def test_two(): pytest.importorskip('torch_of_another_world')\n"
        "def test_three(): pytest.skip('no Chromium on this machine')\n"
    )
    return run(
        *(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments, folder),
        env={
            **os.environ,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PARAMCOUNT_NOTHING_SKIPPED": "",
            **environment,
        },
        cwd=folder,
    )


workers = pytest.mark.parametrize("arguments", [(), ("-p", "xdist.plugin", "-n", "2")], ids=["no", "two"])


@workers
def test_what_was_left_out_is_said_at_the_end(tmp_path, arguments):
    ran = run_with_a_skip(tmp_path, *arguments)
    assert ran.returncode == 0
    assert "torch_of_another_world" in ran.stdout
    assert "test_it.py (1)\n    to bring it in: make test EXTRAS=notebooks,test,oracles" in ran.stdout
    assert "no Chromium on this machine: test_it.py (1)\n    to bring it in: install Chromium" in ran.stdout


@workers
def test_a_skip_fails_where_nothing_may_be_skipped(tmp_path, arguments):
    ran = run_with_a_skip(tmp_path, *arguments, PARAMCOUNT_NOTHING_SKIPPED="1")
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "INTERNALERROR" not in ran.stdout + ran.stderr
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
