"""Clusters reports into stories: ``decide`` for one report, ``group`` for a whole pile.

``linking.link`` says whether two reports tell of one event; ``ReportIndex`` finds the reports worth comparing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime

from bot.stories.report_index import STORY_SPAN, Decision, ReportIndex, Story
from bot.stories.same_event import WINDOW, Report

STRAGGLERS = 2
"""A story of at most so many reports joins another by any link between them; two larger ones need LINKS_TO_JOIN."""
LINKS_TO_JOIN = 3


def decide(report: Report, stories: Iterable[tuple[Report, Story]], now: datetime) -> Decision[Story]:
    """Returns the story that a report belongs to, among reports whose stories are known."""
    index: ReportIndex[Story] = ReportIndex()
    oldest_at = min(now, report.span[0]) - STORY_SPAN - WINDOW
    for other, story in stories:
        if other.span[1] >= oldest_at or not set(other.identities).isdisjoint(report.identities):
            index.add(other, story)
    return index.find(report)


def group(reports: Iterable[Report]) -> dict[Hashable, str]:
    """Returns a story label for every report, the same for any input order; a label is the id of one of its reports.

    The whole pile is known: a report that stood alone joins the story that a later report links it to.
    """
    index: ReportIndex[str] = ReportIndex()
    labels: dict[Hashable, str] = {}
    ordered = sorted(reports, key=lambda report: (report.is_vague, report.span[0], str(report.id)))
    for report in ordered:
        story = index.find(report).story or str(report.id)
        index.add(report, story)
        labels[report.id] = story
    joined_into = _joined_stories(labels, _links_between(index, ordered, labels))
    return {report_id: joined_into.get(story, story) for report_id, story in labels.items()}


def _links_between(
    index: ReportIndex[str], ordered: Sequence[Report], labels: dict[Hashable, str]
) -> Counter[tuple[str, str]]:
    """Counts the links that run between each two stories."""
    links: Counter[tuple[str, str]] = Counter()
    for report in ordered:
        own = labels[report.id]
        for story, number in index.linked(report).items():
            if story < own:
                links[story, own] += number
    return links


def _joined_stories(labels: dict[Hashable, str], links_between: Counter[tuple[str, str]]) -> dict[str, str]:
    """Returns for every story the one that it is part of, itself or another; most links join first."""
    sizes = Counter(labels.values())
    joined_into = {story: story for story in sizes}
    for (first, second), links in sorted(links_between.items(), key=lambda item: (-item[1], item[0])):
        first, second = joined_into[first], joined_into[second]
        if first != second and (min(sizes[first], sizes[second]) <= STRAGGLERS or links >= LINKS_TO_JOIN):
            keep, lose = (first, second) if sizes[first] >= sizes[second] else (second, first)
            joined_into = {story: keep if into == lose else into for story, into in joined_into.items()}
            sizes[keep] += sizes.pop(lose)
    return joined_into
