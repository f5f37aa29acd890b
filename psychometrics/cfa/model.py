"""Confirmatory factor analysis and structural equation models."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from psychometrics._threads import one_thread
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.estimators import estimator_of
from psychometrics.cfa.fit import ModelFit
from psychometrics.cfa.given import given_sample
from psychometrics.cfa.implied import compile_table
from psychometrics.cfa.objective import discrepancy_of, predictor_moments
from psychometrics.cfa.optimise import minimise, require_identified
from psychometrics.cfa.parameters import parameters_of
from psychometrics.cfa.partable import Options, parameter_table
from psychometrics.cfa.sample import Request, Sample, sample_of
from psychometrics.cfa.start import start_values
from psychometrics.cfa.syntax import parse_model
from psychometrics.cfa.variables import variables_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from psychometrics.cfa.estimators import Estimator
    from psychometrics.cfa.syntax import ParsedModel

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Settings:
    """How a model is fitted, beside the model and the data."""

    estimator: str = "ML"
    group_equal: tuple[str, ...] = ()
    group_partial: tuple[str, ...] = ()
    std_lv: bool = False
    means: bool | None = None
    wishart: bool = False
    fiml: bool = False
    robust: bool = False
    """Clusters or weights ask for robust errors."""
    orthogonal: bool = False


def cfa(
    model: str,
    data: Any = None,
    *,
    estimator: str = "ML",
    ordered: Sequence[str] | bool | None = None,
    missing: Literal["listwise", "fiml"] = "listwise",
    group: Any = None,
    group_equal: Sequence[str] = (),
    group_partial: Sequence[str] = (),
    std_lv: bool = False,
    meanstructure: bool | None = None,
    likelihood: Literal["normal", "wishart"] = "normal",
    cov: Any = None,
    mean: Any = None,
    n: Any = None,
    weights: Any = None,
    cluster: Any = None,
) -> ModelFit:
    """Confirmatory factor analysis.

    Equals ``lavaan::cfa(model, data, ...)`` with the arguments of the same names (a dot for each
    underscore): parameters, standard errors and fit to 1e-5 or better.

    Parameters
    ----------
    model : lavaan's syntax, for instance ``"f =~ x1 + x2 + x3"``, in several lines.
    data : Dataset (all its interviews, answers after reversal), DataFrame or array.
    estimator : ML (Jöreskog 1969, 10.1007/BF02289343), MLR, MLM, MLMV, GLS, ULS, ULSMV, DWLS or
        WLSMV; see `psychometrics.cfa.estimators`. With `ordered` the default is WLSMV.
    ordered : names of items taken as ordered categories through polychoric correlations (delta
        parameterisation), or True for all items.
    missing : "listwise" leaves incomplete interviews out, "fiml" uses every answer given.
    group : column name, or (n,) values: a model for each group, numbered by first appearance.
    group_equal : what is held equal across groups: "loadings", "intercepts", "means",
        "thresholds", "regressions", "residuals", "residual.covariances", "lv.variances",
        "lv.covariances".
    group_partial : parameters excepted from that, as written in a model: ``"f=~x2"``, ``"x2~1"``.
    std_lv : factors get variance 1 instead of a first loading of 1.
    meanstructure : whether means are modelled; None: with groups, clusters, ordered
        items, FIML, ``~1`` or `mean`.
    likelihood : "normal" divides covariances by n, chi2 = n · F; "wishart" by n − 1.
    cov, mean, n : moments instead of data (lists of them for groups), covariances with divisor
        n − 1, names on a DataFrame's columns or in order of the model's items.
    weights : column name or (n,) sampling weights. cluster : column name or (n,) who belongs
        together, for instance one respondent's answers about several brands; both give robust
        errors (MLR).

    Raises
    ------
    ModelSyntaxError
        the model cannot be read; the message names line and column.
    ModelError
        the model, data or options contradict each other, the model is not identified, a group is
        too small, or an item does not vary.
    ConvergenceError
        the search cannot begin. Where it ends without a minimum, `converged` is False and a
        warning says so.
    DatasetError
        an item is not in the data, or answers are not numbers.
    """
    given = data is None and mean is not None
    settings = Settings(
        estimator=estimator,
        group_equal=_names(group_equal),
        group_partial=_names(group_partial),
        std_lv=std_lv,
        means=True if given and meanstructure is None else meanstructure,
        wishart=_choice(likelihood, "likelihood", ("normal", "wishart")) == "wishart",
        fiml=_choice(missing, "missing", ("listwise", "fiml")) == "fiml",
        robust=weights is not None or cluster is not None,
    )
    with one_thread():
        parsed = parse_model(model)
        variables = variables_of(parsed)
        asked = _ordered(ordered, variables.observed)
        chosen = estimator_of(
            estimator, ordered=bool(asked), fiml=settings.fiml, clustered=settings.robust
        )
        if settings.wishart and (chosen.discrepancy != "ml" or weights is not None):
            raise ModelError(
                'likelihood="wishart" goes with maximum likelihood of complete answers without '
                "weights; leave it out."
            )
        if data is None:
            _check_given(cov, settings, asked, chosen, group)
            sample = given_sample(variables.observed, cov, mean, n)
        else:
            request = Request(
                variables.observed,
                asked,
                settings.fiml,
                chosen.needs_fourth,
                variables.exogenous,
            )
            sample = sample_of(data, request, group=group, weights=weights, cluster=cluster)
        if settings.wishart or not chosen.likelihood:
            sample = _unbiased(sample)
        return fit_sample(parsed, sample, settings, asked, text=model)


def sem(model: str, data: Any = None, **options: Any) -> ModelFit:
    """Structural equation model: as `cfa`, with regressions (``~``) among factors and variables.

    R: ``lavaan::sem(model, data, ...)``. With maximum likelihood observed predictors keep their
    sample moments (``fixed.x``); with least squares their moments are estimated too.
    """
    return cfa(model, data, **options)


def fit_sample(
    parsed: ParsedModel,
    sample: Sample,
    settings: Settings,
    ordered: tuple[str, ...] = (),
    *,
    text: str = "",
    start: Array | None = None,
) -> ModelFit:
    """`cfa` of a model that is read already on a sample that is there already."""
    chosen = estimator_of(
        settings.estimator, ordered=bool(ordered), fiml=settings.fiml, clustered=settings.robust
    )
    options = _options(parsed, sample, settings, ordered)
    table = parameter_table(parsed, replace(options, conditional=chosen.likelihood))
    structure = compile_table(table)
    parameters = parameters_of(table, predictor_moments(table, structure, sample))
    if not parameters.q:
        raise ModelError("The model has no free parameter; there is nothing to estimate.")
    discrepancy = discrepancy_of(chosen, structure, sample, means=table.options.means)
    begin = start_values(table, parameters, sample) if start is None else start
    minimum = minimise(discrepancy, parameters, begin)
    names = [table.rows[k].name for k in parameters.places]
    require_identified(minimum, names)
    return ModelFit(
        model=text,
        parsed=parsed,
        table=table,
        structure=structure,
        parameter_map=parameters,
        sample=sample,
        settings=settings,
        estimator=chosen,
        discrepancy=discrepancy,
        minimum=minimum,
    )


def _options(
    parsed: ParsedModel, sample: Sample, settings: Settings, ordered: tuple[str, ...]
) -> Options:
    several = len(sample.groups) > 1
    wanted = settings.means
    if wanted is None:
        said = any(statement.op == "~1" for statement in parsed.statements)
        wanted = settings.fiml or said or sample.clustered or bool(ordered)
        wanted = wanted or (several and sample.has_means)
    if wanted and not sample.has_means:
        raise ModelError("The model has means; give mean= beside cov= and n=.")
    levels = {}
    for name in ordered:
        cuts = sample.ordinal[0].thresholds[sample.items.index(name)]
        levels[name] = len(cuts) + 1
    _check_thresholds(parsed, levels)
    return Options(
        groups=len(sample.groups),
        std_lv=settings.std_lv,
        means=bool(wanted),
        ordered=levels,
        group_equal=settings.group_equal,
        group_partial=settings.group_partial,
        orthogonal=settings.orthogonal,
    )


def _unbiased(sample: Sample) -> Sample:
    """Covariances with divisor n − 1."""
    if sample.ordinal:
        return sample
    factor = sample.n / (sample.n - 1)
    return replace(sample, cov=sample.cov * factor[:, None, None])


def _ordered(given: Sequence[str] | bool | None, observed: tuple[str, ...]) -> tuple[str, ...]:
    if given is None or given is False:
        return ()
    if given is not True and not isinstance(given, Iterable):
        raise ModelError(f"ordered is {given!r}; give the names of the items, or True for all.")
    names = observed if given is True else _names(given)
    unknown = [name for name in names if name not in observed]
    if unknown:
        raise ModelError(f"ordered names {', '.join(unknown)}, which the model does not have.")
    if names and len(set(names)) != len(observed):
        rest = [name for name in observed if name not in names]
        raise ModelError(
            f"Either all items are ordered or none: {', '.join(rest)} is not. Name all items, or "
            f"leave ordered out and use MLR."
        )
    return observed


def _check_given(
    cov: Any, settings: Settings, ordered: tuple[str, ...], chosen: Estimator, group: Any
) -> None:
    if cov is None:
        raise ModelError("Give data, or cov and n.")
    if settings.fiml or ordered or chosen.needs_fourth or group is not None:
        raise ModelError(
            "From a covariance matrix only ML, GLS and ULS can be had; groups are a list of "
            "matrices. Everything else needs the answers themselves."
        )


def _names(given: Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _check_thresholds(parsed: ParsedModel, levels: dict[str, int]) -> None:
    for row in parsed.statements:
        if row.op not in ("|", "~*~"):
            continue
        if row.lhs not in levels:
            raise ModelError(
                f"{row.lhs} {row.op} {row.rhs}: {row.lhs} is not ordered; name it in ordered, or "
                f"leave the line out."
            )
        if row.op == "|" and int(row.rhs[1:]) >= levels[row.lhs]:
            raise ModelError(
                f"{row.lhs} | {row.rhs}: {row.lhs} has {levels[row.lhs]} categories and so "
                f"{levels[row.lhs] - 1} threshold(s); leave the others out."
            )


def _choice(given: str, what: str, known: tuple[str, ...]) -> str:
    if given not in known:
        raise ModelError(f"There is no {what} {given!r}; choose one of {', '.join(known)}.")
    return given
