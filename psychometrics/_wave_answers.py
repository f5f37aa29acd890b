"""The answers of several waves side by side, a row for each person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._group_ladder import InvarianceError
from psychometrics._matrix import as_matrix
from psychometrics.cfa.membership import column_of
from psychometrics.dataset import Dataset

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def wave_column(item: str, wave: int) -> str:
    """The name of an item at a wave (from 0) in the models of all waves."""
    return f"{item}_w{wave + 1}"


def side_by_side(
    data: Any,
    columns: Mapping[str, Mapping[str, str]] | None,
    items: Sequence[str],
    person: Any,
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """A DataFrame with the columns ``item_w1`` …, and the names of the waves.

    Whatever else is in data that are side by side already stays in it.
    Raises InvarianceError where waves, items or persons do not fit.
    """
    if columns is not None:
        return _renamed(data, columns, items), _waves(columns)
    if not isinstance(data, dict):
        raise InvarianceError(
            "Give columns, wave → item → column, beside data with all waves side by side; or data "
            "as a dict, wave → Dataset or DataFrame."
        )
    return _joined(data, items, person), _waves(data)


def _waves(by_wave: Mapping[str, Any]) -> tuple[str, ...]:
    names = tuple(str(wave) for wave in by_wave)
    if len(names) < 2:
        raise InvarianceError(f"There are {len(names)} waves; a comparison needs two or more.")
    return names


def _renamed(
    data: Any, columns: Mapping[str, Mapping[str, str]], items: Sequence[str]
) -> pd.DataFrame:
    import pandas as pd

    wanted, names = [], []
    for w, (wave, of_item) in enumerate(columns.items()):
        absent = [item for item in items if item not in of_item]
        if absent:
            raise InvarianceError(f"Wave {wave}: columns names none for {', '.join(absent)}.")
        wanted += [str(of_item[item]) for item in items]
        names += [wave_column(item, w) for item in items]
    if len(set(wanted)) != len(wanted):
        twice = next(name for name in wanted if wanted.count(name) > 1)
        raise InvarianceError(f"columns names {twice} twice; every item has its own at each wave.")
    matrix, _ = as_matrix(data, items=wanted)
    frame = pd.DataFrame(matrix, columns=names)
    if isinstance(data, pd.DataFrame):
        others = [name for name in data.columns if name not in wanted and name not in names]
        frame = pd.concat([frame, data[others].reset_index(drop=True)], axis=1)
    return frame


def _joined(data: Mapping[str, Any], items: Sequence[str], person: Any) -> pd.DataFrame:
    import pandas as pd

    parts = []
    for w, (wave, answers) in enumerate(data.items()):
        matrix, _ = as_matrix(answers, items=list(items))
        who = _persons(answers, person, len(matrix))
        part = pd.DataFrame(matrix, index=who, columns=[wave_column(item, w) for item in items])
        if part.index.has_duplicates:
            twice = part.index[part.index.duplicated()][0]
            raise InvarianceError(
                f"Wave {wave}: {twice} answered twice. Keep one interview of each person, or name "
                f"the right column as person."
            )
        parts.append(part)
    joined = pd.concat(parts, axis=1, join="outer")
    both = joined.notna().to_numpy().reshape(len(joined), len(parts), -1).any(axis=2).sum(axis=1)
    if (both > 1).sum() == 0:
        raise InvarianceError(
            "Nobody answered two waves, so that these are not the same people; use invariance with "
            'group="wave", or name the column that says who answered as person.'
        )
    return joined


def _persons(answers: Any, person: Any, n: int) -> NDArray[Any]:
    if person is None and isinstance(answers, Dataset):
        return answers.respondent
    if person is None and hasattr(answers, "index"):
        return np.asarray(answers.index)
    found = column_of(answers, person, n, "person")
    return np.arange(n) if found is None else found
