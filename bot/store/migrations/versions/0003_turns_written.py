"""A host's turn says when it was written, so that a clock that is put back is seen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the changes."""
    op.add_column("hosts", sa.Column("written_at", sa.DateTime(timezone=True), nullable=True))
