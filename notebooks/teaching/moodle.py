"""Questions as Moodle XML, with the standard library.

Libraries on PyPI were looked at in November 2026. moodle-tools (1.1.0, 2025) reads YAML files of its own, and
pastes what they say into templates as it is; moodle-questions is of 2020; gift-wrapper writes GIFT, and
excel2moodle reads spreadsheets. What is needed here are two types of question, so they are written here, as
Moodle's own importer reads them (question/format/xml/format.php).
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from html import escape

PLAIN_NUMBER = "Type the number with digits alone, without commas or points."
UNKNOWN = "That is not one of the slips that are known. Count one part at a time, then add."


def as_moodle(sheets, name: str) -> str:
    """The questions of all sheets. A category holds one question in the sizes of each sheet, so that a quiz
    can draw one of them for each student."""
    quiz = ET.Element("quiz")
    for of_all in zip(*(sheet.items for sheet in sheets), strict=True):
        for parts in zip(*(item.parts for item in of_all), strict=True):
            place = f"{parts[0].label:0>{3 if len(of_all[0].parts) > 1 else 2}}"
            _category(quiz, f"$course$/top/{name}/{place} {of_all[0].title}")
            for sheet, part in zip(sheets, parts, strict=True):
                title = f"{place} {of_all[0].title}" + (f" ({sheet.label})" if sheet.name else "")
                _question(quiz, part, title)
    ET.indent(quiz)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(quiz, encoding="unicode") + "\n"


def _category(quiz: ET.Element, path: str) -> None:
    question = ET.SubElement(quiz, "question", type="category")
    _text(question, "category", path)
    _text(question, "info", "", format="html")


def _question(quiz: ET.Element, part, title: str) -> None:
    question = ET.SubElement(quiz, "question", type="essay" if part.key else "numerical")
    _text(question, "name", title)
    hint = "" if part.key else f"<p>{PLAIN_NUMBER}</p>"
    _text(question, "questiontext", f"<p>{part.question.words(html=True)}</p>{hint}", format="html")
    working = "" if part.key else _paragraphs(["<br>= ".join(map(escape, part.working))])
    _text(question, "generalfeedback", working, format="html")
    fields = {"defaultgrade": part.marks, "penalty": "0.3333333", "hidden": 0}
    if part.key:
        fields |= {"responseformat": "editor", "responserequired": 1, "responsefieldlines": 10}
        fields |= {"attachments": 0, "attachmentsrequired": 0}
    for tag, value in fields.items():
        ET.SubElement(question, tag).text = str(value)
    if part.key:
        rows = [f"{marks} marks: {escape(what)}" for marks, what in part.key]
        _text(question, "graderinfo", _paragraphs(rows), format="html")
        _text(question, "responsetemplate", "", format="html")
        return
    _answer(question, part.right, 100, ["That is right."])
    for known in part.known:
        _answer(question, known.number, 100 * known.marks / part.marks, known.why)
    _answer(question, "*", 0, [UNKNOWN])


def _answer(question: ET.Element, number: int | str, fraction: float, why: Iterable[str]) -> None:
    """A number and what becomes of it. fraction: of the marks, one of those that Moodle knows, such as 75."""
    answer = ET.SubElement(question, "answer", fraction=f"{fraction:g}", format="moodle_auto_format")
    ET.SubElement(answer, "text").text = str(number)
    said = [escape(each) for each in why]
    _text(answer, "feedback", _paragraphs(said[:1] + [f"Or: {each}" for each in said[1:]]), format="html")
    ET.SubElement(answer, "tolerance").text = "0"


def _paragraphs(lines: Iterable[str]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def _text(parent: ET.Element, tag: str, said: str, **attributes: str) -> None:
    ET.SubElement(ET.SubElement(parent, tag, attributes), "text").text = said
