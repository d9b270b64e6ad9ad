"""Answers ``why``: every stage that an article went through, whether it was posted, and what would change that."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from bot.answers.context import AnswerContext, Requester
from bot.answers.registry import answers
from bot.answers.search.stored_history import matching, original_of, stored_reading
from bot.answers.stories.placement_notes import placed, placement_notes, split_note
from bot.answers.why.receipt import receipt_card
from bot.answers.why.why_stages import (
    Trace,
    duplicate_stage,
    fetched_stage,
    matched_stage,
    message_stages,
    muted_stage,
    story_stage,
    subscription_ids,
    what_would_change_it,
)
from bot.deliveries.cards_from_rows import may_quote, outlet_name
from bot.deliveries.holds import comes_at, holds_of
from bot.deliveries.linked_cards import standing_card_of
from bot.deliveries.linked_stories import matches_of, story_as_seen, story_of_article
from bot.matching.query.nodes import QueryError
from bot.matching.query.parse_query import parse
from bot.model import Delivery, StoredArticle, Story, Subscription, story_id, subscription_id
from bot.store import articles, mentions, mutes, sources, subscriptions
from bot.store.deliveries import table as deliveries
from bot.store.deliveries.rollups import ROLLED_UP
from bot.store.engine import Connection
from bot.store.mutes import subscriptions_muted
from bot.stories.facts.leads import heading_article
from handlers.cards.answers import WhyCard, WhyStage
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.verbs.grammar import parse_story_number
from handlers.verbs.why import Why
from scrapers.catalogue import outlet_at
from scrapers.identities import identities

QUERIES_NAMED = 5
_TS = re.compile(r"\d{6,}\.\d+")
SERVED = ("wanted_by", "subscription_younger")
"""The notes of a channel that has a subscription for the story, or for such an article from now on."""


@answers(Why)
async def why(context: AnswerContext, requester: Requester, ask: Why) -> Shown:
    """Explains an address, ST91, or the ts of one of our cards in this channel; or shows only its receipt."""
    async with context.store.read() as c:
        article, story = await _find(c, context, requester, ask.subject)
        if article is None and story is None and "://" not in ask.subject:
            if _TS.fullmatch(ask.subject):  # a message that was pressed: nobody typed its number
                return requester.error("message_of_no_story")
            return requester.error("no_such_subject", {"subject": ask.subject[:80]}, about=ask.subject)
        if ask.receipt_only:
            delivery = await _delivery(c, requester, story)
            return requester.shown(receipt_card(ask.subject, delivery, requester.zone))
        if article is None and story is None:
            card = await _unknown(c, context, requester, ask.subject)
        else:
            card = await _known(c, context, requester, ask.subject, await _trace(c, context, requester, article, story))
    return requester.shown(card, share=True)


async def _find(
    c: Connection, context: AnswerContext, requester: Requester, subject: str
) -> tuple[StoredArticle | None, Story | None]:
    """Finds the article and the story that the subject names."""
    if "://" in subject:
        names = identities(outlet_at(context.outlets, subject), subject)
        article = await articles.by_identities(c, names)
        original = await original_of(c, article) if article else None
        seen = await story_of_article(c, requester.asker.team, original) if original else None
        return article, seen.story if seen else None
    story_number = parse_story_number(subject)
    if story_number is None:
        delivery = await deliveries.by_ts(c, requester.asker.team, requester.asker.channel, subject)
        story_number = delivery.story if delivery else None
    seen = await story_as_seen(c, requester.asker.team, story_number) if story_number is not None else None
    return (
        (heading_article(seen.story, seen.articles, requester.language, context.outlets), seen.story)
        if seen
        else (None, None)
    )


async def _unknown(c: Connection, context: AnswerContext, requester: Requester, subject: str) -> WhyCard:
    """Explains an address that is not stored."""
    outlet = outlet_at(context.outlets, subject)
    change: tuple[Note, ...] = ()
    if outlet is None:
        host = urlsplit(subject).hostname
        note = Note("not_an_outlet", {"host": host or subject[:80]})
        change = (Note("add_outlet", {"line": f"sources add https://{host}"}),) if host else ()
    elif not outlet.enabled:
        code = "outlet_covered" if outlet.covered else "outlet_off"
        note = Note(code, {"outlet": outlet.name, "why": outlet.reason_in(requester.language)})
    else:
        rows = [row for row in await sources.all_of(c) if row.outlet == outlet.key]
        error = next((row.error for row in rows if row.error), None)
        note = Note("outlet_broken" if error else "not_announced", {"outlet": outlet.name, "why": error or ""})
        change = () if error else (Note("wait_or_other_source"),)
    return WhyCard(subject, None, subject, requester.zone, (WhyStage("fetched", False, (note,)),), change)


async def _placement(
    c: Connection, context: AnswerContext, team: str, article: StoredArticle | None
) -> tuple[Note, ...]:
    if article is None or article.story is None:
        return ()
    known = (await articles.known_of(c, (article.id,))).get(article.id, articles.Known())
    of_story = await articles.of_story(c, article.story)
    split = await split_note(c, team, article)
    if split is not None:
        return (split,)
    return tuple(placement_notes(await placed(c, article, known.placement, of_story), context.outlets))


async def _trace(
    c: Connection, context: AnswerContext, requester: Requester, article: StoredArticle | None, story: Story | None
) -> Trace:
    channel = requester.destination
    seen = await story_as_seen(c, requester.asker.team, story.id) if story else None
    heading = heading_article(seen.story, seen.articles, requester.language, context.outlets) if seen else None
    delivery = await _delivery(c, requester, story)
    return Trace(
        article=article,
        story=story,
        placement=await _placement(c, context, requester.asker.team, article),
        heading=heading.headline if heading else story.headline if story else "",
        mentions=(await mentions.mentions_of(c, [article.id])).get(article.id, ()) if article else (),
        rejected=await mentions.rejected_of(c, article.id) if article else (),
        subscriptions=await subscriptions.of_destination(c, channel.id) if channel else (),
        delivery=delivery,
        comes_at=comes_at(delivery, channel) if channel and delivery and delivery.state == "held" else None,
    )


async def _delivery(c: Connection, requester: Requester, story: Story | None) -> Delivery | None:
    """Finds the delivery of the story in this channel: its card, or the message that the card was rolled up into."""
    channel = requester.destination
    if story is None or channel is None:
        return None
    seen = await story_as_seen(c, channel.team, story.id)
    card = await standing_card_of(c, channel.team, seen, channel.id) if seen else None
    if card is not None and card.error != ROLLED_UP:
        return card
    told_by = [match.told_by for match in await matches_of(c, channel.team, channel.id, story.id)]
    delivery_id = next((delivery_id for delivery_id in told_by if delivery_id is not None), None)
    return await deliveries.get(c, delivery_id) if delivery_id is not None else card


async def _known(c: Connection, context: AnswerContext, requester: Requester, subject: str, trace: Trace) -> WhyCard:
    article, story = trace.article, trace.story
    subscription = await _subscription_stage(c, context, trace)
    trace = replace(
        trace,
        served=subscription.notes[0].code in SERVED,
        asked_for=bool(subscription.passed) or trace.delivery is not None,
    )
    stages = (
        fetched_stage(trace, context.outlets),
        duplicate_stage(trace),
        matched_stage(trace, quotable=article is not None and may_quote(article.outlet, context.outlets)),
        story_stage(trace),
        subscription,
        await _muted_stage(c, context, requester, trace),
        *message_stages(trace),
    )

    def is_new(query: str) -> bool:
        try:
            parsed = parse(query, context.lexicon)
        except QueryError:  # the quoted words hold a quotation mark
            return False
        return all(context.subscription_index.query_of(each) != parsed for each in trace.subscriptions)

    headline = article.headline if article else story.headline if story else None
    url = article.url if article else story.url if story else None
    return WhyCard(subject, headline, url, requester.zone, stages, what_would_change_it(trace, is_new))


async def _subscription_stage(c: Connection, context: AnswerContext, trace: Trace) -> WhyStage:
    if not trace.subscriptions:
        return WhyStage("subscription", False, (Note("no_subscriptions"),))
    story, destination_id = trace.story, trace.subscriptions[0].destination
    matched = await matches_of(c, trace.subscriptions[0].team, destination_id, story.id) if story else ()
    told = {match.subscription for match in matched if match.told_by is not None}
    untold = {match.subscription: match.subscription not in told for match in matched}
    wanting = [subscription for subscription in trace.subscriptions if subscription.id in untold]
    if story and wanting:
        notes = [Note("wanted_by", {"subscriptions": subscription_ids(wanting)})]
        waiting = [subscription for subscription in wanting if untold[subscription.id]]
        return WhyStage("subscription", True, (*notes, *await _waits(c, story, waiting, context.now())))
    younger = [subscription for subscription in trace.subscriptions if _would_match(context, trace, subscription)]
    if younger:
        return WhyStage(
            "subscription", False, (Note("subscription_younger", {"subscriptions": subscription_ids(younger)}),)
        )
    named = trace.subscriptions[:QUERIES_NAMED]
    queries = " · ".join(f"{subscription_id(subscription.id)} {subscription.query}" for subscription in named)
    return WhyStage("subscription", False, (Note("wanted_by_none", {"queries": queries}),))


async def _waits(c: Connection, story: Story, waiting: list[Subscription], now: datetime) -> list[Note]:
    """Names what an untold match waits for: more outlets, the end of its subscription's mute, or the next digest."""
    if not waiting:
        return []
    seen = await story_as_seen(c, waiting[0].team, story.id)
    outlets = len({article.outlet for article in (seen.articles if seen else ())})
    few = [subscription for subscription in waiting if outlets < subscription.min_outlets]
    notes = [Note("waits_for_outlets", {"subscriptions": subscription_ids(few), "n": str(outlets)})] if few else []
    muted = subscriptions_muted(await mutes.active(c, waiting[0].destination, now))
    for subscription in waiting:
        if until := muted.get(subscription.id):
            args = {"subscriptions": subscription_id(subscription.id), "until": until.isoformat()}
            notes.append(Note("waits_for_mute", args))
    left = [each for each in waiting if each not in few and each.id not in muted]
    return [*notes, Note("waits_for_digest")] if left else notes


def _would_match(context: AnswerContext, trace: Trace, subscription: Subscription) -> bool:
    """Returns whether the article would match if it came today, as far as it is stored."""
    if trace.article is None:
        return False
    query = context.subscription_index.query_of(subscription)
    stored = [stored_reading(trace.article, trace.mentions, context.outlets)]
    return query is not None and bool(matching(query, stored, context.lexicon))


async def _muted_stage(c: Connection, context: AnswerContext, requester: Requester, trace: Trace) -> WhyStage:
    """Names what holds the story here. Quiet hours hold cards alone: what waits for a digest comes with the digest."""
    channel, now, story = requester.destination, context.now(), trace.story
    if channel is None or story is None or not trace.asked_for:
        return WhyStage("muted", None, ())
    holds = (await holds_of(c, [channel.id], now))[channel.id]
    seen = await story_as_seen(c, requester.asker.team, story.id)
    of_story = seen.articles if seen else ()
    if (until := holds.mutes.until_of_story(story.id)) is not None:
        return muted_stage(trace, Note("is_muted", {"target": story_id(story.id)}), until)
    if (until := holds.mutes.until(story.id, of_story)) is not None:
        outlets = dict.fromkeys(outlet_name(context.outlets, article.outlet) for article in of_story)
        return muted_stage(trace, Note("is_muted", {"target": ", ".join(outlets)}), until)
    is_card = trace.delivery is not None and trace.delivery.kind == "card"
    until = holds.held_until(story, of_story, now) if is_card else None
    return muted_stage(trace, Note("is_quiet") if until else None, until)
