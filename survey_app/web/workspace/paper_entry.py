"""Typing papers in: twice without seeing the first entry, then what differs, item by item."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from wtforms import HiddenField, StringField
from wtforms.validators import Regexp

from survey_app.domain.paper_entry import read_serial
from survey_app.domain.study import new_key
from survey_app.domain.user import Role
from survey_app.services.paper_entry import (
    PaperEntryError,
    accepted_papers,
    enter_first,
    enter_second,
    papers_of,
    remove_second,
    remove_sheet,
    resolve,
    takes_papers,
)
from survey_app.services.paper_questionnaire import asked_study
from survey_app.services.places import places_of
from survey_app.web.access import access
from survey_app.web.current import signed_in_user
from survey_app.web.filters import language_name
from survey_app.web.forms import PageForm
from survey_app.web.workspace.own_study import reading, wave_of, writing
from survey_app.web.workspace.paper_fields import TypedAnswers, typed_answers
from survey_app.web.workspace.paper_pile import (
    Pile,
    brand_of_sheet,
    launched_versions,
    pile_of,
    require_launched,
    sheet_of,
)

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from survey_app.domain.open_study import OpenStudy
    from survey_app.domain.paper_entry import PaperSheet
    from survey_app.domain.study import Study
    from survey_app.services.paper_entry import Choice
    from survey_app.web.forms import Problem

pages = Blueprint("paper_entry", __name__, url_prefix="/studies/<key>/papers")


class EntryForm(PageForm):
    """One paper: its number, and the identifier by which a form sent twice counts once."""

    serial = StringField("Serial number")
    form_id = HiddenField(
        validators=[Regexp(r"[A-Za-z0-9_-]{22}$", message="The form came damaged. Send it again.")]
    )

    def renew(self) -> None:
        """Give the form an identifier, unless it has a sound one."""
        if self.form_id.errors or not self.form_id.data:
            self.form_id.data = new_key()


@pages.get("/")
@access(Role.RESEARCHER)
def overview(key: str) -> ResponseReturnValue:
    """Which papers wait for what."""
    with reading(key) as (unit, study):
        require_launched(study)
        sheets = papers_of(unit, study)
        accepted = accepted_papers(unit, study)
        places = places_of(unit, study)
    return render_template(
        "workspace/papers.html",
        study=study,
        open=takes_papers(study),
        places=places,
        languages=[(code, language_name(code)) for code in study.languages],
        versions=launched_versions(study),
        waiting=[one for one in sheets if one.second is None],
        differing=[one for one in sheets if one.differences],
        accepted=accepted,
    )


@pages.route("/first", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def first(key: str) -> ResponseReturnValue:
    """Type a paper in for the first time."""
    with reading(key) as (unit, study):
        pile = pile_of(unit, study)
    form = EntryForm()
    typed = typed_answers(pile.asked, pile.brand.code, pile.language)
    problems: list[Problem] = []
    if form.validate_on_submit():
        problems = [*_of_serial(form), *typed.problems] or _keep_first(key, pile, form, typed)
        form.serial.errors = [message for field, message in problems if field == "serial"]
        if not problems:
            return redirect(pile.address(key))
    elif form.is_submitted():
        problems = form.problems()
    form.renew()
    return _typing_page(study, pile.asked, form, typed, problems, pile=pile)


@pages.route("/<sheet_key>/second", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def second(key: str, sheet_key: str) -> ResponseReturnValue:
    """Type a paper in again, without seeing the first entry."""
    with reading(key) as (unit, study):
        sheet = sheet_of(unit, study, sheet_key)
        asked = asked_study(study, sheet.version)
    form = EntryForm()
    typed = typed_answers(asked, brand_of_sheet(asked, sheet).code, sheet.language)
    if sheet.second is not None:
        return redirect(url_for("paper_entry.differences", key=key, sheet_key=sheet_key))
    problems: list[Problem] = []
    if form.validate_on_submit():
        problems = typed.problems or _keep_second(key, sheet_key, form, typed)
        if not problems:
            return _after_second(key, sheet)
    elif form.is_submitted():
        problems = form.problems()
    form.renew()
    return _typing_page(study, asked, form, typed, problems, sheet=sheet)


@pages.route("/<sheet_key>/differences", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def differences(key: str, sheet_key: str) -> ResponseReturnValue:
    """Where both entries differ, to choose what the paper says."""
    with reading(key) as (unit, study):
        sheet = sheet_of(unit, study, sheet_key)
        asked = asked_study(study, sheet.version)
    if not sheet.differences:
        return redirect(url_for("paper_entry.overview", key=key))
    form = PageForm()
    questions = [
        one
        for one in typed_answers(asked, brand_of_sheet(asked, sheet).code, sheet.language).questions
        if one.item_id in sheet.differences
    ]
    chosen = {one.item_id: request.form.get(one.field) for one in questions}
    problems: list[Problem] = []
    if form.validate_on_submit():
        problems = [
            (one.field, f"Question {one.number}: choose one of both entries.")
            for one in questions
            if chosen[one.item_id] not in {"first", "second"}
        ] or _resolve(key, sheet_key, cast("dict[str, Choice]", chosen))
        if not problems:
            flash(f"Paper {sheet.serial} counts.")
            return redirect(url_for("paper_entry.overview", key=key))
    elif form.is_submitted():
        problems = form.problems()
    page = render_template(
        "workspace/paper_differences.html",
        study=study,
        sheet=sheet,
        form=form,
        questions=questions,
        chosen=chosen,
        problems=problems,
    )
    return page, 422 if problems else 200


@pages.post("/<sheet_key>/again")
@access(Role.RESEARCHER)
def again(key: str, sheet_key: str) -> ResponseReturnValue:
    """Forget the second entry and type the paper in once more."""
    with writing(key) as (unit, study):
        sheet = sheet_of(unit, study, sheet_key)
        remove_second(sheet)
        unit.commit()
    flash(f"The second entry of paper {sheet.serial} is gone. Type it in again.")
    return redirect(url_for("paper_entry.second", key=key, sheet_key=sheet_key))


@pages.post("/<sheet_key>/remove")
@access(Role.RESEARCHER)
def remove(key: str, sheet_key: str) -> ResponseReturnValue:
    """Forget a paper that has not become an interview."""
    with writing(key) as (unit, study):
        sheet = sheet_of(unit, study, sheet_key)
        remove_sheet(unit, sheet)
        unit.commit()
    flash(f"Paper {sheet.serial} is gone; its number can be typed in anew.")
    return redirect(url_for("paper_entry.overview", key=key))


def _of_serial(form: EntryForm) -> list[Problem]:
    try:
        read_serial(form.text("serial"))
    except PaperEntryError as refused:
        return [("serial", str(refused))]
    return []


def _keep_first(key: str, pile: Pile, form: EntryForm, typed: TypedAnswers) -> list[Problem]:
    with writing(key) as (unit, study):
        try:
            sheet = enter_first(
                unit,
                study,
                pile.asked,
                serial=form.text("serial"),
                wave=wave_of(study, pile.wave.code) or pile.wave,
                brand=pile.brand,
                language=pile.language,
                answers=typed.answers,
                form_id=form.text("form_id"),
                user_id=signed_in_user().id or 0,
                place=pile.place,
            )
        except PaperEntryError as refused:
            return [("serial", str(refused))]
        unit.commit()
    flash(f"Paper {sheet.serial} is typed in once. It counts after the second entry.")
    return []


def _keep_second(key: str, sheet_key: str, form: EntryForm, typed: TypedAnswers) -> list[Problem]:
    with writing(key) as (unit, study):
        sheet = sheet_of(unit, study, sheet_key)
        try:
            enter_second(
                unit,
                study,
                asked_study(study, sheet.version),
                sheet,
                answers=typed.answers,
                form_id=form.text("form_id"),
                user_id=signed_in_user().id or 0,
            )
        except PaperEntryError as refused:
            return [("", str(refused))]
        unit.commit()
    return []


def _resolve(key: str, sheet_key: str, chosen: dict[str, Choice]) -> list[Problem]:
    with writing(key) as (unit, study):
        sheet = sheet_of(unit, study, sheet_key)
        asked = asked_study(study, sheet.version)
        try:
            resolve(unit, study, asked, sheet, chosen, user_id=signed_in_user().id or 0)
        except PaperEntryError as refused:
            return [("", str(refused))]
        unit.commit()
    return []


def _after_second(key: str, sheet: PaperSheet) -> ResponseReturnValue:
    """On to the differences, or to the next paper that waits."""
    with reading(key) as (unit, study):
        left = papers_of(unit, study)
    if any(one.key == sheet.key for one in left):
        return redirect(url_for("paper_entry.differences", key=key, sheet_key=sheet.key))
    flash(f"Both entries of paper {sheet.serial} agree. It counts.")
    waiting = [one.key for one in left if one.second is None]
    if waiting:
        return redirect(url_for("paper_entry.second", key=key, sheet_key=waiting[0]))
    return redirect(url_for("paper_entry.overview", key=key))


def _typing_page(
    study: Study,
    asked: OpenStudy,
    form: EntryForm,
    typed: TypedAnswers,
    problems: list[Problem],
    *,
    pile: Pile | None = None,
    sheet: PaperSheet | None = None,
) -> ResponseReturnValue:
    page = render_template(
        "workspace/type_paper.html",
        study=study,
        asked=asked,
        form=form,
        typed=typed,
        problems=problems,
        pile=pile,
        sheet=sheet,
        wrong={field for field, _ in problems},
    )
    return page, 422 if problems else 200
