"""Does an item mean the same to every group? Differential item functioning (DIF)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from psychometrics._matrix import as_matrix
from psychometrics._plain import plain_fields
from psychometrics._threads import one_thread
from psychometrics.irt._answers import IrtError, graded_answers
from psychometrics.irt._dif_groups import read_groups
from psychometrics.irt._dif_tests import LikelihoodTests, LogisticTests
from psychometrics.multiplicity import benjamini_hochberg

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from psychometrics.irt._answers import GradedAnswers
    from psychometrics.irt._dif_groups import Groups
    from psychometrics.irt._dif_tests import Tests

    Array = NDArray[np.float64]

__all__ = ["DifResult", "dif"]

DifMethod: TypeAlias = Literal["logistic", "likelihood"]
Matching: TypeAlias = Literal["score", "theta"]

ROUNDS = 10
"""Times that anchors are chosen before the choice is given up."""


@dataclass(frozen=True, repr=False)
class DifResult:
    """Tests of differential item functioning of p items in G groups.

    Parameters
    ----------
    items : the p item names. groups : names of the groups, the first being the reference.
    statistics : columns of the table by name, (p,) each.
    sizes : of each item's effect, in words.
    flagged : (p,) True where the adjusted p lies below `level`.
    anchors : items that define the scale on which the groups are compared at the end.
    means, deviations : (G,) of the trait in every group, the reference at 0 and 1; NaN when the
        method does not estimate them.
    method : "logistic" or "likelihood". matching : "score", "theta" or "model".
    level : of the adjusted p. rounds : times the anchors were chosen.
    n_used : interviews. converged : every model was fitted.
    warnings : what a reader must know.
    """

    items: tuple[str, ...]
    groups: tuple[str, ...]
    statistics: dict[str, Array]
    sizes: tuple[str, ...]
    flagged: NDArray[np.bool_]
    anchors: tuple[str, ...]
    means: Array
    deviations: Array
    method: DifMethod
    matching: str
    level: float
    rounds: int
    n_used: int
    converged: bool
    warnings: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """One row per item: the statistics, ``size`` and ``flagged``."""
        import pandas as pd

        index = pd.Index(self.items, name="item")
        columns = {**self.statistics, "size": self.sizes, "flagged": self.flagged}
        return pd.DataFrame(columns, index=index)

    def _repr_html_(self) -> str:
        return str(self.table.to_html(float_format="{:.3f}".format))

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)

    def __repr__(self) -> str:
        found = [item for item, flag in zip(self.items, self.flagged, strict=True) if flag]
        head = (
            f"DifResult: {self.method}, groups {', '.join(self.groups)}, n = {self.n_used}; "
            f"flagged: {', '.join(found) or 'none'}"
        )
        said = [f"Warning: {warning}" for warning in self.warnings]
        return "\n".join([head, self.table.round(4).to_string(), *said])


def dif(
    data: Any,
    group: Any,
    *,
    method: DifMethod = "likelihood",
    matching: Matching = "score",
    purify: bool = True,
    level: float = 0.05,
    rng: np.random.Generator | None = None,
) -> DifResult:
    """Differential item functioning: do members of groups who are alike answer an item alike?

    "likelihood": graded models of all groups at once, means and variances of the trait free but in
    the first group. The item's parameters are freed between the groups while all others are held
    equal; twice the gain in log-likelihood is χ². Thissen, Steinberg & Wainer 1993. R:
    ``mirt::DIF(multipleGroup(x, 1, group, invariance = c(names, "free_means", "free_var")),
    ..., scheme = "drop")``. Sizes: signed and unsigned difference of the expected answers over
    the trait of the second and later groups, and the former in standard deviations (Meade 2010,
    10.1037/a0018966): small from .2, moderate from .5, large from .8.

    "logistic": three nested proportional-odds models of each item, on the matching variable; and
    on the groups (uniform DIF); and on their product (non-uniform DIF). Likelihood-ratio χ² with
    G − 1 degrees of freedom each, together 2 (G − 1); change of McFadden's and Nagelkerke's R².
    Swaminathan & Rogers 1990, 10.1111/j.1745-3984.1990.tb00754.x; Zumbo 1999. R:
    ``MASS::polr`` three times and ``anova``. Sizes by Nagelkerke's change: moderate from .035,
    large from .07 (Jodoin & Gierl 2001, 10.1207/S15324818AME1404_2). Where groups differ in the
    trait a short sum score matches them badly, and too many items are flagged; and since the
    groups share their intercepts, a difference in slope alone may go unseen.

    p is adjusted over the items by Benjamini–Hochberg. With `purify`, flagged items leave the
    matching score (or are freed throughout) and the rest is tested again, until nothing changes.

    Parameters
    ----------
    data : Dataset, DataFrame or array, interviews × items, as `grm`.
    group : (n,) the group of each interview; "" or missing leaves it out. A Dataset also takes
        the name of one of its columns, such as "language". The first in order of appearance in a
        sorted list is the reference.
    matching : for "logistic": "score", the sum over the items (complete interviews only), or
        "theta", the EAP score of a graded model of all groups together.
    purify, level : as above. rng : as `grm`.

    Raises
    ------
    IrtError
        fewer than two groups, a group with fewer than 30 interviews, an item that a group answered
        alike throughout, an unknown method.
    """
    _check(method, matching, level)
    generator = np.random.default_rng(0) if rng is None else rng
    with one_thread():
        n = len(as_matrix(data)[0])
        groups = read_groups(data, group, n)
        answers = graded_answers(data, groups.inside.astype(np.float64))
        groups.require_variation(answers)
        if method == "logistic":
            tests: Tests = LogisticTests(answers, groups, matching, generator)
        else:
            tests = LikelihoodTests(answers, groups, generator)
        return _purified(tests, answers, groups, method, purify, level)


def _purified(
    tests: Tests,
    answers: GradedAnswers,
    groups: Groups,
    method: DifMethod,
    purify: bool,
    level: float,
) -> DifResult:
    """Test, set flagged items apart, test again, until the same items are flagged."""
    flagged = np.zeros(answers.p, bool)
    rounds = 0
    while rounds < ROUNDS:
        rounds += 1
        outcome = tests.test(~flagged)
        q = benjamini_hochberg(outcome.statistics["p"])
        before, flagged = flagged, q < level
        if not purify or (flagged == before).all() or flagged.sum() > answers.p - 2:
            break
    statistics = {}
    for name, values in outcome.statistics.items():
        statistics[name] = values
        if name == "p":
            statistics["q"] = q
    return DifResult(
        items=answers.items,
        groups=groups.names,
        statistics=statistics,
        sizes=outcome.sizes,
        flagged=flagged,
        anchors=tuple(np.array(answers.items)[~before].tolist()),
        means=outcome.means,
        deviations=outcome.deviations,
        method=method,
        matching=tests.matching,
        level=level,
        rounds=rounds,
        n_used=outcome.n_used,
        converged=outcome.converged,
        warnings=(*answers.warnings, *outcome.warnings, *_unsettled(flagged, before, purify)),
    )


def _unsettled(
    flagged: NDArray[np.bool_], before: NDArray[np.bool_], purify: bool
) -> tuple[str, ...]:
    if not purify or (flagged == before).all():
        return ()
    return (
        f"{int(flagged.sum())} of {len(flagged)} items are flagged and the choice of anchors did "
        f"not settle: groups cannot be compared item by item..",
    )


def _check(method: str, matching: str, level: float) -> None:
    for name, value, known in (
        ("method", method, ("logistic", "likelihood")),
        ("matching", matching, ("score", "theta")),
    ):
        if value not in known:
            raise IrtError(f"There is no {name} {value!r}; choose one of {', '.join(known)}.")
    if not 0 < level < 1:
        raise IrtError(f"A level of {level} asked for; give one between 0 and 1, such as 0.05.")
