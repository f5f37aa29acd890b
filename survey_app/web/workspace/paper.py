"""The questionnaire of a study on paper, and the way to typing answers in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import Length

from reports.pdf.font_files import FontMissingError
from survey_app.domain.study import StudyError, StudyState
from survey_app.domain.user import Role
from survey_app.services.paper_questionnaire import (
    PaperError,
    asked_study,
    questionnaire_pdf,
    study_paper,
)
from survey_app.web.access import access
from survey_app.web.current import public_link
from survey_app.web.download import download, file_name
from survey_app.web.filters import language_name
from survey_app.web.forms import choices
from survey_app.web.workspace.own_study import reading
from survey_app.web.workspace.wished_file import PAPERS, PDF, WishedFile

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from survey_app.domain.study import Study

pages = Blueprint("paper", __name__, url_prefix="/studies/<key>/paper")

_QR_CHANNEL = "qr"


class PrintForm(WishedFile):
    """Which questionnaire to print, and how."""

    brand = SelectField("Brand")
    language = SelectField("Language")
    paper = SelectField("Paper", choices=PAPERS, default="A4")
    fold = BooleanField(
        "As a booklet",
        description="Two pages on each side. Print on both sides, turn over at the short edge, "
        "lay the sheets on each other and fold them once.",
    )
    online = BooleanField("With a QR code for those who would rather answer online")
    hand_in = StringField(
        "Where to hand it in",
        description="One sentence in the language of the paper, printed at its end.",
        validators=[Length(max=300, message="Write at most 300 letters.")],
    )


@pages.get("/")
@access(Role.RESEARCHER)
def overview(key: str) -> ResponseReturnValue:
    """What can be printed."""
    with reading(key) as (_, study):
        return render_template("workspace/paper.html", study=study, form=_print_form(study))


@pages.get("/questionnaire.pdf")
@access(Role.RESEARCHER)
def questionnaire(key: str) -> ResponseReturnValue:
    """The questionnaire to be filled in with a pen."""
    with reading(key) as (_, study):
        form = _print_form(study)
        if not form.validate():
            flash(" ".join(message for _, message in form.problems()), "caution")
            return redirect(url_for("paper.overview", key=key))
        try:
            asked = study_paper(
                asked_study(study),
                language=form.language.data,
                brand_code=form.brand.data,
                link=_online(study, form),
                hand_in=form.text("hand_in"),
            )
            content = questionnaire_pdf(asked, paper=form.paper.data, fold=form.fold.data)
        except (PaperError, StudyError, FontMissingError) as refused:
            flash(str(refused), "caution")
            return redirect(url_for("paper.overview", key=key))
    parts = (study.title, form.brand.data, form.language.data, form.paper.data)
    return download(
        content, file_name(*parts, "booklet" if form.fold.data else "", kind="pdf"), PDF
    )


def _print_form(study: Study) -> PrintForm:
    form = PrintForm()
    form.brand.choices = choices((brand.code, brand.name("en")) for brand in study.brands)
    form.language.choices = choices((code, language_name(code)) for code in study.languages)
    if not request.args:
        form.online.data = True
    return form


def _online(study: Study, form: PrintForm) -> str:
    if not form.online.data or study.state is not StudyState.OPEN:
        return ""
    return public_link("respond.start_page", study_key=study.key, b=form.brand.data, c=_QR_CHANNEL)
