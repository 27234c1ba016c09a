"""What all that is printed shares: text as HTML that needs no script, and a PDF from a page.

Used by `handouts.py`, and by whatever else is put on paper.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
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
    return re.sub(r'href="(?!https?:)([^"#]+)\.ipynb', r'href="\1.html', html)


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
