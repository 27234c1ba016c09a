"""Counting needs Python alone: no other package is imported, and none is missed."""

import subprocess
import sys

import pytest


def python(*arguments) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True)


def imported(code: str) -> set[str]:
    """The modules that are there once `code` has run, by the first part of their names."""
    names = python("-c", f"{code}\nimport sys\nprint(*sys.modules)").stdout.split()
    return {name.partition(".")[0] for name in names}


def test_import_brings_no_other_package():
    brought = imported("import paramcount") - imported("pass")  # an environment imports some at its start
    assert brought - sys.stdlib_module_names == {"paramcount"}


# Each count is from a framework or worked out by hand.
COUNTS = {
    "dense(784, 10)": 7_850,
    "ffnn(3, 5, 2)": 32,
    "rnn(3, 2)": 12,
    "gru(3, 2)": 36,
    "lstm(3, 2)": 48,
    "bidirectional(gru(8, 5))": 420,
    "conv(2, 2, 3)": 27,
    "scaled_dot_product(512)": 0,
    "attention(512, heads=8)": 1_050_624,
    "layer_norm(512)": 1_024,
    "batch_norm(64)": 128,
    "rms_norm(512)": 512,
    "embedding(1000, 64)": 64_000,
    "encoder(512, 6)": 7_891_968,
    "encoder(512, 6, ff=2048)": 18_914_304,
    "decoder(512, 6)": 14_201_856,
    "decoder(512, 6, ff=2048)": 25_224_192,
    "transformer(512, 6, 6, ff=2048)": 44_138_496,
}

# None in sys.modules makes an import fail, as it does where the package is not installed.
WITHOUT_WIDGETS = """
import sys
for name in ("IPython", "anywidget", "ipywidgets", "matplotlib", "numpy", "psygnal", "traitlets"):
    sys.modules[name] = None
from paramcount import *
"""


@pytest.mark.parametrize("call", COUNTS)
def test_counting_and_text_need_no_widgets(call):
    shown = python("-c", f"{WITHOUT_WIDGETS}\nlayer = {call}\nprint(int(layer.count))\nprint(layer)").stdout
    count, text = shown.split("\n", 1)
    assert int(count) == COUNTS[call]
    assert f"{COUNTS[call]:,}" in text
