"""Proof of consent, periods after which data is deleted, its notices, and the audit trail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_LARGE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add what privacy needs. Studies that are there delete nothing by themselves."""
    with op.batch_alter_table("study") as table:
        table.add_column(sa.Column("retention", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("study") as table:
        table.alter_column("retention", server_default=None)
    _create_consents()
    _create_notices()
    _create_audit()
    _guard_audit()


def _create_consents() -> None:
    op.create_table(
        "consent_text",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_consent_text"),
    )
    op.create_table(
        "consent",
        sa.Column("interview_id", _LARGE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["interview_id"],
            ["interview.id"],
            name="fk_consent_interview_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["digest"], ["consent_text.digest"], name="fk_consent_digest"),
        sa.PrimaryKeyConstraint("interview_id", name="pk_consent"),
    )
    op.create_index("ix_consent_digest", "consent", ["digest"])


def _create_notices() -> None:
    op.create_table(
        "retention_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(22), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(300), nullable=False),
        sa.Column("claim_job", sa.Integer()),
        sa.Column("claim_attempt", sa.Integer()),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name="fk_retention_notice_study_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reader_id"],
            ["user_account.id"],
            name="fk_retention_notice_reader_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_retention_notice"),
        sa.UniqueConstraint("key", name="uq_retention_notice_key"),
        sa.UniqueConstraint(
            "study_id",
            "reader_id",
            "what",
            "due_on",
            name="uq_retention_notice_study_id_reader_id_what_due_on",
        ),
    )
    op.create_index(
        "ix_retention_notice_state_next_try_at", "retention_notice", ["state", "next_try_at"]
    )


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("study_id", sa.Integer()),
        sa.Column("object", sa.String(300), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_audit_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_study_id_id", "audit", ["study_id", "id"])


_REFUSAL = "entries of the audit trail are kept as they are"

_SQLITE = (
    f"""CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",
    f"""CREATE TRIGGER audit_is_kept_two_years BEFORE DELETE ON audit
    WHEN OLD.at > strftime('%Y-%m-%d %H:%M:%S', 'now', '-24 months')
    BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",
)

_POSTGRESQL = (
    f"""CREATE FUNCTION refuse_change_of_audit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND OLD.at <= now() - interval '24 months' THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION '{_REFUSAL}';
    END $$""",
    """CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_audit()""",
    """CREATE TRIGGER audit_is_never_emptied BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit()""",
)


def _guard_audit() -> None:
    """Let the database itself refuse what would rewrite the trail."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _SQLITE if sqlite else _POSTGRESQL:
        op.execute(sa.text(statement))
