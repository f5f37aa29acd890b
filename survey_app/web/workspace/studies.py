"""The list of a researcher's studies, and describing a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from survey_app.domain.study import StudyError
from survey_app.domain.user import Role
from survey_app.services.draft import (
    Description,
    InstrumentError,
    WordingMissingError,
    create_draft,
    offered_instruments,
    revise_draft,
    with_wording,
)
from survey_app.services.fieldwork_progress import totals
from survey_app.services.study import studies_for
from survey_app.web.access import access
from survey_app.web.current import database, signed_in_user
from survey_app.web.workspace.own_study import reading, writing
from survey_app.web.workspace.study_form import MOST_BRANDS, StudyForm, is_main, study_form

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from instruments.model import Instrument
    from survey_app.domain.study import Study
    from survey_app.web.forms import Problem

pages = Blueprint("workspace", __name__, url_prefix="/studies")


@pages.get("/")
@access(Role.RESEARCHER)
def studies() -> ResponseReturnValue:
    """Every study of this researcher."""
    with database().reading() as unit:
        mine = studies_for(unit, signed_in_user())
        counts = totals(unit, mine)
    rows = [(study, counts[study.id or 0]) for study in mine]
    return render_template("workspace/studies.html", rows=rows)


@pages.route("/new", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def new() -> ResponseReturnValue:
    """Describe a new study."""

    def keep(description: Description) -> Study:
        with database().writing() as unit:
            study = create_draft(unit, signed_in_user(), description)
            unit.commit()
        return study

    return _describe(offered_instruments(), None, keep)


@pages.route("/<key>/edit", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def edit(key: str) -> ResponseReturnValue:
    """Describe a draft study anew."""
    with reading(key) as (_, study):
        offered = offered_instruments(study)
    try:
        study.require_draft()
    except StudyError as frozen:
        flash(str(frozen), "caution")
        return redirect(url_for("fieldwork.overview", key=key))

    def keep(description: Description) -> Study:
        with writing(key) as (unit, fresh):
            revise_draft(fresh, description)
            unit.commit()
        return fresh

    return _describe(offered, study, keep)


def _describe(
    offered: list[Instrument], study: Study | None, keep: Callable[[Description], Study]
) -> ResponseReturnValue:
    form = study_form(offered, study)
    problems: list[Problem] = []
    if "add_brand" in request.form:
        if not form.add_brand_row():
            problems = [("brands", f"A study has at most {MOST_BRANDS} brands.")]
    elif form.validate_on_submit():
        try:
            kept = keep(_description(form, offered))
        except (StudyError, InstrumentError) as error:
            problems = [(_place(error), line) for line in str(error).splitlines()]
        else:
            return redirect(url_for("fieldwork.overview", key=kept.key))
    elif form.is_submitted():
        problems = form.problems()
    page = render_template(
        "workspace/describe.html", study=study, **_shown(form, offered, problems)
    )
    return page, 422 if problems else 200


def _shown(form: StudyForm, offered: list[Instrument], problems: list[Problem]) -> dict[str, Any]:
    main = {one.id: one for one in offered if is_main(one)}
    return {"form": form, "questionnaires": main, "problems": problems}


def _description(form: StudyForm, offered: list[Instrument]) -> Description:
    known = {one.id: one for one in offered}
    chosen = [known[name] for name in form.instrument_ids()]
    file = form.wording.data
    if file:
        chosen[0] = with_wording(chosen[0], file.filename or "", file.read())
    return Description(
        title=form.text("title"),
        instruments=chosen,
        languages=form.languages.data or (),
        brands=form.named_brands(),
        consent=form.consent(),
        shuffle_items=form.shuffle_items.data,
        instructed_item=form.instructed_item.data,
        competitors_named=form.competitors_named.data,
        population=form.text("population"),
        sponsor=form.text("sponsor"),
    )


def _place(error: Exception) -> str:
    if isinstance(error, WordingMissingError):
        return "languages"
    return "wording" if isinstance(error, InstrumentError) else ""
