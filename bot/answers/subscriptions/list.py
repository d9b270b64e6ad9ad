"""Answers ``list``: the subscriptions of this channel, or of every channel of the workspace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.answers.context import AnswerContext, Requester
from bot.answers.permission import READERS, visible_channels
from bot.answers.registry import answers
from bot.deliveries import changes as channel_changes
from bot.deliveries.cards_from_rows import subscription_lines
from bot.deliveries.due_digests import next_digest_at
from bot.deliveries.last_digest import last_digest
from bot.model import Destination, Subscription
from bot.store import destinations, subscriptions
from bot.store.engine import Connection
from handlers.cards.shown import Shown
from handlers.cards.subscriptions import ListCard
from handlers.verbs.list import ListSubscriptions

LINES_A_PAGE = 10


@answers(ListSubscriptions)
async def list_subscriptions(context: AnswerContext, requester: Requester, ask: ListSubscriptions) -> Shown:
    """Shows a page of subscriptions; a number behind the last page shows the last one and says so."""
    now, channel = context.now(), requester.destination
    hidden = 0
    visible = await visible_channels(context, requester.asker) if ask.everywhere else frozenset()
    async with context.store.read() as c:
        all_destinations = {row.id: row for row in await destinations.all_of_team(c, requester.asker.team)}
        if ask.everywhere:
            subscribed, hidden = await _visible(c, requester, all_destinations, visible)
        else:
            subscribed = await subscriptions.of_destination(c, channel.id) if channel else ()
        pages = max(1, -(-len(subscribed) // LINES_A_PAGE))
        page = min(max(1, ask.page), pages)
        shown_channel = None if ask.everywhere else channel
        last = await last_digest(c, shown_channel) if shown_channel else None
        lines = await subscription_lines(
            c, subscribed[(page - 1) * LINES_A_PAGE : page * LINES_A_PAGE], all_destinations, now
        )
    card = ListCard(
        lines=lines,
        page=page,
        pages=pages,
        missing_page=ask.page if ask.page > pages else None,
        zone=requester.zone,
        everywhere=ask.everywhere,
        hidden=hidden,
        digest_at=shown_channel.digest_at if shown_channel else None,
        digest_cadence=shown_channel.digest_cadence if shown_channel else "daily",
        digest_weekday=shown_channel.digest_weekday if shown_channel else "mon",
        next_digest_at=next_digest_at(shown_channel, subscribed, now) if shown_channel else None,
        last_digest=last,
        quiet=channel_changes.quiet_hours_of(shown_channel) if shown_channel else None,
        channel_zone=shown_channel.timezone if shown_channel and shown_channel.timezone != requester.zone else None,
    )
    may_edit = requester.asker.standing not in READERS
    return requester.shown(replace(card, may_edit=may_edit), share=not ask.everywhere)


async def _visible(
    c: Connection, requester: Requester, all_destinations: Mapping[int, Destination], visible: frozenset[str]
) -> tuple[tuple[Subscription, ...], int]:
    """Returns the workspace's active subscriptions that the person may see, and the number of those in other channels.

    Those in other people's direct messages are not even counted.
    """
    shown, hidden = [], 0
    for subscription in await subscriptions.active(c, requester.asker.team):
        destination = all_destinations.get(subscription.destination)
        if destination is None or destination.person not in (None, requester.asker.user):
            continue
        if destination.person is not None or destination.slack_id in visible:
            shown.append(subscription)
        else:
            hidden += 1
    return tuple(shown), hidden
