"""From an address to what its reader may read: study, brand, wave, part of it, findings.

Every page, file and picture of a scorecard is resolved here, so that none of them can show what
another would refuse.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from flask import abort, request, url_for

from reports.disclosure import Permission, Permitted
from reports.findings import FindingsError, findings
from reports.part import condition_words, document_of_part
from reports.scorecard import scorecard
from reports.sections.story import WIDTH
from survey_app.domain.study import StudyState
from survey_app.services.analyse import NothingToAnalyseError, analyse_study
from survey_app.services.looks import looks_of
from survey_app.services.part import part_findings, part_of, permitted_parts
from survey_app.services.report import (
    REPORT_LANGUAGES,
    names_of_groups,
    rules_of,
    scorecard_findings,
    study_facts,
)
from survey_app.services.response import response_of
from survey_app.services.study import scorecard_for
from survey_app.services.survey import study_survey
from survey_app.web.current import analyses, database, settings, signed_in_user
from survey_app.web.workspace.own_study import wave_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reports.blocks import Document
    from reports.findings import Findings
    from reports.look import Look
    from reports.part import Conditions
    from reports.response import Response
    from reports.survey import Survey
    from survey_app.domain.study import Brand, Study, Wave
    from survey_app.services.analyse import Analysed
    from survey_app.storage.database import UnitOfWork

CONDITION = "only-"
"""What the name of a condition begins with in an address: ``?only-channel=qr``."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A scorecard as one reader asked for it.

    Parameters
    ----------
    languages : in which it can be had; `language` is the one chosen.
    chosen : conditions (variable → code) that make it a part of the interviews; none for all.
    parts : what else of this brand may be asked for; None while nobody has answered.
    found : None while nobody has answered, and where the part is refused.
    looks : of the brands of the study, by code.
    response : how many of those asked answered, where `found` is not of the whole wave.
    refused : why the part may not be shown.
    """

    study: Study
    brand: Brand
    wave: Wave | None
    language: str
    languages: tuple[str, ...]
    chosen: Mapping[str, str] = field(default_factory=dict)
    parts: Permitted | None = None
    found: Findings | None = None
    refused: Permission | None = None
    looks: Mapping[str, Look] = field(default_factory=dict)
    response: Response = None

    @property
    def conditions(self) -> Conditions:
        """The conditions in the words of the scorecard's language."""
        return self._conditions_in(self.language)

    def _conditions_in(self, language: str) -> Conditions:
        names = names_of_groups(self.study, language)
        return condition_words(self.chosen, language, names) if self.chosen else ()

    def document(self, width: float = WIDTH) -> Document | None:
        """The scorecard, its charts `width` points wide; None where there is nothing to show."""
        if self.found is None:
            return None
        document = scorecard(self.found, width=width)
        if not self.chosen:
            return document
        return document_of_part(document, self.brand.name(self.language), self.conditions)

    def address(
        self,
        endpoint: str = "portal.web_page",
        *,
        wave: Wave | None = None,
        language: str | None = None,
        chosen: Mapping[str, str] | None = None,
        **more: str | None,
    ) -> str:
        """The address of a page or file of this scorecard, in another wave or language or of
        another part if one is given. What is the only one of its kind is left out."""
        wave = wave or self.wave
        values: dict[str, Any] = {"key": self.study.key, "brand_code": self.brand.code, **more}
        if wave is not None and len(self.study.waves) > 1:
            values["wave"] = wave.code
        if len(self.languages) > 1:
            values["language"] = language or self.language
        conditions = self.chosen if chosen is None else chosen
        values |= {f"{CONDITION}{variable}": code for variable, code in conditions.items()}
        return url_for(endpoint, **values)

    def name_parts(self) -> tuple[str, ...]:
        """What the name of a file is made of."""
        wave = self.wave.name if self.wave and len(self.study.waves) > 1 else ""
        values = [value for _, value in self._conditions_in("en")]
        language = self.language if len(self.languages) > 1 else ""
        return (self.study.title, self.brand.code, wave, *values, language)


def read(key: str, brand_code: str) -> Reading:
    """What the signed-in person may read at this address; error 404 where that is nothing at all,
    and for a wave, language, variable or code that there is not."""
    with database().reading() as unit:
        allowed = scorecard_for(unit, signed_in_user(), key, brand_code)
        if allowed is None or allowed[0].state is StudyState.DRAFT:
            abort(404)
        study, brand = allowed
        wave = wave_of(study, request.args.get("wave"))
        analysed = analyse_study(
            unit, study, wave, cache=analyses(), minimum_n=settings().minimum_n
        )
        looks = looks_of(unit, study)
        whole = None
        if wave is not None and not conditions_asked_for():
            whole = _whole(unit, study, wave)
        response = None if whole else response_of(unit, study, wave, analysed.dataset)
    languages = _languages(study)
    language = request.args.get("language", languages[0])
    if language not in languages:
        abort(404)
    empty = Reading(
        study,
        brand,
        wave,
        language,
        languages,
        conditions_asked_for(),
        looks=looks,
        response=response,
    )
    try:
        return _filled(empty, analysed, whole)
    except (NothingToAnalyseError, FindingsError):
        return empty


def conditions_asked_for() -> dict[str, str]:
    """The conditions of the request's address; empty ones are those that a form left open."""
    return {
        name.removeprefix(CONDITION): code
        for name, code in request.args.items()
        if name.startswith(CONDITION) and code
    }


def _whole(unit: UnitOfWork, study: Study, wave: Wave) -> Survey | None:
    """The wave with those before it, all interviews; None while nobody has answered."""
    language = request.args.get("language", _languages(study)[0])
    try:
        return study_survey(
            unit,
            study,
            wave,
            cache=analyses(),
            minimum_n=settings().minimum_n,
            language=language,
        )
    except NothingToAnalyseError:
        return None


def _languages(study: Study) -> tuple[str, ...]:
    return tuple(code for code in REPORT_LANGUAGES if code in study.languages) or ("en",)


def _filled(empty: Reading, analysed: Analysed, whole: Survey | None) -> Reading:
    """The reading with its findings, or why there are none. Raises NothingToAnalyseError."""
    parts = permitted_parts(analysed, empty.brand.code, rules_of(analysed))
    try:
        refused = parts.allows(empty.chosen)
    except KeyError:
        abort(404)
    if empty.chosen and refused is not Permission.YES:
        return replace(empty, parts=parts, refused=refused)
    if whole is not None:
        found = findings(whole, empty.brand.code, language=empty.language)
    else:
        found = _found(empty, analysed)
    return replace(empty, parts=parts, found=found)


def _found(reading: Reading, analysed: Analysed) -> Findings:
    study, brand, language = reading.study, reading.brand.code, reading.language
    facts = study_facts(study, analysed.dataset, reading.wave, language, reading.looks)
    facts = replace(facts, response=reading.response)
    named = study.competitors_named
    if not reading.chosen:
        return scorecard_findings(analysed, facts, brand, language=language, name_others=named)
    part = part_of(analysed, brand, reading.chosen, rules_of(analysed))
    return part_findings(part, facts, brand, language=language, name_others=named)
