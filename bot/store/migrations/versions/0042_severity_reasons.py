"""An article keeps why it is major news or not, so that ``why`` can say it without the text."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0042"
down_revision = "0041"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Make the changes."""
    op.add_column("articles", sa.Column("severity_reason", JSON, server_default=sa.text("'{}'"), nullable=False))
