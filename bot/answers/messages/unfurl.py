"""Answers links in messages: what is known of the articles that they lead to, and nothing for any other link."""

from __future__ import annotations

from dataclasses import replace

from bot.answers.context import AnswerContext, Requester
from bot.answers.registry import answers
from bot.answers.search.stored_history import original_of
from bot.deliveries.cards_from_rows import digest_line
from bot.deliveries.linked_stories import story_of_article
from bot.store import articles
from bot.store.engine import Connection
from handlers.cards.digest import DigestLine
from handlers.cards.shown import Shown
from handlers.cards.unfurl import UnfurlCard
from handlers.text.times import local_date
from handlers.views.asks import Unfurl
from scrapers.catalogue import outlet_at
from scrapers.identities import identities


@answers(Unfurl)
async def unfurl(context: AnswerContext, requester: Requester, ask: Unfurl) -> Shown:
    """Shows the stories of known links, in the channel's language and zone, because everybody there reads them."""
    channel = requester.destination
    language = channel.language if channel else context.language
    zone = channel.timezone if channel else context.timezone
    known = []
    async with context.store.read() as c:
        for link in ask.links.split():
            line = await _line(c, context, requester.asker.team, language, link)
            if line is not None:
                known.append((link, line))
    card = UnfurlCard(tuple(known), zone, local_date(context.now(), zone))
    return replace(requester.shown(card), language=language)


async def _line(c: Connection, context: AnswerContext, team: str, language: str, link: str) -> DigestLine | None:
    outlet = outlet_at(context.outlets, link)
    if outlet is None:
        return None
    article = await articles.by_identities(c, identities(outlet, link))
    seen = await story_of_article(c, team, await original_of(c, article)) if article else None
    return digest_line(seen.story, seen.articles, context.outlets, language) if seen else None
