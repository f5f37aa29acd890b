"""How well the questionnaire measures: everything that must hold before scores are compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from psychometrics._clusters import clusters_if_any
from psychometrics._plain import plain
from psychometrics.cfa.errors import ModelError
from psychometrics.comparability import (
    ACROSS,
    SMALLEST_GROUP,
    Across,
    Comparability,
    comparability,
)
from psychometrics.dimensionality import Dimensionality, dimensionality, scales_of
from psychometrics.validity import average_variance_extracted, composite_reliability

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from psychometrics.dataset import Dataset
    from psychometrics.htmt import Htmt
    from psychometrics.irt.grm import GradedModel

__all__ = [
    "ACROSS",
    "SMALLEST_GROUP",
    "Across",
    "Comparability",
    "MeasurementAnalysis",
    "ScalePrecision",
    "Validity",
    "analyse_measurement",
    "comparability",
]

HTMT_REPLICATES = 500


@dataclass(frozen=True)
class ScalePrecision:
    """How precisely a scale measures along its range. `model` is None where `reason` says why."""

    scale: str
    model: GradedModel | None
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        model = None if self.model is None else self.model.to_dict()
        return {"scale": self.scale, "model": model, "reason": self.reason}


@dataclass(frozen=True)
class Validity:
    """Convergent and discriminant validity by scale, from the model of correlated scales.

    `reliability`, `extracted`: composite reliability and average variance extracted by scale.
    `htmt`: ratios with intervals, None for one scale.
    """

    scales: tuple[str, ...]
    reliability: tuple[float, ...]
    extracted: tuple[float, ...]
    htmt: Htmt | None

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        return {
            "scales": list(self.scales),
            "reliability": plain(self.reliability),
            "extracted": plain(self.extracted),
            "htmt": None if self.htmt is None else self.htmt.to_dict(),
        }


@dataclass(frozen=True)
class MeasurementAnalysis:
    """Dimensionality, validity, comparability across groups and precision, of the same answers."""

    dimensionality: Dimensionality
    validity: Validity | None
    comparability: tuple[Comparability, ...]
    precision: tuple[ScalePrecision, ...]
    estimator: str
    missing: Literal["listwise", "fiml"]
    n_used: int
    warnings: tuple[str, ...] = ()

    def across(self, what: Across) -> Comparability | None:
        """The test across brands, languages, channels or waves; None where there is one group."""
        return next((test for test in self.comparability if test.across == what), None)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        return {
            "dimensionality": self.dimensionality.to_dict(),
            "validity": None if self.validity is None else self.validity.to_dict(),
            "comparability": [test.to_dict() for test in self.comparability],
            "precision": [each.to_dict() for each in self.precision],
            "estimator": self.estimator,
            "missing": self.missing,
            "n_used": self.n_used,
            "warnings": list(self.warnings),
        }


def analyse_measurement(
    dataset: Dataset,
    *,
    rows: NDArray[Any] | None = None,
    on_progress: Callable[[float, str], None] | None = None,
    rng: np.random.Generator | None = None,
) -> MeasurementAnalysis:
    """Test the measurement of a data set's scales, outcomes left aside.

    Robust maximum likelihood (MLR): from complete answers, or where answers are missing from all
    that were given (FIML); cluster-robust where people gave several interviews.
    R: ``lavaan::cfa(model, data, estimator = "MLR", missing = , cluster = )``.

    Parameters
    ----------
    rows : (n,) mask or row numbers of the interviews kept; default: the usable ones.
    on_progress : called with the share done, 0 to 1, and what is being done.
    rng : source of chance; without it a fixed one, so that results can be repeated.

    Raises
    ------
    ModelError
        not even one factor can be had from these answers.
    """
    say = on_progress or (lambda _share, _what: None)
    kept = dataset.select(dataset.usable if rows is None else np.asarray(rows))
    if not scales_of(kept):
        raise ModelError("There is no scale of two items or more; nothing can be tested.")
    missing, cluster = _missing(kept), clusters_if_any(kept)
    say(0.0, "Comparing models")
    found = dimensionality(kept, missing=missing)
    say(0.3, "Validity of the scales")
    validity = _validity(found, kept, rng)
    model = found.measurement.model
    tests = []
    for k, across in enumerate(ACROSS):
        say(0.4 + 0.1 * k, f"Comparability across {across}s")
        test = comparability(kept, model, across, missing=missing)
        if test is not None:
            tests.append(test)
    say(0.8, "Precision along the scales")
    precision = tuple(_precision(kept, key.scale) for key in scales_of(kept))
    say(1.0, "Done")
    notes: tuple[str, ...] = ()
    if kept.weight is not None:
        notes += ("Weights are not used for tests of measurement.",)
    if cluster is not None:
        notes += (_clustered(cluster),)
    return MeasurementAnalysis(
        found, validity, tuple(tests), precision, "MLR", missing, found.n_used, notes
    )


def _clustered(cluster: NDArray[np.str_]) -> str:
    return (
        f"{len(np.unique(cluster))} people gave the {len(cluster)} interviews: errors and tests of "
        f"models are cluster-robust, intervals of HTMT draw whole people. Precision along the "
        f"scales takes every interview as another person's."
    )


def _missing(dataset: Dataset) -> Literal["listwise", "fiml"]:
    items = [item for key in scales_of(dataset) for item in key.items]
    return "fiml" if np.isnan(dataset.numeric(items)).any() else "listwise"


def _validity(
    found: Dimensionality, dataset: Dataset, rng: np.random.Generator | None
) -> Validity | None:
    from psychometrics.htmt import htmt

    fit = found.measurement.fit
    if fit is None or not fit.converged:
        return None
    ratios = None
    if len(fit.factors) > 1:
        ratios = htmt(
            found.measurement.model,
            dataset,
            interval=HTMT_REPLICATES,
            cluster=clusters_if_any(dataset),
            rng=rng,
        )
    reliability = composite_reliability(fit).to_numpy()[0]
    extracted = average_variance_extracted(fit).to_numpy()[0]
    return Validity(fit.factors, tuple(reliability.tolist()), tuple(extracted.tolist()), ratios)


def _precision(dataset: Dataset, scale: str) -> ScalePrecision:
    import pandas as pd

    from psychometrics.irt.grm import grm

    key = dataset.key(scale)
    answers = pd.DataFrame(dataset.keyed(scale), columns=list(key.items))
    try:
        return ScalePrecision(scale, grm(answers))
    except ValueError as error:
        return ScalePrecision(scale, None, str(error))
