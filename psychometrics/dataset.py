"""The one shape in which answers travel, whether they came from the web or from a file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

MISSING = -32768
"""Code of an answer that was not given. Outside every response format."""

USABLE_DISPOSITIONS = frozenset({"complete", "partial"})
"""Interviews that may enter an analysis; every other disposition keeps its answers apart."""

_TEXT_COLUMNS = ("respondent", "brand", "wave", "language", "channel", "disposition")
_NUMBER_COLUMNS = ("seconds", "instructed")


class DatasetError(ValueError):
    """Answers do not fit the shape they claim. The message says what, where and how to mend it."""


@dataclass(frozen=True, slots=True)
class ScoringKey:
    """How the items of one scale become its score.

    Parameters
    ----------
    scale : identifier of the scale, e.g. ``"cognitive"``.
    items : identifiers of its items, in questionnaire order.
    minimum, maximum : theoretical ends of the response format, the same for every item.
    reversed : items keyed the other way; reversed as ``minimum + maximum - x``.
    outcome : True for what engagement is set beside (satisfaction, switching intention): scored,
        never factor-analysed with the dimensions.
    """

    scale: str
    items: tuple[str, ...]
    minimum: int
    maximum: int
    reversed: frozenset[str] = frozenset()
    outcome: bool = False


@dataclass(frozen=True)
class Dataset:
    """Answers of n interviews to p items, with all that an analysis may ask about an interview.

    Parameters
    ----------
    answers : (n, p) int16, raw as answered (never reversed); `MISSING` where not answered.
    item_ids : the p item identifiers, in column order, unique.
    keys : how items become scales; every item named exists in `item_ids`.
    respondent : (n,) identifiers of the interviews, unique.
    brand, wave, language, channel : (n,) codes; ``""`` where unknown.
    disposition : (n,) ``"complete"``, ``"partial"``, ``"screened_out_attention"``,
        ``"screened_out_ineligible"``, ``"refused"``.
    seconds : (n,) duration of the interview in seconds; NaN where unknown.
    instructed : (n,) 1 instructed-response item passed, 0 failed, NaN not asked or not answered.
    weight : (n,) positive weights, or None when unweighted.
    background : what else is known of a person, (n,) codes by variable, ``""`` where unknown, e.g.
        ``{"age": ("18-29", …)}``.
    cluster : (n,) labels of rows that belong together, such as the brands that one person rated, or
        None where every row is an interview of another person.
    simulated : True when the answers were made by a simulator; every report then says so.

    Raises
    ------
    DatasetError
        lengths differ, an item is repeated or unknown, or an answer lies outside its format.
    """

    answers: NDArray[np.int16]
    item_ids: tuple[str, ...]
    keys: tuple[ScoringKey, ...]
    respondent: NDArray[np.str_]
    brand: NDArray[np.str_]
    wave: NDArray[np.str_]
    language: NDArray[np.str_]
    channel: NDArray[np.str_]
    disposition: NDArray[np.str_]
    seconds: NDArray[np.float64]
    instructed: NDArray[np.float64]
    weight: NDArray[np.float64] | None = None
    simulated: bool = False
    background: Mapping[str, NDArray[np.str_]] = field(default_factory=dict)
    cluster: NDArray[np.str_] | None = None
    _column: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_column", {item: j for j, item in enumerate(self.item_ids)})
        self._check_shapes()
        self._check_keys()
        self.answers.setflags(write=False)

    @classmethod
    def build(
        cls,
        answers: NDArray[Any],
        item_ids: Sequence[str],
        keys: Sequence[ScoringKey],
        **columns: Any,
    ) -> Dataset:
        """Dataset from answers alone; columns that are not given take their unknown value.

        ``columns`` are any of the per-interview fields, each a sequence of length n.
        """
        n = len(answers)
        filled: dict[str, Any] = {
            **{name: [""] * n for name in _TEXT_COLUMNS},
            **{name: [np.nan] * n for name in _NUMBER_COLUMNS},
            "respondent": [str(i + 1) for i in range(n)],
            "disposition": ["complete"] * n,
            **columns,
        }
        for name in _TEXT_COLUMNS:
            filled[name] = np.asarray(filled[name], np.str_)
        for name in _NUMBER_COLUMNS:
            filled[name] = np.asarray(filled[name], np.float64)
        if filled.get("weight") is not None:
            filled["weight"] = np.asarray(filled["weight"], np.float64)
        if filled.get("cluster") is not None:
            filled["cluster"] = np.asarray(filled["cluster"], np.str_)
        filled["background"] = {
            name: np.asarray(codes, np.str_) for name, codes in filled.get("background", {}).items()
        }
        raw = np.ascontiguousarray(answers, dtype=np.int16)
        return cls(answers=raw, item_ids=tuple(item_ids), keys=tuple(keys), **filled)

    @property
    def n(self) -> int:
        """Number of interviews."""
        return len(self.answers)

    @cached_property
    def usable(self) -> NDArray[np.bool_]:
        """(n,) True where the disposition is usable and at least one item was answered."""
        answered: NDArray[np.bool_] = (self.answers != MISSING).any(axis=1)
        return np.isin(self.disposition, list(USABLE_DISPOSITIONS)) & answered

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of the answers and all that decides a result, in order."""
        digest = hashlib.sha256()
        digest.update(repr((self.item_ids, [_canonical(key) for key in self.keys])).encode())
        digest.update(np.ascontiguousarray(self.answers, dtype="<i2").tobytes())
        for name in _TEXT_COLUMNS:
            digest.update("\x1f".join(getattr(self, name).tolist()).encode())
        for name in (*_NUMBER_COLUMNS, "weight"):
            column = getattr(self, name)
            digest.update(b"-" if column is None else column.astype("<f8").tobytes())
        for variable in sorted(self.background):
            digest.update("\x1f".join([variable, *self.background[variable].tolist()]).encode())
        if self.cluster is not None:
            digest.update("\x1f".join(["cluster", *self.cluster.tolist()]).encode())
        return digest.hexdigest()

    def key(self, scale: str) -> ScoringKey:
        """The scoring key of a scale. Raises DatasetError when there is none."""
        for key in self.keys:
            if key.scale == scale:
                return key
        known = ", ".join(key.scale for key in self.keys)
        raise DatasetError(f"There is no scale {scale!r}; the scales are {known}.")

    def columns(self, items: Sequence[str]) -> list[int]:
        """Column numbers of items in `answers`. Raises DatasetError for an unknown item."""
        unknown = [item for item in items if item not in self._column]
        if unknown:
            raise DatasetError(f"Items not in the data: {', '.join(unknown)}.")
        return [self._column[item] for item in items]

    def numeric(self, items: Sequence[str]) -> NDArray[np.float64]:
        """(n, len(items)) answers as float with NaN for missing, not reversed."""
        raw = self.answers[:, self.columns(items)]
        return np.where(raw == MISSING, np.nan, raw.astype(np.float64))

    def keyed(self, scale: str) -> NDArray[np.float64]:
        """(n, items) answers of a scale after reversal, NaN for missing: minimum + maximum - x."""
        key = self.key(scale)
        values = self.numeric(key.items)
        flip = np.array([item in key.reversed for item in key.items])
        return np.where(flip, key.minimum + key.maximum - values, values)

    def select(self, rows: NDArray[Any]) -> Dataset:
        """The Dataset of some interviews: boolean mask (n,) or row numbers."""
        return replace(
            self,
            answers=self.answers[rows],
            weight=None if self.weight is None else self.weight[rows],
            cluster=None if self.cluster is None else self.cluster[rows],
            background={name: codes[rows] for name, codes in self.background.items()},
            **{name: getattr(self, name)[rows] for name in _TEXT_COLUMNS + _NUMBER_COLUMNS},
        )

    def _check_shapes(self) -> None:
        n = len(self.answers)
        if self.answers.ndim != 2 or self.answers.shape[1] != len(self.item_ids):
            raise DatasetError(
                f"Answers have shape {self.answers.shape}, "
                f"but {len(self.item_ids)} items are named."
            )
        if len(self._column) != len(self.item_ids):
            raise DatasetError("An item is named twice; give every item its own identifier.")
        columns = {name: getattr(self, name) for name in _TEXT_COLUMNS + _NUMBER_COLUMNS}
        if self.cluster is not None:
            columns["cluster"] = self.cluster
        for name, column in {**columns, **self.background}.items():
            length = len(column)
            if length != n:
                raise DatasetError(f"{name} has {length} values for {n} interviews.")

    def _check_keys(self) -> None:
        for key in self.keys:
            raw = self.answers[:, self.columns(key.items)]
            outside = (raw != MISSING) & ((raw < key.minimum) | (raw > key.maximum))
            if outside.any():
                row, column = (int(i) for i in np.argwhere(outside)[0])
                raise DatasetError(
                    f"Item {key.items[column]}, interview {self.respondent[row]}: answer "
                    f"{raw[row, column]} lies outside {key.minimum}–{key.maximum}."
                )


def _canonical(key: ScoringKey) -> tuple[object, ...]:
    return (key.scale, key.items, key.minimum, key.maximum, sorted(key.reversed), key.outcome)
