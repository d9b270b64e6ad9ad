"""Enqueues stories' cards by the rules of bursts and roll-ups, and checks that no story overtakes another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from bot.deliveries import enqueue
from bot.deliveries.rollups import roll_up
from bot.deliveries.subscription_index import Hit
from bot.model import Destination, Subscription, Topics
from bot.outbox.policy import metadata_key
from bot.store import articles, stories, subscriptions
from bot.store.articles import NewArticle
from bot.store.engine import Connection
from tests.simulation.simulation import Simulation
from tests.simulation.slack import Channel

CARDS = "SELECT id, key, state, error, story, destination FROM deliveries WHERE story IS NOT NULL ORDER BY id"
ROLL_UPS = "SELECT id, key, after, payload FROM deliveries WHERE kind = 'digest' AND payload LIKE '%\"rolled\"%'"


@dataclass
class StoryFeed:
    """The stories of a simulation, in the order in which they became due."""

    subscribed: dict[int, Subscription] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    enqueued: int = 0

    async def enqueue(self, c: Connection, channel: Channel, destination: Destination, now: datetime) -> None:
        """Enqueue the card of a new story, which a burst may hold."""
        if destination.id not in self.subscribed:
            self.channels[destination.id] = channel
            self.subscribed[destination.id] = await subscriptions.add(
                c, team=destination.team, destination=destination.id, owner=None, query="quantum", cadence="instant",
                at="08:30", weekday="mon", timezone="UTC", created_at=now,
            )  # fmt: skip
        self.enqueued += 1
        url = f"https://example.com/{self.enqueued}"
        article = NewArticle(
            outlet="herald", url=url, canonical_url=url, headline=f"Qubit {self.enqueued}", language="en",
            kind="media", published_at=now, first_seen_at=now, identities=(url,), state="read", wants_page=False,
            topics=Topics(),
        )  # fmt: skip
        article_id = await articles.add(c, article)
        story_id = await stories.add(
            c, headline=article.headline, url=url, outlet="herald", language="en", topics=Topics(), first_seen_at=now,
            last_article_at=now, revision=1,
        )  # fmt: skip
        await articles.update(c, article_id, story=story_id)
        await enqueue.record_matches(c, [Hit(self.subscribed[destination.id], ())], story_id, article_id, now)
        row, reports = await stories.get(c, story_id), await articles.of_story(c, story_id)
        assert row is not None
        assert await enqueue.enqueue_cards(c, row, reports, now, alert=True, risen=False)

    async def roll_up(self, c: Connection, destination: Destination, now: datetime) -> None:
        """Do what the digest job does for a channel with held cards."""
        await roll_up(c, destination, now)

    def violations_of(self, simulation: Simulation) -> Iterator[str]:
        """Stories that stand nowhere, or above one that became due before them."""
        inspector = simulation.database.inspector
        cards, roll_ups = inspector.execute(CARDS).fetchall(), inspector.execute(ROLL_UPS).fetchall()
        root_key = {delivery: metadata_key(key) for delivery, key, _, _ in roll_ups}
        shown_by = {
            story: root_key[after or delivery]
            for delivery, _, after, payload in roll_ups
            for _, section in json.loads(payload)["sections"]
            for story in section
        }
        last: dict[int, tuple[int, int]] = {}
        for delivery, card_key, state, error, story, destination in cards:
            key = metadata_key(card_key) if state == "sent" else shown_by.get(story, "")
            places = [number for number, each in enumerate(self.channels[destination].messages) if each.key == key]
            if not places:
                yield f"story {story} stands nowhere: its card {delivery} is {state} ({error})"
                continue
            place, earlier = last.get(destination, (-1, 0))
            if places[0] < place:
                yield f"story {story} overtakes story {earlier}, which became due before it"
            last[destination] = max((places[0], story), (place, earlier))
