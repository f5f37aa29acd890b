"""The researcher's report: the analyses' own figures, bad items pointed at, R beside each table."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
import pytest
from pypdf import PdfReader

from psychometrics.analysis import ScoreAnalysis, analyse_scores
from psychometrics.dataset import Dataset
from psychometrics.structure import StructureAnalysis, analyse_structure
from reports.blocks import Bullets, ChartBlock, Document, Facts, Heading, Paragraph, TableBlock
from reports.psychometric_report import psychometric_report, psychometric_report_pdf
from tests.reports.surveys import facts, four_brands, instruments, survey


@cache
def with_bad_item() -> tuple[Dataset, ScoreAnalysis, StructureAnalysis]:
    """A survey in which the answers to one item are noise."""
    dataset = survey({"alpha": 150, "beta": 150}, missing=0, names=("core_engagement",))
    answers = dataset.answers.copy()
    noise = np.random.default_rng(9).integers(1, 8, dataset.n)
    answers[:, dataset.item_ids.index("emo3")] = noise
    bad = Dataset.build(answers, dataset.item_ids, dataset.keys, brand=dataset.brand)
    return bad, analyse_scores(bad), analyse_structure(bad)


@cache
def document(language: str = "en") -> Document:
    """The report on the survey of four brands."""
    dataset, analysis = four_brands()
    structure = analyse_structure(dataset, rows=analysis.kept)
    return psychometric_report(analysis, structure, instruments(), facts(dataset), language)


def test_a_bad_item_is_pointed_at_with_reasons() -> None:
    """The item that is noise is the one to look at: apart from its scale, alpha better without."""
    dataset, analysis, structure = with_bad_item()
    report = psychometric_report(analysis, structure, instruments(), facts(dataset))
    pointed = [
        text for block in report.blocks() if isinstance(block, Bullets) for text in block.items
    ]
    about = [text for text in pointed if text.startswith("emo3")]
    assert len(about) == 1
    assert "hardly goes with the rest" in about[0] or "runs against the rest" in about[0]
    assert "alpha would rise from" in about[0]
    assert not [text for text in pointed if text.startswith("cog")]


def test_an_item_on_no_factor_is_said_to_be_nowhere() -> None:
    """Noise loads on no factor; the report says so instead of naming a factor it belongs to."""
    dataset, analysis, structure = with_bad_item()
    assert structure.unplaced == ("emo3",)
    report = psychometric_report(analysis, structure, instruments(), facts(dataset))
    text = _words(report)
    assert "loads on no factor as much as .30" in text
    assert "loads highest on" not in text


def test_a_rise_of_alpha_shows_in_its_digits() -> None:
    """Alpha with and without an item carry three digits, so that no rise reads as none."""
    dataset, analysis, structure = with_bad_item()
    text = _words(psychometric_report(analysis, structure, instruments(), facts(dataset)))
    dropped = analysis.items.item("emo3").alpha_if_dropped
    assert dropped is not None
    assert f"to {dropped:.3f} without it".replace("0.", ".") in text


def test_usable_interviews_are_counted_beside_those_kept() -> None:
    """The lead tells all, usable and kept apart."""
    _, analysis = four_brands()
    lead = f"{analysis.n_kept} of {analysis.n_interviews} interviews enter the figures below. "
    assert f"{lead}{analysis.n_usable} were usable" in _words(document())


def test_good_items_are_not_pointed_at() -> None:
    """Where nothing is wrong, the report says so."""
    assert "No item calls for attention" in _words(document())


def test_item_table_prints_the_item_statistics() -> None:
    """Mean, spread, shape, r.drop and alpha without, rounded from the analysis."""
    _, analysis = four_brands()
    row = analysis.items.item("cog1")
    cells = [cell.text for cell in document().tables()["items-cognitive"].rows[0]]
    assert cells[:2] == ["cog1 attention", str(row.n)]
    assert row.mean is not None
    assert row.r_drop is not None
    assert f"{row.mean:.2f}" in cells
    assert f"{row.r_drop:.2f}".lstrip("0") in cells


def test_reliability_table_prints_alpha_and_omega() -> None:
    """Three digits with the interval, for every scale of more than one item."""
    _, analysis = four_brands()
    alpha = analysis.scale("emotional").alpha
    assert alpha is not None
    cells = [cell.text for cell in document().tables()["reliability"].rows[1]]
    assert cells[3].startswith(f"{alpha.alpha:.3f}".lstrip("0"))


def test_structure_shows_all_rules_and_loadings() -> None:
    """KMO, Bartlett, scree, both rules' verdicts, loadings, Φ and fit are there."""
    report = document()
    assert {"scree", "loadings-main"} <= set(report.charts())
    assert {"number-of-factors", "loadings-main", "factors-main"} <= set(report.tables())
    text = _words(report)
    for words in ("Kaiser–Meyer–Olkin", "Bartlett", "minimum average partial", "RMSEA"):
        assert words in text
    loadings = report.tables()["loadings-main"]
    assert [row[0].text.split()[0] for row in loadings.rows][:2] == ["cog1", "cog2"]


def test_every_section_names_the_r_calls() -> None:
    """Each part with computed tables carries a line that begins with R."""
    for section in document().sections[:4]:
        notes = " ".join(
            " ".join(block.notes) if isinstance(block, TableBlock) else block.text
            for block in section.blocks
            if isinstance(block, (TableBlock, Paragraph))
        )
        assert "R: " in notes


def test_screening_shows_flags_and_both_results() -> None:
    """How often each flag is raised, and every scale with and without."""
    tables = document().tables()
    assert len(tables["flags"].rows) == 4
    assert len(tables["screening"].rows) == len(four_brands()[1].scales)


def test_without_structure_the_report_still_stands() -> None:
    """Items that could not be factor-analysed leave a sentence in the place of the section."""
    dataset, analysis = four_brands()
    report = psychometric_report(analysis, None, instruments(), facts(dataset))
    assert "could not be factor-analysed" in _words(report)
    assert "scree" not in report.charts()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_pdf_is_whole_and_repeats_itself(language: str) -> None:
    """Same bytes twice, simulated on every page, no boxes, fingerprint printed."""
    dataset, analysis = four_brands()
    structure = analyse_structure(dataset, rows=analysis.kept)
    given = (analysis, structure, instruments(), facts(dataset), language)
    pdf = psychometric_report_pdf(*given)
    assert pdf == psychometric_report_pdf(*given)
    texts = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    said = {"en": "Simulated data", "ru": "Смоделированные данные"}[language]
    assert all(said in text for text in texts)
    assert dataset.fingerprint in "".join(texts)
    assert not any(box in text for text in texts for box in "\ufffd□■")


def _words(report: Document) -> str:
    texts: list[str] = []
    for block in report.blocks():
        match block:
            case Heading() | Paragraph():
                texts.append(block.text)
            case Bullets():
                texts += block.items
            case Facts():
                texts += [words for row in block.rows for words in row]
            case TableBlock():
                texts += block.notes
            case ChartBlock():
                texts.append(block.chart.alt)
    return " ".join(texts)
