"""The house: which file may import which, what each room says at its door, and no import in a circle."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import paramcount

HOUSE = Path(paramcount.__file__).parent
# What each place may import, besides itself. The room of a file is its folder; at the top it is its own name.
COUNTING = {"dims", "core", "layers", "stored", "pytorch", "keras", "models", "glossary", "tuning"}
MAY_IMPORT = {
    "dims": set(),
    "core": {"dims"},
    "glossary": {"core"},
    "layers": {"core", "glossary"},
    "stored": {"core", "dims"},
    "pytorch": {"core", "layers", "stored"},
    "keras": {"core", "layers", "stored"},
    "models": {"core", "dims", "glossary", "layers"},
    "tuning": {"core", "dims", "layers"},
    "typed": {"dims"},
    "show": COUNTING | {"typed"},
    "ask": COUNTING | {"typed", "show"},
    "explain": COUNTING | {"show.account", "ask.slips"},
    "__main__": {"explain"},
    "__init__": COUNTING | {"typed", "show", "ask", "explain"},
}
# A layer shows itself as the last line of a cell, or is written to a file, and what is to be shown may first
# have to be read: the ways back, taken only then.
BACK = {("core", "show.text"), ("core", "show.export"), ("show.sizes", "explain")}


def modules() -> dict[str, Path]:
    """Every file of the package by its dotted name below `paramcount`."""
    names = {}
    for path in HOUSE.rglob("*.py"):
        parts = path.relative_to(HOUSE).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)] = path
    return names


MODULES = modules()


def imports(name: str) -> set[str]:
    """The files of the package that one imports, at the top or later, by their dotted names."""
    path, found = MODULES[name], set()
    package = path.relative_to(HOUSE.parent).parent.parts
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            above = package[: len(package) - node.level + 1]
            source = ".".join([*above, *(node.module or "").split(".")]).strip(".")
            inside = source.partition("paramcount")[2].strip(".")
            for alias in node.names:
                below = f"{inside}.{alias.name}".strip(".")
                found.add(below if below in MODULES else inside)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module]
            assert not any(str(each).startswith("paramcount") for each in names), f"{name}: import relatively"
    return found - {""}


def room(name: str) -> str:
    return name.partition(".")[0]


@pytest.mark.parametrize("name", MODULES)
def test_arrows_point_one_way(name):
    for other in imports(name):
        if room(other) == room(name) or (name, other) in BACK:
            continue
        allowed = MAY_IMPORT[room(name)]
        assert room(other) in allowed or other in allowed, f"{name} imports {other}"


def test_no_import_goes_in_a_circle():
    arrows = {name: imports(name) - {name} for name in MODULES if name != "__init__"}
    for name, other in BACK:
        arrows[name].remove(other)
    while free := [name for name, others in arrows.items() if not others & arrows.keys()]:
        for name in free:
            del arrows[name]
    assert not arrows


def test_counting_touches_no_room_until_something_is_shown():
    code = (
        "import sys, types, importlib\n"
        f"house = types.ModuleType('paramcount'); house.__path__ = [{str(HOUSE)!r}]\n"
        "sys.modules['paramcount'] = house\n"
        "layers, models = (importlib.import_module(f'paramcount.{n}') for n in ('layers', 'models'))\n"
        "assert layers.lstm(3, 2).count == 48 and models.gpt2_small().count == 124_439_808\n"
        "rooms = {name for name in sys.modules if name.startswith(('paramcount.show', 'paramcount.ask'))}\n"
        "assert not rooms, rooms"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("door", ["show", "ask", "explain"])
def test_each_room_says_what_comes_in_and_what_goes_out(door):
    said = importlib.import_module(f"paramcount.{door}").__doc__
    for part in ("**What comes in**", "**What goes out**", "**What it may import**"):
        assert part in said
    files = {path.stem for path in (HOUSE / door).glob("[!_]*.py")}
    folders = {path.parent.name for path in (HOUSE / door).glob("*/__init__.py")}
    missing = {name for name in files | folders if name not in said}
    assert not missing, f"not mentioned at the door of {door}: {missing}"


def test_without_docstrings_everything_is_shown_all_the_same():
    code = (
        "from paramcount import check, explore, lstm, predict, pytorch, stored_by\n"
        "panel = explore(lstm(3, 2))\n"
        "panel._switch[0].value = 'PyTorch'\n"
        "html = ''.join(child.value for child in panel.children if hasattr(child, 'value'))\n"
        "print('There is a second bias' in html or 'second bias' in html)\n"
        "print(check(48, stored_by(pytorch, lstm(3, 2))))\n"
        "print(predict(lstm(3, 2)).question)"
    )
    run = subprocess.run([sys.executable, "-OO", "-c", code], check=True, capture_output=True, text=True)
    assert run.stdout.startswith("True")
    assert "That is the count by hand, not what PyTorch keeps." in run.stdout
