"""The table of invitations."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from survey_app.domain.invitation import Invitation
from survey_app.storage.tables import mapper_registry, metadata

invitation = Table(
    "invitation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("wave_id", ForeignKey("wave.id", ondelete="CASCADE"), nullable=False),
    Column("contact_id", ForeignKey("contact.id", ondelete="SET NULL")),
    Column("number", Integer, nullable=False),
    Column("key", String(22), nullable=False, unique=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("invited_on", Date),
    UniqueConstraint("wave_id", "contact_id"),
    UniqueConstraint("wave_id", "number"),
    Index(None, "contact_id"),
)

NOT_BROUGHT = invitation.c.invited_on.is_(None)
"""Links that no mailing has brought yet."""
Index(
    "ix_invitation_not_brought",
    invitation.c.wave_id,
    invitation.c.number,
    sqlite_where=NOT_BROUGHT,
    postgresql_where=NOT_BROUGHT,
)

mapper_registry.map_imperatively(Invitation, invitation)
