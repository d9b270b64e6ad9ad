"""Checks that the settings are enough to start the bot, without importing anything of Slack or the database."""

from __future__ import annotations

import os

from bot.errors import CannotStart
from settings.config import Settings

_MISSING = {
    "SLACK_CLIENT_ID": "SLACK_CLIENT_SECRET is set; both stand under Basic Information of the app in Slack. Set both "
    "for several workspaces, or neither for one",
    "SLACK_CLIENT_SECRET": "SLACK_CLIENT_ID is set; both stand under Basic Information of the app in Slack. Set both "
    "for several workspaces, or neither for one",
    "PACT_SECRET_KEY": "with SLACK_CLIENT_ID the workspaces' tokens are stored encrypted; make a key with: "
    "pactbot secret-key",
    "PACT_PUBLIC_URL": "with SLACK_CLIENT_ID Slack sends people back to /slack/oauth_redirect at the https address "
    "that leads to PORT; for example PACT_PUBLIC_URL=https://pactbot.example.org",
}


def check_oauth(settings: Settings) -> None:
    """Raises CannotStart (exit 2) where the settings for several workspaces are incomplete or contradict others."""
    given = {
        "SLACK_CLIENT_ID": settings.slack_client_id,
        "SLACK_CLIENT_SECRET": settings.slack_client_secret,
        "PACT_SECRET_KEY": settings.secret_key,
        "PACT_PUBLIC_URL": settings.public_url,
    }
    needed = list(given) if settings.several_workspaces else list(given)[:2]
    missing = [name for name in needed if not given[name]]
    if missing and (settings.several_workspaces or len(missing) == 1):
        raise CannotStart(f"{missing[0]} is missing: {_MISSING[missing[0]]}", exit_code=2)
    if not settings.several_workspaces:
        return
    if settings.slack_bot_token is not None:
        line = (
            "SLACK_BOT_TOKEN: with SLACK_CLIENT_ID every workspace has its own token; leave this one out, and install "
            f"the app in its workspace at {settings.public_url}/slack/install: what it subscribed to goes on"
        )
        raise CannotStart(line, exit_code=2)
    for name, channel in (("PACT_CHANNEL", settings.channel), ("PACT_OPERATORS_CHANNEL", settings.operators_channel)):
        if channel is not None and "/" not in channel:
            line = (
                f"{name}: with several workspaces it names the workspace, too; for example {name}=T0123456789/{channel}"
            )
            raise CannotStart(line, exit_code=2)


def check_required(settings: Settings) -> None:
    """Raises CannotStart (exit 2) unless the bot can post to Slack, can receive from it, and can keep its data."""
    check_oauth(settings)
    if settings.slack_bot_token is None and not settings.several_workspaces:
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
