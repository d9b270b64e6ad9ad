"""Feedback keeps what the person wrote beside the reason; an older version leaves it empty."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Make the changes."""
    op.add_column("feedback", sa.Column("remark", sa.Text))
