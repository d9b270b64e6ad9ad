"""Workspaces may install the app by OAuth: their encrypted tokens are rows; an older version ignores them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Make the changes."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "bot_tokens",
        sa.Column("team", sa.Text, primary_key=True),
        sa.Column("enterprise", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text) for name in ("enterprise_name", "name", "app", "bot_user", "bot", "installer")),
        sa.Column("scopes", JSON, nullable=False, server_default=sa.text("'[]'")),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("refresh_token", sa.Text),
        sa.Column("expires_at", instant),
        sa.Column("installed_at", instant, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("refreshing_until_at", instant),
    )
    op.create_index("ix_bot_tokens_enterprise", "bot_tokens", ["enterprise"])
    op.create_index("ix_bot_tokens_refreshing_until_at", "bot_tokens", ["refreshing_until_at"])
    op.create_table(
        "install_states",
        sa.Column("state", sa.Text, primary_key=True),
        sa.Column("browser", sa.Text, nullable=False),
        sa.Column("expires_at", instant, nullable=False),
    )
    op.create_index("ix_install_states_expires_at", "install_states", ["expires_at"])
