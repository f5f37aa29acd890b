"""What is found about a brand is what was analysed, and no more than may be said."""

from __future__ import annotations

import numpy as np
import pytest

from psychometrics.analysis import analyse_scores
from psychometrics.dataset import Dataset
from reports.findings import FindingsError
from reports.peers import BINS, letters
from reports.suppression import ReportingRules, Visibility
from reports.verdicts import Verdict
from tests.reports.surveys import NAMES, facts, findings, four_brands, instruments, survey


def test_scores_and_gaps_are_the_analysis_s_own() -> None:
    """Means, intervals and contrasts are handed on unrounded."""
    dataset, analysis = four_brands()
    found = findings(analysis, instruments(), facts(dataset), "alpha")
    for row in found.dimensions:
        result = analysis.scale(row.scale)
        assert result.brand_means is not None
        mean = result.brand_means.mean_of("alpha")
        assert (row.n, row.mean, row.lower, row.upper) == (
            mean.n,
            mean.mean,
            mean.lower,
            mean.upper,
        )
        assert row.contrast == result.contrast_of("alpha")
        assert row.verdict is Verdict.ABOVE
    assert found.headline == "above"
    assert [row.scale for row in found.outcomes] == [s.scale for s in analysis.scales if s.outcome]


def test_which_end_is_good_news_comes_from_the_questionnaire() -> None:
    """Leaving and negative engagement are bad news where high; everything else is good news."""
    names = ("core_engagement", "satisfaction", "switching_intention", "engagement_valence")
    dataset = survey({"alpha": 120, "beta": 120}, names=names)
    found = findings(analyse_scores(dataset), instruments(*names), facts(dataset), "alpha")
    low = {row.scale for row in found.dimensions + found.outcomes if row.favourable == "low"}
    assert low == {"switching_intention", "negative_engagement"}


def test_peers_stand_by_score_and_differences_are_the_readers() -> None:
    """Brands come highest first; a difference is the reader's brand less the other."""
    dataset, analysis = four_brands()
    found = findings(analysis, instruments(), facts(dataset), "beta", name_others=True)
    peers = found.dimensions[0].peers
    assert [peer.mean for peer in peers] == sorted((p.mean for p in peers), reverse=True)
    own = next(peer for peer in peers if peer.own)
    for peer in peers:
        if peer.own:
            assert peer.pair is None
        else:
            assert peer.pair is not None
            assert peer.pair.difference == pytest.approx(own.mean - peer.mean)
            assert peer.pair.lower < peer.pair.difference < peer.pair.upper
            assert np.sign(peer.pair.g) == np.sign(peer.pair.difference)


def test_shares_of_a_distribution_count_everybody_once() -> None:
    """Bins hold all scores: 0 in the first, 100 and nothing else beyond 80 in the last."""
    dataset, analysis = four_brands()
    found = findings(analysis, instruments(), facts(dataset), "alpha")
    scores = analysis.scores.column("cognitive")[analysis.kept & (analysis.brand == "alpha")]
    scores = scores[~np.isnan(scores)]
    own = next(peer for peer in found.dimensions[0].peers if peer.own)
    assert len(own.shares) == BINS
    assert sum(own.shares) == pytest.approx(1)
    assert own.shares[-1] == pytest.approx(np.mean(np.round(scores, 6) >= 80))
    assert own.shares[0] == pytest.approx(np.mean(np.round(scores, 6) < 20))


def test_strengths_and_opportunities_are_items_with_a_verdict() -> None:
    """At most three items above and three below, the widest gap first, each with its word."""
    dataset, analysis = four_brands()
    found = findings(analysis, instruments(), facts(dataset), "alpha")
    assert len(found.strengths) == 3
    assert found.opportunities == ()
    gaps = [item.gap for item in found.items if item.verdict is Verdict.ABOVE]
    assert [item.gap for item in found.strengths] == sorted(gaps, reverse=True)[:3]
    worst = findings(analysis, instruments(), facts(dataset), "beta")
    assert all(item.verdict is Verdict.BELOW for item in worst.opportunities)


def test_item_gaps_are_in_points_of_the_score() -> None:
    """A gap on the response scale is stretched to 0–100 as the scores are."""
    dataset, analysis = four_brands()
    found = findings(analysis, instruments(), facts(dataset), "alpha")
    item = found.items[0]
    means = {
        code: analysis.items_by_brand[code].item(item.item).mean
        for code in ("alpha", "beta", "gamma")
    }
    gap = means["alpha"] - (means["beta"] + means["gamma"]) / 2
    assert item.gap == pytest.approx(gap * 100 / 6)


def test_others_have_no_name_unless_naming_was_agreed() -> None:
    """Without consent no other name is anywhere in the findings, with it all compared ones are."""
    dataset, analysis = four_brands()
    silent = repr(findings(analysis, instruments(), facts(dataset), "alpha"))
    for code in ("beta", "gamma", "delta"):
        assert NAMES[code] not in silent
    open_ = findings(analysis, instruments(), facts(dataset), "alpha", name_others=True)
    assert {peer.label for peer in open_.dimensions[0].peers} == {
        NAMES[code] for code in ("alpha", "beta", "gamma")
    }
    assert NAMES["delta"] not in repr(open_)


def test_letters_mean_the_same_brand_throughout() -> None:
    """A letter is fixed by the first dimension, whatever the order on the others."""
    dataset = survey({"alpha": 120, "beta": 120, "gamma": 120, "epsilon": 120}, seed=4)
    analysis = analyse_scores(dataset)
    found = findings(analysis, instruments(), facts(dataset), "alpha")
    by_letter = [
        {peer.label: analysis_code(analysis, row.scale, peer.mean) for peer in row.peers}
        for row in found.dimensions
    ]
    assert by_letter[0] == by_letter[1] == by_letter[2]
    assert next(iter(by_letter[0])).startswith(("Other brand A", NAMES["alpha"]))


def analysis_code(analysis: object, scale: str, mean: float) -> str:
    """The brand that has this mean on a scale."""
    means = analysis.scale(scale).brand_means.means  # type: ignore[attr-defined]
    return str(next(row.group for row in means if row.mean == mean))


@pytest.mark.parametrize(("place", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_letters_go_on_after_z(place: int, letter: str) -> None:
    """The twenty-seventh brand is AA."""
    assert letters(place) == letter


def test_one_brand_is_shown_without_comparison() -> None:
    """Nothing to compare with is a verdict of its own, and totals are no secret."""
    dataset = survey({"alpha": 150})
    found = findings(analyse_scores(dataset), instruments(), facts(dataset), "alpha")
    assert found.headline == "no_comparison"
    assert found.visibility is Visibility.FULL
    assert all(len(row.peers) == 1 for row in found.dimensions)
    assert all(item.gap is None for item in found.items)
    assert found.counts.n_kept == 150


def test_screening_s_change_of_a_score_is_reported() -> None:
    """Interviews that two flags exclude move the score; the largest move is kept."""
    dataset = survey({"alpha": 150, "beta": 150}, missing=0)
    answers = dataset.answers.copy()
    answers[:6] = 7
    fast = dataset.seconds.copy()
    fast[:6] = 2
    careless = Dataset.build(
        answers, dataset.item_ids, dataset.keys, brand=dataset.brand, seconds=fast
    )
    analysis = analyse_scores(careless)
    found = findings(analysis, instruments(), facts(careless), "alpha")
    assert found.counts.flagged_out >= 6
    change = found.largest_change_by_screening
    assert change is not None
    assert change < -0.3


def test_an_unknown_brand_is_refused_with_the_known_ones() -> None:
    """The message names the brands there are."""
    dataset, analysis = four_brands()
    with pytest.raises(FindingsError, match=r"'zeta' is not in the analysis; .*alpha, beta"):
        findings(analysis, instruments(), facts(dataset), "zeta")


def test_an_analysis_that_compares_smaller_brands_is_refused() -> None:
    """Comparisons that hold brands which the rules hide cannot be reported."""
    dataset, _ = four_brands()
    loose = analyse_scores(dataset, minimum_n=10)
    with pytest.raises(FindingsError, match="minimum_n=30"):
        findings(loose, instruments(), facts(dataset), "alpha")
    with pytest.raises(FindingsError, match="minimum_n=50"):
        findings(
            four_brands()[1],
            instruments(),
            facts(dataset),
            "alpha",
            rules=ReportingRules(hidden_below=50),
        )


def test_outcomes_alone_are_no_engagement() -> None:
    """A survey of outcomes only has nothing for page one."""
    dataset = survey({"alpha": 120, "beta": 120}, names=("satisfaction",))
    with pytest.raises(FindingsError, match="no dimension of engagement"):
        findings(analyse_scores(dataset), instruments(), facts(dataset), "alpha")


def test_wording_is_piped_and_topics_stand_in() -> None:
    """Items carry the brand's name in their wording; licensed items their topic."""
    dataset, analysis = four_brands()
    found = findings(analysis, instruments(), facts(dataset), "alpha")
    assert found.items[0].worded
    assert NAMES["alpha"] in found.items[0].label
    licensed = survey({"1": 150, "2": 150}, names=("zaichkowsky_1994_pii",))
    topics = findings(
        analyse_scores(licensed),
        instruments("zaichkowsky_1994_pii"),
        facts(licensed),
        "1",
    )
    assert not topics.items[0].worded
    assert topics.items[0].label == "importance"
    assert not any(item.turned for item in topics.items)
