"""Answers ``search``: the stored stories that a query matches, the newest first, with the matches marked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.answers.context import AnswerContext, Requester
from bot.answers.pact.who import report_line
from bot.answers.registry import answers
from bot.answers.search.clarify import clarification, unknown_word
from bot.answers.search.misread import misread
from bot.answers.search.other_meaning import other_meaning
from bot.answers.search.outlook import WIDER_BY, any_of
from bot.answers.search.search_condition import condition_of
from bot.answers.search.stored_history import matched_mentions, stored_readings
from bot.deliveries.cards_from_rows import may_quote
from bot.deliveries.lead_sentences import leads_of_all, topic_of
from bot.deliveries.linked_stories import articles_as_seen
from bot.matching.query.nodes import Query, QueryError
from bot.matching.query.options import SubscriptionOptions
from bot.matching.query.parse_query import parse
from bot.matching.query.show import show
from bot.model import Mention, StoredArticle
from bot.store import articles, history
from bot.stories.facts.coverage import published_or_seen_at
from handlers.cards.answers import SenseCard
from handlers.cards.search import SearchCard, SearchLine
from handlers.cards.shown import Shown
from handlers.cards.texts import Lead, Note, Span
from handlers.verbs.grammar import is_korean
from handlers.verbs.search import DEFAULT_DAYS, Search
from scrapers.outlet import Outlet

MOST_ARTICLES = 1_200
"""So many of the newest articles that may match are read; how far back that is, the answer says."""
STORIES_A_PAGE = 8
WORDS_SHOWN = 4
SENTENCES_SHOWN = 3
"""So many sentences of a story prove together that it has every word of the query."""
Matched = tuple[StoredArticle, tuple[Mention, ...]]


@answers(Search)
async def search(context: AnswerContext, requester: Requester, ask: Search) -> Shown:
    """Shows a page of stories; a number behind the last page shows the last one."""
    try:
        query = parse(ask.query.text, context.lexicon)
    except QueryError as error:
        return misread(requester, ask.query, error)
    asked = await clarification(context, requester.language, query, SubscriptionOptions(as_typed=True))
    if asked is not None and asked.choices:
        choices = ((words, _line(requester, text, ask)) for words, text in asked.choices)
        return requester.shown(SenseCard(asked.term, tuple(choices)))
    found, stories = await _find(context, requester, ask, query)
    pages = max(1, -(-len(stories) // STORIES_A_PAGE))
    page = min(ask.page, pages)
    shown = stories[(page - 1) * STORIES_A_PAGE : page * STORIES_A_PAGE]
    notes, offers = await _instead(context, requester, ask, query, len(stories))
    card = SearchCard(
        zone=requester.zone,
        query=ask.query.text,
        days=ask.days,
        stories=len(stories),
        is_whole=found.is_whole,
        since_at=found.since_at,
        lines=tuple(search_line(of_story, context.outlets, requester.language) for of_story in shown),
        line=f"search {ask.query.text}{_span(ask)}",
        notes=notes,
        offers=offers,
        page=page,
        pages=pages,
    )
    return requester.shown(card, share=True)


async def _find(
    context: AnswerContext, requester: Requester, ask: Search, query: Query
) -> tuple[history.Candidates, list[list[Matched]]]:
    """Returns what the store found, and the stories of it that the query matches."""
    condition = condition_of(query, context.outlets, context.lexicon)
    async with context.store.read() as c:
        since_at = context.now() - timedelta(days=ask.days)
        found = await history.candidates(c, condition, since_at, MOST_ARTICLES)
        rows = await articles_as_seen(c, requester.asker.team, await articles.some(c, found.ids))
        stored = await stored_readings(c, rows, context.outlets)
    matched = await asyncio.to_thread(matched_mentions, query, stored, context.lexicon)
    return found, stories_of(matched)


async def _instead(
    context: AnswerContext, requester: Requester, ask: Search, query: Query, count: int
) -> tuple[tuple[Note, ...], tuple[tuple[str, str], ...]]:
    """Returns what else may have been meant, and where little was found, another word or any of the words."""
    said, meant = other_meaning(context, query, requester.language)
    notes, offers = list(said), [(word, _line(requester, text, ask)) for word, text in meant]
    if not (notes or count) and (asked := await unknown_word(context, query)) is not None:
        notes.append(Note("search_meant", {"word": asked.term}))
        offers += [(word, _line(requester, text, ask)) for word, text in asked.choices if word != "as_typed"]
    wider = any_of(query) if count < STORIES_A_PAGE else None
    if wider is not None:
        _, stories = await _find(context, requester, ask, wider)
        if len(stories) > WIDER_BY * count:
            notes.append(Note("any_of_instead", {"few": str(count), "many": str(len(stories))}))
            offers.append(("any_of_these", _line(requester, show(wider), ask)))
    return tuple(notes), tuple(offers)


def _line(requester: Requester, query: str, ask: Search) -> str:
    """Returns the typed line with another query."""
    verb = requester.request.line.split()[0]
    return f"{verb} {query}{_span(ask, '일' if is_korean(verb) else 'd')}"


def _span(ask: Search, unit: str = "d") -> str:
    return f" {ask.days}{unit}" if ask.days != DEFAULT_DAYS else ""


def stories_of(matched: Sequence[Matched]) -> list[list[Matched]]:
    """Returns the articles of each story, the newest first in both; an article without a story stands alone."""
    of_story: dict[tuple[str, int], list[Matched]] = {}
    for row in sorted(matched, key=lambda each: (published_or_seen_at(each[0]), each[0].id), reverse=True):
        key = ("article", row[0].id) if row[0].story is None else ("story", row[0].story)
        of_story.setdefault(key, []).append(row)
    return list(of_story.values())


def search_line(of_story: Sequence[Matched], outlets: Mapping[str, Outlet], language: str) -> SearchLine:
    """Returns a story by its newest article in the reader's language, one with a match in its headline if possible."""
    readable = [row for row in of_story if row[0].language == language] or of_story
    in_headline = (row for row in readable if marked_headline(*row).bold)
    article, mentions = next(in_headline, readable[0])
    headline = marked_headline(article, mentions)
    shown = shown_in_headline(article, mentions)
    missing = [each for each in mentions if each.field == "text" and topic_of(each) not in shown]
    leads = leads_of_all(mentions, shown, SENTENCES_SHOWN) if may_quote(article.outlet, outlets) else []
    words = () if leads else tuple(dict.fromkeys(each.quote for each in missing))[:WORDS_SHOWN]
    report = report_line(article, outlets, len(of_story))
    return SearchLine(report, headline, leads[0] if leads else None, words, tuple(leads[1:]))


def shown_in_headline(article: StoredArticle, mentions: Sequence[Mention]) -> frozenset[tuple[str, str]]:
    """Returns what an article's headline names, as it stands today."""
    in_headline = (each for each in mentions if each.field == "headline" and _place(article.headline, each) >= 0)
    return frozenset(map(topic_of, in_headline))


def marked_headline(article: StoredArticle, mentions: Sequence[Mention]) -> Lead:
    """Returns an article's headline with the matches that still stand in it."""
    spans = [
        Span(at, at + len(mention.quote))
        for mention in mentions
        if mention.field == "headline" and (at := _place(article.headline, mention)) >= 0
    ]
    return Lead(article.headline, tuple(spans))


def _place(headline: str, mention: Mention) -> int:
    """Returns where a mention's words stand: where they were found, unless the headline was edited since."""
    is_there = headline[mention.start : mention.end] == mention.quote
    return mention.start if is_there else headline.find(mention.quote)
