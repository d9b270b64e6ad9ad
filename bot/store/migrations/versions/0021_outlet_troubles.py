"""A trouble of an outlet has a row from its begin to its end, so that operators hear of both once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the changes."""
    op.create_table(
        "outlet_troubles",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("since_at", AT, nullable=False),
        sa.Column("began_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("kind", "outlet", "subject"),
    )
