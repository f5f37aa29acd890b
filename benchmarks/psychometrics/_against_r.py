"""Time a call of ours and an R expression in one run, one thread each, and set them side by side.

A benchmark beside this file writes ``from _against_r import our_seconds, r_seconds, report``.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from psychometrics._threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Callable

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")

SCRIPT = """
options(mc.cores = 1, warn = -1)
suppressPackageStartupMessages({{
{setup}
}})
run <- function() {{
{expression}
}}
elapsed <- function() {{
  begun <- Sys.time()
  run()
  as.numeric(difftime(Sys.time(), begun, units = "secs"))
}}
sink(nullfile())
if ({repeats} > 1) run()
times <- vapply(seq_len({repeats}), function(k) elapsed(), numeric(1))
sink()
cat("\\nmedian seconds:", format(median(times), digits = 12), "\\n")
"""


def r_seconds(setup: str, expression: str, repeats: int) -> float:
    """Median seconds of an R expression on one thread, timed by R itself.

    Parameters
    ----------
    setup : R code that is not timed: ``library()`` calls, reading or writing of data.
    expression : R code that is. It is run once more before the clock starts when `repeats` > 1.
    repeats : timed runs.
    """
    script = SCRIPT.format(setup=setup, expression=expression, repeats=int(repeats))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "timed.R"
        path.write_text(script)
        done = subprocess.run(
            ["Rscript", "--vanilla", path],
            env=os.environ | dict.fromkeys(THREADS, "1"),
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(f"R stopped with: {done.stderr.strip()}")
    return float(done.stdout.rsplit("median seconds:", 1)[1])


def our_seconds(call: Callable[[], object], repeats: int) -> float:
    """Median seconds of a call on one thread, after one run that is not counted."""
    with one_thread():
        call()
        return statistics.median(_seconds(call) for _ in range(repeats))


def report(task: str, ours: float, theirs: float, bound: float) -> None:
    """Print both times, how many times faster ours is, and whether that reaches the bound."""
    ratio = theirs / ours
    verdict = "reached" if ratio >= bound else "NOT REACHED"
    print(
        f"{task}: ours {ours * 1000:.2f} ms, R {theirs * 1000:.2f} ms, "
        f"{ratio:.1f} times as fast (bound {bound:g}: {verdict})",
        flush=True,
    )


def _seconds(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun
