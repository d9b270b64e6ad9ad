"""A told article keeps a sketch of its text for a week, so that the text is recognised under another address."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the changes."""
    op.create_table(
        "text_sketches",
        sa.Column("article", NUMBER, autoincrement=False, nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("first_key", NUMBER, nullable=False),
        sa.Column("second_key", NUMBER, nullable=False),
        sa.Column("third_key", NUMBER, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_text_sketches_article_articles")),
        sa.PrimaryKeyConstraint("article", name=op.f("pk_text_sketches")),
    )
    for column in ("first_key", "second_key", "third_key", "kept_at"):
        op.create_index(op.f(f"ix_text_sketches_{column}"), "text_sketches", [column], unique=False)
