"""Where an interview stands: what was answered, and which page comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survey_app.domain.interview import Page
    from survey_app.domain.open_study import OpenBrand, OpenStudy


@dataclass(frozen=True, slots=True)
class Position:
    """Where an interview stands.

    `page_number` is the page to show next: the first one not yet submitted. `answers` holds the
    latest answer to every item shown so far, None where it was left open. `closed` is True when
    the study takes no more answers; `replayed` when a submission had been taken before, or came
    after the end, so that nothing was changed.
    """

    interview_key: str
    study: OpenStudy
    brand: OpenBrand | None
    language: str
    answers: Mapping[str, int | None]
    submitted: frozenset[int]
    page_number: int
    finished: bool
    closed: bool
    replayed: bool = False

    @property
    def page(self) -> Page:
        """The page to show."""
        return self.study.page(self.page_number)

    def may_show(self, page_number: int) -> bool:
        """True for pages already submitted and the one that follows them."""
        return 1 <= page_number <= self.page_number

    def item_order(self, page_number: int) -> list[str]:
        """Item identifiers of a page in the order shown; the same at every reload."""
        page = self.study.page(page_number)
        return page.order(self.interview_key, shuffle=self.study.shuffle_items)
