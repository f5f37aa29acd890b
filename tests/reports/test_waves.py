"""Scores from wave to wave: joined and compared only where the questions work alike in both."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from psychometrics.analysis import analyse_scores
from psychometrics.comparability import comparability
from psychometrics.dataset import Dataset
from psychometrics.measurement import analyse_measurement
from reports.asked import AskedChange, AskedWaves
from reports.findings import findings
from reports.portfolio import portfolio
from reports.portfolio_findings import portfolio_findings
from reports.scorecard import scorecard
from reports.survey import EarlierWave, Survey
from reports.verdicts import Verdict
from survey_app.domain.difference import Kind
from tests.reports.surveys import ITEMS, THREE, facts, instruments, shifted, survey
from tests.reports.test_comparability import texts

if TYPE_CHECKING:
    from reports.references import Reference
    from reports.score_findings import ScoreFinding


def two_waves(moves: dict[tuple[str, str], int]) -> Survey:
    """Two waves about three brands; `moves` shifts answers to questions in one of them."""
    drawn = [survey(THREE, shift={"alpha": 0.3}, seed=seed, missing=0) for seed in (1, 2)]
    both = Dataset.build(
        np.vstack([one.answers for one in drawn]),
        drawn[0].item_ids,
        drawn[0].keys,
        brand=np.concatenate([one.brand for one in drawn]),
        wave=np.repeat(["w1", "w2"], drawn[0].n),
        simulated=True,
    )
    both = shifted(both, moves, "wave")
    before, now = (both.select(both.wave == wave) for wave in ("w1", "w2"))
    measurement = analyse_measurement(now)
    return Survey(
        analyse_scores(now),
        instruments(),
        facts(now, wave="Autumn"),
        measurement=measurement,
        dataset=now,
        earlier=(EarlierWave("Spring", analyse_scores(before)),),
        waves_alike=comparability(both, measurement.dimensionality.measurement.model, "wave"),
    )


def test_waves_that_compare_are_joined_and_their_change_is_judged() -> None:
    """Every dimension has its change, with interval and verdict, and the others' line."""
    found = findings(two_waves({}), "alpha")
    for row in found.dimensions:
        (previous,) = (one for one in row.references if one.kind == "previous")
        assert previous.contrast is not None
        now = row.waves[-1].mean or 0.0
        assert previous.contrast.gap == pytest.approx(now - (row.waves[0].mean or 0.0))
    chart = scorecard(found).charts()["trend"]
    assert "Mean of the others" in chart.alt


def test_waves_that_do_not_compare_are_told_apart() -> None:
    """No change is printed, no line joins the waves, neither the brand's nor the others'."""
    found = findings(two_waves({("w2", item): 2 for item in ITEMS[::2]}), "alpha")
    for row in found.dimensions:
        (previous,) = (one for one in row.references if one.kind == "previous")
        assert (previous.contrast, previous.verdict) == (None, Verdict.NOT_COMPARABLE)
    document = scorecard(found)
    assert "Mean of the others" not in document.charts()["trend"].alt
    said = " ".join(getattr(block, "text", "") for block in document.blocks())
    assert "The waves are not joined and no change is printed" in said


ASKED = (
    AskedChange("format", "breaks", ("emotional",)),
    AskedChange("wording", "caution", ("cognitive",), "cog2"),
    AskedChange("rule", "caution", ("satisfaction",)),
    AskedChange("brand", "breaks", brand="beta"),
)


def asked(*changes: AskedChange, known: bool = True) -> Survey:
    """Two waves that compare, with what was asked otherwise in the first."""
    whole = two_waves({})
    waves = (AskedWaves("Spring", "Autumn", changes, known),)
    return replace(whole, facts=replace(whole.facts, asked=waves))


def test_no_change_is_told_of_what_was_asked_otherwise() -> None:
    """A scale whose comparability broke has no trend and no change, nor have its questions; page
    one says why in one sentence, the method names it; what is left is tested by itself."""
    found = findings(asked(*ASKED), "alpha")
    changes = {row.scale: previous_of(row) for row in found.dimensions}
    assert (changes["emotional"].contrast, changes["emotional"].verdict) == (
        None,
        Verdict.NOT_COMPARABLE,
    )
    assert [row.waves == () for row in found.dimensions] == [False, True, False]
    assert {item.scale for item in found.items if item.change is None} == {"emotional"}
    kept = [changes[scale].contrast for scale in ("cognitive", "behavioural")]
    (plain, _, other) = findings(two_waves({}), "alpha").dimensions
    for now, before in zip(kept, (previous_of(plain), previous_of(other)), strict=True):
        assert now is not None
        assert before.contrast is not None
        assert (now.gap, now.p) == (before.contrast.gap, before.contrast.p)
    document = scorecard(found)
    assert "Emotional engagement" not in document.charts()["trend"].alt
    said = texts(document)
    assert "No change since Spring is told for emotional engagement: the questionnaire" in said
    assert (
        "By machine, beside Spring: not the same are answer scale (emotional engagement), wording "
        "(cognitive engagement) and rules of who is asked what (satisfaction). Where scores"
    ) in said


def test_changes_that_ask_for_care_are_marked() -> None:
    """The trend, the change in figures and that of the one question carry a mark with its note;
    what nobody changed carries none, nor does another brand's new name."""
    found = findings(asked(*ASKED), "alpha")
    assert [item.item for item in found.items if item.change_asked == "caution"] == ["cog2"]
    assert "beta" not in repr(found.facts.asked)
    document = scorecard(found)
    alt = document.charts()["trend"].alt
    assert "Cognitive engagement\u00a0‡" in alt
    assert "Behavioural engagement\u00a0‡" not in alt
    cells = [
        cell.text for table in document.tables().values() for row in table.rows for cell in row
    ]
    assert sum("‡" in cell for cell in cells) == 3
    assert "‡ Not all these waves were asked the same (wording)" in texts(document)
    renamed = findings(asked(AskedChange("brand", "caution", brand="alpha")), "alpha")
    assert {previous_of(row).asked for row in renamed.dimensions} == {"caution"}


def test_what_nobody_knows_of_waves_is_no_reason_for_a_mark() -> None:
    """Of answers from a file the method says that nothing is known; of waves that were asked the
    same, that they were."""
    for told, known in (("Not known beside Spring", False), ("the same wording", True)):
        said = texts(scorecard(findings(asked(known=known), "alpha")))
        assert told in said
        assert "‡" not in said


@pytest.mark.parametrize("language", ["en", "ru", "de", "ar", "zh"])
def test_every_language_tells_what_was_asked_otherwise(language: str) -> None:
    """Each kind of difference has its words, in both effects, and a portfolio tells them too."""
    changes = [AskedChange(kind.value, "breaks", ("emotional",)) for kind in Kind]
    changes += [AskedChange(kind.value, "caution", ("cognitive",)) for kind in Kind]
    survey_told = asked(*changes)
    said = texts(scorecard(findings(survey_told, "alpha", language=language)))
    assert said.count("‡") >= 2
    whole = portfolio(portfolio_findings(survey_told, ["alpha", "beta"], language=language))
    assert "‡" in texts(whole)
    everything = [AskedChange("format", "breaks")]
    nothing = portfolio(
        portfolio_findings(asked(*everything), ["alpha", "beta"], language=language)
    )
    assert not [name for name in nothing.charts() if name.startswith("moving")]


def previous_of(row: ScoreFinding) -> Reference:
    """The change of a score since the wave before."""
    (found,) = (one for one in row.references if one.kind == "previous")
    return found


def test_a_wave_of_too_few_is_a_gap() -> None:
    """A brand with fewer than thirty interviews in a wave has no point in it and no change."""
    whole = two_waves({})
    scores = whole.earlier[0].scores
    few = np.flatnonzero(scores.brand == "alpha")[:12]
    kept = np.sort(np.concatenate([few, np.flatnonzero(scores.brand != "alpha")]))
    before = survey(THREE, shift={"alpha": 0.3}, seed=1, missing=0).select(kept)
    thin = replace(whole, earlier=(EarlierWave("Spring", analyse_scores(before)),))
    for row in findings(thin, "alpha").dimensions:
        assert row.waves[0].mean is None
        assert not [one for one in row.references if one.kind == "previous"]
