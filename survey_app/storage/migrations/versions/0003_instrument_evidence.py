"""What analysed waves have shown of an instrument."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of evidence."""
    op.create_table(
        "instrument_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instrument_id", sa.String(40), nullable=False),
        sa.Column("instrument_version", sa.String(100), nullable=False),
        sa.Column("form", sa.String(64), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("first_day", sa.Date()),
        sa.Column("last_day", sa.Date()),
        sa.Column("analysed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("software_version", sa.String(100), nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("study_id", sa.Integer()),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer()),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("withdrawn_by_id", sa.Integer()),
        *_references(),
        sa.PrimaryKeyConstraint("id", name="pk_instrument_evidence"),
        sa.UniqueConstraint(
            "instrument_id", "fingerprint", name="uq_instrument_evidence_instrument_id_fingerprint"
        ),
        sa.UniqueConstraint(
            "instrument_id", "source", name="uq_instrument_evidence_instrument_id_source"
        ),
    )
    op.create_index("ix_instrument_evidence_study_id", "instrument_evidence", ["study_id"])


def _references() -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            ["study_id"],
            ["study.id"],
            name="fk_instrument_evidence_study_id",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["user_account.id"], name="fk_instrument_evidence_added_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["user_account.id"], name="fk_instrument_evidence_withdrawn_by_id"
        ),
    ]
