"""Nobody works out what is hidden by putting published figures together.

The attacker of these tests holds the scorecards of every other brand, on which everything is: of
this wave and the changes since the one before, of items, outcomes, groups of people, shares,
deeds and measured figures. Where the hidden people could have been anybody else, and as many as
one likes, without a letter of these scorecards changing, nothing on them tells of these people.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from instruments.load import shipped
from instruments.metrics import standard_metrics
from psychometrics.analysis import analyse_scores
from psychometrics.dataset import MISSING, Dataset
from psychometrics.metric_values import MetricValues
from reports.findings import findings
from reports.measured import MeasuredWave
from reports.portfolio import portfolio
from reports.portfolio_findings import portfolio_findings
from reports.scorecard import scorecard
from reports.suppression import ReportingRules
from reports.survey import EarlierWave, Survey
from survey_app.demo.coffee import INSTRUMENTS, OPPOSED, TARGET, TRAITS, activities
from survey_app.demo.simulator import Cell, simulate
from survey_app.domain.scoring_keys import scoring_keys
from tests.reports import surveys
from tests.reports.test_suppression import _texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from instruments.model import Instrument
    from psychometrics.analysis import ScoreAnalysis

SHOWN = {"alpha": 160, "beta": 150, "gamma": 140}
HIDDEN = "delta"
DEEDS = ("act_", "lev_")
"""What items about deeds begin with."""

RULES = ReportingRules()
NOT_OF_BRANDS = ("McDonald", "of these signs")
"""Starts of what is told of the answers of all brands together, and carries no number of people."""


@dataclass(frozen=True)
class People:
    """Simulated people of one brand: how many, how far from the others, and a seed."""

    n: int
    shift: float
    seed: int


OTHER_PEOPLE = (People(12, 1.5, 5), People(29, -1.5, 6), People(3, 0.0, 7))


@cache
def asked() -> tuple[Instrument, ...]:
    """Everything that the coffee houses ask."""
    return tuple(shipped(name) for name in INSTRUMENTS)


def interviews(wave: str, sizes: Mapping[str, int], shift: float, seed: int) -> Dataset:
    """Interviews about brands in one wave, none of them careless enough to be left out."""
    return simulate(
        scoring_keys(asked()),
        [Cell(brand, wave, n, shift) for brand, n in sizes.items()],
        np.random.default_rng(seed),
        opposed=OPPOSED,
        activities=activities(asked()),
        traits=TRAITS,
    )


def joined(known: Dataset, more: Dataset) -> Dataset:
    """The interviews of both."""
    names = ("brand", "wave", "language", "channel", "disposition", "seconds", "instructed")
    columns = {name: np.concatenate([getattr(known, name), getattr(more, name)]) for name in names}
    background = {
        name: np.concatenate([column, more.background[name]])
        for name, column in known.background.items()
    }
    return Dataset.build(
        np.vstack([known.answers, more.answers]),
        known.item_ids,
        known.keys,
        respondent=[f"p{place}" for place in range(known.n + more.n)],
        background=background,
        simulated=True,
        **columns,
    )


@cache
def shown_wave(wave: str) -> Dataset:
    """The interviews of the brands that are shown, always the same."""
    return interviews(wave, SHOWN, 0.2, {"w1": 1, "w2": 2}[wave])


@cache
def with_hidden(wave: str, people: People) -> tuple[Dataset, ScoreAnalysis]:
    """A wave with the brand that is hidden, analysed."""
    more = interviews(wave, {HIDDEN: people.n}, people.shift, people.seed)
    dataset = joined(shown_wave(wave), more)
    return dataset, analyse_scores(dataset, flags_to_exclude=5)


def few_deeds(dataset: Dataset, few: People) -> Dataset:
    """The same, but of the last brand shown only so few people told what they do, and other ones
    with every seed."""
    answers, rng = dataset.answers.copy(), np.random.default_rng(few.seed)
    rows = np.flatnonzero(dataset.brand == "gamma")
    for column in (place for place, item in enumerate(dataset.item_ids) if item[:4] in DEEDS):
        answers[rows, column] = MISSING
        answers[rows[: few.n], column] = rng.integers(1, 4, len(rows[: few.n]))
    return replace(dataset, answers=answers)


def measured(hidden: People, few: People) -> MeasuredWave:
    """Visits of people: too few of a brand that is shown, and some of the one that is hidden."""
    rows: list[tuple[str, str, str, str, float]] = []
    for brand, people in (
        *((code, People(60, 0, 9)) for code in ("alpha", "beta")),
        ("gamma", few),
        (HIDDEN, hidden),
    ):
        rng = np.random.default_rng(people.seed)
        rows += [
            (f"{brand}{place}", brand, wave, "visit_frequency", float(visits))
            for wave in ("w1", "w2")
            for place, visits in enumerate(rng.poisson(5 + people.shift, people.n))
        ]
    subject, brand, wave, metric, value = zip(*rows, strict=True)
    values = MetricValues.build(
        unit=["person"] * len(rows),
        subject=subject,
        brand=brand,
        wave=wave,
        metric=metric,
        value=value,
    )
    known = standard_metrics()
    return MeasuredWave(values, known, known.profile("standard"), "w2", "w1", RULES)


@cache
def published(now: People, before: People, few: People) -> list[str]:
    """Every word that the scorecards of the brands shown, and their portfolio, hold."""
    dataset, analysis = with_hidden("w2", now)
    dataset = few_deeds(dataset, few)
    earlier = EarlierWave("Spring", with_hidden("w1", before)[1])
    response = surveys.invited(900, dataset.n)
    known = {"fingerprint": "always the same", "n_interviews": 700}
    stated = surveys.facts(dataset, response=response, **known)
    survey = Survey(
        analysis,
        asked(),
        stated,
        dataset=dataset,
        earlier=(earlier,),
        target=TARGET,
        metrics=measured(now, few),
        name_others=True,
    )
    readable = [*SHOWN, *([HIDDEN] if now.n > RULES.hidden_below else [])]
    documents = [scorecard(findings(survey, brand)) for brand in readable]
    documents.append(portfolio(portfolio_findings(survey, readable)))
    words = [
        text
        for document in documents
        for text in _texts(document)
        if not any(part in text for part in NOT_OF_BRANDS)
    ]
    return words + [repr(chart) for document in documents for chart in document.charts().values()]


STILL = OTHER_PEOPLE[0]


@pytest.mark.parametrize("people", OTHER_PEOPLE[1:])
@pytest.mark.parametrize("where", ["now", "before", "few"])
def test_nothing_published_depends_on_hidden_people(where: str, people: People) -> None:
    """A brand that is hidden in this wave, one that is hidden in the wave before, and deeds and
    measures that are known of too few people of a brand: all scorecards stay the same, whoever
    they are and however many."""
    cells = {"now": STILL, "before": STILL, "few": STILL}
    kept = published(STILL, STILL, STILL)
    assert len(kept) > 500
    now, before, few = ({**cells, where: people}[name] for name in ("now", "before", "few"))
    assert published(now, before, few) == kept


@pytest.mark.parametrize("people", OTHER_PEOPLE[1:])
def test_a_brand_s_own_scorecard_does_not_tell_its_hidden_wave(people: People) -> None:
    """A brand that is shown now and was hidden before: neither its own trend and changes nor any
    other scorecard tell of the people before."""
    shown = People(80, 0.5, 11)
    kept = published(shown, STILL, STILL)
    assert any("Δέλτα" in text for text in kept)
    assert published(shown, people, STILL) == kept


def test_published_words_do_depend_on_people_who_are_shown() -> None:
    """The same comparison finds the difference as soon as there are people enough to be shown."""
    kept = published(STILL, STILL, STILL)
    enough = People(60, 1.5, 5)
    assert published(enough, STILL, STILL) != kept
    assert published(STILL, enough, STILL) != kept
    assert published(STILL, STILL, enough) != kept


def test_the_total_less_those_shown_would_be_the_hidden_brand() -> None:
    """What is prevented: the analysis holds the sum, no scorecard does."""
    dataset, analysis = with_hidden("w2", STILL)
    assert analysis.n_kept - sum(analysis.brand_counts[code] for code in SHOWN) == STILL.n
    found = findings(Survey(analysis, asked(), surveys.facts(dataset)), "alpha")
    assert found.counts.n_kept is None
    assert all(row.reliability is None or row.reliability.n is None for row in found.dimensions)
