"""The chapters as lectures in the browser: `make slides`, or `make slides CHAPTER=2` for one to begin with.

Voila runs a chapter when it is opened and shows its cells as slides, with the template in `lecture/`. All of
it comes from this machine.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import webbrowser
from contextlib import suppress
from importlib import resources
from pathlib import Path

TEACHING = Path(__file__).parent
NOTEBOOKS = TEACHING.parent
BUILD = NOTEBOOKS.parent / "build" / "slides"
LOG = BUILD / "log.txt"
PORT = 8866
SETTINGS = [
    "--no-browser",  # this script opens it, once there is something to see
    "--template=lecture",
    "--classic-tree",  # the list of lectures is a plain page
    "--strip_sources=False",  # the code is there for the key that shows it
    "--Voila.port_retries=0",
    "--preheat_kernel=True",
    # A page that is left ends its kernel (lecture.js). Where a browser crashed, it goes after ten minutes.
    "--MappingKernelManager.cull_idle_timeout=600",
    "--MappingKernelManager.cull_interval=60",
]
_TRAIT = re.compile(r"--[A-Z]\w+\.\w+=")


def lectures() -> dict[str, str]:
    """The chapters that can be shown, each with its title."""
    titles = {}
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        if any(cell["metadata"].get("slideshow") for cell in cells):
            titles[path.stem] = "".join(cells[0]["source"]).partition("\n")[0].lstrip("# ")
    return titles


def install() -> None:
    """Put the template where Voila looks, and the files of reveal.js beside it."""
    template = BUILD / "voila" / "templates" / "lecture"
    shutil.copytree(TEACHING / "lecture", template, dirs_exist_ok=True)
    reveal = resources.files("sphinx_revealjs") / "_static" / "revealjs"
    shutil.copytree(str(reveal / "dist"), template / "static" / "dist", dirs_exist_ok=True)
    shutil.copy(TEACHING / "lecture/lecture.css", template / "static" / "dist" / "theme")
    for name in ("lecture.js", "notes.html", "votes.js"):
        shutil.copy(TEACHING / "lecture" / name, template / "static")
    titles = [{"file": f"{name}.ipynb", "title": title} for name, title in lectures().items()]
    listed = json.dumps(titles, ensure_ascii=False)
    (template / "lectures.html.j2").write_text(f"{{% set lectures = {listed} %}}\n", "utf-8")


def arguments(parser: argparse.ArgumentParser) -> tuple[argparse.Namespace, list[str]]:
    """What was asked for; options such as --Voila.ip=0.0.0.0 are Voila's own and come back apart."""
    parser.add_argument("chapter", nargs="?", default="", help=argparse.SUPPRESS)
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--port", type=int, help=f"{PORT} or the next that is free, if none is given")
    parser.add_argument("--no-browser", action="store_true", help="say the address, and open nothing")
    given, more = parser.parse_known_args()
    for unknown in more:
        if not _TRAIT.match(unknown):
            parser.error(f"There is no option {unknown}.")
    return given, more


def free_port(wanted: int | None) -> int:
    """The port that is wanted, or the first that nothing uses from the usual one on."""
    for port in [wanted] if wanted else range(PORT, PORT + 50):
        with socket.socket() as tried, suppress(OSError):
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(("127.0.0.1", port))
            return port
    taken = f"Port {wanted} is" if wanted else f"All ports from {PORT} on are"
    sys.exit(f"{taken} in use. To name another one: make slides ARGS=--port=9000")


def started(port: int, begin_with: str, theme: str, more: list[str]) -> subprocess.Popen:
    """Voila with all chapters. The one to begin with is run before anybody looks: it opens at once."""
    pools = {"default": {"pool_size": 0}} | ({begin_with: {"pool_size": 1}} if begin_with else {})
    settings = [
        *SETTINGS,
        f"--port={port}",
        f"--theme={theme}",
        f"--VoilaKernelManager.kernel_pools_config={json.dumps(pools)}",
    ]
    paths = [str(BUILD), *filter(None, [os.environ.get("JUPYTER_PATH")])]
    # Each lecture begins with nothing answered.
    own = os.environ | {"JUPYTER_PATH": os.pathsep.join(paths), "PARAMCOUNT_ANSWERS": ""}
    with LOG.open("w") as log:
        given = {option.partition("=")[0] for option in more}
        settings = [option for option in settings if option.partition("=")[0] not in given]
        command = [sys.executable, "-m", "voila", *settings, *more, str(NOTEBOOKS)]
        return subprocess.Popen(command, env=own, stdout=log, stderr=log)


def wait_for(voila: subprocess.Popen, page: str) -> None:
    """Until a page is there; if Voila ends before that, what it said."""
    while voila.poll() is None:
        with suppress(OSError):
            urllib.request.urlopen(page, timeout=5).close()
            return
        time.sleep(0.1)
    last = "\n".join(LOG.read_text().splitlines()[-15:])
    sys.exit(f"The lectures did not start. Voila's last lines, from {LOG}:\n\n{last}")


def stop(voila: subprocess.Popen) -> None:
    """End Voila. While it starts a kernel it waits for that for ever, until it is told again."""
    for end in (voila.terminate, voila.terminate, voila.kill):
        with suppress(subprocess.TimeoutExpired):
            voila.wait(timeout=3)
            return
        end()


def main() -> None:
    titles = lectures()
    table = "\n".join(f"  make slides CHAPTER={name:20} {title}" for name, title in titles.items())
    parser = argparse.ArgumentParser(
        prog="make slides",
        usage='make slides [CHAPTER=2] [ARGS="--theme=dark --port=9000 --no-browser"]',
        description="The chapters as lectures, all of them at once. CHAPTER is the one to begin with.",
        epilog=f"the chapters:\n{table}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    given, more = arguments(parser)
    found = [name for name in titles if given.chapter in (name, name[:2], name[1:2])]
    if given.chapter and not found:
        sys.exit(f"There is no chapter {given.chapter}. There are:\n{table}")
    install()
    port = free_port(given.port)
    address = f"http://localhost:{port}/"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    voila = started(port, f"{found[0]}.ipynb" if found else "", given.theme, more)
    try:
        wait_for(voila, f"http://127.0.0.1:{port}/voila/templates/lecture/static/lecture.js")
        begin = f"{address}voila/render/{found[0]}.ipynb" if found else address
        print(f"{titles[found[0]] if found else 'The lectures'}: {begin}")
        print(f"{f'All lectures: {address}  ' if found else ''}To end: Ctrl+C.", flush=True)
        if not given.no_browser:
            webbrowser.open(begin)
        voila.wait()
    except KeyboardInterrupt:
        print()
    finally:
        stop(voila)


if __name__ == "__main__":
    main()
