"""Whether a questionnaire measures the same in several groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from psychometrics._count_tables import OrdinalError
from psychometrics._equality_tests import EqualityTests, ScoreTest, equality_score_tests
from psychometrics._group_ladder import GroupLadder, InvarianceError
from psychometrics._invariance_result import Invariance
from psychometrics._invariance_rule import Cutoffs, Verdict
from psychometrics._invariance_run import LEVELS, check_partial, checked_levels, run
from psychometrics._latent_means import LatentMean, LatentMeans
from psychometrics._matrix import as_matrix
from psychometrics._model_sample import model_sample
from psychometrics._ordinal_ladder import OrdinalLadder
from psychometrics._partial_invariance import FreedParameter
from psychometrics._threads import one_thread
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.membership import column_of, group_codes
from psychometrics.cfa.syntax import parse_model
from psychometrics.cfa.variables import variables_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psychometrics._group_ladder import Ladder
    from psychometrics._model_sample import ModelSample

__all__ = [
    "Cutoffs",
    "EqualityTests",
    "FreedParameter",
    "Invariance",
    "InvarianceError",
    "LatentMean",
    "LatentMeans",
    "ScoreTest",
    "Verdict",
    "equality_score_tests",
    "invariance",
]


def invariance(
    model: str,
    data: Any,
    group: Any,
    levels: Sequence[str] = LEVELS,
    ordered: Sequence[str] | bool | None = None,
    partial: Literal["auto"] | None = "auto",
    *,
    estimator: str = "ML",
    missing: Literal["listwise", "fiml"] = "listwise",
    cluster: Any = None,
    weights: Any = None,
    std_lv: bool = True,
    max_freed: float = 0.2,
) -> Invariance:
    """Test, level by level, whether groups (brands, languages, channels, waves) can be compared.

    Levels: "configural", the same items load on the same factors; "metric", with equal loadings,
    so that relations can be compared; "scalar", with equal intercepts too, so that means can;
    "strict", with equal residual variances too. Each is compared with the one before by the
    change of CFI, RMSEA and SRMR (Chen 2007, 10.1080/10705510701301834, see `Cutoffs`), and by the
    chi2 difference test beside it.

    Where a level fails and `partial` is "auto", its equalities are let go one by one, in all
    groups, the largest score test first (see `equality_score_tests`), until it holds; an item
    whose loading is let go loses its equal intercept too. This is refused, and the level counts as
    failed, when no test is significant (.05 divided by their number), when a factor would keep
    fewer than two invariant indicators (Steenkamp & Baumgartner 1998, 10.1086/209528), or more
    than `max_freed` of the level's parameters would be free (a fifth: Dimitrov 2010,
    10.1177/0748175610373459). The levels above are built on what was let go.

    With `ordered` the levels are those of Wu & Estabrook 2016, 10.1007/s11336-016-9506-0:
    "thresholds" comes before metric. Items of two categories have no level of their own for
    thresholds or loadings: all is tested at scalar. Strict is then an equality of the residual
    variances of the responses behind the answers.

    Repeated surveys of different people are groups too: ``group="wave"``. For the same persons
    at several waves see `longitudinal_invariance`.

    R: ``cfa(model, data, group =, group.equal = c("loadings", "intercepts", "residuals"),
    std.lv = TRUE)`` level by level, ``group.partial`` for what is let go, ``lavTestLRT`` between
    them; with `ordered` ``semTools::measEq.syntax(ID.cat = "Wu.Estabrook.2016",
    ID.fac = "std.lv", parameterization = "delta")`` ("theta" for strict).

    Parameters
    ----------
    model : lavaan's syntax. data : Dataset, DataFrame or array.
    group : column name or (n,) values; groups are numbered by first appearance, which changes
        nothing but the group that latent means refer to.
    levels : which, in any order; configural must be among them.
    ordered, estimator, missing, cluster, weights : as in `cfa`. Clusters count within groups; where
        the same people are in several groups (brands rated by all) their answers count as
        independent between them, which a warning says: differences are then surer than shown.
    std_lv : factors get variance 1 in group 1, so that every loading can be tested. With False
        each factor's first loading is 1 in all groups, and taken as invariant untested.

    Raises
    ------
    InvarianceError
        fewer than two groups, an unknown level, a group in which the model alone cannot be fitted
        or lacks a category; the message names the group.
    ModelError, DatasetError
        as `cfa`.
    """
    check_partial(partial, max_freed)
    if group is None:
        raise InvarianceError("Give group: a column name, or a value for each interview.")
    asked = ordered is not None and ordered is not False
    wanted = checked_levels(levels, ordered=asked)
    if asked and not std_lv:
        raise InvarianceError("With ordered items the factors get variance 1; leave std_lv True.")
    with one_thread():
        prepared = _prepared(
            (model, data, group),
            asked,
            ordered=ordered,
            estimator=estimator,
            missing=missing,
            weights=weights,
            cluster=cluster,
            std_lv=std_lv,
        )
        ladder: Ladder = GroupLadder(prepared)
        notes: tuple[str, ...] = ()
        if asked:
            ladder = ordinal = OrdinalLadder(prepared)
            wanted, notes = ordinal.levels(wanted), ordinal.notes
        _check_base(ladder, prepared)
        notes += _shared_clusters(prepared)
        return run(
            ladder,
            wanted,
            prepared.sample.groups,
            prepared.sample.n.tolist(),
            partial=partial,
            max_freed=max_freed,
            notes=notes,
        )


def _prepared(what: tuple[str, Any, Any], asked: bool, **options: Any) -> ModelSample:
    """The sample; raises InvarianceError where a group lacks a category of an ordered item."""
    model, data, group = what
    try:
        return model_sample(model, data, group=group, **options)
    except (ModelError, OrdinalError) as error:
        lacking = _lacking(model, data, group) if asked else None
        if lacking is None:
            raise
        raise InvarianceError(lacking) from error


def _shared_clusters(prepared: ModelSample) -> tuple[str, ...]:
    """What to say where clusters reach over groups."""
    found = [
        set(part.cluster.tolist()) for part in prepared.sample.answers if part.cluster is not None
    ]
    if not found or len(set.union(*found)) == sum(map(len, found)):
        return ()
    return (
        "The same people are in several groups; between groups their answers count as independent, "
        "so that errors of differences are too large where people answer alike about all.",
    )


def _check_base(ladder: Ladder, prepared: ModelSample) -> None:
    """Raises InvarianceError naming the groups in which the model alone cannot be fitted."""
    try:
        said = "" if ladder.base.converged else "The search for a minimum did not end."
    except ModelError as error:
        said = str(error)
    if not said:
        return
    failed = prepared.failures()
    if not failed:
        raise InvarianceError(f"The model of all groups together cannot be fitted. {said}")
    listed = " ".join(f"{name}: {why}" for name, why in failed.items())
    raise InvarianceError(
        f"The model cannot be fitted in {len(failed)} of {len(prepared.sample.groups)} groups "
        f"({', '.join(failed)}). {listed} Leave them out, or give them more interviews."
    )


def _lacking(model: str, data: Any, group: Any) -> str | None:
    """Which group lacks which category of which item; None where that is not the matter."""
    matrix, names = as_matrix(data, items=variables_of(parse_model(model)).observed)
    keep = np.asarray(~np.isnan(matrix).any(axis=1))
    groups, codes = group_codes(column_of(data, group, len(matrix), "group"), keep)
    for k, name in enumerate(groups):
        for j, item in enumerate(names):
            everybody = np.unique(matrix[keep, j])
            here = np.unique(matrix[keep & (codes == k), j])
            gone = np.setdiff1d(everybody, here)
            if gone.size:
                return (
                    f"Group {name}: nobody gave the answer {', '.join(f'{v:g}' for v in gone)} to "
                    f"{item}, others did. Join it with a neighbouring answer in all groups, leave "
                    f"the group out, or take the answers as numbers (ordered=None, MLR)."
                )
    return None
