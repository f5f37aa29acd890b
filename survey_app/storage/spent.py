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
from survey_app.storage.prepared import Prepared
from survey_app.storage.tables import metadata

if TYPE_CHECKING:
    from survey_app.storage.prepared import Transaction

spent = Table(
    "spent",
    metadata,
    Column("wave_id", ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True),
    Column("block", Integer, primary_key=True),
    Column("bits", LargeBinary, nullable=False),
)

_BLOCK = (spent.c.wave_id == bindparam("wave"), spent.c.block == bindparam("number"))
_READ = Prepared(select(spent.c.bits).where(*_BLOCK).with_for_update())
_SET = Prepared(update(spent).where(*_BLOCK).values(bits=bindparam("new_bits")))


def spend(transaction: Transaction, wave_id: int, number: int) -> bool:
    """Set the bit of a link; False when it was set already."""
    block, mask, place = bit_of(number)
    (kept,) = transaction.rows(_READ, wave=wave_id, number=block)
    bits = bytearray(kept.bits)
    if bits[place] & mask:
        return False
    bits[place] |= mask
    transaction.change(_SET, wave=wave_id, number=block, new_bits=bytes(bits))
    return True
