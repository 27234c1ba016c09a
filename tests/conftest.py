"""What all tests share: examples that are the same on every run, and a plain word about what was left out."""

import os
import re
from collections import Counter, defaultdict

import pytest
from hypothesis import settings

settings.load_profile("ci")  # the same examples everywhere, and no deadline for a slow machine
os.environ.setdefault("KERAS_BACKEND", "torch")

# A test that needs something special skips itself with a reason that names it.
REMEDIES = {
    "torch|keras|gguf|bitsandbytes|peft": "make test EXTRAS=notebooks,test,oracles",
    "chromium": "install Chromium, then make test (on Debian and Ubuntu: sudo apt-get install chromium)",
}


# The files that take longest, the longest first: of files that run side by side, none of these comes last.
LONGEST = ("test_slides.py", "test_browser.py", "test_controls.py", "test_site.py", "test_classroom.py")
LONGEST += ("test_handouts.py",)


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))
    if any(item.path.suffix == ".ipynb" for item in items):
        import controls  # it brings all of nbval

        controls.add(items)


def nothing_may_be_skipped() -> bool:
    return os.environ.get("PARAMCOUNT_NOTHING_SKIPPED", "") not in ("", "0")


def pytest_sessionfinish(session, exitstatus):
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if nothing_may_be_skipped() and reporter.stats.get("skipped") and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    left_out = defaultdict(Counter)
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        left_out[reason][report.nodeid.partition("::")[0]] += 1
    if not left_out:
        return
    forbidden = nothing_may_be_skipped()
    title = "left out, and PARAMCOUNT_NOTHING_SKIPPED makes that a failure" if forbidden else "left out"
    terminalreporter.section(title, red=forbidden, yellow=not forbidden)
    for reason, files in left_out.items():
        terminalreporter.line(f"{reason}: {', '.join(f'{name} ({n})' for name, n in files.items())}")
        for names, remedy in REMEDIES.items():
            if re.search(names, reason, re.IGNORECASE):
                terminalreporter.line(f"    to bring it in: {remedy}")
