"""Computes a story's own fields, its headline and its topics, from its reports. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bot.model import StoredArticle, Topics
from bot.stories.report import Report
from bot.stories.story_changes import leading


def leading_url(reports: Sequence[Report], covering: Sequence[StoredArticle], default: str) -> str:
    """Returns the address of the article that heads the story; ``default`` where it is not among these."""
    leading_id = leading(reports).id
    return next((article.url for article in covering if article.id == leading_id), default)


def story_fields(reports: Sequence[Report], url: str) -> dict[str, Any]:
    """Returns a story's fields; ``url`` is that of its leading report."""
    first = leading(reports)
    return {
        "headline": first.headline,
        "url": url,
        "outlet": first.outlet,
        "language": first.language,
        "topics": union_of([report.topics for report in reports]),
    }


def union_of(each: Sequence[Topics]) -> Topics:
    """Returns every topic that one of these names, and the highest severity."""
    return Topics(
        pact=any(topics.pact for topics in each),
        sister_pact=_distinct(topics.sister_pact for topics in each),
        officials=_distinct(topics.officials for topics in each),
        sectors=_distinct(topics.sectors for topics in each),
        severity=max((topics.severity for topics in each), default=0),
    )


def _distinct(lists: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in lists for name in names))
