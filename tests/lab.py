"""A JupyterLab of its own and a browser, for the tests and for taking pictures of the chapters."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
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
def server(folder: Path, scratch: Path, theme: str = "JupyterLab Light"):
    """JupyterLab on a free port of this machine, with settings of its own; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = scratch / "lab" / "user-settings" / "@jupyterlab"
    for plugin, values in {
        "apputils-extension/themes": {"theme": theme},
        "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
        "notebook-extension/tracker": {"windowingMode": "none"},
    }.items():
        path = settings / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    own = {
        "JUPYTER_CONFIG_DIR": scratch / "config",
        "JUPYTER_DATA_DIR": scratch / "data",
        "JUPYTER_RUNTIME_DIR": scratch / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": scratch / "lab" / "user-settings",
        "JUPYTERLAB_WORKSPACES_DIR": scratch / "lab" / "workspaces",
        "IPYTHONDIR": scratch / "ipython",
    }
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root", f"--port={port}"]
    command += ["--ServerApp.ip=127.0.0.1", "--IdentityProvider.token=", f"--ServerApp.root_dir={folder}"]
    with open(scratch / "server.log", "w") as log:
        process = subprocess.Popen(
            command,
            env=os.environ | {name: str(path) for name, path in own.items()},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/api", process, scratch / "server.log")
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
    cells = page.locator(".jp-CodeCell .jp-InputPrompt")
    end, again = time.monotonic() + seconds, 0.0
    while time.monotonic() < end:
        prompts = [text.strip("[]: \n") for text in cells.all_text_contents()]  # also of those out of sight
        if again and all(text.isdigit() for text in prompts):
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
