"""What answers mean: arrays in, frozen results out.

Names are looked up when they are first used, so that ``import psychometrics`` costs nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psychometrics._consistency_result import Consistency
    from psychometrics._equality_tests import equality_score_tests
    from psychometrics._group_ladder import InvarianceError
    from psychometrics._invariance_result import Invariance
    from psychometrics._nonnormal import HeavyTails, ValeMaurelli
    from psychometrics.adequacy import bartlett, kmo
    from psychometrics.alignment import Alignment, AlignmentError, alignment
    from psychometrics.analysis import ScaleResult, ScoreAnalysis, analyse_scores
    from psychometrics.association import Association, association
    from psychometrics.cfa.bootstrap import bootstrap_fit
    from psychometrics.cfa.compare import ModelComparison, compare_models
    from psychometrics.cfa.errors import ConvergenceError, ModelError
    from psychometrics.cfa.fit import ModelFit
    from psychometrics.cfa.model import cfa, sem
    from psychometrics.cfa.script import lavaan_script
    from psychometrics.cfa.syntax import ModelSyntaxError, parse_model
    from psychometrics.common_method import CommonMethod, common_method
    from psychometrics.compare import contrast_to_others, games_howell, welch
    from psychometrics.congruence import Congruence, congruence
    from psychometrics.consistency import consistency
    from psychometrics.contrasts import Contrast, change, contrast_to_reference, top_quarter
    from psychometrics.dataset import (
        MISSING,
        USABLE_DISPOSITIONS,
        Dataset,
        DatasetError,
        ScoringKey,
    )
    from psychometrics.dimensionality import Dimensionality, dimensionality
    from psychometrics.dynamic_cutoffs import DynamicCutoffs, dynamic_cutoffs
    from psychometrics.efa import EfaError, efa
    from psychometrics.ekc import EmpiricalKaiser, ekc
    from psychometrics.expected_range import ExpectedRanges, expected_ranges
    from psychometrics.factor_scores import FactorScores
    from psychometrics.factor_solution import FactorSolution
    from psychometrics.formative_index import FormativeIndex, FormativeIndexError, formative_index
    from psychometrics.hierarchical_omega import HierarchicalOmega, omega_hierarchical
    from psychometrics.htmt import Htmt, htmt
    from psychometrics.hull import HullAnalysis, hull
    from psychometrics.invariance import invariance
    from psychometrics.irt.adaptive import (
        AdaptiveBattery,
        AdaptiveError,
        AdaptiveEstimate,
        AdaptiveTest,
    )
    from psychometrics.irt.adaptive_simulation import (
        AdaptiveSimulation,
        cross_validate_adaptive,
        simulate_adaptive,
    )
    from psychometrics.irt.calibrated_means import CalibratedMeans, calibrated_means
    from psychometrics.irt.calibrated_scores import CalibratedScores, calibrated_scores
    from psychometrics.irt.calibration import (
        Calibration,
        CalibrationError,
        calibrate,
        calibration_of,
    )
    from psychometrics.irt.dif import dif
    from psychometrics.irt.grm import GradedModel, IrtError, grm
    from psychometrics.items import ItemStatistics, item_statistics
    from psychometrics.longitudinal_invariance import longitudinal_invariance
    from psychometrics.mean_covariance import MeanCovariance, mean_covariance
    from psychometrics.means import ComparisonError, brand_means, split_groups
    from psychometrics.measurement import MeasurementAnalysis, analyse_measurement
    from psychometrics.metric_change import MeanChange, mean_change
    from psychometrics.metric_values import (
        MetricSummaries,
        MetricSummary,
        MetricValues,
        metric_summaries,
    )
    from psychometrics.minimum_n import MinimumN, Targets, minimum_n
    from psychometrics.moments import Moments, moments
    from psychometrics.multiplicity import benjamini_hochberg, holm
    from psychometrics.parallel import parallel_analysis
    from psychometrics.person_fit import guttman_errors, log_likelihood_fit
    from psychometrics.picking import picking_bias, without_picking
    from psychometrics.plausible_values import PlausibleValues, plausible_values
    from psychometrics.polychoric import CountTables, OrdinalError, Polychoric, polychoric
    from psychometrics.power import power
    from psychometrics.proportions import (
        Proportion,
        ProportionDifference,
        proportion,
        proportion_difference,
    )
    from psychometrics.rank_range import RankRanges, rank_ranges
    from psychometrics.relative_weights import (
        RelativeImportance,
        RelativeImportanceError,
        relative_importance,
    )
    from psychometrics.reliability import Alpha, Omega, ReliabilityError, alpha, omega
    from psychometrics.resample import BootstrapResult, CountStatistic, ResampleError, bootstrap
    from psychometrics.retention import map_test, suggest_factors
    from psychometrics.rmsea_power import rmsea_minimum_n, rmsea_power
    from psychometrics.rotation import rotate
    from psychometrics.scoring import ScaleScores, score
    from psychometrics.screening import Screening, screen
    from psychometrics.simulate import SimulationError, simulate
    from psychometrics.structure import StructureAnalysis, analyse_structure
    from psychometrics.summary import AnswerSummary, summarise
    from psychometrics.typology import TypologyClass, TypologyError, TypologyResult, classify
    from psychometrics.validity import (
        average_variance_extracted,
        composite_reliability,
        fornell_larcker,
    )
    from psychometrics.weight_sensitivity import WeightSensitivity, weight_sensitivity
    from psychometrics.weighted_means import raked_mean, weighted_mean
    from psychometrics.weights import Kish, RakedWeights, WeightsError, kish, rake

__all__ = [
    "MISSING",
    "USABLE_DISPOSITIONS",
    "AdaptiveBattery",
    "AdaptiveError",
    "AdaptiveEstimate",
    "AdaptiveSimulation",
    "AdaptiveTest",
    "Alignment",
    "AlignmentError",
    "Alpha",
    "AnswerSummary",
    "Association",
    "BootstrapResult",
    "CalibratedMeans",
    "CalibratedScores",
    "Calibration",
    "CalibrationError",
    "CommonMethod",
    "ComparisonError",
    "Congruence",
    "Consistency",
    "Contrast",
    "ConvergenceError",
    "CountStatistic",
    "CountTables",
    "Dataset",
    "DatasetError",
    "Dimensionality",
    "DynamicCutoffs",
    "EfaError",
    "EmpiricalKaiser",
    "ExpectedRanges",
    "FactorScores",
    "FactorSolution",
    "FormativeIndex",
    "FormativeIndexError",
    "GradedModel",
    "HeavyTails",
    "HierarchicalOmega",
    "Htmt",
    "HullAnalysis",
    "Invariance",
    "InvarianceError",
    "IrtError",
    "ItemStatistics",
    "Kish",
    "MeanChange",
    "MeanCovariance",
    "MeasurementAnalysis",
    "MetricSummaries",
    "MetricSummary",
    "MetricValues",
    "MinimumN",
    "ModelComparison",
    "ModelError",
    "ModelFit",
    "ModelSyntaxError",
    "Moments",
    "Omega",
    "OrdinalError",
    "PlausibleValues",
    "Polychoric",
    "Proportion",
    "ProportionDifference",
    "RakedWeights",
    "RankRanges",
    "RelativeImportance",
    "RelativeImportanceError",
    "ReliabilityError",
    "ResampleError",
    "ScaleResult",
    "ScaleScores",
    "ScoreAnalysis",
    "ScoringKey",
    "Screening",
    "SimulationError",
    "StructureAnalysis",
    "Targets",
    "TypologyClass",
    "TypologyError",
    "TypologyResult",
    "ValeMaurelli",
    "WeightSensitivity",
    "WeightsError",
    "alignment",
    "alpha",
    "analyse_measurement",
    "analyse_scores",
    "analyse_structure",
    "association",
    "average_variance_extracted",
    "bartlett",
    "benjamini_hochberg",
    "bootstrap",
    "bootstrap_fit",
    "brand_means",
    "calibrate",
    "calibrated_means",
    "calibrated_scores",
    "calibration_of",
    "cfa",
    "change",
    "classify",
    "common_method",
    "compare_models",
    "composite_reliability",
    "congruence",
    "consistency",
    "contrast_to_others",
    "contrast_to_reference",
    "cross_validate_adaptive",
    "dif",
    "dimensionality",
    "dynamic_cutoffs",
    "efa",
    "ekc",
    "equality_score_tests",
    "expected_ranges",
    "formative_index",
    "fornell_larcker",
    "games_howell",
    "grm",
    "guttman_errors",
    "holm",
    "htmt",
    "hull",
    "invariance",
    "item_statistics",
    "kish",
    "kmo",
    "lavaan_script",
    "log_likelihood_fit",
    "longitudinal_invariance",
    "map_test",
    "mean_change",
    "mean_covariance",
    "metric_summaries",
    "minimum_n",
    "moments",
    "omega",
    "omega_hierarchical",
    "parallel_analysis",
    "parse_model",
    "picking_bias",
    "plausible_values",
    "polychoric",
    "power",
    "proportion",
    "proportion_difference",
    "rake",
    "raked_mean",
    "rank_ranges",
    "relative_importance",
    "rmsea_minimum_n",
    "rmsea_power",
    "rotate",
    "score",
    "screen",
    "sem",
    "simulate",
    "simulate_adaptive",
    "split_groups",
    "suggest_factors",
    "summarise",
    "top_quarter",
    "weight_sensitivity",
    "weighted_mean",
    "welch",
    "without_picking",
]

_NAMES = {
    "_consistency_result": "Consistency",
    "_equality_tests": "equality_score_tests",
    "_group_ladder": "InvarianceError",
    "_invariance_result": "Invariance",
    "_nonnormal": "HeavyTails ValeMaurelli",
    "adequacy": "bartlett kmo",
    "alignment": "Alignment alignment AlignmentError",
    "analysis": "ScaleResult ScoreAnalysis analyse_scores",
    "association": "Association association",
    "cfa.bootstrap": "bootstrap_fit",
    "cfa.compare": "ModelComparison compare_models",
    "cfa.errors": "ConvergenceError ModelError",
    "cfa.fit": "ModelFit",
    "cfa.model": "cfa sem",
    "cfa.script": "lavaan_script",
    "cfa.syntax": "ModelSyntaxError parse_model",
    "common_method": "CommonMethod common_method",
    "compare": "contrast_to_others games_howell welch",
    "congruence": "Congruence congruence",
    "consistency": "consistency",
    "contrasts": "Contrast change contrast_to_reference top_quarter",
    "dataset": "MISSING USABLE_DISPOSITIONS Dataset DatasetError ScoringKey",
    "dimensionality": "Dimensionality dimensionality",
    "dynamic_cutoffs": "DynamicCutoffs dynamic_cutoffs",
    "efa": "efa EfaError",
    "ekc": "EmpiricalKaiser ekc",
    "expected_range": "ExpectedRanges expected_ranges",
    "factor_scores": "FactorScores",
    "factor_solution": "FactorSolution",
    "formative_index": "FormativeIndex FormativeIndexError formative_index",
    "hierarchical_omega": "HierarchicalOmega omega_hierarchical",
    "htmt": "Htmt htmt",
    "hull": "HullAnalysis hull",
    "invariance": "invariance",
    "irt.adaptive": "AdaptiveBattery AdaptiveError AdaptiveEstimate AdaptiveTest",
    "irt.adaptive_simulation": "AdaptiveSimulation cross_validate_adaptive simulate_adaptive",
    "irt.calibrated_means": "CalibratedMeans calibrated_means",
    "irt.calibrated_scores": "CalibratedScores calibrated_scores",
    "irt.calibration": "Calibration CalibrationError calibrate calibration_of",
    "irt.dif": "dif",
    "irt.grm": "GradedModel IrtError grm",
    "items": "ItemStatistics item_statistics",
    "longitudinal_invariance": "longitudinal_invariance",
    "mean_covariance": "MeanCovariance mean_covariance",
    "means": "ComparisonError brand_means split_groups",
    "measurement": "MeasurementAnalysis analyse_measurement",
    "metric_change": "MeanChange mean_change",
    "metric_values": "MetricSummaries MetricSummary MetricValues metric_summaries",
    "minimum_n": "minimum_n MinimumN Targets",
    "moments": "Moments moments",
    "multiplicity": "benjamini_hochberg holm",
    "parallel": "parallel_analysis",
    "person_fit": "guttman_errors log_likelihood_fit",
    "picking": "picking_bias without_picking",
    "plausible_values": "PlausibleValues plausible_values",
    "polychoric": "CountTables OrdinalError Polychoric polychoric",
    "power": "power",
    "proportions": "Proportion ProportionDifference proportion proportion_difference",
    "rank_range": "RankRanges rank_ranges",
    "relative_weights": "RelativeImportance RelativeImportanceError relative_importance",
    "reliability": "Alpha Omega ReliabilityError alpha omega",
    "resample": "BootstrapResult CountStatistic ResampleError bootstrap",
    "retention": "map_test suggest_factors",
    "rmsea_power": "rmsea_minimum_n rmsea_power",
    "rotation": "rotate",
    "scoring": "ScaleScores score",
    "screening": "Screening screen",
    "simulate": "simulate SimulationError",
    "structure": "StructureAnalysis analyse_structure",
    "summary": "AnswerSummary summarise",
    "typology": "TypologyClass TypologyError TypologyResult classify",
    "validity": "average_variance_extracted composite_reliability fornell_larcker",
    "weight_sensitivity": "WeightSensitivity weight_sensitivity",
    "weighted_means": "raked_mean weighted_mean",
    "weights": "Kish RakedWeights WeightsError kish rake",
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
