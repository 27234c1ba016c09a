"""Every chapter on paper: `make handouts`; or one, with its solutions: `make handouts CHAPTER=2`.

Each is one HTML file that needs no network and no script, and a PDF that Chromium, Chrome or Edge prints
from it. They are made from the outputs that are stored in the notebooks, so nothing is run.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from html import escape
from pathlib import Path

import jinja2
import nbformat
from printing import NO_BROWSER, PICTURE, browser, legible, text, titled, to_pdf

NOTEBOOKS = Path(__file__).parent.parent
PAPER = Path(__file__).parent / "paper"
OUT = NOTEBOOKS.parent / "build" / "handouts"

# What the outputs say to a reader at a screen.
RUN = "<p>Run this cell to answer.</p>"
OPEN = "Not answered yet."
RIGHT = re.compile(r"<p><b>✓ ([\d,]+) is right(?:\.|, to three figures\.)</b></p>")

WARM_UP = "Two questions to warm up"
FOLD = re.compile(r"<details><summary>(.*?)</summary>\s*(.*?)\s*</details>", re.DOTALL)
TABLE = re.compile("<table.*?</table>", re.DOTALL)
IN_QUESTION, IN_PANEL = 128, 150  # millimetres: how wide a picture is
ROW = 48  # characters in a row of a table that stands beside something, at most
LONG = 20  # lines; a list that is longer may go on overleaf

ASKS = ("predict", "explore", "check", "growth", "compare")
NEEDS_NO_CODE = ("explore", "growth", "compare")  # what they show is the point, not how it was asked for
ARITHMETIC = (ast.BinOp, ast.operator, ast.Constant, ast.Name, ast.Load)


# -- code ---------------------------------------------------------------------------------------


def on_paper(cell: nbformat.NotebookNode) -> dict | None:
    """What becomes of a code cell: a kind that the template knows, and what it is to show."""
    source, shown = cell.source, output(cell)
    body = [each for each in ast.parse(source).body if not isinstance(each, (ast.Import, ast.ImportFrom))]
    if not body or "setup" in cell.metadata.get("tags", []):
        return None
    *before, last = body
    value = getattr(last, "value", None)
    called = value.func.id if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) else ""
    code = lines(source, before)
    if called in ASKS and not shown:
        raise ValueError(f"This cell has no output, so run `make refresh` first:\n{source}")
    if called == "predict":
        return {"kind": "question", "code": code, "html": shown.replace(RUN, "")}
    if called == "check":
        return answer(source, before, value.args[0], shown)
    if called == "progress" or (called == "explore" and OPEN in shown):
        return None  # how far a reader is, or the panel of an exercise that is still open
    if called == "explore" and any(getattr(each, "name", "") == "mine" for each in before):
        return {"kind": "exercise", "code": code, "label": "", "html": ""}
    if called in NEEDS_NO_CODE:
        return {"kind": "cell", "code": code, "html": shown, "plain": ""}
    if not before and value and (arithmetic := spelt(source, value)):
        return {"kind": "sum", "code": arithmetic, "html": plain(cell)}
    return {"kind": "cell", "code": source, "html": shown, "plain": plain(cell)}


def answer(source: str, before: list[ast.stmt], mine: ast.expr, shown: str) -> dict:
    """An exercise, or its solution. What `check` compares with would give it away, so that is left out."""
    given = {each.targets[0].id: each for each in before if isinstance(each, ast.Assign)}
    assigned = given.get(getattr(mine, "id", None))
    value = assigned.value if assigned else mine
    code = lines(source, [each for each in before if each is not assigned])
    label = spelt(source, value) or f"<code>{escape(ast.get_source_segment(source, value))}</code>"
    if isinstance(value, ast.Constant):  # the dots, or a number that says what the count says
        label = ""
    if right := RIGHT.search(shown):
        working = shown.replace(right[0], "")
        return {"kind": "solved", "code": code, "label": label, "count": right[1], "html": working}
    return {"kind": "exercise", "code": code, "label": label, "html": ""}


def lines(source: str, statements: list[ast.stmt]) -> str:
    """Statements as their author wrote them."""
    written = source.splitlines()
    found = []
    for each in statements:
        first = min(part.lineno for part in [each, *getattr(each, "decorator_list", [])])
        found.append("\n".join(written[first - 1 : each.end_lineno]))
    return "\n\n".join(found)


def spelt(source: str, value: ast.expr) -> str:
    """Arithmetic as it is written on paper; nothing, if it is more than arithmetic.

    >>> spelt("4 * (512**2 + 2_048)", ast.parse("4 * (512**2 + 2_048)").body[0].value)
    '4 × (512<sup>2</sup> + 2,048)'
    >>> spelt("dense(3, 2)", ast.parse("dense(3, 2)").body[0].value)
    ''
    """
    parts = list(ast.walk(value))
    if not isinstance(value, ast.BinOp) or not all(isinstance(each, ARITHMETIC) for each in parts):
        return ""
    if any(isinstance(each, (ast.Div, ast.FloorDiv, ast.Mod)) for each in parts):
        return ""  # a rest may be left over, and that is Python's business
    written = " ".join(ast.get_source_segment(source, value).split())
    written = re.sub(r"\b\d[\d_]*", lambda number: f"{int(number[0]):,}", written)
    written = re.sub(r"\*\*(\d+)", r"<sup>\1</sup>", written)
    return written.replace("*", "×").replace(" - ", " − ")


def output(cell: nbformat.NotebookNode) -> str:
    """What a cell has shown, as HTML."""
    shown = []
    for each in cell.outputs:
        data = each.get("data", {"text/plain": each.get("text", "")})
        said = escape(data.get("text/plain", ""))
        if "image/png" in data:
            shown.append(f'<img alt="{said}" src="data:image/png;base64,{data["image/png"].strip()}">')
        else:
            shown.append(data.get("text/html") or printed(said))
    return "\n".join(shown)


def printed(said: str) -> str:
    """What a cell has printed."""
    return f"<pre{' class=long' if len(said.splitlines()) > LONG else ''}>{said}</pre>"


def plain(cell: nbformat.NotebookNode) -> str:
    """A number that a cell has given; nothing, if it gave more than that."""
    said = "".join(each.get("data", {}).get("text/plain", "") for each in cell.outputs)
    return f"{int(said):,}" if said.isdigit() else ""


def beside(panel: str) -> bool:
    """Whether the table of a panel has room beside the working: not where a line of either is very long."""
    working = re.search("<p>([^\n]*?<br>[^\n]*?)</p>", panel.replace("</p>", "</p>\n"))
    lines = re.sub("<(?!br)[^>]*>", "", working[1]).split("<br>") if working else [""]
    table = TABLE.search(panel)
    rows = re.sub("<[^>]*>", "", table[0].replace("</tr>", "\n")).splitlines() if table else []
    narrow = max(map(len, rows), default=0) <= ROW and max(map(len, lines)) < 150
    return bool(table) and "tensor</th>" in table[0] and narrow


# -- pages --------------------------------------------------------------------------------------


class Sheet:
    """What a hand-out has shown so far: nothing is shown twice, and what answers stands at the end.

    later: the texts that are folded in the chapter, to be read when one has answered.
    """

    def __init__(self) -> None:
        self.later: list[str] = []
        self._seen: set[str] = set()
        self._warming_up = False

    def said(self, source: str) -> str:
        """A text cell, with a number in place of each text that is folded.

        What answers the questions to warm up is in the solutions.
        """
        for heading in re.findall("^## (.*)", source, re.MULTILINE):
            self._warming_up = heading == WARM_UP
        return FOLD.sub(lambda fold: "" if self._warming_up else self._put_off(*fold.groups()), source)

    def _put_off(self, summary: str, answer: str) -> str:
        self.later.append(answer)
        number = len(self.later)
        return f'<p class="later">{summary} <a href="#later-{number}">→ <b>{number}</b></a></p>'

    def shown(self, block: dict) -> dict:
        """What a code cell has shown, as it is printed."""
        html = TABLE.sub(lambda table: self._once(table[0], table[0]), block["html"])
        if block["kind"] != "question":
            return {**block, "html": legible(html, IN_PANEL)}
        html = PICTURE.sub(lambda picture: self._once(titled(picture[0]), picture[0]), html)
        return {**block, "html": legible(html, IN_QUESTION)}

    def _once(self, name: str, html: str) -> str:
        """The same HTML, or nothing if such a thing was there before."""
        if name in self._seen:
            return ""
        self._seen.add(name)
        return html


def page(path: Path) -> str:
    """A notebook as one page of HTML."""
    notebook = nbformat.read(path, as_version=4)
    sheet, blocks, said = Sheet(), [], []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            said.append(sheet.said(cell.source))
        elif cell.cell_type == "code" and (found := on_paper(cell)):
            before, lead = parted("\n\n".join(said))
            blocks.append({"text": before, "lead": lead, **sheet.shown(found)})
            said = []
    blocks.append({"text": "\n\n".join(said), "lead": "", "kind": "end"})
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    environment.filters["text"] = lambda source: text(source, path.parent)
    environment.tests["beside"] = beside
    return environment.from_string((PAPER / "page.html.j2").read_text("utf-8")).render(
        title=notebook.cells[0].source.partition("\n")[0].lstrip("# "),
        css=(PAPER / "paper.css").read_text("utf-8"),
        blocks=blocks,
        later=sheet.later,
        warms_up=any(f"## {WARM_UP}" in cell.source for cell in notebook.cells),
        solutions=path.parent.name == "solutions",
    )


def parted(source: str) -> tuple[str, str]:
    """A text in two. The second part, its last paragraph, must stay with what follows."""
    before, _, last = source.rpartition("\n\n")
    if last.startswith("- "):  # a list stays with what announces it
        before, _, announced = before.rpartition("\n\n")
        last = f"{announced}\n\n{last}"
    return before, last


def notebooks(chapter: str = "") -> list[Path]:
    """The chapters and solutions; or those of one chapter, named by its file or by its number."""
    found = [*sorted(NOTEBOOKS.glob("[0-9]*.ipynb")), *sorted(NOTEBOOKS.glob("solutions/*.ipynb"))]
    return [path for path in found if not chapter or path.stem in (chapter, f"{chapter:0>2}{path.stem[2:]}")]


def main(chapter: str = "", out: Path | str = OUT) -> None:
    """Make the hand-outs, and say what was written where."""
    found = notebooks(chapter)
    if not found:
        sys.exit(f"There is no chapter {chapter}. There are: {', '.join(p.stem for p in notebooks())}")
    command = browser()
    for path in found:
        html = Path(out) / path.relative_to(NOTEBOOKS).with_suffix(".html")
        html.parent.mkdir(parents=True, exist_ok=True)
        try:
            html.write_text(page(path), "utf-8")
        except ValueError as error:
            sys.exit(f"{path.name}: {error}")
        written = [html, to_pdf(html, command)] if command else [html]
        print(*(os.path.relpath(each) for each in written), sep="  ", flush=True)
    if not command:
        sys.exit(NO_BROWSER)


if __name__ == "__main__":
    main(*sys.argv[1:])
