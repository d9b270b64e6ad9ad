"""Waiting pages are read in an order of their own, so that a likely headline's page comes first."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the changes."""
    op.add_column("articles", sa.Column("page_order_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE articles SET page_order_at = first_seen_at WHERE wants_page")
    wanted = sa.text("wants_page")
    op.drop_index("ix_articles_unread", "articles")
    op.create_index(
        "ix_articles_unread", "articles", ["outlet", "page_order_at"], sqlite_where=wanted, postgresql_where=wanted
    )
