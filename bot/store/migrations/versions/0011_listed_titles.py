"""An article keeps the title under which each source lists it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Make the changes."""
    op.add_column("articles", sa.Column("listed", JSON, server_default=sa.text("'{}'"), nullable=False))
