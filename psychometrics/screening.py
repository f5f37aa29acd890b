"""Careless answering: four flags or more, two of which exclude an interview.

One flag alone proves little, and none finds every kind of carelessness: random and monotonous
answering call for different ones (Meade & Craig 2012, 10.1037/a0028085). In experiments where
carelessness was induced, the longest string did no better than chance (Goldammer et al. 2024,
10.3758/s13428-024-02484-3); that such experiments induce little monotonous answering has been held
against an earlier one (Denison & Wiernik, comment on Goldammer et al. 2020). Results are therefore
reported with and without the interviews excluded. The thresholds below are conventions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from psychometrics.dataset import MISSING, Dataset, DatasetError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

KNOWN_CARELESS = "screened_out_attention"
"""Disposition of interviews that fieldwork itself ended because of careless answers."""

SPEED_SHARE = 0.5
LONG_STRING_SHARE = 0.5
LONG_STRING_ITEMS = 8
MAHALANOBIS_P = 0.001


@dataclass(frozen=True, slots=True)
class FlagRate:
    """How often one flag is raised among usable interviews and among those known to be careless.

    ``None`` shares: the flag could not be judged on any interview of that kind.
    """

    flag: str
    usable_judged: int
    usable_flagged: int
    careless_judged: int
    careless_flagged: int

    @property
    def usable_share(self) -> float | None:
        """Share of the usable interviews judged that are flagged."""
        return self.usable_flagged / self.usable_judged if self.usable_judged else None

    @property
    def careless_share(self) -> float | None:
        """Share of the known careless interviews judged that are flagged."""
        return self.careless_flagged / self.careless_judged if self.careless_judged else None


@dataclass(frozen=True)
class Screening:
    """Which interviews are kept, and why the others are not.

    Parameters
    ----------
    flags : name → (n,) True where raised; False where the flag could not be judged. Names:
        ``instructed``, ``speed``, ``long_string``, ``mahalanobis``, and the indices asked for.
    counts : name → usable interviews flagged.
    available : the flags that could be judged on at least one usable interview.
    usable : (n,) usable disposition, at least one answer (and a known brand where asked for).
    excluded : (n,) usable, and at least `flags_to_exclude` flags raised.
    kept : (n,) usable and not excluded.
    disposition_counts : disposition → interviews, over all n.
    rates : each flag's rate among usable and among known careless interviews.
    n_used : number kept.
    """

    flags: Mapping[str, NDArray[np.bool_]]
    counts: Mapping[str, int]
    available: tuple[str, ...]
    usable: NDArray[np.bool_]
    excluded: NDArray[np.bool_]
    kept: NDArray[np.bool_]
    disposition_counts: Mapping[str, int]
    flags_to_exclude: int
    rates: tuple[FlagRate, ...]
    n_used: int
    method: str
    warnings: tuple[str, ...] = ()


class _Flag(NamedTuple):
    raised: NDArray[np.bool_]
    judged: NDArray[np.bool_]
    warnings: tuple[str, ...] = ()


def screen(
    dataset: Dataset,
    *,
    flags_to_exclude: int = 2,
    usable: NDArray[np.bool_] | None = None,
    indices: Sequence[str] = (),
) -> Screening:
    """Flag careless interviews; exclude those with `flags_to_exclude` flags or more.

    - ``instructed``: the instructed-response item was failed.
    - ``speed``: a complete interview took less than half the median duration of the usable
      complete ones. Half the median is among the cut-offs of Greszki, Meyer & Schoen 2015,
      10.1093/poq/nfu058, by the accounts of others; the paper itself was not read. Interviews
      that ended early are not judged: their durations are of another questionnaire.
    - ``long_string``: the longest run of equal answers, as answered and before reversal, skipping
      nothing, in the order of `Dataset.item_ids`; where items were shuffled, that is not the order
      in which they were seen. With items keyed both ways: at least half of the items (a rule
      ascribed to Curran 2016, 10.1016/j.jesp.2015.07.006, not checked there), and the run holds
      items of either key, so that it contradicts itself. With items all keyed alike a run may be
      an opinion, the more so the better the items measure (Reuning & Plutzer 2020,
      10.18148/srm/2020.v14i5.7641): only one answer to every item counts. Needs eight answers.
    - ``mahalanobis``: squared distance from the centre of the usable complete answers above the
      chi-square quantile of p = .001, degrees of freedom the number of items
      (R: ``mahalanobis(x, colMeans(x), cov(x))``). The chi-square distribution holds for normal
      answers; of ratings, more than one in a thousand careful interviews is flagged.

    Parameters
    ----------
    usable : (n,) interviews that may enter; by default `Dataset.usable`. Interviews whose
        disposition is not usable never enter, whatever their flags: they are only counted, and
        those that fieldwork ended for attention show in `rates` how well each flag works.
    indices : names of indices of `psychometrics.consistency.consistency` that count as flags, too:
        ``even_odd``, ``synonyms``, ``antonyms``, ``guttman``. None by default.

    Raises
    ------
    DatasetError
        `flags_to_exclude` is below one, `usable` has the wrong length, or an index is unknown.
    """
    if flags_to_exclude < 1:
        raise DatasetError(f"flags_to_exclude is {flags_to_exclude}; give one or more.")
    if usable is not None and usable.shape != (dataset.n,):
        raise DatasetError(f"usable has shape {usable.shape} for {dataset.n} interviews.")
    enters = dataset.usable if usable is None else dataset.usable & usable
    found = {
        "instructed": _instructed(dataset),
        "speed": _speed(dataset, enters),
        "long_string": _long_string(dataset),
        "mahalanobis": _mahalanobis(dataset, enters),
        **_consistency(dataset, enters, indices),
    }
    raised = np.sum([flag.raised for flag in found.values()], axis=0)
    excluded = enters & (raised >= flags_to_exclude)
    names, counts = np.unique(dataset.disposition, return_counts=True)
    return Screening(
        flags={name: flag.raised for name, flag in found.items()},
        counts={name: int((flag.raised & enters).sum()) for name, flag in found.items()},
        available=tuple(name for name, flag in found.items() if (flag.judged & enters).any()),
        usable=enters,
        excluded=excluded,
        kept=enters & ~excluded,
        disposition_counts=dict(zip(names.tolist(), counts.tolist(), strict=True)),
        flags_to_exclude=flags_to_exclude,
        rates=tuple(_rate(dataset, name, flag, enters) for name, flag in found.items()),
        n_used=int((enters & ~excluded).sum()),
        method=f"at least {flags_to_exclude} of {len(found)} flags exclude an interview",
        warnings=tuple(warning for flag in found.values() for warning in flag.warnings),
    )


def longest_runs(answers: NDArray[np.int16]) -> NDArray[np.intp]:
    """(n,) length of the longest run of equal answers in each row; missing answers end a run.

    R: ``careless::longstring(x)``.
    """
    return _longest_run(answers, np.zeros(answers.shape[1], bool))[0]


def squared_distances(
    answers: NDArray[np.float64], reference: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    """(n,) squared Mahalanobis distances from the centre of `reference`, NaN for incomplete rows.

    None when the covariance of `reference` is singular: too few rows, or items that are constant
    or add up others.
    """
    n, p = reference.shape
    if n <= p or p == 0 or (np.ptp(reference, axis=0) == 0).any():
        return None
    scale = reference.std(axis=0)
    z = (reference - reference.mean(axis=0)) / scale
    values, vectors = np.linalg.eigh(z.T @ z / (n - 1))
    if values[0] <= 1e-10 * values[-1]:
        return None
    rotated = ((answers - reference.mean(axis=0)) / scale) @ (vectors / np.sqrt(values))
    distances: NDArray[np.float64] = (rotated**2).sum(axis=1)
    return distances


def _instructed(dataset: Dataset) -> _Flag:
    return _Flag(dataset.instructed == 0, ~np.isnan(dataset.instructed))


def _speed(dataset: Dataset, enters: NDArray[np.bool_]) -> _Flag:
    judged = (dataset.disposition == "complete") & (dataset.seconds > 0)
    reference = dataset.seconds[judged & enters]
    if not len(reference):
        return _not_judged(dataset, "Speed was not judged: no durations are known.")
    return _Flag(judged & (dataset.seconds < SPEED_SHARE * np.median(reference)), judged)


def _long_string(dataset: Dataset) -> _Flag:
    items, reversed_items = _items(dataset)
    answers = dataset.answers[:, dataset.columns(items)]
    judged = (answers != MISSING).sum(axis=1) >= LONG_STRING_ITEMS
    if not judged.any():
        return _not_judged(
            dataset,
            f"Long strings were not judged: nobody answered {LONG_STRING_ITEMS} items or more.",
        )
    reverse = np.array([item in reversed_items for item in items])
    mixed = reverse.any() and not reverse.all()
    longest, contradicting = _longest_run(answers, reverse)
    if mixed:
        return _Flag(judged & (contradicting >= LONG_STRING_SHARE * len(items)), judged)
    return _Flag(
        judged & (longest == len(items)),
        judged,
        ("All items are keyed alike, so only one answer to every item counts as a long string.",),
    )


def _mahalanobis(dataset: Dataset, enters: NDArray[np.bool_]) -> _Flag:
    from scipy.special import chdtri

    items, _ = _items(dataset)
    answers = dataset.numeric(items)
    judged = np.asarray(~np.isnan(answers).any(axis=1), np.bool_)
    limit = float(chdtri(len(items), MAHALANOBIS_P))
    n = int((judged & enters).sum())
    distances = squared_distances(answers, answers[judged & enters])
    # Among n interviews none can lie farther out than (n − 1)²/n.
    if distances is None or (n - 1) ** 2 <= limit * n:
        return _not_judged(
            dataset,
            "Mahalanobis distance was not judged: too few complete interviews for the number of "
            "items, or an item is constant or adds up others.",
        )
    return _Flag(judged & (np.nan_to_num(distances) > limit), judged)


def _consistency(
    dataset: Dataset, enters: NDArray[np.bool_], names: Sequence[str]
) -> dict[str, _Flag]:
    if not names:
        return {}
    from psychometrics.consistency import INDICES, consistency

    unknown = [name for name in names if name not in INDICES]
    if unknown:
        raise DatasetError(f"No index {', '.join(unknown)}; the indices are {', '.join(INDICES)}.")
    found = consistency(dataset, usable=enters).indices
    return {
        name: _Flag(found[name].flagged, ~np.isnan(found[name].values), found[name].warnings)
        for name in names
    }


def _longest_run(
    answers: NDArray[np.int16], reverse: NDArray[np.bool_]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(n,) longest run of equal answers, and longest run that holds items of either key."""
    n, p = answers.shape
    current, longest, contradicting = (np.zeros(n, np.intp) for _ in range(3))
    keys_seen = np.zeros((n, 2), bool)
    for j in range(p):
        same = (answers[:, j] == answers[:, j - 1]) & (j > 0)
        current = np.where(answers[:, j] == MISSING, 0, np.where(same, current + 1, 1))
        keys_seen &= same[:, None]
        keys_seen[:, int(reverse[j])] = True
        longest = np.maximum(longest, current)
        either = np.where(keys_seen.all(axis=1), current, 0)
        contradicting = np.maximum(contradicting, either)
    return longest, contradicting


def _items(dataset: Dataset) -> tuple[list[str], frozenset[str]]:
    """Items of all scales in questionnaire order, and those keyed the other way."""
    used = {item for key in dataset.keys for item in key.items}
    reversed_items = frozenset(item for key in dataset.keys for item in key.reversed)
    return [item for item in dataset.item_ids if item in used], reversed_items


def _not_judged(dataset: Dataset, reason: str) -> _Flag:
    nobody = np.zeros(dataset.n, bool)
    return _Flag(nobody, nobody, (reason,))


def _rate(dataset: Dataset, name: str, flag: _Flag, enters: NDArray[np.bool_]) -> FlagRate:
    careless = dataset.disposition == KNOWN_CARELESS
    groups = (flag.judged & enters, flag.judged & careless)
    usable, known = ((int(rows.sum()), int((rows & flag.raised).sum())) for rows in groups)
    return FlagRate(name, *usable, *known)
