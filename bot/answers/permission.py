"""Decides who may change a channel, and which channels' subscriptions a person may see or make.

Members of the workspace change channels, as far as each channel lets them; guests and people of other workspaces only
read. Outlets, the lexicon and other channels are the admins' of the workspace. What people judge for the workspace, as
the state of a commitment, is every member's, and is said in a channel with its undo. A split or a merge holds for the
whole workspace, too; it is for those who may change the channel where they do it, and its post says where it holds.
"""

from __future__ import annotations

import asyncio

from bot.answers.context import AnswerContext
from bot.errors import NotPermitted
from bot.model import Destination
from handlers.requests import Ask, Asker, Standing

_REFUSALS: dict[Standing, str] = {
    "outsider": "outsiders_read",
    "guest": "guests_read",
    "unreachable": "standing_unknown",
}
READERS = frozenset(_REFUSALS)
"""The standings of those who change nothing."""
_OF_CHANNEL = {"admins": "channel_of_admins", "list": "channel_of_list"}
ADMIN_MAY = frozenset({"admins_only", *_OF_CHANNEL.values()})
"""Refusals behind which an admin may do it, so that a member may ask one to."""


def refusal_of(ask: Ask, standing: Standing | None) -> str | None:
    """Returns the reason code that refuses an ask whatever the channel says, or None.

    Reading is refused only where it is the admins' alone. Without the scope to ask Slack about people (``standing`` is
    None) guests cannot be told from members and may change a channel; people of other workspaces are still refused,
    because the payload names their workspace. Admins cannot be told from members then, so what is theirs is nobody's.
    """
    if standing and ask.changes_channel and standing in _REFUSALS:
        return _REFUSALS[standing]
    if not ask.admins_only or standing == "admin":
        return None
    return {None: "admins_unknown", "unreachable": "standing_unknown"}.get(standing, "admins_only")


def shared_refusal(context: AnswerContext, ask: Ask, team: str) -> str | None:
    """Returns the reason code that refuses a change of what all workspaces share, or None.

    Outlets and the lexicon are the same for every workspace, so only admins of the operators' workspace change them.
    """
    if not (context.several_workspaces and ask.admins_only and ask.changes_channel):
        return None
    return None if context.operators is not None and context.operators.is_in(team) else "operators_only"


def channel_refusal(destination: Destination | None, asker: Asker) -> str | None:
    """Returns the reason code that refuses this person a change of the channel's settings, or None.

    A channel that nobody has set anything for is everyone's. A direct message is its person's.
    """
    if destination is None or destination.person == asker.user:
        return None
    if destination.person is not None or destination.team != asker.team:
        return "channel_of_another"
    if destination.configured_by == "everyone" or asker.standing == "admin":
        return None
    if destination.configured_by == "list" and asker.user in destination.configurers:
        return None
    if destination.configured_by == "admins" and asker.standing is None:
        return "admins_unknown"
    return _OF_CHANNEL[destination.configured_by]


def require_permission(destination: Destination | None, asker: Asker, *, may_ask: bool = False) -> None:
    """Raises NotPermitted where the person may not change the channel's settings."""
    code = channel_refusal(destination, asker)
    if code is not None:
        raise NotPermitted(code, may_ask=may_ask)


async def is_member(context: AnswerContext, asker: Asker, channel: str) -> bool:
    """Returns whether the person is in the channel: the one where the person asks, or one that Slack names."""
    return channel == asker.channel or channel in await own_channels(context, asker)


async def has_stayed(context: AnswerContext, asker: Asker) -> bool:
    """Returns whether the person is still in the channel that a modal was opened in: the modal may be older.

    Where Slack names no channel of the person, as without the scope for it, the channel of the modal counts.
    """
    if asker.channel[:1] not in ("C", "G"):
        return True
    own = await own_channels(context, asker)
    return not own or asker.channel in own


async def visible_channels(context: AnswerContext, asker: Asker) -> frozenset[str]:
    """Returns the channels whose subscriptions a person may see: the person's own, and public ones to a member.

    A person of another workspace sees the channel of the question alone. A channel that Slack does not name is left
    out, because it may be private.
    """
    if asker.standing in ("outsider", "unreachable"):
        return frozenset((asker.channel,))
    own = await own_channels(context, asker) | {asker.channel}
    if asker.standing == "guest":
        return own
    return own | (await context.channels_of(asker.team, None, False) or frozenset())


async def own_channels(context: AnswerContext, asker: Asker) -> frozenset[str]:
    """Returns the channels that the person is in, public and private, as far as Slack names them."""
    kinds = (context.channels_of(asker.team, asker.user, private) for private in (False, True))
    public, private = await asyncio.gather(*kinds)
    return (public or frozenset()) | (private or frozenset())
