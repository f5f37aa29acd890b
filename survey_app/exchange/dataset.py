"""A Table becomes a Dataset: columns are given their part, answers are checked."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics.dataset import MISSING, Dataset
from survey_app.domain.scoring_keys import items_asked, scoring_keys
from survey_app.exchange.background import background
from survey_app.exchange.columns import (
    CANDIDATES,
    Journal,
    by_name,
    codes,
    find,
    numbers,
    refuse_long,
)
from survey_app.exchange.dispositions import dispositions
from survey_app.exchange.item_answers import item_answers

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from instruments.model import Instrument
    from survey_app.exchange.table import Column, Table

MISSING_CODES = frozenset(
    {"", "na", "n/a", "#n/a", "nan", "null", ".", "-", "-9", "-77", "-88", "-99", "-999"}
)
"""Cells that stand for no answer; a number only where it lies outside the scale."""


@dataclass(frozen=True)
class Imported:
    """A Dataset, what was detected or left out on the way (`notes`, in sentences), and names of
    brand codes where the file had them (`brand_labels`)."""

    dataset: Dataset
    notes: tuple[str, ...]
    brand_labels: Mapping[str, str] = field(default_factory=dict)


def to_dataset(
    table: Table,
    instruments: Sequence[Instrument],
    *,
    brand_column: str | None = None,
    wave_column: str | None = None,
    language_column: str | None = None,
    disposition_column: str | None = None,
    duration_column: str | None = None,
    id_column: str | None = None,
    instructed_column: str | None = None,
    background_columns: Sequence[str] = (),
    missing: Collection[str] = MISSING_CODES,
) -> Imported:
    """The answers in a table to the items of some instruments.

    Items are found by their identifiers. A part whose column is not named is looked for under the
    usual names (`columns.CANDIDATES`), and each find is told in the notes. Where nothing says how
    an interview ended it is complete when every item was answered, partial otherwise. A column
    ``cluster``, as exports have it, says which rows are of one person.

    Parameters
    ----------
    brand_column, wave_column, language_column : codes that group the interviews.
    disposition_column : how interviews ended; nothing means complete.
    duration_column : seconds. instructed_column : 1 instructed item passed, 0 failed.
    id_column : identifiers of the interviews, unique.
    background_columns : what else is known of a person, by the columns' own names; never looked
        for. Codes for which a file has names are replaced by them.
    missing : cells that stand for no answer.

    Raises
    ------
    ExchangeError
        an unknown column (with the nearest names), a missing item, an answer outside its scale or
        in words, an unknown disposition, a repeated identifier, no answer at all, an empty brand
        column, a background column of another part; all faults at once with line and column.
    ScoringKeyError
        the instruments cannot be used together.
    """
    keys = scoring_keys(instruments)
    missing = frozenset(word.strip().casefold() for word in missing) | {""}
    journal = Journal(table)
    parts = _Parts(journal, missing)
    answers = item_answers(journal, instruments, missing)
    answered = answers != MISSING
    brand = parts.column("brand", brand_column)
    brands = parts.codes_in(brand, "brand")
    columns: dict[str, Any] = {
        "brand": brands,
        "wave": parts.codes("wave", wave_column),
        "language": [each.casefold() for each in parts.codes("language", language_column)],
        "channel": parts.codes("channel", None),
        "disposition": parts.dispositions(disposition_column, answered),
        "seconds": parts.seconds(duration_column),
        "instructed": parts.instructed(instructed_column),
        "respondent": parts.respondents(id_column),
        "background": background(journal, background_columns, items_asked(instruments), missing),
    }
    columns["cluster"] = parts.clusters(brands, columns["wave"])
    _check_filled(journal, brand if brand_column else None, brands, answered)
    journal.refuse_faults()
    dataset = Dataset.build(
        answers, items_asked(instruments), keys, simulated=_simulated(table), **columns
    )
    _note_brandless(journal, dataset, brand)
    return Imported(dataset, tuple(journal.notes), dict(brand.value_labels) if brand else {})


@dataclass(frozen=True, slots=True)
class _Parts:
    """Reads the parts of the interviews other than their answers."""

    journal: Journal
    missing: frozenset[str]

    def column(self, part: str, asked: str | None) -> Column | None:
        return find(self.journal, part, asked)

    def codes(self, part: str, asked: str | None) -> list[str]:
        return self.codes_in(self.column(part, asked), part)

    def codes_in(self, column: Column | None, part: str) -> list[str]:
        found = codes(column, self.journal.table, self.missing)
        if column is not None:
            refuse_long(self.journal, column.name, found, part)
        return found

    def clusters(self, brands: Sequence[str], waves: Sequence[str]) -> list[str] | None:
        """Who gave each row; None where no column tells, or it tells something else: nobody is
        asked about a brand twice in a wave."""
        column = by_name(self.journal.table, CANDIDATES["cluster"][0])
        if column is None:
            return None
        found = codes(column, self.journal.table, self.missing)
        own = [who or f"row-{row}" for row, who in enumerate(found)]
        if len(set(zip(own, brands, waves, strict=True))) < len(own):
            self.journal.note(
                f"Column {column.name!r} says the same of several rows about one brand, so that it "
                f"does not tell people apart; it is not used."
            )
            return None
        self.journal.note(f"Column {column.name!r} is read as cluster: rows of one person.")
        return own if len(set(own)) < len(own) else None

    def dispositions(self, asked: str | None, answered: NDArray[np.bool_]) -> list[str]:
        column = self.column("disposition", asked)
        cells = codes(column, self.journal.table, self.missing)
        return dispositions(self.journal, column, cells, answered, asked=asked is not None)

    def seconds(self, asked: str | None) -> NDArray[np.float64]:
        column = self.column("duration", asked)
        return self._numbers("a duration", column, lambda x: x >= 0, asked)

    def instructed(self, asked: str | None) -> NDArray[np.float64]:
        column = self.column("instructed", asked)
        cells = set(codes(column, self.journal.table, self.missing))
        if column is not None and asked is None and not cells <= {"", "0", "1"}:
            self.journal.note(f"Column {column.name!r} holds more than 0 and 1; it is not used.")
            column = None
        return self._numbers("1 (passed) or 0 (failed)", column, lambda x: x in (0, 1), asked)

    def _numbers(
        self, noun: str, column: Column | None, accepts: Callable[[float], bool], asked: str | None
    ) -> NDArray[np.float64]:
        return numbers(self.journal, noun, column, accepts, self.missing, asked=asked is not None)

    def respondents(self, asked: str | None) -> list[str]:
        journal = self.journal
        column = self.column("id", asked)
        if column is None:
            if asked is None:
                journal.note("No column identifies the interviews; they are numbered from 1.")
            return [str(row + 1) for row in range(journal.table.n)]
        identifiers = codes(column, journal.table, ("",))
        blank = [row for row, each in enumerate(identifiers) if not each]
        journal.faults_at(column.name, blank, lambda _: "no identifier; fill it in.")
        _tell_repeated(journal, column, identifiers)
        return identifiers


def _tell_repeated(journal: Journal, column: Column, identifiers: Sequence[str]) -> None:
    rows = defaultdict(list)
    for row, identifier in enumerate(identifiers):
        if identifier:
            rows[identifier].append(row)
    first = {row: each[0] for each in rows.values() for row in each[1:]}
    journal.faults_at(
        column.name,
        sorted(first),
        lambda row: (
            f"{identifiers[row][:40]!r} stands in {journal.table.place(first[row])} too; remove "
            "the repeated interview, or name a column that identifies interviews."
        ),
    )


def _check_filled(
    journal: Journal, brand: Column | None, brands: Sequence[str], answered: NDArray[np.bool_]
) -> None:
    """Faults where there is nothing to analyse: no answer, or no brand that was answered about
    in the column that was named for it."""
    if not journal.faults and not answered.any():
        journal.fault("no item has an answer; check the codes for missing answers.")
    elif brand is not None and not any(brands):
        what = "no cell is filled; name the column that holds the brand."
        journal.fault(what, f"column {brand.name}")
    elif brand is not None and not any(np.asarray(brands)[answered.any(axis=1)]):
        what = "it is filled only where no item was answered; name the column with the brand."
        journal.fault(what, f"column {brand.name}")


def _note_brandless(journal: Journal, dataset: Dataset, brand: Column | None) -> None:
    if brand is None:
        return
    brandless = np.flatnonzero(dataset.usable & (dataset.brand == ""))
    if len(brandless):
        where = journal.table.place(int(brandless[0]), brand.name)
        journal.note(f"Usable interviews without a brand: {len(brandless)}, first {where}.")


def _simulated(table: Table) -> bool:
    """True when the file itself says that its answers were made by a simulator."""
    columns = (by_name(table, name) for name in CANDIDATES["simulated"])
    return any("1" in column.cells for column in columns if column is not None)
