"""Every formula on one page: `make sheet`, which writes an HTML file and a PDF for A4 and one for Letter.

Formulas, numbers and what PyTorch and Keras keep besides are worked out from the layers of the package, so
the sheet cannot say anything else. What is written here is what a row is called, a few words on it, and in
which sizes it is counted; what stands around the table is in `paper/sheet.html.j2`.

`make sheet ARGS=--store` refreshes the two files that are stored beside the chapters: one to look at, and
one to print, which fits both papers.
"""

from __future__ import annotations

import functools
import os
import re
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path

import jinja2
import sheet_pictures as pictures
from printing import NO_BROWSER, browser, to_pdf

from paramcount import keras, layers, models, pytorch, stored_by
from paramcount.core import Layer, LayerFunction, Leaf, Tensor
from paramcount.dims import Dim, total
from paramcount.glossary import NOTATION, framework
from paramcount.show.account import Account, named_sizes
from paramcount.show.algebra import expanded
from paramcount.show.bytes import RECIPES, Room
from paramcount.show.pictures.svg import stylesheet
from paramcount.show.sizes import opened
from paramcount.show.working import Group as Brackets
from paramcount.show.working import Term
from paramcount.tuning import with_lora

NAME = "formula-sheet"
NOTEBOOKS = Path(__file__).parent.parent
PAPER = Path(__file__).parent / "paper"
OUT = NOTEBOOKS.parent / "build" / "handouts"
# Wide and high, in millimetres. The last is as wide as A4 and as high as Letter.
PAPERS = {"a4": (210.0, 297.0), "letter": (215.9, 279.4), "both": (210.0, 279.4)}

_SHORT = 32  # characters of what stands below a number
_ARITHMETIC = 40  # and of what stands below a formula
_SPELLED = 12  # of the formula of a part that is spelled out where the other parts stand by name


@dataclass(frozen=True)
class Row:
    """A layer on the sheet: what it is called, a few words on it, and the layer in the sizes to check by.

    by_parts: whether its parts stand in the formula by their names, since it would be too long.
    """

    name: str
    words: str
    layer: Layer
    by_parts: bool = False

    @property
    def formula(self) -> str:
        """How its parameters are counted, as HTML, each term in its colour."""
        account = Account(self.layer)
        if not self.by_parts:
            return spelled(account, account.working, top=True) or "<b>0</b>"
        return joined(by_name(account, names, part) for names, part in self.layer.alike())

    @property
    def arithmetic(self) -> str:
        """The formula with numbers, or where that is long what its terms come to."""
        *written, _ = Account(self.layer).lines[1:] or [""]
        fitting = [line for line in written if len(line) <= _ARITHMETIC] or [""]
        return fitting[-1 if self.by_parts else 0]

    @property
    def sizes(self) -> str:
        """The sizes that the number is for; where they are many, those that it depends on."""
        parameters = self.layer.function.signature.parameters
        chosen = {
            name: value
            for name, value in self.layer.arguments().items()
            if name not in parameters or value != parameters[name].default
        }
        every = sizes_of(chosen.values())
        return written if len(written := said(every)) <= _SHORT else said(named_sizes(self.layer.count))

    @property
    def kept(self) -> list[tuple[str, str, int]]:
        """What is kept besides what is counted: how much more, by whom, and how much that is in all."""
        return besides(self.layer)


@dataclass(frozen=True)
class Group:
    """Rows that share a picture."""

    name: str
    picture: str
    rows: tuple[Row, ...]


# -- what is on it ------------------------------------------------------------------------------


def row(name: str, words: str, of: Layer | LayerFunction, by_parts: bool = False, **sizes) -> Row:
    """A row of a layer, or of a layer function in the sizes of its example, but for those that are given."""
    return Row(name, words, opened(of).resized(**sizes), by_parts)


@functools.cache
def groups() -> tuple[Group, ...]:
    """Everything on the sheet, from top to bottom."""
    dense = (
        row("Dense layer", "a weight for each pair", layers.dense),
        row("Feed-forward network", "dense layers, added", layers.ffnn),
    )
    recurrent = (
        row("RNN", "one dense layer, each step", layers.rnn),
        row("GRU", "three: update, reset, candidate", layers.gru),
        row("LSTM", "four gates, as drawn", layers.lstm),
        row("Bidirectional", "forwards and backwards", layers.bidirectional),
    )
    convolution = (
        row("Convolution", "1-D has one f, 3-D has three", layers.conv),
        row("In groups", "a filter sees its group only", layers.conv, i=8, f=3, o=8, groups=2),
        row("Depthwise", "as many groups as channels", layers.conv, i=8, f=3, o=8, groups=8),
    )
    tables = (
        row("Batch norm", "gain and shift, each channel", layers.batch_norm),
        row("Layer norm", "gain and shift, each number", layers.layer_norm),
        row("RMS norm", "gain only", layers.rms_norm),
        row("Embedding", "a row for each word or place", layers.embedding),
    )
    attention = (
        row("Scaled dot product", "multiplies what it is given", layers.scaled_dot_product),
        row("Multi-head attention", "query, key, value, output", layers.attention),
        row("Grouped queries", "heads share keys and values", models.grouped_attention),
    )
    transformer = (
        row("Encoder layer", "attention, network, two norms", layers.encoder_layer),
        row("Encoder", "m of these", layers.encoder, by_parts=True),
        row("Decoder layer", "two attentions, three norms", layers.decoder_layer),
        row("Decoder", "n of these", layers.decoder, by_parts=True),
        row("Whole Transformer", "one table, in and out", layers.transformer, by_parts=True, v=37_000),
        row("SwiGLU", "a gated network, no biases", models.swiglu),
        row("Mixture of experts", "a router and its experts", models.mixture, by_parts=True),
    )
    lora = (row("LoRA", "rank r, beside a frozen W", with_lora(layers.dense(4096, 4096, bias=False), 8)),)
    stacks = ("m", "encoder", transformer[0].layer), ("n", "decoder", transformer[2].layer)
    return (
        Group("Dense", pictures.network(dense[1].layer), dense),
        Group("Recurrent", pictures.gates(recurrent[2].layer), recurrent),
        Group("Convolution", pictures.filters(convolution[0].layer), convolution),
        Group("Norms, tables", pictures.tables(layers.layer_norm(8), layers.embedding(4, 8)), tables),
        Group("Attention", pictures.heads(attention[1].layer), attention),
        Group("Transformer", pictures.layers(*stacks), transformer),
        Group("Adapter", pictures.adapter(lora[0].layer), lora),
    )


def rows() -> list[Row]:
    """The rows of all groups."""
    return [each for group in groups() for each in group.rows]


# -- formulas -----------------------------------------------------------------------------------


def spelled(account: Account, group: Brackets, top: bool = False) -> str:
    """The working as HTML. Lines break between the terms that nothing stands around."""
    terms = [term_of(account, term) for term in group.terms]
    written = joined(terms) if top and group.once else " + ".join(terms)
    written = f"({written})" if group.brackets else written
    return written if group.once else f"{symbols(group.times)} × {written}"


def term_of(account: Account, term: Term | Brackets) -> str:
    if isinstance(term, Brackets):
        return spelled(account, term)
    written = symbols(term.dim)
    return coloured(account.colour(*term.paths), f"({written})" if term.brackets else written)


def by_name(account: Account, names: list[str], part: Tensor | Layer) -> str:
    """A part of a layer: spelled out if that is short, else by the name of its row or its own."""
    written = symbols(part.count)
    if isinstance(part, Layer) and len(part.count.symbols) > _SPELLED:
        known = {each.layer.name: each.name for each in rows()}
        many = len(names) * part.times
        times = "" if many.symbols == "1" else f"{symbols(many)} × "
        name = known.get(part.name, names[0])
        written = times + (name.lower() if name == name.capitalize() else name)
    return coloured(account.colour(*((name,) for name in names)), written)


def joined(terms: Iterable[str]) -> str:
    """Terms with a plus before each but the first, and no line that breaks in one or after its plus."""
    pluses = ((term, "+ " * (place > 0)) for place, term in enumerate(terms))
    return " ".join(f'<span class="whole">{plus}{term}</span>' for term, plus in pluses)


def coloured(colour: str, written: str) -> str:
    return f'<span class="c-{colour} ink">{written}</span>'


def symbols(dim: Dim) -> str:
    """How a number was written, its names as letters."""
    return dim.write(lambda leaf: letters(leaf.name or f"{leaf:,}"))


def letters(written: str) -> str:
    """A text as HTML, with the letters of the notation as they stand in formulas."""
    known = "|".join([*sorted(NOTATION, key=len, reverse=True), "W"])
    return re.sub(rf"\b({known})\b", r'<i class="v">\1</i>', escape(written))


# -- numbers ------------------------------------------------------------------------------------


def sizes_of(arguments: Iterable) -> list[Dim]:
    """The sizes among arguments, without switches and what is left out."""
    every: list[Dim] = []
    for each in arguments:
        every += sizes_of(each) if isinstance(each, tuple) else [each] * isinstance(each, Dim)
    return every


def said(sizes: Iterable[Dim]) -> str:
    """The sizes, those that are the same together: "i = o = 8, f = 3". A line breaks only after a comma."""
    alike: dict[int, list[str]] = {}
    for size in sizes:
        alike.setdefault(int(size), []).append(size.name or "")
    return ", ".join(
        " = ".join([*names, f"{size:,}"]).replace(" ", "\u00a0") for size, names in alike.items()
    )


def besides(layer: Layer) -> list[tuple[str, str, int]]:
    """How much more than is counted is kept, by whom, and in all; nothing where that is the same."""
    by_hand, count = in_all(layer.tensors()), layer.count
    kept = {name: in_all(stored_by(name, layer).tensors()) for name in (pytorch, keras)}
    if all(each == by_hand for each in kept.values()):
        return [(more(by_hand, count), "in all", int(by_hand))] if by_hand != count else []
    whose: dict[int, list[str]] = {}
    for module, each in kept.items():
        if each != count:
            whose.setdefault(int(each), []).append(framework(module.__name__))
    amounts = {int(each): each for each in kept.values()}
    who = {number: "both" if len(names) > 1 else names[0] for number, names in whose.items()}
    return [(more(amounts[number], count), name, number) for number, name in who.items()]


def in_all(leaves: Iterable[Leaf]) -> Dim:
    """How many numbers are kept, trained or not."""
    return total(leaf.times * leaf.tensor.size for leaf in leaves if not leaf.tensor.same_as)


def more(kept: Dim, count: Dim) -> str:
    """By which terms a number is more than a count."""
    return " + ".join(term for term, number in expanded(kept - count).items() if number)


def rule_of_thumb() -> dict[str, object]:
    """The terms of an encoder layer with ff = 4 × x, and how far its largest goes in BERT-base."""
    x = Dim(768, "x")
    largest, rest = expanded(layers.encoder_layer(x, 4 * x).count).items()
    bert = models.bert_base()
    by_rule = int(bert.arguments()["m"]) * largest[1]
    terms = largest[0].replace("x × x", "x²"), rest[0]
    return {"terms": terms, "x": x, "m": bert.arguments()["m"], "rule": by_rule, "bert": bert.count}


def room() -> dict[str, object]:
    """Bytes a parameter: in use by format, and in training with Adam as what they are for."""
    several = 32  # as many as share a scale in 4 bits

    def each(kind: str, training: str) -> list[float]:
        made = Room(several, kind, training, tokens=1, texts=1, cache="bfloat16", kept=None)
        return [row.size / several for row in made.rows if row.size]

    return {
        "use": {kind: sum(each(kind, "")) for kind in ("float32", "bfloat16", "int8", "4 bit")},
        "training": {kind: each(kind, RECIPES[0]) for kind in ("float32", "bfloat16")},
    }


def meanings() -> dict[str, str]:
    """What the letters of the formulas stand for."""
    used = {size.name for each in rows() for size in named_sizes(each.layer.count)}
    return {name: means for name, means in NOTATION.items() if name in used}


# -- the page -----------------------------------------------------------------------------------


def page(paper: str = "") -> str:
    """The sheet as one page of HTML. paper: what it is to be printed on; "" for any, and the screen."""
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    environment.filters["letters"] = letters
    style = (PAPER / "letters.css").read_text("utf-8") + (PAPER / "sheet.css").read_text("utf-8")
    return environment.from_string((PAPER / "sheet.html.j2").read_text("utf-8")).render(
        css=style,
        palette="\n".join(re.findall(r"^\.c-.+$", stylesheet("picture.css"), re.MULTILINE)),
        size=PAPERS.get(paper),
        groups=groups(),
        pictures=pictures,
        rule=rule_of_thumb(),
        room=room(),
        meanings=meanings(),
    )


def printed(paper: str, pdf: Path, command: str) -> Path:
    """The PDF for a paper."""
    with tempfile.TemporaryDirectory(dir=pdf.parent) as scratch:
        html = Path(scratch, f"{pdf.stem}.html")
        html.write_text(page(paper), "utf-8")
        return to_pdf(html, command).replace(pdf)


def main(store: str = "", out: Path | str = "") -> None:
    """Make the sheet, and say what was written where; store: "--store" for the one beside the chapters."""
    folder = Path(out or (NOTEBOOKS if store else OUT))
    folder.mkdir(parents=True, exist_ok=True)
    html, command = folder / f"{NAME}.html", browser()
    html.write_text(page(), "utf-8")
    names = {"both": NAME} if store else {paper: f"{NAME}-{paper}" for paper in ("a4", "letter")}
    pdfs = [printed(paper, folder / f"{name}.pdf", command) for paper, name in names.items() if command]
    print(*(os.path.relpath(each) for each in (html, *pdfs)), sep="  ")
    if not command:
        sys.exit(NO_BROWSER)


if __name__ == "__main__":
    main(*sys.argv[1:])
