"""A workspace's people make two stories one, for their workspace alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the changes."""
    op.create_table(
        "story_links",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("story", BIG, nullable=False),
        sa.Column("other", BIG, nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("made_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name=op.f("fk_story_links_story_stories")),
        sa.ForeignKeyConstraint(["other"], ["stories.id"], name=op.f("fk_story_links_other_stories")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_links")),
        sqlite_autoincrement=True,
    )
    for column in ("team", "story", "other"):
        op.create_index(op.f(f"ix_story_links_{column}"), "story_links", [column], unique=False)
