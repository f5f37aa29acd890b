"""Invitations: contacts, links of their own, mailings, spent links, addresses that want no mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables of invitations."""
    _create_contacts()
    _create_invitations()
    _create_mailings()


def _create_contacts() -> None:
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("email_digest", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("brand_id", sa.Integer()),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("source_id", sa.String(200), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("added_on", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Integer()),
        _reference("contact", "study_id", "study.id"),
        _reference("contact", "brand_id", "brand.id", on_delete="SET NULL"),
        _reference("contact", "person_id", "person.id", on_delete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_contact"),
        sa.UniqueConstraint("study_id", "email", name="uq_contact_study_id_email"),
    )
    for column in ("email_digest", "person_id"):
        op.create_index(f"ix_contact_{column}", "contact", [column])
    op.create_table(
        "opt_out",
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("email_digest", sa.String(64), nullable=False),
        sa.Column("opted_out_on", sa.Date(), nullable=False),
        _reference("opt_out", "owner_id", "user_account.id"),
        sa.PrimaryKeyConstraint("owner_id", "email_digest", name="pk_opt_out"),
    )


def _create_invitations() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer()),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(22), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("invited_on", sa.Date()),
        _reference("invitation", "wave_id", "wave.id"),
        _reference("invitation", "contact_id", "contact.id", on_delete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("key", name="uq_invitation_key"),
        sa.UniqueConstraint("token_hash", name="uq_invitation_token_hash"),
        sa.UniqueConstraint("wave_id", "contact_id", name="uq_invitation_wave_id_contact_id"),
        sa.UniqueConstraint("wave_id", "number", name="uq_invitation_wave_id_number"),
    )
    op.create_index("ix_invitation_contact_id", "invitation", ["contact_id"])
    op.create_table(
        "spent",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.Column("bits", sa.LargeBinary(), nullable=False),
        _reference("spent", "wave_id", "wave.id"),
        sa.PrimaryKeyConstraint("wave_id", "block", name="pk_spent"),
    )


def _create_mailings() -> None:
    op.create_table(
        "mailing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(22), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("asked_by", sa.Integer()),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        _reference("mailing", "study_id", "study.id"),
        _reference("mailing", "wave_id", "wave.id"),
        _reference("mailing", "asked_by", "user_account.id", on_delete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_mailing"),
        sa.UniqueConstraint("key", name="uq_mailing_key"),
    )
    for column in ("study_id", "state"):
        op.create_index(f"ix_mailing_{column}", "mailing", [column])
    op.create_table(
        "mail_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailing_id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(300), nullable=False),
        sa.Column("claim_job", sa.Integer()),
        sa.Column("claim_attempt", sa.Integer()),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        _reference("mail_task", "mailing_id", "mailing.id"),
        _reference("mail_task", "invitation_id", "invitation.id"),
        sa.PrimaryKeyConstraint("id", name="pk_mail_task"),
        sa.UniqueConstraint(
            "mailing_id", "invitation_id", name="uq_mail_task_mailing_id_invitation_id"
        ),
    )
    op.create_index("ix_mail_task_state_next_try_at", "mail_task", ["state", "next_try_at"])
    op.create_index("ix_mail_task_invitation_id", "mail_task", ["invitation_id"])


def _reference(
    table: str, column: str, target: str, *, on_delete: str = "CASCADE"
) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}"
    return sa.ForeignKeyConstraint([column], [target], name=name, ondelete=on_delete)
