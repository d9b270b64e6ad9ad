"""An article keeps the address of its plain text, which is read instead of its page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Make the changes."""
    op.add_column("articles", sa.Column("text_url", sa.Text(), nullable=True))
