"""Run the migrations: Alembic, configured in code; imported only by ``migrate``, because it is heavy."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def configured(c: Connection) -> Config:
    """Alembic's settings for this open connection; its transaction is the caller's."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = c
    return config


def upgrade(c: Connection) -> None:
    """Bring the database up to the newest revision."""
    command.upgrade(configured(c), "head")
