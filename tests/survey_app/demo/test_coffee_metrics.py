"""The demo's metrics, from the simulator through a file and the database to paper."""

from __future__ import annotations

import csv
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pytest
from pypdf import PdfReader

from instruments.load import shipped
from instruments.metrics import standard_metrics
from psychometrics.analysis import analyse_scores
from reports.blocks import Document, Section
from reports.facts import SurveyFacts
from reports.metrics import metric_findings
from reports.pdf.layout import render_document
from reports.peers import PeerLabels
from reports.sections.metrics import measured
from reports.sections.story import Story
from reports.suppression import ReportingRules
from reports.survey import Survey
from survey_app.demo import coffee
from survey_app.demo.coffee_metrics import metric_values
from survey_app.domain.user import Role, User
from survey_app.services.dataset import dataset_of
from survey_app.services.dataset_import import import_dataset
from survey_app.services.metrics import (
    import_metrics,
    measured_wave,
    metric_values_of,
    read_metrics_file,
)
from survey_app.services.study import create_study, instruments_of, open_study
from tests.reports.surveys import findings

if TYPE_CHECKING:
    from pathlib import Path

    from psychometrics.metric_values import MetricValues
    from survey_app.storage.database import Database


@pytest.fixture(scope="module")
def values() -> MetricValues:
    """The metrics of the demo."""
    answers = coffee.answers([shipped(name) for name in coffee.INSTRUMENTS])
    return metric_values(answers, coffee.waves())


def written(values: MetricValues, path: Path) -> Path:
    """The values as a researcher's file."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["person", "brand", "wave", "metric", "value"])
        columns = (values.subject, values.brand, values.wave, values.metric, values.value)
        writer.writerows(zip(*(column.tolist() for column in columns), strict=True))
    return path


def test_simulated_metrics_fit_their_declaration(values: MetricValues) -> None:
    """Each value is one that its metric can take, and the same every time."""
    known = standard_metrics()
    pairs = zip(values.metric.tolist(), values.value.tolist(), strict=True)
    assert all(known.metric(metric).holds(value) for metric, value in pairs)
    answers = coffee.answers([shipped(name) for name in coffee.INSTRUMENTS])
    assert metric_values(answers, coffee.waves()).fingerprint == values.fingerprint
    assert {"root", "action", "outcome"} == {
        known.metric(metric).kind for metric in np.unique(values.metric).tolist()
    }


def test_from_a_file_to_the_scorecard(
    values: MetricValues, sqlite_database: Database, tmp_path: Path
) -> None:
    """The file is imported beside the answers; page four tells figures, index, outcomes and
    correlations, names no competitor, and shows nothing of the brand with few people."""
    with sqlite_database.writing() as unit:
        owner = User("ada@example.org", "Ada", Role.RESEARCHER, password_hash="none")
        unit.users.add(owner)
        unit.flush()
        study = create_study(
            unit,
            owner=owner,
            title=coffee.TITLE,
            instruments=coffee.INSTRUMENTS,
            languages=coffee.LANGUAGES,
            brands=coffee.brands(),
            waves=coffee.waves(),
            consent=coffee.CONSENT,
            simulated=True,
        )
        open_study(study)
        import_dataset(unit, study, coffee.answers(instruments_of(study)))
        plan = import_metrics(
            unit, study, read_metrics_file(study, written(values, tmp_path / "m.csv"))
        )
        unit.commit()
        assert plan.new == values.n
        assert metric_values_of(unit, study).fingerprint == values.fingerprint
        wave = measured_wave(unit, study, study.current_wave, rules=ReportingRules())
        dataset = dataset_of(unit, study, wave=study.current_wave.code)
    assert wave is not None
    assert (wave.wave, wave.previous) == ("2026-3", "2026-2")
    text = " ".join(page(wave, dataset).split())
    for words in (
        "What people do, measured",
        "takes place 1 of 3",
        "Positive: Likes",
        "Negative: Replies",
        "Outcomes, measured",
        "associated with what they answer",
    ):
        assert words in text
    for name in ("Birch", "Copper", "Dune"):
        assert name not in text


def page(wave, dataset) -> str:
    """The words of page four of the first brand, on paper."""
    scores = analyse_scores(dataset)
    instruments = [shipped(name) for name in coffee.INSTRUMENTS]
    names = {brand.code: brand.name("en") for brand in coffee.brands()}
    facts = SurveyFacts(coffee.TITLE, names, simulated=True)
    told = findings(scores, instruments, facts, "aurora")
    labels = PeerLabels.of(Survey(scores, instruments, facts), "aurora", language="en").labels
    found = metric_findings(
        wave, scores, "aurora", compared=labels, language="en", called=(dataset.respondent,)
    )
    assert found is not None
    assert "dune" not in {brand.code for brand in found.index.brands}
    section = Section("metrics", "Metrics", tuple(measured(Story("en", told), found)))
    pdf = render_document(Document("Aurora", "", "en", (section,), ""))
    return "\n".join(sheet.extract_text() for sheet in PdfReader(BytesIO(pdf)).pages)
