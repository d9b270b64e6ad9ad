"""Lets the cards of a story show what is new, and enqueues a reply in the thread of each for a material change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.deliveries.enqueue import card_key, seen_by
from bot.deliveries.growth import Growth
from bot.deliveries.holds import ChannelHolds, holds_of, release_unless_held
from bot.deliveries.linked_cards import settle_cards, standing_cards
from bot.model import Delivery, StoredArticle, Story
from bot.store import story_views
from bot.store.deliveries import story_cards
from bot.store.deliveries import table as deliveries
from bot.store.deliveries.table import NewDelivery
from bot.store.engine import Connection

_CHANGE_PRIORITY = ("official", "official_listed", "milestone", "correction", "second_language")
"""When one article changes several things, the reply names the first of these."""

_MAY_BE_POSTED = ("sent", "sending", "unknown")
"""A card in any other state shows the change itself when it is sent."""


async def refresh_cards(
    c: Connection,
    story: Story,
    articles: Sequence[StoredArticle],
    growth: Growth,
    now: datetime,
    new: Sequence[int] = (),
) -> None:
    """Requests the newest revision of the story's cards, and a reply in the thread of each for a material change.

    The cards in ``new`` are those of this revision already.
    """
    known = await story_views.teams_with(c, story.id) if growth.teams is None else growth.teams
    teams = {*known, *growth.parts}
    if not growth.opens_story:
        cards = [card for card in await story_cards.of_story(c, story.id) if card.team not in teams]
        older = [card for card in cards if card.id not in new]
        await show_revision(c, older, story, articles, now)
        await _enqueue_replies(c, older, story, articles, growth, now)
    for team in sorted(teams):
        number = growth.parts.get(team, story.id)
        await settle_cards(c, team, (number,), now)
        seen = await seen_by(c, team, number, story, articles)
        here = replace(seen.story, id=number, revision=story.revision)
        older = [card for card in await standing_cards(c, team, seen) if card.id not in new]
        await _enqueue_replies(c, older, here, seen.articles, growth, now)


async def show_revision(
    c: Connection, cards: Iterable[Delivery], story: Story, articles: Sequence[StoredArticle], now: datetime
) -> None:
    """Requests the story's newest revision of cards, and releases those that are no longer held."""
    shown = [card for card in cards if card.state not in ("cancelled", "dead")]
    await story_cards.want_revision(c, [card.id for card in shown], story.revision)
    await release_unless_held(c, shown, story, articles, now)


async def _enqueue_replies(
    c: Connection,
    cards: Iterable[Delivery],
    story: Story,
    articles: Sequence[StoredArticle],
    growth: Growth,
    now: datetime,
) -> None:
    """Enqueues a reply under each older card that shows these articles, where the new one makes a material change.

    A channel that wants no threads gets none, because its card shows the change; that a story has become severe is told
    all the same, because an edit notifies nobody.
    """
    ids = {article.id for article in articles}
    changes = growth.changes(ids)
    posted = [card for card in cards if card.state in _MAY_BE_POSTED] if changes else []
    if posted:
        holds = await holds_of(c, {card.destination for card in posted}, now)
        is_raised = growth.raises(ids)
        posted = [card for card in posted if is_raised or holds[card.destination].has_threads]
        payload: dict[str, object] = {"what": min(changes, key=_CHANGE_PRIORITY.index), "article": growth.article}
        payload |= {"raised": True} if is_raised else {}
        replies = [_reply(card, story, articles, payload, holds[card.destination], now) for card in posted]
        await deliveries.enqueue_many(c, replies, now)


def _reply(
    card: Delivery,
    story: Story,
    articles: Sequence[StoredArticle],
    payload: Mapping[str, object],
    holds: ChannelHolds,
    now: datetime,
) -> NewDelivery:
    until = holds.held_until(story, articles, now)
    key = card.key if card.story == story.id else card_key(card.team, card.destination, story.id)
    return NewDelivery(
        f"reply:{key}:{story.revision}",
        card.team,
        card.destination,
        "reply",
        story=story.id,
        after=card.id,
        payload=payload,
        subscriptions=card.subscriptions,
        not_before=until,
        held=until is not None,
    )
