"""What papers that are typed in one after the other have in common, and a paper that waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import abort, flash, redirect, request, url_for
from werkzeug.exceptions import NotFound

from survey_app.domain.study import StudyError, StudyState
from survey_app.services.paper_questionnaire import asked_study
from survey_app.services.places import places_of
from survey_app.web.workspace.own_study import wave_of

if TYPE_CHECKING:
    from survey_app.domain.open_study import OpenBrand, OpenStudy
    from survey_app.domain.paper_entry import PaperSheet
    from survey_app.domain.study import Study, Wave
    from survey_app.storage.database import UnitOfWork


@dataclass(frozen=True, slots=True)
class Pile:
    """Papers that are typed in one after the other: what they have in common."""

    asked: OpenStudy
    brand: OpenBrand
    language: str
    wave: Wave
    place: str

    def address(self, key: str) -> str:
        """Where the next paper of the pile is typed in."""
        return url_for(
            "paper_entry.first",
            key=key,
            brand=self.brand.code,
            language=self.language,
            version=self.asked.version,
            wave=self.wave.code,
            place=self.place or None,
        )


def pile_of(unit: UnitOfWork, study: Study) -> Pile:
    """What the address says of the pile; error 404 for what the study does not have."""
    require_launched(study)
    told = request.args
    number = told.get("version", study.version, type=int)
    language = told.get("language", study.languages[0])
    place = told.get("place", "")
    known = {"", *(one.code for one in places_of(unit, study))}
    wave = wave_of(study, told.get("wave"))
    if number not in launched_versions(study) or wave is None or place not in known:
        raise NotFound
    asked = asked_study(study, number)
    try:
        brand = asked.brand(told.get("brand") or asked.brands[0].code)
    except StudyError:
        raise NotFound from None
    if language not in asked.languages:
        raise NotFound
    return Pile(asked, brand, language, wave, place)


def launched_versions(study: Study) -> list[int]:
    """Numbers of the versions that papers may have been printed of, the newest first."""
    pilot = study.state is StudyState.PILOT
    return [one.number for one in reversed(study.versions) if one.pilot is pilot]


def require_launched(study: Study) -> None:
    """Error 404 while no questionnaire was launched that could have been printed."""
    if not study.versions:
        raise NotFound


def sheet_of(unit: UnitOfWork, study: Study, sheet_key: str) -> PaperSheet:
    """The paper; back to the others where it does not wait any more, as after a second click."""
    sheet = unit.paper_sheets.by_key(study.id or 0, sheet_key)
    if sheet is None or sheet.pilot is not (study.state is StudyState.PILOT):
        flash("This paper waits for nothing: it counts, or was thrown away.")
        abort(redirect(url_for("paper_entry.overview", key=study.key)))
    return sheet


def brand_of_sheet(asked: OpenStudy, sheet: PaperSheet) -> OpenBrand:
    """The brand that a paper is about."""
    return next(brand for brand in asked.brands if brand.id == sheet.brand_id)
