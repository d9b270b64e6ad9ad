"""Places reports into stories one after the other: the function that the running bot and ``pactbot stories`` share."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from bot.stories.placement import Placement
from bot.stories.recent_story import Story
from bot.stories.report import Report
from bot.stories.story_index import StoryIndex, exact_keys


def place(index: StoryIndex[Story], report: Report, new_story: Story) -> Placement[Story]:
    """Adds a report to the story it belongs to, or to ``new_story``, and merges the stories that it shows to be one."""
    placement = index.find(report)
    index.add(report, new_story if placement.story is None else placement.story)
    for merged in placement.merged:
        assert placement.story is not None
        index.merge(placement.story, merged)
    return placement


def stories_in_order(reports: Iterable[Report]) -> dict[Hashable, str]:
    """Returns the story of every report as it stands after the last one; they are placed in the order given."""
    index: StoryIndex[str] = StoryIndex()
    ids: list[Hashable] = []
    for report in reports:
        place(index, report, str(report.id))
        ids.append(report.id)
    return {report_id: index.story_of(report_id) for report_id in ids}


def stories_by_date(reports: Iterable[Report]) -> dict[Hashable, str]:
    """Does the same in the order of publication; the result does not depend on the order given."""
    return stories_in_order(sorted(reports, key=_order))


def _order(report: Report) -> tuple[bool, object, str, str]:
    return report.is_vague, report.span[0], "".join(exact_keys(report)) + report.headline, str(report.id)
