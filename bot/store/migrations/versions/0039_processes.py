"""Processes say that they live, so that a missing part is noticed; a job counts the workers that died while it ran."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"


AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the changes."""
    op.create_table(
        "processes",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("started_at", AT, nullable=False),
        sa.Column("beat_at", AT, nullable=False),
        sa.Column("ended_at", AT),
    )
    op.add_column("jobs", sa.Column("deaths", sa.Integer, nullable=False, server_default=sa.text("0")))
