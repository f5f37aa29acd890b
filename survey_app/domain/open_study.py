"""A study as respondents meet it: one version of its questionnaire, read and laid out in pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from instruments.texts import in_language
from survey_app.domain.answer_quality import rating_items
from survey_app.domain.page import pages
from survey_app.domain.questionnaire import read_design
from survey_app.domain.study import StudyError, StudyState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from instruments.model import Instrument
    from survey_app.domain.answer_quality import RatingItems
    from survey_app.domain.page import Page
    from survey_app.domain.questionnaire import Design
    from survey_app.domain.study import Mode, Repeats, Study, StudyVersion


@dataclass(frozen=True, slots=True)
class OpenBrand:
    """A brand that can be answered about; `names` by language."""

    id: int
    code: str
    names: Mapping[str, str]

    def name(self, language: str) -> str:
        """The name in a language; English, any other, then the code, where that language has
        none."""
        return in_language(self.names, language, self.code)


@dataclass(frozen=True, slots=True)
class OpenStudy:
    """A launched version of a study, so that all but `state` and `in_field` is frozen.

    Answers are taken while `is_open`: the study is open and a wave is in the field, or it is being
    piloted. `slots` gives which of the respondent's brands each page is about, `rating` the items
    that are scored.
    """

    id: int
    key: str
    title: str
    state: StudyState
    in_field: bool
    version: int
    mode: Mode
    repeats: Repeats
    languages: tuple[str, ...]
    consent: Mapping[str, str]
    brands: tuple[OpenBrand, ...]
    instruments: tuple[Instrument, ...]
    design: Design
    pages: tuple[Page, ...]
    shuffle_items: bool
    instructed_item: bool
    simulated: bool
    slots: Mapping[int, int]
    rating: RatingItems

    @property
    def is_open(self) -> bool:
        """True while new interviews may begin."""
        return self.is_pilot or (self.state is StudyState.OPEN and self.in_field)

    @property
    def is_pilot(self) -> bool:
        """True while the questionnaire is only tried out."""
        return self.state is StudyState.PILOT

    def brand(self, code: str) -> OpenBrand:
        """The brand with a code. Raises StudyError when there is none."""
        for brand in self.brands:
            if brand.code == code:
                return brand
        raise StudyError(f"The study has no brand {code!r}.")

    def page(self, number: int) -> Page:
        """The page with a number, from 1. Raises StudyError when there is none."""
        if not 1 <= number <= len(self.pages):
            raise StudyError(f"There is no page {number}; the pages are 1 to {len(self.pages)}.")
        return self.pages[number - 1]


def open_study(
    study: Study, version: StudyVersion, instruments: Sequence[Instrument], *, in_field: bool
) -> OpenStudy:
    """A launched version as respondents meet it; `instruments` are those of the version, read."""
    content = version.content
    design = read_design(content["design"], instruments)
    ids = {brand.code: brand.id or 0 for brand in study.brands}
    brands = tuple(
        OpenBrand(ids.get(each["code"], 0), each["code"], dict(each["names"]))
        for each in content["brands"]
    )
    laid = pages(
        instruments,
        design,
        brands=[brand.code for brand in brands],
        instructed_item=content["instructed_item"],
    )
    return OpenStudy(
        id=study.id or 0,
        key=study.key,
        title=study.title,
        state=study.state,
        in_field=in_field,
        version=version.number,
        mode=study.mode,
        repeats=study.repeats,
        languages=tuple(content["languages"]),
        consent=dict(content["consent"]),
        brands=brands,
        instruments=tuple(instruments),
        design=design,
        pages=laid,
        shuffle_items=content["shuffle_items"],
        instructed_item=content["instructed_item"],
        simulated=study.simulated,
        slots={page.number: page.slot for page in laid},
        rating=rating_items(instruments),
    )
