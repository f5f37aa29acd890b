"""Figures of many people that carry a number of few people with them, and would tell it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from psychometrics.analysis import analyse_scores
from psychometrics.dataset import MISSING
from reports.findings import findings
from reports.part import findings_of_part
from reports.sections.method import screening_words
from reports.sections.story import Story
from reports.suppression import ReportingRules, coarse_change
from reports.survey import Survey
from tests.reports import surveys

if TYPE_CHECKING:
    from reports.findings import Findings

RULES = ReportingRules()


def in_target(inside: int, outside: int) -> tuple[Findings, int]:
    """What is told of the engaged in the target market where everybody is engaged, and how many
    the attacker counts in the target."""
    dataset = surveys.survey({"alpha": inside + outside}, missing=0)
    answers = np.full_like(dataset.answers, 6)
    answers[:, ::2] = 7
    groups = np.array(["in"] * inside + ["out"] * outside)
    eager = replace(dataset, answers=answers, background={"group": groups})
    analysis = analyse_scores(eager, flags_to_exclude=5)
    survey = Survey(
        analysis,
        surveys.instruments(),
        surveys.facts(eager),
        dataset=eager,
        target={"group": ["in"]},
    )
    found = findings(survey, "alpha")
    counted = sum(analysis.kept & (groups == "in"))
    return found, int(counted)


@pytest.mark.parametrize(("inside", "outside"), [(12, 100), (100, 12)])
def test_the_target_share_does_not_count_a_hidden_group(inside: int, outside: int) -> None:
    """Twelve people in the target market, or outside of it, are hidden as a group; their share of
    the engaged, times the engaged, would count them."""
    found, _ = in_target(inside, outside)
    assert found.segments == ()
    assert found.in_target is None


def test_the_target_share_counts_a_group_that_is_shown() -> None:
    """With thirty on either side it is told, and counts the group: the attack works."""
    found, counted = in_target(40, 60)
    assert [segment.n for segment in found.segments[0].segments] == [60, 40]
    assert round(found.in_target.share * found.in_target.n) == counted == 40


def test_the_change_by_screening_does_not_tell_what_few_people_answered() -> None:
    """The mean of those left out is the score plus the change, times all over those left out. With
    the change as it is, the attacker has it; as printed, several means fit."""
    dataset = surveys.survey({"alpha": 150}, missing=0)
    answers = dataset.answers.copy()
    answers[:6] = 7
    seconds = dataset.seconds.copy()
    seconds[:6] = 1
    careless = replace(dataset, answers=answers, seconds=seconds)
    analysis = analyse_scores(careless)
    found = findings(Survey(analysis, surveys.instruments(), surveys.facts(careless)), "alpha")
    few, row = analysis.n_usable - analysis.n_kept, found.dimensions[0]
    left_out = analysis.screening.usable & ~analysis.kept
    true = analysis.scores.column(row.scale)[left_out].mean()
    assert 0 < few < RULES.hidden_below

    def attack(change: float) -> float:
        return row.mean - change * (analysis.n_usable / few)

    assert row.change_by_screening is not None
    assert attack(row.change_by_screening) == pytest.approx(true)
    change = found.largest_change_by_screening
    assert change is not None
    printed = " ".join(screening_words(Story("en", found)))
    assert f"by more than {coarse_change(change):.0f} points" in printed
    smallest, largest = attack(0), attack(-coarse_change(change))
    assert abs(largest - smallest) > 20


def test_changes_are_rounded_up_to_few_steps() -> None:
    """No step is below the change; none is so near to the next that it tells people apart."""
    assert [coarse_change(value) for value in (0, 0.1, -2, 2.1, -8.3, 77)] == [0, 2, 2, 5, 10, 100]


def test_reliability_of_fewer_than_thirty_people_is_not_printed() -> None:
    """Forty scores of which twenty rest on every question: neither alpha nor omega nor their n."""
    dataset = surveys.survey({"alpha": 40}, missing=0)
    answers = dataset.answers.copy()
    for place in range(20):
        answers[place, dataset.item_ids.index(f"emo{1 + place % 4}")] = MISSING
    gaps = replace(dataset, answers=answers)
    analysis = analyse_scores(gaps, flags_to_exclude=5, answered_share=0.7)
    assert analysis.scale("emotional").alpha is not None
    found = findings(Survey(analysis, surveys.instruments(), surveys.facts(gaps)), "alpha")
    notes = {row.scale: row.reliability for row in found.dimensions}
    assert notes["emotional"] is not None
    assert notes["emotional"].alpha is notes["emotional"].omega is notes["emotional"].n is None
    assert notes["cognitive"] is not None
    assert notes["cognitive"].n == 40


def test_a_part_says_nothing_of_the_change_that_screening_made() -> None:
    """Those who were left out of the whole are in no part, so that nobody knows their change; to
    say that there was none would be false."""
    dataset, analysis = surveys.four_brands()
    survey = Survey(analysis, surveys.instruments(), surveys.facts(dataset))
    found = findings(survey, "alpha")
    part = findings_of_part(found, analysis, {}, (), {})
    assert part.largest_change_by_screening is None
