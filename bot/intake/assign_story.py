"""Gives an article its story and enqueues what follows, all inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.deliveries import enqueue
from bot.intake.candidate import Candidate, report_from
from bot.intake.story_window import StoryWindow
from bot.model import StoredArticle, Story, Topics
from bot.store import articles, stories
from bot.store.engine import Connection
from bot.stories.same_event import Report
from bot.stories.story_changes import Change, leading, material_changes


async def reports_before(c: Connection, article: StoredArticle) -> list[Report]:
    """Returns the reports of the article's story as they stood before it was read again; call it before storing.

    A source that marks a headline as corrected only has its page read again: nobody was told of the correction yet.
    """
    if article.story is None:
        return []
    reports = await _reports_of(c, article.story)
    if article.state == "headline" and article.corrected:
        return [replace(report, corrected=False) if report.id == article.id else report for report in reports]
    return reports


async def assign_story(
    c: Connection, window: StoryWindow, candidate: Candidate, before: Sequence[Report], now: datetime
) -> Candidate | None:
    """Returns the candidate with its story, or None when nobody is told of it."""
    article, alerts = candidate.article, candidate.alerts(now)
    if article.baseline or (article.story is None and not candidate.is_wanted):
        return None
    story_id = article.story if article.story is not None else (await window.decide(c, candidate.report, now)).story
    old = await stories.get(c, story_id) if story_id is not None else None
    if old is None:
        story, changes = await _open_story(c, candidate, now), list[Change]()
    else:
        story, changes = await _grow_story(c, old, candidate, before, now)
    covering = await articles.of_story(c, story.id)
    has_become_severe = story.topics.severity > (old.topics.severity if old else 0)
    await enqueue.record_matches(c, candidate.hits, story.id, article.id, now)
    new = await enqueue.enqueue_cards(c, story, covering, now, alert=alerts, risen=has_become_severe and alerts)
    await enqueue.refresh_cards(c, story, covering, changes if alerts else (), article.id, now, new)
    return replace(candidate, article=replace(article, story=story.id))


async def _open_story(c: Connection, candidate: Candidate, now: datetime) -> Story:
    fields = _story_fields([candidate.report], candidate.article.url)
    story_id = await stories.add(c, **fields, first_seen_at=now, last_article_at=now, revision=1)
    await articles.update(c, candidate.article.id, story=story_id)
    return await _written(c, story_id)


async def _grow_story(
    c: Connection, story: Story, candidate: Candidate, before: Sequence[Report], now: datetime
) -> tuple[Story, list[Change]]:
    article = candidate.article
    old_reports = before or await _reports_of(c, story.id)
    new_reports = [*(report for report in old_reports if report.id != article.id), candidate.report]
    await articles.update(c, article.id, story=story.id)
    leading_id = leading(new_reports).id
    covering = await articles.of_story(c, story.id)
    leading_url = next((each.url for each in covering if each.id == leading_id), article.url)
    fields = _story_fields(new_reports, leading_url)
    await stories.update(c, story.id, **fields, last_article_at=now, revision=story.revision + 1)
    return await _written(c, story.id), material_changes(old_reports, new_reports)


async def _written(c: Connection, story_id: int) -> Story:
    story = await stories.get(c, story_id)
    assert story is not None
    return story


async def _reports_of(c: Connection, story_id: int) -> list[Report]:
    return [report_from(article) for article in await articles.of_story_as_read(c, story_id)]


def _story_fields(reports: Sequence[Report], url: str) -> dict[str, object]:
    """Returns a story's fields; ``url`` is that of its leading report."""
    first = leading(reports)
    return {
        "headline": first.headline,
        "url": url,
        "outlet": first.outlet,
        "language": first.language,
        "topics": _union([report.topics for report in reports]),
    }


def _union(each: Sequence[Topics]) -> Topics:
    return Topics(
        pact=any(topics.pact for topics in each),
        sister_pact=_distinct(topics.sister_pact for topics in each),
        officials=_distinct(topics.officials for topics in each),
        sectors=_distinct(topics.sectors for topics in each),
        severity=max(topics.severity for topics in each),
    )


def _distinct(lists: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in lists for name in names))
