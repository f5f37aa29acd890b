"""The figures that an analysed wave adds to the evidence of an instrument."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from survey_app.domain.evidence_figures import (
    Coefficient,
    Exploration,
    Figures,
    Invariance,
    Loading,
    ModelFit,
    ScaleFigures,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from instruments.model import Instrument
    from psychometrics.analysis import ScaleResult
    from psychometrics.reliability import Alpha, Omega
    from psychometrics.structure import StructureAnalysis
    from survey_app.services.analyse import Analysed


@dataclass(frozen=True, slots=True)
class Confirmatory:
    """What confirmatory models say of an instrument in a wave; empty where none was fitted.

    `fit` by model, with ``correlated`` for the model of the instrument's own scales, ``one_factor``
    where it has a single one; `loadings` are standardised, of that model, by item.
    """

    fit: Mapping[str, ModelFit] = field(default_factory=dict)
    loadings: Mapping[str, Loading] = field(default_factory=dict)
    invariance: tuple[Invariance, ...] = ()


def figures_of(
    analysed: Analysed, instrument: Instrument, confirmatory: Confirmatory | None = None
) -> tuple[int, Figures]:
    """Complete interviews of an instrument, one a person, and its figures.

    Only interviews that screening kept enter. Raises
    survey_app.services.analyse.NothingToAnalyseError where there are none.
    """
    from survey_app.services.analyse import NothingToAnalyseError

    rows = _complete(analysed, instrument)
    if not rows.any():
        raise NothingToAnalyseError(
            f"Nobody answered every question of {instrument.name.get('en', instrument.id)}."
        )
    data, more = analysed.dataset, confirmatory or Confirmatory()
    figures = Figures(
        languages=_counts(data.language[rows]),
        channels=_counts(data.channel[rows]),
        brands=len(set(data.brand[rows].tolist()) - {""}),
        scales=tuple(
            _scale(analysed.scores.scale(each.id)) for each in instrument.scales if each.scored
        ),
        exploration=_exploration(analysed, instrument),
        fit=more.fit,
        loadings=more.loadings,
        invariance=more.invariance,
    )
    n = rows.sum() if data.cluster is None else len(np.unique(data.cluster[rows]))
    return int(n), figures


def _complete(analysed: Analysed, instrument: Instrument) -> NDArray[np.bool_]:
    items = [item.id for scale in instrument.scales if scale.scored for item in scale.items]
    answers = analysed.dataset.numeric(items)
    rows: NDArray[np.bool_] = analysed.scores.kept & ~np.isnan(answers).any(axis=1)
    return rows


def _counts(codes: NDArray[np.str_]) -> dict[str, int]:
    return dict(sorted(Counter(codes.tolist()).items()))


def _scale(result: ScaleResult) -> ScaleFigures:
    alpha, omega = result.alpha, result.omega
    return ScaleFigures(
        scale=result.scale,
        items=result.items,
        alpha=None if alpha is None else _coefficient(alpha, alpha.alpha),
        omega=None if omega is None or not omega.converged else _coefficient(omega, omega.omega),
    )


def _coefficient(found: Alpha | Omega, value: float) -> Coefficient | None:
    figures = (value, found.lower, found.upper)
    if not all(map(isfinite, figures)):
        return None
    return Coefficient(*figures, level=found.level, n=found.n_used)


def _exploration(analysed: Analysed, instrument: Instrument) -> Exploration | None:
    found = _structure(analysed, instrument)
    if found is None or not found.converged:
        return None
    solution = found.solution
    return Exploration(
        n=found.n_used,
        method=solution.method,
        rotation=solution.rotation,
        scales=found.factor_scales,
        pattern={
            item: tuple(float(value) for value in row)
            for item, row in zip(solution.items, solution.pattern, strict=True)
        },
        congruence={
            scale: float(value)
            for scale, value in zip(found.factor_scales, found.congruence, strict=True)
            if scale is not None and isfinite(value)
        },
    )


def _structure(analysed: Analysed, instrument: Instrument) -> StructureAnalysis | None:
    """The factors of this instrument's items alone, whatever else was asked with them."""
    from psychometrics.efa import EfaError
    from psychometrics.structure import analyse_structure

    own = {scale.id for scale in instrument.scales if scale.kind == "dimension"}
    keys = analysed.dataset.keys
    if not own:
        return None
    if own == {key.scale for key in keys if not key.outcome}:
        return analysed.structure_if_any
    alone = replace(analysed.dataset, keys=tuple(key for key in keys if key.scale in own))
    try:
        return analyse_structure(alone, rows=analysed.scores.kept)
    except EfaError:
        return None
