"""Sums that are kept beside the answers, so that looking at fieldwork counts nothing."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
)

from survey_app.storage.prepared import Prepared, Transaction
from survey_app.storage.tables import metadata, tally, wave

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from survey_app.storage.prepared import Driver

Sums = Mapping[tuple[int, bool, str, str], int]
"""Sums by wave, whether of pilots, kind and code."""

SHARDS = 8
"""Over how many rows a sum is spread where writers run side by side (PostgreSQL)."""


# How often the sums of a study were counted anew; 0 where they still have to be, since its answers
# are older than the sums.
sum_count = Table(
    "sum_count",
    metadata,
    Column("study_id", ForeignKey("study.id", ondelete="CASCADE"), primary_key=True),
    Column("recounts", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Step:
    """How one sum of a wave moves: its `kind`, the `code` within, and by how much."""

    kind: str
    code: str
    by: int = 1


# Written out, because they are run at every page: in one go, and always in the same order, so that
# two writers never wait for each other.
_ADD_SQLITE = """
INSERT INTO tally (wave_id, pilot, kind, code, shard, n) VALUES (?, ?, ?, ?, 0, ?)
ON CONFLICT (wave_id, pilot, kind, code, shard) DO UPDATE SET n = n + excluded.n
"""
_ADD_POSTGRESQL = """
INSERT INTO tally AS kept (wave_id, pilot, kind, code, shard, n)
SELECT %(wave_id)s, %(pilot)s, step.kind, step.code, %(shard)s, step.n
FROM json_to_recordset(%(steps)s::json) AS step (kind text, code text, n integer)
ON CONFLICT (wave_id, pilot, kind, code, shard) DO UPDATE SET n = kept.n + excluded.n
"""


def add(transaction: Transaction, wave_id: int, steps: Sequence[Step], *, pilot: bool) -> None:
    """Move sums in a transaction."""
    moved: Counter[tuple[str, str]] = Counter()
    for step in steps:
        moved[step.kind, step.code] += step.by
    rows = sorted((kind, code, by) for (kind, code), by in moved.items() if by)
    if not rows:
        return
    if transaction.dialect.name != "postgresql":
        transaction.run_many(_ADD_SQLITE, [(wave_id, pilot, *row) for row in rows])
        return
    moves = [{"kind": kind, "code": code, "n": by} for kind, code, by in rows]
    transaction.run(
        _ADD_POSTGRESQL,
        {
            "wave_id": wave_id,
            "pilot": pilot,
            "shard": random.randrange(SHARDS),  # noqa: S311
            "steps": json.dumps(moves),
        },
    )


_N = func.sum(tally.c.n).label("n")

_SUMS = Prepared(
    select(tally.c.code, _N)
    .where(
        tally.c.wave_id == bindparam("wave_id"),
        tally.c.pilot == bindparam("pilot"),
        tally.c.kind == bindparam("kind"),
    )
    .group_by(tally.c.code)
)


def sums(driver: Driver, wave_id: int, kind: str, *, pilot: bool) -> dict[str, int]:
    """The sums of one kind by code."""
    rows = driver.rows(_SUMS, wave_id=wave_id, pilot=pilot, kind=kind)
    return {row.code: int(row.n) for row in rows}


class Tallies:
    """The sums of one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all_of(self, study_id: int) -> Sums:
        """Every sum of a study."""
        query = (
            select(tally.c.wave_id, tally.c.pilot, tally.c.kind, tally.c.code, _N)
            .join(wave, wave.c.id == tally.c.wave_id)
            .where(wave.c.study_id == study_id)
            .group_by(tally.c.wave_id, tally.c.pilot, tally.c.kind, tally.c.code)
        )
        return {
            (row.wave_id, bool(row.pilot), row.kind, row.code): int(row.n)
            for row in self._session.execute(query)
            if row.n
        }

    def of_waves(
        self, wave_ids: Iterable[int], kinds: Iterable[str], *, pilot: bool = False
    ) -> list[Any]:
        """The sums of some kinds: rows of wave_id, kind, code, n."""
        query = (
            select(tally.c.wave_id, tally.c.kind, tally.c.code, _N)
            .where(
                tally.c.wave_id.in_(sorted(wave_ids)),
                tally.c.pilot.is_(pilot),
                tally.c.kind.in_(sorted(kinds)),
            )
            .group_by(tally.c.wave_id, tally.c.kind, tally.c.code)
        )
        return list(self._session.execute(query))

    def totals(self, study_ids: Iterable[int], kind: str, ending: str = "") -> dict[int, int]:
        """By study the sum of a kind over all waves, of codes with an ending; pilots apart."""
        query = (
            select(wave.c.study_id, _N)
            .join(wave, wave.c.id == tally.c.wave_id)
            .where(
                wave.c.study_id.in_(sorted(study_ids)),
                tally.c.pilot.is_(False),
                tally.c.kind == kind,
                tally.c.code.endswith(ending, autoescape=True),
            )
            .group_by(wave.c.study_id)
        )
        return {row.study_id: int(row.n) for row in self._session.execute(query)}

    def move(self, differences: Sums) -> None:
        """Add to sums what they differ by."""
        groups: dict[tuple[int, bool], list[Step]] = {}
        for (wave_id, pilot, kind, code), by in differences.items():
            groups.setdefault((wave_id, pilot), []).append(Step(kind, code, by))
        for (wave_id, pilot), steps in groups.items():
            add(Transaction.of(self._session.connection()), wave_id, steps, pilot=pilot)

    def recounts(self, study_id: int) -> int:
        """How often the sums of a study were counted anew."""
        query = select(sum_count.c.recounts).where(sum_count.c.study_id == study_id)
        return self._session.scalar(query) or 0

    def recounted(self, study_id: int) -> None:
        """The sums of a study were counted anew."""
        once_more = self.recounts(study_id) + 1
        self._session.execute(delete(sum_count).where(sum_count.c.study_id == study_id))
        self._session.execute(insert(sum_count), {"study_id": study_id, "recounts": once_more})

    def to_be_counted(self) -> list[int]:
        """Studies with answers that are older than the sums."""
        query = select(sum_count.c.study_id).where(sum_count.c.recounts == 0)
        return list(self._session.scalars(query.order_by(sum_count.c.study_id)))
