"""The stories that were merged lately have an index, because every process reads them before it places an article."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the changes."""
    merged = sa.text("merged_into IS NOT NULL")
    op.create_index("ix_stories_merged", "stories", ["last_article_at"], sqlite_where=merged, postgresql_where=merged)
