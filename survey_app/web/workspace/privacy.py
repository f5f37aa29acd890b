"""A study's privacy: how long it keeps what, who consented to which text, one person's data."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, cast

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from wtforms import IntegerField, StringField
from wtforms.validators import NumberRange, Optional

from survey_app.domain.retention import (
    MOST_DAYS,
    MOST_MONTHS,
    NOTICE,
    Retention,
    deletion_days,
    last_day_in_field,
    read_retention,
)
from survey_app.domain.study import Mode, StudyError, now
from survey_app.domain.user import Role
from survey_app.services.person_data import person_csv, person_data, plain_person
from survey_app.services.retention import change_retention, left, prolong
from survey_app.services.retention_mail import WHAT
from survey_app.web.access import access
from survey_app.web.audited import describe
from survey_app.web.current import settings, signed_in_user
from survey_app.web.download import download, file_name
from survey_app.web.forms import PageForm
from survey_app.web.workspace.own_study import reading, writing

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from survey_app.domain.study import Study
    from survey_app.services.collect import Collector
    from survey_app.services.person_data import PersonData
    from survey_app.storage.consents import ConsentCount
    from survey_app.storage.database import UnitOfWork
    from survey_app.web.forms import Problem

pages = Blueprint("privacy", __name__, url_prefix="/studies/<key>/privacy")

MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
}

NOBODY = (
    "This study knows nobody by that. Paste the whole address of the interview, or the e-mail "
    "address as it stands among the contacts."
)


def _period(label: str, help_text: str, most: int) -> IntegerField:
    inside = NumberRange(1, most, f"Write a number from 1 to {most}, or leave it empty.")
    return IntegerField(label, [Optional(), inside], description=help_text)


class RetentionForm(PageForm):
    """How long what was collected is kept."""

    answers_months = _period(
        "Answers: months after the last wave closed", "Empty: kept until you say so.", MOST_MONTHS
    )
    contacts_days = _period(
        "Contacts: days after the last wave closed",
        "Names and addresses of those invited. Empty: kept until you say so.",
        MOST_DAYS,
    )
    pilot_days = _period(
        "Answers of pilots: days after the last pilot began",
        "They never count. Empty: kept until you say so.",
        MOST_DAYS,
    )


class PersonForm(PageForm):
    """Whose data is asked for."""

    who = StringField(
        "Address of their interview, or e-mail address",
        description="The address that stands on every page of their interview, or the e-mail "
        "address of a contact.",
    )


@pages.get("/")
@access(Role.RESEARCHER)
def overview(key: str) -> ResponseReturnValue:
    """What is kept until when, the consents, and the way to one person's data."""
    with reading(key) as (unit, study):
        return _page(unit, study, None, [])


@pages.post("/retention")
@access(Role.RESEARCHER)
def change(key: str) -> ResponseReturnValue:
    """Set the periods."""
    form = RetentionForm()
    valid = form.validate_on_submit()
    with writing(key) as (unit, study):
        problems = form.problems()
        if valid:
            try:
                wanted = Retention(
                    form.answers_months.data, form.contacts_days.data, form.pilot_days.data
                )
            except StudyError as error:
                problems = [("", str(error))]
        if problems or not valid:
            return _page(unit, study, form, problems), 422
        change_retention(unit, signed_in_user(), study, wanted)
        unit.commit()
    flash(f"The periods are set. Nothing is deleted within {NOTICE.days} days.")
    return redirect(url_for("privacy.overview", key=key))


@pages.post("/prolong")
@access(Role.RESEARCHER)
def prolong_now(key: str) -> ResponseReturnValue:
    """Keep answers and contacts three months longer."""
    with writing(key) as (unit, study):
        prolong(unit, signed_in_user(), study)
        unit.commit()
    flash("Answers and contacts are kept three months longer.")
    return redirect(url_for("privacy.overview", key=key))


@pages.get("/consents.csv")
@access(Role.RESEARCHER)
def consents(key: str) -> ResponseReturnValue:
    """Consents by version, language and text, as CSV."""
    with reading(key) as (unit, study):
        counts = unit.consents.counts(study.id or 0)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(["version", "language", "sha256", "given", "withdrawn"])
    writer.writerows(
        (one.version, one.language, one.digest, one.given, one.withdrawn) for one in counts
    )
    name = file_name(study.title, "consents", kind="csv")
    return download(stream.getvalue().encode("utf-8-sig"), name, MEDIA_TYPES["csv"])


@pages.get("/consents/<digest>")
@access(Role.RESEARCHER)
def consent_text(key: str, digest: str) -> ResponseReturnValue:
    """The whole text that was agreed to, with its digest worked out anew."""
    with reading(key) as (unit, study):
        text = unit.consents.text(study.id or 0, digest)
        counts = [one for one in unit.consents.counts(study.id or 0) if one.digest == digest]
    if text is None:
        abort(404)
    return render_template(
        "workspace/consent.html",
        study=study,
        text=text,
        digest=digest,
        counts=counts,
        whole=_is_whole(text, digest),
    )


@pages.post("/person")
@access(Role.RESEARCHER)
def person(key: str) -> ResponseReturnValue:
    """What the study keeps of one person."""
    form = PersonForm()
    with reading(key) as (unit, study):
        found = _found(unit, study, form)
        if found is None:
            problems = [("who", NOBODY)] if form.text("who") else [("who", "Write who it is.")]
            return _page(unit, study, None, problems, who=form), 422
    describe(interviews=len(found.answers.interviews) if found.answers else 0)
    return render_template(
        "workspace/person_data.html",
        study=study,
        data=found,
        who=form.text("who"),
        form=form,
        kinds=tuple(MEDIA_TYPES),
    )


@pages.post("/person.<any(json, csv, html):person_format>")
@access(Role.RESEARCHER)
def person_file(key: str, person_format: str) -> ResponseReturnValue:
    """The same as a file to be handed to the person."""
    form = PersonForm()
    with reading(key) as (unit, study):
        found = _found(unit, study, form)
        if found is None:
            return _page(unit, study, None, [("who", NOBODY)], who=form), 422
    describe(interviews=len(found.answers.interviews) if found.answers else 0)
    name = file_name(study.title, "data of one person", kind=person_format)
    return download(_written(found, person_format), name, MEDIA_TYPES[person_format])


def _found(unit: UnitOfWork, study: Study, form: PersonForm) -> PersonData | None:
    collector = cast("Collector", current_app.extensions["collector"])
    if not form.validate_on_submit() or not form.text("who"):
        return None
    return person_data(unit, collector, study, form.text("who"))


def _written(data: PersonData, kind: str) -> bytes:
    if kind == "json":
        return json.dumps(plain_person(data), ensure_ascii=False, indent=2).encode()
    if kind == "csv":
        return person_csv(data)
    return render_template("workspace/person_file.html", data=data).encode()


def _page(
    unit: UnitOfWork,
    study: Study,
    form: RetentionForm | None,
    problems: list[Problem],
    who: PersonForm | None = None,
) -> str:
    periods = read_retention(study.retention)
    days = deletion_days(study)
    told = unit.notices.sent_about(study.id or 0)
    return render_template(
        "workspace/privacy.html",
        study=study,
        form=form or RetentionForm(formdata=None, obj=periods),
        who=who or PersonForm(formdata=None),
        problems=problems,
        kept=[
            (
                kind,
                WHAT[kind],
                left(unit, study, kind),
                days.get(kind),
                (kind, days.get(kind)) in told,
            )
            for kind in WHAT
        ],
        closed=last_day_in_field(study),
        today=now().date(),
        notice=NOTICE.days,
        sends_mail=settings().sends_mail,
        anonymous=study.mode is Mode.ANONYMOUS,
        consents=_told_consents(unit.consents.counts(study.id or 0)),
    )


def _told_consents(counts: list[ConsentCount]) -> list[ConsentCount]:
    return sorted(counts, key=lambda one: (-one.version, one.language))


def _is_whole(text: str, digest: str) -> bool:
    from survey_app.domain.consent_given import text_digest

    return text_digest(text) == digest
