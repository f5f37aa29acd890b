"""How reliable a score is, as far as a scorecard may say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.suppression import hidden_groups

if TYPE_CHECKING:
    from psychometrics.analysis import ScaleResult
    from reports.suppression import ReportingRules

LOW_ALPHA = 0.60
"""Page one warns of scores with an alpha below this: a convention, and a lenient one."""


@dataclass(frozen=True, slots=True)
class ReliabilityNote:
    """Alpha and omega, each with the ends of its interval; `n` None where it would give a hidden
    brand away."""

    alpha: tuple[float, float, float] | None
    omega: tuple[float, float, float] | None
    n: int | None

    @property
    def loose(self) -> bool:
        """True where the items hardly go together, so that their score may mix different things."""
        return self.alpha is not None and self.alpha[0] < LOW_ALPHA


def reliability_note(result: ScaleResult, rules: ReportingRules) -> ReliabilityNote:
    """Reliability of one scale over the interviews of all brands that answered every question of
    it; without figures where these are too few."""
    means = result.brand_means.means if result.brand_means else ()
    hidden = hidden_groups({row.group: row.people for row in means}, rules)
    alpha = result.alpha if result.alpha and rules.shows(result.alpha.n_used) else None
    omega = result.omega if result.omega and rules.shows(result.omega.n_used) else None
    return ReliabilityNote(
        alpha=None if alpha is None else (alpha.alpha, alpha.lower, alpha.upper),
        omega=None if omega is None else (omega.omega, omega.lower, omega.upper),
        n=None if hidden or alpha is None else alpha.n_used,
    )
