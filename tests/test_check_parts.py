"""An answer that is written as a layer: what `check` says of its parts. Every count here is by hand."""

import pytest

from paramcount import Tensor, check, conv, dense, layer, lstm, models


@pytest.fixture(autouse=True)
def nothing_answered_yet(monkeypatch, tmp_path):
    monkeypatch.setenv("PARAMCOUNT_ANSWERS", str(tmp_path / "answers.json"))


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


def test_sizes_that_are_exchanged_are_told_of_though_the_number_is_right():
    def gated(down):
        gate = {name: dense(2_048, 8_192, bias=False) for name in ("gate", "up")}
        return layer(lambda: gate | {"down": down})()

    turned = check(gated(dense(2_048, 8_192, bias=False)), "gated-block")
    assert turned.kind == "right" and "two sizes are exchanged" in turned.lines[-1]
    as_it_is = check(gated(dense(8_192, 2_048, bias=False)), "gated-block")
    assert as_it_is.kind == "right" and "exchanged" not in " ".join(as_it_is.lines)


def test_no_biases_are_said_to_be_left_out_where_there_are_none():
    # One of three matrices; the gate and the way up are twins, and neither has biases.
    assert "biases" not in " ".join(check(2_048 * 8_192, models.swiglu(2_048, 8_192)).lines)


@pytest.mark.parametrize(
    ("mine", "question", "said"),
    [
        # 1,536 × (48 + 16) = 98,304. As much less as A has, 1,536 × 16, so that the sum alone would say "A".
        (
            lambda: mamba(choose=lambda x, h, s, r, f: dense(h, r + s, bias=False)),
            "mamba-by-hand",
            ["choose: it gives too little."],
        ),
        (
            lambda: mamba(A=lambda x, h, s, r, f: (s, s)),
            "mamba-by-hand",
            ["A: the first size of its shape is not right yet."],
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
            ["input and choose: it gives too little."],
        ),
        # 160 × 9 × 64 + 64 = 92,224: what the first reads is not i, and at i = 2 × o that would pass.
        (
            lambda: unet(first=lambda i, o: conv(i, 3, o)),
            "unet-block",
            ["first: it reads too much."],
        ),
        (
            lambda: unet(first=lambda i, o: conv(o, 3, o)),
            "unet-block",
            ["That has first reading what comes from below alone"],
        ),
        (  # all that is known of what comes in: 224 channels
            lambda: unet(first=lambda i, o: conv(i + o, 3, o)),
            "unet-block",
            ["first: it reads too much."],
        ),
        (
            lambda: unet(double=lambda i, o: conv(i, 3, 2 * o)),
            "unet-block",
            ["double: its filters are too large and it gives too much."],
        ),
        # As PyTorch has it, in one part and in all.
        (
            lambda: unet(first=lambda i, o: conv(2 * o, o, 3)),
            "unet-block",
            ["first: conv takes channels in, the side of a filter, channels out: conv(i, f, o)"],
        ),
        (
            lambda: unet(
                double=lambda i, o: conv(i, o, 2),
                first=lambda i, o: conv(2 * o, o, 3),
                second=lambda i, o: conv(o, o, 3),
            ),
            "unet-block",
            ["double, first and second: conv takes channels in"],
        ),
        (
            lambda: mamba(step=lambda x, h, s, r, f: dense(h, r)),
            "mamba-by-hand",
            ["step: dense takes what it reads, then what it gives: dense(i, o), in this order."],
        ),
        (  # a filter for each channel, written as one channel that is read
            lambda: mamba(filter=lambda x, h, s, r, f: conv(1, (f,), h, bias=False)),
            "mamba-by-hand",
            ["filter: Those are the weights alone"],
        ),
        # A part may be called otherwise, as "shared" here.
        (
            lambda: mixture(lambda x, n, shared: dense(x, n), 64),
            "mixture-block",
            ["In the router: that counts biases"],
        ),
        (
            lambda: mixture(lambda x, n, shared: dense(x, n, bias=False), 63),  # × 3 × 1,024 × 768
            "mixture-block",
            ["experts: it is there too few times."],
        ),
    ],
)
def test_it_says_which_part_is_meant(mine, question, said):
    lines = check(mine(), question).lines
    assert len(lines) == len(said)
    for line, begins in zip(lines, said, strict=True):
        assert line.startswith(begins)


def test_the_part_that_is_wrong_is_meant_and_not_one_whose_name_has_it_inside():
    """64 experts less 2 that are shared: as many parameters less as the shared experts have."""

    @layer
    def mixture(x, ff, experts, shared):
        return {
            "router": dense(x, experts, bias=False),
            "experts": (experts - shared) * models.swiglu(x, ff),
            "shared experts": shared * models.swiglu(x, ff),
        }

    said = check(mixture(1_024, 768, 64, 2), "mixture-block")
    assert said.lines == ("experts: it is there too few times.",)


def test_a_second_wrong_try_is_told_more_and_a_first_one_no_number():
    wrong = unet(first=lambda i, o: conv(i + o, 3, o))  # (160 + 64) × 9 × 64 + 64 = 129,088
    first = check(wrong, "unet-block")
    assert not any(character.isdigit() for line in first.lines for character in line)
    assert not any(way in first.lines[0] for way in ("2 ×", "yours has"))
    again = check(wrong, "unet-block")
    assert again.lines == (*first.lines, "first: yours has 129,088 parameters. It reads 2 × o and gives o.")
    assert check(unet(), "unet-block").kind == "right"
    assert check(wrong, unet()).lines == first.lines  # of a layer nobody knows how often it was tried


@pytest.mark.parametrize(
    ("mine", "right", "said"),
    [
        (conv(3, 64, 3), conv(3, 3, 64), "conv takes channels in, the side of a filter, channels out"),
        (dense(10, 5), dense(5, 10), "dense takes what it reads, then what it gives"),
        (lstm(2, 3), lstm(3, 2), "lstm takes input size and hidden size, in this order."),
        (dense(10, 7), dense(5, 10), "It reads too much and it gives too little."),
        (conv(3, 5, 8), conv(3, 3, 8), "Its filters are too large."),
        # A dense layer does what filters of 1 × 1 do.
        (dense(64, 256), conv(256, 1, 64), "It reads too little and it gives too much."),
        (dense(64, 64), conv(256, 1, 64), "It reads too little."),
        (dense(256, 1), conv(256, 1, 64), "That is one filter."),
    ],
)
def test_sizes_that_are_right_in_another_order(mine, right, said):
    (line,) = check(mine, right).lines
    assert line.startswith(said)


def test_what_is_right_and_what_has_other_parts_is_told_as_before():
    assert check(mamba(), "mamba-by-hand").kind == check(unet(), "unet-block").kind == "right"
    assert check(dense(3, 4), "unet-block").lines == check(16, "unet-block").lines
    biased = layer(lambda x, ff: {"a": dense(x, ff), "b": dense(x, ff), "c": dense(ff, x)})
    assert "biases" in check(biased(2_048, 8_192), "gated-block").lines[0]
