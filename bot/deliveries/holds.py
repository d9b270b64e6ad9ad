"""Decides until when a message is held: by a mute, by quiet hours, or because it belongs to a burst.

A hold delays a delivery and never drops it: every hold has an end. What is held first is sent first (see README.md).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.deliveries.linked_stories import groups_of
from bot.deliveries.quiet_hours import ROLL_UP_MARGIN, is_end_of_quiet_hours, quiet_until
from bot.model import Delivery, Destination, StoredArticle, Story
from bot.store import destinations, mutes
from bot.store.deliveries import bursts
from bot.store.deliveries import table as deliveries
from bot.store.deliveries.bursts import BurstCard
from bot.store.engine import Connection
from bot.store.future_instants import MAX_SKEW
from bot.store.mutes import Mute, subscriptions_muted
from bot.stories.workspace_view import StoryGroups

BURST_CARDS = 5
"""A channel gets this many cards one by one; those that follow within the window are rolled up into one message."""
BURST_WINDOW = timedelta(minutes=10)
HeldCard = Delivery | BurstCard


@dataclass(frozen=True, slots=True)
class ChannelMutes:
    """The mutes of a channel that run now, and the stories that its workspace sees as one."""

    running: tuple[Mute, ...] = ()
    groups: StoryGroups = field(default_factory=lambda: StoryGroups(()))

    def until_of_story(self, story_number: int) -> datetime | None:
        """When the mute of this story, or of a linked one, ends; None when neither is muted."""
        muted = {("story", str(number)) for number in self.groups.ids(story_number)}
        return max((mute.until_at for mute in self.running if (mute.kind, mute.target) in muted), default=None)

    def until(self, story_number: int, articles: Sequence[StoredArticle]) -> datetime | None:
        """When the mute of this story, a linked one, or all of its outlets, ends; None when it is not muted."""
        story_ends_at = self.until_of_story(story_number)
        ends = [story_ends_at] if story_ends_at is not None else []
        outlet_ends = {mute.target: mute.until_at for mute in self.running if mute.kind == "outlet"}
        outlets = {article.outlet for article in articles}
        if outlets and outlets <= outlet_ends.keys():
            ends.append(min(outlet_ends[outlet] for outlet in outlets))
        return max(ends, default=None)

    def subscriptions(self) -> Mapping[int, datetime]:
        """Until when each muted subscription is: its matches alert nobody, and wait for the digest after that."""
        return subscriptions_muted(self.running)


@dataclass(frozen=True, slots=True)
class ChannelHolds:
    """What may hold messages to a channel: its quiet hours and its mutes."""

    destination: Destination | None
    mutes: ChannelMutes

    @property
    def has_threads(self) -> bool:
        """Whether the channel is told what is new in the threads of its cards."""
        return self.destination is None or self.destination.threads

    def held_until(
        self, story: Story, articles: Sequence[StoredArticle], now: datetime, margin: timedelta = timedelta(0)
    ) -> datetime | None:
        """When messages about a story are no longer held; None when they are not.

        Mutes hold every story, quiet hours only those that are not severe. ``margin`` is added to the end of quiet
        hours: cards wait that much longer, so that the roll-up replaces them before they are sent one by one.
        """
        muted = self.mutes.until(story.id, articles)
        is_plain = self.destination is not None and story.topics.severity < 1
        quiet = quiet_until(self.destination, now) if is_plain and self.destination is not None else None
        ends = (muted, quiet + margin if quiet else None)
        return max((end for end in ends if end is not None), default=None)

    def keeps(self, card: Delivery, story: Story, articles: Sequence[StoredArticle], now: datetime) -> bool:
        """Whether a held card remains held after its story has grown."""
        if story.topics.severity < 1 and self.destination is not None and waits_for_roll_up(card, self.destination):
            return True
        return self.held_until(story, articles, now, ROLL_UP_MARGIN) is not None


async def mutes_of(c: Connection, destination_ids: Iterable[int], now: datetime) -> dict[int, ChannelMutes]:
    """Reads the mutes that run in some channels."""
    running = await mutes.active_in(c, destination_ids, now)
    teams = {mute.team for in_channel in running.values() for mute in in_channel}
    groups = {team: await groups_of(c, team) for team in sorted(teams)}
    return {number: ChannelMutes(some, groups[some[0].team]) for number, some in running.items()}


async def holds_of(c: Connection, destination_ids: Iterable[int], now: datetime) -> dict[int, ChannelHolds]:
    """Reads what may hold messages to some channels."""
    ids = set(destination_ids)
    channels, muted = (await destinations.some(c, ids), await mutes_of(c, ids, now)) if ids else ({}, {})
    return {number: ChannelHolds(channels.get(number), muted.get(number, ChannelMutes())) for number in ids}


async def muted_until(
    c: Connection, destination_id: int, story_number: int, articles: Sequence[StoredArticle], now: datetime
) -> datetime | None:
    """When a channel's mute of this story, a linked one, or all of its outlets, ends; None when it is not muted."""
    muted = await mutes_of(c, [destination_id], now)
    return muted.get(destination_id, ChannelMutes()).until(story_number, articles)


async def story_muted_until(c: Connection, destination_id: int, story_number: int, now: datetime) -> datetime | None:
    """When a channel's mute of this story, or of a linked one, ends; mutes of outlets are not counted."""
    muted = await mutes_of(c, [destination_id], now)
    return muted.get(destination_id, ChannelMutes()).until_of_story(story_number)


async def held_until(
    c: Connection,
    destination_id: int,
    story: Story,
    articles: Sequence[StoredArticle],
    now: datetime,
    margin: timedelta = timedelta(0),
) -> datetime | None:
    """When messages about a story are no longer held in one channel, see ``ChannelHolds.held_until``."""
    holds = await holds_of(c, [destination_id], now)
    return holds[destination_id].held_until(story, articles, now, margin)


async def cards_to_join(c: Connection, destination_ids: Collection[int], now: datetime) -> dict[int, list[BurstCard]]:
    """Reads the cards by which ``joins_until`` decides, of some channels."""
    return await bursts.cards_of_bursts(c, destination_ids, now - BURST_WINDOW) if destination_ids else {}


def joins_until(destination: Destination, cards: Sequence[BurstCard], now: datetime) -> datetime | None:
    """When the hold ends, or has ended, that the next card of a channel joins; None when it may be sent at once.

    Cards that wait for a roll-up are sent before those that follow them, so a card joins them until the roll-up is
    made, also after their hold's end. Where none wait, the sixth card within ten minutes begins a hold of its own.
    """
    ends = [hold_ends_at(card) for card in cards if card.state == "held" and waits_for_roll_up(card, destination)]
    if joined := [ends_at for ends_at in ends if ends_at <= now + MAX_SKEW + BURST_WINDOW]:
        return max(joined)
    recent = [card for card in cards if card.state != "held" and card.created_at <= now + MAX_SKEW]
    single = [card.created_at for card in recent if burst_ends_at(card) is None]
    return single[0] + BURST_WINDOW if len(single) >= BURST_CARDS else None


def burst_ends_at(card: HeldCard) -> datetime | None:
    """The end of the burst, or of another hold, that a card joined; None when it joined none."""
    ends_at = card.payload.get("burst")
    return datetime.fromisoformat(str(ends_at)) if ends_at else None


def end_of_burst(card: HeldCard) -> datetime | None:
    """The end of the burst for which a card is held; None where nothing or something else holds it."""
    ends_at = burst_ends_at(card)
    return ends_at if card.state == "held" and ends_at == hold_ends_at(card) else None


def is_running(burst_ends_at: datetime, now: datetime) -> bool:
    """Whether a burst goes on. One that ends later than a burst can was written by a clock that was put back since."""
    return now < burst_ends_at <= now + MAX_SKEW + BURST_WINDOW


def hold_ends_at(card: HeldCard) -> datetime:
    """The end of the hold of a card that waits for a roll-up; without one it is sent by itself a little later."""
    return card.not_before - ROLL_UP_MARGIN


def comes_at(card: HeldCard, destination: Destination) -> datetime:
    """When what is held comes: with the roll-up that it waits for, or by itself when its mute ends."""
    return hold_ends_at(card) if waits_for_roll_up(card, destination) else card.not_before


def waits_for_roll_up(card: HeldCard, destination: Destination) -> bool:
    """Whether a held card waits for a roll-up, and not for the end of a mute."""
    ends_at = hold_ends_at(card)
    return burst_ends_at(card) == ends_at or is_end_of_quiet_hours(destination, ends_at)


async def release_unless_held(
    c: Connection, cards: Iterable[Delivery], story: Story, articles: Sequence[StoredArticle], now: datetime
) -> None:
    """Makes those of the held cards of a story due that nothing holds any more."""
    held = [card for card in cards if card.state == "held"]
    holds = await holds_of(c, {card.destination for card in held}, now)
    for card in held:
        if not holds[card.destination].keeps(card, story, articles, now):
            await deliveries.release(c, card.id, now)
