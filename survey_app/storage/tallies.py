"""Sums that are kept beside the answers, so that looking at fieldwork counts nothing."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from survey_app.storage.tables import tally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

SHARDS = 8
"""Over how many rows a sum is spread where writers run side by side (PostgreSQL)."""


@dataclass(frozen=True, slots=True)
class Step:
    """How one sum of a wave moves: its `kind`, the `code` within, and by how much."""

    kind: str
    code: str
    by: int = 1


def add(connection: Connection, wave_id: int, steps: Sequence[Step], *, pilot: bool) -> None:
    """Move sums in the transaction of a connection."""
    if not steps:
        return
    spread = connection.dialect.name == "postgresql"
    shard = random.randrange(SHARDS) if spread else 0  # noqa: S311
    # In one order for all, so that two writers never wait for each other.
    ordered = sorted(steps, key=lambda step: (step.kind, step.code))
    connection.execute(
        _ADD_POSTGRESQL if spread else _ADD_SQLITE,
        [
            {
                "wave_id": wave_id,
                "pilot": pilot,
                "kind": step.kind,
                "code": step.code,
                "shard": shard,
                "n": step.by,
            }
            for step in ordered
        ],
    )


def _adding(insert: Any) -> Any:
    statement = insert(tally).values(
        {column.name: bindparam(column.name) for column in tally.columns}
    )
    return statement.on_conflict_do_update(
        index_elements=list(tally.primary_key.columns),
        set_={"n": tally.c.n + statement.excluded.n},
    )


_ADD_SQLITE, _ADD_POSTGRESQL = _adding(sqlite.insert), _adding(postgresql.insert)

SUMS = (
    select(tally.c.code, func.sum(tally.c.n).label("n"))
    .where(
        tally.c.wave_id == bindparam("wave_id"),
        tally.c.pilot == bindparam("pilot"),
        tally.c.kind == bindparam("kind"),
    )
    .group_by(tally.c.code)
)


def sums(connection: Connection, wave_id: int, kind: str, *, pilot: bool) -> dict[str, int]:
    """The sums of one kind by code."""
    rows = connection.execute(SUMS, {"wave_id": wave_id, "pilot": pilot, "kind": kind})
    return {row.code: int(row.n) for row in rows}
