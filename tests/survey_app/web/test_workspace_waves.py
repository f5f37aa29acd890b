"""Pages about waves, and what respondents read outside a field period."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from survey_app.domain.field_period import FieldPeriod
from survey_app.domain.study import StudyState, now
from survey_app.services.waves import Opening
from survey_app.web.respond_words import languages_with_words, moment_words, words
from tests.survey_app.web.conftest import text_of

if TYPE_CHECKING:
    from tests.survey_app.web.conftest import Office

HOUR = timedelta(hours=1)


def in_berlin(office: Office) -> None:
    """Let the researcher live in Berlin."""
    with office.database.writing() as unit:
        researcher = unit.users.by_id(office.people["researcher"])
        assert researcher is not None
        researcher.time_zone = "Europe/Berlin"
        unit.commit()


def move(office: Office, opens: timedelta, closes: timedelta | None) -> None:
    """Give the only wave of the open study a period, counted from now."""
    moment = now()
    period = FieldPeriod(moment + opens, None if closes is None else moment + closes)
    with office.database.writing() as unit:
        study = unit.studies.by_key(office.open_key)
        assert study is not None
        study.state = StudyState.OPEN
        wave = study.waves[0]
        wave.opens_at, wave.closes_at = period.opens_at, period.closes_at
        unit.commit()


def test_a_wave_is_planned_in_the_researchers_time(office: Office) -> None:
    """Days and times are read as clocks in Berlin show them, and shown again so."""
    in_berlin(office)
    researcher, at = office.visitor("researcher"), f"/studies/{office.draft_key}/waves"
    fields = {"opens_on": "2026-03-28", "opens_time": "", "closes_on": "2026-03-29"}
    researcher.submit(f"{at}/new", name="Spring", **fields)
    page = text_of(researcher.get(f"{at}/"))
    assert "28 March 2026, 00:00 30 March 2026, 00:00" in page
    with office.database.reading() as unit:
        study = unit.studies.by_key(office.draft_key)
        assert study is not None
        wave = study.waves[0]
        assert wave.closes_at is not None
        assert wave.opens_at is not None
        assert wave.closes_at - wave.opens_at == timedelta(hours=47)
        assert str(wave.last_day) == "2026-03-29"
        at_wave = f"{at}/{wave.id}"
    form = researcher.get(at_wave).text
    assert 'value="2026-03-28"' in form
    assert 'value="2026-03-30"' in form
    researcher.submit(at_wave, name="Spring 2026")
    assert "Spring 2026" in text_of(researcher.get(f"{at}/"))
    researcher.submit(f"{at_wave}/remove")
    assert "Spring" not in text_of(researcher.get(f"{at}/")).replace("Spring 2026 has been", "")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "Give the wave a name."),
        ({"opens_on": "2026-03-29", "opens_time": "02:30"}, "never show 02:30"),
        ({"opens_on": "2026-03-29", "closes_on": "2026-03-28"}, "ends before it begins"),
        ({"opens_time": "09:00"}, "Choose the day, too."),
        ({"opens_on": "tomorrow"}, "Not a valid date value."),
        ({"opens_on": "0001-01-01"}, "Choose a year from 2000"),
        ({"closes_on": "9999-12-31"}, "Choose a year from 2000"),
    ],
)
def test_what_cannot_be_is_told(office: Office, fields: dict[str, str], words: str) -> None:
    """Nothing is kept, and the form comes back as it was sent."""
    in_berlin(office)
    researcher, at = office.visitor("researcher"), f"/studies/{office.draft_key}/waves"
    response = researcher.submit(f"{at}/new", f"{at}/new", **{"name": "Spring <1>", **fields})
    assert response.status_code == 422
    assert words in text_of(response)
    assert "Spring <1>" not in response.text
    with office.database.reading() as unit:
        study = unit.studies.by_key(office.draft_key)
        assert study is not None
        assert study.waves == []


def test_an_hour_shown_twice_is_told(office: Office) -> None:
    """The wave is kept; the researcher reads which of the two is meant."""
    in_berlin(office)
    researcher, at = office.visitor("researcher"), f"/studies/{office.draft_key}/waves"
    researcher.submit(f"{at}/new", name="Autumn", opens_on="2026-10-25", opens_time="02:30")
    assert "Clocks show 25 October 2026, 02:30 twice" in text_of(researcher.get(f"{at}/"))


def test_before_and_after_the_field_period(office: Office) -> None:
    """Respondents read when it opens, in every language; afterwards that it is over; the
    researcher reads the same on the page of the study."""
    in_berlin(office)
    respondent, researcher = office.visitor(), office.visitor("researcher")
    move(office, HOUR, None)
    early = respondent.get(f"/s/{office.open_key}?lang=ru")
    assert early.status_code == 404
    assert re.search(r"Он откроется \d+ \w+ \d{4}\sг\. в \d\d?:\d\d \(GMT[+]0[12]:00\)", early.text)
    at = f"/studies/{office.open_key}"
    assert "No wave is in the field. Wave 1 opens on" in text_of(researcher.get(f"{at}/waves/"))
    move(office, -2 * HOUR, -HOUR)
    late = respondent.get(f"/s/{office.open_key}")
    assert late.status_code == 410
    assert "This survey is closed" in text_of(late)
    assert "All waves are over" in text_of(researcher.get(f"{at}/"))


def test_every_language_tells_when_it_opens(office: Office) -> None:
    """Day, time and zone stand in each language's own sentence."""
    opening = Opening(now() + HOUR, "America/New_York")
    told = set()
    for language in languages_with_words():
        values = moment_words(opening, language)
        sentence = words(language)("not_yet.advice", **values)
        assert values["time"].strip("\u2066\u2069") in sentence
        told.add(sentence)
    assert len(told) == len(languages_with_words())


def test_a_wave_with_answers_is_not_removed(office: Office) -> None:
    """The page offers no removal, and a forged one is refused in words."""
    researcher, at = office.visitor("researcher"), f"/studies/{office.waves_key}/waves"
    assert "Remove" not in text_of(researcher.get(f"{at}/"))
    with office.database.reading() as unit:
        study = unit.studies.by_key(office.waves_key)
        foreign = unit.studies.by_key(office.open_key)
        assert study is not None
        assert foreign is not None
        own, other = study.waves[0].id, foreign.waves[0].id
    response = researcher.submit(f"{at}/{own}/remove")
    assert response.status_code == 302
    page = text_of(researcher.get(f"{at}/"))
    assert "First wave holds answers" in page
    assert researcher.get(f"{at}/{other}").status_code == 404


def test_opening_before_the_first_wave_says_when_it_opens(office: Office) -> None:
    """The researcher reads it before opening, and nothing where answers are taken at once."""
    researcher, at = office.visitor("researcher"), f"/studies/{office.draft_key}"
    assert "opens by itself" not in text_of(researcher.get(f"{at}/open"))
    researcher.submit(f"{at}/waves/new", name="Later", opens_on="2099-05-01")
    told = text_of(researcher.get(f"{at}/open"))
    assert "Later opens by itself on 1 May 2099, 00:00" in told
    with office.database.writing() as unit:
        study = unit.studies.by_key(office.draft_key)
        assert study is not None
        study.waves[0].opens_at = None
        study.waves[0].closes_at = now() - HOUR
        unit.commit()
    assert "All its waves are over" in text_of(researcher.get(f"{at}/open"))
