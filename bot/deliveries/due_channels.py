"""Looks at the channels whose next instant has come: which digests are to be made, and when to look again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.deliveries.due_digests import DueDigest, due_digests, next_look_at, slot_name
from bot.deliveries.quiet_hours import quiet_until
from bot.model import Destination, Subscription
from bot.store import digest_looks, slots, subscriptions
from bot.store.engine import Connection
from bot.store.future_instants import MAX_SKEW


@dataclass(frozen=True, slots=True)
class DueChannel:
    """A channel that is looked at, with its digests that are to be made and the slots that were taken before."""

    destination: Destination
    subscribed: tuple[Subscription, ...]
    digests: tuple[DueDigest, ...]
    taken: frozenset[str]


async def look(c: Connection, destination_ids: Sequence[int], now: datetime) -> list[DueChannel]:
    """Returns those of the channels that have digests to be made; the others move on to their next instant.

    The rows are locked, so that a channel whose subscriptions change meanwhile stays due.
    """
    looked = await _locked(c, destination_ids, now)
    finished = (channel for channel in looked if not channel.digests)
    next_at = {each.destination.id: next_look_at(each.destination, each.subscribed, now) for each in finished}
    await digest_looks.move_on(c, next_at, now)
    return [channel for channel in looked if channel.digests]


async def _locked(c: Connection, destination_ids: Sequence[int], now: datetime) -> list[DueChannel]:
    """Locks these channels and returns them with the digests that are due and not made."""
    destinations = await digest_looks.lock(c, destination_ids)
    subscribed_to = await _subscribed(c, [destination.id for destination in destinations], now)
    due_of = {each.id: _due(each, subscribed_to.get(each.id, ()), now) for each in destinations}
    names_of = {(each.team, each.id): _slot_names(due_of[each.id]) for each in destinations}
    taken = await slots.taken(c, names_of)
    channels: list[DueChannel] = []
    for destination in destinations:
        made = frozenset(slot for channel, slot in taken if channel == destination.id)
        to_make = tuple(digest for digest in due_of[destination.id] if slot_name(digest.at) not in made)
        channels.append(DueChannel(destination, tuple(subscribed_to.get(destination.id, ())), to_make, made))
    return channels


async def _subscribed(c: Connection, destination_ids: Sequence[int], now: datetime) -> dict[int, list[Subscription]]:
    """Returns the channels' active subscriptions; one that began in the future begins now.

    A clock wrote it that was put back since, and no digest that falls due before its beginning includes it.
    """
    subscribed_to = await subscriptions.of_destinations(c, destination_ids)
    of_all = (each for some in subscribed_to.values() for each in some)
    if ahead := [each.id for each in of_all if each.created_at > now + MAX_SKEW]:
        await subscriptions.begin(c, ahead, now)
        return await subscriptions.of_destinations(c, destination_ids)
    return subscribed_to


def _due(destination: Destination, subscribed: Sequence[Subscription], now: datetime) -> list[DueDigest]:
    """The digests that are due; none in quiet hours, at whose end they come."""
    return [] if quiet_until(destination, now) is not None else due_digests(destination, subscribed, now)


def _slot_names(due: Sequence[DueDigest]) -> frozenset[str]:
    return frozenset(slot_name(at) for digest in due for at in (digest.at, *digest.previous_slots))
