"""Calibrating scales from answers, and what adaptive short forms of them would save and lose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from psychometrics.dataset import Dataset
    from psychometrics.irt._stopping import Metric
    from psychometrics.irt.adaptive_simulation import AdaptiveSimulation
    from psychometrics.irt.calibration import Calibration
    from survey_app.services.analyse import Analysed

FEWEST_ITEMS = 3
"""A graded model needs as many."""


class ShortFormError(ValueError):
    """Nothing can be calibrated or simulated so. The message says why and the mend."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Standard errors at which to stop, and the fewest and most items."""

    values: tuple[float, ...]
    metric: Metric = "trait"
    most_items: int | None = None
    fewest_items: int = 1


def scales_to_shorten(analysed: Analysed, wanted: Sequence[str] = ()) -> tuple[str, ...]:
    """The scales wanted, all with three items or more for none.

    Raises ShortFormError for one that is not there or has fewer items, or where none has enough.
    """
    keys = {key.scale: key for key in analysed.dataset.keys}
    long = [scale for scale, key in keys.items() if len(key.items) >= FEWEST_ITEMS]
    for scale in wanted:
        if scale not in long:
            why = f"has fewer than {FEWEST_ITEMS} items" if scale in keys else "is not there"
            offered = ", ".join(long) or "none"
            raise ShortFormError(f"Scale {scale} {why}; there can be shortened: {offered}.")
    if not long:
        raise ShortFormError(f"No scale has {FEWEST_ITEMS} items or more; none can be shortened.")
    return tuple(wanted) or tuple(long)


def calibrations(
    analysed: Analysed, scales: Sequence[str], *, source: str
) -> dict[str, Calibration]:
    """The items of each scale, calibrated on the interviews that screening keeps.

    Raises
    ------
    psychometrics.irt.calibration.CalibrationError
        the answers carry no model. NothingToAnalyseError: nobody is usable.
    """
    from psychometrics.irt.calibration import calibrate

    kept = _kept(analysed)
    return {scale: calibrate(kept, scale, source=source) for scale in scales}


def simulations(
    analysed: Analysed,
    scales: Sequence[str],
    bounds: Bounds,
    calibrated: Mapping[str, Calibration] | None = None,
) -> dict[str, AdaptiveSimulation]:
    """What adaptive forms would have cost and kept among the interviews that screening keeps.

    Each scale by its calibration in `calibrated`; without it each fifth of the people by a
    calibration from the others.

    Raises
    ------
    psychometrics.irt.adaptive.AdaptiveError
        a bound that cannot be. CalibrationError: as `calibrations`. ShortFormError: a scale that
        was not calibrated.
    """
    from psychometrics.irt.adaptive_simulation import cross_validate_adaptive, simulate_adaptive

    kept = _kept(analysed)
    found = {}
    for scale in scales:
        metric, most, fewest = bounds.metric, bounds.most_items, bounds.fewest_items
        if calibrated is None:
            found[scale] = cross_validate_adaptive(
                kept, scale, bounds.values, metric=metric, most_items=most, fewest_items=fewest
            )
        elif scale in calibrated:
            found[scale] = simulate_adaptive(
                kept,
                calibrated[scale],
                bounds.values,
                metric=metric,
                most_items=most,
                fewest_items=fewest,
            )
        else:
            raise ShortFormError(
                f"Scale {scale} is not calibrated; the file holds {', '.join(calibrated)}."
            )
    return found


def _kept(analysed: Analysed) -> Dataset:
    return analysed.dataset.select(analysed.scores.kept)
