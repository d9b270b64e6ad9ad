"""The text that a source gives is kept until the page is decided; an article says what its text was read from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the changes."""
    op.add_column("articles", sa.Column("partial", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("articles", sa.Column("text_from", sa.Text(), server_default="page", nullable=False))
    op.add_column("articles", sa.Column("attachments", JSON, server_default=sa.text("'[]'"), nullable=False))
    op.create_table(
        "feed_texts",
        sa.Column("article", NUMBER, autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("whole", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"]),
        sa.PrimaryKeyConstraint("article"),
    )
