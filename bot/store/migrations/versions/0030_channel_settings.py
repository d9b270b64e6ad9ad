"""Destinations keep who may change them, threads, broadcasts, a group to mention and empty digests; specs have rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Make the changes."""
    for column in (
        sa.Column("configured_by", sa.Text, nullable=False, server_default="everyone"),
        sa.Column("configurers", JSON, nullable=False, server_default=sa.text("'[]'")),
        sa.Column("threads", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("broadcast", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("mention_group", sa.Text),
        sa.Column("empty_digest", sa.Text),
    ):
        op.add_column("destinations", column)
    op.create_table(
        "outlet_specs",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("spec", sa.Text, nullable=False),
        sa.Column("added_by", sa.Text),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
    )
