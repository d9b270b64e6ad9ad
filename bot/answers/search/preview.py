"""Answers ``preview``: what a subscription's line would have found in stored history, and what it would have missed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.answers.context import AnswerContext, Requester
from bot.answers.registry import answers
from bot.answers.search.clarify import unknown_word, unknown_words
from bot.answers.search.misread import misread
from bot.answers.search.other_meaning import other_meaning
from bot.answers.search.outlook import Outlook, outlook_of, stored_as_seen
from bot.answers.search.preview_lines import hit_line, miss_line, newest_first
from bot.answers.search.search import Matched, stories_of
from bot.answers.search.stored_history import StoredReading, readings_for
from bot.matching.query.evaluate import hits
from bot.matching.query.near_misses import Miss, near_miss, topics_of
from bot.matching.query.nodes import Query, QueryError
from bot.matching.query.options import SubscriptionOptions, parse_line
from bot.matching.query.show import show
from bot.model import Rejected, StoredArticle
from bot.store import mentions
from handlers.cards.preview import PreviewCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.verbs.preview import DEFAULT_DAYS, Preview
from settings.lexicon import Lexicon

HITS_A_PAGE, MISSES_SHOWN, MISSES_OF_A_KIND = 6, 8, 3
_ORDER = ("excluded", "rejected", "passing", "narrowed", "lacks")
"""Near misses in the order in which they help to mend a query."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What a query found: the matches of each story, the newest first, and the near misses of other stories."""

    stories: list[list[Matched]]
    misses: list[tuple[StoredArticle, Miss]]
    waiting: int
    """Stories that match and are reported by too few outlets yet."""


@answers(Preview)
async def preview(context: AnswerContext, requester: Requester, ask: Preview) -> Shown:
    """Shows a page of what the line would have found; a number behind the last page shows the last one."""
    try:
        query, options = parse_line(ask.rest.text, context.lexicon, requester.language)
    except QueryError as error:
        return misread(requester, ask.rest, error)
    stored = await stored_as_seen(context, requester.asker.team, timedelta(days=ask.days))
    async with context.store.read() as c:
        since_at = context.now() - timedelta(days=ask.days)
        rejected = await mentions.rejected_since(c, since_at, topics_of(query))
    found = await asyncio.to_thread(_find, query, options, stored, rejected, context.lexicon)
    outlook = await outlook_of(context, query, stored)
    return requester.shown(await _card(context, requester, ask, query, found, outlook), share=True)


def _find(
    query: Query,
    options: SubscriptionOptions,
    stored: Sequence[StoredReading],
    rejected: Mapping[int, Sequence[Rejected]],
    lexicon: Lexicon,
) -> _Found:
    """Divides stored articles into matches and near misses; it takes up to a second, so call it in a thread."""
    matched: list[Matched] = []
    missed: list[tuple[StoredArticle, Miss]] = []
    for row, reading in readings_for(query, stored, lexicon):
        mentions_of = hits(query, reading, row.facts)
        if mentions_of is not None:
            matched.append((row.article, mentions_of))
        elif (miss := near_miss(query, reading, row.facts, rejected.get(row.article.id, ()))) is not None:
            missed.append((row.article, miss))
    stories = stories_of(matched)
    told = [each for each in stories if _is_told_by_enough(each, stored, options.min_outlets or 1)]
    hit = {_key(article) for article, _ in matched}
    misses = _chosen([each for each in missed if _key(each[0]) not in hit])
    return _Found(told, misses, len(stories) - len(told))


def _key(article: StoredArticle) -> tuple[str, int]:
    return ("story", article.story) if article.story is not None else ("article", article.id)


def _is_told_by_enough(of_story: Sequence[Matched], stored: Sequence[StoredReading], least: int) -> bool:
    """Whether so many outlets report the story: ``min N outlets`` looks at all of its articles."""
    if least <= 1:
        return True
    key = _key(of_story[0][0])
    return len({row.article.outlet for row in stored if _key(row.article) == key}) >= least


def _chosen(missed: Sequence[tuple[StoredArticle, Miss]]) -> list[tuple[StoredArticle, Miss]]:
    """Returns one near miss of each story, some of each kind first, the newest first within a kind."""
    ordered = sorted(missed, key=lambda each: (_ORDER.index(each[1].kind), newest_first(each[0])))
    once = list({_key(article): (article, miss) for article, miss in reversed(ordered)}.values())[::-1]
    count: dict[str, int] = {}
    ranked = []
    for place, (article, miss) in enumerate(once):
        count[miss.kind] = count.get(miss.kind, 0) + 1
        ranked.append((count[miss.kind] > MISSES_OF_A_KIND, place, article, miss))
    return [(article, miss) for _, _, article, miss in sorted(ranked, key=lambda each: each[:2])]


async def _card(
    context: AnswerContext, requester: Requester, ask: Preview, query: Query, found: _Found, outlook: Outlook
) -> PreviewCard:
    pages = max(1, -(-len(found.stories) // HITS_A_PAGE))
    page = min(ask.page, pages)
    shown = found.stories[(page - 1) * HITS_A_PAGE : page * HITS_A_PAGE]
    misses = found.misses[:MISSES_SHOWN] if page == 1 else []
    notes, offers = await _more(context, requester.language, ask, query, found, outlook)
    return PreviewCard(
        zone=requester.zone,
        query=show(query),
        days=ask.days,
        stories=len(found.stories),
        hits=tuple(hit_line(of_story, context.outlets) for of_story in shown),
        misses=tuple(miss_line(article, miss, context.outlets) for article, miss in misses),
        misses_left_out=len(found.misses) - len(misses) if page == 1 else 0,
        notes=notes,
        line=f"preview {ask.rest.text}{_span(ask)}",
        offers=offers,
        page=page,
        pages=pages,
    )


async def _more(
    context: AnswerContext, language: str, ask: Preview, query: Query, found: _Found, outlook: Outlook
) -> tuple[tuple[Note, ...], tuple[tuple[str, str], ...]]:
    """Returns what else is to be said of the query, and the buttons: subscribe, any of these, did you mean."""
    said, meant = other_meaning(context, query, language)
    notes = [*said, *outlook.wider_notes()]
    offers = [*((word, f"preview {text}{_span(ask)}") for word, text in meant)]
    offers.append(("subscribe_this", f"subscribe {ask.rest.text}"))
    if outlook.wider is not None:
        offers.append(("any_of_these", f"preview {show(outlook.wider)}{_span(ask)}"))
    if found.waiting:
        notes.append(Note("preview_waiting", {"n": str(found.waiting)}))
    if unknown := await unknown_words(context, query):
        notes.append(Note("preview_unknown", {"words": ", ".join(unknown)}))
        asked = await unknown_word(context, query)
        near = asked.choices[:-1] if asked is not None else ()
        offers = [*((word, f"preview {text}{_span(ask)}") for word, text in near), *offers]
    return tuple(notes), tuple(offers)


def _span(ask: Preview) -> str:
    return f" {ask.days}d" if ask.days != DEFAULT_DAYS else ""
