"""The results of scales that were asked adaptively, as blocks for the researcher."""

from __future__ import annotations

from typing import TYPE_CHECKING

from instruments.texts import in_english
from reports.blocks import Cell, ChartBlock, Column, Heading, Paragraph, Section, TableBlock
from reports.charts.interval_dots import IntervalRow, interval_dots
from reports.format import formatter
from reports.sections.story import WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from instruments.model import Instrument
    from reports.blocks import Block
    from survey_app.services.short_form_results import AdaptiveResult

_FIGURES = formatter("en")

_LEAD = (
    "These scales were asked adaptively, each person only as much as was needed. Means of brands "
    "are estimated from the answers themselves by the calibration and run from 0 to 100; they "
    "compare with those of the full form as long as the calibration holds. Scores of persons do "
    "not, and answers are not added up. Differences between brands are not tested here."
)
_ALONE = (
    "{names}: asked adaptively. What is missing depends on the answers, so that neither "
    "reliability nor factor models nor comparability can be worked out; the scale is left out "
    "below. Its means stand with the scores by brand."
)


def short_form_sections(
    found: Mapping[str, AdaptiveResult],
    instruments: Sequence[Instrument],
    brands: Mapping[str, str],
    *,
    width: float = WIDTH,
) -> tuple[Section, ...]:
    """The section of a wave's short forms; none where every scale was asked whole.

    `brands` names each code; charts are `width` points wide.
    """
    if not found:
        return ()
    names = scale_names(instruments)
    blocks: list[Block] = [Paragraph(_LEAD, "note"), _asked(found, names)]
    for scale, told in found.items():
        blocks += _of_scale(names.get(scale, scale), told, brands, width)
    return (Section("short-forms", "Short forms", tuple(blocks)),)


def left_out_section(
    scales: Sequence[str], instruments: Sequence[Instrument]
) -> tuple[Section, ...]:
    """What the tests of measurement leave out, and why; none where every scale was asked whole."""
    if not scales:
        return ()
    names = scale_names(instruments)
    listed = ", ".join(names.get(scale, scale) for scale in scales)
    return (Section("left-out", "Left out", (Paragraph(_ALONE.format(names=listed)),)),)


def scale_names(instruments: Sequence[Instrument]) -> dict[str, str]:
    """The English name of every scale."""
    return {scale.id: in_english(scale.name) for one in instruments for scale in one.scales}


def _asked(found: Mapping[str, AdaptiveResult], names: Mapping[str, str]) -> TableBlock:
    return TableBlock(
        name="short-forms",
        caption="What was asked and saved",
        columns=_columns(
            "Scale", "n", "Items", "Asked on average", "Saved", "Bound", "Reached the bound"
        ),
        rows=tuple(
            _cells(
                names.get(scale, scale),
                _FIGURES.count(told.n),
                _FIGURES.count(told.items),
                _FIGURES.number(told.mean_answered, 1),
                _FIGURES.percent(told.saved),
                _bound(told),
                _FIGURES.percent(told.reached),
            )
            for scale, told in found.items()
        ),
        notes=(
            "Bound: the standard error at which a person is asked no more, of the trait in its "
            "standard deviations or of the score in points of 0–100. Whoever did not reach it was "
            "asked everything, or as much as the rules allow, or broke off.",
        ),
    )


def _bound(told: AdaptiveResult) -> str:
    if told.metric == "trait":
        return f"{_FIGURES.number(told.standard_error, 2)} SD"
    return f"{_FIGURES.number(told.standard_error, 1)} points"


def _of_scale(
    name: str, told: AdaptiveResult, brands: Mapping[str, str], width: float
) -> Iterator[Block]:
    means = told.means
    yield Heading(name)
    if not means.means:
        yield Paragraph("No brand has enough answers for a mean yet.")
        return
    drawn = [
        IntervalRow(
            label=brands.get(row.group, row.group),
            estimate=row.score,
            low=row.lower,
            high=row.upper,
            note="",
            bold=False,
        )
        for row in means.means
    ]
    yield ChartBlock(
        f"short-form-{told.scale}",
        interval_dots(drawn, title=f"{name}, short form", width=width),
        "",
    )
    hidden = ", ".join(brands.get(code, code) for code in means.left_out)
    yield TableBlock(
        name=f"short-form-means-{told.scale}",
        caption=f"{name}, short form, in figures",
        columns=_columns("Brand", "n", "Mean", "SE", "Interval"),
        rows=tuple(
            _cells(
                brands.get(row.group, row.group),
                _FIGURES.count(row.n),
                _FIGURES.score(row.score),
                _FIGURES.mean(row.score_error),
                _FIGURES.interval(row.lower, row.upper),
            )
            for row in means.means
        ),
        notes=(f"Too few answers for a mean: {hidden}.",) if hidden else (),
    )


def _columns(first: str, *others: str) -> tuple[Column, ...]:
    return (Column(first, "start", 2.0), *(Column(label) for label in others))


def _cells(*words: str) -> tuple[Cell, ...]:
    return tuple(Cell(word) for word in words)
