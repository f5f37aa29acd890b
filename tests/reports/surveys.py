"""Small surveys made by a seeded generator, for the tests of reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from instruments.load import shipped
from psychometrics.analysis import ScoreAnalysis, analyse_scores
from psychometrics.dataset import MISSING, Dataset, ScoringKey
from psychometrics.measurement import MeasurementAnalysis, analyse_measurement
from reports.facts import SurveyFacts
from reports.findings import Findings
from reports.findings import findings as findings_of
from reports.response import ResponseRates
from reports.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from instruments.model import Instrument

INSTRUMENTS = ("core_engagement", "satisfaction", "switching_intention", "likelihood_to_recommend")
LONG_NAME = "The Extraordinarily Long-Named Beverage & Refreshment Company"
NAMES = {
    "alpha": "Alpha & Söhnlein <b>",
    "beta": "Бета Кофе",
    "gamma": LONG_NAME,
    "delta": "Δέλτα",
    "epsilon": "Epsilon",
}


def instruments(*identifiers: str) -> list[Instrument]:
    """Shipped instruments by name."""
    return [shipped(identifier) for identifier in identifiers or INSTRUMENTS]


def keys(questionnaires: Sequence[Instrument]) -> list[ScoringKey]:
    """How the scales of questionnaires are scored."""
    return [
        ScoringKey(
            scale=scale.id,
            items=tuple(item.id for item in scale.items),
            minimum=scale.format.minimum,
            maximum=scale.format.maximum,
            reversed=frozenset(item.id for item in scale.items if item.reversed),
            outcome=scale.outcome,
        )
        for questionnaire in questionnaires
        for scale in questionnaire.scales
    ]


def survey(
    sizes: Mapping[str, int],
    *,
    shift: Mapping[str, float] | None = None,
    seed: int = 1,
    simulated: bool = True,
    missing: float = 0.02,
    names: Sequence[str] = INSTRUMENTS,
) -> Dataset:
    """Answers about brands: `sizes` says how many, `shift` moves a brand in standard deviations."""
    rng = np.random.default_rng(seed)
    scales = keys(instruments(*names))
    brand = np.repeat(list(sizes), list(sizes.values()))
    place = np.array([(shift or {}).get(code, 0.0) for code in brand])
    common = rng.normal(size=len(brand)) + place
    columns, items = [], []
    for key in scales:
        own = common * 0.7 + rng.normal(size=len(brand)) * 0.5
        middle, span = (key.minimum + key.maximum) / 2, (key.maximum - key.minimum) / 6
        for item in key.items:
            answer = middle + span * 1.4 * (own + rng.normal(size=len(brand)) * 0.6)
            answer = np.clip(np.round(answer), key.minimum, key.maximum)
            if item in key.reversed:
                answer = key.minimum + key.maximum - answer
            columns.append(np.where(rng.random(len(brand)) < missing, MISSING, answer))
            items.append(item)
    return Dataset.build(
        np.column_stack(columns),
        items,
        scales,
        brand=brand,
        seconds=rng.lognormal(5, 0.3, len(brand)),
        simulated=simulated,
    )


def facts(dataset: Dataset, **changes: object) -> SurveyFacts:
    """Facts of a survey with everything stated."""
    stated = SurveyFacts(
        study="Coffee <i>&amp;</i> Co. tracker",
        brands=NAMES,
        population="Adults who bought coffee in the last month",
        recruitment="Panel members drawn at random",
        first_day=date(2025, 3, 3),
        last_day=date(2025, 3, 21),
        n_interviews=dataset.n,
        channels=("web", "QR code"),
        weighting="none",
        sponsor="Coffee & Co.",
        conducted_by="Field House Ltd",
        wave="Spring 2025",
        software_version="0.1.0",
        fingerprint=dataset.fingerprint,
        simulated=dataset.simulated,
    )
    return replace(stated, **changes)


def invited(n: int, complete: int) -> ResponseRates:
    """The response of so many people who were invited, whoever gave no sign counted among them."""
    return ResponseRates(complete, n, rates={"RR1": complete / n, "RR3": complete / n}, e=1.0)


@cache
def four_brands() -> tuple[Dataset, ScoreAnalysis]:
    """Three brands to compare, one of them clearly ahead, and one with too few interviews."""
    dataset = survey(
        {"alpha": 160, "beta": 150, "gamma": 140, "delta": 12},
        shift={"alpha": 0.6, "delta": 2.0},
    )
    return dataset, analyse_scores(dataset)


def shifted(
    dataset: Dataset, moves: Mapping[tuple[str, str], int], column: str = "brand"
) -> Dataset:
    """The survey with the answers of a brand (or language …) to an item moved by whole steps.

    `moves` maps (group, item) to steps; answers stay within the format.
    """
    answers = dataset.answers.astype(int)
    for (group, item), steps in moves.items():
        key = next(key for key in dataset.keys if item in key.items)
        place = dataset.item_ids.index(item)
        rows = (getattr(dataset, column) == group) & (answers[:, place] != MISSING)
        answers[rows, place] = np.clip(answers[rows, place] + steps, key.minimum, key.maximum)
    return replace(dataset, answers=answers.astype(np.int16))


THREE = {"alpha": 200, "beta": 200, "gamma": 200}
ITEMS = ("cog1", "cog2", "cog3", "emo1", "emo2", "emo3", "emo4", "beh1", "beh2", "beh3")


@cache
def unlike_brands() -> tuple[Dataset, ScoreAnalysis, MeasurementAnalysis]:
    """Three brands, each with every third question answered a step higher than for the others."""
    moves = {(brand, item): 1 for place, brand in enumerate(THREE) for item in ITEMS[place::3]}
    return analysed(shifted(survey(THREE, shift={"alpha": 0.4}, missing=0), moves))


@cache
def alike_brands() -> tuple[Dataset, ScoreAnalysis, MeasurementAnalysis]:
    """Three brands about which every question is answered in the same way."""
    return analysed(survey(THREE, shift={"alpha": 0.4}, missing=0))


def analysed(dataset: Dataset) -> tuple[Dataset, ScoreAnalysis, MeasurementAnalysis]:
    """A survey with its scores and the tests of its measurement."""
    analysis = analyse_scores(dataset)
    return dataset, analysis, analyse_measurement(dataset, rows=analysis.kept)


def findings(
    analysis: ScoreAnalysis,
    questionnaires: Sequence[Instrument],
    stated: SurveyFacts,
    brand: str,
    *,
    language: str = "en",
    **known: object,
) -> Findings:
    """What may be said about a brand; `known` as in `Survey`, its usual values where left out."""
    given = {name: value for name, value in known.items() if value is not None}
    return findings_of(Survey(analysis, questionnaires, stated, **given), brand, language=language)
