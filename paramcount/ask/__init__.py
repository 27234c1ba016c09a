"""What is asked of a reader, how an answer is read, which slip it comes from, and what is kept.

**What comes in** is a question and an answer: a number, arithmetic as text, or a layer. `question.py` says
what a question is and asks it in other sizes; those of the chapters stand in `bank/`, their hints are in
`hints.py` where they bring none. What was typed is read by `typed.py`, never run as code. `judge.py`
compares it with what is asked for and says what there is to say, as a `Verdict`; `check.py` does so for what
is written as code. `known.py` finds the slips that lead to the number, `forms.py` which of them the typed
arithmetic shows, `near.py` what it lacks to be right, `rounded.py` what a figure or a unit tells; both sides
are trees of `arithmetic.py`. `beside.py` shows one above the other. The slips stand in `slips/`, a file a
family, and one list of them all.

**What goes out** is what `predict`, `check`, `practice` and `progress` return. `predict.py` and `widgets.py`
ask on the screen, with the form of `form.py` to type into. `record.py` and `kept.py` keep the answers in a
file beside the notebook, which `book.py` reads and writes. `progress.py` shows how far a reader is, above the
buttons of `actions.py`. `deck.py` says which question comes next in practice, `practice.py` and `session.py`
ask it.

**What it may import**: what counts, and `show`, whose account, pictures and panel it uses. Nothing else in
the package knows of it.
"""
