"""What adaptive scales have told: means of brands, items saved, bounds reached."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from survey_app.services.calibration import settings_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psychometrics.dataset import Dataset
    from psychometrics.irt._stopping import Metric
    from psychometrics.irt.calibrated_means import CalibratedMeans
    from psychometrics.irt.calibrated_scores import CalibratedScores


@dataclass(frozen=True)
class AdaptiveResult:
    """One adaptive scale of a wave.

    Parameters
    ----------
    scale, items : the scale and its number of items. n : usable interviews with an answer to it.
    mean_answered : items answered on average. saved : share of the items that were not, 0–1.
    standard_error, metric : the bound. reached : share of interviews that came under it, 0–1.
    means : of the brands; what may be compared among brands, and with the full form.
    persons : scores of persons, in the order of the usable interviews; never to be averaged by
        brand, nor set beside scores of the full form.
    """

    scale: str
    items: int
    n: int
    mean_answered: float
    saved: float
    standard_error: float
    metric: Metric
    reached: float
    means: CalibratedMeans
    persons: CalibratedScores

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        return {**told, "means": self.means.to_dict(), "persons": self.persons.to_dict()}


def adaptive_results(
    dataset: Dataset, adaptive: Mapping[str, Mapping[str, Any]]
) -> dict[str, AdaptiveResult]:
    """Results by scale of the usable interviews; a scale that nobody answered is left out.

    Parameters
    ----------
    dataset : of one wave. adaptive : rules by scale, as the study's design holds them.

    Raises
    ------
    psychometrics.irt.calibration.CalibrationError
        rules that were never checked; see `calibration.rules_faults`.
    """
    from psychometrics.irt.calibrated_means import calibrated_means
    from psychometrics.irt.calibrated_scores import calibrated_scores
    from psychometrics.irt.calibration import Calibration

    usable = dataset.select(dataset.usable)
    found = {}
    for scale, rules in adaptive.items():
        calibration = Calibration.from_plain(rules["calibration"])
        persons = calibrated_scores(usable, calibration)
        if not persons.n_used:
            continue
        told = persons.answered > 0
        bound, metric = rules["standard_error"], settings_of(rules)["metric"]
        errors = (persons.error if metric == "trait" else persons.score_error)[told]
        answered = float(persons.answered[told].mean())
        found[scale] = AdaptiveResult(
            scale=scale,
            items=persons.items,
            n=persons.n_used,
            mean_answered=answered,
            saved=1 - answered / persons.items,
            standard_error=bound,
            metric=metric,
            reached=float((errors <= bound).mean()),
            means=calibrated_means(usable, calibration, usable.brand.tolist()),
            persons=persons,
        )
    return found


def without_adaptive(dataset: Dataset, adaptive: Mapping[str, Any]) -> Dataset:
    """The same answers without the keys of adaptive scales.

    A mean of answered items would keep those alone who were asked nearly everything, and those are
    the people at the ends of the scale.
    """
    return replace(dataset, keys=tuple(key for key in dataset.keys if key.scale not in adaptive))
