"""Gives an article its story and enqueues what follows, all inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.deliveries import enqueue
from bot.deliveries.growth import Growth
from bot.deliveries.refresh_cards import refresh_cards
from bot.deliveries.splits import follow_split
from bot.intake.candidate import Candidate
from bot.intake.duplicates import SAME_TEXT_AGE
from bot.intake.merge_stories import merge_stories
from bot.intake.story_rows import reports_of, written_story
from bot.intake.story_window import StoryWindow
from bot.model import StoredArticle, Story
from bot.store import articles, stories, story_views
from bot.store.engine import Connection
from bot.stories.explanation import explanation_of
from bot.stories.placement import Placement
from bot.stories.report import Report
from bot.stories.story_summary import leading_url, story_fields
from scrapers.headline_marks import unmarked


async def reports_before(c: Connection, article: StoredArticle) -> list[Report]:
    """Returns the reports of the article's story as they stood before it was read again; call it before storing.

    A source that marks a headline as corrected only has its page read again: nobody was told of the correction yet.
    """
    reports = await reports_of(c, article.story) if article.story is not None else []
    if article.state != "headline":
        return reports
    return [_as_told(report) if report.id == article.id else report for report in reports]


def _as_told(report: Report) -> Report:
    """Returns a report whose page is read now as people know it: only a flash may be known as corrected."""
    is_flash = not report.content_hash
    return replace(report, corrected=report.corrected and is_flash, headline=unmarked(report.headline))


async def assign_story(
    c: Connection, window: StoryWindow, candidate: Candidate, before: Sequence[Report], now: datetime
) -> Candidate | None:
    """Returns the candidate with its story, or None when nobody is told of it."""
    article, alerts = candidate.article, candidate.alerts(now)
    if article.baseline or (article.story is None and not candidate.is_wanted):
        return None
    story_id, merged = article.story, tuple[int, ...]()
    if story_id is None:
        decision = await window.decide(c, candidate.report, now)
        story_id, merged = decision.story, decision.merged
        placement = explanation_of(await _with_same_text(c, article, decision))
        await articles.update(c, article.id, placement=placement)
        await follow_split(c, article.id, placement.get("twin"), now)
    await articles.update(c, article.id, rarity_sums=await window.rarity_sums(c, candidate.report, now))
    old = await stories.get(c, story_id) if story_id is not None else None
    known_severity = await _least_severity(c, (*merged, *([old.id] if old else ())))
    if old is None:
        story, growth = await _open_story(c, candidate, now), Growth(article.id, opens_story=True)
    else:
        joined = old
        for other_id in merged:
            joined = await merge_stories(c, joined.id, other_id, now)
        story, growth = await _grow_story(c, joined, candidate, before, now)
    views = await story_views.of_article(c, story.id, article.id)
    growth = replace(growth, parts=views.parts, teams=views.teams)
    covering = await articles.of_story(c, story.id)
    has_become_severe = story.topics.severity > known_severity
    await enqueue.record_matches(c, candidate.hits, story.id, article.id, now, growth.parts)
    risen = has_become_severe and alerts
    new = await enqueue.enqueue_cards(c, story, covering, now, alert=alerts, risen=risen, growth=growth)
    await refresh_cards(c, story, covering, growth if alerts else growth.untold(), now, new)
    others = tuple(other_id for other_id in (story_id, *merged) if other_id not in (None, story.id))
    return replace(candidate, article=replace(article, story=story.id), merged=others)


async def _with_same_text(c: Connection, article: StoredArticle, decision: Placement[int]) -> Placement[int]:
    """Returns a decision with the story's first article that has exactly this text, where that decided."""
    if not decision.same_article or decision.repeats is not None:
        return decision
    same = await articles.by_content_hash(c, article.content_hash, article.first_seen_at - SAME_TEXT_AGE)
    of_story = [other.id for other in same if other.id != article.id and other.story == decision.story]
    return replace(decision, repeats="text", repeated=of_story[0]) if of_story else decision


async def _least_severity(c: Connection, story_ids: Iterable[int]) -> int:
    """Returns the severity that every channel with one of these stories knows of; 0 without a story."""
    known = [await stories.get(c, story_id) for story_id in story_ids]
    return min((story.topics.severity for story in known if story is not None), default=0)


async def _open_story(c: Connection, candidate: Candidate, now: datetime) -> Story:
    fields = story_fields([candidate.report], candidate.article.url)
    story_id = await stories.add(c, **fields, first_seen_at=now, last_article_at=now, revision=1)
    await articles.update(c, candidate.article.id, story=story_id)
    return await written_story(c, story_id)


async def _grow_story(
    c: Connection, story: Story, candidate: Candidate, before: Sequence[Report], now: datetime
) -> tuple[Story, Growth]:
    article = candidate.article
    old_reports = before or await reports_of(c, story.id)
    new_reports = [*(report for report in old_reports if report.id != article.id), candidate.report]
    await articles.update(c, article.id, story=story.id)
    url = leading_url(new_reports, await articles.of_story(c, story.id), article.url)
    fields = story_fields(new_reports, url)
    await stories.update(c, story.id, **fields, last_article_at=now, revision=story.revision + 1)
    return await written_story(c, story.id), Growth(article.id, old_reports, new_reports)
