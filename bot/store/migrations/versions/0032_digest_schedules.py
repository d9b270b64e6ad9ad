"""The digest of a channel may come hourly, weekly or in two shifts; an older version reads each as a daily one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Make the changes."""
    for name, default in (("digest_cadence", "daily"), ("digest_weekday", "mon")):
        op.add_column("destinations", sa.Column(name, sa.Text, nullable=False, server_default=default))
