"""An answer that is written as a layer: what `check` says of its parts. Every count here is by hand."""

import pytest

from paramcount import Tensor, check, conv, dense, layer, models


def mamba(**other):
    """The block of chapter 8, with some parts in another way."""

    @layer
    def mamba(x, h, s, r, f):
        parts = {
            "input": dense(x, 2 * h, bias=False),
            "filter": conv(h, (f,), h, groups=h),
            "choose": dense(h, r + 2 * s, bias=False),
            "step": dense(r, h),
            "A": (h, s),
            "D": Tensor((h,), "weight"),
            "output": dense(h, x, bias=False),
        }
        return parts | {name: made(x, h, s, r, f) for name, made in other.items()}

    return mamba(x=768, h=1_536, s=16, r=48, f=4)


def unet(**other):
    @layer
    def up(i, o):
        parts = {"double": conv(i, 2, o), "first": conv(2 * o, 3, o), "second": conv(o, 3, o)}
        return parts | {name: made(i, o) for name, made in other.items()}

    return up(160, 64)


def mixture(router, experts):
    @layer
    def mixture(x, ff, experts_, shared):
        return {
            "router": router(x, experts_, shared),
            "experts": experts * models.swiglu(x, ff),
            "shared": shared * models.swiglu(x, ff),
        }

    return mixture(1_024, 768, 64, 2)


@pytest.mark.parametrize(
    ("mine", "question", "said"),
    [
        # 1,536 × (48 + 16) = 98,304. As much less as A has, 1,536 × 16, so that the sum alone would say "A".
        (
            lambda: mamba(choose=lambda x, h, s, r, f: dense(h, r + s, bias=False)),
            "mamba-by-hand",
            ["choose: yours has 98,304 parameters. It reads h and gives r + 2 × s."],
        ),
        (
            lambda: mamba(A=lambda x, h, s, r, f: (s, s)),
            "mamba-by-hand",
            ["A: yours has 256 parameters. Its shape is h × s."],
        ),
        (
            lambda: mamba(step=lambda x, h, s, r, f: dense(r, h, bias=False)),
            "mamba-by-hand",
            ["step: Those are the weights alone"],
        ),
        (  # two parts: 768 × 1,536, and that of before
            lambda: mamba(
                input=lambda x, h, s, r, f: dense(x, h, bias=False),
                choose=lambda x, h, s, r, f: dense(h, r + s, bias=False),
            ),
            "mamba-by-hand",
            [
                "input: yours has 1,179,648 parameters. It reads x and gives 2 × h.",
                "choose: yours has 98,304",
            ],
        ),
        # 160 × 9 × 64 + 64 = 92,224: what the first reads is not i, and at i = 2 × o that would pass.
        (
            lambda: unet(first=lambda i, o: conv(i, 3, o)),
            "unet-block",
            ["first: yours has 92,224 parameters. It reads 2 × o and gives o."],
        ),
        (
            lambda: unet(first=lambda i, o: conv(o, 3, o)),
            "unet-block",
            ["That has first reading what comes from below alone"],
        ),
        # A part may be called otherwise, as "shared" here.
        (
            lambda: mixture(lambda x, n, shared: dense(x, n), 64),
            "mixture-block",
            ["In router: That counts biases"],
        ),
        (
            lambda: mixture(lambda x, n, shared: dense(x, n, bias=False), 63),  # × 3 × 1,024 × 768
            "mixture-block",
            ["experts: yours has 148,635,648 parameters. How often it is there: experts."],
        ),
    ],
)
def test_it_says_which_part_is_meant(mine, question, said):
    lines = check(mine(), question).lines
    assert len(lines) == len(said)
    for line, begins in zip(lines, said, strict=True):
        assert line.startswith(begins)


def test_what_is_right_and_what_has_other_parts_is_told_as_before():
    assert check(mamba(), "mamba-by-hand").kind == check(unet(), "unet-block").kind == "right"
    assert check(dense(3, 4), "unet-block").lines == check(16, "unet-block").lines
    biased = layer(lambda x, ff: {"a": dense(x, ff), "b": dense(x, ff), "c": dense(ff, x)})
    assert "biases" in check(biased(2_048, 8_192), "gated-block").lines[0]
