"""Progress of fieldwork: which studies are still to be counted, and mails about what happened."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; the answers that are there are counted afterwards."""
    _create_sum_count()
    _create_alerts()


def _create_sum_count() -> None:
    op.create_table(
        "sum_count",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("recounts", sa.Integer(), nullable=False),
        _reference("sum_count", "study_id", "study.id"),
        sa.PrimaryKeyConstraint("study_id", name="pk_sum_count"),
    )
    op.execute(
        "INSERT INTO sum_count (study_id, recounts) "
        "SELECT id, 0 FROM study WHERE EXISTS "
        "(SELECT 1 FROM interview WHERE interview.study_id = study.id)"
    )


def _create_alerts() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(22), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(200), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(300), nullable=False),
        sa.Column("claim_job", sa.Integer()),
        sa.Column("claim_attempt", sa.Integer()),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        _reference("alert", "study_id", "study.id"),
        _reference("alert", "wave_id", "wave.id"),
        _reference("alert", "reader_id", "user_account.id"),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
        sa.UniqueConstraint("key", name="uq_alert_key"),
        sa.UniqueConstraint("wave_id", "event", name="uq_alert_wave_id_event"),
    )
    op.create_index("ix_alert_state_next_try_at", "alert", ["state", "next_try_at"])
    op.create_table(
        "alerts_off",
        sa.Column("study_id", sa.Integer(), nullable=False),
        _reference("alerts_off", "study_id", "study.id"),
        sa.PrimaryKeyConstraint("study_id", name="pk_alerts_off"),
    )


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}"
    return sa.ForeignKeyConstraint([column], [target], name=name, ondelete="CASCADE")
