"""Waves that open and close by themselves, and the sameness of what they ask."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from survey_app.domain.difference import Kind
from survey_app.domain.field_period import FieldPeriod, FieldPeriodError
from survey_app.domain.schedule import closed_waves
from survey_app.domain.study import StudyError, Wave, now
from survey_app.services import next_version
from survey_app.services.collect import StudyClosed
from survey_app.services.study import create_study, open_study
from survey_app.services.waves import (
    add_wave,
    change_wave,
    next_opening,
    remove_wave,
    waves_differences,
)
from tests.survey_app.services.conftest import CONSENT, two_brands

if TYPE_CHECKING:
    from collections.abc import Callable

    from survey_app.domain.study import Study
    from survey_app.storage.database import UnitOfWork
    from tests.survey_app.services.conftest import Fieldwork

HOUR = timedelta(hours=1)


def changed(fieldwork: Fieldwork, change: Callable[[UnitOfWork, Study], None]) -> None:
    """Change the study and keep it."""
    with fieldwork.database.writing() as unit:
        study = unit.studies.by_key(fieldwork.study_key)
        assert study is not None
        change(unit, study)
        unit.commit()


def two_waves(unit: UnitOfWork, study: Study) -> None:
    """End the first wave an hour ago and begin a second one at the same moment."""
    moment = now()
    change_wave(unit, study, study.waves[0], "Spring", FieldPeriod(None, moment - 2 * HOUR))
    add_wave(study, "Summer", FieldPeriod(moment - 2 * HOUR, moment + HOUR))


def test_each_wave_is_answered_anew(fieldwork: Fieldwork) -> None:
    """The same browser begins again in the next wave; answers go to the wave of their moment, and
    an interview of a wave that is long over cannot be finished."""
    old = fieldwork.start("same-browser")
    fieldwork.answer(old, 1)
    changed(fieldwork, two_waves)
    new = fieldwork.start("same-browser")
    assert new != old
    assert fieldwork.start("same-browser") == new
    with pytest.raises(StudyClosed):
        fieldwork.answer(old, 2)
    fieldwork.answer(new, 1)
    with fieldwork.database.reading() as unit:
        study = unit.studies.by_key(fieldwork.study_key)
        assert study is not None
        assert unit.versions.by_wave(study.id or 0) == {"1": [1], "2": [1]}
        assert [wave.name for wave in closed_waves(study, now())] == ["Spring"]
        assert study.current_wave.name == "Summer"


def test_sameness_is_checked_between_waves(fieldwork: Fieldwork) -> None:
    """Waves that were asked the same are told so; another wording is found."""
    fieldwork.start("in-spring")
    changed(fieldwork, two_waves)

    def same(unit: UnitOfWork, study: Study) -> None:
        (pair,) = waves_differences(unit, study)
        assert pair.same
        assert (pair.before.name, pair.after.name) == ("Spring", "Summer")
        next_version.begin(study)
        content = deepcopy(study.next_content)
        content["instruments"][0]["scales"][0]["items"][0]["text"]["ru"] = "Иначе?"
        next_version.revise(study, content)
        next_version.launch(study, "A better translation.")

    changed(fieldwork, same)
    fieldwork.start("in-summer")

    def other(unit: UnitOfWork, study: Study) -> None:
        (pair,) = waves_differences(unit, study)
        assert not pair.same
        (step,) = pair.steps
        assert (step.before, step.after) == (1, 2)
        assert [(each.kind, each.language) for each in step.found] == [(Kind.WORDING, "ru")]

    changed(fieldwork, other)


def test_waves_do_not_overlap_and_keep_their_answers(sqlite_fieldwork: Fieldwork) -> None:
    """What would make the wave of an answer doubtful is refused in words."""
    sqlite_fieldwork.start("first-wave")

    def refused(unit: UnitOfWork, study: Study) -> None:
        moment = now()
        with pytest.raises(FieldPeriodError, match="Let Wave 1 end before Later begins"):
            add_wave(study, "Later", FieldPeriod(moment + HOUR, None))
        study.waves.pop()
        first = study.waves[0]
        with pytest.raises(FieldPeriodError, match="has answers already"):
            change_wave(unit, study, first, "Wave 1", FieldPeriod(moment + HOUR, None))
        with pytest.raises(StudyError, match="at least one wave"):
            remove_wave(unit, study, first)
        change_wave(unit, study, first, "Wave 1", FieldPeriod(None, moment + HOUR))
        later = add_wave(study, "Later", FieldPeriod(moment + 2 * HOUR, None))
        with pytest.raises(StudyError, match="holds answers"):
            remove_wave(unit, study, first)
        with pytest.raises(StudyError, match="There is a wave 'Later' already"):
            add_wave(study, "Later ", FieldPeriod(None, None))
        with pytest.raises(StudyError, match="a name of 1 to"):
            change_wave(unit, study, later, " ", FieldPeriod(moment + 2 * HOUR, None))
        remove_wave(unit, study, later)
        assert [wave.name for wave in study.waves] == ["Wave 1"]

    changed(sqlite_fieldwork, refused)


def test_a_study_opens_by_itself(fieldwork: Fieldwork) -> None:
    """Opened before its first wave, it takes no answers and tells when it will; the moment alone
    opens it. The days for reports are those on which it was in the field."""
    moment = now()
    with fieldwork.database.writing() as unit:
        owner = unit.users.by_email("ada@example.org")
        assert owner is not None
        owner.time_zone = "Europe/Berlin"
        study = create_study(
            unit,
            owner=owner,
            title="Later",
            instruments=["core_engagement"],
            languages=["en", "ru"],
            brands=two_brands(),
            consent=CONSENT,
            waves=[Wave("past", "Past")],
        )
        past = FieldPeriod(moment - 3 * HOUR, moment - 2 * HOUR, "Europe/Berlin")
        change_wave(unit, study, study.waves[0], "Past", past)
        soon = add_wave(study, "Soon", FieldPeriod(moment + HOUR, None, "Europe/Berlin"))
        open_study(study)
        assert (study.waves[0].first_day, study.waves[0].last_day) == (None, None)
        assert study.current_wave.name == "Past"
        unit.commit()
        key, opens_at = study.key, soon.opens_at
    known = fieldwork.collector.study(key)
    assert known is not None
    assert not known.is_open
    with fieldwork.database.writing() as unit:
        opening = next_opening(unit, key)
        assert opening is not None
        assert (opening.moment, opening.zone) == (opens_at, "Europe/Berlin")
        kept = unit.studies.by_key(key)
        assert kept is not None
        kept.waves[1].opens_at = now() - timedelta(seconds=1)
        unit.commit()
    known = fieldwork.collector.study(key)
    assert known is not None
    assert known.is_open
    with fieldwork.database.reading() as unit:
        assert next_opening(unit, key) is None
