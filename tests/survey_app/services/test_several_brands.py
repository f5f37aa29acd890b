"""People who rate several brands, from the questionnaire to the scorecard."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from instruments.plain import from_plain
from reports.findings import findings
from reports.raters import RaterCounts
from reports.scorecard import scorecard
from survey_app.domain.questionnaire import Block, BrandQuestion, Design
from survey_app.exchange.errors import ExchangeError
from survey_app.services.analyse import AnalysisCache
from survey_app.services.dataset import answers_of
from survey_app.services.metrics import import_metrics, read_metrics_file
from survey_app.services.results import result_sections
from survey_app.services.survey import study_survey
from tests.reports.test_comparability import texts
from tests.survey_app.services.designed import BRANDS, Designed, designed_study

if TYPE_CHECKING:
    from instruments.model import Instrument
    from reports.survey import Survey
    from survey_app.storage.database import Database

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "clusters"
ITEMS = ("g1", "g2", "g3", "g4")
DESIGN = Design((Block("general", "general"),), brand_question=BrandQuestion.KNOWN, most_brands=2)


def general() -> Instrument:
    """One dimension of four items."""
    labels = {str(point): f"Point {point}" for point in range(1, 8)}
    form = {"kind": "agreement", "minimum": 1, "maximum": 7, "labels": {"en": labels}}
    items = [{"id": item, "topic": item, "text": {"en": f"Statement {item}"}} for item in ITEMS]
    scale = {"id": "general", "name": {"en": "General"}, "format": "seven", "items": items}
    return from_plain(
        {
            "id": "general",
            "version": "1.0",
            "name": {"en": "General"},
            "languages": ["en"],
            "citation": {"text": "Own.", "doi": None},
            "licence": "Own.",
            "wording": "project",
            "formats": {"seven": form},
            "scales": [scale],
        }
    )


def golden_people() -> list[dict[str, dict[str, int]]]:
    """What each person of the golden answered, by brand."""
    people: dict[str, dict[str, dict[str, int]]] = {}
    with (GOLDEN / "study.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            told = {item: int(row[item]) for item in ITEMS}
            people.setdefault(row["person"], {})[row["brand"]] = told
    return list(people.values())


def interview(study: Designed, number: int, told: dict[str, dict[str, int]]) -> None:
    """One person says which brands are known, one or two, and rates each."""
    key = study.start(f"person-number-{number}")
    study.answer(key, {f"brand.{code}": int(code in told) for code in BRANDS})
    for _ in told:
        position = study.collector.position(key)
        brand = position.brand_of(position.page)
        assert brand is not None
        position = study.answer(key, told[brand.code])
    assert position.finished


@pytest.fixture
def surveyed(sqlite_database: Database) -> Survey:
    """The people of the golden, interviewed one after the other, as scorecards are drawn of it."""
    study = designed_study(sqlite_database, DESIGN, (general(),), title="Several")
    for number, told in enumerate(golden_people()):
        interview(study, number, told)
    with sqlite_database.reading() as unit:
        found = unit.studies.by_key(study.study_key)
        assert found is not None
        return study_survey(unit, found, found.waves[0], cache=AnalysisCache(), minimum_n=30)


def test_scorecards_hold_what_r_finds(surveyed: Survey) -> None:
    """Means, gaps, intervals and pairs of the brands on scorecards are those of clubSandwich for
    the same people; people and ratings are told."""
    expected: dict[str, Any] = json.loads((GOLDEN / "study.json").read_text())
    questions: dict[str, Any] = json.loads((GOLDEN / "items.json").read_text())
    for place, brand in enumerate(expected["brands"]):
        found = findings(surveyed, brand)
        (row,) = found.dimensions
        assert (row.n, row.mean) == (expected["n"][place], pytest.approx(expected["mean"][place]))
        assert row.se == pytest.approx(expected["se"][place])
        assert row.contrast is not None
        for field, values in expected["contrasts"].items():
            assert getattr(row.contrast, field) == pytest.approx(values[place], rel=1e-9)
        assert row.n_others == len([p for p in golden_people() if set(p) - {brand}])
        (first, *_) = found.items
        assert first.item == "g1"
        ends = (questions["contrasts"][end][place] * 100 / 6 for end in ("gap", "lower", "upper"))
        assert (first.gap, first.lower, first.upper) == tuple(pytest.approx(end) for end in ends)
        assert found.counts.raters == RaterCounts(130, 235)
        assert (found.counts.n_interviews, found.counts.n_complete) == (130, 130)
        assert "(130 people, 235 ratings)" in texts(scorecard(found))
    pairs = findings(surveyed, "east").dimensions[0].peers
    differences = sorted(peer.pair.difference for peer in pairs if peer.pair is not None)
    assert differences == pytest.approx(sorted(expected["pairs"]["difference"][:3]))
    blocks = str(result_sections(surveyed.analysis, surveyed.instruments, {}))
    assert "130 people gave 235 ratings" in blocks
    assert "Do the brands differ? Hotelling's approximation" in blocks


def test_what_people_do_goes_together_with_what_they_rate(
    database: Database, tmp_path: Path
) -> None:
    """A person's figure of a brand meets that person's rating of the same brand, named by the
    interview or by the row; figures of another brand, or of a stranger, meet none."""
    study = designed_study(database, DESIGN, (general(),), title="Several")
    people = [
        {
            "north": {item: 1 + (person + place) % 7 for place, item in enumerate(ITEMS)},
            "south": {item: 1 + (3 * person + place) % 5 for place, item in enumerate(ITEMS)},
        }
        for person in range(42)
    ]
    for number, told in enumerate(people):
        interview(study, number, told)
    with database.writing() as unit:
        found = unit.studies.by_key(study.study_key)
        assert found is not None
        answers = answers_of(unit, found)
        data = answers.dataset
        assert data.cluster is not None
        lines = ["person,brand,wave,metric,value", "nobody,north,1,likes,3"]
        for row in range(data.n):
            brand, name = str(data.brand[row]), str(data.cluster[row])
            given = int(data.answers[row].sum())
            named = name if row % 3 else str(data.respondent[row])
            lines.append(f"{named},{brand},1,likes,{given if brand == 'north' else 40 - given}")
        path = tmp_path / "metrics.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        import_metrics(unit, found, read_metrics_file(found, path))
        survey = study_survey(unit, found, found.waves[0], cache=AnalysisCache(), minimum_n=30)
        path.write_text("person,wave,metric,value\ninterview-1,1,likes,3\n", encoding="utf-8")
        with pytest.raises(ExchangeError, match="a person may have rated more than one of them"):
            read_metrics_file(found, path)
    for brand, sign in (("north", 1), ("south", -1)):
        metrics = findings(survey, brand).metrics
        assert metrics is not None
        (told_of,) = metrics.associations
        assert told_of.r == pytest.approx(sign, abs=1e-9)
        assert told_of.n == survey.analysis.brand_counts[brand]
