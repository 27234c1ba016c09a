"""What is shown of a layer: as text, as HTML, in a panel with sliders, in pictures and in plots.

**What comes in** is a layer, or a layer function. It is read once, into its `Account` (`account.py`): the
heading, the terms of the working (`working.py`), the rows of the table, called the ledger (`ledger.py`),
the mark of each tensor, and what the letters stand for. The account is handed to whatever shows the layer;
none of those goes back to the tree for a count, so the picture, the working and the table cannot disagree.

**What goes out**

- `text.py`: what a layer prints, and its page of plain HTML for a notebook that is only read.
- `outline.py`: somebody's model, level by level; `export.py`: the same as HTML, Markdown, LaTeX and CSV.
- `panel.py`, `panel.css` and `list.css`: the panel as one string of HTML with its picture, linked by hover.
  Where the working has no room to stand in rows it is a list.
- `pictures/`: one drawing a family of layers, as SVG; `svg.py` has the few marks that all are drawn with.
- `sizes.py`: what a panel may be set to: which sizes fit together, which are offered, which are refused. It
  needs no widgets; `widgets.py` and `explore.py` put it on the screen.
- `controls.py` and `controls.js`: what a reader moves, native elements of the browser that count nothing;
  `native.js` is what all such controls share, `parts.js` the arrow keys in a picture that has parts.
- `kinds.py`: the kinds of layers, with the letters of their colours, and how many of a network's parameters
  are of which kind; `compare.py`: networks side by side.
- `watch.py`: pictures that move, drawn in `moving/`, a file each, and put on the screen by `watched.py`; what
  is trained stands still in them.
- `plots.py`: plots with axes, by matplotlib, which is imported when one is drawn. Beside it stands what is
  no plot: the algebra of a count (`algebra.py`), and the largest size that a budget allows (`fit.py`).
- `bytes.py`: the room that a network takes, row by row; `memory.py` and `memory_panel.py` show it. What it
  asks of a network, such as which matrices a format packs, stands in `holds.py`.
- `said.py`: a sentence to the reader, such as "Not answered yet."

**What it may import**: what counts (`dims`, `core`, `layers`, `stored`, `pytorch`, `keras`, `models`,
`glossary`), and ipywidgets, anywidget and matplotlib where they are needed. Nothing here knows of questions
(`ask`) or of other people's models (`explain`).
"""
