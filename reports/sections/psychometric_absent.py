"""Why a part of the report is missing, as far as the scores show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reports.sections.study import Study

FEWEST = 3
"""Items without which no factor is identified."""


def why_no_structure(study: Study) -> str:
    """The first reason for which the items could not be factor-analysed."""
    rows = [study.scores.items.item(item) for row in study.scores.dimensions for item in row.items]
    if len(rows) < FEWEST:
        return study.words("psychometric.structure.none_few", fewest=FEWEST)
    flat = [row.item for row in rows if not row.sd]
    if flat:
        labels = study.listed([study.item_label(item) for item in flat])
        return study.words("psychometric.structure.none_flat", items=labels)
    least = min(row.n for row in rows)
    if least <= len(rows):
        return study.words(
            "psychometric.structure.none_sparse",
            least=study.figures.count(least),
            items=study.figures.count(len(rows)),
        )
    return study.words("psychometric.structure.none")


def why_no_measurement(study: Study) -> str:
    """Why there are no tests of the measurement."""
    sizes = [len(row.items) for row in study.scores.dimensions if len(row.items) > 1]
    if not sizes:
        return study.words("psychometric.models.none_scale")
    if sum(sizes) < FEWEST:
        return study.words("psychometric.models.none_few", fewest=FEWEST)
    if study.unmeasured:
        return study.words("psychometric.models.none_because", reason=study.unmeasured)
    return study.words("psychometric.models.none")
