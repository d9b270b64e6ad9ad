"""Makes the lines of a preview: a hit with its matches marked, and a near miss with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.answers.search.search import SENTENCES_SHOWN, Matched, marked_headline, shown_in_headline
from bot.deliveries.cards_from_rows import may_quote, outlet_name
from bot.deliveries.lead_sentences import leads_of_all
from bot.matching.query.near_misses import Miss
from bot.matching.query.show import show
from bot.model import StoredArticle, story_id
from bot.stories.facts.coverage import published_or_seen_at
from handlers.cards.preview import PreviewLine
from handlers.cards.texts import Lead, Note
from scrapers.outlet import Outlet


def newest_first(article: StoredArticle) -> tuple[float, int]:
    """Orders articles by the time of publication, or when they were first seen, the newest first."""
    return -published_or_seen_at(article).timestamp(), -article.id


def hit_line(of_story: Sequence[Matched], outlets: Mapping[str, Outlet]) -> PreviewLine:
    """Returns a story by the newest article with a match in its headline, else by the newest of all."""
    with_match = (row for row in of_story if any(mention.field == "headline" for mention in row[1]))
    article, mentions = next(with_match, of_story[0])
    headline = marked_headline(article, mentions)
    shown = shown_in_headline(article, mentions)
    leads = leads_of_all(mentions, shown, SENTENCES_SHOWN) if may_quote(article.outlet, outlets) else []
    line = _line(article, outlets, headline, leads[0] if leads else None, len(of_story))
    return replace(line, more=tuple(leads[1:]))


def miss_line(article: StoredArticle, miss: Miss, outlets: Mapping[str, Outlet]) -> PreviewLine:
    """Returns an article that the query misses by one thing, with this thing."""
    return _line(article, outlets, Lead(article.headline, ()), None, 1, _why(miss))


def _line(
    article: StoredArticle,
    outlets: Mapping[str, Outlet],
    headline: Lead,
    sentence: Lead | None,
    articles: int,
    why: Note | None = None,
) -> PreviewLine:
    return PreviewLine(
        headline=headline,
        url=article.url,
        outlet=outlet_name(outlets, article.outlet),
        at=published_or_seen_at(article),
        story=story_id(article.story) if article.story is not None else "",
        articles=articles,
        sentence=sentence,
        why=why,
    )


def _why(miss: Miss) -> Note:
    part = show(miss.part)
    if miss.rejected is not None:
        return Note(miss.rejected.reason.code, {**miss.rejected.reason.args, "quote": miss.rejected.quote})
    quoted = {"quote": miss.mention.quote} if miss.mention is not None else {}
    return Note(f"miss_{miss.kind}", {"part": part, **quoted})
