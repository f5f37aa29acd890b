"""A study before it is opened: what is said about it, and its questionnaire in the making."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from survey_app.domain.questionnaire import BrandQuestion, read_design
from survey_app.domain.study import Brand, Mode, Repeats, Study, StudyError, StudyState
from survey_app.domain.text import readable
from survey_app.services import next_version
from survey_app.services.design_content import with_design
from survey_app.services.study import (
    checked_languages,
    checked_title,
    require_brand_codes,
    set_brands,
    set_consent,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survey_app.domain.user import User
    from survey_app.storage.database import UnitOfWork

MOST_BRANDS_ASKED = 10
_LARGEST_CONTENT = 3_000_000


@dataclass(frozen=True, slots=True)
class About:
    """What a researcher says about a study besides its questionnaire."""

    title: str
    languages: Sequence[str]
    mode: Mode = Mode.ANONYMOUS
    population: str = ""
    sponsor: str = ""
    competitors_named: bool = False
    repeats: Repeats = Repeats.COOKIE


def create_draft(unit: UnitOfWork, owner: User, about: About) -> Study:
    """Add a draft study without any question yet. Raises StudyError, as `describe`."""
    study = Study(title="", instruments=[], languages=[], owner_id=owner.id)
    describe(study, about)
    unit.studies.add(study)
    unit.flush()
    return study


def describe(study: Study, about: About) -> None:
    """Say anew what a draft study is about.

    Raises
    ------
    StudyError
        the study is no draft, has no title or no language, or a language is none.
    """
    _require_editable(study)
    study.require_draft()
    study.title = checked_title(about.title)
    study.languages = checked_languages(about.languages)
    study.mode = about.mode
    study.repeats = about.repeats
    study.population = readable(about.population)
    study.sponsor = readable(about.sponsor)
    study.competitors_named = about.competitors_named


def content_in_making(study: Study) -> dict[str, Any]:
    """The questionnaire that may be changed, as `Study.content` gives it: the draft's own, or of an
    open study the next version that was begun. Raises StudyError where there is none."""
    _require_editable(study)
    if study.state is StudyState.DRAFT:
        return study.content()
    return deepcopy(study.next_content)


def keep_content(study: Study, content: Mapping[str, Any]) -> None:
    """Keep a questionnaire in the making where `content_in_making` took it from.

    Raises
    ------
    StudyError
        there is none in the making, or it breaks a rule: too large, a malformed or repeated code of
        a brand.
    """
    _require_editable(study)
    if study.state is StudyState.DRAFT:
        revise(study, content)
    else:
        _require_sane(content)
        next_version.revise(study, content)


def revise(study: Study, content: Mapping[str, Any]) -> None:
    """Make a content (`Study.content`) that of a draft study; a brand whose code is already there
    keeps its managers. Raises StudyError, as `keep_content`."""
    study.require_draft()
    _require_sane(content)
    study.languages = checked_languages(content["languages"])
    study.instruments = list(content["instruments"])
    study.shuffle_items = content["shuffle_items"]
    study.instructed_item = content["instructed_item"]
    study.design = dict(content["design"])
    set_brands(study, [Brand(each["code"], dict(each["names"])) for each in content["brands"]])
    set_consent(study, content["consent"])


def with_brands(
    content: Mapping[str, Any], brands: Sequence[Brand], question: BrandQuestion, most: int
) -> dict[str, Any]:
    """A content with these brands, and how a respondent comes to be asked about them.

    Raises
    ------
    StudyError
        a code cannot be used or stands there twice, or `most` is out of range.
    """
    if not 1 <= most <= MOST_BRANDS_ASKED:
        raise StudyError(f"Ask each person about 1 to {MOST_BRANDS_ASKED} brands.")
    require_brand_codes([brand.code for brand in brands])
    plain = [{"code": brand.code, "names": dict(brand.names)} for brand in brands]
    return with_design({**content, "brands": plain}, brand_question=question, most_brands=most)


def _require_editable(study: Study) -> None:
    if study.state is StudyState.PILOT:
        raise StudyError("The study is being piloted. End the pilot to change it.")
    if study.state is not StudyState.DRAFT and not study.next_content:
        study.require_draft()


def _require_sane(content: Mapping[str, Any]) -> None:
    read_design(content["design"], ())
    if len(json.dumps(content)) > _LARGEST_CONTENT:
        raise StudyError(
            "The questionnaire is too large to be kept: more than "
            f"{_LARGEST_CONTENT:,} letters. Remove a block or shorten texts."
        )
