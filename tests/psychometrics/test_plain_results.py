"""Results as plain types."""

import json
from dataclasses import dataclass

import numpy as np

from psychometrics._plain import plain, plain_fields


@dataclass(frozen=True)
class _Inner:
    value: float
    _hidden: int = 1


@dataclass(frozen=True)
class _Outer:
    inner: tuple[_Inner, ...]
    array: np.ndarray
    table: dict[str, np.float64]
    names: frozenset[str]
    flag: np.bool_
    nothing: None = None


def test_everything_becomes_plain() -> None:
    """Nested results, arrays, NumPy scalars, sets, NaN and infinity all pass strict JSON."""
    result = _Outer(
        (_Inner(float("nan")), _Inner(1.5)),
        np.array([[1.0, np.nan], [np.inf, 2]]),
        {"a": np.float64(0.1)},
        frozenset({"z", "y"}),
        np.bool_(True),
    )
    expected = {
        "inner": [{"value": None}, {"value": 1.5}],
        "array": [[1.0, None], [None, 2.0]],
        "table": {"a": 0.1},
        "names": ["y", "z"],
        "flag": True,
        "nothing": None,
    }
    assert plain_fields(result) == expected
    assert json.loads(json.dumps(plain(result), allow_nan=False)) == expected


def test_whole_numbers_and_text_stay_what_they_are() -> None:
    """NumPy integers become int, text stays text."""
    assert plain([np.int64(3), "x", np.array(["a"])]) == [3, "x", ["a"]]
    assert type(plain(np.int64(3))) is int
