"""From a ladder to the result: the climb, the means, and what a reader must know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psychometrics._climb import MEANS, Climb
from psychometrics._group_ladder import InvarianceError
from psychometrics._invariance_result import Invariance
from psychometrics._invariance_rule import SIMILAR, cutoffs_for
from psychometrics._latent_means import LatentMeans, latent_means

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psychometrics._group_ladder import Ladder

LEVELS = ("configural", "metric", "scalar", "strict")
SMALL = 100
"""Below this many interviews a group's own figures are a weak ground."""


def checked_levels(levels: Sequence[str], *, ordered: bool = False) -> tuple[str, ...]:
    """The levels in order, "thresholds" before metric with ordered items.

    Raises InvarianceError for an unknown level, or without configural.
    """
    known = ("configural", "thresholds", *LEVELS[1:]) if ordered else LEVELS
    given = (levels,) if isinstance(levels, str) else tuple(levels)
    unknown = [level for level in given if level not in known]
    if unknown:
        raise InvarianceError(
            f"There is no level {', '.join(map(str, unknown))}; choose from {', '.join(known)}."
        )
    if "configural" not in given:
        raise InvarianceError("The levels begin with configural, which all others are built on.")
    wanted = {*given, "thresholds"} if ordered and len(given) > 1 else set(given)
    return tuple(level for level in known if level in wanted)


def check_partial(partial: str | None, max_freed: float) -> None:
    """Raises InvarianceError for settings out of range."""
    if partial not in ("auto", None):
        raise InvarianceError(f"partial is {partial!r}; give 'auto' or None.")
    if not 0 <= max_freed <= 1:
        raise InvarianceError(f"max_freed is {max_freed}; give a share between 0 and 1.")


def run(
    ladder: Ladder,
    levels: tuple[str, ...],
    labels: tuple[str, ...],
    n: Sequence[int],
    *,
    partial: str | None,
    max_freed: float,
    same_people: bool = False,
    notes: tuple[str, ...] = (),
) -> Invariance:
    """Climb the ladder and gather what was seen. The configural model is fitted already."""
    climb = Climb(ladder, cutoffs_for(n[:1] if same_people else n), partial == "auto", max_freed)
    climb.up(levels)
    verdict = climb.verdict()
    base = ladder.base
    return Invariance(
        labels=labels,
        n=tuple(int(count) for count in n),
        steps=tuple(climb.steps),
        verdict=verdict,
        freed=tuple(climb.found),
        max_freed=max_freed,
        latent_means=_means(climb, ladder, labels, levels),
        estimator=base.estimator.name,
        n_used=base.n_used,
        n_dropped=base.n_dropped,
        converged=len({step.level for step in climb.steps}) == len(levels),
        warnings=(*_warnings(climb, labels, n), *notes, *base.warnings),
        _fits=climb.fits,
    )


def _means(
    climb: Climb, ladder: Ladder, labels: tuple[str, ...], levels: tuple[str, ...]
) -> LatentMeans:
    found = climb.defensible
    if found is not None and found[0] in MEANS:
        return latent_means(climb.fits[found[1]], ladder.places(), found[1])
    if climb.stopped_at is None:
        reason = f"Means can be compared from scalar on; the levels were {', '.join(levels)}."
    else:
        reason = f"Means cannot be compared. {climb.reason}."
    return LatentMeans((), labels[0], None, reason)


def _warnings(climb: Climb, labels: tuple[str, ...], n: Sequence[int]) -> tuple[str, ...]:
    found = [step.note for step in climb.steps if step.note]
    if climb.reason is not None:
        found.append(f"{climb.stopped_at} does not hold. {climb.reason}.")
    disagrees = climb.verdict().test_disagrees
    if disagrees:
        found.append(
            f"The chi2 difference is significant (p < .05) where the fit indices hold: "
            f"{', '.join(disagrees)}. With many interviews small differences are; with few groups "
            f"out of many, differences may be hidden from the indices. See equality_score_tests."
        )
    small = [f"{name} ({count})" for name, count in zip(labels, n, strict=True) if count < SMALL]
    if small:
        found.append(f"Fewer than {SMALL} interviews: {', '.join(small)}; their figures are weak.")
    if max(n) > SIMILAR * min(n):
        found.append(
            "The groups differ in size; the largest decides what the equal parameters are, and "
            "differences of the smallest hardly show in the fit indices."
        )
    if climb.found:
        found.append(
            "Parameters were let go after a look at the answers; see whether new answers bear "
            "them out."
        )
    return tuple(found)
