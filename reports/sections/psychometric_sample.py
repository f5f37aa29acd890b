"""Who is in the psychometric report, and what screening did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import Bullets, Cell, Column, Facts, Heading, Paragraph, Section, TableBlock
from reports.sections.psychometric_response import response, response_table
from reports.sections.psychometric_waves import asked
from reports.sections.story import capital

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psychometrics.analysis import ScaleResult
    from reports.blocks import Block
    from reports.sections.study import Study


def sample(study: Study) -> Section:
    """Interviews by what became of them, flags, and results with and without screening."""
    words, scores = study.words, study.scores
    lead = words(
        "psychometric.sample.lead",
        kept=study.figures.count(scores.n_kept),
        all=study.figures.count(scores.n_interviews),
        usable=study.figures.count(scores.n_usable),
        excluded=study.counted("interviews", int(scores.screening.excluded.sum())),
    )
    blocks: list[Block] = [Paragraph(lead, "lead"), Facts(tuple(_facts(study)))]
    raters = scores.shared_raters
    if raters is not None:
        ratings = study.figures.count(raters.ratings)
        said = study.counted("psychometric.sample.raters", raters.people, ratings=ratings)
        blocks.insert(1, Paragraph(said))
    warnings = tuple(dict.fromkeys((*scores.warnings, *scores.screening.warnings)))
    if warnings:
        blocks.append(Bullets(warnings))
    blocks += [
        _dispositions(study),
        *response_table(study),
        *asked(study),
        Heading(words("psychometric.sample.screening")),
        _flags(study),
        _with_and_without(study),
    ]
    return Section("sample", words("psychometric.sample.title"), tuple(blocks))


def _facts(study: Study) -> Iterator[tuple[str, str]]:
    words, scores, facts = study.words, study.scores, study.facts
    yield words("facts.population"), capital(study.stated(facts.population))
    yield words("facts.recruitment"), capital(study.stated(facts.recruitment))
    yield words("method.response"), response(study)
    for key, names in (
        ("brands", tuple(facts.brand_name(code) for code in scores.brands)),
        ("languages", tuple(study.language_name(code) for code in scores.languages)),
        ("channels", facts.channels or scores.channels),
        ("waves", (facts.wave,) if facts.wave and len(scores.waves) == 1 else scores.waves),
    ):
        if names:
            yield words(f"psychometric.sample.{key}"), capital(study.listed(names))


def _dispositions(study: Study) -> TableBlock:
    words = study.words
    return TableBlock(
        name="dispositions",
        caption=words("psychometric.sample.dispositions"),
        columns=(
            Column(words("psychometric.sample.disposition"), "start", 3),
            Column(words("psychometric.column.interviews")),
        ),
        rows=tuple(
            (Cell(_disposition(study, name)), Cell(study.figures.count(count)))
            for name, count in sorted(study.scores.disposition_counts.items())
        ),
        notes=(words("psychometric.sample.dispositions_note"),),
    )


def _disposition(study: Study, name: str) -> str:
    known = study.words.sentences["psychometric"]["disposition"]
    return study.words(f"psychometric.disposition.{name}") if name in known else name


def _flags(study: Study) -> TableBlock:
    words, figures = study.words, study.figures
    return TableBlock(
        name="flags",
        caption=words("psychometric.sample.flags"),
        columns=(
            Column(words("psychometric.column.flag"), "start", 2.6),
            Column(words("psychometric.column.usable_judged")),
            Column(words("psychometric.column.flagged")),
            Column(words("psychometric.column.share")),
            Column(words("psychometric.column.careless_judged"), share=1.2),
            Column(words("psychometric.column.flagged")),
            Column(words("psychometric.column.share")),
        ),
        rows=tuple(
            (
                Cell(words(f"psychometric.flag.{rate.flag}")),
                Cell(figures.count(rate.usable_judged)),
                Cell(figures.count(rate.usable_flagged)),
                Cell(figures.percent(rate.usable_share)),
                Cell(figures.count(rate.careless_judged)),
                Cell(figures.count(rate.careless_flagged)),
                Cell(figures.percent(rate.careless_share)),
            )
            for rate in study.scores.screening.rates
        ),
        notes=(
            words(
                "psychometric.sample.flags_note",
                least=study.scores.screening.flags_to_exclude,
            ),
        ),
    )


def _with_and_without(study: Study) -> TableBlock:
    words = study.words
    group = ("n", "mean", "alpha")
    columns = [Column(words("psychometric.column.scale"), "start", 2.4)]
    for side in ("with", "without"):
        columns += [Column(words(f"psychometric.column.{name}_{side}")) for name in group]
    columns.append(Column(words("psychometric.column.change")))
    return TableBlock(
        name="screening",
        caption=words("psychometric.sample.with_and_without"),
        columns=tuple(columns),
        rows=tuple(_both(study, scale) for scale in study.scores.scales),
        notes=(words("psychometric.sample.with_and_without_note"),),
    )


def _both(study: Study, scale: ScaleResult) -> tuple[Cell, ...]:
    figures, before = study.figures, scale.unscreened
    kept, everybody = scale.overall.mean, before.overall.mean
    change = None if kept is None or everybody is None else kept - everybody
    return (
        Cell(study.scale_name(scale.scale)),
        Cell(figures.count(scale.n_scored)),
        Cell(figures.score(kept)),
        Cell(figures.coefficient(scale.alpha.alpha if scale.alpha else None)),
        Cell(figures.count(before.n_scored)),
        Cell(figures.score(everybody)),
        Cell(figures.coefficient(before.alpha.alpha if before.alpha else None)),
        Cell(figures.change(change)),
    )
