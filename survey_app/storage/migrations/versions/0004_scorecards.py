"""What scorecards are made from besides answers: looks of brands, background of people, metrics."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns to brands, studies and interviews, and the table of metric values."""
    with op.batch_alter_table("brand") as table:
        table.add_column(sa.Column("colour", sa.String(7), nullable=False, server_default=""))
        table.add_column(sa.Column("logo", sa.LargeBinary()))
        table.add_column(sa.Column("logo_type", sa.String(20), nullable=False, server_default=""))
    with op.batch_alter_table("study") as table:
        table.add_column(sa.Column("target", sa.JSON(), nullable=False, server_default="{}"))
        table.add_column(sa.Column("metrics", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("interview") as table:
        table.add_column(sa.Column("background", sa.JSON(), nullable=False, server_default="{}"))
    _drop_defaults()
    op.create_table(
        "metric_value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("metric", sa.String(40), nullable=False),
        sa.Column("unit", sa.String(10), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name="fk_metric_value_study_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name="fk_metric_value_wave_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brand.id"], name="fk_metric_value_brand_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_metric_value"),
        sa.UniqueConstraint(
            "study_id",
            "wave_id",
            "brand_id",
            "metric",
            "unit",
            "subject",
            name="uq_metric_value_study_id_wave_id_brand_id_metric_unit_subject",
        ),
    )


def _drop_defaults() -> None:
    """The defaults were for the rows that were there; the program always says the value."""
    for table_name, columns in {
        "brand": ("colour", "logo_type"),
        "study": ("target", "metrics"),
        "interview": ("background",),
    }.items():
        with op.batch_alter_table(table_name) as table:
            for column in columns:
                table.alter_column(column, server_default=None)
