"""The answers to the items, from text to whole numbers on the scale."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.dataset import MISSING
from survey_app.exchange.columns import by_name, code, unknown_column

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from instruments.model import Instrument, ResponseFormat
    from survey_app.exchange.columns import Journal
    from survey_app.exchange.table import Column

_INTEGER = re.compile(r"[-+]?\d{1,9}")


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the cells of one response format."""

    form: ResponseFormat
    labels: Mapping[str, int]
    missing: Collection[str]

    def value(self, cell: str) -> int | str:
        """The answer, `MISSING`, or a sentence about what is wrong."""
        text = code(cell, ())
        low, high = self.form.minimum, self.form.maximum
        if _INTEGER.fullmatch(text):
            number = int(text)
            if low <= number <= high:
                return number
            if text in self.missing:
                return MISSING
            return (
                f"{text} lies outside {low} to {high}; correct it, or name it as a code for "
                "missing."
            )
        if text.casefold() in self.missing:
            return MISSING
        if text.casefold() in self.labels:
            return self.labels[text.casefold()]
        return f"{text[:40]!r} is no whole number from {low} to {high}; export numeric codes."


def item_answers(
    journal: Journal, instruments: Sequence[Instrument], missing: Collection[str]
) -> NDArray[np.int16]:
    """(n, p) answers to all items in questionnaire order, raw as answered, `MISSING` where not.

    Cells are whole numbers within the response format, its labels in any language, or one of
    `missing`. Anything else, and an item without a column, is a fault.
    """
    answers = np.full(
        (journal.table.n, sum(len(list(each.items())) for each in instruments)), MISSING, np.int16
    )
    position = 0
    absent: list[str] = []
    for instrument in instruments:
        for scale in instrument.scales:
            reader = _Reader(scale.format, _labels(scale.format), missing)
            for item in scale.items:
                column = by_name(journal.table, item.id)
                if column is None:
                    absent.append(item.id)
                else:
                    answers[:, position] = _column_answers(journal, column, reader)
                position += 1
    _tell_absent(journal, absent, position)
    return answers


def _labels(form: ResponseFormat) -> dict[str, int]:
    """Labels of all languages → value, without labels that stand for two values."""
    known: dict[str, int] = {}
    doubtful = set()
    for points in form.labels.values():
        for value, label in points.items():
            if known.setdefault(label.casefold(), value) != value:
                doubtful.add(label.casefold())
    return {label: value for label, value in known.items() if label not in doubtful}


def _column_answers(journal: Journal, column: Column, reader: _Reader) -> NDArray[np.int16]:
    read = {cell: reader.value(cell) for cell in set(column.cells)}
    told = {cell: value for cell, value in read.items() if isinstance(value, str)}
    values = {cell: MISSING if isinstance(value, str) else value for cell, value in read.items()}
    if told:
        wrong = [row for row, cell in enumerate(column.cells) if cell in told]
        journal.faults_at(column.name, wrong, lambda row: told[column.cells[row]])
    return np.fromiter((values[cell] for cell in column.cells), np.int16, len(column.cells))


def _tell_absent(journal: Journal, absent: Sequence[str], items: int) -> None:
    if not absent:
        return
    if len(absent) == items:
        first = unknown_column(journal.table, absent[0])
        journal.fault(
            f"none of the {items} items is a column ({first}) Give the columns the identifiers of "
            f"the items: {', '.join(absent)}."
        )
        return
    for item in absent:
        journal.fault(f"item {item} is missing: {unknown_column(journal.table, item)}")
