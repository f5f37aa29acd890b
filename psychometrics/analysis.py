"""The score side of an analysis in one result: what every report reads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._clusters import person_codes
from psychometrics._plain import plain_fields
from psychometrics._scale_result import Plan, RawSum, ScaleResult, UnscreenedScale, scale_result
from psychometrics.dataset import Dataset, DatasetError
from psychometrics.items import ItemStatistics, item_statistics
from psychometrics.means import check_level, sort_codes
from psychometrics.multiplicity import benjamini_hochberg
from psychometrics.raters import Raters
from psychometrics.scoring import ScaleScores, score
from psychometrics.screening import Screening, screen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["RawSum", "ScaleResult", "ScoreAnalysis", "UnscreenedScale", "analyse_scores"]


@dataclass(frozen=True)
class ScoreAnalysis:
    """Everything that scores can say about one wave.

    Parameters
    ----------
    fingerprint, simulated : of the Dataset.
    n_interviews : all interviews; n_usable: usable disposition, an answer, and a known brand where
        brands are known at all; n_kept: usable and not excluded by screening.
    disposition_counts : disposition → interviews.
    brands : codes, sorted; numbers by value. waves, languages, channels : as found among the kept.
    brand_counts : brand → people whose interviews were kept.
    screening : flags and what they did; `kept` is its (n,) mask.
    scales : dimensions and outcomes, in the order of the keys.
    items : item statistics of the interviews kept; items_by_brand : the same per brand.
    scores : (n, k) scores of all interviews; use `kept` to pick rows.
    minimum_n : brands with scores of fewer people take no part in comparisons.
    raters : the people behind the interviews, where the data say who gave them; None where every
        interview is of another person.
    """

    fingerprint: str
    simulated: bool
    level: float
    answered_share: float
    minimum_n: int
    n_interviews: int
    n_usable: int
    n_kept: int
    disposition_counts: Mapping[str, int]
    brands: tuple[str, ...]
    brand_counts: Mapping[str, int]
    waves: tuple[str, ...]
    languages: tuple[str, ...]
    channels: tuple[str, ...]
    screening: Screening
    scales: tuple[ScaleResult, ...]
    items: ItemStatistics
    items_by_brand: Mapping[str, ItemStatistics]
    scores: ScaleScores
    brand: NDArray[np.str_]
    method: str
    warnings: tuple[str, ...] = ()
    raters: Raters | None = None

    @property
    def kept(self) -> NDArray[np.bool_]:
        """(n,) True for the interviews that entered the results."""
        return self.screening.kept

    @property
    def shared_raters(self) -> Raters | None:
        """The raters where some of them gave several interviews, else None."""
        return self.raters if self.raters is not None and self.raters.several else None

    @property
    def dimensions(self) -> tuple[ScaleResult, ...]:
        """The scales that are not outcomes."""
        return tuple(scale for scale in self.scales if not scale.outcome)

    def scale(self, scale: str) -> ScaleResult:
        """The result of one scale. Raises KeyError when there is none."""
        for result in self.scales:
            if result.scale == scale:
                return result
        raise KeyError(scale)

    def to_dict(self) -> dict[str, Any]:
        """Plain types for JSON; NaN becomes None."""
        return plain_fields(self)


def analyse_scores(
    dataset: Dataset,
    *,
    level: float = 0.95,
    answered_share: float = 0.8,
    minimum_n: int = 30,
    flags_to_exclude: int = 2,
    brands: Sequence[str] | None = None,
    exclude_brands: Sequence[str] = (),
) -> ScoreAnalysis:
    """Scores, reliability, items and brand comparisons of one wave, with and without screening.

    For several waves, analyse ``dataset.select(dataset.wave == wave)`` one by one. Where the
    dataset's clusters say that people gave several interviews, errors and tests of means are
    cluster-robust: see `psychometrics.mean_covariance`.

    Parameters
    ----------
    level : of all intervals.
    answered_share : share of a scale's items that must be answered for a score.
    minimum_n : brands with scores of fewer people take no part in a scale's comparisons, so that
        the mean of "the others" never holds a brand that a report must hide.
    brands : the codes that count as brands; by default every code but ``""``. Interviews of other
        brands are not usable.
    exclude_brands : brands that are described but never compared.

    Raises
    ------
    DatasetError
        no scale, no usable interview, everybody excluded, or a setting out of its range.
    ComparisonError
        `level` is not between 0 and 1.
    """
    check_level(level)
    if not dataset.keys:
        raise DatasetError("The data name no scale; give a scoring key with at least one scale.")
    screening = screen(
        dataset, flags_to_exclude=flags_to_exclude, usable=_known_brand(dataset, brands)
    )
    _require_interviews(dataset, screening)
    codes = _codes(dataset, screening.usable, brands)
    scores = score(dataset, answered_share=answered_share)
    plan = Plan(
        screening.kept,
        screening.usable,
        codes,
        frozenset(exclude_brands),
        minimum_n,
        level,
        None if dataset.cluster is None else person_codes(dataset.cluster),
    )
    results = [scale_result(dataset, key, scores.column(key.scale), plan) for key in dataset.keys]
    kept = {code: screening.kept & (dataset.brand == code) for code in codes}
    return ScoreAnalysis(
        fingerprint=dataset.fingerprint,
        simulated=dataset.simulated,
        level=level,
        answered_share=answered_share,
        minimum_n=minimum_n,
        n_interviews=dataset.n,
        n_usable=int(screening.usable.sum()),
        n_kept=screening.n_used,
        disposition_counts=screening.disposition_counts,
        brands=codes,
        brand_counts={code: _people(dataset, rows) for code, rows in kept.items()},
        waves=_found(dataset.wave, screening.kept),
        languages=_found(dataset.language, screening.kept),
        channels=_found(dataset.channel, screening.kept),
        screening=screening,
        scales=_with_q(results),
        items=item_statistics(dataset, screening.kept),
        items_by_brand={code: item_statistics(dataset, rows) for code, rows in kept.items()},
        scores=scores,
        brand=dataset.brand,
        method=f"{scores.method}; {screening.method}; q values by Benjamini–Hochberg over brands "
        f"and dimensions, and over brands and outcomes",
        warnings=_warnings(dataset, screening, codes, scores),
        raters=Raters.of(dataset, scores, screening),
    )


def _people(dataset: Dataset, rows: NDArray[np.bool_]) -> int:
    return int(rows.sum()) if dataset.cluster is None else len(np.unique(dataset.cluster[rows]))


def _known_brand(dataset: Dataset, brands: Sequence[str] | None) -> NDArray[np.bool_]:
    if brands is not None:
        return np.isin(dataset.brand, [code for code in brands if code])
    named: NDArray[np.bool_] = dataset.brand != ""
    return named if named.any() else np.ones(dataset.n, bool)


def _require_interviews(dataset: Dataset, screening: Screening) -> None:
    if screening.n_used:
        return
    if screening.usable.any():
        raise DatasetError(
            f"Screening excluded all {int(screening.usable.sum())} usable interviews; "
            f"ask for more flags before an interview is excluded."
        )
    counts = screening.disposition_counts.items()
    listed = ", ".join(f"{name} {count}" for name, count in counts) or "none"
    raise DatasetError(
        f"None of the {dataset.n} interviews is usable (dispositions: {listed}): a usable one is "
        f"complete or partial, has at least one answer and, where brands are known, a brand."
    )


def _codes(
    dataset: Dataset, usable: NDArray[np.bool_], brands: Sequence[str] | None
) -> tuple[str, ...]:
    found = _found(dataset.brand, usable)
    return found if brands is None else tuple(sort_codes(filter(None, [*found, *brands])))


def _found(codes: NDArray[np.str_], rows: NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(sort_codes(code for code in np.unique(codes[rows]).tolist() if code))


def _with_q(results: list[ScaleResult]) -> tuple[ScaleResult, ...]:
    """The results with q values, dimensions and outcomes being two families of comparisons."""
    q: dict[tuple[str, str], float] = {}
    for outcome in (False, True):
        family = [
            (result.scale, row.group, row.p)
            for result in results
            if result.outcome is outcome and result.contrasts
            for row in result.contrasts.contrasts
        ]
        adjusted = benjamini_hochberg([p for *_, p in family])
        q |= {
            (scale, group): float(v) for (scale, group, _), v in zip(family, adjusted, strict=True)
        }
    return tuple(_one_with_q(result, q) for result in results)


def _one_with_q(result: ScaleResult, q: Mapping[tuple[str, str], float]) -> ScaleResult:
    if result.contrasts is None:
        return result
    rows = tuple(replace(row, q=q[result.scale, row.group]) for row in result.contrasts.contrasts)
    return replace(result, contrasts=replace(result.contrasts, contrasts=rows))


def _warnings(
    dataset: Dataset, screening: Screening, brands: tuple[str, ...], scores: ScaleScores
) -> tuple[str, ...]:
    warnings = [*scores.warnings]
    waves = _found(dataset.wave, screening.kept)
    if len(waves) > 1:
        warnings.append(f"Waves {', '.join(waves)} are mixed in these results; analyse one wave.")
    if not brands:
        warnings.append("No brand is known, so brands are not compared.")
    elif len(brands) == 1:
        warnings.append(f"Only brand {brands[0]} is in the data, so there is nothing to compare.")
    return tuple(warnings)
