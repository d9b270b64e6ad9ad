"""An article finds its story, and the story's readers are owed what follows: all inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.deliveries import enqueue
from bot.intake.candidate import Candidate
from bot.intake.story_window import StoryWindow, report_from
from bot.model import StoredArticle, Story, Topics
from bot.store import articles, reports, stories
from bot.store.engine import Connection
from bot.stories.clustering import leading, material_change
from bot.stories.linking import Report


async def told_before(c: Connection, row: StoredArticle) -> list[Report]:
    """The story of an article as it stood before the article was read again; to be asked before anything is stored."""
    if row.story is None:
        return []
    found = [report_from(one) for one in await reports.of_story(c, row.story)]
    if row.state == "headline" and row.corrected:  # its source says so, and nobody was told yet
        return [replace(one, corrected=False) if one.id == row.id else one for one in found]
    return found


async def place(
    c: Connection, grouping: StoryWindow, row: StoredArticle, seen: Candidate, before: Sequence[Report], now: datetime
) -> int | None:
    """Gives the article its story and owes what follows; None when nothing is said of it."""
    if row.baseline or (row.story is None and not seen.says_something):
        return None
    joins = row.story if row.story is not None else (await grouping.decide(c, seen.report, now)).story
    severity = await _severity_of(c, joins)
    story, changes = await (_grown(c, joins, seen, before, now) if joins is not None else _opened(c, seen, now))
    mine = await articles.of_story(c, story.id)
    await enqueue.record_matches(c, seen.hits, story.id, seen.number, now)
    risen = story.topics.severity > severity
    new = await enqueue.enqueue_cards(c, story, mine, now, alert=seen.alerts, risen=risen and seen.alerts)
    await enqueue.refresh_cards(c, story, mine, changes if seen.alerts else (), seen.number, now, new)
    return story.id


async def _severity_of(c: Connection, story: int | None) -> int:
    known = await stories.get(c, story) if story is not None else None
    return known.topics.severity if known else 0


async def _opened(c: Connection, seen: Candidate, now: datetime) -> tuple[Story, Sequence[str]]:
    fields = _story_fields([seen.report], seen.url)
    number = await stories.add(c, **fields, first_seen_at=now, last_article_at=now, revision=1)
    await articles.update(c, seen.number, story=number)
    story = await stories.get(c, number)
    assert story is not None
    return story, ()


async def _grown(
    c: Connection, joins: int, seen: Candidate, before: Sequence[Report], now: datetime
) -> tuple[Story, Sequence[str]]:
    known = await stories.get(c, joins)
    assert known is not None
    old = before or [report_from(row) for row in await reports.of_story(c, known.id)]
    after = [*(report for report in old if report.id != seen.number), seen.report]
    await articles.update(c, seen.number, story=known.id)
    first = leading(after)
    urls = {article.id: article.url for article in await articles.of_story(c, known.id)}
    url = next((address for number, address in urls.items() if number == first.id), seen.url)
    fields = _story_fields(after, url)
    await stories.update(c, known.id, **fields, last_article_at=now, revision=known.revision + 1)
    story = await stories.get(c, known.id)
    assert story is not None
    return story, material_change(old, after)


def _story_fields(told: Sequence[Report], url: str) -> dict[str, object]:
    first = leading(told)
    return {
        "headline": first.headline,
        "url": url,
        "outlet": first.outlet,
        "language": first.language,
        "topics": _union([report.topics for report in told]),
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
