"""A study as respondents meet it: frozen, with its instruments read and its pages laid out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app.domain.interview import Page, pages
from survey_app.domain.study import StudyError, StudyState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from instruments.model import Instrument
    from survey_app.domain.study import Study


@dataclass(frozen=True, slots=True)
class OpenBrand:
    """A brand that can be answered about; `names` by language."""

    id: int
    code: str
    names: Mapping[str, str]

    def name(self, language: str) -> str:
        """The name in a language; English, then any other, where that language has none."""
        return self.names.get(language) or self.names.get("en") or next(iter(self.names.values()))


@dataclass(frozen=True, slots=True)
class OpenStudy:
    """A study that has been opened, so that all but its `state` is frozen.

    `state` is open or closed; answers are taken while `is_open`.
    """

    id: int
    key: str
    title: str
    state: StudyState
    languages: tuple[str, ...]
    consent: Mapping[str, str]
    brands: tuple[OpenBrand, ...]
    instruments: tuple[Instrument, ...]
    pages: tuple[Page, ...]
    shuffle_items: bool
    instructed_item: bool
    simulated: bool

    @property
    def is_open(self) -> bool:
        """True while answers are taken."""
        return self.state is StudyState.OPEN

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


def open_study(study: Study, instruments: Sequence[Instrument]) -> OpenStudy:
    """A stored study as respondents meet it; `instruments` are those of the study, read."""
    return OpenStudy(
        id=study.id or 0,
        key=study.key,
        title=study.title,
        state=study.state,
        languages=tuple(study.languages),
        consent=dict(study.consent),
        brands=tuple(OpenBrand(b.id or 0, b.code, dict(b.names)) for b in study.brands),
        instruments=tuple(instruments),
        pages=pages(instruments, instructed_item=study.instructed_item),
        shuffle_items=study.shuffle_items,
        instructed_item=study.instructed_item,
        simulated=study.simulated,
    )
