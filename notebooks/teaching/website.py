"""The chapters as a web site that needs no server: `make site` writes it to build/site.

Static files alone: JupyterLite, with Pyodide (Python for the browser) as the kernel of each reader. What is
fetched from the package registries is kept in the environment, so only the first run needs the network.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from html import escape
from importlib.metadata import version
from pathlib import Path

import students

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
TOOLS = Path(sys.executable).parent
KEPT = Path(sys.prefix) / "fetched"
UNFETCHED = "{} could not be fetched. The first `make site` needs the network; later ones do not"
# The kernel needs these besides the widgets; the page brings the last ones as JavaScript.
WIDGETS = ("anywidget", "ipywidgets")
FOR_THE_KERNEL = ("comm", "ipython", "jedi", "micropip")
IN_THE_PAGE = ("jupyterlab-widgets", "widgetsnbextension")
# What a kernel imports before the first cell has run. The last is what the readers read.
FIRST = ("IPython", "ipywidgets", "anywidget", "micropip", "paramcount")
SHEET = "formula-sheet"
# jedi completes code with types of 160 packages, none of which is there: nine tenths of what it weighs.
UNUSED = re.compile(r"jedi/third_party/(typeshed/stubs|django-stubs)/")


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the chapters as a web site.")
    parser.add_argument("--output", type=Path, default=ROOT / "build/site", help="the folder to write")
    parser.add_argument(
        "--solutions", action="store_true", help="with the solutions, and your notes, for all to see"
    )
    options = parser.parse_args()
    output = options.output.resolve()
    if output.exists() and any(output.iterdir()) and not (output / "jupyter-lite.json").exists():
        sys.exit(f"{output} holds something other than a site: nothing was written.")
    with tempfile.TemporaryDirectory() as scratch:
        built = build(Path(scratch), options.solutions)
        shutil.rmtree(output, ignore_errors=True)
        shutil.copytree(built, output)
    size = sum(path.stat().st_size for path in output.rglob("*") if path.is_file())
    print(f"{output} holds the site, {size / 1e6:.0f} MB. To see it, run this and open what it names:")
    print(f"  {sys.executable} -m http.server --bind 127.0.0.1 --directory {output}")


def build(scratch: Path, solutions: bool = False) -> Path:
    """The folder of the site: from the settings in website/, Pyodide, wheels and the notebooks."""
    source, site, contents = scratch / "source", scratch / "site", scratch / "notebooks"
    shutil.copytree(HERE / "website", source)
    shutil.copytree(fetched_pyodide(), source / "static/pyodide")
    shutil.copytree(fetched_wheels(), source / "wheels")
    (jedi,) = (source / "wheels").glob("jedi-*.whl")
    leave_out(UNUSED, jedi)
    build_our_wheel(scratch / "package", source / "wheels")
    students.copy(contents, solutions)
    print("Building the site ...", flush=True)
    compiling = (TOOLS / "node", HERE / "compile.mjs", source / "static/pyodide", source / "wheels", *FIRST)
    run("The packages could not be compiled", *compiling)
    lite = (TOOLS / "jupyter-lite", "build", "--contents", contents, "--output-dir", site)
    run("The site could not be built", *lite, cwd=source)
    shutil.copy(source / "favicon.svg", site)
    (site / "index.html").write_text(front(source / "index.html", contents))
    (site / "tree").mkdir()  # where Notebook's logo leads, and its File ▸ Open
    shutil.copy(source / "tree.html", site / "tree/index.html")
    title = json.loads((source / "jupyter-lite.json").read_text())["jupyter-config-data"]["appName"]
    for page in (site / "lab/index.html", site / "notebooks/index.html"):
        head = f'<title>{title}</title><link rel="icon" href="../favicon.svg">'
        page.write_text(re.sub("<title>.*?</title>", head, page.read_text()))
    return site


def front(template: Path, contents: Path) -> str:
    """The first page: a line for each chapter in the table of the start page, and for what is beside them."""
    start = json.loads((contents / "00-start-here.ipynb").read_text("utf-8"))
    text = "".join(line for cell in start["cells"] for line in (*cell["source"], "\n"))
    chapters = re.findall(r"^\| \[(.*?)\]\((.*?\.ipynb)\) \| (.*?) \| (\d+) \|$", text, re.MULTILINE)
    lines = [
        ("Start here", "00-start-here.ipynb", "how the chapters work", "7"),
        *chapters,
        ("Practice", "practice.ipynb", "ten questions from all chapters, for another day", "15"),
    ]
    links = [
        line(f"notebooks/index.html?path={name}", title, words, f"{minutes} min")
        for title, name, words, minutes in lines
    ]
    if (contents / f"{SHEET}.html").exists():
        links.append(line(f"files/{SHEET}.html", "Formula sheet", "every layer on one page, to print", ""))
    return template.read_text("utf-8").replace("<!-- chapters -->", "\n".join(links))


def line(address: str, title: str, words: str, beside: str) -> str:
    """A line of the first page."""
    return (
        f'<li><a href="{address}"><b>{escape(title)}</b><span>{escape(words)}</span><i>{beside}</i></a></li>'
    )


def fetched_pyodide() -> Path:
    """The folder of Pyodide. Its own list of packages is empty: another host has those, and we bring ours."""
    from jupyterlite_pyodide_kernel.constants import PYODIDE_VERSION

    name = f"pyodide-{PYODIDE_VERSION}-compiled"
    return kept(name, lambda scratch: fetch_pyodide(scratch, PYODIDE_VERSION))


def fetch_pyodide(folder: Path, release: str) -> None:
    """Download that release, keep what a browser loads, and compile its standard library."""
    pack = (TOOLS / "npm", "pack", f"pyodide@{release}", "--pack-destination", folder)
    run(UNFETCHED.format("Pyodide"), *pack)
    packed = folder / f"pyodide-{release}.tgz"
    with tarfile.open(packed) as tarball:
        for member in tarball:
            path = Path(member.name)
            if path.suffix in (".json", ".mjs", ".wasm", ".zip"):  # not its examples, types and source maps
                (folder / path.name).write_bytes(tarball.extractfile(member).read())
    packed.unlink()
    run("Pyodide could not be compiled", TOOLS / "node", HERE / "compile.mjs", folder)
    lock = folder / "pyodide-lock.json"
    info = json.loads(lock.read_text())["info"]
    lock.write_text(json.dumps({"info": {"version": release, **info}, "packages": {}}))


def fetched_wheels() -> Path:
    """The folder of the wheels that kernel and widgets need in the browser."""
    widgets = [f"{name}=={version(name)}" for name in WIDGETS]
    name = "-".join(["wheels", *widgets])
    return kept(name, lambda scratch: fetch_wheels(scratch, [*widgets, *FOR_THE_KERNEL]))


def fetch_wheels(folder: Path, wanted: list[str]) -> None:
    """Resolve for the browser's Python, which is not the one that runs here; then download."""
    from jupyterlite_pyodide_kernel.constants import PYODIDE_PYTHON_VERSION as python
    from pyodide_lock.uv_pip_compile import DEFAULT_UV_PYODIDE_PLATFORM as platform

    asked, resolved = folder / "wanted.txt", folder / "resolved.txt"
    asked.write_text("\n".join(wanted))
    failure = UNFETCHED.format("The packages of the site")
    uv = (sys.executable, "-m", "uv", "pip", "compile", asked, "--output-file", resolved, "--no-build")
    uv += ("--python-platform", platform, *(f"--no-emit-package={name}" for name in IN_THE_PAGE))
    run(failure, *uv, "--python-version", python)
    pip = (sys.executable, "-m", "pip", "download", "--requirement", resolved, "--dest", folder, "--no-deps")
    run(failure, *pip, "--only-binary=:all:", "--platform", "any", "--python-version", python)


def leave_out(names: re.Pattern, wheel: Path) -> None:
    """Write a wheel anew, without some of its files."""
    whole = wheel.rename(wheel.with_suffix(".whole"))
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if not names.match(name):
                new.writestr(name, old.read(name))
    whole.unlink()


def build_our_wheel(copy: Path, folder: Path) -> None:
    """paramcount's wheel. From a copy: a build leaves files behind, which the next one would take in."""
    shutil.copytree(ROOT / "paramcount", copy / "paramcount")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    wheel = (sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder)
    run("The package could not be built", *wheel, copy)


def kept(name: str, fetch: Callable[[Path], None]) -> Path:
    """A folder that is fetched once, and whole or not at all."""
    folder = KEPT / name
    if not folder.exists():
        print(f"Fetching {name} ...", flush=True)
        KEPT.mkdir(exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=KEPT))
        scratch.chmod(0o755)  # what is published must be readable for all
        try:
            fetch(scratch)
            scratch.rename(folder)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return folder


def run(failure: str, *command, **options) -> None:
    """Run it, and say nothing if it works. uv is not to fetch a Python of its own."""
    environment = os.environ | {"UV_PYTHON_DOWNLOADS": "never"}
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options
    )
    if done.returncode:
        sys.exit(f"{done.stdout}\n{failure}.")


if __name__ == "__main__":
    main()
