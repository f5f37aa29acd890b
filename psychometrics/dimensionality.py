"""One dimension, several, or one behind several: competing models, and whether a total makes sense.

A total may be reported only if what the items share outweighs what sets the scales apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from psychometrics._clusters import clusters_if_any
from psychometrics._plain import plain
from psychometrics.cfa._tokens import RESERVED
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.model import cfa

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from psychometrics.cfa.fit import ModelFit
    from psychometrics.dataset import Dataset, ScoringKey

Name = Literal["one_factor", "correlated", "second_order", "bifactor"]
Rule = Literal["one_dimension", "general_factor", "no_model_fits", "scales_apart", "not_tested"]

GOOD_CFI, GOOD_RMSEA, GOOD_SRMR = 0.95, 0.08, 0.08
"""A model is called acceptable where all three hold. Conventions after Hu & Bentler 1999,
10.1080/10705519909540118, with the milder bound of Browne & Cudeck 1992 for RMSEA; both are
disputed as fixed bounds."""
GENERAL_OMEGA, GENERAL_SHARE = 0.70, 0.60
"""Hierarchical omega and explained common variance from which a sum of all items is mostly about
what they have in common (Rodriguez, Reise & Haviland 2016, 10.1037/met0000045, who name .70 to
.80 and .60 to .70)."""
GENERAL = "general"
"""Name of the factor of all items."""
FEWEST = 3
"""Items without which a factor alone is not identified."""


@dataclass(frozen=True)
class ModelTest:
    """One of the competing models. `fit` is None where it could not be had; `reason` says why."""

    name: Name
    model: str
    fit: ModelFit | None
    reason: str = ""

    @property
    def measures(self) -> Mapping[str, float]:
        """Fit measures by lavaan's names; empty without a fit whose search ended."""
        if self.fit is None or not self.fit.converged:
            return {}
        found: Mapping[str, float] = self.fit.fit_measures()
        return found

    def measure(self, name: str) -> float:
        """The robust figure where there is one, else the plain one; NaN where there is none."""
        for key in (f"{name}.robust", f"{name}.scaled", name):
            value = self.measures.get(key)
            if value is not None and np.isfinite(value):
                return float(value)
        return float("nan")

    @property
    def proper(self) -> bool:
        """It converged, and no variance is negative."""
        return self.fit is not None and self.fit.converged and not _improper(self.fit)

    @property
    def acceptable(self) -> bool:
        """It is proper and its CFI, RMSEA and SRMR are within the bounds of this module."""
        return (
            self.proper
            and self.measure("cfi") >= GOOD_CFI
            and self.measure("rmsea") <= GOOD_RMSEA
            and self.measure("srmr") <= GOOD_SRMR
        )

    def to_dict(self) -> dict[str, Any]:
        """Name, model, measures and standardised loadings as plain values."""
        return {
            "name": self.name,
            "model": self.model,
            "reason": self.reason,
            "proper": self.proper,
            "acceptable": self.acceptable,
            "measures": plain(dict(self.measures)),
            "warnings": [] if self.fit is None else list(self.fit.warnings),
            "loadings": loadings_of(self.fit) if self.fit and self.fit.converged else [],
        }


@dataclass(frozen=True)
class TotalVerdict:
    """Whether a total over all scales may be reported.

    `rule` "one_dimension": the one-factor model is acceptable. "general_factor": the bifactor
    model is acceptable and its general factor carries `omega_hierarchical` ≥ .70 of the variance
    of the sum and `explained_common_variance` ≥ .60 of what the items share. "scales_apart": it
    does not. "no_model_fits": none is acceptable. "not_tested": there is one scale, or the model
    could not be had.
    """

    allowed: bool
    rule: Rule
    omega_hierarchical: float | None = None
    explained_common_variance: float | None = None


@dataclass(frozen=True)
class Dimensionality:
    """The competing models, in the order one factor, correlated, second order, bifactor."""

    tests: tuple[ModelTest, ...]
    total: TotalVerdict
    n_used: int
    warnings: tuple[str, ...] = ()

    def test(self, name: Name) -> ModelTest | None:
        """A model by name, None where it was not meant for these scales."""
        return next((test for test in self.tests if test.name == name), None)

    @property
    def measurement(self) -> ModelTest:
        """The model with one factor for each scale: that of all further steps."""
        return self.test("correlated") or self.tests[0]

    @property
    def table(self) -> pd.DataFrame:
        """A row a model: chi2, df, p (scaled), CFI, TLI, RMSEA (robust), SRMR, AIC, BIC."""
        import pandas as pd

        names = ("chisq", "df", "pvalue", "cfi", "tli", "rmsea", "srmr", "aic", "bic")
        rows = {test.name: {name: test.measure(name) for name in names} for test in self.tests}
        return pd.DataFrame.from_dict(rows, orient="index")

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        return {
            "tests": [test.to_dict() for test in self.tests],
            "total": plain(self.total),
            "n_used": self.n_used,
            "warnings": list(self.warnings),
        }


def dimensionality(
    dataset: Dataset,
    *,
    estimator: str = "MLR",
    missing: Literal["listwise", "fiml"] = "listwise",
    cluster: Any = None,
) -> Dimensionality:
    """Fit one-factor, correlated, second-order and bifactor models of all scales but outcomes.

    Clusters are those of the dataset unless others are given. R: ``lavaan::cfa`` with the texts of
    `models_of`, ``estimator = "MLR"``.

    Raises ModelError when not even the one-factor model can be had, or when an item has a name that
    no model can hold.
    """
    keys = scales_of(dataset)
    _check_names(keys)
    who = clusters_if_any(dataset) if cluster is None else cluster
    tests = []
    for name, model, reason in models_of(keys):
        fit = None
        if not reason:
            fit, reason = _fitted(model, dataset, estimator, missing, who)
        tests.append(ModelTest(name, model, fit, reason))
    if tests[0].fit is None:
        raise ModelError(tests[0].reason)
    warnings = tuple(f"{t.name}: {said}" for t in tests if t.fit for said in t.fit.warnings)
    return Dimensionality(tuple(tests), _total(tests), tests[0].fit.n_used, warnings)


def scales_of(dataset: Dataset) -> tuple[ScoringKey, ...]:
    """The scales that are no outcomes and have two items or more."""
    return tuple(key for key in dataset.keys if not key.outcome and len(key.items) > 1)


def factors_of(scales: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The name of each scale's factor, by scales with their items: the scale's unless it is taken.

    An item, the factor of all items or R itself may have the name already; the factor is then
    called ``NAME_factor``.
    """
    taken = {GENERAL, *RESERVED, *(item for own in scales.values() for item in own)}
    found: dict[str, str] = {}
    for scale in scales:
        name = scale
        while name in taken or name in found.values() or (name != scale and name in scales):
            name += "_factor"
        found[scale] = name
    return found


def models_of(keys: Iterable[ScoringKey]) -> list[tuple[Name, str, str]]:
    """Name and text of each model for these scales, and why it cannot be had, "" where it can."""
    scales = {key.scale: key.items for key in keys}
    names = factors_of(scales)
    factors = {names[scale]: own for scale, own in scales.items()}
    items = list(dict.fromkeys(item for own in factors.values() for item in own))
    alone = f"A factor takes {FEWEST} items or more; there are {len(items)}."
    one = f"{GENERAL} =~ {' + '.join(items)}"
    found: list[tuple[Name, str, str]] = [("one_factor", one, alone if len(items) < FEWEST else "")]
    if len(factors) < 2:
        return found
    blocks = "\n".join(f"{factor} =~ {' + '.join(own)}" for factor, own in factors.items())
    found.append(("correlated", blocks, ""))
    higher = f"{blocks}\n{GENERAL} =~ {' + '.join(factors)}"
    few = "A factor of factors takes three scales or more; there are two."
    found.append(("second_order", higher, few if len(factors) < FEWEST else ""))
    short = [scale for scale, own in scales.items() if len(own) < FEWEST]
    thin = f"A factor beside the general one takes three items; {', '.join(short)} has fewer."
    found.append(("bifactor", _bifactor(factors, items), thin if short else ""))
    return found


def loadings_of(fit: ModelFit) -> list[dict[str, Any]]:
    """Standardised loadings of a fit: item, factor, group, value, standard error."""
    rows = fit.parameters.query("op == '=~'")
    columns = ["rhs", "lhs", "group", "std_all", "std_all_se"]
    names = ["item", "factor", "group", "loading", "se"]
    return [
        dict(zip(names, plain(list(row)), strict=True))
        for row in rows[columns].itertuples(index=False)
    ]


def _bifactor(factors: Mapping[str, tuple[str, ...]], items: list[str]) -> str:
    """Every factor uncorrelated with every other, each with variance 1."""
    names = [GENERAL, *factors]
    lines = [f"{GENERAL} =~ NA*{' + '.join(items)}"]
    lines += [f"{factor} =~ NA*{' + '.join(own)}" for factor, own in factors.items()]
    lines += [f"{name} ~~ 1*{name}" for name in names]
    for k, name in enumerate(names):
        lines += [f"{name} ~~ 0*{other}" for other in names[k + 1 :]]
    return "\n".join(lines)


def _check_names(keys: Iterable[ScoringKey]) -> None:
    """Raises ModelError for items that models, written as R reads them, cannot name."""
    unfit = [item for key in keys for item in key.items if item in (GENERAL, *RESERVED)]
    if unfit:
        raise ModelError(
            f"No model can name the item {', '.join(dict.fromkeys(unfit))}: these are words of R, "
            f"or {GENERAL!r}, the factor of all items. Give it another identifier."
        )


def _fitted(
    model: str, dataset: Dataset, estimator: str, missing: Any, cluster: Any
) -> tuple[ModelFit | None, str]:
    try:
        fit = cfa(model, dataset, estimator=estimator, missing=missing, cluster=cluster)
    except ModelError as error:
        return None, str(error)
    return fit, ""


def _improper(fit: ModelFit) -> bool:
    variances = fit.parameters.query("op == '~~' and lhs == rhs")["est"]
    return bool((variances < 0).any())


def _total(tests: list[ModelTest]) -> TotalVerdict:
    by_name = {test.name: test for test in tests}
    one, bifactor = by_name["one_factor"], by_name.get("bifactor")
    if bifactor is None:
        return TotalVerdict(allowed=False, rule="not_tested")
    omega, share = _general(bifactor.fit) if bifactor.proper and bifactor.fit else (None, None)
    if one.acceptable:
        return TotalVerdict(True, "one_dimension", omega, share)
    if not any(test.acceptable for test in tests):
        return TotalVerdict(False, "no_model_fits", omega, share)
    if omega is None or share is None or not bifactor.acceptable:
        return TotalVerdict(False, "not_tested", omega, share)
    strong = omega >= GENERAL_OMEGA and share >= GENERAL_SHARE
    return TotalVerdict(strong, "general_factor" if strong else "scales_apart", omega, share)


def _general(fit: ModelFit) -> tuple[float, float]:
    """Hierarchical omega and the general factor's share of the common variance of a bifactor fit.

    (Σλ_general)² / ΣΣσ_ij, and Σλ²_general / ΣΣλ² of the standardised loadings.
    """
    p = fit.structure.p
    loadings = fit.structure.matrices(fit.x[0])[0][:p, p:]
    general = fit.factors.index(GENERAL)
    sd = np.sqrt(np.diag(fit.implied.cov[0]))
    standardised = (loadings / sd[:, None]) ** 2
    omega = loadings[:, general].sum() ** 2 / fit.implied.cov[0].sum()
    return float(omega), float(standardised[:, general].sum() / standardised.sum())
