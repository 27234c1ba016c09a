"""What all that is printed shares: text as HTML that needs no script, and a PDF from a page.

Used by `handouts.py`, and by whatever else is put on paper.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

from latex2mathml.converter import convert
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
BROWSERS += ("microsoft-edge", "microsoft-edge-stable")
ELSEWHERE = (  # where macOS and Windows keep them
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"${ProgramFiles}\Google\Chrome\Application\chrome.exe",
    r"${LocalAppData}\Google\Chrome\Application\chrome.exe",
    r"${ProgramFiles(x86)}\Microsoft\Edge\Application\msedge.exe",
)
# Pictures as they are stored, and how many units they are wide.
PICTURE = re.compile(r'<img ([^>]*)src="data:image/svg\+xml;base64,([^"]+)"([^>]*)>')
# A list or a table with the line that leads to it, and a heading before that.
_HEADED, _LINE = r"(?:<h2[^>]*>(?:(?!</h2>).)*</h2>)?", r"<p>(?:(?!</p>).)*</p>"
_LED = re.compile(rf"{_HEADED}{_LINE}\s*<(ul|ol|table)>.*?</\1>", re.DOTALL)
_LONG = 9  # rows of a table; such a one may go on overleaf
_UNITS = 760
_SMALLEST = 8  # points of type
_TALL = 650  # units; what is higher is a list of rows, and is cut between them
_PIECE, _ROW = 330, 12
_FRAME = r'<rect [^>]*\by="([\d.]+)"[^>]*height="([\d.]+)"[^>]*class="pc-frame"'
_HIGHEST = 105  # millimetres, so that no page is left half empty before it
_TO_SCALE = 73  # the same for a network to scale, which says as much when it is lower
NO_BROWSER = """
The HTML files are complete, and any browser prints them. For the PDFs, Chromium, Chrome or Edge must be
installed, and none was found. On Debian and Ubuntu: sudo apt-get install chromium"""


class Renderer(IPythonRenderer):
    """Markdown as Jupyter shows it, but with formulas that need no script."""

    def inline_math(self, body: str) -> str:
        return formula(body)

    def block_math(self, body: str) -> str:
        return formula(body, display="block")

    def block_html(self, html: str) -> str:
        return html  # its tags may be closed in a later block, so nothing is mended here


def formula(body: str, **options) -> str:
    """A formula in the browser's own language. ff is one name, not f times f."""
    return convert(body, **options).replace("<mi>f</mi><mi>f</mi>", '<mi class="word">ff</mi>')


def text(source: str, folder: Path) -> str:
    """A text cell as HTML, with its pictures inside and its links to the other hand-outs."""
    renderer = Renderer(escape=False, embed_images=True, path=str(folder))
    html = MarkdownWithMath(renderer).render(source)
    # A line must not break between a formula and what stands close to it, such as a full stop.
    html = re.sub(r"[^\s<>]*<math[^>]*inline.*?</math>[^\s<>]*", r'<span class="whole">\g<0></span>', html)
    html = re.sub(r'<a href="practice\.ipynb">(.*?)</a>', r"\1", html)  # it answers, which paper cannot
    html = re.sub(r'<a href="formula-sheet\.\w+">(.*?)</a>', r"\1", html)  # it is on paper already
    html = _LED.sub(_together, html)
    return re.sub(r'href="(?!https?:)([^"#]+)\.ipynb', r'href="\1.html', html)


def _together(led: re.Match) -> str:
    return led[0] if led[0].count("<tr") > _LONG else f'<div class="together">{led[0]}</div>'


# -- pictures -----------------------------------------------------------------------------------


def legible(html: str, wide: float) -> str:
    """The same HTML with no type under 8 points in its pictures, and the tallest in pieces.

    wide: how wide they are printed, in millimetres; one that would be too high is narrower.
    """
    return PICTURE.sub(lambda found: _legible(found, wide), html)


def titled(html: str) -> str:
    """What the first picture shows, whatever the sizes; "" if there is none."""
    found = PICTURE.search(html)
    title = found and re.search("<title[^>]*>(.*?)</title>", _svg(found))
    return re.sub(r"[\d,.-]+", "", title[1]).strip() if title else ""


def _svg(found: re.Match) -> str:
    return base64.b64decode(found[2]).decode("utf-8")


def _legible(found: re.Match, wide: float) -> str:
    svg = _trimmed(_svg(found))
    _, high = _box(svg)
    if high <= _TALL:
        highest = _TO_SCALE if 'role="tree"' in svg else _HIGHEST
        wide = min(wide, highest * _UNITS / high)
    least = _SMALLEST * 25.4 / 72 * _UNITS / wide
    sizes = {"text": 14.5, ".t0": 13, ".t2": 17, ".t3": 22}
    rules = "".join(f".pc-svg {which}{{font-size:{max(size, least):.4g}px}}" for which, size in sizes.items())
    # In the narrowest of the usual faces, so that larger type has room; what is below the line is no speck.
    rules += '.pc-svg{font-family:Arial,"Liberation Sans","DejaVu Sans Condensed",sans-serif}'
    rules += ".pc-svg .pc-sub{font-size:.86em}.pc-svg .pc-v{font-size:1.04em}"
    pieces = _pieces(svg.replace("</style>", rules + "</style>", 1))
    encoded = [base64.b64encode(piece.encode("utf-8")).decode("ascii") for piece in pieces]
    style = f'style="width:{wide:.4g}mm" src="data:image/svg+xml;base64'
    first = f'<img {found[1]}{style},{encoded[0]}"{found[3]}>'
    return first + "".join(f'<img alt="" {style},{each}">' for each in encoded[1:])


def _trimmed(svg: str) -> str:
    """A network to scale without what is empty above and below it; any other picture as it is."""
    if 'role="tree"' not in svg or 'class="pc-zero"' in svg:
        return svg
    words = [float(y) for y in re.findall(r'<text [^>]*\by="([\d.]+)"', svg)]
    frames = [(float(y), float(y) + float(high)) for y, high in re.findall(_FRAME, svg)]
    top = min([min(words) - 16, *(y - 4 for y, _ in frames)])
    foot = max([max(words) + 8, *(end + 4 for _, end in frames)])
    return _piece(svg, _box(svg)[0], top, foot - top)


def _box(svg: str) -> tuple[float, float]:
    """How wide and how high a picture is, in units."""
    wide, high = re.search(r'viewBox="0 \S+ (\S+) (\S+)"', svg).groups()
    return float(wide), float(high)


def _pieces(svg: str) -> list[str]:
    """A tall picture cut between its rows, so that a page may end there; any other as it is."""
    wide, high = _box(svg)
    if high <= _TALL:
        return [svg]
    rows = sorted({float(y) for y in re.findall(r'<text [^>]*\by="([\d.]+)"', svg)})
    cuts = [0.0]
    for above, below in pairwise(rows):
        if below - above > _ROW and above - cuts[-1] > _PIECE and high - above > _PIECE / 3:
            cuts.append((above + below - _ROW) / 2)
    return [_piece(svg, wide, top, end - top) for top, end in pairwise([*cuts, high])]


def _piece(svg: str, wide: float, top: float, high: float) -> str:
    """A part of a picture, from edge to edge."""
    head, rest = svg.split(">", 1)
    head = re.sub(r'viewBox="[^"]*"', f'viewBox="0 {top:g} {wide:g} {high:g}"', head)
    return re.sub(r' height="[^"]*"', f' height="{high:g}"', head) + ">" + rest


# -- a PDF --------------------------------------------------------------------------------------


def browser() -> str | None:
    """A browser on this machine that can print to a file without a window."""
    places = [*map(shutil.which, BROWSERS), *map(shutil.which, map(os.path.expandvars, ELSEWHERE))]
    return next(filter(None, places), None)


def to_pdf(html: Path, command: str) -> Path:
    """Print a page. A link to another file would hold this machine's folders, so it is left as plain text."""
    pdf = html.with_suffix(".pdf").resolve()
    pdf.unlink(missing_ok=True)
    # Beside the page, not in /tmp: a Chromium that came as a snap has a /tmp of its own.
    with tempfile.TemporaryDirectory(dir=html.parent, ignore_cleanup_errors=True) as scratch:
        unlinked = re.sub(
            r'<a href="(?!https?:|#)[^"]*">(.*?)</a>', r"\1", html.read_text("utf-8"), flags=re.DOTALL
        )
        copy = Path(scratch, html.name).resolve()
        copy.write_text(unlinked, "utf-8")
        flags = ["--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
        flags += ["--no-sandbox"]  # it is our own page, without a script, and root has no sandbox
        flags += [f"--user-data-dir={copy.parent / 'profile'}", "--no-pdf-header-footer"]
        flags += ["--generate-pdf-document-outline", f"--print-to-pdf={pdf}"]
        ran = subprocess.run([command, *flags, copy.as_uri()], capture_output=True, text=True, timeout=120)
    if not pdf.is_file():
        sys.exit(f"{command} did not print {html}:\n{ran.stderr[-2000:]}")
    return pdf
