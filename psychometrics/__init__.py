"""What answers mean: arrays in, frozen results out.

Names are looked up when they are first used, so that ``import psychometrics`` costs nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psychometrics.adequacy import bartlett, kmo
    from psychometrics.analysis import ScaleResult, ScoreAnalysis, analyse_scores
    from psychometrics.cfa.errors import ConvergenceError, ModelError
    from psychometrics.cfa.fit import ModelFit
    from psychometrics.cfa.model import cfa, sem
    from psychometrics.cfa.syntax import ModelSyntaxError, parse_model
    from psychometrics.compare import contrast_to_others, games_howell, welch
    from psychometrics.dataset import (
        MISSING,
        USABLE_DISPOSITIONS,
        Dataset,
        DatasetError,
        ScoringKey,
    )
    from psychometrics.efa import efa
    from psychometrics.items import ItemStatistics, item_statistics
    from psychometrics.means import ComparisonError, brand_means, split_groups
    from psychometrics.moments import Moments, moments
    from psychometrics.multiplicity import benjamini_hochberg, holm
    from psychometrics.reliability import Alpha, Omega, ReliabilityError, alpha, omega
    from psychometrics.retention import map_test, parallel_analysis, suggest_factors
    from psychometrics.scoring import ScaleScores, score
    from psychometrics.screening import Screening, screen
    from psychometrics.structure import StructureAnalysis, analyse_structure

__all__ = [
    "MISSING",
    "USABLE_DISPOSITIONS",
    "Alpha",
    "ComparisonError",
    "ConvergenceError",
    "Dataset",
    "DatasetError",
    "ItemStatistics",
    "ModelError",
    "ModelFit",
    "ModelSyntaxError",
    "Moments",
    "Omega",
    "ReliabilityError",
    "ScaleResult",
    "ScaleScores",
    "ScoreAnalysis",
    "ScoringKey",
    "Screening",
    "StructureAnalysis",
    "alpha",
    "analyse_scores",
    "analyse_structure",
    "bartlett",
    "benjamini_hochberg",
    "brand_means",
    "cfa",
    "contrast_to_others",
    "efa",
    "games_howell",
    "holm",
    "item_statistics",
    "kmo",
    "map_test",
    "moments",
    "omega",
    "parallel_analysis",
    "parse_model",
    "score",
    "screen",
    "sem",
    "split_groups",
    "suggest_factors",
    "welch",
]

_NAMES = {
    "adequacy": "bartlett kmo",
    "analysis": "ScaleResult ScoreAnalysis analyse_scores",
    "cfa.errors": "ConvergenceError ModelError",
    "cfa.fit": "ModelFit",
    "cfa.model": "cfa sem",
    "cfa.syntax": "ModelSyntaxError parse_model",
    "compare": "contrast_to_others games_howell welch",
    "dataset": "MISSING USABLE_DISPOSITIONS Dataset DatasetError ScoringKey",
    "efa": "efa",
    "items": "ItemStatistics item_statistics",
    "moments": "Moments moments",
    "means": "ComparisonError brand_means split_groups",
    "multiplicity": "benjamini_hochberg holm",
    "reliability": "Alpha Omega ReliabilityError alpha omega",
    "retention": "map_test parallel_analysis suggest_factors",
    "scoring": "ScaleScores score",
    "screening": "Screening screen",
    "structure": "StructureAnalysis analyse_structure",
}
_HOME = {name: module for module, names in _NAMES.items() for name in names.split()}


class _Package(ModuleType):
    """Keeps ``psychometrics.efa`` the function although a module bears the same name."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))


sys.modules[__name__].__class__ = _Package
