"""Answers ``search``: the stored stories that a query matches, the newest first, with the matches marked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.answers.clarify import is_asked
from bot.answers.context import AnswerContext, Requester
from bot.answers.registry import answers
from bot.answers.search_condition import condition_of
from bot.answers.stored_history import matched_mentions, stored_readings
from bot.answers.who import report_line
from bot.deliveries.cards_from_rows import may_quote
from bot.deliveries.lead_sentences import lead_with_matches
from bot.deliveries.linked_stories import articles_as_seen
from bot.matching.query.ambiguity import Question, questions, with_sense
from bot.matching.query.names import names_of, nearest
from bot.matching.query.nodes import Query, QueryError, Word, leaves
from bot.matching.query.parse_query import parse
from bot.matching.query.show import show
from bot.model import Mention, StoredArticle
from bot.store import articles, history
from bot.stories.facts.coverage import published_or_seen_at
from handlers.cards.answers import ErrorCard, SenseCard
from handlers.cards.search import SearchCard, SearchLine
from handlers.cards.shown import Shown
from handlers.cards.texts import Lead, Note, Span
from handlers.verbs.search import DEFAULT_DAYS, Search
from scrapers.outlet import Outlet
from settings.lexicon import Lexicon

MOST_ARTICLES = 1_200
"""So many of the newest articles that may match are read; how far back that is, the answer says."""
STORIES_A_PAGE = 8
WORDS_SHOWN = 4
Matched = tuple[StoredArticle, tuple[Mention, ...]]


@answers(Search)
async def search(context: AnswerContext, requester: Requester, ask: Search) -> Shown:
    """Shows a page of stories; a number behind the last page shows the last one."""
    try:
        query = parse(ask.query.text, context.lexicon)
    except QueryError as error:
        return requester.shown(_misread(requester, ask, error))
    question = _question(query, context.lexicon, requester)
    if question is not None:
        return _which_sense(context.lexicon, requester, ask, query, question)
    since_at = context.now() - timedelta(days=ask.days)
    condition = condition_of(query, context.outlets, context.lexicon)
    async with context.store.read() as c:
        found = await history.candidates(c, condition, since_at, MOST_ARTICLES)
        rows = await articles_as_seen(c, requester.asker.team, await articles.some(c, found.ids))
        stored = await stored_readings(c, rows, context.outlets)
    matched = await asyncio.to_thread(matched_mentions, query, stored, context.lexicon)
    stories = stories_of(matched)
    pages = max(1, -(-len(stories) // STORIES_A_PAGE))
    page = min(ask.page, pages)
    shown = stories[(page - 1) * STORIES_A_PAGE : page * STORIES_A_PAGE]
    days = f" {ask.days}d" if ask.days != DEFAULT_DAYS else ""
    card = SearchCard(
        zone=requester.zone,
        query=ask.query.text,
        days=ask.days,
        stories=len(stories),
        is_whole=found.is_whole,
        since_at=found.since_at,
        lines=tuple(search_line(of_story, context.outlets, requester.language) for of_story in shown),
        line=f"search {ask.query.text}{days}",
        nearest=None if stories else _meant_line(query, ask, context.lexicon, requester),
        page=page,
        pages=pages,
    )
    return requester.shown(card, share=True)


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
    in_text = [mention for mention in mentions if mention.field == "text"]
    sentence = None
    if not headline.bold and may_quote(article.outlet, outlets):
        sentence = next((lead_with_matches(each.context, in_text) for each in in_text if each.context), None)
    words = () if headline.bold or sentence else tuple(dict.fromkeys(each.quote for each in in_text))[:WORDS_SHOWN]
    return SearchLine(report_line(article, outlets, len(of_story)), headline, sentence, words)


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


def _misread(requester: Requester, ask: Search, error: QueryError) -> ErrorCard:
    """Makes a card of the line with a caret under the bad token, and of the line that may have been meant."""
    line, position = requester.request.line, ask.query.offset + error.position
    offered = None
    if error.suggestion:
        offered = line[:position] + error.suggestion + line[position + error.length :]
    return ErrorCard(line, position, max(1, error.length), Note(error.code, error.arguments), offered, error.example)


def _question(query: Query, lexicon: Lexicon, requester: Requester) -> Question | None:
    """Returns the first ambiguous term; a sector's id is none, except in Korean, where AI is avian flu as well."""
    for question in questions(query, lexicon):
        if question.choices and is_asked(lexicon, requester.language, question):
            return question
    return None


def _which_sense(lexicon: Lexicon, requester: Requester, ask: Search, query: Query, question: Question) -> Shown:
    """Asks which sense is meant; each choice is a line whose term has this sense alone."""
    line = requester.request.line
    verb, rest = line[: ask.query.offset].strip(), line[ask.query.offset + len(ask.query.text) :].strip()
    choices = []
    for choice in question.choices:
        meant = show(with_sense(query, question.term, parse(choice.query, lexicon)))
        words = choice.ko if requester.language == "ko" else choice.en
        choices.append((words, " ".join(filter(None, (verb, meant, rest)))))
    return requester.shown(SenseCard(question.term, tuple(choices)))


def _meant_line(query: Query, ask: Search, lexicon: Lexicon, requester: Requester) -> str | None:
    """Returns the line with a word of the lexicon for the first unknown word that is like one; None if none is."""
    names = names_of(lexicon)
    for leaf in leaves(query):
        near = nearest(leaf.text, (*names.words, *names.sectors)) if isinstance(leaf, Word) else None
        if near is not None and isinstance(leaf, Word) and leaf.text in ask.query.text:
            line, at = requester.request.line, ask.query.offset + ask.query.text.index(leaf.text)
            return line[:at] + near + line[at + len(leaf.text) :]
    return None
