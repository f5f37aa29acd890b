"""Adaptive short forms on real answers: what they save and lose, beside a fixed form as long.

Every person is placed by a calibration from other people (5 folds). Both sides are in one run:
adaptive, and the items of steepest slope in fixed order, cut so that both ask equally many. Below
it three ways to choose the next item, and the time of one step, bound 1 ms.

Answers: tap-water involvement, shipped with the demo (two scales of 5 items, n = 439), and, where R
has psychTools, its `spi`: 4000 people, five scales of 14 items (Condon 2017).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from psychometrics._threads import one_thread
from psychometrics.dataset import MISSING, Dataset, ScoringKey
from psychometrics.irt._replay import adaptive_replay
from psychometrics.irt._short_form import agreement
from psychometrics.irt._trait_tables import TraitTables, trait_tables
from psychometrics.irt.adaptive import AdaptiveTest
from psychometrics.irt.adaptive_simulation import cross_validate_adaptive
from psychometrics.irt.calibration import calibrate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psychometrics.irt._replay import Worth
    from psychometrics.irt.calibration import Calibration

DEMO = Path(__file__).parents[2] / "survey_app" / "demo" / "tapwater_involvement.csv"
PII = [f"p{number:02d}" for number in range(1, 11)]
TURNED = frozenset({"p01", "p02", "p07", "p08", "p09", "p10"})
TRAIT, SCORE = (0.3, 0.4, 0.5), (6.0, 8.0, 10.0)
STEP = 1.0
"""Milliseconds that choosing an item may take."""

SPI = """
suppressPackageStartupMessages(library(psychTools))
for (name in names(spi.keys)[1:5]) {
  signed <- spi.keys[[name]]
  answers <- spi[sub("^-", "", signed)]
  names(answers) <- signed
  write.csv(answers, file.path("FOLDER", paste0(name, ".csv")), row.names = FALSE, na = "")
}
"""


def tap_water() -> Iterator[tuple[Dataset, str]]:
    """The demo's answers, cognitive and affective."""
    table = pd.read_csv(DEMO, dtype=str, keep_default_na=False).iloc[1:]
    table = table[(table["term"] == "NA") & table["suburb"].isin(["1", "2", "3"])]
    answers = table[PII].replace("NA", np.nan).astype(float).dropna()
    keys = [
        ScoringKey(scale, tuple(items), 1, 7, TURNED & set(items))
        for scale, items in (("cognitive", PII[:5]), ("affective", PII[5:]))
    ]
    for key in keys:
        yield Dataset.build(answers.to_numpy(), PII, keys), key.scale


def personality() -> Iterator[tuple[Dataset, str]]:
    """Five scales of psychTools; nothing where R or the package is not installed."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "spi.R")
        script.write_text(SPI.replace("FOLDER", folder))
        try:
            subprocess.run(["Rscript", "--vanilla", script], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            print("R with psychTools is not installed: apt-get install r-cran-psychtools")
            return
        for file in sorted(Path(folder).glob("*.csv")):
            table = pd.read_csv(file)
            items = tuple(name.removeprefix("-") for name in table.columns)
            turned = frozenset(item for item in items if f"-{item}" in table.columns)
            key = ScoringKey(file.stem, items, 1, 6, turned)
            yield Dataset.build(table.fillna(MISSING).to_numpy(), items, [key]), key.scale


def compare(dataset: Dataset, scale: str) -> None:
    """Adaptive and fixed form at every bound."""
    for metric, bounds in (("trait", TRAIT), ("score", SCORE)):
        found = cross_validate_adaptive(dataset, scale, bounds, metric=metric)
        if metric == "trait":
            full = found.full_score
            print(
                f"\n{scale}: {found.items} items, n = {found.n_used}; full form: standard error of "
                f"the trait {found.full_error:.2f}, r of expected and observed score "
                f"{full.correlation:.3f}"
            )
            print(
                "  bound         form      items  saved  reached |  trait: bias   rmse (promised)"
                "    r | score: bias   rmse (promised)    r"
            )
        for each in found.bounds:
            for form in (each.adaptive, each.fixed):
                trait, score = form.trait, form.score
                reached = f"{each.reached:6.0%}" if form.method == "adaptive" else "      "
                print(
                    f"  {each.standard_error:4g} {metric:8s} {form.method:8s} "
                    f"{form.mean_items:6.2f} {form.saved:6.0%}   {reached} | "
                    f"{trait.bias:+12.3f} {trait.rmse:6.3f}  ({trait.expected_rmse:.3f})  "
                    f"{trait.correlation:.3f} | {score.bias:+11.2f} {score.rmse:6.2f}  "
                    f"({score.expected_rmse:5.2f})  {score.correlation:.3f}"
                )


def at_the_mean(calibration: Calibration) -> Worth:
    """Information at the EAP alone."""
    fine = trait_tables(calibration)

    def worth(tables: TraitTables, posterior: np.ndarray) -> np.ndarray:
        mean, _ = tables.trait(posterior)
        return np.array([np.interp(mean, fine.nodes, curve) for curve in fine.information]).T

    return worth


def variance_to_come(calibration: Calibration) -> Worth:
    """How much the posterior variance is expected to fall: MEPV."""
    p_of = np.exp(trait_tables(calibration).log_p)
    p, width, _ = p_of.shape
    flat = p_of.reshape(p * width, -1)

    def worth(tables: TraitTables, posterior: np.ndarray) -> np.ndarray:
        mean, _ = tables.trait(posterior)
        chance = posterior @ flat.T
        moved = posterior @ (flat * tables.nodes).T - mean[:, None] * chance
        gain = np.divide(moved**2, chance, out=np.zeros_like(moved), where=chance > 1e-300)
        return gain.reshape(len(posterior), p, width).sum(axis=2)

    return worth


def choices(dataset: Dataset, scale: str, bound: float = 0.4) -> None:
    """Three ways to choose the next item, on the same people by one calibration."""
    calibration = calibrate(dataset, scale, source="the same people")
    tables = trait_tables(calibration)
    answers = dataset.numeric(calibration.item_ids)
    codes = tables.codes(answers[~np.isnan(answers).all(axis=1)])
    ways = {
        "information over the posterior": TraitTables.worth,
        "information at the estimate": at_the_mean(calibration),
        "expected posterior variance": variance_to_come(calibration),
    }
    for name, worth in ways.items():
        replay = adaptive_replay(tables, codes, worth)
        enough = replay.error <= bound
        enough[:, -1] = True
        asked = enough.argmax(axis=1) + 1
        rmse = agreement(replay.at(asked).theta, replay.full.theta).rmse
        print(f"  {scale}, {bound}: {name:31s} {asked.mean():5.2f} items, rmse {rmse:.3f}")


def step_time(dataset: Dataset, scale: str, runs: int = 2000) -> None:
    """Milliseconds of one choice after three answers."""
    test = AdaptiveTest(calibrate(dataset, scale, source="the same people"), 0.05)
    told = dict.fromkeys(test.calibration.item_ids[:3], 3)
    test.next_item(told)
    begun = time.perf_counter()
    for _ in range(runs):
        test.next_item(told)
    taken = (time.perf_counter() - begun) / runs * 1000
    verdict = "reached" if taken < STEP else "NOT REACHED"
    items = len(test.calibration.items)
    print(f"  {scale}, {items} items: {taken:.3f} ms a step (bound {STEP:g}: {verdict})")


if __name__ == "__main__":
    with one_thread():
        sets = [*tap_water(), *personality()]
        for each in sets:
            compare(*each)
        print("\nChoosing the next item")
        for each in sets:
            choices(*each)
        print("\nTime")
        step_time(*sets[0])
        step_time(*sets[-1])
    sys.stdout.flush()
