"""A JupyterLab of its own and a browser, for the tests and for taking pictures of the chapters."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """Where Chromium or Chrome is, if it is on this machine."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next(filter(None, map(shutil.which, names)), None)


@contextlib.contextmanager
def server(folder: Path, scratch: Path, theme: str = "JupyterLab Light", windowing: str | None = "none"):
    """JupyterLab on a free port of this machine, with settings of its own; yields its address.

    windowing: which cells of a notebook are on the page; None leaves that as readers have it.
    """
    settings = scratch / "lab" / "user-settings" / "@jupyterlab"
    for plugin, values in {
        "apputils-extension/themes": {"theme": theme},
        "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
        "notebook-extension/tracker": {"windowingMode": windowing} if windowing else {},
    }.items():
        path = settings / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    with started(jupyter(folder), scratch) as address:
        yield address


def jupyter(folder: Path, module: str = "jupyterlab", python: Path | str = sys.executable) -> tuple:
    """The command that serves the notebooks of a folder: JupyterLab, or "notebook", of some environment."""
    open_to_all = ("--allow-root", "--ServerApp.ip=127.0.0.1", "--IdentityProvider.token=")
    return (python, "-m", module, *open_to_all, f"--ServerApp.root_dir={folder}")


@contextlib.contextmanager
def started(command: Sequence[str | Path], scratch: Path, ready: str = "api"):
    """A server of Jupyter's on a free port of this machine, with settings of its own; yields its address.

    ready: a page of it that is there once it has started.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {
        "JUPYTER_CONFIG_DIR": scratch / "config",
        "JUPYTER_DATA_DIR": scratch / "data",
        "JUPYTER_RUNTIME_DIR": scratch / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": scratch / "lab" / "user-settings",
        "JUPYTERLAB_WORKSPACES_DIR": scratch / "lab" / "workspaces",
        "IPYTHONDIR": scratch / "ipython",
    }
    with open(scratch / "server.log", "w") as log:
        process = subprocess.Popen(
            (*command, "--no-browser", f"--port={port}"),
            env=os.environ | {name: str(path) for name, path in own.items()},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/{ready}", process, scratch / "server.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(address: str, process, log: Path, seconds: float = 60) -> None:
    """Until a server that was started answers; if it does not, what it logged is in the error."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(address, timeout=5).close()
            return
        time.sleep(0.2)
    raise RuntimeError(f"Nothing answered at {address}:\n{log.read_text()[-2000:]}")


@contextlib.contextmanager
def browser():
    """Headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        try:
            yield opened
        finally:
            opened.close()


class Distance:
    """A proxy before a server, which makes it as slow as one that is far away.

    seconds: how long everything takes on its way, there and back alike; it may be set at any time.
    """

    def __init__(self, address: str):
        self.seconds, self._port = 0.0, urllib.parse.urlsplit(address).port

    def __enter__(self):
        opened: Future[str] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(opened)))
        self._thread.start()
        self.address = opened.result()
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    async def _serve(self, opened: Future) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        opened.set_result(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        await self._over.wait()

    async def _connected(self, reader, writer) -> None:
        with contextlib.suppress(ConnectionError):
            there, back = await asyncio.open_connection("127.0.0.1", self._port)
            await asyncio.gather(self._carry(reader, back), self._carry(there, writer))

    async def _carry(self, reader, writer) -> None:
        """Everything in its order, each piece after its time; others may set out meanwhile."""
        pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        arriving = asyncio.create_task(self._arrive(pieces, writer))
        data = b"begins"
        while data:
            try:
                data = await reader.read(65_536)
            except ConnectionError:
                data = b""
            pieces.put_nowait((self._loop.time() + self.seconds, data))
        await arriving

    async def _arrive(self, pieces: asyncio.Queue, writer) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                due, data = await pieces.get()
                await asyncio.sleep(max(0, due - self._loop.time()))
                if not data:
                    writer.close()
                    return
                writer.write(data)
                await writer.drain()


def run_all(page, address: str, notebook: str, seconds: float = 90) -> None:
    """Open a notebook (a path below the server's folder), run all its cells, and wait until idle."""
    page.goto(f"{address}/lab/tree/{notebook}?reset")
    run_opened(page, seconds)


def run_opened(page, seconds: float = 90) -> None:
    """Run all cells of the notebook that is open, and wait until idle."""
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
    idle = ".jp-Notebook-ExecutionIndicator[data-status=idle]"  # hidden where the window is narrow
    page.wait_for_selector(idle, state="attached", timeout=60_000)
    page.locator(".jp-Notebook .jp-Cell").first.click()
    _choose(page, "Edit", "Clear Outputs of All Cells")
    # Cleared cells have no number, and get one when they are done.
    cells = page.locator(".jp-CodeCell .jp-InputPrompt:not(.jp-Placeholder-prompt)")  # not of folded ones
    folded = page.locator(".jp-showHiddenCellsButton")  # what tells an answer is opened
    meant = page.locator(".jp-Dialog .jp-mod-accept")  # which kernel is meant: asked before there is one
    end, again = time.monotonic() + seconds, 0.0
    while time.monotonic() < end:
        if meant.is_visible():
            meant.click()
        prompts = [text.strip("[]: \n") for text in cells.all_text_contents()]  # also of those out of sight
        if again and all(text.isdigit() for text in prompts):
            while folded.count():
                folded.first.click()
            return
        # A kernel that only just starts may miss it: then once more.
        if prompts and not any(prompts) and time.monotonic() > again:
            _choose(page, "Run", "Run All Cells")
            again = time.monotonic() + 15
        page.wait_for_timeout(200)
    raise RuntimeError(f"{page.url} did not finish: {cells.all_text_contents()}")


def _choose(page, menu: str, entry: str) -> None:
    """Click an entry of a menu, and not the same words in the notebook."""
    page.click(f".lm-MenuBar-item:has-text('{menu}')")
    page.click(f".lm-Menu-item:has-text('{entry}')")
