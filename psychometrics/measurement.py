"""How well the questionnaire measures: everything that must hold before scores are compared."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from psychometrics._plain import plain
from psychometrics.cfa.errors import ModelError
from psychometrics.dataset import DatasetError
from psychometrics.dimensionality import Dimensionality, dimensionality, scales_of
from psychometrics.validity import average_variance_extracted, composite_reliability

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from psychometrics.alignment import Alignment
    from psychometrics.dataset import Dataset
    from psychometrics.htmt import Htmt
    from psychometrics.invariance import Invariance
    from psychometrics.irt.grm import GradedModel

Across = Literal["brand", "language", "channel", "wave"]
Verdict = Literal["comparable", "aligned", "doubtful", "not_comparable", "untested"]
ACROSS: tuple[Across, ...] = ("brand", "language", "channel", "wave")
SMALLEST_GROUP = 50
"""Below so many interviews a group is left out of tests of invariance. A convention: what such a
test can see depends on loadings and number of items (Meade & Bauer 2007,
10.1080/10705510701575461)."""
HTMT_REPLICATES = 500
ROUGH_CFI, ROUGH_SRMR = 0.85, 0.10
"""A model that misses the usual limits but not these is rough, not wrong: where equal loadings and
intercepts cost it nothing, means are compared with a caution. A convention of this software."""


@dataclass(frozen=True)
class Comparability:
    """Whether means may be compared across brands, languages, channels or waves.

    `verdict` "comparable": equal loadings and intercepts hold, at least in part. "aligned": they
    do not, but the model fits every group and alignment finds few parameters that differ.
    "doubtful": equal loadings and intercepts cost hardly any fit, but the model itself fits only
    roughly. "not_comparable": none of these. "untested": `reason` says why; a level that could not
    be fitted is no finding. `left_out`: groups with too few interviews for the test. `by_brand`:
    the languages, channels or waves in which each brand was asked about, those left out included.
    """

    across: Across
    groups: tuple[str, ...]
    left_out: tuple[str, ...]
    verdict: Verdict
    reason: str = ""
    invariance: Invariance | None = None
    alignment: Alignment | None = None
    by_brand: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def allowed(self) -> bool | None:
        """Whether means may be compared; None where it was not tested."""
        return None if self.verdict == "untested" else self.verdict != "not_comparable"

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        return {
            "across": self.across,
            "groups": list(self.groups),
            "left_out": list(self.left_out),
            "verdict": self.verdict,
            "reason": self.reason,
            "invariance": None if self.invariance is None else self.invariance.to_dict(),
            "alignment": None if self.alignment is None else self.alignment.to_dict(),
            "by_brand": {brand: list(found) for brand, found in self.by_brand.items()},
        }


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
    that were given (FIML). R: ``lavaan::cfa(model, data, estimator = "MLR", missing = )``.

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
    missing = _missing(kept)
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
    weighted = () if kept.weight is None else ("Weights are not used for tests of measurement.",)
    return MeasurementAnalysis(
        found, validity, tuple(tests), precision, "MLR", missing, found.n_used, weighted
    )


def comparability(
    dataset: Dataset,
    model: str,
    across: Across,
    *,
    missing: Literal["listwise", "fiml"] = "listwise",
) -> Comparability | None:
    """Test one kind of group; None where the data hold no two of them."""
    member = getattr(dataset, across)
    names, counts = np.unique(member[member != ""], return_counts=True)
    if len(names) < 2:
        return None
    test = _tested(dataset, model, across, names, counts, missing)
    return test if across == "brand" else replace(test, by_brand=_by_brand(dataset.brand, member))


def _tested(
    dataset: Dataset,
    model: str,
    across: Across,
    names: NDArray[np.str_],
    counts: NDArray[np.intp],
    missing: Literal["listwise", "fiml"],
) -> Comparability:
    from psychometrics._group_ladder import InvarianceError
    from psychometrics.invariance import invariance

    member = getattr(dataset, across)
    large = tuple(str(name) for name in names[counts >= SMALLEST_GROUP])
    small = tuple(str(name) for name in names[counts < SMALLEST_GROUP])
    if len(large) < 2:
        reason = f"Fewer than two groups have {SMALLEST_GROUP} interviews."
        return Comparability(across, large, small, "untested", reason)
    kept = dataset.select(np.isin(member, large))
    try:
        ladder = invariance(model, kept, across, estimator="MLR", missing=missing)
    except (ModelError, DatasetError, InvarianceError) as error:
        return Comparability(across, large, small, "untested", str(error))
    if ladder.verdict.means_comparable != "no":
        return Comparability(across, large, small, "comparable", "", ladder)
    # Alignment loosens equal loadings and intercepts, never the model itself.
    described = ladder.verdict.highest is not None
    aligned = _aligned(model, kept, across, missing) if described else None
    rescued = aligned is not None and aligned.within_rule_of_thumb
    verdict: Verdict = "aligned" if rescued else "not_comparable"
    if _rough_but_equal(ladder):
        verdict = "doubtful"
    if not rescued and ladder.verdict.stopped_at not in [step.level for step in ladder.steps]:
        verdict = "untested"
    reason = ladder.verdict.reason or "" if verdict == "untested" else ""
    return Comparability(across, large, small, verdict, reason, ladder, aligned)


def _by_brand(brand: NDArray[np.str_], member: NDArray[np.str_]) -> dict[str, tuple[str, ...]]:
    return {
        str(code): tuple(np.unique(member[(brand == code) & (member != "")]).tolist())
        for code in np.unique(brand[brand != ""])
    }


def _rough_but_equal(ladder: Invariance) -> bool:
    """Whether the model fits only roughly, and equal loadings and intercepts cost it nothing."""
    steps = {step.level: step for step in ladder.steps}
    if ladder.verdict.stopped_at != "configural" or not {"metric", "scalar"} <= set(steps):
        return False
    base = steps["configural"].indices
    rough = base.cfi >= ROUGH_CFI and base.srmr <= ROUGH_SRMR
    return rough and steps["metric"].holds and steps["scalar"].holds


def _aligned(
    model: str, dataset: Dataset, across: Across, missing: Literal["listwise", "fiml"]
) -> Alignment | None:
    from psychometrics.alignment import AlignmentError, alignment

    try:
        return alignment(model, dataset, across, missing=missing)
    except (ModelError, DatasetError, AlignmentError):
        return None


def _missing(dataset: Dataset) -> Literal["listwise", "fiml"]:
    items = [item for key in scales_of(dataset) for item in key.items]
    return "fiml" if np.isnan(dataset.numeric(items)).any() else "listwise"


def _validity(
    found: Dimensionality, dataset: Dataset, rng: np.random.Generator | None
) -> Validity | None:
    from psychometrics.htmt import htmt

    fit = found.measurement.fit
    if fit is None:
        return None
    ratios = None
    if len(fit.factors) > 1:
        ratios = htmt(found.measurement.model, dataset, interval=HTMT_REPLICATES, rng=rng)
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
