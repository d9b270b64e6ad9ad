"""A host that refuses pages is known to let others be read, so that it is not left alone for those that cost money."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Make the changes."""
    op.add_column("page_refusals", sa.Column("read_at", sa.DateTime(timezone=True), nullable=True))
