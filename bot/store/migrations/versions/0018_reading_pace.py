"""A source keeps how often it is read, asks to be read and lists something new; articles of the pact are indexed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Make the changes."""
    for name in ("interval_minutes", "ttl_minutes", "news_a_day"):
        op.add_column("sources", sa.Column(name, sa.Float(), nullable=True))
    names_pact = sa.text("pact")
    op.create_index(
        "ix_articles_pact",
        "articles",
        ["outlet", "first_seen_at"],
        sqlite_where=names_pact,
        postgresql_where=names_pact,
    )
