"""Draw every stored picture anew into tests/pictures, so that a change can be looked at.

Run by `make pictures`. Afterwards `git diff --stat tests/pictures` says which have changed: open them.
"""

import sys
from pathlib import Path

import paramcount as pc
from paramcount import layer, pytorch, stored_by
from paramcount.show.account import Account
from paramcount.show.pictures import as_blocks, draw, render, sketch

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
    "attention-many-heads": pc.attention(4_096, heads=32),
    "rms-norm": pc.rms_norm(512),
    "embedding-large": pc.embedding(1_000, 600),
    "embedding-thin": pc.embedding(30_000, 64),
    "encoder-layer": pc.encoder_layer(64),
    "decoder-layer": pc.decoder_layer(64, 256, heads=4),
    "transformer-without-table": pc.transformer(64, 1, 2),
    "blocks": adapter(768, 8),
    "blocks-small": adapter(10, 2),
    "blocks-many": many_blocks(512),
    "blocks-more": many_tensors(3),
    "blocks-shared": shared(10),
    "blocks-nothing": nothing(8),
    "blocks-pytorch": stored_by(pytorch, pc.lstm(3, 2)),
}


def pictures() -> dict:
    """Every picture that is stored, by the name of its file."""
    drawn = {name: draw(Account(each)) for name, each in (LAYERS | DRAWN).items()}
    sketched = {f"{name}-sketch": sketch(each) for name, each in LAYERS.items()}
    lstm = pc.lstm(3, 2)
    biases = [leaf.path for leaf in lstm.tensors() if leaf.path[-1] == "b"]
    return drawn | sketched | {"blocks-missing": as_blocks(Account(lstm), biases)}


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
