"""The result of a power analysis, and how it is summed up from samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._plain import plain_fields
from psychometrics._population import SimulationError
from psychometrics._shown import as_html, as_text
from psychometrics.rmsea_power import rejection_share

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from psychometrics._replications import Replications

    Array = NDArray[np.float64]

CLOSE = 0.05
NOTED = 0.005


@dataclass(frozen=True, repr=False)
class Power:
    """What B samples of a size gave, for k parameters.

    All arrays are (k,), unrounded, over samples whose fit converged; NaN where none did.

    Parameters
    ----------
    names : as written in a model, ``f=~x2``, with `` in group g`` where there are several.
    truth : value that the estimates come to with endless interviews. Where the analysed model
        holds it is the population's, in units of the analysed model.
    mean, sd : of the estimates. mean_se : of their standard errors.
    bias : mean − truth. se_bias : mean_se / sd − 1.
    coverage : share of intervals at 1 − alpha that hold the truth.
    power : share of samples in which the parameter differs from 0 at alpha, two-sided.
    fit_rejected : share of samples in which the test of fit (the scaled one where the estimator has
        one) rejects at alpha: its power where the model is wrong, its Type I error where it is not.
    df, rmsea : of the analysed model in the population.
    exact_fit, close_fit, not_close_fit : power of the tests of RMSEA = 0, ≤ .05 and ≥ .05 at that
        RMSEA, worked out without simulation; see `rmsea_power`.
    converged, improper : shares of samples: with a fit, and with a negative variance in it.
    """

    names: tuple[str, ...]
    n: tuple[int, ...]
    alpha: float
    replicates: int
    truth: Array
    mean: Array
    sd: Array
    mean_se: Array
    bias: Array
    se_bias: Array
    coverage: Array
    power: Array
    fit_rejected: float
    df: int
    rmsea: float
    exact_fit: float
    close_fit: float
    not_close_fit: float
    converged: float
    improper: float
    warnings: tuple[str, ...] = ()

    @property
    def n_used(self) -> int:
        """Interviews of a sample, all groups together."""
        return sum(self.n)

    @property
    def relative_bias(self) -> Array:
        """(k,) bias / |truth|; NaN where the truth is 0."""
        found: Array = self.bias / np.where(np.abs(self.truth) > 1e-10, np.abs(self.truth), np.nan)
        return found

    def simulation_error(self, share: Array | float) -> Array:
        """Standard error that chance in the simulation leaves in a share, such as `power`."""
        used = max(self.replicates * self.converged, 1)
        found: Array = np.sqrt(np.asarray(share) * (1 - np.asarray(share)) / used)
        return found

    @property
    def table(self) -> pd.DataFrame:
        """A row a parameter; `power_error` and `coverage_error` are simulation errors."""
        import pandas as pd

        columns = ("truth", "mean", "sd", "mean_se", "bias", "relative_bias", "se_bias")
        values = {name: getattr(self, name) for name in columns}
        for name in ("coverage", "power"):
            values[name] = getattr(self, name)
            values[f"{name}_error"] = self.simulation_error(getattr(self, name))
        return pd.DataFrame(values, index=list(self.names))

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)

    @property
    def _head(self) -> str:
        return (
            f"<Power: {self.replicates} samples of {self.n_used} interviews, "
            f"{self.converged:.1%} converged, fit rejected in {self.fit_rejected:.1%}>"
        )

    def __repr__(self) -> str:
        return as_text(self._head, [self.table], self.warnings)

    def _repr_html_(self) -> str:
        return as_html(self._head, [self.table], self.warnings)


def summarised(found: Replications, sizes: tuple[int, ...], alpha: float, at: list[int]) -> Power:
    """Replications as the result that is read, of the parameters at positions `at`."""
    from scipy.special import ndtri

    labels = labelled(found)
    ok = found.converged
    estimate, se, truth = found.estimate[ok][:, at], found.se[ok][:, at], found.truth[at]
    reach = float(ndtri(1 - alpha / 2)) * se
    mean = estimate.mean(axis=0)
    sd = estimate.std(axis=0, ddof=1) if ok.sum() > 1 else np.full(len(at), np.nan)
    mean_se = se.mean(axis=0)
    p = found.p[ok]

    def rejected(rmsea0: float, *, large: bool) -> float:
        n, groups = sum(sizes), len(sizes)
        return rejection_share(rmsea0, found.rmsea, found.df, n, alpha, groups, large=large)

    return Power(
        names=tuple(labels[k] for k in at),
        n=sizes,
        alpha=alpha,
        replicates=len(ok),
        truth=truth,
        mean=mean,
        sd=sd,
        mean_se=mean_se,
        bias=mean - truth,
        se_bias=mean_se / sd - 1,
        coverage=(np.abs(estimate - truth) <= reach).mean(axis=0),
        power=(np.abs(estimate) > reach).mean(axis=0),
        fit_rejected=float((p < alpha).mean()) if found.df else float("nan"),
        df=found.df,
        rmsea=found.rmsea,
        exact_fit=rejected(0.0, large=True),
        close_fit=rejected(CLOSE, large=True),
        not_close_fit=rejected(CLOSE, large=False),
        converged=float(ok.mean()),
        improper=float(found.improper[ok].mean()),
        warnings=_warnings(found),
    )


def labelled(found: Replications) -> list[str]:
    """How each parameter is written."""
    several = any(name[3] > 1 for name in found.names)
    written = []
    for lhs, op, rhs, group in found.names:
        text = f"{lhs} := {rhs}" if op == ":=" else f"{lhs}{op}{rhs}"
        written.append(f"{text} in group {group}" if several and group else text)
    return written


def chosen(found: Replications, parameters: Sequence[str] | None) -> list[int]:
    """Positions of the parameters asked for. Raises SimulationError for one that is not there."""
    labels = labelled(found)
    if parameters is None:
        return list(range(len(labels)))
    at: list[int] = []
    for wanted in parameters:
        plain = wanted.replace(" ", "")
        hits = [k for k in range(len(labels)) if plain in _ways(found, labels, k)]
        if not hits:
            raise SimulationError(
                f"{wanted} is no free parameter of the model; there are {', '.join(labels)}."
            )
        at += hits
    return list(dict.fromkeys(at))


def _ways(found: Replications, labels: list[str], k: int) -> set[str]:
    """All that one may write for a parameter."""
    lhs, op, rhs, _ = found.names[k]
    turned = f"{rhs}{op}{lhs}" if op == "~~" else ""
    return {labels[k].replace(" ", ""), f"{lhs}{op}{rhs}".replace(" ", ""), turned, found.labels[k]}


def _warnings(found: Replications) -> tuple[str, ...]:
    said = []
    lost = 1 - float(found.converged.mean())
    if lost > 0.01:
        said.append(f"{lost:.1%} of the samples could not be fitted; figures are of the others.")
    improper = float(found.improper[found.converged].mean())
    if improper > 0.01:
        said.append(f"{improper:.1%} of the fits have a negative variance.")
    if found.rmsea > NOTED:
        said.append(
            f"The analysed model does not hold in the population (RMSEA {found.rmsea:.3f}); bias "
            f"and coverage are about what its estimates come to, not about the population's values."
        )
    return tuple(said)
