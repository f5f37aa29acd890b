"""Models side by side, and whether the more restricted ones fit worse."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import nan
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._plain import plain_fields
from psychometrics._shown import as_html, as_text
from psychometrics.cfa.difference import Difference, Method, difference_test
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.nested import is_special_case

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from psychometrics.cfa.fit import ModelFit


@dataclass(frozen=True, slots=True)
class ComparedModel:
    """The fit of one of the models, and how it changes from the one with fewer restrictions.

    `chi2`, `srmr`, `aic`, `bic`: plain. `cfi`, `rmsea`: in the variant that `ModelComparison`
    names. `against`: the name of the model before; `difference` the test, `cfi_change`,
    `rmsea_change` and `srmr_change` this model's less that one's; None and NaN for the first.
    """

    name: str
    df: int
    chi2: float
    cfi: float
    rmsea: float
    srmr: float
    aic: float
    bic: float
    against: str | None = None
    difference: Difference | None = None
    cfi_change: float = nan
    rmsea_change: float = nan
    srmr_change: float = nan


@dataclass(frozen=True, repr=False)
class ModelComparison:
    """Models from the least to the most restricted one.

    `variant`: of CFI and RMSEA, "robust", "scaled" or "plain", the first of them that all models
    have.
    """

    models: tuple[ComparedModel, ...]
    variant: str
    estimator: str
    n_used: int
    converged: bool
    warnings: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """A row for each model by name: df, chi2, cfi, rmsea, srmr, aic, bic; chi2_difference,
        df_difference, p, cfi_change, rmsea_change, srmr_change against the row above."""
        import pandas as pd

        rows = []
        for model in self.models:
            step = model.difference
            rows.append(
                {
                    "df": model.df,
                    "chi2": model.chi2,
                    "cfi": model.cfi,
                    "rmsea": model.rmsea,
                    "srmr": model.srmr,
                    "aic": model.aic,
                    "bic": model.bic,
                    "chi2_difference": nan if step is None else step.chi2,
                    "df_difference": nan if step is None else step.df,
                    "p": nan if step is None else step.p,
                    "cfi_change": model.cfi_change,
                    "rmsea_change": model.rmsea_change,
                    "srmr_change": model.srmr_change,
                }
            )
        return pd.DataFrame(rows, index=[model.name for model in self.models])

    def to_dict(self) -> dict[str, Any]:
        """As plain types."""
        return plain_fields(self)

    def __repr__(self) -> str:
        return as_text(self._head, [self.table], self.warnings)

    def _repr_html_(self) -> str:
        return as_html(self._head, [self.table], self.warnings)

    @property
    def _head(self) -> str:
        tests = {model.difference.method for model in self.models if model.difference}
        named = ", ".join(sorted(tests))
        return (
            f"{len(self.models)} models by {self.estimator}, {self.n_used} interviews; difference "
            f"test {named}; {self.variant} CFI and RMSEA"
        )


def compare_models(
    *fits: ModelFit, names: Sequence[str] | None = None, method: Method = "default"
) -> ModelComparison:
    """Compare models of the same answers, each with the next more restricted one.

    Parameters
    ----------
    fits : two or more models, in any order. names : one for each; model1, model2 … when not given.
    method : of the chi2 difference, see `psychometrics.cfa.difference.difference_test`; robust
        where the estimator is. R: ``lavTestLRT(fit1, fit2, method = method)``.

    A warning names two models of which one is not a special case of the other (Bentler & Satorra
    2010, 10.1037/a0019625): their chi2 difference means nothing, AIC and BIC do.

    Raises ModelError for fewer than two models, models of other answers, items or groups, by other
    estimators, with and without means, or with equal degrees of freedom.
    """
    _check(fits, names)
    labels = names or [f"model{k + 1}" for k in range(len(fits))]
    order = sorted(range(len(fits)), key=lambda k: fits[k].df)
    chosen, labels = [fits[k] for k in order], [labels[k] for k in order]
    _check_alike(chosen, labels)
    measures = [fit.fit_measures() for fit in chosen]
    variant = next(v for v in (".robust", ".scaled", "") if all(f"cfi{v}" in m for m in measures))
    found: list[ComparedModel] = []
    for fit, name, measured in zip(chosen, labels, measures, strict=True):
        found.append(_row(fit, name, measured, variant, found, chosen, method))
    return ModelComparison(
        models=tuple(found),
        variant=variant.removeprefix(".") or "plain",
        estimator=chosen[0].estimator.name,
        n_used=chosen[0].n_used,
        converged=all(fit.converged for fit in chosen),
        warnings=tuple(_warnings(chosen, found)),
    )


def _row(
    fit: ModelFit,
    name: str,
    measured: dict[str, float],
    variant: str,
    before: list[ComparedModel],
    chosen: list[ModelFit],
    method: Method,
) -> ComparedModel:
    cfi, rmsea = measured[f"cfi{variant}"], measured[f"rmsea{variant}"]
    own = (name, fit.df, fit.chi2, cfi, rmsea, fit.srmr, fit.aic, fit.bic)
    if not before:
        return ComparedModel(*own)
    last = before[-1]
    return ComparedModel(
        *own,
        against=last.name,
        difference=difference_test(fit, chosen[len(before) - 1], method),
        cfi_change=cfi - last.cfi,
        rmsea_change=rmsea - last.rmsea,
        srmr_change=fit.srmr - last.srmr,
    )


def _check(fits: tuple[ModelFit, ...], names: Sequence[str] | None) -> None:
    if len(fits) < 2:
        raise ModelError("Give two models or more to compare.")
    if names is not None and (len(names) != len(fits) or len(set(names)) != len(fits)):
        raise ModelError(f"Give {len(fits)} different names, one for each model.")


def _check_alike(fits: list[ModelFit], names: list[str]) -> None:
    for (one, two), (a, b) in zip(pairwise(fits), pairwise(names), strict=True):
        apart = _apart(one, two)
        if apart:
            raise ModelError(f"{a} and {b} cannot be compared: {apart}")
        if one.df == two.df:
            raise ModelError(
                f"{a} and {b} both have {one.df} degrees of freedom, so neither is a special case "
                f"of the other. Compare them by their AIC or BIC."
            )


def _apart(one: ModelFit, two: ModelFit) -> str:
    """Why two fits are not of the same answers, or ''."""
    if set(one.items) != set(two.items):
        other = ", ".join(sorted(set(one.items) ^ set(two.items)))
        return f"only one of them has {other}. Fit both to the same items."
    if one.groups != two.groups:
        return "their groups differ. Fit both with the same group."
    if one.estimator != two.estimator or one.settings.wishart != two.settings.wishart:
        return "they were fitted by different estimators. Fit both by the same one."
    if one.table.options.means != two.table.options.means:
        return "only one of them has means. Give both the same meanstructure."
    if not np.array_equal(one.sample.n, two.sample.n) or not _same_moments(one, two):
        return "they were fitted to different answers. Fit both to the same interviews."
    return ""


def _same_moments(one: ModelFit, two: ModelFit) -> bool:
    places = [two.items.index(name) for name in one.items]
    cov, mean = two.sample.cov[:, places][:, :, places], two.sample.mean[:, places]
    same = np.allclose(one.sample.cov, cov, rtol=1e-9, atol=1e-12)
    return same and np.allclose(one.sample.mean, mean, rtol=1e-9, atol=1e-12)


def _warnings(fits: list[ModelFit], found: list[ComparedModel]) -> Iterator[str]:
    for (free, restricted), (before, model) in zip(pairwise(fits), pairwise(found), strict=True):
        if is_special_case(restricted, free) is False:
            yield (
                f"{model.name} is not a special case of {before.name}, so their chi2 difference "
                f"means nothing. Compare them by AIC or BIC."
            )
        difference = model.difference
        if difference is not None and not difference.scaling > 0:
            yield (
                f"The correction of the chi2 difference of {model.name} and {before.name} is "
                f"negative; use method='satorra.bentler.2010'."
            )
    for fit, model in zip(fits, found, strict=True):
        for text in fit.warnings:
            yield f"{model.name}: {text}"
