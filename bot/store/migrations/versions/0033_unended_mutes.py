"""Mutes without an end have an index by the time at which they end by themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"

UNENDED = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Make the changes."""
    op.create_index("ix_mutes_unended", "mutes", ["until_at"], sqlite_where=UNENDED, postgresql_where=UNENDED)
