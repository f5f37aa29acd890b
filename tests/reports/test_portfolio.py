"""The report for the head of several brands: what it says, and what it must not."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest

from psychometrics.analysis import analyse_scores
from reports.blocks import Paragraph, TableBlock
from reports.findings import FindingsError, findings
from reports.pdf.layout import render_document
from reports.pdf.theme import PAGE_SIZES
from reports.portfolio import portfolio, portfolio_pdf
from reports.portfolio_findings import portfolio_findings
from reports.shares import ShareFinding
from reports.suppression import Visibility
from reports.survey import EarlierWave, Survey
from reports.verdicts import Verdict
from tests.reports.surveys import INSTRUMENTS, facts, instruments, survey, unlike_brands
from tests.reports.test_pdf_conformance import failures

if TYPE_CHECKING:
    from reports.blocks import Document

SIZES = {"alpha": 300, "beta": 250, "gamma": 220, "delta": 12, "epsilon": 60}
SIZES |= {f"x{place}": 150 for place in range(4)}
NAMES = {"alpha": "Aurora", "beta": "Borealis", "gamma": "Cirrus", "delta": "Delta"}
NAMES |= {"epsilon": "Epsilon", "x0": "Secret 0", "x1": "Secret 1", "x2": "Secret 2"}
MINE = ("alpha", "beta", "gamma", "delta", "epsilon")
LANGUAGES = ("en", "ru", "de", "ar", "zh")


@cache
def two_waves() -> Survey:
    """One brand above the others, one below, one about the same, two with few interviews."""
    now = survey(SIZES, shift={"alpha": 0.5, "beta": -0.5})
    before = analyse_scores(survey(SIZES, seed=7))
    told = replace(facts(now), brands=NAMES, wave="Spring")
    return Survey(
        analyse_scores(now),
        instruments(*INSTRUMENTS),
        told,
        dataset=now,
        earlier=(EarlierWave("Autumn", before),),
    )


def apart() -> Survey:
    """Three brands whose questions do not work alike."""
    dataset, analysis, measurement = unlike_brands()
    return Survey(
        analysis,
        instruments(*INSTRUMENTS),
        facts(dataset),
        measurement=measurement,
        dataset=dataset,
    )


def words(document: Document) -> str:
    """Everything printed as text, tables and words of charts included."""
    said = [document.title, document.subtitle]
    for block in document.blocks():
        if isinstance(block, Paragraph):
            said.append(block.text)
        elif isinstance(block, TableBlock):
            said += [cell.text for row in block.rows for cell in row]
    said += [chart.alt for chart in document.charts().values()]
    return "\n".join(said)


def test_the_opening_counts_brands_by_verdict() -> None:
    """Above and below by name, those about the same by number, those without a verdict apart."""
    document = portfolio(portfolio_findings(two_waves(), MINE))
    leads = [
        one.text for one in document.blocks() if isinstance(one, Paragraph) and one.tone == "lead"
    ]
    assert leads[0] == (
        "Cognitive engagement: 1 of 4 above the average of the other brands (Aurora), 1 below "
        "(Borealis), 1 about the same. No verdict: Epsilon."
    )
    assert len(leads) == 3


def test_nothing_is_decided_anew() -> None:
    """Scores, verdicts and changes are those of each brand's own scorecard."""
    found = portfolio_findings(two_waves(), MINE)
    for place, dimension in enumerate(found.dimensions):
        for row in dimension.rows:
            own = findings(two_waves(), row.brand.brand).dimensions[place]
            assert row.score == own
            assert row.change in own.references


def test_only_the_readers_brands_are_named() -> None:
    """Others are drawn under letters, and all brands stand on one chart."""
    found = portfolio_findings(two_waves(), MINE)
    document = portfolio(found)
    assert "Secret" not in words(document)
    peers = found.dimensions[0].peers
    assert [peer.label for peer in peers if peer.own] == ["Aurora", "Epsilon", "Cirrus", "Borealis"]
    assert len(peers) == 8


def test_a_hidden_brand_is_named_without_any_figure() -> None:
    """The reason is told; neither its number of interviews nor a total stands anywhere."""
    document = portfolio(portfolio_findings(two_waves(), MINE))
    said = words(document)
    assert "fewer than 30 people gave usable answers: Delta" in said
    assert said.count("Delta") == 1
    assert str(sum(SIZES.values())) not in said


def test_where_questions_work_differently_nothing_is_ranked() -> None:
    """No caterpillar, no quarters, no places; the page says why and keeps the scores."""
    found = portfolio_findings(apart(), ["alpha", "beta"])
    document = portfolio(found)
    assert found.withheld
    assert not any(name.startswith(("ranks", "parting")) for name in document.charts())
    assert "the questions do not work alike for all of them" in words(document)
    columns = document.tables()["figures-cognitive"].columns
    assert [column.label for column in columns] == ["Brand", "n", "Score", "95% interval"]


def test_parting_needs_both_verdicts() -> None:
    """A brand is named as engaged and not satisfied only where both words were given."""
    found = portfolio_findings(two_waves(), MINE)
    assert found.parted() == ((), ())
    feeling, satisfied = found.feeling, found.satisfaction
    assert satisfied is not None
    below = tuple(
        replace(row, score=replace(row.score, verdict=Verdict.BELOW)) for row in satisfied.rows
    )
    turned = replace(found, satisfaction=replace(satisfied, rows=below))
    assert feeling.with_verdict(Verdict.ABOVE) == ("Aurora",)
    assert turned.parted() == (("Aurora",), ())
    assert "yet below on satisfaction: Aurora." in words(portfolio(turned))


def test_a_first_wave_moves_nothing() -> None:
    """Without a wave before there is no section about it and no column of changes."""
    first = replace(two_waves(), earlier=())
    document = portfolio(portfolio_findings(first, MINE))
    assert [section.id for section in document.sections] == ["standing", "parting", "figures"]


def test_a_portfolio_of_hidden_brands_says_why() -> None:
    """One page, no figure."""
    document = portfolio(portfolio_findings(two_waves(), ["delta"]))
    assert not document.charts()
    assert not document.tables()
    assert "fewer than 30 people" in words(document)


def test_no_brands_is_an_error() -> None:
    """Nobody is in charge of nothing."""
    with pytest.raises(FindingsError, match="at least one brand"):
        portfolio_findings(two_waves(), [])


@pytest.mark.parametrize("size", PAGE_SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_portfolios_conform(language, size, tmp_path) -> None:
    """PDF/A-2a and PDF/UA-1 in every language, on either paper."""
    found = portfolio_findings(two_waves(), MINE, language=language)
    assert failures(portfolio_pdf(found, page_size=size), tmp_path) == []


def test_the_same_findings_give_the_same_bytes() -> None:
    """Twice the same file."""
    found = portfolio_findings(two_waves(), MINE)
    assert render_document(portfolio(found)) == render_document(portfolio(found))


def test_many_brands_are_drawn_without_crosses() -> None:
    """Of more than eight own brands the two scores are marks alone, and the note says so."""
    many = crowd()
    few = portfolio(portfolio_findings(many, [f"b{place}" for place in range(8)]))
    all_of_them = portfolio(portfolio_findings(many, [f"b{place}" for place in range(9)]))
    assert "Crosses: 95% intervals" in words(few)
    assert "Marks without crosses" in words(all_of_them)
    assert "(" in few.charts()["parting"].figures[1][1]
    assert "(" not in all_of_them.charts()["parting"].figures[1][1]


@cache
def crowd() -> Survey:
    """Nine brands."""
    dataset = survey({f"b{place}": 120 for place in range(9)})
    return Survey(
        analyse_scores(dataset), instruments(*INSTRUMENTS), facts(dataset), dataset=dataset
    )


def test_shares_of_too_few_satisfied_are_a_sentence() -> None:
    """No table of dashes."""
    found = portfolio_findings(crowd(), ["b0", "b1"])
    hidden = tuple(replace(one, at_risk=ShareFinding(Visibility.HIDDEN)) for one in found.brands)
    document = portfolio(replace(found, brands=hidden))
    assert "at-risk" not in document.tables()
    assert "fewer than 30 were satisfied" in words(document)


def test_letters_are_explained_only_where_they_stand() -> None:
    """Whoever reads all brands sees no letter, and no note about letters."""
    every = portfolio(portfolio_findings(crowd(), [f"b{place}" for place in range(9)]))
    some = portfolio(portfolio_findings(crowd(), ["b0", "b1"]))
    assert "Other brands are not named" in words(some)
    assert "Other brands are not named" not in words(every)
