"""Computes a story's fields from all of its reports, and reads and writes the rows that this needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.intake.candidate import report_from
from bot.model import StoredArticle, Story, Topics
from bot.store import articles, stories
from bot.store.engine import Connection
from bot.stories.report import Report
from bot.stories.story_changes import leading


async def reports_of(c: Connection, story_id: int) -> list[Report]:
    """Returns the stored reports of a story, the first read first."""
    return [report_from(article) for article in await articles.of_story_as_read(c, story_id)]


async def written_story(c: Connection, story_id: int) -> Story:
    """Returns a story that certainly exists, as it is stored now."""
    story = await stories.get(c, story_id)
    assert story is not None
    return story


def leading_url(reports: Sequence[Report], covering: Sequence[StoredArticle], default: str) -> str:
    """Returns the address of the article that heads the story; ``default`` where it is not among these."""
    leading_id = leading(reports).id
    return next((article.url for article in covering if article.id == leading_id), default)


def story_fields(reports: Sequence[Report], url: str) -> dict[str, object]:
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
