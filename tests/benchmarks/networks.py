"""How long the kernel works for one move of a slider: every published network, and the large panels.

    python tests/benchmarks/networks.py [ANOTHER_CHECKOUT]

Each panel is opened once, and its first size is moved to and fro. With another checkout of the project, the
two take turns, panel by panel, each in a process of its own, so that both are measured on a machine as busy.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent.parent.parent
MOVES, WARM_UP = 30, 3


def panels() -> dict[str, object]:
    """What is opened, by name."""
    import paramcount as pc
    from paramcount.models import PUBLISHED

    large = {
        "ffnn(3, 5, 2)": pc.ffnn(3, 5, 2),
        "ffnn of 20 layers": pc.ffnn(*[10] * 21),
        "lstm(3, 2)": pc.lstm(3, 2),
        "conv(3, 3, 64)": pc.conv(3, 3, 64),
        "attention(512, heads=8)": pc.attention(512, heads=8),
        "encoder, 6 layers": pc.encoder(512, 6, 2_048, 8),
        "transformer with words": pc.transformer(512, 6, 6, 2_048, 8, 37_000),
    }
    return large | {name: network.layer for name, network in PUBLISHED.items()}


def inside(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from inside(child)


def serve() -> None:
    """Measure each panel whose name comes in, and print the milliseconds of its moves."""
    import paramcount as pc

    known = panels()
    print(json.dumps(list(known)), flush=True)
    for line in sys.stdin:
        explorer = pc.explore(known[json.loads(line)])
        kinds = ("SizeControl", "IntText")  # of this checkout, or of one before it
        number = next(each for each in inside(explorer) if type(each).__name__ in kinds)
        start, times = number.value, []
        for move in range(WARM_UP + MOVES):
            begin = time.perf_counter()
            number.value = start + (move + 1) % 2
            times.append(1_000 * (time.perf_counter() - begin))
        print(json.dumps(times[WARM_UP:]), flush=True)


class Checkout:
    """A process that measures the package of one checkout."""

    def __init__(self, folder: Path):
        environment = os.environ | {"PYTHONPATH": str(folder)}
        command = [sys.executable, __file__, "--serve"]
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder
        )
        self.names = json.loads(self._process.stdout.readline())

    def moves(self, name: str) -> list[float]:
        print(json.dumps(name), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait()


def main() -> None:
    folders = [HERE, *map(Path, sys.argv[1:])]
    checkouts = [Checkout(folder.resolve()) for folder in folders]
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load {load:.1f} before. Milliseconds a move, median of {MOVES}:")
    heads = ("here", "there")[: len(folders)]
    print(f"{'':24}" + "".join(f"{name:>10}" for name in heads))
    for name in checkouts[0].names:
        medians = [statistics.median(each.moves(name)) for each in checkouts]
        print(f"{name:24}" + "".join(f"{median:10.1f}" for median in medians), flush=True)
    for each in checkouts:
        each.close()


if __name__ == "__main__":
    serve() if "--serve" in sys.argv else main()
