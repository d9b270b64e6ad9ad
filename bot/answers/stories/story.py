"""Answers ``story``: a story's articles in the order of publication, who was first, and what they rest on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from bot.answers.context import AnswerContext, Requester
from bot.answers.registry import answers
from bot.answers.stories.near_stories import near_stories
from bot.answers.stories.story_board import story_board
from bot.answers.stories.story_facts import (
    article_line,
    coverage_notes,
    difference_notes,
    sister_notes,
    source_notes,
    split_notes,
)
from bot.deliveries.coarse_outlets import coarse_outlets
from bot.deliveries.linked_stories import story_as_seen
from bot.matching.pact.attribution import agencies_at
from bot.model import story_id
from bot.store import articles
from bot.stories.facts.coverage import coverage_of
from bot.stories.facts.leads import heading_article
from bot.stories.facts.sources import sources_of
from bot.stories.workspace_view import SeenStory
from handlers.cards.shown import Shown
from handlers.cards.story_articles import StoryArticlesCard
from handlers.cards.texts import Note
from handlers.verbs.story import ShowStory
from scrapers.outlet import Outlet
from settings.lexicon_entries import Agency

ARTICLES_A_PAGE = 12


@answers(ShowStory)
async def show_story(context: AnswerContext, requester: Requester, ask: ShowStory) -> Shown:
    """Shows a page of a story; the id of a merged story is answered by the story that took it in."""
    if ask.number is None:
        return await story_board(context, requester, ask.days)
    async with context.store.read() as c:
        seen = await story_as_seen(c, requester.asker.team, ask.number)
        coarse = await coarse_outlets(c, seen.articles if seen else ())
        known = await articles.known_of(c, [article.id for article in seen.articles] if seen else ())
        near = await near_stories(c, requester, seen, context.now()) if seen else ()
    known = {article_id: _among(each, known) for article_id, each in known.items()}
    if seen is None:
        return requester.error("story_unknown", {"story": story_id(ask.number)}, about=story_id(ask.number))
    card = _card(context, requester, ask, seen, known, coarse)
    may_change = requester.asker.standing in (None, "member", "admin")
    return requester.shown(replace(card, may_change=may_change, near=near), share=True)


def _card(
    context: AnswerContext,
    requester: Requester,
    ask: ShowStory,
    seen: SeenStory,
    known: Mapping[int, articles.Known],
    coarse: Collection[str],
) -> StoryArticlesCard:
    outlets, story, of_story = context.outlets, seen.story, seen.articles
    coverage = coverage_of(of_story, outlets, coarse)
    sources = sources_of(coverage.articles, agencies_of(outlets, context.lexicon.agencies))
    pages = max(1, -(-len(coverage.articles) // ARTICLES_A_PAGE))
    page = min(ask.page, pages)
    shown = coverage.articles[(page - 1) * ARTICLES_A_PAGE : page * ARTICLES_A_PAGE]
    heading = heading_article(story, of_story, requester.language, context.outlets)
    is_merged = ask.number is not None and ask.number != story.id
    merged = [Note("story_was_merged", {"story": story_id(ask.number or 0)})] if is_merged else []
    return StoryArticlesCard(
        story=story_id(story.id),
        headline=heading.headline if heading else story.headline,
        url=heading.url if heading else story.url,
        zone=requester.zone,
        facts=(
            *merged,
            *split_notes(seen),
            *coverage_notes(coverage, outlets),
            *sister_notes(story, context.calendar.sectors),
            *source_notes(coverage, sources, outlets),
            *difference_notes(coverage.articles, known, outlets),
        ),
        sectors=coverage.sectors,
        officials=coverage.officials,
        articles=tuple(article_line(article, sources, known[article.id], outlets) for article in shown),
        first=(page - 1) * ARTICLES_A_PAGE + 1,
        page=page,
        pages=pages,
    )


def _among(known: articles.Known, of_story: Collection[int]) -> articles.Known:
    """Leaves out why an article joined where the one that it is most like was split off since, or was left behind."""
    return known if known.placement.get("twin") in (None, *of_story) else replace(known, placement={})


def agencies_of(outlets: Mapping[str, Outlet], agencies: Iterable[Agency]) -> dict[str, str]:
    """Returns the name of the agency that an outlet is, by the outlet's key."""
    known = tuple(agencies)
    return {key: name for key, outlet in outlets.items() for name in agencies_at(outlet.hosts, known)}
