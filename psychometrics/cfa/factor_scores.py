"""Where each interview stands on the factors of a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import numpy as np

from psychometrics._matrix import as_matrix
from psychometrics._threads import one_thread
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.linear_scores import linear_scores, score_reliability
from psychometrics.cfa.membership import column_of
from psychometrics.cfa.posterior_mode import modal_scores

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit

    Array = NDArray[np.float64]

ScoreMethod: TypeAlias = Literal["regression", "bartlett", "ebm"]
SCORE_METHODS: tuple[ScoreMethod, ...] = get_args(ScoreMethod)


@dataclass(frozen=True)
class Scored:
    """Answers (n, p) to be scored, the group of each (n,), −1 for none, and their names (n,)."""

    matrix: Array
    group: NDArray[np.intp]
    index: Any


@dataclass(frozen=True)
class Scores:
    """Scores and their standard errors (n, factors), NaN where there are none, and the share of
    each factor's variance (groups, factors) that the scores have."""

    values: Array
    errors: Array
    reliability: Array


def score_frame(
    fit: ModelFit, data: Any, method: ScoreMethod, se: bool, group: Any
) -> pd.DataFrame:
    """`ModelFit.scores`."""
    import pandas as pd

    asked = scored_answers(fit, data, group)
    found = factor_scores(fit, asked, method)
    columns: dict[str, Any] = {}
    if len(fit.groups) > 1:
        names = np.array([*fit.groups, ""], object)
        columns["group"] = names[asked.group]
    columns |= {name: found.values[:, k] for k, name in enumerate(fit.factors)}
    if se:
        columns |= {f"{name}_se": found.errors[:, k] for k, name in enumerate(fit.factors)}
    frame = pd.DataFrame(columns, index=asked.index)
    frame.attrs["determinacy"] = _by_name(fit, np.sqrt(found.reliability))
    frame.attrs["warnings"] = list(_said(fit))
    return frame


def quality_frame(fit: ModelFit, method: ScoreMethod) -> pd.DataFrame:
    """`ModelFit.score_quality`."""
    import pandas as pd

    _check(fit, method)
    if fit.sample.ordinal:
        found = factor_scores(fit, scored_answers(fit, None, None), method).reliability
    else:
        with one_thread():
            found = score_reliability(fit, bartlett=method == "bartlett")
    rows = {"factor": list(fit.factors) * len(fit.groups)}
    if len(fit.groups) > 1:
        rows = {"group": [name for name in fit.groups for _ in fit.factors], **rows}
    determinacy = np.sqrt(found.ravel())
    return pd.DataFrame({**rows, "determinacy": determinacy, "reliability": found.ravel()})


def factor_scores(fit: ModelFit, asked: Scored, method: ScoreMethod) -> Scores:
    """Scores of answers, group by group."""
    _check(fit, method)
    n, m = len(asked.matrix), len(fit.factors)
    values, errors = np.full((n, m), np.nan), np.full((n, m), np.nan)
    bartlett = method == "bartlett"
    ordinal = bool(fit.sample.ordinal)
    with one_thread():
        reliability = np.empty((len(fit.groups), m))
        if not ordinal:
            reliability = score_reliability(fit, bartlett=bartlett)
        for g in range(len(fit.groups)):
            here = asked.group == g
            if ordinal:
                part = modal_scores(fit, g, asked.matrix[here])
                reliability[g] = part.reliability
                values[here], errors[here] = part.values, part.errors
            else:
                answers = asked.matrix[here]
                values[here], errors[here] = linear_scores(fit, g, answers, bartlett=bartlett)
    return Scores(values, errors, reliability)


def scored_answers(fit: ModelFit, data: Any, group: Any) -> Scored:
    """The answers the model was fitted to, in their order in the data, or new ones."""
    if data is not None:
        return _new_answers(fit, data, group)
    answers = fit.sample.answers
    if not answers:
        raise ModelError("The model was fitted to moments, not answers; give data to score.")
    rows = np.concatenate([part.rows for part in answers])
    code = np.repeat(np.arange(len(answers)), [len(part.rows) for part in answers])
    order = np.argsort(rows, kind="stable")
    matrix = np.concatenate([part.matrix for part in answers])[order]
    return Scored(matrix, code[order], rows[order])


def _new_answers(fit: ModelFit, data: Any, group: Any) -> Scored:
    matrix, _ = as_matrix(data, items=fit.items)
    index = getattr(data, "index", None)
    index = np.arange(len(matrix)) if index is None or callable(index) else index
    if len(fit.groups) == 1:
        return Scored(matrix, np.zeros(len(matrix), np.intp), index)
    member = column_of(data, group, len(matrix), "group")
    if member is None:
        raise ModelError(
            f"The model has groups ({', '.join(fit.groups)}); say with group= to which of them "
            f"each interview belongs."
        )
    place = {name: k for k, name in enumerate(fit.groups)}
    code = np.array([place.get(str(value), -1) for value in member.tolist()], np.intp)
    return Scored(matrix, code, index)


def _check(fit: ModelFit, method: str) -> None:
    if method not in SCORE_METHODS:
        known = ", ".join(SCORE_METHODS)
        raise ModelError(f"There are no {method!r} scores; choose from {known}.")
    if not fit.factors:
        raise ModelError("The model has no factor, so there is nothing to score.")
    if fit.sample.ordinal and method == "bartlett":
        raise ModelError(
            "Bartlett scores of ordered items do not exist where somebody always gives the lowest "
            'or highest answer; use method="ebm".'
        )


def _said(fit: ModelFit) -> tuple[str, ...]:
    """What a reader must know of these scores."""
    said = []
    s = fit.structure
    off = (s.covariances.i != s.covariances.j) & (s.covariances.j < s.p) & (s.covariances.i < s.p)
    if fit.sample.ordinal and fit.x[:, s.covariances.row[off]].any():
        said.append(
            "Scores of ordered items take the answers as independent given the factors; the "
            "covariances of residuals in this model are left out."
        )
    return tuple(said)


def _by_name(fit: ModelFit, values: Array) -> dict[str, Any]:
    """By factor, with groups by group and factor."""
    found = [dict(zip(fit.factors, row.tolist(), strict=True)) for row in values]
    return found[0] if len(found) == 1 else dict(zip(fit.groups, found, strict=True))
