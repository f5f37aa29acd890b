"""What scales tell that were asked adaptively, for the researcher and for the manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from survey_app.domain.questionnaire import plain_design
from survey_app.domain.study import Brand
from survey_app.services.analyse import AnalysisCache, analyse_study
from survey_app.services.dataset_import import import_dataset
from survey_app.services.study import create_study, open_study
from survey_app.services.user import assign_brands
from tests.survey_app.services.designed import SATISFACTION
from tests.survey_app.services.test_analyse_adaptive import ALONE, BOTH, asked_people
from tests.survey_app.services.test_collect_adaptive import mood
from tests.survey_app.web.conftest import text_of

if TYPE_CHECKING:
    from survey_app.domain.questionnaire import Design
    from tests.survey_app.web.conftest import Office


def asked_study(office: Office, design: Design, *whole: str) -> str:
    """The key of the researcher's study with 160 answers, read by the manager, too."""
    with office.database.writing() as unit:
        owner, manager = (
            unit.users.by_id(office.people[person]) for person in ("researcher", "manager")
        )
        assert owner is not None
        assert manager is not None
        study = create_study(
            unit,
            owner=owner,
            title="Moods",
            instruments=[mood(), *([SATISFACTION] if whole else [])],
            languages=["en"],
            brands=[Brand("north", {"en": "North & Co"}), Brand("south", {"en": "South"})],
            consent={"en": "Do you agree?"},
        )
        study.design = plain_design(design)
        open_study(study)
        unit.flush()
        import_dataset(unit, study, asked_people(study))
        assign_brands(unit, manager, [study.brand("north").id or 0])
        unit.commit()
        return study.key


@pytest.mark.parametrize("whole", [True, False])
def test_short_forms_stand_with_the_results(office: Office, whole: bool) -> None:
    """What was asked and saved, who reached the bound, and brands' means with their error, beside
    scores of other scales or alone; tests of measurement say what they leave out."""
    key = asked_study(office, *((BOTH, "satisfaction") if whole else (ALONE,)))
    with office.database.reading() as unit:
        study = unit.studies.by_key(key)
        assert study is not None
        told = analyse_study(unit, study, cache=AnalysisCache()).short_forms["mood"]
    visitor = office.visitor("researcher")
    response = visitor.get(f"/studies/{key}/results")
    page = text_of(response)
    assert response.text.count("<svg xmlns") >= (2 if whole else 1)
    assert f"160 6 {told.mean_answered:.1f}" in page
    assert f"{told.saved:.0%}".replace("%", "") in page
    north = told.means.means[0]
    assert f"North & Co {north.n} {north.score:.1f}" in page
    assert ("Satisfaction" in page) is whole
    measured = text_of(visitor.get(f"/studies/{key}/measurement"))
    expected = "Mood: asked adaptively." if whole else "Every scale was asked adaptively"
    assert expected in measured


@pytest.mark.parametrize("whole", [True, False])
def test_managers_of_short_forms_read_no_sums(office: Office, whole: bool) -> None:
    """Where no dimension was asked whole there is no scorecard yet, and no error."""
    key = asked_study(office, *((BOTH, "satisfaction") if whole else (ALONE,)))
    visitor = office.visitor("manager")
    response = visitor.get(f"/scorecards/{key}/north")
    assert response.status_code == 200
    assert "Mood" not in text_of(response)
