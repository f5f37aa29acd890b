"""Whether brands, languages, channels and waves may be compared, level by level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import (
    Bullets,
    Cell,
    ChartBlock,
    Column,
    Heading,
    Paragraph,
    Section,
    TableBlock,
)
from reports.charts.invariance_ladder import InvarianceStep, invariance_ladder
from reports.comparability import alike
from reports.format import NOTHING
from reports.sections.psychometric_alignment import aligned
from reports.sections.psychometric_group_parameters import let_differ
from reports.sections.psychometric_latent_means import latent_means

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psychometrics._invariance_steps import Step
    from psychometrics.invariance import FreedParameter, Invariance
    from psychometrics.measurement import Comparability
    from reports.blocks import Block
    from reports.charts.invariance_ladder import Level, Outcome
    from reports.sections.study import Study


LEVELS: tuple[Level, ...] = ("configural", "metric", "scalar", "strict")
NAMED = 8
"""Groups up to which a sentence names them."""


def comparability(study: Study) -> Section:
    """The ladder of every kind of group of which there are several."""
    words = study.words
    tests = study.measurement.comparability if study.measurement else ()
    blocks: list[Block] = []
    if not tests:
        blocks.append(Paragraph(words("psychometric.invariance.none")))
    for test in tests:
        blocks += _test(study, test)
    return Section("comparability", words("psychometric.invariance.title"), tuple(blocks))


def names(study: Study, test: Comparability, codes: tuple[str, ...]) -> str:
    """Groups by their names, as a list; many of them by their number."""
    if len(codes) > NAMED:
        return study.counted("psychometric.invariance.groups", len(codes))
    return study.listed([study.group_name(test.across, code) for code in codes])


def _test(study: Study, test: Comparability) -> Iterator[Block]:
    yield Heading(study.words(f"psychometric.invariance.across.{test.across}"))
    yield Paragraph(_verdict(study, test), "lead")
    if test.left_out:
        yield Paragraph(
            study.words(
                "psychometric.invariance.left_out",
                groups=names(study, test, test.left_out),
                least=alike(test).least,
            ),
            "note",
        )
    ladder = test.invariance
    if ladder is None:
        return
    notes = (*ladder.warnings, *(step.note for step in ladder.steps if step.note))
    if notes:
        yield Bullets(tuple(dict.fromkeys(notes)))
    yield _climb(study, test, ladder)
    yield _ladder(study, test, ladder)
    if ladder.freed:
        yield _freed(study, test, ladder)
        yield from let_differ(study, test, ladder)
    yield from latent_means(study, test, ladder)
    if test.alignment is not None:
        yield from aligned(study, test, test.alignment)


def _verdict(study: Study, test: Comparability) -> str:
    """What was found, in plain words; for the researcher with the reason."""
    found = alike(test)
    key = f"psychometric.invariance.verdict.{found.standing}"
    if found.withheld:
        key = f"{key}.{found.stopped_at}"
    return study.words(
        key,
        groups=names(study, test, test.groups),
        least=found.least,
        reason=test.reason,
        items=study.listed([study.item_label(item) for item in found.items]),
        share=study.figures.percent(found.share),
    )


def _climb(study: Study, test: Comparability, ladder: Invariance) -> ChartBlock:
    """The levels as stairs; those that were never reached as untested."""
    title = study.words("psychometric.invariance.climb")
    last: dict[str, Step | None] = {step.level: step for step in ladder.steps}
    stop = ladder.verdict.stopped_at
    # Of a model that fits only roughly the steps are shown as what they cost; else the climb ends.
    if stop in LEVELS and test.verdict != "doubtful":
        last = {level: last.get(level) for level in LEVELS[: LEVELS.index(stop) + 1]}
    steps = [_stair(level, last.get(level)) for level in LEVELS]
    cutoffs = ladder.verdict.cutoffs
    chart = invariance_ladder(
        steps,
        title=title,
        cutoffs=(cutoffs.cfi, cutoffs.rmsea),
        width=study.width,
        language=study.language,
    )
    return ChartBlock(f"climb-{test.across}", chart, title)


def _stair(level: Level, step: Step | None) -> InvarianceStep:
    if step is None:
        return InvarianceStep(level, "untested")
    outcome: Outcome = "failed"
    if step.holds:
        outcome = "partial" if step.partial else "passed"
    fit, change = step.indices, step.change
    return InvarianceStep(
        level,
        outcome,
        fit.cfi,
        fit.rmsea,
        None if change is None else change.cfi,
        None if change is None else change.rmsea,
        step.partial if outcome == "partial" else (),
    )


_SHARES = {"chi2": 0.9, "df": 0.55, "difference": 1.4, "p": 0.95, "holds": 0.7}


def _ladder(study: Study, test: Comparability, ladder: Invariance) -> TableBlock:
    words, figures = study.words, study.figures
    columns = ("chi2", "df", "cfi", "rmsea", "srmr", "d_cfi", "d_rmsea", "d_srmr")
    cutoffs = ladder.verdict.cutoffs
    fiml = study.measurement is not None and study.measurement.missing == "fiml"
    return TableBlock(
        name=f"invariance-{test.across}",
        caption=words("psychometric.invariance.ladder"),
        columns=(
            Column(words("psychometric.column.level"), "start", 1.7),
            *(
                Column(words(f"psychometric.column.{name}"), share=_SHARES.get(name, 0.8))
                for name in (*columns, "difference", "p", "holds")
            ),
        ),
        rows=tuple(_rung(study, ladder, place) for place in range(len(ladder.steps))),
        notes=(
            words(
                "psychometric.invariance.ladder_note",
                n=figures.count(ladder.n_used),
                estimator=ladder.estimator,
                options=', missing = "fiml"' if fiml else "",
                cfi=figures.coefficient(-cutoffs.cfi, 3),
                rmsea=figures.coefficient(cutoffs.rmsea, 3),
                srmr_loadings=figures.coefficient(cutoffs.srmr_loadings, 3),
                srmr_other=figures.coefficient(cutoffs.srmr_other, 3),
                across=test.across,
            ),
        ),
    )


def _rung(study: Study, ladder: Invariance, place: int) -> tuple[Cell, ...]:
    figures, step = study.figures, ladder.steps[place]
    fit, change = step.indices, step.change
    key = "partial" if step.name != step.level else "level"
    own = (
        Cell(study.words(f"psychometric.invariance.{key}.{step.level}")),
        Cell(figures.number(fit.chi2 if fit.scaled is None else fit.scaled, 1)),
        Cell(figures.count(fit.df)),
        Cell(figures.coefficient(fit.cfi, 3)),
        Cell(figures.coefficient(fit.rmsea, 3)),
        Cell(figures.coefficient(fit.srmr, 3)),
    )
    holds = Cell(study.yes_no(step.holds))
    if change is None:
        return (*own, *[Cell(NOTHING)] * 5, holds)
    return (
        *own,
        Cell(figures.signed(change.cfi, 3)),
        Cell(figures.signed(change.rmsea, 3)),
        Cell(figures.signed(change.srmr, 3)),
        Cell(f"{figures.number(change.chi2, 1)} ({figures.count(change.df)})"),
        Cell(figures.p_value(change.p)),
        holds,
    )


def _freed(study: Study, test: Comparability, ladder: Invariance) -> TableBlock:
    words = study.words
    return TableBlock(
        name=f"freed-{test.across}",
        caption=words("psychometric.invariance.freed"),
        columns=(
            Column(words("psychometric.column.parameter"), "start", 3),
            Column(words("psychometric.column.level"), "start", 1.2),
            Column(words("psychometric.column.group"), "start", 1.5),
            Column(words("psychometric.column.epc"), share=1.1),
            Column(words("psychometric.column.chi2"), share=0.8),
            Column(words("psychometric.column.df"), share=0.5),
            Column(words("psychometric.column.p"), share=0.7),
            Column(words("psychometric.column.cfi_after"), share=0.9),
        ),
        rows=tuple(_let_go(study, test, one) for one in ladder.freed),
        notes=(words("psychometric.invariance.freed_note"),),
    )


def _let_go(study: Study, test: Comparability, one: FreedParameter) -> tuple[Cell, ...]:
    figures = study.figures
    return (
        Cell(parameter(study, one.parameter)),
        Cell(study.words(f"psychometric.invariance.level.{one.level}")),
        Cell(NOTHING if one.group is None else study.group_name(test.across, one.group)),
        Cell(figures.change(one.expected_change, 2)),
        Cell(figures.number(one.chi2, 1)),
        Cell(figures.count(one.df)),
        Cell(figures.p_value(one.p)),
        Cell(figures.coefficient(one.cfi_after, 3)),
    )


def parameter(study: Study, name: str) -> str:
    """A loading, intercept or residual variance in words, from lavaan's name for it."""
    words = study.words
    if "=~" in name:
        factor, item = name.split("=~")
        label, scale = study.item_label(item), study.factor_name(factor)
        return words("psychometric.invariance.loading", item=label, factor=scale)
    if "~~" in name:
        label = study.item_label(name.split("~~")[0])
        return words("psychometric.invariance.residual", item=label)
    return words("psychometric.invariance.intercept", item=study.item_label(name.split("~")[0]))
