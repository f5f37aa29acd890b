"""What every section of a portfolio report needs at hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.sections.story import Voice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.facts import SurveyFacts
    from reports.portfolio_findings import PortfolioFindings
    from reports.suppression import ReportingRules

COLUMNS = 3
_GUTTER = 20.0


@dataclass(frozen=True)
class PortfolioStory(Voice):
    """One portfolio report in the making."""

    found: PortfolioFindings

    @property
    def facts(self) -> SurveyFacts:
        """The survey."""
        return self.found.any_brand.facts

    @property
    def rules(self) -> ReportingRules:
        """The thresholds of what may be said."""
        return self.found.any_brand.rules

    @property
    def level(self) -> str:
        """The confidence level as a percentage."""
        return self.figures.percent(self.found.any_brand.level)

    @property
    def column(self) -> float:
        """The width of a chart of which three stand in a row; that of a phone's page there."""
        if self.narrow:
            return self.width
        return (self.width - (COLUMNS - 1) * _GUTTER) / COLUMNS

    def names(self, brands: Sequence[str]) -> str:
        """Brands as the language lists them."""
        return self.listed(list(brands))
