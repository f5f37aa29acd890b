"""`engage scorecards` on the tap-water file from a cold start, and `engage --help`.

Bounds: 6 s and a third of a second. Every run is a process of its own.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ENGAGE = Path(sys.executable).with_name("engage")
ANSWERS = Path(__file__).parents[2] / "survey_app" / "demo" / "tapwater_involvement.csv"
SCORECARDS = ["--instrument", "zaichkowsky_1994_pii", "--brand-column", "suburb", "--out"]
RUNS = 5


def seconds(arguments: list[str]) -> float:
    """Seconds that one whole process takes."""
    begun = time.perf_counter()
    subprocess.run([ENGAGE, *arguments], check=True, capture_output=True)
    return time.perf_counter() - begun


def report(name: str, bound: float, arguments: list[str]) -> None:
    """Print the median of several runs beside its bound."""
    runs = [seconds(arguments) for _ in range(RUNS)]
    bare = [bare_python() for _ in range(RUNS)]
    print(
        f"{name}: median {statistics.median(runs):.2f} s of {RUNS} (bound {bound:.2f} s); "
        f"an empty Python process: {statistics.median(bare):.2f} s"
    )


def bare_python() -> float:
    """Seconds that Python itself takes, the other side."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - begun


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        report("engage --help", 1 / 3, ["--help"])
        report("engage scorecards", 6.0, ["scorecards", str(ANSWERS), *SCORECARDS, folder])
