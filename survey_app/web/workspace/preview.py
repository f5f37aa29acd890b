"""Every page of a questionnaire in the making as phones and desktops show it; nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, make_response, render_template, request
from werkzeug.exceptions import NotFound

from survey_app.domain.frozen_instruments import read_instruments
from survey_app.domain.laid_out import laid_out
from survey_app.domain.missing import missing_in
from survey_app.domain.open_study import open_study
from survey_app.domain.preview_words import page_name, page_rules
from survey_app.domain.study import StudyVersion
from survey_app.domain.user import Role
from survey_app.web.access import access
from survey_app.web.filters import language_name
from survey_app.web.respond_preview import framed_page
from survey_app.web.security import FRAMED, FRAMES
from survey_app.web.workspace.own_study import reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from survey_app.domain.open_study import OpenStudy
    from survey_app.domain.study import Study

pages = Blueprint("preview", __name__, url_prefix="/studies/<key>/preview")

NEXT = "next"


@dataclass(frozen=True, slots=True)
class Shown:
    """What is previewed: the questionnaire, its language, and the code of the first brand."""

    study: OpenStudy
    language: str
    brand: str
    of: str

    @property
    def query(self) -> dict[str, str]:
        """What an address of a preview holds beside the page."""
        return {"lang": self.language, "brand": self.brand, "of": self.of}


@pages.get("/")
@access(Role.RESEARCHER)
def overview(key: str) -> ResponseReturnValue:
    """One page in two frames, with who is shown it, and the way to the others."""
    with reading(key) as (_, study):
        content = _content(study)
        shown = _shown(study, content)
        if shown is None:
            missing = missing_in(content)
            return render_template("workspace/no_preview.html", study=study, missing=missing)
        last = len(shown.study.pages) + 1
        number = min(request.args.get("page", 0, int), last)
        html = render_template(
            "workspace/preview.html",
            study=study,
            shown=shown,
            number=max(number, 0),
            last=last,
            names=[page_name(shown.study, each) for each in range(last + 1)],
            rules=page_rules(shown.study, max(number, 0)),
            languages={code: language_name(code) for code in shown.study.languages},
        )
    response = make_response(html)
    response.headers.update(FRAMES)
    return response


@pages.get("/<int:page_number>")
@access(Role.RESEARCHER)
def frame(key: str, page_number: int) -> ResponseReturnValue:
    """A page as a respondent sees it, to be shown in a frame: nothing in it leads anywhere."""
    with reading(key) as (_, study):
        shown = _shown(study, _content(study))
        if shown is None or page_number > len(shown.study.pages) + 1:
            raise NotFound
        response = make_response(framed_page(shown.study, shown.language, shown.brand, page_number))
    response.headers.update(FRAMED)
    return response


def _content(study: Study) -> Mapping[str, Any]:
    wanted = request.args.get("of") == NEXT and study.next_content
    return study.next_content if wanted else study.content()


def _shown(study: Study, content: Mapping[str, Any]) -> Shown | None:
    """What can be shown of a content; None where it cannot be laid out."""
    if not laid_out(content).pages or not content["languages"] or not content["brands"]:
        return None
    version = StudyVersion(0, dict(content), study.created_at)
    asked = open_study(study, version, read_instruments(content["instruments"]), in_field=True)
    language, code = request.args.get("lang", ""), request.args.get("brand", "")
    return Shown(
        asked,
        language if language in asked.languages else asked.languages[0],
        code if any(code == brand.code for brand in asked.brands) else asked.brands[0].code,
        NEXT if request.args.get("of") == NEXT and study.next_content else "draft",
    )
