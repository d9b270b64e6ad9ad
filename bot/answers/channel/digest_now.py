"""Shows the digest of now, or of the last days: what the channel's subscriptions matched, whether it was posted or not.

What matches and was read before a subscription began stands in a section of its own, so that an answer never says that
nothing happened while something did.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.answers.context import AnswerContext, Requester
from bot.answers.search.stored_history import matching, stored_since
from bot.deliveries.digest_lines import digest_sections, digest_spikes, leads_on, numbers_of, sector_counts
from bot.deliveries.digest_pages import (
    EARLIER,
    Section,
    group_by_subscription,
    measure_sections,
    split_into_pages,
)
from bot.deliveries.linked_stories import articles_as_seen, groups_of
from bot.deliveries.reading_proof import proof
from bot.deliveries.week_heat import WeekHeat
from bot.matching.query.nodes import Or
from bot.model import Destination, Subscription, subscription_id
from bot.store import matches, subscriptions
from bot.store.engine import Connection
from handlers.cards.digest import DigestCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.verbs.digest import Digest

NOW_COVERS = timedelta(days=1)


async def digest_now(context: AnswerContext, requester: Requester, ask: Digest) -> Shown:
    """Shows a page of the digest of the last day, or of the span that was asked for.

    A number behind the last page shows the last one.
    """
    now, channel = context.now(), requester.destination
    since_at = now - (timedelta(seconds=ask.span_seconds) if ask.span_seconds else NOW_COVERS)
    async with context.store.read() as c:
        subscribed = await subscriptions.of_destination(c, channel.id) if channel else ()
        if channel is None or not subscribed:
            return requester.error("no_subscriptions")
        matched = await _matched(c, channel, subscribed, since_at)
        earlier = await _earlier(c, context, channel, subscribed, matched, since_at)
        shown = (*matched, *((Section(EARLIER, earlier),) if earlier else ()))
        pages = split_into_pages(shown, await measure_sections(c, channel, shown))
        page = min(ask.page, len(pages))
        on_page = [(section.subscription, section.stories) for section in pages[page - 1]]
        team, outlets = channel.team, context.outlets
        card = DigestCard(
            on=now.astimezone(ZoneInfo(requester.zone)).date(),
            zone=requester.zone,
            since_at=since_at,
            sections=await digest_sections(c, team, outlets, on_page, subscribed, requester.language, leads_on(page)),
            counts=await sector_counts(c, channel.team, numbers_of(shown)),
            spikes=await digest_spikes(c, channel, numbers_of(shown), now, WeekHeat()) if page == 1 else (),
            stories=sum(len(section.stories) for section in matched),
            earlier=len(earlier),
            page=page,
            pages=len(pages),
            proof=await proof(c, context.outlets, now, since_at),
            line=f"digest since {ask.span}" if ask.span else "digest now",
            notes=_coverage(subscribed),
            later=sum(len(section.stories) for later in pages[page:] for section in later),
        )
    return requester.shown(card, share=True)


def _coverage(subscribed: Sequence[Subscription]) -> tuple[Note, ...]:
    """Names the subscriptions that are shown, and those of them whose stories are posted at once."""
    shown = [subscription_id(each.id) for each in subscribed]
    at_once = [subscription_id(each.id) for each in subscribed if each.cadence == "instant"]
    named = (("digest_now_covers", shown), ("digest_now_at_once", at_once))
    return tuple(Note(code, {"subscriptions": ", ".join(ids)}) for code, ids in named if ids)


async def _matched(
    c: Connection, channel: Destination, subscribed: Sequence[Subscription], since_at: datetime
) -> tuple[Section, ...]:
    """Returns the stories that the subscriptions matched since then, each under the first that matched it."""
    ids = [subscription.id for subscription in subscribed]
    groups = await groups_of(c, channel.team)
    since = await matches.since(c, ids, since_at)
    return group_by_subscription([replace(match, story=groups.leader(match.story)) for match in since], ids)


async def _earlier(
    c: Connection,
    context: AnswerContext,
    channel: Destination,
    subscribed: Sequence[Subscription],
    matched: Sequence[Section],
    since_at: datetime,
) -> tuple[int, ...]:
    """Returns the period's other stories that the queries match: they were read before a subscription began."""
    younger = [subscription for subscription in subscribed if subscription.created_at > since_at]
    queries = [query for each in younger if (query := context.subscription_index.query_of(each)) is not None]
    if not queries:
        return ()
    stored = await stored_since(c, since_at, context.outlets, in_stories=True)
    hits = await asyncio.to_thread(matching, Or(tuple(queries)), stored, context.lexicon)
    told = {story for section in matched for story in section.stories}
    stories = (article.story for article in await articles_as_seen(c, channel.team, hits))
    return tuple(dict.fromkeys(story for story in stories if story is not None and story not in told))
