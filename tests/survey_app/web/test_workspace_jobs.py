"""Analyses that take a while: asked for, watched, cancelled, and what they made taken away."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING

from pypdf import PdfReader

from survey_app.domain.job import JobState
from survey_app.domain.study import now
from survey_app.jobs.run import run_job
from tests.survey_app.web.conftest import SIZES, text_of
from tests.survey_app.web.making import make_study

if TYPE_CHECKING:
    from survey_app.domain.job import Job
    from tests.survey_app.web.conftest import Office, Visitor

KIND = {"kind": "psychometric_report"}


def overview_of(key: str) -> str:
    """The page of a study's analyses."""
    return f"/studies/{key}/analyses/"


def asked(office: Office, visitor: Visitor, **fields: str) -> tuple[str, Job]:
    """Ask for the report of the open study; its page and its job."""
    response = visitor.submit(overview_of(office.open_key), **KIND, **fields)
    assert response.status_code == 302, response.text
    with office.database.reading() as unit:
        job = unit.jobs.latest(1)[0]
    assert response.location == f"{overview_of(office.open_key)}{job.key}/"
    return response.location, job


def test_from_the_wish_to_the_files(office: Office) -> None:
    """Asked for on the page, done by a worker, the report and all figures are handed out."""
    visitor = office.visitor("researcher")
    path, job = asked(office, visitor)
    waiting = visitor.get(path)
    assert "Waiting for a worker" in text_of(waiting)
    assert '<progress max="1" value="0.0"' in waiting.text
    run_job(office.database, job.id or 0)
    done = visitor.get(path)
    assert "The analysis is done." in text_of(done)
    report = visitor.get(f"{path}files/psychometric-report.pdf")
    assert report.headers["Content-Disposition"].endswith("shops-psychometric-report.pdf")
    assert len(PdfReader(io.BytesIO(report.data)).pages) > 1
    figures = visitor.get(f"{path}files/figures.json")
    assert figures.mimetype == "application/json"
    assert json.loads(figures.data)["scores"]["n_interviews"] == sum(SIZES.values())
    assert visitor.get(f"{path}files/other.pdf").status_code == 404


def test_asking_twice_leads_to_the_same_page(office: Office) -> None:
    """The same wish on the same answers has one page."""
    visitor = office.visitor("researcher")
    assert asked(office, visitor)[0] == asked(office, visitor)[0]


def test_an_unfinished_page_renews_itself(office: Office) -> None:
    """Without scripts the page loads itself again, with them it asks how far the work is; once the
    work has ended it does neither, and no other page may ask for anything."""
    visitor = office.visitor("researcher")
    path, job = asked(office, visitor)
    page = visitor.get(path)
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page.text
    assert "job.js" in page.text
    assert page.headers["Content-Security-Policy"].endswith("; connect-src 'self'")
    assert "connect-src" not in visitor.get("/studies/").headers["Content-Security-Policy"]
    run_job(office.database, job.id or 0)
    done = visitor.get(path).text
    assert "refresh" not in done
    assert "job.js" not in done


def test_progress_is_told_to_the_script(office: Office) -> None:
    """The answer is what stands in the table, and says when there is nothing more to wait for."""
    visitor = office.visitor("researcher")
    path, job = asked(office, visitor)
    with office.database.writing() as unit:
        running = unit.jobs.by_id(job.id or 0)
        assert running is not None
        running.start(now())
        running.progress, running.doing = 0.4, "Looking for factors"
        unit.commit()
    told = visitor.get(f"{path}progress")
    assert told.headers["Cache-Control"] == "no-store"
    assert told.json == {
        "state": "running",
        "unfinished": True,
        "progress": 0.4,
        "doing": "Looking for factors",
    }
    assert 'value="0.4"' in visitor.get(path).text
    visitor.submit(path, f"{path}cancel")
    answer = visitor.get(f"{path}progress").json
    assert answer is not None
    assert (answer["state"], answer["unfinished"]) == ("cancelled", False)


def test_a_silent_worker_is_told(office: Office) -> None:
    """A job whose worker has not been heard of does not look as if it ran."""
    visitor = office.visitor("researcher")
    path, job = asked(office, visitor)
    with office.database.writing() as unit:
        running = unit.jobs.by_id(job.id or 0)
        assert running is not None
        running.start(now() - timedelta(minutes=5))
        unit.commit()
    assert "no sign of life" in text_of(visitor.get(path))


def test_cancelling(office: Office) -> None:
    """The button ends the work; where it has ended already, that is told."""
    visitor = office.visitor("researcher")
    path, job = asked(office, visitor)
    assert visitor.submit(path, f"{path}cancel").location == path
    assert "The analysis was cancelled." in text_of(visitor.get(path))
    run_job(office.database, job.id or 0)
    with office.database.reading() as unit:
        kept = unit.jobs.by_id(job.id or 0)
        assert kept is not None
        assert kept.state is JobState.CANCELLED
    visitor.submit(overview_of(office.open_key), f"{path}cancel")
    assert "ended already" in text_of(visitor.get(path))


def test_nothing_is_changed_by_a_forged_form(office: Office) -> None:
    """Asking and cancelling without the token of the session are refused."""
    visitor = office.visitor("researcher")
    path, job = asked(office, visitor)
    assert visitor.post(f"{path}cancel").status_code == 400
    assert visitor.post(overview_of(office.open_key), data=KIND).status_code == 400
    with office.database.reading() as unit:
        assert [one.id for one in unit.jobs.unfinished()] == [job.id]


def test_the_fourth_wish_is_refused_in_words(office: Office) -> None:
    """With three waiting the page says what to do, with status 429, and adds none."""
    visitor = office.visitor("researcher")
    path = overview_of(office.waves_key)
    for wave in ("w1", "w2", ""):
        assert visitor.submit(path, **KIND, wave=wave).status_code == 302
    refused = visitor.submit(overview_of(office.open_key), **KIND)
    assert refused.status_code == 429
    assert "3 analyses of yours wait or run already" in text_of(refused)


def test_waves_are_named(office: Office) -> None:
    """Each wave has its own analysis, told by its name; an unknown one is refused."""
    visitor = office.visitor("researcher")
    path = overview_of(office.waves_key)
    assert re.search(r'<option[^>]* value="w2"[^>]*>Second wave', visitor.get(path).text)
    for wave in ("w1", ""):
        visitor.submit(path, **KIND, wave=wave)
    page = text_of(visitor.get(path))
    assert "Psychometric report, First wave Queued" in page
    assert "Psychometric report, all waves Queued" in page
    assert visitor.submit(path, **KIND, wave="w9").status_code == 422
    assert visitor.submit(path, kind="coffee", wave="w1").status_code == 422


def test_a_wave_to_come_is_not_offered_first(office: Office) -> None:
    """The wave that answers go to is chosen where later ones are planned."""
    with office.database.writing() as unit:
        study = unit.studies.by_key(office.waves_key)
        assert study is not None
        study.waves[1].opens_at = now() + timedelta(days=30)
        unit.commit()
    page = office.visitor("researcher").get(overview_of(office.waves_key)).text
    (chosen,) = re.findall(r"<option[^>]* selected[^>]*>([^<]+)", page)
    assert chosen == "First wave"


def test_what_failed_says_why(office: Office) -> None:
    """A study that nobody answered has no report; the page gives the reason."""
    visitor = office.visitor("researcher")
    study = make_study(visitor)
    visitor.submit(f"{study}open")
    path = visitor.submit(f"{study}analyses/", **KIND).location
    with office.database.reading() as unit:
        job = unit.jobs.latest(1)[0]
    run_job(office.database, job.id or 0)
    page = text_of(visitor.get(path))
    assert "The analysis could not be done." in page
    assert "0 interviews" in page


def test_a_job_is_found_under_its_own_study_only(office: Office) -> None:
    """Neither another study of the same researcher nor another researcher leads to it."""
    path, _ = asked(office, office.visitor("researcher"))
    foreign = path.replace(office.open_key, office.waves_key)
    for address in (foreign, f"{foreign}progress", f"{foreign}files/figures.json"):
        assert office.visitor("researcher").get(address).status_code == 404
    stranger = office.visitor("foreign_researcher")
    token = stranger.token("/account")
    assert stranger.post(f"{path}cancel", data={"csrf_token": token}).status_code == 404
    for key in ("nobody", "a" * 30, "%00"):
        address = f"{overview_of(office.open_key)}{key}/"
        assert office.visitor("researcher").get(address).status_code == 404


def test_a_draft_has_no_analyses(office: Office) -> None:
    """Before a study is opened there is nothing to analyse."""
    visitor = office.visitor("researcher")
    assert visitor.get(overview_of(office.draft_key)).status_code == 404


def test_the_pages_of_a_study_lead_there(office: Office) -> None:
    """Measurement and every tab row link to the analyses."""
    page = office.visitor("researcher").get(f"/studies/{office.open_key}/measurement").text
    assert page.count(f'href="{overview_of(office.open_key)}"') == 2
