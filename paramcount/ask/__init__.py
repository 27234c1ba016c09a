"""What is asked of a reader, how an answer is read, and which slip it comes from.

**What comes in** is a layer and an answer: a number, arithmetic as text, or a layer. `answers.py` reads
what was typed, and never runs it as code. `check.py` compares it with the layer's count and says what there
is to say, as a `Verdict`; `questions.py` words the question and its hints; `predict.py` and `widgets.py`
ask it on the screen.

**What goes out** is what `predict` and `check` return. A wrong answer that comes from a known slip is
named. The slips stand in `slips/`, a file a family: a table where a slip leaves out tensors that a pattern
finds, a function where it needs a count of its own, and one list of them all.

**What it may import**: what counts, and `show`, whose account, pictures and panel it uses. Nothing else in
the package knows of it.
"""
