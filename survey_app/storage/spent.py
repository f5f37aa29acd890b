"""Spent links of a wave: one bit for each invitation, many in a row.

The bit is set in the transaction of the last page. Of a row that many share, an update says nothing
about whose bit it was, nor in which order bits were set; a row for each invitation would lie in a
dump of PostgreSQL in the order in which people finished.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    bindparam,
    select,
    update,
)

from survey_app.domain.invitation import bit_of
from survey_app.storage.tables import metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection

spent = Table(
    "spent",
    metadata,
    Column("wave_id", ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True),
    Column("block", Integer, primary_key=True),
    Column("bits", LargeBinary, nullable=False),
)

_BLOCK = (spent.c.wave_id == bindparam("wave"), spent.c.block == bindparam("number"))
_READ = select(spent.c.bits).where(*_BLOCK).with_for_update()
_SET = update(spent).where(*_BLOCK).values(bits=bindparam("new_bits"))


def spend(connection: Connection, wave_id: int, number: int) -> bool:
    """Set the bit of a link in the transaction of `connection`; False when it was set already."""
    block, mask, place = bit_of(number)
    where = {"wave": wave_id, "number": block}
    bits = bytearray(connection.execute(_READ, where).scalar_one())
    if bits[place] & mask:
        return False
    bits[place] |= mask
    connection.execute(_SET, {**where, "new_bits": bytes(bits)})
    return True
