"""Subscriptions have indexes of their workspace and their end, and destinations of the ends of quiet hours."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Make the changes."""
    op.create_index("ix_subscriptions_team", "subscriptions", ["team"])
    for table, column, columns in (
        ("subscriptions", "ends_at", ["state", "ends_at"]),
        ("destinations", "quiet_to", ["quiet_to", "timezone"]),
    ):
        is_set = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_{table}_{column}", table, columns, sqlite_where=is_set, postgresql_where=is_set)
