"""The operator's one channel: subscribed once to the pact and its officials, and said there."""

from __future__ import annotations

from datetime import datetime

from bot.deliveries import changes as making
from bot.deliveries.subscription_index import SubscriptionIndex
from bot.matching.query.grammar import parse
from bot.matching.query.show import show
from bot.store import destinations, once, subscriptions
from bot.store.engine import Store
from settings.config import Settings

QUERY = "topic:pact OR topic:officials"


async def subscribe_channel(
    store: Store, watch: SubscriptionIndex, settings: Settings, team: str, now: datetime
) -> None:
    """Once per team and channel, and never again, even if the subscription was ended since."""
    if settings.channel is None:
        return
    async with store.begin() as c:
        if not await once.take(c, team, f"setting:channel:{settings.channel}", now):
            return
        place = await destinations.get_or_add(
            c, team, settings.channel, language=settings.language, timezone=settings.timezone
        )
        query = show(parse(QUERY, watch.lexicon))
        new = await subscriptions.add(
            c,
            team=team,
            destination=place.id,
            owner=None,
            query=query,
            cadence="instant",
            at="08:30",
            weekday="mon",
            timezone=settings.timezone,
            created_at=now,
        )
        await making.record_change(c, place, None, "subscribed", {}, {"subscription": new.id, "query": query}, now)
