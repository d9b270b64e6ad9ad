"""Deliveries have indexes of last posts, ended holds, what was given up, and keys by prefix, because all were read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

WAS_SENT = sa.text("sent_at IS NOT NULL")
HELD = sa.text("state = 'held'")
UNCONFIRMED = sa.text("state = 'cancelled' AND error = 'may_have_been_sent'")
GIVEN_UP = sa.text("(state = 'dead' OR (state = 'cancelled' AND error = 'may_have_been_sent'))")


def upgrade() -> None:
    """Make the changes."""
    for name, columns, where in (
        ("ix_deliveries_team_sent", ["team", "sent_at"], WAS_SENT),
        ("ix_deliveries_destination_sent", ["destination", "sent_at"], WAS_SENT),
        ("ix_deliveries_held", ["state", "not_before"], HELD),
        ("ix_deliveries_unconfirmed", ["state", "destination"], UNCONFIRMED),
        ("ix_deliveries_given_up", ["team", "last_try_at"], GIVEN_UP),
    ):
        op.create_index(name, "deliveries", columns, sqlite_where=where, postgresql_where=where)
    if op.get_bind().dialect.name == "postgresql":
        pattern = {"key": "text_pattern_ops"}
        op.create_index("ix_deliveries_key_prefix", "deliveries", ["key"], postgresql_ops=pattern)
