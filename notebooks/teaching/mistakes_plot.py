"""The plot of a class: a row a question, a cell a student, and beside them what was typed, and why."""

from __future__ import annotations

import textwrap

import matplotlib
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

INK, MUTED, HAIR, WRONG = "#212121", "#616161", "#dddddd", "#ad4a00"
# How a cell is filled: by its darkness and pattern, so that grey paper tells them apart too.
CELLS = {
    "first": {"facecolor": INK, "edgecolor": INK},
    "later": {"facecolor": "white", "edgecolor": INK, "hatch": "//////"},
    "not yet": {"facecolor": "white", "edgecolor": INK},
    "not tried": {"facecolor": "white", "edgecolor": "#bbbbbb", "linestyle": ":"},
}
WORDS = {"first": "first try", "later": "later", "not yet": "not yet, or shown", "not tried": "not tried"}
SHOWN = 3  # slips of a question that stand in the plot
WHY = 58  # characters
APART = 60  # students, each with a cell

# Inches: where the cells begin and end, the numbers of the slips, their words; and how high things are.
LEFT, RIGHT, OFTEN, TYPED, REASON, WIDTH = 3.5, 7.9, 8.35, 9.45, 9.6, 14.6
HEAD, LINE, FOOT = 1.35, 0.24, 0.45


def plot(chapter) -> Figure:
    """The questions of a chapter, from `mistakes.chapters`."""
    heights = [LINE * max(2, min(SHOWN, len(row.made))) + 0.14 for row in chapter.rows]
    height = HEAD + sum(heights) + FOOT
    with matplotlib.rc_context({"font.size": 10, "hatch.linewidth": 0.9, "svg.hashsalt": "mistakes"}):
        figure = Figure(figsize=(WIDTH, height), facecolor="white")
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, WIDTH), ylim=(height, 0))
        axes.axis("off")
        _head(axes, chapter)
        top = HEAD
        for row, high in zip(chapter.rows, heights, strict=True):
            axes.plot([0.3, WIDTH - 0.3], [top, top], color=HAIR, linewidth=0.8)
            _row(axes, row, chapter.students, top, high)
            top += high
        _scale(axes, chapter.students, top)
    return figure


def _head(axes, chapter) -> None:
    axes.text(
        0.3, 0.38, f"{chapter.title}: what did my class get wrong?", fontsize=16, weight="bold", color=INK
    )
    summary = textwrap.shorten(chapter.summary, 150, placeholder=" …")
    axes.text(0.3, 0.7, summary, fontsize=11, color=MUTED)
    axes.text(0.3, HEAD - 0.12, "question", color=MUTED)
    place = LEFT
    for state, words in WORDS.items():
        axes.add_patch(Rectangle((place, HEAD - 0.25), 0.12, 0.16, linewidth=0.8, **CELLS[state]))
        axes.text(place + 0.18, HEAD - 0.12, words, color=MUTED)
        place += 0.38 + 0.077 * len(words)
    axes.text(OFTEN, HEAD - 0.12, "students, what they typed, and why", color=MUTED, ha="left")


def _row(axes, row, students: int, top: float, high: float) -> None:
    middle = top + high / 2
    axes.text(0.3, middle - 0.03, row.title, weight="bold", color=INK)
    axes.text(0.3, middle + 0.17, row.working, fontsize=8.5, color=MUTED)
    wide = (RIGHT - LEFT) / students
    each = 1 if students <= APART else students  # of many, those who stand alike are one long cell
    place = LEFT
    for state, number in zip(CELLS, row.counts, strict=True):
        for first in range(0, number, each):
            many = min(each, number - first)
            size = (wide * many - 0.2 * min(wide, 0.15), 0.26)
            axes.add_patch(Rectangle((place, middle - 0.13), *size, linewidth=0.8, **CELLS[state]))
            place += wide * many
    shown = row.made[:SHOWN]
    line = middle - LINE * (len(shown) - 1) / 2 + 0.05
    for made in shown:
        weight = "bold" if 4 * len(made.who) >= students else "normal"
        axes.text(OFTEN, line, f"{len(made.who)}", ha="right", weight=weight, color=INK)
        if made.number is not None:
            axes.text(TYPED, line, f"{made.number:,}", ha="right", weight=weight, color=WRONG)
        left = len(row.made) - SHOWN if made is shown[-1] else 0
        more = f" (and {left} more)" if left > 0 else ""
        why = textwrap.shorten(made.why, WHY - len(more), placeholder=" …") + more
        axes.text(REASON, line, why, weight=weight, color=INK if weight == "bold" else MUTED)
        line += LINE


def _scale(axes, students: int, bottom: float) -> None:
    axes.plot([0.3, WIDTH - 0.3], [bottom, bottom], color="#999999", linewidth=0.8)
    step = next(step for step in (1, 5, 10, 20, 50, 100, 1000) if students <= 8 * step or step == 1000)
    for number in range(0, students + 1, step):
        place = LEFT + (RIGHT - LEFT) * number / students
        axes.plot([place, place], [HEAD, bottom], color=MUTED, linewidth=0.6, linestyle=(0, (1, 3)), zorder=0)
        axes.text(place, bottom + 0.2, f"{number}", ha="center", color=MUTED)
    axes.text(RIGHT + 0.2, bottom + 0.2, "students", color=MUTED)
