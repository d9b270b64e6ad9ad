"""Moves a request from a direct message between people to the bot's own direct message with the person who asks."""

from __future__ import annotations

from dataclasses import replace

from bot.answers.context import AnswerContext
from handlers.requests import Request


async def in_own_direct(context: AnswerContext, request: Request) -> Request | None:
    """Returns the request as if it were made in the bot's direct message, where it may come from another one.

    The bot can post in its own direct messages alone. None: a change, and Slack does not say which conversation is the
    bot's. A question then stays where it was asked.
    """
    asker = request.asker
    if not asker.unsure_direct:
        return request
    channel = await context.open_direct(asker.team, asker.user)
    if channel is None:
        return None if request.ask.changes_channel else request
    return replace(request, asker=replace(asker, channel=channel, direct=True, unsure_direct=False))
