"""The result of testing whether groups, or waves, measure the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from psychometrics._partial_invariance import FreedParameter
from psychometrics._plain import plain_fields
from psychometrics._shown import as_html, as_text

if TYPE_CHECKING:
    import pandas as pd

    from psychometrics._invariance_rule import Verdict
    from psychometrics._invariance_steps import Step
    from psychometrics._latent_means import LatentMeans
    from psychometrics.cfa.fit import ModelFit


@dataclass(frozen=True, repr=False, eq=False)
class Invariance:
    """The ladder of equalities, and how far up it holds.

    Parameters
    ----------
    labels : the groups (or waves), the first of which is the reference. n : interviews of each.
    steps : a step a level, see `table`. verdict : the facts.
    freed : the parameters let go, in order. max_freed : the share of a level's that may be.
    latent_means : differences to the first group, or the reason why there are none.
    n_used, n_dropped : interviews used, left out as incomplete or without a group.
    converged : all levels asked for were fitted.
    """

    labels: tuple[str, ...]
    n: tuple[int, ...]
    steps: tuple[Step, ...]
    verdict: Verdict
    freed: tuple[FreedParameter, ...]
    max_freed: float
    latent_means: LatentMeans
    estimator: str
    n_used: int
    n_dropped: int
    converged: bool
    warnings: tuple[str, ...]
    _fits: dict[str, ModelFit] = field(default_factory=dict, compare=False)

    @property
    def fits(self) -> dict[str, ModelFit]:
        """The fits by the names in `table`, each with its text, `group_equal` and partial."""
        return dict(self._fits)

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row a level.

        Columns: level; partial, what is not equal in it; chi2, df, p, scaled, scaled_p; cfi, tli,
        rmsea, srmr, of the kind that `indices` names; against, the level it is compared with;
        d_chi2, d_df, d_p, the difference test; d_cfi, d_rmsea, d_srmr; holds; aic, bic.
        """
        import pandas as pd

        return pd.DataFrame([step.row() for step in self.steps])

    @cached_property
    def partial(self) -> pd.DataFrame:
        """The parameters let go, in order; columns as `FreedParameter`."""
        import pandas as pd

        names = list(FreedParameter.__dataclass_fields__)
        return pd.DataFrame([plain_fields(row) for row in self.freed], columns=names)

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values, without the fits."""
        return plain_fields(self)

    @property
    def _head(self) -> str:
        verdict = self.verdict
        held = verdict.highest or "no level"
        more = ""
        if verdict.highest_partial != verdict.highest:
            names = ", ".join(row.parameter for row in self.freed)
            more = f", {verdict.highest_partial} with {names} let go"
        return (
            f"Invariance over {len(self.labels)} ({', '.join(self.labels[:6])}"
            f"{', …' if len(self.labels) > 6 else ''}), n = {self.n_used}, {self.estimator}: "
            f"{held} holds{more}; means comparable: {verdict.means_comparable}"
        )

    def __repr__(self) -> str:
        return as_text(self._head, self._tables, self.warnings)

    def _repr_html_(self) -> str:
        return as_html(self._head, self._tables, self.warnings)

    @property
    def _tables(self) -> list[pd.DataFrame]:
        found = [self.table.drop(columns=["aic", "bic", "tli"])]
        found += [self.partial] if self.freed else []
        return found + ([self.latent_means.table] if self.latent_means.rows else [])
