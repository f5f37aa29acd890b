"""Where an interview stands: what was answered, and which page comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survey_app.domain.interview import Disposition
    from survey_app.domain.open_study import OpenBrand, OpenStudy
    from survey_app.domain.page import Page
    from survey_app.domain.questionnaire import Answer
    from survey_app.domain.route import Answered


@dataclass(frozen=True, slots=True)
class Position:
    """Where an interview stands.

    Parameters
    ----------
    brands : those asked about, the first in slot 1.
    route : the pages shown so far and still to be shown, as far as the answers tell.
    closed : the study takes no more answers of this interview.
    replayed : a submission had been taken before, or came after the end, so that nothing changed.
    """

    interview_key: str
    study: OpenStudy
    brands: tuple[OpenBrand, ...]
    language: str
    answered: Answered
    route: tuple[Page, ...]
    disposition: Disposition
    finished: bool
    closed: bool
    replayed: bool = False

    @property
    def brand(self) -> OpenBrand | None:
        """The first brand, None while none is known."""
        return self.brands[0] if self.brands else None

    @property
    def answers(self) -> Mapping[str, Answer]:
        """The latest answer to every question about the person or the first brand."""
        return self.answered.given(1)

    @property
    def submitted(self) -> frozenset[int]:
        """Numbers of the submitted pages."""
        return frozenset(self.answered.pages)

    @property
    def page_number(self) -> int:
        """The page to show next: the first one not yet submitted, the last one where all are."""
        left = (page.number for page in self.route if not self._is_done(page))
        return next(left, self.route[-1].number)

    @property
    def page(self) -> Page:
        """The page to show."""
        return self.study.page(self.page_number)

    @property
    def complete(self) -> bool:
        """Whether every page on the way has been submitted."""
        return all(self._is_done(page) for page in self.route)

    def brand_of(self, page: Page) -> OpenBrand | None:
        """The brand that a page is about; the first one on a page about the person."""
        slot = max(page.slot, 1)
        return self.brands[slot - 1] if slot <= len(self.brands) else None

    def answers_on(self, page: Page) -> Mapping[str, Answer]:
        """What is answered about the person and about the brand of a page."""
        return self.answered.given(page.slot)

    def may_show(self, page_number: int) -> bool:
        """True for pages already submitted that are still on the way, and the one that follows."""
        if page_number == self.page_number:
            return True
        return any(page.number == page_number and self._is_done(page) for page in self.route)

    def before(self, page_number: int) -> int | None:
        """The page on the way in front of one, None before the first."""
        return self._beside(page_number, -1)

    def after(self, page_number: int) -> int | None:
        """The page on the way behind one, None after the last."""
        return self._beside(page_number, 1)

    def step(self, page_number: int) -> int:
        """How many pages of the way are reached with one, from 1."""
        return [page.number for page in self.route].index(page_number) + 1

    def item_order(self, page_number: int) -> list[str]:
        """Question identifiers of a page in the order shown; the same at every reload."""
        page = self.study.page(page_number)
        return page.order(self.interview_key, shuffle=self.study.shuffle_items)

    def _is_done(self, page: Page) -> bool:
        # Nothing follows the page of brands until one is marked.
        waits = bool(page.brands) and not self.brands
        return page.number in self.answered.pages and not waits

    def _beside(self, page_number: int, step: int) -> int | None:
        numbers = [page.number for page in self.route]
        if page_number not in numbers:
            return None
        at = numbers.index(page_number) + step
        return numbers[at] if 0 <= at < len(numbers) else None
