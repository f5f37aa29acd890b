"""A part of a wave's interviews: who is in it, what is kept of the whole, what is refused."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from reports.disclosure import Permission
from survey_app.services.analyse import Analysed, AnalysisCache
from survey_app.services.part import (
    AnalysedPart,
    RefusedPartError,
    part_findings,
    part_of,
    permitted_parts,
)
from survey_app.services.report import rules_of, survey_facts
from tests.reports.surveys import instruments, survey

SIZES = {"alpha": 200, "beta": 200, "gamma": 60}


@cache
def whole() -> Analysed:
    """Three brands; a fourth of each by QR code, so that the third has 15 of them. Twenty people
    of the first did not read what they answered."""
    dataset = survey(SIZES, missing=0, seed=4)
    place = np.concatenate([np.arange(n) for n in SIZES.values()])
    careless = (dataset.brand == "alpha") & (place < 20)
    dataset = replace(
        dataset,
        seconds=np.where(careless, 1.0, dataset.seconds),
        instructed=np.where(careless, 0.0, 1.0),
        channel=np.where(place % 4 == 0, "qr", "web"),
        background={"age": np.where(place % 2 == 0, "young", "old")},
    )
    return Analysed(dataset, tuple(instruments()), 30, AnalysisCache(), tuple(SIZES))


def qr() -> AnalysedPart:
    """Those of the first brand who came by QR code."""
    return part_of(whole(), "alpha", {"channel": "qr"}, rules_of(whole()))


def test_a_part_holds_the_interviews_that_the_whole_kept() -> None:
    """Screening is that of the whole wave: nobody comes back, and nobody else leaves."""
    part, everybody = qr(), whole()
    assert everybody.scores.screening.excluded.sum() == 20
    expected = everybody.scores.kept & (everybody.dataset.channel == "qr")
    expected &= everybody.dataset.brand != "gamma"
    assert part.dataset.respondent.tolist() == everybody.dataset.respondent[expected].tolist()
    assert part.scores.n_kept == part.dataset.n


def test_brands_that_are_refused_leave_the_part() -> None:
    """Fifteen interviews of a brand enter no figure of another brand's part."""
    part = qr()
    assert part.others == {"beta": Permission.YES, "gamma": Permission.TOO_FEW}
    assert set(part.dataset.brand.tolist()) == {"alpha", "beta"}
    assert part.scores.brand_counts["gamma"] == 0


def test_the_measurement_is_that_of_the_whole_wave() -> None:
    """A part is no new test."""
    assert qr().measurement is whole().measurement


def test_counts_of_the_study_stay_those_of_the_study() -> None:
    """The part's own n stands beside what the whole survey was; what was left out is told once."""
    part = qr()
    facts = survey_facts(whole().dataset, title="Study", brands={"alpha": "Alpha"})
    found = part_findings(part, facts, "alpha")
    assert found.brand_name == "Alpha (QR code)"
    assert found.counts.brand_n == part.scores.brand_counts["alpha"]
    assert found.counts.n_interviews == whole().dataset.n
    assert found.counts.flagged_out == whole().scores.screening.excluded.sum()
    assert found.counts.hidden_brands == 1


def test_a_part_tells_nothing_of_single_excluded_people() -> None:
    """The change that screening made is not printed of a part, where it would point at few."""
    facts = survey_facts(whole().dataset, title="Study", brands={})
    found = part_findings(qr(), facts, "alpha")
    assert found.largest_change_by_screening is None


@pytest.mark.parametrize(
    ("brand", "chosen", "why"),
    [
        ("gamma", {"channel": "qr"}, Permission.TOO_FEW),
        ("gamma", {"channel": "web"}, Permission.GIVES_AWAY),
        ("alpha", {"channel": "qr", "age": "old"}, Permission.TOO_FEW),
    ],
)
def test_parts_that_may_not_be_shown_are_refused(
    brand: str, chosen: dict[str, str], why: Permission
) -> None:
    """Each with its reason."""
    with pytest.raises(RefusedPartError) as refused:
        part_of(whole(), brand, chosen, rules_of(whole()))
    assert refused.value.permission is why


def test_what_nobody_offers_is_no_part() -> None:
    """An unknown variable or code is an error of its own."""
    with pytest.raises(KeyError):
        part_of(whole(), "alpha", {"channel": "letter"}, rules_of(whole()))


def test_what_may_be_asked_is_worked_out_once() -> None:
    """A second reader of the same brand waits for nothing."""
    rules = rules_of(whole())
    assert permitted_parts(whole(), "beta", rules) is permitted_parts(whole(), "beta", rules)
