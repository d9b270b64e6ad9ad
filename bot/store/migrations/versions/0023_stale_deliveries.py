"""Stale deliveries have an index that begins with their state, because SQLite prefers one that does."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

STALE = sa.text("state = 'sent' AND wanted_revision > shown_revision")


def upgrade() -> None:
    """Make the changes."""
    op.create_index(
        "ix_deliveries_stale_due",
        "deliveries",
        ["state", "not_before"],
        sqlite_where=STALE,
        postgresql_where=STALE,
    )
    op.drop_index("ix_deliveries_stale", "deliveries")
