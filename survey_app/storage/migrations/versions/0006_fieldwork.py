"""Versions of questionnaires, field periods, pilots, several brands a respondent, tallies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_LARGE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add what fieldwork needs; every study that was opened gets its questionnaire as version 1."""
    _add_columns()
    _enlarge_identifiers()
    _add_tables()
    _keep_first_versions()
    _drop_defaults()


def _add_columns() -> None:
    with op.batch_alter_table("study") as table:
        table.add_column(sa.Column("design", sa.JSON(), nullable=False, server_default="{}"))
        table.add_column(
            sa.Column("mode", sa.String(40), nullable=False, server_default="anonymous")
        )
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("next_content", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("wave") as table:
        table.add_column(sa.Column("opens_at", sa.DateTime(timezone=True)))
        table.add_column(sa.Column("closes_at", sa.DateTime(timezone=True)))


def _enlarge_identifiers() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("interview", "id", type_=sa.BigInteger(), server_default=None)
        op.execute("DROP SEQUENCE IF EXISTS interview_id_seq")
        op.alter_column("page_answers", "interview_id", type_=sa.BigInteger())


def _add_tables() -> None:
    op.create_table(
        "study_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("launched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pilot", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name="fk_study_version_study_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_study_version"),
        sa.UniqueConstraint("study_id", "number", name="uq_study_version_study_id_number"),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(22), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name="fk_person_study_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("key", name="uq_person_key"),
    )
    op.create_index("ix_person_study_id", "person", ["study_id"])
    with op.batch_alter_table("interview") as table:
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(
            sa.Column("pilot", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("person_id", sa.Integer()))
        table.add_column(sa.Column("device", sa.String(10), nullable=False, server_default=""))
        table.create_foreign_key("fk_interview_person_id", "person", ["person_id"], ["id"])
        table.create_unique_constraint("uq_interview_wave_id_person_id", ["wave_id", "person_id"])
    op.create_table(
        "interview_brand",
        sa.Column("interview_id", _LARGE, nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"],
            ["interview.id"],
            name="fk_interview_brand_interview_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name="fk_interview_brand_brand_id"),
        sa.PrimaryKeyConstraint("interview_id", "slot", name="pk_interview_brand"),
    )
    op.create_table(
        "tally",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("pilot", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("code", sa.String(200), nullable=False),
        sa.Column("shard", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name="fk_tally_wave_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("wave_id", "pilot", "kind", "code", "shard", name="pk_tally"),
    )


_STUDY = sa.table(
    "study",
    sa.column("id", sa.Integer),
    sa.column("state", sa.String),
    sa.column("instruments", sa.JSON),
    sa.column("languages", sa.JSON),
    sa.column("consent", sa.JSON),
    sa.column("shuffle_items", sa.Boolean),
    sa.column("instructed_item", sa.Boolean),
    sa.column("created_at", sa.DateTime(timezone=True)),
    sa.column("version", sa.Integer),
)
_BRAND = sa.table(
    "brand",
    sa.column("study_id", sa.Integer),
    sa.column("code", sa.String),
    sa.column("names", sa.JSON),
    sa.column("position", sa.Integer),
)
_INTERVIEW = sa.table(
    "interview", sa.column("study_id", sa.Integer), sa.column("version", sa.Integer)
)
_VERSION = sa.table(
    "study_version",
    sa.column("study_id", sa.Integer),
    sa.column("number", sa.Integer),
    sa.column("content", sa.JSON),
    sa.column("launched_at", sa.DateTime(timezone=True)),
    sa.column("pilot", sa.Boolean),
    sa.column("reason", sa.Text),
)
_ASKED = ("instruments", "languages", "consent", "shuffle_items", "instructed_item")


def _keep_first_versions() -> None:
    connection = op.get_bind()
    for study in connection.execute(sa.select(_STUDY).where(_STUDY.c.state != "draft")).all():
        brands = connection.execute(
            sa.select(_BRAND).where(_BRAND.c.study_id == study.id).order_by(_BRAND.c.position)
        ).all()
        content = {
            **{name: getattr(study, name) for name in _ASKED},
            "design": {},
            "brands": [{"code": brand.code, "names": brand.names} for brand in brands],
        }
        connection.execute(
            sa.insert(_VERSION).values(
                study_id=study.id,
                number=1,
                content=content,
                launched_at=study.created_at,
                pilot=False,
                reason="",
            )
        )
        connection.execute(sa.update(_STUDY).where(_STUDY.c.id == study.id).values(version=1))
        connection.execute(
            sa.update(_INTERVIEW).where(_INTERVIEW.c.study_id == study.id).values(version=1)
        )


def _drop_defaults() -> None:
    """The defaults were for the rows that were there; the program always says the value."""
    for table_name, columns in {
        "study": ("design", "mode", "version", "next_content"),
        "interview": ("version", "pilot", "device"),
    }.items():
        with op.batch_alter_table(table_name) as table:
            for column in columns:
                table.alter_column(column, server_default=None)
