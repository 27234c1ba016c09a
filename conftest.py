"""What is answered in a test, or in a notebook that is tested, is kept apart from a reader's own answers."""

import os
import tempfile
import zlib
from pathlib import Path

import pytest

ANSWERS = tempfile.TemporaryDirectory(prefix="answers-")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item):
    """A file for each test, and one for all cells of a notebook, whose kernel finds it too."""
    of = str(item.path) if item.path.suffix == ".ipynb" else item.nodeid
    os.environ["PARAMCOUNT_ANSWERS"] = str(Path(ANSWERS.name) / f"{zlib.crc32(of.encode())}.json")
