"""A host's Retry-After has a column of its own, so that a turn is believed no further than turns are reserved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the changes."""
    op.add_column("hosts", sa.Column("put_off_until_at", sa.DateTime(timezone=True), nullable=True))
