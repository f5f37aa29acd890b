"""Whether a questionnaire measures the same in the same people at several waves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from psychometrics._group_ladder import InvarianceError
from psychometrics._invariance_run import LEVELS, check_partial, checked_levels, run
from psychometrics._model_sample import model_sample
from psychometrics._threads import one_thread
from psychometrics._wave_answers import side_by_side
from psychometrics._wave_ladder import WaveLadder, WaveSyntax, check_wave_model
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.syntax import parse_model

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from psychometrics._invariance_result import Invariance

__all__ = ["longitudinal_invariance"]


def longitudinal_invariance(
    model: str,
    data: Any,
    columns: Mapping[str, Mapping[str, str]] | None = None,
    levels: Sequence[str] = LEVELS,
    partial: Literal["auto"] | None = "auto",
    *,
    person: Any = None,
    estimator: str = "ML",
    missing: Literal["listwise", "fiml"] = "listwise",
    cluster: Any = None,
    weights: Any = None,
    autocorrelated: bool = True,
    max_freed: float = 0.2,
) -> Invariance:
    """Test, level by level, whether waves can be compared that interviewed the same people.

    One model holds the factors of all waves, ``f_w1``, ``f_w2`` …, freely correlated. Equalities
    are across waves instead of groups, with the levels, rules and partial invariance of
    `invariance`. The residuals of the same item are correlated over waves, as what is particular
    to an item stays with a person. Latent means are differences to the first wave, and their
    errors count that the people are the same.

    For surveys of different people at each wave use ``invariance(..., group="wave")``.

    Source: Meredith & Horn 2001; Widaman, Ferrer & Conger 2010, 10.1111/j.1750-8606.2009.00110.x.
    R: ``cfa(text, data, meanstructure = TRUE)`` with the text of each fit,
    ``result.fits["scalar"].model``, in which equal labels are equal parameters.

    Parameters
    ----------
    model : of one wave, factors with their items (``f =~ a + b + c``) and, where wanted, residual
        covariances (``a ~~ b``). The levels fix and label parameters themselves.
    data, columns : either a DataFrame or array with all waves side by side and `columns`, wave →
        item of the model → column; or wave → Dataset or DataFrame, matched by `person`.
    person : for data by wave: the column that says who answered; of Datasets ``respondent``, of
        DataFrames their index, when not given. Who lacks a wave has missing answers there.
    estimator, missing, cluster, weights : as in `cfa`, the latter two for data side by side.
        Listwise leaves out whoever lacks any wave; "fiml" uses all.
    autocorrelated : whether the residuals of an item are correlated over waves.
    levels, partial, max_freed : as in `invariance`.

    Raises
    ------
    InvarianceError
        fewer than two waves, an item without a column, a person twice in one wave, a model with
        fixed or labelled parameters, regressions or factors of factors.
    ModelError, DatasetError
        as `cfa`.
    """
    check_partial(partial, max_freed)
    wanted = checked_levels(levels)
    parsed = parse_model(model)
    check_wave_model(parsed)
    syntax = WaveSyntax(parsed, (), autocorrelated)
    frame, waves = side_by_side(data, columns, syntax.items, person)
    syntax = WaveSyntax(parsed, waves, autocorrelated)
    with one_thread():
        prepared = model_sample(
            syntax.text("configural", ()),
            frame,
            estimator=estimator,
            missing=missing,
            cluster=cluster,
            weights=weights,
            std_lv=False,
        )
        ladder = WaveLadder(prepared, syntax)
        try:
            converged = ladder.base.converged
        except ModelError as error:
            raise InvarianceError(f"The model of all waves cannot be fitted. {error}") from error
        if not converged:
            raise InvarianceError(
                "The model of all waves cannot be fitted: the search for a minimum did not end. "
                "Use fewer waves or items, or see whether each wave fits the model alone."
            )
        n = [prepared.sample.total] * len(waves)
        return run(ladder, wanted, waves, n, partial=partial, max_freed=max_freed, same_people=True)
