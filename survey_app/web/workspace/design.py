"""The parts of a study in the making: what it is about, brands, consent, and what it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request
from wtforms import TextAreaField
from wtforms.validators import Length

from survey_app.domain.consent import DEFAULT_CONSENT
from survey_app.domain.languages import english_name
from survey_app.domain.questionnaire import BrandQuestion
from survey_app.domain.study import StudyError, StudyState
from survey_app.domain.text import readable
from survey_app.domain.user import Role
from survey_app.services.design_content import design_of
from survey_app.services.draft import describe, with_brands
from survey_app.web.access import access
from survey_app.web.forms import PageForm
from survey_app.web.workspace.about_form import MODES, REPEATS, about_form, languages_form
from survey_app.web.workspace.brands_form import MOST_BRANDS, QUESTIONS, brands_form
from survey_app.web.workspace.design_parts import outline, parts_of
from survey_app.web.workspace.in_making import change_content, content_of, home
from survey_app.web.workspace.own_study import writing

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from survey_app.domain.study import Study
    from survey_app.web.forms import Problem
    from survey_app.web.workspace.brands_form import BrandsForm
    from survey_app.web.workspace.in_making import Content

pages = Blueprint("design", __name__, url_prefix="/studies/<key>/design")
pages.add_app_template_global(parts_of, "design_parts")
pages.add_app_template_global(home, "home_of")

KEPT = "Saved."


@pages.route("/about", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def about(key: str) -> ResponseReturnValue:
    """What the study is about; of a next version only the languages."""
    study, content = content_of(key)
    if study.state is not StudyState.DRAFT:
        return _languages(study, content)
    form = about_form(study)
    problems: list[Problem] = []
    if form.validate_on_submit():
        try:
            with writing(key) as (unit, fresh):
                describe(fresh, form.about())
                unit.commit()
        except StudyError as refused:
            problems = [("", str(refused))]
        else:
            return kept(study)
    problems = problems or form.problems()
    page = render_template(
        "workspace/design_about.html",
        study=study,
        form=form,
        problems=problems,
        modes=MODES,
        repeats=REPEATS,
    )
    return page, 422 if problems else 200


def _languages(study: Study, content: Content) -> ResponseReturnValue:
    form = languages_form(content["languages"])
    if form.validate_on_submit():
        chosen = list(form.languages.data or ())
        change_content(study.key, lambda fresh: {**fresh, "languages": chosen})
        return kept(study)
    problems = form.problems()
    page = render_template(
        "workspace/design_languages.html", study=study, form=form, problems=problems
    )
    return page, 422 if problems else 200


@pages.route("/brands", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def brands(key: str) -> ResponseReturnValue:
    """The brands, and how a respondent comes to be asked about them."""
    study, content = content_of(key)
    form = brands_form(content, design_of(content))
    problems: list[Problem] = []
    if "add_brand" in request.form:
        if not form.add_brand_row():
            problems = [("brands", f"A study has at most {MOST_BRANDS} brands.")]
    elif form.validate_on_submit():
        try:
            change_content(key, lambda fresh: _with_brands(fresh, form))
        except StudyError as refused:
            problems = [("brands", str(refused))]
        else:
            return kept(study)
    elif form.is_submitted():
        problems = form.problems()
    page = render_template(
        "workspace/design_brands.html",
        study=study,
        form=form,
        problems=problems,
        questions=QUESTIONS,
    )
    return page, 422 if problems else 200


def _with_brands(content: Content, form: BrandsForm) -> Content:
    question = BrandQuestion(form.question.data)
    most = form.most.data if question is not BrandQuestion.ONE else 1
    return with_brands(content, form.named_brands(), question, most or 0)


@pages.route("/consent", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def consent(key: str) -> ResponseReturnValue:
    """The consent text in each language, with one to begin with."""
    study, content = content_of(key)
    form = _consent_form(content)
    if form.validate_on_submit():
        texts = {code: readable(form.text(code)) for code in content["languages"]}
        change_content(key, lambda fresh: {**fresh, "consent": {**fresh["consent"], **texts}})
        return kept(study)
    problems = form.problems()
    page = render_template(
        "workspace/design_consent.html",
        study=study,
        form=form,
        problems=problems,
        languages=content["languages"],
        begun=any(content["consent"].get(code) for code in content["languages"]),
    )
    return page, 422 if problems else 200


def _consent_form(content: Content) -> Any:
    fields = {
        code: TextAreaField(
            f"Consent text in {english_name(code)}", validators=[Length(max=20_000)]
        )
        for code in content["languages"]
    }
    data = {code: content["consent"].get(code) or DEFAULT_CONSENT.get(code, "") for code in fields}
    return type("ConsentForm", (PageForm,), fields)(data=data)


@pages.get("/check")
@access(Role.RESEARCHER)
def check(key: str) -> ResponseReturnValue:
    """What still lacks, and the way of a respondent through the questionnaire."""
    study, content = content_of(key)
    return render_template(
        "workspace/design_check.html",
        study=study,
        parts=parts_of(study, content),
        blocks=outline(content),
    )


def kept(study: Study) -> ResponseReturnValue:
    """Say that a part was kept, and go back to the others."""
    flash(KEPT)
    return redirect(home(study))
