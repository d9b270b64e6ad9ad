"""Clauses have a state that people set; stories of the pact and mentions by topic have indexes, newest first."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

PACT = sa.text("pact")


def upgrade() -> None:
    """Make the changes."""
    op.create_table(
        "commitment_states",
        sa.Column("team", sa.Text, primary_key=True),
        sa.Column("clause", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("person", sa.Text),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_mentions_topic", "mentions", ["topic", "kind", "passing", "article"])
    op.create_index("ix_stories_pact", "stories", ["last_article_at"], sqlite_where=PACT, postgresql_where=PACT)
