"""Decides who may change a channel, and which channels' subscriptions a person may see or make.

Members of the workspace change channels; guests and people of other workspaces only read.
"""

from __future__ import annotations

import asyncio

from bot.answers.context import AnswerContext
from handlers.requests import Ask, Asker, Standing

_REFUSALS: dict[Standing, str] = {
    "outsider": "outsiders_read",
    "guest": "guests_read",
    "unreachable": "standing_unknown",
}


def refusal_of(ask: Ask, standing: Standing | None) -> str | None:
    """Returns the reason code that refuses a change, or None where it is allowed. Reading is never refused.

    Without the scope to ask Slack about people (``standing`` is None) guests cannot be told from members and may
    change a channel; people of other workspaces are still refused, because the payload names their workspace.
    """
    return _REFUSALS.get(standing) if standing and ask.changes_channel else None


async def is_member(context: AnswerContext, asker: Asker, channel: str) -> bool:
    """Returns whether the person is in the channel: the one where the person asks, or one that Slack names."""
    return channel == asker.channel or channel in await _own_channels(context, asker)


async def visible_channels(context: AnswerContext, asker: Asker) -> frozenset[str]:
    """Returns the channels whose subscriptions a person may see: the person's own, and public ones to a member.

    A person of another workspace sees the channel of the question alone. A channel that Slack does not name is left
    out, because it may be private.
    """
    if asker.standing in ("outsider", "unreachable"):
        return frozenset((asker.channel,))
    own = await _own_channels(context, asker) | {asker.channel}
    if asker.standing == "guest":
        return own
    return own | await context.channels_of(asker.team, None, False)


async def _own_channels(context: AnswerContext, asker: Asker) -> frozenset[str]:
    kinds = (context.channels_of(asker.team, asker.user, private) for private in (False, True))
    public, private = await asyncio.gather(*kinds)
    return public | private
