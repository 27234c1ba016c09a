"""How long until the first slider can be moved: of a lecture, and of the site. Prints; fails on nothing.

    python tests/benchmarks/opening.py          the first page of the site, and three lectures
    python tests/benchmarks/opening.py 5        five times each

Each time the browser is new and has nothing stored. `make site` must have been run.
"""

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import lab
from test_packaging import ROOT
from test_site import served
from test_slides import running

LECTURES = ("01-feed-forward", "05-encoder", "07-whole-models")


def live(address: str, run: bool = False) -> tuple[float, float]:
    """Seconds until there is a slider, and the median in milliseconds from a key to the new count."""
    with lab.browser() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        begun = time.perf_counter()
        page.goto(address)
        if run:
            page.locator(".jp-Notebook .jp-Cell").first.click()
            page.click(".lm-MenuBar-item:has-text('Run')")
            page.click(".lm-Menu-item:has-text('Run All Cells')")
        handle = page.locator(".pc-size [type=range]").first
        handle.wait_for(state="attached", timeout=120_000)
        seconds = time.perf_counter() - begun
        if not run:  # the slide of the first panel, as Reveal numbers them
            page.evaluate(
                "Reveal.slide([...document.querySelectorAll('.slides > section')]"
                ".findIndex(s => s.querySelector('.pc-size [type=range]')))"
            )
        moves = [moved(page, handle, key) for key in 10 * ("ArrowRight", "ArrowLeft")]
    return seconds, statistics.median(moves)


def moved(page, handle, key: str) -> float:
    """Milliseconds from a key on the slider to the new total, as the page sees them."""
    handle.focus()
    watch = """() => new Promise(done => {
        const total = document.querySelector(".pc:has(.pc-controls) .pc-head").parentElement;
        const begun = performance.now();
        const seen = new MutationObserver(() => { seen.disconnect(); done(performance.now() - begun); });
        seen.observe(total, {subtree: true, childList: true, characterData: true});
    })"""
    page.evaluate(f"void (window.seen = ({watch})())")
    page.keyboard.press(key)
    milliseconds = page.evaluate("window.seen")
    page.wait_for_timeout(100)
    return milliseconds


def report(what: str, found: list[tuple[float, float]]) -> None:
    opened, redrawn = zip(*found, strict=True)
    redraw = statistics.median(redrawn)
    print(f"{what:28} {min(opened):5.1f} to {max(opened):4.1f} s   {redraw:5.0f} ms", flush=True)


if __name__ == "__main__":
    times = int(sys.argv[1]) if sys.argv[1:] else 3
    site = ROOT / "build/site"
    if not site.is_dir():
        sys.exit("There is no site yet: make site")
    print(f"{'':28} {'first slider':>14}   key to panel")
    for name in LECTURES:
        with running(name) as address:
            time.sleep(8)  # Voila runs the chapter ahead
            found = []
            for _ in range(times):
                found.append(live(f"{address}/voila/render/{name}.ipynb"))
                time.sleep(8)
            report(f"make slides CHAPTER={name[:2]}", found)
    with served(site) as address:
        start = f"{address}/notebooks/index.html?path=00-start-here.ipynb"
        report("make site, start page", [live(start, run=True) for _ in range(times)])
