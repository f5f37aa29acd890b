"""Invitations of a study: who is invited, what they are written, how it goes."""

from __future__ import annotations

from contextlib import suppress
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

from survey_app.domain.invitation import (
    FEWEST_ANONYMOUS,
    InvitationError,
    MailingKind,
    MailingState,
)
from survey_app.domain.job import JobError
from survey_app.domain.user import Role
from survey_app.jobs.ask import cancel, standing
from survey_app.jobs.start_invitations import latest_invitations, start_invitations, try_again
from survey_app.services.invitation_counts import invitation_counts
from survey_app.services.invitation_mail import words_of_invitations
from survey_app.services.invitations import (
    add_mailing,
    cancel_mailing,
    is_anonymous,
    plan_mailing,
    texts_to_begin_with,
)
from survey_app.services.mail_html import direction
from survey_app.services.mailing_plan import preview_for
from survey_app.web.access import access
from survey_app.web.current import database, job_queue, settings, signed_in_user
from survey_app.web.delivery_words import at, tried_again, zone_words
from survey_app.web.local_time import tell_if_twice
from survey_app.web.security import CONTENT_SECURITY_POLICY
from survey_app.web.workspace.mail_form import mail_form
from survey_app.web.workspace.own_study import reading, writing

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from survey_app.domain.study import Study
    from survey_app.services.mailing_plan import MailingPlan
    from survey_app.storage.database import UnitOfWork
    from survey_app.web.forms import Problem
    from survey_app.web.workspace.mail_form import MailForm

pages = Blueprint("invitations", __name__, url_prefix="/studies/<key>/invitations")

KINDS = {MailingKind.INVITATION: "Invitation", MailingKind.REMINDER: "Reminder"}

STATES = {
    MailingState.PLANNED: "Planned",
    MailingState.RUNNING: "Being sent",
    MailingState.ENDED: "Sent",
    MailingState.CANCELLED: "Taken back",
}

COUNTS = {
    "sent": "sent",
    "failed": "not delivered",
    "uncertain": "in doubt",
    "refused": "finished or gone meanwhile",
    "cancelled": "taken back",
}

OUTCOMES = {
    "I": "Finished",
    "P": "Begun",
    "R": "Declined, or opened and left",
    "UH": "No sign yet",
    "UO": "Not delivered",
    "NE": "Screened out, or quota full",
}


@pages.get("/")
@access(Role.RESEARCHER)
def overview(key: str) -> ResponseReturnValue:
    """How many were invited and what became of it, and the mailings."""
    with reading(key) as (unit, study):
        wave = study.current_wave if study.waves else None
        job = latest_invitations(unit, study.id or 0)
        plans = {
            kind: plan_mailing(unit, study, wave, kind) for kind in MailingKind if wave is not None
        }
        page = render_template(
            "workspace/invitations.html",
            study=study,
            wave=wave,
            counts=invitation_counts(unit, study, wave) if wave else {},
            outcomes=OUTCOMES,
            contacts=unit.contacts.counts(study.id or 0),
            plans=plans,
            mailings=unit.mailings.of_study(study.id or 0),
            kinds=KINDS,
            states=STATES,
            told=COUNTS,
            job=job,
            standing=standing(unit, job) if job else "",
            sends_mail=settings().sends_mail,
            zone=signed_in_user().time_zone,
            zone_words=zone_words,
            at=at,
            fewest=FEWEST_ANONYMOUS,
        )
    response = make_response(page)
    # The script of this page asks how far the sending is.
    policy = f"{CONTENT_SECURITY_POLICY}; connect-src 'self'"
    response.headers["Content-Security-Policy"] = policy
    return response


@pages.get("/write/<mailing_kind>")
@access(Role.RESEARCHER)
def write(key: str, mailing_kind: str) -> ResponseReturnValue:
    """Write a mailing; the texts of the last one stand there."""
    kind = _kind(mailing_kind)
    with reading(key) as (unit, study):
        plan, form = _begun(unit, study, kind)
        return _form_page(study, plan, form, [])


@pages.post("/write/<mailing_kind>")
@access(Role.RESEARCHER)
def preview(key: str, mailing_kind: str) -> ResponseReturnValue:
    """Show the mail as a chosen contact receives it, and ask. Nothing is sent by this."""
    kind = _kind(mailing_kind)
    with reading(key) as (unit, study):
        plan, form = _begun(unit, study, kind)
        if "write" in request.form:
            return _form_page(study, plan, form, [])
        valid = form.validate()
        moment = form.moment(signed_in_user().time_zone)
        faults = [_anchored(form, fault) for fault in plan.faults(form.texts())]
        problems = [*form.problems(), *faults]
        if not valid or problems:
            return _form_page(study, plan, form, problems)
        wish = request.form.get("person", "").strip()[:254].replace("\0", "")
        shown = preview_for(unit, study, form.texts(), wish)
        pace = settings().mails_per_minute
        return render_template(
            "workspace/preview_mailing.html",
            study=study,
            plan=plan,
            form=form,
            shown=shown,
            wish=wish,
            say=words_of_invitations,
            direction=direction,
            kinds=KINDS,
            when=at(moment, signed_in_user().time_zone) if moment else "",
            minutes=-(-plan.people // pace) if pace else 0,
            mail_from=settings().mail_from,
            sends_mail=settings().sends_mail,
        )


@pages.post("/send/<mailing_kind>")
@access(Role.RESEARCHER)
def send(key: str, mailing_kind: str) -> ResponseReturnValue:
    """Let a mailing go out. The same confirmation twice sends once."""
    kind = _kind(mailing_kind)
    with writing(key) as (unit, study):
        _, form = _begun(unit, study, kind)
        valid = form.validate()
        moment = form.moment(signed_in_user().time_zone)
        if not valid or form.problems() or not settings().sends_mail:
            abort(400)
        try:
            made = add_mailing(
                unit,
                study,
                study.current_wave,
                kind,
                form.texts(),
                key=form.mailing.data or "",
                asked_by=signed_in_user().id or 0,
                due_at=moment,
            )
        except InvitationError as refused:
            flash(str(refused), "caution")
            return redirect(url_for("invitations.overview", key=key))
        job = None if moment else start_invitations(unit, study, made.asked_by or 0)
        unit.commit()
    if job is not None:
        job_queue().put(job.id or 0)
    flash("The mails go out at their moment." if moment else "The mails go out now.")
    tell_if_twice(moment, signed_in_user().time_zone)
    return redirect(url_for("invitations.overview", key=key))


@pages.post("/try-again")
@access(Role.RESEARCHER)
def go_on(key: str) -> ResponseReturnValue:
    """Send what waits since a sending failed. Nobody is written to twice."""
    with writing(key) as (unit, study):
        job = try_again(unit, study, signed_in_user().id or 0)
        unit.commit()
    if job is not None:
        job_queue().put(job.id or 0)
    flash(tried_again(job is not None))
    return redirect(url_for("invitations.overview", key=key))


@pages.post("/cancel/<mailing_key>")
@access(Role.RESEARCHER)
def cancel_now(key: str, mailing_key: str) -> ResponseReturnValue:
    """Take back what was not sent yet of a mailing."""
    with writing(key) as (unit, study):
        found = unit.mailings.by_key(mailing_key)
        if found is None or found.study_id != study.id:
            abort(404)
        try:
            cancel_mailing(unit, found)
        except InvitationError as refused:
            flash(str(refused), "caution")
        else:
            flash("What was not sent yet is taken back.")
        job = latest_invitations(unit, study.id or 0)
        unit.commit()
    if job is not None and job.unfinished:
        with suppress(JobError):  # it may have ended meanwhile
            cancel(database(), job.id or 0)
    return redirect(url_for("invitations.overview", key=key))


@pages.get("/progress")
@access(Role.RESEARCHER)
def progress(key: str) -> ResponseReturnValue:
    """How far the sending is, for the script of the page."""
    with reading(key) as (unit, study):
        job = latest_invitations(unit, study.id or 0)
        if job is None:
            return jsonify(unfinished=False)
        return jsonify(
            state=job.state,
            unfinished=job.unfinished,
            progress=job.progress,
            doing=standing(unit, job),
        )


def _kind(name: str) -> MailingKind:
    if name not in list(MailingKind):
        abort(404)
    return MailingKind(name)


def _begun(unit: UnitOfWork, study: Study, kind: MailingKind) -> tuple[MailingPlan, MailForm]:
    if not study.waves:
        abort(404)
    plan = plan_mailing(unit, study, study.current_wave, kind)
    texts = texts_to_begin_with(unit, study, kind, plan.languages)
    return plan, mail_form(texts)


def _form_page(
    study: Study, plan: MailingPlan, form: MailForm, problems: list[Problem]
) -> ResponseReturnValue:
    page = render_template(
        "workspace/write_mailing.html",
        study=study,
        plan=plan,
        form=form,
        problems=problems,
        kinds=KINDS,
        brands={brand.id: brand.name("en") for brand in study.brands},
        anonymous=is_anonymous(study),
        fewest=FEWEST_ANONYMOUS,
        zone=zone_words(signed_in_user().time_zone),
    )
    return page, 422 if problems else 200


def _anchored(form: MailForm, fault: str) -> Problem:
    """A fault of a text with the field that it belongs to."""
    tag, _, words = fault.partition(": ")
    if tag in form.languages:
        field = f"subject-{tag}" if "subject" in words else f"text-{tag}"
        return field, words
    return f"text-{form.languages[0]}" if form.languages else "", fault
