"""Answers message shortcuts: why, mute and track, of one of our cards or of an article that a message links to."""

from __future__ import annotations

from typing import Any

from bot.answers.context import AnswerContext, Requester, destination_for
from bot.answers.post_outcome import answer_with_outcome
from bot.answers.registry import answers
from bot.answers.search.stored_history import original_of
from bot.answers.subscriptions.mute import mute
from bot.answers.why.why import why
from bot.deliveries.enqueue import card_key
from bot.deliveries.holds import comes_at
from bot.deliveries.linked_cards import standing_card_of
from bot.deliveries.linked_stories import story_as_seen, story_of_article
from bot.model import UNSETTLED, Delivery, Destination, story_id
from bot.store import articles
from bot.store.deliveries import table as deliveries
from bot.store.deliveries.rollups import ROLLED_UP
from bot.store.engine import Connection
from bot.stories.facts.leads import heading_article
from bot.stories.workspace_view import SeenStory
from handlers.cards.answers import NoticeCard
from handlers.cards.modals import MuteCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.verbs.mute import Mute, MuteTarget
from handlers.verbs.why import Why
from handlers.views.asks import AboutMessage, SaveMute
from scrapers.catalogue import outlet_at
from scrapers.identities import identities


@answers(AboutMessage)
async def about_message(context: AnswerContext, requester: Requester, ask: AboutMessage) -> Shown:
    """Explains, mutes or tracks the story of a message."""
    async with context.store.read() as c:
        link, seen = await _story_of(c, context, requester, ask)
    if ask.what == "why" or (seen is None and link is not None):
        return await why(context, requester, Why(link or ask.ts))
    if seen is None:
        return requester.error("message_without_story")
    if ask.what == "track":
        return await _track(context, requester, seen)
    heading = heading_article(seen.story, seen.articles, requester.language, context.outlets)
    headline = heading.headline if heading else seen.story.headline
    return requester.shown(MuteCard(seen.story.id, headline, requester.asker.channel, requester.zone))


@answers(SaveMute)
async def save_mute(context: AnswerContext, requester: Requester, ask: SaveMute) -> Shown:
    """Mutes the story as if the line were typed."""
    return await mute(context, requester, Mute(MuteTarget("story", story_id(ask.story)), ask.seconds))


async def story_of_card(c: Connection, requester: Requester, ts: str) -> SeenStory | None:
    """Finds the story of a card in this channel, also of one that a person shared."""
    delivery = await deliveries.by_ts(c, requester.asker.team, requester.asker.channel, ts)
    if delivery is None:
        return None
    shared: Any = delivery.payload.get("story") if delivery.kind == "share" else None
    story = delivery.story or shared
    return await story_as_seen(c, requester.asker.team, int(story)) if story is not None else None


async def _story_of(
    c: Connection, context: AnswerContext, requester: Requester, ask: AboutMessage
) -> tuple[str | None, SeenStory | None]:
    """Returns the link that is meant, the first known or the first of all, and the story; for a card no link."""
    seen = await story_of_card(c, requester, ask.ts)
    links = ask.links.split()
    if seen is not None:
        return None, seen
    for link in links:
        article = await articles.by_identities(c, identities(outlet_at(context.outlets, link), link))
        if article is not None:
            return link, await story_of_article(c, requester.asker.team, await original_of(c, article))
    return (links[0] if links else None), None


async def _track(context: AnswerContext, requester: Requester, seen: SeenStory) -> Shown:
    """Enqueues the story's card for this channel, which has one card of a story for ever."""
    story = seen.story
    async with context.store.begin() as c:
        destination = await destination_for(c, context, requester)
        standing = await standing_card_of(c, destination.team, seen, destination.id)
        delivery_id = (
            standing.id
            if standing is not None
            else await deliveries.enqueue(
                c,
                card_key(destination.team, destination.id, story.id),
                team=destination.team,
                destination=destination.id,
                kind="card",
                now=context.now(),
                story=story.id,
                revision=story.revision,
            )
        )
    if delivery_id is None:  # another process has enqueued it
        return requester.shown(NoticeCard((Note("track_soon", {"story": story_id(story.id)}),)))
    stood = standing is not None and standing.state == "sent"

    async def say(outcome: Delivery | None) -> Shown:
        if outcome is not None and outcome.state == "waiting":
            return requester.error("not_in_channel")
        note = _tracked(outcome, destination, story.id, stood=stood)
        return requester.shown(NoticeCard((note,), zone=requester.zone))

    return await answer_with_outcome(context, delivery_id, say)


def _tracked(card: Delivery | None, destination: Destination, story_number: int, *, stood: bool) -> Note:
    """Says what became of the story's card here: it stands or was posted, is held until an instant, or comes soon."""
    named = {"story": story_id(story_number)}
    if card is None or card.state in UNSETTLED:
        return Note("track_soon", named)
    if card.state == "held":
        return Note("track_held", {**named, "until": comes_at(card, destination).isoformat()})
    if card.state == "sent":
        return Note("track_stands" if stood else "track_posted", named)
    if card.state == "dead":
        return Note("not_posted")
    return Note("track_told" if card.error == ROLLED_UP else "track_gone", named)
