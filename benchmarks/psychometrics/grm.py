"""Graded response model: seconds beside PyPI's mirt and girth, in one run on one thread.

Bounds: mirt takes 3 times as long, girth 20 times. From raw answers to slopes and boundaries with
standard errors, log-likelihood and information criteria. girth gives no standard errors, so it is
also compared with estimates and EAP scores, which is what it gives. mirt's 21 nodes are too few
for these items; with 61 it ends where we do. Ten items, seven categories.
Beside the times the largest distance of a slope from the maximum, found here with 241 nodes.

Without the other two: pip install --group benchmarks
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

from psychometrics.irt.grm import grm

if TYPE_CHECKING:
    from collections.abc import Callable

SIZES = (500, 5_000, 100_000)
ITEMS, CATEGORIES = 10, 7
RUNS = 5


def answers(n: int) -> np.ndarray:
    """Graded answers 0 … 6 of n people."""
    rng = np.random.default_rng(1)
    slopes = rng.uniform(0.8, 2.8, ITEMS)
    locations = np.linspace(-2, 2, CATEGORIES - 1) + rng.normal(0, 0.4, (ITEMS, 1))
    theta = rng.normal(size=n)
    above = 1 / (1 + np.exp(-slopes[:, None] * (theta[:, None, None] - locations)))
    return (above > rng.random((n, ITEMS, 1))).sum(axis=2)


def ours(data: np.ndarray) -> np.ndarray:
    """Everything, standard errors included."""
    found = grm(data)
    table, _, _ = found.parameters, found.aic, found.bic
    return table["a"].to_numpy()


def ours_without_errors(data: np.ndarray) -> np.ndarray:
    """Estimates and EAP scores alone."""
    found = grm(data)
    found.scores()
    return found.slopes[:, 0]


def mirt_result(mirt: Any, nodes: int = 21) -> Callable[[np.ndarray], np.ndarray]:
    """As it comes: 21 nodes, EM to 1e-4, standard errors by Oakes."""

    def fit(data: np.ndarray) -> np.ndarray:
        found = mirt.fit_mirt(data, model="GRM", n_quadpts=nodes)
        return np.asarray(found.model.parameters["discrimination"])

    return fit


def girth_result(girth: Any) -> Callable[[np.ndarray], np.ndarray]:
    """As it comes: slopes to 1e-3, EAP scores, no standard errors."""
    return lambda data: girth.grm_mml(data.T + 1)["Discrimination"]


def timed(fit: Callable[[np.ndarray], np.ndarray], data: np.ndarray) -> tuple[float, np.ndarray]:
    """Median seconds after a warm-up, and the slopes."""
    slopes, times = fit(data), []
    for _ in range(RUNS):
        begun = time.perf_counter()
        fit(data)
        times.append(time.perf_counter() - begun)
    return statistics.median(times), slopes


def others() -> dict[str, Any]:
    """The other programs, as far as they are installed."""
    found = {}
    ways = (
        ("mirt", "mirt", mirt_result),
        ("mirt, 61 nodes", "mirt", lambda mirt: mirt_result(mirt, 61)),
        ("girth", "girth", girth_result),
    )
    for title, name, result in ways:
        try:
            found[title] = result(import_module(name))
        except ImportError:
            print(f"{name} is not installed: pip install --group benchmarks", file=sys.stderr)
    return found


def compare(n: int, programs: dict[str, Any]) -> None:
    """Print the times at one size."""
    data = answers(n)
    maximum = grm(data, points=241, tolerance=1e-7).slopes[:, 0]
    full, slopes = timed(ours, data)
    bare, _ = timed(ours_without_errors, data)
    off = np.abs(slopes - maximum).max()
    print(f"n = {n:7,d}: ours {full * 1000:7.1f} ms with standard errors, slopes within {off:.0e}")
    print(f"{'':13}ours {bare * 1000:7.1f} ms with EAP scores instead")
    for name, fit in programs.items():
        seconds, theirs = timed(fit, data)
        off = np.abs(theirs - maximum).max()
        print(
            f"{'':13}{name:14s} {seconds * 1000:6.0f} ms, slopes within {off:.0e}; ratio "
            f"{seconds / full:.1f} with standard errors, {seconds / bare:.1f} with EAP scores"
        )


if __name__ == "__main__":
    os.sched_setaffinity(0, {0})
    with threadpool_limits(1):
        programs = others()
        for size in SIZES:
            compare(size, programs)
