"""How much longer Python takes to start with paramcount than without: python tests/benchmarks/importing.py"""

import statistics
import subprocess
import sys
import time

RUNS = 20


def started(code: str) -> float:
    """Milliseconds that a new Python takes to run it."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return 1_000 * (time.perf_counter() - start)


if __name__ == "__main__":
    pairs = [(started("pass"), started("import paramcount")) for _ in range(RUNS)]
    bare, imported = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(f"bare Python {bare:.0f} ms, with paramcount {imported:.0f} ms: {imported - bare:.0f} ms more")
