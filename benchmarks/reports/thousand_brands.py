"""All scorecards of a study of 1,000 brands on two processes.

Bounds: a minute in all, from answers to files' bytes; memory flat from the hundredth scorecard of a
process to its last. The study is simulated; every brand has 100 interviews or more. Whether the
questionnaire measures the same for all brands is tested once for a study, before, and not here.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from instruments.load import load_instrument
from reports.findings import findings
from reports.scorecard import scorecard_pdf
from reports.survey import Survey
from survey_app.demo.simulator import Cell, simulate
from survey_app.domain.scoring_keys import scoring_keys
from survey_app.services.analyse import Analysed, AnalysisCache
from survey_app.services.report import rules_of, survey_facts

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

BRANDS = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
INTERVIEWS = 110
SEED = 20_261_122
INSTRUMENTS = ("core_engagement", "satisfaction", "switching_intention", "likelihood_to_recommend")
MEBIBYTE = 1024 * 1024


def study() -> Analysed:
    """The simulated wave."""
    instruments = tuple(load_instrument(name) for name in INSTRUMENTS)
    rng = np.random.default_rng(SEED)
    cells = [
        Cell(f"brand{number:04}", "w1", INTERVIEWS, shift)
        for number, shift in enumerate(rng.normal(0, 0.25, BRANDS))
    ]
    dataset = simulate(scoring_keys(instruments), cells, rng)
    return Analysed(dataset, instruments, 30, AnalysisCache())


def survey(analysed: Analysed) -> Survey:
    """What scorecards are drawn from, with everything worked out that all brands share."""
    names = {code: code.title() for code in analysed.scores.brands}
    facts = survey_facts(analysed.dataset, title="A thousand brands", brands=names)
    made = Survey(
        analysed.scores,
        analysed.instruments,
        facts,
        rules=rules_of(analysed),
        dataset=analysed.dataset,
    )
    scorecard_pdf(findings(made, analysed.scores.brands[0]))
    return made


def make(wave: Survey, brands: list[str], told: Connection) -> None:
    """Make the scorecards of some brands; tell bytes, memory after 100 and after all, and time."""
    size, memory = 0, [0.0, 0.0]
    for number, brand in enumerate(brands, 1):
        size += len(scorecard_pdf(findings(wave, brand)))
        if number == 100:
            memory[0] = resident()
    memory[1] = resident()
    told.send((len(brands), size, memory, time.process_time()))


def resident() -> float:
    """Resident memory of this process, MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEBIBYTE


if __name__ == "__main__":
    begun = time.perf_counter()
    answers = study()
    simulated = time.perf_counter()
    wave = survey(answers)
    brands = list(wave.analysis.brands)
    analysed = time.perf_counter()
    context = multiprocessing.get_context("fork")
    pipes = [context.Pipe(duplex=False) for _ in range(2)]
    workers = [
        context.Process(target=make, args=(wave, brands[place::2], told))
        for place, (_, told) in enumerate(pipes)
    ]
    for worker in workers:
        worker.start()
    for place, (heard, _) in enumerate(pipes, 1):
        count, size, (early, late), processor = heard.recv()
        print(
            f"process {place}: {count} scorecards, {size / MEBIBYTE:.0f} MiB, {processor:.1f} s of "
            f"processor; memory {early:.0f} MiB after 100, {late:.0f} MiB after all"
        )
    for worker in workers:
        worker.join()
    done = time.perf_counter()
    print(
        f"{len(brands)} brands, {wave.analysis.n_usable} interviews, simulated in "
        f"{simulated - begun:.1f} s (not counted): analysed in {analysed - simulated:.1f} s, "
        f"scorecards in {done - analysed:.1f} s, together {done - simulated:.1f} s (bound 60 s)"
    )
