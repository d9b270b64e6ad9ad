"""Names of purged articles stay as hashes, so that a list which still shows one makes no new article of it.

The indexes are for deletes: without them each deleted row reads all rows that might refer to it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    """Make the changes."""
    op.create_table(
        "purged_names",
        sa.Column("hash", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
    )
    op.create_index("ix_matches_article", "matches", ["article"])
    of_a_parent, merged = sa.text("after IS NOT NULL"), sa.text("merged_into IS NOT NULL")
    op.create_index(
        "ix_deliveries_after", "deliveries", ["after"], sqlite_where=of_a_parent, postgresql_where=of_a_parent
    )
    op.create_index("ix_stories_merged_into", "stories", ["merged_into"], sqlite_where=merged, postgresql_where=merged)
