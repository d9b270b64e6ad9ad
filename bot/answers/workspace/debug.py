"""Answers ``debug``: ids, membership, scopes, last post, queue and version. Nothing of it is a secret."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from importlib import metadata

from bot.answers.context import AnswerContext, Requester
from bot.answers.registry import answers
from bot.deliveries.last_digest import last_digest
from bot.operations.health import health
from bot.store import installations
from bot.store.deliveries import table as deliveries
from bot.store.engine import HEAD
from bot.store.installations import Installation
from handlers.cards.debug import DebugCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.manifest import SCOPES
from handlers.verbs.debug import Debug


@answers(Debug)
async def debug(context: AnswerContext, requester: Requester, _ask: Debug) -> Shown:
    """Shows how the bot and this channel stand, for whoever looks for a fault."""
    asker, channel = requester.asker, requester.destination
    membership = () if asker.direct else (await _membership_by_slack(context, requester),)
    version = await asyncio.to_thread(_version)
    async with context.store.read() as c:
        installation = await installations.get(c, asker.team)
        last_post_at = await deliveries.last_post_at(c, destination=channel.id) if channel else None
        last = await last_digest(c, channel) if channel else None
        measured = await health(c, context.now(), asker.team, context.socket_age())
    facts = [
        Note("debug.ids", {"team": asker.team, "place": asker.channel, "user": asker.user}),
        Note(f"debug.standing_{asker.standing or 'unknown'}"),
        *membership,
        _membership_by_row(requester),
        Note("debug.last_post", {"when": last_post_at.isoformat()}) if last_post_at else Note("debug.no_post"),
        *((last,) if last else ()),
        *(_of_installation(installation) if installation else ()),
        Note("debug.version", {"version": version, "schema": HEAD}),
    ]
    return requester.shown(DebugCard(tuple(facts), measured, context.now(), requester.zone))


async def _membership_by_slack(context: AnswerContext, requester: Requester) -> Note:
    """Says whether Slack counts this channel among the bot's, or that Slack does not say."""
    asker = requester.asker
    kinds = (context.channels_of(asker.team, None, private) for private in (False, True))
    listed = await asyncio.gather(*kinds)
    if any(channels is not None and asker.channel in channels for channels in listed):
        return Note("debug.member")
    return Note("debug.membership_unknown" if None in listed else "debug.not_member")


def _membership_by_row(requester: Requester) -> Note:
    """Says what the channel's row holds, which may differ from what Slack says."""
    channel = requester.destination
    if channel is None:
        return Note("debug.no_row")
    if channel.state == "active":
        return Note("debug.active")
    return Note("debug.away", {"why": channel.away_reason or channel.state})


def _of_installation(installation: Installation) -> Iterable[Note]:
    yield Note("debug.app", {"bot": installation.bot_user or "–", "state": installation.state})
    if installation.scopes:
        missing = [scope for scope in SCOPES if scope not in installation.scopes]
        yield Note("debug.scopes", {"scopes": ", ".join(installation.scopes)})
        if missing:
            yield Note("debug.missing_scopes", {"scopes": ", ".join(missing)})


def _version() -> str:
    """Returns the version that is installed; reading it takes the disk."""
    try:
        return metadata.version("pactbot")
    except metadata.PackageNotFoundError:
        return "–"
