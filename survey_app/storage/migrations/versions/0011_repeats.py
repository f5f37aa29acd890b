"""What an open link lets repeat, and counts of invitations without reading each of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Studies that are there go on as they were: one interview a browser."""
    with op.batch_alter_table("study") as table:
        table.add_column(
            sa.Column("repeats", sa.String(40), nullable=False, server_default="cookie")
        )
    with op.batch_alter_table("study") as table:
        table.alter_column("repeats", server_default=None)
    op.create_index("ix_contact_study_id_state", "contact", ["study_id", "state"])
    # Only the links that no mailing has brought: none of them, once all were sent.
    op.create_index(
        "ix_invitation_not_brought",
        "invitation",
        ["wave_id", "number"],
        sqlite_where=sa.text("invited_on IS NULL"),
        postgresql_where=sa.text("invited_on IS NULL"),
    )
