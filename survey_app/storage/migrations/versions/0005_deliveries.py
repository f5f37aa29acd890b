"""Scorecards by mail: readers' time zones and schedules, what was sent, and who wants no mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the time zone of users and the tables of schedules, deliveries and unsubscriptions."""
    with op.batch_alter_table("user_account") as table:
        table.add_column(
            sa.Column("time_zone", sa.String(64), nullable=False, server_default="UTC")
        )
    with op.batch_alter_table("user_account") as table:
        table.alter_column("time_zone", server_default=None)
    _create_schedules()
    _create_unsubscriptions()
    _create_deliveries()


def _create_schedules() -> None:
    op.create_table(
        "schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(22), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer()),
        sa.Column("occasion", sa.String(40), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("attach_pdf", sa.Boolean(), nullable=False),
        sa.Column("paper", sa.String(40), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("waves_seen", sa.JSON(), nullable=False),
        sa.Column("next_due_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _reference("schedule", "reader_id", "user_account.id"),
        _reference("schedule", "study_id", "study.id"),
        _reference("schedule", "brand_id", "brand.id"),
        sa.PrimaryKeyConstraint("id", name="pk_schedule"),
        sa.UniqueConstraint("key", name="uq_schedule_key"),
    )
    for column in ("reader_id", "study_id", "next_due_at"):
        op.create_index(f"ix_schedule_{column}", "schedule", [column])


def _create_unsubscriptions() -> None:
    op.create_table(
        "unsubscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("unsubscribed_at", sa.DateTime(timezone=True), nullable=False),
        _reference("unsubscription", "reader_id", "user_account.id"),
        _reference("unsubscription", "study_id", "study.id"),
        sa.PrimaryKeyConstraint("id", name="pk_unsubscription"),
        sa.UniqueConstraint("reader_id", "study_id", name="uq_unsubscription_reader_id_study_id"),
    )


def _create_deliveries() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(22), nullable=False),
        sa.Column("occasion", sa.String(100), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("attach_pdf", sa.Boolean(), nullable=False),
        sa.Column("paper", sa.String(40), nullable=False),
        sa.Column("schedule_id", sa.Integer()),
        sa.Column("asked_by", sa.Integer()),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(300), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("claim_job", sa.Integer()),
        sa.Column("claim_attempt", sa.Integer()),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        _reference("delivery", "study_id", "study.id"),
        _reference("delivery", "reader_id", "user_account.id"),
        _reference("delivery", "brand_id", "brand.id"),
        _reference("delivery", "wave_id", "wave.id"),
        _reference("delivery", "schedule_id", "schedule.id", on_delete="SET NULL"),
        _reference("delivery", "asked_by", "user_account.id", on_delete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("key", name="uq_delivery_key"),
        sa.UniqueConstraint(
            "occasion",
            "reader_id",
            "brand_id",
            "wave_id",
            name="uq_delivery_occasion_reader_id_brand_id_wave_id",
        ),
    )
    for columns in (
        ["state", "next_try_at"],
        ["study_id", "state"],
        ["reader_id"],
        ["schedule_id"],
    ):
        op.create_index(f"ix_delivery_{'_'.join(columns)}", "delivery", columns)


def _reference(
    table: str, column: str, target: str, *, on_delete: str = "CASCADE"
) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}"
    return sa.ForeignKeyConstraint([column], [target], name=name, ondelete=on_delete)
