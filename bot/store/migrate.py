"""Runs the migrations with Alembic, configured in code; only ``migrate`` imports it, because it takes memory."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def configured(c: Connection) -> Config:
    """Returns Alembic's settings for this open connection; its transaction is the caller's."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = c
    return config


def upgrade(c: Connection) -> None:
    """Brings the database to the newest revision."""
    command.upgrade(configured(c), "head")
