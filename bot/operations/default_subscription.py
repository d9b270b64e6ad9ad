"""Subscribes the channel of the setting PACT_CHANNEL to the pact and its officials, once."""

from __future__ import annotations

from datetime import datetime

from bot.deliveries.changes import record_change
from bot.deliveries.subscription_index import SubscriptionIndex
from bot.matching.query.parse_query import parse
from bot.matching.query.show import show
from bot.store import destinations, once, subscriptions
from bot.store.engine import Store
from settings.config import Settings
from settings.setting_types import workspace_and_channel

QUERY = "topic:pact OR topic:officials"


async def subscribe_channel(
    store: Store, subscription_index: SubscriptionIndex, settings: Settings, team: str, now: datetime
) -> None:
    """Subscribes the channel once per workspace, and never again, even if the subscription was ended since."""
    if settings.channel is None:
        return
    of_team, channel = workspace_and_channel(settings.channel)
    if of_team not in (None, team):
        return
    async with store.begin() as c:
        if not await once.take(c, team, f"setting:channel:{channel}", now):
            return
        destination = await destinations.get_or_add(
            c, team, channel, language=settings.language, timezone=settings.timezone
        )
        query = show(parse(QUERY, subscription_index.lexicon))
        subscription = await subscriptions.add(
            c,
            team=team,
            destination=destination.id,
            owner=None,
            query=query,
            cadence="instant",
            at="08:30",
            weekday="mon",
            timezone=settings.timezone,
            created_at=now,
        )
        after = {"subscription": subscription.id, "query": query}
        await record_change(c, destination, None, "subscribed", {}, after, now)
