"""Mentions that still have their sentence have an index, so that old sentences are found without all old articles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

WITH_SENTENCE = sa.text("field = 'text' AND context <> ''")


def upgrade() -> None:
    """Make the changes."""
    op.create_index(
        "ix_mentions_sentence",
        "mentions",
        ["article"],
        sqlite_where=WITH_SENTENCE,
        postgresql_where=WITH_SENTENCE,
    )
