"""Matches have an index of the delivery that told them, because a delivery that is never sent gives them back."""

from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Make the changes."""
    op.create_index("ix_matches_told_by", "matches", ["told_by"])
