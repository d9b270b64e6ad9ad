"""A delivery keeps the trace of what caused it, for the log; an older version writes none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """Make the changes."""
    op.add_column("deliveries", sa.Column("trace", sa.Text))
