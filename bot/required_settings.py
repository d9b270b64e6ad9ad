"""Checks that the settings are enough to start the bot, without importing anything of Slack or the database."""

from __future__ import annotations

import os

from bot.errors import CannotStart
from settings.config import Settings


def check_required(settings: Settings) -> None:
    """Raises CannotStart (exit 2) unless the bot can post to Slack, can receive from it, and can keep its data."""
    if settings.slack_bot_token is None:
        raise CannotStart("SLACK_BOT_TOKEN is missing; to try the bot without Slack run: pactbot sandbox", exit_code=2)
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        line = (
            "set SLACK_APP_TOKEN (xapp-…, Socket Mode) or SLACK_SIGNING_SECRET (HTTP mode): the bot cannot receive "
            "from Slack; to try it without Slack run: pactbot sandbox"
        )
        raise CannotStart(line, exit_code=2)
    if "DYNO" in os.environ and settings.database_url.get_secret_value().startswith("sqlite"):
        line = "PACT_DATABASE_URL: this host forgets its disk, SQLite would lose everything; add PostgreSQL"
        raise CannotStart(line, exit_code=2)
