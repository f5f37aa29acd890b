"""Cells of a column of values become numbers within the range of their metric."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from instruments.metrics import LARGEST_VALUE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from instruments.metrics import Metric

MISSING = frozenset({"", "na", "n/a", "#n/a", "nan", "null", ".", "-"})
"""Cells that stand for no value."""

_NUMBER = re.compile(r"[-+]?(\d+([.,]\d*)?|[.,]\d+)([eE][-+]?\d{1,3})?")
_TWO_WAYS = re.compile(r"[-+]?[1-9]\d{0,2},\d{3}")
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(([ ,'\u00a0\u202f]\d{3})+|(\.\d{3}){2,})([.,]\d+)?")
_COMMA = re.compile(r"[-+]?(0,\d+|\d+,(\d{1,2}|\d{4,}))")
_POINT = re.compile(r"[-+]?\d*\.\d+")


def read_values(cells: Sequence[str], metrics: Sequence[Metric | None]) -> list[float | str | None]:
    """Each cell as a number of its metric, None where it has none, or what is wrong with it.

    A comma is the decimal sign. ``1,234`` is read only where the column shows by other cells that
    its commas are decimal signs, since it may as well be a thousand.
    """
    texts = [cell.strip().replace("−", "-") for cell in cells]
    commas = any(map(_COMMA.fullmatch, texts)) and not any(map(_POINT.fullmatch, texts))
    return [
        _value(text, metric, commas=commas) for text, metric in zip(texts, metrics, strict=True)
    ]


def _value(text: str, metric: Metric | None, *, commas: bool) -> float | str | None:
    if text.casefold() in MISSING:
        return None
    if _TWO_WAYS.fullmatch(text) and not commas:
        return f"{text!r} may be a thousand or a fraction; write it with a decimal point, if any."
    if not _NUMBER.fullmatch(text):
        return f"{text[:40]!r} is no number{_mend(text)}."
    value = float(text.replace(",", "."))
    if metric is not None and not metric.holds(value):
        return f"{text[:40]} cannot be; {_range(metric)}."
    return value


def _mend(text: str) -> str:
    if _THOUSANDS.fullmatch(text):
        return "; write it without thousands separators"
    return "; write 45 % as 0.45" if text.endswith("%") else ""


def _range(metric: Metric) -> str:
    low, high = metric.minimum, metric.maximum
    if metric.pooled == "share":
        return f"{metric.id} is a share from 0 to 1, 45 % is written 0.45"
    low = -LARGEST_VALUE if low is None else low
    return f"{metric.id} lies from {low:g} to {LARGEST_VALUE if high is None else high:g}"
