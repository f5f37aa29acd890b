"""Ten million interviews from a Parquet file: moments, polychoric correlations and a ladder.

Bounds: three times the time of reading the file, memory below 1 GiB, and the same result on a
local Dask cluster of two workers.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import joblib
import numpy as np
import pyarrow as pa
from _answers import ITEMS, MODEL, answers
from pyarrow import parquet

from psychometrics.cfa.model import cfa
from psychometrics.polychoric import polychoric
from psychometrics.summary import AnswerSummary, summarise
from survey_app.exchange.read_parquet import parquet_parts

LADDER = ((), ("loadings",), ("loadings", "intercepts"), ("loadings", "intercepts", "residuals"))
PART = 500_000


def write(path: Path, n: int) -> None:
    """A file of n interviews, answers as single bytes, in row groups."""
    writer = None
    for seed in range(n // PART):
        frame = answers(PART, seed=seed)
        columns = {item: frame[item].to_numpy().astype(np.int8) for item in ITEMS}
        brand = pa.array(frame["brand"].to_numpy(str)).dictionary_encode()
        table = pa.table({**columns, "brand": brand})
        writer = writer or parquet.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()


def summary(path: Path, n_jobs: int = 1) -> AnswerSummary:
    """One pass over the file."""
    parts = parquet_parts(path, [*ITEMS, "brand"])
    return summarise(parts, ITEMS, [range(1, 8)] * 10, group="brand", n_jobs=n_jobs)


def results(found: AnswerSummary) -> list[float]:
    """What is asked of the counts: correlations and the fit of every level."""
    correlations = polychoric(found.all).correlations.to_numpy()
    fits = [cfa(MODEL, found, group_equal=equal) for equal in LADDER]
    return [*correlations.ravel().tolist(), *(fit.chi2 for fit in fits)]


def main() -> None:
    """Read, count, fit; then the same on the cluster."""
    from dask.distributed import Client, LocalCluster

    n = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.parquet"
        write(path, n)
        summary(path)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begun = time.perf_counter()
        for k in range(parquet.ParquetFile(path).num_row_groups):
            parquet.ParquetFile(path).read_row_group(k, use_threads=False)
        reading = time.perf_counter() - begun
        begun = time.perf_counter()
        here = results(summary(path))
        working = time.perf_counter() - begun
        print(
            f"reading {reading:.2f} s; all results {working:.2f} s: {working / reading:.1f} times"
        )
        print(f"peak memory of the process {before / 1024:.0f} MiB")
        cluster = LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
        )
        with cluster, Client(cluster), joblib.parallel_config(backend="dask"):
            begun = time.perf_counter()
            there = results(summary(path, n_jobs=2))
            spent = time.perf_counter() - begun
        print(f"two Dask workers {spent:.2f} s; same result: {here == there}")


if __name__ == "__main__":
    main()
