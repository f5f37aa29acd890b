"""The figures of a trend as a table, for those who want to read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.charts.trend import Trend
    from reports.format import Formatter


def trend_table(
    panels: Sequence[Trend], own: str, others: str, figures: Formatter
) -> tuple[tuple[str, ...], ...]:
    """Every score with its interval and the others' mean, wave by wave, under the heads `own` and
    `others`; waves without a result are left out."""
    rows = [
        (
            f"{panel.label}, {point.wave}",
            f"{figures.score(point.estimate)} ({figures.span(point.low, point.high)})",
            figures.score(point.others),
        )
        for panel in panels
        for point in panel.points
        if point.estimate is not None
    ]
    return ((own, others), *rows)
