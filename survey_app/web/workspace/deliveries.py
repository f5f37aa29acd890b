"""Scorecards of a study by mail: what was sent to whom, and sending to all managers at once."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import (
    Blueprint,
    abort,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from wtforms import HiddenField, RadioField, SelectField

from survey_app.domain.delivery import DeliveryError, DeliveryState
from survey_app.domain.job import JobError
from survey_app.domain.schedule import Paper
from survey_app.domain.study import StudyState, new_key
from survey_app.domain.user import Role
from survey_app.jobs.ask import cancel, standing
from survey_app.jobs.start_delivery import latest_delivery, start_delivery, try_again
from survey_app.services.delivery_queue import Sending, recipients, send_now
from survey_app.services.delivery_schedules import offered_languages
from survey_app.services.delivery_send import send_again
from survey_app.web.access import access
from survey_app.web.current import database, job_queue, settings, signed_in_user
from survey_app.web.delivery_words import OCCASIONS, STATES, at, may_go_again, tried_again
from survey_app.web.filters import language_name
from survey_app.web.forms import PageForm, choices
from survey_app.web.portal_delivery import PAPERS, PDF, WHAT
from survey_app.web.security import CONTENT_SECURITY_POLICY

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from survey_app.domain.study import Study, Wave
    from survey_app.services.delivery_queue import Recipients
    from survey_app.storage.database import UnitOfWork
    from survey_app.web.forms import Problem

pages = Blueprint("deliveries", __name__)

MOST_SHOWN = 100


class SendForm(PageForm):
    """What is sent to all managers of a study."""

    wave = SelectField("Wave")
    what = RadioField("What is sent", choices=choices(WHAT))
    language = SelectField("Language")
    paper = RadioField("Paper of the PDF", choices=choices(PAPERS))
    sending = HiddenField()

    def offer(self, study: Study) -> SendForm:
        """Offer the waves and languages of a study."""
        waves = sorted(study.waves, key=lambda wave: wave.position, reverse=True)
        self.wave.choices = choices((wave.code, wave.name) for wave in waves)
        tags = offered_languages(study)
        self.language.choices = choices((tag, language_name(tag)) for tag in tags)
        return self

    def wanted(self, study: Study) -> Sending:
        """What was asked for."""
        return Sending(
            key=self.sending.data or new_key(),
            wave=_wave(study, self.wave.data),
            language=self.language.data,
            attach_pdf=self.what.data == PDF,
            paper=Paper(self.paper.data),
        )


@dataclass(frozen=True, slots=True)
class _Filter:
    """Which part of the log is shown."""

    state: DeliveryState | None
    before: int | None


@pages.get("/deliveries/")
@access(Role.ADMINISTRATOR)
def studies() -> ResponseReturnValue:
    """Every study, for the administrator, who sees what is sent and no answers."""
    with database().reading() as unit:
        found = [study for study in unit.studies.all() if study.state is not StudyState.DRAFT]
        counts = {study.key: unit.deliveries.counts(study.id or 0) for study in found}
    return render_template(
        "workspace/delivery_studies.html",
        studies=found,
        counts=counts,
        states=STATES,
        sends_mail=settings().sends_mail,
        mail_from=settings().mail_from,
    )


@pages.get("/studies/<key>/deliveries/")
@access(Role.RESEARCHER, Role.ADMINISTRATOR)
def overview(key: str) -> ResponseReturnValue:
    """What was sent to whom, how far the sending is, and a form to send."""
    return _overview(key)


@pages.post("/studies/<key>/deliveries/confirm")
@access(Role.RESEARCHER, Role.ADMINISTRATOR)
def confirm(key: str) -> ResponseReturnValue:
    """Say how many mails go to whom, and ask. Nothing is sent by this."""
    with database().reading() as unit:
        study = _study(unit, key)
        form = SendForm().offer(study)
        to = recipients(unit, study)
    if not form.validate():
        return _overview(key, form.problems())
    return render_template(
        "workspace/confirm_sending.html",
        study=study,
        form=form,
        to=to,
        wanted=form.wanted(study),
        minutes=_minutes(to),
        sends_mail=settings().sends_mail,
    )


@pages.post("/studies/<key>/deliveries/send")
@access(Role.RESEARCHER, Role.ADMINISTRATOR)
def send(key: str) -> ResponseReturnValue:
    """Let the scorecards go out. The same confirmation twice sends once."""
    with database().writing() as unit:
        study = _study(unit, key)
        form = SendForm().offer(study)
        if not form.validate() or not settings().sends_mail:
            abort(400)
        try:
            added = send_now(unit, signed_in_user(), study, form.wanted(study))
        except DeliveryError as refused:
            flash(str(refused), "caution")
        else:
            _start(unit, study)
            flash(f"{added:,} mails wait for being sent." if added else "Nothing was added.")
    return redirect(url_for("deliveries.overview", key=key))


@pages.post("/studies/<key>/deliveries/<delivery_key>/again")
@access(Role.RESEARCHER, Role.ADMINISTRATOR)
def again(key: str, delivery_key: str) -> ResponseReturnValue:
    """Send one once more."""
    with database().writing() as unit:
        study = _study(unit, key)
        found = unit.deliveries.by_key(delivery_key)
        if found is None or found.study_id != study.id:
            abort(404)
        try:
            send_again(unit, found)
        except DeliveryError as refused:
            flash(str(refused), "caution")
        else:
            _start(unit, study)
            flash("It waits for being sent again.")
    return redirect(url_for("deliveries.overview", key=key))


@pages.post("/studies/<key>/deliveries/again")
@access(Role.RESEARCHER, Role.ADMINISTRATOR)
def again_failed(key: str) -> ResponseReturnValue:
    """Send all that failed once more. Those in doubt are left to be looked at one by one."""
    with database().writing() as unit:
        study = _study(unit, key)
        failed = unit.deliveries.in_state(study.id or 0, DeliveryState.FAILED)
        for delivery in failed:
            send_again(unit, delivery)
        _start(unit, study)
    flash(f"{len(failed):,} wait for being sent again.")
    return redirect(url_for("deliveries.overview", key=key))


@pages.post("/studies/<key>/deliveries/try-again")
@access(Role.RESEARCHER, Role.ADMINISTRATOR)
def go_on(key: str) -> ResponseReturnValue:
    """Send what waits since a sending failed. Nobody is written to twice."""
    with database().writing() as unit:
        study = _study(unit, key)
        job = try_again(unit, study, signed_in_user().id or 0, minimum_n=settings().minimum_n)
        unit.commit()
    if job is not None:
        job_queue().put(job.id or 0)
    flash(tried_again(job is not None))
    return redirect(url_for("deliveries.overview", key=key))


@pages.post("/studies/<key>/deliveries/cancel")
@access(Role.RESEARCHER, Role.ADMINISTRATOR)
def cancel_now(key: str) -> ResponseReturnValue:
    """Take back everything that was not sent yet."""
    with database().writing() as unit:
        study = _study(unit, key)
        waiting = unit.deliveries.waiting(study.id or 0)
        for delivery in waiting:
            delivery.cancel()
        job = latest_delivery(unit, study.id or 0)
        unit.commit()
    if job is not None and job.unfinished:
        with suppress(JobError):  # it may have ended meanwhile
            cancel(database(), job.id or 0)
    flash(f"{len(waiting):,} that were not sent yet are taken back.")
    return redirect(url_for("deliveries.overview", key=key))


@pages.get("/studies/<key>/deliveries/progress")
@access(Role.RESEARCHER, Role.ADMINISTRATOR)
def progress(key: str) -> ResponseReturnValue:
    """How far the sending is, for the script of the page."""
    with database().reading() as unit:
        study = _study(unit, key)
        job = latest_delivery(unit, study.id or 0)
        if job is None:
            return jsonify(unfinished=False)
        return jsonify(
            state=job.state,
            unfinished=job.unfinished,
            progress=job.progress,
            doing=standing(unit, job),
        )


def _overview(key: str, problems: list[Problem] | None = None) -> ResponseReturnValue:
    chosen = _filter()
    with database().reading() as unit:
        study = _study(unit, key)
        log = unit.deliveries.log(
            study_id=study.id, state=chosen.state, before=chosen.before, most=MOST_SHOWN + 1
        )
        job = latest_delivery(unit, study.id or 0)
        page = render_template(
            "workspace/deliveries.html",
            study=study,
            log=log[:MOST_SHOWN],
            older=log[MOST_SHOWN - 1].delivery.id if len(log) > MOST_SHOWN else None,
            counts=unit.deliveries.counts(study.id or 0),
            chosen=chosen,
            job=job,
            standing=standing(unit, job) if job else "",
            form=SendForm(what=PDF, paper=Paper.A4.value).offer(study),
            problems=problems or [],
            sends_mail=settings().sends_mail,
            states=STATES,
            occasions=OCCASIONS,
            zone=signed_in_user().time_zone,
            at=at,
            may_go_again=may_go_again,
        )
    response = make_response(page, 422 if problems else 200)
    # The script of this page asks how far the sending is.
    policy = f"{CONTENT_SECURITY_POLICY}; connect-src 'self'"
    response.headers["Content-Security-Policy"] = policy
    return response


def _study(unit: UnitOfWork, key: str) -> Study:
    """The study with a key if this person may send its scorecards; error 404 for any other."""
    study = unit.studies.by_key(key)
    if study is None or not signed_in_user().may_deliver(study):
        abort(404)
    if study.state is StudyState.DRAFT:
        abort(404)
    return study


def _wave(study: Study, code: str) -> Wave:
    return next(wave for wave in study.waves if wave.code == code)


def _filter() -> _Filter:
    state = request.args.get("state", "")
    if state and state not in list(DeliveryState):
        abort(404)
    return _Filter(DeliveryState(state) if state else None, request.args.get("before", type=int))


def _start(unit: UnitOfWork, study: Study) -> None:
    job = start_delivery(unit, study, signed_in_user().id or 0, minimum_n=settings().minimum_n)
    unit.commit()
    job_queue().put(job.id or 0)


def _minutes(to: Recipients) -> int:
    """How long sending takes at least where mails in a minute are limited; 0 where not."""
    pace = settings().mails_per_minute
    return -(-len(to.mails) // pace) if pace else 0
