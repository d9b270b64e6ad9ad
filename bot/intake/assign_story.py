"""Gives an article its story and enqueues what follows, all inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.deliveries import enqueue
from bot.deliveries.growth import Growth
from bot.deliveries.refresh_cards import refresh_cards
from bot.deliveries.splits import follow_split
from bot.intake.candidate import Candidate
from bot.intake.duplicates import SAME_TEXT_AGE
from bot.intake.merge_stories import merge_stories
from bot.intake.story_rows import reports_of
from bot.intake.story_window import StoryWindow
from bot.model import StoredArticle, Story
from bot.store import articles, restored, stories, story_views
from bot.store.engine import Connection
from bot.store.story_views import Views
from bot.stories.explanation import explanation_of
from bot.stories.facts.text_read import has_vanished
from bot.stories.placement import Placement
from bot.stories.report import Report, report_from
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


def is_told(candidate: Candidate) -> bool:
    """Whether the article gets a story, of which others may be told."""
    return not candidate.article.baseline and (candidate.article.story is not None or candidate.is_wanted)


async def assign_story(
    c: Connection,
    window: StoryWindow,
    candidate: Candidate,
    before: Sequence[Report],
    now: datetime,
    columns: Mapping[str, object] | None = None,
) -> Candidate | None:
    """Returns the candidate with its story, or None when nobody is told of it.

    ``columns`` are what else is written of the article: its row is changed once.
    """
    article, written = candidate.article, dict(columns or {})
    if not is_told(candidate):
        if written:
            await articles.update(c, article.id, **written)
        return None
    report = candidate.report
    story_id, merged = article.story, tuple[int, ...]()
    if story_id is None:
        decision = await window.decide(c, report, now)
        story_id, merged = decision.story, decision.merged
        placement = explanation_of(await _with_same_text(c, article, decision))
        written["placement"] = placement
        await follow_split(c, article.id, placement.get("twin"), now)
    written["rarity_sums"] = await window.rarity_sums(c, report, now)
    old = await stories.get(c, story_id) if story_id is not None else None
    known_severity = await _least_severity(c, merged, old)
    if old is None:
        story, covering, growth = await _open_story(c, article, report, now)
    else:
        for other_id in merged:
            old = await merge_stories(c, old.id, other_id, now)
        story, covering, growth = await _grow_story(c, old, article, report, before, now)
    await articles.update(c, article.id, **written, story=story.id)
    await _enqueue(c, candidate, story, covering, growth, now, has_risen=story.topics.severity > known_severity)
    others = tuple(other_id for other_id in (story_id, *merged) if other_id not in (None, story.id))
    return replace(candidate, article=replace(article, story=story.id), merged=others)


async def _enqueue(
    c: Connection,
    candidate: Candidate,
    story: Story,
    covering: Sequence[StoredArticle],
    growth: Growth,
    now: datetime,
    *,
    has_risen: bool,
) -> None:
    """Records what the article meets, and enqueues the story's cards and replies."""
    article = candidate.article
    article_id, alerts = article.id, await _alerts(c, article, candidate.alerts(now))
    # people merge and split what they see: no row can refer to a new story, nor can its article be in a part
    views = Views((), {}) if growth.opens_story else await story_views.of_article(c, story.id, article_id)
    growth = replace(growth, parts=views.parts, teams=views.teams)
    new_matches = await enqueue.record_matches(c, candidate.hits, story.id, article_id, now, growth.parts)
    met, risen = new_matches if growth.opens_story else None, has_risen and alerts
    new = await enqueue.enqueue_cards(c, story, covering, now, alert=alerts, risen=risen, growth=growth, met=met)
    # a page that has vanished raises no alert, and is told in the thread of the card that it raised before
    is_told = alerts or (has_vanished(article) and await _alerts(c, article, candidate.is_recent(now)))
    await refresh_cards(c, story, covering, growth if is_told else growth.untold(), now, new)


async def _alerts(c: Connection, article: StoredArticle, alerts: bool) -> bool:
    """Whether it is told at once. What the original of a restored copy may have posted waits for the next digest."""
    if not alerts:
        return False
    return not restored.is_of_gap(await restored.last_gap(c), article.published_at, article.first_seen_at)


async def _with_same_text(c: Connection, article: StoredArticle, decision: Placement[int]) -> Placement[int]:
    """Returns a decision with the story's first article that has exactly this text, where that decided."""
    if not decision.same_article or decision.repeats is not None:
        return decision
    same = await articles.by_content_hash(c, article.content_hash, article.first_seen_at - SAME_TEXT_AGE)
    of_story = [other.id for other in same if other.id != article.id and other.story == decision.story]
    return replace(decision, repeats="text", repeated=of_story[0]) if of_story else decision


async def _least_severity(c: Connection, merged: Sequence[int], joined: Story | None) -> int:
    """Returns the severity that every channel with one of these stories knows of; 0 without a story."""
    others = (await stories.get_some(c, merged)).values() if merged else ()
    known = (*others, joined) if joined is not None else (*others,)
    return min((story.topics.severity for story in known), default=0)


async def _open_story(
    c: Connection, article: StoredArticle, report: Report, now: datetime
) -> tuple[Story, Sequence[StoredArticle], Growth]:
    fields = story_fields([report], article.url)
    story_id = await stories.add(c, **fields, first_seen_at=now, last_article_at=now, revision=1)
    story = Story(story_id, **fields, first_seen_at=now, last_article_at=now, revision=1)
    return story, [replace(article, story=story_id)], Growth(article.id, opens_story=True)


async def _grow_story(
    c: Connection, story: Story, article: StoredArticle, report: Report, before: Sequence[Report], now: datetime
) -> tuple[Story, Sequence[StoredArticle], Growth]:
    as_read = [other for other in await articles.of_story_as_read(c, story.id) if other.id != article.id]
    old_reports = before or [report_from(other) for other in as_read]
    new_reports = [*(other for other in old_reports if other.id != article.id), report]
    covering = sorted((*as_read, replace(article, story=story.id)), key=lambda each: (each.first_seen_at, each.id))
    fields = story_fields(new_reports, leading_url(new_reports, covering, article.url))
    changes = {**fields, "last_article_at": now, "revision": story.revision + 1}
    await stories.update(c, story.id, **changes)
    return replace(story, **changes), covering, Growth(article.id, old_reports, new_reports)
