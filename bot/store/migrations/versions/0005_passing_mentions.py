"""A mention says whether its field is only named in passing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the changes."""
    op.add_column("mentions", sa.Column("passing", sa.Boolean(), server_default=sa.false(), nullable=False))
