"""The report of a questionnaire whose names are alike: every part keeps its own figures."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import yaml
from pypdf import PdfReader

from instruments.load import load_instrument
from psychometrics.dataset import Dataset, ScoringKey
from reports.blocks import Paragraph
from reports.psychometric_report import psychometric_report, psychometric_report_pdf
from reports.sections.psychometric_factor_model import loadings_of
from tests.reports.surveys import analysed, facts

if TYPE_CHECKING:
    from pathlib import Path

    from instruments.model import Instrument
    from psychometrics.analysis import ScoreAnalysis
    from psychometrics.measurement import MeasurementAnalysis

SCALES = {"one": ["one", "a2", "a3"], "general": ["b1", "b2", "b3"], "if": ["c1", "c2", "c3"]}
"""An item called as its scale, a scale called as the factor of all items, one as a word of R."""


def alike(tmp_path: Path) -> Instrument:
    """A questionnaire whose items have all the same wording, and whose scales the same name."""
    text = {"en": "How much do you like {brand}?"}
    definition = {
        "id": "alike",
        "version": "1.0",
        "name": {"en": "Alike"},
        "languages": ["en"],
        "citation": {"text": "None.", "doi": None},
        "licence": "MIT",
        "wording": "project",
        "formats": {
            "f": {
                "kind": "rating",
                "minimum": 1,
                "maximum": 7,
                "labels": {"en": {str(value): str(value) for value in range(1, 8)}},
            }
        },
        "scales": [
            {
                "id": scale,
                "name": {"en": "Liking"},
                "format": "f",
                "items": [{"id": item, "topic": "liking", "text": dict(text)} for item in items],
            }
            for scale, items in SCALES.items()
        ],
    }
    path = tmp_path / "alike.yaml"
    path.write_text(yaml.safe_dump(definition), encoding="utf-8")
    return load_instrument(path)


@cache
def answers() -> tuple[Dataset, ScoreAnalysis, MeasurementAnalysis]:
    """Answers about two brands, with a factor for each scale, correlated by half."""
    rng = np.random.default_rng(3)
    n = 320
    general, columns = rng.normal(size=n), []
    for place in range(9):
        if place % 3 == 0:
            own = (general + rng.normal(size=n)) / np.sqrt(2)
        loading = (0.85, 0.7, 0.6)[place % 3]
        columns.append(loading * own + np.sqrt(1 - loading**2) * rng.normal(size=n))
    given = np.clip(np.round(4 + 1.3 * np.column_stack(columns)), 1, 7)
    items = [item for own in SCALES.values() for item in own]
    scales = [ScoringKey(scale, tuple(own), 1, 7) for scale, own in SCALES.items()]
    brand = np.repeat(["alpha", "beta"], n // 2)
    return analysed(Dataset.build(given, items, scales, brand=brand))


def test_every_path_keeps_its_own_figure(tmp_path: Path) -> None:
    """All nine loadings stand in the diagram and the table, in the order of the items."""
    dataset, analysis, measurement = answers()
    report = psychometric_report(
        analysis, None, [alike(tmp_path)], facts(dataset), measurement=measurement
    )
    fit = measurement.dimensionality.measurement.fit
    assert fit is not None
    printed = [f"{path.value:.2f}".lstrip("0") for path in loadings_of(fit)]
    rows = report.tables()["model-loadings"].rows
    assert [row[0].text.split()[0] for row in rows] == [i for own in SCALES.values() for i in own]
    assert [row[2].text.split()[0] for row in rows] == printed
    assert {row[1].text for row in rows} == {"Liking"}
    said = report.charts()["path-diagram"].alt
    assert all(figure in said for figure in printed)
    assert all(f"{item} liking" in said for own in SCALES.values() for item in own)


def test_every_section_stands_with_names_alike(tmp_path: Path) -> None:
    """Models, validity, comparability and precision are all there, and the PDF is whole."""
    dataset, analysis, measurement = answers()
    assert [test.reason for test in measurement.dimensionality.tests] == [""] * 4
    given = (analysis, None, [alike(tmp_path)], facts(dataset))
    report = psychometric_report(*given, measurement=measurement)
    for name in ("fornell-larcker", "invariance-brand", "latent-means-brand", "graded-if"):
        assert name in report.tables()
    named = [column.label for column in report.tables()["latent-means-brand"].columns]
    assert named[1:] == ["Liking"] * 3
    assert len(
        PdfReader(io.BytesIO(psychometric_report_pdf(*given, measurement=measurement))).pages
    )


def test_names_in_another_language_stand_in_for_missing_ones(tmp_path: Path) -> None:
    """A questionnaire without names in the report's language is told by those that it has."""
    dataset, analysis, measurement = answers()
    report = psychometric_report(
        analysis, None, [alike(tmp_path)], facts(dataset), "ru", measurement=measurement
    )
    assert {row[1].text for row in report.tables()["model-loadings"].rows} == {"Liking"}


def test_the_reason_for_no_tests_is_told(tmp_path: Path) -> None:
    """Why the measurement could not be tested stands in the place of the tests."""
    dataset, analysis, _ = answers()
    report = psychometric_report(
        analysis, None, [alike(tmp_path)], facts(dataset), unmeasured="Nobody varies."
    )
    texts = [block.text for block in report.blocks() if isinstance(block, Paragraph)]
    assert "None of these can be had. Nobody varies." in texts
