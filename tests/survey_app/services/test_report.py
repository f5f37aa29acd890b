"""What reports are told about a survey, from a stored study or from a file."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np
import pytest
from pypdf import PdfReader

from instruments.load import load_instrument
from instruments.plain import to_plain
from reports.part import condition_words
from reports.sections.story import Story
from reports.suppression import Visibility
from survey_app.demo.simulator import Cell, simulate
from survey_app.domain.scoring_keys import scoring_keys
from survey_app.domain.study import Brand, Study, Wave
from survey_app.services.analyse import Analysed, AnalysisCache
from survey_app.services.files import write_psychometric_report
from survey_app.services.r_script import measurement_script
from survey_app.services.report import (
    psychometric_pdf,
    scorecard_findings,
    study_facts,
    survey_facts,
)

if TYPE_CHECKING:
    from pathlib import Path

CORE = load_instrument("core_engagement")
BRANDS = {"north": "North", "south": "South"}


def analysed(n: int = 120, minimum_n: int = 30) -> Analysed:
    """Simulated answers about two brands, ready to be analysed."""
    cells = [Cell(brand, "w1", n, 0.0) for brand in BRANDS]
    dataset = simulate(scoring_keys([CORE]), cells, np.random.default_rng(3))
    return Analysed(dataset, (CORE,), minimum_n, AnalysisCache())


def study(*waves: Wave) -> Study:
    """A study with its facts."""
    brands = [Brand(code, {"en": name, "ru": f"{name}-ru"}) for code, name in BRANDS.items()]
    return Study(
        title="Shops",
        instruments=[],
        languages=["en", "ru"],
        brands=brands,
        waves=list(waves),
        population="Customers",
        sponsor="The guild",
        source="Made for a test",
    )


def test_what_is_not_stated_stays_unknown() -> None:
    """Empty facts become None, so that a report prints "not stated" and guesses nothing."""
    dataset = analysed().dataset
    facts = survey_facts(dataset, title="Shops", brands=BRANDS, population="", sponsor="")
    assert (facts.population, facts.sponsor, facts.attribution) == (None, None, None)
    assert (facts.first_day, facts.last_day, facts.response) == (None, None, None)


def test_facts_carry_what_can_be_checked() -> None:
    """Fingerprint, number of interviews, version and simulation come from the data."""
    dataset = analysed().dataset
    facts = survey_facts(dataset, title="Shops", brands=BRANDS)
    assert facts.fingerprint == dataset.fingerprint
    assert facts.n_interviews == 240
    assert facts.software_version == version("customer-engagement")
    assert facts.simulated
    assert set(facts.channels) == {"QR code", "web"}


def test_study_facts_are_in_the_readers_language() -> None:
    """Brands carry their name in the language of the report."""
    facts = study_facts(study(Wave("w1", "First")), analysed().dataset, None, "ru")
    assert facts.brands == {"north": "North-ru", "south": "South-ru"}
    assert (facts.population, facts.sponsor) == ("Customers", "The guild")
    assert facts.attribution == "Made for a test"


@pytest.mark.parametrize(
    ("days", "first", "last"),
    [
        (((1, 5), (11, 15)), date(2026, 3, 1), date(2026, 3, 15)),
        (((1, 5), (11, None)), date(2026, 3, 1), None),
        (((None, 5), (11, 15)), None, date(2026, 3, 15)),
    ],
)
def test_days_of_fieldwork_span_the_waves(
    days: tuple[tuple[int | None, int | None], ...], first: date | None, last: date | None
) -> None:
    """The span runs from the first day to the last; an end that is open or unknown stays open."""

    def day(number: int | None) -> date | None:
        return None if number is None else date(2026, 3, number)

    waves = [Wave(str(i), f"Wave {i}", i, day(a), day(b)) for i, (a, b) in enumerate(days)]
    facts = study_facts(study(*waves), analysed().dataset, None, "en")
    assert (facts.first_day, facts.last_day) == (first, last)


@pytest.mark.parametrize(
    ("language", "variable", "code"),
    [
        ("en", "Age", "30 to 44"),
        ("de", "Alter", "30 bis 44 Jahre"),
        ("ar", "العمر", "من 30 إلى 44 سنة"),
        ("fr", "Âge", "De 30 à 44 ans"),
    ],
)
def test_groups_bear_the_words_of_the_questionnaire(
    language: str, variable: str, code: str
) -> None:
    """Who said how old they are is grouped under the question's own words in the report."""
    made = analysed().dataset
    ages = np.where(np.arange(made.n) % 2, "30 to 44", "60 or over")
    dataset = replace(made, background={"age_group": ages, "club": ages})
    asked = study(Wave("w1", "First"))
    asked.instruments = [to_plain(CORE), to_plain(load_instrument("demographics"))]
    facts = study_facts(asked, dataset, None, language)
    found = scorecard_findings(
        Analysed(dataset, (CORE,), 30, AnalysisCache()), facts, "north", language=language
    )
    story = Story(language, found)
    assert "age_group" in {one.variable for one in found.segments}
    assert (story.variable("age_group"), story.segment("age_group", "30 to 44")) == (variable, code)
    assert (story.variable("club"), story.segment("club", "30 to 44")) == ("Club", "30 to 44")
    named = condition_words({"age_group": "30 to 44"}, language, facts.groups)
    assert named == ((variable, code),)


def test_only_wave_needs_no_name() -> None:
    """The wave is named on a scorecard where there are several."""
    one, two = Wave("w1", "First"), Wave("w2", "Second", 1)
    dataset = analysed().dataset
    assert study_facts(study(one), dataset, one, "en").wave is None
    assert study_facts(study(one, two), dataset, one, "en").wave == "First"


def test_raised_bound_hides_more() -> None:
    """With a bound of 150 a brand with 120 interviews is hidden."""
    shown, hidden = analysed(), analysed(minimum_n=150)
    facts = survey_facts(shown.dataset, title="Shops", brands=BRANDS)
    assert scorecard_findings(shown, facts, "north").visibility is not Visibility.HIDDEN
    assert scorecard_findings(hidden, facts, "north").visibility is Visibility.HIDDEN


def test_the_psychometric_report_carries_its_script(tmp_path: Path) -> None:
    """Of a stored study and of a file alike; and none where nothing could be tested."""
    told = analysed()
    facts = survey_facts(told.dataset, title="Shops", brands=BRANDS)
    path = write_psychometric_report(told, facts, tmp_path / "report.pdf")
    for content in (psychometric_pdf(study(), told, None), path.read_bytes()):
        (attached,) = PdfReader(io.BytesIO(content)).attachment_list
        assert (attached.name, attached.content) == ("measurement.R", measurement_script(told))
    few = psychometric_pdf(study(), analysed(n=4), None)
    assert not list(PdfReader(io.BytesIO(few)).attachment_list)
