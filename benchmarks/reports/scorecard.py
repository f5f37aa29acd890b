"""Milliseconds per scorecard over 100 and memory over 400, on one core.

Bounds: 60 ms each; memory flat. The other side is an empty one-page PDF of the same library.
"""

from __future__ import annotations

import io
import os
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

from reportlab.pdfgen.canvas import Canvas

from instruments.load import load_instrument
from reports.scorecard import scorecard_pdf
from survey_app.demo import tap_water
from survey_app.services.analyse import Analysed, AnalysisCache
from survey_app.services.report import scorecard_findings, survey_facts

if TYPE_CHECKING:
    from collections.abc import Callable

MEGABYTE = 1024 * 1024


def make_scorecard() -> Callable[[str], bytes]:
    """Findings and PDF of one suburb; the analysis itself is done once, before."""
    instrument = load_instrument(tap_water.INSTRUMENT)
    dataset = tap_water.answers(instrument)
    analysed = Analysed(dataset, (instrument,), 30, AnalysisCache())
    names = {brand.code: brand.name("en") for brand in tap_water.brands()}
    facts = survey_facts(dataset, title=tap_water.TITLE, brands=names)
    analysed.scores  # noqa: B018
    return lambda brand: scorecard_pdf(scorecard_findings(analysed, facts, brand))


def empty_pdf(_brand: str) -> bytes:
    """The least that ReportLab can do."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.drawString(72, 720, "x")
    canvas.save()
    return out.getvalue()


def milliseconds(make: Callable[[str], bytes], count: int) -> list[float]:
    """Time of each of `count` documents."""
    times = []
    for number in range(count):
        begun = time.perf_counter()
        make(tap_water.SUBURBS[number % 3])
        times.append((time.perf_counter() - begun) * 1000)
    return times


def resident() -> float:
    """Resident memory of this process, MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE


if __name__ == "__main__":
    os.sched_setaffinity(0, {0})
    scorecard = make_scorecard()
    first = milliseconds(scorecard, 1)[0]
    ours, empty = milliseconds(scorecard, 100), milliseconds(empty_pdf, 100)
    after_100 = resident()
    milliseconds(scorecard, 300)
    print(
        f"scorecard: median {statistics.median(ours):.1f} ms, worst {max(ours):.1f} ms over 100 "
        f"(bound 60 ms; the first, with fonts, {first:.0f} ms); "
        f"empty PDF: {statistics.median(empty):.1f} ms"
    )
    print(f"memory: {after_100:.0f} MiB after 100, {resident():.0f} MiB after 400")
