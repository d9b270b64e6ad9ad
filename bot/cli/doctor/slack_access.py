"""The doctor looks at Slack: the token, its scopes, how events come, and the channels that the settings name."""

from __future__ import annotations

from collections.abc import Iterator

from bot.cli.doctor.finding import Check
from handlers.client import make_client
from handlers.errors import DestinationAway, OutcomeUnknown, PostError, RateLimited, TokenRevoked
from handlers.manifest import SCOPES
from handlers.post import Poster
from handlers.slack_facts import ChannelFacts, Identity
from settings.config import Settings

_CREATE = "create the app from pactbot manifest and set its token, or try pactbot sandbox"
_NO_WAY_IN = "set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP"


async def slack(settings: Settings) -> list[Check]:
    """Everything about Slack that can be seen from here."""
    if settings.slack_bot_token is None:
        return [Check("Slack", False, "SLACK_BOT_TOKEN is not set", _CREATE)]
    poster = Poster(make_client(settings.slack_api_url, settings.slack_bot_token.get_secret_value()))
    try:
        identity = await poster.identity()
        found = [*_token(identity), await _app_token(poster, settings) or way_in(settings)]
        for name, channel in _channels(settings):
            found.append(await _channel(poster, name, channel))
    except PostError as error:
        found = [_failed("Slack token", error)]
    finally:
        await poster.close()
    return found


def _token(identity: Identity) -> Iterator[Check]:
    yield Check("Slack token", True, f"of {identity.team_name or identity.team}")
    missing = [scope for scope in SCOPES if scope not in identity.scopes]
    if not identity.scopes:
        yield Check("Slack scopes", True, "Slack does not tell them")
    elif missing:
        told = "; ".join(f"{scope} ({SCOPES[scope]})" for scope in missing)
        yield Check("Slack scopes", False, f"missing: {told}", "add them to the app and install it again")
    else:
        yield Check("Slack scopes", True, f"all {len(SCOPES)}")


async def _app_token(poster: Poster, settings: Settings) -> Check | None:
    """What is wrong with the app token, if there is one and anything is."""
    if settings.slack_app_token is None or await poster.confirm_app(settings.slack_app_token.get_secret_value()):
        return None
    return Check("Slack events", False, "Slack refuses the app token", "set SLACK_APP_TOKEN anew")


def way_in(settings: Settings) -> Check:
    """How commands and events reach the bot."""
    if settings.slack_app_token is not None:
        return Check("Slack events", True, "Socket Mode")
    if settings.slack_signing_secret is not None:
        return Check("Slack events", True, f"HTTP, at /slack/events on port {settings.port or 3000}")
    return Check("Slack events", False, "no way for them to come", _NO_WAY_IN)


def _channels(settings: Settings) -> Iterator[tuple[str, str]]:
    for name, channel in (("PACT_CHANNEL", settings.channel), ("PACT_OPERATORS_CHANNEL", settings.operators_channel)):
        if channel:
            yield name, channel


async def _channel(poster: Poster, name: str, channel: str) -> Check:
    try:
        facts = await poster.channel_facts(channel)
    except DestinationAway:
        return Check(name, False, f"{channel} is not there, or hidden from the app", "/invite @pactbot in it")
    except PostError as error:
        return _failed(name, error)
    return membership(name, channel, facts)


def membership(name: str, channel: str, facts: ChannelFacts | None) -> Check:
    """Can the bot post there?"""
    if facts is None:
        return Check(name, False, f"{channel}: membership cannot be seen", "give the app channels:read")
    if facts.archived:
        return Check(name, False, f"#{facts.name} is archived", "unarchive it, or name another")
    if not facts.member:
        return Check(name, False, f"the bot is not in #{facts.name}", "/invite @pactbot in it")
    return Check(name, True, f"#{facts.name}")


def _failed(what: str, error: PostError) -> Check:
    if isinstance(error, TokenRevoked):
        return Check(what, False, f"Slack refuses the token ({error.code})", "set SLACK_BOT_TOKEN anew")
    if isinstance(error, RateLimited):
        return Check(what, False, "Slack asks us to wait", f"try again in {error.retry_after_seconds:g} s")
    if isinstance(error, OutcomeUnknown):
        return Check(what, False, f"Slack was not reached ({error.code})", "look at the network, PACT_SLACK_API_URL")
    return Check(what, False, f"Slack answers {error.code}", "look at the app's settings in Slack")
