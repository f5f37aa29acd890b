"""A Table becomes values of metrics: a row for each person or cell, brand, wave and metric."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psychometrics.metric_values import CELL, PERSON, MetricValues
from survey_app.exchange.columns import Journal, codes, folded
from survey_app.exchange.known_codes import KnownCodes
from survey_app.exchange.metric_cells import MISSING, read_values

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from instruments.metrics import Metric, MetricList
    from survey_app.exchange.table import Column, Table

HEADERS = {
    "person": (
        "person",
        "respondent",
        "respondent id",
        "customer",
        "customer id",
        "user",
        "user id",
    ),
    "cell": ("cell", "segment", "group"),
    "subject": ("subject", "id"),
    "unit": ("unit", "level"),
    "brand": ("brand", "brand code"),
    "wave": ("wave", "period"),
    "metric": ("metric", "measure", "kpi"),
    "value": ("value", "amount"),
}
"""Names of the columns; capitals, blanks, hyphens and underscores do not matter."""

LONGEST_SUBJECT = 200

_UNITS = {
    **dict.fromkeys(("person", "persons", "people", "respondent", "customer", "user"), PERSON),
    **dict.fromkeys(("", "cell", "cells", "brand", "segment", "group"), CELL),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What a file may name: metrics, and other names of each brand's and wave's code."""

    metrics: MetricList
    brands: Mapping[str, Collection[str]]
    waves: Mapping[str, Collection[str]]


@dataclass(frozen=True)
class ReadMetrics:
    """The values of a file, and what was detected or left out on the way, in sentences."""

    values: MetricValues
    notes: tuple[str, ...]


def to_metric_values(table: Table, known: Known) -> ReadMetrics:
    """The values of metrics in a table, all of them or none.

    A row has a person or a cell (neither: the brand as a whole), a brand, a wave, a metric and a
    value. Brands and waves are named by code or name, metrics by identifier or name in any
    language. Where there is but one brand or wave, its column may be absent. Rows without a value
    are left out, with a note.

    Raises
    ------
    ExchangeError
        a column is missing; a brand, wave or metric is unknown; a value is no number or outside the
        metric's range; a row is doubled. All faults at once with line and column.
    """
    journal = Journal(table)
    parts = {part: _column(journal, part) for part in HEADERS}
    subjects = _subjects(journal, parts)
    metrics = _metrics(journal, parts["metric"], known.metrics)
    columns = [
        _codes(journal, "brand", parts["brand"], known.brands),
        _codes(journal, "wave", parts["wave"], known.waves),
        [metric.id if metric else "" for metric in metrics],
    ]
    values = _values(journal, parts["value"], metrics)
    rows = list(zip(*subjects, *columns, values, strict=True))
    _tell_doubled(journal, [row[:-1] for row in rows])
    journal.refuse_faults()
    kept = [row for row in rows if row[-1] is not None]
    if not kept:
        journal.fault("no row has a value; check the column of values.")
        journal.refuse_faults()
    unit, subject, brand, wave, metric, value = zip(*kept, strict=True)
    built = MetricValues.build(
        unit=unit, subject=subject, brand=brand, wave=wave, metric=metric, value=value
    )
    return ReadMetrics(built, tuple(journal.notes))


def _column(journal: Journal, part: str) -> Column | None:
    found = [one for one in journal.table.columns if folded(one.name) in HEADERS[part]]
    if len(found) > 1:
        names = ", ".join(column.name for column in found)
        journal.fault(f"several columns may be the {part}: {names}; keep one.")
    return found[0] if found else None


def _required(journal: Journal, part: str, column: Column | None) -> bool:
    if column is None:
        there = _columns_there(journal.table)
        journal.fault(f"there is no column for the {part}; name one {part!r}. {there}")
    return column is not None


def _columns_there(table: Table) -> str:
    return f"The columns are {', '.join(table.names[:20])}."


def _subjects(
    journal: Journal, parts: Mapping[str, Column | None]
) -> tuple[Sequence[str], Sequence[str]]:
    """Unit and subject of every row."""
    table = journal.table
    subject = parts["subject"]
    if subject is not None and parts["person"] is None and parts["cell"] is None:
        units, names = _named_units(journal, parts["unit"], subject), codes(subject, table, ("",))
    else:
        people, cells = (codes(parts[part], table, MISSING) for part in ("person", "cell"))
        _tell_both(journal, parts["person"], people, cells)
        units = [PERSON if person else CELL for person in people]
        names = [person or cell for person, cell in zip(people, cells, strict=True)]
    column = parts["person"] or parts["cell"] or subject
    if column is not None:
        long = [row for row, name in enumerate(names) if len(name) > LONGEST_SUBJECT]
        journal.faults_at(
            column.name, long, lambda _: f"is longer than {LONGEST_SUBJECT} characters; shorten it."
        )
    return units, names


def _named_units(journal: Journal, unit: Column | None, subject: Column) -> Sequence[str]:
    if unit is None:
        journal.fault(
            f"column {subject.name!r} does not say whether it holds people or cells; name it "
            "'person' or 'cell', or add a column 'unit' with person or cell in each row."
        )
        return [CELL] * journal.table.n
    words = [word.casefold() for word in codes(unit, journal.table, MISSING)]
    unknown = [row for row, word in enumerate(words) if word not in _UNITS]
    journal.faults_at(
        unit.name, unknown, lambda row: f"{words[row][:40]!r} is no unit; write person or cell."
    )
    units = [_UNITS.get(word, CELL) for word in words]
    names = codes(subject, journal.table, ("",))
    nobody = [row for row, one in enumerate(units) if one == PERSON and not names[row]]
    journal.faults_at(subject.name, nobody, lambda _: "a person needs an identifier; fill it in.")
    return units


def _tell_both(
    journal: Journal, column: Column | None, people: Sequence[str], cells: Sequence[str]
) -> None:
    if column is not None:
        both = [row for row, person in enumerate(people) if person and cells[row]]
        what = "a value is of a person or of a cell, not of both; empty one of them."
        journal.faults_at(column.name, both, lambda _: what)


def _metrics(
    journal: Journal, column: Column | None, metrics: MetricList
) -> Sequence[Metric | None]:
    if not _required(journal, "metric", column) or column is None:
        return [None] * journal.table.n
    texts = codes(column, journal.table, ("",))
    found = {text: metrics.found(text) for text in set(texts)}

    def mend(row: int) -> str:
        near = metrics.nearest(texts[row])
        perhaps = f"perhaps {', '.join(near)}?" if near else "see `engage metrics list`."
        return f"there is no metric {texts[row][:60]!r}; {perhaps}"

    journal.faults_at(
        column.name, [row for row, text in enumerate(texts) if found[text] is None], mend
    )
    return [found[text] for text in texts]


def _codes(
    journal: Journal, part: str, column: Column | None, known: Mapping[str, Collection[str]]
) -> Sequence[str]:
    """The code of the brand or wave that each row names."""
    table = journal.table
    if column is None and len(known) == 1:
        (only,) = known
        journal.note(f"There is no column for the {part}; every row is of {only}.")
        return [only] * table.n
    if column is None and part == "brand":
        journal.fault(
            "there is no column for the brand; add one named 'brand' that says in each row which "
            "brand its value is of. The study has several, and a person may have rated more than "
            f"one of them. {_columns_there(table)}"
        )
        return [""] * table.n
    if not _required(journal, part, column) or column is None:
        return [""] * table.n
    codes_known = KnownCodes(part, known)
    texts = [cell.strip() for cell in column.cells]
    found = {text: codes_known.find(text) for text in set(texts)}
    journal.faults_at(
        column.name,
        [row for row, text in enumerate(texts) if not found[text]],
        lambda row: codes_known.mend(texts[row]),
    )
    return [found[text] for text in texts]


def _values(
    journal: Journal, column: Column | None, metrics: Sequence[Metric | None]
) -> Sequence[float | None]:
    if not _required(journal, "value", column) or column is None:
        return [None] * journal.table.n
    read = read_values(column.cells, metrics)
    wrong = {row: one for row, one in enumerate(read) if isinstance(one, str)}
    journal.faults_at(column.name, list(wrong), wrong.__getitem__)
    empty = [row for row, one in enumerate(read) if one is None]
    if empty:
        first = journal.table.place(empty[0])
        journal.note(f"Rows without a value, not kept: {len(empty)}, first {first}.")
    return [None if isinstance(one, str) else one for one in read]


def _tell_doubled(journal: Journal, keys: Sequence[tuple[str, ...]]) -> None:
    first: dict[tuple[str, ...], int] = {}
    doubled: dict[int, int] = {}
    for row, key in enumerate(keys):
        if first.setdefault(key, row) != row and all(key[2:]):
            doubled[row] = first[key]

    def mend(row: int) -> str:
        other = journal.table.place(doubled[row])
        return f"the same person or cell, brand, wave and metric stand in {other} too; remove one."

    journal.faults_at("metric", list(doubled), mend)
