"""Draw every stored picture anew into tests/pictures, so that a change can be looked at.

Run by `make pictures`. Afterwards `git diff --stat tests/pictures` says which have changed: open them.
"""

import sys
from pathlib import Path

import paramcount as pc
from paramcount import layer, models, pytorch, stored_by
from paramcount.show.account import Account
from paramcount.show.moving import moves
from paramcount.show.pictures import draw, render, sketch, sketches

FOLDER = Path(__file__).parent / "pictures"


@layer
def adapter(x, r):
    return {"down": pc.dense(x, r), "up": pc.dense(r, x)}


@layer
def many_blocks(x):
    return {f"block {k}": pc.attention(x) for k in range(9)}


@layer
def many_tensors(x):
    return {f"tensor {k}": (x,) * (1 + k % 3) for k in range(20)}


@layer
def shared(x):
    return {"embedding": pc.embedding(x, x), "output": pc.Tensor((x, x), same_as="embedding E")}


@layer
def nothing(x):
    return {"softmax": pc.scaled_dot_product(x)}


@layer
def stacked(i, h):
    return {"first": pc.bidirectional(pc.lstm(i, h)), "second": pc.bidirectional(pc.lstm(2 * h, h))}


@layer
def tagger(v, x, h, o):
    return {
        "words": pc.embedding(v, x),
        "both ways": pc.bidirectional(pc.gru(x, h)),
        "tags": pc.dense(2 * h, o),
    }


# Drawn and sketched. Several of a family where its drawing has several ways.
LAYERS = {
    "dense": pc.dense(3, 5, bias=False),
    "ffnn": pc.ffnn(3, 5, 2),
    "ffnn-large": pc.ffnn(784, 1_024, 1_024, 1_024, 10),
    "ffnn-deep": pc.ffnn(*[20] * 12),
    "rnn": pc.rnn(3, 2),
    "gru": pc.gru(3, 2),
    "lstm": pc.lstm(3, 2),
    "bidirectional-gru": pc.bidirectional(pc.gru(8, 5)),
    "conv": pc.conv(3, 2, 3),
    "conv-grouped": pc.conv(4, 3, 2, groups=2),
    "conv-1-side": pc.conv(3, (3,), 4),
    "conv-3-sides": pc.conv(2, (2, 3, 4), 2),
    "conv-large": pc.conv(64, 3, 128),
    "scaled-dot-product": pc.scaled_dot_product(512),
    "attention": pc.attention(512, 8),
    "layer-norm": pc.layer_norm(5),
    "batch-norm": pc.batch_norm(64),
    "embedding": pc.embedding(5, 3),
    "encoder": pc.encoder(512, 6, 2_048, 8),
    "decoder": pc.decoder(512, 6),
    "transformer": pc.transformer(512, 6, 6, 2_048, 8, v=37_000),
}

# Only drawn: their sketches would say nothing new.
DRAWN = {
    "rnn-thin": pc.rnn(1_024, 1),
    "gru-thin": pc.gru(1, 4_096),
    "lstm-large": pc.lstm(300, 512),
    "lstm-without-biases": pc.lstm(4, 12, bias=False),
    "bidirectional-lstm-large": pc.bidirectional(pc.lstm(300, 512)),
    "bidirectional-rnn": pc.bidirectional(pc.rnn(3, 2)),
    "conv-rectangles": pc.conv(3, 64, 8, bias=False),
    "conv-thin": pc.conv(3, (1, 1_024), 3),
    "conv-depthwise": pc.conv(32, 3, 32, groups=32),
    "attention-small": pc.attention(6, heads=2),
    "attention-one-head": pc.attention(512, bias=False),
    "attention-many-heads": pc.attention(16_384, heads=128),
    "conv-eight-channels": pc.conv(8, 3, 4),
    "conv-groups": pc.conv(8, 3, 16, groups=4),
    "conv-groups-of-sequences": pc.conv(8, (3,), 8, groups=4),
    "grouped-queries": models.grouped_attention(4_096, 32, 8),
    "grouped-queries-wide": models.grouped_attention(1_024, 16, 2, d=128, bias=True, norms=True),
    "rms-norm": pc.rms_norm(512),
    "embedding-large": pc.embedding(1_000, 600),
    "embedding-thin": pc.embedding(30_000, 64),
    "encoder-layer": pc.encoder_layer(64),
    "decoder-layer": pc.decoder_layer(64, 256, heads=4),
    "transformer-without-table": pc.transformer(64, 1, 2),
    "whole": adapter(768, 8),
    "whole-small": adapter(10, 2),
    "whole-many": many_blocks(512),
    "whole-more": many_tensors(3),
    "whole-shared": shared(10),
    "whole-nothing": nothing(8),
    "whole-pytorch": stored_by(pytorch, pc.lstm(3, 2)),
    "whole-tagger": tagger(1_000, 64, 64, 9),
    "whole-lenet": models.lenet_5(),
    "whole-vgg": models.vgg_16(),
    "whole-resnet": models.resnet_50(),
    "whole-mobilenet": models.mobilenet_v2(),
    "whole-bert": models.bert_base(),
    "whole-gpt": models.gpt3_175b(),
    "whole-mixtral": models.mixtral_8x7b(),
    "whole-vit": models.vit_b16(),
    "whole-t5": models.t5_small(),
}


# In steps, all of them in one drawing.
MOVING = {
    "conv": pc.conv(3, 3, 1),
    "rnn": pc.rnn(3, 2),
    "heads": pc.attention(512),
    "attention": pc.attention(2, bias=False),
}


# Sketched when asked, after an answer that left these out, and after a right one.
ANSWERED = {
    "dense": (LAYERS["dense"], ["W"]),
    "ffnn": (pc.ffnn(3, 5, 2), ["hidden b"]),
    "ffnn-large": (LAYERS["ffnn-large"], ["hidden 2 W", "output b"]),
    "ffnn-deep": (LAYERS["ffnn-deep"], ["hidden 2 W", "hidden 7 b"]),
    "rnn": (pc.rnn(3, 2), ["state b"]),
    "gru": (pc.gru(3, 2), ["reset W", "reset b"]),
    "lstm": (pc.lstm(3, 2), ["forget W", "output b"]),
    "lstm-large": (DRAWN["lstm-large"], ["forget W", "output b"]),
    "bidirectional-gru": (LAYERS["bidirectional-gru"], ["backward update b", "forward reset W"]),
    "conv": (pc.conv(3, 2, 3), ["b"]),
    "conv-grouped": (LAYERS["conv-grouped"], ["K"]),
    "grouped-queries": (DRAWN["grouped-queries"], ["value W"]),
    "conv-large": (LAYERS["conv-large"], ["b"]),
    "scaled-dot-product": (LAYERS["scaled-dot-product"], []),
    "attention": (LAYERS["attention"], ["query b", "output W", "output b"]),
    "attention-small": (DRAWN["attention-small"], ["query b", "output W", "output b"]),
    "layer-norm": (LAYERS["layer-norm"], ["shift"]),
    "batch-norm": (LAYERS["batch-norm"], ["shift"]),
    "embedding": (LAYERS["embedding"], ["E"]),
    "encoder": (LAYERS["encoder"], ["layers self-attention output W", "layers norm 2 shift"]),
    "decoder-layer": (DRAWN["decoder-layer"], ["cross-attention key W", "cross-attention key b"]),
    "transformer": (LAYERS["transformer"], ["embedding E", "decoder layers norm 3 gain"]),
    "times": (3 * pc.lstm(3, 2), ["forget b"]),
    "rows": (stacked(8, 5), ["second forward forget W", "first backward output b"]),
    "rows-tagger": (tagger(1_000, 8, 5, 3), ["words E", "tags b"]),
    "blocks": (many_tensors(3), ["tensor 0", "tensor 7", "tensor 9"]),
    "blocks-more": (many_blocks(512), ["block 1 query W", "block 8 query b"]),
    "blocks-shared": (shared(10), ["embedding E"]),
    "blocks-pytorch": (DRAWN["whole-pytorch"], ["bias_hh_l0"]),
    "bert": (models.bert_base(), ["words E", "layers layers norm 1 gain"]),
}


LANDMARKS = ("LeNet-5", "VGG-16", "ResNet-50", "Transformer base", "BERT-base", "GPT-2 XL", "GPT-3 175B")


def _paths(names: list[str], known: pc.Layer) -> frozenset:
    """The paths of tensors by their names."""
    paths = {" ".join(leaf.path): leaf.path for leaf in known.tensors()}
    return frozenset(paths[name] for name in names)


def pictures() -> dict:
    """Every picture that is stored, by the name of its file."""
    stored = {name: draw(Account(each)) for name, each in (LAYERS | DRAWN).items()}
    stored |= {f"{name}-sketch": sketch(each) for name, each in LAYERS.items()}
    for name, (each, missing) in ANSWERED.items():
        stored[f"{name}-sketch"] = sketch(each)
        if missing:
            stored[f"{name}-left-out"] = sketch(each, _paths(missing, each))
        stored[f"{name}-right"] = sketch(each, frozenset())
    two = [("wide", pc.ffnn(784, 256, 10)), ("deep", pc.ffnn(784, 100, 100, 10))]
    missing = [frozenset(), _paths(["hidden 2 W"], pc.ffnn(784, 100, 100, 10))]
    stored["several-sketch"] = sketches(two)
    stored["several-left-out"] = sketches(two, missing)
    stored["several-right"] = sketches(two, [frozenset()] * 2)
    stored |= {f"moving-{name}": moves(shown).picture for name, shown in MOVING.items()}
    compared = pc.compare({name: models.PUBLISHED[name] for name in LANDMARKS})
    stored |= {"compare": compared.picture(), "compare-each": compared.picture(each=True)}
    return stored


def files() -> dict[str, str]:
    """What stands in the folder, a file a picture, each with its style so that it can be opened."""
    return {f"{name}.svg": render(each, "p", standalone=True) + "\n" for name, each in pictures().items()}


def store() -> None:
    FOLDER.mkdir(exist_ok=True)
    anew = files()
    for path in FOLDER.glob("*.svg"):
        if path.name not in anew:
            path.unlink()
            print(f"deleted {path.name}")
    for name, svg in anew.items():
        path = FOLDER / name
        if not path.exists() or path.read_text("utf-8") != svg:
            path.write_text(svg, "utf-8")
            print(f"stored {name}")
    print(f"{len(anew)} pictures in {FOLDER}")


if __name__ == "__main__":
    sys.exit(store())
