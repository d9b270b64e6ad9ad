"""An article keeps why it joined or opened its story."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Make the changes."""
    op.add_column("articles", sa.Column("placement", JSON, server_default=sa.text("'{}'"), nullable=False))
