"""One level of the ladder: how well it fits, and what its equalities cost."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any

from psychometrics._invariance_rule import Judgement, judge_change, judge_configural
from psychometrics.cfa.difference import difference_test

if TYPE_CHECKING:
    from psychometrics._invariance_rule import Cutoffs
    from psychometrics.cfa.fit import ModelFit

_CHANGES = ("cfi", "rmsea", "srmr")


@dataclass(frozen=True, slots=True)
class Indices:
    """How well a level fits.

    Parameters
    ----------
    chi2, df, p : plain. scaled, scaled_p : corrected, None with plain estimators.
    cfi, tli, rmsea, srmr : of the kind that `kind` names: "plain"; "robust", what the estimator is
        robust to corrected for; "scaled", of the corrected chi2 (ordered items). SRMR has one kind.
    aic, bic : NaN where there is no likelihood.
    """

    chi2: float
    df: int
    p: float
    scaled: float | None
    scaled_p: float | None
    cfi: float
    tli: float
    rmsea: float
    srmr: float
    aic: float
    bic: float
    kind: str


@dataclass(frozen=True, slots=True)
class Change:
    """What the equalities of a level cost, compared with the level `against`.

    `cfi`, `rmsea`, `srmr`: this level's less the other's. `chi2`, `df`, `p`: the difference test,
    by the `method` that goes with the estimator.
    """

    against: str
    cfi: float
    rmsea: float
    srmr: float
    chi2: float
    df: int
    p: float
    method: str


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the ladder.

    Parameters
    ----------
    level : configural, thresholds, metric, scalar or strict. name : the level, after "partial"
        where the level itself lets something go. partial : all that is not equal in it.
    indices : its fit. change : from the level it is compared with, None for the first.
    holds : by the rule of the verdict. beyond : the indices beyond their cut-offs.
    note : what to know of this level.
    """

    level: str
    name: str
    partial: tuple[str, ...]
    indices: Indices
    change: Change | None
    holds: bool
    beyond: tuple[str, ...]
    note: str

    def row(self) -> dict[str, Any]:
        """The step as one row of a table."""
        i, c = self.indices, self.change
        return {
            "level": self.name,
            "partial": ", ".join(self.partial),
            "chi2": i.chi2,
            "df": i.df,
            "p": i.p,
            "scaled": nan if i.scaled is None else i.scaled,
            "scaled_p": nan if i.scaled_p is None else i.scaled_p,
            "cfi": i.cfi,
            "tli": i.tli,
            "rmsea": i.rmsea,
            "srmr": i.srmr,
            "indices": i.kind,
            "against": None if c is None else c.against,
            "d_chi2": nan if c is None else c.chi2,
            "d_df": nan if c is None else c.df,
            "d_p": nan if c is None else c.p,
            "d_cfi": nan if c is None else c.cfi,
            "d_rmsea": nan if c is None else c.rmsea,
            "d_srmr": nan if c is None else c.srmr,
            "holds": self.holds,
            "aic": i.aic,
            "bic": i.bic,
        }


def first_step(level: str, fit: ModelFit) -> Step:
    """The step of the model without equalities."""
    found = indices_of(fit)
    judged = judge_configural(found.cfi, found.rmsea, found.srmr)
    return Step(level, level, (), found, None, judged.holds, judged.beyond, judged.note)


def next_step(
    level: str,
    name: str,
    partial: tuple[str, ...],
    fit: ModelFit,
    before: tuple[ModelFit, Step],
    cutoffs: Cutoffs,
) -> Step:
    """The step of a level, compared with the fit and step before it."""
    reference, step = before
    found = indices_of(fit)
    change = _change(fit, found, reference, step)
    if change.df == 0:
        note = f"{level}: it takes nothing away from {step.name}, so that it cannot be tested."
        judged = Judgement(holds=True, beyond=(), note=note)
    else:
        judged = judge_change(level, cutoffs, change.cfi, change.rmsea, change.srmr)
    return Step(level, name, partial, found, change, judged.holds, judged.beyond, judged.note)


def indices_of(fit: ModelFit) -> Indices:
    """The indices that can be compared between levels: of one kind at all of them.

    With ordered items the scaled ones, as the robust ones do not exist for equal thresholds.
    """
    test, kind = fit.test, _kind(fit)
    measures = {name: getattr(fit, name) for name in ("cfi", "tli", "rmsea")}
    if kind != "plain" and fit.df > 0:
        named = fit.fit_measures()
        measures = {name: named[f"{name}.{kind}"] for name in measures}
    return Indices(
        chi2=test.chi2,
        df=test.df,
        p=test.p,
        scaled=test.scaled,
        scaled_p=test.scaled_p,
        **measures,
        srmr=fit.srmr,
        aic=fit.aic,
        bic=fit.bic,
        kind=kind,
    )


def _kind(fit: ModelFit) -> str:
    if fit.sample.ordinal:
        return "scaled" if fit.estimator.robust else "plain"
    return "robust" if fit.estimator.robust or fit.unrestricted else "plain"


def _change(fit: ModelFit, found: Indices, reference: ModelFit, step: Step) -> Change:
    before = step.indices
    changes = {name: getattr(found, name) - getattr(before, name) for name in _CHANGES}
    if fit.df == reference.df:
        return Change(step.name, **changes, chi2=0.0, df=0, p=nan, method="none")
    test = difference_test(fit, reference)
    return Change(step.name, **changes, chi2=test.chi2, df=test.df, p=test.p, method=test.method)
