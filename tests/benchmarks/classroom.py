"""How a class fares: many students at once on a JupyterHub, and many viewers at once of a lecture.

    make classroom
    make classroom ARGS="--students 40 --viewers 0 --chapter 04-attention"

A student logs in at the hub, gets a server of their own, runs every cell of a chapter through the kernel's
web socket, as JupyterLab does, and moves the first slider. A viewer opens the page of `make slides` and moves
the same slider. All begin together. Nothing leaves this machine (Linux), and all that was started is ended,
by Ctrl-C too.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import platform
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from importlib.metadata import version
from pathlib import Path

import aiohttp
import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))

import lab

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent
MARK = "PARAMCOUNT_CLASSROOM"  # in the environment of all that is started, kernels included
PATIENCE = 300  # seconds for one student to be ready, and for a server to answer

HUB = """
c.JupyterHub.bind_url = "http://127.0.0.1:{proxy}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
c.ConfigurableHTTPProxy.command = {command!r}
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = {password!r}
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/{{username}}"
c.Spawner.cmd = {server!r}
c.Spawner.ip = "127.0.0.1"
c.Spawner.args = ["--allow-root"]
# Where there is a node, JupyterLab runs it twice at each start, to look for what its extensions need. None is
# installed here, and twenty starts at once take several seconds longer for it.
c.Spawner.environment = {{{mark!r}: {folder!r}, "PATH": {bin!r}}}
c.Spawner.start_timeout = c.Spawner.http_timeout = {patience}
# Beyond so many servers that are starting, the hub answers 429 and says when to come back.
c.JupyterHub.concurrent_spawn_limit = {limit}
c.JupyterHub.spawn_throttle_retry_range = (1, 3)
"""


# -- what is started, and ended -----------------------------------------------------------------


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        taken = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in taken:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in taken]


def marked(folder: Path) -> list[psutil.Process]:
    """The processes that were started for us, and those that they started."""
    found = psutil.process_iter(["environ"])
    return [each for each in found if (each.info["environ"] or {}).get(MARK) == str(folder)]


@contextlib.contextmanager
def started(command: list, folder: Path, address: str):
    """A server while it is needed: waits until it answers at the address, and leaves no process behind."""
    log = folder / "log"
    with open(log, "w") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | {MARK: str(folder), "TMPDIR": str(folder)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches us alone, and we end it in order
        )
    try:
        lab.wait_for(address, process, log)
        yield
    finally:
        left = marked(folder)
        for kindly in (True, False):
            for each in left:
                with contextlib.suppress(psutil.NoSuchProcess):
                    each.terminate() if kindly else each.kill()
            psutil.wait_procs(left, timeout=10)
            left = marked(folder)
        process.wait()


@contextlib.contextmanager
def hub(folder: Path, chapter: Path, students: list[str], limit: int, password: str):
    """A JupyterHub with a home for each student; yields its address."""
    for name in students:
        unwanted = shutil.ignore_patterns("teaching", "solutions", ".ipynb_checkpoints")
        shutil.copytree(ROOT / "notebooks", folder / name / "notebooks", ignore=unwanted)
        shutil.copy(chapter, folder / name / "notebooks")
    proxy, inner, api = free_ports(3)
    (folder / "jupyterhub_config.py").write_text(
        HUB.format(
            proxy=proxy,
            hub=inner,
            api=api,
            command=[str(BIN / "configurable-http-proxy")],
            server=[sys.executable, "-m", "jupyterhub.singleuser"],
            password=password,
            folder=str(folder),
            mark=MARK,
            bin=str(BIN),
            patience=PATIENCE,
            limit=limit,
        )
    )
    address = f"http://127.0.0.1:{proxy}"
    with started([sys.executable, "-m", "jupyterhub"], folder, f"{address}/hub/health"):
        yield address


@contextlib.contextmanager
def lecture(folder: Path, chapter: Path):
    """`make slides`; yields its address."""
    (port,) = free_ports(1)
    arguments = f"--no-browser --port={port} --Voila.ip=127.0.0.1"
    command = ["make", "-C", ROOT, "slides", f"CHAPTER={chapter.stem}", f"ARGS={arguments}"]
    address = f"http://127.0.0.1:{port}"
    with started(command, folder, f"{address}/voila/static/voila.js"):
        yield address


# -- one student --------------------------------------------------------------------------------


class Kernel:
    """What a browser keeps of a kernel: its web socket, and the state of each widget."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse):
        self._socket, self._session, self._widgets = socket, uuid.uuid4().hex, {}

    async def ask(self, kind: str, content: dict) -> list[dict]:
        """Send a message; what the kernel says until it is done with it."""
        number = uuid.uuid4().hex
        header = {
            "msg_id": number,
            "msg_type": kind,
            "session": self._session,
            "username": "",
            "version": "5.4",
        }
        # The version is that of the messages by which a page asks for all widgets; others do not look at it.
        about = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {"version": "1.0.0"}}
        await self._socket.send_json(about | {"content": content})
        heard, awaited = [], {"idle"} | ({kind.replace("request", "reply")} if "request" in kind else set())
        while awaited:
            heard.append(await self._socket.receive_json())
            if heard[-1]["parent_header"].get("msg_id") == number:
                awaited -= {heard[-1]["msg_type"], heard[-1]["content"].get("execution_state")}
            self._heed(heard[-1])
        return heard

    def _heed(self, message: dict) -> None:
        content = message["content"]
        data = content.get("data", {})
        if message["msg_type"] == "comm_open" and "state" in data:
            self._widgets[content["comm_id"]] = data["state"]
        elif message["msg_type"] == "comm_close":
            self._widgets.pop(content["comm_id"], None)
        elif message["msg_type"] == "comm_msg" and data["method"] == "update":
            self._widgets[content["comm_id"]] |= data["state"]
        elif message["msg_type"] == "comm_msg" and data["method"] == "update_states":
            self._widgets |= {name: each["state"] for name, each in data["states"].items()}

    async def run(self, code: str) -> None:
        settings = {"silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": True}
        for said in await self.ask("execute_request", {"code": code, **settings}):
            if said["msg_type"] == "error":
                raise RuntimeError(f"{said['content']['ename']}: {said['content']['evalue']} in\n{code}")

    async def fetch_widgets(self) -> None:
        """Ask for all widgets that there are, as a page does that is shown after its cells have run."""
        control = {"comm_id": uuid.uuid4().hex, "target_name": "jupyter.widget.control", "data": {}}
        await self.ask("comm_open", control)
        await self.ask("comm_msg", {**control, "data": {"method": "request_states"}})

    async def move(self) -> float:
        """Move the first slider of the first panel by one; seconds until the panel shows its new HTML."""
        sliders = [
            (name, each)
            for name, each in self._widgets.items()
            if each.get("kind") == "size" and len(each["options"]) > 1
        ]
        if not sliders:
            raise RuntimeError("there is no slider to move")
        name, slider = sliders[0]
        options, place = slider["options"], slider["options"].index(slider["value"])
        value = options[place + (1 if place + 1 < len(options) else -1)]
        change = {"method": "custom", "content": {"value": value, "turn": 0}}
        before, start = self._html(), time.perf_counter()
        await self.ask("comm_msg", {"comm_id": name, "data": change})
        waited = time.perf_counter() - start
        if self._html() == before:
            raise RuntimeError("a slider was moved, and nothing changed")
        return waited

    def _html(self) -> dict[str, str]:
        return {
            name: each["value"] for name, each in self._widgets.items() if each["_model_name"] == "HTMLModel"
        }


async def study(http: aiohttp.ClientSession, address: str, name: str, password: str, chapter: str) -> Kernel:
    """Log in at the hub, wait for the server, open the chapter, run it."""
    server = f"{address}/user/{name}"
    door = await http.get(f"{address}/hub/login")
    answers = {"username": name, "password": password, "_xsrf": token(http, door)}
    asked = await http.post(f"{address}/hub/login?next=/hub/spawn", data=answers)
    while asked.status == 429:
        await asyncio.sleep(float(asked.headers["Retry-After"]))
        asked = await http.get(f"{address}/hub/spawn")
    asked.raise_for_status()
    page = f"{server}/lab/tree/notebooks/{chapter}"
    while (opened := await http.get(page)).url.path != page.removeprefix(address):
        await asyncio.sleep(0.5)
    read = await http.get(f"{server}/api/contents/notebooks/{chapter}")
    cells = (await read.json())["content"]["cells"]
    wanted = {
        "type": "notebook",
        "name": chapter,
        "path": f"notebooks/{chapter}",
        "kernel": {"name": "python3"},
    }
    begun = await http.post(
        f"{server}/api/sessions", json=wanted, headers={"X-XSRFToken": token(http, opened)}
    )
    begun.raise_for_status()
    kernel = await connect(http, server, (await begun.json())["kernel"]["id"])
    for cell in cells:
        if cell["cell_type"] == "code":
            await kernel.run(cell["source"])
    return kernel


async def watch(http: aiohttp.ClientSession, address: str, chapter: str) -> Kernel:
    """Open the lecture. Its page ends when its cells have run, and names its kernel."""
    async with http.get(f"{address}/voila/render/{chapter}") as opened:
        opened.raise_for_status()
        page = await opened.text()
    if re.search(r'<div[^>]+data-mime-type="application/vnd\.jupyter\.(error|stderr)"', page):
        raise RuntimeError("a cell of the lecture ended with an error")
    settings = re.search(r'<script id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.DOTALL)
    kernel = await connect(http, address, json.loads(settings[1])["kernelId"])
    await kernel.fetch_widgets()
    return kernel


async def connect(http: aiohttp.ClientSession, server: str, kernel_id: str) -> Kernel:
    kernel = Kernel(await http.ws_connect(f"{server}/api/kernels/{kernel_id}/channels", max_msg_size=0))
    await kernel.ask("kernel_info_request", {})
    return kernel


def token(http: aiohttp.ClientSession, page: aiohttp.ClientResponse) -> str:
    """What a page must send back with what it asks for, so that no other site can ask in its name."""
    page.raise_for_status()
    return http.cookie_jar.filter_cookies(page.url)["_xsrf"].value


# -- all of them --------------------------------------------------------------------------------


async def lesson(people: list, moves: int, pause: float, folder: Path) -> list[str]:
    """All begin at once; when all are ready, all move their sliders. people: functions of an HTTP session.

    Returns what went wrong, one line for each who could not do it, and prints the figures.
    """
    async with contextlib.AsyncExitStack() as stack:
        browsers = [
            await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)))
            for _ in people
        ]
        start, before = time.perf_counter(), work(folder)
        kernels = await all_of(person(http) for person, http in zip(people, browsers, strict=True))
        ready, effort = time.perf_counter() - start, (work(folder) - before) / len(people)
        able = [each for each in kernels if isinstance(each, Kernel)]
        waits = await all_of(moving(each, moves, pause, k / len(able)) for k, each in enumerate(able))
        used = memory(folder)
    failures = [each for each in [*kernels, *waits] if isinstance(each, BaseException)]
    times = [1_000 * wait for each in waits if isinstance(each, list) for wait in each]
    print(f"  failures: {len(failures)} of {len(people)}")
    print(f"  all ready: {ready:.1f} s, with {effort:.1f} s of a core for each")
    if len(times) > 1:
        half, most = statistics.median(times), statistics.quantiles(times, n=20)[-1]
        print(f"  move to reply: median {half:.1f} ms, 95 % within {most:.1f} ms, {len(times)} moves")
    for kind, sizes in used.items():
        print(f"  memory of a {kind}: {statistics.mean(sizes):.0f} MB ({len(sizes)}, up to {max(sizes):.0f})")
    return [f"{type(each).__name__}: {each}" for each in failures]


async def all_of(tasks) -> list:
    """What each returns, or the exception that stopped it."""
    return await asyncio.gather(*(asyncio.wait_for(each, PATIENCE) for each in tasks), return_exceptions=True)


async def moving(kernel: Kernel, moves: int, pause: float, phase: float) -> list[float]:
    await asyncio.sleep(pause * phase)  # hands are not in step
    waits = []
    for _ in range(moves):
        waits.append(await kernel.move())
        await asyncio.sleep(max(0.0, pause - waits[-1]))
    return waits


def work(folder: Path) -> float:
    """Seconds of a core that all that was started has used. The students, who are we, are not in it."""
    used = 0.0
    for process in marked(folder):
        with contextlib.suppress(psutil.NoSuchProcess):
            used += sum(process.cpu_times()[:4])  # its own, and those of its children that have ended
    return used


def memory(folder: Path) -> dict[str, list[float]]:
    """Megabytes of each process, by kind. What several share is divided among them: proportional set size."""
    used: dict[str, list[float]] = {}
    for process in marked(folder):
        with contextlib.suppress(psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
            command, files = " ".join(process.cmdline()), Path(f"/proc/{process.pid}")
            kind = next((kind for part, kind in KINDS.items() if part in command), None)
            if kind == "kernel":
                plotted = "/matplotlib/" in (files / "maps").read_text()
                kind = "kernel that has plotted" if plotted else "kernel that has not plotted"
            if kind:
                pss = re.search(r"^Pss:\s+(\d+) kB", (files / "smaps_rollup").read_text(), re.MULTILINE)
                used.setdefault(kind, []).append(int(pss[1]) * 1_024 / 1e6)
    return used


KINDS = {
    "ipykernel_launcher": "kernel",
    "jupyterhub.singleuser": "single-user server",
    "-m voila": "server of the lecture",
}


def on_the_hub(options, chapter: Path, folder: Path) -> list[str]:
    names = [f"student-{k + 1}" for k in range(options.students)]
    password = uuid.uuid4().hex
    print(f"JupyterHub {version('jupyterhub')}: {options.students} students at once, {chapter.stem}")
    with hub(folder, chapter, names, options.limit, password) as address:
        people = [
            lambda http, name=name: study(http, address, name, password, chapter.name) for name in names
        ]
        return asyncio.run(lesson(people, options.moves, options.pause, folder))


def at_the_lecture(options, chapter: Path, folder: Path) -> list[str]:
    print(f"make slides: {options.viewers} viewers at once, {chapter.stem}")
    with lecture(folder, chapter) as address:
        people = [lambda http: watch(http, address, chapter.name)] * options.viewers
        return asyncio.run(lesson(people, options.moves, options.pause, folder))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--students", type=int, default=10)
    parser.add_argument("--viewers", type=int, default=10)
    parser.add_argument("--chapter", default="01-feed-forward", help="its name, or a path without .ipynb")
    parser.add_argument("--moves", type=int, default=20, help="of the slider, for each")
    parser.add_argument("--pause", type=float, default=0.5, help="seconds from one move to the next")
    parser.add_argument("--limit", type=int, default=10, help="servers that the hub starts at once")
    options = parser.parse_args()
    chapter = ROOT / "notebooks" / f"{options.chapter}.ipynb"
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended by another program: clean up as well
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before")
    failures = []
    for wanted, hold in ((options.students, on_the_hub), (options.viewers, at_the_lecture)):
        if wanted:
            with tempfile.TemporaryDirectory(prefix="classroom-") as folder:
                failures += hold(options, chapter, Path(folder))
    for failure in failures[:10]:
        print(failure, file=sys.stderr)
    sys.exit(bool(failures))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Stopped; all that was started has ended.")
