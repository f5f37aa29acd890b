"""What a file tells of people besides their answers: a code by variable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.domain.text import readable
from survey_app.exchange.columns import by_name, codes, refuse_long, unknown_column

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from survey_app.exchange.columns import Journal
    from survey_app.exchange.table import Column

OF_INTERVIEWS = (
    "respondent",
    "cluster",
    "brand",
    "wave",
    "language",
    "channel",
    "disposition",
    "seconds",
    "instructed",
    "weight",
    "simulated",
)
"""Names that a file of answers gives to other parts of an interview."""


def background(
    journal: Journal, asked: Sequence[str], items: Collection[str], missing: Collection[str]
) -> dict[str, list[str]]:
    """Codes of each person by variable, in the order asked for; ``""`` where unknown.

    A column that is not there, is named twice, or is an item or another part of the interview is a
    fault.
    """
    found: dict[str, list[str]] = {}
    for name in asked:
        column = by_name(journal.table, name)
        if column is None:
            journal.fault(unknown_column(journal.table, name))
        elif column.name in found:
            journal.fault("named twice for the background; name it once.", _place(column))
        elif column.name in items:
            what = "holds the answers to an item, which are there already; leave it out."
            journal.fault(what, _place(column))
        elif column.name in OF_INTERVIEWS:
            what = "has a name that the interviews' own columns bear; rename it in the file."
            journal.fault(what, _place(column))
        else:
            found[column.name] = _codes(journal, column, missing)
    return found


def _codes(journal: Journal, column: Column, missing: Collection[str]) -> list[str]:
    labels = {code: readable(label) for code, label in column.value_labels.items()}
    found = [labels.get(code, code) for code in codes(column, journal.table, missing)]
    refuse_long(journal, column.name, found, "background")
    known = len(set(found) - {""})
    journal.note(f"Column {column.name!r} is read as background with {known} codes.")
    return found


def _place(column: Column) -> str:
    return f"column {column.name}"
