"""An article keeps its former headlines and the facts of its head."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Make the changes."""
    for name in ("former_headlines", "head_facts"):
        op.add_column("articles", sa.Column(name, JSON, server_default=sa.text("'[]'"), nullable=False))
