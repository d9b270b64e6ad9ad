"""Who is owed what about a story: matches become deliveries with unique keys, cards are asked to show what is new.

Everything here runs inside the one transaction that stores the article, so that an article is never stored without
the messages it owes, nor a message owed without its article.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.deliveries.holds import burst_until, held_until, stays_held
from bot.deliveries.quiet_hours import ROLL_UP_MARGIN
from bot.deliveries.subscription_index import Hit
from bot.model import Delivery, StoredArticle, Story
from bot.store import installations, matches, subscriptions
from bot.store.deliveries import rollups
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection
from bot.store.matches import Match

_CHANGE_PRIORITY = ("official", "milestone", "correction", "second_language")
"""Where one article changes several things, the thread is told the first of these."""

_MAY_BE_POSTED = ("sent", "sending", "unknown")
"""A card in any other state will show the change itself."""


def card_key(team: str, destination: int, story: int) -> str:
    """One parent per team, destination and story, for ever."""
    return f"card:{team}:{destination}:{story}"


async def record_matches(c: Connection, hits: Iterable[Hit], story: int, article: int, now: datetime) -> None:
    """Writes down which subscriptions the story met; a story meets a subscription once."""
    for hit in hits:
        await matches.add(
            c,
            team=hit.subscription.team,
            subscription=hit.subscription.id,
            destination=hit.subscription.destination,
            story=story,
            article=article,
            cadence=hit.subscription.cadence,
            matched_at=now,
        )


async def enqueue_cards(
    c: Connection,
    story: Story,
    articles: Sequence[StoredArticle],
    now: datetime,
    *,
    alert: bool,
    risen: bool,
) -> list[int]:
    """Owes a card to every channel whose subscriptions are met and want it at once; returns the new deliveries.

    A channel that has the story's card already has been told, whatever else of it matches later. Without ``alert``
    (an old article, a suspect one) nothing new is owed, it waits for the digest. ``risen``: the story has just become
    severe; then it alerts also where a digest told it before.
    """
    new: list[int] = []
    for team in await installations.all_of(c):
        wanted: defaultdict[int, list[Match]] = defaultdict(list)
        for match in await matches.of_story(c, team.team, story.id):
            if match.told_by is None or risen:
                wanted[match.destination].append(match)
        for destination, mine in wanted.items():
            card = await deliveries.by_key(c, card_key(team.team, destination, story.id))
            if card is not None:
                await _join_card(c, card, mine, now)
                if alert and risen and await rollups.restore_card(c, card.id, now):
                    await deliveries.want_revision(c, card.id, story.revision)
                    new.append(card.id)
            elif alert and (ready := await _ready(c, team.team, mine, story, articles)):
                new.append(await _enqueue_card(c, team.team, destination, ready, mine, story, articles, now))
    return new


async def _ready(
    c: Connection, team: str, mine: Sequence[Match], story: Story, articles: Sequence[StoredArticle]
) -> list[Match]:
    """Those of a channel's matches that are told at once: instant ones, and all of them when the story is severe."""
    outlets = len({article.outlet for article in articles})
    asked = {one.id: one for one in await subscriptions.some(c, team, tuple(match.subscription for match in mine))}
    return [
        match
        for match in mine
        if (sub := asked.get(match.subscription)) is not None
        and sub.state == "active"
        and outlets >= sub.min_outlets
        and (story.topics.severity >= 1 or sub.cadence == "instant")
    ]


async def _join_card(c: Connection, card: Delivery, mine: Sequence[Match], now: datetime) -> None:
    """What could never be posted told nothing: the digest tells it."""
    if card.state != "dead":
        await deliveries.add_subscriptions(c, card.id, [match.subscription for match in mine])
        await matches.tell(c, [match.id for match in mine], card.id, now)


async def _enqueue_card(
    c: Connection,
    team: str,
    destination: int,
    ready: Sequence[Match],
    mine: Sequence[Match],
    story: Story,
    articles: Sequence[StoredArticle],
    now: datetime,
) -> int:
    """One card tells all of a channel's subscriptions, also those that would have waited for a digest."""
    until = await held_until(c, destination, story, articles, now, ROLL_UP_MARGIN)
    burst = await burst_until(c, destination, now) if until is None and story.topics.severity < 1 else None
    number = await deliveries.enqueue(
        c,
        card_key(team, destination, story.id),
        team=team,
        destination=destination,
        kind="card",
        now=now,
        story=story.id,
        payload={"burst": burst.isoformat()} if burst else None,
        subscriptions=[match.subscription for match in ready],
        revision=story.revision,
        not_before=burst + ROLL_UP_MARGIN if burst else until,
        held=(burst or until) is not None,
    )
    assert number is not None
    await matches.tell(c, [match.id for match in mine], number, now)
    return number


async def refresh_cards(
    c: Connection,
    story: Story,
    articles: Sequence[StoredArticle],
    changes: Sequence[str],
    article: int,
    now: datetime,
    new: Sequence[int] = (),
) -> None:
    """Every card of the story should show its newest revision; what changed materially is told in its thread."""
    for card in await deliveries.of_story(c, story.id):
        if card.kind != "card" or card.state in ("cancelled", "dead"):
            continue
        await deliveries.want_revision(c, card.id, story.revision)
        if card.state == "held" and not await stays_held(c, card, story, articles, now):
            await deliveries.hold(c, card.id, now)
        if changes and card.id not in new and card.state in _MAY_BE_POSTED:
            await _enqueue_reply(c, card, story, articles, changes, article, now)


async def _enqueue_reply(
    c: Connection,
    card: Delivery,
    story: Story,
    articles: Sequence[StoredArticle],
    changes: Sequence[str],
    article: int,
    now: datetime,
) -> None:
    until = await held_until(c, card.destination, story, articles, now)
    await deliveries.enqueue(
        c,
        f"reply:{card.key}:{story.revision}",
        team=card.team,
        destination=card.destination,
        kind="reply",
        now=now,
        story=story.id,
        after=card.id,
        payload={"what": min(changes, key=_CHANGE_PRIORITY.index), "article": article},
        subscriptions=card.subscriptions,
        not_before=until,
        held=until is not None,
    )
