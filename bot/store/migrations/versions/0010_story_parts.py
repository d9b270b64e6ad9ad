"""A workspace's people split articles off a story, for their workspace alone; an article may be split off again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the changes. No version before this one wrote a row of story_overlays."""
    op.drop_table("story_overlays")
    op.create_table(
        "story_overlays",
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("article", BIG, autoincrement=False, nullable=False),
        sa.Column("story", BIG, autoincrement=False, nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("made_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_story_overlays_article_articles")),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name=op.f("fk_story_overlays_story_stories")),
        sa.PrimaryKeyConstraint("team", "article", "story", name=op.f("pk_story_overlays")),
    )
    op.create_table(
        "story_parts",
        sa.Column("story", BIG, autoincrement=False, nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("parted_from", BIG, nullable=False),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name=op.f("fk_story_parts_story_stories")),
        sa.ForeignKeyConstraint(["parted_from"], ["stories.id"], name=op.f("fk_story_parts_parted_from_stories")),
        sa.PrimaryKeyConstraint("story", name=op.f("pk_story_parts")),
    )
    for table, column in (
        ("story_overlays", "article"),
        ("story_overlays", "story"),
        ("story_parts", "team"),
        ("story_parts", "parted_from"),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
