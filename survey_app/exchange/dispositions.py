"""How an interview ended, from the words that survey tools write."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from survey_app.domain.interview import Disposition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from survey_app.exchange.columns import Journal
    from survey_app.exchange.table import Column

_WORDS = {
    Disposition.COMPLETE: ("", "complete", "completed", "finished", "done"),
    Disposition.PARTIAL: ("partial", "incomplete", "breakoff", "unfinished", "abandoned"),
    Disposition.SCREENED_OUT_ATTENTION: (
        "screenedoutattention",
        "attention",
        "attentioncheck",
        "failedattention",
        "inattentive",
        "trap",
    ),
    Disposition.SCREENED_OUT_INELIGIBLE: (
        "screenedoutineligible",
        "ineligible",
        "notqualified",
        "disqualified",
        "screenout",
        "screenedout",
        "quota",
        "quotafull",
        "overquota",
        "othercity",
        "notapwater",
    ),
    Disposition.REFUSED: ("refused", "refusal", "consent", "noconsent", "declined"),
}
_KNOWN = {word: disposition for disposition, words in _WORDS.items() for word in words}


def dispositions(
    journal: Journal,
    column: Column | None,
    cells: Sequence[str],
    answered: NDArray[np.bool_],
    *,
    asked: bool,
) -> list[str]:
    """The disposition of every interview.

    Parameters
    ----------
    column : where the file says how interviews ended; None where it does not. `cells` are its
        codes; nothing means complete.
    answered : (n, p) True where an item was answered. Without a column an interview is complete
        when every item was answered, partial otherwise.
    asked : True when the caller named the column. In a column that was only detected and holds no
        known word, nothing is read.
    """
    if column is None:
        return _from_answers(answered)
    words = [re.sub(r"[\W_]", "", cell.casefold()) for cell in cells]
    unknown = [row for row, word in enumerate(words) if word not in _KNOWN]
    if unknown and not asked and not any(word and word in _KNOWN for word in words):
        journal.note(f"Column {column.name!r} does not say how interviews ended; not read so.")
        return _from_answers(answered)
    if unknown:
        known = ", ".join(member.value for member in Disposition)
        journal.faults_at(
            column.name,
            unknown,
            lambda row: f"{cells[row][:40]!r} is no known disposition; use one of {known}.",
        )
    told = [_KNOWN.get(word, Disposition.PARTIAL).value for word in words]
    counts = ", ".join(f"{n} {name}" for name, n in Counter(told).most_common())
    journal.note(f"Dispositions by {column.name!r}: {counts}.")
    return told


def _from_answers(answered: NDArray[np.bool_]) -> list[str]:
    complete: list[bool] = np.all(answered, axis=1).tolist()
    return [Disposition.COMPLETE.value if row else Disposition.PARTIAL.value for row in complete]
