"""Compares the stories of some days, for story: who was first how often, where outlets differ, who tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.answers.context import AnswerContext, Requester
from bot.answers.stories.story_facts import difference_notes
from bot.deliveries.cards_from_rows import digest_line, may_quote, outlet_name
from bot.deliveries.coarse_outlets import coarse_outlets
from bot.deliveries.linked_stories import stories_as_seen, view_of
from bot.model import StoryCoverage, story_id
from bot.store import articles, story_coverage
from bot.store.engine import Connection
from bot.stories.facts.board import firsts_of, language_gap
from bot.stories.facts.coverage import coverage_of
from bot.stories.workspace_view import SeenStory
from handlers.cards.shown import Shown
from handlers.cards.story_board import BoardLine, StoryBoardCard
from handlers.cards.texts import Note
from scrapers.outlet import Outlet

MOST_COMPARED = 500
"""So many of the newest stories of several outlets are compared."""
OUTLETS_SHOWN, STORIES_SHOWN = 8, 3


async def story_board(context: AnswerContext, requester: Requester, days: int) -> Shown:
    """Shows what the stories that began in the last days show together."""
    team, outlets, language = requester.asker.team, context.outlets, requester.language
    async with context.store.read() as c:
        began = await _as_seen(c, team, await story_coverage.begun_since(c, context.now() - timedelta(days=days)))
        of_several = [row.story for row in began if row.outlets > 1]
        compared = await stories_as_seen(c, team, of_several[:MOST_COMPARED])
        coarse = await coarse_outlets(c, [article for seen in compared for article in seen.articles])
        differing = await _differing(c, compared, outlets)
        gap = language_gap(began)
        shown = [row.story for alone in (gap.ko_alone, gap.en_alone) for row in alone[:STORIES_SHOWN]]
        seen_of = {seen.story.id: seen for seen in await stories_as_seen(c, team, shown)}
    firsts = firsts_of([seen.articles for seen in compared], outlets, coarse)
    card = StoryBoardCard(
        zone=requester.zone,
        days=days,
        stories=len(began),
        several=firsts.several,
        is_whole=len(of_several) <= MOST_COMPARED,
        decided=firsts.decided,
        firsts=tuple(
            (outlet_name(outlets, row.outlet), row.first, row.reported) for row in firsts.outlets[:OUTLETS_SHOWN]
        ),
        differing=len(differing),
        differences=tuple(_line(seen, outlets, language, notes) for seen, notes in differing[:STORIES_SHOWN]),
        both=len(gap.both),
        ko_alone=len(gap.ko_alone),
        en_alone=len(gap.en_alone),
        ko_lines=_lines(gap.ko_alone, seen_of, outlets, language),
        en_lines=_lines(gap.en_alone, seen_of, outlets, language),
    )
    return requester.shown(card, share=True)


async def _as_seen(c: Connection, team: str, began: Sequence[StoryCoverage]) -> list[StoryCoverage]:
    """Returns the stories as the workspace sees them; only those that its people merged or split are counted again."""
    view = await view_of(c, team)
    if not view.changed:
        return list(began)
    changed = [row.story for row in began if row.story in view.changed]
    counted = {seen.story.id: _counted(seen) for seen in await stories_as_seen(c, team, changed)}
    return sorted([*(row for row in began if row.story not in view.changed), *counted.values()], reverse=True)


def _counted(seen: SeenStory) -> StoryCoverage:
    """Counts a story from its articles, as the store counts one."""
    languages = [article.language for article in seen.articles]
    return StoryCoverage(
        story=seen.story.id,
        outlets=len({article.outlet for article in seen.articles}),
        ko=languages.count("ko"),
        en=languages.count("en"),
        severity=seen.story.topics.severity,
        pact=seen.story.topics.pact,
        last_article_at=seen.story.last_article_at,
    )


async def _differing(
    c: Connection, compared: Sequence[SeenStory], outlets: Mapping[str, Outlet]
) -> list[tuple[SeenStory, list[Note]]]:
    """Returns the stories on whose facts outlets differ, the newest first, with what they differ on."""
    ids = [article.id for seen in compared for article in seen.articles if may_quote(article.outlet, outlets)]
    known = await articles.known_of(c, ids)
    noted = [
        (seen, difference_notes(coverage_of(seen.articles, outlets).articles, known, outlets)) for seen in compared
    ]
    return [(seen, notes) for seen, notes in noted if notes]


def _lines(
    rows: Sequence[StoryCoverage], seen_of: Mapping[int, SeenStory], outlets: Mapping[str, Outlet], language: str
) -> tuple[BoardLine, ...]:
    shown = [seen_of[row.story] for row in rows[:STORIES_SHOWN] if row.story in seen_of]
    return tuple(_line(seen, outlets, language) for seen in shown)


def _line(seen: SeenStory, outlets: Mapping[str, Outlet], language: str, notes: Sequence[Note] = ()) -> BoardLine:
    line = digest_line(seen.story, seen.articles, outlets, language)
    count = len({article.outlet for article in seen.articles})
    return BoardLine(story_id(seen.story.id), line.headline, line.url, count, tuple(notes))
