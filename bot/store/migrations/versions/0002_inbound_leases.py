"""Inbound rows get a lease, and a mark that is set before an answer is shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

AT = sa.DateTime(timezone=True)
UNHANDLED = sa.text("handled_at IS NULL")

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the changes."""
    op.add_column("inbound", sa.Column("shown_at", AT, nullable=True))
    op.add_column("inbound", sa.Column("lease_until_at", AT, nullable=True))
    op.add_column("inbound", sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.create_index(
        "ix_inbound_unhandled",
        "inbound",
        ["heard_at"],
        unique=False,
        sqlite_where=UNHANDLED,
        postgresql_where=UNHANDLED,
    )
