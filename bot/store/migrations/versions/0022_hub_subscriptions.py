"""A subscription of a source at a WebSub hub has a row, so that it is verified, renewed and ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the changes."""
    op.create_table(
        "hub_subscriptions",
        sa.Column("outlet", sa.Text(), primary_key=True),
        sa.Column("url", sa.Text(), primary_key=True),
        sa.Column("hub", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("public_url", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("asked_at", AT),
        sa.Column("verified_at", AT),
        sa.Column("expires_at", AT),
        sa.Column("next_try_at", AT),
        sa.Column("last_push_at", AT),
        sa.Column("push_due_at", AT),
    )
    op.create_index("ix_hub_subscriptions_token", "hub_subscriptions", ["token"], unique=True)
    op.create_index("ix_hub_subscriptions_next_try_at", "hub_subscriptions", ["next_try_at"])
