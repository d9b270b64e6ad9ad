"""Mutes that run, the latest matches and channels that are away have indexes, because all of each were read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

AWAY = sa.text("state <> 'active'")


def upgrade() -> None:
    """Make the changes."""
    op.create_index("ix_mutes_until_at", "mutes", ["destination", "until_at"])
    op.create_index("ix_matches_matched_at", "matches", ["subscription", "matched_at"])
    op.create_index("ix_destinations_away", "destinations", ["state"], sqlite_where=AWAY, postgresql_where=AWAY)
