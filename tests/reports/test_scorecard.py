"""The scorecard on paper and page: the sentence, the charts, the names, the same bytes."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from psychometrics.analysis import analyse_scores
from reports.blocks import Block, ChartBlock, ChartGrid, Document, Facts, FinePrint, TableBlock
from reports.charts.primitives import Text
from reports.charts.svg import to_svg
from reports.facts import SurveyFacts
from reports.scorecard import scorecard, scorecard_charts, scorecard_pdf
from reports.sections.standing import headline
from reports.sections.story import Story
from reports.verdicts import Verdict, headline_rule
from tests.reports.surveys import (
    LONG_NAME,
    NAMES,
    facts,
    findings,
    four_brands,
    instruments,
    survey,
)

if TYPE_CHECKING:
    from reports.findings import Findings
    from reports.score_findings import ScoreFinding

BOXES = ("\ufffd", "□", "■")


@cache
def found(brand: str = "alpha", language: str = "en", *, name_others: bool = False) -> Findings:
    """Findings of the survey of four brands."""
    dataset, analysis = four_brands()
    return findings(
        analysis, instruments(), facts(dataset), brand, language=language, name_others=name_others
    )


@cache
def pages(brand: str = "alpha", language: str = "en", *, name_others: bool = False) -> list[str]:
    """The text of each page of a scorecard, spaces made plain."""
    pdf = scorecard_pdf(found(brand, language, name_others=name_others))
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("brand", ["alpha", "beta", "gamma", "delta"])
def test_page_one_opens_with_the_sentence(brand: str, language: str) -> None:
    """The sentence of the blocks is on the first page, letter by letter."""
    sentence = headline(Story(language, found(brand, language)))
    assert NAMES[brand] in sentence
    assert " ".join(sentence.split()) in pages(brand, language)[0]


def test_the_sentence_says_verdict_gap_and_interval() -> None:
    """Each dimension that stands above comes with its gap and interval."""
    sentence = headline(Story("en", found()))
    contrast = found().dimensions[0].contrast
    assert contrast is not None
    said = "stands above the average of the other brands on cognitive"
    assert sentence.startswith(f"{NAMES['alpha']} {said}")
    gap = f"(gap +{contrast.gap:.1f} points, 95% interval {contrast.lower:.1f}\u00a0to"
    assert gap in sentence


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_set_of_verdicts_makes_a_whole_sentence(language: str) -> None:
    """All combinations over three dimensions read without gaps, and name every dimension."""
    rows = found(language=language).dimensions
    for verdicts in product(Verdict, repeat=3):
        dimensions = tuple(_as(row, verdict) for row, verdict in zip(rows, verdicts, strict=True))
        rule = headline_rule(verdicts).id
        told = replace(found(language=language), dimensions=dimensions, headline=rule)
        sentence = headline(Story(language, told))
        assert sentence.endswith(".")
        assert "None" not in sentence
        assert "{" not in sentence
        assert " ." not in sentence
        assert "  " not in sentence
        if rule not in {"hidden", "too_few", "not_comparable", "no_comparison"}:
            assert all(row.name[1:] in sentence for row in rows), sentence


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("brand", ["alpha", "beta", "gamma", "delta"])
def test_no_letter_is_a_box(brand: str, language: str) -> None:
    """Latin, Cyrillic and Greek names are drawn in letters, also beside each other."""
    text = " ".join(pages(brand, language, name_others=True))
    assert not [box for box in BOXES if box in text]
    assert NAMES[brand] in text


def test_simulated_data_is_said_on_every_page() -> None:
    """Each page carries the words; real data carry them nowhere."""
    assert len(pages()) > 3
    assert all("Simulated data" in page for page in pages())
    real = replace(found(), facts=replace(found().facts, simulated=False))
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(scorecard_pdf(real))).pages)
    assert "Simulated" not in text


def test_a_simulated_analysis_is_called_so_whatever_the_facts_say() -> None:
    """Forgetting the mark in the facts does not hide it."""
    dataset, analysis = four_brands()
    forgetful = facts(dataset, simulated=False)
    document = scorecard(findings(analysis, instruments(), forgetful, "alpha"))
    assert document.banner == "Simulated data"


def test_outside_text_is_printed_as_it_is() -> None:
    """Ampersands and tags in names and titles are letters, not markup."""
    assert "Coffee <i>&amp;</i> Co. tracker" in pages()[0]
    assert "Alpha & Söhnlein <b>" in pages()[0]


@pytest.mark.parametrize("brand", ["alpha", "beta"])
def test_unnamed_competitors_are_nowhere(brand: str) -> None:
    """Other brands' names are in no page, chart, alternative text or property of the file."""
    others = [NAMES[code] for code in NAMES if code != brand]
    pdf = scorecard_pdf(found(brand))
    reader = PdfReader(io.BytesIO(pdf))
    text = " ".join(page.extract_text() for page in reader.pages) + repr(reader.metadata)
    drawn = [
        to_svg(chart, id_prefix=name) for name, chart in scorecard_charts(found(brand)).items()
    ]
    words = [chart.alt + chart.title for chart in scorecard_charts(found(brand)).values()]
    tables = repr(scorecard(found(brand)))
    for name in others:
        for place in (text, *drawn, *words, tables):
            assert name not in place
            assert max(name.split(), key=len) not in place


def test_named_competitors_are_named_but_never_a_hidden_one() -> None:
    """With consent the compared brands stand by name; the hidden one does not."""
    text = " ".join(pages("alpha", name_others=True))
    assert NAMES["beta"] in text
    assert LONG_NAME.split()[1] in text
    assert NAMES["delta"] not in text


def test_the_same_findings_give_the_same_bytes() -> None:
    """Twice in this process, and once more in another."""
    first = scorecard_pdf(found())
    assert first == scorecard_pdf(found())
    code = (
        "import hashlib; from tests.reports.test_scorecard import found; "
        "from reports.scorecard import scorecard_pdf; "
        "print(hashlib.sha256(scorecard_pdf(found())).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == hashlib.sha256(first).hexdigest()


@pytest.mark.parametrize("brand", ["alpha", "delta"])
def test_blocks_fit_together(brand: str) -> None:
    """Chart and table names are unique, and every row has a cell for each column."""
    document = scorecard(found(brand))
    drawn = [chart for block in document.blocks() for chart in _charts(block)]
    tables = document.tables()
    assert len(drawn) == len(document.charts())
    assert len([b for b in document.blocks() if isinstance(b, TableBlock)]) == len(tables)
    for table in tables.values():
        assert all(len(row) == len(table.columns) for row in table.rows)
        assert table.caption
    assert len({section.id for section in document.sections}) == len(document.sections)


def test_the_web_gets_the_same_charts_as_paper() -> None:
    """The charts handed to the web are those of the document, each with words of its own."""
    charts = scorecard_charts(found())
    assert charts == scorecard(found()).charts()
    for scale in ("cognitive", "emotional", "behavioural"):
        assert {f"rank-{scale}", f"spread-{scale}", f"items-{scale}"} <= set(charts)
    assert len({chart.alt for chart in charts.values()}) == len(charts)


def test_charts_print_the_figures_of_the_findings() -> None:
    """The score and gap drawn on page one are those found."""
    row = found().dimensions[0]
    drawn = {
        p.text for p in scorecard_charts(found())["standing"].primitives if isinstance(p, Text)
    }
    assert row.contrast is not None
    assert {f"{row.mean:.1f}", f"+{row.contrast.gap:.1f}", "above the others"} <= drawn


def test_what_nobody_stated_is_not_invented() -> None:
    """Facts that are missing say so, one by one."""
    dataset, analysis = four_brands()
    bare = findings(analysis, instruments(), SurveyFacts("Study"), "alpha")
    rows = dict(_facts(scorecard(bare)))
    for term in ("Population", "Recruited", "Fieldwork", "Answered by", "Weighting", "Sponsor"):
        assert rows[term] == "Not stated by the researcher"
    assert rows["Software"] == "customer-engagement not known"
    assert dataset.simulated


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2025, 3, 3), date(2025, 3, 21), "3 March 2025 to 21 March 2025"),
        (date(2025, 3, 3), date(2025, 3, 3), "3 March 2025"),
        (date(2025, 3, 3), None, "Since 3 March 2025, not closed yet"),
        (None, date(2025, 3, 21), "Until 21 March 2025"),
    ],
)
def test_fieldwork_that_goes_on_is_not_given_an_end(
    first: date | None, last: date | None, said: str
) -> None:
    """A wave without a last day is told as running, not as one day."""
    dataset, analysis = four_brands()
    stated = facts(dataset, first_day=first, last_day=last)
    document = scorecard(findings(analysis, instruments(), stated, "alpha"))
    assert dict(_facts(document))["Fieldwork"] == said


def test_the_method_box_holds_rules_and_disclosure() -> None:
    """Fingerprint, version, thresholds and AAPOR's eleven items are on the last pages."""
    rows = dict(_facts(scorecard(found())))
    assert rows["Data fingerprint"] == f"SHA-256 {four_brands()[0].fingerprint}"
    assert rows["Software"] == "customer-engagement 0.1.0"
    assert "30" in rows["Protection"]
    assert rows["Comparability of brands"] == "Not tested: measurement invariance."
    assert rows["Overall score"].startswith("Not tested: whether the dimensions add up")
    numbered = re.findall(r"(?:^|, )(\d+) [A-Z]", "\n".join(rows), re.MULTILINE)
    assert numbered == [str(k) for k in range(1, 12)]
    assert rows["2 Sponsor and conductor"] == "As told under “About the survey”."


def test_set_aside_interviews_are_counted_by_reason() -> None:
    """Interviews that fieldwork screened out are named with their number."""
    dataset = survey({"alpha": 150, "beta": 150})
    aside = ["screened_out_attention"] * 7 + ["refused"] + ["complete"] * 292
    dataset = replace(dataset, disposition=type(dataset.disposition)((300,), "U30"))
    dataset.disposition[:] = aside
    analysis = analyse_scores(dataset)
    rows = dict(_facts(scorecard(findings(analysis, instruments(), facts(dataset), "beta"))))
    assert "1 interview without consent" in rows["Careless answers"]
    assert "7 interviews that failed an attention check" in rows["Careless answers"]


def test_no_total_score_and_no_cause_is_claimed() -> None:
    """The page says that no overall score is printed and that nothing here shows causes."""
    text = " ".join(pages())
    assert "No overall score is printed" in text
    assert "measurement invariance" in text
    assert "associated with" in text
    for word in ("overall score:", "drives", "causes engagement", "because of the brand"):
        assert word not in text.lower()


def test_of_many_brands_every_place_is_drawn_and_the_own_named() -> None:
    """Beyond a dozen brands only the reader's own is named, and every other has its line."""
    dataset = survey({f"b{k:02}": 40 for k in range(15)}, names=("core_engagement",))
    analysis = analyse_scores(dataset)
    document = scorecard(findings(analysis, instruments(), facts(dataset), "b03"))
    chart = document.charts()["rank-cognitive"]
    drawn = [p.text for p in chart.primitives if isinstance(p, Text)]
    assert not any(text.startswith("Other brand") for text in drawn)
    assert any("b03" in text for text in drawn)
    assert "of 15" in chart.alt


def test_without_other_brands_no_comparison_is_drawn() -> None:
    """One brand alone has scores, questions and method, and not a single empty gap column."""
    dataset = survey({"alpha": 150})
    document = scorecard(findings(analyse_scores(dataset), instruments(), facts(dataset), "alpha"))
    assert not [name for name in document.charts() if name.startswith("rank-")]
    labels = {column.label for table in document.tables().values() for column in table.columns}
    assert not labels & {"Gap", "Verdict", "Others", "Hedges g"}
    assert isinstance(document.tables()["scores"], TableBlock)


def _as(row: ScoreFinding, verdict: Verdict) -> ScoreFinding:
    """A row as it would be with another verdict."""
    if verdict is Verdict.HIDDEN:
        return replace(row, verdict=verdict, mean=None, lower=None, upper=None, contrast=None)
    if verdict is Verdict.NO_COMPARISON:
        return replace(row, verdict=verdict, contrast=None)
    return replace(row, verdict=verdict)


def _charts(block: Block) -> tuple[ChartBlock, ...]:
    if isinstance(block, ChartGrid):
        return block.charts
    return (block,) if isinstance(block, ChartBlock) else ()


def _facts(document: Document) -> list[tuple[str, str]]:
    return [
        row
        for block in document.blocks()
        if isinstance(block, Facts | FinePrint)
        for row in block.rows
    ]
