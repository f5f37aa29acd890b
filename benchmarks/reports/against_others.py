"""A tagged scorecard against the same marks set by others, on one core.

Bounds: at most 1.7 times a bare ReportLab canvas, which has no structure, breaks no line and is
told where every mark stands; at least 1.5 times as fast as typst, 10 times as WeasyPrint, 25 times
as matplotlib.

The marks are read from our own PDF and handed to the others: ReportLab, typst and matplotlib place
them with their own primitives, WeasyPrint lays out the same blocks from HTML with inline SVG. Every
PDF is read back: all hold the same letters (WeasyPrint also those of table heads that it repeats)
and no fewer painted shapes; the placed ones have the same pages. What the others need to write
their source is not counted. Rounds take turns, so that all meet the same machine; scorecards of
different brands follow one another, each made before.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections import Counter
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

from _html import html, weasyprint
from _marks import letters, marks, page_count, painted
from _renderers import bare_canvas, matplotlib, typst, typst_source
from _studies import coffee_scorecards

from reports import characters
from reports.charts import text_width
from reports.pdf import fonts
from reports.pdf.layout import render_document

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reports.blocks import Document

ROUNDS = 10
SLOW_ROUNDS = 2
CHARTS, TABLES, PAGES = 8, 6, 4


class Renderer(NamedTuple):
    """One way to set the scorecards; `bound` says what its time should be in times of ours."""

    name: str
    set_one: Callable[[Any], bytes]
    sources: Sequence[Any]
    rounds: int
    bound: str


def renderers() -> list[Renderer]:
    """Ours first."""
    documents = coffee_scorecards()
    pages = [marks(render_document(document)) for document in documents]
    print("scorecards:", "; ".join(_size(d, p) for d, p in zip(documents, pages, strict=True)))
    return [
        Renderer("ours, tagged", render_document, documents, ROUNDS, ""),
        Renderer("bare canvas", bare_canvas, pages, ROUNDS, "ours at most 1.7 times it"),
        Renderer("typst", typst, list(map(typst_source, pages)), ROUNDS, "at least 1.5"),
        Renderer("WeasyPrint", weasyprint, list(map(html, documents)), SLOW_ROUNDS, "at least 10"),
        Renderer("matplotlib", matplotlib, pages, SLOW_ROUNDS, "at least 25"),
    ]


def anew(document: Document) -> bytes:
    """Ours where no text was measured or broken before, as with another study each time."""
    for known in (
        text_width.fit,
        text_width.wrap,
        text_width._wrapped,
        fonts._runs,
        fonts._em_width,
        characters.readable,
        characters.typeset,
    ):
        known.cache_clear()
    return render_document(document)


def _size(document: Any, pages: Sequence[Sequence[Any]]) -> str:
    charts, tables = len(document.charts()), len(document.tables())
    assert charts >= CHARTS
    assert tables >= TABLES
    assert len(pages) >= PAGES
    count = sum(map(len, pages))
    return f"{len(pages)} pages, {charts} charts, {tables} tables, {count} marks"


def check(all_of_them: Sequence[Renderer]) -> None:
    """Each PDF holds what ours holds."""
    ours = all_of_them[0]
    for place, source in enumerate(ours.sources):
        content = ours.set_one(source)
        wanted, shapes, pages = body(content, source), painted(content), page_count(content)
        for other in all_of_them[1:]:
            made = other.set_one(other.sources[place])
            found = body(made, source)
            # Where pages end elsewhere, the heads of other tables are repeated.
            missing = (
                wanted - found - heads(source) if other.set_one is weasyprint else wanted - found
            )
            assert not missing, (other.name, missing)
            assert painted(made) >= shapes, (other.name, painted(made), shapes)
            if other.set_one is not weasyprint:
                assert found == wanted, (other.name, found - wanted)
                assert page_count(made) == pages, (other.name, page_count(made), pages)


def heads(document: Document) -> Counter[str]:
    """How often each letter stands in the heads of all tables."""
    labels = (column.label for table in document.tables().values() for column in table.columns)
    return Counter("".join("".join(label.split()) for label in labels))


def body(content: bytes, document: Document) -> Counter[str]:
    """How often each letter stands in a PDF beside what every page repeats."""
    count = page_count(content)
    title = f"{document.title} · {document.subtitle}"
    numbers = "".join(f"{number}/{count}" for number in range(1, count + 1))
    repeated = "".join((title + 2 * document.banner).split()) * count + numbers
    return letters(content) - Counter(repeated)


def measure_anew(ours: Renderer, bare: Renderer) -> tuple[float, float]:
    """Median milliseconds of ours and of the bare canvas, every text new to ours."""
    new = ours._replace(set_one=anew, rounds=ROUNDS)
    taken, other = measure([new, bare])
    return statistics.median(taken), statistics.median(other)


def measure(all_of_them: Sequence[Renderer]) -> list[list[float]]:
    """Milliseconds of each scorecard by renderer."""
    times: list[list[float]] = [[] for _ in all_of_them]
    for number in range(ROUNDS):
        for place, renderer in enumerate(all_of_them):
            if number < renderer.rounds:
                for source in renderer.sources:
                    begun = time.perf_counter()
                    renderer.set_one(source)
                    times[place].append((time.perf_counter() - begun) * 1000)
    return times


if __name__ == "__main__":
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    absent = [name for name in ("typst", "weasyprint", "matplotlib") if not find_spec(name)]
    if absent:
        sys.exit(f"Not installed: {', '.join(absent)}. Run pip install --group benchmarks first.")
    compared = renderers()
    check(compared)
    medians = []
    for renderer, taken in zip(compared, measure(compared), strict=True):
        medians.append(statistics.median(taken))
        ratio = medians[-1] / medians[0]
        against = f"{ratio:.2f} times ours"
        if renderer.name == "bare canvas":
            against = f"ours {1 / ratio:.2f} times it"
        bound = f" (bound: {renderer.bound})" if renderer.bound else ""
        print(f"{renderer.name}: median {medians[-1]:.1f} ms, {against}{bound}")
    new, other = measure_anew(compared[0], compared[1])
    print(f"ours, every text new to it: median {new:.1f} ms, {new / other:.2f} times a bare canvas")
