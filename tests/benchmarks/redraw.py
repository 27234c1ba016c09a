"""How long a reader waits for the new picture, in JupyterLab in a real browser.

    python tests/benchmarks/redraw.py

A: explore(ffnn(3, 5, 2)). B: `interact` with a new matplotlib figure of the same network. Both stand in
one notebook; the arrow keys move the hidden size between 5 and 6, in turns of five moves each. A move is
timed in the page itself, from the key press to the first frame after the output has changed.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path

import nbformat

sys.path.insert(0, str(Path(__file__).parent.parent))

import lab
from refresh_notebooks import METADATA

MOVES, TURN, WARM_UP = 30, 5, 4
REST = 400  # milliseconds after a move, as a figure goes on sending after it has been shown

PANEL = "from paramcount import explore, ffnn\nexplore(ffnn(3, 5, 2), h=range(1, 65))"

FIGURE = """
%matplotlib inline
import matplotlib.pyplot as plt
from ipywidgets import IntSlider, interact

def network(h):
    sizes = [3, h, 2]
    figure, axes = plt.subplots(figsize=(7.6, 3.8))
    columns = [[(x, (n - 1) / 2 - k) for k in range(n)] for x, n in zip((0, 3, 6), sizes)]
    for left, right in zip(columns, columns[1:]):
        for x, y in left:
            for u, v in right:
                axes.plot([x, u], [y, v], color="#0072b2", linewidth=1, zorder=1)
    for column in columns:
        axes.scatter(*zip(*column), s=180, color="white", edgecolor="black", zorder=2)
    axes.set_title(f"3-{h}-2: {(3 * h + h) + (h * 2 + 2)} parameters")
    axes.set_axis_off()
    plt.show()

interact(network, h=IntSlider(5, 1, 64));
"""

# Milliseconds from a key press, by the event's own time stamp, to the frame that shows a new picture.
TIMED = """
place => {
  const pressed = new Promise(done => {
    addEventListener('keydown', event => done(event.timeStamp), {capture: true, once: true})
  })
  const drawn = new Promise(done => {
    const watch = new MutationObserver(changes => {
      const added = changes.flatMap(change => [...change.addedNodes]).filter(node => node.querySelector)
      if (!added.some(node => node.matches('svg, img') || node.querySelector('svg, img'))) return
      watch.disconnect()
      requestAnimationFrame(() => done(performance.now()))
    })
    watch.observe(document.querySelector(place), {childList: true, subtree: true})
  })
  window.timed = Promise.all([pressed, drawn]).then(([start, end]) => end - start)
}
"""


def move(page, handle, place: str, key: str) -> float:
    """Milliseconds from a key press to the new picture."""
    handle.focus()
    page.evaluate(TIMED, place)
    handle.press(key)
    waited = page.evaluate("window.timed")
    page.wait_for_timeout(REST)
    return waited


def in_the_browser() -> tuple[list[float], list[float]]:
    """The moves of A and of B, in milliseconds."""
    cells = [nbformat.v4.new_code_cell(code.strip()) for code in (PANEL, FIGURE)]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "work"
        work.mkdir()
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=METADATA), work / "redraw.ipynb")
        with lab.server(work, Path(folder)) as address, lab.browser() as browser:
            page = browser.new_page(viewport={"width": 1400, "height": 1600})
            lab.run_all(page, address, "redraw.ipynb")
            page.wait_for_selector(".widget-interact img")
            panel = page.locator(".pc [type=range]").nth(1), ".pc"
            figure = page.locator(".widget-interact .noUi-handle"), ".widget-interact"
            waits: dict[str, list[float]] = {".pc": [], ".widget-interact": []}
            for turn in range((MOVES + WARM_UP + TURN - 1) // TURN):
                for handle, place in (panel, figure) if turn % 2 else (figure, panel):
                    for _ in range(TURN):
                        key = "ArrowLeft" if len(waits[place]) % 2 else "ArrowRight"
                        waits[place].append(move(page, handle, place, key))
    return waits[".pc"][WARM_UP : WARM_UP + MOVES], waits[".widget-interact"][WARM_UP : WARM_UP + MOVES]


def in_the_kernel() -> tuple[list[float], list[float], int, int]:
    """Milliseconds of Python alone for A and B, and the bytes that each sends."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt
    from IPython.core.pylabtools import print_figure

    from paramcount import explore, ffnn

    explorer = explore(ffnn(3, 5, 2))
    slider = explorer.controls["h"]
    names = {}
    exec(FIGURE.replace("%matplotlib inline", "").rpartition("interact(")[0], names)
    panel, figure, png = [], [], ""
    for k in range(WARM_UP + MOVES):
        start = time.perf_counter()
        slider.value = 5 + (k + 1) % 2
        panel.append(1_000 * (time.perf_counter() - start))
        start = time.perf_counter()
        names["network"](5 + (k + 1) % 2)
        png = print_figure(plt.gcf(), base64=True)
        plt.close("all")
        figure.append(1_000 * (time.perf_counter() - start))
    html = [w.value for w in descendants(explorer) if type(w).__name__ == "HTML" and "<style" not in w.value]
    return panel[WARM_UP:], figure[WARM_UP:], len("".join(html).encode()), len(png)


def descendants(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from descendants(child)


def told(waits: list[float]) -> str:
    p95 = statistics.quantiles(waits, n=20)[-1]
    return f"median {statistics.median(waits):6.1f} ms, 95 % within {p95:6.1f} ms"


def main() -> None:
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before")
    panel, figure = in_the_browser()
    python_panel, python_figure, html, png = in_the_kernel()
    print(f"A  explore, key to picture:      {told(panel)}")
    print(f"B  interact, key to picture:     {told(figure)}")
    print(f"B is {statistics.median(figure) / statistics.median(panel):.1f} times as slow as A")
    print(f"A  Python alone:                 {told(python_panel)}; {html:,} bytes of HTML")
    print(f"B  Python alone:                 {told(python_figure)}; {png:,} bytes of PNG")


if __name__ == "__main__":
    main()
