"""Checks Slack: the token, its scopes, the transport of events, and the channels that the settings name."""

from __future__ import annotations

from collections.abc import Iterator

from bot.cli.doctor.check_row import CheckRow
from handlers.client import make_client
from handlers.errors import DestinationAway, OutcomeUnknown, PostError, RateLimited, TokenRevoked
from handlers.manifest import OPTIONAL_SCOPES, REQUIRED_SCOPES
from handlers.post import Poster
from handlers.slack_facts import ChannelFacts, Identity
from settings.config import Settings
from settings.setting_types import workspace_and_channel

_CREATE = "create the app from pactbot manifest and set its token, or try pactbot sandbox"
_SET_A_TRANSPORT = "set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP"


async def check_slack(settings: Settings) -> list[CheckRow]:
    """Returns a row for each thing about Slack that can be checked from here."""
    if settings.slack_client_id is not None or settings.slack_client_secret is not None:
        from bot.cli.doctor.workspaces import check_workspaces

        return await check_workspaces(settings)
    if settings.slack_bot_token is None:
        return [CheckRow("Slack", False, "SLACK_BOT_TOKEN is not set", _CREATE)]
    poster = Poster(make_client(settings.slack_api_url, settings.slack_bot_token.get_secret_value()))
    try:
        identity = await poster.identity()
        rows = [*_token(identity), await check_app_token(poster, settings) or transport(settings)]
        for name, channel in _channels(settings):
            rows.append(await _channel(poster, name, channel))
    except PostError as error:
        rows = [failed("Slack token", error)]
    finally:
        await poster.close()
    return rows


def _token(identity: Identity) -> Iterator[CheckRow]:
    yield CheckRow("Slack token", True, f"of {identity.team_name or identity.team}")
    if not identity.scopes:
        yield CheckRow("Slack scopes", True, "Slack does not list them")
        return
    missing = [scope for scope in REQUIRED_SCOPES if scope not in identity.scopes]
    if missing:
        listed = "; ".join(f"{scope} ({REQUIRED_SCOPES[scope]})" for scope in missing)
        yield CheckRow("Slack scopes", False, f"missing: {listed}", "add them to the app and install it again")
    else:
        yield CheckRow("Slack scopes", True, f"all {len(REQUIRED_SCOPES)} that are needed")
    for scope, adds in OPTIONAL_SCOPES.items():
        if scope not in identity.scopes:
            yield CheckRow(f"scope {scope}", True, f"not given; it would add: {adds}")


async def check_app_token(poster: Poster, settings: Settings) -> CheckRow | None:
    """Returns a row if Slack refuses the app token, else None."""
    if settings.slack_app_token is None or await poster.confirm_app(settings.slack_app_token.get_secret_value()):
        return None
    return CheckRow("Slack events", False, "Slack refuses the app token", "set SLACK_APP_TOKEN anew")


def transport(settings: Settings) -> CheckRow:
    """Returns the row of the transport by which commands and events reach the bot."""
    if settings.slack_app_token is not None:
        return CheckRow("Slack events", True, "Socket Mode")
    if settings.slack_signing_secret is not None:
        return CheckRow("Slack events", True, f"HTTP, at /slack/events on port {settings.port or 3000}")
    return CheckRow("Slack events", False, "no transport is set", _SET_A_TRANSPORT)


def _channels(settings: Settings) -> Iterator[tuple[str, str]]:
    for name, channel in (("PACT_CHANNEL", settings.channel), ("PACT_OPERATORS_CHANNEL", settings.operators_channel)):
        if channel:
            yield name, workspace_and_channel(channel)[1]


async def _channel(poster: Poster, name: str, channel: str) -> CheckRow:
    try:
        facts = await poster.channel_facts(channel)
    except DestinationAway:
        return CheckRow(name, False, f"{channel} is not there, or hidden from the app", "/invite @pactbot in it")
    except PostError as error:
        return failed(name, error)
    return _membership(name, channel, facts)


def _membership(name: str, channel: str, facts: ChannelFacts | None) -> CheckRow:
    """Returns whether the bot can post in a channel."""
    if facts is None:
        return CheckRow(name, False, f"{channel}: membership cannot be seen", "give the app channels:read")
    if facts.archived:
        return CheckRow(name, False, f"#{facts.name} is archived", "unarchive it, or name another")
    if not facts.member:
        return CheckRow(name, False, f"the bot is not in #{facts.name}", "/invite @pactbot in it")
    return CheckRow(name, True, f"#{facts.name}")


def failed(what: str, error: PostError) -> CheckRow:
    """Returns the row of a call that Slack did not answer as it should."""
    if isinstance(error, TokenRevoked):
        return CheckRow(what, False, f"Slack refuses the token ({error.code})", "set SLACK_BOT_TOKEN anew")
    if isinstance(error, RateLimited):
        return CheckRow(what, False, "Slack asks us to wait", f"try again in {error.retry_after_seconds:g} s")
    if isinstance(error, OutcomeUnknown):
        return CheckRow(what, False, f"Slack was not reached ({error.code})", "look at the network, PACT_SLACK_API_URL")
    return CheckRow(what, False, f"Slack answers {error.code}", "look at the app's settings in Slack")
