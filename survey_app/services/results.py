"""The researcher's results of a wave as blocks: scores by brand and comparisons.

A researcher sees every figure, however few people it rests on; what a manager may read is decided
in `reports.findings`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from instruments.texts import in_english
from reports.blocks import (
    Cell,
    ChartBlock,
    Column,
    Heading,
    Paragraph,
    Section,
    TableBlock,
)
from reports.charts.interval_dots import IntervalRow, interval_dots
from reports.format import formatter
from reports.sections.story import WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from instruments.model import Instrument
    from psychometrics.analysis import ScaleResult, ScoreAnalysis
    from psychometrics.means import GroupMean
    from psychometrics.raters import Raters
    from reports.blocks import Block

_FIGURES = formatter("en")

ALL_INTERVIEWS, ALL_RATINGS = "All interviews", "All ratings"

_ONE_RATER = "One person rated several brands: {ratings} ratings."
_RATERS = "People rated several brands: {people} people gave {ratings} ratings."
_ALLOWED_FOR = (
    "Errors, intervals and tests allow for that (cluster-robust, CR2, with Bell and McCaffrey's "
    "degrees of freedom); n counts ratings, of one brand so many people."
)


def result_sections(
    scores: ScoreAnalysis,
    instruments: Sequence[Instrument],
    brands: Mapping[str, str],
    *,
    width: float = WIDTH,
) -> tuple[Section, ...]:
    """Sections of one wave's results, charts `width` points wide; `brands` names each code."""
    named = {scale.id: in_english(scale.name) for one in instruments for scale in one.scales}
    scales = [(named.get(result.scale, result.scale), result) for result in scores.scales]
    return (
        _scores_section(scales, scores, brands, width),
        _comparison_section(scales, brands, "ratings" if scores.shared_raters else "interviews"),
    )


def _scores_section(
    scales: Sequence[tuple[str, ScaleResult]],
    scores: ScoreAnalysis,
    brands: Mapping[str, str],
    width: float,
) -> Section:
    blocks: list[Block] = [
        Paragraph(
            f"Scores run from 0 to 100: percent of the maximum possible. Intervals are "
            f"{_FIGURES.percent(scores.level)} intervals.",
            "note",
        )
    ]
    raters = scores.shared_raters
    if raters is not None:
        blocks.append(Paragraph(f"{_given_by(raters)} {_ALLOWED_FOR}", "note"))
    for name, result in scales:
        rows = list(_mean_rows(result, brands, ALL_RATINGS if raters else ALL_INTERVIEWS))
        blocks.append(Heading(name))
        blocks.append(_means_chart(name, result, rows, width))
        blocks.append(_means_table(name, result, rows))
    return Section("scores", "Scores by brand", tuple(blocks))


def _given_by(raters: Raters) -> str:
    people, ratings = _FIGURES.count(raters.people), _FIGURES.count(raters.ratings)
    return (_ONE_RATER if raters.people == 1 else _RATERS).format(people=people, ratings=ratings)


def _mean_rows(
    result: ScaleResult, brands: Mapping[str, str], all_of_them: str
) -> Iterator[tuple[str, GroupMean]]:
    for mean in result.brand_means.means if result.brand_means else ():
        yield brands.get(mean.group, mean.group), mean
    yield all_of_them, result.overall


def _means_chart(
    name: str, result: ScaleResult, rows: Sequence[tuple[str, GroupMean]], width: float
) -> ChartBlock:
    drawn = [
        IntervalRow(
            label=label,
            estimate=mean.mean,
            low=mean.lower,
            high=mean.upper,
            note="no score yet",
            bold=mean is rows[-1][1],
        )
        for label, mean in rows
    ]
    return ChartBlock(f"scores-{result.scale}", interval_dots(drawn, title=name, width=width), "")


def _means_table(
    name: str, result: ScaleResult, rows: Sequence[tuple[str, GroupMean]]
) -> TableBlock:
    return TableBlock(
        name=f"means-{result.scale}",
        caption=f"{name} in figures",
        columns=_columns("Brand", "n", "Mean", "SD", "SE", "Interval"),
        rows=tuple(
            _cells(
                label,
                _FIGURES.count(mean.n),
                _FIGURES.score(mean.mean),
                _FIGURES.score(mean.sd),
                _FIGURES.mean(mean.se),
                _FIGURES.interval(mean.lower, mean.upper),
            )
            for label, mean in rows
        ),
        marked=frozenset({len(rows) - 1}),
    )


def _comparison_section(
    scales: Sequence[tuple[str, ScaleResult]], brands: Mapping[str, str], counted: str
) -> Section:
    compared = [(name, result) for name, result in scales if result.welch is not None]
    if not compared:
        reason = f"Fewer than two brands have enough {counted} to be compared."
        return Section("comparison", "Brands compared", (Paragraph(reason),))
    blocks: list[Block] = [_equality_table(compared)]
    blocks += [_pairs_table(name, result, brands) for name, result in compared if result.pairs]
    return Section("comparison", "Brands compared", tuple(blocks))


def _equality_table(compared: Sequence[tuple[str, ScaleResult]]) -> TableBlock:
    rows, methods = [], []
    for name, result in compared:
        test = result.welch
        if test is None:
            continue
        methods.append(test.method)
        icc = result.brand_means.icc1 if result.brand_means else None
        rows.append(
            _cells(
                name,
                _FIGURES.number(test.statistic, 2),
                _FIGURES.count(test.df_between),
                _FIGURES.number(test.df_within, 1),
                _FIGURES.p_value(test.p),
                _FIGURES.coefficient(icc, 3),
            )
        )
    return TableBlock(
        name="welch",
        caption=f"Do the brands differ? {methods[0].replace(' of equal means', '')}",
        columns=_columns("Scale", "F", "df", "df within", "p", "ICC(1)"),
        rows=tuple(rows),
        notes=("ICC(1) is the share of the variance that lies between brands.",),
    )


def _pairs_table(name: str, result: ScaleResult, brands: Mapping[str, str]) -> TableBlock:
    pairs = result.pairs.pairs if result.pairs else ()
    return TableBlock(
        name=f"pairs-{result.scale}",
        caption=f"{name}: differences between brands, Games–Howell",
        columns=_columns("Pair", "Difference", "Interval", "p", "Hedges g", "Interval of g"),
        rows=tuple(
            _cells(
                f"{brands.get(pair.first, pair.first)} − {brands.get(pair.second, pair.second)}",
                _FIGURES.change(pair.difference),
                _FIGURES.interval(pair.lower, pair.upper),
                _FIGURES.p_value(pair.p),
                _FIGURES.effect(pair.g),
                _FIGURES.interval(pair.g_lower, pair.g_upper, 2),
            )
            for pair in pairs
        ),
    )


def _columns(first: str, *others: str) -> tuple[Column, ...]:
    return (Column(first, "start", 2.0), *(Column(label) for label in others))


def _cells(*words: str) -> tuple[Cell, ...]:
    return tuple(Cell(word) for word in words)
